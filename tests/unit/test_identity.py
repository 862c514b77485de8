"""Permanent ids, and what makes two versions the same article."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from feedd import identity
from feedd.identity import is_home, link_key, spellings
from feedd.model import Article, Enclosure, Origin, Zones

DATE = datetime(2025, 3, 1, tzinfo=UTC)
ONE = Article(
    title="A title",
    content="<p>Some text.</p>",
    origin=Origin("test", "utf-8"),
    zones=Zones("A title", "", "one two three four five six seven eight"),
    published=DATE,
)


def test_an_id_is_a_tag_uri_of_inbox_and_path() -> None:
    assert identity.mint("a.example,2025", "inbox", "b/c d.md") == "tag:a.example,2025:inbox/b/c%20d.md"


@pytest.mark.parametrize("name", [b"\xff.md", b"new\nline.md", "ä.md".encode(), b"a#b?c%d.md"])
def test_an_id_is_plain_ascii_whatever_the_name(name: bytes) -> None:
    minted = identity.mint("a.example,2025", "inbox", os.fsdecode(name))
    assert minted.isascii()
    assert minted.isprintable()
    assert " " not in minted
    assert "#" not in minted


def test_ids_of_different_places_differ() -> None:
    names = ["a", "a#2", "a%232", "a/b", "x" * 300, "x" * 301, "ä" * 100, "ä" * 101, "a?b"]
    minted = {identity.mint("a,2025", "inbox", name) for name in names}
    minted |= {
        identity.mint("a,2025", "inbox", "a", taken=1),
        identity.mint("a,2025", "inbox", "a", part="b"),
    }
    assert len(minted) == len(names) + 2
    assert all(len(one) <= 255 for one in minted)


def test_a_feed_and_an_article_never_share_an_id() -> None:
    assert identity.feed_id("a,2025", "x") != identity.mint("a,2025", "topic", "x")


def test_white_space_is_not_visible_but_words_links_and_enclosures_are() -> None:
    seen = identity.visible(ONE)
    assert identity.visible(replace(ONE, content="<p>Some\n  text.</p> ")) == seen
    assert identity.visible(replace(ONE, tags=("new",), published=None)) == seen
    for change in (
        {"title": "Another"},
        {"summary": "A summary"},
        {"content": "<p>Other text.</p>"},
        {"url": "https://example.org/"},
        {"enclosures": (Enclosure("https://example.org/a.mp3", "audio/mpeg"),)},
    ):
        assert identity.visible(replace(ONE, **change)) != seen  # type: ignore[arg-type]


def test_a_version_keeps_its_title_or_its_date_or_its_link_or_its_text() -> None:
    other = replace(ONE, title="Wholly new", zones=Zones("Wholly new", "", "nothing of it was there before"))
    later = replace(other, published=DATE.replace(day=9))
    assert identity.resembles(ONE, replace(later, title="a TITLE"), same_path=True)
    assert not identity.resembles(ONE, replace(later, title="a TITLE"), same_path=False)
    assert identity.resembles(ONE, replace(other, title="a TITLE"), same_path=False)
    assert identity.resembles(ONE, other, same_path=True)
    assert not identity.resembles(ONE, other, same_path=False)
    assert not identity.resembles(ONE, later, same_path=True)
    assert identity.resembles(
        replace(ONE, url="https://e.org/1"), replace(later, url="https://e.org/1"), same_path=False
    )
    longer = Zones("Wholly new", "", ONE.zones.body + " and a good deal more that was added to it later on")
    assert identity.resembles(ONE, replace(later, zones=longer), same_path=True)


def test_articles_without_text_do_not_resemble_each_other() -> None:
    empty = replace(ONE, zones=Zones(), published=None)
    assert not identity.resembles(empty, replace(empty, title="Other"), same_path=True)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("http://e.example/a", "https://e.example/a"),
        ("https://www.e.example/a", "https://E.example/a/"),
        ("https://e.example:443/a", "http://e.example:80/a"),
        ("https://e.example/a?utm_source=rss&utm_medium=feed", "https://e.example/a"),
        ("https://e.example/a?b=1&fbclid=x&c=2", "https://e.example/a?c=2&b=1"),
        ("https://e.example/a#utm_source=rss", "https://e.example/a"),
        ("https://e.example/a?source=rss", "https://e.example/a"),
        ("https://e.example", "https://e.example/"),
    ],
)
def test_two_addresses_of_one_page_have_one_key(one: str, other: str) -> None:
    assert link_key(one) == link_key(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://e.example/a", "https://e.example/b"),
        ("https://e.example/a", "https://e.example/A"),
        ("https://e.example/a", "https://f.example/a"),
        ("https://e.example/a", "https://e.example:8443/a"),
        ("https://e.example/a?p=1", "https://e.example/a?p=2"),
        ("https://e.example/a?source=5", "https://e.example/a"),
        ("https://e.example/a?ref=5", "https://e.example/a?ref=6"),
        ("https://e.example/log#v1", "https://e.example/log#v2"),
        ("urn:a", "urn:b"),
        ("http://[bad/", "http://e.example/"),
        ("http://e.example:port/", "http://e.example/"),
    ],
)
def test_two_pages_have_two_keys(one: str, other: str) -> None:
    assert link_key(one) != link_key(other)


def test_the_key_of_a_key_is_itself_and_what_is_no_web_address_stays() -> None:
    for url in ("https://www.e.example/a/?b=1&utm_x=2#c", "http://E.example:8080/"):
        assert link_key(link_key(url)) == link_key(url)
    for other in ("urn:a", "mailto:a@e.example", "http://[bad/", "ftp://e.example/", "", "http://"):
        assert link_key(other) == other


def test_a_sites_own_address_is_known() -> None:
    assert is_home("http://www.e.example/?utm_source=rss")
    assert not is_home("https://e.example/a")
    assert not is_home("https://e.example/?p=1")
    assert not is_home("https://e.example/#a")


def test_an_id_is_looked_for_with_and_without_the_s() -> None:
    assert spellings("http://e.example/1") == ("http://e.example/1", "https://e.example/1")
    assert spellings("https://e.example/1") == ("https://e.example/1", "http://e.example/1")
    assert spellings("urn:1") == ("urn:1",)
