"""What a subscriber sees of upstream feeds that join the topics: the pipeline over real responses in a real spool."""

from __future__ import annotations

import shutil
from datetime import timedelta
from pathlib import Path

from newsroom import KOREA, Newsroom
from upstreamfeeds import DAILY, WIRE, item, rss

from feedd.model import Topic
from feedd.rules import Rule
from feedd.spool import key_of


def test_entries_of_an_upstream_feed_are_entries_of_its_topics_and_name_it(desk: Newsroom) -> None:
    desk.respond(DAILY, rss(item("One"), item("Two")))
    assert desk.run().added == 2
    assert sorted(desk.titles("korea")) == ["One", "Two"]
    assert not desk.titles("ukraine")
    entry = desk.feed("korea").entries[0]
    assert entry.source.title == "The Daily"
    assert [link.href for link in entry.source.links] == [DAILY, "https://daily.example/"]
    assert entry.author == "The Daily"
    assert desk.ids()["One"] == "https://daily.example/one"
    assert desk.feed("korea", "rss").entries[0].source.href == DAILY


def test_a_response_is_gone_once_its_entries_are_kept_and_one_that_is_no_feed_is_put_aside(desk: Newsroom) -> None:
    desk.respond(DAILY, rss(item("One")))
    desk.respond(WIRE, "<html><body>Please log in</body></html>", type="text/html")
    assert desk.run().quarantined == 1
    files = {path.name for path in (desk.folder / "state" / "spool").rglob("*.http")}
    assert len(files) == 1
    assert (kept := desk.spool.aside(WIRE)) is not None
    assert b"Please log in" in kept.read_bytes()
    (row,) = desk.archive.aside()
    assert str(row.place) == WIRE
    assert "a web page, and no feed" in row.reason
    desk.respond(WIRE, rss(item("Later", guid="w:1")))
    desk.run()
    assert desk.archive.aside() == []


def test_an_entry_that_leaves_the_upstream_feed_stays(desk: Newsroom) -> None:
    desk.respond(DAILY, rss(item("One"), item("Two")))
    desk.run()
    desk.respond(DAILY, rss(item("Three"), item("Two")))
    outcome = desk.run()
    assert (outcome.added, outcome.unchanged, outcome.withdrawn) == (1, 1, 0)
    assert sorted(desk.titles()) == ["One", "Three", "Two"]


def test_with_keep_off_an_entry_that_leaves_is_withdrawn(desk: Newsroom) -> None:
    desk.subscribe(DAILY, "korea", keep=False)
    desk.reopen()
    desk.respond(DAILY, rss(item("One"), item("Two")))
    desk.run()
    desk.respond(DAILY, rss(item("Two")))
    assert desk.run().withdrawn == 1
    assert desk.titles() == ["Two"]


def test_responses_are_taken_in_in_their_order(desk: Newsroom) -> None:
    for number in range(5):
        desk.respond(DAILY, rss(item(f"Number {number}"), item("Moving", description=f"State {number}")))
    desk.run()
    assert len(desk.titles()) == 6
    (moving,) = [entry for entry in desk.feed().entries if entry.title == "Moving"]
    assert moving.content[0].value == "State 4"


def test_the_same_again_changes_nothing_whatever_the_channel_says_of_its_time(desk: Newsroom) -> None:
    desk.respond(DAILY, rss(item("One"), item("Two")))
    desk.run()
    before = desk.snapshot()
    desk.wait(hours=1)
    stirred = rss("<lastBuildDate>Sun, 01 Jun 2025 13:00:00 GMT</lastBuildDate>", item("One"), item("Two"))
    desk.respond(DAILY, stirred)
    outcome = desk.run()
    assert (outcome.added, outcome.updated, outcome.unchanged) == (0, 0, 2)
    assert not outcome.dirty
    assert desk.snapshot() == before


def test_http_and_https_make_no_difference_to_an_id(desk: Newsroom) -> None:
    desk.respond(DAILY, rss(item("One", guid="http://daily.example/1")))
    desk.run()
    desk.respond(DAILY, rss(item("One", guid="https://daily.example/1")))
    assert desk.run().added == 0
    assert desk.ids() == {"One": "http://daily.example/1"}


def test_dates_far_ahead_or_missing_are_those_of_first_sight(desk: Newsroom) -> None:
    soon = (desk.now + timedelta(minutes=30)).strftime("%a, %d %b %Y %H:%M:%S GMT")
    late = (desk.now + timedelta(hours=2)).strftime("%a, %d %b %Y %H:%M:%S GMT")
    desk.respond(DAILY, rss(item("Missing", pubDate=""), item("Ahead", pubDate=late), item("Soon", pubDate=soon)))
    desk.run()
    published = {stored.article.title: stored.published for stored in desk.stored()}
    assert published["Missing"] == published["Ahead"] == desk.now
    assert published["Soon"] == desk.now + timedelta(minutes=30)
    desk.wait(days=1)
    desk.respond(
        DAILY, rss(item("New and undated", pubDate=""), item("Missing", pubDate=""), item("Ahead", pubDate=late))
    )
    desk.run()
    after = {stored.article.title: stored.published for stored in desk.stored()}
    assert after.pop("New and undated") == desk.now
    assert after == published


def test_entries_without_dates_stand_in_the_feeds_own_order(desk: Newsroom) -> None:
    desk.respond(DAILY, rss(*(item(f"Entry {number}", pubDate="") for number in range(9, 0, -1))))
    desk.run()
    assert desk.titles() == [f"Entry {number}" for number in range(9, 0, -1)]


