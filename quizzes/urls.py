from __future__ import annotations

from django.urls import path

from quizzes import views

app_name = "quizzes"

urlpatterns = [
    path("start/<int:page_id>/", views.start, name="start"),
    path("<uuid:attempt>/", views.resume, name="resume"),
    path("<uuid:attempt>/<int:slot>/", views.question, name="question"),
    path("<uuid:attempt>/<int:slot>/save/", views.autosave, name="save"),
    path("<uuid:attempt>/time/", views.more_time, name="time"),
    path("<uuid:attempt>/check/", views.check, name="check"),
    path("<uuid:attempt>/submit/", views.submit, name="submit"),
    path("<uuid:attempt>/result/", views.result, name="result"),
]
