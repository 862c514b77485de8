"""Reading feedd.toml: every problem at once, each with its key."""

from __future__ import annotations

from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from feedd import config
from feedd.application import Manners
from feedd.errors import ConfigError
from feedd.settings import TABLES

ROOT = Path(__file__).parents[2]


def write(folder: Path, text: str) -> Path:
    path = folder / "feedd.toml"
    path.write_text(text)
    return path


def problems(folder: Path, text: str) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        config.load(write(folder, text))
    assert caught.value.exit_code == 78
    return list(caught.value.problems)


def test_an_empty_file_has_defaults_that_run(tmp_path: Path) -> None:
    found = config.load(write(tmp_path, ""))
    assert found.site.url == "http://127.0.0.1:8000/"
    assert found.site.authority == "127.0.0.1,2025"
    assert [(inbox.name, inbox.root) for inbox in found.inboxes] == [("inbox", tmp_path / "inbox")]
    assert (found.output, found.state) == (tmp_path / "feeds", tmp_path / ".feedd")
    assert (found.entries, found.listen, found.topics.rules) == (50, "127.0.0.1:8000", ())


def test_settings_arrive_where_they_are_used(tmp_path: Path) -> None:
    found = config.load(
        write(
            tmp_path,
            """
            [site]
            url = "https://news.example.org/feeds"
            title = "News"
            authority = "desk@example.org,2025-03-01"
            language = "uk"
            [[inbox]]
            path = "in"
            topics = ["korea"]
            author = "Desk"
            timezone = "Europe/Kyiv"
            keep = true
            [[inbox]]
            path = "/elsewhere/in"
            name = "second"
            [output]
            path = "../out"
            entries = 7
            [server]
            listen = "[::1]:8080"
            rate = 60
            access_log = "logs/access.log"
            trusted_proxies = ["127.0.0.1", "10.0.0.0/8", "fd00::/8"]
            [state]
            path = "/var/lib/x"
            [schedule]
            quiet = 0
            latest = 2
            [limits]
            file_bytes = 1_000
            [terms]
            k = ["korea*"]
            [[topic]]
            id = "korea"
            any = ["@k"]
            none = ["x"]
            all = [["a", "b"]]
            min_score = 5
            aliases = ["corea"]
            [[source]]
            url = "https://e.org/feed.xml"
            topics = ["korea"]
            [[expect]]
            text = "Korea"
            topics = ["korea"]
            unwanted = []
            """,
        )
    )
    assert found.site.url == "https://news.example.org/feeds/"
    first, second = found.inboxes
    assert (first.name, first.keep, first.limit, first.defaults.topics) == ("in", True, 1000, ("korea",))
    assert first.defaults.timezone == ZoneInfo("Europe/Kyiv")
    assert (second.name, second.root) == ("second", Path("/elsewhere/in"))
    assert found.output == tmp_path.parent / "out"
    assert (found.entries, found.timing.quiet, found.timing.latest) == (7, 0.0, 2.0)
    (rule,) = found.topics.rules
    assert (rule.topic.title, rule.any, rule.all, rule.min_score) == ("korea", ("@k",), (("a", "b"),), 5)
    assert found.topics.aliases == (("corea", "korea"),)
    assert (found.listen, found.manners.rate) == ("[::1]:8080", 60)
    assert found.manners.access_log == str(tmp_path / "logs" / "access.log")
    assert [str(network) for network in found.manners.trusted] == ["127.0.0.1/32", "10.0.0.0/8", "fd00::/8"]
    assert Manners.read(found.manners.written()) == found.manners
    assert found.sources[0].topics == ("korea",)
    assert found.expectations[0].wanted == ("korea",)


