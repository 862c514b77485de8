"""A newsroom of any size: its archive is filled without reading a file, with rows as feedd would have written them."""

from __future__ import annotations

import hashlib
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec

from feedd.archive import Archive
from feedd.model import Article, Origin, Zones

TOPICS = 200
USED = 50
"""Topics that the articles are in: even a thousand fill the feeds of these."""
ENTRIES = 20
_ARCHIVED = ENTRIES * 10  # as many as one archive document takes of a burst
_FIRST = datetime(2020, 1, 1, tzinfo=UTC)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_ARTICLE = Article(
    "A story of the day",
    f"<p>{'Words of a story that is long enough. ' * 12}</p>",
    Origin("markdown", "utf-8", None, "front matter"),
    Zones(),
    url="https://news.example.org/stories/0",
)
_RECORD = msgspec.json.encode(_ARTICLE)
_ZONES = msgspec.json.encode(Zones("A story of the day", "Words of a story", "that is long enough"))


def config(folder: Path, *settings: str) -> Path:
    """200 topics by their tags, and an inbox."""
    topics = [f'[[topic]]\nid = "{topic(one)}"\ntags = ["{topic(one)}"]' for one in range(TOPICS)]
    site = '[site]\nurl = "https://news.example.org/feeds/"\nauthority = "news.example.org,2025"'
    (folder / "inbox").mkdir(parents=True, exist_ok=True)
    path = folder / "feedd.toml"
    path.write_text(
        "\n".join([site, '[[inbox]]\npath = "inbox"', f"[output]\nentries = {ENTRIES}", *settings, *topics])
    )
    return path


def topic(number: int) -> str:
    """A topic's id and tag."""
    return f"topic{number:03}"


def date_of(number: int) -> datetime:
    """When an article was published."""
    return _FIRST + timedelta(minutes=number)


def name_of(number: int) -> str:
    """Its path in the inbox: a thousand in a folder."""
    return f"{number // 1000:04}/{number}.md"


def write_files(inbox: Path, count: int) -> None:
    """The files, small ones."""
    for number in range(count):
        path = inbox / name_of(number)
        if number % 1000 == 0:
            path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"---\ntitle: A story of the day\n---\n\nWords %d.\n" % number)


def newsroom(folder: Path, count: int) -> None:
    """A newsroom of so many files in a folder, all of them known, a feed's worth of each used topic in it."""
    config(folder)
    write_files(folder / "inbox", count)
    (folder / ".feedd").mkdir()
    fill(folder / ".feedd" / "feedd.db", folder / "inbox", count, members=USED * ENTRIES)


def fill(database: Path, inbox: Path, count: int, *, members: int) -> None:
    """Rows of so many articles, the newest ``members`` of them in a topic each, all but a feed's worth archived."""
    Archive(database).close()
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("PRAGMA synchronous=OFF")
        connection.executemany("INSERT INTO files VALUES (?,?,?,?,?,?,?,?,'article',?,'','')", _files(inbox, count))
        connection.executemany(
            "INSERT INTO articles (key, id, inbox, path, sha256, dev, ino, url, live, first_seen, published, updated, "
            "visible, record, zones) VALUES (?,?,'inbox',?,?,?,?,?,1,?,?,?,?,?,?)",
            _articles(inbox, count),
        )
        connection.executemany("INSERT INTO membership VALUES (?,0,?,?,?,NULL)", _members(count, members))
        connection.executemany(
            "INSERT INTO topics VALUES (?,?,?,?) ON CONFLICT (id) DO UPDATE SET entries = excluded.entries",
            [(topic(one), topic(one), members // USED, _micros(count)) for one in range(USED)],
        )
        numbers = {(name, number) for name, _, _, number in _members(count, members) if number}
        connection.executemany("INSERT INTO archives VALUES (?,?,0)", sorted(numbers))
        connection.commit()
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.execute("ANALYZE")
        connection.commit()


def _micros(number: int) -> int:
    return (date_of(number) - _EPOCH) // timedelta(microseconds=1)


def _stat(inbox: Path, number: int) -> tuple[int, int, int, int, int]:
    try:
        found = os.lstat(inbox / name_of(number))
    except FileNotFoundError:
        return 1, number + 1, 60, 1, 1
    return found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns


def _digest(number: int) -> bytes:
    return hashlib.sha256(b"%d" % number).digest()


def _files(inbox: Path, count: int) -> Iterator[tuple[object, ...]]:
    for number in range(count):
        stat, digest = _stat(inbox, number), _digest(number)
        yield "inbox", name_of(number).encode(), *stat, digest, _micros(number)


def _articles(inbox: Path, count: int) -> Iterator[tuple[object, ...]]:
    for number in range(count):
        dev, ino, *_ = _stat(inbox, number)
        when, digest, path = _micros(number), _digest(number), name_of(number)
        id_, url = f"tag:news.example.org,2025:inbox/{path}", f"https://news.example.org/stories/{number}"
        yield number + 1, id_, path.encode(), digest, dev, ino, url, when, when, when, digest, _RECORD, _ZONES


def _members(count: int, members: int) -> Iterator[tuple[str, int, int, int]]:
    for number in range(count - members, count):
        of_its_topic = (number - (count - members)) // USED
        newest = number >= count - USED * ENTRIES
        yield topic(number % USED), _micros(number), number + 1, 0 if newest else 1 + of_its_topic // _ARCHIVED
