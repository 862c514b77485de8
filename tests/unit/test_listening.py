"""Addresses to listen on."""

from __future__ import annotations

import os
import socket
import threading

import pytest

from feedd.errors import AddressError
from feedd.listening import listen


def test_a_free_port_can_be_had_on_both_families() -> None:
    for address, host in (("127.0.0.1:0", "127.0.0.1"), ("localhost:0", "127.0.0.1"), ("[::1]:0", "::1")):
        with listen(address) as sock:
            assert sock.getsockname()[0] == host
            assert sock.getsockname()[1] > 0
            assert not os.get_inheritable(sock.fileno())
            socket.create_connection(sock.getsockname()[:2]).close()


@pytest.mark.parametrize(
    "address",
    [
        "",
        "8000",
        ":8000",
        "localhost",
        "localhost:",
        "::1:8000",
        "[::1]",
        "a b:1",
        "a:65536",
        "a:-1",
        "a:1\n",
        "a:٣",
    ],
)
def test_an_address_of_bad_form_is_told(address: str) -> None:
    with pytest.raises(AddressError, match="is no host:port such as") as caught:
        listen(address)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("address", "reason"),
    [
        ("192.0.2.1:0", "192.0.2.1:0: not an address of this machine"),
        ("name.invalid:80", "name.invalid:80: this host name is not known"),
        ("a..b:80", "a..b:80: this host name is not known"),
    ],
)
def test_an_address_that_is_not_ours_is_told(address: str, reason: str) -> None:
    with pytest.raises(AddressError) as caught:
        listen(address)
    assert str(caught.value) == reason


def test_a_port_in_use_is_told_and_with_patience_awaited() -> None:
    with listen("127.0.0.1:0") as first:
        address = f"127.0.0.1:{first.getsockname()[1]}"
        with pytest.raises(AddressError, match=f"{address}: the port is in use"):
            listen(address)
        release = threading.Timer(0.1, first.close)
        release.start()
        with listen(address, patience=10) as second:
            assert second.getsockname() == ("127.0.0.1", int(address.split(":")[1]))
        release.join()
