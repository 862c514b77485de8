"""CommonMark with what most sites add to it, as HTML; and where in a text its code stands. comrak lives here."""

from __future__ import annotations

import re
import sys
from bisect import bisect_right

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
_COUNTING = comrak.ParseOptions()
_COUNTING.sourcepos_chars = True

_CHECKBOX = re.compile(r'<input type="checkbox"( checked="")? disabled="" />')
_CODE = re.compile(r'<(pre|code) data-sourcepos="(\d+):(\d+)-(\d+):(\d+)"')
_ELEMENT = re.compile(r"<(?P<end>/?)(?P<name>pre|code|kbd|samp|script|style)(?:>|(?=\s))", re.IGNORECASE)
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


def inside(spans: list[tuple[int, int]], at: int) -> bool:
    """Whether ``at`` lies in one of ``spans``, as ``code`` gives them."""
    found = bisect_right(spans, (at, sys.maxsize))
    return found > 0 and at < spans[found - 1][1]


def _merged(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if merged and start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _in_markdown(text: str) -> list[tuple[int, int]]:
    lines = [0, *(found.end() for found in re.finditer("\n", text)), len(text)]
    spans = []
    for found in _CODE.finditer(_rendered(text, _MAPPING)):
        first, left, last, right = map(int, found.groups()[1:])
        start, end = lines[first - 1] + left - 1, lines[last - 1] + right
        if found[1] == "pre" or not (text.startswith("`", start) and text.startswith("`", end - 1)):
            start, end = lines[first - 1], lines[last]  # whole lines, also where a column can't be right
        spans.append((start, end))
    return spans


def _in_html(text: str, spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    found_in: list[tuple[int, int]] = []
    opened: re.Match[str] | None = None
    for found in _ELEMENT.finditer(text):
        if inside(spans, found.start()):
            continue
        if opened is None:
            opened = None if found["end"] else found
        elif found["end"] and found["name"].lower() == opened["name"].lower():
            found_in.append((opened.start(), found.end()))
            opened = None
    return found_in


def _rendered(text: str, rendering: comrak.RenderOptions) -> str:
    try:
        html: str = comrak.render_markdown(
            text, extension_options=_EXTENSIONS, parse_options=_COUNTING, render_options=rendering
        )
    except BaseException as error:
        # A panic in Rust is derived from BaseException; its class can't be imported.
        if type(error).__name__ != "PanicException":
            raise
        raise Unreadable(f"markdown: the renderer fails on it: {error}") from error
    return html
