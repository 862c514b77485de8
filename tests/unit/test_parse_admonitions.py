"""Indented blocks of MkDocs become quotations and plain text; what is code, or only shouts, stays."""

from __future__ import annotations

import time

import pytest

from feedd.parse._admonitions import with_admonitions
from feedd.parse._commonmark import render
from feedd.parse._dialects import to_commonmark


def shown(text: str) -> str:
    return render(to_commonmark(text)[0]).strip()


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ('!!! note "Heads *up*"\n\n    Text **b**.\n\nc', "> <strong>Heads *up*</strong>\n>\n>\n> Text **b**.\n\n\nc"),
        ("a\n!!! warning\n    b\nc", "a\n\n> <strong>Warning</strong>\n>\n> b\n\nc"),
        ('???+ tip inline end ""\n\tb\n', "\n> b\n\n"),
        ('===! "D"\n    d\n', "\n<strong>D</strong>\n\nd\n\n"),
        ("???see-also 'x'\n    b", "???see-also 'x'\n    b"),
        (
            '=== "C"\n\n    ```c\n    int x;\n\n      y\n    ```\n',
            "\n<strong>C</strong>\n\n\n```c\nint x;\n\n  y\n```\n\n",
        ),
    ],
)
def test_a_block_becomes_what_it_means(written: str, meant: str) -> None:
    assert with_admonitions(written).lstrip("\n") == meant.lstrip("\n")


def test_blocks_stand_in_blocks_and_in_lists() -> None:
    html = shown(
        '!!! note\n    a\n\n    ??? bug "Inner"\n        - b\n\n            c\n\n=== "One"\n    !!! tip\n        d'
    )
    assert html == (
        "<blockquote>\n<p><strong>Note</strong></p>\n<p>a</p>\n<blockquote>\n<p><strong>Inner</strong></p>\n<ul>\n<li>\n"
        "<p>b</p>\n<p>c</p>\n</li>\n</ul>\n</blockquote>\n</blockquote>\n<p><strong>One</strong></p>\n<blockquote>\n"
        "<p><strong>Tip</strong></p>\n<p>d</p>\n</blockquote>"
    )
    assert shown("- a\n\n    !!! note\n        b\n\n- c") == (
        "<ul>\n<li>\n<p>a</p>\n<blockquote>\n<p><strong>Note</strong></p>\n<p>b</p>\n</blockquote>\n</li>\n<li>\n<p>c</p>\n"
        "</li>\n</ul>"
    )


def test_dialects_and_code_within_are_read_as_elsewhere() -> None:
    html = shown("!!! note\n    [[a|b]] and `[[c]]` and $x*y*z$\n\n        [[d]]\n")
    assert "<p>b and <code>[[c]]</code> and $x*y*z$</p>\n<pre><code>[[d]]" in html


@pytest.mark.parametrize(
    "text",
    [
        "!!! wow\n\n    make all\n",
        "!!! WARNING !!!\n    code\n",
        "!!! note\n\nNothing is indented.\n",
        '=== "Tab"\nNothing is indented.\n',
        "Title\n===\n\n    code\n",
        '```md\n!!! note "T"\n    text\n\n=== "Tab"\n    text\n```\n',
        "So:\n\n    !!! note\n        text\n",
        "`!!! note` and\n\n    code\n",
        "What??? question\n\n    code\n",
        '<pre>\n!!! note\n    text\n</pre>\n',
    ],
)  # fmt: skip
def test_what_is_code_or_only_shouts_stays(text: str) -> None:
    assert with_admonitions(text) == text


@pytest.mark.parametrize(
    "part", ["!!! note\n", "!!! note\n    a\n", "    !!! note\n", "!!! note\n\n", '=== "a"\n\t', "!!! "]
)
def test_no_text_takes_long(part: str) -> None:
    begun = time.process_time()
    with_admonitions(part * (300_000 // len(part)))
    with_admonitions("".join(f"{'    ' * depth}!!! note\n" for depth in range(300)))
    assert time.process_time() - begun < 2.5
