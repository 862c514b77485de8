"""Which topics an article belongs to, and why: those it names, those its inbox gives, else what rules say.

Without any rule topics come from tags and folders. A topic's parent holds its articles too.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from feedd.finding import SIGHTS, Found
from feedd.model import Article, Topic
from feedd.rules import (
    ALL,
    Group,
    Rule,
    Rules,
    Surroundings,
    Verdict,
    compile_rules,
    find,
    judge,
    refuses,
    wanted,
)
from feedd.text import line, slug

# Names of feedd's own in the served folder, where each topic has a page of its name too.
RESERVED = ("index", "articles")


@dataclass(frozen=True, slots=True)
class Topics:
    """Everything that decides on topics; ``rules`` as configured, retired ones too."""

    rules: tuple[Rule, ...]
    lists: tuple[tuple[str, tuple[str, ...]], ...]
    aliases: tuple[tuple[str, str], ...]
    compiled: Rules = field(repr=False)
    _named: Mapping[str, Topic] = field(repr=False)  # by id, earlier id and title, those of retired topics too
    _parents: Mapping[str, int] = field(repr=False)  # by the id of the child, the number of the parent's rule
    _all: tuple[Topic, ...] = field(repr=False)
    _over: frozenset[str] = field(repr=False)  # ids of retired topics

    @property
    def living(self) -> tuple[Topic, ...]:
        """The configured topics that are not retired, in their order."""
        return tuple(one.rule.topic for one in self.compiled.ready)

    @property
    def retired(self) -> tuple[Topic, ...]:
        """The configured topics that answer no more."""
        return tuple(rule.topic for rule in self.rules if rule.retired)


@dataclass(frozen=True, slots=True)
class Explanation:
    """The topics of an article, who said so, and what every topic makes of it.

    ``named_by`` is "the article" or "its inbox" where one of them names the topics, so that rules are not asked;
    else empty. ``verdicts`` hold every configured topic, or without rules every topic that the article has.
    """

    chosen: tuple[Topic, ...]
    named_by: str
    verdicts: tuple[Verdict, ...]


def prepare(
    rules: Iterable[Rule], lists: Mapping[str, Sequence[str]], aliases: Mapping[str, str] | None = None
) -> Topics:
    """Prepares rules for choosing; ``lists`` are what ``@name`` stands for, ``aliases`` earlier ids of topics.

    ValueError for a term that is none.
    """
    rules = tuple(rules)
    aliases = aliases or {}
    kept = tuple((name, tuple(lists[name])) for name in sorted(lists))
    compiled = compile_rules(rules, lists)
    by_id = {one.rule.topic.id: one.rule.topic for one in compiled.ready}
    retired = {rule.topic.id: rule.topic for rule in rules if rule.retired}
    named = _names(retired, aliases) | _names(by_id, aliases)
    numbers = {one.rule.topic.id: number for number, one in enumerate(compiled.ready)}
    parents = {one.rule.topic.id: numbers[one.rule.parent] for one in compiled.ready if one.rule.parent in numbers}
    everything = tuple(one.rule.topic for one in compiled.ready if _is_all(one.rule))
    return Topics(rules, kept, tuple(sorted(aliases.items())), compiled, named, parents, everything, frozenset(retired))


def _names(topics: Mapping[str, Topic], aliases: Mapping[str, str]) -> dict[str, Topic]:
    """The topics by all that they may be called."""
    named = {_key(topic.title): topic for topic in topics.values()}
    return named | {alias: topics[id_] for alias, id_ in aliases.items() if id_ in topics} | dict(topics)


def choose(topics: Topics, article: Article, around: Surroundings = Surroundings()) -> tuple[Topic, ...]:  # noqa: B008 - frozen
    """The topics of an article.

    Those that it names itself, else those that its inbox gives, else those whose rules want it; and the parents of
    all of these. Names that no topic has are passed over; one that is retired still keeps rules from being asked. A
    parent whose own ``none`` is met holds nothing that only rules chose. Without rules tags and the first folder take
    the rules' place, and every article is in ``all`` too.
    """
    if not topics.rules:
        return _distinct(topic for topic, _ in _unruled(article, around))
    explicit, namer = _explicit(topics, article, around)
    if namer:
        return _with_parents(topics, [*explicit, *topics._all], None)
    found = find(topics.compiled, article, around)
    return _with_parents(topics, wanted(topics.compiled, found), found)


def explain(topics: Topics, article: Article, around: Surroundings = Surroundings()) -> Explanation:  # noqa: B008 - frozen
    """The topics of an article, as ``choose`` gives them, with every topic's verdict in the order of the rules."""
    chosen = choose(topics, article, around)
    if not topics.rules:
        reasons = dict(reversed([(topic.id, why) for topic, why in _unruled(article, around)]))
        told = tuple(Verdict(topic, True, 0, None, reasons[topic.id]) for topic in chosen)
        return Explanation(chosen, _namer(article, around), told)
    explicit, namer = _explicit(topics, article, around)
    found = find(topics.compiled, article, around, SIGHTS)
    ids = {topic.id for topic in chosen}
    verdicts = []
    for number in range(len(topics.compiled.ready)):
        verdict = judge(topics.compiled, number, found)
        if (verdict.topic.id in ids) != verdict.wanted:
            verdict = _overruled(topics, verdict, {topic.id for topic in explicit}, namer)
        verdicts.append(verdict)
    verdicts += [Verdict(topic, False, 0, None, "is retired") for topic in topics.retired]
    return Explanation(chosen, namer, tuple(verdicts))


