"""What inboxes say for documents that don't say it themselves: it is read with them, so a change reads them again."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import replace

from feedd.model import Defaults
from feedd.store import Store, Transaction

_NAME = "defaults"


def changed(store: Store, inboxes: Mapping[str, Defaults]) -> list[str]:
    """The inboxes whose author, language or time zone are others than those their files were read with."""
    before = _kept(store)
    return sorted(name for name, digest in _digests(inboxes).items() if before.get(name, digest) != digest)


def remember(store: Store, tx: Transaction, inboxes: Mapping[str, Defaults]) -> None:
    """Files are read with these from now on. An inbox that isn't configured now may come back."""
    tx.remember(_NAME, json.dumps(_kept(store) | _digests(inboxes)))


def _kept(store: Store) -> dict[str, str]:
    kept: dict[str, str] = json.loads(store.recall(_NAME) or "{}")
    return kept


def _digests(inboxes: Mapping[str, Defaults]) -> dict[str, str]:
    # Topics are no part of an article: rules that change bring them.
    return {name: _digest(replace(defaults, topics=())) for name, defaults in inboxes.items()}


def _digest(defaults: Defaults) -> str:
    return hashlib.sha256(repr(defaults).encode("utf-8", "surrogatepass")).hexdigest()
