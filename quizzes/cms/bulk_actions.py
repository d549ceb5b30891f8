"""Bulk actions on questions in the CMS, each asked about first."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.functional import classproperty
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from wagtail.admin import messages
from wagtail.snippets.bulk_actions.snippet_bulk_action import SnippetBulkAction

from items.models import Item, ItemBank
from items.sentences import translate
from quizzes.authoring import bulk_changes
from quizzes.authoring.bulk_changes import BulkChangeResult

MOST_TOLD = 10


class ItemBulkAction(SnippetBulkAction):
    """A bulk action on questions. `question` is the text that asks first, `button` the label that confirms."""

    template_name = "quizzes/cms/confirm_bulk.html"
    question: Any = ""
    button: Any = ""

    @classproperty
    def models(cls) -> list[Any]:  # noqa: N805 - Wagtail has it so
        return [Item]

    def check_perm(self, snippet: Item) -> bool:
        """Changing a live question changes what learners get, so the publish permission is needed."""
        needed = "publish" if snippet.live else "change"
        return bool(
            self.permission_policy.user_has_permission_for_instance(
                self.request.user, needed, snippet
            )
        )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs, question=self.question, button=self.button)

    def get_execution_context(self) -> dict[str, Any]:
        return {"action": self, "chosen": self.cleaned_form.cleaned_data}

    @classmethod
    def execute_action(cls, objects: list[Item], **kwargs: Any) -> tuple[int, int]:
        action = kwargs["action"]
        actor, at = action.request.user, timezone.now()
        outcome = cls.act(objects, kwargs["chosen"], actor=actor, at=at)
        action.tell(outcome)
        return outcome.changed, 0

    @classmethod
    def act(cls, items: list[Item], chosen: dict[str, Any], **who: Any) -> BulkChangeResult:
        """Change the items and return the result."""
        raise NotImplementedError

    def tell(self, outcome: BulkChangeResult) -> None:
        """Say which questions stayed as they were, and why."""
        for item, why in outcome.refused[:MOST_TOLD]:
            messages.warning(
                self.request,
                _("%(code)s stays as it is. %(why)s") % {"code": item.code, "why": translate(why)},
            )

    def get_success_message(self, num_parent_objects: int, num_child_objects: int) -> str:
        return ngettext(
            "%(count)s question was changed.",
            "%(count)s questions were changed.",
            num_parent_objects,
        ) % {"count": num_parent_objects}


class RetireItemsAction(ItemBulkAction):
    display_name = gettext_lazy("Retire")
    action_type = "retire"
    aria_label = gettext_lazy("Retire the selected questions")
    action_priority = 10
    question = gettext_lazy("Retire these questions? No try that starts from now on is dealt them.")
    button = gettext_lazy("Retire them")

    @classmethod
    def act(cls, items: list[Item], chosen: dict[str, Any], **who: Any) -> BulkChangeResult:
        return bulk_changes.retire_items(items, retired=True, **who)


class BringBackItemsAction(ItemBulkAction):
    display_name = gettext_lazy("Bring back")
    action_type = "bring-back"
    aria_label = gettext_lazy("Bring the selected questions back into use")
    action_priority = 11
    question = gettext_lazy(
        "Bring these questions back? Tries that start from now on may be dealt them."
    )
    button = gettext_lazy("Bring them back")

    @classmethod
    def act(cls, items: list[Item], chosen: dict[str, Any], **who: Any) -> BulkChangeResult:
        return bulk_changes.retire_items(items, retired=False, **who)


class BankForm(forms.Form):
    bank = forms.ModelChoiceField(
        label=gettext_lazy("Bank"), queryset=ItemBank.objects.order_by("title")
    )


class MoveItemsAction(ItemBulkAction):
    display_name = gettext_lazy("Move")
    action_type = "move"
    aria_label = gettext_lazy("Move the selected questions to another bank")
    action_priority = 12
    form_class = BankForm
    question = gettext_lazy(
        "Where to? Quizzes that draw from the bank they leave can no longer ask them."
    )
    button = gettext_lazy("Move them")

    @classmethod
    def act(cls, items: list[Item], chosen: dict[str, Any], **who: Any) -> BulkChangeResult:
        return bulk_changes.move_items(items, chosen["bank"], **who)


class DifficultyForm(forms.Form):
    difficulty = forms.TypedChoiceField(
        label=gettext_lazy("Difficulty"),
        coerce=int,
        choices=Item._meta.get_field("difficulty").choices or (),
    )


class SetDifficultyAction(ItemBulkAction):
    display_name = gettext_lazy("Set difficulty")
    action_type = "difficulty"
    aria_label = gettext_lazy("Set the difficulty of the selected questions")
    action_priority = 13
    form_class = DifficultyForm
    question = gettext_lazy("How hard are they? What is live gets a new version.")
    button = gettext_lazy("Set the difficulty")

    @classmethod
    def act(cls, items: list[Item], chosen: dict[str, Any], **who: Any) -> BulkChangeResult:
        return bulk_changes.set_difficulty(items, chosen["difficulty"], **who)


ACTIONS = (RetireItemsAction, BringBackItemsAction, MoveItemsAction, SetDifficultyAction)
