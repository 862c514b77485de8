"""CommonMark with what most sites add to it, as HTML; and where in a text its code stands. comrak lives here."""

from __future__ import annotations

import re
import sys
from bisect import bisect_right
from collections.abc import Iterator
from itertools import accumulate

import comrak

from feedd.errors import Unreadable

_EXTENSIONS = comrak.ExtensionOptions()
_EXTENSIONS.table = _EXTENSIONS.strikethrough = _EXTENSIONS.autolink = _EXTENSIONS.footnotes = True
_EXTENSIONS.tasklist = _EXTENSIONS.description_lists = True
# Not comrak's own: highlight marks "x==1 and y==2", wikilinks breaks "[[1]](url)", alerts knows five kinds of callout.
_RENDERING = comrak.RenderOptions()
_RENDERING.unsafe_ = True  # raw HTML is passed on: it is sanitised with all the rest
_MAPPING = comrak.RenderOptions()
_MAPPING.sourcepos = True  # and raw HTML is left out, so that none can pretend to be code

_CHECKBOX = re.compile(r'<input type="checkbox"( checked="")? disabled="" />')
# Two patterns, because one that begins with a word is found ten times faster.
_BLOCK = re.compile(r'<pre data-sourcepos="(\d+):\d+-(\d+):\d+"')
_INLINE = re.compile(r'<code data-sourcepos="(\d+):(\d+)-(\d+):(\d+)"')
_ELEMENT = re.compile(r"<(?P<end>/?)(?P<name>pre|code|kbd|samp|script|style)(?:>|(?=\s))", re.IGNORECASE)
_GUESSES = 8  # each looks at all of the text
_CODE_MARKS = ("`", "~~~", "    ", "\t")


def render(text: str) -> str:
    """``text`` as HTML, raw HTML in it unsafe: tables, strikethrough, bare links, footnotes, tasks, definitions.

    Raises Unreadable where the renderer fails.
    """
    html = _rendered(text, _RENDERING)
    if 'type="checkbox"' in html:  # a feed has no controls
        html = _CHECKBOX.sub(lambda box: "☑" if box[1] else "☐", html)
    return html


def code(text: str) -> list[tuple[int, int]]:
    """Where code stands in ``text``, fenced, indented, inline or in HTML's elements for it: spans in order.

    They don't overlap. The renderer itself tells, so that there is one opinion on what is code.
    """
    spans = _merged(_in_markdown(text)) if any(mark in text for mark in _CODE_MARKS) else []
    return _merged([*spans, *_in_html(text, spans)]) if "<" in text else spans


def outside(pattern: re.Pattern[str], text: str) -> Iterator[re.Match[str]]:
    """The matches of ``pattern`` in ``text`` that neither begin nor end in code."""
    at = 0
    guesses = 0
    spans: list[tuple[int, int]] | None = None
    while found := pattern.search(text, at):
        if spans is None:
            guesses += 1
            if guesses <= _GUESSES and _is_surely_text(text, found):
                yield found
                at = max(found.end(), at + 1)
                continue
            spans = code(text)
        end = covering(spans, found.start())
        if not end and not covering(spans, found.end() - 1):
            yield found
            end = found.end()
        at = end or found.start() + 1


def _is_surely_text(text: str, found: re.Match[str]) -> bool:
    """Whether nothing that begins code stands where it could reach the match; told without rendering anything."""
    start = found.start()
    begin = text.rfind("\n", 0, start) + 1
    if text.startswith(("    ", "\t"), begin) or "\n" in found[0]:
        return False
    if "`" in text or "~~~" in text:
        if "```" in text or "~~~" in text:
            return False
        # A code span does not go beyond its paragraph.
        if text.find("`", text.rfind("\n\n", 0, start) + 1, text.find("\n\n", start) % (len(text) + 1)) >= 0:
            return False
    return _ELEMENT.search(text, 0, start) is None


def covering(spans: list[tuple[int, int]], at: int) -> int:
    """Where the span ends that ``at`` lies in; 0 where it lies in none of ``spans``, as ``code`` gives them."""
    found = bisect_right(spans, (at, sys.maxsize))
    return spans[found - 1][1] if found and at < spans[found - 1][1] else 0


def _merged(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if merged and start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _in_markdown(text: str) -> list[tuple[int, int]]:
    """Code as the renderer's positions tell it. They count bytes: its own count of characters is quadratic."""
    data = text.encode("utf-8", "surrogatepass")
    html = _rendered(text, _MAPPING)
    blocks, inline = _BLOCK.findall(html), _INLINE.findall(html)
    if not blocks and not inline:
        return []
    lines = [0, *accumulate(len(line) + 1 for line in data.split(b"\n"))]
    lines[-1] = len(data)
    spans = [(lines[int(first) - 1], lines[int(last)]) for first, last in blocks]
    for found in inline:
        first, left, last, right = map(int, found)
        start, end = lines[first - 1] + left - 1, lines[last - 1] + right
        if not (data.startswith(b"`", start) and data.startswith(b"`", end - 1)):
            start, end = lines[first - 1], lines[last]  # whole lines, also where a column can't be right
        spans.append((start, end))
    return spans if text.isascii() else _in_characters(data, spans)


def _in_characters(data: bytes, spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    places: dict[int, int] = {}
    last = at = 0
    for place in sorted({place for span in spans for place in span}):
        at += len(data[last:place].decode("utf-8", "replace"))
        places[place] = at
        last = place
    return [(places[start], places[end]) for start, end in spans]


def _in_html(text: str, spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    found_in: list[tuple[int, int]] = []
    opened: re.Match[str] | None = None
    for found in _ELEMENT.finditer(text):
        if covering(spans, found.start()):
            continue
        if opened is None:
            opened = None if found["end"] else found
        elif found["end"] and found["name"].lower() == opened["name"].lower():
            found_in.append((opened.start(), found.end()))
            opened = None
    return found_in


def _rendered(text: str, rendering: comrak.RenderOptions) -> str:
    try:
        html: str = comrak.render_markdown(text, extension_options=_EXTENSIONS, render_options=rendering)
    except BaseException as error:
        # A panic in Rust is derived from BaseException; its class can't be imported.
        if type(error).__name__ != "PanicException":
            raise
        raise Unreadable(f"markdown: the renderer fails on it: {error}") from error
    return html
