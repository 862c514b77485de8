"""Builds every part from the configuration and joins them: the only place that knows all.

The main role: one thread takes changes in, the timetable's threads regenerate and publish, and the main
thread waits for signals and keeps the serving process alive.
"""

from __future__ import annotations

import fcntl
import logging
import os
import queue
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from feedd import serve
from feedd.archive import Archive
from feedd.child import Child
from feedd.config import Config
from feedd.dates import Clock, utc_now
from feedd.errors import AlreadyRunning, FeeddError, StoreError
from feedd.generate import FORMATS
from feedd.inbox import Change
from feedd.intake import Intake
from feedd.model import FileStat
from feedd.outcome import Outcome, summary
from feedd.pipeline import Edition, Pipeline
from feedd.publish import FolderPublisher
from feedd.schedule import Deadlines, Timetable
from feedd.store import FileState, Store
from feedd.watch import Watcher
from feedd.workers import Workers

log = logging.getLogger(__name__)

# What a stop may take: documents still due after that are written at the next start.
_DRAIN = 1.0
# Seconds between looks for articles whose files are gone for good, when nothing else happens.
_WITHDRAW_EVERY = 1.0
# How long to wait for the port of a daemon that was killed: its serving process ends by itself.
_PATIENCE = 3.0


# --- the parts ---------------------------------------------------------------------------------------


@contextmanager
def locked(state: Path) -> Iterator[None]:
    """Holds the state folder for this process; AlreadyRunning where another one does."""
    try:
        state.mkdir(parents=True, exist_ok=True)
        file = (state / "lock").open("a+")
    except OSError as error:
        raise StoreError(f"state folder {state}: {error.strerror}") from error
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            file.seek(0)
            raise AlreadyRunning(f"another feedd ({file.read().strip()}) works on {state}") from error
        file.truncate(0)
        file.write(f"process {os.getpid()}")
        file.flush()
        yield


@contextmanager
def opened(config: Config, *, clock: Clock = utc_now) -> Iterator[tuple[Archive, Pipeline]]:
    """The archive and the pipeline over it, ready to work; their state is closed cleanly at the end.

    After an unclean stop what was published is checked byte by byte first.
    """
    running = config.state / "running"
    unclean = running.exists()
    archive = Archive(config.state / "feedd.db")
    workers = Workers(config.parsing)
    try:
        publisher = FolderPublisher(config.output, clock=clock)
        running.touch()
        authority = config.site.authority
        intake = Intake(archive, config.inboxes, config.topics, authority=authority, parser=workers, clock=clock)
        pipeline = Pipeline(archive, publisher, intake, edition=_edition(config), clock=clock)
        damaged = publisher.verify() if unclean else []
        if unclean:
            log.info("the last stop was unclean: checked what was published, %d files differ", len(damaged))
        pipeline.prepare(again=damaged)
        yield archive, pipeline
    finally:
        workers.close()
        archive.close()
    running.unlink(missing_ok=True)


def _edition(config: Config) -> Edition:
    return Edition(
        config.site,
        config.topics,
        config.entries,
        given=tuple((inbox.name, inbox.defaults.topics) for inbox in config.inboxes),
        aliases=tuple(sorted(config.aliases.items())),
    )


def _server(config: Config) -> Child:
    """The process that serves, on a socket that is bound here: an address that can't be had is told at once."""
    sock = serve.listen(config.listen, patience=_PATIENCE)
    return Child(["serve", "-c", str(config.path)], sock)


def _known(store: Store) -> Callable[[str, bytes], Iterator[tuple[bytes, FileStat | None]]]:
    """What the archive holds of an inbox, as the watcher asks for it."""

    def known(inbox: str, under: bytes) -> Iterator[tuple[bytes, FileStat | None]]:
        for row in store.files(inbox, under):
            yield row.place.path, None if row.state is FileState.VANISHED else row.stat

    return known


# --- one pass ----------------------------------------------------------------------------------------


