"""Only what is new of a feed, for a client that tells which version it has (RFC 3229 with the ``feed`` manipulation).

Of Atom and RSS feeds some earlier versions are remembered, each as the digests of its entries under its entity tags.

feedparser asks for this in the name of every program that uses it, and not all of them know the status 226: rss2email
takes it for an error. Who comes back with the same tag has not taken what it was given, and gets whole feeds from then
on.
"""

from __future__ import annotations

import re
import threading
from collections import OrderedDict
from collections.abc import Hashable, Iterable
from typing import Any

ROOM = 6_000
"""Entity tags that are remembered at most, of all feeds together, each version having some: about 8 MB."""

# As feedd writes them: an element on lines of its own, all markup within it escaped.
_ENTRIES = re.compile(rb"^ *<(?P<name>entry|item)[ >].*?^ *</(?P=name)>\n", re.MULTILINE | re.DOTALL)


def entries(data: bytes) -> list[bytes]:
    """The entries of an Atom or RSS document of feedd's, in its order."""
    return [match[0] for match in _ENTRIES.finditer(data)]


def without(data: bytes, known: Iterable[int]) -> bytes:
    """The document without its entries of these digests."""
    known = frozenset(known)
    return _ENTRIES.sub(lambda match: b"" if hash(match[0]) in known else match[0], data)


class Versions:
    """What earlier versions of the feeds held, the latest to be seen or asked for. Any number of threads may use it."""

    def __init__(self, *, room: int = ROOM) -> None:
        self._room = room
        self._lock = threading.Lock()
        self._held: OrderedDict[tuple[str, str], frozenset[int]] = OrderedDict()
        self._given: OrderedDict[Hashable, Hashable] = OrderedDict()  # to whom, since which version
        self._mistaking: OrderedDict[Hashable, None] = OrderedDict()  # who can do nothing with it

    def remember(self, path: str, tags: Iterable[str], data: bytes) -> None:
        """Keeps what a version of the document at this path held, which had these entity tags."""
        found = frozenset(map(hash, entries(data)))
        with self._lock:
            for tag in tags:
                self._held[path, tag] = found
                self._held.move_to_end((path, tag))
            _bound(self._held, self._room)

    def takes(self, client: Hashable, path: str, tags: Iterable[str]) -> bool:
        """Whether a client is to be given what is new since the version with these tags: not where it was given that
        already, and from then on nothing of the kind.
        """
        key = (path, *tags)
        with self._lock:
            if client in self._mistaking:
                self._mistaking.move_to_end(client)
                return False
            if self._given.get(client) == key:
                self._mistaking[client] = None
                _bound(self._mistaking, self._room)
                return False
            self._given[client] = key
            self._given.move_to_end(client)
            _bound(self._given, self._room)
        return True

    def of(self, path: str, tags: Iterable[str]) -> frozenset[int] | None:
        """The digests of the entries of the version that has one of the tags; None where none is known."""
        with self._lock:
            for tag in tags:
                if (path, tag) in self._held:
                    self._held.move_to_end((path, tag))
                    return self._held[path, tag]
        return None


def _bound(held: OrderedDict[Any, Any], room: int) -> None:
    """Forgets what nobody asked for the longest."""
    while len(held) > room:
        held.popitem(last=False)
