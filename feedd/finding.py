"""Finding all terms of all topics in one pass over a text, and for explaining the words around their hits.

Whatever the rules and the text, what both take grows with the text as it gets longer, and no faster.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby, islice

import re2
from ahocorasick_rs import AhoCorasick

from feedd.terms import ABOUT, Pattern, bounded, compared, expression, fold, options

Found = dict[str, dict[int, int]]
"""By zone, how often each pattern was found, by its number; one that looks beside the text is found once, in a zone of
its kind. Expressions are counted no further than was asked."""

# A word that is repeated in one zone says no more than one that is said twice.
COUNTED_PER_ZONE = 2
SIGHTS = 20
"""So many hits of a pattern are shown of one text."""

_AROUND = 5  # words shown on each side of a hit
_RUN = 24  # characters, where words are not divided by spaces
_LONG = 200  # characters of a hit, or on one side of it, beyond which it is cut short
# Characters that are searched at a time, and hits that are held then: a million of them would take 160 MB. Terms inside
# terms can have many hits at one place.
_PIECE, _MOST_HITS = 1 << 12, 1 << 17
_CONTINUING = bytes(range(0x80, 0xC0))


@dataclass(frozen=True, slots=True)
class Sight:
    """A hit among the words around it, as the text has them; not ``whole`` where it is a part of a longer word.

    What is very long is cut short.
    """

    pattern: Pattern
    whole: bool
    before: str
    hit: str
    after: str


@dataclass(frozen=True, slots=True)
class _View:
    """One way of folding a text, and all patterns that are looked for in it so folded."""

    exact: bool
    bare: bool
    first: int  # the number of the first pattern; the others follow
    patterns: tuple[Pattern, ...]
    search: AhoCorasick = field(repr=False)
    longest: int  # characters of a pattern

    def count(self, text: str, counts: dict[int, int]) -> None:
        """Add what the text holds to ``counts``."""
        folded = fold(text, exact=self.exact, bare=self.bare)
        patterns, first = self.patterns, self.first
        for at, hits in self._pieces(folded):
            for index, start, end in hits:
                if bounded(folded, at + start, at + end, patterns[index]):
                    counts[first + index] = counts.get(first + index, 0) + 1

    def sights(self, text: str) -> Iterator[Sight]:
        """The first hits in the order of the text, and those that would be one if their words ended there."""
        words = _Words(text, self.exact, self.bare)
        shown: Counter[tuple[int, bool]] = Counter()
        for at, hits in self._pieces(words.folded):
            for index, start, end in hits:
                pattern = self.patterns[index]
                whole = bounded(words.folded, at + start, at + end, pattern)
                shown[index, whole] += 1
                if shown[index, whole] <= SIGHTS:
                    yield Sight(pattern, whole, *words.around(at + start, at + end))

    def _pieces(self, folded: str) -> Iterable[tuple[int, list[tuple[int, int, int]]]]:
        """Each piece's place in the text, and the hits that begin in it (number, start and end in the piece)."""
        if len(folded) <= _PIECE:
            return ((0, self.search.find_matches_as_indexes(folded, overlapping=True)),)
        return self._by_pieces(folded)

    def _by_pieces(self, folded: str) -> Iterator[tuple[int, list[tuple[int, int, int]]]]:
        at, size = 0, _PIECE
        while at < len(folded):
            found = self.search.find_matches_as_indexes(folded[at : at + size + self.longest - 1], overlapping=True)
            yield at, [hit for hit in found if hit[1] < size]
            at += size
            # As large as hits of the same number let it be: few pieces where there is little to find.
            size = max(_PIECE // 16, min(2 * size, size * _MOST_HITS // (len(found) + 1)))


@dataclass(frozen=True, slots=True)
class _Expressions:
    """All regular expressions: one pass tells which of them are found, so that only those are run by themselves.

    A set of RE2 that runs out of memory says that nothing was found. One pattern more that is found in
    everything tells that: then each expression is asked by itself, and RE2 finds another way. So it is where they
    are too large for a set from the beginning.
    """

    first: int
    patterns: tuple[Pattern, ...]
    compiled: tuple[re2._Regexp[bytes], ...] = field(repr=False)
    together: re2.Set | None = field(repr=False)

    def count(self, text: str, counts: dict[int, int], most: int) -> None:
        """Add what the text holds to ``counts``, of each no more than ``most``.

        A single hit may need the whole text, and so may the next one: counting them all would take the square of it.
        """
        data = fold(text, exact=True).encode()
        named = self.together.Match(data) if self.together is not None else []
        sure = len(self.patterns) in named
        for number in sorted(named) if sure else range(len(self.patterns)):
            if number == len(self.patterns):
                continue
            if count := sum(1 for _ in islice(self.compiled[number].finditer(data), most)):
                counts[self.first + number] = count

    def sights(self, text: str) -> Iterator[Sight]:
        """The first hits of each."""
        words = _Words(text, exact=True, bare=False)
        data = words.folded.encode()
        for pattern, compiled in zip(self.patterns, self.compiled, strict=True):
            read = start = 0
            for hit in islice(compiled.finditer(data), SIGHTS):
                start += _begun(data[read : hit.start()])
                end = start + _begun(data[hit.start() : hit.end()])
                yield Sight(pattern, True, *words.around(start, end))
                read, start = hit.end(), end


@dataclass(frozen=True, slots=True)
class Finder:
    """Finds all of its patterns in one pass over a text; what that costs does not grow with their number.

    ``numbers`` are the patterns' own, by which they are found.
    """

    numbers: Mapping[Pattern, int] = field(repr=False)
    _views: tuple[_View, ...]
    _expressions: _Expressions | None
    _values: Mapping[tuple[str, str], int] = field(repr=False)
    _loose: tuple[tuple[int, str, re.Pattern[str]], ...] = field(repr=False)

    def find(
        self, zones: Iterable[tuple[str, str]], values: Mapping[str, Sequence[str]], most: int = COUNTED_PER_ZONE
    ) -> Found:
        """How often each pattern stands in each zone (name, text), and which are met by the ``values`` of ABOUT.

        Expressions are counted up to ``most``.
        """
        found: Found = {}
        for zone, text in zones:
            counts: dict[int, int] = {}
            for view in self._views:
                view.count(text, counts)
            if self._expressions is not None:
                self._expressions.count(text, counts, most)
            if counts:
                found[zone] = counts
        for kind in values if self._values else ():
            for value in map(fold, values[kind]):
                if (number := self._values.get((kind, value))) is not None:
                    found.setdefault(kind, {})[number] = 1
        for number, kind, shape in self._loose:
            if any(shape.fullmatch(compared(kind, value)) for value in values.get(kind, ())):
                found.setdefault(kind, {})[number] = 1
        return found

    def sights(self, text: str) -> Iterator[Sight]:
        """The first SIGHTS hits of each pattern in a text, among the words around them, and as many that are parts of
        longer words; slower than finding.
        """
        for view in self._views:
            yield from view.sights(text)
        if self._expressions is not None:
            yield from self._expressions.sights(text)


def finder(patterns: Iterable[Pattern]) -> Finder:
    """Prepares patterns for being found."""
    ordered = sorted(set(patterns), key=_order)
    numbers = {pattern: number for number, pattern in enumerate(ordered)}
    views = []
    words = [pattern for pattern in ordered if pattern.kind == "word"]
    for (exact, bare), group in groupby(words, lambda one: (one.exact, one.bare)):
        view = tuple(group)
        texts = [word.text for word in view]
        views.append(_View(exact, bare, numbers[view[0]], view, AhoCorasick(texts), max(map(len, texts))))
    expressions = _expressions(tuple(pattern for pattern in ordered if pattern.kind == "re"), numbers)
    asked = [pattern for pattern in ordered if pattern.kind in ABOUT]
    values = {(one.kind, one.text): numbers[one] for one in asked if one.shape is None}
    loose = tuple((numbers[one], one.kind, shape) for one in asked if (shape := one.shape) is not None)
    return Finder(numbers, tuple(views), expressions, values, loose)


def _order(one: Pattern) -> tuple[object, ...]:
    """Patterns that are searched together stand together."""
    return (one.kind, one.exact, one.bare, one.text, one.open_start, one.open_end)


def _expressions(patterns: tuple[Pattern, ...], numbers: Mapping[Pattern, int]) -> _Expressions | None:
    if not patterns:
        return None
    first = numbers[patterns[0]]
    compiled = tuple(expression(pattern.text) for pattern in patterns)
    together = re2.Set.SearchSet(options())
    try:
        for text in (*(pattern.text for pattern in patterns), ""):
            together.Add(text)
        together.Compile()
    except re2.error:
        return _Expressions(first, patterns, compiled, None)
    return _Expressions(first, patterns, compiled, together)


def _begun(data: bytes) -> int:
    """How many characters of UTF-8 begin in a part of a text."""
    return len(data.translate(None, _CONTINUING))


def _short(text: str) -> str:
    return text if len(text) <= _LONG else f"{text[: _LONG // 2]} … {text[-_LONG // 2 :]}"


class _Words:
    """A text and its folded form, word by word, so that a place in this one can be shown in that one."""

    def __init__(self, text: str, exact: bool, bare: bool) -> None:
        pairs = [(word, fold(word, exact=exact, bare=bare)) for word in text.split()]
        self._pairs = [(word, folded) for word, folded in pairs if folded]
        self.folded = " ".join(folded for _, folded in self._pairs)
        self._starts: list[int] = []
        at = 0
        for _, folded in self._pairs:
            self._starts.append(at)
            at += len(folded) + 1

    def around(self, start: int, end: int) -> tuple[str, str, str]:
        """What stands before, at and behind the hit from ``start`` to ``end`` in the folded text."""
        first = bisect_right(self._starts, start) - 1
        last = bisect_right(self._starts, end - 1) - 1
        before = " ".join(word for word, _ in self._pairs[max(0, first - _AROUND) : first])[-_LONG:]
        after = " ".join(word for word, _ in self._pairs[last + 1 : last + 1 + _AROUND])[:_LONG]
        if first < last:
            return before, _short(" ".join(word for word, _ in self._pairs[first : last + 1])), after
        word, folded = self._pairs[first]
        if len(folded) != len(word):
            word = folded
        start, end = start - self._starts[first], end - self._starts[first]
        if len(word) <= 2 * _RUN:
            return before, word, after
        return word[max(0, start - _RUN) : start], _short(word[start:end]), word[end : end + _RUN]
