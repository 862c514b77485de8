"""One inbox under watchdog: its events become hints, and whether the watch still stands can be asked.

What watchdog does not tell (lost events, an unreadable or replaced root, a dead thread, folders beyond the limit of
watches) is found out here.
"""

from __future__ import annotations

import errno
import logging
import os
import re
import threading
from collections.abc import Callable
from enum import Enum, auto
from pathlib import Path
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
from feedd.mounts import remote
from feedd.trouble import Trouble

log = logging.getLogger(__name__)

# Seconds between scans of an inbox of whose changes the system does not tell, and how many times longer than a scan.
POLL = 5.0
_SPARED = 20
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


_INODE = re.compile(r"^inotify wd:[0-9a-f]+ ino:([0-9a-f]+)", re.MULTILINE)


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
        self._trouble = Trouble(log)

    def on_any_event(self, event: FileSystemEvent) -> None:
        try:
            for path in (event.src_path, event.dest_path):
                if path:
                    self._tell(event, os.fsencode(path), arrived=path is event.dest_path)
        except Exception as error:  # noqa: BLE001 - it is told
            self._trouble.tell(f"events of inbox {self._inbox} can't be understood; scanning it instead", error)
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
    """The watch over one inbox: its observer, the root it stands on, and its folders' mtimes.

    ``polling`` is whether changes may come without an event: then it is also scanned every ``interval`` seconds.
    ``scanned`` is what the last whole scan took, in seconds of work.
    """

    def __init__(self, inbox: Inbox, put: Callable[[Hint], None]) -> None:
        self.inbox = inbox
        self.folders: dict[bytes, int] = {}
        self.polling = False
        self.scanned = 0.0
        self._put = put
        self._observer: BaseObserver | None = None
        self._threads: set[threading.Thread] = set()
        self._root: tuple[int, int] | None = None
        self._told = ""

    @property
    def interval(self) -> float:
        """Seconds between scans while it polls: a scan may not become all that is done."""
        return max(POLL, _SPARED * self.scanned)

    def stands(self) -> bool:
        """Whether the observer lives and watches the folder that stands at the root's path now."""
        if self._observer is None or not all(thread.is_alive() for thread in self._threads):
            return False
        return self._root == self._look()

    def lacking(self) -> bool:
        """Whether no watch stands on some folder that a scan saw: of changes in it no event tells.

        watchdog passes over those that it can't watch; the system's own list of watches knows.
        """
        watched = _watched()
        if watched is None:
            return False
        root = os.fsencode(self.inbox.root)
        inodes = (_inode(root + b"/" + folder) for folder in list(self.folders))
        return any(inode is not None and inode not in watched for inode in inodes)

    def arm(self) -> bool:
        """Watches the root anew. False where it can't be: then the inbox is scanned on a timetable."""
        self.disarm()
        self._root = self._look()
        if self._root is None:
            self._tell(f"{self.inbox.root} can't be read: nothing is withdrawn, waiting for it")
            return False
        others = _threads()
        observer: BaseObserver | None = None
        try:
            observer = Observer()
            handler = _Handler(self.inbox, self._put)
            observer.schedule(handler, str(self.inbox.root), recursive=True, event_filter=_EVENTS)
            observer.start()
        except Exception as error:  # noqa: BLE001 - folders in folders without end exhaust watchdog's stack
            limit = getattr(error, "errno", None) in (errno.ENOSPC, errno.EMFILE)
            hint = " (raise fs.inotify.max_user_watches or max_user_instances)" if limit else ""
            self._tell(f"can't be watched: {error}{hint}; scanning it instead")
            self.polling = True
            if observer is not None:
                observer.stop()
            return False
        self._observer, self._threads = observer, _threads() - others
        kind, lacking = remote(self.inbox.root), self.lacking()
        self.polling = kind is not None or lacking
        if lacking:
            self._tell("some folders can't be watched (raise fs.inotify.max_user_watches?): also scanning it")
        elif kind is not None:
            self._tell(f"lies on a network file system ({kind}) that tells only of changes from here: also scanning it")
        elif self._told:
            log.info("inbox %s is watched again", self.inbox.name)
            self._told = ""
        return True

    def disarm(self) -> None:
        """Stops watching."""
        if self._observer is not None:
            self._observer.stop()
            for thread in self._threads:
                thread.join(2)
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


def _threads() -> set[threading.Thread]:
    """watchdog's threads, of all observers."""
    return {thread for thread in threading.enumerate() if type(thread).__module__.partition(".")[0] == "watchdog"}


def _watched() -> set[int] | None:
    """The inodes on which this process has watches (proc(5), fdinfo); None where the system has no such list."""
    watched: set[int] = set()
    found = False
    try:
        for descriptor in Path("/proc/self/fd").iterdir():
            try:
                if str(descriptor.readlink()) != "anon_inode:inotify":
                    continue
                lines = Path("/proc/self/fdinfo", descriptor.name).read_text("ascii")
            except OSError:
                continue  # closed meanwhile
            found = True
            watched.update(int(inode, 16) for inode in _INODE.findall(lines))
    except OSError:
        return None
    return watched if found else None


def _inode(path: bytes) -> int | None:
    try:
        return os.lstat(path).st_ino
    except OSError:
        return None
