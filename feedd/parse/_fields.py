"""Named values as formats give them: every scalar is text as it was written, and may stand in lists and mappings."""

from __future__ import annotations

import json
from typing import TypeAlias

from feedd.errors import Unreadable

Value: TypeAlias = "str | list[Value] | dict[str, Value]"
Fields: TypeAlias = dict[str, Value]

DEPTH = 100
"""How deep lists and mappings may be nested."""


def plain(value: object, depth: int = 0) -> Value:
    """Any value of JSON or TOML as text, lists and mappings; null is empty, dates are in ISO 8601.

    Raises Unreadable where it is nested deeper than ``DEPTH``.
    """
    if depth > DEPTH:
        raise Unreadable(f"values are nested deeper than {DEPTH}")
    if isinstance(value, dict):
        return {str(key): plain(item, depth + 1) for key, item in value.items()}
    if isinstance(value, list):
        return [plain(item, depth + 1) for item in value]
    if isinstance(value, bool):
        return str(value).lower()
    return "" if value is None else str(value)


def read_json(text: str, *, strict: bool = True) -> Value:
    """The whole of ``text`` as one JSON value (RFC 8259); raises Unreadable with line and problem.

    Without ``strict`` strings may hold control characters, as those that pages carry do.
    """
    value, end = read_json_at(text, strict=strict)
    if text[end:].strip():
        raise Unreadable(f"there is more behind the JSON value, in line {text.count(chr(10), 0, end) + 1}")
    return value


def read_json_at(text: str, *, strict: bool = True) -> tuple[Value, int]:
    """The JSON value that ``text`` begins with, and where it ends."""
    decoder = json.JSONDecoder(parse_float=str, parse_int=str, parse_constant=str, strict=strict)
    start = len(text) - len(text.lstrip())
    try:
        value, end = decoder.raw_decode(text, start)
    except json.JSONDecodeError as error:
        raise Unreadable(f"{error.msg} in line {error.lineno}") from error
    except RecursionError as error:
        raise Unreadable(f"values are nested deeper than {DEPTH}") from error
    return plain(value), end
