"""The list of questions: where each is used, how often it was asked, how well it measures."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column
from wagtail.admin.widgets.button import HeaderButton
from wagtail.snippets.views.snippets import CopyView, CreateView, EditView, IndexView, UsageView

import django_filters

from accounts.models import User
from accounts.query_strings import StrictFiltersMixin
from courses.models import Principle
from items import sentences
from items.authoring.item_contents import find_item_hints
from items.authoring.registry import FORMS
from items.models import Item, ItemBank
from quizzes.cms import item_search
from quizzes.cms.tables import NOTHING, PERCENT, SHARE, format_cell
from quizzes.models import Quiz
from quizzes.reporting import item_usage, reports
from quizzes.reporting.reports import AnalysedQuestion, QuizReport
from quizzes.statistics.results import ItemStatistics

ItemFigures = dict[int, tuple[QuizReport, ItemStatistics]]
MOST_QUIZZES = 2
PERSON = "person:"


def load_item_figures() -> ItemFigures:
    """The newest statistics of every item: two queries and one cache read."""
    found = reports.get_reports(Quiz.objects.order_by("pk"), at=timezone.now())
    return reports.newest_item_statistics(found.values())


def kind_choices() -> list[tuple[str, str]]:
    """The form choices of question kinds: name in the code and label for authors."""
    return [(name, str(form.block.meta.label)) for name, form in FORMS.items()]


class ItemFilters(WagtailFilterSet):
    kind = django_filters.ChoiceFilter(label=gettext_lazy("Kind"), choices=kind_choices)
    state = django_filters.ChoiceFilter(
        label=gettext_lazy("State"),
        method="by_state",
        choices=[
            ("live", gettext_lazy("Live")),
            ("draft", gettext_lazy("Never published")),
            ("changed", gettext_lazy("Live, with changes to publish")),
        ],
    )
    look = django_filters.ChoiceFilter(
        label=gettext_lazy("Statistics"),
        method="by_look",
        choices=[("yes", gettext_lazy("Needs a look")), ("no", gettext_lazy("Measures well"))],
    )

    class Meta:
        model = Item
        fields = ["bank", "principle", "difficulty", "critical", "retired"]

    def by_state(self, items: QuerySet[Item], name: str, value: str) -> QuerySet[Item]:
        if value == "draft":
            return items.filter(live=False)
        items = items.filter(live=True)
        return items.filter(has_unpublished_changes=True) if value == "changed" else items

    def by_look(self, items: QuerySet[Item], name: str, value: str) -> QuerySet[Item]:
        judged = {
            pk: reports.needs_a_look(item)
            for pk, (_report, item) in load_item_figures().items()
            if item.enough
        }
        wanted = value == "yes"
        return items.filter(pk__in=[pk for pk, needs in judged.items() if needs is wanted])


class BankIndexView(StrictFiltersMixin, IndexView):
    """The banks."""


class ItemIndexView(StrictFiltersMixin, IndexView):
    page_title = gettext_lazy("Questions")
    add_item_label = gettext_lazy("Add a question")

    def get_base_queryset(self) -> QuerySet[Item]:
        items = super().get_base_queryset().select_related("bank", "principle")
        return item_usage.count_times_asked(items)

    def search_queryset(self, queryset: QuerySet[Item]) -> QuerySet[Item]:
        """Any part of a word, in the order of the list."""
        if not self.is_searching:
            return queryset
        return item_search.search_items(queryset, self.search_query)

    def get_table(self, object_list: Any) -> Any:
        """Add the quizzes and the statistics of each item to the rows of this page."""
        drawings, known = item_usage.list_quiz_draws(), load_item_figures()
        for item in object_list:
            item.quiz_names = item_usage.names_of(item, drawings)
            item.figures = known.get(item.pk)
        return super().get_table(object_list)

    @cached_property
    def header_buttons(self) -> list[Any]:
        buttons = [*super().header_buttons]
        if self.request.user.has_perm("items.add_item"):
            address = reverse("quiz_exchange:import")
            buttons.append(HeaderButton(_("Import"), url=address, icon_name="upload", priority=50))
        address = reverse("quiz_exchange:export")
        buttons.append(HeaderButton(_("Export"), url=address, icon_name="download", priority=60))
        return buttons


class ItemAddView(CreateView):
    """The form of a new question; the address may say where it belongs, as the quiz page's does."""

    def get_initial_form_instance(self) -> Item:
        given = self.request.GET
        return Item(
            bank=_named(ItemBank, given.get("bank")),
            principle=_named(Principle, given.get("principle")),
            critical=given.get("critical") == "true",
        )


