"""A newsroom for each test; parameters go to it by name."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from newsroom import Newsroom


@pytest.fixture
def newsroom(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Newsroom]:
    newsroom = Newsroom(tmp_path, **getattr(request, "param", {}))
    yield newsroom
    newsroom.archive.close()
