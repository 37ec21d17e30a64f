"""The persons in the lists of volumes. Those that are here get them when they are loaded again."""

from django.contrib.postgres.fields import ArrayField
from django.db import migrations, models

from cables.models.archive_state import move_with


class Migration(migrations.Migration):
    dependencies = [("cables", "0062_where_paragraphs_stand")]

    operations = [
        migrations.CreateModel(
            name="PersonEntry",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("volume", models.CharField(db_collation="C", max_length=100)),
                (
                    "page",
                    models.CharField(
                        db_collation="C", help_text="Of the list: persons.", max_length=60
                    ),
                ),
                ("key", models.CharField(db_collation="C", help_text="p_AB1", max_length=100)),
                ("name", models.CharField(help_text="As printed: Oar, Ada B.", max_length=200)),
                (
                    "office",
                    models.TextField(blank=True, help_text="All that is printed behind the name."),
                ),
                (
                    "surname",
                    models.CharField(
                        db_collation="C", help_text="As it is compared.", max_length=200
                    ),
                ),
                ("slug", models.CharField(db_collation="C", db_index=True, max_length=100)),
                (
                    "former_slugs",
                    ArrayField(models.CharField(max_length=100), default=list),
                ),
            ],
            options={
                "verbose_name": "person in a volume",
                "verbose_name_plural": "persons in volumes",
                "default_permissions": (),
                "indexes": [models.Index(fields=["surname"], name="person_entry_surname")],
                "constraints": [
                    models.UniqueConstraint(fields=("volume", "key"), name="person_entry_once")
                ],
            },
        ),
        move_with("cables_personentry"),
    ]
