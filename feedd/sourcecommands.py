"""The commands about upstream feeds: polling them, and which there are."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from feedd.commanding import archive_of, config_option, load, loaded, start_log
from feedd.errors import ConfigError, FetchError, Unreadable, UsageError
from feedd.subscription import counted

if TYPE_CHECKING:
    from feedd.config import Config
    from feedd.ledger import Account
    from feedd.model import Article
    from feedd.subscribing import Addition
    from feedd.upstream import Desk


@click.command()
@config_option
@click.option("--once", is_flag=True, help="Poll every source now, or those named, due or not, and end.")
@click.option("--child", is_flag=True, hidden=True, help="End with standard input.")
@click.argument("urls", nargs=-1, metavar="[URL]...")
def fetch(given: str | None, once: bool, child: bool, urls: tuple[str, ...]) -> None:
    """Polls upstream feeds, and nothing else: a running feedd, or the next 'feedd build', takes in what is new."""
    import logging

    from feedd import upstream

    if urls and not once:
        raise UsageError("addresses need --once: without it every source is polled when it is due")
    start_log(logging.ERROR if once else logging.INFO)
    config = load(given)
    desk = _desk(config)
    if not once:
        loaded()
        upstream.run(desk, parent=sys.stdin.fileno() if child else None)
        return
    known = {one.url for one in config.sources}
    for url in urls:
        if url not in known:
            raise UsageError(f"{url} is no source of {config.path}: 'feedd sources list' shows them")
    wanted = urls or [one.url for one in config.sources if one.enabled]
    failed = []

    def told(account: Account) -> None:
        last = account.last
        assert last is not None
        if not last.good:
            failed.append(account.name)
        click.echo(f"{account.name}: {last.text}" if last.good else f"{account.name} {last.text}", err=not last.good)

    # Who names one may know better than what is known of it.
    upstream.once(desk, wanted, told, anew=bool(urls))
    click.echo(f"{counted(len(wanted), 'source', 'sources')} polled, {len(failed)} failed")
    if urls and failed:
        raise SystemExit(FetchError.exit_code)


@click.group()
def sources() -> None:
    """Upstream feeds: which there are, and how they do."""


@sources.command("list")
@config_option
@click.option("--json", "as_json", is_flag=True, help="One JSON object for each source, with its last 20 polls.")
def list_(given: str | None, as_json: bool) -> None:
    """Lists every source with its health, last answer, next poll and number of entries."""
    from feedd import sourcestatus

    config = load(given)
    with archive_of(config) as archive:
        facts = sourcestatus.facts(config.sources, config.state, archive, spool=config.spool)
    if as_json:
        for one in facts:
            click.echo(json.dumps(one, ensure_ascii=False))
        return
    click.echo("\n".join(sourcestatus.as_text(facts, datetime.now(UTC))) or "no source is configured")


@sources.command()
@config_option
@click.argument("url")
@click.option("--topic", "topics", multiple=True, help="A topic that its entries go to, instead of rules; repeatable.")
@click.option("--title", default="", help="What it is called, instead of what it calls itself.")
def add(given: str | None, url: str, topics: tuple[str, ...], title: str) -> None:
    """Adds the feed at an address, or the one that the page there names, to the configuration."""
    from feedd import upstream
    from feedd.subscribing import Wanted

    config = load(given)
    address = url if "://" in url else f"https://{url}"
    try:
        with _parsing(config) as parse:
            found = upstream.find(config.fetching, address, parse)
    except FetchError as error:
        raise FetchError(f"{address} {error}") from error
    first, *others = found
    _add(config, [Wanted(first.url, title, topics)])
    click.echo(f"{first.title or first.url}: {counted(first.entries, 'entry', 'entries')}")
    for other in others:
        entries = counted(other.entries, "entry", "entries")
        click.echo(f"there is also: {other.url} ({other.title or 'without a title'}, {entries})")


@sources.command("import")
@config_option
@click.argument("file", type=click.Path(path_type=Path), metavar="FILE.opml")
def import_(given: str | None, file: Path) -> None:
    """Adds the feeds of an OPML file to the configuration; its folders are their topics."""
    from feedd import subscribing

    config = load(given)
    try:
        data = sys.stdin.buffer.read(subscribing.MOST + 1) if str(file) == "-" else file.read_bytes()
        wanted = subscribing.read_opml(data)
    except (OSError, Unreadable) as error:
        raise Unreadable(f"{file}: {getattr(error, 'strerror', None) or error}") from error
    _add(config, wanted)


@sources.command()
@config_option
def export(given: str | None) -> None:
    """Prints the sources as OPML 2.0, with their topics as folders."""
    from feedd import subscribing

    config = load(given)
    titles = {rule.topic.id: rule.topic.title for rule in config.topics.rules}
    click.echo(subscribing.write_opml(config.sources, titles, title=config.site.title), nl=False)


def _add(config: Config, wanted: Sequence[Any]) -> None:
    """Adds what is not there yet, and tells."""
    from feedd import subscribing

    titles = {rule.topic.id: rule.topic.title for rule in config.topics.rules}
    found = subscribing.addition(wanted, [one.url for one in config.sources], titles)
    if found.text:
        _append(config, found)
    for url, problem in found.refused:
        click.echo(f"feedd: {url}: {problem}", err=True)
    parts = [f"{counted(len(found.sources), 'source', 'sources')} added to {config.path}"]
    parts += [f"topics added: {', '.join(found.topics)}"] * bool(found.topics)
    parts += [f"{len(found.known)} were there already"] * bool(found.known)
    parts += [f"{len(found.refused)} refused"] * bool(found.refused)
    click.echo("; ".join(parts))
    if found.sources:
        click.echo("a running feedd polls them after 'feedd reload'")


def _append(config: Config, found: Addition) -> None:
    from feedd import config as configuration
    from feedd import subscribing

    try:
        subscribing.append(config.path, found.text, configuration.load)
    except ConfigError as error:
        if error.path == str(config.path):
            raise
        problems = tuple(f"with what is to be added: {problem}" for problem in error.problems)
        raise ConfigError(str(config.path), problems) from error


@contextmanager
def _parsing(config: Config) -> Iterator[Callable[[str, bytes], Sequence[Article] | Unreadable]]:
    """Reads responses as the daemon will, in a process that can be ended."""
    from feedd.dates import utc_now
    from feedd.model import Defaults, Document, Upstream
    from feedd.workers import Workers

    with Workers(config.parsing, count=1) as workers:

        def parse(url: str, data: bytes) -> Sequence[Article] | Unreadable:
            workers.submit(0, Document("feed.http", data, utc_now(), Defaults(upstream=Upstream(url))))
            while not (done := workers.done(1.0)):
                pass
            return done[0][1]

        yield parse


def _desk(config: Config) -> Desk:
    from feedd.upstream import Desk

    return Desk(config.sources, config.fetching, config.state, config.spool, config.path)
