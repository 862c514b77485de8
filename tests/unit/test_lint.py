"""What is wrong with a feed, format by format."""

from __future__ import annotations

import json

import pytest

from feedd.generate import generate
from feedd.lint import lint, refusal

ATOM = """<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom">
<id>tag:example.org,2025:feed</id><title>News</title><updated>2025-01-01T00:00:00Z</updated>
<author><name>Ann</name></author><link rel="self" href="https://example.org/news.atom"/>
<entry><id>tag:example.org,2025:1</id><title>One</title><updated>2025-01-01T00:00:00Z</updated>
<link href="https://example.org/1"/><content type="html">&lt;p&gt;Text&lt;/p&gt;</content></entry>
</feed>"""
RSS = """<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom"><channel>
<title>News</title><link>https://example.org/</link><description>All of it</description>
<atom:link rel="self" href="https://example.org/news.rss"/>
<item><title>One</title><link>https://example.org/1</link><guid>https://example.org/1</guid>
<pubDate>Wed, 01 Jan 2025 00:00:00 +0000</pubDate>
<enclosure url="https://example.org/1.mp3" length="1" type="audio/mpeg"/></item>
</channel></rss>"""
JSON = {
    "version": "https://jsonfeed.org/version/1.1",
    "title": "News",
    "feed_url": "https://example.org/news.json",
    "items": [{"id": "1", "content_html": "<p>Text</p>", "date_published": "2025-01-01T00:00:00Z"}],
}
OPML = '<opml version="2.0"><head/><body><outline text="A" type="rss" xmlUrl="https://example.org/a"/></body></opml>'


def told(document: str | bytes, url: str | None = None) -> list[str]:
    data = document.encode() if isinstance(document, str) else document
    return [f"{'error' if one.is_error else 'warning'}: {one}" for one in lint(data, url=url).problems]


@pytest.mark.parametrize(
    ("document", "kind"), [(ATOM, "Atom"), (RSS, "RSS"), (json.dumps(JSON), "JSON Feed"), (OPML, "OPML")]
)
def test_a_good_document_is_good(document: str, kind: str) -> None:
    verdict = lint(document.encode())
    assert (verdict.kind, verdict.entries, verdict.problems, verdict.is_good) == (kind, 1, (), True)
    assert refusal(document.encode(), entries=1) is None


def test_our_own_documents_are_good() -> None:
    from test_generate_feeds import feed, rich

    for given, warnings in ((rich(), 0), (feed(), 1)):
        for file in generate(given):
            assert refusal(file.data, entries=len(given.entries)) is None
            assert len(lint(file.data).problems) == warnings, file.name


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("<id>tag:example.org,2025:feed</id>", "", "error: has no id (RFC 4287 §4.1.1)"),
        ("<title>One</title>", "", "error: entry 1: has no title (RFC 4287 §4.1.2)"),
        ("<title>One</title>", "<title/>", "warning: entry 1: its title is empty"),
        ("<title>One</title>", "<title>a</title><title>b</title>", "error: entry 1: has 2 of title (RFC 4287 §4.1.2)"),
        (
            "<title>One",
            '<title type="text/html">One',
            "error: entry 1: the type of its title is 'text/html' (RFC 4287 §3.1.1)",
        ),
        ("tag:example.org,2025:1<", "1<", "error: entry 1: its id is no absolute IRI: '1' (RFC 4287 §4.2.6)"),
        (
            "<author><name>Ann</name></author>",
            "",
            "error: entry 1: has no author, and neither has the feed (RFC 4287 §4.1.2)",
        ),
        ("<name>Ann</name>", "<name> </name>", "error: an author has no name (RFC 4287 §3.2.1)"),
        (
            "2025-01-01T00:00:00Z</updated>\n<link",
            "1 May 2025</updated>\n<link",
            "error: entry 1: its updated is no date of RFC 3339: '1 May 2025' (RFC 4287 §3.3)",
        ),
        (
            'href="https://example.org/1"',
            'href="a b"',
            "error: entry 1: a link leads nowhere: 'a b' (RFC 4287 §4.2.7.1)",
        ),
        ('href="https://example.org/1"', 'href="/1"', "warning: entry 1: a link is relative to nothing: '/1'"),
        (
            'href="https://example.org/1"',
            'href="https://example.org/1" type="html"',
            "error: entry 1: the type of a link is no media type: 'html' (RFC 4287 §4.2.7.3)",
        ),
        (
            '<link href="https://example.org/1"/>',
            '<link href="https://e.org/1"/><link href="https://e.org/2"/>',
            "error: entry 1: has several alternate links of one type and language (RFC 4287 §4.1.1)",
        ),
        (
            '<link href="https://example.org/1"/>',
            "<category/>",
            "error: entry 1: a category has no term (RFC 4287 §4.2.2)",
        ),
        (
            "&lt;p&gt;Text",
            "&lt;script&gt;",
            "warning: entry 1: its content holds what readers take out for safety: '<script'",
        ),
        (
            "&lt;p&gt;Text",
            '&lt;img src="/a.png"&gt;',
            "warning: entry 1: its content holds an address that is relative to nothing: '<img src=\"/a.png'",
        ),
        ('type="html"', 'type="CDATA"', "error: entry 1: the type of its content is 'CDATA' (RFC 4287 §4.1.3.1)"),
        ('type="html"', 'type="xhtml"', "error: entry 1: its XHTML isn't inside of one div (RFC 4287 §4.1.3.3)"),
        (
            '<link rel="self" href="https://example.org/news.atom"/>',
            "",
            "warning: has no link to itself (RFC 4287 §4.1.1)",
        ),
        (
            "</entry>",
            "<source><id>a:b</id></source></entry>",
            "warning: entry 1: its source has no title (RFC 4287 §4.2.11)",
        ),
        ("<author>", '<a xmlns="http://purl.org/syndication/history/1.0"/><author>', ""),
        (
            "<author>",
            '<archive xmlns="http://purl.org/syndication/history/1.0"/><author>',
            "warning: is an archive document and has no link to the current one (RFC 5005 §4)",
        ),
        (
            "<author>",
            '<complete xmlns="http://purl.org/syndication/history/1.0"/><link rel="prev-archive" href="a:b"/><author>',
            "error: is complete, and names archive documents all the same (RFC 5005 §2)",
        ),
        (
            "<author>",
            '<deleted-entry xmlns="http://purl.org/atompub/tombstones/1.0" ref="a:b" when="now"/><author>',
            "error: a tombstone has no date of RFC 3339: 'now' (RFC 6721 §3)",
        ),
        ("<feed ", '<feed xml:lang="en_US" ', "error: its language is no tag: 'en_US' (RFC 5646)"),
    ],
)
def test_what_is_wrong_with_atom_is_told(old: str, new: str, problem: str) -> None:
    assert ATOM.count(old) == 1 or old in ("<author>",)
    found = told(ATOM.replace(old, new))
    assert problem in found if problem else found == []


