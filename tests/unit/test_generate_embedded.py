"""An article's HTML inside a page of ours."""

from __future__ import annotations

import pytest

from feedd.generate.embedded import embedded
from feedd.parse._html import sanitise


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("<h1>a</h1><h1>b</h1>", "<h2>a</h2><h2>b</h2>"),
        ("<h4>a</h4><h2>b</h2><h3>c</h3>", "<h2>a</h2><h2>b</h2><h3>c</h3>"),
        ("<h1>a</h1><h4>b</h4><h3>c</h3><h1>d</h1>", "<h2>a</h2><h3>b</h3><h3>c</h3><h2>d</h2>"),
        (
            "<h1>a</h1><h2>b</h2><h3>c</h3><h4>d</h4><h5>e</h5><h6>f</h6>",
            "<h2>a</h2><h3>b</h3><h4>c</h4><h5>d</h5><h6>e</h6><h6>f</h6>",
        ),
        ('<h2 lang="uk">a</h2><hr>', '<h2 lang="uk">a</h2><hr>'),
        ("<h3><div>a<h5>b</h5></div></h3>", "<h2><div>a<h3>b</h3></div></h2>"),
        ("</h3>", "</h3>"),
    ],
)
def test_headings_stand_below_the_page_s_own_and_skip_no_level(written: str, shown: str) -> None:
    assert embedded(written) == shown


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ('<img src="https://e.org/a.png">', '<img alt="" src="https://e.org/a.png">'),
        ('<img alt="A map" src="https://e.org/a.png">', '<img alt="A map" src="https://e.org/a.png">'),
        (
            '<a href="https://e.org/maps/north.png">\n<img src="https://e.org/a.png"></a>',
            '<a href="https://e.org/maps/north.png">\n<img alt="north.png" src="https://e.org/a.png"></a>',
        ),
        (
            '<a title="x" href="https://e.org/"><img alt="" src="https://e.org/a.png"></a>',
            '<a title="x" href="https://e.org/"><img alt="e.org" src="https://e.org/a.png"></a>',
        ),
        (
            '<a href="https://e.org/"><img alt="A map" src="https://e.org/a.png"><img src="https://e.org/b.png"></a>',
            '<a href="https://e.org/"><img alt="A map" src="https://e.org/a.png">'
            '<img alt="" src="https://e.org/b.png"></a>',
        ),
        (
            '<a href="https://e.org/maps">\n<div>\n<img alt="&nbsp; " src="https://e.org/a.png"></div><br></a>',
            '<a href="https://e.org/maps">\n<div>\n<img alt="maps" src="https://e.org/a.png"></div><br></a>',
        ),
        (
            '<p title="alt"><img title="x" alt=" &nbsp;" src="https://e.org/a.png"></p>',
            '<p title="alt"><img title="x" alt="" src="https://e.org/a.png"></p>',
        ),
        (
            '<a href="https://e.org/"><img src="https://e.org/a.png"> words</a>',
            '<a href="https://e.org/"><img alt="" src="https://e.org/a.png"> words</a>',
        ),
    ],
)
def test_a_picture_without_words_is_silent_and_a_link_that_is_one_is_named(written: str, shown: str) -> None:
    assert embedded(written) == shown


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ('<h2><a href="https://e.org/#x" title="Permalink"></a>A</h2>', "<h2>A</h2>"),
        ('<p>a</p><h3 lang="uk"><a href="https://e.org/#x"></a> </h3><p>b</p>', "<p>a</p><p>b</p>"),
        ('<p>a<a href="https://e.org/"> </a>b<abbr></abbr></p>', "<p>a b<abbr></abbr></p>"),
    ],
)
def test_links_and_headings_of_nothing_go(written: str, shown: str) -> None:
    assert embedded(written) == shown


def test_what_is_wide_can_be_scrolled_by_the_keyboard() -> None:
    assert embedded("<pre>a</pre><table><tbody><tr><td>b</td></tr></tbody></table><p>c</p>") == (
        '<pre tabindex="0">a</pre><table tabindex="0"><tbody><tr><td>b</td></tr></tbody></table><p>c</p>'
    )


def test_what_only_looks_like_an_element_stays() -> None:
    content = sanitise('<p title="<h1>a<img>">&lt;h1&gt; &lt;img&gt; <a href="https://e.org/">x</a></p>')
    assert embedded(content) == content
