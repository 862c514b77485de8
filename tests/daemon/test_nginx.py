"""The served folder under a real nginx, with the location that the documentation gives."""

from __future__ import annotations

import gzip
import http.client
import re
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from newsroom import Newsroom, markdown

ROOT = Path(__file__).parents[2]


def documented_location(feeds: Path) -> str:
    """The nginx block of the operation page, over this folder."""
    page = (ROOT / "docs" / "operation.md").read_text()
    (block,) = re.findall(r"```nginx\n(.*?)```", page, re.DOTALL)
    return block.replace("/srv/feedd/feeds", str(feeds))


@pytest.fixture
def site(tmp_path: Path) -> Iterator[tuple[Newsroom, int]]:
    program = shutil.which("nginx") or ("/usr/sbin/nginx" if Path("/usr/sbin/nginx").exists() else None)
    if program is None:
        pytest.skip("nginx is not installed: apt-get install nginx-light")
    tmp_path.chmod(0o755)
    newsroom = Newsroom(tmp_path / "site")
    newsroom.drop("a.md", markdown("A bridge in Seoul"))
    newsroom.run()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    config = tmp_path / "nginx.conf"
    temporary = "".join(
        f"{name}_temp_path {tmp_path}/{name};\n" for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    config.write_text(
        f"daemon off; master_process off; pid {tmp_path}/nginx.pid; error_log {tmp_path}/error.log;\n"
        f"events {{}}\nhttp {{ include /etc/nginx/mime.types; access_log off;\n{temporary}"
        f"server {{ listen 127.0.0.1:{port};\n{documented_location(tmp_path / 'site' / 'feeds')}\n}} }}\n"
    )
    log = (tmp_path / "nginx.out").open("wb")
    process = subprocess.Popen([program, "-c", str(config), "-e", str(tmp_path / "error.log")], stdout=log, stderr=log)
    try:
        end = time.monotonic() + 10
        while True:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            assert process.poll() is None, (tmp_path / "nginx.out").read_text()
            assert time.monotonic() < end
            time.sleep(0.02)
        yield newsroom, port
    finally:
        process.terminate()
        process.wait(10)
        log.close()
        newsroom.archive.close()


def ask(port: int, path: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("GET", path, headers={key.replace("_", "-"): value for key, value in headers.items()})
        answer = connection.getresponse()
        return answer.status, {key.lower(): value for key, value in answer.getheaders()}, answer.read()
    finally:
        connection.close()


def test_nginx_serves_the_folder_as_feedd_does(site: tuple[Newsroom, int]) -> None:
    newsroom, port = site
    status, headers, body = ask(port, "/feeds/korea.atom")
    assert status == 200
    assert headers["content-type"].startswith("application/atom+xml")
    assert body == (newsroom.folder / "feeds" / "korea.atom").read_bytes()
    assert ask(port, "/feeds/korea.rss")[1]["content-type"].startswith("application/rss+xml")
    status, packed, data = ask(port, "/feeds/korea.atom", Accept_Encoding="gzip")
    assert packed["content-encoding"] == "gzip"
    assert gzip.decompress(data) == body
    assert ask(port, "/feeds/korea.atom", If_None_Match=headers["etag"])[0] == 304
    assert ask(port, "/feeds/")[1]["content-type"].startswith("text/html")
    for hidden in ("/feeds/.feedd/manifest.json", "/feeds/.feedd/", "/feeds/..%2finbox/a.md"):
        assert ask(port, hidden)[0] in (400, 403, 404)
    (newsroom.folder / "feeds" / "leak.txt").symlink_to(newsroom.root / "a.md")
    assert ask(port, "/feeds/leak.txt")[0] == 403


def test_a_correction_in_the_same_second_is_never_answered_with_a_stale_304(site: tuple[Newsroom, int]) -> None:
    newsroom, port = site
    _, before, _ = ask(port, "/feeds/korea.atom")
    newsroom.drop("a.md", markdown("A bridge in Seuol"))  # the same size, in the same second of the newsroom's clock
    newsroom.run()
    newsroom.drop("a.md", markdown("A bridge in Seoul"))
    newsroom.run()
    status, after, _ = ask(port, "/feeds/korea.atom", If_None_Match=before["etag"])
    assert status == 200
    assert after["etag"] != before["etag"]
