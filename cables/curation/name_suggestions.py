"""Words that may be names of persons, for curators to look at. No list is complete.

They stand behind a title, alone in the last line of a paragraph, or are rare and in no
dictionary; a model of spaCy, if one is installed (NAME_MODEL), finds others.
"""

import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from functools import cache, partial

from django.conf import settings
from django.utils.module_loading import import_string

from ..names.archive_matches import PatternFinder
from ..names.near_miss_rules import is_in_dictionary
from ..search.query_parts import STOP_WORDS
from ..telegram.redact_phrases import Span, fold

TITLES = (
    "mr|mrs|ms|miss|dr|prof|professor|gen|general|col|colonel|lt|maj|major|capt|captain|sgt|adm|"
    "admiral|amb|ambassador|minister|president|senator|deputy|governor|mayor|judge|sheikh|sheik|"
    "prince|princess|king|bishop|father|rev|imam|sr|sra|senhor|herr|frau|signor|monsieur"
)
WORD = r"[^\W\d_][\w'-]{1,30}"
TITLED = re.compile(rf"(?i)\b(?:{TITLES})\b\.?\s{{1,3}}(?P<name>{WORD}(?:\s{{1,3}}{WORD}){{0,3}})")
SIGNATURE = re.compile(r"(?:\A|\n)[ \t]*(?P<name>[A-Z][A-Z'-]{2,24})[ \t.]*\Z")
RARE = re.compile(r"(?<![\w'-])[^\W\d_]{4,30}(?![\w'-])")
FEW = 5  # A word in at most so many cables is rare.


@dataclass(frozen=True, slots=True)
class NameSuggestion:
    name: str
    label: str
    finds: str


SUGGESTIONS = {
    each.name: each
    for each in (
        NameSuggestion("titled", "Names behind a title", "Mr. Silva, General Costa Lima"),
        NameSuggestion(
            "signature", "Signature lines", "a word in capitals, alone in a paragraph's last line"
        ),
        NameSuggestion(
            "rare", "Rare words", f"in no English dictionary and in at most {FEW} cables"
        ),
        NameSuggestion("model", "A model of names", "persons that the installed model recognizes"),
    )
}


def finders_of(names: Collection[str], frequent: Collection[str]) -> dict[str, PatternFinder]:
    """Return the finders of some suggestions; `frequent` are words in more than FEW cables."""
    finders: dict[str, PatternFinder] = {
        "titled": _titled,
        "signature": _signatures,
        "rare": partial(_rare_words, frequent),
    }
    if settings.NAME_MODEL and "model" in names:
        finders["model"] = _found_by_model
    return {name: find for name, find in finders.items() if name in names}


def _titled(text: str, country: str) -> Iterator[Span]:
    """Yield names behind a title: one word, and others in capitals behind it.

    Where all words are in capitals, only those that no dictionary has are taken.
    """
    for match in TITLED.finditer(text):
        words = list(re.finditer(WORD, match["name"]))
        if not words[0][0][0].isupper() or words[0][0].lower() in STOP_WORDS:
            continue
        end = words[0].end()
        for word in words[1:]:
            is_name = not word[0].isupper() or not is_in_dictionary(word[0])
            if not word[0][0].isupper() or not is_name:
                break
            end = word.end()
        yield match.start("name"), match.start("name") + end


def _signatures(text: str, country: str) -> Iterator[Span]:
    match = SIGNATURE.search(text)
    if match and not is_in_dictionary(match["name"]):
        yield match.span("name")


def _rare_words(frequent: Collection[str], text: str, country: str) -> Iterator[Span]:
    for match in RARE.finditer(text):
        word = fold(match[0])[0]
        if word not in frequent and not is_in_dictionary(word):
            yield match.span()


def _found_by_model(text: str, country: str) -> Iterator[Span]:
    for entity in _model()(text).ents:
        if entity.label_ in ("PERSON", "PER"):
            yield entity.start_char, entity.end_char


@cache
def _model() -> Callable:
    """Return the model of spaCy that NAME_MODEL names."""
    model: Callable = import_string("spacy.load")(settings.NAME_MODEL)
    return model
