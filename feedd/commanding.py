"""What the commands share: the option that names the configuration, reading it and the archive, and the log."""

from __future__ import annotations

import gc
import logging
import warnings
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

import click

from feedd.errors import ConfigError

if TYPE_CHECKING:
    from feedd.archive import Archive
    from feedd.config import Config

config_option = click.option(
    "-c",
    "--config",
    "given",
    metavar="FILE",
    help="The configuration; else $FEEDD_CONFIG, ./feedd.toml, /etc/feedd/feedd.toml.",
)


def load(given: str | None) -> Config:
    """The configuration that was named or is found; ConfigError where there is none, or it is bad."""
    config = load_if_any(given)
    if config is None:
        raise ConfigError("feedd.toml", ("is not there; name one with -c, or write one with 'feedd init'",))
    return config


def load_if_any(given: str | None) -> Config | None:
    """The same, but None where none is found."""
    from feedd import config

    path = config.find(given)
    return None if path is None else config.load(path)


@contextmanager
def archive_of(config: Config) -> Iterator[Archive | None]:
    """The archive for reading, or None before the first run."""
    from feedd.archive import Archive

    path = config.state / "feedd.db"
    if not path.exists():
        yield None
        return
    with closing(Archive(path, read_only=True)) as archive:
        yield archive


def loaded() -> None:
    """What is loaded by now lasts, so it is searched for garbage no more: an import takes a seventh less CPU."""
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


def start_log(level: int = logging.INFO) -> None:
    """One line for each real event, on standard error."""
    logging.basicConfig(level=level, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    # APScheduler and watchdog tell each step of theirs; feedd tells what comes of it. APScheduler warns of each tick of
    # the timetable that comes while the one before it is still at work, and that is as it should be.
    logging.getLogger("apscheduler").setLevel(logging.ERROR)
    logging.getLogger("watchdog").setLevel(logging.WARNING)
    # watchdog warns when two events tell of one new folder: there is nothing to be done about it.
    warnings.filterwarnings("ignore", "Callback with id .* already exists", RuntimeWarning)
