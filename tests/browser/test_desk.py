"""The desk in a browser: no obstacle that axe knows of, and no page wider than a phone.

The pages that a curator meets while working are looked at on the walk of test_curation.py.
"""

import re
from unittest import mock

from django.contrib.auth.models import Group, User
from django.test import override_settings
from django.utils import timezone
from django_otp.plugins.otp_totp.models import TOTPDevice
from playwright.sync_api import expect

from cables.loader import load
from cables.management.commands.make_curator import GROUP, make_group
from cables.models import (
    Article,
    Cable,
    Change,
    Collection,
    LetterTemplate,
    Link,
    Load,
    LoadRow,
    PersonEntry,
    Proposal,
    RedactionSearch,
    RequestCase,
    Tag,
)
from reading_room.approval_settings import parse_approvals
from tests.articles.test_render import make_article
from tests.browser.base import DESKTOP, NARROWEST, PHONE, BrowserTestCase
from tests.browser.desk_walk import TOO_WIDE, WIDE_LIST, DeskWalk
from tests.builders import make_cable, withhold
from tests.slow import slow
from tests.source_files import csv_file, csv_record


class DeskTests(BrowserTestCase):
    def setUp(self):
        # A page that loads itself anew while it is looked at breaks the rules for a moment.
        self.enterContext(mock.patch("cables.admin.base.REFRESH", "600"))
        make_group()
        self.root = User.objects.create_superuser("root")
        TOTPDevice.objects.create(user=self.root, name="telephone", confirmed=False)
        self.cable = make_cable("06BERLIN900001", tags=["EFIS"], body="1. Fees rose.\n" * 200)
        self.article = make_article(cables=[self.cable])
        make_cable("06BERLIN900002", subject="", cites=["06PARIS900001"])
        self.cable.notes.create(paragraph="par1", text="Fees *fell*.")
        load = Load.objects.create(
            collection=Collection.objects.get_or_create(slug="cables", name="Cables")[0],
            file="cables.csv",
        )
        words = {"outcome": "rejected", "reason": "No date. " * 40, "raw": "A long line. " * 900}
        self.row = LoadRow.objects.create(load=load, position=1, source="c" * 90, **words)
        self.tag = Tag.objects.create(code="EFIS", kind="subject")
        Link.objects.create(label="Friends", address="https://example.org/")
        self.change = Change.objects.create(by=self.root, action="changed", what="tag EFIS")
        self.make_long_rows(load)
        self.entry, _ = (
            PersonEntry.objects.create(
                **{"volume": volume, "key": "p_RM1", "surname": "r", "slug": volume},
                **{
                    "name": "Featherstonehaugh, Bartholomew " * 3,
                    "office": "Director of Ferries. " * 9,
                },
            )
            for volume in ("frus1955", "frus1956")
        )

    def make_long_rows(self, load):
        """Make rows of lists whose columns are as long as they can become."""
        words = "Somebody asked for it, and the archive has found the reason to be a good one. "
        name, unbroken = f"/srv/{'sources/' * 9}cables-of-2006-{'x' * 60}.csv", "X" * 120
        by = User.objects.create_user("bartholomew.featherstonehaugh", is_staff=True)
        counts = {"rows": 251_287, "created": 200_000, "changed": 40_000, "held": 1_000}
        for state in ("compared", "running", "failed"):
            Load.objects.create(
                collection=load.collection, file=name, state=state, counts=counts, by=None
            )
        for state in ("comparing", "waiting"):
            Load.objects.create(collection=load.collection, file=name, state=state, by=by)
        LoadRow.objects.create(
            load=load,
            position=2_512_870,
            source=name,
            reference="1975FRANKFURTAMMAIN900001-2",
            digest="2",
            outcome="waiting",
            due=timezone.now(),
            reason=unbroken,
        )
        long_cable = make_cable("1975FRANKFURTAMMAIN900001", subject=unbroken)
        redaction = long_cable.redactions.create(reason=words, by=by)
        long_cable.sealed.create(place=redaction.sealed_at, values={"words": ["Rossi"]})
        long_cable.corrections.create(field="subject", value=unbroken, reason=words, by=by)
        withhold(make_cable("1975FRANKFURTAMMAIN900002"), words + unbroken, by=by)
        long_cable.changes.create(action="letter written", reason=words + unbroken, by=by)
        case = RequestCase.objects.create(name=unbroken, named=["1975FRANKFURTAMMAIN900001"] * 5)
        RequestCase.objects.filter(pk=case.pk).update(assigned=by, way="telephone")
        RedactionSearch.objects.create(by=by, phrases=["Rossi"], reason=words, state="searched")
        self.proposal = Proposal.objects.create(
            kinds=["withhold", "many"],
            title=f"Withhold from readers: {long_cable}, {unbroken}",
            by=by,
            decided_by=by,
            reason=unbroken,
            fields=[["Words", unbroken]],
            answer=words,
        )

    def addresses(self):
        kinds = ["article", "cable", "change", "collection", "country", "link"]
        yield from (
            "",
            "second-factor/",
            *(f"cables/{kind}/" for kind in [*kinds, "origin", "page", "tag"]),
        )
        yield from (f"cables/{kind}/add/" for kind in ("article", "country", "link", "page"))
        yield from ("cables/cable/?words=fees&tag=EFIS", "cables/savedsearch/")
        yield from ("cables/note/", "cables/note/add/", "cables/left/", "cables/changekind/")
        yield from ("cables/left/matters/no-subject/", f"cables/article/{self.article.pk}/delete/")
        yield from ("cables/left/matters/", "cables/left/cables/", "cables/left/rules/")
        yield from ("cables/left/matters/no-subject/all/", "cables/left/rules/cables/L-3/off/")
        yield f"cables/cable/annotate/?cable={self.cable.reference}"
        for row in (self.article, self.cable, self.cable.origin, self.row, self.row.load):
            yield f"cables/{row._meta.model_name}/{row.pk}/change/"
        yield from (f"cables/change/{self.change.pk}/change/", f"cables/tag/{self.tag.pk}/change/")
        yield from (f"cables/{kind}/" for kind in ("correction", "merge", "redaction"))
        yield from (f"cables/{kind}/" for kind in ("personentry", "personruling"))
        yield f"cables/personentry/{self.entry.pk}/join/"
        yield f"cables/correction/former/?cable={self.cable.reference}"
        yield "cables/correction/lead/"
        yield from (f"cables/{kind}/" for kind in ("load", "loadrow", "requestcase"))
        yield from ("cables/load/queue/", "cables/loadrow/calendar/", "cables/columnmapping/")
        yield from ("cables/redactionsearch/", "cables/volumewithholding/", "cables/highlight/")
        yield from ("cables/proposal/", f"cables/proposal/{self.proposal.pk}/change/")
        yield from ("cables/citingwork/", "cables/citingwork/add/")
        yield from ("auth/user/", "auth/user/add/", f"auth/user/{self.root.pk}/change/")
        yield f"auth/user/{self.root.pk}/password/"
        yield f"auth/group/{Group.objects.get(name=GROUP).pk}/change/"

    def test_no_obstacle_and_nothing_too_wide(self):
        page = self.open("/admin/login/")
        self.look(page, "login")
        self.log_in_as(page, self.root)
        for address in self.addresses():
            page.goto(f"{self.live_server_url}/admin/{address}")
            self.look(page, address)

    def test_a_page_that_is_older_than_a_change_says_so_and_keeps_what_was_typed(self):
        page = self.open("/admin/login/")
        self.log_in_as(page, self.root)
        article, tags = f"cables/article/{self.article.pk}/", "cables/tag/"
        links = "cables/link/"
        for number, (address, field, button) in enumerate(
            (
                (f"{article}change/", "#id_summary", "Save"),
                (tags, "#id_form-0-label", "Save"),
                (f"{article}delete/", "#id_why", "Yes, delete it"),
                (links, "#id_why", "Yes, delete them"),
            )
        ):
            page.goto(f"{self.live_server_url}/admin/{address}")
            if address == links:
                page.locator("input.action-select").first.check()
                page.locator("select[name=action]").select_option("delete_selected")
                with page.expect_navigation():
                    page.locator(".actions button").click()
                self.look(page, "delete several")
            Article.objects.update(title=f"Fees {number}")
            Tag.objects.update(label=f"Fish {number}")
            Link.objects.update(label=f"Friends {number}")
            page.locator("#id_why").fill("A reader asked.")
            page.locator(field).fill("What I typed.")
            with page.expect_navigation():
                page.get_by_role("button", name=button, exact=True).first.click()
            with self.subTest(address):
                expect(page.locator("#main")).to_contain_text("Somebody changed this meanwhile")
                expect(page.locator(field)).to_have_value("What I typed.")
            self.look(page, address)

    def test_what_was_typed_into_the_form_of_a_deleted_row_is_shown_to_be_copied(self):
        page = self.open("/admin/login/")
        self.log_in_as(page, self.root)
        page.goto(f"{self.live_server_url}/admin/cables/article/{self.article.pk}/change/")
        page.locator("#id_summary").fill("What I typed.")
        Article.objects.all().delete()
        with page.expect_navigation():
            page.get_by_role("button", name="Save", exact=True).click()
        expect(page.get_by_label("Summary")).to_have_value("What I typed.")
        self.look(page, "deleted")

    def look(self, page, address):
        """Fail if the page has an obstacle or is too wide on a phone or a desktop, as it stays.

        On a desktop no list is wider than its frame.
        """
        sizes = (NARROWEST, DESKTOP)
        checked = self.checked_looks(sizes)
        for size in sizes:
            with self.subTest(address, size=size):
                self.show(page, size)
                if size in checked:
                    self.check_page(page)
                self.assertLessEqual(page.evaluate(TOO_WIDE), 0)
                if size == DESKTOP:
                    self.assertLessEqual(page.evaluate(WIDE_LIST), 0)


