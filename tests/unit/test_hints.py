"""What feeds tell of how often they should be polled."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from feedd.hints import Hints, read

PUBLISHED = "<entry><updated>2025-09-09T00:00:00Z</updated><published>{:%Y-%m-%dT%H:%M:%SZ}</published></entry>"
START = datetime(2025, 6, 1, 12, tzinfo=UTC)


def items(count: int, hours: float, form: str = "<item><pubDate>{:%a, %d %b %Y %H:%M:%S} GMT</pubDate></item>") -> str:
    return "".join(form.format(START - timedelta(hours=hours * number)) for number in range(count))


def rss(head: str, body: str = "<item/>") -> bytes:
    return f'<rss version="2.0"><channel><title>T</title>{head}{body}</channel></rss>'.encode()


@pytest.mark.parametrize(
    ("head", "hints"),
    [
        ("<ttl>90</ttl>", Hints(ttl=5400, entries=1)),
        ("<ttl>soon</ttl>", Hints(entries=1)),
        ("<sy:updatePeriod>daily</sy:updatePeriod>", Hints(period=86_400, entries=1)),
        ("<sy:updatePeriod> hourly </sy:updatePeriod><sy:updateFrequency>2</sy:updateFrequency>",
         Hints(period=1800, entries=1)),
        ("<sy:updatePeriod>now</sy:updatePeriod>", Hints(entries=1)),
        ("<skipHours><hour>3</hour><hour>24</hour><hour>3</hour></skipHours>", Hints(skip_hours=(0, 3), entries=1)),
        ("<skipDays><day>Sunday</day><day>Monday</day><day>Someday</day></skipDays>",
         Hints(skip_days=(0, 6), entries=1)),
    ],
)  # fmt: skip
def test_what_the_channel_asks_for(head: str, hints: Hints) -> None:
    assert read(rss(head)) == hints


def test_what_stands_in_an_entry_is_nobodys_wish() -> None:
    assert read(rss("", "<item><description>&lt;ttl>5</description></item><ttl>5</ttl>")) == Hints(entries=1)


@pytest.mark.parametrize(
    "body",
    [
        rss("<pubDate>Sun, 01 Jun 2031 12:00:00 GMT</pubDate>", items(20, 6)),
        f"<feed><updated>2031-06-01T12:00:00Z</updated>{items(20, 6, PUBLISHED)}</feed>",
        f'<feed>{items(20, 6, "<entry><updated>{:%Y-%m-%dT%H:%M:%SZ}</updated></entry>")}</feed>',
        '{"version": "https://jsonfeed.org/version/1.1", "items": ['
        + ",".join(items(20, 6, '|{{"content_text": "x", "date_published": "{:%Y-%m-%dT%H:%M:%SZ}"}}').split("|")[1:])
        + "]}",
    ],
    ids=["rss", "atom", "atom without published", "json"],
)  # fmt: skip
def test_the_pace_of_the_newest_entries(body: str | bytes) -> None:
    found = read(body if isinstance(body, bytes) else body.encode())
    assert found == Hints(gap=6 * 3600, newest=START.timestamp(), entries=20)


def test_few_entries_tell_no_pace_and_dates_that_are_none_are_passed_over() -> None:
    assert read(rss("", items(2, 6))) == Hints(entries=2)
    assert read(rss("", "<item><pubDate>some day soon</pubDate></item>" + items(3, 1))).gap == 3600


@pytest.mark.parametrize("body", [b"", b"\xff\xfe<\0r\0", b"<html>", b"<" * 300_000, b"<item " * 100_000, b"[" * 1000])
def test_anything_else_tells_nothing_and_takes_no_time(body: bytes) -> None:
    assert read(body).gap == 0.0


@pytest.mark.parametrize(
    "piece", [b"<ttl> ", b"<day> ", b"<updatePeriod> ", b"<pubDate ", b'"date_published" ', b"<item ", b" "]
)
def test_hostile_repetition_is_read_in_linear_time(piece: bytes) -> None:
    read(piece * (2_000_000 // len(piece)))