class ItemEditView(EditView):
    """The editor of a question, with hints on what was saved last."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        hints = [sentences.translate(hint.phrase) for hint in find_item_hints(self.object)]
        return super().get_context_data(**kwargs, hints=hints)


class ItemCopyView(CopyView):
    """The form of a new question with the words of another one; its code is proposed anew."""

    def get_initial_form_instance(self) -> Item:
        item: Item = super().get_initial_form_instance()
        item.code = ""
        return item

    def get_workflow_history_url(self) -> str:
        """Wagtail shows the reviews of the original beside a copy, without an address to go there."""
        name = self.model.snippet_viewset.get_url_name("workflow_history")
        return reverse(name, args=[self.kwargs["pk"]])


class ItemUsageView(UsageView):
    """Everything that depends on an item."""

    page_title = gettext_lazy("Where it is used")

    def get_template_names(self) -> list[str]:
        return ["quizzes/cms/item_usage.html"]

    def get_context_data(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(*args, **kwargs)
        item = Item.objects.select_related("bank", "principle").get(pk=self.object.pk)
        versions: list[Any] = list(item_usage.versions_of(item))
        names = _names([version.actor for version in versions])
        for version in versions:
            version.publisher = names.get(version.actor, _("the system"))
        return context | {
            "item": item,
            "quizzes": item_usage.quizzes_of(item, item_usage.list_quiz_draws()),
            "versions": versions,
            "asked": sum(version.asked for version in versions),
        }


def _names(actors: list[str]) -> dict[str, str]:
    """The names of the people among these actors."""
    uuids = [UUID(actor.removeprefix(PERSON)) for actor in actors if actor.startswith(PERSON)]
    people = User.objects.filter(uuid__in=uuids).values_list("uuid", "display_name")
    return {f"{PERSON}{uuid}": name for uuid, name in people}


def _named(model: type[Any], key: str | None) -> Any:
    """The bank or principle with this key, None where the address names none."""
    return model.objects.filter(pk=key).first() if str(key).isdecimal() else None


class MarkupColumn(Column):
    """A table column whose accessor returns HTML."""

    def render_cell_html(self, instance: Any, parent_context: Any) -> SafeString:
        return format_html("<td>{}</td>", self.get_value(instance))


def item_stem(item: Item) -> str:
    """The first words of the question, for the list."""
    return sentences.excerpt(item.stem, 80)


def item_kind(item: Item) -> str:
    """The kind as authors know it; a draft may have none."""
    form = FORMS.get(item.kind)
    return str(form.block.meta.label) if form else NOTHING


def item_state(item: Item) -> str:
    """Draft, live, or both, and what sets it apart. Wagtail's own column asks the database twice for each row."""
    found = [_("live") if item.live else _("draft")]
    if item.live and item.has_unpublished_changes:
        found.append(_("changed"))
    if item.critical:
        found.append(_("critical"))
    if item.retired:
        found.append(_("retired"))
    return ", ".join(found)


def used_in(item: Any) -> str:
    """The quizzes that may ask it, the first by name."""
    names = list(item.quiz_names)
    more = len(names) - MOST_QUIZZES
    if more > 0:
        rest = ngettext("and %(count)s more", "and %(count)s more", more) % {"count": more}
        return ", ".join([*names[:MOST_QUIZZES], rest])
    return ", ".join(names) or NOTHING


def facility_link(item: Any) -> SafeString | str:
    """The share of the points that people earn, linked to the item's statistics."""
    found = _enough(item)
    if found is None:
        return NOTHING
    question, numbers = found
    address = reverse("quiz_statistics:item", args=[question.version])
    text = format_cell(numbers.facility, SHARE)
    return format_html('<a href="{}?quiz={}">{}</a>', address, item.figures[0].quiz, text)


def discrimination_link(item: Any) -> str:
    """How well the item tells strong people from others; "look" where it has serious advice."""
    found = _enough(item)
    if found is None:
        return NOTHING
    value = format_cell(found[1].discrimination_index, PERCENT)
    return f"{value} · {_('needs a look')}" if reports.needs_a_look(found[1]) else value


def _enough(item: Any) -> tuple[AnalysedQuestion, ItemStatistics] | None:
    if item.figures is None or not item.figures[1].enough:
        return None
    report, numbers = item.figures
    return report.questions[numbers.id], numbers


COLUMNS = [
    "code",
    Column("stem", label=gettext_lazy("Question"), accessor=item_stem),
    Column("kind", label=gettext_lazy("Kind"), accessor=item_kind, sort_key="kind"),
    Column(
        "principle",
        label=gettext_lazy("Principle"),
        accessor="principle.code",
        sort_key="principle",
    ),
    Column(
        "difficulty",
        label=gettext_lazy("Difficulty"),
        accessor="get_difficulty_display",
        sort_key="difficulty",
    ),
    Column("quizzes", label=gettext_lazy("Used in"), accessor=used_in),
    Column("asked", label=gettext_lazy("Asked"), sort_key="asked"),
    MarkupColumn("facility", label=gettext_lazy("Facility"), accessor=facility_link),
    Column("discrimination", label=gettext_lazy("Discrimination"), accessor=discrimination_link),
    Column("state", label=gettext_lazy("State"), accessor=item_state, sort_key="live"),
]
