"""Strict XML: what isn't well-formed is told with its line, and nothing is expanded or fetched."""

from __future__ import annotations

import re

from lxml import etree

Element = etree._Element

_ENTITIES = re.compile(rb"<!ENTITY\s", re.IGNORECASE)
_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
BASE = "{http://www.w3.org/XML/1998/namespace}base"


class NotXml(Exception):
    """The document is no XML; ``line`` where that is known, else 0."""

    def __init__(self, message: str, line: int = 0) -> None:
        super().__init__(message)
        self.line = line


def read_xml(data: bytes) -> Element:
    """The root of a document; NotXml where it isn't well-formed, or declares entities."""
    if _ENTITIES.search(data[:100_000]):
        raise NotXml("declares entities, which readers refuse")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True)
    try:
        return etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        line = getattr(error, "lineno", 0) or 0
        raise NotXml(f"is not well-formed: {str(error).partition(', line')[0]}", line) from error


def text_of(element: Element | None) -> str:
    """The text inside of an element, white space around it gone."""
    return "" if element is None else "".join(map(str, element.itertext())).strip()


def language_of(element: Element) -> str | None:
    """What ``xml:lang`` says, if it stands there."""
    found = element.get(_LANG)
    return None if found is None else str(found)
