"""The client that upstream feeds are had by, against a server that does its worst."""

from __future__ import annotations

import asyncio
import gzip
import socket
import time
import zlib
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from ipaddress import ip_network
from typing import Any

import brotli
import pytest
from aiohttp.abc import AbstractResolver
from feedserver import FeedServer, Request, feed_server, redirect, response, validated

from feedd.errors import FetchError
from feedd.fetch import Answer, Client, Question
from feedd.subscription import Fetching

LOCAL = Fetching("https://news.example.org/", (ip_network("127.0.0.1/32"),), seconds=5.0, max_bytes=1_000_000)
FEED = b"<rss/>"


@pytest.fixture
def server() -> Iterator[FeedServer]:
    with feed_server("127.0.0.1", "127.0.0.2") as server:
        yield server


def ask(question: Question | str, fetching: Fetching = LOCAL, **more: Any) -> Answer:
    async def asked() -> Answer:
        async with Client(fetching, version="1.0", **more) as client:
            return await client.ask(Question(question) if isinstance(question, str) else question)

    return asyncio.run(asked())


def refusal(question: Question | str, fetching: Fetching = LOCAL, **more: Any) -> str:
    begun = time.monotonic()
    with pytest.raises(FetchError) as caught:
        ask(question, fetching, **more)
    assert time.monotonic() - begun < 10
    return str(caught.value)


def test_a_feed_is_had_with_who_asks_and_what_is_understood(server: FeedServer) -> None:
    server.answers["/feed"] = response(FEED, 'ETag: "1"')
    answer = ask(server.url("/feed"))
    assert (answer.status, answer.url, answer.body, answer.hops) == (200, server.url("/feed"), FEED, ())
    assert answer.headers["etag"] == '"1"'
    (request,) = server.requests
    assert request.headers["user-agent"] == "feedd/1.0 (+https://news.example.org/)"
    assert request.headers["accept-encoding"] == "gzip, br"
    assert request.headers["accept"].startswith("application/atom+xml")
    assert not {"cookie", "authorization", "if-none-match", "referer"} & request.headers.keys()


def test_validators_are_sent_as_the_server_gave_them(server: FeedServer) -> None:
    server.answers["/feed"] = validated(FEED, 'W/"odd ,one"')
    assert ask(Question(server.url("/feed"), 'W/"odd ,one"', "yesterday")).status == 304
    assert server.requests[0].headers["if-modified-since"] == "yesterday"


def test_an_address_is_asked_for_to_the_letter(server: FeedServer) -> None:
    server.answers["/a%2Fb?x=%7e&y=1+2"] = response(FEED)
    assert ask(server.url("/a%2Fb?x=%7e&y=1+2")).status == 200


@pytest.mark.parametrize(
    ("coding", "encode"),
    [
        ("gzip", gzip.compress),
        ("x-gzip", gzip.compress),
        ("br", brotli.compress),
        ("gzip", lambda data: gzip.compress(data[:3]) + gzip.compress(data[3:])),
        ("gzip", lambda data: gzip.compress(data) + b"\0\0\0"),
        ("identity", bytes),
        ("", gzip.compress),
    ],
    ids=["gzip", "x-gzip", "br", "two members", "padded", "identity", "a gzip file"],
)
def test_content_codings_are_decoded(server: FeedServer, coding: str, encode: Any) -> None:
    data = b"<rss>" + b"words " * 50_000 + b"</rss>"
    server.answers["/feed"] = response(encode(data), f"Content-Encoding: {coding}")
    assert ask(server.url("/feed")).body == data


