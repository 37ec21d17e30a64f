"""Every decision at the desk is refused without the stamp of the page that was opened.

The tables here must have every address of a decision; a test fails for a new one.
"""

import re
import shutil
import tempfile
import unittest
from copy import copy
from itertools import cycle
from pathlib import Path
from unittest import mock

from django.contrib import admin
from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Model
from django.urls import reverse

from cables import loader
from cables.admin.loads import load_admin
from cables.admin.redaction_search import redaction_search_admin
from cables.admin.redaction_search.decide_on_searches import SearchStep
from cables.curation.origin_tag_merges import merge
from cables.curation.redactions_and_corrections import correct_cable, redact_cable
from cables.decisions.batches import carry_out_decision, choose_for_decision, preview_decision
from cables.decisions.kinds import RowButton
from cables.decisions.proposal_steps import PROPOSAL_STEPS
from cables.models import (
    Cable,
    Change,
    FormerReference,
    Left,
    Load,
    LoadRow,
    PersonEntry,
    PersonRuling,
    RedactionMatch,
    RedactionSearch,
    Tag,
    VolumePage,
    VolumeWithholding,
)
from cables.telegram.apply_redactions import EVERYWHERE, Strike
from tests.admin.test_loads import ONE, THREE, TWO, LoadsTestCase
from tests.admin.test_request_cases import close, make_case
from tests.builders import withhold
from tests.loader.test_volumes import OTHER, VOLUME, row
from tests.opened import form_of
from tests.paths import PROJECT
from tests.slow import SLOW
from tests.source_files import csv_record
from tests.working import work

FOUR = "09ROME900007"
ROWS = ("changelist", "add", "change", "delete", "history")  # Of tests/admin/test_desk_forms.py.
# What changes nothing, or names itself what it is about.
OTHERS = {
    *("cables_article_preview", "cables_page_preview", "cables_note_preview"),
    *("cables_load_failed", "cables_load_preview", "cables_change_csv", "cables_change_jsonl"),
    *("cables_cable_csv", "cables_cable_paste", "cables_cable_save_search"),
    *("cables_collection_ead", "cables_collection_originals"),
    "cables_redactionsearch_names",  # It starts a search for the words that are ticked.
    # Each match or form is sent with the decision that was shown, the last decision on many with
    # what it changed: tested in tests/admin/test_redaction_search_review.py.
    *(f"cables_redactionsearch_{name}" for name in ("forms", "review", "take_back")),
    # Their stamps are tested in tests/admin/test_bulk_decision_undo.py.
    *("cables_bulkdecision_cancel", "cables_bulkdecision_resume"),
    # Tested in tests/admin/test_article_forms.py.
    *(f"cables_{kind}_{step}" for kind in ("article", "page") for step in ("restore", "forget")),
    "cables_picture_file",
    "cables_cable_erase",  # Tested in tests/admin/test_approvals.py.
    # Tested in tests/admin/test_proposals.py.
    *(f"cables_{name}" for kind in PROPOSAL_STEPS for name in kind.pages),
    *("cables_left_matters", "cables_left_cables", "cables_left_rules"),
    # Matters that are assigned are sent with whom the page showed: test_matter_decisions.py.
    "cables_left_assign",
    *("cables_load_queue", "cables_loadrow_calendar", "cables_loadrow_ics"),
    # Tested in tests/admin/test_load_queue.py and test_column_mappings.py.
    *("cables_load_move", "cables_load_columns"),
    "cables_left_work",  # Matters that are ticked have keys that say what was noticed.
}
WRONG = (None, "", "x", "0.0", "\0", "7" * 5_000)
OF_NEXT_PAGE = cycle(WRONG[1:])
SEND_AGAIN = "send it once more"
FASTER = "Somebody was faster"
WHY = "It names a ship & a port."
WITHOUT_REASON = ("text", "is_sure")  # What is kept of decisions that take no reason.


def wrong_stamps():
    """Return what to try on a page: no stamp and one of the wrong ones in turn, or all if slow."""
    return WRONG if SLOW else (None, next(OF_NEXT_PAGE))


