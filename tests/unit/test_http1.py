"""What a connection is allowed: real sockets that drip, stall, keep silent, and come in crowds."""

from __future__ import annotations

import contextlib
import http.client
import resource
import socket
import threading
import time
from pathlib import Path

import pytest
from served_folder import publish, write_file, write_manifest
from server_process import Server, eventually, serving

from feedd.application import Manners
from feedd.clients import networks
from feedd.listening import listen

FEED = b"<feed>one</feed>" * 999
BULK = bytes(5_000_000)
REQUEST = b"GET /korea.atom HTTP/1.1\r\nHost: a\r\n\r\n"


def said(sock: socket.socket) -> bytes:
    """All that comes until the other end closes."""
    found = b""
    with contextlib.suppress(ConnectionResetError):
        while data := sock.recv(1 << 20):
            found += data
    return found


@pytest.fixture
def root(tmp_path: Path) -> Path:
    publish(tmp_path, {"korea.atom": FEED})
    return tmp_path


def connected(server: Server) -> socket.socket:
    return socket.create_connection(server.address, timeout=15)


def test_a_head_that_drips_in_is_cut_off_and_told_why(root: Path) -> None:
    with serving(root, SLOW=1.0, SWEEP=0.1) as server, connected(server) as sock:
        begun = time.monotonic()
        sock.sendall(b"GET /korea.atom HTTP/1.1\r\n")
        with contextlib.suppress(OSError):
            while time.monotonic() - begun < 5:
                sock.sendall(b"X: a\r\n")
                time.sleep(0.2)
        assert time.monotonic() - begun < 4
        assert said(sock).startswith((b"HTTP/1.1 408 ", b""))
        assert server.ask("/korea.atom")[0] == 200


def test_a_head_that_stops_is_told_so(root: Path) -> None:
    with serving(root, SLOW=0.5, SWEEP=0.1) as server, connected(server) as sock, connected(server) as mute:
        sock.sendall(b"GET /korea.atom HTTP/1.1\r\n")
        answer = said(sock)
        assert answer.startswith(b"HTTP/1.1 408 ")
        assert b"\r\nconnection: close\r\n" in answer
        assert said(mute) == b""


