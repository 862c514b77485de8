"""A problem, and the list that checks note theirs in."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """``where`` names the entry or line, and is empty for the whole document; ``rule`` is what it breaks, if any."""

    is_error: bool
    where: str
    message: str
    rule: str = ""

    def __str__(self) -> str:
        before = f"{self.where}: " if self.where else ""
        return f"{before}{self.message}{f' ({self.rule})' if self.rule else ''}"


class Report:
    """Gathers problems; ``url`` is where the document was read from. Of one problem only the first few are kept.

    Unless it is ``thorough`` contents are not looked into: what they hold is a matter of warnings.
    """

    _MOST = 20

    def __init__(self, url: str | None = None, *, thorough: bool = True) -> None:
        self.thorough = thorough
        self.url = url
        self.problems: list[Problem] = []
        self._seen: dict[tuple[str, str], int] = {}

    def error(self, where: str, message: str, rule: str = "") -> None:
        """Something that breaks the format, or readers."""
        self._note(Problem(True, where, message, rule))

    def warning(self, where: str, message: str, rule: str = "") -> None:
        """Something that some readers stumble over, or that is better done otherwise."""
        self._note(Problem(False, where, message, rule))

    def _note(self, problem: Problem) -> None:
        kind = (problem.message.partition(":")[0], problem.rule)
        self._seen[kind] = self._seen.get(kind, 0) + 1
        if self._seen[kind] <= self._MOST:
            self.problems.append(problem)
