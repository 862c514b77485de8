"""Documents in the folders of the served folder: articles' pages and archive documents, read when they are asked for.

They are as many as the archive is long and seldom asked for, so only those asked for lately stay in memory. No manifest
tells of them: a document stands under its name as a whole, and a coded form counts beside it where both have one time.
"""

from __future__ import annotations

import errno
import os
import re
import threading
from collections import OrderedDict
from pathlib import Path
from stat import S_ISREG

from feedd.rfc9110 import CODINGS
from feedd.snapshot import Resource, Stamp, built, stamp_of

ROOM = 16 << 20
"""Bytes of documents that are kept in memory."""

# The folder may have any name but a hidden one; whose name it is was settled when it was published.
_NAME = re.compile(r"/([^/.][^/]*)/([0-9a-f]{24}\.html|archive-[1-9][0-9]{0,8}\.(?:atom|json))", re.DOTALL)
_TYPES = {
    "atom": "application/atom+xml; charset=utf-8",
    "json": "application/feed+json",
    "html": "text/html; charset=utf-8",
}
_SUFFIXES = {"gzip": ".gz", "br": ".br"}


class Folders:
    """The documents in folders below ``root``. Any number of threads may use it."""

    def __init__(self, root: Path, *, room: int = ROOM) -> None:
        self._root = root
        self._room = room
        self._used = 0
        self._held: OrderedDict[str, tuple[Stamp, Resource, int]] = OrderedDict()
        self._lock = threading.Lock()

    @staticmethod
    def may_hold(path: str) -> bool:
        """Whether a URL path, percent-decoded, is one of a document in a folder; nothing is looked at for it."""
        return _NAME.fullmatch(path) is not None

    def get(self, path: str) -> Resource | None:
        """The document at a URL path as it stands now, None where there is none. OSError where it can't be read."""
        match = _NAME.fullmatch(path)
        if match is None:
            return None
        try:
            folder = os.open(self._root / match[1], os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
        except ValueError:  # a name that no system knows
            return None
        except OSError as error:
            if error.errno not in (errno.ENOENT, errno.ENOTDIR, errno.ENAMETOOLONG):
                raise
            self._forget(path)
            return None
        try:
            return self._read(path, match[2], folder)
        finally:
            os.close(folder)

    def _read(self, path: str, name: str, folder: int) -> Resource | None:
        opened = _open(name, folder)
        if opened is None:
            self._forget(path)
            return None
        with os.fdopen(opened, "rb") as file:
            status = os.fstat(opened)
            stamp = stamp_of(status)
            with self._lock:
                if path in self._held and self._held[path][0] == stamp:
                    self._held.move_to_end(path)
                    return self._held[path][1]
            data = file.read()
        mtime = int(status.st_mtime)
        coded = {}
        for coding in CODINGS:
            form = _coded(name + _SUFFIXES[coding], folder, mtime)
            if form is not None:
                coded[coding] = form
        resource = built(_TYPES[name.rpartition(".")[2]], mtime, data, coded)
        self._keep(path, stamp, resource, len(data) + sum(map(len, coded.values())))
        return resource

    def _keep(self, path: str, stamp: Stamp, resource: Resource, size: int) -> None:
        self._forget(path)
        if size > self._room // 4:
            return
        with self._lock:
            self._held[path] = stamp, resource, size
            self._used += size
            while self._used > self._room:
                self._used -= self._held.popitem(last=False)[1][2]

    def _forget(self, path: str) -> None:
        with self._lock:
            held = self._held.pop(path, None)
            self._used -= held[2] if held else 0


def _open(name: str, folder: int) -> int | None:
    try:
        opened = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=folder)
    except OSError as error:
        if error.errno in (errno.ENOENT, errno.ELOOP):  # the latter: a symbolic link
            return None
        raise
    if S_ISREG(os.fstat(opened).st_mode):
        return opened
    os.close(opened)
    return None


def _coded(name: str, folder: int, mtime: int) -> bytes | None:
    """A coded form of a document of this time; None where it is another version's, or none."""
    opened = _open(name, folder)
    if opened is None:
        return None
    with os.fdopen(opened, "rb") as file:
        return file.read() if int(os.fstat(opened).st_mtime) == mtime else None
