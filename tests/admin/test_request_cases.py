"""Requests to take down or correct at the desk: what a curator records, decides and writes."""

from datetime import timedelta

from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group, User
from django.db import connection, transaction
from django.db.utils import IntegrityError
from django.utils import timezone

from cables.models import CaseComment, Change, LetterTemplate, RequestCase, State
from cables.models.request_cases import PERSONAL, today
from tests.base import TestCase
from tests.builders import make_cable, withhold
from tests.opened import form_of, send

BASE = "/admin/cables/requestcase/"
SECRETS = ["Quinta", "quinta@example.org", "my uncle", "because of the uncle"]


def make_case(**fields):
    """Store an open case."""
    made = {"name": "Quinta Rossi", "contact": "quinta@example.org", "message": "It is my uncle."}
    return RequestCase.objects.create(**made | fields)


def close(case, days=0, outcome="refused"):
    """Close a case so many days ago."""
    at = timezone.now() - timedelta(days=days)
    closed = {"state": "closed", "outcome": outcome, "closed": at, "reason": "x"}
    RequestCase.objects.filter(pk=case.pk).update(**closed)
    case.refresh_from_db()


class CaseTestCase(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.curator = User.objects.create_user("rita", is_staff=True)
        cls.curator.groups.add(Group.objects.get(name="Redactor"))

    def setUp(self):
        self.client.force_login(self.curator)

    def decide(self, case, name, **values):
        return send(self.client, f"{BASE}{case.pk}/{name}/", values)

    def change(self, case, **values):
        """Send the form of a case with some values changed."""
        address = f"{BASE}{case.pk}/change/"
        return self.client.post(address, form_of(self.client.get(address)) | values)


class RecordingTests(CaseTestCase):
    def add(self, **values):
        form = form_of(self.client.get(f"{BASE}add/"))
        made = {"name": "Quinta Rossi", "contact": "quinta@example.org", "message": "My uncle."}
        return self.client.post(f"{BASE}add/", form | made | values)

    def test_a_case_is_recorded_with_cables_in_any_spelling(self):
        written = "06 berlin 0900001, para 3\r\nhttps://host/cable/06BERLIN900002.html"
        answer = self.add(places=written)
        case = RequestCase.objects.get()
        self.assertRedirects(answer, f"{BASE}{case.pk}/change/")
        self.assertEqual(case.places, ["06BERLIN900001 par3", "06BERLIN900002"])
        self.assertEqual(case.named, ["06BERLIN900001", "06BERLIN900002"])
        self.assertEqual((case.state, case.received), ("new", today()))

    def test_the_day_due_is_a_setting(self):
        with self.settings(REQUEST_DAYS=12):
            self.add()
        self.assertEqual(RequestCase.objects.get().due, today() + timedelta(days=12))

    def test_what_cannot_be_right_is_refused(self):
        tomorrow = today() + timedelta(days=1)
        for values, sentence in (
            ({"places": "the one about fees"}, "“the one about fees” names no cable"),
            ({"received": f"{tomorrow}"}, "Write a day from 2000 until today."),
            ({"received": "1906-01-01"}, "Write a day from 2000 until today."),
            ({"due": "2001-01-01"}, "It cannot be due before it was received."),
            ({"name": ""}, "This field is required."),
        ):
            with self.subTest(values):
                self.assertContains(self.add(**values), sentence)
        self.assertFalse(RequestCase.objects.exists())

    def test_the_page_says_what_each_cable_is(self):
        make_cable("06BERLIN900001")
        withhold(make_cable("06BERLIN900002"), "A witness.")
        make_cable("06BERLIN900003", facts={"redacted": [["", "A reason."]]})
        numbers = [f"06BERLIN90000{number}" for number in range(1, 5)]
        case = make_case(places=[*numbers, "06BERLIN900001 par9"], named=numbers)
        page = self.client.get(f"{BASE}{case.pk}/change/")
        for end in (
            *("06BERLIN900001</a> is published</p>", "06BERLIN900002</a> is withheld</p>"),
            "06BERLIN900003</a> is published, and redacted in a part</p>",
            *("06BERLIN900004 is not here</p>", "is published; has no paragraph 9</p>"),
        ):
            with self.subTest(end):
                self.assertContains(page, end)

    def test_a_change_takes_a_reason_which_stays_with_the_case(self):
        case = make_case()
        refused = self.change(case, state="working")
        self.assertContains(refused, "Say why")
        changed = self.change(case, state="working", why="She sent a passport.")
        self.assertEqual(changed.status_code, 302)
        comment = case.comments.get()
        self.assertIn("She sent a passport.", comment.text)
        self.assertIn("new → working", comment.text)
        self.assertEqual(comment.by, self.curator)

    def test_the_state_of_the_archive_does_not_move(self):
        """Else readers could see that something came in, and when it was decided."""
        before = list(State.objects.values_list("number", flat=True))
        self.add()
        case = RequestCase.objects.get()
        self.change(case, state="working", why="x")
        self.decide(case, "close", outcome="refused", reason="x")
        self.assertEqual(list(State.objects.values_list("number", flat=True)), before)

    def test_numbers_do_not_count(self):
        numbers = {make_case().number for _ in range(20)}
        self.assertEqual(len(numbers), 20)
        for number in numbers:
            self.assertRegex(number, rf"^{today().year}-[2-9B-Z]{{6}}$")


class WorkListTests(CaseTestCase):
    @classmethod
    def setUpTestData(cls):
        super().setUpTestData()
        day = today()
        cls.late = make_case(due=day - timedelta(days=1), named=["06BERLIN900001"])
        cls.today = make_case(due=day, assigned=cls.curator)
        cls.early = make_case(due=day + timedelta(days=9), name="Sexta Bianchi")
        cls.done = make_case(due=day - timedelta(days=50))
        close(cls.done)

    def listed(self, query=""):
        cases = self.client.get(f"{BASE}{query}").context["cl"].result_list
        return [case.pk for case in cases]

    def test_open_cases_stand_by_the_day_they_are_due(self):
        self.assertEqual(self.listed(), [self.late.pk, self.today.pk, self.early.pk])

    def test_overdue_ones_are_marked_and_counted_on_the_first_page(self):
        page = self.client.get(BASE)
        self.assertContains(page, f'<strong class="overdue">{self.late.due} overdue</strong>')
        self.assertContains(page, 'class="overdue"', count=1)
        home = self.client.get("/admin/")
        self.assertContains(home, '<strong class="overdue">1 overdue</strong>', 1)

    def test_other_lists(self):
        for query, cases in (
            ("?which=overdue", [self.late]),
            ("?which=mine", [self.today]),
            ("?which=nobody", [self.late, self.early]),
            ("?which=closed", [self.done]),
            ("?which=all", [self.done, self.late, self.today, self.early]),
            ("?which=nonsense", [self.late, self.today, self.early]),
            (f"?q={self.late.number}", [self.late]),
            ("?q=bianchi", [self.early]),
            (f"?q={self.done.number}", [self.done]),
            (f"?q={self.done.number}&which=open", []),
            ("?q=06+Berlin+0900001", [self.late]),
        ):
            with self.subTest(query):
                self.assertEqual(self.listed(query), [case.pk for case in cases])

    def test_a_case_is_found_by_a_former_reference_of_its_cable(self):
        cable = make_cable("06BERLIN900001")
        cable.former_references.create(reference="06BONN900001", kind="renamed")
        self.assertEqual(self.listed("?q=06BONN900001"), [self.late.pk])

    def test_the_page_of_a_cable_leads_to_its_cases(self):
        for reference, has in (("06BERLIN900001", True), ("06BERLIN900002", False)):
            cable = make_cable(reference)
            page = self.client.get(f"/admin/cables/cable/{cable.pk}/change/")
            link = f'href="{BASE}?q={reference}&amp;which=all"'
            self.assertEqual(link in page.content.decode(), has)


class DecidingTests(CaseTestCase):
    def test_a_case_is_closed_with_a_reason_and_a_letter(self):
        case = make_case(places=["06BERLIN900001 par3"])
        response = self.decide(case, "close", outcome="refused", reason="It is on record.")
        self.assertRedirects(response, f"{BASE}{case.pk}/change/")
        case.refresh_from_db()
        self.assertEqual((case.state, case.outcome), ("closed", "refused"))
        for words in ("Quinta Rossi", case.number, "06BERLIN900001, paragraph 3", "on record"):
            with self.subTest(words):
                self.assertIn(words, case.letter)
        page = self.client.get(f"{BASE}{case.pk}/change/")
        self.assertContains(page, "Refused. It is on record.")
        self.assertNotIn("state", page.context["adminform"].form.fields)

    def test_a_closed_case_cannot_be_changed_and_is_reopened(self):
        case = make_case()
        close(case)
        self.assertEqual(self.client.post(f"{BASE}{case.pk}/change/", {}).status_code, 403)
        self.decide(case, "reopen", reason="She wrote again.")
        case.refresh_from_db()
        self.assertEqual((case.state, case.outcome, case.closed), ("working", "", None))

    def test_a_letter_begins_with_a_template_and_is_edited(self):
        case = make_case()
        address = f"{BASE}{case.pk}/letter/"
        receipt = LetterTemplate.objects.get(occasion="receipt")
        page = send(self.client, address, {"template": receipt.pk, "step": "fill"})
        filled = form_of(page)
        self.assertIn(case.number, filled["text"][0])
        case.refresh_from_db()
        self.assertEqual(case.letter, "")
        self.client.post(address, filled | {"text": "Dear Quinta", "is_sent": "on"})
        case.refresh_from_db()
        self.assertEqual(case.letter, "Dear Quinta")
        self.assertIn("Dear Quinta", case.comments.get().text)

    def test_a_letter_that_was_written_is_not_lost_when_the_case_is_closed(self):
        case = make_case()
        address = f"{BASE}{case.pk}/letter/"
        self.client.post(address, form_of(self.client.get(address)) | {"text": "Dear Quinta"})
        self.decide(case, "close", outcome="refused", reason="x")
        kept = case.comments.filter(text__contains="Dear Quinta")
        self.assertEqual(kept.count(), 1)
        case.refresh_from_db()
        self.assertNotEqual(case.letter, "Dear Quinta")

    def test_templates_are_edited_and_checked(self):
        row = LetterTemplate.objects.get(occasion="refused")
        address = f"/admin/cables/lettertemplate/{row.pk}/change/"
        for text, sentence in (
            ("Dear $surname", "$surname stands for nothing."),
            ("It costs 5 $", "A $ begins the name of a placeholder"),
        ):
            with self.subTest(text):
                self.assertContains(
                    send(self.client, address, {"text": text, "why": "x"}), sentence
                )
        answer = send(self.client, address, {"text": "No, $name. 5 $$", "why": "Shorter."})
        self.assertEqual(answer.status_code, 302)
        case = make_case()
        self.decide(case, "close", outcome="refused", reason="x")
        case.refresh_from_db()
        self.assertEqual(case.letter, "No, Quinta Rossi. 5 $")

    def test_two_curators_at_once(self):
        case = make_case()
        opened = form_of(self.client.get(f"{BASE}{case.pk}/close/"))
        self.change(case, state="waiting", why="She is to send a passport.")
        late = opened | {"outcome": "refused", "reason": "x"}
        again = self.client.post(f"{BASE}{case.pk}/close/", late)
        self.assertContains(again, "Somebody changed this case meanwhile.")
        case.refresh_from_db()
        self.assertEqual(case.state, "waiting")
        self.client.post(f"{BASE}{case.pk}/close/", form_of(again))
        case.refresh_from_db()
        self.assertEqual(case.state, "closed")

    def test_comments_are_only_added(self):
        case = make_case()
        self.decide(case, "comment", text="She telephoned.")
        page = self.client.get(f"{BASE}{case.pk}/change/")
        self.assertContains(page, "She telephoned.")
        for change in (
            "UPDATE cables_casecomment SET text = 'x'",
            "DELETE FROM cables_casecomment",
        ):
            with self.subTest(change), self.assertRaises(IntegrityError), transaction.atomic():
                connection.cursor().execute(change)


class PersonalDataTests(CaseTestCase):
    def make_history(self):
        """Return a case through which everything was done that can be."""
        form = form_of(self.client.get(f"{BASE}add/"))
        typed = {"name": "Quinta Rossi", "contact": "quinta@example.org"}
        typed |= {"message": "It is my uncle.", "places": "06BERLIN900001"}
        self.client.post(f"{BASE}add/", form | typed)
        case = RequestCase.objects.get()
        self.change(case, name="Quinta Rossi-Bianchi", why="Quinta married my uncle.")
        self.decide(case, "comment", text="Quinta telephoned.")
        self.decide(case, "letter", text="Dear Quinta", is_sent="on")
        self.decide(case, "close", outcome="partly", reason="because of the uncle")
        return case

    def test_the_log_has_the_number_and_the_outcome_only(self):
        case = self.make_history()
        entries = Change.objects.order_by("pk").values_list("action", "what", "reason")
        what = f"case {case.number}"
        self.assertEqual(
            list(entries),
            [
                *(("added", what, ""), ("changed", what, ""), ("commented", what, "")),
                *(("letter sent", what, ""), ("closed", what, "Granted in part")),
            ],
        )
        told = str(list(LogEntry.objects.values_list("object_repr", "change_message")))
        for secret in SECRETS:
            self.assertNotIn(secret, told)

    def test_personal_data_are_deleted_when_their_time_is_over(self):
        case = self.make_history()
        RequestCase.objects.filter(pk=case.pk).update(
            closed=timezone.now() - timedelta(days=29, hours=23)
        )
        with self.settings(REQUEST_RETENTION_DAYS=30):
            self.assertEqual(RequestCase.objects.expired().clear_personal_data(), 0)
        with self.settings(REQUEST_RETENTION_DAYS=29):
            self.assertEqual(RequestCase.objects.expired().clear_personal_data(), 1)
        case.refresh_from_db()
        self.assertEqual({name: getattr(case, name) for name in PERSONAL}, PERSONAL)
        self.assertFalse(CaseComment.objects.exists())
        self.assertEqual(case.outcome, "partly")
        last = Change.objects.first()
        self.assertEqual((last.action, last.reason), ("cleared", "Granted in part"))
        page = self.client.get(f"{BASE}{case.pk}/change/")
        self.assertContains(page, "The personal data of this case were deleted")
        self.assertEqual(page.context["tools"], [])

    def test_every_field_with_a_text_is_personal_or_a_choice(self):
        """A field that is added later is deleted too, or named here."""
        kept = {"number", "kind", "way", "state", "outcome"}
        texts = {"CharField", "TextField", "ArrayField", "JSONField"}
        fields = RequestCase._meta.get_fields()
        named = {each.name for each in fields if type(each).__name__ in texts}
        self.assertEqual(named - kept, set(PERSONAL))

    def test_open_cases_keep_theirs(self):
        case = make_case(received=today() - timedelta(days=4_000))
        RequestCase.objects.all().clear_personal_data()
        RequestCase.objects.expired().clear_personal_data()
        case.refresh_from_db()
        self.assertEqual(case.name, "Quinta Rossi")

    def test_a_curator_deletes_them_at_once(self):
        case = make_case()
        close(case, outcome="void")
        self.assertContains(self.decide(case, "clear"), "This field is required.")
        self.decide(case, "clear", is_sure="on")
        case.refresh_from_db()
        self.assertEqual(case.name, "")
