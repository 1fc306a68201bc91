"""Results as files: one line a subject and board, or one line a subject and item (contract.md 2)."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import IO, Any

from assessments.choices import RANK_FIELDS, ItemState
from assessments.models import Edition, Entry
from assessments.numbers import RAW_PLACES, SCORE_PLACES, TOTAL_PLACES
from assessments.querysets import BOARD_KEYS
from core.spreadsheets import ExportColumn, write_csv, write_xlsx

RESULT_COLUMNS = "period scheme version edition unit_code unit_name board total grade rank flags".split()
ITEM_COLUMNS = "unit_code item_code raw score state evidence_count".split()
DECIMALS = {"total": TOTAL_PLACES, "raw": RAW_PLACES, "score": SCORE_PLACES}


def decimal(value: int | None, places: int) -> Decimal | None:
    """With all its decimals, as the file prints it."""
    return None if value is None else Decimal(value).scaleb(-places)


def flags_of(entry: Entry) -> str:
    flags = [("GAP", entry.has_gap), ("MISSING", entry.has_missing), ("VETO", entry.has_veto)]
    return ";".join(name for name, raised in flags if raised)


def boards_of(edition: Edition, entries: Sequence[Entry]) -> Iterator[tuple[str, list[Entry]]]:
    """Each board's code with its lines by rank; who has none stands last."""
    for scope in edition.scheme.board_scopes:
        rank_field, key_field = RANK_FIELDS[scope], BOARD_KEYS.get(scope)
        lines = sorted(
            entries, key=lambda entry: (getattr(entry, rank_field) or len(entries) + 1, entry.unit_code)
        )
        if key_field is None:
            yield scope, lines
            continue
        for key in sorted({getattr(entry, key_field) for entry in entries} - {""}):
            yield f"{scope}:{key}", [entry for entry in lines if getattr(entry, key_field) == key]


def result_rows(edition: Edition) -> Iterator[list[Any]]:
    entries = list(edition.entries.all())
    number = edition.number or "provisional"
    head = [edition.period.code, edition.scheme_code, edition.scheme.version, number]
    for board, lines in boards_of(edition, entries):
        rank_field = RANK_FIELDS[board.partition(":")[0]]
        for entry in lines:
            yield [
                *head,
                entry.unit_code,
                entry.unit_name,
                board,
                decimal(entry.total, TOTAL_PLACES),
                entry.grade,
                getattr(entry, rank_field),
                flags_of(entry),
                *(decimal(score, SCORE_PLACES) for score in entry.section_scores),
            ]


def item_rows(edition: Edition) -> Iterator[list[Any]]:
    codes = list(edition.scheme.items.order_by("position").values_list("code", flat=True))
    for entry in sorted(edition.entries.all(), key=lambda entry: entry.unit_code):
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
