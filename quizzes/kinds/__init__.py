"""The kinds of item, by name. A new kind is a module here and a line in `KINDS`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from quizzes.kinds.free_text import FreeText
from quizzes.kinds.gap import GapFill
from quizzes.kinds.hotspot import Hotspot
from quizzes.kinds.image_choice import ImageChoice
from quizzes.kinds.kind import Kind
from quizzes.kinds.multiple import Multiple
from quizzes.kinds.number import Number
from quizzes.kinds.ordering import Ordering, Ranking
from quizzes.kinds.pairing import Categorise, Matching, RatePost
from quizzes.kinds.scenario import Scenario
from quizzes.kinds.short_text import ShortText
from quizzes.kinds.single import Single
from quizzes.kinds.spot import Spot
from quizzes.kinds.survey import Description, Survey
from quizzes.kinds.true_false import Confidence, TrueFalse

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
