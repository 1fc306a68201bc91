"""Running the statement."""

from collections.abc import Mapping, Sequence

from django.db import connection

from assessments.scoring.among import Among
from assessments.scoring.dialect import Sql, differs, element, planned_for_bulk, planned_for_few
from assessments.scoring.figures import pooled_columns, sums_under
from assessments.scoring.plan import Run
from assessments.scoring.ranking import rank_columns, tie_order
from assessments.scoring.statement import insert_statement, update_statement


def score(run: Run, *, units: frozenset[int] | None = None) -> int:
    """Write the entries of the run's subjects anew; how many there are. Inside the caller's transaction.

    ``units`` are all whose own figures matter to the subjects; None is every unit.
    """
    entries = run.edition.entries.all()
    if run.only is not None:
        entries = entries.filter(unit_id__in=run.only)
    entries._raw_delete(entries.db)  # nothing hangs on an entry: no cascade to look for
    if run.only is not None:
        return _execute(insert_statement(run, Among(keys=units)))
    with planned_for_bulk():
        return _execute(insert_statement(run))


def sums_below(run: Run, tops: Mapping[int, str], *, units: frozenset[int]) -> dict[int, list[int | None]]:
    """What the figures of ``units`` come to under each of ``tops``, a few subjects with their paths."""
    found: dict[int, list[int | None]] = {unit: [None] * len(pooled_columns(run)) for unit in tops}
    planned_for_few()
    statement = sums_under(run, tops, Among(keys=units))
    with connection.cursor() as cursor:
        cursor.execute(statement.text, statement.params)
        found |= {unit: sums for unit, *sums in cursor.fetchall()}
    return found


def rescore(run: Run, sums: Mapping[int, Sequence[int | None]]) -> int:
    """Score some subjects in place, in a board that has a table of its own; ranks stay as they were computed.
    ``sums``: by subject, what its units come to."""
    planned_for_few()
    return _execute(update_statement(run, sums))


def rank(run: Run) -> int:
    """Place all entries of the edition again; how many moved."""
    order = tie_order(
        run,
        section=lambda place: element("section_scores", place),
        item=lambda place: element("item_scores", place),
    )
    columns = rank_columns(run, order)
    entries, previous = Sql(f"assessments_entry e WHERE e.edition_id = {int(run.edition.pk)}"), "NULL"
    if run.previous is not None:
        text, params = run.previous.query.sql_with_params()
        previous = "previous.total"
        entries = (
            Sql("assessments_entry e LEFT JOIN (")
            + Sql(text, tuple(params))
            + f") previous ON previous.unit_id = e.unit_id WHERE e.edition_id = {int(run.edition.pk)}"
        )
    lines = Sql(f"SELECT e.*, CAST({previous} AS integer) AS previous_total FROM ") + entries
    placed = Sql(f"SELECT id, {', '.join(f'{rank} AS {field}' for field, rank in columns)} FROM (") + lines
    moved = ", ".join(f"{field} = placed.{field}" for field, _rank in columns)
    changed = " OR ".join(
        differs(f"assessments_entry.{field}", f"placed.{field}") for field, _rank in columns
    )
    return _execute(
        Sql(f"UPDATE assessments_entry SET {moved} FROM (")
        + placed
        + f") lines) placed WHERE assessments_entry.id = placed.id AND ({changed})"
    )


def _execute(statement: Sql) -> int:
    with connection.cursor() as cursor:
        cursor.execute(statement.text, statement.params)
        return cursor.rowcount
