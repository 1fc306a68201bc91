"""A year of one branch: what is owed appears, one meeting is late, one returned, one exempt, the secretary
changes in July, the election is warned of; the report at the end agrees with a count by hand."""

import re
from datetime import date
from types import SimpleNamespace

import pytest
from django.core.management import call_command
from django.urls import reverse

from activities.choices import ActivityKind
from activities.models import Activity, CoreTask, Duty
from branches.choices import Position, Role, UnitKind
from branches.models import Assignment
from tests.factories.accounts import PASSWORD, UserFactory
from tests.factories.activities import ActivityFactory
from tests.factories.branches import AssignmentFactory, MemberFactory, PartyUnitFactory, PostFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
ELECTED = date(2023, 12, 15)


@pytest.fixture
def branch(time_machine):
    """A bureau with its office; a branch with a secretary, a committee, a group and what it works on."""
    time_machine.move_to("2026-01-05 09:00+08:00")
    bureau = PartyUnitFactory(code="NJ", name="南江供电局党委", kind=UnitKind.COMMITTEE)
    unit = PartyUnitFactory(code="NJ-01", name="城西供电所党支部", parent=bureau, last_election_on=ELECTED)
    group = PartyUnitFactory(code="NJ-01-1", name="营业班党小组", parent=unit, kind=UnitKind.GROUP)
    AssignmentFactory(user__username="office", role=Role.BUREAU_OFFICE, unit=bureau)
    for name in ("周明", "李倩"):
        MemberFactory(name=name, unit=unit, user=UserFactory(username=name, name=name))
    publicity, leader = (MemberFactory(name="黄志强", unit=unit), MemberFactory(name="韦国华", unit=group))
    MemberFactory.create_batch(5, unit=group)
    PostFactory(member=unit.members.get(name="周明"), unit=unit, starts_on=ELECTED)
    PostFactory(member=publicity, unit=unit, position=Position.PUBLICITY, starts_on=ELECTED)
    PostFactory(member=leader, unit=group, position=Position.GROUP_LEADER, starts_on=ELECTED)
    task = CoreTask.objects.create(unit=bureau, name="迎峰度夏保供电", starts_on=date(2026, 1, 1))
    return SimpleNamespace(unit=unit, group=group, task=task)


@pytest.fixture
def visit(branch, live_server, new_page, check_accessible, time_machine):
    """``visit("周明", "2026-02-25")`` signs somebody in on that day and gives a function that opens pages.

    The office sits at a desk, the secretaries have their telephones.
    """
    judged = set()

    def sign_in(name, day):
        time_machine.move_to(f"{day} 09:30+08:00")
        call_command("remind", verbosity=0)
        page = new_page("desktop" if name == "office" else "phone")
        page.set_default_timeout(20_000)
        page.goto(f"{live_server.url}/accounts/login/")
        page.fill("[name=login]", name)
        page.fill("[name=password]", PASSWORD)
        page.press("[name=password]", "Enter")
        page.wait_for_url(f"{live_server.url}/")

        def go(path, *, status=200):
            response = page.goto(f"{live_server.url}{path}")
            assert response.status == status, path
            kind = (page.viewport_size["width"], re.sub(r"\d+", "0", path))
            if status == 200 and kind not in judged:
                judged.add(kind)
                check_accessible(page)
            return page

        return go

    return sign_in


def owed(page, kind):
    return page.locator(f".todo a[href*='kind={kind}']").count()


def record(go, branch, kind, title, held_on):
    """Filled in and submitted as the secretary does it."""
    page = go(f"/activities/new/?kind={kind}&unit={branch.unit.code}")
    page.fill("[name=held_on]", held_on)
    page.fill("[name=title]", title)
    page.check(f"[name=core_task][value='{branch.task.pk}']")
    page.click(".actbar .btn-primary")
    page.wait_for_url(re.compile(r"/activities/\d+/$"))
    return Activity.objects.get(title=title)


def confirm(go):
    page = go("/activities/review/")
    for box in page.locator("[name=row]").all():
        box.check()
    page.click("text=确认所选")
    page.wait_for_load_state("networkidle")


def decide(page, reason):
    page.fill("[name=reason]", reason)
    page.click("main form .btn-primary")
    page.wait_for_load_state("networkidle")


def a_meeting_in_time(visit, branch):
    secretary = visit("周明", "2026-01-20")
    page = secretary("/")
    assert min(owed(page, kind) for kind in ("COMMITTEE_MEETING", "THEMED_PARTY_DAY")) == 1
    meeting = record(secretary, branch, "COMMITTEE_MEETING", "一月支委会", "2026-01-19")
    assert (meeting.state, meeting.is_late, meeting.core_task) == ("SUBMITTED", False, branch.task)
    assert owed(secretary("/"), "COMMITTEE_MEETING") == 0  # the secretary's part is done
    confirm(visit("office", "2026-01-21"))
    meeting.refresh_from_db()
    assert (meeting.state, meeting.confirmed_by.username) == ("CONFIRMED", "office")


