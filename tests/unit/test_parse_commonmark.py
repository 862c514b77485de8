"""CommonMark as HTML, and where in a text its code stands."""

from __future__ import annotations

import pytest

from feedd.parse._commonmark import code, render


def test_tasks_have_signs_for_boxes_and_terms_their_definitions() -> None:
    html = render("- [x] done\n- [ ] open\n\nTide\n\n: The sea's rise.\n")
    assert "☑ done" in html
    assert "☐ open" in html
    assert "<input" not in html
    assert "<dt>Tide</dt>" in html


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("no code in it", []),
        ("é `a` 😀 ``b`c``", ["`a`", "``b`c``"]),
        ("a\n\n```py\nx\n```\n\nb", ["```py\nx\n```\n"]),
        ("a\n\n    x\n\nb", ["    x\n\n"]),
        ("> ~~~\n> z\n> ~~~\n", ["> ~~~\n> z\n> ~~~\n"]),
        ("`two\nlines` and `last`", ["`two\nlines`", "`last`"]),
        ("| a |\n|---|\n| `y\\|z` |\n", ["| `y\\|z` |\n"]),
        ("a[^1]\n\n[^1]: note `n`\n\nlast `p`", ["`n`", "`p`"]),
        ("```\nnever closed", ["```\nnever closed"]),
        ("a <code>b `c` d</code> <PRE>e\n\nf</PRE>", ["<code>b `c` d</code>", "<PRE>e\n\nf</PRE>"]),
        ("<pre>never closed `a`", []),
        ("`<pre>` a `</pre>`", ["`<pre>`", "`</pre>`"]),
        ("\\`no code\\`", []),
    ],
)
def test_code_is_where_the_renderer_sees_it(text: str, told: list[str]) -> None:
    assert [text[start:end] for start, end in code(text)] == told
