"""A web page as a tree, where it stood, and what its ``meta`` elements say, in the names of ``read_meta``.

lxml's HTML parser lives here; its trees are read in the modules beside.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import urljoin

from lxml import etree
from lxml.html import HtmlElement, HTMLParser, document_fromstring

from feedd.errors import Unreadable
from feedd.parse._fields import Fields, Value
from feedd.parse._html import refuse_hostile
from feedd.parse._meta import absolute
from feedd.parse._people import people
from feedd.text import line, without_forbidden

BLOCKS = frozenset(
    """
    address article aside blockquote body caption center dd details dialog dir div dl dt fieldset figcaption figure
    footer form h1 h2 h3 h4 h5 h6 header hr li main menu nav ol p pre section summary table tbody td tfoot th thead
    tr ul
    """.split()
)
"""Elements that begin a line of their own."""

_DECLARED = re.compile(rb"<meta[^>]{0,500}?charset\s*=\s*[\"']?\s*([A-Za-z0-9._:-]{2,40})", re.IGNORECASE)
_XML = re.compile(rb"\s*<\?xml[^>]*?encoding\s*=\s*[\"']([A-Za-z0-9._:-]{2,40})[\"']")
# References to characters that XML forbids: lxml reads them and then refuses to move them.
_FORBIDDEN = re.compile(
    r"&#(?:0*(?:[0-8]|1[124-9]|2[0-9]|3[01]|6553[45])(?![0-9])|x0*(?:[0-8bcef]|1[0-9a-f]|fff[ef])(?![0-9a-f]));?",
    re.IGNORECASE,
)
_PROLOG = re.compile(r"\s*<\?xml\s[^>]*>")
# Browsers write where they saved a page from into a comment at its beginning.
_SAVED = re.compile(r"<!--(?s:.{0,300}?)(?:saved from url=\(\d+\)|\burl:\s*)(https?://[^\s\"'<>]+)", re.IGNORECASE)
# Never a part of a text.
_NEVER = frozenset(
    "script style template object embed applet link meta title select textarea datalist noscript".split()
)
_CONCEALED = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_LONGEST = 2000
_HUMP = re.compile(r"(?<=[a-z])(?=[A-Z])")

_TITLES = (
    "dc:title",
    "dcterm:title",
    "dcterms:title",
    "dc.title",
    "dcterms.title",
    "parsely-title",
    "og:title",
    "citation_title",
)
_LATE_TITLES = ("twitter:title", "sailthru.title")
_DATES = """
    article:published_time article:published og:article:published_time og:published_time datepublished date_published
    citation_publication_date citation_online_date dcterms.issued dc.date.issued dcterms.created dc.date.created
    dcterms.date dc.date dc:date parsely-pub-date sailthru.date publish-date publishdate publish_date pubdate pub_date
    publication_date originalpublicationdate article.published article:create_at article_date_original
    cxenseparse:recs:publishtime cxenseparse:publishtime vr:published_time bt:pubdate shareaholic:article_published_time
    displaydate release_date pdate ptime date
""".split()
_UPDATES = """
    article:modified_time article:modified og:article:modified_time og:updated_time datemodified dcterms.modified
    dc.date.modified article.updated utime last-modified revised
""".split()
_AUTHORS = """
    dc:creator dcterms:creator dc.creator dcterms.creator parsely-author author article:author_name citation_author byl
    article:author og:article:author sailthru.author
""".split()
_TAGS = ("article:tag", "news_keywords", "keywords", "parsely-tags", "sailthru.tags")
_SUMMARIES = ("og:description", "description", "dc.description", "dcterms.description", "twitter:description")
_IMAGES = ("og:image:secure_url", "og:image", "og:image:url", "twitter:image", "twitter:image:src", "parsely-image-url")
_SITES = ("og:site_name", "application-name", "apple-mobile-web-app-title", "dc.publisher", "publisher")


@dataclass(frozen=True, slots=True)
class Page:
    """A page's tree and what its ``meta`` elements say: each name in lower case with its values in their order.

    ``base`` completes relative addresses; None where the page does not tell where it stood.
    """

    root: HtmlElement
    metas: dict[str, list[str]]
    base: str | None
    url: str

    def first(self, *names: str) -> str:
        """The first value of the first of these names that has one; else empty."""
        return next((value for name in names for value in self.metas.get(name, ())), "")


def declared_charset(data: bytes) -> str | None:
    """The charset that a page declares for itself; None where it declares none or UTF-16, which it can't be in.

    What is valid UTF-8 beyond ASCII is UTF-8 whatever it says: pages are saved anew and keep their old label.
    """
    if not data.isascii():
        try:
            data.decode()
        except UnicodeDecodeError:
            pass
        else:
            return "utf-8"
    found = _XML.match(data) or _DECLARED.search(data[:8192])
    label = found[1].decode().lower() if found else None
    return None if label is None or label.startswith("utf-16") else label


def read_page(text: str) -> Page:
    """The tree of a page or of a fragment; raises Unreadable as ``refuse_hostile`` does, or where it holds nothing."""
    refuse_hostile(text)
    source = _FORBIDDEN.sub("", without_forbidden(text))
    prolog = _PROLOG.match(source)
    source = source[prolog.end() :] if prolog else source
    parser = HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, no_network=True)
    try:
        root = document_fromstring(source.encode(), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError) as error:
        raise Unreadable(f"is HTML that holds nothing ({error})") from error
    metas = _metas(root)
    saved = _SAVED.search(source[:4000])
    url = _url(root, metas, saved[1] if saved else "")
    return Page(root, metas, _base(root, url), url)


def head_of(page: Page) -> Fields:
    """OpenGraph, Dublin Core and the other names by which ``meta`` elements describe an article."""
    said = ([name for name in page.metas.get(each, ()) if "://" not in name] for each in _AUTHORS)
    return {
        "title": page.first(*_TITLES) or page.first(*_LATE_TITLES),
        "dates": [value for name in _DATES for value in page.metas.get(name, ())[:1]],
        "updates": [value for name in _UPDATES for value in page.metas.get(name, ())[:1]],
        "authors": people(*next(filter(None, said), ())),
        "tags": _tags(page),
        "summary": page.first(*_SUMMARIES),
        "image": join(page.base, page.first(*_IMAGES)),
        "language": _language(page),
        "rights": page.first("copyright", "dcterms.rights", "dc.rights", "rights"),
        "url": page.url,
        "enclosures": list(_enclosures(page)),
    }


def strip(root: HtmlElement, also: Callable[[HtmlElement], bool] = lambda _: False) -> None:
    """Take away what is never read: scripts and their like, what is concealed, and what is so ``also``."""
    for element in list(root.iter(etree.Element)):
        if element.getparent() is None or element.tag in ("html", "body"):
            continue
        if element.tag in _NEVER or _is_concealed(element) or also(element):
            element.drop_tree()


def _is_concealed(element: HtmlElement) -> bool:
    if element.tag in ("main", "article"):
        return False  # some pages conceal all of themselves until a script has run
    if element.get("hidden") is not None or _CONCEALED.search(element.get("style") or ""):
        return True
    return element.get("aria-hidden") == "true" and "fallback-image" not in (element.get("class") or "")


def sites_of(page: Page) -> list[str]:
    """The names that the page gives its site, which titles end with."""
    return [name for each in _SITES for name in page.metas.get(each, ())]


def join(base: str | None, url: str) -> str:
    """``url`` completed from ``base``; empty where it can't be."""
    try:
        return urljoin(base or "", url.strip()) if url.strip() else ""
    except ValueError:
        return ""


