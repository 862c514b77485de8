"""Looking at files, scanning, and what a scan tells against what is known."""

from __future__ import annotations

import os
import resource
import shutil
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedd.errors import Unreadable
from feedd.inbox import GONE, UNKNOWN, Change, Closed, Inbox, Settling, differences, hidden, look, read, scan
from feedd.model import FileStat, Place


def stat_of(number: int) -> FileStat:
    return FileStat(1, number, number, number, number)


@pytest.fixture
def inbox(tmp_path: Path) -> Inbox:
    root = tmp_path / "inbox"
    root.mkdir()
    return Inbox("inbox", root, lambda name: name.endswith(".md"))


def put(inbox: Inbox, *names: str) -> None:
    for name in names:
        path = inbox.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)


def test_a_file_is_read_with_the_stat_of_its_bytes(inbox: Inbox) -> None:
    put(inbox, "a/b.md")
    data, stat = read(inbox.root, b"a/b.md", limit=100)
    assert data == b"a/b.md"
    assert stat == look(inbox.root, b"a/b.md")


def test_links_pipes_devices_folders_and_large_files_are_refused(inbox: Inbox) -> None:
    put(inbox, "real/file.md")
    (inbox.root / "link.md").symlink_to("real/file.md")
    (inbox.root / "linked").symlink_to("real")
    os.mkfifo(inbox.root / "pipe.md")
    (inbox.root / "folder.md").mkdir()
    assert look(inbox.root, b"linked/file.md") is None
    assert look(inbox.root, b"folder.md") is None
    for path, problem in ((b"link.md", "symbolic link"), (b"pipe.md", "pipe"), (b"folder.md", "folder")):
        with pytest.raises(Unreadable, match=problem):
            read(inbox.root, path, limit=100)
    told = list(scan(inbox))
    assert [item[0] for item in told if not isinstance(item, Closed)] == [b"link.md", b"pipe.md", b"real/file.md"]
    assert [item.path for item in told if isinstance(item, Closed)] == [b"linked"]
    with pytest.raises(OSError):  # noqa: PT011 - which one depends on the system
        read(inbox.root, b"linked/file.md", limit=100)
    with pytest.raises(Unreadable, match="larger than 3 bytes"):
        read(inbox.root, b"real/file.md", limit=3)
    with pytest.raises(FileNotFoundError):
        read(inbox.root, b"nowhere.md", limit=3)
    assert look(inbox.root, b"no/where.md") is None
    assert look(inbox.root / "gone", b"a.md") is None


def test_a_scan_gives_every_wanted_file_in_byte_order(inbox: Inbox) -> None:
    put(
        inbox,
        "b.md",
        "a/c.md",
        "a-b.md",
        "a.md",
        "a/b/d.md",
        ".git/x.md",
        "a/.x.md",
        "c.txt",
        "d.md~",
        "#e.md",
    )
    folders: dict[bytes, int] = {}
    found = list(scan(inbox, folders=folders))
    paths = [item[0] for item in found if not isinstance(item, Closed)]
    assert paths == [b"a-b.md", b"a.md", b"a/b/d.md", b"a/c.md", b"b.md"] == sorted(paths)
    assert set(folders) == {b"", b"a", b"a/b"}
    assert [item[0] for item in scan(inbox, b"a") if not isinstance(item, Closed)] == [b"a/b/d.md", b"a/c.md"]


def test_a_scan_of_nothing_tells_whether_the_root_is_there(inbox: Inbox) -> None:
    assert list(scan(inbox)) == []
    assert list(scan(inbox, b"vanished")) == []
    inbox.root.rmdir()
    assert list(scan(inbox)) == [Closed(b"", "does not exist")]
    inbox.root.write_text("a file")
    assert list(scan(inbox)) == [Closed(b"", "Not a directory")]


def test_what_is_hidden() -> None:
    assert hidden(b".a")
    assert hidden(b"a/.b/c")
    assert hidden(b"a~")
    assert hidden(b"#a#")
    assert not hidden(b"a/b.c")


