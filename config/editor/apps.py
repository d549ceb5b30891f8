from __future__ import annotations

from wagtail.users.apps import WagtailUsersAppConfig


class EditorAccountsConfig(WagtailUsersAppConfig):  # type: ignore[misc]
    """Wagtail's accounts, with forms that know whose names are HR's and that ask why an account is switched off."""

    user_viewset = "config.editor.accounts.AccountViewSet"
