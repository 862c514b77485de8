"""Responses of upstream feeds on their way from whoever polls to whoever takes them in: files, one for each.

::

    new/<key>.<number>.http   waits, in the order of the numbers
    <key>/feed.http           is being taken in; gone once what it holds is kept
    aside/<key>.http          the last one that could not be read, for the operator to look at
    anew/<key>                a feed of which nothing is known any more: it is to be asked without conditions

A feed's responses are taken in one after the other, so that none overtakes the one before it. What was put is on the
disk; what was taken is offered again until it is done, whoever is killed meanwhile.
"""

from __future__ import annotations

import hashlib
import logging
import math
import os
import time
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping
from contextlib import suppress
from pathlib import Path

from feedd.errors import StoreError
from feedd.inbox import Change, look
from feedd.model import Place
from feedd.staging import sync

log = logging.getLogger(__name__)

NAME = b"feed.http"
"""The path of a response in its feed's folder."""

# How long the name of a feed is in the spool.
_KEY = 24
# Seconds after which what was given out and is not done is given out again.
_PATIENCE = 60.0
# Seconds that what no configured feed brought is kept.
_KEPT = 7 * 86_400.0
# So many are given out at once; a folder's time may be as coarse as so many seconds.
_AT_ONCE, _GRAIN = 200, 0.05


def key_of(url: str) -> str:
    """The name that a feed of this address has in the spool."""
    return hashlib.sha256(url.encode("utf-8", "surrogatepass")).hexdigest()[:_KEY]


def waiting(root: Path) -> Counter[str]:
    """How many responses of each feed wait to be taken in, by their keys."""
    return Counter(name.partition(".")[0] for name in _listed(root / "new"))


class SpoolWriter:
    """Puts responses in. Used by one process at a time, and there by one thread."""

    def __init__(self, root: Path) -> None:
        self._new = root / "new"
        self._last = 0

    def put(self, responses: Iterable[tuple[str, bytes]]) -> None:
        """Puts in responses by their feeds' keys: they are on the disk when this comes back. StoreError where not."""
        try:
            self._new.mkdir(parents=True, exist_ok=True)
            for key, message in responses:
                self._write(f"{key}.{self._number():020d}.http", message)
            sync(self._new)
        except OSError as error:
            raise StoreError(f"spool {self._new}: {error.strerror}") from error

    def asked_anew(self) -> set[str]:
        """The keys of feeds whose responses are to be had anew; told once."""
        folder = self._new.parent / "anew"
        try:
            keys = {entry.name for entry in os.scandir(folder)}
            for key in keys:
                (folder / key).unlink(missing_ok=True)
        except (FileNotFoundError, NotADirectoryError):
            return set()
        except OSError as error:
            raise StoreError(f"spool {folder}: {error.strerror}") from error
        return keys

    def _write(self, name: str, message: bytes) -> None:
        temporary = self._new / f".{name}"
        with temporary.open("wb") as file:
            file.write(message)
            file.flush()
            os.fsync(file.fileno())
        temporary.rename(self._new / name)

    def _number(self) -> int:
        """Greater than any before it, whatever becomes of the clock."""
        if not self._last:
            for entry in os.scandir(self._new):
                if entry.name[:1] == ".":
                    Path(entry.path).unlink()  # of a process that was killed while it wrote
            self._last = max((int(name.split(".")[1]) for name in _listed(self._new)), default=0)
        self._last = max(time.time_ns(), self._last + 1)
        return self._last


