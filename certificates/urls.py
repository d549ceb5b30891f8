from __future__ import annotations

from django.urls import path

from certificates import views

app_name = "certificates"
urlpatterns = [
    path("", views.index, name="index"),
    path("<str:code>/", views.certificate, name="certificate"),
    path("<str:code>/name/", views.name, name="name"),
]
