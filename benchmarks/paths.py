"""What each path of the running site costs beside bare Django: `python -m benchmarks.paths [--check | --store]`.

The real server in production settings, on the demo organisation, beside a server of bare views on the same
database; rounds are interleaved, and each path is told as a ratio to **F**, the bare signed-in view with one query,
of the same round. CPU is that of the web process and of its database connections. `--people N` loads N made-up
people first. Results stand in benchmarks/results/; `--store` writes them, `--check` fails when a ratio is more than
15 % above the stored one. Without `--check` it ends with 1 when a path is above its goal.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.budgets import Measurement, find_exceeded
from benchmarks.running import Server, Spent, database_processes, serve
from benchmarks.sites import empty_site, site_in

RESULTS = Path(__file__).parent / "results"
ABOVE = 1.15
# The ratio to F that a path may have at most; of the journey to the bare one, of an export to COPY.
GOALS = {
    "home, signed out": 0.4,
    "principle, signed out": 0.4,
    "catalogue, signed out": 0.4,
    "verification page": 1.0,
    "verification JSON": 1.0,
    "lesson": 2.0,
    "course": 2.5,
    "catalogue": 2.5,
    "my status, learner": 2.5,
    "my status, owner": 2.5,
    "quiz page": 2.5,
    "question": 2.0,
    "autosave": 1.5,
    "save": 2.0,
    "check page": 3,
    "result": 3,
    "certificate": 3,
    "decision of 1": 1.2,
    "decision of 500": 12,
    "people": 4,
    "people, search": 4,
    "team": 4,
    "channels": 2.5,
    "channel page": 5,
    "sign in, post": 15,
    "journey": 1.5,
    "export, 1000 rows": 3,
}
OURS, BARE = "config.wsgi:application", "benchmarks.floors.wsgi:application"


@dataclass
class Measured:
    """What a path cost in each round: seconds of web and of database, for one request."""

    web: list[float] = field(default_factory=list)
    database: list[float] = field(default_factory=list)
    ratios: list[float] = field(default_factory=list)
    bytes: int = 0
    statements: int | None = None

    @property
    def ratio(self) -> float:
        return statistics.median(self.ratios)

    def add(self, web: float, database: float, floor: float) -> None:
        self.web.append(web)
        self.database.append(database)
        self.ratios.append((web + database) / floor if floor else 1.0)


class Bench:
    """Two servers, the paths, and what was measured so far."""

    def __init__(self, ours: Server, bare: Server) -> None:
        from benchmarks import addresses, journeys

        self.ours, self.bare = ours, bare
        self.paths = list(addresses.list_paths())
        self.journeys = journeys
        self.found = {path.name: Measured() for path in self.paths}
        self.asked = 0

    def count_statements(self) -> None:
        """In this process, with the same application."""
        from benchmarks.statements import count_statements

        for path in self.paths:
            if not path.bare:
                self.found[path.name].statements = count_statements(path)

    def ask_all(self, *, warm: bool = False) -> None:
        """One round: every path after the other, then a journey on each side."""
        floor = 0.0
        for path in self.paths:
            server = self.bare if path.bare else self.ours
            spent, size = self._ask(server, path, 3 if warm else path.requests)
            if warm:
                continue
            floor = sum(spent) if path.name == "F" else floor
            measured = self.found[path.name]
            measured.bytes = size
            measured.add(*spent, floor)
        if not warm:
            self._travel(floor)

    def _ask(self, server: Server, path: Any, times: int) -> tuple[tuple[float, float], int]:
        server.connection.close()
        before, size = Spent(server, database_processes()), 0
        for _time in range(times):
            self.asked += 1
            form = path.send(self.asked) if path.send else None
            answer = server.ask(
                path.path, path.session, form, body=path.body, headers=dict(path.headers)
            )
            size = len(answer.body)
        web, database = before.so_far()
        return (web / times, database / times), size

    def _travel(self, floor: float) -> None:
        least = 0.0
        for name, server, travel in (
            ("bare journey", self.bare, self.journeys.travel_bare),
            ("journey", self.ours, self.journeys.travel),
        ):
            people = self.journeys.prepare(3)
            before = Spent(server, database_processes())
            for person in people:
                travel(server, person)
            # Answers that are saved beside the server are part of nobody's figures.
            web, database = (part / len(people) for part in before.so_far())
            least = least or web + database
            measured = self.found.setdefault(name, Measured())
            measured.add(web, database, floor if name == "bare journey" else least)


def tell(found: dict[str, Measured], about: list[str]) -> str:
    """The table as text."""
    lines = [
        *about,
        "",
        f"{'path':<24}{'ratio':>8}{'from':>8}{'to':>8}{'web ms':>9}{'db ms':>8}{'stmts':>7}{'bytes':>8}",
    ]
    for name, one in found.items():
        web, database = (statistics.median(part) * 1000 for part in (one.web, one.database))
        stated = "-" if one.statements is None else str(one.statements)
        spread = f"{min(one.ratios):>8.2f}{max(one.ratios):>8.2f}"
        lines.append(
            f"{name:<24}{one.ratio:>8.2f}{spread}{web:>9.2f}{database:>8.2f}{stated:>7}{one.bytes:>8}"
        )
    return "\n".join(lines) + "\n"


def read_ratios(text: str) -> dict[str, float]:
    """The ratios of a stored table, by path."""
    table = text.partition("\n\n")[2].splitlines()[1:]
    return {line[:24].strip(): float(line[24:32]) for line in table if line.strip()}


def find_dearer(stored: dict[str, float], found: dict[str, float]) -> list[str]:
    """A sentence for each path whose ratio is more than 15 % above the stored one."""
    return [
        f"{name}: {ratio:.2f}, stored {stored[name]:.2f}"
        for name, ratio in found.items()
        if name in stored and ratio > stored[name] * ABOVE
    ]


def find_above_goals(found: Mapping[str, float]) -> list[str]:
    """A sentence for each path whose ratio is above its goal."""
    measured = [
        Measurement(name, found[name], goal) for name, goal in GOALS.items() if name in found
    ]
    return find_exceeded(*measured)


def describe_run(rounds: int) -> list[str]:
    """What was run: versions, machine and noise."""
    import django
    from django.db import connection

    import wagtail

    from accounts.models import User

    version = ".".join(map(str, connection.get_database_version()))
    load = ", ".join(f"{one:.1f}" for one in os.getloadavg())
    python = ".".join(map(str, sys.version_info[:3]))
    people = User.objects.count()
    machine = f"{os.cpu_count()} cores, load at the end {load}"
    server = f"{connection.display_name} {version}, Python {python}"
    return [
        f"{server}, Django {django.__version__}, Wagtail {wagtail.__version__}",
        f"{time.strftime('%Y-%m-%d')}, {machine}, {rounds} rounds, {people:,} people",
        "ratio: CPU of web and database to F of the same round, median; from and to: the extremes of the rounds.",
        "The journey is told as a ratio to the bare journey; statements without the health check of the connection.",
    ]


@contextmanager
def prepare_site(database: str, people: int) -> Iterator[None]:
    """A fresh site with the demo organisation, or the one in `database`, which gets a few more people."""
    os.environ |= {"VERIFY_RATE": "100000/m/ip", "REQUIRE_TWO_STEP": "0"}
    from django.core.management import call_command

    with site_in(database) if database else empty_site():
        if not database:
            call_command("load_demo", verbosity=0)
        if people:
            call_command("make_people", people)
        call_command("collectstatic", interactive=False, verbosity=0)
        yield


def run(rounds: int, people: int, database: str) -> tuple[str, dict[str, Measured], str]:
    """The name of the database, what was measured, and the table."""
    with prepare_site(database, people):
        from django.db import connection

        with serve(OURS) as ours, serve(BARE) as bare:
            bench = Bench(ours, bare)
            bench.count_statements()
            bench.ask_all(warm=True)
            for _round in range(rounds):
                bench.ask_all()
        if connection.vendor == "postgresql":
            from benchmarks.copying import measure_exports

            bench.found |= measure_exports(rounds, Measured)
        return connection.vendor, bench.found, tell(bench.found, describe_run(rounds))


def main() -> int:
    reader = argparse.ArgumentParser(description="Measure the paths of the running site.")
    reader.add_argument("--rounds", type=int, default=5)
    reader.add_argument("--people", type=int, default=0)
    reader.add_argument(
        "--database", default="", help="one that holds the demo; default: a new one"
    )
    reader.add_argument("--store", action="store_true")
    reader.add_argument("--check", action="store_true")
    asked = reader.parse_args()
    vendor, found, text = run(asked.rounds, asked.people, asked.database)
    print(text)
    kept = RESULTS / f"{vendor}.txt"
    ratios = {name: one.ratio for name, one in found.items()}
    if asked.check:
        return check(kept, ratios)
    if asked.store:
        kept.write_text(text)
    above = find_above_goals(ratios)
    print("\n".join(["Above the goal:", *above]) if above else "Every path is within its goal.")
    return 1 if above else 0


def check(kept: Path, found: dict[str, float]) -> int:
    """0 if nothing has become dearer, 1 if a path has, 2 if nothing is stored to compare with."""
    if not kept.exists():
        print(f"{kept} is not there: measure with --store before the change.")
        return 2
    dearer = find_dearer(read_ratios(kept.read_text()), found)
    print("\n".join(dearer) or f"Nothing is more than 15 % above {kept.name}.")
    return 1 if dearer else 0


if __name__ == "__main__":
    sys.exit(main())
