"""feedd with something broken inside: ``python sabotaged.py WHAT run -c …/feedd.toml``.

What is named so raises once a file ``now`` lies beside the configuration: each time, or once and then no more.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from watchdog.observers.api import BaseObserver
from watchdog.observers.inotify import InotifyEmitter
from watchdog.observers.inotify_c import InotifyFD

from feedd import cli
from feedd.observe import _Handler
from feedd.pipeline import Pipeline
from feedd.watch import Watcher

# Where it breaks, and whether each time.
PLACES: dict[str, tuple[type, str, bool]] = {
    "handler": (_Handler, "_tell", True),
    "dispatcher": (BaseObserver, "dispatch_events", False),
    "emitter": (InotifyEmitter, "queue_events", False),
    "reader": (InotifyFD, "handle_event", False),
    "check": (Watcher, "ask_check", True),
    "refresh": (Pipeline, "refresh", False),
    "index": (Pipeline, "publish_index", False),
    "ingest": (Pipeline, "ingest", False),
    "withdraw": (Pipeline, "withdraw", False),
}


def sabotage(owner: type, name: str, now: Path, *, each_time: bool) -> None:
    """Has a method raise from the moment on."""
    before: Callable[..., Any] = getattr(owner, name)

    def broken(*args: Any, **named: Any) -> Any:
        if now.exists():
            if not each_time:
                now.unlink()
            raise RuntimeError(f"sabotaged: {name}")
        return before(*args, **named)

    setattr(owner, name, broken)


if __name__ == "__main__":
    owner, name, each_time = PLACES[sys.argv.pop(1)]
    sabotage(owner, name, Path(sys.argv[-1]).with_name("now"), each_time=each_time)
    cli.main()
