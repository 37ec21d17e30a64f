"""Lists of OAI-PMH: spans of datestamps, portions with changes in between, what dates a record."""

from unittest.mock import patch

from cables.api.oai_pmh import harvest_answers
from cables.models import Cable, ChangedCable, HarvestRecord, Origin, Tag
from tests.api.oai_pmh.harvesting import HarvestTestCase, age_records, ask, commit
from tests.builders import forget_counts, make_cable, make_cables, withhold

LISTED = {"verb": "ListRecords", "metadataPrefix": "oai_dc"}


class SpanTests(HarvestTestCase):
    @classmethod
    def setUpTestData(cls):
        make_cables([f"06BERLIN90000{number}" for number in range(3)])
        commit()
        for number, moment in enumerate(("11-27T23:59:59.9", "11-28T00:00:00", "11-28T00:00:00.5")):
            HarvestRecord.objects.filter(reference=f"06BERLIN90000{number}").update(
                datestamp=f"2026-{moment}+00:00"
            )

    def test_both_ends_are_included_to_the_second(self):
        for first, until, found in (
            ("", "", "012"),
            ("2026-11-28", "", "12"),
            ("", "2026-11-27", "0"),
            ("2026-11-27", "2026-11-28", "012"),
            ("2026-11-28T00:00:00Z", "2026-11-28T00:00:00Z", "12"),
            ("", "2026-11-27T23:59:59Z", "0"),
            ("2026-11-28T00:00:01Z", "", ""),
            ("0001-01-01", "9999-12-31", "012"),
            ("", "9999-12-31T23:59:59Z", "012"),
            ("9999-12-31", "", ""),
        ):
            span = {"from": first, "until": until}
            pairs = [(name, value) for name, value in span.items() if value]
            with self.subTest(span):
                references = ask(self.client, *LISTED.items(), *pairs).references
                self.assertEqual("".join(each[-1] for each in references), found)


