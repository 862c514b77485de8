"""Which topics want an article, and why: rules over zones, or without rules tags and folders.

All terms of all topics are matched in one pass over each zone's text (Aho-Corasick). A term is a word
or a phrase, bounded by word ends and case-folded; ``stem*`` is open at its end; ``@name`` stands for
the list of that name.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from ahocorasick_rs import AhoCorasick

from feedd.model import Article, Topic
from feedd.text import line, slug

ALL = Topic("all", "All articles")
# Zones in which a hit counts, and what it weighs; related headlines and footers are other stories' words.
WEIGHTS: Mapping[str, int] = {"title": 3, "lede": 2, "body": 1}
MIN_SCORE = 3
# A word that is repeated in one zone says no more than one that is said twice.
_COUNTED_PER_ZONE = 2


@dataclass(frozen=True, slots=True)
class Rule:
    """What a topic wants: one of ``any``, one of each list in ``all``, none of ``none``.

    With ``none`` alone it wants every article that ``none`` leaves; the topic ``all`` needs no condition
    to want every article; any other topic without conditions holds only what names it.
    """

    topic: Topic
    any: tuple[str, ...] = ()
    all: tuple[tuple[str, ...], ...] = ()
    none: tuple[str, ...] = ()
    min_score: int = MIN_SCORE


@dataclass(frozen=True, slots=True, order=True)
class Hit:
    """A term found ``count`` times in a zone; ``score`` is what that adds."""

    zone: str
    term: str
    count: int
    score: int


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a topic makes of an article: ``wanted``, and why (``reason``, in words an editor uses)."""

    topic: Topic
    wanted: bool
    score: int
    reason: str
    hits: tuple[Hit, ...] = ()


@dataclass(frozen=True, slots=True)
class _Pattern:
    text: str
    open_end: bool

    def __str__(self) -> str:
        return self.text + "*" * self.open_end


@dataclass(frozen=True, slots=True)
class Topics:
    """Compiled rules. Without any rule topics come from tags and folders, plus ``all``."""

    rules: tuple[Rule, ...]
    lists: tuple[tuple[str, tuple[str, ...]], ...]
    _terms: Mapping[str, tuple[_Pattern, ...]] = field(repr=False)
    _patterns: tuple[_Pattern, ...] = field(repr=False)
    _search: AhoCorasick = field(repr=False)
    # Which rules a pattern can speak for, and which speak without any: all others need not be asked.
    _asked: Mapping[_Pattern, frozenset[int]] = field(repr=False)
    _always: frozenset[int] = field(repr=False)


def compile_rules(rules: Iterable[Rule], terms: Mapping[str, Sequence[str]]) -> Topics:
    """Prepares rules for matching; ``terms`` are the lists that ``@name`` stands for.

    ValueError names a list that does not exist, a list that contains itself, or an empty term.
    """
    rules = tuple(rules)
    used = {term for rule in rules for term in _terms_of(rule)}
    resolved = {term: tuple(_patterns(term, terms, ())) for term in sorted(used)}
    patterns = sorted({pattern for found in resolved.values() for pattern in found}, key=_order)
    search = AhoCorasick([pattern.text for pattern in patterns])
    lists = tuple((name, tuple(terms[name])) for name in sorted(terms))
    asked: dict[_Pattern, set[int]] = defaultdict(set)
    for number, rule in enumerate(rules):
        for term in (*rule.any, *(term for group in rule.all for term in group)):
            for pattern in resolved[term]:
                asked[pattern].add(number)
    always = frozenset(number for number, rule in enumerate(rules) if not rule.any and not rule.all)
    frozen = {pattern: frozenset(numbers) for pattern, numbers in asked.items()}
    return Topics(rules, lists, resolved, tuple(patterns), search, frozen, always)


