"""Lines of a page's text and what each of them is by itself: a date, a byline, an address, furniture.

Most of it is told by the words of ``_markers``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from feedd.dates import Reading, read_date
from feedd.datewords import FILLERS, LABELS
from feedd.parse._markers import (
    AGO,
    BYLINE,
    CRUMBS,
    FURNITURE,
    MOMENT,
    NAMES,
    PARTICLES,
    READING_TIME,
    RIGHTS,
    ROLE,
    SOURCE,
    TAGS,
    UPDATED,
)
from feedd.parse._pagewords import BUTTONS, CREDIT, SECTIONS
from feedd.text import line

_MARKS = re.compile(r"^\s*(?:#{1,6}\s+|>\s+)|\s+#{1,6}$|\*\*|__|(?<!\w)[*_`](?=\S)|(?<=\S)[*_`](?!\w)")
BULLET = re.compile(r"^\s*(?:[-*+•–—·▪►»›>]|\d{1,2}[.)])\s+")
_SENTENCE_END = re.compile(r"[.!?…。！？।۔][\"'»”’)\]]*$")
_CELLS = re.compile(r"\s*[|·•]\s*")
_CUT = re.compile(r"\s+[|·•/—–]\s+|\s*\|\s*|\s+-\s+|\t+")
_GAP = re.compile(r"[,;.，。]?\s+\(?|\(|,")
_MANY = re.compile(r"\d|：")
_ON = re.compile(r"\s+(?:on|am|vom|le|el|il|em|op|den|dnia|od|от|від)$", re.IGNORECASE)
_DATE_LIKE = re.compile(r"[^\W\d_]{3}|\d[./:-] ?\d|^\d{8,14}$|[年月日년월일]|[ء-ي]{2}")
_LABELS, _WORDS = frozenset(LABELS.split()), frozenset((LABELS + FILLERS).split())
_DIGITS = re.compile(r"\d\D*\d\D*\d\D*\d")


@dataclass(frozen=True, slots=True)
class Row:
    """One line that isn't blank: ``text`` is plain and folded, ``raw`` keeps its marks.

    ``gap`` counts the blank lines before it, ``indent`` the blanks that it begins with.
    """

    text: str
    raw: str
    gap: int
    indent: int = 0


def unmarked(text: str) -> str:
    """One line without Markdown's heading and emphasis marks."""
    return line(_MARKS.sub("", text) if any(mark in text for mark in "#*_`>") else text)


def unbulleted(text: str) -> str:
    """One line without the bullet or the number of a list item."""
    return BULLET.sub("", text)


def is_sentence(text: str) -> bool:
    """Whether ``text`` ends as sentences do and headlines don't."""
    return _SENTENCE_END.search(text) is not None and not text.endswith(("?", "!"))


def date_of(text: str) -> Reading | None:
    """The date that is the whole of a line."""
    return _date(text) if len(text) <= 120 and _DIGITS.search(text) and _DATE_LIKE.search(text) else None


_date = lru_cache(maxsize=1024)(read_date)  # lists print each date twice, and several steps ask for it


def stamp_of(text: str) -> Reading | None:
    """The date of a line that holds little else, such as "World | 2 March 2024"."""
    whole = date_of(text)
    if whole is not None or len(text) > 100 or not _DIGITS.search(text):
        return whole
    parts = _CELLS.split(text)
    if len(parts) < 2 or any(len(part) > 30 for part in parts if not date_of(part)):
        return None
    return next(filter(None, map(date_of, parts)), None)


def is_when(text: str) -> bool:
    """Whether a line tells a moment that can't be read: "2 hours ago", "updated 14:05", "12 July, 14:05"."""
    bare = _unlabelled(text) if len(text) <= 60 else ""
    return AGO.fullmatch(bare) is not None or MOMENT.fullmatch(bare) is not None


def _unlabelled(text: str) -> str:
    """What a moment is told by, without the words for what it is the moment of: "Published on", "Mis à jour"."""
    label, blank, rest = text.partition(" ")
    if not blank or label.casefold().rstrip(":") not in _LABELS:
        return text
    while rest.partition(" ")[0].casefold().rstrip(":") in _WORDS and " " in rest:
        rest = rest.partition(" ")[2]
    return rest


def is_ago(text: str) -> bool:
    """Whether a line tells by numbers how long ago it was: no text has such a line."""
    bare = _unlabelled(text) if len(text) <= 60 else ""
    return AGO.fullmatch(bare) is not None and (bare[:2] in ("a ", "an") or any(map(str.isdigit, bare)))


def is_section(text: str) -> bool:
    """Whether a line is the name of a section that sites have."""
    return SECTIONS.fullmatch(text) is not None


def is_role(text: str) -> bool:
    """Whether a line is an office: "Transport correspondent", "BBC News, reporting from Leeds"."""
    return len(text) <= 60 and ROLE.search(text) is not None and not is_sentence(text)


