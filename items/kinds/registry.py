"""The kinds of item, by name. A new kind is a module here and a line in `KINDS`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from items.kinds.free_text import FreeTextKind
from items.kinds.gap import GapKind
from items.kinds.hotspot import HotspotKind
from items.kinds.image_choice import ImageChoiceKind
from items.kinds.kind import ItemKind
from items.kinds.multiple import MultipleKind
from items.kinds.number import NumberKind
from items.kinds.ordering import OrderingKind, RankingKind
from items.kinds.pairing import CategoriseKind, MatchingKind, RatePostKind
from items.kinds.scenario import ScenarioKind
from items.kinds.short_text import ShortTextKind
from items.kinds.single import SingleKind
from items.kinds.spot import SpotKind
from items.kinds.survey import DescriptionKind, SurveyKind
from items.kinds.true_false import ConfidenceKind, TrueFalseKind

KINDS: Mapping[str, ItemKind[Any]] = {
    kind.name: kind
    for kind in (
        SingleKind(),
        MultipleKind(),
        TrueFalseKind(),
        ConfidenceKind(),
        NumberKind(),
        ShortTextKind(),
        GapKind(),
        OrderingKind(),
        RankingKind(),
        MatchingKind(),
        CategoriseKind(),
        RatePostKind(),
        SpotKind(),
        ImageChoiceKind(),
        HotspotKind(),
        ScenarioKind(),
        FreeTextKind(),
        SurveyKind(),
        DescriptionKind(),
    )
}

STEPWISE = tuple(kind.name for kind in KINDS.values() if kind.stepwise)
PICTURED = tuple(kind.name for kind in KINDS.values() if type(kind).images is not ItemKind.images)
