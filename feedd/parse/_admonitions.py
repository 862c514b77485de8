"""Indented blocks of Python-Markdown and MkDocs become CommonMark: ``!!! note "Title"``, ``??? tip``, ``=== "Tab"``.

CommonMark takes what is indented below such a line for code, so they are looked for before anything asks where
code stands. A line that only shouts (``!!! wow``) has no indented text below it, or no kind that is known.
"""

from __future__ import annotations

import re

from feedd.parse._commonmark import code, covering

_DEPTH = 8
_MARKS = ("!!!", "???", '=== "', '===+ "', '===! "')
_HEAD = re.compile(
    r"^(?P<indent>[ \t]*+)"
    r"(?:(?:!!!|\?\?\?\+?)[ ]?(?P<kind>[A-Za-z][\w-]*+)(?:[ ]+[\w-]++)*+(?:[ ]+\"(?P<title>[^\n]*)\")?"
    r"|===[+!]{0,2}[ ]\"(?P<tab>[^\n]+)\")[ \t]*+\n(?=(?:[ \t]*+\n)*+(?P=indent)(?:[ ]{4}|\t)[ \t]*+\S)",
    re.MULTILINE,
)
_KINDS = frozenset(
    """
    abstract admonition attention bug caution check cite danger deprecated done error example fail failure faq help
    hint important info missing note question quote seealso success summary tip tldr todo warning
    """.split()
)


def with_admonitions(text: str, depth: int = 0) -> str:
    """``text`` with a quotation for each such block outside of code, its title in bold; tabs are no quotations."""
    if depth == _DEPTH or not any(mark in text for mark in _MARKS):
        return text
    spans: list[tuple[int, int]] | None = None
    pieces: list[str] = []
    at = start = 0
    while found := _HEAD.search(text, start):
        start = found.end()
        if not (found["tab"] or found["title"] is not None or found["kind"].lower() in _KINDS):
            continue
        if spans is None:
            spans = code(text)
        if covering(spans, found.end("indent")):
            continue
        start, held = _below(text, found)
        pieces += (text[at : found.start()], _block(found, with_admonitions(held, depth + 1)))
        at = start
    return "".join((*pieces, text[at:])) if pieces else text


def _below(text: str, found: re.Match[str]) -> tuple[int, str]:
    """Where the text below a head ends, and that text without its indentation."""
    indents = (f"{found['indent']}    ", f"{found['indent']}\t")
    rows: list[str] = []
    at, filled = found.end(), 0
    end = at
    while at < len(text):
        stop = text.find("\n", at) + 1 or len(text)
        row = text[at:stop].rstrip()
        indent = next((indent for indent in indents if row.startswith(indent)), None)
        if row and indent is None:
            break
        rows.append(row[len(indent) :] if indent else "")
        at = stop
        if row:
            filled, end = len(rows), stop
    return end, "\n".join(rows[:filled])


def _block(found: re.Match[str], held: str) -> str:
    title = found["tab"] or found["title"]
    if title is None:
        title = found["kind"].replace("-", " ").capitalize()
    rows = [f"<strong>{title.strip()}</strong>", "", *held.split("\n")] if title.strip() else held.split("\n")
    mark = "" if found["tab"] else "> "
    indent = found["indent"]
    quoted = "\n".join(f"{indent}{mark}{row}".rstrip() for row in rows)
    return f"\n{quoted}\n\n"
