"""What one line at the top of a page tells: a date, an author, an address, tags, or that it is furniture."""

from __future__ import annotations

from dataclasses import dataclass, field

from feedd.dates import Reading
from feedd.parse._release import notice
from feedd.parse._rows import (
    date_of,
    is_ago,
    is_furniture,
    is_rights,
    is_updated,
    is_when,
    names_of,
    pieces,
    tags_of,
    url_of,
)

LONGEST = 200


@dataclass(slots=True)
class Head:
    """What stood above the text. ``end`` is the first line of the text; ``extras`` are labels and menus.

    ``repeated`` tells that the headline stood twice, and ``stamped`` that a line such as "2 hours ago" did: only
    pages have them. ``released`` tells that it calls itself a press release.
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
    stamped: bool = False
    released: bool = False
    extras: list[str] = field(default_factory=list)

    @property
    def is_page(self) -> bool:
        """Whether this is the head of a page rather than the beginning of a note."""
        return bool(self.repeated or self.stamped or self.published or self.updated or self.authors)


def is_meta(text: str) -> bool:
    """Whether a line tells something by itself that belongs to a head, or to the page."""
    return told_by(text) is not None or is_rights(text) or is_when(text)


def told_by(text: str) -> Head | None:
    """What a line that belongs to a head by itself tells; None where it tells nothing."""
    head = Head("")
    return head if take(text, head) else None


def take(text: str, head: Head) -> bool:
    """Note what a line tells; False where it tells nothing that belongs to a head."""
    if len(text) > LONGEST:
        return False
    if _take_piece(text, head):
        return True
    parts = pieces(text)
    if len(parts) < 2:
        return False
    if len({reading for reading in map(date_of, parts) if reading} - set(map(date_of, filter(is_updated, parts)))) > 1:
        return False  # from one day to another: which of them it is of nobody tells
    trial = Head("")
    told = [_take_piece(part, trial) for part in parts]
    rest = [part for part, known in zip(parts, told, strict=True) if not known]
    if not (trial.published or trial.updated or trial.authors) or any(len(part) > 40 for part in rest):
        return False
    for part in parts:
        if not _take_piece(part, head):
            head.extras.append(part)
    return True


def _take_piece(text: str, head: Head) -> bool:
    reading = date_of(text)
    if reading is not None:
        return _note(head, "updated" if is_updated(text) else "published", reading, text)
    if url := url_of(text):
        return _note(head, "url", url, text)
    if (names := names_of(text)) is not None:
        return _note(head, "authors", names, text)
    if tags := tags_of(text):
        return _note(head, "tags", tags, text)
    if told := notice(text):
        head.released = True
        head.published = head.published or told[0]
    if told or is_ago(text) or is_furniture(text):
        head.stamped = head.stamped or is_ago(text)
        head.extras.append(text)
        return True
    return False


def _note(head: Head, what: str, value: Reading | str | tuple[str, ...], text: str) -> bool:
    """Keep what was told first; a line that tells other than that, or an office for a name, is an extra."""
    told = getattr(head, what)
    setattr(head, what, told or value)
    if not value or (told and told != value):
        head.extras.append(text)
    return True
