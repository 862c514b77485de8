"""What choosing topics costs: by the number of topics, and a rehearsal over a large archive.

``benchmarks/topics.py [ARTICLES]`` (100,000 by default) also fills an archive with so many articles, without reading
any file, and holds changed rules of 200 topics against it.
"""

from __future__ import annotations

import random
import re
import resource
import statistics
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from feedd import config, rehearsal
from feedd.archive import Archive
from feedd.model import Article, Origin, Place, Topic, Zones
from feedd.rules import Rule, Surroundings
from feedd.store import Stored
from feedd.topics import choose, prepare

SYLLABLES = [consonant + vowel for consonant in "bdfgklmnprstvz" for vowel in "aeiou"]
WORDS = [first + last for first in SYLLABLES for last in SYLLABLES]
NOW = datetime(2025, 6, 1, tzinfo=UTC)


def article(dice: random.Random) -> Article:
    """A title of 8 words and 420 words of text."""
    title = " ".join(dice.choices(WORDS, k=8))
    body = " ".join(dice.choices(WORDS, k=420))
    zones = Zones(title, "", body, "", "")
    return Article(title, f"<p>{body}</p>", Origin("bench", "utf-8"), zones, tags=tuple(dice.sample(WORDS, 3)))


def rules(count: int, seed: int = 2) -> list[Rule]:
    """Topics of twenty terms: words that every newsroom uses, and stems, phrases and tags that hardly any article has.

    Ten words in all topics together are found in an article about as often however many topics there are.
    """
    dice = random.Random(seed)
    made = []
    for number in range(count):
        rare = [f"{word}{number}x" for word in dice.choices(WORDS, k=12)]
        terms = [*rare, *(f"{word}*" for word in rare[:2]), f"{rare[1]} {rare[2]}", f"{rare[4]} {rare[5]}"]
        terms += [f"*{rare[3]}*", f"={rare[4].title()}", f"tag:{rare[0]}"]
        terms += [dice.choice(WORDS) if number < 10 else f"{rare[6]} {rare[7]}"]
        made.append(Rule(Topic(f"t{number}", f"T {number}"), any=tuple(terms), none=(f"no{number}",)))
    return made


def naive(made: list[Rule]) -> list[re.Pattern[str]]:
    """What is written first everywhere: one alternation a topic, searched over the text."""
    plain = [[word.strip("*=").removeprefix("tag:") for word in one.any] for one in made]
    return [re.compile(rf"\b(?:{'|'.join(map(re.escape, words))})", re.IGNORECASE) for words in plain]


def memory() -> float:
    """MiB of this process."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize() / 2**20


def by_topics() -> None:
    """CPU of choosing by the number of topics, and of one regular expression for each topic."""
    dice = random.Random(1)
    articles = [article(dice) for _ in range(200)]
    counts = (10, 100, 1000, 10_000)
    prepared, needed, expressions = {}, {}, {}
    for count in counts:
        before = memory()
        prepared[count] = prepare(rules(count), {})
        needed[count] = memory() - before
        expressions[count] = naive(rules(count)) if count <= 1000 else []
    taken: dict[int, list[float]] = {count: [] for count in counts}
    searched: dict[int, list[float]] = {count: [] for count in counts}
    for turn in range(9):
        for count in counts:
            begun = time.process_time()
            for one in articles:
                choose(prepared[count], one, Surroundings("inbox", "a.md"))
            taken[count].append((time.process_time() - begun) / len(articles))
            if turn < 3 and expressions[count]:
                begun = time.process_time()
                for one in articles[:5]:
                    text = f"{one.title}\n{one.zones.body}"
                    [expression.search(text) for expression in expressions[count]]
                searched[count].append((time.process_time() - begun) / 5)
    print(
        f"{'topics':>7} {'terms':>7} {'MiB':>5} {'µs CPU an article':>18} {'of that with 10':>16} {'re by topic':>16}"
    )
    least = statistics.median(taken[10])
    for count in counts:
        median = statistics.median(taken[count])
        terms = sum(len(one.any) + len(one.none) for one in rules(count))
        other = ""
        if searched[count]:
            slow = statistics.median(searched[count])
            other = f" {slow * 1e6:16.0f} {slow / median:7.0f}x"
        print(f"{count:7} {terms:7} {needed[count]:5.0f} {median * 1e6:18.1f} {median / least:15.2f}x{other}")


def toml(seed: int) -> str:
    """A configuration of 200 topics of ten common words: an article is in about ten of them."""
    dice = random.Random(seed)
    topics = "\n".join(f'[[topic]]\nid = "t{number}"\nany = {dice.sample(WORDS, 10)}\n' for number in range(200))
    return f'[site]\nauthority = "bench.example,2025"\n[state]\npath = "state"\n{topics}'


def fill(folder: Path, count: int) -> None:
    """An archive of so many articles, in the topics that the first rules give them."""
    (folder / "feedd.toml").write_text(toml(2))
    topics = config.load(folder / "feedd.toml").topics
    archive = Archive(folder / "state" / "feedd.db")
    dice = random.Random(3)
    for start in range(0, count, 500):
        with archive.transaction() as tx:
            for number in range(start, min(start + 500, count)):
                one = article(dice)
                place = Place("inbox", b"%d.md" % number)
                date = NOW - timedelta(minutes=number)
                digest = number.to_bytes(32, "big")
                key = tx.put_article(
                    Stored(None, f"tag:b:{number}", place, digest, 1, number, True, NOW, date, date, b"v", one)
                )
                tx.set_topics(key, date, {topic.id: topic.title for topic in choose(topics, one)})
    archive.close()


def replaying(count: int) -> None:
    """Articles a second of a rehearsal."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        fill(folder, count)
        (folder / "feedd.toml").write_text(toml(4))
        found = config.load(folder / "feedd.toml")
        print(f"\n{'rehearsal of':>12} {'topics':>7} {'CPU s':>7} {'wall s':>7} {'articles a second of CPU':>25}")
        for _ in range(3):
            archive = Archive(folder / "state" / "feedd.db", read_only=True)
            begun, began = time.process_time(), time.monotonic()
            changes = rehearsal.rehearse(found, archive, most=10)
            cpu, wall = time.process_time() - begun, time.monotonic() - began
            archive.close()
            print(f"{count:12} {len(changes):7} {cpu:7.2f} {wall:7.2f} {count / cpu:25.0f}")


if __name__ == "__main__":
    by_topics()
    replaying(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
