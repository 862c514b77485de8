"""Boxes that a page puts between the paragraphs of an article: other stories, newsletters, requests for consent."""

from __future__ import annotations

import re

from lxml.html import HtmlElement

from feedd.parse._own import HEADINGS, key_of
from feedd.parse._page import lines_in, text_in
from feedd.parse._related import is_marker
from feedd.parse._rows import is_furniture
from feedd.parse._texts import Texts

_BOXES = ("div", "section", "aside", "figure", "ul", "details")
_LONGEST, _LONGEST_LETTER = 600, 300
_SPARE = 10  # characters of a box of links beside its heading and them
_MARKER = re.compile(r"\s*[:|–—]\s*")
# An author refers to other pages too ("See also"); readers are told to read on by the page only.
_TOLD = re.compile(
    r"(?i)(?:also |à )?(?:read|lire|lesen|lea|lee|leer|leia|leggi|lees|czytaj|przeczytaj|läs|les|læs|lue|čtěte|читайте)"
    r"\b"
)
_LETTER = re.compile(
    r"(?i)(?:sign up (?:to|for)|subscribe to|get our|abonnez-vous|inscrivez-vous|jetzt anmelden|suscríbete)\b.{0,80}"
    r"|(?:[^\W\d_]+[ -]){0,2}newsletters?"
)
_CONSENT = re.compile(
    r"(?i)empfohlener (?:redaktioneller|externer) inhalt|externer inhalt|an dieser stelle finden sie einen? externen?"
    r"|(?:um diesen|zum anzeigen dieses) inhalts? |allow .{1,30} content\?|this (?:article|page) (?:contains|includes)"
    r" content (?:provided|from|hosted)|to (?:view|see|display) this (?:content|video|post|tweet),? (?:you|please)"
    r"|pour (?:afficher|consulter|voir) ce contenu|para ver este contenido|per visualizzare questo contenuto"
)


def is_inserted(element: HtmlElement, texts: Texts) -> bool:
    """Whether a block is such a box: by its first line, and nothing but what belongs to one below it."""
    size = texts.size.get(element, 0)
    if not 0 < size <= _LONGEST:
        return False
    linked = texts.linked.get(element, 0)
    is_told = element.tag == "p"
    if not (2 * linked > size if is_told else element.tag in _BOXES):
        return False
    lines = lines_in(element)
    if not lines:
        return False  # characters that nobody sees
    if is_told:
        return _is_of_others(lines, size - linked, told=True)
    if _CONSENT.match(lines[0]):
        return True
    if size <= _LONGEST_LETTER and _LETTER.fullmatch(lines[0]) and is_furniture(lines[-1]):
        return True
    return linked > 0 and _is_of_others(lines, size - linked, told=False)


def _is_of_others(lines: list[str], plain: int, *, told: bool) -> bool:
    """Whether all is links below or behind a heading of other stories; ``plain`` characters are in no link."""
    marker = _MARKER.split(lines[0], maxsplit=1)[0]
    if not is_marker(marker) or (told and not _TOLD.match(marker)):
        return False
    return plain <= len(key_of(marker)) + _SPARE


def headings_of(gone: list[HtmlElement]) -> list[HtmlElement]:
    """The headings of other stories above those of the blocks that go."""
    away = set(gone)
    before = (element.getprevious() for element in gone)
    return [
        one for one in before if one is not None and one.tag in HEADINGS and one not in away and is_marker(text_in(one))
    ]
