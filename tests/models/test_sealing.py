"""Withheld contents are only in tables that the readers' role cannot read."""

import tempfile
from pathlib import Path

from django.apps import apps
from django.contrib.auth.models import User
from django.db import OperationalError, ProgrammingError, connection, transaction

from cables.curation.erasures import erase
from cables.curation.origin_tag_merges import merge, undo_merge
from cables.loader import load
from cables.models import (
    HELD,
    PUBLIC,
    Cable,
    ChangedCable,
    HarvestRecord,
    Origin,
    PastState,
    State,
    Tagging,
    Version,
    withhold_all,
)
from cables.models.sealing import origin_of, sends_cables
from cables.operations.reader_role import grant_reader
from cables.publication.publish import publish_all
from tests.base import TestCase
from tests.builders import make_cable, make_origin, publish, withhold
from tests.source_files import csv_file, csv_record, page_file

SECRET = "Pomegranate"


def public_rows():
    """Return everything in the public tables but the state and what changed in it, as one text."""
    models = set(PUBLIC) - {State, PastState, ChangedCable, HarvestRecord}
    names = {model.__name__: sorted(map(str, model.objects.values())) for model in models}
    return str(sorted(names.items()))


class WithholdTests(TestCase):
    def setUp(self):
        folder = Path(self.enterContext(tempfile.TemporaryDirectory()))
        old = f"The {SECRET} was seen in the harbor, with its crew. \n \nAn aside."
        new = f"The {SECRET} was seen in the harbor, with its crew."
        for text in (old, new):
            subject = f"THE {SECRET}"
            load(csv_file(folder, csv_record(subject=subject, text=text)))
        load(page_file(folder, subject=subject, text=new))
        self.cable = Cable.objects.get()
        self.cable.notes.create(text=f"{SECRET} is a ship.")

    def test_no_public_table_has_contents_of_a_withheld_cable(self):
        self.assertEqual(Version.objects.count(), 1)
        self.assertIn(SECRET, public_rows())
        withhold(self.cable, "Names a ship.")
        self.assertNotIn(SECRET, public_rows())
        self.assertFalse(Tagging.objects.exists())
        self.assertFalse(Cable.objects.published().exists())

    def test_its_origin_is_sealed_with_it_and_follows_merges(self):
        origin, other = self.cable.origin, make_origin("Embassy Milan")
        withhold(self.cable)
        self.assertIsNone(self.cable.origin_id)
        anna = User.objects.create_user("anna")
        merged = merge("origin", origin.name, [other.name], "A slip.", anna)
        self.assertEqual(origin_of(self.cable), other)
        undo_merge(merged, "It was none.", anna)
        self.assertEqual(origin_of(self.cable), origin)
        self.assertTrue(sends_cables(origin))
        publish(self.cable)
        self.assertEqual(self.cable.origin, origin)

    def test_erasing_it_deletes_an_origin_that_no_other_cable_has(self):
        withhold(self.cable)
        erase(self.cable.reference, "A court ordered it.")
        self.assertFalse(Origin.objects.exists())

    def test_publishing_again_restores_all_contents(self):
        before = public_rows()
        withhold(self.cable, "Names a ship.")
        publish(Cable.objects.get(), "The ship has sunk.")
        self.assertEqual(public_rows(), before)
        self.assertFalse(self.cable.sealed.exists())

    def test_withholding_needs_a_reason_and_is_logged(self):
        with self.assertRaises(ValueError):
            withhold(self.cable, "  ")
        withhold(self.cable, "Names a ship.")
        self.assertEqual(withhold_all(Cable.objects.all(), "Again."), 0)
        self.assertEqual(publish_all(Cable.objects.filter(pk=make_cable().pk)), 0)
        change = self.cable.changes.get()
        self.assertEqual((change.action, change.reason), ("withheld", "Names a ship."))


class GrantTests(TestCase):
    def test_every_table_is_public_or_held(self):
        self.assertEqual(set(PUBLIC) | set(HELD), set(apps.get_app_config("cables").get_models()))

    def test_the_readers_role_reads_the_public_tables_only(self):
        role = "cables_test_reader"
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(f"CREATE ROLE {role}")
                cursor.execute(f"GRANT {role} TO CURRENT_USER")
        except ProgrammingError:
            self.skipTest("The tests' database role may not create roles")
        grant_reader(role, PUBLIC)
        for model in [*PUBLIC, *HELD, apps.get_model("auth", "User")]:
            with self.subTest(model.__name__):
                self.assertEqual(
                    self.may(role, f"SELECT 1 FROM {model._meta.db_table}"), model in PUBLIC
                )
                self.assertFalse(self.may(role, f"DELETE FROM {model._meta.db_table}"))

    def may(self, role, statement):
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(f"SET LOCAL ROLE {role}")
                cursor.execute(statement)
                cursor.execute("RESET ROLE")
                return True
        except (ProgrammingError, OperationalError):  # OperationalError: DELETE from a view.
            return False
