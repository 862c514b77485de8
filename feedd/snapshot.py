"""The served folder in memory: what its manifest lists, verified, with headers built ahead.

What stands in folders below it is not in the manifest: see ``folders``.

``.feedd/manifest.json`` tells of every file its type, hash, mtime and coded variants, and which
names are gone or moved. It is replaced last, by rename, so the files may be ahead of it for a moment.
"""

from __future__ import annotations

import hashlib
import os
import posixpath
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from email.utils import formatdate
from pathlib import Path
from typing import Any
from urllib.parse import quote

import msgspec

from feedd.response import Headers, Response
from feedd.rfc9110 import CODINGS

MANIFEST = ".feedd/manifest.json"
ALIVE = ".feedd/alive"
"""Touched by the daemon now and then while it works."""
# Who can't ask again may show what it has for a while (RFC 5861).
_FRESHNESS = "max-age={age}, stale-while-revalidate={age}, stale-if-error=86400"
CACHE_CONTROL = (b"cache-control", _FRESHNESS.format(age=60).encode())
PAGE_POLICY = (
    b"content-security-policy",
    b"default-src 'none'; style-src 'self'; img-src https: http:; media-src https: http:; base-uri 'none'; "
    b"form-action 'none'; frame-ancestors 'none'",
)
"""What a page may do: nothing but to show itself and the pictures and sounds of articles."""
NOSNIFF = (b"x-content-type-options", b"nosniff")
ANY_ORIGIN = (b"access-control-allow-origin", b"*")
YEAR_10000 = 253402300800  # in seconds since the epoch; an HTTP-date ends there

UNCHANGED = frozenset(
    {b"etag", b"cache-control", b"last-modified", b"vary", b"access-control-allow-origin", b"content-location"}
)
"""The headers that a 304 has too (RFC 9110 §15.4.5)."""

Stamp = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Variant:
    """A file in one content coding (``data``) with its strong entity tag, quotes included.

    ``fresh`` is the answer that gives it, ``unchanged`` the one to who has it already (RFC 9110 §15.4.5). Where the
    bytes are not kept in memory, ``place`` is the file that has them.
    """

    sha256: str
    data: bytes
    tag: str
    fresh: Response
    unchanged: Response
    place: Path | None = None


