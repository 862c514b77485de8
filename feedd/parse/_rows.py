"""Lines of a page's text and what each of them is by itself: a date, a byline, an address, furniture.

The words that pages put around an article stand here, in the languages that feedd's dates are read in.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from feedd.dates import Reading, read_date
from feedd.text import joined, line

_RULE = re.compile(r"[\s=_*~#.·•—–-]{3,}")
_MARKS = re.compile(r"^\s*(?:#{1,6}\s+|>\s+)|\s+#{1,6}$|\*\*|__|(?<!\w)[*_`](?=\S)|(?<=\S)[*_`](?!\w)")
_BULLET = re.compile(r"^\s*(?:[-*+•–—·▪►»›>]|\d{1,2}[.)])\s+")
_SENTENCE_END = re.compile(r"[.!?…。！？][\"'»”’)\]]*$")
_CELLS = re.compile(r"\s*[|·•]\s*")
_DIGITS = re.compile(r"\d\D*\d\D*\d\D*\d")
_AGO = re.compile(
    r"(?:\d+|an?|one|eine[rnm]?|une?|un[ao]?|um[a]?) ?(?:m|min|mins|minutes?|h|hrs?|hours?|d|days?|weeks?|months?) ago"
    r"|vor \w+ (?:minuten?|stunden?|tag(?:en)?|wochen?|monat(?:en)?)|il y a \w+ \w+|hace \w+ \w+|há \w+ \w+"
    r"|\w+ \w+ (?:fa|назад|тому|temu|geleden|önce|sedan|siden)"
    r"|(?:today|yesterday|heute|gestern|aujourd'hui|hier|hoy|ayer|oggi|ieri|hoje|ontem|сегодня|вчера|сьогодні"
    r"|вчора|dziś|dzisiaj|wczoraj|dnes|včera|vandaag|gisteren)(?:,? \D{0,5}\d{1,2}[:.]\d\d)?"
    r"|(?:\d{1,2}\.? [^\W\d_]{3,12}\.?|[^\W\d_]{3,12}\.? \d{1,2}),? (?:\D{0,4})\d{1,2}[:.]\d\d|\d{1,2}:\d\d",
    re.IGNORECASE,
)
_UPDATED = re.compile(
    r"^\W*(?:(?:last|latest|zuletzt|letzte|dernière|última|ultimo|ultima|ostatnia|poslední|последнее|востаннє)\s+)?"
    r"(?:updated?|modified|edited|aktualisiert|aktualisierung|geändert|mise? à jour|mis à jour|actualizado"
    r"|actualización|atualizado|atualização|aggiornato|aggiornamento|bijgewerkt|zaktualizowano|aktualizacja"
    r"|aktualizováno|aktualizace|обновлено|обновление|оновлено|оновлення|güncellen\w*|güncelleme|uppdaterad"
    r"|opdateret|oppdatert|päivitetty|actualizat|frissítve|ενημερώθηκε|stand)\b",
    re.IGNORECASE,
)
_BYLINE = re.compile(
    r"(?:(?P<sure>(?:written |reported |story |words |text )by|authors?|autor(?:in|en|a|es|zy)?|auteure?s?|autore"
    r"|reporter|text|texte|texto|testo|tekst|автор[иы]?|авторка|текст|yazar|tekijä|συντάκτης)\s*[:\-–]?"
    r"|(?P<word>by|von|par|por|di|da|door|av|af|od|de))\s+(?P<names>\S.*)",
    re.IGNORECASE,
)
_PARTICLES = frozenset(
    "von van de der den del della di da du la le dos das do el al bin ibn ter ten zu zur af av y e i d' ben".split()
)
_ROLE = re.compile(
    r"(?i)\b(?:correspondents?|editors?|reporters?|writers?|staff|columnist|contributor|journalist\w*|producer"
    r"|korrespondent\w*|redak\w*|редактор\w*|кореспондент\w*|корреспондент\w*|журналіст\w*|журналист\w*"
    r"|correspons\w+|correspondant\w*|rédac\w*|redac\w*|dziennikar\w*|giornalist\w*|periodista)\b"
)
_NAMES = re.compile(r"\s*(?:,|;|/|&|\+|\s(?:and|und|et|y|e|i|en|och|og|ja|a|и|і|та|й|ve|with|mit|avec|con)\s)\s*")
_SOURCE = re.compile(
    r"(?:(?:source|link|url|permalink|original|canonical|address|quelle|lien|fuente|enlace|fonte|bron|źródło|zdroj"
    r"|kaynak|джерело|посилання|источник|ссылка|оригінал|оригинал)\s*:\s*)?<?(?P<url>https?://[^\s<>]+)>?",
    re.IGNORECASE,
)
_RIGHTS = re.compile(
    r"©|\(c\)\s*\d{4}|\bcopyright\b|\ball rights reserved\b|alle rechte vorbehalten|tous droits réservés"
    r"|(?:todos los derechos|todos os direitos) reservados|tutti i diritti|alle rechten voorbehouden"
    r"|wszelkie prawa|wszystkie prawa|všechna práva|все права (?:защищены|сохранены)|(?:всі|усі) права захищен"
    r"|tüm hakları|alla rättigheter|kaikki oikeudet|toate drepturile|minden jog",
    re.IGNORECASE,
)
_TAGS = re.compile(
    r"(?:tags?|topics|keywords|themen|schlagw(?:orte|örter)|stichworte|mots[- ]clés|étiquettes|etiquetas|temas"
    r"|palabras clave|tagi|słowa kluczowe|теги|ключевые слова|ключові слова|štítky|etiketler|parole chiave)"
    r"\s*:\s*(?P<tags>\S.*)",
    re.IGNORECASE,
)
_READING_TIME = re.compile(
    r"(?:[^\W\d_]+[ :]+){0,3}\d+[ -]*(?:min\w*\.?|хв\w*|мин\w*|dk)(?: [^\W\d_]+){0,2}", re.IGNORECASE
)
_CRUMBS = re.compile(r"[^.!?>›»]{1,40}(?:\s*[>›»]\s*[^.!?>›»]{1,60}){1,5}")
_FURNITURE = re.compile(
    r"(?:follow|find|like|join|contact|about)(?: \w+)? us(?: (?:on|in|at)\b.{0,60})?|follow .{0,30}\bon (?:x|twitter|"
    r"facebook|instagram|telegram|google news|linkedin|whatsapp|threads|mastodon)|folgen sie uns.{0,30}|folge uns.{0,30}"
    r"|suivez-nous.{0,30}|s[ií]guenos.{0,30}|siga-nos.{0,30}|seguici.{0,30}|volg ons.{0,30}|obserwuj nas.{0,30}"
    r"|sledujte nás.{0,30}|підписуйтес[ья].{0,60}|подписывайтесь.{0,60}|стежте за нами.{0,30}|bizi takip.{0,30}"
    r"|(?:share|teilen|partager|compartir|compartilhar|condividi|delen|udostępnij|sdílet|поділитися|поширити"
    r"|поделиться|paylaş|dela|jaa)(?: (?:this|on|via|it|der|cet|diesen|auf|artikel|article|story|page)\b.{0,40})?"
    r"|(?:sign up|subscribe|log ?in|sign in|register|newsletters?|abonnieren|s'abonner|suscr[ií]bete|assine|iscriviti"
    r"|підписатися|подписаться|zapisz się|anmelden|inscription)(?: (?:to|for|now|our|zum|here|today|à|a)\b.{0,60})?"
    r"|(?:facebook|twitter|x|instagram|telegram|youtube|linkedin|whatsapp|tiktok|threads|mastodon|bluesky|rss|viber"
    r"|pinterest|reddit|e-?mail|print|copy link)(?:(?:\s*[|/,·•]\s*|\s+)(?:facebook|twitter|x|instagram|telegram"
    r"|youtube|linkedin|whatsapp|tiktok|threads|mastodon|bluesky|rss|viber|pinterest|reddit|e-?mail|print))*"
    r"|(?:privacy|cookies?|terms|legal|imprint|impressum|datenschutz|kontakt|contact|kontakty|agb|aviso legal|contacto"
    r"|mentions légales|contactez-nous|confidentialité|política de .{0,30}|privacidad|chi siamo|über uns|about"
    r"|advertise|careers|help|sitemap|polityka prywatności|regulamin|контакти|контакты|про нас|о нас|реклама на сайті"
    r"|політика .{0,40}|политика .{0,40}|правила .{0,40})"
    r"(?: (?:policy|settings|notice|of (?:use|service)|(?:and|&) .{0,40}|with us))?"
    r"|advertisements?|advertising|sponsored(?: content)?|ads?|anzeige|werbung|publicité|publicidad|publicidade"
    r"|pubblicità|advertentie|reklama|реклама|reklam|skip to (?:main )?content|menu|home|search|back to top|nach oben"
    r"|print(?: this)?(?: article)?|listen(?: to .{0,40})?|save|comments?(?: \(?\d+\)?)?|\d+ (?:comments?|shares?|views)"
    r"|read (?:more|full story)|weiterlesen|lire la suite|leer más|czytaj więcej|читати далі|читать далее|load more"
    r"|show more|mehr laden|(?:back|next|previous)(?: (?:article|story|page))?",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Row:
    """One line that isn't blank: ``text`` is plain and folded, ``raw`` keeps its marks.

    ``gap`` counts the blank lines before it.
    """

    text: str
    raw: str
    gap: int


def rows(text: str) -> list[Row]:
    """The lines of clean text, without blank ones, rules and lines of nothing but marks."""
    found: list[Row] = []
    gap = 0
    for raw in text.split("\n"):
        raw = raw.strip()
        if not raw:
            gap += 1
        elif _RULE.fullmatch(raw):
            gap = max(gap, 1)
        elif plain := unmarked(raw):
            found.append(Row(plain, raw, gap))
            gap = 0
    return found


def unwrapped(found: list[Row]) -> list[Row]:
    """The lines with those joined that were wrapped at a width.

    Where the whole text was, a full line is enough; else the next one must also go on in lower case.
    """
    width = max((len(row.raw) for row in found), default=0)
    pairs = [(head.raw, row.raw) for head, row in pairwise(found) if not row.gap]
    full = sum(_is_full(head, raw, width) for head, raw in pairs)
    wrapped = full >= 3 and full >= 0.6 * len(pairs)
    if width > 120:
        return found
    done = found[:1]
    for last, row in pairwise(found):
        if not row.gap and _goes_on(last, row, width if wrapped else 0) and not _stands_alone(last.text, row.text):
            head = done[-1]
            done[-1] = Row(joined(head.text, row.text), joined(head.raw, row.raw), head.gap)
        else:
            done.append(row)
    return done


def _goes_on(last: Row, row: Row, width: int) -> bool:
    if width >= 40:
        return _is_full(last.raw, row.raw, width)
    first = row.raw.split(None, 1)[0]
    small = first.islower() or first == "I"
    return small and first[0].isalpha() and len(last.text) >= 40 and last.text[-1] not in ".!?:;…"


def _is_full(head: str, raw: str, width: int) -> bool:
    """Whether the first word of ``raw`` had no room on the line before it."""
    return len(head) + 1 + len(raw.split(None, 1)[0]) > width


def _stands_alone(*texts: str) -> bool:
    return any(date_of(text) or url_of(text) or names_of(text) is not None or is_rights(text) for text in texts)


def unmarked(text: str) -> str:
    """One line without Markdown's heading and emphasis marks."""
    return line(_MARKS.sub("", text) if any(mark in text for mark in "#*_`>") else text)


