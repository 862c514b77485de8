"""Changed rules held against the archive without changing anything."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest
from newsroom import ALL, KOREA, Newsroom, markdown

from feedd import config, rehearsal
from feedd.archive import Archive
from feedd.errors import StoreError
from feedd.rehearsal import Change

RULES = """
[site]
authority = "news.example.org,2025"
[state]
path = "state"
[[topic]]
id = "all"
[[topic]]
id = "korea"
any = ["bridge*"]
[[topic]]
id = "moon"
any = ["moon"]
"""


def digest(folder: Path) -> dict[str, tuple[int, str]]:
    return {
        str(path): (path.stat().st_mtime_ns, hashlib.sha256(path.read_bytes()).hexdigest())
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@pytest.fixture
def archived(tmp_path: Path) -> Path:
    newsroom = Newsroom(tmp_path, rules=(ALL, KOREA))
    newsroom.drop("a.md", markdown("Korea talks", date="2025-03-01T12:00:00Z"))
    newsroom.drop("b.md", markdown("A bridge", date="2025-03-02T12:00:00Z"))
    newsroom.drop("c.md", markdown("The Moon", date="2025-03-03T12:00:00Z"))
    newsroom.drop("d.md", markdown("A bridge of Seoul", date="2025-03-04T12:00:00Z"))
    newsroom.run()
    newsroom.archive.close()
    (tmp_path / "feedd.toml").write_text(RULES)
    return tmp_path


def changes(folder: Path, *, most: int | None = None) -> list[Change]:
    archive = Archive(folder / "state" / "feedd.db", read_only=True)
    done: list[int] = []
    try:
        return rehearsal.rehearse(config.load(folder / "feedd.toml"), archive, most=most, progress=done.append)
    finally:
        assert sum(done) == archive.living() == 4
        archive.close()


def test_it_tells_for_each_topic_what_would_enter_and_leave(archived: Path) -> None:
    lines = list(rehearsal.as_text(changes(archived)))
    assert lines == [
        "korea: 2 articles now, 2 then: 1 would enter, 1 would leave",
        "  + A bridge (2025-03-02)",
        "  - Korea talks (2025-03-01)",
        "moon: 0 articles now, 1 then: 1 would enter, 0 would leave",
        "  + The Moon (2025-03-03)",
        "topics that stay as they are: 1",
    ]
    moon = rehearsal.as_json(changes(archived)[2])
    assert (moon["topic"], moon["before"], moon["after"], moon["leave"]) == ("moon", 0, 1, [])
    assert [(one["title"], one["date_published"]) for one in moon["enter"]] == [("The Moon", "2025-03-03T12:00:00Z")]
    assert moon["enter"][0]["id"].startswith("tag:")


def test_long_lists_are_cut_to_the_newest_and_the_rest_is_counted(archived: Path) -> None:
    rules = RULES.replace('"bridge*"', '"a"').replace('id = "all"', 'id = "every"\nnone = ["x"]')
    (archived / "feedd.toml").write_text(rules)
    every = changes(archived, most=2)[1]
    assert (every.topic, every.enter.count) == ("every", 4)
    assert list(rehearsal.as_text([every])) == [
        "every: 0 articles now, 4 then: 4 would enter, 0 would leave",
        "  + A bridge of Seoul (2025-03-04)",
        "  + The Moon (2025-03-03)",
        "  + … and 2 more",
        "topics that stay as they are: 0",
    ]


def test_nothing_changes_by_it(archived: Path) -> None:
    before = digest(archived)
    changes(archived)
    assert digest(archived) == before


def test_a_topic_that_the_new_rules_do_not_know_loses_all(archived: Path) -> None:
    (archived / "feedd.toml").write_text(RULES.replace('id = "korea"', 'id = "korea-2"'))
    told = {change.topic: (change.before, change.after) for change in changes(archived)}
    assert told == {"all": (4, 4), "korea": (2, 0), "korea-2": (0, 2), "moon": (0, 1)}


def test_the_same_rules_change_nothing(archived: Path) -> None:
    rules = RULES.replace('"bridge*"', '"korea*", "seoul"').partition('[[topic]]\nid = "moon"')[0]
    (archived / "feedd.toml").write_text(rules)
    assert list(rehearsal.as_text(changes(archived))) == ["no topic would change"]


def test_it_reads_beside_one_who_writes(archived: Path) -> None:
    writer = Archive(archived / "state" / "feedd.db")
    with writer.transaction() as tx:
        tx.remember("x", "1")
        assert len(changes(archived)) == 3
    writer.close()


def test_what_is_opened_for_reading_must_be_there_and_of_this_version(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="unable to open"):
        Archive(tmp_path / "feedd.db", read_only=True)
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "empty.db").touch()
    with pytest.raises(StoreError, match="holds nothing of feedd's"):
        Archive(tmp_path / "empty.db", read_only=True)
    Archive(tmp_path / "old.db", migrations=()).close()
    with pytest.raises(StoreError, match="older feedd"):
        Archive(tmp_path / "old.db", read_only=True)


def test_the_command_prints_it(archived: Path) -> None:
    from click.testing import CliRunner

    from feedd.cli import cli

    ran = CliRunner().invoke(cli, ["replay", "-c", str(archived / "feedd.toml")])
    assert ran.output.startswith("korea: 2 articles now, 2 then")
    ran = CliRunner().invoke(cli, ["replay", "--json", "-c", str(archived / "feedd.toml")])
    assert [json.loads(line)["topic"] for line in ran.output.splitlines()] == ["all", "korea", "moon"]
