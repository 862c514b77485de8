"""The sentence in code: changed files are taken in, and dirty topics are regenerated and published.

Everything it needs is handed to it; it knows the edges by their protocols only.
"""

from __future__ import annotations

import logging
import time
from collections import deque
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime

from feedd.dates import Clock
from feedd.edition import Edition
from feedd.errors import PageError, PublishError
from feedd.generate import Listing, article_page, has_page, index, page_name
from feedd.inbox import Change
from feedd.intake import Intake
from feedd.membership import Membership
from feedd.model import Entry, FeedFile, Place, Topic
from feedd.outcome import Outcome
from feedd.publish import Publisher
from feedd.regenerate import NOTHING, Made, Regenerator
from feedd.spool import NAME, Spool
from feedd.startup import Startup
from feedd.store import Due, Store
from feedd.trouble import Trouble

log = logging.getLogger(__name__)

_CHUNK = 50
# Seconds after which what is written is made known to readers, though more is due.
_SOON = 0.25


class Pipeline:
    """Joins intake, archive, generators and publisher. Intake and regenerating may run in two threads."""

    def __init__(
        self, store: Store, publisher: Publisher, intake: Intake, *, spool: Spool, edition: Edition, clock: Clock
    ) -> None:
        self._store = store
        self._spool = spool
        self._publisher = publisher
        self._intake = intake
        self._edition = edition
        self._clock = clock
        self._regenerator = Regenerator(store, edition)
        self._membership = Membership(store, intake.topics_of, clock=clock)
        self._startup = Startup(store, publisher, edition, clock=clock)
        self.trouble = Trouble(log)

    def prepare(self, *, again: Iterable[str] = ()) -> None:
        """Once at start: brings archive and served folder in line with the configuration, as :class:`Startup` says."""
        self._startup.run(self._membership, again=again)
        urls = list(self._edition.sources)
        known = self._store.rows([Place(url, NAME) for url in urls])
        # Whoever polls may think that we have what an archive before this one had.
        self._spool.ask_anew(self._spool.lacking([url for url in urls if Place(url, NAME) not in known]))

    @property
    def changing(self) -> bool:
        """Whether rules have changed that not every archived article was held against yet: ``change`` goes on."""
        return self._membership.changing

    def change(self) -> tuple[int, set[str]]:
        """Holds the next archived articles against changed rules: how many, and the topics that are due for it."""
        return self._membership.step()

    def ingest(self, changes: Sequence[Change]) -> Outcome:
        """Takes changed files, and responses of upstream feeds, into the archive; what that makes dirty is due from
        then on. One that takes long is taken in by a later call.
        """
        try:
            outcome = self._intake.ingest([*changes, *self._spool.take()])
        except Exception:
            self._spool.again()
            raise
        for place, read in outcome.taken.items():
            self._spool.done(place, read=read)
        return outcome

    @property
    def waiting(self) -> bool:
        """Whether files or responses are being read still: another ``ingest``, of nothing if need be, goes on with
        them.
        """
        return self._intake.waiting or self._spool.waiting

    @property
    def behind(self) -> bool:
        """Whether so much waits to be read that nothing more should be handed in."""
        return self._intake.behind

    def beat(self, *, last: bool = False) -> None:
        """A sign of life for whoever serves; with ``last`` there will be no more."""
        self._publisher.beat(last=last)

    def withdraw(self, *, at_once: bool = False, accept: bool = False) -> Outcome:
        """Withdraws the articles of files that are gone for good; see :meth:`Intake.withdraw`."""
        return self._intake.withdraw(at_once=at_once, accept=accept)

    def hasten(self) -> None:
        """After the clock was set back: what it made due then is due now, and finds its later times anew."""
        with self._store.transaction() as tx:
            tx.hasten(self._clock())

    def due(self) -> list[str]:
        """The topics that are to be regenerated."""
        return [due.key for due in self._store.due("topic", self._clock())]

    def refresh(
        self,
        topics: Collection[str],
        *,
        stop: Callable[[], bool] = lambda: False,
        published: Callable[[], None] = lambda: None,
    ) -> int:
        """Regenerates those of the topics that are due, and publishes what changed; gives the number of
        documents rewritten.

        A topic stays due until its documents are in place; one that can't be written does not keep the
        others from it. ``stop`` is asked before each topic: what is left then stays due. ``published`` is called
        whenever readers can see more.
        """
        now = self._clock()
        waiting = deque(due for due in self._store.due("topic", now) if due.key in topics)
        tried = len(waiting)
        titles = self._startup.wanted()
        failed: dict[str, Exception] = {}
        written = 0
        try:
            written += self._refresh_pages(now, stop)
        except PublishError as error:
            failed["articles' pages"] = error
        while waiting and not stop():
            done: list[tuple[Due, Made, list[str]]] = []
            for due in self._some(waiting):
                try:
                    names, made = self._regenerate(due.key, titles.get(due.key), now)
                except Exception as error:  # noqa: BLE001 - it is told, and this topic stays due
                    failed[f"topic {due.key}"] = error
                else:
                    done.append((due, made, names))
                if stop():
                    break
            refused = self._finish()
            if refused is not None:
                missing = [one for one in done if not refused.names or not refused.names.isdisjoint(one[2])]
                failed |= {f"topic {due.key}": refused for due, _, _ in missing}
                done = [one for one in done if one not in missing]
            seen = sum(len(names) for _, _, names in done)
            written += seen
            if seen:
                published()
            self._settle([(due, made) for due, made, _ in done], titles, now)
        self._tell(failed, tried=tried)
        return written

    def _finish(self) -> PublishError | None:
        """Why not all that was published is in its place."""
        try:
            self._publisher.finish()
        except PublishError as error:
            return error
        return None

    def _some(self, waiting: deque[Due]) -> Iterator[Due]:
        """The next topics that are made known to readers together: many of them, but none waits long for others."""
        end = time.monotonic() + _SOON
        for _ in range(_CHUNK):
            yield waiting.popleft()
            if not waiting or time.monotonic() >= end:
                break

    def _tell(self, failed: Mapping[str, Exception], *, tried: int) -> None:
        if failed:
            first, error = next(iter(failed.items()))
            others = f" and {len(failed) - 1} more" if len(failed) > 1 else ""
            text = f"{first}{others} could not be written: {error}; last documents stay, trying again"
            self.trouble.tell(text, error)
        elif tried:
            self.trouble.over("topics are written again")

    def publish_index(self) -> int:
        """Writes the pages that list the topics, where they differ; gives how many were rewritten."""
        self._startup.settle(self._membership)
        rows = {row.id: row for row in self._store.topics()}
        listings = []
        for topic in self._startup.wanted().values():
            row = rows.get(topic.id)
            listings.append(Listing(topic, row.entries if row else 0, row.updated if row and row.entries else None))
        written = self._publisher.publish(index(self._edition.site, listings, self._edition.templates))
        self._publisher.finish()
        return len(written)

    def wanted(self) -> tuple[Topic, ...]:
        """Every topic that has, or will have, a feed."""
        return tuple(self._startup.wanted().values())

    def _regenerate(self, key: str, topic: Topic | None, now: datetime) -> tuple[list[str], Made]:
        """The documents rewritten, and what they were."""
        if topic is None:
            return [], NOTHING  # a topic that is no longer configured has nothing to write
        made = self._regenerator.make(topic, now, changing=self._membership.changing)
        names = self._publisher.publish(made.files)
        if names:
            log.info("topic %s: %d entries, wrote %s", key, made.entries, ", ".join(names))
        return names, made

    def _settle(self, done: Sequence[tuple[Due, Made]], topics: Mapping[str, Topic], now: datetime) -> None:
        again = {due.key: self._store.next_change(due.key, now) for due, _ in done}
        with self._store.transaction() as tx:
            for due, made in done:
                tx.done(due, again=again[due.key])
                tx.wrote(due.key, made.written)
                if due.key in topics:
                    tx.told(due.key, topics[due.key].title, made.updated)

    def _refresh_pages(self, now: datetime, stop: Callable[[], bool]) -> int:
        """Publishes the pages of articles that are due: before anything links to them."""
        waiting = self._store.due("page", now)
        written, refused = 0, None
        while waiting and not stop():
            done, waiting = waiting[:_CHUNK], waiting[_CHUNK:]
            files = filter(None, (self._page(due.key) for due in done))
            written += len(self._publisher.publish(files))
            error = self._finish()
            if error is not None:
                refused = refused or error
                done = [due for due in done if error.names and page_name(due.key) not in error.names]
            with self._store.transaction() as tx:
                for due in done:
                    tx.done(due)
        if refused is not None:
            raise refused
        return written

    def _page(self, article_id: str) -> FeedFile | None:
        """An article's own page; withdrawn where it needs none."""
        found = self._store.one(article_id)
        if found is None or not found[0].live or not has_page(found[0].article):
            self._publisher.withdraw([page_name(article_id)])
            return None
        stored, names = found
        wanted = self._startup.wanted()
        topics = [wanted[id_] for id_ in names if id_ in wanted]
        entry = Entry(stored.id, stored.published, stored.updated, stored.article)
        try:
            return article_page(entry, self._edition.site, topics, self._edition.templates)
        except PageError as error:
            # A template of the user's that this one article is too much for; ours is never.
            log.error("page of %s: %s; feedd's own template is used for it", article_id, error)
            return article_page(entry, self._edition.site, topics)
