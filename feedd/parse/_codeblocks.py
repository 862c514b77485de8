"""Code between template tags (``{% highlight %}``, ``{{< highlight >}}``) becomes a fence of CommonMark."""

from __future__ import annotations

import re

from feedd.parse._commonmark import code, covering

_BEGIN = re.compile(
    r"\{%[-+~]?\s*+(?:highlight|codeblock)\b(?P<liquid>[^{}%]*+)%\}|\{\{[<%]\s*+highlight\b(?P<hugo>[^{}]*+)\}\}"
)
_END = re.compile(r"\{%[-+~]?\s*+end(?:highlight|codeblock)\s*+[-+~]?%\}|\{\{[<%]\s*+/\s*+highlight\s*+[>%]\}\}")
_RAW = re.compile(r"\{%-?\s*+(?:end)?raw\s*+-?%\}\n?")
_NAMED_LANGUAGE = re.compile(r"lang:([\w+#.-]+)")
_LANGUAGE = re.compile(r"\s*[\"']?([\w+#.-]+)")
_TICKS = re.compile("`{3,}")
_SIGN = re.compile(r"[^\n]")
_BLANK_START = re.compile(r"[ \t]*\n")


def with_fences(text: str) -> str:
    """``text`` with a fence for each such block that doesn't stand in code itself."""
    blocks = _blocks(text)
    if not blocks:
        return text
    # What stands in a block must not open or close other code, so the question is asked without it.
    veiled: list[str] = []
    at = 0
    for begin, end in blocks:
        veiled += (text[at : begin.end()], _SIGN.sub("x", text[begin.end() : end.start()]))
        at = end.start()
    spans = code("".join((*veiled, text[at:])))
    pieces: list[str] = []
    at = 0
    for begin, end in blocks:
        if not covering(spans, begin.start()) and not covering(spans, end.start()):
            pieces += _fence(text, at, begin, end)
            at = end.end()
    return "".join((*pieces, text[at:]))


def _blocks(text: str) -> list[tuple[re.Match[str], re.Match[str]]]:
    found = []
    at = 0
    while (begin := _BEGIN.search(text, at)) and (end := _END.search(text, begin.end())):
        found.append((begin, end))
        at = end.end()
    return found


def _fence(text: str, at: int, begin: re.Match[str], end: re.Match[str]) -> tuple[str, ...]:
    line = max(text.rfind("\n", at, begin.start()) + 1, at)
    above = text[line : begin.start()]
    indent = "" if above.strip() else above
    held = text[begin.end() : end.start()]
    if begin["liquid"] is not None:
        held = _RAW.sub("", held)
    held = _BLANK_START.sub("", held, count=1).rstrip()
    said = begin["liquid"] or begin["hugo"] or ""
    told = _NAMED_LANGUAGE.search(said) or _LANGUAGE.match(said)
    ticks = "`" * (1 + max(map(len, _TICKS.findall(held)), default=2))
    fence = f"{ticks}{told[1] if told else ''}\n{held}\n{indent}{ticks}"
    return (
        text[at : begin.start()],
        "\n" if above.strip() else "",
        fence,
        "" if text.startswith("\n", end.end()) else "\n",
    )
