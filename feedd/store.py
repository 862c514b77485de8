"""The archive as the pipeline knows it: its rows, and what can be asked of it and changed in it.

Files, articles with their permanent ids, topic membership, and what is due. What a transaction makes
due is marked in the same transaction, so nothing that happened can be forgotten, whenever the
process ends.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum, StrEnum
from typing import Protocol

from feedd.model import Article, Deleted, Entry, FileStat, Place

LASTING = timedelta(days=30)
"""How long a feed tells that an entry was withdrawn, or changed since it stands in an archive document."""


class FileState(StrEnum):
    """What became of a file."""

    ARTICLE = "article"  # its articles are in the archive
    QUARANTINED = "quarantined"  # it can't be read; its last good version, if any, stays
    DUPLICATE = "duplicate"  # another living file holds the article that this one claims
    VANISHED = "vanished"  # gone from its place, its article not yet withdrawn


class Standing(IntEnum):
    """How an article is in a topic, or was: it comes back as what it once came in as, whatever took it out."""

    NEWS = 0  # it came to the topic as it came in: one of the feed's entries while it is among the newest
    HISTORY = 1  # rules that changed later brought it in: part of the topic, never shown as news
    LEFT_NEWS = 2
    LEFT_HISTORY = 3

    @property
    def inside(self) -> bool:
        """Whether the article is in the topic."""
        return self < Standing.LEFT_NEWS

    @property
    def left(self) -> Standing:
        """What it is once it has left."""
        return Standing(self % 2 + 2)

    @property
    def back(self) -> Standing:
        """What it is once it is back."""
        return Standing(self % 2)


Standings = Mapping[str, Standing]
"""An article's standing in each of its topics."""


@dataclass(frozen=True, slots=True)
class FileRow:
    """A file as it was last looked at.

    ``claims`` holds the ids that it gives and another living file holds: a duplicate gives no others.
    """

    place: Place
    stat: FileStat
    sha256: bytes
    state: FileState
    first_seen: datetime
    reason: str = ""
    claims: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Stored:
    """An article in the archive. ``key`` is None before it is first put in.

    ``place`` is None where another article took its path; ``live`` is False once it is withdrawn.
    """

    key: int | None
    id: str
    place: Place | None
    sha256: bytes
    dev: int
    ino: int
    live: bool
    first_seen: datetime
    published: datetime
    updated: datetime
    visible: bytes
    article: Article


@dataclass(frozen=True, slots=True)
class Member:
    """An entry of a topic; ``archive`` is the number of the archive document that holds it, 0 where none does.

    ``edited`` tells that it was changed lately, after it came to stand there.
    """

    key: int
    entry: Entry
    archive: int
    edited: bool


@dataclass(frozen=True, slots=True)
class Which:
    """Members of one standing, but not so many of the ``newest`` by their date, nor of the ``latest`` to arrive."""

    standing: Standing
    newest: int = 0
    latest: int = 0


@dataclass(frozen=True, slots=True)
class Due:
    """One piece of work: ``key`` is due until it is done at revision ``rev``."""

    kind: str
    key: str
    rev: int


@dataclass(frozen=True, slots=True)
class TopicRow:
    """A topic that ever had an article or a feed: its number of living entries and its feed's last ``updated``.

    ``updated`` is None where no feed of it was published yet.
    """

    id: str
    title: str
    entries: int
    updated: datetime | None


class Transaction(Protocol):
    """What can be asked and changed in one transaction: all of it holds, or nothing."""

    def foresee(
        self,
        *,
        places: Iterable[Place] = (),
        sha256s: Iterable[bytes] = (),
        inodes: Iterable[int] = (),
        urls: Iterable[str] = (),
        ids: Iterable[str] = (),
    ) -> None:
        """These will be asked for one by one: what no article has of them is found out in a few statements."""

    def file(self, place: Place) -> FileRow | None:
        """The file as it was last looked at."""

    def put_file(self, row: FileRow) -> None:
        """Keeps the row in place of the one at its place."""

    def drop_file(self, place: Place) -> None:
        """Forgets the file."""

    def behind(self, article_id: str) -> list[FileRow]:
        """The files that give this article too, while another holds it."""

    def article(self, article_id: str) -> Stored | None:
        """The article with this id, living or withdrawn."""

    def known_as(self, article_id: str) -> Stored | None:
        """The article with this id, or that an upstream feed gave this id later."""

    def also_known_as(self, article_id: str, key: int) -> None:
        """An upstream feed gives an article another id; its own stays."""

    def put_digests(self, source: str, digests: Mapping[str, int]) -> None:
        """The entries in an upstream feed's last response, by their digests, and the keys of their articles."""

    def flips(self, key: int) -> int:
        """How often an upstream feed changed the article without saying so."""

    def count_flip(self, key: int) -> None:
        """It did so once more."""

    def at(self, place: Place) -> list[Stored]:
        """The articles whose file is, or last was, this one."""

    def with_bytes(self, sha256: bytes) -> list[Stored]:
        """The articles made from exactly these bytes, living or withdrawn."""

    def with_inode(self, dev: int, ino: int) -> list[Stored]:
        """The articles whose file had this inode."""

    def with_url(self, url: str) -> list[Stored]:
        """The articles whose permalink is this one but for what identity.link_key leaves out."""

    def leaving(self, limit: int, published: datetime | None = None) -> list[Stored]:
        """Living articles that are to be withdrawn, the latest first; with ``published`` those of that date alone."""

    def put_article(self, stored: Stored) -> int:
        """Puts an article in, or changes the one with its key; gives the key."""

    def set_topics(
        self,
        key: int,
        published: datetime,
        topics: Mapping[str, str],
        *,
        seen: Collection[str] = (),
        edited: datetime | None = None,
    ) -> tuple[Standings, Standings]:
        """Makes the article a member of exactly these topics (id → title); gives its standings before and after.

        A topic that it was never in it joins as news, but one in ``seen`` as history. ``edited`` is when it was
        changed so that readers should see it, if it was.
        """

    def bury(self, key: int, published: datetime, at: datetime) -> Standings:
        """Takes a withdrawn article out of its topics, and of their archive documents, which are due for it; where
        it had been shown a tombstone remains. Gives the standings that it had.
        """

    def archive(self, topic: str, keys: Sequence[int]) -> int:
        """Gives open members a new archive document, which is due; gives its number."""

    def spoil(self, topic: str, number: int | None = None) -> None:
        """Makes an archive document due to be written again, or all of the topic's."""

    def wrote(self, topic: str, numbers: Iterable[int]) -> None:
        """These archive documents are written."""

    def mark_pages(self, at: datetime) -> None:
        """Makes the page of every living article due that may need one of its own."""

    def rename_topic(self, old: str, new: str) -> None:
        """Gives all that is known of a topic to another one, of which nothing is known."""

    def unread(self, inbox: str) -> None:
        """Forgets how the files of an inbox looked: each is read and parsed again when it is seen next."""

    def mark(self, kind: str, keys: Iterable[str], at: datetime) -> None:
        """Makes work due at a time; work that is open already stays due at the earlier one."""

    def hasten(self, at: datetime) -> None:
        """What is due later is due at this time: after a clock was set back nobody knows what its times were."""

    def done(self, due: Due, *, again: datetime | None = None) -> None:
        """Done at the revision that was claimed; ``again`` makes it due once more at that time."""

    def told(self, topic: str, title: str, updated: datetime) -> None:
        """Notes the ``updated`` of a topic's feed as it was last published."""

    def remember(self, name: str, value: str) -> None:
        """Keeps a word under a name."""