def test_an_entry_twice_is_told_and_two_versions_of_one_are_none() -> None:
    entry = ATOM[ATOM.index("<entry>") : ATOM.index("</feed>")]
    twice = ATOM.replace("</feed>", entry + "</feed>")
    assert told(twice) == [
        "error: holds 2 entries with the id 'tag:example.org,2025:1' and the same date of change (RFC 4287 §4.1.1)"
    ]
    assert told(ATOM.replace("</feed>", entry.replace("00:00:00Z", "00:00:01Z") + "</feed>")) == []


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        (' version="2.0"', "", "error: has no version (RSS 2.0)"),
        ("<description>All of it</description>", "", "error: its channel has no description (RSS 2.0)"),
        (
            "<link>https://example.org/</link>",
            "<link>example.org</link>",
            "error: its link is no address: 'example.org' (RSS 2.0)",
        ),
        ("<title>One</title>", "", "error: item 1: has neither title nor description (RSS 2.0)"),
        ("<title>One</title>", "<title>One</title><title>Two</title>", "error: item 1: has 2 of title (RSS 2.0)"),
        (
            "<title>One</title>",
            "<title>&lt;b&gt;One&lt;/b&gt;</title>",
            "warning: item 1: its title holds markup: '<b>One</b>' (RSS profile)",
        ),
        (
            "<guid>https://example.org/1</guid>",
            "",
            "warning: item 1: has no guid: readers make one of what may change (RSS profile)",
        ),
        (
            "<guid>https://example.org/1",
            "<guid>1",
            "error: item 1: its guid is no address, but isPermaLink says so: '1' (RSS 2.0)",
        ),
        ("<guid>", '<guid isPermaLink="no">', "error: item 1: isPermaLink is 'no' (RSS 2.0)"),
        (
            "Wed, 01 Jan 2025 00:00:00 +0000",
            "2025-01-01",
            "error: item 1: its pubDate is no date of RFC 822: '2025-01-01' (RSS 2.0)",
        ),
        ('length="1"', 'length="?"', "error: item 1: the length of its enclosure is no number: '?' (RSS 2.0)"),
        ('type="audio/mpeg"', "", "error: item 1: the type of its enclosure is no media type: '' (RSS 2.0)"),
        (
            'url="https://example.org/1.mp3"',
            'url="/1.mp3"',
            "error: item 1: its enclosure has no address on the web: '/1.mp3' (RSS 2.0)",
        ),
        ("</item>", "<source>x</source></item>", "error: item 1: its source has no address (RSS 2.0)"),
        ("</channel>", "<language>en_US</language></channel>", "error: its language is no tag: 'en_US' (RSS 2.0)"),
    ],
)
def test_what_is_wrong_with_rss_is_told(old: str, new: str, problem: str) -> None:
    assert RSS.count(old) == 1
    assert problem in told(RSS.replace(old, new))


