"""`kill -9` at every step of issuing, renewing and correcting leaves one certificate, one mail, and whole records."""

from __future__ import annotations

import json

import pytest

from tests.servers import Site, copy_of_demo

pytestmark = pytest.mark.databases


def test_acts_killed_at_any_step_leave_one_certificate_one_mail_and_whole_records() -> None:
    database, remove = copy_of_demo("killed")
    try:
        code = "from tests.certificates import killed; killed.main()"
        said = Site(database).manage("shell", "--no-imports", "-c", code).stdout
    finally:
        remove()
    told = json.loads(said.rpartition("FACTS")[2])
    assert told.pop("breaks") == []
    assert told.keys() == {"issue", "renewal", "correction"}
    for act in told.values():
        assert act["half"] == []
        assert act["moments"] >= 8
        # For each certification: one certificate, one message that is noted as sent, one mail.
        assert {tuple(one) for gains in act["gains"] for one in gains} == {(1, 1, 1)}
    # Killed after the commit, with the mail claimed, before and after it left, with that noted; and once not at all.
    assert len(told["correction"]["gains"]) == 6
