"""Operations of a migration after which Django renders the models once."""

from django.db.migrations.operations.base import Operation


class RenderedOnce(Operation):
    """Operations of which none needs the models of another: tables to create, say.

    Once a state has rendered models, Django renders all related ones again for each operation:
    half of the time in which a new room opened. Without them it renders when they are asked for.
    """

    def __init__(self, *operations):
        self.operations = operations

    def state_forwards(self, app_label, state):
        vars(state).pop("apps", None)
        for operation in self.operations:
            operation.state_forwards(app_label, state)

    def database_forwards(self, app_label, schema_editor, from_state, to_state):
        for operation in self.operations:
            operation.database_forwards(app_label, schema_editor, from_state, to_state)

    def database_backwards(self, app_label, schema_editor, from_state, to_state):
        for operation in reversed(self.operations):
            operation.database_backwards(app_label, schema_editor, from_state, to_state)

    def describe(self):
        return "; ".join(operation.describe() for operation in self.operations)
