"""The kinds of item, by name. A new kind is a module here and a line in `KINDS`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from items.kinds.free_text import FreeText
from items.kinds.gap import GapFill
from items.kinds.hotspot import Hotspot
from items.kinds.image_choice import ImageChoice
from items.kinds.kind import Kind
from items.kinds.multiple import Multiple
from items.kinds.number import Number
from items.kinds.ordering import Ordering, Ranking
from items.kinds.pairing import Categorise, Matching, RatePost
from items.kinds.scenario import Scenario
from items.kinds.short_text import ShortText
from items.kinds.single import Single
from items.kinds.spot import Spot
from items.kinds.survey import Description, Survey
from items.kinds.true_false import Confidence, TrueFalse

KINDS: Mapping[str, Kind[Any]] = {
    kind.name: kind
    for kind in (
        Single(),
        Multiple(),
        TrueFalse(),
        Confidence(),
        Number(),
        ShortText(),
        GapFill(),
        Ordering(),
        Ranking(),
        Matching(),
        Categorise(),
        RatePost(),
        Spot(),
        ImageChoice(),
        Hotspot(),
        Scenario(),
        FreeText(),
        Survey(),
        Description(),
    )
}

STEPWISE = tuple(kind.name for kind in KINDS.values() if kind.stepwise)
