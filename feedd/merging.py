"""Entries of upstream feeds: which archived article each is a version of, and what of it counts.

An entry's key is its id in its feed, whatever becomes of http and https. A feed that changes its ids floods nobody: its
entries are known by address and title. The same story of several feeds is one article; the feed that brought it first
gives its text, and the others are named.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cached_property

from feedd import identity
from feedd.model import Article, Parsed, Place, Source
from feedd.store import Stored, Transaction

AHEAD = timedelta(hours=1)
"""How far ahead a date may lie: one that lies farther is a mistake, and first seen counts."""
FLIPS = 24
"""How often an entry may change without its feed saying so: some do at every look, by a counter or an advertisement."""

# A feed that was read before has changed its ids where so many of its entries, and so large a share, are new to it.
_FLOOD, _FLOOD_SHARE = 3, 0.5
_NO_TIME, _ZONES = timedelta(), timedelta(hours=14)


@dataclass(slots=True)
class Merged:
    """What came of a response: ``versions`` are to be kept, each of the article found or as a new one and with its
    entry's digests, the oldest first; ``named`` are articles of other places that name this feed too now; ``renamed``
    entries have other ids. ``left`` is filled where entries that are no longer listed are wanted to go. ``digests`` are
    those of entries of known articles, with these articles' keys.
    """

    versions: list[tuple[Article, Stored | None, tuple[str, ...]]] = field(default_factory=list)
    named: dict[str, Stored] = field(default_factory=dict)
    left: list[Stored] = field(default_factory=list)
    digests: dict[str, int] = field(default_factory=dict)
    unchanged: int = 0
    renamed: int = 0


class Merger:
    """Merges the entries of the response at ``place``, in the transaction that keeps them.

    ``held`` tells whether another living place holds an article, ``mint`` gives the id of one that has none; ``known``
    is whether the feed was read before, ``keep`` whether an entry stays that the feed lists no more.
    """

    def __init__(
        self,
        tx: Transaction,
        place: Place,
        now: datetime,
        *,
        held: Callable[[Stored], bool],
        mint: Callable[[Article], str],
        known: bool,
        keep: bool,
    ) -> None:
        self._tx = tx
        self._place = place
        self._now = now
        self._held = held
        self._mint = mint
        self._known = known
        self._keep = keep
        self._merged = Merged()

    def merge(self, articles: Sequence[Article], present: Collection[int]) -> Merged:
        """What the entries are, which come in the feed's order, newest first as a rule; ``present`` are the keys of
        the articles of those that stand there too, as they were.
        """
        self._stayed, self._present = frozenset(present), set(present)
        self._links = Counter(identity.link_key(article.url) for article in articles if article.url)
        digests = articles.digests if isinstance(articles, Parsed) else ((),) * len(articles)
        known = [(*self._by_id(article), own) for article, own in zip(articles, digests, strict=True)]
        self._present.update(stored.key for _, stored, _ in known if stored is not None and stored.key is not None)
        new = [article for article, stored, _ in known if stored is None]
        flood = self._known and len(new) >= _FLOOD and len(new) > _FLOOD_SHARE * (len(known) + len(self._stayed))
        shift = self._shift(new) if flood else _NO_TIME
        for article, stored, own in reversed(_once(known)):
            found = stored or self._by_link(article, flood=flood, shift=shift)
            if found is None and flood:
                found = self._by_title(article, shift=shift)
            if stored is None and found is not None and found.place == self._place:
                self._rename(found, article)
            self._sort(article, found, own)
        if not self._keep:
            here = (one for one in self._tx.at(self._place) if one.live and one.key not in self._present)
            # What another feed carries too is no less true for that.
            url = self._place.inbox
            self._merged.left += [one for one in here if all(source.url == url for source in one.article.also_in)]
        return self._merged

    def _sort(self, article: Article, found: Stored | None, digests: tuple[str, ...]) -> None:
        if found is not None and found.key is not None:
            self._merged.digests.update(dict.fromkeys(digests, found.key))
        if found is not None and self._held(found):
            self._name(found, article)
            return
        if found is not None and found.key in self._stayed and not _is_newer(article, found):
            self._merged.unchanged += 1  # the feed has it twice, and the newer one stayed what it was
            return
        settled = self._settled(article, None if found is None else found.article)
        if found is None or not found.live or found.place != self._place:
            self._merged.versions.append((settled, found, digests))
        elif settled == found.article or self._flips(found, settled):
            self._merged.unchanged += 1
        else:
            self._merged.versions.append((settled, found, digests))

    def _rename(self, found: Stored, article: Article) -> None:
        assert found.key is not None
        self._present.add(found.key)
        self._merged.renamed += 1
        self._tx.also_known_as(article.id or self._mint(article), found.key)

    # --- which article it is ---

    def _by_id(self, article: Article) -> tuple[Article, Stored | None]:
        """The article with the entry's id; an id that means another story elsewhere is none of its own."""
        if article.id is None:
            return article, self._tx.known_as(self._mint(article))
        for spelling in identity.spellings(article.id):
            found = self._tx.known_as(spelling)
            if found is not None and (self._is_sure(found) or _related(found.article, article)):
                return article, found
            if found is not None:
                warning = f"the id {article.id} is that of another story: this one has an id of feedd's own"
                origin = replace(article.origin, id_origin=None, warnings=(*article.origin.warnings, warning))
                article = replace(article, id=None, origin=origin)
                return article, self._tx.known_as(self._mint(article))
        return article, None

    def _is_sure(self, found: Stored) -> bool:
        """Whether the id alone tells: it is this feed's own, or one that an operator's file gives."""
        return found.place is None or found.place == self._place or ":" not in found.place.inbox

    def _by_link(self, article: Article, *, flood: bool, shift: timedelta) -> Stored | None:
        """An article with this address: one of this feed's under an id that it gives no more, or that of another."""
        if not article.url or identity.is_home(article.url):
            return None
        found = [one for one in self._tx.with_url(article.url) if one.live]
        several = self._links[identity.link_key(article.url)] > 1 or any(one.key in self._present for one in found)
        own = [one for one in found if one.place == self._place]
        others = [one for one in found if one.place != self._place]
        for one in own:
            same = _same_title(one.article, article) or (flood and len(own) == 1 and not several)
            if same and self._is_over(one) and _is_same(one.article, article, shift, flood=flood):
                return one
        if len(others) == 1 and not several:
            return others[0]
        return next((one for one in others if _same_title(one.article, article)), None)

    def _by_title(self, article: Article, *, shift: timedelta) -> Stored | None:
        for one in self._over.get(article.title.casefold(), ()):
            if self._is_over(one) and _is_same(one.article, article, shift, flood=False):
                return one
        return None

    def _shift(self, new: Sequence[Article]) -> timedelta:
        """By how much the dates of entries with other ids are others: systems take local time for UTC. Told by titles
        that stand for one entry only, for columns have one title each day.
        """
        titles = Counter(article.title.casefold() for article in new)
        shifts: Counter[timedelta] = Counter()
        for article in new:
            title = article.title.casefold()
            former = self._over.get(title, [])
            if titles[title] == len(former) == 1 and article.published and former[0].article.published:
                shifts[article.published - former[0].article.published] += 1
        shift, count = shifts.most_common(1)[0] if shifts else (_NO_TIME, 0)
        return shift if count >= _FLOOD and 2 * count >= len(new) and abs(shift) <= _ZONES else _NO_TIME

    @cached_property
    def _over(self) -> dict[str, list[Stored]]:
        """What came from this feed under ids that it gives no more, by title."""
        found: dict[str, list[Stored]] = {}
        for one in self._tx.at(self._place):
            if one.live and self._is_over(one):
                found.setdefault(one.article.title.casefold(), []).append(one)
        return found

    def _is_over(self, stored: Stored) -> bool:
        return stored.key not in self._present

    # --- what counts of it ---

    def _settled(self, article: Article, former: Article | None) -> Article:
        """The entry as it is kept: an entry's date is settled when it is first seen."""
        latest = self._now + AHEAD
        published = article.published if article.published and article.published <= latest else None
        updated = article.updated if article.updated and article.updated <= latest else None
        if former is None:
            same = (published, updated) == (article.published, article.updated)
            return article if same else replace(article, published=published, updated=updated)
        source, also_in = article.source, article.also_in
        if source is not None and former.source is not None:
            source = _kept(source, former.source)
            # A feed that calls itself otherwise at each look is one feed all the same.
            one_feed = source.url is not None and source.url == former.source.url
            also_in = (*former.also_in, *(() if one_feed else (former.source,)), *also_in)
        also_in = _distinct(also_in, but=source)
        if identity.visible(former) == identity.visible(article):
            updated = former.updated
        return replace(article, published=former.published, updated=updated, source=source, also_in=also_in)

    def _flips(self, found: Stored, settled: Article) -> bool:
        """Whether it is one silent change too many."""
        assert found.key is not None
        former = found.article
        silent = settled.updated is None or settled.updated == former.updated
        if not silent or identity.visible(settled) == found.visible:
            return False
        if self._tx.flips(found.key) >= FLIPS:
            return True
        self._tx.count_flip(found.key)
        return False

    def _name(self, found: Stored, article: Article) -> None:
        """The story is another place's: it names this feed."""
        found = self._merged.named.get(found.id, found)
        more = [source for source in (article.source, *article.also_in) if source is not None]
        also_in = _distinct((*found.article.also_in, *more), but=found.article.source)
        if also_in == found.article.also_in:
            self._merged.unchanged += 1
        else:
            self._merged.named[found.id] = replace(found, article=replace(found.article, also_in=also_in))


