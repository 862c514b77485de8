"""What is answered beyond the plain document: negotiation, ranges, only what is new, files beyond memory."""

from __future__ import annotations

import gzip
from datetime import UTC, datetime
from pathlib import Path

import pytest
from served_folder import HTML, MTIME, put, sha256, tag, write_file, write_manifest

from feedd.answer import respond
from feedd.deltas import Versions
from feedd.response import Response
from feedd.rfc9110 import Request
from feedd.snapshot import Snapshot, filled, load

NOW = datetime(2025, 7, 11, 9, tzinfo=UTC)
DATE = "Fri, 11 Jul 2025 08:04:49 GMT"
KINDS = {
    "html": HTML,
    "atom": "application/atom+xml; charset=utf-8",
    "rss": "application/rss+xml; charset=utf-8",
    "json": "application/feed+json",
}


def atom(*numbers: int, title: str = "Korea") -> bytes:
    entries = "".join(f"  <entry>\n    <id>{number}</id>\n  </entry>\n" for number in numbers)
    return f"<?xml version='1.0' encoding='UTF-8'?>\n<feed>\n  <title>{title}</title>\n{entries}</feed>\n".encode()


def rss(*numbers: int) -> bytes:
    items = "".join(f"    <item>\n      <guid>{number}</guid>\n    </item>\n" for number in numbers)
    return f"<rss>\n  <channel>\n{items}  </channel>\n</rss>\n".encode()


BODIES = {"html": b"<!doctype html>", "atom": atom(2, 1), "rss": rss(2, 1), "json": b'{"items": []}'}


@pytest.fixture
def snapshot(tmp_path: Path) -> Snapshot:
    files = {}
    for suffix, kind in KINDS.items():
        files[f"korea.{suffix}"] = write_file(tmp_path, f"korea.{suffix}", BODIES[suffix]) | {"type": kind}
    write_manifest(tmp_path, files, gone=["old.atom"], moved={"was.atom": "korea.atom"})
    return load(tmp_path)


def ask(
    snapshot: Snapshot, path: str, method: str = "GET", *, versions: Versions | None = None, **fields: str
) -> Response:
    headers = [(name.replace("_", "-").encode(), value.encode()) for name, value in fields.items()]
    response = respond(snapshot, Request(method, path, headers), now=NOW, versions=versions)
    assert response is not None
    return response


def fields(response: Response) -> dict[str, str]:
    assert len(dict(response.headers)) == len(response.headers)
    return {name.decode(): value.decode() for name, value in response.headers}


# A topic's address without suffix


@pytest.mark.parametrize(
    ("accept", "chosen"),
    [
        ("", "html"),
        ("*/*", "html"),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "html"),
        ("text/html, image/gif, image/jpeg, */*; q=0.2", "html"),
        ("application/atom+xml", "atom"),
        ("application/rss+xml, application/atom+xml;q=0.9", "rss"),
        ("application/atom+xml, application/rss+xml", "atom"),
        ("application/feed+json, application/json;q=0.9", "json"),
        ("application/json", "json"),
        ("application/xml, text/xml", "atom"),
        ("text/xml;q=0.9, application/rss+xml;q=0.9", "rss"),
        ("application/*", "atom"),
        ("text/html;q=0, */*", "atom"),
        ("text/html;q=0.1, application/*;q=0.2, application/atom+xml;q=0", "rss"),
        ('application/atom+xml;type="feed";q=0.5, text/html;q=0.4', "atom"),
        ("image/png", "html"),
        ("nonsense;;;,,,;q=", "html"),
    ],
)
def test_a_topic_without_suffix_is_what_the_client_likes_best(snapshot: Snapshot, accept: str, chosen: str) -> None:
    response = ask(snapshot, "/korea", accept=accept) if accept else ask(snapshot, "/korea")
    assert (response.status, response.body) == (200, BODIES[chosen])
    sent = fields(response)
    assert sent["content-type"] == KINDS[chosen]
    assert (sent["content-location"], sent["vary"]) == (f"./korea.{chosen}", "Accept, Accept-Encoding")
    again = ask(snapshot, "/korea", accept=accept or "*/*", if_none_match=sent["etag"])
    assert again.status == 304
    assert fields(again)["vary"] == "Accept, Accept-Encoding"


@pytest.mark.parametrize("accept", ["text/html", "application/feed+json", "image/png"])
def test_a_feeds_own_address_gives_the_feed_whatever_is_accepted(snapshot: Snapshot, accept: str) -> None:
    assert ask(snapshot, "/korea.atom", accept=accept).body == BODIES["atom"]
    assert "Accept," not in fields(ask(snapshot, "/korea.atom", accept=accept))["vary"]


def test_a_topic_without_suffix_goes_and_moves_as_its_feeds_do(snapshot: Snapshot) -> None:
    assert ask(snapshot, "/old").status == 410
    moved = ask(snapshot, "/was")
    assert (moved.status, fields(moved)["location"]) == (301, "./korea")
    assert ask(snapshot, "/nobody").status == 404


