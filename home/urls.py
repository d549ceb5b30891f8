from __future__ import annotations

from django.urls import path

from home import contacts, my_status

app_name = "home"
urlpatterns = [
    path("", my_status.show_status, name="me"),
    path("status.json", my_status.show_status_json, name="status"),
    path("contacts/", contacts.show_contacts, name="contacts"),
]
