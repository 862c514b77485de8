"""One table of what HTTP asks of a server of feeds, held against feedd's own server, nginx and Caddy with our examples.

Usage: conformance.py      (nginx and Caddy where they are installed: apt-get install nginx-light caddy)

All three serve one folder that feedd has published. ``CANNOT`` names what nginx and Caddy can't do with any
configuration of theirs, or do otherwise for reasons of their own.
"""

from __future__ import annotations

import contextlib
import gzip
import re
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from email.utils import parsedate_to_datetime

from webservers import SERVERS, Server, installed, serving

from feedd.model import FeedFile
from feedd.publish import FolderPublisher

# --- the checks ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Check:
    """A row: what is asked for, in words, and whether a server does it."""

    number: int
    words: str
    holds: Callable[[Server], bool]


CHECKS: list[Check] = []


def check(words: str) -> Callable[[Callable[[Server], bool]], None]:
    """Adds a row."""

    def add(holds: Callable[[Server], bool]) -> None:
        CHECKS.append(Check(len(CHECKS) + 1, words, holds))

    return add


FEED = "/korea.atom"
_FRESHNESS = re.compile(r"max-age=(\d+), stale-while-revalidate=\d+, stale-if-error=\d+")
LATER, EARLIER = "Fri, 01 Jan 2100 00:00:00 GMT", "Sat, 01 Jan 2000 00:00:00 GMT"


def file(server: Server, name: str) -> bytes:
    """The bytes on the disk."""
    return (server.folder / name).read_bytes()


for _path, _type in (
    (FEED, "application/atom+xml; charset=utf-8"),
    ("/korea.rss", "application/rss+xml; charset=utf-8"),
    ("/korea.json", "application/feed+json"),
    ("/korea.html", "text/html; charset=utf-8"),
    ("/style.css", "text/css; charset=utf-8"),
    ("/topics.opml", "text/x-opml; charset=utf-8"),
):
    check(f"{_path}: 200 with the bytes of the file")(
        lambda s, path=_path: (a := s.ask(path)).status == 200 and a.body == file(s, path[1:])  # type: ignore[misc]
    )
    check(f"{_path}: Content-Type {_type}")(
        lambda s, path=_path, kind=_type: s.ask(path).headers.get("content-type") == kind  # type: ignore[misc]
    )
