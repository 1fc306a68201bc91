from datetime import date

import pytest

from branches.choices import UnitKind
from branches.models import Secondment
from tests.factories.branches import AssignmentFactory, MemberFactory, PartyUnitFactory


@pytest.fixture(autouse=True)
def on_a_day(time_machine):
    time_machine.move_to("2026-06-10 12:00+08:00")


@pytest.fixture
def temporary(units):
    opened = {"opened_on": date(2026, 3, 1), "lapses_on": date(2027, 1, 1)}
    return PartyUnitFactory(code="T", kind=UnitKind.TEMPORARY_BRANCH, parent=units["C1"], **opened)


def test_members_are_named_and_end_on_the_pages_of_the_branch(client, units, people, temporary):
    MemberFactory(unit=units["C1-1"], name="周明", staff_no="S-1")
    MemberFactory(unit=units["C1-2"], name="李倩", staff_no=None)
    MemberFactory(unit=units["B2-B"], name="外人", staff_no=None)
    client.force_login(people.county)
    offered = {deed["url"] for deed in client.get("/units/T/").context["deeds"]}
    assert {"/units/T/second/", "/units/T/second/end/"} <= offered
    assert "/units/T/groups/add/" not in offered
    answer = client.post("/units/T/second/", {"members": "周明\n外人", "on": "2026-06-01"})
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["members"])
    assert client.post("/units/T/second/", {"members": "S-1\n李倩", "on": "2026-06-01"}).status_code == 302
    page = client.get("/units/T/")
    assert [row.member.name for row in page.context["secondments"]] == ["周明", "李倩"]
    row = Secondment.objects.get(member__name="周明")
    sent = {"secondment": row.pk, "ends_on": "2026-06-05"}
    assert client.post("/units/T/second/end/", sent).status_code == 302
    assert [row.member.name for row in client.get("/units/T/").context["secondments"]] == ["李倩"]
    then = client.get("/units/T/?on=2026-06-05").context["secondments"]
    assert [row.member.name for row in then] == ["周明", "李倩"]


def test_names_end_at_the_branch_and_its_office(client, units, people, temporary):
    Secondment.objects.create(
        unit=temporary, member=MemberFactory(unit=units["C1-1"], name="周明"), starts_on=date(2026, 4, 1)
    )
    own = AssignmentFactory(role="BRANCH_SECRETARY", unit=temporary).user
    found = {}
    for user in (own, people.county, people.bureau, people.province):
        client.force_login(user)
        found[user.username] = "周明" in client.get("/units/T/").text
    assert list(found.values()) == [True, True, False, False]


def test_only_a_temporary_branch_has_them(client, units, people):
    client.force_login(people.county)
    for route in ("second/", "second/end/"):
        assert client.get(f"/units/C1-1/{route}").context["refusal"]
        assert client.post(f"/units/C1-1/{route}", {"members": "", "on": "2026-06-01"}).status_code == 422
