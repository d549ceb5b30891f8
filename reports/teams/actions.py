"""The one thing that a manager can do for a person of the team now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from notifications.sending import use_language_of
from quizzes.attempts.unlocks import StuckQuiz


@dataclass(frozen=True, slots=True)
class TeamAction:
    """The label and the address of a button."""

    label: str
    href: str


def choose_action(
    person: User,
    *,
    switched_off: bool,
    stuck: Sequence[StuckQuiz],
    stopped: bool,
    to_do: Sequence[str],
    lacking: Sequence[str],
) -> TeamAction:
    """What helps most: an account that is on, another try, a word with HR, else a letter about what is to be done."""
    if switched_off:
        return TeamAction(_("See who to ask"), reverse("home:contacts") + "#team")
    if stuck:
        address = reverse("quizzes:unlock", args=[person.uuid, stuck[0].quiz.code])
        return TeamAction(_("Give another try"), address)
    if stopped:
        return TeamAction(_("Ask HR"), reverse("home:contacts") + "#hr")
    label = _("Write to %(name)s") % {"name": person.get_short_name()}
    return TeamAction(label, write_letter(person, to_do=to_do, lacking=lacking))


def write_letter(person: User, *, to_do: Sequence[str], lacking: Sequence[str]) -> str:
    """A mailto address with the letter begun, in the person's language."""
    with use_language_of(person):
        if to_do:
            subject = _("Please take the course “%(course)s”") % {"course": to_do[0]}
        elif lacking:
            subject = _("You cannot post on %(channel)s yet") % {"channel": lacking[0]}
        else:
            subject = _("Posting on our channels")
        where = f"{settings.BASE_URL}{reverse('home:me')}"
        body = _("What is to be done next stands here: %(address)s") % {"address": where}
    return f"mailto:{quote(person.email, safe='@')}?subject={quote(subject)}&body={quote(body)}"
