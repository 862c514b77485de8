"""What a subscriber sees of what happens to files: the whole pipeline over real folders."""

from __future__ import annotations

import os
import shutil
from datetime import timedelta

import pytest
from newsroom import ALL, KOREA, Newsroom, markdown

from feedd.model import Defaults, Topic
from feedd.rules import Rule


def test_a_dropped_file_appears_in_its_topics(newsroom: Newsroom) -> None:
    newsroom.drop("seoul.md", markdown("A bridge in Seoul"))
    newsroom.drop("moon.md", markdown("A walk on the Moon"))
    outcome = newsroom.run()
    assert outcome.added == 2
    assert newsroom.titles("korea") == ["A bridge in Seoul"]
    assert sorted(newsroom.titles("all")) == ["A bridge in Seoul", "A walk on the Moon"]


def test_the_same_again_changes_nothing(newsroom: Newsroom) -> None:
    newsroom.drop("seoul.md", markdown("A bridge in Seoul"))
    newsroom.run()
    before = newsroom.snapshot()
    newsroom.wait(days=3)
    newsroom.reopen()
    outcome = newsroom.run()
    assert (outcome.added, outcome.updated, outcome.withdrawn) == (0, 0, 0)
    assert newsroom.snapshot() == before


def test_a_touched_file_changes_nothing(newsroom: Newsroom) -> None:
    path = newsroom.drop("seoul.md", markdown("A bridge in Seoul"))
    newsroom.run()
    before = newsroom.snapshot()
    os.utime(path, (1, 1))
    newsroom.wait(days=1)
    assert newsroom.run().updated == 0
    assert newsroom.snapshot() == before


def test_an_edit_keeps_the_id_and_moves_updated(newsroom: Newsroom) -> None:
    newsroom.drop("seoul.md", markdown("A bridge in Seoul", "First words of it."))
    newsroom.run()
    (first,) = newsroom.feed().entries
    newsroom.wait(hours=1)
    newsroom.drop("seoul.md", markdown("A bridge in Seoul", "Other words of it."))
    newsroom.run()
    (second,) = newsroom.feed().entries
    assert second.id == first.id
    assert second.published == first.published
    assert second.updated > first.updated
    assert "Other words" in second.content[0].value


def test_white_space_alone_does_not_move_updated(newsroom: Newsroom) -> None:
    newsroom.drop("seoul.md", markdown("A bridge in Seoul", "Some words.\n\nMore."))
    newsroom.run()
    (first,) = newsroom.feed().entries
    newsroom.wait(hours=1)
    newsroom.drop("seoul.md", markdown("A bridge  in Seoul", "Some words.\n\n\n\nMore.\n\n"))
    newsroom.run()
    (second,) = newsroom.feed().entries
    assert second.updated == first.updated


@pytest.mark.parametrize("running", [True, False])
def test_a_renamed_file_keeps_its_id(newsroom: Newsroom, running: bool) -> None:
    path = newsroom.drop("seoul.md", markdown("A bridge in Seoul"))
    newsroom.run()
    before = newsroom.snapshot()
    if not running:
        newsroom.archive.close()
    path.rename(newsroom.root / "other.md")
    if not running:
        newsroom.open()
    assert newsroom.run().withdrawn == 0
    assert newsroom.snapshot() == before


def test_a_file_renamed_and_edited_at_once_keeps_its_id(newsroom: Newsroom) -> None:
    path = newsroom.drop("seoul.md", markdown("A bridge in Seoul", "First words of it."))
    newsroom.run()
    before = newsroom.ids()
    path.rename(newsroom.root / "renamed.md")
    newsroom.drop("renamed.md", markdown("A bridge in Seoul", "Wholly other text now."))
    outcome = newsroom.run()
    assert (outcome.added, outcome.withdrawn) == (0, 0)
    assert newsroom.ids() == before


