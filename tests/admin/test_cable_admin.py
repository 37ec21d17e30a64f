"""Cables at the desk: find, view, withhold and publish them."""

from datetime import date
from urllib.parse import urlencode

from django.db import connection

from cables.models import Cable, FormerReference, State
from cables.telegram.dates import NO_DAY
from tests.admin.test_admin_site import DeskTestCase
from tests.articles.test_render import make_article
from tests.builders import make_cable, make_cables, make_curator, make_version, withhold
from tests.opened import form_of, send, stamps

LIST = "/admin/cables/cable/"
FOUND = [
    ("06BERLIN900001", ["06BERLIN900001"]),
    ("06 Berlin 0900001", ["06BERLIN900001"]),
    ("06BONN900009", ["06BERLIN900001"]),
    ("06BERLIN9", ["06BERLIN900001", "06BERLIN900002"]),
    ("06b", ["06BERLIN900001", "06BERLIN900002"]),
    ("harbor", ["07ROME900003", "06BERLIN900001"]),
    ("HARBOR FEES R", ["06BERLIN900001"]),
    ("fees", []),
    ("%", []),
    ("07PARIS900004", []),
]
# Where readers could meet a cable.
ELSEWHERE = ["/", "/released/2012/03/05/", "/created/2006/03/", "/origin/embassy-berlin/"]
ELSEWHERE += ["/tag/EFIS/", "/classification/unclassified/", "/cable/07ROME900003/"]


def decision(name, *references):
    return f"{LIST}{name}/?{urlencode([('cable', each) for each in references])}"


class FindTests(DeskTestCase):
    @classmethod
    def setUpTestData(cls):
        super().setUpTestData()
        cable = make_cable("06BERLIN900001", subject="Harbor fees rise")
        make_cable("06BERLIN900002", subject="A lens goes home")
        make_cable("07ROME900003", subject="HARBOR FEES FALL")
        FormerReference.objects.create(cable=cable, reference="06BONN900009", kind="renamed")

    def test_cables_are_found_by_reference_or_by_the_start_of_the_subject(self):
        for text, references in FOUND:
            with self.subTest(text):
                response = self.client.get(LIST, {"q": text})
                found = [cable.reference for cable in response.context["cl"].result_list]
                self.assertEqual(found, references)

    def test_each_search_uses_one_index_for_filter_and_order(self):
        for text, index in (("06BERL", "cable_reference"), ("harbor", "cable_by_subject")):
            with self.subTest(text), connection.cursor() as cursor:
                cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off")
                plan = Cable.objects.beginning(text).only("pk")[:50].explain()
                self.assertIn(index, plan)
                self.assertNotIn("Sort", plan)

    def test_the_list_has_years_in_order_also_backwards(self):
        make_cable("25PARIS900005")
        references = ["25PARIS900005", "06BERLIN900001", "06BERLIN900002", "07ROME900003"]
        for order, shown in (("", references), ("1", references), ("-1", references[::-1])):
            with self.subTest(order):
                rows = self.client.get(LIST, {"o": order}).context["cl"].result_list
                self.assertEqual([cable.reference for cable in rows], shown)

    def test_a_filter_shows_withheld_cables(self):
        withhold(Cable.objects.get(reference="07ROME900003"), "Names a ship.")
        response = self.client.get(LIST, {"state": "withheld"})
        self.assertEqual(
            [str(cable) for cable in response.context["cl"].result_list], ["07ROME900003"]
        )