def problems_of(rule: Rule, terms: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    """What is wrong with the terms of a rule, each as one sentence."""
    found = []
    for term in dict.fromkeys(_terms_of(rule)):
        try:
            _patterns(term, terms, ())
        except ValueError as error:
            found.append(str(error))
    return tuple(found)


def judge(topics: Topics, article: Article) -> tuple[Verdict, ...]:
    """What every rule makes of the article, in the order of the rules."""
    found = _find(topics, article)
    return tuple(_verdict(topics, rule, found) for rule in topics.rules)


def choose(topics: Topics, article: Article, *, folder: str = "", given: Sequence[str] = ()) -> tuple[Topic, ...]:
    """The topics of an article: those it names itself, else those its inbox gives, else what rules say.

    ``folder`` is the path of the file's folder inside the inbox. Where there are no rules, tags and the
    first folder name the topics, and every article is in ``all`` too.
    """
    named = article.topics if article.topics is not None else given
    if not topics.rules:
        names = [*named, *article.tags, *folder.split("/")[:1]]
        return _distinct([ALL, *(_from_name(name) for name in names)])
    known = {rule.topic.id: rule.topic for rule in topics.rules}
    wanted = _wanted(topics, article)
    explicit = [known[name] for name in named if name in known]
    if explicit:
        wanted = explicit + [topic for topic in wanted if topic.id == ALL.id]
    return _distinct(wanted)


def unknown_topics(topics: Topics, article: Article) -> tuple[str, ...]:
    """A warning for each topic that the article names and no rule knows."""
    known = {rule.topic.id for rule in topics.rules}
    named = article.topics or () if known else ()
    return tuple(f"names the topic {name!r}, which is not configured" for name in named if name not in known)


def _wanted(topics: Topics, article: Article) -> list[Topic]:
    """The topics whose rules want the article; what it costs grows with what is found, not with the rules."""
    found = _find(topics, article)
    scores: dict[int, int] = defaultdict(int)
    for pattern, zones in found.items():
        score = sum(WEIGHTS[zone] * min(count, _COUNTED_PER_ZONE) for zone, count in zones.items())
        for number in topics._asked.get(pattern, ()):
            scores[number] += score
    enough = {number for number, score in scores.items() if score >= topics.rules[number].min_score}
    verdicts = (_verdict(topics, topics.rules[number], found) for number in sorted(enough | topics._always))
    return [verdict.topic for verdict in verdicts if verdict.wanted]


def _distinct(topics: Iterable[Topic | None]) -> tuple[Topic, ...]:
    """One topic for each id: tags that differ only in case or spacing are one."""
    return tuple({topic.id: topic for topic in reversed(list(topics)) if topic is not None}.values())[::-1]


def _from_name(name: str) -> Topic | None:
    title = line(name)
    return Topic(slug(title), title) if slug(title) else None


def _terms_of(rule: Rule) -> Iterable[str]:
    yield from rule.any
    for group in rule.all:
        yield from group
    yield from rule.none


def _patterns(term: str, terms: Mapping[str, Sequence[str]], inside: tuple[str, ...]) -> list[_Pattern]:
    if not term.startswith("@"):
        return [_pattern(term)]
    name = term[1:]
    if name in inside:
        raise ValueError(f"list {name!r} contains itself: {' → '.join((*inside, name))}")
    if name not in terms:
        raise ValueError(f"there is no list {name!r} in [terms]")
    return [pattern for inner in terms[name] for pattern in _patterns(inner, terms, (*inside, name))]


def _pattern(term: str) -> _Pattern:
    text = _fold(term.removesuffix("*"))
    if not text or not any(map(str.isalnum, text)):
        raise ValueError(f"term {term!r} holds no letter or digit")
    if "*" in text:
        raise ValueError(f"term {term!r}: an asterisk stands only at the end")
    return _Pattern(text, open_end=term.endswith("*"))


def _order(pattern: _Pattern) -> tuple[str, bool]:
    return pattern.text, pattern.open_end


def _fold(text: str) -> str:
    """Case folded, white space folded, and the apostrophes and dashes of typography made plain."""
    return " ".join(text.casefold().translate(_PLAIN).split())


_PLAIN = str.maketrans("’‘ʼ‐‑", "'''--", "\u00ad")


def _find(topics: Topics, article: Article) -> dict[_Pattern, dict[str, int]]:
    """How often each pattern stands in each zone that counts."""
    found: dict[_Pattern, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for zone in WEIGHTS:
        text = _fold(getattr(article.zones, zone))
        for index, start, end in topics._search.find_matches_as_indexes(text, overlapping=True):
            pattern = topics._patterns[index]
            if _bounded(text, start, end, open_end=pattern.open_end):
                found[pattern][zone] += 1
    return found


def _bounded(text: str, start: int, end: int, *, open_end: bool) -> bool:
    if start and text[start].isalnum() and _of_word(text[start - 1]):
        return False
    return open_end or end == len(text) or not text[end - 1].isalnum() or not _of_word(text[end])


def _of_word(character: str) -> bool:
    return character.isalnum() or character == "_"


def _hits(topics: Topics, terms: Sequence[str], found: Mapping[_Pattern, Mapping[str, int]]) -> list[Hit]:
    """What the terms hit; a word that is named twice, by itself and by a list, counts once."""
    return [
        Hit(zone, str(pattern), count, WEIGHTS[zone] * min(count, _COUNTED_PER_ZONE))
        for pattern in dict.fromkeys(pattern for term in terms for pattern in topics._terms[term])
        for zone, count in found.get(pattern, {}).items()
    ]


def _verdict(topics: Topics, rule: Rule, found: Mapping[_Pattern, Mapping[str, int]]) -> Verdict:
    refused = sorted(_hits(topics, rule.none, found))
    if refused:
        return Verdict(rule.topic, False, 0, f"has {refused[0].term!r} in its {refused[0].zone}", tuple(refused))
    if not rule.any and not rule.all:
        if rule.none or rule.topic.id == ALL.id:
            return Verdict(rule.topic, True, 0, "takes every article")
        return Verdict(rule.topic, False, 0, "has no conditions: it holds only articles that name it")
    groups = ([rule.any] if rule.any else []) + list(rule.all)
    hits = [_hits(topics, group, found) for group in groups]
    counted = tuple(sorted({hit for group in hits for hit in group}))
    score = sum(hit.score for hit in counted)
    for group, its_hits in zip(groups, hits, strict=True):
        if not its_hits:
            return Verdict(rule.topic, False, score, f"has none of {', '.join(group)}", counted)
    wanted = score >= rule.min_score
    return Verdict(rule.topic, wanted, score, f"scores {score} of {rule.min_score}", counted)
