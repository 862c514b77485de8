"""The commands: each reads its arguments, calls one part, and prints what came of it.

A FeeddError becomes one line on standard error and its exit code; what is imported heavily is imported by
the command that uses it.
"""

from __future__ import annotations

import json
import logging
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from feedd import __version__, sourcecommands
from feedd.commanding import archive_of, config_option, load, load_if_any, loaded, start_log
from feedd.errors import ConfigError, FeeddError, NotRunning, Unreadable, UsageError
from feedd.progress import progressing

if TYPE_CHECKING:
    from feedd.config import Config, Expectation

# How long `reload --wait` waits: the daemon finishes what is under way first.
_RELOAD_SECONDS = 60.0
_CONTEXT = {"help_option_names": ["-h", "--help"], "max_content_width": 100}


@click.group(context_settings=_CONTEXT)
@click.version_option(__version__, message="feedd %(version)s")
def cli() -> None:
    """Watches folders of article files and keeps Atom and RSS feeds per topic up to date."""


cli.add_command(sourcecommands.fetch)
cli.add_command(sourcecommands.sources)


def main() -> None:
    """The console command: runs a command and exits with a code of sysexits.h."""
    sys.exit(_run())


def _run() -> int:
    try:
        cli.main(standalone_mode=False)
    except click.ClickException as error:
        error.show()
        return UsageError.exit_code
    except click.Abort:
        return 130
    except ConfigError as error:
        for problem in error.problems:
            click.echo(f"feedd: {error.path}: {problem}", err=True)
        return error.exit_code
    except FeeddError as error:
        click.echo(f"feedd: {error}", err=True)
        return error.exit_code
    except BrokenPipeError:
        # Whoever read our output has seen enough; nothing more can be written to it.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except SystemExit as stop:
        return int(stop.code or 0)
    return 0


# --- the daemon and its roles ---------------------------------------------------------------------------


@cli.command()
@config_option
@click.option("--no-serve", is_flag=True, help="Without feedd's own HTTP server.")
@click.option("--no-fetch", is_flag=True, help="Without polling upstream feeds.")
def run(given: str | None, no_serve: bool, no_fetch: bool) -> None:
    """The daemon: watch, poll, regenerate, serve. Ends on SIGTERM or SIGINT."""
    from feedd.daemon import Daemon

    start_log()
    config = load(given)
    loaded()
    Daemon(config, say=click.echo, with_server=not no_serve, with_fetcher=not no_fetch).run()


@cli.command()
@config_option
@click.option("--accept-vanished", is_flag=True, help="Withdraw also when most of an inbox vanished at once.")
@click.option("--rebuild", is_flag=True, help="First make the archive anew: ids stay, a backup is kept.")
def build(given: str | None, accept_vanished: bool, rebuild: bool) -> None:
    """One pass over the inboxes, every changed feed written, a summary."""
    from feedd import daemon
    from feedd.outcome import summary

    start_log(logging.WARNING)
    config = load(given)
    loaded()
    with progressing() as progress:
        outcome, written = daemon.build(
            config, accept_vanished=accept_vanished, rebuild=rebuild, progress=progress, say=click.echo
        )
    click.echo(f"{summary(outcome)}; documents written: {written}; served folder: {config.output}")
    if outcome.quarantined:
        click.echo("'feedd quarantine' tells why files were set aside")


@cli.command("reload")
@config_option
@click.option("--wait", is_flag=True, help="Come back when the configuration is in force, or refused.")
def reload_(given: str | None, wait: bool) -> None:
    """Applies a changed configuration to the running daemon; a bad one is refused and the old stays."""
    from feedd import control

    config = load(given)
    _expect(config)
    said = control.ask_reload(config.state, config.path, wait=_RELOAD_SECONDS if wait else 0.0)
    if said is not None and said.problems:
        raise ConfigError(said.config, said.problems)
    if wait and said is None:
        raise NotRunning(f"feedd has not answered within {_RELOAD_SECONDS:g} s; its log tells more")
    click.echo(f"{config.path}: {'in force' if wait else 'asked the running feedd to reload'}")


