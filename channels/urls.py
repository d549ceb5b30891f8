from __future__ import annotations

from django.urls import path

from channels.screens import (
    cover_pages,
    deed_pages,
    freeze_pages,
    official_pages,
    owner_pages,
    platform_pages,
    register_file_pages,
    register_pages,
    role_pages,
    roster_pages,
    sponsor_pages,
    views,
)

app_name = "channels"
urlpatterns = [
    path("", views.list_channels, name="index"),
    path("official/", official_pages.show_directory, name="official"),
    path("official.json", official_pages.show_directory_json, name="official_json"),
    path("attention/", owner_pages.list_needs, name="attention"),
    path("cover/", cover_pages.show_cover, name="cover"),
    path("register/", register_pages.register_account, name="register"),
    path("propose/", register_pages.propose_account, name="propose"),
    path("register/file/", register_file_pages.import_register, name="register_file"),
    path("register.csv", register_file_pages.export_register, name="register_csv"),
    path("platforms/", platform_pages.list_platforms, name="platforms"),
    path("platforms/add/", platform_pages.add_platform, name="add_platform"),
    path("freezes/", freeze_pages.list_freezes, name="freezes"),
    path("freezes/start/<str:where>/", freeze_pages.start_freeze, name="start_freeze"),
    path("freezes/<uuid:uuid>/", freeze_pages.show_freeze, name="freeze"),
    path("freezes/<uuid:uuid>/end/", freeze_pages.end_freeze, name="end_freeze"),
    path("freezes/<uuid:uuid>/review/", freeze_pages.review_freeze, name="review_freeze"),
    path("training/<str:certification>/", views.open_training, name="training"),
    path("<str:code>/", views.show_channel, name="channel"),
    path("<str:code>/ask/", views.ask_for_role, name="ask"),
    path("<str:code>/withdraw/", views.withdraw_request, name="withdraw"),
    path("<str:code>/rules/", views.accept_rules, name="accept"),
    path("<str:code>/requests/<uuid:uuid>/", views.decide_request, name="decide"),
    path("<str:code>/answer/", views.answer_question, name="answer"),
    path("<str:code>/permissions/<uuid:uuid>/", deed_pages.show_role, name="role"),
    path("<str:code>/permissions/<uuid:uuid>/end/", views.end_role, name="end_permission"),
    path("<str:code>/permissions/<uuid:uuid>/until/", deed_pages.change_role_end, name="role_end"),
    path("<str:code>/permissions/<uuid:uuid>/need/", role_pages.answer_need, name="need"),
    path("<str:code>/people/", roster_pages.show_roster, name="roster"),
    path("<str:code>/people.csv", roster_pages.export_roster, name="roster_csv"),
    path("<str:code>/people/review/", owner_pages.recertify_roles, name="recertify"),
    path("<str:code>/offers/<uuid:uuid>/", owner_pages.show_offer, name="offer"),
    path("<str:code>/offers/<uuid:uuid>/decide/", owner_pages.decide_offer, name="decide_offer"),
    path(
        "<str:code>/offers/<uuid:uuid>/withdraw/", owner_pages.withdraw_offer, name="withdraw_offer"
    ),
    path("<str:code>/sponsor/<uuid:uuid>/", sponsor_pages.show_sponsorship, name="sponsor"),
    path("<str:code>/change/<slug:deed>/", deed_pages.change_channel, name="change"),
]
