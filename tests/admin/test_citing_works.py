"""Works that cite a cable are listed on its page and in its JSON, withheld with it, and logged."""

from django.contrib.auth.models import Permission, User

from cables.curation.redactions_and_corrections import lift_redaction, redact_cable
from cables.models import Cable, Change, CitingWork, State
from cables.telegram.apply_redactions import NOTES, Strike
from tests.admin.test_admin_site import DeskTestCase
from tests.builders import load_records, make_cable, publish, withhold
from tests.source_files import csv_record

ADD = "/admin/cables/citingwork/add/"
CABLE = "/cable/06BERLIN900001/"
WORK = {
    "cable": "06BERLIN900001",
    "paragraph": "2",
    "title": "Harbors & <their> fees",
    "author": "Ada Oar",
    "published": "2014-05",
    "reference": "Journal of Ports 3, 12–15",
    "address": "https://ports.example/3/12",
    "note": "It quotes the whole paragraph.",
    "is_public": "on",
}


class CitingWorkTestCase(DeskTestCase):
    """A test with `self.write()`, which lists a work at the desk."""

    def write(self, where=ADD, without=(), **values):
        sent = {name: value for name, value in WORK.items() if name not in without}
        return self.save(where, **sent | values)

    def shown(self, *addresses):
        return ["Harbors" in self.client.get(address).content.decode() for address in addresses]


class CitingWorkTests(CitingWorkTestCase):
    def setUp(self):
        super().setUp()
        self.cable = make_cable()

    def test_a_work_is_shown_on_the_pages_of_the_cable_and_of_the_paragraph(self):
        self.client.logout()
        self.assertEqual(self.shown(CABLE, f"{CABLE}par2/"), [False] * 2)  # Both are cached now.
        self.client.force_login(self.curator)
        state = State.objects.get().number
        self.assertEqual(self.write(), [])
        self.assertGreater(State.objects.get().number, state)
        self.client.logout()
        self.assertEqual(self.shown(CABLE, f"{CABLE}par2/", f"{CABLE}par1/"), [True, True, False])
        page = self.client.get(CABLE)
        self.assertContains(page, "Cited in")
        link = '<a href="https://ports.example/3/12" rel="nofollow noopener">'
        self.assertContains(page, f"{link}Harbors &amp; &lt;their&gt; fees</a>")
        self.assertContains(page, "Ada Oar, 2014-05, Journal of Ports 3, 12–15")
        self.assertContains(page, '<a href="#par2">¶&nbsp;2</a>')
        self.assertContains(page, "It quotes the whole paragraph.")

    def test_programs_get_it(self):
        self.write()
        self.write(paragraph="", title="Of the whole cable", published="2001", address="")
        row = WORK | {"paragraph": "par2"}
        expected = {name: row[name] for name in ("paragraph", *CitingWork.TEXTS)}
        whole = self.client.get("/cable/06BERLIN900001.json").json()["cited_in"]
        self.assertEqual([each["title"] for each in whole], ["Of the whole cable", WORK["title"]])
        self.assertEqual((whole[0]["paragraph"], whole[1]), (None, expected))
        for place, count in (("par2", 1), ("par1", 0), ("par1--par2", 1)):
            with self.subTest(place):
                cited = self.client.get(f"{CABLE}{place}.json").json()["cited_in"]
                self.assertEqual(len(cited), count)

    def test_a_work_for_the_desk_alone_is_shown_to_no_reader(self):
        self.assertEqual(self.write(without=["is_public"]), [])
        self.assertEqual(self.shown(CABLE, f"{CABLE}par2/", f"{CABLE[:-1]}.json"), [False] * 3)
        self.assertContains(self.client.get("/admin/cables/citingwork/"), "Harbors")

    def test_errors_are_shown(self):
        withhold(make_cable("06PARIS900003"), "A reason.")
        for values, sentence in (
            ({"cable": "06PARIS900004"}, "No cable of the reference 06PARIS900004 is here."),
            ({"cable": "06PARIS900003"}, "06PARIS900003 is withheld; a citing work can be"),
            ({"paragraph": "7"}, "06BERLIN900001 has no paragraph par7."),
            ({"title": ""}, "This field is required."),
            ({"address": "", "reference": ""}, "Give an address, or write where the work stands."),
            ({"address": "ftp://ports.example/"}, "begins with https:// or http://"),
            ({"address": "javascript:alert(1)"}, "Enter a valid URL."),
            *(
                ({"published": text}, "Write a year, a month or a day")
                for text in ("May 2014", "2014-13", "2014-02-30", "2014-0", "20140101")
            ),
        ):
            with self.subTest(values):
                self.assertIn(sentence, " ".join(self.write(**values)))
        self.assertFalse(CitingWork.objects.exists())

    def test_a_change_and_a_deletion_take_a_reason_that_the_log_has(self):
        self.write()
        key = CitingWork.objects.get().pk
        address = f"/admin/cables/citingwork/{key}/change/"
        self.assertTrue(self.write(address, title="Ports", why=""))
        self.assertEqual(self.write(address, paragraph="par2", title="Ports"), [])
        self.delete(f"/admin/cables/citingwork/{key}/delete/")
        logged = [(each.action, each.what, each.reason) for each in self.cable.changes.all()]
        self.assertEqual(
            logged,
            [
                ("deleted", "citing work at par2", "Why: It was wrong."),
                ("changed", "citing work at par2", "Changed Title. Why: It was wrong."),
                ("added", "citing work at par2", ""),
            ],
        )
        self.assertFalse(Change.objects.filter(reason__contains="Ports").exists())

    def test_a_work_is_withheld_with_its_cable_and_cannot_be_changed(self):
        self.write()
        work = CitingWork.objects.get()
        withhold(self.cable, "A reason.")
        self.client.force_login(User.objects.create_superuser("root"))
        self.assertContains(self.client.get("/admin/cables/citingwork/"), "Withheld with its cable")
        self.assertEqual(self.shown(CABLE, f"{CABLE[:-1]}.json"), [False] * 2)
        for page, posted, status in (
            ("change", WORK, 200),
            ("delete", {"post": "yes", "why": "Wrong."}, 403),
        ):
            with self.subTest(page):
                address = f"/admin/cables/citingwork/{work.pk}/{page}/"
                self.assertEqual(self.client.post(address, posted).status_code, status)
        self.assertEqual(CitingWork.objects.get().words, "")
        publish(self.cable)
        self.assertEqual(CitingWork.objects.get().words, work.words)
        self.assertEqual(self.shown(CABLE), [True])

    def test_another_curators_edit_is_not_overwritten(self):
        self.write()
        work = CitingWork.objects.get()
        address = f"/admin/cables/citingwork/{work.pk}/change/"
        form = self.client.get(address).context["adminform"].form
        CitingWork.objects.update(title="Ports")
        sent = WORK | {"paragraph": "par2", "title": "Quays", "why": "x"}
        page = self.client.post(address, sent | {"stamp": form["stamp"].value()})
        self.assertEqual(page.status_code, 200)
        self.assertEqual(CitingWork.objects.get().title, "Ports")


