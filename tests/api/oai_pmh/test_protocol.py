"""Every verb and every error of OAI-PMH 2.0, by GET and POST; each answer is valid XML of it."""

from datetime import date
from unittest.mock import patch

from django.test import override_settings

from cables.api.oai_pmh import harvest_request
from cables.citations.source import ARCHIVE
from cables.loader import load
from cables.loader.specimen_collections import FOLDER as SPECIMENS
from cables.models import Cable, HarvestRecord, Tag
from tests.api.oai_pmh.harvesting import HOST, Answer, HarvestTestCase, ask, commit
from tests.builders import forget_counts, make_cable, withhold

NO_PREFIX = {"verb": "ListRecords"}
LISTED = NO_PREFIX | {"metadataPrefix": "oai_dc"}
LISBON = "oai:archive.example:06LISBON900412"
# (arguments, code of the error)
ERRORS = [
    ({}, "badVerb"),
    ({"verb": ""}, "badVerb"),
    ({"verb": "Nothing"}, "badVerb"),
    ({"verb": "identify"}, "badVerb"),
    ({"verb": "Identify", "set": "origin"}, "badArgument"),
    ({"verb": "Identify", "resumptionToken": "x"}, "badArgument"),
    ({"verb": "GetRecord", "metadataPrefix": "oai_dc"}, "badArgument"),
    ({"verb": "GetRecord", "identifier": LISBON}, "badArgument"),
    (NO_PREFIX, "badArgument"),
    (LISTED | {"metadataPrefix": "a b"}, "badArgument"),
    (LISTED | {"set": "origin:"}, "badArgument"),
    (LISTED | {"set": "tag:UNGA/C-6"}, "badArgument"),
    (LISTED | {"set": f"tag:{'A' * 3_000}"}, "badArgument"),
    (LISTED | {"limit": "5"}, "badArgument"),
    (LISTED | {"resumptionToken": "x"}, "badArgument"),
    (LISTED | {"from": "junk"}, "badArgument"),
    (LISTED | {"from": "2026-02-30"}, "badArgument"),
    (LISTED | {"from": "2026-11-28T05:30Z"}, "badArgument"),
    (LISTED | {"from": "2026-11-28T05:30:00"}, "badArgument"),
    (LISTED | {"from": "2026-01-01", "until": "2026-11-28T05:30:00Z"}, "badArgument"),
    (LISTED | {"from": "2026-01-02", "until": "2026-01-01"}, "badArgument"),
    (LISTED | {"until": "1900-01-01"}, "noRecordsMatch"),
    (LISTED | {"from": "2999-01-01T00:00:00Z"}, "noRecordsMatch"),
    (LISTED | {"set": "nothing"}, "noRecordsMatch"),
    (LISTED | {"set": "nothing:at:all"}, "noRecordsMatch"),
    (LISTED | {"set": "origin:embassy-nowhere"}, "noRecordsMatch"),
    (LISTED | {"set": "tag:~FF"}, "noRecordsMatch"),
    (LISTED | {"metadataPrefix": "marc21"}, "cannotDisseminateFormat"),
    (
        {"verb": "GetRecord", "identifier": LISBON, "metadataPrefix": "marc21"},
        "cannotDisseminateFormat",
    ),
    *(
        ({"verb": verb, "identifier": name, **more}, "idDoesNotExist")
        for verb, more in (("GetRecord", {"metadataPrefix": "oai_dc"}), ("ListMetadataFormats", {}))
        for name in (
            *('invalid"id', "06LISBON900412", "oai:other.example:06LISBON900412", "a b\x00c"),
            *("oai:archive.example:", "oai:archive.example:06LISBON999999", "é"),
            "oai:archive.example:06lisbon900412",
            "oai:archive.example:06LISBON%00900412",
        )
    ),
    (NO_PREFIX | {"resumptionToken": "junk"}, "badResumptionToken"),
    (NO_PREFIX | {"resumptionToken": ""}, "badResumptionToken"),
    ({"verb": "ListSets", "resumptionToken": "junk"}, "badResumptionToken"),
    ({"verb": "ListIdentifiers", "resumptionToken": "x" * 9000}, "badResumptionToken"),
]


