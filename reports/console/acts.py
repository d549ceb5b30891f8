"""The acts of the console by the name in their address: docs/certification.md has them in a table."""

from __future__ import annotations

from reports.console.act_kinds import ConsoleAct
from reports.console.award_acts import IssueByEquivalence, ReinstateAward, RevokeAward
from reports.console.correction_acts import (
    ConfirmCorrection,
    DeclineCorrection,
    ProposeCorrection,
)
from reports.console.hold_acts import EndHold, StartHold
from reports.console.leave_acts import EndLeave, RecordLeave
from reports.console.training_acts import EndWaiver, ExtendAssignment, GrantWaiver

ACTS: dict[str, ConsoleAct] = {
    act.name: act
    for act in (
        StartHold(),
        EndHold(),
        IssueByEquivalence(),
        RevokeAward(),
        ReinstateAward(),
        ExtendAssignment(),
        GrantWaiver(),
        EndWaiver(),
        RecordLeave(),
        EndLeave(),
        ProposeCorrection(),
        ConfirmCorrection(),
        DeclineCorrection(),
    )
}
