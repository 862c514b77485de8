"""What all tests share: the corpus, time that is an argument, and skips that are told aloud."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
CORPUS = Path(os.environ.get("FEEDD_CORPUS", ROOT.parent / "shared" / "corpus"))


@pytest.fixture(scope="session")
def corpus() -> Path:
    """The folder of real inputs; a test that wants it is skipped where it is not there."""
    if not CORPUS.is_dir():
        pytest.skip(f"the corpus is not at {CORPUS}: set FEEDD_CORPUS")
    return CORPUS


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[None]:
    """Where nothing may be skipped, a skip is a failure that names its reason."""
    report = yield
    if report.skipped and os.environ.get("FEEDD_NOTHING_SKIPPED") and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"skipped, but nothing may be skipped here: {report.longrepr}"
    return report
