"""Folders that tests read."""

from pathlib import Path

PROJECT = Path(__file__).parent.parent
DATA = PROJECT / "tests" / "data"
