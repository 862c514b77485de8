"""NewsML 1.x: news items whose components hold texts, pictures and films, each with a role.

A public identifier ends with the number of its revision: the id is what stands before that, for all revisions.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import tzinfo
from functools import partial

from feedd.errors import Unreadable
from feedd.model import Article, Document
from feedd.parse import _entries
from feedd.parse._entries import Entry
from feedd.parse._fields import Fields
from feedd.parse._news import (
    authors,
    best,
    first,
    kids,
    refuse_held,
    released,
    with_dateline,
    without_title,
    words,
)
from feedd.parse._newsml1 import BESIDE, SUMMARIES, TITLES, content, html_in, items, media, said
from feedd.parse._xml import Element, language_of, local, read_xml, root_of
from feedd.text import line

_PARTS = 3
_MOST = 50_000
_CONTENT = ("NewsComponent", "NewsComponentRef", "NewsItem", "NewsItemRef", "ContentItem")
_REVISION = re.compile(r":(?P<number>\d+)[A-Z]?$")


Heads = dict[str, list[Element]]
"""What a component says of itself: its children by name, less those that are its content."""


@dataclass(frozen=True, slots=True)
class _Story:
    """One text of a news item: the component around it, what those around that say, outermost first, and how many
    texts the item holds."""

    item: Element
    component: Element
    around: tuple[Heads, ...]
    one_of: int


def sniff(text: str) -> bool:
    """Whether the root is that of NewsML 1."""
    return root_of(text) == "NewsML"


def read(document: Document) -> tuple[Article, ...]:
    """Each text of a news item an article; raises Unreadable where there is none, or none may be published."""
    xml = read_xml(document)
    if local(xml.root) != "NewsML":
        raise Unreadable(f"is no NewsML: its root is <{local(xml.root)}>")
    components = sum(1 for _ in xml.root.iter("{*}NewsComponent"))
    if components > _MOST:
        raise Unreadable(f"holds {components:,} components; at most {_MOST:,} are read from a file")
    stories = [story for item in kids(xml.root, "NewsItem") for story in _stories(item)]
    entry = partial(_entry, zone=document.defaults.timezone)
    if len(stories) == 1:
        only = entry(stories[0], warnings=xml.warnings)
        return (_entries.article(only, document, format="newsml1", encoding=xml.encoding),)
    return _entries.articles(stories, entry, document, format="newsml1", encoding=xml.encoding, warnings=xml.warnings)


def _stories(item: Element) -> list[_Story]:
    found = [text for component in kids(item, "NewsComponent") for text in _texts(component, ())]
    return [_Story(item, component, around, len(found)) for component, around in found]


def _texts(component: Element, around: tuple[Heads, ...]) -> list[tuple[Element, tuple[Heads, ...]]]:
    """The components that are a text of their own: those with a headline where there are several, else this one."""
    inside = [part for part in kids(component, "NewsComponent") if _holds_text(part)]
    inner = (*around, _heads(component))
    if len(inside) > 1 and component.get("EquivalentsList") == "yes":
        return _texts(inside[0], inner)
    titled = [part for part in inside if words(first(part, "NewsLines", "HeadLine"))]
    if len(titled) > 1:
        return [text for part in titled for text in _texts(part, inner)]
    return [(component, around)]


def _heads(component: Element) -> Heads:
    found: Heads = {}
    for child in kids(component):
        if local(child) not in _CONTENT:
            found.setdefault(local(child), []).append(child)
    return found


def _entry(story: _Story, *, zone: tzinfo | None, warnings: tuple[str, ...] = ()) -> Entry:
    item, component = story.item, story.component
    managed = first(item, "NewsManagement")
    # Where metadata may stand: in the component, in its parts, in those around it; nearest first.
    places = [*map(_heads, component.iter("{*}NewsComponent")), *reversed(story.around)]
    language = _language(places) or language_of(component)
    told = content(component, zone)
    title = _line(places, "HeadLine", language) or said(component, TITLES, zone)
    title = title or str(told.fields.get("title", ""))
    image, files = media(item if story.one_of == 1 else component, pictures=not told.html)
    own: Fields = {
        "id": _id(story, language),
        "title": title or ("" if told.html else _line(places, "SlugLine", language)),
        "summary": said(component, SUMMARIES, zone) or _deck(places, language),
        "date": released(released(_created(item), told.release, zone), _embargo(managed), zone),
        "updated": words(first(managed, "ThisRevisionCreated")),
        "authors": authors(_line(places, "ByLine", language)),
        "tags": [tag for tag in dict.fromkeys(_tags(places, language)) if tag],
        "language": language,
        "rights": _line(places, "CopyrightLine", language),
        "image": image,
        "enclosures": files,
    }
    dateline = told.dateline or _line(places, "DateLine", language)
    html = with_dateline(without_title(told.html or html_in(component, ("caption",), zone), title), dateline)
    fields = {**told.fields, **{key: value for key, value in own.items() if value}}
    footer = " ".join(filter(None, (told.footer, said(component, ("contact",), zone))))
    return Entry(fields, html, where=("NewsIdentifier", "NewsManagement"), warnings=warnings, footer=footer)


def _id(story: _Story, language: str) -> str:
    """The item's URN less its revision, built where the file's own names no item; texts of one item told apart."""
    identifier = first(story.item, "Identification", "NewsIdentifier")
    parts = [words(first(identifier, name)) for name in ("ProviderId", "DateId", "NewsItemId")]
    found = words(first(identifier, "PublicIdentifier"))
    revision = _REVISION.search(found)
    if revision and revision["number"] == words(first(identifier, "RevisionId")):
        found = found[: revision.start()]
    if parts[2] and not found.endswith(f":{parts[2]}"):
        found = ":".join(("urn:newsml", *filter(None, parts)))
    if found.count(":") < _PARTS or story.one_of == 1:
        return found if found.count(":") >= _PARTS else ""  # what names a provider alone names no item
    return f"{found}#{story.component.get('Duid') or language or 'text'}"


def _created(item: Element) -> str:
    """When the item's first revision was made; else when the message was sent."""
    parent = item.getparent()
    return words(first(item, "NewsManagement", "FirstCreated")) or words(first(parent, "NewsEnvelope", "DateAndTime"))


