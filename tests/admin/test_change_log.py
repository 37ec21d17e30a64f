"""The log of changes is append-only, can be downloaded, and is shown to readers by choice."""

import csv
import io
import json
from html import unescape
from urllib.parse import urljoin

from django.contrib.auth.models import Permission, User
from django.db import DatabaseError, connection, transaction
from django.db.models import ProtectedError

from cables.curation.erasures import erase
from cables.curation.origin_tag_merges import merge, undo_merge
from cables.models import (
    BulkDecision,
    Cable,
    Change,
    ChangeKind,
    Country,
    LoggedFact,
    Origin,
    Tag,
    recording,
)
from tests.admin.test_admin_site import DeskTestCase
from tests.admin.test_bulk_decisions import BulkTestCase
from tests.admin.test_decisions import ONE, TWO, DecisionTestCase, new
from tests.admin.test_embargo_forms import EmbargoTestCase
from tests.articles.test_render import make_article
from tests.base import TestCase
from tests.builders import forget_counts, make_cable, make_curator, make_origin, publish, withhold
from tests.opened import send, stamps
from tests.source_files import csv_record
from tests.working import run_command

FILES = "/admin/cables/change/log"
REFUSED = [
    "UPDATE cables_change SET reason = 'Another.'",
    "DELETE FROM cables_change",
    "DELETE FROM cables_change WHERE false",
    "TRUNCATE cables_change CASCADE",
]


def tell(*names, **more):
    """Show these kinds of changes to readers."""
    ChangeKind.objects.filter(name__in=names).update(is_public=True, **more)


class HistoriesTests(EmbargoTestCase):
    """The history of a row has each entry about it, and each leads to what it is about."""

    def history(self, row):
        page = self.client.get(
            f"/admin/cables/change/?of={row._meta.model_name}-{row.pk}", follow=True
        )
        return page, [(each.action, each.subject) for each in page.context["cl"].result_list]

    def test_of_a_load_its_numbers_its_embargoes_and_the_decision_on_all_its_cables(self):
        self.client.force_login(User.objects.create_superuser("root"))
        load = self.embargo(csv_record(ONE))
        late = {"reason": "Later.", "due": "2999-01-01T00:00"}
        send(self.client, f"/admin/cables/loadrow/embargo/move/?load={load.pk}", late)
        send(self.client, f"/admin/cables/loadrow/embargo/release/?load={load.pk}", late)
        address = f"/admin/cables/load/{load.pk}/cables/withhold/"
        send(self.client, address, {"reason": "A name."})
        page, entries = self.history(load)
        name = f"load {load.pk}, cables.csv"
        self.assertEqual(
            entries[:4],
            [("decided", name), ("released", ONE), ("embargoed", ONE), ("applied", name)],
        )
        self.assertContains(page, "Withhold from readers: 1 cable is withheld.")
        row = load.rows.get()
        self.assertContains(page, f'/loadrow/{row.pk}/change/">{ONE}</a>')

    def test_of_an_origin_its_merges(self):
        self.client.force_login(User.objects.create_superuser("root"))
        make_cable("06BERLIN900001", origin="Embassy Berlim")
        make_cable("06BERLIN900002", origin="Embassy Berlin")
        wrong, right = (Origin.objects.get(name=f"Embassy Berli{end}") for end in "mn")
        made = merge("origin", wrong.name, [right.name], "A slip.", self.curator)
        undo_merge(made, "No.", self.curator)
        what = f"origin {wrong} into {right}"
        for row in (wrong, right):
            page, entries = self.history(row)
            self.assertEqual(entries, [("parted", what), ("merged", what)])
            self.assertContains(page, f'/origin/{wrong.pk}/change/">{what}</a>')