# Ranges


@pytest.mark.parametrize(
    ("asked", "first", "end"),
    [
        ("bytes=0-9", 0, 10),
        ("bytes=10-", 10, None),
        ("bytes=-5", -5, None),
        ("bytes=-99999", 0, None),
        ("bytes=0-99999", 0, None),
        ("Bytes = 3 - 4", 3, 5),
    ],
)
def test_one_range_is_given(snapshot: Snapshot, asked: str, first: int, end: int | None) -> None:
    whole = BODIES["atom"]
    response = ask(snapshot, "/korea.atom", range=asked)
    assert (response.status, response.body) == (206, whole[first:end])
    start = first % len(whole) if first < 0 else first
    sent = fields(response)
    assert sent["content-range"] == f"bytes {start}-{start + len(response.body) - 1}/{len(whole)}"
    assert sent["content-length"] == str(len(response.body))
    assert sent["etag"] == tag(whole)


@pytest.mark.parametrize("asked", ["bytes=0-1,3-4", "bytes=9-2", "bytes=-", "bytes=a-b", "pages=1-2", "", "bytes"])
def test_ranges_that_are_none_or_many_give_the_whole(snapshot: Snapshot, asked: str) -> None:
    assert ask(snapshot, "/korea.atom", range=asked).status == 200


def test_a_range_beyond_the_end_is_told_the_size(snapshot: Snapshot) -> None:
    for asked in ("bytes=99999-", "bytes=-0"):
        response = ask(snapshot, "/korea.atom", range=asked)
        assert (response.status, fields(response)["content-range"]) == (416, f"bytes */{len(BODIES['atom'])}")


def test_a_range_of_another_version_gives_the_whole(snapshot: Snapshot) -> None:
    known = tag(BODIES["atom"])
    for condition, status in ((known, 206), (DATE, 206), ('"other"', 200), (f"W/{known}", 200), ("yesterday", 200)):
        assert ask(snapshot, "/korea.atom", range="bytes=0-9", if_range=condition).status == status


def test_a_range_is_of_the_form_that_is_sent_and_of_get_alone(snapshot: Snapshot) -> None:
    whole = ask(snapshot, "/korea.atom", accept_encoding="gzip")
    parts = [
        ask(snapshot, "/korea.atom", accept_encoding="gzip", range=asked).body for asked in ("bytes=0-19", "bytes=20-")
    ]
    assert b"".join(parts) == whole.body
    assert ask(snapshot, "/korea.atom", "HEAD", range="bytes=0-9").status == 200
    assert ask(snapshot, "/korea.atom", range="bytes=0-9", if_none_match=tag(BODIES["atom"])).status == 304


# Only what is new (RFC 3229)


@pytest.fixture
def versions() -> Versions:
    found = Versions()
    found.remember("/korea.atom", ['"one"', '"one-gzip"'], atom(1))
    found.remember("/korea.rss", ['"one"'], rss(1))
    return found


@pytest.mark.parametrize("known", ['"one"', '"never", W/"one"', '"one-gzip"'])
def test_who_has_an_earlier_version_gets_only_the_new_entries(
    snapshot: Snapshot, versions: Versions, known: str
) -> None:
    response = ask(snapshot, "/korea.atom", versions=versions, a_im="feed", if_none_match=known)
    assert (response.status, response.body) == (226, atom(2))
    sent = fields(response)
    assert (sent["im"], sent["etag"], sent["content-length"]) == ("feed", tag(BODIES["atom"]), str(len(atom(2))))
    assert (sent["cache-control"], sent["vary"]) == ("no-store, im", "A-IM, If-None-Match, Accept-Encoding")
    # What it has now is known by the tag that it was given.
    assert ask(snapshot, "/korea.atom", versions=versions, a_im="feed", if_none_match=sent["etag"]).status == 304


def test_items_of_rss_are_told_apart_too_and_coded(snapshot: Snapshot, versions: Versions) -> None:
    response = ask(
        snapshot,
        "/korea.rss",
        versions=versions,
        a_im="vcdiff, feed;q=0.9",
        if_none_match='"one"',
        accept_encoding="gzip",
    )
    assert (response.status, fields(response)["content-encoding"]) == (226, "gzip")
    assert gzip.decompress(response.body) == rss(2)
    assert fields(response)["etag"] == fields(ask(snapshot, "/korea.rss", accept_encoding="gzip"))["etag"]


@pytest.mark.parametrize(
    "asked",
    [
        {"a_im": "feed"},
        {"a_im": "feed", "if_none_match": '"unknown"'},
        {"a_im": "vcdiff", "if_none_match": '"one"'},
        {"if_none_match": '"one"'},
    ],
)
def test_everybody_else_gets_the_whole(snapshot: Snapshot, versions: Versions, asked: dict[str, str]) -> None:
    response = ask(snapshot, "/korea.atom", versions=versions, **asked)
    assert (response.status, response.body) == (200, BODIES["atom"])


