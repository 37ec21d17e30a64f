"""A row that cannot be read may have any text in any cell: few are shown it."""

from hashlib import sha256
from importlib import import_module

from django.contrib.auth.models import Group, User
from django.db import connection

from cables.curation.erasures import erase
from cables.loader import apply, load
from cables.loader.load_progress import Progress
from cables.models import Change, Left, Load, LoadRow, Preview
from tests.admin import test_sealed_guesses as guesses
from tests.admin.test_loads import ADD, steps
from tests.admin.test_sealed_guesses import ERASED, PUBLIC, REDACTED, SECRET, TEXT, WITHHELD
from tests.opened import form_of, send
from tests.source_files import csv_file, csv_record

KEYS_CHANGE = "cables.migrations.0045_rows_of_loads_are_named_by_their_numbers"
HEADING = "Ref. No.;Sent on;Office;What it says\n"
COLUMNS = ("reference", "created", "origin", "body")


class RejectedTextTests(guesses.GuessTestCase):
    def assert_untold(self, address):
        for role, person in self.people.items():
            self.client.force_login(person)
            answer = self.client.get(address, follow=True)
            with self.subTest(role, address=address):
                self.assertNotContains(answer, "Rossi", status_code=answer.status_code)

    def lists(self):
        key = LoadRow.objects.get().pk
        yield from ("/admin/cables/loadrow/", "/admin/cables/left/matters/rejected/")
        pages = ("change", "apply", "leave", "history")
        yield from (f"/admin/cables/loadrow/{key}/{page}/" for page in pages)

    def test_text_in_the_place_of_a_reference_is_in_no_list(self):
        load(csv_file(self.folder, csv_record(SECRET), csv_record(PUBLIC)))
        for address in self.lists():
            self.assert_untold(address)
        for word in (SECRET, guesses.NONSENSE):
            page = self.client.get("/admin/cables/loadrow/", {"q": word})
            self.assertContains(page, "0 load rows")

    def test_it_is_in_no_preview(self):
        csv_file(self.folder, csv_record(SECRET), csv_record("09ROME9", created="13/45/2009"))
        self.client.force_login(self.people["Releaser"])
        self.client.post(ADD, {"source": "cables.csv", "collection": "cables"})
        guesses.work()
        run = Load.objects.latest("pk")
        self.assertEqual(run.counts["rejected"], 2)
        self.assert_untold(f"{steps(run)}preview/rejected/")
        references = Preview.objects.order_by("position").values_list("reference", flat=True)
        self.assertEqual(list(references), ["", "09ROME9"])

    def guess(self, word):
        """Yield what is answered to who posts the digest of a row, or its number, or loads it."""
        held, new = LoadRow.objects.get(outcome="held"), {"source": "new.csv"}
        for row in LoadRow.objects.order_by("pk"):
            guessed = f"{row.outcome}\n{row.raw.replace(SECRET, word)}".rstrip()
            number = held.pk if word == SECRET else held.pk + 1_000
            keys = {"digest": sha256(guessed.encode()).hexdigest(), "number": f"row {number}"}
            for name, key in keys.items():
                sent = {"key": key, "reason": "It is.", "to": self.people["Releaser"].pk}
                for step in ("", "assign/"):
                    address = f"/admin/cables/left/matters/{row.outcome}/{step}"
                    answer = self.client.post(address, sent, follow=True)
                    yield f"{name}: {row.outcome} {step}", answer
        csv_file(self.folder, csv_record("", text=word), name=new["source"])
        self.client.post(ADD, new | {"collection": "cables"})
        guesses.work()
        address = steps(Load.objects.latest("pk"))
        self.client.post(f"{address}apply/", guesses.stamps(self.client, f"{address}change/"))
        guesses.work()
        yield "rows", self.client.get("/admin/cables/loadrow/")

    def test_no_answer_depends_on_a_guess_of_the_text_of_a_row(self):
        load(csv_file(self.folder, csv_record("", text=SECRET)))
        raw, hidden = f'{{"body": "{SECRET}"}}', {"reference": guesses.REDACTED, "of_hidden": True}
        digest = sha256(f"held\n{raw}".encode()).hexdigest()
        hidden |= {"outcome": "held", "raw": raw, "digest": digest, "position": 2}
        Load.objects.latest("pk").rows.create(source="x.csv", **hidden)
        self.client.force_login(self.people["Releaser"])
        guesses.GuessTestCase.assert_untold(self, self.guess)

    def test_a_text_that_was_deleted_is_not_stored_again_by_whoever_may_not_see_it(self):
        load(csv_file(self.folder, csv_record("", text=SECRET)))
        LoadRow.objects.update(raw="")
        run = Load.objects.create(
            collection=Load.objects.latest("pk").collection, by=self.people["Releaser"]
        )
        apply(run, self.folder / "cables.csv", Progress(run))
        self.assertEqual(set(LoadRow.objects.values_list("raw", flat=True)), {""})
        self.assertEqual(LoadRow.objects.count(), 2)

    def test_an_upgrade_names_the_matters_of_rows_by_their_numbers(self):
        load(csv_file(self.folder, csv_record("", text=SECRET)))
        row = LoadRow.objects.get()
        left = Left.objects.create(kind="rejected", key=row.digest, by=self.root)
        with connection.cursor() as cursor:
            cursor.execute(import_module(KEYS_CHANGE).KEYS.format(table="left"))
        left.refresh_from_db()
        self.assertEqual(left.key, f"row {row.pk}")

    def test_the_page_of_columns_shows_it_to_whoever_uploaded_the_file(self):
        for who in (self.root, self.people["Releaser"]):
            row = f"09-ROM.E9x;13/42/2009;Embassy Rome;1. {SECRET} hides.\n"
            (self.folder / "table.csv").write_text(HEADING + row)
            self.client.force_login(who)
            self.client.post(ADD, {"source": "table.csv", "collection": "cables"})
            address = f"{steps(Load.objects.latest('pk'))}columns/"
            self.client.force_login(self.people["Releaser"])
            chosen = dict(
                zip(map("column-{}".format, COLUMNS), HEADING.strip().split(";"), strict=True)
            )
            for column in (COLUMNS[0], COLUMNS[3]):  # The right one for a reference, and the text.
                chosen["column-reference"] = chosen[f"column-{column}"]
                sent = form_of(self.client.get(address)) | chosen | {"preview": "1"}
                page = self.client.post(address, sent)
                self.assertContains(page, "Rejected:")
                self.assertNotContains(page, "Rossi")


