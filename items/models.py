from __future__ import annotations

from decimal import Decimal
from typing import Any, cast

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from wagtail.admin.panels import FieldPanel, MultiFieldPanel, PublishingPanel
from wagtail.fields import RichTextField, StreamField
from wagtail.models import (
    DraftStateMixin,
    LockableMixin,
    PreviewableMixin,
    Revision,
    RevisionMixin,
    WorkflowMixin,
)
from wagtail.search import index

from accounts.codes import CODE_VALIDATOR
from courses.models import Principle
from courses.writing.finished import UnfinishedError, explain_unseen, require_finished
from courses.writing.schedules import content_without_spent_days
from items.authoring.forms import CODE_HELP, BankRecordForm, ItemForm
from items.authoring.item_contents import content_of
from items.authoring.registry import KindBlocks
from items.kinds.content import parse_written
from items.kinds.spec import ContentError
from items.previewing import show_preview
from items.telling import tell_of_saving
from ledger.facts import LedgerProof


class ItemBank(models.Model):
    """A collection of items that quizzes draw from."""

    code = models.CharField(_("code"), max_length=50, unique=True, validators=[CODE_VALIDATOR])
    title = models.CharField(_("title"), max_length=200)

    panels = [
        FieldPanel("code", help_text=_("The short name in files, lists and reports.")),
        FieldPanel("title", help_text=_("What authors choose it by: its subject, or its quiz.")),
    ]
    base_form_class = BankRecordForm

    proof = LedgerProof(only=("code",), known_as="question bank {code}")

    class Meta:
        verbose_name = _("question bank")
        verbose_name_plural = _("question banks")
        ordering = ("code",)

    def __str__(self) -> str:
        return self.title

    def save(self, *args: Any, **kwargs: Any) -> None:
        saved, kinds = kwargs.get("update_fields"), ("bank.added", "bank.changed")
        with tell_of_saving(self, f"bank:{self.code}", kinds, saved):
            super().save(*args, **kwargs)

    def clean(self) -> None:
        super().clean()
        if told := explain_unseen({"title": self.title}):
            raise ValidationError(told)


