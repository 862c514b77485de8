"""Sources that commands add to the configuration, and OPML."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from feedd import config
from feedd.errors import ConfigError, Unreadable
from feedd.lint import lint
from feedd.subscribing import Wanted, addition, append, read_opml, write_opml
from feedd.subscription import Subscription

OPML = b"""<?xml version="1.0" encoding="UTF-8"?>
<opml version="2.0"><head><title>Mine</title></head><body>
<outline text="Tech"><outline text="Python">
<outline type="rss" text="A &amp; B" xmlUrl="https://a.example/feed?x=1&amp;y=2" htmlUrl="https://a.example/"/>
</outline></outline>
<outline text="World news"><outline type="rss" text="A again" xmlUrl="https://a.example/feed?x=1&amp;y=2"/>
<outline text="no type" xmlUrl=" https://c.example/feed "/></outline>
<outline text="an empty folder"/><outline type="rss" text="no address"/>
<outline type="rss" text="" xmlUrl="https://d.example/feed"/>
</body></opml>
"""


def test_folders_of_opml_are_topics_and_a_feed_in_several_is_one() -> None:
    assert read_opml(OPML) == [
        Wanted("https://a.example/feed?x=1&y=2", "A & B", ("Tech", "Python", "World news")),
        Wanted("https://c.example/feed", "no type", ("World news",)),
        Wanted("https://d.example/feed", "", ()),
    ]


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"", "is no OPML"),
        (b"<html></html>", "is no OPML"),
        (b"\x89PNG\r\n\x1a\n", "is no OPML"),
        (b'<opml version="2.0"><body/></opml>', "without any feed"),
        (b"<opml>" + b" " * 5_000_000, "is larger than"),
    ],
)
def test_what_is_no_list_of_feeds_is_told(data: bytes, told: str) -> None:
    with pytest.raises(Unreadable, match=told):
        read_opml(data)


def test_a_hostile_list_is_read_or_refused_and_expands_nothing() -> None:
    bomb = b'<!DOCTYPE o [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]>' + OPML.partition(b"?>")[2].replace(
        b"no type", b"&b;"
    )
    assert all(len(one.title) < 20 for one in read_opml(bomb))
    deep = b"<opml><body>" + b'<outline text="x">' * 100_000
    with pytest.raises(Unreadable):
        read_opml(deep)
    cut = OPML[: OPML.index(b'<outline text="no type')]
    assert [one.url for one in read_opml(cut)] == ["https://a.example/feed?x=1&y=2"]


def test_what_is_written_is_good_opml_and_comes_back() -> None:
    subscriptions = [
        Subscription("https://a.example/?x=1&y=2", ("tech", "world"), 'A "quoted" <title>'),
        Subscription("https://b.example/"),
    ]
    text = write_opml(subscriptions, {"tech": "Tech & more"}, title="Mine & yours")
    assert lint(text.encode()).is_good
    assert read_opml(text.encode()) == [
        Wanted("https://b.example/", "https://b.example/", ()),
        Wanted("https://a.example/?x=1&y=2", 'A "quoted" <title>', ("Tech & more", "world")),
    ]


def test_what_is_added_is_toml_of_new_sources_only() -> None:
    wanted = [
        Wanted("https://a.example/feed", 'Title "quoted" \\ \x7f', ("World news",)),
        Wanted("https://b.example/feed", "", ()),
        Wanted("https://known.example/", "", ()),
        Wanted("ftp://c.example/feed", "", ()),
        Wanted("https://user:secret@d.example/", "", ()),
        Wanted("https://a.example/feed#again", "", ()),
    ]
    found = addition(wanted, ["https://known.example/"], {})
    assert tomllib.loads(found.text) == {
        "source": [
            {"url": "https://a.example/feed", "title": 'Title "quoted" \\ ', "topics": ["world-news"]},
            {"url": "https://b.example/feed"},
        ]
    }
    assert found.known == ("https://known.example/", "https://a.example/feed")
    assert [url for url, _ in found.refused] == ["ftp://c.example/feed", "https://user:secret@d.example/"]
    assert found.topics == ()


def test_where_topics_are_configured_folders_find_theirs_by_id_or_title_or_are_added() -> None:
    wanted = [Wanted("https://a.example/", "", ("WORLD", "tech", "Sports & more", "index"))]
    found = addition(wanted, [], {"news": "World", "tech": "Technology"})
    assert tomllib.loads(found.text) == {
        "source": [{"url": "https://a.example/", "topics": ["news", "tech", "sports-more", "index-topic"]}],
        "topic": [{"id": "sports-more", "title": "Sports & more"}, {"id": "index-topic", "title": "index"}],
    }


def test_a_configuration_is_added_to_as_it_stands(tmp_path: Path) -> None:
    path = tmp_path / "feedd.toml"
    path.write_text("# mine\n[[inbox]]\npath = 'inbox' # here")
    path.chmod(0o640)
    link = tmp_path / "link.toml"
    link.symlink_to(path)
    append(link, '\n[[source]]\nurl = "https://a.example/"\n', config.load)
    assert link.is_symlink()
    assert path.read_text() == "# mine\n[[inbox]]\npath = 'inbox' # here\n\n[[source]]\nurl = \"https://a.example/\"\n"
    assert path.stat().st_mode & 0o777 == 0o640
    assert sorted(one.name for one in tmp_path.iterdir()) == ["feedd.toml", "link.toml"]
    assert config.load(path).sources[0].url == "https://a.example/"


@pytest.mark.parametrize("text", ["source = []\n", '[[source]]\nurl = "https://b.example/"\n'])
def test_what_would_be_no_good_configuration_is_not_written(tmp_path: Path, text: str) -> None:
    path = tmp_path / "feedd.toml"
    path.write_text(text)
    again = (text.startswith("[[") and text) or '[[source]]\nurl = "https://a.example/"\n'
    with pytest.raises(ConfigError):
        append(path, again, config.load)
    assert path.read_text() == text
    assert [one.name for one in tmp_path.iterdir()] == ["feedd.toml"]


def test_a_configuration_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="can't be written"):
        append(tmp_path / "none.toml", "", config.load)
