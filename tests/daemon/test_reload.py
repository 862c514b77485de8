"""A running feedd takes over a changed configuration, or refuses it and goes on as before."""

from __future__ import annotations

import os
import pty
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from daemon.feedd_process import Feedd
from newsroom import markdown


@pytest.fixture
def feedd(tmp_path: Path) -> Iterator[Feedd]:
    feedd = Feedd(tmp_path)
    yield feedd
    feedd.close()


def change(feedd: Feedd, old: str, new: str) -> None:
    text = feedd.config.read_text()
    assert old in text
    feedd.config.write_text(text.replace(old, new))


def test_new_rules_are_in_force_and_old_articles_are_no_news(feedd: Feedd) -> None:
    (feedd.inbox / "a.md").write_text(markdown("Korea talks"))
    (feedd.inbox / "b.md").write_text(markdown("A bridge"))
    feedd.start()
    assert set(feedd.entries("korea")) == {"Korea talks"}
    before = feedd.ask("/korea.atom")[2]
    change(feedd, '"korea*"', '"korea*", "bridge*"')
    ran = feedd.command("reload", "--wait")
    assert (ran.returncode, ran.stdout) == (0, f"{feedd.config}: in force\n"), ran.stderr
    (feedd.inbox / "c.md").write_text(markdown("Another bridge"))
    feedd.until(lambda: "Another bridge" in feedd.entries("korea"), "the new rule counts")
    assert set(feedd.entries("korea")) == {"Korea talks", "Another bridge"}
    feedd.until(lambda: "every article has the topics" in feedd.log.read_text(), "the archive was held against it")
    assert set(feedd.entries("korea")) == {"Korea talks", "Another bridge"}
    assert feedd.ask("/korea.atom")[2] != before
    assert feedd.stop()[0] == 0


def test_a_bad_configuration_is_refused_by_the_command_and_by_the_daemon(feedd: Feedd) -> None:
    (feedd.inbox / "a.md").write_text(markdown("Korea talks"))
    feedd.start()
    good = feedd.config.read_text()
    change(feedd, '"korea*"', '"@nowhere"')
    ran = feedd.command("reload", "--wait")
    assert ran.returncode == 78
    assert "topic[2].any: there is no list 'nowhere'" in ran.stderr
    assert "reload" not in feedd.log.read_text()
    assert feedd.process is not None
    os.kill(feedd.process.pid, signal.SIGHUP)
    feedd.until(lambda: "reload: refused" in feedd.log.read_text(), "the daemon refused it")
    feedd.config.write_text(good + '[[expect]]\ntext = "The Moon"\ntopics = ["korea"]')
    ran = feedd.command("reload", "--wait")
    assert ran.returncode == 78
    assert "expect 'The Moon': is not in korea" in ran.stderr
    feedd.config.write_text(good + '[state]\npath = "elsewhere"')
    os.kill(feedd.process.pid, signal.SIGHUP)
    feedd.until(lambda: "state.path: can't change while feedd runs" in feedd.log.read_text(), "it was refused")
    (feedd.inbox / "b.md").write_text(markdown("Seoul"))
    feedd.until(lambda: len(feedd.entries("korea")) == 2, "the old rules go on")


def test_a_configuration_that_cannot_start_gives_way_to_the_old_one(feedd: Feedd) -> None:
    feedd.start()
    good = feedd.config.read_text()
    (feedd.folder / "file").write_text("")
    feedd.config.write_text(good + '[output]\npath = "file/feeds"')
    ran = feedd.command("reload", "--wait")
    assert ran.returncode == 78
    assert "served folder" in ran.stderr
    (feedd.inbox / "a.md").write_text(markdown("Korea talks"))
    feedd.until(lambda: len(feedd.entries("korea")) == 1, "the old configuration goes on")
    feedd.config.write_text(good)
    assert feedd.command("reload", "--wait").returncode == 0


