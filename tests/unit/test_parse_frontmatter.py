"""Front matter: where it begins and ends, and that every scalar stays as written."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedd.errors import Unreadable
from feedd.parse._frontmatter import opens, split


def test_yaml_scalars_stay_text() -> None:
    fields, body = split("---\nDate: 2024-01-01\nlen: 12:30\nok: no\nv: 1.10\nn:\nm: {a: [1, ~]}\n---\n\nBody\n")
    assert fields == {"date": "2024-01-01", "len": "12:30", "ok": "no", "v": "1.10", "n": "", "m": {"a": ["1", "~"]}}
    assert body == "\nBody\n"


def test_the_last_of_two_equal_keys_counts() -> None:
    assert split("---\na: 1\na: 2\n---\n")[0] == {"a": "2"}


@pytest.mark.parametrize("text", ["---\n---\nBody", "---\n# only a remark\n---\nBody", "+++\n+++\nBody", "{}\nBody"])
def test_empty_front_matter_is_no_fields(text: str) -> None:
    assert split(text) == ({}, "Body")


def test_toml_and_json_are_read_as_well() -> None:
    assert split('+++\nd = 2024-02-29T10:00:00Z\nx = [1, 1.50, true]\n[a]\nb = "c"\n+++\nBody') == (
        {"d": "2024-02-29 10:00:00+00:00", "x": ["1", "1.50", "true"], "a": {"b": "c"}},
        "Body",
    )
    assert split('{\n"A": [1.50, null, false]\n}\n\nBody') == ({"a": ["1.50", "", "false"]}, "Body")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "---",
        "---\n",
        "---\nA paragraph between rules.\n---\nMore",
        "--- \n\n---\nkey: x",
        "Text\n---\na: b\n---",
        "{% tag %}",
    ],
)
def test_a_rule_or_a_template_tag_is_no_front_matter(text: str) -> None:
    assert split(text)[0] == {}


def test_a_dotted_end_and_the_end_of_the_file_close_too() -> None:
    assert split("---\na: b\n...\nBody") == ({"a": "b"}, "Body")
    assert split("---\na: b\n---") == ({"a": "b"}, "")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("---\ntitle: x\ndate: [2024\nauthor: y\n---\n", r"in line 4"),
        ("---\ntitle: a: b\n---\n", r"mapping values are not allowed.* in line 2"),
        ("---\ntitle: x\nBody", r"never closed"),
        ("---\na: \x01\n---\n", r"control characters are not allowed"),
        ("---\na: *nobody\n---\n", r"unknown alias \*nobody in line 2"),
        ("---\na: &a [*a]\n---\n", r"unknown alias"),
        ("---\na: " + "[" * 60_000 + "\n---\n", r"nested deeper than 20 in line 2"),
        ("---\na: &x 1\nb: [" + "*x, " * 30 + "]\n---\n", r"more than 20 aliases in line 3"),
        ("---\na: " + "x" * 70_000 + "\n---\n", r"larger than 64 KB"),
        ("+++\ntitle = x\n+++\n", r"in line 2"),
        ("+++\ntitle = 'x'\n", r"never closed"),
        ('{"title": }\n', r"Expecting value in line 1"),
        ("---\n# a\na: b\n- c\n---\n", r"line 4"),
    ],
)
def test_broken_front_matter_is_refused_with_line_and_problem(text: str, reason: str) -> None:
    with pytest.raises(Unreadable, match=f"front matter: .*{reason}"):
        split(text)


def test_aliases_repeat_values_but_never_multiply() -> None:
    bomb = "---\na: &a [x, x]\nb: &b [*a, *a, k]\nc: [*b, *b]\nd: &d {e: f, g: [h]}\ni: *d\n---\n"
    fields, _ = split(bomb)
    assert fields["b"] == [["x", "x"], ["x", "x"], "k"]
    assert fields["c"] == [["k"], ["k"]]
    assert fields["i"] == {"e": "f"}


def test_a_list_as_a_key_is_passed_over() -> None:
    assert split("---\nt: x\n? [a, b]\n: c\n---\n")[0] == {"t": "x"}


def test_the_head_of_a_file_tells() -> None:
    assert opens("---\ntitle: x\n")
    assert opens("+++\ntitle = 'x'\n")
    assert not opens("A title\n---\ntitle: x\n")


@given(st.text(alphabet=st.sampled_from("-+:{}[]&*!#|>?\"'%@ \nab1\t"), max_size=200))
def test_any_block_is_fields_or_unreadable(text: str) -> None:
    try:
        fields, _ = split(f"---\na: b\n{text}\n---\n")
    except Unreadable:
        return
    assert isinstance(fields, dict)
