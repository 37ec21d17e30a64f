"""Build XML elements: text that XML allows, in one namespace or in several."""

import re

from lxml import etree

FORBIDDEN = re.compile(r"[^\t\n\r\x20-\uD7FF\uE000-\uFFFD\U00010000-\U0010FFFF]")  # In XML.
SCHEMA_LOCATION = "{http://www.w3.org/2001/XMLSchema-instance}schemaLocation"
XSI = "http://www.w3.org/2001/XMLSchema-instance"


def allowed_text(text: str) -> str:
    """Return a text without the characters that XML forbids."""
    return FORBIDDEN.sub("\N{REPLACEMENT CHARACTER}", text)


class ElementMaker:
    """Makes elements of one namespace. Attributes that are empty are left out."""

    def __init__(self, namespace: str):
        self.namespace = namespace

    def root(
        self, name: str, schema: str, prefix: str | None = None, **attributes: str
    ) -> etree._Element:
        """Return the root of a document or a record, with the address of its schema."""
        nsmap = {prefix: self.namespace, "xsi": XSI}
        element = etree.Element(f"{{{self.namespace}}}{name}", attributes, nsmap=nsmap)
        element.set(SCHEMA_LOCATION, f"{self.namespace} {schema}")
        return element

    def make(self, name: str, text: str = "", **attributes: str) -> etree._Element:
        element = etree.Element(f"{{{self.namespace}}}{name}")
        self._fill(element, text, attributes)
        return element

    def add(
        self, parent: etree._Element, name: str, text: str = "", **attributes: str
    ) -> etree._Element:
        element = etree.SubElement(parent, f"{{{self.namespace}}}{name}")
        self._fill(element, text, attributes)
        return element

    def add_filled(self, parent: etree._Element, name: str, text: str, **attributes: str) -> None:
        if text:
            self.add(parent, name, text, **attributes)

    def _fill(self, element: etree._Element, text: str, attributes: dict[str, str]) -> None:
        element.text = allowed_text(text) or None
        for name, value in attributes.items():
            if value:
                element.set(name, allowed_text(value))
