"""Reads and parses changed files, each in its own time: one that takes long holds up no other."""

from __future__ import annotations

import hashlib
import logging
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import count, islice
from typing import Protocol

from feedd.dates import Clock
from feedd.errors import Unreadable
from feedd.inbox import GONE, NEVER, Change, Inbox, read
from feedd.model import Article, Document, FileStat, Parsed, Place
from feedd.store import FileRow, FileState, Store

log = logging.getLogger(__name__)

# Seconds: for the first result; for more of them once there are some; and for a batch, so that it is soon kept.
_PATIENCE = 0.25
_LULL = 0.05
_BATCH = 1.0
_AT_ONCE = 100
_KNOWN = (FileState.ARTICLE, FileState.VANISHED, FileState.QUARANTINED)


def _is_known(row: FileRow) -> bool:
    """Whether what was read from these bytes still holds: unless they are to be read anew, or a rival may be gone."""
    return row.state in _KNOWN and not row.claims and row.stat.size != NEVER.size


class Parser(Protocol):
    """Turns documents into articles elsewhere, in any order, and whatever they do."""

    def room(self) -> bool:
        """Whether more should be submitted now."""

    def submit(self, ticket: int, document: Document) -> None:
        """Hands in a document; ``done`` gives its result under this ticket, once."""

    def done(self, timeout: float) -> Sequence[tuple[int, tuple[Article, ...] | Unreadable]]:
        """What is done by now; empty when nothing was for ``timeout`` seconds, or nothing was handed in."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What reading a file gave: its articles, or the reason why there are none."""

    place: Place
    stat: FileStat
    row: FileRow | None
    sha256: bytes = b""
    articles: tuple[Article, ...] | Parsed = ()
    problem: str = ""
    same: bool = False  # the bytes are those that are archived already
    gone: bool = False  # there is no such file any more


class Reader:
    """Reads what changed in these inboxes. Used by one thread at a time."""

    def __init__(self, store: Store, inboxes: Mapping[str, Inbox], parser: Parser, *, clock: Clock) -> None:
        self._store = store
        self._inboxes = inboxes
        self._parser = parser
        self._clock = clock
        self._tickets = count()
        self._unread: dict[Place, Change] = {}
        self._parsing: dict[int, Reading] = {}
        self._later: dict[Place, Change | None] = {}  # of each place that is being parsed, what came since

    @property
    def waiting(self) -> bool:
        """Whether there are changes that were seen and not given out."""
        return bool(self._unread or self._parsing)

    @property
    def behind(self) -> bool:
        """Whether there are changes whose files have not even been read."""
        return bool(self._unread)

    def see(self, changes: Iterable[Change]) -> None:
        """Takes changes in; of one place the last counts."""
        for change in changes:
            if change.place in self._later:
                self._later[change.place] = change
            else:
                self._unread[change.place] = change

    def take(self) -> list[Reading]:
        """What is read by now, in the order of the changes; a file that takes longer comes with a later call."""
        ready: dict[int, Reading] = {}
        end = time.monotonic() + _BATCH
        while True:
            self._read_ahead(ready)
            if not self._parsing or time.monotonic() >= end:
                break
            results = self._parser.done(_LULL if ready else _PATIENCE)
            if not results:
                break
            for ticket, result in results:
                self._parsed(ticket, result, ready)
        return [ready[ticket] for ticket in sorted(ready)]

    def _read_ahead(self, ready: dict[int, Reading]) -> None:
        while self._unread and self._parser.room():
            rows = self._store.rows(list(islice(self._unread, _AT_ONCE)))
            for change in list(islice(self._unread.values(), _AT_ONCE)):
                if not self._parser.room():
                    return
                del self._unread[change.place]
                reading = self._read(change, rows.get(change.place))
                if reading is not None:
                    ready[next(self._tickets)] = reading

    def _parsed(self, ticket: int, result: tuple[Article, ...] | Unreadable, ready: dict[int, Reading]) -> None:
        reading = self._parsing.pop(ticket)
        later = self._later.pop(reading.place)
        if later is not None and later.stat != reading.stat:
            self._unread[reading.place] = later  # the file is another by now
        elif isinstance(result, Unreadable):
            ready[ticket] = replace(reading, problem=str(result))
        else:
            ready[ticket] = replace(reading, articles=result)

    def _read(self, change: Change, row: FileRow | None) -> Reading | None:
        """None where it is to be parsed, or can't be told now: its row stays, so the next scan finds it again."""
        if change.stat is None:
            return Reading(change.place, NEVER, row, gone=True)
        if row is not None and row.stat == change.stat and row.state is not FileState.VANISHED:
            return Reading(change.place, change.stat, row, same=True)
        inbox = self._inboxes[change.place.inbox]
        try:
            data, stat = read(inbox.root, change.place.path, limit=inbox.limit)
        except Unreadable as error:
            return Reading(change.place, change.stat, row, problem=str(error))
        except OSError as error:
            if error.errno in GONE:
                return Reading(change.place, NEVER, row, gone=True)
            log.warning("%s can't be read now (%s): it is tried again with the next scan", change.place, error.strerror)
            return None
        sha256 = hashlib.sha256(data).digest()
        if row is not None and row.sha256 == sha256 and _is_known(row):
            return Reading(change.place, stat, row, sha256, problem=row.reason, same=True)
        found = self._clock() if row is None else row.first_seen
        ticket = next(self._tickets)
        known = frozenset(self._store.digests(inbox.source)) if inbox.source else frozenset()
        self._parser.submit(ticket, Document(change.place.name, data, found, inbox.defaults, known=known))
        self._parsing[ticket] = Reading(change.place, stat, row, sha256)
        self._later[change.place] = None
        return None
