"""What a topic wants of an article, and what it makes of one: conditions, scores, verdicts.

Rules look at the zones of a text that are the article's own, and at what is known of the article beside
its text. What an article costs grows with what is found in it, not with the number of rules.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from urllib.parse import urlsplit

from feedd.finding import COUNTED_PER_ZONE, Finder, Found, finder
from feedd.model import Article, Topic
from feedd.terms import ABOUT, Pattern, about, read

ALL = Topic("all", "All articles")
MIN_SCORE = 3
# What an article says of itself counts as much as a word in its title, by default.
_BESIDE = 3
FIELDS = {"tags": "tag", "authors": "author", "languages": "language", "sources": "source", "inboxes": "inbox",
          "paths": "path"}  # fmt: skip
"""The conditions of a rule that look beside the text, and the kind of term that each is a list of."""


@dataclass(frozen=True, slots=True)
class Weights:
    """What a hit counts in each zone; a zone that weighs nothing is not looked at.

    Headlines of other stories and footers are other texts' words and have no weight at all.
    """

    title: int = 3
    lede: int = 2
    body: int = 1

    def of(self, zone: str) -> int:
        """The weight of a zone, or of what is known of an article beside its text."""
        return _BESIDE if zone in ABOUT else getattr(self, zone, 0)


ZONES = ("title", "lede", "body")


@dataclass(frozen=True, slots=True)
class Rule:
    """What a topic wants: one of ``any``, one of each list in ``all``, one of each of FIELDS, none of ``none``.

    Where words are asked for, their hits must score ``min_score`` together. With ``none`` alone it wants every
    article that ``none`` leaves; the topic ``all`` needs no condition to want every article; any other topic
    without conditions holds only what names it. ``parent`` is a topic that holds this one's articles too; one
    that is ``retired`` holds nothing any more.
    """

    topic: Topic
    any: tuple[str, ...] = ()
    all: tuple[tuple[str, ...], ...] = ()
    none: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    inboxes: tuple[str, ...] = ()
    paths: tuple[str, ...] = ()
    min_score: int = MIN_SCORE
    weights: Weights = Weights()
    fold_diacritics: bool = False
    parent: str = ""
    retired: bool = False


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Where an article comes from: what rules can ask beside what it says itself.

    ``given`` are the topics that its inbox gives; ``source`` is the address of an upstream feed, ``language`` what
    an article that names none is written in.
    """

    inbox: str = ""
    path: str = ""
    source: str = ""
    given: tuple[str, ...] = ()
    language: str = ""


