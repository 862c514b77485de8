"""A thread that dies, a handler or a job that raises, a clock that is set: what was written meanwhile is published."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from faults.newsdesk import Newsdesk

SABOTAGED = Path(__file__).with_name("sabotaged.py")
CLOCKED = Path(__file__).with_name("clocked.py")


@pytest.mark.parametrize(
    "what", ["handler", "dispatcher", "emitter", "reader", "check", "refresh", "index", "ingest", "withdraw"]
)
def test_what_raises_inside_loses_nothing(desk: Newsdesk, what: str) -> None:
    desk.write(range(10), name="sub/{0}.md".format)
    desk.start(program=(str(SABOTAGED), what))
    desk.holds(range(10))
    now = desk.folder / "now"
    now.touch()
    desk.write(range(10, 20), name="sub/{0}.md".format)
    (desk.inbox / "sub" / "1.md").unlink()
    wanted = [number for number in range(20) if number != 1]
    desk.until(lambda: "sabotaged" in desk.log.read_text(), "it breaks")
    if what != "handler":
        desk.until(lambda: not now.exists() or what == "check", "it broke")
    desk.holds(wanted)
    now.unlink(missing_ok=True)
    desk.write(range(20, 30), name="new/{0}.md".format)
    wanted += range(20, 30)
    desk.holds(wanted)
    assert desk.log.read_text().count("sabotaged") < 60, "it is told too often"
    assert desk.stop()[0] == 0


@pytest.mark.parametrize("step", [timedelta(hours=-1), timedelta(hours=1), timedelta(days=30), timedelta(days=-400)])
def test_a_clock_that_is_set_keeps_nothing_from_being_published(desk: Newsdesk, step: timedelta) -> None:
    def set_clock(ahead: float) -> None:
        beside = desk.folder / "offset.new"
        beside.write_text(str(ahead))
        beside.replace(desk.folder / "offset")

    def jumps() -> int:
        return desk.log.read_text().count("the clock jumped")

    set_clock(0)
    desk.write(range(10))
    desk.start(program=(str(CLOCKED),))
    desk.holds(range(10))
    set_clock(step.total_seconds())
    desk.write(range(10, 20), name="sub/{0}.md".format)
    desk.write([3], name=lambda _: "3.md", words="Edited after the clock was set.")
    desk.holds(range(20))
    desk.until(lambda: desk.tells(b"clock was set"), "the edit is published")
    desk.until(lambda: jumps() == 1, "it is told")
    (desk.inbox / "4.md").unlink()
    wanted = [number for number in range(20) if number != 4]
    desk.holds(wanted)
    set_clock(0)
    desk.write(range(20, 25))
    wanted += range(20, 25)
    desk.holds(wanted)
    desk.write([5], name=lambda _: "5.md", words="Edited when it was right again.")
    desk.until(lambda: desk.tells(b"right again"), "a later edit too")
    desk.until(lambda: jumps() == 2, "it is told again")
    desk.holds(wanted)
    assert desk.stop()[0] == 0
