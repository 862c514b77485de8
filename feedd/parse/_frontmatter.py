"""Splits front matter from the text below it: YAML between ``---``, TOML between ``+++``, or a JSON object.

Pelican and MultiMarkdown write ``Key: value`` lines without any fence: these are told by a first key that is
known, and end at the first blank line. Every scalar is text as it was written: ``12:30``, ``no`` and
``2024-01-01`` mean what the reader of the field makes of them. PyYAML lives here.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable
from typing import Any

import yaml

from feedd.errors import Unreadable
from feedd.parse._fields import Fields, Value, plain, read_json, read_json_at

_SIZE = 64 * 1024
_DEPTH = 20
_ALIASES = 20

_FENCE = re.compile(r"\n*+(?P<fence>---|\+\+\+)(?P<language>[A-Za-z]*+)[ \t]*+(?:\n|\Z)")
# Blank lines and remarks, then the line that must look like a field; long ones are none.
_FIRST_FIELD = re.compile(r"(?:[ \t]*+(?:#[^\n]*+)?\n){0,50}+(?P<row>[^\n]{0,200}+)")
_KEY = re.compile(r"""\s*(?:["'][^"']+["']|[\w.][\w .\-/]*?)\s*:(?:\s|$)""")
_ENDS = {
    "---": re.compile(r"\n(?:---|\.\.\.)[ \t]*+(?:\n|\Z)"),
    "+++": re.compile(r"\n\+\+\+[ \t]*+(?:\n|\Z)"),
}
_JSON_START = re.compile(r'\{\s*(?:\n\s*)?"|\{\s*\}')
_TOML_LINE = re.compile(r"at line (\d+)")

_LABEL = re.compile(r"(?P<key>[A-Za-z][\w-]{0,40}|[A-Z][\w-]{0,20}(?: [A-Z][\w-]{0,20}){1,2}):(?:[ \t]+(?P<value>.*)|)")
_FIRST_LABELS = frozenset(
    "title subtitle author authors date modified category tags keywords slug summary status lang template".split()
)


def split(text: str) -> tuple[Fields, str]:
    """The fields, with keys in lower case, and the text below; no fields where no front matter stands.

    ``text`` has ``\\n`` for its line ends. Raises Unreadable, naming line and problem, where front matter
    is broken, is never closed, or is larger than any author's.
    """
    opening = _opening(text)
    if opening is not None:
        return _fenced(text, opening)
    if _JSON_START.match(text):
        return _json(text)
    return _labelled(text) if text[:1].isalpha() else ({}, text)


def opens(head: str) -> bool:
    """Whether the beginning of a text opens YAML, TOML or another fenced front matter."""
    return _opening(head) is not None


def _opening(text: str) -> re.Match[str] | None:
    """A lone ``---`` may be a rule between paragraphs as well: the next line must look like a field."""
    opening = _FENCE.match(text)
    if opening is None:
        return None
    fence, language = opening.groups()
    if fence == "+++" or language:
        return opening if language.lower() in _READERS[fence] else None
    first = _FIRST_FIELD.match(text, opening.end())
    row = first["row"] if first else ""
    return opening if row.rstrip() == fence or _KEY.match(row) else None


def _fenced(text: str, opening: re.Match[str]) -> tuple[Fields, str]:
    fence, language = opening.groups()
    start = opening.end()
    closing = _ENDS[fence].search(text, start - 1)
    if closing is None:
        raise Unreadable(f"front matter: opened by {fence} in line {text.count(chr(10), 0, start)} and never closed")
    if closing.start() - start > _SIZE:
        raise Unreadable(f"front matter: larger than {_SIZE // 1024} KB")
    above = "\n" * text.count("\n", 0, opening.start("fence"))  # so that reasons name the right line
    block = above + text[start : closing.start() + 1]
    return _checked(_READERS[fence][language.lower()], block), text[closing.end() :]


def _labelled(text: str) -> tuple[Fields, str]:
    """The fields of ``Key: value`` lines at the very top, continued by indented ones; none in doubt."""
    first = _LABEL.match(text, 0, 60)
    if first is None or first["key"].lower() not in _FIRST_LABELS:
        return {}, text
    block, _, body = text.partition("\n\n")
    fields: dict[str, str] = {}
    key = ""
    for row in block[:_SIZE].split("\n"):
        label = _LABEL.fullmatch(row)
        if label:
            key = label["key"].lower().replace(" ", "")
            fields[key] = (label["value"] or "").strip()
        elif row.startswith(("    ", "\t")) and key:
            fields[key] = f"{fields[key]} {row.strip()}".strip()
        else:
            return {}, text
    if not fields.keys() & {"title", "date"} or len(block) > _SIZE:
        return {}, text
    named: Fields = dict(fields)
    if "authors" in fields:
        named["authors"] = list(re.split(";" if ";" in fields["authors"] else ",", fields["authors"]))
    return named, body


def _checked(read: Callable[[str], Value], block: str) -> Fields:
    fields = read(block)
    named = fields if isinstance(fields, dict) else {}
    return {key.strip().lower(): value for key, value in named.items()}


def _yaml(block: str) -> Value:
    parser = yaml.CBaseLoader(block)
    events = _Yaml(parser.get_event)
    try:
        while not isinstance(event := events.next(), yaml.DocumentStartEvent):
            if isinstance(event, yaml.StreamEndEvent):
                return {}
        return events.value(events.next(), 0)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where = f" in line {mark.line + 2}" if mark else ""
        raise Unreadable(f"front matter: {error.problem or error.context}{where}") from error
    except yaml.YAMLError as error:
        raise Unreadable(f"front matter: {' '.join(str(error).split())}") from error
    finally:
        parser.dispose()


class _Yaml:
    """Builds values from events, because PyYAML's own composer overflows the C stack on deep nesting.

    Tags are passed over, so that no ``!!python`` and no ``!!binary`` means anything.
    """

    def __init__(self, next_event: Callable[[], Any]) -> None:
        self.next = next_event
        self._anchors: dict[str, Value] = {}
        self._aliases = 0

    def value(self, event: Any, depth: int) -> Value:
        """The value that begins with ``event``, which is inside so many others."""
        kind = type(event)
        if kind is yaml.AliasEvent:
            return self._alias(event.anchor, event.start_mark.line + 2)
        if kind is yaml.ScalarEvent:
            value: Value = event.value
        elif depth >= _DEPTH:
            raise Unreadable(f"front matter: nested deeper than {_DEPTH} in line {event.start_mark.line + 2}")
        elif kind is yaml.SequenceStartEvent:
            value = self._sequence(depth + 1)
        else:
            value = self._mapping(depth + 1)
        if event.anchor is not None:
            self._anchors[event.anchor] = value
        return value

    def _alias(self, anchor: str, row: int) -> Value:
        self._aliases += 1
        if self._aliases > _ALIASES:
            raise Unreadable(f"front matter: more than {_ALIASES} aliases in line {row}")
        if anchor not in self._anchors:
            raise Unreadable(f"front matter: unknown alias *{anchor} in line {row}")
        value = self._anchors[anchor]
        # An alias to a list of aliases is how a small text becomes a large value; nobody's post needs one.
        return value if isinstance(value, str) else _flat(value)

    def _sequence(self, depth: int) -> Value:
        items: list[Value] = []
        while type(event := self.next()) is not yaml.SequenceEndEvent:
            items.append(self.value(event, depth))
        return items

    def _mapping(self, depth: int) -> Value:
        fields: dict[str, Value] = {}
        while type(event := self.next()) is not yaml.MappingEndEvent:
            key = self.value(event, depth)
            value = self.value(self.next(), depth)
            if isinstance(key, str):  # a list as a key says nothing to us
                fields[key] = value
        return _merged(fields) if "<<" in fields else fields


def _merged(fields: dict[str, Value]) -> Value:
    """With what ``<<: *defaults`` brings, where the mapping doesn't say it itself."""
    brought = fields.pop("<<")
    for one in brought if isinstance(brought, list) else [brought]:
        if isinstance(one, dict):
            fields = one | fields
    return fields


