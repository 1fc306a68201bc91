"""The figures of pairings: own figures of each unit, by the days of the facts."""

from datetime import date

import pytest
from django.db import connection

from core.measures import measures
from core.periods import parse_period
from pairings.measures import MEASURES
from pairings.models import PlanItem
from tests.factories.activities import ActivityFactory
from tests.factories.pairings import PairingFactory, PartnerFactory

H1 = parse_period("2026H1")
END = date(2026, 6, 30)


def figures(code, *, as_of=END):
    rows = measures[code].values(H1, {}, as_of)
    return {row["unit_id"]: (row["numerator"], row["denominator"], row["evidence_count"]) for row in rows}


def planned(pairing, title, due_on, *records):
    item = PlanItem.objects.create(pairing=pairing, title=title, owner="周明", due_on=due_on)
    for record in records:
        pairing.joint_works.create(activity=record, plan_item=item)
    return item


@pytest.mark.parametrize("measure", MEASURES, ids=lambda measure: measure.code)
def test_values_stand_inside_a_bigger_statement(county, measure):
    pairing = PairingFactory(unit=county.branch)
    planned(pairing, "巡线", date(2026, 5, 1))
    sql, params = measure.values(H1, {}, END).query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT figures.* FROM ({sql}) figures", params)
        names = [column[0] for column in cursor.description]
        rows = cursor.fetchall()

    assert names == ["unit_id", "numerator", "denominator", "evidence_count"]
    assert [[type(value) for value in row] for row in rows] == [[int] * 4]


def test_pairs_are_counted_on_the_last_day_or_today(county):
    partners = PartnerFactory.create_batch(3)
    PairingFactory(unit=county.branch, partners=partners, active_from=date(2026, 3, 1))
    PairingFactory(unit=county.other, active_from=date(2026, 1, 1), active_until=date(2026, 6, 29))

    assert figures("pairings.active_pairs") == {county.branch.pk: (3, 1, 3)}
    assert figures("pairings.active_pairs", as_of=date(2026, 2, 28)) == {county.other.pk: (1, 1, 1)}


def test_planned_works_are_done_on_schedule_by_a_confirmed_record_in_time(county):
    pairing = PairingFactory(unit=county.branch)

    def record(day, **facts):
        return ActivityFactory(unit=county.branch, held_on=day, **facts)

    planned(pairing, "按期", date(2026, 5, 31), record(date(2026, 5, 31)), record(date(2026, 5, 30)))
    planned(pairing, "迟做", date(2026, 4, 30), record(date(2026, 5, 1)))
    planned(pairing, "未确认", date(2026, 3, 31), record(date(2026, 3, 1), state="SUBMITTED"))
    planned(pairing, "没有做", date(2026, 2, 28))
    planned(pairing, "下半年", date(2026, 7, 1), record(date(2026, 6, 1)))

    assert figures("pairings.on_schedule") == {county.branch.pk: (1, 4, 4)}
    assert figures("pairings.on_schedule", as_of=date(2026, 3, 15)) == {county.branch.pk: (0, 1, 1)}
    evidence = measures["pairings.on_schedule"].evidence([county.branch.pk], H1, {}, END)
    assert list(evidence) == [pairing]
