"""A board made up by the set: units of all kinds, two measures' records, reported figures, evaluators' marks.

Per unit: one placement, two duties of the three meetings, two confirmed records (a meeting and a themed
Party day), five reported figures, two marks. Some of everything is missing.
"""
# ruff: noqa: E501 - SQL of our own

import json
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction

from assessments.models import AssessmentPeriod, Scheme
from assessments.operations import ensure_period, import_scheme
from benchmarks._harness import run_sql, settle_tables

PERIOD = "2026H1"
KINDS = ["COMMITTEE", "GENERAL_BRANCH", "BRANCH", "GROUP"]


def item(code: str, weight: str, source: dict[str, str], rule: dict[str, str]) -> dict[str, object]:
    return {"code": code, "name": code, "weight": weight, "source": source, "rule": rule, "missing": "ZERO"}


def measured(code: str) -> dict[str, str]:
    return {"type": "MEASURE", "code": code}


def reported(code: str) -> dict[str, str]:
    return {"type": "REPORTED", "code": code}


def band(satisfactory: str, unacceptable: str) -> dict[str, str]:
    return {"type": "BAND", "satisfactory": satisfactory, "unacceptable": unacceptable}


# The default board (domain.md 8.4); secretary projects are marked by evaluators here.
PARTY = [
    item("P1", "25", measured("activities.meetings_completion"), band("100", "90")),
    item("P2", "25", {"type": "RATING"}, {"type": "DIRECT"}),
    item("P3", "25", reported("TEST_PASSED"), band("100", "80")),
    item("P4", "25", measured("activities.party_day_attendance"), band("100", "85")),
]
BUSINESS = [
    item("B1", "30", reported("OUTAGE_MV"), band("6", "14")),
    item("B2", "20", reported("COMPLAINTS"), band("0.2", "1.0")),
    item("B3", "25", reported("SAFETY_EVENTS"), {"type": "DEDUCT", "per_event": "20"}),
    item("B4", "25", reported("VIOLATIONS"), band("0", "2")),
]
SCHEME = {
    "code": "vanguard",
    "version": 1,
    "name": "先锋榜",
    "subject_kinds": KINDS,
    "board_scopes": ["COMPANY", "PARENT", "CATEGORY"],
    "sections": [
        {"code": "PARTY", "name": "党建", "weight": "50", "items": PARTY},
        {"code": "BUSINESS", "name": "业务", "weight": "50", "items": BUSINESS},
    ],
    "bands": [
        {"code": "EXCELLENT", "name": "优秀", "min": "95"},
        {"code": "QUALIFIED", "name": "合格", "min": "80"},
        {"code": "BASIC", "name": "基本合格", "min": "60"},
        {"code": "UNQUALIFIED", "name": "不合格", "min": "0"},
    ],
    "tie_chain": ["section:BUSINESS"],
    "gap": {"sections": ["PARTY", "BUSINESS"], "threshold": "15"},
}

ORGANISATION = """
    INSERT INTO branches_organisation (id, code, name, kind, path, customer_count_mv)
    VALUES (1, 'O1', '省公司', 'PROVINCIAL', '00000001', 350000)"""
AUTHOR = """
    INSERT INTO accounts_user (id, password, is_superuser, is_staff, is_active, date_joined, username, email, name,
        must_change_password, keyboard_shortcuts)
    VALUES (1, '!', false, false, true, now(), 'author', '', '记录人', false, true)"""
UNITS = """
    INSERT INTO branches_partyunit
        (id, code, name, kind, parent_id, path, organisation_id, category, extension_approval)
    SELECT n, 'U' || n, %(name)s || n, %(kind)s, parent.id, coalesce(parent.path, '') || lpad(n::text, 8, '0'), 1,
           '类别' || n %% 7, ''
      FROM generate_series(%(first)s::int, %(last)s) n
      LEFT JOIN branches_partyunit parent ON parent.id = %(above)s::int + (n - %(first)s) %% %(parents)s"""
PLACEMENTS = """
    INSERT INTO branches_placement (unit_id, parent_id, organisation_id, path, category, name, starts_on)
    SELECT id, parent_id, organisation_id, path, category, name, '2020-01-01' FROM branches_partyunit"""
DUTIES = """
    INSERT INTO activities_duty (rule_id, unit_id, first_day, last_day, counts_from, counts_until, exempt_reason,
        opened_reason)
    SELECT rule.id, unit.id, due.from_day, due.to_day, due.from_day, due.to_day, '', ''
      FROM branches_partyunit unit
      JOIN activities_dutyrule rule
        ON rule.code = CASE unit.kind WHEN 'GROUP' THEN 'group-meeting' ELSE 'general-meeting' END
     CROSS JOIN (VALUES (date '2026-01-01', date '2026-03-31'), ('2026-04-01', '2026-06-30')) due (from_day, to_day)"""
