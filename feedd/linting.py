"""``feedd lint``: reads a document from a file or from the web, and tells what is wrong with it."""

from __future__ import annotations

import gzip
import json
import sys
import urllib.error
import urllib.request
import zlib
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from feedd.lint import Problem, Verdict, lint

_SECONDS = 20.0
_MOST = 5_000_000


def check(place: str) -> Verdict:
    """The verdict on what stands at a place: a path, an address on the web, or ``-`` for standard input.

    What can't be read is a problem like any other.
    """
    try:
        if place.startswith(("http://", "https://")):
            data, url = _fetched(place)
            return lint(data, url=url)
        data = sys.stdin.buffer.read(_MOST + 1) if place == "-" else _read(Path(place))
        return lint(_bounded(data))
    except (OSError, ValueError, EOFError, zlib.error) as error:
        reason = getattr(error, "reason", None) or getattr(error, "strerror", None) or error
        return Verdict("", 0, (Problem(True, "", f"can't be read: {reason}"),))


def as_text(place: str, verdict: Verdict) -> Iterator[str]:
    """A line for each problem, and one for the document."""
    for problem in verdict.problems:
        yield f"{place}: {'error' if problem.is_error else 'warning'}: {problem}"
    errors = sum(problem.is_error for problem in verdict.problems)
    warnings = len(verdict.problems) - errors
    found = [f"{count} {what}" for count, what in ((errors, "errors"), (warnings, "warnings")) if count]
    what = f"{verdict.kind}, {verdict.entries} entries, " if verdict.kind else ""
    yield f"{place}: {what}{', '.join(found) or 'good'}"


def as_json(place: str, verdict: Verdict) -> str:
    """The verdict as a JSON object on one line."""
    problems = [
        {
            "severity": "error" if one.is_error else "warning",
            "where": one.where,
            "message": one.message,
            "rule": one.rule,
        }
        for one in verdict.problems
    ]
    said = {"place": place, "kind": verdict.kind, "entries": verdict.entries, "good": verdict.is_good}
    return json.dumps({**said, "problems": problems}, ensure_ascii=False)


def _read(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(_MOST + 1)


def _fetched(url: str) -> tuple[bytes, str]:
    """The body, decoded, and where it stands after all redirects."""
    request = urllib.request.Request(url, headers={"User-Agent": "feedd-lint", "Accept-Encoding": "gzip"})  # noqa: S310 - http(s) alone
    with urllib.request.urlopen(request, timeout=_SECONDS) as answer:  # noqa: S310 - as above
        data = answer.read(_MOST + 1)
        if answer.headers.get("Content-Encoding", "").lower() == "gzip":
            data = gzip.GzipFile(fileobj=BytesIO(data)).read(_MOST + 1)
        return _bounded(data), answer.geturl()


def _bounded(data: bytes) -> bytes:
    if len(data) > _MOST:
        raise ValueError(f"is longer than {_MOST:,} bytes")
    return data
