"""Which of a mail's parts are its text: the best of alternatives, the root of related parts, all that is inline."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from feedd.errors import Unreadable
from feedd.parse._html import escape, sanitise, text_of
from feedd.parse._mailbody import from_plain, shown
from feedd.parse._mailwords import text, told
from feedd.parse._meta import absolute
from feedd.parse._mime import Entity, Splitter, content, cut_inside
from feedd.text import words

_HTML = ("text/html", "application/xhtml+xml")
_PLAIN = ("text/plain", "text/markdown", "text/x-markdown")
_MESSAGE = ("message/rfc822", "message/global")
# What a mail client shows no file for.
_SILENT = (
    *("application/pgp-signature", "application/pkcs7-signature", "application/x-pkcs7-signature"),
    *("message/delivery-status", "message/disposition-notification", "text/rfc822-headers"),
)
_ENCRYPTED = ("multipart/encrypted", "application/pkcs7-mime", "application/x-pkcs7-mime")
_STUB, _MORE = 20, 4
_BASE = re.compile(r"<base\s[^>]*?href\s*=\s*[\"']?\s*(https?://[^\s\"'>]+)", re.IGNORECASE)
_META = re.compile(rb"<meta\s[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w.:-]{2,40})", re.IGNORECASE)
_OPENED = re.compile(r"<html[\s>]", re.IGNORECASE)
_CLOSED = re.compile(r"</(?:html|body)\s*>", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Content:
    """What parts hold: sanitised ``html``, the signature as ``footer``, and the ``charset`` of the first text.

    ``rich`` tells that it was written in HTML, ``cut`` that its end is missing. ``attachments`` counts the files,
    ``messages`` are attached mails.
    """

    html: str = ""
    footer: str = ""
    charset: str = ""
    rich: bool = False
    cut: bool = False
    attachments: int = 0
    messages: tuple[Entity, ...] = ()
    warnings: tuple[str, ...] = ()


def content_of(entity: Entity, splitter: Splitter, base: str | None = None) -> Content:
    """The content of a part and all in it; relative addresses begin at ``base``.

    Raises Unreadable where it is encrypted, can't be taken apart, or holds nothing but text that can't be read.
    """
    if entity.kind in _ENCRYPTED:
        raise Unreadable("is encrypted, or signed so that its text can't be seen")
    base = _base(entity, base)
    if entity.kind in _MESSAGE:
        return Content(messages=(entity,))
    if not entity.kind.startswith("multipart/"):
        return _leaf(entity, base)
    inside = splitter.inside(entity)
    if entity.kind == "multipart/digest":
        return _together(_told_of(part, splitter, base) for part in inside)
    found = [content_of(part, splitter, base) for part in inside]
    if entity.kind == "multipart/alternative":
        return _best(inside, found)
    if entity.kind == "multipart/related":
        return _related(entity, inside, found)
    return _together(found)


def _base(entity: Entity, outer: str | None) -> str | None:
    for name in ("content-base", "content-location"):
        value = "".join(entity.fields.get(name, "").split()).strip('"')
        if absolute(value):
            return value
    return outer


def _together(contents: Iterable[Content]) -> Content:
    found = list(contents)
    return Content(
        html="\n".join(one.html for one in found if one.html),
        footer="\n".join(one.footer for one in found if one.footer),
        charset=next((one.charset for one in found if one.charset), ""),
        rich=any(one.rich for one in found),
        cut=any(one.cut for one in found),
        attachments=sum(one.attachments for one in found),
        messages=tuple(message for one in found for message in one.messages),
        warnings=tuple(warning for one in found for warning in one.warnings),
    )


def _best(inside: list[Entity], found: list[Content]) -> Content:
    """The last in HTML, unless a plain one says much more; the other forms of the text are no attachments."""
    texts = [one for one in found if one.html]
    if not texts:
        return _together(found)
    best = next((one for one in reversed(texts) if one.rich), texts[-1])
    length = words(text_of(best.html))
    longest = max((one for one in texts if not one.rich), key=lambda one: words(text_of(one.html)), default=best)
    if length < _STUB and words(text_of(longest.html)) > _MORE * length:
        best = longest
    # Where the last boundary is missing, HTML may still have been to come.
    return replace(best, cut=best.cut or not (best.rich or inside[-1].ended))


def _related(entity: Entity, inside: list[Entity], found: list[Content]) -> Content:
    """The root (RFC 2387), with what else has text; the pictures that it shows are no attachments."""
    start = entity.parameter("start").strip("<>")  # the standard library takes some of them away
    ids = [part.fields.get("content-id", "").strip().strip("<>") for part in inside]
    root = ids.index(start) if start and start in ids else 0
    others = [one for at, one in enumerate(found) if at != root and not inside[at].kind.startswith("image/")]
    return _together([found[root], *others])


def _told_of(part: Entity, splitter: Splitter, base: str | None) -> Content:
    """A message of a digest under its subject."""
    if part.kind not in _MESSAGE:
        return content_of(part, splitter, base)
    message = splitter.inside(part)[0]
    inner = content_of(message, splitter, base)
    subject = text(message.fields.get("subject", ""), inner.charset)
    return replace(inner, html=f"<h2>{escape(subject)}</h2>\n{inner.html}" if subject else inner.html)


def _leaf(entity: Entity, base: str | None) -> Content:
    # Some mailers name the HTML that they mean to be shown; plain text with a file's name is a file.
    readable = entity.kind in _HTML or entity.kind in _PLAIN
    alone = entity.depth == 0
    if alone and entity.kind.startswith("text/"):
        readable = True
    elif entity.disposition == "attachment" or (entity.name and entity.kind not in _HTML) or not readable:
        return Content(attachments=entity.kind not in _SILENT)
    try:
        return _read(entity, base)
    except Unreadable as error:
        return Content(warnings=(f"{entity.kind}: {error}",))


def _read(entity: Entity, base: str | None) -> Content:
    data = content(entity)
    rich = entity.kind in _HTML
    declared = _META.search(data[:4000]) if rich else None
    label = entity.parameter("charset") or (declared[1].decode("latin-1") if declared else "")
    body, charset = told(data, label)
    cut = _is_cut(entity, body)
    if rich:
        located = _BASE.search(body[:20_000])
        base = located[1] if located and absolute(located[1]) else base
        html, signature = (sanitise(one, base) for one in shown(body)) if body.strip() else ("", "")
        html = html if "<img" in html or text_of(html) else ""
        return Content(html, text_of(signature), charset, rich=True, cut=cut)
    flowed = entity.parameter("format").lower() == "flowed"
    html, signature = from_plain(body, flowed=flowed, joined=entity.parameter("delsp").lower() == "yes")
    return Content(html, signature, charset, cut=cut)


def _is_cut(entity: Entity, body: str) -> bool:
    """Whether the end of a text is missing: only a document's own end tells so where no boundary follows it."""
    if entity.depth:
        return not entity.ended and body.rstrip()[-7:].lower() != "</html>"
    html = entity.kind in _HTML and _OPENED.search(body[:4000]) is not None
    return cut_inside(entity) or (html and _CLOSED.search(body) is None)
