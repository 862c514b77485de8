"""Which addresses may be connected to."""

from __future__ import annotations

import socket
from ipaddress import ip_network

import pytest

from feedd.guard import NotPublic, refusal, socket_to

CLOSED = (
    *("127.0.0.1", "127.8.8.8", "10.1.2.3", "172.16.0.1", "192.168.1.1", "100.64.0.1", "169.254.169.254", "0.0.0.0"),
    *("192.0.2.1", "198.18.0.1", "203.0.113.5", "224.0.0.1", "239.1.1.1", "240.0.0.1", "255.255.255.255", "0.1.2.3"),
    *("::", "::1", "fe80::1", "fe80::1%eth0", "fec0::1", "fd00::1", "ff02::1", "ff0e::1", "2001:db8::1"),
    *("::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:0:192.168.0.1", "::127.0.0.1", "::8.8.8.8"),
    *("2002:7f00:1::", "2002:c0a8:101::1", "64:ff9b::127.0.0.1", "64:ff9b::a9fe:a9fe", "64:ff9b:1::8.8.8.8"),
    *("2001:0:4136:e378:8000:63bf:3fff:fdd2", "3fff::1", "5f00::1", "192.0.0.192", "192.88.99.1", "168.63.129.16"),
)
OPEN = ("8.8.8.8", "93.184.216.34", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::8.8.8.8", "2002:808:808::1")


@pytest.mark.parametrize("address", CLOSED)
def test_an_address_that_is_not_public_is_refused(address: str) -> None:
    assert refusal(address) == f"{address} is no public address"


@pytest.mark.parametrize("address", OPEN)
def test_a_public_address_is_not(address: str) -> None:
    assert refusal(address) == ""


@pytest.mark.parametrize(
    ("network", "address", "open_"),
    [
        ("127.0.0.0/8", "127.0.0.1", True),
        ("127.0.0.0/8", "10.0.0.1", False),
        ("10.0.0.0/8", "::ffff:10.0.0.1", True),
        ("::1/128", "::1", True),
        ("::1/128", "127.0.0.1", False),
        ("::/0", "::ffff:10.0.0.1", True),
    ],
)
def test_what_an_operator_allows_is_open_and_nothing_else(network: str, address: str, open_: bool) -> None:
    assert (refusal(address, (ip_network(network),)) == "") is open_


def test_a_socket_is_had_for_a_public_address_only() -> None:
    info = (socket.AF_INET, socket.SOCK_STREAM, 0, "", ("127.0.0.1", 80))
    with pytest.raises(NotPublic, match=r"127\.0\.0\.1 is no public address"):
        socket_to(info, ())
    socket_to(info, (ip_network("127.0.0.0/8"),)).close()
