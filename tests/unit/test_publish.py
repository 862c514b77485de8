"""Publishing into a real folder."""

from __future__ import annotations

import gzip
import json
import os
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import brotli
import pytest
from served_folder import put_in_place

from feedd.errors import PublishError
from feedd.model import FeedFile
from feedd.publish import MANIFEST, FolderPublisher
from feedd.snapshot import ALIVE

NOW = datetime(2025, 6, 1, 12, tzinfo=UTC)


def atom(text: str, name: str = "a.atom") -> FeedFile:
    return FeedFile(name, "application/atom+xml; charset=utf-8", text.encode())


def publisher(root: Path) -> FolderPublisher:
    return FolderPublisher(root, clock=lambda: NOW)


def manifest(root: Path) -> dict[str, dict[str, object]]:
    found: dict[str, dict[str, object]] = json.loads((root / MANIFEST).read_text())
    return found


def test_a_document_stands_with_its_encodings_and_in_the_manifest(tmp_path: Path) -> None:
    one = publisher(tmp_path)
    assert one.publish([atom("text"), atom("text", "b.atom")]) == ["a.atom", "b.atom"]
    assert not (tmp_path / MANIFEST).exists()
    one.finish()
    assert (tmp_path / "a.atom").read_bytes() == b"text"
    assert gzip.decompress((tmp_path / "a.atom.gz").read_bytes()) == b"text"
    assert brotli.decompress((tmp_path / "a.atom.br").read_bytes()) == b"text"
    assert set(manifest(tmp_path)["files"]) == {"a.atom", "b.atom"}
    times = {(tmp_path / name).stat().st_mtime for name in ("a.atom", "a.atom.gz", "a.atom.br")}
    assert times == {NOW.timestamp()}
    assert one.names() == {"a.atom", "b.atom"}


def test_documents_in_folders_speak_for_themselves(tmp_path: Path) -> None:
    one = publisher(tmp_path)
    put_in_place(one, [atom("top")])
    one.finish()
    listed = (tmp_path / MANIFEST).stat()
    assert put_in_place(one, [atom("deep", "x/y.atom")]) == ["x/y.atom"]
    one.finish()
    assert one.names() == {"a.atom"}
    assert (tmp_path / MANIFEST).stat().st_ino == listed.st_ino, "readers are not told of what nobody listed"
    forms = [tmp_path / "x" / name for name in ("y.atom", "y.atom.gz", "y.atom.br")]
    assert {path.stat().st_mtime for path in forms} == {NOW.timestamp()}
    assert gzip.decompress(forms[1].read_bytes()) == b"deep"

    two = publisher(tmp_path)
    assert put_in_place(two, [atom("deep", "x/y.atom")]) == []
    assert put_in_place(two, [atom("peed", "x/y.atom")]) == ["x/y.atom"]
    assert put_in_place(two, [atom("deep", "x/y.atom")]) == ["x/y.atom"]
    assert {path.stat().st_mtime for path in forms} == {NOW.timestamp() + 2}
    assert two.absent(["a.atom", "b.atom", "x/", "y/", "x/y.atom", "x/z.atom"]) == ["b.atom", "y/", "x/z.atom"]


@pytest.mark.parametrize("form", ["y.atom", "y.atom.gz", "y.atom.br"])
@pytest.mark.parametrize("fault", ["touched", "gone"])
def test_a_document_in_a_folder_is_absent_without_one_of_its_forms(tmp_path: Path, form: str, fault: str) -> None:
    one = publisher(tmp_path)
    put_in_place(one, [atom("deep", "x/y.atom")])
    if fault == "touched":
        os.utime(tmp_path / "x" / form, (1, 1))
    else:
        (tmp_path / "x" / form).unlink()
    assert one.absent(["x/y.atom"]) == ["x/y.atom"]
    assert put_in_place(one, [atom("deep", "x/y.atom")]) == ["x/y.atom"]
    assert one.absent(["x/y.atom"]) == []


