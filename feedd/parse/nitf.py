"""NITF, the News Industry Text Format 3.x, alone and inside other vocabularies.

``change.date`` of the root tells of no change: producers copy the one of the DTD. Nor is a date made of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import tzinfo
from functools import partial

from feedd.dates import read_date
from feedd.errors import Unreadable
from feedd.model import Article, Document
from feedd.parse import _entries
from feedd.parse._entries import Entry
from feedd.parse._fields import Fields, Value
from feedd.parse._news import (
    authors,
    code,
    first,
    kids,
    moment,
    refuse_held,
    released,
    with_dateline,
    without_title,
    words,
)
from feedd.parse._nitf import caption_of, html_of, is_picture, pictures
from feedd.parse._xml import Element, language_of, local, read_xml, root_of
from feedd.text import line

_ROOTS = ("nitf", "contentSet", "inlineXML")
_DECK = 300
"""How long a second headline may be to stand for a summary."""


@dataclass(frozen=True, slots=True)
class Story:
    """What a document of NITF says: fields as ``read_meta`` wants them, unsafe HTML, and what ends below it."""

    fields: Fields
    html: str
    dateline: str
    footer: str
    release: str


def sniff(text: str) -> bool:
    """Whether the root is one of NITF, or of a fragment that carries it."""
    root = root_of(text)
    return root in _ROOTS and (root == "nitf" or "<nitf" in text)


def read(document: Document) -> tuple[Article, ...]:
    """The article of an NITF document; raises Unreadable where it is none, or is not to be published."""
    xml = read_xml(document)
    found = list(xml.root.iter("{*}nitf"))
    if not found:
        raise Unreadable(f"is no NITF: its root is <{local(xml.root)}>")
    entry = partial(_entry, zone=document.defaults.timezone)
    if len(found) > 1:
        return _entries.articles(found, entry, document, format="nitf", encoding=xml.encoding, warnings=xml.warnings)
    return (_entries.article(entry(found[0], warnings=xml.warnings), document, format="nitf", encoding=xml.encoding),)


def _entry(element: Element, *, zone: tzinfo | None, warnings: tuple[str, ...] = ()) -> Entry:
    told = story(element, zone)
    title = str(told.fields["title"])
    html = with_dateline(without_title(told.html, title), told.dateline)
    where = ("doc-id", "docdata")
    return Entry(told.fields, html, where=where, warnings=warnings, footer=told.footer)


def story(element: Element, zone: tzinfo | None) -> Story:
    """What an element that holds NITF's head and body says; ``zone`` reads dates without one.

    Raises Unreadable where it is not to be published.
    """
    head, data = first(element, "head"), first(element, "head", "docdata")
    body = first(element, "body")
    top = first(body, "body.head")
    release = moment(_norm(first(data, "date.release")))
    refuse_held("" if data is None else data.get("management-status") or "", until=release)
    title = _title(head, top)
    content = first(body, "body.content")
    media = [] if content is None else list(pictures(content))
    fields: Fields = {
        "id": _id(data),
        "title": title,
        "summary": _summary(top, title),
        "date": released(_issued(head, data, top), release, zone),
        "updated": _revised(element, zone),
        "url": _attribute(first(head, "pubdata"), "ex-ref"),
        "authors": _authors(top, _attribute(first(data, "doc.copyright"), "holder")),
        "tags": [tag for tag in dict.fromkeys(_tags(head, data)) if tag],
        "language": language_of(element) or element.get("baselang") or "",
        "rights": _rights(data, top),
        "image": next((url for medium, reference, url in media if is_picture(medium, reference)), ""),
        "enclosures": [
            {"url": url, "type": reference.get("mime-type") or "", "title": caption_of(medium)}
            for medium, reference, url in media
            if not is_picture(medium, reference)
        ],
    }
    html = "" if content is None else html_of(_full(content))
    footer = words(first(body, "body.end", "tagline"))
    return Story(fields, html, _dateline(top), footer, release)


def _attribute(element: Element | None, key: str) -> str:
    return "" if element is None else line(element.get(key) or "")


def _norm(element: Element | None) -> str:
    return _attribute(element, "norm") or words(element)


def _title(head: Element | None, top: Element | None) -> str:
    """The main headline, by whatever name its group goes; else the document's title."""
    found = () if top is None else top.iter("{*}hl1")
    return next(filter(None, map(words, found)), "") or words(first(head, "title"))


