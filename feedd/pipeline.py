"""The sentence in code: changed files are taken in, and dirty topics are regenerated and published.

Everything it needs is handed to it; it knows the edges by their protocols only.
"""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from feedd.dates import Clock
from feedd.generate import FORMATS, Listing, generate, index
from feedd.identity import feed_id
from feedd.inbox import Change
from feedd.intake import Intake
from feedd.membership import Membership
from feedd.model import Feed, Site, Topic
from feedd.outcome import Outcome
from feedd.publish import Publisher
from feedd.rules import ALL
from feedd.store import Due, Store
from feedd.topics import Topics, fingerprint

log = logging.getLogger(__name__)

# Moves when documents are written otherwise than before: then every feed is regenerated once.
_EDITION = "1"
_CHUNK = 50
# Under this name the archive keeps the topics that there were under rules.
_RULED = "ruled"


@dataclass(frozen=True, slots=True)
class Edition:
    """What all feeds share: the site, the topics' rules and the number of entries in a feed.

    ``given`` holds the topics that each inbox gives to its documents, as (name, topics).
    """

    site: Site
    topics: Topics
    entries: int
    given: tuple[tuple[str, tuple[str, ...]], ...] = ()


class Pipeline:
    """Joins intake, archive, generators and publisher. Intake and regenerating may run in two threads."""

    def __init__(self, store: Store, publisher: Publisher, intake: Intake, *, edition: Edition, clock: Clock) -> None:
        self._store = store
        self._publisher = publisher
        self._intake = intake
        self._edition = edition
        self._clock = clock
        self._configured = {topic.id: topic for topic in edition.topics.living}
        self._membership = Membership(store, intake.topics_of, clock=clock)
        self._former: set[str] = set()  # without rules: topics that only earlier rules gave, and nothing since
        self._parting = False  # which those are is known when every article was looked at

    def prepare(self, *, again: Iterable[str] = ()) -> None:
        """Once at start: brings the archive in line with the configuration, and marks what must be rewritten.

        ``again`` names documents whose published bytes are not to be trusted.
        """
        rules = _digest(fingerprint(self._edition.topics), sorted(self._edition.given), self._edition.site.language)
        edition = _digest(_EDITION, self._edition.site, self._edition.entries, self._edition.topics.living,
                          rules, [row.name for row in FORMATS])  # fmt: skip
        if self._store.recall("rules") not in (None, rules):
            self._membership.begin()
        wanted = self._wanted()
        names = {topic + row.suffix for topic in wanted for row in FORMATS}
        lost = {name.rpartition(".")[0] for name in (*again, *self._publisher.absent(names))} & wanted.keys()
        everything = self._store.recall("edition") != edition
        with self._store.transaction() as tx:
            tx.mark("topic", wanted if everything else lost, self._clock())
            tx.remember("rules", rules)
            tx.remember("edition", edition)
            if self._edition.topics.rules:
                tx.remember(_RULED, json.dumps(sorted({*wanted, *(row.id for row in self._store.topics())})))
        self._publisher.redirect(self._moved())
        self._publisher.withdraw(topic.id + row.suffix for topic in self._edition.topics.retired for row in FORMATS)
        if self._edition.topics.rules:
            self._withdraw_but(names)
        elif self._membership.changing:
            self._parting = True
        elif self._store.topics():  # or which ones there are is known once the inboxes are read
            self._part_from_rules()

    def _part_from_rules(self) -> None:
        """Without rules a topic is what articles name: those that only earlier rules gave go."""
        self._parting = False
        ruled = json.loads(self._store.recall(_RULED) or "[]")
        empty = {row.id for row in self._store.topics() if not row.entries}
        self._former = empty.intersection(ruled)
        with self._store.transaction() as tx:
            tx.remember(_RULED, json.dumps(sorted(self._former)))
        self._withdraw_but({topic + row.suffix for topic in self._wanted() for row in FORMATS})

    def _withdraw_but(self, names: Collection[str]) -> None:
        there = self._publisher.names()
        moving = {old for old, new in self._moved().items() if new in names and new not in there}
        for name in self._publisher.withdraw(there - {*names, *moving, "index.html", "style.css"}):
            log.info("%s is taken out of the served folder: its topic is no longer configured", name)

    def _moved(self) -> dict[str, str]:
        aliases = self._edition.topics.aliases
        return {old + row.suffix: new + row.suffix for old, new in aliases for row in FORMATS}

    @property
    def changing(self) -> bool:
        """Whether rules have changed that not every archived article was held against yet: ``change`` goes on."""
        return self._membership.changing

    def change(self) -> tuple[int, set[str]]:
        """Holds the next archived articles against changed rules: how many, and the topics that are due for it."""
        return self._membership.step()

    def ingest(self, changes: Sequence[Change]) -> Outcome:
        """Takes changed files into the archive; what that makes dirty is due from then on. One that takes long
        is taken in by a later call.
        """
        return self._intake.ingest(changes)

    @property
    def waiting(self) -> bool:
        """Whether files are being read still: another ``ingest``, of nothing if need be, goes on with them."""
        return self._intake.waiting

    @property
    def behind(self) -> bool:
        """Whether so much waits to be read that nothing more should be handed in."""
        return self._intake.behind

    def withdraw(self, *, at_once: bool = False, accept: bool = False) -> Outcome:
        """Withdraws the articles of files that are gone for good; see :meth:`Intake.withdraw`."""
        return self._intake.withdraw(at_once=at_once, accept=accept)

    def due(self) -> list[str]:
        """The topics that are to be regenerated."""
        return [due.key for due in self._store.due("topic", self._clock())]

    def refresh(self, topics: Collection[str], *, stop: Callable[[], bool] = lambda: False) -> int:
        """Regenerates those of the topics that are due, and publishes what changed; gives the number of
        documents rewritten.

        A topic stays due until its documents are in place; one that can't be written does not keep the
        others from it. ``stop`` is asked before each topic: what is left then stays due.
        """
        now = self._clock()
        waiting = [due for due in self._store.due("topic", now) if due.key in topics]
        titles = self._wanted()
        written = 0
        for start in range(0, len(waiting), _CHUNK):
            done: list[tuple[Due, datetime]] = []
            for due in waiting[start : start + _CHUNK]:
                if stop():
                    break
                names, updated = self._regenerate(due.key, titles.get(due.key), now)
                written += len(names)
                if updated is not None:
                    done.append((due, updated))
            self._publisher.finish()
            self._settle(done, titles, now)
        return written

    def publish_index(self) -> int:
        """Writes the pages that list the topics, where they differ; gives how many were rewritten."""
        if self._parting and not self._membership.changing:
            self._part_from_rules()
        rows = {row.id: row for row in self._store.topics()}
        listings = []
        for topic in self._wanted().values():
            row = rows.get(topic.id)
            listings.append(Listing(topic, row.entries if row else 0, row.updated if row and row.entries else None))
        written = self._publisher.publish(index(self._edition.site, listings))
        self._publisher.finish()
        return len(written)

    def wanted(self) -> tuple[Topic, ...]:
        """Every topic that has, or will have, a feed."""
        return tuple(self._wanted().values())

    def _regenerate(self, key: str, topic: Topic | None, now: datetime) -> tuple[list[str], datetime | None]:
        """The documents rewritten, and the feed's ``updated``: None where that failed."""
        if topic is None:
            return [], now  # a topic that is no longer configured has nothing to write
        try:
            entries = tuple(self._store.newest(topic.id, self._edition.entries, now))
            updated = max((entry.updated for entry in entries), default=_epoch(self._edition.site))
            name = feed_id(self._edition.site.authority, topic.id)
            names = self._publisher.publish(generate(Feed(name, self._edition.site, topic, updated, entries)))
        except Exception:
            # Whatever it was, other topics go on, and this one stays due.
            log.exception("topic %s could not be written; its last documents stay", key)
            return [], None
        if names:
            log.info("topic %s: %d entries, wrote %s", key, len(entries), ", ".join(names))
        return names, updated

    def _settle(self, done: Sequence[tuple[Due, datetime]], topics: Mapping[str, Topic], now: datetime) -> None:
        held = {due.key: self._store.next_held(due.key, now) for due, _ in done}
        with self._store.transaction() as tx:
            for due, updated in done:
                tx.done(due, again=held[due.key])
                if due.key in topics:
                    tx.told(due.key, topics[due.key].title, updated)

    def _wanted(self) -> dict[str, Topic]:
        if self._edition.topics.rules:
            return self._configured
        rows = self._store.topics()
        self._former.difference_update([row.id for row in rows if row.entries])
        return {row.id: Topic(row.id, row.title) for row in rows if row.id not in self._former} or {ALL.id: ALL}


def _digest(*values: object) -> str:
    return hashlib.sha256(repr(values).encode("utf-8", "surrogatepass")).hexdigest()


def _epoch(site: Site) -> datetime:
    """A date that never moves, for feeds without entries: that of the tagging entity (RFC 4151 §2.1)."""
    year, month, day = (*map(int, site.authority.rpartition(",")[2].split("-")), 1, 1)[:3]
    return datetime(year, month, day, tzinfo=UTC)