def own_addresses():
    """Return the URL names of the desk beside those of Django's own pages of rows."""
    found = set()
    for model, site in admin.site._registry.items():
        start = f"{model._meta.app_label}_{model._meta.model_name}"
        names = {pattern.name for pattern in site.get_urls() if pattern.name}
        if model._meta.app_label == "cables":
            found |= names - {f"{start}_{each}" for each in ROWS}
    return found


class DecisionPagesTestCase(LoadsTestCase):
    """An archive in which every page of a decision has something to decide on."""

    @classmethod
    def setUpTestData(cls):
        super().setUpTestData()
        cls.curator = User.objects.create_superuser("root")
        folder = Path(cls.enterClassContext(tempfile.TemporaryDirectory()))
        cls.uploaded, cls.kept = folder / "now", folder / "kept"
        cls.uploaded.mkdir()
        maker = cls()  # A test that is not run: what it uploads is for all tests of the class.
        maker.client = cls.client_class()
        maker.client.force_login(cls.curator)
        maker.use(cls.uploaded)
        maker.make_archive()
        maker.doCleanups()
        shutil.copytree(cls.uploaded, cls.kept)
        for name, value in vars(maker).items():
            if isinstance(value, Model):
                setattr(cls, name, value)

    def setUp(self):
        super().setUp()
        shutil.rmtree(self.uploaded)  # A load deletes its file.
        shutil.copytree(self.kept, self.uploaded)
        self.use(self.uploaded)

    def make_archive(self):
        self.loaded, self.held_back = self.apply(csv_record(ONE)), self.apply(csv_record(TWO))
        self.cable = Cable.objects.get(reference=ONE)
        withhold(Cable.objects.get(reference=TWO), "A ship.", self.curator)
        self.apply(csv_record(TWO, text="Fees fell."))
        self.held = LoadRow.objects.get(outcome="held")
        self.apply(csv_record(THREE), due="2099-03-01T12:00", reason="As agreed.")
        loader.load(VOLUME)
        self.apply(row(body=OTHER))
        self.left_row = copy(self.held)
        self.left_row.pk, self.left_row.position = None, self.held.position + 1
        self.left_row.outcome, self.left_row.digest = "left", "of another"
        self.left_row.save()
        self.of_another = LoadRow.objects.get(reference="56LISBON412", outcome="held")
        self.apply(csv_record(FOUR, classification="HUSH"))
        self.rejected = LoadRow.objects.get(outcome="rejected")
        self.discarded = self.load(csv_record("09ROME900006"))
        self.do(self.discarded, "discard")
        self.waiting = self.load(csv_record("09ROME900004"))
        self.compared = self.load(csv_record("09ROME900005"))
        self.do(self.waiting, "apply")
        self.make_decisions()

    def apply(self, *records, **values):
        load = self.load(*records, **values)
        self.do(load, "apply")
        work()
        return load

    def make_decisions(self):
        by, reason = self.curator, "A slip."
        self.redaction = redact_cable(self.cable, Strike(EVERYWHERE, ("rose",)), reason, by)
        correct_cable(self.cable, "subject", "DUES", reason, by)
        self.correction = self.cable.corrections.get()
        self.former = FormerReference.objects.create(
            cable=self.cable, reference="09BONN7", kind="renamed"
        )
        for code in ("PRELXX", "PREL", "PGOVXX", "PGOV"):
            Tag.objects.get_or_create(code=code, defaults={"kind": "subject"})
        self.merged = merge("tag", "PRELXX", ["PREL"], reason, by)
        block = {"kind": "p", "text": "Fees.", "depth": 0, "links": []}
        self.page = VolumePage.objects.create(
            volume="frus1", name="preface", position=0, blocks=[block]
        )
        self.part = VolumeWithholding.objects.create(
            volume="frus2", name="preface", reason=reason, by=by
        )
        self.make_persons()
        one = Cable.objects.filter(pk=self.cable.pk)
        self.chosen = choose_for_decision("withhold", one.primary_keys(), by)
        preview_decision(self.chosen, {}, "")
        self.decided = choose_for_decision("annotate", one.primary_keys(), by)
        preview_decision(self.decided, {"text": "A note."}, "")
        carry_out_decision(self.decided)
        preview_decision(self.chosen, {}, "")
        Cable.objects.filter(pk=self.cable.pk).update(warnings=[["M-10", "Another day."]])
        self.left = Left.objects.create(kind="held", key="x", label="A row", reason="So.", by=by)
        self.case, self.closed_case = make_case(), make_case()
        close(self.closed_case)
        self.searched = self.make_search("searched", decision="accepted")
        self.redacted = self.make_search(
            "redacted", task="redacting", decision="accepted", redaction=self.redaction
        )
        word = {"name": "Vandermeulen", "form": "Vandermeulen", "key": "vandermeulen"}
        self.redacted.standing.create(use="redact", **word)

    def make_persons(self):
        self.entry, self.same, self.another = (
            PersonEntry.objects.create(
                volume=f"frus195{number}", key="p_RM1", name="Rell, Maro", surname="rell", slug=slug
            )
            for number, slug in ((5, "maro-rell"), (6, "maro-rell"), (9, "maro-rell-2"))
        )
        self.ruling = PersonRuling.objects.create(
            **{"volume": "frus1955", "key": "p_OA1", "other_volume": "frus1956"},
            **{"other_key": "p_OA1", "are_one": True, "reason": WHY, "by": self.curator},
        )

    def make_search(self, state, task="searching", **of_match):
        """Store a search with one match, in the cable that is not withheld."""
        values = {"state": state, "task": task, "phrases": ["dues"], "decided_by": self.curator}
        search = RedactionSearch.objects.create(by=self.curator, **values)
        words = {"phrase": "dues", "form": "dues", "key": "dues"}
        RedactionMatch.objects.create(search=search, cable=self.cable, **words | of_match)
        return search

    def decisions(self):
        """Return {URL name: [(arguments, query string, form data)]}."""
        one, two = f"?cable={ONE}", f"?cable={TWO}"
        embargo = f"?load={Load.objects.get(rows__reference=THREE).pk}"
        fact = {"field": "classification", "value": "SECRET"}
        merged = {"kind": "tag", "name": "PGOVXX", "into": "PGOV", "step": "merge"}
        words = {"place": "", "words": "Fees", "step": "redact"}
        time, repaired = {"due": "2098-01-01T00:00"}, csv_record(FOUR).replace("\n", "\r\n")
        return {
            "cables_cable_withhold": [((), one, {})],
            "cables_cable_publish": [((), two, {})],
            "cables_cable_annotate": [((), one, {})],
            "cables_cable_embargo": [((), one, time)],
            "cables_bulkdecision_decide": [((self.chosen.pk,), "", {"step": "apply"})],
            "cables_bulkdecision_undo": [((self.decided.pk,), "", {})],
            "cables_correction_new": [((), one, fact)],
            "cables_correction_undo": [((self.correction.pk,), "", {})],
            "cables_correction_former": [((), one, {"reference": "09BONN8"})],
            "cables_correction_lead": [((), "", {"reference": "09BONN9", "cable": ONE})],
            "cables_correction_forget": [((self.former.pk,), "", {})],
            "cables_redaction_new": [((), one, words)],
            "cables_redaction_lift": [((self.redaction.pk,), "", {})],
            "cables_merge_new": [((), "", merged)],
            "cables_merge_undo": [((self.merged.pk,), "", {})],
            "cables_loadrow_apply": [((self.held.pk,), "", {})],
            "cables_loadrow_publish": [((self.of_another.pk,), "", {})],
            "cables_loadrow_leave": [((self.held.pk,), "", {})],
            "cables_loadrow_repair": [((self.rejected.pk,), "", {"text": repaired})],
            "cables_loadrow_take_back": [((self.left_row.pk,), "", {})],
            "cables_loadrow_embargo": [
                ((name,), embargo, time) for name in ("release", "move", "withdraw")
            ],
            **self.decisions_on_cases_and_searches(),
        }

    def decisions_on_cases_and_searches(self):
        """Return those on loads, requests, work lists, volumes, and over the archive."""
        case, closed = (self.case.pk,), (self.closed_case.pk,)
        return {
            "cables_load_decide": [
                ((self.loaded.pk, "withhold"), "", {}),
                ((self.held_back.pk, "publish"), "", {}),
            ],
            "cables_left_changelist": [
                ((), "", {"action": "take_back", "_selected_action": self.left.pk})
            ],
            "cables_left_all": [(("M-10",), "", {})],
            "cables_left_switch": [(("cables", "M-10", state), "", {}) for state in ("off", "on")],
            "cables_volumepage_withhold": [((self.page.pk,), "", {"part": ""})],
            "cables_volumewithholding_publish": [((self.part.pk,), "", {})],
            "cables_personentry_join": [((self.entry.pk,), "", {"other": self.another.pk})],
            "cables_personentry_separate": [((self.entry.pk,), "", {"other": self.same.pk})],
            "cables_personruling_undo": [((self.ruling.pk,), "", {})],
            "cables_redactionsearch_decide": [((self.searched.pk,), "", {})],
            "cables_redactionsearch_undo": [((self.redacted.pk,), "", {})],
            "cables_redactionsearch_end": [((self.redacted.pk,), "", {})],
            "cables_requestcase_comment": [(case, "", {"text": WHY}), (closed, "", {"text": WHY})],
            "cables_requestcase_letter": [(case, "", {"text": WHY}), (closed, "", {"text": WHY})],
            "cables_requestcase_close": [(case, "", {"outcome": "refused"})],
            "cables_requestcase_reopen": [(closed, "", {})],
            "cables_requestcase_clear": [(closed, "", {"is_sure": "on"})],
        }


