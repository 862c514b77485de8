"""Finding every term in one pass, and showing the words around each hit."""

from __future__ import annotations

import re
import time
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedd import finding
from feedd.finding import SIGHTS, Finder, Found, finder
from feedd.terms import Pattern, read


def patterns(*terms: str, bare: bool = False) -> list[Pattern]:
    return [pattern for term in terms for pattern in read(term, {}, bare=bare)]


def named(finder: Finder, found: Found) -> dict[str, dict[str, int]]:
    """By what the terms are called, then by zone."""
    names = {str(pattern): number for pattern, number in finder.numbers.items()}
    by_name = {
        name: {zone: counts[number] for zone, counts in found.items() if number in counts}
        for name, number in names.items()
    }
    return {name: zones for name, zones in by_name.items() if zones}


def test_hits_are_counted_by_zone_whatever_the_kind_of_term() -> None:
    terms = patterns("korea", "=US", "re:po+l", "tag:sea", "*ship*") + patterns("łodz", bare=True)
    texts = [("title", "Korea, korea: US ships"), ("body", "pool poool us Łódź"), ("lede", "")]
    prepared = finder(terms)
    assert named(prepared, prepared.find(texts, {"tag": ["Sea", "SEA"]})) == {
        "korea": {"title": 2},
        "=US": {"title": 1},
        "re:po+l": {"body": 2},
        "tag:sea": {"tag": 1},
        "*ship*": {"title": 1},
        "lodz": {"body": 1},
    }


def test_terms_inside_terms_are_all_found() -> None:
    prepared = finder(patterns("korea", "north korea", "north*", "south korea"))
    found = prepared.find([("title", "North Korea")], {})
    assert sorted(named(prepared, found)) == ["korea", "north korea", "north*"]


def test_a_set_of_expressions_that_gives_up_is_no_silence() -> None:
    terms = patterns("re:trump", "re:[a-z]+eoul")
    # Too large for a set at all; and a set that gives up at this text.
    for large in (r"re:(\pL{1,500}x){1,2}\pN{900}", r"re:x\pL{600}x", r"re:[^z]{1,900}\pN{90}z"):
        prepared = finder(terms + patterns(large))
        found = prepared.find([("title", "Trump in Seoul" + " über alles xy" * 500)], {})
        assert sorted(named(prepared, found)) == ["re:[a-z]+eoul", "re:trump"], large


def test_a_set_that_finds_not_even_what_is_everywhere_has_given_up() -> None:
    class GaveUp:
        def Match(self, _text: bytes) -> list[int]:  # noqa: N802 - as RE2 names it
            return []

    prepared = finder(patterns("re:trump", "re:[a-z]+eoul"))
    assert prepared._expressions is not None
    failing = replace(prepared, _expressions=replace(prepared._expressions, together=GaveUp()))
    assert failing.find([("title", "Trump")], {}) == prepared.find([("title", "Trump")], {}) != {}


def test_each_hit_is_shown_among_its_words_as_the_text_has_them() -> None:
    text = "One two  three four five six “North\nKorea’s” seven eight nine ten eleven twelve"
    (sight,) = finder(patterns("north korea's")).sights(text)
    assert (sight.whole, sight.before, sight.hit, sight.after) == (
        True,
        "two three four five six",
        "“North Korea’s”",
        "seven eight nine ten eleven",
    )


def test_a_hit_in_a_text_without_spaces_is_shown_among_its_characters() -> None:
    (sight,) = finder(patterns("東京")).sights("あ" * 50 + "東京" + "い" * 50)
    assert (sight.before, sight.hit, sight.after) == ("あ" * 24, "東京", "い" * 24)
    (sight,) = finder(patterns("groß")).sights("ﬀ" * 60 + "-GROSS-" + "x" * 30)
    assert (sight.before[-3:], sight.hit) == ("ff-", "gross")  # folding changed the length: shown as folded


