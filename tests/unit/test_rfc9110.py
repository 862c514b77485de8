"""The pure parts of HTTP by tables."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from email.utils import formatdate

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedd.rfc9110 import Request, byte_range, choose_coding, choose_type, evaluate, read_http_date, tags_in

NOW = datetime(2025, 7, 11, 8, 4, 49, tzinfo=UTC)
BOTH = ("br", "gzip")


@pytest.mark.parametrize(
    ("accepted", "chosen"),
    [
        (None, ""),
        ("", ""),
        ("gzip", "gzip"),
        ("GZIP", "gzip"),
        ("x-gzip", "gzip"),
        ("br", "br"),
        ("gzip, deflate, br", "br"),
        ("gzip;q=1.0, br;q=0.9", "gzip"),
        ("gzip ; q=0.5 ,br; Q=0.8", "br"),
        ("gzip;q=0", ""),
        ("gzip;q=0.000", ""),
        ("br;q=0, gzip;q=0.1", "gzip"),
        ("*", "br"),
        ("*;q=0", ""),
        ("br;q=0, *", "gzip"),
        ("gzip;q=0.2, *;q=0.1", "gzip"),
        ("identity", ""),
        ("identity, gzip;q=0.5", ""),
        ("identity;q=0.5, gzip", "gzip"),
        ("identity, gzip", "gzip"),
        ("identity;q=0", ""),
        ("identity;q=0, gzip;q=0.1", "gzip"),
        ("identity;q=0.8, *;q=0.1", ""),
        ("deflate, zstd", ""),
        ("gzip;q=2", ""),
        ("gzip;q=-1", ""),
        ("gzip;q=high", ""),
        ("gzip;level=9", ""),
        (",, gzip ,", "gzip"),
        ("gzip br", ""),
        ("g\xfcnzip, gzip", "gzip"),
        ("a," * 31 + "gzip", "gzip"),
        ("a," * 100_000 + "gzip", ""),
    ],
)
def test_the_coding_is_what_the_client_likes_best(accepted: str | None, chosen: str) -> None:
    assert choose_coding(accepted, BOTH) == chosen


@pytest.mark.parametrize(("available", "chosen"), [((), ""), (("gzip",), "gzip"), (("br",), "br")])
def test_only_what_is_there_is_chosen(available: tuple[str, ...], chosen: str) -> None:
    assert choose_coding("gzip, br", available) == chosen
    assert choose_coding("*", available) == chosen


@given(st.text())
def test_no_accept_encoding_is_an_error(accepted: str) -> None:
    assert choose_coding(accepted, BOTH) in ("", *BOTH)


@pytest.mark.parametrize(
    ("text", "stamp"),
    [
        ("Sun, 06 Nov 1994 08:49:37 GMT", 784111777),
        ("Sunday, 06-Nov-94 08:49:37 GMT", 784111777),
        ("Sun Nov  6 08:49:37 1994", 784111777),
        ("Wed Nov 16 08:49:37 1994", 784975777),
        ("Thu, 01 Jan 1970 00:00:00 GMT", 0),
        ("Wed, 31 Dec 1969 23:59:59 GMT", -1),
        ("Sat, 31 Dec 2016 23:59:60 GMT", 1483228800),
        ("Friday, 11-Jul-75 08:04:49 GMT", 3330057889),  # fifty years ahead to the second
        ("Friday, 11-Jul-75 08:04:50 GMT", 174297890),  # and one more
        (None, None),
        ("", None),
        ("0", None),
        ("1752221089", None),
        ("Sun, 06 Nov 1994 08:49:37", None),
        ("Sun, 06 Nov 1994 08:49:37 UTC", None),
        ("Sun, 06 Nov 1994 08:49:37 +0000", None),
        ("Sun, 6 Nov 1994 08:49:37 GMT", None),
        ("sun, 06 nov 1994 08:49:37 gmt", None),
        ("Sun, 06 Nov 1994 08:49:37 GMT, Sun, 06 Nov 1994 08:49:37 GMT", None),
        ("Sun, 06 Nov 1994 08:49:37 GMT; length=12", None),
        ("Sun, 31 Feb 1994 08:49:37 GMT", None),
        ("Sun, 06 Nov 1994 24:49:37 GMT", None),
        ("Sun, 06 Nov 1994 08:49:61 GMT", None),
        ("Sun, 06 Nov 0000 08:49:37 GMT", None),
        ("Sun, ٠٦ Nov 1994 08:49:37 GMT", None),
    ],
)
def test_http_dates_are_read_in_three_forms_and_no_other(text: str | None, stamp: int | None) -> None:
    assert read_http_date(text, now=NOW) == stamp


@given(st.integers(min_value=-62135596800, max_value=253402300799))
def test_every_date_that_is_sent_can_be_read_back(stamp: int) -> None:
    assert read_http_date(formatdate(stamp, usegmt=True), now=NOW) == stamp


@given(st.text())
def test_no_date_is_an_error(text: str) -> None:
    assert read_http_date(text, now=NOW) is None


SAME, BEFORE, AFTER = (formatdate(784111777 + step, usegmt=True) for step in (0, -1, 1))


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ([], 200),
        ([("if-none-match", '"a"')], 304),
        ([("if-none-match", 'W/"a"')], 304),
        ([("if-none-match", '"x", W/"y" , "a"')], 304),
        ([("if-none-match", '"x","a"')], 304),
        ([("if-none-match", '"x"'), ("if-none-match", '"a"')], 304),
        ([("if-none-match", "*")], 304),
        ([("if-none-match", " * ")], 304),
        ([("if-none-match", '"b"')], 200),
        ([("if-none-match", '"a,b"')], 200),
        ([("if-none-match", '"A"')], 200),
        ([("if-none-match", '""')], 200),
        ([("if-none-match", "")], 200),
        ([("if-none-match", "a")], 200),
        ([("if-none-match", '"\xff'), ("if-none-match", '"')], 200),
        ([("if-modified-since", SAME)], 304),
        ([("if-modified-since", AFTER)], 304),
        ([("if-modified-since", BEFORE)], 200),
        ([("if-modified-since", "yesterday")], 200),
        ([("if-modified-since", SAME), ("if-modified-since", SAME)], 200),
        ([("if-none-match", '"b"'), ("if-modified-since", SAME)], 200),
        ([("if-none-match", "b"), ("if-modified-since", SAME)], 200),
        ([("if-none-match", '"a"'), ("if-modified-since", BEFORE)], 304),
        ([("if-match", '"b", "a"')], 200),
        ([("if-match", "*")], 200),
        ([("if-match", '"b"')], 412),
        ([("if-match", 'W/"a"')], 412),
        ([("if-match", '"a"'), ("if-none-match", '"a"')], 304),
        ([("if-match", '"a"'), ("if-unmodified-since", BEFORE)], 200),
        ([("if-unmodified-since", BEFORE)], 412),
        ([("if-unmodified-since", SAME)], 200),
        ([("if-unmodified-since", "never")], 200),
    ],
)
def test_preconditions_are_evaluated_in_their_order(fields: list[tuple[str, str]], status: int) -> None:
    headers = [(name.encode(), value.encode("latin-1")) for name, value in fields]
    assert evaluate(Request("GET", "/", headers), '"a"', modified=784111777, now=NOW) == status


@pytest.mark.parametrize(
    "value",
    [
        "a/b;" + " " * 31_000,
        "a/b" + ";" * 31_000,
        "a/b;" + "x" * 31_000 + ";q=0.5z",
        " " * 31_000,
        '"' * 31_000,
        "," * 31_000,
    ],
)
def test_no_value_that_a_request_may_have_takes_long(value: str) -> None:
    request = Request("GET", "/", [(name, value.encode()) for name in (b"range", b"if-range", b"if-none-match")])
    begun = time.process_time()
    choose_type(value, ["text/html", "application/atom+xml"])
    choose_coding(value, BOTH)
    tags_in(value)
    byte_range(request, 10, tag='"a"', modified=0, now=NOW)
    evaluate(request, '"a"', modified=0, now=NOW)
    # A pattern that goes back over it again and again takes seconds: this is no measure of speed.
    assert time.process_time() - begun < 2
