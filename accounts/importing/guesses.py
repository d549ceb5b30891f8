"""Guess how a feed is written from a sample of it: what each column is, how dates look, what values mean. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import replace

from accounts.importing.cells import country_codes, country_names
from accounts.importing.columns import COLUMNS_BY_NAME, CellKind
from accounts.importing.mappings import (
    UNSAID,
    DateFormat,
    FeedMapping,
    MappingRefusedError,
    fold_header,
    translate_date,
)

# Names of columns in HR's systems, best first, as `_letters` leaves them: Workday's reports, the user data file of
# SuccessFactors, payrolls in English, German, Finnish and Portuguese.
KNOWN_NAMES: dict[str, tuple[str, ...]] = {
    "hr_id": (
        *(
            "hrid",
            "userid",
            "employeeid",
            "workerid",
            "employeenumber",
            "employeeno",
            "personnelnumber",
            "personid",
        ),
        *(
            "empid",
            "staffid",
            "staffnumber",
            "payrollnumber",
            "pernr",
            "personalnummer",
            "henkilönumero",
        ),
        *("matrícula", "matricula"),
    ),
    "email": (
        *(
            "email",
            "emailaddress",
            "workemail",
            "primaryworkemail",
            "emailwork",
            "workemailaddress",
            "businessemail",
        ),
        *("emailprimarywork", "companyemail", "mail", "sähköposti", "emailcorporativo"),
    ),
    "given_name": (
        *(
            "givenname",
            "legalfirstname",
            "firstname",
            "preferredfirstname",
            "legalnamefirstname",
            "forename",
        ),
        *("vorname", "etunimi", "nome"),
    ),
    "family_name": (
        *(
            "familyname",
            "legallastname",
            "lastname",
            "preferredlastname",
            "legalnamelastname",
            "surname",
        ),
        *("nachname", "sukunimi", "sobrenome"),
    ),
    "display_name": (
        "displayname",
        "preferredname",
        "preferredfullname",
        "fullname",
        "legalname",
        "worker",
    ),
    "kind": ("kind", "workertype", "employeetype", "employmenttype", "persontype", "employeeclass"),
    "kind_since": ("kindsince",),
    "region": ("region", "market", "businessregion", "salesregion"),
    "region_since": ("regionsince",),
    "team_code": (
        *(
            "teamcode",
            "supervisoryorganizationid",
            "supervisoryorganizationcode",
            "orgunitcode",
            "orgunitid",
        ),
        *("departmentcode", "departmentid", "deptid", "deptcode"),
    ),
    "team_since": ("teamsince",),
    "team_name": (
        *(
            "teamname",
            "supervisoryorganization",
            "department",
            "orgunit",
            "orgunitname",
            "departmentname",
            "team",
        ),
        *("abteilung", "osasto", "departamento"),
    ),
    "manager_hr_id": (
        *(
            "managerhrid",
            "manageremployeeid",
            "managerid",
            "workersmanagerid",
            "supervisorid",
            "manager",
            "reportsto",
        ),
        *("managerworkerid", "managernumber", "managerpersonnelnumber", "linemanagerid"),
    ),
    "manager_since": ("managersince",),
    "sponsor_hr_id": ("sponsorhrid", "sponsorid", "contractsponsorid"),
    "sponsor_since": ("sponsorsince",),
    "country": (
        "country",
        "countrycode",
        "countryiso",
        "locationcountry",
        "countryregion",
        "land",
        "maa",
        "país",
    ),
    "site": (
        "site",
        "location",
        "worklocation",
        "locationname",
        "office",
        "standort",
        "toimipaikka",
    ),
    "job_code": (
        "jobcode",
        "jobprofileid",
        "jobprofilecode",
        "jobclassificationcode",
        "positioncode",
    ),
    "job_title": (
        "jobtitle",
        "businesstitle",
        "title",
        "positiontitle",
        "jobprofile",
        "jobprofilename",
        "position",
    ),
    "locale": ("locale", "defaultlocale", "preferredlanguage", "language", "preferredlocale"),
    "time_zone": ("timezone", "worktimezone"),
    "starts_on": (
        *(
            "startson",
            "hiredate",
            "startdate",
            "dateofhire",
            "joiningdate",
            "eintrittsdatum",
            "aloituspäivä",
        ),
        *("datadeadmissão", "originalhiredate"),
    ),
    "contract_ends_on": (
        "contractendson",
        "contractenddate",
        "endemploymentdate",
        "assignmentenddate",
    ),
    "contract_since": ("contractsince",),
    "status": (
        "status",
        "workerstatus",
        "employeestatus",
        "employmentstatus",
        "activestatus",
        "active",
        "currentlyactive",
    ),
    "left_on": (
        *(
            "lefton",
            "terminationdate",
            "lastdayofwork",
            "lastday",
            "leavedate",
            "leavingdate",
            "dateofleaving",
        ),
        *("austrittsdatum", "datadedesligamento"),
    ),
    "leave_from": ("leavefrom", "leavestartdate", "firstdayofleave"),
    "leave_until": ("leaveuntil", "leaveenddate", "lastdayofleave"),
}
# The user data file of SuccessFactors is known by these; managers are named by USERID in it, not by EMPID.
USER_DATA = {"status", "userid", "username", "manager", "hr"}
ACTIVE = {
    *(
        "active",
        "a",
        "1",
        "t",
        "true",
        "y",
        "yes",
        "employed",
        "on leave",
        "leave of absence",
        "paid leave",
    ),
    *("unpaid leave", "active_external", "aktiv", "ativo", "aktiivinen"),
}
LEFT = {
    *(
        "left",
        "inactive",
        "terminated",
        "withdrawn",
        "retired",
        "resigned",
        "discarded",
        "i",
        "0",
        "f",
        "false",
    ),
    *("n", "no", "inactive_external", "inaktiv", "inativo", "ausgeschieden", "päättynyt"),
}
USUAL_LEAVERS = ("Inactive", "Terminated")
EMPLOYEES = {
    "employee",
    "regular",
    "permanent",
    "staff",
    "internal",
    "fixed term",
    "temporary employee",
}
CONTRACTORS = {
    "contractor",
    "contingent worker",
    "contingent",
    "external",
    "agency worker",
    "freelancer",
    "consultant",
}
EMPTIES = ("NULL", "N/A", "NO_MANAGER", "NO_HR", "00.00.0000", "0000-00-00", "00/00/0000", "#N/A")
LABEL_SHARE = 0.8
GUESSED_DATES = (DateFormat.DOTS, DateFormat.DAY_FIRST, DateFormat.MONTH_FIRST, DateFormat.COMPACT)


def guess_mapping(
    header: Sequence[str], rows: Sequence[Sequence[str]], regions: Mapping[str, str]
) -> FeedMapping:
    """A first mapping for a file with this header and these rows below it. `regions` are code and name."""
    columns = guess_columns(header)
    labels = int(bool(rows) and _is_label_row(header, rows[0], columns))
    data = [dict(zip(header, row, strict=False)) for row in rows[labels:]]
    region_from = _spare_region(columns)
    found = FeedMapping(
        columns=columns,
        label_rows=labels,
        date_format=_guess_date_format(columns, data),
        region_from=region_from,
        empties=tuple(text for text in EMPTIES if _stands_in(text, data)),
        last_day_means_left="left_on" in columns.values() and "status" not in columns.values(),
        leavers_end_today="status" in columns.values() and "left_on" not in columns.values(),
    )
    return replace(found, values=_guess_values(found, data, regions))


def guess_columns(header: Sequence[str]) -> dict[str, str]:
    """What each column is: our name, or "" to ignore it. No name of ours is used twice."""
    letters = {name: _letters(name) for name in header if name.strip()}
    user_data = set(letters.values()) >= USER_DATA
    found = dict.fromkeys(letters, "")
    for target, names in KNOWN_NAMES.items():
        for name in names:
            fitting = [said for said, plain in letters.items() if plain == name and not found[said]]
            if fitting:
                found[fitting[0]] = target
                break
    if user_data:
        found |= {said: "" for said, plain in letters.items() if plain == "hr"}
    return found


def _letters(name: str) -> str:
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFC", name).casefold())


def _spare_region(columns: Mapping[str, str]) -> str:
    """The column that may say the region where none does by its name: the country."""
    if "region" in columns.values():
        return ""
    return next((said for said, target in columns.items() if target == "country"), "")


def _is_label_row(header: Sequence[str], row: Sequence[str], columns: Mapping[str, str]) -> bool:
    """Whether the row below the header holds labels: no digit and no address, where ids, addresses or dates stand."""
    cells = dict(zip(header, row, strict=False))
    telling = [
        cells.get(said, "")
        for said, target in columns.items()
        if target in ("hr_id", "email", "starts_on")
    ]
    filled = [cell for cell in cells.values() if cell.strip()]
    wordy = all(cell.strip() and not re.search("[0-9@]", cell) for cell in telling)
    return bool(telling) and wordy and len(filled) >= LABEL_SHARE * len(header)


def _dates(columns: Mapping[str, str], data: Sequence[Mapping[str, str]]) -> list[str]:
    dated = [
        said
        for said, target in columns.items()
        if target and COLUMNS_BY_NAME[target].kind == CellKind.DATE
    ]
    cells = (row.get(said, "").strip() for row in data for said in dated)
    return [cell for cell in cells if cell and cell not in EMPTIES]


def _guess_date_format(columns: Mapping[str, str], data: Sequence[Mapping[str, str]]) -> str:
    """The first format in which all dates of the sample are dates. Serial numbers have to be chosen, never guessed."""
    cells = _dates(columns, data)
    fitting = [form for form in GUESSED_DATES if cells and _fits(cells, form)]
    # 03/04/2026 has two readings: somebody has to say which.
    return fitting[0] if len(fitting) == 1 else DateFormat.ISO


def _fits(cells: Sequence[str], date_format: str) -> bool:
    try:
        return [translate_date(cell, date_format) for cell in cells] != cells
    except MappingRefusedError:
        return False


def _stands_in(text: str, data: Sequence[Mapping[str, str]]) -> bool:
    return any(cell.strip().casefold() == text.casefold() for row in data for cell in row.values())


def _guess_values(
    mapping: FeedMapping, data: Sequence[Mapping[str, str]], regions: Mapping[str, str]
) -> dict[str, dict[str, str]]:
    known = {
        "status": dict.fromkeys(ACTIVE, "active") | dict.fromkeys(LEFT, "left"),
        "kind": dict.fromkeys(EMPLOYEES, "employee") | dict.fromkeys(CONTRACTORS, "contractor"),
        "region": _region_words(regions),
        "country": country_names(),
    }
    ours = {
        "status": {"active", "left"},
        "kind": {"employee", "contractor"},
        "region": set(regions),
        "country": country_codes(),
    }
    found = {}
    for target, words in known.items():
        source = mapping.header_of(target)
        said = dict.fromkeys(row.get(source, "").strip() for row in data)
        strange = [
            text
            for text in said
            if text and text not in ours[target] and text not in mapping.empties
        ]
        if target == "country":
            strange = [text for text in strange if text.casefold() not in words]
        if strange:
            found[target] = {text: words.get(fold_header(text), UNSAID) for text in strange}
    if "status" in mapping.targets and "left" not in found.get("status", {}).values():
        # A sample without leavers says nothing about the word that will tell of the first one.
        found["status"] = found.get("status", {}) | dict.fromkeys(USUAL_LEAVERS, "left")
    return found


def _region_words(regions: Mapping[str, str]) -> dict[str, str]:
    return {fold_header(word): code for code, name in regions.items() for word in (name, code)}
