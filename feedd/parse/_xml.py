"""XML (fifth edition of 1.0) read with nothing fetched and nothing expanded. lxml lives here.

Document type declarations are left out altogether. The references of HTML (``&nbsp;``) that feeds use without
declaring them stand for their characters; one that a document declares itself is refused.
"""

from __future__ import annotations

import html
import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from html.entities import html5
from urllib.parse import urljoin

from lxml import etree

from feedd.errors import Unreadable
from feedd.model import Document
from feedd.parse._entries import ILL_FORMED
from feedd.text import decode, line, without_forbidden

Element = etree._Element

# Every spelling of a vocabulary's name, in lower case without its last character, and the prefix it gets here.
_VOCABULARIES = {
    "http://www.w3.org/2005/atom": "atom",
    "http://purl.org/atom/ns": "atom",
    "http://purl.org/rss/1.0": "",
    "http://my.netscape.com/rdf/simple/0.9": "",
    "http://my.netscape.com/publish/formats/rss-0.91.dtd": "",
    "http://channel.netscape.com/rdf/simple/0.9": "",
    "http://purl.org/net/rss1.1": "",
    "http://backend.userland.com/rss": "",
    "http://backend.userland.com/rss2": "",
    "http://backend.userland.com/rss091": "",
    "http://backend.userland.com/rss092": "",
    "http://blogs.law.harvard.edu/tech/rss": "",
    "http://cyber.law.harvard.edu/rss/rss.html": "",
    "http://purl.org/rss/1.0/modules/content": "content",
    "http://purl.org/dc/elements/1.0": "dc",
    "http://purl.org/dc/elements/1.1": "dc",
    "http://purl.org/dc/terms": "dcterms",
    "http://search.yahoo.com/mrss": "media",
    "http://www.itunes.com/dtds/podcast-1.0.dtd": "itunes",
    "http://example.com/dtds/podcast-1.0.dtd": "itunes",
    "http://www.w3.org/1999/xhtml": "xhtml",
    "http://www.w3.org/1999/02/22-rdf-syntax-ns": "rdf",
    "http://iptc.org/std/nar/2006-10-01": "",
    "http://iptc.org/std/nitf/2006-10-18": "",
    "http://iptc.org/std/newsml/2003-10-10": "",
}
_XML = "{http://www.w3.org/XML/1998/namespace}"
_RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"

_DECLARATION = re.compile(r"\s*<\?xml\s[^>]*?\?>")
_DECLARED = re.compile(rb"\s*<\?xml\s[^>]*?encoding\s*=\s*[\"']([A-Za-z0-9._:-]+)[\"']")
_WESTERN = re.compile(r"(?:iso-?8859-15?|latin-?1|us-ascii|windows-1252|cp1252)", re.IGNORECASE)
_SKIPPED = r"(?:\s++|<\?(?s:.*?)\?>|<!--(?s:.*?)-->)"
_DOCTYPE = re.compile(
    r"<!DOCTYPE(?:[^\[>\"']++|\"[^\"]*+\"|'[^']*+')*+"
    r"(?:\[(?P<subset>(?:[^\]\"'<]++|\"[^\"]*+\"|'[^']*+'|<!--(?s:.*?)-->|<)*+)\]\s*+)?>",
    re.IGNORECASE,
)
_PROLOG = re.compile(rf"{_SKIPPED}*+")
_ENTITY = re.compile(r"<!ENTITY\s+([^\s%\"']+)\s")
_ROOT = re.compile(r"<((?:[A-Za-z_][\w.-]*:)?([A-Za-z_][\w.-]*))")
# What must not be read as a reference is matched with it; the five references of XML itself are never touched.
_REFERENCE = re.compile(
    r"<!\[CDATA\[(?s:.*?)(?:\]\]>|\Z)|<!--(?s:.*?)(?:-->|\Z)"
    r"|&(?!(?:amp|lt|gt|quot|apos);)(?:(?P<name>[A-Za-z][A-Za-z0-9]*+);|(?P<number>\#(?:[0-9]{1,8}|[xX][0-9A-Fa-f]{1,7})+;))?"
)


class IllFormed(Unreadable):
    """A document that is not well-formed XML, so badly that it can't be understood, or that is cut off."""


@dataclass(frozen=True, slots=True)
class Xml:
    """A document's root element, its encoding, and what an operator should know of how it was read."""

    root: Element
    encoding: str
    warnings: tuple[str, ...] = ()


def root_of(text: str) -> str:
    """The local name of the element that a text begins with, behind what may stand before it; else empty."""
    at = _PROLOG.match(text.removeprefix("\ufeff"))
    assert at is not None
    rest = text[at.end() : at.end() + 100_000]
    doctype = _DOCTYPE.match(rest)
    if doctype:
        rest = rest[doctype.end() :]
        rest = rest[_PROLOG.match(rest).end() :]  # type: ignore[union-attr]  # it matches nothing too
    root = _ROOT.match(rest)
    return root[2] if root else ""


