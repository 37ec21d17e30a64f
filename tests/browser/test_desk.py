"""The desk in a browser: no obstacle that axe knows of, and no page wider than a phone.

The pages that a curator meets while working are looked at on the walk of test_curation.py.
"""

from django.conf import settings
from django.contrib.auth.models import Group, User
from django_otp.plugins.otp_totp.models import TOTPDevice

from cables.management.commands.make_curator import GROUP, make_group
from cables.models import Change, Collection, Link, Load, LoadRow, Tag
from tests.browser.base import DESKTOP, NARROWEST, BrowserTestCase
from tests.builders import make_cable
from tests.test_articles import make_article


class DeskTests(BrowserTestCase):
    def setUp(self):
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

    def addresses(self):
        kinds = ["article", "cable", "change", "collection", "country", "link"]
        yield from (
            "",
            "second-factor/",
            *(f"cables/{kind}/" for kind in [*kinds, "origin", "page", "tag"]),
        )
        yield from (f"cables/{kind}/add/" for kind in ("article", "country", "link", "page"))
        yield from ("cables/note/", "cables/note/add/", "cables/left/", "cables/changekind/")
        yield from ("cables/left/matters/no-subject/", f"cables/article/{self.article.pk}/delete/")
        yield f"cables/cable/annotate/?cable={self.cable.reference}"
        for row in (self.article, self.cable, self.cable.origin, self.row, self.row.load):
            yield f"cables/{row._meta.model_name}/{row.pk}/change/"
        yield from (f"cables/change/{self.change.pk}/change/", f"cables/tag/{self.tag.pk}/change/")
        yield from (f"cables/{kind}/" for kind in ("correction", "merge", "redaction"))
        yield f"cables/correction/former/?cable={self.cable.reference}"
        yield "cables/correction/lead/"
        yield from ("auth/user/", "auth/user/add/", f"auth/user/{self.root.pk}/change/")
        yield f"auth/group/{Group.objects.get(name=GROUP).pk}/change/"

    def test_no_obstacle_and_nothing_too_wide(self):
        self.client.force_login(self.root)
        key = self.client.cookies[settings.SESSION_COOKIE_NAME].value
        for size in (DESKTOP, NARROWEST):
            page = self.open("/admin/login/", size=size)
            self.look(page, "login", size)
            cookie = {"name": settings.SESSION_COOKIE_NAME, "value": key}
            page.context.add_cookies([cookie | {"url": self.live_server_url}])
            for address in self.addresses():
                page.goto(f"{self.live_server_url}/admin/{address}")
                self.look(page, address, size)

    def look(self, page, address, size):
        with self.subTest(address, size=size):
            self.check_page(page)
            wide = "document.documentElement.scrollWidth - window.innerWidth"
            self.assertLessEqual(page.evaluate(wide), 0)