@dataclass(frozen=True, slots=True)
class Resource:
    """A file: its identity, and its coded variants by content coding.

    ``modified`` is in whole seconds since the epoch. ``entry`` is what the manifest says of it,
    None while a coded variant that it names is wanting.
    """

    entry: Any
    modified: int
    identity: Variant
    coded: Mapping[str, Variant]


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The served folder at one moment. Keys are URL paths, percent-decoded, with their leading ``/``.

    ``moved`` holds the Location for each path, relative to it. ``pending`` tells of each file that is not as the
    manifest says, and why: its last good version stays. ``problem`` says why the manifest that
    was seen last was not used; ``loaded`` is whether one ever was.
    """

    resources: Mapping[str, Resource] = field(default_factory=dict)
    gone: frozenset[str] = frozenset()
    moved: Mapping[str, str] = field(default_factory=dict)
    pending: Mapping[str, str] = field(default_factory=dict)
    stamp: Stamp | None = None
    problem: str | None = None
    loaded: bool = False


EMPTY = Snapshot()


ROOM = 512 << 20
"""Bytes of files that are kept in memory; those beyond it are read when they are asked for."""


def load(root: Path, previous: Snapshot = EMPTY, *, room: int = ROOM) -> Snapshot:
    """Read the folder as its manifest tells; what is as it was in ``previous`` is not read again.

    Every file that is read is verified against its hash. Without a good manifest the previous
    snapshot stays, with the ``problem`` told. Nothing that may stand in the folder raises.
    """
    stamp = None
    try:
        with (root / MANIFEST).open("rb") as file:
            stamp = stamp_of(os.fstat(file.fileno()))
            files, gone, moved = _manifest(file.read())
    except (OSError, ValueError, RecursionError) as error:
        return replace(previous, stamp=stamp, problem=f"{root / MANIFEST}: {_reason(error)}")
    resources, pending = {}, {}
    for name, entry in files.items():
        path = f"/{name}"
        resource, wanting = _resource(root, name, entry=entry, old=previous.resources.get(path))
        if resource:
            room -= _size(resource)
            resources[path] = resource if room >= 0 else _shed(root, name, resource)
        if wanting:
            pending[path] = wanting
    return Snapshot(resources, gone, moved, pending, stamp, loaded=True)


def is_stale(root: Path, snapshot: Snapshot) -> bool:
    """Tell whether ``load`` may find anything that ``snapshot`` does not have; costs one stat."""
    try:
        stamp = stamp_of((root / MANIFEST).stat())
    except OSError:
        stamp = None
    return bool(snapshot.pending) or stamp != snapshot.stamp or snapshot is EMPTY


def built(kind: str, mtime: int, data: bytes, coded: Mapping[str, bytes]) -> Resource:
    """A file that stands for itself: what a manifest would say of it is found out."""
    headers = _headers({"type": kind, "mtime": mtime, "encodings": coded, "max_age": 300})
    forms = {
        coding: _form(packed, hashlib.sha256(packed).hexdigest(), (*headers, (b"content-encoding", coding.encode())))
        for coding, packed in coded.items()
    }
    return Resource(None, mtime, _form(data, hashlib.sha256(data).hexdigest(), headers), forms)


def stamp_of(status: os.stat_result) -> Stamp:
    """What tells one version of a file from another without reading it."""
    return status.st_mtime_ns, status.st_ino, status.st_size


def _reason(error: Exception) -> str:
    if isinstance(error, OSError):
        return error.strerror or str(error)
    return f"lacks {error}" if isinstance(error, KeyError) else str(error)


def _size(resource: Resource) -> int:
    """Bytes that it keeps in memory."""
    return sum(len(variant.data) for variant in (resource.identity, *resource.coded.values()))


def _shed(root: Path, name: str, resource: Resource) -> Resource:
    """The resource without its bytes."""
    suffixes = {coding: part["suffix"] for coding, part in (resource.entry or {"encodings": {}})["encodings"].items()}
    coded = {
        coding: _empty(variant, root / f"{name}{suffixes[coding]}")
        for coding, variant in resource.coded.items()
        if coding in suffixes
    }
    return replace(resource, identity=_empty(resource.identity, root / name), coded=coded)


def _empty(variant: Variant, place: Path) -> Variant:
    return replace(variant, data=b"", fresh=variant.fresh._replace(body=b""), place=place)


def filled(variant: Variant) -> Variant:
    """The variant with its bytes, read from its file. OSError or ValueError where that has others by now."""
    if variant.place is None:
        return variant
    data = variant.place.read_bytes()
    if hashlib.sha256(data).hexdigest() != variant.sha256:
        raise ValueError(f"{variant.place.name} is being published")
    return replace(variant, data=data, fresh=variant.fresh._replace(body=data), place=None)


def _manifest(data: bytes) -> tuple[dict[str, Any], frozenset[str], dict[str, str]]:
    """Take the files, the gone and the moved names, or raise ValueError; each file is judged later."""
    try:
        # Of thousands of files it is long, and no request is answered while it is read.
        manifest = msgspec.json.decode(data)
    except msgspec.DecodeError as error:
        raise ValueError(str(error)) from error
    match manifest:
        case {"version": 1, "files": dict(files), "gone": list(gone), "moved": dict(moved)}:
            places = {f"/{old}": _location(old, str(new).lstrip("/")) for old, new in moved.items()}
            return files, frozenset(f"/{name}" for name in gone), places
        case _:
            raise ValueError("is no manifest of version 1")


def _location(old: str, new: str) -> str:
    """Relative (RFC 9110 §10.2.2), so that it holds behind any prefix that a proxy takes away."""
    return "./" + quote(posixpath.relpath(new or ".", posixpath.dirname(old) or "."))


def _resource(root: Path, name: str, *, entry: Any, old: Resource | None) -> tuple[Resource | None, str]:
    """Give the file as it is to be served now, and what is wanting ("" when nothing is).

    Versions are never mixed, or a client would get old bytes under a new date: with a doubtful
    identity the old resource stays as a whole, and a doubtful coded variant is left out.
    """
    if old and old.entry == entry:
        return old, ""
    before = (old.identity, *old.coded.values()) if old else ()
    held = {variant.sha256: variant.data for variant in before if variant.place is None}
    try:
        if not {"", ".", "..", ".feedd"}.isdisjoint(name.split("/")):
            raise ValueError("a name that can't be served")
        headers = _headers(entry)
        identity = _variant(root / name, entry["sha256"], held=held, headers=headers)
        parts = {coding: entry["encodings"][coding] for coding in CODINGS if coding in entry["encodings"]}
    except (OSError, ValueError, KeyError, TypeError) as error:
        return old, _reason(error)
    coded, wanting = {}, ""
    for coding, part in parts.items():
        try:
            encoded = (*headers, (b"content-encoding", coding.encode()))
            path = (root / name).with_name(Path(name).name + part["suffix"])  # refuses another folder
            coded[coding] = _variant(path, part["sha256"], held=held, headers=encoded)
        except (OSError, ValueError, KeyError, TypeError) as error:
            wanting = f"{coding}: {_reason(error)}"
    return Resource(None if wanting else entry, entry["mtime"], identity, coded), wanting


def _headers(entry: Any) -> Headers:
    """Build what the variants share; ValueError for an entry that would reach beyond a header."""
    kind, mtime = entry["type"], entry["mtime"]
    if not re.fullmatch("[ -~]+", kind) or not (isinstance(mtime, int) and 0 <= mtime < YEAR_10000):
        raise ValueError("a type or mtime that can't be sent")
    modified = formatdate(mtime, usegmt=True).encode()
    age, link = entry.get("max_age", 60), entry.get("link", "")
    if not (isinstance(age, int) and 0 <= age <= 86400) or not re.fullmatch("[ -~]*", link):
        raise ValueError("a max_age or link that can't be sent")
    cached = (b"cache-control", _FRESHNESS.format(age=age).encode())
    headers = [(b"content-type", kind.encode()), NOSNIFF, cached, (b"last-modified", modified)]
    headers.append((b"accept-ranges", b"bytes"))
    if entry["encodings"]:
        headers.append((b"vary", b"Accept-Encoding"))
    if link:
        headers.append((b"link", link.encode()))
    headers.append(PAGE_POLICY if kind.startswith("text/html") else ANY_ORIGIN)  # any site's page may read a feed
    return tuple(headers)


def _variant(path: Path, sha256: str, *, held: Mapping[str, bytes], headers: Headers) -> Variant:
    data = held.get(sha256)
    if data is None:
        data = path.read_bytes()
        if hashlib.sha256(data).hexdigest() != sha256:
            raise ValueError(f"{path.name} does not have the hash that the manifest says")
    return _form(data, sha256, headers)


def _form(data: bytes, sha256: str, headers: Headers) -> Variant:
    tag = f'"{sha256[:32]}"'
    fresh = ((b"etag", tag.encode()), (b"content-length", b"%d" % len(data)), *headers)
    unchanged = Response(304, tuple(pair for pair in fresh if pair[0] in UNCHANGED))
    return Variant(sha256, data, tag, Response(200, fresh, data).ahead(), unchanged.ahead())
