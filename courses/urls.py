from __future__ import annotations

from django.urls import path

from courses import views

app_name = "courses"
urlpatterns = [
    path("start/<uuid:key>/", views.start_course, name="start"),
    path("read/<uuid:key>/", views.mark_lesson_read, name="read"),
]
