"""Correcting marks: choose what to do about a faulty version, see what it would do, then do exactly that."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from wagtail.admin import messages

from accounts.permissions import visible_people
from items import sentences
from items.models import ItemVersion
from quizzes.cms.question_report_views import ItemVersionScreen
from quizzes.cms.tables import (
    COUNT,
    NOTHING,
    WORDS,
    Cell,
    StatisticsColumn,
    StatisticsTable,
    download_table,
)
from quizzes.models import Regrade
from quizzes.regrades import applying, dry_run, item_reports
from quizzes.regrades.affected import AffectedAttempt, AttemptScore
from quizzes.regrades.dry_run import RegradeChoice, RegradePlan
from quizzes.rules.percentages import tell_percent
from quizzes.rules.regrading import BY_A_KEY, DROP, FULL_CREDIT

MOST_SHOWN = 500


class CorrectedField(forms.ModelChoiceField):  # type: ignore[type-arg]
    def label_from_instance(self, obj: ItemVersion) -> str:
        told = {"number": obj.number, "stem": sentences.excerpt(obj.content["stem"])}
        return _("Version %(number)s: %(stem)s") % told


class RegradeChoiceForm(forms.Form):
    """What is to be done about the version."""

    option = forms.ChoiceField(
        label=gettext_lazy("What to do"),
        widget=forms.RadioSelect,
        choices=Regrade.Option.choices,
        initial=Regrade.Option.FULL,
    )
    corrected = CorrectedField(
        label=gettext_lazy("Corrected version"),
        queryset=ItemVersion.objects.none(),
        required=False,
        empty_label=gettext_lazy("None"),
        help_text=gettext_lazy(
            "Needed where a new right answer counts. Edit and publish the question first."
        ),
    )
    keep_passes = forms.BooleanField(
        label=gettext_lazy("Nobody loses a pass"), required=False, initial=True
    )

    def __init__(self, *args: Any, newer: QuerySet[ItemVersion], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = cast("CorrectedField", self.fields["corrected"])
        field.queryset = newer
        field.initial = newer.first()

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        option = told.get("option", "")
        if option in BY_A_KEY and not told.get("corrected"):
            self.add_error("corrected", self._no_key())
        if option in {FULL_CREDIT, DROP}:
            told["corrected"] = None  # the other options use no corrected version
        return told

    def _no_key(self) -> str:
        if cast("CorrectedField", self.fields["corrected"]).queryset:
            return _("Choose the version whose right answer counts.")
        return _("There is no newer version. Edit and publish the question first, then come back.")

    @property
    def choice(self) -> RegradeChoice:
        """Raises KeyError unless the form is valid."""
        told = self.cleaned_data
        return RegradeChoice(told["option"], told["corrected"], told["keep_passes"])


class RegradeApplyForm(forms.Form):
    """The confirmation of a dry run: the reason, and what people are told."""

    digest = forms.CharField(widget=forms.HiddenInput)
    last = forms.IntegerField(widget=forms.HiddenInput, required=False)
    reason = forms.CharField(
        label=gettext_lazy("Why"),
        help_text=gettext_lazy("For the record. Whoever checks it later reads this."),
        max_length=400,
    )
    note = forms.CharField(
        label=gettext_lazy("What you tell the people"),
        help_text=gettext_lazy(
            "Goes to everybody whose score or pass changes, and to those who reported the question."
        ),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=item_reports.MOST_WORDS,
    )


class RegradeView(ItemVersionScreen):
    """Choose a regrade, show its dry run, and apply it."""

    template_name = "quizzes/cms/regrade.html"
    permission_required = "publish"

    @cached_property
    def form(self) -> RegradeChoiceForm:
        sent = self.request.POST if self.request.method == "POST" else self.request.GET
        newer = self.version.item.versions.filter(number__gt=self.version.number)
        # A version that was withdrawn itself cannot correct another one.
        newer = newer.filter(withdrawn_at__isnull=True).order_by("-number")
        return RegradeChoiceForm(sent if "option" in sent else None, newer=newer)

    @cached_property
    def plan(self) -> RegradePlan | None:
        """What would happen now; None before anything is chosen."""
        if not self.form.is_bound or not self.form.is_valid():
            return None
        return dry_run.plan_regrade(self.version, self.form.choice)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if "table" in request.GET and self.plan:
            return download_table(tabulate_changes(self.plan, self._names(self.plan)))
        return self.render_to_response(self.get_context_data())

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        apply = RegradeApplyForm(request.POST)
        if not (self.form.is_bound and self.form.is_valid() and apply.is_valid()):
            return self.render_to_response(self.get_context_data(apply=apply))
        told = apply.cleaned_data
        try:
            done = applying.apply_regrade(
                self.version,
                self.form.choice,
                digest=told["digest"],
                reason=told["reason"],
                note=told["note"],
                actor=self.person,
                at=timezone.now(),
            )
        except applying.FactsChangedError as changed:
            self.plan = changed.plan
            return self._again(_anew(changed.plan, told["last"]), told)
        except applying.OwnPassError:
            return self._again(
                _("Your own pass would change with it. Ask another author to apply it."), told
            )
        messages.success(request, _done(done))
        return redirect("question_reports:version", self.version.pk)

    def _again(self, why: str, told: dict[str, Any]) -> HttpResponse:
        """Change nothing: say why, and show the new dry run with the words that the author had typed."""
        messages.warning(self.request, why)
        kept = {name: told[name] for name in ("reason", "note")}
        return self.render_to_response(self.get_context_data(kept=kept))

    def get_page_title(self) -> str:
        return plan_headline(self.plan) if self.plan else _("Correct marks")

    def get_page_subtitle(self) -> str:
        return self.name

    def trail(self) -> list[dict[str, Any]]:
        return [*super().trail(), {"url": "", "label": _("Correct marks")}]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        plan = self.plan
        context = super().get_context_data(
            version=self.version, name=self.name, form=self.form, plan=plan
        )
        if plan is None:
            return context
        apply = kwargs.get("apply") or RegradeApplyForm(
            initial={"digest": plan.digest, "last": plan.last, **kwargs.get("kept", {})}
        )
        whole = tabulate_changes(plan, self._names(plan))
        return context | {
            "apply": apply,
            "headline": plan_headline(plan),
            "notes": plan_notes(plan),
            "query": self.request.GET.urlencode() if self.request.method == "GET" else _query(plan),
            "more": max(len(whole.rows) - MOST_SHOWN, 0),
            "table": StatisticsTable(
                whole.name, whole.caption, whole.columns, whole.rows[:MOST_SHOWN]
            ),
        }

    def _names(self, plan: RegradePlan) -> dict[int, str]:
        """The names of those people whose status this author may see in another role; authors as such see none."""
        people = {one.attempt.person_id for one in plan.changes}
        seen = visible_people(self.person, timezone.now()).filter(pk__in=people)
        return {person.pk: str(person) for person in seen}


def plan_headline(plan: RegradePlan) -> str:
    """What would happen, in one sentence: passes first."""
    won = len({one.attempt.person_id for one in plan.changes if one.won})
    lost = len({one.attempt.person_id for one in plan.changes if one.lost})
    scores = plan.counts["scores"]
    parts = []
    if won:
        parts.append(
            ngettext("%(n)s person would pass", "%(n)s people would pass", won) % {"n": won}
        )
    if lost:
        parts.append(
            ngettext(
                "%(n)s person would lose their pass", "%(n)s people would lose their pass", lost
            )
            % {"n": lost}
        )
    if scores:
        parts.append(
            ngettext("%(n)s score would change", "%(n)s scores would change", scores)
            % {"n": scores}
        )
    return ", ".join(parts) or _("No score would change")


def plan_notes(plan: RegradePlan) -> list[str]:
    """Warnings and side effects that the author reads before confirming."""
    found = []
    for sort, words_for in NOTES.items():
        count = plan.counts[sort]
        if count:
            found.append(words_for(count) % {"n": count})
    newest = not plan.version.item.versions.filter(number__gt=plan.version.number).exists()
    if newest and plan.choice.option != Regrade.Option.NONE:
        found.append(_("The question is asked no more until you publish a corrected version."))
    return found


NOTES = {
    "passes_kept": lambda n: ngettext(
        "%(n)s try would not pass any more. It stays passed.",
        "%(n)s tries would not pass any more. They stay passed.",
        n,
    ),
    "open": lambda n: ngettext(
        "%(n)s try is still open. It is marked so when it is handed in.",
        "%(n)s tries are still open. They are marked so when they are handed in.",
        n,
    ),
    "waiting": lambda n: ngettext(
        "%(n)s try waits for a reviewer. It is marked so, too.",
        "%(n)s tries wait for a reviewer. They are marked so, too.",
        n,
    ),
    "emptied": lambda n: ngettext(
        "In %(n)s try nothing else counts. It keeps its result.",
        "In %(n)s tries nothing else counts. They keep their results.",
        n,
    ),
    "unreadable": lambda n: ngettext(
        "%(n)s answer cannot be read by the corrected version, because it is of another kind. "
        "The new right answer gives it no points.",
        "%(n)s answers cannot be read by the corrected version, because it is of another kind. "
        "The new right answer gives them no points.",
        n,
    ),
}


def tabulate_changes(plan: RegradePlan, names: dict[int, str]) -> StatisticsTable:
    """Whose score, pass and certificate would change. Without names where the author may not see people."""
    said = plan.consequences.words()
    columns = [
        StatisticsColumn(_("Reference")),
        *([StatisticsColumn(_("Person"))] if names else []),
        StatisticsColumn(_("Quiz")),
        StatisticsColumn(_("Try"), COUNT),
        StatisticsColumn(_("Handed in")),
        StatisticsColumn(_("Before"), COUNT),
        StatisticsColumn(_("After"), COUNT),
        StatisticsColumn(_("Pass")),
        StatisticsColumn(_("Certificate"), WORDS),
    ]
    rows = [_row(one, names, said.get(one.attempt.pk, [])) for one in plan.changes]
    return StatisticsTable("corrected-marks", _("Whose marks would change"), columns, rows)


def _row(one: AffectedAttempt, names: dict[int, str], said: list[str]) -> list[Cell]:
    attempt = one.attempt
    name: list[Cell] = [names.get(attempt.person_id, NOTHING)] if names else []
    return [
        str(attempt.uuid)[:8],
        *name,
        attempt.quiz.title,
        attempt.number,
        sentences.format_moment(attempt.submitted_at, None),
        _percent(one.before),
        _percent(one.after),
        _passes(one),
        " ".join(said),
    ]


def _percent(standing: AttemptScore) -> str:
    return NOTHING if standing.percent is None else f"{tell_percent(standing.percent)} %"


def _passes(one: AffectedAttempt) -> str:
    if one.won:
        return _("not passed → passed")
    if one.lost:
        return _("passed → not passed")
    if one.kept:
        return _("stays passed")
    return _("passed, as before") if one.after.passed else _("not passed, as before")


def _anew(plan: RegradePlan, last: int | None) -> str:
    """The message that the confirmed dry run is out of date, and why."""
    if plan.last is not None and plan.last != last:
        return _("Somebody has corrected these marks meanwhile. This is what would happen now.")
    return _("Something has changed since you looked. This is what would happen now.")


def _done(done: Regrade) -> str:
    if done.option == Regrade.Option.NONE:
        return _("No marks were changed. The reports are settled.")
    told = {"scores": done.counts["scores"], "won": done.counts["passes_won"]}
    return _("Marks are corrected: %(scores)s scores changed, %(won)s new passes.") % told


def _query(plan: RegradePlan) -> str:
    choice = plan.choice
    sent = {"option": choice.option, "corrected": choice.corrected.pk if choice.corrected else ""}
    if choice.keep_passes:
        sent["keep_passes"] = "on"
    return "&".join(f"{name}={value}" for name, value in sent.items())
