"""Work lists: issues are found by the database, listed, and left with a reason."""

import ast
import re

from django.contrib.auth.models import Permission, User
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cables.admin.work_lists.issues import title_of
from cables.models import (
    Cable,
    Change,
    Cited,
    Collection,
    FormerReference,
    Left,
    Load,
    LoadRow,
    Matter,
    Tag,
)
from tests.admin.test_admin_site import DeskTestCase
from tests.articles.test_render import make_article
from tests.base import TestCase
from tests.builders import load_records, make_cable, make_cables, publish, withhold
from tests.opened import form_of
from tests.paths import PROJECT
from tests.source_files import csv_record

WORK = "/admin/cables/left/matters/"
# Fields of a cable -> the kinds of matters that it is in.
CABLES = [
    ({}, []),
    ({"subject": ""}, ["no-subject"]),
    ({"subject": "", "facts": {"title": "A title"}}, []),
    ({"body": "Words alone."}, ["no-numbers"]),
    ({"body": ""}, []),
    ({"warnings": [["M-10", "Another day."], ["R-6", "A."], ["R-6", "B."]]}, ["M-10", "R-6"]),
    ({"facts": {"copies": [["06A1", "csv"], ["06B1", "csv"]]}}, ["transmissions"]),
    ({"facts": {"copies": [["06A1", "csv"], ["06A1", "page"]]}}, []),
    ({"facts": {"copies": [["06A1", "csv"], ["06B1", "csv"]], "textless": [["06B1", "csv"]]}}, []),
    ({"facts": {"copies": [["1975LISBON09412", "csv"], ["75LISBON9412", "nara"]]}}, []),
    ({"facts": {"articles": ["https://example.org/a", "htp:/x"]}}, ["press"]),
    ({"facts": {"articles": ["https://example.org/a"]}}, []),
]


def matters(cable):
    return sorted(Matter.objects.filter(cable=cable).values_list("kind", flat=True))


def cited():
    return dict(Cited.objects.values_list("reference", "cables"))


def rules_in(package):
    """Return the rule ids in the code of a package: "N-7"."""
    trees = (ast.parse(path.read_text()) for path in (PROJECT / package).rglob("*.py"))
    texts = {
        node.value for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Constant)
    }
    return {
        text for text in texts if isinstance(text, str) and re.fullmatch(r"[A-Z]-\d{1,2}", text)
    }


class TitleTests(TestCase):
    def test_each_rule_of_which_a_reader_warns_has_a_title_in_words(self):
        for rule in sorted(rules_in("cables/sources") | rules_in("cables/telegram")):
            with self.subTest(rule):
                self.assertNotIn("Rule", title_of(rule))


