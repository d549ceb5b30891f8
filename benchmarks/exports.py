"""How fast the writers of exports are and how much memory they take, beside openpyxl. No database.

    python -m benchmarks.exports [rows]

Each writer runs in a process of its own, so that its peak is its own.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell

from benchmarks.budgets import Measurement, require_budgets
from reports.exporting.profiles import PROFILES
from reports.exporting.writers import write_rows
from reports.status_columns import NAMES

ROWS = 200_000
CELL = {
    "as_of": "2026-06-15T09:00:00Z",
    "known_at": "2026-06-15T09:00:00Z",
    "family_name": "Lind",
    "given_name": "Mia",
    "compliant": "Y",
    "required": "Y",
    "release_sha256": "a" * 64,
    "row_hash": "b" * 64,
    "attempts": "1",
    "days_left": "120",
    "channel_count": "2",
    "score_percent": "",
    "hold_since": "",
    "hold_type": "",
    "exception_type": "",
    "exception_until": "",
    "leave_date": "",
}


def make_rows(number: int) -> Iterator[list[str]]:
    cells = [CELL.get(name, f"{name} of somebody") for name in NAMES]
    place = NAMES.index("hr_id")
    for row in range(number):
        cells[place] = f"E{row:06d}"
        yield list(cells)


def write_with_openpyxl(number: int) -> int:
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    for row in make_rows(number):
        cells = []
        for text in row:
            cell = WriteOnlyCell(sheet, value=text)
            cell.data_type = "s"
            cells.append(cell)
        sheet.append(cells)
    with tempfile.NamedTemporaryFile(suffix=".xlsx") as out:
        book.save(out.name)
        return out.seek(0, 2)


def measure(writer: str, number: int) -> None:
    before, start = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.process_time()
    if writer == "openpyxl":
        size = write_with_openpyxl(number)
    else:
        size = sum(map(len, write_rows(PROFILES[writer], make_rows(number), most=number)))
    seconds = time.process_time() - start
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    print(
        f"{writer:<9} {number:>8,} rows  {seconds:7.2f} s of CPU  {grown:6.1f} MB more  {size / 1e6:7.1f} MB file"
    )
    if writer == "xlsx":
        require_budgets(
            Measurement("seconds of the spreadsheet", seconds, max(6.0 * number / ROWS, 1)),
            Measurement("MB more for the spreadsheet", grown, 60),
        )


def main() -> None:
    if len(sys.argv) == 3:
        measure(sys.argv[1], int(sys.argv[2]))
        return
    number = int(sys.argv[1]) if len(sys.argv) > 1 else ROWS
    for writer in ("machine", "people", "jsonl", "xlsx"):
        subprocess.run(
            [sys.executable, "-m", "benchmarks.exports", writer, str(number)], check=True
        )
    # It takes minutes for what the others do in seconds: a tenth shows it.
    subprocess.run(
        [sys.executable, "-m", "benchmarks.exports", "openpyxl", str(number // 10)], check=True
    )


if __name__ == "__main__":
    main()
