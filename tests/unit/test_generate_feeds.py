"""What every feed format of XML promises alike, over real parsers and in both formats; and the bytes of all."""

from __future__ import annotations

import json
import locale
import os
import subprocess
import sys
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import feedgen_oracle
import feedparser
import pytest
from hypothesis import given as holds_for
from hypothesis import strategies as st
from lxml import etree

from feedd.errors import Unreadable
from feedd.generate import FORMATS, Format, _feedgen, atom, generate, page_name, rss, topic_page
from feedd.generate.cadence import cadence
from feedd.model import (
    Article,
    Deleted,
    Document,
    Enclosure,
    Entry,
    Feed,
    Origin,
    Person,
    Related,
    Site,
    Source,
    Topic,
    Zones,
)
from feedd.parse import parse

ROOT = Path(__file__).resolve().parents[2]
EXPECTED = ROOT / "tests" / "data" / "expected"
CORPUS = Path(os.environ.get("FEEDD_CORPUS", ROOT.parent / "shared" / "corpus"))

NOON = datetime(2025, 7, 11, 12, 0, 0, tzinfo=UTC)
SITE = Site(
    url="https://news.example.org/feeds/",
    title="Example News",
    authority="news.example.org,2025",
    author="The Example desk",
    rights="© 2025 Example & Sons",
)
TOPIC = Topic("korea", "Korean Peninsula", "Seoul, Pyongyang & what lies between")
HOSTILE = (
    '<naïve> & "quotes" ]]>',
    "AT&T",
    "1 < 2 > 0",
    "I <3 feeds",
    "<b>bold</b> & <script>alert(1)</script>",
    "&amp; is an entity, and so is &#60;",
    "<![CDATA[not a section]]>",
    "한국과 Україна",
    "&",
)

# feedparser reads no JSON: what a JSON Feed promises is asked in test_generate_jsonfeed.py.
each_format = pytest.mark.parametrize("row", FORMATS[:2], ids=lambda row: row.name)


def article(title: str = "A title", content: str = "<p>A body.</p>", **more: object) -> Article:
    return Article(title, content, Origin("text", "utf-8"), Zones(), **more)  # type: ignore[arg-type]


def feed(*articles: Article, topic: Topic = TOPIC, site: Site = SITE) -> Feed:
    entries = tuple(
        Entry(f"tag:news.example.org,2025:{number}", NOON - timedelta(hours=number), NOON, each)
        for number, each in enumerate(articles)
    )
    return Feed(f"tag:news.example.org,2025:topic:{topic.id}", site, topic, NOON, entries)


def rich() -> Feed:
    """A feed that uses everything: the golden files hold its bytes."""
    first = article(
        "Ferry & <rail> link agreed",
        '<p>Two <em>ministries</em> agreed; read <a href="https://example.org/?a=1&amp;b=2">the text</a>.</p>'
        "\n<p>1 &lt; 2, and ]]&gt; ends nothing.</p>",
        summary="Two ministries agreed on a <single> ticket & timetable.",
        url="https://example.org/новини?id=7&from=feed",
        authors=(
            Person("Ann Example", "https://ann.example.org/", "ann@example.org"),
            Person("Петро & Co"),
        ),
        tags=("Transport", "R&D", "Transport"),
        language="en_GB",
        rights="© Ann Example, CC BY 4.0",
        enclosures=(
            Enclosure("https://media.example.org/talk one.mp3", "audio/mpeg", 123456, "The talk"),
            Enclosure("https://media.example.org/text.pdf", "application/pdf"),
        ),
        related=(
            Related("Without an address"),
            Related("An earlier <story>", NOON - timedelta(days=9), "https://example.org/earlier"),
        ),
    )
    second = article("Its address is its id", summary="Short.", url="https://example.org/second", language="en")
    third = article("한국어 제목", "<p>본문입니다.</p>", language="ko")
    fourth = article("Nothing but a title", "")
    made = feed(first, second, third, fourth)
    entries = list(made.entries)
    entries[0] = Entry(entries[0].id, NOON.replace(microsecond=250_000), NOON + timedelta(seconds=1), first)
    entries[1] = Entry("https://example.org/second", entries[1].published, NOON, second)
    return Feed(made.id, made.site, made.topic, NOON + timedelta(seconds=1, microseconds=7), tuple(entries))