def test_a_refused_configuration_takes_no_file_out_of_the_served_folder(feedd: Feedd) -> None:
    (feedd.inbox / "a.md").write_text(markdown("Korea talks"))
    feedd.start()
    before = {path.name: path.stat().st_ino for path in (feedd.folder / "feeds").iterdir()}
    with socket.create_server(("127.0.0.1", 0)) as other:
        taken = f"127.0.0.1:{other.getsockname()[1]}"
        text = feedd.config.read_text().replace("127.0.0.1:0", taken)
        feedd.config.write_text(text.replace('id = "korea"', 'id = "asia"'))
        looks: list[set[str]] = []
        done = threading.Event()

        def look() -> None:
            while not done.is_set():
                looks.append({path.name for path in (feedd.folder / "feeds").iterdir()})

        looker = threading.Thread(target=look)
        looker.start()
        ran = feedd.command("reload", "--wait")
        done.set()
        looker.join()
    assert ran.returncode == 78
    assert f"server.listen: {taken}: the port is in use" in ran.stderr
    assert all(before.keys() <= names for names in looks)
    assert {path.name: path.stat().st_ino for path in (feedd.folder / "feeds").iterdir()} == before
    assert "changed: choosing the topics" not in feedd.log.read_text()
    (feedd.inbox / "b.md").write_text(markdown("Seoul"))
    feedd.until(lambda: len(feedd.entries("korea")) == 2, "the old configuration goes on")


def test_another_folder_and_another_address_are_taken_over(feedd: Feedd) -> None:
    (feedd.inbox / "a.md").write_text(markdown("Korea talks"))
    feedd.start()
    feedd.config.write_text(feedd.config.read_text() + '[output]\npath = "other"')
    assert feedd.command("reload", "--wait").returncode == 0
    feedd.until(lambda: feedd.out.read_text().count("ready:") == 2, "it is ready again")
    assert set(feedd.entries("korea")) == {"Korea talks"}
    assert (feedd.folder / "other" / "korea.atom").exists()
    change(feedd, "127.0.0.1:0", "[::1]:0")
    assert feedd.command("reload", "--wait").returncode == 0
    feedd.url = feedd.out.read_text().rpartition("index page: ")[2].split()[0]
    assert feedd.url.startswith("http://[::1]:")
    feedd.until(lambda: set(feedd.entries("korea")) == {"Korea talks"}, "it serves there")


def test_an_address_that_overlaps_the_one_before_is_taken_over_on_the_same_port(feedd: Feedd) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    change(feedd, "127.0.0.1:0", f"127.0.0.1:{port}")
    feedd.start()
    for old, new in (("127.0.0.1", "localhost"), ("localhost", "127.0.0.1")):
        change(feedd, f"{old}:{port}", f"{new}:{port}")
        ran = feedd.command("reload", "--wait")
        assert ran.returncode == 0, ran.stderr
        assert feedd.ask("/healthz")[0] == 200
    other = Feedd(feedd.folder / "other", feedd.config.read_text())
    assert "the port is in use" in other.command("run").stderr


def test_inboxes_come_and_go_with_a_reload(feedd: Feedd) -> None:
    for name in ("inbox", "second"):
        (feedd.folder / name).mkdir(exist_ok=True)
    (feedd.inbox / "a.md").write_text(markdown("Korea talks"))
    (feedd.folder / "second" / "b.md").write_text(markdown("Seoul"))
    feedd.start()
    first = feedd.entries()
    both = feedd.config.read_text() + '[[inbox]]\npath = "inbox"\n[[inbox]]\npath = "second"\n'
    feedd.config.write_text(both)
    assert feedd.command("reload", "--wait").returncode == 0
    feedd.until(lambda: set(feedd.entries()) == {"Korea talks", "Seoul"}, "the second inbox is read")
    before = feedd.entries()
    assert first.items() <= before.items()
    (feedd.folder / "second" / "c.md").write_text(markdown("A bridge"))
    feedd.until(lambda: len(feedd.entries()) == 3, "it is watched")
    # Moved, and named as before: every article is known again.
    before = feedd.entries()
    (feedd.folder / "second").rename(feedd.folder / "third")
    feedd.config.write_text(both.replace('path = "second"', 'path = "third"\nname = "second"'))
    assert feedd.command("reload", "--wait").returncode == 0
    (feedd.folder / "third" / "d.md").write_text(markdown("A road"))
    feedd.until(lambda: len(feedd.entries()) == 4, "its new place is watched")
    assert before.items() <= feedd.entries().items()
    assert feedd.stop()[0] == 0


