"""Named values as formats give them: every scalar is text as it was written, and may stand in lists and mappings."""

from __future__ import annotations

import json
import re
from typing import TypeAlias

from feedd.errors import Unreadable

Value: TypeAlias = "str | list[Value] | dict[str, Value]"
Fields: TypeAlias = dict[str, Value]

DEPTH = 100
"""How deep lists and mappings may be nested."""

_SPACE = re.compile(r"\s*")
# Line ends inside of strings are taken as they stand; NaN, which RFC 8259 forbids, is written for what is missing.
_DECODER = json.JSONDecoder(parse_float=str, parse_int=str, parse_constant=lambda _: "", strict=False)


def plain(value: object, depth: int = 0, *, flags: bool = True) -> Value:
    """Any value of JSON or TOML as text, lists and mappings; null is empty, dates are in ISO 8601.

    ``true`` and ``false`` are empty as well without ``flags``: where they can only stand for what is missing.
    Raises Unreadable where it is nested deeper than ``DEPTH``.
    """
    if depth > DEPTH:
        raise Unreadable(f"values are nested deeper than {DEPTH}")
    if isinstance(value, dict):
        return {str(key): plain(item, depth + 1, flags=flags) for key, item in value.items()}
    if isinstance(value, list):
        return [plain(item, depth + 1, flags=flags) for item in value]
    if isinstance(value, bool):
        return str(value).lower() if flags else ""
    return "" if value is None else str(value)


def read_json(text: str) -> Value:
    """The whole of ``text`` as one JSON value (RFC 8259); raises Unreadable with line and problem."""
    value, end = read_json_at(text)
    rest = text[end:].lstrip()
    if rest:
        raise Unreadable(_more(text, len(text) - len(rest)))
    return value


def read_json_at(text: str) -> tuple[Value, int]:
    """The JSON value that ``text`` begins with, and where it ends."""
    value, end = _decoded(text, 0)
    return plain(value), end


def json_values(text: str) -> list[object]:
    """All JSON values of a text, one behind the other as in JSON Lines, as ``json`` gives them with numbers as text.

    The first may be any value, what follows must be objects or lists. Raises Unreadable with line and problem.
    """
    value, end = _decoded(text, 0)
    values = [value]
    while (at := _SPACE.match(text, end)) and at.end() < len(text):
        if text[at.end()] not in "{[":
            raise Unreadable(_more(text, at.end()))
        value, end = _decoded(text, at.end())
        values.append(value)
    return values


def _decoded(text: str, start: int) -> tuple[object, int]:
    try:
        return _DECODER.raw_decode(text, _SPACE.match(text, start).end())  # type: ignore[union-attr]  # matches nothing too
    except json.JSONDecodeError as error:
        cut = error.pos >= len(text.rstrip()) or error.msg.startswith("Unterminated")
        problem = f"{error.msg.removesuffix(' at')} in line {error.lineno}"
        raise Unreadable(f"{problem} (cut short?)" if cut else problem) from error
    except RecursionError as error:
        raise Unreadable(f"values are nested deeper than {DEPTH}") from error


def _more(text: str, end: int) -> str:
    return f"there is more behind the JSON value, in line {text.count(chr(10), 0, end) + 1}"