def read(row: Format, given: Feed) -> feedparser.FeedParserDict:
    parsed = feedparser.parse(row.write(given))
    assert not parsed.bozo
    return parsed


def test_a_topic_gets_one_file_for_each_format() -> None:
    files = generate(feed())
    assert [(file.name, file.media_type) for file in files] == [
        ("korea.atom", "application/atom+xml; charset=utf-8"),
        ("korea.rss", "application/rss+xml; charset=utf-8"),
        ("korea.json", "application/feed+json"),
    ]


def test_an_archive_document_stands_below_its_topic_in_the_formats_that_have_any() -> None:
    files = generate(replace(feed(), archives=9, number=3))
    assert [file.name for file in files] == ["korea/archive-3.atom", "korea/archive-3.json"]


def test_the_rich_feed_has_the_bytes_that_were_reviewed() -> None:
    for file in generate(rich()):
        assert file.data.decode() == (EXPECTED / f"rich{Path(file.name).suffix}").read_text("utf-8")


@each_format
def test_entries_keep_the_order_they_were_given_in(row: Format) -> None:
    titles = ["first", "second", "third", "fourth"]
    assert [entry.title for entry in read(row, feed(*map(article, titles))).entries] == titles


@each_format
def test_a_reader_finds_ids_titles_dates_and_links(row: Format) -> None:
    given = rich()
    entries = read(row, given).entries
    assert [entry.id for entry in entries] == [entry.id for entry in given.entries]
    assert [entry.title for entry in entries] == [entry.article.title for entry in given.entries]
    for found, entry in zip(entries, given.entries, strict=True):
        assert datetime(*found.published_parsed[:6], tzinfo=UTC) == entry.published.replace(microsecond=0)
    assert entries[0].link == "https://example.org/%D0%BD%D0%BE%D0%B2%D0%B8%D0%BD%D0%B8?id=7&from=feed"
    assert entries[1].link == "https://example.org/second"


@each_format
def test_a_reader_finds_content_tags_authors_and_the_enclosure(row: Format) -> None:
    first = read(row, rich()).entries[0]
    assert "<em>ministries</em>" in first.content[0].value
    assert "1 &lt; 2" in first.content[0].value
    assert [tag.term for tag in first.tags] == ["Transport", "R&D"]
    assert first.authors[0].name == "Ann Example"
    enclosure = first.enclosures[0]
    assert (enclosure.href, enclosure.type, enclosure.length) == (
        "https://media.example.org/talk%20one.mp3",
        "audio/mpeg",
        "123456",
    )


@each_format
def test_the_feed_says_where_it_is_and_when_it_changed(row: Format) -> None:
    channel = read(row, rich()).feed
    links = {(link.rel, link.href) for link in channel.links}
    assert ("self", f"https://news.example.org/feeds/korea{row.suffix}") in links
    assert ("alternate", "https://news.example.org/feeds/korea.html") in links
    assert channel.title == "Korean Peninsula"
    assert channel.subtitle == "Seoul, Pyongyang & what lies between"
    assert channel.rights == "© 2025 Example & Sons"
    assert channel.language == "en"
    assert channel.generator == "feedd"
    assert datetime(*channel.updated_parsed[:6], tzinfo=UTC) == NOON + timedelta(seconds=1)


@each_format
@pytest.mark.parametrize("title", HOSTILE)
def test_a_hostile_title_is_read_back_as_it_was_written(row: Format, title: str) -> None:
    root = etree.fromstring(row.write(feed(article(title, tags=(title,), authors=(Person(title),)))))
    titles = [element.text for element in root.iter("{*}title")]
    assert titles == ["Korean Peninsula", title]
    assert title in root.xpath("//*[local-name()='name' or local-name()='creator']/text()")


