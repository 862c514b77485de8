"""kill -9 of whoever polls and whoever takes in, at any moment: no entry of an upstream feed is lost or doubled."""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import time
from contextlib import closing, suppress
from pathlib import Path

from faults.newsdesk import CONFIG, Newsdesk, title
from feedserver import FeedServer, feed_server, validated

KILLS = 30
FEEDS = 4


class Upstream:
    """Feeds that grow: each shows its newest thirty entries, and answers 304 as long as nothing is new."""

    def __init__(self, server: FeedServer) -> None:
        self._server = server
        self.told = 0

    def grow(self) -> None:
        """One entry more."""
        self.told += 1
        self.show((self.told - 1) % FEEDS)

    def show(self, feed: int) -> None:
        """Publishes a feed as it is now."""
        numbers = [number for number in range(self.told) if number % FEEDS == feed][-30:]
        items = "".join(
            f"<item><title>{title(number)}</title><guid>urn:story:{number}</guid>"
            f"<pubDate>Sat, 01 Mar 2025 {number // 3600:02}:{number // 60 % 60:02}:{number % 60:02} GMT</pubDate>"
            f"<description>What story number {number} tells.</description></item>"
            for number in reversed(numbers)
        )
        body = f"<rss><channel><title>Feed {feed}</title>{items}</channel></rss>".encode()
        self._server.answers[f"/{feed}"] = validated(body, f'"{feed}-{self.told}"')


def child(desk: Newsdesk) -> int | None:
    """The process that polls."""
    assert desk.process is not None
    for task in Path(f"/proc/{desk.process.pid}/task").iterdir():
        for pid in (task / "children").read_text().split():
            with suppress(OSError):
                if b"\0fetch\0" in Path(f"/proc/{pid}/cmdline").read_bytes():
                    return int(pid)
    return None


def test_killed_30_times_no_entry_is_lost_or_doubled(desk: Newsdesk) -> None:
    dice = random.Random(8)
    with feed_server() as server:
        upstream = Upstream(server)
        for _ in range(40):
            upstream.grow()
        sources = "".join(
            f'[[source]]\nurl = "{server.url(f"/{feed}")}"\nmin_interval = 1\nmax_interval = 1\n'
            for feed in range(FEEDS)
        )
        desk.config.write_text(f'{CONFIG}\n[fetch]\nallow = ["127.0.0.1"]\n{sources}')
        for number in range(KILLS):
            if desk.process is None or desk.process.poll() is not None:
                desk.start(ready=False, seconds=60)
            end = time.monotonic() + dice.uniform(0.0, 3.0)
            while time.monotonic() < end:
                upstream.grow()
                time.sleep(dice.uniform(0.0, 0.4))
            polling = child(desk)
            if number % 2 and polling is not None:
                os.kill(polling, signal.SIGKILL)
            else:
                desk.kill()
            path = desk.folder / ".feedd" / "fetch" / "fetch.db"
            if path.exists():
                with closing(sqlite3.connect(path)) as ledger:
                    assert ledger.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        if desk.process is None or desk.process.poll() is not None:
            desk.start(seconds=60)
        desk.holds(range(upstream.told), seconds=120)
        assert desk.stop()[0] == 0
        assert not list((desk.folder / ".feedd" / "spool").rglob("*.http"))
        # Nobody polls any more once the daemon is gone.
        asked = len(server.requests)
        time.sleep(2.5)
        assert len(server.requests) == asked
