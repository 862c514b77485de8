"""What changed rules would do to the archive: which articles would enter which topics and which would leave."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from feedd.config import Config
from feedd.model import Place
from feedd.rules import Surroundings
from feedd.store import Store, Stored
from feedd.topics import choose

_CHUNK = 500


@dataclass(frozen=True, slots=True)
class Moving:
    """An article that would enter or leave a topic."""

    id: str
    title: str
    published: str


@dataclass(slots=True)
class Change:
    """What would become of a topic: how many articles it has and would have, and which would move."""

    topic: str
    before: int = 0
    after: int = 0
    enter: list[Moving] = field(default_factory=list)
    leave: list[Moving] = field(default_factory=list)


def rehearse(config: Config, store: Store, *, progress: Callable[[int], None] = lambda _: None) -> list[Change]:
    """Holds every archived article against the configuration's rules; changes nothing.

    Gives every topic that there is or would be, by its id, newest articles first.
    """
    inboxes = {inbox.name: inbox for inbox in config.inboxes}

    def around(place: Place | None) -> Surroundings:
        inbox = None if place is None else inboxes.get(place.inbox)
        return Surroundings() if inbox is None or place is None else inbox.around(place.name)

    changes = {topic.id: Change(topic.id) for topic in config.topics.living}
    articles = store.articles()
    while chunk := list(islice(articles, _CHUNK)):
        members = store.members([stored.key for stored in chunk if stored.key is not None])
        for stored in chunk:
            before = members.get(stored.key or 0, frozenset())
            after = {topic.id for topic in choose(config.topics, stored.article, around(stored.place))}
            for topic in before | after:
                change = changes.setdefault(topic, Change(topic))
                change.before += topic in before
                change.after += topic in after
                if (topic in before) != (topic in after):
                    (change.enter if topic in after else change.leave).append(_moving(stored))
        progress(len(chunk))
    for change in changes.values():
        for moved in (change.enter, change.leave):
            moved.sort(key=lambda one: (one.published, one.id), reverse=True)
    return sorted(changes.values(), key=lambda change: change.topic)


def as_json(change: Change) -> dict[str, Any]:
    """A topic's change as a JSON object."""
    return {
        "topic": change.topic,
        "before": change.before,
        "after": change.after,
        "enter": [_json(one) for one in change.enter],
        "leave": [_json(one) for one in change.leave],
    }


def as_text(changes: Sequence[Change], *, most: int | None = None) -> Iterator[str]:
    """In lines: topics that would change, each with the newest ``most`` titles that would enter and leave."""
    same = 0
    for change in changes:
        if not change.enter and not change.leave:
            same += 1
            continue
        yield (
            f"{change.topic}: {change.before} articles now, {change.after} then: "
            f"{len(change.enter)} would enter, {len(change.leave)} would leave"
        )
        for sign, moved in (("+", change.enter), ("-", change.leave)):
            yield from (f"  {sign} {one.title} ({one.published[:10]})" for one in moved[:most])
            if most is not None and len(moved) > most:
                yield f"  {sign} … and {len(moved) - most} more"
    yield f"{same} topics stay as they are" if same != len(changes) else "no topic would change"


def _moving(stored: Stored) -> Moving:
    published = stored.published.isoformat(timespec="seconds").replace("+00:00", "Z")
    return Moving(stored.id, stored.article.title, published)


def _json(moving: Moving) -> dict[str, str]:
    return {"id": moving.id, "title": moving.title, "date_published": moving.published}