def _summary(top: Element | None, title: str) -> str:
    """The abstract; without one a second headline that is a sentence and no slug in capitals."""
    abstract = words(first(top, "abstract"))
    decks = () if top is None else top.iter("{*}hl2")
    deck = next(filter(None, map(words, decks)), "")
    usable = deck != title and not deck.isupper() and len(deck) <= _DECK
    return abstract or (deck if usable else "")


def _issued(head: Element | None, data: Element | None, top: Element | None) -> str:
    """When it was issued, else published in print, else written; the first that is there."""
    printed = _attribute(first(head, "pubdata"), "date.publication")
    return _norm(first(data, "date.issue")) or printed or _norm(first(top, "dateline", "story.date"))


def _revised(element: Element, zone: tzinfo | None) -> str:
    """The last date in the revision history."""
    dates = [moment(one.get("norm") or "") for one in kids(first(element, "head"), "revision-history")]
    readings = [(reading.at(zone), date) for date in dates if (reading := read_date(date))]
    return max(readings)[1] if readings else ""


def _id(data: Element | None) -> str:
    """The document's id to the letter; less its version where that stands behind the key of the whole story."""
    found = _attribute(first(data, "doc-id"), "id-string")
    key = _attribute(first(data, "du-key"), "key")
    version = found.removeprefix(key) if key else ""
    return key if version[:1] in ("_", ".", "-", ":") and version[1:].isdigit() else found


def _authors(top: Element | None, holder: str) -> list[Value]:
    agencies = (holder, words(first(top, "distributor")))
    for byline in kids(top, "byline"):
        if "normalized" in (byline.get("class") or ""):  # the same names for an index: SURNAME, FIRST NAME
            continue
        people = [words(person) for person in kids(byline, "person")]
        if any(people):
            return [name for person in people for name in authors(person, *agencies)]
        said = (byline.text or "", *(_said(part) for part in kids(byline)))
        return authors(line(" ".join(said)).rstrip(" ,"), *agencies)
    return []


def _said(part: Element) -> str:
    """What a part of a byline adds to the names: titles and contacts nothing."""
    own = "" if local(part) in ("byttl", "virtloc", "location") else words(part)
    return f"{own}{part.tail or ''}"


def _tags(head: Element | None, data: Element | None) -> Iterator[str]:
    """Keywords, and every level of the subjects."""
    for keyword in kids(first(data, "key-list"), "keyword"):
        yield _attribute(keyword, "key")
    for subject in kids(first(head, "tobject"), "tobject.subject"):
        for level in ("type", "matter", "detail", "qualifier"):
            yield _attribute(subject, f"tobject.subject.{level}")
    for one in kids(first(data, "identified-content")):
        if local(one) != "classifier" or "descriptor" in (one.get("type") or ""):
            yield words(one) or _attribute(one, "value")


def _rights(data: Element | None, top: Element | None) -> str:
    copyright_ = first(data, "doc.copyright")
    holder, year = _attribute(copyright_, "holder"), _attribute(copyright_, "year")[:4]
    if holder:
        return f"© {year} {holder}" if year.isdigit() else f"© {holder}"
    return words(first(top, "rights"))


def _dateline(top: Element | None) -> str:
    """The dateline's words, less a date that is there for machines."""
    dateline = first(top, "dateline")
    if dateline is None:
        return ""
    parts = [dateline.text or ""]
    for one in kids(dateline):
        own = "" if read_date(words(one)) else words(one)
        parts.append(f"{own}{one.tail or ''}")
    return line("".join(parts))


def _full(content: Element) -> Element:
    """The whole text of archives that give its first paragraph as a block of its own too."""
    blocks = list(kids(content, "block"))
    whole = [block for block in blocks if code(block.get("class")) == "full_text"]
    return whole[0] if len(whole) == 1 and len(blocks) == len(list(kids(content))) else content
