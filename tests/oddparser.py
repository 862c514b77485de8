"""A parser that does what hostile files may do to a real one: each document's first word says what."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from typing import NoReturn

from feedd import parse as feedd_parse
from feedd.errors import Unreadable
from feedd.model import Article, Document

_seen: list[bytes] = []


def _spin() -> NoReturn:
    while True:
        pass


def _eat() -> NoReturn:
    hoard = []
    while True:
        hoard.append(bytes(64 << 20))


def _spoiled() -> None:
    if len(_seen) > 1:
        os._exit(4)


def _refuse(reason: str) -> NoReturn:
    raise Unreadable(reason)


def _babble() -> None:
    for descriptor in range(3, 20):
        with suppress(OSError):
            os.write(descriptor, b"\0\0\0\4oops")


ODD: dict[str, Callable[[], object]] = {
    "spin": _spin,
    "sleep": lambda: time.sleep(600),
    "crash": lambda: os.kill(os.getpid(), signal.SIGSEGV),
    "exit": lambda: os._exit(3),
    "stop": lambda: os.kill(os.getpid(), signal.SIGSTOP),
    "eat": _eat,
    "spoiled": _spoiled,
    "fail": lambda: _refuse("is of no use"),
    "surrogate": lambda: _refuse("holds \udc80"),
    "babble": _babble,
}


def parse(document: Document) -> tuple[Article, ...]:
    """Obeys the document."""
    _seen.append(document.data)
    word = document.data.decode("latin-1").strip()
    ODD.get(word, lambda: None)()
    article = feedd_parse.parse(document)[0]
    if word == "shout":
        return (replace(article, content="x" * (65 << 20)),)
    return (replace(article, title=str(os.getpid())) if word == "pid" else article,)
