"""Builds every part from the configuration and joins them: the only place that knows all.

The main thread waits for signals, keeps the serving process alive, and on SIGHUP puts a changed configuration
in the place of the old one, if it is good.
"""

from __future__ import annotations

import logging
import os
import queue
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from types import FrameType

from feedd import config as configuration
from feedd import control, salvage
from feedd.archive import Archive
from feedd.child import Child
from feedd.config import Config
from feedd.control import locked
from feedd.dates import Clock, utc_now
from feedd.edition import Edition, Extent
from feedd.errors import AddressError, ConfigError, FeeddError, PublishError, StoreError
from feedd.inbox import Change
from feedd.intake import Intake
from feedd.outcome import Outcome
from feedd.pipeline import Pipeline
from feedd.publish import FolderPublisher
from feedd.serving import Serving
from feedd.spool import Spool
from feedd.terminal import Terminal, asked_in_vain
from feedd.watch import Watcher
from feedd.work import Work
from feedd.workers import Workers

log = logging.getLogger(__name__)

# How long to wait for the port of a daemon that was killed: its serving process ends by itself.
_PATIENCE = 3.0
_OTHER_STATE = "state.path: can't change while feedd runs: stop it, move the folder, start it"


# --- the parts ---------------------------------------------------------------------------------------


@contextmanager
def opened(config: Config, *, clock: Clock = utc_now, warm: bool = False) -> Iterator[tuple[Archive, Pipeline]]:
    """The archive and the pipeline over it, ready to work; their state is closed cleanly at the end.

    After an unclean stop what was published is checked byte by byte first. ``warm`` has a process wait for files.
    """
    running = config.state / "running"
    unclean = running.exists()
    archive = Archive(config.state / "feedd.db")
    workers = Workers(config.parsing)
    if warm:
        workers.warm()
    try:
        publisher = FolderPublisher(config.output, clock=clock)
        _begin(running)
        authority = config.site.authority
        inboxes = (*config.inboxes, *config.upstream)
        intake = Intake(archive, inboxes, config.topics, authority=authority, parser=workers, clock=clock)
        spool = Spool(config.spool, (source.url for source in config.sources))
        pipeline = Pipeline(archive, publisher, intake, spool=spool, edition=_edition(config), clock=clock)
        damaged = publisher.verify() if unclean else []
        if unclean:
            log.info("the last stop was unclean: checked what was published, %d files differ", len(damaged))
        pipeline.prepare(again=damaged)
        yield archive, pipeline
    finally:
        workers.close()
        archive.close()
    running.unlink(missing_ok=True)


def _begin(running: Path) -> None:
    try:
        running.touch()
    except OSError as error:
        raise StoreError(f"{running}: {error.strerror}") from error


def _edition(config: Config) -> Edition:
    return Edition(
        config.site,
        config.topics,
        Extent(config.entries, config.max_bytes),
        inboxes={inbox.name: inbox.defaults for inbox in config.inboxes},
        templates=config.templates,
        sources={source.url: source.topics for source in config.sources},
    )


# --- one pass ----------------------------------------------------------------------------------------


def build(
    config: Config,
    *,
    accept_vanished: bool = False,
    rebuild: bool = False,
    progress: Callable[[int], None] = lambda _: None,
    say: Callable[[str], None] = lambda _: None,
) -> tuple[Outcome, int]:
    """One pass over the inboxes, every changed document written: what it did, and how many documents.

    ``rebuild`` first makes the archive anew. ``progress`` is told how many files more are done, or articles where the
    rules changed.
    """
    with ExitStack() as stack:
        stack.enter_context(asked_in_vain())
        stack.enter_context(locked(config.state, command="build", config=config.path))
        if rebuild:
            _rebuild(config, say)
        archive, pipeline = stack.enter_context(opened(config))
        # Whoever asks for a pass means the files as they are now.
        watcher = Watcher(config.inboxes, archive.scanned, settle=0.0)
        total = Outcome()
        watcher.ask_scan()
        total += _take_all(watcher, pipeline, progress)
        total += pipeline.withdraw(at_once=True, accept=accept_vanished)
        while total.recheck:
            for place in total.recheck:
                watcher.ask_look(place)
            total.recheck = []
            total += _take_all(watcher, pipeline, progress)
        while pipeline.changing:
            count, _ = pipeline.change()
            progress(count)
        written = pipeline.refresh(set(pipeline.due())) + pipeline.publish_index()
        if pipeline.trouble.count:
            raise PublishError("not every document could be written: the lines above say why")
        return total, written


def _rebuild(config: Config, say: Callable[[str], None]) -> None:
    made = salvage.rebuild(config.state / "feedd.db", utc_now())
    if made is not None:
        say(f"the archive was made anew with {made.articles} articles; the one before it is kept as {made.backup}")
    if made is not None and made.partly:
        say(f"it could not be read in full: {', '.join(made.partly)}; what is missing is taken from the inboxes")


def _take_all(watcher: Watcher, pipeline: Pipeline, progress: Callable[[int], None]) -> Outcome:
    total = Outcome()
    changes: list[Change] = []
    while changes or pipeline.waiting or not watcher.caught_up:
        total += pipeline.ingest(changes)
        progress(len(changes))
        changes = [] if pipeline.behind else watcher.take(0.0 if pipeline.waiting else 0.05)
    return total


# --- the daemon ----------------------------------------------------------------------------------------


