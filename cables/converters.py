"""Path converters for addresses. A value that raises ValueError is a 404."""

from datetime import date

from .glossary.entries import PAGES
from .telegram.paragraphs import PARAGRAPH_ID
from .telegram.references import canonical_reference


class StringConverter:
    """The base of converters that keep the value as it is in the address."""

    def to_python(self, value):
        return value

    def to_url(self, value):
        return value


class ReferenceConverter(StringConverter):
    """A reference in any spelling, converted to the canonical one; views redirect to that."""

    regex = "[^/]{1,100}"

    def to_python(self, value):
        return canonical_reference(value, any_year=True)


class ParagraphConverter(StringConverter):
    """A paragraph's id, or an old fragment: par3, par2.1, par1-2, par4to14, parB (P-1, P-2)."""

    regex = rf"{PARAGRAPH_ID}|par[A-Z]"


class TagConverter(StringConverter):
    """A tag as printed, with slashes and blanks: UNGA/C-6. No NUL, which PostgreSQL refuses."""

    regex = r"[^\x00]{1,200}"


class GlossaryPageConverter(StringConverter):
    """The slug of a glossary page (glossary.PAGES)."""

    regex = "|".join(PAGES)


class YearConverter:
    """A year, 1000 to 2999."""

    regex = "[12][0-9]{3}"

    def to_python(self, value):
        return int(value)

    def to_url(self, value):
        return str(value)


class MonthConverter:
    """A month, 2007/11, converted to its first day."""

    regex = "[12][0-9]{3}/[0-9]{2}"

    def to_python(self, value):
        return date.fromisoformat(f"{value}/01".replace("/", "-"))

    def to_url(self, value):
        return f"{value:%Y/%m}"


class MonthOfFileConverter(MonthConverter):
    """A month in a file name, 2007-11, converted to its first day."""

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
