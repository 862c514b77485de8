"""The tables of feedd.toml: every setting, its default, what it may be, and what is wrong with a file.

Shapes are checked by pydantic, which tells every problem at once; what must fit together is checked on
the raw tables, so that it is told beside all else.
"""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, time
from typing import Annotated, Any

import pydantic
from pydantic import AfterValidator, ConfigDict, Field
from pydantic_core import ErrorDetails

from feedd import crosscheck, values
from feedd.rules import MIN_SCORE
from feedd.subscription import LONGEST, SHORTEST

_SHOWN = 60  # characters of a value that is told
_UNQUOTED = (int, float, datetime, date, time)  # what a text is taken for that lacks its quotes


def problems(raw: Mapping[str, Any]) -> tuple[str, ...]:
    """Everything that is wrong with the file's tables, each as ``key: what is wrong``."""
    try:
        FileTables.model_validate(raw)
    except pydantic.ValidationError as error:
        return (*_told(error), *crosscheck.problems(raw))
    return tuple(crosscheck.problems(raw))


# --- one setting at a time: shapes, defaults and what a value may be --------------------------------


_Text = Annotated[str, Field(min_length=1)]
_Path = Annotated[str, Field(min_length=1), AfterValidator(values.path)]
_Url = Annotated[str, AfterValidator(values.url)]
_Address = Annotated[str, AfterValidator(values.address)]
_Source = Annotated[str, AfterValidator(values.source)]
_Language = Annotated[str, AfterValidator(values.language)]
_Id = Annotated[str, AfterValidator(values.id)]
_Score = Annotated[int, Field(ge=1)]
_Weight = Annotated[int, Field(ge=0, le=1000)]
_Medtop = Annotated[str, AfterValidator(values.medtop)]
_Seconds = Annotated[float, Field(ge=0, le=86400)]
_Interval = Annotated[float, Field(ge=1, le=30 * 86400)]


