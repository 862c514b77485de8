"""Words: what goes out of text, what it is divided into, and what bytes mean."""

from __future__ import annotations

import re
import textwrap
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from feedd.errors import Unreadable
from feedd.text import clean, decode, excerpt, joined, line, paragraphs, slug, valid, words

RUSSIAN = "Совет депутатов принял решение о ремонте дороги. Работы начнутся весной."
FRENCH = "L’été, à Paris : les élèves préfèrent les vacances à l’école."


def test_what_xml_forbids_is_taken_out_and_the_rest_is_kept() -> None:
    assert clean("a\x00b\x0be\x08\ufffe\uffff\x7f\x9fz") == "ab\nez"


def test_line_ends_of_every_system_become_one() -> None:
    assert clean("a\r\nb\rc\x0cd\x85e\u2028f\u2029g\th") == "a\nb\nc\nd\ne\nf\ng\th"


def test_a_surrogate_pair_is_the_character_it_stands_for_and_a_lone_one_goes() -> None:
    assert clean("\ud83d\ude00 \ud800x") == "😀 x"


def test_text_is_composed() -> None:
    assert clean("e\u0301") == "é"


def test_a_byte_order_mark_inside_text_goes() -> None:
    assert clean("a\ufeffb") == "ab"


@given(st.text(st.characters(codec=None, exclude_categories=())))
def test_clean_text_always_fits_into_xml_and_is_clean_already(text: str) -> None:
    done = clean(text)
    assert valid(done)
    assert clean(done) == done
    etree.Element("title").text = done


def test_a_title_is_one_line_without_invisible_characters() -> None:
    assert line(" \u202eA\u00a0 title\n\u200bfor\tall\u2069 ") == "A title for all"
    assert line("  plain   ascii ") == "plain ascii"


def test_a_title_of_nothing_visible_is_empty_but_an_emoji_is_kept_whole() -> None:
    assert line("\u200d\ufe0f \u200c") == ""
    assert line("❤\ufe0f") == "❤\ufe0f"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
def test_a_byte_order_mark_decides(encoding: str) -> None:
    assert decode(("\ufeff" + RUSSIAN).encode(encoding), "koi8-r") == (RUSSIAN, encoding)


def test_a_marked_file_that_was_cut_is_refused_with_its_encoding() -> None:
    with pytest.raises(Unreadable, match=r"marked as utf-16-le .*cut short"):
        decode(b"\xff\xfea\x00b")


def test_a_declared_charset_stands_above_utf_8_and_a_wrong_one_below() -> None:
    assert decode("café".encode("latin-1"), " ISO-8859-1 ") == ("café", "cp1252")
    assert decode("café 😀".encode(), "shift_jis") == ("café 😀", "utf-8")


@pytest.mark.parametrize("label", ["utf-7", "unicode_escape", "base64", "idna", "no such thing", "", "\0"])
def test_a_label_that_no_document_can_mean_is_ignored(label: str) -> None:
    assert decode(b"\\u0041+AGE-", label) == ("\\u0041+AGE-", "utf-8")


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (RUSSIAN, "cp1251"),
        (FRENCH, "cp1252"),
        ("Привет, как дела? Хорошо, спасибо.", "cp866"),
        ("Žluťoučký kůň úpěl ďábelské ódy, řekl mluvčí", "cp1250"),
        ("Η κυβέρνηση ανακοίνωσε νέα μέτρα", "cp1253"),
        ("東京で新しい会議が開かれました。", "shift_jis"),
        ("韩国总统宣布新政策，北京表示欢迎。", "gb18030"),
        ("한국 대통령이 새로운 정책을 발표했다.", "euc_kr"),
    ],
)
def test_an_undeclared_old_charset_is_guessed(text: str, encoding: str) -> None:
    assert decode(text.encode(encoding)) == (text, encoding)


