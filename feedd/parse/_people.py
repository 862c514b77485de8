"""Names of authors as pages write them: behind "By", several in a line, with what belongs to the page."""

from __future__ import annotations

from collections.abc import Iterable

from feedd.parse._fields import Value
from feedd.parse._rows import names_of
from feedd.text import line

_LONGEST = 100


def people(*names: str) -> list[Value]:
    """Each author once, in their order; a byline gives all that it names."""
    found: dict[str, Value] = {}
    for name in names:
        for one in _each(line(name)):
            found.setdefault(one.casefold(), one)
    return list(found.values())


def _each(text: str) -> Iterable[str]:
    if not text or len(text) > _LONGEST or text.startswith("@"):
        return ()
    return names_of(text) or (text,)
