"""The tables of feedd.toml: every setting, its default, what it may be, and what is wrong with a file.

Shapes are checked by pydantic, which tells every problem at once; what must fit together is checked on
the raw tables, so that it is told beside all else.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import pydantic
from pydantic import AfterValidator, ConfigDict, Field

from feedd import topics
from feedd.model import Topic
from feedd.topics import Rule


def problems(raw: Mapping[str, Any]) -> tuple[str, ...]:
    """Everything that is wrong with the file's tables, each as ``key: what is wrong``."""
    try:
        FileTables.model_validate(raw)
    except pydantic.ValidationError as error:
        return (*_told(error), *_crossed(raw))
    return tuple(_crossed(raw))


# --- one setting at a time: shapes, defaults and what a value may be --------------------------------


def _check_url(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
        raise ValueError("must be an http or https address without query, such as https://news.example.org/feeds/")
    return value if value.endswith("/") else value + "/"


def _check_authority(value: str) -> str:
    # RFC 4151 §2.1: a DNS name or an e-mail address, a comma, and a date on which it was yours.
    if not re.fullmatch(r"([\w.+-]+@)?[a-z0-9]([a-z0-9.-]*[a-z0-9])?,\d{4}(-\d\d){0,2}", value, re.ASCII):
        raise ValueError('must be a domain or e-mail address of yours, a comma and a date: "news.example.org,2025"')
    months = value.rpartition(",")[2].split("-")[1:]
    if any(not 1 <= int(part) <= most for part, most in zip(months, (12, 28), strict=False)):
        raise ValueError("its date must be a year, a month (01 to 12) and a day (01 to 28)")
    return value


def _check_language(value: str) -> str:
    if not re.fullmatch(r"[a-zA-Z]{2,8}(-[a-zA-Z0-9]{1,8})*", value):
        raise ValueError('must be a language tag of BCP 47, such as "en" or "pt-BR"')
    return value


def _check_zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (OSError, ValueError, KeyError) as error:
        raise ValueError(f"{value!r} is no time zone such as Europe/Kyiv") from error
    return value


def _check_listen(value: str) -> str:
    match = re.fullmatch(r"(\[[0-9a-fA-F:.]+\]|[^\[\]:\s]+):(\d{1,5})", value, re.ASCII)
    if match is None or int(match[2]) > 65535:
        raise ValueError("must be host:port such as 127.0.0.1:8000 or [::1]:8000")
    return value


def _check_id(value: str) -> str:
    if not re.fullmatch(r"[a-z0-9]([a-z0-9._-]*[a-z0-9])?", value):
        raise ValueError("may hold a-z, 0-9, and between them - . _: it is part of URLs")
    if value in ("index", "articles"):
        raise ValueError(f"{value!r} is a name of feedd's own in the served folder")
    return value


def _check_name(value: str) -> str:
    if not re.fullmatch(r"[^\s:/?#\x00-\x1f]+", value):
        raise ValueError("may hold no white space and none of : / ? #")
    return value


def _check_path(value: str) -> str:
    if "\0" in value:
        raise ValueError("may hold no NUL character")
    try:
        Path(value).expanduser()
    except RuntimeError as error:
        raise ValueError(f"{value!r}: there is no such user") from error
    return value


_Text = Annotated[str, Field(min_length=1)]
_Path = Annotated[str, Field(min_length=1), AfterValidator(_check_path)]
_Url = Annotated[str, AfterValidator(_check_url)]
_Language = Annotated[str, AfterValidator(_check_language)]
_Id = Annotated[str, AfterValidator(_check_id)]
_Seconds = Annotated[float, Field(ge=0, le=86400)]


class _Table(pydantic.BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class SiteTable(_Table):
    """[site]: what all feeds share."""

    url: _Url = "http://127.0.0.1:8000/"
    title: _Text = "feedd"
    authority: Annotated[str, AfterValidator(_check_authority)] | None = None
    language: _Language = "en"
    author: _Text | None = None
    rights: _Text | None = None


class InboxTable(_Table):
    """[[inbox]]: a folder of article files, and defaults for what its documents do not say."""

    path: _Path
    name: Annotated[str, AfterValidator(_check_name)] | None = None
    topics: list[_Id] = []
    author: _Text | None = None
    language: _Language | None = None
    timezone: Annotated[str, AfterValidator(_check_zone)] | None = None
    keep: bool = False


class OutputTable(_Table):
    """[output]: the served folder."""

    path: _Path = "feeds"
    entries: Annotated[int, Field(ge=1, le=1000)] = 50


class ServerTable(_Table):
    """[server]: feedd's own HTTP server."""

    listen: Annotated[str, AfterValidator(_check_listen)] = "127.0.0.1:8000"


class StateTable(_Table):
    """[state]: where feedd keeps what it must remember."""

    path: _Path = ".feedd"


class ScheduleTable(_Table):
    """[schedule]: all in seconds."""

    quiet: _Seconds = 0.1
    latest: _Seconds = 1.0
    sweep: Annotated[float, Field(ge=1, le=86400)] = 30.0
    scan: Annotated[float, Field(ge=1, le=86400)] = 600.0


class LimitsTable(_Table):
    """[limits]: what is refused."""

    file_bytes: Annotated[int, Field(ge=1)] = 5_000_000
    parse_seconds: Annotated[float, Field(ge=0.1, le=600)] = 10.0
    parse_memory: Annotated[int, Field(ge=1 << 28)] = 1 << 30


class TopicTable(_Table):
    """[[topic]]: a topic and the rule for what it wants."""

    id: _Id
    title: _Text | None = None
    description: str = ""
    any: list[_Text] = []
    all: list[Annotated[list[_Text], Field(min_length=1)]] = []
    none: list[_Text] = []
    min_score: Annotated[int, Field(ge=1)] = topics.MIN_SCORE
    aliases: list[_Id] = []


class SourceTable(_Table):
    """[[source]]: an upstream feed."""

    url: _Url
    topics: list[_Id] = []


class ExpectTable(_Table):
    """[[expect]]: an article and its topics, checked by `feedd check`."""

    file: _Text | None = None
    text: _Text | None = None
    topics: list[_Id] = []
    unwanted: list[_Id] = []


class FileTables(_Table):
    """The whole file."""

    site: SiteTable = SiteTable()
    inbox: Annotated[list[InboxTable], Field(min_length=1)] = [InboxTable(path="inbox")]
    output: OutputTable = OutputTable()
    server: ServerTable = ServerTable()
    state: StateTable = StateTable()
    schedule: ScheduleTable = ScheduleTable()
    limits: LimitsTable = LimitsTable()
    terms: dict[_Text, list[_Text]] = {}
    topic: list[TopicTable] = []
    source: list[SourceTable] = []
    expect: list[ExpectTable] = []


TABLES: Mapping[str, type[pydantic.BaseModel]] = {
    "site": SiteTable,
    "inbox": InboxTable,
    "output": OutputTable,
    "server": ServerTable,
    "state": StateTable,
    "schedule": ScheduleTable,
    "limits": LimitsTable,
    "topic": TopicTable,
    "source": SourceTable,
    "expect": ExpectTable,
}
"""Every table and its settings, for the documentation's tests."""


# --- telling what is wrong --------------------------------------------------------------------------


def _told(error: pydantic.ValidationError) -> Iterator[str]:
    for problem in error.errors():
        key = _key(problem["loc"])
        if problem["type"] == "extra_forbidden":
            yield f"{key}: unknown key{_meant(problem['loc'])}"
        elif problem["type"] == "missing":
            yield f"{key}: is missing"
        else:
            yield f"{key}: {problem['msg'].removeprefix('Value error, ').removeprefix('Input ')}"


def _key(path: Iterable[object]) -> str:
    """``("topic", 0, "any")`` → ``topic[1].any``: counted from one, as a reader of the file counts."""
    key = ""
    for step in path:
        key += f"[{step + 1}]" if isinstance(step, int) else f".{step}" if key else str(step)
    return key


def _meant(path: tuple[int | str, ...]) -> str:
    known = FileTables.model_fields if len(path) == 1 else TABLES[str(path[0])].model_fields
    near = difflib.get_close_matches(str(path[-1]), known, 1)
    return f"; did you mean {near[0]!r}?" if near else ""


# --- settings that must fit each other: on the raw tables, so that it is told beside all else ---------


def _crossed(raw: Mapping[str, Any]) -> Iterator[str]:
    tables = {name: _tables(raw.get(name)) for name in ("inbox", "topic", "source", "expect")}
    yield from _twice("topic", [(table.get("id"), *_strings(table.get("aliases"))) for table in tables["topic"]])
    terms = {name: _strings(words) for name, words in _table(raw.get("terms")).items()}
    for at, table in enumerate(tables["topic"], 1):
        rule = Rule(
            Topic("", ""),
            any=_strings(table.get("any")),
            all=tuple(map(_strings, table["all"])) if isinstance(table.get("all"), list) else (),
            none=_strings(table.get("none")),
        )
        yield from (f"topic[{at}]: {problem}" for problem in topics.problems_of(rule, terms))
    ids = {str(table.get("id")) for table in tables["topic"]}
    for name in ("inbox", "source", "expect"):
        for at, table in enumerate(tables[name], 1):
            for key in ("topics", "unwanted"):
                for topic in _strings(table.get(key)):
                    if ids and topic not in ids:
                        yield f"{name}[{at}].{key}: there is no topic {topic!r}"
            if name == "expect" and ("file" in table) == ("text" in table):
                yield f"{name}[{at}]: needs either file or text"


def _twice(name: str, words: Sequence[tuple[object, ...]]) -> Iterator[str]:
    seen: dict[object, int] = {}
    for at, group in enumerate(words, 1):
        for word in group:
            if not isinstance(word, str):
                continue
            if word in seen:
                yield f"{name}[{at}]: {word!r} stands in {name}[{seen[word]}] already"
            seen.setdefault(word, at)


def _tables(value: object) -> list[Mapping[str, Any]]:
    return [_table(entry) for entry in value] if isinstance(value, list) else []


def _table(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _strings(value: object) -> tuple[str, ...]:
    return tuple(entry for entry in value if isinstance(entry, str)) if isinstance(value, list) else ()
