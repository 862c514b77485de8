"""The server as a process: real sockets, signals and shutdowns."""

from __future__ import annotations

import contextlib
import gzip
import http.client
import os
import signal
import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import brotli
import pytest
from served_folder import MTIME, publish, put, tag, write_file, write_manifest
from server_process import Server, eventually, serving

from feedd.listening import listen

FEED, CHANGED = b"<feed>one</feed>" * 999, b"<feed>two</feed>" * 999
BULK = bytes(5_000_000)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    root = tmp_path_factory.mktemp("feeds")
    publish(root, {"korea.atom": FEED, "index.html": FEED}, gone=["old.atom"], moved={"was.atom": "a b.atom"})
    with serving(root) as server:
        yield server


def test_a_feed_is_served_whole(server: Server) -> None:
    status, headers, body = server.ask("/korea.atom?from=reader")
    assert (status, body) == (200, FEED)
    assert (headers["etag"], headers["content-length"]) == (tag(FEED), str(len(FEED)))
    assert {"date", "vary", "last-modified"} <= set(headers)
    assert "server" not in headers
    assert "transfer-encoding" not in headers


@pytest.mark.parametrize(("coding", "decode"), [("gzip", gzip.decompress), ("br", brotli.decompress)])
def test_a_coded_feed_decodes_to_itself(server: Server, coding: str, decode: Callable[[bytes], bytes]) -> None:
    status, headers, body = server.ask("/korea.atom", accept_encoding=coding)
    assert (status, headers["content-encoding"], decode(body)) == (200, coding, FEED)


def test_a_304_has_no_body_and_no_length(server: Server) -> None:
    status, headers, body = server.ask("/korea.atom", if_none_match=f'"x", W/{tag(FEED)}')
    assert (status, body) == (304, b"")
    assert {"date", "etag", "cache-control", "vary", "last-modified"} <= set(headers)
    assert not {"content-length", "content-type", "content-encoding", "transfer-encoding"} & set(headers)


def test_head_has_the_headers_of_get(server: Server) -> None:
    for path in ("/korea.atom", "/", "/nowhere", "/healthz"):
        (status, headers, body), (same, wanted, _) = server.ask(path, "HEAD"), server.ask(path)
        assert (status, body) == (same, b"")
        assert headers | {"date": ""} == wanted | {"date": ""}


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("POST", "/korea.atom", 405),
        ("OPTIONS", "/korea.atom", 405),
        ("GET", "/nowhere", 404),
        ("GET", "/korea.atom.gz", 404),
        ("GET", "/.feedd/manifest.json", 404),
        ("GET", "/%2e%2e/%2e%2e/etc/passwd", 404),
        ("GET", "/korea.atom%00", 404),
        ("GET", "/%ff%fe", 404),
        ("GET", "/%6borea%2eatom", 200),
        ("GET", "/old.atom", 410),
        ("GET", "/was.atom", 301),
        ("GET", "/healthz", 200),
    ],
)
def test_each_request_gets_its_status(server: Server, method: str, path: str, status: int) -> None:
    assert server.ask(path, method)[0] == status


def test_a_moved_feed_tells_where_to(server: Server) -> None:
    assert server.ask("/was.atom?x=1")[1]["location"] == "./a%20b.atom"


def test_a_connection_serves_many_requests_also_after_a_body(server: Server) -> None:
    connection = server.connect()
    for method, body, status in (("GET", None, 200), ("POST", b"x" * 300_000, 405), ("GET", b"body", 200)):
        connection.request(method, "/korea.atom", body=body)
        answer = connection.getresponse()
        assert answer.status == status
        answer.read()
    connection.close()


def test_pipelined_requests_are_answered_in_order(server: Server) -> None:
    lines = ["GET /korea.atom", "HEAD /korea.atom", "GET /nowhere", "GET /korea.atom"]
    requests = "".join(f"{line} HTTP/1.1\r\nHost: a\r\n\r\n" for line in lines)
    with socket.create_connection(server.address, timeout=10) as sock:
        sock.sendall(requests.encode())
        reader = sock.makefile("rb")
        statuses = []
        for line in lines:
            statuses.append(int(reader.readline().split()[1]))
            headers = http.client.parse_headers(reader)
            length = int(headers["content-length"])
            assert line.startswith("HEAD") or len(reader.read(length)) == length
    assert statuses == [200, 200, 404, 200]


