"""Polling over simulated days: a real server, a real spool, and a clock that the test sets."""

from __future__ import annotations

import asyncio
import itertools
import logging
import random
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from ipaddress import ip_network
from pathlib import Path

import pytest
from feedserver import FeedServer, Request, feed_server, redirect, response, validated

from feedd.fetch import Client
from feedd.ledger import NEVER, Account, Ledger
from feedd.policy import DAY, HOUR, WEEK
from feedd.polling import Poller
from feedd.spool import Spool, SpoolWriter, key_of
from feedd.subscription import Fetching, Subscription

FETCHING = Fetching(allow=(ip_network("127.0.0.0/8"),), seconds=5.0)
START = 1_750_000_000.0


def feed(word: str = "words") -> bytes:
    return f"<rss><channel><title>T</title><item><guid>1</guid><title>{word}</title></item></channel></rss>".encode()


class Desk:
    """A poller whose time is the test's."""

    def __init__(self, folder: Path, *subscriptions: Subscription, chance: float | None = 0.0) -> None:
        self.folder = folder
        self.subscriptions = list(subscriptions)
        self.now = START
        self.dice = random.Random(1)
        self.chance = chance
        self.ledger = Ledger(folder / "fetch.db")
        self.fetching = FETCHING
        self.told: Callable[[Account], None] = lambda _: None

    def run(self, *, prepare: bool = False, names: list[str] | None = None) -> None:
        """Polls what is due, or these."""

        async def polled() -> None:
            async with Client(self.fetching, version="1.0") as client:
                poller = Poller(
                    self.subscriptions,
                    client,
                    spool=SpoolWriter(self.folder / "spool"),
                    ledger=self.ledger,
                    fetching=self.fetching,
                    clock=lambda: self.now,
                    told=self.told,
                    chance=self.dice.random if self.chance is None else lambda: self.chance or 0.0,
                )
                if prepare:
                    poller.prepare()
                if names is None:
                    poller.tick()
                    await poller.finish()
                else:
                    await poller.once(names)

        asyncio.run(polled())

    def until(self, end: float) -> None:
        """Lets time pass, from one due feed to the next."""
        while (following := min(self.ledger.times().values(), default=NEVER)) <= end:
            self.now = max(self.now, following)
            self.run()
        self.now = end

    def account(self, url: str) -> Account:
        """What is known of a feed."""
        account = self.ledger.get(url)
        assert account is not None
        return account

    def spooled(self) -> list[Path]:
        """The responses that wait, in their order."""
        return sorted((self.folder / "spool" / "new").glob("*.http"))


@pytest.fixture
def server() -> Iterator[FeedServer]:
    with feed_server() as server:
        yield server


def desk_of(folder: Path, server: FeedServer, *paths: str, chance: float | None = 0.0, **more: object) -> Desk:
    desk = Desk(folder, *(Subscription(server.url(path), **more) for path in paths), chance=chance)  # type: ignore[arg-type]
    desk.run(prepare=True)
    return desk


def test_a_new_feed_is_polled_at_once_and_its_response_spooled(server: FeedServer, tmp_path: Path) -> None:
    server.answers["/feed"] = response(feed(), 'ETag: "1"', type="text/xml; charset=utf-8")
    desk = desk_of(tmp_path, server, "/feed")
    (spooled,) = desk.spooled()
    assert spooled.name.startswith(key_of(server.url("/feed")))
    head, _, body = spooled.read_bytes().partition(b"\r\n\r\n")
    assert body == feed()
    assert head.decode().split("\r\n") == [
        "HTTP/1.1 200 OK",
        "Content-Type: text/xml; charset=utf-8",
        f"Content-Location: {server.url('/feed')}",
    ]
    account = desk.account(server.url("/feed"))
    assert (account.etag, account.failures, account.hints.entries) == ('"1"', 0, 1)
    assert account.next_check == START + HOUR


def test_what_did_not_change_is_asked_for_conditionally_and_spooled_once(server: FeedServer, tmp_path: Path) -> None:
    server.answers["/feed"] = validated(feed(), '"1"')
    desk = desk_of(tmp_path, server, "/feed")
    desk.until(START + DAY)
    assert len(desk.spooled()) == 1
    requests = server.asked("/feed")
    assert len(requests) == 25
    assert [request.headers.get("if-none-match") for request in requests] == [None, *['"1"'] * 24]
    assert {poll.text for poll in desk.account(server.url("/feed")).polls} == {"not modified"}
    assert len(desk.account(server.url("/feed")).polls) == 20
    server.answers["/feed"] = validated(feed("others"), '"2"')
    desk.until(START + DAY + HOUR)
    assert len(desk.spooled()) == 2