@dataclass(frozen=True, slots=True)
class Hit:
    """A term found ``count`` times in a zone; ``score`` is what that adds at the zone's ``weight``."""

    zone: str
    term: str
    count: int
    weight: int
    score: int


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a topic's rule makes of an article: ``wanted``, and why (``reason``, in words an editor uses).

    ``hits`` are those that speak for it, also where ``refusing`` ones met its ``none``. ``threshold`` is None where the
    rule asks for no words.
    """

    topic: Topic
    wanted: bool
    score: int
    threshold: int | None
    reason: str
    hits: tuple[Hit, ...] = ()
    refusing: tuple[Hit, ...] = ()

    @property
    def refused(self) -> bool:
        """Whether ``none`` was met."""
        return bool(self.refusing)


@dataclass(frozen=True, slots=True)
class Group:
    """Patterns of which one is wanted; ``shown`` is how the rule wrote them, ``words`` whether hits score."""

    patterns: tuple[Pattern, ...]
    shown: str
    words: bool


@dataclass(frozen=True, slots=True)
class Ready:
    """A rule with its terms read."""

    rule: Rule
    none: tuple[Pattern, ...]
    groups: tuple[Group, ...]

    @property
    def patterns(self) -> Iterator[Pattern]:
        """Everything that it looks for."""
        yield from self.none
        for group in self.groups:
            yield from group.patterns

    @property
    def asks_words(self) -> bool:
        """Whether hits must reach a score."""
        return any(group.words for group in self.groups)


# What a pattern's hits in a zone score: by zone, for none, one, and as many as count.
_Scores = Mapping[str, tuple[int, ...]]


@dataclass(frozen=True, slots=True)
class _Tests:
    """A rule as the numbers of its patterns: all that deciding needs."""

    none: frozenset[int]
    groups: tuple[frozenset[int], ...]  # those that scores don't answer for
    least: int  # the score that is needed; 0 where none is
    scores: _Scores

    def hold(self, found: Found) -> bool:
        """Whether ``none`` refuses nothing and every group has its hit; scores are another matter."""
        if self.none and self._hit(self.none, found):
            return False
        return all(self._hit(group, found) for group in self.groups) if self.groups else True

    def _hit(self, group: frozenset[int], found: Found) -> bool:
        # Asked this way round the fewer of both are gone through.
        return any(not counts.keys().isdisjoint(group) and self.scores[zone][1] for zone, counts in found.items())


@dataclass(frozen=True, slots=True)
class Rules:
    """Compiled rules, those of retired topics left out."""

    ready: tuple[Ready, ...]
    finder: Finder = field(repr=False)
    _tests: tuple[_Tests, ...] = field(repr=False)
    # By the number of a pattern: the rules that it can speak for, by their weights. Only those, and those that must
    # be asked without any hit, are asked.
    _asked: Mapping[int, tuple[tuple[_Scores, tuple[int, ...]], ...]] = field(repr=False)
    _always: tuple[int, ...] = field(repr=False)


def ready(rule: Rule, lists: Mapping[str, Sequence[str]]) -> Ready:
    """Reads the terms of a rule; ValueError says what is wrong with the first bad one."""
    bare = rule.fold_diacritics
    groups = [Group(_read_all(rule.any, lists, bare), f"any: {_shown(rule.any)}", True)] if rule.any else []
    for number, terms in enumerate(rule.all, 1):
        groups.append(Group(_read_all(terms, lists, bare), f"all[{number}]: {_shown(terms)}", True))
    for name, kind in FIELDS.items():
        if values := getattr(rule, name):
            patterns = tuple(about(kind, value) for value in values)
            groups.append(Group(patterns, f"{name}: {_shown(values)}", False))
    return Ready(rule, _read_all(rule.none, lists, bare), tuple(groups))


def _read_all(terms: Iterable[str], lists: Mapping[str, Sequence[str]], bare: bool) -> tuple[Pattern, ...]:
    # A word that is named twice, by itself and by a list, is one.
    return tuple(dict.fromkeys(pattern for term in terms for pattern in read(term, lists, bare=bare)))


def _shown(terms: Sequence[str]) -> str:
    most = 6
    more = f" and {len(terms) - most} more" if len(terms) > most else ""
    return ", ".join(terms[:most]) + more


def compile_rules(rules: Iterable[Rule], lists: Mapping[str, Sequence[str]]) -> Rules:
    """Prepares rules for judging; ``lists`` are what ``@name`` stands for. ValueError for a term that is none."""
    prepared = tuple(ready(rule, lists) for rule in rules if not rule.retired)
    found = finder(pattern for one in prepared for pattern in one.patterns)
    asked: dict[int, dict[Weights, dict[int, None]]] = defaultdict(lambda: defaultdict(dict))
    for number, one in enumerate(prepared):
        for pattern in _leading(one):
            asked[found.numbers[pattern]][one.rule.weights][number] = None
    frozen = {
        pattern: tuple((_scores(weights), tuple(numbers)) for weights, numbers in by_weights.items())
        for pattern, by_weights in asked.items()
    }
    always = tuple(number for number, one in enumerate(prepared) if not one.groups)
    return Rules(prepared, found, tuple(_tests(one, found) for one in prepared), frozen, always)


@cache
def _scores(weights: Weights) -> _Scores:
    return {zone: tuple(weights.of(zone) * at for at in range(COUNTED_PER_ZONE + 1)) for zone in (*ZONES, *ABOUT)}


def _tests(one: Ready, finder: Finder) -> _Tests:
    numbers = finder.numbers
    # Whoever asks has found a pattern of the first group: a rule that has no other needs no second look.
    further = one.groups if len(one.groups) > 1 else ()
    groups = tuple(frozenset(numbers[pattern] for pattern in group.patterns) for group in further)
    none = frozenset(numbers[pattern] for pattern in one.none)
    least = one.rule.min_score if one.asks_words else 0
    return _Tests(none, groups, least, _scores(one.rule.weights))


def _leading(one: Ready) -> Iterator[Pattern]:
    """The patterns of which one must be found before the rule can want anything.

    Those of words where there are any, for their hits are summed up; else those of one condition.
    """
    scored = [group for group in one.groups if group.words] or list(one.groups[:1])
    for group in scored:
        yield from group.patterns


def find(rules: Rules, article: Article, around: Surroundings, most: int = COUNTED_PER_ZONE) -> Found:
    """Where in the article what any rule looks for stands; expressions are counted up to ``most`` in a zone."""
    zones = [(zone, text) for zone in ZONES if (text := getattr(article.zones, zone))]
    return rules.finder.find(zones, _values(article, around), most)


def _values(article: Article, around: Surroundings) -> dict[str, list[str]]:
    """What terms beside the text ask: by kind."""
    language = (article.language or around.language).lower().split("-")
    return {
        "tag": list(article.tags),
        "author": [word for person in article.authors for word in (person.name, person.email) if word],
        "language": ["-".join(language[:end]) for end in range(1, len(language) + 1) if language[0]],
        "source": [word for word in (around.source, host_of(around.source)) if word],
        "inbox": [around.inbox] if around.inbox else [],
        "path": [around.path] if around.path else [],
    }


def host_of(address: str) -> str:
    """The host of an upstream feed's address, which stands for it; empty for what is no address."""
    try:
        return urlsplit(address).hostname or ""
    except ValueError:
        return ""


