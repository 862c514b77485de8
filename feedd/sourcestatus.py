"""How upstream feeds do: what is known of their polls, and of what came of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from feedd.ledger import NEVER, Account, Ledger
from feedd.model import Place
from feedd.spool import NAME, key_of, waiting
from feedd.store import FileState, Store
from feedd.subscription import Subscription, counted
from feedd.upstream import ledger_of


def facts(
    subscriptions: Sequence[Subscription], state: Path, store: Store | None, *, spool: Path
) -> list[dict[str, Any]]:
    """The facts of each source as JSON has them; ``store`` is None before the first run. Changes nothing."""
    waits = waiting(spool)
    accounts = {account.name: account for account in _accounts(state)}
    entries = store.held_by([one.url for one in subscriptions]) if store else {}
    rows = store.rows([Place(one.url, NAME) for one in subscriptions]) if store else {}
    aside = {place.inbox: row.reason for place, row in rows.items() if row.state is FileState.QUARANTINED}
    return [
        _facts(one, accounts.get(one.url), entries=entries.get(one.url, 0), unread=aside.get(one.url, ""))
        | {"waiting": waits[key_of(one.url)]}
        for one in subscriptions
    ]


def counts(subscriptions: Sequence[Subscription], state: Path, now: datetime) -> dict[str, int]:
    """How many sources there are, and how many of them do how."""
    accounts = {account.name: account for account in _accounts(state)}
    healths = [_health(one, accounts.get(one.url)) for one in subscriptions]
    due = sum(one.url in accounts and accounts[one.url].next_check <= now.timestamp() for one in subscriptions)
    return {"all": len(healths), "due": due, **{name: healths.count(name) for name in HEALTHS}}


HEALTHS = ("good", "failing", "gone", "new", "disabled")
"""What a source's health may be."""


def as_text(facts: Sequence[dict[str, Any]], now: datetime) -> Iterator[str]:
    """The same for people: a line for each source, and below it what is wrong."""
    for one in facts:
        parts = [one["health"], counted(one["entries"], "entry", "entries")]
        if one["checked"]:
            parts.append(f"checked {_ago(now, one['checked'])}: {one['status'] or 'no answer'}")
        if one["next_check"]:
            parts.append(f"next {_ahead(now, one['next_check'])}")
        title = f"  {one['title']}" if one["title"] else ""
        yield f"{one['url']}{title}"
        yield f"    {', '.join(parts)}"
        if one["waiting"]:
            what = counted(one["waiting"], "response waits", "responses wait")
            yield f"    {what} to be taken in, by a running feedd or 'feedd build'"
        if one["moved_to"]:
            yield f"    polled at {one['moved_to']}, where it has moved to"
        for problem in (one["error"], one["unread"] and f"its last response {one['unread']}"):
            if problem:
                yield f"    {problem}"


def _accounts(state: Path) -> list[Account]:
    path = ledger_of(state)
    if not path.exists():
        return []
    with closing(Ledger(path, read_only=True)) as ledger:
        return ledger.all()


def _health(one: Subscription, account: Account | None) -> str:
    if not one.enabled:
        return "disabled"
    if account is None or not account.polls:
        return "new"
    if account.gone:
        return "gone"
    return "failing" if account.failures else "good"


def _facts(one: Subscription, account: Account | None, *, entries: int, unread: str) -> dict[str, Any]:
    account = account or Account(one.url, one.url)
    last = account.last
    return {
        "url": one.url,
        "title": one.title,
        "topics": list(one.topics),
        "health": _health(one, account),
        "status": last.status if last else 0,
        "checked": _time(account.checked),
        "changed": _time(account.changed),
        "next_check": None if account.next_check >= NEVER or not one.enabled else _time(account.next_check),
        "failures": account.failures,
        "error": last.text if last and not last.good else "",
        "unread": unread,
        "entries": entries,
        "moved_to": account.url if account.url != one.url else "",
        "polls": [
            {
                "at": _time(poll.at),
                "status": poll.status,
                "text": poll.text,
                "bytes": poll.size,
                "seconds": round(poll.seconds, 3),
            }
            for poll in account.polls
        ],
    }


def _time(seconds: float) -> str | None:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds") if seconds else None


def _ago(now: datetime, at: str) -> str:
    return f"{_span((now - datetime.fromisoformat(at)).total_seconds())} ago"


def _ahead(now: datetime, at: str) -> str:
    seconds = (datetime.fromisoformat(at) - now).total_seconds()
    return f"in {_span(seconds)}" if seconds > 0 else "now"


def _span(seconds: float) -> str:
    for size, name in ((86_400, "d"), (3600, "h"), (60, "min")):
        if seconds >= size:
            return f"{seconds / size:.0f} {name}"
    return f"{max(seconds, 0):.0f} s"
