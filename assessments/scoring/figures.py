"""The figures: measures pooled over each subject's subtree, reported figures, ratings, awards.

``sources`` gives one row a unit from each kind of source, ``pooled`` what the units below add, ``raw`` and
``evidence`` the expressions over both.
"""

from collections.abc import Mapping

from assessments.choices import SourceType
from assessments.models import Indicator, Item
from assessments.numbers import RAW_LIMIT
from assessments.scoring.among import Among
from assessments.scoring.dialect import Sql, smaller
from assessments.scoring.plan import Run
from assessments.scoring.subjects import above, placed_units, standing, step_key
from branches.models import PATH_STEP
from core.measures import Measure

# A unit's own figure above a thousand million is a slip of the pen; cut there, all sums fit 64 bits.
LARGEST_OWN = 10**9
HIGHEST_COUNT = RAW_LIMIT // 10**6 - 1
HIGHEST_RATE = RAW_LIMIT - 1


def columns(run: Run, *, measured: bool = True) -> list[str]:
    """What ``sources`` brings, all named by the item's position: ``n d v`` (numerator, denominator, records)
    for a measure, ``r c`` (sum, how many) for marks, else ``r``."""
    letters: dict[str, str] = {SourceType.MEASURE: "ndv" if measured else "", SourceType.RATING: "rc"}
    return [f"{one}{item.position}" for item in run.items for one in letters.get(item.source_type, "r")]


def sources(run: Run, among: Among, *, measured: bool = True) -> Sql:
    """LEFT JOINs to the unit ``u``."""
    joined = _measures(run, among) if measured else []
    for source, sql in (
        (SourceType.REPORTED, _reported),
        (SourceType.RATING, _rated),
        (SourceType.AWARDED, _awarded),
    ):
        items = [item for item in run.items if item.source_type == source]
        if items:
            joined.append((source.lower(), sql(run, items, among)))
    return _beside_unit(joined)


def _measures(run: Run, among: Among) -> list[tuple[str, Sql]]:
    return [_own(run, item, measure, among) for item, measure in run.measured]


def _beside_unit(joined: list[tuple[str, Sql]]) -> Sql:
    return Sql.join(
        "",
        [Sql(" LEFT JOIN (") + body + f") {name} ON {name}.unit_id = u.id" for name, body in joined],
    )


def _own(run: Run, item: Item, measure: Measure, among: Among) -> tuple[str, Sql]:
    """Each unit's own figures of a measure."""
    asked = (run.calendar, item.source_params, run.as_of)
    values = (
        measure.narrowed(*asked, among.lookups)
        if measure.narrowed is not None
        else measure.values(*asked).filter(**among.lookups)
    )
    text, params = values.order_by().query.sql_with_params()
    name, at, limit = f"own_{item.position}", item.position, str(LARGEST_OWN)
    evidence = "numerator" if measure.evidence_is_numerator else "evidence_count"
    return name, (
        Sql(
            f"SELECT unit_id, {smaller('COALESCE(numerator, 0)', limit)} AS n{at},"
            f" {smaller('COALESCE(denominator, 0)', limit)} AS d{at}, {evidence} AS v{at} FROM ("
        )
        + Sql(text, tuple(params))
        + f") {name}_values"
    )


def _reported(run: Run, items: list[Item], among: Among) -> Sql:
    codes = {item.source_code for item in items}
    keys = dict(Indicator.objects.filter(code__in=codes).values_list("code", "pk"))
    figures = [
        f"MAX(CASE WHEN v.indicator_id = {int(keys.get(item.source_code, -1))} THEN"
        " CASE v.state WHEN 'VERIFIED' THEN v.raw ELSE v.standing_raw END END)"
        f" AS r{item.position}"
        for item in items
    ]
    wanted = ", ".join(str(int(key)) for key in sorted(keys.values())) or "NULL"
    return Sql(
        f"SELECT v.unit_id, {', '.join(figures)} FROM assessments_indicatorvalue v"
        " WHERE v.period_id = %s AND (v.state = 'VERIFIED' OR v.standing_raw IS NOT NULL)"
        f" AND v.indicator_id IN ({wanted}){among.condition('v.unit_id')}"
        " GROUP BY v.unit_id",
        (run.period.pk,),
    )


def _rated(run: Run, items: list[Item], among: Among) -> Sql:
    """The sum of the evaluators' marks, and how many there are."""
    figures = [
        f"CAST(SUM(CASE WHEN m.item_code = %s THEN m.score END) AS bigint) AS r{item.position},"
        f" COUNT(CASE WHEN m.item_code = %s THEN 1 END) AS c{item.position}"
        for item in items
    ]
    return _of_items("assessments_rating", figures, run, items, among, times=2)


def _awarded(run: Run, items: list[Item], among: Among) -> Sql:
    figures = [f"MAX(CASE WHEN m.item_code = %s THEN m.points END) AS r{item.position}" for item in items]
    return _of_items("assessments_award", figures, run, items, among, times=1)


