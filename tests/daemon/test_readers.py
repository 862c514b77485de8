"""Real feed readers subscribe to a running feedd: each entry once, polls that find nothing, edits that are no news."""

from __future__ import annotations

import json
import os
import re
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from pathlib import Path

import feedparser
import pytest
from daemon.feedd_process import CONFIG, Feedd
from newsroom import markdown

JUDGES = Path(__file__).parents[2] / ".venv" / "judges" / "bin"


class Reader:
    """A reader with a folder of its own, which has subscribed to one feed."""

    program = ""
    polls_before_conditional = 1  # how many it asks unconditionally, at most
    mistakes_what_is_new = False  # feedparser asks for it, and the program takes the answer for an error

    def __init__(self, folder: Path, url: str) -> None:
        self.folder = folder
        self.url = url
        folder.mkdir()
        self.subscribe()

    def run(self, *command: str) -> str:
        """Runs a command of the reader's to its end: what it says."""
        home = str(self.folder)
        environment = {**os.environ, "HOME": home, "XDG_CONFIG_HOME": home, "XDG_DATA_HOME": home, "LANG": "C.UTF-8"}
        done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)
        assert done.returncode == 0, (command, done.stdout, done.stderr)
        return done.stdout

    def subscribe(self) -> None:
        raise NotImplementedError

    def poll(self) -> None:
        raise NotImplementedError

    def entries(self) -> list[str]:
        """What tells each entry from others, as the reader keeps it."""
        raise NotImplementedError


class Newsboat(Reader):
    program = "newsboat"
    polls_before_conditional = 2

    def subscribe(self) -> None:
        (self.folder / "urls").write_text(f"{self.url}\n")
        (self.folder / "config").touch()

    def poll(self) -> None:
        place = {name: str(self.folder / name) for name in ("urls", "config", "cache.db")}
        self.run("newsboat", "-q", "-u", place["urls"], "-C", place["config"], "-c", place["cache.db"], "-x", "reload")

    def entries(self) -> list[str]:
        with sqlite3.connect(self.folder / "cache.db") as cache:
            return [guid for (guid,) in cache.execute("SELECT guid FROM rss_item WHERE deleted = 0")]


class Sfeed(Reader):
    program = "sfeed_update"
    polls_before_conditional = 99  # it never does

    def subscribe(self) -> None:
        rows = f'sfeedpath="{self.folder}/feeds"\nfeeds() {{\n\tfeed "korea" "{self.url}"\n}}\n'
        (self.folder / "sfeedrc").write_text(rows)

    def poll(self) -> None:
        self.run("sfeed_update", str(self.folder / "sfeedrc"))

    def entries(self) -> list[str]:
        rows = (self.folder / "feeds" / "korea").read_text().splitlines()
        # An edited entry is another line of the same id to it.
        return sorted({row.split("\t")[5] for row in rows})


class Rss2email(Reader):
    program = "r2e"
    mistakes_what_is_new = True

    def _run(self, *words: str) -> None:
        self.run("r2e", "-c", str(self.folder / "config"), "-d", str(self.folder / "data.json"), *words)

    def subscribe(self) -> None:
        self._run("new", "reader@example.org")
        self._run("add", "korea", self.url)

    def poll(self) -> None:
        self._run("run", "--no-send")

    def entries(self) -> list[str]:
        (feed,) = json.loads((self.folder / "data.json").read_text())["feeds"]
        return list(feed["seen"])


class LemonReader(Reader):
    """lemon24/reader, in an environment of its own."""

    program = str(JUDGES / "python")
    _SCRIPT = """
import json, sys
from reader import make_reader
reader = make_reader(sys.argv[1], feed_root="")
reader.add_feed(sys.argv[2], exist_ok=True)
reader.update_feed(sys.argv[2])
print(json.dumps([entry.id for entry in reader.get_entries()]))
"""

    def subscribe(self) -> None:
        self._seen: list[str] = []

    def poll(self) -> None:
        self._seen = json.loads(self.run(self.program, "-c", self._SCRIPT, str(self.folder / "reader.db"), self.url))

    def entries(self) -> list[str]:
        return self._seen


