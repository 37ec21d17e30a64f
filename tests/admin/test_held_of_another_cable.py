"""At the desk a held record that is another message becomes a cable of its own."""

import json
from dataclasses import replace
from datetime import timedelta
from unittest.mock import patch

from django.contrib.auth.models import User
from django.db import DataError
from django.utils import timezone
from django.utils.html import escape

from cables.curation.erasures import erase
from cables.curation.held_records import apply_held, leave_held, publish_held
from cables.curation.redactions_and_corrections import redact_cable
from cables.loader import LoadReport, load
from cables.models import Cable, Change, Load, LoadRow, Preview, Redaction, Sealed
from cables.models.sealing import origin_of
from cables.operations.integrity import IntegrityReport, check, check_counts
from cables.publication.public_text import parse_shown_copy
from cables.publication.row_values import raw_of
from cables.telegram.apply_redactions import EVERYWHERE, Strike
from tests.builders import make_curator, publish, withhold
from tests.loader.test_other_names import NUMBER, SECRET, OtherNamesTestCase, of_archives
from tests.loader.test_volumes import OTHER, VOLUME, row
from tests.opened import send, stamps
from tests.source_files import csv_file

SECOND = "They paid in oil."


def of_second(more=""):
    """Return a document with the number of another message, which is about something else."""
    text = of_archives(f"{SECOND} {more}")
    for old, new in {
        "THE HARBOR RAISED ITS FEES AGAIN.": "The keeper of the lighthouse asks for lamps.",
        "HARBOR FEES 900012": "LAMPS AND BOATS",
        "TO THE\nBOARD, WHICH": "For two boats, one of them new,",
        "MEETS ON MONDAY.": "he gave nothing at all this year.",
        "WE SHALL REPORT AGAIN.": "The captain wrote to nobody about it.",
    }.items():
        text = text.replace(old, new)
    return text


