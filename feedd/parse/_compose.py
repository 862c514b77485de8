"""What every format does last: fields and sanitised HTML become an article."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from feedd.errors import Unreadable
from feedd.model import Article, Origin, Related, Source, Zones
from feedd.parse._html import text_of
from feedd.parse._meta import Meta
from feedd.text import excerpt

_OPENING = 100


def compose(
    meta: Meta,
    html: str,
    *,
    origin: Origin,
    part: str = "",
    related: Sequence[Related] = (),
    footer: str = "",
    source: Source | None = None,
    also_in: tuple[Source, ...] = (),
) -> Article:
    """An article of ``meta`` and its content, ``html`` as ``sanitise`` gave it.

    Without a title the text's beginning is one. ``part`` is needed where a document holds several articles.
    Raises Unreadable where there is neither a title nor text.
    """
    text = text_of(html)
    title = meta.title or excerpt(text.partition("\n\n")[0], _OPENING)
    if not title:
        raise Unreadable("has neither a title nor text")
    if "\ufffd" in html or "\ufffd" in title:
        origin = replace(origin, warnings=(*origin.warnings, "characters that can't be read are marked: \ufffd"))
    headlines = "\n".join(story.title for story in related)
    return Article(
        title=title,
        content=html,
        origin=origin,
        zones=Zones(title=title, lede=meta.summary, body=text, related=headlines, footer=footer),
        summary=meta.summary,
        published=meta.published,
        updated=meta.updated,
        id=meta.id,
        part=part,
        url=meta.url,
        authors=meta.authors,
        tags=meta.tags,
        topics=meta.topics,
        language=meta.language,
        rights=meta.rights,
        image=meta.image,
        enclosures=meta.enclosures,
        related=tuple(related),
        source=source,
        also_in=also_in,
    )
