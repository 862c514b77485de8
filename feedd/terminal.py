"""SIGHUP means two things: the terminal is gone, or somebody asks for something. This tells them apart."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


class Terminal:
    """The terminal that this process was started in, if there is one that it is meant to end with.

    To be made before SIGHUP is handled: who ignores it, as after ``nohup``, is meant to outlive the terminal.
    """

    def __init__(self) -> None:
        self._had = signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN and _has_terminal()

    def gone(self) -> bool:
        """Whether a SIGHUP tells that it is there no more."""
        return self._had and not _has_terminal()


@contextmanager
def asked_in_vain() -> Iterator[None]:
    """Within it a SIGHUP ends this process only where its terminal is gone. Wants the main thread."""
    terminal = Terminal()

    def answer(number: int, _: FrameType | None) -> None:
        if terminal.gone():
            signal.signal(number, signal.SIG_DFL)
            os.kill(os.getpid(), number)

    before = signal.signal(signal.SIGHUP, answer)
    try:
        yield
    finally:
        signal.signal(signal.SIGHUP, before)


def _has_terminal() -> bool:
    try:
        os.close(os.open("/dev/tty", os.O_RDWR | os.O_NOCTTY))
    except OSError:
        return False
    return True
