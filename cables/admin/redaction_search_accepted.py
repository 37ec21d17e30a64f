"""What a redaction over the archive would hide: the accepted matches, by name and words."""

from dataclasses import dataclass, field

from ..models import RedactionSearch
from ..models.desk_searches import RedactionMatchQuerySet
from .redaction_search_review import label_of

FIELDS = ("phrase", "form", "key", "longer", "default_longer", "count", "cable")


@dataclass(slots=True)
class AcceptedWords:
    """Words that are hidden for a name: a form, or longer phrases at some of its places."""

    words: list[str]
    is_longer: bool
    cables: int = 0  # A form has one match in each of them.
    places: int = 0  # Of the form; longer phrases hide some of them, or all.


@dataclass(slots=True)
class AcceptedName:
    """A name that was looked for, or a kind of numbers, with its accepted matches."""

    label: str
    words: list[AcceptedWords] = field(default_factory=list)
    cables: set[int] = field(default_factory=set)  # Primary keys.

    @property
    def matches(self) -> int:
        return sum(each.cables for each in self.words)


def accepted_by_name(
    search: RedactionSearch, matches: RedactionMatchQuerySet
) -> list[AcceptedName]:
    """Return all that was looked for, with those of some accepted matches that belong to it."""
    labels = {name: name for name in search.phrases}
    labels |= {pattern: label_of(pattern) for pattern in search.patterns}
    names = {name: AcceptedName(label) for name, label in labels.items()}
    known: dict[tuple[str, ...], AcceptedWords] = {}
    rows = matches.order_by("phrase", "kind", "pk").values_list(*FIELDS)
    for phrase, form, key, longer, default_longer, count, cable in rows:
        name = names.setdefault(phrase, AcceptedName(label_of(phrase)))
        longer = longer or default_longer
        words = known.get((phrase, key, *longer))
        if words is None:
            words = known[phrase, key, *longer] = AcceptedWords(longer or [form], bool(longer))
            name.words.append(words)
        words.cables += 1
        words.places += count
        name.cables.add(cable)
    return list(names.values())
