"""What the formats on JSON share: telling them apart cheaply, and the texts in their values."""

from __future__ import annotations

import html as entities
import re
from collections.abc import Iterable
from urllib.parse import urljoin

from feedd.errors import Unreadable
from feedd.model import Document
from feedd.parse._entries import plain
from feedd.parse._fields import Fields, Value, json_values
from feedd.parse._fields import plain as plain_values
from feedd.parse._html import escape
from feedd.parse._meta import absolute
from feedd.text import clean, decode, line, paragraphs

_HEAD = 64 * 1024
_OPENING = re.compile(r"\s*(?:\{\s*\"|\[\s*[\[{])")
_LINKED = ("@context", "@graph", "@type")
_REFERENCE = re.compile(r"&(?:[A-Za-z]{2,8}|#[0-9]{1,6}|#[xX][0-9A-Fa-f]{1,5});|</[A-Za-z]")
_TAG = re.compile(r"<[A-Za-z/!]")
_ESCAPED = re.compile(r"\s*&lt;[A-Za-z][^<]*&gt;\s*", re.DOTALL)


def sniffed(text: str, keys: re.Pattern[str]) -> list[object]:
    """The values of a text that is JSON as a whole and has one of ``keys`` near its beginning; else none.

    Only such a text is parsed. JSON-LD has its own meaning of every key: it gives none.
    """
    if not _OPENING.match(text) or not keys.search(text, 0, _HEAD):
        return []
    try:
        values = json_values(text)
    except Unreadable:
        return []
    return [] if any(map(_is_linked, values)) else values


def read_values(document: Document, *, flags: bool = False) -> tuple[list[Value], str]:
    """The JSON values of a document, several where it is JSON Lines, and its encoding; raises Unreadable.

    ``flags`` tells whether ``true`` and ``false`` say anything, as for ``plain`` of fields.
    """
    text, encoding = decode(document.data, "utf-8")
    try:
        return [plain_values(value, flags=flags) for value in json_values(text)], encoding
    except Unreadable as error:
        raise Unreadable(f"JSON: {error}") from error


def unknown(values: Iterable[Value], kind: str) -> Unreadable:
    """Why ``values`` are not of a ``kind``, told by what they have instead."""
    first = next((one for value in values for one in objects(value)), None)
    keys = ", ".join(line(key)[:40] for key in list(first or ())[:8])
    return Unreadable(f"is no {kind}: its keys are {keys}" if keys else f"is no {kind}: it holds no object with keys")


def text(value: Value) -> str:
    """What stands where a text belongs: of a list the first, empty for a mapping."""
    if isinstance(value, list):
        value = value[0] if value else ""
    return value if isinstance(value, str) else ""


def first(fields: Fields, *names: str) -> str:
    """The first of the named fields that says anything."""
    return next((found for name in names if (found := text(fields.get(name, "")).strip())), "")


def listed(value: Value) -> list[Value]:
    """A list, or a single value that stands for one."""
    return value if isinstance(value, list) else [value]


def objects(value: Value) -> list[Fields]:
    """The mappings in a list, or a single one that stands for a list."""
    return [one for one in listed(value) if isinstance(one, dict)]


def title(value: str) -> str:
    """A text that should be plain, on one line: where it has character references or end tags it is HTML."""
    return plain(clean(value)) if _REFERENCE.search(value) else line(value)


def markup(value: str) -> str:
    """Unsafe HTML; what was escaped as a whole is taken back once."""
    value = clean(value)
    return value if _TAG.search(value) or not _ESCAPED.fullmatch(value) else clean(entities.unescape(value))


def prose(value: str) -> str:
    """Plain text as HTML, a paragraph each."""
    return "".join(f"<p>{escape(part)}</p>" for part in paragraphs(clean(value)))


def either(value: str) -> str:
    """A text that should be plain as unsafe HTML; it is taken for HTML where ``title`` does so."""
    return markup(value) if _REFERENCE.search(value) else prose(value)


def is_markup(value: str) -> bool:
    """Whether a text of unknown kind is HTML."""
    return _TAG.search(value) is not None


def join(base: str | None, url: str) -> str:
    """An address completed from ``base``; as it stands where that can't be done."""
    url = url.strip()
    if not url or absolute(url):
        return url
    try:
        return urljoin(base or "", url)
    except ValueError:
        return url


def _is_linked(value: object) -> bool:
    if isinstance(value, list):
        return any(isinstance(one, dict) and _is_linked(one) for one in value)
    return isinstance(value, dict) and any(key in value for key in _LINKED)