def _embargo(managed: Element | None) -> str:
    """The date that an embargoed item becomes usable; raises Unreadable where its status forbids it for good."""
    status = first(managed, "Status")
    word = "" if status is None else status.get("FormalName") or words(status)
    until = words(first(managed, "StatusWillChange", "DateAndTime"))
    refuse_held(word, until=until)
    return until if word.lower() == "embargoed" else ""


def _line(places: list[Heads], name: str, language: str) -> str:
    for place in places:
        lines = (one for group in place.get("NewsLines", ()) for one in kids(group, name))
        found = best(lines, language)
        if found is not None:
            return words(found)
    return ""


def _language(places: list[Heads]) -> str:
    for place in places:
        for told in place.get("DescriptiveMetadata", ()):
            language = first(told, "Language")
            if language is not None and language.get("FormalName"):
                return line(language.get("FormalName") or "").lower()
    return ""


def _holds_text(component: Element) -> bool:
    return any(role not in BESIDE for role, _ in items(component))


def _deck(places: list[Heads], language: str) -> str:
    """A second headline; one in capitals is a slug."""
    deck = _line(places, "SubHeadLine", language)
    return "" if deck.isupper() else deck


def _tags(places: list[Heads], language: str) -> Iterator[str]:
    """Keywords, as lines and as properties, and the topics that the item explains."""
    for place in places:
        for group in place.get("NewsLines", ()):
            yield from map(words, kids(group, "KeywordLine"))
        for group in (*place.get("Metadata", ()), *place.get("DescriptiveMetadata", ())):
            for one in kids(group, "Property"):
                if (one.get("FormalName") or "").lower().endswith(("keyword", "keywords")):
                    yield line(one.get("Value") or "")
        for group in place.get("TopicSet", ()):
            for topic in kids(group, "Topic"):
                named = (one for one in kids(topic, "Description") if one.get("Variant") == "Name")
                yield words(best(named, language))
