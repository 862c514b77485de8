"""Rules that change: old articles find their topics, and no subscriber is flooded."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from newsroom import ALL, KOREA, Newsroom, markdown

from feedd.model import Defaults, Topic
from feedd.rules import Rule

SEOUL = Rule(Topic("korea", "Korea"), any=("korea*", "seoul", "bridge*"))
MOON = Rule(Topic("moon", "Moon"), any=("moon",))


def members(newsroom: Newsroom, topic: str) -> set[str]:
    stored = {one.key: one.article.title for one in newsroom.stored()}
    found = newsroom.archive.members([key for key in stored if key is not None])
    return {stored[key] for key, topics in found.items() if topic in topics}


def with_rules(newsroom: Newsroom, *rules: Rule) -> None:
    newsroom.rules = rules
    newsroom.reopen()
    newsroom.run()


def test_old_articles_that_match_now_are_history_and_never_news(newsroom: Newsroom) -> None:
    newsroom.drop("a.md", markdown("Korea talks", date="2025-03-01T12:00:00Z"))
    newsroom.drop("b.md", markdown("A bridge", date="2025-03-02T12:00:00Z"))
    newsroom.run()
    with_rules(newsroom, ALL, SEOUL)
    assert newsroom.titles("korea") == ["Korea talks"]
    assert members(newsroom, "korea") == {"Korea talks", "A bridge"}
    newsroom.drop("c.md", markdown("Another bridge", "Other words.", date="2025-03-01T10:00:00Z"))
    newsroom.run()
    assert newsroom.titles("korea") == ["Korea talks", "Another bridge"]
    newsroom.drop("b.md", markdown("A bridge", "New words.", date="2025-03-02T12:00:00Z"))
    newsroom.run()
    assert newsroom.titles("korea") == ["Korea talks", "Another bridge"]


def test_a_new_topic_has_the_old_articles_for_nobody_has_seen_it(newsroom: Newsroom) -> None:
    newsroom.drop("a.md", markdown("A walk on the Moon"))
    newsroom.run()
    with_rules(newsroom, ALL, KOREA, MOON)
    assert newsroom.titles("moon") == ["A walk on the Moon"]


def test_a_topic_that_never_had_an_entry_may_be_filled(newsroom: Newsroom) -> None:
    newsroom.drop("a.md", markdown("A bridge"))
    newsroom.run()
    assert newsroom.titles("korea") == []
    with_rules(newsroom, ALL, SEOUL)
    assert newsroom.titles("korea") == ["A bridge"]


def test_rules_that_come_back_bring_back_what_was_news(newsroom: Newsroom) -> None:
    newsroom.drop("a.md", markdown("Korea talks", date="2025-03-01T12:00:00Z"))
    newsroom.drop("b.md", markdown("Seoul", date="2025-03-02T12:00:00Z"))
    newsroom.run()
    before = newsroom.snapshot()
    with_rules(newsroom, ALL, Rule(Topic("korea", "Korea"), any=("seoul",)))
    assert newsroom.titles("korea") == ["Seoul"]
    assert members(newsroom, "korea") == {"Seoul"}
    with_rules(newsroom, ALL, KOREA)
    assert newsroom.titles("korea") == ["Seoul", "Korea talks"]
    assert newsroom.snapshot()["korea.atom"][2] == before["korea.atom"][2]


def test_what_is_held_back_until_its_date_is_news_when_it_comes_out(newsroom: Newsroom) -> None:
    newsroom.drop("a.md", markdown("Korea talks"))
    newsroom.drop("b.md", markdown("A bridge", date="2025-06-02T12:00:00Z"))
    newsroom.run()
    with_rules(newsroom, ALL, SEOUL)
    assert newsroom.titles("korea") == ["Korea talks"]
    newsroom.wait(days=1)
    newsroom.run()
    assert newsroom.titles("korea") == ["A bridge", "Korea talks"]


def test_a_withdrawn_article_leaves_nothing_behind(newsroom: Newsroom) -> None:
    file = newsroom.drop("a.md", markdown("A bridge of Korea"))
    newsroom.drop("b.md", markdown("Seoul"))
    newsroom.run()
    with_rules(newsroom, ALL, Rule(Topic("korea", "Korea"), any=("seoul",)))
    file.unlink()
    newsroom.run()
    with_rules(newsroom, ALL, SEOUL)
    assert newsroom.titles("korea") == ["Seoul"]
    assert {row.id: row.entries for row in newsroom.archive.topics()} == {"all": 1, "korea": 1}


def test_it_goes_on_where_it_was_after_a_stop(newsroom: Newsroom) -> None:
    for number in range(450):
        newsroom.drop(f"{number}.md", markdown(f"Bridge {number}", f"The text of number {number}.", date="2025-03-01"))
    newsroom.drop("k.md", markdown("Korea"))
    newsroom.run()
    newsroom.rules = (ALL, SEOUL)
    newsroom.archive.close()
    newsroom.open(change=False)
    assert newsroom.pipeline.changing
    assert newsroom.pipeline.change()[0] == 200
    newsroom.archive.close()
    newsroom.open(change=False)
    counts = []
    while newsroom.pipeline.changing:
        counts.append(newsroom.pipeline.change()[0])
    assert counts == [200, 51, 0]
    assert len(members(newsroom, "korea")) == 451
    newsroom.run()
    assert newsroom.titles("korea") == ["Korea"]


def test_rules_that_change_again_meanwhile_begin_anew_and_remember_whose_feed_was_out(newsroom: Newsroom) -> None:
    newsroom.drop("a.md", markdown("A walk on the Moon"))
    newsroom.drop("k.md", markdown("Korea bridge"))
    newsroom.run()
    for rules in ((ALL, SEOUL, MOON), (ALL, SEOUL, Rule(MOON.topic, any=("moon", "bridge")))):
        newsroom.rules = rules
        newsroom.archive.close()
        newsroom.open(change=False)
        newsroom.pipeline.refresh(["moon", "korea", "all"])
    while newsroom.pipeline.changing:
        newsroom.pipeline.change()
    newsroom.run()
    assert newsroom.titles("moon") == ["Korea bridge", "A walk on the Moon"]


def test_only_rules_that_really_change_are_held_against_the_archive(newsroom: Newsroom) -> None:
    newsroom.drop("a.md", markdown("Korea"))
    newsroom.run()
    newsroom.rules = (Rule(KOREA.topic, any=KOREA.any[::-1]), ALL)
    newsroom.archive.close()
    newsroom.open(change=False)
    assert not newsroom.pipeline.changing
    newsroom.with_defaults(Defaults(topics=("korea",)))
    newsroom.archive.close()
    newsroom.open(change=False)
    assert newsroom.pipeline.changing


@pytest.mark.parametrize("newsroom", [{"rules": (ALL, KOREA, MOON)}], indirect=True)
def test_a_retired_topic_is_gone_for_good(newsroom: Newsroom) -> None:
    newsroom.drop("a.md", markdown("A walk on the Moon"))
    newsroom.run()
    never = Rule(Topic("never", "Never"), any=("x",), retired=True)
    with_rules(newsroom, ALL, KOREA, Rule(MOON.topic, any=MOON.any, retired=True), never)
    assert not list((newsroom.folder / "feeds").glob("moon*"))
    manifest = (newsroom.folder / "feeds" / ".feedd" / "manifest.json").read_text()
    for name in ("moon.atom", "moon.rss", "never.atom", "never.rss"):
        assert f'"{name}"' in manifest.partition('"gone"')[2]
    assert "moon" not in (newsroom.folder / "feeds" / "index.html").read_text()
    with_rules(newsroom, ALL, KOREA, MOON)
    assert newsroom.titles("moon") == ["A walk on the Moon"]


@pytest.mark.parametrize("newsroom", [{"rules": ()}], indirect=True)
def test_tags_that_differ_in_case_and_spacing_are_one_topic_with_the_first_ones_title(newsroom: Newsroom) -> None:
    newsroom.drop("a.md", markdown("A fish", tags="[Deep Sea]"))
    newsroom.run()
    newsroom.drop("b.md", markdown("A whale", "It sings.", tags="[deep   SEA]"))
    newsroom.run()
    assert set(newsroom.titles("deep-sea")) == {"A fish", "A whale"}
    assert newsroom.feed("deep-sea").feed.title.startswith("Deep Sea")


def two_of_korea(newsroom: Newsroom) -> None:
    """One article of Korea that was news, and one that is history."""
    newsroom.drop("a.md", markdown("Korea talks", date="2025-03-01T12:00:00Z"))
    newsroom.drop("b.md", markdown("A bridge", "Over a river.", date="2025-03-02T12:00:00Z"))
    newsroom.run()
    with_rules(newsroom, ALL, SEOUL)
    assert newsroom.titles("korea") == ["Korea talks"]
    assert members(newsroom, "korea") == {"Korea talks", "A bridge"}


def test_a_topic_emptied_by_a_wrong_rule_floods_nobody_when_it_is_put_right(newsroom: Newsroom) -> None:
    newsroom.drop("a.md", markdown("Korea talks"))
    newsroom.drop("b.md", markdown("A bridge", "Over a river."))
    newsroom.run()
    with_rules(newsroom, ALL, Rule(KOREA.topic, any=("kroea",)))
    assert newsroom.titles("korea") == []
    with_rules(newsroom, ALL, SEOUL)
    assert newsroom.titles("korea") == ["Korea talks"]
    assert members(newsroom, "korea") == {"Korea talks", "A bridge"}


def test_history_is_history_again_after_rules_that_left_it_out(newsroom: Newsroom) -> None:
    two_of_korea(newsroom)
    with_rules(newsroom, ALL, KOREA)
    assert members(newsroom, "korea") == {"Korea talks"}
    with_rules(newsroom, ALL, SEOUL)
    assert newsroom.titles("korea") == ["Korea talks"]
    assert members(newsroom, "korea") == {"Korea talks", "A bridge"}


def test_an_edit_while_rules_are_wrong_takes_no_entry_away(newsroom: Newsroom) -> None:
    two_of_korea(newsroom)
    with_rules(newsroom, Rule(KOREA.topic, any=("kroea",)))
    newsroom.drop("a.md", markdown("Korea talks", "Other words.", date="2025-03-01T12:00:00Z"))
    newsroom.drop("b.md", markdown("A bridge", "Over a river and a rail.", date="2025-03-02T12:00:00Z"))
    newsroom.run()
    with_rules(newsroom, SEOUL)
    assert newsroom.titles("korea") == ["Korea talks"]
    assert members(newsroom, "korea") == {"Korea talks", "A bridge"}


def test_what_is_withdrawn_and_restored_is_what_it_was(newsroom: Newsroom) -> None:
    two_of_korea(newsroom)
    for name in ("a.md", "b.md"):
        (newsroom.root / name).rename(newsroom.folder / name)
    newsroom.run()
    assert newsroom.titles("korea") == []
    for name in ("a.md", "b.md"):
        (newsroom.folder / name).rename(newsroom.root / name)
    newsroom.run()
    assert newsroom.titles("korea") == ["Korea talks"]
    assert members(newsroom, "korea") == {"Korea talks", "A bridge"}


def test_a_topic_with_a_new_id_shows_those_who_are_sent_there_what_it_showed_before(newsroom: Newsroom) -> None:
    two_of_korea(newsroom)
    newsroom.aliases = {"korea": "corea"}
    with_rules(newsroom, ALL, Rule(Topic("corea", "Corea"), any=SEOUL.any))
    assert newsroom.titles("corea") == ["Korea talks"]
    assert members(newsroom, "corea") == {"Korea talks", "A bridge"}
    assert not (newsroom.folder / "feeds" / "korea.atom").exists()
    assert [row.id for row in newsroom.archive.topics()] == ["all", "corea"]


def test_a_name_given_to_another_topic_takes_its_articles_there(newsroom: Newsroom) -> None:
    newsroom.drop("a.md", markdown("A day", topics="[corea]"))
    newsroom.aliases = {"corea": "korea"}
    with_rules(newsroom, KOREA, MOON)
    assert members(newsroom, "korea") == {"A day"}
    newsroom.aliases = {"corea": "moon"}
    with_rules(newsroom, KOREA, MOON)
    assert members(newsroom, "korea") == set()
    assert members(newsroom, "moon") == {"A day"}


def test_what_an_inbox_says_for_its_files_reaches_those_that_were_read_before(newsroom: Newsroom) -> None:
    german = Rule(Topic("de", "Deutsch"), languages=("de",))
    with_rules(newsroom, german)
    newsroom.drop("a.md", markdown("Ein Tag", language="de"))
    newsroom.drop("b.md", markdown("Eine Nacht", date="2025-03-02 12:00"))
    newsroom.drop("c.md", markdown("A week", language="en"))
    newsroom.run()
    updated = {entry.id: entry.updated for entry in newsroom.feed("de").entries}
    newsroom.with_defaults(Defaults(author="Ada", language="de", timezone=timezone(timedelta(hours=2))))
    with_rules(newsroom, german)
    assert newsroom.titles("de") == ["Ein Tag"]
    assert members(newsroom, "de") == {"Ein Tag", "Eine Nacht"}
    read = {one.article.title: one for one in newsroom.stored()}
    assert read["Eine Nacht"].published == datetime(2025, 3, 2, 10, tzinfo=UTC)
    assert {one.article.authors[0].name for one in read.values()} == {"Ada"}
    assert {entry.id: entry.updated for entry in newsroom.feed("de").entries} == updated
    newsroom.reopen()
    assert newsroom.run().unchanged == 0


GERMAN = Rule(Topic("german", "German"), any=("wort",))


@pytest.mark.parametrize("newsroom", [{"rules": (GERMAN, MOON)}], indirect=True)
@pytest.mark.parametrize("change", [True, False])
def test_a_topic_that_only_rules_gave_goes_with_the_rules(newsroom: Newsroom, change: bool) -> None:
    newsroom.drop("a.md", markdown("Ein Wort"))
    newsroom.drop("b.md", markdown("A walk on the Moon", tags="[moon]"))
    newsroom.run()
    newsroom.rules = ()
    newsroom.archive.close()
    newsroom.open(change=change)
    newsroom.run()
    while newsroom.pipeline.changing:
        newsroom.pipeline.change()
    newsroom.run()
    feeds = newsroom.folder / "feeds"
    assert newsroom.titles("moon") == ["A walk on the Moon"]
    for _ in range(2):
        assert not list(feeds.glob("german.*"))
        assert "german" not in (feeds / "index.html").read_text()
        newsroom.reopen()
        newsroom.run()
    file = newsroom.drop("c.md", markdown("Ein Tag", "Er war lang.", tags="[german]"))
    newsroom.run()
    assert newsroom.titles("german") == ["Ein Tag"]
    file.unlink()
    newsroom.run()
    assert newsroom.titles("german") == []
    assert "german" in (feeds / "index.html").read_text()
