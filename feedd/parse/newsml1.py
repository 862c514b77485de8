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
from feedd.parse._entries import Entry, plain
from feedd.parse._fields import Fields, Value
from feedd.parse._g2 import Content, content_in, unpacked
from feedd.parse._meta import absolute
from feedd.parse._news import (
    authors,
    best,
    first,
    kids,
    markup,
    refuse_held,
    released,
    with_dateline,
    without_title,
    words,
)
from feedd.parse._xml import Element, language_of, local, read_xml, root_of, text_in
from feedd.text import line

_TITLES = ("headline", "title")
_SUMMARIES = ("subheadline", "lead", "abstract", "summary", "teaser")
_BESIDE = (*_TITLES, *_SUMMARIES, "stylesheet", "caption", "contact", "logo", "slug", "keywords", "metadata")
_PARTS = 3
_REVISION = re.compile(r":\d+[A-Z]?$")


@dataclass(frozen=True, slots=True)
class _Story:
    """One text of a news item: the component around it; ``one_of`` tells how many there are."""

    item: Element
    component: Element
    one_of: int


def sniff(text: str) -> bool:
    """Whether the root is that of NewsML 1."""
    return root_of(text) == "NewsML"


def read(document: Document) -> tuple[Article, ...]:
    """Each text of a news item an article; raises Unreadable where there is none, or none may be published."""
    xml = read_xml(document)
    if local(xml.root) != "NewsML":
        raise Unreadable(f"is no NewsML: its root is <{local(xml.root)}>")
    stories = [story for item in kids(xml.root, "NewsItem") for story in _stories(item)]
    entry = partial(_entry, zone=document.defaults.timezone)
    if len(stories) == 1:
        only = entry(stories[0], warnings=xml.warnings)
        return (_entries.article(only, document, format="newsml1", encoding=xml.encoding),)
    return _entries.articles(stories, entry, document, format="newsml1", encoding=xml.encoding, warnings=xml.warnings)


def _stories(item: Element) -> list[_Story]:
    found = [part for component in kids(item, "NewsComponent") for part in _texts(component)]
    return [_Story(item, component, len(found)) for component in found]


def _texts(component: Element) -> list[Element]:
    """The components that are a text of their own: those with a headline where there are several, else this one."""
    inside = [part for part in kids(component, "NewsComponent") if any(map(_is_text, part.iter("{*}ContentItem")))]
    if len(inside) > 1 and component.get("EquivalentsList") == "yes":
        return _texts(inside[0])
    titled = [part for part in inside if words(first(part, "NewsLines", "HeadLine"))]
    return [text for part in titled for text in _texts(part)] if len(titled) > 1 else [component]


def _entry(story: _Story, *, zone: tzinfo | None, warnings: tuple[str, ...] = ()) -> Entry:
    item, component = story.item, story.component
    managed = first(item, "NewsManagement")
    language = _language(component)
    content = _content(component, zone)
    title = _line(component, "HeadLine", language) or _said(component, _TITLES, zone)
    title = title or str(content.fields.get("title", ""))
    image, files = _media(item if story.one_of == 1 else component, pictures=not content.html)
    own: Fields = {
        "id": _id(story, language),
        "title": title or ("" if content.html else _line(component, "SlugLine", language)),
        "summary": _summary(component, language, zone),
        "date": released(released(_created(item), content.release, zone), _embargo(managed), zone),
        "updated": words(first(managed, "ThisRevisionCreated")),
        "authors": authors(_line(component, "ByLine", language)),
        "tags": [tag for tag in dict.fromkeys(_tags(component, language)) if tag],
        "language": language,
        "rights": _line(component, "CopyrightLine", language),
        "image": image,
        "enclosures": files,
    }
    dateline = content.dateline or _line(component, "DateLine", language)
    html = with_dateline(without_title(content.html or _html(component, ("caption",), zone), title), dateline)
    fields = {**content.fields, **{key: value for key, value in own.items() if value}}
    footer = " ".join(filter(None, (content.footer, _said(component, ("contact",), zone))))
    return Entry(fields, html, None, ("NewsIdentifier", "NewsManagement"), warnings, (), footer)


def _id(story: _Story, language: str) -> str:
    """The item's URN less its revision, built where the file's own names no item; texts of one item told apart."""
    identifier = first(story.item, "Identification", "NewsIdentifier")
    parts = [words(first(identifier, name)) for name in ("ProviderId", "DateId", "NewsItemId")]
    found = _REVISION.sub("", words(first(identifier, "PublicIdentifier")))
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
    said = "" if status is None else status.get("FormalName") or words(status)
    until = words(first(managed, "StatusWillChange", "DateAndTime"))
    refuse_held(said, until=until)
    return until if said.lower() == "embargoed" else ""


def _places(component: Element) -> Iterator[Element]:
    """Where a component's metadata may stand: in itself, in its parts, in those around it; nearest first."""
    yield from component.iter("{*}NewsComponent")
    yield from (one for one in component.iterancestors() if local(one) == "NewsComponent")


