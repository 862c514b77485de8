"""The parts of a ninjs item: its headline, its texts, and what its renditions and associations give.

Names are in lower case here, whatever the generation writes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

from feedd.parse._entries import plain
from feedd.parse._fields import Fields, Value
from feedd.parse._json import first, is_markup, listed, markup, objects, prose, text, title
from feedd.parse._media import WIDEST
from feedd.parse._meta import absolute
from feedd.text import clean, line

_DESCRIBING = ("summary", "abstract", "lead", "lede", "text", "main", "caption", "html", "xhtml", "")
_NO_DESCRIPTION = ("byline", "credit", "creditline", "ednote", "source", "writer")
_PICTURES = ("picture", "graphic")
_FEATURED = ("featuremedia", "featured", "featuredimage", "mainpic", "mainpicture", "mainimage", "main", "lead", "hero")
_RENDITIONS = ("main", "web", "viewimage", "preview", "baseimage", "original")
_IMAGE = re.compile(r"[^?#]*\.(?:jpe?g|png|gif|webp|avif)(?:[?#].*)?", re.IGNORECASE)
# The first heading or paragraph, if it stands at the top: there the headline is often repeated.
_HEADING = re.compile(
    r"\A(?P<top>(?:(?!<h1|<p)[^\0]){0,2000}+)<(?P<tag>h1|p)(?:\s[^<>]{0,500}+)?>(?P<text>[^\0]{1,500}?)</(?P=tag)>",
    re.IGNORECASE,
)


class Said(NamedTuple):
    """A text of an item with its role, such as ``main``, and what it is: html, text, or other."""

    role: str
    kind: str
    value: str


class Copy(NamedTuple):
    """An item or a rendition with the name that it has among others."""

    name: str
    item: Fields


@dataclass(frozen=True, slots=True)
class Media:
    """Addresses of an article's image and web page, each empty where there is none, and its enclosures."""

    image: str
    page: str
    enclosures: list[Value]


def named(value: Value) -> list[Copy]:
    """Objects by their name: generation 1 has a mapping of them, the others a list."""
    if isinstance(value, dict):
        pairs = [(name, one) for name, one in value.items() if isinstance(one, dict)]
    else:
        pairs = [(first(one, "name"), one) for one in objects(value)]
    return [Copy(name.lower(), one) for name, one in pairs]


def headline(item: Fields) -> str:
    """The headline on one line: the main one, else one without a role, else the first; else the item's title."""
    said = list(_said(item, "headlines", "headline"))
    said.sort(key=lambda one: ("main", "").index(one.role) if one.role in ("main", "") else 2)
    found = next((name for one in said if (name := title(one.value))), "")
    return title(first(item, "headline")) or found or title(first(item, "title"))


def described(item: Fields) -> str:
    """The description on one line; no credit and no note to editors is one."""
    best = _description(item)
    if best is None:
        return ""
    return plain(clean(best.value)) if best.kind == "html" else title(best.value)


def content(item: Fields) -> tuple[str, str, tuple[str, ...]]:
    """The text as unsafe HTML, the summary, and warnings. The description is the text where there is no other."""
    bodies = [one for one in _said(item, "bodies", "body") if one.value.strip()]
    known = sorted((one for one in bodies if one.kind != "other"), key=lambda one: one.kind != "html")
    if known:
        html = _HEADING.sub(partial(_unless, headline(item)), _html(known[0]), count=1)
        summary = described(item)
        return html, "" if any(line(one.value) == summary for one in known) else summary, ()
    left_out = tuple(f"a body is left out: {one.role or 'it'} is neither HTML nor plain text" for one in bodies)
    best = _description(item)
    return _html(best) if best else "", "", left_out


