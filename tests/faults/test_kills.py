"""kill -9 at 200 moments of lives of drops, edits, renames and deletions: each start finds its way back."""

from __future__ import annotations

import json
import random
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing

import pytest
from faults.newsdesk import Newsdesk, story

KILLS = 200
LIVES = 4


class Life:
    """What happens to an inbox, and which stories it holds by that."""

    def __init__(self, desk: Newsdesk, seed: int) -> None:
        self.desk = desk
        self.random = random.Random(seed)
        self.paths: dict[int, str] = {}
        self.next = 0

    def step(self) -> None:
        """One thing that an editor, or a program, does."""
        doings: list[Callable[[], None]] = [self.drop, self.drop]
        if len(self.paths) > 5:
            doings += [self.edit, self.rename, self.replace]
        if len(self.paths) > 40:
            doings += [self.delete, self.delete]
        self.random.choice(doings)()

    def drop(self) -> None:
        number, self.next = self.next, self.next + 1
        self.paths[number] = f"{self.random.choice('abc')}/{number}.md"
        self.desk.write([number], name=self.paths.__getitem__)

    def any(self) -> int:
        return self.random.choice(sorted(self.paths))

    def edit(self) -> None:
        self.desk.write([self.any()], name=self.paths.__getitem__, words=f"Edited {self.random.random()}.")

    def rename(self) -> None:
        number = self.any()
        new = f"{self.random.choice('abc')}/{number}-{self.random.randrange(1000)}.md"
        (self.desk.inbox / new).parent.mkdir(exist_ok=True)
        (self.desk.inbox / self.paths[number]).rename(self.desk.inbox / new)
        self.paths[number] = new

    def replace(self) -> None:
        """As editors save: another file, moved over the old one."""
        number = self.any()
        beside = self.desk.inbox / ".beside"
        beside.write_text(story(number, f"Saved {self.random.random()}."))
        beside.rename(self.desk.inbox / self.paths[number])

    def delete(self) -> None:
        number = self.any()
        (self.desk.inbox / self.paths.pop(number)).unlink()


class Checks:
    """What must hold whenever it was killed: a sound database, whole feeds, archive documents from which entries may go
    (their files were deleted) while nothing else about them changes.
    """

    def __init__(self, desk: Newsdesk) -> None:
        self.desk = desk
        self.archived: dict[str, dict[str, str]] = {}

    def run(self) -> None:
        with closing(sqlite3.connect(self.desk.folder / ".feedd" / "feedd.db")) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        for topic in ("all", "even"):
            if (self.desk.feeds / f"{topic}.atom").exists():
                self.desk.note(topic)
        for path in self.desk.feeds.glob("*/archive-*.json"):
            entries = {one["id"]: json.dumps(one) for one in json.loads(path.read_bytes())["items"]}
            before = self.archived.setdefault(str(path), entries)
            assert entries.items() <= before.items(), f"{path.name} is another than before"
            self.archived[str(path)] = entries


@pytest.mark.parametrize("seed", range(LIVES))
def test_killed_200_times_nothing_is_lost_or_doubled(desk: Newsdesk, seed: int) -> None:
    life, checks = Life(desk, seed), Checks(desk)
    for _ in range(60):
        life.step()
    for _ in range(KILLS // LIVES):
        # Most kills fall into the middle of things, some before they have begun.
        desk.start(ready=False, seconds=60)
        end = time.monotonic() + life.random.uniform(0.0, 1.5)
        while time.monotonic() < end:
            life.step()
            time.sleep(life.random.uniform(0.0, 0.05))
        desk.kill()
        checks.run()
    desk.start(seconds=60)
    # On a slow machine kills may come so thick that most of what was known went unseen, as if a disk were lost.
    desk.command("accept")
    desk.holds(list(life.paths))
    assert desk.stop()[0] == 0
    checks.run()
    hidden = [path.name for path in desk.feeds.rglob(".*") if path.name != ".feedd"]
    assert not hidden, "left behind"
    assert desk.command("build").returncode == 0
    checks.run()