class ProtocolTests(HarvestTestCase):
    @classmethod
    def setUpTestData(cls):
        load(SPECIMENS / "cables", released=date(2012, 3, 5))
        commit()

    def setUp(self):
        forget_counts()

    def test_errors(self):
        for arguments, code in ERRORS:
            for method in ("get", "post"):
                with self.subTest(arguments, method=method):
                    answer = ask(self.client, *arguments.items(), method=method)
                    self.assertEqual(answer.errors, [code])
                    attributes = answer.xpath("/*/o:request")[0].attrib
                    self.assertEqual(bool(attributes), code not in ("badVerb", "badArgument"))

    def test_what_messages_say(self):
        record = {"verb": "GetRecord", "metadataPrefix": "mods"}
        for arguments, sentence in (
            (LISTED | {"set": "origin:nowhere"}, "There is no set 'origin:nowhere'. ListSets has"),
            (LISTED | {"set": "nothing"}, "There is no set 'nothing'."),
            (LISTED | {"set": "origin", "until": "1900-01-01"}, "No record of this set changed"),
            (LISTED | {"until": "1900-01-01"}, "No record of this repository changed in this time"),
            (record | {"identifier": "06LISBON900412"}, "no record '06LISBON900412'."),
            (record | {"identifier": "06LISBON900412"}, f"Identifiers look like {LISBON}."),
        ):
            with self.subTest(arguments):
                answer = ask(self.client, **arguments)
                self.assertIn(sentence, answer.xpath("/*/o:error/text()")[0])

    def test_an_empty_repository_says_so(self):
        Cable.objects.all().delete()
        HarvestRecord.objects.all().delete()
        forget_counts()
        answer = ask(self.client, **LISTED)
        self.assertEqual(answer.errors, ["noRecordsMatch"])
        self.assertEqual(
            answer.xpath("/*/o:error/text()"), ["There are no records in this repository."]
        )

    def test_the_sample_of_the_scheme_is_an_identifier(self):
        answer = ask(self.client, verb="Identify")
        (scheme,) = answer.xpath("//o:description/i:oai-identifier")
        parts = {each.tag.rpartition("}")[2]: each.text for each in scheme}
        namespace, sample = parts["repositoryIdentifier"], parts["sampleIdentifier"]
        self.assertEqual((parts["scheme"], parts["delimiter"]), ("oai", ":"))
        self.assertRegex(namespace, r"^[A-Za-z][A-Za-z0-9-]*(\.[A-Za-z][A-Za-z0-9-]*)+$")
        self.assertTrue(sample.startswith(f"oai:{namespace}:"))
        answer = ask(self.client, verb="GetRecord", metadataPrefix="mods", identifier=sample)
        self.assertEqual(answer.references, ["06LISBON900412"])

    def test_an_argument_that_is_given_twice(self):
        for name in ("verb", "set"):
            pairs = [*LISTED.items(), (name, "origin"), (name, "origin")]
            code = "badVerb" if name == "verb" else "badArgument"
            self.assertEqual(ask(self.client, *pairs).errors, [code])

    def test_identify(self):
        answer = ask(self.client, verb="Identify")
        values = {
            each.tag.rpartition("}")[2]: each.text for each in answer.xpath("/*/o:Identify/*")
        }
        first = min(HarvestRecord.objects.values_list("datestamp", flat=True))
        self.assertEqual(values["baseURL"], "http://archive.example/oai")
        self.assertEqual(values["adminEmail"], "webmaster@archive.example")
        self.assertEqual(values["earliestDatestamp"], f"{first:%Y-%m-%dT%H:%M:%SZ}")
        self.assertEqual(values["deletedRecord"], "persistent")
        self.assertIn(b"<repositoryIdentifier>archive.example<", self.identify())

    def identify(self, **extra):
        return self.client.get("/oai?verb=Identify", **HOST | extra).content

    def test_what_identifies_the_site_can_be_set(self):
        for given, email in (
            ({"OAI_EMAIL": "a@b.example"}, "a@b.example"),
            ({"SUPPORT_URL": "mailto:gifts@b.example?subject=x"}, "gifts@b.example"),
            ({"REQUEST_ADDRESS": "rights@b.example"}, "rights@b.example"),
            ({"REQUEST_ADDRESS": "1 Quay, Lisbon"}, "webmaster@archive.example"),
        ):
            with self.subTest(given), override_settings(**given):
                self.assertIn(f"<adminEmail>{email}<".encode(), self.identify())
        with override_settings(OAI_NAMESPACE="old.example"):
            answer = ask(self.client, verb="ListIdentifiers", metadataPrefix="oai_dc")
            self.assertTrue(answer.xpath("//o:identifier/text()")[0].startswith("oai:old.example:"))
        local = self.identify(SERVER_NAME="localhost", SERVER_PORT="8000")
        self.assertNotIn(b"oai-identifier", local)  # The scheme needs a domain name.
        Answer(local)

    def test_formats(self):
        answer = ask(self.client, verb="ListMetadataFormats")
        self.assertEqual(answer.xpath("//o:metadataPrefix/text()"), ["oai_dc", "mods"])
        answer = ask(self.client, verb="ListMetadataFormats", identifier=LISBON)
        self.assertEqual(answer.xpath("//o:metadataPrefix/text()"), ["oai_dc", "mods"])

    def test_one_record(self):
        cable = Cable.objects.get(reference="06LISBON900412")
        for prefix, title in (("oai_dc", "//dc:title"), ("mods", "//m:mods/m:titleInfo/m:title")):
            with self.subTest(prefix):
                answer = ask(
                    self.client, verb="GetRecord", identifier=LISBON, metadataPrefix=prefix
                )
                self.assertEqual(answer.xpath("//o:identifier/text()"), [LISBON])
                self.assertEqual(answer.xpath(f"{title}/text()")[0].upper(), cable.subject)
                self.assertIn("origin:embassy-lisbon", answer.xpath("//o:setSpec/text()"))
                address = "http://archive.example/cable/06LISBON900412/"
                self.assertIn(address, answer.xpath("//dc:identifier/text() | //m:url/text()"))

    def test_every_record_is_valid_in_every_format(self):
        held = set(Cable.objects.values_list("reference", flat=True))
        for prefix in ("oai_dc", "mods"):
            for method in ("get", "post"):
                answer = ask(self.client, verb="ListRecords", metadataPrefix=prefix, method=method)
                with self.subTest(prefix, method=method):
                    self.assertEqual(set(answer.references), held)

    def test_sets(self):
        answer = ask(self.client, verb="ListSets")
        specs = answer.xpath("//o:setSpec/text()")
        self.assertEqual(len(specs), len(set(specs)))
        self.assertLess({"collection", "origin", "tag", "origin:embassy-lisbon"}, set(specs))
        everything = ask(self.client, **LISTED).references
        for spec in specs:
            answer = ask(self.client, **LISTED, set=spec)
            with self.subTest(spec):
                self.assertTrue(answer.references)
                self.assertLessEqual(set(answer.references), set(everything))
                if ":" in spec:
                    for header in answer.xpath("//o:header"):
                        sets = header.xpath("*[local-name()='setSpec']/text()")
                        self.assertIn(spec, sets)

    def test_sets_of_many_and_of_few_cables(self):
        """Both ways of looking them up give the same."""
        withhold(Cable.objects.get(reference="06LISBON900412"))
        commit()
        for spec in (
            "collection",
            "origin",
            "tag",
            "tag:PREL",
            "tag:NONE",
            "origin:embassy-lisbon",
        ):
            answers = []
            for many in (-1, 100_000):
                with patch.object(harvest_request, "MANY", many):
                    answers.append(ask(self.client, **LISTED, set=spec).references)
            with self.subTest(spec):
                self.assertEqual(*answers)
                self.assertIn("-06LISBON900412", answers[0])
                self.assertEqual(len(answers[0]) > 1, spec != "tag:NONE")

    def test_answers_are_of_their_time(self):
        """Nobody stores them, and their time is before that of the last changes."""
        response = self.client.get("/oai?verb=Identify", **HOST)
        self.assertIn("no-store", response["Cache-Control"])
        self.assertEqual(self.client.put("/oai").status_code, 405)

    def test_a_post_is_a_form_without_files(self):
        """Its arguments are in it; those in the address are none, and no file is read."""
        for kind in ("text/plain", "application/json", "multipart/form-data; boundary=x"):
            with self.subTest(kind):
                body = '--x\r\nContent-Disposition: form-data; name="verb"\r\n\r\nIdentify\r\n--x--'
                sent = self.client.post("/oai?verb=Identify", body, content_type=kind, **HOST)
                self.assertEqual(Answer(sent.content).errors, ["badVerb"])

    def test_a_session_or_a_cookie_is_neither_needed_nor_set(self):
        client = self.client_class(enforce_csrf_checks=True)
        response = client.post("/oai", {"verb": "Identify"})
        self.assertEqual((response.status_code, bool(response.cookies)), (200, False))


