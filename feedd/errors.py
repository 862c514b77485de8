"""What can go wrong, as one tree; the command line turns each into one line and an exit code.

::

    FeeddError
    ├── UsageError       64  the command line makes no sense
    ├── Unreadable       65  a document can't be made an article (it is quarantined)
    ├── WorkerError      70  no process can be started to parse in
    ├── StoreError       74  the archive can't be opened, read or written
    │   ├── Unstorable   74  the archive refuses this one row, and would refuse it again
    │   └── Damaged      74  the archive's file is no sound database
    ├── PublishError     74  the served folder can't be written
    ├── PageError        65  a user's template can't be filled in
    ├── FetchError       69  an upstream feed can't be had
    ├── WatchError       74  an inbox can't be watched or read
    ├── AddressError     69  the listening address can't be had
    ├── AlreadyRunning   75  another instance works on the same state
    └── ConfigError      78  the configuration is bad; carries every problem

Exit codes are those of sysexits.h. A library's own exception becomes one of these in the
module that the library lives in, and goes no further.
"""

from __future__ import annotations

from collections.abc import Collection


class FeeddError(Exception):
    """The root: anything that feedd reports in one line. ``exit_code`` is a sysexits number."""

    exit_code = 70


class UsageError(FeeddError):
    """The command line makes no sense (EX_USAGE)."""

    exit_code = 64


class Unreadable(FeeddError):
    """A document can't be made an article; the message is the reason an operator reads (EX_DATAERR)."""

    exit_code = 65


class WorkerError(FeeddError):
    """No process can be started to parse in (EX_SOFTWARE)."""


class AddressError(FeeddError):
    """The listening address can't be had (EX_UNAVAILABLE)."""

    exit_code = 69


class StoreError(FeeddError):
    """The archive can't be opened, read or written (EX_IOERR)."""

    exit_code = 74


class Unstorable(StoreError):
    """The archive refuses one row, and would refuse it again: others are not concerned."""


class Damaged(StoreError):
    """The archive's file is no sound database: it must be made anew."""


class PublishError(FeeddError):
    """The served folder can't be written (EX_IOERR); ``reason`` is the same for all that it concerns.

    ``names`` are the documents that are not in their places for it; none where it concerns all of them.
    """

    exit_code = 74

    def __init__(self, text: str, *, reason: str = "", names: Collection[str] = ()) -> None:
        self.reason = reason
        self.names = frozenset(names)
        super().__init__(text)


class PageError(FeeddError):
    """A user's template can't be filled in (EX_DATAERR)."""

    exit_code = 65


class FetchError(FeeddError):
    """An upstream feed can't be had; the message is what went wrong (EX_UNAVAILABLE)."""

    exit_code = 69


class WatchError(FeeddError):
    """An inbox can't be watched or read (EX_IOERR)."""

    exit_code = 74


class AlreadyRunning(FeeddError):
    """Another instance works on the same state (EX_TEMPFAIL)."""

    exit_code = 75


class NotRunning(FeeddError):
    """There is no daemon to be asked (EX_UNAVAILABLE)."""

    exit_code = 69


class ConfigError(FeeddError):
    """The configuration is bad (EX_CONFIG); ``problems`` names each as ``key: what is wrong``."""

    exit_code = 78

    def __init__(self, path: str, problems: tuple[str, ...]) -> None:
        self.path = path
        self.problems = problems
        super().__init__("\n".join(f"{path}: {problem}" for problem in problems))
