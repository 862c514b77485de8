"""Dumps of pages and notes: their zones, and that a note is never taken for a page."""

from __future__ import annotations

import textwrap
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedd.errors import Unreadable
from feedd.model import Article, Defaults, Document, Person
from feedd.parse import dump
from feedd.text import valid

BODY = (
    "The council met for the third time this week and came to no decision about the old quay and its cranes.\n\n"
    "Nobody had asked the fishermen. They came all the same, sat down in the first row, and stayed until the end."
)
HEAD = "Quay Decision Put Off Again\n\n3 March 2024, 14:05\n\n"


def read(text: str, name: str = "a.txt", defaults: Defaults | None = None) -> Article:
    found = datetime(2025, 1, 1, tzinfo=UTC)
    (article,) = dump.read(Document(name, text.encode(), found, defaults or Defaults()))
    return article


def titles(article: Article) -> list[str]:
    return [related.title for related in article.related]


def test_a_page_gives_title_date_and_body() -> None:
    article = read(HEAD + BODY)
    assert article.title == "Quay Decision Put Off Again"
    assert article.published == datetime(2024, 3, 3, 14, 5, tzinfo=UTC)
    assert article.zones.body == BODY
    assert article.content.count("<p>") == 2
    assert article.origin.date_origin == "date line"


def test_a_date_without_zone_is_read_in_the_zone_of_the_inbox() -> None:
    article = read(HEAD + BODY, defaults=Defaults(timezone=ZoneInfo("Europe/Kyiv")))
    assert article.published == datetime(2024, 3, 3, 12, 5, tzinfo=UTC)


def test_what_the_inbox_says_stands_in_for_what_the_page_leaves_out() -> None:
    article = read(HEAD + BODY, defaults=Defaults(author="Newsroom", language="en"))
    assert (article.authors, article.language) == ((Person("Newsroom"),), "en")


@pytest.mark.parametrize(
    "line",
    [
        "By Jane Doe",
        "by Jane Doe, Staff Writer",
        "Written by Jane Doe in Kyiv",
        "Jane Doe",
        "By Jane Doe | 3 March 2024 | 4 min read",
        "Author: Jane Doe",
    ],
)
def test_a_byline_names_the_author(line: str) -> None:
    article = read(f"Quay Decision Put Off Again\n{line}\n3 March 2024\n\n{BODY}")
    # A name alone may as well be a place or a section: it names nobody, and is no text either.
    assert article.authors == (() if line == "Jane Doe" else (Person("Jane Doe"),))
    assert article.zones.body == BODY


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("Von Henrike von der Aue und Otto Brand", ["Henrike von der Aue", "Otto Brand"]),
        ("Par Solène d'Aubais", ["Solène d'Aubais"]),
        ("Автор: Олена Степова", ["Олена Степова"]),
        ("Von: Mira Kolb", ["Mira Kolb"]),
        ("Par : Solène d'Aubais et Marc Petit", ["Solène d'Aubais", "Marc Petit"]),
        ("By: Jane Doe", ["Jane Doe"]),
        ("بقلم: سامر نصار", ["سامر نصار"]),
        ("كتب: أحمد علي", ["أحمد علي"]),
        ("作者：李明、王芳", ["李明", "王芳"]),
        ("Por Redacción", []),
        ("By Reuters", ["Reuters"]),
    ],
)
def test_bylines_are_read_in_many_languages(line: str, names: list[str]) -> None:
    article = read(f"Quay Decision Put Off Again\n{line}\n3 March 2024\n\n{BODY}")
    assert [person.name for person in article.authors] == names
    assert article.zones.body == BODY


@pytest.mark.parametrize(
    "line",
    [
        "Von: Hamburg",
        "De: lunes a viernes",
        "Von Hamburg nach Kiel",
        "By the river, 20 boats wait",
        "By noon it was over.",
        "De Paris",
    ],
)
def test_a_line_that_only_begins_like_a_byline_names_nobody(line: str) -> None:
    assert read(f"Quay Decision Put Off Again\n3 March 2024\n{line}\n\n{BODY}").authors == ()


def test_one_line_may_hold_author_and_date() -> None:
    article = read(f"Quay Decision Put Off Again\nBy Jane Doe, 3 March 2024\n\n{BODY}")
    assert article.authors == (Person("Jane Doe"),)
    assert article.published == datetime(2024, 3, 3, tzinfo=UTC)


def test_one_line_may_hold_place_and_date() -> None:
    article = read(f"Quay Decision Put Off Again\nSaltmarsh, 3 March 2024\n\n{BODY}")
    assert article.published == datetime(2024, 3, 3, tzinfo=UTC)
    assert article.zones.footer == "Saltmarsh"


