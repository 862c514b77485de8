"""What of a document is each entry's: bytes that are made once, kept while there is room, and joined.

What a format tells of an entry depends on nothing else in the document. The bytes of Atom and RSS are those that
feedgen writes of the same entry, made without a tree: the tests hold them against feedgen's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Generic, TypeVar

from feedd.generate._feedgen import clean
from feedd.model import Entry, Site

_T = TypeVar("_T")
KEPT = 2000
"""Entries whose bytes are kept, in each format: those of some twenty topics, some 10 kB each."""


class Slices(Generic[_T]):
    """The slices of entries, as ``cut`` makes them. Used by one thread at a time."""

    def __init__(self, cut: Callable[[Entry, Site], _T]) -> None:
        self._cut = cut
        self._site: Site | None = None
        self._kept: dict[str, tuple[Entry, _T]] = {}

    def of(self, entries: Sequence[Entry], site: Site) -> list[_T]:
        """A slice for each entry."""
        if site != self._site:
            self._site = site
            self._kept.clear()
        made = [self._slice(entry, site) for entry in entries]
        # The first to come is the first to go.
        while len(self._kept) > KEPT:
            del self._kept[next(iter(self._kept))]
        return made

    def one(self, entry: Entry, site: Site) -> _T:
        """The slice of an entry."""
        return self.of((entry,), site)[0]

    def forget(self) -> None:
        """Keeps nothing."""
        self._kept.clear()

    def _slice(self, entry: Entry, site: Site) -> _T:
        # By its id alone: an entry is long, and each look by all of it would cost.
        kept = self._kept.get(entry.id)
        if kept is not None and (kept[0] is entry or kept[0] == entry):
            return kept[1]
        made = self._cut(entry, site)
        self._kept.pop(entry.id, None)
        self._kept[entry.id] = entry, made
        return made


def joined(frame: bytes, slices: Iterable[bytes], *, end: bytes) -> bytes:
    """The document that ``frame`` is without its entries, which stand before its ``end``."""
    at = frame.rindex(end)
    return b"".join([frame[:at], *slices, frame[at:]])


def text(value: str) -> str:
    """Character data (XML 1.0 §2.4)."""
    return value.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\r", "&#13;")


def attributes(**values: str | None) -> str:
    """Attributes, those that have a value, in the order given (XML 1.0 §2.3)."""
    return "".join(f' {name}="{_quoted(value)}"' for name, value in values.items() if value)


def _quoted(value: str) -> str:
    return text(value).replace('"', "&quot;").replace("\n", "&#10;").replace("\t", "&#9;")


cleaned = Slices(lambda entry, _site: clean(entry))
"""Entries as every format takes them: without the characters that XML forbids."""
