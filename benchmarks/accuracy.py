"""How right the articles are that feedd makes of files others wrote: titles, authors, dates, texts, counted.

Usage: accuracy.py [CORPUS] [-v]      (default: $FEEDD_CORPUS or ../shared/corpus; -v tells every miss)
"""

from __future__ import annotations

import ast
import json
import os
import re
import sys
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

from lxml import html

from feedd.dates import read_date
from feedd.errors import Unreadable
from feedd.model import Article, Document
from feedd.parse import parse
from feedd.parse._entries import plain

ROOT = Path(__file__).parents[1]
_EXPECT = re.compile(r"Expect:\s*(.*?)\s*-->", re.DOTALL)
_CLAIM = re.compile(r"entries\[(\d+)\]\['(title|link|id|guid)'\]\s*==\s*(u?'(?:[^'\\]|\\.)*')\s*(?:$|and\b)")
# What feedd does on purpose otherwise: addresses from an HTTP response that a file does not have; entities.
_NOT_OURS = re.compile(r"/http_|entity_in_doctype")


class Tally:
    """Counts of one table row, and its misses."""

    def __init__(self) -> None:
        self.right: Counter[str] = Counter()
        self.asked: Counter[str] = Counter()
        self.misses: list[str] = []

    def ask(self, what: str, right: bool, told: str) -> None:
        """One question and whether its answer was right."""
        self.asked[what] += 1
        self.right[what] += right
        if not right:
            self.misses.append(f"    {what}: {told}")

    def show(self, kind: str, *, verbose: bool, extra: str = "") -> None:
        """Print the row."""
        parts = [
            f"{what} {self.right[what]}/{count} ({self.right[what] / count:.1%})" for what, count in self.asked.items()
        ]
        print(f"{kind:10} {', '.join(parts)}{extra}")
        if verbose:
            print(*self.misses, sep="\n")


def read(path: Path) -> tuple[Article, ...] | Unreadable:
    """The articles of a file."""
    try:
        return parse(Document(path.name, path.read_bytes(), datetime(2026, 1, 1, tzinfo=UTC)))
    except Unreadable as error:
        return error


def fold(text: str | None) -> str:
    """One line, without the word that opens a byline."""
    return re.sub(r"(?i)^by\s+", "", " ".join((text or "").split()))


def tokens(text: str) -> Counter[str]:
    """The words of a text."""
    return Counter(re.findall(r"\w+", text.lower()))


def shown(markup: str) -> str:
    """The text of HTML."""
    return str(html.document_fromstring(markup).text_content()) if markup.strip() else ""


def f1(found: str, wanted: str) -> float:
    """The harmonic mean of precision and recall over words."""
    one, other = tokens(found), tokens(wanted)
    shared = sum((one & other).values())
    return 2 * shared / (sum(one.values()) + sum(other.values())) if shared else float(not one and not other)


def pages(folder: Path) -> tuple[Tally, list[float]]:
    """Web pages: titles, bylines and days that are given, and the words of the body."""
    tally, bodies = Tally(), []
    for page in sorted(folder.glob("*/source.html")):
        said = json.loads((page.parent / "expected-metadata.json").read_text())
        found = read(page)
        article = found[0] if isinstance(found, tuple) else None
        title, site = fold(said["title"]), said.get("siteName")
        name = article.title if article else ""
        told = f"{page.parent.name}: {name!r}, not {title!r}"
        if title:
            tally.ask("title", name == title, told)
            without = re.sub(rf"\s*[-|–—]\s*{re.escape(site)}$", "", title) if site else title
            tally.ask("title less site", name in (title, without), told)
        if said.get("byline"):
            authors = ", ".join(one.name for one in article.authors) if article else ""
            tally.ask(
                "byline", authors == fold(said["byline"]), f"{page.parent.name}: {authors!r}, not {said['byline']!r}"
            )
        if said.get("publishedTime"):
            day = article.published.date().isoformat() if article and article.published else None
            tally.ask(
                "day", day == said["publishedTime"][:10], f"{page.parent.name}: {day}, not {said['publishedTime']}"
            )
        wanted = shown((page.parent / "expected.html").read_text())
        bodies.append(f1(shown(article.content) if article else "", wanted))
    return tally, bodies


def dates(table: Path) -> Tally:
    """Date strings and what they mean."""
    tally = Tally()
    for row in table.read_text().splitlines():
        if not row or row.startswith("#"):
            continue
        text, _, wanted = row.rsplit("\t", 2) if row.count("\t") > 1 else (*row.split("\t"), "")
        reading = read_date(text)
        told = "" if reading is None else reading.at(UTC).isoformat()
        right = (
            wanted.lower() in ("none", "null", "-", "")
            if reading is None
            else told.startswith(wanted.replace("Z", "")[:19])
        )
        tally.ask("date", right, f"{text!r}: {told}, not {wanted}")
    return tally


def posts(folder: Path) -> Tally:
    """Markdown: title, date and text are there."""
    tally = Tally()
    for path in sorted(folder.iterdir()):
        found = read(path)
        article = found[0] if isinstance(found, tuple) else None
        tally.ask("title, date, text", bool(article and article.published and article.content), path.name)
    return tally


def agencies(folder: Path) -> Tally:
    """Agency items: each file that holds a text gives an article."""
    tally = Tally()
    holds = re.compile(
        r'"(?:body_\w+|bodies|headlines?|description_\w+)"\s*:|<(?:inlineXML|inlineData|nitf|body\.content|ContentItem)\b'
    )
    for path in sorted(folder.rglob("*")):
        if path.suffix in (".json", ".xml") and holds.search(path.read_text(errors="replace")):
            found = read(path)
            tally.ask("article", isinstance(found, tuple), f"{path.name}: {found}")
    return tally


def feeds(folder: Path) -> Tally:
    """Feeds: titles (as text), links and ids as the files' own comments say."""
    tally = Tally()
    for path in sorted(
        one for kind in ("atom", "atom10", "rss", "rdf", "base", "namespace") for one in (folder / kind).glob("*")
    ):
        expect = _EXPECT.search(path.read_bytes().decode(errors="replace"))
        if expect is None or _NOT_OURS.search(str(path)):
            continue
        for number, key, literal in _CLAIM.findall(expect[1]):
            wanted = ast.literal_eval(literal)
            found = read(path)
            article = found[int(number)] if isinstance(found, tuple) and int(number) < len(found) else None
            got = article and {"title": article.title, "link": article.url}.get(key, article.id)
            right = got in ((wanted, plain(wanted)) if key == "title" else (wanted,))
            tally.ask(key.replace("guid", "id"), right, f"{path.parent.name}/{path.name}: {got!r}, not {wanted!r}")
    return tally


def main() -> None:
    """Prints the table."""
    verbose = "-v" in sys.argv
    given = [argument for argument in sys.argv[1:] if argument != "-v"]
    corpus = Path(given[0] if given else os.environ.get("FEEDD_CORPUS", ROOT.parent / "shared" / "corpus"))
    if not corpus.is_dir():
        print(f"the corpus is not at {corpus}: name its folder, or set FEEDD_CORPUS")
        return
    tally, bodies = pages(corpus / "html")
    tally.show("html", verbose=verbose, extra=f", body token F1 {sum(bodies) / len(bodies):.3f}")
    dates(corpus / "dates.tsv").show("dates", verbose=verbose)
    posts(corpus / "markdown").show("markdown", verbose=verbose)
    agencies(corpus / "newsitem").show("newsitem", verbose=verbose)
    feeds(corpus / "feeds" / "wellformed").show("feeds", verbose=verbose)


if __name__ == "__main__":
    main()
