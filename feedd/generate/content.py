"""What an entry shows in every format where its article says little."""

from __future__ import annotations

from html import escape

from feedd.generate.addresses import link
from feedd.model import Article


def content_of(article: Article) -> str | None:
    """The content; None only where a link and a summary stand for it (RFC 4287 §4.1.2).

    An article that is nothing but its title still needs something to show.
    """
    if article.content or (article.summary and link(article.url)):
        return article.content or None
    return f"<p>{escape(article.summary or article.title, quote=False)}</p>"
