"""The whole statement: subjects, raw values, item scores, section scores, totals, grades, ranks."""

from collections.abc import Mapping, Sequence

from assessments.choices import ItemState, Missing, RuleType
from assessments.models import Item
from assessments.querysets import BOARD_KEYS
from assessments.scoring import figures
from assessments.scoring.among import ALL, Among
from assessments.scoring.dialect import Sql, array, fenced, kept
from assessments.scoring.plan import Run, own_table
from assessments.scoring.ranking import rank_columns, tie_order
from assessments.scoring.rules import score_expression
from assessments.scoring.subjects import (
    COLUMNS,
    above,
    committee_path,
    depths,
    homes,
    is_subject,
    unit_columns,
    units,
)

COPIED = "edition_id unit_id unit_code unit_name path parent_code committee_path category size_class".split()
COMPUTED = "raws item_scores item_states evidence_counts section_scores sums total grade".split()
FLAGS = ["has_gap", "has_missing", "has_veto"]


def insert_statement(run: Run, among: Among = ALL) -> Sql:
    """INSERT … SELECT of all entries of the run; ranks are left out when only some subjects are scored."""
    head = Sql(f"INSERT INTO assessments_entry ({', '.join(written(run))})\nWITH ")
    return head + kept("gathered", gathered(run, among)) + ",\n" + lines(run, "gathered")


def gathered(run: Run, among: Among, *, measured: bool = True) -> Sql:
    """One row a unit: who it is, and its own figures. Units that are no subjects matter to those above.
    Without ``measured`` the figures that are pooled are left out."""
    who = Sql("") if run.measured else Sql(" AND ") + is_subject(run)
    previous, beside = "NULL", Sql("")
    if run.previous is not None:
        text, params = run.previous.filter(**among.lookups).query.sql_with_params()
        previous = "previous.total"
        beside = Sql(" LEFT JOIN (") + Sql(text, tuple(params)) + ") previous ON previous.unit_id = u.id"
    own = ", ".join(["", *figures.columns(run, measured=measured)])
    return (
        Sql("SELECT ")
        + unit_columns(run)
        + f", CAST({previous} AS integer) AS previous_total{own} FROM "
        + units(run, among)
        + figures.sources(run, among, measured=measured)
        + beside
        + f" WHERE (p.id IS NOT NULL OR u.path IS NOT NULL){among.condition('u.id')}"
        + who
    )


def written(run: Run) -> list[str]:
    return [*COPIED, *COMPUTED, *FLAGS, *(field for field, _expression in _ranks(run))]


def _ranks(run: Run) -> list[tuple[str, str]]:
    return [] if run.only is not None else rank_columns(run, tie_order(run, section=_c, item=_s))


def lines(run: Run, source: str, *, pooling: bool = True) -> Sql:
    """The board from the gathered rows in ``source``; WITH stands before it. Without ``pooling`` they are few
    and have the sums of all units below already."""
    layer = fenced if pooling else kept  # to write a few rows down takes less than to plan to pass them on
    pooling, ranks = pooling and bool(run.measured), _ranks(run)
    layers = [
        kept("depths", depths(source)),
        *(_pooling(run, source) if pooling else []),
        layer("homes", homes(source)),
        layer("summed", _summed(run, source, pooling=pooling)),
        layer("known", _known(run)),
        *([layer("compared", _compared(run))] if run.peer_items else []),
        layer("scored", _scored(run)),
        layer("sectioned", _sectioned(run)),
        layer("totalled", _totalled(run)),
        *(_placing(run) if ranks else [layer("graded", _graded(run))]),
    ]
    selected = [str(int(run.edition.pk)), "id", "code", "name", "path", *COPIED[5:]]
    selected += [
        array([_r(place) for place in _places(run.items)]),
        array([_s(place) for place in _places(run.items)]),
        array([_t(place) for place in _places(run.items)]),
        array([_e(place) for place in _places(run.items)]),
        array([_c(place) for place in _places(run.sections)]),
        array(figures.pooled_columns(run)),
        *("total", "grade", *FLAGS),
        *(field for field, _expression in ranks),
    ]
    columns = [f"{value} AS {name}" for value, name in zip(selected, written(run), strict=True)]
    placed = " JOIN placed ON placed.place_of = graded.id" if ranks else ""
    return Sql.join(",\n", layers) + f"\nSELECT {', '.join(columns)} FROM graded{placed}"


