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