def test_differences_are_what_is_new_changed_and_gone() -> None:
    seen = [(b"a", stat_of(1)), (b"b", stat_of(2)), (b"d", stat_of(4))]
    known = [(b"b", stat_of(9)), (b"c", stat_of(3)), (b"d", stat_of(4)), (b"e", None), (b"f", stat_of(6))]
    assert list(differences(seen, known)) == [
        (b"a", stat_of(1)),
        (b"b", stat_of(2)),
        (b"c", None),
        (b"f", None),
    ]


def test_one_that_was_gone_and_is_seen_again_differs() -> None:
    assert list(differences([(b"a", stat_of(1))], [(b"a", None)])) == [(b"a", stat_of(1))]


def test_nothing_under_a_folder_that_could_not_be_read_is_gone() -> None:
    known = [(path, stat_of(1)) for path in (b"a-b", b"a/x", b"a/y/z", b"a0", b"b")]
    told = list(differences([Closed(b"a", "no"), (b"b", stat_of(1))], known))
    assert told == [(b"a-b", None), Closed(b"a", "no"), (b"a0", None)]
    assert list(differences([Closed(b"", "no")], known)) == [Closed(b"", "no")]


PATHS = st.dictionaries(st.text("ab/-0.", min_size=1, max_size=4).map(str.encode), st.integers(1, 3), max_size=8)


@given(PATHS, PATHS)
def test_differences_are_those_of_two_tables(seen: dict[bytes, int], known: dict[bytes, int]) -> None:
    told = dict(
        item
        for item in differences(
            [(path, stat_of(seen[path])) for path in sorted(seen)],
            [(path, stat_of(known[path])) for path in sorted(known)],
        )
        if not isinstance(item, Closed)
    )
    wanted: dict[bytes, FileStat | None] = {path: None for path in known.keys() - seen.keys()}
    wanted |= {path: stat_of(number) for path, number in seen.items() if known.get(path) != number}
    assert told == wanted


def test_an_unreadable_folder_is_told_and_not_taken_for_empty(inbox: Inbox) -> None:
    put(inbox, "a/b.md")
    shutil.rmtree(inbox.root / "a")
    put(inbox, "a-b.md")
    (inbox.root / "a").symlink_to("nowhere")
    (closed,) = differences(scan(inbox), [(b"a-b.md", look(inbox.root, b"a-b.md")), (b"a/b.md", stat_of(1))])
    assert isinstance(closed, Closed)
    assert "symbolic link" in closed.reason


def test_a_file_rests_before_it_is_given_out() -> None:
    settling = Settling()
    change = Change(Place("inbox", b"a"), stat_of(1))
    settling.see(change, rest=2.0, now=10.0)
    assert settling.next() == 12.0
    settling.see(change, rest=2.0, now=11.0)
    assert settling.next() == 12.0
    settling.see(Change(change.place, stat_of(2)), rest=2.0, now=11.5)
    assert settling.rested(13.0) == []
    assert settling.rested(13.5) == [Change(change.place, stat_of(2))]
    assert settling.next() is None


def test_a_closed_file_waits_no_longer_and_a_vanished_one_is_forgotten() -> None:
    settling = Settling()
    change = Change(Place("inbox", b"a"), stat_of(1))
    settling.see(change, rest=2.0, now=10.0)
    settling.see(change, rest=0.0, now=10.5)
    assert settling.next() == 10.5
    settling.forget(change.place)
    assert len(settling) == 0


def test_what_can_not_be_told_now_is_neither_gone_nor_refused(inbox: Inbox) -> None:
    put(inbox, "a.md")
    free = os.open(os.devnull, os.O_RDONLY)
    os.close(free)
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (free, hard))  # not one descriptor more
        assert look(inbox.root, b"a.md") is UNKNOWN
        resource.setrlimit(resource.RLIMIT_NOFILE, (free + 1, hard))  # the folder opens, the file does not
        with pytest.raises(OSError, match="Too many open files") as caught:
            read(inbox.root, b"a.md", limit=100)
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    assert caught.value.errno not in GONE
    assert look(inbox.root, b"a.md") is not UNKNOWN