class ValuesTests(BulkTestCase):
    """Each correction, and its undoing, is in the log with what the fact was and became."""

    @classmethod
    def setUpTestData(cls):
        super().setUpTestData()
        cls.otto = make_curator("otto", "view_change", "view_correction", "view_bulkdecision")

    def tell(self, *others):
        """Return what list, page and file of the log say to somebody without the sealed texts."""
        otto = self.client_class()
        otto.force_login(self.otto)
        entry = Change.objects.filter(cable=self.cable).exclude(action="withheld").latest("pk")
        pages = ("?q=09ROME900001", "log.csv", "log.jsonl", f"{entry.pk}/change/", *others)
        texts = [otto.get(urljoin("/admin/cables/change/", page)).getvalue() for page in pages]
        return [unescape(text.decode()) for text in texts]

    def test_what_a_fact_was_and_became(self):
        for field, value, told in (
            ("subject", "BUOYS", "Subject: HARBOR FEES → BUOYS. Why: Misread."),
            ("tags", "EFIS", "Tags: PREL, PGOV, IT → EFIS. Why: Misread."),
            ("cites", "09ROME900002", "References: – → 09ROME900002. Why: Misread."),
            ("created", "2009-02-04", "Created: 2009-02-03 14:05 → 2009-02-04. Why: Misread."),
        ):
            for correct, count in (
                (lambda f, v: self.correct(f, v), 1),
                (lambda f, v: self.decide("correct", field=f, value=v, reason="Misread."), 3),
            ):
                with self.subTest(field, count=count), transaction.atomic():
                    correct(field, value)
                    for text in self.tell():
                        self.assertIn(told, text)
                    self.assertNotIn("→", Change.objects.latest("pk").reason)
                    made = self.cable.corrections.get()
                    self.post(f"/admin/cables/correction/{made.pk}/undo/", reason="It was right.")
                    old, new = told.partition(": ")[2].partition(". Why")[0].split(" → ")
                    for text in self.tell():
                        self.assertIn(f"{new} → {old}. Why: It was right.", text)
                    transaction.set_rollback(True)

    def test_of_a_correction_below_another_the_value_that_was_undone(self):
        for value in ("BUOYS", "LIGHTS"):
            self.correct("subject", value)
        made = self.cable.corrections.earliest("pk")
        self.post(f"/admin/cables/correction/{made.pk}/undo/", reason="It was right.")
        for text in self.tell():
            self.assertIn("Subject: BUOYS → LIGHTS. Why: It was right.", text)
        page = self.client.get(f"/admin/cables/cable/{self.cable.pk}/change/")
        self.assertContains(page, "Facts and text, as published")
        for typed in ("09 Rome 0900001", "09rome9"):
            found = self.client.get("/admin/cables/correction/", {"q": typed})
            self.assertEqual(len(found.context["cl"].result_list), 1, typed)

    def test_words_of_reasons_are_found_by_who_may_see_them(self):
        otto = self.client_class()
        otto.force_login(self.otto)
        self.correct("subject", "BUOYS", reason="Rossi misread it.")
        for hide, count in ((lambda: None, 1), (lambda: self.redact(words="Rossi"), 0)):
            hide()
            found = otto.get("/admin/cables/change/", {"q": "misread"})
            self.assertEqual(len(found.context["cl"].result_list), count)
        otto.force_login(User.objects.create_superuser("root"))
        found = otto.get("/admin/cables/change/", {"q": "misread"})
        self.assertEqual(len(found.context["cl"].result_list), 1)

    def test_they_are_sealed_with_the_cable_and_go_with_it(self):
        for number, (field, value, seal) in enumerate(
            (
                ("subject", "FEES OF ROSSI", lambda: self.redact(words="Rossi")),
                ("cites", "09ROSSI7", lambda: self.redact(words="Rossi")),
                ("subject", "FEES OF ROSSI", lambda: withhold(self.cable, "A ship.")),
                ("subject", "FEES OF ROSSI", lambda: erase(ONE, "A witness.")),
            )
        ):
            with self.subTest(number), transaction.atomic():
                self.decide("correct", field=field, value=value, reason="Misread.")
                for text in self.tell():
                    self.assertIn(f"→ {value}", text)
                seal()
                forget_counts()
                page = f"../bulkdecision/{self.decision.pk}/change/"
                for text in self.tell("?q=", "?q=09ROME900002", f"../correction/?q={ONE}", page):
                    self.assertNotIn("ROSSI", text)
                of_it = LoggedFact.objects.filter(cable=self.cable.pk)
                self.assertEqual(of_it.exists(), number < 3)
                transaction.set_rollback(True)

    def test_what_a_fact_was_is_told_no_more_if_it_is_a_part_of_redacted_words(self):
        self.correct("tags", "EFIS")
        self.redact(words="PGOV, IT SUBJECT: HARBOR FEES")
        for text in self.tell()[:3]:
            self.assertIn("Tags: Misread.", text)
            self.assertNotIn("PGOV", text)


