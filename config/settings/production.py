"""What a company runs, and what `make run` runs on your machine (with POSTWORTHY_HTTPS=0)."""

from __future__ import annotations

from config.environment import env_bool, env_int
from config.settings.base import *  # noqa: F403
from config.settings.base import SECURE_HTTPS, SILENCED_SYSTEM_CHECKS

SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = SECURE_HTTPS
SECURE_HSTS_SECONDS = env_int("HSTS_SECONDS", 31_536_000) if SECURE_HTTPS else 0
# Both reach past this site, so a company turns them on: subdomains need HTTPS too, and a preload list is slow to leave.
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HTTPS and env_bool("HSTS_SUBDOMAINS", default=False)
SECURE_HSTS_PRELOAD = SECURE_HTTPS and env_bool("HSTS_PRELOAD", default=False)
# `check --deploy` asks for both; leaving them off is the default here.
SILENCED_SYSTEM_CHECKS = [*SILENCED_SYSTEM_CHECKS, "security.W005", "security.W021"]
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
# A site that only your own machine reaches, such as the demo, has no HTTPS and asks for no second step.
REQUIRE_TWO_STEP = env_bool("REQUIRE_TWO_STEP", default=SECURE_HTTPS)
if env_bool("BEHIND_TLS_PROXY", default=False):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
