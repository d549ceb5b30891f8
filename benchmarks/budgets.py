"""What a benchmark promises, told beside what it measured. A command whose budget is exceeded fails."""

from __future__ import annotations

import sys
from collections.abc import Mapping


def end_with_verdict(measured: Mapping[str, tuple[float, float]]) -> None:
    """Print each measure with its budget, and end with exit code 1 if one is above it."""
    above = [name for name, (value, budget) in measured.items() if not value <= budget]
    for name, (value, budget) in measured.items():
        print(f"{name}: {value:.4g}, budget {budget:g}{', EXCEEDED' if name in above else ''}")
    if above:
        sys.exit(1)
