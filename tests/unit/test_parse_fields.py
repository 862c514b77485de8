"""JSON as text values: what is read of it, and what is refused."""

from __future__ import annotations

import pytest

from feedd.errors import Unreadable
from feedd.parse._fields import json_values, plain, read_json, read_json_at


def test_every_scalar_is_text_as_it_was_written() -> None:
    assert read_json(' {"a": [1, 1.50, 1e5, null, true, "x"]}\n') == {"a": ["1", "1.50", "1e5", "", "true", "x"]}


def test_numbers_that_are_none_are_empty() -> None:
    assert read_json("[NaN, Infinity, -Infinity]") == ["", "", ""]


def test_flags_may_mean_nothing() -> None:
    assert plain({"a": [True, False, "true"]}, flags=False) == {"a": ["", "", "true"]}


def test_line_ends_inside_of_strings_are_taken() -> None:
    assert read_json('"a\nb\tc"') == "a\nb\tc"


def test_values_stand_one_behind_the_other() -> None:
    assert json_values('{"a": 1}\n\n{"a": 2} [3]\n') == [{"a": "1"}, {"a": "2"}, ["3"]]
    assert read_json_at('{"a": 1} text') == ({"a": "1"}, 8)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", r"Expecting value in line 1 \(cut short\?\)"),
        ('{"a": 1}\n,', "there is more behind the JSON value, in line 2"),
        ("[1\n2]", "Expecting ',' delimiter in line 2$"),
        ("[" * 102 + "]" * 102, "nested deeper than 100"),
    ],
)
def test_a_refusal_tells_line_and_problem(text: str, reason: str) -> None:
    with pytest.raises(Unreadable, match=reason):
        read_json(text)
