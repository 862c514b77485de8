"""NewsML-G2 of the IPTC: news items alone and in messages, their text in NITF, XHTML or plain.

An item is published at its first version, or when its embargo ends: ``firstCreated`` is that of all versions,
``versionCreated`` that of this one alone, so it is the change. Without ``firstCreated`` the first version tells; of
a later one, the date that its text was written is nearest. A picture's may lie decades before its item.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import tzinfo
from functools import partial

from feedd.errors import Unreadable
from feedd.model import Article, Document, Related
from feedd.parse import _entries
from feedd.parse._entries import Entry
from feedd.parse._fields import Fields, Value
from feedd.parse._g2 import Content, Names, content_of, enclosures, icon
from feedd.parse._meta import absolute
from feedd.parse._news import (
    authors,
    best,
    code,
    first,
    kids,
    refuse_held,
    released,
    with_dateline,
    without_title,
    words,
)
from feedd.parse._xml import Element, language_of, local, read_xml, root_of
from feedd.text import line

_ITEMS = ("newsItem", "packageItem", "conceptItem", "knowledgeItem", "planningItem", "catalogItem")
_ROOTS = (*_ITEMS, "newsMessage")
_MEDIA = ("picture", "graphic", "video", "audio", "animation")
_SUMMARIES = ("", "summary", "abstract", "standfirst", "teaser", "intro", "lead", "caption")


def sniff(text: str) -> bool:
    """Whether the root is an item of the G2 family, or a message of such items."""
    return root_of(text) in _ROOTS


def read(document: Document) -> tuple[Article, ...]:
    """Each news item an article; raises Unreadable where there is none, or none may be published."""
    xml = read_xml(document)
    kind = local(xml.root)
    entry = partial(_entry, zone=document.defaults.timezone)
    if kind == "newsItem":
        return (
            _entries.article(entry(xml.root, warnings=xml.warnings), document, format="newsml", encoding=xml.encoding),
        )
    if kind != "newsMessage":
        raise Unreadable(f"is a NewsML-G2 {kind}: it holds no article")
    items = [item for group in kids(xml.root, "itemSet") for item in kids(group)]
    news = [item for item in items if local(item) == "newsItem"]
    if not news:
        others = ", ".join(dict.fromkeys(local(item) for item in items)) or "nothing"
        raise Unreadable(f"is a NewsML-G2 newsMessage of {others[:100]}: it holds no article")
    return _entries.articles(news, entry, document, format="newsml", encoding=xml.encoding, warnings=xml.warnings)


def _entry(item: Element, *, zone: tzinfo | None, warnings: tuple[str, ...] = ()) -> Entry:
    about, meta = first(item, "itemMeta"), first(item, "contentMeta")
    refuse_held(_status(about))
    language = _language(item, meta)
    content = content_of(first(item, "contentSet"), zone)
    headline = words(_headline(meta, language))
    title = headline or str(content.fields.get("title", "")) or words(first(about, "title"))
    media = enclosures(first(item, "contentSet"))
    own: Fields = {
        "id": item.get("guid") or "",
        "title": title or ("" if content.html else words(first(meta, "slugline"))),
        "summary": _summary(meta, language),
        "date": _published(item, content, zone),
        "updated": words(first(about, "versionCreated")),
        "url": _permalink(about),
        "authors": _authors(item, language),
        "tags": list(_tags(item, language)),
        "language": language,
        "rights": _rights(item, language),
        "image": media.image or icon(meta),
        "enclosures": media.enclosures,
    }
    html = content.html
    if not html:
        html, own["summary"] = _captions(meta, language), ""
    html = with_dateline(without_title(html, title), content.dateline or words(first(meta, "dateline")))
    fields = {**content.fields, **{key: value for key, value in own.items() if value}}
    where = ("guid", "itemMeta")
    related = tuple(_related(about))
    return Entry(fields, html, where=where, warnings=warnings, related=related, footer=content.footer)


def _status(about: Element | None) -> str:
    status = first(about, "pubStatus")
    return "" if status is None else status.get("qcode") or status.get("uri") or words(status)


def _published(item: Element, content: Content, zone: tzinfo | None) -> str:
    about, meta = first(item, "itemMeta"), first(item, "contentMeta")
    version = words(first(about, "versionCreated"))
    created = words(first(about, "firstCreated"))
    written = words(first(meta, "contentCreated"))
    if not created and (item.get("version") or "1").strip() != "1" and _class(about) not in _MEDIA:
        created = written
    return released(released(created or version or written, content.release, zone), _embargo(about), zone)


def _embargo(about: Element | None) -> str:
    """When the embargo ends; one without a date ends when the agency says so in a new version."""
    embargoed = first(about, "embargoed")
    if embargoed is not None and not words(embargoed):
        raise Unreadable("is embargoed without a date: it is not to be published before a version without that")
    return words(embargoed)


def _class(about: Element | None) -> str:
    kind = first(about, "itemClass")
    return "" if kind is None else code(kind.get("qcode") or kind.get("uri"))


def _language(item: Element, meta: Element | None) -> str:
    """The content's own language, else that of the element that holds it, else the item's."""
    told = next(filter(None, (one.get("tag") for one in kids(meta, "language"))), "")
    inside = next(kids(first(item, "contentSet")), item)
    return line(told) or language_of(inside)


def _headline(meta: Element | None, language: str) -> Element | None:
    found = [one for one in kids(meta, "headline") if not code(one.get("role")).startswith("sub")]
    return best(found, language)


def _summary(meta: Element | None, language: str) -> str:
    """The description that is made to be one; else a second headline."""
    for role in _SUMMARIES:
        found = best((one for one in kids(meta, "description") if code(one.get("role")) == role), language)
        if found is not None:
            return words(found)
    decks = (one for one in kids(meta, "headline") if code(one.get("role")).startswith("sub"))
    return words(best(decks, language))


def _captions(meta: Element | None, language: str) -> str:
    """The text of an item that is a picture or a film: its descriptions, each role in the article's language."""
    by_role: dict[str, list[Element]] = {}
    for one in kids(meta, "description"):
        by_role.setdefault(one.get("role") or "", []).append(one)
    found = [best(ones, language) for ones in by_role.values()]
    return "".join(Content.of_text(one).html for one in found if one is not None)


