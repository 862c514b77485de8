"""The snapshot over real folders: verified, complete or left as it was."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from served_folder import MTIME, publish, put, sha256, tag, write_file, write_manifest

from feedd.snapshot import EMPTY, Resource, Snapshot, is_stale, load

OLD, NEW = b"<feed>old</feed>" * 9, b"<feed>new</feed>" * 9


def held(snapshot: Snapshot, path: str = "/korea.atom") -> tuple[bytes, set[str]]:
    resource = snapshot.resources[path]
    return resource.identity.data, set(resource.coded)


def test_every_listed_file_is_held_with_its_variants(tmp_path: Path) -> None:
    publish(tmp_path, {"korea.atom": OLD, "articles/a b.html": NEW}, gone=["x.atom"], moved={"y.atom": "z é.atom"})
    snapshot = load(tmp_path)
    assert snapshot.loaded
    assert set(snapshot.resources) == {"/korea.atom", "/articles/a b.html"}
    assert held(snapshot) == (OLD, {"gzip", "br"})
    assert snapshot.resources["/korea.atom"].identity.tag == tag(OLD)
    assert snapshot.resources["/korea.atom"].modified == MTIME
    assert snapshot.gone == {"/x.atom"}
    assert snapshot.moved == {"/y.atom": "./z%20%C3%A9.atom"}
    assert (snapshot.pending, snapshot.problem) == ({}, None)


def test_a_folder_nobody_wrote_to_is_not_stale(tmp_path: Path) -> None:
    publish(tmp_path, {"korea.atom": OLD})
    assert is_stale(tmp_path, EMPTY)
    assert not is_stale(tmp_path, load(tmp_path))


def test_what_did_not_change_is_not_read_again(tmp_path: Path) -> None:
    publish(tmp_path, {"korea.atom": OLD, "japan.atom": OLD})
    first = load(tmp_path)
    (tmp_path / "korea.atom").unlink()
    entry = json.loads((tmp_path / ".feedd/manifest.json").read_bytes())["files"]["korea.atom"]
    write_manifest(tmp_path, {"korea.atom": entry, "japan.atom": write_file(tmp_path, "japan.atom", NEW)})
    second = load(tmp_path, first)
    assert second.resources["/korea.atom"] is first.resources["/korea.atom"]
    assert held(second, "/japan.atom") == (NEW, {"gzip", "br"})


def test_a_new_date_alone_gives_new_headers_over_the_same_bytes(tmp_path: Path) -> None:
    publish(tmp_path, {"korea.atom": OLD})
    first = load(tmp_path)
    publish(tmp_path, {"korea.atom": OLD}, mtime=MTIME + 1)
    resource = load(tmp_path, first).resources["/korea.atom"]
    assert resource.identity.data is first.resources["/korea.atom"].identity.data
    assert (b"last-modified", b"Fri, 11 Jul 2025 08:04:50 GMT") in resource.identity.fresh.headers


def test_files_ahead_of_their_manifest_change_nothing(tmp_path: Path) -> None:
    publish(tmp_path, {"korea.atom": OLD})
    first = load(tmp_path)
    write_file(tmp_path, "korea.atom", NEW)
    assert load(tmp_path, first).resources == first.resources


def test_a_manifest_ahead_of_its_files_keeps_the_old_resource_until_they_come(tmp_path: Path) -> None:
    publish(tmp_path, {"korea.atom": OLD})
    first = load(tmp_path)
    write_manifest(tmp_path, {"korea.atom": write_file(tmp_path, "korea.atom", NEW, mtime=MTIME + 9)})
    put(tmp_path / "korea.atom", OLD)
    second = load(tmp_path, first)
    assert second.resources == first.resources
    assert "korea.atom does not have the hash" in second.pending["/korea.atom"]
    assert is_stale(tmp_path, second)
    put(tmp_path / "korea.atom", NEW)
    third = load(tmp_path, second)
    assert held(third) == (NEW, {"gzip", "br"})
    assert not is_stale(tmp_path, third)


def test_a_doubtful_variant_is_left_out_until_it_comes(tmp_path: Path) -> None:
    publish(tmp_path, {"korea.atom": OLD})
    good = (tmp_path / "korea.atom.gz").read_bytes()
    (tmp_path / "korea.atom.gz").write_bytes(good[:-1])
    first = load(tmp_path)
    assert held(first) == (OLD, {"br"})
    assert first.pending["/korea.atom"].startswith("gzip: ")
    assert (b"vary", b"Accept-Encoding") in first.resources["/korea.atom"].identity.fresh.headers
    put(tmp_path / "korea.atom.gz", good)
    second = load(tmp_path, first)
    assert (held(second), second.pending) == ((OLD, {"br", "gzip"}), {})


def test_a_file_never_seen_whole_is_pending_and_not_there(tmp_path: Path) -> None:
    publish(tmp_path, {"korea.atom": OLD, "japan.atom": OLD})
    (tmp_path / "korea.atom").unlink()
    snapshot = load(tmp_path)
    assert set(snapshot.resources) == {"/japan.atom"}
    assert snapshot.pending == {"/korea.atom": "No such file or directory"}


@pytest.mark.parametrize(
    "manifest",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b"\xff\xfe\x00",
        b"[" * 100_000,
        b'{"version": 2, "files": {}, "gone": [], "moved": {}}',
        b'{"version": 1, "files": [], "gone": [], "moved": {}}',
        b'{"version": 1, "files": {}}',
        b'{"version": 1, "files": {}, "gone": [], "moved": {"a": "\\ud800"}}',
    ],
)
def test_a_half_or_foreign_manifest_leaves_everything_as_it_was(tmp_path: Path, manifest: bytes) -> None:
    publish(tmp_path, {"korea.atom": OLD})
    first = load(tmp_path)
    put(tmp_path / ".feedd/manifest.json", manifest)
    second = load(tmp_path, first)
    assert second.resources is first.resources
    assert second.loaded
    assert second.problem is not None
    assert "manifest.json: " in second.problem
    assert "\n" not in second.problem
    assert not is_stale(tmp_path, second)


def test_a_folder_without_a_manifest_is_empty_and_a_lost_one_loses_nothing(tmp_path: Path) -> None:
    nothing = load(tmp_path)
    assert (nothing.loaded, nothing.resources) == (False, {})
    assert nothing.problem == f"{tmp_path}/.feedd/manifest.json: No such file or directory"
    assert not is_stale(tmp_path, nothing)
    publish(tmp_path, {"korea.atom": OLD})
    assert is_stale(tmp_path, nothing)
    first = load(tmp_path, nothing)
    (tmp_path / ".feedd/manifest.json").unlink()
    assert is_stale(tmp_path, first)
    assert load(tmp_path, first).resources is first.resources


@pytest.mark.parametrize(
    "change",
    [
        {"type": "text/html\r\nSet-Cookie: a=b"},
        {"type": None},
        {"mtime": "now"},
        {"mtime": -1},
        {"mtime": 10**30},
        {"sha256": "0" * 64},
        {"sha256": ["a"]},
        {"encodings": None},
        {"encodings": {"gzip": {"suffix": "/../../outside", "sha256": sha256(OLD)}}},
        {"encodings": {"gzip": {"suffix": 1, "sha256": sha256(OLD)}}},
        {"encodings": {"gzip": "korea.atom.gz"}},
        {"encodings": {"gzip": {}}},
    ],
)
def test_one_foreign_entry_harms_no_other(tmp_path: Path, change: dict[str, Any]) -> None:
    (tmp_path / "outside").write_bytes(OLD)
    root = tmp_path / "feeds"
    good = write_file(root, "japan.atom", OLD)
    write_manifest(root, {"korea.atom": {**write_file(root, "korea.atom", OLD), **change}, "japan.atom": good})
    snapshot = load(root)
    assert held(snapshot, "/japan.atom") == (OLD, {"gzip", "br"})
    assert set(snapshot.pending) == {"/korea.atom"}
    assert snapshot.pending["/korea.atom"]
    resource = snapshot.resources.get("/korea.atom")
    assert resource is None or not resource.coded


@pytest.mark.parametrize("name", ["../outside", "/etc/passwd", ".feedd/state", "a//b", "./korea.atom", "a\0b", ""])
def test_no_name_reaches_out_of_the_folder(tmp_path: Path, name: str) -> None:
    (tmp_path / "outside").write_bytes(OLD)
    root = tmp_path / "feeds"
    put(root / ".feedd/state", OLD)
    put(root / "a/b", OLD)
    entry = write_file(root, "korea.atom", OLD)
    write_manifest(root, {name: entry})
    assert load(root).resources == {}


def test_a_moved_name_never_points_to_another_host(tmp_path: Path) -> None:
    publish(tmp_path, {}, moved={"a.atom": "//example.org/a.atom"})
    assert load(tmp_path).moved == {"/a.atom": "./example.org/a.atom"}


def test_codings_the_server_does_not_know_are_passed_over(tmp_path: Path) -> None:
    entry = write_file(tmp_path, "korea.atom", OLD)
    entry["encodings"]["zip"] = {"suffix": ".zip", "sha256": "0" * 64}
    write_manifest(tmp_path, {"korea.atom": entry})
    snapshot = load(tmp_path)
    assert isinstance(snapshot.resources["/korea.atom"], Resource)
    assert (held(snapshot), snapshot.pending) == ((OLD, {"gzip", "br"}), {})
