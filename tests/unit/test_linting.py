"""``feedd lint``: files, the web, standard input."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from test_lint import ATOM

from feedd import linting


class Server(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        body, headers, status = ATOM.encode(), {}, 200
        if self.path == "/gzip":
            body, headers = gzip.compress(body), {"Content-Encoding": "gzip"}
        elif self.path == "/moved":
            headers, status = {"Location": "/feed"}, 301
        elif self.path == "/loop":
            headers, status = {"Location": "/loop"}, 301
        elif self.path == "/bomb":
            body, headers = gzip.compress(b" " * 50_000_000), {"Content-Encoding": "gzip"}
        elif self.path != "/feed":
            status = 404
        self.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Server) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def test_a_document_on_the_web_is_judged_where_it_stands(url: str) -> None:
    for path in ("/feed", "/gzip", "/moved"):
        verdict = linting.check(url + path)
        assert [one.message for one in verdict.problems] == ["says that it stands at https://example.org/news.atom"]
        assert verdict.is_good


@pytest.mark.parametrize(("path", "reason"), [("/none", "Not Found"), ("/loop", "redirect"), ("/bomb", "5,000,000")])
def test_what_the_web_does_not_give_is_an_error(url: str, path: str, reason: str) -> None:
    (problem,) = linting.check(url + path).problems
    assert problem.is_error
    assert reason in problem.message


def run(*words: str) -> tuple[int, list[str]]:
    done = subprocess.run([sys.executable, "-m", "feedd", "lint", *words], capture_output=True, text=True, check=False)
    return done.returncode, done.stdout.splitlines()


def test_the_command_tells_each_document_and_fails_for_an_error(tmp_path: Path) -> None:
    (tmp_path / "good.atom").write_text(ATOM)
    (tmp_path / "bad.atom").write_text(ATOM.replace("<title>One</title>", ""))
    names = [str(tmp_path / name) for name in ("good.atom", "bad.atom", "none.atom")]
    assert run(names[0]) == (0, [f"{names[0]}: Atom, 1 entries, good"])
    assert run(*names) == (
        65,
        [
            f"{names[0]}: Atom, 1 entries, good",
            f"{names[1]}: error: entry 1: has no title (RFC 4287 §4.1.2)",
            f"{names[1]}: Atom, 1 entries, 1 errors",
            f"{names[2]}: error: can't be read: No such file or directory",
            f"{names[2]}: 1 errors",
        ],
    )
    code, lines = run("--json", names[1])
    said = json.loads(lines[0])
    assert (code, said["kind"], said["good"], said["problems"][0]["severity"]) == (65, "Atom", False, "error")