@each_format
def test_a_topic_without_entries_is_a_feed_all_the_same(row: Format) -> None:
    parsed = read(row, feed(topic=Topic("new", "New topic")))
    assert parsed.entries == []
    assert parsed.feed.title == "New topic"


@each_format
def test_one_entry_with_characters_that_xml_forbids_does_not_cost_the_whole_feed(row: Format) -> None:
    bad = article(
        "bell\x07 half\ud800 none\uffff",
        "<p>nul\x00</p>",
        summary="esc\x1b",
        tags=("tab\tis fine\x0b",),
        authors=(Person("vt\x0b", "https://example.org/\x01"),),
        enclosures=(Enclosure("https://example.org/a.mp3\x02", "audio/mpeg"),),
    )
    entries = read(row, feed(bad, article("good"))).entries
    assert [entry.title for entry in entries] == ["bell half none", "good"]
    assert entries[0].content[0].value == "<p>nul</p>"
    assert entries[0].enclosures[0].href == "https://example.org/a.mp3"


@each_format
@pytest.mark.parametrize("title", ["\x01", "   "])
def test_a_title_with_nothing_left_in_it_gives_way_to_the_id(row: Format, title: str) -> None:
    parsed = read(row, feed(article(title), topic=Topic("korea", title)))
    assert parsed.entries[0].title == "tag:news.example.org,2025:0"
    assert parsed.feed.title == "korea"


@each_format
def test_addresses_that_a_reader_must_not_follow_are_left_out(row: Format) -> None:
    bad = article(
        url="javascript:alert(1)",
        enclosures=(Enclosure("ftp://example.org/a.mp3", "audio/mpeg"),),
        related=(Related("x", None, "/relative"),),
    )
    entry = read(row, feed(bad)).entries[0]
    page = f"https://news.example.org/feeds/{page_name(entry.id)}"
    assert [link.href for link in entry.links] == [entry.link] == [page]


@each_format
def test_the_address_of_the_feed_is_a_uri_whatever_the_topic_is_called(row: Format) -> None:
    document = row.write(feed(topic=Topic("новини дня", "Новини")))
    assert f"%D0%BD%D0%B8%20%D0%B4%D0%BD%D1%8F{row.suffix}".encode() in document


@pytest.mark.parametrize("given", [rich(), feed(), feed(*(article(title, summary=title) for title in HOSTILE))])
def test_documents_of_slices_are_those_that_feedgen_writes_at_once(given: Feed) -> None:
    for one in (given, replace(given, archives=2), replace(given, archives=2, number=1)):
        assert atom.write(one) == feedgen_oracle.atom_of(one)
    assert rss.write(given) == feedgen_oracle.rss_of(given, cadence(given.entries))


# Characters that some part of a document must write in another way, or leave out.
TEXT = st.text(
    st.sampled_from("ab \t\n\r&<>\"'#;\x00\x0b\x1f\x7f\x85\xa0\u2028\ufffe\uffffäж😀") | st.characters(codec="utf-8")
)
ADDRESS = st.none() | TEXT.map("https://example.org/".__add__) | TEXT
SPAN = st.datetimes(datetime(1971, 1, 1), datetime(2100, 1, 1)).map(lambda when: when.replace(tzinfo=UTC))  # noqa: DTZ001
PEOPLE = st.builds(Person, TEXT, ADDRESS, st.none() | st.just("a@example.org") | TEXT)
ENCLOSURES = st.builds(Enclosure, TEXT.map("https://example.org/".__add__), st.sampled_from(["audio/mpeg", "x", ""]),
                       st.none() | st.integers(0, 9), st.none() | TEXT)  # fmt: skip
