"""Loads at the desk, over HTTP: compare, preview, apply, cancel, resume."""

import gzip
import tempfile
from pathlib import Path
from unittest.mock import patch
from urllib.parse import urlencode

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import override_settings
from procrastinate.contrib.django.models import ProcrastinateJob

from cables.loader import LoadReport
from cables.models import Cable, Change, Load, LoadRow, Preview, ScheduledPublication, State
from cables.operations.tasks import apply_load, checked_path, file_queue
from cables.sources import SourceError
from tests.admin.test_admin_site import DeskTestCase
from tests.builders import forget_counts, make_curator, withhold
from tests.opened import form_of, send, stamps
from tests.slow import slow
from tests.source_files import csv_file, csv_record, page_file
from tests.working import Going, work

ADD = "/admin/cables/load/add/"
CABLES = "/admin/cables/cable/"
ONE, TWO, THREE = "09ROME900001", "09ROME900002", "09ROME900003"


def steps(load):
    return f"/admin/cables/load/{load.pk}/"


class LoadsTestCase(DeskTestCase):
    def setUp(self):
        super().setUp()
        self.use(Path(self.enterContext(tempfile.TemporaryDirectory())))

    def use(self, folder):
        """Let the desk keep uploads in a folder, and find sources there, until the test ends."""
        self.folder, self.sources = folder, folder / "sources"
        self.sources.mkdir(exist_ok=True)
        self.enterContext(
            override_settings(UPLOADS_DIR=self.folder / "uploads", SOURCES_DIR=self.sources)
        )

    def send(self, name="cables.csv", data="", **values):
        """Upload a file; return the response."""
        data = data if isinstance(data, bytes) else data.encode()
        file = SimpleUploadedFile(name, data)
        return self.client.post(ADD, {"upload": file, "collection": "cables"} | values)

    def load(self, *records, **values):
        """Upload a CSV file of these records, compare it, and return the load."""
        response = self.send(data="".join(records), **values)
        self.assertEqual(
            response.status_code, 302, response.context and response.context["form"].errors
        )
        work()
        return Load.objects.latest("pk")

    def point_to(self, path, **values):
        """Choose a file of the folder of sources, compare it, and return the load."""
        self.client.post(ADD, {"source": path.name, "collection": "cables"} | values)
        work()
        return Load.objects.latest("pk")

    def do(self, load, step):
        asks = step in ("discard", "forget")  # On a page of its own.
        stamp = stamps(self.client, f"{steps(load)}{step if asks else 'change'}/")
        return self.client.post(f"{steps(load)}{step}/", stamp, follow=True)

    def refused(self, response):
        """Return the errors of a form."""
        self.assertEqual(response.status_code, 200)
        form = response.context["form"]
        return " ".join(str(error) for errors in form.errors.values() for error in errors)


class LoadTests(LoadsTestCase):
    def test_a_file_is_compared_and_changes_nothing_until_it_is_applied(self):
        forget_counts()
        before = State.objects.get().number
        load = self.load(csv_record(ONE), csv_record(TWO, classification="HUSH"))
        self.assertEqual((load.state, load.by, load.percent), ("compared", self.curator, 100))
        self.assertEqual((load.counts["created"], load.counts["rejected"]), (1, 1))
        self.assertEqual((Cable.objects.count(), LoadRow.objects.count()), (0, 0))
        self.assertEqual(State.objects.get().number, before)
        page = self.client.get(f"{steps(load)}change/")
        self.assertContains(page, "Nothing has changed yet")
        self.assertContains(page, "gives no date; empty: readers are told none.")

        self.assertContains(self.do(load, "apply"), "waits for its turn")
        self.assertEqual(work(), ["apply_load"])
        load.refresh_from_db()
        self.assertEqual(load.state, "finished")
        self.assertEqual(Cable.objects.get().reference, ONE)
        self.assertEqual(LoadRow.objects.get().reference, TWO)
        self.assertFalse(Preview.objects.exists())
        log = Change.objects.filter(by=self.curator).values_list("action", flat=True)
        self.assertEqual(list(log), ["loaded", "applied", "compared"])

    def test_the_preview_shows_each_kind(self):
        text = "The harbor raised its fees for every ship, and rose early for it."
        known = csv_record(ONE), csv_record(TWO, text=text), csv_record(THREE)
        self.do(self.load(*known), "apply")
        work()
        withhold(Cable.objects.get(reference=THREE), "Names a ship.", by=self.curator)
        load = self.load(
            csv_record(ONE),
            csv_record(TWO, text=text.replace("raised", "<cut>"), subject="HARBOR DUES"),
            csv_record(THREE, text="Another text."),
            csv_record("09ROME900004"),
            csv_record("09ROME900005", created="13/45/2003 4:05"),
        )
        counts = dict.fromkeys(("created", "changed", "unchanged", "held", "rejected"), 1)
        self.assertEqual(LoadReport(**load.counts), LoadReport(rows=5, **counts))
        shown = {
            "created": ["09ROME900004", "Fees rose."],
            "changed": [TWO, "removed: </span>raised", "added: </span>&lt;cut&gt;", "DUES</ins>"],
            "unchanged": [f"Nothing changes for readers: {ONE} (line 1)."],
            "held": [THREE, "a curator decides"],
            "rejected": ["Not a date", "line"],
        }
        for kind, words in shown.items():
            page = self.client.get(f"{steps(load)}preview/{kind}/")
            for word in words:
                with self.subTest(kind, word=word):
                    self.assertContains(page, word)

    def test_the_preview_is_paged(self):
        load = self.load(*(csv_record(f"09ROME{900_100 + n}") for n in range(30)))
        address = f"{steps(load)}preview/created/"
        self.assertContains(self.client.get(address), "09ROME900100")
        self.assertContains(self.client.get(address, {"p": 2}), "09ROME900129")
        self.assertEqual(self.client.get(f"{steps(load)}preview/odd/").status_code, 404)

    def test_the_same_file_again_changes_nothing(self):
        record = csv_record(ONE)
        self.do(self.load(record), "apply")
        work()
        before = Cable.objects.values().get()
        load = self.load(record)
        self.assertEqual(load.counts["unchanged"], 1)
        self.do(load, "apply")
        work()
        self.assertEqual(Cable.objects.values().get(), before)

    def test_every_kind_of_file_is_read(self):
        page = page_file(self.folder, TWO)
        packed = gzip.compress(csv_record(ONE).encode())
        for name, data in (("c.csv.gz", packed), (page.name, page.read_bytes())):
            with self.subTest(name):
                self.assertEqual(self.send(name, data).status_code, 302)
                work()
                self.assertEqual(Load.objects.latest("pk").counts["created"], 1)


