"""feedd's own server, nginx and Caddy with our examples, over one folder that feedd has published; asked by hand."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
SERVERS = ("feedd", "nginx", "caddy")

BEFORE = """
[site]
url = "https://news.example.org/feeds/"
authority = "news.example.org,2025"
hub = "https://hub.example.org/"
[server]
listen = "127.0.0.1:{port}"
[[topic]]
id = "corea"
title = "Korea"
any = ["korea*"]
[[topic]]
id = "old"
any = ["korea*"]
"""
AFTER = BEFORE.replace('id = "corea"', 'id = "korea"\naliases = ["corea"]').replace(
    'id = "old"\n', 'id = "old"\nretired = true\n'
)


@dataclass(frozen=True)
class Answer:
    """What came back: names in lower case, several lines of one name joined."""

    status: int
    headers: dict[str, str]
    body: bytes


class Server:
    """A server of the folder, asked by hand: nothing between here and the wire corrects a request."""

    def __init__(self, name: str, port: int, folder: Path, page: str) -> None:
        self.name, self.port, self.folder, self.page = name, port, folder, page

    def raw(self, data: bytes, *, head: bool = False) -> Answer:
        """Sends bytes, and reads one answer."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=10) as sock:
            sock.sendall(data)
            with sock.makefile("rb") as reader:
                return _read(reader, head=head)

    def ask(self, path: str, method: str = "GET", **fields: str) -> Answer:
        """Asks for a path; a field's underscores are hyphens."""
        lines = [f"{method} {path} HTTP/1.1", "Host: news.example.org", "Connection: close"]
        lines += [f"{name.replace('_', '-')}: {value}" for name, value in fields.items()]
        return self.raw("\r\n".join([*lines, "", ""]).encode(), head=method == "HEAD")

    def tag(self, path: str = "/korea.atom", coding: str = "identity") -> str:
        """The entity tag of a form."""
        return self.ask(path, accept_encoding=coding).headers.get("etag", "none")


def _read(reader: object, *, head: bool) -> Answer:
    line = reader.readline()  # type: ignore[attr-defined]
    found = re.match(rb"HTTP/1\.[01] (\d{3})", line)
    if found is None:
        return Answer(0, {}, line)
    headers: dict[str, str] = {}
    while (line := reader.readline().rstrip(b"\r\n")) != b"":  # type: ignore[attr-defined]
        name, _, value = line.decode("latin-1").partition(":")
        name = name.lower()
        headers[name] = f"{headers[name]}, {value.strip()}" if name in headers else value.strip()
    status = int(found[1])
    if head or status in (204, 304):
        body = b""
    elif headers.get("transfer-encoding") == "chunked":
        body = b"".join(_chunks(reader))
    elif "content-length" in headers:
        body = reader.read(int(headers["content-length"]))  # type: ignore[attr-defined]
    else:
        body = reader.read()  # type: ignore[attr-defined]
    return Answer(status, headers, body)


def _chunks(reader: object) -> Iterator[bytes]:
    while size := int(reader.readline(), 16):  # type: ignore[attr-defined]
        yield reader.read(size)  # type: ignore[attr-defined]
        reader.readline()  # type: ignore[attr-defined]


def free_port() -> int:
    """A port that nobody has."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


def published(folder: Path) -> tuple[Path, str]:
    """A folder as feedd publishes it, with what has moved and what is gone: the configuration, an article's page."""
    inbox = folder / "inbox"
    inbox.mkdir()
    for number in range(30):
        front = f"title: Korea {number}\ndate: 2025-03-{number % 28 + 1:02}T12:00:00Z"
        (inbox / f"story-{number}.md").write_text(f"---\n{front}\n---\n\n{'Words of Korea. ' * 200}\n")
    config = folder / "feedd.toml"
    for text in (BEFORE, AFTER):
        config.write_text(text.format(port=free_port()))
        subprocess.run([sys.executable, "-m", "feedd", "build", "-c", str(config)], check=True, capture_output=True)
        (inbox / "story-0.md").unlink(missing_ok=True)
    feeds = folder / "feeds"
    (folder / "outside.txt").write_text("outside")
    (feeds / "leak.atom").symlink_to(folder / "outside.txt")
    (feeds / ".secret").write_text("outside")
    page = sorted((feeds / "articles").glob("*.html"))[0]
    return config, f"/articles/{page.name}"


def example(path: str, folder: Path, port: str, ours: str) -> str:
    """Our example configuration over this folder and at this port."""
    text = (ROOT / path).read_text()
    assert text.count("/srv/feedd/feeds") >= 2
    return text.replace("/srv/feedd/feeds", str(folder / "feeds")).replace(port, ours)


@contextmanager
def running(command: list[str], port: int, folder: Path) -> Iterator[None]:
    """A server, from when it answers."""
    log = folder / f"{Path(command[0]).name}.log"
    with log.open("wb") as out:
        environment = {**os.environ, "HOME": str(folder), "XDG_CONFIG_HOME": str(folder), "XDG_DATA_HOME": str(folder)}
        process = subprocess.Popen(command, stdout=out, stderr=out, cwd=folder, env=environment)
    try:
        end = time.monotonic() + 15
        while True:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            if process.poll() is not None or time.monotonic() > end:
                raise RuntimeError(f"{command}: {log.read_text()}")
            time.sleep(0.05)
        yield
    finally:
        process.terminate()
        process.wait(15)


def _nginx(folder: Path, port: int) -> list[str]:
    program = shutil.which("nginx") or "/usr/sbin/nginx"
    text = example("config/nginx/feedd.conf", folder, ":8080", f":{port}")
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    temporary = "".join(f"{kind}_temp_path {folder}/{kind};\n" for kind in kinds)
    config = folder / "nginx.conf"
    config.write_text(
        f"daemon off; master_process off; pid {folder}/nginx.pid; error_log {folder}/error.log;\n"
        f"events {{}}\nhttp {{ access_log off;\n{temporary}{text}\n}}\n"
    )
    return [program, "-c", str(config), "-e", str(folder / "error.log")]


def _caddy(folder: Path, port: int) -> list[str]:
    config = folder / "Caddyfile"
    text = example("config/caddy/Caddyfile", folder, ":8081", f":{port}")
    config.write_text(text.replace("{\n\tservers", "{\n\tadmin off\n\tservers", 1))
    return ["caddy", "run", "--config", str(config), "--adapter", "caddyfile"]


def installed(name: str) -> bool:
    """Whether a server is there."""
    return name == "feedd" or shutil.which(name) is not None or Path(f"/usr/sbin/{name}").exists()


@contextmanager
def serving(names: tuple[str, ...] = SERVERS, *, rate: int = 300) -> Iterator[dict[str, Server]]:
    """Those of the servers that are installed, over one published folder; ``rate`` is feedd's."""
    with tempfile.TemporaryDirectory() as place, ExitStack() as stack:
        folder = Path(place)
        folder.chmod(0o755)
        config, page = published(folder)
        servers = {}
        for name in filter(installed, names):
            port = free_port()
            if name == "feedd":
                text = re.sub(r"127\.0\.0\.1:\d+", f"127.0.0.1:{port}", config.read_text())
                config.write_text(text.replace("[server]\n", f"[server]\nrate = {rate}\n"))
                command = [sys.executable, "-m", "feedd", "serve", "-c", str(config)]
            else:
                command = {"nginx": _nginx, "caddy": _caddy}[name](folder, port)
            stack.enter_context(running(command, port, folder))
            servers[name] = Server(name, port, folder / "feeds", page)
        yield servers
