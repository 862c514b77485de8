"""Bytes into the served folder: written beside, renamed into place, and only when they differ.

Whoever reads the folder, feedd's own server or nginx, finds at every moment a whole document at every
name. The manifest, written last, says what belongs to the folder; files it does not name are not touched.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import logging
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Protocol

import brotli

from feedd.dates import Clock, utc_now
from feedd.errors import PublishError
from feedd.model import FeedFile

log = logging.getLogger(__name__)

MANIFEST = ".feedd/manifest.json"
_TEMPORARY = ".feedd-tmp"


def _gzip(data: bytes) -> bytes:
    """Without name and time, so that the same text always gives the same bytes.

    Level 4: a feed has 5 % more bytes than by level 6, at less than a third of the time; who wants fewer takes brotli.
    """
    packed = io.BytesIO()
    with gzip.GzipFile("", "wb", 4, packed, mtime=0) as file:
        file.write(data)
    return packed.getvalue()


def _brotli(data: bytes) -> bytes:
    return bytes(brotli.compress(data, quality=5))


# Content codings (RFC 9110 §8.4.1) kept beside each file: name → suffix and encoder.
ENCODINGS: dict[str, tuple[str, Callable[[bytes], bytes]]] = {
    "gzip": (".gz", _gzip),
    "br": (".br", _brotli),
}


@dataclass(frozen=True, slots=True)
class Published:
    """A file of the served folder as the manifest tells it; ``mtime`` in whole seconds since 1970.

    ``encodings`` maps a content coding to the suffix and the SHA-256 of the file beside it.
    """

    type: str
    sha256: str
    mtime: int
    encodings: dict[str, dict[str, str]]


class Publisher(Protocol):
    """Where finished documents go."""

    def publish(self, files: Iterable[FeedFile]) -> list[str]:
        """Puts each document in its place, whole; gives the names of those whose bytes changed."""

    def withdraw(self, names: Iterable[str]) -> list[str]:
        """Takes documents away for good, and says so also of those that never were there; gives those that were."""

    def redirect(self, moved: Mapping[str, str]) -> None:
        """Says where documents have moved for good: old name → new name. Replaces what was said before.

        An old one that stands in the folder goes when the new one does too: no reader is sent where nothing is.
        """

    def absent(self, names: Iterable[str]) -> list[str]:
        """Those of the names that do not stand in the folder as they were published."""

    def names(self) -> frozenset[str]:
        """Every document that stands in the folder."""

    def finish(self) -> None:
        """Makes what was published and withdrawn since the last time known to readers."""


class FolderPublisher:
    """A :class:`Publisher` into a folder. Used by one thread at a time.

    PublishError where the folder can't be written; what stood there before still stands.
    """

    def __init__(self, root: Path, *, clock: Clock = utc_now) -> None:
        self._root = root
        self._clock = clock
        self._dirty = False
        self._lines: dict[str, tuple[Published, str]] = {}
        with _told(root):
            (root / MANIFEST).parent.mkdir(parents=True, exist_ok=True)
            self._files, self._gone, self._moved = self._read_manifest()
            for left in self._leftovers():
                left.unlink(missing_ok=True)

    def names(self) -> frozenset[str]:
        return frozenset(self._files)

    def absent(self, names: Iterable[str]) -> list[str]:
        return [name for name in names if name not in self._files or not self._stands(name, self._files[name])]

    def verify(self) -> list[str]:
        """After an unclean stop: forgets, and names, each file whose bytes are not the manifest's."""
        wrong = [name for name, known in self._files.items() if not self._stands(name, known, fully=True)]
        for name in wrong:
            # The time stays known: what is written next must be later.
            self._files[name] = Published("", "", self._files[name].mtime, {})
        return wrong

    def publish(self, files: Iterable[FeedFile]) -> list[str]:
        with _told(self._root):
            return [file.name for file in files if self._put(file)]

    def withdraw(self, names: Iterable[str]) -> list[str]:
        names = set(names)
        self._dirty |= not names <= self._gone
        self._gone |= names
        there = sorted(name for name in names if name in self._files)
        with _told(self._root):
            for name in there:
                for suffix in ("", *(suffix for suffix, _ in ENCODINGS.values())):
                    (self._root / (name + suffix)).unlink(missing_ok=True)
                del self._files[name]
                self._lines.pop(name, None)
        return there

    def redirect(self, moved: Mapping[str, str]) -> None:
        if self._moved != dict(moved):
            self._moved = dict(moved)
            self._dirty = True

    def finish(self) -> None:
        self.withdraw(old for old, new in self._moved.items() if old in self._files and new in self._files)
        if not self._dirty:
            return
        files = ",\n".join(self._line(name) for name in sorted(self._files) if self._files[name].sha256)
        gone, moved = json.dumps(sorted(self._gone)), json.dumps(dict(sorted(self._moved.items())))
        text = f'{{"version": 1,\n"files": {{\n{files}\n}},\n"gone": {gone},\n"moved": {moved}\n}}\n'
        with _told(self._root):
            self._write(MANIFEST, text.encode())
        self._dirty = False

    def _line(self, name: str) -> str:
        """What the manifest tells of a file; written once, for it tells of all files whenever one changes."""
        known = self._files[name]
        before, line = self._lines.get(name, (None, ""))
        if before is not known:
            line = f"{json.dumps(name)}: {json.dumps(asdict(known))}"
            self._lines[name] = known, line
        return line

    def _put(self, file: FeedFile) -> bool:
        known = self._files.get(file.name)
        sha256 = hashlib.sha256(file.data).hexdigest()
        if known and known.sha256 == sha256 and known.type == file.media_type and self._stands(file.name, known):
            return False
        # nginx makes its validator of whole seconds and size: the time must move with every change.
        mtime = max(int(self._clock().timestamp()), known.mtime + 1 if known else 0)
        encodings = {}
        for coding, (suffix, encode) in ENCODINGS.items():
            packed = encode(file.data)
            self._write(file.name + suffix, packed, mtime=mtime)
            encodings[coding] = {"suffix": suffix, "sha256": hashlib.sha256(packed).hexdigest()}
        self._write(file.name, file.data, mtime=mtime)
        self._files[file.name] = Published(file.media_type, sha256, mtime, encodings)
        self._gone.discard(file.name)
        self._dirty = True
        return True

    def _stands(self, name: str, known: Published, *, fully: bool = False) -> bool:
        """Whether the file and its encodings are there with the known time; ``fully``: the known bytes."""
        beside = [(form["suffix"], form["sha256"]) for form in known.encodings.values()]
        for suffix, sha256 in [("", known.sha256), *beside]:
            path = self._root / (name + suffix)
            try:
                if int(path.stat().st_mtime) != known.mtime:
                    return False
                if fully and hashlib.sha256(path.read_bytes()).hexdigest() != sha256:
                    return False
            except OSError:
                return False
        return True

    def _write(self, name: str, data: bytes, *, mtime: int | None = None) -> None:
        """One whole file: a reader, or a machine that loses its power, sees the old bytes or the new ones."""
        path = self._root / name
        temporary = path.with_name(f".{path.name}{_TEMPORARY}")
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            with temporary.open("wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            if mtime is not None:
                os.utime(temporary, (mtime, mtime))
            temporary.replace(path)
        except OSError:
            temporary.unlink(missing_ok=True)
            raise

    def _read_manifest(self) -> tuple[dict[str, Published], set[str], dict[str, str]]:
        try:
            manifest: dict[str, Any] = json.loads((self._root / MANIFEST).read_bytes())
            files = {name: Published(**known) for name, known in manifest["files"].items()}
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
                if name.startswith(".") and name.endswith(_TEMPORARY):
                    yield Path(folder, name)


@contextmanager
def _told(root: Path) -> Iterator[None]:
    """Turns the system's errors into a PublishError that names the served folder."""
    try:
        yield
    except OSError as error:
        where = error.filename if error.filename is not None else root
        raise PublishError(f"served folder: {where}: {error.strerror}") from error
