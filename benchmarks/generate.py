"""What regenerating a feed costs: after one new article, beside what others take for the whole document.

``benchmarks/generate.py`` prints CPU of Atom and RSS with 50, 100 and 1,000 entries of 3 kB, without compression:
ours with one entry new and all others made before, ours with all of them new, feedgen for the whole document, a
plain lxml tree, and Django's feedgenerator where it is installed. Then it counts write amplification (100 edits over 20
topics: files rewritten by files whose bytes had to change), and torn reads while a feed is regenerated 2,000 times.
"""

from __future__ import annotations

import gzip
import random
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from lxml import etree

from feedd.generate import atom, rss
from feedd.lint import refusal
from feedd.model import Article, Entry, Feed, FeedFile, Origin, Person, Site, Topic, Zones
from feedd.publish import FolderPublisher

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
import feedgen_oracle
from newsroom import Newsroom, markdown

NOW = datetime(2025, 6, 1, tzinfo=UTC)
SITE = Site("https://news.example.org/feeds/", "Example News", "news.example.org,2025")
TOPIC = Topic("korea", "Korea")
WORDS = "ferry harbour council market bridge winter strike budget museum railway weather border".split()


def entry(number: int, dice: random.Random) -> Entry:
    """An article of about 3 kB."""
    text = "".join(f"<p>{' '.join(dice.choices(WORDS, k=60))}.</p>" for _ in range(7))
    article = Article(
        f"Story {number} of the day",
        text,
        Origin("bench", "utf-8"),
        Zones(),
        summary=" ".join(dice.choices(WORDS, k=20)),
        url=f"https://example.org/{number}",
        authors=(Person("Ann Example"),),
        tags=("news", "ferry"),
    )
    when = NOW - timedelta(minutes=number)
    return Entry(f"tag:news.example.org,2025:{number}", when, when, article)


def feed(entries: list[Entry]) -> Feed:
    """The topic's feed."""
    return Feed("tag:news.example.org,2025:topic:korea", SITE, TOPIC, NOW, tuple(entries))


def forget() -> None:
    """Makes every entry new."""
    atom.slices.forget()
    rss.slices.forget()


def ours(given: Feed) -> None:
    """Both documents, and the gate before publishing."""
    for data in (atom.write(given), rss.write(given)):
        assert refusal(data, entries=len(given.entries)) is None


def feedgen(given: Feed) -> None:
    """Both documents by feedgen from end to end."""
    feedgen_oracle.atom_of(given)
    feedgen_oracle.rss_of(given, None)


def tree(given: Feed) -> None:
    """The least that an lxml tree of both needs."""
    for suffix in ("atom", "rss"):
        root = etree.Element("feed" if suffix == "atom" else "rss")
        for one in given.entries:
            item = etree.SubElement(root, "entry")
            etree.SubElement(item, "id").text = one.id
            etree.SubElement(item, "title").text = one.article.title
            etree.SubElement(item, "link", href=one.article.url or "")
            etree.SubElement(item, "published").text = one.published.isoformat()
            etree.SubElement(item, "updated").text = one.updated.isoformat()
            etree.SubElement(etree.SubElement(item, "author"), "name").text = one.article.authors[0].name
            for tag in one.article.tags:
                etree.SubElement(item, "category", term=tag)
            etree.SubElement(item, "summary").text = one.article.summary
            etree.SubElement(item, "content", type="html").text = one.article.content
        etree.tostring(root, pretty_print=True, encoding="UTF-8", xml_declaration=True)


def django() -> Callable[[Feed], None] | None:
    """Django's generator of both, where Django is installed."""
    try:
        from django.conf import settings
        from django.utils import feedgenerator
    except ImportError:
        return None
    if not settings.configured:
        settings.configure()

    def write(given: Feed) -> None:
        for kind in (feedgenerator.Atom1Feed, feedgenerator.Rss201rev2Feed):
            made = kind(given.topic.title, given.site.url, "All", feed_guid=given.id)
            for one in given.entries:
                made.add_item(
                    one.article.title, one.article.url, one.article.content, unique_id=one.id, pubdate=one.published,
                    updateddate=one.updated, author_name="Ann Example", categories=one.article.tags,
                )  # fmt: skip
            made.writeString("utf-8")

    return write


