"""Which entries of upstream feeds are one: of one feed under other ids, of several feeds, beside files."""

from __future__ import annotations

import json
import logging

import pytest
from newsroom import Newsroom, markdown
from upstreamfeeds import DAILY, WIRE, item, rss


def test_a_feed_that_changes_all_its_ids_floods_nobody(desk: Newsroom, caplog: pytest.LogCaptureFixture) -> None:
    desk.respond(DAILY, rss(*(item(f"Story {number}", guid=f"old-{number}") for number in range(10))))
    desk.run()
    before = desk.ids()
    desk.wait(days=1)
    moved = [item(f"Story {number}", guid=f"https://daily.example/?p={number}") for number in range(10)]
    with caplog.at_level(logging.WARNING):
        desk.respond(DAILY, rss(item("Fresh"), *moved))
        outcome = desk.run()
    assert outcome.added == 1
    assert {title: id_ for title, id_ in desk.ids().items() if title != "Fresh"} == before
    assert "gives 10 of its 11 entries other ids" in caplog.text
    # From then on they are known by these, whatever becomes of the rest.
    edited = [item(f"Renamed {number}", guid=f"https://daily.example/?p={number}", link="") for number in range(10)]
    desk.respond(DAILY, rss(*edited))
    assert desk.run().added == 0
    assert set(before.values()) < set(desk.ids().values())


def test_a_new_system_behind_a_feed_floods_nobody(desk: Newsroom) -> None:
    def told(number: int, when: str) -> dict[str, str]:
        return {"pubDate": f"Fri, 30 May 2025 {number:02}:00:00 {when}"}

    desk.respond(DAILY, rss(*(item(f"Story {number}", **told(number, "GMT")) for number in range(10))))
    desk.run()
    before = desk.ids()
    moved = [
        item(
            f"Story {number}",
            guid=f"urn:cms:{number}",
            link=f"https://new.example/2025/{number}.html",
            **told(number, "-0100"),
        )
        for number in range(10)
    ]
    desk.respond(DAILY, rss(*moved))
    assert desk.run().added == 0
    assert desk.ids() == before


def test_the_same_story_of_several_feeds_is_one_entry_that_names_all(desk: Newsroom) -> None:
    desk.respond(DAILY, rss(item("A bridge", link="http://www.daily.example/bridge?utm_source=rss")))
    desk.run()
    desk.respond(WIRE, rss(item("A bridge, they say", guid="w:7", link="https://daily.example/bridge/"), title="Wire"))
    outcome = desk.run()
    assert (outcome.added, outcome.updated) == (0, 1)
    assert desk.titles("korea") == desk.titles("ukraine") == ["A bridge"]
    (entry,) = desk.feed("ukraine").entries
    assert entry.link == "http://www.daily.example/bridge?utm_source=rss"
    assert entry.source.title == "The Daily"
    (related,) = [link for link in entry.links if link.rel == "related"]
    assert (related.href, related.title) == ("https://daily.example/", "The Wire, as we call it")
    (printed,) = json.loads((desk.folder / "feeds" / "ukraine.json").read_bytes())["items"]
    assert [one["feed_url"] for one in printed["_feedd"]["also_in"]] == [WIRE]
    # Whichever of them tells it again, it stays one, and what the first one says counts.
    desk.respond(WIRE, rss(item("A bridge, they say more", guid="w:7", link="https://daily.example/bridge/")))
    desk.respond(
        DAILY, rss(item("A bridge, open", guid="https://daily.example/a-bridge", link="https://daily.example/bridge"))
    )
    desk.run()
    assert desk.titles("korea") == desk.titles("ukraine") == ["A bridge, open"]
    assert len(desk.feed("ukraine").entries[0].source.links) == 2


def test_the_same_guid_in_two_feeds_is_one_story_only_where_the_story_is_the_same(desk: Newsroom) -> None:
    shared = {"guid": "urn:press:8", "link": ""}
    desk.respond(DAILY, rss(item("A treaty is signed", **shared)))
    desk.respond(WIRE, rss(item("A treaty is signed", **shared)))
    desk.run()
    assert desk.titles("all") == ["A treaty is signed"]
    desk.respond(WIRE, rss(item("Hats are out of fashion", **shared, description="Nobody wears any of them now.")))
    desk.run()
    assert sorted(desk.titles("all")) == ["A treaty is signed", "Hats are out of fashion"]