class RecordTests(HarvestTestCase):
    """What a record says of a cable, in both formats."""

    @classmethod
    def setUpTestData(cls):
        edition = {"kind": "memorandum", "volume": "frus1961-63v99", "volume_title": "Harbors"}
        edition |= {"number": "12", "document": "d12", "from": "the President"}
        cls.cable = make_cable(
            tags=["EFIS", "UNGA/C-6", "DOE, JANE"],
            cites=["06ROME900002"],
            partial=True,
            created_precision="month",
            facts={"edition": edition, "redacted": [{"at": "", "reason": "", "parts": []}]},
            subject="FEES \x0b <&> é",
        )
        Tag.objects.create(code="EFIS", kind="subject", label="Fisheries")
        commit()

    def test_dublin_core(self):
        answer = ask(self.client, **LISTED)
        values = {}
        for element in answer.xpath("//dc:*"):
            values.setdefault(element.tag.rpartition("}")[2], []).append(element.text)
        self.assertEqual(values["title"], ["Fees � <&> é"])
        self.assertEqual(values["creator"], ["The President"])
        self.assertEqual(values["subject"], ["Fisheries (EFIS)", "UNGA/C-6"])
        self.assertEqual(values["date"], ["2006-03"])
        self.assertEqual(values["type"], ["Text", "Memorandum"])
        self.assertEqual(values["source"], ["Harbors, Document 12"])
        self.assertEqual(values["relation"], ["06ROME900002"])
        self.assertEqual(
            values["description"],
            [
                "Classification: UNCLASSIFIED",
                *("Only a part of the text is known.", "Words are redacted."),
            ],
        )

    def test_mods(self):
        answer = ask(self.client, verb="ListRecords", metadataPrefix="mods")
        for path, values in {
            "m:subject/@displayLabel": ["EFIS"],
            "m:subject/@authority": ["local", "local"],
            "m:originInfo/m:publisher/text()": [],
            "m:recordInfo/m:recordContentSource/text()": [ARCHIVE],
            "m:subject/m:topic/text()": ["Fisheries", "UNGA/C-6"],
            "m:originInfo/m:dateCreated/text()": ["2006-03"],
            "m:relatedItem[@type='host']/m:titleInfo/m:title/text()": ["Harbors"],
            "m:relatedItem[@type='references']/m:identifier/text()": ["06ROME900002"],
            "m:note[@type='classification']/text()": ["UNCLASSIFIED"],
            "m:identifier/text()": ["06BERLIN900001"],
        }.items():
            with self.subTest(path):
                self.assertEqual(answer.xpath(f"//m:mods/{path}"), values)

    def test_tags_with_signs_that_no_set_may_have(self):
        answer = ask(self.client, **LISTED, set="tag:UNGA~2FC-6")
        self.assertEqual(answer.references, ["06BERLIN900001"])
        self.assertIn("tag:UNGA~2FC-6", answer.xpath("//o:setSpec/text()"))
        self.assertNotIn("DOE", str(answer.xpath("//text()")))