@pytest.mark.parametrize(
    ("line", "moment"),
    [
        ("Orihuela - 15 SEPT 2024 - 12:40 CEST", "2024-09-15T10:40"),
        ("Madrid - 03 MAR 2025 - 10:20 CET Actualizado: 04 MAR 2025 - 11:20 CET", "2025-03-03T09:20 2025-03-04T10:20"),
        ("4.3.2025 | 10:20 Uhr | Lesezeit: 3 Min", "2025-03-04T10:20"),
        ("03/03/2025 10h20  Atualizado há 2 horas", "2025-03-03T10:20"),
        ("Publicado em 03/03/2025 às 10h20, atualizado em 04/03/2025", "2025-03-03T10:20 2025-03-04T00:00"),
        (
            "Publié le 21 juin 2024 à 08h00, modifié le 21 juin 2024 à 11h30",
            "2024-06-21T08:00 2024-06-21T11:30",
        ),
        ("12.05.2025, 10:00 Uhr Aktualisiert: 12.05.2025, 12:00 Uhr", "2025-05-12T10:00 2025-05-12T12:00"),
        ("Published 2 Oct 2024 (updated 3 Oct 2024)", "2024-10-02T00:00 2024-10-03T00:00"),
        ("Опубликовано: 12 марта 2025 Обновлено: 13 марта 2025", "2025-03-12T00:00 2025-03-13T00:00"),
        ("2025-03-04 10:20:11 来源：新华网", "2025-03-04T10:20"),
        ("来源：新华网 2025-03-04 10:20", "2025-03-04T10:20"),
        ("公開 2025年3月3日 10:20 更新 2025年3月4日 9:00", "2025-03-03T10:20 2025-03-04T09:00"),
        ("입력 2025.03.04. 오전 10:20 수정 2025.03.04. 오전 11:20", "2025-03-04T10:20 2025-03-04T11:20"),
        ("Updated 3 hours ago", ""),
        ("3 March 2024 - 10 March 2024", ""),
    ],
)
def test_one_line_may_hold_a_date_and_more(line: str, moment: str) -> None:
    article = read(f"Quay Decision Put Off Again\n{line}\n\n{BODY}")
    told = [date.isoformat()[:16] for date in (article.published, article.updated) if date]
    assert " ".join(told) == moment


@pytest.mark.parametrize(
    "line",
    [
        "By Jane Doe on 3 March 2024",
        "Posted on 3 March 2024 by Jane Doe",
        "Posted by Jane Doe on March 3, 2024",
        "By Jane Doe, 3 March 2024, updated 3 hours ago",
        "2024-03-03 作者：Jane Doe 来源：新华网",
        "3 March 2024 | By Jane Doe | 4 min read",
    ],
)
def test_one_line_may_hold_a_date_and_who_wrote(line: str) -> None:
    article = read(f"Quay Decision Put Off Again\n{line}\n\n{BODY}")
    assert article.authors == (Person("Jane Doe"),)
    assert article.published == datetime(2024, 3, 3, tzinfo=UTC)
    assert article.zones.body == BODY


@pytest.mark.parametrize(
    "line", ["1 May 2024 by Train", "We met on 3 March 2024 by the sea", "3 March 2024 von A nach B"]
)
def test_a_line_with_a_date_and_words_of_a_text_is_text(line: str) -> None:
    article = read(f"Quay Decision Put Off Again\n\n{line}\n\n{BODY}")
    assert (article.published, article.authors) == (None, ())
    assert line in article.zones.body


def test_a_line_that_names_who_edited_is_no_text() -> None:
    article = read(f"Quay Decision Put Off Again\n3 March 2024\n\n{BODY}\n\n（责任编辑：王芳）")
    assert article.zones.body == BODY


def test_a_later_update_is_told_and_an_earlier_one_is_not() -> None:
    later = read(f"Quay Decision Put Off Again\n3 March 2024\nUpdated: 4 March 2024\n\n{BODY}")
    earlier = read(f"Quay Decision Put Off Again\n3 March 2024\nUpdated: 2 March 2024\n\n{BODY}")
    assert later.updated == datetime(2024, 3, 4, tzinfo=UTC)
    assert earlier.updated is None


def test_a_page_that_tells_only_of_its_update_was_published_then() -> None:
    article = read(f"Quay Decision Put Off Again\nLast updated: 4 March 2024\n\n{BODY}")
    assert (article.published, article.updated) == (datetime(2024, 3, 4, tzinfo=UTC), None)


def test_a_date_in_the_file_name_stands_in_for_a_date_line() -> None:
    article = read("Quay\n\n" + BODY, name="news/2024-03-03-quay.txt")
    assert article.published == datetime(2024, 3, 3, tzinfo=UTC)
    assert article.origin.date_origin == "file name"


@pytest.mark.parametrize(
    "line", ["Source: https://example.org/quay", "https://example.org/quay", "<https://example.org/quay>"]
)
def test_an_address_in_the_head_is_the_link(line: str) -> None:
    article = read(f"Quay Decision Put Off Again\n{line}\n3 March 2024\n\n{BODY}")
    assert article.url == "https://example.org/quay"


def test_an_address_that_is_none_is_no_link() -> None:
    assert read(f"Quay Decision Put Off Again\nhttps://[bad\n3 March 2024\n\n{BODY}").url is None


def test_an_address_below_the_text_is_the_link_too() -> None:
    article = read(f"{HEAD}{BODY}\n\nhttps://example.org/quay\nFollow us\n")
    assert article.url == "https://example.org/quay"


