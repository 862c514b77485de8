"""The house rules that no other tool checks."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "feedd"
# Each library lives in one module (SQLAlchemy in two: tables, and the statements over them).
HOMES = {
    "ahocorasick_rs": {"finding"},
    "anyascii": {"text"},
    "aiohttp": {"fetch"},
    "apscheduler": {"schedule"},
    "brotli": {"codings"},
    "charset_normalizer": {"text"},
    "click": {"cli", "commanding", "progress", "sourcecommands"},
    "comrak": {"parse/_commonmark"},
    "dateutil": {"dates"},
    "feedgen": {"generate/_feedgen"},
    "feedparser": {"parse/_loose"},
    "jinja2": {"generate/_templates"},
    "lxml": {
        *("generate/_feedgen", "generate/atom", "generate/rss", "parse/_xml", "parse/_page"),
        *("lint/_xml", "lint/atom", "lint/rss"),
        *(
            "parse/_above",
            "parse/_body",
            "parse/_data",
            "parse/_mailbody",
            "parse/_images",
            "parse/_inserted",
            "parse/_own",
            "parse/_prune",
            "parse/_seen",
            "parse/_texts",
            "parse/_tidy",
        ),  # they read its trees
    },
    "httptools": {"http1"},
    "listparser": {"subscribing"},
    "msgspec": {"ledger", "rows", "snapshot", "workers"},
    "nh3": {"parse/_html"},
    "pydantic": {"settings"},
    "trafilatura": {"parse/_body"},
    "re2": {"finding", "terms"},
    "sqlalchemy": {"archive", "rows", "schema", "statements", "transaction", "salvage"},
    "uvicorn": {"serve", "http1"},
    "uvloop": {"serve", "upstream"},
    "watchdog": {"observe"},
    "yaml": {"parse/_frontmatter"},
}
MODULES = sorted(PACKAGE.rglob("*.py"))


def imports(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module.partition(".")[0])
    return found


@pytest.mark.parametrize("library", HOMES)
def test_each_library_lives_in_its_own_module(library: str) -> None:
    users = {str(path.relative_to(PACKAGE).with_suffix("")) for path in MODULES if library in imports(path)}
    assert users == HOMES[library]


def test_every_dependency_is_used_and_told_where() -> None:
    named = re.findall(
        r'^    "([a-z0-9-]+)[><=]', (ROOT / "pyproject.toml").read_text().partition("[project.opt")[0], re.M
    )
    spelled = {"python-dateutil": "dateutil", "pyyaml": "yaml", "google-re2": "re2"}
    unused = {spelled.get(name, name.replace("-", "_")) for name in named} - HOMES.keys()
    # zoneinfo finds tzdata by itself.
    assert unused == {"lxml_html_clean", "tzdata"}


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_module_stays_readable(path: Path) -> None:
    assert len(path.read_text().splitlines()) <= 400


def test_no_file_names_a_package_index_or_a_folder_of_one_machine() -> None:
    hosts = re.compile("pypi" r"\.org|python" r"hosted|registry\.npm" r"js|deb\.deb" r"ian|/wo" r"rk/|/ro" r"ot/")
    for path in ROOT.rglob("*"):
        parts = path.relative_to(ROOT).parts
        ours = not any(part in (".git", ".venv") or part.endswith("_cache") for part in parts)
        text = path.suffix in (".py", ".md", ".toml", ".txt", ".sh") or path.name in ("Makefile", "run", "make-venv")
        if ours and text and path.is_file():
            assert not hosts.search(path.read_text(errors="replace")), path
