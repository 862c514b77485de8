"""OPML 2.0: lists of subscriptions."""

from __future__ import annotations

from feedd.lint import _values as values
from feedd.lint._problems import Report
from feedd.lint._xml import Element, text_of

_SPEC = "OPML 2.0"


def check(root: Element, report: Report) -> int:
    """Checks a document; gives the number of its subscriptions."""
    if root.get("version") not in ("1.0", "1.1", "2.0"):
        report.error("", f"its version is {root.get('version')!r}", _SPEC)
    body = root.find("body")
    if root.find("head") is None or body is None or body.find("outline") is None:
        report.error("", "has not a head and a body with an outline", _SPEC)
        return 0
    for name in ("dateCreated", "dateModified"):
        date = root.find(f"head/{name}")
        if date is not None and values.rfc822(text_of(date)) is None:
            report.error("", f"its {name} is no date of RFC 822: {text_of(date)[:40]!r}", _SPEC)
    feeds = 0
    for number, outline in enumerate(body.iter("outline"), 1):
        if outline.get("text") is None:
            report.error(f"outline {number}", "has no text", _SPEC)
        if outline.get("type") in ("rss", "atom"):
            feeds += 1
            if not values.is_iri(str(outline.get("xmlUrl", ""))):
                report.error(f"outline {number}", "has no address of its feed", _SPEC)
    return feeds
