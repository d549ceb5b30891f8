"""The people of Northlight as the rows of its HR file. Invented; the same for every `today`."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from home.demo.streamfield_data import read_texts

DOMAIN = "northlight.example"
HEADQUARTERS = "Europe/Helsinki"
REGIONS = {
    "FI": ("Finland", "Europe/Helsinki", "FI", "Helsinki"),
    "UK": ("United Kingdom", "Europe/London", "GB", "Leeds"),
    "BR": ("Brazil", "America/Sao_Paulo", "BR", "Campinas"),
    "IN": ("India", "Asia/Kolkata", "IN", "Pune"),
    "US": ("United States", "America/New_York", "US", "Austin"),
}
UNITS = {
    "MARKETING": ("Marketing", "Marketing specialist"),
    "SUPPORT": ("Customer support", "Support specialist"),
    "CAREERS": ("People and careers", "Recruiter"),
    "AUDIO": ("Audio engineering", "Audio engineer"),
}


@dataclass(frozen=True)
class Persona:
    """A person whom the documentation calls by first name."""

    hr_id: str
    given: str
    family: str
    region: str
    unit: str
    job: str
    manager: str = ""


PERSONAS = (
    Persona("N0001", "Sam", "Aalto", "FI", "MARKETING", "Head of global social"),
    Persona("N0002", "Dana", "Lindqvist", "FI", "MARKETING", "Social learning author", "N0001"),
    Persona("N0003", "Hugo", "Berg", "FI", "CAREERS", "HR compliance partner", "N0001"),
    Persona("N0004", "Olga", "Petrova", "FI", "MARKETING", "Channel owner", "N0001"),
    Persona("N0005", "Ravi", "Iyer", "IN", "MARKETING", "Legal reviewer", "N0001"),
    Persona("N0006", "Vera", "Costa", "BR", "CAREERS", "Internal auditor", "N0001"),
    Persona("N0007", "Ben", "Hartley", "UK", "SUPPORT", "Support team lead", "N0001"),
    Persona("N0008", "Ada", "Okafor", "UK", "SUPPORT", "Support specialist", "N0007"),
    Persona("N0009", "Carol", "Souza", "BR", "MARKETING", "Marketing specialist", "N0006"),
)
PER_REGION = {"FI": 24, "UK": 23, "BR": 22, "IN": 22, "US": 22}
HEADER = (
    *("hr_id", "email", "given_name", "family_name", "display_name", "kind", "region"),
    *("team_code", "team_name", "manager_hr_id", "sponsor_hr_id", "country", "site"),
    *("job_code", "job_title", "locale", "time_zone", "starts_on", "contract_ends_on"),
    *("status", "left_on"),
)


def hr_rows(today: date) -> list[dict[str, str]]:
    """Every person of the HR file of `today`, managers before the people they manage."""
    return [*(_persona(named, today) for named in PERSONAS), *_crowd(today)]


def write_hr_file(today: date, sent_on: date | None = None) -> bytes:
    """The CSV file that HR sent on `sent_on`: whoever left later is still active in it."""
    sent = (sent_on or today).isoformat()
    out = io.StringIO()
    writer = csv.DictWriter(out, HEADER, restval="")
    writer.writeheader()
    for row in hr_rows(today):
        if row.get("left_on", "") > sent:
            row |= {"status": "active", "left_on": ""}
        writer.writerow(row)
    return out.getvalue().encode()


def _place(region: str, unit: str) -> dict[str, str]:
    _name, zone, country, site = REGIONS[region]
    return {
        "region": region,
        "team_code": f"{unit}-{region}",
        "team_name": f"{UNITS[unit][0]}, {REGIONS[region][0]}",
        "country": country,
        "site": site,
        "time_zone": zone,
        "locale": "en",
        "kind": "employee",
        "status": "active",
        "job_code": unit,
    }


def _persona(named: Persona, today: date) -> dict[str, str]:
    return {
        **_place(named.region, named.unit),
        "hr_id": named.hr_id,
        "email": f"{named.given.lower()}@{DOMAIN}",
        "given_name": named.given,
        "family_name": named.family,
        "display_name": f"{named.given} {named.family}",
        "manager_hr_id": named.manager,
        "job_title": named.job,
        "starts_on": (today - timedelta(days=900)).isoformat(),
    }


def _crowd(today: date) -> list[dict[str, str]]:
    names = read_texts("names")
    chance = Random("northlight people")  # noqa: S311 - the same people every time, no secret
    crowd, number = [], 100
    for region, count in PER_REGION.items():
        leads: dict[str, str] = {}
        for place in range(count):
            unit = list(UNITS)[place % len(UNITS)]
            days = chance.randrange(440, 2400)
            row = {
                **_place(region, unit),
                **_name(names, region, place),
                "hr_id": f"N{number:04d}",
                "job_title": UNITS[unit][1],
                "starts_on": (today - timedelta(days=days)).isoformat(),
            }
            row["manager_hr_id"] = leads.get(unit, "N0001")
            if leads.setdefault(unit, row["hr_id"]) == row["hr_id"]:
                row["job_title"] = f"{UNITS[unit][0]} lead"
            crowd.append(_turn(row, number, today))
            number += 1
    return crowd


def _name(names: dict[str, dict[str, str]], region: str, place: int) -> dict[str, str]:
    """No two people of a region share both names: the steps through the lists differ."""
    given, family = names["given"][region].split(), names["family"][region].split()
    first = given[place % len(given)]
    last = family[(place * 5 + place // 12) % len(family)]
    return {
        "given_name": first,
        "family_name": last,
        "display_name": f"{first} {last}",
        "email": f"{_ascii(first)}.{_ascii(last)}@{DOMAIN}",
    }


def _turn(row: dict[str, str], number: int, today: date) -> dict[str, str]:
    """Every nineteenth person has left, every thirteenth is a contractor; the leads stay as they are."""
    lead = row["manager_hr_id"] == "N0001"
    if number % 19 == 0 and not lead:
        gone = today - timedelta(days=20 + number % 90)
        row |= {"status": "left", "left_on": gone.isoformat()}
    elif number % 13 == 0 and not lead:
        ends = today + timedelta(days=(number % 7) * 40 - 60)
        row |= {
            "kind": "contractor",
            "sponsor_hr_id": row["manager_hr_id"],
            "contract_ends_on": ends.isoformat(),
            "job_title": f"{row['job_title']} (agency)",
        }
    return row


def _ascii(name: str) -> str:
    letters = str.maketrans("äöãáâéíóõç", "aoaaaeiooc")
    return name.lower().translate(letters).replace("-", "")
