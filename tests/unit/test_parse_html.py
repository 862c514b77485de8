"""Web pages: which of a page's claims is believed, and which part of it is the article."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from feedd.errors import Unreadable
from feedd.model import Article, Document, Enclosure, Person
from feedd.parse import parse

SENTENCE = "The ferry left the harbour at dawn with forty people, two dogs and a piano on board, and nobody waved. "
WORDS = "".join(f"<p>{number}. {SENTENCE * 2}</p>" for number in range(1, 6))
PAGE = "<!DOCTYPE html><html lang='en'><head>{head}</head><body>{body}</body></html>"


def read(head: str = "", body: str = "", *, name: str = "page.html") -> Article:
    return whole(PAGE.format(head=head, body=body), name=name)


def whole(text: str | bytes, *, name: str = "page.html") -> Article:
    data = text.encode() if isinstance(text, str) else text
    (article,) = parse(Document(name, data, datetime(2025, 6, 1, tzinfo=UTC)))
    return article


def ld(**values: object) -> str:
    text = json.dumps({"@context": "https://schema.org", "@type": "NewsArticle", **values})
    return f'<script type="application/ld+json">{text}</script>'


def meta(**values: str) -> str:
    return "".join(f'<meta property="{name.replace("__", ":")}" content="{value}">' for name, value in values.items())


# --- which claim counts ---


def test_json_ld_counts_before_meta_elements_and_those_before_what_is_seen() -> None:
    head = ld(headline="By data", datePublished="2025-03-01T12:00:00Z", author={"name": "Ada Example"})
    more = meta(og__title="By meta", article__published_time="2025-03-02T12:00:00Z", author="Ben Example")
    seen = '<h1>Seen</h1><p class="byline">By Cy Example</p><time datetime="2025-03-03T12:00:00Z">3 March</time>'
    first = read(head + more, seen)
    assert (first.title, first.authors) == ("By data", (Person("Ada Example"),))
    assert (first.published, first.origin.date_origin) == (datetime(2025, 3, 1, 12, tzinfo=UTC), "JSON-LD")
    second = read(more, seen)
    assert (second.title, second.authors, second.origin.date_origin) == ("By meta", (Person("Ben Example"),), "meta")
    third = read("", seen)
    assert (third.title, third.authors, third.origin.date_origin) == ("Seen", (Person("Cy Example"),), "page")


def test_the_instant_of_a_day_counts_more_than_the_day_and_another_day_does_not() -> None:
    day = ld(headline="A", datePublished="2025-03-01")
    assert read(day + meta(article__published_time="2025-03-01T22:30:00-05:00")).published == datetime(
        2025, 3, 2, 3, 30, tzinfo=UTC
    )
    assert read(day + meta(article__published_time="2025-03-01 08:15")).published == datetime(
        2025, 3, 1, 8, 15, tzinfo=UTC
    )
    assert read(day + meta(article__published_time="2025-04-01T08:15:00Z")).published == datetime(
        2025, 3, 1, tzinfo=UTC
    )


@pytest.mark.parametrize(
    "script",
    [
        "<!-- {} -->",
        "//<![CDATA[\n{}\n//]]>",
        "{};",
        "[{}]",
        '{{"@graph": [{{"@type": "WebSite", "name": "Site"}}, {}]}}',
        '{{"@type": "WebPage", "mainEntity": {}}}',
    ],
)
def test_json_ld_is_found_however_it_is_wrapped(script: str) -> None:
    node = '{"@type": ["https://schema.org/BlogPosting"], "headline": "Found", "datePublished": "2025-03-01T12:00:00Z"}'
    article = read(f'<script type="application/ld+json">{script.format(node)}</script>', WORDS)
    assert (article.title, article.published) == ("Found", datetime(2025, 3, 1, 12, tzinfo=UTC))


def test_json_ld_that_is_broken_or_of_no_article_is_passed_over() -> None:
    broken = '<script type="application/ld+json">{"headline": </script>'
    job = '<script type="application/ld+json">{"@type": "JobPosting", "headline": "Job"}</script>'
    assert read(broken + job + "<title>A page of words and more</title>", WORDS).title == "A page of words and more"


def test_a_web_page_node_with_a_headline_is_better_than_none() -> None:
    page = '<script type="application/ld+json">{"@type": "WebPage", "headline": "Of the page"}</script>'
    assert read(page, WORDS).title == "Of the page"


def test_people_of_schema_org_are_read_in_every_form() -> None:
    authors = [
        {"@type": "Person", "name": "Ada Example", "url": "/ada"},
        "By Ben Example and Cy Example",
        {"name": ["Di Example", "Ada Example"]},
        "https://example.org/nobody",
        {"@id": "#nobody"},
    ]
    article = read(ld(headline="A", author=authors, url="https://example.org/a/1"))
    names = [one.name for one in article.authors]
    assert names[:4] == ["Ada Example", "Ben Example", "Cy Example", "Di Example"]
    assert article.authors[0].url == "https://example.org/ada"


def test_microdata_is_read_inside_and_outside_of_an_item() -> None:
    loose = (
        '<h1 itemprop="headline">Loose</h1><meta itemprop="datePublished" content="2025-03-01T12:00:00Z">'
        '<span itemprop="author">Ada Example</span><a itemprop="url" href="https://example.org/1">here</a>'
        '<span itemprop="keywords">sea</span><span itemprop="keywords">ferry</span>'
        '<link itemprop="image" href="/a.png">'
    )
    article = read("", loose + WORDS)
    assert (article.title, article.published) == ("Loose", datetime(2025, 3, 1, 12, tzinfo=UTC))
    assert (article.authors, article.url) == ((Person("Ada Example"),), "https://example.org/1")
    assert article.tags == ("sea", "ferry")
    item = (
        '<div itemscope itemtype="https://schema.org/Article"><h1 itemprop="headline">Item</h1>'
        '<div itemprop="author" itemscope itemtype="https://schema.org/Person"><b itemprop="name">Ben Example</b></div>'
        '<time itemprop="datePublished" datetime="2025-03-02T12:00:00Z">2 March</time></div>'
    )
    article = read("", item + WORDS)
    assert (article.title, article.authors) == ("Item", (Person("Ben Example"),))


def test_a_time_that_tells_of_a_change_and_those_elsewhere_are_no_date_of_publication() -> None:
    body = (
        '<aside><time datetime="2025-01-01T00:00:00Z">1</time></aside><h1>A</h1>'
        '<p>Updated: <time datetime="2025-03-05T12:00:00Z">5 March</time></p>'
        '<p><time datetime="2025-03-04T12:00:00Z">4 March</time></p>'
        '<div class="comments"><time datetime="2025-01-02T00:00:00Z">2</time></div>'
    )
    article = read("", body + WORDS)
    assert article.published == datetime(2025, 3, 4, 12, tzinfo=UTC)
    assert article.updated == datetime(2025, 3, 5, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    "marked",
    [
        '<span class="post-date">4 March 2025, 12:00 GMT</span>',
        '<div class="article__timestamp">Published: 2025-03-04T12:00:00Z</div>',
        '<abbr class="published" title="2025-03-04T12:00:00Z">last week</abbr>',
        '<p class="entryDate">By Ada Example | 4 March 2025 12:00 UTC</p>',
    ],
)
def test_a_date_that_stands_to_be_seen_is_read(marked: str) -> None:
    assert read("", f"<h1>A</h1>{marked}{WORDS}").published == datetime(2025, 3, 4, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("marked", "names"),
    [
        ('<a rel="author" href="https://example.org/ada">Ada Example</a>', ["Ada Example"]),
        ('<p class="byLine">By <a rel="author">Ada</a> and <a rel="author">Ben</a></p>', ["Ada", "Ben"]),
        ('<span class="author_name">Ada Example</span>', ["Ada Example"]),
        ('<div class="byline">By Ada Example | News</div>', ["Ada Example"]),
        ('<div class="author-text"><div>Dee Park</div><div>Staff Engineer</div></div>', ["Dee Park"]),
        ('<div class="byline"><div>By</div><div>Dee Park</div><div>Designer</div></div>', ["Dee Park"]),
        ('<div class="author">Dee Park<br>Oslo</div>', ["Dee Park"]),
        ('<div class="author-name">بقلم <a class="author-link" href="/a">ليلى حداد</a></div>', ["ليلى حداد"]),
        ('<div class="byline">Tekst <a href="/people/dee">Dee Park</a>, <a href="/x">Oslo</a></div>', ["Dee Park"]),
        (f'<div class="author-bio">{SENTENCE * 3}</div>', []),
        ('<aside class="author">Ada Example</aside>', []),
        ('<p class="author">Written in 2024 by many hands of the house</p>', []),
    ],
)  # fmt: skip
def test_authors_that_stand_to_be_seen_are_read(marked: str, names: list[str]) -> None:
    assert [one.name for one in read("", f"<h1>A</h1>{marked}{WORDS}").authors] == names


def test_rights_stand_in_the_footer() -> None:
    assert read("", f"<h1>A</h1>{WORDS}<footer><p>Imprint</p><p>© 2025 Example Herald</p></footer>").rights == (
        "© 2025 Example Herald"
    )


# --- titles ---


@pytest.mark.parametrize(
    ("head", "body", "title"),
    [
        ("<title>Ferry returns - Example Herald</title>", "<h1>Ferry returns</h1>", "Ferry returns"),
        ("<title>Example Herald | Ferry</title>" + meta(og__site_name="Example Herald"), "", "Ferry"),
        ("<title>Ferry - Example Herald</title>" + meta(og__site_name="Example Herald"), "", "Ferry"),
        (meta(og__title="Ferry | Herald", og__site_name="Herald"), "", "Ferry"),
        (meta(og__title="Ferry - back or gone?"), "", "Ferry - back or gone?"),
        ("<title>The ferry returns to port at last | Herald</title>", "", "The ferry returns to port at last"),
        ("<title>Ferry: a tale</title>", "", "Ferry: a tale"),
        (meta(og__title="The ferry returns to…"), "<h1>The ferry returns to port</h1>", "The ferry returns to port"),
        ("<title>Untitled document</title>", "<h1>Ferry returns</h1>", "Ferry returns"),
        ("<title>Herald</title>" + meta(og__site_name="Herald"), "<h1>Ferry returns</h1>", "Ferry returns"),
        ("<title>Ferry - example.org</title><link rel=canonical href='https://www.example.org/1'>", "", "Ferry"),
        (ld(headline="ferry data", name="Ferry as shown"), "<h1>Ferry as shown</h1>", "Ferry as shown"),
        ("", "<h2>Ferry in a smaller heading</h2>", "Ferry in a smaller heading"),
        ("", "", "Page"),
    ],
)  # fmt: skip
def test_the_title_is_the_headline_without_the_name_of_the_site(head: str, body: str, title: str) -> None:
    assert read(head, body + WORDS).title == title


def test_the_heading_that_is_the_title_leaves_the_text() -> None:
    article = read("<title>Ferry</title>", f"<h1>Ferry</h1>{WORDS}")
    assert not article.content.startswith("<h1>")
    assert "<h2>Ferry</h2>" in read("<title>Boat</title>", f"<h2>Ferry</h2>{WORDS}").content


def test_a_summary_that_is_only_the_beginning_cut_off_is_none() -> None:
    assert read(meta(og__description=f"1. {SENTENCE[:60]}…"), WORDS).summary == ""
    assert read(meta(og__description="Forty people and a piano."), WORDS).summary == "Forty people and a piano."


def test_the_name_of_the_file_tells_date_and_title_where_the_page_does_not() -> None:
    article = read("", WORDS, name="2025-03-04-ferry-returns.html")
    assert (article.title, article.published) == ("Ferry returns", datetime(2025, 3, 4, tzinfo=UTC))
    assert article.origin.date_origin == "file name"


# --- addresses ---


@pytest.mark.parametrize(
    "page",
    [
        '<html><head><link rel="canonical" href="https://example.org/a/1"></head>{}',
        '<html><head><base href="https://example.org/a/"><link rel="canonical" href="1"></head>{}',
        '<html><head><meta property="og:url" content="https://example.org/a/1"></head>{}',
        "<!DOCTYPE html>\n<!-- saved from url=(0025)https://example.org/a/1 -->\n<html><body>{}",
        "<html><!-- Page saved with SingleFile\n url: https://example.org/a/1\n saved date: Sat Mar 01 2025 -->{}",
    ],
)
def test_relative_addresses_begin_where_the_page_stood(page: str) -> None:
    article = whole(page.format(f'<p><a href="2">Two</a> {SENTENCE}</p><img src="/b.png" alt="B">'))
    assert article.url == "https://example.org/a/1"
    assert 'href="https://example.org/a/2"' in article.content
    assert 'src="https://example.org/b.png"' in article.content


def test_sound_and_pictures_that_the_head_names_are_enclosures_and_the_image() -> None:
    head = meta(og__url="https://example.org/1", og__image="/a.png", og__audio="/a.mp3", og__audio__type="audio/mpeg")
    article = read(head + meta(og__video="https://example.org/player", og__video__type="text/html"), WORDS)
    assert article.image == "https://example.org/a.png"
    assert article.enclosures == (Enclosure("https://example.org/a.mp3", "audio/mpeg"),)
    data = {"contentUrl": "/b.mp3", "encodingFormat": "audio/mpeg", "contentSize": "12", "name": "B"}
    article = read(ld(headline="A", url="https://example.org/1", audio=data), WORDS)
    assert article.enclosures == (Enclosure("https://example.org/b.mp3", "audio/mpeg", 12, "B"),)


@pytest.mark.parametrize(
    ("image", "shown"),
    [
        ('<img src="data:image/gif;base64,R0" data-src="https://e.example/a.png">', "https://e.example/a.png"),
        ('<img src="/blank.gif" data-srcset="https://e.example/s 1x, https://e.example/l 2x">', "https://e.example/l"),
        ('<picture><source srcset="https://e.example/p.webp 800w"><img alt="P"></picture>', "https://e.example/p.webp"),
        ('<img src="https://e.example/a.png">', "https://e.example/a.png"),
        ('<img class="lazyload" src="/img/loader.svg" data-src="https://e.example/b.jpg">', "https://e.example/b.jpg"),
        ('<img src="/lazy.png" data-src="https://e.example/c.jpg">', "https://e.example/c.jpg"),
        ('<img src="https://e.example/tiny/c.jpg" data-src="https://e.example/c.jpg">', "https://e.example/c.jpg"),
        ('<img class="lazy" src="/t.jpg" data-srcset="https://e.example/l 800w">', "https://e.example/l"),
        ('<img src="https://e.example/a.png" data-src="photo 12">', "https://e.example/a.png"),
        ('<img src="https://e.example/a.png" data-src="//e.example/a_{width}x.png">', "https://e.example/a.png"),
        ('<img src="https://e.example/a.png" data-url="https://e.example/story">', "https://e.example/a.png"),
        ('<amp-img src="https://e.example/a.jpg" width="9" height="9"></amp-img>', "https://e.example/a.jpg"),
        ('<amp-img src="https://e.example/a.jpg"/>', "https://e.example/a.jpg"),
        ('<img src="data:x"><noscript><img src="https://e.example/n.jpg"></noscript>', "https://e.example/n.jpg"),
        ('<img src="https://e.example/loading-dock.jpg">', "https://e.example/loading-dock.jpg"),
        ('<img src="https://e.example/point-blank.jpg">', "https://e.example/point-blank.jpg"),
        ('<img src="https://e.example/bbcx/grey-placeholder.png">', None),
        ('<img src="https://e.example/a.png" width="1" height="1">', None),
        ('<img src="data:image/gif;base64,R0" data-src="data:x" srcset="data:y">', None),
        ('<img alt="Only words">', None),
    ],
)  # fmt: skip
def test_images_have_the_address_that_a_script_would_give_them(image: str, shown: str | None) -> None:
    content = read("", f"<article>{WORDS}<p>Between {image} words of the text.</p>{WORDS}</article>").content
    assert (f'src="{shown}"' in content) if shown else ("<img" not in content)


# --- the text ---


def test_menus_comments_and_other_stories_are_no_part_of_the_text() -> None:
    links = "".join(f'<li><a href="/{n}">Another story with a long headline {n}</a></li>' for n in range(8))
    body = f"""<nav><ul>{links}</ul></nav><div id="main"><article><h1>A</h1>{WORDS}
    <div class="newsletter"><p>Subscribe to our letter and never miss a tide again, dear reader.</p></div>
    <ul>{links}</ul>{WORDS}</article><section class="relatedStories"><h2>More</h2><ul>{links}</ul></section>
    <div class="comments"><p>First! What a wonderful article, I read it twice and then once more.</p></div></div>"""
    content = read("", body).content
    assert content.count("piano") == 20
    for word in ("Another story", "Subscribe", "First!"):
        assert word not in content


def test_what_stands_between_paragraphs_and_reads_like_text_stays() -> None:
    between = (
        "<h2>What they carried</h2><ul><li>Two dogs</li><li>A <a href='/p'>piano</a> of oak</li></ul>"
        "<table><tr><th>When</th><td>Dawn</td></tr></table><pre>one  two\n three</pre>"
        "<blockquote><p>Never.</p></blockquote>"
    )
    content = read("", f"<main><article>{WORDS}{between}{WORDS}</article></main><nav>x</nav>").content
    for part in ("<h2>What they carried</h2>", "<li>Two dogs</li>", "<th>When</th>", "one  two\n three", "Never."):
        assert part in content


def test_repeated_paragraphs_are_all_kept() -> None:
    refrain = "<p>And the tide came in, and the tide went out, and nobody on the pier said a word about it.</p>"
    content = read("", f"<nav>x</nav><article>{(refrain + WORDS) * 3}</article>").content
    assert content.count("the tide came in") == 3


def test_what_is_concealed_is_gone_but_not_a_page_that_conceals_itself() -> None:
    hidden = "<p hidden>One</p><p style='display: none'>Two</p><p aria-hidden='true'>Three</p><noscript>Four</noscript>"
    content = read("", f"<nav>x</nav><main style='visibility:hidden'>{hidden}{WORDS}</main>").content
    assert "piano" in content
    for word in ("One", "Two", "Three", "Four"):
        assert word not in content


def test_a_page_of_layout_tables_gives_the_cell_with_the_text() -> None:
    menu = "<td><a href='/1'>Front</a><br><a href='/2'>Weather</a></td>"
    content = read("", f"<table><tr>{menu}<td><p class='d'>4 March 2025</p>{WORDS}</td></tr></table>").content
    assert "Weather" not in content
    assert "4 March" not in content
    assert content.count("piano") == 10


def test_columns_beside_the_cell_with_the_headline_are_menus_and_tables_in_it_are_data() -> None:
    menu = "<TD WIDTH=150><A HREF='/'>Front page</A><BR><A HREF='/press/'>Press</A><BR><A HREF='/map/'>Map</A></TD>"
    more = "<TD><B>More news</B><BR><A HREF='/47'>No. 47: A new bridge</A><BR><A HREF='/46'>No. 46: Woods</A></TD>"
    data = "<TABLE BORDER=1><TR><TH>Home</TH><TH>Limit</TH></TR><TR><TD>Two</TD><TD>5,000</TD></TR></TABLE>"
    rights = "<TR><TD COLSPAN=3 ALIGN=center>&copy; 2009 Government - Imprint</TD></TR>"
    logo = "<TR><TD COLSPAN=3><IMG SRC=https://e.example/logo.gif ALT=Logo WIDTH=760 HEIGHT=80></TD></TR>"
    cell = f"<TD VALIGN=top><P>Press release</P><H1>Fund agreed</H1>{WORDS}{data}{WORDS}</TD>"
    page = f"<TABLE WIDTH=760>{logo}<TR>{menu}{cell}{more}</TR>{rights}</TABLE>"
    article = read("<title>Fund agreed</title>", page)
    for part in ("Front page", "More news", "Imprint", "logo.gif", "Fund agreed"):
        assert part not in article.content
    assert article.zones.body.startswith("1. The ferry")
    assert "<td>5,000</td>" in article.content


def test_the_text_of_the_data_is_taken_where_the_page_shows_none() -> None:
    data = ld(headline="A", articleBody="\n\n".join([SENTENCE * 8] * 3))
    assert read(data, "<div id='root'></div>").content.count("<p>") == 3
    assert "<b>" in read(ld(headline="A", articleBody=f"<p><b>{SENTENCE}</b></p>" * 12)).content
    assert read(data, WORDS * 3).content.count("piano") == 30


def test_white_space_and_wrappers_of_the_page_are_gone() -> None:
    three = "<div></div><span><b>Three</b></span> <span lang='de'>Vier</span>"
    body = f"<div>\n\t<div><div><p>One\n\n   two</p></div></div>{three}</div>"
    content = whole(f"<h1>A</h1>{body}").content
    assert content == '<div>\n<p>One\ntwo</p><b>Three</b> <span lang="de">Vier</span></div>'


def test_a_fragment_is_all_article_and_nothing_is_none() -> None:
    assert whole("<p>Only words.</p><ul><li><a href='https://e.example'>link</a></li></ul>").content.count("<li>") == 1
    for nothing in ("<html><head></head><body></body></html>", "<!-- -->", "<!DOCTYPE html>"):
        with pytest.raises(Unreadable):
            whole(nothing)


def test_an_xhtml_page_is_a_page() -> None:
    root = '<html xmlns="http://www.w3.org/1999/xhtml" xml:lang="de">'
    head = "<head><title>A page of words and more</title></head>"
    article = whole(f'<?xml version="1.0"?>{root}{head}<body>{WORDS}</body></html>', name="page.txt")
    assert (article.origin.format, article.title, article.language) == ("html", "A page of words and more", "de")


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        ("<meta charset=koi8-r><h1>Паром</h1>".encode("koi8-r"), "koi8-r"),
        ("<meta charset=utf-16><h1>Паром</h1>".encode(), "utf-8"),
        ("<meta charset=windows-1252><h1>Паром</h1>".encode(), "utf-8"),
        ("<h1>Паром</h1>".encode("utf-8-sig"), "utf-8"),
    ],
)
def test_the_charset_that_a_page_declares_is_believed_unless_it_is_plainly_another(data: bytes, encoding: str) -> None:
    article = whole(data)
    assert (article.title, article.origin.encoding) == ("Паром", encoding)


# --- what is the article's own ---


@pytest.mark.parametrize(
    "wrapper",
    [
        '<main id="skip">{}</main>',
        '<article class="post hentry tag-holidays category-social">{}</article>',
        '<div class="author-page content">{}</div>',
        '<main class="social-main"><div class="popular">{}</div></main>',
        '<form id="aspnetForm" method="post">{}</form>',
        '<div class="tags" role="main">{}</div>',
        '<div class="meta"><div itemscope itemtype="https://schema.org/BlogPosting">{}</div></div>',
    ],
)
@pytest.mark.parametrize("headline", ["<h1>Away</h1>", ""])
def test_an_element_that_holds_the_article_is_no_furniture_whatever_it_is_called(wrapper: str, headline: str) -> None:
    post = f"{headline}<p>I am away until the ninth.</p><p>Orders are sent twice a week.</p>"
    nav = "<nav><a href='/'>Home</a></nav>"
    for before in (nav, ""):
        content = read("<title>Away</title>", f"{before}{wrapper.format(post)}<footer>Imprint</footer>").content
        assert "until the ninth" in content
        assert "twice a week" in content


def test_no_article_is_empty_where_its_page_has_text() -> None:
    headline = "<header><h1>Away</h1></header>"
    boxes = (
        '<div class="social"><p>Closed.</p></div><div class="meta"><p>Until May.</p></div>',
        "<aside>Closed.</aside>",
    )
    for box in boxes:
        article = read("<title>Away</title>", f"<nav>Home</nav>{headline}{box}<footer>Imprint</footer>")
        assert "Closed." in article.content
        assert "Imprint" not in article.content
    assert "<p>Away</p>" in read("", '<nav>Home</nav><div class="author"><p>Away</p></div>').content


def test_an_image_alone_is_an_article_and_the_comments_below_it_are_none() -> None:
    image = '<figure><img src="https://e.example/a.png" alt="A"></figure>'
    comments = '<div class="comments"><p>What a wonderful picture, I looked at it twice.</p></div>'
    content = read("<title>Away</title>", f"<h1>Away</h1>{image}{comments}").content
    assert "a.png" in content
    assert "wonderful" not in content


# --- the lines above the text ---


@pytest.mark.parametrize(
    ("lines", "names", "published"),
    [
        ("<p>Von Ina Maas</p><p>2. Oktober 2024, 14:30 Uhr</p>", ["Ina Maas"], "2024-10-02 14:30"),
        ("<p>By Iain Moss, 2 October 2024</p>", ["Iain Moss"], "2024-10-02 00:00"),
        ('<div class="info">By Iain Moss on 2 October 2024</div>', ["Iain Moss"], "2024-10-02 00:00"),
        ("<p>12 марта 2025 г.</p>", [], "2025-03-12 00:00"),
        (
            "<p>A short standfirst.</p><p>Par Anne Kervella, le 21 juin 2024</p>",
            ["Anne Kervella"],
            "2024-06-21 00:00",
        ),
        ("<p>By <b>Ada Lum</b><br>4 March 2025</p>", ["Ada Lum"], "2025-03-04 00:00"),
        ("<time>4 March 2025</time>", [], "2025-03-04 00:00"),
        ("<div><time>4 March 2025</time><span>By Ada Lum</span></div>", ["Ada Lum"], "2025-03-04 00:00"),
        ("<p>4 March 2025</p><p>By Ada Lum</p><p>Science reporter</p>", ["Ada Lum"], "2025-03-04 00:00"),
    ],
)
@pytest.mark.parametrize(
    "page", ["<div><h1>Ferry stays</h1>{}{}</div>", "<nav>x</nav><main><h1>Ferry stays</h1>{}{}</main>"]
)
def test_plain_lines_below_the_headline_are_read_before_they_go(
    page: str, lines: str, names: list[str], published: str
) -> None:
    article = read("<title>Ferry stays</title>", page.format(lines, WORDS))
    assert [one.name for one in article.authors] == names
    assert f"{article.published:%Y-%m-%d %H:%M}" == published
    assert article.zones.body.replace("A short standfirst.", "").strip().startswith("1. The ferry")


def test_lines_that_tell_what_can_not_be_read_for_certain_stay() -> None:
    diary = "".join(f"<p>{day} March 2025</p><p>Rain, and then more of it.</p>" for day in (4, 6, 8))
    article = read("<title>Diary</title>", f"<h1>Diary</h1>{diary}")
    assert article.published is None
    assert article.content.count("March") == 3
    there = "<p>There were:</p><ul><li>Ada Lum</li><li>Ben Ash</li></ul>"
    article = read("<title>Meeting</title>" + meta(author="Ada Lum"), f"<h1>Meeting</h1><p>Ada Lum</p>{there}{WORDS}")
    assert article.content.count("Ada Lum") == 1
    image = "<figure><img src='https://e.example/a.png'><figcaption>4 March 2025<br>© Ada Lum</figcaption></figure>"
    address = "<p>https://example.org/data</p><table><tr><td>4 March 2025</td><td>Ebb</td></tr></table>"
    article = read("<title>Tides</title>", f"<h1>Tides</h1>{image}{address}{WORDS}")
    assert article.published is None
    for part in ("<td>4 March 2025</td>", "© Ada Lum", "https://example.org/data"):
        assert part in article.content


def test_known_names_and_their_offices_above_the_text_go() -> None:
    office = "<div>Highlands &amp; Islands reporter</div>"
    byline = f"<div><div><time>2 October 2025</time><span>Mo Khan</span>{office}</div></div>"
    head = ld(headline="Ferry", author={"name": "Mo Khan"}, datePublished="2025-10-02T20:15:03Z")
    article = read(head, f"<nav>x</nav><main><article><div><h1>Ferry</h1></div>{byline}{WORDS}</article></main>")
    assert article.zones.body.startswith("1. The ferry")
    assert article.published == datetime(2025, 10, 2, 20, 15, 3, tzinfo=UTC)


def test_tags_rights_and_a_date_of_change_above_the_text_are_read() -> None:
    lines = "<p>Tags: sea, ferry</p><p>Updated: 5 March 2025</p><p>© 2025 Example Herald</p>"
    article = read("<title>Ferry</title>", f"<h1>Ferry</h1>{lines}{WORDS}")
    assert (article.tags, article.rights) == (("sea", "ferry"), "© 2025 Example Herald")
    assert article.updated == datetime(2025, 3, 5, tzinfo=UTC)


# --- microdata and classes of blogs ---

BLOGGER = (
    "<header><h1 class='title'>Garden days</h1></header><div class='main section' id='main'><div class='widget Blog'>"
    "<h2 class='date-header'>Sunday, 22 September 2024</h2><div class='post hentry uncustomized-post-template'{post}>"
    "<h3 class='post-title entry-title'{name}>Apples</h3><div class='post-body entry-content'{body}>{text}</div>"
    "<div class='post-footer'><span class='post-author vcard'>Posted by <span class='fn'{author}>"
    "<a rel='author' href='https://www.blogger.com/profile/99'><span{person}>Hanna Birk</span></a></span></span> at"
    " <a class='timestamp-link' href='/2024/09/apples.html' title='permanent link'>"
    "<abbr class='published'{date} title='2024-09-22T18:40:00+02:00'>18:40</abbr></a>"
    "<span class='post-labels'>Labels: <a rel='tag' href='/search/label/Apples'>Apples</a></span></div>"
    "<div class='comments' id='comments'><h4>1 comment:</h4><dl><dt class='comment-author'>Udo said…</dt>"
    "<dd><p>I bring twenty bottles!</p></dd></dl></div></div></div></div>"
    "<aside><div class='widget Profile'><h2>About me</h2></div></aside>"
)
MARKS = {
    "post": " itemprop='blogPost' itemscope itemtype='http://schema.org/BlogPosting'",
    "name": " itemprop='name'",
    "body": " itemprop='description articleBody'",
    "author": " itemprop='author' itemscope itemtype='http://schema.org/Person'",
    "person": " itemprop='name'",
    "date": " itemprop='datePublished'",
}


@pytest.mark.parametrize("marks", [MARKS, dict.fromkeys(MARKS, "")])
@pytest.mark.parametrize("text", ["<p>We picked the first apples.</p><p>Tomorrow we press them.</p>", WORDS])
def test_posts_that_blogger_wrote_have_their_author_and_date_and_nothing_of_the_page(
    marks: dict[str, str], text: str
) -> None:
    article = read("<title>Garden days: Apples</title>" + meta(og__title="Apples"), BLOGGER.format(text=text, **marks))
    assert [one.name for one in article.authors] == ["Hanna Birk"]
    assert article.published == datetime(2024, 9, 22, 16, 40, tzinfo=UTC)
    assert article.summary == ""
    for part in ("Labels", "Posted by", "bottles", "Garden days", "About me", "Apples"):
        assert part not in article.content


SHORT = "<h1{}>Away</h1><p>I am away until the ninth.</p><p>Orders are sent twice a week.</p>"
SITE = '<header class="site-header"><a class="site-title" rel="author" href="/">Bea\'s log</a></header>'
STORIES = '<ul><li><a href="/1">Older story</a></li><li><a href="/2">Another one</a></li></ul>'


@pytest.mark.parametrize(
    "page",
    [
        f'{SITE}<main><div><article class="post h-entry"><header>{SHORT}</header></article></div></main>',
        f'<div id="page">{SITE}<main><article class="hentry tag-life">{SHORT}</article></main></div>',
        f'<div id="root">{SITE}<main>{SHORT}<div class="more-on"><h2>More</h2>{STORIES}</div></main>'
        '<div class="cookie-banner">We set cookies. <button>Fine</button></div></div>',
        f'<div class="layout"><main><article>{SHORT}<div class="p-article-related"><h2>Related</h2>{STORIES}</div>'
        f'<div class="p-article-sns"><a href="#">Share on X</a></div></article><section class="ranking">{STORIES}'
        "</section></main></div>",
        f'<div id="nav"><a href="/">Start</a></div>{SHORT}<div id="footer">Imprint</div>',
    ],
)
def test_a_short_post_is_found_however_deep_it_stands_among_the_page(page: str) -> None:
    content = read("<title>Away</title>", page.format("")).content
    assert content.replace("<header>", "").replace("</header>", "") == SHORT.partition("</h1>")[2]


def test_ids_that_say_a_heading_and_classes_of_words_and_code_take_nothing_away() -> None:
    heading = '<h2 id="author-interviews">Author interviews</h2>'
    section = f'<section id="related-work"><h3 id="sharing">Sharing</h3><p id="nav-zU">{SENTENCE}</p></section>'
    words = '<p>See <a class="related-link" href="/h">the harbour</a> and <span class="tag">#sea</span> now.</p>'
    code = '<pre><code><span class="hljs-tag">&lt;a&gt;</span><span class="hljs-meta">!x</span></code></pre>'
    table = '<table><tr><td class="author">Ada Lum</td><td class="tags">sea</td></tr></table>'
    wiki = '<h2><span id="See_also">See also</span><span>[</span><a href="/edit">edit</a><span>]</span></h2>'
    socialism = '<div class="socialism metadatum navy"><p>A word that only begins as one of furniture.</p></div>'
    text = heading + section + wiki + words + code + table + socialism
    for page in (f"<nav>x</nav><article>{text}</article>", f"<nav>x</nav><main>{WORDS}{text}{WORDS}</main>"):
        body = read("<title>Tides</title>", page).zones.body
        assert "nobody waved" in body
        for part in (
            "Author interviews",
            "Sharing",
            "the harbour",
            "#sea",
            "See also[edit]",
            "<a>!x",
            "Ada Lum",
            "sea",
            "only begins",
        ):
            assert part in body


def test_a_heading_in_the_text_that_gives_the_page_its_title_stays() -> None:
    article = read("", f"<nav>x</nav><main><article>{WORDS}<h2>What they carried</h2>{WORDS}</article></main>")
    assert article.title == "What they carried"
    assert "<h2>What they carried</h2>" in article.content


# --- what pages put between paragraphs ---


@pytest.mark.parametrize(
    "box",
    [
        '<section><div><span>Lire aussi |</span> <a href="/1">Transport by sail again</a></div></section>',
        '<p><strong>Read more:</strong> <a href="/1">Why the harbour is too small for the ferry</a></p>',
        '<figure><a href="/1"><div>Related:</div><h4>Island schools: the roof falls</h4></a></figure>',
        '<div><h3>More on this story</h3><ul><li><a href="/1">Petition reaches 4,000 names</a></li></ul></div>',
        "<section><h4>Newsletter</h4><p>Each morning all that counts about the sea</p><a>Sign up</a></section>",
        '<section class="inread"><h4>Newsletter</h4><p>Each morning all that counts</p><a>Go</a></section>',
        "<section><p>Empfohlener redaktioneller Inhalt</p><p>An dieser Stelle finden Sie einen externen Inhalt von X, "
        "der den Artikel ergänzt und von der Redaktion empfohlen wird.</p><button>Externer Inhalt</button></section>",
        '<div class="opt-in"><p>To see this post we need your permission, since it sets cookies.</p></div>',
    ],
)
@pytest.mark.parametrize("text", [WORDS, "<p>I am away until the ninth.</p><p>Orders are sent twice a week.</p>"])
def test_other_stories_newsletters_and_requests_for_consent_between_paragraphs_go(box: str, text: str) -> None:
    page = "<nav>x</nav><main><article><h1>Ferry</h1>{}</article></main><footer>x</footer>"
    content = read("<title>Ferry</title>", page.format(text + box + text)).content
    assert content == read("<title>Ferry</title>", page.format(text + text)).content


@pytest.mark.parametrize(
    "kept",
    [
        '<p>See also: <a href="https://e.example">RFC 4287</a></p>',
        '<p>Read more about it in <a href="https://e.example">the book</a>, about the sea.</p>',
        "<div><h3>More on this story</h3><p>The ferry was built in 1974 and has crossed the sound since.</p></div>",
        '<div><p>Newsletters are written by hand here, and sent by <a href="https://e.example">post</a>.</p></div>',
        "<h2>Related work</h2><p>Ferries were studied by others before, at length and in some detail.</p>",
        '<figure><img src="https://e.example/a.png"><figcaption>Related: a map</figcaption></figure>',
    ],
)
def test_what_an_author_says_of_other_pages_stays(kept: str) -> None:
    for text in (WORDS, "<p>I am away until the ninth.</p>"):
        page = f"<nav>x</nav><main><article><h1>Ferry</h1>{text}{kept}{text}</article></main>"
        assert (
            whole(f"<p>{SENTENCE}</p>{kept}").content.partition("</p>")[2] in read("<title>Ferry</title>", page).content
        )


def test_images_of_amp_and_those_for_readers_without_scripts_are_shown_once() -> None:
    instead = '<noscript><img src="/a.jpg"></noscript><amp-img placeholder src="/p.jpg"></amp-img>'
    image = f'<amp-img src="/a.jpg" alt="A">{instead}</amp-img>'
    figure = "<figure><div></div><noscript><img src='/b.jpg'></noscript><figcaption>At sea</figcaption></figure>"
    counter = "<noscript><div><img src='https://c.example/watch/1' alt=''></div></noscript>"
    head = "<title>Ferry</title><link rel=canonical href=https://e.example/f>"
    page = f"<nav>x</nav><main><article><h1>Ferry</h1>{image}{WORDS}{figure}{WORDS}{counter}</article></main>"
    content = read(head, page).content
    assert content.count("<img") == 2
    assert '<img src="https://e.example/a.jpg" alt="A">' in content
    assert '<img src="https://e.example/b.jpg"><figcaption>At sea' in content


@pytest.mark.parametrize("name", ["c0 title", "MsoTitle"])
def test_a_paragraph_that_a_word_processor_calls_a_title_is_the_headline(name: str) -> None:
    article = whole(
        f'<html><head></head><body><p class="{name}"><span>Ferry memo</span></p><p></p>{WORDS}</body></html>'
    )
    assert article.title == "Ferry memo"
    assert "memo" not in article.content
    assert whole(f'<html><body><p class="subtitle">Ferry memo</p>{WORDS}</body></html>').title == "Page"


def test_references_to_characters_that_xml_forbids_are_left_out() -> None:
    forbidden = "&#0;&#1;&#x1f;&#11;&#xFFFE;&#65535"
    content = read("", f"<p>One{forbidden} two<script>x</script>{forbidden} three&#10;&#133;&#x41;&#110;</p>").content
    assert content.startswith("<p>One two three")
    assert content.endswith("An</p>")
    assert (
        read("", f'<nav>x</nav><main>{WORDS}<div><a href="/">\u200b</a></div>{WORDS}</main>').content.count("<p>") == 10
    )