def test_a_file_copied_to_another_folder_and_deleted_keeps_its_id(newsroom: Newsroom) -> None:
    path = newsroom.drop("seoul.md", markdown("A bridge in Seoul"))
    newsroom.run()
    before = newsroom.ids()
    (newsroom.root / "deep" / "er").mkdir(parents=True)
    shutil.copy(path, newsroom.root / "deep" / "er" / "copy.md")
    path.unlink()
    newsroom.run()
    assert newsroom.ids() == before


def test_a_file_that_moves_and_changes_its_format_keeps_its_id_by_its_permalink(newsroom: Newsroom) -> None:
    link = "https://news.example.org/bridge"
    path = newsroom.drop("seoul.md", markdown("A bridge in Seoul", link=link))
    newsroom.run()
    before = list(newsroom.ids().values())
    path.unlink()
    newsroom.drop("new/bridge.markdown", markdown("The Seoul bridge, again", "All is new.", link=link))
    newsroom.run()
    assert list(newsroom.ids().values()) == before


def test_a_file_that_a_tool_wrote_anew_elsewhere_and_deleted_keeps_its_id_also_when_edited(newsroom: Newsroom) -> None:
    body = "The ferry came back to its quay on Wednesday after seven months of repair work."
    newsroom.drop("a.md", markdown("Ferry", body))
    newsroom.drop("undated.md", markdown("Quay", f"{body} Nobody knows the day.", date=""))
    newsroom.run()
    (newsroom.root / "a.md").unlink()
    (newsroom.root / "undated.md").unlink()
    newsroom.drop("x/ferry.md", markdown("Ferry", f"{body} More was said of it."))
    newsroom.drop("x/quay.md", markdown("Quay, again", f"{body} Nobody knows the day. Still not.", date=""))
    outcome = newsroom.run()
    assert (outcome.added, outcome.updated) == (0, 2)
    assert sorted(newsroom.ids().values()) == [
        "tag:news.example.org,2025:inbox/a.md",
        "tag:news.example.org,2025:inbox/undated.md",
    ]


def test_a_new_article_beside_a_deletion_is_a_new_one(newsroom: Newsroom) -> None:
    newsroom.drop("a.md", markdown("Weather", "Rain in the north, wind from the west, mild for the season."))
    newsroom.run()
    (newsroom.root / "a.md").unlink()
    newsroom.drop(
        "b.md", markdown("Weather", "Rain in the north, then sun; it will be cold by Friday.", date="2025-03-02")
    )
    assert newsroom.run().added == 1


def test_a_page_made_of_an_article_beside_it_is_that_article(newsroom: Newsroom) -> None:
    body = "The ferry came back to its quay on Wednesday after seven months of repair work."
    newsroom.drop("a.md", markdown("Ferry", body, link="https://example.org/ferry"))
    newsroom.run()
    head = '<link rel="canonical" href="https://example.org/ferry"><title>Ferry</title>'
    page = newsroom.drop("a.html", f"<html><head>{head}</head><body><h1>Ferry</h1><p>{body}</p></body></html>")
    later = (newsroom.root / "a.md").stat().st_mtime + 5
    os.utime(page, (later, later))
    newsroom.run()
    assert sorted(newsroom.ids().values()) == ["tag:news.example.org,2025:inbox/a.md"]
    assert [row.place.name for row in newsroom.archive.aside()] == ["a.md"]
    (newsroom.root / "a.md").unlink()
    newsroom.run()
    newsroom.wait(seconds=5)
    newsroom.run()
    assert sorted(newsroom.ids().values()) == ["tag:news.example.org,2025:inbox/a.md"]
    assert newsroom.archive.aside() == []


def test_two_notes_about_one_page_are_two(newsroom: Newsroom) -> None:
    for name, body in (("a.md", "I have read this and liked it."), ("b.md", "Another view on the same thing.")):
        newsroom.drop(name, markdown(f"Note {name}", body, link="https://example.org/elsewhere"))
    assert newsroom.run().added == 2


