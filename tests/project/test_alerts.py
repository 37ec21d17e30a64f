"""Alerts, dashboard and runbook speak of the metrics that the room has, and of each other."""

import json
import os
import re
import shutil
import subprocess
import sys
from unittest import TestCase, skipUnless

import yaml

from tests.base import FolderTestCase
from tests.docs_check.documents import read_document
from tests.paths import PROJECT

RULES = PROJECT / "docs/deployment/prometheus-rules.yaml"
DASHBOARD = PROJECT / "docs/deployment/grafana-dashboard.json"
RUNBOOK = PROJECT / "docs/runbook.md"
METRIC = re.compile(r"\broom_\w+")
LABELS = re.compile(r"\{(.*?)\}")
OF_PROMETHEUS = {"job", "instance"}  # Labels that it adds itself.


def alerts():
    """Return the rules, each a dict."""
    (group,) = yaml.safe_load(RULES.read_text())["groups"]
    return group["rules"]


def expressions():
    """Return the expressions of all alerts, and of all panels as for the job of the rules."""
    panels = json.loads(DASHBOARD.read_text())["panels"]
    shown = [target["expr"] for panel in panels for target in panel["targets"]]
    return [rule["expr"] for rule in alerts()] + [
        each.replace("$job", "reading-room") for each in shown
    ]


# In a process of its own: another test may have closed the files of the metrics of this one.
SHOW = """
import django
django.setup()
from reading_room.metrics import REQUESTS, SECONDS, metrics_page
REQUESTS.labels("home", 200).inc()
SECONDS.labels("home").observe(0.1)
print(metrics_page().content.decode())
"""


def exported():
    """Return the names and the labels of all samples that /metrics can have."""
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "reading_room.settings"}
    environment.pop("PROMETHEUS_MULTIPROC_DIR", None)
    command = [sys.executable, "-c", SHOW]
    text = subprocess.run(
        command, cwd=PROJECT, env=environment, capture_output=True, text=True, check=True
    ).stdout
    # A gauge of several database servers has no sample where there is one.
    names = {*re.findall(r"^(?:# TYPE )?(\w+)(?:\{| gauge$)", text, re.M)}
    return names, {*re.findall(r"(\w+)=", text), "server"}


class MetricsTests(FolderTestCase):
    def test_every_metric_and_label_is_one_that_the_room_exports(self):
        names, labels = exported()
        self.assertLessEqual({"room_requests_total", "room_request_seconds_bucket"}, names)
        for expression in expressions():
            with self.subTest(expression):
                self.assertLessEqual({*METRIC.findall(expression)}, names)
                self.assertTrue(METRIC.search(expression) or expression.count("up{") == 1)
                selected = " ".join(LABELS.findall(expression))
                found = {*re.findall(r"(\w+)(?:=|!)", selected)}
                self.assertLessEqual(found, labels | OF_PROMETHEUS)

    @skipUnless(shutil.which("promtool"), "promtool is not installed (Debian: prometheus)")
    def test_prometheus_understands_every_expression(self):
        rules = [
            {"record": f"a:{number}", "expr": each} for number, each in enumerate(expressions())
        ]
        panels = self.folder / "panels.yaml"
        panels.write_text(yaml.safe_dump({"groups": [{"name": "panels", "rules": rules}]}))
        command = ["promtool", "check", "rules", RULES, panels]
        done = subprocess.run(command, capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)


class FormTests(TestCase):
    def test_each_alert_has_its_section_in_the_runbook_and_the_reverse(self):
        sections = re.findall(r"^## (.+)$", RUNBOOK.read_text(), re.M)
        self.assertEqual([rule["alert"] for rule in alerts()], sections)
        anchors = read_document("docs/runbook.md", RUNBOOK.read_text()).anchors
        for rule in alerts():
            with self.subTest(rule["alert"]):
                path, _, anchor = rule["annotations"]["runbook"].partition("#")
                self.assertEqual((path, anchor), ("docs/runbook.md", rule["alert"].lower()))
                self.assertIn(anchor, anchors)

    def test_each_section_says_what_it_means_what_to_look_at_and_what_to_do(self):
        for section in RUNBOOK.read_text().split("\n## ")[1:]:
            with self.subTest(section.partition("\n")[0]):
                parts = re.findall(r"^\*\*(Means|Look at|Do):?\*\*", section, re.M)
                self.assertEqual(parts, ["Means", "Look at", "Do"])

    def test_each_alert_is_a_rule_of_prometheus(self):
        for rule in alerts():
            with self.subTest(rule["alert"]):
                self.assertLessEqual({"alert", "expr", "labels", "annotations"}, {*rule})
                self.assertIn(rule["labels"]["severity"], {"page", "ticket"})
                self.assertTrue(rule["annotations"]["summary"])

    def test_grafana_can_ask_which_data_source_it_has(self):
        board = json.loads(DASHBOARD.read_text())
        source, job = board["templating"]["list"]
        self.assertEqual((source["type"], source["query"]), ("datasource", "prometheus"))
        self.assertEqual(job["query"]["query"], "label_values(room_requests_total, job)")
        ids = [panel["id"] for panel in board["panels"]]
        self.assertEqual(len(ids), len({*ids}))
        for panel in board["panels"]:
            with self.subTest(panel["title"]):
                # Only of several database servers: a panel without data must say why.
                if "room_database_server_used" in panel["targets"][0]["expr"]:
                    self.assertIn("has no data", panel["description"])
                uids = {each["datasource"]["uid"] for each in [panel, *panel["targets"]]}
                self.assertEqual(uids, {"${source}"})
