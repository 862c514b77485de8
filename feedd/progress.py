"""How far long work has come: a bar on a terminal, a line now and then elsewhere; always on standard error."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import click

# Seconds between lines of progress where there is no terminal.
_TELL_EVERY = 10.0


@contextmanager
def progressing(length: int | None = None, what: str = "files") -> Iterator[Callable[[int], None]]:
    """A bar with rate and time left on a terminal, or a count where it isn't known how many there will be; plain lines
    elsewhere. What it gives is told how many more are done.
    """
    if not sys.stderr.isatty():
        yield _lines(what)
        return
    if not length:
        yield _lines(what, every=0.0, end="\r")
        click.echo(err=True)
        return
    begun, done = time.monotonic(), 0

    def rate(_: object) -> str:
        return f"{done / max(time.monotonic() - begun, 0.001):,.0f}/s"

    bar: Any
    with click.progressbar(length=length, label=what, file=sys.stderr, show_pos=True, item_show_func=rate) as bar:

        def step(count: int) -> None:
            nonlocal done
            done += count
            bar.update(count, current_item=count)

        yield step


def _lines(what: str, *, every: float = _TELL_EVERY, end: str = "\n") -> Callable[[int], None]:
    """Tells each so many seconds of long work how much is done, and how many a second."""
    begun = time.monotonic()
    done, told = 0, begun

    def step(count: int) -> None:
        nonlocal done, told
        done += count
        now = time.monotonic()
        if done and now - told >= every:
            told = now
            click.echo(f"{done} {what}, {done / max(now - begun, 0.001):,.0f}/s{end}", nl=False, err=True)

    return step