ARTICLES = st.builds(
    Article, TEXT, TEXT, st.just(Origin("test", "utf-8")), st.just(Zones()), summary=TEXT, url=ADDRESS,
    authors=st.lists(PEOPLE, max_size=2).map(tuple), tags=st.lists(TEXT, max_size=3).map(tuple),
    language=st.sampled_from([None, "en", "de", "EN", "x y"]), rights=st.none() | TEXT, image=ADDRESS,
    enclosures=st.lists(ENCLOSURES, max_size=3).map(tuple),
    related=st.lists(st.builds(Related, TEXT, st.none(), ADDRESS), max_size=2).map(tuple),
    source=st.none() | st.builds(Source, TEXT, TEXT, SPAN, ADDRESS, ADDRESS),
    also_in=st.lists(st.builds(Source, TEXT, TEXT, SPAN, ADDRESS, ADDRESS), max_size=2).map(tuple),
)  # fmt: skip
IDS = TEXT.filter(lambda text: bool(_feedgen.clean(text).strip()))  # an id is never empty
ENTRIES = st.builds(Entry, IDS, SPAN, SPAN, ARTICLES)


@holds_for(st.lists(ENTRIES, max_size=3, unique_by=lambda entry: entry.id))
def test_whatever_an_entry_holds_its_bytes_are_those_of_feedgen(entries: list[Entry]) -> None:
    given = Feed("tag:news.example.org,2025:x", feed().site, Topic("x", "X"), NOON, tuple(entries))
    assert atom.write(given) == feedgen_oracle.atom_of(given)
    assert rss.write(given) == feedgen_oracle.rss_of(given, cadence(given.entries))


def test_the_same_feed_has_the_same_bytes_under_any_hash_seed_zone_and_language() -> None:
    script = (
        "import sys; from test_generate_feeds import rich; from feedd.generate import generate\n"
        "for file in generate(rich()): sys.stdout.buffer.write(file.data)"
    )
    outputs = []
    for seed, zone, language in (("0", "UTC", "C"), ("4711", "Asia/Seoul", "C.UTF-8")):
        settings = {"PYTHONHASHSEED": seed, "TZ": zone, "LC_ALL": language, "PYTHONPATH": f"{ROOT}:{ROOT / 'tests'}"}
        done = subprocess.run(
            [sys.executable, "-c", script],
            cwd=Path(__file__).parent,
            env=os.environ | settings,
            capture_output=True,
            check=True,
        )
        outputs.append(done.stdout)
    assert outputs[0] == outputs[1] == b"".join(file.data for file in generate(rich()))


def test_the_locale_of_the_process_is_never_touched() -> None:
    import feedgen.entry
    import feedgen.feed

    before = locale.setlocale(locale.LC_ALL)
    generate(rich())
    assert locale.setlocale(locale.LC_ALL) == before
    for module in (feedgen.feed, feedgen.entry):
        assert module.formatRFC2822.__module__ == "email.utils"


def test_no_bytes_depend_on_the_version_of_any_program() -> None:
    for file in generate(rich()):
        assert b"feedgen" not in file.data
        assert b"version=" not in file.data.replace(b"<?xml version=", b"").replace(b'version="2.0"', b"")


@pytest.mark.skipif(not (CORPUS / "schemas" / "atom.rng").exists(), reason=f"no atom.rng in {CORPUS}")
@pytest.mark.parametrize(
    "given",
    [
        rich(),
        feed(),
        feed(*(article(title, summary=title, tags=(title,)) for title in HOSTILE)),
        feed(article("x", "", authors=(Person("A", "nowhere", "no address"),), language="not a language")),
        feed(article("x", enclosures=(Enclosure("https://example.org/x", "no type"),)), article("", "")),
        feed(article("x", "", url="https://example.org/[odd] path"), site=Site("https://e.org/", "E", "e,2025")),
    ],
    ids=["rich", "empty", "hostile", "bad fields", "bad type", "bare"],
)
def test_atom_is_valid_by_the_schema_of_its_rfc(given: Feed) -> None:
    schema = etree.RelaxNG(file=str(CORPUS / "schemas" / "atom.rng"))
    assert schema.validate(etree.fromstring(generate(given)[0].data)), schema.error_log


