"""The archive on SQLAlchemy Core: the store's promises, kept in a SQLite file.

Core and no ORM, so that the same statements serve other databases. Any number of threads may read;
one transaction at a time writes.
"""

from __future__ import annotations

import threading
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec
import sqlalchemy as sa

from feedd import statements as sql
from feedd.errors import StoreError, Unstorable
from feedd.model import Article, Entry, FileStat, Place, Zones
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
    migrate,
)
from feedd.store import Due, FileRow, FileState, Stored, TopicRow, Transaction

_decode_article = msgspec.json.Decoder(Article).decode
_decode_zones = msgspec.json.Decoder(Zones).decode
_PAGE = 2000
_encode = msgspec.json.Encoder().encode


class Archive:
    """A :class:`Store` in a SQLite file; any number of threads may read, one at a time writes."""

    def __init__(self, path: Path, *, migrations: Sequence[Migration] = MIGRATIONS) -> None:
        """Opens the archive, creating or migrating it; StoreError where that can't be done."""
        self._path = path
        self._writing = threading.Lock()
        self._engine = _engine(path)
        try:
            with _told(path):
                path.parent.mkdir(parents=True, exist_ok=True)
                with self._engine.connect().execution_options(immediate=True) as connection, connection.begin():
                    migrate(connection, migrations)
        except StoreError:
            self._engine.dispose()
            raise

    def close(self) -> None:
        """Folds the write-ahead log into the file and lets go of it."""
        with _told(self._path):
            with self._engine.connect() as connection:
                connection.exec_driver_sql("PRAGMA optimize")
            self._engine.dispose()

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        """One transaction, the only one that writes at its time; rolled back if its body raises."""
        with self._writing, _told(self._path):
            options = {"immediate": True}
            with self._engine.connect().execution_options(**options) as connection, connection.begin():
                transaction = _SqlTransaction(connection)
                yield transaction
                transaction.flush()

    def files(self, inbox: str, under: bytes = b"") -> Iterator[FileRow]:
        query = sa.select(FILES).where(FILES.c.inbox == inbox).order_by(FILES.c.path).limit(_PAGE)
        if under:
            # "0" follows "/": the range holds exactly what lies beneath.
            beneath = sa.and_(FILES.c.path >= under + b"/", FILES.c.path < under + b"0")
            query = query.where(sa.or_(FILES.c.path == under, beneath))
        # Page by page: one long read would keep the write-ahead log from being folded in.
        rows = list(self._rows(query))
        while rows:
            yield from map(_file_row, rows)
            rows = list(self._rows(query.where(FILES.c.path > rows[-1].path))) if len(rows) == _PAGE else []

    def rows(self, places: Sequence[Place]) -> dict[Place, FileRow]:
        found: dict[Place, FileRow] = {}
        for inbox in {place.inbox for place in places}:
            paths = [place.path for place in places if place.inbox == inbox]
            query = sa.select(FILES).where(FILES.c.inbox == inbox, FILES.c.path.in_(paths))
            found |= {row.place: row for row in map(_file_row, self._rows(query))}
        return found

    def articles(self) -> Iterator[Stored]:
        query = sa.select(ARTICLES).where(ARTICLES.c.live).order_by(ARTICLES.c.key)
        yield from map(_stored, self._rows(query))

    def newest(self, topic: str, limit: int, until: datetime) -> list[Entry]:
        rows = self._rows(sql.NEWEST, topic=topic, limit=limit, until=until)
        return [Entry(row.id, row.published, row.updated, _decode_article(row.record)) for row in rows]

    def next_held(self, topic: str, after: datetime) -> datetime | None:
        published = MEMBERSHIP.c.published
        query = sa.select(sa.func.min(published)).where(MEMBERSHIP.c.topic == topic, published > after)
        held: datetime | None = self._value(query)
        return held

    def due(self, kind: str, now: datetime) -> list[Due]:
        query = sa.select(DUE).where(DUE.c.kind == kind, DUE.c.done < DUE.c.rev, DUE.c.at <= now)
        return [Due(row.kind, row.key, row.rev) for row in self._rows(query.order_by(DUE.c.at, DUE.c.key))]

    def next_due(self, kind: str) -> datetime | None:
        query = sa.select(sa.func.min(DUE.c.at)).where(DUE.c.kind == kind, DUE.c.done < DUE.c.rev)
        at: datetime | None = self._value(query)
        return at

    def topics(self) -> list[TopicRow]:
        rows = self._rows(sa.select(TOPICS).order_by(TOPICS.c.id))
        return [TopicRow(row.id, row.title, row.entries, row.updated) for row in rows]

    def count(self, inbox: str) -> tuple[int, int]:
        number = sa.func.count().label("number")
        query = sa.select(FILES.c.state, number).where(FILES.c.inbox == inbox)
        counted = {row.state: row.number for row in self._rows(query.group_by(FILES.c.state))}
        vanished = counted.get(FileState.VANISHED, 0)
        return vanished, vanished + counted.get(FileState.ARTICLE, 0)

    def aside(self) -> list[FileRow]:
        states = (FileState.QUARANTINED, FileState.DUPLICATE)
        query = sa.select(FILES).where(sa.or_(sa.and_(FILES.c.state.in_(states), SET_ASIDE), CLAIMING))
        return [_file_row(row) for row in self._rows(query.order_by(FILES.c.inbox, FILES.c.path))]

    def recall(self, name: str) -> str | None:
        value: str | None = self._value(sa.select(META.c.value).where(META.c.name == name))
        return value

    def _rows(self, query: sa.Select[Any], **values: object) -> Iterator[sa.Row[Any]]:
        with _told(self._path), self._engine.connect() as connection:
            yield from connection.execute(query.execution_options(yield_per=500), values)

    def _value(self, query: sa.Select[Any]) -> Any:
        with _told(self._path), self._engine.connect() as connection:
            return connection.execute(query).scalar()


