"""The language of terms: what an editor writes, how it is read, and when text and term are the same.

A term is a word or a phrase, bounded by word ends, in any case. ``stem*``, ``*stem`` and ``*stem*`` are open
at that end; ``=Term`` asks for this very case; ``re:…`` is a regular expression (RE2, linear in time);
``@name`` stands for the list of that name; ``tag:…``, ``author:…``, ``language:…``, ``source:…``, ``inbox:…``
and ``path:…`` look not at the text but at what is known of the article.
"""

from __future__ import annotations

import fnmatch
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import re2

ABOUT = ("tag", "author", "language", "source", "inbox", "path")
"""What a term can ask of an article beside its text, as ``tag:…`` and so on."""

# What is written for a kind by mistake; no text has these words with a colon and no blank behind them.
_SLIPS = {kind: kind for kind in ("re", *ABOUT)} | {f"{kind}s": kind for kind in ABOUT} | {"inboxes": "inbox"}
_SLIPS |= {"regex": "re", "regexp": "re", "lang": "language", "category": "tag", "keyword": "tag", "folder": "path"}
# Every kind of place that an expression can tell from others: at ends, beside line ends, words and anything else.
_BETWEEN = tuple((before, behind) for before in (b"", b"\n", b"a", b" ") for behind in (b"", b"\n", b"a", b" "))
# What one regular expression, or all of them together, may take before a slower way is taken (bytes).
_MEMORY = 64 << 20


@dataclass(frozen=True, slots=True)
class Pattern:
    """A term as it is searched for: ``text`` is folded; two ways of writing one thing are one pattern.

    ``kind`` is ``word``, ``re`` or one of ABOUT. ``exact`` keeps the case; ``bare`` folds diacritics.
    """

    text: str
    kind: str = "word"
    open_start: bool = False
    open_end: bool = False
    exact: bool = False
    bare: bool = False

    def __str__(self) -> str:
        before = f"{self.kind}:" if self.kind != "word" else "=" * self.exact
        return f"{before}{'*' * self.open_start}{self.text}{'*' * self.open_end}"

    @property
    def shape(self) -> re.Pattern[str] | None:
        """For one of ABOUT: what a value looks like, where that isn't simply ``text``."""
        if self.kind == "path":
            # A folder stands for all that is in it, and is named with or without its slash.
            plain = "*" not in self.text and not self.text.endswith("/")
            shapes = (self.text, f"{self.text}/*") if plain else (self.text + "*" * self.text.endswith("/"),)
            return re.compile("|".join(map(_path, shapes)))
        if not self.open_start and not self.open_end:
            return None
        return re.compile(f"{'.*' * self.open_start}{re.escape(self.text)}{'.*' * self.open_end}", re.DOTALL)

    def holds(self, value: str) -> bool:
        """For one of ABOUT: whether a value is what is asked for."""
        folded, shape = compared(self.kind, value), self.shape
        return folded == self.text if shape is None else shape.fullmatch(folded) is not None


def _path(text: str) -> str:
    """An expression for a path in which nothing but the asterisk is a sign."""
    # fnmatch's never goes back over what an asterisk took, as ".*" would.
    return fnmatch.translate(re.sub(r"[\[?]", r"[\g<0>]", text))


def compared(kind: str, value: str) -> str:
    """A value of one of ABOUT as it is compared; a path keeps its case, and its accents are composed or not."""
    return unicodedata.normalize("NFC", value) if kind == "path" else fold(value)


def read(term: str, lists: Mapping[str, Sequence[str]], *, bare: bool = False) -> tuple[Pattern, ...]:
    """The patterns that a term stands for, of which one is enough.

    ValueError says what is wrong with it: a list that isn't there or contains itself, nothing to look for,
    an expression that can't be read.
    """
    written = (_pattern(word, bare) for word in _written(term, lists))
    return tuple(dict.fromkeys(pattern for one in written for pattern in (one, *_capitals(one))))


def _capitals(pattern: Pattern) -> Iterator[Pattern]:
    """How Turkish writes a word with a dotless ı in capitals: as I, which folds to the i of all other languages."""
    if pattern.kind != "word" or pattern.exact or "ı" not in pattern.text:
        return
    text = pattern.text.replace("i", "İ").upper()
    yield replace(pattern, text=text, exact=True)
    if any(word.startswith("ı") for word in pattern.text.split(" ")):
        titled = zip(text.split(" "), pattern.text.split(" "), strict=True)
        yield replace(pattern, text=" ".join(capital[:1] + word[1:] for capital, word in titled), exact=True)