class MatterTests(TestCase):
    def test_issues_follow_every_change_of_a_cable(self):
        changing = make_cable("06ROME900001")
        for number, (fields, kinds) in enumerate(CABLES):
            with self.subTest(fields):
                cable = make_cable(f"06BERLIN90000{number}", **fields)
                self.assertEqual(matters(cable), kinds)
                for name in ("subject", "facts", "warnings", "body", "paragraph_ids"):
                    setattr(changing, name, getattr(cable, name))
                changing.save()
                self.assertEqual(matters(changing), kinds)

    def test_a_withheld_cable_has_no_issues_until_it_is_published(self):
        cable = make_cable(subject="")
        withhold(cable, "A reason.")
        self.assertEqual(matters(cable), [])
        publish(cable)
        self.assertEqual(matters(cable), ["no-subject"])

    def test_citations_of_a_reference_are_counted(self):
        cables = make_cables(["06ROME900001", "06ROME900002"], cites=["06PARIS9", "06PARIS8"])
        self.assertEqual(cited(), {"06PARIS8": 2, "06PARIS9": 2})
        Cable.objects.filter(pk=cables[0].pk).update(cites=["06PARIS9", "06PARIS7"])
        self.assertEqual(cited(), {"06PARIS7": 1, "06PARIS8": 1, "06PARIS9": 2})
        withhold(cables[1], "A reason.")
        self.assertEqual(cited(), {"06PARIS7": 1, "06PARIS9": 1})
        publish(cables[1])
        self.assertEqual(cited(), {"06PARIS7": 1, "06PARIS8": 1, "06PARIS9": 2})
        Cable.objects.all().delete()
        self.assertEqual(cited(), {})

    def test_it_is_stored_whether_a_cited_reference_is_here(self):
        def missing():
            return {*Cited.objects.filter(is_here=False).values_list("reference", flat=True)}

        make_cable("06ROME900001", cites=["06ROME900001", "06PARIS9", "06PARIS8"])
        self.assertEqual(missing(), {"06PARIS9", "06PARIS8"})
        came = make_cable("06PARIS9")
        former = FormerReference.objects.create(cable=came, reference="06PARIS8", kind="renamed")
        self.assertEqual(missing(), set())
        Cable.objects.filter(pk=came.pk).update(reference="06PARIS7")
        self.assertEqual(missing(), {"06PARIS9"})
        FormerReference.objects.filter(pk=former.pk).update(reference="06PARIS9")
        self.assertEqual(missing(), {"06PARIS8"})
        withhold(Cable.objects.get(pk=came.pk), "A reason.")
        self.assertEqual(missing(), {"06PARIS8"})
        came.delete()
        self.assertEqual(missing(), {"06PARIS9", "06PARIS8"})

    def test_a_load_finds_cited_references_that_came_in_two_transactions_at_once(self):
        """Each of which stored its part before the other ended: no trigger saw both."""
        make_cable("06ROME900001", cites=["06PARIS9"])
        make_cable("06PARIS9")
        Cited.objects.update(is_here=False)
        load_records(csv_record("09ROME900002"))
        self.assertFalse(Cited.objects.filter(is_here=False).exists())