def test_two_files_that_swap_their_names_keep_their_ids(newsroom: Newsroom) -> None:
    one = newsroom.drop("one.md", markdown("One of two", "The first text of all.", date="2025-03-02T00:00:00Z"))
    two = newsroom.drop("two.md", markdown("Two of two", "And here is another.", date="2025-03-03T00:00:00Z"))
    newsroom.run()
    before = newsroom.ids()
    one.rename(newsroom.root / "x.md")
    two.rename(newsroom.root / "one.md")
    (newsroom.root / "x.md").rename(newsroom.root / "two.md")
    outcome = newsroom.run()
    assert (outcome.added, outcome.withdrawn) == (0, 0)
    assert newsroom.ids() == before


def test_another_article_at_the_same_path_is_a_new_one(newsroom: Newsroom) -> None:
    newsroom.drop("latest.md", markdown("Monday's story", "About the weather."))
    newsroom.run()
    before = newsroom.ids()
    newsroom.drop("latest.md", markdown("Tuesday's tale", "On a wholly different thing.", date="2025-03-04"))
    outcome = newsroom.run()
    assert (outcome.added, outcome.withdrawn) == (1, 1)
    assert list(newsroom.ids()) == ["Tuesday's tale"]
    assert (
        newsroom.ids().values().isdisjoint(before.values())
        if False
        else set(newsroom.ids().values()).isdisjoint(before.values())
    )


def test_a_deleted_file_leaves_and_keeps_its_id_when_it_comes_back(newsroom: Newsroom) -> None:
    path = newsroom.drop("seoul.md", markdown("A bridge in Seoul"))
    newsroom.drop("moon.md", markdown("A walk on the Moon"))
    newsroom.run()
    before = newsroom.ids()
    text = path.read_bytes()
    path.unlink()
    assert newsroom.run().withdrawn == 1
    assert newsroom.titles("korea") == []
    assert newsroom.titles("all") == ["A walk on the Moon"]
    newsroom.wait(days=1)
    newsroom.drop("elsewhere/seoul.md", text)
    newsroom.run()
    assert newsroom.ids() == before


@pytest.mark.parametrize("newsroom", [{"keep": True}], indirect=True)
def test_an_inbox_that_keeps_loses_nothing_by_a_deletion(newsroom: Newsroom) -> None:
    path = newsroom.drop("seoul.md", markdown("A bridge in Seoul"))
    newsroom.run()
    path.unlink()
    assert newsroom.run().withdrawn == 0
    assert newsroom.titles() == ["A bridge in Seoul"]


def test_an_explicit_id_is_kept_to_the_letter(newsroom: Newsroom) -> None:
    newsroom.drop("a.md", markdown("A bridge", id="https://old.example.org/?p=12&x=%C3%A4"))
    newsroom.run()
    assert list(newsroom.ids().values()) == ["https://old.example.org/?p=12&x=%C3%A4"]


def test_of_two_files_with_one_id_the_newer_is_published(newsroom: Newsroom) -> None:
    old = newsroom.drop("old.md", markdown("The older", "Its text.", id="urn:x:1"))
    new = newsroom.drop("new.md", markdown("The newer", "Its other words.", id="urn:x:1"))
    os.utime(old, (1_700_000_000, 1_700_000_000))
    os.utime(new, (1_700_000_100, 1_700_000_100))
    outcome = newsroom.run()
    assert newsroom.titles() == ["The newer"]
    assert [str(row.place) for row in newsroom.archive.aside()] == ["inbox/old.md"]
    assert "newer" in newsroom.archive.aside()[0].reason or outcome.duplicates == 1
    new.unlink()
    newsroom.run()
    assert newsroom.titles() == ["The older"]
    assert list(newsroom.ids().values()) == ["urn:x:1"]


