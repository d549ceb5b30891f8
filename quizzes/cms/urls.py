"""Addresses of the authors' screens, below /cms/."""

from __future__ import annotations

from django.urls import include, path

from quizzes.cms import exchange_views, question_report_views, regrade_views, statistics_views

STATISTICS = [
    path("", statistics_views.QuizStatisticsListView.as_view(), name="list"),
    path(
        "results/",
        statistics_views.QuizStatisticsListView.as_view(results_only=True),
        name="list_results",
    ),
    path("<int:quiz>/", statistics_views.QuizStatisticsView.as_view(), name="quiz"),
    path("item/<int:version>/", statistics_views.ItemStatisticsView.as_view(), name="item"),
]

EXCHANGE = [
    path("import/", exchange_views.ImportView.as_view(), name="import"),
    path("import/<slug:sha256>/", exchange_views.ImportPlanView.as_view(), name="plan"),
    path("export/", exchange_views.ExportView.as_view(), name="export"),
]

REPORTS = [
    path("", question_report_views.ReportQueueView.as_view(), name="queue"),
    path("<int:version>/", question_report_views.ReportedVersionView.as_view(), name="version"),
    path("<int:version>/marks/", regrade_views.RegradeView.as_view(), name="regrade"),
]

urlpatterns = [
    path("items/", include((EXCHANGE, "quiz_exchange"))),
    path("question-reports/", include((REPORTS, "question_reports"))),
    path("quiz-statistics/", include((STATISTICS, "quiz_statistics"))),
]
