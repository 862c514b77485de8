"""Responses of upstream feeds: charsets, addresses, ill-formed feeds, and what is left out."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

import feedparser
import pytest

from feedd.errors import Unreadable
from feedd.model import Article, Defaults, Document, Parsed, Upstream
from feedd.parse import parse

URL = "https://upstream.example/feed"
NOW = datetime(2025, 6, 1, 12, tzinfo=UTC)
CORPUS = Path(os.environ.get("FEEDD_CORPUS") or Path(__file__).parents[3] / "shared" / "corpus") / "feeds"


def response(body: str | bytes, type: str = "application/xml", location: str = URL) -> bytes:  # noqa: A002
    head = f"HTTP/1.1 200 OK\r\nContent-Type: {type}\r\nContent-Location: {location}\r\n\r\n".encode()
    return head + (body.encode() if isinstance(body, str) else body)


def read(data: bytes, *, title: str | None = None, known: frozenset[str] = frozenset(), **given: object) -> Parsed:
    defaults = Defaults(upstream=Upstream(URL, title), **given)  # type: ignore[arg-type]
    found = parse(Document("feed.http", data, NOW, defaults, known=known))
    assert isinstance(found, Parsed)
    return found


def rss(*items: str, head: str = "") -> str:
    return f"<rss><channel><title>Their feed</title>{head}{''.join(items)}</channel></rss>"


def item(title: str = "One", guid: str = "u:1", more: str = "") -> str:
    return f"<item><title>{title}</title><guid>{guid}</guid>{more}</item>"


POLISH = ('<?xml version="1.0" encoding="iso-8859-2"?>' + rss(item("Żółć"))).encode("iso-8859-2")


# --- charsets (RFC 7303 §3) -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "type_"),
    [
        (rss(item("Żółć")).encode("utf-8"), "application/xml; charset=utf-8"),
        (rss(item("Żółć")).encode("utf-8"), "application/xml"),
        (rss(item("Żółć")).encode("iso-8859-2"), "text/xml; charset=ISO-8859-2"),
        (rss(item("Żółć")).encode("iso-8859-2"), 'text/xml; charset="iso-8859-2"'),
        (POLISH, "text/xml"),
        # The header counts more than the prolog …
        (POLISH.replace(b"iso-8859-2", b"koi8-r", 1), "text/xml; charset=iso-8859-2"),
        # … a mark more than both …
        (b"\xef\xbb\xbf" + rss(item("Żółć")).encode(), "text/xml; charset=iso-8859-2"),
        (rss(item("Żółć")).encode("utf-16"), "text/xml; charset=utf-8"),
        # … and what every byte says more than a server that calls everything the same.
        (rss(item("Żółć")).encode(), "text/xml; charset=iso-8859-1"),
        (POLISH, "text/xml; charset=utf-8"),
        (rss(item("Żółć")).encode(), "text/xml; charset=no-such-thing"),
    ],
)  # fmt: skip
def test_the_charset_of_header_mark_and_prolog(data: bytes, type_: str) -> None:
    assert read(response(data, type_))[0].title == "Żółć"


# --- where it came from -----------------------------------------------------------------------------------


def test_every_article_names_its_feed_by_the_configured_title_or_its_own() -> None:
    data = response(rss(item(), head="<link>/</link><lastBuildDate>Sat, 31 May 2025 12:00:00 GMT</lastBuildDate>"))
    source = read(data)[0].source
    assert source is not None
    assert (source.id, source.title, source.url, source.link) == (URL, "Their feed", URL, "https://upstream.example/")
    assert source.updated == datetime(2025, 5, 31, 12, tzinfo=UTC)
    named = read(data, title="Ours for it")[0]
    assert named.source is not None
    assert named.source.title == "Ours for it"
    assert [person.name for person in named.authors] == ["Ours for it"]
    assert [person.name for person in read(data, author="The desk")[0].authors] == ["The desk"]


def test_a_feed_without_a_title_is_called_by_its_host() -> None:
    source = read(response("<rss><channel>" + item() + "</channel></rss>"))[0].source
    assert source is not None
    assert (source.title, source.updated, source.link) == ("upstream.example", NOW, None)


@pytest.mark.parametrize(
    "body",
    [
        rss(item(more='<link>sub/1</link><description>&lt;img src="i.png"></description>'), head="<link>/site/</link>"),
        '<feed xmlns="http://www.w3.org/2005/Atom"><id>u:f</id><title>T</title><entry><id>u:1</id><title>E</title>'
        '<link href="/site/sub/1"/><content type="html" xml:base="/site/">&lt;img src="i.png">'
        "</content></entry></feed>",
        '{"version": "https://jsonfeed.org/version/1.1", "title": "T", "home_page_url": "/site/", "items": '
        '[{"id": "u:1", "url": "sub/1", "content_html": "<img src=\\"../i.png\\">"}]}',
    ],
    ids=["rss", "atom", "json"],
)
def test_relative_addresses_begin_at_what_was_had(body: str) -> None:
    (article,) = read(response(body, location="https://mirror.example/deep/feed"))
    assert article.url == "https://mirror.example/site/sub/1"
    assert 'src="https://mirror.example/site/i.png"' in article.content


def test_a_response_of_no_upstream_feed_is_read_as_a_file_is() -> None:
    (article,) = parse(Document("x.http", response(rss(item())), NOW))
    assert article.source is None
    assert article.authors == ()


def test_a_feed_of_feedds_own_names_the_source_that_it_tells() -> None:
    body = (
        '{"version": "https://jsonfeed.org/version/1.1", "title": "A feedd", "items": [{"id": "u:1", "title": "T", '
        '"content_html": "<p>x</p>", "_feedd": {"source": {"id": "u:far", "title": "Far", "feed_url": "https://far.example/"}}}]}'
    )
    (article,) = read(response(body, "application/feed+json"))
    assert article.source is not None
    assert (article.source.title, [one.title for one in article.also_in]) == ("Far", ["A feedd"])


# --- what is no feed, and what is none that is well-formed ------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"", "is empty"),
        (b"GET / HTTP/1.1\r\n\r\n", "is no response of HTTP"),
        (response(""), "is an empty response"),
        (response(" \n"), "is an empty response"),
        (response("<html><body>Log in</body></html>"), "is a web page, and no feed"),
        (response("<urlset><url/></urlset>"), "is no feed: its root is <urlset>"),
        (response("just words"), "is no feed"),
        (response(bytes(range(256)) * 50), "is no feed"),
        (response('{"a": 1}'), "is no JSON"),
        (response(rss()), "holds no entries"),
        (response("<rss><channel>"), "is cut off"),
        (b"HTTP/1.1 200 OK\r\n" + b"x: y\r\n" * 1000 + b"\r\n" + rss(item()).encode(), "is no response of HTTP"),
    ],
)
def test_what_is_no_feed_is_told(data: bytes, told: str) -> None:
    with pytest.raises(Unreadable, match=told):
        read(data)


def test_of_a_feed_that_is_cut_off_whole_entries_are_read() -> None:
    whole = rss(item("First", "u:1"), item("Second", "u:2"), item("Third", "u:3"))
    found = read(response(whole[: whole.index("Third") + 2]))
    assert [article.title for article in found][:2] == ["First", "Second"]
    assert "isn't well-formed XML" in found[0].origin.warnings[0]


def test_an_ill_formed_feed_loses_no_entry() -> None:
    body = rss(item("Tom & Jerry"), item("A < B", "u:2"), item("<b>bold", "u:3"))
    assert {article.id: article.title for article in read(response(body))} == {
        "u:1": "Tom & Jerry",
        "u:2": "A < B",
        "u:3": "bold",
    }


def test_a_feed_that_declares_no_prefixes_is_read_by_feedds_own_parser() -> None:
    (article,) = read(response(rss(item(more='<media:thumbnail url="https://e.example/i.png"/>'))))
    assert (article.image, article.origin.format) == ("https://e.example/i.png", "rss")
    assert article.origin.warnings[0].startswith("uses prefixes that it does not declare")


def test_a_forgotten_kind_of_feed_is_read() -> None:
    body = '<?xml version="1.0"?><CHANNEL HREF="http://e.example/"><ITEM HREF="http://e.example/1"><TITLE>CDF</TITLE></ITEM></CHANNEL>'
    (article,) = read(response(body))
    assert (article.title, article.url, article.origin.format) == ("CDF", "http://e.example/1", "feedparser")


def test_what_stands_before_a_feed_costs_no_entry() -> None:
    warning = "<br />\n<b>Warning</b>: mysql_connect() failed<br />\n"
    assert read(response(warning + '<?xml version="1.0"?>' + rss(item("One"))))[0].title == "One"


@pytest.mark.skipif(not CORPUS.is_dir(), reason="the corpus is not there")
def test_no_entry_of_the_corpus_is_lost_beside_feedparser() -> None:
    """Of every feed as many entries as feedparser finds, but for those that say nothing or repeat an id."""
    lost = []
    for path in sorted(CORPUS.rglob("*.xml")):
        data = path.read_bytes()
        theirs = feedparser.parse(data, sanitize_html=False, resolve_relative_uris=False).entries
        shown = {one.get("id") or number for number, one in enumerate(theirs) if _says_something(one)}
        try:
            ours = len(read(response(data)))
        except Unreadable as error:
            ours = 0
            if not shown or "neither a title nor text" in str(error):
                continue
        if ours < len(shown):
            lost.append(path.name)
    # One is of a charset that feedparser guesses at, one holds entities of its own, one an unknown vocabulary, and one
    # nothing but the beginning of a title.
    assert set(lost) <= {"tis620.xml", "entity_in_doctype.xml", "unknown-namespace.xml", "rss_incomplete_cdata.xml"}


def _says_something(entry: feedparser.FeedParserDict) -> bool:
    texts = [entry.get("title", ""), entry.get("summary", ""), *(one.value for one in entry.get("content", ()))]
    return any(text.strip() and "<" not in text for text in texts)


# --- entries that are known already ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "make",
    [
        lambda *titles: rss(*(item(title, f"u:{title}", f"<description>{title}</description>") for title in titles)),
        lambda *titles: (
            '<feed xmlns="http://www.w3.org/2005/Atom"><id>u:f</id><title>T</title>'
            + "".join(f"<entry><id>u:{title}</id><title>{title}</title></entry>" for title in titles)
            + "</feed>"
        ),
        lambda *titles: (
            '{"version": "https://jsonfeed.org/version/1.1", "title": "T", "items": ['
            + ",".join(f'{{"id": "u:{title}", "content_text": "{title}"}}' for title in titles)
            + "]}"
        ),
    ],
    ids=["rss", "atom", "json"],
)
def test_known_entries_are_left_out_as_long_as_all_about_them_is_the_same(make) -> None:  # type: ignore[no-untyped-def]
    first = read(response(make("a", "b")))
    assert all(len(own) == 1 for own in first.digests)
    known = frozenset(one for own in first.digests for one in own)
    again = read(response(make("c", "a", "b")), known=known)
    assert [article.id for article in again] == ["u:c"]
    assert set(again.left_out) == known
    assert read(response(make("a", "b")), known=known) == ()
    # What the configuration says of them is a part of them.
    assert len(read(response(make("a", "b")), known=known, author="Other")) == 2
    assert len(read(response(make("a", "b")), known=known, title="Other")) == 2


def test_what_the_channel_says_of_its_time_makes_no_other_entries() -> None:
    body = rss(item())
    (own,) = read(response(body)).digests
    stirred = body.replace("<item>", "<lastBuildDate>Sat, 31 May 2025 12:00:00 GMT</lastBuildDate><item>")
    assert read(response(stirred), known=frozenset(own)) == ()
    assert len(read(response(body.replace("Their feed", "Renamed")), known=frozenset(own))) == 1


def test_an_entry_without_an_id_is_always_read() -> None:
    found = read(response(rss("<item><title>x</title></item>")))
    assert found.digests == ((),)


def test_an_entry_that_a_feed_has_twice_is_known_in_both_forms() -> None:
    old = item("Old", more="<pubDate>Sat, 31 May 2025 12:00:00 GMT</pubDate>")
    new = item("New", more="<pubDate>Sun, 01 Jun 2025 12:00:00 GMT</pubDate>")
    found = read(response(rss(new, old)))
    assert [article.title for article in found] == ["New"]
    assert len(found.digests[0]) == 2
    assert read(response(rss(new, old)), known=frozenset(found.digests[0])) == ()


def test_an_articles_part_is_its_id() -> None:
    articles: tuple[Article, ...] = read(response(rss(item("a", "u:1"), item("b", "u:2"))))
    assert [article.part for article in articles] == ["u:1", "u:2"]
