"""The table of bad input: what a file may hold or be, and what becomes of it, with real parsing processes.

The processes have two seconds for a file: a reason other than theirs means that it was refused before that.
"""

from __future__ import annotations

import gzip
import html
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from newsroom import Newsroom, markdown

from feedd.workers import Limits, Workers

SECONDS = 2.0
PAGE = "<html><head><title>A page</title></head><body>{}</body></html>"
RSS = '<rss version="2.0"><channel>{}</channel></rss>'
JSON_FEED = '{{"version": "https://jsonfeed.org/version/1.1", "items": [{}]}}'
FILE = "<!DOCTYPE r [<!ENTITY x SYSTEM 'file:///etc/passwd'>]>"
LAUGHS = "<!DOCTYPE r [<!ENTITY a 'ha'>" + "".join(
    f"<!ENTITY {one} '{f'&{other};' * 10}'>" for one, other in zip("bcdefgh", "abcdefg", strict=True)
)
BOMB = "---\na: &a [x, x, x, x]\n" + "".join(
    f"{one}: &{one} [{', '.join([f'*{other}'] * 10)}]\n" for one, other in zip("bcdefgh", "abcdefg", strict=True)
)

REFUSED = [
    ("empty.md", b"", "is empty"),
    ("blank.txt", b" \r\n\t\n\0", "is empty"),
    ("binary.txt", bytes(range(256)) * 50, "looks binary"),
    ("front-matter-only.md", b"---\ndate: 2025-01-01\n---\n", "neither a title nor text"),
    ("nothing.html", PAGE.replace("A page", "").format("<script>x</script>").encode(), "neither a title nor text"),
    ("broken.md", b"---\ntitle: [open\n---\ntext", "front matter"),
    ("unclosed.md", b"---\ntitle: Open\n\ntext", "never closed"),
    ("broken-toml.md", b"+++\ntitle = \n+++\ntext", "front matter"),
    ("broken.json", b'{"version": "https://jsonfeed.org/version/1.1", "items": [{"id": "1"', "cut short"),
    ("large.md", b"x" * 5_000_001, "5,000,000"),
    ("deep.html", PAGE.format("<div>" * 201 + "x").encode(), "deeper than 200"),
    ("very-deep.html", PAGE.format("<b>" * 500_000).encode(), "deeper than 200"),
    ("deep.md", ("<div>\n" * 5000 + "x").encode(), "deeper than 200"),
    ("attributes.html", PAGE.format(f"<p {' '.join(f'a{n}=1' for n in range(100_000))}>x").encode(), "attributes"),
    ("items.rss", RSS.format("<item><title>One</title></item>" * 20_000).encode(), "20,000 entries"),
    ("items.json", JSON_FEED.format(",".join(['{"content_text": "x"}'] * 20_000)).encode(), "20,000 entries"),
    ("aliases.md", (BOMB + "---\ntext").encode(), "aliases"),
    ("laughs.xml", (LAUGHS + "]>" + RSS.format("<item><title>&h;</title></item>")).encode(), "entity"),
    ("file.xml", (FILE + RSS.format("<item><title>&x;</title></item>")).encode(), "entity"),
    ("cut.atom", b'<feed xmlns="http://www.w3.org/2005/Atom"><entry><title>One</title></entry><entry><ti', "cut off"),
    ("gzip.html", gzip.compress(b"\0" * 4_000_000), "looks binary"),
    ("brackets.json", b"[" * 4_000_000, "JSON"),
    ("other.json", b'{"name": "config", "version": 3}', "its keys are name, version"),
    ("note.xml", b"<note><to>You</to></note>", "its root is <note>"),
]  # fmt: skip


@pytest.fixture(scope="module")
def workers() -> Iterator[Workers]:
    with Workers(Limits(seconds=SECONDS, memory=1 << 30), count=1) as started:
        yield started


@pytest.fixture
def newsroom(tmp_path: Path, workers: Workers) -> Iterator[Newsroom]:
    made = Newsroom(tmp_path, parser=workers)
    yield made
    made.archive.close()


@pytest.mark.parametrize(("name", "data", "reason"), REFUSED, ids=[row[0] for row in REFUSED])
def test_a_bad_file_is_set_aside_with_its_reason_and_nothing_else_happens(
    newsroom: Newsroom, name: str, data: bytes, reason: str
) -> None:
    newsroom.drop("good.md", markdown("Good", "The other file."))
    newsroom.run()
    before = newsroom.snapshot()
    path = newsroom.drop(name, data)
    newsroom.drop("later.md", markdown("Later", "A file that comes after it."))
    outcome = newsroom.run()
    assert (outcome.quarantined, outcome.added) == (1, 1)
    (row,) = newsroom.archive.aside()
    assert reason in row.reason
    assert row.reason.isprintable()
    assert path.read_bytes() == data
    assert sorted(newsroom.titles()) == ["Good", "Later"]
    assert {name for name in newsroom.snapshot() if "/" not in name} == {name for name in before if "/" not in name}


@pytest.mark.parametrize("name", ["story.md", "story.html", "story.txt"])
def test_the_last_good_version_stays_when_a_file_becomes_a_bad_one(newsroom: Newsroom, name: str) -> None:
    good = {
        "story.md": markdown("Good", "Words of the story."),
        "story.html": "<h1>Good</h1><p>Words of the story.</p>",
        "story.txt": "Good\n\nWords of the story.\n",
    }[name]
    newsroom.drop(name, good)
    newsroom.run()
    ids = newsroom.ids()
    newsroom.drop(name, bytes(range(256)) * 20)
    assert newsroom.run().quarantined == 1
    assert newsroom.ids() == ids == {"Good": ids["Good"]}
    newsroom.drop(name, good.replace("Words", "Other words"))
    assert newsroom.run().updated == 1
    assert newsroom.ids() == ids


