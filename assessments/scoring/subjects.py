"""Who is scored, where each unit stands and what it is called on the day (settled 10)."""

from assessments.choices import SizeClass
from assessments.scoring.among import Among, listed
from assessments.scoring.dialect import Sql
from assessments.scoring.plan import Run
from branches.choices import UnitKind
from branches.models import DEEPEST, PATH_STEP

# Every unit has them; figures come beside them.
COLUMNS = (
    *("id", "code", "name", "path", "category", "parent_code", "size_class"),
    *("is_subject", "is_committee"),
)


def placed(run: Run, among: Among) -> Sql:
    """The placements of the day; before a unit's first placement the first one holds."""
    day = run.as_of.isoformat()
    return Sql(
        f"""SELECT p.* FROM branches_placement p
  WHERE NOT EXISTS (
    SELECT 1 FROM branches_placement q
     WHERE q.unit_id = p.unit_id{among.condition("q.unit_id")}
       AND CASE WHEN p.starts_on <= %s THEN q.starts_on > p.starts_on AND q.starts_on <= %s
                ELSE q.starts_on < p.starts_on END){among.condition("p.unit_id")}""",
        (day, day),
    )


def standing(column: str) -> str:
    """A column of the placement of the day; of the unit itself where it has none."""
    return f"CASE WHEN p.id IS NULL THEN u.{column} ELSE p.{column} END"


def unit_columns(run: Run) -> Sql:
    path, subject = standing("path"), is_subject(run)
    return (
        Sql(
            f"u.id, u.code, {standing('name')} AS name, {path} AS path, {standing('category')} AS category,"
            f" COALESCE(above.code, '') AS parent_code, {_size_class(run)} AS size_class, CASE WHEN "
        )
        + subject
        + f" THEN 1 ELSE 0 END AS is_subject,"
        f" CASE WHEN u.kind = '{UnitKind.COMMITTEE}' THEN 1 ELSE 0 END AS is_committee"
    )


def placed_units(run: Run, among: Among) -> Sql:
    return Sql("branches_partyunit u LEFT JOIN (") + placed(run, among) + ") p ON p.unit_id = u.id"


def units(run: Run, among: Among) -> Sql:
    """FROM … of all units that stood somewhere; the condition of WHERE follows."""
    return placed_units(run, among) + (
        f" LEFT JOIN branches_partyunit above ON above.id = {standing('parent_id')}"
        f" JOIN branches_organisation o ON o.id = {standing('organisation_id')}"
    )


def is_subject(run: Run) -> Sql:
    day = run.as_of.isoformat()
    conditions = [_among("u.kind", run.scheme.subject_kinds)]
    if run.scheme.organisation_kinds:
        conditions.append(_among("o.kind", run.scheme.organisation_kinds))
    if run.only is not None:
        conditions.append(Sql(f"u.id IN ({listed(run.only)})"))
    conditions.append(Sql("(u.opened_on IS NULL OR u.opened_on <= %s)", (day,)))
    conditions.append(Sql("(u.closed_on IS NULL OR u.closed_on > %s)", (day,)))
    return Sql.join(" AND ", conditions)


def depths(source: str) -> Sql:
    """1, 2, 3 … as rows, as deep as the units stand: a path holds the keys of all ancestors, eight digits
    each."""
    steps = ", ".join(f"({depth})" for depth in range(1, DEEPEST + 1))
    deepest = f"SELECT MAX(LENGTH(path)) FROM {source}"
    return Sql(
        f"SELECT column1 AS depth FROM (VALUES {steps}) steps WHERE {PATH_STEP} * column1 <= ({deepest})"
    )


def step_key(path: str) -> str:
    """The key at ``depth`` of a path."""
    return f"CAST(SUBSTR({path}, {PATH_STEP} * depth - {PATH_STEP - 1}, {PATH_STEP}) AS bigint)"


def above(path: str) -> str:
    """The path of the unit above; empty at the top."""
    return f"SUBSTR({path}, 1, LENGTH({path}) - {PATH_STEP})"


def homes(source: str) -> Sql:
    """For each unit that has subjects below it: how deep in its path the nearest committee stands, itself
    included."""
    return Sql(
        f"""SELECT tops.path, MAX(depth) AS depth
  FROM (SELECT DISTINCT {above("path")} AS path FROM {source} WHERE is_subject = 1) tops
  JOIN depths ON {PATH_STEP} * depth <= LENGTH(tops.path)
  JOIN branches_partyunit k ON k.id = {step_key("tops.path")} AND k.kind = '{UnitKind.COMMITTEE}'
 GROUP BY tops.path"""
    )


def committee_path() -> str:
    """Of the gathered unit ``g`` with its home ``h``."""
    return (
        "CASE WHEN g.is_committee = 1 THEN g.path"
        f" ELSE SUBSTR(g.path, 1, {PATH_STEP} * COALESCE(CAST(h.depth AS integer), 0)) END"
    )


def _among(column: str, values: list[str]) -> Sql:
    return Sql(f"{column} IN ({', '.join(['%s'] * len(values))})", tuple(values))


def _size_class(run: Run) -> str:
    """By customers, medium and low voltage together (domain.md Q9); without any figure no class."""
    customers = "COALESCE(o.customer_count_mv, 0) + COALESCE(o.customer_count_lv, 0)"
    large, medium = int(run.scheme.size_large), int(run.scheme.size_medium)
    return (
        "CASE WHEN o.customer_count_mv IS NULL AND o.customer_count_lv IS NULL THEN ''"
        f" WHEN {customers} >= {large} THEN '{SizeClass.LARGE}'"
        f" WHEN {customers} >= {medium} THEN '{SizeClass.MEDIUM}' ELSE '{SizeClass.SMALL}' END"
    )