def unbulleted(text: str) -> str:
    """One line without the bullet or the number of a list item."""
    return _BULLET.sub("", text)


def is_sentence(text: str) -> bool:
    """Whether ``text`` ends as sentences do and headlines don't."""
    return _SENTENCE_END.search(text) is not None and not text.endswith(("?", "!"))


def date_of(text: str) -> Reading | None:
    """The date that is the whole of a line."""
    return read_date(text) if len(text) <= 120 and _DIGITS.search(text) else None


def stamp_of(text: str) -> Reading | None:
    """The date of a line that holds little else, such as "World | 2 March 2024"."""
    whole = date_of(text)
    if whole is not None or len(text) > 100 or not _DIGITS.search(text):
        return whole
    parts = _CELLS.split(text)
    if len(parts) < 2 or any(len(part) > 30 for part in parts if not date_of(part)):
        return None
    return next(filter(None, map(date_of, parts)), None)


def is_when(text: str) -> bool:
    """Whether a line tells a moment that can't be read: "2 hours ago", "14:05", "12 July, 14:05"."""
    return len(text) <= 40 and _AGO.fullmatch(text) is not None


def is_updated(text: str) -> bool:
    """Whether a date line tells of a change: "Updated: …" and its like."""
    return _UPDATED.match(text) is not None


