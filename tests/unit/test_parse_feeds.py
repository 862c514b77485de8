"""Atom and RSS files: each entry an article, nothing fetched, nothing expanded."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from feedd.errors import Unreadable
from feedd.model import Article, Document, Enclosure, Person
from feedd.parse import parse

ATOM = '<feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://example.org/news/" xml:lang="en">{}</feed>'
RSS = '<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel>{}</channel></rss>'


def read(text: str | bytes, name: str = "feed.xml") -> tuple[Article, ...]:
    data = text.encode() if isinstance(text, str) else text
    return parse(Document(name, data, datetime(2025, 6, 1, tzinfo=UTC)))


def test_an_atom_entry_is_an_article_with_all_that_it_says() -> None:
    entry = """
    <author><name>Ada Example</name><uri>/ada</uri></author><rights>All rights kept</rights>
    <entry><id>urn:example:1</id><title type="html">Fish &amp;amp; &lt;b>chips&lt;/b></title>
    <link href="1.html"/><link rel="enclosure" href="a.mp3" type="audio/mpeg" length="12"/>
    <published>2025-03-01T12:00:00+01:00</published><updated>2025-03-02T12:00:00Z</updated>
    <category term="sea"/><summary>In short</summary>
    <content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>See <a href="more">more</a>.</p></div></content>
    </entry>"""
    (article,) = read(ATOM.format(entry))
    assert article.title == "Fish & chips"
    assert (article.id, article.part) == ("urn:example:1", "urn:example:1")
    assert article.url == "https://example.org/news/1.html"
    assert article.published == datetime(2025, 3, 1, 11, tzinfo=UTC)
    assert article.updated == datetime(2025, 3, 2, 12, tzinfo=UTC)
    assert article.authors == (Person("Ada Example", "https://example.org/ada"),)
    assert article.enclosures == (Enclosure("https://example.org/news/a.mp3", "audio/mpeg", 12),)
    assert (article.tags, article.summary, article.language) == (("sea",), "In short", "en")
    assert article.rights == "All rights kept"
    assert article.content == '<div><p>See <a href="https://example.org/news/more">more</a>.</p></div>'
    assert (article.origin.format, article.origin.date_origin) == ("atom", "atom:published")


def test_an_rss_item_is_an_article_with_all_that_it_says() -> None:
    item = """<title>Site</title><link>https://example.org/</link><language>de</language>
    <item><title>Fähre &amp; Brücke</title><link>/1</link><guid isPermaLink="false">post 1</guid>
    <pubDate>Sat, 01 Mar 2025 12:00:00 +0100</pubDate><author>ada@example.org (Ada Example)</author>
    <category>See</category><description>Kurz gesagt</description>
    <content:encoded><![CDATA[<p onclick="x()">Der <img src="/a.png" alt="Text"> &nbsp;</p>]]></content:encoded>
    <enclosure url="https://example.org/a.mp3" length="12" type="audio/mpeg"/></item>"""
    (article,) = read(RSS.format(item))
    assert (article.title, article.id, article.url) == ("Fähre & Brücke", "post 1", "https://example.org/1")
    assert article.published == datetime(2025, 3, 1, 11, tzinfo=UTC)
    assert article.authors == (Person("Ada Example", email="ada@example.org"),)
    assert (article.summary, article.language, article.tags) == ("Kurz gesagt", "de", ("See",))
    assert '<img src="https://example.org/a.png" alt="Text">' in article.content
    assert "onclick" not in article.content
    assert article.enclosures == (Enclosure("https://example.org/a.mp3", "audio/mpeg", 12),)


def test_rss_on_rdf_is_read_like_any_other() -> None:
    rdf = """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
    xmlns:dc="http://purl.org/dc/elements/1.1/"><channel rdf:about="https://example.org/"><title>Site</title></channel>
    <item rdf:about="https://example.org/1"><title>One</title><dc:date>2025-03-01</dc:date></item></rdf:RDF>"""
    (article,) = read(rdf, "feed.rdf")
    assert (article.title, article.url) == ("One", "https://example.org/1")


def test_what_a_file_holds_counts_more_than_its_name() -> None:
    assert read(ATOM.format("<entry><title>One</title></entry>"), "feed.txt")[0].origin.format == "atom"
    with pytest.raises(Unreadable, match="no known kind: its root is <note>"):
        read("<note>Hello</note>")


def test_entries_without_an_id_have_parts_that_do_not_depend_on_their_order() -> None:
    one, two = "<item><title>One</title></item>", "<item><title>Two</title><link>https://example.org/2</link></item>"
    same = "<item><title>Three</title><link>https://example.org/2</link></item>"
    parts = {article.title: article.part for article in read(RSS.format(one + two))}
    assert parts == {article.title: article.part for article in read(RSS.format(two + one))}
    now = {article.title: article.part for article in read(RSS.format(same + two + one))}
    assert len(set(now.values())) == 3
    assert {title: now[title] for title in parts} == parts


def test_entries_that_can_not_be_read_are_left_out_and_told() -> None:
    first, second = read(RSS.format("<item/><item><title>One</title></item><item><title>Two</title></item>"))
    assert (first.title, second.title) == ("One", "Two")
    assert "1 of 3 entries are left out" in first.origin.warnings[0]
    with pytest.raises(Unreadable, match="no entry that can be read: has neither a title nor text"):
        read(RSS.format("<item/>"))
    with pytest.raises(Unreadable, match="holds no entries"):
        read(RSS.format(""))


def test_of_entries_with_one_id_the_newest_counts() -> None:
    item = "<item><guid>urn:1</guid><title>{}</title><pubDate>{} Mar 2025 12:00:00 GMT</pubDate></item>"
    (article,) = read(RSS.format(item.format("Old", 1) + item.format("New", 3) + item.format("Older", 2)))
    assert article.title == "New"


def test_a_bare_link_is_an_article_and_its_address_the_title() -> None:
    (article,) = read(RSS.format("<item><link>https://example.org/a/</link></item>"))
    assert article.title == "example.org/a"


def test_references_of_html_are_characters_and_a_loose_ampersand_is_told() -> None:
    (article,) = read(RSS.format("<item><title>Caf&eacute; &#147;AT&T&#148; &lt; 3&nbsp;km</title></item>"))
    assert article.title == "Café “AT&T” < 3 km"
    assert "begins no reference" in article.origin.warnings[0]


@pytest.mark.parametrize(
    "bomb",
    [
        '<!DOCTYPE rss [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>' + RSS.format("<item><title>&b;</title></item>"),
        '<!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + RSS.format("<item><title>&x;</title></item>"),
    ],
)
def test_entities_are_never_expanded(bomb: str) -> None:
    with pytest.raises(Unreadable, match="uses an entity that it declares itself"):
        read(bomb)


def test_a_document_type_declaration_is_left_out() -> None:
    doctype = '<?xml version="1.0"?><!DOCTYPE rss PUBLIC "-//X//DTD RSS 0.91//EN" "http://example.org/rss.dtd" [ ]>'
    assert read(doctype + RSS.format("<item><title>One</title></item>"))[0].title == "One"


def test_what_is_cut_off_is_refused_and_what_is_ill_formed_is_read_with_a_warning() -> None:
    feed = RSS.format("<item><title>One</title></item><item><title>Two</title></item>")
    with pytest.raises(Unreadable, match="is cut off: </rss> is missing"):
        read(feed[:-30])
    (one, two) = read(feed.replace("<channel>", '<channel id="1" id="1">'))
    assert (one.title, two.title) == ("One", "Two")
    assert "isn't well-formed XML" in one.origin.warnings[0]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "windows-1251", "koi8-r"])
def test_the_declared_encoding_is_read(encoding: str) -> None:
    feed = f'<?xml version="1.0" encoding="{encoding}"?>' + RSS.format("<item><title>Паром идёт</title></item>")
    assert read(feed.encode(encoding))[0].title == "Паром идёт"


def test_more_entries_than_are_read_are_refused_at_once() -> None:
    with pytest.raises(Unreadable, match="holds 20,000 entries"):
        read(RSS.format("<item><title>One</title></item>" * 20_000))


def test_an_entry_of_which_only_the_id_is_told_is_known_by_it() -> None:
    (one, two) = read(RSS.format('<item><guid isPermaLink="false">abc</guid></item><item><guid>urn:2</guid></item>'))
    assert [(one.id, one.title), (two.id, two.title)] == [("abc", "abc"), ("urn:2", "urn:2")]
    (entry,) = read(ATOM.format("<entry><id>https://example.org/1/</id></entry>"))
    assert (entry.id, entry.title) == ("https://example.org/1/", "https://example.org/1/")


def test_what_an_rdf_item_is_about_is_its_id() -> None:
    rdf = """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/">
    <item rdf:about="https://example.org/1"><title>One</title></item></rdf:RDF>"""
    (article,) = read(rdf)
    assert (article.id, article.origin.id_origin) == ("https://example.org/1", "rdf:about")


def test_atom_that_does_not_name_its_vocabulary_is_atom() -> None:
    (article,) = read("<feed><entry><id>urn:1</id><title>One</title></entry></feed>")
    assert (article.id, article.title) == ("urn:1", "One")


def test_a_link_whose_address_is_its_text_is_read() -> None:
    (article,) = read(ATOM.format("<entry><title>One</title><link>https://example.org/1</link></entry>"))
    assert article.url == "https://example.org/1"


@pytest.mark.parametrize("kind", ['type="application/octet-stream"', 'mode="base64"', 'type="text/html" mode="base64"'])
def test_a_title_in_base64_is_read(kind: str) -> None:
    title = "RXhhbXBsZSA8Yj5BdG9tPC9iPg=="
    (article,) = read(ATOM.format(f"<entry><title {kind}>{title}</title></entry>"))
    assert article.title == "Example Atom"


def test_base64_that_is_none_or_no_text_says_nothing() -> None:
    entry = '<entry><title>One</title><summary type="application/octet-stream">{}</summary></entry>'
    assert {read(ATOM.format(entry.format(data)))[0].content for data in ("%%%", "//79")} == {""}


MEDIA = """<item xmlns:media="http://search.yahoo.com/mrss/" xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd">
<title>One</title><link>https://example.org/news/1</link>{}</item>"""


