from __future__ import annotations

from django.urls import path

from certificates import verifying

app_name = "verify"
urlpatterns = [
    path("", verifying.form, name="form"),
    path("<path:text>.json", verifying.as_json, name="json"),
    path("<path:text>/", verifying.code, name="code"),
]
