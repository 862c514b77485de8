"""Serving from one configuration to the next: what a new one needs is had before anything of the old one goes."""

from __future__ import annotations

import socket
from collections.abc import Callable
from pathlib import Path

from feedd import listening
from feedd.application import Manners
from feedd.child import Child

_GIVEN = "a socket of the service manager's"


class Serving:
    """The process that serves: ``offer`` binds an address, ``take`` serves there, ``let_go`` forgets the offer.

    Until ``take`` readers notice nothing. ``say`` tells the operator where it answers. Used by one thread.
    """

    def __init__(self, *, say: Callable[[str], None]) -> None:
        self._say = say
        self._child: Child | None = None
        self._serves: tuple[str, Path, Manners] | None = None
        self._offered: tuple[str, socket.socket | None] | None = None
        self._given: socket.socket | None = None  # by the service manager: then no address counts
        self._asked = False

    @property
    def url(self) -> str | None:
        """Where it answers, if it does."""
        return None if self._child is None else self._child.url

    def offer(self, listen: str, *, patience: float = 0.0) -> None:
        """Binds the address, unless it is the one that it serves at; AddressError where it can't be had.

        A port in use is tried again for ``patience`` seconds.
        """
        self.let_go()
        if not self._asked:
            self._asked, self._given = True, listening.inherited()
        if self._given is not None:
            self._offered = _GIVEN, None if self._serves is not None else self._given
            return
        same = self._serves is not None and self._serves[0] == listen
        beside = None if self._child is None else self._child.socket
        self._offered = listen, None if same else listening.listen(listen, patience=patience, beside=beside)

    def let_go(self) -> None:
        """What was offered is not taken after all."""
        if self._offered is not None and self._offered[1] not in (None, self._given):
            assert self._offered[1] is not None
            self._offered[1].close()
        self._offered = None

    def take(self, folder: Path, manners: Manners) -> None:
        """Serves the folder at the address that was offered, if one was; the same one at the same address goes on."""
        if self._offered is None:
            return
        (listen, sock), self._offered = self._offered, None
        words = ["serve", "--folder", str(folder), "--manners", manners.written()]
        if sock is not None:
            child = Child(words, sock, what="serving")
            self._end()
            self._child = child
            child.start()
            self._say(f"index page: {child.url}")
        elif self._child is not None and self._serves != (listen, folder, manners):
            self._child.restart(words)
        self._serves = listen, folder, manners

    def look(self) -> None:
        """Something was published."""
        if self._child is not None:
            self._child.look()

    def keep(self) -> None:
        """To be called every second or so: a process that ended is started again."""
        if self._child is not None:
            self._child.keep()

    def close(self) -> None:
        """Serves no more."""
        self.let_go()
        self._end()
        self._serves = None

    def _end(self) -> None:
        if self._child is not None:
            self._child.close()
        self._child = None
