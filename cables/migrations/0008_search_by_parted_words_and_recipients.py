from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.db import migrations, models
from django.db.models import F, Q, TextField, Value
from django.db.models.functions import Left, NullIf, Replace, StrIndex, Substr

CONFIG = "cables_english"
PUBLISHED = Q(withheld_reason="")
LISTED = [F("released").desc(), F("created"), F("reference")]
# What facets and lists read stays in the row; PostgreSQL would put it elsewhere with the texts.
STORAGE = """
ALTER TABLE cables_cable
    ALTER classification SET STORAGE {0}, ALTER tags SET STORAGE {0}, ALTER collections SET STORAGE {0}
"""


def parted(text):
    for sign in "/-\N{EN DASH}\N{EM DASH}‘’“”…\N{NO-BREAK SPACE}":
        text = Replace(text, Value(sign), Value(" "), output_field=TextField())
    return text


SUBJECT = SearchVector(parted(Left("subject", 2_000)), weight="A", config=CONFIG)
SEARCH_VECTOR = (
    SUBJECT
    + SearchVector(parted("keywords"), weight="B", config=CONFIG)
    + SearchVector(parted(Left("body", 500_000)), weight="C", config=CONFIG)
)
TO_LINE = NullIf(StrIndex("header", Value("\nTO ")), 0)
RECIPIENTS = SearchVector(parted(Left(Substr("header", TO_LINE), 20_000)), config=CONFIG)


def listed(name, **which):
    condition = PUBLISHED & Q(**which) if which else PUBLISHED & ~Q(cites=[])
    return models.Index(*LISTED, include=("id",), condition=condition, name=name)


class Migration(migrations.Migration):

    dependencies = [
        ('cables', '0007_lists_of_captions_and_marks'),
    ]

    operations = [
        migrations.RunSQL(STORAGE.format("MAIN"), STORAGE.format("EXTENDED")),
        # A generated column cannot be altered. To make it anew takes minutes in a full archive.
        migrations.RemoveIndex(model_name='cable', name='cable_search_vector'),
        migrations.RemoveField(model_name='cable', name='search_vector'),
        migrations.AddField(
            model_name='cable',
            name='search_vector',
            field=models.GeneratedField(
                db_persist=True, expression=SEARCH_VECTOR, output_field=SearchVectorField()
            ),
        ),
        migrations.AddIndex('cable', GinIndex(fields=['search_vector'], name='cable_search_vector')),
        migrations.AddIndex('cable', GinIndex(fields=['collections'], name='cable_collections')),
        migrations.AddIndex('cable', GinIndex(RECIPIENTS, name='cable_recipients')),
        migrations.AddIndex('cable', GinIndex(SUBJECT, name='cable_subject_words')),
        migrations.AddIndex('cable', listed('cable_partial', partial=True)),
        migrations.AddIndex('cable', listed('cable_with_references')),
    ]
