"""From a changed file to the archive: read, parse, find out which article it is, keep it.

What is decided here is decided once, in the transaction that stores it: the article's permanent id,
what becomes of the article that stood at its path before, and which topics are dirty now.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cached_property, partial

from feedd import identity
from feedd.dates import Clock
from feedd.errors import FeeddError, Unstorable
from feedd.generate import has_page
from feedd.inbox import Change, Inbox
from feedd.merging import Merger
from feedd.model import Article, Parsed, Place
from feedd.outcome import Outcome
from feedd.reading import Parser, Reader, Reading
from feedd.recognise import Candidates, Recogniser, Sighting, superseded
from feedd.rules import Surroundings
from feedd.store import FileRow, FileState, Standings, Store, Stored, Transaction
from feedd.topics import Topics, choose, unknown_topics
from feedd.withdrawal import GRACE, Withdrawal

log = logging.getLogger(__name__)


# As many files as can be looked up one by one for what it takes to look up all together.
_FEW = 4


class Intake:
    """Takes changes of the inboxes into the archive. Used by one thread at a time."""

    def __init__(
        self,
        store: Store,
        inboxes: Iterable[Inbox],
        topics: Topics,
        *,
        authority: str,
        parser: Parser,
        clock: Clock,
    ) -> None:
        self._store = store
        self._inboxes: Mapping[str, Inbox] = {inbox.name: inbox for inbox in inboxes}
        self._recogniser = Recogniser(self._inboxes)
        own = {name: inbox for name, inbox in self._inboxes.items() if not inbox.source}
        self._withdrawal = Withdrawal(store, own, self._recogniser, clock=clock)
        self._topics = topics
        self._authority = authority
        self._reader = Reader(store, self._inboxes, parser, clock=clock)
        self._clock = clock

    @property
    def waiting(self) -> bool:
        """Whether there are changes that were handed in and not kept yet: another ``ingest`` goes on with them."""
        return self._reader.waiting

    @property
    def behind(self) -> bool:
        """Whether so much waits that nothing more should be handed in."""
        return self._reader.behind

    def ingest(self, changes: Sequence[Change]) -> Outcome:
        """Reads and parses the changed files, then keeps in one transaction all that came of it by now.

        A file that takes long waits for a later call, and holds up no other. Where keeping fails each is kept by
        itself, and the one that can't be is set aside: it harms no other.
        """
        self._reader.see(changes)
        readings = self._reader.take()
        if not readings:
            return Outcome()
        try:
            return self._keep_all(readings)
        except Exception as error:
            if isinstance(error, FeeddError) and not isinstance(error, Unstorable):
                raise  # the archive itself is in trouble: nobody's fault among these
            outcome = Outcome()
            for reading in readings:
                outcome += self._keep_alone(reading)
            return outcome

    def _keep_all(self, readings: Sequence[Reading]) -> Outcome:
        outcome = Outcome()
        with self._store.transaction() as tx:
            self._foresee(tx, readings)
            # What went is known before what came, which may be the same under another name.
            for reading in sorted(readings, key=lambda reading: not reading.gone):
                if reading.gone and self._inboxes[reading.place.inbox].source:
                    continue  # a response that somebody took away says nothing of what its feed holds
                if reading.gone:
                    self._vanish(tx, reading.place, outcome)
                else:
                    self._keep(tx, reading, outcome)
            tx.mark("topic", outcome.dirty, self._clock())
        return outcome

    def _foresee(self, tx: Transaction, readings: Sequence[Reading]) -> None:
        read = [reading for reading in readings if reading.articles]
        articles = [(reading.place, article) for reading in read for article in reading.articles]
        if len(articles) > _FEW:
            tx.foresee(
                places=[reading.place for reading in read],
                sha256s=[reading.sha256 for reading in read],
                inodes=[reading.stat.ino for reading in read],
                urls=[article.url for _, article in articles if article.url is not None],
                ids=[id_ for place, article in articles for id_ in self._ids(place, article)],
            )

    def _ids(self, place: Place, article: Article) -> Sequence[str]:
        """Those that it is looked for by."""
        if article.id is None:
            return (self._mint(place, article),)
        return identity.spellings(article.id) if self._inboxes[place.inbox].source else (article.id,)

    def _keep_alone(self, reading: Reading) -> Outcome:
        try:
            return self._keep_all([reading])
        except Exception as error:
            if isinstance(error, FeeddError) and not isinstance(error, Unstorable):
                raise
            log.exception("%s can't be kept; it is set aside", reading.place)
            return self._keep_all([replace(reading, articles=(), problem=f"can't be kept: {error}", same=False)])

    def withdraw(self, *, at_once: bool = False, accept: bool = False) -> Outcome:
        """Withdraws the articles of files that are gone for good; see :meth:`Withdrawal.withdraw`."""
        return self._withdrawal.withdraw(at_once=at_once, accept=accept)

    def topics_of(self, stored: Stored) -> dict[str, str]:
        """The topics of an archived article by the rules as they are now: id → title."""
        return self._choose(stored.article, stored.place)

    # --- keeping: in the transaction ---------------------------------------------------------------

    def _keep(self, tx: Transaction, reading: Reading, outcome: Outcome) -> None:
        row = reading.row
        first_seen = self._clock() if row is None else row.first_seen
        fresh = FileRow(reading.place, reading.stat, reading.sha256, FileState.ARTICLE, first_seen)
        if reading.same and row is not None:
            outcome.unchanged += 1
            self._keep_same(tx, reading, outcome)
        elif reading.problem:
            outcome.quarantined += 1
            log.warning("%s is not published: %s", reading.place, reading.problem)
            tx.put_file(replace(fresh, state=FileState.QUARANTINED, reason=reading.problem))
        elif self._inboxes[reading.place.inbox].source:
            self._merge(tx, reading, fresh, outcome)
        else:
            self._place_all(tx, reading, fresh, outcome)
        if self._inboxes[reading.place.inbox].source:
            outcome.taken[reading.place] = not reading.problem

    def _keep_same(self, tx: Transaction, reading: Reading, outcome: Outcome) -> None:
        """The bytes are known; the stat may be new, and a file that had vanished may be back."""
        row = tx.file(reading.place)
        if row is None:
            outcome.recheck.append(reading.place)  # it moved on while this was read
            return
        state = row.state
        if state is FileState.VANISHED:
            state = FileState.QUARANTINED if reading.problem else FileState.ARTICLE
        if row.stat != reading.stat or row.state is not state:
            tx.put_file(replace(row, stat=reading.stat, state=state))
            for stored in tx.at(reading.place):
                tx.put_article(replace(stored, dev=reading.stat.dev, ino=reading.stat.ino))

    def _place_all(self, tx: Transaction, reading: Reading, row: FileRow, outcome: Outcome) -> None:
        """Keeps the articles of a file, and settles what that means for others and for other files."""
        parts = frozenset(article.part for article in reading.articles)
        here = tx.at(reading.place)
        candidates = Candidates(tx, Sighting(reading.place, reading.stat, reading.sha256, parts), here)
        rivals: list[Stored] = []
        moved: dict[Place, list[Stored]] = {}
        kept = set()
        for article in map(partial(self._recogniser.without_foreign_id, candidates), reading.articles):
            found = self._recogniser.recognise(candidates, article)
            if found is not None and found.place is not None and found.place != reading.place:
                held = self._recogniser.held_elsewhere(tx, found, reading.place)
                if held and not self._takes_over(tx, reading, found):
                    rivals.append(found)
                    continue
                moved.setdefault(found.place, []).append(found)
            kept.add(self._place(tx, reading, row, article=article, found=found, outcome=outcome)[0])
        self._leave(tx, superseded(here, reading.articles, kept))
        for place, articles in moved.items():
            self._moved_away(tx, place, reading.place, articles=articles)
        tx.put_file(self._behind(reading, row, rivals, outcome) if rivals else row)

    def _merge(self, tx: Transaction, reading: Reading, row: FileRow, outcome: Outcome) -> None:
        """Keeps the entries of an upstream feed, and names it in those that another place holds."""
        place, now = reading.place, self._clock()
        held = partial(self._recogniser.held_elsewhere, tx, place=place)
        mint = partial(self._mint, place)
        # What a feed lists no more is only known of one that could be read in full.
        whole = not isinstance(reading.articles, Parsed) or reading.articles.whole
        keep, known = self._inboxes[place.inbox].keep or not whole, reading.row is not None
        left_out = reading.articles.left_out if isinstance(reading.articles, Parsed) else ()
        former = self._store.digests(place.inbox) if left_out else {}
        stayed = {digest: former[digest] for digest in left_out if digest in former}
        merger = Merger(tx, place, now, held=held, mint=mint, known=known, keep=keep)
        merged = merger.merge(reading.articles, stayed.values())
        self._leave(tx, merged.left)
        for stored in merged.named.values():
            key = tx.put_article(stored)
            before, after = tx.set_topics(key, stored.published, self._choose(stored.article, stored.place))
            outcome.updated += 1
            outcome.dirty |= before.keys() | after.keys()
        fresh = replace(row, first_seen=now)
        for article, found, digests in merged.versions:
            _, key = self._place(tx, reading, fresh, article=article, found=found, outcome=outcome)
            merged.digests.update(dict.fromkeys(digests, key))
        outcome.unchanged += merged.unchanged + len(stayed)
        tx.put_digests(place.inbox, stayed | merged.digests)
        if merged.renamed:
            count = f"{merged.renamed} of its {len(reading.articles)} entries"
            log.warning(
                "%s gives %s other ids: they are known by address and title, and stay what they were", place, count
            )
        tx.put_file(row)

    def _place(
        self,
        tx: Transaction,
        reading: Reading,
        row: FileRow,
        *,
        article: Article,
        found: Stored | None,
        outcome: Outcome,
    ) -> tuple[str, int]:
        """Keeps one article of a file, as a version of ``found`` if any; gives its permanent id and its key."""
        stored = self._version(tx, reading, row, article=article, found=found)
        key = tx.put_article(stored)
        self._tell(found, stored)
        chosen = self._choose(article, reading.place)
        now = self._clock()
        edited = now if found is not None and found.visible != stored.visible else None
        topics = tx.set_topics(key, stored.published, chosen, seen=self._seen(found, reading), edited=edited)
        if self._count(found, stored, outcome, topics=topics) and (has_page(article) or _had_page(found)):
            tx.mark("page", [stored.id], max(now, stored.published))
        if found is not None:
            self._recogniser.recheck(tx, found, outcome, but=reading.place)
        return stored.id, key

    def _leave(self, tx: Transaction, articles: Iterable[Stored]) -> None:
        """Nothing holds these any more: unless they turn up elsewhere, they are withdrawn."""
        for former in articles:
            tx.put_article(replace(former, place=None))
            tx.mark("withdraw", [former.id], self._clock() + GRACE)

    def _takes_over(self, tx: Transaction, reading: Reading, found: Stored) -> bool:
        """Of two living files that hold one article in different bytes the newer one gives it."""
        assert found.place is not None
        row = tx.file(found.place)
        return row is not None and row.sha256 != reading.sha256 and reading.stat.mtime_ns > row.stat.mtime_ns

    def _moved_away(self, tx: Transaction, place: Place, to: Place, *, articles: Sequence[Stored]) -> None:
        """These articles of the file at ``place`` are held by another one now: it is gone, or stands behind."""
        row = tx.file(place)
        if row is None:
            return
        left = any(stored.live for stored in tx.at(place))
        if not self._recogniser.stands(row):
            if not left:
                tx.drop_file(place)  # unless another article lives at that path by now, its row goes with them
            return
        what = f"the article {articles[0].id} is" if len(articles) == 1 else f"{len(articles)} of its articles are"
        reason = f"{what} in {to} too, which is newer"
        log.warning("%s is no longer published%s: %s", place, " in full" if left else "", reason)
        claims = tuple(dict.fromkeys((*row.claims, *(stored.id for stored in articles))))
        state = FileState.ARTICLE if left else FileState.DUPLICATE
        tx.put_file(replace(row, state=state, reason=reason, claims=claims))

    def _behind(self, reading: Reading, row: FileRow, rivals: Sequence[Stored], outcome: Outcome) -> FileRow:
        """The row of a file that gives articles which another living file holds."""
        outcome.duplicates += 1
        same_id = any(article.id == rivals[0].id for article in reading.articles)
        all_of_it = len(rivals) == len(reading.articles)
        subject = "it" if all_of_it else f"of its {len(reading.articles)} articles {len(rivals)} are not: one"
        reason = f"{subject} {'gives the same id' if same_id else 'is the same article'} as {rivals[0].place}"
        log.warning("%s is not published%s: %s", reading.place, "" if all_of_it else " in full", reason)
        state = FileState.DUPLICATE if all_of_it else FileState.ARTICLE
        return replace(row, state=state, reason=reason, claims=tuple(dict.fromkeys(rival.id for rival in rivals)))

    def _version(
        self, tx: Transaction, reading: Reading, row: FileRow, *, article: Article, found: Stored | None
    ) -> Stored:
        """The article's row as it is to be: a first version, or a later one of ``found``."""
        visible = identity.visible(article)
        first_seen = row.first_seen if found is None else found.first_seen
        published = article.published or first_seen
        updated = max(article.updated or published, published)
        if found is not None:
            if visible == found.visible:
                updated = max(found.updated, published)
            elif updated <= found.updated:
                updated = max(self._clock(), found.updated)
        return Stored(
            key=None if found is None else found.key,
            id=self._id(tx, reading.place, article) if found is None else found.id,
            place=reading.place,
            sha256=reading.sha256,
            dev=reading.stat.dev,
            ino=reading.stat.ino,
            live=True,
            first_seen=first_seen,
            published=published,
            updated=updated,
            visible=visible,
            article=article,
        )

    def _tell(self, found: Stored | None, stored: Stored) -> None:
        """What an editor would wonder at: doubts about the article, a move, a date that lies ahead."""
        if found is not None and found.live and found.place not in (None, stored.place):
            log.info("%s is now at %s; its id stays", found.place, stored.place)
        if found is not None and found.article == stored.article:
            return
        for warning in (*stored.article.origin.warnings, *unknown_topics(self._topics, stored.article)):
            log.warning("%s: %s", stored.place, warning)
        if stored.published > self._clock():
            log.info("%s is held back until its date, %s", stored.place, stored.published.isoformat())

    def _count(
        self, found: Stored | None, stored: Stored, outcome: Outcome, *, topics: tuple[Standings, Standings]
    ) -> bool:
        """Counts it, and notes the topics that are others for it; whether a reader may see a difference."""
        before, after = (standings.keys() for standings in topics)
        if found is None or not found.live:
            outcome.added += 1
            outcome.dirty |= before | after
        elif (found.published, found.article) != (stored.published, stored.article):
            outcome.updated += 1
            outcome.dirty |= before | after
        else:
            outcome.unchanged += 1
            outcome.dirty |= before ^ after
            return before != after
        return True

    def _id(self, tx: Transaction, place: Place, article: Article) -> str:
        if article.id is not None:
            return article.id
        taken = 0
        while tx.article(minted := self._mint(place, article, taken)) is not None:
            taken += 1
        return minted

    def _mint(self, place: Place, article: Article, taken: int = 0) -> str:
        return identity.mint(self._authority, place.inbox, place.name, part=article.part, taken=taken)

    def _choose(self, article: Article, place: Place | None) -> dict[str, str]:
        inbox = None if place is None else self._inboxes.get(place.inbox)
        around = Surroundings() if inbox is None or place is None else inbox.around(place.name)
        chosen = {topic.id: topic.title for topic in choose(self._topics, article, around)}
        for source in article.also_in:
            other = self._inboxes.get(source.url or "")
            if other is not None:
                chosen |= {topic.id: topic.title for topic in choose(self._topics, article, other.around(""))}
        return chosen

    def _seen(self, found: Stored | None, reading: Reading) -> Collection[str]:
        """The topics that have readers, where a file is as it was and only settings changed: old articles are no
        news to them.
        """
        same = found is not None and found.live and (found.place, found.sha256) == (reading.place, reading.sha256)
        return self._shown if same else ()

    @cached_property
    def _shown(self) -> Collection[str]:
        return self._store.shown(self._clock())

    def _vanish(self, tx: Transaction, place: Place, outcome: Outcome) -> None:
        row = tx.file(place)
        if row is None or row.state is FileState.VANISHED:
            return
        inbox = self._inboxes[place.inbox]
        living = [stored for stored in tx.at(place) if stored.live]
        if not living or inbox.keep or row.state is FileState.DUPLICATE:
            tx.drop_file(place)
            return
        tx.put_file(replace(row, state=FileState.VANISHED))
        tx.mark("withdraw", [stored.id for stored in living], self._clock() + GRACE)
        for stored in living:
            self._recogniser.recheck(tx, stored, outcome)


def _had_page(found: Stored | None) -> bool:
    return found is not None and has_page(found.article)
