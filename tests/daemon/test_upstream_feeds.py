"""A real daemon that polls a real server of upstream feeds, as an operator and a subscriber see it."""

from __future__ import annotations

import asyncio
import gzip
import json
import os
import signal
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from daemon.feedd_process import CONFIG, Feedd
from feedserver import FeedServer, Request, feed_server, redirect, response, validated

FETCH = '\n[fetch]\nallow = ["127.0.0.1"]\n'


def rss(*titles: str, extra: str = "") -> bytes:
    items = "".join(
        f"<item><title>{title}</title><guid>urn:{title}</guid><pubDate>Sat, 01 Mar 2025 12:00:00 GMT</pubDate>"
        f"<description>About {title}.</description></item>"
        for title in titles
    )
    return f'<rss version="2.0"><channel><title>Upstream</title>{items}{extra}</channel></rss>'.encode()


def source(url: str, *lines: str) -> str:
    return "\n".join([f'\n[[source]]\nurl = "{url}"', *lines, ""])


@pytest.fixture
def server() -> Iterator[FeedServer]:
    with feed_server() as server:
        yield server


@pytest.fixture
def feedd(tmp_path: Path) -> Iterator[Feedd]:
    feedd = Feedd(tmp_path)
    yield feedd
    feedd.close()


def polling(feedd: Feedd) -> list[int]:
    """The processes of this daemon that poll."""
    assert feedd.process is not None
    found = []
    for task in Path(f"/proc/{feedd.process.pid}/task").iterdir():
        for pid in (task / "children").read_text().split():
            with suppress(OSError):
                if b"\0fetch\0" in Path(f"/proc/{pid}/cmdline").read_bytes():
                    found.append(int(pid))
    return found


def test_upstream_entries_reach_subscribers_and_go_on_coming(feedd: Feedd, server: FeedServer) -> None:
    server.answers["/feed"] = validated(rss("One in Seoul", "Two"), '"1"')
    one_second = ("min_interval = 1", "max_interval = 1")
    feedd.config.write_text(CONFIG + FETCH + source(server.url("/feed"), *one_second))
    feedd.start()
    feedd.until(lambda: set(feedd.entries()) == {"One in Seoul", "Two"}, "its entries are published")
    assert set(feedd.entries("korea")) == {"One in Seoul"}
    server.answers["/feed"] = validated(rss("Three", "One in Seoul"), '"2"')
    feedd.until(lambda: set(feedd.entries()) == {"One in Seoul", "Two", "Three"}, "the new one is published")
    # Who polls is started again when it ends, and nothing comes twice.
    (pid,) = polling(feedd)
    os.kill(pid, signal.SIGKILL)
    server.answers["/feed"] = validated(rss("Four"), '"3"')
    feedd.until(lambda: "Four" in feedd.entries(), "it polls again")
    assert len(feedd.entries()) == 4
    (pid,) = polling(feedd)
    code, seconds = feedd.stop()
    assert (code, seconds < 5) == (0, True)
    assert not Path(f"/proc/{pid}").exists()


def test_sources_come_with_a_reload_and_commands_tell_of_them(feedd: Feedd, server: FeedServer) -> None:
    server.answers |= {
        "/": response(b'<link rel="alternate" type="application/rss+xml" href="/feed">', type="text/html"),
        "/feed": validated(rss("One"), '"1"'),
    }
    feedd.config.write_text(CONFIG + FETCH)
    feedd.start()
    assert polling(feedd) == []
    added = feedd.command("sources", "add", server.url("/"), "--topic", "korea")
    assert (added.returncode, added.stderr) == (0, "")
    assert "Upstream: 1 entry" in added.stdout
    assert feedd.command("reload", "--wait").returncode == 0
    feedd.until(lambda: list(feedd.entries("korea")) == ["One"], "its entry is published")
    # A poll that is asked for while another process polls is done by that.
    server.answers["/feed"] = validated(rss("Two", "One"), '"2"')
    polled = feedd.command("fetch", "--once", server.url("/feed"))
    assert polled.stdout.splitlines() == [f"{server.url('/feed')}: 2 entries", "1 source polled, 0 failed"]
    feedd.until(lambda: len(feedd.entries("korea")) == 2, "the new one is published")
    (told,) = map(json.loads, feedd.command("sources", "list", "--json").stdout.splitlines())
    assert (told["health"], told["status"], told["entries"], told["topics"]) == ("good", 200, 2, ["korea"])
    assert json.loads(feedd.command("status", "--json").stdout)["sources"]["good"] == 1
    assert feedd.command("fetch").returncode == 75
    # And they go with one: what they brought stays.
    feedd.config.write_text(CONFIG + FETCH)
    assert feedd.command("reload", "--wait").returncode == 0
    feedd.until(lambda: polling(feedd) == [], "nobody polls")
    assert len(feedd.entries()) == 2


