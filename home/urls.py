from __future__ import annotations

from django.urls import path

from home import contacts, my_status
from home.profile import views as profile

app_name = "home"
urlpatterns = [
    path("", my_status.show_status, name="me"),
    path("status.json", my_status.show_status_json, name="status"),
    path("profile/", profile.show_profile, name="profile"),
    path("data.json", profile.download_records, name="download"),
    path("contacts/", contacts.show_contacts, name="contacts"),
]
