"""Parsing: CPU an article for every kind of the corpus; for Markdown the parts alone beside it, and the ratio.

Usage: parse.py [CORPUS] [ROUNDS]      (default: $FEEDD_CORPUS or ../shared/corpus, 9)

All in this process and interleaved round by round, so that a noisy machine disturbs both sides alike. The parts are
what any reader of Markdown must do: read the file, decode it, split it at its fences, YAML by PyYAML's C loader,
comrak with our extensions, and a cleaner of nh3 with our tables, made beforehand.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

import comrak
import yaml

from feedd.errors import Unreadable
from feedd.model import Document
from feedd.parse import _commonmark, _html, parse, wanted

ROOT = Path(__file__).parents[1]
KINDS = {"dump": "newsdump", "markdown": "markdown", "html": "html", "feeds": "feeds", "newsitem": "newsitem"}
FOUND = datetime(2026, 1, 1, tzinfo=UTC)


def files(folder: Path) -> list[Path]:
    """The files that feedd would take, in order; of a page's folder the page alone."""
    found = (path for path in sorted(folder.rglob("*")) if path.is_file() and wanted(path.name))
    return [path for path in found if not path.name.startswith("expected")]


def whole(paths: list[Path]) -> int:
    """Read and parse every file; how many articles they gave."""
    count = 0
    for path in paths:
        with suppress(Unreadable):
            count += len(parse(Document(path.name, path.read_bytes(), FOUND)))
    return count


def parts(paths: list[Path]) -> int:
    """The libraries alone over Markdown files."""
    cleaner, extensions, rendering = _html._CLEANER, _commonmark._EXTENSIONS, _commonmark._RENDERING
    for path in paths:
        _, front, body = path.read_bytes().decode().split("---\n", 2)
        yaml.load(front, yaml.CSafeLoader)
        cleaner.clean(comrak.render_markdown(body, extension_options=extensions, render_options=rendering))
    return len(paths)


def cpu(work: Callable[[list[Path]], int], paths: list[Path]) -> float:
    """CPU seconds of one round."""
    begun = time.process_time()
    work(paths)
    return time.process_time() - begun


def main() -> None:
    """Prints the tables."""
    given = sys.argv[1] if len(sys.argv) > 1 else os.environ.get("FEEDD_CORPUS", ROOT.parent / "shared" / "corpus")
    corpus, rounds = Path(given), int(sys.argv[2]) if len(sys.argv) > 2 else 9
    if not corpus.is_dir():
        print(f"the corpus is not at {corpus}: name its folder, or set FEEDD_CORPUS")
        return
    print(f"{'kind':9} {'files':>6} {'articles':>9} {'kB':>7} {'ms CPU an article':>18}")
    kinds = {kind: files(corpus / folder) for kind, folder in KINDS.items()}
    for kind, paths in kinds.items():
        count = whole(paths)  # and everything is warm
        spent = median(cpu(whole, paths) for _ in range(3))
        size = sum(path.stat().st_size for path in paths) / 1000
        print(f"{kind:9} {len(paths):6} {count:9} {size:7.0f} {spent * 1000 / max(count, 1):18.3f}")
    posts = kinds["markdown"]
    parts(posts)
    pairs = [(cpu(whole, posts), cpu(parts, posts)) for _ in range(rounds)]
    ours, theirs = (median(side) * 1000 / len(posts) for side in zip(*pairs, strict=True))
    ratio = median(one / other for one, other in pairs)
    print(f"\nmarkdown: {ours:.3f} ms an article, its parts alone {theirs:.3f} ms: {ratio:.2f} x (bar: 1.5 x)")


if __name__ == "__main__":
    main()
