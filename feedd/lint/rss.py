"""RSS 2.0 and its forebears, after the profile of the RSS Advisory Board; and RSS 1.0, which is RDF."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from functools import partial
from typing import Any

from lxml import etree

from feedd.lint import _values as values
from feedd.lint._problems import Report
from feedd.lint._xml import Element, language_of, text_of

_LINK = "{http://www.w3.org/2005/Atom}link"
_ENCODED = "{http://purl.org/rss/1.0/modules/content/}encoded"
_RSS1 = "{http://purl.org/rss/1.0/}"
_ABOUT = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}about"
_SPEC = "RSS 2.0"
_MARKUP = re.compile(r"</\w+>|<(?:b|i|em|strong|a|br|p)\b[^>]*>", re.IGNORECASE)


_path: Callable[[str], Callable[[Element], Any]] = partial(etree.XPath, smart_strings=False)
_CHANNEL = _path("@version and channel/title and channel/link and channel/description")
_ITEMS = _path("count(channel/item)")
_WHOLE = _path("count(channel/item[title][guid])")
_GUIDS = _path("channel/item/guid/text()")


def check(root: Element, report: Report) -> int:
    """Checks a document of RSS 0.9x or 2.0; gives the number of its items."""
    if not root.get("version"):
        report.error("", "has no version", _SPEC)
    channel = root.find("channel")
    if channel is None:
        report.error("", "has no channel", _SPEC)
        return 0
    _check_channel(channel, report)
    items = [*channel.iterfind("item"), *root.iterfind("item")]
    for number, item in enumerate(items, 1):
        _check_item(item, f"item {number}", report)
    guids = Counter(filter(None, (text_of(item.find("guid")) for item in items)))
    for guid, count in guids.items():
        if count > 1:
            report.error("", f"holds {count} items with the guid {guid!r}", _SPEC)
    if not items:
        report.warning("", "holds no item")
    return len(items)


def sketch(root: Element) -> int | None:
    """The number of items; None unless channel and items have what is required, and each item a guid of its own."""
    items, whole = int(_ITEMS(root)), int(_WHOLE(root))
    if items != whole or not _CHANNEL(root) or len(set(_GUIDS(root))) != items:
        return None
    return items


def _check_once(parent: Element, where: str, report: Report) -> None:
    """Only categories, enclosures and what isn't of RSS itself may stand there more than once."""
    names = Counter(str(child.tag) for child in parent if "}" not in str(child.tag))
    for name, count in names.items():
        if count > 1 and name not in ("item", "category", "enclosure"):
            report.error(where, f"has {count} of {name}", _SPEC)


def _check_channel(channel: Element, report: Report) -> None:
    _check_once(channel, "", report)
    for name in ("title", "link", "description"):
        if channel.find(name) is None:
            report.error("", f"its channel has no {name}", _SPEC)
    link = channel.find("link")
    if link is not None and not values.is_iri(text_of(link)):
        report.error("", f"its link is no address: {text_of(link)[:80]!r}", _SPEC)
    for name in ("pubDate", "lastBuildDate"):
        _check_date(channel, name, "", report)
    language = text_of(channel.find("language"))
    if channel.find("language") is not None and not values.is_language(language):
        report.error("", f"its language is no tag: {language[:40]!r}", _SPEC)
    _check_self(channel, report)


def check_rdf(root: Element, report: Report) -> int:
    """Checks a document of RSS 1.0; gives the number of its items."""
    channel = root.find(f"{_RSS1}channel")
    if channel is None:
        report.error("", "has no channel", "RSS 1.0 §5.3")
        return 0
    for name in ("title", "link", "description"):
        if channel.find(f"{_RSS1}{name}") is None:
            report.error("", f"its channel has no {name}", "RSS 1.0 §5.3")
    items = root.findall(f"{_RSS1}item")
    for number, item in enumerate(items, 1):
        lacks = [name for name in ("title", "link") if item.find(f"{_RSS1}{name}") is None]
        for name in (*lacks, *([] if item.get(_ABOUT) else ["rdf:about"])):
            report.error(f"item {number}", f"has no {name}", "RSS 1.0 §5.5")
    for about, count in Counter(filter(None, (item.get(_ABOUT) for item in items))).items():
        if count > 1:
            report.error("", f"holds {count} items about {about!r}", "RSS 1.0 §5.5")
    if not items:
        report.warning("", "holds no item")
    return len(items)