def test_two_files_that_give_one_id_in_one_batch_are_one_entry(newsroom: Newsroom) -> None:
    for number in range(6):
        first = newsroom.drop(f"a{number}.md", markdown("Same id", "x", id=f"urn:{number}"))
        second = newsroom.drop(f"b{number}.md", markdown("Same id", "x and more", id=f"urn:{number}"))
        os.utime(first, (1_700_000_000, 1_700_000_000))
        os.utime(second, (1_700_000_100, 1_700_000_100))
    outcome = newsroom.run()
    assert outcome.added == 6
    assert len(newsroom.titles()) == 6
    assert {row.entries for row in newsroom.archive.topics() if row.id == "all"} == {6}


def test_what_an_editor_would_wonder_at_is_told(newsroom: Newsroom, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level("INFO"):
        newsroom.drop("a.md", markdown("Typo", topics="[koreaa]"))
        newsroom.drop("b.md", markdown("Vague", date="next week"))
        path = newsroom.drop("c.md", markdown("Later", date="2030-01-01"))
        newsroom.run()
        path.rename(newsroom.root / "d.md")
        newsroom.run()
    assert "inbox/a.md: names the topic 'koreaa', which is not configured" in caplog.text
    assert "inbox/b.md: " in caplog.text
    assert "inbox/c.md is held back until its date, 2030-01-01" in caplog.text
    assert "inbox/c.md is now at inbox/d.md; its id stays" in caplog.text


def test_a_copy_is_not_published_twice_and_stands_in_when_the_first_is_deleted(newsroom: Newsroom) -> None:
    path = newsroom.drop("a.md", markdown("A bridge in Seoul"))
    shutil.copy(path, newsroom.root / "b.md")
    assert newsroom.run().duplicates == 1
    before = newsroom.ids()
    assert len(before) == 1
    path.unlink()
    newsroom.run()
    assert newsroom.ids() == before
    assert newsroom.archive.aside() == []


def test_a_copy_that_is_edited_becomes_an_article_of_its_own(newsroom: Newsroom) -> None:
    path = newsroom.drop("template.md", markdown("Template", "Text to be replaced."))
    shutil.copy(path, newsroom.root / "story.md")
    newsroom.run()
    newsroom.drop("story.md", markdown("A real story", "With words of its own.", date="2025-03-09"))
    newsroom.run()
    assert sorted(newsroom.titles()) == ["A real story", "Template"]


def test_the_first_of_two_copies_is_edited_and_both_are_published(newsroom: Newsroom) -> None:
    path = newsroom.drop("a.md", markdown("A bridge in Seoul", "The text of it."))
    shutil.copy(path, newsroom.root / "b.md")
    newsroom.run()
    before = newsroom.ids()
    newsroom.drop("a.md", markdown("A bridge in Seoul, longer", "The text of it, and then some more."))
    newsroom.run()
    assert len(newsroom.titles()) == 2
    assert newsroom.ids()["A bridge in Seoul, longer"] == before["A bridge in Seoul"]


def test_an_article_without_a_date_has_that_of_its_first_sight_for_ever(newsroom: Newsroom) -> None:
    newsroom.drop("note.md", markdown("A note", date=""))
    newsroom.run()
    (first,) = newsroom.feed().entries
    newsroom.wait(days=2)
    newsroom.drop("note.md", markdown("A note", "It has changed.", date=""))
    newsroom.run()
    (second,) = newsroom.feed().entries
    assert second.published == first.published == "2025-06-01T12:00:00+00:00"
    assert second.updated == "2025-06-03T12:00:00+00:00"


def test_an_article_of_the_future_is_held_back_until_its_date(newsroom: Newsroom) -> None:
    newsroom.drop("later.md", markdown("Later", date="2025-06-02T00:00:00Z"))
    newsroom.run()
    assert newsroom.titles() == []
    newsroom.wait(hours=11, minutes=59)
    newsroom.pipeline.refresh(set(newsroom.pipeline.due()))
    assert newsroom.titles() == []
    newsroom.wait(minutes=1)
    newsroom.pipeline.refresh(set(newsroom.pipeline.due()))
    assert newsroom.titles() == ["Later"]


def test_changed_rules_choose_the_topics_of_what_is_archived_anew(newsroom: Newsroom) -> None:
    newsroom.drop("moon.md", markdown("A walk on the Moon"))
    newsroom.drop("seoul.md", markdown("A bridge in Seoul"))
    newsroom.run()
    newsroom.rules = (ALL, Rule(Topic("space", "Space"), any=("moon",)))
    newsroom.reopen()
    newsroom.run()
    assert newsroom.titles("space") == ["A walk on the Moon"]
    assert not (newsroom.folder / "feeds" / "korea.atom").exists()
    assert not (newsroom.folder / "feeds" / "korea.atom.gz").exists()
    newsroom.rules = (ALL, KOREA)
    newsroom.reopen()
    newsroom.run()
    assert newsroom.titles("korea") == ["A bridge in Seoul"]


@pytest.mark.parametrize("newsroom", [{"rules": (ALL, KOREA, Rule(Topic("press", "Press")))}], indirect=True)
def test_an_inbox_may_give_its_documents_their_topics(newsroom: Newsroom) -> None:
    newsroom.drop("moon.md", markdown("A walk on the Moon"))
    newsroom.run()
    assert newsroom.titles("press") == []
    newsroom.with_defaults(Defaults(topics=("press",)))
    newsroom.reopen()
    newsroom.run()
    assert newsroom.titles("press") == ["A walk on the Moon"]


@pytest.mark.parametrize("newsroom", [{"rules": ()}], indirect=True)
def test_without_rules_tags_and_folders_name_the_topics(newsroom: Newsroom) -> None:
    newsroom.drop("Deep Sea/fish.md", markdown("A fish", tags="[Marine Life]"))
    newsroom.drop("bird.md", markdown("A bird", "It flies far.", tags="[marine  life, Sky]"))
    newsroom.run()
    assert newsroom.titles("deep-sea") == ["A fish"]
    assert sorted(newsroom.titles("marine-life")) == ["A bird", "A fish"]
    assert newsroom.titles("sky") == ["A bird"]
    assert sorted(newsroom.titles("all")) == ["A bird", "A fish"]


def test_the_newest_are_in_the_feed_and_equal_dates_keep_one_order(newsroom: Newsroom) -> None:
    for number in range(80):
        newsroom.drop(f"{number:02}.md", markdown(f"Story {number:02}", f"Text of {number}."))
    newsroom.drop("newest.md", markdown("Newest", "Its text.", date="2025-03-05T00:00:00Z"))
    newsroom.run()
    titles = newsroom.titles()
    assert len(titles) == 50
    assert titles[0] == "Newest"
    assert titles[1:] == [f"Story {number:02}" for number in range(79, 30, -1)]


def test_an_addition_rewrites_only_the_documents_whose_text_changes(newsroom: Newsroom) -> None:
    newsroom.drop("seoul.md", markdown("A bridge in Seoul"))
    newsroom.run()
    before = newsroom.snapshot()
    newsroom.wait(hours=1)
    newsroom.drop("moon.md", markdown("A walk on the Moon", "On foot.", date="2025-03-02T00:00:00Z"))
    newsroom.run()
    after = newsroom.snapshot()
    changed = {name for name in after if after[name] != before.get(name)} - {".feedd/manifest.json"}
    (page,) = (name for name in changed if name.startswith("articles/") and name.endswith(".html"))
    documents = ("all.atom", "all.rss", "all.json", "all.html", "index.html", "topics.opml", page)
    assert changed == {name + suffix for name in documents for suffix in ("", ".gz", ".br")}


def test_a_correction_in_the_same_second_moves_the_time_of_the_served_file(newsroom: Newsroom) -> None:
    newsroom.drop("seoul.md", markdown("A bridge in Seoul", "Teh text."))
    newsroom.run()
    before = newsroom.snapshot()
    newsroom.drop("seoul.md", markdown("A bridge in Seoul", "The text."))
    newsroom.run()
    after = newsroom.snapshot()
    assert after["korea.atom"][1] - before["korea.atom"][1] == timedelta(seconds=1) // timedelta(microseconds=1) * 1000


def test_a_new_date_alone_never_leaves_updated_before_published(newsroom: Newsroom) -> None:
    newsroom.drop("a.md", markdown("A fish", date="2025-03-01"))
    newsroom.run()
    newsroom.drop("a.md", markdown("A fish", date="2025-05-05"))
    newsroom.run()
    (entry,) = newsroom.feed().entries
    assert entry.published == entry.updated == "2025-05-05T00:00:00+00:00"


BARE = (
    '<rss><channel><item><guid isPermaLink="false">1</guid>'
    "<title>{}</title><description>{}</description></item></channel></rss>"
)


def test_two_feeds_that_count_their_entries_keep_them_apart(newsroom: Newsroom) -> None:
    newsroom.drop("a.rss", BARE.format("Ferry", "It is back."))
    newsroom.run()
    newsroom.drop("b.rss", BARE.format("Bridge", "It is closed."))
    newsroom.run()
    minted = "tag:news.example.org,2025:inbox/b.rss?1"
    assert sorted(newsroom.ids().values()) == ["1", minted]
    newsroom.drop("b.rss", BARE.format("Bridge, again", "It is open by now, they say."))
    newsroom.run()
    (newsroom.root / "a.rss").unlink()
    newsroom.run()
    newsroom.wait(seconds=5)
    newsroom.run()
    newsroom.drop("b.rss", BARE.format("Bridge, at last", "Cars cross it."))
    newsroom.run()
    assert sorted(newsroom.ids().values()) == [minted]


def test_an_entry_of_a_counted_feed_keeps_its_id_when_the_feed_is_saved_under_another_name(newsroom: Newsroom) -> None:
    newsroom.drop("monday.rss", BARE.format("Ferry", "It is back."))
    newsroom.run()
    later = newsroom.drop("tuesday.rss", BARE.format("Ferry", "It is back, and late."))
    os.utime(later, (later.stat().st_mtime + 5,) * 2)
    newsroom.run()
    assert sorted(newsroom.ids().values()) == ["1"]


def test_an_entry_without_an_id_that_a_later_dump_of_its_feed_has_too_is_one(newsroom: Newsroom) -> None:
    item = "<item><title>{}</title><link>https://example.org/{}</link><description>{}</description></item>"
    feed = "<rss><channel>{}</channel></rss>".format
    newsroom.drop("monday.rss", feed(item.format("One", 1, "Words.") + item.format("Two", 2, "Words.")))
    newsroom.run()
    later = newsroom.drop("tuesday.rss", feed(item.format("Two", 2, "Corrected.") + item.format("Three", 3, "Words.")))
    os.utime(later, (later.stat().st_mtime + 5,) * 2)
    newsroom.run()
    assert sorted(newsroom.titles()) == ["One", "Three", "Two"]
    assert newsroom.ids()["Two"] == "tag:news.example.org,2025:inbox/monday.rss?https://example.org/2"


def test_an_error_page_in_the_place_of_a_feed_withdraws_nothing(newsroom: Newsroom) -> None:
    newsroom.drop("a.rss", BARE.format("Ferry", "It is back."))
    newsroom.run()
    newsroom.drop("a.rss", "<!DOCTYPE html><html><title>Just a moment</title><p>Checking your browser.</p></html>")
    assert newsroom.run().quarantined == 1
    newsroom.wait(seconds=5)
    newsroom.run()
    assert newsroom.titles() == ["Ferry"]
