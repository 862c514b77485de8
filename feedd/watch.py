"""Watching inboxes: events are hints, a reconciling scan is the truth; gives out settled files.

watchdog only says where to look. What is told comes from lstat and from comparing a scan with the rows
that the archive holds, so a lost event costs time and never an article.
"""

from __future__ import annotations

import logging
import queue
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from itertools import islice

from feedd.inbox import (
    NEVER_LISTED,
    UNKNOWN,
    Change,
    Closed,
    Inbox,
    Settling,
    differences,
    folder_mtime,
    hidden,
    look,
    scan,
)
from feedd.model import FileStat, Place
from feedd.observe import Ask, Hint, OverflowListener, Watch

log = logging.getLogger(__name__)

# Seconds for which size and mtime must hold before a file counts as written to its end.
SETTLE = 2.0
# Seconds after the first scan from which files that are still being written hold nothing up.
_RESTLESS = 5.0
# Files given out at once: what is dropped during a long scan waits for no more than this.
_BATCH = 500
Known = Callable[[str, bytes], Iterator[tuple[bytes, FileStat | None]]]
"""Gives what is known of an inbox's files under a path, in byte order; None for one known to be gone."""


class Watcher:
    """Gives out what changed in the inboxes. One thread takes; any thread may ask for a look.

    ``known`` is asked what the archive holds; ``clock`` is wall-clock seconds (to compare with mtimes) and
    ``monotonic`` never jumps.
    """

    def __init__(
        self,
        inboxes: Sequence[Inbox],
        known: Known,
        *,
        settle: float = SETTLE,
        clock: Callable[[], float] = time.time,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._hints: queue.SimpleQueue[Hint] = queue.SimpleQueue()
        self._watches = {inbox.name: Watch(inbox, self._hints.put) for inbox in inboxes}
        self._known = known
        self._settle = settle
        self._clock = clock
        self._monotonic = monotonic
        self._settling = Settling()
        self._scans: dict[tuple[str, bytes], Iterator[Change]] = {}
        self._took: defaultdict[tuple[str, bytes], float] = defaultdict(float)  # seconds of the scans under way
        self._ready: list[Change] = []
        self._again: set[tuple[str, bytes]] = set()
        self._closed: set[Place] = set()
        self._overflow = OverflowListener(self.ask_scan)
        self._polled = dict.fromkeys(self._watches, monotonic())
        self._unscanned = set(self._watches)
        # Inboxes in which a scan may have seen new folders: how many looks in a row found some without a watch.
        self._unproven: Counter[str] = Counter()
        self._scanned_at = monotonic()

    def start(self) -> None:
        """Begins to watch, then asks for a scan of everything: nothing between the two is missed."""
        logging.getLogger("watchdog.observers").addHandler(self._overflow)
        for watch in self._watches.values():
            watch.arm()
        self.ask_scan()

    def stop(self) -> None:
        """Ends every thread that watching started."""
        logging.getLogger("watchdog.observers").removeHandler(self._overflow)
        for watch in self._watches.values():
            watch.disarm()

    def ask_scan(self) -> None:
        """Asks for a scan of every inbox."""
        for name in self._watches:
            self._hints.put(Hint(Ask.TREE, name))

    def ask_sweep(self) -> None:
        """Asks for a look at every known folder's mtime: cheap, and finds names that events lost."""
        self._hints.put(Hint(Ask.SWEEP))

    def ask_check(self) -> None:
        """Asks whether every watch still stands; one that does not is made anew and its inbox scanned."""
        self._hints.put(Hint(Ask.CHECK))

    def ask_look(self, place: Place) -> None:
        """Asks for a look at one path, or at all that lies beneath it; one of no inbox is nothing to look at."""
        if place.inbox in self._watches:
            self._hints.put(Hint(Ask.CLOSED, place.inbox, place.path))

    @property
    def busy(self) -> bool:
        """Whether a scan or a file that has not settled is under way."""
        return self.listening or len(self._settling) > 0

    @property
    def listening(self) -> bool:
        """Whether more is known to be on its way: hints not heeded, scans not ended, changes not given out."""
        return bool(self._scans or self._ready) or not self._hints.empty()

    @property
    def caught_up(self) -> bool:
        """Whether all that lay in the inboxes at the start was given out, but for files that never rest."""
        if self._unscanned or self.listening:
            return False
        return not self._settling or self._monotonic() - self._scanned_at > _RESTLESS

    def take(self, timeout: float) -> list[Change]:
        """The next changes, at most some hundreds; empty when nothing settled within ``timeout`` seconds."""
        end = self._monotonic() + timeout
        while not self._ready:
            self._ready += self._heed(self._wait(end, self._monotonic()))
            self._ready += self._settled(self._monotonic())
            self._ready += self._scanned()
            if self._monotonic() >= end:
                break
        given, self._ready = self._ready[:_BATCH], self._ready[_BATCH:]
        return given

    def _wait(self, end: float, now: float) -> list[Hint]:
        """Hints, each once, in their order; waits for the first until ``end`` or until a file has rested."""
        rested = self._settling.next()
        until = 0.0 if self._scans else max(0.0, min(end, end if rested is None else rested) - now)
        hints: dict[Hint, None] = {}
        try:
            hints[self._hints.get(timeout=until) if until else self._hints.get_nowait()] = None
            while len(hints) < _BATCH:
                hints[self._hints.get_nowait()] = None
        except queue.Empty:
            pass
        return list(hints)

    def _heed(self, hints: list[Hint]) -> Iterator[Change]:
        for ask, inbox, path in hints:
            if ask is Ask.SWEEP:
                self._sweep()
            elif ask is Ask.CHECK:
                self._check(lost=inbox if path else "")
            elif ask is Ask.TREE:
                if not hidden(path):
                    self._begin(inbox, path)
            elif not hidden(path):
                yield from self._look(Place(inbox, path), closed=ask is Ask.CLOSED)

    def _look(self, place: Place, *, closed: bool) -> Iterator[Change]:
        inbox = self._watches[place.inbox].inbox
        self._note_folder(place)
        stat = look(inbox.root, place.path)
        if stat is UNKNOWN:
            # Not to be seen now; the next sweep looks again.
            self._watches[place.inbox].folders[place.path.rpartition(b"/")[0]] = NEVER_LISTED
            return
        if stat is None:
            self._settling.forget(place)
            if not inbox.readable():
                return
            for path, was in self._known(place.inbox, place.path):
                if was is not None and look(inbox.root, path) is None:
                    yield Change(Place(place.inbox, path), None)
        elif inbox.wanted(place.name):
            self._see(Change(place, stat), closed=closed)

    def _note_folder(self, place: Place) -> None:
        """The folder's mtime is explained by an event: a sweep need not wonder at it."""
        watch = self._watches[place.inbox]
        folder = place.path.rpartition(b"/")[0]
        try:
            watch.folders[folder] = folder_mtime(watch.inbox, folder)
        except OSError:
            watch.folders.pop(folder, None)

    def _see(self, change: Change, *, closed: bool) -> None:
        assert change.stat is not None
        age = self._clock() - change.stat.mtime_ns / 1e9
        # A date of modification in the future says nothing of how long the file has rested.
        rest = 0.0 if closed or age >= self._settle else min(self._settle, self._settle - age)
        self._settling.see(change, rest=rest, now=self._monotonic())

    def _settled(self, now: float) -> Iterator[Change]:
        for change in self._settling.rested(now):
            stat = look(self._watches[change.place.inbox].inbox.root, change.place.path)
            if stat == change.stat:
                yield change
            elif stat is not None and stat is not UNKNOWN:
                self._see(Change(change.place, stat), closed=False)

    def _begin(self, inbox: str, under: bytes) -> None:
        """Starts a scan; where one is under way already, another follows it."""
        if (inbox, under) in self._scans:
            self._again.add((inbox, under))
        else:
            self._scans[inbox, under] = self._scan(inbox, under)

    def _scan(self, name: str, under: bytes) -> Iterator[Change]:
        watch = self._watches[name]
        for item in differences(scan(watch.inbox, under, folders=watch.folders), self._known(name, under)):
            if isinstance(item, Closed):
                self._tell_closed(Place(name, item.path), item.reason)
            else:
                yield Change(Place(name, item[0]), item[1])

    def _tell_closed(self, place: Place, reason: str) -> None:
        if place.path and place not in self._closed:
            log.warning("%s can't be read (%s): what it held stays published", place, reason)
            self._closed.add(place)

    def _scanned(self) -> Iterator[Change]:
        """The next part of the scans under way: what is gone, while what is new goes to settle."""
        for key, running in list(self._scans.items()):
            begun = self._monotonic()
            part = list(islice(running, _BATCH))
            self._took[key] += self._monotonic() - begun
            for change in part:
                if change.stat is None:
                    yield change
                else:
                    self._see(change, closed=False)
            if len(part) < _BATCH:
                del self._scans[key]
                self._note_scanned(key)
                if key in self._again:
                    self._again.discard(key)
                    self._begin(*key)

    def _note_scanned(self, key: tuple[str, bytes]) -> None:
        name, under = key
        took = self._took.pop(key)
        self._unproven[name] += 0
        if under:
            return
        self._watches[name].scanned = took
        if name in self._unscanned:
            self._unscanned.discard(name)
            self._scanned_at = self._monotonic()

    def _sweep(self) -> None:
        for watch in self._watches.values():
            for folder, before in list(watch.folders.items()):
                try:
                    now = folder_mtime(watch.inbox, folder)
                except OSError:
                    now = -1
                    del watch.folders[folder]
                if now != before:
                    self._begin(watch.inbox.name, folder)

    def _check(self, *, lost: str = "") -> None:
        now = self._monotonic()
        for name, watch in self._watches.items():
            if watch.polling:
                if now - self._polled[name] >= watch.interval:
                    self._polled[name] = now
                    if not watch.stands() or watch.lacking():
                        watch.arm()
                    self._begin(name, b"")
            elif (name == lost or not watch.stands() or self._lacks(watch)) and watch.arm():
                log.info("inbox %s: watching %s anew", name, watch.inbox.root)
                self._begin(name, b"")

    def _lacks(self, watch: Watch) -> bool:
        """Whether folders are there without a watch: twice, for a scan may see one before watchdog does."""
        name = watch.inbox.name
        if name not in self._unproven:
            return False
        if not watch.lacking():
            del self._unproven[name]
            return False
        self._unproven[name] += 1
        return self._unproven[name] > 1
