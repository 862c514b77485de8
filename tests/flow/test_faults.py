"""What goes wrong with files, folders, disks and archives, and that no subscriber sees it."""

from __future__ import annotations

import errno
import json
import os
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from newsroom import ALL, Inline, Newsroom, markdown

from feedd import parse
from feedd.generate import page_name
from feedd.inbox import Change
from feedd.model import Article, Document, FileStat, Place, Topic
from feedd.rules import Rule
from feedd.store import FileState


def test_a_lost_archive_mints_the_same_ids_again(newsroom: Newsroom) -> None:
    for number in range(5):
        newsroom.drop(f"folder {number}/ä {number}.md", markdown(f"Story {number}", f"Text number {number}."))
    newsroom.run()
    before = newsroom.ids()
    newsroom.archive.close()
    shutil.rmtree(newsroom.folder / "state")
    newsroom.wait(days=9)
    newsroom.open()
    newsroom.run()
    assert newsroom.ids() == before


def test_a_broken_file_is_set_aside_and_its_last_good_version_stays(newsroom: Newsroom) -> None:
    newsroom.drop("seoul.md", markdown("A bridge in Seoul"))
    newsroom.drop("moon.md", markdown("A walk on the Moon"))
    newsroom.run()
    before = newsroom.snapshot()
    newsroom.drop("seoul.md", b"---\ntitle: [unclosed\n---\n")
    newsroom.drop("empty.md", b"")
    newsroom.drop("binary.txt", bytes(range(256)) * 20)
    outcome = newsroom.run()
    assert outcome.quarantined == 3
    assert newsroom.snapshot() == before
    assert [str(row.place) for row in newsroom.archive.aside()] == [
        "inbox/binary.txt",
        "inbox/empty.md",
        "inbox/seoul.md",
    ]
    assert all(row.reason for row in newsroom.archive.aside())
    newsroom.drop("seoul.md", markdown("A longer bridge in Seoul"))
    newsroom.run()
    assert newsroom.titles("korea") == ["A longer bridge in Seoul"]
    assert len(newsroom.archive.aside()) == 2


def test_most_of_an_inbox_vanishing_at_once_withdraws_nothing_until_it_is_accepted(
    newsroom: Newsroom,
) -> None:
    paths = [newsroom.drop(f"{n}.md", markdown(f"Story {n}", f"Text of number {n}.")) for n in range(40)]
    newsroom.run()
    for path in paths[:30]:
        path.unlink()
    assert newsroom.run().withdrawn == 0
    assert len(newsroom.titles()) == 40
    newsroom.wait(minutes=2)
    assert newsroom.run(accept=True).withdrawn == 30
    assert len(newsroom.titles()) == 10


def test_an_inbox_that_is_not_there_withdraws_nothing(newsroom: Newsroom) -> None:
    newsroom.drop("seoul.md", markdown("A bridge in Seoul"))
    newsroom.run()
    before = newsroom.snapshot()
    newsroom.root.rename(newsroom.folder / "unmounted")
    assert newsroom.run().withdrawn == 0
    assert newsroom.snapshot() == before
    (newsroom.folder / "unmounted").rename(newsroom.root)
    newsroom.run()
    assert newsroom.snapshot() == before


def test_links_and_pipes_are_never_read_but_told_and_hidden_files_are_ignored(newsroom: Newsroom) -> None:
    outside = newsroom.folder / "secret.md"
    outside.write_text(markdown("A secret"))
    (newsroom.root / "link.md").symlink_to(outside)
    (newsroom.folder / "elsewhere").mkdir()
    shutil.copy(outside, newsroom.folder / "elsewhere" / "deep.md")
    (newsroom.root / "folder").symlink_to(newsroom.folder / "elsewhere")
    os.mkfifo(newsroom.root / "pipe.md")
    newsroom.drop(".hidden.md", markdown("Hidden"))
    newsroom.drop("backup.md~", markdown("Backup"))
    newsroom.drop("seoul.md", markdown("A bridge in Seoul"))
    assert newsroom.run().quarantined == 2
    assert newsroom.titles() == ["A bridge in Seoul"]
    assert [(row.place.name, row.reason) for row in newsroom.archive.aside()] == [
        ("link.md", "is a symbolic link, and links are not followed"),
        ("pipe.md", "is no file but a folder, pipe, device or socket"),
    ]
    assert newsroom.run().quarantined == 0


def test_an_article_replaced_by_a_link_stays_and_one_moved_behind_a_link_keeps_its_id(newsroom: Newsroom) -> None:
    first = newsroom.drop("first.md", markdown("A bridge in Seoul"))
    newsroom.drop("second.md", markdown("A ferry", "Other words."))
    newsroom.run()
    ids = newsroom.ids()
    first.unlink()
    first.symlink_to("nowhere.md")
    assert newsroom.run().quarantined == 1
    (newsroom.root / "moved").mkdir()
    (newsroom.root / "second.md").rename(newsroom.root / "moved" / "second.md")
    newsroom.drop("moved/second.md", markdown("A ferry", "Other words, and more of them."))
    (newsroom.root / "second.md").symlink_to("moved/second.md")
    newsroom.run()
    assert sorted(newsroom.titles()) == ["A bridge in Seoul", "A ferry"]
    newsroom.drop("moved/first.md", markdown("A bridge in Seoul"))
    newsroom.run()
    assert newsroom.ids() == ids