class Item(
    WorkflowMixin,
    DraftStateMixin,
    LockableMixin,
    RevisionMixin,
    PreviewableMixin,
    index.Indexed,
    models.Model,
):
    """One question as its author edits it: drafts, workflow, preview, history.

    Learners never see this row: publishing creates an ItemVersion, and attempts refer to that.
    `kind` is a copy of the type of the block in `body`, for lists and filters.
    """

    bank = models.ForeignKey(ItemBank, models.PROTECT, related_name="items", verbose_name=_("bank"))
    code = models.CharField(_("code"), max_length=50, validators=[CODE_VALIDATOR])
    kind = models.CharField(_("kind"), max_length=30, editable=False, blank=True)
    principle = models.ForeignKey(
        Principle,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="items",
        verbose_name=_("principle"),
    )
    difficulty = models.PositiveSmallIntegerField(
        _("difficulty"),
        default=2,
        choices=[(1, _("Easy")), (2, _("Medium")), (3, _("Hard"))],
    )
    critical = models.BooleanField(
        _("critical"),
        default=False,
        help_text=_("A wrong answer alone fails the try."),
    )
    stem = RichTextField(_("question"), features=["bold", "italic", "ul", "ol"])
    body = StreamField(KindBlocks(), verbose_name=_("answers"), blank=True)
    feedback = models.TextField(_("explanation"), blank=True)
    hint = models.TextField(
        _("hint"), blank=True, help_text=_("Shown with the question, before any answer.")
    )
    points = models.DecimalField(
        _("points"),
        max_digits=5,
        decimal_places=2,
        default=1,
        validators=[MinValueValidator(Decimal("0.01"))],
        help_text=_("What a right answer earns. Surveys and descriptions earn nothing."),
    )
    retired = models.BooleanField(_("retired"), default=False, help_text=_("No longer drawn."))

    base_form_class = ItemForm
    panels = [
        MultiFieldPanel(
            [
                FieldPanel("bank", help_text=_("Quizzes that draw from it may ask the question.")),
                FieldPanel("code", help_text=CODE_HELP),
                FieldPanel(
                    "principle",
                    help_text=_(
                        "What it is about. A draw of one principle finds it only with this."
                    ),
                ),
            ],
            heading=_("Where it belongs"),
        ),
        MultiFieldPanel(
            [
                FieldPanel(
                    "stem",
                    help_text=_(
                        "One idea, asked so that it can be answered before reading the answers."
                    ),
                ),
                FieldPanel(
                    "body", help_text=_("Choose the kind; the chooser shows what each looks like.")
                ),
                FieldPanel(
                    "feedback",
                    help_text=_("Why the right answer is right. Told when the quiz allows it."),
                ),
                "hint",
            ],
            heading=_("Question"),
        ),
        MultiFieldPanel(
            [
                "points",
                FieldPanel(
                    "difficulty", help_text=_("Your guess. Statistics say later how hard it was.")
                ),
                "critical",
                "retired",
            ],
            heading=_("Settings"),
        ),
        PublishingPanel(),
    ]
    search_fields = [
        index.SearchField("stem"),
        index.SearchField("body"),
        index.SearchField("feedback"),
        index.SearchField("code"),
        index.FilterField("kind"),
        index.FilterField("principle"),
        index.FilterField("bank"),
    ]

    # What a draw reads of the row, and the settings that the next version takes over.
    proof = LedgerProof(
        only=("bank", "code", "kind", "principle", "difficulty", "critical", "retired", "live"),
        known_as="question {bank__code}/{code}",
    )

    class Meta:
        verbose_name = _("question")
        verbose_name_plural = _("questions")
        ordering = ("bank_id", "code")
        constraints = [
            # The code is how files and people name an item.
            models.UniqueConstraint(fields=["bank", "code"], name="items_item_code_once"),
        ]

    def __str__(self) -> str:
        return self.code

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.kind = self.body[0].block_type if self.body else ""
        saved, kinds = kwargs.get("update_fields"), ("item.added", "item.changed")
        with tell_of_saving(self, f"item:{self.full_code}", kinds, saved):
            super().save(*args, **kwargs)

    def with_content_json(self, content: dict[str, Any]) -> Item:
        """A stored draft as its author opens it."""
        kept = content_without_spent_days(self, content, at=timezone.now())
        return cast("Item", super().with_content_json(kept))

    @property
    def full_code(self) -> str:
        """Its code with that of its bank: unlike the code alone, no other question has it."""
        return f"{self.bank.code}/{self.code}"

    @property
    def preview_modes(self) -> list[tuple[str, Any]]:
        return [
            ("", _("New")),
            ("wrong", _("Answered wrong")),
            ("right", _("Answered right")),
            ("print", _("On paper, with the key")),
        ]

    def serve_preview(self, request: HttpRequest, mode_name: str) -> HttpResponse:
        return show_preview(request, self, mode_name)

    def publish(self, revision: Revision, *args: Any, **kwargs: Any) -> None:
        """Make the revision live; raises UnfinishedError for one that its form would not publish."""
        _parse_finished(revision.as_object(), self)
        require_finished(revision.as_object())
        super().publish(revision, *args, **kwargs)

    def publish_from_file(self, revision: Revision, *, user: Any) -> None:
        """Make live what a file said, or what was live with another setting: files may leave out reasons.

        Raises UnfinishedError when it could not be asked or marked.
        """
        _parse_finished(revision.as_object(), self)
        super().publish(revision, user=user)


def _parse_finished(draft: Item, item: Item) -> None:
    try:
        parse_written(content_of(draft))
    except ContentError as fault:
        raise UnfinishedError(fault.phrase.said(gettext, ngettext), thing=item) from fault


class ItemVersion(models.Model):
    """What learners are asked: an item as published once. Immutable.

    `content` is the plain form that `quizzes.content.parse_content` reads; it holds the key, so it never
    goes to a browser. `withdrawn_at` is set once when a version proves faulty: it then counts as right.
    """

    item = models.ForeignKey(Item, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=30)
    principle = models.ForeignKey(Principle, models.PROTECT, null=True, related_name="+")
    difficulty = models.PositiveSmallIntegerField()
    critical = models.BooleanField()
    content = models.JSONField()
    sha256 = models.CharField(max_length=64)
    published_at = models.DateTimeField()
    actor = models.CharField(max_length=120)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    proof = LedgerProof(known_as="question {item__bank__code}/{item__code}, version {number}")

    class Meta:
        verbose_name = _("version of a question")
        verbose_name_plural = _("versions of questions")
        ordering = ("item_id", "number")
        constraints = [
            # Versions of an item are counted 1, 2, 3…
            models.UniqueConstraint(fields=["item", "number"], name="items_item_version_once"),
            models.CheckConstraint(
                condition=Q(number__gte=1), name="items_item_version_counts_from_one"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item} v{self.number}"
