"""How readers ask to take down or correct something: the page, the form, the figures."""

from datetime import date
from unittest import mock

from django.test import Client, override_settings

from cables.models import Change, FormUse, RequestCase, RequestFigure, State
from cables.models.request_cases import rounded
from cables.operations.tasks import tend_requests
from tests.admin.test_request_cases import close, make_case
from tests.base import TestCase
from tests.builders import make_cable, withhold
from tests.opened import form_of

PAGE, FORM, FIGURES = "/about/requests/", "/about/requests/form/", "/about/requests/figures/"
SENT = {
    **{"kind": "take_down", "written": "06 Berlin 0900001 para 2", "name": "Quinta Rossi"},
    **{"message": "It is my uncle.", "contact": "quinta@example.org", "website": ""},
}


class WhereToWriteTests(TestCase):
    def test_every_page_of_a_cable_leads_to_it_with_the_reference(self):
        make_cable("06BERLIN900001")
        withhold(make_cable("06BERLIN900002"))
        for address, query in (
            ("/cable/06BERLIN900001/", "06BERLIN900001"),
            ("/cable/06BERLIN900001/par2/", "06BERLIN900001%20par2"),
            ("/cable/06BERLIN900002/", "06BERLIN900002"),
        ):
            with self.subTest(address):
                link = f'href="{PAGE}?cable={query}"'
                self.assertIn(link, self.client.get(address).content.decode())
                self.assertContains(self.client.get(f"{PAGE}?cable={query}"), "06BERLIN90000")

    def test_the_address_is_a_setting(self):
        query = f"{PAGE}?cable=06+berlin+0900001,+para+2"
        subject = "?subject=Request%20about%2006BERLIN900001%20par2"
        for address, html in (
            ("", "Write to the institution that runs this room."),
            (
                "desk@example.org",
                f'<a href="mailto:desk@example.org{subject}">desk@example.org</a>',
            ),
            ("https://example.org/ask", '<a href="https://example.org/ask">'),
            ("1 Quay <b>, Lisbon", "Write to 1 Quay &lt;b&gt;, Lisbon."),
        ):
            with self.subTest(address), self.settings(REQUEST_ADDRESS=address):
                self.assertIn(html, self.client.get(query).content.decode())

    def test_only_a_reference_is_repeated(self):
        page = self.client.get(f"{PAGE}?cable=%3Cscript%3EJohn+Doe")
        self.assertNotContains(page, "John Doe")
        self.assertNotContains(page, "Your request is about")

    def test_withheld_erased_and_unknown_cables_read_alike(self):
        make_cable("06BERLIN900001")
        withhold(make_cable("06BERLIN900002"))
        pages = {
            self.client.get(f"{PAGE}?cable={name}").content.decode().replace(name, "")
            for name in ("06BERLIN900001", "06BERLIN900002", "06BERLIN900003")
        }
        self.assertEqual(len(pages), 1)

    def test_form_and_figures_are_off_unless_a_setting_says_otherwise(self):
        for address in (FORM, FIGURES):
            with self.subTest(address):
                self.assertEqual(self.client.get(address).status_code, 404)
                self.assertNotContains(self.client.get(PAGE), address)
        self.assertEqual(self.client.post(FORM, SENT).status_code, 404)
        self.assertFalse(RequestCase.objects.exists())


