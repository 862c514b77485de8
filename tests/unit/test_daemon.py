"""What the daemon's parts do together that no process is needed to see."""

from __future__ import annotations

from collections.abc import Sequence

from feedd.daemon import _take_all
from feedd.inbox import Change
from feedd.model import FileStat, Place
from feedd.outcome import Outcome

LAST = Change(Place("inbox", b"zzz.md"), FileStat(1, 1, 1, 1, 1))


class LongScan:
    """A watcher that scans for a while before it comes to the one file that is new."""

    def __init__(self) -> None:
        self.given: list[list[Change]] = [[], [], [LAST]]

    def take(self, _timeout: float) -> list[Change]:
        return self.given.pop(0) if self.given else []

    @property
    def caught_up(self) -> bool:
        return not self.given


class Counting:
    """A pipeline that counts what it is given."""

    def ingest(self, changes: Sequence[Change]) -> Outcome:
        return Outcome(added=len(changes))

    waiting = behind = False


def test_a_pass_goes_on_until_the_scan_has_ended_however_long_it_finds_nothing() -> None:
    total = _take_all(LongScan(), Counting(), lambda _: None)  # type: ignore[arg-type]
    assert total.added == 1
