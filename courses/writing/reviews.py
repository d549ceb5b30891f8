"""What an approval does: the newest words go live, whether or not the reviewer may publish without a review."""

from __future__ import annotations

from typing import Any


def publish_approved(workflow_state: Any, user: Any = None) -> None:
    """Publish what the last reviewer approved (WAGTAIL_FINISH_WORKFLOW_ACTION)."""
    revision = workflow_state.content_object.get_latest_revision()
    revision.publish(user=user, skip_permission_checks=True)
