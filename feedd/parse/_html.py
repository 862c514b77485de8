"""HTML made fit for a feed: sanitised once, and read as plain text. nh3 lives here."""

from __future__ import annotations

import html as entities
import re
from collections.abc import Callable

import nh3

from feedd.errors import Unreadable
from feedd.text import clean, unwrapped

DEPTH = 200
"""How deep elements may be nested. The sanitiser is quadratic in depth: 100,000 levels take a minute."""
ATTRIBUTES = 5000
"""How many attributes an element may have. Every HTML parser is quadratic in their number."""


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


_TAGS = _names(
    """
    a abbr article aside b bdi bdo blockquote br caption cite code col colgroup dd del details dfn div dl dt
    em figcaption figure footer h1 h2 h3 h4 h5 h6 header hr i img ins kbd li mark ol p pre q rp rt ruby s samp
    section small span strike strong sub summary sup table tbody td tfoot th thead time tr tt u ul var wbr
    """
)
# Elements whose content is no text either: it goes with them.
_DROPPED = _names("head iframe math noembed noframes object script style svg template title")
_ATTRIBUTES = {
    "*": {"dir", "lang", "title"},
    "a": {"href", "hreflang"},
    "blockquote": {"cite"},
    "del": {"cite", "datetime"},
    "img": {"alt", "height", "src", "width"},
    "ins": {"cite", "datetime"},
    "ol": {"reversed", "start"},
    "q": {"cite"},
    "td": {"align", "colspan", "rowspan"},
    "th": {"align", "colspan", "rowspan"},
    "time": {"datetime"},
}
_SCHEMES = {"http", "https", "mailto"}

_SPACE = r"[\t\n\f\r ]"
_ATTR = (
    r"[^\t\n\f\r />][^\t\n\f\r />=]*+"
    rf"(?:{_SPACE}*+={_SPACE}*+(?:\"[^\"]*+\"|'[^']*+'|[^\t\n\f\r >\"'][^\t\n\f\r >]*+)?+)?+"
)
_ATTRS = rf"(?:{_SPACE[:-1]}/]++|{_ATTR})*+"
_ATTRIBUTE = re.compile(_ATTR)
# A comment or a text-only element is one token: tags in it are none. Nothing in it backtracks.
_TOKEN = re.compile(
    r"<!--(?:-?>|(?s:.*?)(?:--!?>|\Z))"
    rf"|<(?P<raw>iframe|noembed|noframes|script|style|textarea|title|xmp)(?=[\t\n\f\r />])(?P<rest>{_ATTRS})(?:>|\Z)"
    r"(?s:.*?)(?:</(?P=raw)|\Z)"
    rf"|<(?P<end>/?)(?P<name>[a-z][^\t\n\f\r />]*+)(?P<attributes>{_ATTRS})(?:>|\Z)",
    re.IGNORECASE,
)
_VOID = _names("area base br col embed hr img input link meta param source track wbr")
# Their end tags may be left out, so an open one tells nothing of depth.
_IMPLIED = _names("body colgroup dd dt head html li optgroup option p rb rp rt rtc tbody td tfoot th thead tr")
_SHALLOW = ("</", "<p>", "<li>", "<td>", "<tr>", "<br")
_BARRIERS = _names("button marquee object svg math table template")
_BLOCKS = _names(
    """
    address article aside blockquote center details dialog dir div dl fieldset figcaption figure footer form
    header hgroup main menu nav ol pre search section select summary ul h1 h2 h3 h4 h5 h6
    """
)

# It begins with what is rare in a text: from its words it would be tried at each of the text's.
_RELATIVE = re.compile(r"(?i)=(?:(?<=href=)|(?<=src=)|(?<=cite=)|(?<=\s=))\s*[\"']?\s*(?!https?:|mailto:|#)[^\s\"'>]")
_IMAGE = re.compile(r'<img((?: [a-z]+="[^"]*")*)>')
_PIXEL = re.compile(r' (?:width|height)="[01](?:px)?"')
_ALT = re.compile(r' alt="([^"]*)"')
_ELEMENT = re.compile(r"<(/?[a-z][a-z0-9]*)[^\"<>]*+(?:\"[^\"]*+\"[^\"<>]*+)*+>")
_STRUCTURE = re.compile(r"<(?:p|div|br|ul|ol|dl|table|h[1-6]|section|article|blockquote|pre|figure)\b", re.IGNORECASE)
_BLANK_LINES = re.compile(r"[ \t\r]*+\n[ \t\r]*+\n\s*+")
_ROWS = _names("br caption dd dt li td th tr")
_PARTS = _names(
    """
    article aside blockquote details div dl figcaption figure footer h1 h2 h3 h4 h5 h6 header hr ol p pre
    section summary table ul
    """
)
_BREAKS = {f"{end}{name}": 1 if name in _ROWS else 2 for name in _ROWS | _PARTS for end in ("", "/")}
_RARE_SPACES = "\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"


def sanitise(html: str, base: str | None = None) -> str:
    """Closed HTML of harmless elements and absolute http, https and mailto addresses.

    Relative addresses are completed from ``base`` (an absolute http URL). Without one, links lose their
    address and keep their text, and images give way to their alternative text. Images of one pixel, which only count
    readers, go. Raises Unreadable as ``refuse_hostile`` does.
    """
    refuse_hostile(html)
    safe = _completed(html, base) if base and _RELATIVE.search(html) else _CLEANER.clean(html)
    if "<img" in safe:
        safe = _IMAGE.sub(_image, safe)
    return clean(safe).strip()  # a character reference may stand for what XML forbids


