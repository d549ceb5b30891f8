from __future__ import annotations

from django.urls import path

from channels import views

app_name = "channels"
urlpatterns = [
    path("", views.index, name="index"),
    path("training/<str:certification>/", views.train, name="training"),
    path("<str:code>/", views.channel, name="channel"),
    path("<str:code>/ask/", views.ask, name="ask"),
    path("<str:code>/withdraw/", views.withdraw, name="withdraw"),
    path("<str:code>/rules/", views.accept, name="accept"),
    path("<str:code>/requests/<uuid:uuid>/", views.decide, name="decide"),
    path("<str:code>/permissions/<uuid:uuid>/end/", views.end_permission, name="end_permission"),
    path("<str:code>/freeze/", views.freeze, name="freeze"),
    path("<str:code>/freeze/<uuid:uuid>/end/", views.unfreeze, name="unfreeze"),
]
