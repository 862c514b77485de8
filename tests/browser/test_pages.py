"""The pages in a real Chromium: they load their own files alone, say nothing on the console, axe-core finds no
fault, and nothing is wider than a phone.
"""

from __future__ import annotations

import json
import shutil
import urllib.request
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from newsroom import Newsroom, markdown
from selenium import webdriver
from selenium.webdriver import Keys
from selenium.webdriver.chrome.service import Service

from feedd.generate import page_name

ROOT = Path(__file__).resolve().parents[2]
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
MISSING = [name for name in ("chromium", "chromedriver") if shutil.which(name) is None]
MISSING += [] if AXE.exists() else ["axe-core (npm install --no-save axe-core)"]
pytestmark = pytest.mark.skipif(bool(MISSING), reason=f"not on this machine: {', '.join(MISSING)}")

SIZES = {"smallest": (320, 640), "phone": (360, 740), "desktop": (1280, 900)}
LONG = "https://example.org/" + "a-very-long-address/" * 12
TEXT = f"""The first paragraph of the text, with **weight**, a [link](https://example.org/) and `code`.

> A quotation of somebody who was there.

## A heading

| Harbour | Ships | Remarks that take a lot of room | {"Column | " * 6}
|---|---|---|{"---|" * 6}
| North | 12 | {"word " * 20} | {"12,345 | " * 6}

```
a_line_of_code_that_is_much_too_long_for_any_screen = {"'x' + " * 30}1
```

{LONG}

1. One
2. Two

![A picture](https://images.invalid/a.png)

#### A heading that skips levels

<img src="https://images.invalid/a.png" width="2400" height="1200">
<a href="https://example.org/large/a.png"><img src="https://images.invalid/a.png"></a>

<p dir="rtl">فقرة مع <code>code</code> ورقم 123.</p>

日本語の段落です。長い文章が続くので、折り返しがどのように行われるかを確認できます。

# A heading as high as the page's own

<table><caption>Ships</caption><tr><th>A</th><td align="right">1</td></tr></table>

## <a href="https://example.org/#permalink"></a>

<time datetime="2025-07-11">{"a day that is told in very many words " * 4}</time>

{"<blockquote><p>An answer to" * 40 + "</p></blockquote>" * 40}
{"<ul><li>Deeper" * 40 + "</li></ul>" * 40}
{"<dl><dt>A word</dt><dd>A meaning" * 12 + "</dd></dl>" * 12}

<div dir="rtl"><ol start="1999999999"><li>رقم طويل</li></ol></div>
"""
ATTACHED = """
  - {url: "https://images.invalid/talk.mp3", type: audio/mpeg, length: 12345678, title: The talk}
  - {url: "https://images.invalid/film.mp4", type: video/mp4}
  - {url: "https://images.invalid/a.png", type: image/png}
  - {url: "https://images.invalid/a-very-long-name-of-a-file-that-goes-on-and-on-and-on.pdf", type: application/pdf}"""


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, dict[str, str]]]:
    """A served folder on loopback, and the names of the pages to look at."""
    newsroom = Newsroom(tmp_path_factory.mktemp("pages"), rules=())
    names = [
        "Korea",
        "Український фронт",
        "الأخبار العاجلة",
        "한국 뉴스",
        "A topic of very many words that goes on and on",
    ]
    for number, name in enumerate(names * 4):
        tags = f'["{name}", "{"abcdefghijklmnopqrst"[number]} topic {number}"]'
        front = {"tags": tags, "author": "Ann Example", "enclosures": ATTACHED}
        newsroom.drop(f"{number}.md", markdown(f"{name} – story {number}", TEXT, **front))
    newsroom.drop("rtl.md", markdown("خبر طويل من المدينة القديمة", "هذا نص الخبر.", tags="[Korea]", language="ar"))
    newsroom.drop("linked.md", markdown("Elsewhere " + "word" * 40, "Short.", url=LONG, tags="[Korea]"))
    newsroom.run()
    article = next(page_name(one.id) for one in newsroom.stored() if one.article.title == "Korea – story 0")
    newsroom.archive.close()
    folder = newsroom.folder / "feeds"
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder))) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield (
            f"http://127.0.0.1:{server.server_port}/",
            {"index": "index.html", "topic": "korea.html", "article": article},
        )
        server.shutdown()
        thread.join()


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def browser() -> Iterator[webdriver.Chrome]:
    options = webdriver.ChromeOptions()
    for word in ("--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--disable-dev-shm-usage"):
        options.add_argument(word)
    options.binary_location = shutil.which("chromium") or ""
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    driver = webdriver.Chrome(options, Service(shutil.which("chromedriver")))
    yield driver
    driver.quit()


def show(browser: webdriver.Chrome, url: str, size: str, scheme: str) -> None:
    width, height = SIZES[size]
    metrics = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": size == "phone"}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
    features = [{"name": "prefers-color-scheme", "value": scheme}]
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})
    browser.get_log("performance")
    browser.get_log("browser")
    browser.get(url)


def requested(browser: webdriver.Chrome) -> list[str]:
    events = [json.loads(one["message"])["message"] for one in browser.get_log("performance")]
    return [one["params"]["request"]["url"] for one in events if one["method"] == "Network.requestWillBeSent"]