class CablesTests(LoadsTestCase):
    def setUp(self):
        super().setUp()
        for records in ([ONE, TWO], [THREE]):
            self.do(self.load(*map(csv_record, records)), "apply")
            work()
        self.last, self.first = Load.objects.order_by("-pk")

    def listed(self, **asked):
        page = self.client.get(CABLES, asked)
        return [str(cable) for cable in page.context["cl"].result_list]

    def test_a_load_leads_to_its_cables_and_says_how_many(self):
        link = f'<a href="{CABLES}?load={self.first.pk}">Its cables</a>: 2'
        self.assertContains(self.client.get(f"{steps(self.first)}change/"), link)
        self.assertEqual(self.listed(load=self.first.pk), [ONE, TWO])
        self.assertEqual(self.listed(load=self.last.pk), [THREE])
        self.assertEqual(self.listed(load=self.first.pk, q=TWO), [TWO])

    def test_a_cable_in_two_formats_is_counted_once(self):
        inner = self.sources / "both"
        inner.mkdir()
        csv_file(inner, csv_record("09ROME900004"))
        page_file(inner, "09ROME900004")
        load = self.point_to(inner)
        self.do(load, "apply")
        work()
        self.assertContains(self.client.get(f"{steps(load)}change/"), "Its cables</a>: 1<")
        self.assertEqual(self.listed(load=load.pk), ["09ROME900004"])

    def test_a_load_without_cables_has_no_link_to_them(self):
        load = self.load(csv_record(ONE))
        self.assertNotContains(self.client.get(f"{steps(load)}change/"), "Its cables")

    def test_the_list_of_the_cables_of_a_load_names_it(self):
        name = f"Load {self.first.pk}: {self.first.name}"
        self.assertContains(self.client.get(CABLES, {"load": self.first.pk}), name)
        self.assertNotContains(self.client.get(CABLES), name)
        for odd in ("x", "-1", "9" * 40, "\0", ""):
            with self.subTest(odd):
                self.assertEqual(self.client.get(CABLES, {"load": odd}).status_code, 200)


