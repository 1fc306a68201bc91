"""A small province on a Monday noon in June, with members in one branch and its groups."""

from datetime import UTC, date, datetime
from types import SimpleNamespace

import pytest

from activities.records import ActivityData
from activities.signals import counting_changed
from branches.choices import Role
from tests.branches.conftest import units  # noqa: F401 - a fixture
from tests.factories.branches import AssignmentFactory, MemberFactory

NOON = datetime(2026, 6, 15, 4, tzinfo=UTC)  # 12:00 in Shanghai
TODAY = date(2026, 6, 15)


@pytest.fixture(autouse=True)
def monday_noon(time_machine):
    time_machine.move_to(NOON, tick=False)
    return time_machine


@pytest.fixture
def people(units):  # noqa: F811 - the fixture
    """Who acts: one for each office, the branch and its group, and a plain member."""
    named = [
        ("province", Role.PROVINCE_OFFICE, "P"),
        ("bureau", Role.BUREAU_OFFICE, "B1"),
        ("bureau2", Role.BUREAU_OFFICE, "B2"),
        ("county", Role.COUNTY_OFFICE, "C1"),
        ("county_deputy", Role.COUNTY_OFFICE, "C1"),
        ("secretary", Role.BRANCH_SECRETARY, "C1-1"),
        ("deputy", Role.BRANCH_SECRETARY, "C1-1"),
        ("secretary2", Role.BRANCH_SECRETARY, "C1-2"),
        ("leader", Role.GROUP_LEADER, "C1-1-1"),
        ("member", Role.MEMBER, "C1-1"),
        ("evaluator", Role.EVALUATOR, "P"),
    ]
    made = {
        name: AssignmentFactory(user__username=name, user__name=name, role=role, unit=units[code]).user
        for name, role, code in named
    }
    return SimpleNamespace(**made)


@pytest.fixture
def members(units):  # noqa: F811 - the fixture
    """Four in the branch itself, two in its first group."""
    names = [("周明", "C1-1"), ("李倩", "C1-1"), ("黄志强", "C1-1"), ("韦国华", "C1-1")]
    names += [("陆建军", "C1-1-1"), ("梁慧", "C1-1-1")]
    return [MemberFactory(name=name, unit=units[code]) for name, code in names]


@pytest.fixture
def data(units):  # noqa: F811 - the fixture
    """``data(kind=…)``: the facts of a themed Party day of branch C1-1 last Friday."""

    def make(unit="C1-1", **given):
        facts = {"kind": "THEMED_PARTY_DAY", "title": "入户检查", "held_on": date(2026, 6, 12)}
        facts |= {"no_core_task": "本月没有中心任务"}
        return ActivityData(unit_id=units[unit].pk, **facts | given)

    return make


@pytest.fixture
def announced():
    """What ``counting_changed`` said, each time it was sent."""
    heard = []

    def hear(sender, unit_ids, days, **kwargs):
        heard.append((set(unit_ids), set(days)))

    counting_changed.connect(hear)
    yield heard
    counting_changed.disconnect(hear)
