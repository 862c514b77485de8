"""Who asks, and how often: a client's address behind proxies (RFC 7239), and a limit on its requests."""

from __future__ import annotations

import math
import re
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

from feedd.rfc9110 import Request

ROOM = 10_000
"""Clients that are counted at most: of more, those that asked the longest ago are forgotten."""
MINUTE = 60.0

Network = IPv4Network | IPv6Network
_FOR = re.compile(r'for\s*=\s*(?:"([^"]*)"|([^;,\s]+))', re.IGNORECASE)


def client_of(peer: str, request: Request, trusted: Sequence[Network]) -> str:
    """The address of who asks: ``peer``'s; or, where that is a trusted proxy's, the last one that is none of theirs.

    ``peer`` is empty for a Unix socket: only a proxy of this machine is there. ``Forwarded`` counts before
    ``X-Forwarded-For``. What a client itself claims is never believed.
    """
    if not trusted:
        return peer
    found = peer
    for hop in [peer, *reversed(_hops(request))]:
        address = _address(hop)
        if address is None and hop:
            break  # a name, or nonsense: what stands before it says nothing sure
        found = hop if address is None else str(address)
        if address is not None and not any(address in network for network in trusted):
            break
    return found


def _hops(request: Request) -> list[str]:
    told = request.field(b"forwarded")
    if told is not None:
        return [quoted or plain for quoted, plain in _FOR.findall(told)]
    return [hop.strip() for hop in (request.field(b"x-forwarded-for") or "").split(",") if hop.strip()]


def _address(hop: str) -> IPv4Address | IPv6Address | None:
    """An address as it is written in either header: with a port, in brackets."""
    host = hop[1:].partition("]")[0] if hop.startswith("[") else hop
    if host.count(":") == 1:
        host = host.partition(":")[0]
    try:
        address = ip_address(host)
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


def household(client: str) -> str:
    """The address by which a client is counted: of IPv6 the network of 64 bits, which one household has whole."""
    address = _address(client)
    if isinstance(address, IPv6Address):
        return str(IPv6Network((address, 64), strict=False).network_address)
    return client


class Rates:
    """How many requests a minute each client may make, ``limit`` of them at once (GCRA). Used by one thread."""

    def __init__(self, limit: int, *, room: int = ROOM, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._step = MINUTE / limit
        self._room = room
        self._monotonic = monotonic
        self._due: OrderedDict[str, float] = OrderedDict()  # when all that a client asked for is paid

    def wait(self, client: str) -> int:
        """Seconds until the client may ask again; 0 where it may."""
        ahead = self._due.get(household(client), 0.0) - self._monotonic()
        return max(0, math.ceil(ahead + self._step - MINUTE))

    def count(self, client: str, cost: float) -> None:
        """The client was answered; ``cost`` is 1 for a whole answer, less for one that cost less."""
        name, now = household(client), self._monotonic()
        self._due[name] = max(self._due.get(name, 0.0), now) + cost * self._step
        self._due.move_to_end(name)
        while len(self._due) > self._room:
            self._due.popitem(last=False)


def networks(written: Iterable[str]) -> tuple[Network, ...]:
    """Addresses and networks as they stand in a configuration. ValueError where one is none."""
    return tuple(IPv6Network(one) if ":" in one else IPv4Network(one) for one in written)
