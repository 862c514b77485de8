"""A newsroom in a temporary folder: drop files, run one pass, and read the feeds as a subscriber does."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import feedparser

from feedd import parse
from feedd.archive import Archive
from feedd.edition import Edition, Extent
from feedd.errors import Unreadable
from feedd.inbox import Change, Inbox
from feedd.intake import Intake
from feedd.model import Article, Defaults, Document, Site, Topic, Upstream
from feedd.outcome import Outcome
from feedd.pipeline import Pipeline
from feedd.publish import FolderPublisher
from feedd.reading import Parser
from feedd.rules import Rule
from feedd.spool import Spool, SpoolWriter, key_of
from feedd.store import Stored
from feedd.topics import prepare
from feedd.watch import Watcher

wanted = parse.wanted
SITE = Site(url="https://news.example.org/feeds/", title="Example News", authority="news.example.org,2025")
KOREA = Rule(Topic("korea", "Korea"), any=("korea*", "seoul"))
ALL = Rule(Topic("all", "Everything"))


def markdown(title: str, body: str = "Some words of text.", **front: str) -> str:
    """An article file; ``date`` is a day in 2025 unless given."""
    front = {"date": "2025-03-01T12:00:00Z", **front}
    lines = [f"{key}: {value}" for key, value in front.items() if value]
    return "\n".join(["---", f"title: {title}", *lines, "---", "", body, ""])


class Inline:
    """A parser in this process, for all that is not about workers."""

    def room(self) -> bool:
        """Always."""
        return True

    def __init__(self, parse: Callable[[Document], tuple[Article, ...]] = parse.parse) -> None:
        self._parse = parse
        self._results: list[tuple[int, tuple[Article, ...] | Unreadable]] = []

    def submit(self, ticket: int, document: Document) -> None:
        """Parses at once."""
        try:
            self._results.append((ticket, self._parse(document)))
        except Unreadable as error:
            self._results.append((ticket, error))

    def done(self, timeout: float) -> list[tuple[int, tuple[Article, ...] | Unreadable]]:  # noqa: ARG002 - interface
        """All that was submitted."""
        results, self._results = self._results, []
        return results


class Newsroom:
    """The whole pipeline over real folders, driven by hand: time passes only when told."""

    def __init__(
        self,
        folder: Path,
        *,
        rules: tuple[Rule, ...] = (ALL, KOREA),
        parser: Parser | None = None,
        **inbox: object,
    ) -> None:
        self.folder = folder
        self.root = folder / "inbox"
        self.root.mkdir(parents=True, exist_ok=True)
        self.rules = rules
        self.aliases: dict[str, str] = {}
        self.parser = parser or Inline()
        self.entries = 50
        self.max_bytes = 512 * 1024
        self.templates: dict[str, str] = {}
        self.site = SITE
        self.now = datetime(2025, 6, 1, 12, tzinfo=UTC)
        self.inbox = Inbox("inbox", self.root, wanted, defaults=Defaults(), **inbox)  # type: ignore[arg-type]
        self.upstream: dict[str, Inbox] = {}
        self.open()

    def subscribe(self, url: str, *topics: str, title: str | None = None, **inbox: object) -> str:
        """Adds an upstream feed, from the next start on; gives its address."""
        root = self.folder / "state" / "spool" / key_of(url)
        defaults = Defaults(topics=topics, upstream=Upstream(url, title))
        given = {"keep": True, "source": url, **inbox}
        self.upstream[url] = Inbox(url, root, wanted, defaults=defaults, **given)  # type: ignore[arg-type]
        return url

    def respond(self, url: str, body: str | bytes, *, type: str = "application/xml", location: str = "") -> None:  # noqa: A002
        """Puts a response of an upstream feed into the spool, as whoever polls does."""
        data = body.encode() if isinstance(body, str) else body
        head = f"HTTP/1.1 200 OK\r\nContent-Type: {type}\r\nContent-Location: {location or url}\r\n\r\n"
        SpoolWriter(self.folder / "state" / "spool").put([(key_of(url), head.encode() + data)])

    def open(self, *, change: bool = True, again: bool = False) -> None:
        """Starts feedd's parts over what lies in the folder, and holds changed rules against the archive."""
        self.archive = Archive(self.folder / "state" / "feedd.db")
        self.publisher = FolderPublisher(self.folder / "feeds", clock=self.clock)
        topics = prepare(self.rules, {}, self.aliases)
        self.intake = Intake(
            self.archive,
            [self.inbox, *self.upstream.values()],
            topics,
            authority=self.site.authority,
            parser=self.parser,
            clock=self.clock,
        )
        extent = Extent(self.entries, self.max_bytes)
        inboxes = {self.inbox.name: self.inbox.defaults}
        sources = {url: inbox.defaults.topics for url, inbox in self.upstream.items()}
        edition = Edition(self.site, topics, extent, inboxes, self.templates, sources)
        self.spool = Spool(self.folder / "state" / "spool", self.upstream)
        self.pipeline = Pipeline(
            self.archive, self.publisher, self.intake, spool=self.spool, edition=edition, clock=self.clock
        )
        self.pipeline.prepare(again=self.publisher.verify() if again else ())
        while change and self.pipeline.changing:
            self.pipeline.change()

    def reopen(self) -> None:
        """Stops and starts again."""
        self.archive.close()
        self.open()

    def clock(self) -> datetime:
        """The newsroom's own time."""
        return self.now

    def wait(self, **span: float) -> None:
        """Lets time pass."""
        self.now += timedelta(**span)

    def drop(self, name: str, text: str | bytes) -> Path:
        """Writes a file into the inbox."""
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        return path

    def run(self, *, accept: bool = False) -> Outcome:
        """One pass: what the scan finds is taken in, what is gone withdrawn, what is due regenerated."""
        watcher = Watcher([self.inbox], self.archive.scanned, settle=0.0)
        watcher.ask_scan()
        total = self._take(watcher)
        total += self.pipeline.withdraw(at_once=True, accept=accept)
        while total.recheck:
            for place in total.recheck:
                watcher.ask_look(place)
            total.recheck = []
            total += self._take(watcher)
        self.pipeline.refresh(set(self.pipeline.due()))
        self.pipeline.publish_index()
        return total

    def _take(self, watcher: Watcher) -> Outcome:
        total = Outcome()
        changes: list[Change] = []
        while changes or self.pipeline.waiting or not watcher.caught_up:
            total += self.pipeline.ingest(changes)
            changes = [] if self.pipeline.behind else watcher.take(0.0 if self.pipeline.waiting else 0.05)
        return total

    def feed(self, topic: str = "all", suffix: str = "atom") -> feedparser.FeedParserDict:
        """A topic's feed as feedparser reads it; it must be faultless."""
        parsed = feedparser.parse((self.folder / "feeds" / f"{topic}.{suffix}").read_bytes())
        assert not parsed.bozo, parsed.bozo_exception
        return parsed

    def titles(self, topic: str = "all") -> list[str]:
        """The titles in a topic's feed, newest first."""
        return [entry.title for entry in self.feed(topic).entries]

    def ids(self) -> dict[str, str]:
        """The permanent ids of the entries, by their titles: to the letter, as JSON has them."""
        read = json.loads((self.folder / "feeds" / "all.json").read_bytes())
        return {item["title"]: item["id"] for item in read["items"]}

    def stored(self) -> list[Stored]:
        """The living articles."""
        return list(self.archive.articles())

    def with_defaults(self, defaults: Defaults) -> None:
        """Gives the inbox other defaults, from the next start on."""
        self.inbox = replace(self.inbox, defaults=defaults)

    def snapshot(self) -> dict[str, tuple[int, int, bytes]]:
        """Every served file with its inode, mtime and bytes."""
        found = {}
        for path in sorted((self.folder / "feeds").rglob("*")):
            if path.is_file():
                stat = path.stat()
                found[str(path.relative_to(self.folder / "feeds"))] = (
                    stat.st_ino,
                    stat.st_mtime_ns,
                    path.read_bytes(),
                )
        return found
