from __future__ import annotations

from django.urls import path

from quizzes.screens import (
    attempt_views,
    item_report_views,
    marking_views,
    one_page_views,
    recap_views,
    unlock_views,
)

app_name = "quizzes"

urlpatterns = [
    path("start/<int:page_id>/", attempt_views.start, name="start"),
    path("marking/", marking_views.queue, name="marking"),
    path("marking/<int:response>/", marking_views.answer, name="mark"),
    path("<uuid:attempt>/", attempt_views.resume, name="resume"),
    path("<uuid:attempt>/<int:slot>/", attempt_views.question, name="question"),
    path("<uuid:attempt>/<int:slot>/save/", attempt_views.autosave, name="save"),
    path("<uuid:attempt>/<int:slot>/report/", item_report_views.report, name="report"),
    path("<uuid:attempt>/all/", one_page_views.everything, name="all"),
    path("<uuid:attempt>/all/save/", one_page_views.autosave, name="save_all"),
    path("<uuid:attempt>/time/", attempt_views.more_time, name="time"),
    path("<uuid:attempt>/check/", attempt_views.check, name="check"),
    path("<uuid:attempt>/submit/", attempt_views.submit, name="submit"),
    path("<uuid:attempt>/result/", attempt_views.result, name="result"),
    path("<uuid:attempt>/recap/", recap_views.overview, name="recaps"),
    path("<uuid:attempt>/recap/<str:code>/", recap_views.principle, name="recap"),
    path("unlock/<uuid:person>/<str:code>/", unlock_views.unlock, name="unlock"),
]
