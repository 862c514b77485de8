"""ninjs of all generations: what an item is, when it may be published, and its pictures, sound and film."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedd.errors import Unreadable
from feedd.model import Article, Defaults, Document, Enclosure, Person, Related
from feedd.parse import ninjs, parse
from feedd.parse.ninjs import sniff

SITE = "https://example.org/"


def read(value: object, name: str = "item.json", **defaults: Any) -> tuple[Article, ...]:
    data = (value if isinstance(value, str) else json.dumps(value)).encode()
    return parse(Document(name, data, datetime(2025, 6, 1, tzinfo=UTC), Defaults(**defaults)))


def only(**fields: object) -> Article:
    (article,) = read({"uri": "urn:example:1", "headline": "A headline", "body_text": "Text."} | fields)
    return article


def picture(width: object, name: str = "a") -> dict[str, object]:
    return {"href": f"{SITE}{name}.jpg", "mimetype": "image/jpeg", "width": width}


def test_an_item_of_generation_1_is_an_article_with_all_that_it_says() -> None:
    (article,) = read(
        {
            "uri": "urn:example:news:17",
            "type": "text",
            "version": "3",
            "firstcreated": "2025-03-01T12:00:00+01:00",
            "versioncreated": "2025-03-02T12:00:00Z",
            "pubstatus": "usable",
            "copyrightholder": "The Agency",
            "usageterms": "Not for sale.",
            "language": "en-GB",
            "subject": [{"name": "Sea", "rel": "about"}, {"code": "1"}],
            "keywords": ["boats", "sea"],
            "place": [{"name": "Ludham"}],
            "headline": "Fish &amp; chips",
            "headline_seo": "Another",
            "byline": "By Ada Example and Bob Sample",
            "body_text": "The text.",
            "body_html": "<html><head><title>T</title></head><body><h1>Fish & chips</h1><p>The text.</p></body></html>",
            "description_text": "In short",
            "renditions": {"web": {"href": SITE + "1.html", "mimetype": "text/html"}},
            "associations": {"featuremedia": {"type": "picture", "renditions": {"main": picture(600)}}, "x": None},
        }
    )
    assert (article.id, article.part, article.url) == ("urn:example:news:17", "", SITE + "1.html")
    assert (article.title, article.summary, article.content) == ("Fish & chips", "In short", "<p>The text.</p>")
    assert article.published == datetime(2025, 3, 1, 11, tzinfo=UTC)
    assert article.updated == datetime(2025, 3, 2, 12, tzinfo=UTC)
    assert article.authors == (Person("Ada Example"), Person("Bob Sample"))
    assert (article.tags, article.language, article.image) == (("Sea", "boats"), "en-GB", SITE + "a.jpg")
    assert article.rights == "© The Agency – Not for sale."
    origin = article.origin
    assert (origin.format, origin.id_origin, origin.date_origin, origin.warnings) == (
        "ninjs",
        "uri",
        "firstcreated",
        (),
    )


def test_an_item_of_generation_3_is_read_alike() -> None:
    (article,) = read(
        {
            "uri": "https://example.org/items/17",
            "firstCreated": "2025-03-01T12:00:00Z",
            "copyrightNotice": "(c) The Agency",
            "subjects": [{"name": "Sea", "uri": "https://example.org/sea"}],
            "by": "Ada Example",
            "title": "A name for the desk",
            "headlines": [{"role": "seo", "value": "Seo"}, {"value": "Plain"}, {"role": "main", "value": "Main"}],
            "descriptions": [{"role": "creditline", "value": "AGENCY"}, {"role": "lead", "value": "In short"}],
            "bodies": [
                {"role": "nitf", "contentType": "text/vnd.IPTC.NITF", "value": "<nitf><body>no</body></nitf>"},
                {"contentType": "text/plain", "value": "The text."},
                {"contentType": "application/xhtml+xml", "value": "<p>The <b>text</b>.</p>"},
            ],
            "renditions": [{"name": "w", "href": SITE + "1", "contentType": "text/html; charset=utf-8"}],
        }
    )
    assert (article.title, article.summary, article.content) == ("Main", "In short", "<p>The <b>text</b>.</p>")
    assert (article.id, article.url) == ("https://example.org/items/17", SITE + "1")
    assert (article.rights, article.tags, article.authors) == ("(c) The Agency", ("Sea",), (Person("Ada Example"),))


def test_the_uri_names_the_item_and_is_no_link() -> None:
    assert only(uri="https://example.org/items/1").url is None


def test_superdesk_calls_the_id_guid() -> None:
    article = only(uri=None, guid="tag:example.org:1", authors=[{"name": "Ada"}, {"role": "x"}])
    assert (article.id, article.origin.id_origin, article.authors) == ("tag:example.org:1", "guid", (Person("Ada"),))


# --- when, and whether at all ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "day", "where"),
    [
        ({"firstcreated": 2, "contentcreated": 1, "versioncreated": 3}, 2, "firstcreated"),
        ({"firstpublished": 4, "firstcreated": 2}, 4, "firstpublished"),
        ({"contentcreated": 1, "versioncreated": 3}, 1, "contentcreated"),
        ({"contentcreated": 1, "versioncreated": 3, "type": "picture"}, 3, "versioncreated"),
        ({"firstcreated": 2, "embargoed": 5}, 5, "embargoed"),
        ({"firstCreated": 2, "embargoedUntil": 1}, 2, "firstcreated"),
        ({"embargoed": 5}, 5, "embargoed"),
    ],
)
def test_published_is_the_first_moment_that_no_version_moves_and_never_before_an_embargo(
    fields: dict[str, object], day: int, where: str
) -> None:
    dated = {key: value if isinstance(value, str) else f"2025-03-0{value}T12:00:00Z" for key, value in fields.items()}
    article = only(**dated)
    assert article.published == datetime(2025, 3, day, 12, tzinfo=UTC)
    assert article.origin.date_origin == where


def test_a_date_without_a_zone_is_read_in_that_of_the_inbox() -> None:
    item = {"uri": "1", "headline": "A", "firstcreated": "2025-03-01T12:00:00", "embargoed": "2025-03-01T12:00:00Z"}
    (article,) = read(item, timezone=timezone(timedelta(hours=2)))
    assert article.published == datetime(2025, 3, 1, 12, tzinfo=UTC)
    (article,) = read(item, timezone=timezone(timedelta(hours=-2)))
    assert article.published == datetime(2025, 3, 1, 14, tzinfo=UTC)


def test_an_embargo_that_can_not_be_read_keeps_the_article_back() -> None:
    with pytest.raises(Unreadable, match=r"embargoed: can't be read as a date, so it may not be published yet: 'after"):
        only(embargoed="after the speech")
    for odd in (True, {}, [], {"until": "2025-03-01"}, 0):
        with pytest.raises(Unreadable, match="embargoed: can't be read as a date"):
            only(embargoed=odd)
    for none in (None, "", False):
        assert only(embargoed=none).title == "A headline"


@pytest.mark.parametrize(
    "status", ["canceled", "Cancelled", "withheld", "stat:withheld", "http://cv.iptc.org/x/canceled"]
)
def test_what_is_withheld_or_canceled_is_refused(status: str) -> None:
    with pytest.raises(Unreadable, match=f"is not to be published, as its pubstatus says: {status}"):
        only(pubstatus=status)


@pytest.mark.parametrize("status", ["usable", "stat:usable", "", None, "corrected", []])
def test_any_other_status_is_usable(status: object) -> None:
    assert only(pubstatus=status).title == "A headline"


def test_a_date_that_can_not_be_read_is_none_and_told() -> None:
    article = only(firstcreated="soon")
    assert article.published is None
    assert "can't be read as a date: 'soon'" in article.origin.warnings[0]
    assert only(firstcreated="soon", versioncreated="2025-03-01").published == datetime(2025, 3, 1, tzinfo=UTC)


# --- texts -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("bodies", "content"),
    [
        ({"body_xhtml": "<p>X</p>", "body_text": "T"}, "<p>X</p>"),
        ({"body_text": "One & two.\n\nThree."}, "<p>One &amp; two.</p><p>Three.</p>"),
        ({"body_main": "<p>looks like HTML</p>"}, "<p>looks like HTML</p>"),
        ({"body_main": "a < b"}, "<p>a &lt; b</p>"),
        ({"body_html": " ", "body_text": "T"}, "<p>T</p>"),
        ({"body_html": "&lt;p&gt;Escaped &amp;amp; twice&lt;/p&gt;"}, "<p>Escaped &amp; twice</p>"),
        ({"body_text": "A headline\n\nText."}, "<p>Text.</p>"),
        ({"body_html": "<h1 class='x'>A <i>headline</i></h1><p>Text.</p>"}, "<p>Text.</p>"),
        ({"body_html": "<h1>Another</h1><p>A headline</p>"}, "<h1>Another</h1><p>A headline</p>"),
        ({"bodies": {"value": "<p>One</p>"}}, "<p>One</p>"),
        ({"bodies": ["Only text"]}, "<p>Only text</p>"),
    ],
)
def test_of_several_bodies_html_counts_before_text(bodies: dict[str, object], content: str) -> None:
    assert only(**{"body_text": None} | bodies).content == content


def test_without_a_body_the_description_is_the_text() -> None:
    article = only(type="picture", body_text="", descriptions=[{"role": "caption", "value": "A boat."}])
    assert (article.content, article.summary) == ("<p>A boat.</p>", "")


def test_a_body_that_can_not_be_read_is_told() -> None:
    article = only(body_text="", body_nitf="<nitf/>", description_text="In short.")
    assert article.content == "<p>In short.</p>"
    assert article.origin.warnings == ("a body is left out: nitf is neither HTML nor plain text",)


def test_a_description_that_repeats_the_text_is_no_summary() -> None:
    assert only(description_text="Text.").summary == ""
    assert only(description_xhtml="<p>In <b>short</b></p>").summary == "In short"
    assert only(description_text="Fish &amp; chips").summary == "Fish & chips"


@pytest.mark.parametrize(
    ("by", "names"),
    [
        ("Von Karla Muster, dpx", ["Karla Muster", "dpx"]),
        ("Ada Example/AGENCY", ["Ada Example", "AGENCY"]),
        ("AGENCY", ["AGENCY"]),
        ("from our own staff in 3 cities", ["from our own staff in 3 cities"]),
    ],
)
def test_a_byline_names_people(by: str, names: list[str]) -> None:
    assert [person.name for person in only(by=by).authors] == names


def test_without_a_byline_the_source_is_the_author() -> None:
    sources = [{"name": "AGENCY"}, {"name": "Shop", "role": "distributor"}, {}]
    assert only(infosources=sources).authors == (Person("AGENCY"),)


# --- pictures, sound, film and related stories -------------------------------------------------------------


@pytest.mark.parametrize(
    ("renditions", "image"),
    [
        ({"thumbnail": picture(100, "t"), "main": picture(500, "m"), "highres": picture(900, "h")}, "h"),
        ({"main": picture(4000, "m"), "preview": picture(1000, "p")}, "p"),
        ({"main": picture(4000, "m"), "other": picture(3000, "o")}, "o"),
        ({"other": picture(0, "o"), "main": picture(0, "m")}, "m"),
        ({"a": {"href": SITE + "b.webp?x"}, "b": {"href": SITE + "c.pdf"}}, "b"),
        ({"a": {"href": "/relative.jpg"}, "b": "x", "c": None, "d": picture("x")}, "a"),
        ([{"name": "a", "href": SITE + "a.jpg", "contentType": "image/jpg"}], "a"),
    ],
)
def test_the_image_is_the_largest_rendition_that_a_page_can_show(renditions: object, image: str) -> None:
    found = only(type="picture", renditions=renditions).image
    assert found is not None
    assert found.startswith(f"{SITE}{image}.")


def test_associated_pictures_give_the_image_featured_ones_first() -> None:
    associations = {
        "logo": {"type": "graphic", "renditions": {"main": picture(900, "logo")}},
        "video": {"type": "video", "renditions": {"main": picture(900, "still")}},
        "photo": {"type": "picture", "renditions": {"main": picture(900, "photo")}},
        "featuremedia": {"type": "picture", "renditions": {"main": picture(300, "featured")}},
    }
    left = dict(associations)
    found = []
    for name in ("featuremedia", "photo", "video", "logo"):
        found.append(only(type="text", associations=left).image)
        del left[name]
    assert found == [SITE + "featured.jpg", SITE + "photo.jpg", SITE + "still.jpg", None]


def test_sound_and_film_are_enclosures_one_of_each_item() -> None:
    sound = {"main": {"href": SITE + "a.mp3", "mimetype": "audio/mpeg", "sizeinbytes": 12}}
    film = [
        {"name": "small", "href": SITE + "s.mp4", "contentType": "video/mp4"},
        {"name": "main", "href": SITE + "m.mp4", "contentType": "video/mp4", "sizeInBytes": 34.0, "title": "HD"},
        {"name": "poster", "href": SITE + "p.jpg", "contentType": "image/jpeg"},
    ]
    article = only(type="audio", renditions=sound, associations=[{"name": "film", "type": "video", "renditions": film}])
    assert article.enclosures == (
        Enclosure(SITE + "a.mp3", "audio/mpeg", 12, "A headline"),
        Enclosure(SITE + "m.mp4", "video/mp4", 34, "HD"),
    )
    assert (article.image, article.related) == (SITE + "p.jpg", ())


def test_associated_texts_are_related_stories_and_none_is_told_before_its_embargo() -> None:
    associations = [
        {"name": "a", "type": "text", "headlines": [{"value": "Other"}], "versionCreated": "2025-01-02"},
        {"name": "b", "headline": "Free by then", "embargoedUntil": "2025-03-01T00:00:00Z"},
        {"name": "c", "headline": "Too early", "embargoedUntil": "2025-05-01T00:00:00Z"},
        {"name": "d", "headline": "Unclear", "embargoed": "later"},
        {"name": "e", "headline": "Killed", "pubStatus": "canceled"},
        {"name": "f", "type": "text", "uri": "urn:x"},
    ]
    article = only(versioncreated="2025-03-01T00:00:00Z", associations=associations)
    assert article.related == (
        Related("Other", datetime(2025, 1, 2, tzinfo=UTC)),
        Related("Free by then", datetime(2025, 3, 1, tzinfo=UTC)),
    )
    assert "Other" in article.zones.related
    assert "Other" not in article.zones.body


# --- collections, and what is no ninjs ---------------------------------------------------------------------


def test_a_list_a_line_each_and_an_envelope_hold_several_articles() -> None:
    one, two = ({"uri": f"urn:{n}", "headline": n, "versioncreated": "2025-01-02"} for n in ("One", "Two"))
    lines = "\n".join(map(json.dumps, (one, two)))
    shapes = (
        [one, two],
        {"_items": [one, two], "total": 2},
        {"data": {"items": [{"item": one}, {"item": two}]}},
        lines,
    )
    for shape in shapes:
        assert [(article.title, article.part) for article in read(shape)] == [("One", "urn:One"), ("Two", "urn:Two")]
    (article,) = read({"items": [one]})
    assert article.part == "urn:One"


def test_of_several_versions_the_newest_counts() -> None:
    items = [{"uri": "urn:1", "headline": str(day), "versioncreated": f"2025-01-0{day}"} for day in (1, 3, 2)]
    (article,) = read(items)
    assert article.title == "3"


def test_items_that_can_not_be_read_are_left_out_and_told() -> None:
    items = [{"uri": "urn:1", "headline": "One"}, {"uri": "urn:2", "headline": "Two", "pubstatus": "canceled"}, 7]
    (article,) = read(items)
    assert "2 of 3 entries are left out; the first is not to be published" in article.origin.warnings[0]


@pytest.mark.parametrize("name", ["a.json", "a.jsonl", "a.txt", "a.md"])
def test_content_tells_ninjs_whatever_its_name(name: str) -> None:
    (article,) = read(' \n{"uri": "urn:1", "versionCreated": "2025-01-02", "headlines": [{"value": "One"}]}', name)
    assert article.origin.format == "ninjs"


@pytest.mark.parametrize(
    "text",
    [
        '{"uri": "urn:1", "headline": "A"}\n\nText below front matter',
        '{"uri": "urn:1", "headline": "cut o',
        '{"@context": "https://schema.org", "@type": "NewsArticle", "uri": "urn:1", "headline": "A"}',
        '[{"@type": "NewsArticle", "uri": "urn:1", "headline": "A"}]',
        '{"headline": "A"}',
        '{"$schema": "x", "properties": {"uri": {}, "headline": {}}, "$defs": [{"renditions": 1}]}',
        '{"uri": "urn:1", "name": "headline"}',
        '[[[[[[[{"uri": "urn:1", "headline": "A"}]]]]]]]',
    ],
)
def test_what_is_no_ninjs_as_a_whole_is_none(text: str) -> None:
    assert not sniff(text)


def test_json_without_an_item_is_refused_with_what_it_has() -> None:
    with pytest.raises(Unreadable, match="is no ninjs item: its keys are name, size"):
        ninjs.read(Document("a.json", b'[{"name": 1, "size": 2}]', datetime(2025, 6, 1, tzinfo=UTC)))


def test_an_item_without_a_headline_and_a_text_is_refused() -> None:
    with pytest.raises(Unreadable, match="has neither a title nor text"):
        read({"uri": "urn:1", "versioncreated": "2025-01-02"})


# --- any shape -------------------------------------------------------------------------------------------

TEXT = st.text(max_size=12) | st.sampled_from(
    ["<p>x</p>", "&lt;b&gt;", "\ud800", "\x00", "https://[", "2025-01-02", "By A B"]
)
SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | TEXT
PARTS = st.sampled_from(
    "name value role contenttype mimetype href width sizeinbytes renditions headline type pubstatus embargoed".split()
)
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT | PARTS, inner, max_size=4), max_leaves=8
)
KEYS = st.sampled_from(
    "uri guid type headline headlines title by byline authors infosources body_html body_text body_x bodies"
    " descriptions description_text firstcreated versionCreated contentcreated embargoed pubStatus copyrightholder"
    " usageterms language subject subjects keywords renditions associations".split()
)


@given(st.dictionaries(KEYS, VALUES, max_size=10))
def test_fields_of_any_type_are_an_article_or_unreadable(fields: dict[str, Any]) -> None:
    problem = ""
    articles: tuple[Article, ...] = ()
    try:
        articles = read({"uri": "urn:1", "bodies": [{"value": "x"}]} | fields)
    except Unreadable as error:
        problem = str(error)
    assert bool(articles) != bool(problem)
    assert "Error:" not in problem  # a reason of ours, not a library's failure


@pytest.mark.parametrize("wrong", [{}, {"a": 1}, [], ["x"], [[["x"]]], [{}], "x", 12345, 1.5, True, False, None])
def test_a_field_of_a_wrong_type_costs_no_article(wrong: object) -> None:
    keys = (
        "type title by byline authors infosources body_html bodies descriptions description_text firstcreated language"
    )
    for key in (
        *keys.split(),
        "versioncreated",
        "pubstatus",
        "subject",
        "subjects",
        "keywords",
        "renditions",
        "associations",
    ):
        assert only(**{key: wrong}).title == "A headline"


def test_a_heading_that_never_ends_takes_no_time() -> None:
    article = only(body_html="<h1 " * 1000 + "<p>" * 50 + "x")
    assert article.title == "A headline"


def test_real_items_that_hold_a_text_are_articles_and_schemas_are_refused(corpus: Path) -> None:
    paths = sorted((corpus / "newsitem" / "ninjs").rglob("*.json"))
    assert len(paths) > 40
    for path in paths:
        text = path.read_text("utf-8")
        if path.name == "extension-schema.json":
            with pytest.raises(Unreadable, match=r"is no JSON of a known kind: its keys are \$schema"):
                read(text)
            continue
        for article in read(text):
            assert article.origin.format == "ninjs"
            assert article.zones.body
            assert article.id
            assert article.published or '"versionCreated"' not in text
            assert article.origin.warnings == ()