def test_retired_topics_are_gone_and_renamed_ones_moved_for_readers(feedd: Feedd) -> None:
    (feedd.inbox / "a.md").write_text(markdown("Korea talks"))
    feedd.start()
    good = feedd.config.read_text()
    feedd.config.write_text(good.replace('id = "korea"', 'id = "corea"\naliases = ["korea"]'))
    assert feedd.command("reload", "--wait").returncode == 0
    feedd.until(lambda: feedd.ask("/korea.atom")[0] == 301, "the old address moved")
    assert feedd.ask("/korea.atom")[1]["location"] == "./corea.atom"
    assert set(feedd.entries("corea")) == {"Korea talks"}
    feedd.config.write_text(good + "retired = true\n")
    assert feedd.command("reload", "--wait").returncode == 0
    feedd.until(lambda: feedd.ask("/korea.rss")[0] == 410, "it is gone for good")
    assert feedd.ask("/korea.atom")[0] == 410
    feedd.until(lambda: feedd.ask("/corea.atom")[0] == 410, "so is the one that it was renamed to")
    assert b"korea" not in feedd.ask("/")[2]
    feedd.config.write_text(good)
    assert feedd.command("reload", "--wait").returncode == 0
    feedd.until(lambda: feedd.ask("/korea.atom")[0] == 200, "it is back")
    feedd.until(lambda: set(feedd.entries("korea")) == {"Korea talks"}, "with what it had")


def test_edits_while_the_archive_is_held_against_new_rules_all_count(feedd: Feedd) -> None:
    for number in range(1200):
        day = f"2025-03-{1 + number % 28:02}T12:00:{number % 60:02}Z"
        (feedd.inbox / f"{number}.md").write_text(markdown(f"Story {number}", f"Text number {number}.", date=day))
    feedd.start()
    change(feedd, '"korea*"', '"bridge*"')
    assert feedd.command("reload", "--wait").returncode == 0
    for number in range(0, 1200, 40):
        (feedd.inbox / f"{number}.md").write_text(
            markdown(f"Bridge {number}", f"Text number {number}.", date="2025-04-01")
        )
    for number in range(1, 1200, 40):
        (feedd.inbox / f"{number}.md").unlink()
    wanted = {f"Bridge {number}" for number in range(0, 1200, 40)}
    feedd.until(lambda: set(feedd.entries("korea")) == wanted, "every edit counts")
    feedd.until(lambda: len(feedd.ids()) == 1170, "every deletion too")
    feedd.until(lambda: "every article has the topics" in feedd.log.read_text(), "the archive was held against it")
    assert "no topic would change" in feedd.command("replay").stdout
    assert feedd.stop()[0] == 0


def test_every_request_is_answered_through_a_reload(feedd: Feedd) -> None:
    (feedd.inbox / "a.md").write_text(markdown("Korea talks"))
    feedd.start()
    statuses: list[int] = []
    done = threading.Event()

    def poll() -> None:
        while not done.is_set():
            statuses.append(feedd.ask("/korea.atom")[0])

    poller = threading.Thread(target=poll)
    poller.start()
    for word in ("one", "two", "three"):
        change(feedd, '"korea*"', f'"korea*", "{word}"')
        assert feedd.command("reload", "--wait").returncode == 0
    done.set()
    poller.join()
    assert set(statuses) == {200}
    assert feedd.out.read_text().count("index page:") == 1


def test_a_reload_during_a_burst_loses_and_doubles_nothing(feedd: Feedd) -> None:
    feedd.start()
    for number in range(400):
        day = f"2025-03-{1 + number % 28:02}T12:00:{number % 60:02}Z"
        text = markdown(f"Story {number} of Korea", f"The text of story number {number}.", date=day)
        (feedd.inbox / f"{number}.md").write_text(text)
        if number % 100 == 50:
            change(feedd, '"korea*"', f'"korea*", "word{number}"')
            assert feedd.command("reload").returncode == 0
    feedd.until(lambda: len(feedd.ids()) == 400, "every story is in the archive")
    assert feedd.stop()[0] == 0
    assert len(feedd.ids()) == 400


