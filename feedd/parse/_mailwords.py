"""Header fields of mail as text: encoded words (RFC 2047), mailboxes (RFC 5322), and charsets as mail names them.

The standard library's ``decode_header`` gives up on one broken word, spells raw bytes beside encoded words as
escapes, and is quadratic in the number of words; its newer header parser raises on addresses that people write.
"""

from __future__ import annotations

import binascii
import re
from email.utils import getaddresses
from itertools import groupby

from feedd.errors import Unreadable
from feedd.parse._mime import folded, unbase64
from feedd.text import charset, decode, line

LONGEST = 16 * 1024
"""How long a field that is read may be."""

_WORD = re.compile(r"=\?([^?\s]{1,60})\?([bBqQ])\?([^?]*(?:\?(?!=)[^?]*)*)\?=", re.ASCII)
_ONE = re.compile(r"\s*\"?(?P<name>[^<>@]*?)\"?\s*<\s*(?P<email>[^<>\s@]+@[^<>\s@]+)\s*>\s*", re.ASCII)
_ADDRESS = re.compile(r"[^\s<>@]+@[^\s<>@]+")
_ASCII = ("ascii", "us-ascii", "ansi_x3.4-1968", "unknown-8bit", "x-unknown", "unknown", "default", "")
_BROKEN = 0.02
_LOW = bytes(range(128))
_SINGLE = re.compile(r"ascii|cp125|cp8|iso8859|koi8|latin|mac|tis")
_SURE = 6


def text(raw: str, body: str = "") -> str:
    """An unstructured field on one line, its words decoded; ``body`` is the charset of raw bytes that aren't UTF-8.

    ``raw`` has a character for each byte. Raises Unreadable where it is longer than ``LONGEST``.
    """
    if len(raw) > LONGEST:
        raise Unreadable(f"has a header field longer than {LONGEST // 1024} KB")
    pieces: list[tuple[str, bytes]] = []
    at = 0
    for match in _WORD.finditer(raw):
        between = raw[at : match.start()]
        if between.strip(" \t\r\n") or not pieces:  # the space between two encoded words is none (§6.2)
            pieces.append(("", between.encode("latin-1", "replace")))
        pieces.append((match[1].partition("*")[0].lower(), _word(match[2], match[3])))
        at = match.end()
    pieces.append(("", raw[at:].encode("latin-1", "replace")))
    return line("".join(_decoded(run, label, body) for label, run in _runs(pieces)))


def mailboxes(raw: str, body: str = "") -> list[tuple[str, str]]:
    """The name and the address of each mailbox; one without an address has a name alone."""
    if len(raw) > LONGEST:
        raise Unreadable(f"has a header field longer than {LONGEST // 1024} KB")
    raw = folded(raw)
    found = _mailboxes(raw)
    if not any(address for _, address in found) and _WORD.search(raw):
        found = _mailboxes(text(raw, body))  # the address is encoded as well, which is forbidden
    return [(text(name, body).strip("'\" "), address) for name, address in found]


def told(data: bytes, label: str) -> tuple[str, str]:
    """The text of bytes that mail says are in the charset ``label``, and the name of their encoding.

    Valid UTF-8 is UTF-8 whatever is said, for mailers say what they are set to; ASCII is said for anything. A few
    broken characters in a known charset become U+FFFD. Raises Unreadable as ``decode`` does.
    """
    name = None if label.strip().lower() in _ASCII else charset(label)
    if name is None or _is_utf8(data, name):
        return decode(data)
    if _strict(data, name):
        return decode(data, name)
    lossy = data.decode(name, "replace")
    if lossy.count("\ufffd") <= max(1, len(lossy) * _BROKEN):
        return lossy, name
    return decode(data)


def _is_utf8(data: bytes, name: str) -> bool:
    """In a charset of several bytes a short word may be valid UTF-8 by chance."""
    marks = len(data.translate(None, _LOW))
    return marks >= (1 if _SINGLE.match(name) else _SURE) and _strict(data, "utf-8")


def _strict(data: bytes, name: str) -> bool:
    try:
        data.decode(name)
    except (UnicodeError, LookupError):
        return False
    return True


def _runs(pieces: list[tuple[str, bytes]]) -> list[tuple[str, bytes]]:
    """Neighbours of one charset together: careless mailers divide a character between two words."""
    return [(name, b"".join(piece for _, piece in run)) for name, run in groupby(pieces, lambda piece: piece[0])]


def _word(encoding: str, encoded: str) -> bytes:
    data = encoded.encode("latin-1", "replace")
    return binascii.a2b_qp(data, header=True) if encoding in "qQ" else unbase64(data)


def _decoded(data: bytes, label: str, body: str) -> str:
    if not label:
        if data.isascii() and b"\x1b" not in data:
            return data.decode()
        label = body if b"\x1b" in data or not _strict(data, "utf-8") else "utf-8"
    try:
        return told(data, label)[0]
    except Unreadable:
        return ""


def _mailboxes(raw: str) -> list[tuple[str, str]]:
    one = _ONE.fullmatch(raw)
    if one:  # "Doe, Jane <jane@example.org>" is one person, whatever the grammar says of the comma
        return [(one["name"], one["email"])]
    try:
        pairs = getaddresses([raw])
    except (RecursionError, ValueError, IndexError):
        return []
    found: list[tuple[str, str]] = []
    surname = ""
    for name, address in pairs:
        if _ADDRESS.fullmatch(address):
            found.append((f"{surname}, {name}" if surname and name else name, address))
            surname = ""
        else:  # a comma that should have been quoted, in "Doe, Jane <jane@example.org>, Press <press@example.org>"
            surname = name or address
    return [*found, (surname, "")] if surname else found
