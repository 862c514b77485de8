"""A newsdesk for each test: a real daemon, and nothing of it left behind."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from faults.newsdesk import Newsdesk


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Newsdesk]:
    desk = Newsdesk(tmp_path / "desk")
    yield desk
    desk.close()
