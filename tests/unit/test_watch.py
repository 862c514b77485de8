"""The watcher over real folders: what events tell, what scans find, and what happens to the root."""

from __future__ import annotations

import logging
import os
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from feedd.inbox import Change, Inbox
from feedd.model import FileStat, Place
from feedd.watch import Watcher


class Desk:
    """Keeps what the watcher gives out, as the archive would."""

    def __init__(self, root: Path, *, settle: float = 0.2) -> None:
        self.inbox = Inbox("inbox", root, lambda name: name.endswith(".md"))
        self.rows: dict[bytes, FileStat] = {}
        self.told: list[tuple[str, bool]] = []
        self.watcher = Watcher([self.inbox], self.known, settle=settle)

    def known(self, _inbox: str, under: bytes) -> Iterator[tuple[bytes, FileStat | None]]:
        for path in sorted(self.rows):
            if not under or path == under or path.startswith(under + b"/"):
                yield path, self.rows[path]

    def take(self, timeout: float) -> list[Change]:
        changes = [one for one in self.watcher.take(timeout) if self.rows.get(one.place.path) != one.stat]
        for change in changes:
            self.told.append((change.place.name, change.stat is not None))
            if change.stat is None:
                self.rows.pop(change.place.path, None)
            else:
                self.rows[change.place.path] = change.stat
        return changes

    def until(self, *names: str, seconds: float = 8.0) -> None:
        """Takes until exactly these files are known."""
        wanted = {name.encode() for name in names}
        end = time.monotonic() + seconds
        while set(self.rows) != wanted:
            assert time.monotonic() < end, f"known: {sorted(self.rows)}, wanted: {sorted(wanted)}"
            self.take(0.1)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "inbox"
    folder.mkdir()
    return folder


@pytest.fixture
def desk(root: Path) -> Iterator[Desk]:
    desk = Desk(root)
    desk.watcher.start()
    yield desk
    desk.watcher.stop()


