"""The documents of a volume as printed, and where its cross references lead."""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import cached_property, lru_cache
from string import ascii_letters
from typing import NamedTuple
from urllib.parse import quote, urlencode

from django.urls import reverse

from ...glossary.entries import bare
from ...models import Cable, Erased, Marking, VolumePage
from ...models.querysets import READER
from ...search.list_counts import ListCounts
from ...sources.frus import ADDRESS
from ...sources.frus.document_names import published_name
from ...telegram.fact_types import EditionFacts
from ...telegram.references import DOCUMENT, canonical_reference, find_reference
from ...telegram.volume_citations import VolumeCitation, find_volume_citation

# Of a reference: the volume, and the part of it.
TARGET = re.compile(r"(?P<volume>frus[\w.-]{1,60})?(?:#(?P<part>[\w.-]{1,60}))?")
ENTRY = re.compile(r"[pt]_\w+")  # The key of a person or a term.
WORD = re.compile(r"[^,;:]{0,20}(?=[,;:])|\S*")  # At the start of an entry.
OFFICIAL = re.compile(r"https?://(?P<rest>(?:static\.)?history\.state\.gov/[^\s\"<>]*)")
NAMES = ("name", "title", "keys")
SITE = "https://history.state.gov/historicaldocuments"
# In the name of a volume, without capitals: "frus1961-63v10-12msupp" is frus1961-63v10-12mSupp.
CAPITALIZED = re.compile(r"(?<=\d)(m?)(?!app\d)([a-z]{4,})")
FRAGMENT = 5  # Words at each end of a quotation, by which a browser finds it on a page.
ID = re.compile(r"d(\d+)[a-z]?", re.IGNORECASE)
MOST_CITED = 40  # Of one citation.
MOST_DOCUMENTS = 3_000  # Of a volume; the largest has half as many.


class PrintedDocument(NamedTuple):
    reference: str
    number: str  # As printed: "12".
    document: str = ""  # Its id: "d12".
    pages: tuple[str, ...] = ()  # The first and the last page of the volume that print it.

    @property
    def address(self) -> str:
        return reverse("cable", args=[self.reference])

    def is_cited(self, cited: VolumeCitation) -> bool:
        """Whether a citation of its volume names its number, or a page that prints it."""
        named, ends = ID.fullmatch(self.document), [int(n) for n in self.pages if n.isdecimal()]
        printed = any(ends[0] <= page <= ends[-1] for page in cited.pages if ends)
        return printed or bool(named and int(named[1]) in cited.documents)


def documents_beside(
    reference: str, edition: EditionFacts, counts: ListCounts
) -> tuple[PrintedDocument | None, PrintedDocument | None]:
    """Return the published documents before and after one in its volume, None where it ends."""
    documents = [None, *documents_in(edition["volume"], counts), None]
    at = next((n for n, each in enumerate(documents) if each and each.reference == reference), 0)
    return (documents[at - 1], documents[at + 1]) if at else (None, None)


@lru_cache(maxsize=16)
def documents_in(volume: str, counts: ListCounts) -> list[PrintedDocument]:
    """Return the published documents of a volume, as printed."""
    kept = counts.kept(f"printed-pages-{volume}", lambda: _documents_of(volume))
    return [PrintedDocument(*each) for each in kept]


def documents_cited(text: str, counts: ListCounts) -> list[PrintedDocument]:
    """Return the published documents that a text cites by volume and number or page."""
    return documents_named(find_volume_citation(text), counts)


def reference_named(text: str, cited: Sequence[PrintedDocument]) -> str:
    """Return the canonical reference that a text names; `cited` are its `documents_cited`.

    Raises ValueError if it names none, or several documents.
    """
    if len(cited) > 1:
        raise ValueError(", ".join(each.reference for each in cited))
    named = cited[0].reference if cited else find_reference(text)
    return named or canonical_reference(text, any_year=True)


