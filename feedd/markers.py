"""What a web server on the served folder needs to answer 410 and 301 as feedd's own does: nothing of it is served.

``.feedd/gone/<name>`` stands, empty, for each document that was withdrawn, and counts at once. ``.feedd/moved.nginx``
and ``.feedd/moved.caddy`` hold where documents have moved, for the maps of these servers: they read them when they are
reloaded.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from urllib.parse import quote

GONE = ".feedd/gone"
_MOVED = {".feedd/moved.nginx": "{old} {new};\n", ".feedd/moved.caddy": "{old} {new}\n"}
_FEED = ".atom"
_SIGNS = "-._~/!$'()*+,:@"


class Markers:
    """The markers below ``root``. OSError where one can't be written."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def gone(self, names: Iterable[str]) -> None:
        """These documents are gone for good."""
        for name in names:
            path = self._root / GONE / name
            try:
                path.touch()
            except FileNotFoundError:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.touch()

    def back(self, name: str) -> None:
        """This one is there again."""
        # One that stays harms nobody: what is there goes before it, and the next start sets it right.
        with suppress(OSError):
            (self._root / GONE / name).unlink()

    def moved(self, moved: Mapping[str, str]) -> None:
        """Where documents have moved: old name → new name. Replaces what was said before."""
        for name, line in _MOVED.items():
            text = "".join(
                line.format(old=json.dumps(f"/{old}"), new=json.dumps(new)) for old, new in _redirects(moved)
            )
            path = self._root / name
            with suppress(OSError):
                text_there = path.read_text() if path.exists() else ""
                if text_there == text:
                    continue
            fresh = path.with_name(f"{path.name}.new")
            fresh.write_text(text)
            fresh.replace(path)

    def settle(self, gone: Iterable[str]) -> None:
        """Makes the markers those of these documents, whatever is there."""
        wanted = set(gone)
        there = set(self._there())
        self.gone(wanted - there)
        for name in there - wanted:
            self.back(name)

    def _there(self) -> Iterator[str]:
        folder = self._root / GONE
        for path in folder.rglob("*"):
            if path.is_file():
                yield path.relative_to(folder).as_posix()


def _redirects(moved: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Each with its new address, relative to the old one, so that it holds behind any prefix; topics' without suffix
    too.
    """
    for old, new in sorted(moved.items()):
        address = "./" + "../" * old.count("/") + quote(new, safe=_SIGNS)
        yield old, address
        if old.endswith(_FEED) and "/" not in old:
            yield old.removesuffix(_FEED), address.removesuffix(_FEED)
