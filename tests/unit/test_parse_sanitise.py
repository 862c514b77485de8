"""HTML for feeds: what stays, what goes, and how deep and how fast."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree, html

from feedd.errors import Unreadable
from feedd.parse._html import ATTRIBUTES, DEPTH, escape, sanitise, text_of
from feedd.text import valid


def test_structure_stays_and_scripts_styles_and_handlers_go() -> None:
    given_html = (
        '<p onclick="x()" style="top:0">A <b>b</b><script>alert(1)</script><style>p{}</style></p><iframe>k</iframe>'
    )
    assert sanitise(given_html) == "<p>A <b>b</b></p>"


def test_an_open_element_is_closed() -> None:
    assert sanitise("<div><p>a<p>b") == "<div><p>a</p><p>b</p></div>"


def test_a_relative_link_without_a_base_keeps_its_text() -> None:
    assert sanitise('<a href="/x">rel</a> <a href="#n">note</a>') == "<a>rel</a> <a>note</a>"


def test_a_relative_address_is_completed_from_the_base() -> None:
    assert sanitise('<a href="x">r</a><img src="/i.png">', "https://example.org/a/b") == (
        '<a href="https://example.org/a/x">r</a><img src="https://example.org/i.png">'
    )
    assert sanitise("<p>none</p>", "https://example.org/") == "<p>none</p>"


def test_an_address_without_a_scheme_gets_https() -> None:
    assert sanitise('<a href="//example.org/x">x</a>') == '<a href="https://example.org/x">x</a>'


def test_an_image_that_has_no_address_gives_way_to_its_text() -> None:
    assert (
        sanitise('<img src="a.png" alt="x &lt;b&gt; &quot;y&quot;"><img src="data:image/png,x">') == 'x &lt;b&gt; "y"'
    )
    assert sanitise('<img src="https://example.org/a.png" alt="k">') == '<img src="https://example.org/a.png" alt="k">'


@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", " java\tscript:x", "data:text/html,x", "vbscript:x", "file:///etc"]
)
def test_a_harmful_address_goes(address: str) -> None:
    assert sanitise(f'<a href="{address}">x</a>') == "<a>x</a>"


def test_a_reference_to_a_forbidden_character_leaves_nothing_forbidden() -> None:
    assert valid(sanitise("a&#1;b&#xFFFE;c"))


@pytest.mark.parametrize(
    "deep",
    [
        "<div>" * 100_000,
        "<span><div></span>" * 50_000,
        "<div><!--</div>-->" * 50_000,
        "<!-->" + "<div>" * 50_000 + "-->",
        '<div><a title="</div>">' * 50_000,
        "<div><textarea></div></textarea>" * 50_000,
        "<div><table><tr><td></div>" * 50_000,
    ],
    ids=[
        "plain",
        "misnested",
        "end in a comment",
        "empty comment",
        "end in a value",
        "end in text",
        "end outside a cell",
    ],
)
def test_what_is_nested_too_deep_is_refused_at_once(deep: str) -> None:
    with pytest.raises(Unreadable, match=f"deeper than {DEPTH}"):
        sanitise(deep)


@pytest.mark.parametrize(
    "flat",
    [
        "<p>x" * 3000,
        "<ul>" + "<li><em>x</em>" * 3000 + "</ul>",
        "<blockquote><p>x</blockquote>" * 3000,
        "<script>" + "<div>" * 3000 + "</script>",
        "<b><i>x</b></i>" * 60,
        "<br><img src='x'>" * 3000,
        "</div>" * 3000,
        "<b>x</b><i>y<em>z</b></em></i>" * 300,
        "<div><span>x</div>" * 3000,
        "<div>" * 150 + "</div>" * 150 + "<br/>" * 900,
    ],
)
def test_long_but_flat_html_passes(flat: str) -> None:
    sanitise(flat)


def test_a_line_end_in_chinese_or_japanese_parts_no_word() -> None:
    assert text_of("<p>これは東\n  京の話、\nSeoul\nで東 京\u3000京\n한국\n은</p>\n<p>日</p>\n<p>本</p>") == (
        "これは東京の話、 Seoul で東 京 京 한국 은\n\n日\n\n本"
    )


def test_the_text_of_html_has_its_paragraphs_and_all_its_words() -> None:
    safe = sanitise("<h1>T</h1><p>One\n two<br>three &amp; <b>four</b> &lt;b&gt;</p><ul><li>a</li><li>b</li></ul>")
    assert text_of(safe) == "T\n\nOne two\nthree & four <b>\n\na\n\nb"


def test_text_survives_marks_in_attributes() -> None:
    assert text_of(sanitise('<p><a href="https://example.org/?a>b" title="c > d">kept</a> too</p>')) == "kept too"


def test_escaped_text_is_text_again() -> None:
    assert text_of(f"<p>{escape('a < b & c')}</p>") == "a < b & c"


@given(st.text(alphabet=st.sampled_from("<>/=\"' abdivpsctx!-&;#1"), max_size=300))
def test_any_html_comes_out_closed_and_keeps_its_words(text: str) -> None:
    safe = sanitise(text)
    assert valid(safe)
    whole = html.fragment_fromstring(safe, create_parent="div")
    assert "".join(text_of(safe).split()) == "".join(whole.text_content().split())
    etree.tostring(whole)


@pytest.mark.parametrize(
    "html",
    [
        "<p " + " ".join(f"a{i}=1" for i in range(100_000)) + ">x</p>",
        "<p " + " ".join(f"a{i}='>'" for i in range(ATTRIBUTES + 1)) + ">x</p>",
        "<script " + " ".join(f"a{i}" for i in range(ATTRIBUTES + 1)) + ">x</script>",
        "<p " + "/".join(f"a{i}" for i in range(ATTRIBUTES + 1)) + " never closed",
    ],
    ids=["many", "quoted", "script", "open"],
)
def test_an_element_with_more_attributes_than_anyone_writes_is_refused(html: str) -> None:
    with pytest.raises(Unreadable, match="5,000 attributes"):
        sanitise(html)


def test_many_elements_with_some_attributes_are_fine() -> None:
    html = '<p class="a" id="b" data-c="d">x</p>' * 5000
    assert text_of(sanitise(html)).count("x") == 5000


def test_as_many_attributes_as_allowed_are_fine() -> None:
    assert sanitise("<p " + " ".join(f"a{i}=1" for i in range(ATTRIBUTES)) + ">x</p>") == "<p>x</p>"


def test_a_base_that_is_no_address_completes_nothing() -> None:
    assert sanitise('<a href="x">r</a>', "https://example.org\u202e/a") == "<a>r</a>"


def test_an_image_of_one_pixel_counts_readers_and_goes() -> None:
    assert sanitise('<p>a<img src="https://example.org/count" width="1" height="1" alt="x">b</p>') == "<p>ab</p>"
    assert "<img" in sanitise('<img src="https://example.org/rule" width="100" height="1">')
