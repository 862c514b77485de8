"""A topic's page, an article's own, the list of subscriptions, and templates of the user's."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from datetime import timedelta

import pytest
from lxml import etree, html
from test_generate_feeds import NOON, SITE, article, feed

from feedd.errors import PageError
from feedd.generate import Listing, article_page, index, page_name, template_problems, topic_page
from feedd.model import Article, Enclosure, Entry, Feed, Person, Related, Topic

KOREA = Topic("korea", "Korean Peninsula", "What <happens> there")


def tree(data: bytes) -> html.HtmlElement:
    return html.document_fromstring(data)


def topic(*articles: Article, **more: object) -> html.HtmlElement:
    file = topic_page(replace(feed(*articles, topic=KOREA), **more))
    assert (file.name, file.media_type) == ("korea.html", "text/html; charset=utf-8")
    return tree(file.data)


def own(one: Article, *topics: Topic) -> html.HtmlElement:
    file = article_page(Entry("tag:e,2025:1", NOON, NOON, one), SITE, topics)
    assert (file.name, file.media_type) == (page_name("tag:e,2025:1"), "text/html; charset=utf-8")
    return tree(file.data)


def text(element: html.HtmlElement) -> str:
    return " ".join(element.text_content().split())


def test_a_topic_s_page_shows_its_entries_and_leads_to_its_feeds() -> None:
    linked = article("A <title>", summary="Short & plain.", url="https://example.org/1", authors=(Person("Ann"),))
    plain = article("한국", "<h2>Head</h2><p>One &lt;b&gt; two.</p><p>Three.</p>", language="ko")
    root = topic(linked, plain)
    assert root.xpath("//title/text()") == ["Korean Peninsula – Example News"]
    assert text(root.find(".//h1")) == "Korean Peninsula"
    assert root.xpath("//head/link[@rel='alternate']/@href") == ["korea.atom", "korea.rss", "korea.json"]
    assert root.xpath("//head/link[@rel='canonical']/@href") == ["https://news.example.org/feeds/korea.html"]
    first, second = root.xpath("//article")
    assert [text(part) for part in first] == ["A <title>", "2025-07-11 12:00 UTC · Ann", "Short & plain."]
    assert first.xpath(".//h2/a/@href") == ["https://example.org/1"]
    assert second.xpath(".//h2/a/@href") == [page_name("tag:news.example.org,2025:1")]
    assert text(second[2]) == "Head One <b> two. Three."
    assert second.get("lang") == "ko"


def test_a_topic_without_entries_says_so_kindly() -> None:
    assert "no entries yet" in text(topic())


def test_an_article_s_page_shows_all_of_it() -> None:
    one = article(
        "A title",
        "<p>A <b>text</b>.</p><pre>code</pre><table><tr><td>x</td></tr></table>",
        authors=(Person("Ann"), Person("Ben")),
        language="uk",
        rights="© Ann",
        image="https://example.org/i.jpg",
        enclosures=(
            Enclosure("https://example.org/a.mp3", "audio/mpeg", 12_000_000, "The talk"),
            Enclosure("https://example.org/a.mp4", "video/mp4"),
            Enclosure("https://example.org/a.pdf", "application/pdf"),
            Enclosure("javascript:alert(1)", "audio/mpeg"),
        ),
        related=(Related("Earlier", NOON - timedelta(days=3), "https://example.org/e"), Related("Without address")),
    )
    root = own(one, KOREA)
    assert root.xpath("//b/text()") == ["text"]
    assert root.xpath("//main//article/@lang") == ["uk"]
    assert root.xpath("//pre/@tabindex | //table/@tabindex") == ["0", "0"]
    assert root.xpath("//img/@src") == ["https://example.org/i.jpg"]
    assert root.xpath("//audio/@src | //video/@src") == ["https://example.org/a.mp3", "https://example.org/a.mp4"]
    assert root.xpath("//section[1]//a/text()") == ["The talk", "a.mp4", "a.pdf"]
    assert root.xpath("//section[2]//li/a/@href") == ["https://example.org/e"]
    assert root.xpath("//header//ul//a/@href") == ["../korea.html"]
    assert root.xpath("//link[@rel='stylesheet']/@href") == ["../style.css"]
    assert root.xpath("//head/link[@rel='alternate']/@href") == ["../korea.atom", "../korea.rss", "../korea.json"]
    assert "Ann, Ben" in text(root.find(".//header"))
    assert "javascript" not in etree.tostring(root).decode()
    assert root.xpath("//audio/@aria-label | //video/@aria-label") == ["The talk", "a.mp4"]


def test_an_article_s_page_tells_when_it_was_updated_only_where_it_was() -> None:
    file = article_page(Entry("a:b", NOON, NOON + timedelta(days=1), article()), SITE, [])
    assert tree(file.data).xpath("//time/@datetime") == ["2025-07-11T12:00:00Z", "2025-07-12T12:00:00Z"]
    assert own(article()).xpath("//time/@datetime") == ["2025-07-11T12:00:00Z"]


def test_pictures_among_the_attachments_are_shown_once() -> None:
    one, two, three = (f"https://example.org/{name}.png" for name in ("one", "two", "the third"))
    attached = tuple(Enclosure(url, "image/png") for url in (one, two, three))
    root = own(article("A", f'<p><img src="{one}"></p>', image=two, enclosures=attached))
    third = "https://example.org/the%20third.png"
    assert root.xpath("//img/@src") == [two, one, third]
    assert root.xpath("//section//a/@href") == [one, two, third]
    assert root.xpath("//section//a/text()") == ["one.png", "two.png", "the third.png"]


def test_an_article_s_headings_stand_below_its_title() -> None:
    root = own(article("A", "<h1>One</h1><h4>Two</h4>"))
    assert [(one.tag, one.text) for one in root.xpath("//h1 | //h2 | //h3")] == [
        ("h1", "A"),
        ("h2", "One"),
        ("h3", "Two"),
    ]


def test_a_topic_without_a_title_goes_by_its_id_everywhere() -> None:
    blank = Topic("quiet", " \udce9")
    assert text(own(article(), blank).find(".//header//ul")) == "quiet"
    assert own(article(), blank).xpath("//link[@rel='alternate']/@title")[0] == "quiet (Atom)"
    assert text(tree(topic_page(feed(topic=blank)).data).find(".//h1")) == "quiet"


@pytest.mark.parametrize("shift", range(8))
def test_an_excerpt_shows_no_piece_of_a_tag_or_of_a_reference(shift: int) -> None:
    mark = f'<p>Words.{" " * shift}<img alt="{"w &amp; " * 2000}" src="https://e.org/">more</p>'
    assert text(topic(article("A", mark)).find(".//article")[2]) == "Words."
    cut = topic(article("A", f"<p>{' ' * shift}{'<b></b>' * 850}{'&amp;' * 20}</p>"))
    assert set(text(cut.find(".//article")[2])) == {"&"}


def test_a_picture_that_the_text_shows_is_not_shown_twice() -> None:
    image = "https://example.org/i.jpg?a=1&b=2"
    assert (
        own(article("A", f'<p><img src="{image.replace("&", "&amp;")}"></p>', image=image)).xpath("count(//img)") == 1
    )


def test_an_article_of_nothing_but_a_title_has_a_page_all_the_same() -> None:
    assert text(own(article("Only <this>", "")).find(".//main")) == "Only <this>"


def test_pages_run_nothing_and_load_only_what_their_policy_names() -> None:
    for root, policy in (
        (topic(article()), "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'"),
        (
            own(article()),
            "default-src 'none'; style-src 'self'; img-src https: http:; media-src https: http:; base-uri 'none'; "
            "form-action 'none'",
        ),
    ):
        assert root.xpath("//meta[@http-equiv='Content-Security-Policy']/@content") == [policy]
        assert root.xpath("//script | //style | //@style") == []


def test_what_people_wrote_is_escaped_and_clean() -> None:
    bad = article('<img src=x> & "q"\x07', "<p>x</p>", authors=(Person("<script>"),), tags=("</title>",))
    for root in (topic(bad), own(bad, Topic("t", "<script>"))):
        assert root.xpath("//script | //img") == []
        assert '<img src=x> & "q"' in text(root)


def listing(topic_id: str, title: str, hours: int | None = 0) -> Listing:
    updated = None if hours is None else NOON + timedelta(hours=hours)
    return Listing(Topic(topic_id, title, "About <it>"), 3, updated)


def test_all_topics_are_one_list_of_subscriptions() -> None:
    file = index(SITE, [listing("a", "A & <B>", 1), listing("b", "\x07", None)])[2]
    assert (file.name, file.media_type) == ("topics.opml", "text/x-opml; charset=utf-8")
    root = etree.fromstring(file.data)
    assert root.get("version") == "2.0"
    assert [(one.tag, one.text) for one in root.find("head")] == [
        ("title", "Example News"),
        ("dateModified", "Fri, 11 Jul 2025 13:00:00 +0000"),
        ("ownerName", "The Example desk"),
    ]
    first, second = root.iterfind("body/outline")
    assert dict(first.attrib) == {
        "type": "rss",
        "text": "A & <B>",
        "title": "A & <B>",
        "description": "About <it>",
        "xmlUrl": "https://news.example.org/feeds/a.atom",
        "htmlUrl": "https://news.example.org/feeds/a.html",
        "language": "en",
    }
    assert second.get("text") == "b"
    assert b"dateModified" not in index(SITE, [])[2].data


def test_many_topics_can_be_filtered_by_their_first_letter_and_few_need_no_filter() -> None:
    few = [listing(f"t{number}", f"T {number}") for number in range(12)]
    assert tree(index(SITE, few)[0].data).xpath("//fieldset") == []
    many = [*few, listing("x", "Україна"), listing("y", "2025"), listing("z", "…")]
    root = tree(index(SITE, many)[0].data)
    assert root.xpath("//fieldset//input/@id") == ["f-all", "f-0", "f-t", "f-u"]
    assert root.xpath("//li/@class")[-3:] == ["i-u", "i-0", "i-0"]
    style = index(SITE, [])[1].data.decode()
    for letter in "0abcdefghijklmnopqrstuvwxyz":
        assert f"main:has(#f-{letter}:checked) .topics li:not(.i-{letter})" in style


def test_a_template_of_the_user_s_takes_the_place_of_ours() -> None:
    mine = {
        "topic.html": '{% extends "base.html" %}{% block body %}<p id="mine">{{ items | length }}</p>{% endblock %}',
        "style.css": "body {}",
    }
    assert template_problems(mine) == []
    assert tree(topic_page(feed(article()), mine).data).xpath("//p[@id='mine']/text()") == ["1"]
    assert index(SITE, [], mine)[1].data == b"body {}"
    assert b"mine" not in article_page(Entry("a:b", NOON, NOON, article()), SITE, [], mine).data


@pytest.mark.parametrize(
    ("own", "problem"),
    [
        ({"topic.html": "{% if %}"}, "topic.html, line 1: Expected an expression, got 'end of statement block'"),
        (
            {"pages.html": ""},
            "pages.html: is no template: there are base.html, index.html, topic.html, article.html, style.css",
        ),
        ({"topic.html": "{{ nothing }}"}, "template topic.html, line 1: 'nothing' is undefined"),
        (
            {"article.html": '{% extends "none.html" %}'},
            "template article.html, line 1: there is no template none.html",
        ),
        ({"index.html": "\n{{ topics | nofilter }}"}, "template index.html, line 2: No filter named 'nofilter'."),
        ({"index.html": "\n\n{{ 1 / 0 }}"}, "template index.html, line 3: ZeroDivisionError: division by zero"),
        ({"base.html": "\n{{ x }}"}, "template base.html, line 2: 'x' is undefined"),
        ({"topic.html": '{% extends "mine.html" %}'}, "template topic.html, line 1: there is no template mine.html"),
        ({"article.html": "{{ authors[0] }}"}, "template article.html, line 1: list object has no element 0"),
    ],
)
def test_what_is_wrong_with_a_template_is_told(own: dict[str, str], problem: str) -> None:
    assert template_problems(own)[0] == problem


def test_a_template_that_extends_itself_is_told() -> None:
    (problem,) = template_problems({"topic.html": '{% extends "topic.html" %}'})
    assert problem.startswith("template topic.html, line 1: RecursionError: ")


def test_a_template_that_fails_costs_only_its_page() -> None:
    with pytest.raises(PageError, match=r"template topic.html, line 2: 'x' is undefined"):
        topic_page(feed(), {"topic.html": "\n{{ x }}"})


def test_a_stylesheet_is_no_template_and_may_be_empty() -> None:
    for style in ("@media print{#nav{display:none}}", ""):
        assert template_problems({"style.css": style}) == []
        assert index(SITE, [], {"style.css": style})[1].data == style.encode()


def test_addresses_are_known_without_the_templates_library() -> None:
    code = "import sys; from feedd.generate.addresses import link_of; sys.exit('jinja2' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_the_same_gives_the_same_bytes() -> None:
    def given() -> Feed:
        return feed(article(), article("Two"), topic=KOREA)

    assert topic_page(given()) == topic_page(given())
