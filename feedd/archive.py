"""The archive on SQLAlchemy Core: the store's promises, kept in a SQLite file.

Core and no ORM, so that the same statements serve other databases. Any number of threads may read;
one transaction at a time writes.
"""

from __future__ import annotations

import sqlite3
import threading
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

import sqlalchemy as sa

from feedd import statements as sql
from feedd.errors import Damaged, StoreError, Unstorable
from feedd.model import Deleted, Entry, FileStat, Place
from feedd.rows import decode_article, decode_digests, file_row, stored_of, unsigned
from feedd.schema import (
    ARTICLES,
    CLAIMING,
    DUE,
    FILES,
    MEMBERSHIP,
    META,
    MIGRATIONS,
    SET_ASIDE,
    TOPICS,
    Migration,
    check_version,
    migrate,
)
from feedd.store import LASTING, Due, FileRow, FileState, Member, Standing, Stored, TopicRow, Transaction, Which
from feedd.transaction import SqlTransaction

_PAGE = 1000
# Values in one statement: some builds of SQLite take no more than 999.
_AT_ONCE = 500
# Rows that the driver hands out at once.
_IN_PARTS = {"yield_per": 500}
# Entries that are kept as they were read: those of some twenty topics.
_ENTRIES = 2000
_DAMAGED = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
_REMEDY = "stop feedd and run 'feedd build --rebuild', which keeps it aside and makes another of it and the inboxes"