ONE = "09ROME900001"


@override_settings(APPROVALS=parse_approvals("redact = Redactor"))
@slow("no walk over the desk")
class ProposalTests(DeskWalk):
    def setUp(self):
        super().setUp()
        load(csv_file(self.folder, csv_record(ONE, text="Quinto Rossi raised the fees.")))
        for name in ("anna", "ben"):
            curator = User.objects.create_user(name, is_staff=True)
            curator.groups.add(Group.objects.get(name="Redactor"))

    def propose(self):
        page = self.enter("anna")
        self.visit(page, f"/admin/cables/redaction/new/?cable={ONE}")
        page.locator("#id_words").fill("Quinto Rossi")
        page.locator("#id_reason").fill("A witness.")
        self.press(page, "See what it would change")
        self.press(page, "Propose: Redact")
        expect(page.locator("body")).to_contain_text("Nothing changes until")
        self.follow(page, f"Redact {ONE}")
        self.look(page)

    def test_from_the_proposal_to_its_approval(self):
        self.propose()
        page = self.enter("ben")
        self.visit(page, "/admin/")
        self.follow(page, "Proposals that wait for your approval")
        self.look(page)
        self.follow(page, f"Redact {ONE}")
        self.look(page)
        self.follow(page, "Comment")
        page.get_by_label("Comment").fill("He is named in paragraph 1 only.")
        self.press(page, "Comment")
        expect(page.locator("main")).to_contain_text("He is named")
        self.draw(page, "proposal")
        self.follow(page, "Approve")
        self.look(page)
        self.press(page, "Approve and carry out")
        self.look(page)
        self.assertNotIn("Rossi", Cable.objects.get().body)
        entry = Change.objects.get(action="redacted")
        self.assertEqual((entry.by.username, entry.approved_by.username), ("anna", "ben"))


