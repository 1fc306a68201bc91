"""A board as a file: the lines the reader sees, no others."""

import tempfile
from collections.abc import Iterable
from typing import Any
from urllib.parse import quote

from django.http import FileResponse, Http404
from django.utils.translation import gettext as _

from assessments.models import Edition
from assessments.numbers import SCORE_PLACES, TOTAL_PLACES
from assessments.standings import Board, digest_fact, digest_words, edition_words
from core.periods import period_words
from core.spreadsheets import ExportColumn, write_csv, write_xlsx
from core.templatetags.format import rounded

TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
}


def board_file(wanted: str, edition: Edition, board: Board, rows: Iterable[dict[str, Any]]) -> FileResponse:
    """The board as ``xlsx`` or ``csv``; 404 for anything else."""
    if wanted not in TYPES:
        raise Http404
    columns = _columns(edition)
    cells = [_cells(row) for row in rows]
    file = tempfile.SpooledTemporaryFile(max_size=5_000_000)
    if wanted == "xlsx":
        names = [edition.scheme.name, period_words(edition.period.code), edition_words(edition), board.label]
        names.append(digest_fact(edition))
        title = " ".join(str(name) for name in names)
        write_xlsx(file, columns=columns, rows=cells, sheet=edition.scheme.name, title=title)
    else:
        write_csv(file, [column.heading for column in columns], cells)
    file.seek(0)
    parts = [edition.scheme.name, edition.period.code, digest_words(edition.digest)]
    name = "_".join(part for part in parts if part) + f".{wanted}"  # a CSV has no other place for the digest
    response = FileResponse(file, content_type=TYPES[wanted])
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def _columns(edition: Edition) -> list[ExportColumn]:
    return [
        ExportColumn(_("Rank"), 8),
        ExportColumn(_("Unit code"), 18),
        ExportColumn(_("Unit"), 32),
        ExportColumn(_("Total"), 10, TOTAL_PLACES),
        ExportColumn(_("Grade"), 14),
        *(ExportColumn(section.name, 12, SCORE_PLACES) for section in edition.scheme.sections.all()),
        ExportColumn(_("Flags"), 20),
    ]


def _cells(row: dict[str, Any]) -> list[Any]:
    entry = row["entry"]
    return [
        row["rank"],
        entry.unit_code,
        entry.unit_name,
        _decimal(entry.total, TOTAL_PLACES),
        "" if entry.total is None else row["grade_name"],
        *(_decimal(score, SCORE_PLACES) for score in entry.section_scores),
        _(", ").join(row["flags"]),
    ]


def _decimal(value: int | None, places: int) -> Any:
    return None if value is None else rounded(value, 0).scaleb(-places).quantize(rounded(0, places))
