"""One inbox under watchdog: its events become hints, and whether the watch still stands can be asked.

What watchdog does not tell (lost events, an unreadable or replaced root, a dead thread) is found out here.
"""

from __future__ import annotations

import errno
import logging
import os
from collections.abc import Callable
from enum import Enum, auto
from typing import NamedTuple

from watchdog.events import (
    DirCreatedEvent,
    DirDeletedEvent,
    DirMovedEvent,
    FileClosedEvent,
    FileCreatedEvent,
    FileDeletedEvent,
    FileModifiedEvent,
    FileMovedEvent,
    FileSystemEvent,
    FileSystemEventHandler,
)
from watchdog.observers import Observer
from watchdog.observers.api import BaseObserver

from feedd.inbox import Inbox

log = logging.getLogger(__name__)

# Seconds between scans of an inbox that the system refuses to watch.
POLL = 5.0
_EVENTS: list[type[FileSystemEvent]] = [
    # Without this filter feedd would hear its own reads.
    FileCreatedEvent,
    FileModifiedEvent,
    FileClosedEvent,
    FileMovedEvent,
    FileDeletedEvent,
    DirCreatedEvent,
    DirMovedEvent,
    DirDeletedEvent,
]


class Ask(Enum):
    """What a hint asks for."""

    FILE = auto()  # look at this path
    CLOSED = auto()  # look at it; its writer has closed it or it was moved here whole
    TREE = auto()  # scan this folder
    SWEEP = auto()  # compare the folders' mtimes with those last seen
    CHECK = auto()  # see whether the watch still stands


class Hint(NamedTuple):
    """Where to look, and for what; the truth is found there."""

    ask: Ask
    inbox: str = ""
    path: bytes = b""


class _Handler(FileSystemEventHandler):
    """Turns events into hints. An exception here would end watchdog's thread for good: none gets out."""

    def __init__(self, inbox: Inbox, put: Callable[[Hint], None]) -> None:
        self._inbox = inbox.name
        self._root = os.fsencode(inbox.root)
        self._put = put

    def on_any_event(self, event: FileSystemEvent) -> None:
        try:
            for path in (event.src_path, event.dest_path):
                if path:
                    self._tell(event, os.fsencode(path), arrived=path is event.dest_path)
        except Exception:
            log.exception("an event of inbox %s could not be understood; scanning it instead", self._inbox)
            self._put(Hint(Ask.TREE, self._inbox))

    def _tell(self, event: FileSystemEvent, path: bytes, *, arrived: bool) -> None:
        below = path[len(self._root) :].strip(b"/")
        if not below:
            self._put(Hint(Ask.CHECK, self._inbox, b"lost"))
        elif event.is_directory and (arrived or isinstance(event, DirCreatedEvent)):
            self._put(Hint(Ask.TREE, self._inbox, below))
        else:
            closed = arrived or isinstance(event, FileClosedEvent)
            self._put(Hint(Ask.CLOSED if closed else Ask.FILE, self._inbox, below))


class OverflowListener(logging.Handler):
    """watchdog tells a lost event in its log only: hear it there."""

    def __init__(self, call: Callable[[], None]) -> None:
        super().__init__(logging.WARNING)
        self._call = call

    def emit(self, record: logging.LogRecord) -> None:
        """Passes on only what tells of lost events."""
        if "overflow" in record.getMessage().lower():
            self._call()


class Watch:
    """The watch over one inbox: its observer, the root it stands on, and its folders' mtimes."""

    def __init__(self, inbox: Inbox, put: Callable[[Hint], None]) -> None:
        self.inbox = inbox
        self.folders: dict[bytes, int] = {}
        self.polling = False
        self._put = put
        self._observer: BaseObserver | None = None
        self._root: tuple[int, int] | None = None
        self._told = ""

    def stands(self) -> bool:
        """Whether the observer lives and watches the folder that stands at the root's path now."""
        if self._observer is None or not self._observer.is_alive():
            return False
        return self._root == self._look() and all(emitter.is_alive() for emitter in self._observer.emitters)

    def arm(self) -> bool:
        """Watches the root anew. False where it can't be: then the inbox is scanned on a timetable."""
        self.disarm()
        self._root = self._look()
        if self._root is None:
            self._tell(f"{self.inbox.root} can't be read: nothing is withdrawn, waiting for it")
            return False
        observer = Observer()
        try:
            handler = _Handler(self.inbox, self._put)
            observer.schedule(handler, str(self.inbox.root), recursive=True, event_filter=_EVENTS)
            observer.start()
        except Exception as error:  # noqa: BLE001 - folders in folders without end exhaust watchdog's stack
            limit = getattr(error, "errno", None) in (errno.ENOSPC, errno.EMFILE)
            hint = " (raise fs.inotify.max_user_watches or max_user_instances)" if limit else ""
            self._tell(f"can't be watched: {error}{hint}; scanning every {POLL:g} s instead")
            self.polling = True
            return False
        self._observer = observer
        self.polling = False
        if self._told:
            log.info("inbox %s is watched again", self.inbox.name)
            self._told = ""
        return True

    def disarm(self) -> None:
        """Stops watching."""
        if self._observer is not None and self._observer.is_alive():
            self._observer.stop()
            self._observer.join(2)
        self._observer = None

    def _look(self) -> tuple[int, int] | None:
        # watchdog says nothing of a folder that it may not read.
        if not self.inbox.readable():
            return None
        try:
            found = self.inbox.root.stat()
        except OSError:
            return None
        return found.st_dev, found.st_ino

    def _tell(self, text: str) -> None:
        if text != self._told:
            log.warning("inbox %s: %s", self.inbox.name, text)
            self._told = text