def wanted(rules: Rules, found: Found) -> list[Topic]:
    """The topics whose rules want the article, in their order; asks only the rules that can."""
    scores: dict[int, int] = defaultdict(int)
    asked = rules._asked
    for zone, counts in found.items():
        for pattern, count in counts.items():
            for by_zone, numbers in asked.get(pattern, ()):
                score = by_zone[zone][count if count < COUNTED_PER_ZONE else COUNTED_PER_ZONE]
                for number in numbers:
                    scores[number] += score
    tests = rules._tests
    enough = [number for number, score in scores.items() if score >= tests[number].least]
    chosen = [number for number in enough if tests[number].hold(found)]
    chosen += [number for number in rules._always if _unscored(rules.ready[number])[0] and tests[number].hold(found)]
    return [rules.ready[number].rule.topic for number in sorted(chosen)]


def refuses(rules: Rules, number: int, found: Found) -> bool:
    """Whether the ``none`` of a rule is met."""
    return bool(_hits(rules, rules.ready[number].none, found, rules.ready[number].rule.weights))


def judge(rules: Rules, number: int, found: Found) -> Verdict:
    """What one rule, the one of this number, makes of an article by itself."""
    one = rules.ready[number]
    rule = one.rule
    hits = [_hits(rules, group.patterns, found, rule.weights) for group in one.groups]
    counted = {hit for group, its in zip(one.groups, hits, strict=True) for hit in its if group.words}
    score = sum(hit.score for hit in counted)
    threshold = rule.min_score if one.asks_words else None
    shown = _heaviest(hit for its in hits for hit in its)
    if refusing := _heaviest(_hits(rules, one.none, found, rule.weights)):
        reason = f"none forbids {refusing[0].term!r}, which stands in its {refusing[0].zone}"
        return Verdict(rule.topic, False, score, threshold, reason, shown, refusing)
    missing = [group.shown for group, its in zip(one.groups, hits, strict=True) if not its]
    if missing:
        return Verdict(rule.topic, False, score, threshold, f"has none of {'; nor of '.join(missing)}", shown)
    if threshold is None:
        return Verdict(rule.topic, *_unscored(one), shown)
    reason = f"scores {score} of {threshold}"
    return Verdict(rule.topic, score >= threshold, score, threshold, reason, shown)


def _heaviest(hits: Iterable[Hit]) -> tuple[Hit, ...]:
    """Each hit once, what weighs most first."""
    return tuple(sorted(set(hits), key=lambda hit: (-hit.weight, hit.zone, hit.term)))


def _unscored(one: Ready) -> tuple[bool, int, None, str]:
    """Whether a rule that asks for no words wants an article that nothing speaks against, and why."""
    if one.groups:
        return True, 0, None, "meets every condition"
    if one.none or one.rule.topic.id == ALL.id:
        return True, 0, None, "takes every article"
    return False, 0, None, "has no conditions: it holds only articles that name it"


def _hits(rules: Rules, patterns: Iterable[Pattern], found: Found, weights: Weights) -> list[Hit]:
    numbers = rules.finder.numbers
    return [
        Hit(zone, str(pattern), count, weight, weight * min(count, COUNTED_PER_ZONE))
        for pattern in patterns
        for zone, counts in found.items()
        if (count := counts.get(numbers[pattern])) and (weight := weights.of(zone)) > 0
    ]
