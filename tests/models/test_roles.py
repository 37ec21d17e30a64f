"""Each role can use its part of the desk and nothing else: every address, for every role."""

from pathlib import Path
from tempfile import TemporaryDirectory

from django.apps import apps
from django.contrib import admin
from django.contrib.auth.models import Group, Permission, User
from django.urls import URLResolver
from django.utils import timezone

from cables.curation.redactions_and_corrections import redact_cable
from cables.loader import load
from cables.models import (
    BulkDecision,
    Cable,
    Change,
    ChangeKind,
    CitingWork,
    ColumnMapping,
    Correction,
    Country,
    FormerReference,
    Highlight,
    Left,
    LetterTemplate,
    Link,
    Load,
    LoadRow,
    Merge,
    Note,
    Page,
    Proposal,
    Redaction,
    RedactionSearch,
    RequestCase,
    SavedSearch,
    Tag,
    VolumePage,
    VolumeWithholding,
)
from cables.telegram.apply_redactions import EVERYWHERE, Strike
from tests.admin.test_matter_decisions import MATTER_PAGES
from tests.articles.test_render import make_article
from tests.base import TestCase
from tests.builders import make_cable
from tests.models.load_addresses import ALL, LOADS
from tests.opened import form_of, send, stamps, stamps_in
from tests.slow import SLOW
from tests.source_files import csv_file, csv_record

