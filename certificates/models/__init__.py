from __future__ import annotations

from certificates.models.corrections import AwardCorrection, EvidenceFile
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
    "AwardCorrection",
    "AwardEvent",
    "Certification",
    "CertificationEvent",
    "EvidenceFile",
    "Hold",
    "Requirement",
    "Waiver",
    "is_time_zone",
]
