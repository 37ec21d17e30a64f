"""Whoever may not see requests learns of none from what was decided for one.

All that was made for a request refers to it, and so tells which cables it was about. What the desk
shows to other roles has to be the same without these references.
"""

import re

from django.test import override_settings

from cables.models import PUBLIC, BulkDecision, Proposal, RedactionSearch, RequestCase
from reading_room.approval_settings import ApprovalRule
from tests.admin.test_request_cases import close, make_case
from tests.base import TestCase
from tests.builders import load_records
from tests.desk_pages import DeskWalk
from tests.models.test_roles import make_people
from tests.opened import send
from tests.project import test_desk_leaks
from tests.slow import some
from tests.source_files import csv_record
from tests.working import work

ONE, TWO, THREE = "06BERLIN900001", "06BERLIN900002", "06BERLIN900003"
OTHER = "06BERLIN900004"  # It does not have the name.
MADE_FOR = (BulkDecision, RedactionSearch, Proposal)
# What differs each time: the token of a form, the time of a file.
VARYING = re.compile(test_desk_leaks.TOKEN.pattern + r"|\d\d:\d\d(:\d\dZ| UTC)")
RULES = {"redact": ApprovalRule(("Redactor", "Auditor", "Cataloguer"))}


class RequestLeakTests(DeskWalk, TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.people = make_people()
        records = (csv_record(each, text="1. Quinta Rossi paid.") for each in (ONE, TWO, THREE))
        load_records(*records, csv_record(OTHER))
        cls.case = make_case(places=[ONE, TWO], named=[ONE, TWO])
        redactor = cls.client_class()
        redactor.force_login(cls.people["R"])

        def decide(page, **values):
            address = f"/admin/cables/{page}{'&' if '?' in page else '?'}case={cls.case.pk}"
            send(redactor, address, {"reason": "She asked."} | values)

        decide(f"cable/withhold/?cable={ONE}", cable=ONE)
        decide("redactionsearch/add/", names="Quinta Rossi")
        work()
        RedactionSearch.objects.get().matches.update(decision="accepted")
        with override_settings(APPROVALS=RULES):
            decide(f"redaction/new/?cable={TWO}", words="paid", step="redact")
        decide(f"redactionsearch/{RedactionSearch.objects.get().pk}/decide/")
        work()

    def client_of(self, letter):
        client = self.client_class()
        client.force_login(self.people[letter])
        return client

    def told(self, letter) -> dict[str, str]:
        """Return {address: text} of the pages that links lead a role to."""
        pages = self.pages(self.client_of(letter))
        return {page: VARYING.sub("", text) for page, text in pages}

    @override_settings(APPROVALS=RULES)
    def test_pages_of_other_roles_are_the_same_without_the_request(self):
        for model in MADE_FOR:
            self.assertTrue(model.objects.filter(case=self.case).exists(), model)
        before = {letter: self.told(letter) for letter in some("CL", 2)}
        for model in MADE_FOR:
            model.objects.update(case=None)
        for letter, pages in before.items():
            after = self.told(letter)
            self.assertEqual(pages.keys(), after.keys())
            for page, text in pages.items():
                with self.subTest(letter, page=page):
                    self.assertEqual(text, after[page])
                    self.assertNotIn("case=", text)

    def test_to_name_a_request_changes_no_answer(self):
        others = RequestCase.objects.order_by("-pk").first().pk + 1
        for letter in "CL":
            client = self.client_of(letter)
            for page in (
                *("cable/?", "redactionsearch/add/?", f"correction/new/?cable={THREE}&"),
                *(f"cable/withhold/?cable={THREE}&", "proposal/?"),
            ):
                with self.subTest(letter, page=page):
                    answers = set()
                    for key in (self.case.pk, others):
                        answer = client.get(f"/admin/cables/{page}case={key}", follow=True)
                        text = VARYING.sub("", answer.content.decode())
                        text = re.sub(f"case(=|%3D){key}", "", text)
                        answers.add((answer.status_code, text))
                    self.assertEqual(len(answers), 1)

    def test_a_decision_of_who_may_not_see_it_is_not_for_it(self):
        client = self.client_of("C")
        page = f"/admin/cables/correction/new/?cable={OTHER}&case={self.case.pk}"
        values = {"field": "subject", "value": "FEES", "reason": "A misprint."}
        answer = send(client, page, values)
        self.assertIn("/cable/", answer["Location"])
        self.assertIsNone(BulkDecision.objects.latest("pk").case)

    def test_nothing_of_it_stays_with_a_request_without_its_personal_data(self):
        close(self.case)
        RequestCase.objects.all().clear_personal_data()
        for field in RequestCase._meta.related_objects:
            with self.subTest(field.name):
                rows = field.related_model.objects.filter(**{field.field.name: self.case})
                self.assertFalse(rows.exists())

    def test_readers_have_no_right_on_what_refers_to_it(self):
        related = {field.related_model for field in RequestCase._meta.related_objects}
        self.assertLessEqual(set(MADE_FOR), related)
        self.assertFalse(related & set(PUBLIC))