def _written(term: str, lists: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """The terms behind a term, each list once however often it is named."""
    inside: dict[str | None, Iterator[str]] = {None: iter((term,))}  # the lists being read, and what is left of each
    done = set()
    while inside:
        outer = next(reversed(inside))
        word = next(inside[outer], None)
        if word is None:
            done.add(outer)
            del inside[outer]
        elif not word.startswith("@"):
            yield word
        elif (name := word[1:]) not in done:
            if name in inside:
                raise ValueError(f"list {name!r} contains itself: {' → '.join((*filter(None, inside), name))}")
            if name not in lists:
                raise ValueError(f"there is no list {name!r} in [terms]")
            inside[name] = iter(lists[name])


def _pattern(term: str, bare: bool) -> Pattern:
    kind, colon, value = term.partition(":")
    if colon and kind == "re":
        expression(value)
        return Pattern(value, "re")
    if colon and kind in ABOUT:
        return about(kind, value)
    if meant := _meant(term):
        raise ValueError(f"term {term!r}: did you mean {meant!r}?")
    exact = term.startswith("=")
    return _open(term.removeprefix("="), term, Pattern("", exact=exact, bare=bare))


def _meant(term: str) -> str:
    """What a term was to be that is written nearly like one with a sign, and would be looked for as words."""
    kind, _, value = term.partition(":")
    name = kind.strip().casefold()
    if value and not value[0].isspace() and name in _SLIPS:
        return f"{_SLIPS[name]}:{value}"
    return term.lstrip() if term[:1].isspace() and term.lstrip().startswith(("@", "=")) else ""


def about(kind: str, value: str) -> Pattern:
    """The pattern that asks for a value of one of ABOUT; a path may hold ``*`` anywhere, others at their ends."""
    if kind == "path":
        if not value.strip("/*"):
            raise ValueError(f"path {value!r} names nothing")
        return Pattern(compared(kind, value.removeprefix("./").removeprefix("/")), kind)
    return _open(value, f"{kind}:{value}", Pattern("", kind, bare=False))


def _open(text: str, term: str, like: Pattern) -> Pattern:
    """``like`` with the text and the open ends that the term has."""
    start, end = text.startswith("*"), text.endswith("*")
    folded = fold(text.removeprefix("*").removesuffix("*"), exact=like.exact, bare=like.bare)
    if not folded or not any(map(str.isalnum, folded)):
        raise ValueError(f"term {term!r} holds no letter or digit")
    if "*" in folded:
        raise ValueError(f"term {term!r}: an asterisk stands only at the beginning or the end")
    return Pattern(folded, like.kind, start, end, like.exact, like.bare)


def loosely(pattern: Pattern) -> Pattern | None:
    """The same word in any case and with any diacritics; None for what is so already, or is no word."""
    if pattern.kind != "word" or (pattern.bare and not pattern.exact):
        return None
    return replace(pattern, text=fold(pattern.text, bare=True), exact=False, bare=True)


def expression(text: str) -> re2._Regexp[bytes]:
    """A regular expression ready for use on UTF-8, in any case; ValueError where it is none, or asks for nothing."""
    try:
        compiled = re2.compile(text, options())
    except re2.error as error:
        reason = error.args[0].decode(errors="replace") if isinstance(error.args[0], bytes) else error
        raise ValueError(f"term {'re:' + text!r} is no expression of RE2: {reason}") from error
    if any(compiled.fullmatch(before + behind, len(before), len(before)) for before, behind in _BETWEEN):
        raise ValueError(f"term {'re:' + text!r} is found in everything: it needs no character at all")
    return compiled


def options() -> re2.Options:
    """How all regular expressions are read."""
    options = re2.Options()
    options.case_sensitive = False
    options.log_errors = False
    options.max_mem = _MEMORY
    return options


# --- folding ------------------------------------------------------------------------------------------

# Typographic apostrophes, dashes (US–China) and the minus, full-width Latin, invisible characters; Turkish İ is an i
# that wants its dot; half-width Katakana, whose voiced marks are joined afterwards.
_DASHES = "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63"
_PLAIN: dict[int, int | str | None] = {
    **str.maketrans("’‘ʼ" + _DASHES, "'''" + "-" * len(_DASHES), "\u00ad\u2060\ufeff\u200b"),
    **{code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)},
    **{code: unicodedata.normalize("NFKC", chr(code)) for code in range(0xFF61, 0xFFA0)},
}
_DOTTED = {ord("İ"): "i"}
# Letters that no decomposition takes apart.
_STROKES = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ħ": "h", "ŧ": "t", "ı": "i", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe"}
)
_STROKES |= str.maketrans({"Ø": "O", "Ł": "L", "Đ": "D", "Ħ": "H", "Ŧ": "T", "Ð": "D", "Þ": "Th", "Æ": "AE", "Œ": "OE"})
# Accents of Latin, Greek and Cyrillic, points of Hebrew and Arabic; the vowels of Indian scripts are no accents.
_MARKS = re.compile("[\u0300-\u036f\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u064b-\u065f\u0670]")


