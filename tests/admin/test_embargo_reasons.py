"""The reason of an embargo of cables, and of its undoing: who is told it, and what is compared."""

from django.db import transaction

from cables.models import BulkDecision, Cable, Change
from tests.admin.test_bulk_decisions import DECISIONS, ONE, TWO, BulkTestCase
from tests.builders import forget_counts, make_curator, withhold
from tests.curation.test_archive_redactions import redact_all, search_for
from tests.opened import send
from tests.source_files import csv_record

NAME, NONSENSE = "Bogdana Krasnitska", "Lothar Wolfermann"
DUE = {"due": "2099-01-01T12:00"}


class EmbargoReasonTests(BulkTestCase):
    """Some of the cables are withheld already: readers are told the reason of that, no other."""

    rights = ("withhold_cable", "view_cable", "view_bulkdecision", "view_change")

    def setUp(self):
        super().setUp()
        self.load(csv_record("09ROME900009", text=f"{NAME} raised the fees."))
        redactor = make_curator("rita", "redact_cable", "see_sealed")
        redact_all(search_for(redactor, [NAME]), redactor, "A witness is named.")
        withhold(Cable.objects.get(reference=ONE), "A ship.")
        forget_counts()

    def reasons(self, action):
        rows = Change.objects.filter(action=action, reason__startswith="Of")
        return set(rows.values_list("reason", flat=True))

    def decide_on_one(self, reason):
        address = f"/admin/cables/cable/embargo/?cable={ONE}"
        send(self.client, address, DUE | {"reason": reason})
        self.decision = BulkDecision.objects.latest("pk")

    def test_one_that_readers_are_never_told_is_kept_as_typed(self):
        """Else whoever may withhold would learn whether a name is redacted over the archive."""
        ways = (
            self.decide_on_one,
            lambda reason: self.decide("embargo", ONE, reason=reason, **DUE),
        )
        for decide in ways:
            for word in (NAME, NONSENSE):
                with self.subTest(word), transaction.atomic():
                    decide(f"Of {word}.")
                    self.undo(f"Of no {word}.")
                    self.assertEqual(self.decision.state, "undone")
                    told = {f"Of {word}.", f"Of no {word}."}
                    self.assertEqual(self.reasons("embargoed"), told)
                    transaction.set_rollback(True)

    def test_one_that_readers_may_be_told_loses_what_is_redacted(self):
        self.decide("embargo", ONE, TWO, reason=f"Of {NAME}.", **DUE)
        self.undo(f"Of no {NAME}.")
        self.assertEqual(self.decision.state, "undone")
        self.assertEqual(self.reasons("withheld"), {"Of [redacted]."})
        self.assertEqual(self.reasons("published"), {"Of no [redacted]."})

    def test_one_that_readers_are_never_told_is_not_shown_on_the_page_of_the_decision(self):
        other = make_curator("otto", "view_bulkdecision")
        for references, is_told in (([ONE], False), ([ONE, TWO], True)):
            with self.subTest(references):
                self.client.force_login(self.curator)
                self.decide("embargo", *references, reason="Of a berth.", **DUE)
                self.client.force_login(other)
                page = self.client.get(f"{DECISIONS}{self.decision.pk}/change/")
                self.assertEqual(b"Of a berth." in page.content, is_told)
