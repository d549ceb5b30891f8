"""Django's PostgreSQL backend, which looks at a kept connection's socket instead of asking the server each time.

A server that stops or ends a connection closes it, which its socket tells without a statement. Only when the socket
has something to tell is the server asked, as Django does at every request.
"""

from __future__ import annotations

import select

from django.db.backends.postgresql import base


class WatchedPostgresConnection(base.DatabaseWrapper):
    """A connection whose health check is a look at its socket."""

    def is_usable(self) -> bool:
        return not self._has_news() or bool(super().is_usable())

    def _has_news(self) -> bool:
        """Whether something was sent since the last answer, be it the end of the connection."""
        connection = self.connection
        if connection is None or connection.closed or connection.broken:
            return True
        looking = select.poll()
        looking.register(connection.fileno(), select.POLLIN)
        return bool(looking.poll(0))


DatabaseWrapper = WatchedPostgresConnection  # Django looks for this name
