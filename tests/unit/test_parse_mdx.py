"""MDX in Markdown: the statements for its compiler go, and what merely looks like them stays."""

from __future__ import annotations

import pytest

from feedd.parse._mdx import without_modules

CARDS = """import Card from '@/cards';
import {
  Row,
  type Cell as Box,
} from "../rows";
import * as all from 'all'
import './wide.css';

export const meta = {
  title: "Not a {",

  kind: 'news',
};

"""


def test_statements_at_the_top_go() -> None:
    assert without_modules(f"{CARDS}First words.\n").lstrip("\n") == "First words.\n"
    assert without_modules("\nimport Card from '../Card.astro';\nHello") == "\n\nHello"


@pytest.mark.parametrize(
    ("statement", "use"),
    [
        ("import Chart from './chart.js'", "<Chart />"),
        ("import base, { One as Two } from './chart.js' // drawn by hand", "<Two wide/>"),
        ("import styles from './a.module.css';", "<div className={styles.a}>"),
        ("export const Mark = ({children}) => (\n  <b>{children}</b>\n\n);", "<Mark>a</Mark>"),
        ("export default function Page({children}) {\n\n  return <>{children}</>\n}", "<Page/>"),
        ("export class Clock extends Base {}", "<Clock/>"),
        ("export let { a, b } = load()", "{ b }"),
    ],
)
def test_a_statement_further_below_goes_where_the_text_uses_what_it_names(statement: str, use: str) -> None:
    assert without_modules(f"Words.\n\n{statement}\n\n{use}\n") == f"Words.\n\n\n\n{use}\n"
    unused = f"Words.\n\n{statement}\n\nMore words.\n"
    assert without_modules(unused) == unused


@pytest.mark.parametrize(
    "text",
    [
        "import duties rise from 'low' to 'high' in May.\n",
        "import os\nimport sys\n",
        'import "fmt"\n',
        "export default is a habit of mine.\n",
        "export PATH=/usr/bin\n",
        "export const is a keyword of two languages.\n",
        "export const broken = {\n\nnever closed\n",
        "Words\nimport a from './b'\n<a/>",
        "```js\nimport a from './b'\n```\n\n    import a from './b'\n\n<a/>\n",
        "~~~\n\nimport a from './b'\n\nexport const a = 1\n\n~~~\n\n<a/>\n",
    ],
)
def test_what_is_no_statement_of_the_page_stays(text: str) -> None:
    assert without_modules(text) == text