def hostile(server: FeedServer) -> dict[str, str]:
    """Paths of feeds at their worst, and the words that each must be told with."""

    async def drip(_: Request) -> AsyncIterator[bytes]:
        yield b"HTTP/1.1 200 OK\r\n\r\n"
        while True:
            yield b"<"
            await asyncio.sleep(0.05)

    laughs = "".join(f'<!ENTITY l{at} "{f"&l{at - 1};" * 10}">' for at in range(1, 10))
    deep = b"<rss><channel><item><title>x</title><description>" + b"<div>" * 100_000
    html = "&lt;div>" * 100_000
    many = " ".join(f'a{at}="x"' for at in range(50_000))
    server.answers |= {
        "/laughs": response(f'<!DOCTYPE r [<!ENTITY l0 "ha">{laughs}]><rss><channel>&l9;</channel></rss>'.encode()),
        "/ampersands": response(b"<rss><channel><item><title>" + b"&" * 200_000 + b"</title></item></channel></rss>"),
        "/deep": response(deep + b"</description></item></channel></rss>"),
        "/deep html": response(rss("x", extra=f"<item><title>y</title><description>{html}</description></item>")),
        "/attributes": response(f"<rss><channel><item {many}><title>x</title></item></channel></rss>".encode()),
        "/items": response(rss(*(f"Item {at}" for at in range(20_000)))),
        "/drip": lambda request: drip(request),
        "/bomb": response(gzip.compress(b"<rss>" + b" " * 300_000_000), "Content-Encoding: gzip"),
        "/circle": redirect("/circle"),
        "/inside": redirect("http://[::1]:1/"),
        "/inside4": redirect("http://127.0.0.2:1/"),
        "/nothing": response(b""),
        "/binary": response(bytes(range(256)) * 1000),
        "/page": response(b"<html><body>Please log in</body></html>", type="text/html"),
        "/cut": response(rss("Whole", "Cut off")[:-60]),
    }
    return {
        "/laughs": "uses an entity that it declares itself",
        "/ampersands": "",
        "/deep": "beyond every measure",
        "/deep html": "",
        "/attributes": "",
        "/items": "at most 10,000 are read",
        "/drip": "took longer than 3 s",
        "/bomb": "is larger than 5,000,000 bytes",
        "/circle": "redirects in a circle",
        "/inside": "::1 is no public address",
        "/inside4": "127.0.0.2 is no public address",
        "/nothing": "is an empty response",
        "/binary": "is no feed",
        "/page": "is a web page, and no feed",
        "/cut": "",
    }


def test_feeds_at_their_worst_are_told_within_seconds_and_harm_no_other(feedd: Feedd, server: FeedServer) -> None:
    told = hostile(server)
    server.answers["/good"] = response(rss("Good"))
    urls = {path: server.url(path.replace(" ", "%20")) for path in (*told, "/good")}
    server.answers |= {path.replace(" ", "%20"): server.answers[path] for path in told}
    feedd.config.write_text(CONFIG + FETCH + "seconds = 3\nper_host = 16\n" + "".join(map(source, urls.values())))
    begun = time.monotonic()
    polled = feedd.command("fetch", "--once")
    assert polled.returncode == 0, polled.stderr
    assert time.monotonic() - begun < 10
    begun = time.monotonic()
    built = feedd.command("build")
    assert built.returncode == 0, built.stderr
    assert time.monotonic() - begun < 40
    found = {one["url"]: one for one in map(json.loads, feedd.command("sources", "list", "--json").stdout.splitlines())}
    for path, words in told.items():
        one = found[urls[path]]
        assert words in one["error"] + one["unread"], (path, one)
        assert words or one["entries"], (path, one)
    assert found[urls["/good"]]["entries"] == 1
