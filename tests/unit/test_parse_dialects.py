"""What sites write beside CommonMark: it becomes CommonMark or goes, and code stays as it was written."""

from __future__ import annotations

import time

import pytest

from feedd.parse._dialects import to_commonmark


def changed(text: str) -> str:
    return to_commonmark(text)[0]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ('* TOC\n{:toc}\n\nText\n{: .lead #a b="c d"}', "\n\nText\n"),
        ("## Head {#id .x}\n\nText {#id}", "## Head\n\nText {#id}"),
        ('![i](u){: width="3"} ![j](u){width=5 .x}', "![i](u) ![j](u)"),
        ("[TOC]\n\n[[toc]]\n\nx", "\n\n\n\nx"),
        ("[[Note]], [[Note#Part|shown]], [[Note#Part]], [[#Part]]", "Note, shown, Note > Part, Part"),
        ("| [[a\\|b]] |", "| b |"),
        ("a ==few words== b, 这是==高亮==文字", "a <mark>few words</mark> b, 这是<mark>高亮</mark>文字"),
        ("==a `b==c` d==", "<mark>a `b==c` d</mark>"),
        ("seen %%not\nseen%% seen", "seen  seen"),
        ("a\n\n%%\nhidden\n\nlonger\n%%\n\nb", "a\n\n\n\nb"),
        ("A point. ^a1b2c3\n\n^quote-id\n", "A point.\n\n\n"),
        ("> [!note]- My *title*\n> Text", "> <strong>My *title*</strong>\n>\n> Text"),
        (
            "> [!WARNING]\n> Text\n> > [!tip|x] In\n",
            "> <strong>Warning</strong>\n>\n> Text\n> > <strong>In</strong>\n> >\n",
        ),
        ("::: tip Hint\nText\n:::\n", "\n**Hint**\n\nText\n\n"),
        (":::tip[My *tip*]\nText\n:::\n\n:::note[]\nx", "\n**My *tip***\n\nText\n\n\n\nx"),
        ('::: {.callout-tip title="Hint"}\n::: details More {open}\n', "\n**Hint**\n\n\n**More**\n\n"),
        ("- a\n  :::tip[T]\n  b\n", "- a\n  \n  **T**\n\n  b\n"),
        ("a {/* one\n\ntwo {x} */} b", "a  b"),
        (
            "<Tabs id='a' values={[{label: 'x'}]} {...all}>\n<img src={u('/a.png')} alt=\"b\" />",
            "<Tabs id='a'>\n<img alt=\"b\" />",
        ),
        ("[a](@/b.md#c) [d]({filename}x.md) [e](|filename|y.md)", "[a](about:blank) [d](about:blank) [e](about:blank)"),
        ("![i]({static}/img.png) ![j]({attach}j.png)", "![i](/img.png) ![j](j.png)"),
    ],
)
def test_a_mark_becomes_what_it_means(written: str, meant: str) -> None:
    assert changed(written) == meant


@pytest.mark.parametrize(
    "text",
    [
        "x==1 and y==2, a == b == c",
        "Title\n=====\n",
        "[[1]](https://example.org) and [[2]][ref] and [[3]]: x and [[1, 2], [3]] and [[ -f x ]]",
        "{:ok, value} and {:a => 1} and {x}",
        "100%% of 50%% and %%",
        "x ^2\nO(n ^12)\n",
        "> [![badge](a)](b)\n> [!]\n",
        "x^{{2}} and {{a}} and {% 5 %} and {%",
        "a::: b :::",
        "{{/* of a template */}} and {/* open",
        "a<b={c} and x <b ={c}> and <A b={{{{c}}}}>",
    ],
)
def test_what_only_looks_like_a_mark_stays(text: str) -> None:
    assert to_commonmark(text) == (text, ())


MARKS = (
    "{{< ref x >}} {{< figure src=a >}} {% include x %} {% raw %} {{ a.b }} {# c #} [[n]] ![[e]] ==m== %%c%% {: .k}",
    "{% highlight x %}y{% endhighlight %} {{% note %}} {% comment %}z{% endcomment %}",
    "> [!note] x",
    "[a](@/b.md)",
    ":::tip[x]",
    "{/* x */} <A b={c}>",
)


@pytest.mark.parametrize("marks", MARKS)
@pytest.mark.parametrize(
    "form",
    [
        "```md\n{}\n```\n",
        "Text\n\n~~~~\n{}\n~~~~\n\nText\n",
        "    {}\n",
        "`{}`",
        "é ``{}`` ü",
        "> ```\n> {}\n> ```\n",
        "- item\n\n  ```\n  {}\n  ```\n",
        "<pre><code>\n{}\n</code></pre>\n",
        "<kbd>{}</kbd>",
    ],
)
def test_code_stays_as_it_was_written(marks: str, form: str) -> None:
    text = form.replace("{}", marks)
    assert to_commonmark(text) == (text, ())


def test_marks_between_code_are_marks() -> None:
    assert changed("`[[a]]` [[b]] `[[c]]` ==`d`==\n\n```\n%%\n```\n\nx\n\n```\n%%\n```\n") == (
        "`[[a]]` b `[[c]]` <mark>`d`</mark>\n\n```\n%%\n```\n\nx\n\n```\n%%\n```\n"
    )


def test_what_is_left_out_is_told_once_in_one_line() -> None:
    _, warnings = to_commonmark("![[a.png|300]] {{< gist 1 >}} {{< gist 2 >}} {{ page.title }} {{ site.baseurl }}")
    assert warnings == ("left out, as only its site's own tools can fill it in: gist, page.title, ![[a.png|300]]",)
    many = to_commonmark(" ".join(f"{{{{< x{number} >}}}}" for number in range(20)))[1]
    assert len(many) == 1
    assert many[0].endswith("x7, …")


@pytest.mark.parametrize(
    "part",
    ['{{<"', "{% x ", "{# ", "{% raw %}", "{% highlight a", "[[a", "==a", "%%\n", "%%a", "> [!a", "{: .a ",
     "`{{ x.y }}` ",
     "`a` ==b== ", "==`", "<code>", "é `a` ", "{% for x %}{% endfor %}", '{{ "', "](|static|", " ^a",
     "{/*", "<A b={", "<A b={} c ", "<A b={{}", ":::[", "import {\n\n", "export {}\n\n", "export const a = {\n\n",
     "import a from 'b'\n\n"],
)  # fmt: skip
def test_no_text_takes_long(part: str) -> None:
    begun = time.process_time()
    to_commonmark(part * (300_000 // len(part)))
    assert time.process_time() - begun < 2.5
