"""How long the suite takes: `python -m tests.budget NAME COMMAND…` runs and times a part, without words it adds up.

The sum is taken once: the next part begins a new one.

Ten minutes on two cores is what somebody waits for gladly. A slow machine is told, not failed.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time

from tests.databases import ROOT

BUDGET = 600
KEPT = ROOT / "var" / "test-seconds.json"


def known() -> dict[str, float]:
    return json.loads(KEPT.read_text(encoding="utf-8")) if KEPT.exists() else {}


def keep(name: str, seconds: float) -> None:
    KEPT.parent.mkdir(exist_ok=True)
    KEPT.write_text(json.dumps({**known(), name: round(seconds, 1)}), encoding="utf-8")


def told(parts: dict[str, float]) -> str:
    total = sum(parts.values())
    each = ", ".join(f"{name} {seconds:.0f} s" for name, seconds in parts.items())
    verdict = "over" if total > BUDGET else "within"
    return (
        f"The suite took {total:.0f} s ({each}), {verdict} its budget of {BUDGET} s on two cores."
    )


def main(words: list[str]) -> int:
    if not words:
        print(told(known()))
        KEPT.unlink(missing_ok=True)
        return 0
    name, *command = words
    begun = time.monotonic()
    code = subprocess.run(command, check=False).returncode
    keep(name, time.monotonic() - begun)
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
