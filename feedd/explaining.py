"""Why an article is in a topic, or isn't: every hit among its words, and what was nearly one.

For an editor at a terminal as text, for programs as plain values of JSON.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from itertools import islice
from typing import Any

from feedd.finding import SIGHTS, Finder, Sight
from feedd.finding import finder as prepare
from feedd.model import Article
from feedd.rules import ZONES, Hit, Ready, Verdict, Weights
from feedd.terms import Pattern, loosely
from feedd.topics import Explanation, Topics

# Zones that count nothing, and why.
_ELSEWHERE = {
    "related": "stands in headlines of other stories, which count nothing",
    "footer": "stands in the page's footer, which counts nothing",
}
_SHOWN = 2  # places shown of a term in one zone
_NEAR = 3  # near misses told of a topic

Places = Mapping[tuple[str, str], list[Sight]]
_Sights = Mapping[tuple[Pattern, str], list[Sight]]  # by pattern and zone


@dataclass(frozen=True, slots=True)
class Why:
    """A verdict with the places of its hits, by (term, zone), and what was nearly a hit, in words."""

    verdict: Verdict
    places: Places
    near: tuple[str, ...]


def reasons(topics: Topics, article: Article, explanation: Explanation) -> list[Why]:
    """Every verdict, those that want the article first, each with its places in the text."""
    ready = {one.rule.topic.id: one for one in topics.compiled.ready}
    sights = _sights(topics.compiled.finder, article)
    loose = _loose_sights(topics.compiled.finder, article)
    found = [_why(verdict, ready.get(verdict.topic.id), sights, loose) for verdict in explanation.verdicts]
    return sorted(found, key=lambda why: (not why.verdict.wanted, -_nearness(why.verdict)))


def as_json(article: Article, explanation: Explanation, whys: list[Why], warnings: tuple[str, ...]) -> dict[str, Any]:
    """The explanation as a JSON object; a key without a value is left out."""
    said = {
        "title": article.title,
        "topics": [topic.id for topic in explanation.chosen],
        "named_by": explanation.named_by,
        "warnings": list(warnings),
        "verdicts": [_verdict_json(why) for why in whys],
    }
    return {key: value for key, value in said.items() if value not in ("", []) or key in ("topics", "verdicts")}


def as_text(article: Article, explanation: Explanation, whys: list[Why], warnings: tuple[str, ...]) -> Iterator[str]:
    """The explanation in lines."""
    yield article.title
    yield f"  topics: {', '.join(topic.id for topic in explanation.chosen) or 'none'}"
    for warning in warnings:
        yield f"  warning: {warning}"
    if explanation.named_by:
        yield f"  named by {explanation.named_by}: rules are not asked"
    for why in whys:
        yield f"  {'+' if why.verdict.wanted else '-'} {why.verdict.topic.id}: {_reason(why.verdict)}"
        for hit in why.verdict.refusing:
            yield f"      forbids: {_times(hit)}"
            yield from _around(hit, why.places)
        for hit in why.verdict.hits:
            yield f"      {_times(hit)}, weight {hit.weight}: {hit.score}"
            yield from _around(hit, why.places)
        for near in why.near:
            yield f"      nearly: {near}"


def brief(verdict: Verdict) -> str:
    """A verdict in one line."""
    hits = ", ".join(f"{_times(hit)} ({hit.score})" for hit in verdict.hits)
    return f"{_reason(verdict)}{': ' if hits else ''}{hits}"


def _reason(verdict: Verdict) -> str:
    """Why, and the score where something else decided."""
    scores = f"scores {verdict.score} of {verdict.threshold}"
    if not verdict.score or verdict.threshold is None or scores in verdict.reason:
        return verdict.reason
    return f"{verdict.reason} ({scores})"


def _around(hit: Hit, places: Places) -> Iterator[str]:
    for sight in places.get((hit.term, hit.zone), [])[:_SHOWN]:
        yield f"          {_shown(sight)}"


def _times(hit: Hit) -> str:
    more = " or more" if hit.count == SIGHTS and hit.term.startswith("re:") else ""
    return f"{hit.term!r} {hit.count} x{more} in {hit.zone}"


def _verdict_json(why: Why) -> dict[str, Any]:
    verdict = why.verdict
    said = {
        "topic": verdict.topic.id,
        "wanted": verdict.wanted,
        "score": verdict.score,
        "threshold": verdict.threshold,
        "reason": verdict.reason,
        "hits": [_hit_json(hit, why.places) for hit in verdict.hits],
        "refusing": [_hit_json(replace(hit, score=0), why.places) for hit in verdict.refusing],
        "near": list(why.near),
    }
    return {key: value for key, value in said.items() if value is not None}


def _hit_json(hit: Hit, places: Places) -> dict[str, Any]:
    sights = places.get((hit.term, hit.zone), [])
    around = [{"before": sight.before, "hit": sight.hit, "after": sight.after} for sight in sights]
    return {**asdict(hit), "around": around}


def _sights(finder: Finder, article: Article) -> dict[tuple[Pattern, str], list[Sight]]:
    """The sights in the whole text: those that count, and those that don't."""
    found = defaultdict(list)
    for zone in (*ZONES, *_ELSEWHERE):
        for sight in finder.sights(getattr(article.zones, zone)):
            found[sight.pattern, zone].append(sight)
    return found


