"""Addresses of the authors' screens, below /cms/."""

from __future__ import annotations

from django.urls import include, path

from quizzes.cms import exchange, insights, question_reports, regrades

STATISTICS = [
    path("", insights.QuizListView.as_view(), name="list"),
    path("results/", insights.QuizListView.as_view(results_only=True), name="list_results"),
    path("<int:quiz>/", insights.QuizView.as_view(), name="quiz"),
    path("item/<int:version>/", insights.ItemView.as_view(), name="item"),
]

EXCHANGE = [
    path("import/", exchange.ImportView.as_view(), name="import"),
    path("import/<slug:sha256>/", exchange.PlanView.as_view(), name="plan"),
    path("export/", exchange.ExportView.as_view(), name="export"),
]

REPORTS = [
    path("", question_reports.QueueView.as_view(), name="queue"),
    path("<int:version>/", question_reports.VersionView.as_view(), name="version"),
    path("<int:version>/marks/", regrades.RegradeView.as_view(), name="regrade"),
]

urlpatterns = [
    path("items/", include((EXCHANGE, "quiz_exchange"))),
    path("question-reports/", include((REPORTS, "question_reports"))),
    path("quiz-statistics/", include((STATISTICS, "quiz_statistics"))),
]
