"""How soon a dropped article is seen: over HTTP, at rest and while one topic is edited without end, and in its feed's
file beside static site generators that watch.

Usage: latency.py [ARTICLES [DROPS]]      (default: 10000 100)

Time runs from the close of the new file to the first answer, or the first look at the feed's file, that holds it; both
are asked for every two milliseconds. feedd holds ARTICLES in 200 topics before.
"""

from __future__ import annotations

import contextlib
import http.client
import multiprocessing
import os
import random
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import rivals

_TICK = os.sysconf("SC_CLK_TCK")
_PORT = 18471
_GIVE_UP = 40.0
_EDITS = 10_000 / 60  # a second


@contextmanager
def running(command: Sequence[str], folder: Path, ready: Callable[[str], bool]) -> Iterator[int]:
    """A watcher at work, once it is ready by its words: its process group."""
    with (folder / "watch.log").open("wb") as out:
        process = subprocess.Popen(
            list(command), cwd=folder, stdout=out, stderr=out, stdin=subprocess.DEVNULL, start_new_session=True
        )
    try:
        end = time.monotonic() + 600
        while not ready((folder / "watch.log").read_text(errors="replace")):
            if process.poll() is not None or time.monotonic() > end:
                raise RuntimeError(f"{command[0]}: {(folder / 'watch.log').read_text()[-2000:]}")
            time.sleep(0.2)
        yield process.pid
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(20)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def cpu(group: int) -> float:
    """Seconds of CPU that a process group took until now, by the processes that it has."""
    taken = 0
    for status in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            fields = status.read_text().rpartition(")")[2].split()
            if int(fields[2]) == group:
                taken += sum(map(int, fields[11:15]))
    return taken / _TICK


def drop(folder: Path, number: int, dice: random.Random, *, but: str = "") -> tuple[bytes, str, float]:
    """Writes another article, ``but`` not of this tag: the words by which it is known, its first tag, and when it was
    closed.
    """
    mark = f"mark{number}x{dice.randrange(10**9)}"
    body = rivals.article(number, dice, words=f"{mark} ")
    while but and but in body:
        body = rivals.article(number, dice, words=f"{mark} ")
    tag = body.partition('tags: ["')[2].partition('"')[0]
    path = folder / f"story-{number}.md"
    path.write_text(body)
    return mark.encode(), tag, time.monotonic()


def until(look: Callable[[], bytes], mark: bytes, begun: float) -> float:
    """Seconds until a look finds the mark."""
    while mark not in look():
        if time.monotonic() - begun > _GIVE_UP:
            return float("inf")
        time.sleep(0.002)
    return time.monotonic() - begun


def edit(folder: Path) -> None:
    """Writes articles of the first topic over and over, until it is ended."""
    begun, done = time.monotonic(), 0
    while True:
        number = 1_000_000 + done % 20
        body = rivals.article(number, random.Random(number), words=f"Edition {done // 20}. ")
        head, _, rest = body.partition("tags: [")
        path = folder / f"edited-{number}.md"
        path.write_text(f'{head}tags: ["{rivals.tag(0)}"]{rest.partition("]")[2]}')
        done += 1
        time.sleep(max(0.0, begun + done / _EDITS - time.monotonic()))


def over_http(articles: int, drops: int, quiet: float, *, edits: bool = False) -> list[float]:
    """Seconds of each drop; with ``edits``, into other topics than the one that is edited all the time."""
    settings = f'[server]\nlisten = "127.0.0.1:{_PORT}"\n[schedule]\nquiet = {quiet}'
    rival = rivals.feedd(settings)
    dice = random.Random(3)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        rivals.write(folder / "content", articles)
        rival.prepare(folder)
        rivals.run(rival.build(folder), folder)
        taken = []
        with running([sys.executable, "-m", "feedd", "run"], folder, lambda said: "ready:" in said):
            connection = http.client.HTTPConnection("127.0.0.1", _PORT)
            editor = multiprocessing.get_context("fork").Process(target=edit, args=(folder / "content",), daemon=True)
            if edits:
                editor.start()
                time.sleep(5)

            def ask(tag: str) -> bytes:
                connection.request("GET", f"/{tag}.atom")
                return connection.getresponse().read()

            for number in range(articles, articles + drops):
                mark, tag, begun = drop(folder / "content", number, dice, but=rivals.tag(0) if edits else "")
                taken.append(until(lambda tag=tag: ask(tag), mark, begun))  # type: ignore[misc]
                time.sleep(dice.uniform(0.3, 0.6))
            connection.close()
            if edits:
                editor.terminate()
                editor.join()
        return taken


def in_the_file(rival: rivals.Rival, articles: int, drops: int) -> tuple[float, float]:
    """Medians: seconds until the article is in its feed's file, and seconds of CPU."""
    assert rival.watch is not None
    dice = random.Random(4)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        rivals.write(folder / "content", articles)
        rival.prepare(folder)
        if rival.name == "feedd":
            rivals.run(rival.build(folder), folder)
        first = folder / rival.feed(rivals.tag(0))
        taken, cost = [], []

        def ready(said: str) -> bool:
            return "ready:" in said if rival.name == "feedd" else first.exists()

        with running(rival.watch(folder), folder, ready) as group:
            time.sleep(5)  # some go on after their first feeds are written
            for number in range(articles, articles + drops):
                before = cpu(group)
                mark, tag, begun = drop(folder / "content", number, dice)
                if rival.adapt is not None:
                    rival.adapt(folder / "content" / f"story-{number}.md")
                    begun = time.monotonic()
                path = folder / rival.feed(tag)
                taken.append(until(path.read_bytes, mark, begun))
                time.sleep(2)
                cost.append(cpu(group) - before)
        return statistics.median(taken), statistics.median(cost)


def main() -> None:
    """Prints the tables."""
    articles, drops = (*map(int, sys.argv[1:]), *(10_000, 100)[len(sys.argv) - 1 :])[:2]
    print(
        f"from the close of a file to its entry over HTTP, {articles} articles in {rivals.TAGS} topics, {drops} drops"
    )
    print(f"{'quiet time, ms':>15} {'edits a second':>15} {'p50, ms':>9} {'p99, ms':>9} {'most, ms':>9}")
    for quiet, edits in ((0.1, False), (0.1, True), (0.0, False)):
        taken = sorted(one * 1000 for one in over_http(articles, drops, quiet, edits=edits))
        p99 = taken[min(len(taken) - 1, round(0.99 * len(taken)))]
        row = f"{quiet * 1000:15.0f} {_EDITS if edits else 0:15.0f} {statistics.median(taken):9.1f}"
        print(f"{row} {p99:9.1f} {taken[-1]:9.1f}", flush=True)
    print("\nfrom the close of a file to its entry in the feed's file")
    print(f"{'':10} {'ms':>9} {'CPU ms':>9} {'÷ feedd':>9}")
    ours = None
    for rival in (rivals.feedd("[schedule]\nquiet = 0.0"), *rivals.install()):
        if rival.watch is None:
            continue
        try:
            seconds, cost = in_the_file(rival, articles, 11 if rival.name == "feedd" else 2)
        except RuntimeError as error:
            print(f"{rival.name:10} left out: {str(error)[-200:]!r}", flush=True)
            continue
        ours = ours or seconds
        print(f"{rival.name:10} {seconds * 1000:9.1f} {cost * 1000:9.1f} {seconds / ours:8.0f}x", flush=True)


if __name__ == "__main__":
    main()