class Spool:
    """Gives out what waits of these feeds, by their addresses. Used by one thread."""

    def __init__(self, root: Path, urls: Iterable[str], *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._root = root
        self._urls: Mapping[str, str] = {key_of(url): url for url in urls}
        self._monotonic = monotonic
        self._given: dict[str, float] = {}  # key → when, of what is not done
        self._waiting: dict[str, list[str]] = {}  # key → names in new/, in their order
        self._seen = -1  # the time of new/ when it was listed
        self._begun = False

    def folder(self, url: str) -> Path:
        """Where a feed's response lies while it is taken in."""
        return self._root / key_of(url)

    @property
    def waiting(self) -> bool:
        """Whether there is more to take now."""
        if not self._urls:
            return False
        overdue = self._monotonic() - _PATIENCE
        return (
            not self._begun
            or any(key not in self._given for key in self._waiting)
            or any(at <= overdue for at in self._given.values())
            or self._changed() is not None
        )

    def take(self) -> list[Change]:
        """What is to be taken in next: of each feed one response at most."""
        if not self._begun:
            self._begin()
        self._list()
        changes = []
        for key in [key for key in self._waiting if key not in self._given][:_AT_ONCE]:
            names = self._waiting[key]
            folder = self._root / key
            try:
                folder.mkdir(exist_ok=True)
                (self._root / "new" / names[0]).rename(folder / os.fsdecode(NAME))
            except OSError as error:
                raise StoreError(f"spool {self._root}: {error.strerror}") from error
            del names[0]
            if not names:
                del self._waiting[key]
            changes += self._offer(key)
        now = self._monotonic()
        for key in [key for key, at in self._given.items() if now - at >= _PATIENCE]:
            changes += self._offer(key)
        return changes

    def done(self, place: Place, *, read: bool) -> None:
        """What was taken is kept, or could not be read: then it is put aside."""
        key = key_of(place.inbox)
        self._given.pop(key, None)
        file = self._root / key / os.fsdecode(NAME)
        try:
            if read:
                file.unlink(missing_ok=True)
            else:
                (self._root / "aside").mkdir(exist_ok=True)
                file.rename(self._root / "aside" / f"{key}.http")
        except FileNotFoundError:
            pass
        except OSError as error:
            # It is taken in again at the next start, which changes nothing.
            log.warning("%s can't be removed: %s", file, error.strerror)

    def again(self) -> None:
        """What was given out is given out again: it could not be kept just now."""
        self._given = dict.fromkeys(self._given, -math.inf)

    def lacking(self, urls: Collection[str]) -> list[str]:
        """Those of the feeds of which nothing is here, be it waiting or put aside."""
        if not urls:
            return []
        here = {name.partition(".")[0] for name in _listed(self._root / "new")}
        return [
            url
            for url in urls
            if key_of(url) not in here and self.aside(url) is None and look(self.folder(url), NAME) is None
        ]

    def ask_anew(self, urls: Iterable[str]) -> None:
        """Tells whoever polls that nothing is known here of what these feeds answered."""
        folder = self._root / "anew"
        for url in urls:
            try:
                folder.mkdir(parents=True, exist_ok=True)
                (folder / key_of(url)).touch()
            except OSError as error:
                log.warning("%s can't be asked for anew: %s", url, error.strerror)

    def aside(self, url: str) -> Path | None:
        """The response of a feed that could not be read, if the last one could not."""
        file = self._root / "aside" / f"{key_of(url)}.http"
        return file if file.exists() else None

    def _offer(self, key: str) -> list[Change]:
        url = self._urls[key]
        stat = look(self._root / key, NAME)
        if stat is None:
            self._given.pop(key, None)
            return []
        self._given[key] = self._monotonic()
        return [Change(Place(url, NAME), stat)]

    def _begin(self) -> None:
        """What was under way at the last stop is given out first; what nobody wants any more goes."""
        self._begun = True
        for folder in self._root.glob("?" * _KEY):
            file = folder / os.fsdecode(NAME)
            if folder.name not in self._urls:
                self._forget(file)
                with suppress(OSError):
                    folder.rmdir()
            elif file.exists():
                self._given[folder.name] = -math.inf

    def _forget(self, file: Path) -> None:
        """A response of a feed that this configuration does not know: the next one may, before it is too old."""
        with suppress(FileNotFoundError):
            if time.time() - file.stat().st_mtime > _KEPT:
                file.unlink()

    def _changed(self) -> int | None:
        """The time of the folder where it may hold what was not seen."""
        try:
            now = os.stat(self._root / "new").st_mtime_ns  # noqa: PTH116 - asked for several times a second
        except FileNotFoundError:
            return None
        except OSError as error:
            raise StoreError(f"spool {self._root}: {error.strerror}") from error
        return None if now == self._seen else now

    def _list(self) -> None:
        changed = self._changed()
        if changed is None:
            return
        # One that changed a moment ago may change again within the same grain of its time.
        self._seen = changed if time.time_ns() - changed > _GRAIN * 1e9 else -1
        self._waiting = {}
        for name in sorted(_listed(self._root / "new"), key=lambda name: name.split(".")[1]):
            key = name.partition(".")[0]
            if key in self._urls:
                self._waiting.setdefault(key, []).append(name)
            else:
                self._forget(self._root / "new" / name)


def _listed(folder: Path) -> list[str]:
    try:
        names = [entry.name for entry in os.scandir(folder)]
    except FileNotFoundError:
        return []
    return [name for name in names if name[:1] != "." and name.endswith(".http") and name.count(".") == 2]
