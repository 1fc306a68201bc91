from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from assessments.models import DirtyUnit, Entry, Veto
from assessments.operations import (
    Decision,
    Refused,
    ensure_period,
    enter_veto,
    lift_veto,
    publish,
    recompute,
    rescore_dirty,
)
from branches.choices import Role
from core.models import AuditEvent
from tests.factories.assessments import IndicatorValueFactory, scheme
from tests.factories.branches import PartyUnitFactory

pytestmark = pytest.mark.django_db
DAY = date(2026, 5, 8)


@pytest.fixture
def now(time_machine):
    time_machine.move_to("2026-06-20T04:00:00Z", tick=False)


@pytest.fixture
def units(now, company):
    """B1 has 90, B2 80, B3 80; two boards: the whole company and the same parent."""
    made = {}
    for code, figure in (("B1", "90"), ("B2", "80"), ("B3", "80")):
        made[code] = PartyUnitFactory(code=code, parent=company, organisation=company.organisation)
        IndicatorValueFactory(unit=made[code], indicator="A1", figure=figure)
    return made


@pytest.fixture
def office(company, officer):
    return officer("office", company)


def lines():
    rows = Entry.objects.filter(edition__number=0).order_by("unit_code")
    return list(rows.values_list("unit_code", "total", "has_veto", "rank_company", "rank_parent"))


def enter(unit, office, kind="EVENT"):
    period = ensure_period("2026H1")
    return enter_veto(unit, period, kind, found_on=DAY, basis="安监〔2026〕3号", by=office)


def test_who_is_vetoed_is_shown_with_the_score_and_without_a_rank(units, office):
    scheme(board_scopes=["COMPANY", "PARENT"])
    enter(units["B1"], office)
    recompute("2026H1", by=None)
    assert lines() == [
        ("B1", 9000, True, None, None),
        ("B2", 8000, False, 1, 1),
        ("B3", 8000, False, 1, 1),
    ]


def test_entering_and_lifting_moves_a_computed_board_at_once(units, office):
    scheme(board_scopes=["COMPANY", "PARENT"], tie_chain=["no_veto"])
    before = recompute("2026H1", by=None)[0].digest
    veto = enter(units["B1"], office)
    assert rescore_dirty() == 1
    assert lines()[0] == ("B1", 9000, True, None, None)
    lift_veto(veto, because="复查后撤销", by=office)
    assert rescore_dirty() == 1
    assert lines() == [
        ("B1", 9000, False, 1, 1),
        ("B2", 8000, False, 2, 2),
        ("B3", 8000, False, 2, 2),
    ]
    assert recompute("2026H1", by=None)[0].digest == before


def test_nobody_has_to_compute_the_board_again(units, office, django_capture_on_commit_callbacks):
    scheme()
    recompute("2026H1", by=None)
    with django_capture_on_commit_callbacks(execute=True):
        veto = enter(units["B1"], office)
    assert [(line[2], line[3]) for line in lines()] == [(True, None), (False, 1), (False, 1)]
    with django_capture_on_commit_callbacks(execute=True):
        lift_veto(veto, because="误录", by=office)
    assert [(line[2], line[3]) for line in lines()] == [(False, 1), (False, 2), (False, 2)]


def test_a_published_board_follows_by_its_next_edition(units, office, people):
    scheme()
    first = publish("2026H1", "board", Decision(*people))
    enter(units["B1"], office)
    rescore_dirty()
    second = publish("2026H1", "board", Decision(*people, reason="安全事件认定"))
    ranks = [
        list(edition.entries.order_by("unit_code").values_list("rank_company", flat=True))
        for edition in (first, second)
    ]
    assert ranks == [[1, 2, 2], [None, 1, 1]]


def test_another_period_is_not_concerned(units, office):
    scheme()
    other = ensure_period("2025H2")
    enter_veto(units["B1"], other, "ACCIDENT", found_on=DAY, basis="x", by=office)
    recompute("2026H1", by=None)
    assert [line[2] for line in lines()] == [False, False, False]


def test_entering_twice_gives_the_first_and_both_say_who(units, office):
    first, again = enter(units["B1"], office), enter(units["B1"], office)
    assert (first, Veto.objects.count(), DirtyUnit.objects.count()) == (again, 1, 1)
    lifted = lift_veto(first, because="误录", by=office)
    assert (lifted.lifted_by, lifted.lifted_because) == (office, "误录")
    with pytest.raises(Refused, match="lifted already"):
        lift_veto(first, because="误录", by=office)
    assert enter(units["B1"], office) != first
    events = AuditEvent.objects.filter(object_type="assessments.veto").order_by("pk")
    assert list(events.values_list("verb", "actor", "reason")) == [
        ("enter", office.pk, "安监〔2026〕3号"),
        ("lift", office.pk, "误录"),
        ("enter", office.pk, "安监〔2026〕3号"),
    ]


@pytest.mark.parametrize(
    ("found_on", "basis", "reason"),
    [(date(2026, 6, 21), "x", "future"), (DAY, "  ", "Name the basis")],
)
def test_what_is_refused(units, office, found_on, basis, reason):
    with pytest.raises(Refused, match=reason):
        enter_veto(units["B1"], ensure_period("2026H1"), "EVENT", found_on=found_on, basis=basis, by=office)
    assert not Veto.objects.exists()


def test_only_the_preparing_office_enters_and_lifts(units, office, officer):
    bureau = officer("bureau", units["B1"], Role.BUREAU_OFFICE)
    with pytest.raises(PermissionDenied):
        enter(units["B1"], bureau)
    veto = enter(units["B1"], office)
    with pytest.raises(PermissionDenied):
        lift_veto(veto, because="x", by=bureau)


@pytest.mark.parametrize("change", [{"basis": ""}, {"lifted_because": "half a stamp"}])
def test_the_database_keeps_a_veto_whole(units, office, change):
    veto = enter(units["B1"], office)
    with pytest.raises(IntegrityError), transaction.atomic():
        Veto.objects.filter(pk=veto.pk).update(**change)
