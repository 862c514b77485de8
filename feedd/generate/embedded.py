"""An article's HTML as it stands in a page of feedd's: one text among other parts, with a headline of its own.

It was sanitised by nh3 before: what is left is well formed, and no value of an attribute holds ``<`` or ``>``.
"""

from __future__ import annotations

import re

_HEADING = re.compile(r"<(/?)h([1-6])(?=[\s>])")
_WIDE = re.compile(r"<(pre|table)(?=[\s>])")
_MUTE = re.compile(r"<img(?![^>]*\salt=)")
_BLANK = re.compile(r"(<img[^>]*\salt=\")(?:\s|&nbsp;)+(?=\")")
_LINKED = re.compile(
    r"<a(?=[^>]*?\shref=\"([^\"]*)\")[^>]*>(?:\s*</?(?:img|br|div|figure|p|section|span)(?=[\s>])[^>]*>)+\s*</a>"
)
_SAYS = re.compile(r"\salt=\"[^\"]*[^\"\s]")
_NO_LINK = re.compile(r"<a(?:\s[^>]*)?>(\s*)</a>")
_NO_HEADING = re.compile(r"<h([1-6])(?:\s[^>]*)?>\s*</h\1>")
_DEEPEST = 6


def embedded(content: str) -> str:
    """``content`` for a page whose headline is its only ``h1``.

    Headings stand below the headline and skip no level; a picture without words is one to those who don't see it,
    or, as a link, the name of what it leads to; what may be wider than the page can be scrolled by the keyboard.
    Links and headings of nothing, left by anchors and spacers, go: nobody could tell what they are.
    """
    content = _NO_HEADING.sub("", _NO_LINK.sub(r"\1", content))
    pictures = _LINKED.sub(_named, _BLANK.sub(r"\1", _MUTE.sub('<img alt=""', content)))
    return _WIDE.sub(r'<\1 tabindex="0"', _headings(pictures))


def _headings(content: str) -> str:
    """Each heading on the level below that of the part it is in."""
    parts: list[int] = []  # the levels, as written, of the headings that the place stands under
    opened: list[int] = []

    def place(match: re.Match[str]) -> str:
        end, level = match[1], int(match[2])
        if end:
            return f"</h{opened.pop()}" if opened else match[0]
        while parts and parts[-1] >= level:
            parts.pop()
        parts.append(level)
        opened.append(min(1 + len(parts), _DEEPEST))
        return f"<h{opened[-1]}"

    return _HEADING.sub(place, content)


def _named(match: re.Match[str]) -> str:
    """A link that is nothing but a picture, with a word to it."""
    link, href = match[0], match[1]
    if _SAYS.search(link):
        return link
    name = href.rstrip("/").rpartition("/")[2] or href
    return link.replace('alt=""', f'alt="{name}"', 1)
