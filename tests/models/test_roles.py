"""Each role can use its part of the desk and nothing else: every address, for every role."""

import re

from django.contrib import admin
from django.contrib.auth.models import Group, Permission, User
from django.urls import URLResolver
from django.utils import timezone

from cables import models
from cables.curation.redactions_and_corrections import redact_cable
from cables.telegram.apply_redactions import EVERYWHERE, Strike
from tests.articles.test_render import make_article
from tests.base import TestCase
from tests.builders import load_records, make_cable
from tests.desk_pages import DeskWalk
from tests.opened import form_of, send, stamps, stamps_in
from tests.slow import SLOW, some
from tests.source_files import csv_record

ALL = "CLRA"
LETTERS = {"C": "Cataloguer", "L": "Releaser", "R": "Redactor", "A": "Auditor"}
# Model -> roles that may view, add, change and delete its rows.
KINDS = {
    "article": ("CRA", "C", "C", "C"),
    "picture": ("CRA", "C", "C", "C"),
    "bulkdecision": (ALL, "", "", ""),
    "cable": (ALL, "", "", ""),
    "change": (ALL, "", "", ""),
    "correction": (ALL, "", "", ""),
    "redaction": (ALL, "", "", ""),
    "redactionsearch": ("R", "R", "", ""),
    "proposal": (ALL, "", "", ""),  # The list; a proposal is shown to whom it concerns.
    "merge": (ALL, "", "", ""),
    "personentry": (ALL, "", "", ""),
    "personruling": (ALL, "", "", ""),
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
# Roles that may -> the other pages that they alone may request, by the names of their routes.
PAGES = {
    ALL: [
        *("index", "jsi18n", "second_factor", "password_change", "password_change_done"),
        *("cable_csv", "cable_paste", "change_csv", "change_jsonl", "collection_ead"),
        *("load_preview", "load_queue", "loadrow_calendar", "loadrow_ics"),
        *("left_cables", "left_matters", "left_rules", "left_work"),
    ],
    "CRA": ["picture_file"],
    "CLR": ["cable_save_search", "left_assign"],
    "CL": ["left_all", "left_switch"],
    "C": [
        *("article_preview", "page_preview", "note_preview", "cable_annotate"),
        *("correction_new", "correction_undo", "correction_former", "correction_forget"),
        *("correction_lead", "merge_new", "merge_undo"),
        *("personentry_join", "personentry_separate", "personruling_undo"),
        *("article_restore", "article_forget", "page_restore", "page_forget"),
    ],
    "L": [
        *("load_apply", "load_cancel", "load_columns", "load_compare", "load_discard"),
        *("load_forget", "load_move", "load_take_up", "loadrow_embargo"),
    ],
    "LR": ["loadrow_apply", "loadrow_leave", "loadrow_take_back"],
    "R": [
        *("cable_embargo", "cable_publish", "cable_withhold", "load_decide", "loadrow_publish"),
        *(f"bulkdecision_{page}" for page in ("cancel", "decide", "resume", "undo")),
        *("proposal_again", "proposal_withdraw", "redaction_lift", "redaction_new"),
        *(f"redactionsearch_{page}" for page in ("decide", "end", "forms", "names", "review")),
        *(f"redactionsearch_{page}" for page in ("step", "take_back", "undo")),
        *(f"requestcase_{page}" for page in ("clear", "close", "comment", "letter", "reopen")),
        *("volumepage_withhold", "volumewithholding_publish"),
    ],
    "RA": ["collection_originals", "load_failed", "proposal_comment"],
    "": ["cable_erase", "proposal_approve", "proposal_refuse", "user_password_change"],
}
POSTED = {
    *("article_preview", "page_preview", "note_preview", "cable_paste", "cable_save_search"),
    *("bulkdecision_cancel", "bulkdecision_resume", "left_assign", "redactionsearch_step"),
    *("load_apply", "load_cancel", "load_compare", "load_move", "load_take_up"),
    "redactionsearch_take_back",
}
# Of which row a page is, if of no row of the kind that its name has.
ROWS = {
    **dict.fromkeys(["article_restore", "article_forget"], "article_version"),
    **dict.fromkeys(["page_restore", "page_forget"], "page_version"),
    "correction_forget": "former",
    "requestcase_clear": "closed",
    "requestcase_reopen": "closed",
}
# What stands in addresses beside primary keys: "name" by page.
NAMES = {"left_work": "held", "load_decide": "withhold", "loadrow_embargo": "release"}
VALUES = {"form": "csv", "kind": "created", "step": "cancel", "slug": "cables", "state": "off"}
VALUES |= {"name": "no-subject", "rule": "no-subject", "digest": "0" * 32}
ASKING = {
    **dict.fromkeys(
        [f"cable_{page}" for page in ("annotate", "embargo", "erase", "publish", "withhold")]
        + ["correction_former", "correction_new", "redaction_new"],
        "?cable=06BERLIN900001",
    ),
    "loadrow_embargo": "?row={loadrow}",
}
# Routes for everybody with an account, or without data.
PASSKEYS = {"passkey", "passkey_made", "login_passkey", "login_signed"}  # For one's own account.
INSTITUTION = {"institution", "institution_back", "code"}  # The login with its account.
# A row of one's own file is repaired: test_repairs.
OPEN = {"login", "logout", "app_list", "loadrow_repair", ""} | PASSKEYS | INSTITUTION


def routes(patterns=None, above="/admin/"):
    """Yield (name, route) of every address of the desk; the name without that of the app."""
    for pattern in admin.site.urls[0] if patterns is None else patterns:
        route = above + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from routes(pattern.url_patterns, route)
        else:
            yield re.sub("^(cables|auth)_", "", pattern.name or ""), route


def address_of(page, route):
    """Return an address of a page with {kind of row} for a primary key."""
    values = VALUES | ({"name": NAMES[page]} if page in NAMES else {})
    row = f"{{{ROWS.get(page, page.partition('_')[0])}}}"
    filled = re.sub(r"<(?:\w+:)?(\w+)>", lambda found: values.get(found[1], row), route)
    return filled + ASKING.get(page, "")


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
        "requestcase": models.RequestCase.objects.create(name="Quinta Rossi"),
        "closed": models.RequestCase.objects.create(name="Sexta Bianchi", **closed),
        "lettertemplate": models.LetterTemplate.objects.first(),
    }


