"""What is stored of a cable beside its text has only keys that are declared, with JSON values."""

import json
from collections import defaultdict
from unittest import TestCase

from cables.loader.specimen_collections import COLLECTIONS, FOLDER
from cables.publication.row_values import copy_facts
from cables.sources import ParsedCable, files_of, reader_for
from cables.sources.parsed_cable import parsed
from cables.telegram.fact_types import CopyFacts, EditionFacts, EditorNote, TelegramFacts
from cables.views.cable_pages.printed_edition_panel import LABELS


def keys_of(declared):
    return set(declared.__annotations__)


# Keys that no specimen happens to have.
RARE = {
    *("cancelled", "dated_beside", "draft", "drafter", "indexed", "links", "opener", "pdf"),
    *(
        *("printed_origin", "row", "repeated", "row_links", "second_reference", "source_links"),
        *("summary", "to_line", "type"),
    ),
}


OF_SOURCE_NOTES = {"sent"}  # What the panel reads from the source note.


class SpecimenTests(TestCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.values = defaultdict(list)  # {declared class: values that the readers give}
        files = [
            file for folder, _, _ in COLLECTIONS.values() for file in files_of(FOLDER / folder)
        ]
        for file in files:
            for record in parsed(reader_for(file).read(file)):
                if isinstance(record, ParsedCable):
                    cls.values[TelegramFacts].append(record.facts)
                    cls.values[EditionFacts].append(record.edition)
                    cls.values[EditorNote] += record.edition.get("notes", [])
                    cls.values[CopyFacts].append(copy_facts(record))

    def test_each_key_that_a_reader_writes_is_declared(self):
        for declared, values in self.values.items():
            with self.subTest(declared.__name__):
                self.assertLessEqual({key for value in values for key in value}, keys_of(declared))

    def test_each_key_that_is_declared_is_written_by_a_reader(self):
        for declared, values in self.values.items():
            with self.subTest(declared.__name__):
                self.assertLessEqual(
                    keys_of(declared) - {key for value in values for key in value}, RARE
                )

    def test_what_is_read_from_the_database_is_what_was_written(self):
        for declared, values in self.values.items():
            for value in values:
                with self.subTest(declared.__name__):
                    self.assertEqual(json.loads(json.dumps(value)), value)

    def test_the_panel_of_an_edition_has_rows_of_declared_keys(self):
        self.assertLessEqual(set(LABELS) - OF_SOURCE_NOTES, keys_of(EditionFacts))
