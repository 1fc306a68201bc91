"""A province made up by the set: units, who may do what, records of two and a half years, duties."""

from dataclasses import dataclass

from django.db import connection, transaction

from activities.operations import generate_duties
from benchmarks._harness import run_sql, settle_tables
from core import clock
from core.periods import PeriodKind, period_of

RECORDS_A_UNIT = 50
DAYS = 912
WAITING_DAYS = 8  # what was held in these last days waits for confirmation

UNIT = """
    INSERT INTO branches_partyunit
        (id, code, name, kind, parent_id, path, organisation_id, category, extension_approval)
    SELECT n, 'U' || n, %(name)s || n, %(kind)s, parent.id, coalesce(parent.path, '') || lpad(n::text, 8, '0'), 1, '', ''
      FROM generate_series(%(first)s::int, %(last)s) n
      LEFT JOIN branches_partyunit parent ON parent.id = %(above)s::int + (n - %(first)s) %% %(parents)s"""  # noqa: E501 - SQL
USERS = """
    INSERT INTO accounts_user (id, password, is_superuser, is_staff, is_active, date_joined, username, email, name,
        must_change_password, keyboard_shortcuts)
    SELECT id, '!', false, false, true, now(), 'u' || id, '', '用户' || id, false, true
      FROM branches_partyunit WHERE kind <> 'GROUP'"""  # noqa: E501 - SQL
ASSIGNMENTS = """
    INSERT INTO branches_assignment (user_id, unit_id, role, starts_on)
    SELECT id, id, CASE WHEN kind = 'BRANCH' THEN 'BRANCH_SECRETARY' WHEN kind = 'GENERAL_BRANCH' THEN 'COUNTY_OFFICE'
                        WHEN parent_id IS NULL THEN 'PROVINCE_OFFICE' ELSE 'BUREAU_OFFICE' END, '2020-01-01'
      FROM branches_partyunit WHERE kind <> 'GROUP'"""  # noqa: E501 - SQL
ACTIVITIES = """
    INSERT INTO activities_activity (id, unit_id, kind, title, held_on, place, held_with, topic_class, note, agenda,
        resolutions, observers, no_core_task, special_topic, state, source, ref, version, created_by_id, created_at,
        submitted_by_id, submitted_at, first_submitted_at, is_late, confirmed_at, by_lapse, returned_by_id,
        returned_at, reason)
    SELECT n, unit.id, (ARRAY['THEMED_PARTY_DAY', 'GENERAL_MEETING', 'COMMITTEE_MEETING', 'GROUP_MEETING',
                              'PARTY_LECTURE', 'SERVICE_VISIT', 'LINE_PATROL', 'TRAINING'])[1 + n / 7 %% 8],
           '学习贯彻会议精神，推动供电服务' || n, held.day, '会议室', '', '', '记录' || n, '', '', '', '', '',
           held.state, 'TYPED', '', 1, author.id, held.day + 1, author.id, held.day + 1, held.day + 1, n %% 20 = 0,
           CASE WHEN held.state = 'CONFIRMED' THEN held.day + 2 END, held.state = 'CONFIRMED',
           CASE WHEN held.state = 'RETURNED' THEN 1 END, CASE WHEN held.state = 'RETURNED' THEN held.day + 2 END,
           CASE WHEN held.state = 'RETURNED' THEN '请补充' ELSE '' END
      FROM generate_series(1, %(records)s) n
      JOIN branches_partyunit unit ON unit.id = %(first)s::int + (n::bigint * 7919) %% %(units)s
      JOIN accounts_user author ON author.id = CASE WHEN unit.kind = 'GROUP' THEN unit.parent_id ELSE unit.id END
     CROSS JOIN LATERAL (SELECT day, CASE WHEN day > %(today)s::date - %(waiting)s::int THEN 'SUBMITTED'
                                          WHEN n %% 997 = 0 AND day > %(today)s::date - 60 THEN 'RETURNED'
                                          ELSE 'CONFIRMED' END AS state
                         FROM (SELECT %(today)s::date - ((%(records)s::bigint - n) * %(days)s / %(records)s)::int) d (day)
                        ) held"""  # noqa: E501 - SQL
PARTS = """
    INSERT INTO activities_participation
        (activity_id, unit_id, is_lead, expected_count, present_count, excused_count, held_on, state, path)
    SELECT part.*, unit.path
      FROM (SELECT id, unit_id, true, 12, 9 + id %% 4, 0, held_on, state FROM activities_activity
             UNION ALL
            SELECT id, %(first)s::int + (unit_id - %(first)s + 1) %% %(units)s, false, NULL, NULL, 0, held_on,
                   state
              FROM activities_activity WHERE id %% 10 = 0) part (activity_id, unit_id)
      JOIN branches_partyunit unit ON unit.id = part.unit_id"""
COUNTS = """
    INSERT INTO activities_activitycount (activity_id, kind)
    SELECT id, kind FROM activities_activity
     UNION ALL
    SELECT id, 'RED_EDUCATION' FROM activities_activity WHERE id %% 7 = 0"""
OUTCOMES = """
    INSERT INTO activities_outcome (activity_id, kind, quantity, precision)
    SELECT id, 'TRAINEE', 1 + id %% 30, 'EXACT' FROM activities_activity WHERE id %% 3 = 0"""


@dataclass(frozen=True)
class Tree:
    """The keys of the first unit of each kind, and how many units there are; a unit's user has its key."""

    bureau: int
    county: int
    branch: int
    group: int
    units: int


def make_tree(units: int) -> Tree:
    bureaus, counties, branches = max(1, units // 1500), max(1, units // 200), max(2, units * 3 // 10)
    tree = Tree(2, 2 + bureaus, 2 + bureaus + counties, 2 + bureaus + counties + branches, units)
    run_sql(
        "INSERT INTO branches_organisation (id, code, name, kind, path)"
        " VALUES (1, 'O1', '省公司', 'PROVINCIAL', '00000001')"
    )
    levels = [
        ("COMMITTEE", "省公司党委", 1, 2, 0, 1),
        ("COMMITTEE", "局党委", tree.bureau, tree.county, 1, 1),
        ("GENERAL_BRANCH", "县党总支", tree.county, tree.branch, tree.bureau, bureaus),
        ("BRANCH", "党支部", tree.branch, tree.group, tree.county, counties),
        ("GROUP", "党小组", tree.group, units + 1, tree.branch, branches),
    ]
    names = ("kind", "name", "first", "last", "above", "parents")
    for kind, name, first, behind, above, parents in levels:
        run_sql(UNIT, dict(zip(names, (kind, name, first, behind - 1, above, parents), strict=True)))
    run_sql(USERS)
    run_sql(ASSIGNMENTS)
    return tree


def make_province(records: int) -> Tree:
    tree = make_tree(max(12, records // RECORDS_A_UNIT))
    figures = {
        "records": records,
        "first": tree.branch,
        "units": tree.units + 1 - tree.branch,
        "today": clock.today(),
        "days": DAYS,
        "waiting": WAITING_DAYS,
    }
    with transaction.atomic():
        _trust_the_keys()
        for statement in (ACTIVITIES, PARTS, COUNTS, OUTCOMES):
            run_sql(statement, figures)
    generate_duties(period_of(clock.today(), PeriodKind.HALF_YEAR))
    settle_tables()
    return tree


def _trust_the_keys() -> None:
    """A superuser can skip the checks of foreign keys, which take most of the time."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
        if cursor.fetchone()[0]:
            cursor.execute("SET LOCAL session_replication_role = replica")
