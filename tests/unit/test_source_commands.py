"""The commands about upstream feeds, in this process and over a real server."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import pytest
from feedserver import FeedServer, feed_server, redirect, response, validated

from feedd import cli, config
from feedd.errors import FetchError
from feedd.subscription import Subscription
from feedd.upstream import authorization

RSS = b"<rss><channel><title>Their feed</title><item><title>One</title><guid>u:1</guid></item></channel></rss>"


class Ran(NamedTuple):
    """What a command did."""

    code: int
    out: str
    err: str


Run = Callable[..., Ran]


@pytest.fixture
def server() -> Iterator[FeedServer]:
    with feed_server() as server:
        yield server


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "inbox").mkdir()
    (tmp_path / "feedd.toml").write_text('[fetch]\nallow = ["127.0.0.1"]\n')

    def run(*words: str) -> Ran:
        monkeypatch.setattr(sys, "argv", ["feedd", *words, "-c", "feedd.toml"])
        with pytest.raises(SystemExit) as stop:
            cli.main()
        told = capsys.readouterr()
        return Ran(int(stop.value.code or 0), told.out, told.err)

    return run


def urls(tmp_path: Path) -> list[str]:
    return [one.url for one in config.load(tmp_path / "feedd.toml").sources]


# --- adding -----------------------------------------------------------------------------------------------


def test_a_feed_is_added_as_it_is_and_twice_only_once(run: Run, server: FeedServer, tmp_path: Path) -> None:
    server.answers["/feed"] = response(RSS)
    ran = run("sources", "add", server.url("/feed"), "--topic", "World", "--title", "Ours for it")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.splitlines() == [
        f"1 source added to {tmp_path / 'feedd.toml'}",
        "a running feedd polls them after 'feedd reload'",
        "Their feed: 1 entry",
    ]
    (source,) = config.load(tmp_path / "feedd.toml").sources
    assert (source.url, source.title, source.topics) == (server.url("/feed"), "Ours for it", ("world",))
    assert "1 were there already" in run("sources", "add", server.url("/feed")).out
    assert len(urls(tmp_path)) == 1


def test_a_page_leads_to_the_feeds_that_it_names(run: Run, server: FeedServer, tmp_path: Path) -> None:
    link = '<link rel="alternate" type="application/rss+xml" href="{}">'
    page = link.format("/gone") + link.format("/a") + link.format("/b") + link.format("/page")
    server.answers |= {
        "/page": response(page.encode(), type="text/html"),
        "/a": response(RSS),
        "/b": response(RSS.replace(b"Their feed", b"Comments")),
    }
    ran = run("sources", "add", server.url("/page"))
    assert ran.code == 0
    assert f"there is also: {server.url('/b')} (Comments, 1 entry)" in ran.out
    assert urls(tmp_path) == [server.url("/a")]


def test_where_a_page_names_none_the_usual_places_are_tried(run: Run, server: FeedServer, tmp_path: Path) -> None:
    server.answers |= {"/": response(b"<p>Hello", type="text/html"), "/atom.xml": response(RSS)}
    assert run("sources", "add", server.url("/")).code == 0
    assert urls(tmp_path) == [server.url("/atom.xml")]


def test_the_address_that_a_feed_moved_to_for_good_is_the_one_that_is_added(
    run: Run, server: FeedServer, tmp_path: Path
) -> None:
    server.answers |= {"/old": redirect("/feed", 301), "/feed": response(RSS), "/today": redirect("/feed", 302)}
    assert run("sources", "add", server.url("/old")).code == 0
    assert run("sources", "add", server.url("/today")).code == 0
    assert urls(tmp_path) == [server.url("/feed"), server.url("/today")]


def test_what_can_not_be_had_or_is_no_feed_is_not_added(run: Run, server: FeedServer, tmp_path: Path) -> None:
    server.answers["/page"] = response(b"<p>Hello", type="text/html")
    ran = run("sources", "add", server.url("/page"))
    assert (ran.code, ran.err) == (
        69,
        f"feedd: {server.url('/page')} is no feed, names none, and has none where feeds usually lie\n",
    )
    assert run("sources", "add", server.url("/none")).err == f"feedd: {server.url('/none')} answers 404\n"
    assert "no public address" in run("sources", "add", server.url("/", "127.0.0.2")).err
    assert urls(tmp_path) == []


# --- OPML -----------------------------------------------------------------------------------------------------


def test_a_list_is_imported_polled_and_listed(run: Run, server: FeedServer, tmp_path: Path) -> None:
    server.answers["/feed"] = validated(RSS, '"1"')
    outline = '<outline type="rss" text="{}" xmlUrl="{}"/>'
    inside = "".join(outline.format(path, server.url(path)) for path in ("/feed", "/none"))
    Path("list.opml").write_text(
        f'<opml version="2.0"><body><outline text="World">{inside}{outline.format("x", "ftp://e.example/")}</outline></body></opml>'
    )
    ran = run("sources", "import", "list.opml")
    assert ran.code == 0
    assert ran.out.startswith(f"2 sources added to {tmp_path / 'feedd.toml'}; 1 refused")
    assert "ftp://e.example/: must be an http or https address" in ran.err
    assert run("sources", "list").out.count("new, 0 entries") == 2
    polled = run("fetch", "--once")
    assert (polled.code, polled.out.splitlines()[-1]) == (0, "2 sources polled, 1 failed")
    assert polled.err == f"{server.url('/none')} answers 404\n"
    assert "    1 response waits to be taken in, by a running feedd or 'feedd build'" in run("sources", "list").out
    assert run("build").code == 0
    listed = run("sources", "list").out.splitlines()
    assert listed[0] == f"{server.url('/feed')}  /feed"
    assert re.fullmatch(r"    good, 1 entry, checked \d+ s ago: 200, next in 1 h", listed[1])
    assert listed[3].startswith("    failing, 0 entries, checked ")
    assert listed[4] == "    answers 404"
    first, second = map(json.loads, run("sources", "list", "--json").out.splitlines())
    assert (first["health"], first["entries"], first["polls"][0]["status"]) == ("good", 1, 200)
    assert (second["health"], second["status"], second["error"]) == ("failing", 404, "answers 404")
    assert "sources: 2, of them 1 good, 1 failing" in run("status").out
    exported = run("sources", "export").out
    assert exported.count("xmlUrl=") == 2
    Path("again.opml").write_text(exported)
    assert "2 were there already" in run("sources", "import", "again.opml").out


def test_a_list_that_is_none_is_told(run: Run, tmp_path: Path) -> None:
    Path("list.opml").write_text("<html/>")
    assert run("sources", "import", "list.opml") == (65, "", "feedd: list.opml: is no OPML\n")
    assert run("sources", "import", "none.opml").err == "feedd: none.opml: No such file or directory\n"


def test_new_folders_become_topics_where_there_are_topics(run: Run, tmp_path: Path) -> None:
    with Path("feedd.toml").open("a") as file:
        file.write('[[topic]]\nid = "world"\ntitle = "The World"\n')
    Path("list.opml").write_text(
        '<opml version="2.0"><body><outline text="The world"><outline text="Far East">'
        '<outline type="rss" text="A" xmlUrl="https://a.example/"/></outline></outline></body></opml>'
    )
    assert "topics added: far-east" in run("sources", "import", "list.opml").out
    found = config.load(tmp_path / "feedd.toml")
    assert found.sources[0].topics == ("world", "far-east")
    assert [rule.topic.title for rule in found.topics.rules] == ["The World", "Far East"]


# --- polling ---------------------------------------------------------------------------------------------------


def test_one_source_can_be_polled_by_name(run: Run, server: FeedServer, tmp_path: Path) -> None:
    server.answers["/a"] = response(RSS)
    with Path("feedd.toml").open("a") as file:
        file.write(f'[[source]]\nurl = "{server.url("/a")}"\n[[source]]\nurl = "{server.url("/b")}"\n')
    assert run("fetch", "--once", server.url("/a")).out == f"{server.url('/a')}: 1 entry\n1 source polled, 0 failed\n"
    assert run("fetch", "--once", server.url("/b")).code == 69
    assert run("fetch", "--once", "https://other.example/").code == 64
    assert run("fetch", server.url("/a")).code == 64
    assert [request.path for request in server.requests] == ["/a", "/b"]
    assert "the same bytes as before" in run("fetch", "--once").out
    # Who names one has it asked anew, whatever is known of it.
    assert run("fetch", "--once", server.url("/a")).out.startswith(f"{server.url('/a')}: 1 entry\n")


def test_a_response_that_is_no_feed_is_told_by_the_lists(run: Run, server: FeedServer) -> None:
    server.answers["/a"] = response(b"<p>Log in", type="text/html")
    with Path("feedd.toml").open("a") as file:
        file.write(f'[[source]]\nurl = "{server.url("/a")}"\n')
    run("fetch", "--once")
    assert "1 quarantined" in run("build").out
    assert run("quarantine").out.startswith(f"{server.url('/a')}\tis a web page, and no feed")
    assert "    its last response is a web page, and no feed" in run("sources", "list").out
    aside = list(Path(".feedd/spool/aside").iterdir())
    assert run("parse", str(aside[0])).code == 65


def test_credentials_are_read_from_a_file_or_from_the_service_manager(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "wire"
    source = Subscription("https://e.example/", credentials_file=file)
    assert authorization(Subscription("https://e.example/")) == ""
    file.write_text("me:secret word\n")
    assert authorization(source) == "Basic bWU6c2VjcmV0IHdvcmQ="
    file.write_text("Bearer abc:def")
    assert authorization(source) == "Bearer abc:def"
    for bad in ("", "two\nlines"):
        file.write_text(bad)
        with pytest.raises(FetchError, match="not one line of text"):
            authorization(source)
    file.unlink()
    with pytest.raises(FetchError, match="can't be read"):
        authorization(source)
    given = replace(source, credential="wire", credentials_file=None)
    monkeypatch.delenv("CREDENTIALS_DIRECTORY", raising=False)
    with pytest.raises(FetchError, match="the service manager gives none"):
        authorization(given)
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))
    file.write_text("me:secret")
    assert authorization(given) == "Basic bWU6c2VjcmV0"


def test_credentials_and_headers_are_sent(run: Run, server: FeedServer, tmp_path: Path) -> None:
    server.answers["/a"] = response(RSS)
    (tmp_path / "wire").write_text("me:secret")
    with Path("feedd.toml").open("a") as file:
        file.write(f'[[source]]\nurl = "{server.url("/a")}"\ncredentials_file = "wire"\nheaders = {{ X-Key = "k" }}\n')
    assert run("fetch", "--once").code == 0
    headers = server.requests[0].headers
    assert (headers["authorization"], headers["x-key"]) == ("Basic bWU6c2VjcmV0", "k")
    (tmp_path / "wire").unlink()
    assert "has credentials that can't be read" in run("fetch", "--once").err


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ('url = "https://me:secret@e.example/"', "must hold no password"),
        ('url = "gopher://e.example/"', "must be an http or https address"),
        ('url = "https://e.example/"\nheaders = { Host = "x" }', "is feedd's own to send"),
        ('url = "https://e.example/"\nheaders = { "X Y" = "x" }', "is no name of a header field"),
        ('url = "https://e.example/"\nheaders = { X = "a\\nb" }', "must be printable ASCII"),
        ('url = "https://e.example/"\ncredential = "../x"', "must be the name of a credential"),
        ('url = "https://e.example/"\nmin_interval = 0', "greater than or equal to 1"),
        ('url = "https://e.example/"\n[[source]]\nurl = "https://e.example/"', "stands in source[1] already"),
    ],
)
def test_a_source_that_can_not_be_is_told(run: Run, line: str, told: str) -> None:
    Path("feedd.toml").write_text(f"[[source]]\n{line}\n")
    ran = run("check")
    assert ran.code == 78
    assert told in ran.err
