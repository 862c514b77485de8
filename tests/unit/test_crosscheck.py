"""Settings that must fit each other: every problem of topics, lists and names at once."""

from __future__ import annotations

import time
import tomllib

import pytest

from feedd.settings import problems


def told(text: str) -> list[str]:
    return list(problems(tomllib.loads(text)))


def test_what_is_wrong_with_a_list_is_told_there_and_once() -> None:
    assert told(
        """
        [terms]
        a = ["@b", "x"]
        b = ["@a"]
        c = ["***", "@nowhere"]
        d = ["@c"]
        [[topic]]
        id = "t"
        any = ["@a", "@c", "@d"]
        """
    ) == [
        "terms.a: list 'a' contains itself: a → b → a",
        "terms.c: term '***' holds no letter or digit",
        "terms.c: there is no list 'nowhere' in [terms]",
    ]


def test_thousands_of_lists_in_lists_are_read_at_once() -> None:
    lists = "".join(f'l{at} = ["@l{at + 1}", "@l{at + 1}"]\n' for at in range(2000))
    began = time.process_time()
    assert told(f'[terms]\n{lists}l2000 = ["x"]\n[[topic]]\nid = "t"\nany = ["@l0"]') == []
    assert time.process_time() - began < 5


def test_each_term_that_is_none_is_told_at_its_place() -> None:
    assert told(
        """
        [[topic]]
        id = "t"
        any = ["re:(a"]
        all = [["x"], ["=", "@no"]]
        none = ["a*b"]
        tags = ["*"]
        paths = ["/"]
        """
    ) == [
        "topic[1].any: term 're:(a' is no expression of RE2: missing ): (a",
        "topic[1].none: term 'a*b': an asterisk stands only at the beginning or the end",
        "topic[1].all[2]: term '=' holds no letter or digit",
        "topic[1].all[2]: there is no list 'no' in [terms]",
        "topic[1].tags: term 'tag:*' holds no letter or digit",
        "topic[1].paths: path '/' names nothing",
    ]


def test_terms_that_can_never_count_and_topics_that_nothing_can_reach_are_told() -> None:
    assert told(
        """
        [[topic]]
        id = "dead"
        any = ["korean war", "seoul"]
        none = ["korea*"]
        [[topic]]
        id = "refused"
        any = ["seoul"]
        tags = ["sea"]
        none = ["seoul", "tag:sea"]
        [[topic]]
        id = "high"
        any = ["a", "tag:x"]
        min_score = 16
        [[topic]]
        id = "just"
        any = ["a", "tag:x"]
        min_score = 15
        [[topic]]
        id = "weightless"
        any = ["a"]
        weights = { title = 0, lede = 0, body = 0 }
        """
    ) == [
        "topic[1].any: 'korean war' can never count: none has 'korea*'",
        "topic[2].any: 'seoul' can never count: none has 'seoul'",
        "topic[2].tags: 'tag:sea' can never count: none has 'tag:sea'",
        "topic[2]: no article can ever reach it: none refuses everything that any asks for",
        "topic[2]: no article can ever reach it: none refuses everything that tags asks for",
        "topic[3]: no article can ever reach it: min_score is 16, and all its terms together score 15 at most",
        "topic[5]: no article can ever reach it: what any asks for weighs nothing in any zone",
        "topic[5]: no article can ever reach it: min_score is 3, and all its terms together score 0 at most",
    ]


def test_what_all_topics_share_is_reckoned_with() -> None:
    common = "[rules]\nmin_score = 13\nweights = { title = 6 }\n"
    topic = '[[topic]]\nid = "t"\nany = ["a"]\n'
    assert told(common + topic) == []
    assert told(common + topic + "weights = { title = 1 }") == [
        "topic[1]: no article can ever reach it: min_score is 13, and all its terms together score 8 at most"
    ]
    assert told("[rules]\nweights = { titel = 6 }") == ["rules.weights.titel: unknown key; did you mean 'title'?"]


def test_parents_that_are_none_are_told() -> None:
    assert told(
        """
        topic = [
            {id = "a", parent = "b"}, {id = "b", parent = "a"}, {id = "c", parent = "nowhere"},
            {id = "d", parent = "d"},
            {id = "e", parent = "f"}, {id = "f", retired = true}, {id = "g", parent = "c"}, {id = "h", parent = "a"},
        ]
        """.replace("\n", " ")
    ) == [
        "topic[1].parent: 'a' is its own parent: a → b → a",
        "topic[2].parent: 'b' is its own parent: b → a → b",
        "topic[3].parent: there is no topic 'nowhere'",
        "topic[4].parent: 'd' is its own parent: d → d",
        "topic[5].parent: the topic 'f' is retired",
    ]


def test_ids_and_aliases_are_each_of_one_topic() -> None:
    assert told(
        """
        [[topic]]
        id = "a"
        aliases = ["b", "c", "c"]
        [[topic]]
        id = "b"
        """
    ) == [
        "topic[1]: 'c' stands in topic[1] already",
        "topic[2]: 'b' stands in topic[1] already",
    ]


def test_an_address_that_is_none_is_told_beside_all_else() -> None:
    assert told('[[source]]\nurl = "http://[bad/"\n[[topic]]\nid = "t"\nsources = ["bad"]') == [
        "source[1].url: Invalid IPv6 URL",
        "topic[1].sources: there is no source 'bad'",
    ]


def test_names_of_topics_inboxes_and_sources_that_are_not_there_are_told() -> None:
    assert told(
        """
        [[inbox]]
        path = "desk/"
        topics = ["nowhere", "old"]
        [[source]]
        url = "https://e.org/feed.xml"
        topics = ["t"]
        [[topic]]
        id = "t"
        inboxes = ["desk", "d*", "other"]
        sources = ["e.org", "https://e.org/feed.xml", "https://e.org/other.xml"]
        [[topic]]
        id = "old"
        retired = true
        any = ["@nowhere"]
        [[expect]]
        text = "x"
        topics = ["old"]
        unwanted = ["old", "gone"]
        """
    ) == [
        "topic[2].any: there is no list 'nowhere' in [terms]",
        "inbox[1].topics: there is no topic 'nowhere'",
        "inbox[1].topics: the topic 'old' is retired",
        "expect[1].topics: the topic 'old' is retired",
        "expect[1].unwanted: there is no topic 'gone'",
        "topic[1].inboxes: there is no inbox 'other'",
        "topic[1].sources: there is no source 'https://e.org/other.xml'",
    ]


@pytest.mark.parametrize("code", ["20000065x", "medtop:65", "subj:20000065"])
def test_a_media_topic_is_a_code_of_eight_digits(code: str) -> None:
    assert "must be a code of IPTC Media Topics" in told(f'[[topic]]\nid = "t"\nmedtop = ["{code}"]')[0]
    assert told('[[topic]]\nid = "t"\nmedtop = ["medtop:20000065", "20000066"]') == []
