"""Inboxes that can't be watched, can't be read, vanish and come back: what was published stays, what is new is found.

The bounds are those of docs/operation.md: where events say nothing, a scan finds a change within some seconds.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from faults.newsdesk import Newsdesk

# Seconds in which a change is to be found that no event tells: more than one scan, far less than the next sweep.
SOON = 20.0
# Seconds in which the next sweep comes.
SWEEP = 45.0
# Root may read everything: without these two capabilities it is like anybody else.
MORTAL = ("setpriv", "--bounding-set=-dac_override,-dac_read_search")


def with_limit(name: str, number: int) -> tuple[str, ...]:
    """The command that runs another one in a user namespace with so few inotify watches or instances."""
    file = f"/proc/sys/user/max_inotify_{name}"
    trial = ["unshare", "--user", "--map-root-user", "sh", "-c", f"echo {number} > {file}"]
    if subprocess.run(trial, capture_output=True, check=False).returncode != 0:
        pytest.skip(f"no user namespace with a {file} of its own can be made")
    return (*trial[:-1], f'echo {number} > {file} && exec "$@"', "sh")


def edit(desk: Newsdesk, number: int, path: str) -> None:
    """Writes another version of a story in place, and waits until it is published."""
    desk.write([number], name=lambda _: path, words=f"Edited in {path}.")
    text = f"Edited in {path}.".encode()
    desk.until(lambda: text in (desk.feeds / "all.atom").read_bytes(), f"the edit of {path} is seen", SOON)


def open_things(pid: int) -> tuple[int, int]:
    """How many descriptors and threads a process has."""
    process = Path(f"/proc/{pid}")
    return len(list((process / "fd").iterdir())), len(list((process / "task").iterdir()))


def test_folders_beyond_the_limit_of_watches_are_scanned(desk: Newsdesk) -> None:
    desk.write(range(60), name="{0:02}/a.md".format)
    desk.start(before=with_limit("watches", 30))
    desk.holds(range(60))
    desk.until(lambda: "max_user_watches" in desk.log.read_text(), "the limit is told", SOON)
    for number in (1, 29, 58):
        edit(desk, number, f"{number:02}/a.md")
    desk.write(range(60, 70), name="new {0}/deep/a.md".format)
    desk.appears(range(70), "new folders are found", seconds=SOON)
    edit(desk, 69, "new 69/deep/a.md")
    (desk.inbox / "58" / "a.md").unlink()
    desk.holds([number for number in range(70) if number != 58], seconds=SOON)
    assert desk.log.read_text().count("max_user_watches") == 1
    assert desk.stop()[0] == 0


@pytest.mark.parametrize("what", ["instances", "watches"])
def test_without_any_watch_it_starts_and_scans(desk: Newsdesk, what: str) -> None:
    desk.write(range(10))
    desk.start(before=with_limit(what, 0))
    desk.holds(range(10))
    assert "max_user_instances" in desk.log.read_text()
    desk.write(range(10, 20), name="sub/{0}.md".format)
    desk.appears(range(20), "a scan finds them", seconds=SOON)
    edit(desk, 3, "3.md")
    assert desk.process is not None
    time.sleep(1)
    before = open_things(desk.process.pid)
    desk.write([20])
    desk.appears([20], "another scan", seconds=SOON)
    desk.holds(range(21))
    # While documents are written some more files are open.
    pid = desk.process.pid
    desk.until(lambda: open_things(pid)[0] <= before[0] + 1, "no try leaves a descriptor behind")
    desk.until(lambda: open_things(pid)[1] <= before[1] + 1, "nor a thread")
    assert desk.stop()[0] == 0


@pytest.mark.parametrize("at_start", [True, False])
def test_a_folder_that_is_unreadable_for_a_while_withdraws_nothing(desk: Newsdesk, at_start: bool) -> None:
    if os.geteuid() != 0 or shutil.which("setpriv") is None:
        pytest.skip("needs root and setpriv")
    desk.write(range(5))
    desk.write(range(5, 10), name="sub/{0}.md".format)
    assert desk.command("build").returncode == 0
    desk.holds(range(10))
    closed = desk.inbox / "sub"
    if at_start:
        closed.chmod(0)
    desk.start(before=MORTAL)
    closed.chmod(0)
    desk.write([10])
    desk.write([11], name="sub/{0}.md".format)
    desk.appears([10], "the others go on")
    desk.holds(range(11))
    closed.chmod(0o755)
    desk.appears([11], "what came meanwhile is found", seconds=SWEEP)
    edit(desk, 7, "sub/7.md")
    (closed / "8.md").unlink()
    desk.holds([number for number in range(12) if number != 8])
    assert ("sub can't be read" in desk.log.read_text()) == at_start
    assert desk.stop()[0] == 0


def test_an_inbox_that_is_unreadable_for_a_while_withdraws_nothing(desk: Newsdesk) -> None:
    if os.geteuid() != 0 or shutil.which("setpriv") is None:
        pytest.skip("needs root and setpriv")
    desk.write(range(10))
    desk.start(before=MORTAL)
    desk.holds(range(10))
    desk.inbox.chmod(0)
    desk.until(lambda: "can't be read" in desk.log.read_text(), "it is told")
    desk.write([10])
    desk.holds(range(10))
    desk.inbox.chmod(0o755)
    desk.holds(range(11), seconds=SOON)
    assert desk.stop()[0] == 0


def test_an_inbox_deleted_and_made_again_is_the_same_inbox(desk: Newsdesk) -> None:
    desk.write(range(40), name="sub/{0}.md".format)
    desk.start()
    desk.holds(range(40))
    shutil.rmtree(desk.inbox)
    desk.until(lambda: "nothing is withdrawn" in desk.log.read_text(), "it is told")
    desk.holds(range(40))
    desk.inbox.mkdir()
    desk.until(lambda: "anew" in desk.log.read_text(), "it is watched again")
    desk.holds(range(40))
    desk.write(range(45), name="sub/{0}.md".format)
    desk.holds(range(45))
    edit(desk, 7, "sub/7.md")
    (desk.inbox / "sub" / "8.md").unlink()
    desk.holds([number for number in range(45) if number != 8])
    assert desk.stop()[0] == 0


def test_an_inbox_renamed_away_and_back_is_the_same_inbox(desk: Newsdesk) -> None:
    desk.write(range(10), name="sub/{0}.md".format)
    desk.start()
    desk.holds(range(10))
    away = desk.folder / "away"
    desk.inbox.rename(away)
    desk.until(lambda: "can't be read" in desk.log.read_text(), "it is told")
    (away / "10.md").write_bytes((away / "sub" / "0.md").read_bytes().replace(b"Story 0 even", b"Story 10 even"))
    (away / "sub" / "9.md").unlink()
    desk.holds(range(10))
    away.rename(desk.inbox)
    desk.holds([number for number in range(11) if number != 9], seconds=SOON)
    edit(desk, 7, "sub/7.md")
    desk.holds([number for number in range(11) if number != 9])
    assert desk.stop()[0] == 0


@pytest.mark.parametrize("where", ["root", "below"])
def test_a_disk_unmounted_and_mounted_again_withdraws_nothing(
    desk: Newsdesk, mounts: Callable[..., None], where: str
) -> None:
    disk = desk.folder / "disk"
    point = desk.inbox if where == "root" else desk.inbox / "point"
    for folder in (disk, point):
        folder.mkdir(exist_ok=True)
    mounts("--bind", disk, point)
    desk.write(range(40), name=lambda number: str(point / "sub" / f"{number}.md"))
    desk.start()
    desk.holds(range(40))
    subprocess.run(["umount", str(point)], check=True)
    desk.until(lambda: "files vanished at once" in desk.log.read_text(), "it is told", 60)
    desk.holds(range(40))
    (disk / "41.md").write_text((disk / "sub" / "1.md").read_text().replace("Story 1 ", "Story 41 "))
    mounts("--bind", disk, point)
    wanted = [*range(40), 41]
    desk.holds(wanted, seconds=60)
    edit(desk, 7, str(point / "sub" / "7.md"))
    (point / "sub" / "8.md").unlink()
    wanted.remove(8)
    desk.holds(wanted, seconds=60)
    assert desk.stop()[0] == 0


def test_an_inbox_on_a_read_only_disk_is_read_and_left_alone(desk: Newsdesk, mounts: Callable[..., None]) -> None:
    disk = desk.folder / "disk"
    disk.mkdir()
    mounts("--bind", disk, desk.inbox)
    mounts("-o", "remount,bind,ro", desk.inbox)
    (disk / "0.md").write_text("---\ntitle: Story 0 even\ndate: 2025-03-01T00:00:00Z\n---\n\nText of it.\n")
    desk.start()
    desk.holds([0])
    (disk / "1.md").write_text("---\ntitle: Story 1 odd\ndate: 2025-03-01T00:00:01Z\n---\n\nOther text.\n")
    desk.appears([1], "an event of the disk beneath comes through")
    desk.holds([0, 1])
    assert "rror" not in desk.log.read_text()
    assert desk.stop()[0] == 0


def test_a_served_folder_that_turns_read_only_is_written_when_it_can_be(
    desk: Newsdesk, mounts: Callable[..., None]
) -> None:
    desk.feeds.mkdir()
    mounts("-t", "tmpfs", "feedd-test", desk.feeds)
    desk.write(range(10))
    desk.start()
    desk.holds(range(10))
    mounts("-o", "remount,ro", desk.feeds)
    desk.write(range(10, 30))
    desk.until(lambda: "could not be written" in desk.log.read_text(), "it is told")
    desk.until(lambda: len(desk.ids()) == 30, "they are taken in")
    desk.holds(range(10))
    assert len(desk.entries()) == 10
    mounts("-o", "remount,rw", desk.feeds)
    desk.holds(range(30))
    desk.until(lambda: len(desk.entries()) == 30, "they are served")
    assert desk.log.read_text().count("could not be written") < 40, "it is told too often"
    assert desk.stop()[0] == 0


def test_what_others_change_on_a_network_mount_is_found_by_scans(desk: Newsdesk, mounts: Callable[..., None]) -> None:
    """A FUSE mirror of a folder stands for it: what is changed beneath sends no event, as on NFS."""
    if shutil.which("bindfs") is None:
        pytest.skip("bindfs is not installed: apt-get install bindfs")
    far = desk.folder / "far"
    far.mkdir()
    mounts("-t", "fuse.bindfs", far, desk.inbox)

    def write(*numbers: int, words: str = "") -> None:
        desk.write(numbers, name=lambda number: str(far / "sub" / f"{number}.md"), words=words)

    write(*range(10))
    desk.start()
    desk.holds(range(10))
    assert "lies on a network file system (fuse" in desk.log.read_text()
    write(*range(10, 15))
    desk.appears(range(15), "new files are found", seconds=SOON)
    write(3, words="Edited far away.")
    desk.until(lambda: b"far away" in (desk.feeds / "all.atom").read_bytes(), "the edit is found", SOON)
    (far / "sub" / "4.md").rename(far / "moved.md")
    (far / "sub" / "5.md").unlink()
    desk.write([15], name="sub/{0}.md".format)
    desk.appears([15], "what is written here is told by an event", seconds=SOON)
    desk.holds([number for number in range(16) if number != 5])
    assert desk.stop()[0] == 0


def test_two_kinds_of_names(tmp_path: Path) -> None:
    """Paths of stories may be absolute: the helpers above write beneath a mount so."""
    desk = Newsdesk(tmp_path)
    desk.write([1], name=lambda _: str(tmp_path / "elsewhere.md"))
    assert (tmp_path / "elsewhere.md").exists()
