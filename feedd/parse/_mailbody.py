"""The text of a mail: plain text with quotes, flowed lines and a signature (RFC 3676), and HTML as it is shown.

HTML loses what its reader never sees: hidden elements (a preheader), tracking pixels, and pictures that are parts
of the mail, which have no public address.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import groupby

from lxml.html import HtmlElement

from feedd.parse._html import escape
from feedd.parse._page import read_page, strip
from feedd.parse._tidy import markup
from feedd.text import clean, paragraphs

_QUOTES = 5
_SIGNATURE = 25
_QUOTE = re.compile(r"(?:>[ ]?)*+>")
_SIGNED = frozenset(("moz-signature", "gmail_signature", "gmail_signature_prefix"))
_RULE = re.compile(r"_{40,}\s*")
_FILE = re.compile(r"[^/\\]{1,80}\.(?:png|jpe?g|gif|bmp|webp|svg|tiff?)|", re.IGNORECASE)
_NONE = re.compile(r"0(?:\.0*)?(?:px|%)?")
_TINY = re.compile(r"[01](?:\.0*)?(?:px)?")


def from_plain(text: str, *, flowed: bool = False, joined: bool = False) -> tuple[str, str]:
    """Plain text as HTML, and its signature as text; quotes are quotes, and no other text is lost.

    ``flowed`` is ``format=flowed``, ``joined`` its ``delsp=yes``.
    """
    rows, signature = _signed(clean(text).split("\n"))
    lines = _flowed(rows, joined) if flowed else [_unquoted(row) for row in rows]
    blocks: list[str] = []
    for depth, block in groupby(lines, lambda line: min(line[0], _QUOTES)):
        parts = paragraphs("\n".join(row for _, row in block))
        if parts:
            inside = "\n".join(f"<p>{escape(part)}</p>" for part in parts)
            blocks.append("<blockquote>" * depth + inside + "</blockquote>" * depth)
    return "\n".join(blocks), "\n".join(signature).strip()


def shown(html: str) -> tuple[str, str]:
    """HTML without what is never shown, and the HTML of its signature; raises Unreadable as ``read_page`` does."""
    root = read_page(html).root
    strip(root, _is_not_shown)
    signatures = []
    for element in list(root.iter("div", "p", "table", "pre", "span")):
        if not _SIGNED.isdisjoint((element.get("class") or "").split()) and element.getparent() is not None:
            signatures.append(markup(element))
            element.drop_tree()
    body = root.find("body")
    return markup(root if body is None else body), "".join(signatures)


def _signed(rows: list[str]) -> tuple[list[str], list[str]]:
    """The rows above a signature, or a list's footer, or the one over the other, and what stands there."""
    at = _last(rows, lambda at: _RULE.fullmatch(rows[at]) and at + 1 < len(rows) and "mailing list" in rows[at + 1])
    above = rows[:at]
    while above and not above[-1].strip():
        above.pop()
    mark = _last(above, lambda at: above[at] == "-- ")
    return above[:mark], [*above[mark + 1 :], *rows[at + 1 :]]


def _last(rows: list[str], is_mark: Callable[[int], object]) -> int:
    """Where the last mark stands, unless more stands below it than a signature has; the end where there is none."""
    lowest = max(len(rows) - 2 - _SIGNATURE, -1)
    return next((at for at in range(len(rows) - 1, lowest, -1) if is_mark(at)), len(rows))


def _unquoted(row: str) -> tuple[int, str]:
    match = _QUOTE.match(row)
    return (match[0].count(">"), row[match.end() :].removeprefix(" ")) if match else (0, row)


def _flowed(rows: list[str], joined: bool) -> list[tuple[int, str]]:
    """The paragraphs, each on one line, with the depth of their quotes (RFC 3676 §4)."""
    done: list[tuple[int, str]] = []
    pieces: list[str] = []
    last = 0
    for row in rows:
        depth = len(row) - len(row.lstrip(">"))
        row = row[depth:].removeprefix(" ")
        if pieces and depth != last:
            done.append((last, "".join(pieces)))
            pieces = []
        last = depth
        soft = row.endswith(" ") and row != "-- "
        pieces.append(row[:-1] if soft and joined else row)
        if not soft:
            done.append((depth, "".join(pieces)))
            pieces = []
    return [*done, (last, "".join(pieces))]


def _is_not_shown(element: HtmlElement) -> bool:
    """Folded to nothing, as preheaders are; or a picture that none is to see."""
    style = _style(element)
    folded = style.get("overflow") == "hidden" and _NONE.fullmatch(style.get("max-height", ""))
    if folded or _NONE.fullmatch(style.get("opacity", "")):
        return True
    return element.tag == "img" and _is_no_picture(element, style)


def _style(element: HtmlElement) -> dict[str, str]:
    pairs = (one.partition(":") for one in (element.get("style") or "").lower().split(";"))
    return {name.strip(): value.replace("!important", "").strip() for name, _, value in pairs}


def _is_no_picture(image: HtmlElement, style: dict[str, str]) -> bool:
    """A pixel that only counts readers, or a part of the mail under nothing but a file's name."""
    if (image.get("src") or "").strip().lower().startswith("cid:"):
        return _FILE.fullmatch(image.get("alt") or "") is not None
    sizes = (style.get(name) or image.get(name) or "" for name in ("width", "height"))
    return any(map(_TINY.fullmatch, sizes))