@pytest.mark.parametrize(
    "title", ["Quay Decision Put Off Again | The Courier", "Quay Decision Put Off Again - The Courier"]
)
def test_the_name_of_the_site_leaves_the_title(title: str) -> None:
    assert read(f"{title}\n\n3 March 2024\n\n{BODY}\n\n© The Courier").title == "Quay Decision Put Off Again"


def test_a_dash_that_no_site_is_known_behind_stays_in_the_title() -> None:
    assert read(f"Quay - a history\n\n3 March 2024\n\n{BODY}").title == "Quay - a history"


def test_a_headline_of_other_wording_than_the_title_of_the_page_is_the_title() -> None:
    article = read(
        "Decision on quay put off again by council | Courier\n\n"
        f"Decision on the quay put off by council again\n\n{BODY}"
    )
    assert article.title == "Decision on the quay put off by council again"
    assert article.zones.body == BODY


@pytest.mark.parametrize(
    ("title", "first"),
    [
        ("Mayor opens new bridge over the river Tees", "The mayor has opened a new bridge over the river Tees."),
        (
            "Feuerwehr rettet Katze aus Baum in Bochum",
            "Die Feuerwehr hat in Bochum eine Katze aus einem Baum gerettet.",
        ),
        ("Мэр Казани открыл новую станцию метро", "Мэр Казани Ильсур Метшин открыл новую станцию метро «Сахаровская»."),
        ("أمطار غزيرة على الساحل", "هطلت أمطار غزيرة على مدن الساحل منذ فجر الأحد، وأغلقت السلطات عددا من الطرق."),
        ("नए पुल का उद्घाटन हुआ", "नए पुल का उद्घाटन हुआ - शहर के मेयर ने किया।"),
        ("Heavy rain in Leeds", "Heavy rain in Leeds – the worst for years – has closed four roads."),
        ("Heavy rain in Leeds | Courier", "Heavy rain in Leeds has closed four roads, the council of the city said."),
        ("Heavy rain in Leeds", "Heavy rain in Leeds: four roads are closed, what comes next?"),
        ("Milk and bread", "Milk and bread - two of each"),
    ],
)
@pytest.mark.parametrize("head", ["", "\n3 March 2025, 14:05", "\nBy Kim Lowe\n3 March 2025"])
def test_a_first_paragraph_that_tells_the_headline_again_is_text(title: str, first: str, head: str) -> None:
    article = read(f"{title}{head}\n\n{first}\n\n{BODY}")
    assert article.title in (title, title.removesuffix(" | Courier"))
    assert first in (article.zones.body.split("\n\n")[0], article.summary)
    assert article.zones.body.endswith(BODY)


def test_a_standfirst_without_a_full_stop_that_tells_the_headline_again_is_kept() -> None:
    first = "The council put the decision about the quay off again"
    article = read(f"Council puts quay decision off again\n{first}\n3 March 2024\n\n{BODY}")
    assert (article.title, article.summary) == ("Council puts quay decision off again", first)


@pytest.mark.parametrize("head", ["", "\n\nBy Ada Quill", "\n\nAda Quill"])
def test_a_poem_titled_by_its_first_line_keeps_it(head: str) -> None:
    verse = "The boats come in at night\nand nobody is counting,\nthe gulls go out to sea"
    article = read(f"The boats come in at night{head}\n\n{verse}\n\nThe boats come in at night\nand stay\nfor good")
    assert article.title == "The boats come in at night"
    assert article.zones.body.count("The boats come in at night") == 2


def test_a_refrain_is_no_headline() -> None:
    article = read("Evening\n\nHear the bells ringing\nover the sea\nHear the bells ringing\nover and over\n")
    assert article.title == "Evening"
    assert article.zones.body.count("Hear the bells ringing") == 2


def test_the_other_wording_of_a_headline_is_kept() -> None:
    article = read(
        f"Quay decision put off by the council again | Courier\n\nCouncil puts off the quay decision again\n\n{BODY}"
    )
    assert article.zones.footer == "Quay decision put off by the council again | Courier"


def test_what_a_head_tells_twice_and_otherwise_is_kept() -> None:
    article = read(f"Quay Decision Put Off Again\nPor Redacción\n3 March 2024\n4 March 2024\nBy Jane Doe\n\n{BODY}")
    assert (article.authors, article.published) == ((Person("Jane Doe"),), datetime(2024, 3, 3, tzinfo=UTC))
    assert article.zones.footer == "Por Redacción\n4 March 2024"


def test_a_list_of_addresses_is_text() -> None:
    article = read("Links\n\nhttps://example.org/a\nhttps://example.org/b\nhttps://example.org/c")
    assert article.url is None
    assert article.zones.body.split() == [f"https://example.org/{name}" for name in "abc"]


def test_a_menu_above_the_headline_is_no_part_of_the_article() -> None:
    article = read(
        f"Courier Online\nQuay Decision Put Off Again\nWorld\n3 March 2024\nQuay Decision Put Off Again\n\n{BODY}"
    )
    assert article.title == "Quay Decision Put Off Again"
    assert article.zones.footer == "Courier Online\nWorld"