class Feedparser(Reader):
    def subscribe(self) -> None:
        self._known: dict[str, str] = {}
        self._seen: dict[str, str] = {}

    def poll(self) -> None:
        found = feedparser.parse(self.url, **self._known)
        assert found.status in (200, 226, 304), found
        assert not found.bozo
        for name in ("etag", "modified"):
            if found.get(name):
                self._known[name] = found[name]
        self._seen |= {entry.id: entry.title for entry in found.entries}

    def entries(self) -> list[str]:
        return list(self._seen)


@pytest.fixture
def feedd(tmp_path: Path) -> Iterator[Feedd]:
    config = CONFIG.replace('listen = "127.0.0.1:0"', 'listen = "127.0.0.1:0"\naccess_log = "access.log"')
    feedd = Feedd(tmp_path / "site", config)
    for number in range(3):
        (feedd.inbox / f"{number}.md").write_text(markdown(f"Korea {number}", date=f"2025-03-0{number + 1}T12:00:00Z"))
    feedd.start()
    try:
        yield feedd
    finally:
        feedd.close()


@pytest.mark.parametrize("kind", [Newsboat, Sfeed, Rss2email, LemonReader, Feedparser])
@pytest.mark.parametrize("suffix", ["atom", "rss"])
def test_a_reader_sees_each_entry_once_and_polls_for_nothing(
    feedd: Feedd, tmp_path: Path, kind: type[Reader], suffix: str
) -> None:
    if kind.program and shutil.which(kind.program) is None:
        pytest.skip(f"{kind.program} is not installed: apt-get install newsboat sfeed rss2email, make judges")
    reader = kind(tmp_path / "reader", f"{feedd.url}korea.{suffix}")
    log = feedd.folder / "access.log"

    def polled() -> list[int]:
        """Polls once: the statuses of what it asked for."""
        before = len(log.read_text().splitlines()) if log.exists() else 0
        reader.poll()
        rows = log.read_text().splitlines()[before:]
        return [int(found[1]) for row in rows if (found := re.search(rf'korea\.{suffix} HTTP/1\.1" (\d+) ', row))]

    def changed(path: str, text: str) -> None:
        tag = feedd.ask(f"/korea.{suffix}", "HEAD")[1]["etag"]
        (feedd.inbox / path).write_text(text)
        feedd.until(lambda: feedd.ask(f"/korea.{suffix}", "HEAD")[1]["etag"] != tag, "the change is published")

    assert polled() == [200]
    first = sorted(reader.entries())
    assert len(first) == 3
    statuses = [status for _ in range(3) for status in polled()]
    assert len(statuses) == 3
    assert all(status == 304 for status in statuses[kind.polls_before_conditional - 1 :])
    assert sorted(reader.entries()) == first
    changed("0.md", markdown("Korea 0, corrected", date="2025-03-01T12:00:00Z"))
    assert polled()[0] in (200, 226)
    if kind.mistakes_what_is_new:
        assert polled() == [200], "it gets the whole feed, and whole feeds from then on"
    assert sorted(reader.entries()) == first, "an edit is no new entry"
    # Renamed and edited at once it is the same article still.
    (feedd.inbox / "1.md").rename(feedd.inbox / "renamed.md")
    changed("renamed.md", markdown("Korea 1, corrected", date="2025-03-02T12:00:00Z"))
    polled()
    assert sorted(reader.entries()) == first
    changed("3.md", markdown("Korea 3", date="2025-03-04T12:00:00Z"))
    assert polled()[0] in ((200,) if kind.mistakes_what_is_new else (200, 226))
    assert len(reader.entries()) == 4
    assert set(first) < set(reader.entries())