@pytest.mark.parametrize("line", [b"GET /\xff HTTP/1.1", b"NONSENSE", b"GET  HTTP/1.1"])
def test_nonsense_gets_a_400_and_the_server_lives_on(server: Server, line: bytes) -> None:
    with socket.create_connection(server.address, timeout=10) as sock:
        sock.sendall(line + b"\r\nHost: a\r\n\r\n")
        assert sock.recv(65536).startswith(b"HTTP/1.1 400 ")
    assert server.ask("/healthz")[0] == 200


@pytest.mark.parametrize(
    ("head", "status"),
    [
        (b"CONNECT a:1 HTTP/1.1\r\nHost: a", 405),
        (b"OPTIONS * HTTP/1.1\r\nHost: a", 405),
        (b"POST /korea.atom HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nwords", 405),
        (b"GET /korea.atom HTTP/1.1\r\nHost: a\r\nContent-Length: 900\r\n\r\nword", 200),
        (b"GET /korea.atom HTTP/1.1\r\nHost: a\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c", 200),
        (b"GET http://a/korea.atom?b#c HTTP/1.1\r\nHost: a", 200),
        (b"GET /korea.atom HTTP/1.1", 400),
        (b"GET /korea.atom HTTP/1.1\r\nHost: a\r\nHost: a", 400),
        (b"GET /korea.atom HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked", 400),
        (b"GET /korea.atom HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2", 400),
        (b"GET /korea.atom HTTP/1.1\r\nHost : a", 400),
        (b"GET /korea.atom HTTP/1.1\r\nHost: a\r\n folded: a", 400),
        (b"GET /" + b"a" * 8_001 + b" HTTP/1.1\r\nHost: a", 414),
        (b"GET /" + b"a" * 40_000, 414),
        (b"GET /korea.atom HTTP/1.1\r\nHost: a\r\nX: " + b"a" * 40_000, 431),
        (b"GET /korea.atom HTTP/1.1\r\nHost: a" + b"\r\nX: a" * 100, 431),
    ],
)
def test_a_request_of_odd_shape_is_answered_once_and_the_connection_ends(
    server: Server, head: bytes, status: int
) -> None:
    with socket.create_connection(server.address, timeout=10) as sock:
        # A second request behind it must not be found in what may be the first one's body.
        sock.sendall(head + b"\r\n\r\nGET /healthz HTTP/1.1\r\nHost: a\r\n\r\n" * (b"HTTP" in head))
        said = b""
        if status in (200, 405) and b"Content" not in head and b"Upgrade" not in head and b"CONNECT" not in head:
            said = sock.recv(65536)
        else:
            with contextlib.suppress(ConnectionResetError):
                while data := sock.recv(65536):
                    said += data
            assert said.count(b"HTTP/1.1 ") == 1
            assert b"\r\nconnection: close\r\n" in said
    assert said.startswith(b"HTTP/1.1 %d " % status)
    assert server.ask("/healthz")[0] == 200


def test_http_1_0_is_answered_and_closed(server: Server) -> None:
    with socket.create_connection(server.address, timeout=10) as sock:
        sock.sendall(b"GET /healthz HTTP/1.0\r\n\r\n")
        assert sock.makefile("rb").read().splitlines()[-3] == b"ok 2"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_at_once_and_cleanly_beside_open_connections(tmp_path: Path, number: int) -> None:
    publish(tmp_path, {"korea.atom": FEED})
    with serving(tmp_path) as server:
        idle, half = server.connect(), socket.create_connection(server.address)
        idle.request("GET", "/korea.atom")
        idle.getresponse().read()
        half.sendall(b"GET /korea.atom HT")
        os.kill(server.process.pid, number)
        os.kill(server.process.pid, signal.SIGTERM)  # a supervisor may say it twice
        code, seconds, log = server.ended()
        idle.close()
        half.close()
    assert code == 0
    assert seconds < 1.5
    assert [line.split(" at ")[0] for line in log.splitlines()] == [
        f"feedd.serve serving {tmp_path}",
        "feedd.serve 1 file(s), 1 of them new or changed",
        "feedd.serve stopped",
    ]


