from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import Q


class PersonQuerySet(models.QuerySet[Any]):
    def people(self) -> PersonQuerySet:
        """Humans that HR knows: no service accounts, no break-glass superuser without an HR id."""
        return self.filter(hr_id__isnull=False)

    def employed(self, at: datetime) -> PersonQuerySet:
        return self.people().filter(Q(left_at__isnull=True) | Q(left_at__gt=at))

    def named(self, text: str) -> PersonQuerySet:
        """People whose name, address or HR id contains every word of `text`."""
        found = self
        for word in text.split():
            found = found.filter(
                Q(display_name__icontains=word) | Q(email__icontains=word) | Q(hr_id__iexact=word)
            )
        return found
