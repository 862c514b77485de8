"""The one bridge to Jinja2: the pages' templates, each of which the user's own may take the place of."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from importlib.resources import files
from traceback import walk_tb
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from feedd.errors import PageError

if TYPE_CHECKING:
    from jinja2 import Environment

NAMES = ("base.html", "index.html", "topic.html", "article.html", "style.css")
"""What may be replaced."""
NONE: Mapping[str, str] = MappingProxyType({})
_STYLE = "style.css"


def problems(own: Mapping[str, str]) -> list[str]:
    """What is wrong with the user's templates, by their names, before any page is made of them."""
    from jinja2 import TemplateSyntaxError

    found = [f"{name}: is no template: there are {', '.join(NAMES)}" for name in sorted(own) if name not in NAMES]
    environment = _environment(tuple(sorted(own.items())))
    for name, text in sorted(own.items()):
        try:
            if name != _STYLE:  # where {# and {% begin nothing
                environment.parse(text, name)
        except (TemplateSyntaxError, RecursionError) as error:
            found.append(_told(name, error).removeprefix("template "))
    return found


def render(name: str, own: Mapping[str, str], values: Mapping[str, Any]) -> bytes:
    """A page; PageError, with template and line, where the user's own can't be filled in."""
    try:
        return _environment(tuple(sorted(own.items()))).get_template(name).render(values).encode()
    except Exception as error:  # an expression in a template can raise whatever Python can
        raise PageError(_told(name, error)) from error


def stylesheet(own: Mapping[str, str]) -> bytes:
    """``style.css``, which is taken as it is."""
    return (own[_STYLE] if _STYLE in own else _resource(_STYLE)).encode()


def _told(name: str, error: Exception) -> str:
    """What went wrong while the page ``name`` was made, with the line where it did."""
    from jinja2 import TemplateError, TemplateNotFound, TemplateSyntaxError

    place, line = name, 0
    # Jinja puts a template's own name and lines into the traceback; the innermost is where it happened.
    for frame, number in walk_tb(error.__traceback__):
        if frame.f_code.co_filename in NAMES:
            place, line = frame.f_code.co_filename, number
    if isinstance(error, TemplateSyntaxError):
        place, line = error.name or name, error.lineno
    if isinstance(error, TemplateNotFound):
        said = f"there is no template {error.message}"
    elif isinstance(error, TemplateError):
        said = error.message or "can't be filled in"
    else:
        said = f"{type(error).__name__}: {error}"
    return f"template {place}{f', line {line}' if line else ''}: {said}"


@lru_cache(maxsize=2)
def _environment(own: tuple[tuple[str, str], ...]) -> Environment:
    # Loaded with the first page: commands that only look at articles or addresses do without.
    from jinja2 import Environment, FunctionLoader, StrictUndefined

    given = dict(own)

    def load(name: str) -> tuple[str, str, None] | None:
        if name not in NAMES:
            return None
        return given[name] if name in given else _resource(name), name, None

    environment = Environment(
        loader=FunctionLoader(load),
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


def _resource(name: str) -> str:
    """The text of a file of our own."""
    return files("feedd.generate").joinpath("templates", name).read_text("utf-8")


def _day(when: datetime) -> str:
    return when.strftime("%Y-%m-%d")


def _moment(when: datetime) -> str:
    return when.strftime("%Y-%m-%d %H:%M UTC")


def _instant(when: datetime) -> str:
    return when.strftime("%Y-%m-%dT%H:%M:%SZ")
