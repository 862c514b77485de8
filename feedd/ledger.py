"""What is known of each upstream feed's polls: a small database of its own, written by whoever polls.

What a response said is noted after the response itself is on the disk: who is killed in between asks once more.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import msgspec

from feedd.errors import StoreError
from feedd.hints import Hints

KEPT = 20
"""How many outcomes of each feed are kept."""

NEVER = 1e18
"""When a feed is polled that said that it is gone."""

_SCHEMA = 1


@dataclass(frozen=True, slots=True)
class Poll:
    """One poll: ``at`` in seconds since 1970, the status (0 where there was no response), how many bytes the body had
    and how many seconds it took; ``text`` says what was wrong, or what came of it.
    """

    at: float
    status: int
    text: str
    size: int = 0
    seconds: float = 0.0
    good: bool = True


@dataclass(frozen=True, slots=True)
class Account:
    """What is known of a feed. Times are seconds since 1970, 0 where there is none.

    ``url`` is where it is asked for: the configured address, or one that it moved to for good. ``changed`` is when its
    bytes last were others. ``failures`` counts those in a row. ``moved_to`` is where permanent redirects lead, since
    ``moved_since``.
    """

    name: str
    url: str
    next_check: float = 0.0
    checked: float = 0.0
    changed: float = 0.0
    etag: str = ""
    modified: str = ""
    sha256: str = ""
    title: str = ""
    failures: int = 0
    gone: bool = False
    moved_to: str = ""
    moved_since: float = 0.0
    hints: Hints = field(default_factory=Hints)
    polls: tuple[Poll, ...] = ()

    @property
    def last(self) -> Poll | None:
        """The last poll."""
        return self.polls[-1] if self.polls else None

    def with_poll(self, poll: Poll, **changes: Any) -> Account:
        """The account after one more poll."""
        return replace(self, checked=poll.at, polls=(*self.polls[1 - KEPT :], poll), **changes)


_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(Account).decode


class Ledger:
    """The accounts, by the feeds' names. Any number of threads and processes may read; one writes."""

    def __init__(self, path: Path, *, read_only: bool = False) -> None:
        """Opens it; StoreError where that can't be done, and where a read-only one is not there."""
        self._path = path
        self._writing = threading.Lock()  # two threads of one process share the connection
        with self._told():
            if not read_only:
                path.parent.mkdir(parents=True, exist_ok=True)
            uri = f"{path.absolute().as_uri()}{'?mode=ro' if read_only else ''}"
            self._connection = sqlite3.connect(uri, uri=True, check_same_thread=False, isolation_level=None, timeout=10)
            if not read_only:
                self._create()

    def _create(self) -> None:
        execute = self._connection.execute
        execute("PRAGMA journal_mode = WAL")
        execute("PRAGMA synchronous = NORMAL")
        (version,) = execute("PRAGMA user_version").fetchone()
        if version > _SCHEMA:
            raise StoreError(f"{self._path} was written by a newer feedd (schema {version}, this one knows {_SCHEMA})")
        columns = "name TEXT PRIMARY KEY, next_check REAL NOT NULL, account BLOB NOT NULL"
        execute(f"CREATE TABLE IF NOT EXISTS accounts ({columns})")
        execute("CREATE INDEX IF NOT EXISTS accounts_next ON accounts (next_check)")
        execute(f"PRAGMA user_version = {_SCHEMA}")

    def close(self) -> None:
        """Lets go of the file."""
        self._connection.close()

    def get(self, name: str) -> Account | None:
        """The account of a feed, None where it was never polled."""
        with self._told():
            row = self._connection.execute("SELECT account FROM accounts WHERE name = ?", (name,)).fetchone()
        return None if row is None else _decode(row[0])

    def all(self) -> list[Account]:
        """Every account, by its feed's name."""
        with self._told():
            rows = self._connection.execute("SELECT account FROM accounts ORDER BY name").fetchall()
        return [_decode(row[0]) for row in rows]

    def times(self) -> dict[str, float]:
        """When each feed is to be polled next."""
        with self._told():
            return dict(self._connection.execute("SELECT name, next_check FROM accounts ORDER BY next_check"))

    def due(self, now: float) -> list[str]:
        """The names of the feeds to be polled by now, the longest waiting first."""
        query = "SELECT name FROM accounts WHERE next_check <= ? ORDER BY next_check"
        with self._told():
            return [name for (name,) in self._connection.execute(query, (now,))]

    def put(self, accounts: Iterable[Account]) -> None:
        """Keeps accounts, all of them or none."""
        rows = [(one.name, one.next_check, _encode(one)) for one in accounts]
        with self._writing, self._told():
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                self._connection.executemany("INSERT OR REPLACE INTO accounts VALUES (?, ?, ?)", rows)
                self._connection.execute("COMMIT")
            except BaseException:
                self._connection.execute("ROLLBACK")
                raise

    def hasten(self, names: Iterable[str]) -> None:
        """Has these polled by the next look, whoever polls: those that are gone too."""
        with self._writing, self._told():
            statement = "UPDATE accounts SET next_check = 0 WHERE name = ?"
            self._connection.executemany(statement, [(name,) for name in names])

    def forget(self, names: Iterable[str]) -> None:
        """Forgets feeds."""
        with self._writing, self._told():
            self._connection.executemany("DELETE FROM accounts WHERE name = ?", [(name,) for name in names])

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except (sqlite3.Error, msgspec.MsgspecError, OSError, UnicodeError) as error:
            raise StoreError(f"{self._path}: {error}") from error
