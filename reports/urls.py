from __future__ import annotations

from django.urls import path

from reports import accommodations, import_views, views

app_name = "people"
urlpatterns = [
    path("", views.list_people, name="list"),
    path("export.csv", views.export_people, name="export"),
    path("import/", import_views.upload_file, name="upload"),
    path("import/<uuid:uuid>/", import_views.show_plan, name="import"),
    path("import/<uuid:uuid>/apply/", import_views.apply_plan, name="apply"),
    path("<uuid:uuid>/", views.show_person, name="person"),
    path("<uuid:uuid>/time-and-tries/", accommodations.edit_accommodation, name="accommodation"),
]
