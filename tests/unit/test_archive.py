"""The archive in a real SQLite file."""

from __future__ import annotations

import shutil
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from feedd.archive import Archive
from feedd.errors import StoreError
from feedd.model import Article, Enclosure, Entry, FileStat, Origin, Person, Place, Related, Zones
from feedd.schema import MIGRATIONS
from feedd.store import Due, FileRow, FileState, Stored

NOW = datetime(2025, 6, 1, 12, tzinfo=UTC)
STAT = FileStat(1, 2, 3, 4, 5)
RICH = Article(
    title="A title",
    content="<p>ä 北</p>",
    origin=Origin("test", "utf-8", "front matter", "front matter", ("a warning",)),
    zones=Zones("A title", "lede", "body", "related", "footer"),
    summary="A summary",
    published=NOW,
    updated=NOW + timedelta(microseconds=1),
    id="urn:x",
    part="p",
    url="https://e.org/",
    authors=(Person("A", "https://a.org/", "a@a.org"),),
    tags=("one", "two"),
    topics=("t",),
    language="en",
    rights="©",
    image="https://e.org/i.png",
    enclosures=(Enclosure("https://e.org/a.mp3", "audio/mpeg", 12, "Sound"),),
    related=(Related("Other", NOW, "https://e.org/o"),),
)


def stored(number: int, **changes: object) -> Stored:
    base = Stored(
        key=None,
        id=f"urn:{number}",
        place=Place("inbox", b"%d.md" % number),
        sha256=b"%032d" % number,
        dev=1,
        ino=number,
        live=True,
        first_seen=NOW,
        published=NOW + timedelta(minutes=number),
        updated=NOW,
        visible=b"v",
        article=replace(RICH, url=f"https://e.org/{number}"),
    )
    return replace(base, **changes)  # type: ignore[arg-type]


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    archive = Archive(tmp_path / "state" / "feedd.db")
    yield archive
    archive.close()


def test_an_article_comes_back_as_it_was(archive: Archive) -> None:
    one = stored(1, ino=2**64 - 5)
    with archive.transaction() as tx:
        key = tx.put_article(one)
        tx.set_topics(key, one.published, {"t": "T"})
        assert tx.article("urn:1") == replace(one, key=key)
        for found in (tx.at(Place("inbox", b"1.md")), tx.with_bytes(one.sha256), tx.with_inode(1, 2**64 - 5)):
            assert found == [replace(one, key=key)]
        assert tx.with_url("https://e.org/1") == [replace(one, key=key)]
        assert tx.article("urn:2") is None
    assert list(archive.articles()) == [replace(one, key=key)]
    (entry,) = newest(archive, "t", 10, NOW + timedelta(days=1))
    assert (entry.id, entry.published, entry.updated) == ("urn:1", one.published, NOW)
    assert entry.article == replace(one.article, zones=Zones())


def newest(archive: Archive, topic: str, limit: int, until: datetime) -> list[Entry]:
    """The first entries of a topic's feed; nothing of it stands in an archive document."""
    return [member.entry for member in archive.head(topic, limit, until)][:limit]


def test_a_withdrawn_article_stays_known(archive: Archive) -> None:
    with archive.transaction() as tx:
        key = tx.put_article(stored(1))
        tx.put_article(stored(1, key=key, live=False, place=None))
        found = tx.article("urn:1")
    assert found is not None
    assert (found.live, found.place) == (False, None)
    assert list(archive.articles()) == []


def test_files_come_in_byte_order_page_by_page(archive: Archive) -> None:
    paths = sorted(b"%s/%04d" % (folder, number) for folder in (b"a", b"a-", b"b") for number in range(1100))
    with archive.transaction() as tx:
        for path in reversed(paths):
            tx.put_file(FileRow(Place("inbox", path), STAT, b"s", FileState.ARTICLE, NOW))
        tx.put_file(FileRow(Place("other", b"a/x"), STAT, b"s", FileState.ARTICLE, NOW))
    assert [path for path, _ in archive.scanned("inbox")] == paths
    assert [path for path, _ in archive.scanned("inbox", b"a")] == [p for p in paths if p.startswith(b"a/")]
    assert [path for path, _ in archive.scanned("inbox", b"b/0007")] == [b"b/0007"]
    places = [Place("inbox", b"a/0001"), Place("other", b"a/x"), Place("other", b"no")]
    assert set(archive.rows(places)) == set(places[:2])


