"""Cold import: CPU, wall time and peak memory of `feedd build` beside static site generators that do the same feeds.

Usage: cold.py [N ...]      (default: 10000; 100000 takes half an hour)

What takes longer than a minute is not tried with more articles. The bars: without compression CPU at most that of Hugo,
and at most 200 MiB with 10,000 articles, 300 with 100,000. feedd also writes what the others don't: JSON Feed, a page
and the archive documents of each topic, all of them twice more in coded forms, and remembers every article.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from xml.etree import ElementTree

import rivals

_LONG = 60.0


def measure(rival: rivals.Rival, count: int) -> tuple[rivals.Cost, int]:
    """What it costs, and how many entries the first tag's feed holds: fewer than all would be another work."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        rivals.write(folder / "content", count)
        rival.prepare(folder)
        cost = rivals.run(rival.build(folder), folder)
        root = ElementTree.parse(folder / rival.feed(rivals.tag(0))).getroot()
        return cost, sum(one.tag.rpartition("}")[2] in {"entry", "item"} for one in root.iter())


def main() -> None:
    """Prints the table."""
    others = rivals.install()
    ours = [("feedd", rivals.feedd()), ("feedd, not compressing", rivals.feedd(compressing=False))]
    runners = [*ours, *((rival.name, rival) for rival in others)]
    print("; ".join(sorted({rival.version() for _, rival in runners})))
    print(f"{'articles':>9} {'':24} {'CPU s':>7} {'wall s':>7} {'MiB':>6} {'CPU ÷ Hugo':>11} {'entries':>8}")
    slow = set()
    for count in map(int, sys.argv[1:] or ["10000"]):
        hugo = 0.0
        for name, rival in sorted(runners, key=lambda one: one[0] != "Hugo"):
            if name in slow:
                continue
            cost, entries = measure(rival, count)
            if cost.wall > _LONG and rival.name != "feedd":
                slow.add(name)
            hugo = cost.cpu if name == "Hugo" else hugo
            ratio = f"{cost.cpu / hugo:10.2f}x" if hugo else ""
            row = f"{count:9} {name:24} {cost.cpu:7.2f} {cost.wall:7.2f} {cost.memory:6.0f} {ratio:>11} {entries:8}"
            print(row, flush=True)


if __name__ == "__main__":
    main()
