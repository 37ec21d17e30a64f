"""What may stand in an address. Whatever does not fit raises ValueError, which is a 404."""

from datetime import date

from .glossary import PAGES
from .references import canonical_reference


class ReferenceConverter:
    """A reference in any spelling, as its canonical one; the view redirects what differs."""

    regex = "[^/]{1,100}"

    def to_python(self, value):
        return canonical_reference(value, any_year=True)

    def to_url(self, value):
        return value


class ParagraphConverter:
    """A paragraph's id, or an old fragment: par3, par2.1, par1-2, par4to14, parB (P-1, P-2)."""

    regex = r"par(?:[A-Z]|[0-9]+(?:to[0-9]+)?(?:-[0-9]+)?(?:\.[0-9]+)?)"

    def to_python(self, value):
        return value

    def to_url(self, value):
        return value


class TagConverter:
    """A TAGS code as printed, with slashes and blanks: UNGA/C-6. No NUL: a database has none."""

    regex = r"[^\x00]{1,200}"

    def to_python(self, value):
        return value

    def to_url(self, value):
        return value


class GlossaryPageConverter:
    """A part of the glossary that has a page of its own."""

    regex = "|".join(PAGES)

    def to_python(self, value):
        return value

    def to_url(self, value):
        return value


class YearConverter:
    """A year, 1000 to 2999."""

    regex = "[12][0-9]{3}"

    def to_python(self, value):
        return int(value)

    def to_url(self, value):
        return str(value)


class MonthConverter:
    """A month, 2007/11, as its first day."""

    regex = "[12][0-9]{3}/[0-9]{2}"

    def to_python(self, value):
        return date.fromisoformat(f"{value}/01".replace("/", "-"))

    def to_url(self, value):
        return f"{value:%Y/%m}"


class MonthOfFileConverter(MonthConverter):
    """The same in the name of a file, 2007-11."""

    regex = "[12][0-9]{3}-[0-9]{2}"

    def to_url(self, value):
        return f"{value:%Y-%m}"


class DayConverter:
    """A day, 2011/07/11."""

    regex = "[12][0-9]{3}/[0-9]{2}/[0-9]{2}"

    def to_python(self, value):
        return date.fromisoformat(value.replace("/", "-"))

    def to_url(self, value):
        return f"{value:%Y/%m/%d}"
