"""The answers, and the application through a small ASGI client of our own."""

from __future__ import annotations

import asyncio
import gzip
import logging
import os
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import brotli
import pytest
from served_folder import MTIME, publish, put, tag, write_file, write_manifest

from feedd.answer import respond
from feedd.application import Application, Manners
from feedd.clients import networks
from feedd.response import Response
from feedd.rfc9110 import Request
from feedd.snapshot import ALIVE, EMPTY, Snapshot, load

NOW = datetime(2025, 7, 11, 9, tzinfo=UTC)
FEED, PAGE = b"<feed>one</feed>" * 9, b"<!doctype html>" * 9
DATE = "Fri, 11 Jul 2025 08:04:49 GMT"
CACHED = "max-age=60, stale-while-revalidate=60, stale-if-error=86400"


@pytest.fixture
def snapshot(tmp_path: Path) -> Snapshot:
    plain = write_file(tmp_path, "plain.atom", FEED, coded=False)
    files = {name: write_file(tmp_path, name, FEED) for name in ("korea.atom", "articles/an é.html")}
    files |= {"index.html": write_file(tmp_path, "index.html", PAGE), "plain.atom": plain}
    write_manifest(tmp_path, files, gone=["old.atom", "was.atom"], moved={"was.atom": "korea.atom"})
    return load(tmp_path)


def ask(snapshot: Snapshot, path: str, method: str = "GET", **fields: str) -> Response:
    headers = [(name.replace("_", "-").encode(), value.encode()) for name, value in fields.items()]
    response = respond(snapshot, Request(method, path, headers), now=NOW)
    assert response is not None
    return response


def fields(response: Response) -> dict[str, str]:
    return {name.decode(): value.decode() for name, value in response.headers}


def test_a_feed_comes_with_all_that_a_cache_wants_to_know(snapshot: Snapshot) -> None:
    response = ask(snapshot, "/korea.atom")
    assert (response.status, response.body) == (200, FEED)
    assert fields(response) == {
        "etag": tag(FEED),
        "content-length": str(len(FEED)),
        "content-type": "application/atom+xml; charset=utf-8",
        "x-content-type-options": "nosniff",
        "cache-control": CACHED,
        "last-modified": DATE,
        "accept-ranges": "bytes",
        "vary": "Accept-Encoding",
        "access-control-allow-origin": "*",
    }


def test_a_page_is_for_its_own_site(snapshot: Snapshot) -> None:
    response = ask(snapshot, "/")
    assert (response.status, response.body) == (200, PAGE)
    assert "access-control-allow-origin" not in fields(response)
    assert fields(response)["content-security-policy"].startswith("default-src 'none'; style-src 'self'; ")
    assert ask(snapshot, "/index.html") == response


def test_a_file_without_variants_does_not_vary(snapshot: Snapshot) -> None:
    response = ask(snapshot, "/plain.atom", accept_encoding="gzip, br")
    assert response.body == FEED
    assert not {"vary", "content-encoding"} & set(fields(response))


@pytest.mark.parametrize(("coding", "decode"), [("gzip", gzip.decompress), ("br", brotli.decompress)])
def test_each_coding_has_its_own_tag_and_length(
    snapshot: Snapshot, coding: str, decode: Callable[[bytes], bytes]
) -> None:
    response = ask(snapshot, "/korea.atom", accept_encoding=coding)
    assert decode(response.body) == FEED
    sent = fields(response)
    assert (sent["content-encoding"], sent["vary"]) == (coding, "Accept-Encoding")
    assert (sent["etag"], sent["content-length"]) == (tag(response.body), str(len(response.body)))


def test_an_unchanged_feed_is_told_in_a_304_without_body(snapshot: Snapshot) -> None:
    whole = fields(ask(snapshot, "/korea.atom", accept_encoding="gzip"))
    response = ask(snapshot, "/korea.atom", accept_encoding="gzip", if_none_match=whole["etag"])
    assert (response.status, response.body) == (304, b"")
    kept = {"etag", "cache-control", "last-modified", "vary", "access-control-allow-origin"}
    assert fields(response) == {name: whole[name] for name in kept}
    assert ask(snapshot, "/korea.atom", if_modified_since=DATE).status == 304


def test_the_tag_of_another_coding_does_not_match(snapshot: Snapshot) -> None:
    assert ask(snapshot, "/korea.atom", accept_encoding="gzip", if_none_match=tag(FEED)).status == 200
    assert ask(snapshot, "/korea.atom", if_none_match=tag(FEED)).status == 304


def test_a_failed_if_match_is_412(snapshot: Snapshot) -> None:
    response = ask(snapshot, "/korea.atom", if_match='"other"')
    assert (response.status, response.body) == (412, b"precondition failed\n")


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS", "PATCH", "get"])
@pytest.mark.parametrize("path", ["/korea.atom", "/nowhere"])
def test_other_methods_are_not_allowed(snapshot: Snapshot, method: str, path: str) -> None:
    response = ask(snapshot, path, method)
    assert (response.status, fields(response)["allow"]) == (405, "GET, HEAD")