class OnlyGrowsTests(TestCase):
    def test_the_database_refuses_to_change_or_delete_an_entry(self):
        with connection.cursor() as cursor:  # Off in tests, which truncate tables at their end.
            cursor.execute("ALTER TABLE cables_change ENABLE TRIGGER log_is_not_emptied")
        Change.objects.create(action="changed", what="tag EFIS", reason="As it was.")
        for statement in REFUSED:
            with (
                self.subTest(statement),
                self.assertRaisesMessage(DatabaseError, "only grows"),
                transaction.atomic(),
                connection.cursor() as cursor,
            ):
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
                cursor.execute(statement)
        self.assertEqual(Change.objects.get().reason, "As it was.")

    def test_an_entry_keeps_the_reference_of_a_deleted_cable(self):
        cable = make_cable()
        cable.changes.create(action="withheld", reason="A reason.")
        Cable.objects.filter(pk=cable.pk).delete()
        change = Change.objects.get()
        self.assertEqual((change.reference, change.subject), ("06BERLIN900001",) * 2)

    def test_an_account_with_log_entries_cannot_be_deleted(self):
        bert = User.objects.create_user("bert")
        Change.objects.create(by=bert, action="changed", what="tag EFIS")
        with self.assertRaises(ProtectedError):
            bert.delete()


class EveryChangeTests(DeskTestCase):
    def test_every_change_needs_a_reason_which_is_logged(self):
        tag = Tag.objects.create(code="EFIS", kind="subject")
        address = f"/admin/cables/tag/{tag.pk}/change/"
        self.assertContains(self.client.get(address), 'name="why"')
        sent = stamps(self.client, address) | {"kind": "subject", "label": "Fish"}
        self.client.post(address, sent | {"why": "A reader asked."})
        self.assertContains(self.client.post(address, {"label": "Fish"}), "Say why")
        reason = "Changed Label. Label: – → Fish. Why: A reader asked."
        self.assertEqual(Change.objects.get().reason, reason)

    def test_deletions_are_logged_with_the_reason(self):
        self.client.force_login(User.objects.create_superuser("root"))
        article = make_article()
        address = f"/admin/cables/article/{article.pk}/delete/"
        self.assertContains(self.client.get(address), 'name="why"')
        self.delete(address)
        change = Change.objects.get()
        self.assertEqual((change.action, change.subject), ("deleted", "article Harbor fees"))
        self.assertEqual(change.reason, "Why: It was wrong.")

    def test_commands_that_change_cables_are_logged(self):
        make_cable(segmenter=0, paragraph_ids=["par1"], fingerprints=[])
        run_command("repin")
        self.assertEqual(Change.objects.get().what, "cables")


class RedactedWordsTests(DecisionTestCase):
    """Redacted words are refused in new log entries, and hidden in older ones."""

    def test_a_reason_with_redacted_words_is_refused(self):
        self.redact()
        reason = "Quinto Rossi asked."
        self.client.force_login(User.objects.create_superuser("root"))
        for address, values in (
            (new("redaction", cable=ONE), {"words": "fees", "step": "redact"}),
            (new("correction", cable=ONE), {"field": "subject", "value": "BUOYS"}),
            (f"/admin/cables/correction/former/?cable={ONE}", {"reference": "09ROME7"}),
            (f"/admin/cables/cable/withhold/?cable={ONE}", {}),
            (f"/admin/cables/cable/annotate/?cable={ONE}", {}),
        ):
            with self.subTest(address):
                page = self.post(address, **values | {"reason": reason})
                self.assertContains(page, "repeats words that are redacted")
        note = {"cable": ONE, "paragraph": "", "text": "A word.", "why": reason}
        page = self.client.post("/admin/cables/note/add/", note)
        self.assertContains(page, "repeats words that are redacted")
        self.assertEqual(Change.objects.filter(cable=self.cable).count(), 1)

    def test_only_who_may_see_originals_sees_redacted_words_in_older_entries(self):
        self.correct(reason="Quinto Rossi asked.")
        self.redact()
        rights = Permission.objects.filter(codename__in=["view_change", "view_cable"])
        berta = User.objects.create_user("berta", is_staff=True)
        berta.user_permissions.set(rights)
        line = Change.objects.get(action="corrected")
        for person, sees in ((berta, False), (User.objects.create_superuser("root"), True)):
            self.client.force_login(person)
            for address in (
                *("/admin/cables/change/", f"/admin/cables/change/{line.pk}/change/"),
                *(f"{FILES}.csv", f"{FILES}.jsonl", f"/admin/cables/cable/{self.cable.pk}/change/"),
            ):
                with self.subTest(f"{person} {address}"):
                    text = b"".join(self.client.get(address)).decode()
                    self.assertEqual("Quinto Rossi asked." in text, sees)
                    self.assertIn("[redacted] asked." if not sees else "asked.", text)


