"""Reading an inbox: one file, a scan of all, and how a scan differs from what is known.

The inbox belongs to the user: nothing here moves, edits or deletes, follows a link, or waits for a pipe.
"""

from __future__ import annotations

import errno
import os
import stat as statmode
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from feedd.errors import Unreadable
from feedd.model import Defaults, FileStat, Place
from feedd.rules import Surroundings

# What an error of the system means for a path: nothing is there; or it is there and will not be read.
GONE = frozenset({errno.ENOENT, errno.ENOTDIR, errno.ELOOP})
_REFUSED = frozenset({errno.EACCES, errno.EPERM, errno.ELOOP, errno.ENXIO, errno.EISDIR, errno.ENODEV})
UNKNOWN = FileStat(-1, -1, -1, -1, -1)
NEVER = FileStat(0, 0, -1, 0, 0)
"""The stat of no file: a row that has it is read again whatever stands there."""
# Nanoseconds since 1970 that 63 bits hold; a file may be dated later than that.
_FARTHEST = (1 << 63) - 1
# Folders in each other beyond which nobody files articles, and scanning would not come to its end.
_DEEPEST = 100
_LINK = "is a symbolic link, and links are not followed"


LIMIT = 5_000_000
"""The largest file that is read, in bytes, unless the configuration says otherwise."""


@dataclass(frozen=True, slots=True)
class Inbox:
    """A folder of article files.

    ``wanted`` says by its name whether a file can be an article at all; ``defaults`` are for documents that
    do not say it themselves; with ``keep`` a deleted file withdraws nothing; ``limit`` is the largest
    file in bytes. ``language`` is the site's, which an article is taken for that names none. ``source`` is the address
    of the upstream feed whose responses come in here; then it is the name too, which no other inbox has a colon in.
    """

    name: str
    root: Path
    wanted: Callable[[str], bool]
    defaults: Defaults = field(default_factory=Defaults)
    keep: bool = False
    limit: int = LIMIT
    language: str = ""
    source: str = ""

    def around(self, name: str) -> Surroundings:
        """What topic rules can ask of a file of this name beside its text."""
        if self.source:
            return Surroundings(source=self.source, given=self.defaults.topics, language=self.language)
        return Surroundings(self.name, name, given=self.defaults.topics, language=self.language)

    def readable(self) -> bool:
        """Whether the folder is there and may be listed: if not, nothing in it may be taken for gone."""
        try:
            os.scandir(self.root).close()
        except OSError:
            return False
        return True


def look(root: Path, path: bytes) -> FileStat | None:
    """What stands at ``path`` under ``root``, be it a file or a link, pipe or device, which ``read`` refuses.

    None where nothing does, or a folder; UNKNOWN where that can't be told now (no permission, a failing disk).
    Never follows a symbolic link: not as the last step, and not as a folder on the way.
    """
    try:
        folder = _open_folder(root, path)
        try:
            return _stat(os.lstat(os.path.basename(path), dir_fd=folder))  # noqa: PTH119 - bytes, not Path
        finally:
            os.close(folder)
    except OSError as error:
        return None if error.errno in GONE else UNKNOWN


def read(root: Path, path: bytes, *, limit: int) -> tuple[bytes, FileStat]:
    """The bytes of a file and the stat they belong to.

    Unreadable where it is no regular file, is larger than ``limit`` bytes, or may not be opened; OSError with
    an errno in GONE where it is gone, with another where it can't be read just now. Never follows a link and
    never blocks on a pipe or device.
    """
    folder = _open_folder(root, path)
    name = os.path.basename(path)  # noqa: PTH119 - bytes, not Path
    try:
        # Opening a device may do something, so it is looked at first.
        _check_kind(os.lstat(name, dir_fd=folder).st_mode)
        flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOCTTY
        descriptor = os.open(name, flags, dir_fd=folder)
    except OSError as error:
        if error.errno in _REFUSED:
            raise Unreadable(f"can't be opened: {error.strerror}") from error
        raise
    finally:
        os.close(folder)
    try:
        found = os.fstat(descriptor)
        _check_kind(found.st_mode)
        stat = _file_stat(found)
        data = _read_all(descriptor, min(limit, stat.size) + 1)
        if len(data) > limit or stat.size > limit:
            raise too_large(limit)
        if _file_stat(os.fstat(descriptor)) != stat:
            # Its row will differ from the next stat, so it is read again once it rests.
            raise Unreadable("is being written")
    finally:
        os.close(descriptor)
    return data, stat


