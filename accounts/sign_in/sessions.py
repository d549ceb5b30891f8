"""Sessions in the database, read by a statement that is built once: each request of a signed-in person begins so."""

from __future__ import annotations

from datetime import datetime

from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.db.models import QuerySet
from django.utils import timezone

from ledger.prepared_queries import PreparedQuery


def _session_rows(key: str, at: datetime) -> QuerySet[Session]:
    return Session.objects.filter(session_key=key, expire_date__gt=at)


_kept_sessions = PreparedQuery(_session_rows)


class SessionStore(db.SessionStore):
    def _validate_session_key(self, key: str | None) -> bool:
        """Only what Django makes itself is looked up: a cookie may say anything, also what a database cannot read."""
        known = bool(super()._validate_session_key(key))  # type: ignore[misc]
        return known and key is not None and key.isascii() and key.isalnum()

    def _get_session_from_db(self) -> Session | None:
        found = _kept_sessions.first(self.session_key or "", timezone.now())
        if found is None:
            self._session_key = None
        return found
