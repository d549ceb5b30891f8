"""Which reasons of a refusal a person is told: what would be in vain is left out. Pure.

A decision keeps all its reasons, for tools and for the record.
"""

from __future__ import annotations

from collections.abc import Sequence

from channels.rules.fact_types import RefusalReason

# While one of these holds nothing else that the person does helps; the first one in this order is told alone.
CLOSING = (
    *("person_unknown", "channel_unknown", "person_left", "not_joined", "contract_ended"),
    *("channel_closed", "channel_not_live", "region_mismatch"),
)
ROLE_IS_OVER = frozenset({"role_ended", "role_ended_by_move", "role_ended_by_leave"})
WITHOUT_A_ROLE = frozenset({"no_role", *ROLE_IS_OVER})
ENDED_STATES = frozenset({"closed", "declined"})


def reasons_to_tell(
    reasons: Sequence[RefusalReason], *, asked: bool = False
) -> tuple[RefusalReason, ...]:
    """The reasons worth telling, in the order of the decision. `asked`: a request for a role is open.

    House rules are accepted by those who have a role or ask for one, not before.
    """
    closing = [reason for reason in reasons if reason.code in CLOSING]
    if closing:
        return (min(closing, key=lambda reason: CLOSING.index(reason.code)),)
    if asked or not any(reason.code in WITHOUT_A_ROLE for reason in reasons):
        return tuple(reasons)
    return tuple(reason for reason in reasons if reason.code != "rules_not_accepted")


def is_closed(reasons: Sequence[RefusalReason]) -> bool:
    """Whether nobody will post on the channel any more."""
    return any(
        reason.code == "channel_closed"
        or (reason.code == "channel_not_live" and reason.params.get("state") in ENDED_STATES)
        for reason in reasons
    )
