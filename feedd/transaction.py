"""A transaction of the archive: what :class:`feedd.store.Transaction` promises, and how rows become values."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice
from typing import Any

import sqlalchemy as sa

from feedd import statements as sql
from feedd.identity import link_key
from feedd.model import Place, Zones
from feedd.rows import encode, file_row, joined, signed, stored_of
from feedd.store import Due, FileRow, Standing, Standings, Stored

# Values in one statement: some builds of SQLite take no more than 999.
_AT_ONCE = 500


class SqlTransaction:
    """A :class:`Transaction` on one connection."""

    def __init__(self, connection: sa.Connection) -> None:
        self._execute = connection.execute
        self._joined: defaultdict[tuple[str, str], list[dict[str, object]]] = defaultdict(list)
        self._counts: Counter[str] = Counter()
        self._gathered: set[int] = set()  # articles whose memberships are not written yet
        self._files: dict[Place, dict[str, object]] = {}  # rows of files that are not written yet
        self._new: set[int] = set()  # articles that this transaction put in
        self._inserts: list[dict[str, object]] = []  # those of them that are not written yet
        self._last_key = 0  # of all articles, once it was asked for
        self._absent: dict[str, set[Any]] = {}  # values of columns that no article has
        self._nothing_leaves = False
        self._nothing_behind = False

    def foresee(
        self,
        *,
        places: Iterable[Place] = (),
        sha256s: Iterable[bytes] = (),
        inodes: Iterable[int] = (),
        urls: Iterable[str] = (),
        ids: Iterable[str] = (),
    ) -> None:
        wanted: dict[str, set[Any]] = {
            "sha256": set(sha256s),
            "ino": set(map(signed, inodes)),
            "url": set(map(link_key, urls)),
            "id": set(ids),
        }
        wanted["alias"] = wanted["id"]
        for name, values in wanted.items():
            self._absent[name] = values.difference(self._known(name, values))
        free = set(places)
        for inbox in {place.inbox for place in free}:
            paths = [place.path for place in free if place.inbox == inbox]
            free.difference_update([Place(inbox, path) for path in self._known("path", paths, inbox=inbox)])
        self._absent["place"] = free
        self._nothing_leaves = self._execute(sql.LEAVING, {"limit": 1}).first() is None
        self._write_files()
        self._nothing_behind = self._execute(sql.SOME_BEHIND).first() is None

    def _known(self, name: str, values: Iterable[Any], **more: str) -> Iterator[Any]:
        """Those of the values that an article has."""
        self._write_articles()
        rest = iter(values)
        while some := list(islice(rest, _AT_ONCE)):
            yield from self._execute(sql.KNOWN[name], {"values": some, **more}).scalars()

    def _lacks(self, name: str, value: object) -> bool:
        return value in self._absent.get(name, ())

    def file(self, place: Place) -> FileRow | None:
        self._write_files()
        row = self._execute(sql.FILE_AT, {"inbox": place.inbox, "path": place.path}).one_or_none()
        return None if row is None else file_row(row)

    def put_file(self, row: FileRow) -> None:
        values = {
            "inbox": row.place.inbox,
            "path": row.place.path,
            "dev": signed(row.stat.dev),
            "ino": signed(row.stat.ino),
            "size": row.stat.size,
            "mtime_ns": row.stat.mtime_ns,
            "ctime_ns": row.stat.ctime_ns,
            "sha256": row.sha256,
            "state": row.state.value,
            "first_seen": row.first_seen,
            "reason": row.reason,
            "claims": joined(row.claims),
        }
        self._files[row.place] = values
        self._nothing_behind = self._nothing_behind and not row.claims

    def _write_files(self) -> None:
        if self._files:
            self._execute(sql.PUT_FILE, list(self._files.values()))
            self._files.clear()

    def drop_file(self, place: Place) -> None:
        self._files.pop(place, None)
        self._execute(sql.DROP_FILE, {"inbox": place.inbox, "path": place.path})

    def behind(self, article_id: str) -> list[FileRow]:
        if self._nothing_behind:
            return []
        self._write_files()
        values = {"claims": article_id, "among": f"\n{article_id}\n"}
        return [file_row(row) for row in self._execute(sql.FILES_BEHIND, values)]

    def article(self, article_id: str) -> Stored | None:
        if self._lacks("id", article_id):
            return None
        return next(iter(self._articles(sql.BY_ID, id=article_id)), None)

    def known_as(self, article_id: str) -> Stored | None:
        found = self.article(article_id)
        if found is None and not self._lacks("alias", article_id):
            found = next(iter(self._articles(sql.BY_ALIAS, id=article_id)), None)
        return found

    def also_known_as(self, article_id: str, key: int) -> None:
        self._write_articles()
        self._absent.get("alias", set()).discard(article_id)
        self._execute(sql.PUT_ALIAS, {"id": article_id, "article": key})

    def put_digests(self, source: str, digests: Mapping[str, int]) -> None:
        self._execute(sql.PUT_DIGESTS, {"source": source, "entries": encode(digests)})

    def flips(self, key: int) -> int:
        return int(self._execute(sql.FLIPS_OF, {"article": key}).scalar() or 0)

    def count_flip(self, key: int) -> None:
        self._execute(sql.PUT_FLIPS, {"article": key, "count": self.flips(key) + 1})

    def at(self, place: Place) -> list[Stored]:
        if self._lacks("place", place):
            return []
        return self._articles(sql.BY_PLACE, inbox=place.inbox, path=place.path)

    def with_bytes(self, sha256: bytes) -> list[Stored]:
        if self._lacks("sha256", sha256):
            return []
        return self._articles(sql.BY_SHA256, sha256=sha256)

    def with_inode(self, dev: int, ino: int) -> list[Stored]:
        if self._lacks("ino", signed(ino)):
            return []
        return self._articles(sql.BY_INODE, dev=signed(dev), ino=signed(ino))

    def with_url(self, url: str) -> list[Stored]:
        key = link_key(url)
        if self._lacks("url", key):
            return []
        return self._articles(sql.BY_URL, url=key)

    def _articles(self, query: sa.Select[Any], **values: object) -> list[Stored]:
        self._write_articles()
        return [stored_of(row) for row in self._execute(query, values)]

    def leaving(self, limit: int, published: datetime | None = None) -> list[Stored]:
        if self._nothing_leaves:
            return []
        if published is None:
            return self._articles(sql.LEAVING, limit=limit)
        return self._articles(sql.LEAVING_OF_DATE, limit=limit, published=published)

    def put_article(self, stored: Stored) -> int:
        place = stored.place
        values = {
            "id": stored.id,
            "inbox": None if place is None else place.inbox,
            "path": None if place is None else place.path,
            "sha256": stored.sha256,
            "dev": signed(stored.dev),
            "ino": signed(stored.ino),
            "url": stored.article.url and link_key(stored.article.url),
            "live": stored.live,
            "first_seen": stored.first_seen,
            "published": stored.published,
            "updated": stored.updated,
            "visible": stored.visible,
            "record": encode(replace(stored.article, zones=Zones())),
            "zones": encode(stored.article.zones),
        }
        for name, absent in self._absent.items():
            if name != "alias":
                absent.discard(place if name == "place" else values[name])
        if stored.key is None:
            key = self._next_key()
            self._inserts.append({"key": key, **values})
            self._new.add(key)
            return key
        self._write_articles()
        self._execute(sql.UPDATE_ARTICLE, {**values, "this": stored.key})
        return stored.key

    def _next_key(self) -> int:
        """Counted here, for there is one writer: so that many articles are written by one statement."""
        self._last_key = 1 + (self._last_key or self._execute(sql.LAST_KEY).scalar() or 0)
        return self._last_key

    def _write_articles(self) -> None:
        if self._inserts:
            self._execute(sql.INSERT_ARTICLE, self._inserts)
            self._inserts = []

    def set_topics(
        self,
        key: int,
        published: datetime,
        topics: Mapping[str, str],
        *,
        seen: Collection[str] = (),
        edited: datetime | None = None,
    ) -> tuple[Standings, Standings]:
        before = self._members(key)
        after = {topic: replace(was, standing=was.standing.left) for topic, was in before.items()}
        for topic in topics:
            joins = _Membership(Standing.HISTORY if topic in seen else Standing.NEWS, published)
            was = before.get(topic, joins)
            changed = edited if edited is not None and was.archive else was.edited
            after[topic] = _Membership(was.standing.back, published, was.archive, changed)
        self._stand(key, before, after, titles=topics)
        if before and not _inside(before) and topics:
            self._execute(sql.UNEARTH, {"this": key})
        return _inside(before), _inside(after)

    def bury(self, key: int, published: datetime, at: datetime) -> Standings:
        before = self._members(key)
        after = {topic: _Membership(was.standing.left, published) for topic, was in before.items()}
        self._stand(key, before, after, titles={})
        shown = [topic for topic in _inside(before) if published <= at]
        if shown:
            self._execute(sql.BURY, [{"topic": topic, "at": at, "article": key} for topic in shown])
        for topic, was in before.items():
            if was.archive:
                self.spoil(topic, was.archive)
        return _inside(before)

    def archive(self, topic: str, keys: Sequence[int]) -> int:
        self.flush()
        number = 1 + int(self._execute(sql.LAST_ARCHIVE, {"of": topic}).scalar() or 0)
        self._execute(sql.PUT_ARCHIVE, {"topic": topic, "number": number, "due": True})
        self._execute(sql.ARCHIVE, [{"of": topic, "this": key, "into": number} for key in keys])
        return number

    def spoil(self, topic: str, number: int | None = None) -> None:
        if number is None:
            self._execute(sql.SPOIL_ALL, {"of": topic})
        else:
            self._execute(sql.PUT_ARCHIVE, {"topic": topic, "number": number, "due": True})

    def wrote(self, topic: str, numbers: Iterable[int]) -> None:
        rows = [{"topic": topic, "number": number, "due": False} for number in numbers]
        if rows:
            self._execute(sql.PUT_ARCHIVE, rows)

    def mark_pages(self, at: datetime) -> None:
        self._write_articles()
        self._execute(sql.MARK_PAGES, {"now": at})

    def rename_topic(self, old: str, new: str) -> None:
        self.flush()
        for statement in sql.RENAME:
            self._execute(statement, {"old": old, "new": new})
        self.spoil(new)  # its documents stand elsewhere, and say so

    def unread(self, inbox: str) -> None:
        self._write_files()
        self._execute(sql.UNREAD, {"of": inbox})

    def _members(self, key: int) -> dict[str, _Membership]:
        """How the article is in its topics, or was."""
        if key in self._gathered:
            self.flush()
        elif key in self._new:
            return {}
        rows = self._execute(sql.MEMBERSHIPS, {"article": key})
        return {row.topic: _Membership(Standing(row.standing), *row[2:]) for row in rows}

    def _stand(
        self,
        key: int,
        before: Mapping[str, _Membership],
        after: Mapping[str, _Membership],
        *,
        titles: Mapping[str, str],
    ) -> None:
        if before == after:
            return
        if before:
            self._execute(sql.LEAVE, {"this": key})
        self._gathered.add(key)
        for topic, member in after.items():
            self._joined[topic, titles.get(topic, topic)].append(
                {
                    "topic": topic,
                    "article": key,
                    "standing": member.standing,
                    "published": member.published,
                    "archive": member.archive,
                    "edited": member.edited,
                }
            )
        self._counts.update(_inside(after).keys() - _inside(before).keys())
        self._counts.subtract(_inside(before).keys() - _inside(after).keys())

    def flush(self) -> None:
        """Writes what was gathered so far: many rows in one statement cost a fraction of one each."""
        self._write_files()
        self._write_articles()
        if self._joined:
            titles = [{"id": id_, "title": title, "entries": 0, "updated": None} for id_, title in self._joined]
            self._execute(sql.PUT_TOPIC, titles)
            self._execute(sql.INSERT_MEMBER, [row for rows in self._joined.values() for row in rows])
        counts = [{"this": topic, "change": change} for topic, change in sorted(self._counts.items()) if change]
        if counts:
            self._execute(sql.COUNT, counts)
        self._new -= self._gathered
        self._gathered.clear()
        self._joined.clear()
        self._counts.clear()

    def mark(self, kind: str, keys: Iterable[str], at: datetime) -> None:
        self._nothing_leaves = self._nothing_leaves and kind != "withdraw"
        marks = [{"kind": kind, "key": key, "rev": 1, "done": 0, "at": at} for key in sorted(keys)]
        if marks:
            self._execute(sql.MARK, marks)

    def hasten(self, at: datetime) -> None:
        self._execute(sql.HASTEN, {"now": at})

    def done(self, due: Due, *, again: datetime | None = None) -> None:
        self._execute(sql.DONE, {"of": due.kind, "this": due.key, "at_rev": due.rev})
        if again is not None:
            self.mark(due.kind, [due.key], again)

    def told(self, topic: str, title: str, updated: datetime) -> None:
        self._execute(sql.TOLD_TOPIC, {"id": topic, "title": title, "entries": 0, "updated": updated})

    def remember(self, name: str, value: str) -> None:
        self._execute(sql.PUT_META, {"name": name, "value": value})


@dataclass(frozen=True, slots=True)
class _Membership:
    """A row of an article in a topic."""

    standing: Standing
    published: datetime
    archive: int = 0
    edited: datetime | None = None


_Memberships = Mapping[str, _Membership]


def _inside(members: _Memberships) -> Standings:
    """Those of the topics that the article is in."""
    return {topic: member.standing for topic, member in members.items() if member.standing.inside}
