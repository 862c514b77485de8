"""A real feedd on a free port and a temporary folder, as an operator runs it."""

from __future__ import annotations

import http.client
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from urllib.parse import urlsplit

import feedparser

CONFIG = """
[site]
url = "https://news.example.org/feeds/"
title = "Example News"
authority = "news.example.org,2025"

[server]
listen = "127.0.0.1:0"

[[topic]]
id = "all"
title = "Everything"

[[topic]]
id = "korea"
title = "Korea"
any = ["korea*", "pyongyang", "seoul"]
"""


class Feedd:
    """One folder and the daemon over it; ``start`` waits until it is ready."""

    def __init__(self, folder: Path, config: str = CONFIG) -> None:
        self.folder = folder
        self.inbox = folder / "inbox"
        self.inbox.mkdir(parents=True, exist_ok=True)
        self.config = folder / "feedd.toml"
        self.config.write_text(config)
        self.log = folder / "feedd.log"
        self.out = folder / "feedd.out"
        self.url = ""
        self.process: subprocess.Popen[bytes] | None = None

    def command(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Runs one command over this configuration to its end."""
        command = [sys.executable, "-m", "feedd", *words, "-c", str(self.config)]
        return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)

    def start(
        self,
        *words: str,
        ready: bool = True,
        before: Sequence[str] = (),
        program: Sequence[str] = ("-m", "feedd"),
        environment: Mapping[str, str] | None = None,
        seconds: float = 30.0,
    ) -> None:
        """Starts `feedd run`; waits until it says that it is ready, or only until it serves.

        ``before`` is a command that runs it (unshare, setpriv …), ``program`` what the interpreter runs instead of the
        package, and ``environment`` is added to this process's own.
        """
        self.out.write_bytes(b"")
        with self.out.open("ab") as out, self.log.open("ab") as log:
            command = [*before, sys.executable, *program, "run", *words, "-c", str(self.config)]
            env = {**os.environ, **(environment or {})}
            self.process = subprocess.Popen(command, stdout=out, stderr=log, start_new_session=True, env=env)
        self.until(lambda: ("ready:" if ready else "index page:") in self.out.read_text(), "it is ready", seconds)
        found = re.search(r"index page: (\S+)", self.out.read_text())
        self.url = found[1] if found else ""

    def stop(self, number: int = signal.SIGTERM) -> tuple[int, float]:
        """Ends it by a signal; gives its exit code and how many seconds it took."""
        assert self.process is not None
        begun = time.monotonic()
        self.process.send_signal(number)
        code = self.process.wait(20)
        return code, time.monotonic() - begun

    def kill(self) -> None:
        """kill -9."""
        assert self.process is not None
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait(20)

    def until(self, holds: Callable[[], bool], what: str, seconds: float = 30.0) -> None:
        """Waits until something holds; fails with the daemon's own words."""
        end = time.monotonic() + seconds
        while True:
            begun = time.monotonic()
            if holds():
                return
            dead = self.process is not None and self.process.poll() is not None
            assert not dead, f"feedd ended: {self.log.read_text()[-3000:]}"
            assert time.monotonic() < end, f"not in time: {what}: {self.log.read_text()[-3000:]}"
            # Looking takes its time too, and the daemon wants some of it.
            time.sleep(max(0.02, time.monotonic() - begun))

    def ask(self, path: str, method: str = "GET", **headers: str) -> tuple[int, dict[str, str], bytes]:
        """One request over HTTP: status, headers in lower case, body."""
        place = urlsplit(self.url)
        connection = http.client.HTTPConnection(place.hostname or "", place.port, timeout=10)
        try:
            connection.request(method, path, headers={k.replace("_", "-"): v for k, v in headers.items()})
            answer = connection.getresponse()
            body = answer.read()
            return answer.status, {key.lower(): value for key, value in answer.getheaders()}, body
        finally:
            connection.close()

    def feed(self, topic: str = "all", suffix: str = "atom") -> feedparser.FeedParserDict:
        """A topic's feed over HTTP; it must be faultless."""
        status, _, body = self.ask(f"/{topic}.{suffix}")
        assert status == 200, (status, body)
        parsed = feedparser.parse(body)
        assert not parsed.bozo, parsed.bozo_exception
        return parsed

    def entries(self, topic: str = "all") -> dict[str, str]:
        """Title → id of the entries that a subscriber sees now."""
        entries = self.feed(topic).entries
        assert len({entry.id for entry in entries}) == len(entries), "an entry twice"
        return {entry.title: entry.id for entry in entries}

    def ids(self) -> dict[str, str]:
        """Path → id of every article in the archive, by `feedd ids`."""
        lines = self.command("ids").stdout.splitlines()
        return {path: id_ for id_, path, _ in (one.split("\t") for one in lines)}

    def close(self) -> None:
        """Leaves no process behind."""
        if self.process is not None and self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait(20)