check("/: the index page")(lambda s: s.ask("/").body == file(s, "index.html"))
check("an article's page")(lambda s: s.ask(s.page).body == file(s, s.page[1:]))
check("HEAD: the headers of GET, no body")(
    lambda s: (
        {k: v for k, v in s.ask(FEED, "HEAD").headers.items() if k != "date"}
        == {k: v for k, v in s.ask(FEED).headers.items() if k != "date"}
    )
)
check("a query changes nothing")(lambda s: s.ask(f"{FEED}?from=reader").body == file(s, "korea.atom"))
check("percent-encoded letters are the same name")(lambda s: s.ask("/%6borea%2eatom").body == file(s, "korea.atom"))
check("an empty User-Agent is served")(lambda s: s.ask(FEED, user_agent="").status == 200)
check("HTTP/1.0 without a host is served")(lambda s: s.raw(b"GET /korea.atom HTTP/1.0\r\n\r\n").status == 200)
check("the absolute form of a target is served")(
    lambda s: s.raw(b"GET http://a/korea.atom HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n").status == 200
)
# Validators (RFC 9110 §8.8, §13)
check("a strong ETag")(lambda s: re.fullmatch(r'"[^"]+"', s.tag()) is not None)
check("Last-Modified is the document's time")(
    lambda s: (
        parsedate_to_datetime(s.ask(FEED).headers["last-modified"]).timestamp()
        == int((s.folder / "korea.atom").stat().st_mtime)
    )
)
check("each coding has an ETag of its own")(
    lambda s: len({s.tag(coding=one) for one in ("identity", "gzip", "br")}) > 1
)
check("the ETag of gzip is not that of identity")(lambda s: s.tag() != s.tag(coding="gzip"))
check("If-None-Match: the tag is 304")(lambda s: s.ask(FEED, if_none_match=s.tag()).status == 304)
check("If-None-Match: another tag is 200")(lambda s: s.ask(FEED, if_none_match='"other"').status == 200)
check("If-None-Match: a list with the tag is 304")(
    lambda s: s.ask(FEED, if_none_match=f'"a,b", {s.tag()}, "c"').status == 304
)
check("If-None-Match: the weak tag is 304")(lambda s: s.ask(FEED, if_none_match=f"W/{s.tag()}").status == 304)
check("If-None-Match: * is 304")(lambda s: s.ask(FEED, if_none_match="*").status == 304)
check("If-None-Match: the tag of gzip asked with gzip is 304")(
    lambda s: s.ask(FEED, if_none_match=s.tag(coding="gzip"), accept_encoding="gzip").status == 304
)
check("If-None-Match: the tag of gzip asked without is 200")(
    lambda s: s.ask(FEED, if_none_match=s.tag(coding="gzip")).status == 200
)
check("If-None-Match goes before If-Modified-Since: 304")(
    lambda s: s.ask(FEED, if_none_match=s.tag(), if_modified_since=EARLIER).status == 304
)
check("If-None-Match goes before If-Modified-Since: 200")(
    lambda s: s.ask(FEED, if_none_match='"other"', if_modified_since=LATER).status == 200
)
check("If-Modified-Since: the same time is 304")(
    lambda s: s.ask(FEED, if_modified_since=s.ask(FEED).headers["last-modified"]).status == 304
)
check("If-Modified-Since: a later time is 304")(lambda s: s.ask(FEED, if_modified_since=LATER).status == 304)
check("If-Modified-Since: an earlier time is 200")(lambda s: s.ask(FEED, if_modified_since=EARLIER).status == 200)
check("If-Modified-Since: what is no date is 200")(lambda s: s.ask(FEED, if_modified_since="yesterday").status == 200)
check("If-Match: another tag is 412")(lambda s: s.ask(FEED, if_match='"other"').status == 412)
check("If-Unmodified-Since: an earlier time is 412")(lambda s: s.ask(FEED, if_unmodified_since=EARLIER).status == 412)
for _name in ("etag", "cache-control", "vary", "date"):
    check(f"a 304 has {_name.title()}")(
        lambda s, name=_name: name in s.ask(FEED, if_none_match="*", accept_encoding="gzip").headers  # type: ignore[misc]
    )
check("a 304 has no body and no Content-Type")(
    lambda s: (a := s.ask(FEED, if_none_match=s.tag())).body == b"" and "content-type" not in a.headers
)
check("HEAD with the tag is 304")(lambda s: s.ask(FEED, "HEAD", if_none_match=s.tag()).status == 304)


def published_anew(server: Server, data: bytes) -> None:
    """Has feedd publish a document, and waits until the server has it."""
    publisher = FolderPublisher(server.folder)
    publisher.publish([FeedFile("edited.atom", "application/atom+xml; charset=utf-8", data)])
    publisher.finish()
    end = time.monotonic() + 5
    while server.ask("/edited.atom").body != data and time.monotonic() < end:
        time.sleep(0.05)


def edition(*numbers: int) -> bytes:
    """A feed of these entries, as feedd writes it."""
    entries = "".join(f"  <entry>\n    <id>urn:{number}</id>\n  </entry>\n" for number in numbers)
    return f"<feed>\n{entries}</feed>\n".encode()


@check("an edit within the same second of the same size is no 304")
def _(server: Server) -> bool:
    for first, second in ((edition(1), edition(2)), (edition(3), edition(4))):
        published_anew(server, first)
        before = server.ask("/edited.atom").headers
        published_anew(server, second)
        known = {"if_none_match": before["etag"], "if_modified_since": before["last-modified"]}
        if server.ask("/edited.atom", **known).body != second:
            return False
    return True


