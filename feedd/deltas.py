"""Only what is new of a feed, for a client that tells which version it has (RFC 3229 with the ``feed`` manipulation).

Of Atom and RSS feeds some earlier versions are remembered, each as the digests of its entries under its entity tags.
"""

from __future__ import annotations

import re
import threading
from collections import OrderedDict
from collections.abc import Iterable

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

    def remember(self, path: str, tags: Iterable[str], data: bytes) -> None:
        """Keeps what a version of the document at this path held, which had these entity tags."""
        found = frozenset(map(hash, entries(data)))
        with self._lock:
            for tag in tags:
                self._held[path, tag] = found
                self._held.move_to_end((path, tag))
            while len(self._held) > self._room:
                self._held.popitem(last=False)

    def of(self, path: str, tags: Iterable[str]) -> frozenset[int] | None:
        """The digests of the entries of the version that has one of the tags; None where none is known."""
        with self._lock:
            for tag in tags:
                if (path, tag) in self._held:
                    self._held.move_to_end((path, tag))
                    return self._held[path, tag]
        return None