def linked(document: bytes) -> dict[str, str]:
    root = etree.fromstring(document)
    return {
        one.get("rel"): one.get("href")
        for one in root.xpath("/*/*[local-name()='link' and @rel] | /rss/channel/*[@rel]")
    }


def test_documents_lead_from_the_newest_to_the_oldest_and_back() -> None:
    base = "https://news.example.org/feeds/korea"
    assert "prev-archive" not in linked(atom.write(feed()))
    assert linked(atom.write(replace(feed(), archives=3)))["prev-archive"] == f"{base}/archive-3.atom"
    assert linked(rss.write(replace(feed(), archives=3)))["prev-archive"] == f"{base}/archive-3.atom"
    second = linked(atom.write(replace(feed(), archives=3, number=2)))
    assert second == {
        "self": f"{base}/archive-2.atom",
        "alternate": f"{base}.html",
        "current": f"{base}.atom",
        "next-archive": f"{base}/archive-3.atom",
        "prev-archive": f"{base}/archive-1.atom",
    }
    assert "prev-archive" not in linked(atom.write(replace(feed(), archives=3, number=1)))
    archive = etree.fromstring(atom.write(replace(feed(), archives=3, number=1)))
    assert archive.find("{http://purl.org/syndication/history/1.0}archive") is not None


def test_an_archive_document_is_the_same_however_many_follow() -> None:
    made = [atom.write(replace(feed(article()), archives=archives, number=1)) for archives in (1, 2, 9)]
    assert len(set(made)) == 1


def test_what_was_withdrawn_is_told_before_the_entries() -> None:
    at = "{http://purl.org/atompub/tombstones/1.0}"
    root = etree.fromstring(atom.write(replace(feed(article()), deleted=(Deleted("tag:e,2025:&1", NOON),))))
    tags = [one.tag for one in root]
    assert tags.index(f"{at}deleted-entry") < tags.index("{http://www.w3.org/2005/Atom}entry")
    (deleted,) = root.iterfind(f"{at}deleted-entry")
    assert dict(deleted.attrib) == {"ref": "tag:e,2025:&1", "when": "2025-07-11T12:00:00+00:00"}
    assert b"tombstones" not in atom.write(feed(article()))


def test_hub_and_pictures_of_the_site_stand_in_every_format() -> None:
    site = replace(SITE, hub="https://hub.example.org/", icon="https://e.org/i.png", logo="https://e.org/l.png")
    documents = {Path(file.name).suffix: file.data for file in generate(feed(site=site))}
    assert linked(documents[".atom"])["hub"] == linked(documents[".rss"])["hub"] == "https://hub.example.org/"
    root = etree.fromstring(documents[".atom"])
    assert (root.findtext("{*}icon"), root.findtext("{*}logo")) == ("https://e.org/i.png", "https://e.org/l.png")


def test_an_aggregated_article_tells_its_source_and_a_picture_is_shown() -> None:
    source = Source("urn:feed", "Their feed", NOON, "https://their.example/feed.xml", "https://their.example/")
    files = generate(feed(article(source=source, image="https://their.example/i.jpg")))
    entry = etree.fromstring(files[0].data).find("{*}entry")
    assert [entry.findtext(f"{{*}}source/{{*}}{name}") for name in ("id", "title", "updated")] == [
        "urn:feed",
        "Their feed",
        "2025-07-11T12:00:00+00:00",
    ]
    assert [one.get("href") for one in entry.iterfind("{*}source/{*}link")] == [source.url, source.link]
    item = etree.fromstring(files[1].data).find("channel/item")
    assert (item.find("source").get("url"), item.findtext("source")) == (source.url, "Their feed")
    for one in (entry, item):
        assert one.find("{http://search.yahoo.com/mrss/}thumbnail").get("url") == "https://their.example/i.jpg"


