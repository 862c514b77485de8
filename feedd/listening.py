"""Sockets to listen on: a TCP port, a Unix socket, or one that the service manager holds."""

from __future__ import annotations

import contextlib
import errno
import os
import re
import socket
import stat
import time
from collections.abc import Generator
from pathlib import Path
from typing import Any

from feedd.errors import AddressError

BACKLOG = 2048
UNIX = "unix:"
"""What an address begins with that is the path of a Unix socket."""
_FIRST = 3  # the first descriptor that a service manager hands over


def listen(address: str, *, patience: float = 0.0, beside: socket.socket | None = None) -> socket.socket:
    """Give a listening socket on ``host:port`` or ``[v6]:port``, where port 0 takes a free one, or ``unix:/path``.

    A port in use is tried again for ``patience`` seconds. The socket ``beside`` which it is to stand for a
    while may have the same port, at an address that is or holds this one's. Raises AddressError.
    """
    if address.startswith(UNIX):
        return _listening_unix(address.removeprefix(UNIX))
    family, place = _resolve(address)
    deadline = time.monotonic() + patience
    while True:
        try:
            return _listening(family, place, beside)
        except OSError as error:
            if error.errno != errno.EADDRINUSE or time.monotonic() >= deadline:
                reason = _REASONS.get(error.errno or 0, error.strerror or str(error))
                raise AddressError(f"{address}: {reason}") from error
        time.sleep(0.05)


def inherited() -> socket.socket | None:
    """The listening socket that a service manager hands over (sd_listen_fds(3)), once; None where there is none."""
    named = os.environ.pop("LISTEN_PID", None), os.environ.pop("LISTEN_FDS", None)
    os.environ.pop("LISTEN_FDNAMES", None)
    if named[0] != str(os.getpid()) or not (named[1] or "").isdecimal() or int(named[1] or 0) < 1:
        return None
    try:
        sock = socket.socket(fileno=_FIRST)
        listens = sock.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN)
    except OSError as error:
        raise AddressError(f"the service manager's descriptor {_FIRST}: {error.strerror}") from error
    if not listens:
        raise AddressError(f"the service manager's descriptor {_FIRST} is no listening socket")
    os.set_inheritable(_FIRST, False)
    return sock


def address_of(sock: socket.socket) -> str:
    """Where it answers, as a URL; as ``unix:`` and the path for a Unix socket."""
    if sock.family == socket.AF_UNIX:
        return f"{UNIX}{sock.getsockname()}"
    host, port = sock.getsockname()[:2]
    return f"http://{f'[{host}]' if ':' in host else host}:{port}/"


def _listening_unix(path: str) -> socket.socket:
    """One that everybody on this machine may connect to; what a process that is gone left there is taken away."""
    sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        if _left(path):
            Path(path).unlink()
        sock.bind(path)
        Path(path).chmod(0o666)
        sock.listen(BACKLOG)
    except OSError as error:
        sock.close()
        reason = "another process listens there" if error.errno == errno.EADDRINUSE else error.strerror or str(error)
        raise AddressError(f"{UNIX}{path}: {reason}") from error
    return sock


def _left(path: str) -> bool:
    """Whether there is a socket on which nobody listens."""
    try:
        if not stat.S_ISSOCK(os.lstat(path).st_mode):
            return False
    except FileNotFoundError:
        return False
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        return probe.connect_ex(path) == errno.ECONNREFUSED


_REASONS = {
    errno.EADDRINUSE: "the port is in use; another one can be set as [server] listen",
    errno.EADDRNOTAVAIL: "not an address of this machine",
    errno.EACCES: "no permission to listen on this port",
}


def _resolve(address: str) -> tuple[int, Any]:
    match = re.fullmatch(r"(?:\[([^][]+)\]|([^][:\s]+)):(\d{1,5})", address, re.ASCII)
    if match is None or int(match[3]) > 65535:
        raise AddressError(f"{address!r} is no host:port such as 127.0.0.1:8000 or [::1]:8000")
    try:
        found = socket.getaddrinfo(match[1] or match[2], int(match[3]), type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise AddressError(f"{address}: this host name is not known") from error
    # localhost is both: IPv4 is what every client tries.
    family, _, _, _, place = min(found, key=lambda one: one[0] != socket.AF_INET)
    return family, place


def _listening(family: int, place: Any, beside: socket.socket | None) -> socket.socket:
    sock = socket.socket(family, socket.SOCK_STREAM)
    try:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        with _sharing(sock, beside) if beside is not None else contextlib.nullcontext():
            sock.bind(place)
            sock.listen(BACKLOG)
    except OSError:
        sock.close()
        raise
    return sock


@contextlib.contextmanager
def _sharing(*socks: socket.socket) -> Generator[None, None, None]:
    """Only within it: who else asks for the port afterwards is to be told that it is in use."""
    for sock in socks:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    try:
        yield
    finally:
        for sock in socks:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 0)