def fingerprint(topics: Topics) -> str:
    """Differs where rules differ that could choose otherwise: not by their order, nor by titles."""
    living = sorted(
        repr((one.rule.topic.id, sorted(map(repr, one.none)), sorted(map(_conditions, one.groups)), one.rule.min_score,
              one.rule.weights, one.rule.parent))
        for one in topics.compiled.ready
    )  # fmt: skip
    return repr((living, sorted((name, topic.id) for name, topic in topics._named.items())))


def renamed(topics: Topics, known: Collection[str]) -> dict[str, str]:
    """Of the topics known by an earlier id, but not by the one they have now: from that to this."""
    names: dict[str, str] = {}
    for old, new in topics.aliases:
        if old in known and new not in known and new not in names.values():
            names[old] = new
    return names


def unknown_topics(topics: Topics, article: Article) -> tuple[str, ...]:
    """A warning for each topic that the article names and no rule knows."""
    names = article.topics or () if topics.rules else ()
    named = {name: _named(topics, name) for name in names}
    then = "" if any(named.values()) else ": its inbox or rules decide"
    return tuple(
        f"names the topic {name!r}, which is {f'not configured{then}' if topic is None else 'retired'}"
        for name, topic in named.items()
        if topic is None or topic.id in topics._over
    )


def _overruled(topics: Topics, verdict: Verdict, explicit: set[str], namer: str) -> Verdict:
    """The verdict where something else than the topic's own rule decided."""
    id_ = verdict.topic.id
    if verdict.wanted:
        return replace(verdict, wanted=False, reason=f"{namer} names its topics; by rules alone it {verdict.reason}")
    if id_ in explicit:
        return replace(verdict, wanted=True, reason=f"{namer} names it")
    children = ", ".join(rule.topic.id for rule in topics.rules if rule.parent == id_)
    return replace(verdict, wanted=True, reason=f"holds the articles of its children: {children}")


def _conditions(group: Group) -> str:
    return repr((sorted(map(repr, group.patterns)), group.words))


# --- named by the article or its inbox -------------------------------------------------------------------


def _explicit(topics: Topics, article: Article, around: Surroundings) -> tuple[list[Topic], str]:
    """The configured topics that are named, and by whom; empty where nobody names one that is or was there."""
    for namer, names in (("the article", article.topics or ()), ("its inbox", around.given)):
        named = [topic for topic in (_named(topics, name) for name in names) if topic is not None]
        if named:
            return [topic for topic in named if topic.id not in topics._over], namer
    return [], ""


def _namer(article: Article, around: Surroundings) -> str:
    if article.topics:
        return "the article"
    return "its inbox" if around.given else ""


def _named(topics: Topics, name: str) -> Topic | None:
    """The topic of this id, earlier id or title; it may be retired."""
    return topics._named.get(name) or topics._named.get(_key(name))


def _key(name: str) -> str:
    return line(name).casefold()


def _is_all(rule: Rule) -> bool:
    """Whether it is the topic that holds every article."""
    return rule.topic.id == ALL.id and rule == Rule(
        rule.topic, min_score=rule.min_score, weights=rule.weights, fold_diacritics=rule.fold_diacritics
    )


def _with_parents(topics: Topics, chosen: Sequence[Topic], found: Found | None) -> tuple[Topic, ...]:
    members = {topic.id: topic for topic in chosen}
    for topic in chosen:
        number = topics._parents.get(topic.id)
        while number is not None:
            parent = topics.compiled.ready[number].rule.topic
            if parent.id in members or (found is not None and refuses(topics.compiled, number, found)):
                break
            members[parent.id] = parent
            number = topics._parents.get(parent.id)
    return tuple(members.values())


# --- without rules -------------------------------------------------------------------------------------------


def _unruled(article: Article, around: Surroundings) -> list[tuple[Topic, str]]:
    """Topics from what the article says and where it lies, each with the reason."""
    found = [(ALL, "holds every article")]
    if named := article.topics or around.given:
        return found + _from_names(named, f"{_namer(article, around)} names it")
    found += _from_names(article.tags, "the article has this tag")
    folder = around.path.partition("/")[0] if "/" in around.path else ""
    return found + _from_names([folder], "the article lies in this folder")


def _from_names(names: Iterable[str], why: str) -> list[tuple[Topic, str]]:
    topics = []
    for title in map(line, names):
        if id_ := slug(title):
            topics.append((Topic(f"{id_}-topic" if id_ in RESERVED else id_, title), why))
    return topics


def _distinct(topics: Iterable[Topic]) -> tuple[Topic, ...]:
    """One topic for each id, the first one's title: tags that differ only in case or spacing are one."""
    found: dict[str, Topic] = {}
    for topic in topics:
        found.setdefault(topic.id, topic)
    return tuple(found.values())