class RedactedWorkTests(CitingWorkTestCase):
    """Of a cable that was loaded: a redaction goes back to its sources."""

    def setUp(self):
        super().setUp()
        load_records(csv_record("06BERLIN900001"))
        self.cable = Cable.objects.get()
        self.curator.user_permissions.add(Permission.objects.get(codename="redact_cable"))

    def test_what_is_redacted_in_the_cable_is_redacted_in_the_work(self):
        self.write(paragraph="")
        before = CitingWork.objects.values().get()
        redaction = redact_cable(self.cable, Strike(NOTES, ("Harbors",)), "x", self.curator)
        self.assertEqual(self.shown(CABLE, f"{CABLE[:-1]}.json"), [False] * 2)
        self.assertIn("&amp; &lt;their&gt; fees", self.client.get(CABLE).content.decode())
        self.assertIn("repeats words that are redacted", " ".join(self.write(paragraph="")))
        lift_redaction(redaction, "x", self.curator)
        self.assertEqual(CitingWork.objects.values().get(), before)

    def test_a_work_that_was_edited_after_a_redaction_keeps_the_edit(self):
        self.write(paragraph="")
        redaction = redact_cable(self.cable, Strike(NOTES, ("Harbors",)), "x", self.curator)
        address = f"/admin/cables/citingwork/{CitingWork.objects.get().pk}/change/"
        self.assertEqual(self.write(address, paragraph="", title="Ports"), [])
        lift_redaction(redaction, "x", self.curator)
        self.assertEqual(CitingWork.objects.get().title, "Ports")