class RolesTests(DeskWalk, TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.people, cls.cable = make_people(), make_cable(tags=["EFIS"])
        by = {"by": cls.people["R"]}
        load = models.Load.objects.create(collection=models.Collection.objects.get())
        redaction = models.Redaction.objects.create(cable=cls.cable, reason="x", **by)
        cls.cable.sealed.create(place=redaction.sealed_at, values={"words": ["Rossi"]})
        rows = {
            "article": make_article(),
            "bulkdecision": models.BulkDecision.objects.create(kind="withhold", state="done", **by),
            "cable": cls.cable,
            "former": models.FormerReference.objects.create(
                cable=cls.cable, reference="06BONN900001", kind="renamed"
            ),
            "redaction": redaction,
            "change": cls.cable.changes.create(action="withheld", reason="A reason."),
            "changekind": models.ChangeKind.objects.first(),
            "collection": load.collection,
            "columnmapping": models.ColumnMapping.objects.create(name="Harbors", mapping={}),
            "country": models.Country.objects.create(name="Atlantis", iso2="XA", slug="atlantis"),
            "citingwork": models.CitingWork.objects.create(cable=cls.cable, title="Harbors"),
            "highlight": models.Highlight.objects.create(cable=cls.cable),
            "left": models.Left.objects.create(kind="held", key="x", label="x", **by),
            "link": models.Link.objects.create(label="A forum", address="https://example.org/"),
            "load": load,
            "loadrow": models.LoadRow.objects.create(
                load=load, position=1, source="a.csv", raw="x"
            ),
            "note": models.Note.objects.create(cable=cls.cable, text="A note."),
            "origin": cls.cable.origin,
            "page": models.Page.objects.create(slug="hours", title="Hours", body="Ten to four."),
            "tag": models.Tag.objects.create(code="EFIS", kind="subject"),
            "user": cls.people["A"],
            "group": Group.objects.first(),
        }
        rows |= cls.decided_rows() | make_request_rows()
        cls.keys = {kind: row.pk for kind, row in rows.items()}

    @classmethod
    def decided_rows(cls):
        """Make what a Redactor and a Cataloguer decide; return {kind: row}."""
        by, cataloguer = cls.people["R"], cls.people["C"]
        return {
            "picture": models.Picture.objects.create(
                data=b"x", digest="0" * 32, width=1, height=1, description="A bay"
            ),
            **{
                f"{kind}_version": models.TextVersion.objects.create(
                    kind=kind, key=0, label="x", values={"slug": "x"}, by=by
                )
                for kind in ("article", "page")
            },
            "correction": models.Correction.objects.create(
                cable=cls.cable, field="subject", value="BUOYS", reason="x", by=cataloguer
            ),
            "merge": models.Merge.objects.create(
                kind="tag", name="XX", into=["EFIS"], cables={}, by=by
            ),
            "personentry": models.PersonEntry.objects.create(
                volume="frus1", key="p_RM1", name="Rell, Maro", surname="rell", slug="maro-rell"
            ),
            "personruling": models.PersonRuling.objects.create(
                **{"volume": "frus1", "key": "p_RM1", "other_volume": "frus2"},
                **{"other_key": "p_RM1", "are_one": True, "reason": "x", "by": by},
            ),
            "savedsearch": models.SavedSearch.objects.create(
                name="x", by=cataloguer, is_shared=True
            ),
            "volumepage": models.VolumePage.objects.create(
                volume="frus1", name="persons", position=0
            ),
            "redactionsearch": models.RedactionSearch.objects.create(by=by, phrases=["Rossi"]),
            "proposal": models.Proposal.objects.create(kinds=["redact"], title="Redact it", by=by),
            "volumewithholding": models.VolumeWithholding.objects.create(
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
        known = dict(routes())
        for may, pages in PAGES.items():
            for page in pages:
                method = "post" if page in POSTED else "get"
                self.check(method, address_of(page, known[page]).format(**self.keys), may)

    def test_a_role_may_open_all_pages_and_press_all_buttons_that_it_is_offered(self):
        root = self.client_class()
        root.force_login(User.objects.create_superuser("root"))
        for letter, client in some((*self.clients.items(), ("all rights", root)), 2):
            with self.subTest(LETTERS.get(letter, letter)):
                self.assertGreater(len([*self.pages(client)]), 60)

    def test_every_address_of_the_desk_is_tested_here(self):
        of_rows = ("changelist", "add", "history", "delete", "change")
        known = {f"{kind}_{page}" for kind in KINDS for page in of_rows}
        known.update(*PAGES.values())
        self.assertEqual({name for name, _ in routes()} - OPEN, known)

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
        before = models.Change.objects.count()
        for kind in KINDS:
            self.clients["A"].post(f"/admin/{application(kind)}/{kind}/{self.keys[kind]}/change/")
        self.assertEqual(models.Change.objects.count(), before)


class DecidingTests(TestCase):
    """What each role can decide on a cable after a load."""

    @classmethod
    def setUpTestData(cls):
        text = "Quinto Rossi raised the fees."
        load_records(csv_record("09ROME900001", text=text))
        cls.people = make_people()

    def decide(self, address, values):
        """Send a decision, once more where its page shows first what it would be about."""
        answer = send(self.client, address, values)
        is_shown = answer.status_code == 200
        return self.client.post(address, form_of(answer) | values) if is_shown else answer

    def test_each_decision_is_taken_by_its_role_alone(self):
        one, reason = "cable=09ROME900001", {"reason": "A witness."}
        redaction = {"place": "", "words": "Quinto Rossi", "step": "redact"}
        models.Tag.objects.create(code="PRELPGOV", kind="unknown")
        models.Tag.objects.create(code="XYZ", kind="subject")
        make_cable("06BERLIN900003", tags=["PRELPGOV", "XYZ"])
        merge = {"kind": "tag", "name": "PRELPGOV", "into": "XYZ", "step": "merge"}
        for address, values, may, rows in (
            (
                f"correction/new/?{one}",
                {"field": "subject", "value": "BUOYS"},
                "C",
                models.Correction,
            ),
            (f"correction/former/?{one}", {"reference": "09ROME7"}, "C", models.FormerReference),
            ("correction/lead/", {"reference": "09ROME8", "cable": "09ROME900001"}, "C", None),
            ("merge/new/", merge, "C", models.Merge),
            (f"cable/annotate/?{one}", {"reason": "A bad scan."}, "C", models.Note),
            # The last: a Cataloguer writes nothing about a redacted cable.
            (f"redaction/new/?{one}", redaction, "R", models.Redaction),
        ):
            for letter in ("A", "L", *(set("CR") - set(may)), may):
                with self.subTest(f"{LETTERS[letter]}: {address}"):
                    self.client.force_login(self.people[letter])
                    status = self.decide(f"/admin/cables/{address}", reason | values).status_code
                    self.assertEqual(status, 302 if letter == may else 403)
                    if rows:
                        self.assertEqual(rows.objects.exists(), letter == may)
        self.assertEqual(
            [each.by.username for each in models.Change.objects.filter(by__isnull=False)],
            ["redactor", *["cataloguer"] * 5],
        )

    def test_originals_are_seen_by_redactors_and_auditors(self):
        cable = models.Cable.objects.get(reference="09ROME900001")
        strike = Strike(EVERYWHERE, ("Quinto Rossi",))
        redact_cable(cable, strike, "A witness.", self.people["R"])
        for letter, person in self.people.items():
            self.client.force_login(person)
            page = self.client.get(f"/admin/cables/cable/{cable.pk}/change/")
            with self.subTest(LETTERS[letter]):
                self.assertEqual("Quinto Rossi" in page.content.decode(), letter in "RA")
