"""The notebooks in the docs run with the data set of the invented cables, as a reader runs them."""

import os
import tempfile
from io import StringIO
from pathlib import Path
from unittest.mock import patch

import nbformat
from nbclient import NotebookClient

from cables.management.commands.serve import load_specimens
from cables.models import Cable
from tests.base import TestCase
from tests.paths import PROJECT
from tests.slow import slow
from tests.waiting import PATIENCE
from tests.working import run_command

NOTEBOOK = PROJECT / "docs/notebooks/cables_and_references.ipynb"


@slow("no notebook run")
class NotebookTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        load_specimens(stdout=StringIO())

    def test_it_runs_and_its_tables_agree_with_the_archive(self):
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "cables.parquet"
            run_command("export", "parquet", file)
            notebook = nbformat.read(NOTEBOOK, as_version=4)
            with patch.dict(os.environ, CABLES_PARQUET=str(file)):
                NotebookClient(notebook, timeout=PATIENCE, kernel_name="python3").execute()
        tables = [self.output(cell) for cell in notebook.cells if cell.cell_type == "code"]
        cables = Cable.objects.published()
        self.assertIn(f" {cables.count()} ", tables[0])
        first = cables.listed("created").first()
        self.assertIn(f" {first.created.year} ", tables[1])
        citing = cables.with_references().count()
        self.assertIn(f" {citing} ", tables[3])
        most_cited = tables[4].splitlines()[5].split("│")[1].strip()
        self.assertTrue(cables.filter(reference=most_cited).exists())
        self.assertIn(most_cited, tables[5])
        self.assertIn("/par", tables[6])

    def output(self, cell) -> str:
        """Return what a cell shows as text."""
        shown = [each.data["text/plain"] for each in cell.outputs if "data" in each]
        return "\n".join(shown)

    def test_it_is_stored_without_outputs(self):
        for cell in nbformat.read(NOTEBOOK, as_version=4).cells:
            self.assertFalse(cell.get("outputs"))
