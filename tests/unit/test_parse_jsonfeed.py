"""JSON Feed: feeds as others write them, items alone and a line each, and what feedd printed itself."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from feedd.errors import Unreadable
from feedd.generate.jsonfeed import item as printed
from feedd.model import Article, Document, Enclosure, Person, Related
from feedd.parse import parse
from feedd.parse.jsonfeed import sniff

VERSION = "https://jsonfeed.org/version/1.1"
ITEM = {"id": "1", "content_text": "Text"}


def read(value: object, name: str = "feed.json") -> tuple[Article, ...]:
    text = value if isinstance(value, (str, bytes)) else json.dumps(value)
    data = text.encode("utf-8") if isinstance(text, str) else text
    return parse(Document(name, data, datetime(2025, 6, 1, tzinfo=UTC)))


def feed(*items: object, **fields: object) -> dict[str, object]:
    return {
        "version": VERSION,
        "title": "Site",
        "home_page_url": "https://example.org/",
        **fields,
        "items": list(items),
    }


def only(item: dict[str, object], **fields: object) -> Article:
    (article,) = read(feed({"id": "1", "content_text": "Text"} | item, **fields))
    return article


def test_an_item_is_an_article_with_all_that_it_says() -> None:
    item = {
        "id": 17,
        "url": "2025/boats",
        "external_url": "https://other.example/boats/",
        "title": "Fish &amp; chips",
        "content_html": '<p onclick="x()">See <a href="more">more</a>.</p>',
        "content_text": "See more.",
        "summary": "In short",
        "image": "/a.png",
        "date_published": "2025-03-01T12:00:00+01:00",
        "date_modified": "2025-03-02T12:00:00Z",
        "authors": [{"name": "Ada Example", "url": "/ada"}, {"url": "https://example.org/bob/"}, {"avatar": "x"}],
        "tags": ["sea", "Sea", "fish and chips"],
        "language": "de",
        "attachments": [{"url": "a.mp3", "mime_type": "audio/mpeg", "size_in_bytes": 12, "title": "Hear it"}],
    }
    (article,) = read(feed(item))
    assert (article.title, article.summary, article.language) == ("Fish & chips", "In short", "de")
    assert (article.id, article.part, article.url) == ("17", "17", "https://example.org/2025/boats")
    assert article.content == '<p>See <a href="https://example.org/2025/more">more</a>.</p>'
    assert article.published == datetime(2025, 3, 1, 11, tzinfo=UTC)
    assert article.updated == datetime(2025, 3, 2, 12, tzinfo=UTC)
    assert article.authors == (
        Person("Ada Example", "https://example.org/ada"),
        Person("example.org/bob", "https://example.org/bob/"),
    )
    assert (article.tags, article.image) == (("sea", "fish and chips"), "https://example.org/a.png")
    assert article.enclosures == (Enclosure("https://example.org/2025/a.mp3", "audio/mpeg", 12, "Hear it"),)
    assert article.related == (Related("other.example/boats", url="https://other.example/boats/"),)
    origin = article.origin
    assert (origin.format, origin.id_origin, origin.date_origin) == ("jsonfeed", "id", "date_published")
    assert origin.warnings == ()


def test_what_an_item_does_not_say_its_feed_says() -> None:
    article = only({}, authors=[{"name": "Ada"}], language="uk", version="https://jsonfeed.org/version/1", expired=True)
    assert (article.authors, article.language) == ((Person("Ada"),), "uk")
    assert only({"author": {"name": "Bob"}}, authors=[{"name": "Ada"}]).authors == (Person("Bob"),)
    assert only({"authors": []}, author={"name": "Ada"}).authors == (Person("Ada"),)


def test_without_a_title_the_text_is_one_and_without_text_the_address() -> None:
    assert only({"content_text": "Just a note."}).title == "Just a note."
    assert only({"content_text": "", "url": "https://example.org/p/1"}).title == "example.org/p/1"
    picture = only({"content_html": '<img src="/p.jpg">', "url": "https://example.org/p/2"})
    assert (picture.title, picture.content) == ("example.org/p/2", '<img src="https://example.org/p.jpg">')


def test_plain_text_becomes_paragraphs_and_never_markup() -> None:
    article = only({"content_text": "One <b>word</b> & more.\r\n\r\nTwo."})
    assert article.content == "<p>One &lt;b&gt;word&lt;/b&gt; &amp; more.</p><p>Two.</p>"


def test_a_summary_alone_is_the_text() -> None:
    article = only({"title": "T", "content_text": "", "summary": "In short."})
    assert (article.summary, article.content) == ("", "<p>In short.</p>")
    assert only({"content_text": "", "summary": "Fish &amp; <b>chips</b>"}).content == "Fish &amp; <b>chips</b>"


def test_a_title_is_plain_text_unless_it_is_surely_markup() -> None:
    titles = ["The <video> element", "Tom &#8217;n&#8217; Jerry", "An <em>odd</em> thing", "R&D; AT&T", "a < b > c"]
    read_as = ["The <video> element", "Tom ’n’ Jerry", "An odd thing", "R&D; AT&T", "a < b > c"]
    assert [only({"title": title}).title for title in titles] == read_as


def test_html_that_was_escaped_as_a_whole_is_taken_back_once() -> None:
    assert only({"content_html": "&lt;p&gt;Text &amp;amp; more&lt;/p&gt;"}).content == "<p>Text &amp; more</p>"
    assert only({"content_html": "Write &lt;p&gt; here"}).content == "Write &lt;p&gt; here"


def test_an_external_address_alone_is_the_link() -> None:
    article = only({"external_url": "https://other.example/"})
    assert (article.url, article.related) == ("https://other.example/", ())


def test_an_address_that_is_none_is_left_out_and_told() -> None:
    article = only({"url": "https://[", "image": "//[", "attachments": [{"url": "//["}, {"url": ""}]})
    assert (article.url, article.image, article.enclosures) == (None, None, ())
    assert [told.partition(":")[0] for told in article.origin.warnings] == ["url", "enclosure"]


def test_addresses_begin_at_the_feed_where_no_site_is_told() -> None:
    article = only({"url": "/a"}, home_page_url="nonsense", feed_url="https://example.org/feeds/x.json")
    assert article.url == "https://example.org/a"


@pytest.mark.parametrize(
    ("date", "hour"),
    [
        ("2025-03-01T12:00:00+0100", 11),
        ("2025-03-01 12:00:00", 12),
        ("2025-03-01T12:00:00.123456789Z", 12),
        ("Sat, 01 Mar 2025 12:00:00 GMT", 12),
        (1740830400, 12),
    ],
)
def test_dates_are_read_as_real_feeds_write_them(date: object, hour: int) -> None:
    published = only({"date_published": date}).published
    assert published is not None
    assert published.replace(microsecond=0) == datetime(2025, 3, 1, hour, tzinfo=UTC)


@pytest.mark.parametrize("date", [12345, "0001-01-01T00:00:00Z", "soon", ["x"]])
def test_a_date_that_can_not_be_read_is_none_and_told(date: object) -> None:
    article = only({"date_published": date})
    assert article.published is None
    assert "can't be read as a date" in article.origin.warnings[0]


def test_an_item_alone_a_list_and_a_line_each_are_read() -> None:
    one, two = {"id": "1", "content_text": "One"}, {"id": "2", "_feedd": {}, "title": "Two"}
    (alone,) = read(one)
    assert (alone.title, alone.id, alone.part) == ("One", "1", "")
    assert [article.title for article in read([one, two])] == ["One", "Two"]
    lines = json.dumps(one) + "\n\n" + json.dumps(two) + "\r\n"
    for name in ("a.jsonl", "a.ndjson", "a.json", "a.txt"):
        assert [article.part for article in read(lines, name)] == ["1", "2"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_byte_order_mark_tells_the_encoding(encoding: str) -> None:
    text = json.dumps(feed({"id": "1", "content_text": "Паром йде"}), ensure_ascii=False)
    assert read(text.encode(encoding), "a.txt")[0].title == "Паром йде"


# --- what is JSON Feed, and what is not ------------------------------------------------------------------


def test_content_tells_a_feed_whatever_its_name_and_the_order_of_its_keys() -> None:
    text = json.dumps(feed(ITEM) | {"zzz": 1}, sort_keys=True, indent=1).replace("/", r"\/")
    assert sniff(text)
    for name in ("a.txt", "a.md", "a.xml", "a.jsonfeed"):
        assert read(text, name)[0].origin.format == "jsonfeed"


@pytest.mark.parametrize(
    "text",
    [
        '{"title": "A", "date_published": "2025-01-01"}\n\nText of a post {{< figure >}}',
        '{"title": "A"}\n',
        '{% "content_html": %}',
        '["content_html", "_feedd"]',
        '{"content_html": "cut o',
        '[{"@context": "https://schema.org", "@type": "NewsArticle", "content_html": ""}]',
        '{"@graph": [{"content_html": ""}]}',
        '{"items": [{"name": "content_html"}], "version": 3}',
        "",
    ],
)
def test_what_is_no_json_feed_as_a_whole_is_none(text: str) -> None:
    assert not sniff(text)


def test_front_matter_in_json_stays_front_matter() -> None:
    (article,) = read('{"title": "A", "date_published": "2025-01-01", "content_html": "x"}\n\n*Text*', "a.md")
    assert (article.origin.format, article.content) == ("markdown", "<p><em>Text</em></p>")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ('{"name": "x", "version": "1.0.0"}', "is no JSON of a known kind: its keys are name, version"),
        ("[1, 2]", "is no JSON of a known kind: it holds no object with keys"),
        ("null", "holds no object"),
        ('{"version": "https://jsonfeed.org/version/1", "items": {}}', "items are no list"),
        ('{"version": "https://jsonfeed.org/version/1", "items": []}', "holds no entries"),
        ('{"version": "https://jsonfeed.org/version/1"}', "holds no entries"),
        ('{"version": "https://jsonfeed.org/version/1", "items": [1, null]}', "is no JSON Feed item"),
        ('{"content_text": "", "id": "1"}', "neither a title nor text"),
        ('{"title": "A", "content": "<p>x</p>", "date_published": "2025-01-01"}', "is no JSON of a known kind"),
        (
            '{"items": [{"id": "1",\n"content_text": "cut o',
            r"JSON: Unterminated string starting in line 2 \(cut short\?\)",
        ),
        ('{"content_text": "x"}\nmore', "there is more behind the JSON value, in line 2"),
        ('{"content_text": "x"}\n{"content_text": ', r"Expecting value in line 2 \(cut short\?\)"),
        ('{"content_text": "x", }', "in line 1$"),
        ("[" * 100_000, "nested deeper than 100"),
        ("[" * 200 + "]" * 200, "nested deeper than 100"),
        ('{"a":' * 100_000, "nested deeper than 100"),
    ],
)
def test_a_refusal_tells_its_reason(text: str, reason: str) -> None:
    with pytest.raises(Unreadable, match=reason):
        read(text)


def test_more_items_than_are_read_are_refused() -> None:
    with pytest.raises(Unreadable, match="holds 20,000 entries"):
        read(feed(*[ITEM] * 20_000))


def test_huge_numbers_missing_numbers_and_doubled_keys_do_no_harm() -> None:
    text = (
        '{"id": '
        + "9" * 100_000
        + ', "title": NaN, "title": "One\n", "content_text": "\t", "date_published": -Infinity}'
    )
    (article,) = read(text)
    assert (article.title, article.id, article.published) == ("One", "9" * 100_000, None)


def test_escapes_of_what_no_feed_may_hold_are_dropped() -> None:
    text = r'{"id": "\ud800", "url": "https://example.org/\u0000", "title": "A\ud800\u0000B\ud83d\ude00",'
    text += r'"content_html": "<p>\ud800x\u0001</p>", "tags": ["\udfff", "a"], "authors": [{"name": "\ud800"}]}'
    (article,) = read(text)
    assert (article.title, article.content, article.tags) == ("AB😀", "<p>x</p>", ("a",))
    assert (article.id, article.url, article.authors) == (None, None, ())
    assert any("characters that XML forbids" in told for told in article.origin.warnings)


# --- any shape, and the way there and back ---------------------------------------------------------------

TEXT = st.text(max_size=12) | st.sampled_from(
    ["<p>x</p>", "&lt;b&gt;", "\ud800", "\x00", "//[", "https://[", "null", ".."]
)
SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | TEXT
VALUES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(TEXT | st.sampled_from("name url id".split()), inner, max_size=3)
    ),
)
KEYS = st.sampled_from(
    "id url external_url title content_html content_text summary image banner_image date_published date_modified"
    " author authors tags language attachments _feedd".split()
)
PARTS = st.sampled_from("name url avatar mime_type size_in_bytes title rights topics related date_published".split())
FIELDS = (
    VALUES
    | st.dictionaries(PARTS, VALUES, max_size=4)
    | st.lists(st.dictionaries(PARTS, VALUES, max_size=4), max_size=2)
)
FEED_KEYS = st.sampled_from("title home_page_url feed_url authors author language items version".split())


def check(value: object) -> None:
    articles: tuple[Article, ...] = ()
    problem = ""
    try:
        articles = read(value)
    except Unreadable as error:
        problem = str(error)
    assert bool(articles) != bool(problem)
    assert "Error:" not in problem  # a reason of ours, not a library's failure
    for article in articles:
        assert article.title
        json.dumps(printed(article, path="x"), ensure_ascii=False).encode()


@given(st.dictionaries(KEYS, FIELDS, max_size=8), st.dictionaries(FEED_KEYS, VALUES, max_size=4))
def test_fields_of_any_type_are_an_article_or_unreadable(item: dict[str, Any], fields: dict[str, Any]) -> None:
    check({"content_text": "x"} | item)
    check({"version": VERSION, "items": [item, {"title": "x"}]} | fields)


@pytest.mark.parametrize("wrong", [{}, {"a": 1}, [], ["x"], [[["x"]]], [{}], "x", 12345, 1.5, True, False, None])
def test_a_field_of_a_wrong_type_costs_no_article(wrong: object) -> None:
    keys = "id url external_url title summary image banner_image date_published date_modified author authors tags"
    for key in (*keys.split(), "language", "attachments", "content_html"):
        (article,) = read(feed({"content_text": "Text", key: wrong}))
        assert "Text" in article.content or key == "content_html"
        assert article.title in ("Text", "x", "12345", "1.5")
        assert len(article.tags) < 2


MOMENTS = st.integers(0, 4_000_000_000).map(lambda second: datetime.fromtimestamp(second, UTC).isoformat())
HEADERS = st.fixed_dictionaries(
    {},
    optional={
        "title": st.text(min_size=1, max_size=20),
        "date": MOMENTS,
        "updated": MOMENTS,
        "id": st.text(max_size=10),
        "link": st.sampled_from(["https://example.org/a?b=1&c", "/relative"]),
        "summary": st.text(max_size=20),
        "tags": st.lists(st.text(max_size=6), max_size=3),
        "topics": st.lists(st.sampled_from(["korea", "two words"]), max_size=2),
        "authors": st.lists(
            st.sampled_from([{"name": "A &amp; B", "url": "https://a.example"}, "<b@x.example>", "C"]), max_size=2
        ),
        "rights": st.text(max_size=10),
        "lang": st.sampled_from(["uk", "de-AT", "?"]),
        "image": st.sampled_from(["https://example.org/a.png", "a.png"]),
        "enclosures": st.lists(
            st.sampled_from([{"url": "https://example.org/a.mp3", "length": 3, "title": "T"}, "https://example.org/b"]),
            max_size=2,
        ),
    },
)
BODIES = st.lists(
    st.sampled_from(["# Head", "Text &lt;p&gt; & <b>x</b>", "[l](a.html)", "![](/i.png)", "`<p>`", "- x"])
    | st.text(max_size=20)
)


@given(HEADERS, BODIES.map("\n\n".join))
@example({"title": "1 &amp; <b>2</b>", "date": "2025-01-02"}, "Text")
@example({"link": "https://example.org/a"}, "&lt;p&gt;x&lt;/p&gt;")
@example({}, "# None")
def test_what_is_printed_comes_back_the_same(header: dict[str, object], body: str) -> None:
    try:
        (article,) = read(json.dumps(header) + "\n\n" + body, "x.md")
    except Unreadable:
        return
    line = json.dumps(printed(article, path="x.md"), ensure_ascii=False)
    (again,) = read(line)
    assert told(again) == told(article)
    for several in read(f"{line}\n{line.replace('_feedd', '_feedd', 1)}", "x.jsonl"):
        assert told(several) | {"part": ""} == told(article)


def told(article: Article) -> dict[str, object]:
    """All that readers see."""
    names = set(Article.__slots__) - {"origin", "zones"}
    return {name: getattr(article, name) for name in names} | {"body": article.zones.body, "lede": article.zones.lede}


def test_related_stories_and_mail_addresses_come_back() -> None:
    moment = datetime(2025, 1, 2, 3, tzinfo=UTC)
    ours = {
        "related": [{"title": "Other", "date_published": "2025-01-02T03:00:00Z", "url": "https://example.org/o"}, {}, 1]
    }
    item = {"title": "T", "authors": [{"name": "Ada", "url": "mailto:ada@example.org"}], "_feedd": ours}
    (article,) = read(item)
    assert article.related == (Related("Other", moment, "https://example.org/o"),)
    assert article.zones.related == "Other"
    assert article.authors == (Person("Ada", email="ada@example.org"),)
    assert printed(article, path="x")["authors"] == item["authors"]
