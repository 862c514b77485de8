"""RSS 2.0: what the profile of the RSS Advisory Board asks for beyond what all formats share."""

from __future__ import annotations

from datetime import UTC, datetime

from lxml import etree

from feedd.generate import rss
from feedd.model import Article, Enclosure, Entry, Feed, Origin, Person, Site, Topic, Zones

ENCODED = "{http://purl.org/rss/1.0/modules/content/}encoded"
CREATOR = "{http://purl.org/dc/elements/1.1/}creator"
NOON = datetime(2025, 7, 11, 12, 0, 0, 999_999, tzinfo=UTC)
SITE = Site("https://news.example.org/feeds/", "Example News", "news.example.org,2025")
TOPIC = Topic("korea", "Korea")


def written(
    title: str = "A title",
    *,
    content: str = "<p>A body.</p>",
    entry_id: str = "tag:news.example.org,2025:1",
    topic: Topic = TOPIC,
    **more: object,
) -> bytes:
    article = Article(title, content, Origin("text", "utf-8"), Zones(), **more)  # type: ignore[arg-type]
    entry = Entry(entry_id, NOON, NOON, article)
    return rss.write(Feed("tag:news.example.org,2025:t", SITE, topic, NOON, (entry,)))


def item(title: str = "A title", **more: object) -> etree._Element:
    found = etree.fromstring(written(title, **more)).find("channel/item")  # type: ignore[arg-type]
    assert found is not None
    return found


def test_plain_texts_use_hexadecimal_references() -> None:
    data = written(
        '<naïve> & "quotes" ]]>', tags=("R&D",), authors=(Person("A & B"),), topic=Topic("t", "T & T", "<t>")
    )
    text = data.decode()
    assert '<title>&#x3C;naïve&#x3E; &#x26; "quotes" ]]&#x3E;</title>' in text
    assert "<category>R&#x26;D</category>" in text
    assert "<dc:creator>A &#x26; B</dc:creator>" in text
    assert "<title>T &#x26; T</title>" in text
    assert "<description>&#x3C;t&#x3E;</description>" in text


def test_a_text_of_nothing_but_markup_signs_stays_on_its_line() -> None:
    assert b"    <title>&#x26;&#x3C;</title>\n" in written("&<")


def test_a_summary_becomes_html_so_it_is_escaped_twice() -> None:
    data = written(summary="a <b> & c")
    assert b"<description>a &amp;lt;b&amp;gt; &amp;amp; c</description>" in data


def test_summary_and_content_stand_side_by_side() -> None:
    found = item(summary="Short.")
    assert found.findtext("description") == "Short."
    assert found.findtext(ENCODED) == "<p>A body.</p>"


def test_without_a_summary_the_content_is_the_description() -> None:
    found = item()
    assert found.findtext("description") == "<p>A body.</p>"
    assert found.find(ENCODED) is None


def test_without_either_the_title_is_enough() -> None:
    found = item(content="")
    assert [child.tag for child in found] == ["title", "link", "guid", "pubDate"]


def test_only_an_id_that_is_the_article_s_address_is_a_permalink() -> None:
    for id_, url, permalink in (
        ("https://example.org/a", "https://example.org/a", "true"),
        ("https://example.org/a", "https://example.org/b", "false"),
        ("https://example.org/a", None, "false"),
        ("urn:x:a", "urn:x:a", "false"),
        ("https://example.org/ä", "https://example.org/ä", "false"),
    ):
        guid = item(entry_id=id_, url=url).find("guid")
        assert (guid.text, guid.get("isPermaLink")) == (id_, permalink)


def test_dates_are_those_of_mail_in_whole_seconds() -> None:
    root = etree.fromstring(written())
    assert root.findtext("channel/lastBuildDate") == "Fri, 11 Jul 2025 12:00:00 +0000"
    assert root.findtext("channel/item/pubDate") == "Fri, 11 Jul 2025 12:00:00 +0000"


def test_the_first_enclosure_with_a_web_address_is_the_one() -> None:
    found = item(
        enclosures=(
            Enclosure("ftp://example.org/a", "audio/mpeg", 1),
            Enclosure("https://example.org/b", "nonsense"),
            Enclosure("https://example.org/c", "audio/mpeg", 3),
        )
    )
    assert [dict(enclosure.attrib) for enclosure in found.iterfind("enclosure")] == [
        {"url": "https://example.org/b", "length": "0", "type": "application/octet-stream"}
    ]


def test_every_author_is_a_creator_and_a_nameless_one_is_none() -> None:
    found = item(authors=(Person("Ann", None, "ann@example.org"), Person(" "), Person("Bob")))
    assert [creator.text for creator in found.iterfind(CREATOR)] == ["Ann", "Bob"]
    assert found.find("author") is None


def test_a_channel_without_a_description_is_described_by_its_title() -> None:
    assert etree.fromstring(written()).findtext("channel/description") == "Korea"


def test_the_channel_links_to_the_page_and_to_itself() -> None:
    channel = etree.fromstring(written()).find("channel")
    assert channel.findtext("link") == "https://news.example.org/feeds/korea.html"
    itself = channel.find("{http://www.w3.org/2005/Atom}link")
    assert dict(itself.attrib) == {
        "href": "https://news.example.org/feeds/korea.rss",
        "rel": "self",
        "type": "application/rss+xml",
    }
