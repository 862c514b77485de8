"""Who asks, and how often."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from feedd.accesslog import AccessLog
from feedd.clients import Rates, client_of, household, networks
from feedd.response import Response
from feedd.rfc9110 import Request

TRUSTED = networks(["127.0.0.1", "10.0.0.0/8", "fd00::/8"])


def asked(**fields: str) -> Request:
    return Request("GET", "/", [(name.replace("_", "-").encode(), value.encode()) for name, value in fields.items()])


@pytest.mark.parametrize(
    ("peer", "fields", "client"),
    [
        ("198.51.100.7", {}, "198.51.100.7"),
        ("127.0.0.1", {}, "127.0.0.1"),
        ("127.0.0.1", {"x_forwarded_for": "198.51.100.7"}, "198.51.100.7"),
        ("127.0.0.1", {"x_forwarded_for": "203.0.113.1, 198.51.100.7"}, "198.51.100.7"),  # the first is its own claim
        ("127.0.0.1", {"x_forwarded_for": "198.51.100.7, 10.1.2.3"}, "198.51.100.7"),
        ("127.0.0.1", {"x_forwarded_for": "10.9.9.9, 10.1.2.3"}, "10.9.9.9"),
        ("127.0.0.1", {"x_forwarded_for": "198.51.100.7:4711"}, "198.51.100.7"),
        ("127.0.0.1", {"x_forwarded_for": "[2001:db8::1]:4711"}, "2001:db8::1"),
        ("127.0.0.1", {"x_forwarded_for": "nonsense, 10.1.2.3"}, "10.1.2.3"),
        ("127.0.0.1", {"forwarded": 'for="[2001:db8::1]:4711";proto=https, for=10.1.2.3'}, "2001:db8::1"),
        ("127.0.0.1", {"forwarded": "For=198.51.100.7", "x_forwarded_for": "203.0.113.1"}, "198.51.100.7"),
        ("127.0.0.1", {"forwarded": "for=unknown, for=10.1.2.3"}, "10.1.2.3"),
        ("", {"x_forwarded_for": "198.51.100.7"}, "198.51.100.7"),
        ("198.51.100.9", {"x_forwarded_for": "203.0.113.1"}, "198.51.100.9"),
        ("::ffff:127.0.0.1", {"x_forwarded_for": "203.0.113.1"}, "203.0.113.1"),
    ],
)
def test_only_trusted_proxies_are_believed(peer: str, fields: dict[str, str], client: str) -> None:
    assert client_of(peer, asked(**fields), TRUSTED) == client


def test_without_trusted_proxies_nobody_is_believed() -> None:
    assert client_of("127.0.0.1", asked(x_forwarded_for="203.0.113.1"), ()) == "127.0.0.1"


def test_a_household_of_ipv6_is_one_client() -> None:
    assert household("2001:db8:1:2:3::4") == household("2001:db8:1:2:ffff::1") != household("2001:db8:1:3::4")
    assert household("198.51.100.7") == "198.51.100.7"
    assert household("") == ""


def test_a_client_that_asks_too_often_is_told_when_to_come_back() -> None:
    now = [1000.0]
    rates = Rates(6, monotonic=lambda: now[0])
    for _ in range(6):
        assert rates.wait("a") == 0
        rates.count("a", 1.0)
    assert rates.wait("a") == 10
    assert rates.wait("b") == 0
    now[0] += 9.5
    assert rates.wait("a") == 1
    now[0] += 0.5
    assert rates.wait("a") == 0
    rates.count("a", 1.0)
    assert rates.wait("a") == 10


def test_what_costs_little_may_be_asked_for_more_often() -> None:
    now = [1000.0]
    rates = Rates(6, monotonic=lambda: now[0])
    for _ in range(51):
        assert rates.wait("a") == 0
        rates.count("a", 0.1)


def test_clients_beyond_the_room_are_forgotten_the_longest_ago_first() -> None:
    rates = Rates(1, room=2, monotonic=lambda: 0.0)
    for client in ("a", "b", "c"):
        rates.count(client, 1.0)
    assert [rates.wait(client) > 0 for client in ("a", "b", "c")] == [False, True, True]


# The access log

NOW = datetime(2025, 7, 11, 9, tzinfo=UTC)


def test_an_answer_is_a_line_of_the_combined_format(tmp_path: Path) -> None:
    log = AccessLog(str(tmp_path / "access.log"))
    headers = [(b"user-agent", b'Reader "7" \\ \r\n\xff'), (b"referer", b"https://example.org/")]
    request = Request("GET", "/a", headers, target=b'/a"?b')
    log.note("198.51.100.7", request, Response(200, (), b"words"), now=NOW)
    log.note("", Request("HEAD", "/a", target=b"/a"), Response(200, (), b"words"), now=NOW)
    log.close()
    assert (tmp_path / "access.log").read_text().splitlines() == [
        '198.51.100.7 - - [11/Jul/2025:09:00:00 +0000] "GET /a\\x22?b HTTP/1.1" 200 5 "https://example.org/" '
        '"Reader \\x227\\x22 \\x5c \\x0d\\x0a\\xff"',
        '- - - [11/Jul/2025:09:00:00 +0000] "HEAD /a HTTP/1.1" 200 - "-" "-"',
    ]


def test_a_log_that_is_moved_away_is_begun_anew_and_one_that_cannot_be_written_is_told(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    place = tmp_path / "access.log"
    log = AccessLog(str(place))
    log.note("a", Request("GET", "/a"), Response(200, ()), now=NOW)
    place.rename(tmp_path / "access.log.1")
    log.note("b", Request("GET", "/a"), Response(200, ()), now=NOW)
    assert place.read_text().startswith("b - - ")
    place.unlink()
    place.mkdir()
    for _ in range(3):
        log.note("c", Request("GET", "/a"), Response(200, ()), now=NOW)
    assert [record.getMessage() for record in caplog.records] == [
        f"access log {place}: Is a directory; requests are not noted"
    ]
