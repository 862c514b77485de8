"""Why an article is in a topic, or isn't: every hit among its words, and what was nearly one.

For an editor at a terminal as text, for programs as plain values of JSON.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from feedd.finding import SIGHTS, Sight
from feedd.model import Article
from feedd.rules import ZONES, Hit, Ready, Verdict
from feedd.topics import Explanation, Topics

# Zones that count nothing, and why.
_ELSEWHERE = {
    "related": "stands in headlines of other stories, which count nothing",
    "footer": "stands in the page's footer, which counts nothing",
}
_SHOWN = 2  # places shown of a term in one zone
_NEAR = 3  # near misses told of a topic

Places = Mapping[tuple[str, str], list[Sight]]


@dataclass(frozen=True, slots=True)
class Why:
    """A verdict with the places of its hits, by (term, zone), and what was nearly a hit, in words."""

    verdict: Verdict
    places: Places
    near: tuple[str, ...]


def reasons(topics: Topics, article: Article, explanation: Explanation) -> list[Why]:
    """Every verdict, those that want the article first, each with its places in the text."""
    ready = {one.rule.topic.id: one for one in topics.compiled.ready}
    places = _places(topics, article)
    found = [_why(verdict, ready.get(verdict.topic.id), places) for verdict in explanation.verdicts]
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
        yield f"  {'+' if why.verdict.wanted else '-'} {why.verdict.topic.id}: {why.verdict.reason}"
        for hit in why.verdict.hits:
            yield f"      {_times(hit)}, weight {hit.weight}: {hit.score}"
            for sight in why.places.get((hit.term, hit.zone), [])[:_SHOWN]:
                yield f"          {_shown(sight)}"
        for near in why.near:
            yield f"      nearly: {near}"


def brief(verdict: Verdict) -> str:
    """A verdict in one line."""
    hits = ", ".join(f"{_times(hit)} ({hit.score})" for hit in verdict.hits)
    return f"{verdict.reason}{': ' if hits else ''}{hits}"


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
        "hits": [
            {
                "term": hit.term,
                "zone": hit.zone,
                "weight": hit.weight,
                "count": hit.count,
                "score": hit.score,
                "around": [
                    {"before": sight.before, "hit": sight.hit, "after": sight.after}
                    for sight in why.places.get((hit.term, hit.zone), [])
                ],
            }
            for hit in verdict.hits
        ],
        "near": list(why.near),
    }
    return {key: value for key, value in said.items() if value is not None}


def _places(topics: Topics, article: Article) -> dict[tuple[str, str], list[Sight]]:
    """Every sight in the whole text by (term, zone): those that count, and those that don't."""
    found = defaultdict(list)
    for zone in (*ZONES, *_ELSEWHERE):
        for sight in topics.compiled.finder.sights(getattr(article.zones, zone)):
            found[str(sight.pattern), zone].append(sight)
    return found


def _why(verdict: Verdict, ready: Ready | None, places: Places) -> Why:
    if ready is None:
        return Why(verdict, {}, ())
    terms = {str(pattern) for pattern in ready.patterns}
    own = {at: [sight for sight in sights if sight.whole] for at, sights in places.items() if at[0] in terms}
    return Why(verdict, own, () if verdict.wanted or verdict.refused else tuple(_near(ready, places))[:_NEAR])


def _near(ready: Ready, places: Places) -> Iterator[str]:
    """What would have been a hit in another place, or with other ends."""
    for pattern in dict.fromkeys(pattern for group in ready.groups for pattern in group.patterns):
        for (term, zone), sights in places.items():
            if term != str(pattern):
                continue
            parts = [sight for sight in sights if not sight.whole]
            if zone in _ELSEWHERE and len(parts) < len(sights):
                yield f"{term!r} {_ELSEWHERE[zone]}: {_shown(sights[0])}"
            elif zone in ZONES and ready.rule.weights.of(zone) == 0:
                yield f"{term!r} stands in the {zone}, which weighs nothing here: {_shown(sights[0])}"
            elif zone in ZONES and len(parts) == len(sights):
                yield f"{term!r} is only a part of a longer word in the {zone}: {_shown(parts[0])}"


def _nearness(verdict: Verdict) -> float:
    """How much of what it wants a topic has: the nearest miss first."""
    return verdict.score / verdict.threshold if verdict.threshold else float(bool(verdict.hits))


def _shown(sight: Sight) -> str:
    words = f"{sight.before} [{sight.hit}] {sight.after}".strip()
    return f"… {words} …"
