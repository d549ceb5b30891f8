"""The columns of a register's file, and the names that other registers give them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class RegisterColumn:
    """A column of the file. What `cells` does not read is written out only, because an act decides it."""

    name: str
    description: Any
    aliases: tuple[str, ...] = ()


COLUMNS = (
    RegisterColumn(
        "code", _("The code, which stays. Empty: one is proposed."), ("channel code", "key")
    ),
    RegisterColumn(
        "platform",
        _("Code or name of the platform. Needed for a handle only."),
        ("service", "service key", "network", "social network", "site"),
    ),
    RegisterColumn(
        "address",
        _("The address of the profile, or its handle. Every row needs it, or a known code."),
        (
            "url",
            "link",
            "profile",
            "profile url",
            "service url",
            "account url",
            "account",
            "handle",
        ),
    ),
    RegisterColumn(
        "title", _("The title."), ("name", "display name", "account name", "short description")
    ),
    RegisterColumn(
        "purpose", _("What it is for, and for whom."), ("description", "long description")
    ),
    RegisterColumn("audience", _("Who reads it.")),
    RegisterColumn("region", _("Code or name of the region."), ("market", "country")),
    RegisterColumn("language", _("Language, like en or pt-BR."), ("lang",)),
    RegisterColumn("classification", _("The kind, like brand or support."), ("kind", "category")),
    RegisterColumn("min_cover", _("How many people have to be able to post."), ("cover",)),
    RegisterColumn("public", _("yes or no: in the public list."), ("listed",)),
    RegisterColumn(
        "account_id", _("The platform’s own number of the account."), ("account number",)
    ),
    RegisterColumn("review_mode", _("free or each."), ("review",)),
    RegisterColumn("region_bound", _("yes or no: only people of its region."), ()),
    RegisterColumn("sunset_on", _("The last day, like 2026-12-31."), ("closes on",)),
    RegisterColumn("review_on", _("When somebody looks whether it is needed."), ("next review",)),
    RegisterColumn(
        "owner", _("HR id or e-mail address of the owner."), ("owner id", "owner hr id")
    ),
    RegisterColumn("deputy", _("HR id or e-mail address of the deputy."), ("deputy id", "backup")),
    RegisterColumn(
        "mailbox", _("The shared mailbox for recovery."), ("recovery mailbox", "recovery email")
    ),
    RegisterColumn("two_step_on", _("When the second step of the sign-in was seen.")),
    RegisterColumn("vault_url", _("The address of its entry in the vault. No passwords.")),
    RegisterColumn("suite", _("The publishing tool."), ("tool",)),
    RegisterColumn("suite_profile", _("The number of the account in the publishing tool.")),
    RegisterColumn("organisation_owned", _("yes or no: the organisation owns it in the tool.")),
    RegisterColumn("archive", _("Where and how long posts are kept.")),
    RegisterColumn("state", _("Written out only: a state has acts of its own."), ("status",)),
    RegisterColumn("opened_on", _("Written out only.")),
    RegisterColumn("confirmed_at", _("Written out only: when its details were confirmed.")),
)
# Plain text of a channel, taken as it is.
TEXTS = (
    *("title", "purpose", "audience", "language", "account_id"),
    *("mailbox", "vault_url", "suite", "suite_profile", "archive"),
)
FLAGS = ("public", "region_bound", "organisation_owned")
DAYS = ("sunset_on", "review_on", "two_step_on")


def name_column(header: str) -> str | None:
    """Our name of a column that a file calls `header`; None for one that is not known."""
    said = " ".join(header.replace("_", " ").split()).casefold()
    for column in COLUMNS:
        if said in {column.name.replace("_", " "), *column.aliases}:
            return column.name
    return None
