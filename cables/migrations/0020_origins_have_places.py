from django.db import migrations
from django.utils.text import slugify

from cables.telegram.offices import describe_origin


def fill(apps, schema_editor):
    """Give the origins without a country the place and country that their names tell."""
    countries = apps.get_model("cables", "Country").objects
    for origin in apps.get_model("cables", "Origin").objects.filter(country=None, city=""):
        facts = describe_origin(origin.name)
        if facts is None or not facts.country:
            continue
        defaults = {"name": facts.country, "slug": slugify(facts.country)}
        origin.country, _ = countries.get_or_create(iso2=facts.iso2, defaults=defaults)
        origin.city = facts.city
        if origin.latitude is None:
            origin.latitude, origin.longitude = facts.latitude, facts.longitude
        origin.save(update_fields=["country", "city", "latitude", "longitude"])


class Migration(migrations.Migration):

    dependencies = [
        ("cables", "0019_no_day_of_release_without_a_source"),
    ]

    operations = [
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
