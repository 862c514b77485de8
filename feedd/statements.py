"""The statements of the archive, built once: building one costs more than running it."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from feedd.schema import ARTICLES, CLAIMING, DUE, FILES, MEMBERSHIP, META, TOPICS, put, put_due
from feedd.store import Standing


def _where(table: sa.Table, *columns: str) -> list[sa.ColumnElement[bool]]:
    """Equality of columns with parameters of their names."""
    return [table.c[name] == sa.bindparam(name) for name in columns]


def _article_by(*columns: str) -> sa.Select[Any]:
    return sa.select(ARTICLES).where(*_where(ARTICLES, *columns)).order_by(ARTICLES.c.key)


NEWEST = (
    sa.select(ARTICLES.c.id, ARTICLES.c.published, ARTICLES.c.updated, ARTICLES.c.record)
    .join_from(MEMBERSHIP, ARTICLES, MEMBERSHIP.c.article == ARTICLES.c.key)
    .where(
        MEMBERSHIP.c.topic == sa.bindparam("topic"),
        MEMBERSHIP.c.standing == Standing.NEWS,
        MEMBERSHIP.c.published <= sa.bindparam("until"),
    )
    .order_by(MEMBERSHIP.c.published.desc(), MEMBERSHIP.c.article.desc())
    .limit(sa.bindparam("limit"))
)
_NEWS = MEMBERSHIP.c.standing.in_((Standing.NEWS, Standing.LEFT_NEWS))
_had_news = sa.exists().where(MEMBERSHIP.c.topic == TOPICS.c.id, _NEWS, MEMBERSHIP.c.published <= sa.bindparam("until"))
SHOWN = sa.select(TOPICS.c.id).where(TOPICS.c.updated.is_not(None), _had_news)
FILE_AT = sa.select(FILES).where(*_where(FILES, "inbox", "path"))
_less = sa.func.replace(FILES.c.claims, sa.bindparam("among"), "")  # no database names its search alike
_many = sa.and_(FILES.c.claims >= "\n", FILES.c.claims < "\v", _less != FILES.c.claims)
_behind = (sa.select(FILES).where(condition, CLAIMING) for condition in (*_where(FILES, "claims"), _many))
FILES_BEHIND = sa.union_all(*_behind)
PUT_FILE = put(FILES)
DROP_FILE = sa.delete(FILES).where(*_where(FILES, "inbox", "path"))
# No file has this size. What has vanished waits for its withdrawal.
UNREAD = sa.update(FILES).where(FILES.c.inbox == sa.bindparam("of"), FILES.c.state != "vanished").values(size=-1)
BY_ID = _article_by("id")
BY_PLACE = _article_by("inbox", "path")
BY_SHA256 = _article_by("sha256")
BY_INODE = _article_by("dev", "ino")
BY_URL = _article_by("url")
INSERT_ARTICLE = sa.insert(ARTICLES)
UPDATE_ARTICLE = sa.update(ARTICLES).where(ARTICLES.c.key == sa.bindparam("this"))
MEMBERSHIPS = sa.select(MEMBERSHIP.c.topic, MEMBERSHIP.c.standing, MEMBERSHIP.c.published)
MEMBERSHIPS = MEMBERSHIPS.where(*_where(MEMBERSHIP, "article"))
INSERT_MEMBER = sa.insert(MEMBERSHIP)
LEAVE = sa.delete(MEMBERSHIP).where(MEMBERSHIP.c.article == sa.bindparam("this"))
RENAME_MEMBERS = (
    sa.update(MEMBERSHIP).where(MEMBERSHIP.c.topic == sa.bindparam("old")).values(topic=sa.bindparam("new"))
)
RENAME_TOPIC = sa.update(TOPICS).where(TOPICS.c.id == sa.bindparam("old")).values(id=sa.bindparam("new"))
# The first title stays: tags that differ in case or spacing only must not take turns.
PUT_TOPIC = put(TOPICS, "title", "entries", "updated")
COUNT = (
    sa.update(TOPICS)
    .where(TOPICS.c.id == sa.bindparam("this"))
    .values(entries=TOPICS.c.entries + sa.bindparam("change"))
)
TOLD_TOPIC = put(TOPICS, "title", "entries")
MARK = put_due()
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