def test_names_of_any_bytes_are_read(newsroom: Newsroom) -> None:
    for name in (b"new\nline.md", b"caf\xe9.md", b"\xff\xfe.md", b"x" * 252 + b".md"):
        newsroom.drop(os.fsdecode(name), markdown(repr(name)[:30], f"Text of {name!r}."))
    assert newsroom.run().added == 4
    assert len(set(newsroom.ids().values())) == 4


def test_a_file_dated_beyond_what_a_database_counts_is_an_article_like_any_other(newsroom: Newsroom) -> None:
    path = newsroom.drop("far.md", markdown("Far"))
    newsroom.drop("near.md", markdown("Near", "Other text."))
    os.utime(path, (10**10, 10**10))
    newsroom.run()
    assert sorted(newsroom.titles()) == ["Far", "Near"]
    assert newsroom.run().added == 0


def test_one_file_that_can_not_be_kept_is_set_aside_and_harms_no_other(tmp_path: Path) -> None:
    def parse_oddly(document: Document) -> tuple[Article, ...]:
        return tuple(
            replace(article, title="\ud800" if "odd" in document.name else article.title)
            for article in parse.parse(document)
        )

    newsroom = Newsroom(tmp_path, parser=Inline(parse_oddly))
    for number in range(5):
        newsroom.drop(f"{number}.md", markdown(f"Story {number}", f"Text of {number}."))
    newsroom.drop("odd.md", markdown("Odd", "Its text."))
    outcome = newsroom.run()
    assert (outcome.added, outcome.quarantined) == (5, 1)
    assert len(newsroom.titles()) == 5
    assert "can't be kept" in newsroom.archive.aside()[0].reason
    newsroom.archive.close()


@pytest.mark.parametrize("lost", ["everything", "one", "manifest", "elsewhere"])
def test_what_is_missing_in_the_served_folder_is_written_again_at_the_next_start(newsroom: Newsroom, lost: str) -> None:
    newsroom.drop("seoul.md", markdown("A bridge in Seoul"))
    newsroom.run()
    feeds = newsroom.folder / "feeds"
    if lost == "everything":
        shutil.rmtree(feeds)
    elif lost == "one":
        (feeds / "korea.atom").unlink()
    elif lost == "manifest":
        (feeds / ".feedd" / "manifest.json").write_text("{")
    else:
        feeds.rename(newsroom.folder / "old feeds")
    newsroom.reopen()
    newsroom.run()
    assert newsroom.titles("korea") == newsroom.titles("all") == ["A bridge in Seoul"]
    manifest = json.loads((feeds / ".feedd" / "manifest.json").read_text())
    assert {"all.atom", "all.rss", "korea.atom", "korea.rss", "index.html"} <= manifest["files"].keys()


def test_changed_rules_concern_every_article_of_a_large_archive(newsroom: Newsroom) -> None:
    for number in range(1003):
        newsroom.drop(f"{number}.md", markdown(f"Korea {number}", f"Text of {number}."))
    newsroom.run()
    newsroom.rules = (ALL, Rule(Topic("new", "New"), any=("korea",)))
    newsroom.reopen()
    newsroom.run()
    assert {row.id: row.entries for row in newsroom.archive.topics()} == {"all": 1003, "korea": 0, "new": 1003}


def test_a_vanishing_that_takes_its_time_is_guarded_too_and_told_again_after_a_start(
    newsroom: Newsroom, caplog: pytest.LogCaptureFixture
) -> None:
    paths = [newsroom.drop(f"{n}.md", markdown(f"Story {n}", f"Text of number {n}.")) for n in range(200)]
    newsroom.run()
    for start in range(0, 200, 20):
        places = [Place("inbox", path.name.encode()) for path in paths[start : start + 20]]
        for path in paths[start : start + 20]:
            path.unlink()
        newsroom.pipeline.ingest([Change(place, None) for place in places])
        newsroom.wait(seconds=3)
        newsroom.pipeline.withdraw()
    assert len(newsroom.stored()) >= 100
    newsroom.reopen()
    newsroom.wait(minutes=2)
    caplog.clear()
    newsroom.pipeline.withdraw()
    assert "nothing is withdrawn" in caplog.text
    assert len(newsroom.stored()) >= 100


