"""What schema.org says of an article, wherever it stands: in JSON-LD of a page, in its microdata, in a file.

A node is a mapping with ``@type``. References by ``@id`` are followed within one document, never fetched.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from feedd.parse._entries import plain
from feedd.parse._fields import Fields, Value
from feedd.parse._html import escape
from feedd.parse._people import people
from feedd.text import clean, paragraphs

_MOST = 20_000
_VOCABULARY = re.compile(r"^(?:https?://(?:www\.)?schema\.org/|schema:)", re.IGNORECASE)
_ARTICLES = re.compile(
    r"(?:.*(?:article|posting|blogpost)|report|liveblog|recipe|review|criticreview|howto|webpageelement)", re.IGNORECASE
)
_NO_ARTICLES = re.compile(r"(?:job|item)posting|webpageelement|review", re.IGNORECASE)
_PAGES = re.compile(r"webpage|itempage|aboutpage|qapage|collectionpage|profilepage", re.IGNORECASE)
_MARKUP = re.compile(r"<(?:p|br|div|ul|ol|h[1-6]|a|strong|em|img|figure)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Node:
    """An article's node, and the others of its document by their ``@id``."""

    values: Mapping[str, Value]
    others: Mapping[str, Mapping[str, Value]] = field(default_factory=dict)

    def get(self, *names: str) -> Value:
        """The first of these properties that says anything; else empty."""
        return next((self.values[name] for name in names if self.values.get(name)), "")

    def text(self, *names: str) -> str:
        """The same where it is a scalar, the first of a list or a typed value; else empty."""
        return _string(self.get(*names), "@value")


def articles(*documents: Value) -> list[Node]:
    """The nodes that are articles, in their order; where there is none, the pages that have a headline."""
    nodes = [node for document in documents for node in _nodes(document)]
    others = {str(node["@id"]): node for node in nodes if isinstance(node.get("@id"), str) and len(node) > 1}
    found = [node for node in nodes if is_article(node)]
    found = found or [node for node in nodes if _is(_PAGES, node) and node.get("headline")]
    return [Node(node, others) for node in found]


def is_article(node: Mapping[str, Value]) -> bool:
    """Whether the node is a schema.org Article or one of its more specific types."""
    return _is(_ARTICLES, node) and not _is(_NO_ARTICLES, node)


def types_of(node: Mapping[str, Value]) -> list[str]:
    """The names of its types, without the vocabulary's address."""
    found = node.get("@type", "")
    return [_VOCABULARY.sub("", one) for one in (found if isinstance(found, list) else [found]) if isinstance(one, str)]


def fields_of(node: Node) -> Fields:
    """The node as ``read_meta`` wants an article's fields; of ``headline`` and ``name`` the first."""
    return {
        "title": next(iter(titles_of(node)), ""),
        "date": node.text("datePublished", "dateCreated"),
        "updated": node.text("dateModified"),
        "authors": _people(node, node.get("author", "creator")),
        "tags": _tags(node),
        "summary": plain(node.text("description", "abstract", "alternativeHeadline")),
        "url": _address(node.get("url")) or _address(node.get("mainEntityOfPage")),
        "image": _address(_resolved(node, node.get("image"))) or _address(_resolved(node, node.get("thumbnailUrl"))),
        "language": _string(node.get("inLanguage"), "alternateName", "name", "@value"),
        "rights": plain(node.text("copyrightNotice")),
        "enclosures": list(_enclosures(node)),
    }


def titles_of(node: Node) -> list[str]:
    """The titles that the node gives, the most likely one first."""
    found = (plain(node.text(name)) for name in ("headline", "name"))
    return list(dict.fromkeys(filter(None, found)))


def publisher_of(node: Node) -> str:
    """The name of who published it, which pages write behind their titles."""
    return plain(_name(node, node.get("publisher"))) or plain(_name(node, node.get("isPartOf")))


def body_of(node: Node) -> str:
    """The text of the article as unsafe HTML; empty where the node does not hold it."""
    text = clean(node.text("articleBody", "text", "reviewBody"))
    if _MARKUP.search(text):
        return text
    return "\n".join(f"<p>{escape(part)}</p>" for part in paragraphs(plain_text(text)))


def plain_text(text: str) -> str:
    """Text in which producers left references of HTML, with its line ends."""
    return "\n".join(plain(row) if "&" in row else row for row in text.split("\n"))


def _is(pattern: re.Pattern[str], node: Mapping[str, Value]) -> bool:
    return any(pattern.fullmatch(one) for one in types_of(node))


def _nodes(document: Value) -> Iterator[Mapping[str, Value]]:
    """Every mapping in a document, outer ones first, up to a number that no page needs."""
    waiting: list[Value] = [document]
    for _ in range(_MOST):
        if not waiting:
            return
        one = waiting.pop()
        if isinstance(one, dict):
            yield one
        inside = one if isinstance(one, list) else list(one.values()) if isinstance(one, dict) else []
        waiting += (value for value in reversed(inside) if not isinstance(value, str))


def _resolved(node: Node, value: Value) -> Value:
    """The node that a reference points to, or the value itself."""
    if isinstance(value, dict) and isinstance(value.get("@id"), str) and not value.get("name"):
        return dict(node.others.get(str(value["@id"]), value))
    return value


def _string(value: Value, *keys: str) -> str:
    """A scalar, the first of a list, or one of ``keys`` of a mapping."""
    if isinstance(value, list):
        value = next((one for one in value if one), "")
    if isinstance(value, dict):
        value = next((value[key] for key in keys if value.get(key)), "")
    return value.strip() if isinstance(value, str) else ""


def _name(node: Node, value: Value) -> str:
    return _string(_resolved(node, value), "name", "legalName", "@value")


def _address(value: Value) -> str:
    return _string(value, "url", "contentUrl", "@id")


def _people(node: Node, value: Value) -> list[Value]:
    found: list[Value] = []
    for one in value if isinstance(value, list) else [value]:
        person = _resolved(node, one)
        name = person.get("name", "") if isinstance(person, dict) else person
        # A list of names in one person is an error that many pages make.
        for each in name if isinstance(name, list) else [name]:
            text = plain(each) if isinstance(each, str) and "://" not in each else ""
            address = _address(person) if isinstance(person, dict) else ""
            found += ({"name": name, "url": "" if "#" in address else address} for name in people(text))
    return found


def _tags(node: Node) -> list[Value]:
    found: list[Value] = []
    for name in ("keywords", "articleSection"):
        value = node.get(name)
        items = value.split(",") if isinstance(value, str) else value if isinstance(value, list) else [value]
        found += (plain(_string(one, "name", "termCode", "@value")) for one in items)
    return [tag for tag in found if tag]


def _enclosures(node: Node) -> Iterator[Value]:
    """Sound and film that can be had as a file; a player's page is none."""
    for name in ("audio", "video", "associatedMedia", "encoding"):
        value = node.get(name)
        for one in value if isinstance(value, list) else [value]:
            media = _resolved(node, one)
            if isinstance(media, dict) and isinstance(media.get("contentUrl"), str):
                yield {
                    "url": media["contentUrl"],
                    "type": _string(media.get("encodingFormat", "")),
                    "length": _string(media.get("contentSize", "")),
                    "title": plain(_string(media.get("name", ""))),
                }
