"""Which files are articles, which format reads them, and that nothing but Unreadable ever comes out."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedd import parse as formats
from feedd.errors import Unreadable
from feedd.model import Article, Document
from feedd.parse import Format, parse, wanted
from feedd.text import valid, words

FOUND = datetime(2025, 1, 1, tzinfo=UTC)
NAMES = st.sampled_from(["a.md", "a.json", "a.TXT", "2024-02-30-a.markdown", "in/index.md", "\udcff.txt"])


def read(name: str, data: bytes) -> tuple[Article, ...]:
    return parse(Document(name, data, FOUND))


def test_a_known_suffix_in_any_case_is_wanted() -> None:
    assert wanted("news/Today.MD")
    assert wanted("\udcff.txt")


@pytest.mark.parametrize("name", ["a.png", "md", ".md", "news.md/a", "a.md~", "a.txt.part", ""])
def test_any_other_name_is_not(name: str) -> None:
    assert not wanted(name)


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("a.md", b"", "is empty"),
        ("a.txt", b"\xef\xbb\xbf\r\n \t\n", "is empty"),
        ("a.txt", b"\xe2\x80\x8b\n\xe2\x80\x8b", "neither a title nor text"),
        ("a.txt", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "binary"),
        ("a.png", b"x", r"\.png is no known format"),
        ("README", b"x", "a name without suffix is no known format"),
        ("a.md", b"---\ntitle: x\nText", "never closed"),
        ("a.md", b"<div>" * 5000, "nested deeper"),
        ("a.rss", b"<!DOCTYPE html><html><title>Just a moment</title>", r"is a web page, and no \.rss"),
        ("a.xml", b"<html><head><title>404</title></head></html>", r"is a web page, and no \.xml"),
        ("a.json", b"<!doctype html><p>Sign in", r"is a web page, and no \.json"),
    ],
)
def test_a_refusal_tells_its_reason(name: str, data: bytes, reason: str) -> None:
    with pytest.raises(Unreadable, match=reason):
        read(name, data)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_front_matter_makes_a_plain_text_markdown(encoding: str) -> None:
    (article,) = read("a.txt", "---\r\ntitle: T\r\n---\r\n*Text*".encode(encoding))
    assert (article.origin.format, article.content) == ("markdown", "<p><em>Text</em></p>")


def test_a_failure_inside_a_format_is_told_with_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(document: Document) -> tuple[Article, ...]:
        raise KeyError(document.name)

    monkeypatch.setattr(formats, "FORMATS", (Format("odd", (".odd",), lambda _: False, fail),))
    with pytest.raises(Unreadable, match=r"odd: KeyError: 'a\.odd'"):
        read("a.odd", b"x")


def all_text(article: Article) -> list[str]:
    zones = article.zones
    fixed = [
        article.title,
        article.content,
        article.summary,
        zones.title,
        zones.lede,
        zones.body,
        zones.related,
        zones.footer,
    ]
    people = [person.name for person in article.authors]
    return [*fixed, *people, *article.tags, *(item.title for item in article.related), article.rights or ""]


def check(name: str, data: bytes) -> None:
    try:
        articles = read(name, data)
    except Unreadable:
        return
    for article in articles:
        assert article.title
        assert all(map(valid, all_text(article)))
        assert article.published is None or article.published.utcoffset() is not None
    assert read(name, data) == articles


@given(NAMES, st.binary(max_size=300))
def test_any_bytes_are_articles_or_unreadable(name: str, data: bytes) -> None:
    check(name, data)


LINES = st.sampled_from(
    [
        *(
            "",
            "",
            "---",
            "+++",
            "{",
            "}",
            "title: A",
            "date: 2024-01-02",
            "tags: [a, *b]",
            "# Head",
            "<div>",
            "&#2;",
            "```",
        ),
        *(
            "A headline of some kind",
            "A headline of some kind | Site",
            "By Jane Doe",
            "Fri Jul 11 2025 11:04:49 GMT+0300",
        ),
        *(
            "MORE ON THEME",
            "Read more: another headline",
            "2 March 2024",
            "A longer sentence, which has many words, ends here.",
        ),
        *(
            "Follow us",
            "© 2024 Site",
            "https://example.org/a",
            "**Bold headline**",
            '{"content_html": "<p>x"}',
            '{"uri": "u", "headline": "A"}',
            "- an item",
            "x" * 300,
            "\u202e",
            "\x02\ufffe",
        ),
    ]
)


@given(NAMES, st.lists(LINES | st.text(max_size=30), max_size=30))
def test_any_text_is_articles_or_unreadable(name: str, lines: list[str]) -> None:
    check(name, "\n".join(lines).encode("utf-8", "surrogatepass"))


def test_a_real_dump_of_a_news_page_is_read_by_its_zones(corpus: Path) -> None:
    (article,) = read("page-01.txt", (corpus / "newsdump" / "page-01.txt").read_bytes())
    assert article.title == "North Korean Soldier Captured by Ukraine Amid Rising Tensions"
    assert article.published == datetime(2025, 7, 11, 8, 4, 49, tzinfo=UTC)
    assert len(article.summary) == 184
    assert article.summary.startswith("The capture of")
    assert article.content.count("<p>") == 5
    assert words(article.zones.body) == 282
    dates = [item.published for item in article.related if item.published]
    assert len(article.related) == len(dates) == 20
    assert max(dates) == datetime(2025, 7, 10, 16, 37, 9, tzinfo=UTC)
    assert min(dates) == datetime(2025, 7, 8, 14, 52, 13, tzinfo=UTC)
    assert not any("**" in item.title or "#" in item.title for item in article.related)
    assert article.rights == "© 2024 SwissX REDD UK ltd. All Rights Reserved."
    assert (article.authors, article.url) == ((), None)
    own = article.title + article.summary + article.content
    assert not any(word in own for word in ("Trump", "drone", "sanction", "Macron"))
