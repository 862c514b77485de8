"""The daemon as its users meet it: real processes, real signals, real HTTP."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import feedparser
import pytest
from daemon.feedd_process import CONFIG, Feedd
from newsroom import markdown

SAMPLE = Path(__file__).parents[2] / "examples" / "inbox" / "ferry-talks.txt"


@pytest.fixture
def feedd(tmp_path: Path) -> Iterator[Feedd]:
    feedd = Feedd(tmp_path / "a folder with spaces")
    yield feedd
    feedd.close()


def story(number: int) -> str:
    day, second = 1 + number // 60, number % 60
    return markdown(
        f"Story {number}", f"The text of story number {number}.", date=f"2025-03-{day:02}T12:00:{second:02}Z"
    )


def test_a_file_goes_its_whole_way_from_the_inbox_to_a_reader_and_back(feedd: Feedd) -> None:
    feedd.start()
    assert feedd.entries() == {}

    shutil.copy(SAMPLE, feedd.inbox / "sample.txt")
    feedd.until(lambda: len(feedd.entries("korea")) == 1, "the sample is in korea")
    (title,) = first = feedd.entries("korea")
    assert title.startswith("Ferry Talks Between Seoul and Pyongyang")
    assert feedd.entries("all") == first
    before = feedd.feed("korea").entries[0]

    text = SAMPLE.read_text().replace("six people each", "seven people each")
    (feedd.inbox / "sample.txt").write_text(text)
    feedd.until(lambda: "seven people" in feedd.feed("korea").entries[0].content[0].value, "the edit is seen")
    after = feedd.feed("korea").entries[0]
    assert after.id == before.id
    assert after.published == before.published
    assert after.updated > before.updated

    (feedd.inbox / "sample.txt").rename(feedd.inbox / "renamed.txt")
    feedd.until(lambda: list(feedd.ids()) == ["inbox/renamed.txt"], "the rename is known")
    assert feedd.entries("korea") == first
    assert feedd.feed("korea").entries[0].updated == after.updated

    page = "/" + after.link.removeprefix("https://news.example.org/feeds/")
    status, headers, body = feedd.ask(page)
    assert (status, headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert b"seven people each" in body
    assert b"deleted-entry" not in feedd.ask("/korea.atom")[2]

    (feedd.inbox / "renamed.txt").rename(feedd.folder / "away.txt")
    feedd.until(lambda: feedd.entries("korea") == {}, "the deletion is seen")
    assert f'ref="{after.id}"'.encode() in feedd.ask("/korea.atom")[2]
    assert feedd.ask(page)[0] == 410
    (feedd.folder / "away.txt").rename(feedd.inbox / "back.txt")
    feedd.until(lambda: feedd.entries("korea") == first, "it is back under its id")
    assert b"deleted-entry" not in feedd.ask("/korea.atom")[2]
    assert feedd.ask(page)[0] == 200
    assert feedd.ask("/topics.opml")[0] == feedd.ask("/korea.html")[0] == feedd.ask("/korea.json")[0] == 200
    assert feedd.stop()[0] == 0


def test_kill_9_in_the_middle_of_a_burst_loses_and_doubles_nothing(feedd: Feedd) -> None:
    feedd.config.write_text(CONFIG + "\n[output]\nentries = 1000\n")
    feedd.start()
    seen: dict[str, str] = {}

    def burst() -> None:
        for number in range(300):
            (feedd.inbox / f"{number}.md").write_text(story(number))
            time.sleep(0.01)

    writer = threading.Thread(target=burst)
    writer.start()
    feedd.until(lambda: len(feedd.entries()) >= 40, "some of the burst are published")
    feedd.kill()
    seen |= {
        entry.title: entry.id for entry in feedparser.parse((feedd.folder / "feeds" / "all.atom").read_bytes()).entries
    }
    writer.join()
    assert 40 <= len(seen) < 300

    feedd.start()
    feedd.until(lambda: len(feedd.entries()) == 300, "all are published")
    entries = feedd.entries()
    assert set(entries) == {f"Story {number}" for number in range(300)}
    assert {title: entries[title] for title in seen} == seen
    assert not list(feedd.folder.rglob("*.feedd-tmp"))
    assert feedd.stop()[0] == 0
    known = feedd.ids()
    assert len(known) == len(set(known.values())) == 300
    assert set(known.values()) == set(entries.values())


def test_a_lost_archive_never_empties_a_feed_that_is_being_served(feedd: Feedd) -> None:
    for number in range(200):
        (feedd.inbox / f"{number}.md").write_text(story(number))
    assert feedd.command("build").returncode == 0
    before = feedparser.parse((feedd.folder / "feeds" / "all.atom").read_bytes()).entries
    shutil.rmtree(feedd.folder / ".feedd")
    sizes: set[int] = set()
    done = threading.Event()

    def read() -> None:
        while not done.is_set():
            sizes.add(len(feedparser.parse((feedd.folder / "feeds" / "all.atom").read_bytes()).entries))

    reader = threading.Thread(target=read)
    reader.start()
    feedd.start()
    done.set()
    reader.join()
    assert sizes == {50}
    after = feedd.feed().entries
    assert [entry.id for entry in after] == [entry.id for entry in before]
    assert feedd.stop()[0] == 0


def test_what_happened_while_it_was_down_is_seen_at_the_start(feedd: Feedd) -> None:
    feedd.start()
    for name in ("edited", "renamed", "deleted", "kept"):
        (feedd.inbox / f"{name}.md").write_text(markdown(name.title(), f"It is to be {name}."))
    feedd.until(lambda: len(feedd.entries()) == 4, "all are there")
    before = feedd.entries()
    assert feedd.stop()[0] == 0

    (feedd.inbox / "edited.md").write_text(markdown("Edited", "It was edited meanwhile."))
    (feedd.inbox / "sub").mkdir()
    (feedd.inbox / "renamed.md").rename(feedd.inbox / "sub" / "moved.md")
    (feedd.inbox / "deleted.md").unlink()
    (feedd.inbox / "new.md").write_text(markdown("New", "It came meanwhile."))
    feedd.start()
    feedd.until(lambda: set(feedd.entries()) == {"Edited", "Renamed", "Kept", "New"}, "all is seen")
    after = feedd.entries()
    assert {title: after[title] for title in ("Edited", "Renamed", "Kept")} == {
        title: before[title] for title in ("Edited", "Renamed", "Kept")
    }
    assert feedd.stop()[0] == 0


def test_editors_saves_moves_and_new_folders_are_seen_while_it_runs(feedd: Feedd, tmp_path: Path) -> None:
    feedd.start()
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "moved-in.md").write_text(markdown("Moved in", "From elsewhere."))
    (outside / "moved-in.md").rename(feedd.inbox / "moved-in.md")
    (feedd.inbox / "new" / "deeper").mkdir(parents=True)
    (feedd.inbox / "new" / "deeper" / "a.md").write_text(markdown("In a new folder", "Deep."))
    feedd.until(lambda: len(feedd.entries()) == 2, "both are there")
    before = feedd.entries()
    (feedd.inbox / ".moved-in.md.swp").write_text("an editor's own")
    (feedd.inbox / "4913").write_text("")
    (feedd.inbox / "moved-in.md.new").write_text(markdown("Moved in", "Saved by an editor."))
    (feedd.inbox / "moved-in.md.new").replace(feedd.inbox / "moved-in.md")
    feedd.until(
        lambda: any("Saved by an editor" in entry.content[0].value for entry in feedd.feed().entries),
        "the save is seen",
    )
    assert feedd.entries() == before
    (feedd.inbox / "new").rename(feedd.inbox / "renamed")
    feedd.until(lambda: "inbox/renamed/deeper/a.md" in feedd.ids(), "the move is known")
    assert feedd.entries() == before
    assert feedd.stop()[0] == 0


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_in_time_even_during_a_burst(feedd: Feedd, number: int) -> None:
    feedd.start()
    for count in range(400):
        (feedd.inbox / f"{count}.md").write_text(story(count))
    code, seconds = feedd.stop(number)
    assert code == 0, feedd.log.read_text()
    assert seconds < 2.0
    assert "Traceback" not in feedd.log.read_text()
    feedd.start()
    feedd.until(lambda: len(feedd.ids()) == 400, "nothing is lost")


@pytest.mark.parametrize("seconds", [0.2, 0.6, 1.0, 1.4])
def test_a_signal_during_the_start_ends_it_with_0_too(feedd: Feedd, seconds: float) -> None:
    for count in range(50):
        (feedd.inbox / f"{count}.md").write_text(story(count))
    with feedd.log.open("wb") as log:
        command = [sys.executable, "-c", WAITS_FOR_HANDLERS, "run", "-c", str(feedd.config)]
        feedd.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log)
    assert feedd.process.stdout is not None
    assert feedd.process.stdout.readline() == b"handlers are set\n"
    time.sleep(seconds)
    code, took = feedd.stop()
    feedd.process.stdout.close()
    assert code == 0, feedd.log.read_text()
    assert took < 2.0


# Says when the daemon has taken the signals over: before that the interpreter itself answers them.
WAITS_FOR_HANDLERS = """
import signal, sys
from feedd import daemon
from feedd.cli import main
inner = daemon.locked
def locked(state, **who):
    print("handlers are set", flush=True)
    return inner(state, **who)
