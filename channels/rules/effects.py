"""What an act changes for the people of a channel: the same question before and after it. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from channels.rules.fact_types import Decision


@dataclass(frozen=True, slots=True)
class RightsEffect:
    """The decisions on the people with a role, by HR id, as they are and as they would be."""

    before: Mapping[str, Decision]
    after: Mapping[str, Decision]

    @property
    def holders(self) -> int:
        """How many people have a role before, or would have one."""
        return len({*self.before, *self.after})

    @property
    def able_after(self) -> int:
        return sum(decision.allowed for decision in self.after.values())

    @property
    def losing(self) -> dict[str, Decision]:
        """Who could post and no longer could, with the reasons."""
        return {
            person: decision
            for person, decision in self.after.items()
            if not decision.allowed and person in self.before and self.before[person].allowed
        }

    @property
    def gaining(self) -> dict[str, Decision]:
        """Who could not post and then could."""
        return {
            person: decision
            for person, decision in self.after.items()
            if decision.allowed and not (person in self.before and self.before[person].allowed)
        }

    @property
    def reviewed(self) -> int:
        """How many could post freely and would be reviewed."""
        return sum(
            decision.decision == "allow_with_review"
            and person in self.before
            and self.before[person].decision == "allow"
            for person, decision in self.after.items()
        )

    @property
    def joining_in_vain(self) -> dict[str, Decision]:
        """Who would have a role and still could not post, with the reasons."""
        return {
            person: decision
            for person, decision in self.after.items()
            if person not in self.before and not decision.allowed
        }
