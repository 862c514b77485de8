"""Which feeds a page names."""

from __future__ import annotations

from feedd.discovery import Link, links, usual

BASE = "https://site.example/blog/post.html"


def test_typed_links_come_first_in_the_pages_order() -> None:
    page = """
    <head><LINK REL="alternate stylesheet" href="x.css"><link rel="alternate" hreflang="de" href="/de">
    <a href="/rss.xml">RSS</a>
    <link rel="alternate" type="application/json" href="/wp-json/">
    <link rel='Alternate' type='application/rss+xml; charset=utf-8' title=' The  feed ' href='../feed#top'>
    <link rel="alternate" type="application/atom+xml" href="//other.example/atom">
    <link rel="feed" href="plain"><link rel="alternate" type="application/rss+xml">
    <link rel="alternate" type="application/rss+xml" href="javascript:x"></head>
    """
    assert links(page, BASE) == [
        Link("https://site.example/feed", "The feed", "application/rss+xml"),
        Link("https://other.example/atom", "", "application/atom+xml"),
        Link("https://site.example/wp-json/", "", "application/json"),
        Link("https://site.example/blog/plain", "", ""),
        Link("https://site.example/rss.xml", "", ""),
    ]


def test_addresses_begin_at_the_base_element() -> None:
    page = '<base href="https://cdn.example/x/"><link rel=alternate type=text/xml href=feed>'
    assert [link.url for link in links(page, BASE)] == ["https://cdn.example/x/feed"]


def test_links_that_look_like_feeds_are_found_and_others_are_not() -> None:
    page = '<a href="feed/">x</a><a href="/about">x</a><a href="a.atom">x</a><a>x</a><a href="http://[bad/feed">x</a>'
    assert [link.url for link in links(page, BASE)] == [
        "https://site.example/blog/feed/",
        "https://site.example/blog/a.atom",
    ]


def test_a_page_of_any_kind_is_read_to_its_end() -> None:
    assert links("<" * 50_000, BASE) == []
    assert links("<link " * 5_000 + "rel=alternate", BASE) == []
    assert links("\x00<!--<![CDATA[", BASE) == []


def test_usual_places_are_beside_the_page_and_at_the_top() -> None:
    places = list(usual(BASE))
    assert places[0] == "https://site.example/blog/feed"
    assert "https://site.example/atom.xml" in places
    assert len(places) == len(set(places))
    assert next(usual("https://site.example")) == "https://site.example/feed"
