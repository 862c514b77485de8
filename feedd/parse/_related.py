"""Other stories on a page: where their list begins, and the headlines in it with their dates."""

from __future__ import annotations

import re
from collections import Counter
from datetime import datetime, tzinfo
from itertools import takewhile

from feedd.model import Related
from feedd.parse._markers import RELATED
from feedd.parse._rows import (
    Row,
    date_of,
    is_furniture,
    is_sentence,
    is_when,
    stamp_of,
    unbulleted,
    unmarked,
    url_of,
)
from feedd.text import words

_LINK = re.compile(r"\[(?P<text>[^\[\]]+)\]\((?P<url>https?://[^\s()]+)[^()]*\)")
_ENDING = re.compile(r"\s*(?:[|·•—–-]|\s\(|\s\[|,)\s*(?P<date>[^|·•—–()\[\]]*\d[^|·•—–()\[\]]*)[)\]]?$")
_OPENING = re.compile(
    r"(?P<date>(?:\d{1,2}[./]\d{1,2}[./]\d{4}|\d{4}-\d\d-\d\d)(?:,?\s\d{1,2}:\d\d)?|\d{1,2}:\d\d)\s*[|–—-]?\s+(?=\S)"
)
_INLINE = re.compile(
    r"[【\[［](?P<bracketed>[^】\]］]{2,40})[】\]］]\s*(?P<rest>\S.*)|(?P<marker>[^:：|｜]{2,60}?)\s*[:：|｜]\s*(?P<story>\S.*)"
)
_HEADLINE = 200
_TEASER = 250
_WINDOW, _NEAR = 200, 30  # many markers must not make the search quadratic


def is_marker(text: str) -> bool:
    """Whether a line is the heading of a list of other stories, in any of the languages known here."""
    text = unbulleted(text).strip(" :：.…►▶»›>→|↓-–—【】［］[]「」").replace("’", "'")
    return len(text) <= 60 and RELATED.fullmatch(text) is not None


def inline(text: str) -> str:
    """The headline of a line such as "Read more: headline" in a body; empty where the line is none."""
    match = _INLINE.fullmatch(text) if len(text) <= _HEADLINE else None
    if match is None or is_sentence(text) or not is_marker(match["marker"] or match["bracketed"]):
        return ""
    return match["story"] or match["rest"]


def is_dated(row: Row) -> bool:
    """Whether a line is a moment and nothing else."""
    return is_when(row.text) or stamp_of(row.text) is not None


def is_headline(row: Row) -> bool:
    """Whether a line may be another story's headline: short, and no sentence."""
    return len(row.text) <= _HEADLINE and not is_sentence(row.text)


def section_end(rows: list[Row], start: int, *, sure: bool) -> int:
    """Where the list that a marker before ``start`` opens ends; ``start`` where it opens none.

    Sentences end it, unless they are the teasers of headlines. Unless ``sure``, two dates must stand in it.
    """
    if not sure and sum(map(is_dated, takewhile(_is_no_prose, rows[start : start + _NEAR]))) < 2:
        return start
    end = next((at for at in range(start, len(rows)) if _is_prose(rows[at])), len(rows))
    return len(rows) if _has_teasers(rows[end : end + _WINDOW]) else end


def _has_teasers(rest: list[Row]) -> bool:
    """Whether headlines or dates stand between the sentences: then those belong to the list."""
    prose = sum(map(_is_prose, rest))
    dated = sum(map(is_dated, rest))
    between = prose <= len(rest) - prose and all(len(row.text) <= _TEASER for row in rest)
    return between or (dated > 1 and dated * 4 >= len(rest))


def _is_prose(row: Row) -> bool:
    return len(row.text) > _HEADLINE or (is_sentence(row.text) and words(row.text) > 5 and not is_dated(row))


def _is_no_prose(row: Row) -> bool:
    return not _is_prose(row)


def start_of_list(rows: list[Row]) -> int | None:
    """Where a list of at least three dated headlines begins that follows prose and goes on to the end, or None."""
    dated = [at for at in range(len(rows)) if is_dated(rows[at])]
    if len(dated) < 3:
        return None
    first = last = dated[-1]
    if len(rows) - 1 - last > 2:
        return None
    for at in reversed(dated[:-1]):
        between = rows[at + 1 : first]
        if len(between) > 3 or not all(map(is_headline, between)):
            break
        first = at
    return _with_heading(rows, first, dated)


def _with_heading(rows: list[Row], first: int, dated: list[int]) -> int | None:
    """Take in the headline, or the list's own heading, that stands right before the first date."""
    inside = {at for at in dated if at >= first}
    titles = [at for at in range(first, len(rows)) if at not in inside and is_headline(rows[at])]
    if len(inside) < 3 or len(titles) < 2:
        return None
    before_dates = not is_dated(rows[-1]) and titles[-1] > max(inside)
    heading = first > 0 and is_headline(rows[first - 1])
    if heading and (not before_dates or len(rows[first - 1].text) <= 40):
        first -= 1
    return first if any(map(_is_prose, rows[:first])) else None


def headlines(rows: list[Row], zone: tzinfo | None) -> tuple[Related, ...]:
    """Each headline of a list once, in order, with the date printed around it.

    Where a date stands on one side only, it is the side that the list begins or ends with.
    """
    kept = _stories(rows)
    marks = [_moment(row, zone) if is_dated(row) else row for row in kept]
    forward = bool(marks) and not isinstance(marks[0], Row)
    found: dict[str, Related] = {}
    for at, row in enumerate(marks):
        if not isinstance(row, Row):
            continue
        before = marks[at - 1] if at and not isinstance(marks[at - 1], Row) else None
        after = marks[at + 1] if at + 1 < len(marks) and not isinstance(marks[at + 1], Row) else None
        story = _story(row, zone, (before if forward else after))
        if story is not None and story.title.casefold() not in found:
            found[story.title.casefold()] = story
    return tuple(found.values())


def _stories(rows: list[Row]) -> list[Row]:
    """Dates and headlines alone, without headings, labels, teasers, and what is printed twice in a row."""
    seen = Counter(row.text for row in rows)
    mixed = any(text.upper() != text for text in seen)
    kept: list[Row] = []
    for row in rows:
        if not is_dated(row):
            label = seen[row.text] > 2 or (mixed and row.text.isupper() and len(row.text.split()) < 7)
            teaser = _is_prose(row) and kept and not is_dated(kept[-1])
            again = kept and kept[-1].text == row.text
            if label or teaser or again or is_marker(row.text) or is_furniture(row.text):
                continue
        kept.append(row)
    return kept


def _moment(row: Row, zone: tzinfo | None) -> datetime | None:
    reading = stamp_of(row.text)
    return reading.at(zone) if reading else None


def _read(text: str, zone: tzinfo | None) -> datetime | None:
    reading = date_of(text.strip())
    return reading.at(zone) if reading else None


def _story(row: Row, zone: tzinfo | None, moment: datetime | Row | None) -> Related | None:
    raw = unbulleted(row.raw)
    link = _LINK.search(raw)
    title = unmarked(_LINK.sub(r"\g<text>", raw))
    if not title or url_of(title):
        return None
    published = moment if isinstance(moment, datetime) else None
    opening = _OPENING.match(title)
    if opening:
        title, published = title[opening.end() :], published or _read(opening["date"], zone)
    ending = _ENDING.search(title)
    if ending and published is None and (published := _read(ending["date"], zone)):
        title = title[: ending.start()]
    return Related(title, published, link["url"] if link else None) if title else None