def _of_items(
    table: str, figures: list[str], run: Run, items: list[Item], among: Among, *, times: int
) -> Sql:
    codes = [item.code for item in items]
    each = [code for code in codes for _time in range(times)]
    return Sql(
        f"SELECT m.unit_id, {', '.join(figures)} FROM {table} m"
        f" WHERE m.period_id = %s AND m.scheme_code = %s"
        f" AND m.item_code IN ({', '.join(['%s'] * len(codes))}){among.condition('m.unit_id')}"
        " GROUP BY m.unit_id",
        (*each, run.period.pk, run.scheme.code, *codes),
    )


# --- pooling --------------------------------------------------------------------------------------
def below(run: Run, source: str) -> Sql:
    """The sum over the units directly under each unit, by its path."""
    sums = ", ".join(f"CAST(SUM({name}) AS bigint) AS {name}" for name in pooled_columns(run))
    return Sql(
        f"SELECT {above('path')} AS path, {sums} FROM {source}"
        f" WHERE LENGTH(path) > {PATH_STEP} AND ({_any_own(run)}) GROUP BY {above('path')}"
    )


def pooled(run: Run) -> Sql:
    """… and over all units under it: each of those sums goes to the unit and all above it."""
    sums = ", ".join(f"CAST(SUM(b.{name}) AS bigint) AS {name}" for name in pooled_columns(run))
    return Sql(
        f"SELECT {step_key('b.path')} AS unit_id, {sums} FROM below b"
        f" JOIN depths ON {PATH_STEP} * depth <= LENGTH(b.path) GROUP BY {step_key('b.path')}"
    )


def sums_under(run: Run, tops: Mapping[int, str], among: Among) -> Sql:
    """For each of ``tops``, a few units with their paths, what all units ``among`` come to that stand at it
    or below: a row of the unit and its ``pooled_columns``."""
    rows = Sql.join(", ", [Sql(f"({int(unit)}, %s)", (path,)) for unit, path in tops.items()])
    summed = ["tops.id", *(f"CAST(SUM(own.{name}) AS bigint)" for name in pooled_columns(run))]
    own = (
        Sql(f"SELECT {', '.join([standing('path') + ' AS path', *pooled_columns(run)])} FROM ")
        + placed_units(run, among)
        + _beside_unit(_measures(run, among))
        + f" WHERE (p.id IS NOT NULL OR u.path IS NOT NULL){among.condition('u.id')}"
    )
    return (
        Sql(f"SELECT {', '.join(summed)} FROM (VALUES ")
        + rows
        + ") tops (id, path) JOIN ("
        + own
        + ") own ON own.path >= tops.path AND own.path < tops.path || 'z' GROUP BY tops.id"
    )


def pooled_columns(run: Run) -> list[str]:
    return [f"{letter}{item.position}" for item, _measure in run.measured for letter in "ndv"]


def _any_own(run: Run) -> str:
    return " OR ".join(f"d{item.position} IS NOT NULL" for item, _measure in run.measured)


def sums(run: Run, *, pooling: bool) -> list[str]:
    """Columns of the gathered unit ``g`` with what is ``b``elow it; NULL where neither has anything."""
    found = []
    for name in columns(run):
        if pooling and name in pooled_columns(run):
            found.append(f"COALESCE(g.{name} + b.{name}, g.{name}, b.{name}) AS {name}")
        else:
            found.append(f"g.{name}")
    return found


# --- raw values -----------------------------------------------------------------------------------
def raw(run: Run, item: Item) -> str:
    at = item.position
    if item.source_type == SourceType.RATING:  # the mean, half-up; NULL of nobody
        return f"(2 * r{at} + c{at}) / (2 * NULLIF(c{at}, 0))"
    if item.source_type != SourceType.MEASURE:
        return f"r{at}"
    if run.counts_from_nothing(item):
        return f"1000000 * {smaller(f'COALESCE(n{at}, 0)', str(HIGHEST_COUNT))}"
    return f"CASE WHEN d{at} > 0 THEN {_rate(f'n{at}', f'd{at}')} END"


def evidence(run: Run, item: Item) -> str:
    at = item.position
    if item.source_type == SourceType.RATING:
        return f"COALESCE(c{at}, 0)"
    if item.source_type != SourceType.MEASURE:
        return f"CASE WHEN r{at} IS NULL THEN 0 ELSE 1 END"
    if run.counts_from_nothing(item):
        return f"COALESCE(v{at}, 0)"
    return f"CASE WHEN d{at} > 0 THEN COALESCE(v{at}, 0) ELSE 0 END"


def _rate(numerator: str, denominator: str) -> str:
    """Per cent with 6 decimals: 10^8 x numerator / denominator half-up, four digits at a time."""
    whole = f"({numerator} / {denominator})"
    rest = f"(10000 * ({numerator} %% {denominator}))"
    fine = f"(10000 * ({rest} %% {denominator}))"
    return (
        f"CASE WHEN {whole} >= 100000 THEN {HIGHEST_RATE} ELSE "
        + smaller(
            f"{whole} * 100000000 + ({rest} / {denominator}) * 10000"
            f" + (2 * {fine} + {denominator}) / (2 * {denominator})",
            str(HIGHEST_RATE),
        )
        + " END"
    )
