"""Cold import: CPU, wall time and peak memory of `feedd build` over N generated Markdown articles and 200 topics.

Usage: build.py [N ...]      (default: 1000 10000)
"""

from __future__ import annotations

import os
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

SYLLABLES = [consonant + vowel for consonant in "bdfgklmnprstvz" for vowel in "aeiou"]
WORDS = [first + last for first in SYLLABLES for last in SYLLABLES]  # 4,900: about as many as a newsroom uses


def article(number: int, dice: random.Random) -> str:
    """About 3 kB of Markdown with front matter."""
    day = 1 + number % 28
    paragraphs = "\n\n".join(" ".join(dice.choices(WORDS, k=70)) for _ in range(6))
    tags = ", ".join(dice.sample(WORDS, 3))
    front = (
        f"title: Story {number} {' '.join(dice.choices(WORDS, k=8))}\ndate: 2025-03-{day:02}T12:00:00Z\ntags: [{tags}]"
    )
    return f"---\n{front}\n---\n\n{paragraphs}\n"


def config() -> str:
    """200 topics of ten terms each: an article meets about five of them, most by a word in its title."""
    dice = random.Random(2)
    topics = "\n".join(f'[[topic]]\nid = "t{number}"\nany = {dice.sample(WORDS, 10)}\n' for number in range(200))
    return f'[site]\nauthority = "bench.example,2025"\n[output]\nentries = 20\n{topics}'


def build(folder: Path) -> tuple[float, float, float]:
    """CPU seconds, wall seconds and peak MiB of one build."""
    begun = time.monotonic()
    process = subprocess.Popen(
        [sys.executable, "-m", "feedd", "build", "-c", str(folder / "feedd.toml")], stdout=subprocess.DEVNULL
    )
    _, _, usage = os.wait4(process.pid, 0)
    return usage.ru_utime + usage.ru_stime, time.monotonic() - begun, usage.ru_maxrss / 1024


def main() -> None:
    """Prints the table."""
    print(f"{'articles':>9} {'build':>6} {'CPU s':>7} {'wall s':>7} {'MiB':>6} {'ms CPU each':>12}")
    for count in map(int, sys.argv[1:] or ["1000", "10000"]):
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            (folder / "inbox").mkdir()
            (folder / "feedd.toml").write_text(config())
            dice = random.Random(1)
            for number in range(count):
                (folder / "inbox" / f"{number}.md").write_text(article(number, dice))
            for kind in ("cold", "no-op"):
                cpu, wall, memory = build(folder)
                print(f"{count:9} {kind:>6} {cpu:7.2f} {wall:7.2f} {memory:6.0f} {cpu * 1000 / count:12.3f}")


if __name__ == "__main__":
    main()
