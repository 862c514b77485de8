"""The top of a page: headline, standfirst, dates, authors and address, in whatever order they stand."""

from __future__ import annotations

from feedd.parse._headrows import LONGEST, Head, take
from feedd.parse._related import is_marker
from feedd.parse._release import dateline
from feedd.parse._rows import Row, date_of, is_ago, is_furniture, is_rights, is_role, is_sentence, name_like, url_of
from feedd.parse._topline import equal, topline

_ROWS = 15
_AHEAD = 6
_STANDFIRST = 350
_PROSE = 100


def read_head(rows: list[Row]) -> Head:
    """Read the first lines; ``rows`` is not empty. A text that begins with prose has no head: ``title`` is empty."""
    top = topline(rows)
    prose = len(top.title) > LONGEST or (top.at > 0 and len(top.title) > _PROSE and is_sentence(top.title))
    head = Head("" if prose else top.title)
    head.repeated = top.at > 0 and top.at == top.again
    for at, row in enumerate(rows[: top.at]):
        known = not head.repeated and not (prose and is_rights(row.text)) and take(row.text, head)
        if not known and prose:
            head.end = at
            return head
        if not known:  # a date in a menu is today's
            head.extras.append(row.text)
    if prose:
        head.end = top.at
        return head
    if not equal(rows[top.at].text, top.title):
        head.extras.append(rows[top.at].text)
    head.end = top.at + 1
    limit = min(len(rows), head.end + _ROWS, _read_dateline(rows, head))
    while head.end < limit and _step(rows, head, top.again):
        head.end += 1
    return head if head.is_page else _of_note(rows, head, top.at)


def _read_dateline(rows: list[Row], head: Head) -> int:
    """Read the date that the text itself begins with; the line it stands in, or the end of ``rows``."""
    for at, row in enumerate(rows[head.end : head.end + _AHEAD], head.end):
        if reading := dateline(row.text, sure=head.released):
            head.published = head.published or reading
            return at
    return len(rows)


def _of_note(rows: list[Row], head: Head, at: int) -> Head:
    """The head of what nothing tells to be a page: "Contact" and "Print" are words of the text there."""
    for end in range(at + 1, head.end):
        if is_furniture(rows[end].text) and len(rows[end].text.split()) < 3:
            given = [row.text for row in rows[end : head.end]]
            head.extras = [extra for extra in head.extras if extra not in given]
            head.end = end
            break
    return head


def _step(rows: list[Row], head: Head, again: int) -> bool:
    """Take in the line at ``head.end``; False where the text begins. ``again`` is the line with the headline."""
    row = rows[head.end]
    if is_marker(row.text) or is_rights(row.text):
        return False
    if head.end == again or (head.repeated and equal(row.text, head.title)):
        head.repeated = True
        return True
    if _begins_links(rows[head.end : head.end + 2]):
        return False
    if take(row.text, head):
        return True
    if len(row.text) > _STANDFIRST:
        return False
    more = _more_follows(rows, head, again)
    if head.is_page and _takes_byline(rows, head):
        return True
    below_date = not row.gap and _is_moment(rows[head.end - 1].text) and row.text.istitle()
    if _is_label(row.text, more or below_date) and (more or head.is_page):
        head.extras.append(row.text)
        return True
    if more and head.standfirst and len(row.text) <= 40 and not is_sentence(row.text):
        head.extras.append(row.text)  # below a standfirst: a name or a place
    elif more:
        # Lines between the headline and the date that are no label are its standfirst, wrapped or not.
        head.standfirst = f"{head.standfirst} {row.text}".strip()
    return more


def _is_moment(text: str) -> bool:
    return date_of(text) is not None or is_ago(text)


def _takes_byline(rows: list[Row], head: Head) -> bool:
    """Take in a full name above an office ("Jane Doe", "Transport correspondent"), or that office."""
    text = rows[head.end].text
    if head.authors == (rows[head.end - 1].text,) and is_role(text):
        head.extras.append(text)
        return True
    below = rows[head.end + 1 : head.end + 2]
    full = name_like(text) and 1 < len(text.split()) < 5 and not is_role(text)
    if head.authors or not full or not below or below[0].gap > rows[head.end].gap or not is_role(below[0].text):
        return False
    head.authors = (text,)
    return True


def _begins_links(pair: list[Row]) -> bool:
    """Whether two addresses follow each other: the first of many is the article's own as little as the others."""
    return (
        len(pair) > 1 and url_of(pair[0].text) is not None and url_of(pair[1].text) not in (None, url_of(pair[0].text))
    )


def _is_label(text: str, more: bool) -> bool:
    """A section's name: a few words, and in capitals where nothing of the head follows."""
    few = len(text) <= 30 and len(text.split()) <= 3 and not is_sentence(text) and text[-1] not in "?!:,;"
    return few and (more or (text.isupper() and len(text) > 2))


def _more_follows(rows: list[Row], head: Head, again: int) -> bool:
    """Whether one of the next lines belongs to the head and tells something that is still missing."""
    for at, row in enumerate(rows[head.end + 1 : head.end + _AHEAD]):
        if (at > 1 and row.gap) or is_marker(row.text) or len(row.text) > _STANDFIRST:
            return False
        if head.end + 1 + at == again:
            return True
        trial = Head("")
        if take(row.text, trial):
            dated = (trial.published or trial.updated) and not (head.published or head.updated)
            if dated or (trial.authors and not head.authors):
                return True
    return False