def build(
    config: Config, *, accept_vanished: bool = False, progress: Callable[[int], None] = lambda _: None
) -> tuple[Outcome, int]:
    """One pass over the inboxes, every changed document written: what it did, and how many documents.

    ``progress`` is told how many files more are done.
    """
    with locked(config.state), opened(config) as (archive, pipeline):
        # Whoever asks for a pass means the files as they are now.
        watcher = Watcher(config.inboxes, _known(archive), settle=0.0)
        total = Outcome()
        watcher.ask_scan()
        total += _take_all(watcher, pipeline, progress)
        total += pipeline.withdraw(at_once=True, accept=accept_vanished)
        while total.recheck:
            for place in total.recheck:
                watcher.ask_look(place)
            total.recheck = []
            total += _take_all(watcher, pipeline, progress)
        written = pipeline.refresh(set(pipeline.due())) + pipeline.publish_index()
        return total, written


def _take_all(watcher: Watcher, pipeline: Pipeline, progress: Callable[[int], None]) -> Outcome:
    total = Outcome()
    changes: list[Change] = []
    while changes or pipeline.waiting or not watcher.caught_up:
        total += pipeline.ingest(changes)
        progress(len(changes))
        changes = [] if pipeline.behind else watcher.take(0.0 if pipeline.waiting else 0.05)
    return total


# --- the daemon --------------------------------------------------------------------------------------


