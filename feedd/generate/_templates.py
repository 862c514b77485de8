"""The one bridge to Jinja2: the pages' templates, each of which the user's own may take the place of."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any

from jinja2 import ChoiceLoader, DictLoader, Environment, PackageLoader, StrictUndefined
from jinja2.exceptions import TemplateError, TemplateSyntaxError

from feedd.errors import PageError

NAMES = ("base.html", "index.html", "topic.html", "article.html", "style.css")
"""What may be replaced."""
NONE: Mapping[str, str] = MappingProxyType({})


def problems(own: Mapping[str, str]) -> list[str]:
    """What is wrong with the user's templates, by their names, before any page is made of them."""
    found = [f"{name}: is no template: there are {', '.join(NAMES)}" for name in sorted(own) if name not in NAMES]
    environment = _environment(tuple(sorted(own.items())))
    for name, text in sorted(own.items()):
        try:
            environment.parse(text)
        except TemplateSyntaxError as error:
            found.append(f"{name}, line {error.lineno}: {error.message}")
    return found


def render(name: str, own: Mapping[str, str], values: Mapping[str, Any]) -> bytes:
    """A page; PageError where the user's template, which takes the place of ours, can't be filled in."""
    try:
        return _environment(tuple(sorted(own.items()))).get_template(name).render(values).encode()
    except TemplateSyntaxError as error:
        raise PageError(f"template {error.name or name}, line {error.lineno}: {error.message}") from error
    except TemplateError as error:
        raise PageError(f"template {name}: {error.message}") from error


def stylesheet(own: Mapping[str, str]) -> bytes:
    """``style.css``, which is taken as it is."""
    text = own.get("style.css")
    return (text or files("feedd.generate").joinpath("templates", "style.css").read_text("utf-8")).encode()


@lru_cache(maxsize=2)
def _environment(own: tuple[tuple[str, str], ...]) -> Environment:
    environment = Environment(
        loader=ChoiceLoader([DictLoader(dict(own)), PackageLoader("feedd.generate")]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["day"] = _day
    environment.filters["moment"] = _moment
    environment.filters["instant"] = _instant
    return environment


def _day(when: datetime) -> str:
    return when.strftime("%Y-%m-%d")


def _moment(when: datetime) -> str:
    return when.strftime("%Y-%m-%d %H:%M UTC")


def _instant(when: datetime) -> str:
    return when.strftime("%Y-%m-%dT%H:%M:%SZ")
