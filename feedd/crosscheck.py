"""Settings that must fit each other: looked at on the raw tables, so that it is told beside all else.

Above all the rules of topics: terms that are none, lists that are missing, terms that can never count, topics
that no article can ever reach.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from graphlib import CycleError, TopologicalSorter
from typing import Any

from feedd import rules, terms
from feedd.finding import COUNTED_PER_ZONE
from feedd.model import Topic
from feedd.rules import FIELDS, MIN_SCORE, Rule, Weights
from feedd.terms import ABOUT, Pattern

Lists = Mapping[str, tuple[str, ...]]


def problems(raw: Mapping[str, Any]) -> Iterator[str]:
    """What doesn't fit, each as ``key: what is wrong``; tables and values of a wrong shape are passed over."""
    topics = _tables(raw.get("topic"))
    lists = {name: _strings(words) for name, words in _table(raw.get("terms")).items()}
    yield from _twice([(table.get("id"), *_strings(table.get("aliases"))) for table in topics])
    yield from _bad_lists(lists)
    checked = [_Topic(f"topic[{at}]", rule, lists) for at, rule in enumerate(map(partial(_rule, raw), topics), 1)]
    for topic in checked:
        yield from topic.problems()
    yield from _families({topic.rule.topic.id: topic for topic in checked})
    yield from _strangers(raw, checked)


# --- names -----------------------------------------------------------------------------------------------


def _twice(words: Sequence[tuple[object, ...]]) -> Iterator[str]:
    seen: dict[object, int] = {}
    for at, group in enumerate(words, 1):
        for word in group:
            if not isinstance(word, str):
                continue
            if word in seen:
                yield f"topic[{at}]: {word!r} stands in topic[{seen[word]}] already"
            seen.setdefault(word, at)


def _families(topics: Mapping[str, _Topic]) -> Iterator[str]:
    """Parents that are none."""
    for id_, topic in topics.items():
        line = [id_]
        while (parent := topics[line[-1]].rule.parent) in topics and parent not in line:
            line.append(parent)
        if parent == id_:
            yield f"{topic.key}.parent: {id_!r} is its own parent: {' → '.join((*line, id_))}"
        elif topic.rule.parent and topic.rule.parent not in topics:
            yield f"{topic.key}.parent: there is no topic {topic.rule.parent!r}"
        elif topic.rule.parent and topics[topic.rule.parent].rule.retired and not topic.rule.retired:
            yield f"{topic.key}.parent: the topic {topic.rule.parent!r} is retired"


def _strangers(raw: Mapping[str, Any], topics: Sequence[_Topic]) -> Iterator[str]:
    """Topics that other tables name and which aren't there, and the other way round."""
    known = {topic.rule.topic.id: topic.rule for topic in topics}
    for name in ("inbox", "source", "expect"):
        for at, table in enumerate(_tables(raw.get(name)), 1):
            if known:
                yield from _unknown_topics(f"{name}[{at}]", table, known)
            if name == "expect" and ("file" in table) == ("text" in table):
                yield f"{name}[{at}]: needs either file or text"
    inboxes = {_inbox_name(table) for table in _tables(raw.get("inbox"))} or {"inbox"}
    given = [str(table.get("url")) for table in _tables(raw.get("source"))]
    for at, url in enumerate(given, 1):
        if url in given[: at - 1]:
            yield f"source[{at}].url: stands in source[{given.index(url) + 1}] already"
    addresses = set(given)
    sources = addresses | set(map(rules.host_of, addresses))
    for topic in topics:
        yield from _unknown_origins(f"{topic.key}.inboxes", "inbox", topic.rule.inboxes, inboxes)
        yield from _unknown_origins(f"{topic.key}.sources", "source", topic.rule.sources, sources)


def _unknown_topics(name: str, table: Mapping[str, Any], known: Mapping[str, Rule]) -> Iterator[str]:
    for key in ("topics", "unwanted"):
        for topic in _strings(table.get(key)):
            if topic not in known:
                yield f"{name}.{key}: there is no topic {topic!r}"
            elif known[topic].retired and key == "topics":
                yield f"{name}.{key}: the topic {topic!r} is retired"


def _unknown_origins(key: str, kind: str, values: Iterable[str], names: set[str]) -> Iterator[str]:
    for value in values:
        try:
            pattern = terms.about(kind, value)
        except ValueError:
            continue  # told as a bad term
        if not any(map(pattern.holds, names)):
            yield f"{key}: there is no {kind} {value!r}"


def _inbox_name(table: Mapping[str, Any]) -> str:
    return str(table.get("name") or str(table.get("path")).rstrip("/").rpartition("/")[2])


# --- terms -----------------------------------------------------------------------------------------------


def _bad_lists(lists: Lists) -> Iterator[str]:
    """What is wrong with each list by itself; one that names a bad one isn't told as well."""
    named = {
        name: [word[1:] for word in words if word[:1] == "@" and word[1:] in lists] for name, words in lists.items()
    }
    circular = _in_circles(named)
    circles: set[frozenset[str]] = set()
    emptied = dict.fromkeys(lists, ())
    for name, words in lists.items():
        for word in words:
            try:
                # What a list in the list holds is told there.
                terms.read(word, emptied)
            except ValueError as error:
                yield f"terms.{name}: {error}"
        circle = _way(name, name, named) if circular else ()
        if circle and frozenset(circle) not in circles:
            circles.add(frozenset(circle))
            yield f"terms.{name}: list {name!r} contains itself: {' → '.join((*circle, name))}"