def cost(call: Callable[[Feed], None], given: Callable[[int], Feed], rounds: int) -> float:
    """CPU of one call in milliseconds, the median."""
    taken = []
    for turn in range(rounds):
        made = given(turn)
        begun = time.process_time()
        call(made)
        taken.append((time.process_time() - begun) * 1000)
    return statistics.median(taken)


def generating() -> None:
    """The table of costs."""
    others = {"feedgen": feedgen, "lxml tree": tree}
    if found := django():
        others["Django"] = found
    print(
        f"{'entries':>7} {'one new, ms':>12} {'all new, ms':>12}",
        *(f"{name + ', ms':>14}" for name in others),
        f"{'one new : feedgen':>18}",
    )
    for size in (50, 100, 1000):
        dice = random.Random(1)
        entries = [entry(number, dice) for number in range(size)]
        rounds = 11 if size < 1000 else 3
        ours(feed(entries))
        one_new = cost(
            ours, lambda turn, entries=entries, dice=dice: feed([entry(-1 - turn, dice), *entries[:-1]]), rounds
        )

        def anew(_: int, entries: list[Entry] = entries) -> Feed:
            forget()
            return feed(entries)

        all_new = cost(ours, anew, rounds)
        taken = {name: cost(call, lambda _, entries=entries: feed(entries), rounds) for name, call in others.items()}
        print(
            f"{size:7} {one_new:12.2f} {all_new:12.2f}",
            *(f"{taken[name]:14.2f}" for name in others),
            f"{one_new / taken['feedgen']:17.2f}x",
        )


def amplification(folder: Path) -> None:
    """Files rewritten by files whose bytes had to change, for 100 edits over 20 topics."""
    newsroom = Newsroom(folder, rules=())
    dice = random.Random(2)

    def drop(number: int) -> None:
        tags = ", ".join(f"t{one}" for one in dice.sample(range(20), 2))
        newsroom.drop(
            f"{number}.md", markdown(f"Story {number}", " ".join(dice.choices(WORDS, k=40)), tags=f"[{tags}]")
        )

    for number in range(60):
        drop(number)
    newsroom.run()
    rewritten = changed = 0
    before = newsroom.snapshot()
    for _ in range(100):
        newsroom.wait(minutes=1)
        drop(dice.randrange(80))
        newsroom.run()
        after = newsroom.snapshot()
        rewritten += sum(held[:2] != before.get(name, (0, 0, b""))[:2] for name, held in after.items())
        changed += sum(held[2] != before.get(name, (0, 0, b""))[2] for name, held in after.items())
        before = after
    newsroom.archive.close()
    print(f"\n100 edits over 20 topics: {rewritten} files rewritten, {changed} of them with other bytes")
    print(f"write amplification {rewritten / changed:.3f}")


def torn(folder: Path, reads: int = 400_000, writes: int = 2_000) -> None:
    """Reads of a feed and of its packed form while it is regenerated."""
    publisher = FolderPublisher(folder)
    small, large = ("".join(["<feed>", "x" * size, "</feed>"]).encode() for size in (30_000, 60_000))
    publisher.publish([FeedFile("a.atom", "application/atom+xml", small)])
    publisher.finish()
    faults = dict.fromkeys(("empty", "truncated", "mixed"), 0)
    done = threading.Event()
    count = [0, 0]

    def read(at: int) -> None:
        while count[at] < reads // 2 and not done.is_set():
            count[at] += 1
            name = "a.atom.gz" if count[at] % 8 == 0 else "a.atom"
            data = (folder / name).read_bytes()
            if not data:
                faults["empty"] += 1
                continue
            try:
                text = gzip.decompress(data) if name.endswith(".gz") else data
            except (OSError, EOFError):
                faults["mixed"] += 1
                continue
            faults["truncated"] += text not in (small, large)

    readers = [threading.Thread(target=read, args=(at,)) for at in (0, 1)]
    for reader in readers:
        reader.start()
    written = 0
    while written < writes or any(reader.is_alive() for reader in readers):
        publisher.publish([FeedFile("a.atom", "application/atom+xml", (large, small)[written % 2])])
        publisher.finish()
        written += 1
    for reader in readers:
        reader.join()
    print(f"{sum(count)} reads while {written} regenerations ran: {faults}")


def main() -> None:
    """Prints all three."""
    generating()
    with tempfile.TemporaryDirectory() as folder:
        amplification(Path(folder))
    with tempfile.TemporaryDirectory() as folder:
        torn(Path(folder))


if __name__ == "__main__":
    main()
