"""The content set of a NewsML-G2 item, and the names of the concepts that it speaks of."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import tzinfo

from feedd.errors import Unreadable
from feedd.parse._fields import Fields, Value
from feedd.parse._html import escape
from feedd.parse._media import Media
from feedd.parse._meta import absolute
from feedd.parse._news import best, code, kids, markup, words
from feedd.parse._nitf import html_of
from feedd.parse._xml import Element, inner, local, text_in
from feedd.parse.nitf import story
from feedd.text import decode, line

_HTML = frozenset(
    "a article aside b blockquote body br div em figure h1 h2 h3 h4 h5 h6 header html i img main ol p pre section span"
    " strong table ul".split()
)
_THUMBNAILS = ("thumb", "thumbnail", "icon")
_FOR_THE_WEB = ("web", "preview", "view", "viewimage", "preview_image")
# "video/mp4-1920x1080", as one large agency writes its types.
_MEASURED = re.compile(r"-\d+x\d+$")


@dataclass(frozen=True, slots=True)
class Content:
    """An item's text as unsafe HTML, and what the text itself says of the item."""

    html: str = ""
    fields: Fields = field(default_factory=dict)
    dateline: str = ""
    footer: str = ""
    release: str = ""

    @staticmethod
    def of_text(element: Element) -> Content:
        """A block of plain text, whose only markup are line breaks."""
        parts = [element.text or ""]
        for child in kids(element):
            parts += ("\n\n" if local(child) == "br" else "", text_in(child), child.tail or "")
        found = (line(part) for part in re.split(r"\n\s*\n", "".join(parts)))
        return Content("".join(f"<p>{escape(part)}</p>" for part in found if part))


def content_of(content: Element | None, zone: tzinfo | None) -> Content:
    """The first rendition in a content set that holds a text; all of them hold the same."""
    for one in kids(content, "inlineXML", "inlineData"):
        found = content_in(one, zone) if local(one) == "inlineXML" else Content(_inline_data(one))
        if found.html:
            return found
    return Content()


def content_in(element: Element, zone: tzinfo | None) -> Content:
    """What an element holds as a text: NITF, XHTML, a dialect with paragraphs, or text with escaped markup."""
    if next(element.iter("{*}body.content"), None) is not None:
        nitf = next(element.iter("{*}nitf"), element)
        told = story(nitf, zone)
        return Content(told.html, told.fields, told.dateline, told.footer, told.release)
    if not len(element):
        return Content(markup(text_in(element)) if text_in(element) else "")
    body = next(element.iter("{*}body"), None)
    if body is None:
        body = next(element.iter("{*}html"), element)
    if all(local(child) in _HTML for child in kids(body)):
        return Content(inner(body).strip())
    # A dialect of some other kind is a text where it has paragraphs; scores and events are none.
    paragraphed = any(isinstance(one.tag, str) and local(one).lower() == "p" for one in body.iter())
    return Content(html_of(body) if paragraphed else "")


def _inline_data(element: Element) -> str:
    kind = (element.get("contenttype") or "text/plain").lower()
    if not kind.startswith("text/") and "html" not in kind:
        return ""
    encoded = code(element.get("encoding")) == "base64"
    return markup(unpacked(text_in(element)) if encoded else text_in(element))


def unpacked(text: str) -> str:
    """The text that base64 stands for; empty where that is none."""
    try:
        return decode(base64.b64decode(text))[0]
    except (binascii.Error, Unreadable):  # a picture, or nothing that can be told
        return ""


def enclosures(content: Element | None) -> Media:
    """The renditions that can be fetched: each an enclosure but for thumbnails; the best picture for a page."""
    found: list[tuple[int, str]] = []
    files: list[Value] = []
    for one in kids(content, "remoteContent"):
        url = (one.get("href") or "").strip()
        kind = _MEASURED.sub("", (one.get("contenttype") or "").strip().lower())
        if not absolute(url) or kind.startswith(("text/", "application/")):
            continue
        rendition = code(one.get("rendition") or one.get("renditionuri"))
        if kind.startswith("image/"):
            found.append((_fitness(rendition), url))
        if rendition not in _THUMBNAILS:
            files.append({"url": url, "type": kind, "length": one.get("size") or "", "title": ""})
    return Media(min(found)[1] if found else "", files)


def _fitness(rendition: str) -> int:
    if rendition in _FOR_THE_WEB:
        return 0
    return 2 if rendition in _THUMBNAILS else 1


def icon(meta: Element | None) -> str:
    """The address of the picture that stands for an item."""
    addresses = ((one.get("href") or "").strip() for one in kids(meta, "icon"))
    return next(filter(absolute, addresses), "")


class Names:
    """The names of concepts in a language: their own, else what the item asserts of them elsewhere."""

    def __init__(self, item: Element, language: str) -> None:
        self._language = language
        self._asserted = {key: one for one in kids(item, "assert") for key in _keys(one)}

    def of(self, concept: Element) -> str:
        """The name of a concept; empty where it has none for people."""
        places = [concept, *(self._asserted[key] for key in _keys(concept) if key in self._asserted)]
        named = (words(best(filter(_is_for_people, kids(place, "name")), self._language)) for place in places)
        return next(filter(None, named), "")


def _is_for_people(name: Element) -> bool:
    return code(name.get("role")) != "mnemonic"


def _keys(concept: Element) -> Iterator[str]:
    return filter(None, (concept.get(key) for key in ("qcode", "uri", "literal")))
