"""Twenty thousand requests that are nearly right: the server answers each, or closes, and lives on unharmed."""

from __future__ import annotations

import contextlib
import os
import random
import re
import socket
from pathlib import Path

from webservers import Server, serving

REQUESTS = 20_000
SEED = int(os.environ.get("FEEDD_SEED", "7"))
KNOWN = {200, 206, 226, 301, 304, 400, 404, 405, 408, 410, 412, 414, 416, 431}
METHODS = ["GET", "HEAD", "POST", "OPTIONS", "get", "G\x00T", "", "PRI", "CONNECT", "TRACE", "GET" * 900]
TARGETS = [
    "/",
    "/korea.atom",
    "/korea",
    "/old.atom",
    "/corea.rss",
    "*",
    "korea.atom",
    "http://a/korea.atom",
    "//",
    "/%",
    "/%00",
    "/%zz",
    "/\xff",
    "/a b",
    "/" + "a" * 9_000,
    "/?" + "b" * 7_000,
    "/../" * 50,
]
VERSIONS = ["HTTP/1.1", "HTTP/1.0", "HTTP/0.9", "HTTP/2.0", "HTTP/1.1 ", "http/1.1", "HTTP/", ""]
FIELDS = [
    "Host: a",
    "Host:",
    "Host: a\r\nHost: b",
    "Content-Length: 5",
    "Content-Length: -1",
    "Content-Length: 5, 5",
    "Transfer-Encoding: chunked",
    "Transfer-Encoding: xchunked",
    "Transfer-Encoding: chunked, chunked",
    "If-None-Match: *",
    'If-None-Match: "a',
    "If-None-Match: " + '"a",' * 3_000,
    "If-Modified-Since: Sun, 06 Nov 1994 08:49:37 GMT",
    "If-Modified-Since: " + "9" * 500,
    "If-Range: *",
    "Range: bytes=0-1",
    "Range: bytes=-",
    "Range: bytes=" + "0-1," * 2_000,
    "Range: bytes=99999999999999999999-",
    "A-IM: feed",
    "Accept: */*;q=2, a/b;;;",
    "Accept: " + "a/b;q=0.1," * 900,
    "Accept-Encoding: gzip;q=x, *;q=0",
    "Accept-Encoding: " + "br," * 3_000,
    "Connection: close",
    "Connection: upgrade\r\nUpgrade: h2c",
    "Expect: 100-continue",
    "Forwarded: for=[",
    "X-Forwarded-For: " + "1," * 500,
    " folded",
    "No colon",
    "X\x00: a",
    "X: \x00",
    "X: \xff\xfe",
    ": empty",
    "X : a",
]
BODIES = [
    "",
    "hello",
    "0\r\n\r\n",
    "5\r\nhello\r\n0\r\n\r\n",
    "ffffffffffffffff\r\n",
    "GET / HTTP/1.1\r\nHost: a\r\n\r\n",
    "\x00" * 300,
]


def request(dice: random.Random) -> bytes:
    """A request put together of right and wrong parts, then damaged now and then."""
    method, version = dice.choice(METHODS[:4] * 3 + METHODS), dice.choice(VERSIONS[:2] * 8 + VERSIONS)
    line = f"{method} {dice.choice(TARGETS)} {version}"
    fields = dice.choices(FIELDS, k=dice.randrange(5))
    if dice.random() < 0.7:
        fields.insert(0, "Host: a")
    end = dice.choice(["\r\n"] * 9 + ["\n"])
    data = bytearray((end.join([line, *fields, "", ""]) + dice.choice(BODIES)).encode("latin-1"))
    for _ in range(dice.choice([0, 0, 0, 1, 3])):
        place = dice.randrange(len(data))
        data[place : place + dice.choice([0, 1, 9])] = dice.randbytes(dice.choice([0, 1, 4]))
        if not data:
            break
    return bytes(data[: dice.randrange(1, len(data) + 1)] if data and dice.random() < 0.1 else data)


def memory(process: int) -> float:
    """MiB that the process holds."""
    (line,) = (row for row in Path(f"/proc/{process}/status").read_text().splitlines() if row.startswith("VmRSS"))
    return int(line.split()[1]) / 1024


def said(server: Server, data: bytes) -> bytes:
    """All that the server says to it."""
    found = b""
    with socket.create_connection(("127.0.0.1", server.port), timeout=30) as sock, contextlib.suppress(ConnectionError):
        sock.sendall(data)
        sock.shutdown(socket.SHUT_WR)
        while data := sock.recv(1 << 16):
            found += data
    return found


def process_of(port: int) -> int:
    """Who listens at a port of this machine."""
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):
            if path.read_bytes().split(b"\0")[1:4] == [b"-m", b"feedd", b"serve"]:
                config = Path(path.read_bytes().split(b"\0")[5].decode()).read_text()
                if f":{port}" in config:
                    return int(path.parent.name)
    raise AssertionError(f"nobody listens at {port}")


def test_nearly_right_requests_are_answered_or_refused_and_harm_nothing() -> None:
    dice = random.Random(SEED)
    statuses: dict[int, int] = {}
    with serving(("feedd",), rate=0) as servers:
        server = servers["feedd"]
        process = process_of(server.port)
        before = 0.0
        for number in range(REQUESTS):
            data = request(dice)
            answer = said(server, data)
            for found in re.findall(rb"HTTP/1\.1 (\d{3}) ", answer[:400]):
                statuses[int(found)] = statuses.get(int(found), 0) + 1
                assert int(found) in KNOWN, (SEED, number, data)
            if number == REQUESTS // 4:
                before = memory(process)
        assert server.ask("/korea.atom").status == 200
        assert memory(process) - before < 8
    assert statuses[200] > 500
    assert statuses[400] > 500
