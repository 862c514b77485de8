"""Runs parse() in processes that can be killed: no file hangs, crashes or fills the daemon.

A worker is this module run as a process of its own, on one end of a socket. It answers documents one by one, in their
order; a timer of the kernel ends it when a document takes too long, and a limit of the kernel when it takes too
much memory. So the document that it was at when it ended is known, and no other pays for it.
"""

from __future__ import annotations

import gc
import importlib
import logging
import os
import pickle
import resource
import select
import signal
import socket
import struct
import subprocess
import sys
import time
import warnings
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

import msgspec

from feedd.errors import Unreadable, WorkerError
from feedd.model import Article, Document, Parsed

log = logging.getLogger(__name__)

Result = tuple[Article, ...] | Unreadable

# What one message to a worker holds at most: enough to keep it busy, little enough to share work evenly.
_CHUNK = 16
_CHUNK_BYTES = 1 << 18
# What waits for a free worker at most: a batch of files is not held in memory all at once.
_QUEUED = 512
_QUEUED_BYTES = 1 << 24
_MOST_ANSWERED = 1 << 26
_MOST = 4
_OUT_OF_MEMORY = 70
_TIMERS = (-signal.SIGPROF, -signal.SIGALRM)
# How long a worker may take to start, and how long after its own timers it is taken for lost.
_START = 30.0
_LATE = 3.0
# In masses files wait for readers, not readers for files.
_NICE = 10
_LENGTH = struct.Struct("!I")


@dataclass(frozen=True, slots=True)
class Limits:
    """What parsing one document may take: ``seconds`` of CPU time, and twice that by the clock, which a busy machine
    may need; and ``memory``, the bytes of address space of its process.
    """

    seconds: float = 10.0
    memory: int = 1 << 30


@dataclass(frozen=True, slots=True)
class _Task:
    ticket: int
    document: Document
    tried: bool = False  # a worker ended at it that had parsed others before


@dataclass(slots=True)
class _Worker:
    process: subprocess.Popen[bytes]
    sock: socket.socket
    tasks: deque[_Task] = field(default_factory=deque)
    received: bytearray = field(default_factory=bytearray)
    ready: bool = False
    fresh: bool = True  # it has answered nothing yet
    since: float = 0.0  # when it last gave a sign of life


class _Answer(msgspec.Struct, array_like=True):
    articles: tuple[Article, ...] = ()
    problem: str | None = None
    left_out: tuple[str, ...] = ()
    digests: tuple[tuple[str, ...], ...] = ()
    whole: bool = True