LETTERS = {"C": "Cataloguer", "L": "Releaser", "R": "Redactor", "A": "Auditor"}
# Model -> roles that may view, add, change and delete its rows.
KINDS = {
    "article": ("CRA", "C", "C", "C"),
    "bulkdecision": (ALL, "", "", ""),
    "cable": (ALL, "", "", ""),
    "change": (ALL, "", "", ""),
    "correction": (ALL, "", "", ""),
    "redaction": (ALL, "", "", ""),
    "redactionsearch": ("R", "R", "", ""),
    "proposal": (ALL, "", "", ""),  # The list; a proposal is shown to whom it concerns.
    "merge": (ALL, "", "", ""),
    "changekind": ("RA", "", "R", ""),
    "collection": (ALL, "", "CL", ""),
    "columnmapping": ("L", "", "", "L"),
    "country": ("CA", "C", "C", ""),
    "citingwork": ("CA", "C", "C", "C"),
    "highlight": ("CA", "C", "C", "C"),
    "left": (ALL, "", "", ""),
    "link": ("CA", "C", "C", "C"),
    "load": (ALL, "L", "", ""),
    "loadrow": (ALL, "", "", ""),
    "note": (ALL, "C", "C", "C"),
    "origin": (ALL, "", "C", ""),
    "page": ("CA", "C", "C", "C"),
    "savedsearch": (ALL, "", "CLR", "CLR"),
    "tag": (ALL, "", "C", ""),
    "volumepage": ("RA", "", "", ""),
    "volumewithholding": ("RA", "", "", ""),
    "requestcase": ("RA", "R", "R", ""),
    "lettertemplate": ("RA", "", "R", ""),
    "user": ("A", "", "", ""),
    "group": ("A", "", "", ""),
}
ASKED = "?cable=06BERLIN900001"
# Name of a route -> (method, address, roles that may). {cable} and the like are primary keys.
OTHERS = {
    "index": ("get", "/admin/", ALL),
    "cables_cable_withhold": ("get", "/admin/cables/cable/withhold/?cable=06BERLIN900001", "R"),
    "cables_cable_publish": ("get", "/admin/cables/cable/publish/?cable=06BERLIN900001", "R"),
    "cables_cable_annotate": ("get", "/admin/cables/cable/annotate/?cable=06BERLIN900001", "C"),
    "cables_cable_csv": ("get", "/admin/cables/cable/cables.csv", ALL),
    "cables_cable_paste": ("post", "/admin/cables/cable/pasted/", ALL),
    "cables_cable_save_search": ("post", "/admin/cables/cable/saved/", "CLR"),
    "cables_cable_embargo": ("get", "/admin/cables/cable/embargo/?cable=06BERLIN900001", "R"),
    "cables_cable_erase": ("get", "/admin/cables/cable/erase/?cable=06BERLIN900001", ""),
    **{
        f"cables_proposal_{name}": ("get", f"/admin/cables/proposal/{{proposal}}/{name}/", may)
        for name, may in {
            **{"comment": "RA", "withdraw": "R", "again": "R", "approve": "", "refuse": ""}
        }.items()
    },
    "cables_bulkdecision_decide": ("get", "/admin/cables/bulkdecision/{bulkdecision}/decide/", "R"),
    "cables_bulkdecision_undo": ("get", "/admin/cables/bulkdecision/{bulkdecision}/undo/", "R"),
    **{
        f"cables_bulkdecision_{step}": (
            *("post", f"/admin/cables/bulkdecision/{{bulkdecision}}/{step}/", "R"),
        )
        for step in ("cancel", "resume")
    },
    "cables_article_preview": ("post", "/admin/cables/article/preview/", "C"),
    "cables_page_preview": ("post", "/admin/cables/page/preview/", "C"),
    "cables_note_preview": ("post", "/admin/cables/note/preview/", "C"),
    "cables_redaction_new": ("get", f"/admin/cables/redaction/new/{ASKED}", "R"),
    "cables_redaction_lift": ("get", "/admin/cables/redaction/{redaction}/lift/", "R"),
    **{
        f"cables_redactionsearch_{page}": (
            *("get", f"/admin/cables/redactionsearch/{{redactionsearch}}/{page}/", "R"),
        )
        for page in ("forms", "review", "names", "decide", "undo", "end")
    },
    "cables_redactionsearch_take_back": (
        *("post", "/admin/cables/redactionsearch/{redactionsearch}/take-back/", "R"),
    ),
    "cables_redactionsearch_step": (
        *("post", "/admin/cables/redactionsearch/{redactionsearch}/step/cancel/", "R"),
    ),
    "cables_volumepage_withhold": ("get", "/admin/cables/volumepage/{volumepage}/withhold/", "R"),
    "cables_volumewithholding_publish": (
        *("get", "/admin/cables/volumewithholding/{volumewithholding}/publish/", "R"),
    ),
    "cables_correction_new": ("get", f"/admin/cables/correction/new/{ASKED}", "C"),
    "cables_correction_undo": ("get", "/admin/cables/correction/{correction}/undo/", "C"),
    "cables_correction_former": ("get", f"/admin/cables/correction/former/{ASKED}", "C"),
    "cables_correction_forget": ("get", "/admin/cables/correction/former/{former}/undo/", "C"),
    "cables_correction_lead": ("get", "/admin/cables/correction/lead/", "C"),
    "cables_merge_new": ("get", "/admin/cables/merge/new/", "C"),
    "cables_merge_undo": ("get", "/admin/cables/merge/{merge}/undo/", "C"),
    **LOADS,
    **{
        f"cables_requestcase_{name}": (
            "get",
            f"/admin/cables/requestcase/{{requestcase}}/{name}/",
            "R",
        )
        for name in ("comment", "letter", "close")
    },
    **{
        f"cables_requestcase_{name}": ("get", f"/admin/cables/requestcase/{{closed}}/{name}/", "R")
        for name in ("reopen", "clear")
    },
    "cables_collection_ead": ("get", "/admin/cables/collection/{collection}/ead/", ALL),
    "cables_collection_originals": (
        *("get", "/admin/cables/collection/{collection}/originals/", "RA"),
    ),
    **MATTER_PAGES,
    "cables_change_csv": ("get", "/admin/cables/change/log.csv", ALL),
    "cables_change_jsonl": ("get", "/admin/cables/change/log.jsonl", ALL),
    "auth_user_password_change": ("get", "/admin/auth/user/{user}/password/", ""),
    "jsi18n": ("get", "/admin/jsi18n/", ALL),
    "second_factor": ("get", "/admin/second-factor/", ALL),
    "password_change": ("get", "/admin/password_change/", ALL),
    "password_change_done": ("get", "/admin/password_change/done/", ALL),
}
# Routes for everybody with an account, or without data.
PASSKEYS = {"passkey", "passkey_made", "login_passkey", "login_signed"}  # For one's own account.
OPEN = {"login", "logout", "autocomplete", "view_on_site", "app_list", None} | PASSKEYS