def a_party_day_late(visit, branch):
    late = record(visit("周明", "2026-02-25"), branch, "THEMED_PARTY_DAY", "二月主题党日", "2026-02-10")
    confirm(visit("office", "2026-02-26"))
    late.refresh_from_db()
    assert (late.state, late.is_late) == ("CONFIRMED", True)
    duty = Duty.objects.get(
        unit=branch.unit, rule__kind=ActivityKind.THEMED_PARTY_DAY, first_day=date(2026, 2, 1)
    )
    assert Duty.objects.with_state(date(2026, 2, 26)).get(pk=duty.pk).duty_state == "LATE"


def a_general_meeting_returned(visit, branch):
    meeting = record(visit("周明", "2026-03-20"), branch, "GENERAL_MEETING", "一季度党员大会", "2026-03-18")
    office = visit("office", "2026-03-21")
    decide(office(reverse("activities:return", args=[meeting.pk])), "请写明地点")
    secretary = visit("周明", "2026-03-23")
    assert "请写明地点" in secretary("/").locator("main").inner_text()
    page = secretary(reverse("activities:update", args=[meeting.pk]))
    page.fill("[name=place]", "城西供电所会议室")
    page.click(".actbar .btn-primary")
    page.wait_for_url(re.compile(rf"/activities/{meeting.pk}/$"))
    confirm(visit("office", "2026-03-24"))
    state = Duty.objects.with_state(date(2026, 3, 24)).get(
        unit=branch.unit, rule__kind=ActivityKind.GENERAL_MEETING, first_day=date(2026, 1, 1)
    )
    assert (state.duty_state, state.accepted_at_first) == ("DONE", False)


def a_group_meeting_exempt(visit, branch):
    go = visit("office", "2026-04-10")
    duty = Duty.objects.get(
        unit=branch.group, rule__kind=ActivityKind.GROUP_MEETING, first_day=date(2026, 4, 1)
    )
    # the group's own branch decides on it, not the office above
    go(reverse("duties:exempt", args=[duty.pk]), status=403)
    secretary = visit("周明", "2026-04-10")
    decide(secretary(reverse("duties:exempt", args=[duty.pk])), "全组抗旱保电")
    duty.refresh_from_db()
    assert (duty.exempt_reason, duty.exempted_by.username) == ("全组抗旱保电", "周明")


def the_election_is_warned_of(visit, branch):
    """Half a year ahead, not before."""
    shown = [
        "2026-12-15" in visit("office", day)("/units/alerts/").locator("main").inner_text()
        for day in ("2026-06-12", "2026-06-16")
    ]
    assert shown == [False, True]


def hand_over_in_july(visit, branch):
    """The new secretary sees everything at once, the old one loses access that day."""
    go = visit("office", "2026-06-29")
    page = go(reverse("branches:hand_over", args=[branch.unit.code]))
    page.fill("[name=on]", "2026-07-01")
    field = page.locator("[name=to_member]")
    offered = page.locator("datalist option")
    key = next(
        one.get_attribute("value") for one in offered.all() if "李倩" in one.evaluate("o => o.outerHTML")
    )
    field.fill(key)
    page.click("main form .btn-primary")
    assert "2026-06-30" in page.locator("dl.chk").inner_text()
    page.click("main form .btn-primary")
    page.wait_for_load_state("networkidle")
    meeting = Activity.objects.get(title="一季度党员大会")
    address = reverse("activities:detail", args=[meeting.pk])
    visit("周明", "2026-06-30")(address)
    visit("李倩", "2026-06-30")(address, status=404)
    visit("周明", "2026-07-01")(address, status=404)
    assert "一季度党员大会" in visit("李倩", "2026-07-01")(address).locator("main").inner_text()
    assert not Assignment.objects.filter(user__username="周明").live().exists()


def the_rest_of_the_year(branch):
    """Three meetings of the group and two lectures, as they come from a file."""
    for month in (1, 2, 3):
        ActivityFactory(unit=branch.group, kind=ActivityKind.GROUP_MEETING, held_on=date(2026, month, 12))
    for month in (2, 5):
        ActivityFactory(unit=branch.unit, kind=ActivityKind.PARTY_LECTURE, held_on=date(2026, month, 15))


def the_report_agrees(visit, branch):
    """By hand: 4 general meetings owed and 1 held, 12 and 1 of the committee, 11 (one exempt) and 3 of the
    group, 4 and 2 lectures, 12 and 1 Party days; 7 of 31 are 22.6 %; one late record, three core tasks;
    one of 8 records was returned first."""
    page = visit("李倩", "2026-12-31")(f"/reports/R-03/?unit={branch.unit.code}&period=2026")
    total = [text.strip() for text in page.locator("main table tfoot").first.inner_text().split()]
    figures = [text for text in total if re.fullmatch(r"[\d.]+%?", text)]
    assert figures == ["4", "1", "12", "1", "11", "3", "4", "2", "12", "1", "22.6%", "1", "3", "1", "87.5%"]


def test_a_year_of_one_branch(visit, branch):
    a_meeting_in_time(visit, branch)
    a_party_day_late(visit, branch)
    a_general_meeting_returned(visit, branch)
    a_group_meeting_exempt(visit, branch)
    the_election_is_warned_of(visit, branch)
    hand_over_in_july(visit, branch)
    the_rest_of_the_year(branch)
    the_report_agrees(visit, branch)
