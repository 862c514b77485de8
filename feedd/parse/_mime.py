"""Entities of MIME (RFC 2045, 2046): header fields, and bodies that hold other entities.

Entities are split here, not by the standard library's parser: that one recurses into every level, tests each line
against every open boundary (a million lines below 90 levels took 12 seconds), and takes all fields behind a broken
line for text. Parameters and transfer encodings are the library's.
"""

from __future__ import annotations

import binascii
import quopri
import re
from dataclasses import dataclass
from email.message import Message
from email.utils import collapse_rfc2231_value

from feedd.errors import Unreadable

DEPTH = 20
"""How deep entities may be nested."""
MOST = 1000
"""How many entities a message may hold."""
HEAD = 512 * 1024
"""How many bytes of header fields a message may have; mailing lists and relays together write a tenth."""

_FIELD = re.compile(r"^([!-9;-~]+)[ \t]*:(.*(?:\n[ \t].*)*)", re.MULTILINE)
_TYPE = re.compile(r"\s*[\w.+-]+/[\w.+-]+\s*(?:;|$)", re.ASCII)
_MARKUP = re.compile(rb"\s*<(?:!doctype\s+html|html|body|head)\b", re.IGNORECASE)
_SPACE = re.compile(r"[ \t\r\n]+")
_VALUE = 4096  # the standard library is quadratic in a value's length; 4 KB take a millisecond
_BASE64 = re.compile(rb"[ \t]*([A-Za-z0-9+/]+=*|=+)[ \t]*")
_RUN = re.compile(rb"[A-Za-z0-9+/]+=*")


@dataclass(frozen=True, slots=True)
class Entity:
    """One entity: ``fields`` by their name in lower case, the first of each, as written (each character a byte).

    ``kind`` is its media type in lower case. ``ended`` tells that more stands behind it, so that it is whole,
    ``headed`` that its header ends.
    """

    fields: dict[str, str]
    kind: str
    body: bytes
    ended: bool = True
    depth: int = 0
    headed: bool = True

    def parameter(self, name: str, field: str = "content-type") -> str:
        """A parameter of a field (RFC 2231 understood); empty where it isn't given."""
        message = Message()
        message["x"] = _short(self.fields, field)
        value = message.get_param(name, "", "x")
        return collapse_rfc2231_value(value).strip() if isinstance(value, str | tuple) else ""

    @property
    def disposition(self) -> str:
        """``inline``, ``attachment`` or empty (RFC 2183)."""
        return self.fields.get("content-disposition", "").partition(";")[0].strip().lower()

    @property
    def name(self) -> str:
        """The name of the file that it is; empty for text of the message itself."""
        return self.parameter("filename", "content-disposition") or self.parameter("name")


class Splitter:
    """Splits one message's entities, and refuses more of them than anybody writes."""

    def __init__(self) -> None:
        self._count = 0

    def entity(self, data: bytes, *, kind: str = "text/plain", ended: bool = True, depth: int = 0) -> Entity:
        """What ``data`` is, with ``\\n`` for its line ends; ``kind`` where it doesn't say.

        Raises Unreadable where it is nested too deep, or one of too many, or its header is too large.
        """
        self._count += 1
        if self._count > MOST:
            raise Unreadable(f"holds more than {MOST:,} MIME parts")
        if depth > DEPTH:
            raise Unreadable(f"MIME parts are nested deeper than {DEPTH}")
        head, body = split_head(data)
        fields: dict[str, str] = {}
        for match in _FIELD.finditer(head.decode("latin-1")):
            fields.setdefault(match[1].lower(), match[2])
        return Entity(fields, _kind(fields, kind, body), body, ended, depth, len(head) < len(data))

    def inside(self, outer: Entity) -> list[Entity]:
        """The entities that a multipart or a message in a message holds, in their order.

        Raises Unreadable as ``entity`` does, and for a multipart in which no boundary stands.
        """
        depth = outer.depth + 1
        if not outer.kind.startswith("multipart/"):
            return [self.entity(_plain_body(outer), ended=outer.ended, depth=depth)]
        kind = "message/rfc822" if outer.kind == "multipart/digest" else "text/plain"
        chunks, closed = _split(outer)
        last = len(chunks) - 1
        return [
            self.entity(chunk, kind=kind, ended=at < last or closed or outer.ended, depth=depth)
            for at, chunk in enumerate(chunks)
        ]


