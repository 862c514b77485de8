"""Where the documents of the served folder stand: names in it, and the public addresses made of them."""

from __future__ import annotations

import hashlib
import re
from urllib.parse import quote

from feedd.model import Article, Entry, Feed, Site

PAGES = "articles/"
"""Where articles' own pages stand."""
_WEB = re.compile(r"(https?://)([^/?#]+)(.*)", re.IGNORECASE | re.DOTALL)
_AUTHORITY = re.compile(r"[A-Za-z0-9._~:@%\[\]-]+")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*")
_NOT_IRI = re.compile(r"[\x00-\x20\x7f-\xa0\ud800-\udfff<>\"\[\]{}|\\^`]|%(?![0-9A-Fa-f]{2})|^/*$")
_STRAY_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")


def page_name(entry_id: str) -> str:
    """The name of an article's own page: made of its permanent id alone, so that it outlives the archive."""
    return f"{PAGES}{hashlib.sha256(entry_id.encode('utf-8', 'surrogatepass')).hexdigest()[:24]}.html"


def document_name(topic: str, number: int, suffix: str) -> str:
    """The name of a topic's feed, or of its archive document of that number (from 1)."""
    return f"{topic}/archive-{number}{suffix}" if number else topic + suffix


def address(site: Site, name: str) -> str:
    """The public URL of a file of the served folder."""
    return site.url + quote(name)


def document_address(feed: Feed, suffix: str, number: int | None = None) -> str:
    """The public URL of the feed's document itself; of another one of its topic where a ``number`` is given."""
    return address(feed.site, document_name(feed.topic.id, feed.number if number is None else number, suffix))


def has_page(article: Article) -> bool:
    """Whether the article has no web address of its own, so that it needs a page here."""
    return link(article.url) is None


def link_of(entry: Entry, site: Site) -> str:
    """The article's own address on the web, else that of its page here."""
    return link(entry.article.url) or address(site, page_name(entry.id))


def iri(entry_id: str, site: Site) -> str:
    """The id as Atom wants it: an absolute IRI (RFC 4287 §4.2.6), which all that feedd mints are.

    One that an author gave and that is none stands in a tag URI of the site's (RFC 4151), the same for ever.
    """
    scheme, colon, rest = entry_id.partition(":")
    named = ":" in rest if scheme.lower() == "urn" else rest  # a URN names its namespace too (RFC 8141 §2)
    if colon and named and _SCHEME.fullmatch(scheme) and not _NOT_IRI.search(rest):
        return entry_id
    return f"tag:{site.authority}:id:{quote(entry_id.encode('utf-8', 'surrogatepass'), safe='')}"


def link(url: str | None) -> str | None:
    """``url`` as an absolute http(s) URI of RFC 3986, or None where it can't be one.

    Letters of other scripts are percent-encoded (UTF-8), in a host name by IDNA; what is encoded
    already stays.
    """
    found = _WEB.fullmatch((url or "").strip())
    if found is None:
        return None
    scheme, host, rest = found.groups()
    try:
        authority = host if host.isascii() else host.encode("idna").decode("ascii")
    except UnicodeError:
        return None
    if not _AUTHORITY.fullmatch(authority):
        return None
    return scheme + authority + quote(_STRAY_PERCENT.sub("%25", rest), safe=";/?:@&=+$,-_.!~*'()%#")
