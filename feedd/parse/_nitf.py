"""The text of NITF as HTML, and that of dialects like it: paragraphs by any name."""

from __future__ import annotations

import re
from collections.abc import Iterator

from feedd.parse._html import escape
from feedd.parse._meta import absolute
from feedd.parse._news import kids, words
from feedd.parse._xml import Element, local, text_in

_BLOCKS = {
    **{name: name for name in "p pre ol ul dl dt dd li table caption thead tbody tfoot tr td th hr figure".split()},
    **{name: name for name in "h1 h2 h3 h4 h5 h6 blockquote div section".split()},
    **dict.fromkeys(("hl1", "hl2"), "h2"),
    "bq": "blockquote",
    "media": "figure",
    "nitf-table": "div",
    "block": "div",
}
_INLINE = {name: name for name in "a abbr b br cite code em i q s span strong sub sup u".split()}
_INLINE["object.title"] = "cite"
_EMPTY = ("br", "hr")
# What is about the text and no part of it, or of use to machines alone.
_DROPPED = frozenset(
    """
    alt-code classifier colgroup key-list media-metadata media-object nitf-table-metadata nitf-col nitf-colgroup
    object script style tobject
    """.split()
)
_ATTRIBUTES = {"a": ("href",), "td": ("align", "colspan", "rowspan"), "th": ("align", "colspan", "rowspan")}
# Blocks that hold words: a paragraph by another name in them is none of its own.
_WORDS = frozenset("p pre h1 h2 h3 h4 h5 h6 caption dt".split())


def html_of(element: Element) -> str:
    """What a container holds as HTML: blocks, and paragraphs of all that stands loose between them. Unsafe."""
    return _flow(element)


def pictures(element: Element) -> Iterator[tuple[Element, Element, str]]:
    """Each reference to a medium by an absolute address: the medium, the reference, the address."""
    for medium in element.iter("{*}media"):
        for reference in kids(medium, "media-reference"):
            url = (reference.get("source") or reference.get("data-location") or "").strip()
            if absolute(url):
                yield medium, reference, url


def is_picture(medium: Element, reference: Element) -> bool:
    """Whether a medium is a still picture, by what it or its reference says."""
    kind = (reference.get("mime-type") or medium.get("media-type") or "image").lower()
    return kind.startswith(("image", "photo", "graphic"))


def caption_of(medium: Element) -> str:
    """The words below a medium on one line."""
    return " ".join(filter(None, (words(one) for one in kids(medium, "media-caption", "media-producer"))))


def _flow(element: Element) -> str:
    parts: list[str] = []
    loose = [escape(element.text or "")]
    # Where a container has no words of its own, whatever stands in it is a paragraph by some name.
    mixed = _has_words(element)
    for child in kids(element):
        if _is_block(child) or not (mixed or local(child).lower() in ("br", "a")):
            parts += (_paragraph(loose), _block(child))
            loose = []
        else:
            loose.append(_inline(child))
        loose.append(escape(child.tail or ""))
    return "".join((*parts, _paragraph(loose)))


def _has_words(element: Element) -> bool:
    return bool((element.text or "").strip()) or any((child.tail or "").strip() for child in element)


def _is_dropped(element: Element) -> bool:
    return local(element).lower() in _DROPPED or element.get("noteclass") == "editorsnote"


def _paragraph(loose: list[str]) -> str:
    text = "".join(loose).strip()
    return f"<p>{text}</p>" if text else ""


def _is_block(element: Element) -> bool:
    return local(element).lower() in _BLOCKS or _has_blocks(element)


def _has_blocks(element: Element) -> bool:
    return len(element) > 0 and any(local(one).lower() in _BLOCKS for one in element.iterdescendants())


def _block(element: Element) -> str:
    name = local(element).lower()
    if _is_dropped(element):
        return ""
    if name == "media":
        return _figure(element)
    inside = _flow(element) if _has_blocks(element) else _inside(element)
    tag = _BLOCKS.get(name, "p")
    if tag in _EMPTY:
        return f"<{tag}>"
    if not inside.replace("<br>", "").strip() and tag not in ("td", "th"):
        return ""
    holds = _has_blocks(element)
    if tag == "div" or (holds and (tag in _WORDS or name not in _BLOCKS)):
        return inside if holds else _paragraph([inside])
    return f"<{tag}{_attributes(element, tag)}>{inside.strip() if tag != 'pre' else inside}</{tag}>"


def _figure(element: Element) -> str:
    """A picture with its caption; a caption without a picture to be seen would be about nothing."""
    for medium, reference, url in pictures(element):
        if is_picture(medium, reference):
            alt = reference.get("alternate-text") or ""
            caption = caption_of(medium)
            below = f"<figcaption>{escape(caption)}</figcaption>" if caption else ""
            return f'<figure><img src="{_quoted(url)}" alt="{_quoted(alt)}">{below}</figure>'
    return ""


def _inside(element: Element) -> str:
    parts = [escape(element.text or "")]
    for child in kids(element):
        parts += (_inline(child), escape(child.tail or ""))
    return "".join(parts)


def _inline(element: Element) -> str:
    name = local(element).lower()
    if _is_dropped(element):
        return ""
    if name == "frac":
        return escape("/".join(words(one) for one in kids(element, "frac-num", "frac-den")))
    tag = _INLINE.get(name, "")
    if tag in _EMPTY:
        return f"<{tag}>"
    inside = _inside(element) if len(element) else escape(text_in(element) if name == "num" else element.text or "")
    if name == "em" and re.search("bold|strong", element.get("class") or "", re.IGNORECASE):
        tag = "strong"
    return f"<{tag}{_attributes(element, tag)}>{inside}</{tag}>" if tag and inside else inside


def _attributes(element: Element, tag: str) -> str:
    said = ((one, element.get(one)) for one in _ATTRIBUTES.get(tag, ()))
    return "".join(f' {one}="{_quoted(value)}"' for one, value in said if value)


def _quoted(text: str) -> str:
    return escape(text).replace('"', "&quot;")