# Content codings (§12.5.3)
check("gzip where it is accepted")(
    lambda s: (
        (a := s.ask(FEED, accept_encoding="gzip")).headers.get("content-encoding") == "gzip"
        and gzip.decompress(a.body) == file(s, "korea.atom")
    )
)
check("br where it is accepted")(
    lambda s: (
        (a := s.ask(FEED, accept_encoding="br")).headers.get("content-encoding") == "br"
        and a.body == file(s, "korea.atom.br")
    )
)
for _accepted, _coding in (
    ("identity", None),
    ("gzip;q=0", None),
    ("gzip;q=0, identity", None),
    ("*;q=0", None),
    ("identity;q=0, gzip", "gzip"),
    ("gzip;q=0.5", "gzip"),
    ("GZIP", "gzip"),
    ("x-gzip", "gzip"),
    ("deflate, zstd", None),
    ("gzip;q=1.0, br;q=0.1", "gzip"),
    ("gzip;q=0.1, br;q=1.0", "br"),
    ("*", "any"),
):
    check(f"Accept-Encoding: {_accepted} gives {_coding or 'identity'}")(
        lambda s, a=_accepted, c=_coding: (  # type: ignore[misc]
            (got := s.ask(FEED, accept_encoding=a).headers.get("content-encoding")) == c
            or (c == "any" and got is not None)
        )
    )
check("Vary names Accept-Encoding, coded or not")(
    lambda s: all(
        "accept-encoding" in s.ask(FEED, accept_encoding=one).headers.get("vary", "").lower()
        for one in ("gzip", "identity")
    )
)
check("nothing acceptable is no 406")(lambda s: s.ask(FEED, accept_encoding="*;q=0", accept="image/png").status == 200)
# Caching and headers
check("Cache-Control lets it be kept for 60 to 300 s, and stale for longer")(
    lambda s: (
        (found := _FRESHNESS.search(s.ask(FEED).headers.get("cache-control", ""))) is not None
        and 60 <= int(found[1]) <= 300
    )
)
check("max-age follows the topic's pace")(lambda s: "max-age=300" in s.ask(FEED).headers.get("cache-control", ""))
check("Link: self, hub and the other forms")(
    lambda s: all(f'rel="{rel}"' in s.ask(FEED).headers.get("link", "") for rel in ("self", "hub", "alternate"))
)
check("X-Content-Type-Options: nosniff")(lambda s: s.ask(FEED).headers.get("x-content-type-options") == "nosniff")
check("a feed may be read by any site's page")(lambda s: s.ask(FEED).headers.get("access-control-allow-origin") == "*")
check("a page has a strict policy")(
    lambda s: s.ask("/korea.html").headers.get("content-security-policy", "").startswith("default-src 'none'")
)
check("the index page has it too")(
    lambda s: s.ask("/").headers.get("content-security-policy", "").startswith("default-src 'none'")
)
check("nothing tells the software's version")(lambda s: re.search(r"\d", s.ask(FEED).headers.get("server", "")) is None)
# Ranges (§14)
check("Range: the first bytes are 206")(
    lambda s: (a := s.ask(FEED, range="bytes=0-9")).status == 206 and a.body == file(s, "korea.atom")[:10]
)
check("Range: Content-Range tells the size")(
    lambda s: s.ask(FEED, range="bytes=0-9").headers.get("content-range") == f"bytes 0-9/{len(file(s, 'korea.atom'))}"
)
check("Range: the last bytes")(lambda s: s.ask(FEED, range="bytes=-7").body == file(s, "korea.atom")[-7:])
check("Range: beyond the end is 416 with the size")(
    lambda s: (
        (a := s.ask(FEED, range="bytes=9999999-")).status == 416
        and a.headers.get("content-range") == f"bytes */{len(file(s, 'korea.atom'))}"
    )
)
check("Range: what is no range is 200")(lambda s: s.ask(FEED, range="pages=1-2").status == 200)
check("If-Range: the tag is 206")(lambda s: s.ask(FEED, range="bytes=0-9", if_range=s.tag()).status == 206)
check("If-Range: another tag is 200")(lambda s: s.ask(FEED, range="bytes=0-9", if_range='"other"').status == 200)
# Addresses
check("a topic without suffix is its page for a browser")(
    lambda s: s.ask("/korea", accept="text/html,application/xhtml+xml,*/*;q=0.8").body == file(s, "korea.html")
)
for _accept, _suffix in (
    ("application/atom+xml", "atom"),
    ("application/rss+xml", "rss"),
    ("application/feed+json", "json"),
    ("text/html;q=0.1, application/rss+xml;q=0.9", "rss"),
):
    check(f"a topic without suffix, Accept: {_accept}: {_suffix}")(
        lambda s, a=_accept, x=_suffix: s.ask("/korea", accept=a).body == file(s, f"korea.{x}")  # type: ignore[misc]
    )