@pytest.mark.parametrize(
    "data", [b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", b"\0" * 100, b"text \0\xff\xfe", b"\xfe\xff" + b"\0\0" * 9 + b"\0a"]
)
def test_binary_data_is_refused_as_such(data: bytes) -> None:
    with pytest.raises(Unreadable, match="binary"):
        decode(data)


def test_one_stray_nul_in_utf_8_is_dirt() -> None:
    assert decode(b"a\0b" + b" text" * 40)[0].startswith("a\0b")


@given(st.binary(max_size=200), st.none() | st.text(max_size=20))
def test_any_bytes_are_text_or_unreadable_and_always_the_same(data: bytes, label: str | None) -> None:
    answers = []
    for _ in range(2):
        try:
            answers.append(decode(data, label))
        except Unreadable as error:
            answers.append((str(error), ""))
    assert answers[0] == answers[1]


def test_bytes_of_no_charset_are_refused() -> None:
    with pytest.raises(Unreadable, match="can't be told"):
        decode(b"\xde\xfd\x87")


RUSSIAN = "Паром вернулся в порт на рассвете "


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (RUSSIAN.encode() + b"\xd0 .", RUSSIAN + "\ufffd ."),
        (RUSSIAN.encode() + b"\xed\xa0\xbd\xed\xb8\x80", RUSSIAN + "\U0001f600"),
        (RUSSIAN.encode() + b"\xed\xa0\xbd", RUSSIAN + "\ufffd"),
    ],
    ids=["a character cut in two", "a pair of surrogates", "half of such a pair"],
)
def test_utf_8_with_a_fault_is_utf_8(data: bytes, text: str) -> None:
    assert decode(data) == (text, "utf-8")


def test_what_is_declared_to_be_utf_8_may_have_more_faults() -> None:
    data = "naïve café ñ".encode() + b" \xc3 "
    assert decode(data, "utf-8") == ("naïve café ñ \ufffd ", "utf-8")
    assert decode("Паром вернулся в порт".encode("cp1251"), "utf-8")[0] == "Паром вернулся в порт"


def test_blank_lines_divide_paragraphs_and_wrapped_lines_are_joined() -> None:
    text = (
        "The ferry carried its first passengers on Sunday morning, after two\n"
        "years in the yard, and nobody on the quay wanted to miss the picture\n"
        "of it.\n \nA second paragraph."
    )
    first, second = paragraphs(text)
    assert first.endswith("after two years in the yard, and nobody on the quay wanted to miss the picture of it.")
    assert second == "A second paragraph."


def test_long_lines_are_paragraphs_of_their_own() -> None:
    long = "A line that nobody ever wrapped goes on and on, " * 4
    assert paragraphs(f"{long}\n{long}") == [long.strip()] * 2


def test_lines_broken_on_purpose_stay_apart() -> None:
    assert paragraphs("Milk\nEggs\nA new lamp") == ["Milk", "Eggs", "A new lamp"]
    assert paragraphs("- a first item which is rather long for one\n- a second item of it") == [
        "- a first item which is rather long for one",
        "- a second item of it",
    ]


@pytest.mark.parametrize(
    "block",
    [
        "milk\nbread\nlamp oil",
        "The boats come in,\nthe gulls go out,\nand nobody\nis counting.",
        "Ada Penrose\nHill Road 4\nSaltmarsh",
        "Then comes the ferry, late, with all its windows lit,\nThe captain leaning out as if it were his sea;\n"
        "Behind him sleep\nThe last of the fishermen.",
        "and then the sea, the sea again,\nwith nothing\nbut the light on it and the gulls\nabove\nthe light",
    ],
)
def test_the_lines_of_verse_lists_and_addresses_are_meant(block: str) -> None:
    assert paragraphs(block) == block.split("\n")


@pytest.mark.parametrize(
    "block",
    [
        "The ferry carried its first passengers on Sunday morning, after\nit had been in the yard for two years.",
        "Der Rat kam am Dienstag zum dritten Mal in dieser\nWoche zusammen und beschloss nichts über den\nalten Kai.",
        "For the first time since 1874 the lamp\non Gull Rock will not be lit this\nwinter. The council says that it\n"
        "cannot pay for the repairs, and the\nharbour board agrees.",
    ],
)
def test_prose_wrapped_at_any_width_is_one_paragraph(block: str) -> None:
    assert paragraphs(block) == [block.replace("\n", " ")]


