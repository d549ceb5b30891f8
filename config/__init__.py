"""Assembly: settings, URLs, the HTTP API and middleware."""

from __future__ import annotations

from config.sqlite import use_current_sqlite

use_current_sqlite()