def read_xml(document: Document) -> Xml:
    """The tree of an XML document. What is not well-formed is read as far as it can be understood, with a warning.

    Raises Unreadable where it is cut off, declares the entities that it uses, or is no XML at all.
    """
    warnings: list[str] = []
    text, encoding = decode(document.data, _charset(document.data, warnings))
    text = without_forbidden(text)
    text = _DECLARATION.sub("", text, count=1) if text.lstrip()[:5] == "<?xml" else text
    text, entities = _without_doctype(text.lstrip())
    if "&" in text:
        text = _REFERENCE.sub(lambda match: _character(match, entities, warnings), text)
    try:
        root = etree.fromstring(text.encode(), _parser())
    except etree.XMLSyntaxError as error:
        if getattr(error, "code", None) == etree.ErrorTypes.ERR_RESOURCE_LIMIT:
            # Read on, it would lose what stands deeper than 256 elements, and not say so.
            raise Unreadable(f"is XML beyond every measure: {_told(error)}") from error
        root, prefixes_alone = _recovered(text, error)
        # One that uses prefixes without declaring them is whole all the same: they mean what they mean everywhere.
        problem = "uses prefixes that it does not declare" if prefixes_alone else ILL_FORMED
        warnings.append(f"{problem} ({_told(error)}): read as far as it can be understood")
    return Xml(root, encoding, tuple(dict.fromkeys(warnings)))


def _charset(data: bytes, warnings: list[str]) -> str:
    """The charset that a document declares; UTF-8 where one of Western Europe is named and every byte denies it."""
    declared = _DECLARED.match(data[:1000])
    name = declared[1].decode() if declared else None
    if name and _WESTERN.fullmatch(name) and not data.isascii():
        try:
            data.decode()
        except UnicodeDecodeError:
            return name
        warnings.append(f"is UTF-8, whatever it declares ({name})")
        return "utf-8"
    return name or "utf-8"  # as XML wants it (XML 1.0 §4.3.3)


def _parser(*, recover: bool = False) -> etree.XMLParser:
    return etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
        recover=recover,
    )


def _without_doctype(text: str) -> tuple[str, frozenset[str]]:
    """The text without its document type declaration, and the names of the entities declared in that."""
    at = _PROLOG.match(text)
    assert at is not None
    doctype = _DOCTYPE.match(text, at.end())
    if doctype is None:
        if text[at.end() : at.end() + 9].upper() == "<!DOCTYPE":
            raise Unreadable("has a document type declaration that does not end")
        return text, frozenset()
    return text[: at.end()] + text[doctype.end() :], frozenset(_ENTITY.findall(doctype["subset"] or ""))


def _character(match: re.Match[str], entities: frozenset[str], warnings: list[str]) -> str:
    """A reference as the characters that it stands for, written so that XML knows them."""
    whole = match[0]
    if whole[0] == "<":
        return whole
    if match["number"]:
        return html.escape(without_forbidden(html.unescape(whole)))
    if match["name"]:
        characters = html5.get(f"{match['name']};")
        if characters:
            return html.escape(characters)
        if match["name"] in entities:
            raise Unreadable(f"uses an entity that it declares itself ({whole}): none is expanded")
    warnings.append("has an & that begins no reference, which is not well-formed XML: taken as it stands")
    return f"&amp;{whole[1:]}"


def _told(error: etree.XMLSyntaxError) -> str:
    """What is wrong and where; libxml2 adds lines of the document, which may hold anything."""
    what = error.msg.partition("\n")[0].encode("ascii", "replace").decode()
    return f"{line(re.sub(', line .*', '', what))[:100]} in line {error.lineno}"


def _recovered(text: str, error: etree.XMLSyntaxError) -> tuple[Element, bool]:
    """The tree as far as it can be understood, and whether undeclared prefixes are all that is wrong."""
    root = _ROOT.match(text, _PROLOG.match(text).end())  # type: ignore[union-attr]  # it matches nothing too
    if root is None:
        raise IllFormed(f"is no XML: {_told(error)}") from error
    if not re.search(rf"</{re.escape(root[1])}\s*>", text[-1000:]):
        raise IllFormed(f"is cut off: </{root[1][:40]}> is missing ({_told(error)})") from error
    try:
        parser = _parser(recover=True)
        found = etree.fromstring(text.encode(), parser)
    except etree.XMLSyntaxError as again:
        raise IllFormed(f"is no XML: {_told(again)}") from again
    if found is None:
        raise IllFormed(f"is no XML: {_told(error)}") from error
    return found, all(one.domain == etree.ErrorDomains.NAMESPACE for one in parser.error_log)


