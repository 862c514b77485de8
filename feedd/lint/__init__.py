"""What is wrong with a feed: the checks before publishing, which ``feedd lint`` runs on any feed.

Pure: bytes in, problems out. Nothing is fetched, and no entity is expanded.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from feedd.lint import atom, jsonfeed, opml, rss
from feedd.lint._problems import Problem, Report
from feedd.lint._xml import NotXml, read_xml

__all__ = ["Problem", "Verdict", "lint", "refusal"]

_LARGE = 1_000_000


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a document is (a row of the table, empty where it is none), its entries, and all that is wrong with it."""

    kind: str
    entries: int
    problems: tuple[Problem, ...]

    @property
    def is_good(self) -> bool:
        """Whether nothing is an error."""
        return not any(problem.is_error for problem in self.problems)


Check = Callable[[Any, Report], int]
KINDS: dict[str, tuple[str, Check]] = {
    "{http://www.w3.org/2005/Atom}feed": ("Atom", atom.check_feed),
    "{http://www.w3.org/2005/Atom}entry": ("Atom entry", atom.check_document),
    "rss": ("RSS", rss.check),
    "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}RDF": ("RSS 1.0", rss.check_rdf),
    "opml": ("OPML", opml.check),
}
"""By the name of the root element: the format, and what checks it and gives the number of entries."""


def lint(data: bytes, *, url: str | None = None) -> Verdict:
    """Checks a document; ``url`` is where it was read from, if anywhere."""
    return _verdict(data, Report(url))


def refusal(data: bytes, *, entries: int) -> str | None:
    """Why a document of ours must not be published, which is to hold so many entries; None where it may.

    It is done before each publication, so it asks what makes a feed useless, and for no more: whether it is
    well-formed, has what is required, and holds all of its entries, each once.
    """
    verdict = _sketched(data) or _verdict(data, Report(thorough=False))
    errors = [problem for problem in verdict.problems if problem.is_error]
    if errors:
        return str(errors[0])
    if verdict.entries != entries:
        return f"holds {verdict.entries} entries instead of {entries}"
    return None


def _sketched(data: bytes) -> Verdict | None:
    """The verdict of a quick look, where nothing is wrong; None where a closer look is to tell what is."""
    try:
        root = read_xml(data)
    except NotXml:
        return None
    sketch = {"{http://www.w3.org/2005/Atom}feed": atom.sketch, "rss": rss.sketch}.get(str(root.tag))
    entries = None if sketch is None else sketch(root)
    return None if entries is None else Verdict(KINDS[str(root.tag)][0], entries, ())


def _verdict(data: bytes, report: Report) -> Verdict:
    kind, entries = _check(data, report)
    if len(data) > _LARGE:
        report.warning("", f"has {len(data):,} bytes: many readers take no more than 1,000,000")
    return Verdict(kind, entries, tuple(report.problems))


def _check(data: bytes, report: Report) -> tuple[str, int]:
    if not data.strip():
        report.error("", "is empty")
        return "", 0
    if data.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in b"{[":
        return _check_json(data, report)
    try:
        root = read_xml(data)
    except NotXml as error:
        report.error(f"line {error.line}" if error.line else "", str(error), "XML 1.0")
        return "", 0
    kind, check = KINDS.get(str(root.tag), ("", None))
    if check is None:
        report.error("", f"is XML, but no feed: its root is {root.tag!r}")
        return "", 0
    return kind, check(root, report)


def _check_json(data: bytes, report: Report) -> tuple[str, int]:
    try:
        read = json.loads(data.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        report.error("", f"is not UTF-8: byte {error.start} is wrong", "RFC 8259 §8.1")
        return "", 0
    except (ValueError, RecursionError) as error:
        report.error("", f"is no JSON: {error}", "RFC 8259")
        return "", 0
    return "JSON Feed", jsonfeed.check(read, report)
