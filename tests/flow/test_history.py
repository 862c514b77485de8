"""A topic's whole history: the feed, its archive documents, what was withdrawn, and articles' own pages."""

from __future__ import annotations

import json
import os
import random
import shutil
import sqlite3
from collections import Counter
from dataclasses import replace
from pathlib import Path

import feedparser
import pytest
from newsroom import ALL, KOREA, Newsroom, markdown

from feedd.generate import FORMATS, page_name
from feedd.model import Topic
from feedd.rules import Rule

AT = "{http://purl.org/atompub/tombstones/1.0}"


@pytest.fixture
def newsroom(tmp_path: Path) -> Newsroom:
    made = Newsroom(tmp_path)
    made.entries = 10
    made.reopen()
    return made


def drop(newsroom: Newsroom, *numbers: int, word: str = "Korea") -> None:
    for number in numbers:
        date = f"2025-03-{1 + number % 28:02}T00:00:{number // 28 % 60:02}Z"
        newsroom.drop(f"{number}.md", markdown(f"{word} {number}", f"The text of {word} {number}.", date=date))


def document(newsroom: Newsroom, name: str) -> feedparser.FeedParserDict:
    parsed = feedparser.parse((newsroom.folder / "feeds" / name).read_bytes())
    assert not parsed.bozo, parsed.bozo_exception
    return parsed


def walk(newsroom: Newsroom, topic: str = "korea") -> list[feedparser.FeedParserDict]:
    """The feed and every archive document that its links lead to, as a reader follows them."""
    found = [document(newsroom, f"{topic}.atom")]
    while before := [link.href for link in found[-1].feed.links if link.rel == "prev-archive"]:
        found.append(document(newsroom, before[0].removeprefix(newsroom.site.url)))
    return found


def archives(newsroom: Newsroom, topic: str = "korea") -> dict[str, tuple[int, int, bytes]]:
    return {name: held for name, held in newsroom.snapshot().items() if name.startswith(f"{topic}/archive")}


def test_a_reader_that_comes_after_a_burst_and_follows_the_links_has_everything(newsroom: Newsroom) -> None:
    drop(newsroom, *range(5))
    newsroom.run()
    drop(newsroom, *range(5, 400))
    newsroom.run()
    documents = walk(newsroom)
    ids = Counter(entry.id for one in documents for entry in one.entries)
    assert len(ids) == 400
    assert 10 <= len(documents[0].entries) <= 15
    archived = Counter(entry.id for one in documents[1:] for entry in one.entries)
    assert set(archived.values()) == {1}
    assert max(len(one.entries) for one in documents[1:]) <= 100
    assert len(documents) < 10
    dates = [entry.published for entry in documents[0].entries]
    assert dates == sorted(dates, reverse=True)


def test_the_same_holds_for_those_who_read_json(newsroom: Newsroom) -> None:
    drop(newsroom, *range(100))
    newsroom.run()
    url, ids = f"{newsroom.site.url}korea.json", []
    while url:
        read = json.loads((newsroom.folder / "feeds" / url.removeprefix(newsroom.site.url)).read_bytes())
        ids += [item["id"] for item in read["items"]]
        url = read.get("next_url")
    assert len(set(ids)) == 100


def test_archive_documents_never_change_however_many_follow(newsroom: Newsroom) -> None:
    drop(newsroom, *range(40))
    newsroom.run()
    before = archives(newsroom)
    assert before
    for start in range(40, 120, 7):
        newsroom.wait(minutes=5)
        drop(newsroom, *range(start, start + 7))
        newsroom.run()
    after = archives(newsroom)
    assert {name: after[name] for name in before} == before
    assert len(after) > len(before)
    newsroom.site = type(newsroom.site)(newsroom.site.url, "Another title", newsroom.site.authority)
    newsroom.reopen()
    newsroom.run()
    assert archives(newsroom) == after


def test_trickling_articles_are_each_in_the_feed_until_an_archive_document_holds_them(newsroom: Newsroom) -> None:
    seen: set[str] = set()
    for number in range(60):
        newsroom.wait(minutes=1)
        drop(newsroom, number)
        newsroom.run()
        documents = walk(newsroom)
        assert len(documents[0].entries) <= 20
        seen |= {entry.id for entry in documents[0].entries}
        assert {entry.id for one in documents for entry in one.entries} == seen
    assert len(seen) == 60