# --- elements -------------------------------------------------------------------------------------------


def name(element: Element) -> str:
    """An element's name with the prefix that its vocabulary has in feedd, whatever the document calls it."""
    tag = str(element.tag)
    known = _name(tag)
    return known if known is not None else f"{element.prefix or '?'}:{_local(tag)}"


@lru_cache(maxsize=4096)
def _name(tag: str) -> str | None:
    """The name of an element by its tag alone; None where feedd does not know its vocabulary."""
    if tag[:1] != "{":
        # A prefix that the document does not declare means what it means everywhere.
        return tag.removeprefix("rss:")
    uri, _, local = tag[1:].partition("}")
    prefix = _VOCABULARIES.get(uri.lower().rstrip("/#"))
    return None if prefix is None else f"{prefix}:{local}" if prefix else local


def called(element: Element) -> str:
    """An element's name for a message, whatever the document put into it."""
    uri, _, local = str(element.tag).rpartition("}")
    vocabulary = f" of {line(uri[1:])[:60]}" if uri else ""
    return f"<{line(local)[:40]}>{vocabulary}"


def adopt(root: Element, vocabulary: str) -> None:
    """Take the elements that name no vocabulary for elements of this one."""
    for element in root.iter(etree.Element):
        if str(element.tag)[:1] != "{":
            element.tag = f"{{{vocabulary}}}{element.tag}"


def local(element: Element) -> str:
    """An element's name alone, whatever its vocabulary."""
    return _local(str(element.tag))


@lru_cache(maxsize=1024)
def _local(tag: str) -> str:
    return tag.rpartition("}")[2].rpartition(":")[2]


def children(element: Element, *names: str) -> Iterable[Element]:
    """The child elements that have one of these names; all without names."""
    named = _named(element)
    if len(names) == 1:
        return named.by_name.get(names[0], ())
    return [child for known, child in named.pairs if not names or known in names]


class _Named:
    """An element's children with their names."""

    def __init__(self, element: Element | None) -> None:
        self.element = element
        self.pairs: list[tuple[str, Element]] = []
        self.by_name: defaultdict[str, list[Element]] = defaultdict(list)
        for child in () if element is None else element:
            tag = child.tag
            if isinstance(tag, str):
                known = _name(tag) or name(child)
                self.pairs.append((known, child))
                self.by_name[known].append(child)


# Of an entry dozens of names are asked one after the other: its children are named once.
_latest = _Named(None)


def _named(element: Element) -> _Named:
    global _latest
    latest = _latest
    if latest.element is not element:
        latest = _latest = _Named(element)
    return latest


def text_in(element: Element | None) -> str:
    """All text in an element, as it stands but for the space around it."""
    return "" if element is None else "".join(map(str, element.itertext())).strip()


def inner(element: Element) -> str:
    """What an element of XHTML holds, as HTML: unsafe, to be sanitised. The element is of no more use then."""
    for one in element.iter(etree.Element):
        try:
            one.tag = etree.QName(one).localname
        except ValueError:  # read as far as it could be understood, its name is none
            one.tag = "span"
    parts = [html.escape(element.text or "", quote=False)]
    parts += [str(etree.tostring(child, encoding="unicode", method="html")) for child in element]
    return "".join(parts)


def written(element: Element) -> bytes:
    """An element as XML, with all that it holds: the same for the same."""
    return bytes(etree.tostring(element, with_tail=False))


def join(base: str | None, url: str) -> str:
    """An address that may be relative to a base (RFC 3986 §5); as it stands where it is none."""
    url = url.strip()
    if url.startswith(("https://", "http://")):
        return url
    try:
        return urljoin(base or "", url)
    except ValueError:
        return url


def base_of(element: Element, outermost: str | None) -> str | None:
    """The address that relative ones in an element begin at (XML Base); ``outermost`` that of the document."""
    steps = [element.get(f"{_XML}base"), *(parent.get(f"{_XML}base") for parent in element.iterancestors())]
    base = outermost or ""
    for step in reversed(steps):
        if step and step.strip():
            try:
                base = urljoin(base, step.strip())
            except ValueError:
                continue
    return base or None


def language_of(element: Element) -> str:
    """The language of an element (``xml:lang``), its own or that of the nearest one around it; else empty."""
    found = (one.get(f"{_XML}lang") for one in (element, *element.iterancestors()))
    return next((value for value in found if value), "")


def about(element: Element) -> str:
    """An RDF resource's own address (``rdf:about``); else empty."""
    return element.get(f"{_RDF}about") or ""
