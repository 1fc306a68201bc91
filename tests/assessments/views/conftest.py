"""A published board of three branches whose every figure can be worked out by hand."""

from datetime import UTC, date, datetime

import pytest
from django.conf import settings as django_settings
from django.test import Client

from activities.operations import generate_duties
from assessments.models import Indicator
from assessments.operations import Decision, publish
from branches.choices import Role, UnitKind
from core.periods import parse_period
from tests.factories.accounts import UserFactory
from tests.factories.activities import ActivityFactory
from tests.factories.assessments import (
    IndicatorValueFactory,
    RatingFactory,
    awarded,
    import_document,
    item,
    section,
)
from tests.factories.assessments import document as scheme_document
from tests.factories.branches import AssignmentFactory, OrganisationFactory, PartyUnitFactory

NOON = datetime(2026, 7, 20, 4, tzinfo=UTC)
MEETINGS = {"type": "MEASURE", "code": "activities.meetings_completion"}
PARTY_DAYS = {"type": "MEASURE", "code": "activities.party_day_attendance"}
BAND = {"type": "BAND", "satisfactory": "100", "unacceptable": "50"}


@pytest.fixture(autouse=True)
def noon(time_machine):
    time_machine.move_to(NOON, tick=False)


@pytest.fixture
def tree(company):
    """CP over the bureaus BA (branches A1, A2) and BB (branch B1)."""
    units = {"CP": company}
    for bureau in ("BA", "BB"):
        organisation = OrganisationFactory(code=f"O-{bureau}", parent=company.organisation)
        units[bureau] = PartyUnitFactory(
            code=bureau,
            name=f"{bureau}局党委",
            kind=UnitKind.COMMITTEE,
            parent=company,
            organisation=organisation,
        )
    for branch in ("A1", "A2", "B1"):
        above = units[f"B{branch[0]}"]
        units[branch] = PartyUnitFactory(
            code=branch, name=f"{branch}党支部", parent=above, organisation=above.organisation
        )
    return units


def rules(**more):
    """Two sections of equal weight, every kind of source."""
    party = section(
        "PARTY",
        item("P1", weight="30", source=MEETINGS, rule=BAND),
        item("P2", weight="10", source=PARTY_DAYS, rule={"type": "DIRECT"}),
        item("P3", weight="10", source={"type": "RATING"}, missing="NOT_APPLICABLE"),
        weight="50",
    )
    business = section(
        "BUSINESS",
        item("B1", weight="30", rule={"type": "BAND", "satisfactory": "6", "unacceptable": "14"}),
        item(
            "B2",
            weight="10",
            source={"type": "REPORTED", "code": "B2", "per": "10000"},
            rule={"type": "DEDUCT", "per_event": "20"},
        ),
        awarded("B3", "10", missing="NOT_APPLICABLE"),
        weight="50",
    )
    gap = {"sections": ["PARTY", "BUSINESS"], "threshold": "15"}
    return scheme_document(party, business, board_scopes=["COMPANY", "PARENT"], gap=gap, **more)


@pytest.fixture
def board(tree):
    """A1 is the best; A2 has a gap; B1 is without its B2."""

    def make(**more):
        import_document(rules(**more))
        generate_duties(parse_period("2026H1"))
        for number in range(1, 5):  # four of the four meetings of A1: two general ones, two lectures
            kind = "GENERAL_MEETING" if number % 2 else "PARTY_LECTURE"
            held(tree["A1"], kind, date(2026, 3 if number < 3 else 6, 10))
        held(tree["A2"], "GENERAL_MEETING", date(2026, 3, 11))
        held(tree["B1"], "GENERAL_MEETING", date(2026, 3, 12))
        held(tree["B1"], "PARTY_LECTURE", date(2026, 3, 13))
        held(tree["A1"], "THEMED_PARTY_DAY", date(2026, 5, 5), parts={tree["A1"]: (10, 9, 0)})
        for code, figure in (("A1", "8"), ("A2", "6"), ("B1", "14")):
            IndicatorValueFactory(unit=tree[code], indicator="B1", figure=figure)
        complaints = Indicator.objects.get(code="B2")
        for code, count in (("A1", 14), ("A2", 0)):
            IndicatorValueFactory(
                unit=tree[code],
                indicator=complaints,
                value=count * 10**6,
                denominator=350_000 * 10**6,
                raw=count * 10**10 // 350_000,
                entered_by=UserFactory(name="填报人"),
            )
        for score in ("80", "85"):
            RatingFactory(unit=tree["A1"], item_code="P3", figure=score)
        return tree

    return make


def held(unit, kind, day, **more):
    return ActivityFactory(unit=unit, kind=kind, held_on=day, title=f"{unit.code} {kind} {day}", **more)


@pytest.fixture
def published(board, people):
    tree = board()
    publish("2026H1", "board", Decision(*people, minutes="7", waiver="B1 lost its books"))
    return tree


@pytest.fixture
def sign_in(tree):
    """``sign_in(Role.BRANCH_SECRETARY, "A1")``: a client of somebody with that role there."""

    def make(role=None, code=""):
        user = UserFactory()
        if role:
            AssignmentFactory(user=user, role=role, unit=tree[code])
        client = Client(headers={"accept-language": "en"})
        client.force_login(user, backend=django_settings.AUTHENTICATION_BACKENDS[-1])
        client.user = user
        return client

    return make


@pytest.fixture
def office(sign_in):
    return sign_in(Role.PROVINCE_OFFICE, "CP")


@pytest.fixture
def secretary(sign_in):
    return sign_in(Role.BRANCH_SECRETARY, "A1")
