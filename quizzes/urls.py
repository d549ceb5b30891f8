from __future__ import annotations

from django.urls import path

from quizzes import item_report_views, marking_views, one_page, recap_views, unlock_views, views

app_name = "quizzes"

urlpatterns = [
    path("start/<int:page_id>/", views.start, name="start"),
    path("marking/", marking_views.queue, name="marking"),
    path("marking/<int:response>/", marking_views.answer, name="mark"),
    path("<uuid:attempt>/", views.resume, name="resume"),
    path("<uuid:attempt>/<int:slot>/", views.question, name="question"),
    path("<uuid:attempt>/<int:slot>/save/", views.autosave, name="save"),
    path("<uuid:attempt>/<int:slot>/report/", item_report_views.report, name="report"),
    path("<uuid:attempt>/all/", one_page.everything, name="all"),
    path("<uuid:attempt>/all/save/", one_page.autosave, name="save_all"),
    path("<uuid:attempt>/time/", views.more_time, name="time"),
    path("<uuid:attempt>/check/", views.check, name="check"),
    path("<uuid:attempt>/submit/", views.submit, name="submit"),
    path("<uuid:attempt>/result/", views.result, name="result"),
    path("<uuid:attempt>/recap/", recap_views.overview, name="recaps"),
    path("<uuid:attempt>/recap/<str:code>/", recap_views.principle, name="recap"),
    path("unlock/<uuid:person>/<str:code>/", unlock_views.unlock, name="unlock"),
]