def test_who_does_not_take_the_answer_is_cut_off_and_who_takes_it_slowly_is_not(tmp_path: Path) -> None:
    write_manifest(tmp_path, {"korea.atom": write_file(tmp_path, "korea.atom", BULK, coded=False)})
    with serving(tmp_path, SLOW=1.0, SWEEP=0.1) as server, connected(server) as stuck, connected(server) as slow:
        stuck.sendall(REQUEST)
        slow.sendall(b"GET /korea.atom HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        taken = 0
        begun = time.monotonic()
        while time.monotonic() - begun < 4:
            taken += len(slow.recv(300_000))
            time.sleep(0.2)
        assert taken + len(said(slow)) > len(BULK)
        # What the kernel holds still comes; the rest never does.
        assert len(said(stuck)) < len(BULK)


def test_a_silent_connection_is_closed_and_one_in_use_is_not(root: Path) -> None:
    with serving(root, IDLE=1.0, SWEEP=0.1) as server, connected(server) as silent:
        silent.sendall(REQUEST)
        assert silent.recv(9) == b"HTTP/1.1 "
        busy = server.connect()
        for _ in range(10):
            busy.request("GET", "/korea.atom")
            assert busy.getresponse().read() == FEED
            time.sleep(0.2)
        begun = time.monotonic()
        said(silent)
        assert time.monotonic() - begun < 1
        busy.close()


def test_beyond_the_limit_the_silent_give_way(root: Path) -> None:
    with serving(root, CONNECTIONS=20) as server, contextlib.ExitStack() as stack:
        assert server.ask("/korea.atom")[0] == 200
        for _ in range(60):
            connection = stack.enter_context(contextlib.closing(server.connect()))
            connection.request("GET", "/korea.atom")
            assert connection.getresponse().read() == FEED
        connection.request("GET", "/korea.atom")  # the latest is there still
        assert connection.getresponse().read() == FEED


def test_where_all_are_at_work_the_next_one_is_told_to_come_back(tmp_path: Path) -> None:
    write_manifest(tmp_path, {"korea.atom": write_file(tmp_path, "korea.atom", BULK, coded=False)})
    with serving(tmp_path, CONNECTIONS=3) as server, contextlib.ExitStack() as stack:
        eventually(lambda: server.ask("/healthz")[0] == 200)
        for _ in range(3):
            sock = stack.enter_context(connected(server))
            sock.sendall(REQUEST[:20])
        time.sleep(0.2)
        with connected(server) as refused:
            answer = said(refused)
        assert answer.startswith(b"HTTP/1.1 503 ")
        assert b"\r\nretry-after: " in answer


def test_two_thousand_silent_connections_harm_nobody(root: Path) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard < 4_096:
        pytest.skip("this machine allows too few open files")
    resource.setrlimit(resource.RLIMIT_NOFILE, (4_096, hard))
    try:
        with serving(root) as server, contextlib.ExitStack() as stack:
            for _ in range(2_000):
                sock = stack.enter_context(connected(server))
                sock.sendall(REQUEST)
                assert sock.recv(9) == b"HTTP/1.1 "
            for _ in range(200):
                assert server.ask("/korea.atom")[2] == FEED
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def test_thousands_of_requests_whose_answers_nobody_takes_do_not_fill_the_memory(tmp_path: Path) -> None:
    write_manifest(tmp_path, {"korea.atom": write_file(tmp_path, "korea.atom", bytes(200_000), coded=False)})

    def memory() -> int:
        (line,) = (one for one in Path(f"/proc/{pid}/status").read_text().splitlines() if one.startswith("VmRSS"))
        return int(line.split()[1]) // 1024

    with serving(tmp_path) as server, connected(server) as sock:
        eventually(lambda: server.ask("/healthz")[0] == 200)
        pid = server.process.pid
        before = memory()
        sock.settimeout(1)
        with contextlib.suppress(TimeoutError):
            for _ in range(5_000):
                sock.sendall(REQUEST)  # would be a gigabyte
        assert memory() - before < 50
        assert server.ask("/healthz")[0] == 200


class Asking(threading.Thread):
    """Asks for a feed without end: over one connection, or over one for each request."""

    def __init__(self, address: tuple[str, int], *, keeps: bool) -> None:
        super().__init__()
        self._address = address
        self._headers = {} if keeps else {"Connection": "close"}
        self.over = threading.Event()
        self.answered = 0
        self.failed: list[str] = []

    def run(self) -> None:
        connection = http.client.HTTPConnection(*self._address, timeout=10)
        while not self.over.is_set():
            try:
                connection.request("GET", "/korea.atom", headers=self._headers)
                assert connection.getresponse().read() == FEED
                self.answered += 1
            except (OSError, http.client.HTTPException, AssertionError) as error:
                self.failed.append(repr(error))
                connection.close()
        connection.close()


def test_no_request_fails_while_the_server_is_started_again_on_the_same_socket(root: Path) -> None:
    with listen("127.0.0.1:0") as sock:
        clients = [Asking(sock.getsockname(), keeps=keeps) for keeps in (False, False, True)]

        def all_answered(more: int) -> None:
            wanted = [client.answered + more for client in clients]
            eventually(lambda: all(client.answered >= least for client, least in zip(clients, wanted, strict=True)))

        for client in clients:
            client.start()
        try:
            for _ in range(3):
                with serving(root, sock=sock) as server:
                    all_answered(50)
                    server.process.terminate()
                    assert server.ended()[0] == 0
            with serving(root, sock=sock):
                all_answered(50)
                for client in clients:
                    client.over.set()
                    client.join()
        finally:
            for client in clients:
                client.over.set()
        assert [client.failed for client in clients] == [[], [], []]


def test_a_unix_socket_answers_and_is_bound_anew_where_one_was_left(root: Path) -> None:
    place = root / "feedd.sock"
    for _ in range(2):
        with listen(f"unix:{place}") as sock, serving(root, sock=sock), socket.socket(socket.AF_UNIX) as client:
            client.settimeout(10)
            client.connect(str(place))
            client.sendall(b"GET /korea.atom HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
            assert said(client).endswith(FEED)
    assert place.is_socket()


def test_what_stands_behind_a_last_request_is_no_request(root: Path) -> None:
    place = root / "access.log"
    with serving(root, manners=Manners(access_log=str(place))) as server, connected(server) as sock:
        body = b"GET /never.atom HTTP/1.1\r\nHost: a\r\n\r\n"
        head = b"POST /korea.atom HTTP/1.1\r\nHost: a\r\nContent-Length: %d\r\n\r\n" % len(body)
        sock.sendall(head + body + REQUEST)
        assert said(sock).count(b"HTTP/1.1 ") == 1
        assert server.ask("/korea.atom")[0] == 200
        assert [line.split('"')[1] for line in place.read_text().splitlines()] == [
            "POST /korea.atom HTTP/1.1",
            "GET /korea.atom HTTP/1.1",
        ]


def test_each_answer_is_noted_where_that_is_wanted(root: Path) -> None:
    place = root / "access.log"
    manners = Manners(access_log=str(place), trusted=networks(["127.0.0.0/8"]))
    with serving(root, manners=manners) as server:
        server.ask("/korea.atom?a=b", x_forwarded_for="198.51.100.7", user_agent="Reader/7")
        server.ask("/articles/0123456789abcdef01234567.html", "HEAD")
        lines = place.read_text().splitlines()
    assert [line.partition(" - - ")[0] for line in lines] == ["198.51.100.7", "127.0.0.1"]
    assert lines[0].endswith(f'] "GET /korea.atom?a=b HTTP/1.1" 200 {len(FEED)} "-" "Reader/7"')
    assert lines[1].endswith('] "HEAD /articles/0123456789abcdef01234567.html HTTP/1.1" 404 - "-" "-"')
