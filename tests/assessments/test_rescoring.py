"""What a confirmation changes is scored again, and comes out as a whole run would have it."""

from datetime import date

import pytest
import time_machine
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from activities.operations import confirm_activity, void_activity
from activities.signals import counting_changed
from assessments import receivers, tasks
from assessments.models import DirtyUnit, Edition, Entry, IndicatorValue, Item
from assessments.operations import (
    Decision,
    Refused,
    ensure_period,
    mark_dirty,
    publish,
    recompute,
    recompute_scheme,
    rescore_dirty,
    rescoring,
)
from assessments.scoring.digest import DIGESTED
from branches import operations as branches
from branches.choices import Role, UnitKind
from tests.conftest import wait_for
from tests.factories.activities import ActivityFactory
from tests.factories.assessments import IndicatorValueFactory, item, scheme, section
from tests.factories.branches import PartyUnitFactory

pytestmark = pytest.mark.django_db
MAY = "2026-05-20 10:00+08:00"
DAY = date(2026, 5, 12)
COUNT = item("C", source={"type": "MEASURE", "code": "tests.count", "params": {"from": "X"}})
RATE = item("R", source={"type": "MEASURE", "code": "tests.rate", "params": {"from": "X"}})
CODES = ["K1", "K2", "B1", "B2", "B3", "G1"]


@pytest.fixture(autouse=True)
def in_may():
    with time_machine.travel(MAY):
        yield


@pytest.fixture
def tree(company):
    found = {"CP": company}
    parents = {"K1": "CP", "K2": "CP", "B1": "K1", "B2": "K1", "B3": "K2", "G1": "B1"}
    kinds = {"K": UnitKind.COMMITTEE, "B": UnitKind.BRANCH, "G": UnitKind.GROUP}
    for code in CODES:
        found[code] = PartyUnitFactory(
            code=code, kind=kinds[code[0]], parent=found[parents[code]], organisation=company.organisation
        )
        IndicatorValueFactory(unit=found[code], indicator="X", value=1, denominator=2, raw=0)
    return found


def board(*items, **more):
    more = {
        "subject_kinds": ["COMMITTEE", "BRANCH"],
        "board_scopes": ["COMPANY", "PARENT"],
        "tie_chain": ["section:S", "improvement"],
    } | more
    return scheme(section("S", *(items or (COUNT, RATE))), **more)


def change(unit, value):
    IndicatorValue.objects.filter(unit=unit, indicator__code="X").update(value=value)


def result(edition):
    edition.refresh_from_db()
    return edition.digest, sorted(edition.entries.values_list(*DIGESTED))


def test_the_unit_and_all_above_it_move(tree):
    board()
    [edition] = recompute("2026H1", by=None)
    keys = dict(edition.entries.values_list("unit_code", "pk"))
    change(tree["G1"], 2)
    mark_dirty([tree["G1"].pk], [DAY])
    assert rescore_dirty() == 1
    after = dict(edition.entries.values_list("unit_code", "pk"))
    assert {code for code in keys if keys[code] != after[code]} == {"CP", "K1", "B1"}
    rescored = result(edition)
    assert result(recompute("2026H1", by=None)[0]) == rescored
    assert dict(edition.entries.values_list("unit_code", "rank_company"))["B1"] == 1
    assert not DirtyUnit.objects.exists()
    assert rescore_dirty() == 0