def _check_item(item: Element, where: str, report: Report) -> None:
    _check_once(item, where, report)
    _check_texts(item, where, report)
    link = item.find("link")
    if link is not None and not values.is_iri(text_of(link)):
        report.error(where, f"its link is no address: {text_of(link)[:80]!r}", _SPEC)
    _check_guid(item, where, report)
    _check_date(item, "pubDate", where, report)
    language = language_of(item)
    if language and not values.is_language(language):
        report.error(where, f"its language is no tag: {language[:40]!r}", "RFC 5646")
    enclosures = item.findall("enclosure")
    for enclosure in enclosures:
        _check_enclosure(enclosure, where, report)
    if len(enclosures) > 1:
        report.warning(where, f"has {len(enclosures)} enclosures: many readers take one", "RSS profile")
    source = item.find("source")
    if source is not None and not values.is_iri(str(source.get("url", ""))):
        report.error(where, "its source has no address", _SPEC)


def _check_texts(item: Element, where: str, report: Report) -> None:
    title, description = item.find("title"), item.find("description")
    if title is None and description is None:
        report.error(where, "has neither title nor description", _SPEC)
    if title is not None and not text_of(title):
        report.warning(where, "its title is empty")
    if not report.thorough:
        return
    if _MARKUP.search(text_of(title)):
        report.warning(where, f"its title holds markup: {text_of(title)[:60]!r}", "RSS profile")
    for html in (description, item.find(_ENCODED)):
        for doubt in values.doubts(text_of(html)):
            report.warning(where, f"its text {doubt}")


def _check_guid(item: Element, where: str, report: Report) -> None:
    guid = item.find("guid")
    if guid is None:
        report.warning(where, "has no guid: readers make one of what may change", "RSS profile")
        return
    permanent = str(guid.get("isPermaLink", "true"))
    if permanent not in ("true", "false"):
        report.error(where, f"isPermaLink is {permanent!r}", _SPEC)
    if not text_of(guid):
        report.warning(where, "its guid is empty")
    elif permanent == "true" and not values.is_iri(text_of(guid)):
        report.error(where, f"its guid is no address, but isPermaLink says so: {text_of(guid)[:80]!r}", _SPEC)


def _check_date(parent: Element, name: str, where: str, report: Report) -> None:
    for date in parent.iterfind(name):
        if values.rfc822(text_of(date)) is None:
            report.error(where, f"its {name} is no date of RFC 822: {text_of(date)[:40]!r}", _SPEC)


def _check_enclosure(enclosure: Element, where: str, report: Report) -> None:
    url, length, kind = (str(enclosure.get(name, "")) for name in ("url", "length", "type"))
    if not values.is_web(url):
        report.error(where, f"its enclosure has no address on the web: {url[:80]!r}", _SPEC)
    if not length.isdigit():
        report.error(where, f"the length of its enclosure is no number: {length!r}", _SPEC)
    if not values.is_media_type(kind):
        report.error(where, f"the type of its enclosure is no media type: {kind!r}", _SPEC)


def _check_self(channel: Element, report: Report) -> None:
    own = [str(link.get("href")) for link in channel.iterfind(_LINK) if link.get("rel") == "self"]
    if not own:
        report.warning("", "has no link to itself", "RSS profile")
    elif report.url is not None and report.url not in own:
        report.warning("", f"says that it stands at {own[0]}")
