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

from feedd.errors import AlreadyRunning, NotRunning, StoreError

_LOCK = "lock"
_REPORT = "reload.json"


@dataclass(frozen=True, slots=True)
class Report:
    """What came of a reload: ``number`` counts them, ``config`` is the file read, ``problems`` why it was refused."""

    number: int
    config: str
    problems: tuple[str, ...] = ()


@contextmanager
def locked(state: Path) -> Iterator[None]:
    """Holds the state folder for this process; AlreadyRunning where another one does."""
    try:
        state.mkdir(parents=True, exist_ok=True)
        file = (state / _LOCK).open("a+")
    except OSError as error:
        raise StoreError(f"state folder {state}: {error.strerror}") from error
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            file.seek(0)
            raise AlreadyRunning(f"another feedd ({file.read().strip()}) works on {state}") from error
        file.truncate(0)
        file.write(f"process {os.getpid()}")
        file.flush()
        yield


def holder(state: Path) -> int:
    """The process that holds the state folder; NotRunning where none does."""
    try:
        with (state / _LOCK).open() as file:
            try:
                fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                return int(file.read().removeprefix("process "))
    except FileNotFoundError:
        pass
    except (OSError, ValueError) as error:
        raise StoreError(f"state folder {state}: {error}") from error
    raise NotRunning(f"no feedd runs on {state}")


def ask_reload(state: Path, *, wait: float) -> Report | None:
    """Asks the process that holds the state folder to read its configuration anew.

    Waits up to ``wait`` seconds for what comes of it; None where that isn't known by then. NotRunning where there
    is no such process, or it ends meanwhile.
    """
    pid = holder(state)
    before = _read(state)
    try:
        os.kill(pid, signal.SIGHUP)
    except OSError as error:
        raise NotRunning(f"process {pid} can't be asked: {error.strerror}") from error
    end = time.monotonic() + wait
    while time.monotonic() < end:
        report = _read(state)
        if report is not None and report != before:
            return report
        holder(state)
        time.sleep(0.05)
    return None


def report(state: Path, config: Path, problems: tuple[str, ...] = ()) -> None:
    """Says what came of a reload, for whoever asked."""
    before = _read(state)
    said = Report(before.number + 1 if before else 1, str(config), problems)
    temporary = state / f".{_REPORT}"
    try:
        temporary.write_text(json.dumps(asdict(said), ensure_ascii=False), "utf-8")
        temporary.replace(state / _REPORT)
    except OSError as error:
        raise StoreError(f"state folder {state}: {error.strerror}") from error


def _read(state: Path) -> Report | None:
    try:
        said = json.loads((state / _REPORT).read_text("utf-8"))
        return Report(said["number"], said["config"], tuple(said["problems"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None
