"""A newsdesk for each test: a real daemon, and nothing of it left behind."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from faults.newsdesk import Newsdesk


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Newsdesk]:
    desk = Newsdesk(tmp_path / "desk")
    yield desk
    desk.close()


@pytest.fixture
def mounts() -> Iterator[Callable[..., None]]:
    """``mount`` with its words; whatever was mounted so is gone after the test."""
    if os.geteuid() != 0:
        pytest.skip("only root may mount")
    made: list[str] = []

    def mount(*words: str | Path) -> None:
        ran = subprocess.run(["mount", *map(str, words)], capture_output=True, text=True, check=False)
        if ran.returncode != 0:
            pytest.skip(f"can't be mounted here: {ran.stderr.strip()}")
        made.append(str(words[-1]))

    yield mount
    for place in reversed(made):
        subprocess.run(["umount", "--lazy", place], capture_output=True, check=False)
