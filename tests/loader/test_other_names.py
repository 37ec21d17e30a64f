"""What was decided on a cable counts for its records under every name that they have or had."""

import hashlib
import json
from datetime import UTC, datetime

from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cables.admin.cable.correction_forms import name_reference, remove_reference, why_taken
from cables.admin.loads.load_previews import hidden_among
from cables.curation.erasures import erase
from cables.curation.held_records import apply_held, publish_held
from cables.curation.redactions_and_corrections import redact_cable
from cables.loader import LoadReport, Progress, apply, compare, load, release_due
from cables.models import Cable, Change, Collection, Copy, Erased, FormerReference, Load, LoadRow
from cables.models.decided_numbers import hidden_names
from cables.sources.nara import parse_document
from cables.telegram.apply_redactions import EVERYWHERE, Strike
from cables.telegram.references import canonical_reference, names_of
from tests.builders import forget_counts, make_cable, make_curator, withhold
from tests.loader.test_load import LoadTestCase, everything
from tests.nara_records import document
from tests.opened import send
from tests.source_files import csv_file, csv_record

SECRET = "The harbor master is Quintin Zyxwold."
DUE = datetime(2099, 1, 1, tzinfo=UTC)
# The sender of a document of the National Archives -> the station that it had here, and has now.
MISSIONS = {
    "EC BRUSSELS": ("ECBRUSSELS", "USEUBRUSSELS"),
    "NATO BRUSSELS": ("NATOBRUSSELS", "USNATO"),
    "NATO": ("NATO", "USNATO"),
    "IAEA VIENNA": ("IAEAVIENNA", "UNVIEVIENNA"),
    "SECRETARY": ("SECRETARY", "PARTO"),
}
POSTS = {
    "TEHERAN": "TEHRAN",
    "DJAKARTA": "JAKARTA",
    "HABANA": "HAVANA",
    "HAVRE": "LEHAVRE",
    "KUWAITCITY": "KUWAIT",
}
NUMBER = "75LISBON900012"


def of_archives(text, serial=900_012, **changes):
    return document("plain", serial, **changes).replace("SHIPS COMPLAINED", text)


def of_dump(station, text):
    return csv_record(f"75{station}900012", created="3/14/1975 16:00", body=f"1. {text}\n\nQuay")


class OtherNamesTestCase(LoadTestCase):
    def setUp(self):
        super().setUp()
        forget_counts()

    def archives(self, *documents, **options):
        """Load a file of the National Archives."""
        path = self.folder / "telegrams.txt"
        path.write_text("".join(documents))
        return self.file(path, **options)

    def file(self, path, *, collection="nara", **embargo):
        if not embargo:
            return load(path, collection=collection, jobs=1)
        home, _ = Collection.objects.get_or_create(slug=collection, defaults={"name": collection})
        run = Load.objects.create(collection=home, file=str(path), **embargo)
        compare(run, path, Progress(run), jobs=1)
        return apply(run, path, Progress(run), jobs=1)

    def rooms(self):
        """Yield (name, reference in an older room, one now, function that loads a text)."""
        for sender in ("NATO BRUSSELS", "SECRETARY"):
            before, now = MISSIONS[sender]

            def from_archives(text, sender=sender, **options):
                return self.archives(of_archives(text, sender=sender), **options)

            yield sender, f"75{before}900012", f"75{now}900012", from_archives
        for before in ("TEHERAN", "HAVRE"):
            now = POSTS[before]

            def from_dump(text, station=before, **options):
                return self.file(csv_file(self.folder, of_dump(station, text)), **options)

            yield before, f"75{before}900012", f"75{now}900012", from_dump

    def age(self, before):
        """Give what is stored the name that an older room gave it."""
        Cable.objects.update(reference=before)
        Copy.objects.update(published_reference=before)
        for row in LoadRow.objects.all():
            raw = row.raw.replace(row.reference, before)
            key = ["waiting", row.load.collection.slug, before, json.loads(raw)["format"]]
            digest = hashlib.sha256("\n".join(key).encode()).hexdigest()
            LoadRow.objects.filter(pk=row.pk).update(reference=before, raw=raw, digest=digest)

    def clear(self):
        for model in (Copy, Cable, LoadRow, Erased, FormerReference):
            model.objects.all().delete()
        forget_counts()

    def assert_hidden(self):
        self.assertNotIn("Zyxwold", str(everything()))


