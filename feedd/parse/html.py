"""Web pages and fragments of HTML: what the page says of its article, and the article's own part of the page.

The page is believed in this order: schema.org's JSON-LD, then ``meta`` elements (Dublin Core, OpenGraph), then
microdata, then what a reader sees: headings, ``time`` elements, bylines. A later one that tells the instant of a day
counts more than an earlier one that tells only the day. A fragment without a page around it is all article.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

from feedd.dates import Reading, read_date
from feedd.model import Article, Document, Origin
from feedd.parse import _schema
from feedd.parse._body import body_of
from feedd.parse._compose import compose
from feedd.parse._data import json_ld, microdata
from feedd.parse._fields import Fields, Value
from feedd.parse._headline import headline, site_names
from feedd.parse._html import sanitise, text_of
from feedd.parse._meta import Meta, absolute, read_meta
from feedd.parse._name import date_in, words_in
from feedd.parse._own import key_of, own_of
from feedd.parse._page import Page, declared_charset, head_of, join, read_page, sites_of, text_in
from feedd.parse._seen import headings_in, seen_in
from feedd.parse._xml import root_of
from feedd.text import decode, line, words

_OPENING = re.compile(r"\s*(?:<!--(?s:.*?)-->\s*)*<(?:!doctype\s+html|html|head|body)[\s>]", re.IGNORECASE)
_HEADING = re.compile(
    r"(?:\s|<(?:div|header|section|article)>)*(?P<all><h(?P<level>[1-3])>(?P<text>.*?)</h(?P=level)>)", re.DOTALL
)
_TITLE = re.compile(r"<title\b[^>]*>(?P<text>[^<]*)", re.IGNORECASE)
_ELLIPSIS = re.compile(r"\s*(?:…|\.\.\.|\[…\]|\[\.\.\.\])$")
_MUCH = 100  # words of a text that data hold and the page does not show


def sniff(text: str) -> bool:
    """Whether the text begins as a whole page does."""
    return _OPENING.match(text) is not None or root_of(text).lower() == "html"


def read(document: Document) -> tuple[Article, ...]:
    """The one article of a page; raises Unreadable where it holds none or would take minutes to read."""
    text, encoding = decode(document.data, declared_charset(document.data))
    page = read_page(text)
    nodes = _schema.articles(*json_ld(page))
    marked = _schema.articles(*microdata(page))
    rungs: list[tuple[str, Fields]] = [
        *(("JSON-LD", _schema.fields_of(node)) for node in nodes[:1]),
        ("meta", head_of(page)),
        *(("microdata", _schema.fields_of(node)) for node in marked[:1]),
    ]
    title = _title(page, nodes, rungs, headings_in(page))
    own = own_of(page.root, title)
    if not title and own.headline is not None:  # a paragraph that word processors call a title
        title = text_in(own.headline)
        own = own_of(page.root, title)
    rungs.append(("page", seen_in(page, own.elements)))
    fields = _merged([said for _, said in rungs]) | {"title": title}
    fields["url"] = join(page.base, str(fields.get("url", ""))) or page.url
    base = page.base or str(fields["url"]) or None
    base_url = base if base and absolute(base) else None
    body = body_of(page.root, base_url, own, _keys(fields))
    rungs.append(("page", body.fields))
    fields = _merged([body.fields]) | {name: value for name, value in fields.items() if value}
    where = _date(rungs, fields)
    _complete(fields, base)
    meta = read_meta(fields, document.defaults)
    html = _content(body.html, nodes, base_url)
    return (_article(meta, html, document, encoding=encoding, where=where),)


def _article(meta: Meta, html: str, document: Document, *, encoding: str, where: str) -> Article:
    opening = _HEADING.match(html)
    if opening:
        text = line(text_of(opening["text"]))
        if text and meta.title in ("", text):
            meta = replace(meta, title=text)
            html = html[: opening.start("all")] + html[opening.end("all") :].lstrip()
    published = meta.published
    if published is None and (published := date_in(document.name, document.defaults.timezone)):
        where = "file name"
    title = meta.title or (words_in(document.name) if html else "")
    summary = "" if _is_beginning(meta.summary, text_of(html)) else meta.summary
    meta = replace(meta, title=title, published=published, summary=summary)
    origin = Origin("html", encoding, date_origin=where if published else None, warnings=meta.warnings)
    return compose(meta, html, origin=origin)


def _merged(rungs: list[Fields]) -> Fields:
    """Of each field what is said first; of tags all that is said."""
    merged: Fields = {"tags": [tag for said in rungs for tag in said.get("tags", ())]}
    for said in rungs:
        for name, value in said.items():
            if value and not merged.get(name):
                merged[name] = value
    return merged


def _title(page: Page, nodes: list[_schema.Node], rungs: list[tuple[str, Fields]], headings: list[str]) -> str:
    # Of a node's headline and its name the page shows the one that it means.
    own = [title for node in nodes[:1] for title in _schema.titles_of(node)]
    said = sorted(own, key=lambda title: title not in headings)
    said += [str(fields.get("title", "")) for _, fields in rungs[len(nodes[:1]) :]]
    title = page.root.find(".//head/title")
    shown = line(str(title.text_content())) if title is not None else ""
    publishers = map(_schema.publisher_of, nodes[:1])
    return headline(said, shown, headings, site_names([*sites_of(page), *publishers], page.url))


def _date(rungs: list[tuple[str, Fields]], fields: Fields) -> str:
    """Settle ``date`` and ``updated`` of ``fields``; tells where the date stood."""
    published = _most_exact([*_dates(rungs, "date", "dates")])
    updated = _most_exact([*_dates(rungs, "updated", "updates")])
    fields.pop("dates", None)
    fields.pop("updates", None)
    fields["date"] = published[1] if published else ""
    fields["updated"] = updated[1] if updated else ""
    return published[0] if published else ""


def _dates(rungs: list[tuple[str, Fields]], one: str, several: str) -> list[tuple[str, str, Reading]]:
    found = []
    for rung, fields in rungs:
        more = fields.get(several, [])
        for value in (fields.get(one, ""), *(more if isinstance(more, list) else ())):
            reading = read_date(value) if isinstance(value, str) and value else None
            if reading is not None and isinstance(value, str):
                found.append((rung, value, reading))
    return found


def _most_exact(claims: list[tuple[str, str, Reading]]) -> tuple[str, str] | None:
    """The first claim; the instant of the same day where a later one has it."""
    if not claims:
        return None
    first = claims[0]
    for precision in ("instant", "local"):
        if first[2].precision == "instant" or first[2].precision == precision:
            break
        day = first[2].value.date()
        for claim in claims[1:]:
            reading = claim[2]
            if reading.precision == precision and abs(reading.value.date() - day) <= timedelta(
                days=precision == "instant"
            ):
                return claim[:2]
    return first[:2]


def _complete(fields: Fields, base: str | None) -> None:
    """Make the addresses absolute as far as the page tells where it stood."""
    fields["image"] = join(base, str(fields.get("image", "")))
    people = fields.get("authors", [])
    for person in people if isinstance(people, list) else []:
        if isinstance(person, dict) and isinstance(person.get("url"), str):
            person["url"] = join(base, str(person["url"]))
    enclosures: list[Value] = []
    for one in fields.get("enclosures", []):
        if isinstance(one, dict):
            enclosures.append(one | {"url": join(base, str(one.get("url", "")))})
    fields["enclosures"] = enclosures


def _keys(fields: Fields) -> frozenset[str]:
    """The names of the authors as keys."""
    people = fields.get("authors", [])
    names = (one.get("name", "") if isinstance(one, dict) else one for one in people if isinstance(people, list))
    return frozenset(key_of(name) for name in names if isinstance(name, str) and name)


def _content(shown: str, nodes: list[_schema.Node], base: str | None) -> str:
    """The article's part of the page; the text in the page's data where a script would have shown it."""
    html = sanitise(shown, base)
    held = sanitise(_schema.body_of(nodes[0]), base) if nodes else ""
    count = words(text_of(held))
    return held if count >= _MUCH and count > 2 * words(text_of(html)) else html


def _is_beginning(summary: str, body: str) -> bool:
    """Whether a summary is only the text's beginning cut off, as systems make it up."""
    begun = _ELLIPSIS.sub("", summary)
    return begun != summary and line(body).startswith(begun)