def test_entries_that_all_link_to_one_page_stay_entries_of_their_own(desk: Newsroom) -> None:
    one_page = {"link": "https://show.example/episodes"}
    desk.respond(DAILY, rss(*(item(f"Episode {number}", guid=f"e{number}", **one_page) for number in range(3))))
    desk.respond(WIRE, rss(*(item(f"Folge {number}", guid=f"f{number}", **one_page) for number in range(3))))
    desk.run()
    assert len(desk.titles()) == 6


def test_entries_without_ids_that_share_link_and_title_stay_entries_of_their_own(desk: Newsroom) -> None:
    def thread(day: int) -> str:
        date = f"Thu, {day:02} May 2025 12:00:00 GMT"
        return item("Open thread", guid="", link="https://daily.example/open", pubDate=date, description=f"Day {day}.")

    desk.respond(DAILY, rss(thread(2), thread(1)))
    desk.run()
    desk.respond(DAILY, rss(thread(3), thread(2), thread(1)))
    desk.run()
    assert len(desk.titles()) == 3


def test_entries_with_ids_that_share_link_and_title_stay_entries_of_their_own(desk: Newsroom) -> None:
    def thread(day: int) -> str:
        return item("Open thread", guid=f"thread-{day}", link="https://daily.example/open", description=f"Day {day}.")

    for last in range(1, 6):
        desk.respond(DAILY, rss(*(thread(day) for day in range(last, 0, -1))))
        desk.run()
    assert len(desk.titles()) == 5


def test_a_column_with_one_address_and_title_is_another_entry_each_day(desk: Newsroom) -> None:
    for day in range(1, 5):
        date = f"Thu, {day:02} May 2025 12:00:00 GMT"
        column = item("Today", guid=f"today-{day}", link="https://daily.example/today", pubDate=date)
        desk.respond(DAILY, rss(column))
        desk.run()
    assert len(desk.titles()) == 4


def test_a_monitor_that_says_the_same_each_hour_tells_of_each_time(desk: Newsroom) -> None:
    def down(hour: int) -> str:
        date = f"Thu, 01 May 2025 {hour:02}:00:00 GMT"
        return item("[DOWN] shop", guid=f"down-{hour}", link="https://daily.example/shop", pubDate=date)

    for hour in range(8):
        desk.respond(DAILY, rss(*(down(one) for one in range(hour, max(hour - 2, -1), -1))))
        desk.run()
    assert len(desk.titles()) == 8
    desk.respond(DAILY, rss(*(down(hour) for hour in range(20, 12, -1))))  # all that was listed has rolled off
    desk.run()
    assert len(desk.titles()) == 16


def test_entries_of_two_feeds_that_share_a_link_stay_what_they_are_in_any_order(desk: Newsroom) -> None:
    live = {"link": "https://daily.example/live"}
    desk.respond(DAILY, rss(item("Ticker", **live)))
    desk.run()
    told: list[str] = []
    for name in ("Alpha", "Beta", "Gamma", "Delta"):
        told.insert(
            0, item(name, guid=f"w:{name}", description=f"All that there is to be told of {name} today.", **live)
        )
        desk.respond(WIRE, rss(*told))
        desk.run()
    # The first of them is taken for the same story, for that is what an address says; the others are not.
    assert sorted(desk.titles()) == ["Beta", "Delta", "Gamma", "Ticker"]


def test_a_note_about_a_page_is_not_what_a_feed_brought_from_there(desk: Newsroom) -> None:
    desk.respond(DAILY, rss(item("One")))
    desk.run()
    desk.drop(
        "note.md", markdown("My own comment", "I do not agree with a word of it.", url="https://daily.example/one")
    )
    desk.run()
    assert sorted(desk.titles()) == ["My own comment", "One"]


def test_a_story_whose_file_is_taken_away_again_comes_back_with_its_feed(desk: Newsroom) -> None:
    desk.respond(DAILY, rss(item("One"), item("Two")))
    desk.run()
    file = desk.drop("one.md", markdown("One, by hand", id="https://daily.example/one"))
    desk.run()
    desk.respond(DAILY, rss(item("Three"), item("One"), item("Two")))
    desk.run()
    file.unlink()
    desk.run()
    assert "One, by hand" not in desk.titles()
    desk.respond(DAILY, rss(item("Four"), item("Three"), item("One"), item("Two")))
    desk.run()
    assert sorted(desk.titles()) == ["Four", "One", "Three", "Two"]


def test_an_older_form_of_an_entry_behind_the_one_that_is_known_changes_nothing(desk: Newsroom) -> None:
    new = item("New", guid="g", pubDate="Sat, 31 May 2025 12:00:00 GMT")
    old = item("Old", guid="g", pubDate="Fri, 30 May 2025 12:00:00 GMT")
    desk.respond(DAILY, rss(new))
    desk.run()
    desk.respond(DAILY, rss(new, old))
    desk.run()
    assert desk.titles() == ["New"]


