"""What MDX (Docusaurus, Astro, Next.js) has beside Markdown for its own compiler goes: ``import`` and ``export``.

Only whole statements at the beginning of a block are taken, and only at the top of the text or where the text uses
what they name: whoever shows such a line shows it as code, which stays.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from feedd.parse._commonmark import code, covering

_BLOCK = re.compile(r"\n\n(?=(?:im|ex)port\s)")
_CLAUSE = r"(?:[\w$]+|\*\s+as\s+[\w$]+|\{[\w$\s,]*\})"
_IMPORT = re.compile(
    rf"import\s+(?:(?:type\s+)?(?P<names>{_CLAUSE}(?:\s*,\s*{_CLAUSE})?)\s*from\s*(?:\"[^\"\n]+\"|'[^'\n]+')"
    r"|[\"'][.@~/][^\"'\n]*[\"'])[ \t]*;?[ \t]*(?://[^\n]*)?(?=\n|\Z)"
)
_EXPORT = re.compile(
    r"export\s+(?:(?:const|let|var)\s+(?P<value>[\w$]+|\{[\w$\s,]*\})\s*(?::[^=\n]*)?="
    r"|(?:default\s+)?(?:async\s+)?function\s*\*?\s*(?P<function>[\w$]*)\s*\("
    r"|(?:default\s+)?class\s+(?P<class>[\w$]+)[^{\n]*\{"
    r"|default\s+(?:[\w$]+;?[ \t]*(?:\n|\Z)|[({])|\{[\w$\s,]*\}|\*\s+from\s)"
)
_BRACKET = re.compile(r"(?P<open>[(\[{])|(?P<close>[)\]}])|\n[ \t]*(?=\n|\Z)|\Z|\"[^\"\n]*+\"|'[^'\n]*+'")
_FIRST = ("import ", "export ")
_NAME = re.compile(r"[\w$]+")
_USED = re.compile(r"[<{][ \t]*+([A-Za-z_$][\w$]*+)")


def without_modules(text: str) -> str:
    """``text`` without MDX's ``import`` and ``export`` statements. Linear."""
    if not ("port " in text and ("\nimport " in text or "\nexport " in text or text.startswith(_FIRST))):
        return text
    text = f"\n\n{text}"  # so that each block has the same beginning
    statements = list(_statements(text))
    if not statements:
        return text[2:]
    spans = code(text)
    used = set(_USED.findall(_without(text, statements)))
    gone: list[tuple[int, int, frozenset[str]]] = []
    top = 0
    for statement in statements:
        start, end, names = statement
        opens = not text[top:start].strip()
        if (opens or names & used) and not covering(spans, start):
            gone.append(statement)
            top = end if opens else top
    return _without(text, gone)[2:]


def _statements(text: str) -> Iterator[tuple[int, int, frozenset[str]]]:
    """Where each statement stands, and what it names."""
    at = 0
    while block := _BLOCK.search(text, at):
        at = block.end()
        while found := _IMPORT.match(text, at) or _EXPORT.match(text, at):
            end = found.end() if found.re is _IMPORT else _end(text, at)
            if not end:  # whoever never closes a bracket wrote no code for a compiler
                return
            told = " ".join(filter(None, found.groupdict().values()))
            yield at, end, frozenset(_NAME.findall(told)) - {"as", "default"}
            at = end + 1
        at -= 1  # the line end behind a statement may be the first of the next block's


def _end(text: str, start: int) -> int:
    """Where the statement ends: at the first blank line outside of brackets; 0 where there is none."""
    depth = 0
    for found in _BRACKET.finditer(text, start):
        if found["open"]:
            depth += 1
        elif found["close"]:
            depth -= 1
        elif not found[0].strip() and depth <= 0:
            return found.start()
    return 0


def _without(text: str, statements: list[tuple[int, int, frozenset[str]]]) -> str:
    pieces: list[str] = []
    at = 0
    for start, end, _ in statements:
        pieces.append(text[at:start])
        at = end
    return "".join((*pieces, text[at:]))
