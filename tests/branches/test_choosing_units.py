"""Units and organisations are chosen by name: few from a list, many by a part of it; a code does too."""

import re

import pytest

from branches.choices import Role, UnitKind
from branches.forms import fields
from branches.models import PartyUnit, Transfer
from tests.factories.accounts import PASSWORD
from tests.factories.branches import (
    AssignmentFactory,
    MemberFactory,
    OrganisationFactory,
    PartyUnitFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def many(monkeypatch, units):
    """More than fit a list, two of them alike in name."""
    monkeypatch.setattr(fields, "IN_A_SELECT", 3)
    for code, name, parent in (("S1", "城西供电所党支部", "C1"), ("S2", "城西所党支部", "C2")):
        PartyUnitFactory(code=code, name=name, parent=units[parent])
    PartyUnit.objects.filter(code="B2-B").update(name="城西机关党支部")


@pytest.fixture
def transfer(client, units, people):
    member = MemberFactory(unit=units["C1-1"])
    client.force_login(people.bureau)
    url = f"/units/C1-1/members/{member.pk}/transfer/"

    def send(**typed):
        return client.post(url, {"on": "2026-06-01"} | typed)

    send.url = url
    return send


@pytest.fixture(autouse=True)
def on_a_day(time_machine):
    time_machine.move_to("2026-06-10 12:00+08:00", tick=False)


def goes_to(answer):
    assert answer.status_code == 200, answer.context["form"].errors
    return answer.context["rows"][2]["value"]


def test_few_stand_in_a_list_in_the_order_of_the_tree(client, units, transfer):
    field = client.get(transfer.url).context["form"]["to_unit"]
    assert [(value, label.replace("\u3000", ">")) for value, label in field.field.widget.choices] == [
        ("", "—"),
        ("B1-B", "单位B1-B"),
        ("C1-1-1", ">>单位C1-1-1"),
        ("C1-1-2", ">>单位C1-1-2"),
        ("C1-2", ">单位C1-2"),
        ("C1-2-1", ">>单位C1-2-1"),
        ("C2-1", ">单位C2-1"),
    ]
    assert goes_to(transfer(to_unit="C1-2")) == "单位C1-2"
    again = transfer(to_unit="C1-2", on="")
    assert '<option value="C1-2" selected>' in again.text


@pytest.mark.parametrize("text", ["S1", "城西供电所党支部", "s1"])
def test_many_are_found_by_code_and_by_name(many, transfer, text):
    assert goes_to(transfer(to_unit=text)) == "城西供电所党支部"


def test_a_text_that_fits_several_offers_them_and_stays(many, transfer):
    answer = transfer(to_unit="城西", reason="换岗")
    assert answer.status_code == 422
    form = answer.context["form"]
    assert form.fields["to_unit"].matches == [
        ("S1", "城西供电所党支部 · 单位C1 (S1)"),
        ("S2", "城西所党支部 · 单位C2 (S2)"),
    ]
    assert (form["to_unit"].value(), form["reason"].value()) == ("城西", "换岗")
    assert answer.text.count('name="to_unit_code"') == 3
    assert transfer(to_unit="城西", to_unit_code="").status_code == 422
    chosen = transfer(to_unit="城西", to_unit_code="S2")
    assert goes_to(chosen) == "城西所党支部"
    assert chosen.context["typed"]["to_unit_code"] == ["S2"]
    assert transfer(to_unit="城西", to_unit_code="S2", confirmed="1").status_code == 302
    assert Transfer.objects.get().to_unit.code == "S2"


def test_a_part_of_a_name_is_never_taken_for_the_whole(many, transfer):
    form = transfer(to_unit="西供").context["form"]
    assert form.fields["to_unit"].matches == [("S1", "城西供电所党支部 · 单位C1 (S1)")]
    assert form["to_unit"].value() == "西供"


def test_what_is_out_of_reach_is_not_found_by_name_either(many, transfer):
    told = [transfer(to_unit=text).context["form"].errors["to_unit"] for text in ("城西机关", "B2-B", "没有")]
    assert told[0] == told[1] == told[2]
    for code in ("B2-B", "NONE"):
        answer = transfer(to_unit="城西", to_unit_code=code)
        assert answer.context["form"].errors["to_unit"] == told[0]


def test_too_many_matches_ask_for_more_of_the_name(many, transfer):
    PartyUnit.objects.filter(code__startswith="C").update(name="城西")
    for number in range(fields.MATCHES_SHOWN):
        PartyUnitFactory(name=f"某支部{number}", parent=PartyUnit.objects.get(code="C1"))
    form = transfer(to_unit="支部").context["form"]
    assert (len(form.errors["to_unit"]), form.fields["to_unit"].matches) == (1, [])


def test_organisations_of_a_joint_branch_by_name(client, units, people):
    top = units["P"].organisation
    AssignmentFactory(user=people.bureau, role=Role.BUREAU_OFFICE, unit=units["P"])
    for code, name in (("T1", "东站"), ("T2", "西站"), ("T3", "西站二班")):
        OrganisationFactory(code=code, name=name, parent=top)
    client.force_login(people.bureau)
    typed = {"kind": UnitKind.JOINT_BRANCH, "name": "联合", "code": "N", "opened_on": "2026-06-01"}
    typed |= {"organisation": "T1"}
    asked = client.post("/units/C1/open/", typed | {"also_covers": "西站\nT3"})
    assert asked.context["rows"][3]["value"] == "东站、西站、西站二班"
    wrong = client.post("/units/C1/open/", typed | {"also_covers": "站\n北站"})
    assert list(wrong.context["form"].errors) == ["also_covers"]
    assert wrong.context["form"]["also_covers"].value() == "站\n北站"


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("script", [True, False])
def test_on_the_phone_with_and_without_script(browser, live_server, many, transfer, check_accessible, script):
    context = browser.new_context(viewport={"width": 390, "height": 844}, java_script_enabled=script)
    page = context.new_page()
    page.set_default_timeout(10_000)
    page.goto(f"{live_server.url}/accounts/login/?next={transfer.url}")
    page.fill("[name=login]", "bureau")
    page.fill("[name=password]", PASSWORD)
    page.press("[name=password]", "Enter")
    page.wait_for_url(f"{live_server.url}{transfer.url}")
    page.fill("[name=to_unit]", "城西")
    page.fill("[name=on]", "2026-06-01")
    page.click("main form .btn-primary")
    page.wait_for_selector("[name=to_unit_code]")
    if script:
        check_accessible(page)
    page.locator("label", has_text="城西所党支部").click()
    page.click("main form .btn-primary")
    page.wait_for_selector("dl.chk")
    assert "城西所党支部" in page.locator("dl.chk").inner_text()
    page.click("main form .btn-primary")
    page.wait_for_url(re.compile("/units/S2/members/"))
    context.close()
