"""The organisation's own export profiles by name: found for an export, kept and deleted with a ledger entry."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from ledger import entries
from reports.exporting.own_profiles import (
    OwnProfile,
    ProfileRefusedError,
    copy_ready_profile,
    make_profile,
    read_own_profile,
)
from reports.exporting.profiles import PROFILES, ExportProfile
from reports.exporting.shown import SHOWN
from reports.models import SavedProfile

# No profile of one's own has these names.
READY = frozenset({*PROFILES, *SHOWN})


class ProfileUnknownError(ProfileRefusedError):
    """There is no profile of this name."""


class ProfileExistsError(ProfileRefusedError):
    """Another profile has this name."""


def find_profile(name: str) -> ExportProfile:
    """The ready profile of this name, or one's own. Raises ProfileRefusedError before anything is written."""
    if name in PROFILES:
        return PROFILES[name]
    saved = SavedProfile.objects.filter(name=name).first()
    if saved is None:
        names = ", ".join([*PROFILES, *SavedProfile.objects.values_list("name", flat=True)])
        text = _("There is no profile “%(name)s”. There are: %(names)s.")
        raise ProfileUnknownError(text % {"name": name[:60], "names": names})
    return make_profile(saved.name, read_own_profile(saved.settings))


def list_own_profiles() -> list[tuple[SavedProfile, ExportProfile | None, str]]:
    """Each of one's own with the profile, or with why no file can be written with it. One query."""
    found: list[tuple[SavedProfile, ExportProfile | None, str]] = []
    for saved in SavedProfile.objects.all():
        try:
            found.append((saved, make_profile(saved.name, read_own_profile(saved.settings)), ""))
        except ProfileRefusedError as reason:
            found.append((saved, None, str(reason)))
    return found


def begin_profile(name: str, ready: str, *, actor: str, at: datetime) -> SavedProfile:
    """Keep a profile that says what a ready one says. Raises ProfileExistsError."""
    begun = SavedProfile(
        name=name,
        settings=copy_ready_profile(ready).as_json(),
        created_at=at,
        created_by=actor,
        changed_at=at,
    )
    taken = _("There is a profile of this name. Open it, or choose another name.")
    if name in READY:
        raise ProfileExistsError(taken)
    try:
        with transaction.atomic():
            begun.save(force_insert=True)
            _append_entry("profile.saved", begun, actor, at)
    except IntegrityError as error:
        raise ProfileExistsError(taken) from error
    return begun


@transaction.atomic
def save_profile(saved: SavedProfile, own: OwnProfile, *, actor: str, at: datetime) -> None:
    """Keep what the profile says; from now on exports use it. Raises ProfileRefusedError if no file can be written."""
    make_profile(saved.name, own)
    saved.settings, saved.changed_at = own.as_json(), at
    saved.save(update_fields=["settings", "changed_at"])
    _append_entry("profile.saved", saved, actor, at)


@transaction.atomic
def delete_profile(saved: SavedProfile, *, actor: str, at: datetime) -> None:
    """Exports by this name are refused from now on."""
    _append_entry("profile.deleted", saved, actor, at)
    saved.delete()


def _append_entry(kind: str, saved: SavedProfile, actor: str, at: datetime) -> None:
    entries.append_entry(
        kind=kind,
        subject=f"profile:{saved.name}",
        actor=actor,
        at=at,
        data={"id": saved.pk, "columns": len(saved.settings["columns"])},
    )
