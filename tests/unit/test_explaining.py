"""Why an article is in a topic, or isn't: hits among their words, and near misses."""

from __future__ import annotations

from dataclasses import replace

from feedd import explaining
from feedd.model import Article, Origin, Topic, Zones
from feedd.rules import Rule, Surroundings, Weights
from feedd.topics import explain, prepare

ARTICLE = Article(
    title="Koreans meet",
    content="",
    origin=Origin("test", "utf-8"),
    zones=Zones("Koreans meet in Seoul", "About drones", "War and sanctions. " * 3, "Paris burns", "Moon media"),
    tags=("Sport",),
)


def rule(name: str, **conditions: object) -> Rule:
    return Rule(Topic(name, name.title()), **conditions)  # type: ignore[arg-type]


RULES = [
    rule("korea", any=("korea", "peninsula")),
    rule("seoul", any=("seoul",), weights=Weights(title=0)),
    rule("paris", any=("paris", "moon")),
    rule("both", any=("re:se[o]ul", "tag:sport")),
    rule("war", any=("war",), min_score=5),
    rule("peace", any=("peace",)),
    rule("none", any=("war",), none=("drones",)),
]


def lines(article: Article = ARTICLE, around: Surroundings | None = None) -> list[str]:
    topics = prepare(RULES, {})
    said = explain(topics, article, around or Surroundings())
    whys = explaining.reasons(topics, article, said)
    return list(explaining.as_text(article, said, whys, ("a warning",)))


def test_what_wants_it_comes_first_then_the_nearest_miss() -> None:
    topics = [line.split()[1].rstrip(":") for line in lines() if line.startswith(("  + ", "  - "))]
    assert topics == ["both", "none", "war", "korea", "seoul", "paris", "peace"]


def test_every_hit_is_shown_and_every_near_miss_told() -> None:
    assert lines() == [
        "Koreans meet",
        "  topics: both",
        "  warning: a warning",
        "  + both: scores 6 of 3",
        "      'tag:sport' 1 x in tag, weight 3: 3",
        "      're:se[o]ul' 1 x in title, weight 3: 3",
        "          … Koreans meet in [Seoul] …",
        "  - none: none forbids 'drones', which stands in its lede (scores 2 of 3)",
        "      forbids: 'drones' 1 x in lede",
        "          … About [drones] …",
        "      'war' 3 x in body, weight 1: 2",
        "          … [War] and sanctions. War and sanctions. …",
        "          … War and sanctions. [War] and sanctions. War and sanctions. …",
        "  - war: scores 2 of 5",
        "      'war' 3 x in body, weight 1: 2",
        "          … [War] and sanctions. War and sanctions. …",
        "          … War and sanctions. [War] and sanctions. War and sanctions. …",
        "  - korea: has none of any: korea, peninsula",
        "      nearly: 'korea' is only a part of a longer word in the title: … [Koreans] meet in Seoul …",
        "  - seoul: has none of any: seoul",
        "      nearly: 'seoul' stands in the title, which weighs nothing here: … Koreans meet in [Seoul] …",
        "  - paris: has none of any: paris, moon",
        "      nearly: 'paris' stands in headlines of other stories, which count nothing: … [Paris] burns …",
        "      nearly: 'moon' stands in the page's footer, which counts nothing: … [Moon] media …",
        "  - peace: has none of any: peace",
    ]


def test_what_is_only_written_otherwise_is_nearly_a_hit() -> None:
    topics = prepare(
        [
            rule("us", any=("=US", "=U.S.")),
            rule("lodz", any=("łódź", "lódz*")),
            rule("bare", any=("oslo",), fold_diacritics=True),
        ],
        {},
    )
    article = replace(ARTICLE, zones=Zones("Tell us of Lodz", "ÖSLO", "", "Lodz", ""))
    said = explain(topics, article, Surroundings())
    near = {why.verdict.topic.id: why.near for why in explaining.reasons(topics, article, said)}
    otherwise = "in another case or with other accents: … Tell"
    assert near == {
        "us": (f"'=US' stands in the title {otherwise} [us] of Lodz …",),
        "lodz": (
            f"'łódź' stands in the title {otherwise} us of [Lodz] …",
            f"'lódz*' stands in the title {otherwise} us of [Lodz] …",
        ),
        "bare": (),
    }


def test_score_and_threshold_are_told_whatever_decided() -> None:
    topics = prepare([rule("both", all=(("seoul",), ("paris",))), rule("none", any=("war",), none=("drones",))], {})
    said = explain(topics, ARTICLE, Surroundings())
    whys = explaining.reasons(topics, ARTICLE, said)
    told = [line for line in explaining.as_text(ARTICLE, said, whys, ()) if line.startswith("  - ")]
    assert told == [
        "  - both: has none of all[2]: paris (scores 3 of 3)",
        "  - none: none forbids 'drones', which stands in its lede (scores 2 of 3)",
    ]
    (_, none) = explaining.as_json(ARTICLE, said, whys, ())["verdicts"]
    assert (none["score"], none["threshold"]) == (2, 3)
    assert [hit["term"] for hit in none["hits"]] == ["war"]
    assert [(hit["term"], hit["score"]) for hit in none["refusing"]] == [("drones", 0)]


def test_of_many_hits_only_the_first_are_shown_and_words_are_all_counted() -> None:
    topics = prepare([rule("war", any=("war", "re:w.r"))], {})
    article = replace(ARTICLE, zones=Zones("x", "", "war " * 1000, "", ""))
    said = explain(topics, article, Surroundings())
    whys = explaining.reasons(topics, article, said)
    (verdict,) = explaining.as_json(article, said, whys, ())["verdicts"]
    assert [(hit["term"], hit["count"], len(hit["around"])) for hit in verdict["hits"]] == [
        ("re:w.r", 20, 20),
        ("war", 1000, 20),
    ]
    told = list(explaining.as_text(article, said, whys, ()))
    assert told[3] == "      're:w.r' 20 x or more in body, weight 1: 2"


def test_who_named_the_topics_is_told() -> None:
    told = lines(around=Surroundings(given=("peace",)))
    assert told[3:6] == [
        "  named by its inbox: rules are not asked",
        "  + peace: its inbox names it",
        "  - both: its inbox names its topics; by rules alone it scores 6 of 3",
    ]


def test_one_line_holds_a_verdict_and_its_hits() -> None:
    topics = prepare(RULES, {})
    said = {one.topic.id: explaining.brief(one) for one in explain(topics, ARTICLE, Surroundings()).verdicts}
    assert said["war"] == "scores 2 of 5: 'war' 3 x in body (2)"
    assert said["peace"] == "has none of any: peace"