class _SqlTransaction:
    """A :class:`Transaction` on one connection."""

    def __init__(self, connection: sa.Connection) -> None:
        self._execute = connection.execute
        self._joined: defaultdict[tuple[str, str], list[dict[str, object]]] = defaultdict(list)
        self._counts: Counter[str] = Counter()
        self._gathered: set[int] = set()  # articles whose memberships are not written yet

    def file(self, place: Place) -> FileRow | None:
        row = self._execute(sql.FILE_AT, {"inbox": place.inbox, "path": place.path}).one_or_none()
        return None if row is None else _file_row(row)

    def put_file(self, row: FileRow) -> None:
        values = {
            "inbox": row.place.inbox,
            "path": row.place.path,
            "dev": _signed(row.stat.dev),
            "ino": _signed(row.stat.ino),
            "size": row.stat.size,
            "mtime_ns": row.stat.mtime_ns,
            "ctime_ns": row.stat.ctime_ns,
            "sha256": row.sha256,
            "state": row.state.value,
            "first_seen": row.first_seen,
            "reason": row.reason,
            "claims": _joined(row.claims),
        }
        self._execute(sql.PUT_FILE, values)

    def drop_file(self, place: Place) -> None:
        self._execute(sql.DROP_FILE, {"inbox": place.inbox, "path": place.path})

    def behind(self, article_id: str) -> list[FileRow]:
        values = {"claims": article_id, "among": f"\n{article_id}\n"}
        return [_file_row(row) for row in self._execute(sql.FILES_BEHIND, values)]

    def article(self, article_id: str) -> Stored | None:
        return next(iter(self._articles(sql.BY_ID, id=article_id)), None)

    def at(self, place: Place) -> list[Stored]:
        return self._articles(sql.BY_PLACE, inbox=place.inbox, path=place.path)

    def with_bytes(self, sha256: bytes) -> list[Stored]:
        return self._articles(sql.BY_SHA256, sha256=sha256)

    def with_inode(self, dev: int, ino: int) -> list[Stored]:
        return self._articles(sql.BY_INODE, dev=_signed(dev), ino=_signed(ino))

    def with_url(self, url: str) -> list[Stored]:
        return self._articles(sql.BY_URL, url=url)

    def _articles(self, query: sa.Select[Any], **values: object) -> list[Stored]:
        return [_stored(row) for row in self._execute(query, values)]

    def leaving(self, limit: int, published: datetime | None = None) -> list[Stored]:
        if published is None:
            return self._articles(sql.LEAVING, limit=limit)
        return self._articles(sql.LEAVING_OF_DATE, limit=limit, published=published)

    def put_article(self, stored: Stored) -> int:
        place = stored.place
        values = {
            "id": stored.id,
            "inbox": None if place is None else place.inbox,
            "path": None if place is None else place.path,
            "sha256": stored.sha256,
            "dev": _signed(stored.dev),
            "ino": _signed(stored.ino),
            "url": stored.article.url,
            "live": stored.live,
            "first_seen": stored.first_seen,
            "published": stored.published,
            "updated": stored.updated,
            "visible": stored.visible,
            "record": _encode(replace(stored.article, zones=Zones())),
            "zones": _encode(stored.article.zones),
        }
        if stored.key is None:
            result = self._execute(sql.INSERT_ARTICLE, values)
            assert result.inserted_primary_key is not None
            return int(result.inserted_primary_key[0])
        self._execute(sql.UPDATE_ARTICLE, {**values, "this": stored.key})
        return stored.key

    def set_topics(self, key: int, published: datetime, topics: Mapping[str, str]) -> tuple[set[str], set[str]]:
        if key in self._gathered:
            self.flush()
        rows = self._execute(sql.MEMBERSHIPS, {"article": key}).all()
        before, after = {row.topic for row in rows}, set(topics)
        if before != after or any(row.published != published for row in rows):
            if before:
                self._execute(sql.LEAVE, {"this": key})
            self._gathered.add(key)
            for topic, title in topics.items():
                self._joined[topic, title].append({"topic": topic, "published": published, "article": key})
            self._counts.update(after - before)
            self._counts.subtract(before - after)
        return before, after

    def flush(self) -> None:
        """Writes the memberships gathered so far: many rows in one statement cost a fraction of one each."""
        if self._joined:
            titles = [{"id": id_, "title": title, "entries": 0, "updated": None} for id_, title in self._joined]
            self._execute(sql.PUT_TOPIC, titles)
            self._execute(sql.INSERT_MEMBER, [row for rows in self._joined.values() for row in rows])
        counts = [{"this": topic, "change": change} for topic, change in sorted(self._counts.items()) if change]
        if counts:
            self._execute(sql.COUNT, counts)
        self._gathered.clear()
        self._joined.clear()
        self._counts.clear()

    def mark(self, kind: str, keys: Iterable[str], at: datetime) -> None:
        marks = [{"kind": kind, "key": key, "rev": 1, "done": 0, "at": at} for key in sorted(keys)]
        if marks:
            self._execute(sql.MARK, marks)

    def done(self, due: Due, *, again: datetime | None = None) -> None:
        self._execute(sql.DONE, {"of": due.kind, "this": due.key, "at_rev": due.rev})
        if again is not None:
            self.mark(due.kind, [due.key], again)

    def told(self, topic: str, updated: datetime) -> None:
        self._execute(sql.TOLD_TOPIC, {"this": topic, "at": updated})

    def remember(self, name: str, value: str) -> None:
        self._execute(sql.PUT_META, {"name": name, "value": value})


