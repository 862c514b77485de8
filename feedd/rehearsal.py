"""What changed rules would do to the archive: which articles would enter which topics and which would leave."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from heapq import heappush, heappushpop
from itertools import islice
from typing import Any

from feedd.config import Config
from feedd.defaults import changed
from feedd.model import Place
from feedd.rules import Surroundings
from feedd.store import Store, Stored
from feedd.topics import choose, renamed

_CHUNK = 500


@dataclass(frozen=True, slots=True, order=True)
class Moving:
    """An article that would enter or leave a topic; the later is the greater."""

    published: datetime
    id: str
    title: str


@dataclass(slots=True)
class Movement:
    """Articles that would move one way: how many, and the newest of them."""

    most: int | None
    count: int = 0
    newest: list[Moving] = field(default_factory=list)

    def add(self, stored: Stored) -> None:
        """One more; only so many of the newest are kept, so that the archive's size costs no memory."""
        self.count += 1
        full = self.most is not None and len(self.newest) >= self.most
        if not full or stored.published >= self.newest[0].published:
            (heappushpop if full else heappush)(self.newest, Moving(stored.published, stored.id, stored.article.title))

    def sorted(self) -> list[Moving]:
        """The newest, newest first."""
        return sorted(self.newest, reverse=True)


@dataclass(slots=True)
class Change:
    """What would become of a topic: how many articles it has and would have, and which would move."""

    topic: str
    before: int
    after: int
    enter: Movement
    leave: Movement


def rehearse(
    config: Config, store: Store, *, most: int | None = None, progress: Callable[[int], None] = lambda _: None
) -> list[Change]:
    """Holds every archived article against the configuration's rules; changes nothing.

    Gives every topic that there is or would be, by its id, with the newest ``most`` articles that would move.
    """
    inboxes = {inbox.name: inbox for inbox in config.inboxes}
    names = renamed(config.topics, {row.id for row in store.topics()})

    def around(place: Place | None) -> Surroundings:
        inbox = None if place is None else inboxes.get(place.inbox)
        return Surroundings() if inbox is None or place is None else inbox.around(place.name)

    changes = {topic.id: _change(topic.id, most) for topic in config.topics.living}
    articles = store.articles()
    while chunk := list(islice(articles, _CHUNK)):
        members = store.members([stored.key for stored in chunk if stored.key is not None])
        for stored in chunk:
            before = frozenset(names.get(topic, topic) for topic in members.get(stored.key or 0, ()))
            after = frozenset(topic.id for topic in choose(config.topics, stored.article, around(stored.place)))
            for topic in before | after:
                if topic not in changes:
                    changes[topic] = _change(topic, most)
                _note(changes[topic], stored, before, after)
        progress(len(chunk))
    return sorted(changes.values(), key=lambda change: change.topic)


def unread(config: Config, store: Store) -> Iterator[str]:
    """What holding articles against rules can't tell: files that would be read again, since their inbox changed."""
    for name in changed(store, {inbox.name: inbox.defaults for inbox in config.inboxes}):
        yield f"inbox {name}: author, language or time zone changed: its files would be read again first"


def _change(topic: str, most: int | None) -> Change:
    return Change(topic, 0, 0, Movement(most), Movement(most))


def _note(change: Change, stored: Stored, before: frozenset[str], after: frozenset[str]) -> None:
    was, will_be = change.topic in before, change.topic in after
    change.before += was
    change.after += will_be
    if was != will_be:
        (change.enter if will_be else change.leave).add(stored)


def as_json(change: Change) -> dict[str, Any]:
    """A topic's change as a JSON object."""
    return {
        "topic": change.topic,
        "before": change.before,
        "after": change.after,
        "enter": [_json(one) for one in change.enter.sorted()],
        "leave": [_json(one) for one in change.leave.sorted()],
    }


def as_text(changes: Sequence[Change]) -> Iterator[str]:
    """In lines: topics that would change, each with the titles that would enter and leave."""
    same = 0
    for change in changes:
        if not change.enter.count and not change.leave.count:
            same += 1
            continue
        yield (
            f"{change.topic}: {change.before} articles now, {change.after} then: "
            f"{change.enter.count} would enter, {change.leave.count} would leave"
        )
        for sign, moved in (("+", change.enter), ("-", change.leave)):
            yield from (f"  {sign} {one.title} ({one.published:%Y-%m-%d})" for one in moved.sorted())
            if moved.count > len(moved.newest):
                yield f"  {sign} … and {moved.count - len(moved.newest)} more"
    yield f"topics that stay as they are: {same}" if same != len(changes) else "no topic would change"


def _json(moving: Moving) -> dict[str, str]:
    published = moving.published.isoformat(timespec="seconds").replace("+00:00", "Z")
    return {"id": moving.id, "title": moving.title, "date_published": published}