def script(browser: webdriver.Chrome, text: str) -> Any:
    return browser.execute_script(text)  # type: ignore[no-untyped-call]


@pytest.mark.parametrize("page", ["index", "topic", "article"])
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_page_is_without_fault(
    browser: webdriver.Chrome, served: tuple[str, dict[str, str]], page: str, size: str, scheme: str
) -> None:
    base, names = served
    show(browser, base + names[page], size, scheme)
    # The browser's own controls of recordings are pictures in data: addresses, which our policy lets no page have.
    own = [url for url in requested(browser) if not url.startswith((base, "data:"))]
    assert set(own) == ({"https://images.invalid/a.png"} if page == "article" else set())
    said = [one["message"] for one in browser.get_log("browser") if "images.invalid" not in one["message"]]
    assert [one for one in said if "favicon" not in one] == []
    widths = script(browser, "return [document.documentElement.scrollWidth, window.innerWidth]")
    assert widths[0] <= widths[1]
    script(browser, AXE.read_text("utf-8"))
    browser.set_script_timeout(30)
    found = browser.execute_async_script("axe.run().then(arguments[arguments.length - 1])")  # type: ignore[no-untyped-call]
    assert [(one["id"], one["nodes"][0]["html"]) for one in found["violations"]] == []


@pytest.mark.parametrize("page", ["index", "topic", "article"])
@pytest.mark.parametrize("size", SIZES)
def test_what_stands_by_itself_is_large_enough_for_a_finger(
    browser: webdriver.Chrome, served: tuple[str, dict[str, str]], page: str, size: str
) -> None:
    base, names = served
    show(browser, base + names[page], size, "light")
    # In a sentence a link is as high as its line (WCAG 2.2, 2.5.8); the article's own text is its author's.
    alone = "a:not(header > p:not(.feeds) > a, .text a), .filter label, summary"
    small = f"""return [...document.querySelectorAll({json.dumps(alone)})].filter(one => one.offsetParent)
        .map(one => [one.getBoundingClientRect(), one.outerHTML])
        .filter(([box]) => box.width < 24 || box.height < 24).map(([, html]) => html)"""
    assert script(browser, small) == []


def test_what_is_wide_scrolls_by_itself_and_code_reads_from_the_left(
    browser: webdriver.Chrome, served: tuple[str, dict[str, str]]
) -> None:
    base, names = served
    show(browser, base + names["article"], "phone", "light")
    parts = (
        "return [...document.querySelectorAll('.text pre, .text table')].map(one => one.scrollWidth > one.clientWidth)"
    )
    assert script(browser, parts) == [True, True, False]
    styles = "return [...document.querySelectorAll('.text code')].map(one => getComputedStyle(one).direction)"
    assert set(script(browser, styles)) == {"ltr"}
    aligned = "return getComputedStyle(document.querySelector('td[align=right]')).textAlign"
    assert script(browser, aligned).endswith("right")
    assert (
        script(browser, "return Math.max(...[...document.images].map(one => one.getBoundingClientRect().right))") <= 360
    )


def test_the_keyboard_s_place_is_seen(browser: webdriver.Chrome, served: tuple[str, dict[str, str]]) -> None:
    base, names = served
    for name in names.values():
        show(browser, base + name, "desktop", "light")
        for _ in range(3):
            browser.switch_to.active_element.send_keys(Keys.TAB)
            style = script(browser, "const s = getComputedStyle(document.activeElement); return s.outlineStyle")
            assert style == "solid"


def test_the_filter_shows_the_topics_of_one_letter_and_needs_no_script(
    browser: webdriver.Chrome, served: tuple[str, dict[str, str]]
) -> None:
    base, names = served
    show(browser, base + names["index"], "desktop", "light")
    seen = (
        "return [...document.querySelectorAll('.topics li')].filter(one => one.offsetParent).map(one => one.className)"
    )
    everything = script(browser, seen)
    assert len(everything) > 20
    script(browser, "document.getElementById('f-k').click()")
    assert set(script(browser, seen)) == {"i-k"}
    script(browser, "document.getElementById('f-all').click()")
    assert script(browser, seen) == everything


def test_where_the_filter_can_t_work_it_is_not_there(
    browser: webdriver.Chrome, served: tuple[str, dict[str, str]]
) -> None:
    base, names = served
    show(browser, base + names["index"], "desktop", "light")
    shown = "return document.querySelector('.filter').offsetParent !== null"
    assert script(browser, shown)
    script(
        browser,
        "const sheet = document.styleSheets[0];"
        "sheet.deleteRule([...sheet.cssRules].findIndex(rule => rule instanceof CSSSupportsRule))",
    )
    assert not script(browser, shown)
    script(browser, "document.styleSheets[0].disabled = true")
    assert not script(browser, shown)


def test_every_link_between_the_pages_leads_somewhere(
    browser: webdriver.Chrome, served: tuple[str, dict[str, str]]
) -> None:
    base, names = served
    for name in names.values():
        show(browser, base + name, "desktop", "light")
        links = script(browser, "return [...document.querySelectorAll('[href]')].map(one => one.href)")
        own = {link for link in links if link.startswith(base)}
        assert len(own) > 3
        for link in own:
            with urllib.request.urlopen(link) as answer:
                assert answer.status == 200