class TokenTests(HarvestTestCase):
    """Lists in portions, with changes in between."""

    @classmethod
    def setUpTestData(cls):
        cls.cables = make_cables([f"06BERLIN9000{number}" for number in range(10, 35)])
        commit()
        age_records(hours=1)

    def setUp(self):
        forget_counts()
        self.enterContext(patch.object(harvest_answers, "PORTION", 10))

    def follow(self, answer):
        return ask(self.client, verb="ListRecords", resumptionToken=answer.token)

    def test_a_list_in_portions(self):
        first = ask(self.client, **LISTED)
        second = self.follow(first)
        third = self.follow(second)
        sizes = [len(each.references) for each in (first, second, third)]
        self.assertEqual(sizes, [10, 10, 5])
        given = first.references + second.references + third.references
        self.assertEqual(given, sorted(cable.reference for cable in self.cables))
        for answer, cursor in ((first, "0"), (second, "10"), (third, "20")):
            self.assertEqual(answer.xpath("//o:resumptionToken/@cursor"), [cursor])
            self.assertEqual(answer.xpath("//o:resumptionToken/@completeListSize"), ["25"])
        self.assertEqual(third.token, "")

    def test_the_size_of_a_list_where_it_costs_nothing(self):
        withhold(self.cables[0])
        commit()
        forget_counts()
        for arguments, size in (
            ({}, ["25"]),
            ({"from": "2020-01-01"}, ["25"]),
            ({"set": "origin"}, ["25"]),
            ({"set": "origin:embassy-berlin"}, ["25"]),
            ({"set": "origin:embassy-berlin", "from": "2020-01-01"}, []),
        ):
            with self.subTest(arguments):
                answer = ask(self.client, *LISTED.items(), *arguments.items())
                self.assertEqual(answer.xpath("//o:resumptionToken/@completeListSize"), size)

    def test_a_token_gives_the_same_portion_again(self):
        first = ask(self.client, **LISTED)
        self.assertEqual(self.follow(first).references, self.follow(first).references)

    def test_a_short_list_has_no_token(self):
        with patch.object(harvest_answers, "PORTION", 25):
            self.assertEqual(ask(self.client, **LISTED).xpath("//o:resumptionToken"), [])

    def test_changes_lose_and_double_no_record_that_did_not_change(self):
        first = ask(self.client, **LISTED)
        withhold(self.cables[0])  # Sent already.
        withhold(self.cables[15])  # Not yet.
        Cable.objects.filter(pk=self.cables[16].pk).update(subject="NEW")
        make_cable("06ROME900001", origin="Embassy Rome")
        commit()
        forget_counts()
        second = self.follow(first)
        third = self.follow(second)
        given = first.references + second.references + third.references
        changed = {"-06BERLIN900010", "-06BERLIN900025", "06BERLIN900026", "06ROME900001"}
        self.assertEqual(given[-4:], sorted(changed, key=lambda each: each.strip("-")))
        same = [cable.reference for cable in self.cables[1:15] + self.cables[17:]]
        self.assertEqual(sorted(given[:-4]), sorted([*same, "06BERLIN900010"]))

    def test_a_set_with_the_longest_name_goes_on_too(self):
        Cable.objects.all().delete()  # Deleted records are in every set.
        commit()
        name = f"tag:{'~F0~9F~98~80' * 200}"
        first = ask(self.client, **LISTED, set=name)
        self.assertEqual(len(first.references), 10)
        self.assertEqual(len(self.follow(first).references), 10)

    def test_a_token_is_of_one_list(self):
        token = ask(self.client, **LISTED).token
        for verb, changed in (
            ("ListIdentifiers", token),
            ("ListSets", token),
            ("ListRecords", token[:-1] + ("A" if token[-1] != "A" else "B")),
            ("ListRecords", "x" + token),
        ):
            answer = ask(self.client, verb=verb, resumptionToken=changed)
            self.assertEqual(answer.errors, ["badResumptionToken"])
        answer = ask(self.client, verb="ListRecords", resumptionToken=token, set="origin")
        self.assertEqual(answer.errors, ["badArgument"])

    def test_a_list_all_of_whose_rest_changed_ends(self):
        until = f"{HarvestRecord.objects.first().datestamp:%Y-%m-%dT%H:%M:%SZ}"
        first = ask(self.client, **LISTED, until=until)
        Cable.objects.update(subject="NEW")
        commit()
        self.assertEqual(self.follow(first).errors, ["noRecordsMatch"])

    def test_the_sets_in_portions(self):
        with patch.object(harvest_answers, "SETS", 2):
            first = ask(self.client, verb="ListSets")
            second = ask(self.client, verb="ListSets", resumptionToken=first.token)
        specs = first.xpath("//o:setSpec/text()") + second.xpath("//o:setSpec/text()")
        self.assertEqual(specs, ["collection", "origin", "origin:embassy-berlin", "tag"])
        self.assertEqual(second.token, "")


class RenamedTests(HarvestTestCase):
    """Names that are in records: another one changes them, and nothing else."""

    def test_records_with_another_name_are_dated(self):
        make_cables([f"06BERLIN90000{number}" for number in range(5)])
        make_cable("06ROME900001", origin="Embassy Rome", tags=["EFIS", "PREL"])
        withhold(make_cable("06ROME900002", origin="Embassy Rome", tags=["EFIS"]))
        Tag.objects.get_or_create(code="EFIS", kind="subject")
        rome = Origin.objects.filter(pk=Origin.objects.get(name="Embassy Rome").pk)
        fish = Tag.objects.filter(code="EFIS")
        commit()
        for rows, change, dated in (
            (rome, {"name": "Embassy in Rome"}, {"06ROME900001"}),
            (rome, {"slug": "in-rome"}, {"06ROME900001"}),
            (rome, {"city": "Rome"}, set()),
            (fish, {"label": "Fisheries"}, {"06ROME900001"}),
            (fish, {"label": "Fisheries"}, set()),
            (fish, {"merged_into": ["PREL"]}, set()),
        ):
            with self.subTest(change):
                age_records(hours=1)
                before = HarvestRecord.objects.latest("datestamp").datestamp
                followed = ChangedCable.objects.count()
                self.assertEqual(rows.update(**change), 1)
                commit()
                records = HarvestRecord.objects.filter(datestamp__gt=before)
                self.assertEqual({record.reference for record in records}, dated)
                self.assertEqual(ChangedCable.objects.count(), followed)  # No work for searches.