daemon.locked = locked
sys.argv[0] = "feedd"
main()
"""


def test_a_second_instance_exits_with_75_and_harms_nothing(feedd: Feedd) -> None:
    feedd.start()
    for command in ("run", "build"):
        second = feedd.command(command)
        assert second.returncode == 75
        assert "another feedd (process " in second.stderr
        assert len(second.stderr.splitlines()) == 1
    assert feedd.ask("/all.atom")[0] == 200
    assert feedd.stop()[0] == 0


def test_of_two_started_at_once_one_works(feedd: Feedd) -> None:
    (feedd.inbox / "a.md").write_text(markdown("Seoul"))
    command = [sys.executable, "-m", "feedd", "run", "-c", str(feedd.config)]
    logs = [feedd.folder / "one.log", feedd.folder / "two.log"]
    both = []
    for log in logs:
        with log.open("wb") as file:
            both.append(subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=file))
    try:
        feedd.until(lambda: any(one.poll() is not None for one in both), "one ends")
        feedd.until(lambda: (feedd.folder / "feeds" / "korea.atom").exists(), "the other one works")
        (loser,) = (one for one in both if one.poll() is not None)
        (winner,) = (one for one in both if one is not loser)
        assert loser.returncode == 75
        assert f"another feedd (process {winner.pid}, feedd run) works on" in logs[both.index(loser)].read_text()
    finally:
        for one in both:
            one.terminate()
            one.wait(20)
    assert winner.returncode == 0


def test_a_bad_configuration_exits_with_78_and_names_every_key(feedd: Feedd) -> None:
    feedd.config.write_text('[site]\nurl = "x"\ncolour = 1\n[output]\nentries = 0\n')
    for command in ("run", "build", "check", "serve"):
        told = feedd.command(command)
        assert told.returncode == 78
        for key in ("site.url", "site.colour", "output.entries"):
            assert key in told.stderr
        assert len(told.stderr.splitlines()) == 3


def test_a_broken_article_is_told_and_the_others_go_on(feedd: Feedd) -> None:
    feedd.start()
    (feedd.inbox / "a.md").write_text(markdown("Good", "Text."))
    (feedd.inbox / "b.md").write_text("---\ntitle: [broken\n---\ntext")
    (feedd.inbox / "c.txt").write_bytes(os.urandom(5000))
    (feedd.inbox / "d.md").write_text(markdown("Also good", "More text."))
    feedd.until(lambda: set(feedd.entries()) == {"Good", "Also good"}, "the good ones are there")
    feedd.until(lambda: len(feedd.command("quarantine").stdout.splitlines()) == 2, "two are set aside")
    assert "inbox/b.md is not published" in feedd.log.read_text()
    assert feedd.stop()[0] == 0


def test_a_port_in_use_is_told(feedd: Feedd) -> None:
    feedd.start()
    other = Feedd(feedd.folder / "other", CONFIG.replace("127.0.0.1:0", feedd.url.split("/")[2]))
    told = other.command("run")
    assert told.returncode == 69
    assert "the port is in use" in told.stderr


def test_a_killed_server_is_started_again_on_the_same_socket(feedd: Feedd) -> None:
    feedd.start()
    time.sleep(2.1)  # it is started again at once only if it has lived for a while
    (child,) = subprocess.run(
        ["pgrep", "-f", "-P", str(feedd.process.pid if feedd.process else 0), "feedd serve"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    os.kill(int(child), signal.SIGKILL)
    feedd.until(lambda: feedd.ask("/healthz")[0] == 200, "it serves again")
    assert "starting it again" in feedd.log.read_text()
    assert feedd.stop()[0] == 0


def test_conditional_requests_of_a_real_daemon(feedd: Feedd) -> None:
    (feedd.inbox / "a.md").write_text(markdown("A bridge in Seoul"))
    feedd.start()
    feedd.until(lambda: len(feedd.entries("korea")) == 1, "it is there")
    status, headers, body = feedd.ask("/korea.atom")
    assert status == 200
    assert headers["content-type"] == "application/atom+xml; charset=utf-8"
    assert b"A bridge in Seoul" in body
    assert feedd.ask("/korea.atom", If_None_Match=headers["etag"])[0] == 304
    assert feedd.ask("/korea.atom", "HEAD")[2] == b""
    assert feedd.ask("/korea.rss")[1]["content-type"] == "application/rss+xml; charset=utf-8"
    assert feedd.ask("/", Accept_Encoding="gzip")[1]["content-encoding"] == "gzip"
    assert feedd.ask("/nothing.atom")[0] == 404
    assert feedd.ask("/korea.atom", "POST")[0] == 405
    assert feedd.ask("/.feedd/manifest.json")[0] == 404
    assert feedd.stop()[0] == 0


def test_building_gives_the_same_bytes_under_any_hash_seed_and_time_zone(tmp_path: Path) -> None:
    built = []
    for name, seed, zone in (("one", "1", "UTC"), ("two", "2", "Asia/Kolkata")):
        feedd = Feedd(tmp_path / name)
        for number in range(30):
            (feedd.inbox / f"{number}.md").write_text(story(number))
        shutil.copy(SAMPLE, feedd.inbox)
        environment = {**os.environ, "PYTHONHASHSEED": seed, "TZ": zone}
        command = [sys.executable, "-m", "feedd", "build", "-c", str(feedd.config)]
        subprocess.run(command, env=environment, check=True, capture_output=True, timeout=60)
        feeds = feedd.folder / "feeds"
        built.append({path.name: path.read_bytes() for path in feeds.glob("*") if path.is_file()})
        again = feedd.command("build")
        assert "documents written: 0" in again.stdout
    assert built[0] == built[1]
    assert {"all.atom", "korea.rss", "index.html", "all.atom.gz"} <= built[0].keys()


def test_a_socket_of_the_service_manager_goes_before_the_address(tmp_path: Path) -> None:
    feedd = Feedd(tmp_path / "site")
    with socket.create_server(("127.0.0.1", 0)) as sock:
        # As a service manager does: the third descriptor, and the variables that name the process.
        script = (
            "import os, sys; os.dup2(int(sys.argv[1]), 3); "
            "os.environ.update(LISTEN_PID=str(os.getpid()), LISTEN_FDS='1'); "
            "os.execv(sys.executable, [sys.executable, *sys.argv[2:]])"
        )
        command = [sys.executable, "-c", script, str(sock.fileno()), "-m", "feedd", "run", "-c", str(feedd.config)]
        with (tmp_path / "out").open("wb") as out:
            process = subprocess.Popen(command, pass_fds=(sock.fileno(),), stdout=out, stderr=out)
        try:
            port = sock.getsockname()[1]
            feedd.until(lambda: "ready:" in (tmp_path / "out").read_text(), "it is ready")
            assert f"index page: http://127.0.0.1:{port}/" in (tmp_path / "out").read_text()
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz/daemon", timeout=10) as answer:
                assert b"\nfeedd works, seen " in answer.read()
            process.send_signal(signal.SIGHUP)
            feedd.until(lambda: "is in force" in (tmp_path / "out").read_text(), "it has reloaded")
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=10) as answer:
                assert answer.status == 200
        finally:
            process.terminate()
            assert process.wait(10) == 0
    assert not (tmp_path / "site" / "feeds" / ".feedd" / "alive").exists()


def test_a_daemon_serves_at_a_unix_socket_and_starts_again_at_it(tmp_path: Path) -> None:
    place = tmp_path / "feedd.sock"
    feedd = Feedd(tmp_path / "site", CONFIG.replace("127.0.0.1:0", f"unix:{place}"))
    (feedd.inbox / "a.md").write_text(markdown("A bridge in Seoul"))
    for end in (feedd.kill, feedd.stop):
        feedd.start()
        assert f"index page: unix:{place}\n" in feedd.out.read_text()
        with socket.socket(socket.AF_UNIX) as client:
            client.settimeout(10)
            client.connect(str(place))
            client.sendall(b"GET /korea.atom HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
            with client.makefile("rb") as answer:
                assert b"A bridge in Seoul" in answer.read()
        end()