def documents_named(cited: VolumeCitation | None, counts: ListCounts) -> list[PrintedDocument]:
    """Return the published documents that a citation of a volume names."""
    volumes = cited.among(counts.volumes) if cited else ()
    found = (each for volume in volumes for each in documents_in(volume, counts))
    return [each for each in found if cited and each.is_cited(cited)][:MOST_CITED]


def address_cited(text: str, counts: ListCounts) -> str:
    """Return the address of the document that a text cites by volume, or of a list of several.

    It is that of a volume if the text is nothing but its name; "" if it cites nothing here.
    """
    if found := documents_cited(text, counts):
        words = {"q": " or ".join(each.reference for each in found), "sort": "reference"}
        several = f"{reverse('search')}?{urlencode(words)}"
        return found[0].address if len(found) == 1 else several
    cited = find_volume_citation(text)
    volumes = cited.among(counts.volumes) if cited and cited.is_whole else []
    return reverse("volume", args=volumes) if len(volumes) == 1 else ""


def missing_from(volume: str, counts: ListCounts) -> list[tuple[int, str]]:
    """Return (number, name here) of the documents up to the last one here that are not published.

    Numbers are those of their ids: d12 is 12.
    """
    numbers = _numbers_in(volume, counts)
    last = min(max(numbers, default=0), MOST_DOCUMENTS)
    absent = (number for number in range(1, last) if number not in numbers)
    return [(number, published_name(volume, f"d{number}")) for number in absent]


def _numbers_in(volume: str, counts: ListCounts) -> set[int]:
    """Return the numbers in the ids of its published documents."""
    ids = (ID.fullmatch(each.document) for each in documents_in(volume, counts))
    return {int(match[1]) for match in ids if match}


def _documents_of(volume: str) -> list[tuple[str, str, str, list[str]]]:
    rows = Marking.objects.published_under(f"volume:{volume}"[:100]).in_printed_order()
    own = [f"cable__facts__edition__{name}" for name in ("number", "page_span")]
    columns = rows.values_list("reference", "shown", "document", *own)
    return [
        (reference, number or "", document or "", pages or [])
        if shown == volume
        else (reference, (document or "")[1:], document or "", [])
        for reference, shown, document, number, pages in columns
    ]


def _keys_of(volume: str) -> dict[str, list[str]]:
    """Return {reference: keys of the entries for which the volume's index names the document}."""
    rows = Marking.objects.published_under(f"volume:{volume}"[:100])
    rows = rows.filter(cable__facts__edition__volume=volume)
    keys = rows.values_list("reference", "cable__facts__edition__indexed")
    return {reference: indexed for reference, indexed in keys if indexed}