@pytest.mark.parametrize(
    ("coding", "body", "told"),
    [
        ("gzip", gzip.compress(b"\0" * 60_000_000), "is larger than 1,000,000 bytes"),
        ("br", brotli.compress(b"\0" * 60_000_000), "is larger than 1,000,000 bytes"),
        ("", b"x" * 1_000_001, "is larger than 1,000,000 bytes"),
        ("gzip", b"<rss/>", "is damaged: no gzip"),
        ("br", b"<rss/>" * 9, "is damaged: no br"),
        ("gzip", gzip.compress(FEED)[:-9], "is cut off: its gzip does not end"),
        ("br", brotli.compress(FEED * 99)[:-4], "is cut off: its br does not end"),
        ("deflate", zlib.compress(FEED), "a content coding that was not asked for: 'deflate'"),
    ],
    ids=["gzip bomb", "br bomb", "large", "no gzip", "no br", "gzip cut off", "br cut off", "deflate"],
)
def test_a_body_that_is_too_much_or_damaged_is_refused(server: FeedServer, coding: str, body: bytes, told: str) -> None:
    server.answers["/feed"] = response(body, f"Content-Encoding: {coding}")
    assert told in refusal(server.url("/feed"))


def test_an_endless_drip_ends_in_time(server: FeedServer) -> None:
    async def drip(_: Request) -> AsyncIterator[bytes]:
        yield b"HTTP/1.1 200 OK\r\n\r\n"
        while True:
            yield b" "
            await asyncio.sleep(0.05)

    server.answers["/feed"] = lambda request: drip(request)
    assert refusal(server.url("/feed"), replace(LOCAL, seconds=1.0)) == "took longer than 1 s"


def test_an_endless_stream_ends_at_its_bound(server: FeedServer) -> None:
    async def flood(_: Request) -> AsyncIterator[bytes]:
        yield b"HTTP/1.1 200 OK\r\n\r\n"
        while True:
            yield b" " * 65_536

    server.answers["/feed"] = lambda request: flood(request)
    assert refusal(server.url("/feed")) == "is larger than 1,000,000 bytes"


@pytest.mark.parametrize(
    "head",
    [
        b"nothing of HTTP\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nX: " + b"x" * 100_000 + b"\r\n\r\n",
        b"",
        b"HTTP/1.1 999999 ?\r\n\r\n",
    ],
    ids=["no HTTP", "a huge field", "nothing", "a status that is none"],
)
def test_what_is_no_http_is_told(server: FeedServer, head: bytes) -> None:
    server.answers["/feed"] = head
    assert refusal(server.url("/feed")).startswith("can't be had: ")


def test_a_body_shorter_than_told_is_cut_off(server: FeedServer) -> None:
    server.answers["/feed"] = b"HTTP/1.1 200 OK\r\nContent-length: 100\r\n\r\n<rss>"
    assert refusal(server.url("/feed")).startswith("is cut off")


# --- redirects --------------------------------------------------------------------------------------------


def test_redirects_are_followed_and_told(server: FeedServer) -> None:
    server.answers |= {
        "/a": redirect("/b?x", 301),
        "/b?x": redirect(server.url("/c#part"), 308),
        "/c": response(FEED),
    }
    answer = ask(server.url("/a"))
    assert answer.url == server.url("/c")
    assert answer.hops == ((301, server.url("/b?x")), (308, server.url("/c")))


@pytest.mark.parametrize(
    ("target", "told"),
    [
        ("/feed", "redirects in a circle"),
        ("", "does not say where to"),
        ("file:///etc/passwd", "is no address on the web"),
        ("ftp://127.0.0.1/", "is no address on the web"),
        ("javascript:alert(1)", "is no address on the web"),
    ],
)
def test_a_redirect_that_leads_nowhere_is_told(server: FeedServer, target: str, told: str) -> None:
    server.answers["/feed"] = redirect(target) if target else response(b"", status="302 Lost")
    assert told in refusal(server.url("/feed"))


def test_five_redirects_are_enough(server: FeedServer) -> None:
    server.answers |= {f"/{number}": redirect(f"/{number + 1}") for number in range(9)}
    server.answers["/5"] = response(FEED)
    assert len(ask(server.url("/0")).hops) == 5
    server.answers["/5"] = redirect("/6")
    assert refusal(server.url("/0")) == f"redirects more than 5 times, at last to {server.url('/6')}"


