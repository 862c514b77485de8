"""Mutated article files: whatever a file holds becomes articles that make a sound feed, or is refused with a reason.

Usage: fuzz.py [--count 10000] [--seed 1] [--keep FOLDER]      (``make fuzz``)

Seeds are the samples of ``tests/data`` and ``examples`` and, where it is present, the corpus. A mutation is repeatable:
it is a function of the seed and its number. Each file is parsed by a real worker with its limits. It fails where a
worker is killed, where a parser let an exception out, or where the feeds made of the articles are not well-formed or
hold script. A failing file is written into ``--keep``.
"""

from __future__ import annotations

import argparse
import os
import random
import re
import sys
import time
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

from lxml import html

from feedd import parse
from feedd.errors import Unreadable
from feedd.generate import article_page, generate, topic_page
from feedd.lint import lint
from feedd.model import Article, Document, Entry, Feed, Site, Topic
from feedd.workers import Limits, Result, Workers

ROOT = Path(__file__).parents[1]
NOW = datetime(2025, 6, 1, tzinfo=UTC)
SITE = Site("https://news.example.org/", "Fuzz", "news.example.org,2025")
LARGEST = 60_000
# What parse() says when a reader let an exception of a library out.
LET_OUT = re.compile(r"[\w.-]+: \w*(?:Error|Exception|Exit|Interrupt|Warning)\b")
KILLED = re.compile(r"takes longer than|needs more than|crashes the parser")
ACTIVE = frozenset("script iframe object embed svg style math form input base link meta template noscript".split())
ADDRESS = re.compile(r"\s*(?:https?|mailto):", re.IGNORECASE)

TOKENS = [
    *(
        b"---\n",
        b"+++\n",
        b"\n---\n",
        b"{",
        b"}",
        b"[",
        b"]",
        b'"',
        b"'",
        b"<",
        b">",
        b"&",
        b";",
        b"=",
        b":",
        b"\n",
        b"\r",
        b"\r\n",
    ),
    *(
        b"\0",
        b"\x1b",
        b"\xff",
        b"\xfe\xff",
        b"\xff\xfe",
        b"\xef\xbb\xbf",
        b"\xed\xa0\x80",
        b"\xc2\x85",
        b"\xef\xbf\xbe",
    ),
    *("\u202e", "\u2028", "\u200b", "\U0001f600", "e\u0301", "İ", "ﬁ", "１２"),
    *(
        "&#0;",
        "&#xD800;",
        "&nbsp;",
        "&lt;script>",
        "<![CDATA[",
        "]]>",
        "<!--",
        "-->",
        "<!DOCTYPE x [<!ENTITY a 'b'>]>",
        "&a;",
    ),
    *(
        "<script>alert(1)</script>",
        "<p onclick=x>",
        "<a href='javascript:x'>",
        "<svg onload=x>",
        "<div>" * 300,
        "</div>" * 9,
        "<table><tr><td>",
    ),
    *(
        "date: ",
        "title: ",
        "2024-02-30",
        "0001-01-01",
        "9999-12-31T23:59:59Z",
        "99999999999999999999",
        "-1",
        "1e999",
        "NaN",
        "null",
        "true",
    ),
    *("&a *a", "!!python/object:os.system", "- " * 200, "[" * 500, '{"a":' * 300, "\\ud800", "\\u0000"),
    *(
        "Content-Type: multipart/mixed; boundary=x\n",
        "--x\n",
        "--x--\n",
        "Content-Transfer-Encoding: base64\n",
        "=?utf-8?b?////?=",
        "charset=utf-7",
    ),
    *("xml:base='%'", "http://[::1", "http://a b/", "//", "?" * 300, "#", "%", "a" * 5000, " " * 5000, "\n" * 2000),
]
WORDS = [token if isinstance(token, bytes) else token.encode("utf-8", "surrogatepass") for token in TOKENS]


def seeds() -> list[list[tuple[str, bytes]]]:
    """Every sample, its name and its bytes, those of a kind together, in an order that no machine changes."""
    corpus = Path(os.environ.get("FEEDD_CORPUS", ROOT.parent / "shared" / "corpus"))
    folders = [ROOT / "tests" / "data" / "articles", ROOT / "examples" / "inbox", corpus]
    found = [
        path for folder in folders for path in sorted(folder.rglob("*")) if path.is_file() and parse.wanted(path.name)
    ]
    kinds: dict[str, list[tuple[str, bytes]]] = {}
    for path in found:
        data = path.read_bytes()
        if len(data) <= 10 * LARGEST:
            kinds.setdefault("feed" if "feeds" in path.parts else path.suffix.lower(), []).append((path.name, data))
    return list(kinds.values())


def mutated(samples: list[list[tuple[str, bytes]]], dice: random.Random) -> tuple[str, bytes]:
    """A sample with one to five things done to it; sometimes under another kind's name."""
    name, data = dice.choice(dice.choice(samples))
    start = dice.randrange(max(1, len(data) - LARGEST)) if len(data) > LARGEST and dice.random() < 0.5 else 0
    text = bytearray(data[start : start + LARGEST])
    for _ in range(dice.choice((1, 1, 1, 2, 3, 5))):
        dice.choice(MUTATIONS)(text, dice, samples)
    if dice.random() < 0.1:
        name = f"x{dice.choice([suffix for row in parse.FORMATS for suffix in row.suffixes])}"
    return name, bytes(text[: 4 * LARGEST])


