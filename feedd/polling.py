"""Polls upstream feeds when they are due, puts what is new into the spool, and keeps account of each.

One event loop asks, one thread writes: a response is on the disk before anything is noted of it.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
import threading
import time
from collections import Counter, defaultdict, deque
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from feedd import hints, policy
from feedd.errors import FeeddError, StoreError
from feedd.fetch import PERMANENT, Answer, Client, Question, same_origin
from feedd.ledger import NEVER, Account, Ledger, Poll
from feedd.spool import SpoolWriter, key_of
from feedd.subscription import Fetching, Subscription, counted

log = logging.getLogger(__name__)

Clock = Callable[[], float]
"""Seconds since 1970."""

# A move is believed when it was told for so long, and given up when what it leads to fails so often in a row.
_BELIEVED = policy.WEEK
_GIVEN_UP = 3
# What is due for longer than this was not polled because nobody polled.
_MISSED = 60.0
# No interval is longer than a month: what is noted to be later than this was noted under a wrong clock.
_FARTHEST = 40 * policy.DAY
# Seconds until a feed is polled again whose response could not be kept.
_UNKEPT = 300.0


@dataclass(frozen=True, slots=True)
class Polled:
    """A poll that is over: the account as it is to be, and the message to be taken in, if there is something new."""

    account: Account
    message: bytes = b""


class Poller:
    """Polls these feeds; ``authorize`` gives the Authorization of one, ``chance`` a number from 0 to 1.

    Used within one event loop. ``told`` is called for each poll that is kept.
    """

    def __init__(
        self,
        subscriptions: Iterable[Subscription],
        client: Client,
        *,
        spool: SpoolWriter,
        ledger: Ledger,
        fetching: Fetching,
        clock: Clock,
        chance: Callable[[], float],
        authorize: Callable[[Subscription], str] = lambda _: "",
        told: Callable[[Account], None] = lambda _: None,
    ) -> None:
        self._subscriptions = {one.url: one for one in subscriptions}
        self._client = client
        self._spool = spool
        self._ledger = ledger
        self._at_once = fetching.at_once
        self._per_host = fetching.per_host
        self._clock = clock
        self._chance = chance
        self._authorize = authorize
        self._told = told
        self._waiting: defaultdict[str, deque[str]] = defaultdict(deque)  # by host
        self._wanted: set[str] = set()  # waiting, under way, or not yet kept
        self._active: Counter[str] = Counter()
        self._tasks: set[asyncio.Task[None]] = set()
        self._over: asyncio.Queue[Polled] = asyncio.Queue()
        self._idle = asyncio.Event()
        self._held: dict[str, float] = {}
        self._stopped = False
        self._keeping = threading.Lock()

    def prepare(self) -> None:
        """To be called at a start, and when the clock was set: new feeds are due at once, those that were missed are
        spread, those that are no longer wanted are forgotten.
        """
        now = self._clock()
        known = {account.name: account for account in self._ledger.all()}
        self._ledger.forget(known.keys() - self._subscriptions.keys())
        changed = [Account(url, url, next_check=now) for url in self._subscriptions if url not in known]
        late = sorted(
            (one for one in known.values() if one.name in self._subscriptions and one.next_check < now - _MISSED),
            key=lambda one: one.next_check,
        )
        later = zip(late, policy.spread(len(late)), strict=True)
        changed += [replace(account, next_check=now + seconds) for account, seconds in later]
        far = now + _FARTHEST
        changed += [replace(one, next_check=now) for one in known.values() if far < one.next_check < NEVER]
        self._ledger.put(changed)
        self.heed()

    def heed(self) -> None:
        """Forgets what feeds answered that have to be asked anew."""
        keys = self._spool.asked_anew()
        if keys:
            self.forget([url for url in self._subscriptions if key_of(url) in keys])

    def forget(self, names: Iterable[str]) -> None:
        """What these answered is had no more: they are asked for it again, soon."""
        known = filter(None, map(self._ledger.get, names))
        had = [one for one in known if one.sha256]
        now = self._clock()
        self._ledger.put(
            replace(one, etag="", modified="", sha256="", next_check=min(one.next_check, now + seconds))
            for one, seconds in zip(had, policy.spread(len(had)), strict=True)
        )

    def tick(self) -> None:
        """To be called every second or so: begins to poll what is due."""
        now = self._clock()
        self._want(name for name in self._ledger.due(now) if self._held.get(name, 0.0) <= now)

    async def once(self, names: Collection[str], *, anew: bool = False) -> None:
        """Polls these now, due or not; comes back when all is kept. ``anew`` asks as if nothing were known of them."""
        if anew:
            self.forget(names)
        self._want(names, force=True)
        await self.finish()

    async def finish(self) -> None:
        """Comes back when nothing is under way any more."""
        keeper = asyncio.create_task(self.keep())
        try:
            while self._wanted:
                self._idle.clear()
                idle = asyncio.create_task(self._idle.wait())
                await asyncio.wait({idle, keeper}, return_when=asyncio.FIRST_COMPLETED)
                idle.cancel()
                if keeper.done():
                    keeper.result()  # whoever is told wants to hear no more: nothing would be kept from now on
        finally:
            keeper.cancel()
            await asyncio.gather(keeper, return_exceptions=True)

    async def keep(self) -> None:
        """Keeps what comes back, until it is cancelled; many at once where many come."""
        while True:
            batch = [await self._over.get()]
            while not self._over.empty():
                batch.append(self._over.get_nowait())
            try:
                await asyncio.shield(asyncio.to_thread(self._keep, batch))
            except Exception:
                log.exception("what %d sources answered could not be kept", len(batch))
                self._held |= {polled.account.name: self._clock() + _UNKEPT for polled in batch}
            self._wanted.difference_update(polled.account.name for polled in batch)
            for polled in batch:
                self._told(polled.account)
            self._idle.set()

    async def stop(self) -> None:
        """Begins nothing more, gives up what is under way, and keeps what came back."""
        self._stopped = True
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        batch = [self._over.get_nowait() for _ in range(self._over.qsize())]
        if batch:
            self._keep(batch)

    # --- asking ---

    def _want(self, names: Iterable[str], *, force: bool = False) -> None:
        for name in names:
            subscription = self._subscriptions.get(name)
            if subscription is not None and (subscription.enabled or force) and name not in self._wanted:
                self._wanted.add(name)
                self._waiting[_host(name)].append(name)
        self._begin()

    def _begin(self) -> None:
        """Begins as many polls as there is room for, in all and of each host."""
        for host in list(self._waiting):
            queue = self._waiting[host]
            while queue and self._active[host] < self._per_host and len(self._tasks) < self._at_once:
                self._active[host] += 1
                task = asyncio.create_task(self._poll(queue.popleft(), host))
                self._tasks.add(task)
            if not queue:
                del self._waiting[host]
            if len(self._tasks) >= self._at_once:
                # Who had its turn stands behind those that had none.
                if queue:
                    self._waiting[host] = self._waiting.pop(host)
                return

    async def _poll(self, name: str, host: str) -> None:
        subscription = self._subscriptions[name]
        begun = time.monotonic()
        try:
            account = self._ledger.get(name) or Account(name, name)
            try:
                answer = await self._client.ask(self._question(subscription, account))
                polled = self._answered(account, answer, time.monotonic() - begun)
            except FeeddError as error:
                polled = self._failed(account, str(error), time.monotonic() - begun)
            except Exception as error:
                log.exception("source %s: polling it failed", name)
                polled = self._failed(account, f"can't be polled: {error}", time.monotonic() - begun)
            self._over.put_nowait(polled)
        except StoreError as error:
            log.error("source %s: %s", name, error)
            self._wanted.discard(name)
            self._idle.set()
        finally:
            self._tasks.discard(asyncio.current_task())
            self._active[host] -= 1
            if not self._active[host]:
                del self._active[host]
            if not self._stopped:
                asyncio.get_running_loop().call_soon(self._begin)

    def _question(self, subscription: Subscription, account: Account) -> Question:
        ours = same_origin(account.url, subscription.url)
        return Question(
            account.url,
            account.etag,
            account.modified,
            authorization=self._authorize(subscription) if ours else "",
            headers=subscription.headers if ours else {},
        )

    # --- what came of it ---

    def _answered(self, account: Account, answer: Answer, seconds: float) -> Polled:
        if answer.status == 200:
            return self._received(account, answer, seconds)
        if answer.status == 304 and (account.etag or account.modified):
            return Polled(self._good(account, answer, Poll(self._clock(), 304, "not modified", seconds=seconds)))
        lasting = all(status in PERMANENT for status, _ in answer.hops)
        if answer.status == 410 and lasting and account.url == account.name:
            poll = Poll(self._clock(), 410, "is gone for good: it is polled no more", seconds=seconds, good=False)
            return Polled(account.with_poll(poll, gone=True, next_check=NEVER, failures=account.failures + 1))
        wait = policy.retry_after(answer.headers, self._clock())
        told = f"answers {answer.status}" + (f" and wants to be left alone for {wait:.0f} s" if wait else "")
        return self._failed(account, told, seconds, status=answer.status, wait=wait)

    def _received(self, account: Account, answer: Answer, seconds: float) -> Polled:
        digest = hashlib.sha256(answer.body).hexdigest()
        same = digest == account.sha256
        found = account.hints if same else hints.read(answer.body)
        text = "the same bytes as before" if same else counted(found.entries, "entry", "entries")
        poll = Poll(self._clock(), 200, text, size=len(answer.body), seconds=seconds)
        known = account if same else replace(account, sha256=digest, changed=poll.at, hints=found)
        return Polled(self._good(known, answer, poll), b"" if same else message(answer))

    def _good(self, account: Account, answer: Answer, poll: Poll) -> Account:
        headers = answer.headers
        kept = ("", "") if poll.status == 200 else (account.etag, account.modified)
        said = [headers.get("etag", kept[0]), headers.get("last-modified", kept[1])]
        # A validator is sent back as it came, which only ASCII can be for certain.
        etag, modified = (value if value.isascii() and value.isprintable() else "" for value in said)
        subscription = self._subscriptions[account.name]
        seconds = policy.interval(
            account.hints,
            policy.freshness(headers),
            poll.at,
            validators=bool(etag or modified),
            bounds=(subscription.shortest, subscription.longest),
            chance=self._chance(),
        )
        seconds = max(seconds, policy.retry_after(headers, poll.at))
        at = policy.allowed(poll.at + seconds, account.hints)
        moved = self._moved(account, answer, poll.at)
        return moved.with_poll(poll, next_check=at, etag=etag, modified=modified, failures=0, gone=False)

    def _moved(self, account: Account, answer: Answer, now: float) -> Account:
        """A permanent redirect is believed when every hop was permanent for a week."""
        if not answer.hops or not all(status in PERMANENT for status, _ in answer.hops):
            return replace(account, moved_to="", moved_since=0.0)
        if answer.url != account.moved_to:
            return replace(account, moved_to=answer.url, moved_since=now)
        if now - account.moved_since < _BELIEVED:
            return account
        log.warning("source %s has moved to %s: it is polled there from now on", account.name, answer.url)
        return replace(account, url=answer.url, moved_to="", moved_since=0.0)

    def _failed(self, account: Account, text: str, seconds: float, *, status: int = 0, wait: float = 0.0) -> Polled:
        now, failures = self._clock(), account.failures + 1
        shortest = self._subscriptions[account.name].shortest
        later = max(policy.backoff(failures, self._chance()), wait, shortest)
        if account.url != account.name and failures >= _GIVEN_UP:
            log.warning(
                "source %s: where it moved to fails (%s): it is polled at its old address again", account.name, text
            )
            account = replace(account, url=account.name, etag="", modified="")
        poll = Poll(now, status, text, seconds=seconds, good=False)
        return Polled(account.with_poll(poll, next_check=now + later, failures=failures))

    # --- keeping: in its thread ---

    def _keep(self, batch: Sequence[Polled]) -> None:
        with self._keeping:  # a stop may come while a batch is being kept
            self._keep_all(batch)

    def _keep_all(self, batch: Sequence[Polled]) -> None:
        try:
            new = [(key_of(polled.account.name), polled.message) for polled in batch if polled.message]
            if new:
                self._spool.put(new)
            # Only now: who is killed before this asks again, and gets it again.
            self._ledger.put([polled.account for polled in batch])
        except StoreError as error:
            if len(batch) > 1:
                for polled in batch:  # it may be one that can't be kept
                    self._keep_all([polled])
                return
            name = batch[0].account.name
            log.error("source %s: what it answered can't be kept; it is polled again later: %s", name, error)
            self._held[name] = self._clock() + _UNKEPT
            return
        for polled in batch:
            _tell(polled.account)


def message(answer: Answer) -> bytes:
    """The response as the spool holds it: decoded, with what parsing it needs to know (RFC 9112)."""
    kept = {"Content-Type": answer.headers.get("content-type", ""), "Content-Location": answer.url}
    lines = ["HTTP/1.1 200 OK", *(f"{name}: {_field(value)}" for name, value in kept.items() if value), "", ""]
    return "\r\n".join(lines).encode("latin-1", "replace") + answer.body


def _field(value: str) -> str:
    return "".join(sign for sign in value if sign.isprintable())


def _tell(account: Account) -> None:
    """One line for what is news to an operator: the first failure, its end, and the end of a feed."""
    last = account.last
    if last is None:
        return
    if account.gone:
        log.warning("source %s %s; take it out of the configuration, or give its new address", account.name, last.text)
    elif account.failures == 1:
        wait = account.next_check - last.at
        log.warning(
            "source %s %s; trying again in %.0f min, then less and less often", account.name, last.text, wait / 60
        )
    elif last.good and len(account.polls) > 1 and not account.polls[-2].good:
        log.info("source %s answers again", account.name)


def _host(url: str) -> str:
    return urlsplit(url).hostname or ""
