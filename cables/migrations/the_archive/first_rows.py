"""Rows that a new archive has, and the roles of the desk."""

from django.db.migrations import RunPython, RunSQL

from cables.models.change_log import KINDS
from cables.models.roles import make_roles

FIRST = """
INSERT INTO cables_state (id, number) VALUES (1, 1);
INSERT INTO cables_collection (slug, name, provenance) VALUES ('cables', 'Cables', '');
"""
# The texts with which letters begin; curators change them.
HEAD = """$date

$name
$contact

Our number: $number

"""
FOOT = """

Please give the number $number when you write to us again.
"""
ABOUT = "We have decided on your request of $received about\n\n$cables\n\n"
LETTERS = {
    "receipt": "We received your request on $received. It is about\n\n$cables\n\n"
    "We will answer it by $due.",
    "granted": ABOUT + "We have done what you asked.\n\n$reason",
    "partly": ABOUT + "We have done a part of what you asked.\n\n$reason",
    "refused": ABOUT + "We have not done what you asked, because:\n\n$reason",
    "withdrawn": "You withdrew your request of $received. We have closed it.",
    "elsewhere": "Your request of $received is not a matter of this archive.\n\n$reason",
    "void": "We could not treat your message of $received as a request.\n\n$reason",
}


def fill(apps, schema_editor):
    """Store the kinds of changes that readers can be told of, the letters, and the roles."""
    kinds = apps.get_model("cables", "ChangeKind").objects
    kinds.bulk_create(kinds.model(name=name, label=label) for name, label in KINDS.items())
    templates = apps.get_model("cables", "LetterTemplate").objects
    for occasion, text in LETTERS.items():
        templates.create(occasion=occasion, text=HEAD + text + FOOT)
    make_roles(apps)


ROWS = [RunSQL(FIRST, RunSQL.noop), RunPython(fill, RunPython.noop)]