@cli.command()
@config_option
@click.option("--fd", type=int, hidden=True, help="Serve on this inherited socket; end with standard input.")
@click.option("--folder", type=click.Path(path_type=Path), hidden=True, help="Serve this folder; with --fd.")
@click.option("--manners", default="", hidden=True, help="How clients are met; with --fd.")
def serve(given: str | None, fd: int | None, folder: Path | None, manners: str) -> None:
    """Serves the published folder, and nothing else."""
    import socket

    from feedd import serve as server
    from feedd.application import Manners
    from feedd.listening import address_of, inherited, listen

    start_log()
    if fd is not None and folder is not None:
        sock = socket.socket(fileno=fd)
        server.run(folder, sock, manners=Manners.read(manners), watch_parent=sys.stdin.fileno())
        return
    config = load(given)
    with inherited() or listen(config.listen) as sock:
        click.echo(f"index page: {address_of(sock)}")
        server.run(config.output, sock, manners=config.manners)


@cli.command()
@click.argument("folder", metavar="[DIR]", default=".", type=click.Path(path_type=Path))
def init(folder: Path) -> None:
    """Writes a commented feedd.toml, inbox/ and feeds/ into DIR, and overwrites nothing."""
    from importlib.resources import files

    starter = files("feedd").joinpath("starter.toml").read_text("utf-8")
    target = folder / "feedd.toml"
    try:
        for part in ("inbox", "feeds"):
            (folder / part).mkdir(parents=True, exist_ok=True)
        with target.open("x", encoding="utf-8") as file:
            file.write(starter)
    except FileExistsError as error:
        raise UsageError(f"{error.filename} is there already; nothing was changed") from error
    except OSError as error:
        raise UsageError(f"{error.filename}: {error.strerror}") from error
    click.echo(f"wrote {target}; now: feedd run -c {target}, and drop articles into {folder / 'inbox'}")


# --- looking at articles and rules ------------------------------------------------------------------------


@cli.command()
@config_option
def check(given: str | None) -> None:
    """Validates the configuration and runs its [[expect]]; 78 when it is bad."""
    config = load(given)
    _expect(config)
    for name in config.unused_lists:
        click.echo(f"feedd: warning: terms.{name}: no topic names this list", err=True)
    for inbox in config.inboxes:
        if not inbox.readable():
            click.echo(f"feedd: warning: inbox {inbox.name}: {inbox.root} can't be read", err=True)
    topics = len(config.topics.rules) or "no"
    click.echo(f"{config.path}: good: {len(config.inboxes)} inboxes, {topics} topics, "
               f"{len(config.expectations)} expectations hold")  # fmt: skip


@cli.command("parse")
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@config_option
def parse_files(files: tuple[str, ...], given: str | None) -> None:
    """Prints each article as a JSON Feed 1.1 item, one per line."""
    from feedd import preview
    from feedd.generate.jsonfeed import item

    config = load_if_any(given)
    failed = False
    for file, result in preview.read_all(files, config):
        if isinstance(result, Unreadable):
            failed = True
            click.echo(f"feedd: {_shown(file)}: {result}", err=True)
            continue
        for article in result:
            shown = os.fsencode(file).decode("utf-8", "backslashreplace")
            permanent = preview.permanent(article, file, config)
            click.echo(json.dumps(item(article, path=shown, id=permanent), ensure_ascii=False))
    if failed:
        sys.exit(Unreadable.exit_code)


@cli.command()
@click.argument("file", metavar="FILE")
@config_option
@click.option("--json", "as_json", is_flag=True, help="One JSON object for each article.")
def explain(file: str, given: str | None, as_json: bool) -> None:
    """Tells for every topic whether it wants the article, with score, term and zone."""
    from feedd import explaining, preview, topics

    config = load(given)
    for article in preview.read(file, config):
        explanation = topics.explain(config.topics, article, preview.around(file, config))
        whys = explaining.reasons(config.topics, article, explanation)
        warnings = (*article.origin.warnings, *topics.unknown_topics(config.topics, article))
        if as_json:
            click.echo(json.dumps(explaining.as_json(article, explanation, whys, warnings), ensure_ascii=False))
        else:
            click.echo("\n".join(explaining.as_text(article, explanation, whys, warnings)))


