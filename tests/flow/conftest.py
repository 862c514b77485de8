"""A newsroom for each test; parameters go to it by name."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from newsroom import ALL, KOREA, Newsroom
from upstreamfeeds import DAILY, WIRE

from feedd.model import Topic
from feedd.rules import Rule


@pytest.fixture
def newsroom(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Newsroom]:
    newsroom = Newsroom(tmp_path, **getattr(request, "param", {}))
    yield newsroom
    newsroom.archive.close()


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Newsroom]:
    """A newsroom with two upstream feeds."""
    desk = Newsroom(tmp_path, rules=(ALL, KOREA, Rule(Topic("ukraine", "Ukraine"), any=("kyiv",))))
    desk.subscribe(DAILY, "korea")
    desk.subscribe(WIRE, "ukraine", title="The Wire, as we call it")
    desk.reopen()
    yield desk
    desk.archive.close()
