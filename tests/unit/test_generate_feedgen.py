"""The bridge's own tools: cleaning, addresses, languages, media types."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from feedd.generate import _feedgen
from feedd.generate.addresses import link
from feedd.model import Article, Origin, Person, Zones

URI = re.compile(r"https?://[A-Za-z0-9._~!$&'()*+,;=:@%\[\]-]+(?:[/?#][A-Za-z0-9;/?:@&=+$,_.!~*'()%#-]*)?", re.I)


@given(st.text())
def test_what_was_cleaned_is_what_xml_takes(text: str) -> None:
    etree.Element("e").text = _feedgen.clean(text)


def test_cleaning_reaches_into_values_and_leaves_clean_ones_alone() -> None:
    article = Article("a\x00", "b", Origin("\x00", "x"), Zones(body="\x00"), authors=(Person("c\x01"), Person("d")))
    cleaned = _feedgen.clean(article)
    assert (cleaned.title, cleaned.authors) == ("a", (Person("c"), Person("d")))
    assert (cleaned.origin, cleaned.zones) == (article.origin, article.zones)
    assert _feedgen.clean(cleaned) is cleaned


def test_cleaning_keeps_all_that_xml_allows() -> None:
    text = "tab\t line\n return\r nel\x85 replacement\ufffd 😀 \U0010ffff"
    assert _feedgen.clean(text) == text


@pytest.mark.parametrize(
    ("given_url", "written"),
    [
        ("https://example.org", "https://example.org"),
        ("HTTP://Example.org:8080/a?b=c#d", "HTTP://Example.org:8080/a?b=c#d"),
        (" https://example.org/a b ", "https://example.org/a%20b"),
        ("https://example.org/100%/%41/%zz", "https://example.org/100%25/%41/%25zz"),
        ("https://example.org/[x]|{y}", "https://example.org/%5Bx%5D%7C%7By%7D"),
        ("https://[2001:db8::1]/", "https://[2001:db8::1]/"),
        ("https://bücher.example/größe", "https://xn--bcher-kva.example/gr%C3%B6%C3%9Fe"),
        ("https://example.org?q=їжак", "https://example.org?q=%D1%97%D0%B6%D0%B0%D0%BA"),
        ("https://" + "ü" * 70 + ".example/", None),
        ("https://", None),
        ("https:///path", None),
        ("https://exa mple.org/", None),
        ("//example.org/", None),
        ("/a", None),
        ("javascript:alert(1)", None),
        ("ftp://example.org/", None),
        ("", None),
        (None, None),
    ],
)
def test_a_link_is_a_web_address_that_every_reader_can_follow(given_url: str | None, written: str | None) -> None:
    assert link(given_url) == written


@given(st.text().map(lambda text: "https://example.org/" + text) | st.text().map(lambda text: "https://" + text))
def test_a_link_is_always_a_uri_and_stays_the_same(text: str) -> None:
    once = link(_feedgen.clean(text))
    assert once is None or (URI.fullmatch(once) and link(once) == once)


@pytest.mark.parametrize(
    ("tag", "written"),
    [
        ("en", "en"),
        (" pt_BR ", "pt-BR"),
        ("zh-Hant-TW", "zh-Hant-TW"),
        ("english language", None),
        ("", None),
        (None, None),
    ],
)
def test_a_language_has_the_form_of_a_tag(tag: str | None, written: str | None) -> None:
    assert _feedgen.language(tag) == written


@pytest.mark.parametrize(
    ("address", "written"),
    [("a.b+c@example.org", True), ("a@b", False), ("a b@example.org", False), ("", False), (None, False)],
)
def test_an_email_address_has_its_everyday_form(address: str | None, written: bool) -> None:
    assert _feedgen.email(address) == (address if written else None)


@pytest.mark.parametrize(
    ("name", "written"),
    [("audio/mpeg", True), ("text/html; charset=utf-8", True), ("mp3", False), ("a/b/c", False), ("", False)],
)
def test_a_media_type_has_two_parts(name: str, written: bool) -> None:
    assert _feedgen.media_type(name) == (name if written else None)
