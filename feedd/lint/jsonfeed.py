"""JSON Feed 1.0 and 1.1."""

from __future__ import annotations

from collections import Counter
from typing import Any

from feedd.lint import _values as values
from feedd.lint._problems import Report

_SPEC = "JSON Feed 1.1"
_VERSION = "https://jsonfeed.org/version/1"


def check(read: Any, report: Report) -> int:
    """Checks what was read from JSON; gives the number of its items."""
    if not isinstance(read, dict):
        report.error("", "is no JSON object", _SPEC)
        return 0
    _check_top(read, report)
    items = read.get("items")
    if not isinstance(items, list):
        report.error("", "has no list of items", _SPEC)
        return 0
    for number, item in enumerate(items, 1):
        _check_item(item, f"item {number}", report)
    for id_, count in Counter(str(item.get("id")) for item in items if isinstance(item, dict)).items():
        if count > 1:
            report.error("", f"holds {count} items with the id {id_!r}", _SPEC)
    if not items:
        report.warning("", "holds no item")
    return len(items)


def _check_top(read: dict[str, Any], report: Report) -> None:
    if not str(read.get("version", "")).startswith(_VERSION):
        report.error("", f"its version is none of JSON Feed: {read.get('version')!r}", _SPEC)
    if not isinstance(read.get("title"), str) or not read["title"].strip():
        report.error("", "has no title", _SPEC)
    _check_addresses(read, ("home_page_url", "feed_url", "next_url", "icon", "favicon"), "", report)
    if "feed_url" not in read:
        report.warning("", "has no feed_url")
    elif report.url is not None and read["feed_url"] != report.url:
        report.warning("", f"says that it stands at {read['feed_url']}")


def _check_item(item: Any, where: str, report: Report) -> None:
    if not isinstance(item, dict):
        report.error(where, "is no JSON object", _SPEC)
        return
    if not isinstance(item.get("id"), str) or not item["id"]:
        report.error(where, "has no id that is a text", _SPEC)
    if not any(isinstance(item.get(name), str) for name in ("content_html", "content_text")):
        report.error(where, "has neither content_html nor content_text", _SPEC)
    _check_addresses(item, ("url", "external_url", "image", "banner_image"), where, report)
    for name in ("date_published", "date_modified"):
        if name in item and (not isinstance(item[name], str) or values.rfc3339(item[name]) is None):
            report.error(where, f"its {name} is no date of RFC 3339: {item[name]!r}", _SPEC)
    _check_attachments(item, where, report)
    html = item.get("content_html")
    for doubt in values.doubts(html) if isinstance(html, str) and report.thorough else ():
        report.warning(where, f"its content {doubt}")


def _check_attachments(item: dict[str, Any], where: str, report: Report) -> None:
    attachments = item.get("attachments")
    for one in attachments if isinstance(attachments, list) else ():
        if not isinstance(one, dict) or not values.is_iri(str(one.get("url", ""))):
            report.error(where, "an attachment has no address", _SPEC)
        elif not values.is_media_type(str(one.get("mime_type", ""))):
            report.error(where, f"an attachment has no media type: {one.get('mime_type')!r}", _SPEC)


def _check_addresses(table: dict[str, Any], names: tuple[str, ...], where: str, report: Report) -> None:
    for name in names:
        if name in table and not (isinstance(table[name], str) and values.is_iri(table[name])):
            report.error(where, f"its {name} is no address: {str(table[name])[:80]!r}", _SPEC)