def test_every_problem_is_told_at_once_with_its_key(tmp_path: Path) -> None:
    told = problems(
        tmp_path,
        """
        colour = "red"
        [site]
        url = "ftp://x"
        titel = "x"
        authority = "nobody"
        language = "English, please"
        [[inbox]]
        name = "a b"
        timezone = "Europe/Nowhere"
        topics = ["nowhere"]
        [output]
        entries = "50"
        [server]
        listen = "h:99999"
        [[topic]]
        id = "Korea!"
        any = ["@missing", "***"]
        [[topic]]
        id = "index"
        all = [[]]
        [[topic]]
        id = "twice"
        [[topic]]
        id = "other"
        aliases = ["twice"]
        min_score = 0
        [[expect]]
        topics = ["absent"]
        [[source]]
        topics = []
        """,
    )
    text = "\n".join(told)
    for key in (
        "colour: unknown key",
        "site.url: must be an http",
        "site.titel: unknown key; did you mean 'title'?",
        "site.authority: must be a domain",
        "site.language: must be a language tag",
        "inbox[1].path: is missing",
        "inbox[1].name: may hold",
        "inbox[1].timezone: 'Europe/Nowhere'",
        "inbox[1].topics: there is no topic 'nowhere'",
        "output.entries: should be a valid integer",
        "server.listen: must be host:port",
        "topic[1].id: may hold a-z",
        "topic[1].any: there is no list 'missing'",
        "topic[1].any: term '***' holds no letter",
        "topic[2].id: 'index' is a name of feedd's own",
        "topic[2].all[1]: List should have at least 1 item",
        "topic[4]: 'twice' stands in topic[3] already",
        "topic[4].min_score: should be greater than or equal to 1",
        "expect[1].topics: there is no topic 'absent'",
        "expect[1]: needs either file or text",
        "source[1].url: is missing",
    ):
        assert key in text, text
    assert len(told) == 21


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('[[topic]]\nid = "t"\nany = "korea"', 'topic[1].any: should be a list: write ["korea"]'),
        ('[[topic]]\nid = "t"\nall = [["a"], "x"]', 'topic[1].all[2]: each in all is a list itself: write ["x"]'),
        ('[[topic]]\nid = "t"\nall = "x"', 'topic[1].all: should be a list of lists: write [["x"]]'),
        ("[site]\ntitle = true", "site.title: should be a valid string"),
        ("[site]\ntitle = 2025-01-01", 'site.title: should be a text: write "2025-01-01"'),
        ('[topic]\nid = "t"', "topic: is a list of tables: write [[topic]], not [topic]"),
        ('[terms]\na = "x"', 'terms.a: should be a list: write ["x"]'),
        ("[[topic]]\nid = 't'\nany = [2024]", 'topic[1].any[1]: should be a text: write "2024"'),
        ("[[site]]\ntitle = 't'", "site: should be a table: write [site], not [[site]]"),
        ("site = 1", "site: should be a table: write [site]"),
        ("topic = 1", "topic: should be a valid list"),
        ("[[topic]]\nid = 't'\nany = 5", "topic[1].any: should be a valid list"),
    ],
)
def test_a_wrong_shape_is_told_with_what_to_write(tmp_path: Path, text: str, told: str) -> None:
    assert problems(tmp_path, text) == [told]


def test_an_id_fits_into_the_names_of_all_its_files(tmp_path: Path) -> None:
    for good in ("a", "a" * 100):
        assert config.load(write(tmp_path, f"[[topic]]\nid = '{good}'")).topics.living[0].id == good
    assert problems(tmp_path, f"[[topic]]\nid = 'x'\naliases = ['{'a' * 101}']") == [
        "topic[1].aliases[1]: may have at most 100 characters, not 101: it is part of file names"
    ]


@pytest.mark.parametrize(
    "text",
    [
        "site = 1",
        "inbox = 1",
        "inbox = [1]",
        "topic = {a = 1}",
        "topic = [{id = 1, any = 1, all = [1], none = [1]}]",
        "terms = [1]",
        "terms = {a = 1}",
        "[[topic]]\nid = ['x']",
        "[[topic]]\nid = 'x'\nall = 5",
        "[[inbox]]\npath = '~nobody-of-this-name/x'",
        '[output]\npath = "a\\u0000b"',
        "[[topic]]\nid = 'x'\nany = [['x']]",
        "expect = 'x'",
    ],
)
def test_any_wrong_shape_is_a_problem_and_never_a_crash(tmp_path: Path, text: str) -> None:
    assert problems(tmp_path, text)


