"""CPU of a request: feedd's own server beside nginx with one worker, over the same 50 feeds of 100 kB.

Usage: serve.py [ROUNDS]      (default: 5)

wrk asks (apt-get install wrk nginx-light): polls that end in 304, whole feeds coded by gzip and as they are, over
connections that are kept and over one for each request. CPU is that of the server's process, in interleaved rounds; the
medians count. The bar: at least 0.25 of what nginx answers in a second of CPU; the aim for 304 is 0.45.

Then how long polls take while 300 clients send their requests by drops, and while feedd takes in 10,000 articles. The
bar: the 99th of 100 within 3 x of that at rest.
"""

from __future__ import annotations

import hashlib
import http.client
import os
import random
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import rivals

from feedd.model import FeedFile
from feedd.publish import FolderPublisher

FEEDS, BYTES, SECONDS = 50, 100_000, 2
_TICK = os.sysconf("SC_CLK_TCK")
_NGINX = """daemon off; master_process off; worker_processes 1; pid {folder}/nginx.pid; error_log {folder}/error.log;
events {{ worker_connections 512; }}
http {{
  types {{ application/atom+xml atom; }} access_log off; sendfile on; tcp_nopush on; keepalive_requests 1000000;
  client_body_temp_path {folder}/1; proxy_temp_path {folder}/2; fastcgi_temp_path {folder}/3;
  uwsgi_temp_path {folder}/4; scgi_temp_path {folder}/5;
  open_file_cache max=1000; gzip_static on; gzip_vary on;
  server {{ listen 127.0.0.1:{port} backlog=2048; root {folder}/feeds; }}
}}
"""


