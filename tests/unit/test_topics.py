"""Topic rules: terms, zones, conditions, and topics without rules."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedd.model import Article, Origin, Topic, Zones
from feedd.topics import Rule, choose, compile_rules, judge, problems_of


def article(title: str = "", *, lede: str = "", body: str = "", related: str = "", **more: object) -> Article:
    zones = Zones(title, lede, body, related, related)
    return Article(title=title or "x", content="", origin=Origin("test", "utf-8"), zones=zones, **more)  # type: ignore[arg-type]


def rule(name: str = "t", **conditions: object) -> Rule:
    return Rule(Topic(name, name.title()), **conditions)  # type: ignore[arg-type]


def wants(one: Rule, what: Article, **terms: list[str]) -> bool:
    return judge(compile_rules([one], terms), what)[0].wanted


@pytest.mark.parametrize(
    ("term", "title", "wanted"),
    [
        ("korea", "Talks in Korea", True),
        ("korea", "KOREA!", True),
        ("korea", "Korean talks", False),
        ("korea*", "Korean talks", True),
        ("korea", "Koreatown", False),
        ("art", "The Start of art-house", True),
        ("art", "A start", False),
        ("north korea*", "North   Korean soldier", True),
        ("north korea", "north\u00a0korea wins", True),
        ("straße", "Die STRASSE", True),
        ("l'équipe", "L’Équipe gagne", True),
        ("u.s.", "The U.S. said", True),
        ("c++", "On C++ and C", True),
        ("война", "Война и мир", True),
        ("войн*", "О войне", True),
        ("covid-19", "Covid‑19 numbers", True),
    ],
)
def test_a_term_is_a_bounded_word_or_phrase_in_any_case(term: str, title: str, wanted: bool) -> None:
    assert wants(rule(any=(term,)), article(title)) is wanted


def test_zones_weigh_differently_and_related_headlines_nothing() -> None:
    one = rule(any=("korea",))
    assert wants(one, article("Korea"))
    assert not wants(one, article(lede="Korea"))
    assert wants(one, article(lede="Korea", body="Korea"))
    assert not wants(one, article(body="Korea Korea Korea Korea"))
    assert not wants(one, article(related="Korea Korea"))


def test_a_term_counts_at_most_twice_in_a_zone() -> None:
    (verdict,) = judge(compile_rules([rule(any=("korea",))], {}), article("Korea Korea Korea", body="korea"))
    assert verdict.score == 7
    assert [(hit.zone, hit.count, hit.score) for hit in verdict.hits] == [("body", 1, 1), ("title", 3, 6)]


def test_all_wants_one_of_each_list() -> None:
    one = rule(all=(("ukrain*", "kyiv"), ("troop*", "war")))
    assert wants(one, article("Ukrainian troops"))
    assert not wants(one, article("Ukraine Ukraine"))
    assert not wants(one, article("War, war and troops"))


def test_none_always_wins() -> None:
    one = rule(any=("korea*",), none=("k-pop",))
    assert not wants(one, article("Korean K-pop in Korea"))
    assert wants(one, article("Korean talks", related="k-pop"))


def test_a_list_may_name_lists() -> None:
    terms = {"dprk": ["pyongyang"], "korea": ["@dprk", "seoul"]}
    assert wants(rule(any=("@korea",)), article("In Pyongyang"), **terms)


def test_what_is_wrong_with_terms_is_told_by_name() -> None:
    terms = {"a": ["@b"], "b": ["@a"]}
    found = problems_of(rule(any=("@a", "@nowhere", "*", "a*b")), terms)
    assert len(found) == 4
    assert "'a' contains itself: a → b → a" in found[0]
    assert "no list 'nowhere'" in found[1]


def test_a_rule_without_conditions_holds_only_what_names_it() -> None:
    topics = compile_rules([rule("press"), rule("all"), rule("quiet", none=("loud",))], {})
    assert [topic.id for topic in choose(topics, article("A story"))] == ["all", "quiet"]
    assert [topic.id for topic in choose(topics, article("A loud story"))] == ["all"]
    assert [topic.id for topic in choose(topics, article("A story"), given=("press",))] == ["press", "all"]


def test_topics_that_the_article_names_win_over_the_inbox_and_the_inbox_over_rules() -> None:
    topics = compile_rules([rule("korea", any=("korea",)), rule("press"), rule("desk")], {})
    named = article("Korea", topics=("desk", "unknown"))
    assert [topic.id for topic in choose(topics, named, given=("press",))] == ["desk"]
    assert [topic.id for topic in choose(topics, article("Korea"), given=("press",))] == ["press"]
    assert [topic.id for topic in choose(topics, article("Korea", topics=("unknown",)))] == ["korea"]


def test_without_rules_tags_and_the_first_folder_name_topics() -> None:
    topics = compile_rules([], {})
    one = article("x", tags=("North  Korea", "north korea", "Київ", "!!"))
    found = choose(topics, one, folder="Politics/2025")
    assert [(topic.id, topic.title) for topic in found][:3] == [
        ("all", "All articles"),
        ("north-korea", "North Korea"),
        ("kiiv", "Київ"),
    ]
    assert found[-1] == Topic("politics", "Politics")


WORDS = st.sampled_from(["korea", "seoul", "war", "peace", "troops", "moon"])
TITLES = st.lists(WORDS, max_size=6).map(" ".join)
TERMS = st.lists(WORDS, min_size=1, max_size=3).map(tuple)


@given(TITLES, st.lists(TERMS, min_size=1, max_size=4), TERMS)
def test_order_and_unrelated_topics_change_nothing(
    title: str, terms: list[tuple[str, ...]], other: tuple[str, ...]
) -> None:
    what = article(title, body=title)
    rules = [rule(f"t{number}", any=words) for number, words in enumerate(terms)]
    before = {one.topic.id: (one.wanted, one.score) for one in judge(compile_rules(rules, {}), what)}
    turned = [rule(one.topic.id, any=one.any[::-1]) for one in reversed(rules)] + [rule("more", any=other)]
    after = {one.topic.id: (one.wanted, one.score) for one in judge(compile_rules(turned, {}), what)}
    after.pop("more")
    assert after == before


@given(TITLES, TITLES, st.lists(TERMS, min_size=1, max_size=4), TERMS)
def test_what_is_chosen_is_what_every_rule_on_its_own_wants(
    title: str, body: str, terms: list[tuple[str, ...]], none: tuple[str, ...]
) -> None:
    what = article(title, lede=body, body=title)
    rules = [rule(f"t{number}", all=(words, terms[0]), none=none[:1]) for number, words in enumerate(terms)]
    topics = compile_rules(rules, {})
    chosen = [topic.id for topic in choose(topics, what)]
    assert chosen == [verdict.topic.id for verdict in judge(topics, what) if verdict.wanted]
