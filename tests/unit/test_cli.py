"""The commands: what they print where, and their exit codes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from newsroom import markdown

from feedd import cli

ROOT = Path(__file__).parents[2]


class Ran:
    """What a command did."""

    def __init__(self, code: int, out: str, err: str) -> None:
        self.code, self.out, self.err = code, out, err


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):  # type: ignore[no-untyped-def]
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("FEEDD_CONFIG", raising=False)
    monkeypatch.setattr("feedd.config.PLACES", ("feedd.toml",))

    def run(*words: str) -> Ran:
        monkeypatch.setattr(sys, "argv", ["feedd", *words])
        with pytest.raises(SystemExit) as stop:
            cli.main()
        told = capsys.readouterr()
        return Ran(int(stop.value.code or 0), told.out, told.err)

    return run


def test_a_command_line_that_makes_no_sense_exits_with_64(run) -> None:  # type: ignore[no-untyped-def]
    for words in (["nonsense"], ["build", "--nonsense"], ["parse"], ["build", "surplus"]):
        ran = run(*words)
        assert ran.code == 64
        assert ran.err
        assert "Traceback" not in ran.err
    assert run("--help").code == 0
    assert run("--version").out.startswith("feedd 0.")


def test_without_a_configuration_it_is_told_how_to_get_one(run) -> None:  # type: ignore[no-untyped-def]
    ran = run("build")
    assert ran.code == 78
    assert "feedd init" in ran.err


def test_init_writes_what_runs_at_once_and_overwrites_nothing(run, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    assert run("init", "site").code == 0
    assert (tmp_path / "site" / "inbox").is_dir()
    (tmp_path / "site" / "inbox" / "a.md").write_text(markdown("A title", tags="[One]"))
    assert run("check", "-c", "site/feedd.toml").code == 0
    built = run("build", "-c", "site/feedd.toml")
    assert built.code == 0
    assert "1 added" in built.out
    assert {path.name for path in (tmp_path / "site" / "feeds").glob("*.atom")} == {"all.atom", "one.atom"}
    (tmp_path / "site" / "feedd.toml").write_text("mine")
    again = run("init", "site")
    assert again.code == 64
    assert "is there already" in again.err
    assert (tmp_path / "site" / "feedd.toml").read_text() == "mine"


def test_build_counts_what_it_did_and_what_it_set_aside(run, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    run("init")
    (tmp_path / "inbox" / "a.md").write_text(markdown("A title"))
    (tmp_path / "inbox" / "b.md").write_text("---\ntitle: [x\n---\n")
    built = run("build")
    assert built.code == 0
    assert "1 added, 1 quarantined" in built.out
    assert "feedd quarantine" in built.out
    listed = run("quarantine")
    assert listed.out.startswith("inbox/b.md\t")
    (line,) = run("ids").out.splitlines()
    assert line.split("\t")[:2] == ["tag:news.example.org,2025:inbox/a.md", "inbox/a.md"]
    assert line.endswith("Z")


def test_status_tells_what_is_there_and_what_is_set_aside(run, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    run("init")
    told = run("status")
    assert (told.code, told.err) == (0, "")
    assert "no feedd is running\n0 articles" in told.out
    assert not (tmp_path / ".feedd" / "feedd.db").exists(), "it made an archive"
    (tmp_path / "inbox" / "a.md").write_text(markdown("A title"))
    (tmp_path / "inbox" / "b.md").write_text("---\ntitle: [x\n---\n")
    run("build")
    before = (tmp_path / ".feedd" / "feedd.db").read_bytes()
    told = run("status")
    assert "1 articles" in told.out
    assert "inbox inbox (" in told.out
    assert "): 2 files, 1 set aside\n" in told.out
    facts = json.loads(run("status", "--json").out)
    assert (facts["running"], facts["articles"]) == (None, 1)
    assert facts["due"] == {"topic": 0, "page": 0, "withdraw": 0}
    assert [(inbox["files"], inbox["aside"], inbox["held"]) for inbox in facts["inboxes"]] == [(2, 1, False)]
    assert all(topic["entries"] <= 1 for topic in facts["topics"])
    assert facts["topics"]
    assert (tmp_path / ".feedd" / "feedd.db").read_bytes() == before
    (tmp_path / "inbox").rename(tmp_path / "elsewhere")
    assert "can't be read now" in run("status").out


def test_accept_withdraws_what_vanished_in_masses_and_nothing_that_vanishes_later(run, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    run("init")
    inbox = tmp_path / "inbox"
    assert run("accept").out == "nothing is held back\n"
    assert not (tmp_path / ".feedd" / "feedd.db").exists(), "it made an archive"
    for number in range(100):
        (inbox / f"{number}.md").write_text(markdown(f"Story {number}", f"Text of number {number}."))
    run("build")
    assert run("accept").out == "nothing is held back\n"
    for number in range(60):
        (inbox / f"{number}.md").unlink()
    assert "0 withdrawn" in run("build").out or "withdrawn" not in run("build").out
    assert len(run("ids").out.splitlines()) == 100
    told = run("status").out
    assert "40 files, 60 vanished" in told
    assert "feedd accept" in told
    (facts,) = json.loads(run("status", "--json").out)["inboxes"]
    assert (facts["vanished"], facts["held"]) == (60, True)

    # More go before anybody works on it: that many were not accepted.
    accepted = run("accept")
    assert (accepted.code, accepted.out) == (0, "inbox inbox: what 60 vanished files held is withdrawn\n")
    for number in range(60, 70):
        (inbox / f"{number}.md").unlink()
    run("build")
    assert len(run("ids").out.splitlines()) == 100

    assert "70 vanished" in run("accept").out
    assert "70 withdrawn" in run("build").out
    assert len(run("ids").out.splitlines()) == 30
    assert "feedd accept" not in run("status").out

    # It was said of those files only.
    for number in range(70, 95):
        (inbox / f"{number}.md").unlink()
    run("build")
    assert len(run("ids").out.splitlines()) == 30
    assert "feedd accept" in run("status").out


def test_an_archive_is_made_anew_and_the_former_one_kept(run, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    run("init")
    assert run("build", "--rebuild").code == 0, "there is none yet"
    (tmp_path / "inbox" / "a.md").write_text(markdown("A title"))
    run("build")
    (tmp_path / "inbox" / "a.md").rename(tmp_path / "inbox" / "moved.md")
    run("build")
    ids = run("ids").out
    archive = tmp_path / ".feedd" / "feedd.db"
    data = archive.read_bytes()
    built = run("build", "--rebuild")
    assert built.code == 0, built.err
    (backup,) = archive.parent.glob("feedd.db.2*Z")
    assert f"made anew with 1 articles; the one before it is kept as {backup.resolve()}" in built.out
    assert "in full" not in built.out
    assert backup.read_bytes() == data
    assert run("ids").out == ids
    assert {path.name for path in archive.parent.iterdir()} == {"feedd.db", backup.name, "lock"}

    # Nothing of it can be read.
    archive.write_bytes(b"no database" * 1000)
    tried = run("build")
    assert tried.code == 74
    assert "feedd build --rebuild" in tried.err
    built = run("build", "--rebuild")
    assert built.code == 0, built.err
    assert "could not be read in full: " in built.out
    assert [line.split("\t")[1] for line in run("ids").out.splitlines()] == ["inbox/moved.md"]


def test_lists_of_an_archive_that_is_not_there_are_empty(run) -> None:  # type: ignore[no-untyped-def]
    run("init")
    assert run("ids").out == run("quarantine").out == ""


def test_parse_prints_one_item_a_line_and_goes_on_after_a_bad_file(run, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    (tmp_path / "a.md").write_text(markdown("First", id="urn:x:1", link="https://e.org/1", summary="Short."))
    (tmp_path / "b.md").write_bytes(b"")
    (tmp_path / "c.md").write_text(markdown("Third"))
    ran = run("parse", "a.md", "b.md", "missing.md", "c.md")
    assert ran.code == 65
    first, third = map(json.loads, ran.out.splitlines())
    assert (first["title"], third["title"]) == ("First", "Third")
    assert (first["id"], first["url"], first["summary"]) == ("urn:x:1", "https://e.org/1", "Short.")
    assert first["date_published"] == "2025-03-01T12:00:00Z"
    assert first["_feedd"]["path"] == "a.md"
    assert "id" not in third
    assert [line.split(": ")[1] for line in ran.err.splitlines()] == ["b.md", "missing.md"]
    assert run("parse", "a.md").code == 0


def test_parse_knows_the_id_that_a_file_of_an_inbox_would_get(run, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    run("init")
    (tmp_path / "inbox" / "deep").mkdir()
    (tmp_path / "inbox" / "deep" / "a.md").write_text(markdown("A title"))
    item = json.loads(run("parse", "inbox/deep/a.md").out)
    assert item["id"] == "tag:news.example.org,2025:inbox/deep/a.md"
    run("build")
    assert run("ids").out.startswith(item["id"] + "\t")


def test_explain_tells_for_every_topic_why(run) -> None:  # type: ignore[no-untyped-def]
    sample = str(ROOT / "examples" / "inbox" / "ferry-talks.txt")
    ran = run("explain", sample, "-c", str(ROOT / "config" / "feedd.toml"))
    assert ran.code == 0
    assert "topics: all, korea" in ran.out
    assert "+ korea: scores" in ran.out
    assert "'seoul' 1 x in title, weight 3: 3\n          … " in ran.out
    assert "- drones: has none of any: drone*, uav, uavs" in ran.out
    assert "nearly: 'drone*' stands in headlines of other stories, which count nothing: … " in ran.out


def test_explain_gives_json_for_programs(run) -> None:  # type: ignore[no-untyped-def]
    sample = str(ROOT / "examples" / "inbox" / "ferry-talks.txt")
    ran = run("explain", "--json", sample, "-c", str(ROOT / "config" / "feedd.toml"))
    said = json.loads(ran.out)
    assert said["topics"] == ["all", "korea"]
    korea = next(one for one in said["verdicts"] if one["topic"] == "korea")
    assert (korea["wanted"], korea["threshold"]) == (True, 3)
    assert korea["score"] == sum(hit["score"] for hit in korea["hits"]) >= 3
    title = next(hit for hit in korea["hits"] if hit["zone"] == "title" and hit["term"] == "seoul")
    assert (title["weight"], title["count"], title["score"]) == (3, 1, 3)
    assert title["around"] == [
        {"before": "Ferry Talks Between", "hit": "Seoul", "after": "and Pyongyang Resume After Nine"}
    ]
    drones = next(one for one in said["verdicts"] if one["topic"] == "drones")
    assert (drones["wanted"], drones["hits"]) == (False, [])
    assert "headlines of other stories" in drones["near"][0]


def test_explain_tells_why_without_any_rule(run, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    (tmp_path / "feedd.toml").write_text("")
    (tmp_path / "inbox" / "sea").mkdir(parents=True)
    (tmp_path / "inbox" / "sea" / "fish.md").write_text(markdown("A fish", tags="[Marine Life]"))
    ran = run("explain", "inbox/sea/fish.md")
    assert ran.out.splitlines() == [
        "A fish",
        "  topics: all, marine-life, sea",
        "  + all: holds every article",
        "  + marine-life: the article has this tag",
        "  + sea: the article lies in this folder",
    ]


def test_check_runs_the_expectations_and_explains_a_failure(run, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    example = (ROOT / "config" / "feedd.toml").read_text().replace("../examples", str(ROOT / "examples"))
    (tmp_path / "feedd.toml").write_text(example)
    assert run("check").code == 0
    (tmp_path / "feedd.toml").write_text(example.replace('any = ["@korea"]', 'any = ["k-pop"]'))
    ran = run("check")
    assert ran.code == 78
    assert "is not in korea: has none of any: k-pop" in ran.err
    (tmp_path / "feedd.toml").write_text('[[expect]]\nfile = "nowhere.md"\n[[expect]]\ntext = "x"\ntopics = ["y"]')
    ran = run("check")
    assert "'nowhere.md': No such file" in ran.err
    assert "is not in y: no rule speaks of it" in ran.err


def test_an_expected_text_may_have_front_matter(run, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    text = """---\\ntitle: A\\ntags: [Sea]\\n---\\nB"""
    rules = '[[topic]]\nid = "sea"\ntags = ["sea"]\n'
    (tmp_path / "feedd.toml").write_text(f'{rules}[[expect]]\ntopics = ["sea"]\ntext = "{text}"')
    assert run("check").code == 0


def test_check_warns_of_a_list_that_no_topic_names(run, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    (tmp_path / "inbox").mkdir()
    (tmp_path / "feedd.toml").write_text('[terms]\na = ["x"]\nb = ["@a"]\nc = ["y"]\n[[topic]]\nid = "t"\nany = ["@b"]')
    ran = run("check")
    assert ran.code == 0
    assert ran.err == "feedd: warning: terms.c: no topic names this list\n"


def test_check_warns_of_an_inbox_that_is_not_there(run, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    (tmp_path / "feedd.toml").write_text('[[inbox]]\npath = "nowhere"')
    ran = run("check")
    assert ran.code == 0
    assert "warning: inbox nowhere" in ran.err


def test_output_that_nobody_reads_to_its_end_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text(markdown("First"))
    command = f'"{sys.executable}" -m feedd parse {"a.md " * 500} | head -1'
    ran = subprocess.run(command, shell=True, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=60)
    assert ran.stdout.count("\n") == 1
    assert ran.stderr == ""


@pytest.mark.parametrize("command", ["--help", "--version"])
def test_help_loads_no_heavy_library(command: str) -> None:
    code = (
        f"import sys; sys.argv = ['feedd', {command!r}]\n"
        "from feedd import cli\n"
        "try: cli.main()\n"
        "except SystemExit: pass\n"
        "heavy = set('sqlalchemy lxml pydantic uvicorn apscheduler feedgen nh3'.split()) & set(sys.modules)\n"
        "sys.exit(str(heavy) if heavy else 0)"
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environment, check=False)
    assert ran.returncode == 0, ran.stderr