@pytest.mark.parametrize(
    ("media", "image"),
    [
        ('<media:thumbnail url="https://example.org/small.jpg"/>', "https://example.org/small.jpg"),
        ('<media:content url="/big.jpg" medium="image"/>', "https://example.org/big.jpg"),
        ('<media:content url="big" type="image/png"/>', "https://example.org/news/big"),
        ('<media:content url="https://example.org/a.JPG?w=3"/>', "https://example.org/a.JPG?w=3"),
        ('<media:thumbnail url="/s.jpg"/><media:content url="/b.jpg" medium="image"/>', "https://example.org/b.jpg"),
        ('<media:group><media:content url="/b.webp"/></media:group>', "https://example.org/b.webp"),
        ('<itunes:image href="/cover.jpg"/>', "https://example.org/cover.jpg"),
        ('<media:content url=" " medium="image"/><media:thumbnail/>', None),
        ('<media:thumbnail url="http://[bad/"/>', None),
        (
            "".join(f'<media:content url="/{width}" medium="image" width="{width}"/>' for width in (100, 900, 9000)),
            "https://example.org/900",
        ),
        (
            '<media:content url="https://a.example/avatar/1" medium="image"/><media:thumbnail url="/post.jpg"/>',
            "https://example.org/post.jpg",
        ),
    ],
)
def test_a_picture_beside_an_item_is_its_image(media: str, image: str | None) -> None:
    (article,) = read(RSS.format("<link>https://example.org/news/</link>" + MEDIA.format(media)))
    assert (article.image, article.enclosures) == (image, ())


