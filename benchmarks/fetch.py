"""Feeds a CPU second: feedd, lemon24/reader and Debian's sfeed_update over one farm of feeds on loopback.

Usage: fetch.py [FEEDS [ROUNDS]]      (default: 1000 feeds, 3 rounds)

nginx serves so many distinct feeds of about 32 kB, Atom and RSS in turns, 20 entries each (apt-get install nginx-light
sfeed; make judges installs reader). Three situations: the first load, the same feeds again (every answer is 304), and
every feed with one entry more. CPU is that of all processes of a program until every entry is in its own store, read,
sanitised (sfeed_update does not sanitise); what it takes for two feeds in the same situation is taken off. feedd is
measured without, and then with, regenerating and publishing its topics, which the others don't do. Medians of the
rounds; the bars: 4 x reader in all three, 4 x sfeed on the first load and with new entries, 20 x when nothing changed.
"""

from __future__ import annotations

import os
import random
import resource
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import rivals

ROOT = Path(__file__).parents[1]
ENTRIES, TOPICS, FEW = 20, 10, 2
_NGINX = """daemon off; master_process off; worker_processes 1; pid {folder}/nginx.pid; error_log {folder}/error.log;
events {{ worker_connections 512; }}
http {{
  types {{ application/atom+xml atom; application/rss+xml rss; }} access_log off; keepalive_requests 1000000;
  client_body_temp_path {folder}/1; proxy_temp_path {folder}/2; fastcgi_temp_path {folder}/3;
  uwsgi_temp_path {folder}/4; scgi_temp_path {folder}/5;
  server {{ listen 127.0.0.1:{port} backlog=2048; root {folder}/farm; }}
}}
"""
# Takes in what waits in the spool and publishes nothing: what reader and sfeed do.
_TAKE_IN = """
import sys
from pathlib import Path
from feedd import config, daemon
found = config.load(Path(sys.argv[1]))
with daemon.opened(found) as (archive, pipeline):
    while True:
        pipeline.ingest([])
        if not pipeline.waiting:
            break
    print(archive.living())
"""
_READER = """
import sys
from reader import make_reader
reader = make_reader(sys.argv[1])
for line in sys.stdin:
    reader.add_feed(line.strip(), exist_ok=True)
reader.update_feeds(workers=8, scheduled=False)
print(reader.get_entry_counts().total)
"""


def farm(folder: Path, feeds: int, extra: int) -> None:
    """Writes the feeds, each with so many entries more than at first."""
    folder.mkdir(exist_ok=True)
    for number in range(feeds):
        dice = random.Random(number)
        site = f"https://site{number}.example"
        entries = []
        for entry in range(ENTRIES):
            words = " ".join(dice.choices(rivals.WORDS, k=170))
            html = f'<p>{words}</p><p>More at <a href="{site}/more/{entry}">this page</a>, <em>in full</em>.</p>'
            entries.append((entry, " ".join(dice.choices(rivals.WORDS, k=6)), html))
        for more in range(extra):
            entries.insert(0, (1000 + more, f"Something new {number} {more}", f"<p>News {number} {more} of today.</p>"))
        atom = number % 2
        text = _atom(site, number, entries) if atom else _rss(site, number, entries)
        path = folder / f"{number}.{'atom' if atom else 'rss'}"
        path.write_text(text)
        # Whole seconds tell versions apart.
        os.utime(path, (1_700_000_000 + extra * 60, 1_700_000_000 + extra * 60))


def _rss(site: str, number: int, entries: list[tuple[int, str, str]]) -> str:
    items = "".join(
        f"<item><title>{title}</title><link>{site}/{at}</link><guid>{site}/{at}</guid>"
        f"<pubDate>{_day(at):%a, %d %b %Y %H:%M:%S} GMT</pubDate><category>c{number % TOPICS}</category>"
        f"<description><![CDATA[{html}]]></description></item>"
        for at, title, html in entries
    )
    return (
        f'<?xml version="1.0"?><rss version="2.0"><channel><title>Site {number}</title><link>{site}/</link>'
        f"<description>Farm</description>{items}</channel></rss>"
    )


