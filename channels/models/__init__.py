"""The registry, who may post, and what was decided."""

from __future__ import annotations

from channels.models.decisions import DecisionRecord, Freeze, FreezeReview
from channels.models.permissions import (
    PermissionRequest,
    PostingPermission,
    PostingRole,
    RoleNeed,
    RoleReview,
    RulesAcceptance,
)
from channels.models.registry import (
    AccessRule,
    Channel,
    ChannelEvent,
    ChannelRules,
    ChannelState,
    Owner,
    OwnerOffer,
    Platform,
    Sponsorship,
)

__all__ = [
    "AccessRule",
    "Channel",
    "ChannelEvent",
    "ChannelRules",
    "ChannelState",
    "DecisionRecord",
    "Freeze",
    "FreezeReview",
    "Owner",
    "OwnerOffer",
    "PermissionRequest",
    "Platform",
    "PostingPermission",
    "PostingRole",
    "RoleNeed",
    "RoleReview",
    "RulesAcceptance",
    "Sponsorship",
]
