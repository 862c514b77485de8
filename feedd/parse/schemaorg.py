"""schema.org articles as JSON-LD files: one, a list, or a graph of them."""

from __future__ import annotations

import re

from feedd.errors import Unreadable
from feedd.model import Article, Document
from feedd.parse import _entries, _schema
from feedd.parse._entries import Entry
from feedd.parse._fields import read_json
from feedd.text import decode

_OPENING = re.compile(r"\s*(?:\[\s*)?\{")
_TYPED = re.compile(r"\"@(?:type|graph)\"\s*:")
_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:\S+")


def sniff(text: str) -> bool:
    """Whether the text is JSON whose objects have types of schema.org."""
    text = text[:100_000]
    return _OPENING.match(text) is not None and "schema.org" in text and _TYPED.search(text) is not None


def read(document: Document) -> tuple[Article, ...]:
    """Each article of a file; raises Unreadable where it is no JSON, or holds none that can be read."""
    text, encoding = decode(document.data, "utf-8")
    nodes = _schema.articles(read_json(text))
    if not nodes:
        raise Unreadable("holds no article of schema.org")
    if len(nodes) == 1:
        return (_entries.article(_entry(nodes[0]), document, format="schema.org", encoding=encoding),)
    return _entries.articles(nodes, _entry, document, format="schema.org", encoding=encoding)


def _entry(node: _schema.Node) -> Entry:
    fields = _schema.fields_of(node)
    fields["id"] = next((one for one in (node.text("@id"), node.text("identifier")) if _URI.fullmatch(one)), "")
    return Entry(fields, _schema.body_of(node), where=("@id", "datePublished"))