@pytest.mark.parametrize(
    "menu",
    [
        "Skip to main content\nHome\nNews\nSport\nBusiness",
        "Startseite\nPolitik\nWirtschaft\nKultur",
        "Accueil\nMonde\nÉconomie\nVallée",
        "Новини\nПолітика\nСпорт",
    ],
)
@pytest.mark.parametrize("below", ["3 March 2024", "3 hours ago", "By Jane Doe", "vor 2 Stunden"])
def test_a_menu_of_sections_above_the_headline_is_no_part_of_the_article(menu: str, below: str) -> None:
    article = read(f"{menu}\nQuay Decision Put Off Again\n{below}\n\n{BODY}")
    assert article.title == "Quay Decision Put Off Again"
    assert article.zones.body == BODY
    assert article.zones.footer.startswith(menu)


def test_the_headline_is_found_below_a_menu_of_any_length() -> None:
    menu = "\n\n".join(f"Topic {number}" for number in range(80))
    article = read(
        f"Quay Decision Put Off Again - Courier\n\n{menu}\n\n3 April 2025\n\n"
        f"Quay Decision Put Off Again\n\n3 March 2024\n\n{BODY}"
    )
    assert article.title == "Quay Decision Put Off Again"
    assert article.published == datetime(2024, 3, 3, tzinfo=UTC)
    assert article.zones.body == BODY


@pytest.mark.parametrize(
    "text",
    [
        "Einkauf\nMilch\nBrot\nKuchen für den Geburtstag von Oma\n3. Mai 2025",
        "Sport\nRun ten miles along the river\nSwim",
        "Travel\nFood\nSix shirts and a warm coat",
    ],
)
def test_a_note_of_short_lines_has_no_menu(text: str) -> None:
    assert read(text).title == text.split("\n")[0]


def test_a_title_that_the_text_says_again_much_later_stays_the_first_line() -> None:
    verse = "\n".join(f"and one more line {number}" for number in range(9))
    article = read(f"Hear the bells over the sea\n\n{verse}\n\nHear the bells over the sea\n\n{verse}")
    assert article.zones.body.count("and one more line 1") == 2


@pytest.mark.parametrize("office", ["Transport correspondent", "BBC News, reporting from Leeds", "Redakteurin"])
def test_a_name_above_an_office_is_the_author(office: str) -> None:
    article = read(f"Quay Decision Put Off Again\n3 hours ago\nJane Doe\n{office}\n\n{BODY}")
    assert article.authors == (() if office.startswith("BBC") else (Person("Jane Doe"),))
    assert "Jane Doe" not in article.zones.body


def test_a_moment_that_cannot_be_read_tells_a_page_and_no_date() -> None:
    article = read(f"Quay Decision Put Off Again\nUpdated 2 hours ago\nShare\n\n{BODY}")
    assert (article.published, article.zones.body) == (None, BODY)
    assert article.zones.footer == "Updated 2 hours ago\nShare"


@pytest.mark.parametrize("line", ["Hace mucho tiempo", "Gestern", "12 July, 14:05", "Long, long ago"])
def test_a_line_of_a_note_that_only_sounds_like_a_moment_is_text(line: str) -> None:
    assert line in read(f"Evening\n{line}\nthe boats came in").zones.body


@pytest.mark.parametrize(
    ("notice", "opening"),
    [
        ("FOR IMMEDIATE RELEASE", "TOLEDO, Ohio, Feb. 3, 2025 -- Acme Corp. opened a plant today."),
        ("Press Release No. 12", "LONDON (3 February 2025) - Acme opened a plant today."),
        ("PRESSEMITTEILUNG Nr. 12/2025", "Toledo, 3. Februar 2025 – Die Acme AG hat heute ein Werk eröffnet."),
        ("Communiqué de presse", "Paris, le 3 février 2025 – Acme a ouvert une usine."),
        ("FOR IMMEDIATE RELEASE: February 3, 2025", "Acme Corp. opened a plant today."),
        ("Pressemitteilung vom 3. Februar 2025", "Die Acme AG hat heute ein Werk eröffnet."),
        ("Embargoed until 3 February 2025", "Acme Corp. opened a plant today."),
    ],
)
@pytest.mark.parametrize(
    "contact", ["", "Contact: Dana Lee, press@acme.example\n", "Pressekontakt:\nDana Lee\n+49 7131 555 010\n\n"]
)
def test_a_press_release_is_titled_by_its_headline_and_dated_by_its_opening(
    notice: str, opening: str, contact: str
) -> None:
    article = read(f"{notice}\n{contact}Acme Opens Plant in Toledo\n{opening}\n\n{BODY}")
    assert article.title == "Acme Opens Plant in Toledo"
    assert article.published == datetime(2025, 2, 3, tzinfo=UTC)
    assert "\n\n".join(filter(None, (article.summary, article.zones.body))) == f"{opening}\n\n{BODY}"


def test_the_service_of_a_release_tells_that_its_opening_is_dated() -> None:
    opening = "TOLEDO, Feb. 3, 2025 /PRNewswire/ -- Acme Corp. opened a plant today."
    assert read(f"Acme Opens Plant\n\n{opening}\n\n{BODY}").published == datetime(2025, 2, 3, tzinfo=UTC)
    letter = "Leipzig, 3. März 1911 – Liebe Mutter, es geht mir gut und das Wetter ist schön."
    assert read(f"Ein Brief\n\n{letter}\n\n{BODY}").published is None


