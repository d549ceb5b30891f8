"""How authors write: drafts that may be half-written, rows, codes, schedules, and what hangs on a page."""