def _flat(value: Value) -> Value:
    """``value`` without the lists and mappings inside it."""
    if isinstance(value, dict):
        return {key: item for key, item in value.items() if isinstance(item, str)}
    return [item for item in value if isinstance(item, str)]


def _toml(block: str) -> Value:
    try:
        return plain(tomllib.loads(block, parse_float=str))
    except RecursionError as error:
        raise Unreadable("front matter: values are nested deeper than any author's") from error
    except tomllib.TOMLDecodeError as error:
        problem = _TOML_LINE.sub(lambda match: f"in line {int(match[1]) + 1}", str(error))
        raise Unreadable(f"front matter: {problem}") from error


def _json(text: str) -> tuple[Fields, str]:
    try:
        value, end = read_json_at(text)
    except Unreadable as error:
        raise Unreadable(f"front matter: {error}") from error
    return _checked(lambda _: value, ""), text[end:].lstrip("\n")


def _json_block(block: str) -> Value:
    try:
        return read_json(block)
    except Unreadable as error:
        raise Unreadable(f"front matter: {error}") from error


def _script(_: str) -> Value:
    raise Unreadable("front matter: is a script (---js), and no article's code is run; write it in YAML, TOML or JSON")


# By fence, then by the language that may be named behind it.
_READERS: dict[str, dict[str, Callable[[str], Value]]] = {
    "---": {"": _yaml, "yaml": _yaml, "yml": _yaml, "toml": _toml, "json": _json_block}
    | dict.fromkeys(("js", "javascript", "ts", "typescript", "coffee"), _script),
    "+++": {"": _toml, "toml": _toml},
}
