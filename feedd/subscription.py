"""What the configuration says of upstream feeds, and of how they are polled."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path

Network = IPv4Network | IPv6Network

SHORTEST, LONGEST = 900.0, 86_400.0
"""Seconds between two polls of a feed, unless the configuration or the feed says otherwise."""


def counted(count: int, one: str, many: str) -> str:
    """A number of things in words."""
    return f"{count} {one if count == 1 else many}"


@dataclass(frozen=True, slots=True)
class Subscription:
    """An upstream feed: ``url`` is its address as the configuration names it, and its name for ever.

    ``shortest`` and ``longest`` are the bounds of its interval in seconds. ``credentials_file`` holds a line of
    "user:password", or the value of an Authorization header; ``credential`` names one of the service manager's.
    """

    url: str
    topics: tuple[str, ...] = ()
    title: str | None = None
    shortest: float = SHORTEST
    longest: float = LONGEST
    enabled: bool = True
    credentials_file: Path | None = None
    credential: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Fetching:
    """How upstream feeds are polled: ``contact`` is told to servers, ``allow`` are networks that are not public and may
    be connected to all the same. ``seconds`` is for a whole response, ``max_bytes`` its size when decoded.
    """

    contact: str = ""
    allow: tuple[Network, ...] = ()
    seconds: float = 20.0
    max_bytes: int = 5_000_000
    per_host: int = 2
    at_once: int = 32
