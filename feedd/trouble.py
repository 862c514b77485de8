"""A trouble that lasts is told when it begins, each minute while it lasts, and when it is over."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

from feedd.errors import FeeddError

# Seconds after which what lasts is told again.
_REMIND = 60.0


class Trouble:
    """One kind of trouble, told in ``log``. Used by one thread at a time."""

    def __init__(self, log: logging.Logger, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._log = log
        self._monotonic = monotonic
        self._reason: object = None
        self._again = 0.0
        self.count = 0
        """How many times in a row there was some."""

    def tell(self, text: str, error: Exception) -> None:
        """There is trouble; what is no error of feedd's own is told with its traceback."""
        expected = isinstance(error, FeeddError)
        reason = (type(error), getattr(error, "reason", None) or str(error))
        now = self._monotonic()
        if reason != self._reason or now >= self._again:
            self._log.error(text, exc_info=None if expected else error)
            self._reason, self._again = reason, now + _REMIND
        self.count += 1

    def over(self, text: str) -> None:
        """There is none now."""
        if self.count:
            self._log.info(text)
        self.count, self._reason = 0, None