@pytest.mark.parametrize("title", ["Press release", "Communiqué"])
def test_the_words_for_a_release_are_a_title_where_no_other_is(title: str) -> None:
    article = read(f"{title}\n\nAcme Corp. opened a plant today.\n\n{BODY}")
    assert article.title == title
    assert article.zones.body.startswith("Acme Corp.")


def test_lines_about_whom_to_ask_are_text_where_no_release_is() -> None:
    assert "Contact: Ada" in read("Minutes\n\nContact: Ada\n\nThe council met.").zones.body


def test_prose_below_a_date_is_no_title() -> None:
    article = read(f"3 March 2024\n\n{BODY}")
    assert article.published == datetime(2024, 3, 3, tzinfo=UTC)
    assert article.zones.body == BODY
    assert BODY.startswith(article.title.rstrip("…"))


def test_a_caption_is_no_standfirst() -> None:
    article = read(f"{HEAD}Media caption The old quay and its cranes\n\n{BODY}")
    assert article.summary == ""


def test_lines_in_capitals_below_the_head_are_labels() -> None:
    article = read(f"{HEAD}WORLD\n\n{BODY}")
    assert article.zones.body == BODY


def test_a_wrapped_title_is_one() -> None:
    title = "Quay Decision Put Off Again Because Nobody Could\nagree about the cranes"
    assert read(f"{title}\n3 March 2024\n\n{BODY}").title == title.replace("\n", " ")


@pytest.mark.parametrize("gap", ["\n\n", "\n\n\n\n"])
def test_a_short_paragraph_set_off_from_long_ones_is_the_standfirst(gap: str) -> None:
    article = read(f"{HEAD}The cranes stay, for now.{gap}{BODY}")
    assert article.summary == "The cranes stay, for now."
    assert article.zones.lede == article.summary
    assert article.zones.body == BODY


@pytest.mark.parametrize(
    "first",
    [
        "SALTMARSH, March 3 (Wire) — The cranes stay.",
        "It is over. The cranes stay. Nobody knows why.",
        "## The cranes stay here",
        "Too few words",
        "The council met for the fourth time this week and decided nothing about cranes.",
    ],
)
def test_a_first_paragraph_that_belongs_to_the_text_stays_in_it(first: str) -> None:
    article = read(f"{HEAD}{first}\n\n{BODY}")
    assert article.summary == ""
    assert article.zones.body.endswith(BODY)
    assert len(article.zones.body) > len(BODY)


@pytest.mark.parametrize(
    "marker",
    [
        "MORE ON THEME",
        "Read more:",
        "### See also",
        "Mehr zum Thema",
        "À lire aussi",
        "Читайте також",
        "Más noticias",
        "More from the harbour",
        "関連記事",
        "【あわせて読みたい】",
        "延伸阅读：",
        "관련 뉴스",
        "اقرأ أيضًا",
        "أخبار ذات صلة:",
        "Baca juga",
        "यह भी पढ़ें",
    ],
)
def test_a_list_behind_a_marker_is_of_other_stories(marker: str) -> None:
    article = read(f"{HEAD}{BODY}\n\n{marker}\n\n- Crane falls\n- **Fish** dearer (2 March 2024)\n\nFollow us")
    assert titles(article) == ["Crane falls", "Fish dearer"]
    assert article.related[1].published == datetime(2024, 3, 2, tzinfo=UTC)
    assert article.zones.body == BODY
    assert "Crane" not in article.content
    assert article.zones.footer == "Follow us"


@pytest.mark.parametrize("below", [True, False])
def test_a_list_of_dated_headlines_needs_no_marker(below: bool) -> None:
    pairs = [
        ("Crane falls on ferry", "2 March 2024"),
        ("Fish dearer", "1 March 2024"),
        ("Gulls return", "29 February 2024"),
    ]
    rows = "\n".join(f"{story}\n{date}" if below else f"{date}\n{story}" for story, date in pairs)
    article = read(f"{HEAD}{BODY}\n\n{rows}\n")
    assert titles(article) == [story for story, _ in pairs]
    assert [item.published and item.published.day for item in article.related] == [2, 1, 29]
    assert article.zones.body == BODY


def test_dates_that_cannot_be_read_still_divide_a_list() -> None:
    article = read(f"{HEAD}{BODY}\n\nLATEST\n2 hours ago\nCrane falls\nYesterday\nFish dearer\n14:05\nGulls return\n")
    assert titles(article) == ["Crane falls", "Fish dearer", "Gulls return"]
    assert all(item.published is None for item in article.related)
    assert article.zones.body == BODY


def test_a_heading_in_capitals_that_nobody_knows_is_no_headline() -> None:
    cards = "2 March 2024\nCrane falls\n1 March 2024\nFish dearer\n29 February 2024\nGulls return"
    article = read(f"{HEAD}{BODY}\n\nWHAT ELSE HAPPENED TODAY\n{cards}")
    assert titles(article) == ["Crane falls", "Fish dearer", "Gulls return"]