class RenamedTests(OtherNamesTestCase):
    """The station of a cable that is here was spelt or named otherwise once."""

    def test_the_room_reads_the_new_names_and_knows_the_old_ones(self):
        for sender, (before, now) in MISSIONS.items():
            with self.subTest(sender):
                record = parse_document(of_archives(SECRET, sender=sender))
                self.assertEqual(record.reference, f"75{now}900012")
                self.assertIn(f"75{before}900012", names_of(record.reference))
        for before, now in POSTS.items():
            with self.subTest(before):
                self.assertEqual(canonical_reference(f"75{before}900012"), f"75{now}900012")
                self.assertIn(f"75{before}900012", names_of(f"75{now}900012"))
        self.assertIn("75TEHERAN900012", names_of("75TEHRAN900012-2"))

    def test_a_file_loaded_again_changes_nothing(self):
        for name, before, now, bring in self.rooms():
            with self.subTest(name):
                bring(SECRET)
                self.age(before)
                stored = everything()
                self.assertEqual(bring(SECRET), LoadReport(rows=1, unchanged=1))
                self.assertEqual(everything(), stored)
                page = self.client.get(f"/cable/{now}/", follow=True)
                self.assertContains(page, "Zyxwold")
                self.clear()

    def test_another_text_becomes_a_version_of_the_cable(self):
        for name, before, _, bring in self.rooms():
            with self.subTest(name):
                bring("They paid.")
                self.age(before)
                self.assertEqual(bring(SECRET), LoadReport(rows=1, changed=1))
                cable = Cable.objects.get()
                self.assertEqual((cable.reference, cable.version), (before, 2))
                self.assertIn("Zyxwold", cable.body)
                again = bring(SECRET)
                self.assertEqual(again, LoadReport(rows=1, unchanged=1))
                self.clear()

    def test_what_is_withheld_stays_withheld(self):
        for name, before, now, bring in self.rooms():
            with self.subTest(name):
                bring(SECRET)
                self.age(before)
                withhold(Cable.objects.get())
                self.assertEqual(bring(SECRET), LoadReport(rows=1, unchanged=1))
                self.assertEqual(bring(f"{SECRET} He paid."), LoadReport(rows=1, held=1))
                self.assertEqual(bring(SECRET, collection="others"), LoadReport(rows=1, held=1))
                self.assertEqual(Cable.objects.get().reference, before)
                self.assert_hidden()
                forget_counts()
                page = self.client.get(f"/cable/{now}/", follow=True)
                self.assertEqual(page.status_code, 410)
                self.clear()

    def test_what_is_erased_stays_erased(self):
        for name, before, now, bring in self.rooms():
            with self.subTest(name):
                bring(SECRET)
                self.age(before)
                erase(before, "A court ordered it.")
                self.assertEqual(bring(SECRET), LoadReport(rows=1, held=1))
                self.assert_hidden()
                row = LoadRow.objects.get()
                self.assertEqual(row.raw, "")
                self.assertIn(before, row.reason)
                forget_counts()
                page = self.client.get(f"/cable/{now}/")
                self.assertContains(page, "A court ordered it.", status_code=410)
                self.clear()

    def test_a_rejected_record_of_an_erased_cable_is_kept_without_its_text(self):
        Erased.objects.create(reference="75TEHERAN900012", reason="A court ordered it.")
        record = csv_record("75TEHRAN900012", classification="HUSH", body=SECRET)
        self.assertEqual(self.csv(record).rejected, 1)
        self.assertNotIn("Zyxwold", LoadRow.objects.get().raw)

    def test_what_is_under_embargo_waits(self):
        for name, before, now, bring in self.rooms():
            with self.subTest(name):
                bring(SECRET, due=DUE)
                self.age(before)
                self.assertEqual(bring(SECRET), LoadReport(rows=1, waiting=1))
                self.assertFalse(Cable.objects.exists())
                row = LoadRow.objects.get(outcome="waiting")
                self.assertEqual((row.reference, row.due), (before, DUE))
                LoadRow.objects.update(due=datetime(2009, 1, 1, tzinfo=UTC))
                self.assertEqual(release_due(), 1)
                self.assertTrue(Change.objects.filter(action="released").exists())
                page = self.client.get(f"/cable/{now}/", follow=True)
                self.assertContains(page, "Zyxwold")
                self.clear()

    def test_an_embargo_of_a_load_names_a_cable_in_any_spelling(self):
        for name, before, _, bring in self.rooms():
            with self.subTest(name):
                report = bring(SECRET, due=DUE, embargoed=[before])
                self.assertEqual(report, LoadReport(rows=1, waiting=1))
                self.clear()

    def test_erasing_deletes_rows_of_loads_under_other_spellings(self):
        bring = next(bring for name, *_, bring in self.rooms() if name == "TEHERAN")
        bring(SECRET, due=DUE)
        erase("75TEHERAN900012", "A court ordered it.")
        self.assertFalse(LoadRow.objects.exists())
        self.assertEqual(bring(SECRET).held, 1)


