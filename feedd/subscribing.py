"""Sources that commands add: to the configuration's own file, where an operator finds and changes them like any other.

OPML 2.0 comes in by listparser: its folders become topics. It goes out with the topics as folders.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

import listparser

from feedd.errors import ConfigError, Unreadable
from feedd.subscription import Subscription
from feedd.text import clean, line, slug
from feedd.topics import RESERVED
from feedd.values import source as address

MOST = 5_000_000
"""How many bytes an OPML file may have."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A feed to be subscribed to: ``folders`` are the names of the topics that it is for."""

    url: str
    title: str = ""
    folders: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Addition:
    """What is added to a configuration: its ``text``, the sources and topics in it, and what was left out and why."""

    text: str
    sources: tuple[Wanted, ...]
    topics: tuple[str, ...]
    known: tuple[str, ...]
    refused: tuple[tuple[str, str], ...]


# --- OPML -----------------------------------------------------------------------------------------------


def read_opml(data: bytes) -> list[Wanted]:
    """The feeds of an OPML file, each once, with all the folders that they lie in. Unreadable where there are none."""
    if len(data) > MOST:
        raise Unreadable(f"is larger than {MOST:,} bytes")
    if b"<opml" not in data[: 64 * 1024].lower() and "<opml".encode("utf-16-le") not in data[: 64 * 1024].lower():
        raise Unreadable("is no OPML")
    found: dict[str, Wanted] = {}
    for feed in listparser.parse(data).feeds:
        url = (feed.url or "").strip()
        folders = tuple(name for path in feed.categories for name in map(line, path) if name)
        before = found.get(url, Wanted(url, line(feed.title or "")))
        found[url] = replace(before, folders=tuple(dict.fromkeys((*before.folders, *folders))))
    found.pop("", None)
    if not found:
        raise Unreadable("is OPML without any feed")
    return list(found.values())


def write_opml(subscriptions: Sequence[Subscription], titles: Mapping[str, str], *, title: str) -> str:
    """The subscriptions as OPML 2.0, those of several topics in each of their folders; ``titles`` are the topics'."""
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', '<opml version="2.0">', "<head>"]
    lines += [f"<title>{escape(clean(title))}</title>", "</head>", "<body>"]
    lines += [_outline(one) for one in subscriptions if not one.topics]
    for topic in dict.fromkeys(topic for one in subscriptions for topic in one.topics):
        lines.append(f"<outline text={_quoted(titles.get(topic, topic))}>")
        lines += [f"  {_outline(one)}" for one in subscriptions if topic in one.topics]
        lines.append("</outline>")
    return "\n".join([*lines, "</body>", "</opml>", ""])


def _outline(one: Subscription) -> str:
    name = _quoted(one.title or one.url)
    return f'<outline type="rss" text={name} title={name} xmlUrl={_quoted(one.url)}/>'


def _quoted(value: str) -> str:
    return quoteattr(line(value))


# --- the configuration's file -----------------------------------------------------------------------------


def addition(wanted: Iterable[Wanted], known: Iterable[str], titles: Mapping[str, str]) -> Addition:
    """What to add for these feeds where those ``known`` are there already. ``titles`` are those of configured topics by
    their ids: a folder is the topic that is called so; where there are topics and none is, one is added.
    """
    there = set(known)
    ids = {name.casefold(): id_ for id_, title in titles.items() for name in (id_, title)}
    added: dict[str, str] = {}
    sources, passed, refused = [], [], []
    lines: list[str] = []
    for one in wanted:
        try:
            url = address(one.url)
        except ValueError as error:
            refused.append((one.url, str(error)))
            continue
        if url in there:
            passed.append(url)
            continue
        there.add(url)
        topics = []
        for folder in one.folders:
            id_ = ids.get(folder.casefold()) or _id(folder)
            if id_:
                topics.append(id_)
                if titles and id_ not in titles:
                    added.setdefault(id_, folder)
        sources.append(one)
        lines += ["", "[[source]]", f"url = {_toml(url)}"]
        lines += [f"title = {_toml(one.title)}"] * bool(one.title and one.title != one.url)
        lines += [f"topics = [{', '.join(map(_toml, dict.fromkeys(topics)))}]"] * bool(topics)
    for id_, title in added.items():
        lines += ["", "[[topic]]", f"id = {_toml(id_)}", f"title = {_toml(title)}"]
    text = "\n".join([*lines, ""]) if sources else ""
    return Addition(text, tuple(sources), tuple(added), tuple(passed), tuple(refused))


def _id(folder: str) -> str:
    id_ = slug(folder)
    return f"{id_}-topic" if id_ in RESERVED else id_


def _toml(value: str) -> str:
    # A JSON string is a basic string of TOML, but for DEL.
    return json.dumps(clean(value), ensure_ascii=False).replace("\x7f", "")


def append(path: Path, text: str, check: Callable[[Path], object]) -> None:
    """Adds text to the end of the configuration, if it is a good one with it: whoever reads it meanwhile, or is killed,
    finds the old one or the new one whole. ConfigError where it can't be.
    """
    target = path.resolve()  # a link stays one
    try:
        before = target.read_text("utf-8")
        text = before + ("" if before.endswith("\n") or not before else "\n") + text
        status = target.stat()
        descriptor, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.", suffix=".toml")
        temporary = Path(name)
        try:
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                os.fchmod(descriptor, status.st_mode & 0o7777)
                if (status.st_uid, status.st_gid) != (os.geteuid(), os.getegid()):
                    os.fchown(descriptor, status.st_uid, status.st_gid)
                file.write(text)
                file.flush()
                os.fsync(descriptor)
            check(temporary)
            temporary.rename(target)
        finally:
            temporary.unlink(missing_ok=True)
    except OSError as error:
        raise ConfigError(str(path), (f"can't be written: {error.strerror}",)) from error
