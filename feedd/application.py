"""The ASGI application over the served folder: follows the manifest, answers from memory, keeps its manners."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import time
from collections.abc import Awaitable, Callable, Mapping, MutableMapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from feedd.accesslog import AccessLog
from feedd.answer import NO_STORE, respond
from feedd.clients import Network, Rates, client_of, networks
from feedd.deltas import Versions
from feedd.folders import Folders
from feedd.response import Response, plain
from feedd.rfc9110 import Request
from feedd.snapshot import ALIVE, EMPTY, Resource, Snapshot, Variant, filled, is_stale, load

logger = logging.getLogger("feedd.serve")

INTERVAL = 1.0  # seconds between two looks at the manifest
_HEALTH = ("/healthz", "/healthz/daemon")
_CHEAP = 0.1  # of a whole answer
_DEAD = 60.0  # seconds without a sign of life from the daemon
LOOKS = 3  # looks in a row at which a file must differ from its manifest before that is told

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Manners:
    """How clients are met: ``rate`` is how many requests a minute each may make (0: any number), ``access_log`` where
    each answer is noted (empty: nowhere), ``trusted`` the networks of proxies that tell who asks.
    """

    rate: int = 0
    access_log: str = ""
    trusted: Sequence[Network] = ()

    def written(self) -> str:
        """As another process is told of them."""
        return json.dumps([self.rate, self.access_log, list(map(str, self.trusted))])

    @staticmethod
    def read(written: str) -> Manners:
        """What was written, all of it."""
        rate, access_log, trusted = json.loads(written)
        return Manners(rate, access_log, networks(trusted))


PLAIN = Manners()
"""Everybody may ask, and nothing is noted."""


class Application:
    """The ASGI application over one served folder.

    Holds the current ``snapshot`` and follows the manifest from lifespan startup to shutdown.
    """

    def __init__(self, root: Path, *, interval: float = INTERVAL, manners: Manners = PLAIN) -> None:
        self.snapshot = EMPTY
        self._root = root
        self._rates = Rates(manners.rate) if manners.rate else None
        self._log = AccessLog(manners.access_log) if manners.access_log else None
        self._trusted = manners.trusted
        self._versions = Versions()
        self._now = datetime.now(UTC)  # of the last look: it tells the century of dates
        self._seen: float | None = None  # when the daemon was seen at work last
        self._folders = Folders(root)
        self._interval = interval
        self._asked = asyncio.Event()
        self._unwhole = 0  # looks in a row at which something was not as the manifest says

    async def __call__(self, scope: Mapping[str, Any], receive: Receive, send: Send) -> None:
        """Serve a scope of type http or lifespan; a request's body is not read."""
        if scope["type"] == "lifespan":
            await self._live(receive, send)
            return
        request = _request(scope)
        status, headers, body, _ = self.at_once(request) or self._noted(request, await self._answer(request))
        with contextlib.suppress(OSError, RuntimeError):  # the client went away; uvloop raises the latter
            await send({"type": "http.response.start", "status": status, "headers": list(headers)})
            await send({"type": "http.response.body", "body": b"" if request.method == "HEAD" else body})

    def at_once(self, request: Request) -> Response | None:
        """The answer from memory; None where a file must be read for it."""
        response = self._refused(request)
        if response is None and request.path in _HEALTH and request.method in ("GET", "HEAD"):
            response = self._health(request.path)
        if response is None and not (self.snapshot.loaded and self._folders.may_hold(request.path)):
            response = self._respond(request)
        return None if response is None else self._noted(request, response)

    async def _answer(self, request: Request) -> Response:
        return await asyncio.to_thread(self._read, request)

    def _read(self, request: Request) -> Response:
        """The answer with what must be read for it."""
        try:
            found = self._folders.get(request.path)
            response = self._respond(request, found, fill=filled)
        except Exception:  # noqa: BLE001 - it is told
            return self._mistaken(request)
        return response or self._mistaken(request)

    def _respond(
        self, request: Request, found: Resource | None = None, *, fill: Callable[[Variant], Variant] | None = None
    ) -> Response | None:
        try:
            return respond(self.snapshot, request, now=self._now, found=found, versions=self._versions, fill=fill)
        except Exception:  # noqa: BLE001 - it is told
            return self._mistaken(request)

    def _refused(self, request: Request) -> Response | None:
        """429 where the client asks too often (RFC 6585 §4): never without the time to come back."""
        if self._rates is None:
            return None
        seconds = self._rates.wait(client_of(request.peer, request, self._trusted))
        if not seconds:
            return None
        return plain(429, "too many requests", ((b"retry-after", b"%d" % seconds), NO_STORE))

    def _noted(self, request: Request, response: Response) -> Response:
        """Counts the answer, and notes it; one that says that nothing is new costs a tenth."""
        if self._rates is None and self._log is None:
            return response
        client = client_of(request.peer, request, self._trusted)
        if self._rates is not None and response.status != 429:
            self._rates.count(client, _CHEAP if response.status == 304 else 1.0)
        if self._log is not None:
            self._log.note(client, request, response, now=datetime.now().astimezone())
        return response

    def _health(self, path: str) -> Response:
        """Whether there is anything to serve; at ``/healthz/daemon`` whether feedd is at work on it, too."""
        snapshot, now = self.snapshot, time.time()
        if not snapshot.loaded:
            return plain(503, "nothing was published yet", (NO_STORE,))
        lines = [f"ok {len(snapshot.resources)}"]
        if snapshot.stamp is not None:
            lines.append(f"published {now - snapshot.stamp[0] / 1e9:.0f} s ago")
        works = self._seen is not None and now - self._seen < _DEAD
        seen = "" if self._seen is None else f", seen {now - self._seen:.0f} s ago"
        lines.append(f"feedd {'works' if works else 'is not at work'}{seen}")
        status = 200 if works or path == _HEALTH[0] else 503
        return plain(status, "\n".join(lines), (NO_STORE,))

    def _mistaken(self, request: Request) -> Response:
        """A mistake of ours harms one answer, and is seen."""
        logger.exception("no answer for %s %r", request.method, request.path)
        return plain(500, "internal error", (NO_STORE,))

    def look(self) -> None:
        """Have the manifest looked at now instead of with the next tick; returns at once."""
        self._asked.set()

    async def refresh(self) -> None:
        """Look at the manifest, and swap the snapshot when it tells something new; raises nothing."""
        try:
            now, self._seen = await asyncio.to_thread(_look, self._root, self.snapshot, self._versions)
        except Exception:  # whatever a look meets, what was loaded is served on
            logger.exception("%s can't be looked at", self._root)
            return
        self._now = datetime.now(UTC)
        before, self.snapshot = self.snapshot, now
        if now is not before:
            _report(before, now)
        # Files run ahead of their manifest while they are being published: only what stays so is told.
        self._unwhole = self._unwhole + 1 if now.pending else 0
        if self._unwhole == LOOKS:
            path, reason = next(iter(now.pending.items()))
            logger.warning("%d file(s) not as the manifest says, first %s: %s", len(now.pending), path, reason)

    async def _live(self, receive: Receive, send: Send) -> None:
        await receive()
        await self.refresh()
        follower = asyncio.create_task(self._follow())
        await send({"type": "lifespan.startup.complete"})
        await receive()
        follower.cancel()
        await send({"type": "lifespan.shutdown.complete"})

    async def _follow(self) -> None:
        while True:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(self._interval):
                    await self._asked.wait()
            self._asked.clear()
            await self.refresh()