def test_film_and_sound_beside_an_entry_are_enclosures_and_a_picture_of_them_is_its_image() -> None:
    group = """<entry xmlns:media="http://search.yahoo.com/mrss/"><id>yt:video:1</id><title>Film</title>
    <media:group><media:content url="https://example.org/v/1.mp4" type="video/mp4" fileSize="99">
    <media:title>The film</media:title><media:thumbnail url="https://example.org/1.jpg"/></media:content>
    <media:content url="https://example.org/v/1.ogg"/></media:group></entry>"""
    (article,) = read(ATOM.format(group))
    assert article.image == "https://example.org/1.jpg"
    assert article.enclosures == (
        Enclosure("https://example.org/v/1.mp4", "video/mp4", 99, "The film"),
        Enclosure("https://example.org/v/1.ogg", "audio/ogg"),
    )


def test_an_entry_alone_in_a_file_is_an_article() -> None:
    (article,) = read('<entry xmlns="http://www.w3.org/2005/Atom"><id>urn:x:1</id><title>One</title></entry>')
    assert (article.title, article.id, article.part) == ("One", "urn:x:1", "")


def test_an_address_that_is_none_leaves_the_rest_of_an_entry_alone() -> None:
    bad = '<entry><id>urn:x:1</id><title>One</title><link href="http://[bad/"/><content>Words.</content></entry>'
    (article,) = read(ATOM.format(bad))
    assert (article.title, article.url, article.content) == ("One", None, "Words.")
    item = '<item><title>One</title><link>http://[bad/</link><enclosure url="http://[bad/"/></item>'
    (article,) = read(RSS.format(item))
    assert (article.title, article.url, article.enclosures) == ("One", None, ())


@pytest.mark.parametrize(
    ("author", "person"),
    [
        ("<author><name>Ada</name></author>", Person("Ada")),
        ("<author>Ada Example</author>", Person("Ada Example")),
        ('<dc:creator xmlns:dc="http://purl.org/dc/elements/1.1/">Ada</dc:creator>', Person("Ada")),
        ("<source><author><name>Elsewhere</name></author></source>", Person("Elsewhere")),
    ],
)
def test_who_wrote_an_atom_entry_is_told_in_many_ways(author: str, person: Person) -> None:
    (article,) = read(ATOM.format(f"<entry><id>urn:x:1</id><title>One</title>{author}</entry>"))
    assert article.authors == (person,)


