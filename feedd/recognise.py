"""Which archived article a file holds a version of, so that it keeps its permanent id.

Asked in the transaction that stores the answer; the file system is looked at only to see whether the file
that an article came from still stands.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from feedd import identity
from feedd.inbox import NEVER, UNKNOWN, Inbox, look
from feedd.model import Article, FileStat, Place
from feedd.outcome import Outcome
from feedd.store import FileRow, FileState, Stored, Transaction

# How many articles that went a moment ago are compared by their text.
_COMPARED = 50


@dataclass(frozen=True, slots=True)
class Sighting:
    """A file as it was just read, and the parts that it holds now."""

    place: Place
    stat: FileStat
    sha256: bytes
    parts: frozenset[str]


class Candidates:
    """What the archive holds that may be of this file, by part: asked for once, however many articles it holds.

    ``here`` are the articles whose file this is or was, living ones first.
    """

    def __init__(self, tx: Transaction, seen: Sighting, here: Iterable[Stored]) -> None:
        self.tx = tx
        self.seen = seen
        self.here = _by_part(sorted(here, key=lambda stored: not stored.live))

    @cached_property
    def twins(self) -> dict[str, list[Stored]]:
        """The articles made from exactly these bytes."""
        return _by_part(self.tx.with_bytes(self.seen.sha256))

    @cached_property
    def leaving(self) -> list[Stored]:
        """The articles whose files went a moment ago, unless they are too many to compare."""
        found = self.tx.leaving(_COMPARED + 1)
        return found if len(found) <= _COMPARED else []

    @cached_property
    def linked(self) -> dict[str, list[Stored]]:
        """The living articles whose file had this inode."""
        found = self.tx.with_inode(self.seen.stat.dev, self.seen.stat.ino)
        return _by_part(stored for stored in found if stored.live)


def _by_part(articles: Iterable[Stored]) -> dict[str, list[Stored]]:
    found: dict[str, list[Stored]] = {}
    for stored in articles:
        found.setdefault(stored.article.part, []).append(stored)
    return found


class Recogniser:
    """Recognises articles of these inboxes."""

    def __init__(self, inboxes: Mapping[str, Inbox]) -> None:
        self._inboxes = inboxes

    def without_foreign_id(self, candidates: Candidates, article: Article) -> Article:
        """``article`` less an id that means another one: feeds count their entries, and each begins with 1.

        An id that is no URI is unique in its own feed at most: of two feeds that give it for different stories the
        first keeps it, and the other's entry is given one of ours.
        """
        if article.id is None or not article.part or ":" in article.id:
            return article
        found = candidates.tx.article(article.id)
        foreign = found is not None and found.place != candidates.seen.place and not _related(found.article, article)
        ours = any(stored.id != article.id for stored in candidates.here.get(article.part, []))
        if not foreign and not ours:
            return article
        warning = f"the id {article.id} is that of another feed's entry: it has one of feedd's own"
        origin = replace(article.origin, id_origin=None, warnings=(*article.origin.warnings, warning))
        return replace(article, id=None, origin=origin)

    def recognise(self, candidates: Candidates, article: Article) -> Stored | None:
        """The archived article that this is a version of: by id, bytes, path, inode, permalink, then text.

        One with the same permalink and story is that article also where another living file holds it.
        """
        if article.id is not None:
            return candidates.tx.article(article.id)
        seen = candidates.seen
        here = candidates.here.get(article.part, [])
        for stored in here:
            if stored.sha256 == seen.sha256:
                return stored
        twins = candidates.twins.get(article.part, [])
        if twins:
            return next((one for one in twins if not self.held_elsewhere(candidates.tx, one, seen.place)), twins[0])
        for stored in here:
            # A part names its article by itself; a whole file may hold another one by now.
            if article.part or identity.resembles(stored.article, article, same_path=True):
                return stored
        return self._moved(candidates, article)

    def held_elsewhere(self, tx: Transaction, stored: Stored, place: Place) -> bool:
        """Whether another living file holds the article: at its place stands the file that was read there."""
        if not stored.live or stored.place is None or stored.place == place:
            return False
        inbox = self._inboxes.get(stored.place.inbox)
        if inbox is not None and inbox.source:
            # A response is gone once it was read; what it brought stays the feed's. Files are the operator's own word.
            return ":" in place.inbox
        row = tx.file(stored.place)
        # A file that can't be read, or a link in its place, holds nothing that another can give.
        return row is not None and row.state is not FileState.QUARANTINED and self.stands(row)

    def stands(self, row: FileRow) -> bool:
        """Whether the file that was read at this place is still there, as far as can be told now."""
        inbox = self._inboxes.get(row.place.inbox)
        if inbox is None:
            return False
        stat = look(inbox.root, row.place.path)
        if stat is None or stat is UNKNOWN:
            return stat is UNKNOWN
        return (stat.dev, stat.ino) == (row.stat.dev, row.stat.ino)

    def recheck(self, tx: Transaction, stored: Stored, outcome: Outcome, *, but: Place | None = None) -> None:
        """What stood behind this article may be an article of its own now, ``but`` for the file in hand."""
        for row in tx.behind(stored.id):
            if row.place == but:
                continue
            if row.place.inbox not in self._inboxes:
                tx.drop_file(row.place)
                continue
            tx.put_file(replace(row, stat=NEVER))
            outcome.recheck.append(row.place)

    def _moved(self, candidates: Candidates, article: Article) -> Stored | None:
        """An article whose own file is gone, edited on its way: the same inode, or the same permalink."""
        tx, seen = candidates.tx, candidates.seen
        for stored in candidates.linked.get(article.part, []):
            if article.part or identity.resembles(stored.article, article, same_path=False):
                return None if self.held_elsewhere(tx, stored, seen.place) else stored
        for stored in tx.with_url(article.url) if article.url is not None else ():
            # Entries of one file may link to one page, and are several all the same.
            sibling = stored.place == seen.place and stored.article.part in seen.parts - {article.part}
            # A note about a page is not what a feed brought from there.
            from_feed = stored.place is not None and ":" in stored.place.inbox
            if from_feed and not _same_page(stored.article, article):
                continue
            held = self.held_elsewhere(tx, stored, seen.place)
            if not sibling and (not held or (stored.live and _same_page(stored.article, article))):
                return stored
        return self._left(candidates, article)

    def _left(self, candidates: Candidates, article: Article) -> Stored | None:
        """An article of a file that just went, whose story this is: tools that copy and delete keep no inode."""
        dated = candidates.tx.leaving(_COMPARED, article.published) if article.published else []
        for stored in (*dated, *candidates.leaving):
            if (
                stored.article.part == article.part
                and not self.held_elsewhere(candidates.tx, stored, candidates.seen.place)
                and identity.same_story(stored.article, article, share=identity.NEARLY_EQUAL)
            ):
                return stored
        return None


def superseded(here: Iterable[Stored], articles: Sequence[Article], kept: Collection[str]) -> Iterator[Stored]:
    """The articles of a file that others took the places of. An entry that a feed file no longer lists is none:
    feeds hold their newest entries only.
    """
    parts = {article.part for article in articles}
    urls = {article.url for article in articles if article.url}
    for former in here:
        part = former.article.part
        replaced = part in parts or not part or "" in parts or former.article.url in urls
        if former.live and former.id not in kept and replaced:
            yield former


def _same_page(old: Article, new: Article) -> bool:
    """Whether two articles with one permalink are one: two notes about a page are two."""
    same_title = old.title.casefold() == new.title.casefold()
    return (same_title and old.part == new.part != "") or identity.same_story(old, new)


def _related(old: Article, new: Article) -> bool:
    return old.title.casefold() == new.title.casefold() or identity.resembles(old, new, same_path=False)