def test_a_new_article_in_a_reused_inode_under_a_repeated_title_is_a_new_one(newsroom: Newsroom) -> None:
    path = newsroom.drop("mon.md", markdown("Morning briefing", "The tide was low on Monday.", date="2025-03-03"))
    newsroom.run()
    before = newsroom.ids()
    path.rename(newsroom.root / "tue.md")  # the same inode, as if the file system had given it out again
    newsroom.drop("tue.md", markdown("Morning briefing", "Snow is expected all over the coast.", date="2025-03-04"))
    newsroom.run()
    assert set(newsroom.ids().values()).isdisjoint(before.values())


def test_an_article_that_comes_back_elsewhere_takes_nothing_from_the_one_at_its_old_path(newsroom: Newsroom) -> None:
    path = newsroom.drop("a.md", markdown("First", "The text of the first."))
    first = path.read_bytes()
    newsroom.run()
    path.unlink()
    newsroom.run()
    newsroom.drop("a.md", markdown("Second", "Words of another one.", date="2025-03-05"))
    newsroom.run()
    newsroom.drop("q.md", first)
    newsroom.run()
    assert sorted(newsroom.titles()) == ["First", "Second"]
    path.unlink()
    newsroom.run()
    assert newsroom.titles() == ["First"]


def test_a_copy_in_an_inbox_that_is_no_longer_configured_is_forgotten(newsroom: Newsroom) -> None:
    newsroom.drop("a.md", markdown("First", "The text of the first."))
    newsroom.run()
    (row,) = newsroom.archive.rows([Place("inbox", b"a.md")]).values()
    (article,) = newsroom.stored()
    with newsroom.archive.transaction() as tx:
        place = Place("removed", b"a.md")
        tx.put_file(replace(row, place=place, state=FileState.DUPLICATE, claims=(article.id,)))
    newsroom.drop("a.md", markdown("First", "The text of the first, and more of it."))
    newsroom.run()
    assert newsroom.archive.rows([Place("removed", b"a.md")]) == {}


def test_folders_without_end_are_not_followed_to_it(newsroom: Newsroom, caplog: pytest.LogCaptureFixture) -> None:
    newsroom.drop("/".join(["d"] * 130) + "/deep.md", markdown("Deep"))
    newsroom.drop("seoul.md", markdown("A bridge in Seoul"))
    newsroom.run()
    assert newsroom.titles() == ["A bridge in Seoul"]
    assert "deeper than 100 folders" in caplog.text


@pytest.mark.parametrize("newsroom", [{"rules": ()}], indirect=True)
def test_without_rules_a_lost_archive_takes_no_feed_away(newsroom: Newsroom) -> None:
    newsroom.drop("a.md", markdown("A fish", tags="[Sea]"))
    newsroom.run()
    newsroom.archive.close()
    shutil.rmtree(newsroom.folder / "state")
    newsroom.open()
    assert newsroom.titles("sea") == ["A fish"]
    newsroom.run()
    assert newsroom.titles("sea") == ["A fish"]


def test_a_file_that_can_not_be_read_just_now_is_read_with_the_next_scan(
    newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(*_: object, **__: object) -> tuple[bytes, FileStat]:
        raise OSError(errno.EIO, "Input/output error")

    newsroom.drop("a.md", markdown("A fish"))
    monkeypatch.setattr("feedd.reading.read", failing)
    assert newsroom.run().quarantined == 0
    assert newsroom.archive.aside() == []
    monkeypatch.undo()
    assert newsroom.run().added == 1


@pytest.mark.parametrize("newsroom", [{"rules": ()}], indirect=True)
def test_a_document_whose_place_is_taken_keeps_no_other_from_being_published(newsroom: Newsroom) -> None:
    """A folder stands where a feed, and where an article's page, is to stand; topics and pages beyond it go on."""
    newsroom.drop("a.md", markdown("First", "Words of the first.", tags="[alpha, beta, gamma]"))
    newsroom.run()
    page = newsroom.folder / "feeds" / page_name(next(iter(newsroom.ids().values())))
    for taken in (newsroom.folder / "feeds" / "beta.atom", page):
        taken.unlink()
        (taken / "x").mkdir(parents=True)
    newsroom.wait(minutes=1)
    newsroom.drop("a.md", markdown("First, edited", "Other words.", tags="[alpha, beta, gamma]"))
    newsroom.drop("b.md", markdown("Second", "Words of the second.", tags="[alpha, beta, gamma]"))
    newsroom.run()
    assert newsroom.pipeline.trouble.count
    for topic in ("alpha", "gamma", "all"):
        assert sorted(newsroom.titles(topic)) == ["First, edited", "Second"]
    assert newsroom.pipeline.due() == ["beta"]
    for taken in (newsroom.folder / "feeds" / "beta.atom", page):
        (taken / "x").rmdir()
        taken.rmdir()
    newsroom.run()
    assert newsroom.pipeline.due() == []
    assert sorted(newsroom.titles("beta")) == ["First, edited", "Second"]
    assert "Other words" in page.read_text()
