"""The process that polls upstream feeds, the only one that asks anything of the network: on a timetable, or once."""

from __future__ import annotations

import asyncio
import base64
import logging
import os
import random
import signal
import time
from collections.abc import AsyncIterator, Callable, Collection, Iterator, Sequence
from contextlib import ExitStack, asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import uvloop

from feedd import __version__, discovery
from feedd.control import locked
from feedd.errors import AlreadyRunning, FeeddError, FetchError, NotRunning, Unreadable
from feedd.fetch import PERMANENT, Answer, Client, Question
from feedd.ledger import Account, Ledger
from feedd.model import Article
from feedd.polling import Poller, message
from feedd.schedule import Timetable
from feedd.spool import Spool, SpoolWriter
from feedd.subscription import Fetching, Subscription
from feedd.trouble import Trouble

log = logging.getLogger(__name__)

# How long a process may take to go that was just told to.
_PATIENCE = 5.0
# Seconds between looks at the clock; and for how long another process is waited for that was asked to poll.
_LOOK, _ASKED = 5.0, 90.0
# How many of the links of a page are tried.
_NAMED = 10


def ledger_of(state: Path) -> Path:
    """The file in the state folder that the accounts of polls are kept in."""
    return state / "fetch" / "fetch.db"


@dataclass(frozen=True, slots=True)
class Desk:
    """What polling works with: the subscriptions, and where responses and accounts go."""

    subscriptions: Sequence[Subscription]
    fetching: Fetching
    state: Path
    spool: Path
    config: Path

    @property
    def ledger(self) -> Path:
        """The file that the accounts are kept in."""
        return ledger_of(self.state)


def run(desk: Desk, *, parent: int | None = None) -> None:
    """Polls until SIGTERM or SIGINT, or until the pipe ``parent`` ends; AlreadyRunning where another process polls."""
    with _locked(desk, patience=_PATIENCE), asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(_work(desk, parent))


def once(desk: Desk, names: Collection[str], told: Callable[[Account], None], *, anew: bool = False) -> None:
    """Polls these feeds now, due or not; ``told`` is called for each. Who polls already is asked to. ``anew`` asks as
    if nothing were known of them.
    """
    try:
        with _locked(desk, patience=0.0), asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(_once(desk, names, told, anew=anew))
    except AlreadyRunning:
        _ask(desk, names, told, anew=anew)


@contextmanager
def _locked(desk: Desk, *, patience: float) -> Iterator[None]:
    end = time.monotonic() + patience
    with ExitStack() as stack:
        while True:
            try:
                stack.enter_context(locked(desk.state / "fetch", command="fetch", config=desk.config))
                break
            except AlreadyRunning:
                if time.monotonic() >= end:
                    raise
                time.sleep(0.1)
        yield


@asynccontextmanager
async def _poller(desk: Desk, told: Callable[[Account], None] = lambda _: None) -> AsyncIterator[Poller]:
    ledger = Ledger(desk.ledger)
    try:
        async with Client(desk.fetching, version=__version__) as client:
            yield Poller(
                desk.subscriptions,
                client,
                spool=SpoolWriter(desk.spool),
                ledger=ledger,
                fetching=desk.fetching,
                clock=time.time,
                chance=random.random,
                authorize=authorization,
                told=told,
            )
    finally:
        ledger.close()


async def _once(desk: Desk, names: Collection[str], told: Callable[[Account], None], *, anew: bool) -> None:
    async with _poller(desk, told) as poller:
        poller.prepare()
        await poller.once(names, anew=anew)


async def _work(desk: Desk, parent: int | None) -> None:
    loop, stop = asyncio.get_running_loop(), asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    if parent is not None:
        loop.add_reader(parent, stop.set)
    async with _poller(desk) as poller:
        trouble = Trouble(log)

        def tick() -> None:
            try:
                poller.heed()
                poller.tick()
            except FeeddError as error:
                trouble.tell(f"what is due can't be told, trying again: {error}", error)
            else:
                trouble.over("what is due can be told again")

        poller.prepare()
        keeper = asyncio.create_task(poller.keep())
        timetable = Timetable()
        timetable.every(1.0, "poll", partial(_call, loop, tick))
        timetable.start()
        tick()
        log.info("polling %d upstream feeds", sum(one.enabled for one in desk.subscriptions))
        try:
            while not stop.is_set():
                with suppress(TimeoutError):
                    await asyncio.wait_for(stop.wait(), _LOOK)
                if timetable.keep_time():
                    poller.prepare()
        finally:
            await asyncio.to_thread(timetable.stop)
            keeper.cancel()
            await asyncio.gather(keeper, return_exceptions=True)
            await poller.stop()


