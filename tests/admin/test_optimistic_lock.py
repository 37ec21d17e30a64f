"""Two curators on one row, list or page: the second sees what the first changed."""

import threading
import time
from unittest import mock

from django.contrib.auth.models import Group, User
from django.db import connections

from cables.decisions import forms
from cables.models import Article, Link, Note, Page, Tag
from tests.admin.test_desk_forms import KINDS, WHY, FormsTestCase
from tests.base import TransactionTestCase
from tests.builders import make_cable, withhold
from tests.opened import answered, form_of, send
from tests.slow import some

CHANGED = "Somebody changed this meanwhile"


class TwoCuratorsTests(FormsTestCase):
    def test_a_stamp_cannot_be_computed_from_a_guess(self):
        stamps = set()
        for key in "ab":
            with self.settings(SECRET_KEY=key):
                stamps.add(forms.digest("Quinto Rossi"))
        self.assertEqual(len(stamps), 2)

    def test_every_form_shows_what_another_curator_changed(self):
        for model, _ in some(self.sites("change"), 3):
            with self.subTest(model.__name__):
                kind = KINDS[model]
                row = kind.make()
                address = self.address(model, "change", row.pk)
                sent = self.opened(address) | WHY | dict([kind.second])
                self.save_as(self.anna, address, **dict([kind.first]))
                before = form_of(self.client.get(address))
                answer = answered(self, address, sent, CHANGED, "anna: Changed")
                self.assertEqual(form_of(self.client.get(address)), before, "It was saved.")
                again = form_of(answer)
                both = dict([kind.first, kind.second])
                self.assertEqual({name: "".join(again.get(name, [])) for name in both}, both)
                self.assertEqual(self.wrong(self.client.post(address, again)), {})
                shown = self.opened(address)
                self.assertEqual({name: "".join(shown.get(name, [])) for name in both}, both)

    def test_a_field_that_both_changed_shows_both_values(self):
        tag = KINDS[Tag].make()
        address = self.address(Tag, "change", tag.pk)
        sent = self.opened(address) | WHY | {"label": "Ships"}
        self.save_as(self.anna, address, label="Fisheries")
        answer = answered(self, address, sent, "Label is now “Fisheries”; yours is below.")
        self.assertEqual(form_of(answer)["label"], ["Ships"])

    def test_a_long_text_is_shown_from_the_first_difference(self):
        page = Page.objects.create(slug="privacy", title="Privacy", body="We keep it. " * 90)
        address = self.address(Page, "change", page.pk)
        sent = self.opened(address) | WHY | {"body": f"{page.body}Or not."}
        self.save_as(self.anna, address, body=f"{page.body}For ever.")
        self.assertContains(self.client.post(address, sent), "For ever.”; yours is below.")

    def test_a_form_without_its_stamp_is_refused_once(self):
        sent = WHY | {"kind": "subject", "label": "Ships"}
        answered(self, self.address(Tag, "change", KINDS[Tag].make().pk), sent, CHANGED)

    def test_every_list_shows_what_another_curator_changed(self):
        for model, site in self.sites("change"):
            if not site.list_editable:
                continue
            with self.subTest(model.__name__):
                row = KINDS[model].make()
                address = self.address(model, "changelist")
                sent = self.opened(address) | WHY | {"_save": "Save"}
                start = next(name for name, value in sent.items() if value == [str(row.pk)])
                start = start.removesuffix("id")
                name, value = KINDS[model].second
                self.assertIn(name, site.list_editable)
                self.save_as(self.anna, self.address(model, "change", row.pk), **{name: value})
                sent[f"{start}{site.list_editable[0]}"] = KINDS[model].listed
                again = form_of(answered(self, address, sent, CHANGED)) | {"_save": "Save"}
                self.assertEqual(self.client.post(address, again).status_code, 302)

    def test_an_untouched_row_of_a_list_keeps_the_change_of_another_curator(self):
        one = KINDS[Tag].make()
        two = Tag.objects.create(code="SENV", kind="subject", label="Air")
        address = self.address(Tag, "changelist")
        sent = self.opened(address) | WHY | {"_save": "Save", "form-1-label": "Climate"}
        self.assertEqual(sent["form-1-id"], [str(two.pk)])
        self.save_as(self.anna, self.address(Tag, "change", one.pk), label="Fisheries")
        self.assertEqual(self.client.post(address, sent).status_code, 302)
        labels = Tag.objects.filter(pk__in=[one.pk, two.pk]).order_by("code")
        self.assertEqual(list(labels.values_list("label", flat=True)), ["Fisheries", "Climate"])

    def test_changes_of_linked_cables_by_another_curator_are_shown(self):
        article = KINDS[Article].make()
        make_cable("06BERLIN900007")
        address = self.address(Article, "change", article.pk)
        sent = self.opened(address) | WHY | {"links-1-paragraph": "par2"}
        self.save_as(self.anna, address, **{"links-1-paragraph": "par1"})
        answer = answered(self, address, sent, "Paragraph is now “par1”; yours is below.")
        self.save_as(self.anna, address, **{"links-2-cable": "06BERLIN900007"})
        self.save_as(self.anna, address, **{"links-1-DELETE": "on"})
        answer = self.client.post(address, form_of(answer))
        self.assertContains(answer, "Somebody removed a row meanwhile: 06BERLIN900002 par2.")
        self.assertEqual(self.wrong(self.client.post(address, form_of(answer))), {})
        linked = article.links.values_list("cable__reference", flat=True)
        self.assertEqual(list(linked), ["06BERLIN900001", "06BERLIN900007"])

    def test_deleting_a_changed_row_is_refused_once(self):
        for model, row in self.changeable_rows():
            page, address = (self.address(model, step, row.pk) for step in ("change", "delete"))
            with self.subTest(address):
                sent = self.opened(address) | {"why": "It was wrong."}
                self.save_as(self.anna, page, **dict([KINDS[model].first]))
                answer = answered(self, address, sent, CHANGED, "It was wrong.")
                self.assertTrue(model.objects.filter(pk=row.pk).exists())
                self.client.post(address, form_of(answer))
                self.assertFalse(model.objects.filter(pk=row.pk).exists())

    def test_deleting_several_changed_rows_is_refused_once(self):
        rows = [Link.objects.create(label=name, address="https://example.org/") for name in "AB"]
        address = self.address(Link, "changelist")
        chosen = {"action": "delete_selected", "_selected_action": [row.pk for row in rows]}
        sent = form_of(self.client.post(address, chosen)) | {"why": "They are gone."}
        self.save_as(self.anna, self.address(Link, "change", rows[1].pk), label="C")
        answer = answered(self, address, sent, CHANGED, "They are gone.")
        self.assertEqual(Link.objects.count(), 2)
        self.client.post(address, form_of(answer))
        self.assertFalse(Link.objects.exists())