class ProgressTests(LoadsTestCase):
    def test_progress_survives_a_closed_browser_and_needs_no_script(self):
        load = self.load(csv_record(ONE))
        Load.objects.filter(pk=load.pk).update(
            state="running", done=load.size // 2, last="cables.csv:77 09ROME900001"
        )
        page = self.client.get(f"{steps(load)}change/")
        self.assertEqual(page.headers["Refresh"], "5")
        self.assertRegex(page.content.decode(), r'value="(49|50)"')
        self.assertContains(page, "1 of about 2 documents, last cables.csv:77 09ROME900001")
        self.assertContains(page, "No worker runs")

    def test_a_load_that_waits_is_cancelled_at_once(self):
        load = self.load(csv_record(ONE))
        self.do(load, "apply")
        self.do(load, "cancel")
        work()
        load.refresh_from_db()
        self.assertEqual((load.state, Cable.objects.count()), ("cancelled", 0))

    def take_up(self, load):
        """Mark the job of a load as taken by a worker."""
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE procrastinate_jobs SET status = 'doing' WHERE args->>'load' = %s",
                [str(load.pk)],
            )

    def waiting(self, name):
        """Upload a file that no worker has compared yet."""
        self.send(name, csv_record(ONE))
        return Load.objects.latest("pk")

    def test_a_waiting_load_names_the_load_before_it(self):
        first, second = self.waiting("stuck.csv"), self.waiting("next.csv")
        page = self.client.get(f"{steps(second)}change/")
        self.assertNotContains(page, "It waits for")
        self.take_up(first)
        page = self.client.get(f"{steps(second)}change/")
        self.assertContains(page, f'<a href="{steps(first)}change/">{first.label}</a>')
        self.assertRegex(page.content.decode(), r"at work since \d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC")
        self.assertNotContains(self.client.get(f"{steps(first)}change/"), "It waits for")

    def test_a_load_that_is_to_be_applied_says_that_the_command_loads(self):
        load = self.load(csv_record(ONE))
        self.do(load, "apply")
        Load.objects.create(collection=load.collection, file="/srv/all.csv", state="running")
        page = self.client.get(f"{steps(load)}change/")
        self.assertContains(page, "</a>, which is at work since")

    def test_a_load_that_is_not_compared_yet_is_cancelled_at_once(self):
        first, second = self.waiting("stuck.csv"), self.waiting("next.csv")
        self.take_up(first)
        for load, state in ((first, "comparing"), (second, "cancelled")):
            self.do(load, "cancel")
            load.refresh_from_db()
            self.assertEqual(load.state, state)
        self.assertTrue(Load.objects.get(pk=first.pk).cancel)

    def test_a_running_load_stops_after_its_batch_and_is_resumed(self):
        load = self.load(csv_record(ONE), csv_record(ONE, text="Fees fell."), csv_record(TWO))
        self.do(load, "apply")
        Load.objects.filter(pk=load.pk).update(cancel=True)
        work()
        load.refresh_from_db()
        self.assertEqual(load.state, "cancelled")
        self.assertContains(self.client.get(f"{steps(load)}change/"), "Resume")
        self.do(load, "apply")
        work()
        load.refresh_from_db()
        self.assertEqual((load.state, load.counts["created"]), ("finished", 2))

    def test_counts_of_a_resumed_load_are_those_of_all_its_runs(self):
        load = self.point_to(csv_file(self.sources, csv_record(ONE), csv_record(TWO)))
        self.do(load, "apply")
        work()
        Load.objects.filter(pk=load.pk).update(state="running")
        apply_load(Going(), load=load.pk)
        load.refresh_from_db()
        self.assertEqual((load.counts["created"], load.counts["unchanged"]), (2, 0))

    def test_two_who_apply_at_once_make_one_job(self):
        load = self.load(csv_record(ONE))
        self.do(load, "apply")
        self.assertContains(self.do(load, "apply"), "Somebody was faster")
        self.assertEqual(work(), ["apply_load"])

    def test_a_failed_load_says_what_to_do(self):
        load = self.load(csv_record(ONE))
        Path(load.file).unlink()
        self.do(load, "apply")
        with self.assertLogs("cables.operations.tasks", "ERROR"):
            work()
        page = self.client.get(f"{steps(load)}change/")
        self.assertContains(page, "the file is gone; put it back")
        self.assertEqual(Load.objects.get(pk=load.pk).state, "failed")

    def test_a_load_whose_file_is_on_another_machine_says_where(self):
        self.send(data=csv_record(ONE))
        load = Load.objects.latest("pk")
        queues = ProcrastinateJob.objects.values_list("queue_name", flat=True)
        self.assertEqual([*queues], [file_queue()])
        Load.objects.update(queue="web-2-1f2e3d4c", queued="2026-01-01T00:00Z")
        with patch("cables.admin.loads.load_admin.is_worker_running", return_value=True):
            page = self.client.get(f"{steps(load)}change/")
        self.assertContains(page, "Its file is on web-2: ask the operator to start a worker there")
        Path(load.file).unlink()
        load.refresh_from_db()
        with self.assertRaisesMessage(SourceError, "the file is on another machine: web-2"):
            checked_path(load)


