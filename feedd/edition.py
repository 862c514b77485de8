"""What all feeds of a site share: the site itself, its topics, and how much a feed holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from feedd.model import Defaults, Site
from feedd.topics import Topics


@dataclass(frozen=True, slots=True)
class Extent:
    """How much a feed holds: its newest ``entries``, and not many more bytes than ``max_bytes``."""

    entries: int
    max_bytes: int = 512 * 1024


@dataclass(frozen=True, slots=True)
class Edition:
    """What all feeds share. ``inboxes`` holds what each inbox gives to its documents, by its name, and ``sources`` the
    topics that each upstream feed gives; ``templates`` the user's own, by their names.
    """

    site: Site
    topics: Topics
    extent: Extent
    inboxes: Mapping[str, Defaults] = field(default_factory=dict)
    templates: Mapping[str, str] = field(default_factory=dict)
    sources: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
