from __future__ import annotations

from importlib import import_module

from django.apps import AppConfig


class CertificatesConfig(AppConfig):
    """What people have earned, and until when."""

    name = "certificates"

    def ready(self) -> None:
        import_module("certificates.receivers").connect()