class Store(Protocol):
    """The whole archive. Reads see the last finished transaction."""

    def transaction(self) -> AbstractContextManager[Transaction]:
        """One transaction, the only one that writes at its time; rolled back if its body raises."""

    def scanned(self, inbox: str, under: bytes = b"") -> Iterator[tuple[bytes, FileStat | None]]:
        """The inbox's files whose path is ``under`` or lies beneath it, in byte order of their paths, each with what
        was seen of it last; None for one that has vanished.
        """

    def rows(self, places: Sequence[Place]) -> dict[Place, FileRow]:
        """Those of the places that are known."""

    def articles(self, after: int = 0) -> Iterator[Stored]:
        """Every living article whose key is greater than ``after``, in the order of their keys."""

    def members(self, keys: Sequence[int]) -> dict[int, frozenset[str]]:
        """The topics that articles are in, by their keys; of one that is in none there is nothing."""

    def living(self) -> int:
        """How many living articles there are."""

    def head(self, topic: str, newest: int, until: datetime) -> list[Member]:
        """The topic's news not later than ``until``, newest first, without their zones: so many of the newest, and
        beside them all that no archive document holds as it is now.
        """

    def open(self, topic: str, until: datetime, which: Which, limit: int) -> list[Member]:
        """The members, not later than ``until``, that stand in no archive document, in the order of their arrival."""

    def open_count(self, topic: str, until: datetime, which: Which) -> int:
        """How many these are in all."""

    def archived(self, topic: str, number: int) -> list[Entry]:
        """What an archive document holds, newest first."""

    def archives(self, topic: str) -> tuple[int, list[int]]:
        """How many archive documents the topic has, and the numbers of those that are due."""

    def deleted(self, topic: str, until: datetime) -> list[Deleted]:
        """The topic's tombstones, the latest first."""

    def one(self, article_id: str) -> tuple[Stored, dict[str, str]] | None:
        """An article, and the topics that it is in (id → title), sorted."""

    def shown(self, until: datetime) -> frozenset[str]:
        """The topics whose feed was published, and that have or had news not later than ``until``."""

    def next_change(self, topic: str, after: datetime) -> datetime | None:
        """When time alone changes the topic's feed next: an entry that is held back until its date comes out, or
        what is told for a while is told no more.
        """

    def due(self, kind: str, now: datetime) -> list[Due]:
        """The open work of a kind that is due by now, the longest waiting first."""

    def next_due(self, kind: str) -> datetime | None:
        """When the next open work of a kind falls due."""

    def topics(self) -> list[TopicRow]:
        """Every topic that ever had an article, by id."""

    def published(self, topic: str) -> bool:
        """Whether a feed of the topic was ever published."""

    def digests(self, source: str) -> dict[str, int]:
        """The entries in an upstream feed's last response whose articles live, by their digests, with these's keys."""

    def held_by(self, inboxes: Collection[str]) -> dict[str, int]:
        """How many living articles the files of each of these inboxes hold; of one without any there is nothing."""

    def vanished(self, inbox: str) -> int:
        """How many files of the inbox have vanished; unlike ``count`` it costs no more in a large inbox."""

    def count(self, inbox: str) -> tuple[int, int]:
        """How many files of the inbox have vanished, and how many hold a living article or did until then."""

    def aside(self) -> list[FileRow]:
        """The files that are not published, or not in full, with their reasons: quarantined ones and duplicates."""

    def recall(self, name: str) -> str | None:
        """What was remembered under this name."""
