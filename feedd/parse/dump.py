"""Plain text: dumps of news pages, and notes.

A page is known by its head: a date line, a byline, or a headline that stands twice. Its zones are the headline,
the standfirst, the body, the list of other stories and the footer. Only the body becomes content, and the
standfirst the summary; without one the summary stays empty: it is never made up. A note has none of this:
its first line is the title and all the rest is the body; a note that begins with prose is titled by its
beginning and keeps it. A date without a zone is read in the inbox's zone, or UTC.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, tzinfo
from itertools import groupby
from statistics import median
from textwrap import dedent

from feedd.errors import Unreadable
from feedd.model import Article, Document, Origin, Person, Zones
from feedd.parse._head import read_head
from feedd.parse._headrows import Head
from feedd.parse._html import escape
from feedd.parse._layout import base_indent, blocks, is_verbatim, rows, unwrapped
from feedd.parse._meta import absolute
from feedd.parse._name import date_in
from feedd.parse._related import headlines, inline, is_dated, is_marker, section_end, start_of_list
from feedd.parse._rows import Row, is_furniture, is_rights, is_sentence, tags_of, unmarked, url_of
from feedd.text import are_meant, clean, decode, excerpt, paragraphs, words

_TITLE = 100
_LEDE = 300
_STRAYS = 3
_CODE = 4
_LONGER = 1.8
_HEADING = re.compile(r"#{1,6}\s+(?P<text>.*?)\s*#*|\*\*(?P<bold>[^*]+)\*\*")
_STRONG = re.compile(r"\*\*(?=\S)([^*]+?)(?<=\S)\*\*")
_ITEM = re.compile(r"[-*•·]\s+(?=\S)")
_SITE = re.compile(r"(?P<title>.*\S)\s+(?P<sign>\||[-–—•»«]|::)\s+(?P<site>[^|]{2,40})")
_CAPTION = re.compile(
    r"(?i)(?:media|image) (?:caption|source)\b|(?:photo|foto|bild|image|picture|video|©)\s*:|getty images"
)
_DATELINE = re.compile(r"[^\W\d_a-z][^.!?—–]{1,40}\s*(?:\([^()]{2,30}\)\s*)?[—–-]\s")


@dataclass(frozen=True, slots=True)
class _Page:
    """The lines of a text by their zone."""

    head: Head
    body: list[Row]
    related: list[Row]
    footer: list[str]


def read(document: Document) -> tuple[Article, ...]:
    """The one article of a plain text; raises Unreadable where nothing legible stands in it."""
    text, encoding = decode(document.data)
    lines = unwrapped(rows(clean(text)))
    if not lines:
        raise Unreadable("has neither a title nor text")
    return (_article(_zones(lines), document, encoding),)


def _article(page: _Page, document: Document, encoding: str) -> Article:
    head, defaults = page.head, document.defaults
    rights = " ".join(dict.fromkeys(row for row in page.footer if is_rights(row)))
    parts = _paragraphs(page.body)
    title = _without_site(head, rights) or excerpt(unmarked(parts[0]), _TITLE)
    plain = [part if "\n" in part or part.startswith(" ") else unmarked(part) for part in parts]
    published, updated, origin = _dates(head, document.name, defaults.timezone)
    names = head.authors or ((defaults.author,) if defaults.author else ())
    related = headlines(page.related, defaults.timezone)
    url = head.url or next(filter(None, map(url_of, page.footer)), None)
    return Article(
        title=title,
        content=_html(parts),
        origin=Origin("dump", encoding, date_origin=origin),
        zones=Zones(
            title=title,
            lede=head.standfirst,
            body="\n\n".join(plain),
            related="\n".join(item.title for item in related),
            footer="\n".join((*head.extras, *page.footer)),
        ),
        summary=head.standfirst,
        published=published,
        updated=updated,
        url=url if url and absolute(url) else None,
        authors=tuple(map(Person, names)),
        tags=head.tags,
        language=defaults.language,
        rights=rights or None,
        related=related,
    )


def _zones(lines: list[Row]) -> _Page:
    head = read_head(lines)
    rest = lines[head.end :]
    end = _footer_at(rest)
    if not head.is_page and not any(is_rights(row.text) for row in rest[end:]):
        end = len(rest)  # a note may well end with "Contact"
    footer = [row.text for row in rest[end:]]
    page = head.is_page or bool(footer)
    body, related = _split(rest[:end], page=page)
    if page:
        body = _without_furniture(body, head, footer)
    if head.is_page and not head.standfirst and _has_standfirst(body):
        head.standfirst = body.pop(0).text
    return _Page(head, body, related, footer)


def _footer_at(rest: list[Row]) -> int:
    """Where the page's furniture at the end begins; a few short lines between it belong to it."""
    start, strays = len(rest), 0
    for at in range(len(rest) - 1, -1, -1):
        row = rest[at]
        if is_marker(row.text):
            break
        if is_rights(row.text) or is_furniture(row.text) or (url_of(row.text) and not strays):
            start, strays = at, 0
        elif len(row.text) > 40 or is_sentence(row.text) or is_dated(row) or strays == _STRAYS:
            break
        else:
            strays += 1
    return start


