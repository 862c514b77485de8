"""What the value of one setting may be: each gives it back as it is meant, or says in a ValueError what it must be."""

from __future__ import annotations

import re
from ipaddress import ip_network
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from feedd.topics import RESERVED

# A name in a folder has at most 255 bytes, on an encrypted disk 143. What feedd adds to an id is about 40: an archive's
# number, types, codings, and what a file is called while it is written.
_LONGEST_ID = 100
# What a request can't go without, or would mean something else with.
_OWN_HEADERS = frozenset(
    "host connection content-length transfer-encoding te trailer upgrade accept-encoding if-none-match "
    "if-modified-since cookie user-agent".split()
)


def url(value: str) -> str:
    """A public address that others are made below: its slash at the end is added."""
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
        raise ValueError("must be an http or https address without query, such as https://news.example.org/feeds/")
    return value if value.endswith("/") else value + "/"


def address(value: str) -> str:
    """Any address on the web."""
    if not re.fullmatch(r"https?://[^\s/?#]+[^\s]*", value, re.ASCII):
        raise ValueError("must be an http or https address, such as https://hub.example.org/")
    if not urlsplit(value).hostname:
        raise ValueError("must name a host")
    return value


def source(value: str) -> str:
    """The address of an upstream feed, which is published as where its entries come from."""
    if "@" in urlsplit(address(value)).netloc:
        raise ValueError("must hold no password, for it is published: name a credentials_file")
    return value.partition("#")[0]


def authority(value: str) -> str:
    """A tagging entity (RFC 4151 §2.1)."""
    # RFC 4151 §2.1: a DNS name or an e-mail address, a comma, and a date on which it was yours.
    if not re.fullmatch(r"([\w.+-]+@)?[a-z0-9]([a-z0-9.-]*[a-z0-9])?,\d{4}(-\d\d){0,2}", value, re.ASCII):
        raise ValueError('must be a domain or e-mail address of yours, a comma and a date: "news.example.org,2025"')
    months = value.rpartition(",")[2].split("-")[1:]
    if any(not 1 <= int(part) <= most for part, most in zip(months, (12, 28), strict=False)):
        raise ValueError("its date must be a year, a month (01 to 12) and a day (01 to 28)")
    return value


def language(value: str) -> str:
    """A language tag (BCP 47)."""
    if not re.fullmatch(r"[a-zA-Z]{2,8}(-[a-zA-Z0-9]{1,8})*", value):
        raise ValueError('must be a language tag of BCP 47, such as "en" or "pt-BR"')
    return value


def zone(value: str) -> str:
    """A time zone's name."""
    try:
        ZoneInfo(value)
    except (OSError, ValueError, KeyError) as error:
        raise ValueError(f"{value!r} is no time zone such as Europe/Kyiv") from error
    return value


def listen(value: str) -> str:
    """Where to listen."""
    if value.startswith("unix:/"):
        return value
    match = re.fullmatch(r"(\[[0-9a-fA-F:.]+\]|[^\[\]:\s]+):(\d{1,5})", value, re.ASCII)
    if match is None or int(match[2]) > 65535:
        raise ValueError("must be host:port such as 127.0.0.1:8000 or [::1]:8000, or unix:/path")
    return value


def network(value: str) -> str:
    """An address or a network."""
    try:
        ip_network(value)
    except ValueError as error:
        raise ValueError(f"{value!r} is no address or network such as 127.0.0.1 or 10.0.0.0/8") from error
    return value


def id(value: str) -> str:  # noqa: A001 - the setting's name
    """A topic's id, which is part of addresses and file names."""
    if not re.fullmatch(r"[a-z0-9]([a-z0-9._-]*[a-z0-9])?", value):
        raise ValueError("may hold a-z, 0-9, and between them - . _: it is part of URLs")
    if len(value) > _LONGEST_ID:
        raise ValueError(f"may have at most {_LONGEST_ID} characters, not {len(value)}: it is part of file names")
    if value in RESERVED:
        raise ValueError(f"{value!r} is a name of feedd's own in the served folder")
    return value


def medtop(value: str) -> str:
    """A code of IPTC Media Topics; given back without its prefix."""
    if not re.fullmatch(r"(medtop:)?\d{8}", value, re.ASCII):
        raise ValueError('must be a code of IPTC Media Topics such as "medtop:20000065"')
    return value.removeprefix("medtop:")


def name(value: str) -> str:
    """An inbox's name."""
    if not re.fullmatch(r"[^\s:/?#\x00-\x1f]+", value):
        raise ValueError("may hold no white space and none of : / ? #")
    return value


def header(value: str) -> str:
    """The name of a header field (RFC 9110 §5.1) that feedd does not send itself."""
    if not re.fullmatch(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+", value):
        raise ValueError(f"{value!r} is no name of a header field")
    if value.lower() in _OWN_HEADERS:
        raise ValueError(f"{value!r} is feedd's own to send")
    return value


def value(value: str) -> str:
    """The value of a header field."""
    if not value.isprintable() or not value.isascii():
        raise ValueError("must be printable ASCII on one line: it stands in a header field")
    return value


def credential(value: str) -> str:
    """The name of a credential of the service manager's."""
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]*", value):
        raise ValueError("must be the name of a credential of the service manager's, as in LoadCredential=")
    return value


def path(value: str) -> str:
    """A path; ``~`` is a home."""
    if "\0" in value:
        raise ValueError("may hold no NUL character")
    try:
        Path(value).expanduser()
    except RuntimeError as error:
        raise ValueError(f"{value!r}: there is no such user") from error
    return value
