"""Documents in folders, read as they are asked for: what is served, what never is, and how much is kept."""

from __future__ import annotations

import gzip
import os
import threading
from datetime import UTC, datetime
from pathlib import Path

import brotli
import pytest
from served_folder import put_in_place, write_manifest

from feedd.answer import respond
from feedd.folders import Folders
from feedd.generate import ARCHIVED
from feedd.model import FeedFile
from feedd.publish import FolderPublisher
from feedd.rfc9110 import Request
from feedd.snapshot import load

NAME = f"articles/{'0a' * 12}.html"
NOW = datetime(2025, 7, 11, 9, tzinfo=UTC)
WORDS = b"<!doctype html><p>Words." * 20


def page(data: bytes = WORDS, name: str = NAME) -> FeedFile:
    return FeedFile(name, "text/html; charset=utf-8", data)


@pytest.fixture
def publisher(tmp_path: Path) -> FolderPublisher:
    return FolderPublisher(tmp_path)


def test_a_document_has_its_coded_forms_its_day_and_its_type(tmp_path: Path, publisher: FolderPublisher) -> None:
    put_in_place(publisher, [page()])
    found = Folders(tmp_path).get(f"/{NAME}")
    assert found is not None
    assert found.identity.data == WORDS
    assert found.modified == int((tmp_path / NAME).stat().st_mtime)
    assert gzip.decompress(found.coded["gzip"].data) == brotli.decompress(found.coded["br"].data) == WORDS
    assert dict(found.identity.fresh.headers)[b"content-type"] == b"text/html; charset=utf-8"
    assert dict(found.coded["br"].fresh.headers)[b"content-encoding"] == b"br"
    assert len({found.identity.tag, *(form.tag for form in found.coded.values())}) == 3


@pytest.mark.parametrize("row", ARCHIVED, ids=lambda row: row.name)
def test_an_archive_document_has_the_type_of_its_feed(tmp_path: Path, row: object) -> None:
    suffix, media_type = row.suffix, row.media_type  # type: ignore[attr-defined]
    put_in_place(FolderPublisher(tmp_path), [FeedFile(f"korea/archive-12{suffix}", media_type, b"feed")])
    found = Folders(tmp_path).get(f"/korea/archive-12{suffix}")
    assert found is not None
    assert dict(found.identity.fresh.headers)[b"content-type"] == media_type.encode()


def test_it_is_answered_as_what_the_snapshot_has(tmp_path: Path, publisher: FolderPublisher) -> None:
    put_in_place(publisher, [page()])
    publisher.finish()
    found = Folders(tmp_path).get(f"/{NAME}")
    assert found is not None

    def ask(**fields: str) -> tuple[int, bytes]:
        headers = [(name.replace("_", "-").encode(), value.encode()) for name, value in fields.items()]
        answer = respond(load(tmp_path), Request("GET", f"/{NAME}", headers), now=NOW, found=found)
        return answer.status, answer.body

    assert ask() == (200, WORDS)
    assert ask(accept_encoding="br") == (200, found.coded["br"].data)
    assert ask(if_none_match=found.identity.tag) == (304, b"")


def test_one_that_is_withdrawn_is_gone(tmp_path: Path, publisher: FolderPublisher) -> None:
    put_in_place(publisher, [page()])
    folders = Folders(tmp_path)
    assert folders.get(f"/{NAME}")
    publisher.withdraw([NAME])
    publisher.finish()
    assert folders.get(f"/{NAME}") is None
    assert respond(load(tmp_path), Request("GET", f"/{NAME}", []), now=NOW).status == 410
    put_in_place(publisher, [page()])
    publisher.finish()
    assert respond(load(tmp_path), Request("GET", f"/{NAME}", []), now=NOW, found=folders.get(f"/{NAME}")).status == 200


def test_a_new_version_is_seen_at_once(tmp_path: Path, publisher: FolderPublisher) -> None:
    folders = Folders(tmp_path)
    for number in range(3):
        put_in_place(publisher, [page(b"version %d" % number)])
        found = folders.get(f"/{NAME}")
        assert found is not None
        assert found.identity.data == gzip.decompress(found.coded["gzip"].data) == b"version %d" % number


def test_a_coded_form_of_another_version_is_left_out(tmp_path: Path, publisher: FolderPublisher) -> None:
    put_in_place(publisher, [page()])
    for suffix in (".gz", ".br"):
        path = tmp_path / (NAME + suffix)
        os.utime(path, (path.stat().st_mtime + 1,) * 2)
    found = Folders(tmp_path).get(f"/{NAME}")
    assert found is not None
    assert (found.identity.data, dict(found.coded)) == (WORDS, {})
    assert b"vary" not in dict(found.identity.fresh.headers)