def _split(rest: list[Row], *, page: bool) -> tuple[list[Row], list[Row]]:
    """The body and the lines of other stories, wherever in it they stand."""
    body: list[Row] = []
    related: list[Row] = []
    at = 0
    while at < len(rest):
        row = rest[at]
        end = section_end(rest, at + 1, sure=page) if is_marker(row.text) else at
        headline = inline(row.text) if page else ""
        if end > at + 1:
            related += rest[at:end]
        elif headline:
            related.append(Row(headline, headline, row.gap))
        else:
            body.append(row)
        at = max(end, at + 1)
    start = start_of_list(body) if page else None
    return (body, related) if start is None else (body[:start], body[start:] + related)


def _without_furniture(body: list[Row], head: Head, footer: list[str]) -> list[Row]:
    kept: list[Row] = []
    for row in body:
        if tags := tags_of(row.text):
            head.tags = head.tags or tags
        elif is_furniture(row.text):
            footer.append(row.text)
        else:
            kept.append(row)
    return kept


def _has_standfirst(body: list[Row]) -> bool:
    """Whether the first paragraph is set off: by more blank lines, or by its length against the next ones."""
    apart = len(body) > 1 and (body[1].gap or not any(row.gap for row in body[2:]))
    if not apart or len(body[0].text) > _LEDE or _DATELINE.match(body[0].text) or _CAPTION.match(body[0].text):
        return False
    sentences = len(re.findall(r"[.!?…](?:\s|$)", body[0].text))
    if sentences > 2 or body[0].raw.startswith(("#", "**")) or words(body[0].text) < 4:
        return False
    gaps = [row.gap for row in body[2:] if row.gap]
    if body[1].gap >= 2 and body[1].gap > (median(gaps) if gaps else 1):
        return True
    sizes = [len(row.text) for row in body[1:3]]
    return sentences < 2 and len(sizes) > 1 and min(sizes) >= _LONGER * len(body[0].text)


def _dates(head: Head, name: str, zone: tzinfo | None) -> tuple[datetime | None, datetime | None, str | None]:
    """Published, updated, and where the first stood; a page that tells only of its change was published then."""
    published = head.published.at(zone) if head.published else None
    updated = head.updated.at(zone) if head.updated else None
    if published is None:
        published, updated = updated, None
    if published is not None:
        return published, updated if updated and updated > published else None, "date line"
    named = date_in(name, zone)
    return named, None, "file name" if named else None


def _without_site(head: Head, rights: str) -> str:
    """The title without the site's name behind it, where a sign or the rights tell that it is one."""
    match = _SITE.fullmatch(head.title)
    if match is None or not head.is_page:
        return head.title
    named = match["site"].casefold() in rights.casefold()
    short = match["sign"] == "|" and len(match["site"].split()) <= 4 < len(match["title"].split()) + 2
    return match["title"] if named or short else head.title


def _paragraphs(body: list[Row]) -> list[str]:
    """The paragraphs of a body, each on one line; verse and what is indented keep their lines."""
    parts: list[str] = []
    base = base_indent(body)
    for block in _blocks(body):
        lines = [row.raw for row in block]
        if is_verbatim(block, base) or _is_command(block, base, parts[-1:]):
            least = min(row.indent for row in block)
            parts.append("\n".join(" " * (row.indent - least + _CODE) + row.raw for row in block))
        elif are_meant(lines) and not any(map(_HEADING.fullmatch, lines)):
            parts.append("\n".join(" ".join(one.split()) for one in lines))
        else:
            parts += paragraphs("\n".join(lines))
    return parts


def _blocks(body: list[Row]) -> list[list[Row]]:
    """The blocks of a body; a date is one of its own."""
    alone = lambda row: id(row) if is_dated(row) else 0  # noqa: E731  a key that no other row has
    return [list(group) for block in blocks(body) for _, group in groupby(block, alone)]


def _is_command(block: list[Row], base: int, before: list[str]) -> bool:
    """Whether a block is a line of code alone: indented, short, and behind a colon."""
    one = len(block) == 1 and block[0].indent >= base + _CODE and len(block[0].raw) <= _TITLE
    return one and before != [] and before[0].endswith(":") and not is_sentence(block[0].text)


def _html(parts: list[str]) -> str:
    blocks = []
    for listed, items in groupby(parts, lambda part: _ITEM.match(part) is not None):
        if listed:
            blocks.append("<ul>" + "".join(f"<li>{_inline(_ITEM.sub('', item))}</li>" for item in items) + "</ul>")
        else:
            blocks += map(_block, items)
    return "\n".join(blocks)


def _block(paragraph: str) -> str:
    """A paragraph as HTML: the marks of headings and strong emphasis, and lines that were meant, are kept as such."""
    if paragraph.startswith(" "):
        return f"<pre>{escape(dedent(paragraph))}</pre>"
    if "\n" in paragraph:
        return "<p>" + "<br>".join(map(_inline, paragraph.split("\n"))) + "</p>"
    heading = _HEADING.fullmatch(paragraph)
    if heading:
        return f"<h3>{escape(unmarked(heading['text'] or heading['bold'] or ''))}</h3>"
    return f"<p>{_inline(paragraph)}</p>"


def _inline(text: str) -> str:
    return _STRONG.sub(r"<strong>\1</strong>", escape(text))
