"""News agency XML: NewsML-G2, NewsML 1 and NITF, with what may not be published and what holds no article."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from feedd.errors import Unreadable
from feedd.model import Article, Document
from feedd.parse import parse

NAR = "http://iptc.org/std/nar/2006-10-01/"
TEXT = '<inlineData contenttype="text/plain">Words of the story.</inlineData>'


def item(about: str = "", meta: str = "<headline>Ferry returns</headline>", content: str = TEXT) -> str:
    return (
        f'<newsItem xmlns="{NAR}" guid="urn:newsml:example.org:1" xml:lang="en"><itemMeta>{about}</itemMeta>'
        f"<contentMeta>{meta}</contentMeta><contentSet>{content}</contentSet></newsItem>"
    )


def read(text: str, name: str = "item.xml") -> tuple[Article, ...]:
    return parse(Document(name, text.encode(), datetime(2025, 6, 1, tzinfo=UTC)))


def test_a_news_item_is_an_article_and_its_guid_the_id() -> None:
    about = "<firstCreated>2025-03-01T12:00:00Z</firstCreated><versionCreated>2025-03-02T12:00:00Z</versionCreated>"
    (article,) = read(item(about))
    assert (article.title, article.id) == ("Ferry returns", "urn:newsml:example.org:1")
    assert article.published == datetime(2025, 3, 1, 12, tzinfo=UTC)
    assert article.updated == datetime(2025, 3, 2, 12, tzinfo=UTC)
    assert (article.content, article.language) == ("<p>Words of the story.</p>", "en")


@pytest.mark.parametrize(
    "status", ["stat:canceled", "stat:withheld", "http://cv.iptc.org/newscodes/pubstatusg2/canceled"]
)
def test_what_the_agency_takes_back_is_not_published(status: str) -> None:
    with pytest.raises(Unreadable, match="is not to be published"):
        read(item(f'<pubStatus qcode="{status}"/>'))


def test_an_embargo_moves_the_date_and_one_without_a_date_is_kept() -> None:
    about = "<versionCreated>2025-03-01T12:00:00Z</versionCreated><embargoed>{}</embargoed>"
    (article,) = read(item(about.format("2025-03-05T06:00:00Z")))
    assert article.published == datetime(2025, 3, 5, 6, tzinfo=UTC)
    for odd in ("", "soon"):
        with pytest.raises(Unreadable, match="embargo"):
            read(item(about.format(odd)))


@pytest.mark.parametrize("kind", ["conceptItem", "knowledgeItem", "planningItem", "catalogItem", "packageItem"])
def test_items_of_other_kinds_hold_no_article(kind: str) -> None:
    with pytest.raises(Unreadable, match=f"is a NewsML-G2 {kind}: it holds no article"):
        read(f'<{kind} xmlns="{NAR}" guid="urn:x"/>')


def test_an_item_that_says_nothing_and_a_message_of_none_are_refused() -> None:
    with pytest.raises(Unreadable, match="neither a title nor text"):
        read(item(meta="", content=""))
    with pytest.raises(Unreadable, match="newsMessage of planningItem: it holds no article"):
        read(f'<newsMessage xmlns="{NAR}"><itemSet><planningItem/></itemSet></newsMessage>')


def test_more_items_than_are_read_are_refused_and_so_is_what_is_too_deep() -> None:
    with pytest.raises(Unreadable, match="20,000 entries"):
        read(f'<newsMessage xmlns="{NAR}"><itemSet>{"<newsItem/>" * 20_000}</itemSet></newsMessage>')
    with pytest.raises(Unreadable, match=r"beyond every measure|deeper"):
        read(item(content="<inlineXML>" + "<div>" * 5000 + "</div>" * 5000 + "</inlineXML>"))


def test_a_nitf_document_is_an_article() -> None:
    (article,) = read(
        '<nitf><head><title>Title</title><docdata><date.issue norm="20250417T100000Z"/><doc-id id-string="x-1"/>'
        "</docdata></head><body><body.head><hedline><hl1>Train runs again</hl1></hedline>"
        "<byline>By Ada Example</byline></body.head>"
        "<body.content><p>Words.</p></body.content></body></nitf>",
        "story.nitf",
    )
    assert (article.title, article.id) == ("Train runs again", "x-1")
    assert article.published == datetime(2025, 4, 17, 10, tzinfo=UTC)
    assert [one.name for one in article.authors] == ["Ada Example"]
    assert article.content == "<p>Words.</p>"


def test_nitf_inside_a_news_item_is_its_text() -> None:
    nitf = '<nitf xmlns="http://iptc.org/std/NITF/2006-10-18/"><body><body.content><p>One.</p><p>Two.</p></body.content></body></nitf>'
    (article,) = read(item(content=f"<inlineXML>{nitf}</inlineXML>"))
    assert article.content == "<p>One.</p><p>Two.</p>"


@pytest.mark.parametrize("root", ["newsItem", "nitf", "NewsML"])
def test_a_file_that_is_cut_off_is_refused(root: str) -> None:
    with pytest.raises(Unreadable, match="cut off"):
        read(f"<{root}><a><b>Words")


@pytest.mark.parametrize(
    "text", ["<nitf/>", "<NewsML/>", "<NewsML><NewsItem/></NewsML>", f'<newsMessage xmlns="{NAR}"/>']
)
def test_a_document_without_an_article_tells_so(text: str) -> None:
    with pytest.raises(Unreadable, match=r"no article|no entr|neither a title"):
        read(text)


def newsml1(component: str, managed: str = "", identifier: str = "") -> str:
    return (
        "<NewsML><NewsEnvelope><DateAndTime>20250301T120000Z</DateAndTime></NewsEnvelope><NewsItem>"
        f"<Identification><NewsIdentifier>{identifier}</NewsIdentifier></Identification>"
        f"<NewsManagement>{managed}</NewsManagement>{component}</NewsItem></NewsML>"
    )


def part(headline: str, content: str, attributes: str = "") -> str:
    lines = f"<NewsLines><HeadLine>{headline}</HeadLine></NewsLines>" if headline else ""
    return f"<NewsComponent {attributes}>{lines}{content}</NewsComponent>"


def words(text: str, more: str = "") -> str:
    return f"<ContentItem>{more}<DataContent>{text}</DataContent></ContentItem>"


NAMED = "<PublicIdentifier>urn:newsml:example.org:20250301:A1:2</PublicIdentifier><RevisionId>2</RevisionId>"


def test_several_texts_of_a_news_item_are_articles_and_each_has_an_id_of_its_own() -> None:
    parts = part("One", words("Words one."), 'Duid="a"') + part("Two", words("Words two."), 'Duid="b"')
    found = read(newsml1(f"<NewsComponent>{parts}</NewsComponent>", identifier=NAMED))
    assert [(one.title, one.content, one.id) for one in found] == [
        ("One", "<p>Words one.</p>", "urn:newsml:example.org:20250301:A1#a"),
        ("Two", "<p>Words two.</p>", "urn:newsml:example.org:20250301:A1#b"),
    ]


def test_of_equal_forms_of_a_text_the_first_is_read_and_parts_of_one_are_together() -> None:
    forms = part("One", words("First form.")) + part("One", words("Second form."))
    (article,) = read(newsml1(f'<NewsComponent EquivalentsList="yes">{forms}</NewsComponent>', identifier=NAMED))
    assert article.content == "<p>First form.</p>"
    (article,) = read(newsml1(part("One", part("", words("Part one.")) + part("", words("Part two.")))))
    assert article.content == "<p>Part one.</p><p>Part two.</p>"
    alternatives = f'<NewsItemRef/><NewsComponent EquivalentsList="yes">{words("A.") + words("B.")}</NewsComponent>'
    (article,) = read(newsml1(part("One", alternatives)))
    assert article.content == "<p>A.</p>"


def test_base64_is_unpacked_and_what_is_no_text_in_it_is_none() -> None:
    encoding = '<Encoding Notation="Base64"/>'
    (article,) = read(newsml1(part("One", words("PGI+V29yZHMuPC9iPg==", encoding))))
    assert article.content == "<p><b>Words.</b></p>"
    (article,) = read(newsml1(part("One", words("iVBORw0KGgoAAAAN", encoding))))
    assert article.content == ""


def test_topics_keywords_and_languages_of_a_component_are_told() -> None:
    told = """<DescriptiveMetadata><Language FormalName="DE"/><Property FormalName="Keyword" Value="Fähre"/>
    </DescriptiveMetadata><TopicSet><Topic><Description Variant="Name">Hafen</Description></Topic></TopicSet>"""
    lines = "<HeadLine>Titel</HeadLine><SubHeadLine>Mehr dazu</SubHeadLine><KeywordLine>See</KeywordLine>"
    (article,) = read(newsml1(f"<NewsComponent><NewsLines>{lines}</NewsLines>{told}{words('Text.')}</NewsComponent>"))
    assert (article.language, article.tags, article.summary) == ("de", ("See", "Fähre", "Hafen"), "Mehr dazu")
    assert article.published == datetime(2025, 3, 1, 12, tzinfo=UTC)


def test_an_embargo_of_newsml_1_moves_the_date_and_more_components_than_are_read_are_refused() -> None:
    managed = """<FirstCreated>20250301T080000Z</FirstCreated><Status FormalName="Embargoed"/>
    <StatusWillChange><DateAndTime>20250305T060000Z</DateAndTime></StatusWillChange>"""
    (article,) = read(newsml1(part("One", words("Words.")), managed))
    assert article.published == datetime(2025, 3, 5, 6, tzinfo=UTC)
    with pytest.raises(Unreadable, match="components"):
        read(newsml1("<NewsComponent/>" * 50_001))


def test_several_nitf_documents_in_one_file_are_articles() -> None:
    head = "<body.head><hedline><hl1>{0}</hl1></hedline></body.head>"
    one = "<nitf><body>" + head + "<body.content><p>{0}.</p></body.content></body></nitf>"
    found = read(f"<root>{one.format('One')}{one.format('Two')}</root>", "both.nitf")
    assert [article.title for article in found] == ["One", "Two"]
    with pytest.raises(Unreadable, match="is no NITF"):
        read("<other/>", "story.nitf")


def test_what_nitf_tells_beside_its_text_is_told() -> None:
    (article,) = read(
        """<nitf><head><docdata><doc-id id-string="k1_2"/><du-key key="k1"/>
        <doc.copyright holder="Example" year="2025"/>
        <identified-content><classifier value="No"/><location>Oslo</location></identified-content></docdata>
        <revision-history norm="20250302T100000Z"/><revision-history norm="20250303T100000Z"/></head>
        <body><body.head><hedline><hl1>Title</hl1></hedline><byline class="normalized">EXAMPLE, ADA</byline>
        <byline>By <person>Ada Example</person><byttl>Editor</byttl></byline></body.head>
        <body.content><p>Half is <frac><frac-num>1</frac-num><frac-sep/><frac-den>2</frac-den></frac>.</p>
        <media media-type="image"><media-caption>Alone</media-caption></media><hr/>
        <media media-type="video"><media-reference source="https://example.org/a.mp4" mime-type="video/mp4"/></media>
        </body.content><body.end><tagline>ends</tagline></body.end></body></nitf>"""
    )
    assert (article.id, article.tags, article.rights) == ("k1", ("Oslo",), "© 2025 Example")
    assert [one.name for one in article.authors] == ["Ada Example"]
    assert article.updated == datetime(2025, 3, 3, 10, tzinfo=UTC)
    assert article.content == "<p>Half is 1/2.</p><hr>"
    assert [(one.url, one.media_type) for one in article.enclosures] == [("https://example.org/a.mp4", "video/mp4")]
    assert article.zones.footer == "ends"


@pytest.mark.parametrize(
    ("content", "html"),
    [
        ('<inlineData contenttype="text/html">&lt;p&gt;Words.&lt;/p&gt;</inlineData>', "<p>Words.</p>"),
        ('<inlineData contenttype="text/plain" encoding="enc:base64">V29yZHMu</inlineData>', "<p>Words.</p>"),
        ('<inlineData contenttype="text/plain" encoding="base64">?</inlineData>' + TEXT, "<p>Words of the story.</p>"),
        ('<inlineData contenttype="image/png">iVBO</inlineData>' + TEXT, "<p>Words of the story.</p>"),
        ("<inlineXML>Words.</inlineXML>", "<p>Words.</p>"),
        ("<inlineXML><score><home>1</home></score></inlineXML>" + TEXT, "<p>Words of the story.</p>"),
        ("<inlineXML><a:s xmlns:a='urn:a'><a:p>Words.</a:p></a:s></inlineXML>", "<p>Words.</p>"),
    ],
)  # fmt: skip
def test_the_first_rendition_with_a_text_is_read(content: str, html: str) -> None:
    assert read(item(content=content))[0].content == html