def names_of(text: str) -> tuple[str, ...] | None:
    """The authors that a byline names; empty where it names an office only, None where it is no byline."""
    match = _BYLINE.fullmatch(text) if len(text) <= 140 else None
    if match is None or is_sentence(text.rstrip(".")):
        return None
    names = [re.sub(r"\s+(?:in|at|aus|à|en|from)\s+[A-ZÀ-ÞА-Я].*$", "", name) for name in _NAMES.split(match["names"])]
    people = [name for name in names if name and not _ROLE.search(name)]
    if not all(map(_name_like, people)):
        return None
    # "Von Hamburg" and "De Paris" begin a headline as well; a full name has two words.
    sure = match["sure"] or text[:2].lower() == "by" or not people or any(" " in name for name in people)
    return tuple(people) if sure else None


def _name_like(name: str) -> bool:
    words = name.split()
    if not 1 <= len(words) <= 5 or len(name) > 50 or re.search(r"[\d:!?\"«»()@]", name):
        return False
    # "d'Aubais" and "l'Estrange" begin with a particle; scripts without capitals have no small letters.
    small = [word for word in words if re.sub("^[dl]['’]", "", word)[:1].islower()]
    return len(small) < len(words) and all(word.lower() in _PARTICLES for word in small)


def url_of(text: str) -> str | None:
    """The address that a line is, alone or behind "Source:" and its like."""
    match = _SOURCE.fullmatch(text)
    return match["url"].rstrip(".,;") if match else None


def tags_of(text: str) -> tuple[str, ...]:
    """The tags that a line "Tags: a, b" lists."""
    match = _TAGS.fullmatch(text) if len(text) <= 300 else None
    if match is None or is_sentence(text):
        return ()
    parts = re.split(r"\s*[,;|·•]\s*|\s+(?=#)", match["tags"])
    return tuple(dict.fromkeys(part.lstrip("#").strip() for part in parts if part.strip("# ")))


def is_rights(text: str) -> bool:
    """Whether a line tells who holds the rights."""
    return len(text) <= 400 and _RIGHTS.search(text) is not None


def is_furniture(text: str) -> bool:
    """Whether a line belongs to the page and not to the article: share buttons, menus, reading times."""
    text = text.strip(" :|·•→›»…")
    return len(text) <= 80 and any(
        pattern.fullmatch(text) for pattern in (_FURNITURE, _READING_TIME, _CRUMBS)
    )


def pieces(text: str) -> Iterator[str]:
    """The parts of a line such as "By Jane Doe | 11 July 2025 · 5 min read"."""
    for piece in re.split(r"\s+[|·•/—–]\s+|\s*\|\s*|\s+-\s+|\t+", text):
        if piece:
            yield piece