def _atom(site: str, number: int, entries: list[tuple[int, str, str]]) -> str:
    from html import escape

    items = "".join(
        f'<entry><id>{site}/{at}</id><title>{title}</title><link href="{site}/{at}"/>'
        f"<updated>{_day(at):%Y-%m-%dT%H:%M:%SZ}</updated><published>{_day(at):%Y-%m-%dT%H:%M:%SZ}</published>"
        f'<category term="c{number % TOPICS}"/><content type="html">{escape(html)}</content></entry>'
        for at, title, html in entries
    )
    return (
        f'<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"><id>{site}/feed</id>'
        f"<title>Site {number}</title>"
        f'<updated>2025-06-01T00:00:00Z</updated><link href="{site}/"/><author><name>Farm</name></author>{items}</feed>'
    )


def _day(at: int):  # type: ignore[no-untyped-def]
    from datetime import UTC, datetime, timedelta

    return datetime(2025, 6, 1, tzinfo=UTC) - timedelta(hours=7 * at) if at < 1000 else datetime(2025, 6, 2, tzinfo=UTC)


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """The farm's address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    config = folder / "nginx.conf"
    config.write_text(_NGINX.format(folder=folder, port=port))
    process = subprocess.Popen(["nginx", "-c", str(config), "-p", str(folder)], stderr=subprocess.DEVNULL)
    try:
        while True:
            try:
                socket.create_connection(("127.0.0.1", port)).close()
                break
            except OSError:
                time.sleep(0.05)
        yield f"http://127.0.0.1:{port}/"
    finally:
        process.terminate()
        process.wait()


def cpu(command: list[str], **more: object) -> tuple[float, str]:
    """The CPU seconds of a command and all that it starts, and what it printed last."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(command, capture_output=True, text=True, **more)  # type: ignore[call-overload]
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode:
        raise SystemExit(f"{command[0]} failed: {done.stderr[-2000:]}")
    taken = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return taken, (done.stdout.strip().splitlines() or [""])[-1]


class Feedd:
    """feedd's own commands; ``publish`` tells whether the topics are regenerated too."""

    def __init__(self, folder: Path, urls: list[str], *, publish: bool) -> None:
        folder.mkdir()
        (folder / "inbox").mkdir()
        self._config = folder / "feedd.toml"
        sources = "".join(f'[[source]]\nurl = "{url}"\ntopics = ["t{at % TOPICS}"]\n' for at, url in enumerate(urls))
        self._config.write_text(
            f'[site]\nurl = "https://n.example/"\nauthority = "n.example,2025"\n[[inbox]]\npath = "inbox"\n'
            f'[fetch]\nallow = ["127.0.0.0/8"]\n{sources}'
        )
        self._publish = publish

    def run(self) -> tuple[float, str]:
        """Polls all, and takes in what is new."""
        polled, _ = cpu([sys.executable, "-m", "feedd", "fetch", "--once", "-c", str(self._config)])
        if not any((self._config.parent / ".feedd" / "spool").glob("new/*.http")):
            return polled, "0"  # a running feedd notices that there is nothing
        if self._publish:
            taken, told = cpu([sys.executable, "-m", "feedd", "build", "-c", str(self._config)])
        else:
            taken, told = cpu([sys.executable, "-c", _TAKE_IN, str(self._config)])
        return polled + taken, told


class Reader:
    """lemon24/reader, eight workers."""

    def __init__(self, folder: Path, urls: list[str]) -> None:
        folder.mkdir()
        self._database = folder / "reader.db"
        self._urls = urls

    def run(self) -> tuple[float, str]:
        """Updates all."""
        python = ROOT / ".venv" / "judges" / "bin" / "python"
        return cpu([str(python), "-c", _READER, str(self._database)], input="\n".join(self._urls))