class FileTests(DeskTestCase):
    @classmethod
    def setUpTestData(cls):
        super().setUpTestData()
        make_cable().changes.create(action="withheld", reason="=1+1", by=cls.curator)
        Change.objects.create(action="changed", what="tag EFIS", reason="Änderung")

    def test_the_log_as_csv_is_in_order_and_safe_to_open(self):
        response = self.client.get(f"{FILES}.csv")
        rows = list(csv.DictReader(io.StringIO(response.getvalue().decode())))
        entries = [(row["by"], row["action"], row["reference"], row["reason"]) for row in rows]
        self.assertEqual(entries[0], ("anna", "withheld", "06BERLIN900001", "'=1+1"))
        self.assertEqual((rows[1]["what"], rows[1]["reason"]), ("tag EFIS", "Änderung"))

    def test_the_log_as_json_lines(self):
        lines = self.client.get(f"{FILES}.jsonl").getvalue().decode().splitlines()
        self.assertEqual([json.loads(line)["reason"] for line in lines], ["=1+1", "Änderung"])

    def test_the_file_has_the_filters_of_the_list(self):
        for query, count in (
            *(("q=06+Berlin+900001", 1), ("q=EFIS", 1), ("q=nothing", 0)),
            *(("by__id__exact=0", 0), ("action=changed", 1), ("at__lt=2000-01-01", 0)),
        ):
            with self.subTest(query):
                text = self.client.get(f"{FILES}.jsonl?{query}").getvalue()
                self.assertEqual(len(text.splitlines()), count)

    def test_the_list_links_both_files_with_its_filters(self):
        page = self.client.get("/admin/cables/change/?q=EFIS")
        for form in ("csv", "jsonl"):
            self.assertContains(page, f'href="{FILES}.{form}?q=EFIS"')


class PublicTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.anna = User.objects.create_user("anna")
        cls.cable = make_cable()
        cls.cable.changes.create(
            action="corrected", what="subject", reason="A misprint.", by=cls.anna
        )

    def public_log(self):
        return self.client.get("/changes/").content.decode()

    def test_readers_see_no_changes_unless_curators_choose_kinds(self):
        for address in ("/changes/", "/changes.atom"):
            with self.subTest(address):
                self.assertEqual(self.client.get(address).status_code, 404)

    def test_earlier_changes_are_on_further_pages(self):
        tell("link")
        link = {"action": "changed", "what": "link A forum"}
        Change.objects.bulk_create([Change(**link) for _ in range(101)])
        page = self.client.get("/changes/")
        self.assertContains(page, '<li id="change-', count=100)
        further = self.client.get(f"/changes/?before={page.context['earlier']}")
        self.assertContains(further, '<li id="change-', count=1)
        self.assertContains(further, "The latest")
        self.assertEqual(self.client.get("/changes/?before=x").status_code, 404)

    def test_readers_see_the_chosen_kinds_only(self):
        for more, shown in (
            ({}, (False, False)),
            ({"with_reason": True}, (True, False)),
            ({"with_reason": True, "with_name": True}, (True, True)),
        ):
            with self.subTest(more):
                tell("corrected", **more)
                page = self.public_log()
                self.assertIn('<a href="/cable/06BERLIN900001/">06BERLIN900001</a> subject', page)
                self.assertEqual(("A misprint." in page, "anna" in page), shown)
                feed = self.client.get("/changes.atom").content.decode()
                self.assertEqual(("A misprint." in feed, "anna" in feed), shown)

    def test_of_a_withheld_cable_readers_see_only_that_it_was_withheld(self):
        tell("corrected", "withheld", "published", with_reason=True)
        withhold(self.cable, "Named a ship.")
        publish(self.cable, "Both agreed.")
        withhold(self.cable, "Names a witness.")
        page = self.public_log()
        self.assertIn("Names a witness.", page)
        for hidden in ("A misprint.", "Named a ship.", "Both agreed."):
            with self.subTest(hidden):
                self.assertNotIn(hidden, page)
        publish(self.cable)
        self.assertIn("A misprint.", self.public_log())

    def test_of_a_redacted_cable_readers_see_no_earlier_reason(self):
        tell("corrected", "redacted", with_reason=True)
        self.cable.changes.create(action="redacted", what="par2", reason="Names a witness.")
        Cable.objects.filter(pk=self.cable.pk).update(facts={"redacted": True})
        page = self.public_log()
        self.assertIn("Names a witness.", page)
        self.assertNotIn("A misprint.", page)

    def test_of_a_decision_on_many_readers_see_no_reason_while_one_of_its_cables_is_hidden(self):
        tell(*("corrected", "withheld", "lifted"), with_reason=True)
        decision = BulkDecision.objects.create(kind="correct", by=self.anna)
        with recording(decision.pk):
            for cable in (make_cable(TWO), self.cable):
                for action, reason in (("corrected", "Rossi said."), ("withheld", "A ship.")):
                    cable.changes.create(action=action, reason=reason, by=self.anna)
        two = Cable.objects.get(reference=TWO)
        self.assertEqual(self.public_log().count("Rossi said."), 2)
        for hide, show in (
            (lambda: withhold(two, "A ship."), lambda: publish(two, "It is known.")),
            (
                lambda: Cable.objects.filter(pk=two.pk).update(facts={"redacted": True}),
                lambda: Cable.objects.filter(pk=two.pk).update(facts={}),
            ),
            (lambda: erase(TWO, "By order."), None),
        ):
            hide()
            self.assertNotIn("Rossi", self.public_log())
            self.assertIn("A ship.", self.public_log())
            self.assertIn("A misprint.", self.public_log())
            if show:
                show()
                self.assertIn("Rossi said.", self.public_log())

    def test_of_places_and_tags_readers_see_those_with_a_list(self):
        tell(*("origin", "tag", "country", "page"))
        atlantis = Country.objects.create(name="Atlantis", iso2="XA", slug="atlantis")
        origin = make_origin("Embassy Atlantis")
        origin.country = atlantis
        origin.save()
        hidden = make_cable("06ATLANTIS900001", origin="Embassy Atlantis", tags=["XSECRET"])
        withhold(hidden, "A reason.")
        for what in ("origin Embassy Atlantis", "country Atlantis", "tag XSECRET", "user bert"):
            Change.objects.create(action="changed", what=what)
        Change.objects.create(action="changed", what="guidance page Privacy")
        page = self.public_log()
        self.assertIn("guidance page Privacy", page)
        for word in ("Atlantis", "XSECRET", "bert"):
            with self.subTest(word):
                self.assertNotIn(word, page)
        publish(hidden)
        self.assertIn("origin Embassy Atlantis", self.public_log())
        self.assertIn("tag XSECRET", self.public_log())

    def test_readers_see_no_changes_of_accounts_articles_and_loads(self):
        ChangeKind.objects.update(is_public=True, with_reason=True, with_name=True)
        for what in ("user bert", "group Auditor", "article A draft", "load secret.csv"):
            Change.objects.create(action="added", what=what)
        page = self.public_log()
        for word in ("bert", "Auditor", "A draft", "secret.csv"):
            with self.subTest(word):
                self.assertNotIn(word, page)
