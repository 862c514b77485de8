"""Files that hold several articles: feeds, lists, messages. Each entry is read by itself.

An entry that can't be read is skipped and told of; of two with one id the newer counts. An article's part comes
from its entry's id or link, so that it stays when others come and go around it.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TypeVar

from feedd.errors import Unreadable
from feedd.model import Article, Document, Origin, Parsed, Person, Related, Source
from feedd.parse._compose import compose
from feedd.parse._fields import Fields
from feedd.parse._html import sanitise, text_of
from feedd.parse._meta import read_meta
from feedd.text import line

ILL_FORMED = "isn't well-formed XML"
"""How the warning begins that a document was read as far as it can be understood."""

ANY_TIME = datetime(1970, 1, 1, tzinfo=UTC)
"""Stands for the time at which a feed was changed, which makes no other entries of its entries."""

# Moves when entries are read otherwise than before: then all are read anew.
_VERSION = 1
MOST = 10_000
"""How many entries a file may hold."""

_MARKUP = re.compile(r"<[A-Za-z/!]|&(?:[A-Za-z]|#[0-9xX])")

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry as its format gives it: ``fields`` as ``read_meta`` wants them, and unsafe ``html``.

    ``base`` completes relative addresses in the content; ``where`` says in the format's words where the id and
    the date stood. ``related`` are other stories, ``footer`` what stands below the text: neither is published.
    ``exact`` has title, summary and rights where they are known to be text: in the fields "None" would mean that there
    is none. ``known_as`` is the title of one that has nothing else to show. ``source`` is the feed that the entry says
    it came from, ``feed`` the upstream one that the document is.
    """

    fields: Fields
    html: str = ""
    base: str | None = None
    where: tuple[str, str] = ("id", "date")
    warnings: tuple[str, ...] = field(default=())
    related: tuple[Related, ...] = ()
    exact: tuple[str, str, str] | None = None
    known_as: str = ""
    footer: str = ""
    source: Source | None = None
    feed: Source | None = None


def plain(value: str) -> str:
    """A title or summary that may hold HTML as plain text on one line."""
    return line(text_of(sanitise(value))) if _MARKUP.search(value) else line(value)


def address(url: str) -> str:
    """An address as a reader is shown it, for want of a title."""
    return line(url.partition("://")[2].rstrip("/"))


def article(entry: Entry, document: Document, *, format: str, encoding: str, part: str | None = "") -> Article:  # noqa: A002
    """The article of one entry; raises Unreadable where it says nothing. Without a ``part`` its id is one."""
    meta = read_meta(entry.fields, document.defaults)
    if entry.exact:
        title, summary, rights = map(line, entry.exact)
        meta = replace(meta, title=title, summary=summary, rights=rights or None)
    html = sanitise(entry.html, entry.base or meta.url)
    if not meta.title and not text_of(html):
        # A bare link or picture is all its author gave: its address is its title.
        meta = replace(meta, title=address(meta.url or "") or entry.known_as)
    id_where, date_where = entry.where
    origin = Origin(
        format,
        encoding,
        id_origin=id_where if meta.id else None,
        date_origin=date_where if meta.published else None,
        warnings=(*entry.warnings, *meta.warnings),
    )
    source, feed = entry.source, entry.feed
    if feed and not meta.authors:
        # Where nobody is named the feed that it came from stands for its authors.
        meta = replace(meta, authors=(Person(feed.title, feed.link),))
    others = (feed,) if source and feed and feed.id != source.id else ()
    return compose(
        meta,
        html,
        origin=origin,
        part=(meta.id or "") if part is None else part,
        related=entry.related,
        footer=entry.footer,
        source=source or feed,
        also_in=others,
    )


