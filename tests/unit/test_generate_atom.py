"""Atom: what RFC 4287 asks for beyond what all formats share."""

from __future__ import annotations

from datetime import UTC, datetime
from html import unescape

from lxml import etree

from feedd.generate import atom
from feedd.model import Article, Enclosure, Entry, Feed, Origin, Person, Related, Site, Topic, Zones

ATOM = {"a": "http://www.w3.org/2005/Atom"}
LANG = "{http://www.w3.org/XML/1998/namespace}lang"
NOON = datetime(2025, 7, 11, 12, 0, 0, 999_999, tzinfo=UTC)
SITE = Site("https://news.example.org/feeds/", "Example News", "news.example.org,2025")


def document(*, content: str = "<p>A body.</p>", site: Site = SITE, **more: object) -> etree._Element:
    article = Article("A title", content, Origin("text", "utf-8"), Zones(), **more)  # type: ignore[arg-type]
    entry = Entry("tag:news.example.org,2025:1", NOON, NOON, article)
    feed = Feed("tag:news.example.org,2025:t", site, Topic("korea", "Korea"), NOON, (entry,))
    return etree.fromstring(atom.write(feed))


def links(root: etree._Element) -> list[dict[str, str]]:
    return [dict(link.attrib) for link in root.iterfind("a:entry/a:link", ATOM)]


def test_every_link_says_what_it_is() -> None:
    root = document(
        url="https://example.org/a",
        enclosures=(
            Enclosure("https://example.org/a.mp3", "audio/mpeg", 12, "The talk"),
            Enclosure("https://example.org/b", "nonsense", 0),
        ),
        related=(Related("Nowhere"), Related("Earlier", None, "https://example.org/b")),
    )
    assert links(root) == [
        {"href": "https://example.org/a", "rel": "alternate"},
        {
            "href": "https://example.org/a.mp3",
            "rel": "enclosure",
            "type": "audio/mpeg",
            "length": "12",
            "title": "The talk",
        },
        {"href": "https://example.org/b", "rel": "enclosure", "length": "0"},
        {"href": "https://example.org/b", "rel": "related", "title": "Earlier"},
    ]


def test_dates_are_whole_seconds_of_utc() -> None:
    root = document()
    for name in ("a:updated", "a:entry/a:updated", "a:entry/a:published"):
        assert root.findtext(name, namespaces=ATOM) == "2025-07-11T12:00:00+00:00"


def test_the_language_is_named_only_where_it_is_not_the_site_s() -> None:
    for given, written in (("EN", None), (None, None), ("uk", "uk"), ("pt_BR", "pt-BR"), ("???", None)):
        root = document(language=given)
        assert root.get(LANG) == "en"
        assert root.find("a:entry", ATOM).get(LANG) == written


def test_a_site_language_that_is_none_is_not_written() -> None:
    root = document(site=Site("https://e.org/", "E", "e,2025", language="english please"), language="uk")
    assert root.get(LANG) is None
    assert root.find("a:entry", ATOM).get(LANG) == "uk"


def test_an_author_needs_a_name_and_keeps_only_an_address_that_is_one() -> None:
    root = document(
        authors=(
            Person(" ", "https://example.org/", "nobody@example.org"),
            Person("Ann", "https://ann.example.org/", "ann@example.org"),
            Person("Bob", "bob's page", "bob at example"),
        )
    )
    authors = [
        {etree.QName(part).localname: part.text for part in author}
        for author in root.iterfind("a:entry/a:author", ATOM)
    ]
    assert authors == [
        {"name": "Ann", "email": "ann@example.org", "uri": "https://ann.example.org/"},
        {"name": "Bob"},
    ]


def test_the_feed_s_author_is_the_site_where_no_author_is_set() -> None:
    assert document().findtext("a:author/a:name", namespaces=ATOM) == "Example News"


def test_content_is_html_and_a_summary_is_text() -> None:
    entry = document(content="<p>a &amp; b</p>", summary="a & b").find("a:entry", ATOM)
    content = entry.find("a:content", ATOM)
    assert (content.get("type"), content.text) == ("html", "<p>a &amp; b</p>")
    summary = entry.find("a:summary", ATOM)
    assert (summary.get("type"), summary.text) == (None, "a & b")


def test_without_content_the_summary_or_the_title_is_shown() -> None:
    for summary, written in (("a < b", "<p>a &lt; b</p>"), ("", "<p>A title</p>")):
        root = document(content="", summary=summary)
        assert root.findtext("a:entry/a:content", namespaces=ATOM) == written


def test_a_link_and_a_summary_need_no_content() -> None:
    root = document(content="", summary="Short.", url="https://example.org/a")
    assert root.find("a:entry/a:content", ATOM) is None
    assert root.findtext("a:entry/a:summary", namespaces=ATOM) == "Short."


def test_rights_stand_on_the_entry_they_belong_to() -> None:
    root = document(rights="© Ann")
    assert root.find("a:rights", ATOM) is None
    assert root.findtext("a:entry/a:rights", namespaces=ATOM) == "© Ann"


def test_a_summary_that_looks_like_html_is_told_as_html_and_read_as_it_was() -> None:
    for summary in ("Use &nbsp; here", "a <b> & </b>"):
        root = document(summary=summary)
        found = root.find("a:entry/a:summary", ATOM)
        assert found.get("type") == "html"
        assert unescape(found.text) == summary
    assert document(summary="AT&T, 1 < 2").find("a:entry/a:summary", ATOM).get("type") is None
