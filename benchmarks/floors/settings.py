"""The settings of production with the bare views instead of the product's, and the middleware of `startproject`.

That is used by `wsgi.py` once Django is set up: allauth, whose tables are there, asks for its own middleware before.
"""

from __future__ import annotations

from config.settings.production import *  # noqa: F403

BARE_MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.ModelBackend"]
ROOT_URLCONF = "benchmarks.floors.views"
WSGI_APPLICATION = "benchmarks.floors.wsgi.application"
LOGIN_URL = "/bare/login/"
