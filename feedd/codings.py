"""The content codings (RFC 9110 §8.4.1) that are kept beside each document: names, suffixes, encoders."""

from __future__ import annotations

import gzip
import io
from collections.abc import Callable

import brotli


def _gzip(data: bytes) -> bytes:
    """Without name and time, so that the same text always gives the same bytes.

    Level 4: a feed has 5 % more bytes than by level 6, at less than a third of the time; who wants fewer takes brotli.
    """
    packed = io.BytesIO()
    with gzip.GzipFile("", "wb", 4, packed, mtime=0) as file:
        file.write(data)
    return packed.getvalue()


def _brotli(data: bytes) -> bytes:
    """Quality 4: a feed has 6 % more bytes than by 5, in 60 % of the time, and 5 % fewer than by gzip's level 6."""
    return bytes(brotli.compress(data, quality=4))


ENCODINGS: dict[str, tuple[str, Callable[[bytes], bytes]]] = {
    "gzip": (".gz", _gzip),
    "br": (".br", _brotli),
}
"""Name → suffix and encoder."""
