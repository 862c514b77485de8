"""Mail (RFC 5322, MIME): a message is an article, above all a newsletter.

Its HTML is the content, or its plain text where that says more. What a mail client hides is left out; the
signature is the footer. Files that are attached have no public address and are left out with a warning; a mail
whose only content is another mail is that mail. The date is that of the ``Date`` field alone: what relays wrote is
no date of publication. The Message-ID is the permanent id, as a ``mid:`` URI (RFC 2392).
"""

from __future__ import annotations

import re
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE
from urllib.parse import quote

from feedd.errors import Unreadable
from feedd.model import Article, Document, Origin
from feedd.parse._compose import compose
from feedd.parse._fields import Fields, Value
from feedd.parse._mailparts import Content, content_of
from feedd.parse._mailwords import mailboxes, text
from feedd.parse._meta import absolute, read_meta
from feedd.parse._mime import Entity, Splitter
from feedd.text import decode

_ENVELOPE = re.compile(rb"From [^\n]*[0-9]{4}[^\n]*\n")
_NEXT = re.compile(rb"\n\nFrom \S+ [^\n]*[0-9]{4}\n[!-9;-~]+:")
_NAMED = re.compile(r"[A-Za-z][A-Za-z0-9-]*:(?=[ \t\n]|$)|[ \t]+\S")
_HEAD = 64 * 1024
_ADDRESS = r"[^\s<>@:]+@[^\s<>@]+"
# What people write in a note as well, and what only machines write.
_WRITTEN = (
    rf"From:[^\n]*(?:\n[ \t][^\n]*)*?{_ADDRESS}",
    r"Date:\s(?:[A-Z][a-z]{2},)?\s*[0-9]{1,2} [A-Z][a-z]{2} [0-9]{2,4} [0-9]{1,2}:[0-9]{2}",
)
_MACHINE = (
    rf"Message-ID:\s+<{_ADDRESS}>",
    r"MIME-Version:\s*1\.0",
    rf"Return-Path:\s*<(?:{_ADDRESS})?>",
    r"Received:\s+(?:from|by)\s",
    r"DKIM-Signature:\s*[a-z]=",
)
_READ = ("subject", "date", "keywords", "archived-at", "content-language")
_LONGEST_ID = 1000
_SAFE = "!$&'()*+,;=:@~-._"  # what a path's segment may hold (RFC 3986 §3.3)
_ID = re.compile(r"[^<]*<([^<>]+)>|\s*([^<>\s]+@[^<>\s]+)\s*$")


def sniff(text: str) -> bool:
    """Whether it begins with a header that only mail has: sender and date in their syntax, and a machine's field."""
    start = text.partition("\n")[2] if _ENVELOPE.match(text[:1000].encode("latin-1", "replace")) else text
    head, blank, _ = start[:_HEAD].partition("\n\n")
    if not (blank and all(map(_NAMED.match, head.split("\n")))):
        return False
    found = [[re.search(rf"(?mi)^{field}", head) is not None for field in fields] for fields in (_WRITTEN, _MACHINE)]
    return all(found[0]) and any(found[1])


def read(document: Document) -> tuple[Article, ...]:
    """The one article of a mail; raises Unreadable where it is none, is cut off or encrypted, or says nothing."""
    splitter = Splitter()
    whole = splitter.entity(_message(document.data), ended=False)
    return (_article(whole, document, splitter),)


def _message(data: bytes) -> bytes:
    """The message with one kind of line end, without what stands above it; more than one message is refused."""
    if data.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
        data = decode(data)[0].encode()
    data = data.removeprefix(BOM_UTF8).replace(b"\r\n", b"\n")
    if b"\n" not in data:
        data = data.replace(b"\r", b"\n")
    data = data.lstrip(b"\n")
    envelope = _ENVELOPE.match(data)
    if envelope:
        if _NEXT.search(data):
            raise Unreadable("holds several messages (mbox): save each as a file of its own")
        data = data[envelope.end() :].replace(b"\n>From ", b"\nFrom ")
    return data


def _article(message: Entity, document: Document, splitter: Splitter, warnings: tuple[str, ...] = ()) -> Article:
    fields = message.fields
    if not any(fields.get(name, "").strip() for name in ("from", "date", "subject")):
        raise Unreadable("is no mail: it has neither From nor Date nor Subject")
    _refuse_odd(message)
    found = content_of(message, splitter)
    if not found.html and len(found.messages) == 1 and not found.attachments:
        told = (*warnings, "has no text of its own: the mail that is attached to it is read")
        return _article(splitter.inside(found.messages[0])[0], document, splitter, told)
    if found.cut and found.html:
        raise Unreadable("is cut off: its text does not end")
    return _composed(message, found, document, warnings)


def _refuse_odd(message: Entity) -> None:
    if "snapshot-content-location" in message.fields:
        raise Unreadable("is a saved web page (MHTML), no mail")
    if not message.headed:
        raise Unreadable("is cut off: its header does not end")


def _composed(message: Entity, found: Content, document: Document, warnings: tuple[str, ...]) -> Article:
    meta = read_meta(_fields(message, found.charset), document.defaults)
    origin = Origin(
        "mail",
        found.charset or "ascii",
        id_origin="Message-ID" if meta.id else None,
        date_origin="Date" if meta.published else None,
        warnings=(*warnings, *meta.warnings, *found.warnings, *_left_out(found)),
    )
    return compose(meta, found.html, origin=origin, footer=found.footer)


def _left_out(found: Content) -> tuple[str, ...]:
    count = found.attachments + len(found.messages)
    if not count:
        return ()
    return (f"{count} attachment{'s are' if count > 1 else ' is'} left out: a file in a mail has no public address",)


def _fields(message: Entity, charset: str) -> Fields:
    said = {name: text(message.fields.get(name, ""), charset) for name in _READ}
    people: list[Value] = [
        {"name": name, "email": address} for name, address in mailboxes(message.fields.get("from", ""), charset)
    ]
    archived = re.search(r"<\s*(\S+?)\s*>|^\s*(https?://\S+)\s*$", said["archived-at"])
    url = (archived[1] or archived[2]) if archived else ""
    language = said["content-language"]
    return {
        "title": said["subject"],
        "date": said["date"],
        "authors": people,
        "id": _mid(message.fields.get("message-id", "")),
        "url": url if absolute(url) else "",
        "language": "" if "," in language else language,
        "tags": [tag for tag in re.split(r"[,;]", said["keywords"]) if tag.strip()],
    }


def _mid(raw: str) -> str:
    """The ``mid:`` URI of a Message-ID; empty where it is none. Any two ids have different ones."""
    match = _ID.match(raw)
    value = "".join((match[1] or match[2] or "").split()) if match and len(raw) < _LONGEST_ID else ""
    return f"mid:{quote(value.encode('latin-1', 'replace'), safe=_SAFE)}" if "@" in value else ""
