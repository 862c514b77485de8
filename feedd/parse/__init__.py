"""Documents become articles. ``FORMATS`` is the visible table: a new format is a module and a row.

What a file holds counts more than its name: the first row that recognises the content reads it, those that own
the suffix asked before all others; where none does, the first row that owns the suffix reads it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from feedd.errors import FeeddError, Unreadable
from feedd.model import Article, Document
from feedd.parse import (
    _frontmatter,
    atom,
    dump,
    html,
    http,
    jsonfeed,
    mail,
    markdown,
    newsml,
    newsml1,
    ninjs,
    nitf,
    rss,
    schemaorg,
)
from feedd.text import unicode_form


@dataclass(frozen=True, slots=True)
class Format:
    """One input format: ``suffixes`` (lower case) are its own; ``read`` gives the articles of a document.

    ``textual`` tells that authors write it by hand, and may have called a web page by its suffix.
    ``sniff`` tells from the text, read loosely (only its ASCII is sure), whether it is certainly of this format.
    """

    name: str
    suffixes: tuple[str, ...]
    sniff: Callable[[str], bool]
    read: Callable[[Document], tuple[Article, ...]]
    textual: bool = False


FORMATS: tuple[Format, ...] = (
    Format("markdown", (".md", ".markdown"), _frontmatter.opens, markdown.read, textual=True),
    Format("atom", (".atom", ".xml"), atom.sniff, atom.read),
    Format("rss", (".rss", ".rdf", ".xml"), rss.sniff, rss.read),
    Format("newsml", (".newsml", ".xml"), newsml.sniff, newsml.read),
    Format("newsml1", (".newsml", ".xml"), newsml1.sniff, newsml1.read),
    Format("nitf", (".nitf", ".xml"), nitf.sniff, nitf.read),
    Format("html", (".html", ".htm"), html.sniff, html.read, textual=True),
    Format("jsonfeed", (".json", ".jsonfeed", ".jsonl", ".ndjson"), jsonfeed.sniff, jsonfeed.read),
    Format("ninjs", (".json", ".jsonl", ".ndjson"), ninjs.sniff, ninjs.read),
    Format("schema.org", (".json", ".jsonld"), schemaorg.sniff, schemaorg.read),
    Format("mail", (".eml",), mail.sniff, mail.read),
    Format("http", (".http",), http.sniff, http.read),
    Format("dump", (".txt",), lambda _: False, dump.read, textual=True),
)


_SUFFIXES = frozenset(suffix for row in FORMATS for suffix in row.suffixes)
_LONGEST = 400


def wanted(name: str) -> bool:
    """Whether a file so named is an article: it has a suffix of some format, in any case."""
    return _suffix(name) in _SUFFIXES


def parse(document: Document) -> tuple[Article, ...]:
    """The articles of a document, in its order; the same bytes always give the same articles.

    Raises Unreadable, and else only MemoryError, with a reason that tells an operator what to do about the file.
    """
    if not document.data.strip(b" \t\r\n\0\xef\xbb\xbf"):
        raise Unreadable("is empty")
    row = _row(document)
    try:
        return row.read(document)
    except Unreadable as error:
        raise _printable(error) from error
    except (FeeddError, MemoryError):  # what memory allows is not the document's fault alone
        raise
    except Exception as error:  # a library's failure on one file must not stop the others
        raise _printable(Unreadable(f"{row.name}: {type(error).__name__}: {error}")) from error


def _printable(error: Unreadable) -> Unreadable:
    """The reason on one line, whatever of the document it quotes."""
    reason = str(error)
    if reason.isprintable() and len(reason) <= _LONGEST:
        return error
    shown = "".join(sign if sign.isprintable() else " " for sign in reason)
    return Unreadable(" ".join(shown.split())[:_LONGEST])


def _suffix(name: str) -> str:
    stem, dot, suffix = name.rpartition(".")
    return dot + suffix.lower() if stem and stem[-1] != "/" and "/" not in suffix else ""


def _row(document: Document) -> Format:
    suffix = _suffix(document.name)
    rows = _rows(suffix)
    if not rows:
        raise Unreadable(f"{suffix or 'a name without suffix'} is no known format")
    text = _loosely(document.data)
    row = next((row for row in rows if row.sniff(text)), rows[0])
    if row.name == "html" and not any(one.textual for one in FORMATS if suffix in one.suffixes):
        # What a download leaves where a feed should be: an error page, a login, a "one moment please".
        raise Unreadable(f"is a web page, and no {suffix}: was an error page saved in its place?")
    return row


@lru_cache(maxsize=256)
def _rows(suffix: str) -> tuple[Format, ...]:
    """The rows in the order in which they are asked; none where no row owns the suffix."""
    own = [row for row in FORMATS if suffix in row.suffixes]
    return (*own, *(row for row in FORMATS if row not in own)) if own else ()


def _loosely(data: bytes) -> str:
    """The text with one kind of line end, whatever its charset: only its ASCII matters."""
    form = unicode_form(data)
    text = data.decode("latin-1") if form is None else data[form[1] :].decode(form[0], "ignore")
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text