class Archive:
    """A :class:`Store` in a SQLite file; any number of threads may read, one at a time writes."""

    def __init__(self, path: Path, *, migrations: Sequence[Migration] = MIGRATIONS, read_only: bool = False) -> None:
        """Opens the archive, creating or migrating it; StoreError where that can't be done.

        With ``read_only`` no byte of it changes, whoever else works on it: it must be there, and of this version.
        """
        self._path = path
        self._writing = threading.Lock()
        self._read_only = read_only
        self._engine = _engine(path, read_only=read_only)
        try:
            with _told(path):
                if read_only:
                    with self._engine.connect() as connection:
                        check_version(connection, migrations)
                    return
                path.parent.mkdir(parents=True, exist_ok=True)
                with self._engine.connect().execution_options(immediate=True) as connection, connection.begin():
                    migrate(connection, migrations)
        except StoreError:
            self._engine.dispose()
            raise

    def close(self) -> None:
        """Folds the write-ahead log into the file and lets go of it."""
        with _told(self._path):
            if not self._read_only:
                with self._engine.connect() as connection:
                    connection.exec_driver_sql("PRAGMA optimize")
            self._engine.dispose()

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        """One transaction, the only one that writes at its time; rolled back if its body raises."""
        with self._writing, _told(self._path):
            options = {"immediate": True}
            with self._engine.connect().execution_options(**options) as connection, connection.begin():
                transaction = SqlTransaction(connection)
                yield transaction
                transaction.flush()

    def scanned(self, inbox: str, under: bytes = b"") -> Iterator[tuple[bytes, FileStat | None]]:
        if not under:
            yield from self._scanned(inbox, b"", None)
        else:
            yield from self._scanned(inbox, under, under + b"\0")
            # "0" follows "/": the range holds exactly what lies beneath.
            yield from self._scanned(inbox, under + b"/", under + b"0")

    def _scanned(self, inbox: str, first: bytes, end: bytes | None) -> Iterator[tuple[bytes, FileStat | None]]:
        query = sql.FILES_FROM if end is None else sql.FILES_BETWEEN
        values = {"inbox": inbox, "first": first, "limit": _PAGE} | ({} if end is None else {"end": end})
        gone = FileState.VANISHED.value
        # Page by page: one long read would keep the write-ahead log from being folded in.
        while rows := self._all(query, values):
            for path, dev, ino, size, mtime_ns, ctime_ns, state in map(tuple, rows):
                stat = FileStat(unsigned(dev), unsigned(ino), size, mtime_ns, ctime_ns)
                yield path, None if state == gone else stat
            if len(rows) < _PAGE:
                break
            values["first"] = rows[-1][0] + b"\0"

    def rows(self, places: Sequence[Place]) -> dict[Place, FileRow]:
        found: dict[Place, FileRow] = {}
        for inbox in {place.inbox for place in places}:
            paths = [place.path for place in places if place.inbox == inbox]
            found |= {row.place: row for row in map(file_row, self._rows(sql.FILES_AT, inbox=inbox, paths=paths))}
        return found

    def articles(self, after: int = 0) -> Iterator[Stored]:
        query = sa.select(ARTICLES).where(ARTICLES.c.live).order_by(ARTICLES.c.key).limit(_PAGE)
        rows = list(self._rows(query.where(ARTICLES.c.key > after)))
        while rows:
            yield from map(stored_of, rows)
            rows = list(self._rows(query.where(ARTICLES.c.key > rows[-1].key))) if len(rows) == _PAGE else []

    def members(self, keys: Sequence[int]) -> dict[int, frozenset[str]]:
        query = sa.select(MEMBERSHIP.c.article, MEMBERSHIP.c.topic)
        query = query.where(MEMBERSHIP.c.article.in_(keys), MEMBERSHIP.c.standing < Standing.LEFT_NEWS)
        found: defaultdict[int, set[str]] = defaultdict(set)
        for article, topic in map(tuple, self._rows(query)):
            found[article].add(topic)
        return {key: frozenset(topics) for key, topics in found.items()}

    def living(self) -> int:
        return int(self._value(sa.select(sa.func.count()).select_from(ARTICLES).where(ARTICLES.c.live)))

    def head(self, topic: str, newest: int, until: datetime) -> list[Member]:
        since = until - LASTING
        rows = self._rows(sql.HEAD, topic=topic, newest=newest, until=until, since=since)
        return [_member(row, since) for row in rows]

    def open(self, topic: str, until: datetime, which: Which, limit: int) -> list[Member]:
        rows = self._rows(sql.OPEN_MEMBERS, topic=topic, until=until, limit=limit, **_values(which))
        return [_member(row, until) for row in rows]

    def open_count(self, topic: str, until: datetime, which: Which) -> int:
        return int(self._value(sql.OPEN_COUNT, topic=topic, until=until, **_values(which)))

    def archived(self, topic: str, number: int) -> list[Entry]:
        return list(map(_entry, self._rows(sql.IN_ARCHIVE, topic=topic, number=number)))

    def archives(self, topic: str) -> tuple[int, list[int]]:
        rows = self._all(sql.LAST_AND_DUE, {"of": topic})
        return rows[-1].number if rows else 0, [row.number for row in rows if row.due]

    def deleted(self, topic: str, until: datetime) -> list[Deleted]:
        return [Deleted(row.id, row.at) for row in self._rows(sql.DELETED, topic=topic, since=until - LASTING)]

    def one(self, article_id: str) -> tuple[Stored, dict[str, str]] | None:
        found = next(map(stored_of, self._rows(sql.BY_ID, id=article_id)), None)
        if found is None:
            return None
        return found, {row.topic: row.title for row in self._rows(sql.TOPICS_OF, article=found.key)}

    def shown(self, until: datetime) -> frozenset[str]:
        return frozenset(row.id for row in self._rows(sql.SHOWN, until=until))

    def next_change(self, topic: str, after: datetime) -> datetime | None:
        (row,) = self._all(sql.NEXT, {"topic": topic, "after": after, "since": after - LASTING})
        told = (at and at + LASTING for at in (row.forgotten, row.settled))
        return min((at for at in (row.held, *told) if at is not None), default=None)

    def due(self, kind: str, now: datetime) -> list[Due]:
        return [Due(row.kind, row.key, row.rev) for row in self._rows(sql.DUE_BY, of=kind, now=now)]

    def next_due(self, kind: str) -> datetime | None:
        query = sa.select(sa.func.min(DUE.c.at)).where(DUE.c.kind == kind, DUE.c.done < DUE.c.rev)
        at: datetime | None = self._value(query)
        return at

    def topics(self) -> list[TopicRow]:
        rows = self._rows(sa.select(TOPICS).order_by(TOPICS.c.id))
        return [TopicRow(row.id, row.title, row.entries, row.updated) for row in rows]

    def published(self, topic: str) -> bool:
        return self._value(sql.UPDATED, topic=topic) is not None

    def digests(self, source: str) -> dict[str, int]:
        entries = self._value(sql.DIGESTS, source=source)
        digests = decode_digests(entries) if entries else {}
        keys, living = sorted(set(digests.values())), set[int]()
        for at in range(0, len(keys), _AT_ONCE):
            living.update(row.key for row in self._all(sql.LIVING, {"keys": keys[at : at + _AT_ONCE]}))
        return {digest: key for digest, key in digests.items() if key in living}

    def held_by(self, inboxes: Collection[str]) -> dict[str, int]:
        names = list(inboxes)
        found: dict[str, int] = {}
        for at in range(0, len(names), _AT_ONCE):
            found.update(map(tuple, self._all(sql.HELD_BY, {"values": names[at : at + _AT_ONCE]})))
        return found

    def vanished(self, inbox: str) -> int:
        number = sa.select(sa.func.count().label("number"))
        (row,) = self._rows(number.where(FILES.c.state == FileState.VANISHED, SET_ASIDE, FILES.c.inbox == inbox))
        return int(row.number)

    def count(self, inbox: str) -> tuple[int, int]:
        number = sa.func.count().label("number")
        query = sa.select(FILES.c.state, number).where(FILES.c.inbox == inbox)
        counted = {row.state: row.number for row in self._rows(query.group_by(FILES.c.state))}
        vanished = counted.get(FileState.VANISHED, 0)
        return vanished, vanished + counted.get(FileState.ARTICLE, 0)

    def aside(self) -> list[FileRow]:
        states = (FileState.QUARANTINED, FileState.DUPLICATE)
        query = sa.select(FILES).where(sa.or_(sa.and_(FILES.c.state.in_(states), SET_ASIDE), CLAIMING))
        return [file_row(row) for row in self._rows(query.order_by(FILES.c.inbox, FILES.c.path))]

    def recall(self, name: str) -> str | None:
        value: str | None = self._value(sa.select(META.c.value).where(META.c.name == name))
        return value

    def _rows(self, query: sa.Select[Any], **values: object) -> Iterator[sa.Row[Any]]:
        with _told(self._path), self._engine.connect() as connection:
            yield from connection.execute(query, values, execution_options=_IN_PARTS)

    def _all(self, query: sa.Select[Any], values: dict[str, object]) -> Sequence[sa.Row[Any]]:
        with _told(self._path), self._engine.connect() as connection:
            return connection.execute(query, values).all()

    def _value(self, query: sa.Select[Any], **values: object) -> Any:
        with _told(self._path), self._engine.connect() as connection:
            return connection.execute(query, values).scalar()


