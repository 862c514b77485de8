"""What the vocabularies of news agencies have in common: status and embargo, bylines, datelines, text in any guise.

Nothing doubtful is published: an item that its agency holds back is refused, with the reason.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import tzinfo

from feedd.dates import Reading, read_date
from feedd.errors import Unreadable
from feedd.parse._entries import plain
from feedd.parse._fields import Value
from feedd.parse._html import escape
from feedd.parse._rows import names_of
from feedd.parse._xml import Element, children, language_of, local, text_in
from feedd.text import line, paragraphs

_HELD = frozenset(
    "canceled cancelled deleted draft embargoed hold killed rejected spiked suspended withdrawn withheld".split()
)
# A day with a zone, as XML Schema has it and NITF writes it.
_ZONED_DAY = re.compile(r"(?P<day>\d{4}-?\d\d-?\d\d)(?P<zone>Z|[+-]\d\d:?\d\d)")
_BY = re.compile(r"(?:by|von|par|por|di|door|av|af)\b[\s:]*(?=\S)", re.IGNORECASE)
_MARKUP = re.compile(r"<(?:[a-z][a-z0-9]*\b[^<>]*|/[a-z][a-z0-9]*|!--)>?", re.IGNORECASE)
_BLOCK = re.compile(r"<(?:p|div|br|ul|ol|table|h[1-6]|section|article|blockquote|pre)\b", re.IGNORECASE)
_HEADING = re.compile(
    r"(?:\s|<!--(?:[^-]|-(?!->))*+-->|<(?:div|section|article)\b[^<>]*>)*+<(?P<tag>header|h1|h2)\b[^<>]*>",
    re.IGNORECASE,
)
_DATELINE = 200
_PARAGRAPH = re.compile(r"\s*<p\b[^<>]*>\s*", re.IGNORECASE)


# --- elements: names alone count, for producers are careless with namespaces ------------------------------


def kids(element: Element | None, *names: str) -> Iterator[Element]:
    """The child elements so named, in any vocabulary; all without names; none of None."""
    for child in () if element is None else children(element):
        if not names or local(child) in names:
            yield child


def first(element: Element | None, *path: str) -> Element | None:
    """The element at the end of a path of first children; None where a step is missing."""
    for step in path:
        element = next(kids(element, step), None)
    return element


def words(element: Element | None) -> str:
    """An element's text on one line; empty of None."""
    return line(text_in(element))


def code(value: str | None) -> str:
    """What a controlled value says behind its scheme: ``canceled`` of ``stat:canceled`` or of its address."""
    return re.split(r"[:/#]", (value or "").strip())[-1].lower()


def best(elements: Iterable[Element], language: str) -> Element | None:
    """Of several forms of one text the one to show: in the article's language, the main one, the first."""
    wanted = language.partition("-")[0].lower()

    def rank(element: Element) -> tuple[bool, bool]:
        own = language_of(element).partition("-")[0].lower()
        return bool(own and wanted and own != wanted), code(element.get("role")) not in ("", "main", "display", "full")

    return min((one for one in elements if words(one)), key=rank, default=None)


# --- what may be published, and when ------------------------------------------------------------------------


def refuse_held(status: str, *, until: str = "") -> None:
    """Raises Unreadable where an agency says that an item is not to be published, now or ever.

    ``until`` is the date that an embargo ends, if it is told: then the item only waits.
    """
    word = code(status)
    if word in _HELD and not (word == "embargoed" and until):
        raise Unreadable(f"is not to be published: its status is {line(status)[:60]!r}")


def moment(text: str) -> str:
    """A date as agencies write it, as ``read_date`` wants it."""
    text = line(text)
    day = _ZONED_DAY.fullmatch(text)
    return f"{day['day'].replace('-', '')}T000000{day['zone']}" if day else text


def released(created: str, until: str, zone: tzinfo | None) -> str:
    """The date that an item may be published: when it was created, or later when its embargo ends.

    Raises Unreadable where that end can't be read for certain.
    """
    created, until = moment(created), moment(until)
    if not until:
        return created
    end = read_date(until)
    if end is None:
        raise Unreadable(f"is embargoed until {until[:60]!r}: that can't be read as a date")
    start = read_date(created)
    return until if start is None or _later(end, start, zone) else created


def _later(one: Reading, other: Reading, zone: tzinfo | None) -> bool:
    return one.at(zone) > other.at(zone)


# --- words ------------------------------------------------------------------------------------------------


def authors(byline: str, *agencies: str) -> list[Value]:
    """The people that a byline names beside their agency; none for initials, offices, or what isn't like a name."""
    found = (names_of(f"By {_BY.sub('', line(byline), count=1)}") if byline.strip() else None) or ()
    known = {agency.casefold() for agency in agencies}
    return list([name for name in found if name.casefold() not in known] or found)


def markup(text: str) -> str:
    """Text that may be plain or hold escaped HTML, as HTML: unsafe, to be sanitised."""
    if not _MARKUP.search(text):
        return "".join(f"<p>{escape(part)}</p>" for part in paragraphs(text))
    return text if _BLOCK.search(text) else "".join(f"<p>{part}</p>" for part in paragraphs(text))


def without_title(html: str, title: str) -> str:
    """HTML less the heading that opens it, or the header with that heading, where it repeats the title."""
    opening = _HEADING.match(html)
    if opening is None or not title:
        return html
    end = f"</{opening['tag'].lower()}>"
    at = html.lower().find(end, opening.end())
    if at < 0:
        return html
    said = plain(html[opening.end() : at])
    same = title in said if opening["tag"].lower() == "header" else said == title
    return html[: opening.start("tag") - 1] + html[at + len(end) :] if same else html


def with_dateline(html: str, dateline: str) -> str:
    """HTML whose first paragraph begins with the dateline, where that was written to be run in.

    "PARIS, Jan 21 (AFP) -" is; "Oslo" is not. One that the text begins with is not written twice.
    """
    opening = _PARAGRAPH.match(html)
    dash = dateline.endswith(("-", "–", "—", "_", ":"))
    if not opening or not (dash or dateline.endswith(")")) or len(dateline) > _DATELINE:
        return html
    place = re.split(r"[\s,(]", dateline, maxsplit=1)[0].casefold()
    if plain(html[: html.find("</p>")]).lstrip("(").casefold().startswith(place):
        return html
    said = escape(dateline if dash else f"{dateline} –")
    return f"{html[: opening.end()]}{said} {html[opening.end() :]}"