# What a button does without a page first: each stops, goes on, or is taken back by another.
AT_ONCE = {
    *("StopSearch", "ResumeSearch", "RestoreSearch", "CancelDecision", "ResumeDecision"),
    "RedactLeft",  # What was decided with a reason, and is lifted as one.
    *("ApplyLoad", "CompareLoad", "CancelLoad", "TakeUpLoad"),
}
ONE_CLICK = {
    "cables_redactionsearch_take_back",  # The undo itself.
    *("cables_load_move", "cables_cable_paste", "cables_cable_save_search"),
}


def kinds_below(kind):
    """Yield all kinds that build on one."""
    for each in kind.__subclasses__():
        yield each
        yield from kinds_below(each)


class OneClickTests(unittest.TestCase):
    def test_what_a_button_does_at_once_is_known_to_do_no_harm(self):
        buttons = [each for each in kinds_below(RowButton) if each.is_button]
        made = {each.__name__ for each in buttons if {"name", "pages"} & vars(each).keys()}
        self.assertEqual(made - {"SearchStep"}, AT_ONCE)

    def test_other_forms_are_on_the_page_that_they_are_sent_to(self):
        found = set()
        for template in (PROJECT / "templates/admin").rglob("*.html"):
            for form in re.findall(r"<form [^>]*?method=\"post\".*?>", template.read_text()):
                found |= set(re.findall(r"action=\"(.*?)\"", form))
        own = {"{{ request.path }}", "{{ address }}", "{{ app_path }}"}
        names = {
            re.sub(r".*'admin:(\w+)'.*|.*% url (route).*", r"\1\2", each) for each in found - own
        }
        pages = {f"cables_{page}" for kind in kinds_below(RowButton) for page in kind.pages}
        self.assertEqual(names - pages - {"route"}, ONE_CLICK)