def test_folders_inside_an_inbox_are_a_problem(tmp_path: Path) -> None:
    told = problems(
        tmp_path,
        "[[inbox]]\npath = 'in'\n[[inbox]]\npath = 'in/sub'\n[output]\npath = 'in'\n[state]\npath = 'in/sub/state'\n",
    )
    assert [one.partition(":")[0] for one in told] == ["output.path", "state.path", "state.path", "inbox[2].path"]


def test_two_inboxes_of_one_name_are_a_problem(tmp_path: Path) -> None:
    (problem,) = problems(tmp_path, "[[inbox]]\npath = 'a/in'\n[[inbox]]\npath = 'b/in'")
    assert problem == "inbox[2]: another one is named 'in' too: give it a name"


@pytest.mark.parametrize(
    ("authority", "good"),
    [
        ("news.example.org,2025", True),
        ("a@b.example,2025-12-28", True),
        ("news.example.org,2025-13", False),
        ("news.example.org,2025-01-31", False),
        ("news.example.org", False),
        ("News Example,2025", False),
    ],
)
def test_an_authority_is_a_tagging_entity(tmp_path: Path, authority: str, good: bool) -> None:
    text = f'[site]\nauthority = "{authority}"'
    if good:
        assert config.load(write(tmp_path, text)).site.authority == authority
    else:
        assert "site.authority" in problems(tmp_path, text)[0]


def test_a_file_that_can_not_be_read_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="can't be read: No such file"):
        config.load(tmp_path / "nowhere.toml")
    with pytest.raises(ConfigError, match=r"is not TOML: .*line 1"):
        config.load(write(tmp_path, "= 1"))
    (tmp_path / "bytes.toml").write_bytes(b"[site]\ntitle = '\xff'")
    with pytest.raises(ConfigError, match="is not UTF-8: byte 16"):
        config.load(tmp_path / "bytes.toml")


def test_the_file_is_found_where_the_documentation_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("FEEDD_CONFIG", raising=False)
    monkeypatch.setattr(config, "PLACES", ("feedd.toml",))
    assert config.find(None) is None
    write(tmp_path, "")
    assert config.find(None) == Path("feedd.toml")
    monkeypatch.setenv("FEEDD_CONFIG", "other.toml")
    assert config.find(None) == Path("other.toml")
    assert config.find("given.toml") == Path("given.toml")


@pytest.mark.parametrize("name", ["config/feedd.toml", "feedd/starter.toml"])
def test_the_example_configurations_load(name: str) -> None:
    assert config.load(ROOT / name).inboxes


def test_every_setting_stands_in_the_documentation_and_in_the_example() -> None:
    page = (ROOT / "docs" / "configuration.md").read_text()
    example = (ROOT / "config" / "feedd.toml").read_text()
    for table, settings in TABLES.items():
        section = page.partition(f"\n## [{table}]" if f"\n## [{table}]" in page else f"\n## [[{table}]]")[2]
        for setting in settings.model_fields:
            assert f"`{setting}`" in section.partition("\n## ")[0], f"{table}.{setting}"
            assert f"{setting} =" in example, f"{table}.{setting}"
    assert "[terms]" in page


def test_every_command_and_option_stands_in_the_documentation() -> None:
    from feedd.cli import cli

    page = (ROOT / "docs" / "commands.md").read_text()
    for name, command in cli.commands.items():
        section = page.partition(f"## feedd {name}\n")[2].partition("\n## ")[0]
        assert section, name
        inside = getattr(command, "commands", {})
        for below in inside:
            assert f"feedd {name} {below}" in section
        for option in (option for one in (command, *inside.values()) for option in one.params):
            if getattr(option, "hidden", False):
                continue
            for spelled in option.opts:
                if spelled.startswith("--"):
                    assert spelled in section, f"{name} {spelled}"
