"""What sites write beside CommonMark becomes CommonMark or goes: kramdown, Obsidian, GitHub, Zola, MkDocs, MDX.

Code stays as it was written. Marks that prose and mathematics have as well are taken only in the strict form that
the dialect's own tools write: ``x==1``, ``[[1]](url)``, ``{:ok, value}`` and ``100%%`` are none.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import TypeAlias

from feedd.parse._admonitions import with_admonitions
from feedd.parse._commonmark import outside
from feedd.parse._math import with_mathematics
from feedd.parse._mdx import without_modules
from feedd.parse._templates import NOWHERE, without_templates

_Change: TypeAlias = Callable[["re.Match[str]"], str]


def to_commonmark(text: str) -> tuple[str, tuple[str, ...]]:
    """``text`` in CommonMark, and a warning that names what was left out, if anything was. Linear."""
    text, dropped = without_templates(without_modules(with_admonitions(text)))
    text = with_mathematics(text)
    if _marked(text) and (
        names := tuple(name for name, (marks, _, _) in _RULES.items() if any(mark in text for mark in marks))
    ):
        text, embedded = _changed(text, names)
        dropped += embedded
    if not dropped:
        return text, ()
    told = ", ".join([name[:40] for name in dropped[:8]] + ["…"] * (len(dropped) > 8))
    return text, (f"left out, as only its site's own tools can fill it in: {told}",)


def _marked(text: str) -> bool:
    """Whether any rule could have something to do; told before each is asked, as most texts have no such signs."""
    # One sign is looked for several times faster than two.
    return (
        "{" in text
        or "^" in text
        or ("[" in text and any(mark in text for mark in ("[[", "[!", "](@", "](|", "[toc", "[TOC")))
        or ("=" in text and "==" in text)
        or ("%" in text and "%%" in text)
        or (":" in text and ":::" in text)
    )


def _changed(text: str, names: tuple[str, ...]) -> tuple[str, tuple[str, ...]]:
    pieces: list[str] = []
    embedded: dict[str, None] = {}
    at = 0
    for found in outside(_pattern(names), text):
        if found.lastgroup == "embed":
            embedded[found["embed"]] = None
        pieces += (text[at : found.start()], _RULES[found.lastgroup or ""][2](found))
        at = found.end()
    return "".join((*pieces, text[at:])), tuple(embedded)


@lru_cache(maxsize=256)
def _pattern(names: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?P<{name}>{_RULES[name][1]})" for name in names), re.MULTILINE)


def _gone(_: re.Match[str]) -> str:
    return ""


def _of_heading(found: re.Match[str]) -> str:
    text, start = found.string, found.start()
    return "" if text.startswith("#", text.rfind("\n", 0, start) + 1) else found[0]


def _wiki(found: re.Match[str]) -> str:
    return found["shown"] or " > ".join(filter(None, found["target"].rstrip("\\").split("#")))


def _callout(found: re.Match[str]) -> str:
    title = found["callout_title"].strip() or found["kind"].capitalize()
    return f"{found['quote']}<strong>{title}</strong>\n{found['quote'].rstrip()}"


def _container(found: re.Match[str]) -> str:
    """The title of ``:::tip Title {.x}``, ``:::tip[Title]{.x}`` or ``::: {.tip title="Title"}``."""
    said, _, attributes = found["container_title"].partition("{")
    title = said.strip()
    if title.startswith("["):
        title = title[1:-1].strip() if title.endswith("]") else ""
    elif not title and (told := _TITLE.search(attributes)):
        title = told[1]
    indent = found["indent"]
    return f"{indent}\n{indent}**{title}**\n" if title else ""


def _jsx_remark(found: re.Match[str]) -> str:
    return "<!--more-->" if found["said"].strip() == "truncate" else ""


def _jsx(found: re.Match[str]) -> str:
    return f"<{found['element']}{_BRACED.sub('', found['given'])}{found['closed']}"


def _place(found: re.Match[str]) -> str:
    known = found["place"].startswith(("{static}", "{attach}", "|static|", "|attach|"))
    return found["before"] if known else f"{found['before']}{NOWHERE}"


_TITLE = re.compile(r'\btitle="([^"]+)"')
_ATTRIBUTE = r"(?:[.#][\w:-]++|[\w-]++=(?:\"[^\"\n{}]*+\"|'[^'\n{}]*+'|[^\s{}\"']++))"
_ATTRIBUTES = rf"\s*+{_ATTRIBUTE}(?:\s++{_ATTRIBUTE})*+\s*+"
_BRACES = r"\{[^{}]*+(?:\{[^{}]*+(?:\{[^{}]*+\}[^{}]*+)*+\}[^{}]*+)*+\}"
_BRACED = re.compile(rf"\s++(?:[\w:-]++=)?+{_BRACES}")
# Name → what must stand in a text for a search, the pattern, what it becomes. The first that matches counts.
_RULES: dict[str, tuple[tuple[str, ...], str, _Change]] = {
    "contents": (
        ("{:toc", "[toc", "[TOC", "[[_TOC"),
        r"(?:^(?:[*+-]|\d\.)[ \t][^\n]{0,100}\n)?\{:toc[^{}\n]*+\}|^[ \t]*+\[(?:\[_?+)?(?:toc|TOC)_?+\]{1,2}[ \t]*+$",
        _gone,
    ),
    "kramdown": (
        ("{:",),
        rf"[ \t]?\{{:{{1,2}}{_ATTRIBUTES}\}}|\{{::(?:options|nomarkdown)?+[^{{}}\n]*+\}}|\{{:/[^{{}}\n]*+\}}",
        _gone,
    ),
    "attributes": (("){",), rf"(?<=\))\{{{_ATTRIBUTES}\}}", _gone),
    "anchor": (("{#", "{."), rf"[ \t]\{{{_ATTRIBUTES}\}}[ \t]*+$", _of_heading),
    "block_id": ((" ^", "\n^"), r"(?:^|[ \t])\^(?=[0-9-]*[A-Za-z])[A-Za-z0-9-]{3,}[ \t]*+$", _gone),
    "embed": (("![[",), r"!\[\[[^\[\]\n]++\]\]", _gone),
    "wiki": (
        ("[[",),
        r"(?<!!)\[\[(?P<target>[^\s\[\]|][^\[\]\n|]*+)(?:\|(?P<shown>[^\[\]\n|]++))?\]\](?![(\[:])",
        _wiki,
    ),
    "highlight": (
        ("==",),
        r"(?<![=A-Za-z0-9_])==(?![\s=])(?P<marked>(?:[^=`\n]|=(?!=)|`[^`\n]*+`)++)(?<!\s)==(?![=A-Za-z0-9_])",
        lambda found: f"<mark>{found['marked']}</mark>",
    ),
    "remark": (
        ("%%",),
        r"^%%[ \t]*+\n(?s:.*?)^%%[ \t]*+$|(?<![%\w\\])%%(?![%\n])(?:[^%\n]|%(?!%)|\n(?![ \t]*\n))++%%(?!%)",
        _gone,
    ),
    "callout": (
        ("[!",),
        r"^(?P<quote>[ \t]*+(?:>[ \t]?)++)\[!(?P<kind>[A-Za-z][\w -]*+)(?:\|[^\]\n]*+)?\][+-]?"
        r"[ \t]*+(?P<callout_title>[^\n]*+)$",
        _callout,
    ),
    "container": (
        (":::",),
        r"^(?P<indent>[ \t]*+):::++[ \t]*+(?:[A-Za-z][\w-]*+[ \t]*+)?(?P<container_title>[^\n]*+)$",
        _container,
    ),
    "jsx_remark": (("{/*",), r"(?<!\{)\{/\*(?P<said>(?:[^*{]|\*(?!/)|\{(?!/\*))*+)\*/\}(?!\})", _jsx_remark),
    "jsx": (
        ("={", "{..."),
        rf"<(?P<element>[A-Za-z][\w.]*+)(?P<given>(?:\s++(?:[\w:-]++(?:=(?:\"[^\"]*+\"|'[^']*+'|{_BRACES}))?+|{_BRACES}))++)"
        r"(?P<closed>\s*+/?>)",
        _jsx,
    ),
    "internal": (
        ("](@/", "]({", "](|", "]: {"),
        r"(?P<before>\](?:\(|:[ ])<?)(?P<place>@/[^)\s>]*+|\{(?:static|attach)\}|\|(?:static|attach)\|"
        r"|(?:\{(?:filename|author|category|tag|index)\}|\|filename\|)[^)\s>]*+)",
        _place,
    ),
}