def test_items_with_one_guid_and_feeds_without_items_or_channel_are_told() -> None:
    item = RSS[RSS.index("<item>") : RSS.index("</channel>")]
    assert told(RSS.replace(item, item * 2)) == ["error: holds 2 items with the guid 'https://example.org/1' (RSS 2.0)"]
    assert told(RSS.replace(item, "")) == ["warning: holds no item"]
    assert told('<rss version="2.0"/>') == ["error: has no channel (RSS 2.0)"]


def test_rss_1_is_judged_by_its_own_rules() -> None:
    rdf = """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/">
    <channel rdf:about="a"><title>A</title><link>https://e.org/</link><description>B</description></channel>
    <item rdf:about="https://e.org/1"><title>One</title><link>https://e.org/1</link></item></rdf:RDF>"""
    assert told(rdf) == []
    assert told(rdf.replace(' rdf:about="https://e.org/1"', "").replace("<title>One</title>", "")) == [
        "error: item 1: has no title (RSS 1.0 §5.5)",
        "error: item 1: has no rdf:about (RSS 1.0 §5.5)",
    ]


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"version": "2"}, "error: its version is none of JSON Feed: '2' (JSON Feed 1.1)"),
        ({"title": ""}, "error: has no title (JSON Feed 1.1)"),
        ({"items": {}}, "error: has no list of items (JSON Feed 1.1)"),
        ({"items": [1]}, "error: item 1: is no JSON object (JSON Feed 1.1)"),
        ({"items": [{"id": 1, "content_text": ""}]}, "error: item 1: has no id that is a text (JSON Feed 1.1)"),
        ({"items": [{"id": "1"}]}, "error: item 1: has neither content_html nor content_text (JSON Feed 1.1)"),
        ({"items": JSON["items"] * 2}, "error: holds 2 items with the id '1' (JSON Feed 1.1)"),  # type: ignore[operator]
        ({"feed_url": "x"}, "error: its feed_url is no address: 'x' (JSON Feed 1.1)"),
        ({"items": []}, "warning: holds no item"),
    ],
)
def test_what_is_wrong_with_a_json_feed_is_told(change: dict[str, object], problem: str) -> None:
    assert problem in told(json.dumps({**JSON, **change}))


@pytest.mark.parametrize(
    ("document", "problem"),
    [
        (b"", "error: is empty"),
        (ATOM.encode()[:300], "is not well-formed"),
        (b"<html><body/></html>", "error: is XML, but no feed: its root is 'html'"),
        (b"plain words", "is not well-formed"),
        (b'{"a":', "is no JSON"),
        (b"[1]", "is no JSON object"),
        (b'{"a": "\xff"}', "is not UTF-8"),
        (b"[" * 100_000, "is no JSON"),
        (b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "x">]><feed>&b;</feed>', "declares entities"),
        (ATOM.replace("One", "\udcff").encode("utf-8", "surrogateescape"), "is not well-formed"),
        (b"<a>" * 100_000, "is not well-formed"),
        (RSS.encode().replace(b"One", b"One\x07"), "is not well-formed"),
        (b"<opml version='2.0'><head/><body/></opml>", "has not a head and a body with an outline"),
    ],
)
def test_what_is_no_feed_is_one_error(document: bytes, problem: str) -> None:
    found = told(document)
    assert problem in found[0]
    assert found[0].startswith("error: ")
    assert refusal(document, entries=0) is not None


def test_where_it_stands_and_how_long_it_is_matters() -> None:
    assert told(ATOM, "https://example.org/news.atom") == []
    assert told(ATOM, "https://example.org/other") == ["warning: says that it stands at https://example.org/news.atom"]
    assert "1,000,000" in told(ATOM.replace("Text", "word " * 250_000))[0]


def test_a_document_that_lost_its_entries_is_refused() -> None:
    assert refusal(ATOM.encode(), entries=2) == "holds 1 entries instead of 2"


def test_of_one_problem_only_the_first_are_told() -> None:
    bad = "".join(f"<entry><id>{number}</id></entry>" for number in range(1000))
    assert len(told(ATOM.replace("</feed>", bad + "</feed>"))) < 150
