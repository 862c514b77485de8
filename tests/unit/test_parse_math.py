r"""Mathematics keeps its characters up to the reader; prices, shells and escaped brackets are none."""

from __future__ import annotations

import time
from html import unescape

import pytest

from feedd.parse._commonmark import render
from feedd.parse._dialects import to_commonmark
from feedd.parse._math import with_mathematics


def shown(text: str) -> str:
    return unescape(render(to_commonmark(text)[0])).strip()


@pytest.mark.parametrize(
    "text",
    [
        "$a*b*c$ and $x_{1}$, $2^{10}$, $n$th, $k_1$-means",
        r"$\{y\}$ with $\alpha\,_i\\\beta_i$ and $a<b>c$",
        r"Sum $$a_1 * b * c_2$$ in a line, and $$\begin{pmatrix} 1 & 2 \\ 3 & 4 \end{pmatrix}$$",
        "$$\na < b\n= c\n- d\n1. e\n# f\n> g\n$$",
        r"Where \(z\) is \(x_1*y*\) and \[ \sum_i x_i*y*z \]",
        "\\begin{align*}\na_1 &= b*c* \\\\\n\\end{align*}",
        r"$f(x) = 0 \text{ if not positive or $y$}$",
        "$$ x==1 $$ and $%%a%%$ and $[[a]]$",
        r"$P(\text{it rains today} \mid x_1)*a*$",
    ],
)
def test_mathematics_stays_as_it_was_written(text: str) -> None:
    assert shown(text) == f"<p>{text}</p>"


def test_mathematics_stays_in_quotations_lists_tables_and_raw_html() -> None:
    assert shown("> So\n> $$\n> a_1*b*\n> + c\n> $$") == "<blockquote>\n<p>So\n$$\na_1*b*\n+ c\n$$</p>\n</blockquote>"
    assert shown("- a\n\n  $$\n  b_1*c*\n  $$\n- d") == (
        "<ul>\n<li>\n<p>a</p>\n<p>$$\nb_1*c*\n$$</p>\n</li>\n<li>\n<p>d</p>\n</li>\n</ul>"
    )
    assert "<td>$|a*b*|$</td>" in shown("| a |\n|---|\n| $|a*b*|$ |")
    assert shown("<div>$a*b*c$</div>") == "<div>$a*b*c$</div>"
    assert shown("*Note $a*b$.*") == "<p><em>Note $a*b$.</em></p>"


def test_a_price_beside_mathematics_is_none() -> None:
    assert shown("$5 for *all of it* or none$ but $a*b*c$") == "<p>$5 for <em>all of it</em> or none$ but $a*b*c$</p>"


def test_backslashes_for_plain_markdown_are_those_of_markdown() -> None:
    assert shown(r"\\(a_1*b*c\_2\\) and \\[ x \\\\ y \\]") == r"<p>\(a_1*b*c_2\) and \[ x \\ y \]</p>"
    assert shown(r"$a\_1\*b$ and $$a \\\\ b$$") == r"<p>$a_1*b$ and $$a \\ b$$</p>"
    assert shown(r"$\mathrm{a\_b}$") == r"<p>$\mathrm{a\_b}$</p>"


@pytest.mark.parametrize(
    "text",
    [
        "It costs $5 and $6, *not* $7.",
        "**$5** a month, _cheap_, or **$50** a year. A $5-*ish* price, $5–$10 *or* less.",
        "US$5 *and* A$6, R$ 7 *or* 8$, 9$ *each* 10$",
        "Pay $5 (that is *all of it*) or nothing$ at all.",
        "**$5** = **10$**",
        "Set $HOME/*a*:$PATH and $FOO_BAR/$BAZ_QUX, ${A_B}/${C_D}, $(ls *a* b*)",
        "$AAPL, *up*, ($TSLA) and $x and *y*, [see $a](b) or [c$](d)",
        r"\$5 and *so* on\$ and $a *b* c\$",
        "$ a*b*c $ and $a\n\nb$",
        "Restaurants: $$ (*middle of the road*) and $$$ or $$",
        r"\[1\] and \[see *this* note\] and \(a\) and usage: x \[--a=*b*\] \[FILE\]",
        r"\[see [a](b)=c\] and \\not (*one*\\) and \begin{lstlisting} x \end{lstlisting}",
        "价格是$5，*很便宜*，不到$",
        "$$$$ and $ and $$ and \\( \\) and \\(",
    ],
)
def test_what_only_looks_like_mathematics_is_none(text: str) -> None:
    assert with_mathematics(text) == text


@pytest.mark.parametrize("form", ["`{}`", "```\n{}\n```\n", "    {}\n", "<pre>{}</pre>", "``a {} b``"])
def test_mathematics_in_code_stays_code(form: str) -> None:
    text = form.replace("{}", r"$a*b*c$ \\(x_1\\) $$x_1$$")
    assert with_mathematics(text) == text


@pytest.mark.parametrize(
    "part",
    ["$a", "$a_1$ ", "$a_1 b", "$$a", "$$ a\n", "\\(a", "\\(a\\) ", "\\\\[a", "\\begin{align}", "\\begin{align}a\n",
     "$a\n", "$aaa bbb$ ", "$" + "a" * 1000 + " * ", "$" + " " * 1000, "\\text{"],
)  # fmt: skip
def test_no_text_takes_long(part: str) -> None:
    begun = time.process_time()
    with_mathematics(part * (300_000 // len(part)))
    with_mathematics(f"${part * (300_000 // len(part))}$")
    assert time.process_time() - begun < 2.5
