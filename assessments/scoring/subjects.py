"""Who is scored, where each unit stands and what it is called on the day (settled 10)."""

from assessments.choices import SizeClass
from assessments.scoring.dialect import Sql
from assessments.scoring.plan import Run
from branches.choices import UnitKind
from branches.models import DEEPEST, PATH_STEP


def placed(run: Run) -> Sql:
    """Every unit with its placement of the day; before its first placement the first one holds."""
    return Sql(
        """SELECT p.unit_id, p.parent_id, p.organisation_id, p.path, p.category, p.name
  FROM branches_placement p
  JOIN (SELECT unit_id,
               COALESCE(MAX(CASE WHEN starts_on <= %s THEN starts_on END), MIN(starts_on)) AS starts_on
          FROM branches_placement GROUP BY unit_id) latest
    ON latest.unit_id = p.unit_id AND latest.starts_on = p.starts_on
 UNION ALL
SELECT u.id, u.parent_id, u.organisation_id, u.path, u.category, u.name
  FROM branches_partyunit u
 WHERE u.path IS NOT NULL AND NOT EXISTS (SELECT 1 FROM branches_placement p WHERE p.unit_id = u.id)""",
        (run.as_of.isoformat(),),
    )


def depths() -> Sql:
    """1, 2, 3 … as rows: a path holds the keys of all ancestors, eight digits each."""
    return Sql(" UNION ALL ".join(f"SELECT {depth} AS depth" for depth in range(1, DEEPEST + 1)))


def step_key(path: str) -> str:
    """The key at ``depth`` of a path."""
    return f"CAST(SUBSTR({path}, {PATH_STEP} * depth - {PATH_STEP - 1}, {PATH_STEP}) AS bigint)"


def subjects(run: Run) -> Sql:
    day = run.as_of.isoformat()
    conditions = [_among("u.kind", run.scheme.subject_kinds)]
    if run.scheme.organisation_kinds:
        conditions.append(_among("o.kind", run.scheme.organisation_kinds))
    if run.only is not None:
        conditions.append(Sql(f"u.id IN ({keys(run.only)})"))
    conditions.append(Sql("(u.opened_on IS NULL OR u.opened_on <= %s)", (day,)))
    conditions.append(Sql("(u.closed_on IS NULL OR u.closed_on > %s)", (day,)))
    return Sql(
        f"""SELECT u.id, u.code, p.name, p.path, p.category, COALESCE(above.code, '') AS parent_code,
       {_size_class()} AS size_class
  FROM branches_partyunit u
  JOIN placed p ON p.unit_id = u.id
  JOIN branches_organisation o ON o.id = p.organisation_id
  LEFT JOIN branches_partyunit above ON above.id = p.parent_id
 WHERE """
    ) + Sql.join("\n   AND ", conditions)


def committees() -> Sql:
    """How deep in its path the nearest committee at or above each subject stands."""
    return Sql(
        f"""SELECT s.id AS unit_id, MAX(depth) AS depth
  FROM subjects s
  JOIN depths ON {PATH_STEP} * depth <= LENGTH(s.path)
  JOIN branches_partyunit k ON k.id = {step_key("s.path")} AND k.kind = '{UnitKind.COMMITTEE}'
 GROUP BY s.id"""
    )


def keys(ids: frozenset[int]) -> str:
    return ", ".join(str(int(key)) for key in sorted(ids)) or "NULL"


def _among(column: str, values: list[str]) -> Sql:
    return Sql(f"{column} IN ({', '.join(['%s'] * len(values))})", tuple(values))


def _size_class() -> str:
    """By customers, medium and low voltage together (domain.md Q9); without any figure no class."""
    customers = "COALESCE(o.customer_count_mv, 0) + COALESCE(o.customer_count_lv, 0)"
    return (
        "CASE WHEN o.customer_count_mv IS NULL AND o.customer_count_lv IS NULL THEN ''"
        f" WHEN {customers} >= 1000000 THEN '{SizeClass.LARGE}'"
        f" WHEN {customers} >= 300000 THEN '{SizeClass.MEDIUM}' ELSE '{SizeClass.SMALL}' END"
    )
