from types import SimpleNamespace

import pytest

from branches.choices import Role, UnitKind
from tests.factories.branches import AssignmentFactory, PartyUnitFactory


@pytest.fixture
def county(db):
    """A branch with its secretary, under a bureau with its office, under the province with its own."""
    province = PartyUnitFactory(code="GX", name="省公司党委", kind=UnitKind.COMMITTEE)
    bureau = PartyUnitFactory(code="GX-NN", name="南宁局党委", kind=UnitKind.COMMITTEE, parent=province)
    branch = PartyUnitFactory(code="GX-NN-01", name="城西供电所党支部", parent=bureau)
    other = PartyUnitFactory(code="GX-NN-02", name="城东供电所党支部", parent=bureau)

    def person(unit, role):
        return AssignmentFactory(unit=unit, role=role).user

    return SimpleNamespace(
        province=province,
        bureau=bureau,
        branch=branch,
        other=other,
        secretary=person(branch, Role.BRANCH_SECRETARY),
        other_secretary=person(other, Role.BRANCH_SECRETARY),
        office=person(bureau, Role.BUREAU_OFFICE),
        province_office=person(province, Role.PROVINCE_OFFICE),
    )