class LookTests(DeskTestCase):
    def test_a_cable_is_shown_as_sent_and_cannot_be_edited(self):
        cable = make_cable(body="1. Fees <rose>.", tags=["EFIS", "PREL"])
        response = self.client.get(f"{LIST}{cable.pk}/change/")
        for shown in ("Fees &lt;rose&gt;.", "EFIS, PREL", "FM AMEMBASSY BERLIN", "Everybody"):
            with self.subTest(shown):
                self.assertContains(response, shown)
        self.assertNotContains(response, "<textarea")
        self.assertNotContains(response, 'name="_save"')

    def test_a_release_day_that_no_source_gives_is_not_known(self):
        for day, shown in ((NO_DAY, "Not known"), (date(2011, 9, 2), "2011-09-02")):
            with self.subTest(shown):
                cable = make_cable(f"06BERLIN90000{day.month}", released=day)
                page = self.client.get(f"{LIST}{cable.pk}/change/")
                self.assertContains(page, f'<div class="readonly">{shown}</div>')

    def test_curators_see_a_withheld_cable(self):
        cable = make_cable(subject="THE FEES", body="1. Fees rose.", tags=["EFIS"])
        withhold(cable, "Names a ship.", by=self.curator)
        response = self.client.get(f"{LIST}{cable.pk}/change/")
        for shown in ("THE FEES", "Fees rose.", "EFIS", "Readers are told: Names a ship.", "anna"):
            with self.subTest(shown):
                self.assertContains(response, shown)

    def test_the_history_of_a_cable_is_the_log(self):
        cable = make_cable()
        withhold(cable, "Names a ship.", by=self.curator)
        response = self.client.get(f"{LIST}{cable.pk}/history/", follow=True)
        self.assertContains(response, "Names a ship.")


