"""Results as files: one line a subject and board, or one line a subject and item (contract.md 2)."""

from collections.abc import Iterator
from decimal import Decimal
from typing import IO, Any

from django.db import connection
from django.db.models import F
from django.db.models.functions import Collate

from assessments.choices import RANK_FIELDS, ItemState
from assessments.models import Edition, Entry
from assessments.numbers import RAW_PLACES, SCORE_PLACES, TOTAL_PLACES
from assessments.querysets import BOARD_KEYS
from core.spreadsheets import ExportColumn, write_csv, write_xlsx

RESULT_COLUMNS = "period scheme version edition unit_code unit_name board total grade rank flags".split()
ITEM_COLUMNS = "unit_code item_code raw score state evidence_count".split()
CHUNK = 2000
DECIMALS = {"total": TOTAL_PLACES, "raw": RAW_PLACES, "score": SCORE_PLACES}


def decimal(value: int | None, places: int) -> Decimal | None:
    """With all its decimals, as the file prints it."""
    return None if value is None else Decimal(value).scaleb(-places)


def flags_of(entry: Entry) -> str:
    flags = [("GAP", entry.has_gap), ("MISSING", entry.has_missing), ("VETO", entry.has_veto)]
    return ";".join(name for name, raised in flags if raised)


def lines_by_board(edition: Edition) -> Iterator[tuple[str, Entry]]:
    """Each line with the code of its board, board after board by rank; who has none stands last. Read as a
    stream, once for each scope."""
    for scope in edition.scheme.board_scopes:
        key_field, rank = BOARD_KEYS.get(scope), F(RANK_FIELDS[scope]).asc(nulls_last=True)
        if key_field is None:
            lines = edition.entries.order_by(rank, in_code_order("unit_code"))
        else:
            keyed = edition.entries.exclude(**{key_field: ""})
            lines = keyed.order_by(in_code_order(key_field), rank, in_code_order("unit_code"))
        for entry in lines.iterator(chunk_size=CHUNK):
            yield f"{scope}:{getattr(entry, key_field)}" if key_field else scope, entry


def in_code_order(field: str) -> Collate:
    """By code points, on either database."""
    return Collate(field, "C" if connection.vendor == "postgresql" else "BINARY")


def result_rows(edition: Edition) -> Iterator[list[Any]]:
    number = edition.number or "provisional"
    head = [edition.period.code, edition.scheme_code, edition.scheme.version, number]
    for board, entry in lines_by_board(edition):
        yield [
            *head,
            entry.unit_code,
            entry.unit_name,
            board,
            decimal(entry.total, TOTAL_PLACES),
            entry.grade,
            getattr(entry, RANK_FIELDS[board.partition(":")[0]]),
            flags_of(entry),
            *(decimal(score, SCORE_PLACES) for score in entry.section_scores),
        ]


def item_rows(edition: Edition) -> Iterator[list[Any]]:
    codes = list(edition.scheme.items.order_by("position").values_list("code", flat=True))
    lines = edition.entries.order_by(in_code_order("unit_code"))
    for entry in lines.iterator(chunk_size=CHUNK):
        figures = zip(
            codes, entry.raws, entry.item_scores, entry.item_states, entry.evidence_counts, strict=True
        )
        for code, raw, score, state, count in figures:
            yield [
                entry.unit_code,
                code,
                decimal(raw, RAW_PLACES),
                decimal(score, SCORE_PLACES),
                ItemState(state).name,
                count,
            ]


def write_results(file: IO[bytes], edition: Edition, *, items: bool = False, workbook: bool = False) -> None:
    """CSV in UTF-8 with BOM, or an Excel workbook; the same lines and figures in both."""
    sections = list(edition.scheme.sections.order_by("position").values_list("code", flat=True))
    names = ITEM_COLUMNS if items else [*RESULT_COLUMNS, *sections]
    rows = item_rows(edition) if items else result_rows(edition)
    if not workbook:
        write_csv(file, names, rows)
        return
    decimals = DECIMALS | ({} if items else dict.fromkeys(sections, SCORE_PLACES))
    columns = [ExportColumn(name, decimals=decimals.get(name)) for name in names]
    write_xlsx(file, columns=columns, rows=rows, sheet=f"{edition.period.code} {edition.scheme_code}")
