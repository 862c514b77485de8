"""Rules that changed, brought to every archived article, a piece at a time: nothing waits for it.

How far it has come is state of the archive: it goes on after a stop, and begins anew where the rules change
again meanwhile.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import islice

from feedd.dates import Clock
from feedd.generate import has_page
from feedd.store import Standing, Standings, Store, Stored

log = logging.getLogger(__name__)

_NAME = "membership"
# Articles in one transaction: other writers wait no longer than these take.
_STEP = 200


@dataclass(slots=True)
class _Progress:
    """How far it has come: the key of the last article done; the topics whose feeds were out when rules changed."""

    after: int
    seen: frozenset[str]


class Membership:
    """Keeps archived articles in the topics that the rules give them. Used by one thread at a time."""

    def __init__(self, store: Store, topics_of: Callable[[Stored], Mapping[str, str]], *, clock: Clock) -> None:
        """``topics_of`` gives an article's topics by the rules as they are now, as id → title."""
        self._store = store
        self._topics_of = topics_of
        self._clock = clock
        self._progress = self._read()

    @property
    def changing(self) -> bool:
        """Whether rules have changed and not every article was looked at since."""
        return self._progress is not None

    def begin(self) -> None:
        """The rules changed. A topic whose feed never showed an entry floods nobody: in it old articles are as good
        as new ones.
        """
        self._progress = _Progress(0, self._progress.seen if self._progress else self._store.shown(self._clock()))
        with self._store.transaction() as tx:
            tx.remember(_NAME, self._text())
        log.info("the topics' rules changed: choosing the topics of every article anew")

    def step(self) -> tuple[int, set[str]]:
        """Does the next piece: how many articles were looked at, and the topics whose feeds are others now."""
        if self._progress is None:
            return 0, set()
        chunk = list(islice(self._store.articles(self._progress.after), _STEP))
        now = self._clock()
        dirty: set[str] = set()
        with self._store.transaction() as tx:
            for stored in chunk:
                assert stored.key is not None
                topics = self._topics_of(stored)
                # What is held back until its date was nobody's news yet.
                seen = () if stored.published > now else self._progress.seen
                before, after = tx.set_topics(stored.key, stored.published, topics, seen=seen)
                dirty |= _news(before) ^ _news(after)
                if before.keys() != after.keys() and has_page(stored.article):
                    tx.mark("page", [stored.id], max(now, stored.published))
            tx.mark("topic", dirty, now)
            self._progress = _Progress(chunk[-1].key or 0, self._progress.seen) if chunk else None
            tx.remember(_NAME, self._text())
        if self._progress is None:
            log.info("every article has the topics that the new rules give it")
        return len(chunk), dirty

    def _read(self) -> _Progress | None:
        kept = json.loads(self._store.recall(_NAME) or "null")
        return None if kept is None else _Progress(kept["after"], frozenset(kept["seen"]))

    def _text(self) -> str:
        if self._progress is None:
            return "null"
        return json.dumps({"after": self._progress.after, "seen": sorted(self._progress.seen)})


def _news(standings: Standings) -> set[str]:
    return {topic for topic, standing in standings.items() if standing is Standing.NEWS}