check("a topic without suffix varies by Accept")(
    lambda s: re.search(r"\baccept\b(?!-)", s.ask("/korea").headers.get("vary", "").lower()) is not None
)
check("a feed's own address does not")(
    lambda s: re.search(r"\baccept\b(?!-)", s.ask(FEED, accept="text/html").headers.get("vary", "").lower()) is None
)
check("a feed's own address gives the feed to a browser")(
    lambda s: s.ask(FEED, accept="text/html").body == file(s, "korea.atom")
)
check("an alias is 301 to the feed")(
    lambda s: (a := s.ask("/corea.atom")).status == 301 and a.headers.get("location", "").endswith("/korea.atom")
)
check("an alias without suffix is 301")(lambda s: s.ask("/corea").status == 301)
check("a retired topic is 410")(lambda s: s.ask("/old.atom").status == 410)
check("a retired topic without suffix is 410")(lambda s: s.ask("/old").status == 410)
check("a withdrawn article's page is 410")(lambda s: s.ask(withdrawn(s)).status == 410)
check("what never was is 404")(lambda s: s.ask("/never.atom").status == 404)
for _path in ("/.feedd/manifest.json", "/.feedd/gone/old.atom", "/.secret", "/korea.atom.gz", "/korea.atom.br"):
    check(f"{_path} is not served")(lambda s, path=_path: s.ask(path).status == 404)  # type: ignore[misc]
check("no symbolic link out of the folder is followed")(lambda s: s.ask("/leak.atom").status in (403, 404))
for _path in ("/../outside.txt", "/%2e%2e/outside.txt", "/articles/../../outside.txt", "/..%2foutside.txt"):
    check(f"{_path} is not served")(
        lambda s, path=_path: (a := s.ask(path)).status in (400, 403, 404) and b"outside" not in a.body  # type: ignore[misc]
    )
# Methods and shapes
for _method in ("POST", "PUT", "DELETE", "OPTIONS", "PATCH"):
    check(f"{_method} is 405 with Allow")(
        lambda s, m=_method: (a := s.ask(FEED, m)).status == 405 and a.headers.get("allow") == "GET, HEAD"  # type: ignore[misc]
    )
