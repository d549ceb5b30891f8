from __future__ import annotations

from django.urls import path

from channels.screens import views

app_name = "channels"
urlpatterns = [
    path("", views.list_channels, name="index"),
    path("training/<str:certification>/", views.open_training, name="training"),
    path("<str:code>/", views.show_channel, name="channel"),
    path("<str:code>/ask/", views.ask_for_role, name="ask"),
    path("<str:code>/withdraw/", views.withdraw_request, name="withdraw"),
    path("<str:code>/rules/", views.accept_rules, name="accept"),
    path("<str:code>/requests/<uuid:uuid>/", views.decide_request, name="decide"),
    path("<str:code>/permissions/<uuid:uuid>/end/", views.end_role, name="end_permission"),
    path("<str:code>/freeze/", views.start_freeze, name="freeze"),
    path("<str:code>/freeze/<uuid:uuid>/end/", views.end_freeze, name="unfreeze"),
]
