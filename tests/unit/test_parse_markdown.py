"""Markdown articles: where title, date and summary come from when the front matter doesn't tell."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from feedd.errors import Unreadable
from feedd.model import Article, Defaults, Document
from feedd.parse import _commonmark, parse

FOUND = datetime(2025, 1, 1, tzinfo=UTC)


def article(text: str, name: str = "notes.md", defaults: Defaults | None = None) -> Article:
    (only,) = parse(Document(name, text.encode(), FOUND, defaults or Defaults()))
    return only


def test_the_opening_heading_is_the_title_and_leaves_the_content() -> None:
    read = article("# A *first* heading & more\n\nText\n\n## Second")
    assert read.title == "A first heading & more"
    assert read.content == "<p>Text</p>\n<h2>Second</h2>"


def test_a_heading_that_repeats_the_title_leaves_the_content_and_another_one_stays() -> None:
    assert article("---\ntitle: Tides\n---\n# Tides\n\nText").content == "<p>Text</p>"
    assert article("---\ntitle: Tides\n---\n# Ebb\n\nText").content == "<h1>Ebb</h1>\n<p>Text</p>"


@pytest.mark.parametrize(
    ("text", "name", "title"),
    [
        ("Words first.\n\n## Then a heading", "notes.md", "Then a heading"),
        ("Only words.", "news/2024-03-03-market_day.md", "Market day"),
        ("Only words.", "market-day/index.md", "Market day"),
        ("Only words.", "2024-03-03.md", "Only words."),
        ("# \n\nOnly words.", "12.md", "Only words."),
        ("# A title alone", "12.md", "A title alone"),
    ],
)
def test_a_title_is_found_without_front_matter(text: str, name: str, title: str) -> None:
    assert article(text, name).title == title


def test_the_date_in_a_file_name_is_a_day_of_the_inbox() -> None:
    read = article("Text", "2024-3-03-x.md", Defaults(timezone=ZoneInfo("Europe/Kyiv")))
    assert read.published == datetime(2024, 3, 2, 22, tzinfo=UTC)
    assert read.origin.date_origin == "file name"


def test_a_file_name_with_no_day_of_any_calendar_tells_no_date() -> None:
    read = article("Text", "2024-13-41-x.md")
    assert (read.published, read.origin.date_origin) == (None, None)


def test_front_matter_tells_the_date_before_the_file_name() -> None:
    read = article("---\ndate: 2024-05-06\n---\nText", "2024-03-03-x.md")
    assert (read.published, read.origin.date_origin) == (datetime(2024, 5, 6, tzinfo=UTC), "front matter")


@pytest.mark.parametrize(
    ("field", "name", "origin"),
    [
        ("path: /2024/03/03/title/", "x.md", "front matter (path)"),
        ("slug: 2024-3-3-title", "x.md", "front matter (slug)"),
        ("permalink: https://example.org/blog/2024/03/03/title.html", "x.md", "front matter (permalink)"),
        ("url: news/2024/03/03", "2023/01/01/x.md", "front matter (url)"),
        ("title: T", "2024/03/03/title.md", "folder"),
        ("title: T", "2024/03/03-title.md", "folder"),
        ("title: T", "posts/2024-03-03/title.md", "folder"),
        ("title: T", "posts/2024-03-03-title/index.md", "file name"),
        ("title: T\nslug: 2023-01-01-title", "2024-03-03-title.md", "file name"),
        ("title: T\ndate: 2024-03-03\npath: /2023/01/01/title/", "x.md", "front matter"),
        ("title: T\ndate: 2023-01-01\npublishDate: 2024-03-03", "x.md", "front matter"),
    ],
)
def test_the_day_is_found_in_addresses_and_folders_when_nothing_else_tells_it(
    field: str, name: str, origin: str
) -> None:
    read = article(f"---\n{field}\n---\nText", name)
    assert (read.published, read.origin.date_origin) == (datetime(2024, 3, 3, tzinfo=UTC), origin)


@pytest.mark.parametrize(
    ("field", "name"),
    [
        ("path: /2024/03/title/", "x.md"),
        ("path: /2024/13/41/title/", "x.md"),
        ("slug: 12024-03-03", "x.md"),
        ("slug: 2024-03-031-title", "x.md"),
        ("path: [2024-03-03]", "x.md"),
        ("title: T", "2024/03/x.md"),
        ("date: Last Modified", "x.md"),
        ("date: git Created", "x.md"),
    ],
)
def test_what_is_no_whole_day_tells_no_date(field: str, name: str) -> None:
    read = article(f"---\n{field}\n---\nText", name)
    assert (read.published, read.origin.date_origin, read.origin.warnings) == (None, None, ())


@pytest.mark.parametrize("status", ["draft", "hidden", "Draft"])
def test_what_its_status_holds_back_is_refused(status: str) -> None:
    with pytest.raises(Unreadable, match="is a draft"):
        article(f"Title: T\nStatus: {status}\n\nText")


def test_front_matter_that_is_a_script_is_refused_with_its_reason() -> None:
    with pytest.raises(Unreadable, match="is a script"):
        article("---js\nmodule.exports = {title: 'T'}\n---\nText")


def test_the_summary_is_what_stands_above_the_mark_and_is_never_made_up() -> None:
    assert article("# T\n\nFirst *part*.\n\n<!-- more -->\n\nRest.").summary == "First part."
    assert article("# T\n\nFirst part.\n\nRest.").summary == ""
    assert article("First part.\n\n<!-- truncate -->\n\nRest.").summary == "First part."
    assert article("First part.\n\n{/* truncate */}\n\nRest.").summary == "First part."
    assert article("---\nsummary: Said.\n---\nA\n<!--more-->\nB").summary == "Said."


def test_tables_footnotes_and_struck_text_are_rendered() -> None:
    content = article("| a |\n|---|\n| b |\n\n~~c~~[^1]\n\n[^1]: d").content
    assert "<td>b</td>" in content
    assert "<del>c</del>" in content
    assert "<sup>" in content


def test_windows_line_ends_and_a_byte_order_mark_are_no_obstacle() -> None:
    read = article("\ufeff---\r\ntitle: T\r\n---\r\nOne\r\n\r\nTwo\r\n")
    assert (read.title, read.content) == ("T", "<p>One</p>\n<p>Two</p>")


def test_a_title_without_text_is_an_article_and_nothing_at_all_is_none() -> None:
    assert article("---\ntitle: Only this\n---\n").title == "Only this"
    with pytest.raises(Unreadable, match="neither a title nor text"):
        article("---\nauthor: x\n---\n")


class PanicException(BaseException):  # so is named what a panic in the renderer arrives as
    pass


@pytest.mark.parametrize(
    ("failure", "told"), [(PanicException("at 7"), Unreadable), (KeyboardInterrupt(), KeyboardInterrupt)]
)
def test_a_panic_of_the_renderer_makes_one_article_unreadable_and_an_interrupt_goes_through(
    monkeypatch: pytest.MonkeyPatch, failure: BaseException, told: type[BaseException]
) -> None:
    def render_markdown(*_: object, **__: object) -> str:
        raise failure

    monkeypatch.setattr(_commonmark.comrak, "render_markdown", render_markdown)
    with pytest.raises(told):
        article("Text")


def test_every_real_post_gives_title_date_and_body(corpus: Path) -> None:
    posts = sorted((corpus / "markdown").iterdir())
    for post in posts:
        (read,) = parse(Document(post.name, post.read_bytes(), FOUND))
        assert read.title
        assert read.published is not None
        assert read.zones.body
        assert read.authors
    assert len(posts) > 100
