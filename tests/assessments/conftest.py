from pathlib import Path

import pytest
from django.core.management import call_command
from django.utils.translation import override

from assessments.operations import ensure_period, recompute_scheme
from branches.choices import Role, UnitKind
from tests.assessments.measures import registered
from tests.factories.accounts import UserFactory
from tests.factories.assessments import AwardFactory, IndicatorValueFactory, RatingFactory, scheme
from tests.factories.branches import AssignmentFactory, OrganisationFactory, PartyUnitFactory

FILES = Path(__file__).parent / "files"


@pytest.fixture(autouse=True)
def in_english():
    """Reasons are compared in the language they are written in."""
    with override("en"):
        yield


@pytest.fixture
def run_command(capsys):
    """``run_command("recompute", "2026H1")`` gives the lines it printed."""

    def run(*words, **options):
        call_command(*words, **options)
        return capsys.readouterr().out.splitlines()

    return run


@pytest.fixture
def company(db):
    """The provincial committee, to hang bureaus under."""
    organisation = OrganisationFactory(code="PROV", kind="PROVINCIAL")
    return PartyUnitFactory(code="CP", name="省公司党委", kind=UnitKind.COMMITTEE, organisation=organisation)


@pytest.fixture
def bureaus(company):
    """The three committees of C-04, by code."""
    units = {}
    for code, name in (("CA", "甲局党委"), ("CB", "乙局党委"), ("CC", "丙局党委")):
        organisation = OrganisationFactory(code=f"O-{code}", parent=company.organisation)
        units[code] = PartyUnitFactory(
            code=code, name=name, kind=UnitKind.COMMITTEE, parent=company, organisation=organisation
        )
    return units


@pytest.fixture(scope="package", autouse=True)
def measures_for_tests():
    with registered():
        yield


@pytest.fixture
def branches(db):
    """``branches(3)`` makes branches B1, B2, B3 at one organisation."""

    def make(count):
        organisation = OrganisationFactory(code="O-B")
        return [
            PartyUnitFactory(code=f"B{number}", kind=UnitKind.BRANCH, organisation=organisation)
            for number in range(1, count + 1)
        ]

    return make


@pytest.fixture
def score(branches):
    """``score([{"A1": "9.9"}, …], section…)``: branches with these figures, scored; their entries."""

    def scored(figures, *sections, **more):
        board = scheme(*sections, **more)
        sources = dict(board.items.values_list("code", "source_type"))
        units = branches(len(figures))
        for unit, given in zip(units, figures, strict=True):
            for code, figure in given.items():
                give(board, unit, sources[code], code, figure)
        return list(recompute_scheme(board, ensure_period("2026H1"), by=None).entries.order_by("unit_code"))

    return scored


def give(board, unit, source, code, figure):
    if source == "REPORTED":
        IndicatorValueFactory(unit=unit, indicator=code, figure=figure)
    elif source == "AWARDED":
        AwardFactory(unit=unit, scheme_code=board.code, item_code=code, figure=figure)
    else:
        for one in figure:
            RatingFactory(unit=unit, scheme_code=board.code, item_code=code, figure=one)


@pytest.fixture
def officer(db):
    """``officer("anna", unit, role)``: a user with that role at the unit."""

    def make(username, unit, role=Role.PROVINCE_OFFICE):
        user = UserFactory(username=username)
        AssignmentFactory(user=user, unit=unit, role=role)
        return user

    return make


@pytest.fixture
def people(company, officer):
    """Who may prepare and approve boards."""
    return [officer("preparer", company), officer("approver", company)]