def test_a_document_in_a_folder_is_withdrawn_and_told(tmp_path: Path) -> None:
    one = publisher(tmp_path)
    put_in_place(one, [atom("deep", "x/y.atom"), atom("deep", "x/z.atom")])
    assert one.withdraw(["x/y.atom", "x/never.atom"]) == ["x/y.atom"]
    one.finish()
    assert sorted(path.name for path in (tmp_path / "x").iterdir()) == ["z.atom", "z.atom.br", "z.atom.gz"]
    assert manifest(tmp_path)["gone"] == ["x/never.atom", "x/y.atom"]
    put_in_place(one, [atom("deep", "x/y.atom")])
    one.finish()
    assert manifest(tmp_path)["gone"] == ["x/never.atom"]


def test_what_moved_goes_once_the_new_one_is_there(tmp_path: Path) -> None:
    one = publisher(tmp_path)
    put_in_place(one, [atom("text"), atom("deep", "a/1.atom")])
    one.redirect({"a.atom": "b.atom", "a/1.atom": "b/1.atom"})
    one.finish()
    assert (tmp_path / "a.atom").exists()
    put_in_place(one, [atom("deep", "b/1.atom")])
    one.finish()
    assert ((tmp_path / "a.atom").exists(), (tmp_path / "a/1.atom").exists()) == (True, False)
    put_in_place(one, [atom("text", "b.atom")])
    one.finish()
    assert not (tmp_path / "a.atom").exists()
    assert manifest(tmp_path)["gone"] == ["a.atom", "a/1.atom"]


def test_unchanged_bytes_are_not_written_again(tmp_path: Path) -> None:
    one = publisher(tmp_path)
    put_in_place(one, [atom("text")])
    one.finish()
    before = [(path.stat().st_ino, path.stat().st_mtime_ns) for path in sorted(tmp_path.rglob("*"))]
    two = publisher(tmp_path)
    assert put_in_place(two, [atom("text")]) == []
    two.finish()
    assert [(path.stat().st_ino, path.stat().st_mtime_ns) for path in sorted(tmp_path.rglob("*"))] == before


def test_what_is_told_beside_the_bytes_changes_without_them(tmp_path: Path) -> None:
    one = publisher(tmp_path)
    put_in_place(one, [atom("text")])
    told = manifest(tmp_path)["files"]["a.atom"]
    assert put_in_place(one, [replace(atom("text"), max_age=240, link="<a>; rel=self")]) == []
    assert manifest(tmp_path)["files"]["a.atom"] == told | {"max_age": 240, "link": "<a>; rel=self"}  # type: ignore[operator]
    assert put_in_place(publisher(tmp_path), [replace(atom("text"), max_age=240, link="<a>; rel=self")]) == []


def test_a_manifest_of_an_earlier_version_is_understood(tmp_path: Path) -> None:
    put_in_place(publisher(tmp_path), [atom("text")])
    whole = json.loads((tmp_path / MANIFEST).read_text())
    for name in ("max_age", "link"):
        del whole["files"]["a.atom"][name]
    (tmp_path / MANIFEST).write_text(json.dumps(whole))
    assert put_in_place(publisher(tmp_path), [atom("text")]) == []


def test_a_sign_of_life_comes_and_goes(tmp_path: Path) -> None:
    one = publisher(tmp_path)
    one.beat()
    assert (tmp_path / ALIVE).exists()
    one.beat(last=True)
    one.beat(last=True)
    assert not (tmp_path / ALIVE).exists()


def test_every_change_moves_the_time_by_whole_seconds(tmp_path: Path) -> None:
    one = publisher(tmp_path)
    times = []
    for text in ("one", "two", "six"):
        put_in_place(one, [atom(text)])
        times.append((tmp_path / "a.atom").stat().st_mtime_ns / 1e9)
    assert times == [NOW.timestamp() + step for step in range(3)]
    one.finish()
    two = publisher(tmp_path)
    put_in_place(two, [atom("ten")])
    assert (tmp_path / "a.atom").stat().st_mtime == NOW.timestamp() + 3