class RightsTests(LoadsTestCase):
    def person(self, *codenames):
        user = make_curator("bo", *codenames)
        self.client.force_login(user)

    def test_a_user_without_the_right_to_load_sees_and_starts_nothing(self):
        load = self.load(csv_record(ONE))
        self.person("view_load")
        self.assertEqual(self.client.get(ADD).status_code, 403)
        self.assertEqual(self.client.get(f"{steps(load)}change/").status_code, 200)
        for step in ("apply", "cancel", "compare", "discard"):
            with self.subTest(step):
                self.assertEqual(self.do(load, step).status_code, 403)
        self.assertEqual(self.client.get(f"{steps(load)}cables/withhold/").status_code, 403)

    def test_an_embargo_needs_the_right_to_release(self):
        self.person("load_files")
        self.assertNotContains(self.client.get(ADD), 'name="embargo')
        load = self.load(csv_record(ONE), due="2099-01-01T00:00", reason="x")
        self.assertIsNone(load.due)
        self.assertEqual(self.client.get(f"{steps(load)}change/").status_code, 200)

    def test_steps_need_a_post_request(self):
        load = self.load(csv_record(ONE))
        self.assertEqual(self.client.get(f"{steps(load)}apply/").status_code, 405)


class BulkTests(LoadsTestCase):
    def test_publishing_a_whole_load_again_leaves_embargoes_that_are_not_ticked(self):
        load = self.load(csv_record(ONE), csv_record(TWO), csv_record(THREE))
        self.do(load, "apply")
        work()
        reasons = {ONE: "Names a ship.", TWO: "Names a ship.", THREE: "On request."}
        for reference, reason in reasons.items():
            withhold(Cable.objects.get(reference=reference), reason)
        timed = Cable.objects.get(reference=TWO)
        ScheduledPublication.objects.create(cable=timed, due="2099-01-01T12:00Z")
        address = f"{steps(load)}cables/publish/"
        page = self.client.get(address)
        for group in (
            "withheld: Names a ship. (1 cable)",
            "withheld: On request. (1 cable)",
            "withheld, under embargo until 2099-01-01 12:00 UTC: Names a ship. (1 cable)",
        ):
            self.assertContains(page, group)
        sent = form_of(page)
        self.assertEqual(len(sent["groups"]), 2)
        self.assertContains(self.client.post(address, sent), "This field is required.")
        nothing = {name: value for name, value in sent.items() if name != "groups"}
        answer = self.client.post(address, nothing | {"reason": "The ship has sunk."})
        self.assertContains(answer, "Tick at least one")
        self.client.post(address, sent | {"reason": "The ship has sunk."})
        withheld = Cable.objects.exclude(withheld_reason="")
        self.assertEqual([each.reference for each in withheld], [TWO])
        self.assertTrue(ScheduledPublication.objects.filter(cable=timed).exists())
        # One group is left, which runs until a time: it is not ticked either.
        page = self.client.get(address)
        self.assertNotIn("groups", form_of(page))
        ((group, _),) = page.context["form"].fields["groups"].choices
        self.client.post(address, form_of(page) | {"groups": group, "reason": "It has sunk too."})
        self.assertFalse(Cable.objects.exclude(withheld_reason="").exists())

    def test_publishing_again_needs_a_reason_which_the_log_has(self):
        load = self.load(csv_record(ONE), csv_record(TWO))
        self.do(load, "apply")
        work()
        ways = [
            ("one cable", CABLES, [ONE]),
            ("several", CABLES, [ONE, TWO]),
            ("a whole load", f"{steps(load)}cables/", []),
        ]
        for way, address, chosen in ways:
            with self.subTest(way):
                asked = "?" + urlencode([("cable", each) for each in chosen])
                send(self.client, f"{address}withhold/{asked}", {"reason": "Names a ship."})
                last = Change.objects.latest("pk").pk
                refused = send(self.client, f"{address}publish/{asked}", {"reason": ""})
                self.assertContains(refused, "This field is required.")
                send(self.client, f"{address}publish/{asked}", {"reason": "The ship has sunk."})
                self.assertFalse(Cable.objects.exclude(withheld_reason="").exists())
                log = Change.objects.filter(pk__gt=last).exclude(cable=None).order_by("reference")
                said = [(each.reference, each.action, each.reason) for each in log]
                published = ("published", "The ship has sunk.")
                self.assertEqual(said, [(each, *published) for each in chosen or [ONE, TWO]])

    @slow("not 500 cables decided on at once")
    def test_five_hundred_cables_of_a_load_are_withheld_and_published_at_once(self):
        load = self.load(*(csv_record(f"09ROME{900_100 + n}") for n in range(500)))
        self.do(load, "apply")
        work()
        for name, withheld in (("withhold", 500), ("publish", 0)):
            address = f"{steps(load)}cables/{name}/"
            page = self.client.get(address)
            self.assertContains(page, "500 cables")
            sent = form_of(page) | {"reason": "It names a source."}
            self.client.post(address, sent)
            with self.subTest(name):
                self.assertEqual(Cable.objects.exclude(withheld_reason="").count(), withheld)
        self.assertEqual(Change.objects.filter(cable__isnull=False).count(), 1_000)