def test_teasers_labels_and_repetitions_in_a_list_are_no_headlines() -> None:
    cards = "".join(
        f"{day} March 2024 | World\nWORLD\n{story}\n{story}\nIt happened in the night, and nobody saw it at all.\n"
        for day, story in ((2, "Crane falls"), (1, "Fish dearer"))
    )
    article = read(f"{HEAD}{BODY}\n\nRelated\n{cards}")
    assert titles(article) == ["Crane falls", "Fish dearer"]
    assert [item.published and item.published.day for item in article.related] == [2, 1]
    assert article.zones.body == BODY


def test_a_list_in_the_middle_does_not_end_the_article() -> None:
    first, second = BODY.split("\n\n")
    article = read(f"{HEAD}{first}\n\nRelated\nCrane falls\n\n{second}")
    assert article.zones.body == BODY
    assert titles(article) == ["Crane falls"]


def test_a_list_in_the_middle_of_a_japanese_text_does_not_end_it() -> None:
    first, second = "港の灯台が修理を終え、再び灯りをともした。", "工事は二年かかり、費用は町と漁協が分け合った。"
    article = read(f"港の灯台、百年ぶりに修復\n2024年3月3日\n\n{first}\n\n関連記事\n漁港の市場が新装開店\n\n{second}")
    assert article.zones.body == f"{first}\n\n{second}"
    assert titles(article) == ["漁港の市場が新装開店"]


@pytest.mark.parametrize(
    "line",
    [
        "Read more: Crane falls",
        "Lire aussi | Crane falls",
        "【関連記事】Crane falls",
        "延伸阅读：Crane falls",
        "اقرأ أيضا: Crane falls",
    ],
)
def test_a_line_that_names_another_story_is_taken_out_of_the_text(line: str) -> None:
    first, second = BODY.split("\n\n")
    article = read(f"{HEAD}{first}\n\n{line}\n\n{second}")
    assert article.zones.body == BODY
    assert titles(article) == ["Crane falls"]


def test_a_sentence_behind_a_colon_is_no_other_story() -> None:
    article = read(f"{HEAD}{BODY}\n\nRelated: the cranes were sold in May.")
    assert article.zones.body.endswith("sold in May.")
    assert article.related == ()


def test_a_list_right_below_the_head_gives_an_article_without_text() -> None:
    article = read(f"{HEAD}Related\n2 March 2024\nCrane falls\n")
    assert (titles(article), article.content) == (["Crane falls"], "")


def test_a_marker_that_nothing_follows_is_text() -> None:
    assert read(f"{HEAD}{BODY}\n\nRelated").zones.body.endswith("Related")


def test_links_in_a_list_give_their_address_and_bare_addresses_no_headline() -> None:
    article = read(
        f"{HEAD}{BODY}\n\nRelated\n[Crane falls](https://example.org/crane)\nhttps://example.org/x\n"
        "12:05 Fish dearer\n2024-03-01 Gulls return"
    )
    assert [(item.title, item.url) for item in article.related] == [
        ("Crane falls", "https://example.org/crane"),
        ("Fish dearer", None),
        ("Gulls return", None),
    ]
    assert article.related[2].published == datetime(2024, 3, 1, tzinfo=UTC)


def test_dates_in_a_text_do_not_cut_it() -> None:
    first, second = BODY.split("\n\n")
    text = f"{first}\n\n10 March 1911\n\n{second}\n\n11 March 1911\n\n{first}\n\n12 March 1911\n\n{second}"
    article = read(HEAD + text)
    assert article.zones.body == text
    assert article.related == ()


def test_headlines_too_far_from_the_end_are_no_list() -> None:
    rows = "2 March 2024\nCrane falls\n1 March 2024\nFish dearer\n29 February 2024\nGulls return"
    assert read(f"{HEAD}{BODY}\n\n{rows}\n\n{BODY}\n\n{BODY}").related == ()


def test_dates_alone_are_no_list() -> None:
    article = read(f"{HEAD}{BODY}\n\n2 March 2024\n1 March 2024\n29 February 2024")
    assert article.related == ()


def test_furniture_and_tags_leave_the_text() -> None:
    first, second = BODY.split("\n\n")
    article = read(
        f"{HEAD}{first}\n\nAdvertisement\n\n{second}\n\nTags: harbour, #cranes\n\n"
        "Share\nFacebook | X\nHarbour Street 1\n© 2024 Courier\nAll rights reserved"
    )
    assert article.zones.body == BODY
    assert article.tags == ("harbour", "cranes")
    assert article.rights == "© 2024 Courier All rights reserved"


@pytest.mark.parametrize(
    "buttons",
    [
        "Kommentare\nDrucken\nTeilen",
        "12 Kommentare\nArtikel anhören\nMerken\nLink kopieren",
        "Commentaires (4)\nImprimer l'article\nÉcouter\nCopier le lien",
        "Comentarios\nGuardar\nEscuchar este artículo\nImprimir",
        "Commenti: 3\nStampa\nAscolta l’articolo",
        "Reacties\nAfdrukken\nBewaar artikel",
        "Komentarze (2)\nDrukuj\nKopiuj link",
        "Комментарии\nРаспечатать\nСкопировать ссылку",
        "コメント\n印刷\nシェアする",
        "طباعة\nمشاركة",
    ],
)
def test_buttons_to_comment_print_or_keep_are_no_text(buttons: str) -> None:
    article = read(f"Quay Decision Put Off Again\n3 March 2024\n{buttons}\n\n{BODY}")
    assert article.zones.body == BODY
    assert article.zones.footer == buttons


