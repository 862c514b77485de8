"""Responses of upstream feeds, as messages of HTTP (``application/http``, RFC 9112 §10.2) whose body is a feed.

Well-formed feeds are read as files are. What feedd's own parsers can't read in full is given to feedparser, which
knows how feeds go wrong: here what a server sent was received in full, so that nothing is cut off on its way.
"""

from __future__ import annotations

import http.client
from collections.abc import Callable
from dataclasses import dataclass, replace
from email.message import Message
from io import BytesIO

from feedd.errors import Unreadable
from feedd.model import Article, Document, Parsed
from feedd.parse import _loose, atom, html, jsonfeed, rss
from feedd.parse._entries import ILL_FORMED
from feedd.parse._meta import absolute
from feedd.parse._xml import IllFormed, root_of
from feedd.text import charset, unicode_form

_VERSION = "HTTP/1.1 "
_PARSERS: dict[str, Callable[[Document], tuple[Article, ...]]] = {
    "feed": atom.read,
    "entry": atom.read,
    "rss": rss.read,
    "RDF": rss.read,
    "Channel": rss.read,
}
_MARK = b"\xef\xbb\xbf"
_BEGINNING = 4096


@dataclass(frozen=True, slots=True)
class _Message:
    headers: Message
    body: bytes


def sniff(text: str) -> bool:
    """Whether it is a response of HTTP."""
    return text.startswith(_VERSION)


def read(document: Document) -> tuple[Article, ...]:
    """Each entry of the feed in the body an article; Unreadable where there is no feed in it, or none can be read.

    Relative addresses begin at Content-Location (RFC 9110 §8.7), where the response was had after all redirects.
    """
    message = _message(document.data)
    location = message.headers.get("Content-Location", "").strip()
    body = _in_unicode(message)
    if not body.strip(b" \t\r\n\0\xef\xbb\xbf"):
        raise Unreadable("is an empty response")
    is_page = message.headers.get_content_type() in ("text/html", "application/xhtml+xml")
    return _feed(replace(document, data=body, base=location if absolute(location) else ""), is_page=is_page)


def _message(data: bytes) -> _Message:
    file = BytesIO(data)
    if not file.readline(1000).startswith(_VERSION.encode()):
        raise Unreadable("is no response of HTTP")
    try:
        headers = http.client.parse_headers(file)
    except http.client.HTTPException as error:
        raise Unreadable(f"is no response of HTTP: {error}") from error
    return _Message(headers, file.read())


def _in_unicode(message: _Message) -> bytes:
    """The body, marked as UTF-8 where the header tells a charset: it counts more than what the document declares, and
    less than a mark of its own (RFC 7303 §3).
    """
    body = message.body
    name = charset(message.headers.get_content_charset())
    if name is None or unicode_form(body) is not None:
        return body
    try:
        if name == "utf-8":
            body.decode()
            return _MARK + body
        text = body.decode(name)
    except UnicodeError:
        return body  # the server is wrong: what the document says of itself is tried
    try:
        # Servers call everything Latin-1; there is little else that is UTF-8 by chance.
        return body if not body.isascii() and body.decode() else _MARK + text.encode()
    except UnicodeDecodeError:
        return _MARK + text.encode("utf-8", "ignore")


def _feed(document: Document, *, is_page: bool) -> tuple[Article, ...]:
    """``is_page`` is what the server takes it for, which counts only where it is no feed."""
    form = unicode_form(document.data)
    beginning = document.data[: 100 * _BEGINNING]
    text = beginning.decode("latin-1") if form is None else beginning[form[1] :].decode(form[0], "ignore")
    root = root_of(text.lstrip())
    if root in _PARSERS:
        return _either(document, _PARSERS[root])
    if text.lstrip()[:1] in ("{", "["):
        return jsonfeed.read(document)
    articles = () if html.sniff(text) else _loose.read(document)
    if not articles:
        if is_page or html.sniff(text):
            raise Unreadable("is a web page, and no feed; 'feedd sources add' finds the feeds that a page names")
        raise Unreadable(f"is no feed: its root is <{root[:40]}>" if root else "is no feed")
    return articles


def _either(document: Document, parse: Callable[[Document], tuple[Article, ...]]) -> tuple[Article, ...]:
    """What feedd's own parser reads, unless the feed is ill-formed and feedparser finds no fewer entries in it."""
    try:
        articles = parse(document)
    except IllFormed:
        articles = _loose.read(document)
        if not articles:
            raise
        return articles
    if articles and any(warning.startswith(ILL_FORMED) for warning in articles[0].origin.warnings):
        left_out = len(articles.left_out) if isinstance(articles, Parsed) else 0
        loose = _loose.read(document)
        # Of as many entries feedparser gives the better ones: it knows where each was meant to end.
        return loose if len(loose) >= len(articles) + left_out else articles
    return articles