def names(patterns):
    """Yield the name of every address of the desk."""
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from names(pattern.url_patterns)
        else:
            yield pattern.name


def application(kind):
    return "auth" if kind in ("user", "group") else "cables"


def make_people():
    """Make an account of each role."""
    people = {}
    for letter, role in LETTERS.items():
        people[letter] = User.objects.create_user(role.lower(), is_staff=True)
        people[letter].groups.add(Group.objects.get(name=role))
    return people


def make_request_rows():
    """Return an open and a closed case, and a letter template, by their names in addresses."""
    closed = {"state": "closed", "outcome": "void", "closed": timezone.now()}
    return {
        "requestcase": RequestCase.objects.create(name="Quinta Rossi"),
        "closed": RequestCase.objects.create(name="Sexta Bianchi", **closed),
        "lettertemplate": LetterTemplate.objects.first(),
    }


class RolesTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.people, cls.cable = make_people(), make_cable(tags=["EFIS"])
        by = {"by": cls.people["R"]}
        load = Load.objects.create(collection=apps.get_model("cables", "Collection").objects.get())
        redaction = Redaction.objects.create(cable=cls.cable, reason="x", **by)
        cls.cable.sealed.create(place=redaction.sealed_at, values={"words": ["Rossi"]})
        rows = {
            "article": make_article(),
            "bulkdecision": BulkDecision.objects.create(kind="withhold", state="done", **by),
            "cable": cls.cable,
            "correction": Correction.objects.create(
                cable=cls.cable, field="subject", value="BUOYS", reason="x", by=cls.people["C"]
            ),
            "former": FormerReference.objects.create(
                cable=cls.cable, reference="06BONN900001", kind="renamed"
            ),
            "merge": Merge.objects.create(kind="tag", name="XX", into=["EFIS"], cables={}, **by),
            "redaction": redaction,
            "change": cls.cable.changes.create(action="withheld", reason="A reason."),
            "changekind": ChangeKind.objects.first(),
            "collection": load.collection,
            "columnmapping": ColumnMapping.objects.create(name="Harbors", mapping={}),
            "country": Country.objects.create(name="Atlantis", iso2="XA", slug="atlantis"),
            "citingwork": CitingWork.objects.create(cable=cls.cable, title="Harbors"),
            "highlight": Highlight.objects.create(cable=cls.cable),
            "left": Left.objects.create(kind="held", key="x", label="x", **by),
            "link": Link.objects.create(label="A forum", address="https://example.org/"),
            "load": load,
            "loadrow": LoadRow.objects.create(load=load, position=1, source="a.csv", raw="x"),
            "note": Note.objects.create(cable=cls.cable, text="A note."),
            "origin": cls.cable.origin,
            "page": Page.objects.create(slug="hours", title="Hours", body="Ten to four."),
            "savedsearch": SavedSearch.objects.create(name="x", by=cls.people["C"], is_shared=True),
            "tag": Tag.objects.create(code="EFIS", kind="subject"),
            "volumepage": VolumePage.objects.create(volume="frus1", name="persons", position=0),
            "user": cls.people["A"],
            "group": Group.objects.first(),
        }
        rows |= cls.decided_rows() | make_request_rows()
        cls.keys = {kind: row.pk for kind, row in rows.items()}

    @classmethod
    def decided_rows(cls):
        """Make what a Redactor decides beside single cables; return {kind: row}."""
        by = cls.people["R"]
        return {
            "redactionsearch": RedactionSearch.objects.create(by=by, phrases=["Rossi"]),
            "proposal": Proposal.objects.create(kinds=["redact"], title="Redact it", by=by),
            "volumewithholding": VolumeWithholding.objects.create(
                volume="frus2", name="persons", reason="x", by=by
            ),
        }

    def setUp(self):
        self.asked, self.clients = 0, {letter: self.client_class() for letter in self.people}
        for letter, client in self.clients.items():
            client.force_login(self.people[letter])

    def asking(self, may):
        """Return (letter, client) of one who may and of one who may not, in turn; all if slow."""
        self.asked += 1
        everybody = [*self.clients.items()]
        parts = ([each for each in everybody if (each[0] in may) == way] for way in (True, False))
        return everybody if SLOW else [part[self.asked % len(part)] for part in parts if part]

    def check(self, method, address, may, done=(200, 302), **values):
        """Request an address in every role: roles in `may` get it, the others are refused."""
        for letter, client in self.asking(may):
            with self.subTest(f"{LETTERS[letter]}: {method} {address}"):
                sent = values | (stamps(client, address) if method == "post" else {})
                status = getattr(client, method)(address, sent).status_code
                self.assertIn(status, done if letter in may else (403,))

    def check_form(self, address, may_see, may_send):
        """Open a page in every role, and send its form as it is.

        Roles in `may_see` get the page, those in `may_send` may send it; others are refused.
        """
        for letter, client in self.asking(may_send or may_see):
            page = client.get(address)
            sent = client.post(address, stamps_in(page))
            for method, response, may in (("get", page, may_see), ("post", sent, may_send)):
                with self.subTest(f"{LETTERS[letter]}: {method} {address}"):
                    done = (200, 302) if letter in may else (403,)
                    self.assertIn(response.status_code, done)

    def test_each_role_sees_adds_changes_and_deletes_the_rows_it_may(self):
        for kind, (view, add, change, delete) in KINDS.items():
            base = f"/admin/{application(kind)}/{kind}/"
            row = f"{base}{self.keys[kind]}/"
            # Empty forms are shown again; a deletion is only to be confirmed.
            self.check_form(f"{base}add/", add, add)
            self.check_form(f"{row}change/", view, change)
            self.check_form(f"{row}delete/", delete, delete)
            for address in (base, f"{row}history/"):
                self.check("get", address, view)

    def test_other_pages_open_for_their_roles_only(self):
        for method, address, may in OTHERS.values():
            self.check(method, address.format(**self.keys), may)

    def test_every_address_of_the_desk_is_tested_here(self):
        known = {
            f"{application(kind)}_{kind}_{page}"
            for kind in KINDS
            for page in ("changelist", "add", "history", "delete", "change")
        }
        self.assertEqual(set(names(admin.site.urls[0])) - OPEN, known | set(OTHERS))

    def test_decisions_are_accepted_from_their_roles_only(self):
        cable = make_cable("06BERLIN900002")  # The other one is redacted.
        address = f"/admin/cables/cable/{{}}/?cable={cable}"
        for name, may in (("withhold", "R"), ("publish", "R"), ("annotate", "C")):
            self.check("post", address.format(name), may, (302,), reason="A reason.")
        acts = [(each.action, each.by.username) for each in cable.changes.all()[:3]]
        self.assertEqual(acts[1:], [("published", "redactor"), ("withheld", "redactor")])
        self.assertEqual(acts[0], ("noted", "cataloguer"))

    def test_actions_on_ticked_rows_are_offered_to_their_roles_only(self):
        kinds = {"withhold": "R", "publish": "R", "embargo": "R", "annotate": "C", "correct": "C"}
        for name, may in (kinds | {"tag": "C", "untag": "C", "reread": "C"}).items():
            for letter, client in self.asking(may):
                with self.subTest(f"{LETTERS[letter]}: {name}"):
                    values = {"action": name, "_selected_action": [self.cable.pk]}
                    page = client.post("/admin/cables/cable/", values, follow=True)
                    decision = page.context.get("decision")
                    self.assertEqual(bool(decision) and decision.action.name == name, letter in may)

    def test_editable_lists_are_saved_by_their_roles_only(self):
        for kind, may in (("tag", "C"), ("changekind", "R"), ("link", "C")):
            form = {"form-TOTAL_FORMS": 0, "form-INITIAL_FORMS": 0, "_save": "Save"}
            self.check("post", f"/admin/cables/{kind}/", may, **form)

    def test_an_auditor_reads_everything_and_changes_nothing(self):
        rights = Permission.objects.filter(group__name="Auditor").values_list("codename", flat=True)
        others = {right for right in rights if not right.startswith("view_")}
        self.assertLessEqual(others, {"see_sealed"})
        before = Change.objects.count()
        for kind in KINDS:
            self.clients["A"].post(f"/admin/{application(kind)}/{kind}/{self.keys[kind]}/change/")
        self.assertEqual(Change.objects.count(), before)


