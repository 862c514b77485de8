"""What an operator asks first: who works, what is there, what waits, and what to do about what is held back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from feedd import sourcestatus
from feedd.control import holder
from feedd.errors import NotRunning, StoreError
from feedd.inbox import Inbox
from feedd.store import FileState, Store
from feedd.subscription import Subscription
from feedd.withdrawal import ADVICE, is_held


def facts(
    inboxes: Sequence[Inbox], sources: Sequence[Subscription], state: Path, store: Store | None, now: datetime
) -> dict[str, Any]:
    """The facts as JSON has them; ``store`` is None before the first run. Changes nothing."""
    return {
        "state": str(state),
        "running": _running(state),
        "articles": store.living() if store else 0,
        "inboxes": [_inbox(inbox, store) for inbox in inboxes],
        "sources": sourcestatus.counts(sources, state, now),
        "due": {kind: len(store.due(kind, now)) if store else 0 for kind in ("topic", "page", "withdraw")},
        "topics": [
            {
                "id": row.id,
                "title": row.title,
                "entries": row.entries,
                "updated": row.updated and row.updated.isoformat(),
            }
            for row in (store.topics() if store else ())
        ],
    }


def held(inboxes: Sequence[Inbox], store: Store) -> dict[str, int]:
    """The inboxes of which so many files vanished that nothing is withdrawn, and how many did."""
    counted = {inbox.name: store.count(inbox.name) for inbox in inboxes}
    return {name: vanished for name, (vanished, files) in counted.items() if is_held(vanished, files)}


def as_text(facts: dict[str, Any]) -> Iterator[str]:
    """The same for people."""
    running = facts["running"]
    yield f"feedd {running['command']} works as process {running['pid']}" if running else "no feedd is running"
    yield f"{facts['articles']} articles, state in {facts['state']}"
    for inbox in facts["inboxes"]:
        parts = [f"{inbox['files']} files"]
        parts += [f"{inbox['aside']} set aside"] * bool(inbox["aside"])
        parts += [f"{inbox['vanished']} vanished"] * bool(inbox["vanished"])
        parts += ["can't be read now"] * (not inbox["readable"])
        yield f"inbox {inbox['name']} ({inbox['path']}): {', '.join(parts)}"
        if inbox["held"]:
            yield f"  nothing of it is withdrawn. {ADVICE}"
    sources = facts["sources"]
    if sources["all"]:
        healths = ", ".join(f"{sources[name]} {name}" for name in sourcestatus.HEALTHS if sources[name])
        yield f"sources: {sources['all']}, of them {healths}; 'feedd sources list' tells more"
    for kind, what in (("topic", "topics"), ("page", "articles' pages"), ("withdraw", "vanished articles")):
        if facts["due"][kind]:
            yield f"waiting: {facts['due'][kind]} {what}"
    for topic in facts["topics"]:
        yield f"topic {topic['id']}: {topic['entries']} articles, last change {topic['updated'] or 'never'}"


def _running(state: Path) -> dict[str, Any] | None:
    try:
        found = holder(state)
    except (NotRunning, StoreError):
        return None
    return {"pid": found.pid, "command": found.command, "config": found.config}


def _inbox(inbox: Inbox, store: Store | None) -> dict[str, Any]:
    vanished, published = store.count(inbox.name) if store else (0, 0)
    rows = store.aside() if store else ()
    aside = sum(row.place.inbox == inbox.name and row.state is not FileState.ARTICLE for row in rows)
    return {
        "name": inbox.name,
        "path": str(inbox.root),
        "readable": inbox.readable(),
        "files": published - vanished + aside,
        "vanished": vanished,
        "aside": aside,
        "held": is_held(vanished, published),
    }