def test_the_same_text_gives_the_same_bytes_in_every_encoding(tmp_path: Path) -> None:
    for folder in ("one", "two"):
        put_in_place(publisher(tmp_path / folder), [atom("text " * 500)])
    for suffix in ("", ".gz", ".br"):
        name = f"a.atom{suffix}"
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()


def test_a_file_that_was_touched_or_taken_away_is_written_again(tmp_path: Path) -> None:
    one = publisher(tmp_path)
    put_in_place(one, [atom("text")])
    (tmp_path / "a.atom.gz").unlink()
    assert put_in_place(one, [atom("text")]) == ["a.atom"]
    os.utime(tmp_path / "a.atom", (1, 1))
    assert put_in_place(one, [atom("text")]) == ["a.atom"]


def test_damage_is_found_after_an_unclean_stop(tmp_path: Path) -> None:
    one = publisher(tmp_path)
    put_in_place(one, [atom("text"), atom("text", "b.atom")])
    one.finish()
    stat = (tmp_path / "a.atom").stat()
    (tmp_path / "a.atom").write_text("torn")
    os.utime(tmp_path / "a.atom", ns=(stat.st_atime_ns, stat.st_mtime_ns))
    two = publisher(tmp_path)
    assert two.verify() == ["a.atom"]
    assert put_in_place(two, [atom("text"), atom("text", "b.atom")]) == ["a.atom"]
    assert (tmp_path / "a.atom").stat().st_mtime > stat.st_mtime


def test_left_over_temporary_files_go_and_foreign_files_stay(tmp_path: Path) -> None:
    (tmp_path / ".a.atom.feedd-tmp").write_text("half")
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / ".b.atom.gz.feedd-tmp").write_text("half")
    (tmp_path / "robots.txt").write_text("mine")
    publisher(tmp_path).verify()
    assert sorted(path.name for path in tmp_path.rglob("*") if path.is_file()) == ["robots.txt"]


def test_what_is_withdrawn_is_gone_until_it_is_published_again(tmp_path: Path) -> None:
    one = publisher(tmp_path)
    put_in_place(one, [atom("text"), atom("other", "b.atom")])
    assert one.withdraw(["a.atom", "never.atom"]) == ["a.atom"]
    one.finish()
    assert sorted(path.name for path in tmp_path.glob("*")) == [".feedd", "b.atom", "b.atom.br", "b.atom.gz"]
    assert manifest(tmp_path)["gone"] == ["a.atom", "never.atom"]
    two = publisher(tmp_path)
    put_in_place(two, [atom("text")])
    two.finish()
    assert manifest(tmp_path)["gone"] == ["never.atom"]


def test_moved_documents_are_told(tmp_path: Path) -> None:
    one = publisher(tmp_path)
    put_in_place(one, [atom("text")])
    one.withdraw(["a.atom"])
    put_in_place(one, [atom("text", "b.atom")])
    one.redirect({"a.atom": "b.atom"})
    one.finish()
    assert manifest(tmp_path)["moved"] == {"a.atom": "b.atom"}
    two = publisher(tmp_path)
    two.redirect({})
    two.finish()
    assert manifest(tmp_path)["moved"] == {}
    assert manifest(tmp_path)["gone"] == ["a.atom"]


@pytest.mark.parametrize(
    "text", ["", "{", "[]", '{"files": {"a": 1}, "gone": []}', '{"files": {"a": {"x": 1}}, "gone": []}']
)
def test_a_broken_manifest_means_that_everything_is_written_anew(tmp_path: Path, text: str) -> None:
    one = publisher(tmp_path)
    put_in_place(one, [atom("text")])
    one.finish()
    (tmp_path / MANIFEST).write_text(text)
    two = publisher(tmp_path)
    assert put_in_place(two, [atom("text")]) == ["a.atom"]
    two.finish()
    assert "a.atom" in manifest(tmp_path)["files"]


