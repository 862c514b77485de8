"""The content items of NewsML 1 components: texts by the role that they play, pictures, films and other files."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import tzinfo

from feedd.parse._entries import plain
from feedd.parse._fields import Value
from feedd.parse._g2 import Content, content_in, unpacked
from feedd.parse._meta import absolute
from feedd.parse._news import first, kids, markup, words
from feedd.parse._xml import Element, text_in

TITLES = ("headline", "title")
SUMMARIES = ("subheadline", "lead", "abstract", "summary", "teaser")
BESIDE = (*TITLES, *SUMMARIES, "stylesheet", "caption", "contact", "logo", "slug", "keywords", "metadata")


def items(component: Element) -> Iterator[tuple[str, Element]]:
    """The content items of a component that can be read as text, each with the role that it plays."""
    for part in component.iter("{*}NewsComponent"):
        role = formal(part, "Role")
        yield from ((role, item) for item in kids(part, "ContentItem") if _is_readable(item))


def _is_readable(item: Element) -> bool:
    mime = formal(item, "MimeType")
    readable = mime.startswith("text/") or any(word in mime for word in ("html", "xml", "nitf")) or not mime
    return readable and "css" not in mime and next(item.iter("{*}DataContent"), None) is not None


def formal(item: Element, name: str) -> str:
    """The formal name that a child of an element gives, in lower case; else empty."""
    found = first(item, name)
    return "" if found is None else (found.get("FormalName") or "").strip().lower()


def _text(item: Element, zone: tzinfo | None) -> Content:
    data = next(item.iter("{*}DataContent"))
    encoding = first(item, "Encoding")
    if encoding is not None and (encoding.get("Notation") or "").lower() == "base64":
        return Content(markup(unpacked(text_in(data))))
    return content_in(data, zone)


def content(component: Element, zone: tzinfo | None) -> Content:
    """All texts of a component but those that stand beside it; of equal ones, and of alternatives, the first."""
    found: dict[str, Content] = {}
    settled: set[Element] = set()
    for role, item in items(component):
        parent = item.getparent()
        if role in BESIDE or parent in settled:
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


def html_in(component: Element, roles: tuple[str, ...], zone: tzinfo | None) -> str:
    """The text of the first content item that plays one of these roles."""
    for role, item in items(component):
        if role in roles and (text := _text(item, zone)).html:
            return text.html
    return ""


def said(component: Element, roles: tuple[str, ...], zone: tzinfo | None) -> str:
    """The same on one line, as plain text."""
    return plain(html_in(component, roles, zone))


def media(element: Element, *, pictures: bool) -> tuple[str, list[Value]]:
    """The best picture, and the files that belong to an item: its pictures only where they are all that it has."""
    images: list[tuple[bool, bool, str]] = []
    files: list[Value] = []
    for part in element.iter("{*}NewsComponent"):
        for item in kids(part, "ContentItem"):
            url, kind = (item.get("Href") or "").strip(), formal(item, "MimeType")
            if not absolute(url) or kind.startswith("text/"):
                continue
            if kind.startswith("image/"):
                images.append((formal(part, "Role") == "logo", _is_thumbnail(item), url))
            if pictures or not kind.startswith("image/"):
                size = words(first(item, "Characteristics", "SizeInBytes"))
                files.append({"url": url, "type": kind, "length": size, "title": ""})
    return (min(images, key=lambda one: one[:2])[2] if images else ""), files


def _is_thumbnail(item: Element) -> bool:
    values = (one.get("Value") or "" for one in kids(first(item, "Characteristics"), "Property"))
    return any("thumb" in value.lower() for value in values)