def _kept(source: Source, former: Source) -> Source:
    """When a feed was changed last, and what it takes for its id today, is no news of an entry."""
    same = replace(source, id=former.id, updated=former.updated) == former and source.url is not None
    return former if same or replace(source, updated=former.updated) == former else source


def _distinct(sources: Iterable[Source], *, but: Source | None) -> tuple[Source, ...]:
    """Each feed once, as it was told first. One that is subscribed to under two addresses is two: each has topics."""
    found: dict[tuple[str, str | None], Source] = {}
    for one in sources:
        if but is None or (one.id, one.url) != (but.id, but.url):
            found.setdefault((one.id, one.url), one)
    return tuple(found.values())


def _same_title(old: Article, new: Article) -> bool:
    return old.title.casefold() == new.title.casefold()


def _is_same(old: Article, new: Article, shift: timedelta, *, flood: bool) -> bool:
    """Whether an entry under another id is one that is over: by its date, which does not change, or else by its text. A
    column, or a monitor, has one address and one title, and is another entry each time.
    """
    if old.published is not None and new.published is not None:
        return new.published - old.published in (_NO_TIME, shift)
    if identity.same_story(old, new, share=identity.NEARLY_EQUAL):
        return True
    return flood and not old.content and not new.content


def _is_newer(article: Article, found: Stored) -> bool:
    last = article.updated or article.published
    return last is not None and last > found.updated


def _once(
    known: Sequence[tuple[Article, Stored | None, tuple[str, ...]]],
) -> list[tuple[Article, Stored | None, tuple[str, ...]]]:
    """Without the new ones whose id stands further up with the other of http and https."""
    seen: set[str] = set()
    kept = []
    for article, stored, own in known:
        if stored is None and article.id is not None:
            spelled = min(identity.spellings(article.id))
            if spelled in seen:
                continue
            seen.add(spelled)
        kept.append((article, stored, own))
    return kept


def _related(old: Article, new: Article) -> bool:
    return _same_title(old, new) or identity.resembles(old, new, same_path=False)