@pytest.mark.parametrize(
    "path",
    [
        "/nowhere",
        "",
        "korea.atom",
        "//korea.atom",
        "/korea.atom/",
        "/korea.atom.gz",
        "/korea.atom.br",
        "/.feedd/manifest.json",
        "/articles/../korea.atom",
        "/articles",
        "/../../etc/passwd",
        "/korea.atom\0",
        "/articles/",
        "/KOREA.atom",
    ],
)
def test_only_what_the_manifest_names_is_there(snapshot: Snapshot, path: str) -> None:
    response = ask(snapshot, path, if_none_match="*")
    assert (response.status, response.body) == (404, b"not found\n")
    assert fields(response)["content-type"] == "text/plain; charset=utf-8"


def test_a_name_beyond_ascii_is_served(snapshot: Snapshot) -> None:
    assert ask(snapshot, "/articles/an é.html").body == FEED


def test_gone_and_moved_are_told_apart(snapshot: Snapshot) -> None:
    gone, moved = ask(snapshot, "/old.atom"), ask(snapshot, "/was.atom")
    assert (gone.status, gone.body) == (410, b"gone\n")
    assert (moved.status, fields(moved)["location"]) == (301, "./korea.atom")
    assert fields(moved)["cache-control"] == CACHED


def test_a_file_never_seen_whole_is_not_called_missing(tmp_path: Path) -> None:
    publish(tmp_path, {"korea.atom": FEED})
    put(tmp_path / "korea.atom", b"half")
    response = ask(load(tmp_path), "/korea.atom")
    assert (response.status, fields(response)["retry-after"]) == (503, "1")


# The application


@asynccontextmanager
async def living(root: Path, interval: float = 0.01) -> AsyncIterator[Application]:
    """Run an application between lifespan startup and shutdown."""
    application = Application(root, interval=interval)
    inbox: asyncio.Queue[Any] = asyncio.Queue()
    outbox: asyncio.Queue[Any] = asyncio.Queue()
    inbox.put_nowait({"type": "lifespan.startup"})
    task = asyncio.create_task(application({"type": "lifespan"}, inbox.get, outbox.put))
    assert await outbox.get() == {"type": "lifespan.startup.complete"}
    yield application
    inbox.put_nowait({"type": "lifespan.shutdown"})
    assert await outbox.get() == {"type": "lifespan.shutdown.complete"}
    await task


async def get(application: Application, path: str, method: str = "GET") -> tuple[int, bytes]:
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    async def receive() -> Any:
        raise AssertionError("a body is of no interest")

    await application({"type": "http", "method": method, "path": path, "headers": []}, receive, send)
    start, body = sent
    return start["status"], body["body"]