def _placing(run: Run) -> list[Sql]:
    """The places are found among narrow rows: to sort whole lines for each scope would take longer than to
    write them down once."""
    ranks = ", ".join(f"{expression} AS {field}" for field, expression in _ranks(run))
    return [
        kept("graded", _graded(run)),
        fenced("placed", Sql(f"SELECT id AS place_of, {ranks} FROM graded")),
    ]


def _pooling(run: Run, source: str) -> list[Sql]:
    return [fenced("below", figures.below(run, source)), fenced("pooled", figures.pooled(run))]


def _summed(run: Run, source: str, *, pooling: bool) -> Sql:
    """The subjects, with the figures of all units below added to their own."""
    columns = [f"g.{name}" for name in COLUMNS if not name.startswith("is_")]
    columns += [
        f"{committee_path()} AS committee_path",
        "g.previous_total",
        *figures.sums(run, pooling=pooling),
    ]
    pooled = " LEFT JOIN pooled b ON b.unit_id = g.id" if pooling else ""
    return Sql(
        f"SELECT {', '.join(columns)} FROM {source} g{pooled}"
        f" LEFT JOIN homes h ON h.path = {above('g.path')} WHERE g.is_subject = 1"
    )


def _known(run: Run) -> Sql:
    """The raw value of each item and the records behind it."""
    names = [name for name in COLUMNS if not name.startswith("is_")]
    names += ["committee_path", "previous_total", *figures.pooled_columns(run)]
    columns = [f"{figures.raw(run, item)} AS {_r(item.position)}" for item in run.items]
    columns += [f"{figures.evidence(run, item)} AS {_e(item.position)}" for item in run.items]
    return Sql(f"SELECT {', '.join([*names, *columns])} FROM summed")


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
    before = "compared" if run.peer_items else "known"
    return Sql(f"SELECT {before}.*,\n       {', '.join(columns)}\n  FROM {before}")


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


def update_statement(run: Run, sums: Mapping[int, Sequence[int | None]]) -> Sql:
    """UPDATE of the entries of some subjects of a board that has its own table (PostgreSQL). ``sums`` are the
    figures of all their units, by subject."""
    own = kept("gathered", gathered(run, Among(keys=frozenset(sums)), measured=False))
    new = own + ",\n" + kept("given", _given(run, sums)) + ",\n" + lines(run, "given", pooling=False)
    moved = ", ".join(f"{name} = fresh.{name}" for name in written(run)[2:])
    return (
        Sql(f"UPDATE {own_table(run.edition)} e SET {moved} FROM (WITH ")
        + new
        + ") fresh WHERE e.unit_id = fresh.unit_id"
    )


def _given(run: Run, sums: Mapping[int, Sequence[int | None]]) -> Sql:
    """The gathered rows with these sums beside their other figures."""
    values = [[str(int(unit)), *map(_bigint, row)] for unit, row in sums.items()]
    rows = ", ".join(f"({', '.join(row)})" for row in values)
    names = ", ".join(["unit_id", *figures.pooled_columns(run)])
    own = [*COLUMNS, "previous_total", *figures.columns(run, measured=False)]
    columns = [*(f"g.{name}" for name in own), *(f"s.{name}" for name in figures.pooled_columns(run))]
    return Sql(
        f"SELECT {', '.join(columns)} FROM gathered g JOIN (VALUES {rows}) s ({names}) ON s.unit_id = g.id"
    )


def _bigint(value: int | None) -> str:
    return "NULL::bigint" if value is None else f"{int(value)}::bigint"