def test_an_atom_author_of_an_rss_item_is_read_in_parts_and_rights_come_from_the_source() -> None:
    item = """<item xmlns:a="http://www.w3.org/2005/Atom"><title>One</title>
    <a:author><a:name>Ada</a:name><a:uri>https://example.org/ada</a:uri></a:author></item>"""
    assert read(RSS.format(item))[0].authors == (Person("Ada", "https://example.org/ada"),)
    source = (
        "<rights>Ours</rights><entry><id>urn:x:1</id><title>One</title><source><rights>Theirs</rights></source></entry>"
    )
    assert read(ATOM.format(source))[0].rights == "Theirs"


@pytest.mark.parametrize(
    ("link", "url"),
    [
        (
            '<atom:link rel="self" href="https://example.org/self"/><guid>https://example.org/g</guid>',
            "https://example.org/g",
        ),
        ('<atom:link href="https://example.org/a"/>', "https://example.org/a"),
        ('<guid isPermaLink="false">https://example.org/g</guid>', None),
    ],
)
def test_an_item_without_a_link_is_found_by_what_else_it_tells(link: str, url: str | None) -> None:
    item = f'<item xmlns:atom="http://www.w3.org/2005/Atom"><title>One</title>{link}</item>'
    assert read(RSS.format(item))[0].url == url


def test_what_an_entry_holds_but_no_text_is_left_out() -> None:
    picture = '<entry><id>urn:x:1</id><title>One</title><content type="image/png">iVBORw0=</content></entry>'
    assert read(ATOM.format(picture))[0].content == ""
    plain = "<entry><id>urn:x:1</id><title>One</title><content>First &lt; line.\n\nSecond.</content></entry>"
    assert read(ATOM.format(plain))[0].content == "<p>First &lt; line.</p><p>Second.</p>"


def test_a_document_type_declaration_that_never_ends_is_told() -> None:
    with pytest.raises(Unreadable, match="document type declaration that does not end"):
        read('<!DOCTYPE rss [ <!ENTITY a "b"> <rss version="2.0"/>')


@pytest.mark.parametrize(
    ("description", "html"),
    [
        (
            "<media:group><media:description>One &lt;3\n\nTwo</media:description></media:group>",
            "<p>One &lt;3</p><p>Two</p>",
        ),
        ('<media:description type="html">&lt;b&gt;One&lt;/b&gt;</media:description>', "<b>One</b>"),
        ("<description>Said</description><media:description>Not this</media:description>", "Said"),
    ],
)
def test_the_description_of_a_film_is_the_text_where_nothing_else_is(description: str, html: str) -> None:
    assert read(RSS.format(MEDIA.format(description)))[0].content == html


def test_plain_paragraphs_where_html_is_meant_stay_paragraphs() -> None:
    item = "<item><title>One</title><description>{}</description></item>"
    assert (
        read(RSS.format(item.format("One &amp;amp; a\nhalf.\n \n\nTwo.")))[0].content
        == "<p>One &amp; a\nhalf.</p><p>Two.</p>"
    )
    marked = "&lt;p&gt;One.&lt;/p&gt;\n\n&lt;p&gt;Two.&lt;/p&gt;"
    assert read(RSS.format(item.format(marked)))[0].content == "<p>One.</p>\n\n<p>Two.</p>"


@pytest.mark.parametrize("kind", ["rss", "atom"])
def test_a_feed_of_as_many_entries_as_are_read_is_read_in_linear_time(kind: str) -> None:
    item = "<item><title>Title {0}</title><guid>g{0}</guid></item>"
    entry = "<entry><title>Title {0}</title><id>urn:x:{0}</id></entry>"
    form, whole = (item, RSS) if kind == "rss" else (entry, ATOM)
    assert len(read(whole.format("".join(form.format(at) for at in range(10_000))))) == 10_000


def test_a_picture_that_is_enclosed_is_the_image_and_a_length_of_nothing_is_none() -> None:
    enclosed = (
        '<item><title>One</title><enclosure url="https://example.org/a.jpg" type="image/jpeg" length="0"/></item>'
    )
    (article,) = read(RSS.format(enclosed))
    assert article.image == "https://example.org/a.jpg"
    assert article.enclosures == (Enclosure("https://example.org/a.jpg", "image/jpeg"),)


def test_a_page_in_the_place_of_a_feed_is_set_aside_and_a_fault_of_its_text_is_told() -> None:
    with pytest.raises(Unreadable, match="was an error page saved in its place"):
        read("<!DOCTYPE html><html><head><title>Not found</title></head><body>404</body></html>", "feed.rss")
    text = "<rss><channel><item><title>Größe, Höhe, Öl</title></item></channel></rss>".encode()
    (article,) = read(text.replace(b"l</t", b"l\xc3</t"), "feed.rss")
    assert article.title == "Größe, Höhe, Öl\ufffd"
    assert any("can't be read" in warning for warning in article.origin.warnings)
