"""The index page: what people see, what readers discover, what it must never do."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from lxml import html

from feedd.generate import FORMATS, Listing, index
from feedd.model import Site, Topic

SITE = Site("https://news.example.org/feeds/", "Example & <News>", "news.example.org,2025", language="en")
KOREA = Listing(
    Topic("korea", "Korean Peninsula", "Seoul & <Pyongyang>"),
    12,
    datetime(2025, 7, 11, 8, 4, 49, 7, tzinfo=UTC),
)
SPORT = Listing(Topic("sport", "Sport"), 1, datetime(2025, 7, 10, tzinfo=UTC))
QUIET = Listing(Topic("quiet", "Quiet"), 0, None)


def page(*topics: Listing, site: Site = SITE) -> str:
    return index(site, topics)[0].data.decode()


def tree(*topics: Listing, site: Site = SITE) -> html.HtmlElement:
    return html.document_fromstring(page(*topics, site=site))


def text(element: html.HtmlElement) -> str:
    return " ".join(element.text_content().split())


def test_there_are_a_page_and_its_stylesheet() -> None:
    files = index(SITE, [KOREA])
    assert [(file.name, file.media_type) for file in files] == [
        ("index.html", "text/html; charset=utf-8"),
        ("style.css", "text/css; charset=utf-8"),
        ("topics.opml", "text/x-opml; charset=utf-8"),
    ]
    assert files[1].data.startswith(b":root")


def test_every_feed_of_every_topic_can_be_discovered_atom_first() -> None:
    found = [
        (link.get("type"), link.get("title"), link.get("href"))
        for link in tree(KOREA, SPORT).xpath("//head/link[@rel='alternate']")
    ]
    assert found == [
        ("application/atom+xml", "Korean Peninsula (Atom)", "korea.atom"),
        ("application/rss+xml", "Korean Peninsula (RSS)", "korea.rss"),
        ("application/feed+json", "Korean Peninsula (JSON)", "korea.json"),
        ("application/atom+xml", "Sport (Atom)", "sport.atom"),
        ("application/rss+xml", "Sport (RSS)", "sport.rss"),
        ("application/feed+json", "Sport (JSON)", "sport.json"),
        ("text/x-opml", "Example & <News> (OPML)", "topics.opml"),
    ]


def test_a_topic_shows_its_title_description_entries_last_update_and_feeds() -> None:
    items = tree(KOREA, SPORT, QUIET).xpath("//li")
    assert [text(part) for part in items[0]] == [
        "Korean Peninsula",
        "Seoul & <Pyongyang>",
        "12 entries, updated 2025-07-11 08:04 UTC",
        "Atom RSS JSON",
    ]
    assert [text(part) for part in items[1]] == [
        "Sport",
        "1 entry, updated 2025-07-10 00:00 UTC",
        "Atom RSS JSON",
    ]
    assert [text(part) for part in items[2]] == ["Quiet", "No entries yet", "Atom RSS JSON"]
    assert items[0].xpath(".//time/@datetime") == ["2025-07-11T08:04:49Z"]
    assert items[0].xpath(".//a/@href") == ["korea.html", *(f"korea{row.suffix}" for row in FORMATS)]


def test_topics_stand_in_the_order_given() -> None:
    assert [text(head) for head in tree(SPORT, QUIET, KOREA).xpath("//h2")] == [
        "Sport",
        "Quiet",
        "Korean Peninsula",
    ]


def test_without_topics_the_page_says_so_kindly() -> None:
    root = tree()
    assert "no topics yet" in text(root)
    assert root.xpath("//ul | //link[@rel='alternate']") == []


@pytest.mark.parametrize("topic_id", ["новини дня", "a:b", "50%", "b?c#d", '"><script>'])
def test_addresses_are_relative_whatever_a_topic_is_called(topic_id: str) -> None:
    root = tree(replace(KOREA, topic=Topic(topic_id, "T")))
    assert root.xpath("//link[@rel='canonical']/@href") == [SITE.url]
    for href in root.xpath("//*[not(@rel='canonical')]/@href"):
        assert re.fullmatch(r"[A-Za-z0-9._~%-]+", href)
    assert root.xpath("//script") == []


def test_the_page_runs_and_loads_nothing_but_its_stylesheet() -> None:
    root = tree(KOREA)
    policy = root.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")[0]
    assert policy.startswith("default-src 'none'; style-src 'self'")
    assert root.xpath("//script | //style | //img | //iframe | //@style | //@src") == []
    assert b"url(" not in index(SITE, [])[1].data
    assert b"@import" not in index(SITE, [])[1].data


def test_what_people_wrote_is_escaped() -> None:
    source = page(Listing(Topic("x", '<img src=x> & "q"', "<script>"), 0, None))
    assert "<img" not in source
    assert "<script" not in source
    assert "Example &amp; &lt;News&gt;" in source


def test_the_page_names_its_language_and_falls_back_on_english() -> None:
    assert tree(site=replace(SITE, language="uk")).get("lang") == "uk"
    assert tree(site=replace(SITE, language="???")).get("lang") == "en"


def test_rights_stand_in_the_footer_only_where_there_are_any() -> None:
    assert text(tree(site=replace(SITE, rights="© Example")).xpath("//footer")[0]) == "© Example"
    assert tree().xpath("//footer") == []


def test_a_name_that_is_not_text_does_not_cost_the_page() -> None:
    root = tree(Listing(Topic("caf\udce9", "Caf\udce9"), 0, None))
    assert text(root.xpath("//h2")[0]) == "Caf"


def test_the_same_topics_give_the_same_bytes() -> None:
    assert index(SITE, [KOREA, QUIET]) == index(SITE, [KOREA, QUIET])
