"""The whole statement: subjects, raw values, item scores, section scores, totals, grades, ranks."""

from collections.abc import Sequence

from assessments.choices import ItemState, Missing, RuleType
from assessments.models import Item
from assessments.querysets import BOARD_KEYS
from assessments.scoring.dialect import Sql, array, fenced
from assessments.scoring.figures import figures, own, pooled
from assessments.scoring.plan import Run
from assessments.scoring.ranking import rank_columns, tie_order
from assessments.scoring.rules import score_expression
from assessments.scoring.subjects import committees, depths, placed, subjects
from branches.models import PATH_STEP

COPIED = "edition_id unit_id unit_code unit_name path parent_code committee_path category size_class".split()
COMPUTED = "raws item_scores item_states evidence_counts section_scores total grade".split()
FLAGS = ["has_gap", "has_missing", "has_veto"]
# What is no item and travels with them.
COMMITTEE_DEPTH, PREVIOUS_TOTAL = -1, -2


def insert_statement(run: Run, units: frozenset[int] | None = None) -> Sql:
    """INSERT … SELECT of all entries of the run; ranks are left out when only some subjects are scored."""
    layers = [
        fenced("depths", depths()),
        fenced("placed", placed(run)),
        fenced("subjects", subjects(run)),
        fenced("committees", committees()),
        *_figure_layers(run, units),
        fenced("known", _known(run)),
        fenced("compared", _compared(run)),
        fenced("scored", _scored(run)),
        fenced("sectioned", _sectioned(run)),
        fenced("totalled", _totalled(run)),
        fenced("graded", _graded(run)),
    ]
    ranks = [] if run.only is not None else rank_columns(run, tie_order(run, section=_c, item=_s))
    columns = [*COPIED, *COMPUTED, *FLAGS, *(field for field, _expression in ranks)]
    head = Sql(f"INSERT INTO assessments_entry ({', '.join(columns)})\nWITH ")
    selected = [str(int(run.edition.pk)), "id", "code", "name", *COPIED[4:]]
    selected += [
        array([_r(place) for place in _places(run.items)]),
        array([_s(place) for place in _places(run.items)]),
        array([_t(place) for place in _places(run.items)]),
        array([_e(place) for place in _places(run.items)]),
        array([_c(place) for place in _places(run.sections)]),
        "total",
        "grade",
        *FLAGS,
        *(expression for _field, expression in ranks),
    ]
    return head + Sql.join(",\n", layers) + f"\nSELECT {', '.join(selected)} FROM graded"


def _r(place: int) -> str:
    return f"r{place}"


def _e(place: int) -> str:
    return f"e{place}"


def _t(place: int) -> str:
    return f"t{place}"


def _s(place: int) -> str:
    return f"s{place}"


def _c(place: int) -> str:
    return f"c{place}"


def _places(things: Sequence) -> range:
    return range(len(things))


def _figure_layers(run: Run, units: frozenset[int] | None) -> list[Sql]:
    measured = [fenced("own", own(run, units)), fenced("pooled", pooled())] if run.measured else []
    return [*measured, fenced("figures", _long(run)), fenced("wide", _wide(run))]


def _long(run: Run) -> Sql:
    """All that is known of a subject as ``item, unit_id, raw, evidence``: one aggregation then gathers it,
    and no planner has to guess how many rows a join of joins has. The first branch types the columns."""
    typed = (
        "SELECT CAST(NULL AS integer) AS item, CAST(NULL AS bigint) AS unit_id,"
        " CAST(NULL AS bigint) AS raw, CAST(NULL AS bigint) AS evidence"
    )
    parts = [Sql(typed), figures(run), Sql(f"SELECT {COMMITTEE_DEPTH}, unit_id, depth, 0 FROM committees")]
    if run.previous is not None:
        text, params = run.previous.query.sql_with_params()
        parts.append(
            Sql(f"SELECT {PREVIOUS_TOTAL}, previous.unit_id, previous.total, 0 FROM (")
            + Sql(text, tuple(params))
            + ") previous"
        )
    return Sql.join("\n UNION ALL\n", parts)


def _wide(run: Run) -> Sql:
    """One row a unit: the raw value and the number of records of each item."""
    columns = [
        f"MAX(CASE WHEN item = {COMMITTEE_DEPTH} THEN raw END) AS committee_depth",
        f"CAST(MAX(CASE WHEN item = {PREVIOUS_TOTAL} THEN raw END) AS integer) AS previous_total",
    ]
    for place in _places(run.items):
        columns.append(f"MAX(CASE WHEN item = {place} THEN raw END) AS {_r(place)}")
        columns.append(f"MAX(CASE WHEN item = {place} THEN evidence END) AS {_e(place)}")
    return Sql(f"SELECT unit_id, {', '.join(columns)}\n  FROM figures GROUP BY unit_id")


