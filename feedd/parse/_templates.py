"""Template tags in Markdown become what they stand for, or go: Hugo, Zola, Liquid (Jekyll), Nunjucks (Eleventy).

What only the site's generator could fill in is left out and told; text between paired tags stays. Code is as it
was written. All is linear: no search runs over the opening of the next tag.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from feedd.parse._codeblocks import with_fences
from feedd.parse._commonmark import outside

NOWHERE = "about:blank"
"""An address that no feed knows: the sanitiser takes it away and leaves the link's text."""

_MARKS = ("{{", "{%", "{#")
_TAG = re.compile(
    r"\{\{[<%](?P<hugo>(?:[^{}\"`]|\"[^\"]*+\"|`[^`]*+`)*+)(?<=[>%])\}\}"
    r"|\{%[-+~]?\s*+(?P<liquid>(?:[^{}%\"]|\"[^\"]*+\"|%(?!\})|\{\{[^{}]*+\}\})*+)%\}"
    r"|\{\{[-~]?(?P<output>(?:[^{}\"]|\"[^\"]*+\")*+)\}\}"
    r"|\{#[-\s](?P<remark>(?:[^#{]|#(?!\}))*+)#\}"
)
_NAME = re.compile(r"\s*(?P<end>/\s*|end(?=\w))?(?P<name>[^\W\d][\w./-]*)?")
# {{site.url}} is an output, x^{{2}} is mathematics.
_OUTPUT = re.compile(r"\s|[\"']|[^\W\d][\w-]*+[.(|]")
_PATH = re.compile(r"\s*([\w.-]*)")
_FILTERS = r"(?:\|\s*(?:relative_url|absolute_url|url|safe|raw)\s*)*"
_LITERAL = re.compile(rf"\s*([\"'])(?P<text>[^\"'\n]*)\1\s*{_FILTERS}[-~]?")
_ARGUMENT = re.compile(r"(?:(?P<key>\w+)\s*[=:]\s*)?(?:\"([^\"]*+)\"|'([^']*+)'|([^\s,\"'()]++))")
_REST_OF_LINE = re.compile(r"[ \t]*+(?:\n|\Z)")

_FIGURES = frozenset("figure fig img image picture".split())
_SOURCES = ("src", "url", "image_path", "path", "file")
_KEPT = frozenset(("raw", "verbatim"))
_GONE = frozenset("comment for capture css js javascript schema style stylesheet".split())
# Nothing that a reader would miss goes with these.
_LOGIC = frozenset("assign set if unless case when else elsif elseif elif extends layout end".split())
_QUIET = _KEPT | _LOGIC | _GONE - {"for"}
_ROOTS = frozenset("site.baseurl site.url baseurl page.url base_url link post_url ref relref".split())
_UNTOLD = _QUIET | _ROOTS
_OPENERS = ("](", "](<", '="', "='", "]: ")
_CLOSERS = (")", ">", '"', "'", "#", " ", "\n")


@dataclass(frozen=True, slots=True)
class _Tag:
    """One tag: the name of what it opens or, where ``ends``, closes; ``shown`` is what it stands for."""

    start: int
    stop: int
    name: str
    ends: bool = False
    shown: str = ""
    block: bool = False  # of Liquid and Zola, where ``{% end %}`` may close it


def without_templates(text: str) -> tuple[str, tuple[str, ...]]:
    """``text`` with no template tag outside of code, and the names of what was left out."""
    if "{" not in text or not any(mark in text for mark in _MARKS):
        return text, ()
    text = with_fences(text)
    tags = map(_read, outside(_TAG, text))
    return _joined(text, [tag for tag in tags if tag is not None])


def _shown(arguments: str) -> str:
    """The image that a shortcode's arguments tell of, in Markdown; empty where they tell of none."""
    named: dict[str, str] = {}
    others: list[str] = []
    for found in _ARGUMENT.finditer(arguments):
        value = " ".join(next(filter(None, found.groups()[1:]), "").split())
        if found["key"]:
            named.setdefault(found["key"].lower(), value)
        else:
            others.append(value)
    places = [named[key] for key in _SOURCES if key in named] or [
        value for value in others if re.search(r"[./]", value)
    ]
    if not places or re.search(r"[<>]", places[0]):
        return ""
    said = "" if others[-1:] == places[:1] or not others else others[-1]
    alt = re.sub(r"([\[\]\\])", r"\\\1", named.get("alt", said))
    caption = named.get("caption") or named.get("title") or ""
    return f"![{alt}](<{places[0]}>){'<br>' if caption else ''}{caption}"


