"""Tables in files: .xlsx and .csv in, both out. Limits are checked before a file is opened."""

from core.spreadsheets.reading import read_table
from core.spreadsheets.tables import (
    MAX_FILE_BYTES,
    MAX_ROWS,
    Column,
    Row,
    RowError,
    Table,
    TableRefused,
)
from core.spreadsheets.writing import ExportColumn, write_csv, write_xlsx

__all__ = [
    "MAX_FILE_BYTES",
    "MAX_ROWS",
    "Column",
    "ExportColumn",
    "Row",
    "RowError",
    "Table",
    "TableRefused",
    "read_table",
    "write_csv",
    "write_xlsx",
]
