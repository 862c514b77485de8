"""JSON Feed 1.1, read as JSON."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from test_generate_feeds import HOSTILE, NOON, article, feed, rich

from feedd.generate import jsonfeed
from feedd.model import Deleted, Enclosure, Feed, Person, Source


def read(given: Feed) -> dict[str, Any]:
    read: dict[str, Any] = json.loads(jsonfeed.write(given))
    return read


def test_a_feed_says_what_and_where_it_is() -> None:
    found = read(rich())
    assert found.pop("items")
    assert found == {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "Korean Peninsula",
        "home_page_url": "https://news.example.org/feeds/korea.html",
        "feed_url": "https://news.example.org/feeds/korea.json",
        "description": "Seoul, Pyongyang & what lies between",
        "author": {"name": "The Example desk"},
        "authors": [{"name": "The Example desk"}],
        "language": "en",
        "_feedd": {"id": "tag:news.example.org,2025:topic:korea", "rights": "© 2025 Example & Sons"},
    }


def test_an_item_has_what_the_article_has() -> None:
    first, second, _, fourth = read(rich())["items"]
    assert first["id"] == "tag:news.example.org,2025:0"
    assert first["url"] == "https://example.org/%D0%BD%D0%BE%D0%B2%D0%B8%D0%BD%D0%B8?id=7&from=feed"
    assert (first["date_published"], first["date_modified"]) == ("2025-07-11T12:00:00Z", "2025-07-11T12:00:01Z")
    assert first["authors"][0] == first["author"] == {"name": "Ann Example", "url": "https://ann.example.org/"}
    assert first["tags"] == ["Transport", "R&D"]
    assert first["language"] == "en-GB"
    assert first["attachments"][0] == {
        "url": "https://media.example.org/talk%20one.mp3",
        "mime_type": "audio/mpeg",
        "title": "The talk",
        "size_in_bytes": 123456,
    }
    assert first["_feedd"]["related"][1]["title"] == "An earlier <story>"
    assert "author" not in second
    assert fourth["content_html"] == "<p>Nothing but a title</p>"
    assert fourth["url"].startswith("https://news.example.org/feeds/articles/")


def test_every_item_has_content_also_where_a_link_and_a_summary_stand_for_it() -> None:
    item = read(feed(article(content="", summary="a < b", url="https://example.org/a")))["items"][0]
    assert item["content_html"] == "<p>a &lt; b</p>"


def test_hostile_titles_are_read_back_as_they_were_written() -> None:
    assert [item["title"] for item in read(feed(*map(article, HOSTILE)))["items"]] == list(HOSTILE)


def test_what_no_text_may_hold_costs_no_feed() -> None:
    bad = article("bell\x07 half\ud800", authors=(Person("vt\x0b"), Person(" ")), enclosures=(Enclosure("x:", "a"),))
    item = read(feed(bad))["items"][0]
    assert (item["title"], item["authors"], item.get("attachments")) == ("bell half", [{"name": "vt"}], None)


def test_older_items_are_one_document_further() -> None:
    base = "https://news.example.org/feeds/korea/archive"
    assert "next_url" not in read(feed())
    assert read(replace(feed(), archives=3))["next_url"] == f"{base}-3.json"
    assert read(replace(feed(), archives=3, number=3))["next_url"] == f"{base}-2.json"
    assert "next_url" not in read(replace(feed(), archives=3, number=1))


def test_what_has_no_place_in_the_format_stands_under_its_own_key() -> None:
    source = Source("urn:feed", "Theirs", NOON, "https://their.example/feed.xml")
    found = read(replace(feed(article(source=source)), deleted=(Deleted("urn:1", NOON),)))
    assert found["_feedd"]["deleted"] == [{"id": "urn:1", "date_deleted": "2025-07-11T12:00:00Z"}]
    assert found["items"][0]["_feedd"]["source"] == {
        "id": "urn:feed",
        "title": "Theirs",
        "feed_url": "https://their.example/feed.xml",
        "date_modified": "2025-07-11T12:00:00Z",
    }


def test_a_feed_without_items_is_one_all_the_same() -> None:
    assert read(feed())["items"] == []
