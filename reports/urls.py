from __future__ import annotations

from django.urls import path

from reports import accommodations, import_views, views

app_name = "people"
urlpatterns = [
    path("", views.console, name="list"),
    path("export.csv", views.export, name="export"),
    path("import/", import_views.upload, name="upload"),
    path("import/<uuid:uuid>/", import_views.plan, name="import"),
    path("import/<uuid:uuid>/apply/", import_views.apply, name="apply"),
    path("<uuid:uuid>/", views.person, name="person"),
    path("<uuid:uuid>/time-and-tries/", accommodations.accommodation, name="accommodation"),
]
