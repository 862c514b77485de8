r"""Mathematics in Markdown keeps its characters, so that a reader with MathJax or KaTeX can show it.

``$a*b$``, ``$$ … $$``, ``\( … \)``, ``\[ … \]``, the same with doubled backslashes, and ``\begin{align}`` stay
as they are where they hold mathematics. Prices, variables of a shell and brackets that a converter escaped
look like it: what reads as prose is none, and what is nothing but a sign counts in a mathematical text only.
"""

from __future__ import annotations

import re
from functools import lru_cache

from feedd.parse._commonmark import outside

_LINE_END = r"\n(?![ \t>]*(?:\n|\Z))"
_DOLLARS = rf"(?:[^$\\`\n]|\\[^\n`]|{_LINE_END})++"
_SINGLE = rf"(?:[^\\`\n]|\\(?![()\[\]])[^\n`]|{_LINE_END})++"
_DOUBLE = rf"(?:[^\\`\n]|\\(?!\\[()\[\]])[^\n`]|{_LINE_END})++"
_KINDS = "equation|align|alignat|flalign|gather|multline|eqnarray|displaymath|math"
# Each begins with its sign, and looks behind it afterwards: so it is found ten times faster.
# A price ends no formula: behind the last sign stands no digit, and a letter (``$n$th``) only behind a letter.
_DOLLAR = (
    rf"\$(?<![\\\w$]\$)(?:\$(?!\$)(?P<display>{_DOLLARS})\$\$(?![\w$])"
    rf"|(?![\s$])(?P<inline>{_DOLLARS})(?:(?<!\s)\$(?![\w${{])|(?<=[^\W_]|[}})\]'])\$(?![\d_${{])))"
)
_BACKSLASH = (
    rf"\\(?<!\\\\)(?:\((?P<round>{_SINGLE})\\\)|\[(?P<square>{_SINGLE})\\\]"
    rf"|\\(?:\((?P<rounds>{_DOUBLE})\\\\\)|\[(?P<squares>{_DOUBLE})\\\\\])"
    rf"|begin\{{(?P<kind>(?:{_KINDS})\*?)\}}"
    rf"(?P<begun>(?:[^\\`\n]|\\(?!(?:begin|end)\{{(?P=kind)\}})[^\n`]|{_LINE_END})++)\\end\{{(?P=kind)\}})"
)
_MATH = {
    (True, False): re.compile(_DOLLAR),
    (False, True): re.compile(_BACKSLASH),
    (True, True): re.compile(f"{_DOLLAR}|{_BACKSLASH}"),
}
_OTHER = re.compile(r"\*\*|\]\(|://|</")  # nobody's mathematics
_WORDED = re.compile(r"\\(?:text\w*|math\w+|mbox|operatorname\*?|label|tag|begin|end)\s*\{[^{}]*+\}")
_COMMAND = re.compile(r"\\(?:[A-Za-z]+|.)")
_LETTERS = r"[^\W\d_]"
_PROSE = re.compile(
    rf"(?<!{_LETTERS}){_LETTERS}{{3,}}['’,;:.!?)*_]*\s+[(*_]*{_LETTERS}{{3,}}"
    rf"|(?<!{_LETTERS})(?:{_LETTERS}{{2,}}[,;:.]?\s+){{2}}{_LETTERS}{{2,}}"
    r"|[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]{2}"
)
_SIGN = re.compile(r"[\\^_={}<>|]")
_SURE = re.compile(r"\\(?:[a-z]{2,}|[A-Z][a-z]+)|\^")
_MATHEMATICAL = re.compile(
    r"[\^_]\{|\\(?:frac|sqrt|sum|int|prod|lim|cdot|times|left|mathbb|mathbf|mathcal|alpha|beta|lambda|sigma|theta|pi"
    r"|infty|leq?|geq?|begin\{(?:[a-z]*matrix|cases|equation|align|gather))"
)
# What plain Markdown makes authors write twice, or with a backslash before it.
_ESCAPED = re.compile(r"\\(?=[_*])|(?<=\\\\)\\\\")
_PUNCTUATION = re.compile(r"\\([!-/:-@\[-`{-~])")
_MARKS = str.maketrans({sign: f"&#{ord(sign)};" for sign in "\\`*_{}[]<>&#+-.!|~^=:@%)"})
_LINES = re.compile(r"[ \t]*\n[ \t]*")
_QUOTED_LINES = re.compile(r"[ \t]*\n[ \t]*(?:>[ \t]?)*")


def with_mathematics(text: str) -> str:
    """``text`` with references for the characters of its mathematics that Markdown would take for marks. Linear."""
    dollars = "$" in text and text.count("$") > 1
    backslashes = "\\" in text and any(mark in text for mark in ("\\(", "\\[", "\\begin{"))
    if not (dollars or backslashes):
        return text
    pattern = _MATH[dollars, backslashes]
    if not any(map(_is_math, pattern.finditer(text))):  # before it is asked what is code, which takes longer
        return text
    pieces: list[str] = []
    at = 0
    for found in outside(pattern, text):
        if _is_math(found):
            pieces += (text[at : found.start()], _literal(found))
            at = found.end()
    return "".join((*pieces, text[at:]))


def _is_math(found: re.Match[str]) -> bool:
    form = found.lastgroup or ""
    said = found[form].strip()
    if form == "begun":
        return True
    if not said or _OTHER.search(said):
        return False
    plain = _COMMAND.sub(" ", _WORDED.sub(" ", said)) if "\\" in said else said
    if _PROSE.search(plain):
        return False
    lone = len(said.split()) == 1
    if form in ("round", "square"):
        sure = _SURE.search(said) is not None
        return sure or ((lone or "=" in said) and len(said) < 40 and _is_mathematical(found.string))
    return lone or _SIGN.search(said) is not None


@lru_cache(maxsize=1)
def _is_mathematical(text: str) -> bool:
    return _MATHEMATICAL.search(text) is not None


def _literal(found: re.Match[str]) -> str:
    """The mathematics in references; a quotation's marks at the beginning of its lines stay marks."""
    form = found.lastgroup or ""
    whole = found[0]
    if form in ("rounds", "squares"):
        whole = _PUNCTUATION.sub(r"\1", whole)
    elif "\\text" not in whole and "\\math" not in whole and "\\operatorname" not in whole:
        whole = _ESCAPED.sub("", whole)
    if "\n" not in whole:
        return whole.translate(_MARKS)
    text, start = found.string, found.start()
    quoted = text[text.rfind("\n", 0, start) + 1 : start].lstrip().startswith(">")
    ends = _QUOTED_LINES if quoted else _LINES
    lines = (line.translate(_MARKS) for line in ends.split(whole))
    return next(lines) + "".join(end.lstrip(" \t") + line for end, line in zip(ends.findall(whole), lines, strict=True))
