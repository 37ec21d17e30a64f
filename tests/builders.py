"""Rows for tests, stored as a load would leave them. Each argument is what its test is about."""

import hashlib
from contextlib import contextmanager
from copy import deepcopy
from datetime import UTC, date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from django.contrib.auth.models import Permission, User
from django.core.cache import cache
from django.utils.text import slugify

from cables import models
from cables.loader import load
from cables.publication.publish import publish_all
from cables.telegram.fact_types import edition_of
from cables.telegram.paragraphs import SEGMENTER, find_offsets, segment
from cables.telegram.titles import facts_for_title
from tests.source_files import csv_file

CREATED = datetime(2006, 3, 14, 9, 26, tzinfo=UTC)
RELEASED = date(2012, 3, 5)
BODY = "1. (U) The harbor raised its fees.\n\n2. (U) Ships complained."


def make_origin(name="Embassy Berlin"):
    """Return the origin of this name, stored if it is new."""
    return models.Origin.objects.get_or_create(name=name, defaults={"slug": slugify(name)})[0]


def make_cable(reference="06BERLIN900001", **fields):
    """Store a cable and return it."""
    return make_cables([reference], **fields)[0]


def make_cables(references, *, origin="Embassy Berlin", **fields):
    """Store cables that are alike but for their references."""
    home, filled = make_origin(origin), _filled(fields)
    cables = models.Cable.objects.bulk_create(
        models.Cable(reference=reference, origin=home, **deepcopy(filled))
        for reference in references
    )
    models.refresh_lists([cable.pk for cable in cables])
    forget_counts()
    return cables


def make_version(cable, number=1, **fields):
    """Store a text that the cable once had; the cable is now one version ahead of it."""
    made = {"since": CREATED, "until": CREATED, "reason": "A better copy was loaded."} | fields
    body = made.setdefault("body", "1. The harbor may raise its fees.")
    derived = _derived(made.get("header", ""), body)
    version = models.Version.objects.create(cable=cable, number=number, **derived | made)
    models.Cable.objects.filter(pk=cable.pk).update(version=number + 1)
    return version


def load_records(*records, **options):
    """Load a CSV of records of tests/source_files.py, and return the report."""
    with TemporaryDirectory() as folder:
        return load(csv_file(Path(folder), *records), **options)


def load_file(name, text, **options):
    """Load a file of this name and text, and return the report."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_text(text, encoding="utf-8")
        return load(path, **options)


@contextmanager
def decided(by):
    """Let what the block makes be made by a decision at the desk."""
    with models.recording(models.BulkDecision.objects.create(kind="test", state="done", by=by).pk):
        yield


def withhold(cable, reason="A witness is named in it.", by=None):
    """Take a cable from readers, as a curator does."""
    models.withhold_all(models.Cable.objects.filter(pk=cable.pk), reason, by)
    cable.refresh_from_db()


def publish(cable, reason="", by=None):
    """Give it back to them."""
    publish_all(models.Cable.objects.filter(pk=cable.pk), reason, by)
    cable.refresh_from_db()


def make_changes(cable, word):
    """Let readers be told of every change, of a cable and of all that has a word of it."""
    models.ChangeKind.objects.update(is_public=True, with_reason=True, with_name=True)
    cable.changes.create(action="corrected", what=word, reason=word)
    for kind, name in (
        *(("origin", f"Embassy {word.title()}"), ("country", word.title())),
        *(("tag", word), ("article", word), ("user", word), ("load", word)),
    ):
        models.Change.objects.create(action="changed", what=f"{kind} {name}", reason=word)


def make_places(word, origin):
    """Put an origin into a country of its own, and two of the same place beside it."""
    country = models.Country.objects.create(iso2="XQ", name=word.title(), slug=word.lower())
    known = {"city": word, "station": word, "also_named": [word], "also_stations": [word]}
    known |= {"latitude": 1.5, "longitude": 2.5, "country": country}
    models.Origin.objects.filter(pk=origin.pk).update(**known)
    atlantis = models.Country.objects.create(iso2="XA", name="Atlantis", slug="atlantis")
    rome = make_origin("Embassy Rome")
    for other in (make_origin(f"Consulate {word.title()}"), rome):
        models.Origin.objects.filter(pk=other.pk).update(country=atlantis, same_as=origin)
    withhold(make_cable("04QUETZAL900001", origin=f"Consulate {word.title()}"), "A witness.")
    forget_counts()


def make_curator(name, *rights):
    """Make an account of the desk with these rights."""
    user = User.objects.create_user(name, is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=rights))
    return user


def forget_counts():
    """Say that the archive changed, as a load does.

    The number of the state is rolled back after a test, and what is cached under it is not.
    """
    models.State.advance()
    cache.clear()


def _filled(fields):
    body = fields.get("body", BODY)
    header = fields.get("header", "FM AMEMBASSY BERLIN\nTO SECSTATE WASHDC")
    subject, facts = fields.get("subject", "HARBOR FEES"), fields.get("facts", {})
    made = facts_for_title(subject, header, segment(body), edition_of(facts))
    fields = fields | {"facts": made | facts}
    return {
        "created": CREATED,
        "released": RELEASED,
        "classification": "UNCLASSIFIED",
        "subject": subject,
        "header": header,
        "body": body,
        "changed_at": CREATED,
        **_derived(header, body),
    } | fields


def _derived(header, body):
    blocks = segment(body)
    return {
        "digest": hashlib.sha256(models.Cable(header=header, body=body).text.encode()).hexdigest(),
        "segmenter": SEGMENTER,
        "paragraph_ids": blocks.ids,
        "paragraph_offsets": find_offsets(body, blocks),
        "fingerprints": blocks.fingerprints,
    }