class WithholdTests(DeskTestCase):
    def setUp(self):
        super().setUp()
        self.cable = make_cable("06BERLIN900001", subject="THE FEES", tags=["EFIS"])
        make_version(self.cable)
        other = {"tags": ["EFIS"], "cites": ["06BERLIN900001"]}
        make_cable("07ROME900003", subject="THE LENS", **other)
        self.page = f"{LIST}{self.cable.pk}/change/"

    def withhold(self, reason="Names a ship.", **values):
        sent = {"reason": reason} | values
        return send(self.client, decision("withhold", "06BERLIN900001"), sent, follow=True)

    def told(self):
        """Return the addresses of pages for readers with the cable's subject or a link to it."""
        return {
            address
            for address in ELSEWHERE
            for html in [self.client.get(address).content.decode()]
            if "THE FEES" in html or "/cable/06BERLIN900001/" in html
        }

    def test_the_page_of_a_cable_links_the_decision(self):
        address = decision("withhold", "06BERLIN900001")
        self.assertContains(self.client.get(self.page), f'href="{address}"')
        self.assertContains(self.client.get(address), "THE FEES")

    def test_a_decision_redirects_to_its_cable(self):
        send(self.client, decision("withhold", "06BERLIN900001"), {"reason": "Names a ship."})
        response = send(self.client, decision("publish", "06BERLIN900001"), {"reason": "It sank."})
        self.assertRedirects(response, self.page)

    def test_an_address_without_known_cables_gets_a_page(self):
        for nothing in ("", "\0", "06BERLIN9\0", "x" * 500):
            with self.subTest(nothing):
                response = self.client.get(decision("withhold", nothing))
                self.assertContains(response, "None of these cables can be withheld")

    def test_selected_cables_lead_to_the_decision(self):
        keys = Cable.objects.order_by("reference").values_list("pk", flat=True)
        values = {"action": "withhold", "_selected_action": list(keys)}
        page = self.client.post(LIST, values, follow=True)
        for reference in ("06BERLIN900001", "07ROME900003"):
            self.assertContains(page, reference)
        values = form_of(page) | {"reason": "Both name a ship.", "step": "apply"}
        response = self.client.post(page.redirect_chain[-1][0], values, follow=True)
        self.assertContains(response, "2 cables are withheld.")

    def test_a_decision_on_several_redirects_to_the_list_as_searched(self):
        make_cable("06BERLIN900002")
        both = ["06BERLIN900001", "06BERLIN900002"]
        address = f"{decision('withhold', *both)}&_changelist_filters=q%3D06BERLIN"
        sent = stamps(self.client, address) | {"reason": "Both name a ship.", "cable": both}
        refused = self.client.post(address, sent | {"reason": ""})
        response = self.client.post(refused.context["address"], sent)
        self.assertRedirects(response, f"{LIST}?q=06BERLIN")

    def test_all_cables_of_a_search_can_be_chosen(self):
        make_cables([f"05ROME9{number:05}" for number in range(120)])
        values = {"action": "withhold", "_selected_action": [self.cable.pk], "select_across": "1"}
        response = self.client.post(f"{LIST}?q=05ROME", values, follow=True)
        self.assertContains(response, "120 cables are chosen.")

    def test_withholding_needs_a_reason(self):
        for reason in ("", "  \n"):
            with self.subTest(reason):
                self.assertContains(self.withhold(reason), "This field is required.")
        self.assertEqual(self.client.get("/cable/06BERLIN900001/").status_code, 200)

    def test_readers_get_only_reference_and_reason_of_a_withheld_cable(self):
        self.assertLessEqual({"/", "/tag/EFIS/", "/cable/07ROME900003/"}, self.told())
        self.assertContains(self.withhold(), "1 cable is withheld.")
        for address in ("/cable/06BERLIN900001/", "/cable/06BERLIN900001.txt"):
            with self.subTest(address):
                response = self.client.get(address)
                self.assertContains(response, "Names a ship.", status_code=410)
                self.assertNotContains(response, "THE FEES", status_code=410)
        self.assertEqual(self.told(), set())

    def test_a_withheld_cable_is_not_counted_as_released(self):
        self.assertContains(self.client.get("/about/"), "<b>2</b>", html=True)
        self.withhold()
        self.assertContains(self.client.get("/about/"), "<b>1</b>", html=True)
        self.assertContains(self.client.get("/tag/EFIS/"), "<b>1 cable</b>")

    def test_the_log_has_who_withheld_and_why(self):
        self.withhold()
        send(self.client, decision("publish", "06BERLIN900001"), {"reason": "The ship has sunk."})
        log = [(each.action, each.by, each.reason) for each in self.cable.changes.all()]
        self.assertEqual(
            log,
            [
                ("published", self.curator, "The ship has sunk."),
                ("withheld", self.curator, "Names a ship."),
            ],
        )
        self.assertContains(self.client.get("/admin/cables/change/"), "The ship has sunk.")

    def test_a_published_cable_is_shown_as_before(self):
        before, state = self.told(), State.objects.get().number
        self.withhold()
        self.assertContains(self.client.get(self.page), "Publish again")
        address = decision("publish", "06BERLIN900001")
        response = send(self.client, address, {"reason": "It sank."}, follow=True)
        self.assertContains(response, "1 cable is published again.")
        self.assertEqual(self.told(), before)
        self.assertGreater(State.objects.get().number, state + 1)
        self.assertEqual(self.client.get("/cable/06BERLIN900001/v1/").status_code, 200)

    def test_withholding_a_withheld_cable_changes_nothing(self):
        for name in ("publish", "withhold"):
            with self.subTest(name):
                response = self.client.get(decision(name, "06BERLIN900001", "nonsense"))
                self.assertEqual(len(response.context["cables"]), name == "withhold")
        self.withhold()
        self.assertContains(self.withhold("Again."), "None of these cables can be withheld")
        self.assertEqual(Cable.objects.get(pk=self.cable.pk).withheld_reason, "Names a ship.")

    def test_articles_that_quote_a_cable_are_listed_before_the_decision(self):
        make_article(title="What ships pay", cables=[self.cable], published=None)
        response = self.client.get(decision("withhold", "06BERLIN900001"))
        self.assertContains(response, "What ships pay</a> (not published)")

    def test_withholding_needs_the_right(self):
        guest = make_curator("guest", "view_cable")
        self.client.force_login(guest)
        self.assertNotContains(self.client.get(self.page), "Withhold")
        self.assertNotContains(self.client.get(LIST), "Withhold the selected")
        for name in ("withhold", "publish"):
            with self.subTest(name):
                response = self.client.post(decision(name, "06BERLIN900001"), {"reason": "x"})
                self.assertEqual(response.status_code, 403)
        self.assertEqual(self.client.get("/cable/06BERLIN900001/").status_code, 200)