def test_any_number_of_hangups_are_one_reload_and_a_stop_goes_before_them(feedd: Feedd) -> None:
    for number in range(300):
        (feedd.inbox / f"{number}.md").write_text(markdown(f"Story {number}", f"The text of number {number}."))
    feedd.start()
    assert feedd.process is not None
    for _ in range(60):
        feedd.process.send_signal(signal.SIGHUP)
        time.sleep(0.01)
    code, seconds = feedd.stop()
    assert code == 0
    assert seconds < 6.0, feedd.log.read_text()  # sixty sessions, or the whole configuration, take longer
    assert feedd.log.read_text().count("in force") < 10


def test_a_stop_does_not_wait_for_a_configuration_of_many_topics(feedd: Feedd) -> None:
    feedd.start()
    many = "".join(f'[[topic]]\nid = "t{n}"\nany = ["word{n}", "other{n}*"]\n' for n in range(10_000))
    feedd.config.write_text(feedd.config.read_text() + many)
    assert feedd.process is not None
    feedd.process.send_signal(signal.SIGHUP)
    time.sleep(0.2)
    code, seconds = feedd.stop()
    assert code == 0
    assert seconds < 6.0, feedd.log.read_text()  # sixty sessions, or the whole configuration, take longer
    assert "in force" not in feedd.log.read_text()
    assert not list((feedd.folder / "feeds").glob("t1*"))


def test_whatever_is_wrong_with_a_configuration_ends_nothing(feedd: Feedd) -> None:
    feedd.start()
    good = feedd.config.read_bytes()
    assert feedd.process is not None
    lists = "".join(f'n{n} = ["@n{n + 1}"]\n' for n in range(2000))
    bad = [good + b'[[source]]\nurl = "http://[bad/"', b"\xff", b"[" * 5000, good + f"[terms]\n{lists}".encode()]
    for count, text in enumerate(bad, 1):
        feedd.config.write_bytes(text)
        feedd.process.send_signal(signal.SIGHUP)
        feedd.until(lambda count=count: feedd.log.read_text().count("reload: refused") == count, "it is refused")  # type: ignore[misc]
    feedd.config.unlink()
    feedd.process.send_signal(signal.SIGHUP)
    feedd.until(lambda: feedd.log.read_text().count("reload: refused") == len(bad) + 1, "it is refused")
    (feedd.inbox / "a.md").write_text(markdown("Korea talks"))
    feedd.until(lambda: set(feedd.entries("korea")) == {"Korea talks"}, "the first one goes on")


def test_two_that_wait_for_a_reload_each_learn_of_their_own(feedd: Feedd) -> None:
    feedd.start()
    good = feedd.config.read_text()
    rounds = 3
    for _ in range(rounds):
        first = subprocess.Popen([sys.executable, "-m", "feedd", "reload", "--wait", "-c", str(feedd.config)])
        second = subprocess.Popen([sys.executable, "-m", "feedd", "reload", "--wait", "-c", str(feedd.config)])
        assert (first.wait(30), second.wait(30)) == (0, 0)
    assert 1 <= feedd.log.read_text().count("in force") <= 2 * rounds
    # Whoever asks while another one's reload is under way is told of the file as it is then.
    (feedd.folder / "file").write_text("")
    assert feedd.process is not None
    for _ in range(rounds):
        feedd.config.write_text(good)
        feedd.process.send_signal(signal.SIGHUP)
        feedd.config.write_text(good + '[output]\npath = "file/feeds"')
        assert feedd.command("reload", "--wait").returncode == 78


def test_a_reload_that_cannot_be_reported_is_a_reload_still(feedd: Feedd) -> None:
    feedd.start()
    good = feedd.config.read_text()
    (feedd.folder / ".feedd" / ".reload.json").mkdir()
    feedd.config.write_text("no configuration")
    assert feedd.process is not None
    feedd.process.send_signal(signal.SIGHUP)
    feedd.until(lambda: "what came of the reload can't be told" in feedd.log.read_text(), "it is told")
    feedd.config.write_text(good.replace('"korea*"', '"bridge*"'))
    feedd.process.send_signal(signal.SIGHUP)
    feedd.until(lambda: "in force" in feedd.log.read_text(), "it goes on")
    (feedd.inbox / "a.md").write_text(markdown("A bridge"))
    feedd.until(lambda: set(feedd.entries("korea")) == {"A bridge"}, "the new rule counts")