def test_the_other_feeds_of_a_story_are_named_in_every_format() -> None:
    source = Source("urn:feed", "Their feed", NOON, "https://their.example/feed.xml")
    others = (
        Source("urn:a", "A & more", NOON, "https://a.example/feed", "https://a.example/"),
        Source("urn:b", "B", NOON, "https://b.example/feed"),
        Source("urn:c", "C", NOON),
    )
    documents = {Path(file.name).suffix: file.data for file in generate(feed(article(source=source, also_in=others)))}
    named = [("https://a.example/", "A & more"), ("https://b.example/feed", "B")]
    entry = etree.fromstring(documents[".atom"]).find("{*}entry")
    related = [one for one in entry.iterfind("{*}link") if one.get("rel") == "related"]
    assert [(one.get("href"), one.get("title")) for one in related] == named
    links = etree.fromstring(documents[".rss"]).iterfind("channel/item/{http://www.w3.org/2005/Atom}link")
    assert [(one.get("href"), one.get("title")) for one in links] == named
    (item,) = json.loads(documents[".json"])["items"]
    assert [one["title"] for one in item["_feedd"]["also_in"]] == ["A & more", "B", "C"]


def test_a_topic_s_media_topics_stand_in_its_feed() -> None:
    korea = Topic("korea", "Korea", medtop=("20000065", "16000000"))
    atom, rss = (etree.fromstring(file.data) for file in generate(feed(article(), topic=korea))[:2])
    scheme = "http://cv.iptc.org/newscodes/mediatopic/"
    assert [dict(one.attrib) for one in atom.iterfind("{*}category")] == [
        {"term": "20000065", "scheme": scheme, "label": "Korea"},
        {"term": "16000000", "scheme": scheme, "label": "Korea"},
    ]
    assert [(one.text, dict(one.attrib)) for one in rss.iterfind("channel/category")] == [
        ("20000065", {"domain": scheme}),
        ("16000000", {"domain": scheme}),
    ]


def test_slices_of_real_articles_are_what_feedgen_writes_of_all_at_once(corpus: Path) -> None:
    articles = []
    for path in sorted([*(corpus / "markdown").iterdir(), *(corpus / "feeds" / "wellformed").rglob("*.xml")])[::4]:
        with suppress(Unreadable):
            articles += parse(Document(path.name, path.read_bytes(), NOON))
    assert len(articles) > 100
    given = feed(*articles)
    assert atom.write(given) == feedgen_oracle.atom_of(given)
    assert rss.write(given) == feedgen_oracle.rss_of(given, cadence(given.entries))
    for entry in given.entries[::9]:  # alone, and among others that are kept
        alone = replace(given, entries=(entry,))
        assert atom.write(alone) == feedgen_oracle.atom_of(alone)
    assert [entry.id for entry in read(FORMATS[0], given).entries] == [entry.id for entry in given.entries]


def test_each_document_tells_its_other_forms_and_its_hub() -> None:
    site = replace(SITE, hub="https://hub.example.org/")
    files = {file.name: file for file in (*generate(feed(site=site)), topic_page(feed(site=site)))}
    base = "https://news.example.org/feeds/korea"
    assert files["korea.rss"].link == ", ".join(
        [
            f'<{base}.rss>; rel="self"; type="application/rss+xml"',
            '<https://hub.example.org/>; rel="hub"',
            f'<{base}.atom>; rel="alternate"; type="application/atom+xml"',
            f'<{base}.json>; rel="alternate"; type="application/feed+json"',
            f'<{base}.html>; rel="alternate"; type="text/html"',
        ]
    )
    assert files["korea.html"].link.startswith(f'<https://hub.example.org/>; rel="hub", <{base}.atom>; rel="alternate"')
    assert all(60 <= file.max_age <= 300 for file in files.values())
