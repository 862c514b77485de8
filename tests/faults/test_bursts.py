"""More than the daemon can take at once: files by the hundred thousand, edits without end, poison, a vanishing."""

from __future__ import annotations

import itertools
import json
import os
import re
import shutil
import signal
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from faults.newsdesk import CONFIG, Newsdesk, story, title

MANY = 100_000
VANISHED = 5_000
EDITS = 10_000
MINUTE = 60.0


@pytest.fixture
def large(desk: Newsdesk) -> Newsdesk:
    """For articles by the thousand: long feeds, so that the reader has few documents to read."""
    desk.config.write_text(CONFIG.replace("entries = 20", "entries = 1000"))
    return desk


def elsewhere(number: int) -> str:
    """A story that is read at its own address: it needs no page here, and no such file is written."""
    return story(number, url=f"https://news.example.org/stories/{number}")


def test_100_000_files_written_while_events_overflow(large: Newsdesk) -> None:
    """The daemon is stopped (SIGSTOP) while they are written, so that the system throws most events away."""
    desk = large
    desk.write(range(10))
    desk.start()
    desk.holds(range(10))
    assert desk.process is not None
    folders = [desk.inbox / f"{number:03}" for number in range(100)]
    for folder in folders[:50]:
        folder.mkdir()
    time.sleep(1)
    os.kill(desk.process.pid, signal.SIGSTOP)
    for folder in folders[50:]:
        folder.mkdir()
    for number in range(10, 10 + MANY):
        folders[number % 100].joinpath(f"{number}.md").write_text(elsewhere(number))
    os.kill(desk.process.pid, signal.SIGCONT)
    desk.until(lambda: "overflowed" in desk.log.read_text(), "it notices that events are lost", 60)
    desk.settles(10 + MANY, seconds=900)
    desk.holds(range(10 + MANY))
    assert desk.stop()[0] == 0


def test_what_vanishes_in_thousands_stays_until_it_is_accepted(large: Newsdesk) -> None:
    desk = large
    everything, left = range(VANISHED + 100), range(VANISHED, VANISHED + 100)
    gone = desk.inbox / "gone"
    gone.mkdir()
    for number in everything:
        (gone if number < VANISHED else desk.inbox).joinpath(f"{number}.md").write_text(elsewhere(number))
    desk.start(seconds=120)
    desk.holds(everything)

    kept = desk.folder / "kept"
    shutil.copytree(gone, kept)
    for path in gone.iterdir():
        path.unlink()
    desk.until(lambda: "files vanished at once" in desk.log.read_text(), "it says so")
    desk.until(lambda: desk.status()["inboxes"][0]["vanished"] == VANISHED, "it saw all of it")
    time.sleep(5)
    desk.once(everything)
    told = desk.command("status").stdout
    assert f"{VANISHED} vanished" in told
    assert "feedd accept" in told

    # They come back: nothing has happened.
    for path in kept.iterdir():
        shutil.copy(path, gone)
    desk.until(lambda: desk.status()["inboxes"][0]["vanished"] == 0, "all came back", 60)
    desk.holds(everything)
    assert desk.command("accept").stdout == "nothing is held back\n"

    # They go again; a restart changes nothing about it; then they are meant to be gone.
    for path in gone.iterdir():
        path.unlink()
    desk.until(lambda: desk.status()["inboxes"][0]["vanished"] == VANISHED, "it saw all of it again")
    assert desk.stop()[0] == 0
    desk.start()
    time.sleep(5)
    desk.once(everything)
    accepted = desk.command("accept")
    assert (accepted.returncode, str(VANISHED) in accepted.stdout) == (0, True), accepted
    desk.holds(left)
    assert "feedd accept" not in desk.command("status").stdout
    desk.write(range(VANISHED + 100, VANISHED + 110))
    desk.holds(range(VANISHED, VANISHED + 110))
    assert desk.stop()[0] == 0