def articles(
    items: Sequence[Item],
    read: Callable[[Item], Entry],
    document: Document,
    *,
    format: str,  # noqa: A002 - the word that the table uses
    encoding: str,
    warnings: Iterable[str] = (),
    digest: Callable[[Item], str] | None = None,
) -> tuple[Article, ...]:
    """The articles of all entries in their order, each with a part of its own.

    ``digest`` tells an entry from any other: those that the document knows are left out. Raises Unreadable where there
    are more than ``MOST``, or none that can be read.
    """
    if len(items) > MOST:
        raise Unreadable(f"holds {len(items):,} entries; at most {MOST:,} are read from a file")
    found: list[Article] = []
    digests: dict[str, tuple[str, ...]] = {}  # by the ids of articles
    problems: list[str] = []
    left_out: list[str] = []
    for item in items:
        own = digest(item) if digest else ""
        if own in document.known:
            left_out.append(own)
            continue
        try:
            made = article(read(item), document, format=format, encoding=encoding, part=None)
        except Unreadable as error:
            problems.append(str(error))
        else:
            found.append(made)
            if own and made.id is not None:  # what an entry without an id is depends on those beside it
                digests[made.id] = (*digests.get(made.id, ()), own)
    told = list(warnings)
    whole = not problems and not any(warning.startswith(ILL_FORMED) for warning in told)
    if not found and left_out:
        return _parsed((), digests, left_out, whole=whole)
    if not found:
        raise Unreadable(f"holds no entry that can be read: {problems[0]}" if problems else "holds no entries")
    if problems:
        told.append(f"{len(problems)} of {len(items)} entries are left out; the first {problems[0]}")
    found = _parted(_newest(found, told))
    origin = replace(found[0].origin, warnings=(*told, *found[0].origin.warnings))
    first = found[0] if origin == found[0].origin else replace(found[0], origin=origin)
    return _parsed((first, *found[1:]), digests, left_out, whole=whole)


def digester(document: Document, *context: object) -> Callable[[bytes], str] | None:
    """Digests of entries' own bytes and of all else that an article depends on; None where nobody asks for them."""
    if document.defaults.upstream is None:
        return None
    begun = hashlib.blake2b(repr((_VERSION, document.defaults, document.base, context)).encode(), digest_size=12)

    def digest(data: bytes) -> str:
        whole = begun.copy()
        whole.update(data)
        return whole.hexdigest()

    return digest


def _parsed(
    found: Iterable[Article], digests: Mapping[str, tuple[str, ...]], left_out: Iterable[str], *, whole: bool
) -> Parsed:
    parsed = Parsed(found)
    parsed.left_out, parsed.whole = tuple(left_out), whole
    parsed.digests = tuple(digests.get(one.id or "", ()) for one in parsed)
    return parsed


def _newest(found: list[Article], told: list[str]) -> list[Article]:
    """Of entries with one id the newest; of equally old ones the first, for feeds begin with the newest."""
    kept: dict[str, Article] = {}
    for one in found:
        key = one.id or f"\0{len(kept)}"
        other = kept.get(key)
        if other is None or _age(one) > _age(other):
            kept[key] = one
    if len(kept) < len(found):
        told.append(f"{len(found) - len(kept)} of {len(found)} entries repeat the id of another: the newest counts")
    return list(kept.values())


def _age(one: Article) -> float:
    last = one.updated or one.published
    return last.timestamp() if last else float("-inf")


def _parted(found: list[Article]) -> list[Article]:
    """Each with its part: of several that share a link the last, the oldest in a feed, has the link alone."""
    digests = [hashlib.sha256(f"{one.title}\0{one.content}".encode()).hexdigest()[:16] for one in found]
    names = [one.id or one.url or digest for one, digest in zip(found, digests, strict=True)]
    later = Counter(names)
    parted: dict[str, Article] = {}
    for one, name, digest in zip(found, names, digests, strict=True):
        later[name] -= 1
        part = f"{name}#{digest}" if later[name] else name
        parted.setdefault(part, one if one.part == part else replace(one, part=part))
    return list(parted.values())
