"""The language of terms: what an editor writes, and when text and term are the same."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedd.finding import finder
from feedd.terms import about, fold, implies, read


def found(term: str, text: str, *, bare: bool = False, **lists: list[str]) -> bool:
    return bool(finder(read(term, lists, bare=bare)).find([("title", text)], {}))


@pytest.mark.parametrize(
    ("term", "text", "wanted"),
    [
        ("korea", "Talks in Korea", True),
        ("korea", "KOREA!", True),
        ("korea", "Korean talks", False),
        ("korea*", "Korean talks", True),
        ("korea", "Koreatown", False),
        ("art", "The Start of art-house", True),
        ("art", "A start", False),
        ("north korea*", "North   Korean soldier", True),
        ("north korea", "north\u00a0korea wins", True),
        ("north korea", "north\nkorea", True),
        ("straße", "Die STRASSE", True),
        ("l'équipe", "L’Équipe gagne", True),
        ("u.s.", "The U.S. said", True),
        ("c++", "On C++ and C", True),
        ("война", "Война и мир", True),
        ("войн*", "О войне", True),
        ("οδός", "ΟΔΌΣ", True),
        ("covid-19", "Covid‑19 numbers", True),
        ("covid-19", "covid–19", True),
        ("us-china", "US–China", True),
        ("us-china", "US\u2212China", True),
        ("us-china", "US—China", True),
        ("us–china", "US-China", True),
        ("us-china", "US China", False),
        ("snake_case", "a snake_case name", True),
        ("snake", "a snake_case name", False),
        ("2025", "in 2025年", True),
        ("istanbul", "İSTANBUL'da", True),
        ("diyarbakır", "DİYARBAKIR", True),
        ("kıbrıs*", "KIBRISLI", True),
        ("Kıbrıs", "Kıbrıs, kıbrıs", True),
        ("ırak savaşı", "Irak Savaşı", True),
        ("ırak", "Irak", True),
        ("sınır", "Sinir, SİNİR", False),  # another word
        ("iran", "IRAN", True),
        ("トヨタ", "ﾄﾖﾀ", True),
        ("ﾎﾞﾙﾎﾞ", "ボルボ", True),
        ("e\u0301tat", "L'\u00c9tat", True),  # composed or not
        ("Ａｐｐｌｅ", "apple pie", True),
        ("ship", "ship\u00adping", False),
    ],
)
def test_a_term_is_a_bounded_word_or_phrase_in_any_case(term: str, text: str, wanted: bool) -> None:
    assert found(term, text) is wanted


@pytest.mark.parametrize(
    ("term", "text", "wanted"),
    [
        ("*stelle", "Die Haltestelle", True),
        ("*stelle", "Die Haltestellen", False),
        ("*stelle*", "Die Haltestellenfrage", True),
        ("klima*", "Der Klimagipfel", True),
        ("*gipfel", "Der Klimagipfel", True),
        ("*klima", "Klimagipfel", False),
    ],
)
def test_compounds_are_found_by_their_ends_or_their_inside(term: str, text: str, wanted: bool) -> None:
    assert found(term, text) is wanted


@pytest.mark.parametrize(
    ("term", "text", "wanted"),
    [
        ("东京", "昨天在东京都的会议", True),
        ("東京", "昨日は東京で", True),
        ("ひまわり", "あのひまわりが咲く", True),
        ("ไทย", "ประเทศไทยวันนี้", True),
        ("ลาว", "ไปลาวมา", True),
        ("NATO", "NATO軍が", True),
        ("イラン", "イラン人の", True),
        ("イラン", "ハイランドで", False),  # Katakana is written in runs
        ("トランプ", "トランプ大統領", True),
        ("アジア", "アジアカップ", False),
        ("アジア*", "アジアカップ", True),
        ("กา", "กำลังกา\u0e49ว", False),  # a mark behind it makes another syllable
        ("बात", "बातें हुई", False),
        ("बात", "यह बात है", True),
        ("한국", "한국은 오늘", False),  # Korean has spaces, and particles behind its words
        ("한국*", "한국은 오늘", True),
        ("का", "बा\u0902का है", False),  # marks behind a letter belong to its word
        ("n", "e\u0302\u0323n", False),
    ],
)
def test_scripts_without_spaces_need_no_word_ends(term: str, text: str, wanted: bool) -> None:
    assert found(term, text) is wanted


def test_an_equals_sign_asks_for_this_very_case() -> None:
    assert found("=US", "The US said")
    assert not found("=US", "Tell us more")
    assert found("=Apple*", "Apples")
    assert not found("=Apple*", "apples")
    assert found("us", "The US said")


def test_diacritics_count_unless_they_are_to_be_folded() -> None:
    assert not found("lodz", "In Łódź")
    assert found("lodz", "In Łódź", bare=True)
    assert found("Łódź", "in lodz", bare=True)
    assert found("όχι", "οχι", bare=True)
    assert found("smorrebrod", "Smørrebrød", bare=True)
    assert found("ecole", "L'École", bare=True)
    assert found("thordur", "Þórður", bare=True)
    assert found("kibris", "Kıbrıs, KIBRIS", bare=True)
    assert not found("बत", "बात", bare=True)  # the vowels of Indian scripts are no accents
    assert not found("か", "が", bare=True) or fold("が", bare=True) == fold("か", bare=True)


def test_a_regular_expression_is_read_in_any_case_and_takes_linear_time() -> None:
    assert found(r"re:kore(a|ans?)\b", "The KOREANS")
    assert not found(r"re:(?-i:US)\b", "Tell us")
    assert not found("re:(a*)*b", "a" * 50_000)


@pytest.mark.parametrize(
    ("term", "problem"),
    [
        ("*", "holds no letter"),
        ("=", "holds no letter"),
        ("a*b", "asterisk"),
        ("re:(a", r"no expression of RE2: missing \)"),
        ("re:(?=a)b", "no expression of RE2"),
        ("re:x*", "found in everything"),
        ("re:", "found in everything"),
        (r"re:\b", "found in everything"),
        (r"re:korea|\ba?", "found in everything"),
        ("re:(?m)x|$", "found in everything"),
        ("@nowhere", "no list 'nowhere'"),
        ("tag:", "holds no letter"),
        ("tags:foo", "did you mean 'tag:foo'"),
        ("Tag:deep sea", "did you mean 'tag:deep sea'"),
        (" tag:deep", "did you mean 'tag:deep'"),
        ("lang:en", "did you mean 'language:en'"),
        ("regex:fo+", r"did you mean 're:fo\+'"),
        ("inboxes:desk", "did you mean 'inbox:desk'"),
        (" @dprk", "did you mean '@dprk'"),
        ("\t=US", "did you mean '=US'"),
        ("path:/", "names nothing"),
    ],
)
def test_what_is_no_term_is_told(term: str, problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        read(term, {})


@pytest.mark.parametrize("term", ["Source: Reuters", "star wars: andor", "=Source:Reuters", " korea "])
def test_words_with_a_colon_or_blanks_are_words(term: str) -> None:
    assert found(term, f"x {term.removeprefix('=')} y")


def test_a_list_may_name_lists_and_none_may_contain_itself() -> None:
    assert found("@korea", "In Pyongyang", dprk=["pyongyang"], korea=["@dprk", "seoul"])
    with pytest.raises(ValueError, match="'a' contains itself: a → b → a"):
        read("@a", {"a": ["@b"], "b": ["@a"]})


def test_lists_take_no_more_than_their_length_however_they_are_nested() -> None:
    chain = {f"l{at}": [f"@l{at + 1}"] for at in range(5000)} | {"l5000": ["x"]}
    assert [pattern.text for pattern in read("@l0", chain)] == ["x"]
    doubling = {f"l{at}": [f"@l{at + 1}", f"@l{at + 1}", f"w{at}"] for at in range(60)} | {"l60": ["x"]}
    assert len(read("@l0", doubling)) == 61
    with pytest.raises(ValueError, match="list 'l0' contains itself: l0 → l1 → l0"):
        read("@l0", {"l0": ["x", "@l1"], "l1": ["y", "@l0"]})


def test_two_ways_of_writing_one_thing_are_one_pattern() -> None:
    assert len(set(read("Korea", {}) + read("KOREA", {}) + read("korea ", {}))) == 1
    assert len(set(read("=Korea", {}) + read("=KOREA", {}))) == 2
    assert [str(read(term, {})[0]) for term in ("*A b*", "=US", "re:a+", "tag:Deep Sea")] == [
        "*a b*",
        "=US",
        "re:a+",
        "tag:deep sea",
    ]


@pytest.mark.parametrize(
    ("one", "other", "wanted"),
    [
        ("korean", "korea*", True),
        ("north korea", "korea", True),
        ("korea", "korea", True),
        ("=Korea", "korea", True),
        ("korea", "=Korea", False),
        ("korea*", "korea", False),
        ("korea*", "korea*", True),
        ("*korea", "korea", False),
        ("koreatown", "korea", False),
        ("re:a", "a", False),
        ("tag:a", "tag:a", True),
        ("tag:a", "a", False),
    ],
)
def test_a_term_implies_what_stands_in_it(one: str, other: str, wanted: bool) -> None:
    assert implies(read(one, {})[0], read(other, {})[0]) is wanted


@pytest.mark.parametrize(
    ("kind", "value", "given", "wanted"),
    [
        ("tag", "Deep Sea", "deep  sea", True),
        ("tag", "deep*", "Deep Sea", True),
        ("tag", "deep", "Deep Sea", False),
        ("author", "*Lee", "Kim Lee", True),
        ("path", "sport/*", "sport/a/b.md", True),
        ("path", "sport/", "sport/a/b.md", True),
        ("path", "/sport/", "sport/b.md", True),
        ("path", "sport/", "sports/b.md", False),
        ("path", "*.eml", "mail/x.eml", True),
        ("path", "*.eml", "mail/x.emlx", False),
        ("path", "a[1]", "a[1]", True),
        ("path", "a[1]", "a1", False),  # nothing but the asterisk is a sign
        ("path", "sport [2024]/", "sport [2024]/a.txt", True),
        ("path", "s?ort/*", "sport/a.txt", False),
        ("path", "sport", "sport/a/b.md", True),
        ("path", "sport", "sports/b.md", False),
        ("path", "a/b.md", "a/b.md", True),
        ("path", "./sport", "sport/b.md", True),
        ("path", "Sport", "sport/b.md", False),
        ("path", "qu\u00e9bec/", "que\u0301bec/b.md", True),
        ("path", "*/que\u0301bec/*", "a/qu\u00e9bec/b.md", True),
        ("path", "a\nb", "a\nb/c\nd.md", True),
    ],
)
def test_what_is_known_beside_the_text_is_compared_as_a_whole(kind: str, value: str, given: str, wanted: bool) -> None:
    pattern = about(kind, value)
    assert pattern.holds(given) is wanted
    assert bool(finder([pattern]).find([], {kind: [given]})) is wanted


@given(st.text(), st.booleans(), st.booleans())
def test_folding_is_the_same_word_by_word_and_twice(text: str, exact: bool, bare: bool) -> None:
    folded = fold(text, exact=exact, bare=bare)
    words = (fold(word, exact=exact, bare=bare) for word in text.split())
    assert " ".join(word for word in words if word) == folded
    assert folded == folded.strip()


@given(st.text(alphabet="aBäß İıčé中ア้ไ̈-_1", min_size=1), st.text(alphabet="aBäß İıčé中ア้ไ̈-_1"))
def test_a_term_between_spaces_is_always_found(word: str, rest: str) -> None:
    if any(map(str.isalnum, fold(word))) and "*" not in word and not word.startswith(("=", "@")):
        try:
            patterns = read(word, {})
        except ValueError:
            return
        text = f"{rest} {word} {rest}"
        begins_with_mark = not fold(word)[0].isalnum() and fold(word)[0] not in "-_"
        assert begins_with_mark or finder(patterns).find([("title", text)], {}), (word, text)
