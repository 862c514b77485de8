"""Documents parsed in processes, by parsers that misbehave."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from feedd import parse
from feedd.errors import Unreadable, WorkerError
from feedd.model import Document
from feedd.workers import Limits, Result, Workers

NOW = datetime(2025, 6, 1, tzinfo=UTC)


def document(text: str) -> Document:
    return Document("note.txt", text.encode(), NOW)


def run(workers: Workers, *texts: str) -> list[Result]:
    """What comes of documents, in their order."""
    results: dict[int, Result] = {}
    for number, text in enumerate(texts):
        workers.submit(number, document(text))
    deadline = time.monotonic() + 60
    while len(results) < len(texts) and time.monotonic() < deadline:
        for ticket, result in workers.done(1.0):
            assert ticket not in results
            results[ticket] = result
    return [results[number] for number in range(len(texts))]


def title(result: Result) -> str:
    if isinstance(result, Unreadable):
        return f"! {result}"
    return result[0].title


@pytest.fixture
def workers() -> Iterator[Workers]:
    limits = Limits(seconds=0.5, memory=400 << 20)
    with Workers(limits, count=2, parser="oddparser:parse") as workers:
        yield workers


def test_articles_come_back_as_parse_gives_them() -> None:
    texts = [f"A headline {number}\n\nSome words of text, {number} times." for number in range(200)]
    with Workers() as workers:
        assert run(workers, *texts) == [parse.parse(document(text)) for text in texts]
        assert workers.done(10.0) == []


@pytest.mark.parametrize(
    ("bad", "told"),
    [
        ("spin", "takes longer than 0.5 s to parse"),
        ("sleep", "takes longer than 0.5 s to parse"),
        ("crash", "crashes the parser (SIGSEGV)"),
        ("exit", "crashes the parser (exit 3)"),
        ("eat", "needs more than 400 MiB of memory to parse"),
        ("stop", "takes longer than 0.5 s to parse"),
        ("fail", "is of no use"),
        ("surrogate", "holds \\udc80"),
        ("shout", "becomes articles of more than 64 MiB"),
    ],
)
def test_a_document_that_its_parser_does_not_survive_is_refused_and_the_others_go_on(
    workers: Workers, bad: str, told: str
) -> None:
    texts = [f"Before {number}\n\nText." for number in range(20)]
    results = list(map(title, run(workers, *texts, bad, "After\n\nText.")))
    assert results[:20] == [f"Before {number}" for number in range(20)]
    assert results[20:] == [f"! {told}", "After"]


def test_many_bad_documents_are_each_refused(workers: Workers) -> None:
    texts = ["exit", "fine", "exit", "crash", "fine too", "exit"]
    refused = [isinstance(result, Unreadable) for result in run(workers, *texts)]
    assert refused == [True, False, True, True, False, True]


def test_a_document_that_only_a_spoiled_process_dies_of_is_an_article(workers: Workers) -> None:
    assert list(map(title, run(workers, *["first"] * 20, "spoiled"))) == ["first"] * 20 + ["spoiled"]


def test_what_a_process_says_out_of_turn_refuses_its_document_only(workers: Workers) -> None:
    results = run(workers, "fine", "babble", "fine too")
    assert [title(results[0]), title(results[2])] == ["fine", "fine too"]
    assert title(results[1]).startswith("! crashes the parser")


def test_a_killed_process_costs_no_document(workers: Workers) -> None:
    (first,) = run(workers, "pid")
    os.kill(int(title(first)), signal.SIGKILL)
    assert title(run(workers, "fine")[0]) == "fine"


def test_processes_ignore_the_signals_that_end_feedd_and_go_when_it_closes(workers: Workers) -> None:
    pid = int(title(run(workers, "pid")[0]))
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        os.kill(pid, number)
    assert int(title(run(workers, "pid")[0])) == pid
    workers.close()
    assert not Path(f"/proc/{pid}").exists()


def test_no_room_is_left_when_more_waits_than_processes_can_soon_take(workers: Workers) -> None:
    submitted = 0
    while workers.room():
        workers.submit(submitted, document("word " * 50_000))
        submitted += 1
    assert submitted * 250_000 < 20_000_000
    workers.close()
    assert workers.room()
    assert workers.done(10.0) == []


def test_a_parser_that_can_not_start_is_told_and_loses_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(tmp_path)
    with Workers(count=1, parser="lateparser:parse") as workers:
        workers.submit(7, document("fine"))
        with pytest.raises(WorkerError, match="can't start"):
            workers.done(30.0)
        (tmp_path / "lateparser.py").write_text("from feedd.parse import parse\n")
        assert [(ticket, title(result)) for ticket, result in workers.done(30.0)] == [(7, "fine")]


def test_a_process_that_was_made_ready_takes_the_first_document() -> None:
    with Workers(Limits(), parser="feedd.parse:parse") as workers:
        workers.warm()
        (ready,) = [worker.process.pid for worker in workers._workers]
        workers.warm()
        (result,) = run(workers, "A title\n\nWords of text.\n")
        assert title(result)
        assert [worker.process.pid for worker in workers._workers] == [ready]
