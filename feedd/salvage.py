"""A damaged archive made anew: what can still be read of it moves to another file, the old one stays as a backup.

What is lost with the rest is found in the inboxes again. So that nothing of the old and the new contradict each other,
every file is read once more, and every document is due.
"""

# ruff: noqa: S608 - what is put into statements are names of our own tables

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import cast
from urllib.parse import quote

import sqlalchemy as sa

from feedd.archive import Archive
from feedd.errors import StoreError
from feedd.rows import is_article
from feedd.schema import ALIASES, ARTICLES, DUE, FILES, FLIPS, MEMBERSHIP, META, TOMBSTONES, TOPICS

_BESIDE = ("", "-wal")
_Row = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Salvaged:
    """What came of it: where the old archive is kept, how many articles came over, and the tables read in part."""

    backup: Path
    articles: int
    partly: tuple[str, ...]


def rebuild(path: Path, now: datetime) -> Salvaged | None:
    """Puts a sound archive in the place of the one at ``path``; None where there is none.

    Whenever it is killed, the old one or the new one stands there whole. StoreError where the disk refuses.
    """
    if not path.exists():
        return None
    backup = path.with_name(f"{path.name}.{now:%Y%m%dT%H%M%SZ}")
    new = path.with_name(f"{path.name}.new")
    try:
        for suffix in _BESIDE:
            Path(f"{new}{suffix}").unlink(missing_ok=True)
            if Path(f"{path}{suffix}").exists():
                shutil.copy2(f"{path}{suffix}", f"{backup}{suffix}")
        Archive(new).close()
        articles, partly = _move(backup, new)
        # What SQLite puts beside a file that it reads; a log that came along with it is never empty.
        Path(f"{backup}-shm").unlink(missing_ok=True)
        if Path(f"{backup}-wal").exists() and not Path(f"{backup}-wal").stat().st_size:
            Path(f"{backup}-wal").unlink()
        for suffix in ("-wal", "-shm"):
            Path(f"{path}{suffix}").unlink(missing_ok=True)
        new.replace(path)
    except (OSError, sqlite3.Error) as error:
        raise StoreError(f"archive {path} can't be made anew: {error}") from error
    return Salvaged(backup, articles, partly)


def _move(old: Path, new: Path) -> tuple[int, tuple[str, ...]]:
    partly = []
    # The backup stays as it is, its write-ahead log too.
    with (
        closing(sqlite3.connect(f"file:{quote(str(old))}?mode=ro", uri=True)) as source,
        closing(sqlite3.connect(new)) as sink,
    ):
        for table in (META, FILES, ARTICLES, MEMBERSHIP, TOMBSTONES, TOPICS, DUE, ALIASES, FLIPS):
            reader = _Reader(source, table)
            rows = (row for row in reader if _fits(row, table))
            names = ", ".join(column.name for column in table.columns)
            marks = ", ".join("?" * len(table.columns))
            sink.executemany(f"INSERT OR IGNORE INTO {table.name} ({names}) VALUES ({marks})", rows)
            if not reader.whole:
                partly.append(table.name)
        for statement in _settling(lost_members="membership" in partly):
            sink.execute(statement)
        sink.commit()
        (articles,) = sink.execute("SELECT count(*) FROM articles").fetchone()
    return articles, tuple(partly)


def _settling(*, lost_members: bool) -> Iterator[str]:
    """What makes rows agree with each other."""
    if lost_members:
        # Of some articles nobody would know any more how they came into their topics: all come in anew, as news.
        yield "DELETE FROM membership"
        yield "DELETE FROM tombstones"
        yield "UPDATE topics SET updated = NULL"
    for table in ("membership", "tombstones", "aliases", "flips"):
        yield f"DELETE FROM {table} WHERE article NOT IN (SELECT key FROM articles)"
    yield (
        "INSERT OR IGNORE INTO archives (topic, number, due) "
        "SELECT DISTINCT topic, archive, 1 FROM membership WHERE archive > 0"
    )
    yield "INSERT OR IGNORE INTO topics (id, title, entries) SELECT DISTINCT topic, topic, 0 FROM membership"
    yield "UPDATE topics SET entries = (SELECT count(*) FROM membership WHERE topic = id AND standing < 2)"
    for kind, keys in (
        ("topic", "SELECT id AS key FROM topics"),
        ("withdraw", "SELECT id AS key FROM articles JOIN files USING (inbox, path) WHERE live AND state = 'vanished'"),
    ):
        yield (
            f"INSERT INTO due (kind, key, rev, done, at) SELECT '{kind}', key, 1, 0, 0 FROM ({keys}) WHERE true "
            "ON CONFLICT (kind, key) DO UPDATE SET rev = rev + 1, at = 0"
        )
    # A size that no file has: each is looked at, and recognised by all else that is known of it.
    yield "UPDATE files SET size = -1 WHERE state != 'vanished'"
    yield "DELETE FROM meta WHERE name = 'pages'"


class _Reader:
    """The rows of a table that can be read: from its beginning, and where that ends too early, from its end."""

    def __init__(self, source: sqlite3.Connection, table: sa.Table) -> None:
        self._source = source
        self._table = table
        self.whole = False

    def __iter__(self) -> Iterator[_Row]:
        names = ", ".join(column.name for column in self._table.columns)
        where = " WHERE name != 'schema'" if self._table is META else ""  # the new archive knows its own
        backwards = ", ".join(f"{column.name} DESC" for column in self._table.primary_key)
        for order in ("", f" ORDER BY {backwards}"):
            try:
                yield from self._source.execute(f"SELECT {names} FROM {self._table.name}{where}{order}")
            except sqlite3.Error:
                continue
            self.whole = not order
            return


def _fits(row: _Row, table: sa.Table) -> bool:
    """Whether it is a row that feedd would write; in a damaged page anything may stand."""
    for column, value in zip(table.columns, row, strict=True):
        if value is None:
            if not column.nullable:
                return False
        elif not isinstance(value, _kind(column)):
            return False
    if table is ARTICLES:
        value_of = dict(zip(table.columns.keys(), row, strict=True))
        return is_article(cast(bytes, value_of["record"]), cast(bytes, value_of["zones"]))
    return True


def _kind(column: sa.Column[object]) -> type:
    if isinstance(column.type, sa.LargeBinary):
        return bytes
    return str if isinstance(column.type, sa.Text) else int