class Sfeed:
    """Debian's sfeed_update with curl, as it comes."""

    def __init__(self, folder: Path, urls: list[str]) -> None:
        folder.mkdir()
        self._folder = folder
        feeds = "\n".join(f'  feed "f{at}" "{url}"' for at, url in enumerate(urls)) or "  :"
        # As its manual shows: curl asks conditionally only when told where to keep what it was told.
        (folder / "sfeedrc").write_text(
            f'sfeedpath="{folder}/feeds"\nmaxjobs=8\nfetch() {{\n  curl -s -f -L -m 15 '
            f'--etag-save "{folder}/etags/$1" --etag-compare "{folder}/etags/$1" "$2"\n}}\nfeeds() {{\n{feeds}\n}}\n'
        )
        (folder / "feeds").mkdir()
        (folder / "etags").mkdir()

    def run(self) -> tuple[float, str]:
        """Updates all."""
        taken, _ = cpu(["sfeed_update", str(self._folder / "sfeedrc")])
        return taken, str(sum(len(path.read_bytes().splitlines()) for path in (self._folder / "feeds").iterdir()))


SITUATIONS = ("first load", "nothing changed", "one entry more")
PROGRAMS = ("feedd", "feedd, published", "reader", "sfeed_update")


def main() -> None:
    """Prints the table."""
    feeds = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 3
    taken: dict[tuple[str, str], list[float]] = {}
    idle: dict[tuple[str, str], list[float]] = {}
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        with served(folder) as url:
            for number in range(rounds):
                farm(folder / "farm", feeds, 0)
                urls = [f"{url}{at}.{'atom' if at % 2 else 'rss'}" for at in range(feeds)]
                run = folder / f"round{number}"
                run.mkdir()
                makers: dict[str, Callable[[Path, list[str]], Feedd | Reader | Sfeed]] = {
                    "feedd": lambda place, urls: Feedd(place, urls, publish=False),
                    "feedd, published": lambda place, urls: Feedd(place, urls, publish=True),
                    "reader": Reader,
                    "sfeed_update": Sfeed,
                }
                small = {
                    name: make(run / f"{name} small".replace(",", ""), urls[:FEW]) for name, make in makers.items()
                }
                programs = {name: make(run / name.replace(",", ""), urls) for name, make in makers.items()}
                for situation in SITUATIONS:
                    if situation == SITUATIONS[2]:
                        farm(folder / "farm", feeds, 1)
                    for name, program in programs.items():
                        idle.setdefault((situation, name), []).append(small[name].run()[0])
                        seconds, told = program.run()
                        taken.setdefault((situation, name), []).append(seconds)
                        print(f"round {number + 1}, {situation}, {name}: {seconds:.2f} s ({told})", file=sys.stderr)
                shutil.rmtree(run)
    base = {key: statistics.median(values) for key, values in idle.items()}
    few = ", ".join(f"{name} {base[SITUATIONS[0], name]:.2f} s" for name in PROGRAMS)
    print(f"{feeds} feeds of {ENTRIES} entries; CPU for the first load of {FEW}, which is taken off: {few}")
    print(f"\n| feeds a CPU second | {' | '.join(PROGRAMS)} | feedd / reader | feedd / sfeed |")
    print("|---" * (len(PROGRAMS) + 3) + "|")
    for situation in SITUATIONS:
        rate = {
            name: (feeds - FEW) / max(statistics.median(taken[situation, name]) - base[situation, name], 0.001)
            for name in PROGRAMS
        }
        cells = " | ".join(f"{rate[name]:,.0f}" for name in PROGRAMS)
        ratios = f"{rate['feedd'] / rate['reader']:.1f} x | {rate['feedd'] / rate['sfeed_update']:.1f} x"
        print(f"| {situation} | {cells} | {ratios} |")


if __name__ == "__main__":
    main()