@pytest.mark.parametrize(
    "line", ["Kommentare kosten nichts", "Drucken lohnt sich wieder", "Imprimer à la maison", "12 Kommentatoren kamen"]
)
def test_a_heading_that_begins_like_a_button_is_text(line: str) -> None:
    first, second = BODY.split("\n\n")
    assert line in read(f"{HEAD}{first}\n\n{line}\n\n{second}").zones.body


def test_a_word_of_pages_is_text_in_a_note() -> None:
    assert read("To do\n\nPrint\nSave\nContact\nbuy milk").zones.body.split("\n\n")[0].startswith("Print")


def test_notices_leave_the_text_of_a_page_that_only_its_rights_tell() -> None:
    first, second = BODY.split("\n\n")
    article = read(f"Quay\n\n{first}\n\nAdvertisement\n\n{second}\n\n© 2024 Courier")
    assert article.zones.body == BODY


def test_a_line_about_rights_makes_a_page_of_a_text_without_head() -> None:
    article = read(f"Quay\n\n{BODY}\n\nContact\n© 2024 Courier")
    assert (article.zones.body, article.rights) == (BODY, "© 2024 Courier")


def test_a_note_keeps_all_its_lines() -> None:
    text = "Errands\n\nmilk\neggs\n\nSee also\nthe list on the door\n\nHome\nContact"
    article = read(text)
    assert article.title == "Errands"
    assert [row for row in text.split("\n")[1:] if row and row not in article.zones.body] == []
    assert article.related == ()


def test_a_note_that_begins_with_prose_is_titled_by_its_beginning_and_keeps_it() -> None:
    article = read(BODY.replace("\n\n", " "))
    assert article.title.endswith("…")
    assert len(article.title) <= 100
    assert article.zones.body == BODY.replace("\n\n", " ")


def test_a_long_paragraph_right_below_the_title_is_text() -> None:
    long = BODY.replace("\n\n", " ") * 2
    assert read(f"Quay\n\n{long}\n\n3 March 2024\n\n{BODY}").zones.body.startswith(long)


def test_a_title_alone_is_an_article_and_nothing_at_all_is_none() -> None:
    assert (read("Buy lamp oil").title, read("Buy lamp oil").content) == ("Buy lamp oil", "")
    with pytest.raises(Unreadable, match="neither a title nor text"):
        read("\n***\n-----\n \n")


def test_a_date_alone_is_its_own_title() -> None:
    assert read("3 March 2024").title == "3 March 2024"


def test_marks_of_headings_lists_and_emphasis_become_html_and_nothing_else_does() -> None:
    article = read(f"{HEAD}{BODY}\n\n### Cranes & Co\n\n**Bold line**\n\nA **big** <crane> *x*.\n\n- one\n- two **2**")
    assert article.content.split("\n")[2:] == [
        "<h3>Cranes &amp; Co</h3>",
        "<h3>Bold line</h3>",
        "<p>A <strong>big</strong> &lt;crane&gt; *x*.</p>",
        "<ul><li>one</li><li>two <strong>2</strong></li></ul>",
    ]


def test_wrapped_lines_are_joined_where_the_whole_text_is_wrapped() -> None:
    article = read(
        "The Cranes of the Old Quay\n\n3 March 2024\n\n"
        "The council met for the third time this week and came\n"
        "to no decision. Nobody had asked the fishermen. They\n"
        "came all the same, sat down in the first row, and left\n"
        "at the end.\n"
    )
    assert article.zones.body == (
        "The council met for the third time this week and came to no decision. Nobody had asked the fishermen. "
        "They came all the same, sat down in the first row, and left at the end."
    )


@pytest.mark.parametrize("blank", ["    ", "\t"])
def test_indented_code_keeps_its_lines(blank: str) -> None:
    article = read(
        f"Fixing the build\n\nRun this:\n\n{blank}make clean\n{blank}make <all>\n{blank}  -j 2\n\nThen wait."
    )
    assert article.content.split("\n\n")[0] == (
        "<p>Run this:</p>\n<pre>make clean\nmake &lt;all&gt;\n  -j 2</pre>\n<p>Then wait.</p>"
    )
    assert article.zones.body == "Run this:\n\n    make clean\n    make <all>\n      -j 2\n\nThen wait."


def test_an_indented_line_is_code_only_behind_a_colon() -> None:
    assert "<pre>make all</pre>" in read("Fixing\n\nRun this:\n\n    make all\n\nThen wait.").content
    assert "<pre>" not in read("Fixing\n\n    It was late.\n\nThe boats came in.\n\n    Nobody saw.").content


def test_long_lines_of_code_are_not_joined() -> None:
    code = "    curl --silent --fail https://example.org/a\n    tar xzf archive.tar.gz && make && echo done\n    rm a"
    assert code in read(f"Fixing the build\n\nRun this:\n\n{code}\n\nThen wait.").zones.body


