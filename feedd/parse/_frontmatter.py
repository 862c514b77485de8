"""Splits front matter from the text below it: YAML between ``---``, TOML between ``+++``, or a JSON object.

Every scalar is text as it was written: ``12:30``, ``no`` and ``2024-01-01`` mean what the reader of the
field makes of them. PyYAML lives here.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable
from typing import Any

import yaml

from feedd.errors import Unreadable
from feedd.parse._fields import Fields, Value, plain, read_json_at

_SIZE = 64 * 1024
_DEPTH = 20
_ALIASES = 20

_KEY = re.compile(r"""\s*(?:["'][^"']+["']|[\w.][\w .\-/]*?)\s*:(?:\s|$)""")
_JSON_START = re.compile(r'\{\s*(?:\n\s*)?"|\{\s*\}')
_TOML_LINE = re.compile(r"at line (\d+)")


def split(text: str) -> tuple[Fields, str]:
    """The fields, with keys in lower case, and the text below; no fields where no front matter stands.

    ``text`` has ``\\n`` for its line ends. Raises Unreadable, naming line and problem, where front matter
    is broken, is never closed, or is larger than any author's.
    """
    for fence, read in _FENCES:
        block = _fenced(text, fence)
        if block is not None:
            return _checked(read, block), text[_below(text, block) :]
    if _JSON_START.match(text):
        return _json(text)
    return {}, text


def opens(head: str) -> bool:
    """Whether the beginning of a text opens YAML or TOML front matter."""
    return any(_opened(head, fence) for fence, _ in _FENCES)


def _opened(text: str, fence: str) -> bool:
    """A lone ``---`` may be a rule between paragraphs as well: the next line must look like a field."""
    first, _, rest = text.partition("\n")
    if first.rstrip() != fence:
        return False
    for row in rest.split("\n", 50)[:50]:
        if row.strip() and not row.lstrip().startswith("#"):
            return row.rstrip() == fence or fence == "+++" or _KEY.match(row) is not None
    return False


def _fenced(text: str, fence: str) -> str | None:
    if not _opened(text, fence):
        return None
    start = text.index("\n") + 1
    ends = r"(?:---|\.\.\.)" if fence == "---" else re.escape(fence)
    closing = re.compile(rf"^{ends}[ \t]*$", re.MULTILINE).search(text, start)
    if closing is None:
        raise Unreadable(f"front matter: opened by {fence} in line 1 and never closed")
    if closing.start() - start > _SIZE:
        raise Unreadable(f"front matter: larger than {_SIZE // 1024} KB")
    return text[start : closing.start()]


def _below(text: str, block: str) -> int:
    """Where the text below the closing fence begins."""
    end = text.find("\n", text.index("\n") + 1 + len(block))
    return len(text) if end < 0 else end + 1


def _checked(read: Callable[[str], Value], block: str) -> Fields:
    fields = read(block)
    named = fields if isinstance(fields, dict) else {}
    return {key.strip().lower(): value for key, value in named.items()}


def _yaml(block: str) -> Value:
    loader = yaml.CSafeLoader(block)
    events = _Yaml(loader.get_event)
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
        loader.dispose()


class _Yaml:
    """Builds values from events, because PyYAML's own composer overflows the C stack on deep nesting."""

    def __init__(self, next_event: Callable[[], Any]) -> None:
        self.next = next_event
        self._anchors: dict[str, Value] = {}
        self._aliases = 0

    def value(self, event: Any, depth: int) -> Value:
        """The value that begins with ``event``, which is inside so many others."""
        kind, row = type(event), event.start_mark.line + 2
        if kind is yaml.AliasEvent:
            return self._alias(event.anchor, row)
        if kind is not yaml.ScalarEvent and depth >= _DEPTH:
            raise Unreadable(f"front matter: nested deeper than {_DEPTH} in line {row}")
        if kind is yaml.ScalarEvent:
            value: Value = event.value
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
        while not isinstance(event := self.next(), yaml.SequenceEndEvent):
            items.append(self.value(event, depth))
        return items

    def _mapping(self, depth: int) -> Value:
        fields: dict[str, Value] = {}
        while not isinstance(event := self.next(), yaml.MappingEndEvent):
            key = self.value(event, depth)
            value = self.value(self.next(), depth)
            if isinstance(key, str):  # a list as a key says nothing to us
                fields[key] = value
        return fields


def _flat(value: Value) -> Value:
    """``value`` without the lists and mappings inside it."""
    if isinstance(value, dict):
        return {key: item for key, item in value.items() if isinstance(item, str)}
    return [item for item in value if isinstance(item, str)]


def _toml(block: str) -> Value:
    try:
        return plain(tomllib.loads(block, parse_float=str))
    except tomllib.TOMLDecodeError as error:
        problem = _TOML_LINE.sub(lambda match: f"in line {int(match[1]) + 1}", str(error))
        raise Unreadable(f"front matter: {problem}") from error


def _json(text: str) -> tuple[Fields, str]:
    try:
        value, end = read_json_at(text)
    except Unreadable as error:
        raise Unreadable(f"front matter: {error}") from error
    return _checked(lambda _: value, ""), text[end:].lstrip("\n")


_FENCES: tuple[tuple[str, Callable[[str], Value]], ...] = (("---", _yaml), ("+++", _toml))
