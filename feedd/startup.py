"""What a start, or a changed configuration, brings in line: the archive with the rules, the served folder with both."""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Collection, Iterable, Mapping

from feedd import defaults
from feedd.dates import Clock
from feedd.edition import Edition
from feedd.generate import ARCHIVED, PAGES, document_name, documents
from feedd.membership import Membership
from feedd.model import Topic
from feedd.publish import Publisher
from feedd.rules import ALL
from feedd.store import Store, Transaction
from feedd.topics import fingerprint, renamed

log = logging.getLogger(__name__)

# Moves when documents are written otherwise than before: then every one but archive documents is written once.
_FORMAT = "2"
# Under this name the archive keeps the topics that there were under rules.
_RULED = "ruled"


class Startup:
    """Brings in line; used once, before anything else changes."""

    def __init__(self, store: Store, publisher: Publisher, edition: Edition, *, clock: Clock) -> None:
        self._store = store
        self._publisher = publisher
        self._edition = edition
        self._clock = clock
        self._former: set[str] = set()  # without rules: topics that only earlier rules gave, and nothing since
        self._parting = False  # which those are is known when every article was looked at

    def wanted(self) -> dict[str, Topic]:
        """Every topic that has, or will have, a feed, by its id."""
        if self._edition.topics.rules:
            return {topic.id: topic for topic in self._edition.topics.living}
        rows = self._store.topics()
        self._former.difference_update([row.id for row in rows if row.entries])
        return {row.id: Topic(row.id, row.title) for row in rows if row.id not in self._former} or {ALL.id: ALL}

    def settle(self, membership: Membership) -> None:
        """Once every article has the topics of changed rules: takes away what is no topic's any more."""
        if self._parting and not membership.changing:
            self._part_from_rules()

    def run(self, membership: Membership, *, again: Iterable[str] = ()) -> None:
        """Marks what must be written again, and takes away what is no topic's; ``again`` names documents whose
        published bytes are not to be trusted. Begins ``membership`` where rules changed.
        """
        self._rename()
        if self._changed("rules"):
            membership.begin()
        self._read_anew()
        wanted = self.wanted()
        lost = {*again, *self._publisher.absent(name for topic in wanted for name in documents(topic))}
        with self._store.transaction() as tx:
            tx.mark("topic", wanted if self._changed("edition") else _topics(lost, wanted), self._clock())
            if self._changed("pages") or self._publisher.absent([PAGES]):
                tx.mark_pages(self._clock())
            self._spoil_archives(tx, wanted)
            for name, digest in self._digests().items():
                tx.remember(name, digest)
            if self._edition.topics.rules:
                tx.remember(_RULED, json.dumps(sorted({*wanted, *(row.id for row in self._store.topics())})))
        self._tell_moved()
        if self._edition.topics.rules:
            self._withdraw_but(wanted)
        elif membership.changing:
            self._parting = True
        elif self._store.topics():  # or which ones there are is known once the inboxes are read
            self._part_from_rules()

    def _part_from_rules(self) -> None:
        """Without rules a topic is what articles name: those that only earlier rules gave go."""
        self._parting = False
        ruled = json.loads(self._store.recall(_RULED) or "[]")
        empty = {row.id for row in self._store.topics() if not row.entries}
        self._former = empty.intersection(ruled)
        with self._store.transaction() as tx:
            tx.remember(_RULED, json.dumps(sorted(self._former)))
        self._withdraw_but(self.wanted())

    def _changed(self, name: str) -> bool:
        """Whether what is remembered under this name is other than now; what never was remembered never changed
        rules or addresses.
        """
        before = self._store.recall(name)
        if before is None and name in ("rules", "url"):
            return False
        return before != self._digests()[name]

    def _digests(self) -> dict[str, str]:
        site, topics = self._edition.site, self._edition.topics
        given = sorted((name, given.topics) for name, given in self._edition.inboxes.items())
        given += sorted((url, topics) for url, topics in self._edition.sources.items() if topics)
        rules = _digest(fingerprint(topics), given, site.language)
        shown = _digest(_FORMAT, site, topics.living, sorted(self._edition.templates.items()))
        return {
            "rules": rules,
            "edition": _digest(shown, self._edition.extent, rules, documents("")),
            "pages": shown,
            "url": site.url,
        }

    def _rename(self) -> None:
        """A topic under a new id is the one that its readers are sent to: what it showed them stays shown."""
        names = renamed(self._edition.topics, {row.id for row in self._store.topics()})
        with self._store.transaction() as tx:
            for old, new in names.items():
                tx.rename_topic(old, new)

    def _read_anew(self) -> None:
        """What an inbox says for its documents is read with them: where it changed they are read again."""
        names = defaults.changed(self._store, self._edition.inboxes)
        with self._store.transaction() as tx:
            for name in names:
                log.info("inbox %s: its author, language or time zone changed: reading its files again", name)
                tx.unread(name)
            defaults.remember(self._store, tx, self._edition.inboxes)

    def _spoil_archives(self, tx: Transaction, wanted: Collection[str]) -> None:
        """Archive documents are written once, and again only where they aren't what was written, or stand elsewhere."""
        moved = self._changed("url")
        for topic in wanted:
            numbers = range(1, self._store.archives(topic)[0] + 1)
            names = {document_name(topic, number, row.suffix): number for number in numbers for row in ARCHIVED}
            for name in names if moved else self._publisher.absent(names):
                tx.spoil(topic, names[name])
                tx.mark("topic", [topic], self._clock())

    def _moved(self) -> dict[str, str]:
        """Where documents of topics under earlier ids stand now."""
        moved: dict[str, str] = {}
        for old, new in self._edition.topics.aliases:
            last, _ = self._store.archives(new)
            moved |= zip(_all_documents(old, last), _all_documents(new, last), strict=True)
        return moved

    def _tell_moved(self) -> None:
        self._publisher.redirect(self._moved())
        for topic in self._edition.topics.retired:
            self._publisher.withdraw(_all_documents(topic.id, self._store.archives(topic.id)[0]))

    def _withdraw_but(self, wanted: Mapping[str, Topic]) -> None:
        kept = {"index.html", "style.css", "topics.opml", *(name for topic in wanted for name in documents(topic))}
        # What moved answers until the new one does: the publisher sees to that.
        unwanted = self._publisher.names() - kept - self._moved().keys()
        for topic in {name.rpartition(".")[0] for name in unwanted} - wanted.keys():
            # First what only this finds: after a kill the next start takes the rest away.
            self._publisher.withdraw(_archived(topic, self._last(topic)))
            log.info("%s is taken out of the served folder: it is no longer configured", topic)
        self._publisher.withdraw(unwanted)

    def _last(self, topic: str) -> int:
        """The number of the last archive document: known to the archive, or seen where that is another than before."""
        last, _ = self._store.archives(topic)
        while not self._publisher.absent([document_name(topic, last + 1, ARCHIVED[0].suffix)]):
            last += 1
        return last


def _all_documents(topic: str, last: int) -> list[str]:
    """The names of a topic's documents, and of its archive documents up to the last."""
    return [*documents(topic), *_archived(topic, last)]


def _archived(topic: str, last: int) -> list[str]:
    """The names of a topic's archive documents up to the last."""
    return [document_name(topic, number, row.suffix) for number in range(1, last + 1) for row in ARCHIVED]


def _topics(names: Iterable[str], wanted: Mapping[str, Topic]) -> Iterable[str]:
    """The topics that have these documents."""
    return {name.rpartition(".")[0] for name in names} & wanted.keys()


def _digest(*values: object) -> str:
    return hashlib.sha256(repr(values).encode("utf-8", "surrogatepass")).hexdigest()
