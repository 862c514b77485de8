"""A real daemon that faults happen to, and a reader who accepts nothing but every article once, under its first id.

Each test ends with ``desk.holds(...)``: it waits until all is published, then reads every feed and every archive
document that the feed's links lead to, in Atom and in JSON, as a subscriber who comes late does.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from daemon.feedd_process import Feedd
from newsroom import markdown

URL = "https://news.example.org/feeds/"
CONFIG = f"""
[site]
url = "{URL}"
title = "Example News"
authority = "news.example.org,2025"

[server]
listen = "127.0.0.1:0"

[output]
entries = 20

[[topic]]
id = "all"
title = "Everything"

[[topic]]
id = "even"
title = "Even numbers"
any = ["even"]
"""
_ATOM = "{http://www.w3.org/2005/Atom}"


@dataclass(frozen=True, slots=True)
class Seen:
    """One document as a reader takes it: (title, id) of its entries in their order, and where its links lead."""

    name: str
    entries: tuple[tuple[str, str], ...]
    before: str | None


def title(number: int) -> str:
    """The title of story ``number``, by which the helpers below know it."""
    return f"Story {number} {'even' if number % 2 == 0 else 'odd'}"


def story(number: int, words: str = "", **front: str) -> str:
    """A short article file, different from every other; ``words`` make another version of it, ``front`` is its own."""
    minutes, seconds = divmod(number, 60)
    hours, minutes = divmod(minutes, 60)
    date = f"2025-03-{1 + hours // 24 % 28:02}T{hours % 24:02}:{minutes:02}:{seconds:02}Z"
    return markdown(title(number), f"What story number {number} tells. {words}", date=date, **front)


class Newsdesk(Feedd):
    """A daemon over one inbox with the topics ``all`` and ``even``; it remembers the id that each article had first."""

    def __init__(self, folder: Path, config: str = CONFIG) -> None:
        super().__init__(folder, config)
        self.feeds = folder / "feeds"
        self.first: dict[str, str] = {}

    def write(self, numbers: Iterable[int], *, name: Callable[[int], str] = "{}.md".format, words: str = "") -> None:
        """Writes stories into the inbox, whole; ``name`` gives their paths in it."""
        for number in numbers:
            path = self.inbox / name(number)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(story(number, words))

    def note(self, topic: str = "all") -> dict[str, str]:
        """Reads a topic whole and remembers the ids; fails where an article has another one than at first."""
        seen = dict(one for document in self.walk(topic) for one in document.entries)
        changed = {name: (self.first[name], id_) for name, id_ in seen.items() if self.first.get(name, id_) != id_}
        assert not changed, f"another id than at first: {dict(list(changed.items())[:5])}"
        self.first |= seen
        return seen

    def has(self, numbers: Collection[int], topic: str = "all") -> bool:
        """Whether a topic's documents hold these stories, whatever else; what is seen is remembered."""
        return {title(number) for number in numbers} <= self.note(topic).keys()

    def appears(self, numbers: Collection[int], what: str, *, seconds: float = 30.0) -> None:
        """Waits until these stories are published."""
        self.until(lambda: self.has(numbers), what, seconds)

    def holds(self, numbers: Collection[int], *, seconds: float = 60.0) -> None:
        """Waits until exactly these stories are published; then each must be there once, under its first id."""
        wanted = {title(number) for number in numbers}
        self.until(lambda: self.note().keys() == wanted, f"{len(wanted)} stories are published", seconds)
        even = {name for name in wanted if name.endswith("even")}
        self.until(lambda: self.note("even").keys() == even, "the other topic too", seconds)
        # A topic's JSON Feed is written a moment after its Atom feed.
        for topic, names in (("all", wanted), ("even", even)):
            self.until(
                lambda topic=topic, names=names: self.names(topic, "json") == names, "its JSON Feed too", seconds
            )
        self.once(numbers)

    def status(self) -> dict[str, Any]:
        """What `feedd status` tells."""
        told = self.command("status", "--json")
        assert told.returncode == 0, told
        found: dict[str, Any] = json.loads(told.stdout)
        return found

    def settles(self, articles: int, *, seconds: float = 60.0) -> None:
        """Waits, without reading all of the feeds over and over, until so many are taken in and nothing waits."""

        def settled() -> bool:
            told = self.status()
            return told["articles"] == articles and not any(told["due"].values())

        self.until(settled, f"{articles} articles are taken in", seconds)

    def tells(self, text: bytes, topic: str = "all") -> bool:
        """Whether a topic's Atom documents have these words somewhere."""
        documents = (self.feeds / document.name for document in self.walk(topic))
        return any(text in document.read_bytes() for document in documents)

    def names(self, topic: str, suffix: str) -> set[str]:
        """The titles that a topic's documents of a kind hold."""
        return {name for document in self.walk(topic, suffix) for name, _ in document.entries}

    def once(self, numbers: Collection[int]) -> None:
        """Fails unless exactly these stories are there now, each once, under the id that it had first."""
        wanted = {title(number) for number in numbers}
        even = {name for name in wanted if name.endswith("even")}
        for topic, expected in (("all", wanted), ("even", even)):
            for suffix in ("atom", "json"):
                self._once(topic, suffix, expected)
        assert len(set(self.first[name] for name in wanted)) == len(wanted), "two articles under one id"

    def _once(self, topic: str, suffix: str, expected: set[str]) -> None:
        documents = self.walk(topic, suffix)
        for document in documents:
            twice = [one for one, count in Counter(id_ for _, id_ in document.entries).items() if count > 1]
            assert not twice, f"{document.name}: twice {twice[:5]}"
        archived = Counter(id_ for document in documents[1:] for _, id_ in document.entries)
        assert set(archived.values()) <= {1}, f"{topic}.{suffix}: in two archive documents"
        found = {one for document in documents for one in document.entries}
        assert Counter(name for name, _ in found) == Counter(expected), f"{topic}.{suffix}: lost or doubled"
        assert dict(found) == {name: self.first[name] for name in expected}, f"{topic}.{suffix}: another id"
        reached = {document.name for document in documents[1:]}
        assert reached == {f"{topic}/{path.name}" for path in (self.feeds / topic).glob(f"archive-*.{suffix}")}

    def walk(self, topic: str, suffix: str = "atom") -> list[Seen]:
        """The topic's feed and each archive document that its links lead to (RFC 5005 §4), newest first.

        Read again where the feed was published anew meanwhile: a subscriber would do that at the next poll.
        """
        read = _read_atom if suffix == "atom" else _read_json
        while True:
            path = self.feeds / f"{topic}.{suffix}"
            before = path.read_bytes()
            found = [read(path.name, before)]
            while (name := found[-1].before) is not None:
                assert len(found) < 10_000, "links in a circle"
                found.append(read(name, (self.feeds / name).read_bytes()))
            if path.read_bytes() == before:
                return found


def _read_atom(name: str, data: bytes) -> Seen:
    root = ElementTree.fromstring(data)
    entries = [(one.findtext(f"{_ATOM}title"), one.findtext(f"{_ATOM}id")) for one in root.iter(f"{_ATOM}entry")]
    links = [one.get("href") for one in root.findall(f"{_ATOM}link") if one.get("rel") == "prev-archive"]
    return _seen(name, entries, links)


def _read_json(name: str, data: bytes) -> Seen:
    read = json.loads(data)
    entries = [(one.get("title"), one.get("id")) for one in read["items"]]
    return _seen(name, entries, [read["next_url"]] if "next_url" in read else [])


def _seen(name: str, entries: Iterable[tuple[str | None, str | None]], links: list[str | None]) -> Seen:
    assert len(links) <= 1, f"{name} leads to {links}"
    whole = tuple((of, id_) for of, id_ in entries if of is not None and id_ is not None)
    return Seen(name, whole, links[0].removeprefix(URL) if links and links[0] else None)
