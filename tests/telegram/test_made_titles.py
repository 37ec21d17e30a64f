"""The title of a cable without a subject, in all formats."""

import itertools
import json
import re
from datetime import UTC, datetime
from types import SimpleNamespace

from lxml import html

from cables.models import Cable
from cables.telegram.fact_types import EditionFacts, edition_of
from cables.telegram.paragraphs import segment
from cables.telegram.titles import (
    author,
    facts_for_title,
    machine_date,
    names_parties,
    reading_title,
    recipient,
    sender,
    shown_date,
)
from cables.templatetags.cable_text import sent_exactly
from cables.templatetags.list_tags import sent
from tests.base import TestCase
from tests.builders import make_cable, make_origin
from tests.slow import some

SENT = datetime(1963, 10, 23, 19, 15, tzinfo=UTC)
TELEGRAM = {"kind": "telegram", "to": "Department of State", "numbered": "63SAIGON900768"}
# Two things with nothing between them, or nothing at an end.
EMPTY = re.compile(r"\.\s*\.|,\s*[,.]|:\s*[.,]|^[\s.,:]|[,:]\s*$|\(\s*\)|\bNone\b|\[no ")
SAYING = ("citation_title", "DC.title", "og:title", "description", "og:description")
FORMS = ("bib", "ris", "csl.json", "json", "md")


class MarkTests(TestCase):
    def test_a_title_says_once_what_the_text_is(self):
        for title, marks, shown in (
            ("Extract of a Lecture", ["extract"], "Extract of a Lecture"),
            ("*Extracts From the Speech", ["extracts"], "*Extracts From the Speech"),
            ("Harbor Fees", ["extract"], "Harbor Fees [Extract]"),
            ("Extract of Fees", ["extract", "translation"], "Extract of Fees [Translation]"),
        ):
            with self.subTest(title, marks=marks):
                facts = {"title": title, "edition": {"text_marks": marks}}
                cable = Cable(reference="FRUS1949V01-D1", created=SENT, facts=facts)
                self.assertEqual(reading_title(cable), shown)


class PartiesTests(TestCase):
    def test_a_title_that_says_from_whom_and_to_whom_is_told_from_others(self):
        for told, expected in (
            ({"title": "Telegram From the Embassy in Turkey to the Department of State"}, True),
            ({"title": "Memorandum from Mr. Moss to the Secretary"}, True),
            ({"title": "Airgram From Saigon"}, False),
            ({"title": "Editorial Note"}, False),
            ({}, True),  # A made title has both.
        ):
            with self.subTest(**told):
                cable = Cable(reference="63SAIGON900768", facts=told, origin=make_origin())
                self.assertEqual(names_parties(cable), expected)
        self.assertFalse(names_parties(Cable(subject="TALKS FROM MAY TO JUNE", facts={})))


class ShownDateTests(TestCase):
    def test_noon_and_midnight_are_shown_as_the_dateline_prints_them(self):
        for instant, dateline, shown in (
            ("1962-06-20T23:59", "Rome, June 20, 1962, midnight", "1962-06-20, midnight"),
            ("1962-06-20T12:00", "Rome, June 20, 1962, noon", "1962-06-20, noon"),
            ("1962-06-20T12:00", "Rome, June 20, 1962, 12 p.m.", "1962-06-20 12:00"),
            ("1962-06-20T23:59", "", "1962-06-20 23:59"),
        ):
            with self.subTest(dateline):
                facts = {"edition": {"date": dateline, "volume": "frus1961-63v03"}}
                cable = Cable(created=datetime.fromisoformat(instant), facts=facts)
                self.assertEqual(shown_date(cable), f"{shown}, local time")
                self.assertEqual(machine_date(cable), instant)

    def test_a_date_that_no_source_prints_is_about_everywhere(self):
        for known_by, day in (
            ("neighbours", "about 1949"),
            ("heading", "1949"),
            ("unknown", "undated"),
        ):
            with self.subTest(known_by):
                facts = {"edition": {"dated_by": known_by}}
                cable = Cable(
                    created=SENT.replace(year=1949), created_precision="year", facts=facts
                )
                shown = f'<time datetime="1949">{day}</time>'
                self.assertEqual(sent(cable), shown)
                self.assertTrue(sent_exactly(cable).startswith(shown))

    def test_an_hour_in_utc_is_told_from_a_local_one(self):
        for dateline, shown in (("June 20, 1962, 1059Z.", "10:59Z<"), ("", "10:59, local time<")):
            with self.subTest(dateline):
                facts = {"edition": {"date": dateline, "volume": "frus1961-63v03"}}
                cable = Cable(created=datetime(1962, 6, 20, 10, 59, tzinfo=UTC), facts=facts)
                self.assertIn(shown, sent_exactly(cable))
                self.assertIn(shown, sent(cable))


