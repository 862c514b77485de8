"""One topic's documents from the archive: what goes into archive documents (RFC 5005 §4), and what stands in its feed.

A feed holds the newest entries and, however many they are, all that no archive document holds as it is now: a reader
that comes late and follows the links misses nothing.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from feedd.edition import Edition
from feedd.generate import generate, sizes, topic_page
from feedd.identity import feed_id
from feedd.lint import refusal
from feedd.model import Feed, FeedFile, Site, Topic
from feedd.store import Member, Standing, Store, Which

log = logging.getLogger(__name__)

# As many feeds' worth of entries one archive document holds at most, so that a burst makes few.
_BULK = 10


@dataclass(frozen=True, slots=True)
class Made:
    """A topic's documents in the order in which they are to be published; ``written`` are its archive documents."""

    files: Iterator[FeedFile]
    updated: datetime
    entries: int
    written: tuple[int, ...]


NOTHING = Made(iter(()), datetime.fromtimestamp(0, UTC), 0, ())
"""What is made of a topic that has no documents."""


class Regenerator:
    """Makes the documents of topics. Used by one thread at a time."""

    def __init__(self, store: Store, edition: Edition) -> None:
        self._store = store
        self._site = edition.site
        self._extent = edition.extent
        self._templates = edition.templates

    def make(self, topic: Topic, now: datetime, *, changing: bool = False) -> Made:
        """The documents that are due; ``changing`` tells that old articles are just coming to the topic."""
        if not changing:
            self._file_history(topic.id, now)
        self._file_surplus(topic.id, now)
        members = self._head(topic.id, now)
        entries = tuple(member.entry for member in members)
        deleted = tuple(self._store.deleted(topic.id, now))
        dates = [*(entry.updated for entry in entries), *(one.at for one in deleted)]
        updated = max(dates, default=_epoch(self._site))
        archives, due = self._store.archives(topic.id)
        name = feed_id(self._site.authority, topic.id)
        feed = Feed(name, self._site, topic, updated, entries, deleted, archives)
        return Made(self._files(feed, due), updated, len(entries), tuple(due))

    def _files(self, feed: Feed, due: Sequence[int]) -> Iterator[FeedFile]:
        # A document that another one links to is there before that.
        for number in due:
            entries = tuple(self._store.archived(feed.topic.id, number))
            updated = max((entry.updated for entry in entries), default=_epoch(self._site))
            yield from _sound(Feed(feed.id, feed.site, feed.topic, updated, entries, (), feed.archives, number))
        yield from _sound(feed)
        yield topic_page(feed, self._templates)

    def _file_history(self, topic: str, now: datetime) -> None:
        """Old articles that came to the topic later were nobody's news: they go into the archive at once."""
        self._file_all(topic, now, Which(Standing.HISTORY))

    def _file_surplus(self, topic: str, now: datetime) -> None:
        """Once half a feed's worth stands beside the newest it goes into the archive, but what arrived last: of old
        dates though it be, it is news, unless nobody could see the feed yet.
        """
        entries = self._extent.entries
        latest = entries // 2 if self._store.published(topic) else 0
        surplus = Which(Standing.NEWS, entries, latest)
        if self._store.open_count(topic, now, surplus) > entries // 2:
            self._file_all(topic, now, surplus)

    def _file_all(self, topic: str, now: datetime, which: Which) -> None:
        most = _BULK * self._extent.entries
        while members := self._store.open(topic, now, which, most):
            documents = self._documents(members)
            # Where more follow the last one isn't full yet.
            self._file(topic, documents[:-1] if len(members) == most and len(documents) > 1 else documents)

    def _head(self, topic: str, now: datetime) -> list[Member]:
        members = self._store.head(topic, self._extent.entries, now)
        kept = sorted((member for member in members if not member.archive), key=lambda member: member.key)
        if len(kept) > 1 and sum(self._sizes(kept)) > self._extent.max_bytes:
            self._file(topic, self._documents(kept[: len(kept) // 2])[:1])
            return self._head(topic, now)
        return self._fitting(members)

    def _fitting(self, members: Sequence[Member]) -> list[Member]:
        """Without the oldest of those that an archive document holds too, where all of them are too much."""
        size = dict(zip((member.key for member in members), self._sizes(members), strict=True))
        room = self._extent.max_bytes - sum(size[member.key] for member in members if not member.archive)
        fitting = []
        for member in members:
            if member.archive:
                room -= size[member.key]
            if not member.archive or room >= 0:
                fitting.append(member)
        return fitting

    def _documents(self, members: Sequence[Member]) -> list[list[int]]:
        """The keys of the members by the archive documents that they make, none larger than a feed may be."""
        documents: list[list[int]] = []
        room = 0
        for member, size in zip(members, self._sizes(members), strict=True):
            room -= size
            if room < 0 or not documents:
                documents.append([])
                room = self._extent.max_bytes - size
            documents[-1].append(member.key)
        return documents

    def _file(self, topic: str, documents: Sequence[Sequence[int]]) -> None:
        with self._store.transaction() as tx:
            for keys in documents:
                tx.archive(topic, keys)

    def _sizes(self, members: Sequence[Member]) -> list[int]:
        return sizes([member.entry for member in members], self._site)


def _sound(feed: Feed) -> Iterator[FeedFile]:
    """The documents of a feed but those with an error: of them the last good ones stay."""
    for file in generate(feed):
        reason = refusal(file.data, entries=len(feed.entries))
        if reason is None:
            yield file
        else:
            log.error("%s is not published, its last version stays: %s", file.name, reason)


def _epoch(site: Site) -> datetime:
    """A date that never moves, for feeds without entries: that of the tagging entity (RFC 4151 §2.1)."""
    year, month, day = (*map(int, site.authority.rpartition(",")[2].split("-")), 1, 1)[:3]
    return datetime(year, month, day, tzinfo=UTC)
