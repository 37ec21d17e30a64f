"""Forty invented names, planted in an archive in all the forms in which a text may have them."""

from dataclasses import dataclass

from django.contrib.auth.models import User

from cables.models import Cable, Copy
from tests.builders import load_records, withhold
from tests.slow import SLOW
from tests.source_files import csv_record

GIVEN = ["Velimor", "Ostrana", "Quillard", "Jendrik", "Mavrosa", "Tibaldo", "Heskina", "Ruvenor"]
FAMILY = ["Castravel", "Brundisek", "Montelquar", "Pedregost", "Zavilanko"]
NAMES = [f"{given} {family}in{given[:3].lower()}" for given in GIVEN for family in FAMILY]
DECOYS = ["The castle had a brown door.", "Montel and quarry are two words.", "Mr. Peder left."]
FULL = "The harbor master and his deputy met the envoy in the old town, "  # Of a full line.


def _full_line(name: str) -> str:
    """Return a name whose second word is cut at the end of a full line, without a hyphen."""
    given, family = name.split()
    return f"{FULL}{given} {family[:4]}\n{family[4:]} left."


# Form -> (text with a name, whether it is the name itself).
FORMS = {
    "other case": (str.upper, True),
    "small letters": (str.lower, True),
    "hyphen at a line end": (lambda name: f"{name[:-4]}-\n{name[-4:]}", True),
    "full line": (_full_line, True),
    "between the words": (lambda name: name.replace(" ", "\n"), True),
    "spaced out": (lambda name: " ".join(name.upper()), True),
    "dotted": (lambda name: ".".join(name.upper().replace(" ", "")) + ".", True),
    "accents": (lambda name: name.replace("a", "\u00e1").replace("o", "\u00f6"), True),
    "soft hyphens": (lambda name: f"{name[:-3]}\u00ad{name[-3:]}", True),
    "plural": (lambda name: f"{name}s", False),
    "possessive": (lambda name: f"{name}'s", True),
    "possessive in capitals": (lambda name: f"{name.upper()}S", False),
    "digits for letters": (lambda name: "1".join(name.rsplit("i", 1)), False),
    "Cyrillic letters": (lambda name: "\u0456".join(name.rsplit("i", 1)), False),
    "misspelt": (lambda name: f"{name[:-5]}{name[-4:]}", False),
    "exchanged letters": (lambda name: f"{name[:-4]}{name[-3]}{name[-4]}{name[-2:]}", False),
    "initial": (lambda name: f"{name[0]}. {name.split()[1]}", False),
    "initial in capitals": (lambda name: f"{name[0]}.{name.split()[1].upper()}", False),
    "reversed": (lambda name: ", ".join(reversed(name.split())), False),
    "reversed in capitals": (lambda name: ", ".join(reversed(name.upper().split())), False),
    "surname alone": (lambda name: f"Mr. {name.split()[1]}", False),
    "in three pieces": (lambda name: f"{name[:-4]} {name[-4:]}", True),
    "number attached": (lambda name: f"{name}7", False),
}
PLACES = ("subject", "header", "footnote", "note", "version", "withheld", "next paragraph")
KINDS = [*FORMS, *PLACES]


@dataclass(frozen=True, slots=True)
class Planted:
    """A name in one form in a cable of its own."""

    reference: str
    name: str
    kind: str  # A key of FORMS, or one of PLACES.

    @property
    def is_exact(self) -> bool:
        return self.kind in PLACES or FORMS[self.kind][1]

    @property
    def words(self) -> str:
        """The name as the cable has it."""
        return FORMS[self.kind][0](self.name) if self.kind in FORMS else self.name

    def record(self) -> str:
        """Return the cable as a record of a CSV."""
        text, beside = f"We met {self.words} at noon.", {}
        if self.kind in PLACES:
            text = "We met a harbor master at noon."
        if self.kind == "withheld":
            text = f"We met {self.name}."
        if self.kind == "next paragraph":
            text = f"We met {self.name[:-4]}-\n\n{self.name[-4:]} at noon."
        if self.kind == "subject":
            beside = {"subject": f"VISIT OF {self.name.upper()}"}
        if self.kind == "header":
            beside = {"header": f"R 031405Z FEB 09\nFM AMEMBASSY ROME\nFOR {self.name.upper()}"}
        return csv_record(self.reference, text=text, **beside)


# 120 places: every name three times, every form four times. A third unless slow tests run.
PLANTED = [
    Planted(f"09ROME{901000 + at}", NAMES[at % len(NAMES)], KINDS[at % len(KINDS)])
    for at in range(120 if SLOW else 40)
]


def plant(curator: User):
    """Store the cables with the names, and as many without."""
    decoys = [csv_record(f"09ROME{902000 + at}", text=DECOYS[at % len(DECOYS)]) for at in range(40)]
    versions = [each for each in PLANTED if each.kind == "version"]
    earlier = [
        csv_record(each.reference, text=f"At noon we met {each.name}, who left.")
        for each in versions
    ]
    _load(*earlier)
    _load(*(each.record() for each in PLANTED), *decoys)
    for each in PLANTED:
        cable = Cable.objects.get(reference=each.reference)
        if each.kind == "note":
            cable.notes.create(text=f"This is {each.name}.")
        elif each.kind == "withheld":
            withhold(cable, "A witness.", curator)
        elif each.kind == "footnote":
            _print_beside(cable, f"Printed after a copy of {each.name}.")


def _load(*records: str):
    load_records(*records)


def _print_beside(cable: Cable, text: str):
    """Let a source print a note beside a cable, as volumes do."""
    edition = {"source_note": text, "notes": [{"id": "", "n": "1", "text": text, "at": ""}]}
    copy = Copy.objects.get(cable=cable)
    copy.facts = copy.facts | {"edition": edition}
    copy.save()
    cable.facts = cable.facts | {"edition": edition}
    cable.save()
