from __future__ import annotations

from django.urls import path

from certificates.screens import views

app_name = "certificates"
urlpatterns = [
    path("", views.list_certificates, name="index"),
    path("mine/", views.show_holdings, name="mine"),
    path("<str:code>/", views.show_certificate, name="certificate"),
    path("<str:code>/name/", views.choose_public_name, name="name"),
]
