"""What a topic wants: conditions, weights, scores, verdicts."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from feedd.model import Article, Origin, Person, Topic, Zones
from feedd.rules import Rule, Surroundings, Verdict, Weights, compile_rules, find, judge, wanted


def article(title: str = "", *, lede: str = "", body: str = "", related: str = "", **more: object) -> Article:
    zones = Zones(title, lede, body, related, related)
    return Article(title=title or "x", content="", origin=Origin("test", "utf-8"), zones=zones, **more)  # type: ignore[arg-type]


def rule(name: str = "t", **conditions: object) -> Rule:
    return Rule(Topic(name, name.title()), **conditions)  # type: ignore[arg-type]


def verdict(one: Rule, what: Article, around: Surroundings | None = None, **terms: list[str]) -> Verdict:
    rules = compile_rules([one], terms)
    found = find(rules, what, around or Surroundings())
    said = judge(rules, 0, found)
    assert (wanted(rules, found) == [one.topic]) is said.wanted
    return said


def wants(one: Rule, what: Article, around: Surroundings | None = None, **terms: list[str]) -> bool:
    return verdict(one, what, around, **terms).wanted


def test_zones_weigh_differently_and_related_headlines_nothing() -> None:
    one = rule(any=("korea",))
    assert wants(one, article("Korea"))
    assert not wants(one, article(lede="Korea"))
    assert wants(one, article(lede="Korea", body="Korea"))
    assert not wants(one, article(body="Korea Korea Korea Korea"))
    assert not wants(one, article(related="Korea Korea"))


def test_a_term_counts_at_most_twice_in_a_zone() -> None:
    said = verdict(rule(any=("korea",)), article("Korea Korea Korea", body="korea"))
    assert (said.score, said.threshold) == (7, 3)
    told = [(hit.zone, hit.count, hit.weight, hit.score) for hit in said.hits]
    assert told == [("title", 3, 3, 6), ("body", 1, 1, 1)]


def test_a_topic_may_weigh_zones_and_ask_for_a_score_of_its_own() -> None:
    light = rule(any=("korea",), weights=Weights(title=1, lede=0, body=5), min_score=5)
    assert wants(light, article(body="Korea"))
    assert not wants(light, article("Korea Korea", lede="Korea Korea"))
    assert [hit.zone for hit in verdict(light, article("Korea", lede="Korea")).hits] == ["title"]


def test_a_zone_that_weighs_nothing_is_not_looked_at_for_none_either() -> None:
    one = rule(any=("korea",), none=("k-pop",), weights=Weights(body=0))
    assert wants(one, article("Korea", body="k-pop"))
    assert not wants(one, article("Korea", lede="k-pop"))


def test_all_wants_one_of_each_list() -> None:
    one = rule(all=(("ukrain*", "kyiv"), ("troop*", "war")))
    assert wants(one, article("Ukrainian troops"))
    assert not wants(one, article("Ukraine Ukraine"))
    assert not wants(one, article("War, war and troops"))
    assert verdict(one, article("Ukraine Ukraine")).reason == "has none of all[2]: troop*, war"


def test_none_always_wins() -> None:
    one = rule(any=("korea*",), none=("k-pop",), tags=("korea",))
    said = verdict(one, article("Korean K-pop in Korea", tags=("korea",)))
    assert (said.wanted, said.refused, said.reason) == (False, True, "none forbids 'k-pop', which stands in its title")
    assert wants(one, article("Korean talks", related="k-pop", tags=("Korea",)))


def test_what_is_known_beside_the_text_is_a_condition_of_its_own() -> None:
    around = Surroundings("desk", "sport/football/a.md", "https://www.example.org/feed.xml", (), "uk")
    what = article("A match", tags=("Football",), authors=(Person("Kim Lee", email="kim@e.org"),), language="pt-BR")
    for conditions in (
        {"tags": ("football", "golf")},
        {"authors": ("kim lee",)},
        {"authors": ("kim@e.org",)},
        {"authors": ("* lee",)},
        {"languages": ("pt",)},
        {"languages": ("pt-BR",)},
        {"sources": ("https://www.example.org/feed.xml",)},
        {"sources": ("www.example.org",)},
        {"inboxes": ("desk",)},
        {"paths": ("sport/",)},
        {"tags": ("football",), "inboxes": ("desk",)},
    ):
        assert wants(rule(**conditions), what, around), conditions
    for conditions in (
        {"tags": ("foot",)},
        {"authors": ("Kim",)},
        {"languages": ("pt-PT",)},
        {"languages": ("p",)},
        {"sources": ("example.org",)},
        {"inboxes": ("other",)},
        {"paths": ("news/",)},
        {"tags": ("football",), "inboxes": ("other",)},
        {"tags": ("football",), "any": ("golf",)},
        {"none": ("tag:football",)},
        {"none": ("path:sport/*",), "tags": ("football",)},
    ):
        assert not wants(rule(**conditions), what, around), conditions
    assert wants(rule(languages=("uk",)), article("x"), around)


def test_a_condition_beside_the_text_adds_no_score_but_a_term_of_that_kind_does() -> None:
    what = article(body="golf", tags=("sport",))
    assert verdict(rule(any=("golf",), tags=("sport",)), what).score == 1
    assert not wants(rule(any=("golf",), tags=("sport",)), what)
    assert verdict(rule(any=("golf", "tag:sport")), what).score == 4
    assert verdict(rule(tags=("sport",)), what).threshold is None


def test_a_word_that_two_terms_name_counts_once() -> None:
    one = rule(any=("@k", "korea"), all=(("korea", "x"),))
    assert verdict(one, article("Korea"), k=["korea", "KOREA"]).score == 3


def test_retired_topics_are_not_asked() -> None:
    assert compile_rules([rule(any=("korea",), retired=True)], {}).ready == ()


WORDS = st.sampled_from(["korea", "seoul", "war", "peace", "troops", "moon"])
TITLES = st.lists(WORDS, max_size=6).map(" ".join)
TERMS = st.lists(WORDS, min_size=1, max_size=3).map(tuple)


@given(TITLES, TITLES, st.lists(TERMS, min_size=1, max_size=4), TERMS, TERMS)
def test_what_is_wanted_is_what_every_rule_on_its_own_wants(
    title: str, body: str, terms: list[tuple[str, ...]], none: tuple[str, ...], tags: tuple[str, ...]
) -> None:
    what = article(title, lede=body, body=title, tags=tags[:2])
    rules = [rule(f"t{at}", all=(words, terms[0]), none=none[:1]) for at, words in enumerate(terms)]
    rules += [rule(f"s{at}", tags=words) for at, words in enumerate(terms)]
    rules += [rule(f"u{at}", any=words, tags=tags, min_score=2) for at, words in enumerate(terms)]
    compiled = compile_rules(rules, {})
    found = find(compiled, what, Surroundings())
    alone = [one.topic for one in rules if wants(one, what)]
    assert wanted(compiled, found) == alone


@given(TITLES, st.lists(TERMS, min_size=1, max_size=4), TERMS, st.randoms())
def test_none_wins_whatever_else_holds(title: str, terms: list[tuple[str, ...]], none: tuple[str, ...], dice) -> None:  # type: ignore[no-untyped-def]
    one = rule(any=terms[0], all=tuple(terms[1:]), none=none, min_score=1)
    if any(word in title.split() for word in none):
        assert not wants(one, article(title))