def split_head(data: bytes) -> tuple[bytes, bytes]:
    """The header and the body of an entity; raises Unreadable where the header is larger than ``HEAD``."""
    if data.startswith(b"\n"):
        return b"", data[1:]
    head, _, body = data.partition(b"\n\n")
    if len(head) > HEAD:
        raise Unreadable(f"has a header larger than {HEAD // 1024} KB")
    return head, body


def content(entity: Entity) -> bytes:
    """A leaf's body without its transfer encoding; what is broken in that is left out, or stays as it stands."""
    encoding = entity.fields.get("content-transfer-encoding", "").strip(" \t\n;\"'").lower()
    if encoding == "quoted-printable":
        return quopri.decodestring(entity.body)
    if encoding == "base64":
        return _base64(entity.body)
    if encoding in ("x-uuencode", "uuencode", "uue", "x-uue"):
        message = Message()
        message["content-transfer-encoding"] = encoding
        message.set_payload(entity.body.decode("latin-1"))
        payload = message.get_payload(decode=True)
        return payload if isinstance(payload, bytes) else entity.body
    return entity.body


def cut_inside(entity: Entity) -> bool:
    """Whether a leaf's transfer encoding stops in the middle of a character."""
    encoding = entity.fields.get("content-transfer-encoding", "").strip().lower()
    if encoding == "base64":
        return sum(len(match[1]) for match in map(_BASE64.fullmatch, entity.body.split(b"\n")) if match) % 4 != 0
    return encoding == "quoted-printable" and re.search(rb"=[0-9A-Fa-f]?\Z", entity.body) is not None


def _short(fields: dict[str, str], name: str) -> str:
    value = fields.get(name, "")
    if len(value) > _VALUE:
        raise Unreadable(f"has a {name.title()} longer than {_VALUE // 1024} KB")
    return folded(value)


def folded(raw: str) -> str:
    """A field on one line. Only the white space of ASCII counts: a raw 0xA0 is a part of some UTF-8 letter."""
    return _SPACE.sub(" ", raw).strip(" ")


def _kind(fields: dict[str, str], otherwise: str, body: bytes) -> str:
    said = _short(fields, "content-type")
    if _TYPE.match(said):
        return said.partition(";")[0].strip().lower()
    # Neither a type nor a valid one: who writes mail by hand forgets it, and means what he wrote.
    return "text/html" if otherwise == "text/plain" and _MARKUP.match(body) else otherwise


def _plain_body(outer: Entity) -> bytes:
    """A message in a message: encoding it is forbidden (RFC 2046 §5.2.1), and done."""
    return content(outer).replace(b"\r\n", b"\n").lstrip(b"\n")


def _split(outer: Entity) -> tuple[list[bytes], bool]:
    """The chunks between the boundaries, and whether the last one stands there."""
    boundary = outer.parameter("boundary").encode("latin-1", "replace")
    if not boundary:
        raise Unreadable(f"is {outer.kind} without a boundary")
    body = b"\n" + outer.body
    # A literal beginning, which the engine looks for at memory speed; nothing in it backtracks.
    line = re.compile(rb"\n--" + re.escape(boundary) + rb"(--)?[ \t]*+(?=\n|\Z)")
    chunks: list[bytes] = []
    start = -1
    for match in line.finditer(body):
        if start >= 0:
            chunks.append(body[start : match.start()])
            if len(chunks) > MOST:
                raise Unreadable(f"holds more than {MOST:,} MIME parts")
        start = match.end() + 1
        if match[1] and chunks:
            return chunks, True
    if start < 0:
        raise Unreadable("is cut off: the boundary that its parts begin with stands nowhere")
    return [*chunks, body[start:]], False


def _base64(body: bytes) -> bytes:
    """Lines that are no base64 (a list's footer below it) are left out; where many are none, nothing is."""
    rows = body.split(b"\n")
    good = [match[1] for match in map(_BASE64.fullmatch, rows) if match]
    if len(good) * 2 < sum(1 for row in rows if row.strip()):
        return body
    # Some mailers encode piece by piece, so that padding stands in the middle.
    return unbase64(b"".join(good))


def unbase64(digits: bytes) -> bytes:
    """The bytes of base64 that may lack padding, or have it in the middle; other characters divide it."""
    return b"".join(map(_decoded, _RUN.findall(digits)))


def _decoded(run: bytes) -> bytes:
    digits = run.rstrip(b"=")
    if len(digits) % 4 == 1:
        digits = digits[:-1]
    return binascii.a2b_base64(digits + b"=" * (-len(digits) % 4))
