"""feedd's server, nginx and Caddy with our examples, held against one table of what HTTP asks for."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

import conformance
import pytest
from conformance import CANNOT, CHECKS, Check, verdict
from webservers import SERVERS, Server, installed, serving


@pytest.fixture(scope="module")
def servers() -> Iterator[dict[str, Server]]:
    with serving() as found:
        yield found


@pytest.mark.parametrize("name", SERVERS)
def test_a_server_does_all_but_what_the_table_names(servers: dict[str, Server], name: str) -> None:
    if not installed(name):
        pytest.skip(f"{name} is not installed: apt-get install nginx-light caddy")
    wrong = [
        f"{row.words}: {'does it after all' if good else 'no'}"
        for row in CHECKS
        if (good := verdict(row, servers[name])) == (row.words in CANNOT.get(name, {}))
    ]
    assert wrong == []


def test_the_table_has_many_rows_each_once_and_excuses_only_what_is_in_it() -> None:
    words = [row.words for row in CHECKS]
    assert len(words) == len(set(words)) >= 60
    for rows in CANNOT.values():
        assert rows.keys() <= set(words)
    assert "feedd" not in CANNOT


def test_a_check_that_fails_is_told(servers: dict[str, Server]) -> None:
    assert not verdict(Check(0, "", lambda server: server.ask("/never.atom").status == 200), servers["feedd"])
    assert not verdict(Check(0, "", lambda server: server.ask("/").headers["never"] == ""), servers["feedd"])
    assert conformance.withdrawn(servers["feedd"]).startswith("/articles/")


@pytest.mark.parametrize(
    "path", ["/korea.atom", "/korea.rss", "/korea.json", "/korea.html", "/korea", "/", "/style.css"]
)
def test_redbot_has_nothing_bad_to_say(servers: dict[str, Server], path: str) -> None:
    program = Path(__file__).parents[2] / ".venv" / "judges" / "bin" / "redbot"
    if not program.exists():
        pytest.skip("REDbot is not installed: make judges")
    url = f"http://127.0.0.1:{servers['feedd'].port}{path}"
    said = subprocess.run([program, "-o", "har", url], capture_output=True, text=True, timeout=60, check=True).stdout
    (entry,) = json.loads(said)["log"]["entries"]
    notes = entry["_red_messages"]
    assert len(notes) > 5
    assert [note["summary"] for note in notes if note["level"] not in ("GOOD", "INFO")] == []
