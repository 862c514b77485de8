"""A process of feedd's that serves or polls: it is started again when it ends, and ends with its parent."""

from __future__ import annotations

import logging
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Sequence

from feedd.errors import AlreadyRunning, ConfigError
from feedd.listening import address_of

log = logging.getLogger(__name__)

# A process that lives shorter than this many seconds is not started again at once.
_SETTLED = 2.0
# One that another process keeps from its work, or its configuration, would only say so again: seconds until then.
_IN_VAIN, _HOPELESS = (AlreadyRunning.exit_code, ConfigError.exit_code), 60.0
# How long it may take to end when it is asked to.
_PATIENCE = 1.5


class Child:
    """A feedd command, the ``what`` process: ``words`` are its command line. To one that serves ``--fd`` is added, the
    listening socket that it inherits.
    """

    def __init__(self, words: Sequence[str], sock: socket.socket | None, *, what: str) -> None:
        self._words = words
        self._what = what
        self.socket = sock
        self._process: subprocess.Popen[bytes] | None = None
        self._started = 0.0

    @property
    def url(self) -> str:
        """Where it answers, whatever the public address is."""
        assert self.socket is not None
        return address_of(self.socket)

    def start(self) -> None:
        """Starts the process; where that can't be, it is told, and ``keep`` tries again."""
        try:
            self._start()
        except OSError as error:
            self._started = time.monotonic()
            log.error("the %s process can't be started now: %s", self._what, error.strerror)

    def restart(self, words: Sequence[str]) -> None:
        """Ends the process and starts another one, on the same socket: who connects meanwhile waits."""
        self._end()
        self._words = words
        self.start()

    def close(self) -> None:
        """Ends the process, and lets go of the socket."""
        self._end()
        if self.socket is not None:
            self.socket.close()

    def _end(self) -> None:
        if self._process is None:
            return
        assert self._process.stdin is not None
        self._process.terminate()
        try:
            self._process.wait(_PATIENCE)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process.stdin.close()
        self._process = None

    def look(self) -> None:
        """Tells it that something was published."""
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(signal.SIGUSR1)

    def keep(self) -> None:
        """Starts it again if it ended: at most once in so many seconds as it lived."""
        code = None if self._process is None else self._process.poll()
        if self._process is not None and code is None:
            return
        if time.monotonic() - self._started > (_HOPELESS if code in _IN_VAIN else _SETTLED):
            if self._process is not None:
                log.error("the %s process ended (%s): starting it again", self._what, code)
            self._end()
            self.start()

    def _start(self) -> None:
        command = [sys.executable, "-m", "feedd", *self._words]
        inherited = () if self.socket is None else (self.socket.fileno(),)
        for descriptor in inherited:
            command += ["--fd", str(descriptor)]
        # Its standard input is a pipe that ends with this process, however that ends.
        self._process = _spawn(command, inherited)
        self._started = time.monotonic()


def _spawn(command: list[str], inherited: tuple[int, ...]) -> subprocess.Popen[bytes]:
    """Starts the process with the signals blocked that would end it before it can handle them."""
    early = {signal.SIGUSR1, signal.SIGTERM, signal.SIGINT}
    signal.pthread_sigmask(signal.SIG_BLOCK, early)
    try:
        # A process group of its own: Ctrl-C is this process's to answer.
        return subprocess.Popen(  # noqa: S603 - our own interpreter, our own module
            command, stdin=subprocess.PIPE, pass_fds=inherited, process_group=0
        )
    finally:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, early)