def text_of(html: str) -> str:
    """The plain text of what ``sanitise`` gave: blank lines between blocks; linear, all text is kept."""
    breaks = 0
    parts: list[str] = []
    for tag, text in _pieces(_folded(html)):
        breaks += _BREAKS.get(tag, 0)
        if breaks:
            text = text.lstrip()
            if not text:
                continue
            parts.append("\n" if breaks == 1 else "\n\n")
            breaks = 0
        parts.append(text)
    found = "".join(parts).strip()
    if " \n" in found:
        found = "\n".join(map(str.rstrip, found.split("\n")))
    return entities.unescape(found) if "&" in found else found


def _pieces(html: str) -> list[tuple[str, str]]:
    """Each tag's name, a slash before it where it closes, with the text behind it; no name for the first text."""
    first, *rest = html.split("<")
    pieces = [("", first)]
    for piece in rest:
        tag, closed, text = piece.partition(">")
        if '"' in tag or not closed:
            if tag.count('"') & 1 or not closed:  # the value of an attribute has < or > in it
                parts = _ELEMENT.split(html)
                return list(zip(["", *parts[1::2]], parts[::2], strict=True))
            tag = tag.partition(" ")[0]
        pieces.append((tag, text))
    return pieces


def _folded(html: str) -> str:
    """Every run of white space as one blank, or as none where it only wraps a line of Chinese or Japanese.

    Few runs are long: replacing costs a quarter of splitting.
    """
    html = unwrapped(html)
    if not html.isascii() and any(space in html for space in _RARE_SPACES):
        return " ".join(html.split())
    html = html.replace("\n", " ").replace("\t", " ")
    while "  " in html:
        html = html.replace("  ", " ")
    return html


def in_paragraphs(text: str) -> str:
    """HTML that has blank lines but no block, as plain text has them, with its paragraphs marked; else unchanged."""
    if "\n" not in text or _STRUCTURE.search(text):
        return text
    parts = _BLANK_LINES.split(text.strip())
    return "".join(f"<p>{part}</p>" for part in parts) if len(parts) > 1 else text


def escape(text: str) -> str:
    """Plain text as HTML text."""
    return entities.escape(text, quote=False)


def _absolute(url: str) -> str | None:
    return f"https:{url}" if url.startswith("//") else None


def _cleaner(base: str | None) -> nh3.Cleaner:
    relative: tuple[str, str] | Callable[[str], str | None] = ("rewrite_with_base", base) if base else _absolute
    return nh3.Cleaner(
        tags=_TAGS,
        clean_content_tags=_DROPPED,
        attributes=_ATTRIBUTES,
        link_rel=None,
        url_schemes=_SCHEMES,
        url_relative=relative,  # type: ignore[arg-type]  # the stub wants the literal inside the tuple
    )


def _completed(html: str, base: str) -> str:
    try:
        return _cleaner(base).clean(html)
    except ValueError:  # not every address that a document gives itself is one
        return _CLEANER.clean(html)


_CLEANER = _cleaner(None)  # building one costs half as much as cleaning an article


def _image(match: re.Match[str]) -> str:
    if len(_PIXEL.findall(match[1])) == 2:
        return ""
    if ' src="' in match[1]:
        return match[0]
    alt = _ALT.search(match[1])
    return escape(entities.unescape(alt[1])) if alt else ""


def refuse_hostile(html: str) -> None:
    """Raises Unreadable where parsing it would take minutes: more than ``DEPTH`` levels or ``ATTRIBUTES``.

    Linear. It follows HTML's rules for tags, not all those for misnested ones; time limits do the rest.
    """
    # Counted without a pattern, these bounds answer for nearly every article.
    tags = html.count("<")
    if tags > DEPTH:
        tags -= sum(map(html.count, _SHALLOW))
    if tags <= DEPTH and len(html) <= 2 * ATTRIBUTES:
        return
    stack: list[str] = []
    for match in _TOKEN.finditer(html):
        attributes = match["attributes"] or match["rest"] or ""
        if len(attributes) > 2 * ATTRIBUTES and len(_ATTRIBUTE.findall(attributes)) > ATTRIBUTES:
            raise Unreadable(f"an HTML element has more than {ATTRIBUTES:,} attributes")
        name = match["name"]
        if name is None:
            continue
        name = name.lower()
        if name in _VOID or name in _IMPLIED:
            continue
        if match["end"]:
            _close(stack, name)
        else:
            stack.append(name)
            if len(stack) > DEPTH:
                raise Unreadable(f"HTML elements are nested deeper than {DEPTH}")


def _close(stack: list[str], name: str) -> None:
    """Take away ``name`` and what it closes with it; an end tag that HTML ignores changes nothing."""
    if name not in stack:
        return
    block = name in _BLOCKS or name in _BARRIERS
    at = len(stack) - 1
    while stack[at] != name:
        if stack[at] in _BARRIERS or (not block and stack[at] in _BLOCKS):
            return
        at -= 1
    del stack[at:]
