"""The rules of a quiz as its page says them, published or not."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import Any

from wagtail.models import Page

from courses.writing.drafts import finished_children
from items.publishing import newest_versions
from quizzes.authoring.settings_blocks import settings_from_blocks
from quizzes.rules import presets, updates
from quizzes.rules.drawing import DrawError, PoolItem, draw_items
from quizzes.rules.settings import DrawRule, QuizRules


def rules_on_page(page: Page) -> QuizRules:
    """Return the rules that a page sets, whether it is published or not."""
    drawn = [child.value for child in finished_children(page.draw)]
    sections = tuple(_draw(value) for value in drawn)
    principles = [value["principle"] for value in drawn if value["principle"]]
    banks = {section.bank for section in sections}
    versions = newest_versions(tuple(banks)).filter(principle__isnull=False)
    titles = dict(versions.values_list("principle__code", "principle__title").distinct())
    rules = replace(
        presets.preset_rules(page.preset, settings_from_blocks(page.differences)),
        sections=sections,
        titles=titles | {principle.code: principle.title for principle in principles},
    )
    return replace(rules, extra_questions=_extra(rules))


def load_pool(rules: QuizRules) -> dict[str, list[PoolItem]]:
    """Return what may be drawn, by bank code, for a person who has seen none of the items. One query."""
    found: dict[str, list[PoolItem]] = {bank: [] for bank in rules.banks}
    rows = newest_versions(rules.banks).values_list(
        "pk", "item_id", "item__bank__code", "principle__code", "critical"
    )
    if rules.only:
        rows = rows.filter(principle__code__in=rules.only)
    for pk, item, bank, principle, critical in rows:
        one = PoolItem(pk, principle or "", critical=critical, item=item)
        found[bank].append(replace(one, mandatory=rules.always_asks(bank, one)))
    return found


def rules_of_update(rules: QuizRules, codes: Collection[str]) -> QuizRules:
    """Return the rules for somebody who catches up on these principles (codes)."""
    limited = updates.limit_rules(rules, codes, load_pool(rules))
    return replace(limited, extra_questions=_extra(limited))


def _extra(rules: QuizRules) -> int:
    """Count the mandatory items that the other sections have no place for, as the banks are now."""
    if not any(section.mandatory for section in rules.sections):
        return 0
    banks = load_pool(rules)
    plans = {bank: rules.plan(bank) for bank in rules.banks}
    try:
        drawn = sum(len(draw_items(banks[bank], plan, "")) for bank, plan in plans.items())
    except DrawError:
        return 0  # the quiz cannot start anyway, and says so there
    return drawn - sum(section.count for plan in plans.values() for section in plan.sections)


def _draw(value: Any) -> DrawRule:
    principle = value["principle"]
    return DrawRule(
        bank=value["bank"].code,
        count=value["count"] or 0,
        principle=principle.code if principle else None,
        critical_only=bool(value["critical_only"]),
        mandatory=bool(value["mandatory"]),
    )