class RepeatedNumberTests(OtherNamesTestCase):
    """Several documents have a number; the order in a file says which is "-2" (N-7)."""

    def test_a_second_document_with_the_number_of_a_hidden_cable_is_held(self):
        self.archives(of_archives(SECRET))
        withhold(Cable.objects.get())
        two = of_archives("They paid."), of_archives(SECRET)
        report = self.archives(*two)
        self.assertEqual(report, LoadReport(rows=2, held=2))
        self.assert_hidden()
        row = LoadRow.objects.get(reference=f"{NUMBER}-2")
        self.assertIn(f"{NUMBER} is withheld or redacted", row.reason)
        self.assertEqual(self.archives(*two), LoadReport(rows=2, held=2))
        self.assertEqual(LoadRow.objects.count(), 2)

    def test_a_curator_applies_it_to_the_cable_of_the_number(self):
        self.archives(of_archives(SECRET))
        withhold(Cable.objects.get())
        two = of_archives(SECRET), of_archives("Zyxwold paid.")
        self.archives(*two)
        apply_held(LoadRow.objects.get(), "It is the same message.", None)
        self.assert_hidden()
        self.assertEqual(Cable.objects.get().copies.count(), 2)
        self.assertEqual(self.archives(*two), LoadReport(rows=2, unchanged=2))

    def test_the_text_of_a_hidden_second_document_is_not_published_under_the_number(self):
        self.archives(of_archives("They paid."), of_archives(SECRET))
        withhold(Cable.objects.get(reference=f"{NUMBER}-2"))
        report = self.archives(of_archives(SECRET), of_archives("They paid."))
        self.assertEqual(report, LoadReport(rows=2, held=2))
        self.assert_hidden()

    def test_a_redacted_text_is_not_published_under_the_next_number(self):
        self.archives(of_archives(SECRET))
        cable, curator = Cable.objects.get(), User.objects.create_user("anna")
        redact_cable(cable, Strike(EVERYWHERE, ("Zyxwold",)), "A witness.", curator)
        self.assertEqual({each.cable for each in hidden_names([f"{NUMBER}-2"])}, {cable.pk})
        report = self.archives(of_archives(SECRET), of_archives(SECRET + " AGAIN"))
        self.assertEqual(report, LoadReport(rows=2, unchanged=1, held=1))
        self.assert_hidden()

    def test_a_second_document_with_the_number_of_an_erased_cable_is_held_without_its_text(self):
        self.archives(of_archives(SECRET))
        erase(NUMBER, "A court ordered it.")
        report = self.archives(of_archives("They paid."), of_archives(SECRET))
        self.assertEqual(report, LoadReport(rows=2, held=2))
        self.assert_hidden()
        for row in LoadRow.objects.all():
            self.assertEqual(row.raw, "")
            self.assertIn(f"{NUMBER}", row.reason)
        forget_counts()
        page = self.client.get(f"/cable/{NUMBER}-2/")
        self.assertContains(page, "A court ordered it.", status_code=410)

    def test_a_second_document_with_the_number_of_an_embargoed_one_waits(self):
        self.archives(of_archives(SECRET), due=DUE)
        report = self.archives(of_archives("They paid."), of_archives(SECRET))
        self.assertEqual(report, LoadReport(rows=2, waiting=2))
        self.assertFalse(Cable.objects.exists())
        self.assertEqual(set(LoadRow.objects.values_list("due", flat=True)), {DUE})

    def test_an_embargo_of_a_load_on_a_number_is_on_all_its_documents(self):
        report = self.archives(
            *(of_archives("They paid."), of_archives(SECRET), of_archives("They left.", 900_013)),
            **{"due": DUE, "embargoed": [NUMBER]},
        )
        self.assertEqual(report, LoadReport(rows=3, waiting=2, created=1))

    def test_documents_that_are_here_already_stay_when_another_of_their_number_is_decided_on(self):
        two = of_archives("They paid."), of_archives(SECRET)
        for decide in (
            lambda cable: withhold(cable),
            lambda cable: erase(cable.reference, "A court ordered it."),
        ):
            self.archives(*two)
            decide(Cable.objects.get(reference=f"{NUMBER}-2"))
            before = everything()
            report = self.archives(*two)
            self.assertEqual((report.unchanged + report.held, report.written), (2, 0))
            self.assertEqual(everything(), before)
            self.clear()

    def test_without_a_decision_each_document_is_stored(self):
        three = [of_archives(text) for text in ("They paid.", "They left.", "They sank.")]
        self.assertEqual(self.archives(*three), LoadReport(rows=3, created=3))
        self.assertEqual(self.archives(*three), LoadReport(rows=3, unchanged=3))