LETTER = "Dear $name,\n\nwe have not done what you asked about $cables, because: $reason"


@override_settings(REQUEST_FORM=True, CSRF_COOKIE_PATH="/", REQUEST_ADDRESS="desk@example.org")
@slow("no walk over the desk")
class RequestTests(DeskWalk):
    def setUp(self):
        super().setUp()
        make_cable("06BERLIN900001")
        LetterTemplate.objects.update_or_create(occasion="refused", defaults={"text": LETTER})

    def send(self, page):
        """Send a request, as a reader, from the page of a cable."""
        self.visit(page, "/cable/06BERLIN900001/")
        self.follow(page, "Ask to take down or correct")
        self.look(page)
        self.follow(page, "the form")
        self.look(page)
        expect(page.get_by_label("Cables and paragraphs")).to_have_value("06BERLIN900001")
        page.get_by_label("What is wrong, and why").fill("My uncle is named in it.")
        page.get_by_label("Your name").fill("Quinta Rossi")
        page.get_by_label("How the archive can reach you").fill("quinta@example.org")
        self.press(page, "Send")
        self.look(page)
        expect(page.locator("main")).to_contain_text(RequestCase.objects.get().number)

    def test_from_the_form_to_the_letter(self):
        page = self.open_window()
        self.send(page)
        self.log_in_as(page, User.objects.get(username="redactor"))  # In the reader's window.
        self.visit(page, "/admin/")
        self.follow(page, "Requests to take down or correct")
        self.look(page)
        self.follow(page, RequestCase.objects.get().number)
        self.look(page)
        expect(page.locator("main")).to_contain_text("is published")
        self.follow(page, "Comment on the case")
        page.get_by_label("Comment").fill("She sent her passport.")
        self.press(page, "Comment")
        self.draw(page, "request")
        self.follow(page, "Close the case")
        self.look(page)
        page.get_by_label("Outcome").select_option("refused")
        page.get_by_label("Reason of the decision").fill("He held an office.")
        self.press(page, "Close the case")
        self.look(page)
        self.follow(page, "Letter")
        self.look(page)
        letter = page.get_by_label("Letter", exact=False).input_value()
        for words in ("Dear Quinta Rossi,", "06BERLIN900001", "because: He held an office."):
            self.assertIn(words, letter)
        page.get_by_label("It was sent").check()
        self.press(page, "Save the letter")
        expect(page.locator("main")).to_contain_text("Letter sent:")


