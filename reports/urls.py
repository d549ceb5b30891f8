from __future__ import annotations

from django.urls import path

from reports import accommodations, import_views, views
from reports.bulk import pages as bulk_pages
from reports.export_screens import downloads, profile_pages
from reports.import_screens import mapping_pages
from reports.responsibilities import pages
from reports.saved_views import pages as view_pages

app_name = "people"
urlpatterns = [
    path("", views.list_people, name="list"),
    path("columns/", views.choose_columns, name="columns"),
    path("views/", view_pages.list_views, name="views"),
    path("views/<uuid:uuid>/", view_pages.edit_view, name="view"),
    path("views/<uuid:uuid>/delete/", view_pages.delete_view, name="delete_view"),
    path("export.csv", downloads.export_people, name="export"),
    path("export/", downloads.choose_export, name="choose_export"),
    path("export/<slug:companion>/<slug:profile>/", downloads.export_companion, name="companion"),
    path("export/<slug:profile>/", downloads.export_people, name="export_as"),
    path("profiles/", profile_pages.list_profiles, name="profiles"),
    path("profiles/<slug:name>/", profile_pages.edit_profile, name="profile"),
    path("profiles/<slug:name>/delete/", profile_pages.delete_profile, name="delete_profile"),
    path("bulk/<slug:act>/", bulk_pages.ask_bulk_act, name="bulk"),
    path("bulk/runs/<uuid:uuid>/", bulk_pages.show_run, name="bulk_run"),
    path("bulk/runs/<uuid:uuid>/stop/", bulk_pages.stop_run, name="stop_bulk_run"),
    path("import/", import_views.upload_file, name="upload"),
    path("import/mappings/", mapping_pages.list_mappings, name="mappings"),
    path("import/mappings/<slug:name>/", mapping_pages.edit_mapping, name="mapping"),
    path(
        "import/mappings/<slug:name>/delete/", mapping_pages.delete_mapping, name="delete_mapping"
    ),
    path("import/<uuid:uuid>/", import_views.show_plan, name="import"),
    path("import/<uuid:uuid>/apply/", import_views.apply_plan, name="apply"),
    path("import/<uuid:uuid>/undo/", import_views.plan_undo, name="undo_import"),
    path("import/<uuid:uuid>/leave-out/", import_views.leave_out_rejected, name="leave_out"),
    path("import/<uuid:uuid>/rejects.csv", import_views.show_rejects, name="rejects"),
    path("<uuid:uuid>/", views.show_person, name="person"),
    path("<uuid:uuid>/responsibilities/", pages.edit_responsibilities, name="responsibilities"),
    path(
        "<uuid:uuid>/responsibilities/<int:pk>/end/",
        pages.end_responsibility,
        name="end_responsibility",
    ),
    path("<uuid:uuid>/time-and-tries/", accommodations.edit_accommodation, name="accommodation"),
]
