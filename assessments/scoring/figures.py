"""The raw values: measures pooled over each subject's subtree, reported figures, ratings, awards.

All in one long form ``item, unit_id, raw, evidence``.
"""

from assessments.choices import SourceType
from assessments.models import Item
from assessments.numbers import RAW_LIMIT
from assessments.scoring.dialect import Sql, smaller
from assessments.scoring.plan import Run
from assessments.scoring.subjects import keys, step_key
from branches.models import PATH_STEP
from core.measures import Measure

# A unit's own figure above a thousand million is a slip of the pen; cut there, all sums fit 64 bits.
LARGEST_OWN = 10**9
HIGHEST_COUNT = RAW_LIMIT // 10**6 - 1
HIGHEST_RATE = RAW_LIMIT - 1


def own(run: Run, units: frozenset[int] | None) -> Sql:
    """Each unit's own figures of all measures; ``units`` limits them to who can matter."""
    parts = [_own_of(run, item, measure, units) for item, measure in run.measured]
    return Sql.join("\n UNION ALL\n", parts)


def _own_of(run: Run, item: Item, measure: Measure, units: frozenset[int] | None) -> Sql:
    values = measure.values(run.calendar, item.source_params, run.as_of)
    if units is not None:
        values = values.filter(unit_id__in=sorted(units))
    text, params = values.order_by().query.sql_with_params()
    limit = str(LARGEST_OWN)
    return (
        Sql(
            f"SELECT {int(item.position)} AS item, own_{item.position}.unit_id,"
            f" {smaller(f'COALESCE(own_{item.position}.numerator, 0)', limit)} AS numerator,"
            f" {smaller(f'COALESCE(own_{item.position}.denominator, 0)', limit)} AS denominator,"
            f" own_{item.position}.evidence_count AS evidence FROM ("
        )
        + Sql(text, tuple(params))
        + f") own_{item.position}"
    )


def pooled() -> Sql:
    """Sum over sum, at every subject above: each figure meets its ancestors by the steps of its path."""
    return Sql(
        f"""SELECT f.item, s.id AS unit_id, CAST(SUM(f.numerator) AS bigint) AS numerator,
       CAST(SUM(f.denominator) AS bigint) AS denominator, CAST(SUM(f.evidence) AS bigint) AS evidence
  FROM own f
  JOIN placed p ON p.unit_id = f.unit_id
  JOIN depths ON {PATH_STEP} * depth <= LENGTH(p.path)
  JOIN subjects s ON s.id = {step_key("p.path")}
 GROUP BY f.item, s.id"""
    )


def figures(run: Run) -> Sql:
    parts = []
    sources = {item.source_type for item in run.items}
    if SourceType.MEASURE in sources:
        parts += [_measured(run, is_rate) for is_rate in (True, False)]
    if SourceType.REPORTED in sources:
        parts.append(_reported(run))
    if SourceType.RATING in sources:
        parts.append(_rated(run))
    if SourceType.AWARDED in sources:
        parts.append(_awarded(run))
    return Sql.join("\n UNION ALL\n", parts)


def _measured(run: Run, is_rate: bool) -> Sql:
    positions = frozenset(item.position for item, measure in run.measured if measure.is_rate == is_rate)
    raw = _rate() if is_rate else f"1000000 * {smaller('numerator', str(HIGHEST_COUNT))}"
    return Sql(
        f"SELECT item, unit_id, {raw} AS raw, evidence FROM pooled WHERE item IN ({keys(positions)})"
        f"{' AND denominator > 0' if is_rate else ''}"
    )


def _rate() -> str:
    """Per cent with 6 decimals: 10^8 x numerator / denominator half-up, four digits at a time."""
    whole = "(numerator / denominator)"
    rest = "(10000 * (numerator %% denominator))"
    fine = f"(10000 * ({rest} %% denominator))"
    return (
        f"CASE WHEN {whole} >= 100000 THEN {HIGHEST_RATE} ELSE "
        + smaller(
            f"{whole} * 100000000 + ({rest} / denominator) * 10000"
            f" + (2 * {fine} + denominator) / (2 * denominator)",
            str(HIGHEST_RATE),
        )
        + " END"
    )


def _reported(run: Run) -> Sql:
    return Sql(
        """SELECT i.position, v.unit_id, v.raw, 1
  FROM assessments_item i
  JOIN assessments_indicator n ON n.code = i.source_code
  JOIN assessments_indicatorvalue v
    ON v.indicator_id = n.id AND v.period_id = %s AND v.state = 'VERIFIED'
 WHERE i.scheme_id = %s AND i.source_type = 'REPORTED'""",
        (run.period.pk, run.scheme.pk),
    )


def _rated(run: Run) -> Sql:
    """The mean of the evaluators, half-up."""
    return Sql(
        """SELECT i.position, r.unit_id,
       (2 * CAST(SUM(r.score) AS bigint) + COUNT(*)) / (2 * COUNT(*)), COUNT(*)
  FROM assessments_item i
  JOIN assessments_rating r ON r.item_code = i.code AND r.scheme_code = %s AND r.period_id = %s
 WHERE i.scheme_id = %s AND i.source_type = 'RATING'
 GROUP BY i.position, r.unit_id""",
        (run.scheme.code, run.period.pk, run.scheme.pk),
    )


def _awarded(run: Run) -> Sql:
    return Sql(
        """SELECT i.position, a.unit_id, a.points, 1
  FROM assessments_item i
  JOIN assessments_award a ON a.item_code = i.code AND a.scheme_code = %s AND a.period_id = %s
 WHERE i.scheme_id = %s AND i.source_type = 'AWARDED'""",
        (run.scheme.code, run.period.pk, run.scheme.pk),
    )