def test_an_edit_of_an_archived_article_is_shown_for_a_month_and_its_document_stays(newsroom: Newsroom) -> None:
    drop(newsroom, *range(60))
    newsroom.run()
    before = archives(newsroom)
    old = walk(newsroom)[-1].entries[-1]
    number = int(old.title.split()[1])
    newsroom.wait(days=1)
    newsroom.drop(f"{number}.md", markdown(f"Korea {number}", "A text put right.", date=old.published))
    newsroom.run()
    (shown,) = [entry for entry in document(newsroom, "korea.atom").entries if entry.id == old.id]
    assert "put right" in shown.content[0].value
    assert shown.updated > old.updated
    assert archives(newsroom) == before
    newsroom.wait(days=29)
    newsroom.run()
    assert old.id in {entry.id for entry in document(newsroom, "korea.atom").entries}
    newsroom.wait(days=2)
    newsroom.run()
    assert old.id not in {entry.id for entry in document(newsroom, "korea.atom").entries}
    assert archives(newsroom) == before


def tombstones(newsroom: Newsroom, topic: str = "korea") -> list[str]:
    from lxml import etree

    root = etree.fromstring((newsroom.folder / "feeds" / f"{topic}.atom").read_bytes())
    return [one.get("ref") for one in root.iterfind(f"{AT}deleted-entry")]


def test_a_withdrawal_is_told_for_a_month_and_rewrites_the_one_document_it_must(newsroom: Newsroom) -> None:
    drop(newsroom, *range(60))
    newsroom.run()
    before = archives(newsroom)
    documents = walk(newsroom)
    old, new = documents[-1].entries[-1], documents[0].entries[0]
    for entry in (old, new):
        (newsroom.root / f"{entry.title.split()[1]}.md").rename(newsroom.folder / f"{entry.title}.md")
    newsroom.run()
    assert set(tombstones(newsroom)) == {old.id, new.id}
    assert len({entry.id for one in walk(newsroom) for entry in one.entries}) == 58
    after = archives(newsroom)
    changed = {name for name in before if after[name] != before[name]}
    assert {name.rpartition("archive-")[2].partition(".")[0] for name in changed} == {"1"}
    assert old.id.encode() not in after["korea/archive-1.atom"][2]
    (newsroom.folder / f"{old.title}.md").rename(newsroom.root / f"{old.title.split()[1]}.md")
    newsroom.run()
    assert tombstones(newsroom) == [new.id]
    assert old.id in {entry.id for entry in document(newsroom, "korea.atom").entries}
    newsroom.wait(days=31)
    newsroom.run()
    assert tombstones(newsroom) == []
    assert b"tombstones" not in (newsroom.folder / "feeds" / "korea.atom").read_bytes()


def test_what_was_held_back_or_left_by_rules_leaves_no_tombstone(newsroom: Newsroom) -> None:
    drop(newsroom, 1, 2)
    late = newsroom.drop("late.md", markdown("Korea tomorrow", date="2025-07-01"))
    newsroom.run()
    late.unlink()
    newsroom.rules = (ALL, Rule(KOREA.topic, any=("nothing",)))
    newsroom.reopen()
    newsroom.run()
    assert newsroom.titles("korea") == []
    assert tombstones(newsroom) == []


def test_old_articles_that_rules_bring_in_go_straight_into_the_archive(newsroom: Newsroom) -> None:
    drop(newsroom, *range(5))
    drop(newsroom, *range(100, 130), word="Bridge")
    newsroom.run()
    newsroom.rules = (ALL, Rule(KOREA.topic, any=("korea*", "bridge*")))
    newsroom.reopen()
    newsroom.run()
    documents = walk(newsroom)
    assert {entry.title.split()[0] for entry in documents[0].entries} == {"Korea"}
    assert {entry.title.split()[0] for one in documents[1:] for entry in one.entries} == {"Bridge"}
    assert len({entry.id for one in documents for entry in one.entries}) == 35


def test_a_feed_that_would_be_too_long_holds_fewer_and_loses_none(newsroom: Newsroom) -> None:
    newsroom.max_bytes = 20_000
    newsroom.reopen()
    for number in range(12):
        newsroom.drop(f"{number}.md", markdown(f"Korea {number}", f"Words of {number}. " * 300))
    newsroom.run()
    documents = walk(newsroom)
    assert len({entry.id for one in documents for entry in one.entries}) == 12
    for name in ("korea.atom", *(name for name in archives(newsroom) if name.endswith(".atom"))):
        assert (newsroom.folder / "feeds" / name).stat().st_size < 25_000
    newsroom.drop("huge.md", markdown("Korea at length", "Words. " * 10_000, date="2025-05-01"))
    newsroom.run()
    assert document(newsroom, "korea.atom").entries[0].title == "Korea at length"


