"""The second number of a telegram leads to it, unless it belongs to another or is redacted."""

from datetime import timedelta

from django.contrib.auth.models import User
from django.utils import timezone

from cables.curation.erasures import erase
from cables.curation.redactions_and_corrections import lift_redaction, redact_cable
from cables.loader import LoadReport, Progress, apply, load
from cables.models import Cable, Collection, Erased, FormerReference, Load, LoadRow
from cables.operations.integrity import IntegrityReport, check
from cables.telegram.apply_redactions import EVERYWHERE, Strike
from tests.builders import make_cable, make_curator, withhold
from tests.loader.test_load import LoadTestCase
from tests.source_files import csv_file, csv_record
from tests.sources.test_frus_markup import document, volume

TELEGRAM, SECOND = "76STATE900331", "76TOSEC900027"
HEAD = "<head>1. Telegram 900331{} From the Department of State to the Embassy in Portugal</head>"
DATED = "<dateline>Washington, <date when='1976-09-13'>September 13, 1976</date></dateline>"


class SecondNumberTests(LoadTestCase):
    def volume(self, second="/Tosec 900027", text="The harbor raised its fees."):
        path = self.folder / "frus1976v01.xml"
        told = f"<p>900331{second}. {text}</p><p>Ships complained of the fees.</p>"
        path.write_text(volume(document(f"{HEAD.format(second)}{DATED}{told}")))
        return load(path)

    def of_archives(self, **embargo):
        """Load the same message as another source has it."""
        body = "900331/TOSEC 900027. The harbor raised its fees."
        path = csv_file(self.folder, csv_record(SECOND, created="9/13/1976 12:00", body=body))
        home, _ = Collection.objects.get_or_create(slug="cables")
        run = Load.objects.create(collection=home, file=str(path), **embargo)
        return apply(run, path, Progress(run))

    def leads_to(self):
        response = self.client.get(f"/cable/{SECOND}/")
        return response.headers.get("Location", response.status_code)

    def test_it_leads_to_its_telegram_and_to_what_cites_it(self):
        self.volume()
        self.assertEqual(self.leads_to(), f"/cable/{TELEGRAM}/")
        citing = make_cable("76LISBON900001", cites=[SECOND], subject="LAMPS OF THE QUAY")
        Cable.objects.filter(pk=citing.pk).update(created="2000-01-01T00:00Z")
        self.assertContains(self.client.get(f"/cable/{TELEGRAM}/"), citing.reference)

    def test_a_number_that_is_taken_leads_to_whoever_has_it(self):
        make_cable(SECOND)
        self.volume()
        self.assertEqual(self.leads_to(), 200)
        self.assertFalse(FormerReference.objects.filter(reference=SECOND).exists())

    def test_a_number_that_is_former_elsewhere_stays_there(self):
        other = make_cable("76LISBON900001")
        other.former_references.create(reference=SECOND, kind="renamed")
        self.volume()
        self.assertEqual(self.leads_to(), f"/cable/{other.reference}/")

    def test_a_cable_of_that_number_that_comes_later_has_its_own_address(self):
        self.volume()
        self.of_archives()
        self.assertEqual(self.leads_to(), 200)
        told = []
        check(IntegrityReport(), told.append)
        self.assertEqual(told, [])

    def test_the_text_of_an_erased_number_does_not_come_back_by_its_other_number(self):
        self.of_archives()
        erase(SECOND, "A court ordered it.", None)
        self.assertEqual(self.volume(), LoadReport(rows=1, held=1))
        self.assertEqual(LoadRow.objects.get().raw, "")
        self.assertEqual(self.leads_to(), 410)

    def test_an_erased_number_stays_erased_beside_a_text_that_is_here(self):
        self.volume(second="")
        Erased.objects.create(reference=SECOND, reason="A court ordered it.")
        self.volume()
        self.assertEqual(self.leads_to(), 410)

    def test_a_withheld_or_redacted_number_holds_its_other_number(self):
        curator = User.objects.create_user("anna")
        for decide in (
            withhold,
            lambda cable: redact_cable(cable, Strike(EVERYWHERE, ("fees",)), "Named.", curator),
        ):
            with self.subTest(decide):
                Cable.objects.all().delete()
                LoadRow.objects.all().delete()
                self.of_archives()
                decide(Cable.objects.get())
                self.assertEqual(self.volume(), LoadReport(rows=1, held=1))

    def test_a_hidden_telegram_holds_what_comes_under_its_other_number(self):
        curator = User.objects.create_user("anna")
        for name, decide in (
            ("withheld", withhold),
            ("redacted", lambda cable: self.redact(cable, "fees", curator)),
            ("its number is redacted", lambda cable: self.redact(cable, "Tosec 900027", curator)),
        ):
            with self.subTest(name):
                Cable.objects.all().delete()
                LoadRow.objects.all().delete()
                self.volume()
                decide(Cable.objects.get())
                self.assertEqual(self.of_archives(), LoadReport(rows=1, held=1))
                self.assertEqual(Cable.objects.count(), 1)

    def redact(self, cable, words, curator):
        redact_cable(cable, Strike(EVERYWHERE, (words,)), "A witness.", curator)

    def test_a_withheld_cable_holds_what_comes_under_its_former_name(self):
        cable = make_cable("76ROME900012")
        cable.former_references.create(reference=SECOND, kind="renamed")
        withhold(cable)
        self.assertEqual(self.of_archives(), LoadReport(rows=1, held=1))
        self.assertEqual(Cable.objects.count(), 1)

    def test_erasing_a_telegram_erases_its_redacted_number_too(self):
        self.volume()
        self.redact(Cable.objects.get(), "Tosec 900027", User.objects.create_user("anna"))
        erase(TELEGRAM, "A court ordered it.", None)
        self.assertEqual(self.of_archives(), LoadReport(rows=1, held=1))
        self.assertEqual(self.leads_to(), 410)

    def test_a_record_held_for_its_other_number_is_shown_only_to_who_may_see_sealed_texts(self):
        self.of_archives()
        withhold(Cable.objects.get())
        self.volume()
        reader = make_curator("rita", "view_loadrow", "load_files")
        self.client.force_login(reader)
        address = f"/admin/cables/loadrow/{LoadRow.objects.get().pk}/change/"
        self.assertRedirects(self.client.get(address), "/admin/")

    def test_an_embargo_on_a_list_of_names_counts_for_other_numbers(self):
        path = self.folder / "frus1976v01.xml"
        told = "<p>900331/Tosec 900027. The harbor raised its fees.</p>"
        path.write_text(volume(document(f"{HEAD.format('/Tosec 900027')}{DATED}{told}")))
        home, _ = Collection.objects.get_or_create(slug="frus")
        due = timezone.now() + timedelta(days=9)
        run = Load.objects.create(collection=home, file=str(path), due=due, embargoed=[SECOND])
        self.assertEqual(apply(run, path, Progress(run)), LoadReport(rows=1, waiting=1))

    def test_an_embargo_of_a_number_holds_back_its_other_number(self):
        self.of_archives(due=timezone.now() + timedelta(days=9))
        self.assertEqual(self.volume(), LoadReport(rows=1, waiting=1))
        self.assertFalse(Cable.objects.exists())

    def test_a_redacted_number_leads_nowhere_until_the_redaction_is_lifted(self):
        curator = User.objects.create_user("anna")
        self.volume()
        for words in ("Tosec 900027", SECOND, "900331/Tosec 900027"):
            with self.subTest(words):
                cable = Cable.objects.get()
                made = redact_cable(cable, Strike(EVERYWHERE, (words,)), "A witness.", curator)
                self.assertEqual(self.leads_to(), 404)
                self.assertNotIn(SECOND, str(Cable.objects.values()))
                self.volume(text="The harbor raised its fees again.")
                self.volume()
                self.assertEqual(self.leads_to(), 404)
                lift_redaction(made, "It is known.", curator)
                self.assertEqual(self.leads_to(), f"/cable/{TELEGRAM}/")

    def test_a_number_that_a_newer_edition_does_not_print_leads_nowhere(self):
        self.volume()
        self.volume(second="")
        self.assertEqual(self.leads_to(), 404)