SAME_AUTHORS = (
    *("Director of the Harbor Office (Rell)", "Acting Chairman of the Delegation", "Mr. Quay"),
    *("Working Group of the Subcommittee on Ports", "Duke Ernst of Rellia"),
    "Ode Quay of the Harbor Staff and Ada Rell of the Port Staff",
)


class SenderTests(TestCase):
    def test_a_cable_is_from_its_post_and_a_letter_from_its_writer(self):
        writer = "the Deputy Director for Ports (Rell)"
        for origin, edition, expected in (
            ("Embassy Saigon", {}, "Embassy Saigon"),
            ("Embassy Saigon", {"kind": "telegram", "from": writer}, "Embassy Saigon"),
            ("Secretary of State", {"kind": "telegram"}, "Secretary of State"),
            (
                "Secretary of State",
                {"kind": "letter", "from": writer},
                "The Deputy Director for Ports (Rell)",
            ),
            (
                "Secretary of State",
                {"kind": "telegram", "from": "the Acting Secretary of State"},
                "The Acting Secretary of State",
            ),
            ("Secretary of State", {"kind": "report"}, "Department of State"),
            ("Secretary of State", {"kind": "conversation"}, ""),
            ("White House", {"kind": "minutes"}, ""),
            ("White House", {"kind": "conversation", "from": "Maro Rell"}, "Maro Rell"),
            (
                "Secretary of State",
                {"kind": "conversation", "source_note": "Source: Files. Drafted by Rell."},
                "Department of State",
            ),
            ("Washington, office not printed", {"kind": "memorandum"}, ""),
            ("Paris, office not printed", {"kind": "telegram", "from": "Mr. Quay"}, "Mr. Quay"),
        ):
            with self.subTest(origin, **edition):
                cable = Cable(facts={"edition": edition}, origin=make_origin(origin))
                self.assertEqual(sender(cable), expected)

    def test_the_author_is_a_person_without_the_office(self):
        for printed, expected in (
            ("Philip H. Tern of the Policy Planning Staff", "Philip H. Tern"),
            ("Ada M. Rell, Jr., of the Harbor Council Staff", "Ada M. Rell, Jr."),
            ("Ode Quay of the Bureau of Near Eastern and South Asian Affairs", "Ode Quay"),
            *((same, same) for same in SAME_AUTHORS),
        ):
            with self.subTest(printed):
                facts = {"edition": {"kind": "memorandum", "from": printed}}
                cable = Cable(facts=facts, origin=make_origin("Secretary of State"))
                self.assertEqual(author(cable), expected)