@pytest.mark.parametrize(
    "path",
    [
        "/articles/notes.html",
        f"/{NAME}.gz",
        f"/.feedd/{'0a' * 12}.html",
        f"/../{NAME}",
        f"/articles/../{NAME}",
        f"//{NAME}",
        f"/a/b/{'0a' * 12}.html",
        NAME,
        f"/{NAME}/",
        f"/{NAME}\n",
        "/korea/archive-0.atom",
        "/korea/archive-01.atom",
        "/korea/archive-1.rss",
        "/korea/archive-9999999999.atom",
        "/korea/archive-1.atom.gz",
        "/korea.atom",
        "",
        "/",
    ],
)
def test_no_other_name_is_looked_at(tmp_path: Path, path: str) -> None:
    assert not Folders.may_hold(path)
    assert Folders(tmp_path).get(path) is None


@pytest.mark.parametrize("path", ["/a\0/archive-1.atom", f"/{'x' * 300}/archive-1.atom", "/\ud800/archive-1.atom"])
def test_a_name_that_no_system_has_is_none(tmp_path: Path, path: str) -> None:
    assert Folders(tmp_path).get(path) is None


def test_links_and_what_is_no_file_are_not_followed(tmp_path: Path) -> None:
    root, outside = tmp_path / "feeds", tmp_path / "outside"
    (root / "articles").mkdir(parents=True)
    outside.mkdir()
    name = Path(NAME).name
    (outside / name).write_bytes(b"secret")
    folders = Folders(root)
    (root / "linked").symlink_to(outside)
    assert folders.get(f"/linked/{name}") is None
    (root / NAME).symlink_to(outside / name)
    assert folders.get(f"/{NAME}") is None
    (root / NAME).unlink()
    os.mkfifo(root / NAME)
    assert folders.get(f"/{NAME}") is None
    (root / NAME).unlink()
    (root / NAME).mkdir()
    assert folders.get(f"/{NAME}") is None
    (root / NAME).rmdir()
    (root / NAME).write_bytes(b"whole")
    (root / f"{NAME}.gz").symlink_to(outside / name)
    found = folders.get(f"/{NAME}")
    assert found is not None
    assert not found.coded


def test_what_cannot_be_read_is_told(
    tmp_path: Path, publisher: FolderPublisher, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_in_place(publisher, [page()])

    def refuse(*_: object, **__: object) -> int:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "open", refuse)
    with pytest.raises(PermissionError):
        Folders(tmp_path).get(f"/{NAME}")


def test_what_was_asked_for_lately_is_kept_and_no_more(tmp_path: Path, publisher: FolderPublisher) -> None:
    names = [f"articles/{number:024x}.html" for number in range(20)]
    put_in_place(publisher, [page(os.urandom(1000), name) for name in names])
    folders = Folders(tmp_path, room=16_000)
    first = [folders.get(f"/{name}") for name in names]
    again = {name: folders.get(f"/{name}") is before for name, before in reversed(list(zip(names, first, strict=True)))}
    assert list(again.values())[:4] == [True] * 4
    assert 4 <= sum(again.values()) < 8
    put_in_place(publisher, [page(os.urandom(5000))])
    folders.get(f"/{NAME}")
    assert folders.get(f"/{NAME}") is not folders.get(f"/{NAME}"), "one that would drive the others out is not kept"


def test_many_threads_may_ask_while_it_is_published(tmp_path: Path, publisher: FolderPublisher) -> None:
    put_in_place(publisher, [page(b"0" * 3000)])
    folders, stop, wrong = Folders(tmp_path, room=8_000), threading.Event(), []

    def ask() -> None:
        while not stop.is_set():
            found = folders.get(f"/{NAME}")
            if (
                found is None
                or len(set(found.identity.data)) != 1
                or len(found.identity.data) != 3000
                or any(
                    gzip.decompress(form.data) != found.identity.data
                    for key, form in found.coded.items()
                    if key == "gzip"
                )
            ):
                wrong.append(found)

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for number in range(1, 150):
        put_in_place(publisher, [page(b"%d" % (number % 10) * 3000)])
    stop.set()
    for thread in threads:
        thread.join()
    assert not wrong


def test_a_topic_of_the_manifest_goes_before_a_file(tmp_path: Path) -> None:
    write_manifest(tmp_path, {}, gone=[], moved={"was/archive-1.atom": "is/archive-1.atom"})
    answer = respond(load(tmp_path), Request("GET", "/was/archive-1.atom", []), now=NOW)
    assert answer.status == 301
