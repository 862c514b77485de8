"""Writes a served folder as a publisher does: files, coded variants, the manifest last, all by rename."""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import brotli

from feedd.model import FeedFile
from feedd.publish import FolderPublisher

ATOM = "application/atom+xml; charset=utf-8"
HTML = "text/html; charset=utf-8"
CODERS = {"gzip": (".gz", lambda data: gzip.compress(data, mtime=0)), "br": (".br", brotli.compress)}
MTIME = 1752221089  # Fri, 11 Jul 2025 08:04:49 GMT


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def tag(data: bytes) -> str:
    return f'"{sha256(data)[:32]}"'


def put(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(path.name + ".new")
    fresh.write_bytes(data)
    fresh.replace(path)


def write_file(root: Path, name: str, data: bytes, *, coded: bool = True, mtime: int = MTIME) -> dict[str, Any]:
    """Write one file with its variants; what the manifest is to say of it comes back."""
    put(root / name, data)
    encodings = {}
    for coding, (suffix, encode) in CODERS.items() if coded else ():
        put(root / (name + suffix), encode(data))
        encodings[coding] = {"suffix": suffix, "sha256": sha256(encode(data))}
    kind = HTML if name.endswith(".html") else ATOM
    return {"type": kind, "sha256": sha256(data), "mtime": mtime, "encodings": encodings}


def write_manifest(root: Path, files: dict[str, Any], **others: Any) -> None:
    manifest = {"version": 1, "files": files, "gone": [], "moved": {}, **others}
    put(root / ".feedd/manifest.json", json.dumps(manifest).encode())


def publish(root: Path, contents: dict[str, bytes], *, mtime: int = MTIME, **others: Any) -> None:
    files = {name: write_file(root, name, data, mtime=mtime) for name, data in contents.items()}
    write_manifest(root, files, **others)


def put_in_place(publisher: FolderPublisher, files: Iterable[FeedFile]) -> list[str]:
    """Has a publisher put documents in their places; gives the names of those whose bytes changed."""
    changed = publisher.publish(files)
    publisher.finish()
    return changed