def old(path: Path, text: str = "text") -> Path:
    """A file that nobody has touched for long."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    os.utime(path, (1_700_000_000, 1_700_000_000))
    return path


def test_files_that_lie_there_at_the_start_are_found(root: Path) -> None:
    old(root / "a.md")
    old(root / "deep" / "er" / "b.md")
    desk = Desk(root)
    desk.watcher.start()
    try:
        desk.until("a.md", "deep/er/b.md")
    finally:
        desk.watcher.stop()


def test_new_edited_renamed_and_deleted_files_are_told(desk: Desk, root: Path) -> None:
    (root / "a.md").write_text("one")
    desk.until("a.md")
    before = desk.rows[b"a.md"]
    (root / "a.md").write_text("one and two")
    end = time.monotonic() + 8
    while desk.rows[b"a.md"] == before:
        assert time.monotonic() < end
        desk.take(0.1)
    (root / "a.md").rename(root / "b.md")
    desk.until("b.md")
    (root / "b.md").unlink()
    desk.until()


def test_an_editors_atomic_save_is_an_edit(desk: Desk, root: Path) -> None:
    (root / "a.md").write_text("one")
    desk.until("a.md")
    (root / ".a.md.tmp").write_text("two")
    (root / ".a.md.tmp").replace(root / "a.md")
    ino = (root / "a.md").stat().st_ino
    end = time.monotonic() + 8
    while desk.rows[b"a.md"].ino != ino:
        assert time.monotonic() < end
        desk.take(0.1)
    assert (".a.md.tmp", True) not in desk.told


def test_a_file_moved_in_linked_or_in_a_moved_folder_is_told(desk: Desk, root: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    old(outside / "a.md").rename(root / "a.md")
    os.link(old(outside / "b.md"), root / "b.md")
    old(outside / "folder" / "deep" / "c.md")
    (outside / "folder").rename(root / "folder")
    desk.until("a.md", "b.md", "folder/deep/c.md")
    (root / "folder").rename(root / "renamed")
    desk.until("a.md", "b.md", "renamed/deep/c.md")
    shutil.move(root / "renamed", outside / "again")
    desk.until("a.md", "b.md")


def test_a_new_folder_filled_at_once_loses_nothing(desk: Desk, root: Path) -> None:
    names = [f"new/{number % 7}/deep/{number}.md" for number in range(200)]
    for name in names:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(name)
    desk.until(*names)


def test_a_file_still_being_written_waits_until_it_rests(root: Path) -> None:
    clock = [1000.0]
    desk = Desk(root)
    desk.watcher = Watcher([desk.inbox], desk.known, settle=2.0, clock=lambda: clock[0], monotonic=lambda: clock[0])
    path = root / "a.md"
    path.write_text("half")
    os.utime(path, (999.5, 999.5))
    desk.watcher.ask_scan()
    assert desk.take(0.0) == []
    clock[0] = 1001.0
    assert desk.take(0.0) == []
    path.write_text("half and the rest")
    os.utime(path, (1001.0, 1001.0))
    clock[0] = 1001.6
    assert desk.take(0.0) == []
    assert desk.watcher.busy
    clock[0] = 1004.0
    assert [change.place.path for change in desk.take(0.0)] == [b"a.md"]
    assert not desk.watcher.busy


def test_a_lost_event_is_found_by_a_sweep_or_a_scan(root: Path) -> None:
    desk = Desk(root)
    desk.watcher.ask_scan()
    desk.take(0.0)
    old(root / "a.md")
    desk.watcher.ask_sweep()
    desk.until("a.md", seconds=2)
    old(root / "b" / "c.md")
    desk.watcher.ask_scan()
    desk.until("a.md", "b/c.md", seconds=2)
    (root / "b" / "c.md").unlink()
    desk.watcher.ask_sweep()
    desk.until("a.md", seconds=2)
    shutil.rmtree(root / "b")
    desk.watcher.ask_sweep()
    desk.until("a.md", seconds=2)


def test_an_overflow_is_answered_by_a_scan(desk: Desk, root: Path) -> None:
    desk.until()
    old(root / "a.md")
    desk.rows.clear()
    while desk.take(0.3):
        desk.rows.clear()
    logging.getLogger("watchdog.observers.inotify_c").warning("Inotify queue overflowed; events were lost")
    desk.until("a.md")


def test_an_inbox_that_is_deleted_and_made_again_is_watched_again(desk: Desk, root: Path) -> None:
    old(root / "a.md")
    desk.until("a.md")
    shutil.rmtree(root)
    desk.watcher.ask_check()
    for _ in range(5):
        desk.take(0.1)
    root.mkdir()
    (root / "b.md").write_text("new")
    end = time.monotonic() + 8
    while b"b.md" not in desk.rows:
        assert time.monotonic() < end
        desk.watcher.ask_check()
        desk.take(0.1)
    (root / "c.md").write_text("newer")
    desk.until("b.md", "c.md")


def test_an_inbox_that_is_renamed_away_and_back_loses_nothing(desk: Desk, root: Path, tmp_path: Path) -> None:
    old(root / "a.md")
    desk.until("a.md")
    root.rename(tmp_path / "away")
    desk.watcher.ask_check()
    for _ in range(5):
        desk.take(0.1)
    assert set(desk.rows) == {b"a.md"}
    (tmp_path / "away").rename(root)
    desk.watcher.ask_check()
    desk.take(0.2)
    (root / "b.md").write_text("new")
    desk.until("a.md", "b.md")


def test_an_inbox_that_can_not_be_watched_is_scanned(root: Path, caplog: pytest.LogCaptureFixture) -> None:
    missing = root / "not yet"
    desk = Desk(missing)
    desk.watcher.start()
    try:
        assert desk.take(0.1) == []
        assert "can't be read" in caplog.text
        old(missing / "a.md")
        desk.watcher.ask_check()
        desk.until("a.md")
    finally:
        desk.watcher.stop()


def test_an_event_that_can_not_be_understood_is_answered_by_a_scan(root: Path) -> None:
    from watchdog.events import FileCreatedEvent

    from feedd.observe import _Handler

    desk = Desk(root)
    old(root / "a.md")
    put = desk.watcher._hints.put
    event = FileCreatedEvent(src_path=12)  # type: ignore[arg-type]
    _Handler(desk.inbox, put).on_any_event(event)
    desk.until("a.md", seconds=2)


def test_it_has_caught_up_when_all_that_lay_there_is_given_out_but_for_a_file_that_never_rests(root: Path) -> None:
    clock = [1000.0]
    desk = Desk(root)
    desk.watcher = Watcher([desk.inbox], desk.known, clock=lambda: clock[0], monotonic=lambda: clock[0])
    assert not desk.watcher.caught_up
    old(root / "a.md")
    (root / "restless.md").write_text("x")
    desk.watcher.ask_scan()
    for second in range(8):
        clock[0] = 1000.0 + second
        os.utime(root / "restless.md", (clock[0], clock[0]))
        desk.take(0.0)
        assert desk.watcher.caught_up == (second > 5)
    assert set(desk.rows) == {b"a.md"}


def test_a_look_asked_for_is_a_look(root: Path) -> None:
    desk = Desk(root)
    (root / "a.md").write_text("fresh")
    desk.watcher.ask_look(Place("inbox", b"a.md"))
    desk.until("a.md", seconds=2)


def test_many_changes_at_once_are_given_out_in_parts(root: Path, tmp_path: Path) -> None:
    for number in range(1200):
        old(root / "folder" / f"{number:04}.md")
    desk = Desk(root)
    desk.watcher.ask_scan()
    desk.until(*(f"folder/{number:04}.md" for number in range(1200)))
    (root / "folder").rename(tmp_path / "away")
    desk.watcher.ask_look(Place("inbox", b"folder"))
    parts = [len(desk.watcher.take(0.5)) for _ in range(3)]
    assert parts == [500, 500, 200]
    assert not desk.watcher.listening


def test_a_scan_asked_for_during_another_begins_when_that_one_has_ended(root: Path) -> None:
    for number in range(1200):
        old(root / f"{number:04}.md")
    desk = Desk(root)
    desk.watcher.ask_scan()
    desk.take(0.0)
    assert desk.watcher.listening
    old(root / "0000-new.md")  # where the running scan has been already
    desk.watcher.ask_scan()
    desk.until("0000-new.md", *(f"{number:04}.md" for number in range(1200)))