def test_an_id_with_and_without_the_s_in_one_response_is_one_entry(desk: Newsroom) -> None:
    desk.respond(DAILY, rss(item("One", guid="https://d.example/1"), item("One", guid="http://d.example/1")))
    desk.run()
    assert desk.titles() == ["One"]


def test_a_feed_that_calls_itself_otherwise_at_each_look_is_one_source(desk: Newsroom) -> None:
    for number in range(5):
        desk.respond(
            DAILY,
            f'<feed xmlns="http://www.w3.org/2005/Atom"><id>urn:uuid:{number}</id><title>T</title><entry><id>u:1</id>'
            "<title>E</title><updated>2025-05-31T12:00:00Z</updated></entry></feed>",
        )
        assert desk.run().updated == 0
    (stored,) = desk.stored()
    assert stored.article.also_in == ()


def test_one_feed_under_two_addresses_is_in_the_topics_of_both(desk: Newsroom) -> None:
    body = (
        '<feed xmlns="http://www.w3.org/2005/Atom"><id>u:one</id><title>One</title><updated>2025-05-31T12:00:00Z</updated>'
        "<entry><id>u:1</id><title>E</title><updated>2025-05-31T12:00:00Z</updated></entry></feed>"
    )
    desk.respond(DAILY, body)
    desk.respond(WIRE, body)
    desk.run()
    assert desk.titles("korea") == desk.titles("ukraine") == ["E"]


def test_a_sites_own_address_says_nothing_of_a_story(desk: Newsroom) -> None:
    desk.respond(DAILY, rss(item("Here", guid="d:1", link="https://daily.example/")))
    desk.respond(WIRE, rss(item("There", guid="w:1", link="https://daily.example")))
    desk.run()
    assert sorted(desk.titles()) == ["Here", "There"]


def test_a_file_of_the_operators_counts_more_than_an_upstream_feed(desk: Newsroom) -> None:
    desk.respond(DAILY, rss(item("One")))
    desk.run()
    desk.drop("one.md", markdown("One, by hand", id="https://daily.example/one"))
    desk.run()
    assert desk.titles() == ["One, by hand"]
    desk.respond(DAILY, rss(item("One again", guid="https://daily.example/one")))
    desk.run()
    assert desk.titles() == ["One, by hand"]
    assert desk.ids() == {"One, by hand": "https://daily.example/one"}


def test_a_feed_that_is_no_longer_subscribed_keeps_its_entries_and_another_goes_on_with_them(desk: Newsroom) -> None:
    same = {"guid": "https://press.example/8"}
    desk.respond(DAILY, rss(item("A treaty is signed", **same)))
    desk.run()
    del desk.upstream[DAILY]
    desk.reopen()
    desk.run()
    assert desk.titles() == ["A treaty is signed"]
    desk.respond(WIRE, rss(item("A treaty is signed", **same, description="More is known of it now.")))
    desk.run()
    (entry,) = desk.feed("ukraine").entries
    assert entry.content[0].value == "More is known of it now."


def test_an_entry_of_a_planet_names_the_feed_that_it_is_from(desk: Newsroom) -> None:
    desk.respond(
        DAILY,
        '<feed xmlns="http://www.w3.org/2005/Atom"><id>u:planet</id><title>A planet</title>'
        "<updated>2025-05-31T12:00:00Z</updated><entry><id>u:1</id><title>Far away</title>"
        "<updated>2025-05-31T12:00:00Z</updated><author><name>Lee</name></author><content>Text.</content>"
        "<source><id>u:moon</id><title>The Moon's blog</title><updated>2025-05-30T12:00:00Z</updated>"
        '<link rel="self" href="https://moon.example/atom"/></source></entry></feed>',
    )
    desk.run()
    (entry,) = desk.feed("korea").entries
    assert (entry.source.title, entry.source.id, entry.author) == ("The Moon's blog", "u:moon", "Lee")
    assert [link.title for link in entry.links if link.rel == "related"] == ["A planet"]
    page = (desk.folder / "feeds" / "korea.html").read_text()
    assert '<span dir="auto">Lee</span> · <span dir="auto">The Moon&#39;s blog</span>' in page
    # It has no address: the page that feedd makes of it names both, too.
    (page,) = (path.read_text() for path in (desk.folder / "feeds" / "articles").glob("*.html"))
    assert "The Moon&#39;s blog" in page
    assert "A planet" in page
