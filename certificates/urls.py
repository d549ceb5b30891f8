from __future__ import annotations

from django.urls import path

from certificates.screens import update_views, views

app_name = "certificates"
urlpatterns = [
    path("", views.list_certificates, name="index"),
    path("mine/", views.show_holdings, name="mine"),
    path("update/<str:code>/", update_views.show_update, name="update"),
    path("update/<str:code>/start/", update_views.start_short_quiz, name="start_update"),
    path("<str:code>/", views.show_certificate, name="certificate"),
    path("<str:code>/name/", views.choose_public_name, name="name"),
]
