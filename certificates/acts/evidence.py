"""Files that somebody saw as proof: which may be kept, and keeping them with the award in one transaction."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

from django.core.exceptions import SuspiciousFileOperation
from django.utils import timezone
from django.utils.text import get_valid_filename
from django.utils.translation import gettext_lazy as _

from certificates.acts.guards import CertificateRefusedError
from certificates.models import Award, EvidenceFile

MOST_BYTES = 5 * 1024 * 1024
# What the first bytes of a file have to be, whatever its name says.
SIGNATURES = {
    "application/pdf": b"%PDF-",
    "image/png": b"\x89PNG\r\n\x1a\n",
    "image/jpeg": b"\xff\xd8\xff",
}
LONGEST_NAME = 200
# Files that are read together when all are checked.
AT_ONCE = 4


@dataclass(frozen=True, slots=True)
class EvidenceUpload:
    """A file as somebody sent it."""

    name: str
    content: bytes


def find_content_type(upload: EvidenceUpload) -> str:
    """What the file is, by its first bytes. Raises CertificateRefusedError for another kind and for a large one."""
    if len(upload.content) > MOST_BYTES:
        raise CertificateRefusedError(
            _("This file is larger than 5 MB."), _("Send a smaller one, or the pages that matter.")
        )
    for content_type, first in SIGNATURES.items():
        if upload.content.startswith(first):
            return content_type
    raise CertificateRefusedError(
        _("This file is no PDF, PNG or JPEG."), _("Save it as one of these and send it again.")
    )


def keep_evidence(award: Award, upload: EvidenceUpload, *, actor: str) -> EvidenceFile:
    """Keep the file with the award. Call this inside the transaction of the act that it proves."""
    return EvidenceFile.objects.create(
        award=award,
        name=_name_file(upload.name),
        content_type=find_content_type(upload),
        size=len(upload.content),
        sha256=hashlib.sha256(upload.content).hexdigest(),
        content=upload.content,
        recorded_at=timezone.now(),
        actor=actor,
    )


def find_changed_files() -> Iterator[str]:
    """A sentence for each file whose content is not that of its SHA-256. One statement, a few files in memory."""
    files = EvidenceFile.objects.only("pk", "sha256", "content").order_by("pk")
    for kept in files.iterator(chunk_size=AT_ONCE):
        if hashlib.sha256(kept.content).hexdigest() != kept.sha256:
            yield f"Table {EvidenceFile._meta.db_table}, row {kept.pk}: the content is not that of its SHA-256."


def _name_file(sent: str) -> str:
    """The name as it may stand in a header; a name of signs alone leaves nothing of itself."""
    try:
        return get_valid_filename(sent)[-LONGEST_NAME:]
    except SuspiciousFileOperation:
        return "evidence"