# The meeting, and by 1,000,000,000 higher the Party day: keys in order of the units, days scattered.
ACTIVITIES = """
    INSERT INTO activities_activity (id, unit_id, kind, title, held_on, place, held_with, topic_class, note, agenda,
        resolutions, observers, no_core_task, special_topic, state, source, ref, version, created_by_id, created_at,
        submitted_by_id, submitted_at, first_submitted_at, is_late, confirmed_at, by_lapse, reason)
    SELECT unit.id + nth * 1000000000,  unit.id,
           CASE WHEN nth = 1 THEN 'THEMED_PARTY_DAY' WHEN unit.kind = 'GROUP' THEN 'GROUP_MEETING'
                ELSE 'GENERAL_MEETING' END,
           '记录' || unit.id, day.held_on, '会议室', '', '', '', '', '', '', '', '', state.state, 'TYPED', '', 1, 1,
           day.held_on, 1, day.held_on, day.held_on, false,
           CASE state.state WHEN 'CONFIRMED' THEN day.held_on END, state.state = 'CONFIRMED', ''
      FROM branches_partyunit unit
     CROSS JOIN generate_series(0, 1) nth
     CROSS JOIN LATERAL (SELECT date '2026-01-05' + (unit.id * 37 %% 170)::int) day (held_on)
     CROSS JOIN LATERAL (SELECT CASE WHEN unit.id %% 10 = 7 THEN 'SUBMITTED' ELSE 'CONFIRMED' END) state (state)"""
PARTS = """
    INSERT INTO activities_participation
        (activity_id, unit_id, is_lead, expected_count, present_count, excused_count, held_on, state, path)
    SELECT activity.id, unit.id, true, 12, 9 + unit.id %% 4, 0, activity.held_on, activity.state, unit.path
      FROM activities_activity activity JOIN branches_partyunit unit ON unit.id = activity.unit_id"""
COUNTS = """
    INSERT INTO activities_activitycount (activity_id, kind)
    SELECT id, kind FROM activities_activity"""
VALUES = """
    INSERT INTO assessments_indicatorvalue (unit_id, period_id, indicator_id, value, raw, entered_at)
    SELECT unit.id, %(period)s, indicator.id, figure.raw, figure.raw, now()
      FROM branches_partyunit unit
     CROSS JOIN assessments_indicator indicator
     CROSS JOIN LATERAL (SELECT CASE indicator.code
         WHEN 'TEST_PASSED' THEN 80000000 + unit.id * 7919 %% 20000001
         WHEN 'OUTAGE_MV' THEN 4000000 + unit.id * 104729 %% 12000001
         WHEN 'COMPLAINTS' THEN unit.id * 1299709 %% 1200001
         WHEN 'SAFETY_EVENTS' THEN CASE WHEN unit.id %% 50 = 0 THEN 1000000 ELSE 0 END
         ELSE unit.id * 15485863 %% 2500001 END) figure (raw)
     WHERE (unit.id + indicator.id) %% 97 <> 0
     ORDER BY unit.id"""
RATINGS = """
    INSERT INTO assessments_rating (unit_id, period_id, scheme_code, item_code, rater, score)
    SELECT id, %(period)s, 'vanguard', 'P2', '评委' || rater, 60000000 + (id * rater * 7919) %% 40000001
      FROM branches_partyunit CROSS JOIN generate_series(1, 2) rater WHERE id %% 89 <> 0"""


def make_board(units: int) -> tuple[Scheme, AssessmentPeriod]:
    """``units`` subjects with all that is known of them."""
    period = ensure_period(PERIOD)
    scheme = import_scheme(json.dumps(SCHEME).encode(), by=None)[0]
    with _without_indexes(), transaction.atomic():
        _trust_the_keys()
        for statement in (ORGANISATION, AUTHOR):
            run_sql(statement)
        _make_units(units)
        for statement in (PLACEMENTS, DUTIES, ACTIVITIES, PARTS, COUNTS, VALUES, RATINGS):
            run_sql(statement, {"period": period.pk})
    settle_tables()
    return scheme, period


LARGE = ["activities_activity", "activities_participation", "activities_duty", "activities_activitycount"]
LARGE += ["assessments_indicatorvalue", "assessments_rating"]


@contextmanager
def _without_indexes() -> Iterator[None]:
    """Those that hold no constraint are made again at the end: sorting is faster than inserting."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT pg_get_indexdef(i.indexrelid), i.indexrelid::regclass::text FROM pg_index i
                WHERE i.indrelid = ANY(%s::regclass[]) AND NOT i.indisunique""",
            [LARGE],
        )
        indexes = cursor.fetchall()
    for _definition, name in indexes:
        run_sql(f"DROP INDEX {name}")
    yield
    run_sql("SET maintenance_work_mem = '512MB'")
    for definition, _name in indexes:
        run_sql(definition)


def _make_units(units: int) -> None:
    bureaus, counties, branches = max(1, units // 1500), max(1, units // 200), max(2, units // 4)
    bureau, county = 2, 2 + bureaus
    branch = county + counties
    group = branch + branches
    levels = [
        ("COMMITTEE", "省公司党委", 1, 2, 0, 1),
        ("COMMITTEE", "局党委", bureau, county, 1, 1),
        ("GENERAL_BRANCH", "县党总支", county, branch, bureau, bureaus),
        ("BRANCH", "党支部", branch, group, county, counties),
        ("GROUP", "党小组", group, units + 1, branch, branches),
    ]
    names = ("kind", "name", "first", "last", "above", "parents")
    for kind, name, first, behind, above, parents in levels:
        run_sql(UNITS, dict(zip(names, (kind, name, first, behind - 1, above, parents), strict=True)))


def _trust_the_keys() -> None:
    """A superuser can skip the checks of foreign keys, which take most of the time."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
        if cursor.fetchone()[0]:
            cursor.execute("SET LOCAL session_replication_role = replica")