def _known(run: Run) -> Sql:
    """The subjects with their figures; a count without a record is 0."""
    columns = []
    for item in run.items:
        raw = f"w.{_r(item.position)}"
        raw = f"COALESCE({raw}, 0)" if run.counts_from_nothing(item) else raw
        columns.append(
            f"{raw} AS {_r(item.position)}, COALESCE(w.{_e(item.position)}, 0) AS {_e(item.position)}"
        )
    depth = f"{PATH_STEP} * COALESCE(CAST(w.committee_depth AS integer), 0)"
    return Sql(
        f"""SELECT s.*, SUBSTR(s.path, 1, {depth}) AS committee_path, w.previous_total,
       {", ".join(columns)}
  FROM subjects s LEFT JOIN wide w ON w.unit_id = s.id"""
    )


def _compared(run: Run) -> Sql:
    """Beside each figure that is compared among peers, their lowest and highest one."""
    key = BOARD_KEYS.get(run.scheme.board_scopes[0], "")
    over = f"OVER (PARTITION BY {key})" if key else "OVER ()"
    columns = [
        f"MIN({_r(item.position)}) {over} AS {_r(item.position)}_low,"
        f" MAX({_r(item.position)}) {over} AS {_r(item.position)}_high"
        for item in run.peer_items
    ]
    return Sql(f"SELECT {', '.join(['known.*', *columns])} FROM known")


def _scored(run: Run) -> Sql:
    columns = [
        f"{_state(run, item)} AS {_t(item.position)}, {_score(run, item)} AS {_s(item.position)}"
        for item in run.items
    ]
    return Sql(f"SELECT compared.*,\n       {', '.join(columns)}\n  FROM compared")


def _without_peers(run: Run, item: Item) -> str:
    """A subject that is on no board of the first scope has nobody to be compared with."""
    key = BOARD_KEYS.get(run.scheme.board_scopes[0], "")
    return f"{key} = ''" if key and item.rule_type == RuleType.PEER_MINMAX else ""


def _state(run: Run, item: Item) -> str:
    absent = ItemState.NOT_APPLICABLE if run.leaves_the_mean(item) else ItemState.MISSING
    alone = _without_peers(run, item)
    first = f"WHEN {alone} THEN {ItemState.NOT_APPLICABLE.value} " if alone else ""
    return (
        f"CASE {first}WHEN {_r(item.position)} IS NULL THEN {absent.value} ELSE {ItemState.SCORED.value} END"
    )


def _score(run: Run, item: Item) -> str:
    raw = _r(item.position)
    absent = "NULL" if run.leaves_the_mean(item) else "0"
    alone = _without_peers(run, item)
    first = f"WHEN {alone} THEN NULL " if alone else ""
    score = score_expression(item.rule_type, item.rule, raw=raw, weight=item.weight)
    return f"CASE {first}WHEN {raw} IS NULL THEN {absent} ELSE {score} END"


def _weighted(columns: Sequence[tuple[str, int]]) -> tuple[str, str]:
    """Sum of weight x score, and the weight that counts: what is not applicable leaves both."""
    total = " + ".join(f"COALESCE({weight} * CAST({column} AS bigint), 0)" for column, weight in columns)
    weight_sum = " + ".join(
        f"CASE WHEN {column} IS NULL THEN 0 ELSE {weight} END" for column, weight in columns
    )
    return f"({total})", f"NULLIF(CAST({weight_sum} AS bigint), 0)"


def _sectioned(run: Run) -> Sql:
    columns = []
    for section in run.sections:
        items = [(_s(item.position), item.weight) for item in run.items if item.section_id == section.pk]
        total, weight = _weighted(items)
        columns.append(f"(2 * {total} + {weight}) / (2 * {weight}) AS {_c(section.position)}")
    return Sql(f"SELECT scored.*,\n       {', '.join(columns)}\n  FROM scored")


def _totalled(run: Run) -> Sql:
    """From four decimals to two in the one division that makes the mean."""
    total, weight = _weighted([(_c(section.position), section.weight) for section in run.sections])
    return Sql(
        f"SELECT sectioned.*, CAST(({total} + 50 * {weight}) / (100 * {weight}) AS integer) AS total"
        "\n  FROM sectioned"
    )


def _graded(run: Run) -> Sql:
    cases = Sql.join(" ", [Sql(f"WHEN total >= {band.minimum} THEN %s", (band.code,)) for band in run.bands])
    missing = [
        f"{_t(item.position)} = {ItemState.MISSING.value}"
        for item in run.items
        if item.missing == Missing.ZERO
    ]
    return (
        Sql("SELECT totalled.*, CASE WHEN total IS NULL THEN '' ")
        + cases
        + f" ELSE '' END AS grade,\n       {_gap(run)} AS has_gap,"
        + f" ({' OR '.join(missing) or '1 = 0'}) AS has_missing,\n       {_veto(run)} AS has_veto"
        + "\n  FROM totalled"
    )


def _gap(run: Run) -> str:
    if run.scheme.gap_threshold is None:
        return "(1 = 0)"
    places = {section.code: section.position for section in run.sections}
    left, right = (_c(places[code]) for code in run.scheme.gap_sections)
    return f"COALESCE(ABS({left} - {right}) >= {run.scheme.gap_threshold}, 1 = 0)"


def _veto(run: Run) -> str:
    """A veto holds on every board of its period until it is lifted."""
    holding = "SELECT v.unit_id FROM assessments_veto v WHERE v.lifted_at IS NULL AND v.period_id = "
    return f"(id IN ({holding}{int(run.period.pk)}))"
