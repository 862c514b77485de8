"""The list of subscriptions: readable whatever people wrote, and the same for the same topics."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from feedd.generate import Listing
from feedd.generate._feedgen import clean
from feedd.generate.opml import write
from feedd.model import FeedFile, Site, Topic

SITE = Site("https://news.example.org/feeds/", "Example News", "news.example.org,2025")
NOON = datetime(2025, 7, 11, 12, tzinfo=UTC)
ANY = st.text(st.characters(codec=None, exclude_categories=()), max_size=40)


def listing(topic_id: str = "korea", title: str = "Korea", description: str = "") -> Listing:
    return Listing(Topic(topic_id, title, description), 1, NOON)


def outlines(file: FeedFile) -> list[dict[str, str]]:
    return [dict(one.attrib) for one in etree.fromstring(file.data).iterfind("body/outline")]


def head(*topics: Listing) -> str | None:
    return etree.fromstring(write(SITE, topics, ".atom").data).findtext("head/dateModified")


@given(ANY, ANY)
def test_any_title_and_description_read_back_to_the_letter(title: str, description: str) -> None:
    site = Site(SITE.url, title, SITE.authority, author=description)
    (found,) = outlines(write(site, [listing("korea", title, description)], ".atom"))
    assert found["text"] == (clean(title).strip() or "korea")
    assert found.get("description", "") == clean(description)
    assert found["title"] == found["text"]
    assert found["xmlUrl"] == "https://news.example.org/feeds/korea.atom"


def test_lines_tabs_and_quotes_in_a_title_survive() -> None:
    title = 'One\n"two"\tthree\'s & <four> ]]>'
    assert outlines(write(SITE, [listing(title=title)], ".atom"))[0]["text"] == title


def test_addresses_are_absolute_and_encoded() -> None:
    (found,) = outlines(write(SITE, [listing("новини дня?#")], ".rss"))
    assert found["xmlUrl"] == (
        "https://news.example.org/feeds/%D0%BD%D0%BE%D0%B2%D0%B8%D0%BD%D0%B8%20%D0%B4%D0%BD%D1%8F%3F%23.rss"
    )
    assert found["htmlUrl"].endswith("%3F%23.html")


def test_what_is_not_known_is_left_out() -> None:
    (found,) = outlines(write(SITE, [listing()], ".atom"))
    assert list(found) == ["type", "text", "title", "xmlUrl", "htmlUrl", "language"]
    data = write(SITE, [Listing(Topic("a", "A"), 0, None)], ".atom").data
    assert b"ownerName" not in data
    assert b"dateModified" not in data


def test_its_date_is_the_newest_topic_s_in_any_zone() -> None:
    kyiv = timezone(timedelta(hours=3))
    later = Listing(Topic("b", "B"), 1, datetime(2025, 7, 11, 15, 30, 0, 9, tzinfo=kyiv))
    assert head(listing(), later) == "Fri, 11 Jul 2025 12:30:00 +0000"
    assert head(later, listing()) == head(listing(), later)


def test_the_same_topics_give_the_same_bytes() -> None:
    assert write(SITE, [listing()], ".atom") == write(SITE, [listing()], ".atom")
