from __future__ import annotations

from django.urls import path

from certificates.screens import verifying

app_name = "verify"
urlpatterns = [
    path("", verifying.show_verify_form, name="form"),
    path("<path:text>.json", verifying.show_verification_json, name="json"),
    path("<path:text>/", verifying.show_verification, name="code"),
]