check("no host: 400")(lambda s: s.raw(b"GET / HTTP/1.1\r\nConnection: close\r\n\r\n").status == 400)
check("two hosts: 400")(
    lambda s: s.raw(b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\nConnection: close\r\n\r\n").status == 400
)
for _words, _fields in (
    ("Content-Length and Transfer-Encoding", b"Content-Length: 5\r\nTransfer-Encoding: chunked"),
    ("two lengths", b"Content-Length: 5\r\nContent-Length: 6"),
    ("a length that is none", b"Content-Length: +5"),
    ("a blank before the colon", b"X : a"),
    ("a coding behind chunked", b"Transfer-Encoding: chunked, identity"),
):
    check(f"{_words}: 400, or 501")(
        lambda s, f=_fields: (  # type: ignore[misc]
            s.raw(b"GET / HTTP/1.1\r\nHost: a\r\n" + f + b"\r\nConnection: close\r\n\r\n0\r\n\r\n").status in (400, 501)
        )
    )
check("an address of 20,000 bytes: 414")(lambda s: s.ask("/" + "a" * 20_000).status == 414)
check("a header of 50,000 bytes: 431")(lambda s: s.ask(FEED, cookie="a" * 50_000).status == 431)


@check("A-IM: feed with the tag of an earlier version gives only what is new")
def _(server: Server) -> bool:
    published_anew(server, edition(11, 10))
    known = server.tag("/edited.atom")
    published_anew(server, edition(12, 11, 10))
    answer = server.ask("/edited.atom", a_im="feed", if_none_match=known)
    return answer.status == 226 and answer.body == edition(12)


check("more than a limit is 429 with Retry-After")(lambda s: limited(s))


def withdrawn(server: Server) -> str:
    """The address of a page that was withdrawn."""
    (found,) = (server.folder / ".feedd" / "gone" / "articles").iterdir()
    return f"/articles/{found.name}"


def limited(server: Server) -> bool:
    """The last of the checks: it uses the limit up."""
    for _ in range(400):
        answer = server.ask(FEED)
        if answer.status == 429:
            return answer.headers.get("retry-after", "").isdecimal()
    return False


_NO_BROTLI = "Debian's brotli module finds nothing where disable_symlinks is on, and links are the greater harm"
_STATIC = "headers are the same for all documents"
_WEIGHTS = "weights of Accept are not read"
_NOT_KNOWN = "not known there"
CANNOT: dict[str, dict[str, str]] = {
    "nginx": {
        "If-None-Match goes before If-Modified-Since: 304": "both must hold there",
        "br where it is accepted": _NO_BROTLI,
        "Accept-Encoding: gzip;q=0.1, br;q=1.0 gives br": _NO_BROTLI,
        "Accept-Encoding: x-gzip gives gzip": _NOT_KNOWN,
        "Accept-Encoding: * gives any": _NOT_KNOWN,
        "max-age follows the topic's pace": _STATIC,
        "Link: self, hub and the other forms": _STATIC,
        "a topic without suffix, Accept: text/html;q=0.1, application/rss+xml;q=0.9: rss": _WEIGHTS,
        "A-IM: feed with the tag of an earlier version gives only what is new": _NOT_KNOWN,
    },
    "caddy": {
        "Accept-Encoding: x-gzip gives gzip": _NOT_KNOWN,
        "Accept-Encoding: * gives any": _NOT_KNOWN,
        "max-age follows the topic's pace": _STATIC,
        "Link: self, hub and the other forms": _STATIC,
        "Range: what is no range is 200": "other units than bytes are refused",
        "a topic without suffix, Accept: text/html;q=0.1, application/rss+xml;q=0.9: rss": _WEIGHTS,
        "no symbolic link out of the folder is followed": "its file server follows all",
        "Content-Length and Transfer-Encoding: 400, or 501": "the length is passed over",
        "an address of 20,000 bytes: 414": "addresses count as headers",
        "A-IM: feed with the tag of an earlier version gives only what is new": _NOT_KNOWN,
        "more than a limit is 429 with Retry-After": "needs a plug-in",
    },
}


def verdict(row: Check, server: Server) -> bool:
    """Whether a server does it; what can't be read of its answer is no."""
    with contextlib.suppress(OSError, KeyError, ValueError, AttributeError):
        return bool(row.holds(server))
    return False


def main() -> None:
    """Prints the table."""
    wrong = 0
    with serving() as servers:
        print(f"{'':4}{'':76}" + "".join(f"{name:>7}" for name in servers))
        for row in CHECKS:
            told = []
            for name, server in servers.items():
                good = verdict(row, server)
                known = row.words in CANNOT.get(name, {})
                wrong += good == known
                told.append("yes" if good else "no*" if known else "NO")
            print(f"{row.number:3} {row.words[:75]:76}" + "".join(f"{one:>7}" for one in told), flush=True)
    for name, rows in CANNOT.items():
        for words, reason in rows.items():
            print(f"* {name}: {words}: {reason}")
    left = [name for name in SERVERS if not installed(name)]
    if left:
        print(f"left out, not installed: {', '.join(left)}")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