class Daemon:
    """The running feedd: the parts at work, a process that serves, and signals."""

    def __init__(
        self, config: Config, *, say: Callable[[str], None], with_server: bool = True, with_fetcher: bool = True
    ) -> None:
        self._config = config
        self._say = say
        self._with_server = with_server
        self._with_fetcher = with_fetcher
        self._fetching: Child | None = None
        self._signals: queue.SimpleQueue[int] = queue.SimpleQueue()
        self._reading: threading.Thread | None = None
        self._stop: int | None = None  # the signal that ends it
        self._serving = Serving(say=say)
        self._terminal = Terminal()
        self._begun = 0.0  # when the last reload did

    def run(self) -> None:
        """Works until SIGTERM or SIGINT, then finishes what is under way."""
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, self._note)
        with locked(self._config.state, command=control.DAEMON, config=self._config.path):
            try:
                self._offer(self._config, patience=_PATIENCE)
                self._serving.take(self._config.output, self._config.manners)
                self._fetch(self._config)
                self._sessions()
            finally:
                if self._fetching is not None:
                    self._fetching.close()
                self._serving.close()
        log.info("stopped")
        if self._reading is not None and self._reading.is_alive():
            # Native code that is still reading a configuration when the interpreter ends would abort the process.
            logging.shutdown()
            sys.stdout.flush()
            os._exit(0)

    def _note(self, number: int, _: FrameType | None) -> None:
        if number != signal.SIGHUP or self._terminal.gone():
            self._stop = number
        # The one way to wake this thread that is safe wherever the signal interrupts it.
        self._signals.put(number)

    def _sessions(self) -> None:
        """One configuration after another; where a new one can't start, the one before it goes on."""
        config, former = self._config, None
        while True:
            with ExitStack() as stack:
                try:
                    archive, pipeline = stack.enter_context(opened(config, warm=True))
                except Exception as error:
                    if former is None:
                        raise
                    self._serving.let_go()
                    self._refuse(config, error)
                    config, former = former, None
                    continue
                if former is not None:
                    self._serving.take(config.output, config.manners)
                    self._fetch(config)
                    self._accept(config)
                following = self._session(config, archive, pipeline)
            if following is None:
                return
            config, former = following, config

    def _session(self, config: Config, archive: Archive, pipeline: Pipeline) -> Config | None:
        """Works under a configuration until a stop, or until another one is to take its place."""
        serving = self._serving
        work = Work(config, archive, pipeline, say=self._say, published=serving.look, url=serving.url)
        work.start()
        try:
            while True:
                asked = self._asked(1.0)
                following = self._reread(config) if asked and self._stop is None else None
                if self._stop is not None:
                    log.info("%s: stopping", signal.Signals(self._stop).name)
                    return None
                if following is not None:
                    return following
                work.keep_time()
                serving.keep()
                if self._fetching is not None:
                    self._fetching.keep()
        finally:
            work.stop()

    def _fetch(self, config: Config) -> None:
        """Has the sources of this configuration polled, by a process of its own where there are any."""
        if self._fetching is not None:
            self._fetching.close()
            self._fetching = None
        if self._with_fetcher and any(source.enabled for source in config.sources):
            self._fetching = Child(["fetch", "--child", "-c", str(config.path)], None, what="polling")
            self._fetching.start()

    def _asked(self, seconds: float) -> bool:
        """Waits so long for a signal: whether there was one. Those that wait are one."""
        asked = False
        with suppress(queue.Empty):
            self._signals.get(timeout=seconds)
            asked = True
            while True:
                self._signals.get_nowait()
        return asked

    # --- another configuration ---

    def _reread(self, config: Config) -> Config | None:
        """The configuration as its file is now; None, and told why, where it can't take the place of this one."""
        self._begun = time.monotonic()
        try:
            following = self._load(config.path)
            if following is None:
                return None
            if following.state != config.state:
                raise ConfigError(str(config.path), (_OTHER_STATE,))
            # Before anything of this one stops: no file of the served folder goes for one that can't serve.
            self._offer(following)
        except AddressError as error:
            self._refuse(config, ConfigError(str(config.path), (f"server.listen: {error}",)))
        except Exception as error:  # noqa: BLE001 - it is told, with its traceback
            self._refuse(config, error)
        else:
            return following
        return None

    def _load(self, path: Path) -> Config | None:
        """What stands in the file, read by a thread of its own, as long rules take seconds; None where a stop came."""
        found: Future[Config] = Future()

        def load() -> None:
            try:
                found.set_result(configuration.load(path))
            except Exception as error:  # noqa: BLE001 - it is raised where it is waited for
                found.set_exception(error)

        # Nobody waits for a daemon thread at the end.
        self._reading = threading.Thread(target=load, name="reload", daemon=True)
        self._reading.start()
        while self._stop is None:
            with suppress(TimeoutError):
                return found.result(timeout=0.1)
        return None

    def _offer(self, config: Config, *, patience: float = 0.0) -> None:
        if self._with_server:
            self._serving.offer(config.listen, patience=patience)

    def _refuse(self, config: Config, error: Exception) -> None:
        """Whatever is wrong with a new configuration, it never takes the running one along."""
        problems = error.problems if isinstance(error, ConfigError) else (str(error) or repr(error),)
        for problem in problems:
            log.error("%s: %s", config.path, problem, exc_info=not isinstance(error, FeeddError))
        log.error("reload: refused; the configuration stays what it was")
        self._report(config, problems)

    def _accept(self, config: Config) -> None:
        log.info("reload: %s is in force", config.path)
        self._report(config)

    def _report(self, config: Config, problems: tuple[str, ...] = ()) -> None:
        try:
            control.report(config.state, config.path, problems, begun=self._begun)
        except StoreError as error:
            # Who asked doesn't learn of it; nothing else depends on it.
            log.error("what came of the reload can't be told: %s", error)
