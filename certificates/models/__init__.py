from __future__ import annotations

from certificates.models.corrections import Correction, EvidenceFile
from certificates.models.records import (
    Award,
    AwardEvent,
    Certification,
    CertificationEvent,
    Hold,
    Requirement,
    Waiver,
    is_time_zone,
)

__all__ = [
    "Award",
    "AwardEvent",
    "Certification",
    "CertificationEvent",
    "Correction",
    "EvidenceFile",
    "Hold",
    "Requirement",
    "Waiver",
    "is_time_zone",
]
