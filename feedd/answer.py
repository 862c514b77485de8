"""What is answered to a request, from what the served folder holds (RFC 9110, 9111, 3229)."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from urllib.parse import quote

from feedd.deltas import Versions, without
from feedd.response import Response, plain
from feedd.rfc9110 import Request, byte_range, choose_coding, choose_type, evaluate, tags_in
from feedd.snapshot import ANY_ORIGIN, CACHE_CONTROL, Resource, Snapshot, Variant

NO_STORE = (b"cache-control", b"no-store")
_METHODS = ((b"allow", b"GET, HEAD"),)
# What stands at an address without suffix: the first for whom any will do.
_SUFFIXES = (".html", ".atom", ".rss", ".json")


def respond(
    snapshot: Snapshot,
    request: Request,
    *,
    now: datetime,
    found: Resource | None = None,
    versions: Versions | None = None,
    fill: Callable[[Variant], Variant] | None = None,
) -> Response | None:
    """Answer a request from the snapshot; ``now`` only settles the century of two-digit years.

    ``found`` is what stands at the path though the snapshot does not have it, ``versions`` what earlier feeds held.
    ``fill`` gives a variant the bytes that are not in memory; None is the answer where it is wanting.
    """
    if request.method not in ("GET", "HEAD"):
        return plain(405, "method not allowed", _METHODS)
    path = "/index.html" if request.path == "/" else request.path
    resource = snapshot.resources.get(path, found)
    if resource is None:
        if f"{path}.atom" in snapshot.resources:
            return _negotiated(snapshot, request, path, now=now, fill=fill)
        return _absent(snapshot, path)
    return _selected(resource, request, path, now=now, versions=versions, fill=fill)


def _selected(
    resource: Resource,
    request: Request,
    path: str,
    *,
    now: datetime,
    versions: Versions | None = None,
    fill: Callable[[Variant], Variant] | None,
) -> Response | None:
    coding = choose_coding(request.field(b"accept-encoding"), resource.coded)
    variant = resource.coded.get(coding, resource.identity)
    status = evaluate(request, variant.tag, modified=resource.modified, now=now)
    if status == 304:
        return variant.unchanged
    if status == 412:
        return plain(412, "precondition failed")
    if variant.place is not None and request.method == "GET":
        if fill is None:
            return None
        try:
            variant, resource = fill(variant), replace(resource, identity=fill(resource.identity))
        except (OSError, ValueError):
            return _later("being published")
    if request.method == "GET":
        if versions is not None and request.field(b"a-im"):
            only_new = _only_new(resource, variant, request, path, versions=versions)
            if only_new is not None:
                return only_new
        if request.field(b"range"):
            return _part(variant, request, modified=resource.modified, now=now)
    return variant.fresh


def _part(variant: Variant, request: Request, *, modified: int, now: datetime) -> Response:
    """One range of the bytes (§14.4), where one is asked for that is there."""
    size = len(variant.data)
    wanted = byte_range(request, size, tag=variant.tag, modified=modified, now=now)
    if wanted is None:
        return variant.fresh
    first, end = wanted
    if first == end:
        return plain(416, "no such range", ((b"content-range", b"bytes */%d" % size),))
    headers = [pair for pair in variant.fresh.headers if pair[0] != b"content-length"]
    headers += [
        (b"content-range", b"bytes %d-%d/%d" % (first, end - 1, size)),
        (b"content-length", b"%d" % (end - first)),
    ]
    return Response(206, tuple(headers), variant.data[first:end])


def _only_new(
    resource: Resource, variant: Variant, request: Request, path: str, *, versions: Versions
) -> Response | None:
    """Only the entries that the client's version lacks (RFC 3229 §10.4.1), where that version is known."""
    wanted = [member.partition(";")[0].strip().lower() for member in (request.field(b"a-im") or "").split(",", 32)]
    tags = tags_in(request.field(b"if-none-match"))
    known = versions.of(path, tags) if "feed" in wanted else None
    client = (path, request.peer, *map(request.field, (b"x-forwarded-for", b"forwarded", b"user-agent")))
    if known is None or not versions.takes(client, path, tags):
        return None
    data = without(resource.identity.data, known)
    dropped = (b"content-length", b"content-encoding", b"cache-control", b"vary", b"accept-ranges")
    headers = [pair for pair in variant.fresh.headers if pair[0] not in dropped]
    headers += [
        (b"im", b"feed"),
        (b"cache-control", b"no-store, im"),
        (b"vary", b"A-IM, If-None-Match, Accept-Encoding"),
    ]
    if choose_coding(request.field(b"accept-encoding"), ("gzip",)) == "gzip":
        data = gzip.compress(data, 4, mtime=0)
        headers.append((b"content-encoding", b"gzip"))
    return Response(226, (*headers, (b"content-length", b"%d" % len(data))), data)


def _negotiated(
    snapshot: Snapshot, request: Request, path: str, *, now: datetime, fill: Callable[[Variant], Variant] | None
) -> Response | None:
    """A topic's page or feed at its address without suffix, as the client likes best.

    A feed's own address never depends on what the client accepts: not all that ask for feeds say so.
    """
    places = [path + suffix for suffix in _SUFFIXES if path + suffix in snapshot.resources]
    kinds = [_type_of(snapshot.resources[place]) for place in places]
    place = places[choose_type(request.field(b"accept"), kinds)]
    response = _selected(snapshot.resources[place], request, place, now=now, fill=fill)
    if response is None or response.status not in (200, 206, 304):
        return response
    headers = dict(response.headers)
    headers[b"content-location"] = b"./" + quote(place[1:]).encode()
    headers[b"vary"] = b"Accept, Accept-Encoding"
    return Response(response.status, tuple(headers.items()), response.body)


def _type_of(resource: Resource) -> str:
    kind = dict(resource.identity.fresh.headers)[b"content-type"]
    return kind.decode().partition(";")[0]


def _absent(snapshot: Snapshot, path: str) -> Response:
    if not snapshot.loaded:  # what will be here is not known yet
        return _later("nothing was published yet")
    # Without a lifetime of its own a 301, 404 or 410 may be kept for ever (RFC 9111 §4.2.2).
    cached = (CACHE_CONTROL, ANY_ORIGIN)
    if path in snapshot.pending:  # it exists, but has not been seen whole yet
        return _later("being published")
    if location := snapshot.moved.get(path):
        return plain(301, "moved", ((b"location", location.encode()), *cached))
    if path in snapshot.gone:
        return plain(410, "gone", cached)
    if path + ".atom" in snapshot.moved:
        location = snapshot.moved[path + ".atom"].removesuffix(".atom")
        return plain(301, "moved", ((b"location", location.encode()), *cached))
    return plain(410, "gone", cached) if path + ".atom" in snapshot.gone else plain(404, "not found", cached)


def _later(reason: str) -> Response:
    return plain(503, reason, ((b"retry-after", b"1"), NO_STORE))
