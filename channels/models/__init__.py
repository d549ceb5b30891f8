"""The registry, who may post, and what was decided."""

from __future__ import annotations

from channels.models.decisions import DecisionRecord, Freeze
from channels.models.permissions import (
    PermissionRequest,
    PostingPermission,
    PostingRole,
    RulesAcceptance,
)
from channels.models.registry import (
    AccessRule,
    Channel,
    ChannelEvent,
    ChannelRules,
    ChannelState,
    Owner,
    Platform,
)

__all__ = [
    "AccessRule",
    "Channel",
    "ChannelEvent",
    "ChannelRules",
    "ChannelState",
    "DecisionRecord",
    "Freeze",
    "Owner",
    "PermissionRequest",
    "Platform",
    "PostingPermission",
    "PostingRole",
    "RulesAcceptance",
]
