"""Atom 1.0 (RFC 4287), archived feeds (RFC 5005) and tombstones (RFC 6721)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from functools import partial
from typing import Any

from lxml import etree

from feedd.lint import _values as values
from feedd.lint._problems import Report
from feedd.lint._xml import BASE, Element, language_of, text_of

ATOM = "{http://www.w3.org/2005/Atom}"
_HISTORY = "{http://purl.org/syndication/history/1.0}"
_TOMBSTONES = "{http://purl.org/atompub/tombstones/1.0}"
_ONCE = tuple("id title updated subtitle generator icon logo rights published summary content source".split())


_path: Callable[[str], Callable[[Element], Any]] = partial(
    etree.XPath, namespaces={"a": ATOM[1:-1]}, smart_strings=False
)
_FEED = _path("a:id and a:title and a:updated and a:author")
_ENTRIES = _path("count(a:entry)")
_WHOLE = _path("count(a:entry[a:id][a:title][a:updated])")
_IDS = _path("a:entry/a:id/text()")


def check_feed(feed: Element, report: Report) -> int:
    """Checks a feed document; gives the number of its entries."""
    _check_common(feed, "", report, "RFC 4287 §4.1.1")
    entries = feed.findall(f"{ATOM}entry")
    feed_author = feed.find(f"{ATOM}author") is not None
    for number, entry in enumerate(entries, 1):
        _check_entry(entry, f"entry {number}", report, inherits=feed_author)
    seen = Counter((text_of(entry.find(f"{ATOM}id")), text_of(entry.find(f"{ATOM}updated"))) for entry in entries)
    for (id_, _), count in seen.items():
        if count > 1 and id_:
            report.error(
                "", f"holds {count} entries with the id {id_!r} and the same date of change", "RFC 4287 §4.1.1"
            )
    _check_self(feed, report)
    _check_history(feed, report)
    for deleted in feed.iterfind(f"{_TOMBSTONES}deleted-entry"):
        _check_tombstone(deleted, report)
    if not entries:
        report.warning("", "holds no entry")
    return len(entries)


def sketch(feed: Element) -> int | None:
    """The number of entries; None unless feed and entries have what is required, and each entry an id of its own."""
    entries, whole = int(_ENTRIES(feed)), int(_WHOLE(feed))
    if entries != whole or not _FEED(feed) or len(set(_IDS(feed))) != entries:
        return None
    return entries


def check_document(entry: Element, report: Report) -> int:
    """Checks a document that is one entry."""
    _check_entry(entry, "", report, inherits=False)
    return 1


def _check_common(parent: Element, where: str, report: Report, rule: str) -> None:
    """What feeds, entries and sources have alike."""
    for name in ("id", "title", "updated"):
        if parent.find(f"{ATOM}{name}") is None:
            report.error(where, f"has no {name}", rule)
    counts = Counter(child.tag for child in parent)
    for name in _ONCE:
        if counts[f"{ATOM}{name}"] > 1:
            report.error(where, f"has {counts[f'{ATOM}{name}']} of {name}", rule)
    id_ = parent.find(f"{ATOM}id")
    if id_ is not None and not values.is_iri(text_of(id_)):
        report.error(where, f"its id is no absolute IRI: {text_of(id_)[:80]!r}", "RFC 4287 §4.2.6")
    _check_texts(parent, where, report)
    _check_dates(parent, where, report)
    _check_people(parent, where, report)
    for category in parent.iterfind(f"{ATOM}category"):
        if category.get("term") is None:
            report.error(where, "a category has no term", "RFC 4287 §4.2.2")
    _check_links(parent, where, report)


def _check_texts(parent: Element, where: str, report: Report) -> None:
    title = parent.find(f"{ATOM}title")
    if title is not None and not text_of(title):
        report.warning(where, "its title is empty")
    for kind in ("title", "subtitle", "summary", "rights"):
        for text in parent.iterfind(f"{ATOM}{kind}"):
            if text.get("type", "text") not in ("text", "html", "xhtml"):
                report.error(where, f"the type of its {kind} is {text.get('type')!r}", "RFC 4287 §3.1.1")
    language = language_of(parent)
    if language and not values.is_language(language):
        report.error(where, f"its language is no tag: {language[:40]!r}", "RFC 5646")


def _check_dates(parent: Element, where: str, report: Report) -> None:
    for name in ("updated", "published"):
        for date in parent.iterfind(f"{ATOM}{name}"):
            if values.rfc3339(text_of(date)) is None:
                report.error(where, f"its {name} is no date of RFC 3339: {text_of(date)[:40]!r}", "RFC 4287 §3.3")


def _check_people(parent: Element, where: str, report: Report) -> None:
    for person in (*parent.iterfind(f"{ATOM}author"), *parent.iterfind(f"{ATOM}contributor")):
        if not text_of(person.find(f"{ATOM}name")):
            report.error(where, "an author has no name", "RFC 4287 §3.2.1")
        uri = person.find(f"{ATOM}uri")
        if uri is not None and not values.is_reference(text_of(uri)):
            report.error(where, f"the address of an author is none: {text_of(uri)[:80]!r}", "RFC 4287 §3.2.2")


def _check_links(parent: Element, where: str, report: Report) -> None:
    alternates: Counter[tuple[str, str]] = Counter()
    for link in parent.iterfind(f"{ATOM}link"):
        href, rel, kind = str(link.get("href", " ")), str(link.get("rel", "alternate")), link.get("type")
        if not values.is_reference(href):
            report.error(where, f"a link leads nowhere: {href[:80]!r}", "RFC 4287 §4.2.7.1")
        elif not values.is_iri(href) and all(one.get(BASE) is None for one in (parent, *parent.iterancestors(), link)):
            report.warning(where, f"a link is relative to nothing: {href[:80]!r}")
        if kind is not None and not values.is_media_type(str(kind)):
            report.error(where, f"the type of a link is no media type: {kind!r}", "RFC 4287 §4.2.7.3")
        if rel == "alternate":
            alternates[str(kind or ""), str(link.get("hreflang", ""))] += 1
        length = link.get("length")
        if length is not None and not str(length).isdigit():
            report.error(where, f"the length of a link is no number: {length!r}", "RFC 4287 §4.2.7.6")
    if max(alternates.values(), default=0) > 1:
        report.error(where, "has several alternate links of one type and language", "RFC 4287 §4.1.1")


def _check_entry(entry: Element, where: str, report: Report, *, inherits: bool) -> None:
    _check_common(entry, where, report, "RFC 4287 §4.1.2")
    content = entry.find(f"{ATOM}content")
    links = [link for link in entry.iterfind(f"{ATOM}link") if link.get("rel", "alternate") == "alternate"]
    if content is None and not links:
        report.error(where, "has neither content nor an alternate link", "RFC 4287 §4.1.2")
    if content is None and entry.find(f"{ATOM}summary") is None:
        report.warning(where, "has neither content nor a summary")
    source = entry.find(f"{ATOM}source")
    if source is not None:
        for name in ("id", "title", "updated"):
            if source.find(f"{ATOM}{name}") is None:
                report.warning(where, f"its source has no {name}", "RFC 4287 §4.2.11")
    authors = (entry, source) if source is not None else (entry,)
    if not inherits and all(one.find(f"{ATOM}author") is None for one in authors):
        report.error(where, "has no author, and neither has the feed", "RFC 4287 §4.1.2")
    if content is not None:
        _check_content(content, where, report)


def _check_content(content: Element, where: str, report: Report) -> None:
    kind, src = str(content.get("type", "text")), content.get("src")
    if kind not in ("text", "html", "xhtml") and not values.is_media_type(kind):
        report.error(where, f"the type of its content is {kind!r}", "RFC 4287 §4.1.3.1")
    if src is not None and text_of(content):
        report.error(where, "its content stands elsewhere, and here too", "RFC 4287 §4.1.3.2")
    if src is not None and not values.is_reference(str(src)):
        report.error(where, f"the address of its content is none: {str(src)[:80]!r}", "RFC 4287 §4.1.3.2")
    if kind == "xhtml" and (len(content) != 1 or content[0].tag != "{http://www.w3.org/1999/xhtml}div"):
        report.error(where, "its XHTML isn't inside of one div", "RFC 4287 §4.1.3.3")
    if kind == "html" and report.thorough:
        for doubt in values.doubts(content.text or ""):
            report.warning(where, f"its content {doubt}")


def _check_self(feed: Element, report: Report) -> None:
    own = [str(link.get("href")) for link in feed.iterfind(f"{ATOM}link") if link.get("rel") == "self"]
    if not own:
        report.warning("", "has no link to itself", "RFC 4287 §4.1.1")
    elif report.url is not None and report.url not in own:
        report.warning("", f"says that it stands at {own[0]}")


def _check_history(feed: Element, report: Report) -> None:
    rels = {str(link.get("rel")) for link in feed.iterfind(f"{ATOM}link")}
    if feed.find(f"{_HISTORY}archive") is not None and "current" not in rels:
        report.warning("", "is an archive document and has no link to the current one", "RFC 5005 §4")
    if feed.find(f"{_HISTORY}complete") is not None and rels & {"prev-archive", "next-archive"}:
        report.error("", "is complete, and names archive documents all the same", "RFC 5005 §2")


def _check_tombstone(deleted: Element, report: Report) -> None:
    ref, when = str(deleted.get("ref", "")), str(deleted.get("when", ""))
    if not values.is_iri(ref):
        report.error("", f"a tombstone is of nothing: {ref[:80]!r}", "RFC 6721 §3")
    if values.rfc3339(when) is None:
        report.error("", f"a tombstone has no date of RFC 3339: {when[:40]!r}", "RFC 6721 §3")
