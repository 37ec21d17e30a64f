"""Entries of a list of persons that only refer to another: "Maro, see Rell, Maro" (F-12)."""

import re
from collections import defaultdict
from collections.abc import Mapping

from ...telegram.cities import fold
from .explained_names import part_name

SEE = re.compile(r"see (?!also )(?P<name>[^.;]+?)\.?")


def referred(meanings: Mapping[str, tuple[str, str]]) -> dict[str, str]:
    """Return {key of an entry that only refers to another: the key of that other}, if one fits.

    A surname alone is enough if one person has it. `meanings` are {key: (word, meaning)} of the
    lists of a volume.
    """
    named: dict[frozenset[str], list[str]] = defaultdict(list)
    surnamed: dict[frozenset[str], list[str]] = defaultdict(list)
    to = {key: SEE.fullmatch(meaning) for key, (_, meaning) in meanings.items()}
    for key, (name, _) in meanings.items():
        if not to[key]:
            surname, forenames = part_name(name)
            named[_words(name if forenames else surname)].append(key)
            surnamed[_words(surname)].append(key)
    found: dict[str, str] = {}
    for key, match in to.items():
        words = _words(match["name"]) if match else frozenset()
        fitting = named.get(words) or surnamed.get(words, [])
        if len(fitting) == 1:
            found[key] = fitting[0]
    return found


def _words(name: str) -> frozenset[str]:
    return frozenset(fold(word) for word in re.findall(r"\w+", name))