def _request(scope: Mapping[str, Any]) -> Request:
    path, query = scope.get("raw_path") or scope["path"].encode(), scope.get("query_string", b"")
    client = scope.get("client")
    return Request(
        scope["method"],
        scope["path"],
        scope["headers"],
        target=path + (b"?" + query if query else b""),
        version=scope.get("http_version", "1.1"),
        peer=str(client[0]) if client else "",
    )


def _look(root: Path, snapshot: Snapshot, versions: Versions) -> tuple[Snapshot, float | None]:
    """The folder as it is now, and when the daemon was seen at work; what goes is remembered."""
    try:
        seen: float | None = (root / ALIVE).stat().st_mtime
    except OSError:
        seen = None
    if not is_stale(root, snapshot):
        return snapshot, seen
    now = load(root, snapshot)
    for path, before in snapshot.resources.items():
        after = now.resources.get(path)
        if after is not None and after.identity.tag != before.identity.tag and path.endswith((".atom", ".rss")):
            tags = [before.identity.tag, *(variant.tag for variant in before.coded.values())]
            if before.identity.place is None:
                versions.remember(path, tags, before.identity.data)
    return now, seen


def _report(before: Snapshot, now: Snapshot) -> None:
    if now.problem and now.problem != before.problem:
        if before.loaded:
            logger.warning("%s; what was loaded before is served on", now.problem)
        else:
            logger.info("nothing to serve yet: %s", now.problem)
    # By value where it is another one: a resource still incomplete is built anew with each look.
    pairs = ((before.resources.get(path), resource) for path, resource in now.resources.items())
    changed = sum(old is not new and old != new for old, new in pairs)
    if changed or len(now.resources) != len(before.resources):
        logger.info("%d file(s), %d of them new or changed", len(now.resources), changed)