@dataclass(frozen=True, slots=True)
class Found:
    """A feed that was looked for: where it is, what it is called, and how many entries it has."""

    url: str
    title: str
    entries: int


def find(fetching: Fetching, url: str, parse: Callable[[str, bytes], Sequence[Article] | Unreadable]) -> list[Found]:
    """The feeds at an address: that itself, what the page there names, or what lies where feeds usually do.

    ``parse`` reads a response of an address. FetchError where there is nothing to be had, or no feed.
    """
    with asyncio.Runner() as runner:
        return runner.run(_find(fetching, url, parse))


async def _find(
    fetching: Fetching, url: str, parse: Callable[[str, bytes], Sequence[Article] | Unreadable]
) -> list[Found]:
    async with Client(fetching, version=__version__) as client:

        async def tried(candidate: str) -> tuple[Found | None, Answer]:
            answer = await client.ask(Question(candidate))
            if answer.status != 200:
                raise FetchError(f"answers {answer.status}")
            # The address that permanent redirects lead to is the better one to know.
            lasting = all(status in PERMANENT for status, _ in answer.hops)
            known = answer.url if answer.hops and lasting else candidate
            articles = parse(known, message(answer))
            if isinstance(articles, Unreadable):
                return None, answer
            source = articles[0].source
            return Found(known, source.title if source else "", len(articles)), answer

        found, answer = await tried(url)
        if found is not None:
            return [found]
        named = discovery.links(answer.body.decode("utf-8", "replace"), answer.url)
        feeds: dict[str, Found] = {}
        for candidates, enough in (([link.url for link in named][:_NAMED], _NAMED), (discovery.usual(answer.url), 1)):
            for candidate in candidates:
                with suppress(FetchError):
                    found, _ = await tried(candidate)
                    if found is not None:
                        feeds.setdefault(found.url, found)
                if len(feeds) >= enough:
                    break
            if feeds:
                return list(feeds.values())
    raise FetchError("is no feed, names none, and has none where feeds usually lie")


def _call(loop: asyncio.AbstractEventLoop, call: Callable[[], None]) -> None:
    """From another thread; a loop that is about to end needs no more calls."""
    with suppress(RuntimeError):
        loop.call_soon_threadsafe(call)


def _ask(desk: Desk, names: Collection[str], told: Callable[[Account], None], *, anew: bool) -> None:
    """Has the process that polls already poll these, and waits for what comes of it."""
    ledger = Ledger(desk.ledger)
    try:
        known = {name: account for name in names if (account := ledger.get(name)) is not None}
        before = {name: account.checked for name, account in known.items()}
        if anew:  # what answered before is polled at once when that is forgotten
            Spool(desk.spool, ()).ask_anew(known)
        ledger.hasten([name for name, account in known.items() if not (anew and account.sha256)])
        if missing := set(names) - before.keys():
            raise NotRunning(f"the feedd that polls does not know {min(missing)} yet: run 'feedd reload' first")
        end = time.monotonic() + _ASKED
        while before and time.monotonic() < end:
            time.sleep(0.1)
            for name in list(before):
                account = ledger.get(name)
                if account is not None and account.checked > before[name]:
                    del before[name]
                    told(account)
        if before:
            raise NotRunning(f"the feedd that polls has not polled {min(before)} within {_ASKED:g} s")
    finally:
        ledger.close()


def authorization(subscription: Subscription) -> str:
    """The value of the Authorization field for a feed (RFC 9110 §11.6.2), read anew each time; empty without any.

    FetchError where the file of the credentials can't be read.
    """
    file = subscription.credentials_file
    if subscription.credential is not None:
        folder = os.environ.get("CREDENTIALS_DIRECTORY")
        if not folder:
            raise FetchError(f"needs the credential {subscription.credential!r}: the service manager gives none")
        file = Path(folder) / subscription.credential
    if file is None:
        return ""
    try:
        text = file.read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise FetchError(f"has credentials that can't be read: {file}: {getattr(error, 'strerror', error)}") from error
    if not text.isprintable() or not text:
        raise FetchError(f"has credentials that are not one line of text: {file}")
    scheme, _, rest = text.partition(" ")
    if rest and ":" not in scheme:
        return text
    return f"Basic {base64.b64encode(text.encode()).decode()}"