class DecidingTests(TestCase):
    """What each role can decide on a cable after a load."""

    @classmethod
    def setUpTestData(cls):
        with TemporaryDirectory() as folder:
            text = "Quinto Rossi raised the fees."
            load(csv_file(Path(folder), csv_record("09ROME900001", text=text)))
        cls.people = make_people()

    def decide(self, address, values):
        """Send a decision, once more where its page shows first what it would be about."""
        answer = send(self.client, address, values)
        is_shown = answer.status_code == 200
        return self.client.post(address, form_of(answer) | values) if is_shown else answer

    def test_each_decision_is_taken_by_its_role_alone(self):
        one, reason = "cable=09ROME900001", {"reason": "A witness."}
        redaction = {"place": "", "words": "Quinto Rossi", "step": "redact"}
        Tag.objects.create(code="PRELPGOV", kind="unknown")
        Tag.objects.create(code="XYZ", kind="subject")
        merge = {"kind": "tag", "name": "PRELPGOV", "into": "XYZ", "step": "merge"}
        for address, values, may, rows in (
            (f"correction/new/?{one}", {"field": "subject", "value": "BUOYS"}, "C", Correction),
            (f"correction/former/?{one}", {"reference": "09ROME7"}, "C", FormerReference),
            ("correction/lead/", {"reference": "09ROME8", "cable": "09ROME900001"}, "C", None),
            ("merge/new/", merge, "C", Merge),
            (f"cable/annotate/?{one}", {"reason": "A bad scan."}, "C", Note),
            # The last: a Cataloguer writes nothing about a redacted cable.
            (f"redaction/new/?{one}", redaction, "R", Redaction),
        ):
            for letter in ("A", "L", *(set("CR") - set(may)), may):
                with self.subTest(f"{LETTERS[letter]}: {address}"):
                    self.client.force_login(self.people[letter])
                    status = self.decide(f"/admin/cables/{address}", reason | values).status_code
                    self.assertEqual(status, 302 if letter == may else 403)
                    if rows:
                        self.assertEqual(rows.objects.exists(), letter == may)
        self.assertEqual(
            [each.by.username for each in Change.objects.filter(by__isnull=False)],
            ["redactor", *["cataloguer"] * 5],
        )

    def test_originals_are_seen_by_redactors_and_auditors(self):
        cable = Cable.objects.get(reference="09ROME900001")
        strike = Strike(EVERYWHERE, ("Quinto Rossi",))
        redact_cable(cable, strike, "A witness.", self.people["R"])
        for letter, person in self.people.items():
            self.client.force_login(person)
            page = self.client.get(f"/admin/cables/cable/{cable.pk}/change/")
            with self.subTest(LETTERS[letter]):
                self.assertEqual("Quinto Rossi" in page.content.decode(), letter in "RA")
