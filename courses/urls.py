from __future__ import annotations

from django.urls import path

from courses import views

app_name = "courses"
urlpatterns = [
    path("start/<uuid:key>/", views.start, name="start"),
    path("read/<uuid:key>/", views.read, name="read"),
]