def test_what_is_secret_is_told_to_its_own_origin_alone(server: FeedServer) -> None:
    both = replace(LOCAL, allow=(ip_network("127.0.0.0/8"),))
    server.answers |= {
        "/own": redirect("/same"),
        "/same": redirect(server.url("/other", "127.0.0.2")),
        "/other": response(FEED),
    }
    question = Question(server.url("/own"), authorization="Basic c2VjcmV0", headers={"X-Key": "secret"})
    assert ask(question, both).status == 200
    secrets = {"authorization", "x-key"}
    told = {request.path: len(secrets & request.headers.keys()) for request in server.requests}
    assert told == {"/own": 2, "/same": 2, "/other": 0}


def test_no_cookie_is_kept(server: FeedServer) -> None:
    server.answers["/a"] = redirect("/b").replace(b"\r\n\r\n", b"\r\nSet-Cookie: seen=1; Path=/\r\n\r\n")
    server.answers["/b"] = response(FEED)
    ask(server.url("/a"))
    assert "cookie" not in server.requests[1].headers


# --- where it may not go -----------------------------------------------------------------------------------


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.2", "localhost", "0.0.0.0", "[::ffff:127.0.0.1]"])
def test_nothing_that_is_not_public_is_connected_to(server: FeedServer, host: str) -> None:
    server.answers["/feed"] = response(FEED)
    told = refusal(server.url("/feed", host), replace(LOCAL, allow=()))
    assert "no public address" in told or "is not known" in told
    assert server.requests == []


@pytest.mark.parametrize("host", ["127.0.0.2", "[::1]", "localhost.localdomain.invalid"])
def test_a_redirect_leads_nowhere_else_either(server: FeedServer, host: str) -> None:
    server.answers["/feed"] = redirect(server.url("/inside", host))
    server.answers["/inside"] = response(b"secret")
    told = refusal(server.url("/feed"))
    assert "no public address" in told or "is not known" in told
    assert not server.asked("/inside")


class Turning(AbstractResolver):
    """Names that change what they lead to."""

    def __init__(self, *addresses: str) -> None:
        self._addresses = list(addresses)

    async def resolve(self, host: str, port: int = 0, family: int = 0) -> list[Any]:  # noqa: ARG002 - interface
        address = self._addresses.pop(0)
        found = {"hostname": host, "host": address, "port": port, "family": socket.AF_INET, "proto": 0, "flags": 0}
        return [found]

    async def close(self) -> None:
        """Nothing to close."""


def test_a_name_that_changes_its_answer_leads_nowhere_else(server: FeedServer) -> None:
    server.answers["/feed"] = redirect(server.url("/inside", "turning.example")).replace(
        b"Content-Length", b"content-length"
    )
    server.answers["/inside"] = response(b"secret")
    told = refusal(server.url("/feed", "turning.example"), resolver=Turning("127.0.0.1", "127.0.0.2"))
    assert told.startswith("leads to turning.example: 127.0.0.2 is no public address")
    assert not server.asked("/inside")


def test_a_host_that_is_not_known_and_one_that_does_not_answer_are_told() -> None:
    assert refusal("http://nowhere.invalid/feed") == "has a host that is not known: nowhere.invalid"
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
    assert "can't be connected to" in refusal(f"http://127.0.0.1:{port}/")


def test_a_host_is_asked_twice_at_once_at_most(server: FeedServer) -> None:
    waiting, most = 0, 0

    async def slow(_: Request) -> AsyncIterator[bytes]:
        nonlocal waiting, most
        waiting += 1
        most = max(most, waiting)
        await asyncio.sleep(0.1)
        waiting -= 1
        yield response(FEED)

    server.answers["/feed"] = lambda request: slow(request)

    async def asked() -> None:
        async with Client(LOCAL, version="1.0") as client:
            await asyncio.gather(*(client.ask(Question(server.url("/feed"))) for _ in range(8)))

    asyncio.run(asked())
    assert most == 2
