"""Read settings from the environment; a missing secret stops the program with a sentence that says what to do."""

from __future__ import annotations

import os
from email.utils import formataddr, parseaddr
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured


def keep_files_private() -> None:
    """Let nobody but the account that the site runs as read or write the files that this process makes."""
    os.umask(0o077)


def env(name: str, default: str = "") -> str:
    """The value of NAME, or the text of the file that NAME_FILE points at."""
    if path := os.environ.get(f"{name}_FILE"):
        try:
            return Path(path).read_text(encoding="utf-8").strip()
        except OSError as error:
            raise ImproperlyConfigured(f"{name}_FILE cannot be read: {error}") from error
    return os.environ.get(name, default)


def env_secret(name: str) -> str:
    """A value without a default: raises ImproperlyConfigured when it is not set."""
    if value := env(name):
        return value
    raise ImproperlyConfigured(f"Set {name} (or {name}_FILE) to a long random value.")


def env_bool(name: str, *, default: bool) -> bool:
    value = env(name, "1" if default else "0").lower()
    if value in {"1", "true", "yes", "on"}:
        return True
    if value in {"0", "false", "no", "off", ""}:
        return False
    raise ImproperlyConfigured(f"{name} must be 1 or 0, not {value!r}.")


def env_int(name: str, default: int) -> int:
    value = env(name, str(default))
    try:
        return int(value)
    except ValueError as error:
        raise ImproperlyConfigured(f"{name} must be a whole number, not {value!r}.") from error


def env_choices(name: str, default: str, choices: tuple[str, ...]) -> list[str]:
    """A list whose every entry is one of `choices`."""
    found = env_list(name, default)
    if unknown := sorted(set(found) - set(choices)):
        known = ", ".join(choices)
        raise ImproperlyConfigured(f"{name} takes {known}, not {', '.join(unknown)}.")
    return found


def env_list(name: str, default: str = "") -> list[str]:
    return [part.strip() for part in env(name, default).split(",") if part.strip()]


def name_sender(sender: str, organisation: str) -> str:
    """The sender of mails with a name that people know: an address alone gets the organisation's."""
    name, address = parseaddr(sender)
    return formataddr((name or organisation, address))
