from __future__ import annotations

from django.urls import path, register_converter
from django.urls.converters import IntConverter

from quizzes.screens import (
    attempt_views,
    item_report_views,
    marking_views,
    missed_questions,
    one_page_views,
    recap_views,
    tries,
    unlock_views,
)

app_name = "quizzes"


class SlotConverter(IntConverter):
    """The place of a question in an attempt. No column holds longer numbers, so such an address is not there."""

    regex = "[0-9]{1,4}"


register_converter(SlotConverter, "slot")

urlpatterns = [
    path("start/<int:page_id>/", attempt_views.start_quiz, name="start"),
    path("tries/", tries.list_own_tries, name="tries"),
    path("marking/", marking_views.show_queue, name="marking"),
    path("marking/<int:response>/", marking_views.review_answer, name="mark"),
    path("<uuid:attempt>/", attempt_views.resume_attempt, name="resume"),
    path("<uuid:attempt>/<slot:slot>/", attempt_views.show_question, name="question"),
    path("<uuid:attempt>/<slot:slot>/save/", attempt_views.autosave_answer, name="save"),
    path("<uuid:attempt>/<slot:slot>/report/", item_report_views.report_question, name="report"),
    path("<uuid:attempt>/all/", one_page_views.show_all_questions, name="all"),
    path("<uuid:attempt>/all/save/", one_page_views.autosave_all, name="save_all"),
    path("<uuid:attempt>/time/", attempt_views.add_more_time, name="time"),
    path("<uuid:attempt>/left/", attempt_views.show_time_left, name="left"),
    path("<uuid:attempt>/check/", attempt_views.check_answers, name="check"),
    path("<uuid:attempt>/submit/", attempt_views.submit_quiz, name="submit"),
    path("<uuid:attempt>/result/", attempt_views.show_result, name="result"),
    path("<uuid:attempt>/missed/", missed_questions.redo_missed_questions, name="missed"),
    path("<uuid:attempt>/recap/", recap_views.show_recaps, name="recaps"),
    path("<uuid:attempt>/recap/<str:code>/", recap_views.show_recap, name="recap"),
    path("unlock/<uuid:person>/<str:code>/", unlock_views.give_another_try, name="unlock"),
]