def test_a_client_that_does_not_read_cannot_hold_it_up(tmp_path: Path) -> None:
    write_manifest(tmp_path, {"korea.atom": write_file(tmp_path, "korea.atom", BULK, coded=False)})
    with serving(tmp_path) as server, socket.create_connection(server.address) as stuck:
        stuck.sendall(b"GET /korea.atom HTTP/1.1\r\nHost: a\r\n\r\n" * 3)
        assert stuck.recv(9) == b"HTTP/1.1 "
        server.process.terminate()
        code, seconds, log = server.ended()
    assert code == 0
    assert seconds < 1.5
    assert log.splitlines()[-1] == "feedd.serve stopped"
    assert len(log.splitlines()) == 3


def test_a_client_that_leaves_amid_its_answers_leaves_no_trace(tmp_path: Path) -> None:
    write_manifest(tmp_path, {"korea.atom": write_file(tmp_path, "korea.atom", BULK, coded=False)})
    with serving(tmp_path) as server:
        with socket.create_connection(server.address) as hasty:
            hasty.sendall(b"GET /korea.atom HTTP/1.1\r\nHost: a\r\n\r\n" * 3)
            assert hasty.recv(9) == b"HTTP/1.1 "
        assert server.ask("/healthz")[2].startswith(b"ok 1\n")
        server.process.terminate()
        assert len(server.ended()[2].splitlines()) == 3


def test_a_signal_before_it_is_up_ends_it_too(tmp_path: Path) -> None:
    with serving(tmp_path) as server:
        server.process.send_signal(signal.SIGUSR1)
        server.process.terminate()
        assert server.ended()[0] == 0


def test_the_death_of_the_parent_ends_it_and_frees_the_port(tmp_path: Path) -> None:
    publish(tmp_path, {"korea.atom": FEED})
    with serving(tmp_path) as server:
        os.write(server.lifeline, b"still here")
        assert server.ask("/healthz")[0] == 200
        os.close(server.lifeline)
        server.lifeline = os.open(os.devnull, os.O_RDONLY)
        code, seconds, _ = server.ended()
        assert code == 0
        assert seconds < 1.5
        listen("{}:{}".format(*server.address)).close()


def test_a_new_publication_is_seen_with_the_tick(tmp_path: Path) -> None:
    publish(tmp_path, {"korea.atom": FEED})
    with serving(tmp_path, interval=0.2) as server:
        assert server.ask("/korea.atom")[2] == FEED
        publish(tmp_path, {"korea.atom": CHANGED}, mtime=MTIME + 1)
        assert eventually(lambda: server.ask("/korea.atom")[2] == CHANGED) < 2


def test_a_new_publication_is_seen_at_once_by_signal(tmp_path: Path) -> None:
    publish(tmp_path, {"korea.atom": FEED})
    with serving(tmp_path) as server:
        known = server.ask("/korea.atom")[1]["etag"]
        publish(tmp_path, {"korea.atom": CHANGED}, mtime=MTIME + 1)
        assert server.ask("/korea.atom", if_none_match=known)[0] == 304
        server.process.send_signal(signal.SIGUSR1)
        assert eventually(lambda: server.ask("/korea.atom", if_none_match=known)[0] == 200) < 1


def test_a_half_published_state_keeps_the_old_bytes(tmp_path: Path) -> None:
    publish(tmp_path, {"korea.atom": FEED, "japan.atom": FEED})
    with serving(tmp_path, interval=0.05) as server:
        assert server.ask("/korea.atom")[2] == FEED
        files = {name: write_file(tmp_path, name, CHANGED) for name in ("korea.atom", "japan.atom")}
        put(tmp_path / "korea.atom", FEED[:-1])
        write_manifest(tmp_path, files)
        eventually(lambda: server.ask("/japan.atom")[2] == CHANGED)
        assert server.ask("/korea.atom")[2] == FEED
        put(tmp_path / "korea.atom", CHANGED)
        eventually(lambda: server.ask("/korea.atom")[2] == CHANGED)