def test_a_quotation_that_is_indented_and_wrapped_is_a_paragraph() -> None:
    quotation = textwrap.indent(textwrap.fill(BODY.split("\n\n")[0] + " " + BODY.split("\n\n")[1], 66), "    ")
    article = read(f"Quay\n\nThe minutes say:\n\n{quotation}\n\nThat is all.")
    assert article.zones.body.split("\n\n")[1] == BODY.replace("\n\n", " ")


def test_a_page_that_is_indented_as_a_whole_holds_no_code() -> None:
    article = read(textwrap.indent(f"{HEAD}{BODY}\n\none short line\nand another one", "      "))
    assert "<pre>" not in article.content
    assert article.zones.body.startswith(BODY)


def test_verse_and_addresses_keep_their_lines() -> None:
    article = read("Evening\n\nThe boats come in,\nthe gulls go out,\nand **nobody**\nis counting.\n\n(for M.)")
    assert article.content == (
        "<p>The boats come in,<br>the gulls go out,<br>and <strong>nobody</strong><br>is counting.</p>\n<p>(for M.)</p>"
    )


def test_a_paragraph_that_was_wrapped_once_at_a_long_line_is_one() -> None:
    first = (
        f"They stand where they always stood, in the folder that is served by the old machine {'far ' * 8}below, and"
    )
    article = read(f"Pages\n\n{first}\nnobody reads them.\n\nThat is all.")
    assert article.zones.body == f"{first} nobody reads them.\n\nThat is all."


@pytest.mark.parametrize("dirt", ["\r\n", "\f", "\t\n", "\xa0\n", "\u2028"])
def test_any_kind_of_line_end_and_blank_is_one(dirt: str) -> None:
    assert read("\ufeff" + (HEAD + BODY).replace("\n", dirt)).zones.body == BODY


def test_a_long_file_of_short_lines_is_read_in_passing() -> None:
    article = read("Log\n" + "1 2 3 4\n" * 20_000)
    assert len(article.zones.body) > 100_000


LINES = st.lists(
    st.sampled_from(
        [
            *("", "", "3 March 2024", "2 hours ago", "By Jane Doe", "Related", "Read more: Crane falls", "Follow us"),
            *("© 2024 X", "Crane falls", "WORLD", "Quay | Courier", "Quay Decision", "- item", "### Head"),
            *("Tags: a, b", "https://example.org/", *BODY.split("\n\n")),
        ]
    )
    | st.text(max_size=30),
    max_size=40,
)


@given(LINES)
def test_whatever_the_lines_the_article_is_fit_for_xml_and_nothing_is_told_twice(lines: list[str]) -> None:
    try:
        article = read("\n".join(lines).encode("utf-8", "replace").decode())
    except Unreadable:
        return
    assert article.title
    assert valid(article.title + article.content + article.summary + "".join(titles(article)))
    assert len(set(map(str.casefold, titles(article)))) == len(article.related)
    assert article.published is None or article.published.utcoffset() is not None


PROSE = st.lists(
    st.sampled_from(
        [
            *(
                "",
                "",
                "",
                "3 March 2024",
                "By Jane Doe",
                "WORLD",
                "Quay Decision Put Off | Courier",
                "Quay Decision Put Off",
            ),
            *(
                "The quay decision was put off.",
                "Quay Decision Put Off - by the council",
                "The council put off the quay decision",
            ),
            *("Who put off the quay decision?", *BODY.split("\n\n")),
        ]
    ),
    min_size=1,
    max_size=25,
)


@given(PROSE)
def test_no_line_of_prose_vanishes_into_no_zone(lines: list[str]) -> None:
    try:
        article = read("\n".join(lines))
    except Unreadable:
        return
    zones = article.zones
    kept = " ".join("\n".join((zones.title, zones.lede, zones.body, zones.related, zones.footer)).split())
    assert [row for row in lines if len(row.split()) > 5 and row.removesuffix(" | Courier") not in kept] == []


def test_a_real_dump_of_a_news_page_gives_what_is_wanted(corpus: Path) -> None:
    article = read((corpus / "newsdump" / "page-01.txt").read_text(encoding="utf-8"))
    dates = [item.published for item in article.related if item.published]
    assert article.title == "North Korean Soldier Captured by Ukraine Amid Rising Tensions"
    assert article.published == datetime(2025, 7, 11, 8, 4, 49, tzinfo=UTC)
    assert (len(article.summary), article.summary[:14]) == (184, "The capture of")
    assert (article.content.count("<p>"), len(article.zones.body.split())) == (5, 282)
    assert len(article.related) == len(dates) == 20
    assert (max(dates), min(dates)) == (
        datetime(2025, 7, 10, 16, 37, 9, tzinfo=UTC),
        datetime(2025, 7, 8, 14, 52, 13, tzinfo=UTC),
    )
    assert not any(mark in title for title in titles(article) for mark in ("**", "#"))
    assert article.rights == "© 2024 SwissX REDD UK ltd. All Rights Reserved."
    assert (article.authors, article.url) == ((), None)
    seen = article.zones.title + article.zones.lede + article.zones.body
    assert not any(word in seen.casefold() for word in ("trump", "drone", "sanction", "macron"))
