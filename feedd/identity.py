"""What makes two versions the same article: permanent ids, resemblance, and what a reader should see.

Pure. The pipeline asks here; the archive keeps the answers for ever.
"""

from __future__ import annotations

import hashlib
import os
import re
from urllib.parse import quote

from feedd.model import Article

# pchar of RFC 3986 §3.3 without what quote() leaves alone anyway: all of it may stand in a tag URI.
_TAG_SAFE = "/!$&'()*+,;=:@~"
# Longer specifics are told by hash: some readers cut ids at 255 characters.
_LONGEST_SPECIFIC = 180
_CUT_ESCAPE = re.compile(r"%[0-9A-F]?$")
_SHINGLE = 4
ALIKE, NEARLY_EQUAL = 0.5, 0.8
"""Shares of the smaller text that stand in the larger: a later version in its place, and one that anything may be."""
_WORD = re.compile(r"\w+")


def mint(authority: str, inbox: str, name: str, *, part: str = "", taken: int = 0) -> str:
    """A tag URI (RFC 4151) for an article first seen at ``name`` in ``inbox``.

    A function of what is known at first sight, so that a lost archive mints the same ids again.
    ``taken`` is how many articles already had their id from this very place.
    """
    specific = f"{quote(inbox, safe='')}/{quote(os.fsencode(name), safe=_TAG_SAFE)}"
    if part:
        specific += "?" + quote(part.encode("utf-8", "surrogatepass"), safe=_TAG_SAFE)
    if len(specific) > _LONGEST_SPECIFIC:
        head = _CUT_ESCAPE.sub("", specific[:100])
        specific = f"{head}.{hashlib.sha256(specific.encode()).hexdigest()[:32]}"
    again = f"#{taken + 1}" if taken else ""
    return f"tag:{authority}:{specific}{again}"


def feed_id(authority: str, topic: str) -> str:
    """The permanent id of a topic's feed; no article's id, for an inbox's name holds no colon."""
    return f"tag:{authority}:topic:{quote(topic, safe='')}"


def visible(article: Article) -> bytes:
    """A digest of what a reader should see, white space folded: ``updated`` moves only when it changes."""
    parts = [article.title, article.summary, article.content, article.url or ""]
    parts += [enclosure.url for enclosure in article.enclosures]
    folded = "\0".join(" ".join(part.split()) for part in parts)
    return hashlib.sha256(folded.encode("utf-8", "surrogatepass")).digest()


def resembles(old: Article, new: Article, *, same_path: bool) -> bool:
    """Whether ``new`` is a later version of ``old`` rather than another article in its place.

    At one path (``same_path``) it is another one where title, date and text are all new. Elsewhere, where only
    the inode is the same and may be a reused one, title or date alone say nothing: columns have one title each week.
    """
    same_title = old.title.casefold() == new.title.casefold()
    same_date = old.published is not None and old.published == new.published
    if same_path and (same_title or same_date):
        return True
    return bool(old.url and old.url == new.url) or same_story(old, new)


def same_story(old: Article, new: Article, *, share: float = ALIKE) -> bool:
    """Whether two articles of two files are one: title and date are the same, or this ``share`` of the text is."""
    same_title = old.title.casefold() == new.title.casefold()
    if same_title and old.published is not None and old.published == new.published:
        return True
    return _alike(_text(old), _text(new), share)


def _text(article: Article) -> str:
    zones = article.zones
    return f"{zones.lede}\n{zones.body}"


def _alike(one: str, other: str, share: float) -> bool:
    """Whether that share of the smaller text's word shingles stand in the larger one."""
    few, many = sorted((_shingles(one), _shingles(other)), key=len)
    return bool(few) and len(few & many) >= share * len(few)


def _shingles(text: str) -> set[tuple[str, ...]]:
    words = _WORD.findall(text.casefold())
    return {tuple(words[at : at + _SHINGLE]) for at in range(len(words) - _SHINGLE + 1)}
