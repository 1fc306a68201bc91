"""The library of indicators: who keeps it, and what of it never changes."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from assessments.default_library import DEFAULT_LIBRARY
from assessments.models import Indicator, IndicatorValue
from assessments.operations import add_indicator, change_indicator, load_default_library
from assessments.plausibility import last_figures
from assessments.selectors import units_entered_in
from branches.choices import Role
from core.models import AuditEvent
from core.periods import parse_period
from core.workflow import VersionConflict
from tests.factories.assessments import IndicatorValueFactory
from tests.factories.branches import OrganisationFactory

pytestmark = pytest.mark.django_db
SECOND_HALF = parse_period("2026H2")


@pytest.fixture
def province(company, officer):
    return officer("province", company)


def test_the_province_adds_and_changes_and_both_are_recorded(province):
    indicator = add_indicator(by=province, code="HOURS", name="停电时间", direction="LOWER")
    owner = OrganisationFactory(code="DISPATCH", name="调度部", kind="DEPARTMENT")
    changed = change_indicator(
        indicator, by=province, version=1, owner=owner, valid_from=date(2026, 1, 1), name="停电时间"
    )
    assert (changed.owner, changed.version) == (owner, 2)
    event = AuditEvent.objects.get(verb="change_indicator")
    assert event.summary == {"owner": ["", "调度部"], "valid_from": ["", "2026-01-01"]}
    assert AuditEvent.objects.get(verb="add_indicator").summary["direction"] == "LOWER"


def test_saving_without_a_change_leaves_no_trace(province):
    indicator = add_indicator(by=province, code="HOURS", name="停电时间")
    assert change_indicator(indicator, by=province, version=1, name="停电时间").version == 1
    assert not AuditEvent.objects.filter(verb="change_indicator").exists()


def test_a_change_made_meanwhile_is_noticed(province):
    indicator = add_indicator(by=province, code="HOURS", name="停电时间")
    change_indicator(indicator, by=province, version=1, name="平均停电时间")
    with pytest.raises(VersionConflict):
        change_indicator(indicator, by=province, version=1, name="停电")


def test_others_do_not_keep_the_library(bureaus, officer, province):
    bureau = officer("bureau", bureaus["CA"], Role.BUREAU_OFFICE)
    indicator = add_indicator(by=province, code="HOURS", name="停电时间")
    with pytest.raises(PermissionDenied):
        change_indicator(indicator, by=bureau, version=1, name="x")
    with pytest.raises(PermissionDenied):
        add_indicator(by=bureau, code="X", name="x")


def test_whoever_reads_scores_sees_the_library(bureaus, company, officer, province):
    indicator = add_indicator(by=province, code="HOURS", name="停电时间")
    seen = {
        role: list(Indicator.objects.allowed_to(officer(role.lower(), bureaus["CA"], role), "view"))
        for role in (Role.BRANCH_SECRETARY, Role.DEPARTMENT_REVIEWER, Role.MEMBER, Role.AUDITOR)
    }
    assert seen == {
        Role.BRANCH_SECRETARY: [indicator],
        Role.DEPARTMENT_REVIEWER: [indicator],
        Role.MEMBER: [],
        Role.AUDITOR: [],
    }


def test_an_indicator_is_valid_in_the_periods_that_its_days_touch(db):
    for code, first, last in [("A", None, None), ("B", "2026-03-01", None), ("C", None, "2026-02-28")]:
        Indicator.objects.create(code=code, name=code, valid_from=first, valid_to=last)
    q1, q2 = [
        list(Indicator.objects.valid_in(*days).values_list("code", flat=True))
        for days in [(date(2026, 1, 1), date(2026, 3, 31)), (date(2026, 4, 1), date(2026, 6, 30))]
    ]
    assert (q1, q2) == (["A", "B", "C"], ["A", "B"])


@pytest.mark.parametrize(
    "wrong", [{"valid_from": "2026-02-01", "valid_to": "2026-01-01"}, {"exposure": "customers"}, {"per": 0}]
)
def test_the_database_refuses_what_makes_no_sense(db, wrong):
    with pytest.raises(IntegrityError), transaction.atomic():
        Indicator.objects.create(code="X", name="x", **wrong)


def test_per_is_said_in_words():
    rate = Indicator(per=10_000 * 10**6, exposure="客户")
    assert rate.per_words == "per 10,000 客户"
    assert (Indicator(per=100 * 10**6).per_words, Indicator().per_words) == ("per 100", "")
    share = {"per": 100 * 10**6, "unit_of_measure": "%"}
    assert (Indicator(**share, exposure="人").per_words, Indicator(**share).per_words) == (
        "counted by 人",
        "share",
    )


def test_a_unit_in_wide_signs_is_kept_in_narrow_ones(province):
    indicator = add_indicator(by=province, code="RS", name="供电可靠率", unit_of_measure="％ ")
    assert (indicator.unit_of_measure, indicator.is_per_cent) == ("%", True)
    kept = change_indicator(indicator, by=province, version=1, unit_of_measure="％")
    assert (kept.unit_of_measure, kept.version) == ("%", 1)
    energy = add_indicator(by=province, code="SALES", name="售电量", unit_of_measure="ｋＷｈ／m²")
    assert energy.unit_of_measure == "kWh/m²"


def test_the_database_holds_no_wide_sign_of_per_cent(province):
    with pytest.raises(IntegrityError), transaction.atomic():
        Indicator.objects.create(code="RS", name="供电可靠率", unit_of_measure="％")


def test_a_figure_keeps_the_unit_of_measure_it_was_entered_in(province, bureaus):
    indicator = add_indicator(by=province, code="HOURS", name="停电时间", unit_of_measure="h")
    old = IndicatorValueFactory(unit=bureaus["CA"], indicator=indicator, figure="2")
    filled = change_indicator(indicator, by=province, version=1, direction="LOWER")
    changed = change_indicator(filled, by=province, version=2, unit_of_measure="min", reason="按分钟统计")
    new = IndicatorValueFactory(unit=bureaus["CB"], indicator=changed, figure="120")
    assert units_entered_in(IndicatorValue.objects.all()) == {old.pk: "h"}
    assert last_figures([(old.unit_id, old.indicator_id), (new.unit_id, new.indicator_id)], SECOND_HALF) == {
        (new.unit_id, new.indicator_id): new.raw
    }


def test_filling_in_a_missing_unit_of_measure_changes_no_figure(province, bureaus):
    indicator = add_indicator(by=province, code="HOURS", name="停电时间")
    value = IndicatorValueFactory(unit=bureaus["CA"], indicator=indicator, figure="2")
    change_indicator(indicator, by=province, version=1, unit_of_measure="h")
    value.refresh_from_db()
    assert units_entered_in([value]) == {}


def test_the_default_library_is_loaded_once_and_keeps_what_is_there(province, bureaus, officer):
    own = add_indicator(by=province, code="COMPLAINTS", name="投诉", per=10**10)
    with pytest.raises(PermissionDenied):
        load_default_library(by=officer("bureau", bureaus["CA"], Role.BUREAU_OFFICE))
    loaded = load_default_library(by=province)
    assert sorted(one.code for one in loaded) == sorted(set(DEFAULT_LIBRARY) - {"COMPLAINTS"})
    assert load_default_library(by=province) == []
    own.refresh_from_db()
    assert (own.name, own.meaning) == ("投诉", "")
    for indicator in loaded:
        indicator.full_clean()
    assert AuditEvent.objects.filter(verb="add_indicator").count() == len(DEFAULT_LIBRARY)