class _Table(pydantic.BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class SiteTable(_Table):
    """[site]: what all feeds share."""

    url: _Url = "http://127.0.0.1:8000/"
    title: _Text = "feedd"
    authority: Annotated[str, AfterValidator(values.authority)] | None = None
    language: _Language = "en"
    author: _Text | None = None
    rights: _Text | None = None
    hub: _Address | None = None
    icon: _Address | None = None
    logo: _Address | None = None


class InboxTable(_Table):
    """[[inbox]]: a folder of article files, and defaults for what its documents do not say."""

    path: _Path
    name: Annotated[str, AfterValidator(values.name)] | None = None
    topics: list[_Id] = []
    author: _Text | None = None
    language: _Language | None = None
    timezone: Annotated[str, AfterValidator(values.zone)] | None = None
    keep: bool = False


class OutputTable(_Table):
    """[output]: the served folder."""

    path: _Path = "feeds"
    entries: Annotated[int, Field(ge=1, le=1000)] = 50
    max_bytes: Annotated[int, Field(ge=16 * 1024, le=64 * 1024 * 1024)] = 512 * 1024
    templates: _Path | None = None


class ServerTable(_Table):
    """[server]: feedd's own HTTP server."""

    listen: Annotated[str, AfterValidator(values.listen)] = "127.0.0.1:8000"
    rate: Annotated[int, Field(ge=0, le=1_000_000)] = 0
    access_log: str = ""
    trusted_proxies: list[Annotated[str, AfterValidator(values.network)]] = []


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


class WeightsTable(_Table):
    """weights: what a hit counts in each zone; a zone of [[topic]] left out weighs what [rules] says."""

    title: _Weight | None = None
    lede: _Weight | None = None
    body: _Weight | None = None


class RulesTable(_Table):
    """[rules]: what all topics' rules share unless they say otherwise."""

    min_score: _Score = MIN_SCORE
    weights: WeightsTable = WeightsTable()
    fold_diacritics: bool = False


class TopicTable(_Table):
    """[[topic]]: a topic and the rule for what it wants."""

    id: _Id
    title: _Text | None = None
    description: str = ""
    any: list[_Text] = []
    all: list[Annotated[list[_Text], Field(min_length=1)]] = []
    none: list[_Text] = []
    tags: list[_Text] = []
    authors: list[_Text] = []
    languages: list[_Language] = []
    sources: list[_Text] = []
    inboxes: list[_Text] = []
    paths: list[_Text] = []
    min_score: _Score | None = None
    weights: WeightsTable = WeightsTable()
    fold_diacritics: bool | None = None
    parent: _Id | None = None
    medtop: list[_Medtop] = []
    aliases: list[_Id] = []
    retired: bool = False


class SourceTable(_Table):
    """[[source]]: an upstream feed."""

    url: _Source
    topics: list[_Id] = []
    title: _Text | None = None
    author: _Text | None = None
    language: _Language | None = None
    timezone: Annotated[str, AfterValidator(values.zone)] | None = None
    min_interval: _Interval = SHORTEST
    max_interval: _Interval = LONGEST
    enabled: bool = True
    keep: bool = True
    credentials_file: _Path | None = None
    credential: Annotated[str, AfterValidator(values.credential)] | None = None
    headers: dict[Annotated[str, AfterValidator(values.header)], Annotated[str, AfterValidator(values.value)]] = {}


class FetchTable(_Table):
    """[fetch]: how upstream feeds are polled."""

    contact: Annotated[str, AfterValidator(values.value)] = ""
    allow: list[Annotated[str, AfterValidator(values.network)]] = []
    seconds: Annotated[float, Field(ge=1, le=300)] = 20.0
    max_bytes: Annotated[int, Field(ge=1024, le=64 * 1024 * 1024)] = 5_000_000
    per_host: Annotated[int, Field(ge=1, le=16)] = 2
    at_once: Annotated[int, Field(ge=1, le=256)] = 32


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
    rules: RulesTable = RulesTable()
    terms: dict[_Text, list[_Text]] = {}
    topic: list[TopicTable] = []
    source: list[SourceTable] = []
    fetch: FetchTable = FetchTable()
    expect: list[ExpectTable] = []


TABLES: Mapping[str, type[pydantic.BaseModel]] = {
    "site": SiteTable,
    "inbox": InboxTable,
    "output": OutputTable,
    "server": ServerTable,
    "state": StateTable,
    "schedule": ScheduleTable,
    "limits": LimitsTable,
    "rules": RulesTable,
    "topic": TopicTable,
    "source": SourceTable,
    "fetch": FetchTable,
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
            told = problem["msg"].removeprefix("Value error, ").removeprefix("Input ")
            yield f"{key}: {_shape(problem) or told}"


def _shape(problem: ErrorDetails) -> str:
    """What to write where a value has the wrong shape in one of the ways that come easily; empty for any other."""
    given, path = problem["input"], problem["loc"]
    sort = problem["type"]
    if sort == "list_type" and path[-1] in TABLES and len(path) == 1:
        return f"is a list of tables: write [[{path[0]}]], not [{path[0]}]" if isinstance(given, dict) else ""
    if sort == "list_type" and isinstance(given, str):
        if path[-1] == "all":
            return f"should be a list of lists: write [[{_quoted(given)}]]"
        whole = f"each in {path[-2]} is a list itself" if isinstance(path[-1], int) else "should be a list"
        return f"{whole}: write [{_quoted(given)}]"
    if sort in ("model_type", "dict_type") and len(path) == 1:
        return f"should be a table: write [{path[0]}]{f', not [[{path[0]}]]' if isinstance(given, list) else ''}"
    if sort == "string_type" and type(given) in _UNQUOTED:
        return f"should be a text: write {_quoted(str(given))}"
    return ""


def _quoted(text: str) -> str:
    return json.dumps(text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…", ensure_ascii=False)


def _key(path: Iterable[object]) -> str:
    """``("topic", 0, "any")`` → ``topic[1].any``: counted from one, as a reader of the file counts."""
    key = ""
    for step in path:
        key += f"[{step + 1}]" if isinstance(step, int) else f".{step}" if key else str(step)
    return key


def _meant(path: tuple[int | str, ...]) -> str:
    known = FileTables.model_fields if len(path) == 1 else TABLES[str(path[0])].model_fields
    if path[-2:-1] == ("weights",):
        known = WeightsTable.model_fields
    near = difflib.get_close_matches(str(path[-1]), known, 1)
    return f"; did you mean {near[0]!r}?" if near else ""