def fold(text: str, *, exact: bool = False, bare: bool = False) -> str:
    """``text`` as it is compared: white space and typography made plain, and case folded unless ``exact``.

    ``bare`` takes diacritics away: "Łódź" is "lodz" then.
    """
    if not text.isascii():
        text = unicodedata.normalize("NFC", text.translate(_PLAIN))
        if bare:
            text = _MARKS.sub("", unicodedata.normalize("NFD", text)).translate(_STROKES)
            text = unicodedata.normalize("NFC", text)
        if not exact:
            text = text.translate(_DOTTED)
    return " ".join((text if exact else text.casefold()).split())


# --- where words end ------------------------------------------------------------------------------------

_APART, _SPACED, _UNSPACED, _KATAKANA, _MARK = range(5)  # what is apart from every word is the false one
_DENSE = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\u2fdf\u3005-\u3007\u3021-\u3029\u3040-\u309f\u3400-\u4dbf"
    "\u4e00-\u9fff\uaa60-\uaa7f\uf900-\ufaff\U00020000-\U0003ffff]"
)  # Thai, Lao, Burmese, Khmer, Han, Hiragana
_KANA = re.compile("[\u30a1-\u30fa\u30fc-\u30ff\u31f0-\u31ff\uff66-\uff9f]")


class _Classes(dict[str, int]):
    """What each character is to the words around it; worked out once each."""

    def __missing__(self, character: str) -> int:
        if unicodedata.category(character)[0] == "M" or character in "\u200c\u200d":
            found = _MARK
        elif not character.isalnum() and character != "_":
            found = _APART
        elif _DENSE.match(character):
            found = _UNSPACED
        else:
            found = _KATAKANA if _KANA.match(character) else _SPACED
        self[character] = found
        return found


_class = _Classes()


def bounded(text: str, start: int, end: int, pattern: Pattern) -> bool:
    """Whether the words at both ends of a hit end there, where the pattern isn't open."""
    # Nearly every word has a space or a stop before it, which settles it.
    if start and not pattern.open_start and _class[text[start - 1]] and _joined(text, start):
        return False
    return pattern.open_end or end == len(text) or not _class[text[end]] or not _joined(text, end)


def _joined(text: str, at: int) -> bool:
    """Whether the characters before and behind a place belong to one word.

    Words of Latin, Cyrillic, Hangul … are as long as their letters and digits, and Katakana is written in runs;
    Han, Hiragana and Thai have no spaces between words, so that every place may be the end of one.
    """
    behind = _class[text[at]]
    if behind == _MARK:
        return True
    before = _class[text[at - 1]]
    while before == _MARK and at > 1:
        at -= 1
        before = _class[text[at - 1]]
    return before == behind and before in (_SPACED, _KATAKANA)


def implies(one: Pattern, other: Pattern) -> bool:
    """Whether every text that holds ``one`` surely holds ``other`` too."""
    if one == other:
        return True
    if one.kind != "word" or other.kind != "word" or one.bare != other.bare or (other.exact and not one.exact):
        return False
    text = one.text if other.exact else fold(one.text, bare=one.bare)
    at = text.find(other.text)
    while at >= 0:
        end = at + len(other.text)
        starts = at > 0 or not one.open_start or other.open_start
        ends = end < len(text) or not one.open_end or other.open_end
        if starts and ends and bounded(text, at, end, other):
            return True
        at = text.find(other.text, at + 1)
    return False