def too_large(limit: int) -> Unreadable:
    """What is said of a file of more than ``limit`` bytes."""
    return Unreadable(f"is larger than {limit:,} bytes")


def _read_all(descriptor: int, most: int) -> bytes:
    """Up to ``most`` bytes: one call of read() may give less than there are."""
    parts: list[bytes] = []
    while most > 0 and (part := os.read(descriptor, most)):
        parts.append(part)
        most -= len(part)
    return b"".join(parts)


def _open_folder(root: Path, path: bytes) -> int:
    """A descriptor of the folder that holds ``path``, reached without following a link below the root."""
    descriptor = os.open(root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        for part in path.split(b"/")[:-1]:
            flags = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
            below = os.open(part, flags, dir_fd=descriptor)
            os.close(descriptor)
            descriptor = below
    except OSError:
        os.close(descriptor)
        raise
    return descriptor


def _check_kind(mode: int) -> None:
    if statmode.S_ISLNK(mode):
        raise Unreadable(_LINK)
    if not statmode.S_ISREG(mode):
        raise Unreadable("is no file but a folder, pipe, device or socket")


def _stat(found: os.stat_result) -> FileStat | None:
    return None if statmode.S_ISDIR(found.st_mode) else _file_stat(found)


def _file_stat(found: os.stat_result) -> FileStat:
    mtime, ctime = found.st_mtime_ns, found.st_ctime_ns
    if not (-_FARTHEST <= mtime <= _FARTHEST and -_FARTHEST <= ctime <= _FARTHEST):
        mtime, ctime = (min(max(time, -_FARTHEST), _FARTHEST) for time in (mtime, ctime))
    return FileStat(found.st_dev, found.st_ino, found.st_size, mtime, ctime)


@dataclass(frozen=True, slots=True)
class Closed:
    """A folder that a scan could not read, or a link in its place: nothing under it may be taken for gone."""

    path: bytes
    reason: str

    @property
    def beneath(self) -> bytes:
        """What the paths of everything in the folder begin with."""
        return self.path + b"/" if self.path else b""


NEVER_LISTED = -1 << 63
"""Stands for the mtime of a folder that could not be listed: a later look finds that another one."""


def scan(
    inbox: Inbox, under: bytes = b"", *, folders: dict[bytes, int] | None = None
) -> Iterator[tuple[bytes, FileStat] | Closed]:
    """Every wanted file under a folder of the inbox with its stat, in byte order of their paths.

    A root that can't be read gives one :class:`Closed` with an empty path. ``folders`` is filled with
    the mtime in nanoseconds of each folder, taken before it is listed; of one that can't be listed with one that no
    folder has.
    """
    if under.count(b"/") >= _DEEPEST:
        yield Closed(under, f"lies deeper than {_DEEPEST} folders")
        return
    try:
        changed = folder_mtime(inbox, under)
        if folders is not None:
            folders[under] = changed
        with os.scandir(os.path.join(os.fsencode(inbox.root), under)) as entries:  # noqa: PTH118 - bytes
            found = sorted(_visible(inbox, entries, under))
    except FileNotFoundError:
        if not under:
            yield Closed(under, "does not exist")
        return
    except OSError as error:
        if folders is not None:
            folders[under] = NEVER_LISTED
        yield Closed(under, error.strerror or str(error))
        return
    for name, is_folder, stat in found:
        if is_folder:
            yield from scan(inbox, name[:-1], folders=folders)
        else:
            yield (name, stat) if stat is not None else Closed(name[:-1], _LINK)


def folder_mtime(inbox: Inbox, under: bytes) -> int:
    """When a folder's list of names last changed, in nanoseconds; OSError where it can't be told."""
    return os.stat(os.path.join(os.fsencode(inbox.root), under)).st_mtime_ns  # noqa: PTH116, PTH118 - bytes


def _visible(
    inbox: Inbox, entries: Iterable[os.DirEntry[bytes]], under: bytes
) -> Iterator[tuple[bytes, bool, FileStat | None]]:
    """Paths, whether each is a folder, and the stat unless it is a folder or may be a link to one.

    The path of a folder, or of what may lead to one, ends with "/", so that sorting gives the order of whole paths.
    """
    prefix = under + b"/" if under else b""
    wanted = inbox.wanted
    for entry in entries:
        name = entry.name
        if name[0] in _HIDDEN or name[-1] == _BACKUP:
            continue
        try:
            if entry.is_dir(follow_symlinks=False):
                yield prefix + name + b"/", True, None
            elif wanted(os.fsdecode(name)):
                yield prefix + name, False, _file_stat(entry.stat(follow_symlinks=False))
            elif entry.is_symlink() and b"." not in name:
                # It may lead to a folder, and a look would be to follow it.
                yield prefix + name + b"/", False, None
        except FileNotFoundError:
            continue


_HIDDEN, _BACKUP = b".#", ord("~")


def hidden(path: bytes) -> bool:
    """Whether any step of a path is a dot file or one of the names editors give their own files."""
    return any(part[:1] in (b".", b"#") or part[-1:] == b"~" for part in path.split(b"/"))


def differences(
    seen: Iterable[tuple[bytes, FileStat] | Closed], known: Iterable[tuple[bytes, FileStat | None]]
) -> Iterator[tuple[bytes, FileStat | None] | Closed]:
    """What a scan tells that is not known yet: files new or changed, and (with None) files gone.

    Both sides come in byte order; nothing but the two current rows is held in memory.
    """
    rows = iter(known)
    row = next(rows, None)
    for item in seen:
        path = item.beneath if isinstance(item, Closed) else item[0]
        while row is not None and row[0] < path:
            if row[1] is not None:
                yield row[0], None
            row = next(rows, None)
        if isinstance(item, Closed):
            while row is not None and row[0].startswith(path):
                row = next(rows, None)
            yield item
        elif row is not None and row[0] == path:
            if row[1] != item[1]:
                yield item
            row = next(rows, None)
        else:
            yield item
    while row is not None:
        if row[1] is not None:
            yield row[0], None
        row = next(rows, None)


@dataclass(frozen=True, slots=True)
class Change:
    """A settled file that differs from what is known of it; ``stat`` is None where it is gone."""

    place: Place
    stat: FileStat | None


class Settling:
    """Files seen but perhaps still being written, with the moment at which each is looked at again."""

    def __init__(self) -> None:
        self._pending: dict[Place, tuple[FileStat, float]] = {}

    def __len__(self) -> int:
        return len(self._pending)

    def see(self, change: Change, *, rest: float, now: float) -> None:
        """A file must rest for so many seconds more; seen again with the same stat it keeps its time."""
        assert change.stat is not None
        stat, at = self._pending.get(change.place, (None, 0.0))
        at = min(at, now + rest) if stat == change.stat else now + rest
        self._pending[change.place] = (change.stat, at)

    def forget(self, place: Place) -> None:
        """The file is gone."""
        self._pending.pop(place, None)

    def next(self) -> float | None:
        """The earliest moment at which a file has rested long enough."""
        return min((at for _, at in self._pending.values()), default=None)

    def rested(self, now: float) -> list[Change]:
        """Takes out the files whose time has come, with the stat they were last seen with."""
        places = [place for place, (_, at) in self._pending.items() if at <= now]
        return [Change(place, self._pending.pop(place)[0]) for place in places]