class CitedByTests(OtherNamesTestCase):
    def test_citations_in_any_spelling_are_found(self):
        for before, now in (("TEHERAN", "TEHRAN"), ("SECRETARY", "PARTO")):
            for held, cited in ((before, now), (now, before)):
                with self.subTest(held=held, cited=cited):
                    name, cites = f"75{held}900012", [f"75{cited}900012"]
                    cable = make_cable(name)
                    citing = make_cable("76ROME900001", cites=cites)
                    further = make_cable("77ROME900002", cites=[citing.reference])
                    self.assertEqual(list(Cable.objects.citing(name)), [citing])
                    self.assertEqual(list(Cable.objects.citing_any([name], [])), [citing])
                    self.assertEqual(Cable.objects.held_by_reference(cites), {cites[0]: cable})
                    page = self.client.get(f"/cable/{name}/")
                    self.assertContains(page, 'href="/cable/76ROME900001/"')
                    page = self.client.get(f"/cable/{citing.reference}/")
                    self.assertContains(page, f'href="/cable/{name}/"')
                    page = self.client.get(f"/cable/{name}/references/")
                    self.assertContains(page, "77ROME900002")
                    for each in (cable, citing, further):
                        each.delete()
                    forget_counts()

    def test_a_former_reference_is_found_in_any_spelling(self):
        cable = make_cable("75ROME900012")
        cable.former_references.create(reference="75TEHERAN900012", kind="renamed")
        asked = ["75TEHRAN900012", "75TEHERAN900012"]
        self.assertEqual(Cable.objects.held_by_reference(asked), dict.fromkeys(asked, cable))

    def test_both_spellings_asked_at_once_are_found(self):
        cable = make_cable("75TEHERAN900012")
        asked = ["75TEHRAN900012", "75TEHERAN900012"]
        self.assertEqual(Cable.objects.held_by_reference(asked), dict.fromkeys(asked, cable))


