"""The archive's tables, their version, and the steps from one version to the next."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.dialects.sqlite import insert as upsert

from feedd.errors import StoreError
from feedd.identity import link_key

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


class _Instant(sa.TypeDecorator[datetime]):
    """Aware UTC as microseconds since 1970: exact, ordered and the same in every database."""

    impl = sa.BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> int | None:  # noqa: ARG002 - interface
        return None if value is None else (value - _EPOCH) // _MICROSECOND

    def process_result_value(self, value: int | None, dialect: sa.Dialect) -> datetime | None:  # noqa: ARG002 - interface
        return None if value is None else _EPOCH + timedelta(microseconds=value)


# Conditions of partial indexes: a statement must repeat them word for word to be served by the index.
SET_ASIDE = sa.text("state != 'article'")
CLAIMING = sa.text("claims != ''")

metadata = sa.MetaData()
META = sa.Table(
    "meta",
    metadata,
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("value", sa.Text, nullable=False),
)
FILES = sa.Table(
    "files",
    metadata,
    sa.Column("inbox", sa.Text, primary_key=True),
    sa.Column("path", sa.LargeBinary, primary_key=True),
    sa.Column("dev", sa.BigInteger, nullable=False),
    sa.Column("ino", sa.BigInteger, nullable=False),
    sa.Column("size", sa.BigInteger, nullable=False),
    sa.Column("mtime_ns", sa.BigInteger, nullable=False),
    sa.Column("ctime_ns", sa.BigInteger, nullable=False),
    sa.Column("sha256", sa.LargeBinary, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("first_seen", _Instant, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("claims", sa.Text, nullable=False),
    # Few files are in these states: a partial index keeps the common row's cost at zero.
    sa.Index("files_aside", "state", sqlite_where=SET_ASIDE),
    sa.Index("files_claims", "claims", sqlite_where=CLAIMING),
    sqlite_with_rowid=False,
)
ARTICLES = sa.Table(
    "articles",
    metadata,
    sa.Column("key", sa.Integer, primary_key=True),
    sa.Column("id", sa.Text, nullable=False, unique=True),
    sa.Column("inbox", sa.Text),
    sa.Column("path", sa.LargeBinary),
    sa.Column("sha256", sa.LargeBinary, nullable=False),
    sa.Column("dev", sa.BigInteger, nullable=False),
    sa.Column("ino", sa.BigInteger, nullable=False),
    sa.Column("url", sa.Text),  # what addresses of one page have in common: see identity.link_key
    sa.Column("live", sa.Boolean, nullable=False),
    sa.Column("first_seen", _Instant, nullable=False),
    sa.Column("published", _Instant, nullable=False),
    sa.Column("updated", _Instant, nullable=False),
    sa.Column("visible", sa.LargeBinary, nullable=False),
    sa.Column("record", sa.LargeBinary, nullable=False),
    # Last, so that reading a feed's entries never touches the pages that only rules need.
    sa.Column("zones", sa.LargeBinary, nullable=False),
    sa.Index("articles_place", "inbox", "path"),
    sa.Index("articles_sha256", "sha256"),
    sa.Index("articles_inode", "ino"),
    sa.Index("articles_url", "url", sqlite_where=sa.text("url IS NOT NULL")),
)
# Open members stand in no archive document yet; few do.
OPEN = sa.text("archive = 0")
ARCHIVED = sa.text("archive > 0")
EDITED = sa.text("edited IS NOT NULL")

# Read backwards for the newest first; the key breaks ties of equal dates. ``standing`` is store.Standing;
# ``archive`` is the number of the archive document that holds the article for this topic, and ``edited`` when it
# was last changed since it stands there.
MEMBERSHIP = sa.Table(
    "membership",
    metadata,
    sa.Column("topic", sa.Text, primary_key=True),
    sa.Column("standing", sa.Integer, primary_key=True),
    sa.Column("published", _Instant, primary_key=True),
    sa.Column("article", sa.Integer, primary_key=True),
    sa.Column("archive", sa.Integer, nullable=False, server_default="0"),
    sa.Column("edited", _Instant),
    sa.Index("membership_article", "article"),
    sa.Index("membership_open", "topic", "standing", "article", sqlite_where=OPEN),
    sa.Index("membership_archived", "topic", "archive", sqlite_where=ARCHIVED),
    sa.Index("membership_edited", "topic", "edited", sqlite_where=EDITED),
    sqlite_with_rowid=False,
)
# Archive documents (RFC 5005 §4) by their number in the topic, from 1; ``due`` where one is to be written.
ARCHIVES = sa.Table(
    "archives",
    metadata,
    sa.Column("topic", sa.Text, primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("due", sa.Boolean, nullable=False),
    sqlite_with_rowid=False,
)
# What was withdrawn and when, in each topic that had shown it (RFC 6721).
TOMBSTONES = sa.Table(
    "tombstones",
    metadata,
    sa.Column("topic", sa.Text, primary_key=True),
    sa.Column("at", _Instant, primary_key=True),
    sa.Column("article", sa.Integer, primary_key=True),
    sa.Index("tombstones_article", "article"),
    sqlite_with_rowid=False,
)
TOPICS = sa.Table(
    "topics",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("entries", sa.Integer, nullable=False),
    sa.Column("updated", _Instant),
)
# Further ids that upstream feeds gave to an article; its own never changes.
ALIASES = sa.Table(
    "aliases",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("article", sa.Integer, nullable=False),
    sqlite_with_rowid=False,
)
# The entries in the last response of each upstream feed: digests of theirs, with the keys of their articles, as JSON.
RESPONSES = sa.Table(
    "responses",
    metadata,
    sa.Column("source", sa.Text, primary_key=True),
    sa.Column("entries", sa.LargeBinary, nullable=False),
)
# How often an upstream feed changed an article without saying so.
FLIPS = sa.Table(
    "flips",
    metadata,
    sa.Column("article", sa.Integer, primary_key=True),
    sa.Column("count", sa.Integer, nullable=False),
)
DUE = sa.Table(
    "due",
    metadata,
    sa.Column("kind", sa.Text, primary_key=True),
    sa.Column("key", sa.Text, primary_key=True),
    sa.Column("rev", sa.Integer, nullable=False),
    sa.Column("done", sa.Integer, nullable=False),
    sa.Column("at", _Instant, nullable=False),
    # Nearly every row is done at nearly every moment: the index holds the open ones only.
    sa.Index("due_open", "kind", "at", sqlite_where=sa.text("done < rev")),
    sqlite_with_rowid=False,
)

Migration = Callable[[sa.Connection], None]


def _give_standing(connection: sa.Connection) -> None:
    """To version 2: members have a standing in their topic; until then all of them were news."""
    for statement in (
        "ALTER TABLE membership RENAME TO membership_1",
        "DROP INDEX membership_article",
        "CREATE TABLE membership (topic TEXT NOT NULL, standing INTEGER NOT NULL, published BIGINT NOT NULL, "
        "article INTEGER NOT NULL, PRIMARY KEY (topic, standing, published, article)) WITHOUT ROWID",
        "CREATE INDEX membership_article ON membership (article)",
        "INSERT INTO membership SELECT topic, 0, published, article FROM membership_1",
        "DROP TABLE membership_1",
    ):
        connection.exec_driver_sql(statement)


def _give_archives(connection: sa.Connection) -> None:
    """To version 3: archive documents and tombstones. All members stand in no archive document yet."""
    for statement in (
        "ALTER TABLE membership ADD COLUMN archive INTEGER NOT NULL DEFAULT 0",
        "ALTER TABLE membership ADD COLUMN edited BIGINT",
        "CREATE INDEX membership_open ON membership (topic, standing, article) WHERE archive = 0",
        "CREATE INDEX membership_archived ON membership (topic, archive) WHERE archive > 0",
        "CREATE INDEX membership_edited ON membership (topic, edited) WHERE edited IS NOT NULL",
        "CREATE TABLE archives (topic TEXT NOT NULL, number INTEGER NOT NULL, due BOOLEAN NOT NULL, "
        "PRIMARY KEY (topic, number)) WITHOUT ROWID",
        "CREATE TABLE tombstones (topic TEXT NOT NULL, at BIGINT NOT NULL, article INTEGER NOT NULL, "
        "PRIMARY KEY (topic, at, article)) WITHOUT ROWID",
        "CREATE INDEX tombstones_article ON tombstones (article)",
    ):
        connection.exec_driver_sql(statement)


def _join_sources(connection: sa.Connection) -> None:
    """To version 4: what upstream feeds need, and links by what they have in common."""
    connection.exec_driver_sql("CREATE TABLE aliases (id TEXT NOT NULL, article INTEGER NOT NULL, "
                               "PRIMARY KEY (id)) WITHOUT ROWID")  # fmt: skip
    connection.exec_driver_sql("CREATE TABLE responses (source TEXT NOT NULL PRIMARY KEY, entries BLOB NOT NULL)")
    connection.exec_driver_sql("CREATE TABLE flips (article INTEGER NOT NULL PRIMARY KEY, count INTEGER NOT NULL)")
    last = 0
    step = "SELECT key, url FROM articles WHERE url IS NOT NULL AND key > ? ORDER BY key LIMIT 10000"
    while rows := connection.exec_driver_sql(step, (last,)).all():
        last = rows[-1].key
        keys = [(link_key(row.url), row.key) for row in rows]
        changed = [one for one, row in zip(keys, rows, strict=True) if one[0] != row.url]
        if changed:
            connection.exec_driver_sql("UPDATE articles SET url = ? WHERE key = ?", changed)


# One step for each version, from it to the next. The newest is what metadata creates in an empty database.
MIGRATIONS: tuple[Migration, ...] = (_give_standing, _give_archives, _join_sources)
_VERSION = "schema"


def migrate(connection: sa.Connection, migrations: Sequence[Migration] = MIGRATIONS) -> None:
    """Creates the tables in an empty database, or takes an older one to the newest version.

    Runs in the caller's transaction: it all holds, or nothing. StoreError where the database was
    written by a newer feedd.
    """
    newest = 1 + len(migrations)
    if not sa.inspect(connection).has_table(META.name):
        metadata.create_all(connection)
        _write_version(connection, newest)
    found = _read_version(connection, newest)
    for step in migrations[found - 1 :]:
        step(connection)
    _write_version(connection, newest)


def check_version(connection: sa.Connection, migrations: Sequence[Migration] = MIGRATIONS) -> None:
    """StoreError where the database is not of the newest version: for whoever may only read it."""
    newest = 1 + len(migrations)
    if not sa.inspect(connection).has_table(META.name):
        raise StoreError("holds nothing of feedd's")
    found = _read_version(connection, newest)
    if found < newest:
        raise StoreError(f"was written by an older feedd (schema {found}): start this one on it once, or build")


def _read_version(connection: sa.Connection, newest: int) -> int:
    version = sa.select(META.c.value).where(META.c.name == _VERSION)
    found = int(connection.execute(version).scalar_one())
    if found > newest:
        raise StoreError(f"was written by a newer feedd (schema {found}, this one knows {newest})")
    return found


def _write_version(connection: sa.Connection, version: int) -> None:
    connection.execute(put(META), {"name": _VERSION, "value": str(version)})


def put(table: sa.Table, *keep: str) -> sa.Insert:
    """An upsert of a whole row; the columns in ``keep`` stay as they are in a row that exists."""
    statement = upsert(table)
    keys = [column.name for column in table.primary_key]
    new = {c.name: statement.excluded[c.name] for c in table.columns if c.name not in (*keys, *keep)}
    if not new:
        return statement.on_conflict_do_nothing(index_elements=keys)
    return statement.on_conflict_do_update(index_elements=keys, set_=new)


def put_due() -> sa.Insert:
    """One revision more; the earlier time wins while the row is open, the new one where it was done."""
    statement = upsert(DUE)
    waits = sa.and_(DUE.c.done < DUE.c.rev, DUE.c.at < statement.excluded.at)
    at = sa.case((waits, DUE.c.at), else_=statement.excluded.at)
    return statement.on_conflict_do_update(index_elements=["kind", "key"], set_={"rev": DUE.c.rev + 1, "at": at})


def mark_pages() -> sa.Insert:
    """The page of every living article without a plain web address is due, once its date has come."""
    statement = upsert(DUE)
    at = sa.func.max(ARTICLES.c.published, sa.bindparam("now", type_=_Instant()))
    pages = sa.select(sa.literal("page"), ARTICLES.c.id, sa.literal(1), sa.literal(0), at)
    pages = pages.where(ARTICLES.c.live, sa.or_(ARTICLES.c.url.is_(None), sa.not_(ARTICLES.c.url.like("http%"))))
    statement = statement.from_select(["kind", "key", "rev", "done", "at"], pages)
    due = {"rev": DUE.c.rev + 1, "at": statement.excluded.at}
    return statement.on_conflict_do_update(index_elements=["kind", "key"], set_=due)
