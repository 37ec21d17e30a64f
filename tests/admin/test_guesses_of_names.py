"""Who may not see withheld cables learns no name that only they have, of origins or anything."""

from django.contrib.auth.models import User
from django.test import override_settings

from cables.curation.redactions_and_corrections import correct_cable, redact_cable
from cables.models import Article, Cable, Country, Origin, SavedSearch, Tag
from cables.telegram.apply_redactions import EVERYWHERE, Strike
from reading_room.approval_settings import ApprovalRule
from tests.admin.test_sealed_guesses import CLEAN, NONSENSE, PUBLIC, GuessTestCase
from tests.builders import forget_counts, load_records, withhold
from tests.opened import form_of, send
from tests.source_files import csv_record

HIDDEN, TAG, LAND, CODE = "Embassy Markedtown", "MARKEDTAG", "Markedland", "XQ"
NEW_MERGE, NEW_COUNTRY = "/admin/cables/merge/new/", "/admin/cables/country/add/"
LISTS = ("/admin/cables/left/", "/admin/cables/change/", "/admin/cables/change/log.csv")


class NameGuessTests(GuessTestCase):
    @classmethod
    def setUpTestData(cls):
        super().setUpTestData()
        load_records(
            csv_record(CLEAN, text="1. Boats.", origin=HIDDEN, cites="08ROME9"),
            csv_record("09ROME900006", text="1. Buoys."),
        )
        cls.cable = Cable.objects.get(reference=CLEAN)
        correct_cable(cls.cable, "tags", [TAG, "MARKEDJAM"], "So it is.", cls.root)
        country = Country.objects.create(iso2=CODE, name=LAND, slug="markedland")
        Origin.objects.filter(name=HIDDEN).update(country=country)

    def setUp(self):
        super().setUp()
        self.client.force_login(self.people["Cataloguer"])

    def hide(self):
        self.cable.refresh_from_db()
        withhold(self.cable)
        forget_counts()

    def assert_names_untold(self, act, *names):
        """Let answers to names that only a withheld cable has and to nonsense be equal."""
        for name, nonsense in names:
            with self.subTest(name):
                self.assertEqual(self.answers(act, name), self.answers(act, nonsense))

    def test_a_merge_knows_no_hidden_name(self):
        self.hide()

        def merge(name):
            kind, known = ("tag", "EFIS") if name.isupper() else ("origin", "Embassy Rome")
            for goes, into in ((name, known), (known, name), (name, "Nowhere"), (name, name)):
                values = {"kind": kind, "name": goes, "into": into, "step": "look"}
                for reason in ("", "A misprint."):
                    page = self.client.post(NEW_MERGE, values | {"reason": reason})
                    yield f"{goes} {into} {reason}", page

        def alike(name):
            return {key.replace(name, "GUESS"): page for key, page in merge(name)}.items()

        self.assert_names_untold(alike, (HIDDEN, "Embassy Mxrkedtown"), (TAG, "MXRKEDTAG"))

    def test_a_correction_knows_no_hidden_origin(self):
        self.hide()
        keys = list(
            Cable.objects.filter(reference__in=(PUBLIC, "09ROME900006")).values_list(
                "pk", flat=True
            )
        )

        def correct(name):
            address, values = (
                f"/admin/cables/correction/new/?cable={PUBLIC}",
                {"field": "origin", "value": name},
            )
            for reason in ("", "A misprint."):
                yield f"one {reason}", send(self.client, address, values | {"reason": reason})
            with override_settings(APPROVALS={"correct": ApprovalRule(("Releaser",))}):
                yield "proposed", send(self.client, address, values | {"reason": "So it is."})
            sent = {"action": "correct", "_selected_action": keys}
            page = self.client.post("/admin/cables/cable/", sent, follow=True)
            typed = form_of(page) | values | {"reason": "x", "step": "look"}
            yield "many", self.client.post(page.redirect_chain[-1][0], typed)

        self.assert_names_untold(correct, (HIDDEN, "Embassy Mxrkedtown"))

    def test_a_hidden_country_is_added_as_any_other(self):
        self.hide()

        def add(guess):
            name, code = guess.split("/")
            whole = {"name": name, "iso2": code, "slug": name.lower()}
            for left_out in ({"name": ""}, {"iso2": ""}, {"slug": ""}, {}):
                yield str(left_out), send(self.client, NEW_COUNTRY, whole | left_out)
            yield (
                "list",
                self.client.get("/admin/cables/country/").content.decode().replace(code, ""),
            )
            yield "again", send(self.client, NEW_COUNTRY, whole)

        right, wrong = (
            {
                key: page.replace(code, "").replace(name, "").replace(name.lower(), "")
                for key, page in self.answers(add, f"{name}/{code}").items()
            }
            for name, code in ((LAND, CODE), ("Mxrkedland", "XR"))
        )
        self.assertEqual(right, wrong)
        send(self.client, NEW_COUNTRY, {"name": LAND, "iso2": "XR", "slug": "other"})
        country = Country.objects.get(name=LAND)
        self.assertEqual(Origin.objects.get(name=HIDDEN).country, country)
        self.assertEqual(country.iso2, "XR")

    def test_what_was_deleted_is_named_to_nobody(self):
        self.client.force_login(self.root)
        rows = {
            "article": Article.objects.create(slug="d", title=NONSENSE),
            "savedsearch": SavedSearch.objects.create(name=NONSENSE, query="q=x", by=self.root),
            "tag": Tag.objects.create(code=NONSENSE.upper()),
        }
        nobody = User.objects.create_user("nobody", is_staff=True)
        pages = [
            f"/admin/cables/{model}/{row.pk}/{page}/"
            for model, row in rows.items()
            for page in ("change", "delete", "history")
        ]
        for model in ("article", "savedsearch"):
            address = f"/admin/cables/{model}/{rows[model].pk}/delete/"
            page = self.client.get(address)
            self.client.post(address, form_of(page) | {"post": "yes", "why": "Old."}, follow=True)
        rows["tag"].delete()
        for account in (nobody, *self.people.values(), self.root):
            self.client.force_login(account)
            for address in pages:
                with self.subTest(address, account=account.username):
                    page = self.client.post(address, {"name": "x"}, follow=True)
                    self.assertNotContains(page, NONSENSE, status_code=page.status_code)
                    if account == nobody:
                        self.assertEqual(page.status_code, 403)

    def test_matters_left_name_no_tag_and_no_reference_that_is_hidden_since(self):
        work = "/admin/cables/left/matters"
        for kind, key in (("jammed-tags", "MARKEDJAM"), ("unresolved", "08ROME9")):
            self.client.post(f"{work}/{kind}/", {"key": key, "reason": "It is so."})
        names = ("MARKEDJAM", "08ROME9")
        self.assert_listed(names, True)
        with self.subTest("redacted"):
            self.cable.refresh_from_db()
            redact_cable(self.cable, Strike(EVERYWHERE, ("MARKEDJAM",)), "A witness.", self.root)
            self.assert_listed(names[:1], False)
        with self.subTest("withheld"):
            self.hide()
            self.assert_listed(names, False)
        self.client.force_login(self.root)
        self.assert_listed(names, True)

    def assert_listed(self, names, is_listed):
        for name in names:
            for address in ("/admin/", *LISTS, f"/admin/cables/change/?q={name}"):
                text = b"".join(self.client.get(address)).decode()
                is_named = f": {name}" in text or f">{name}<" in text
                self.assertEqual(is_named, is_listed, f"{address}: {name}")
