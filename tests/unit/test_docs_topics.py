"""Every example of docs/topics.md is true."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from feedd import settings
from feedd.finding import finder
from feedd.terms import read

PAGE = (Path(__file__).parents[2] / "docs" / "topics.md").read_text()
LISTS = {"dprk": ["north korea*", "pyongyang"]}
ROWS = re.findall(r"^\| `[\"'](.+?)[\"']` \| ([^|]*) \| ([^|]*) \|$", PAGE, re.MULTILINE)


def holds(term: str, text: str) -> bool:
    return bool(finder(read(term, LISTS)).find([("title", text)], {}))


def test_the_table_of_terms_is_read() -> None:
    assert len(ROWS) == 7


@pytest.mark.parametrize(("term", "found", "missed"), ROWS)
def test_the_table_of_terms(term: str, found: str, missed: str) -> None:
    if term.startswith(("@", "tag:")):
        return
    for text in filter(None, map(str.strip, found.split(","))):
        assert holds(term, text), (term, text)
    for text in filter(None, map(str.strip, missed.split(","))):
        assert not holds(term, text), (term, text)


@pytest.mark.parametrize(
    ("term", "found", "missed"),
    [
        ("东京", "昨天在东京都", ""),
        ("イラン", "イラン人", "ハイランド"),
        ("*klima*", "Weltklimarat", ""),
        ("한국*", "한국은", ""),
        ("kıbrıs", "KIBRIS", ""),
        ("sınır", "SINIR", "SİNİR"),
    ],
)
def test_examples_in_the_text(term: str, found: str, missed: str) -> None:
    assert all(word in PAGE for word in (term, found, missed))
    assert holds(term, found)
    assert not missed or not holds(term, missed)


@pytest.mark.parametrize("block", re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL))
def test_every_block_is_a_good_configuration_but_for_what_it_names(block: str) -> None:
    missing = re.compile(r"there is no (topic|list) '\w+'|needs either")
    raw = tomllib.loads(block)
    assert [problem for problem in settings.problems(raw) if not missing.search(problem)] == []
