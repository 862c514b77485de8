"""Which addresses may be connected to: public ones, and what an operator allows by name.

Asked of the address that a connection is really made to, so that neither a redirect nor a name that changes its answer
leads elsewhere (server-side request forgery).
"""

from __future__ import annotations

import socket
from collections.abc import Sequence
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Any

from feedd.subscription import Network

# Addresses of version 6 that lead to one of version 4, and at which bit that stands (RFC 6052 §2.1, RFC 3056 §2).
_CARRIERS = (
    (IPv6Network("::ffff:0:0/96"), 0),
    (IPv6Network("::ffff:0:0:0/96"), 0),
    (IPv6Network("64:ff9b::/96"), 0),
    (IPv6Network("2002::/16"), 80),
)
# Nowhere else: the translation of a network of one's own (RFC 8215), Teredo, and what was site-local.
_CLOSED = tuple(
    map(ip_network, ("64:ff9b:1::/48", "2001::/32", "2001:db8::/32", "3fff::/20", "5f00::/16", "fec0::/10", "::/96"))
)
# Older versions of Python take some of these for public; the last one is what a cloud's machines find its services at.
_CLOSED_4 = tuple(map(ip_network, ("192.0.0.0/24", "192.88.99.0/24", "168.63.129.16/32")))


class NotPublic(OSError):
    """The address must not be connected to; the text tells which and why."""


def refusal(address: str, allowed: Sequence[Network] = ()) -> str:
    """Why an address must not be connected to; empty where it may be."""
    ip = ip_address(address.partition("%")[0])
    if any(ip.version == network.version and ip in network for network in allowed):
        return ""
    inner = carried(ip)
    if inner is not None and any(inner in network for network in allowed if network.version == 4):
        return ""
    return "" if _is_public(ip if inner is None else inner) else f"{address} is no public address"


def carried(ip: IPv4Address | IPv6Address) -> IPv4Address | None:
    """The address of version 4 that one of version 6 leads to, if it does."""
    if isinstance(ip, IPv6Address):
        for network, shift in _CARRIERS:
            if ip in network:
                return IPv4Address((int(ip) >> shift) & 0xFFFF_FFFF)
    return None


def _is_public(ip: IPv4Address | IPv6Address) -> bool:
    if any(ip in network for network in (_CLOSED if ip.version == 6 else _CLOSED_4)):
        return False
    return ip.is_global and not (ip.is_multicast or ip.is_reserved or ip.is_unspecified)


def socket_to(info: tuple[Any, ...], allowed: Sequence[Network]) -> socket.socket:
    """The socket for a connection to this address, as ``getaddrinfo`` gives it; raises NotPublic."""
    family, kind, protocol, _, address = info
    if problem := refusal(str(address[0]), allowed):
        raise NotPublic(problem)
    return socket.socket(family, kind, protocol)