def feeds(folder: Path) -> list[str]:
    """Fifty feeds of words, published as feedd does: their names."""
    dice = random.Random(1)
    names = [f"topic{number:02}.atom" for number in range(FEEDS)]
    publisher = FolderPublisher(folder)
    publisher.publish(
        FeedFile(
            name,
            "application/atom+xml; charset=utf-8",
            (" ".join(dice.choices(rivals.WORDS, k=BYTES // 5)))[:BYTES].encode(),
        )
        for name in names
    )
    publisher.finish()
    return names


def free_port() -> int:
    """A port that nobody has."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


@contextmanager
def running(command: list[str], port: int, folder: Path) -> Iterator[int]:
    """A server that answers at the port: its process."""
    with (folder / f"{Path(command[0]).name}.log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log, cwd=folder)
    try:
        end = time.monotonic() + 10
        while True:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            if process.poll() is not None or time.monotonic() > end:
                raise RuntimeError(f"{command[0]} does not answer")
            time.sleep(0.05)
        yield process.pid
    finally:
        process.terminate()
        process.wait()


def cpu(process: int) -> float:
    """Seconds of CPU that a process took."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICK


def tags(port: int, names: list[str], coding: str) -> list[str]:
    """The entity tags that a server gives."""
    connection = http.client.HTTPConnection("127.0.0.1", port)
    found = []
    for name in names:
        connection.request("GET", f"/{name}", headers={"Accept-Encoding": coding})
        answer = connection.getresponse()
        body = answer.read()
        assert answer.status == 200, answer.status
        assert (answer.headers["Content-Encoding"] or "identity") == coding
        assert body
        found.append(answer.headers["ETag"])
    return found


def script(names: list[str], known: list[str] | None, *, coding: str, kept: bool) -> str:
    """What wrk is to ask."""
    headers = f'{{["Accept-Encoding"] = "{coding}"{"" if kept else ", Connection = " + chr(34) + "close" + chr(34)}}}'
    quoted = ", ".join(f'"/{name}"' for name in names)
    lines = [f"local paths, tags, n = {{{quoted}}}, {{}}, 0"]
    if known is not None:
        lines.append("tags = {" + ", ".join("'" + one + "'" for one in known) + "}")
    lines += [
        "request = function()",
        "  n = n % #paths + 1",
        f"  local headers = {headers}",
        "  headers['If-None-Match'] = tags[n]",
        "  return wrk.format('GET', paths[n], headers)",
        "end",
    ]
    return "\n".join(lines)


def asked(port: int, folder: Path, text: str) -> int:
    """How many requests were answered within ``SECONDS``."""
    path = folder / f"{hashlib.sha256(text.encode()).hexdigest()}.lua"
    path.write_text(text)
    command = ["wrk", "-t1", "-c16", f"-d{SECONDS}s", "-s", str(path), f"http://127.0.0.1:{port}"]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert "Non-2xx or 3xx" not in said, said
    return int(next(line.split()[0] for line in said.splitlines() if "requests in" in line))


def polls(port: int, path: str, seconds: float) -> list[float]:
    """Milliseconds of polls, one behind the other over one connection, about a hundred a second."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    taken = []
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        begun = time.monotonic()
        connection.request("GET", path, headers={"Accept-Encoding": "gzip"})
        connection.getresponse().read()
        taken.append((time.monotonic() - begun) * 1000)
        time.sleep(0.008)
    connection.close()
    return sorted(taken)


@contextmanager
def dripping(port: int, count: int) -> Iterator[None]:
    """So many clients that send a byte of their header each second, and come again when they are cut off."""
    over = threading.Event()

    def drip() -> None:
        held: list[socket.socket] = []
        while not over.is_set():
            while len(held) < count:
                sock = socket.create_connection(("127.0.0.1", port))
                sock.sendall(b"GET / HTTP/1.1\r\nHost: a\r\nX: ")
                held.append(sock)
            for sock in list(held):
                try:
                    sock.sendall(b"a")
                except OSError:
                    held.remove(sock)
                    sock.close()
            over.wait(1.0)
        for sock in held:
            sock.close()

    thread = threading.Thread(target=drip)
    thread.start()
    try:
        time.sleep(1)
        yield
    finally:
        over.set()
        thread.join()


def under_load() -> None:
    """Prints how long polls take at rest, among dripping clients, and during an import."""
    port = free_port()
    rival = rivals.feedd(f'[server]\nlisten = "127.0.0.1:{port}"')
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        rivals.write(folder / "content", 500)
        rival.prepare(folder)
        rivals.run(rival.build(folder), folder)
        path = f"/{rivals.tag(0)}.atom"
        print(f"\nms of a poll  {'p50':>9} {'p99':>9} {'p99 ÷ at rest':>14}")
        with running([sys.executable, "-m", "feedd", "run"], port, folder):
            time.sleep(5)
            rest = polls(port, path, 20)

            def row(what: str, taken: list[float]) -> None:
                p99, calm = (one[round(0.99 * (len(one) - 1))] for one in (taken, rest))
                print(f"{what:12} {statistics.median(taken):9.2f} {p99:9.2f} {p99 / calm:14.2f}", flush=True)

            row("at rest", rest)
            with dripping(port, 300):
                row("300 dripping", polls(port, path, 20))
            dice = random.Random(9)
            for number in range(500, 10_500):
                (folder / "content" / f"story-{number}.md").write_text(rivals.article(number, dice))
            row("importing", polls(port, path, 20))


def main() -> None:
    """Prints both tables."""
    beside_nginx()
    under_load()


def beside_nginx() -> None:
    """Prints what a request costs feedd and nginx."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    program = shutil.which("nginx") or "/usr/sbin/nginx"
    if shutil.which("wrk") is None or not Path(program).exists():
        print("left out: it needs wrk and nginx (apt-get install wrk nginx-light)")
        return
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        folder = Path(name)
        folder.chmod(0o755)
        names = feeds(folder / "feeds")
        ports = {"nginx": free_port(), "feedd": free_port()}
        (folder / "nginx.conf").write_text(_NGINX.format(folder=folder, port=ports["nginx"]))
        (folder / "feedd.toml").write_text(
            f'[[inbox]]\npath = "inbox"\n[output]\npath = "feeds"\n[server]\nlisten = "127.0.0.1:{ports["feedd"]}"\n'
        )
        (folder / "inbox").mkdir()
        commands = {
            "nginx": [program, "-c", str(folder / "nginx.conf"), "-e", str(folder / "error.log")],
            "feedd": [sys.executable, "-m", "feedd", "serve", "-c", str(folder / "feedd.toml")],
        }
        servers = {name: stack.enter_context(running(commands[name], ports[name], folder)) for name in commands}
        print(f"µs of CPU a request, {FEEDS} feeds of {BYTES // 1000} kB, medians of {rounds} rounds")
        print(f"{'':14} {'connections':12} {'nginx':>8} {'feedd':>8} {'nginx ÷ feedd':>14}")
        for what, coding in (("304", "gzip"), ("200 gzip", "gzip"), ("200 identity", "identity")):
            known = {one: tags(port, names, coding) if what == "304" else None for one, port in ports.items()}
            for kept in (True, False):
                taken: dict[str, list[float]] = {"nginx": [], "feedd": []}
                for _ in range(rounds):
                    for one, port in ports.items():
                        text = script(names, known[one], coding=coding, kept=kept)
                        before = cpu(servers[one])
                        count = asked(port, folder, text)
                        taken[one].append((cpu(servers[one]) - before) / count * 1e6)
                nginx, feedd = (statistics.median(taken[one]) for one in ("nginx", "feedd"))
                row = f"{what:14} {'kept' if kept else 'one each':12} {nginx:8.1f} {feedd:8.1f} {nginx / feedd:14.2f}"
                print(row, flush=True)


if __name__ == "__main__":
    main()
