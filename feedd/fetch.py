"""The HTTP client that upstream feeds are had by: polite, with bounds on everything, and let to public addresses only.

No cookies, no proxy of the environment, no redirect that is not looked at: each leads to another request with bounds
and guard of its own. aiohttp lives here.
"""

from __future__ import annotations

import asyncio
import ssl
import time
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from types import TracebackType
from urllib.parse import urljoin, urlsplit

import aiohttp
from aiohttp.abc import AbstractResolver
from yarl import URL

from feedd.codings import ACCEPTED, Decoder
from feedd.errors import FetchError
from feedd.guard import NotPublic, socket_to
from feedd.subscription import Fetching

PERMANENT = (301, 308)
_REDIRECTS = (301, 302, 303, 307, 308)
_HOPS = 5
_ACCEPT = (
    "application/atom+xml, application/rss+xml, application/feed+json, application/rdf+xml;q=0.9, "
    "application/xml;q=0.8, text/xml;q=0.8, application/json;q=0.7, */*;q=0.1"
)
_HEADERS_KEPT = 16 * 1024


@dataclass(frozen=True, slots=True)
class Question:
    """A request: with the validators of the response before it, as the server gave them, it is a conditional one.

    ``authorization`` and ``headers`` are sent to the origin of ``url`` alone.
    """

    url: str
    etag: str = ""
    modified: str = ""
    authorization: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Answer:
    """A response: ``url`` is where it was had in the end, ``hops`` the status and target of each redirect on the way.

    Names of ``headers`` are in lower case; ``body`` is decoded, and empty but for status 200.
    """

    status: int
    url: str
    headers: Mapping[str, str]
    body: bytes = b""
    hops: tuple[tuple[int, str], ...] = ()


class Client:
    """Asks for feeds: any number at once, but so many of one host. Used within one event loop, as a context."""

    def __init__(self, fetching: Fetching, *, version: str, resolver: AbstractResolver | None = None) -> None:
        """``resolver`` takes the place of the system's."""
        self._fetching = fetching
        contact = f" (+{fetching.contact})" if fetching.contact else ""
        self._agent = f"feedd/{version}{contact}"
        self._hosts: defaultdict[str, asyncio.Semaphore] = defaultdict(lambda: asyncio.Semaphore(fetching.per_host))
        self._resolver = resolver
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Client:
        factory = partial(socket_to, allowed=self._fetching.allow)
        # Bounds on connections are ours: by host, whatever its port.
        # Names are asked for anew: feeds are polled far apart, and what a name leads to is looked at each time.
        connector = aiohttp.TCPConnector(limit=0, socket_factory=factory, use_dns_cache=False, resolver=self._resolver)
        self._session = aiohttp.ClientSession(
            connector=connector,
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=False,
            trust_env=False,
            timeout=aiohttp.ClientTimeout(total=None),
            skip_auto_headers=["Accept", "Accept-Encoding", "User-Agent", "Content-Type"],
        )
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._session is not None
        await self._session.close()

    async def ask(self, question: Question) -> Answer:
        """The response to a question; FetchError says in one line why there is none."""
        hops: list[tuple[int, str]] = []
        url, left = question.url, self._fetching.seconds
        while True:
            async with self._hosts[urlsplit(url).hostname or ""]:
                begun = time.monotonic()
                answer = await self._hop(question, url, left)
                left -= time.monotonic() - begun
            if answer.status not in _REDIRECTS:
                return Answer(answer.status, url, answer.headers, answer.body, tuple(hops))
            url = _target(url, answer.headers.get("location", ""))
            if url in {question.url, *(target for _, target in hops)}:
                raise FetchError(f"redirects in a circle, by {url}")
            hops.append((answer.status, url))
            if len(hops) > _HOPS:
                raise FetchError(f"redirects more than {_HOPS} times, at last to {url}")

    async def _hop(self, question: Question, url: str, seconds: float) -> Answer:
        try:
            async with asyncio.timeout(seconds):
                return await self._request(question, url)
        except TimeoutError as error:
            raise FetchError(f"took longer than {self._fetching.seconds:g} s") from error
        except aiohttp.ClientConnectorCertificateError as error:
            raise FetchError(f"has a certificate that can't be trusted: {_reason(error.certificate_error)}") from error
        except aiohttp.ClientConnectorError as error:
            raise FetchError(_unconnected(error)) from error
        except aiohttp.ClientPayloadError as error:
            raise FetchError(f"is cut off: {_line(error)}") from error
        except (aiohttp.ClientError, ssl.SSLError, OSError, ValueError) as error:
            raise FetchError(f"can't be had: {_line(error) or type(error).__name__}") from error

    async def _request(self, question: Question, url: str) -> Answer:
        assert self._session is not None
        async with self._session.get(_address(url), headers=self._headers(question, url), allow_redirects=False) as got:
            # Of a response that says more than anybody needs only so much is kept.
            headers = {name.lower(): _text(value) for name, value in got.headers.items() if len(value) < _HEADERS_KEPT}
            if got.status != 200:
                return Answer(got.status, url, headers)
            decoder = Decoder(headers.get("content-encoding", ""), self._fetching.max_bytes)
            async for part in got.content.iter_any():
                decoder.feed(part)
            return Answer(200, url, headers, decoder.done())

    def _headers(self, question: Question, url: str) -> dict[str, str]:
        headers = {"User-Agent": self._agent, "Accept": _ACCEPT, "Accept-Encoding": ACCEPTED}
        if question.etag:
            headers["If-None-Match"] = question.etag
        if question.modified:
            headers["If-Modified-Since"] = question.modified
        if _origin(url) == _origin(question.url):
            headers |= question.headers
            if question.authorization:
                headers["Authorization"] = question.authorization
        return headers


def _text(value: str) -> str:
    """The value of a field without the bytes that are no UTF-8, which aiohttp passes on as surrogates."""
    return value if value.isascii() else value.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def _address(url: str) -> URL:
    """The address to the letter, where it is one: some servers know no other spelling of it."""
    fit = url.isascii() and url.isprintable() and not set(url) & set(' <>"{}|\\^`#')
    return URL(url, encoded=fit)


def same_origin(one: str, other: str) -> bool:
    """Whether two addresses are of one origin (RFC 6454): what is secret to it may be told there."""
    return _origin(one) == _origin(other)


def _target(url: str, location: str) -> str:
    if not location:
        raise FetchError("redirects, and does not say where to")
    target = urljoin(url, location).partition("#")[0]
    parts = urlsplit(target)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise FetchError(f"redirects to {ascii(target)[:100]}, which is no address on the web")
    return target


def _origin(url: str) -> tuple[str, str | None, int | None]:
    """As aiohttp will understand it: two readings of one address would tell secrets to another."""
    address = _address(url)
    return address.scheme, address.host, address.port


def _unconnected(error: aiohttp.ClientConnectorError) -> str:
    if isinstance(error, aiohttp.ClientConnectorDNSError):
        return f"has a host that is not known: {error.host}"
    inner = error.os_error
    if isinstance(inner, NotPublic) or "no public address" in str(inner):
        return f"leads to {error.host}: {inner}; fetch.allow can allow it"
    return f"has a host that can't be connected to: {error.host}:{error.port}: {inner.strerror or inner}"


def _reason(error: Exception) -> str:
    return str(getattr(error, "verify_message", "") or error)


def _line(error: BaseException) -> str:
    return _text(" ".join(str(error).split())[:200])
