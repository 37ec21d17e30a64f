"""Who may not see sealed words cannot test guesses at the desk: all answers are the same."""

import json
import re

from django.apps import apps
from django.contrib.auth.models import Group, User
from django.db import connection, transaction
from django.test import override_settings

from cables.admin.text_versions import keep_version
from cables.curation.redactions_and_corrections import redact_cable
from cables.loader import load
from cables.models import (
    Article,
    Cable,
    Change,
    CitingWork,
    Correction,
    Load,
    LoadRow,
    Page,
    Proposal,
    StandingForm,
    VolumeWithholding,
)
from cables.models.roles import make_roles
from cables.operations.load_mail import LoadEvent, text_of_mail
from cables.telegram.apply_redactions import EVERYWHERE, Strike
from reading_room.approval_settings import ApprovalRule
from tests.admin.test_loads import ADD, steps
from tests.base import TestCase
from tests.builders import forget_counts, load_records, make_curator, withhold
from tests.curation.test_archive_redactions import redact_all, search_for
from tests.opened import form_of, send, stamps
from tests.slow import some
from tests.source_files import csv_file, csv_record
from tests.working import work

REDACTED, WITHHELD, PUBLIC, ERASED = (f"09ROME90000{number}" for number in (1, 2, 3, 4))
CLEAN = "09ROME900005"  # Nothing in it is redacted.
SECRET, NONSENSE = "Quinto Rossi", "Quenby Rapid"
TEXT = "1. The harbor is calm.\n\n2. {} keeps the light of it.\n\n3. Nobody else may enter it."
BOTH = ApprovalRule(("Cataloguer", "Releaser"))  # Neither sees sealed words.
KEYS = "keys of new rows"
KINDS = ("created", "changed", "noted", "waiting", "held", "rejected", "unchanged")
# What differs in each request: tokens, times, keys of rows, digests of files.
CHANGING = re.compile(
    r'name="(csrfmiddlewaretoken|stamp)" value="\w+"'
    r"|[\d-]{10}( |T)[\d:.]+|\w+\.? \d+, 20\d\d, [^<]*"
    r"|\b[0-9a-f]{64}\b|(?<=/)\d+(?=/)|(?<=oad )\d+|(?<=[:;\x22][ >])\d+(?=: )|(?<==)\d+"
    r"|\b\d\d:\d\d\b|(?<=row )\d+|(?<=value=\x22)\d+|(?<=roposal )\d+"
)


class GuessTestCase(TestCase):
    """A redacted, a withheld, a public and an erased cable, and an account of each role."""

    @classmethod
    def setUpTestData(cls):
        make_roles(apps)
        cls.root = User.objects.create_superuser("root")
        names = (REDACTED, WITHHELD, PUBLIC, ERASED)
        records = (csv_record(name, text=TEXT.format(SECRET)) for name in names)
        load_records(*records)
        cable = Cable.objects.get(reference=REDACTED)
        redact_cable(cable, Strike(EVERYWHERE, (SECRET,)), "A witness.", cls.root)
        withhold(Cable.objects.get(reference=WITHHELD))
        auditor = User.objects.create_user("auditor", is_staff=True)  # Who could judge.
        auditor.groups.add(Group.objects.get(name="Auditor"))
        cls.people = {}
        for role in ("Cataloguer", "Releaser"):
            cls.people[role] = User.objects.create_user(role, is_staff=True)
            cls.people[role].groups.add(Group.objects.get(name=role))

    def setUp(self):
        here = {"UPLOADS_DIR": self.folder / "uploads", "SOURCES_DIR": self.folder}
        self.enterContext(override_settings(**here))
        forget_counts()

    def answers(self, act, word) -> dict[str, str]:
        """Return {name: page} of what `act(word)` yields, without the word; all is rolled back."""
        before = last_numbers()
        with transaction.atomic():
            told = dict(act(word))
            transaction.set_rollback(True)
        forget_counts()
        answers = {name: plain(answer, word) for name, answer in told.items()}
        # Rows that an account may see stand before and after those that it may not.
        drawn = {name: last - before[name] for name, last in last_numbers().items()}
        return answers | {f"{KEYS}: {name}": str(each) for name, each in drawn.items()}

    def assert_untold(self, act, *, is_published=False):
        """Let answers to the redacted words and to nonsense be equal.

        What is published, or tried, is redacted by then, and draws keys for that.
        """
        right, wrong = (self.answers(act, word) for word in (SECRET, NONSENSE))
        for name, answer in right.items():
            if is_published and name.startswith(KEYS):
                continue
            with self.subTest(name):
                self.assertEqual(answer.splitlines(), wrong[name].splitlines())
        self.assertEqual(right.keys(), wrong.keys())