def test_10_000_edits_of_one_topic_in_a_minute_are_few_regenerations(desk: Newsdesk) -> None:
    topics = '[[topic]]\nid = "odd"\ntitle = "Odd numbers"\nany = ["odd"]\n'
    desk.config.write_text(CONFIG + topics)
    desk.write(range(40))
    desk.start()
    desk.holds(range(40))
    before = len(regenerations(desk, "even"))
    begun = time.monotonic()
    odd = range(41, 101, 2)
    new = iter(odd)
    for edit in range(EDITS):
        desk.write([edit % 20 * 2], words=f"Edit {edit}.")
        if edit % (EDITS // len(odd)) == 0:
            desk.write(itertools.islice(new, 1))  # now and then another
        time.sleep(max(0.0, begun + edit * MINUTE / EDITS - time.monotonic()))
    took = time.monotonic() - begun
    wanted = [*range(40), *odd]
    desk.holds(wanted)
    last = [f"Edit {edit}.".encode() for edit in range(EDITS - 20, EDITS)]
    desk.until(lambda: all(desk.tells(one, "even") for one in last), "each last edit is published")
    written = regenerations(desk, "even")[before:]
    assert 0 < len(written) <= took + 5, f"{len(written)} in {took:.0f} s"
    # A topic to which something comes every two seconds is regenerated as often.
    assert len(regenerations(desk, "odd")) >= 25
    assert desk.stop()[0] == 0


def regenerations(desk: Newsdesk, topic: str) -> list[str]:
    """The lines in which the daemon tells of them."""
    return re.findall(rf"^.*topic {topic}: .*$", desk.log.read_text(), re.MULTILINE)


def bomb(path: Path) -> None:
    """YAML whose aliases would make billions of words."""
    levels = [f"l{depth}: &l{depth} [{', '.join([f'*l{depth - 1}'] * 9)}]" for depth in range(1, 12)]
    path.write_text("---\ntitle: Poison\nl0: &l0 [words]\n" + "\n".join(levels) + "\n---\n\nWords.\n")


def cut(path: Path) -> None:
    """An agency's file that ends too early."""
    path.write_bytes(
        b'<?xml version="1.0"?>\n<newsItem xmlns="http://iptc.org/std/nar/2006-10-01/" guid="urn:x:1"><con'
    )


def laughs(path: Path) -> None:
    """Entities that would make billions of words."""
    entities = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 12))
    path.write_text(f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e0 "ha">{entities}]>'
                    "<rss version='2.0'><channel><item><title>&e11;</title></item></channel></rss>")  # fmt: skip


def huge(path: Path) -> None:
    """A file of many gigabytes, all of them empty."""
    with path.open("wb") as file:
        file.truncate(20 << 30)


def noise(path: Path) -> None:
    """Not text at all."""
    path.write_bytes(bytes(itertools.islice(itertools.cycle(range(256)), 100_000)))


POISON: tuple[tuple[str, Callable[[Path], None]], ...] = (
    ("bomb.md", bomb),
    ("cut.xml", cut),
    ("laughs.xml", laughs),
    ("huge.md", huge),
    ("noise.html", noise),
)


@pytest.mark.parametrize(("name", "make"), POISON, ids=[name for name, _ in POISON])
def test_poison_among_1_000_good_files_is_all_that_is_set_aside(
    large: Newsdesk, name: str, make: Callable[[Path], None]
) -> None:
    desk = large
    desk.start()
    for number in range(1000):
        if number == 500:
            make(desk.inbox / name)
        desk.inbox.joinpath(f"{number}.md").write_text(elsewhere(number))
    desk.settles(1000)
    desk.holds(range(1000))
    aside = desk.command("quarantine").stdout.splitlines()
    assert [line.split("\t")[0] for line in aside] == [f"inbox/{name}"], aside
    assert aside[0].split("\t")[1]
    documents = desk.walk("all")
    assert [named for named, _ in documents[0].entries] == [title(number) for number in reversed(range(1000))]
    assert desk.stop()[0] == 0


def test_a_second_daemon_reloads_and_a_stop_in_the_middle_of_a_burst(desk: Newsdesk) -> None:
    desk.write(range(20))
    desk.start()
    desk.holds(range(20))
    for number in range(20, 1500):
        desk.write([number], name=f"{number % 7}/{{}}.md".format)
        if number == 200:
            second = desk.command("run")
            assert second.returncode == 75, second
            assert str(desk.process and desk.process.pid) in second.stderr
            assert desk.command("build").returncode == 75
        if number in {300, 500, 700}:
            desk.config.write_text(CONFIG.replace("Everything", f"Everything {number}"))
            assert desk.command("reload").returncode == 0
        if number == 600:
            desk.config.write_text("[site")
            assert desk.process is not None
            desk.process.send_signal(signal.SIGHUP)
            desk.until(lambda: "refused" in desk.log.read_text(), "what makes no sense is refused")
        if number in {900, 1200}:
            assert desk.stop(signal.SIGTERM if number == 900 else signal.SIGINT)[0] == 0
            desk.start(ready=False)
    desk.holds(range(1500), seconds=120)
    assert desk.feed().feed.title == "Everything 700"
    assert desk.stop()[0] == 0


def test_stopped_at_any_moment_of_a_burst_the_next_start_goes_on(desk: Newsdesk) -> None:
    written = 0
    for moment in range(12):
        desk.start(ready=False)
        desk.write(range(written, written + 60))
        written += 60
        time.sleep(moment * 0.07)
        code, seconds = desk.stop()
        assert code == 0
        assert seconds < 10
    desk.start()
    desk.holds(range(written))
    assert json.loads(desk.command("status", "--json").stdout)["running"]["command"] == "run"
    assert desk.stop()[0] == 0