def media(items: Sequence[Copy], *, kind: str) -> Media:
    """What an article, the first of ``items`` and of this ``kind``, and its associations have to see and to hear."""
    article, others = items[0], [one for one in items[1:] if "logo" not in one.name]
    others.sort(key=_prominence)
    pictures = [*others, article] if kind.lower() in ("text", "composite") else [article, *others]
    pages = [one.item for one in named(article.item.get("renditions", "")) if _type(one.item).startswith("text/html")]
    found = (_enclosure(one.item, family) for one in items for family in ("audio/", "video/"))
    return Media(
        image=next(filter(None, (_image(one.item) for one in pictures)), ""),
        page=first(pages[0], "href") if pages else "",
        enclosures=list(filter(None, found)),
    )


def _prominence(one: Copy) -> tuple[bool, int]:
    """Pictures before stills of films, among each those with the name of a featured one first."""
    picture = first(one.item, "type").lower() in _PICTURES
    return not picture, _FEATURED.index(one.name) if one.name in _FEATURED else len(_FEATURED)


def _said(item: Fields, many: str, one: str) -> Iterator[Said]:
    """The values of a list, or of generation 1's properties: ``body_html`` is the body whose role is html."""
    for said in listed(item.get(many, "")):
        if isinstance(said, dict):
            value, role = text(said.get("value", "")), first(said, "role").lower()
            yield Said(role, _kind(_type(said) or role, value), value)
        elif found := text(said):
            yield Said("", _kind("", found), found)
    for name, part in item.items():
        if name.startswith(f"{one}_") and (found := text(part)):
            role = name[len(one) + 1 :]
            yield Said(role, _kind(role, found), found)


def _kind(told: str, value: str) -> str:
    """What a text is, by its media type or role; by its looks where those do not tell."""
    told = told.lower()
    if "html" in told:
        return "html"
    if "nitf" in told or "xml" in told or "json" in told:
        return "other"
    return "html" if "plain" not in told and is_markup(value) else "text"


def _type(said: Fields) -> str:
    return first(said, "contenttype", "mimetype").lower()


def _html(said: Said) -> str:
    return markup(said.value) if said.kind == "html" else prose(said.value)


def _unless(repeated: str, heading: re.Match[str]) -> str:
    return heading["top"] if title(heading["text"]) == repeated else heading[0]


def _description(item: Fields) -> Said | None:
    said = [one for one in _said(item, "descriptions", "description") if one.value.strip() and one.kind != "other"]
    useful = [one for one in said if one.role not in _NO_DESCRIPTION]
    order = {role: at for at, role in enumerate(_DESCRIBING)}
    return min(useful, key=lambda one: order.get(one.role, len(order)), default=None)


def _number(said: Fields, name: str) -> int:
    digits = first(said, name).partition(".")[0]
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 10 else 0


def _image(item: Fields) -> str:
    """The largest rendition that is fit for a web page, else the smallest of the larger ones."""
    found: list[tuple[tuple[int, ...], str]] = []
    for at, (name, one) in enumerate(named(item.get("renditions", ""))):
        href, kind = first(one, "href"), _type(one)
        if absolute(href) and (kind.startswith("image/") or (not kind and _IMAGE.fullmatch(href))):
            width = _number(one, "width")
            rank = _RENDITIONS.index(name) if name in _RENDITIONS else len(_RENDITIONS)
            thumb = int("thumb" in name)
            found.append(((thumb, int(width > WIDEST), width if width > WIDEST else -width, rank, at), href))
    return min(found)[1] if found else ""


def _enclosure(item: Fields, family: str) -> Value:
    """Sound or film of an item: of several renditions, which are one thing in other forms, the main one."""
    found = [one for one in named(item.get("renditions", "")) if _type(one.item).startswith(family)]
    found = [one for one in found if absolute(first(one.item, "href"))]
    found.sort(key=lambda one: not one.name.startswith("main"))
    if not found:
        return ""
    best = found[0].item
    name = headline(item) or title(first(best, "title"))
    size = first(best, "sizeinbytes", "size").removesuffix(".0")
    return {"url": first(best, "href"), "type": _type(best), "length": size, "title": name}