def test_who_did_not_take_what_was_new_gets_the_whole(snapshot: Snapshot, versions: Versions) -> None:
    asked = {"a_im": "feed", "if_none_match": '"one"'}
    statuses = [ask(snapshot, "/korea.atom", versions=versions, **asked).status for _ in range(3)]
    assert statuses == [226, 200, 200]
    versions.remember("/korea.atom", ['"two"'], atom(1))
    assert ask(snapshot, "/korea.atom", versions=versions, a_im="feed", if_none_match='"two"').status == 200
    assert ask(snapshot, "/korea.atom", versions=versions, user_agent="another", **asked).status == 226
    assert ask(snapshot, "/korea.rss", versions=versions, **asked).status == 226


def test_an_edited_entry_is_new_and_the_frame_always_comes() -> None:
    known = Versions()
    known.remember("/a.atom", ['"a"'], atom(3, 2, 1))
    digests = known.of("/a.atom", ['"a"'])
    assert digests is not None
    assert len(digests) == 3
    assert known.of("/b.atom", ['"a"']) is None


def test_the_versions_that_nobody_asks_for_are_forgotten_first() -> None:
    versions = Versions(room=2)
    for number in range(2):
        versions.remember("/a.atom", [f'"{number}"'], atom(number))
    assert versions.of("/a.atom", ['"0"']) is not None
    versions.remember("/a.atom", ['"2"'], atom(2))
    assert versions.of("/a.atom", ['"1"']) is None
    assert versions.of("/a.atom", ['"0"']) is not None


# Bounded memory


def test_files_beyond_the_room_are_read_when_they_are_asked_for(tmp_path: Path) -> None:
    files = {name: write_file(tmp_path, name, name.encode() * 999) for name in ("a.atom", "b.atom")}
    write_manifest(tmp_path, files)
    first = load(tmp_path, room=9_000)
    held = [len(first.resources[f"/{name}"].identity.data) for name in files]
    assert held == [len("a.atom") * 999, 0]
    request = Request("GET", "/b.atom", [(b"accept-encoding", b"gzip")])
    assert respond(first, request, now=NOW) is None
    response = respond(first, request, now=NOW, fill=filled)
    assert response is not None
    assert gzip.decompress(response.body) == b"b.atom" * 999
    assert fields(response)["content-length"] == str(len(response.body))
    # Nothing is read to tell that nothing is new, or for who wants no body.
    assert ask(first, "/b.atom", if_none_match=tag(b"b.atom" * 999)).status == 304
    assert fields(ask(first, "/b.atom", "HEAD"))["content-length"] == str(len(b"b.atom" * 999))


def test_a_file_beyond_the_room_that_changes_comes_whole_or_not_at_all(tmp_path: Path) -> None:
    write_manifest(tmp_path, {"a.atom": write_file(tmp_path, "a.atom", b"one" * 999)})
    before = load(tmp_path, room=0)
    put(tmp_path / "a.atom", b"two" * 999)
    request = Request("GET", "/a.atom")
    response = respond(before, request, now=NOW, fill=filled)
    assert response is not None
    assert (response.status, fields(response)["retry-after"]) == (503, "1")
    write_manifest(tmp_path, {"a.atom": write_file(tmp_path, "a.atom", b"two" * 999, mtime=MTIME + 1)})
    response = respond(load(tmp_path, before, room=0), request, now=NOW, fill=filled)
    assert response is not None
    assert sha256(response.body) == sha256(b"two" * 999)


# Headers of the manifest


def test_what_the_manifest_tells_of_age_and_links_is_sent(tmp_path: Path) -> None:
    link = '<https://news.example.org/feeds/a.atom>; rel="self"; type="application/atom+xml"'
    files = {"a.atom": write_file(tmp_path, "a.atom", b"words") | {"max_age": 240, "link": link}}
    write_manifest(tmp_path, files)
    sent = fields(ask(load(tmp_path), "/a.atom"))
    assert sent["cache-control"] == "max-age=240, stale-while-revalidate=240, stale-if-error=86400"
    assert sent["link"] == link
    unchanged = ask(load(tmp_path), "/a.atom", if_none_match=sent["etag"])
    assert fields(unchanged)["cache-control"] == sent["cache-control"]


@pytest.mark.parametrize(
    "wrong", [{"max_age": -1}, {"max_age": "60"}, {"max_age": 10**9}, {"link": "a\r\nb: c"}, {"link": 1}]
)
def test_a_manifest_that_would_reach_beyond_a_header_is_not_believed(tmp_path: Path, wrong: dict[str, object]) -> None:
    write_manifest(tmp_path, {"a.atom": write_file(tmp_path, "a.atom", b"words") | wrong})
    assert load(tmp_path).pending.keys() == {"/a.atom"}