def test_documents_that_are_lost_or_damaged_are_written_again(newsroom: Newsroom) -> None:
    drop(newsroom, *range(60))
    newsroom.run()
    before = {name: held[2] for name, held in newsroom.snapshot().items() if not name.startswith(".feedd")}
    feeds = newsroom.folder / "feeds"
    for name in ("korea/archive-1.atom", "korea.json", "korea.html"):
        (feeds / name).unlink()
    (feeds / "korea" / "archive-1.json.gz").write_bytes(b"half")
    stat = (feeds / "korea.atom.gz").stat()
    (feeds / "korea.atom.gz").write_bytes(b"half")
    os.utime(feeds / "korea.atom.gz", (stat.st_atime, stat.st_mtime))
    newsroom.archive.close()
    newsroom.open(again=True)
    newsroom.run()
    after = {name: held[2] for name, held in newsroom.snapshot().items() if not name.startswith(".feedd")}
    assert after == before
    shutil.rmtree(feeds / "articles")
    newsroom.archive.close()
    newsroom.open()
    newsroom.run()
    assert {name: held[2] for name, held in newsroom.snapshot().items() if not name.startswith(".feedd")} == before


def test_a_topic_with_another_id_takes_its_archive_with_it(newsroom: Newsroom) -> None:
    drop(newsroom, *range(60))
    newsroom.run()
    newsroom.aliases = {"korea": "corea"}
    newsroom.rules = (ALL, Rule(Topic("corea", "Corea"), any=KOREA.any))
    newsroom.reopen()
    newsroom.run()
    assert len({entry.id for one in walk(newsroom, "corea") for entry in one.entries}) == 60
    assert not list((newsroom.folder / "feeds").glob("korea*/*")) + list((newsroom.folder / "feeds").glob("korea.*"))
    moved = json.loads((newsroom.folder / "feeds" / ".feedd" / "manifest.json").read_bytes())["moved"]
    assert moved["korea/archive-1.atom"] == "corea/archive-1.atom"
    assert moved["korea.html"] == "corea.html"


def test_an_article_without_a_link_has_a_page_as_long_as_it_is_published(newsroom: Newsroom) -> None:
    feeds = newsroom.folder / "feeds"
    newsroom.drop("a.md", markdown("Korea talks", "Of <b>peace</b>."))
    newsroom.drop("b.md", markdown("Korea linked", "Other words here.", url="https://example.org/b"))
    newsroom.drop("c.md", markdown("Korea tomorrow", "Later words here.", date="2025-06-02T12:00:00Z"))
    newsroom.run()
    by_title = {stored.article.title: feeds / page_name(stored.id) for stored in newsroom.stored()}
    page = by_title["Korea talks"].read_text()
    assert "<b>peace</b>" in page
    assert '<a href="../korea.html"' in page
    assert [path for path in by_title.values() if path.exists()] == [by_title["Korea talks"]]
    links = {entry.title: entry.link for entry in newsroom.feed("korea").entries}
    assert links["Korea talks"] == newsroom.site.url + str(by_title["Korea talks"].relative_to(feeds))
    assert links["Korea linked"] == "https://example.org/b"
    newsroom.wait(days=1)
    newsroom.run()
    assert by_title["Korea tomorrow"].exists()
    newsroom.rules = (ALL, Rule(KOREA.topic, any=("nothing",)))
    newsroom.reopen()
    newsroom.run()
    assert "../korea.html" not in by_title["Korea talks"].read_text()
    newsroom.drop("a.md", markdown("Korea talks", "Of <b>peace</b>.", url="https://example.org/a"))
    (newsroom.root / "c.md").unlink()
    newsroom.run()
    assert not any(path.exists() for path in by_title.values())
    gone = json.loads((feeds / ".feedd" / "manifest.json").read_bytes())["gone"]
    assert str(by_title["Korea tomorrow"].relative_to(feeds)) in gone


def test_a_second_build_writes_nothing(newsroom: Newsroom) -> None:
    drop(newsroom, *range(60))
    newsroom.run()
    before = newsroom.snapshot()
    newsroom.wait(hours=1)
    newsroom.reopen()
    newsroom.run()
    assert newsroom.snapshot() == before


def test_whatever_happens_each_article_is_in_the_feed_or_in_one_archive_document(newsroom: Newsroom) -> None:
    dice = random.Random(4)
    living: set[int] = set()
    for turn in range(60):
        newsroom.wait(hours=dice.randrange(1, 48))
        for _ in range(dice.randrange(1, 12)):
            number = dice.randrange(150)
            if number in living and dice.random() < 0.4:
                (newsroom.root / f"{number}.md").unlink()
                living.discard(number)
            else:
                newsroom.drop(f"{number}.md", markdown(f"Korea {number}", f"Turn {turn} of {number}. " * 8))
                living.add(number)
        newsroom.run(accept=True)
        documents = walk(newsroom)
        titles = {entry.title for one in documents for entry in one.entries}
        assert titles == {f"Korea {number}" for number in living}
        archived = Counter(entry.id for one in documents[1:] for entry in one.entries)
        assert set(archived.values()) <= {1}
    assert len(documents) > 3


