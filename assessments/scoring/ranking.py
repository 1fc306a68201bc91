"""Places on the boards: 1, 1, 3; equal totals are parted by the tie chain, else shared (contract.md 3)."""

from collections.abc import Callable

from assessments.choices import RANK_FIELDS
from assessments.querysets import BOARD_KEYS
from assessments.scoring.plan import Run

# Below every score; below that, who is vetoed; and below every improvement, which may be negative.
BELOW_SCORES, VETOED, BELOW_IMPROVEMENTS = -1, -2, -1_000_000


def tie_order(run: Run, *, section: Callable[[int], str], item: Callable[[int], str]) -> str:
    """What orders a board: total, then the chain. ``section`` and ``item`` name the column of a position."""
    sections = {one.code: one.position for one in run.sections}
    items = {one.code: one.position for one in run.items}
    order = [f"CASE WHEN has_veto THEN {VETOED} ELSE COALESCE(total, {BELOW_SCORES}) END DESC"]
    for link in run.scheme.tie_chain:
        kind, _colon, code = link.partition(":")
        if kind == "section":
            order.append(f"COALESCE({section(sections[code])}, {BELOW_SCORES}) DESC")
        elif kind == "item":
            order.append(f"COALESCE({item(items[code])}, {BELOW_SCORES}) DESC")
        elif kind == "improvement":
            order.append(f"COALESCE(total - previous_total, {BELOW_IMPROVEMENTS}) DESC")
        else:
            order.append("CASE WHEN has_veto THEN 1 ELSE 0 END")
    return ", ".join(order)


def rank_columns(run: Run, order: str) -> list[tuple[str, str]]:
    """The four rank fields with their expressions; NULL off the board, without a total, and under a veto."""
    return [(field, _rank(run, scope, order)) for scope, field in RANK_FIELDS.items()]


def _rank(run: Run, scope: str, order: str) -> str:
    if scope not in run.scheme.board_scopes:
        return "CAST(NULL AS integer)"
    key = BOARD_KEYS.get(scope, "")
    partition = f"PARTITION BY {key} " if key else ""
    on_board = f" AND {key} <> ''" if key else ""
    ranked = f"total IS NOT NULL AND NOT has_veto{on_board}"
    return f"CASE WHEN {ranked} THEN RANK() OVER ({partition}ORDER BY {order}) END"
