from __future__ import annotations

from allauth.usersessions.apps import UserSessionsConfig


class OwnSessionsConfig(UserSessionsConfig):  # type: ignore[misc]
    """allauth's list of one's own sessions, which would read each of them, and its person anew, at every sign-in.

    Here one statement forgets those that are over. Whether one was ended by another password is asked when the list
    is shown.
    """

    def ready(self) -> None:
        from allauth.account.signals import password_changed, password_set, user_logged_in
        from allauth.usersessions import signals

        from accounts.sign_in.own_sessions import keep_session

        user_logged_in.connect(keep_session)
        for signal in (password_set, password_changed):
            signal.connect(signals.on_password_changed)
