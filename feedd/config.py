"""feedd.toml → a frozen :class:`Config`: the only reader of settings.

Every problem is told at once, each with its key; an unknown key is a problem. Relative paths are
relative to the file.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from feedd import parse, settings, topics
from feedd.application import Manners
from feedd.clients import networks
from feedd.errors import ConfigError
from feedd.generate import template_problems
from feedd.inbox import Inbox
from feedd.model import Defaults, Site, Topic, Upstream
from feedd.rules import FIELDS, Rule, Weights
from feedd.settings import (
    ExpectTable,
    FetchTable,
    FileTables,
    InboxTable,
    LimitsTable,
    RulesTable,
    ServerTable,
    SiteTable,
    SourceTable,
    TopicTable,
)
from feedd.spool import key_of
from feedd.subscription import Fetching, Subscription
from feedd.topics import Topics
from feedd.workers import Limits

PLACES = ("feedd.toml", "/etc/feedd/feedd.toml")
# What a response may have before its body, in bytes.
_HEADERS = 64 * 1024


@dataclass(frozen=True, slots=True)
class Expectation:
    """An article and the topics that it must, and must not, be in; ``name`` is for messages."""

    name: str
    file: Path | None
    text: str | None
    wanted: tuple[str, ...]
    unwanted: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Timing:
    """Seconds: see [schedule] in the example configuration."""

    quiet: float
    latest: float
    sweep: float
    scan: float


@dataclass(frozen=True, slots=True)
class Config:
    """All settings, checked; every path is absolute. ``upstream`` holds an inbox for the responses of each source,
    which come through ``spool``.
    """

    path: Path
    site: Site
    inboxes: tuple[Inbox, ...]
    output: Path
    entries: int
    max_bytes: int
    templates: Mapping[str, str]
    listen: str
    manners: Manners
    state: Path
    parsing: Limits
    timing: Timing
    topics: Topics
    sources: tuple[Subscription, ...]
    upstream: tuple[Inbox, ...]
    fetching: Fetching
    spool: Path
    expectations: tuple[Expectation, ...]
    unused_lists: tuple[str, ...]


def find(given: str | None) -> Path | None:
    """The configuration file: the one given, else $FEEDD_CONFIG, else the first of PLACES that is there."""
    named = given or os.environ.get("FEEDD_CONFIG")
    if named:
        return Path(named)
    return next((Path(place) for place in PLACES if Path(place).is_file()), None)


def load(path: Path) -> Config:
    """Reads and checks a configuration. ConfigError holds everything that is wrong with it."""
    try:
        raw = tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        raise ConfigError(str(path), (f"can't be read: {error.strerror}",)) from error
    except UnicodeDecodeError as error:
        raise ConfigError(str(path), (f"is not UTF-8: byte {error.start} is wrong",)) from error
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(str(path), (f"is not TOML: {error}",)) from error
    if problems := settings.problems(raw):
        raise ConfigError(str(path), problems)
    found = _config(path.absolute(), FileTables.model_validate(raw))
    if overlaps := tuple(_overlaps(found)):
        raise ConfigError(str(path), overlaps)
    return found


def _overlaps(config: Config) -> Iterator[str]:
    """Folders inside each other: feedd must never write into an inbox, nor read a file as two."""
    for at, inbox in enumerate(config.inboxes, 1):
        for key, folder in (("output.path", config.output), ("state.path", config.state)):
            if folder.is_relative_to(inbox.root):
                yield f"{key}: {folder} lies in inbox[{at}], and feedd never writes into an inbox"
        if inbox.name in {earlier.name for earlier in config.inboxes[: at - 1]}:
            yield f"inbox[{at}]: another one is named {inbox.name!r} too: give it a name"
        for other, outer in enumerate(config.inboxes, 1):
            if other != at and inbox.root.is_relative_to(outer.root) and (inbox.root != outer.root or at > other):
                yield f"inbox[{at}].path: {inbox.root} lies in inbox[{other}]: its files would be read twice"


def _manners(folder: Path, table: ServerTable) -> Manners:
    log = table.access_log
    place = log if log in ("", "-") else str(_absolute(folder, log))
    return Manners(table.rate, place, networks(table.trusted_proxies))


def _config(path: Path, table: FileTables) -> Config:
    folder = path.parent
    aliases = {alias: topic.id for topic in table.topic for alias in topic.aliases}
    return Config(
        path=path,
        site=_site(table.site),
        inboxes=tuple(_inbox(folder, inbox, table.limits, table.site.language) for inbox in table.inbox),
        output=_absolute(folder, table.output.path),
        entries=table.output.entries,
        max_bytes=table.output.max_bytes,
        templates=_templates(path, table.output.templates),
        listen=table.server.listen,
        manners=_manners(folder, table.server),
        state=_absolute(folder, table.state.path),
        parsing=Limits(table.limits.parse_seconds, table.limits.parse_memory),
        timing=Timing(**table.schedule.model_dump()),
        topics=topics.prepare([_rule(topic, table.rules) for topic in table.topic], table.terms, aliases),
        sources=tuple(_source(folder, source) for source in table.source),
        upstream=tuple(_upstream(folder, source, table) for source in table.source),
        fetching=_fetching(table.fetch, table.site),
        spool=_spool(folder, table),
        expectations=tuple(_expectation(folder, expect) for expect in table.expect),
        unused_lists=_unused_lists(table),
    )


def _templates(path: Path, given: str | None) -> dict[str, str]:
    """The user's own templates by their names; ConfigError where one can't be read, or no page can be made of it."""
    if given is None:
        return {}
    folder = _absolute(path.parent, given)
    try:
        # What editors leave beside them is none.
        files = [file for file in sorted(folder.iterdir()) if file.is_file() and file.suffix in (".html", ".css")]
        own = {file.name: file.read_text("utf-8") for file in files if not file.name.startswith(".")}
    except OSError as error:
        raise ConfigError(str(path), (f"output.templates: {error.filename}: {error.strerror}",)) from error
    except UnicodeDecodeError as error:
        raise ConfigError(str(path), (f"output.templates: a file in {folder} is not UTF-8",)) from error
    if problems := template_problems(own):
        raise ConfigError(str(path), tuple(f"output.templates: {problem}" for problem in problems))
    return own


def _rule(table: TopicTable, common: RulesTable) -> Rule:
    weights = common.weights.model_dump(exclude_none=True) | table.weights.model_dump(exclude_none=True)
    bare = common.fold_diacritics if table.fold_diacritics is None else table.fold_diacritics
    return Rule(
        Topic(table.id, table.title or table.id, table.description, tuple(table.medtop)),
        any=tuple(table.any),
        all=tuple(map(tuple, table.all)),
        none=tuple(table.none),
        **{name: tuple(getattr(table, name)) for name in FIELDS},
        min_score=table.min_score or common.min_score,
        weights=Weights(**weights),
        fold_diacritics=bare,
        parent=table.parent or "",
        retired=table.retired,
    )


def _unused_lists(table: FileTables) -> tuple[str, ...]:
    written = {word for words in table.terms.values() for word in words}
    for topic in table.topic:
        written.update(topic.any, topic.none, *topic.all)
    return tuple(name for name in table.terms if f"@{name}" not in written)


def _site(table: SiteTable) -> Site:
    host = urlsplit(table.url).hostname or ""
    # An IPv6 address may not stand in a tag URI.
    authority = table.authority or f"{'localhost' if ':' in host else host},2025"
    given = table.model_dump(include={"url", "title", "language", "author", "rights", "hub", "icon", "logo"})
    return Site(authority=authority, **given)


def _inbox(folder: Path, table: InboxTable, limits: LimitsTable, language: str) -> Inbox:
    root = _absolute(folder, table.path)
    zone = ZoneInfo(table.timezone) if table.timezone else None
    return Inbox(
        name=table.name or root.name,
        root=root,
        wanted=parse.wanted,
        defaults=Defaults(tuple(table.topics), table.author, table.language, zone),
        keep=table.keep,
        limit=limits.file_bytes,
        language=language,
    )


def _source(folder: Path, table: SourceTable) -> Subscription:
    file = table.credentials_file
    return Subscription(
        table.url,
        tuple(table.topics),
        table.title,
        shortest=table.min_interval,
        longest=max(table.min_interval, table.max_interval),
        enabled=table.enabled,
        credentials_file=None if file is None else _absolute(folder, file),
        credential=table.credential,
        headers=dict(table.headers),
    )


def _upstream(folder: Path, table: SourceTable, whole: FileTables) -> Inbox:
    zone = ZoneInfo(table.timezone) if table.timezone else None
    named = Upstream(table.url, table.title)
    return Inbox(
        name=table.url,
        root=_spool(folder, whole) / key_of(table.url),
        wanted=parse.wanted,
        defaults=Defaults(tuple(table.topics), table.author, table.language, zone, named),
        keep=table.keep,
        limit=whole.fetch.max_bytes + _HEADERS,
        language=whole.site.language,
        source=table.url,
    )


def _spool(folder: Path, table: FileTables) -> Path:
    return _absolute(folder, table.state.path) / "spool"


def _fetching(table: FetchTable, site: SiteTable) -> Fetching:
    return Fetching(
        table.contact or site.url,
        networks(table.allow),
        table.seconds,
        table.max_bytes,
        table.per_host,
        table.at_once,
    )


def _expectation(folder: Path, table: ExpectTable) -> Expectation:
    file = None if table.file is None else _absolute(folder, table.file)
    name = table.file or (table.text or "")[:40]
    return Expectation(name, file, table.text, tuple(table.topics), tuple(table.unwanted))


def _absolute(folder: Path, path: str) -> Path:
    return Path(os.path.abspath(folder / Path(path).expanduser()))  # noqa: PTH100 - resolve() would follow links
