"""A trouble that lasts fills no log, and none that is new goes untold."""

from __future__ import annotations

import logging

import pytest

from feedd.errors import PublishError, StoreError
from feedd.trouble import Trouble


def test_what_lasts_is_told_once_a_minute_and_at_its_end(caplog: pytest.LogCaptureFixture) -> None:
    times = [0.0]
    trouble = Trouble(logging.getLogger("feedd.test"), monotonic=lambda: times[-1])
    caplog.set_level(logging.INFO)

    def told() -> list[str]:
        messages = caplog.messages[:]
        caplog.clear()
        return messages

    trouble.over("fine")
    assert told() == []
    for now in (0.0, 1.0, 59.0):
        times.append(now)
        trouble.tell("full", PublishError("no space", reason="full"))
        trouble.tell("also full", PublishError("no space elsewhere", reason="full"))
    assert told() == ["full"]
    assert trouble.count == 6
    times.append(60.0)
    trouble.tell("full", PublishError("no space", reason="full"))
    assert told() == ["full"]
    trouble.tell("locked", StoreError("locked"))
    assert told() == ["locked"]
    trouble.over("fine again")
    assert told() == ["fine again"]
    assert trouble.count == 0
    trouble.tell("locked", StoreError("locked"))
    assert told() == ["locked"]


def test_what_nobody_expected_is_told_with_its_traceback(caplog: pytest.LogCaptureFixture) -> None:
    trouble = Trouble(logging.getLogger("feedd.test"))
    for error in (ValueError("odd"), StoreError("locked")):
        trouble.tell(str(error), error)
    assert [bool(record.exc_info) for record in caplog.records] == [True, False]