def is_updated(text: str) -> bool:
    """Whether a date line tells of a change: "Updated: …" and its like."""
    return UPDATED.match(text) is not None


def names_of(text: str) -> tuple[str, ...] | None:
    """The authors that a byline names; empty where it names an office only, None where it is no byline."""
    match = BYLINE.fullmatch(text) if len(text) <= 140 else None
    if match is None or is_sentence(text.rstrip(".")):
        return None
    names = [
        re.sub(r"\s+(?:in|at|aus|à|en|from)\s+[A-ZÀ-ÞА-Я].*$", "", name)
        for name in NAMES.split(next(filter(None, match.group("names", "named", "by"))))
    ]
    people = [name for name in names if name and not ROLE.search(name)]
    if not all(map(name_like, people)):
        return None
    # "Von Hamburg" and "De Paris" begin a headline as well; a full name has two words.
    sure = (
        match["sure"]
        or match["label"]
        or match["from"]
        or text[:2].lower() == "by"
        or not people
        or any(" " in name for name in people)
    )
    return tuple(people) if sure else None


def name_like(name: str) -> bool:
    """Whether a few words may be somebody's name."""
    words = name.split()
    if not 1 <= len(words) <= 5 or len(name) > 50 or re.search(r"[\d:：!?\"«»()@]", name):
        return False
    # "d'Aubais" and "l'Estrange" begin with a particle; scripts without capitals have no small letters.
    small = [word for word in words if re.sub("^[dl]['’]", "", word)[:1].islower()]
    return len(small) < len(words) and all(word.lower() in PARTICLES for word in small)


def url_of(text: str) -> str | None:
    """The address that a line is, alone or behind "Source:" and its like."""
    match = SOURCE.fullmatch(text)
    return match["url"].rstrip(".,;") if match else None


def tags_of(text: str) -> tuple[str, ...]:
    """The tags that a line "Tags: a, b" lists."""
    match = TAGS.fullmatch(text) if len(text) <= 300 else None
    if match is None or is_sentence(text):
        return ()
    parts = re.split(r"\s*[,;|·•、，،]\s*|\s+(?=#)", match["tags"])
    return tuple(dict.fromkeys(part.lstrip("#").strip() for part in parts if part.strip("# ")))


def is_rights(text: str) -> bool:
    """Whether a line tells who holds the rights."""
    return len(text) <= 400 and RIGHTS.search(text) is not None


def is_furniture(text: str) -> bool:
    """Whether a line belongs to the page and not to the article: share buttons, menus, reading times."""
    text = text.strip(" :|·•→›»…")
    return len(text) <= 80 and any(pattern.fullmatch(text) for pattern in (FURNITURE, BUTTONS, READING_TIME, CRUMBS))


def pieces(text: str) -> list[str]:
    """The parts of a line such as "By Jane Doe | 11 July 2025 - 10:20 · 5 min read"; a date keeps its time."""
    sides = _sides(text) if len(text) <= 200 and _MANY.search(text) else [text]
    cells = [cell for side in sides for cell in _CUT.split(side) if cell]
    parts = [half for cell in cells for half in _halves(cell)]
    done = parts[:1]
    for part in parts[1:]:
        if date_of(done[-1]) and not date_of(part) and date_of(f"{done[-1]} {part}"):
            done[-1] = f"{done[-1]} {part}"
        else:
            done.append(part)
    return done


def _sides(text: str) -> list[str]:
    """What stands before and behind the word for a change, where a date stands on the one and a moment on the other."""
    for cut in _GAP.finditer(text):
        after = text[cut.end() :].strip(" ()-–—|·•")
        if UPDATED.match(after) and (_DIGITS.search(after) or is_when(after)):
            before = text[: cut.start()].rstrip(" -–—|·•,;(")
            if any(map(date_of, _CUT.split(before))) or names_of(before) or any(map(date_of, _halves(before))):
                return [before, after]
    return [text]


def _halves(text: str) -> list[str]:
    """A date or an author and what stands beside it without a sign between: an author, a place, a source."""
    if len(text) > 140 or not _MANY.search(text) or date_of(text):
        return [text]
    for cut in _GAP.finditer(text):
        before, after = text[: cut.start()], text[cut.end() :].strip(" ()")
        if date_of(after) and _stands_before_date(before, cut[0].strip()):
            return [before if names_of(before) is not None else _ON.sub("", before), after]
        if _is_aside(after) and (left := _halves(before)) and any(date_of(part) or names_of(part) for part in left):
            return [*left, after]
    return [text]


def _stands_before_date(text: str, sign: str) -> bool:
    if sign in (",", "(", ",(") and len(text.split()) <= 3:
        return True
    return any(names_of(one) is not None for one in (text, _ON.sub("", text))) or CREDIT.fullmatch(text) is not None


def _is_aside(text: str) -> bool:
    """Whether a part tells of a source, or of authors with their full names."""
    if CREDIT.fullmatch(text):
        return True
    return any(" " in name or max(name) > "\u2e80" for name in names_of(text) or ())