def _span(text: bytearray, dice: random.Random, most: int) -> tuple[int, int]:
    start = dice.randrange(len(text) + 1)
    return start, min(len(text), start + dice.randint(1, most))


def _flip(text: bytearray, dice: random.Random, _: object) -> None:
    for _number in range(dice.randint(1, 16)):
        if text:
            text[dice.randrange(len(text))] = dice.randrange(256)


def _cut(text: bytearray, dice: random.Random, _: object) -> None:
    del text[dice.randrange(len(text) + 1) :]


def _drop(text: bytearray, dice: random.Random, _: object) -> None:
    start, end = _span(text, dice, 400)
    del text[start:end]


def _repeat(text: bytearray, dice: random.Random, _: object) -> None:
    start, end = _span(text, dice, 200)
    text[start:start] = text[start:end] * dice.randint(1, 60)


def _insert(text: bytearray, dice: random.Random, _: object) -> None:
    at = dice.randrange(len(text) + 1)
    text[at:at] = dice.choice(WORDS) * dice.choice((1, 1, 1, 3))


def _replace(text: bytearray, dice: random.Random, _: object) -> None:
    """A value, a tag or a line by a token: more often near something with a meaning than at random."""
    marks = [found.start() for found in re.finditer(rb"[<>=:\"\n{}\[\],]", text)]
    if marks:
        at = dice.choice(marks) + 1
        end = next((mark for mark in marks if mark > at), len(text))
        text[at:end] = dice.choice(WORDS)


def _splice(text: bytearray, dice: random.Random, samples: list[list[tuple[str, bytes]]]) -> None:
    _, other = dice.choice(dice.choice(samples))
    start = dice.randrange(len(other) + 1)
    at = dice.randrange(len(text) + 1)
    text[at:at] = other[start : start + dice.randint(1, 2000)]


def _recode(text: bytearray, dice: random.Random, _: object) -> None:
    encoding = dice.choice(("utf-16", "utf-16-le", "utf-32", "cp1251", "shift_jis", "utf-8-sig"))
    text[:] = bytes(text).decode("utf-8", "replace").encode(encoding, "replace")


MUTATIONS = (_flip, _cut, *2 * (_drop, _repeat, _splice), *4 * (_insert,), *6 * (_replace,), _recode)


def problem(result: Result) -> str:
    """What is wrong with a result; empty where nothing is."""
    if isinstance(result, Unreadable):
        reason = str(result)
        if LET_OUT.match(reason) or KILLED.search(reason):
            return reason
        return "" if 3 < len(reason) < 500 and reason.isprintable() else f"no reason for an operator: {reason[:200]!r}"
    if not result:
        return "neither an article nor a reason"
    return next(filter(None, map(_unsound, result[:50])), "") or _unsound_feed(result[:50])


def _unsound(article: Article) -> str:
    if not article.title.strip() or "\n" in article.title:
        return f"title {article.title!r}"
    if not article.content:
        return ""
    for element in html.fragment_fromstring(article.content, create_parent="div").iter():
        if element.tag in ACTIVE:
            return f"content holds <{element.tag}>"
        for name, value in element.items():
            if name[:2] == "on" or name == "style":
                return f"content holds the attribute {name}"
            if name in ("href", "src", "cite") and not ADDRESS.match(value):
                return f"content holds the address {value[:80]!r}"
    return ""


def _unsound_feed(articles: tuple[Article, ...]) -> str:
    entries = tuple(
        Entry(one.id or f"urn:fuzz:{at}", one.published or NOW, one.updated or NOW, one)
        for at, one in enumerate(articles)
    )
    feed = Feed("urn:fuzz", SITE, Topic("fuzz", "Fuzz"), NOW, entries)
    try:
        for file in generate(feed):
            if problems := [str(problem) for problem in lint(file.data).problems if problem.is_error]:
                return f"{file.name}: {problems[0]}"
        topic_page(feed)
        for entry in entries:
            article_page(entry, SITE, [feed.topic])
    except Exception as error:  # noqa: BLE001 - any is a failure
        return f"{type(error).__name__}: {error}"
    return ""


def main() -> int:
    """Prints what failed and a summary; 1 where anything did."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--count", type=int, default=10_000)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--keep", type=Path, default=Path("fuzz-failures"))
    given = options.parse_args()
    samples, begun = seeds(), time.monotonic()
    files: dict[int, tuple[str, bytes]] = {}
    told: Counter[str] = Counter()
    failed = 0
    number = 0
    with Workers(Limits()) as workers:
        while number < given.count or files:
            while number < given.count and workers.room():
                files[number] = mutated(samples, random.Random(f"{given.seed}/{number}"))
                name, data = files[number]
                workers.submit(number, Document(name, data, NOW))
                number += 1
            for ticket, result in workers.done(1.0):
                name, data = files.pop(ticket)
                wrong = problem(result)
                told["failed" if wrong else "refused" if isinstance(result, Unreadable) else "articles"] += 1
                if wrong:
                    failed += 1
                    given.keep.mkdir(parents=True, exist_ok=True)
                    kept = given.keep / f"{given.seed}-{ticket}-{name}"
                    kept.write_bytes(data)
                    print(f"{kept}: {wrong[:300]}", flush=True)
                if sum(told.values()) % 1000 == 0:
                    print(f"{sum(told.values())} files, {dict(told)}, {time.monotonic() - begun:.0f} s", flush=True)
    print(f"{number} files from {sum(map(len, samples))} samples, seed {given.seed}: {dict(told)}; {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