@lru_cache(maxsize=4096)
def named(names: str) -> str:
    """Names of classes and ids as words: ``article__shareBar`` holds the word share."""
    return _HUMP.sub("-", names.replace("_", "-")).lower()


def names_of(element: HtmlElement) -> str:
    """The words in an element's class, id and role, which tell what authors of pages take it for."""
    get = element.get
    return named(f"{get('class', '')} {get('id', '')} {get('role', '')}")


def text_in(element: HtmlElement) -> str:
    """The text of an element on one line; no more of it than a title, a name or a date could need."""
    return " ".join(lines_in(element))


def lines_in(element: HtmlElement) -> list[str]:
    """The same as the lines that a reader sees."""
    # A filter of fifty tags costs more than looking at the few elements there are.
    if not len(element) or not any(one.tag in BLOCKS or one.tag == "br" for one in element.iterdescendants()):
        return [text for text in [line(_start_of(element.itertext()))] if text]
    return [text for text in map(line, _start_of(_texts(element)).split("\0")) if text]


def _texts(element: HtmlElement) -> Iterator[str]:
    for event, one in etree.iterwalk(element, events=("start", "end")):
        if one.tag in BLOCKS or one.tag == "br":
            yield "\0"
        text = one.text if event == "start" else one.tail if one is not element else None
        if text and (event == "end" or isinstance(one.tag, str)):
            yield text


def _start_of(texts: Iterator[str]) -> str:
    parts: list[str] = []
    room = _LONGEST
    for part in texts:
        parts.append(str(part))
        room -= len(part)
        if room < 0:
            break
    return "".join(parts)[:_LONGEST]


def _metas(root: HtmlElement) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for meta in root.iter("meta"):
        content = line(meta.get("content") or "")
        if not content:
            continue
        for key in ("property", "name", "itemprop", "http-equiv"):
            # One element may serve several names.
            for name in (meta.get(key) or "").lower().split():
                if content not in found.setdefault(name, []):
                    found[name].append(content)
    return found


def _url(root: HtmlElement, metas: dict[str, list[str]], saved: str) -> str:
    """The page's own address: canonical, else OpenGraph's, else where it was saved from."""
    base = saved or None
    for link in root.iter("base"):
        base = join(base, link.get("href") or "") or base
    canonical = [link.get("href") or "" for link in root.iter("link") if "canonical" in (link.get("rel") or "").lower()]
    claims = [*canonical, *metas.get("og:url", ()), *metas.get("parsely-link", ()), saved]
    return next((url for url in (join(base, claim) for claim in claims) if absolute(url)), "")


def _base(root: HtmlElement, url: str) -> str | None:
    for link in root.iter("base"):
        address = join(url, link.get("href") or "")
        if absolute(address):
            return address
    return url or None


def _tags(page: Page) -> list[Value]:
    """The first way of saying tags that the page uses, and its section."""
    said = next((page.metas[name] for name in _TAGS if page.metas.get(name)), [])
    words = [word for value in said for word in (re.split("[,;、，]", value) if len(said) == 1 else [value])]
    section = page.first("article:section", "parsely-section")
    return [word for word in (*words, section) if word.strip()]


def _language(page: Page) -> str:
    root = page.root
    said = root.get("lang") or root.get("{http://www.w3.org/XML/1998/namespace}lang") or root.get("xml:lang") or ""
    return said or page.first("og:locale", "content-language", "language", "dc.language", "dcterms.language")


def _enclosures(page: Page) -> Iterator[Value]:
    for kind in ("audio", "video"):
        url = join(page.base, page.first(f"og:{kind}:secure_url", f"og:{kind}", f"og:{kind}:url"))
        media = page.first(f"og:{kind}:type")
        if absolute(url) and media.startswith(f"{kind}/"):  # text/html is a player's page
            yield {"url": url, "type": media}
