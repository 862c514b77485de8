"""Golden pairs: each file of ``data/articles`` gives what ``data/expected/<its name>.json`` says."""

from __future__ import annotations

import json
import os
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

import pytest

from feedd.errors import Unreadable
from feedd.model import Article, Defaults, Document
from feedd.parse import parse

DATA = Path(__file__).parents[1] / "data"
CASES = sorted(path for path in (DATA / "articles").iterdir() if path.is_file())


def plain(value: object) -> object:
    """A value as JSON has it: dates in ISO 8601, and nothing that is empty."""
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items() if item not in (None, "", (), [], {})}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    return value


def told(article: Article) -> object:
    return plain(asdict(article))


def answer(path: Path) -> object:
    try:
        return [told(article) for article in parse(document(path))]
    except Unreadable as error:
        return {"unreadable": str(error)}


def document(path: Path, defaults: Defaults | None = None) -> Document:
    found = datetime(2025, 1, 1, tzinfo=UTC)
    return Document(path.name, path.read_bytes(), found, defaults or Defaults())


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.name)
def test_an_article_is_what_its_golden_file_says(path: Path) -> None:
    expected = DATA / "expected" / f"{path.name}.json"
    if os.environ.get("FEEDD_GOLDEN") == "write":
        expected.write_text(json.dumps(answer(path), ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    assert answer(path) == json.loads(expected.read_text(encoding="utf-8"))


def test_every_golden_answer_has_its_article() -> None:
    answers = {path.name.removesuffix(".json") for path in (DATA / "expected").glob("*.*.json")}
    assert answers == {path.name for path in CASES}
