import django.db.models.functions.datetime
from django.db import migrations, models

from cables.models.state_triggers import (FUNCTIONS, NO_FUNCTIONS, move_with)

TABLES = [
    'article', 'articlecable', 'cable', 'collection', 'country', 'erased', 'formerparagraph',
    'formerreference', 'link', 'marking', 'mention', 'note', 'origin', 'page', 'tag', 'tagging',
    'version', 'word',
]


class Migration(migrations.Migration):

    dependencies = [
        ('cables', '0012_loads_of_the_desk'),
    ]

    operations = [
        migrations.AddField(
            model_name='state',
            name='moved',
            field=models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), help_text='When the number last moved.'),
        ),
        migrations.RunSQL(FUNCTIONS, NO_FUNCTIONS),
        *(move_with(f'cables_{table}') for table in TABLES),
    ]