def _signed(number: int) -> int:
    """Inode numbers fill 64 bits on some file systems; databases count to 63."""
    return number - (1 << 64) if number >= 1 << 63 else number


def _unsigned(number: int) -> int:
    return number + (1 << 64) if number < 0 else number


def _joined(claims: tuple[str, ...]) -> str:
    """One id as it is, so that an index finds it; several with a line end around each."""
    return "".join(claims) if len(claims) < 2 else "\n" + "\n".join(claims) + "\n"


def _file_row(row: sa.Row[Any]) -> FileRow:
    stat = FileStat(_unsigned(row.dev), _unsigned(row.ino), row.size, row.mtime_ns, row.ctime_ns)
    file = (Place(row.inbox, row.path), stat, row.sha256, FileState(row.state), row.first_seen, row.reason)
    return FileRow(*file, tuple(row.claims.strip("\n").split("\n")) if row.claims else ())


def _stored(row: sa.Row[Any]) -> Stored:
    return Stored(
        key=row.key,
        id=row.id,
        place=None if row.path is None else Place(row.inbox, row.path),
        sha256=row.sha256,
        dev=_unsigned(row.dev),
        ino=_unsigned(row.ino),
        live=row.live,
        first_seen=row.first_seen,
        published=row.published,
        updated=row.updated,
        visible=row.visible,
        article=replace(_decode_article(row.record), zones=_decode_zones(row.zones)),
    )


def _engine(path: Path) -> sa.Engine:
    engine = sa.create_engine(sa.URL.create("sqlite", database=str(path)))

    @sa.event.listens_for(engine, "connect")
    def _prepare(connection: Any, _record: object) -> None:
        # Transactions are begun below, not by the driver's guess at the first INSERT.
        connection.isolation_level = None
        try:
            for pragma in ("busy_timeout=30000", "journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON"):
                connection.execute(f"PRAGMA {pragma}")
        except Exception:
            connection.close()  # the pool does not know it yet
            raise

    @sa.event.listens_for(engine, "begin")
    def _begin(connection: sa.Connection) -> None:
        # A writer that begins as a reader could find its snapshot stale and fail; this one waits its turn.
        writes = connection.get_execution_options().get("immediate", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


@contextmanager
def _told(path: Path) -> Iterator[None]:
    """Turns the library's errors into a StoreError that names the archive."""
    try:
        yield
    except Unstorable:
        raise
    except StoreError as error:
        raise StoreError(f"archive {path}: {error}") from error
    except (sa.exc.IntegrityError, sa.exc.DataError, OverflowError, UnicodeError) as error:
        raise Unstorable(f"archive {path}: {getattr(error, 'orig', None) or error}") from error
    except (sa.exc.SQLAlchemyError, OSError) as error:
        reason = getattr(error, "orig", None) or error
        raise StoreError(f"archive {path}: {reason}") from error