def _authors(item: Element, language: str) -> list[Value]:
    """Those of the byline; without one the creators that have a name."""
    meta = first(item, "contentMeta")
    byline = authors(words(best(kids(meta, "by"), language)), *_agencies(item, language))
    if byline:
        return byline
    makers = list(kids(meta, "creator")) or [one for one in kids(meta, "contributor") if not one.get("role")]
    named = (words(best(kids(maker, "name"), language)) for maker in makers)
    # A log-in or initials name nobody to a reader.
    return [name for name in dict.fromkeys(named) if name and not name.islower() and not _is_acronym(name)]


def _is_acronym(name: str) -> bool:
    return len(name) <= 4 and name.isupper()


def _agencies(item: Element, language: str) -> Iterator[str]:
    """The names of those that deliver the item."""
    places = (first(item, "itemMeta", "provider"), first(item, "contentMeta", "infoSource"))
    for place in (*places, first(item, "rightsInfo", "copyrightHolder")):
        yield words(best(kids(place, "name"), language))


def _tags(item: Element, language: str) -> Iterator[str]:
    """The subjects' names, from the item's assertions where they stand there, and the keywords."""
    names = Names(item, language)
    meta = first(item, "contentMeta")
    for subject in kids(meta, "subject"):
        for concept in (subject, *kids(subject, "mainConcept")):
            name = names.of(concept)
            if len(name) > 1:  # one letter is a code of the old days
                yield name
    for keyword in kids(meta, "keyword"):
        if text := words(keyword):
            yield text


def _rights(item: Element, language: str) -> str:
    """The notice, else the holder's name, with the terms of use."""
    info = first(item, "rightsInfo")
    holder = first(info, "copyrightHolder")
    notice = words(best(kids(info, "copyrightNotice"), language))
    if not notice and holder is not None:
        notice = words(best(kids(holder, "name"), language)) or line(holder.get("literal") or "")
    terms = words(best(kids(info, "usageTerms"), language))
    return f"{notice.rstrip('.')}. {terms}" if notice and terms else notice or terms


def _links(about: Element | None, *relations: str) -> Iterator[tuple[Element, str]]:
    for link in kids(about, "link"):
        url = (link.get("href") or "").strip()
        if code(link.get("rel")) in relations and absolute(url):
            yield link, url


def _permalink(about: Element | None) -> str:
    return next((url for _, url in _links(about, "canonical", "permalink")), "")


def _related(about: Element | None) -> Iterator[Related]:
    for link, url in _links(about, "seealso"):
        title = words(first(link, "title")) or url.partition("://")[2].rstrip("/")
        yield Related(title, None, url)
