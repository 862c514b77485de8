"""feedd by a wall clock that can be set: ``python clocked.py run -c …/feedd.toml``.

A file ``offset`` beside the configuration says how many seconds that clock is ahead; as on a real machine, no other
clock, no timeout and no file's time moves with it.
"""

from __future__ import annotations

import sys
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import time_machine

from feedd import cli


def follow(offset: Path) -> None:
    """Sets this process's clock whenever the file says something else."""
    clock = time_machine.travel(datetime.now(UTC), tick=True).start()
    ahead = 0.0

    def look() -> None:
        nonlocal ahead
        while True:
            wanted = float(offset.read_text() or ahead)
            clock.shift(timedelta(seconds=wanted - ahead))
            ahead = wanted
            time.sleep(0.02)

    threading.Thread(target=look, daemon=True).start()


if __name__ == "__main__":
    follow(Path(sys.argv[-1]).with_name("offset"))
    cli.main()
