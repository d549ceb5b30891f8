from __future__ import annotations

from django.urls import path

from reports.certificate_files.pages import import_certificates
from reports.console import act_views, listing, views
from reports.packs.views import build_pack
from reports.posts.pages import ask_about_post

app_name = "console"
urlpatterns = [
    path("", listing.list_standings, name="list"),
    path("import/", import_certificates, name="import"),
    path("pack/", build_pack, name="pack"),
    path("post/", ask_about_post, name="post"),
    path("evidence/<uuid:uuid>/", views.show_evidence, name="evidence"),
    path("<uuid:uuid>/", views.show_life, name="person"),
    path("<uuid:uuid>/<slug:act>/", act_views.perform_act, name="act"),
]