class TitleTests(TestCase):
    def test_a_title_is_made_of_what_is_known(self):
        saigon = make_origin("Embassy Saigon")
        fm = "FM AMEMBASSY PRAIA\nTO RUEHC/SECSTATE WASHDC 0003\nINFO RUEHLI/AMEMBASSY LISBON"
        for told, title in (
            ({}, "Telegram 900768, Embassy Saigon, 23 October 1963"),
            (
                {"facts": {"edition": TELEGRAM}},
                "Telegram 900768, Embassy Saigon to Department of State, 23 October 1963",
            ),
            (
                {"facts": {"edition": {"kind": "airgram"}}, "created_precision": "month"},
                "Airgram 900768, Embassy Saigon, October 1963",
            ),
            (
                {"reference": "FRUS1961-63V98-D12", "created_precision": "year"},
                "Telegram, Embassy Saigon, 1963",
            ),
            (
                {"header": fm},
                "Telegram 900768, Embassy Saigon to Department of State, 23 October 1963",
            ),
            (
                {"header": "FM SECSTATE WASHDC\nTO AMEMBASSY PARIS"},
                "Telegram 900768, Embassy Saigon to Embassy Paris, 23 October 1963",
            ),
            (
                {"facts": {"edition": {"to": "VALLETTA"}}},
                "Telegram 900768, Embassy Saigon to Embassy Valletta, 23 October 1963",
            ),
            ({"subject": "THE COUP"}, "The Coup"),
            ({"facts": {"title": "Airgram From Saigon"}}, "Airgram From Saigon"),
        ):
            with self.subTest(title, **told):
                known = {"reference": "63SAIGON900768", "created": SENT, "facts": {}} | told
                header, edition = known.pop("header", ""), edition_of(known["facts"])
                known["facts"] |= facts_for_title("", header, segment(""), edition)
                self.assertEqual(reading_title(Cable(origin=saigon, **known)), title)

    def test_a_recipient_is_named_as_an_office(self):
        for printed, office in (
            ("AMBASSADOR IN CHILE (HALE)", "Ambassador in Chile (Hale)"),
            ("DEPARTMENT OF STATE", "Department of State"),
            ("AMEMBASSY NEW DELHI", "Embassy New Delhi"),
            ("CINCPAC", "CINCPAC"),
        ):
            with self.subTest(printed):
                header = f"FM AMEMBASSY SAIGON\nTO {printed}"
                self.assertEqual(recipient(header, EditionFacts()), office)

    def test_programs_get_it_in_every_form(self):
        make_cable("63SAIGON900768", origin="Embassy Saigon", subject="", created=SENT, header="")
        title = "Telegram 900768, Embassy Saigon, 23 October 1963"
        page = self.client.get("/cable/63SAIGON900768/").content
        tree = html.fromstring(page)
        for name in SAYING[:3]:
            self.assertEqual(said(tree, name), [title])
        self.assertIn(title, tree.findtext(".//title"))
        data = json.loads(tree.findtext(".//script[@type='application/ld+json']"))
        self.assertEqual(data["name"], title)
        for form in FORMS:
            with self.subTest(form):
                response = self.client.get(f"/cable/63SAIGON900768.{form}")
                self.assertContains(response, title)
        cited = self.client.get("/cable/63SAIGON900768/cite/").content.decode()
        self.assertIn(title, cited)
        self.assertContains(self.client.get("/cite/?c=63SAIGON900768&style=apa"), title)
        self.assertContains(self.client.get("/origin/embassy-saigon.atom"), title)
        for part in ("par1/", "par1--par2/", "references/", "history/"):
            with self.subTest(part):
                tree = html.fromstring(self.client.get(f"/cable/63SAIGON900768/{part}").content)
                self.assertIn(title, tree.findtext(".//title"))

    def test_nothing_said_of_a_cable_is_empty_whatever_is_missing(self):
        known = itertools.product(
            ("HARBOR FEES", ""),
            ("63SAIGON9{:05}", "FRUS1961-63V98-D9{:04}"),
            ("SECRET", ""),
            ("1. Ships complained.", ""),
            ("minute", "month", "year"),
        )
        for made, (subject, number, classification, body, precision) in enumerate(some(known, 5)):
            told = {"subject": subject, "classification": classification, "body": body}
            told |= {"created_precision": precision, "created": SENT, "header": ""}
            cable = make_cable(number.format(made), origin="Embassy Saigon", **told)
            with self.subTest(cable.reference, **told):
                tree = html.fromstring(self.client.get(cable.get_absolute_url()).content)
                texts = [text for name in SAYING for text in said(tree, name)]
                self.assertEqual(len(texts), len(SAYING))
                for text in [*texts, tree.findtext(".//title")]:
                    self.assertNotRegex(text, EMPTY)
                if precision != "minute":
                    self.assertNotIn("23 October", texts[3])


def said(tree, name):
    """Return what the elements of a page's head say under a name."""
    return [
        meta.get("content")
        for meta in tree.iter("meta")
        if name in (meta.get("name"), meta.get("property"))
    ]


class MachineDateTests(TestCase):
    def test_a_time_of_a_volume_is_in_utc_only_if_its_zone_is_printed(self):
        for edition, precision, written in (
            ({}, "minute", "1963-10-03T09:05Z"),
            ({"date": "October 3, 1963, 9 a.m."}, "minute", "1963-10-03T09:05Z"),
            ({"volume": "frus1"}, "day", "1963-10-03"),
            ({"volume": "frus1", "date": "Lima, October 3, 1963, 9 a.m."}, "hour")
            + ("1963-10-03T09:00",),
            ({"volume": "frus1", "date": "Lima, October 3, 1963, 0905Z"}, "minute")
            + ("1963-10-03T09:05Z",),
            ({"volume": "frus1", "heading": "Telegram 030905Z to Lima"}, "minute")
            + ("1963-10-03T09:05Z",),
        ):
            with self.subTest(edition, precision=precision):
                created = datetime(1963, 10, 3, 9, 5, tzinfo=UTC)
                facts = {"edition": edition}
                cable = SimpleNamespace(created=created, created_precision=precision, facts=facts)
                self.assertEqual(machine_date(cable), written)
