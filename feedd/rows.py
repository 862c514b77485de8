"""How the archive's rows become values, and values rows."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import msgspec
import sqlalchemy as sa

from feedd.model import Article, FileStat, Place, Zones
from feedd.store import FileRow, FileState, Stored

decode_article = msgspec.json.Decoder(Article).decode
decode_digests = msgspec.json.Decoder(dict[str, int]).decode
_decode_zones = msgspec.json.Decoder(Zones).decode
encode = msgspec.json.Encoder().encode


def is_article(record: bytes, zones: bytes) -> bool:
    """Whether an article's columns can be read."""
    try:
        decode_article(record)
        _decode_zones(zones)
    except (msgspec.MsgspecError, ValueError):
        return False
    return True


def signed(number: int) -> int:
    """Inode numbers fill 64 bits on some file systems; databases count to 63."""
    return number - (1 << 64) if number >= 1 << 63 else number


def unsigned(number: int) -> int:
    """An inode or device number as the system has it."""
    return number + (1 << 64) if number < 0 else number


def joined(claims: tuple[str, ...]) -> str:
    """One id as it is, so that an index finds it; several with a line end around each."""
    return "".join(claims) if len(claims) < 2 else "\n" + "\n".join(claims) + "\n"


def file_row(row: sa.Row[Any]) -> FileRow:
    """A row of the files."""
    stat = FileStat(unsigned(row.dev), unsigned(row.ino), row.size, row.mtime_ns, row.ctime_ns)
    file = (Place(row.inbox, row.path), stat, row.sha256, FileState(row.state), row.first_seen, row.reason)
    return FileRow(*file, tuple(row.claims.strip("\n").split("\n")) if row.claims else ())


def stored_of(row: sa.Row[Any]) -> Stored:
    """A row of the articles."""
    return Stored(
        key=row.key,
        id=row.id,
        place=None if row.path is None else Place(row.inbox, row.path),
        sha256=row.sha256,
        dev=unsigned(row.dev),
        ino=unsigned(row.ino),
        live=row.live,
        first_seen=row.first_seen,
        published=row.published,
        updated=row.updated,
        visible=row.visible,
        article=replace(decode_article(row.record), zones=_decode_zones(row.zones)),
    )
