"""Names in the served folder, public addresses, and ids as Atom wants them."""

from __future__ import annotations

import pytest

from feedd.generate.addresses import document_name, has_page, iri, link_of, page_name
from feedd.model import Article, Entry, Origin, Site, Zones

SITE = Site("https://news.example.org/feeds/", "Example News", "news.example.org,2025")


@pytest.mark.parametrize(
    "given",
    [
        "tag:news.example.org,2025:inbox/a.md",
        "https://example.org/?p=1",
        "urn:x:1",
        "mid:1@example.org",
        "http://é.example/ü",
    ],
)
def test_an_id_that_is_an_iri_stays_to_the_letter(given: str) -> None:
    assert iri(given, SITE) == given


@pytest.mark.parametrize(
    ("given", "tail"),
    [
        ("1", "1"),
        ("/relative", "%2Frelative"),
        ("Correct Value", "Correct%20Value"),
        ("http://example.c[o/", "http%3A%2F%2Fexample.c%5Bo%2F"),
        ("http://", "http%3A%2F%2F"),
        ("urn:8d19cf88-b3ab", "urn%3A8d19cf88-b3ab"),
        ("x:%zz", "x%3A%25zz"),
    ],
)
def test_any_other_id_stands_in_one_of_the_site_s(given: str, tail: str) -> None:
    assert iri(given, SITE) == f"tag:news.example.org,2025:id:{tail}"
    assert iri(iri(given, SITE), SITE) == iri(given, SITE)


def test_an_article_without_a_web_address_has_a_page_named_by_its_id() -> None:
    without = Article("A", "", Origin("text", "utf-8"), Zones(), url="ftp://example.org/")
    assert has_page(without)
    name = page_name("urn:1")
    assert name == page_name("urn:1") != page_name("urn:2")
    assert link_of(Entry("urn:1", None, None, without), SITE) == SITE.url + name  # type: ignore[arg-type]


def test_archive_documents_stand_below_their_topic() -> None:
    assert [document_name("korea", number, ".atom") for number in (0, 12)] == ["korea.atom", "korea/archive-12.atom"]