class DeskTests(OtherNamesTestCase):
    def test_records_of_a_hidden_cable_are_hidden_under_each_of_its_names(self):
        withhold(make_cable("75TEHERAN900012"))
        Erased.objects.create(reference="75NATO900012", reason="A court ordered it.")
        for reference, hidden in (
            *(("75TEHERAN900012", True), ("75TEHRAN900012", True), ("75TEHRAN900012-2", True)),
            *(("75USNATO900012", True), ("75USNATO900012-3", True)),
            *(("75TEHRAN900013", False), ("75ROME900012", False)),
        ):
            with self.subTest(reference):
                row = LoadRow(pk=1, reference=reference, raw="", outcome="held")
                self.assertEqual(hidden_among([row]), {1} if hidden else set())

    def test_a_reference_is_taken_under_each_of_its_names(self):
        make_cable("75TEHERAN900012")
        make_cable("75ROME900012").former_references.create(
            reference="75HAVRE900012", kind="renamed"
        )
        Erased.objects.create(reference="75NATO900012", reason="A court ordered it.")
        for reference, reason in (
            ("75TEHRAN900012", "75TEHERAN900012 is a cable that is here."),
            ("75LEHAVRE900012", "75HAVRE900012 leads to 75ROME900012 already."),
            ("75USNATO900012", "75NATO900012 was erased, and is never used again."),
            ("75USNATO900012-2", "75NATO900012 was erased, and is never used again."),
            ("75TEHRAN900013", ""),
        ):
            with self.subTest(reference):
                self.assertEqual(why_taken(reference), reason)

    def test_a_name_is_given_and_taken_between_batches_of_a_load(self):
        """One that has just read it would store a record under it."""
        clerk, cable = make_curator("ann"), make_cable("75LISBON900013")

        def name():
            name_reference(cable, "75OPORTO900013", "So.", clerk, cable.edit_token())

        def remove():
            former = cable.former_references.get()
            remove_reference(former, "Not so.", clerk, cable.edit_token())

        for decide in (name, remove):
            with self.subTest(decide.__name__), CaptureQueriesContext(connection) as asked:
                decide()
            lock = 'LOCK TABLE "cables_load" IN SHARE UPDATE EXCLUSIVE MODE'
            self.assertIn(lock, [each["sql"] for each in asked])

    def test_a_record_of_a_named_reference_is_of_its_cable_if_it_has_its_text_or_held(self):
        clerk, named, text = (
            make_curator("ann"),
            "75OPORTO900013",
            "1. The fees of the harbor rose.",
        )
        self.csv(csv_record(NUMBER, body=text))
        cable = Cable.objects.get()
        name_reference(cable, named, "It was sent so.", clerk, cable.edit_token())
        for body, held in ((text, 0), ("1. Another ship came to the quay.", 1)):
            with self.subTest(held=held):
                report = self.csv(csv_record(named, body=body), collection=f"other{held}")
                self.assertEqual((report.created, report.held), (0, held))
                self.assertEqual(Cable.objects.get(), cable)
        self.assertEqual(
            {*cable.copies.values_list("published_reference", flat=True)}, {NUMBER, named}
        )
        row = LoadRow.objects.get()
        self.assertIn(f"{named} leads to {NUMBER}", row.reason)
        self.assertEqual(publish_held(row, "Two messages.", clerk).reference, f"{named}-2")

    def test_who_may_not_see_a_withheld_cable_takes_no_name_from_it(self):
        """Else records under that name were held no more, and published."""
        clerk = make_curator("ann", "correct_cable", "view_change")
        withheld, published = make_cable("75LISBON900013"), make_cable("75LISBON900014")
        self.client.force_login(clerk)
        for cable, name in ((withheld, "75OPORTO900013"), (published, "75OPORTO900014")):
            page = f"/admin/cables/correction/former/?cable={cable}"
            send(self.client, page, {"reference": name, "reason": "It was sent so."})
        withhold(withheld)
        for cable, is_undone in ((withheld, False), (published, True)):
            former = cable.former_references.get()
            page = f"/admin/cables/correction/former/{former.pk}/undo/"
            with self.subTest(cable.reference):
                log = self.client.get("/admin/cables/change/").content.decode()
                self.assertEqual(page in log, is_undone)
                form = self.client.get(f"/admin/cables/correction/former/?cable={cable}")
                self.assertEqual(page in form.content.decode(), is_undone)
                send(self.client, page, {"reason": "It was not."})
                self.assertEqual(cable.former_references.exists(), not is_undone)
        former = withheld.former_references.get()
        with self.assertRaises(ValueError):
            remove_reference(former, "It was not.", clerk, withheld.edit_token())
        self.assertEqual(self.csv(csv_record("75OPORTO900013", body=SECRET)).held, 1)
        redactor = make_curator("rita", "correct_cable", "see_sealed")
        remove_reference(former, "It was not.", redactor, withheld.edit_token())
