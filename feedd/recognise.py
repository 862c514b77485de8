"""Which archived article a file holds a version of, so that it keeps its permanent id.

Asked in the transaction that stores the answer; the file system is looked at only to see whether the file
that an article came from still stands.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from feedd import identity
from feedd.inbox import UNKNOWN, Inbox, look
from feedd.model import Article, FileStat, Place
from feedd.store import Stored, Transaction


@dataclass(frozen=True, slots=True)
class Sighting:
    """An article as it was just read: where, from which file, and from which bytes."""

    place: Place
    stat: FileStat
    sha256: bytes
    article: Article


class Recogniser:
    """Recognises articles of these inboxes."""

    def __init__(self, inboxes: Mapping[str, Inbox]) -> None:
        self._inboxes = inboxes

    def recognise(self, tx: Transaction, seen: Sighting) -> Stored | None:
        """The archived article that this is a version of: by id, bytes, path, inode, then permalink."""
        if seen.article.id is not None:
            return tx.article(seen.article.id)
        part = seen.article.part
        here = sorted(tx.at(seen.place), key=lambda stored: not stored.live)  # living ones first
        here = [stored for stored in here if stored.article.part == part]
        for stored in here:
            if stored.sha256 == seen.sha256:
                return stored
        twins = [stored for stored in tx.with_bytes(seen.sha256) if stored.article.part == part]
        free = [stored for stored in twins if not self.held_elsewhere(tx, stored, seen.place)]
        if twins:
            return (free or twins)[0]
        for stored in here:
            if identity.resembles(stored.article, seen.article, same_path=True):
                return stored
        return self._moved(tx, seen)

    def held_elsewhere(self, tx: Transaction, stored: Stored, place: Place) -> bool:
        """Whether another living file holds the article: at its place stands the file that was read there."""
        if not stored.live or stored.place is None or stored.place == place:
            return False
        row = tx.file(stored.place)
        inbox = self._inboxes.get(stored.place.inbox)
        if row is None or inbox is None:
            return False
        stat = look(inbox.root, stored.place.path)
        if stat is None or stat is UNKNOWN:
            return stat is UNKNOWN
        return (stat.dev, stat.ino) == (row.stat.dev, row.stat.ino)

    def _moved(self, tx: Transaction, seen: Sighting) -> Stored | None:
        """An article whose own file is gone, edited on its way: the same inode, or the same permalink."""
        for stored in tx.with_inode(seen.stat.dev, seen.stat.ino):
            alike = stored.live and identity.resembles(stored.article, seen.article, same_path=False)
            if alike and stored.article.part == seen.article.part:
                return None if self.held_elsewhere(tx, stored, seen.place) else stored
        if seen.article.url is not None:
            for stored in tx.with_url(seen.article.url):
                if not self.held_elsewhere(tx, stored, seen.place):
                    return stored
        return None
