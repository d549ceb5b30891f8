"""The people of Northlight as the rows of its HR file. Invented; the same for every `today`."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

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
GIVEN = {
    "FI": [
        "Aino",
        "Eero",
        "Helmi",
        "Ilmari",
        "Kaisa",
        "Lauri",
        "Maija",
        "Onni",
        "Päivi",
        "Risto",
        "Saara",
        "Teemu",
        "Ulla",
        "Ville",
        "Elina",
        "Juho",
    ],
    "UK": [
        "Alice",
        "Bilal",
        "Claire",
        "Dev",
        "Edith",
        "Freya",
        "George",
        "Harriet",
        "Imran",
        "Josie",
        "Kwame",
        "Lucy",
        "Miles",
        "Niamh",
        "Owen",
        "Priya",
    ],
    "BR": [
        "Ana",
        "Bruno",
        "Camila",
        "Davi",
        "Eduarda",
        "Felipe",
        "Gabriela",
        "Heitor",
        "Isabela",
        "João",
        "Larissa",
        "Mateus",
        "Nina",
        "Otávio",
        "Rafaela",
        "Thiago",
    ],
    "IN": [
        "Aarav",
        "Bhavna",
        "Chetan",
        "Divya",
        "Esha",
        "Farhan",
        "Gauri",
        "Harsh",
        "Ishita",
        "Jatin",
        "Kavya",
        "Lakshmi",
        "Manoj",
        "Neha",
        "Omkar",
        "Pooja",
    ],
    "US": [
        "Aaron",
        "Brianna",
        "Carlos",
        "Dana-Lynn",
        "Ethan",
        "Fatima",
        "Grace",
        "Hector",
        "Ivy",
        "Jamal",
        "Kate",
        "Liam",
        "Maya",
        "Noah",
        "Olivia",
        "Peter",
    ],
}
FAMILY = {
    "FI": [
        "Korhonen",
        "Mäkinen",
        "Nieminen",
        "Laine",
        "Heikkilä",
        "Salo",
        "Rantanen",
        "Lehto",
        "Koski",
        "Ahonen",
        "Järvinen",
        "Mattila",
    ],
    "UK": [
        "Ashworth",
        "Begum",
        "Clarke",
        "Dawson",
        "Evans",
        "Fletcher",
        "Griffiths",
        "Hussain",
        "Jones",
        "Kelly",
        "Lawson",
        "Murray",
    ],
    "BR": [
        "Almeida",
        "Barbosa",
        "Cardoso",
        "Duarte",
        "Esteves",
        "Ferreira",
        "Gomes",
        "Lima",
        "Moreira",
        "Nascimento",
        "Oliveira",
        "Pereira",
    ],
    "IN": [
        "Agarwal",
        "Bhat",
        "Chopra",
        "Deshpande",
        "Gupta",
        "Iyengar",
        "Joshi",
        "Kulkarni",
        "Mehta",
        "Nair",
        "Patil",
        "Rao",
    ],
    "US": [
        "Anderson",
        "Brooks",
        "Carter",
        "Diaz",
        "Edwards",
        "Foster",
        "Green",
        "Hughes",
        "Jackson",
        "Kim",
        "Lopez",
        "Miller",
    ],
}


@dataclass(frozen=True)
class Named:
    """Somebody the documentation knows by first name."""

    hr_id: str
    given: str
    family: str
    region: str
    unit: str
    job: str
    manager: str = ""


PERSONAS = (
    Named("N0001", "Sam", "Aalto", "FI", "MARKETING", "Head of global social"),
    Named("N0002", "Dana", "Lindqvist", "FI", "MARKETING", "Social learning author", "N0001"),
    Named("N0003", "Hugo", "Berg", "FI", "CAREERS", "HR compliance partner", "N0001"),
    Named("N0004", "Olga", "Petrova", "FI", "MARKETING", "Channel owner", "N0001"),
    Named("N0005", "Ravi", "Iyer", "IN", "MARKETING", "Legal reviewer", "N0001"),
    Named("N0006", "Vera", "Costa", "BR", "CAREERS", "Internal auditor", "N0001"),
    Named("N0007", "Ben", "Hartley", "UK", "SUPPORT", "Support team lead", "N0001"),
    Named("N0008", "Ada", "Okafor", "UK", "SUPPORT", "Support specialist", "N0007"),
    Named("N0009", "Carol", "Souza", "BR", "MARKETING", "Marketing specialist", "N0006"),
)
PER_REGION = {"FI": 24, "UK": 23, "BR": 22, "IN": 22, "US": 22}
HEADER = [
    "hr_id",
    "email",
    "given_name",
    "family_name",
    "display_name",
    "kind",
    "region",
    "team_code",
    "team_name",
    "manager_hr_id",
    "sponsor_hr_id",
    "country",
    "site",
    "job_code",
    "job_title",
    "locale",
    "time_zone",
    "starts_on",
    "contract_ends_on",
    "status",
    "left_on",
]


def rows(today: date) -> list[dict[str, str]]:
    """Every person of the HR file, managers before the people they manage."""
    return [*(_persona(named, today) for named in PERSONAS), *_crowd(today)]


def hr_file(today: date) -> bytes:
    """The same as the CSV file that HR would send."""
    out = io.StringIO()
    writer = csv.DictWriter(out, HEADER, restval="")
    writer.writeheader()
    writer.writerows(rows(today))
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


def _persona(named: Named, today: date) -> dict[str, str]:
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
    chance = Random("northlight people")  # noqa: S311 - the same people every time, no secret
    crowd, number = [], 100
    for region, count in PER_REGION.items():
        leads: dict[str, str] = {}
        for place in range(count):
            unit = list(UNITS)[place % len(UNITS)]
            row = _employee(region, unit, place, number, today, chance)
            if unit in leads:
                row["manager_hr_id"] = leads[unit]
            else:
                leads[unit] = row["hr_id"]
                row["manager_hr_id"] = "N0001"
                row["job_title"] = f"{UNITS[unit][0]} lead"
            crowd.append(_turn(row, number, today))
            number += 1
    return crowd


def _employee(
    region: str, unit: str, place: int, number: int, today: date, chance: Random
) -> dict[str, str]:
    given = GIVEN[region][place % len(GIVEN[region])]
    family = FAMILY[region][(place * 5 + place // 12) % len(FAMILY[region])]
    return {
        **_place(region, unit),
        "hr_id": f"N{number:04d}",
        "email": f"{_ascii(given)}.{_ascii(family)}@{DOMAIN}",
        "given_name": given,
        "family_name": family,
        "display_name": f"{given} {family}",
        "job_title": UNITS[unit][1],
        "starts_on": (today - timedelta(days=chance.randrange(400, 2400))).isoformat(),
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
