"""Which topics an article belongs to: named, given, by rules, by parents, and without any rule."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from feedd.model import Article, Origin, Topic, Zones
from feedd.rules import Rule, Surroundings
from feedd.topics import Topics, choose, explain, fingerprint, prepare, unknown_topics


def article(title: str = "", *, body: str = "", **more: object) -> Article:
    zones = Zones(title, "", body, "", "")
    return Article(title=title or "x", content="", origin=Origin("test", "utf-8"), zones=zones, **more)  # type: ignore[arg-type]


def rule(name: str = "t", **conditions: object) -> Rule:
    return Rule(Topic(name, name.title()), **conditions)  # type: ignore[arg-type]


def chosen(topics: Topics, what: Article, **around: object) -> list[str]:
    surroundings = Surroundings(**around)  # type: ignore[arg-type]
    found = choose(topics, what, surroundings)
    said = explain(topics, what, surroundings)
    assert said.chosen == found
    assert {one.topic.id for one in said.verdicts if one.wanted} == {topic.id for topic in found}
    return [topic.id for topic in found]


def test_a_rule_without_conditions_holds_only_what_names_it() -> None:
    topics = prepare([rule("press"), rule("all"), rule("quiet", none=("loud",))], {})
    assert chosen(topics, article("A story")) == ["all", "quiet"]
    assert chosen(topics, article("A loud story")) == ["all"]
    assert chosen(topics, article("A story"), given=("press",)) == ["press", "all"]


def test_topics_that_the_article_names_win_over_the_inbox_and_the_inbox_over_rules() -> None:
    topics = prepare([rule("korea", any=("korea",), none=("k-pop",)), rule("press"), rule("desk")], {})
    named = article("Korea", topics=("desk", "unknown"))
    assert chosen(topics, named, given=("press",)) == ["desk"]
    assert chosen(topics, article("Korea"), given=("press",)) == ["press"]
    assert chosen(topics, article("Korea", topics=("unknown",))) == ["korea"]
    assert chosen(topics, article("Korea", topics=("unknown",)), given=("press",)) == ["press"]
    assert chosen(topics, article("Korea", topics=()), given=("press",)) == ["press"]
    assert chosen(topics, article("Korea", topics=())) == ["korea"]
    assert chosen(topics, article("K-pop", topics=("korea",))) == ["korea"]


def test_a_topic_may_be_named_by_its_id_an_earlier_one_or_its_title() -> None:
    rules = [Rule(Topic("korea", "Korean  Peninsula")), Rule(Topic("gone", "Gone"), retired=True)]
    topics = prepare(rules, {}, {"corea": "korea"})
    for name in ("korea", "corea", "korean peninsula", "Korea"):
        assert chosen(topics, article(topics=(name,))) == ["korea"], name
    assert unknown_topics(topics, article(topics=("korea", "gone", "x"))) == (
        "names the topic 'gone', which is retired",
        "names the topic 'x', which is not configured",
    )


def test_a_name_that_no_topic_has_is_told_with_what_decides_instead() -> None:
    topics = prepare([rule("korea", any=("korea",))], {})
    assert unknown_topics(topics, article("Korea", topics=("corea", "corea"))) == (
        "names the topic 'corea', which is not configured: its inbox or rules decide",
    )
    assert unknown_topics(topics, article("Korea", topics=())) == ()


def test_who_names_a_retired_topic_gets_into_none_that_nobody_named() -> None:
    over = Rule(Topic("cup", "World Cup"), retired=True)
    topics = prepare([over, rule("korea", any=("korea",)), rule("press")], {}, {"wm": "cup"})
    for name in ("cup", "world cup", "wm"):
        named = article("Korea", topics=(name,))
        assert chosen(topics, named) == chosen(topics, named, given=("press",)) == [], name
        assert unknown_topics(topics, named) == (f"names the topic {name!r}, which is retired",)
        (korea, *_) = explain(topics, named).verdicts
        assert korea.reason == "the article names its topics; by rules alone it scores 3 of 3"
    assert chosen(topics, article("Korea", topics=("cup", "press"))) == ["press"]


def test_a_parent_holds_the_articles_of_its_children() -> None:
    topics = prepare(
        [
            rule("world", any=("world",), none=("joke",)),
            rule("asia", parent="world"),
            rule("k", any=("korea",), parent="asia"),
        ],
        {},
    )
    assert chosen(topics, article("Korea")) == ["k", "asia", "world"]
    assert chosen(topics, article("World news")) == ["world"]
    assert chosen(topics, article("A Korea joke")) == ["k", "asia"]
    assert chosen(topics, article("A joke", topics=("k",))) == ["k", "asia", "world"]
    said = {one.topic.id: one.reason for one in explain(topics, article("Korea")).verdicts}
    assert said["asia"] == "holds the articles of its children: k"


def test_a_retired_topic_holds_nothing() -> None:
    topics = prepare([rule("korea", any=("korea",), retired=True), rule("all")], {})
    assert chosen(topics, article("Korea")) == ["all"]
    assert chosen(topics, article("Korea", topics=("korea",))) == ["all"]
    assert [(one.topic.id, one.reason) for one in explain(topics, article("Korea")).verdicts] == [
        ("all", "takes every article"),
        ("korea", "is retired"),
    ]


def test_explaining_tells_who_named_the_topics() -> None:
    topics = prepare([rule("korea", any=("korea",)), rule("press"), rule("all")], {})
    said = explain(topics, article("Korea", topics=("press",)))
    assert said.named_by == "the article"
    assert {one.topic.id: (one.wanted, one.reason) for one in said.verdicts} == {
        "korea": (False, "the article names its topics; by rules alone it scores 3 of 3"),
        "press": (True, "the article names it"),
        "all": (True, "takes every article"),
    }
    assert explain(topics, article("Korea"), Surroundings(given=("press",))).named_by == "its inbox"
    assert explain(topics, article("Korea")).named_by == ""


def test_without_rules_tags_and_the_first_folder_name_topics() -> None:
    topics = prepare([], {})
    one = article("x", tags=("North  Korea", "north korea", "Київ", "\u200b", "Index"))
    found = choose(topics, one, Surroundings(path="Politics/2025/x.md"))
    assert [(topic.id, topic.title) for topic in found] == [
        ("all", "All articles"),
        ("north-korea", "North Korea"),
        ("kiiv", "Київ"),
        ("index-topic", "Index"),
        ("politics", "Politics"),
    ]
    reasons = [one.reason for one in explain(topics, one, Surroundings(path="Politics/2025/x.md")).verdicts]
    assert reasons == [
        "holds every article",
        "the article has this tag",
        "the article has this tag",
        "the article has this tag",
        "the article lies in this folder",
    ]
    assert chosen(topics, one, path="x.md") == ["all", "north-korea", "kiiv", "index-topic"]


def test_without_rules_named_topics_take_the_place_of_tags_and_folders() -> None:
    topics = prepare([], {})
    assert chosen(topics, article(topics=("Press",), tags=("x",)), path="y/z.md") == ["all", "press"]
    assert chosen(topics, article(tags=("x",)), given=("desk",), path="y/z.md") == ["all", "desk"]
    assert unknown_topics(topics, article(topics=("x",))) == ()


def test_programming_languages_are_topics_of_their_own() -> None:
    ids = chosen(prepare([], {}), article(tags=("C", "C++", "C#", "F#", "Node.js", "R&D")))
    assert ids == ["all", "c", "c-plus-plus", "c-sharp", "f-sharp", "node-js", "r-d"]


def test_only_what_could_choose_otherwise_changes_the_fingerprint() -> None:
    one, other = rule("a", any=("x", "y")), rule("b", none=("z",))
    print_ = fingerprint(prepare([one, other], {"l": ["q"]}))
    assert fingerprint(prepare([other, replace(one, any=("Y", "x"))], {})) == print_
    described = replace(one, topic=replace(one.topic, description="words", medtop=("20000065",)))
    assert fingerprint(prepare([described, other], {})) == print_
    for changed in (
        replace(one, any=("x",)),
        replace(one, min_score=4),
        replace(one, parent="b"),
        replace(one, retired=True),
    ):
        assert fingerprint(prepare([changed, other], {})) != print_
    assert fingerprint(prepare([], {})) != print_


WORDS = st.sampled_from(["korea", "seoul", "war", "peace", "troops", "moon"])
TITLES = st.lists(WORDS, max_size=6).map(" ".join)
TERMS = st.lists(WORDS, min_size=1, max_size=3).map(tuple)


@given(TITLES, st.lists(TERMS, min_size=1, max_size=5), TERMS, st.randoms(use_true_random=False))
def test_order_and_unrelated_topics_change_nothing(
    title: str, terms: list[tuple[str, ...]], other: tuple[str, ...], dice
) -> None:  # type: ignore[no-untyped-def]
    what = article(title, body=title)
    rules = [
        rule(f"t{at}", any=words, none=terms[at - 1][:1], parent=f"t{at - 1}" if at % 2 else "")
        for at, words in enumerate(terms)
    ]
    before = set(chosen(prepare(rules, {}), what))
    turned = [replace(one, any=one.any[::-1]) for one in rules] + [rule("more", any=other)]
    dice.shuffle(turned)
    assert set(chosen(prepare(turned, {}), what)) - {"more"} == before