def _line(component: Element, name: str, language: str) -> str:
    found = (best(kids(first(place, "NewsLines"), name), language) for place in _places(component))
    return next((words(one) for one in found if one is not None), "")


def _language(component: Element) -> str:
    for place in _places(component):
        told = first(place, "DescriptiveMetadata", "Language")
        if told is not None and told.get("FormalName"):
            return line(told.get("FormalName") or "").lower()
    return language_of(component)


def _items(component: Element) -> Iterator[tuple[str, Element]]:
    """The content items of a component, each with the role that it plays."""
    for part in component.iter("{*}NewsComponent"):
        role = first(part, "Role")
        name = "" if role is None else (role.get("FormalName") or "").lower()
        for item in kids(part, "ContentItem"):
            yield name, item


def _is_text(item: Element) -> bool:
    role = first(item.getparent(), "Role")
    name = "" if role is None else (role.get("FormalName") or "").lower()
    return name not in _BESIDE and _is_readable(item)


def _is_readable(item: Element) -> bool:
    mime = _formal(item, "MimeType")
    readable = mime.startswith("text/") or any(word in mime for word in ("html", "xml", "nitf")) or not mime
    return readable and "css" not in mime and next(item.iter("{*}DataContent"), None) is not None


def _formal(item: Element, name: str) -> str:
    found = first(item, name)
    return "" if found is None else (found.get("FormalName") or "").strip().lower()


def _text(item: Element, zone: tzinfo | None) -> Content:
    data = next(item.iter("{*}DataContent"))
    encoding = first(item, "Encoding")
    if encoding is not None and (encoding.get("Notation") or "").lower() == "base64":
        return Content(markup(unpacked(text_in(data))))
    return content_in(data, zone)


def _content(component: Element, zone: tzinfo | None) -> Content:
    """All texts of a component but those that stand beside it; of equal ones, and of alternatives, the first."""
    found: dict[str, Content] = {}
    settled: set[Element] = set()
    for role, item in _items(component):
        parent = item.getparent()
        if role in _BESIDE or parent in settled or not _is_readable(item):
            continue
        text = _text(item, zone)
        if text.html:
            found.setdefault(plain(text.html), text)
        if text.html and parent is not None and parent.get("EquivalentsList") == "yes":
            settled.add(parent)
    texts = list(found.values())
    if len(texts) < 2:
        return texts[0] if texts else Content()
    head = texts[0]
    return Content("".join(text.html for text in texts), head.fields, head.dateline, head.footer, head.release)


def _html(component: Element, roles: tuple[str, ...], zone: tzinfo | None) -> str:
    """The text of the first content item that plays one of these roles."""
    for role, item in _items(component):
        if role in roles and _is_readable(item) and (text := _text(item, zone)).html:
            return text.html
    return ""


def _said(component: Element, roles: tuple[str, ...], zone: tzinfo | None) -> str:
    return plain(_html(component, roles, zone))


def _summary(component: Element, language: str, zone: tzinfo | None) -> str:
    """What stands between headline and text; a second headline in capitals is a slug."""
    deck = _line(component, "SubHeadLine", language)
    return _said(component, _SUMMARIES, zone) or ("" if deck.isupper() else deck)


def _tags(component: Element, language: str) -> Iterator[str]:
    """Keywords, as lines and as properties, and the topics that the item explains."""
    for place in _places(component):
        yield from map(words, kids(first(place, "NewsLines"), "KeywordLine"))
        for part in kids(place, "Metadata", "DescriptiveMetadata"):
            for one in kids(part, "Property"):
                if (one.get("FormalName") or "").lower().endswith(("keyword", "keywords")):
                    yield line(one.get("Value") or "")
        for topic in kids(first(place, "TopicSet"), "Topic"):
            yield words(best((one for one in kids(topic, "Description") if one.get("Variant") == "Name"), language))


def _media(element: Element, *, pictures: bool) -> tuple[str, list[Value]]:
    """The best picture, and the files that belong to an item: its pictures only where they are all that it has."""
    images: list[tuple[bool, bool, str]] = []
    files: list[Value] = []
    for part in element.iter("{*}NewsComponent"):
        for item in kids(part, "ContentItem"):
            url, kind = (item.get("Href") or "").strip(), _formal(item, "MimeType")
            if not absolute(url) or kind.startswith("text/"):
                continue
            if kind.startswith("image/"):
                images.append((_formal(part, "Role") == "logo", _is_thumbnail(item), url))
            if pictures or not kind.startswith("image/"):
                size = words(first(item, "Characteristics", "SizeInBytes"))
                files.append({"url": url, "type": kind, "length": size, "title": ""})
    return (min(images, key=lambda one: one[:2])[2] if images else ""), files


def _is_thumbnail(item: Element) -> bool:
    said = (one.get("Value") or "" for one in kids(first(item, "Characteristics"), "Property"))
    return any("thumb" in value.lower() for value in said)
