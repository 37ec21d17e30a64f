"""Notes of the archive are shown with a cable or paragraph, withheld with it, and logged."""

from django.contrib.auth.models import User

from cables.models import Change, Note
from tests.admin.test_admin_site import DeskTestCase
from tests.builders import make_cable, make_cables, publish, withhold
from tests.opened import send

ADD = "/admin/cables/note/add/"
CABLE = "/cable/06BERLIN900001/"


class NoteTests(DeskTestCase):
    def setUp(self):
        super().setUp()
        self.cable = make_cable()
        make_cable("06ROME900002")

    def write(self, paragraph="", text="Fees were *not* raised.", cable="06 Berlin 900001"):
        return self.save(ADD, cable=cable, paragraph=paragraph, text=text)

    def shown(self, *addresses):
        return [
            "Fees were <em>not</em> raised." in self.client.get(address).content.decode()
            for address in addresses
        ]

    def test_a_note_is_shown_above_a_cable(self):
        self.client.get(CABLE)
        self.assertEqual(self.write(), [])
        self.assertEqual(self.shown(CABLE, f"{CABLE}par2/", f"{CABLE}par1--par2/"), [True] * 3)
        self.assertContains(self.client.get(CABLE), "Note by the archive")
        self.assertEqual(
            self.shown("/cable/06ROME900002/", "/cable/06BERLIN900001.txt"), [False] * 2
        )

    def test_a_note_is_shown_at_a_paragraph(self):
        self.assertEqual(self.write("¶ 2"), [])
        places = (CABLE, f"{CABLE}par2/", f"{CABLE}par1--par2/")
        self.assertEqual(self.shown(*places), [True] * 3)
        self.assertContains(self.client.get(CABLE), "Note by the archive on paragraph 2", count=1)
        Note.objects.update(paragraph="par9")
        self.assertContains(self.client.get(CABLE), "Note by the archive on paragraph 9", count=1)
        self.assertEqual(self.shown(f"{CABLE}par1/"), [False])

    def test_references_in_a_note_are_links(self):
        self.write(text="See 06ROME900002 and <b>more</b>.")
        page = self.client.get(CABLE)
        self.assertContains(page, '<a href="/cable/06ROME900002/">06ROME900002</a>')
        self.assertContains(page, "&lt;b&gt;more")

    def test_errors_are_shown(self):
        withhold(make_cable("06PARIS900003"), "A reason.")
        for values, sentence in (
            ({"cable": "06PARIS900004"}, "No cable of the reference 06PARIS900004 is here."),
            ({"cable": "06PARIS900003"}, "06PARIS900003 is withheld"),
            ({"paragraph": "7"}, "06BERLIN900001 has no paragraph par7."),
            ({"text": ""}, "This field is required."),
        ):
            with self.subTest(sentence):
                self.assertIn(sentence, str(self.write(**values)))

    def test_the_cables_log_has_a_note_without_its_text(self):
        self.write("2")
        note = Note.objects.get()
        address = f"/admin/cables/note/{note.pk}/change/"
        self.save(address, cable="06BERLIN900001", paragraph="par2", text="Another.")
        self.delete(f"/admin/cables/note/{note.pk}/delete/")
        said = [(each.what, each.reason) for each in self.cable.changes.all()]
        self.assertEqual(
            said,
            [
                ("note deleted at par2", "Why: It was wrong."),
                ("note changed at par2", "Changed Text. Why: It was wrong."),
                ("note added at par2", ""),
            ],
        )
        self.assertFalse(Change.objects.filter(reason__contains="Another").exists())

    def test_a_note_is_withheld_with_its_cable_and_cannot_be_changed(self):
        self.write()
        note = Note.objects.get()
        withhold(self.cable, "A reason.")
        self.client.force_login(User.objects.create_superuser("root"))
        self.assertContains(self.client.get("/admin/cables/note/"), "Withheld with its cable")
        values = {"cable": "06BERLIN900001", "paragraph": "", "text": "Another."}
        for key, page, posted, status in (
            (note.pk, "change", values, 200),
            (note.pk, "delete", {"post": "yes", "why": "Wrong."}, 403),
            ("nonsense", "change", values, 302),
        ):
            with self.subTest(page, key=key):
                response = self.client.post(f"/admin/cables/note/{key}/{page}/", posted)
                self.assertEqual(response.status_code, status)
        self.assertEqual(Note.objects.get().text, "")
        publish(self.cable)
        self.assertEqual(self.shown(CABLE), [True])

    def test_a_preview_saves_nothing(self):
        values = {"cable": "06BERLIN900001", "paragraph": "2", "text": "Fees were *not* raised."}
        page = self.client.post("/admin/cables/note/preview/", values)
        self.assertContains(page, "Note by the archive on paragraph 2")
        self.assertContains(page, "<em>not</em>")
        self.assertFalse(Note.objects.exists())

    def test_one_note_on_many_cables(self):
        make_cables([f"05ROME9{number:05}" for number in range(3)])
        address = "/admin/cables/cable/annotate/?cable=05ROME900000&cable=05ROME900001"
        self.assertContains(self.client.get(address), "05ROME900001")
        response = send(self.client, address, {"reason": "Of a *bad* scan."}, follow=True)
        self.assertContains(response, "2 cables are annotated.")
        self.assertContains(self.client.get("/cable/05ROME900000/"), "Of a <em>bad</em> scan.")
