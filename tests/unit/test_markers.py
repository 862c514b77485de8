"""What other web servers are told of documents that are gone or have moved."""

from __future__ import annotations

from pathlib import Path

from served_folder import put_in_place

from feedd.markers import GONE, Markers
from feedd.model import FeedFile
from feedd.publish import FolderPublisher


def there(root: Path) -> list[str]:
    return sorted(path.relative_to(root / GONE).as_posix() for path in (root / GONE).rglob("*") if path.is_file())


def test_what_is_withdrawn_has_a_marker_until_it_is_back(tmp_path: Path) -> None:
    publisher = FolderPublisher(tmp_path)
    put_in_place(publisher, [FeedFile("a.atom", "application/atom+xml", b"a")])
    assert there(tmp_path) == []
    publisher.withdraw(["a.atom", "articles/0123.html"])
    publisher.finish()
    assert there(tmp_path) == ["a.atom", "articles/0123.html"]
    put_in_place(publisher, [FeedFile("a.atom", "application/atom+xml", b"a")])
    assert there(tmp_path) == ["articles/0123.html"]


def test_markers_that_were_lost_or_are_too_many_are_set_right_at_the_start(tmp_path: Path) -> None:
    publisher = FolderPublisher(tmp_path)
    publisher.withdraw(["a.atom", "b.atom"])
    publisher.finish()
    (tmp_path / GONE / "a.atom").unlink()
    (tmp_path / GONE / "c.atom").touch()
    FolderPublisher(tmp_path)
    assert there(tmp_path) == ["a.atom", "b.atom"]


def test_where_documents_moved_is_told_in_the_words_of_each_server(tmp_path: Path) -> None:
    (tmp_path / ".feedd").mkdir()
    markers = Markers(tmp_path)
    markers.moved({})
    assert not list((tmp_path / ".feedd").iterdir())
    markers.moved({"was.atom": "korea.atom", "was/archive-1.atom": "korea/archive-1.atom", "a.html": 'b "c".html'})
    assert (tmp_path / ".feedd" / "moved.nginx").read_text().splitlines() == [
        '"/a.html" "./b%20%22c%22.html";',
        '"/was.atom" "./korea.atom";',
        '"/was" "./korea";',
        '"/was/archive-1.atom" "./../korea/archive-1.atom";',
    ]
    assert (tmp_path / ".feedd" / "moved.caddy").read_text().splitlines()[1] == '"/was.atom" "./korea.atom"'
    before = (tmp_path / ".feedd" / "moved.nginx").stat().st_ino
    markers.moved({"was.atom": "korea.atom", "was/archive-1.atom": "korea/archive-1.atom", "a.html": 'b "c".html'})
    assert (tmp_path / ".feedd" / "moved.nginx").stat().st_ino == before
    markers.moved({})
    assert (tmp_path / ".feedd" / "moved.nginx").read_text() == ""