def _loose_sights(finder: Finder, article: Article) -> _Sights:
    """Where words stand in any case and with any diacritics, by the patterns that are not so wide."""
    narrow = defaultdict(list)
    for pattern in finder.numbers:
        if (loose := loosely(pattern)) is not None:
            narrow[loose].append(pattern)
    found = {}
    for (loose, zone), sights in _sights(prepare(narrow), article).items():
        if whole := [sight for sight in sights if sight.whole]:
            found.update({(pattern, zone): whole for pattern in narrow[loose]})
    return found


def _why(verdict: Verdict, ready: Ready | None, sights: _Sights, loose: _Sights) -> Why:
    if ready is None:
        return Why(verdict, {}, ())
    own = {
        (str(pattern), zone): [sight for sight in its if sight.whole]
        for pattern in ready.patterns
        for zone in ZONES
        if (its := sights.get((pattern, zone)))
    }
    near = () if verdict.wanted or verdict.refused else islice(_near(ready, sights, loose), _NEAR)
    return Why(verdict, own, tuple(near))


def _near(ready: Ready, sights: _Sights, loose: _Sights) -> Iterator[str]:
    """What would have been a hit in another place, or written otherwise."""
    for pattern in dict.fromkeys(pattern for group in ready.groups for pattern in group.patterns):
        for zone in (*ZONES, *_ELSEWHERE):
            at = (pattern, zone)
            if its := sights.get(at):
                yield from _missed(str(pattern), zone, its, ready.rule.weights)
            elif (its := loose.get(at)) and ready.rule.weights.of(zone):
                yield f"{str(pattern)!r} stands in the {zone} in another case or with other accents: {_shown(its[0])}"


def _missed(term: str, zone: str, sights: list[Sight], weights: Weights) -> Iterator[str]:
    """Why what is seen in a zone is no hit, where it is none."""
    parts = [sight for sight in sights if not sight.whole]
    if zone in _ELSEWHERE and len(parts) < len(sights):
        yield f"{term!r} {_ELSEWHERE[zone]}: {_shown(sights[0])}"
    elif zone in ZONES and weights.of(zone) == 0:
        yield f"{term!r} stands in the {zone}, which weighs nothing here: {_shown(sights[0])}"
    elif zone in ZONES and len(parts) == len(sights):
        yield f"{term!r} is only a part of a longer word in the {zone}: {_shown(parts[0])}"


def _nearness(verdict: Verdict) -> float:
    """How much of what it wants a topic has: the nearest miss first."""
    return verdict.score / verdict.threshold if verdict.threshold else float(bool(verdict.hits))


def _shown(sight: Sight) -> str:
    words = f"{sight.before} [{sight.hit}] {sight.after}".strip()
    return f"… {words} …"
