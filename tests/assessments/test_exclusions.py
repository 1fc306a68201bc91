"""A storm, an outage upstream: what is left out of a figure, and that both figures stay."""

from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from assessments.models import Exclusion, Indicator, IndicatorValue
from assessments.operations import (
    TypedFigure,
    ask_exclusion,
    ensure_period,
    enter_values,
    refuse_exclusion,
    verify_exclusion,
)
from branches.choices import Role
from core import clock
from core.models import AuditEvent
from core.workflow import MoveRefused, VersionConflict
from tests.factories.assessments import ExclusionFactory, IndicatorValueFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def hours(bureaus):
    indicator = Indicator.objects.create(code="HOURS", name="停电时间", direction="LOWER")
    return IndicatorValueFactory(unit=bureaus["CA"], indicator=indicator, figure="9.9")


@pytest.fixture
def people(bureaus, company, officer):
    return {
        "asks": officer("asks", bureaus["CA"], Role.BUREAU_OFFICE),
        "decides": officer("decides", company),
        "elsewhere": officer("elsewhere", bureaus["CB"], Role.BUREAU_OFFICE),
    }


def ask(value, people, amount="3.2", **more):
    words = {"cause": "STORM", "because": "9月9日台风"} | more
    return ask_exclusion(
        value, by=people["asks"], amount=None if amount is None else Decimal(amount), **words
    )


def now(value):
    value.refresh_from_db()
    return value.value, value.denominator, value.raw


def test_a_verified_exclusion_lowers_the_figure_and_keeps_the_value(hours, people):
    exclusion = ask(hours, people)
    assert now(hours) == (9_900_000, None, 9_900_000)
    moved = verify_exclusion(exclusion, by=people["decides"], version=1)
    assert (moved.state, moved.decided_by) == ("VERIFIED", people["decides"])
    assert now(hours) == (9_900_000, None, 6_700_000)
    assert AuditEvent.objects.get(verb="exclude").summary == {"raw": [9_900_000, 6_700_000]}


def test_several_exclusions_add_up(hours, people):
    for amount in ("3.2", "0.7"):
        verify_exclusion(ask(hours, people, amount), by=people["decides"], version=1)
    assert now(hours)[2] == 6_000_000


def test_all_of_a_figure_may_be_left_out(hours, people):
    verify_exclusion(ask(hours, people, None), by=people["decides"], version=1)
    assert now(hours) == (9_900_000, None, 0)
    with pytest.raises(MoveRefused, match="No more can be left out"):
        ask(hours, people, "1")


def test_a_rate_is_made_again_of_what_counts(bureaus, people):
    calls = Indicator.objects.create(code="CALLS", name="万户投诉", per=10_000 * 10**6)
    value = IndicatorValueFactory(
        unit=bureaus["CA"], indicator=calls, value=14 * 10**6, denominator=350_000 * 10**6, raw=400_000
    )
    verify_exclusion(ask(value, people, "7"), by=people["decides"], version=1)
    assert now(value) == (14 * 10**6, 350_000 * 10**6, 200_000)


def test_where_more_is_better_what_a_storm_took_is_given_back(bureaus, people):
    rate = Indicator.objects.create(code="RS", name="供电可靠率", direction="HIGHER", unit_of_measure="%")
    value = IndicatorValueFactory(unit=bureaus["CA"], indicator=rate, figure="99.5")
    with pytest.raises(MoveRefused, match="say how much was lost"):
        ask(value, people, None)
    verify_exclusion(ask(value, people, "0.3"), by=people["decides"], version=1)
    assert now(value) == (99_500_000, None, 99_800_000)


def test_no_more_is_left_out_than_was_reported(hours, people):
    with pytest.raises(MoveRefused, match="No more can be left out"):
        ask(hours, people, "9.91")


@pytest.mark.parametrize("amounts", [("6", "4"), (None, "4")])
def test_no_more_is_asked_for_than_was_reported(hours, people, amounts):
    first, second = amounts
    waiting = ask(hours, people, first)
    with pytest.raises(MoveRefused, match="No more can be left out"):
        ask(hours, people, second)
    refuse_exclusion(waiting, by=people["decides"], version=1, reason="no")
    ask(hours, people, second)