@pytest.mark.parametrize("claims", [("urn:1",), ("urn:1", "urn:2"), ("urn:0", "urn:%_", "urn:1")])
def test_what_stands_behind_an_article_is_found_by_each_of_its_claims(
    archive: Archive, claims: tuple[str, ...]
) -> None:
    row = FileRow(Place("inbox", b"f"), STAT, b"s", FileState.ARTICLE, NOW, "not in full", claims)
    with archive.transaction() as tx:
        tx.put_file(row)
        assert all(tx.behind(claim) == [row] for claim in claims)
        assert tx.behind("urn:") == tx.behind("urn:1%") == tx.behind("urn:xx") == []
    assert archive.aside() == [row]


def test_a_file_row_is_replaced_and_forgotten(archive: Archive) -> None:
    place = Place("inbox", b"a\xff\n")
    row = FileRow(place, STAT, b"s", FileState.QUARANTINED, NOW, "a reason", ("urn:1",))
    with archive.transaction() as tx:
        tx.put_file(row)
        assert tx.file(place) == row
        assert tx.behind("urn:1") == [row]
        assert tx.behind("") == []
    assert archive.aside() == [row]
    assert archive.count("inbox") == (0, 0)
    assert archive.vanished("inbox") == 0
    with archive.transaction() as tx:
        tx.put_file(replace(row, state=FileState.VANISHED, claims=()))
        tx.put_file(replace(row, place=Place("inbox", b"b"), state=FileState.ARTICLE, claims=()))
    assert archive.count("inbox") == (1, 2)
    assert (archive.vanished("inbox"), archive.vanished("other")) == (1, 0)
    with archive.transaction() as tx:
        tx.drop_file(place)
        assert tx.file(place) is None
    assert archive.aside() == []


def test_membership_counts_and_orders_by_date_then_arrival(archive: Archive) -> None:
    with archive.transaction() as tx:
        keys = [tx.put_article(stored(number, published=NOW)) for number in (1, 2, 3)]
        late = tx.put_article(stored(4))
        for key in keys:
            assert tx.set_topics(key, NOW, {"t": "T", "u": "U"}) == ({}, {"t": 0, "u": 0})
        tx.set_topics(late, NOW + timedelta(minutes=4), {"t": "Other title"})
    assert [entry.id for entry in newest(archive, "t", 3, NOW + timedelta(days=1))] == [
        "urn:4",
        "urn:3",
        "urn:2",
    ]
    assert [entry.id for entry in newest(archive, "t", 9, NOW)] == ["urn:3", "urn:2", "urn:1"]
    assert archive.next_change("t", NOW) == NOW + timedelta(minutes=4)
    assert archive.next_change("t", NOW + timedelta(minutes=4)) is None
    with archive.transaction() as tx:
        assert tx.set_topics(keys[0], NOW, {"u": "U"}) == ({"t": 0, "u": 0}, {"u": 0})
        assert tx.set_topics(keys[1], NOW + timedelta(days=1), {"t": "T", "u": "U"}) == (
            {"t": 0, "u": 0},
            {"t": 0, "u": 0},
        )
        tx.told("t", "Another title", NOW)
    assert [(row.id, row.title, row.entries, row.updated) for row in archive.topics()] == [
        ("t", "T", 3, NOW),
        ("u", "U", 3, None),
    ]
    assert newest(archive, "t", 1, NOW + timedelta(days=2))[0].id == "urn:2"


def test_work_is_due_until_it_is_done_at_its_revision(archive: Archive) -> None:
    with archive.transaction() as tx:
        tx.mark("topic", ["b", "a"], NOW)
        tx.mark("other", ["c"], NOW)
    (first, second) = archive.due("topic", NOW)
    assert (first, second) == (Due("topic", "a", 1), Due("topic", "b", 1))
    with archive.transaction() as tx:
        tx.mark("topic", ["a"], NOW)  # it moved while it was being worked on
        tx.done(first)
        tx.done(second)
    assert archive.due("topic", NOW) == [Due("topic", "a", 2)]
    with archive.transaction() as tx:
        tx.done(Due("topic", "a", 2), again=NOW + timedelta(hours=1))
    assert archive.due("topic", NOW) == []
    assert archive.next_due("topic") == NOW + timedelta(hours=1)
    assert archive.due("topic", NOW + timedelta(hours=1)) == [Due("topic", "a", 3)]


def test_an_earlier_time_wins_while_work_is_open(archive: Archive) -> None:
    with archive.transaction() as tx:
        tx.mark("topic", ["a"], NOW + timedelta(hours=2))
        tx.mark("topic", ["a"], NOW + timedelta(hours=1))
        tx.mark("topic", ["a"], NOW + timedelta(hours=3))
    assert archive.next_due("topic") == NOW + timedelta(hours=1)
    assert archive.next_due("nothing") is None