@settings(max_examples=15, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_after_any_changes_the_board_is_that_of_a_whole_run(tree, data):
    scheme_ = Edition.objects.first()
    edition = scheme_ or recompute_scheme(board(), ensure_period("2026H1"), by=None)
    for code in data.draw(st.lists(st.sampled_from(CODES), min_size=1, max_size=3, unique=True)):
        change(tree[code], data.draw(st.integers(0, 3)))
        mark_dirty([tree[code].pk], [DAY])
    rescore_dirty()
    rescored = result(edition)
    assert result(recompute("2026H1", by=None)[0]) == rescored


def test_units_that_moved_are_found_where_they_stood(tree):
    board()
    recompute("2025H2", by=None)
    [edition] = recompute("2025H2", by=None)
    IndicatorValueFactory(unit=tree["B1"], period="2025H2", indicator="X", value=3, denominator=4, raw=0)
    branches.move_unit(tree["B1"], parent=tree["K2"], on=date(2026, 5, 1), by=None)
    mark_dirty([tree["B1"].pk], [date(2025, 12, 31)])
    rescore_dirty()
    rescored = result(edition)
    assert result(recompute("2025H2", by=None)[0]) == rescored
    assert edition.entries.get(unit_code="K1").raws[0] == 3_000_000


def test_the_improvement_parts_ties_after_a_rescoring_too(tree, people):
    board(COUNT, subject_kinds=["BRANCH"])
    for code, count in (("B1", 5), ("B2", 1)):
        IndicatorValueFactory(unit=tree[code], period="2025H2", indicator="X", value=count)
    publish("2025H2", "board", Decision(*people))
    [edition] = recompute("2026H1", by=None)
    change(tree["B2"], 2)
    mark_dirty([tree["B2"].pk], [DAY])
    rescore_dirty()
    assert dict(edition.entries.values_list("unit_code", "rank_company")) == {"B1": 2, "B2": 1, "B3": 3}
    rescored = result(edition)
    assert result(recompute("2026H1", by=None)[0]) == rescored


def test_peers_make_a_whole_run_necessary(tree):
    board({**COUNT, "rule": {"type": "PEER_MINMAX", "direction": "HIGHER"}}, subject_kinds=["BRANCH"])
    [edition] = recompute("2026H1", by=None)
    change(tree["B3"], 9)
    mark_dirty([tree["B3"].pk], [DAY])
    rescore_dirty()
    assert dict(edition.entries.values_list("unit_code", "total")) == {"B1": 1250, "B2": 0, "B3": 10000}


def test_many_subjects_make_a_whole_run_cheaper(tree, monkeypatch):
    monkeypatch.setattr(rescoring, "MOST_SUBJECTS", 2)
    monkeypatch.setattr(rescoring, "MOST_UNITS", 2)
    board()
    [edition] = recompute("2026H1", by=None)
    change(tree["G1"], 2)
    mark_dirty([tree["G1"].pk], [DAY])
    rescore_dirty()
    assert edition.entries.get(unit_code="CP").raws[0] == 7_000_000
    monkeypatch.setattr(rescoring, "MOST_SUBJECTS", 50)
    change(tree["G1"], 3)
    mark_dirty([tree["G1"].pk], [DAY])
    rescore_dirty()
    assert edition.entries.get(unit_code="CP").raws[0] == 8_000_000


def test_a_board_of_yesterday_is_computed_for_today(tree):
    board()
    with time_machine.travel("2026-05-19 10:00+08:00"):
        [edition] = recompute("2026H1", by=None)
    mark_dirty([tree["B3"].pk], [DAY])
    rescore_dirty()
    edition.refresh_from_db()
    assert edition.as_of == date(2026, 5, 20)


def test_other_periods_published_boards_and_others_subjects_stay(tree, people):
    board(subject_kinds=["GROUP"])
    published = publish("2026H1", "board", Decision(*people))
    [provisional] = recompute("2026H1", by=None)
    [other] = recompute("2026H2", by=None)
    scheme(section("S", item("X")), code="groups", subject_kinds=["GROUP"])
    [groups] = recompute("2026H1", "groups", by=None)
    times = {edition.pk: edition.computed_at for edition in (published, provisional, other, groups)}
    change(tree["B3"], 9)
    mark_dirty([tree["B3"].pk], [DAY])
    assert rescore_dirty() == 1
    assert dict(Edition.objects.values_list("pk", "computed_at")) == times


def test_days_are_marked_by_their_months(tree):
    mark_dirty({tree["B1"].pk, tree["B2"].pk}, {DAY, date(2026, 5, 31), date(2026, 6, 1)})
    assert sorted(DirtyUnit.objects.values_list("unit__code", "day")) == [
        ("B1", date(2026, 5, 1)),
        ("B1", date(2026, 6, 1)),
        ("B2", date(2026, 5, 1)),
        ("B2", date(2026, 6, 1)),
    ]


@pytest.mark.django_db(transaction=True)
def test_a_confirmation_moves_the_score_as_soon_as_it_is_committed(tree):
    board()
    recompute("2026H1", by=None)
    with transaction.atomic():
        change(tree["B3"], 9)
        counting_changed.send(sender=None, unit_ids={tree["B3"].pk}, days={DAY})
        assert Entry.objects.get(unit_code="B3").raws[0] == 1_000_000
    assert Entry.objects.get(unit_code="B3").raws[0] == 9_000_000


@pytest.fixture
def party_days(company):
    """A board that counts themed Party days, two are enough; a branch B; the edition of the half-year."""
    source = {"type": "MEASURE", "code": "activities.count", "params": {"kind": "THEMED_PARTY_DAY"}}
    board(item("D", source={**source, "reason": "试行"}, rule={"type": "RATIO", "target": "2"}))
    PartyUnitFactory(code="B", parent=company, organisation=company.organisation)
    return recompute("2026H1", by=None)[0]


def totals(edition):
    return dict(edition.entries.values_list("unit_code", "total"))


@pytest.mark.django_db(transaction=True)
def test_a_record_confirmed_and_voided_moves_the_branch_and_those_above(party_days, company, officer):
    branch = party_days.entries.get(unit_code="B").unit
    activity = ActivityFactory(unit=branch, state="SUBMITTED", held_on=DAY)
    office = officer("office", company, Role.BUREAU_OFFICE)

    confirmed = confirm_activity(activity, by=office)

    assert totals(party_days) == {"B": 5000, "CP": 5000}
    void_activity(confirmed, by=officer("secretary", branch, Role.BRANCH_SECRETARY), reason="重复")
    assert totals(party_days) == {"B": 0, "CP": 0}


@pytest.mark.redis
@pytest.mark.django_db(transaction=True)
def test_a_worker_rescores_what_was_rung_for(worker, company, officer, party_days):
    activity = ActivityFactory(
        unit=party_days.entries.get(unit_code="B").unit, state="SUBMITTED", held_on=DAY
    )
    confirm_activity(activity, by=officer("province", company))
    wait_for(lambda: not DirtyUnit.objects.exists(), seconds=30)
    assert Entry.objects.get(unit_code="B").raws == [1_000_000]


@pytest.mark.django_db(transaction=True)
def test_a_board_that_can_not_be_scored_holds_up_no_other(tree, party_days, caplog):
    broken = scheme(section("S", COUNT), code="broken")
    recompute("2026H1", "broken", by=None)
    Item.objects.filter(scheme=broken).update(source_code="tests.gone")
    ActivityFactory(unit=tree["B1"], held_on=DAY)
    mark_dirty([tree["B1"].pk], [DAY])
    assert rescore_dirty() == 1
    assert "tests.gone" in caplog.text
    assert totals(party_days)["B1"] == 5000
    with pytest.raises(Refused, match=r"tests\.gone"):
        recompute("2026H1", "broken", by=None)


@pytest.mark.django_db(transaction=True)
def test_what_is_taken_back_marks_nothing(tree):
    board()
    recompute("2026H1", by=None)
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        counting_changed.send(sender=None, unit_ids={tree["B3"].pk}, days={DAY})
        raise ZeroDivisionError
    assert not DirtyUnit.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_broker_that_is_away_keeps_the_marks(tree, caplog, monkeypatch):
    def away(**options):
        raise OSError("no route")

    monkeypatch.setattr(tasks.rescore_dirty, "apply_async", away)
    with transaction.atomic():
        counting_changed.send(sender=None, unit_ids={tree["B3"].pk}, days={DAY})
    assert DirtyUnit.objects.count() == 1
    assert "broker is away" in caplog.text
    monkeypatch.undo()
    receivers.ring()
    assert DirtyUnit.objects.count() == 0
