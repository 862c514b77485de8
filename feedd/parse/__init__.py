"""Documents become articles. ``FORMATS`` is the visible table: a new format is a module and a row."""

from __future__ import annotations

from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Callable
from dataclasses import dataclass

from feedd.errors import FeeddError, Unreadable
from feedd.model import Article, Document
from feedd.parse import _frontmatter, dump, markdown

_HEAD = 2048
_PLAIN = ".txt"


@dataclass(frozen=True, slots=True)
class Format:
    """One input format: ``suffixes`` (lower case) are its own; ``read`` gives the articles of a document.

    ``sniff`` tells from the beginning of the text whether a file with a suffix that several formats share is
    of this one. A plain ``.txt`` may hold any format: the first row that recognises its text reads it.
    """

    name: str
    suffixes: tuple[str, ...]
    sniff: Callable[[str], bool]
    read: Callable[[Document], tuple[Article, ...]]


FORMATS: tuple[Format, ...] = (
    Format("markdown", (".md", ".markdown"), _frontmatter.opens, markdown.read),
    Format("dump", (_PLAIN,), lambda _: False, dump.read),
)


def wanted(name: str) -> bool:
    """Whether a file so named is an article: it has a suffix of some format, in any case."""
    return any(_suffix(name) in row.suffixes for row in FORMATS)


def parse(document: Document) -> tuple[Article, ...]:
    """The articles of a document, in its order; the same bytes always give the same articles.

    Raises Unreadable, and nothing else, with a reason that tells an operator what to do about the file.
    """
    row = _row(document)
    if not document.data.strip(b" \t\r\n\0\xef\xbb\xbf"):
        raise Unreadable("is empty")
    try:
        return row.read(document)
    except FeeddError:
        raise
    except Exception as error:  # a library's failure on one file must not stop the others
        raise Unreadable(f"{row.name}: {type(error).__name__}: {error}") from error


def _suffix(name: str) -> str:
    stem, dot, suffix = name.rpartition("/")[2].rpartition(".")
    return dot + suffix.lower() if stem else ""


def _row(document: Document) -> Format:
    suffix = _suffix(document.name)
    own = [row for row in FORMATS if suffix in row.suffixes]
    if not own:
        raise Unreadable(f"{suffix or 'a name without suffix'} is no known format")
    head = _head(document.data)
    return next((row for row in (FORMATS if suffix == _PLAIN else own) if row.sniff(head)), own[0])


def _head(data: bytes) -> str:
    """The beginning, read loosely: only its ASCII matters."""
    head = data[:_HEAD]
    if head.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
        text = head.decode("utf-16", "ignore")
    else:
        text = head.removeprefix(BOM_UTF8).decode("latin-1")
    return text.replace("\r\n", "\n").replace("\r", "\n")
