"""One feedd on a state folder: its lock, and how another process asks it for a reload and learns what came of it."""

from __future__ import annotations

import fcntl
import json
import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TextIO

from feedd.errors import AlreadyRunning, NotRunning, StoreError

_LOCK = "lock"
_REPORT = "reload.json"
# The command that can be asked for a reload.
DAEMON = "run"
# Seconds that the text of a lock may take after the lock.
_WRITING = 0.5


@dataclass(frozen=True, slots=True)
class Report:
    """What came of a reload: ``number`` counts them, ``config`` is the file read, ``problems`` why it was refused.

    ``begun`` is the machine's monotonic time before the file was read.
    """

    number: int
    config: str
    problems: tuple[str, ...]
    begun: float


@dataclass(frozen=True, slots=True)
class Holder:
    """Who works on a state folder: the process, its command of feedd, and the configuration that it reads."""

    pid: int
    command: str
    config: str

    def __str__(self) -> str:
        return f"process {self.pid}, feedd {self.command}"


@contextmanager
def locked(state: Path, *, command: str, config: Path) -> Iterator[None]:
    """Holds the state folder for this process, which is a feedd ``command``; AlreadyRunning where another one does."""
    try:
        state.mkdir(parents=True, exist_ok=True)
        file = (state / _LOCK).open("a+")
    except OSError as error:
        raise StoreError(f"state folder {state}: {error.strerror}") from error
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise AlreadyRunning(f"another feedd ({_written(state, file)}) works on {state}") from error
        file.truncate(0)
        file.write(json.dumps(asdict(Holder(os.getpid(), command, str(config)))))
        file.flush()
        yield


def holder(state: Path) -> Holder:
    """Who holds the state folder; NotRunning where nobody does."""
    try:
        with (state / _LOCK).open() as file:
            try:
                fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                return _written(state, file)
    except FileNotFoundError:
        pass
    except OSError as error:
        raise StoreError(f"state folder {state}: {error.strerror}") from error
    raise NotRunning(f"no feedd runs on {state}")


def _written(state: Path, lock: TextIO) -> Holder:
    """What the lock's holder says of itself: it may be about to."""
    end = time.monotonic() + _WRITING
    while True:
        lock.seek(0)
        try:
            return Holder(**json.loads(lock.read()))
        except (ValueError, TypeError) as error:
            if time.monotonic() >= end:
                raise StoreError(f"state folder {state}: {_LOCK} doesn't say who holds it") from error
        time.sleep(0.01)


def _daemon(state: Path, config: Path) -> Holder:
    """The daemon that works on the state folder under this configuration; NotRunning where there is none."""
    found = holder(state)
    if found.command != DAEMON:
        raise NotRunning(f"no daemon runs on {state}: {found} works on it")
    if not _same(found.config, config):
        raise NotRunning(f"no daemon reads {config}: the one on {state} ({found}) reads {found.config}")
    return found


def _same(one: str, other: Path) -> bool:
    try:
        return other.samefile(one)
    except OSError:
        return os.path.realpath(one) == os.path.realpath(other)


def ask_reload(state: Path, config: Path, *, wait: float) -> Report | None:
    """Asks the daemon that works on the state folder under this configuration to read it anew.

    Waits up to ``wait`` seconds for what comes of it; None where that isn't known by then. NotRunning where there
    is no such daemon, or it ends meanwhile.
    """
    pid = _daemon(state, config).pid
    before, asked = _read(state), time.monotonic()
    try:
        os.kill(pid, signal.SIGHUP)
    except OSError as error:
        raise NotRunning(f"process {pid} can't be asked: {error.strerror}") from error
    end = time.monotonic() + wait
    while time.monotonic() < end:
        report = _read(state)
        # One that another process asked for may have read the file before it became what it is now.
        if report is not None and report != before and report.begun >= asked:
            return report
        holder(state)
        time.sleep(0.05)
    return None


def report(state: Path, config: Path, problems: tuple[str, ...], *, begun: float) -> None:
    """Says what came of a reload that began then, for whoever asked."""
    before = _read(state)
    said = Report(before.number + 1 if before else 1, str(config), problems, begun)
    temporary = state / f".{_REPORT}"
    try:
        temporary.write_text(json.dumps(asdict(said), ensure_ascii=False), "utf-8")
        temporary.replace(state / _REPORT)
    except OSError as error:
        raise StoreError(f"state folder {state}: {error.strerror}") from error


def _read(state: Path) -> Report | None:
    try:
        said = json.loads((state / _REPORT).read_text("utf-8"))
        return Report(said["number"], said["config"], tuple(said["problems"]), said["begun"])
    except (OSError, ValueError, KeyError, TypeError):
        return None
