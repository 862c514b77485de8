"""Words: bytes to text, text that XML accepts, titles, paragraphs, slugs and excerpts. All pure."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE, BOM_UTF32_BE, BOM_UTF32_LE, lookup
from itertools import pairwise

from anyascii import anyascii

from feedd.errors import Unreadable

_CONTROLS = bytes(n for n in range(32) if n not in b"\t\n") + b"\x7f"
_HIGH = bytes(range(128, 256))
_SUSPECTS = "\u2028\u2029\ufeff\ufffe\uffff"
_C1 = re.compile(b"\xc2[\x80-\x9f]")
_BREAKS = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")
# XML 1.0 §2.2 forbids C0 controls, surrogates and U+FFFE/FFFF; DEL, C1 and the BOM are legal but do harm.
_INVALID = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufeff\ufffe\uffff]")
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_INVISIBLE = re.compile("[\u061c\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069]")
_JOINERS = " \u200c\u200d\ufe0e\ufe0f"

# UTF-32 stands first: its little-endian mark begins with that of UTF-16.
_MARKS = (
    (BOM_UTF32_LE, "utf-32-le"),
    (BOM_UTF32_BE, "utf-32-be"),
    (BOM_UTF8, "utf-8"),
    (BOM_UTF16_LE, "utf-16-le"),
    (BOM_UTF16_BE, "utf-16-be"),
)
_UNMARKED = (
    ("utf-32-le", (0, 4)),
    ("utf-32-be", (3, 7)),
    ("utf-16-le", (0, 2)),
    ("utf-16-be", (1, 3)),
)
# Codecs that are no charset of a document: they interpret escapes, or take quadratic time.
_REFUSED = frozenset({"idna", "punycode", "raw-unicode-escape", "undefined", "unicode-escape", "utf-7"})
# What pages call Latin-1 or ASCII is Windows-1252 (WHATWG Encoding Standard §4.2).
_MEANT = {
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    # ... and of these the forms that Windows writes, or that have half-width kana.
    "big5": "big5hkscs",
    "euc_kr": "cp949",
    "iso2022_jp": "iso2022_jp_ext",
    "shift_jis": "cp932",
}
# Names that the web and mail use, and Python does not know.
_ALIASES = {
    "iso-8859-8-i": "iso8859-8",
    "utf8mb4": "utf-8",
    "windows-31j": "cp932",
    "windows-874": "cp874",
    "x-sjis": "cp932",
}
# How many right characters beyond ASCII there are for each wrong one in text that is UTF-8 all the same.
_FAULTS, _FAULTS_DECLARED = 10, 3
_FAULT = re.compile("\ufffd+")
_PAIR = re.compile(b"\xed[\xa0-\xaf][\x80-\xbf]\xed[\xb0-\xbf][\x80-\xbf]")
# What a guess may answer: the charsets that pages were really written in, the most used first.
_CANDIDATES = (
    *("cp1252", "cp1251", "cp1250", "cp1253", "cp1254", "cp1255", "cp1256", "cp1257"),
    *("koi8_u", "koi8_r", "iso8859_2", "iso8859_5", "cp866"),
    *("shift_jis", "euc_jp", "gb18030", "big5", "euc_kr"),
)

_WIDE = "\u1100-\u11ff\u2e80-\u9fff\uf900-\ufaff\uff00-\uff60\U00020000-\U0003fffd"
_WIDE_END = re.compile(f"[{_WIDE}]$")
_WIDE_START = re.compile(f"[{_WIDE}]")
_WRAPPED = re.compile(f"(?<=[{_WIDE}])[ \\t\\r]*+\\n[ \\t\\r]*+(?=[{_WIDE}])")
_NO_SPACES = re.compile("[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")
_BLANKS = re.compile(r"\n(?:[^\S\n]*\n)+")
_ITEM = re.compile(r"\s*(?:[-*+•–—·]|\(?\d{1,3}[.)]|#{1,6})\s+\S")
_WRAP_LEAST, _WRAP_MOST, _WRAP_WIDEST = 40, 120, 200
_NARROW, _VERSE, _LONG = 36, 60, 100
_OPEN = frozenset(
    """
    and or the an of to in on at for with from by that und oder der die das den dem des ein eine einer von mit für
    zu im auf et ou le la les un une de du à dans pour y el los las en con para que e o i na w z do и в на с по для
    что та у з до ja och og ve het een van met a
    """.split()
)
_SENTENCE = re.compile(r"[.!?…]+[\"'»”’)\]]*(?=\s)|[。！？।۔]")


def valid(text: str) -> bool:
    """Whether every character may stand in an XML 1.0 document (§2.2, Char)."""
    return _FORBIDDEN.search(text) is None


def without_forbidden(text: str) -> str:
    """``text`` less the characters that may not stand in an XML 1.0 document; nothing else changes."""
    return _FORBIDDEN.sub("", text)


def clean(text: str) -> str:
    """Text for XML: no forbidden character, no C1 control, no BOM; NFC; every line end is ``\\n``.

    Surrogate pairs become the character they stand for. Nothing else changes.
    """
    try:
        data = text.encode()
    except UnicodeEncodeError:
        text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "ignore")
        data = text.encode()
    if _suspect(text, data):
        text = _INVALID.sub("", _BREAKS.sub("\n", text))
    return text if unicodedata.is_normalized("NFC", text) else unicodedata.normalize("NFC", text)


def line(text: str) -> str:
    """One line for a title or a name: clean, no bidi control or other invisible character, spaces folded."""
    if text.isascii() and text.isprintable():
        return " ".join(text.split())
    folded = " ".join(_INVISIBLE.sub("", clean(text)).split())
    return folded if folded.strip(_JOINERS) else ""


def decode(data: bytes, declared: str | None = None) -> tuple[str, str]:
    """The text and the name of its encoding: BOM, ``declared``, strict UTF-8, UTF-8 with a few faults, then a guess.

    What is broken in UTF-8 becomes U+FFFD. The same bytes always give the same answer. Raises Unreadable for what
    is no text.
    """
    form = unicode_form(data)
    if form is not None:
        name, mark = form
        return _strictly(data[mark:], name), name
    if _binary(data):
        raise Unreadable("looks binary (control characters); UTF-16 text needs a byte-order mark")
    for encoding in (charset(declared), "utf-8"):
        text = _attempt(data, encoding)
        if text is not None and encoding is not None:
            return text, encoding
    mended = _mended(data, _FAULTS_DECLARED if charset(declared) == "utf-8" else _FAULTS)
    return _guess(data) if mended is None else (mended, "utf-8")


def paragraphs(text: str) -> list[str]:
    """The paragraphs of plain text, each on one line, in order; no text is lost.

    A blank line always divides. Inside a block, lines that were wrapped at a width are joined; lines
    longer than any such width, list items and lines broken on purpose stay paragraphs of their own. A longer
    line is joined only where it breaks off in the middle of a sentence.
    """
    return [part for block in _BLANKS.split(text) for part in _unwrap(block)]


def unwrapped(text: str) -> str:
    """``text`` without the line ends between two characters of Chinese or Japanese: a blank there would part a word."""
    return text if text.isascii() or "\n" not in text else _WRAPPED.sub("", text)


def joined(*lines: str) -> str:
    """The lines of one paragraph as one; without a blank in Chinese and Japanese, and behind a hyphen."""
    parts: list[str] = []
    for last, piece in pairwise(lines):
        wide = _WIDE_END.search(last) and _WIDE_START.match(piece)
        # A hyphen at the line's end may belong to the word: it is kept, never guessed away.
        hyphen = last[-1] == "-" and last[-2:-1].isalpha() and piece[0].islower()
        parts += (last, "") if wide or hyphen else (last, " ")
    return "".join((*parts, *lines[-1:]))


# What sets C++ and C# apart from C: signs behind a letter at the end of a word.
_SIGNS = {"+": " plus", "#": " sharp"}
_SIGNED = re.compile(r"(\w)(\++|#+)(?!\w)")


def slug(text: str, limit: int = 80) -> str:
    """``text`` in ``[a-z0-9-]``, at most ``limit`` characters; empty only where nothing is visible.

    What has no transliteration gets a short hash of itself, the same on every machine.
    """
    visible = line(text)
    spelled = _SIGNED.sub(lambda match: match[1] + _SIGNS[match[2][0]] * len(match[2]), visible)
    ascii_text = re.sub("['’`]", "", anyascii(spelled)).lower()
    name = re.sub(r"[^a-z0-9]+", "-", ascii_text).strip("-")
    if not name and visible:
        return hashlib.sha256(visible.encode()).hexdigest()[:12]
    if len(name) <= limit:
        return name
    cut = name[: limit + 1].rpartition("-")[0]
    return (cut if len(cut) > limit // 2 else name[:limit]).strip("-")


def words(text: str) -> int:
    """How many words: whitespace divides them; each Han or kana character counts as one."""
    if text.isascii():
        return len(text.split())
    spread, dense = _NO_SPACES.subn(" ", text)
    return len(spread.split()) + dense


def excerpt(text: str, limit: int = 300) -> str:
    """``text`` on one line of at most ``limit`` characters; what was cut off is told by ``…``.

    The cut is behind a sentence in the second half of the room, else between words, else anywhere.
    """
    folded = line(text)
    if len(folded) <= limit:
        return folded
    ends = [match.end() for match in _SENTENCE.finditer(folded[: limit - 1])]
    if ends and ends[-1] > limit // 2:
        return f"{folded[: ends[-1]]} …"
    at = folded.rfind(" ", limit // 2, limit)
    if at < 0:
        at = limit - 1
        while at > limit // 2 and (unicodedata.combining(folded[at]) or folded[at] in _JOINERS):
            at -= 1
    return f"{folded[:at].rstrip(' ,;:–—-')}…"


def _suspect(text: str, data: bytes) -> bool:
    """Whether a text holds a character to be cleaned; ``data`` is its UTF-8, where many are sought at once.

    Neither search is by a pattern: that costs ten times more.
    """
    if len(data.translate(None, _CONTROLS)) != len(data):
        return True
    if data.isascii():
        return False
    return (b"\xc2" in data and _C1.search(data) is not None) or any(suspect in text for suspect in _SUSPECTS)


def _strictly(data: bytes, encoding: str) -> str:
    text = _attempt(data, encoding)
    if text is None:
        raise Unreadable(f"is marked as {encoding} but isn't valid {encoding} (cut short?)")
    if len(text) > 1 and text.count("\0") > len(text) // 100:
        raise Unreadable("looks binary (NUL characters)")
    return text


def _attempt(data: bytes, encoding: str | None) -> str | None:
    if encoding is None:
        return None
    try:
        return data.decode(encoding)
    except (UnicodeDecodeError, LookupError):  # Python finds codecs as well that don't give text
        return None


def unicode_form(data: bytes) -> tuple[str, int] | None:
    """The Unicode encoding that a byte-order mark tells, and the mark's length; None where none is told.

    Without a mark UTF-16 and UTF-32 are known where their first two characters are ASCII (XML, appendix F).
    """
    for mark, name in _MARKS:
        if data.startswith(mark):
            return name, len(mark)
    if b"\0" not in data[:4]:
        return None
    for name, places in _UNMARKED:
        start = data[: 2 * places[1] - 2 * places[0]]
        ascii_there = bytes(start[at] for at in places if at < len(start))
        others = start.translate(None, ascii_there).strip(b"\0")
        if len(ascii_there) == 2 and ascii_there.isascii() and b"\0" not in ascii_there and not others:
            return name, 0
    return None


def charset(label: str | None) -> str | None:
    """The codec a declared label means; None when it means none that a document can be in."""
    if label is None:
        return None
    label = label.strip().lower()
    try:
        codec = lookup(_ALIASES.get(label, label))
    except (LookupError, ValueError):
        return None
    name = codec.name.lower()
    return None if name.replace("_", "-") in _REFUSED else _MEANT.get(name, name)


def _mended(data: bytes, least: int) -> str | None:
    """UTF-8 with the faults that programs make: characters cut in two, and pairs of surrogates (CESU-8).

    None unless so many times more characters beyond ASCII are right than wrong, as in no other charset by chance.
    """
    text = _FAULT.sub("\ufffd", _PAIR.sub(_joined_pair, data).decode("utf-8", "replace"))
    faults = text.count("\ufffd")
    right = len(text) - faults - len(data.translate(None, _HIGH))
    return text if right >= least * faults else None


def _joined_pair(pair: re.Match[bytes]) -> bytes:
    return pair[0].decode("utf-8", "surrogatepass").encode("utf-16", "surrogatepass").decode("utf-16").encode()


def _binary(data: bytes) -> bool:
    """A stray control character is dirt, many are no text; a NUL is dirt only in valid UTF-8."""
    controls = len(data) - len(data.translate(None, _CONTROLS.translate(None, b"\r\x0b\x0c\x1b")))
    if controls > max(2, len(data) // 100):
        return True
    return b"\0" in data and _attempt(data, "utf-8") is None


def _guess(data: bytes) -> tuple[str, str]:
    from charset_normalizer import from_bytes  # costs 30 ms to import, and few documents need it

    found = list(from_bytes(data, cp_isolation=list(_CANDIDATES), preemptive_behaviour=False))
    if not found:
        raise Unreadable("isn't UTF-8 and its charset can't be told; save it as UTF-8")
    # In a short text many readings are equally calm: then the most used charset is the likeliest.
    calmest = min(match.chaos for match in found)
    ranked = [
        (-round(match.coherence, 1), _CANDIDATES.index(name), name)
        for match in found
        if match.chaos <= calmest + 0.01
        for name in {match.encoding, *match.could_be_from_charset} & set(_CANDIDATES)
    ]
    encoding = min(ranked)[2]
    return _strictly(data, encoding), encoding


def _unwrap(block: str) -> list[str]:
    lines = [piece.strip() for piece in block.split("\n") if piece.strip()]
    if are_meant(lines):
        return [" ".join(piece.split()) for piece in lines]
    width = max(map(len, lines), default=0)
    if width > _WRAP_MOST and not (len(lines) > 2 and width <= _WRAP_WIDEST and _full(lines) == len(lines) - 1):
        width = 0
    done: list[list[str]] = []
    for piece in lines:
        if done and (_goes_on if width else breaks_off)(done[-1][-1], piece, width):
            done[-1].append(piece)
        else:
            done.append([piece])
    return [" ".join(joined(*pieces).split()) for pieces in done]


def are_meant(lines: list[str]) -> bool:
    """Whether the lines of a block were broken on purpose, as those of verse and addresses; no list is meant.

    No program wraps so narrow; verse begins its lines with capitals, or leaves room behind most of them.
    """
    width = max(map(len, lines), default=0)
    if len(lines) < 2 or width > _VERSE or any(map(_ITEM.match, lines)) or any(map(_WIDE_START.match, lines)):
        return False
    if all(piece[-1] in ".!?…" for piece in lines):
        return False
    if width < _NARROW:
        return True
    ragged = len(lines) - 1 - _full(lines, 0.8)
    capitals = all(piece.lstrip("\"'«»„“”‘’([—–- ")[:1].isupper() for piece in lines)
    ends = sum(piece[-1] in ".!?…" for piece in lines[:-1])
    return len(lines) > 3 and ragged > (len(lines) - 1) * (0.25 if capitals and ends * 2 < len(lines) else 0.5)


def are_wrapped(lines: list[str]) -> bool:
    """Whether the lines of a block look as if a program had broken them at a width, or a hand nearly there."""
    return max(map(len, lines), default=0) >= _WRAP_LEAST and _full(lines, 0.8) == len(lines) - 1


def breaks_off(last: str, piece: str, _: int = 0) -> bool:
    """Whether a line longer than programs wrap at breaks off in a sentence that ``piece`` goes on with."""
    if len(last) < _LONG or _ITEM.match(piece):
        return False
    small = piece.split(None, 1)[0].islower() and piece[0].isalpha() and last[-1] not in ".!?:;…"
    return small or last.rsplit(None, 1)[-1].casefold() in _OPEN


def _full(lines: list[str], share: float = 1) -> int:
    """How many lines had no room for the word that the next one begins with, in that share of the width."""
    width = max(map(len, lines)) * share
    return sum(len(last) + 1 + len(piece.split(None, 1)[0]) > width for last, piece in pairwise(lines))


def _goes_on(last: str, piece: str, width: int) -> bool:
    """Whether ``piece`` continues the sentence flow of the line before it, in a block so wide."""
    if _ITEM.match(piece):
        return False
    if _WIDE_START.match(piece):
        return len(last) >= width - 2 and width >= _WRAP_LEAST // 2
    if piece[0].islower() and last[-1] not in ".!?:":
        return True
    # A full line is one on which the next word had no room; a fifth is left for ragged wrapping.
    room = len(last) + 1 + len(piece.split(None, 1)[0])
    return width >= _WRAP_LEAST and room > width * 0.8
