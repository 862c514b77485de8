"""Press releases as text: their notice, whom to ask, and the date behind the place that the text begins with."""

from __future__ import annotations

import re

from feedd.dates import Reading
from feedd.parse._rows import Row, date_of, name_like

_NOTICE = re.compile(
    r"\W*(?:for (?:immediate )?release|(?:press|news|media) release|press statement|presse(?:mitteilung|information"
    r"|meldung|aussendung)|medienmitteilung|medieninformation|communiqué(?: de presse)?|comunicado(?: de prensa"
    r"| de imprensa)?|nota de (?:prensa|imprensa)|comunicato(?: stampa)?|persbericht|informacja prasowa"
    r"|komunikat prasowy|tisková zpráva|пресс-релиз|прес-реліз|basın (?:bülteni|açıklaması)|pressmeddelande"
    r"|pressemeddelelse|pressemelding|lehdistötiedote|sajtóközlemény|comunicat de presă|δελτίο τύπου"
    r"|プレスリリース|新闻稿|新聞稿|보도자료|بيان صحفي)"
    r"(?:,?\s*(?:no|nr|n°|nº|№)?\.?\s*\d{1,4}(?:[/-]\d{2,4})?)?\W*(?P<date>.*)",
    re.IGNORECASE,
)
_EMBARGO = re.compile(
    r"\W*(?:(?:under |strictly )?embargo(?:ed)?(?: (?:until|till|to))?|not for (?:release|publication) (?:before|until)"
    r"|sperrfrist(?: bis)?|gesperrt bis|sous embargo jusqu['’]au|embargad[oa] hasta|embargo (?:hasta|jusqu['’]au))"
    r"\s*:?\s*(?P<date>\S.*)",
    re.IGNORECASE,
)
_CONTACT = re.compile(
    r"(?:for (?:more|further) information.{0,40}|(?:(?:media|press|news|investor)(?: relations)? )?"
    r"(?:contacts?|enquir(?:y|ies)|inquir(?:y|ies))|presse-?kontakt|medienkontakt|ansprechpartner(?:in)?|rückfragen"
    r"|contacts? presse|contacto(?: de prensa)?|contatto stampa|contatti|contato|perscontact|kontakt(?: dla mediów)?"
    r"|контакт(?:ы|и)?)\b\s*(?P<colon>:?)\s*(?P<who>.*)",
    re.IGNORECASE,
)
_REACH = re.compile(r"\S+@[\w-]+\.\w|(?:^|\s)\+?\(?\d[\d ()/.-]{6,}\d(?!\S)")
_SIGN = re.compile(r"\s*(?:--|[—–]|\s-)\s*(?=\S)")
_TAIL = re.compile(r"\s*(?:/[^/]{3,40}/|\([^()\d]{3,40}\))\s*$")
_WIRE = re.compile(r"(?i)newswire|business ?wire|ots|wire|news aktuell|accesswire|presse|europa press")


def notice(text: str) -> tuple[Reading | None] | None:
    """The date behind "For immediate release" or "Embargoed until", if one is told; None where the line is neither."""
    match = _EMBARGO.fullmatch(text) or _NOTICE.fullmatch(text)
    if match is None or len(text) > 120:
        return None
    date = match["date"].strip(" )]*")
    reading = date_of(date)
    return (reading,) if reading or not date else None


def below_contacts(rows: list[Row], at: int) -> int:
    """Where the headline stands, if ``at`` is a line of a release that tells whom to ask."""
    named = False
    while at < len(rows) - 1:
        text = rows[at].text
        contact = _CONTACT.fullmatch(text)
        reach = _REACH.search(text) is not None and len(text.split()) < 9
        name = named and name_like(text) and len(text.split()) < 4
        if not (reach or name or (contact and (contact["colon"] or not contact["who"]))):
            break
        named = bool(contact and not contact["who"]) or (named and not name)
        at += 1
    return at


def dateline(text: str, *, sure: bool = False) -> Reading | None:
    """The date that a text begins with behind its place: "TOLEDO, Ohio, Feb. 3, 2025 -- ".

    Letters begin so as well: unless ``sure``, a service of releases must be named behind it.
    """
    for sign in list(_SIGN.finditer(text[:140]))[:2]:
        opening = text[: sign.start()]
        wire = _TAIL.search(opening)
        if wire:
            opening = opening[: wire.start()]
        if not sure and not (wire and _WIRE.search(wire[0])):
            continue
        for gap in re.finditer(r"^|[\s,(]+", opening):
            if reading := date_of(opening[gap.end() :].rstrip(" ,)")):
                return reading
    return None
