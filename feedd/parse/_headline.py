"""A page's headline: which of the titles it gives itself, and without the name of its site."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from urllib.parse import urlsplit

from feedd.text import line, words

_SIGN = re.compile(r"\s+[|–—\\/>»·•:‹›«~-]{1,2}\s+|\s*[|｜]\s*")
_CUT_OFF = re.compile(r"\s*(?:…|\.\.\.)$")
_NO_TITLE = re.compile(
    r"(?:untitled|new|index|home|homepage|article|page|unknown)(?:\s+(?:document|page))?", re.IGNORECASE
)
_MOST_SITE_WORDS, _LEAST_TITLE_WORDS = 4, 5
_LONGEST, _LONGEST_SITE = 300, 40


def headline(said: Iterable[str], page_title: str, headings: Sequence[str], sites: Iterable[str]) -> str:
    """The title of an article; empty where the page tells none.

    ``said`` are the titles that its data give, the most trusted first, ``page_title`` is that of the window,
    ``headings`` are its first ones, and ``sites`` every name of its site.
    """
    known = {_key(site) for site in sites if 0 < len(site) <= _LONGEST_SITE}
    headings = [heading for heading in headings if 0 < len(heading) <= _LONGEST]
    title = next((one for one in said if one and _key(one) not in known), "")
    if title:
        return _without_site(_whole(title, headings), headings, known)
    title = _whole(page_title, headings)
    if not title or _NO_TITLE.fullmatch(title) or (_key(title) in known and headings):
        return headings[0] if headings else title
    cut = _without_site(title, headings, known)
    return cut if cut != title or title in headings else _shortened(title)


def site_names(names: Iterable[str], url: str) -> list[str]:
    """The names of a site, its host among them with and without what hosts begin and end with."""
    host = (urlsplit(url).hostname or "").removeprefix("www.")
    return [
        *filter(None, map(line, names)),
        *filter(None, (host, f"www.{host}" if host else "", host.partition(".")[0])),
    ]


def _key(text: str) -> str:
    return "".join(filter(str.isalnum, text.casefold()))


def _whole(title: str, headings: Sequence[str]) -> str:
    """A title that was cut at some length as the heading that it began."""
    begun = _CUT_OFF.sub("", title)
    if begun == title:
        return title
    return next((heading for heading in headings if heading.startswith(begun)), title)


def _without_site(title: str, headings: Sequence[str], known: set[str]) -> str:
    """The title less its site's name at either end; a heading that says just the rest tells too what it is."""
    plain = {_key(heading) for heading in headings}
    while True:
        signs = list(_SIGN.finditer(title))
        if not signs or _key(title) in plain:
            return title
        first, last = title[: signs[0].start()], title[signs[-1].end() :]
        front, back = title[: signs[-1].start()], title[signs[0].end() :]
        if _key(last) in known:
            title = front
        elif _key(first) in known:
            title = back
        else:
            # One word may be a section's name or a site's; more of them that stand as a heading are the headline.
            return front if _key(front) in plain and words(front) > 1 else title


def _shortened(title: str) -> str:
    """A window's title less what stands behind its last sign, where that is short and the rest is not."""
    signs = list(_SIGN.finditer(title))
    if not signs:
        return title
    front, back = title[: signs[-1].start()], title[signs[-1].end() :]
    return front if words(front) >= _LEAST_TITLE_WORDS and words(back) <= _MOST_SITE_WORDS else title
