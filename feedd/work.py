"""feedd at work under one configuration: one thread takes changes in, the timetable's threads regenerate."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable

from feedd.config import Config
from feedd.errors import FeeddError
from feedd.generate import FORMATS
from feedd.inbox import Change
from feedd.outcome import Outcome, summary
from feedd.pipeline import Pipeline
from feedd.schedule import Deadlines, Timetable
from feedd.store import Store
from feedd.trouble import Trouble
from feedd.watch import Watcher

log = logging.getLogger(__name__)

# Seconds at most between tries when taking in fails again and again.
_PAUSE = 15.0
# What a stop may take: documents still due after that are written at the next start.
_DRAIN = 1.0
# Seconds of listening for files at a time: a stop is answered within them, and so is the end of the first scan.
_LISTEN, _LISTEN_FIRST = 0.25, 0.02
# Seconds between signs of life.
_BEAT = 10.0
# Seconds between looks for articles whose files are gone for good, when nothing else happens.
_WITHDRAW_EVERY = 1.0
# While files come in masses, regenerating that takes longer than so many seconds is followed by so many times as much
# for taking in, and by no more than so many seconds.
_LONG, _REST, _LONGEST_REST = 1.0, 3.0, 10.0
# Seconds between writing the pages that list the topics anew; and, as they tell of every topic, how many times as long
# as it took.
_LIST_EVERY, _LIST_SHARE = 2.0, 20.0


class Work:
    """Watch, take in, regenerate, publish: from ``start`` to ``stop``.

    ``say`` tells the operator; ``published`` is called when the served folder holds something new; ``url`` is
    where feedd itself serves it, if it does.
    """

    def __init__(
        self,
        config: Config,
        store: Store,
        pipeline: Pipeline,
        *,
        say: Callable[[str], None],
        published: Callable[[], None],
        url: str | None,
    ) -> None:
        self._config = config
        self._pipeline = pipeline
        self._say = say
        self._published = published
        self._url = url
        self._watcher = Watcher(config.inboxes, store.scanned)
        self._stop = threading.Event()
        self._deadlines = Deadlines(config.timing.quiet, config.timing.latest)
        self._lock = threading.Lock()  # over the deadlines: marked by one thread, taken by another
        self._timetable = Timetable()
        self._intake = threading.Thread(target=self._take_in, name="intake")
        self._first = threading.Event()  # what lay in the inboxes at the start is taken in
        self._relist = threading.Event()  # the pages that list the topics may say something else now
        self._next_list = 0.0
        self._resting = 0.0  # until then nothing is regenerated while files come in masses
        self._announced = False
        self._next_withdrawal = 0.0
        self._trouble = Trouble(log)

    def start(self) -> None:
        """Begins; comes back at once."""
        timing = self._config.timing
        self._timetable.on_flush(self._flush)
        self._timetable.every(1.0, "watch check", self._watcher.ask_check)
        self._timetable.every(timing.sweep, "sweep", self._watcher.ask_sweep)
        self._timetable.every(timing.scan, "scan", self._watcher.ask_scan)
        self._timetable.every(5.0, "due", self._mark_due)
        self._timetable.every(_BEAT, "sign of life", self._beat)
        self._watcher.start()
        self._intake.start()
        self._timetable.start()
        self._beat()

    def keep_time(self) -> None:
        """To be called every second or so: finds jumps of the clock."""
        if self._timetable.keep_time():
            try:
                self._pipeline.hasten()
            except FeeddError as error:
                log.error("after the clock was set some topics may be late: %s", error)
            self._mark_due()

    def stop(self) -> None:
        """Finishes what is under way, and publishes what is due while there is time for it."""
        self._stop.set()
        self._intake.join()
        self._watcher.stop()
        self._timetable.stop()
        self._drain()
        self._pipeline.beat(last=True)

    def _beat(self) -> None:
        """That this runs shows that the timetable does; files must be taken in, too."""
        if self._intake.is_alive():
            self._pipeline.beat()

    # --- taking in ---

    def _take_in(self) -> None:
        """The intake thread: whatever goes wrong with a batch is told, and found again by a scan."""
        since, trouble = Outcome(), Trouble(log)
        while not self._stop.is_set():
            try:
                outcome = self._step()
            except Exception as error:  # noqa: BLE001 - it is told
                trouble.tell(f"taking files in failed, trying again: {error}", error)
                self._stop.wait(min(_PAUSE, 2.0 ** min(trouble.count - 1, 10)))
                self._watcher.ask_scan()
                continue
            since += outcome
            if not self._watcher.busy and not self._pipeline.waiting:
                trouble.over("files are taken in again")
                self._tell(since)
                since = Outcome()
            if not self._first.is_set() and self._watcher.caught_up and not self._pipeline.waiting:
                # In this order, or what is due would be told to be published before it is.
                self._mark_due()
                self._first.set()
                self._timetable.wake()

    def _step(self) -> Outcome:
        outcome = Outcome()
        changes: list[Change] = []
        if not self._pipeline.behind:
            busy = self._pipeline.waiting or self._pipeline.changing
            changes = self._watcher.take(0.0 if busy else _LISTEN if self._first.is_set() else _LISTEN_FIRST)
        if changes or self._pipeline.waiting:
            outcome += self._pipeline.ingest(changes)
        # While more is on its way a file that seems gone may turn up elsewhere, or all may be seen to be gone.
        listening = self._pipeline.waiting or self._watcher.listening
        if not listening and (changes or time.monotonic() >= self._next_withdrawal):
            self._next_withdrawal = time.monotonic() + _WITHDRAW_EVERY
            outcome += self._pipeline.withdraw()
        if self._pipeline.changing:
            self._change()
        for place in outcome.recheck:
            self._watcher.ask_look(place)
        self._mark(outcome.dirty)
        return outcome

    def _change(self) -> None:
        """Rules changed: one piece of the archive is held against them, then new files have their turn again."""
        _, dirty = self._pipeline.change()
        self._mark(dirty)
        if not self._pipeline.changing:
            self._relist.set()

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
        begun = time.monotonic()
        if begun < self._resting and self._flooded:
            return self._resting - begun
        with self._lock:
            topics = self._deadlines.take(begun)
        try:
            self._regenerate(topics)
        except Exception as error:  # noqa: BLE001 - it is told
            self._trouble.tell(f"regenerating failed; what is due stays due, trying again: {error}", error)
            self._relist.set()
        else:
            if topics:
                self._trouble.over("regenerating goes on")
        now = time.monotonic()
        self._resting = now + min(_REST * (now - begun), _LONGEST_REST) if now - begun > _LONG else 0.0
        with self._lock:
            waiting = len(self._deadlines) > 0
        return self._wait() if waiting else None

    @property
    def _flooded(self) -> bool:
        """Whether so many files came that taking them in is not done with them."""
        return self._pipeline.waiting or self._watcher.listening

    def _regenerate(self, topics: list[str]) -> None:
        if topics and self._pipeline.refresh(topics, stop=self._stop.is_set, published=self._published):
            self._relist.set()
        if not self._announced:
            if not len(self._deadlines):
                self._announce()
        elif self._relist.is_set() and time.monotonic() >= self._next_list:
            self._relist.clear()
            begun = time.monotonic()
            if self._pipeline.publish_index():
                self._published()
            ended = time.monotonic()
            self._next_list = max(begun + _LIST_EVERY, ended + _LIST_SHARE * (ended - begun))

    def _announce(self) -> None:
        """Once, when what lay in the inboxes at the start is published: the addresses of its feeds."""
        self._pipeline.publish_index()
        self._announced = True
        self._published()
        if self._url is not None and "//" in self._url:  # a Unix socket has no addresses to tell
            for topic in self._pipeline.wanted():
                feeds = "  ".join(f"{self._url}{topic.id}{row.suffix}" for row in FORMATS)
                self._say(f"{topic.title}: {feeds}")
        self._say("ready: waiting for files in " + ", ".join(str(inbox.root) for inbox in self._config.inboxes))

    def _drain(self) -> None:
        """Publishes what is due while there is time for it; the rest stays due."""
        if not self._first.is_set():
            return  # which topics there are, and what is in them, isn't known yet
        end = time.monotonic() + _DRAIN
        try:
            for topic in self._pipeline.due():
                if time.monotonic() >= end:
                    log.info("the rest is regenerated at the next start")
                    break
                self._pipeline.refresh([topic])
            self._pipeline.publish_index()
        except FeeddError as error:
            log.error("what is due is regenerated at the next start: %s", error)
