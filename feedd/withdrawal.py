"""Articles whose files are gone for good leave, unless so many are gone at once that a disk is rather lost."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from feedd.dates import Clock
from feedd.generate import has_page
from feedd.inbox import Inbox, look
from feedd.outcome import Outcome
from feedd.recognise import Recogniser
from feedd.store import Due, FileState, Store, Stored, Transaction

log = logging.getLogger(__name__)

# How long a vanished file may take to turn up elsewhere before its article is withdrawn.
GRACE = timedelta(seconds=2)
# A vanishing of more files than this, and of more than half an inbox, is taken for a lost disk.
GUARDED = 20
_GUARDED_SHARE = 0.5
_HELD_FOR = timedelta(seconds=60)
ADVICE = "Bring them back; or if they are meant to be gone, run 'feedd accept'"
"""What an operator can do about it."""

ACCEPTED = "accepted"
"""Under this name the archive keeps what an operator accepted: inbox → how many vanished files, as JSON."""


def is_held(vanished: int, files: int) -> bool:
    """Whether so many of an inbox's ``files``, vanished ones included, are gone that a disk is rather lost."""
    return vanished > GUARDED and vanished > _GUARDED_SHARE * files


class Withdrawal:
    """Withdraws articles. Used by one thread at a time."""

    def __init__(self, store: Store, inboxes: Mapping[str, Inbox], recogniser: Recogniser, *, clock: Clock) -> None:
        self._store = store
        self._inboxes = inboxes
        self._recogniser = recogniser
        self._clock = clock
        self._guarded: set[str] = set()
        self._withdrawn: list[tuple[datetime, str]] = []

    def withdraw(self, *, at_once: bool = False, accept: bool = False) -> Outcome:
        """Withdraws the articles whose files are gone for good; each comes due a while after it vanished.

        Nothing is withdrawn while an inbox can't be read, nor when most of it vanished at once: that is
        told, and looked at again later. ``at_once`` waits for no file to turn up elsewhere, for when the
        inboxes were just scanned to their ends; ``accept`` takes even a mass vanishing as meant.
        """
        outcome = Outcome()
        now = self._clock()
        waiting = self._store.due("withdraw", now + GRACE if at_once else now)
        if not waiting:
            return outcome
        accepted = json.loads(self._store.recall(ACCEPTED) or "{}")
        guarded = self._guard(accepted, accept=accept)
        with self._store.transaction() as tx:
            for due in waiting:
                stored = tx.article(due.key)
                if stored is not None and stored.place is not None and stored.place.inbox in guarded:
                    tx.done(due, again=now + _HELD_FOR)
                else:
                    self._withdraw(tx, due, stored, outcome)
            tx.mark("topic", outcome.dirty, now)
            if accepted.keys() - guarded:
                # It was said of these files, and not of others that may vanish later.
                tx.remember(ACCEPTED, json.dumps({name: accepted[name] for name in accepted.keys() & guarded}))
        return outcome

    def _guard(self, accepted: Mapping[str, int], *, accept: bool) -> set[str]:
        """The inboxes in which nothing is withdrawn now; each is told once."""
        guarded: dict[str, str] = {}
        now = self._clock()
        self._withdrawn = [(at, name) for at, name in self._withdrawn if now - at < _HELD_FOR]
        for name, inbox in self._inboxes.items():
            # What was withdrawn a moment ago belongs to the same vanishing.
            recent = sum(one == name for _, one in self._withdrawn)
            gone = self._store.vanished(name)
            if not inbox.readable():
                guarded[name] = f"{inbox.root} can't be read"
            elif not accept and gone + recent > GUARDED and gone > accepted.get(name, 0):
                vanished, files = (count + recent for count in self._store.count(name))
                if is_held(vanished, files):
                    guarded[name] = f"{vanished} of {files} files vanished at once"
        for name in guarded.keys() - self._guarded:
            log.warning("inbox %s: %s: nothing is withdrawn. %s", name, guarded[name], ADVICE)
        self._guarded = set(guarded)
        return self._guarded

    def _withdraw(self, tx: Transaction, due: Due, stored: Stored | None, outcome: Outcome) -> None:
        tx.done(due)
        if stored is None or not stored.live:
            return
        if stored.place is not None:
            row = tx.file(stored.place)
            if row is not None and row.state is not FileState.VANISHED:
                return
            inbox = self._inboxes.get(stored.place.inbox)
            if inbox is not None and look(inbox.root, stored.place.path) is not None:
                outcome.recheck.append(stored.place)
                return
            tx.drop_file(stored.place)
        assert stored.key is not None
        tx.put_article(replace(stored, live=False))
        outcome.dirty |= tx.bury(stored.key, stored.published, self._clock()).keys()
        if has_page(stored.article):
            tx.mark("page", [stored.id], self._clock())
        outcome.withdrawn += 1
        if stored.place is not None:
            self._withdrawn.append((self._clock(), stored.place.inbox))
        log.info("%s is withdrawn: its file is gone", stored.place or stored.id)
        self._recogniser.recheck(tx, stored, outcome)
