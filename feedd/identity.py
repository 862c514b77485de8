"""What makes two versions the same article: permanent ids, resemblance, and what a reader should see.

Pure. The pipeline asks here; the archive keeps the answers for ever.
"""

from __future__ import annotations

import hashlib
import os
import re
from functools import lru_cache
from urllib.parse import quote, urlsplit

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
# Parameters that tell a site where its readers come from; they name no other page.
_TRACKING = re.compile(
    r"(?:utm_\w+|mtm_\w+|pk_\w+|hsa_\w+|at_(?:medium|campaign|custom\w*|link\w*)|fbclid|gclid|dclid|gbraid|wbraid|msclkid|"
    r"yclid|twclid|ttclid|igshid|mc_[ce]id|_hsenc|_hsmi|mkt_tok|oly_(?:anon|enc)_id|vero_id|wickedid|s_cid|ns_\w+|xtor|"
    r"cmpid|ocid|ncid|ref_src|echobox)(?:=[^&]*)?$|(?:source|src|ref|from|partner|feed|via)=(?:rss|atom|feed|twitter)$",
    re.IGNORECASE,
)


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


@lru_cache(maxsize=4096)
def link_key(url: str) -> str:
    """What two addresses of one page have in common, for comparing alone: without the difference between http and
    https, "www.", the last slash, and the parameters by which a click is followed. Others are given back as they are.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return url
    if parts.scheme not in ("http", "https") or not parts.hostname:
        return url
    host = parts.hostname.removeprefix("www.")
    at = f":{port}" if port not in (None, 80, 443) else ""
    kept = sorted(one for one in parts.query.split("&") if one and not _TRACKING.match(one))
    query = "?" + "&".join(kept) if kept else ""
    fragment = f"#{parts.fragment}" if parts.fragment and not _TRACKING.match(parts.fragment) else ""
    return f"https://{host}{at}{parts.path.rstrip('/')}{query}{fragment}"


def is_home(url: str) -> bool:
    """Whether an address is that of a site as a whole, which says nothing of a story."""
    parts = urlsplit(link_key(url))
    return not parts.path and not parts.query and not parts.fragment


def spellings(id_: str) -> tuple[str, ...]:
    """An id, and the same with the other of http and https: sites change that, and mean the same entry."""
    for scheme, other in (("http://", "https://"), ("https://", "http://")):
        if id_.startswith(scheme):
            return id_, other + id_[len(scheme) :]
    return (id_,)


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
    return same_link(old, new) or same_story(old, new)


def same_link(old: Article, new: Article) -> bool:
    """Whether two articles have one address."""
    return bool(old.url and new.url) and link_key(old.url or "") == link_key(new.url or "")


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