@pytest.mark.parametrize(
    ("break_at", "rest"),
    [
        ("stairs and then", "up the hill to the old"),
        ("stairs behind the", "Tideway, whose"),
        ("stairs of", "Ada Penrose"),
    ],
)
def test_a_long_line_that_breaks_off_in_a_sentence_goes_on(break_at: str, rest: str) -> None:
    last = (
        "They stand where they always stood, in the folder that is served by the old machine that is below the "
        + break_at
    )
    assert paragraphs(f"{last} {last}\n{rest} one.") == [f"{last} {last} {rest} one."]


def test_a_long_line_that_ends_a_sentence_or_a_headline_does_not_go_on() -> None:
    long = "In the end they stand where they always stood, in the folder of the grey machine below the stairs,"
    long += " and so very far from the "
    assert len(paragraphs(f"{long}quay.\nand")) == 2
    assert len(paragraphs(f"{long}old harbour of Saltmarsh\nNobody knows why")) == 2
    assert len(paragraphs(f"{long}quay, where we had\n- an item")) == 2


def test_text_wrapped_at_a_very_wide_width_is_joined() -> None:
    text = "Der Rat kam am Dienstag zum dritten Mal zusammen und Beschloss Nichts. " * 12
    wrapped = textwrap.fill(text, 160)
    assert paragraphs(wrapped) == [text.strip()]


def test_a_hyphen_at_a_line_end_stays_and_joins() -> None:
    assert joined("a well-", "known place") == "a well-known place"


def test_chinese_lines_are_joined_without_a_blank() -> None:
    assert joined("东京", "会议") == "东京会议"
    assert paragraphs("东" * 40 + "\n" + "京" * 10) == ["东" * 40 + "京" * 10]


@given(st.text())
def test_paragraphs_lose_no_text(text: str) -> None:
    text = clean(text)
    assert "".join("".join(paragraphs(text)).split()) == "".join(text.split())


def test_a_slug_is_plain_and_stable() -> None:
    assert slug("Trump's Été: Київ!") == "trumps-ete-kiiv"
    assert slug("\u200b \n") == ""
    assert re.fullmatch("[0-9a-f]{12}", slug("\u0378!"))


def test_a_long_slug_is_cut_between_words_where_there_are_any() -> None:
    assert slug("word " * 40) == "-".join(["word"] * 16)
    assert slug("w" * 100) == "w" * 80


@given(st.text())
def test_any_visible_text_has_a_slug(text: str) -> None:
    name = slug(text)
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", name) if line(text) else name == ""
    assert len(name) <= 80


def test_words_are_counted_in_scripts_without_spaces_too() -> None:
    assert words("three plain words") == 3
    assert words("два слова") == 2
    assert words("東京 today") == 3


def test_an_excerpt_ends_behind_a_sentence_or_a_word_and_says_so() -> None:
    assert excerpt("Short.", 20) == "Short."
    assert excerpt("One sentence here. Another that is long.", 30) == "One sentence here. …"
    assert excerpt("Some words, without an end anywhere", 16) == "Some words…"
    assert excerpt("x" * 50, 10) == "x" * 9 + "…"
    assert excerpt("q\u0301" * 20, 10) == "q\u0301" * 4 + "…"


@given(st.text(), st.integers(10, 60))
def test_an_excerpt_is_never_longer_than_asked_for(text: str, limit: int) -> None:
    short = excerpt(text, limit)
    assert len(short) <= limit
    assert not unicodedata.combining(short[-1:] or " ") or len(line(text)) <= limit


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
def test_utf_16_and_32_that_begin_with_ascii_need_no_mark(encoding: str) -> None:
    assert decode("<a>Größe, Паром</a>".encode(encoding)) == ("<a>Größe, Паром</a>", encoding)


@pytest.mark.parametrize("data", [b"\0", b"a\0", b"\0\0\0\0abcd", b"PK\x03\x04\0\0", b"a\0b\0\xff"])
def test_what_only_looks_like_utf_16_is_not_read(data: bytes) -> None:
    with pytest.raises(Unreadable):
        decode(data * 3 if len(data) < 4 else data)