class StampTests(DecisionPagesTestCase):
    def steps(self):
        """Return {URL name of a step: a load for which it is possible}."""
        steps = dict.fromkeys(load_admin.STEPS, self.compared) | {"cancel": self.waiting}
        steps |= dict.fromkeys(("take_up", "forget"), self.discarded)
        return {f"cables_load_{name}": load for name, load in steps.items()}

    def test_this_table_has_every_address_of_a_decision(self):
        steps = {*self.steps(), "cables_redactionsearch_step"}
        known = {*self.decisions(), *steps, *OTHERS} - {"cables_left_changelist"}
        self.assertEqual(own_addresses() ^ known, set())

    def test_a_decision_without_a_valid_stamp_is_refused_and_the_input_kept(self):
        before = list(Change.objects.values_list("pk", flat=True))
        for name, ways in self.decisions().items():
            for key, query, typed in ways:
                address = f"{reverse(f'admin:{name}', args=key)}{query}"
                written = {name: typed[name] for name in WITHOUT_REASON if name in typed}
                written = written or {"reason": WHY}
                sent = typed | written
                for stamp in wrong_stamps():
                    with self.subTest(address, stamp=stamp and stamp[:9]):
                        given = {} if stamp is None else {"stamp": stamp}
                        answer = self.client.post(address, sent | given)
                        self.assertContains(answer, SEND_AGAIN)
                        for field, value in written.items():
                            self.assertEqual(form_of(answer)[field], [value])
                        self.assertEqual(list(Change.objects.values_list("pk", flat=True)), before)
                with self.subTest(address), transaction.atomic():
                    done = self.client.post(address, form_of(answer) | sent)
                    self.assertEqual(done.status_code, 302)
                    self.assertNotEqual(list(Change.objects.values_list("pk", flat=True)), before)
                    transaction.set_rollback(True)

    def test_a_step_of_a_load_without_a_valid_stamp_is_refused(self):
        before = list(Load.objects.values("pk", "state", "cancel"))
        for name, load in self.steps().items():
            address = reverse(f"admin:{name}", args=[load.pk])
            for stamp in wrong_stamps():
                with self.subTest(address, stamp=stamp and stamp[:9]):
                    given = {} if stamp is None else {"stamp": stamp}
                    self.assertContains(self.client.post(address, given, follow=True), FASTER)
                    self.assertEqual(list(Load.objects.values("pk", "state", "cancel")), before)

    def searches(self):
        """Return {step of a redaction over the archive: a search for which it is possible}."""
        left = {"decision": "accepted", "problem": "It was changed."}
        return {
            "cancel": self.make_search("waiting"),
            "resume": self.make_search("stopped"),
            "again": self.make_search("redacted", "redacting", **left),
            "forget": self.make_search("lifted"),
            "discard": self.make_search("searched"),
            "restore": self.make_search("discarded"),
            "delete": self.make_search("discarded"),
        }

    def test_a_step_of_a_search_without_a_valid_stamp_is_refused(self):
        searches = self.searches()
        self.assertEqual(set(searches), set(SearchStep.named))
        for step, search in searches.items():
            address = reverse("admin:cables_redactionsearch_step", args=[search.pk, step])
            rows = RedactionSearch.objects.filter(pk=search.pk)
            before = list(rows.values())
            for stamp in wrong_stamps():
                with self.subTest(address, stamp=stamp and stamp[:9]):
                    given = {} if stamp is None else {"stamp": stamp}
                    answer = self.client.post(address, given, follow=True)
                    self.assertContains(answer, redaction_search_admin.CHANGED)
                    self.assertEqual(list(rows.values()), before)
            with self.subTest(address):
                page = reverse("admin:cables_redactionsearch_change", args=[search.pk])
                self.client.post(address, {"stamp": self.client.get(page).context["stamp"]})
                self.assertNotEqual(list(rows.values()), before)

    def test_a_decision_on_very_many_cables_is_refused_if_one_changed(self):
        address = reverse("admin:cables_load_decide", args=[self.loaded.pk, "withhold"])
        with mock.patch("cables.decisions.batches.is_at_once", return_value=False):
            sent = form_of(self.client.get(address)) | {"reason": WHY}
            correct_cable(self.cable, "classification", "SECRET", "A slip.", self.curator)
            answer = self.client.post(address, sent)
            self.assertContains(answer, "Somebody changed one of these cables meanwhile")
            self.assertEqual(work(), ["apply_load"])
            answer = self.client.post(address, form_of(answer), follow=True)
            self.assertContains(answer, "the worker does it")