class RowsTests(BrowserTestCase):
    """On a telephone a row of a table is read from top to bottom, each value with its heading."""

    def test_tables_are_rows_and_no_is_a_word(self):
        user = User.objects.create_superuser("root")
        make_cable("06BERLIN900001", subject="Fees rose")
        page = self.open("/admin/login/", size=PHONE)
        self.log_in_as(page, user)
        self.visit(page, "/admin/cables/cable/")
        row = page.locator("#result_list tbody tr").first
        expect(row).to_have_css("display", "block")
        subject = row.locator(".field-beginning")
        expect(subject).to_have_attribute("data-label", "Subject")
        expect(subject).to_contain_text("Fees rose")
        self.assertEqual(page.evaluate(WIDE_LIST), 0)
        expect(page.locator("body")).to_have_css("font-family", re.compile("Source Sans 3"))
        self.show(page, DESKTOP)
        expect(row).to_have_css("display", "table-row")
        tags = page.get_by_role("link", name="Tags", exact=True)
        expect(tags).not_to_be_visible()
        page.locator("#nav-filter").fill("tags")
        expect(tags).to_be_visible()
        User.objects.create_user("guest")
        self.visit(page, "/admin/auth/user/")
        expect(page.locator("tr", has_text="guest").locator(".field-is_staff")).to_have_text("No")
        expect(page.locator("#content img[alt=False]")).to_have_count(0)
