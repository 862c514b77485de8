"""Bytes into the served folder: written beside, renamed into place, and only when they differ.

Whoever reads the folder, feedd's own server or nginx, finds at every moment a whole document at every
name. The manifest, written last, says what stands at the top of the folder; files it does not name are not touched.

Documents in folders (articles' pages, archive documents) are as many as the archive is long, and hardly ever change.
They are not in the manifest and not in memory: each speaks for itself, by its bytes and the time it has in common with
its coded forms. So what a new article costs does not grow with what was published before.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from itertools import chain, islice
from pathlib import Path
from typing import Any, Protocol

from feedd.codings import ENCODINGS
from feedd.dates import Clock, utc_now
from feedd.errors import PublishError
from feedd.markers import Markers
from feedd.model import FeedFile
from feedd.snapshot import ALIVE
from feedd.staging import TEMPORARY, Staging, sync

log = logging.getLogger(__name__)

MANIFEST = ".feedd/manifest.json"
# Documents that are written together; each has its coded forms open beside it.
_AT_ONCE = 16


@dataclass(frozen=True, slots=True)
class Published:
    """A file of the served folder as the manifest tells it; ``mtime`` in whole seconds since 1970.

    ``encodings`` maps a content coding to the suffix and the SHA-256 of the file beside it; ``max_age`` and ``link``
    are those of :class:`FeedFile`.
    """

    type: str
    sha256: str
    mtime: int
    encodings: dict[str, dict[str, str]]
    max_age: int = 60
    link: str = ""


@dataclass(frozen=True, slots=True)
class _Change:
    """A document that is to be written, its coded forms on their way."""

    file: FeedFile
    sha256: str
    mtime: int
    coded: Mapping[str, Future[bytes]]


class Publisher(Protocol):
    """Where finished documents go."""

    def publish(self, files: Iterable[FeedFile]) -> list[str]:
        """Readies each document for its place; gives the names of those whose bytes changed.

        In its place, whole, each is at the latest after ``finish``, those that came first before the others.
        """

    def withdraw(self, names: Iterable[str]) -> list[str]:
        """Takes documents away for good, and says so also of those that never were there; gives those that were."""

    def redirect(self, moved: Mapping[str, str]) -> None:
        """Says where documents have moved for good: old name → new name. Replaces what was said before.

        An old one that stands in the folder goes when the new one does too: no reader is sent where nothing is.
        """

    def absent(self, names: Iterable[str]) -> list[str]:
        """Those of the names that do not stand in the folder as they were published; one may name a folder (``x/``)."""

    def names(self) -> frozenset[str]:
        """Every document that stands in the folder itself, not in one of its folders."""

    def beat(self, *, last: bool = False) -> None:
        """A sign of life for whoever serves; with ``last`` there will be no more."""

    def finish(self) -> None:
        """Puts in its place what isn't there yet, and makes all that was published and withdrawn known to readers.

        PublishError where documents could not be put there: it names them, and all others are done with.
        """


class FolderPublisher:
    """A :class:`Publisher` into a folder. Used by one thread at a time.

    PublishError where the folder can't be written; what stood there before still stands.
    """

    def __init__(self, root: Path, *, clock: Clock = utc_now) -> None:
        self._root = root
        self._clock = clock
        self._dirty = False
        self._lines: dict[str, tuple[Published, str]] = {}
        self._leaving: set[str] = set()  # what stands where something has moved from
        self._unsynced: set[Path] = set()  # folders below root in which a name is new
        self._staging = Staging(root)
        self._staged: deque[_Change] = deque()
        self._failed: dict[str, OSError] = {}  # what could not be put in its place
        self._coders = ThreadPoolExecutor(2, thread_name_prefix="coder")  # what they call holds up no other thread
        with _told(root):
            (root / MANIFEST).parent.mkdir(parents=True, exist_ok=True)
            self._files, self._gone, self._moved = self._read_manifest()
            self._markers = Markers(root)
            self._markers.settle(self._gone)
            self._markers.moved(self._moved)

    def names(self) -> frozenset[str]:
        return frozenset(self._files)

    def absent(self, names: Iterable[str]) -> list[str]:
        return [name for name in names if not self._stands(name)]

    def verify(self) -> list[str]:
        """After an unclean stop: removes half-written files; forgets, and names, each file of the manifest whose bytes
        are not those that it tells.
        """
        with _told(self._root):
            for left in self._leftovers():
                left.unlink(missing_ok=True)
        wrong = [name for name, known in self._files.items() if not self._is_as_told(name, known, fully=True)]
        for name in wrong:
            # The time stays known: what is written next must be later.
            self._files[name] = Published("", "", self._files[name].mtime, {})
        return wrong

    def publish(self, files: Iterable[FeedFile]) -> list[str]:
        changed = []
        waiting = iter(files)
        for first in waiting:
            with _told(self._root):
                changed += self._stage(chain((first,), islice(waiting, _AT_ONCE - 1)))
        return changed

    def withdraw(self, names: Iterable[str]) -> list[str]:
        self._settle()
        names = set(names)
        new = names - self._gone
        self._dirty |= bool(new)
        self._gone |= new
        there = sorted(name for name in names if self._exists(name))
        with _told(self._root):
            self._markers.gone(new)
            for name in there:
                # Last the document itself: what is left of it by a kill is found again.
                for suffix in (*(suffix for suffix, _ in ENCODINGS.values()), ""):
                    (self._root / (name + suffix)).unlink(missing_ok=True)
                self._files.pop(name, None)
                self._lines.pop(name, None)
        return there

    def redirect(self, moved: Mapping[str, str]) -> None:
        self._settle()
        self._leaving = {old for old in moved if self._exists(old)}
        if self._moved != dict(moved):
            self._moved = dict(moved)
            self._dirty = True
            with _told(self._root):
                self._markers.moved(moved)

    def beat(self, *, last: bool = False) -> None:
        path = self._root / ALIVE
        with suppress(OSError):  # what keeps it from being written is told where documents are
            path.unlink(missing_ok=True) if last else path.touch()

    def finish(self) -> None:
        self._settle()
        failed, self._failed = self._failed, {}
        left = [old for old in self._leaving if self._exists(self._moved[old])]
        self.withdraw(left)
        self._leaving.difference_update(left)
        with _told(self._root):
            while self._unsynced:
                sync(self._unsynced.pop())
        if self._dirty:
            self._write_manifest()
        if failed:
            with _told(self._root, names=failed):
                raise next(iter(failed.values()))

    def _write_manifest(self) -> None:
        files = ",\n".join(self._line(name) for name in sorted(self._files) if self._files[name].sha256)
        gone, moved = json.dumps(sorted(self._gone)), json.dumps(dict(sorted(self._moved.items())))
        text = f'{{"version": 1,\n"files": {{\n{files}\n}},\n"gone": {gone},\n"moved": {moved}\n}}\n'
        with _told(self._root):
            try:
                self._staging.write(MANIFEST, text.encode())
                self._staging.settle(1)
            finally:
                self._staging.drop()
        self._dirty = False

    def _line(self, name: str) -> str:
        """What the manifest tells of a file; written once, for it tells of all files whenever one changes."""
        known = self._files[name]
        before, line = self._lines.get(name, (None, ""))
        if before is not known:
            line = f"{json.dumps(name)}: {json.dumps(asdict(known))}"
            self._lines[name] = known, line
        return line

    def _stage(self, files: Iterable[FeedFile]) -> list[str]:
        """Writes those whose bytes differ beside their places; gives their names."""
        # They are coded by other threads, while the next of them is generated and while others are written.
        changes = [change for file in files if (change := self._change(file)) is not None]
        for change in changes:
            coded = [(suffix, change.coded[coding].result()) for coding, (suffix, _) in ENCODINGS.items()]
            before = len(self._staging)
            try:
                # Its coded forms first: they count only beside a document of the same time.
                for suffix, data in (*coded, ("", change.file.data)):
                    self._staging.write(change.file.name + suffix, data, mtime=change.mtime)
            except OSError:
                self._staging.drop(before)
                raise
            self._staged.append(change)
        if len(self._staged) >= _AT_ONCE:
            self._settle()
        return [change.file.name for change in changes]

    def _settle(self) -> None:
        """Puts all that is staged in its place; one that can't be put there keeps no other from it."""
        try:
            while self._staged:
                change, left = self._staged[0], len(self._staging) - len(ENCODINGS) - 1
                try:
                    self._staging.settle(len(ENCODINGS) + 1)
                except OSError as error:
                    self._failed[change.file.name] = error
                    self._staging.skip(left)
                else:
                    self._note(change)
                self._staged.popleft()
        finally:
            self._staged.clear()
            self._staging.drop()

    def _change(self, file: FeedFile) -> _Change | None:
        """What is to be done for a document; None where it stands there as it is."""
        if any(change.file.name == file.name for change in self._staged):
            self._settle()
        listed = _listed(file.name)
        known = self._files.get(file.name)
        before = known.mtime if known else -1 if listed else self._mtime(file.name)
        sha256 = hashlib.sha256(file.data).hexdigest()
        if self._is(file, sha256):
            if listed:
                self._retell(file)
            return None
        # nginx makes its validator of whole seconds and size: the time must move with every change.
        mtime = max(int(self._clock().timestamp()), before + 1)
        coded = {coding: self._coders.submit(encode, file.data) for coding, (_, encode) in ENCODINGS.items()}
        return _Change(file, sha256, mtime, coded)

    def _retell(self, file: FeedFile) -> None:
        """What the manifest tells beside the bytes may be new though they are not."""
        known = self._files[file.name]
        told = replace(known, max_age=file.max_age, link=file.link)
        if told != known:
            self._files[file.name] = told
            self._dirty = True

    def _note(self, change: _Change) -> None:
        """Has the manifest tell of a document that is in its place."""
        name = change.file.name
        listed = _listed(name)
        if listed:
            encodings = {
                coding: {"suffix": suffix, "sha256": hashlib.sha256(change.coded[coding].result()).hexdigest()}
                for coding, (suffix, _) in ENCODINGS.items()
            }
            file = change.file
            told = (file.media_type, change.sha256, change.mtime, encodings, file.max_age, file.link)
            self._files[name] = Published(*told)
        else:
            self._unsynced.add((self._root / name).parent)
        self._dirty |= listed or name in self._gone
        if name in self._gone:
            self._markers.back(name)
            self._gone.discard(name)

    def _is(self, file: FeedFile, sha256: str) -> bool:
        """Whether the document stands there with these bytes and all its forms."""
        if not self._stands(file.name):
            return False
        if _listed(file.name):
            known = self._files[file.name]
            return known.sha256 == sha256 and known.type == file.media_type
        path = self._root / file.name
        return path.stat().st_size == len(file.data) and path.read_bytes() == file.data

    def _exists(self, name: str) -> bool:
        return name in self._files if _listed(name) else (self._root / name).is_file()

    def _stands(self, name: str) -> bool:
        """Whether the document and its encodings are there with one time: that of the manifest, where it tells one."""
        if name.endswith("/"):
            return (self._root / name).is_dir()
        if _listed(name):
            return name in self._files and self._is_as_told(name, self._files[name])
        times = {self._mtime(name + suffix) for suffix in ("", *(suffix for suffix, _ in ENCODINGS.values()))}
        return len(times) == 1 and -1 not in times

    def _mtime(self, name: str) -> int:
        """When a file was written, in whole seconds; −1 where it can't be seen."""
        try:
            return int((self._root / name).stat().st_mtime)
        except OSError:
            return -1

    def _is_as_told(self, name: str, known: Published, *, fully: bool = False) -> bool:
        """Whether the file and its encodings are there with the known time; ``fully``: the known bytes."""
        beside = [(form["suffix"], form["sha256"]) for form in known.encodings.values()]
        for suffix, sha256 in [("", known.sha256), *beside]:
            if self._mtime(name + suffix) != known.mtime:
                return False
            if fully and self._digest(name + suffix) != sha256:
                return False
        return True

    def _digest(self, name: str) -> str:
        try:
            return hashlib.sha256((self._root / name).read_bytes()).hexdigest()
        except OSError:
            return ""

    def _read_manifest(self) -> tuple[dict[str, Published], set[str], dict[str, str]]:
        try:
            manifest: dict[str, Any] = json.loads((self._root / MANIFEST).read_bytes())
            files = {name: Published(**known) for name, known in manifest["files"].items() if _listed(name)}
            return files, set(manifest["gone"]), dict(manifest["moved"])
        except FileNotFoundError:
            return {}, set(), {}
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            log.warning("%s can't be understood (%s): every file is written anew", self._root / MANIFEST, error)
            return {}, set(), {}

    def _leftovers(self) -> Iterator[Path]:
        """Half-written files of a process that was killed."""
        for folder, _, names in os.walk(self._root):
            for name in names:
                if name.startswith(".") and name.endswith(TEMPORARY):
                    yield Path(folder, name)


def _listed(name: str) -> bool:
    """Whether the manifest tells of a document."""
    return "/" not in name


@contextmanager
def _told(root: Path, *, names: Iterable[str] = ()) -> Iterator[None]:
    """Turns the system's errors into a PublishError that names the served folder."""
    try:
        yield
    except OSError as error:
        where = error.filename if error.filename is not None else root
        text, reason = f"served folder: {where}: {error.strerror}", error.strerror or ""
        raise PublishError(text, reason=reason, names=tuple(names)) from error
