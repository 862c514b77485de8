"""What a file given by name would become: for the commands that look before anything is published."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from feedd import identity, parse
from feedd.config import Config, Expectation
from feedd.dates import utc_now
from feedd.errors import Unreadable
from feedd.inbox import LIMIT, Inbox, too_large
from feedd.model import Article, Defaults, Document
from feedd.rules import Surroundings
from feedd.workers import Limits, Result, Workers


def read_all(files: Iterable[str], config: Config | None) -> Iterator[tuple[str, Result]]:
    """Each file with its articles or with what is wrong with it, in the given order."""
    waiting = list(enumerate(files))[::-1]
    results: dict[int, Result] = {}
    with Workers(config.parsing if config else Limits()) as workers:
        for ticket, file in waiting[::-1]:
            while ticket not in results:
                while waiting and workers.room():
                    _submit(workers, *waiting.pop(), config=config, results=results)
                results.update(workers.done(1.0))
            yield file, results.pop(ticket)


def read(file: str, config: Config | None) -> Sequence[Article]:
    """The articles of one file; raises Unreadable."""
    _, result = next(read_all([file], config))
    if isinstance(result, Unreadable):
        raise result
    return result


def permanent(article: Article, file: str, config: Config | None) -> str | None:
    """The permanent id that the article has, or would get, where that can be told."""
    inbox, name = _inbox(file, config)
    if article.id is not None or config is None or inbox is None:
        return article.id
    return identity.mint(config.site.authority, inbox.name, name, part=article.part)


def around(file: str, config: Config) -> Surroundings:
    """What topic rules can ask of the file beside its text."""
    inbox, name = _inbox(file, config)
    return inbox.around(name) if inbox else Surroundings(language=config.site.language)


def expected(expectation: Expectation, config: Config) -> tuple[Article, Surroundings]:
    """The article that an expectation speaks of, and where it comes from."""
    if expectation.file is not None:
        file = str(expectation.file)
        return read(file, config)[0], around(file, config)
    text = (expectation.text or "").lstrip()
    name = "expected.md" if text.startswith(("---\n", "+++\n")) else "expected.txt"
    article = parse.parse(Document(name, text.encode(), utc_now()))[0]
    return article, Surroundings(language=config.site.language)


def _submit(workers: Workers, ticket: int, file: str, *, config: Config | None, results: dict[int, Result]) -> None:
    try:
        workers.submit(ticket, _document(file, config))
    except Unreadable as error:
        results[ticket] = error


def _document(file: str, config: Config | None) -> Document:
    inbox, name = _inbox(file, config)
    limit = inbox.limit if inbox else LIMIT
    try:
        with Path(file).open("rb") as opened:
            data = opened.read(limit + 1)
    except OSError as error:
        raise Unreadable(error.strerror or str(error)) from error
    if len(data) > limit:
        raise too_large(limit)
    return Document(name, data, utc_now(), inbox.defaults if inbox else Defaults())


def _inbox(file: str, config: Config | None) -> tuple[Inbox | None, str]:
    """The inbox that a file lies in, if any, and its name there."""
    path = Path(os.path.abspath(file))  # noqa: PTH100 - a link stays what it is
    for inbox in config.inboxes if config else ():
        if path.is_relative_to(inbox.root):
            return inbox, str(path.relative_to(inbox.root))
    return None, path.name
