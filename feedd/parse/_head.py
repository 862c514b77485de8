"""The top of a page: headline, standfirst, dates, authors and address, in whatever order they stand."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from feedd.dates import Reading
from feedd.parse._related import is_marker
from feedd.parse._rows import (
    Row,
    date_of,
    is_furniture,
    is_rights,
    is_sentence,
    is_updated,
    is_when,
    names_of,
    pieces,
    tags_of,
    url_of,
)

_ROWS = 15
_AHEAD = 6
_STANDFIRST = 350
_TITLE = 200
_SUFFIX = re.compile(r"\s*(?:\s[|–—:•«»-]{1,2}|\|)\s+(?=\S)")


@dataclass(slots=True)
class Head:
    """What stood above the text. ``end`` is the first line of the text; ``extras`` are labels and menus.

    ``repeated`` tells that the headline stood twice, which only pages do.
    """

    title: str
    end: int = 0
    published: Reading | None = None
    updated: Reading | None = None
    authors: tuple[str, ...] = ()
    url: str | None = None
    tags: tuple[str, ...] = ()
    standfirst: str = ""
    repeated: bool = False
    extras: list[str] = field(default_factory=list)

    @property
    def is_page(self) -> bool:
        """Whether this is the head of a page rather than the beginning of a note."""
        return bool(self.repeated or self.published or self.updated or self.authors)


def read_head(rows: list[Row]) -> Head:
    """Read the first lines; ``rows`` is not empty. A text that begins with prose has no head: ``title`` is empty."""
    at, title = _headline(rows)
    if len(title) > _TITLE:
        return Head("")
    head = Head(title)
    for row in rows[:at]:
        if not _take(row.text, head):
            head.extras.append(row.text)
    head.end = at + 1
    limit = min(len(rows), at + 1 + _ROWS)
    while head.end < limit and _step(rows, head):
        head.end += 1
    return head


def _headline(rows: list[Row]) -> tuple[int, str]:
    """Where the headline stands, and its text: of two that are the same story's, the shorter."""
    top = rows[: _ROWS - 3]
    for at, row in enumerate(top[:6]):
        if len(row.text) > _TITLE:
            break
        if _is_meta(row.text) or (at and is_sentence(row.text)):
            continue
        for other in top[at + 1 :]:
            shared = _same(row.text, other.text)
            if shared:
                return at, shared
    first = next((at for at, row in enumerate(top) if not _is_meta(row.text)), 0)
    if _is_section(top[first:]):
        first += 1
    return first, rows[first].text


def _is_section(top: list[Row]) -> bool:
    """Whether the word above the headline is a section's name: then a date stands close below."""
    if len(top) < 3 or len(top[0].text.split()) > 1 + top[0].text.isupper():
        return False
    if _is_meta(top[1].text) or len(top[1].text.split()) < 3 or is_sentence(top[1].text):
        return False
    return any(date_of(row.text) for row in top[2:_AHEAD])


def _same(first: str, second: str) -> str:
    """The headline that two lines share: they are equal, or one is the other and the site's name."""
    short, long = sorted((first, second), key=len)
    if len(short) < 8 or len(long) > _TITLE + 60 or (" " not in short and short.isascii()):
        return ""
    if _plain(long) == _plain(short):
        return second
    rest = long[len(short) :]
    if _plain(long).startswith(_plain(short)) and _SUFFIX.match(rest) and len(rest) <= 60:
        return short
    return second if _alike(first, second) else ""


def _alike(first: str, second: str) -> bool:
    """Whether most words are the same, as in a page's title and a headline of other wording."""
    one, other = (set(re.findall(r"\w+", text.casefold())) for text in (first, second))
    least = min(len(one), len(other))
    return least > 3 and not is_sentence(second) and len(one & other) >= 0.7 * least


def _plain(text: str) -> str:
    return text.casefold().replace("’", "'").replace("“", '"').replace("”", '"')


def told_by(text: str) -> Head | None:
    """What a line that belongs to a head by itself tells; None where it tells nothing."""
    head = Head("")
    return head if _take(text, head) else None


def _is_meta(text: str) -> bool:
    return _take(text, Head("")) or is_rights(text) or is_when(text)


def _step(rows: list[Row], head: Head) -> bool:
    """Take in the line at ``head.end``; False where the text begins."""
    row = rows[head.end]
    if is_marker(row.text) or is_rights(row.text):
        return False
    if _same(row.text, head.title):
        head.repeated = True
        return True
    if _take(row.text, head):
        return True
    if len(row.text) > _STANDFIRST:
        return False
    more = _more_follows(rows, head)
    below_date = not row.gap and date_of(rows[head.end - 1].text) is not None and row.text.istitle()
    if _is_label(row.text, more or below_date) and (more or head.is_page):
        head.extras.append(row.text)
        return True
    if more and head.standfirst and len(row.text) <= 40 and not is_sentence(row.text):
        head.extras.append(row.text)  # below a standfirst: a name or a place
    elif more:
        # Lines between the headline and the date that are no label are its standfirst, wrapped or not.
        head.standfirst = f"{head.standfirst} {row.text}".strip()
    return more


def _is_label(text: str, more: bool) -> bool:
    """A section's name: a few words, and in capitals where nothing of the head follows."""
    few = len(text) <= 30 and len(text.split()) <= 3 and not is_sentence(text) and text[-1] not in "?!:,;"
    return few and (more or (text.isupper() and len(text) > 2))


def _more_follows(rows: list[Row], head: Head) -> bool:
    """Whether one of the next lines belongs to the head and tells something that is still missing."""
    for at, row in enumerate(rows[head.end + 1 : head.end + _AHEAD]):
        if (at > 1 and row.gap) or is_marker(row.text) or len(row.text) > _STANDFIRST:
            return False
        if not head.repeated and _same(row.text, head.title):
            return True
        trial = Head("")
        if _take(row.text, trial):
            dated = (trial.published or trial.updated) and not (head.published or head.updated)
            if dated or (trial.authors and not head.authors):
                return True
    return False


def _take(text: str, head: Head) -> bool:
    """Note what a line tells; False where it tells nothing that belongs to a head."""
    if len(text) > _TITLE:
        return False
    if _take_piece(text, head):
        return True
    parts = _parts(text)
    if len(parts) < 2:
        return False
    trial = Head("")
    told = [_take_piece(part, trial) for part in parts]
    rest = [part for part, known in zip(parts, told, strict=True) if not known]
    if not (trial.published or trial.updated or trial.authors) or any(len(part) > 40 for part in rest):
        return False
    for part in parts:
        if not _take_piece(part, head):
            head.extras.append(part)
    return True


def _parts(text: str) -> list[str]:
    parts = pieces(text)
    if len(parts) > 1:
        return parts
    for comma in re.finditer(r"[,(]\s+|\s\(|\s(?=\d)", text):
        before, after = text[: comma.start()], text[comma.end() :].rstrip(")")
        if date_of(after) and (names_of(before) is not None or (comma[0][0] in ",(" and len(before.split()) <= 3)):
            return [before, after]
    return parts


def _take_piece(text: str, head: Head) -> bool:
    reading = date_of(text)
    if reading is not None:
        if is_updated(text):
            head.updated = head.updated or reading
        else:
            head.published = head.published or reading
        return True
    if url := url_of(text):
        head.url = head.url or url
    elif (names := names_of(text)) is not None:
        head.authors = head.authors or names
    elif tags := tags_of(text):
        head.tags = head.tags or tags
    elif is_furniture(text):
        head.extras.append(text)
    else:
        return False
    return True