@override_settings(REQUEST_FORM=True, CSRF_COOKIE_PATH="/")
class FormTests(TestCase):
    def test_a_request_becomes_a_case_and_the_receipt_has_its_number(self):
        link = f'href="{FORM}?cable=06BERLIN900001"'
        self.assertContains(self.client.get(f"{PAGE}?cable=06BERLIN900001"), link)
        opened = form_of(self.client.get(f"{FORM}?cable=06+berlin+0900001"))
        self.assertEqual(opened["written"], ["06BERLIN900001"])
        before = list(State.objects.values_list("number", flat=True))
        receipt = self.client.post(FORM, opened | SENT)
        case = RequestCase.objects.get()
        self.assertContains(receipt, case.number)
        self.assertNotContains(receipt, "Quinta")
        self.assertEqual((case.way, case.places), ("form", ["06BERLIN900001 par2"]))
        self.assertEqual((case.name, case.message), ("Quinta Rossi", "It is my uncle."))
        entry = Change.objects.get()
        self.assertEqual((entry.action, entry.what, entry.by), ("received", f"case {case}", None))
        self.assertEqual(list(State.objects.values_list("number", flat=True)), before)

    def test_any_reference_is_accepted_and_nothing_is_told_of_it(self):
        withhold(make_cable("06BERLIN900002"))
        answers = set()
        for written in ("06BERLIN900002", "06BERLIN900003", "the one about fees", ""):
            receipt = self.client.post(FORM, SENT | {"written": written})
            FormUse.objects.all().delete()
            case = RequestCase.objects.last()
            answers.add(receipt.content.decode().replace(RequestCase.objects.get().number, ""))
            self.assertEqual(case.written, written)
            RequestCase.objects.all().delete()
        self.assertEqual(len(answers), 1)

    def test_what_is_refused_is_kept_in_the_form(self):
        for values, sentence in (
            ({"message": ""}, "This field is required."),
            ({"name": "x" * 201}, "at most 200 characters"),
            ({"message": "x" * 10_001}, "at most 10000 characters"),
            ({"contact": "x" * 501}, "at most 500 characters"),
            ({"written": "x" * 2_001}, "at most 2000 characters"),
            ({"kind": "drop"}, "Select a valid choice."),
            ({"website": "https://spam.example"}, "it keeps out programs"),
            ({"name": "Quinta\0"}, "Null characters are not allowed."),
        ):
            with self.subTest(values):
                response = self.client.post(FORM, SENT | values)
                self.assertContains(response, sentence, status_code=400)
                typed = form_of(response)
                kept = {"kind", "written", "name", "message", "contact"} - set(values)
                self.assertEqual({typed[name][0] for name in kept}, {SENT[name] for name in kept})
        self.assertFalse(RequestCase.objects.exists())

    def test_no_file_is_taken(self):
        self.assertNotContains(self.client.get(FORM), 'type="file"')
        self.assertNotContains(self.client.get(FORM), "multipart")

    def test_a_forged_request_is_refused(self):
        strict = Client(enforce_csrf_checks=True)
        self.assertEqual(strict.post(FORM, SENT).status_code, 403)
        page = strict.get(FORM)
        token = page.context["csrf_token"]
        answer = strict.post(FORM, SENT | {"csrfmiddlewaretoken": str(token)})
        self.assertEqual(answer.status_code, 200)
        cookie = page.cookies["csrftoken"]
        self.assertEqual((cookie["path"], cookie["httponly"]), ("/", True))

    def test_nothing_is_cached(self):
        for response in (self.client.get(FORM), self.client.post(FORM, SENT)):
            self.assertIn("no-store", response["Cache-Control"])
            self.assertNotIn("ETag", response)

    def test_one_sender_and_all_of_them_are_limited(self):
        statuses = [self.client.post(FORM, SENT).status_code for _ in range(4)]
        self.assertEqual(statuses, [200, 200, 200, 429])
        other = self.client.post(FORM, SENT, REMOTE_ADDR="192.0.2.9")
        self.assertEqual(other.status_code, 200)
        with mock.patch.object(FormUse, "MOST", 4):
            refused = self.client.post(FORM, SENT, REMOTE_ADDR="192.0.2.10")
        self.assertContains(refused, "It is my uncle.", status_code=429)
        self.assertEqual(RequestCase.objects.count(), 4)

    def test_the_limit_ends_and_no_address_is_stored(self):
        self.client.post(FORM, SENT, REMOTE_ADDR="192.0.2.9")
        row = FormUse.objects.get()
        self.assertNotIn("192.0.2", row.sender)
        FormUse.objects.update(at=row.at - FormUse.WINDOW)
        tend_requests(0)
        self.assertFalse(FormUse.objects.exists())

    def test_behind_a_proxy_only_its_own_word_counts(self):
        with self.settings(HTTPS=True):
            for invented in range(4):
                forwarded = f"198.51.100.{invented}, 192.0.2.9"
                last = self.client.post(FORM, SENT, HTTP_X_FORWARDED_FOR=forwarded)
        self.assertEqual(last.status_code, 429)


@override_settings(REQUEST_FIGURES=True)
class FiguresTests(TestCase):
    def make(self, year, count, outcome="refused"):
        for _ in range(count):
            case = make_case(received=date(year, 3, 5))
            if outcome:
                close(case, outcome=outcome)

    def shown(self, day):
        """Return {year: {kind: text}} as the figures are counted on a day."""
        with mock.patch("cables.models.request_cases.today", return_value=day):
            RequestFigure.renew()
        years = self.client.get(FIGURES).context["years"]
        return {year: {row.kind: row.shown for row in rows} for year, rows in years}

    def test_past_years_are_shown_rounded(self):
        self.make(2023, 11)
        self.make(2023, 3, "granted")
        self.make(2023, 2, "")
        self.make(2023, 40, "void")
        self.make(2025, 7, "granted")
        self.make(2026, 9)
        shown = self.shown(date(2026, 11, 28))
        self.assertEqual(list(shown), [2025, 2024, 2023])
        few = "fewer than 5"
        self.assertEqual(
            shown[2023],
            {
                **{"received": "about 15", "granted": few, "partly": few, "refused": "about 10"},
                **{"withdrawn": few, "elsewhere": few, "open": few},
            },
        )
        self.assertEqual(set(shown[2024].values()), {few})

    def test_they_stay_until_the_next_year(self):
        """Else the difference between two days would tell what was decided between them."""
        self.make(2025, 5, "granted")
        before = self.shown(date(2026, 2, 3))
        self.make(2025, 20, "refused")
        RequestCase.objects.filter(outcome="granted").update(outcome="refused")
        state = State.objects.values_list("number", flat=True)
        number = list(state)
        self.assertEqual(self.shown(date(2026, 12, 31)), before)
        self.assertEqual(list(state), number)
        self.assertNotEqual(self.shown(date(2027, 1, 1)), before)

    def test_they_stay_when_personal_data_are_deleted(self):
        self.make(2025, 6)
        before = self.shown(date(2026, 2, 3))
        RequestCase.objects.all().clear_personal_data()
        self.assertEqual(self.shown(date(2027, 2, 3))[2025], before[2025])

    def test_small_numbers_all_read_alike(self):
        self.assertEqual({rounded(count) for count in range(5)}, {0})
        for count in range(5, 300):
            self.assertEqual(rounded(count) % 5, 0)
            self.assertLessEqual(abs(rounded(count) - count), 2)

    def test_turned_off_they_are_deleted(self):
        self.make(2025, 6)
        self.shown(date(2026, 2, 3))
        with self.settings(REQUEST_FIGURES=False):
            self.assertEqual(self.client.get(FIGURES).status_code, 404)
            tend_requests(0)
        self.assertFalse(RequestFigure.objects.exists())
