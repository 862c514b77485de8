"""Whole files in the places of others: written beside, brought onto the disk together, renamed one after the other."""

from __future__ import annotations

import os
from collections import deque
from contextlib import suppress
from pathlib import Path

TEMPORARY = ".feedd-tmp"
"""The suffix of what is written beside."""

_NEW = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC


class Staging:
    """Files that wait for their places below ``root``: a reader, or a machine that loses its power, sees of each the
    old bytes or the new ones. OSError where the system refuses; what waited before waits on.
    """

    def __init__(self, root: Path) -> None:
        self._root = root
        self._waiting: deque[tuple[int, Path, Path]] = deque()
        self._unsynced = False

    def __len__(self) -> int:
        return len(self._waiting)

    def write(self, name: str, data: bytes, *, mtime: int | None = None) -> None:
        """A file beside the one of this name, which is none of those that wait."""
        path = self._root / name
        temporary = path.with_name(f".{path.name}{TEMPORARY}")
        try:
            opened = os.open(temporary, _NEW, 0o666)
        except FileNotFoundError:
            path.parent.mkdir(parents=True, exist_ok=True)
            opened = os.open(temporary, _NEW, 0o666)
        self._waiting.append((opened, temporary, path))
        self._unsynced = True
        try:
            left = memoryview(data)
            while left:
                left = left[os.write(opened, left) :]
            if mtime is not None:
                os.utime(opened, (mtime, mtime))
        except OSError:
            self.drop(len(self) - 1)
            raise

    def settle(self, count: int) -> None:
        """Renames the next so many in the order in which they were written, once all that is written is on the disk:
        for many together that takes hardly longer than for one.
        """
        if self._unsynced:
            for opened, _, _ in self._waiting:
                os.fsync(opened)
            self._unsynced = False
        for _ in range(count):
            opened, temporary, path = self._waiting[0]
            temporary.replace(path)
            self._waiting.popleft()
            os.close(opened)

    def skip(self, left: int) -> None:
        """Takes away the next ones, until so many are left."""
        while len(self._waiting) > left:
            _take_away(*self._waiting.popleft())

    def drop(self, keep: int = 0) -> None:
        """Takes away those that wait, but for the first so many."""
        while len(self._waiting) > keep:
            _take_away(*self._waiting.pop())


def _take_away(opened: int, temporary: Path, _path: Path) -> None:
    os.close(opened)
    with suppress(OSError):  # what went wrong is the first
        temporary.unlink()


def sync(folder: Path) -> None:
    """Has a folder's names outlive a loss of power: no manifest tells of them, so nobody would miss one."""
    opened = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
