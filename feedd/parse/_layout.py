"""How a plain text is set: its lines, which of them were wrapped, which were meant, and which are indented code."""

from __future__ import annotations

import re
from collections import Counter
from itertools import pairwise

from feedd.parse._rows import BULLET, Row, date_of, is_rights, names_of, unmarked, url_of
from feedd.text import are_meant, are_wrapped, breaks_off, joined

_RULE = re.compile(r"[\s=_*~#.·•—–-]{3,}")
_CODE = re.compile(r"[{}<>$|\\=;]|&&|\(\)|(?<!\S)--?\w|://|^[#%/]|\w[_/]\w")


def rows(text: str) -> list[Row]:
    """The lines of clean text, without blank ones, rules and lines of nothing but marks."""
    found: list[Row] = []
    gap = 0
    for whole in text.split("\n"):
        raw = whole.strip()
        if not raw:
            gap += 1
        elif _RULE.fullmatch(raw):
            gap = max(gap, 1)
        elif plain := unmarked(raw):
            found.append(Row(plain, raw, gap, len(start := whole.expandtabs(4)) - len(start.lstrip())))
            gap = 0
    return found


def unwrapped(found: list[Row]) -> list[Row]:
    """The lines with those joined that were wrapped at a width.

    Where the whole text was, a full line is enough; else the next one must also go on in lower case. Lines that
    were broken on purpose are left.
    """
    width = max((len(row.raw) for row in found), default=0)
    pairs = [(head.raw, row.raw) for head, row in pairwise(found) if not row.gap]
    full = sum(_is_full(head, raw, width) for head, raw in pairs)
    wrapped = full >= 3 and full >= 0.6 * len(pairs)
    meant = _meant(found)
    done = [[row] for row in found[:1]]
    for last, row in pairwise(found):
        on = breaks_off(last.raw, row.raw) if width > 120 else _goes_on(last, row, width if wrapped else 0)
        if on and not row.gap and id(row) not in meant and not _stands_alone(last.text, row.text):
            done[-1].append(row)
        else:
            done.append([row])
    return [_merged(group) for group in done]


def _meant(found: list[Row]) -> set[int]:
    """The rows of blocks whose lines were broken on purpose."""
    meant: set[int] = set()
    base = base_indent(found)
    for block in blocks(found):
        lines = [row.raw for row in block]
        if are_meant(lines) or is_verbatim(block, base):
            meant.update(map(id, block))
    return meant


def base_indent(found: list[Row]) -> int:
    """How far the text is indented, as some programs do with all of a page: the least that a fifth of its lines is."""
    counted = Counter(row.indent for row in found)
    return min((indent for indent, count in counted.items() if count * 5 >= len(found)), default=0)


def is_verbatim(block: list[Row], base: int) -> bool:
    """Whether a block is indented as code is: no list, and no prose that was wrapped at a width and indented."""
    lines = [row.raw for row in block]
    if any(row.indent < base + 4 for row in block) or any(map(BULLET.match, lines)):
        return False
    return len(lines) > 1 and (2 * len(list(filter(_CODE.search, lines))) >= len(lines) or not are_wrapped(lines))


def blocks(found: list[Row]) -> list[list[Row]]:
    """The rows between two blank lines, in order."""
    done: list[list[Row]] = []
    for row in found:
        if row.gap or not done:
            done.append([])
        done[-1].append(row)
    return done


def _merged(group: list[Row]) -> Row:
    if len(group) == 1:
        return group[0]
    return Row(joined(*(row.text for row in group)), joined(*(row.raw for row in group)), group[0].gap, group[0].indent)


def _goes_on(last: Row, row: Row, width: int) -> bool:
    if width >= 40:
        return _is_full(last.raw, row.raw, width)
    first = row.raw.split(None, 1)[0]
    small = first.islower() or first == "I"
    return small and first[0].isalpha() and len(last.text) >= 40 and last.text[-1] not in ".!?:;…"


def _is_full(head: str, raw: str, width: int) -> bool:
    """Whether the first word of ``raw`` had no room on the line before it."""
    return len(head) + 1 + len(raw.split(None, 1)[0]) > width


def _stands_alone(*texts: str) -> bool:
    return any(date_of(text) or url_of(text) or names_of(text) is not None or is_rights(text) for text in texts)
