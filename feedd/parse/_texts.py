"""What stands in each element of a page: its own text, and how much of it is links. One pass over the tree."""

from __future__ import annotations

from dataclasses import dataclass, field

from lxml import etree
from lxml.html import HtmlElement

from feedd.parse._page import BLOCKS


@dataclass(slots=True)
class Texts:
    """What stands in each element: its ``own`` text outside the blocks in it; the lengths of all and of linked text."""

    own: dict[HtmlElement, str] = field(default_factory=dict)
    size: dict[HtmlElement, int] = field(default_factory=dict)
    linked: dict[HtmlElement, int] = field(default_factory=dict)


def texts_of(body: HtmlElement) -> Texts:
    """One pass over the tree; every text belongs to the nearest block around it."""
    parts: dict[HtmlElement, list[str]] = {}
    texts = Texts()
    owners: list[HtmlElement] = [body]
    anchors = 0
    for event, element in etree.iterwalk(body, events=("start", "end")):
        if not isinstance(element.tag, str):
            continue
        is_block = element.tag in BLOCKS
        if event == "start":
            if element.tag == "br":
                parts.setdefault(owners[-1], []).append(" ")
            anchors += element.tag == "a"
            if is_block:
                parts.setdefault(owners[-1], []).append(" ")
                owners.append(element)
            _note(texts, element, parts.setdefault(owners[-1], []), element.text, linked=anchors > 0)
            continue
        anchors -= element.tag == "a"
        if is_block:
            owners.pop()
        parent = element.getparent()
        if element is not body and parent is not None:
            for sizes in (texts.size, texts.linked):
                sizes[parent] = sizes.get(parent, 0) + sizes.get(element, 0)
            _note(texts, parent, parts.setdefault(owners[-1], []), element.tail, linked=anchors > 0)
    texts.own = {element: "".join(pieces) for element, pieces in parts.items()}
    return texts


def _note(texts: Texts, element: HtmlElement, parts: list[str], text: str | None, *, linked: bool) -> None:
    if text:
        parts.append(text)
        length = len("".join(text.split()))
        texts.size[element] = texts.size.get(element, 0) + length
        if linked:
            texts.linked[element] = texts.linked.get(element, 0) + length
