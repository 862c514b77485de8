"""Files that hold several articles: each entry is an article, and the file no more than where it was read."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from newsroom import Inline, Newsroom, markdown

from feedd import parse
from feedd.model import Article, Document


def read_lines(document: Document) -> tuple[Article, ...]:
    """A feed file of this test: each line ``part | title | id or link``; anything else is parsed as ever."""
    if not document.name.endswith(".txt") or b"|" not in document.data:
        return parse.parse(document)
    (model,) = parse.parse(replace(document, data=b"A line\n\nWords."))
    articles = []
    for line in document.data.decode().splitlines():
        part, title, name = (field.strip() for field in line.split("|"))
        url = name if name.startswith("http") else None
        entry = replace(model, part=part, title=title, url=url, content=f"<p>{title}</p>")
        articles.append(replace(entry, id=name if name and url is None else None))
    return tuple(articles)


@pytest.fixture
def newsroom(tmp_path: Path) -> Iterator[Newsroom]:
    newsroom = Newsroom(tmp_path, parser=Inline(read_lines))
    yield newsroom
    newsroom.archive.close()


def test_each_entry_is_an_article_with_an_id_of_its_own_that_it_keeps(newsroom: Newsroom) -> None:
    newsroom.drop("feed.txt", "a|One|\nb|Two|\nc|Three|urn:3")
    assert newsroom.run().added == 3
    ids = newsroom.ids()
    assert len(set(ids.values())) == 3
    assert ids["Three"] == "urn:3"
    newsroom.drop("feed.txt", "d|Four|\na|One, again|\nb|Two|\nc|Three|urn:3")
    assert newsroom.run().added == 1
    now = newsroom.ids()
    assert now.pop("One, again") == ids.pop("One")
    assert now.pop("Four")
    assert now == ids


def test_an_entry_that_is_no_longer_listed_stays_published(newsroom: Newsroom) -> None:
    newsroom.drop("feed.txt", "a|One|\nb|Two|")
    newsroom.run()
    newsroom.drop("feed.txt", "c|Three|\nb|Two|")
    newsroom.run()
    newsroom.wait(hours=1)
    newsroom.run()
    assert sorted(newsroom.titles()) == ["One", "Three", "Two"]


def test_a_feed_file_that_goes_takes_its_entries_with_it(newsroom: Newsroom) -> None:
    feed = newsroom.drop("feed.txt", "a|One|\nb|Two|")
    newsroom.drop("note.md", markdown("Note"))
    newsroom.run()
    feed.unlink()
    newsroom.run()
    assert newsroom.titles() == ["Note"]


def test_a_feed_file_may_move_and_change_at_once(newsroom: Newsroom) -> None:
    feed = newsroom.drop("feed.txt", "a|One|\nb|Two|\nc|Three|urn:3")
    newsroom.run()
    ids = newsroom.ids()
    feed.rename(newsroom.root / "moved.txt")
    newsroom.run()
    assert newsroom.ids() == ids
    (newsroom.root / "moved.txt").rename(newsroom.root / "again.txt")
    newsroom.drop("again.txt", "a|One|\nb|Two|\nc|Three|urn:3\nd|Four|")
    newsroom.run()
    assert {title: id_ for title, id_ in newsroom.ids().items() if title != "Four"} == ids
    assert [path for path, _ in newsroom.archive.scanned("inbox")] == [b"again.txt"]


def test_entries_that_link_to_one_page_are_several(newsroom: Newsroom) -> None:
    newsroom.drop("feed.txt", "a|One|https://example.org/\nb|Two|https://example.org/")
    newsroom.run()
    newsroom.drop("feed.txt", "c|Three|https://example.org/\nb|Two|https://example.org/\na|One|https://example.org/")
    newsroom.run()
    assert sorted(newsroom.titles()) == ["One", "Three", "Two"]


def test_an_entry_that_is_given_an_id_later_is_not_there_twice(newsroom: Newsroom) -> None:
    newsroom.drop("feed.txt", "a|One|https://example.org/1\nb|Two|https://example.org/2")
    newsroom.run()
    newsroom.drop("feed.txt", "x|One|https://example.org/1\nb|Two|https://example.org/2")
    newsroom.run()
    newsroom.wait(seconds=5)
    newsroom.run()
    assert sorted(newsroom.titles()) == ["One", "Two"]


@pytest.mark.parametrize(("before", "after"), [("note", "feed"), ("feed", "note")])
def test_a_note_that_becomes_a_feed_and_a_feed_that_becomes_a_note_leave_nothing(
    newsroom: Newsroom, before: str, after: str
) -> None:
    texts = {"note": "A note\n\nThat says something else.", "feed": "a|One|\nb|Two|"}
    titles = {"note": ["A note"], "feed": ["One", "Two"]}
    newsroom.drop("file.txt", texts[before])
    newsroom.run()
    assert sorted(newsroom.titles()) == titles[before]
    newsroom.drop("file.txt", texts[after])
    newsroom.run()
    newsroom.wait(seconds=5)
    newsroom.run()
    assert sorted(newsroom.titles()) == titles[after]


def test_an_entry_that_a_newer_file_gives_too_is_that_files_until_it_goes(newsroom: Newsroom) -> None:
    newsroom.drop("old.txt", "a|One|urn:1\nb|Two|urn:2")
    newsroom.run()
    new = newsroom.drop("new.txt", "b|Two, newer|urn:2\nc|Three|urn:3")
    newsroom.run()
    assert sorted(newsroom.titles()) == ["One", "Three", "Two, newer"]
    assert [(row.place.name, row.claims) for row in newsroom.archive.aside()] == [("old.txt", ("urn:2",))]
    assert "in inbox/new.txt too, which is newer" in newsroom.archive.aside()[0].reason
    new.unlink()
    newsroom.run()
    newsroom.wait(seconds=5)
    newsroom.run()
    assert sorted(newsroom.titles()) == ["One", "Two"]
    assert newsroom.archive.aside() == []


def test_an_older_file_does_not_take_what_a_newer_one_gives_and_says_so(newsroom: Newsroom) -> None:
    newsroom.drop("new.txt", "a|One|urn:1\nb|Two|urn:2")
    newsroom.run()
    old = newsroom.drop("old.txt", "b|Two, older|urn:2\nc|Three|urn:3\nd|Four|urn:4")
    os.utime(old, (1, 1))
    assert newsroom.run().duplicates == 1
    assert sorted(newsroom.titles()) == ["Four", "One", "Three", "Two"]
    (row,) = newsroom.archive.aside()
    assert row.reason == "of its 3 articles 1 are not: one gives the same id as inbox/new.txt"
    (newsroom.root / "new.txt").unlink()
    newsroom.run()
    newsroom.wait(seconds=5)
    newsroom.run()
    assert sorted(newsroom.titles()) == ["Four", "Three", "Two, older"]


def test_a_copy_of_a_feed_file_gives_nothing_twice(newsroom: Newsroom) -> None:
    lines = "".join(f"{number}|Story {number}|\n" for number in range(40))
    first = newsroom.drop("first.txt", lines)
    newsroom.drop("copy.txt", lines)
    newsroom.run()
    assert len(newsroom.titles()) == 40
    ids = newsroom.ids()
    first.unlink()
    newsroom.run()
    newsroom.wait(seconds=5)
    newsroom.run()
    assert newsroom.ids() == ids


def test_a_feed_file_of_many_entries_is_kept_in_time_that_grows_with_their_number(newsroom: Newsroom) -> None:
    newsroom.drop("feed.txt", "".join(f"{number}|Story {number}|\n" for number in range(3000)))
    assert newsroom.run().added == 3000
    newsroom.drop("feed.txt", "".join(f"{number}|Story {number}|\n" for number in range(2999)) + "x|New|")
    assert newsroom.run().added == 1
    (newsroom.root / "feed.txt").rename(newsroom.root / "moved.txt")
    assert newsroom.run().added == 0
