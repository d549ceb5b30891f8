from __future__ import annotations

from django.urls import path

from channels.screens import official_pages

app_name = "accounts_check"
urlpatterns = [
    path("", official_pages.check_account, name="page"),
    path(".json", official_pages.check_account_json, name="json"),
]