def test_a_part_of_a_longer_word_is_a_sight_but_no_whole_one() -> None:
    sights = list(finder(patterns("korea", "re:[0-9]+")).sights("Koreans 42"))
    assert [(str(sight.pattern), sight.whole, sight.hit) for sight in sights] == [
        ("korea", False, "Koreans"),
        ("re:[0-9]+", True, "42"),
    ]


@pytest.mark.parametrize("term", ["re:war.*peace|war", "re:wa?r", "re:war", "war", "*war*", "re:war .*r"])
def test_a_long_text_takes_no_more_than_its_length(term: str) -> None:
    prepared, text = finder(patterns(term)), "war " * 250_000
    began = time.process_time()
    found = prepared.find([("body", text)], {})
    sights = list(prepared.sights(text))
    assert time.process_time() - began < 5  # the square of it would be minutes
    assert found["body"][0] in (1, 2, 250_000)
    assert len(sights) <= SIGHTS
    assert all(len(sight.before) + len(sight.hit) + len(sight.after) < 1000 for sight in sights)


@pytest.mark.parametrize("before", range(12))
def test_hits_where_two_pieces_of_a_long_text_meet_are_found_once(before: int) -> None:
    text = "x" * (finding._PIECE - before - 1) + " star wa war"
    prepared = finder(patterns("war", "*ar*", "star wa", "wa", "*x star wa w*"))
    assert named(prepared, prepared.find([("body", text)], {})) == {
        "war": {"body": 1},
        "*ar*": {"body": 2},
        "star wa": {"body": 1},
        "wa": {"body": 1},
        "*x star wa w*": {"body": 1},
    }
    assert sum(sight.whole for sight in prepared.sights(text)) == 6


def test_of_terms_inside_terms_not_all_hits_are_held_at_once() -> None:
    prepared, text = finder(patterns(*(f"*{'a' * length}*" for length in range(1, 51)))), "a" * 30_000
    counts = prepared.find([("body", text)], {})["body"]
    assert sorted(counts.values()) == [30_001 - length for length in range(50, 0, -1)]
    (view,) = prepared._views
    assert max(len(hits) for _, hits in view._pieces(text)) < 2 * finding._MOST_HITS < sum(counts.values())


@pytest.mark.parametrize("text", ["né", "€", "aéb", "é" * 30, "x € y"])
def test_an_expression_that_tears_characters_apart_is_shown(text: str) -> None:
    prepared = finder(patterns(r"re:\C\C", r"re:\C"))
    sights = list(prepared.sights(text))
    assert {str(sight.pattern) for sight in sights} == {r"re:\C\C", r"re:\C"}


TERMS = st.sampled_from(["korea", "korea*", "=US", "us", "東京", "re:w.r", "war"])
WORDS = st.sampled_from(["korea", "korean", "Seoul", "war", "US", "us", "東京", "-", "ß", "x korea"])


@given(
    st.lists(WORDS, max_size=12), st.lists(st.sampled_from(["korea", "korea*", "=US", "us", "東京", "re:w.r", "war"]))
)
def test_sights_and_counts_agree(words: list[str], terms: list[str]) -> None:
    text = " ".join(words)
    prepared = finder(patterns(*terms))
    counted = {
        name: zones["body"] for name, zones in named(prepared, prepared.find([("body", text)], {}, most=SIGHTS)).items()
    }
    seen: dict[str, int] = {}
    for sight in prepared.sights(text):
        if sight.whole:
            seen[str(sight.pattern)] = seen.get(str(sight.pattern), 0) + 1
            assert sight.hit in text
    assert seen == counted


@given(st.lists(st.sampled_from("ab "), max_size=30).map("".join))
def test_a_plain_term_is_found_as_often_as_its_word_stands_there(text: str) -> None:
    found = finder(patterns("ab")).find([("body", text)], {})
    assert sum(found.get("body", {}).values()) == len(re.findall(r"\bab\b", text))


def test_nothing_to_look_for_finds_nothing() -> None:
    assert finding.finder([]).find([("title", "Korea")], {"tag": ["a"]}) == {}
