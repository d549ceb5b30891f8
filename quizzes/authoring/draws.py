"""What the author of a quiz page reads beside its draws: how many questions fit each, and which."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from wagtail.admin.panels import Panel

from courses.writing.addresses import find_edit_address
from items import sentences
from items.models import Item
from items.publishing import newest_versions
from quizzes.rules.drawing import DrawSection, PoolItem

MOST_NAMED = 50
WORDS_SHOWN = 80


@dataclass(frozen=True)
class FittingQuestion:
    """A question that a draw may ask, with the addresses of its forms."""

    code: str
    words: str
    edit: str
    copy: str


@dataclass(frozen=True)
class DrawCount:
    """One draw of a page as last saved: what it needs, and what fits."""

    label: str
    needed: int | None
    fitting: int
    named: tuple[FittingQuestion, ...]
    add: str
    listed: str

    @property
    def is_short(self) -> bool:
        """Whether no try can be drawn."""
        return self.fitting < (self.needed or 1)

    @property
    def repeats(self) -> bool:
        """Whether a second try has to ask some questions again."""
        return not self.is_short and self.needed is not None and self.fitting < 2 * self.needed

    @property
    def more(self) -> int:
        return self.fitting - len(self.named)


class DrawPanel(Panel):
    """Beside the draws: how many questions fit each, as last saved, and a way to add or copy one."""

    class BoundPanel(Panel.BoundPanel):
        template_name = "quizzes/cms/draw_panel.html"

        def get_context_data(self, parent_context: dict[str, Any] | None = None) -> dict[str, Any]:
            context: dict[str, Any] = super().get_context_data(parent_context)
            may_add = self.request.user.has_perm("items.add_item")
            return context | {"draws": count_draws(self.instance), "may_add": may_add}


def count_draws(page: Any) -> list[DrawCount]:
    """What fits each draw that names a bank. One query, however many draws."""
    drawn = [child.value for child in page.draw if child.value.get("bank")]
    pools = _load_pools(tuple({value["bank"].code for value in drawn}))
    return [_count_draw(value, pools.get(value["bank"].code, [])) for value in drawn]


def _load_pools(banks: tuple[str, ...]) -> dict[str, list[tuple[PoolItem, Item]]]:
    found: dict[str, list[tuple[PoolItem, Item]]] = {}
    versions = newest_versions(banks).select_related("item__bank", "principle")
    for version in versions.order_by("item__bank__code", "item__code"):
        code = version.principle.code if version.principle else ""
        one = PoolItem(version.pk, code, critical=version.critical)
        found.setdefault(version.item.bank.code, []).append((one, version.item))
    return found


def _count_draw(value: Any, pool: list[tuple[PoolItem, Item]]) -> DrawCount:
    principle, critical = value.get("principle"), bool(value.get("critical_only"))
    section = DrawSection(principle.code if principle else None, 1, critical)
    fitting = [item for one, item in pool if section.takes(one)]
    belongs = {"bank": value["bank"].pk} | ({"principle": principle.pk} if principle else {})
    belongs |= {"critical": "true"} if critical else {}
    return DrawCount(
        label=" · ".join(str(part) for part in (value["bank"], principle) if part),
        needed=None if value.get("mandatory") else value.get("count"),
        fitting=len(fitting),
        named=tuple(_name(item) for item in fitting[:MOST_NAMED]),
        add=f"{_address('add')}?{urlencode(belongs)}",
        listed=f"{_address('list')}?{urlencode(belongs | {'retired': 'false'})}",
    )


def _name(item: Item) -> FittingQuestion:
    words = sentences.excerpt(item.stem, WORDS_SHOWN)
    return FittingQuestion(item.code, words, find_edit_address(item), _address("copy", item.pk))


def _address(name: str, *args: Any) -> str:
    return reverse(Item.snippet_viewset.get_url_name(name), args=args)  # type: ignore[attr-defined]