def _entry(row: sa.Row[Any]) -> Entry:
    return _kept_entry(row.id, row.published, row.updated, row.record)


@lru_cache(maxsize=_ENTRIES)
def _kept_entry(id_: str, published: datetime, updated: datetime, record: bytes) -> Entry:
    """The same value for the same row: what is made of an entry is found by it again."""
    return Entry(id_, published, updated, decode_article(record))


def _member(row: sa.Row[Any], since: datetime) -> Member:
    return Member(row.key, _entry(row), row.archive, edited=row.edited is not None and row.edited > since)


def _values(which: Which) -> dict[str, object]:
    return {"standing": which.standing, "newest": which.newest, "latest": which.latest}


def _engine(path: Path, *, read_only: bool) -> sa.Engine:
    engine = sa.create_engine(sa.URL.create("sqlite", database=str(path)))
    pragmas: tuple[str, ...] = ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON")
    if read_only:
        engine = sa.create_engine(_reading(path))
        pragmas = ("query_only=ON",)

    @sa.event.listens_for(engine, "connect")
    def _prepare(connection: Any, _record: object) -> None:
        # Transactions are begun below, not by the driver's guess at the first INSERT.
        connection.isolation_level = None
        try:
            for pragma in ("busy_timeout=30000", *pragmas):
                connection.execute(f"PRAGMA {pragma}")
        except Exception:
            connection.close()  # the pool does not know it yet
            raise

    @sa.event.listens_for(engine, "begin")
    def _begin(connection: sa.Connection) -> None:
        # A writer that begins as a reader could find its snapshot stale and fail; this one waits its turn. Whoever
        # reads asks once: a statement sees one state by itself.
        if connection.get_execution_options().get("immediate", False):
            connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine


def _reading(path: Path) -> sa.URL:
    """The address of a database that is read only.

    Whoever may write tidies up behind itself what SQLite puts beside the file for its readers; but with a log that was
    left there by a process that was killed it would fold that into the file.
    """
    log = path.with_name(f"{path.name}-wal")
    left = log.exists() and log.stat().st_size > 0
    query = {"uri": "true", "mode": "ro" if left else "rw"}
    return sa.URL.create("sqlite", database=f"file:{quote(str(path))}", query=query)


@contextmanager
def _told(path: Path) -> Iterator[None]:
    """Turns the library's errors into a StoreError that names the archive."""
    try:
        yield
    except (Unstorable, Damaged):
        raise
    except StoreError as error:
        raise StoreError(f"archive {path}: {error}") from error
    except (sa.exc.IntegrityError, sa.exc.DataError, OverflowError, UnicodeError) as error:
        raise Unstorable(f"archive {path}: {getattr(error, 'orig', None) or error}") from error
    except (sa.exc.SQLAlchemyError, OSError) as error:
        reason = getattr(error, "orig", None) or error
        # The low byte is the kind, whatever the rest tells beside.
        if getattr(reason, "sqlite_errorcode", 0) & 0xFF in _DAMAGED:
            raise Damaged(f"archive {path} is damaged ({reason}): {_REMEDY}") from error
        raise StoreError(f"archive {path}: {reason}") from error
