from __future__ import annotations

from django.urls import path

from reports import team

app_name = "team"
urlpatterns = [path("", team.show_team, name="show")]