@cli.command()
@config_option
@click.option("--all", "everything", is_flag=True, help="Every title, not only the newest ten of a topic.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object for each topic.")
def replay(given: str | None, everything: bool, as_json: bool) -> None:
    """Tells which archived articles would enter or leave which topics by this configuration; changes nothing."""
    from feedd import rehearsal

    config = load(given)
    with archive_of(config) as archive:
        if archive is None:
            raise ConfigError(str(config.path), (f"state.path: there is no archive in {config.state} yet",))
        with progressing(archive.living(), "articles") as progress:
            most = None if everything or as_json else 10
            changes = rehearsal.rehearse(config, archive, most=most, progress=progress)
        for warning in rehearsal.unread(config, archive):
            click.echo(f"feedd: {warning}", err=True)
    if as_json:
        for one in changes:
            click.echo(json.dumps(rehearsal.as_json(one), ensure_ascii=False))
        return
    click.echo("\n".join(rehearsal.as_text(changes)))


@cli.command()
@click.argument("places", metavar="FILE|URL...", nargs=-1, required=True)
@click.option("--json", "as_json", is_flag=True, help="One JSON object for each document.")
def lint(places: tuple[str, ...], as_json: bool) -> None:
    """Checks feeds (Atom, RSS, JSON Feed, OPML) as feedd checks its own before it publishes them; 65 for an error."""
    from feedd import linting

    bad = 0
    for place in places:
        verdict = linting.check(place)
        bad += not verdict.is_good
        lines = [linting.as_json(place, verdict)] if as_json else linting.as_text(place, verdict)
        click.echo("\n".join(lines))
    if bad:
        raise SystemExit(Unreadable.exit_code)


@cli.command()
@config_option
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def status(given: str | None, as_json: bool) -> None:
    """Tells who works, what is there, what waits, and what to do about what is held back."""
    from feedd import status
    from feedd.dates import utc_now

    config = load(given)
    with archive_of(config) as archive:
        facts = status.facts(config.inboxes, config.sources, config.state, archive, utc_now())
    click.echo(json.dumps(facts, ensure_ascii=False) if as_json else "\n".join(status.as_text(facts)))


@cli.command()
@config_option
def accept(given: str | None) -> None:
    """Has the articles withdrawn whose files vanished in such numbers that they were kept."""
    from feedd import accepting

    accepted = accepting.accept(load(given))
    for name, count in accepted.items():
        click.echo(f"inbox {name}: what {count} vanished files held is withdrawn")
    if not accepted:
        click.echo("nothing is held back")


@cli.command()
@config_option
def quarantine(given: str | None) -> None:
    """Lists the files that are set aside, each with its reason, TAB between."""
    with archive_of(load(given)) as archive:
        for row in archive.aside() if archive else ():
            click.echo(f"{row.place}\t{row.reason}")


@cli.command()
@config_option
def ids(given: str | None) -> None:
    """Prints id, path and first-seen, one article a line, TAB between."""
    with archive_of(load(given)) as archive:
        for stored in archive.articles() if archive else ():
            first_seen = stored.first_seen.isoformat(timespec="seconds").replace("+00:00", "Z")
            click.echo(f"{stored.id}\t{stored.place or ''}\t{first_seen}")


# --- help for the commands ----------------------------------------------------------------------------------


def _expect(config: Config) -> None:
    """Runs the [[expect]]; ConfigError holds what they find otherwise than wanted."""
    problems = [problem for expectation in config.expectations for problem in _failures(config, expectation)]
    if problems:
        raise ConfigError(str(config.path), tuple(problems))


def _failures(config: Config, expectation: Expectation) -> list[str]:
    """What an expectation finds otherwise than wanted, each explained."""
    from feedd import explaining, preview, topics

    try:
        article, around = preview.expected(expectation, config)
    except Unreadable as error:
        return [f"expect {expectation.name!r}: {error}"]
    explanation = topics.explain(config.topics, article, around)
    chosen = {topic.id for topic in explanation.chosen}
    why = {verdict.topic.id: explaining.brief(verdict) for verdict in explanation.verdicts}
    missing = [(id_, "is not in") for id_ in expectation.wanted if id_ not in chosen]
    surplus = [(id_, "is in") for id_ in expectation.unwanted if id_ in chosen]
    return [
        f"expect {expectation.name!r}: {what} {id_}: {why.get(id_, 'no rule speaks of it')}"
        for id_, what in missing + surplus
    ]


def _shown(file: str) -> str:
    return "".join(c if c.isprintable() else c.encode("utf-8", "surrogateescape").hex() for c in file)
