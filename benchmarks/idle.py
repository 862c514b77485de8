"""What feedd costs while nothing happens: its start over many known files, its CPU and memory at rest, an empty build.

Usage: idle.py [FILES ...]      (default: 100000 1000000)

The bars: ready within 1.5 x one pass of scandir and stat, plus a second; at most 1 % of a core; at most 150 MB with a
million articles. ``CPU s`` is what the start took, a scan of everything among it: one comes every ten minutes.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from pathlib import Path

import rivals
import synthetic
from latency import cpu, running

REST = 65  # seconds: two sweeps fall into them


def stat_pass(folder: Path) -> tuple[float, float]:
    """Seconds of the wall clock and of CPU that it takes to see every file."""
    begun, used = time.monotonic(), time.process_time()
    waiting = [str(folder)]
    while waiting:
        with os.scandir(waiting.pop()) as entries:
            for entry in entries:
                entry.stat(follow_symlinks=False)
                if entry.is_dir(follow_symlinks=False):
                    waiting.append(entry.path)
    return time.monotonic() - begun, time.process_time() - used


def memory(group: int) -> tuple[float, float]:
    """MB of the daemon's main process: now, and at most."""
    status = dict(line.split(":", 1) for line in Path(f"/proc/{group}/status").read_text().splitlines())
    return tuple(int(status[name].split()[0]) / 1000 for name in ("VmRSS", "VmHWM"))  # type: ignore[return-value]


def rest(count: int) -> None:
    """A row of the table."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        synthetic.newsroom(folder, count)
        command = [sys.executable, "-m", "feedd"]
        rivals.run([*command, "build"], folder)  # the feeds, and the start's part of them
        once = min(stat_pass(folder / "inbox")[0] for _ in range(3))
        begun = time.monotonic()
        with running([*command, "run", "--no-serve"], folder, lambda said: "ready:" in said) as group:
            ready, started = time.monotonic() - begun, cpu(group)
            time.sleep(10)
            before = cpu(group)
            time.sleep(REST)
            share = (cpu(group) - before) / REST * 100
            now, most = memory(group)
        row = f"{count:9} {once:8.2f} {ready:9.2f} {(ready - 1) / once:10.2f}x {started:8.2f} {share:7.2f} %"
        print(f"{row} {now:7.0f} {most:8.0f}", flush=True)


def empty_build(count: int) -> None:
    """A build over so many known files that finds nothing to do."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        synthetic.newsroom(folder, count)
        command = [sys.executable, "-m", "feedd", "build"]
        rivals.run(command, folder)
        before = {path: path.stat().st_mtime_ns for path in (folder / "feeds").rglob("*") if path.is_file()}
        costs = [rivals.run(command, folder).cpu for _ in range(5)]
        nothing = min(rivals.run([sys.executable, "-c", "import feedd.daemon"], folder).cpu for _ in range(5))
        after = {path: path.stat().st_mtime_ns for path in (folder / "feeds").rglob("*") if path.is_file()}
        _, once = min(stat_pass(folder / "inbox") for _ in range(5))
        print(
            f"\nbuild over {count} known files: {min(costs):.2f} CPU s, of which {nothing:.2f} s load the program; "
            f"the rest is {(min(costs) - nothing) / once:.1f} x a stat pass of {once:.3f} s; "
            f"{sum(before.get(path) != time_ for path, time_ in after.items())} files written"
        )


def main() -> None:
    """Prints the table."""
    head = f"{'files':>9} {'pass, s':>8} {'ready, s':>9} {'less 1 s':>11} {'CPU s':>8} {'at rest':>9}"
    print(f"{head} {'MB now':>7} {'at most':>8}")
    for count in map(int, sys.argv[1:] or ["100000", "1000000"]):
        rest(count)
    empty_build(10_000)


if __name__ == "__main__":
    main()