class Daemon:
    """The running feedd: watch, take in, regenerate, publish, and a process that serves."""

    def __init__(self, config: Config, *, say: Callable[[str], None], with_server: bool = True) -> None:
        self._config = config
        self._say = say
        self._with_server = with_server
        self._signals: queue.SimpleQueue[int] = queue.SimpleQueue()
        self._stop = threading.Event()
        self._deadlines = Deadlines(config.timing.quiet, config.timing.latest)
        self._lock = threading.Lock()  # over the deadlines: marked by one thread, taken by another
        self._timetable = Timetable()
        self._server: Child | None = None
        self._first = threading.Event()  # what lay in the inboxes at the start is taken in
        self._announced = False
        self._next_withdrawal = 0.0

    def run(self) -> None:
        """Works until SIGTERM or SIGINT, then finishes what is under way."""
        for number in (signal.SIGTERM, signal.SIGINT):
            # The one way to tell that is safe wherever the signal interrupts this thread.
            signal.signal(number, lambda number, _: self._signals.put(number))
        with ExitStack() as stack:
            stack.enter_context(locked(self._config.state))
            if self._with_server:
                self._server = stack.enter_context(_server(self._config))
                self._say(f"index page: {self._server.url}")
            self._archive, self._pipeline = stack.enter_context(opened(self._config))
            self._watcher = Watcher(self._config.inboxes, _known(self._archive))
            self._work()
        log.info("stopped")

    def _work(self) -> None:
        for source in self._config.sources:
            log.warning("source %s is not polled: this version does not read upstream feeds yet", source.url)
        timing = self._config.timing
        self._timetable.on_flush(self._flush)
        self._timetable.every(1.0, "watch check", self._watcher.ask_check)
        self._timetable.every(timing.sweep, "sweep", self._watcher.ask_sweep)
        self._timetable.every(timing.scan, "scan", self._watcher.ask_scan)
        self._timetable.every(5.0, "due", self._mark_due)
        self._watcher.start()
        intake = threading.Thread(target=self._take_in, name="intake")
        intake.start()
        self._timetable.start()
        try:
            while not self._asked_to_stop(1.0):
                self._timetable.keep_time()
                if self._server is not None:
                    self._server.keep()
        finally:
            self._stop.set()
            intake.join()
            self._watcher.stop()
            self._timetable.stop()
            self._drain()

    def _asked_to_stop(self, seconds: float) -> bool:
        """Waits so long for a signal."""
        try:
            number = self._signals.get(timeout=seconds)
        except queue.Empty:
            return False
        log.info("%s: stopping", signal.Signals(number).name)
        return True

    # --- taking in ---

    def _take_in(self) -> None:
        """The intake thread: whatever goes wrong with a batch is told, and found again by a scan."""
        since = Outcome()
        while not self._stop.is_set():
            try:
                outcome = self._step()
            except Exception as error:
                known = isinstance(error, FeeddError)
                log.error("taking files in failed, trying again: %s", error, exc_info=not known)
                self._stop.wait(1.0)
                self._watcher.ask_scan()
                continue
            since += outcome
            if not self._watcher.busy and not self._pipeline.waiting:
                self._tell(since)
                since = Outcome()
            if not self._first.is_set() and self._watcher.caught_up and not self._pipeline.waiting:
                self._first.set()
                self._mark_due()

    def _step(self) -> Outcome:
        # A stop is answered within this time.
        outcome = Outcome()
        changes: list[Change] = []
        if not self._pipeline.behind:
            changes = self._watcher.take(0.0 if self._pipeline.waiting else 0.25)
        if changes or self._pipeline.waiting:
            outcome += self._pipeline.ingest(changes)
        # While more is on its way a file that seems gone may turn up elsewhere, or all may be seen to be gone.
        listening = self._pipeline.waiting or self._watcher.listening
        if not listening and (changes or time.monotonic() >= self._next_withdrawal):
            self._next_withdrawal = time.monotonic() + _WITHDRAW_EVERY
            outcome += self._pipeline.withdraw()
        for place in outcome.recheck:
            self._watcher.ask_look(place)
        self._mark(outcome.dirty)
        return outcome

    def _tell(self, outcome: Outcome) -> None:
        if outcome.added or outcome.updated or outcome.withdrawn or outcome.quarantined or outcome.duplicates:
            log.info("%s", summary(outcome))

    # --- regenerating ---

    def _mark_due(self) -> None:
        self._mark(set(self._pipeline.due()))

    def _mark(self, topics: set[str]) -> None:
        if not topics:
            return
        with self._lock:
            self._deadlines.mark(topics, time.monotonic())
        self._timetable.wake(self._wait())

    def _wait(self) -> float:
        with self._lock:
            at = self._deadlines.next()
        return 1.0 if at is None else max(0.0, at - time.monotonic())

    def _flush(self) -> float | None:
        """Regenerates the topics whose time has come; gives the seconds until the next one's."""
        if not self._first.is_set():
            # Before the inboxes are read a feed would hold less than it did: after a loss of the archive, nothing.
            return None
        with self._lock:
            topics = self._deadlines.take(time.monotonic())
        if topics:
            self._publish(topics)
        elif not self._announced and not len(self._deadlines):
            self._announce()
        with self._lock:
            waiting = len(self._deadlines) > 0
        return self._wait() if waiting else None

    def _publish(self, topics: list[str]) -> None:
        written = self._pipeline.refresh(topics, stop=self._stop.is_set) + self._pipeline.publish_index()
        if written and self._server is not None:
            self._server.look()

    def _announce(self) -> None:
        """Once, when what lay in the inboxes at the start is published: the addresses of its feeds."""
        self._announced = True
        self._pipeline.publish_index()
        if self._server is not None:
            self._server.look()
            for topic in self._pipeline.wanted():
                feeds = "  ".join(f"{self._server.url}{topic.id}{row.suffix}" for row in FORMATS)
                self._say(f"{topic.title}: {feeds}")
        self._say("ready: waiting for files in " + ", ".join(str(inbox.root) for inbox in self._config.inboxes))

    def _drain(self) -> None:
        """Publishes what is due while there is time for it; the rest stays due."""
        end = time.monotonic() + _DRAIN
        for topic in self._pipeline.due() if self._first.is_set() else ():
            if time.monotonic() >= end:
                log.info("the rest is regenerated at the next start")
                break
            self._pipeline.refresh([topic])
        self._pipeline.publish_index()
