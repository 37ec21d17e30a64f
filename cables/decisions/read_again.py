"""Read the stored texts of cables again by today's rules."""

from ..curation.reread_texts import reread_cables, reread_differences
from ..models import Cable, Change, State
from ..models.planner_statistics import renew_list_statistics
from ..publication.document_frequencies import WordCount
from ..publication.origins_and_tags import Places
from .batch_kinds import PUBLISHED_ONLY, BatchKind, BatchResult, NotApplicable
from .correct import in_one_line
from .forms import ReasonForm

# Columns of a cable that samples show by their values; of others only the name.
SHOWN = ("subject", "classification", "tags", "cites", "captions", "marks")


class Reread(BatchKind):
    """Parse stored texts again. There is no undo: the same text and rules give the same facts."""

    rank = 80
    name, title, right = "reread", "Read again from their sources", "correct_cable"
    action, button, done = "Read the selected cables again", "Read again", "read again"
    explanation = (
        "What is derived from their stored texts (tags, references, titles and other facts) is "
        "parsed again by today's rules. Texts and paragraph numbers stay, and so do "
        "corrections and redactions. There is no undo: the same text and rules give the same "
        "facts."
    )
    form, has_undo = ReasonForm, False

    def excluded(self) -> NotApplicable:
        return PUBLISHED_ONLY

    def sample(self, cable: Cable) -> tuple[str, str]:
        before, after = [], []
        for name, (old, new) in reread_differences(cable).items():
            label, is_shown = name.replace("_", " "), name in SHOWN
            before.append(f"{label}: {in_one_line(old) if is_shown else '…'}")
            after.append(f"{label}: {in_one_line(new) if is_shown else 'as read today'}")
        return "; ".join(before) or "As today's rules read it", "; ".join(after) or "The same"

    def apply(self, keys: list[int]) -> BatchResult:
        words = WordCount()
        changed = reread_cables(keys, Places(), words)
        if changed:
            words.merge()
            change = {"action": "read again", "reason": self.reason, "by": self.by}
            Change.objects.bulk_create(Change(cable_id=key, **change) for key in changed)
            State.advance()
            renew_list_statistics()
        same = dict.fromkeys(set(keys) - set(changed), "Today's rules find the same in it.")
        return BatchResult({key: {} for key in changed}, same)
