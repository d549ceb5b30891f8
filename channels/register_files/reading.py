"""From the text of a register's file to rows of text."""

from __future__ import annotations

from accounts.readers.csv_tables import FileTable, read_csv
from channels.register_files.columns import name_column


def read_register(text: str) -> FileTable:
    """The rows with our names of the columns. Raises TableFileError."""
    return read_csv(text, name_column, [("address", "code")])