class WorkListTests(DeskTestCase):
    def work(self):
        rows = self.client.get("/admin/").context["waiting"]
        return {row.address.split("/")[-2]: row.count for row in rows if WORK in row.address}

    def items(self, name):
        return [item.label for item in self.client.get(f"{WORK}{name}/").context["items"]]

    def leave(self, name, *keys, reason="It was so."):
        return self.client.post(f"{WORK}{name}/", {"key": keys, "reason": reason}, follow=True)

    def test_kinds_of_cables_are_counted_and_listed(self):
        make_cables(["06ROME900001", "06ROME900002"], subject="", warnings=[["M-10", "A day."]])
        self.assertEqual(self.work(), {"no-subject": 2, "M-10": 2})
        page = self.client.get(f"{WORK}M-10/")
        cable = Cable.objects.get(reference="06ROME900001")
        self.assertContains(page, "Created against date-time group")
        self.assertContains(page, f'<a href="/admin/cables/cable/{cable.pk}/change/">06ROME900001')
        self.assertContains(page, 'href="/cable/06ROME900001/"')
        self.assertContains(page, "A day.")

    def test_a_cable_is_named_by_its_subject_or_how_its_text_begins(self):
        make_cable("06ROME900001", subject="HARBOR FEES", warnings=[["M-10", "A day."]])
        text = "1. (U) The boats of Ostia left. Nobody saw them."
        make_cable("06ROME900002", subject="", body=text, warnings=[["M-10", "A day."]])
        for address in (f"{WORK}M-10/", f"{WORK}M-10/all/", "/admin/cables/left/cables/"):
            page = self.client.get(address)
            with self.subTest(address):
                self.assertContains(page, "06ROME900002</a> The boats of Ostia left.")
                self.assertNotContains(page, "Nobody saw")
                if "cables/left/cables" not in address:
                    self.assertContains(page, "06ROME900001</a> HARBOR FEES")

    def test_a_column_without_anything_and_a_single_page_are_not_shown(self):
        make_cable("06ROME900001", subject="")
        page = self.client.get(f"{WORK}no-subject/")
        self.assertNotContains(page, "Noticed")
        self.assertNotContains(page, "paginator")
        self.assertContains(page, "See matters that were left as they are")
        make_cable("06ROME900002", subject="", warnings=[["M-10", "A day."]])
        self.assertContains(self.client.get(f"{WORK}no-subject/"), "Noticed")

    def test_rows_of_loads(self):
        load = Load.objects.create(collection=Collection.objects.get(), file="cables.csv")
        for number, outcome in enumerate(["held", "rejected", "rejected", "waiting"], 1):
            words = {"source": "cables.csv", "outcome": outcome, "reason": "No date."}
            words["due"] = timezone.now() if outcome == "waiting" else None
            LoadRow.objects.create(
                load=load,
                position=number,
                digest=str(number),
                reference=f"06ROME90000{number}",
                **words,
            )
        make_cable("06ROME900003")
        self.assertEqual(self.work(), {"held": 1, "rejected": 1})
        self.assertEqual(self.items("held"), ["06ROME900001, cables.csv, line 1"])
        self.assertEqual(self.items("rejected"), ["06ROME900002, cables.csv, line 2"])

    def test_missing_references_are_listed_most_cited_first(self):
        make_cable("06ROME900001", cites=["06PARIS900001", "06PARIS900002", "06PARIS900003"])
        make_cable("06ROME900002", cites=["06PARIS900002", "06ROME900001"])
        cable = make_cable("06ROME900003")
        FormerReference.objects.create(cable=cable, reference="06PARIS900003", kind="renamed")
        self.assertEqual(self.items("unresolved"), ["06PARIS900002", "06PARIS900001"])

    def test_a_row_or_link_to_a_cable_that_is_here_under_another_spelling_is_no_issue(self):
        here = ["75TEHRAN900001", "75USNATO900002", "75TEHERAN900003", "75LISBON900005-2"]
        make_cables(here)
        former = make_cable("75OSLO900004")
        FormerReference.objects.create(cable=former, reference="75HAVANA900004", kind="renamed")
        names = ["75TEHERAN900001", "75NATOBRUSSELS900002", "75TEHRAN900003", "75HABANA900004"]
        missing = "75TEHERAN900009"
        make_article(named=[*names, missing], title="Ferries")
        self.assertContains(self.client.get(f"{WORK}article-links/"), f"names {missing}:")
        load = Load.objects.create(collection=Collection.objects.get(), file="cables.csv")
        for number, reference in enumerate([*names, missing]):
            LoadRow.objects.create(
                **{"load": load, "position": 1, "digest": str(number), "reference": reference},
                **{"source": "cables.csv", "outcome": "rejected", "reason": "No date."},
            )
        self.assertEqual(self.items("rejected"), [f"{missing}, cables.csv, line 1"])
        rows = self.client.get("/admin/cables/loadrow/")
        self.assertContains(rows, 'change/">is here</a>', 4)

    def test_jammed_tags_and_broken_links_of_articles(self):
        for code, kind in (("PRELPGOVXX", "unknown"), ("SMUGGLING", "program"), ("XY", "unknown")):
            Tag.objects.create(code=code, kind=kind)
        make_cable(tags=["PRELPGOVXX", "SMUGGLING", "XY"])
        make_article(named=["06BERLIN900001", "06ROME900009"], title="Harbor fees")
        self.assertEqual(self.work(), {"jammed-tags": 1, "article-links": 1})
        self.assertEqual(self.items("jammed-tags"), ["PRELPGOVXX"])
        self.assertContains(self.client.get(f"{WORK}article-links/"), "names 06ROME900009")

    def test_each_leads_to_its_repair_in_one_step(self):
        self.client.force_login(User.objects.create_superuser("root"))
        reference = "06BERLIN900001"
        cable = make_cable(
            reference, subject="", tags=["PRELPGOVXX"], cites=["06PARIS9"], warnings=[["M-10", "x"]]
        )
        Tag.objects.create(code="PRELPGOVXX", kind="unknown")
        for kind, address, holds in (
            ("no-subject", f"correction/new/?cable={reference}&field=subject", "subject"),
            ("M-10", f"correction/new/?cable={reference}&field=created", "created"),
            ("jammed-tags", "merge/new/?kind=tag&name=PRELPGOVXX", "PRELPGOVXX"),
            ("unresolved", "correction/lead/?reference=06PARIS9", "06PARIS9"),
        ):
            with self.subTest(kind):
                page = self.client.get(f"{WORK}{kind}/")
                self.assertEqual(page.context["items"][0].repair, f"/admin/cables/{address}")
                form = self.client.get(f"/admin/cables/{address}").context["form"]
                self.assertIn(holds, form.initial.values())
        asked = {"reference": "06PARIS9", "cable": reference, "reason": "A misprint."}
        address = "/admin/cables/correction/lead/"
        shown = self.client.post(address, asked)
        self.assertContains(shown, f"{reference} is the cable that you name")
        self.assertFalse(FormerReference.objects.exists())
        self.client.post(address, form_of(shown))
        self.assertEqual(FormerReference.objects.get().cable, cable)
        self.assertEqual(self.items("unresolved"), [])

    def test_a_reason_does_not_repeat_what_is_redacted(self):
        cable = make_cable(subject="")
        self.curator.user_permissions.add(Permission.objects.get(codename="redact_cable"))
        made = cable.redactions.create(place="", reason="A witness.", by=self.curator)
        cable.sealed.create(place=made.sealed_at, values={"words": ["Quinto Rossi"]})
        page = self.leave("no-subject", "06BERLIN900001", reason="Quinto Rossi said so.")
        self.assertContains(page, "repeats words that are redacted")
        self.assertFalse(Left.objects.exists())

    def test_what_is_left_leaves_the_list_with_its_reason(self):
        cables = make_cables(["06ROME900001", "06ROME900002"], subject="")
        self.assertContains(self.leave("no-subject", "06ROME900001"), "1 left as it is.")
        self.assertEqual(self.items("no-subject"), ["06ROME900002"])
        self.assertEqual(self.work(), {"no-subject": 1})
        change = cables[0].changes.get()
        self.assertEqual((change.action, change.reason), ("left", "It was so."))
        self.assertEqual((change.by, change.what), (self.curator, "Empty subjects"))

    def test_withholding_needs_a_reason(self):
        make_cable(subject="")
        self.assertContains(self.leave("no-subject", "06BERLIN900001", reason=" "), "is required")
        self.assertFalse(Left.objects.exists())

    def test_only_what_is_in_the_list_is_left(self):
        make_cable()
        self.leave("no-subject", "06BERLIN900001", "\0", "nonsense")
        self.assertFalse(Left.objects.exists())

    def test_what_is_taken_back_stands_in_the_list_again(self):
        make_cable(subject="")
        self.leave("no-subject", "06BERLIN900001")
        left = Left.objects.get()
        self.assertContains(self.client.get("/admin/cables/left/"), "Empty subjects")
        values = {"action": "take_back", "_selected_action": [left.pk]}
        asked = self.client.post("/admin/cables/left/", values)
        self.assertContains(asked, "Take them back")
        self.client.post("/admin/cables/left/", form_of(asked))
        self.assertTrue(Left.objects.exists(), "It takes a reason.")
        self.client.post("/admin/cables/left/", form_of(asked) | {"reason": "It has one."})
        self.assertEqual(self.items("no-subject"), ["06BERLIN900001"])
        change = Change.objects.first()
        self.assertEqual(change.reason, "It has one. Was left because: It was so.")
        self.assertEqual((change.action, change.reference), ("took back", "06BERLIN900001"))

    def test_a_list_that_does_not_exist(self):
        for address in (f"{WORK}nonsense/", f"{WORK}held/?page=9", f"{WORK}held/?page=x"):
            with self.subTest(address):
                self.assertEqual(self.client.get(address).status_code, 404)

    def test_the_page_of_a_cable_says_what_was_noticed(self):
        cable = make_cable(subject="")
        page = self.client.get(f"/admin/cables/cable/{cable.pk}/change/")
        self.assertContains(page, f'<a href="{WORK}no-subject/">Empty subjects</a>')

    def test_who_may_not_see_it_is_not_shown_it(self):
        self.client.force_login(User.objects.create_user("guest", is_staff=True))
        self.assertNotContains(self.client.get("/admin/"), "What needs a person")

    def test_a_list_asks_for_no_row_by_itself(self):
        make_cables([f"06ROME9000{number}" for number in range(10, 12)], subject="")
        with CaptureQueriesContext(connection) as two:
            self.client.get(f"{WORK}no-subject/")
        make_cables([f"06ROME9000{number}" for number in range(20, 60)], subject="")
        with CaptureQueriesContext(connection) as many:
            self.client.get(f"{WORK}no-subject/")
        self.assertEqual(len(many), len(two))