def test_the_same_bytes_again_are_nothing_new(server: FeedServer, tmp_path: Path) -> None:
    server.answers["/feed"] = response(feed())
    desk = desk_of(tmp_path, server, "/feed")
    desk.until(START + 3 * DAY)
    assert len(desk.spooled()) == 1
    assert len(server.requests) == 4  # daily, for there are no validators
    assert desk.account(server.url("/feed")).changed == START


def test_simulated_days_of_polite_polling(server: FeedServer, tmp_path: Path) -> None:
    """Thirty feeds for three days: never sooner than allowed, nearly always conditional, evenly spread."""
    allowed = {f"/{number}": (number % 7) * 1200.0 for number in range(30)}
    asked: dict[str, list[float]] = {path: [] for path in allowed}
    clock = {"now": START}

    def answer(request: Request, path: str) -> bytes:
        asked[path].append(clock["now"])
        return validated(feed(), f'"{path}"', f"Cache-Control: max-age={allowed[path]:.0f}")(request)

    for path in allowed:
        server.answers[path] = lambda request, path=path: answer(request, path)  # type: ignore[misc]
    desk = Desk(tmp_path, *(Subscription(server.url(path)) for path in allowed), chance=None)
    desk.run(prepare=True)
    end = START + 3 * DAY
    while (following := min(desk.ledger.times().values())) <= end:
        clock["now"] = desk.now = max(desk.now, following)
        desk.run()
    for path, times in asked.items():
        gaps = [after - before for before, after in itertools.pairwise(times)]
        assert min(gaps) >= max(allowed[path], 900.0), path
        assert max(gaps) <= 1.1 * max(allowed[path], HOUR) + 1, path
    conditional = sum("if-none-match" in request.headers for request in server.requests)
    assert conditional >= 0.95 * (len(server.requests) - len(allowed))
    # On the last day chance has spread what began all at once.
    minutes = Counter(int(at // 600) for times in asked.values() for at in times if at > end - DAY)
    mean = sum(minutes.values()) / 144
    assert max(minutes.values()) < 4 * mean
    assert len(minutes) > 130


def test_retry_after_is_honoured_to_a_week(server: FeedServer, tmp_path: Path) -> None:
    server.answers["/feed"] = response(b"", f"Retry-After: {3 * DAY:.0f}", status="503 Busy")
    desk = desk_of(tmp_path, server, "/feed")
    account = desk.account(server.url("/feed"))
    assert account.next_check == START + 3 * DAY
    assert account.last is not None
    assert account.last.text == "answers 503 and wants to be left alone for 259200 s"
    server.answers["/feed"] = response(b"", "Retry-After: 99999999", status="429 Slow")
    desk.until(START + 3 * DAY)
    assert desk.account(server.url("/feed")).next_check == START + 3 * DAY + WEEK


def test_failures_back_off_to_a_week_and_end_with_the_first_success(
    server: FeedServer, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    desk = desk_of(tmp_path, server, "/feed")
    desk.until(START + 60 * DAY)
    gaps = [(after.at - before.at) / 60 for before, after in _pairs(desk.account(server.url("/feed")))]
    assert gaps[:4] == [30, 60, 120, 240]
    assert gaps[-1] == WEEK / 60
    assert caplog.text.count("answers 404; trying again in 30 min") == 1
    assert caplog.text.count(server.url("/feed")) == 1  # one line for one trouble
    server.answers["/feed"] = response(feed())
    desk.until(START + 70 * DAY)
    assert desk.account(server.url("/feed")).failures == 0
    assert "answers again" in caplog.text


def test_a_feed_that_is_gone_is_told_and_left_alone(
    server: FeedServer, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    server.answers["/feed"] = response(b"", status="410 Gone")
    desk = desk_of(tmp_path, server, "/feed")
    desk.until(START + 100 * DAY)
    assert len(server.requests) == 1
    assert desk.account(server.url("/feed")).gone
    assert "is gone for good: it is polled no more" in caplog.text
    # Whoever asks for it by name may be right.
    server.answers["/feed"] = response(feed())
    desk.run(names=[server.url("/feed")])
    assert not desk.account(server.url("/feed")).gone


def test_a_permanent_move_is_believed_after_a_week(server: FeedServer, tmp_path: Path) -> None:
    server.answers |= {"/old": redirect("/new", 301), "/new": validated(feed(), '"1"')}
    desk = desk_of(tmp_path, server, "/old")
    desk.until(START + 6.9 * DAY)
    assert desk.account(server.url("/old")).url == server.url("/old")
    desk.until(START + 7.2 * DAY)
    assert desk.account(server.url("/old")).url == server.url("/new")
    before = len(server.asked("/old"))
    desk.until(START + 9 * DAY)
    assert len(server.asked("/old")) == before
    assert server.requests[-1].headers["if-none-match"] == '"1"'
    # Where it moved to fails: its old address is asked again.
    del server.answers["/new"]
    server.answers["/old"] = response(feed("back"))
    desk.until(START + 10 * DAY)
    assert desk.account(server.url("/old")).url == server.url("/old")
    assert desk.account(server.url("/old")).failures == 0


@pytest.mark.parametrize("hops", [(302,), (301, 302), (307,), (308, 303)])
def test_a_move_that_is_not_permanent_in_each_step_is_never_believed(
    server: FeedServer, tmp_path: Path, hops: tuple[int, ...]
) -> None:
    for number, status in enumerate(hops):
        server.answers[f"/{number}"] = redirect(f"/{number + 1}", status)
    server.answers[f"/{len(hops)}"] = response(feed())
    desk = desk_of(tmp_path, server, "/0")
    desk.until(START + 30 * DAY)
    assert desk.account(server.url("/0")).url == server.url("/0")


def test_a_move_that_is_taken_back_counts_from_the_beginning(server: FeedServer, tmp_path: Path) -> None:
    server.answers |= {"/old": redirect("/new", 301), "/new": validated(feed(), '"1"')}
    desk = desk_of(tmp_path, server, "/old")
    desk.until(START + 5 * DAY)
    server.answers["/old"] = validated(feed(), '"1"')
    desk.until(START + 6 * DAY)
    server.answers["/old"] = redirect("/new", 301)
    desk.until(START + 8 * DAY)
    assert desk.account(server.url("/old")).url == server.url("/old")


def test_after_a_week_of_silence_polls_are_spread(server: FeedServer, tmp_path: Path) -> None:
    for number in range(200):
        server.answers[f"/{number}"] = validated(feed(), '"1"')
    desk = desk_of(tmp_path, server, *(f"/{number}" for number in range(200)))
    desk.now += WEEK
    server.requests.clear()
    desk.run(prepare=True)
    assert len(server.requests) == 1
    times = sorted(desk.ledger.times().values())
    assert len({round(at - desk.now) for at in times[:-1]}) > 190
    desk.until(desk.now + 200)
    assert len(server.requests) == 200


def test_a_clock_that_was_wrong_keeps_no_feed_waiting_for_years(server: FeedServer, tmp_path: Path) -> None:
    server.answers["/feed"] = validated(feed(), '"1"')
    desk = desk_of(tmp_path, server, "/feed")
    desk.now += 3650 * DAY
    desk.run(names=[server.url("/feed")])
    desk.now = START + HOUR
    desk.run(prepare=True)
    assert len(server.requests) == 3


def test_feeds_come_and_go_with_the_configuration(server: FeedServer, tmp_path: Path) -> None:
    server.answers |= {"/a": response(feed()), "/b": response(feed())}
    desk = desk_of(tmp_path, server, "/a")
    desk.subscriptions = [Subscription(server.url("/b")), Subscription(server.url("/c"), enabled=False)]
    desk.run(prepare=True)
    assert [request.path for request in server.requests] == ["/a", "/b"]
    assert desk.ledger.get(server.url("/a")) is None


def test_a_host_is_never_asked_more_than_twice_at_once_though_others_wait(server: FeedServer, tmp_path: Path) -> None:
    for number in range(40):
        server.answers[f"/{number}"] = validated(feed(), '"1"')
    desk = desk_of(tmp_path, server, *(f"/{number}" for number in range(40)))
    assert len(desk.spooled()) == 40


def test_what_can_not_be_spooled_is_asked_for_again(
    server: FeedServer, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    server.answers["/feed"] = validated(feed(), '"1"')
    (tmp_path / "spool").write_text("no folder")
    desk = desk_of(tmp_path, server, "/feed")
    assert desk.account(server.url("/feed")).etag == ""
    assert "can't be kept; it is polled again later" in caplog.text
    (tmp_path / "spool").unlink()
    desk.run()
    assert len(desk.spooled()) == 1
    assert desk.account(server.url("/feed")).etag == '"1"'


def test_the_bounds_of_a_feed_are_its_own(server: FeedServer, tmp_path: Path) -> None:
    server.answers["/feed"] = validated(feed(), '"1"')
    desk = desk_of(tmp_path, server, "/feed", shortest=2 * HOUR)
    desk.until(START + DAY)
    assert len(server.requests) == 13


def test_secrets_are_not_told_to_where_a_feed_moved(server: FeedServer, tmp_path: Path) -> None:
    with feed_server() as other:
        server.answers["/old"] = redirect(other.url("/new"), 301)
        other.answers["/new"] = validated(feed(), '"1"')
        desk = desk_of(tmp_path, server, "/old", headers={"X-Key": "secret"})
        desk.until(START + 9 * DAY)
        assert desk.account(server.url("/old")).url == other.url("/new")
        assert all("x-key" in request.headers for request in server.requests)
        assert not any("x-key" in request.headers for request in other.requests)


def test_a_fault_of_one_poll_is_that_feeds_alone(server: FeedServer, tmp_path: Path) -> None:
    server.answers |= {"/good": response(feed()), "/bad": b"\0" * 1000}
    desk = desk_of(tmp_path, server, "/bad", "/good")
    assert desk.account(server.url("/bad")).failures == 1
    assert desk.account(server.url("/good")).failures == 0


@pytest.mark.parametrize("field", ["Expires", "Date", "Retry-After", "Last-Modified"])
@pytest.mark.parametrize(
    "value",
    ["Sun, 01 Jun 99999999999999999999 12:00:00 GMT", "Sun, 01 Jun 2025 12:00:00 +99999999999999999999", "\xff"],
)
def test_whatever_stands_in_a_header_a_feed_goes_on_being_polled(
    server: FeedServer, tmp_path: Path, field: str, value: str
) -> None:
    bad = response(feed()).replace(b"\r\n", f"\r\n{field}: {value}\r\n".encode("latin-1"), 1)
    server.answers |= {"/bad": bad.replace(b"\r\n", b'\r\nETag: "\xff"\r\n', 1), "/good": response(feed())}
    desk = desk_of(tmp_path, server, "/bad", "/good")
    desk.until(START + 3 * DAY)
    assert len(server.asked("/bad")) >= len(server.asked("/good")) == 4
    assert desk.account(server.url("/bad")).etag == ""


def test_one_at_a_time_comes_to_its_end(server: FeedServer, tmp_path: Path) -> None:
    for number in range(4):
        server.answers[f"/{number}"] = response(feed())
    desk = Desk(tmp_path, *(Subscription(server.url(f"/{number}")) for number in range(4)))
    desk.fetching = replace(FETCHING, at_once=1)
    desk.run(prepare=True)
    assert len(desk.spooled()) == 4


def test_whoever_wants_to_hear_no_more_ends_it(server: FeedServer, tmp_path: Path) -> None:
    def closed(_: Account) -> None:
        raise BrokenPipeError

    server.answers["/feed"] = response(feed())
    desk = Desk(tmp_path, Subscription(server.url("/feed")), Subscription(server.url("/other")))
    desk.told = closed
    with pytest.raises(BrokenPipeError):
        desk.run(prepare=True)


def test_a_410_behind_a_temporary_redirect_is_no_end(server: FeedServer, tmp_path: Path) -> None:
    server.answers |= {"/feed": redirect("/other"), "/other": response(b"", status="410 Gone")}
    desk = desk_of(tmp_path, server, "/feed")
    assert not desk.account(server.url("/feed")).gone


def test_a_feed_of_which_nothing_is_known_any_more_is_asked_without_conditions(
    server: FeedServer, tmp_path: Path
) -> None:
    server.answers["/feed"] = validated(feed(), '"1"')
    desk = desk_of(tmp_path, server, "/feed")
    Spool(tmp_path / "spool", []).ask_anew([server.url("/feed")])
    desk.run(prepare=True)
    desk.run()
    assert [request.headers.get("if-none-match") for request in server.requests] == [None, None]
    assert len(desk.spooled()) == 2


def _pairs(account: Account):  # type: ignore[no-untyped-def]
    return list(zip(account.polls, account.polls[1:], strict=False))


def test_an_account_survives_its_file(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "deep" / "fetch.db")
    account = replace(Account("a", "b"), next_check=3.0, etag='"é"', polls=())
    ledger.put([account, Account("z", "z", next_check=NEVER)])
    ledger.close()
    again = Ledger(tmp_path / "deep" / "fetch.db", read_only=True)
    assert again.get("a") == account
    assert again.get("c") is None
    assert [one.name for one in again.all()] == ["a", "z"]
    assert again.due(3.0) == ["a"]
    assert again.times() == {"a": 3.0, "z": NEVER}
    again.close()
