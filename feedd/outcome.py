"""What a batch of changes did, in numbers and in words."""

from __future__ import annotations

from dataclasses import dataclass, field

from feedd.model import Place


@dataclass(slots=True)
class Outcome:
    """What a batch of changes did: ``dirty`` topics, ``recheck`` the places to look at once more, and ``taken`` the
    responses of upstream feeds that are needed no more, each with whether it could be read.
    """

    added: int = 0
    updated: int = 0
    withdrawn: int = 0
    unchanged: int = 0
    quarantined: int = 0
    duplicates: int = 0
    dirty: set[str] = field(default_factory=set)
    recheck: list[Place] = field(default_factory=list)
    taken: dict[Place, bool] = field(default_factory=dict)

    def __iadd__(self, other: Outcome) -> Outcome:
        """Both together."""
        for name in ("added", "updated", "withdrawn", "unchanged", "quarantined", "duplicates"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.dirty |= other.dirty
        self.recheck += other.recheck
        self.taken |= other.taken
        return self


def summary(outcome: Outcome) -> str:
    """A batch in words: what was added, updated, withdrawn and set aside."""
    parts = [(outcome.added, "added"), (outcome.updated, "updated"), (outcome.withdrawn, "withdrawn")]
    parts += [(outcome.quarantined, "quarantined"), (outcome.duplicates, "duplicates")]
    told = ", ".join(f"{count} {word}" for count, word in parts if count)
    return f"articles: {told or 'nothing new'}"