def test_an_archive_of_an_earlier_version_is_taken_over(newsroom: Newsroom) -> None:
    drop(newsroom, *range(5))
    newsroom.run()
    newsroom.archive.close()
    with sqlite3.connect(newsroom.folder / "state" / "feedd.db") as database:
        shape = database.execute("SELECT sql FROM sqlite_master WHERE name = 'membership'").fetchone()[0]
        for statement in (
            *(f"DROP INDEX membership_{name}" for name in ("open", "archived", "edited", "article")),
            "ALTER TABLE membership RENAME TO newer",
            "CREATE TABLE membership (topic TEXT NOT NULL, published BIGINT NOT NULL, article INTEGER NOT NULL, "
            "PRIMARY KEY (topic, published, article)) WITHOUT ROWID",
            "CREATE INDEX membership_article ON membership (article)",
            "INSERT INTO membership SELECT topic, published, article FROM newer",
            *(f"DROP TABLE {name}" for name in ("newer", "archives", "tombstones", "aliases", "flips", "responses")),
            "UPDATE meta SET value = '1' WHERE name = 'schema'",
        ):
            database.execute(statement)
    database.close()
    newsroom.open()
    drop(newsroom, *range(5, 60))
    newsroom.run()
    assert len({entry.id for one in walk(newsroom) for entry in one.entries}) == 60
    with sqlite3.connect(newsroom.folder / "state" / "feedd.db") as database:
        assert "archive" in shape
        names = {row[1] for row in database.execute("PRAGMA table_info(membership)")}
    database.close()
    assert names == {"topic", "standing", "published", "article", "archive", "edited"}


def test_a_document_with_an_error_is_not_published_and_the_last_good_one_stays(
    newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    drop(newsroom, 1)
    newsroom.run()
    before = newsroom.snapshot()
    broken = replace(FORMATS[1], write=lambda _: b"<rss")
    monkeypatch.setattr("feedd.generate.FORMATS", (FORMATS[0], broken, FORMATS[2]))
    drop(newsroom, 2)
    newsroom.run()
    assert newsroom.snapshot()["korea.rss"] == before["korea.rss"]
    assert newsroom.titles("korea") == ["Korea 2", "Korea 1"]
    assert "korea.rss is not published, its last version stays: line 1: is not well-formed" in caplog.text
    assert newsroom.pipeline.due() == []
    monkeypatch.undo()
    drop(newsroom, 3)
    newsroom.run()
    assert len(document(newsroom, "korea.rss").entries) == 3


def test_a_template_that_one_article_is_too_much_for_keeps_nothing_from_being_published(
    newsroom: Newsroom, caplog: pytest.LogCaptureFixture
) -> None:
    newsroom.templates = {"article.html": "<p>by {{ authors[0] }}</p>"}
    newsroom.reopen()
    newsroom.drop("a.md", markdown("Korea talks", authors="[Ann]"))
    newsroom.drop("b.md", markdown("Korea alone", "Of nobody."))
    newsroom.run()
    pages = {one.article.title: newsroom.folder / "feeds" / page_name(one.id) for one in newsroom.stored()}
    assert pages["Korea talks"].read_text() == "<p>by Ann</p>"
    assert "Of nobody." in pages["Korea alone"].read_text()
    assert set(newsroom.titles("korea")) == {"Korea talks", "Korea alone"}
    assert "feedd's own template is used for it" in caplog.text


def test_links_of_an_archive_before_upstream_feeds_are_found_by_what_they_have_in_common(newsroom: Newsroom) -> None:
    newsroom.drop("one.md", markdown("One", url="http://www.e.example/one/?utm_source=x"))
    newsroom.drop("two.md", markdown("Two"))
    newsroom.run()
    newsroom.archive.close()
    with sqlite3.connect(newsroom.folder / "state" / "feedd.db") as database:
        for statement in (
            *(f"DROP TABLE {name}" for name in ("aliases", "flips", "responses")),
            "UPDATE articles SET url = 'http://www.e.example/one/?utm_source=x' WHERE url IS NOT NULL",
            "UPDATE meta SET value = '3' WHERE name = 'schema'",
        ):
            database.execute(statement)
    database.close()
    newsroom.open()
    with newsroom.archive.transaction() as tx:
        (found,) = tx.with_url("https://e.example/one")
        assert found.article.url == "http://www.e.example/one/?utm_source=x"
        assert tx.known_as("urn:none") is None
    assert newsroom.run().updated == 0
