"""Responses on their way: durable, in order, and offered until they are done."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from feedd.errors import StoreError
from feedd.model import Place
from feedd.spool import NAME, Spool, SpoolWriter, key_of

A, B = "https://a.example/feed", "https://b.example/feed"


def put(root: Path, *responses: tuple[str, bytes]) -> None:
    SpoolWriter(root).put([(key_of(url), data) for url, data in responses])


def taken(spool: Spool) -> list[tuple[str, bytes]]:
    return [
        (change.place.inbox, (spool.folder(change.place.inbox) / os.fsdecode(change.place.path)).read_bytes())
        for change in spool.take()
    ]


def test_each_feeds_responses_come_one_after_the_other_in_their_order(tmp_path: Path) -> None:
    put(tmp_path, (A, b"1"), (B, b"2"), (A, b"3"))
    put(tmp_path, (A, b"4"))
    spool = Spool(tmp_path, [A, B])
    assert spool.waiting
    assert taken(spool) == [(A, b"1"), (B, b"2")]
    assert taken(spool) == []
    spool.done(Place(A, NAME), read=True)
    assert taken(spool) == [(A, b"3")]
    spool.done(Place(A, NAME), read=True)
    spool.done(Place(B, NAME), read=True)
    assert taken(spool) == [(A, b"4")]
    spool.done(Place(A, NAME), read=True)
    assert taken(spool) == []
    assert not list(tmp_path.rglob("*.http"))


def test_an_empty_spool_waits_for_nothing(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "none", [A])
    assert spool.take() == []
    assert not spool.waiting
    assert not Spool(tmp_path, []).waiting


def test_what_comes_later_is_noticed(tmp_path: Path) -> None:
    spool = Spool(tmp_path, [A])
    spool.take()
    put(tmp_path, (A, b"1"))
    assert spool.waiting
    assert taken(spool) == [(A, b"1")]


def test_what_was_taken_and_not_done_is_offered_at_the_next_start(tmp_path: Path) -> None:
    put(tmp_path, (A, b"1"), (A, b"2"))
    Spool(tmp_path, [A]).take()
    spool = Spool(tmp_path, [A])
    assert taken(spool) == [(A, b"1")]
    spool.done(Place(A, NAME), read=True)
    assert taken(spool) == [(A, b"2")]


def test_what_could_not_be_kept_is_offered_again(tmp_path: Path) -> None:
    now = 0.0
    put(tmp_path, (A, b"1"))
    spool = Spool(tmp_path, [A], monotonic=lambda: now)
    assert len(spool.take()) == 1
    assert spool.take() == []
    spool.again()
    assert len(spool.take()) == 1
    now += 61
    assert len(spool.take()) == 1


def test_what_can_not_be_read_is_put_aside_and_the_last_one_stays(tmp_path: Path) -> None:
    put(tmp_path, (A, b"1"), (A, b"2"))
    spool = Spool(tmp_path, [A])
    assert spool.aside(A) is None
    for expected in (b"1", b"2"):
        spool.take()
        spool.done(Place(A, NAME), read=False)
        aside = spool.aside(A)
        assert aside is not None
        assert aside.read_bytes() == expected


def test_what_no_configured_feed_brought_waits_a_week_for_a_configuration_that_knows_it(tmp_path: Path) -> None:
    put(tmp_path, (A, b"1"), (B, b"2"))
    assert taken(Spool(tmp_path, [B])) == [(B, b"2")]
    assert taken(Spool(tmp_path, [A, B]))[0] == (A, b"1")
    spool = Spool(tmp_path, [])
    spool.take()
    for path in tmp_path.rglob("*.http"):
        os.utime(path, (1, 1))
    Spool(tmp_path, []).take()
    assert not list(tmp_path.rglob("*.http"))


def test_a_feed_of_which_nothing_is_known_is_asked_for_anew_once(tmp_path: Path) -> None:
    put(tmp_path, (A, b"1"))
    spool = Spool(tmp_path, [A, B])
    assert spool.lacking([A, B]) == [B]
    assert spool.lacking([]) == []
    spool.ask_anew([B])
    writer = SpoolWriter(tmp_path)
    assert writer.asked_anew() == {key_of(B)}
    assert writer.asked_anew() == set()
    assert SpoolWriter(tmp_path / "none").asked_anew() == set()


def test_what_a_killed_writer_left_is_taken_away_and_numbers_only_grow(tmp_path: Path) -> None:
    put(tmp_path, (A, b"1"))
    (tmp_path / "new" / f".{key_of(A)}.5.http").write_bytes(b"half")
    (first,) = (tmp_path / "new").glob(f"{key_of(A)}*.http")
    first.rename(first.with_name(f"{key_of(A)}.{10**19}.http"))  # written under a clock that was far ahead
    put(tmp_path, (A, b"2"))
    assert not list((tmp_path / "new").glob(".*"))
    spool = Spool(tmp_path, [A])
    assert taken(spool) == [(A, b"1")]
    spool.done(Place(A, NAME), read=True)
    assert taken(spool) == [(A, b"2")]


def test_what_else_lies_there_is_left_alone(tmp_path: Path) -> None:
    put(tmp_path, (A, b"1"))
    (tmp_path / "new" / "README").write_text("mine")
    assert len(Spool(tmp_path, [A]).take()) == 1
    assert (tmp_path / "new" / "README").exists()


def test_a_folder_that_can_not_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "spool").write_text("no folder")
    with pytest.raises(StoreError, match="spool"):
        put(tmp_path / "spool", (A, b"1"))
    with pytest.raises(StoreError, match="spool"):
        Spool(tmp_path / "spool", [A]).take()