class RowTextTests(guesses.GuessTestCase):
    """Rows that could not be read may have any text."""

    def setUp(self):
        super().setUp()
        damaged = csv_record("", text=TEXT.format(SECRET), classification=SECRET)
        named = csv_record(ERASED, text="Another.", created="13/45/2009 04:05")
        load(csv_file(self.folder, damaged, named))
        self.row = LoadRow.objects.get(reference="")
        self.address = f"/admin/cables/loadrow/{self.row.pk}/change/"

    def test_they_are_shown_to_who_may_see_sealed_texts(self):
        for role, person in self.people.items():
            self.client.force_login(person)
            lists = ("/admin/cables/loadrow/", "/admin/cables/left/matters/rejected/")
            for address in (self.address, *lists):
                with self.subTest(role, address=address):
                    self.assertNotContains(self.client.get(address), "Rossi")
        self.client.force_login(self.root)
        self.assertContains(self.client.get(self.address), SECRET)

    def test_their_texts_are_deleted_with_a_reason(self):
        purge = f"/admin/cables/loadrow/embargo/purge/?row={self.row.pk}"
        for person in self.people.values():
            self.client.force_login(person)
            self.assertEqual(self.client.post(purge, {"reason": "x"}).status_code, 403)
        redactor = User.objects.create_user("rita", is_staff=True)
        redactor.groups.add(Group.objects.get(name="Redactor"))
        self.client.force_login(redactor)
        self.assertContains(self.client.get(self.address), purge)
        answer = send(self.client, purge, {"reason": "It names a witness."}, follow=True)
        self.assertContains(answer, "1 row is without text.")
        self.row.refresh_from_db()
        told = "Its text was deleted. It names a witness."
        self.assertEqual((self.row.raw, self.row.reason), ("", told))
        entry = Change.objects.get(action="deleted")
        self.assertEqual((entry.by, entry.reason), (redactor, "It names a witness."))

    def test_reasons_for_leaving_a_held_record_or_its_text_are_sealed_with_its_cable(self):
        rows, work_list = Load.objects.latest("pk").rows, "/admin/cables/left/matters/held/"
        self.client.force_login(self.root)
        for position, name in enumerate((REDACTED, WITHHELD), 1):
            held = {"outcome": "held", "digest": name.lower(), "raw": "{}", "position": position}
            row = rows.create(reference=name, **held)
            values = {"key": f"row {row.pk}", "reason": f"It names {SECRET}."}
            page = send(self.client, work_list, values, follow=True)
            self.assertContains(page, "1 left as it is." if name == WITHHELD else "redacted")
        purge = f"/admin/cables/loadrow/embargo/purge/?row={rows.get(reference=WITHHELD).pk}"
        send(self.client, purge, {"reason": f"It names {SECRET} too."})
        lists = [f"/admin/cables/{name}/" for name in ("left", "change", "loadrow")]
        for address in lists:
            self.assertContains(self.client.get(address), SECRET)
        self.assertContains(self.client.get(lists[1]), f"/admin/cables/left/?q={WITHHELD}")
        self.client.force_login(self.people["Cataloguer"])
        for address in lists:
            self.assertNotContains(self.client.get(address), SECRET)
        self.assertNotContains(self.client.get(lists[0], {"q": SECRET}), WITHHELD)

    def test_erasing_a_cable_deletes_its_text_in_them(self):
        erase(ERASED, "A court ordered it.")
        self.row.refresh_from_db()
        self.assertEqual(self.row.raw, "")
        self.assertNotIn("Rossi", self.row.reason)
        self.assertFalse(LoadRow.objects.filter(reference=ERASED).exists())