async def until(check: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not check():
            await asyncio.sleep(0)


def test_what_is_published_is_served_from_the_first_request_on(tmp_path: Path) -> None:
    publish(tmp_path, {"korea.atom": FEED})

    async def story() -> None:
        async with living(tmp_path) as application:
            assert await get(application, "/korea.atom") == (200, FEED)
            assert await get(application, "/korea.atom", "HEAD") == (200, b"")
            before = application.snapshot
            publish(tmp_path, {"korea.atom": PAGE})
            await until(lambda: application.snapshot is not before)
            assert await get(application, "/korea.atom") == (200, PAGE)

    asyncio.run(story())


def test_a_look_that_is_asked_for_does_not_wait_for_the_tick(tmp_path: Path) -> None:
    async def story() -> None:
        async with living(tmp_path, interval=3600) as application:
            assert (await get(application, "/healthz"))[0] == 503
            publish(tmp_path, {"korea.atom": FEED})
            application.look()
            await until(lambda: application.snapshot.loaded)
            status, said = await get(application, "/healthz")
            assert (status, said.splitlines()[0]) == (200, b"ok 1")

    asyncio.run(story())


def test_health_is_told_of_what_is_served_and_of_who_publishes_it(tmp_path: Path) -> None:
    publish(tmp_path, {"korea.atom": FEED})
    alive = tmp_path / ALIVE

    async def told() -> tuple[list[bytes], int]:
        async with living(tmp_path, interval=3600) as application:
            status, body = await get(application, "/healthz")
            assert status == 200
            assert (await get(application, "/healthz", "POST"))[0] == 405
            return body.splitlines(), (await get(application, "/healthz/daemon"))[0]

    lines, status = asyncio.run(told())
    assert (lines[0], lines[2], status) == (b"ok 1", b"feedd is not at work", 503)
    alive.touch()
    lines, status = asyncio.run(told())
    assert (lines[2], status) == (b"feedd works, seen 0 s ago", 200)
    os.utime(alive, (time.time() - 100,) * 2)
    lines, status = asyncio.run(told())
    assert (lines[2], status) == (b"feedd is not at work, seen 100 s ago", 503)


def test_a_client_has_its_limit_and_polls_that_find_nothing_cost_little(tmp_path: Path) -> None:
    publish(tmp_path, {"korea.atom": FEED})
    manners = Manners(rate=5, trusted=networks(["127.0.0.1"]))

    async def story() -> None:
        application = Application(tmp_path, manners=manners)
        await application.refresh()

        def ask_as(client: str, **asked: str) -> Response:
            headers = [(name.replace("_", "-").encode(), value.encode()) for name, value in asked.items()]
            headers.append((b"x-forwarded-for", client.encode()))
            response = application.at_once(Request("GET", "/korea.atom", headers, peer="127.0.0.1"))
            assert response is not None
            return response

        assert [ask_as("198.51.100.1", if_none_match=tag(FEED)).status for _ in range(20)] == [304] * 20
        assert [ask_as("198.51.100.2").status for _ in range(7)] == [200] * 5 + [429] * 2
        refused = ask_as("198.51.100.2")
        assert 0 < int(fields(refused)["retry-after"]) <= 12
        assert fields(refused)["cache-control"] == "no-store"
        assert ask_as("198.51.100.3").status == 200

    asyncio.run(story())


def test_an_earlier_version_is_known_after_a_new_one_came(tmp_path: Path) -> None:
    def feed(*numbers: int) -> bytes:
        entries = "".join(f"  <entry>\n    <id>{number}</id>\n  </entry>\n" for number in numbers)
        return f"<feed>\n{entries}</feed>\n".encode()

    async def story() -> None:
        application = Application(tmp_path)
        publish(tmp_path, {"korea.atom": feed(1)})
        await application.refresh()
        publish(tmp_path, {"korea.atom": feed(2, 1)}, mtime=MTIME + 1)
        await application.refresh()
        for known in (feed(1), gzip.compress(feed(1), mtime=0)):
            headers = [(b"a-im", b"feed"), (b"if-none-match", tag(known).encode())]
            response = application.at_once(Request("GET", "/korea.atom", headers))
            assert response is not None
            assert (response.status, response.body) == (226, feed(2))

    asyncio.run(story())


def test_no_file_is_opened_for_a_request(tmp_path: Path) -> None:
    publish(tmp_path, {"korea.atom": FEED})

    async def story() -> None:
        async with living(tmp_path, interval=3600) as application:
            for file in sorted(tmp_path.rglob("*"), reverse=True):
                file.rmdir() if file.is_dir() else file.unlink()
            assert await get(application, "/korea.atom") == (200, FEED)

    asyncio.run(story())


def test_each_trouble_is_told_once_and_each_change_in_one_line(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "feedd.serve")
    application = Application(tmp_path)

    def told(steps: int = 2) -> list[str]:
        caplog.clear()
        for _ in range(steps):
            asyncio.run(application.refresh())
        return [record.getMessage() for record in caplog.records]

    missing = f"{tmp_path}/.feedd/manifest.json: No such file or directory"
    assert told() == [f"nothing to serve yet: {missing}"]
    publish(tmp_path, {"korea.atom": FEED, "japan.atom": FEED})
    assert told() == ["2 file(s), 2 of them new or changed"]
    publish(tmp_path, {"korea.atom": PAGE})
    assert told() == ["1 file(s), 1 of them new or changed"]
    (tmp_path / "korea.atom").unlink()
    assert told() == []
    write_manifest(tmp_path, {"korea.atom": write_file(tmp_path, "korea.atom", FEED, mtime=MTIME + 1)})
    (tmp_path / "korea.atom").unlink()
    assert told() == []  # it may be on its way
    assert told(4) == ["1 file(s) not as the manifest says, first /korea.atom: No such file or directory"]
    put(tmp_path / "korea.atom", FEED)
    assert told() == ["1 file(s), 1 of them new or changed"]
    (tmp_path / ".feedd" / "manifest.json").unlink()
    assert told() == [f"{missing}; what was loaded before is served on"]


def test_a_look_that_fails_in_a_way_nobody_thought_of_leaves_what_is_served(
    caplog: pytest.LogCaptureFixture,
) -> None:
    class Cursed:
        def __truediv__(self, name: str) -> Path:
            raise RuntimeError("not a folder of this world")

        def __str__(self) -> str:
            return "cursed"

    application = Application(Cursed())  # type: ignore[arg-type]
    asyncio.run(application.refresh())
    assert application.snapshot is EMPTY
    assert "cursed can't be looked at" in caplog.text


def test_a_client_that_goes_away_is_no_error(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    async def send(message: Any) -> None:
        raise OSError("gone")

    scope = {"type": "http", "method": "GET", "path": "/", "headers": []}
    asyncio.run(Application(tmp_path)(scope, asyncio.Queue[Any]().get, send))
    assert caplog.records == []


def test_a_mistake_of_ours_is_a_500_and_is_seen(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    application = Application(tmp_path)
    application.snapshot = replace(EMPTY, resources={"/a.atom": "nonsense"})  # type: ignore[dict-item]
    assert asyncio.run(get(application, "/a.atom")) == (500, b"internal error\n")
    assert "no answer for GET '/a.atom'" in caplog.text
