"""The access log: a line for each answer, in the combined format that log analysers read."""

from __future__ import annotations

import logging
import logging.handlers
import re
import sys
from datetime import datetime

from feedd.errors import FeeddError
from feedd.response import Response
from feedd.rfc9110 import Request
from feedd.trouble import Trouble

logger = logging.getLogger("feedd.serve")

_UNSAFE = re.compile(r"[^ !#-\[\]-~]")


class AccessLog:
    """Writes to a file, which may be moved away at any time, or to standard output for ``-``."""

    def __init__(self, place: str) -> None:
        self._handler = logging.StreamHandler(sys.stdout) if place == "-" else _File(place)

    def note(self, client: str, request: Request, response: Response, *, now: datetime) -> None:
        """One answer; whatever a client sends stays on its line and in its field."""
        size = 0 if request.method == "HEAD" else len(response.body)
        referer, agent = (_safe(request.field(name)) for name in (b"referer", b"user-agent"))
        when = now.strftime("%d/%b/%Y:%H:%M:%S %z")
        what = f'"{_safe(request.line)}" {response.status} {size or "-"}'
        line = f'{client or "-"} - - [{when}] {what} "{referer}" "{agent}"'
        self._handler.handle(logging.LogRecord("", logging.INFO, "", 0, line, None, None))

    def close(self) -> None:
        """Lets go of the file."""
        self._handler.close()


class _File(logging.handlers.WatchedFileHandler):
    """Opened anew when it was moved away; what can't be written is told now and then, and lost."""

    def __init__(self, place: str) -> None:
        super().__init__(place, encoding="utf-8", delay=True)
        self._trouble = Trouble(logger)

    def emit(self, record: logging.LogRecord) -> None:
        """Writes it; the file may be another one by now."""
        try:
            super().emit(record)
        except OSError:
            self.handleError(record)

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: ARG002, N802 - logging's name
        """Called by logging for whatever goes wrong."""
        error = sys.exc_info()[1]
        reason = getattr(error, "strerror", None) or str(error)
        self._trouble.tell(f"access log {self.baseFilename}: {reason}; requests are not noted", FeeddError(reason))


def _safe(text: str | None) -> str:
    return _UNSAFE.sub(lambda match: f"\\x{ord(match[0]) & 0xFF:02x}", text or "-")