def _in_circles(named: Mapping[str, Sequence[str]]) -> bool:
    """Whether any list contains itself; tells of thousands at once."""
    try:
        TopologicalSorter(named).prepare()
    except CycleError:
        return True
    return False


def _way(start: str, end: str, named: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    """The shortest way from a list to one that it names, by other lists; empty where there is none."""
    outer = {start: ""}
    for name in (waiting := [start]):
        if end in named[name]:
            way = [name]
            while way[-1] != start:
                way.append(outer[way[-1]])
            return tuple(reversed(way))
        for inner in named[name]:
            if inner not in outer:
                outer[inner] = name
                waiting.append(inner)
    return ()


@dataclass(frozen=True, slots=True)
class _Topic:
    """A topic's rule, and the key under which what is wrong with it is told."""

    key: str
    rule: Rule
    lists: Lists

    def problems(self) -> Iterator[str]:
        bad = list(self._bad_terms())
        yield from (f"{self.key}.{problem}" for problem in dict.fromkeys(bad))
        if not self.rule.retired and not bad:
            try:
                ready = rules.ready(self.rule, self.lists)
            except ValueError:
                return  # a list is bad, which is told there
            yield from self._dead(ready)
            yield from self._out_of_reach(ready)

    def _bad_terms(self) -> Iterator[str]:
        written = {"any": self.rule.any, "none": self.rule.none}
        written |= {f"all[{at}]": group for at, group in enumerate(self.rule.all, 1)}
        for name, words in written.items():
            for word in words:
                try:
                    terms.read(word, self.lists)
                except ValueError as error:
                    if not (word.startswith("@") and word[1:] in self.lists):
                        yield f"{name}: {error}"
        for name, kind in FIELDS.items():
            for value in getattr(self.rule, name):
                try:
                    terms.about(kind, value)
                except ValueError as error:
                    yield f"{name}: {error}"

    def _dead(self, ready: rules.Ready) -> Iterator[str]:
        """Terms that can't count, for every article that has them is refused."""
        dead: defaultdict[int, list[Pattern]] = defaultdict(list)
        for at, group in enumerate(ready.groups):
            for pattern in group.patterns:
                refusing = next((other for other in ready.none if terms.implies(pattern, other)), None)
                if refusing is not None:
                    dead[at].append(pattern)
                    name = group.shown.partition(":")[0]
                    yield f"{self.key}.{name}: {str(pattern)!r} can never count: none has {str(refusing)!r}"
        for at, patterns in dead.items():
            if len(patterns) == len(ready.groups[at].patterns):
                name = ready.groups[at].shown.partition(":")[0]
                yield f"{self.key}: no article can ever reach it: none refuses everything that {name} asks for"

    def _out_of_reach(self, ready: rules.Ready) -> Iterator[str]:
        """A score that no article can have."""
        if not ready.asks_words:
            return
        weights = self.rule.weights
        for group in ready.groups:
            if group.words and not any(_most(pattern, weights) for pattern in group.patterns):
                name = group.shown.partition(":")[0]
                yield f"{self.key}: no article can ever reach it: what {name} asks for weighs nothing in any zone"
        patterns = {pattern for group in ready.groups if group.words for pattern in group.patterns}
        most = sum(_most(pattern, weights) for pattern in patterns)
        if most < self.rule.min_score:
            yield (
                f"{self.key}: no article can ever reach it: min_score is {self.rule.min_score}, "
                f"and all its terms together score {most} at most"
            )


def _most(pattern: Pattern, weights: Weights) -> int:
    """What a pattern can score at most."""
    if pattern.kind in ABOUT:
        return weights.of(pattern.kind)
    return COUNTED_PER_ZONE * sum(map(weights.of, rules.ZONES))


# --- raw tables ----------------------------------------------------------------------------------------------


def _rule(raw: Mapping[str, Any], table: Mapping[str, Any]) -> Rule:
    common = _table(raw.get("rules"))
    weights = {**_table(common.get("weights")), **_table(table.get("weights"))}
    score = table.get("min_score", common.get("min_score", MIN_SCORE))
    groups = table.get("all")
    return Rule(
        Topic(str(table.get("id", "")), ""),
        any=_strings(table.get("any")),
        all=tuple(words for words in map(_strings, groups) if words) if isinstance(groups, list) else (),
        none=_strings(table.get("none")),
        **{name: _strings(table.get(name)) for name in FIELDS},
        min_score=score if isinstance(score, int) else MIN_SCORE,
        weights=Weights(**{zone: weight for zone in rules.ZONES if isinstance(weight := weights.get(zone), int)}),
        fold_diacritics=table.get("fold_diacritics", common.get("fold_diacritics")) is True,
        parent=str(table.get("parent", "")),
        retired=table.get("retired") is True,
    )


def _tables(value: object) -> list[Mapping[str, Any]]:
    return [_table(entry) for entry in value] if isinstance(value, list) else []


def _table(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _strings(value: object) -> tuple[str, ...]:
    return tuple(entry for entry in value if isinstance(entry, str) and entry) if isinstance(value, list) else ()
