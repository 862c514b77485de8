"""The meaning of fields, in every spelling that authors use."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from feedd.errors import Unreadable
from feedd.model import Defaults, Enclosure, Person
from feedd.parse._frontmatter import Fields
from feedd.parse._meta import Meta, absolute, read_meta


def meta(**fields: object) -> Meta:
    return read_meta(fields, Defaults())  # type: ignore[arg-type]


def test_nothing_said_is_nothing_known() -> None:
    empty = meta(title="~", date="null", tags=[], author="", id="", link="none")
    assert (empty.title, empty.published, empty.tags, empty.authors, empty.id, empty.url) == (
        "",
        None,
        (),
        (),
        None,
        None,
    )
    assert empty.warnings == ()
    assert empty.topics is None


def test_the_inbox_speaks_where_the_document_does_not() -> None:
    defaults = Defaults(author="Desk", language="uk", timezone=ZoneInfo("Europe/Kyiv"))
    read = read_meta({"date": "2024-07-01 12:00"}, defaults)
    assert read.authors == (Person("Desk"),)
    assert read.language == "uk"
    assert read.published == datetime(2024, 7, 1, 9, tzinfo=UTC)


@pytest.mark.parametrize("key", ["date", "published", "pubdate", "publishDate", "created"])
def test_a_date_has_many_names(key: str) -> None:
    assert read_meta({key.lower(): "2024-01-02"}, Defaults()).published == datetime(2024, 1, 2, tzinfo=UTC)


def test_a_date_may_be_a_mapping_of_two() -> None:
    read = meta(date={"created": "2024-02-11", "Updated": "2024-03-02", "author": "no date"})
    assert read.published == datetime(2024, 2, 11, tzinfo=UTC)
    assert read.updated == datetime(2024, 3, 2, tzinfo=UTC)
    assert (read.authors, read.warnings) == ((), ())
    assert meta(date={"created": "soon"}).warnings == ("created: can't be read as a date: 'soon'",)
    assert meta(date={"updated": "2024-03-02"}, updated="2024-03-05").updated == datetime(2024, 3, 5, tzinfo=UTC)


@pytest.mark.parametrize("place", ["params", "extra"])
def test_what_a_site_adds_for_itself_is_looked_for_one_level_down(place: str) -> None:
    inner = {"Author": "Ann Vik", "featuredImage": "https://example.org/i.png", "keywords": ["sea"], "id": "7"}
    read = meta(**{place: inner})
    assert read.authors == (Person("Ann Vik"),)
    assert (read.image, read.tags) == ("https://example.org/i.png", ("sea",))
    assert (read.id, read.url) == (None, None)


def test_what_the_document_itself_says_counts_before_what_stands_below() -> None:
    read = meta(author="Ann Vik", tags=["sea"], extra={"authors": ["The site"], "keywords": ["x"], "author": ""})
    assert (read.authors, read.tags) == ((Person("Ann Vik"),), ("sea",))
    assert meta(extra="words", params=["a"]).warnings == ()


def test_a_switch_of_the_layout_is_no_author() -> None:
    assert meta(author="false", params={"author": "true"}).authors == ()
    assert meta(author=["true", "True Blue"]).authors == (Person("True Blue"),)


def test_a_date_that_cannot_be_read_is_a_warning_and_the_next_one_counts() -> None:
    read = meta(date="soon", created="2024-01-02", lastmod="9999-12-31T23:59:59")
    assert read.published == datetime(2024, 1, 2, tzinfo=UTC)
    assert "date: can't be read as a date: 'soon'" in read.warnings


def test_the_first_of_several_titles_counts() -> None:
    assert meta(title=["One", "Two"]).title == "One"


def test_a_date_outside_of_all_calendars_is_a_warning() -> None:
    defaults = Defaults(timezone=ZoneInfo("America/New_York"))
    read = read_meta({"date": "9999-12-31 23:00"}, defaults)
    assert read.published is None
    assert len(read.warnings) == 1


@pytest.mark.parametrize("fields", [{"draft": "true"}, {"published": "false"}, {"draft": "Yes"}])
def test_a_draft_is_refused(fields: Fields) -> None:
    with pytest.raises(Unreadable, match="draft"):
        read_meta(fields, Defaults())


def test_published_as_a_word_is_no_date() -> None:
    assert meta(published="true", draft="false").warnings == ()


@pytest.mark.parametrize(
    ("said", "people"),
    [
        ("Jane Doe", (Person("Jane Doe"),)),
        ("Jane Doe <jane@example.org>", (Person("Jane Doe", email="jane@example.org"),)),
        ("<jane@example.org>", (Person("jane@example.org", email="jane@example.org"),)),
        (["A B", "", "C D"], (Person("A B"), Person("C D"))),
        ({"name": "A", "url": "https://example.org/a"}, (Person("A", url="https://example.org/a"),)),
        (
            [{"name": "A", "url": "/a"}, {"email": "b@example.org"}, {}],
            (Person("A"), Person("b@example.org", email="b@example.org")),
        ),
    ],
)
def test_authors_come_in_every_shape(said: object, people: tuple[Person, ...]) -> None:
    assert meta(author=said).authors == people


@pytest.mark.parametrize(
    ("fields", "tags"),
    [
        ({"tags": "a b c"}, ("a", "b", "c")),
        ({"tags": "sea marks, coast"}, ("sea marks", "coast")),
        ({"tags": ["A", "a", "b"], "category": "sea marks"}, ("A", "b", "sea marks")),
        ({"keywords": "one two"}, ("one two",)),
        ({"categories": [{"name": "x"}], "tag": "y"}, ("y", "x")),
        ({"tags": {"a": "b"}}, ("a",)),
        ({"taxonomies": {"tags": ["a"], "categories": ["b"]}}, ("a", "b")),
    ],
)
def test_tags_are_collected_once_each(fields: Fields, tags: tuple[str, ...]) -> None:
    assert read_meta(fields, Defaults()).tags == tags


def test_topics_are_what_the_document_says() -> None:
    assert meta(topics="korea ukraine-war").topics == ("korea", "ukraine-war")


def test_only_an_absolute_address_is_a_link() -> None:
    assert meta(permalink="/:title/", url="https://example.org/x").url == "https://example.org/x"
    read = meta(link="www.example.org/x", permalink="x y")
    assert read.url is None
    assert read.warnings == ("link: is no absolute http address: 'www.example.org/x'",)


@pytest.mark.parametrize(
    "path", ["/x/", "posts/x/", "x", "x.html", "/:year/:title/", "{{ page.fileSlug }}/", "false", "blog/2024/x.html"]
)
def test_a_path_in_the_authors_own_site_is_no_link_and_no_mistake(path: str) -> None:
    read = meta(permalink=path)
    assert (read.url, read.warnings) == (None, ())


@pytest.mark.parametrize(
    "url", ["https://", "http://[x", "ftp://example.org", "https://example.org/a b", "mailto:a@b", "https://e\x01.org"]
)
def test_what_is_no_absolute_address(url: str) -> None:
    assert not absolute(url)


def test_an_id_is_kept_to_the_letter_or_not_at_all() -> None:
    assert meta(guid=" Urn:X e\u0301 ").id == "Urn:X e\u0301"
    read = meta(id="a\x02b")
    assert read.id is None
    assert read.warnings == ("id: has characters that XML forbids; a new one is made",)


def test_a_language_is_a_tag_or_a_warning() -> None:
    assert meta(lang="en_GB.UTF-8").language == "en-GB"
    assert meta(lang="the usual one").warnings


def test_an_image_is_completed_from_the_link() -> None:
    assert meta(image="/i.png", link="https://example.org/a").image == "https://example.org/i.png"
    assert meta(image={"src": "https://example.org/j.png"}).image == "https://example.org/j.png"
    assert meta(image="/i.png").image is None
    assert meta(image="http://[", link="https://example.org/a").image is None


def test_an_enclosure_has_type_and_length() -> None:
    said = [
        {"url": "https://example.org/a.mp3", "type": "audio/x", "length": "4711", "title": "A"},
        "https://example.org/b.mp3",
        {"url": "https://example.org/c.unknownkind", "length": "many"},
        "/d.mp3",
        {},
    ]
    read = meta(enclosures=said)
    assert read.enclosures == (
        Enclosure("https://example.org/a.mp3", "audio/x", 4711, "A"),
        Enclosure("https://example.org/b.mp3", "audio/mpeg"),
        Enclosure("https://example.org/c.unknownkind", "application/octet-stream"),
    )
    assert read.warnings == ("enclosure: is no absolute http address: '/d.mp3'",)


def test_tags_that_were_escaped_twice_are_read_as_they_were_meant() -> None:
    assert read_meta({"tags": "Editor&#39;s choice, R&amp;D"}, Defaults()).tags == ("Editor's choice", "R&D")
    assert read_meta({"tags": ["Editor&#39;s choice", "AT&T"]}, Defaults()).tags == ("Editor's choice", "AT&T")