def test_reload_says_when_there_is_nobody_to_ask(feedd: Feedd) -> None:
    ran = feedd.command("reload")
    assert ran.returncode == 69
    assert "no feedd runs on" in ran.stderr
    feedd.start()
    feedd.kill()
    assert feedd.command("reload", "--wait").returncode == 69


def test_reload_asks_no_other_command_than_the_daemon(feedd: Feedd) -> None:
    for number in range(2000):
        (feedd.inbox / f"{number}.md").write_text(markdown(f"Story {number}", f"The text of number {number}."))
    command = [sys.executable, "-m", "feedd", "build", "-c", str(feedd.config)]
    build = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    feedd.until(lambda: (feedd.folder / ".feedd" / "running").exists(), "the build has begun")
    ran = feedd.command("reload", "--wait")
    assert ran.returncode == 69
    assert f"process {build.pid}, feedd build works on it" in ran.stderr
    build.send_signal(signal.SIGHUP)
    said, _ = build.communicate(timeout=60)
    assert build.returncode == 0
    assert "2000 added" in said
    assert not (feedd.folder / ".feedd" / "running").exists()


def test_reload_knows_a_daemon_that_reads_another_file(feedd: Feedd) -> None:
    feedd.start()
    other = feedd.folder / "new.toml"
    other.write_text(feedd.config.read_text())
    ran = subprocess.run(
        [sys.executable, "-m", "feedd", "reload", "-c", str(other)], capture_output=True, text=True, check=False
    )
    assert ran.returncode == 69
    assert f"no daemon reads {other}" in ran.stderr
    assert f"reads {feedd.config}" in ran.stderr
    other.unlink()
    other.symlink_to(feedd.config)
    (feedd.folder / "sub").mkdir()
    for path in (other, feedd.folder / "sub" / ".." / "feedd.toml"):
        command = [sys.executable, "-m", "feedd", "reload", "--wait", "-c", str(path)]
        ran = subprocess.run(command, capture_output=True, text=True, check=False)
        assert (ran.returncode, ran.stderr) == (0, "")
    assert feedd.log.read_text().count("in force") == 2


def in_a_terminal(words: list[str]) -> tuple[int, int]:
    """A process in a terminal of its own, and the terminal."""
    pid, terminal = pty.fork()
    if pid == 0:
        os.execvp(words[0], words)
    return pid, terminal


def ended(pid: int, seconds: float) -> int | None:
    """The status with which a process ends in this time, if it does."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        found, status = os.waitpid(pid, os.WNOHANG)
        if found:
            return status
        time.sleep(0.05)
    return None


def hang_up(feedd: Feedd, *before: str) -> int:
    """The daemon in a terminal that is closed when it is ready."""
    pid, terminal = in_a_terminal([*before, sys.executable, "-m", "feedd", "run", "-c", str(feedd.config)])
    said = b""
    while b"ready:" not in said:
        said += os.read(terminal, 4096)
    os.close(terminal)
    return pid


def test_a_terminal_that_hangs_up_ends_it(feedd: Feedd) -> None:
    """Nobody is left to end it otherwise."""
    assert ended(hang_up(feedd), 20) == 0


def test_nohup_has_it_outlive_its_terminal(feedd: Feedd) -> None:
    script = 'trap "" HUP; exec "$@"'
    pid = hang_up(feedd, "sh", "-c", script, "sh")
    try:
        assert ended(pid, 1.5) is None
    finally:
        os.kill(pid, signal.SIGTERM)
    assert ended(pid, 20) == 0


def test_a_terminal_that_hangs_up_ends_a_build(feedd: Feedd) -> None:
    for number in range(3000):
        (feedd.inbox / f"{number}.md").write_text(markdown(f"Story {number}", f"The text of number {number}."))
    pid, terminal = in_a_terminal([sys.executable, "-m", "feedd", "build", "-c", str(feedd.config)])
    feedd.until(lambda: (feedd.folder / ".feedd" / "running").exists(), "the build has begun")
    os.close(terminal)
    status = ended(pid, 20)
    assert status is not None
    assert os.WTERMSIG(status) == signal.SIGHUP
    assert feedd.command("build").returncode == 0
    assert len(feedd.ids()) == 3000
