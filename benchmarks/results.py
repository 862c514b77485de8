"""Runs every benchmark and writes what they print to RESULTS.md, with the date, the machine and all versions.

Usage: results.py [NAME ...]      (default: all; with names only their parts of RESULTS.md are written anew)
"""

from __future__ import annotations

import os
import platform
import re
import sqlite3
import subprocess
import sys
import time
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import rivals

HERE = Path(__file__).parent
RESULTS = HERE / "RESULTS.md"
NAMES = ("cold", "latency", "flat", "idle", "serve", "fetch", "generate", "topics", "parse", "accuracy")
PACKAGES = ("feedgen", "lxml", "SQLAlchemy", "APScheduler", "watchdog", "comrak", "nh3", "brotli", "uvicorn", "aiohttp")


def machine() -> str:
    """What they ran on."""
    model = next(
        (line.partition(":")[2].strip() for line in _lines("/proc/cpuinfo") if line.startswith("model name")), ""
    )
    memory = next(int(line.split()[1]) >> 20 for line in _lines("/proc/meminfo") if line.startswith("MemTotal"))
    return f"{os.cpu_count()} cores ({model or platform.machine()}), {memory} GiB, Linux {platform.release()}"


def versions() -> str:
    """What they ran."""
    ours = [f"Python {platform.python_version()}", f"SQLite {sqlite3.sqlite_version}"]
    ours += [f"{name} {version(name)}" for name in PACKAGES]
    return ", ".join([*ours, *(f"{one.name} ({one.version()})" for one in rivals.install())])


def _lines(path: str) -> list[str]:
    return Path(path).read_text().splitlines()


def part(name: str) -> str:
    """What one of them printed; it is shown while it runs."""
    begun = time.monotonic()
    print(f"== {name}", flush=True)
    process = subprocess.Popen([sys.executable, str(HERE / f"{name}.py")], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    lines = []
    for line in process.stdout:
        print(line, end="", flush=True)
        lines.append(line.rstrip())
    if process.wait():
        raise SystemExit(f"{name}.py failed")
    when, took = datetime.now(UTC), time.monotonic() - begun
    text = "\n".join(lines).strip("\n")
    return f"## {name}.py\n\n{when:%Y-%m-%d %H:%M} UTC, {took:.0f} s.\n\n```\n{text}\n```\n"


def main() -> None:
    """Runs them, and writes each part as it comes."""
    parts = dict.fromkeys(NAMES, "")
    if RESULTS.exists():
        for found in re.finditer(r"^## (\w+)\.py\n.*?^```\n.*?^```\n", RESULTS.read_text(), re.MULTILINE | re.DOTALL):
            parts[found[1]] = found[0]
    head = (
        "# Results\n\nWritten by `make bench`; [README.md](README.md) says what the tables mean, and their bars.\n\n"
        f"- Machine: {machine()}\n- Versions: {versions()}\n"
    )
    for name in sys.argv[1:] or NAMES:
        parts[name] = part(name)
        RESULTS.write_text("\n".join([head, *filter(None, parts.values())]))


if __name__ == "__main__":
    main()
