"""Disks that fill up, an archive that is locked or damaged: nothing is lost, and the operator is told what to do."""

from __future__ import annotations

import os
import random
import re
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from faults.newsdesk import Newsdesk

LOCK = """
import sqlite3, sys, time
connection = sqlite3.connect(sys.argv[1], timeout=30, isolation_level=None)
connection.execute("BEGIN EXCLUSIVE" if sys.argv[2] == "all" else "BEGIN IMMEDIATE")
print("held", flush=True)
time.sleep(float(sys.argv[3]))
"""


def fill(folder: Path) -> Path:
    """Leaves no room on the disk of a folder; gives what takes it."""
    filler = folder / "filler"
    with filler.open("wb", buffering=0) as file:
        for size in (1 << 16, 1 << 12, 1):
            try:
                while file.write(b"\0" * size) == size:
                    pass
            except OSError:
                continue
    return filler


@pytest.mark.parametrize("what", ["feeds", ".feedd"])
def test_a_disk_that_is_full_for_a_while_loses_nothing(desk: Newsdesk, mounts: Callable[..., None], what: str) -> None:
    place = desk.folder / what
    place.mkdir()
    mounts("-t", "tmpfs", "-o", "size=3m", "feedd-test", place)
    desk.write(range(30))
    desk.start()
    desk.holds(range(30))
    filler = fill(place)
    desk.write(range(30, 60))
    desk.write([7], name=lambda _: "7.md", words="Edited while the disk was full.")
    desk.until(lambda: "trying again" in desk.log.read_text(), "it is told", 60)
    # What was published stays, whole, and is served.
    desk.holds(range(30))
    assert len(desk.entries()) >= 20
    filler.unlink()
    desk.holds(range(60), seconds=60)
    desk.until(lambda: desk.tells(b"disk was full"), "the edit too")
    told = desk.log.read_text()
    assert "No space left on device" in told or "disk is full" in told
    assert "again" in told.splitlines()[-1] or " again" in told
    assert told.count("trying again") < 10, "it is told too often"
    assert desk.stop()[0] == 0
    assert not list(desk.feeds.rglob("*.feedd-tmp"))
    with sqlite3.connect(desk.folder / ".feedd" / "feedd.db") as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_it_ends_well_and_starts_again_on_a_full_disk(desk: Newsdesk, mounts: Callable[..., None]) -> None:
    desk.feeds.mkdir()
    mounts("-t", "tmpfs", "-o", "size=3m", "feedd-test", desk.feeds)
    desk.write(range(30))
    desk.start()
    desk.holds(range(30))
    filler = fill(desk.feeds)
    desk.write(range(30, 40))
    desk.until(lambda: "trying again" in desk.log.read_text(), "it is told", 60)
    assert desk.stop()[0] == 0
    built = desk.command("build")
    assert built.returncode == 74
    assert "No space left on device" in built.stderr
    assert "Traceback" not in built.stderr
    desk.start(ready=False)
    desk.holds(range(30))
    filler.unlink()
    desk.holds(range(40), seconds=60)
    assert desk.stop()[0] == 0


def test_an_archive_that_another_process_holds_for_half_a_minute(desk: Newsdesk) -> None:
    desk.write(range(10))
    desk.start()
    desk.holds(range(10))
    database = str(desk.folder / ".feedd" / "feedd.db")
    with subprocess.Popen([sys.executable, "-c", LOCK, database, "all", "33"], stdout=subprocess.PIPE) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        desk.write(range(10, 20))
        desk.write([3], name=lambda _: "3.md", words="Edited while it was locked.")
        (desk.inbox / "4.md").unlink()
        desk.until(lambda: holder.poll() is not None, "it is free again", 60)
    wanted = [number for number in range(20) if number != 4]
    desk.holds(wanted, seconds=60)
    desk.until(lambda: desk.tells(b"was locked"), "the edit too", 60)
    desk.holds(wanted)
    assert desk.log.read_text().count("locked") < 6
    assert desk.stop()[0] == 0


def header(database: Path) -> None:
    with database.open("r+b") as file:
        file.write(b"no database at all\0" * 5)


def middle(database: Path) -> None:
    size = database.stat().st_size
    with database.open("r+b") as file:
        file.seek(size // 3)
        file.write(random.Random(1).randbytes(size // 3))


def truncated(database: Path) -> None:
    os.truncate(database, database.stat().st_size // 2)


@pytest.mark.parametrize("damage", [header, middle, truncated])
def test_a_damaged_archive_is_told_and_made_anew(desk: Newsdesk, damage: Callable[[Path], None]) -> None:
    state = desk.folder / ".feedd"
    database = state / "feedd.db"
    desk.write(range(300))
    desk.start()
    desk.holds(range(300))
    assert desk.stop()[0] == 0
    damage(database)
    damaged = database.read_bytes()
    # It may start, where it does not need what is damaged: then it tells what it comes upon.
    desk.write(range(300, 310))
    desk.write(range(100, 140), words="Edited.")
    tried = desk.command("build")
    assert tried.returncode == 74, tried
    assert "is damaged" in tried.stderr
    assert "feedd build --rebuild" in tried.stderr
    assert "Traceback" not in tried.stderr
    damaged = database.read_bytes()
    built = desk.command("build", "--rebuild")
    assert built.returncode == 0, built
    kept = re.search(r"is kept as (\S+)", built.stdout)
    assert kept, built.stdout
    assert Path(kept[1]).read_bytes() == damaged
    assert "what is missing is taken from the inboxes" in built.stdout
    desk.start()
    desk.holds(range(310))
    assert len(desk.ids()) == 310
    assert desk.stop()[0] == 0
    with sqlite3.connect(database) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_a_running_daemon_tells_of_damage_and_goes_on_serving(desk: Newsdesk) -> None:
    desk.write(range(50))
    desk.start()
    desk.holds(range(50))
    database = desk.folder / ".feedd" / "feedd.db"
    with sqlite3.connect(database) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    header(database)
    database.with_name("feedd.db-wal").write_bytes(b"")
    desk.write(range(50, 60))
    desk.until(lambda: "feedd build --rebuild" in desk.log.read_text(), "it is told", 60)
    assert len(desk.entries()) >= 20
    desk.stop()
    assert desk.command("build", "--rebuild").returncode == 0
    desk.start()
    desk.holds(range(60))
    assert desk.stop()[0] == 0


def test_made_anew_without_need_nothing_is_another(desk: Newsdesk) -> None:
    """Ids that no path tells, topics' standings, archive documents and withdrawals: all come over."""
    desk.write(range(100))
    desk.start()
    desk.holds(range(100))
    for number in range(10):
        (desk.inbox / f"{number}.md").rename(desk.inbox / f"moved {number}.md")
    (desk.inbox / "50.md").unlink()
    wanted = [number for number in range(100) if number != 50]
    desk.until(lambda: sum("moved" in path for path in desk.ids()) == 10, "they are moved")
    desk.holds(wanted)
    assert desk.stop()[0] == 0
    before = {path: path.read_bytes() for path in desk.feeds.rglob("*") if path.is_file()}
    ids = desk.ids()
    built = desk.command("build", "--rebuild")
    assert built.returncode == 0, built
    assert "could not be read" not in built.stdout
    assert desk.ids() == ids
    after = {path: path.read_bytes() for path in desk.feeds.rglob("*") if path.is_file()}
    assert {path.name for path in before.keys() | after.keys() if before.get(path) != after.get(path)} == set()
    desk.start()
    desk.holds(wanted)
    assert desk.stop()[0] == 0
