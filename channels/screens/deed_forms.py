"""The forms of the acts on a channel. Each asks for a reason; none decides who may do it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Region, Role, Team, User
from accounts.permissions import role_regions
from accounts.readers import day_field
from accounts.readers.days import zone_of_region
from accounts.rules import end_of_day, start_of_day
from certificates.models import Certification
from channels import registry
from channels.desk import people_lookup
from channels.desk.platforms import read_address, spell_refusal
from channels.models import AccessRule, Channel, ChannelState, Owner, PostingRole
from channels.models.registry import ReviewMode
from channels.rules.profile_addresses import AddressRefusedError, ProfileAddress

MOST_PEOPLE = 500


DayField = partial(
    day_field.DayField, required=False, invalid=gettext_lazy("Write a day like 2026-03-14.")
)


class ReasonField(forms.CharField):
    """Why: kept with the act, and read by those whom it concerns."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", gettext_lazy("Why?"))
        kwargs["error_messages"] = {"required": gettext_lazy("Write why.")}
        super().__init__(max_length=500, **kwargs)


class PersonField(forms.CharField):
    """One person, by HR id or e-mail address."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", gettext_lazy("Person"))
        kwargs["help_text"] = gettext_lazy("The HR id or the work e-mail address.")
        kwargs["error_messages"] = {"required": gettext_lazy("Write who.")}
        super().__init__(max_length=254, **kwargs)

    def clean(self, value: Any) -> User | None:
        """The person; None for an empty field that is not required."""
        written = super().clean(value)
        if not written:
            return None
        try:
            return people_lookup.find_person(written)
        except LookupError as nobody:
            raise forms.ValidationError(str(nobody)) from nobody


def offer_governed_regions(field: Any, actor: User) -> None:
    """Offer the regions that the actor governs, and none at all only to those who govern everywhere."""
    regions = role_regions(actor, Role.GOVERNANCE, at=timezone.now())
    field.queryset = Region.objects.all()
    if regions is not None:
        field.queryset = Region.objects.filter(pk__in=regions)
        field.required, field.empty_label = True, None


class DeedForm(forms.Form):
    """A form about one channel: it starts with what the channel says now, and a reason comes last.

    `written`: what somebody wrote into an older page; what the channel says now goes first.
    """

    # The columns of the channel that the form shows and sets.
    columns: tuple[str, ...] = ()

    def __init__(
        self,
        *args: Any,
        channel: Channel,
        actor: User,
        written: Mapping[str, Any] | None = None,
        **kwargs: Any,
    ) -> None:
        self.channel, self.actor = channel, actor
        now = {name: getattr(channel, name) for name in self.columns}
        before = {name: written[name] for name in written} if written else {}
        super().__init__(*args, **{"initial": before | now} | kwargs)
        self.fields["reason"] = ReasonField()

    @property
    def zone(self) -> str:
        return zone_of_region(self.channel.region)

    def start_of(self, day: date | None) -> datetime | None:
        """When a chosen first day begins where the channel is; today and no day are now (None)."""
        today = timezone.localdate(timezone=ZoneInfo(self.zone))
        return start_of_day(day, self.zone) if day and day > today else None

    def end_of(self, day: date | None) -> datetime | None:
        """The first instant after a chosen last day, where the channel is."""
        return end_of_day(day, self.zone) if day else None

    def must_not_be_past(self, day: date | None) -> date | None:
        if day is not None and day < timezone.localdate(timezone=ZoneInfo(self.zone)):
            raise forms.ValidationError(_("This day is past. Choose today or a later day."))
        return day


class StateForm(DeedForm):
    state = forms.ChoiceField(label=gettext_lazy("Next state"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        now = registry.channel_state_at(self.channel, timezone.now())
        following = registry.NEXT_STATES[now]
        state: Any = self.fields["state"]
        state.choices = [pair for pair in ChannelState.choices if pair[0] in following]


class SettingsForm(DeedForm):
    """What decisions read."""

    columns = (
        *("title", "classification", "review_mode", "region", "region_bound", "team", "sunset_on"),
    )
    title = forms.CharField(label=gettext_lazy("Title"), max_length=200)
    classification = forms.ChoiceField(
        label=gettext_lazy("Kind"), choices=Channel.Classification.choices
    )
    review_mode = forms.ChoiceField(label=gettext_lazy("Review"), choices=ReviewMode.choices)
    region = forms.ModelChoiceField(
        Region.objects.none(),
        label=gettext_lazy("Region"),
        required=False,
        empty_label=gettext_lazy("No region"),
    )
    region_bound = forms.BooleanField(
        label=gettext_lazy("Only people of its region may post"), required=False
    )
    team = forms.ModelChoiceField(
        Team.objects.all(),
        label=gettext_lazy("Team"),
        help_text=gettext_lazy("Who leaves the team leaves their role here."),
        required=False,
        empty_label=gettext_lazy("No team"),
    )
    sunset_on = DayField(
        label=gettext_lazy("Last day"),
        help_text=gettext_lazy("Nobody can post after it. Empty: the channel stays."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_governed_regions(self.fields["region"], self.actor)

    def clean_sunset_on(self) -> date | None:
        day: date | None = self.cleaned_data["sunset_on"]
        return day if day == self.channel.sunset_on else self.must_not_be_past(day)


class DetailsForm(DeedForm):
    """What people read."""

    columns = ("purpose", "audience", "language", "min_cover", "public", "account_id", "review_on")
    purpose = forms.CharField(
        label=gettext_lazy("What is it for, and for whom?"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    audience = forms.CharField(label=gettext_lazy("Who reads it?"), max_length=300, required=False)
    language = forms.CharField(label=gettext_lazy("Language"), max_length=12)
    min_cover = forms.IntegerField(
        label=gettext_lazy("How many people have to be able to post?"), min_value=1, max_value=500
    )
    public = forms.BooleanField(
        label=gettext_lazy("In the public list of official channels"), required=False
    )
    account_id = forms.CharField(
        label=gettext_lazy("The platform’s number of the account"),
        help_text=gettext_lazy("It stays when the handle changes."),
        max_length=100,
        required=False,
    )
    review_on = DayField(label=gettext_lazy("When does somebody look whether it is still needed?"))

    def clean_review_on(self) -> date | None:
        day: date | None = self.cleaned_data["review_on"]
        return day if day == self.channel.review_on else self.must_not_be_past(day)


class CustodyForm(DeedForm):
    """In whose hands the account is."""

    columns = (
        *("mailbox", "two_step_on", "vault_url"),
        *("suite", "suite_profile", "organisation_owned", "archive"),
    )
    mailbox = forms.EmailField(
        label=gettext_lazy("Mailbox for recovery"),
        help_text=gettext_lazy("A shared one: it outlasts everybody who answers for the account."),
        max_length=254,
        required=False,
    )
    two_step_on = DayField(
        label=gettext_lazy("When did you last see that the sign-in asks for a second step?")
    )
    vault_url = forms.URLField(
        label=gettext_lazy("Entry in the vault"),
        help_text=gettext_lazy("The address of the entry, never what stands in it."),
        max_length=500,
        required=False,
        assume_scheme="https",
    )
    suite = forms.CharField(label=gettext_lazy("Publishing tool"), max_length=100, required=False)
    suite_profile = forms.CharField(
        label=gettext_lazy("Number of the account in the publishing tool"),
        max_length=100,
        required=False,
    )
    organisation_owned = forms.BooleanField(
        label=gettext_lazy("The organisation owns it there, not one person"), required=False
    )
    archive = forms.CharField(
        label=gettext_lazy("Where and how long are posts kept?"), max_length=300, required=False
    )

    def clean_two_step_on(self) -> date | None:
        day: date | None = self.cleaned_data["two_step_on"]
        if day is not None and day > timezone.localdate(timezone=ZoneInfo(self.zone)):
            raise forms.ValidationError(_("This day is yet to come. Write when you saw it."))
        return day


class AddressForm(DeedForm):
    address = forms.CharField(
        label=gettext_lazy("The new address, or the new handle"),
        help_text=gettext_lazy("Paste the address of the profile as your browser shows it."),
        max_length=500,
        error_messages={"required": gettext_lazy("Paste the address.")},
    )

    def clean_address(self) -> ProfileAddress:
        written, platform = self.cleaned_data["address"], self.channel.platform
        try:
            found = read_address(written, platform.code)
        except AddressRefusedError as refused:
            raise forms.ValidationError(spell_refusal(refused)) from refused
        if found.platform != platform.code:
            raise forms.ValidationError(
                _("This is no account on %(platform)s. Register it as a channel of its own.")
                % {"platform": platform}
            )
        return found


class RulesForm(DeedForm):
    text = forms.CharField(
        label=gettext_lazy("House rules"),
        help_text=gettext_lazy("Everybody with a role accepts them before they post again."),
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 12}),
        error_messages={"required": gettext_lazy("Write the rules.")},
    )
    from_day = DayField(
        label=gettext_lazy("From which day?"), help_text=gettext_lazy("Empty: from now on.")
    )

    def clean_from_day(self) -> date | None:
        return self.must_not_be_past(self.cleaned_data["from_day"])


class RequireForm(DeedForm):
    certification = forms.ModelChoiceField(
        Certification.objects.none(), label=gettext_lazy("Certificate"), empty_label=None
    )
    beside = forms.ChoiceField(label=gettext_lazy("How is it asked for?"))
    from_day = DayField(
        label=gettext_lazy("From which day?"), help_text=gettext_lazy("Empty: from now on.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        now = timezone.now()
        certification: Any = self.fields["certification"]
        certification.queryset = Certification.objects.exclude(retired_at__lte=now).order_by(
            "title"
        )
        rules = self.channel.access_rules.current(now).order_by("group", "pk")
        groups: dict[int, list[str]] = {}
        for rule in rules.select_related("certification"):
            groups.setdefault(rule.group, []).append(rule.certification.title)
        new = str(max(groups, default=0) + 1)
        beside: Any = self.fields["beside"]
        beside.choices = [(new, _("In addition to all others"))] + [
            (
                str(group),
                _("It is enough instead of %(titles)s") % {"titles": _(" or ").join(titles)},
            )
            for group, titles in groups.items()
        ]

    def clean_from_day(self) -> date | None:
        return self.must_not_be_past(self.cleaned_data["from_day"])


class StopRequiringForm(DeedForm):
    rule: forms.ModelChoiceField[AccessRule] = forms.ModelChoiceField(
        None, label=gettext_lazy("Certificate that is no longer asked for"), empty_label=None
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rule: Any = self.fields["rule"]
        running = self.channel.access_rules.current(timezone.now())
        rule.queryset = running.select_related("certification").order_by("group", "pk")
        rule.label_from_instance = lambda one: one.certification.title


class OwnerForm(DeedForm):
    kind = forms.ChoiceField(label=gettext_lazy("As what?"), choices=Owner.Kind.choices)
    person = PersonField()


class GrantForm(DeedForm):
    person = PersonField()
    role = forms.ChoiceField(
        label=gettext_lazy("Role"), choices=PostingRole.choices, initial=PostingRole.PUBLISHER
    )
    starts_on = DayField(
        label=gettext_lazy("First day"), help_text=gettext_lazy("Empty: from now on.")
    )
    ends_on = DayField(
        label=gettext_lazy("Last day"), help_text=gettext_lazy("Empty: until somebody ends it.")
    )

    def clean_starts_on(self) -> date | None:
        return self.must_not_be_past(self.cleaned_data["starts_on"])

    def clean_ends_on(self) -> date | None:
        return self.must_not_be_past(self.cleaned_data["ends_on"])


class GrantManyForm(GrantForm):
    """The same role for a list of people."""

    person = None  # type: ignore[assignment]
    people = forms.CharField(
        label=gettext_lazy("Who?"),
        help_text=gettext_lazy("HR ids or e-mail addresses, one a line."),
        max_length=100_000,
        widget=forms.Textarea(attrs={"rows": 8}),
        error_messages={"required": gettext_lazy("Write who.")},
    )
    field_order = ("people",)

    def clean_people(self) -> dict[str, User | None]:
        """Each line with the person it names; None where nobody has that id."""
        written = dict.fromkeys(
            self.cleaned_data["people"].replace(",", " ").replace(";", " ").split()
        )
        if len(written) > MOST_PEOPLE:
            raise forms.ValidationError(
                _("At most %(most)s people at a time.") % {"most": MOST_PEOPLE}
            )
        found = people_lookup.find_people(written)
        return {text: found.get(text) for text in written}


class EndDayForm(DeedForm):
    ends_on = DayField(
        label=gettext_lazy("New last day"), help_text=gettext_lazy("Empty: until somebody ends it.")
    )

    def clean_ends_on(self) -> date | None:
        return self.must_not_be_past(self.cleaned_data["ends_on"])


class ConfirmForm(DeedForm):
    """Nothing to write: the details are right."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["reason"]
