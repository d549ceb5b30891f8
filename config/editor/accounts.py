"""The editor's forms for accounts: names are HR's, and switching an account off or on is an act with a reason."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from wagtail.users.forms import UserCreationForm, UserEditForm
from wagtail.users.views.bulk_actions import SetActiveStateBulkAction
from wagtail.users.views.bulk_actions.set_active_state import ActivityForm
from wagtail.users.views.users import EditView, IndexView, UserViewSet

from accounts.models import User
from accounts.query_strings import StrictFiltersMixin
from accounts.sign_in.switching import switch_account

FIELDS = ("email", "display_name", "is_superuser", "groups")
WHY = gettext_lazy("Why it is switched off or on")
KEPT = gettext_lazy(
    "Kept with the act. HR’s files leave the account as it is; an administrator switches it on again."
)


def _reason_field(*, required: bool) -> forms.CharField:
    return forms.CharField(label=WHY, max_length=500, required=required, help_text=KEPT)


class NewAccountForm(UserCreationForm):  # type: ignore[misc]
    """A new account; people come from HR's file."""

    first_name = last_name = None

    class Meta:
        model = User
        fields = FIELDS
        widgets: ClassVar[dict[str, Any]] = {"groups": forms.CheckboxSelectMultiple}


class AccountForm(UserEditForm):  # type: ignore[misc]
    """An account that exists. The name of a person from HR's file is shown and stays as it is."""

    first_name = last_name = None
    reason = _reason_field(required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.hr_id:
            self.fields["display_name"].disabled = True
            self.fields["display_name"].help_text = _("From HR’s file. HR changes it there.")
        if "is_active" not in self.fields:
            del self.fields["reason"]

    class Meta:
        model = User
        fields = ("is_active", *FIELDS)
        widgets: ClassVar[dict[str, Any]] = {"groups": forms.CheckboxSelectMultiple}

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean()
        if "is_active" not in self.changed_data:
            return said
        if not said.get("reason", "").strip():
            self.add_error("reason", _("Write why the account is switched off or on."))
        if said["is_active"] and self.instance.has_left(timezone.now()):
            self.add_error("is_active", _("This person has left. HR’s file brings them back."))
        return said


class AccountView(EditView):  # type: ignore[misc]
    """Saves an account; a switch of it becomes a fact in the same transaction."""

    def save_instance(self) -> Any:
        with transaction.atomic():
            person = super().save_instance()
            if "is_active" in self.form.changed_data:
                said = self.form.cleaned_data
                switch_account(
                    person,
                    on=said["is_active"],
                    actor=self.request.user.actor,
                    at=timezone.now(),
                    reason=said["reason"],
                )
        return person


class AccountIndexView(StrictFiltersMixin, IndexView):
    """The accounts; an unknown filter lists nobody and says so."""


class AccountViewSet(UserViewSet):  # type: ignore[misc]
    index_view_class = AccountIndexView
    edit_view_class = AccountView
    edit_template_name = "config/account_edit.html"
    create_template_name = "config/account_create.html"

    def get_form_class(self, for_update: bool = False) -> type[forms.BaseForm]:
        return AccountForm if for_update else NewAccountForm


class SwitchForm(ActivityForm):  # type: ignore[misc]
    reason = _reason_field(required=True)


class SwitchAccountsAction(SetActiveStateBulkAction):  # type: ignore[misc]
    """Takes the place of Wagtail's, which writes the column alone."""

    form_class = SwitchForm

    def get_execution_context(self) -> dict[str, Any]:
        return {
            **super().get_execution_context(),
            "reason": self.cleaned_form.cleaned_data["reason"],
        }

    @classmethod
    def execute_action(
        cls,
        objects: list[User],
        mark_as_active: bool = False,
        user: Any = None,
        reason: str = "",
        **_rest: Any,
    ) -> tuple[int, int]:
        others = [one for one in objects if one.pk != user.pk]
        with transaction.atomic():
            for person in others:
                switch_account(
                    person, on=mark_as_active, actor=user.actor, at=timezone.now(), reason=reason
                )
        return len(others), 0