def test_a_transaction_that_fails_leaves_nothing(archive: Archive) -> None:
    def attempt() -> None:
        with archive.transaction() as tx:
            tx.put_article(stored(1))
            tx.mark("topic", ["t"], NOW)
            raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        attempt()
    assert list(archive.articles()) == []
    assert archive.due("topic", NOW) == []


def test_threads_read_while_one_writes_and_writers_take_turns(archive: Archive) -> None:
    seen: list[int] = []

    def write(start: int) -> None:
        for number in range(start, start + 25):
            with archive.transaction() as tx:
                tx.put_article(stored(number))

    threads = [threading.Thread(target=write, args=(start,)) for start in (0, 100, 200)]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        seen.append(len(list(archive.articles())))
    for thread in threads:
        thread.join()
    assert len(list(archive.articles())) == 75
    assert seen == sorted(seen)


def test_words_are_remembered(archive: Archive) -> None:
    assert archive.recall("edition") is None
    with archive.transaction() as tx:
        tx.remember("edition", "1")
        tx.remember("edition", "2")
    assert archive.recall("edition") == "2"


def test_an_older_schema_is_migrated_and_a_newer_one_refused(tmp_path: Path) -> None:
    path = tmp_path / "feedd.db"
    Archive(path).close()

    def add_column(connection: sa.Connection) -> None:
        connection.exec_driver_sql("ALTER TABLE topics ADD COLUMN colour TEXT")

    archive = Archive(path, migrations=(*MIGRATIONS, add_column))
    assert archive.recall("schema") == str(2 + len(MIGRATIONS))
    archive.close()
    Archive(path, migrations=(*MIGRATIONS, add_column)).close()
    with pytest.raises(StoreError, match="newer feedd"):
        Archive(path)


def test_a_migration_that_fails_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "feedd.db"
    Archive(path).close()

    def fail(connection: sa.Connection) -> None:
        connection.exec_driver_sql("CREATE TABLE halfway (x)")
        connection.exec_driver_sql("nonsense")

    with pytest.raises(StoreError, match="syntax error"):
        Archive(path, migrations=(*MIGRATIONS, fail))
    archive = Archive(path)
    assert archive.recall("schema") == str(1 + len(MIGRATIONS))
    archive.close()
    with closing(sqlite3.connect(path)) as connection:
        assert not connection.execute("SELECT * FROM sqlite_master WHERE name = 'halfway'").fetchall()


def test_what_is_no_database_is_told(tmp_path: Path) -> None:
    (tmp_path / "feedd.db").write_text("This is not a database at all, whatever its name says. " * 30)
    with pytest.raises(StoreError, match=r"feedd\.db.*not a database"):
        Archive(tmp_path / "feedd.db")
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match="file"):
        Archive(tmp_path / "file" / "feedd.db")


def test_a_copy_taken_after_closing_is_whole(archive: Archive, tmp_path: Path) -> None:
    with archive.transaction() as tx:
        tx.put_article(stored(1))
    archive.close()
    shutil.copy(tmp_path / "state" / "feedd.db", tmp_path / "copy.db")
    copy = Archive(tmp_path / "copy.db")
    assert [one.id for one in copy.articles()] == ["urn:1"]
    copy.close()


def test_a_topic_has_shown_news_once_its_feed_was_out_and_one_of_its_articles_was_due(archive: Archive) -> None:
    with archive.transaction() as tx:
        for number, topics in enumerate(("never-out", "gone", "held", "history"), 1):
            key = tx.put_article(stored(number))
            published = NOW + timedelta(days=topics == "held")
            tx.set_topics(key, published, {topics: topics}, seen={"history"})
            if topics == "gone":
                tx.set_topics(key, published, {})
            if topics != "never-out":
                tx.told(topics, topics, NOW)
    assert archive.shown(NOW) == {"gone"}
    assert archive.shown(NOW + timedelta(days=1)) == {"gone", "held"}


def test_a_renamed_topic_is_the_same_under_its_new_id(archive: Archive) -> None:
    with archive.transaction() as tx:
        key = tx.put_article(stored(1))
        tx.set_topics(key, NOW, {"old": "Old"})
        tx.told("old", "Old", NOW)
        tx.rename_topic("old", "new")
    assert [(row.id, row.entries, row.updated) for row in archive.topics()] == [("new", 1, NOW)]
    assert archive.shown(NOW) == {"new"}
    assert [entry.id for entry in newest(archive, "new", 9, NOW)] == ["urn:1"]