def last_numbers() -> dict[str, int]:
    """Return {sequence: the last primary key that it gave}; no rollback takes one back."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT sequencename, coalesce(last_value, 0) FROM pg_sequences")
        return {name: last for name, last in cursor if not name.startswith("procrastinate")}


def plain(answer, word: str) -> str:
    text = answer if isinstance(answer, str) else f"{answer.status_code} {answer.content.decode()}"
    for spelling in (word, word.upper(), word.replace(" ", "+")):
        text = text.replace(spelling, "GUESS")
    return CHANGING.sub("", text)


class LoadGuessTests(GuessTestCase):
    def bring(self, word, **values):
        """Yield what roles see of a load with guesses: compared, applied, and its rows."""
        records = [
            *(csv_record(name, text=TEXT.format(word)) for name in (REDACTED, WITHHELD)),
            csv_record(REDACTED, text=f"{TEXT.format(SECRET)}\n\n4. {word} left."),
            csv_record(PUBLIC, text=TEXT.format(SECRET)),
        ]
        self.client.force_login(self.starter)
        csv_file(self.folder, *records, name="new.csv")
        self.client.post(ADD, {"source": "new.csv", "collection": "cables"} | values)
        work()
        run = Load.objects.latest("pk")
        yield from self.pages(run, "compared")
        yield "mail", text_of_mail(run, LoadEvent.COMPARED)[1]
        self.client.force_login(self.starter)
        self.client.post(f"{steps(run)}apply/", stamps(self.client, f"{steps(run)}change/"))
        work()
        run.refresh_from_db()
        assert run.state == "finished", run.problem
        yield from self.pages(run, "applied")
        if self.starter != self.root:  # Whoever may see originals may publish a text beside them.
            yield "readers", self.client.get(f"/cable/{REDACTED}/")

    def pages(self, run, state):
        rows = some(run.rows.order_by("source", "position"), 4)
        addresses = [
            *("/admin/", "/admin/cables/load/", f"{steps(run)}change/", "/admin/cables/loadrow/"),
            *("/admin/cables/left/matters/", "/admin/cables/left/matters/held/"),
            *("/admin/cables/change/", "/admin/cables/cable/?held=on"),
            *(f"{steps(run)}preview/{kind}/" for kind in KINDS),
            *("/admin/cables/change/log.csv",),
        ]
        for role, person in self.people.items():
            self.client.force_login(person)
            for address in some(addresses, 3):
                answer = self.client.get(address)
                text = b"".join(answer).decode()
                yield f"{state}, {role}: {CHANGING.sub('', address)}", text
            for address in (f"/admin/cables/loadrow/{row.pk}/" for row in rows):
                for page in ("change", "apply", "leave"):
                    answer = self.client.get(f"{address}{page}/", follow=page == "change")
                    self.assertNotContains(answer, SECRET, status_code=answer.status_code)

    def test_a_load_of_a_releaser_tells_nothing_of_sealed_words(self):
        self.starter = self.people["Releaser"]
        self.assert_untold(self.bring)

    def test_a_load_that_somebody_else_started_tells_them_nothing(self):
        self.starter = self.root
        self.assert_untold(self.bring)

    def test_records_that_wait_for_their_day_tell_nothing(self):
        self.starter = self.people["Releaser"]
        values = {"due": "2099-01-01T00:00", "reason": "Until it is told."}
        self.assert_untold(lambda word: self.bring(word, **values))

    def test_who_may_see_sealed_texts_gets_the_true_outcomes(self):
        self.starter = self.root
        with transaction.atomic():
            dict(self.bring(SECRET))
            counts = Load.objects.latest("pk").counts
        self.assertEqual((counts["unchanged"], counts["held"], counts["changed"]), (3, 1, 0))
        self.client.force_login(self.root)
        page = self.client.get("/admin/cables/load/")
        self.assertContains(page, "0 created, 0 changed, 3 unchanged, 1 held")


class StandingGuessTests(GuessTestCase):
    """New texts are compared with redactions over the archive, of which a preview tells nothing."""

    def setUp(self):
        super().setUp()
        search = search_for(self.root, [SECRET])
        redact_all(search, self.root)
        self.assertTrue(StandingForm.objects.exists())
        load(csv_file(self.folder, csv_record(CLEAN, text="1. Boats."), name="clean.csv"))

    def compare(self, word):
        texts = {"09ROME900009": TEXT, "09ROME900010": "1. {}.", PUBLIC: f"2. {TEXT}"}
        records = (csv_record(name, text=text.format(word)) for name, text in texts.items())
        csv_file(self.folder, *records, name="new.csv")
        self.client.force_login(self.people["Releaser"])
        self.client.post(ADD, {"source": "new.csv", "collection": "cables"})
        work()
        run = Load.objects.latest("pk")
        for role, person in self.people.items():
            self.client.force_login(person)
            for page in ("change", *(f"preview/{kind}" for kind in KINDS)):
                yield f"{role}: {page}", (answer := self.client.get(f"{steps(run)}{page}/"))
                self.assertNotContains(answer, word)
        yield "counts", str({name: run.counts[name] for name in KINDS})

    def test_a_preview_tells_nothing_of_new_texts(self):
        self.assert_untold(self.compare)

    def test_what_readers_get_is_redacted_all_the_same(self):
        with transaction.atomic():
            dict(self.compare(SECRET))
            run = Load.objects.latest("pk")
            self.client.force_login(self.people["Releaser"])
            self.client.post(f"{steps(run)}apply/", stamps(self.client, f"{steps(run)}change/"))
            work()
            self.assertNotContains(self.client.get("/cable/09ROME900009/"), "Rossi")
            transaction.set_rollback(True)

    def test_notes_are_answered_alike_and_published_without_the_words(self):
        def write(word):
            self.client.force_login(self.people["Cataloguer"])
            for cable in (PUBLIC, CLEAN):
                values = {"cable": cable, "paragraph": "", "text": word}
                yield cable, send(self.client, "/admin/cables/note/add/", values)
                self.assertNotContains(self.client.get(f"/cable/{cable}/"), "Rossi")

        self.assert_untold(write)

    def test_no_reason_is_refused_that_has_the_words_and_none_keeps_them(self):
        corrections = "/admin/cables/correction"

        def write(word):
            self.client.force_login(self.people["Cataloguer"])
            for page, values in (
                (f"former/?cable={CLEAN}", {"reference": "09ROME77"}),
                (f"new/?cable={CLEAN}", {"field": "subject", "value": "BUOYS"}),
            ):
                yield page, send(self.client, f"{corrections}/{page}", values | {"reason": word})
            made = Correction.objects.get(cable__reference=CLEAN)
            self.assertNotIn(SECRET, made.reason)
            yield "undo", send(self.client, f"{corrections}/{made.pk}/undo/", {"reason": word})
            page = self.client.get(f"/cable/{CLEAN}/v1/")
            self.assertNotContains(page, SECRET, status_code=page.status_code)
            self.assertFalse(Change.objects.filter(reason__contains=SECRET).exists())

        self.assert_untold(write)

    def test_what_readers_are_not_shown_is_kept_as_typed(self):
        row = Load.objects.latest("pk").rows.create(
            reference="09ROME900012", outcome="withdrawn", raw="{}", position=1, digest="e" * 64
        )
        cable = Cable.objects.get(reference=CLEAN)

        def write(word):
            work_on = "/admin/cables/citingwork"
            due = {"due": "2099-01-01T00:00"}
            book = {"cable": CLEAN, "title": "A Book", "reference": "p. 1", "note": word}
            for role, address, values in (
                ("Cataloguer", f"{work_on}/add/", book),
                ("Releaser", f"/admin/cables/loadrow/embargo/move/?row={row.pk}", due),
                ("Cataloguer", "/admin/cables/left/rules/cables/no-subject/off/", {}),
            ):
                self.client.force_login(self.people[role])
                answer = send(self.client, address, values | {"reason": word})
                self.assertEqual(answer.status_code, 302)
            self.client.force_login(self.people["Cataloguer"])
            sent = {"action": "reread", "_selected_action": [cable.pk]}
            page = self.client.post("/admin/cables/cable/", sent, follow=True)
            address = page.redirect_chain[-1][0]
            for step in ("look", "apply"):
                values = form_of(page) | {"reason": word, "step": step}
                page = self.client.post(address, values, follow=True)
                yield f"reread: {step}", page
            book = CitingWork.objects.get()
            page = self.client.get(f"{work_on}/{book.pk}/change/")
            yield "work", form_of(page)["note"][0]
            for page in ("change/", f"loadrow/{row.pk}/change/", "left/rules/?collection=cables"):
                self.client.force_login(self.people["Releaser"])
                yield page, (answer := self.client.get(f"/admin/cables/{page}"))
                self.assertContains(answer, word)
            self.client.force_login(self.people["Cataloguer"])
            send(self.client, f"{work_on}/{book.pk}/change/", {"is_public": "on", "why": "x"})
            self.assertNotContains(self.client.get(f"/cable/{CLEAN}/"), SECRET)

        self.assert_untold(write)

    def test_nor_is_a_reason_about_texts_and_volumes_redacted_that_readers_never_see(self):
        named = {"slug": "boats", "title": "Boats"}
        texts = [model.objects.create(body="A bay.", **named) for model in (Article, Page)]
        article, guidance = (keep_version(text, self.root).pk for text in texts)
        part = VolumeWithholding.objects.create(volume="frus1949v97", name="a", by=self.root)

        def write(word):
            for person, address in (
                (self.people["Cataloguer"], f"article/versions/{article}/restore/"),
                (self.people["Cataloguer"], f"page/versions/{guidance}/forget/"),
                (make_curator("cora", "withhold_cable"), f"volumewithholding/{part.pk}/publish/"),
            ):
                self.client.force_login(person)
                send(self.client, f"/admin/cables/{address}", {"reason": word})
                self.assertEqual(Change.objects.latest("pk").reason, word)
            self.client.force_login(self.people["Releaser"])
            yield "log", self.client.get("/admin/cables/change/")

        self.assert_untold(write)

    @override_settings(APPROVALS=dict.fromkeys(("correct", "publish", "many"), BOTH))
    def test_no_proposal_shows_two_who_work_together_what_would_be_redacted(self):
        def pages(name, *steps):
            proposal = Proposal.objects.latest("pk")
            for role, person in self.people.items():
                self.client.force_login(person)
                for page in ("change", *steps):
                    address = f"/admin/cables/proposal/{proposal.pk}/{page}/"
                    yield f"{name}, {role}: {page}", self.client.get(address)
                yield f"{name}, {role}: log", self.client.get("/admin/cables/change/")

        def propose(word):
            values = {"value": word, "reason": f"{word} is right."}
            for field, step in (("subject", "refuse"), ("tags", "refuse"), ("tags", "approve")):
                self.client.force_login(self.people["Cataloguer"])
                address = f"/admin/cables/correction/new/?cable={CLEAN}"
                self.assertEqual(
                    send(self.client, address, values | {"field": field}).status_code, 302
                )
                yield from pages(field, "approve", "refuse", "comment")
                proposal = Proposal.objects.latest("pk")
                self.client.force_login(self.people["Releaser"])
                address = f"/admin/cables/proposal/{proposal.pk}/{step}/"
                yield f"{field}: {step}", send(self.client, address, {"reason": "No."})
                proposal.refresh_from_db()
                self.assertEqual(proposal.state, f"{step}d")
                yield from pages(f"{field}, {step}") if step == "refuse" else ()

        self.assert_untold(propose, is_published=True)

    def test_a_held_record_is_offered_and_applied_whatever_its_text(self):
        def decide_on(word):
            facts = Cable.objects.get(reference=CLEAN).copies.get().facts
            texts = {"header": "FM AMEMBASSY ROME", "body": f"1. {word}.", "released": None}
            raw = json.dumps({**facts, **texts, "format": "csv", "reference": CLEAN})
            row = Load.objects.latest("pk").rows.create(
                reference=CLEAN, raw=raw, digest="e" * 64, outcome="held", position=1
            )
            self.client.force_login(self.people["Releaser"])
            address = f"/admin/cables/loadrow/{row.pk}"
            for name in ("change", "apply", "leave"):
                yield name, (page := self.client.get(f"{address}/{name}/"))
                self.assertNotContains(page, word)
            done = send(self.client, f"{address}/apply/", {"reason": "It is."}, follow=True)
            yield "applied", done
            self.assertEqual(LoadRow.objects.get(pk=row.pk).outcome, "applied")
            self.assertNotContains(self.client.get(f"/cable/{CLEAN}/"), SECRET)

        self.assert_untold(decide_on, is_published=True)


class DecisionGuessTests(GuessTestCase):
    def decisions(self, word):
        """Yield what a Cataloguer is answered who writes about a redacted cable."""
        self.client.force_login(self.people["Cataloguer"])
        of_cable = f"?cable={REDACTED}"
        named = Cable.objects.get(reference=REDACTED)
        for name, address, values in (
            ("subject", f"correction/new/{of_cable}", {"field": "subject", "value": word}),
            ("tags", f"correction/new/{of_cable}", {"field": "tags", "value": word}),
            ("reason", f"correction/new/{of_cable}", {"field": "subject", "value": "BUOYS"}),
            ("former", f"correction/former/{of_cable}", {"reference": "09ROME77"}),
            ("note", "note/add/", {"cable": REDACTED, "paragraph": "", "text": word}),
            ("why", "note/add/", {"cable": REDACTED, "paragraph": "", "text": "x", "why": word}),
            ("work", "citingwork/add/", {"cable": REDACTED, "title": word}),
        ):
            reason = {} if "text" in values or "title" in values else {"reason": word}
            address = f"/admin/cables/{address}"
            yield name, send(self.client, address, values | reason)
            yield f"{name}, afterwards", self.client.get(f"/cable/{REDACTED}/")
        lead = {"reference": "09ROME77", "cable": REDACTED, "reason": word}
        address = "/admin/cables/correction/lead/"
        yield "lead", (shown := self.client.post(address, lead))
        yield "lead again", self.client.post(address, form_of(shown))
        keys = [named.pk, Cable.objects.get(reference=PUBLIC).pk]
        for kind, values in (
            ("correct", {"field": "subject", "value": word, "reason": word}),
            ("tag", {"tag": word, "reason": word}),
            ("annotate", {"text": word}),
        ):
            sent = {"action": kind, "_selected_action": keys}
            page = self.client.post("/admin/cables/cable/", sent, follow=True)
            address = page.redirect_chain[-1][0]
            page = self.client.post(address, form_of(page) | values | {"step": "look"})
            yield f"{kind}, preview", page
            page = self.client.post(
                address, form_of(page) | values | {"step": "apply"}, follow=True
            )
            yield f"{kind}, done", page
            yield f"{kind}, readers", self.client.get(f"/cable/{REDACTED}/")

    def test_a_cataloguer_learns_no_redacted_word(self):
        self.assert_untold(self.decisions)
        with transaction.atomic():
            dict(self.decisions(SECRET))
            cable = Cable.objects.get(reference=REDACTED)
            self.assertFalse(cable.corrections.exists() or cable.notes.exists())
            self.assertTrue(Correction.objects.filter(cable__reference=PUBLIC).exists())

    def test_a_cataloguer_corrects_no_withheld_cable_whose_version_would_tell_what_was_right(self):
        self.client.force_login(self.people["Cataloguer"])
        address = f"/admin/cables/correction/new/?cable={WITHHELD}"
        for subject in ("HARBOR FEES", "BUOYS"):  # As its text has it, and otherwise.
            values = {"field": "subject", "value": subject, "reason": "A misprint."}
            answer = self.client.post(address, values, follow=True)
            self.assertContains(answer, "is withheld: only accounts")
        self.assertEqual(Cable.objects.get(reference=WITHHELD).version, 1)

    def test_a_proposal_made_before_a_redaction_shows_nothing_afterwards(self):
        cable = Cable.objects.get(reference=PUBLIC)
        person = self.people["Cataloguer"]

        def page(word):
            with override_settings(APPROVALS={"correct": ApprovalRule(("Auditor",))}):
                address = f"/admin/cables/correction/new/?cable={PUBLIC}"
                self.client.force_login(person)
                values = {"field": "subject", "value": word, "reason": "A misprint."}
                send(self.client, address, values)
                redact_cable(cable, Strike(EVERYWHERE, (SECRET,)), "A witness.", self.root)
                proposal = Proposal.objects.latest("pk")
                yield "page", self.client.get(f"/admin/cables/proposal/{proposal.pk}/change/")

        self.assert_untold(page)