def test_a_document_that_can_not_be_written_takes_none_of_the_others_along(tmp_path: Path) -> None:
    one = publisher(tmp_path)
    put_in_place(one, [atom("old")])
    (tmp_path / "x").write_text("a file in the way")
    with pytest.raises(PublishError, match="served folder"):
        one.publish([atom("new"), atom("text", "b.atom"), atom("text", "x/y.atom"), atom("text", "c.atom")])
    one.finish()
    assert (tmp_path / "a.atom").read_bytes() == b"new"
    assert set(manifest(tmp_path)["files"]) == {"a.atom", "b.atom"}
    assert not list(tmp_path.rglob("*.feedd-tmp"))


def test_a_name_that_can_not_be_taken_keeps_no_other_from_its_place(tmp_path: Path) -> None:
    one = publisher(tmp_path)
    put_in_place(one, [atom("old"), atom("old", "c.atom")])
    (tmp_path / "b.atom").mkdir()
    one.publish([atom("new"), atom("text", "b.atom"), atom("new", "c.atom")])
    with pytest.raises(PublishError, match="served folder") as told:
        one.finish()
    assert told.value.names == {"b.atom"}
    assert not list(tmp_path.rglob("*.feedd-tmp"))
    assert [(tmp_path / name).read_bytes() for name in ("a.atom", "c.atom")] == [b"new", b"new"]
    assert set(manifest(tmp_path)["files"]) == {"a.atom", "c.atom"}
    one.finish()
    (tmp_path / "b.atom").rmdir()
    assert put_in_place(one, [atom("new"), atom("text", "b.atom"), atom("new", "c.atom")]) == ["b.atom"]
    assert publisher(tmp_path).verify() == []


def test_many_documents_need_few_files_open_at_once(tmp_path: Path) -> None:
    one = publisher(tmp_path)
    most = 0

    def documents() -> Iterator[FeedFile]:
        nonlocal most
        for number in range(200):
            yield atom(f"text {number}", f"{number}.atom")
            most = max(most, len(list(Path("/proc/self/fd").iterdir())))

    before = len(list(Path("/proc/self/fd").iterdir()))
    assert len(put_in_place(one, documents())) == 200
    assert most - before < 150
    assert len(list(Path("/proc/self/fd").iterdir())) <= before + 1
    assert len(manifest(tmp_path)["files"]) == 200


def test_a_document_that_comes_twice_before_it_is_in_its_place_is_the_later_one(tmp_path: Path) -> None:
    one = publisher(tmp_path)
    assert one.publish([atom("first")]) == ["a.atom"]
    assert one.publish([atom("second, and longer")]) == ["a.atom"]
    one.finish()
    assert (tmp_path / "a.atom").read_bytes() == b"second, and longer"
    assert (tmp_path / "a.atom").stat().st_mtime == NOW.timestamp() + 1
    assert publisher(tmp_path).verify() == []


def test_a_folder_that_can_not_be_written_is_told_and_what_stood_stands(tmp_path: Path) -> None:
    one = publisher(tmp_path / "feeds")
    put_in_place(one, [atom("text")])
    (tmp_path / "feeds" / "x").write_text("a file in the way")
    with pytest.raises(PublishError, match="served folder"):
        put_in_place(one, [atom("text", "x/y.atom")])
    assert (tmp_path / "feeds" / "a.atom").read_bytes() == b"text"
    with pytest.raises(PublishError, match="served folder"):
        publisher(tmp_path / "feeds" / "x")


def test_a_reader_never_sees_a_half_written_file(tmp_path: Path) -> None:
    one = publisher(tmp_path)
    texts = [("x" if number % 2 else "y") * (20_000 + number) for number in range(120)]
    put_in_place(one, [atom(texts[0])])
    done = threading.Event()
    torn: list[bytes] = []
    reads = 0

    def read() -> None:
        nonlocal reads
        while not done.is_set():
            data = (tmp_path / "a.atom").read_bytes()
            packed = gzip.decompress((tmp_path / "a.atom.gz").read_bytes())
            reads += 1
            torn.extend(one for one in (data, packed) if len(one) < 20_000 or len(set(one)) != 1)

    reader = threading.Thread(target=read)
    reader.start()
    for text in texts:
        put_in_place(one, [atom(text)])
    done.set()
    reader.join()
    assert reads > 0
    assert torn == []