class DeletedTests(FormsTestCase):
    """What was typed into a form is not lost if somebody else deleted its row."""

    def delete_as(self, person, model, row):
        client = self.client_class()
        client.force_login(person)
        send(client, self.address(model, "delete", row.pk), {"post": "yes", "why": "It was wrong."})
        self.assertFalse(model.objects.filter(pk=row.pk).exists())

    def test_the_form_of_a_deleted_row_shows_what_was_typed_and_who_deleted_it(self):
        for model, row in self.changeable_rows():
            with self.subTest(model.__name__):
                name, value = KINDS[model].first
                address = self.address(model, "change", row.pk)
                sent = self.opened(address) | WHY | {name: value}
                self.delete_as(self.anna, model, row)
                answered(self, address, sent, "anna deleted it at 2", value, "A reader asked.")
                self.assertEqual(self.client.get(address).status_code, 302)

    def test_choices_and_inlines_of_a_deleted_row_are_shown_as_text(self):
        article = KINDS[Article].make()
        make_cable("06BERLIN900007")
        address = self.address(Article, "change", article.pk)
        sent = self.opened(address) | WHY | {"links-2-cable": "06BERLIN900007"}
        self.delete_as(self.anna, Article, article)
        sent |= {"links-1-paragraph": "par2"}
        answered(self, address, sent, "First line.", "06BERLIN900002 par2", "06BERLIN900007")
        account = KINDS[User].make()
        address = self.address(User, "change", account.pk)
        sent = self.opened(address) | WHY
        self.delete_as(self.anna, User, account)
        self.assertContains(self.client.post(address, sent), str(Group.objects.first()))

    def test_a_note_whose_cable_was_withheld_shows_what_was_typed(self):
        note = KINDS[Note].make()
        address = self.address(Note, "change", note.pk)
        sent = self.opened(address) | WHY | {"text": "It was sent in May."}
        withhold(note.cable, "A ship.", self.anna)
        told = f"{note.cable} was withheld meanwhile."
        answered(self, address, sent, told, "It was sent in May.")
        note.refresh_from_db()
        self.assertNotIn("May", note.text)

    def test_the_form_of_a_row_that_no_curator_deleted_says_so(self):
        link = KINDS[Link].make()
        address = self.address(Link, "change", link.pk)
        sent = self.opened(address) | {"label": "The forum"}
        link.delete()
        answered(self, address, sent, "does not say who deleted it", "The forum")

    def test_a_list_with_a_deleted_row_saves_the_others(self):
        gone, _ = (
            Link.objects.create(label=name, address="https://example.org/", position=at)
            for at, name in enumerate("AB")
        )
        address = self.address(Link, "changelist")
        sent = self.opened(address) | WHY | {"_save": "Save"}
        sent |= {"form-0-position": "77", "form-1-position": "88"}
        self.assertEqual(sent["form-0-id"], [str(gone.pk)])
        self.delete_as(self.anna, Link, gone)
        answer = self.client.post(address, sent, follow=True)
        self.assertContains(answer, "anna deleted it at 2")
        self.assertContains(answer, "Not saved: 77")
        self.assertEqual(Link.objects.get().position, 88)


class AtOnceTests(TransactionTestCase):
    def test_of_two_simultaneous_saves_one_is_refused(self):
        people = [User.objects.create_superuser(name) for name in ("root", "anna")]
        link = KINDS[Link].make()
        address = f"/admin/cables/link/{link.pk}/change/"
        clean = forms.Stamped.clean

        def clean_slowly(form):
            time.sleep(0.5)  # The other one is at the same place by then, or waits for the row.
            return clean(form)

        def save(person):
            client = self.client_class()
            client.force_login(person)
            sent = form_of(client.get(address)) | WHY | {"label": f"Of {person}"}
            opened.wait()
            answers.append(client.post(address, sent))
            connections.close_all()

        opened, answers = threading.Barrier(2), []
        threads = [threading.Thread(target=save, args=[person]) for person in people]
        with mock.patch.object(forms.Stamped, "clean", clean_slowly):
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
        self.assertEqual(sorted(answer.status_code for answer in answers), [200, 302])
        told = next(answer for answer in answers if answer.status_code == 200)
        self.assertContains(told, "Somebody changed this meanwhile")
