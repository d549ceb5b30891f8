"""The ZIP file of a pack: the index in front, the files of the parts, and the manifest of all of them."""

from __future__ import annotations

import hashlib
import json
import tempfile
import zipfile
from collections.abc import Sequence
from datetime import datetime
from typing import IO
from uuid import UUID

from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from accounts.readers.actor_names import name_actors
from ledger import heads
from reports.packs.questions import PackQuestion, PackReason
from reports.packs.tables import PackFile, PackPart, tell_instant

SCHEMA = "evidence-pack/1"
# More than this is kept on disk while it is written.
IN_MEMORY = 8 * 1024 * 1024


def write_archive(
    question: PackQuestion, parts: Sequence[PackPart], *, uuid: UUID, actor: str, now: datetime
) -> IO[bytes]:
    """The ZIP file, open at its beginning."""
    head = str(heads.newest_head() or "–")
    kept = [file for part in parts for file in part.files]
    context = {
        "title": question.title,
        "facts": _tell_facts(question, head, uuid=uuid, actor=actor, now=now),
        "parts": parts,
        "files": kept,
        "style": "pack.css",
    }
    files = [
        PackFile("index.html", render_to_string("packs/index.html", context).encode(), ""),
        PackFile("pack.css", render_to_string("packs/pack.css").encode(), ""),
        PackFile("verify.py", render_to_string("packs/verify.py.txt").encode(), ""),
        *kept,
    ]
    manifest = {
        "schema": SCHEMA,
        "pack": str(uuid),
        "about": question.subject,
        "at": question.at.isoformat(),
        "known_at": question.known_at.isoformat(),
        "made_at": now.isoformat(),
        "made_by": actor,
        "ledger_head": head,
        "files": [_describe_file(file) for file in files],
    }
    told = json.dumps(manifest, indent=2, ensure_ascii=False).encode()
    return _write_zip([*files, PackFile("manifest.json", told, "")])


def _tell_facts(
    question: PackQuestion, head: str, *, uuid: UUID, actor: str, now: datetime
) -> list[tuple[str, str]]:
    return [
        (_("Pack"), str(uuid)),
        (_("Made"), tell_instant(now)),
        (_("Made by"), f"{name_actors([actor])[actor]} ({actor})"),
        (_("Because"), str(PackReason(question.why).label)),
        (_("At the moment"), tell_instant(question.at)),
        (_("By what had been recorded until"), tell_instant(question.known_at)),
        (_("Head of the ledger"), head),
    ]


def _describe_file(file: PackFile) -> dict[str, str | int]:
    digest = hashlib.sha256(file.content).hexdigest()
    return {"name": file.name, "bytes": len(file.content), "sha256": digest}


def _write_zip(files: Sequence[PackFile]) -> IO[bytes]:
    content = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - the answer closes it
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as made:
        for file in files:
            made.writestr(zipfile.ZipInfo(file.name), file.content, zipfile.ZIP_DEFLATED)
    content.seek(0)
    return content