def test_an_edit_moves_updated_and_an_entry_never_moves_to_another_date(desk: Newsroom) -> None:
    desk.respond(DAILY, rss(item("One")))
    desk.run()
    (first,) = desk.feed().entries
    desk.wait(hours=3)
    desk.respond(DAILY, rss(item("One", description="Corrected.", pubDate="Sun, 01 Jun 2025 14:00:00 GMT")))
    desk.run()
    (second,) = desk.feed().entries
    assert second.id == first.id
    assert second.published == first.published
    assert second.updated_parsed > first.updated_parsed
    assert second.content[0].value == "Corrected."


def test_an_entry_that_changes_at_every_look_is_left_alone_after_some(desk: Newsroom) -> None:
    seen = set()
    for number in range(40):
        desk.wait(hours=1)
        desk.respond(DAILY, rss(item("One", description=f"Seen {number} times")))
        desk.run()
        seen.add(desk.feed().entries[0].updated)
    assert len(seen) == 1 + 24
    desk.respond(
        DAILY,
        '<feed xmlns="http://www.w3.org/2005/Atom"><id>u:1</id><title>The Daily</title>'
        "<entry><id>https://daily.example/one</id><title>One</title><updated>2025-06-02T12:00:00Z</updated>"
        '<published>2025-05-31T12:00:00Z</published><link href="https://daily.example/one"/>'
        "<summary>Said to be changed</summary></entry></feed>",
    )
    desk.run()
    assert desk.feed().entries[0].content[0].value == "Said to be changed"


def test_with_keep_off_a_planets_entry_leaves_and_a_damaged_response_takes_none_away(desk: Newsroom) -> None:
    desk.subscribe(DAILY, "korea", keep=False)
    desk.reopen()
    source = '<source url="https://moon.example/">Moon</source>'
    entries = [item(f"E{number}").replace("</item>", f"{source}</item>") for number in range(6)]
    desk.respond(DAILY, rss(*entries))
    desk.run()
    desk.respond(DAILY, rss(item("Fresh"), *entries)[:900])
    desk.run()
    assert {f"E{number}" for number in range(6)} <= set(desk.titles())
    desk.respond(DAILY, rss(*entries[:2]))
    desk.run()
    assert sorted(desk.titles()) == ["E0", "E1"]


def test_an_archive_that_knows_nothing_of_a_feed_has_it_asked_for_anew(desk: Newsroom) -> None:
    shutil.rmtree(desk.folder / "state" / "spool" / "anew")
    desk.respond(DAILY, rss(item("One")))
    desk.run()
    desk.reopen()
    anew = {path.name for path in (desk.folder / "state" / "spool" / "anew").iterdir()}
    assert anew == {key_of(WIRE)}


def test_a_response_that_somebody_takes_away_withdraws_nothing(desk: Newsroom) -> None:
    desk.subscribe(DAILY, "korea", keep=False)
    desk.reopen()
    desk.respond(DAILY, rss(item("One")))
    desk.run()
    desk.respond(DAILY, rss(item("Two")))
    changes = desk.spool.take()
    (desk.spool.folder(DAILY) / "feed.http").unlink()
    desk.intake.ingest(changes)
    desk.run()
    assert desk.titles() == ["One"]


def test_other_topics_of_a_feed_are_those_of_what_it_brought_already(desk: Newsroom) -> None:
    desk.respond(DAILY, rss(item("One")))
    desk.run()
    desk.subscribe(DAILY, "ukraine")
    desk.reopen()
    desk.run()
    assert desk.titles("ukraine") == ["One"]
    assert not desk.titles("korea")


def test_without_topics_rules_decide_and_they_may_ask_for_the_feed(tmp_path: Path) -> None:
    rules = (Rule(Topic("wire", "From the wire"), sources=("wire.example",)), KOREA)
    desk = Newsroom(tmp_path, rules=rules)
    desk.subscribe(DAILY)
    desk.subscribe(WIRE)
    desk.reopen()
    desk.respond(DAILY, rss(item("Seoul by night")))
    desk.respond(WIRE, rss(item("Rain", guid="w:1", link="")))
    desk.run()
    assert (desk.titles("korea"), desk.titles("wire")) == (["Seoul by night"], ["Rain"])
    desk.archive.close()


def test_relative_addresses_begin_where_the_feed_was_read(desk: Newsroom) -> None:
    desk.respond(
        DAILY,
        '<feed xmlns="http://www.w3.org/2005/Atom"><id>u:f</id><title>T</title><entry><id>u:1</id><title>E</title>'
        '<link href="e1"/><updated>2025-05-31T12:00:00Z</updated>'
        '<content type="html">&lt;a href="x"&gt;x&lt;/a&gt;</content></entry></feed>',
        location="https://mirror.example/deep/feed.xml",
    )
    desk.run()
    (entry,) = desk.feed("korea").entries
    assert entry.link == "https://mirror.example/deep/e1"
    assert 'href="https://mirror.example/deep/x"' in entry.content[0].value


def test_whatever_is_under_way_at_a_kill_is_taken_in_at_the_next_start(desk: Newsroom) -> None:
    desk.respond(DAILY, rss(item("One")))
    desk.respond(DAILY, rss(item("Two")))
    (first,) = desk.spool.take()
    assert first.stat is not None
    desk.reopen()  # what was taken was never done
    assert desk.run().added == 2
    assert sorted(desk.titles()) == ["One", "Two"]
