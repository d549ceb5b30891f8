from __future__ import annotations

from django.urls import path

from home import me

app_name = "home"
urlpatterns = [
    path("", me.me, name="me"),
    path("status.json", me.status, name="status"),
]