def _read(found: re.Match[str]) -> _Tag | None:
    start, stop = found.span()
    if found["remark"] is not None:
        return _Tag(start, stop, "comment", ends=True)
    if (output := found["output"]) is not None:
        return _read_output(output, start, stop)
    hugo, liquid = found["hugo"], found["liquid"]
    said = hugo[:-1].strip().removesuffix(" /") if hugo else liquid.rstrip("-+~ \n")
    if said.startswith("/*"):  # how Hugo writes about its own shortcodes
        inner = said.removeprefix("/*").removesuffix("*/")
        return _Tag(start, stop, "raw", ends=True, shown=f"{{{{&lt;{inner}&gt;}}}}" if found[0][2] == "<" else inner)
    named = _NAME.match(said)
    if named is None or not named["name"]:
        return None
    name, ends = named["name"], bool(named["end"]) or named["name"] == "end"
    return _Tag(start, stop, name, ends, "" if ends else _figure(name, said[named.end() :]), not hugo)


def _read_output(output: str, start: int, stop: int) -> _Tag | None:
    if not _OUTPUT.match(output):
        return None
    if literal := _LITERAL.fullmatch(output):
        return _Tag(start, stop, "raw", shown=literal["text"])
    path = _PATH.match(output)
    name = path[1] if path else ""
    return _Tag(start, stop, name or "{{ }}", shown=_figure(name, output[path.end() :]) if path else "")


def _figure(name: str, arguments: str) -> str:
    if name == "include":  # {% include figure.html src=… %}
        file = arguments.split(None, 1)
        name, arguments = (file[0].strip("\"'").partition(".")[0], file[1]) if len(file) > 1 else ("", "")
    return _shown(arguments) if name in _FIGURES else ""


def _joined(text: str, tags: Sequence[_Tag]) -> tuple[str, tuple[str, ...]]:
    writer = _Writer(text, {tag.name: place for place, tag in enumerate(tags) if tag.ends})
    for place, tag in enumerate(tags):
        writer.take(tag, place)
    writer.pieces.append(text[writer.at :])
    return "".join(writer.pieces), tuple(writer.dropped)


class _Writer:
    """Writes a text without its tags; ``ends`` tells where each name is closed for the last time."""

    def __init__(self, text: str, ends: dict[str, int]) -> None:
        self.text = text
        self.at = 0
        self.pieces: list[str] = []
        self.dropped: dict[str, None] = {}
        self._ends = ends
        self._held = ""  # inside of what goes or stays as it is, up to its end
        self._depth = 0

    def take(self, tag: _Tag, place: int) -> None:
        """The text up to a tag, and what the tag becomes."""
        if self._held:
            self._hold(tag)
            return
        self.pieces.append(self.text[self.at : tag.start])
        closed = not tag.ends and self._ends.get(tag.name, -1) > place
        holds = closed and tag.name in _KEPT | _GONE
        if holds:
            self._held, self._depth = tag.name, 1
        paired = (closed and not holds) or (tag.block and "end" in self._ends)
        if not (tag.ends or tag.shown or paired or tag.name in _UNTOLD):
            self.dropped[tag.name] = None
        stop = tag.stop if tag.shown else self._without_line(tag)
        if tag.shown or self._addressed(tag.stop):
            self.pieces.append(tag.shown or NOWHERE)
        self.at = stop

    def _hold(self, tag: _Tag) -> None:
        if tag.name == self._held and (tag.ends or self._held not in _KEPT):
            self._depth += -1 if tag.ends else 1
        if self._depth:
            return
        if self._held in _KEPT:
            self.pieces.append(self.text[self.at : tag.start])
        self.at = self._without_line(tag)
        self._held = ""

    def _without_line(self, tag: _Tag) -> int:
        """Where to go on: behind the line, where nothing but a tag of the template's own logic stands on it."""
        rest = _REST_OF_LINE.match(self.text, tag.stop) if tag.name in _QUIET else None
        begin = self.text.rfind("\n", self.at, tag.start) + 1
        if rest is None or (begin == 0 and self.at) or self.text[begin : tag.start].strip():
            return tag.stop
        if self.pieces and begin < tag.start:
            self.pieces[-1] = self.pieces[-1][: begin - tag.start]
        return rest.end()

    def _addressed(self, stop: int) -> bool:
        """Whether an address consists of nothing but the tag."""
        before = next(filter(None, reversed(self.pieces[-3:])), "")
        return before.endswith(_OPENERS) and self.text.startswith(_CLOSERS, stop)