class HeldOfAnotherCableTests(OtherNamesTestCase):
    def hold_second(self):
        """Let the second document with the number of a withheld cable be held."""
        self.archives(of_archives(SECRET))
        withhold(Cable.objects.get())
        self.archives(of_archives(SECRET), of_second())
        return LoadRow.objects.get(reference=f"{NUMBER}-2")

    def curator(self, *rights):
        user = make_curator("rita", *rights)
        self.client.force_login(user)
        return user

    def test_a_curator_publishes_a_second_document_under_its_name(self):
        held = self.hold_second()
        self.curator("redact_cable", "see_sealed", "view_loadrow")
        address = f"/admin/cables/loadrow/{held.pk}/publish/"
        offered = self.client.get(f"/admin/cables/loadrow/{held.pk}/change/")
        self.assertContains(offered, address)
        self.assertContains(self.client.get(address), SECOND)
        send(self.client, address, {"reason": "It is about another ship."})
        cable = Cable.objects.get(reference=f"{NUMBER}-2")
        self.assertContains(self.client.get(cable.get_absolute_url()), SECOND)
        self.assertEqual(cable.changes.get().reason, "It is about another ship.")
        held.refresh_from_db()
        self.assertEqual((held.outcome, held.raw), ("applied", ""))
        self.assert_hidden()
        report = self.archives(of_archives(SECRET), of_second())
        self.assertEqual(report, LoadReport(rows=2, unchanged=2))
        told = []
        check(IntegrityReport(), told.append)
        self.assertEqual(told, [])

    def test_it_is_offered_and_allowed_only_to_who_may_redact_and_read_it(self):
        held = self.hold_second()
        for rights in (("redact_cable",), ("load_files", "see_sealed")):
            with self.subTest(rights):
                User.objects.filter(username="rita").delete()
                self.curator("view_loadrow", *rights)
                page = self.client.get(f"/admin/cables/loadrow/{held.pk}/change/", follow=True)
                self.assertNotContains(page, "/publish/")
                answer = self.client.post(f"/admin/cables/loadrow/{held.pk}/publish/")
                self.assertIn(answer.status_code, (403, 404))

    def test_a_message_with_the_number_of_a_volumes_telegram_gets_the_next_free_name(self):
        load(VOLUME)
        self.assertEqual(load(csv_file(self.folder, row(body=OTHER))).held, 1)
        cable = publish_held(LoadRow.objects.get(), "Another message.", None)
        self.assertEqual((cable.reference, cable.body), ("56LISBON412-2", OTHER))
        self.assertTrue(Cable.objects.known_as("56LISBON412").body.startswith("412. Subject"))
        told = []
        check(IntegrityReport(), told.append)
        self.assertEqual(told, [])
        before = Cable.objects.count()
        load(csv_file(self.folder, row(body=OTHER)))
        self.assertEqual(Cable.objects.count(), before)
        self.assertFalse(LoadRow.objects.filter(outcome="held").exists())

    def another(self, reference):
        cable = Cable.objects.get()
        return {
            field.attname: getattr(cable, field.attname)
            for field in Cable._meta.concrete_fields
            if field.attname != "id"
        } | {"reference": reference, "withheld_reason": "", "origin_id": origin_of(cable).pk}

    def assert_refused(self, held, why):
        before = Cable.objects.count()
        with self.assertRaisesMessage(ValueError, why):
            publish_held(LoadRow.objects.get(pk=held.pk), "Another.", None)
        self.assertEqual(Cable.objects.count(), before)

    def test_it_waits_while_a_document_with_its_number_is_under_embargo_in_any_load(self):
        held = self.hold_second()
        due = timezone.now() + timedelta(days=1)
        for name in (NUMBER, f"{NUMBER}-2", f"{NUMBER}-3"):
            for outcome in ("waiting", "withdrawn"):
                with self.subTest(name, outcome=outcome):
                    other = Load.objects.create(collection=held.load.collection, file="other.txt")
                    row = replace_row(held, reference=name, outcome=outcome, due=due, digest="3")
                    row.load = other
                    row.save()
                    self.assert_refused(held, "is under embargo, and this has")
                    row.delete()
        self.assertEqual(publish_held(held, "Another.", None).reference, f"{NUMBER}-2")

    def test_it_waits_while_cables_of_its_load_were_moved_or_withdrawn(self):
        held = self.hold_second()
        past, future = (timezone.now() + timedelta(days=days) for days in (-1, 1))
        Load.objects.filter(pk=held.load_id).update(due=past)
        for outcome, due in (("waiting", future), ("withdrawn", None)):
            with self.subTest(outcome):
                changes = {"reference": "75ROME900001", "outcome": outcome, "due": due}
                row = replace_row(held, **changes, digest="3")
                row.save()
                self.assert_refused(held, "Cables of its load are still under embargo")
                row.delete()
        self.assertEqual(publish_held(held, "Another.", None).reference, f"{NUMBER}-2")

    def test_erasing_a_number_empties_its_held_records_and_none_is_published(self):
        held = self.hold_second()
        raw = held.raw
        erase(NUMBER, "A court said so.")
        held.refresh_from_db()
        self.assertEqual((held.outcome, held.raw), ("held", ""))
        self.assertIn(NUMBER, held.reason)
        self.curator("redact_cable", "see_sealed", "view_loadrow")
        page = self.client.get(f"/admin/cables/loadrow/{held.pk}/publish/")
        self.assertContains(page, "Its text is not kept")
        LoadRow.objects.filter(pk=held.pk).update(raw=raw)  # As an earlier version left it.
        self.assert_refused(held, f"{NUMBER} was erased")

    def test_erasing_the_number_that_a_held_document_of_a_volume_prints_empties_it(self):
        held = self.hold_of_volume()
        raw = held.raw
        values = {"position": 1, "source": held.source, "reference": held.reference, "raw": raw}
        Preview.objects.create(load=held.load, outcome="held", **values)
        erase("56LISBON412", "A court said so.")
        held.refresh_from_db()
        self.assertEqual(Preview.objects.get().raw, "")
        self.assertEqual((held.outcome, held.raw), ("held", ""))
        LoadRow.objects.filter(pk=held.pk).update(raw=raw)
        self.assert_refused(held, "56LISBON412 was erased")

    def hold_of_volume(self):
        """Let another document of a volume, which prints a number that is here, be held."""
        load(VOLUME)
        cable = Cable.objects.get(reference="56LISBON412")
        record = parse_shown_copy(cable, list(cable.copies.all()))
        raw = raw_of(replace(record, published_reference="FRUS1955-57V98-D7", body=OTHER))
        values = {"position": 1, "source": str(VOLUME), "digest": "7", "reason": "Another."}
        name = "FRUS1955-57V98-D7"
        run = Load.objects.get()
        return LoadRow.objects.create(load=run, reference=name, raw=raw, outcome="held", **values)

    def test_a_record_that_cannot_be_compared_with_the_cable_is_not_published_as_another(self):
        held = self.hold_second()
        with self.subTest("no text in the record"):
            facts = json.loads(held.raw)
            LoadRow.objects.filter(pk=held.pk).update(raw=json.dumps(facts | {"body": ""}))
            self.assert_refused(held, "has no text to compare")
            LoadRow.objects.filter(pk=held.pk).update(raw=held.raw)
        with self.subTest("no text in the cable"):
            cable = Cable.objects.get()
            Cable.objects.filter(pk=cable.pk).update(body="")
            cable.sealed.all().delete()
            self.assert_refused(held, "has no text to compare")

    def test_the_page_shows_all_that_would_be_published(self):
        held = self.hold_of_volume()
        self.curator("redact_cable", "see_sealed", "view_loadrow")
        page = self.client.get(f"/admin/cables/loadrow/{held.pk}/publish/")
        facts = json.loads(held.raw)
        shown = [facts["header"], OTHER, facts["edition"]["source_note"]]
        for text in (*shown, *(note["text"] for note in facts["edition"]["notes"])):
            with self.subTest(text):
                self.assertContains(page, escape(text))

    def test_the_text_of_a_cable_with_its_number_is_not_published_as_another(self):
        held = self.hold_second()
        two = of_archives(SECRET), of_archives(f"{SECRET} THE END")
        self.archives(*two)
        same = LoadRow.objects.exclude(pk=held.pk).get()
        self.assert_refused(same, f"Its text is that of {NUMBER}")
        self.curator("redact_cable", "see_sealed", "view_loadrow")
        address = f"/admin/cables/loadrow/{same.pk}"
        self.assertContains(self.client.get(f"{address}/change/"), "Its text is that of")
        page = self.client.get(f"{address}/publish/")
        self.assertContains(page, "Its text is that of")
        self.assertNotContains(page, 'value="Publish"')

    def test_a_text_with_words_that_are_redacted_in_the_cable_is_not_published_as_another(self):
        held = self.hold_second()
        publish(Cable.objects.get())
        curator = User.objects.create_user("anna")
        redact_cable(Cable.objects.get(), Strike(EVERYWHERE, ("Zyxwold",)), "A witness.", curator)
        self.archives(of_archives(SECRET), of_second("Quintin\nZyxwold paid."))
        repeats = LoadRow.objects.exclude(pk=held.pk).get()
        self.assert_refused(repeats, "It repeats words that are redacted")
        self.assertEqual(publish_held(held, "Another.", None).reference, f"{NUMBER}-2")

    def test_nothing_is_published_before_the_embargo_of_its_load_ends(self):
        held = self.hold_second()
        Load.objects.filter(pk=held.load_id).update(due=timezone.now() + timedelta(days=1))
        with self.assertRaisesMessage(ValueError, "under embargo"):
            publish_held(LoadRow.objects.get(pk=held.pk), "Another.", None)
        self.assertEqual(Cable.objects.count(), 1)

    def test_a_new_text_of_a_document_that_is_here_is_no_other_cable(self):
        self.archives(of_archives(SECRET))
        withhold(Cable.objects.get())
        self.archives(of_archives(SECOND))
        with self.assertRaisesMessage(ValueError, "is here already"):
            publish_held(LoadRow.objects.get(), "Another.", None)

    def test_its_words_are_counted(self):
        publish_held(self.hold_second(), "Another.", None)
        self.assertEqual(list(check_counts()), [])

    def test_a_newer_text_of_it_is_applied_to_it_and_becomes_no_further_cable(self):
        load(VOLUME)
        load(csv_file(self.folder, row(body=OTHER)))
        publish_held(LoadRow.objects.get(), "Another message.", None)
        first = Cable.objects.get(reference="56LISBON412").body
        newer = f"{OTHER} Send them soon."
        load(csv_file(self.folder, row(body=newer)))
        held = LoadRow.objects.get(outcome="held")
        self.assert_refused(held, "is here already")
        self.curator("redact_cable", "see_sealed", "view_loadrow")
        page = self.client.get(f"/admin/cables/loadrow/{held.pk}/apply/")
        self.assertContains(page, "Send them soon.")
        apply_held(held, "Corrected.", None)
        self.assertEqual(Cable.objects.get(reference="56LISBON412-2").body, newer)
        self.assertEqual(Cable.objects.get(reference="56LISBON412").body, first)
        told = []
        check(IntegrityReport(), told.append)
        self.assertEqual(told + list(check_counts()), [])

    def test_the_curator_is_told_its_name_and_if_somebody_took_that(self):
        held = self.hold_second()
        self.curator("redact_cable", "see_sealed", "view_loadrow")
        address = f"/admin/cables/loadrow/{held.pk}/publish/"
        opened = stamps(self.client, address) | {"reason": "Another."}
        other = Cable.objects.create(**self.another(f"{NUMBER}-2") | {"body": "Nobody came."})
        self.assertContains(self.client.post(address, opened), "took its name")
        self.assertEqual(Cable.objects.count(), 2)
        other.delete()
        done = self.client.post(address, opened, follow=True)
        self.assertContains(done, f'<a href="/cable/{NUMBER}-2/">{NUMBER}-2</a>', html=True)

    def test_the_page_of_a_record_that_newer_rules_reject_lets_a_curator_leave_it(self):
        held = self.hold_second()
        facts = json.loads(held.raw) | {"classification": "HUSH"}
        LoadRow.objects.filter(pk=held.pk).update(raw=json.dumps(facts))
        self.curator("redact_cable", "see_sealed", "view_loadrow")
        address = f"/admin/cables/loadrow/{held.pk}"
        self.assertContains(self.client.get(f"{address}/change/"), "cannot be read now")
        for name in ("apply", "publish"):
            done = send(self.client, f"{address}/{name}/", {"reason": "Another."})
            self.assertContains(done, "cannot be read now")
        send(self.client, f"{address}/leave/", {"reason": "It is broken."})
        held.refresh_from_db()
        self.assertEqual(held.outcome, "left")

    def test_a_value_that_postgresql_refuses_is_told(self):
        held = self.hold_second()
        with (
            patch("cables.loader.store.copy_in", side_effect=DataError("value too long")),
            self.assertRaisesMessage(ValueError, "PostgreSQL cannot store it: value too long"),
        ):
            publish_held(held, "Another.", None)

    def test_the_reason_repeats_no_words_redacted_in_any_cable_of_the_number(self):
        held = self.hold_second()
        publish(Cable.objects.get())
        Cable.objects.create(**self.another("75ROME900001"))
        hidden = Cable.objects.get(reference="75ROME900001")
        hidden.former_references.create(reference=f"{NUMBER}-3", kind="renamed")
        curator = self.curator("redact_cable", "see_sealed", "view_loadrow")
        told = Redaction.objects.create(cable=hidden, reason="A witness.", by=curator)
        words = {"words": ["Xanadu"]}
        Sealed.objects.create(cable=hidden, place=told.sealed_at, values=words)
        address = f"/admin/cables/loadrow/{held.pk}/publish/"
        done = send(self.client, address, {"reason": "Not about Xanadu."})
        self.assertContains(done, "This repeats words that are redacted")

    def test_who_decides_second_is_told(self):
        held = self.hold_second()
        leave_held(held, "Unclear.", None)
        with self.assertRaisesMessage(ValueError, "Somebody decided"):
            publish_held(held, "Another.", None)
        self.assertEqual(Change.objects.filter(action="published").count(), 0)


def replace_row(row, **values):
    return LoadRow(
        **{
            **{
                field.attname: getattr(row, field.attname)
                for field in LoadRow._meta.concrete_fields
            },
            **values,
            "id": None,
        }
    )