class Workers:
    """Up to ``count`` processes (None: as many as the machine has cores, at most four), started when there is work.

    ``parser`` is the function they run, as ``module:name``. Used by one thread at a time.
    """

    def __init__(
        self, limits: Limits | None = None, *, count: int | None = None, parser: str = "feedd.parse:parse"
    ) -> None:
        self._limits = limits or Limits()
        self._count = count or min(_MOST, len(os.sched_getaffinity(0)))
        self._parser = parser
        self._workers: list[_Worker] = []
        self._queue: deque[_Task] = deque()
        self._queued_bytes = 0
        self._results: list[tuple[int, Result]] = []

    def __enter__(self) -> Workers:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Ends every process; what was not answered is forgotten."""
        for worker in self._workers:
            if worker.fresh:  # it may still be loading the program, and notices nothing until it has
                worker.process.kill()
            _end(worker)
        self._workers.clear()
        self._queue.clear()
        self._results.clear()
        self._queued_bytes = 0

    def warm(self) -> None:
        """Has a process ready before it is needed: the first document is parsed as soon as any other."""
        if not self._workers:
            with suppress(WorkerError):  # whoever needs one is told
                self._start()

    def room(self) -> bool:
        """Whether more should be submitted now."""
        return len(self._queue) < _QUEUED and self._queued_bytes < _QUEUED_BYTES

    def submit(self, ticket: int, document: Document) -> None:
        """Hands in a document; ``done`` gives its result under this ticket, once."""
        self._queue.append(_Task(ticket, document))
        self._queued_bytes += len(document.data)

    def done(self, timeout: float) -> list[tuple[int, Result]]:
        """What is done: its articles, or why there are none. Empty when nothing was for ``timeout`` seconds.

        Raises WorkerError where no process can be started; nothing is lost then, and another call tries again.
        """
        end = time.monotonic() + timeout
        while not self._results and (self._queue or any(worker.tasks for worker in self._workers)):
            self._hand_out()
            left = end - time.monotonic()
            for worker in self._wait(max(0.0, left)):
                self._receive(worker)
            self._end_overdue()
            if left <= 0:
                break
        self._hand_out()
        results, self._results = self._results, []
        return results

    # --- handing out ---

    def _hand_out(self) -> None:
        while self._queue:
            idle = next((worker for worker in self._workers if not worker.tasks), None)
            if idle is None and len(self._workers) < self._count:
                idle = self._start()
            # A document that a worker ended at gets a new one to itself.
            if idle is not None and self._queue[0].tried and not idle.fresh:
                self._drop(idle)
                continue
            if idle is None:
                return
            self._give(idle, list(self._chunk()))

    def _chunk(self) -> Iterator[_Task]:
        size = 0
        for _ in range(min(_CHUNK, max(1, len(self._queue) // self._count))):
            task = self._queue.popleft()
            self._queued_bytes -= len(task.document.data)
            size += len(task.document.data)
            yield task
            if task.tried or not self._queue or self._queue[0].tried or size > _CHUNK_BYTES:
                return

    def _give(self, worker: _Worker, tasks: list[_Task]) -> None:
        worker.tasks.extend(tasks)
        worker.since = time.monotonic()
        with suppress(OSError):  # it has ended, which reading from it will tell
            _send(worker.sock, pickle.dumps([task.document for task in tasks]))

    def _put_back(self, tasks: Sequence[_Task]) -> None:
        self._queue.extendleft(reversed(tasks))
        self._queued_bytes += sum(len(task.document.data) for task in tasks)

    # --- receiving ---

    def _wait(self, timeout: float) -> list[_Worker]:
        busy = {worker.sock.fileno(): worker for worker in self._workers if worker.tasks}
        poll = select.poll()
        for descriptor in busy:
            poll.register(descriptor, select.POLLIN)
        return [busy[descriptor] for descriptor, _ in poll.poll(min(timeout, 1.0) * 1000)]

    def _receive(self, worker: _Worker) -> None:
        try:
            data = worker.sock.recv(1 << 20)
        except OSError:
            data = b""
        if not data:
            self._bury(worker)
            return
        worker.received += data
        worker.since = time.monotonic()
        try:
            for frame in _frames(worker.received):
                self._note(worker, frame)
        except (msgspec.MsgspecError, IndexError):  # a file made it say what it never would
            worker.process.kill()
            self._bury(worker)

    def _note(self, worker: _Worker, frame: bytes) -> None:
        if not worker.ready:
            worker.ready = True
            return
        answer = _decode(frame)
        result: Result = Unreadable(answer.problem or "")
        if answer.problem is None:
            result = Parsed(answer.articles)
            result.left_out, result.digests, result.whole = answer.left_out, answer.digests, answer.whole
        self._results.append((worker.tasks.popleft().ticket, result))
        worker.fresh = False

    def _end_overdue(self) -> None:
        """A worker whose timers did not end it (it was stopped, or waits for a disk) is killed."""
        now = time.monotonic()
        for worker in [worker for worker in self._workers if worker.tasks]:
            allowed = 2 * self._limits.seconds + _LATE if worker.ready else _START
            if now - worker.since > allowed:
                worker.process.kill()
                self._bury(worker, late=worker.ready)

    def _bury(self, worker: _Worker, *, late: bool = False) -> None:
        """The process is gone: the document it was at is refused, or tried once more where it may be innocent."""
        tasks = list(worker.tasks)
        self._drop(worker)
        code = worker.process.returncode
        if not worker.ready:
            self._put_back(tasks)
            raise WorkerError(f"a parsing process can't start (exit {code})")
        guilty, *others = tasks
        self._put_back(others)
        if late or code in _TIMERS:
            problem = f"takes longer than {self._limits.seconds:g} s to parse"
        elif not worker.fresh and not guilty.tried:
            # Others before it may have filled the memory or broken something.
            self._put_back([_Task(guilty.ticket, guilty.document, tried=True)])
            return
        elif code == _OUT_OF_MEMORY:
            problem = f"needs more than {self._limits.memory >> 20:,} MiB of memory to parse"
        else:
            problem = f"crashes the parser ({_named(code)})"
        log.warning("%s: its parsing process was ended; the next file goes on", ascii(guilty.document.name))
        self._results.append((guilty.ticket, Unreadable(problem)))

    # --- processes ---

    def _start(self) -> _Worker:
        ours, theirs = socket.socketpair()
        command = [sys.executable, "-m", __name__, str(theirs.fileno()), self._parser]
        command += [str(self._limits.seconds), str(self._limits.memory)]
        # It imports what this process would, and nothing from the folder it happens to be started in.
        path = os.pathsep.join(map(os.path.abspath, sys.path))
        environment = os.environ | {"PYTHONPATH": path, "PYTHONSAFEPATH": "1"}
        try:
            process = subprocess.Popen(  # noqa: S603 - our own interpreter, our own module
                command, stdin=subprocess.DEVNULL, pass_fds=(theirs.fileno(),), process_group=0, env=environment
            )
        except OSError as error:
            ours.close()
            raise WorkerError(f"a parsing process can't be started: {error.strerror}") from error
        finally:
            theirs.close()
        worker = _Worker(process, ours, since=time.monotonic())
        self._workers.append(worker)
        return worker

    def _drop(self, worker: _Worker) -> None:
        self._workers.remove(worker)
        _end(worker)


def _end(worker: _Worker) -> None:
    """The closed socket tells an idle process to go, and one that has just ended needs a moment to be gone."""
    worker.sock.close()
    try:
        worker.process.wait(0.5)
    except subprocess.TimeoutExpired:
        worker.process.kill()
        worker.process.wait()


def _named(code: int | None) -> str:
    with suppress(ValueError, TypeError):
        return signal.Signals(-code).name  # type: ignore[operator]
    return f"exit {code}"


# --- messages: four bytes of length, then so many bytes ------------------------------------------------


def _send(sock: socket.socket, data: bytes) -> None:
    sock.sendall(_LENGTH.pack(len(data)) + data)


def _frames(received: bytearray) -> Iterator[bytes]:
    """Takes the whole messages out of what was received."""
    while len(received) >= _LENGTH.size:
        end = _LENGTH.size + _LENGTH.unpack_from(received)[0]
        if len(received) < end:
            return
        frame = bytes(received[_LENGTH.size : end])
        del received[:end]
        yield frame


# Answers are checked against their types: what a hostile file made of its process reaches nothing else.
_decode = msgspec.msgpack.Decoder(_Answer).decode
_encode = msgspec.msgpack.Encoder().encode


# --- in the process -------------------------------------------------------------------------------------


def main(descriptor: int, parser: str, limits: Limits) -> None:
    """Answers documents until the other end is closed."""
    # Whoever started it ends it; a signal to the whole group must not look like a file's fault.
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    logging.disable()  # what there is to say of a document stands in its warnings
    warnings.simplefilter("ignore")
    module, _, name = parser.partition(":")
    parse = getattr(importlib.import_module(module), name)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (limits.memory, limits.memory))
    gc.freeze()
    os.nice(_NICE)
    with socket.socket(fileno=descriptor) as sock:
        _send(sock, b"")
        received = bytearray()
        while data := sock.recv(1 << 20):
            received += data
            for frame in _frames(received):
                for document in pickle.loads(frame):  # noqa: S301 - from the daemon
                    _send(sock, _answer(parse, document, limits.seconds))


def _answer(parse: Callable[[Document], Sequence[Article]], document: Document, seconds: float) -> bytes:
    """Neither timer has a handler: the kernel ends the process, whatever code it is in."""
    signal.setitimer(signal.ITIMER_PROF, seconds)
    signal.setitimer(signal.ITIMER_REAL, 2 * seconds)
    try:
        found = parse(document)
        more = (found.left_out, found.digests, found.whole) if isinstance(found, Parsed) else ((), (), True)
        answer = _encode(_Answer(tuple(found), None, *more))
        if len(answer) > _MOST_ANSWERED:
            raise Unreadable(f"becomes articles of more than {_MOST_ANSWERED >> 20} MiB")
    except Unreadable as error:
        answer = _encode(_Answer(problem=str(error).encode(errors="backslashreplace").decode()))
    except UnicodeEncodeError as error:
        answer = _encode(_Answer(problem=f"gives text that is no Unicode: {error.reason}"))
    except MemoryError:
        os._exit(_OUT_OF_MEMORY)
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.setitimer(signal.ITIMER_REAL, 0)
    return answer


if __name__ == "__main__":
    with suppress(ConnectionError):
        main(int(sys.argv[1]), sys.argv[2], Limits(float(sys.argv[3]), int(sys.argv[4])))
