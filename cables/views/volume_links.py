"""Where the cross references of a volume lead: to its documents and lists, or elsewhere."""

import re
from collections import defaultdict
from functools import cached_property

from django.urls import reverse

from ..glossary.printed_terms import bare
from ..models import VolumePage
from ..models.querysets import READER
from ..search.list_counts import ListCounts
from ..sources.frus import ADDRESS
from .printed_order import PrintedDocument, documents_in, keys_of_documents

# Of a reference: the volume, and the part of it.
TARGET = re.compile(r"(?P<volume>frus[\w.-]{1,60})?(?:#(?P<part>[\w.-]{1,60}))?")
ENTRY = re.compile(r"[pt]_\w+")  # The key of a person or a term.
WORD = re.compile(r"[^,;:]{0,20}(?=[,;:])|\S*")  # At the start of an entry.
OFFICIAL = re.compile(r"https?://(?P<rest>(?:static\.)?history\.state\.gov/[^\s\"<>]*)")
NAMES = ("name", "title", "keys")
SITE = "https://history.state.gov/historicaldocuments"


class VolumeLinks:
    """The links in one volume. What it needs to know of a volume is cached for each state."""

    def __init__(self, volume: str, tallies: ListCounts):
        self.volume, self.tallies = volume, tallies
        self.others: dict[str, VolumeLinks] = {}  # Of other volumes to which links lead.

    def address(self, target: str) -> str:
        """Return the address of a target as PrintedLink has it, "" if it is none that is known."""
        if official := OFFICIAL.fullmatch(target):
            return f"https://{official['rest']}"
        match = TARGET.fullmatch(target)
        if not match or not target:
            return ""
        volume, part = match["volume"] or self.volume, match["part"] or ""
        links = self._of(volume)
        return links._held(part) or links.official(part)

    def _of(self, volume: str) -> "VolumeLinks":
        """Return the links in a volume; what is known of another one is read once."""
        if volume == self.volume:
            return self
        if volume not in self.others:
            self.others[volume] = VolumeLinks(volume, self.tallies)
        return self.others[volume]

    @property
    def is_held(self) -> bool:
        return self.volume in self.tallies.volumes

    @cached_property
    def pages(self) -> dict[str, tuple[str, list[str]]]:
        """{name: (title, keys of entries)} of the pages before its documents, in order."""
        rows = VolumePage.objects.using(READER).filter(volume=self.volume).order_by("position")
        return self.tallies.kept(
            f"pages-{self.volume}",
            lambda: {name: (title, keys) for name, title, keys in rows.values_list(*NAMES)},
        )

    @cached_property
    def terms(self) -> frozenset[str]:
        """The abbreviations in its list of terms, as printed_terms.bare() returns them."""
        rows = VolumePage.objects.using(READER).filter(volume=self.volume)
        return self.tallies.kept(
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
        printed = documents_in(self.volume, self.tallies)
        return {each.document: each for each in printed if each.document}

    def documents_under(self) -> dict[str, list[PrintedDocument]]:
        """Return {key of an entry: published documents for which the volume's index names it}."""
        under: dict[str, list[PrintedDocument]] = defaultdict(list)
        keys = keys_of_documents(self.volume, self.tallies)
        for document in documents_in(self.volume, self.tallies):
            for key in keys.get(document.reference, ()):
                under[key].append(document)
        return under

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
        if part in self.tallies.volumes[self.volume].chapters or part in self.pages:
            return reverse("chapter", args=[self.volume, part])
        if page := next((name for name, (_, keys) in self.pages.items() if part in keys), ""):
            return f"{reverse('chapter', args=[self.volume, page])}#{part}"
        return ""

    def official(self, part: str) -> str:
        """Return the address of a part at the Office of the Historian; it has no single entries."""
        if ENTRY.fullmatch(part):
            return ""
        if not part:
            return f"{SITE}/{self.volume}"
        document = part.partition("fn")[0] if re.match(r"d\d", part) else part
        return ADDRESS.format(volume=self.volume, document=document)