# What is decoded, and to what: title and text in the feed.
DECODED = [
    ("bom.md", markdown("Bär", "Größe").encode("utf-8-sig"), "Bär", "Größe"),
    ("utf-16.txt", "Паром\r\n\r\nТекст про паром.\r\n".encode("utf-16"), "Паром", "Текст про паром."),
    ("cp1251.html", '<meta charset="windows-1251"><h1>Паром</h1><p>Текст.</p>'.encode("cp1251"), "Паром", "Текст."),
    ("latin-1.html", '<meta charset="utf-8"><h1>Fähre</h1><p>Große Straße.</p>'.encode("cp1252"), "Fähre", "Große"),
    ("ends.md", b"---\r\ntitle: Ends\r\ndate: 2025-01-01\r\n---\r\n\r\none\rtwo\n", "Ends", "one"),
    ("controls.md", '---\ntitle: "A\\x01B\\u202eC\\ufffe"\n---\n\nx\x0by\x85z\ufffe\n'.encode(), "ABC", "x"),
    ("surrogates.json", b'{"title": "A\\ud800B", "content_text": "x \\ud83d\\ude00 \\udfff"}', "AB", "x \U0001f600"),
    ("references.html", b"<h1>A&#1;B&#xD800;</h1><p>x&#xFFFE;y</p>", "AB", "x"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "data", "title", "text"), DECODED, ids=[row[0] for row in DECODED])
def test_text_is_decoded_and_what_xml_forbids_never_reaches_a_feed(
    newsroom: Newsroom, name: str, data: bytes, title: str, text: str
) -> None:
    newsroom.drop(name, data)
    newsroom.run()
    (entry,) = newsroom.feed().entries
    assert re.sub("[\ufffd]", "", entry.title) == title
    assert text in entry.content[0].value
    assert len(newsroom.feed("all", "rss").entries) == 1


HARMFUL = (
    '<p onclick="x()" style="width:expression(alert(1))">Words stay.</p><script>alert(1)</script>'
    '<a href="javascript:alert(1)">link</a><a href=" data:text/html,x">data</a><iframe src="https://e.example/"></iframe>'
    '<svg onload="x()"><script>alert(1)</script></svg><object data="x"></object><style>p{color:expression(1)}</style>'
    '<img src="x" onerror="x()"><math><mtext><img src=x onerror=x()></mtext></math><form><input></form>'
)


@pytest.mark.parametrize("name", ["story.md", "story.html", "story.rss", "story.json"])
def test_script_style_and_frames_are_gone_from_the_article(newsroom: Newsroom, name: str) -> None:
    quoted = HARMFUL.replace("\\", "\\\\").replace('"', '\\"')
    newsroom.drop(
        name,
        {
            "story.md": f"# Title\n\n{HARMFUL}\n",
            "story.html": f"<h1>Title</h1>{HARMFUL}",
            "story.rss": RSS.format(
                f"<item><title>Title</title><description><![CDATA[{HARMFUL}]]></description></item>"
            ),
            "story.json": f'{{"id": "1", "title": "Title", "content_html": "{quoted}"}}',
        }[name],
    )
    newsroom.run()
    served = (newsroom.folder / "feeds" / "all.atom").read_text()
    assert "Words stay." in served
    found = re.search(
        r"(?i)script|\bon[a-z]+=|expression|data:|iframe|svg|<object|color|<form|<input", content_in(served)
    )
    assert found is None


def content_in(served: str) -> str:
    """The content of the first entry as its readers unescape it."""
    content = re.search(r"<content[^>]*>(.*?)</content>", served, re.DOTALL)
    assert content is not None
    return html.unescape(content[1])


def test_a_half_written_file_is_published_once_and_whole(newsroom: Newsroom) -> None:
    whole = RSS.format("<item><title>One</title></item><item><title>Two</title></item>")
    newsroom.drop("story.rss", whole[:70])
    assert newsroom.run().quarantined == 1
    assert newsroom.stored() == []
    newsroom.drop("story.rss", whole)
    assert newsroom.run().added == 2
    assert sorted(newsroom.titles()) == ["One", "Two"]
    assert newsroom.archive.aside() == []


DATES = [
    ("0001-01-01", None),
    ("2025-02-30", None),
    ("yesterday", None),
    ("2025-13-01T00:00:00Z", None),
    ("2025-01-01T00:00:00Z", datetime(2025, 1, 1, tzinfo=UTC)),
]


@pytest.mark.parametrize(("said", "wanted"), DATES)
def test_what_is_no_date_is_refused_as_one_and_first_sight_counts(
    newsroom: Newsroom, said: str, wanted: datetime | None
) -> None:
    newsroom.drop("story.md", markdown("Story", date=said))
    newsroom.run()
    (entry,) = newsroom.feed().entries
    assert datetime.fromisoformat(entry.published) == (wanted or newsroom.now)
    (stored,) = newsroom.stored()
    assert any(said[:10] in warning for warning in stored.article.origin.warnings) == (wanted is None)


def test_an_article_of_the_future_waits_in_every_format(newsroom: Newsroom) -> None:
    newsroom.drop("a.md", markdown("A", "First.", date="2025-06-02T12:00:00Z"))
    newsroom.drop("b.rss", RSS.format("<item><title>B</title><pubDate>Mon, 02 Jun 2025 12:00:00 GMT</pubDate></item>"))
    newsroom.drop(
        "c.html", PAGE.replace("A page", "C").format('<time datetime="2025-06-02T12:00:00Z">then</time><p>Third.</p>')
    )
    newsroom.run()
    assert newsroom.titles() == []
    newsroom.wait(days=2)
    newsroom.run()
    assert sorted(newsroom.titles()) == ["A", "B", "C"]