class VolumeLinks:
    """The links in one volume. What it needs to know of a volume is cached for each state."""

    def __init__(self, volume: str, counts: ListCounts):
        self.volume, self.counts = volume, counts

    def address(self, target: str) -> str:
        """Return the address of a target as PrintedLink has it, "" if it is none that is known."""
        if official := OFFICIAL.fullmatch(target):
            return f"https://{official['rest']}"
        match = TARGET.fullmatch(target)
        if not match or not target:
            return ""
        volume, part = match["volume"] or self.volume, match["part"] or ""
        links = links_in(volume, self.counts)
        return links._person(part) or links._held(part) or links.official(part)

    def entry_address(self, key: str) -> str:
        """Return the address of an entry in its list in the volume, "" if it is not held."""
        page = self.entries.get(key)
        return f"{reverse('chapter', args=[self.volume, page])}#{key}" if page else ""

    @property
    def is_held(self) -> bool:
        return self.volume in self.counts.volumes

    @cached_property
    def pages(self) -> dict[str, tuple[str, list[str]]]:
        """{name: (title, keys of entries)} of the pages before its documents, in order."""
        rows = VolumePage.objects.using(READER).filter(volume=self.volume).order_by("position")
        return self.counts.kept(
            f"pages-{self.volume}",
            lambda: {name: (title, keys) for name, title, keys in rows.values_list(*NAMES)},
        )

    @cached_property
    def entries(self) -> dict[str, str]:
        """{key of an entry: the first of these pages that has it}."""
        pages = reversed(self.pages.items())
        return {key: name for name, (_, keys) in pages for key in keys}

    @cached_property
    def terms(self) -> frozenset[str]:
        """The abbreviations in its list of terms, as printed_terms.bare() returns them."""
        rows = VolumePage.objects.using(READER).filter(volume=self.volume)
        return self.counts.kept(
            f"terms-{self.volume}",
            lambda: frozenset(
                bare("".join(WORD.findall(block["text"])[:1]))
                for blocks in rows.values_list("blocks", flat=True)
                for block in blocks
                if block.get("key", "").startswith("t_")
            ),
        )

    @cached_property
    def documents(self) -> dict[str, PrintedDocument]:
        """{id: published document} of the volume."""
        printed = documents_in(self.volume, self.counts)
        return {each.document: each for each in printed if each.document}

    def documents_under(self) -> dict[str, list[PrintedDocument]]:
        """Return {key of an entry: published documents for which the volume's index names it}."""
        under: dict[str, list[PrintedDocument]] = defaultdict(list)
        keys = self.counts.kept(f"indexed-{self.volume}", lambda: _keys_of(self.volume))
        for document in documents_in(self.volume, self.counts):
            for key in keys.get(document.reference, ()):
                under[key].append(document)
        return under

    def _person(self, key: str) -> str:
        """Return the address of the person of an entry, "" if no published cable names it."""
        slug = self.counts.person_of.get((self.volume, key))
        return reverse("person", args=[slug]) if slug else ""

    def _held(self, part: str) -> str:
        """Return the address here of a part of the volume, "" if it is not held."""
        if not self.is_held:
            return ""
        document, _, note = part.partition("fn")
        if document in self.documents:
            address = self.documents[document].address
            return f"{address}#note-{part}" if note else address
        if not part:
            return reverse("volume", args=[self.volume])
        if part in self.counts.volumes[self.volume].chapters or part in self.pages:
            return reverse("chapter", args=[self.volume, part])
        return self.entry_address(part)

    def official(self, part: str) -> str:
        """Return the address of a part at the Office of the Historian; it has no single entries."""
        if ENTRY.fullmatch(part):
            return ""
        if not part:
            return f"{SITE}/{self.volume}"
        document = part.partition("fn")[0] if re.match(r"d\d", part) else part
        return ADDRESS.format(volume=self.volume, document=document)


# What is known of the volumes opened last, in one state of the archive: some 250 kB of each.
links_in = lru_cache(maxsize=16)(VolumeLinks)


def publishers_pages(references: Iterable[str], counts: ListCounts) -> dict[str, str]:
    """Return {reference: address at its publisher} of documents of volumes that are not here.

    Those that are withheld or erased here are left out: nothing leads to them. So are numbers
    behind the last one of a volume that is here as a whole: there is no such document.
    """
    parts = {each: match for each in references if (match := DOCUMENT.fullmatch(each))}
    if not parts:
        return {}
    known = {*Cable.objects.readable().held_by_reference(parts)}
    known |= {*Erased.objects.using(READER).in_bulk(parts)}
    spelled = {name.lower(): name for name in counts.volumes}
    pages = {}
    for reference in parts.keys() - known:
        name = parts[reference][1].lower()
        guess = CAPITALIZED.sub(lambda word: word[1] + word[2].capitalize(), name)
        document, held = parts[reference][2].lower(), spelled.get(name, "")
        numbers = _numbers_in(held, counts) if held and not counts.left_out.get(held) else ()
        if not numbers or int(document.strip(ascii_letters)) <= max(numbers):
            pages[reference] = ADDRESS.format(volume=held or guess, document=document)
    return pages


def at_words(address: str, quotation: str) -> str:
    """Return the address of a page at which a browser shows the words of a quotation."""
    words = quotation.split()
    ends = [words] if len(words) <= 2 * FRAGMENT else [words[:FRAGMENT], words[-FRAGMENT:]]
    texts = (quote(" ".join(part), safe="").replace("-", "%2D") for part in ends)
    return f"{address}#:~:text={','.join(texts)}"
