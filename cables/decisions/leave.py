"""Leave all matters of a rule as they are."""

from collections.abc import Iterable, Mapping
from typing import Any

from ..curation.matter_decisions import leave_matters, matter_tokens, take_back_matters
from .batch_kinds import BatchKind, BatchResult, Why


class Leave(BatchKind):
    """Leave matters of any number of cables; the work list of their rule decides it."""

    name, title, right = "leave", "Leave matters as they are", "add_left"
    is_logged_whole, is_typed = True, False

    def in_words(self) -> str:
        title, within = self.parameters["title"], self.parameters["within"]
        return f"{title}{', ' if within else ''}{within}"

    def tokens(self, keys: Iterable[int]) -> dict[int, str]:
        return matter_tokens(self.decision, keys)

    def apply(self, keys: list[int]) -> BatchResult:
        left = leave_matters(self.decision, keys)
        gone = dict.fromkeys(set(keys) - left, "Somebody repaired or left it meanwhile.")
        return BatchResult({key: {} for key in left}, gone)

    def undo(self, rows: Mapping[int, dict[str, Any]]) -> Why:
        kept = rows.keys() - take_back_matters(self.decision, rows)
        return dict.fromkeys(kept, "Somebody took it back meanwhile.")
