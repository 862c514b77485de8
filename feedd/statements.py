"""The statements of the archive, built once: building one costs more than running it."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from feedd.schema import (
    ALIASES,
    ARCHIVED,
    ARCHIVES,
    ARTICLES,
    CLAIMING,
    DUE,
    EDITED,
    FILES,
    FLIPS,
    MEMBERSHIP,
    META,
    OPEN,
    RESPONSES,
    TOMBSTONES,
    TOPICS,
    mark_pages,
    put,
    put_due,
)
from feedd.store import Standing


def _where(table: sa.Table, *columns: str) -> list[sa.ColumnElement[bool]]:
    """Equality of columns with parameters of their names."""
    return [table.c[name] == sa.bindparam(name) for name in columns]


def _article_by(*columns: str) -> sa.Select[Any]:
    return sa.select(ARTICLES).where(*_where(ARTICLES, *columns)).order_by(ARTICLES.c.key)


_ENTRY = (ARTICLES.c.key, ARTICLES.c.id, ARTICLES.c.published, ARTICLES.c.updated, ARTICLES.c.record)
_TOPIC = MEMBERSHIP.c.topic == sa.bindparam("topic")
_DUE = MEMBERSHIP.c.published <= sa.bindparam("until")
# The same where another index finds few rows: the sign keeps the planner from going through all by their dates.
_FEW_DUE = sa.literal_column("+membership.published", MEMBERSHIP.c.published.type) <= sa.bindparam("until")
_LATELY = sa.and_(MEMBERSHIP.c.edited > sa.bindparam("since"), EDITED)
_MEMBER = sa.select(*_ENTRY, MEMBERSHIP.c.archive, MEMBERSHIP.c.edited).join_from(
    MEMBERSHIP, ARTICLES, MEMBERSHIP.c.article == ARTICLES.c.key
)
_NEWEST_FIRST = (MEMBERSHIP.c.published.desc(), MEMBERSHIP.c.article.desc())
_of_news = (_TOPIC, MEMBERSHIP.c.standing == Standing.NEWS)
_news = sa.select(MEMBERSHIP.c.article).where(*_of_news, _DUE)
_few_news = sa.select(MEMBERSHIP.c.article).where(*_of_news, _FEW_DUE)
_newest = _news.order_by(*_NEWEST_FIRST).limit(sa.bindparam("newest"))
_kept = sa.union(sa.select(_newest.subquery()), _few_news.where(OPEN), _few_news.where(_LATELY)).subquery()
HEAD = _MEMBER.where(_TOPIC, MEMBERSHIP.c.article.in_(sa.select(_kept.c.article)))
HEAD = HEAD.order_by(*_NEWEST_FIRST)
_latest = _few_news.where(OPEN).order_by(MEMBERSHIP.c.article.desc()).limit(sa.bindparam("latest"))
_shown = sa.union(*(sa.select(some.subquery()) for some in (_newest, _latest))).subquery()
_beyond = MEMBERSHIP.c.article.not_in(sa.select(_shown.c.article))
_open = (_TOPIC, MEMBERSHIP.c.standing == sa.bindparam("standing"), _FEW_DUE, OPEN, _beyond)
OPEN_MEMBERS = _MEMBER.where(*_open).order_by(MEMBERSHIP.c.article).limit(sa.bindparam("limit"))
OPEN_COUNT = sa.select(sa.func.count()).select_from(MEMBERSHIP).where(*_open)
IN_ARCHIVE = _MEMBER.where(_TOPIC, MEMBERSHIP.c.archive == sa.bindparam("number"), ARCHIVED)
IN_ARCHIVE = IN_ARCHIVE.order_by(*_NEWEST_FIRST)
_of = ARCHIVES.c.topic == sa.bindparam("of")
LAST_ARCHIVE = sa.select(sa.func.max(ARCHIVES.c.number)).where(_of)
_is_last = ARCHIVES.c.number == LAST_ARCHIVE.scalar_subquery()
LAST_AND_DUE = sa.select(ARCHIVES.c.number, ARCHIVES.c.due).where(_of, sa.or_(ARCHIVES.c.due, _is_last))
LAST_AND_DUE = LAST_AND_DUE.order_by(ARCHIVES.c.number)
PUT_ARCHIVE = put(ARCHIVES)
SPOIL_ALL = sa.update(ARCHIVES).where(_of).values(due=True)
ARCHIVE = (
    sa.update(MEMBERSHIP)
    .where(MEMBERSHIP.c.topic == sa.bindparam("of"), MEMBERSHIP.c.article == sa.bindparam("this"))
    .values(archive=sa.bindparam("into"))
)
BURY = put(TOMBSTONES)
UNEARTH = sa.delete(TOMBSTONES).where(TOMBSTONES.c.article == sa.bindparam("this"))
_buried = (TOMBSTONES.c.topic == sa.bindparam("topic"), TOMBSTONES.c.at > sa.bindparam("since"))
DELETED = sa.select(ARTICLES.c.id, TOMBSTONES.c.at)
DELETED = DELETED.join_from(TOMBSTONES, ARTICLES, TOMBSTONES.c.article == ARTICLES.c.key).where(*_buried)
DELETED = DELETED.order_by(TOMBSTONES.c.at.desc(), TOMBSTONES.c.article.desc())
_held = (_TOPIC, MEMBERSHIP.c.standing == Standing.NEWS, MEMBERSHIP.c.published > sa.bindparam("after"))
NEXT = sa.select(
    sa.select(sa.func.min(MEMBERSHIP.c.published)).where(*_held).scalar_subquery().label("held"),
    sa.select(sa.func.min(TOMBSTONES.c.at)).where(*_buried).scalar_subquery().label("forgotten"),
    sa.select(sa.func.min(MEMBERSHIP.c.edited)).where(_TOPIC, _LATELY).scalar_subquery().label("settled"),
)
TOPICS_OF = (
    sa.select(MEMBERSHIP.c.topic, TOPICS.c.title)
    .join_from(MEMBERSHIP, TOPICS, MEMBERSHIP.c.topic == TOPICS.c.id)
    .where(MEMBERSHIP.c.article == sa.bindparam("article"), MEMBERSHIP.c.standing < Standing.LEFT_NEWS)
    .order_by(MEMBERSHIP.c.topic)
)
MARK_PAGES = mark_pages()
_NEWS = MEMBERSHIP.c.standing.in_((Standing.NEWS, Standing.LEFT_NEWS))
_had_news = sa.exists().where(MEMBERSHIP.c.topic == TOPICS.c.id, _NEWS, MEMBERSHIP.c.published <= sa.bindparam("until"))
SHOWN = sa.select(TOPICS.c.id).where(TOPICS.c.updated.is_not(None), _had_news)
UPDATED = sa.select(TOPICS.c.updated).where(TOPICS.c.id == sa.bindparam("topic"))
FILE_AT = sa.select(FILES).where(*_where(FILES, "inbox", "path"))
FILES_AT = sa.select(FILES).where(*_where(FILES, "inbox"), FILES.c.path.in_(sa.bindparam("paths", expanding=True)))
_less = sa.func.replace(FILES.c.claims, sa.bindparam("among"), "")  # no database names its search alike
_many = sa.and_(FILES.c.claims >= "\n", FILES.c.claims < "\v", _less != FILES.c.claims)
_behind = (sa.select(FILES).where(condition, CLAIMING) for condition in (*_where(FILES, "claims"), _many))
FILES_BEHIND = sa.union_all(*_behind)
SOME_BEHIND = sa.select(FILES.c.path).where(CLAIMING).limit(1)
PUT_FILE = put(FILES)
DROP_FILE = sa.delete(FILES).where(*_where(FILES, "inbox", "path"))
# No file has this size. What has vanished waits for its withdrawal.
UNREAD = sa.update(FILES).where(FILES.c.inbox == sa.bindparam("of"), FILES.c.state != "vanished").values(size=-1)
BY_ID = _article_by("id")
BY_ALIAS = sa.select(ARTICLES).join_from(ALIASES, ARTICLES, ALIASES.c.article == ARTICLES.c.key)
BY_ALIAS = BY_ALIAS.where(*_where(ALIASES, "id"))
PUT_ALIAS = put(ALIASES)
FLIPS_OF = sa.select(FLIPS.c.count).where(*_where(FLIPS, "article"))
PUT_FLIPS = put(FLIPS)
DIGESTS = sa.select(RESPONSES.c.entries).where(*_where(RESPONSES, "source"))
LIVING = sa.select(ARTICLES.c.key).where(ARTICLES.c.key.in_(sa.bindparam("keys", expanding=True)), ARTICLES.c.live)
PUT_DIGESTS = put(RESPONSES)
BY_PLACE = _article_by("inbox", "path")
# What a scan compares with; the last column tells those that vanished.
_SCANNED = ("path", "dev", "ino", "size", "mtime_ns", "ctime_ns", "state")
FILES_FROM = (
    sa.select(*(FILES.c[name] for name in _SCANNED))
    .where(*_where(FILES, "inbox"), FILES.c.path >= sa.bindparam("first"))
    .order_by(FILES.c.path)
    .limit(sa.bindparam("limit"))
)
FILES_BETWEEN = FILES_FROM.where(FILES.c.path < sa.bindparam("end"))
BY_SHA256 = _article_by("sha256")
BY_INODE = _article_by("dev", "ino")
BY_URL = _article_by("url")
# Which of many values there are at all.
KNOWN = {
    name: sa.select(ARTICLES.c[name]).where(ARTICLES.c[name].in_(sa.bindparam("values", expanding=True)))
    for name in ("path", "sha256", "ino", "url", "id")
}
KNOWN["path"] = KNOWN["path"].where(*_where(ARTICLES, "inbox"))
KNOWN["alias"] = sa.select(ALIASES.c.id).where(ALIASES.c.id.in_(sa.bindparam("values", expanding=True)))
HELD_BY = sa.select(ARTICLES.c.inbox, sa.func.count()).where(
    ARTICLES.c.inbox.in_(sa.bindparam("values", expanding=True)), ARTICLES.c.live
)
HELD_BY = HELD_BY.group_by(ARTICLES.c.inbox)
LAST_KEY = sa.select(sa.func.max(ARTICLES.c.key))
INSERT_ARTICLE = sa.insert(ARTICLES)
UPDATE_ARTICLE = sa.update(ARTICLES).where(ARTICLES.c.key == sa.bindparam("this"))
MEMBERSHIPS = sa.select(*(MEMBERSHIP.c[name] for name in ("topic", "standing", "published", "archive", "edited")))
MEMBERSHIPS = MEMBERSHIPS.where(*_where(MEMBERSHIP, "article"))
INSERT_MEMBER = sa.insert(MEMBERSHIP)
LEAVE = sa.delete(MEMBERSHIP).where(MEMBERSHIP.c.article == sa.bindparam("this"))
_named_by = (MEMBERSHIP.c.topic, ARCHIVES.c.topic, TOMBSTONES.c.topic, TOPICS.c.id)
RENAME = tuple(
    sa.update(column.table).where(column == sa.bindparam("old")).values({column: sa.bindparam("new")})
    for column in _named_by
)
# The first title stays: tags that differ in case or spacing only must not take turns.
PUT_TOPIC = put(TOPICS, "title", "entries", "updated")
COUNT = (
    sa.update(TOPICS)
    .where(TOPICS.c.id == sa.bindparam("this"))
    .values(entries=TOPICS.c.entries + sa.bindparam("change"))
)
TOLD_TOPIC = put(TOPICS, "title", "entries")
MARK = put_due()
_now = sa.bindparam("now", type_=DUE.c.at.type)
HASTEN = sa.update(DUE).where(DUE.c.done < DUE.c.rev, DUE.c.at > _now).values(at=_now)
DUE_BY = sa.select(DUE).where(DUE.c.kind == sa.bindparam("of"), DUE.c.done < DUE.c.rev, DUE.c.at <= _now)
DUE_BY = DUE_BY.order_by(DUE.c.at, DUE.c.key)
DONE = (
    sa.update(DUE)
    .where(DUE.c.kind == sa.bindparam("of"), DUE.c.key == sa.bindparam("this"), DUE.c.done < sa.bindparam("at_rev"))
    .values(done=sa.bindparam("at_rev"))
)
PUT_META = put(META)
# Articles whose file is gone, or has another article now: they leave soon, unless they turn up elsewhere.
_LEAVING = sa.select(ARTICLES).join_from(DUE, ARTICLES, DUE.c.key == ARTICLES.c.id)
_LEAVING = _LEAVING.where(DUE.c.kind == "withdraw", DUE.c.done < DUE.c.rev, ARTICLES.c.live)
LEAVING = _LEAVING.order_by(DUE.c.at.desc()).limit(sa.bindparam("limit"))
LEAVING_OF_DATE = LEAVING.where(ARTICLES.c.published == sa.bindparam("published"))
