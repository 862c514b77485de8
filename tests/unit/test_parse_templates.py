"""Template tags in Markdown: what they stand for, and what goes."""

from __future__ import annotations

import pytest

from feedd.parse._templates import without_templates


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        # Hugo
        ('{{< figure src="/i.jpg" alt="A [b]" caption="Low tide" >}}', "![A \\[b\\]](</i.jpg>)<br>Low tide"),
        ("{{<img src=a.png />}}", "![](<a.png>)"),
        ('[x]({{< ref "y z.md" >}}#s) [y]({{% relref "z" %}})', "[x](about:blank#s) [y](about:blank)"),
        ("{{% note %}}\ninner\n{{% /note %}}", "\ninner\n"),
        ("a {{< youtube abc >}} b", "a  b"),
        ("{{</* gist 1 */>}}", "{{&lt; gist 1 &gt;}}"),
        ("{{< highlight go >}}\nx := `y`\n{{< /highlight >}}\nb", "```go\nx := `y`\n```\nb"),
        # Liquid
        ("{% highlight ruby linenos %}\nputs 1\n{% endhighlight %}\n", "```ruby\nputs 1\n```\n"),
        ("a {% highlight js %}x{% endhighlight %} b", "a \n```js\nx\n```\n b"),
        ("{% codeblock Title lang:js %}\n```\n{% endcodeblock %}\n", "````js\n```\n````\n"),
        ("{% highlight x %}\n{% raw %}\n{{ y }}\n{% endraw %}\n{% endhighlight %}\n", "```x\n{{ y }}\n```\n"),
        ("{% raw %}`{{ site.url }}` {% x %}{% endraw %} {{ site.url }}", "`{{ site.url }}` {% x %} "),
        ("[a]({{ site.baseurl }}/d/) [b]({{ site.url }}{% post_url 2024-01-01-x %})", "[a](/d/) [b](about:blank)"),
        ('[c]({{ "/z" | relative_url }}) <a href="{{ page.u }}">d</a>', '[c](/z) <a href="about:blank">d</a>'),
        ("a\n{% if x %}\nyes\n{% else %}\nno\n{% endif %}\nb", "a\nyes\nno\nb"),
        ("a {% for p in q %}{% for r in p %}x{% endfor %}y{% endfor %}b", "a b"),
        ("a{% for p in q %}b", "ab"),
        ("a {% comment %} {{ x }} {% if y %} {% endcomment %} b", "a  b"),
        ('{% include figure.html src="a.png" alt="A" %}{% include ads.html %}', "![A](<a.png>)"),
        ("{% include x.html a={{ b }} %}{%- assign a = 'b' -%}", ""),
        ("{% img left /pic.png 'a quay' %}", "![a quay](</pic.png>)"),
        # Nunjucks and Zola
        ('{% image "./c.jpg", "cat" %} {# a remark #}', "![cat](<./c.jpg>) "),
        ('{{ youtube(id="q") }}{% quote(author="V") %}\nwords\n{% end %}', "\nwords\n"),
        ('{{ image(src="a.png", alt="A") }}', "![A](<a.png>)"),
        ('{{ "{%" }} {{ "a" | url }}', "{% a"),
        ("{% verbatim %}{{ x }}{% endverbatim %}", "{{ x }}"),
    ],
)
def test_a_tag_becomes_what_it_stands_for(written: str, meant: str) -> None:
    assert without_templates(written)[0] == meant


def test_a_block_of_code_shown_in_code_is_none() -> None:
    shown = "```liquid\n{% highlight ruby %}\n```\n\nand\n\n```liquid\n{% endhighlight %}\n```\n"
    assert without_templates(shown) == (shown, ())


def test_what_has_text_of_its_own_is_not_told_as_left_out() -> None:
    assert without_templates("{{< note >}}a{{< /note >}}{{< gist 1 >}}{% for a in b %}c{% endfor %}")[1] == (
        "gist",
        "for",
    )


def test_an_image_without_an_address_is_none() -> None:
    assert without_templates('{{< figure alt="x" >}}')[0] == ""
    assert without_templates('{{< figure src="a>b" >}}')[0] == ""