def test_no_more_is_verified_than_was_reported(hours, people):
    """Both could be asked for while the figure was larger."""
    first, second = [ask(hours, people, amount) for amount in ("6", "3")]
    figure = TypedFigure(hours.unit_id, hours.indicator_id, Decimal(7))
    enter_values("2026H1", [figure], by=people["asks"], submit=True)
    verify_exclusion(first, by=people["decides"], version=1)
    standing = now(hours)
    with pytest.raises(MoveRefused, match="No more can be left out"):
        verify_exclusion(second, by=people["decides"], version=1)
    second.refresh_from_db()
    assert (second.state, now(hours)) == ("ASKED", standing)


def test_asking_twice_asks_once(hours, people):
    assert ask(hours, people) == ask(hours, people)


def test_who_asks_enters_figures_for_the_unit_and_another_decides(hours, people):
    with pytest.raises(PermissionDenied):
        ask_exclusion(hours, by=people["elsewhere"], cause="STORM", because="wind", amount=None)
    exclusion = ask(hours, people)
    with pytest.raises(MoveRefused, match="record of their own"):
        verify_exclusion(exclusion, by=people["asks"], version=1)
    with pytest.raises(PermissionDenied):
        verify_exclusion(exclusion, by=people["elsewhere"], version=1)
    with pytest.raises(VersionConflict):
        verify_exclusion(exclusion, by=people["decides"], version=2)
    with transaction.atomic(), pytest.raises(IntegrityError):
        Exclusion.objects.filter(pk=exclusion.pk).update(
            state="VERIFIED", decided_by=people["asks"], decided_at=exclusion.asked_at
        )


def test_a_refusal_has_a_reason_and_changes_no_figure(hours, people):
    exclusion = ask(hours, people)
    with pytest.raises(MoveRefused, match="Give a reason"):
        refuse_exclusion(exclusion, by=people["decides"], reason="", version=1)
    refused = refuse_exclusion(exclusion, by=people["decides"], reason="no storm that day", version=1)
    assert (refused.state, refused.reason) == ("REFUSED", "no storm that day")
    assert now(hours)[2] == 9_900_000


def test_a_figure_that_is_no_more_than_a_draft_has_nothing_to_leave_out(hours, people):
    IndicatorValue.objects.update(state="DRAFT", origin="TYPED")
    with pytest.raises(MoveRefused, match="Submit the figure first"):
        ask(hours, people)


def test_an_archived_period_stays_as_it_is(hours, people):
    exclusion = ask(hours, people)
    period = ensure_period("2026H1")
    period.state, period.archived_at = "ARCHIVED", clock.now()
    period.save()
    with pytest.raises(MoveRefused, match="archived"):
        verify_exclusion(exclusion, by=people["decides"], version=1)
    with pytest.raises(MoveRefused, match="archived"):
        ask(hours, people, "1")


def test_a_corrected_value_keeps_its_exclusion(hours, people):
    verify_exclusion(ask(hours, people), by=people["decides"], version=1)
    figure = TypedFigure(hours.unit_id, hours.indicator_id, Decimal("10"))
    enter_values("2026H1", [figure], by=people["asks"], submit=True)
    assert now(hours) == (10_000_000, None, 6_800_000)


def test_what_is_imported_keeps_its_exclusion_too(hours, people, tmp_path, run_command):
    verify_exclusion(ask(hours, people), by=people["decides"], version=1)
    file = tmp_path / "in.csv"
    for value in ("9.9", "11"):
        file.write_text(f"unit_code,period,indicator_code,value\nCA,2026H1,HOURS,{value}", encoding="utf-8")
        run_command("import_values", file)
    assert now(hours) == (11_000_000, None, 7_800_000)
    assert AuditEvent.objects.get(verb="import_value").summary == {"value": ["9.9", "11"]}


def test_a_given_back_amount_may_not_pass_the_limit(bureaus, people):
    rate = Indicator.objects.create(code="KWH", name="电量", direction="HIGHER")
    value = IndicatorValueFactory(unit=bureaus["CA"], indicator=rate, figure="9999999")
    exclusion = ask(value, people, "1")
    with pytest.raises(MoveRefused, match="stay below"):
        verify_exclusion(exclusion, by=people["decides"], version=1)
    assert Exclusion.objects.get().state == "ASKED"


def test_exclusions_are_seen_with_their_figure(hours, people):
    exclusion = ExclusionFactory(value=hours)
    seen = [list(Exclusion.objects.allowed_to(people[name], "view")) for name in ("asks", "elsewhere")]
    assert seen == [[exclusion], []]
