"""Files as an office brings them: the whole result of each import, and each reason to refuse."""

import csv
from datetime import date
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils.translation import override

from accounts.models import Activation, User
from branches.importers import (
    MemberImporter,
    OrganisationImporter,
    PostImporter,
    UnitImporter,
    UserImporter,
)
from branches.models import Assignment, Member, Organisation, PartyUnit, Placement, Post, Transfer
from core.importing import run_import
from tests.factories.accounts import UserFactory
from tests.factories.branches import MemberFactory, OrganisationFactory, PartyUnitFactory, PostFactory

pytestmark = pytest.mark.django_db
TODAY = date(2026, 6, 10)
START = date(2026, 1, 1)


@pytest.fixture(autouse=True)
def on_a_day(time_machine):
    time_machine.move_to("2026-06-10 12:00+08:00", tick=False)
    with override("en"):
        yield


@pytest.fixture
def bring(tmp_path):
    """Imports the rows given as text; returns (created, updated, unchanged) and the reasons."""

    def bring(importer, *lines, **options):
        path = tmp_path / "file.csv"
        path.write_text("\n".join(lines), encoding="utf-8")
        report = run_import(importer(), path, by=None, **options)
        reasons = [(error.row, error.column, error.reason) for error in report.errors]
        return (report.created, report.updated, report.unchanged), reasons

    return bring


def rows(model, *fields):
    return list(model.objects.order_by("pk").values_list(*fields))


def places(code):
    found = Placement.objects.filter(unit__code=code).order_by("starts_on")
    return [(row.starts_on.isoformat(), row.parent and row.parent.code) for row in found]


# --- organisations ---------------------------------------------------------------------------------
ORGANISATIONS = (
    "code,name,kind,parent_code,staff_count,line_km",
    "O2,青江供电局,CITY_BUREAU,O1,400,12.345",
    "O1,省公司,PROVINCIAL,,,",
)


def test_organisations_whose_parent_follows(bring):
    assert bring(OrganisationImporter, *ORGANISATIONS) == ((2, 0, 0), [])
    child, parent = Organisation.objects.get(code="O2"), Organisation.objects.get(code="O1")
    assert (child.name, child.kind, child.parent, child.staff_count) == (
        "青江供电局",
        "CITY_BUREAU",
        parent,
        400,
    )
    assert str(child.line_km) == "12.35"
    assert (parent.path, child.path) == (f"{parent.pk:08}", f"{parent.pk:08}{child.pk:08}")
    assert bring(OrganisationImporter, *ORGANISATIONS) == ((0, 0, 2), [])


def test_an_absent_column_leaves_and_an_empty_cell_clears(bring):
    bring(OrganisationImporter, *ORGANISATIONS)
    header = "code,name,kind,parent_code,staff_count"
    assert bring(OrganisationImporter, header, "O2,青江局,CITY_BUREAU,O1,") == ((0, 1, 0), [])
    again = Organisation.objects.get(code="O2")
    assert (again.name, again.staff_count, str(again.line_km)) == ("青江局", None, "12.35")


def test_an_organisation_comes_back_elsewhere(bring):
    bring(OrganisationImporter, *ORGANISATIONS)
    header = "code,name,kind,parent_code"
    lines = ("O3,新公司,PROVINCIAL,", "O2,青江供电局,CITY_BUREAU,O3")
    assert bring(OrganisationImporter, header, *lines) == ((1, 1, 0), [])
    moved = Organisation.objects.get(code="O2")
    assert moved.path == f"{moved.parent.pk:08}{moved.pk:08}"


def test_circles_and_unknown_parents_are_refused_by_row(bring):
    lines = (
        "code,name,kind,parent_code",
        "A,甲,TEAM,B",
        "B,乙,TEAM,A",
        "C,丙,TEAM,C",
        "D,丁,TEAM,A",
        "E,戊,TEAM,nowhere",
    )
    circle = "This hangs under itself, directly or over others."
    counts, reasons = bring(OrganisationImporter, *lines)
    assert counts == (0, 0, 0)
    assert reasons == [
        (2, "parent_code", circle),
        (3, "parent_code", circle),
        (4, "parent_code", circle),
        (5, "parent_code", "There is no “A”."),
        (6, "parent_code", "There is no “nowhere”."),
    ]
    assert rows(Organisation, "code") == []


def test_a_circle_with_what_is_there_already(bring):
    bring(OrganisationImporter, *ORGANISATIONS)
    line = "O1,省公司,PROVINCIAL,O2"
    counts, reasons = bring(OrganisationImporter, "code,name,kind,parent_code", line)
    assert (counts, [reason[:2] for reason in reasons]) == ((0, 0, 0), [(2, "parent_code")])


def test_a_tree_too_deep_is_refused(bring):
    lines = [f"L{level:02},层,TEAM,{f'L{level - 1:02}' if level else ''}" for level in range(16)]
    counts, reasons = bring(OrganisationImporter, "code,name,kind,parent_code", *lines)
    assert (counts, reasons) == ((0, 0, 0), [(17, "parent_code", "The tree would have more than 15 levels.")])


def test_every_fault_of_a_row_is_told(bring):
    lines = ("code,name,kind,parent_code,staff_count,line_km", "a b,,HOUSE,,-1,-2")
    _counts, reasons = bring(OrganisationImporter, *lines)
    assert [reason[:2] for reason in reasons] == [
        (2, "code"),
        (2, "kind"),
        (2, "line_km"),
        (2, "name"),
        (2, "staff_count"),
    ]


def test_the_column_of_parents_must_be_there(bring):
    _counts, reasons = bring(OrganisationImporter, "code,name,kind", "A,甲,TEAM")
    assert [reason[:2] for reason in reasons] == [(1, "parent_code")]


def test_labels_in_chinese_do_as_well(bring, settings):
    lines = ("代码,名称,类别,上级代码", "O1,青江供电局,地市供电局,")
    assert bring(OrganisationImporter, *lines) == ((1, 0, 0), [])
    assert rows(Organisation, "kind") == [("CITY_BUREAU",)]


# --- units -------------------------------------------------------------------------------------------
UNITS = (
    "code,name,kind,parent_code,organisation_code,category,opened_on,closed_on",
    "Z1,支部一,BRANCH,D1,O,生产,2024/1/1,",
    "D1,局党委,COMMITTEE,,O,,,",
)


@pytest.fixture
def organisation():
    return OrganisationFactory(code="O")


def test_units_get_paths_and_first_places(bring, organisation):
    assert bring(UnitImporter, *UNITS) == ((2, 0, 0), [])
    branch, root = PartyUnit.objects.get(code="Z1"), PartyUnit.objects.get(code="D1")
    assert (branch.parent, branch.path, branch.category) == (root, f"{root.pk:08}{branch.pk:08}", "生产")
    assert (places("Z1"), places("D1")) == ([("2024-01-01", "D1")], [("1900-01-01", None)])
    assert bring(UnitImporter, *UNITS) == ((0, 0, 2), [])
    assert places("Z1") == [("2024-01-01", "D1")]


def test_a_unit_that_comes_back_elsewhere_moves_from_today(bring, organisation):
    bring(UnitImporter, *UNITS)
    group = PartyUnitFactory(code="G1", kind="GROUP", parent=PartyUnit.objects.get(code="Z1"))
    header = "code,name,kind,parent_code,organisation_code"
    lines = ("D2,另一党委,COMMITTEE,,O", "Z1,支部一,BRANCH,D2,O")
    assert bring(UnitImporter, header, *lines) == ((1, 1, 0), [])
    moved = PartyUnit.objects.get(code="Z1")
    assert (moved.category, moved.opened_on) == ("生产", date(2024, 1, 1))
    assert places("Z1") == [("2024-01-01", "D1"), ("2026-06-10", "D2")]
    assert places("G1") == [("1900-01-01", "Z1"), ("2026-06-10", "Z1")]
    assert PartyUnit.objects.get(code="G1").path == f"{moved.path}{group.pk:08}"
    assert places("D1") == [("1900-01-01", None)]


def test_a_unit_closes_after_it_opened(bring, organisation):
    bring(UnitImporter, *UNITS)
    header = "code,name,kind,parent_code,organisation_code,closed_on"
    text = "It has to close after the day on which it opened."
    line = "Z1,支部一,BRANCH,D1,O,2024-01-01"
    assert bring(UnitImporter, header, line) == ((0, 0, 0), [(2, "closed_on", text)])
    line = line.replace("2024-01-01", "2026-07-01")
    assert bring(UnitImporter, header, line) == ((0, 1, 0), [])
    header = header.replace("closed_on", "opened_on")
    assert bring(UnitImporter, header, line) == ((0, 0, 0), [(2, "opened_on", text)])


def test_a_unit_stands_at_an_organisation_that_is_there(bring):
    _counts, reasons = bring(UnitImporter, *UNITS)
    assert [reason[:2] for reason in reasons] == [(2, "organisation_code"), (3, "organisation_code")]


# --- members -----------------------------------------------------------------------------------------
HEADER = "staff_no,name,unit_code,organisation_code,status,full_since,party_worker"


def test_members_with_and_without_a_number(bring, organisation):
    unit = PartyUnitFactory(code="Z1")
    lines = (HEADER, "A1,李雷,Z1,O,FULL,2001年7月1日,PART_TIME", ",韩梅,Z1,,PROBATIONARY,,")
    assert bring(MemberImporter, *lines) == ((2, 0, 0), [])
    fields = ("staff_no", "name", "unit", "organisation", "status", "full_since", "party_worker")
    assert rows(Member, *fields) == [
        ("A1", "李雷", unit.pk, organisation.pk, "FULL", date(2001, 7, 1), "PART_TIME"),
        (None, "韩梅", unit.pk, None, "PROBATIONARY", None, "NONE"),
    ]
    assert bring(MemberImporter, *lines) == ((0, 0, 2), [])


def test_a_member_is_known_by_number_or_by_unit_and_name(bring):
    first, second = PartyUnitFactory(code="Z1"), PartyUnitFactory(code="Z2")
    MemberFactory(staff_no="A1", name="李雷", unit=first, party_worker="FULL_TIME")
    MemberFactory(staff_no=None, name="韩梅", unit=first)
    header = "staff_no,name,unit_code,status"
    lines = ("A1,李大雷,Z2,FULL", ",韩梅,Z1,PROBATIONARY", ",韩梅,Z2,FULL")
    assert bring(MemberImporter, header, *lines) == ((1, 2, 0), [])
    assert rows(Member, "staff_no", "name", "unit", "status", "party_worker") == [
        ("A1", "李大雷", second.pk, "FULL", "FULL_TIME"),
        (None, "韩梅", first.pk, "PROBATIONARY", "NONE"),
        (None, "韩梅", second.pk, "FULL", "NONE"),
    ]


def test_who_stands_in_another_unit_is_transferred_today(bring, time_machine):
    time_machine.move_to("2026-06-10 12:00+08:00", tick=False)
    first, second = PartyUnitFactory(code="Z1"), PartyUnitFactory(code="Z2")
    moving = [
        MemberFactory(staff_no=number, name=number, unit=first, user=UserFactory()) for number in ("A1", "A2")
    ]
    MemberFactory(staff_no="A3", name="A3", unit=first)
    PostFactory(member=moving[0], starts_on=date(2026, 1, 1))
    lines = ("staff_no,name,unit_code,status", "A1,A1,Z2,FULL", "A2,新名,Z2,FULL", "A3,A3,Z1,FULL")
    assert bring(MemberImporter, *lines) == ((0, 2, 1), [])
    assert rows(Transfer, "member__name", "from_unit", "to_unit", "moved_on") == [
        ("A1", first.pk, second.pk, date(2026, 6, 10)),
        ("新名", first.pk, second.pk, date(2026, 6, 10)),
    ]
    assert rows(Post, "unit", "ends_on") == rows(Assignment, "unit", "ends_on")
    assert rows(Post, "unit", "ends_on") == [(first.pk, date(2026, 6, 9))]
    assert rows(Member, "staff_no", "name", "unit") == [
        ("A1", "A1", second.pk),
        ("A2", "新名", second.pk),
        ("A3", "A3", first.pk),
    ]
    assert bring(MemberImporter, *lines) == ((0, 0, 3), [])


def test_a_member_is_found_by_name_where_either_side_has_no_number(bring):
    unit = PartyUnitFactory(code="Z1")
    MemberFactory(staff_no="A1", name="张三", unit=unit)
    MemberFactory(staff_no=None, name="李四", unit=unit)
    assert bring(MemberImporter, "name,unit_code,status", "张三,Z1,PROBATIONARY") == ((0, 1, 0), [])
    assert bring(MemberImporter, HEADER, ",张三,Z1,,FULL,,", "A2,李四,Z1,,FULL,,") == ((0, 2, 0), [])
    assert rows(Member, "staff_no", "name", "status") == [("A1", "张三", "FULL"), ("A2", "李四", "FULL")]
    namesakes = [HEADER, "A1,张三,Z1,,FULL,,", ",张三,Z1,,FULL,,", "A3,李四,Z1,,FULL,,"]
    assert bring(MemberImporter, *namesakes) == ((2, 0, 1), [])
    assert bring(MemberImporter, *namesakes) == ((0, 0, 3), [])
    assert rows(Member, "staff_no", "name") == [
        ("A1", "张三"),
        ("A2", "李四"),
        (None, "张三"),
        ("A3", "李四"),
    ]


def test_a_row_that_may_mean_two_members_and_two_rows_that_may_mean_one_are_refused(bring):
    unit = PartyUnitFactory(code="Z1")
    for staff_no in ("A1", None):
        MemberFactory(staff_no=staff_no, name="张三", unit=unit)
    MemberFactory(staff_no=None, name="李四", unit=unit)
    lines = [HEADER, ",张三,Z1,,FULL,,", "A2,李四,Z1,,FULL,,", ",李四,Z1,,FULL,,"]
    assert bring(MemberImporter, *lines) == (
        (0, 0, 0),
        [
            (2, "staff_no", "There are several members named 张三 in this unit. Give the staff number."),
            (
                4,
                "staff_no",
                "李四 may be the member of row 3. Give the member's record its staff number first.",
            ),
        ],
    )
    assert rows(Member, "staff_no", "name") == [("A1", "张三"), (None, "张三"), (None, "李四")]


def test_wrong_members_are_refused(bring):
    PartyUnitFactory(code="Z1")
    lines = (HEADER, "A1,李雷,nowhere,nothing,GUEST,sometime,OFTEN", "A2,甲,Z1,,FULL,,", "A2,乙,Z1,,FULL,,")
    counts, reasons = bring(MemberImporter, *lines)
    assert counts == (0, 0, 0)
    assert [reason[:2] for reason in reasons] == [
        (2, "full_since"),
        (2, "organisation_code"),
        (2, "party_worker"),
        (2, "status"),
        (2, "unit_code"),
        (4, ""),
    ]
    assert bring(MemberImporter, *lines, keep_good=True)[0] == (1, 0, 0)
    assert rows(Member, "name") == [("甲",)]


def test_codes_and_numbers_of_full_width_are_the_same(bring):
    """As an input method types them: the forms take them so, too."""
    organisation, unit = OrganisationFactory(code="O-1"), PartyUnitFactory(code="Z1")
    user = UserFactory(staff_no="A1", username="lilei")
    organisations = ("code,name,kind,parent_code", "Ｏ－２,供电局,CITY_BUREAU,Ｏ－１")
    assert bring(OrganisationImporter, *organisations) == ((1, 0, 0), [])
    units = ("code,name,kind,parent_code,organisation_code", "Ｚ２,支部,BRANCH,Ｚ１,Ｏ－１")
    assert bring(UnitImporter, *units) == ((1, 0, 0), [])
    members = (HEADER, "Ａ１,李雷,Ｚ１,Ｏ－１,FULL,,", "A2,韩梅,Z2,,FULL,,")
    assert bring(MemberImporter, *members) == ((2, 0, 0), [])
    posts = ("staff_no,unit_code,position,from", "Ａ１,Ｚ１,SECRETARY,2026-01-01")
    assert bring(PostImporter, *posts) == ((1, 0, 0), [])
    users = ("username,name,staff_no,unit_code,role", "ｈａｎｍｅｉ,韩梅,Ａ２,Ｚ２,MEMBER")
    assert bring(UserImporter, *users) == ((1, 0, 0), [])
    new = PartyUnit.objects.get(code="Z2")
    assert (new.parent, new.organisation) == (unit, organisation)
    assert rows(Organisation, "code", "parent__code")[-1] == ("O-2", "O-1")
    assert rows(Member, "staff_no", "unit", "organisation", "user") == [
        ("A1", unit.pk, organisation.pk, user.pk),
        ("A2", new.pk, None, User.objects.get(username="hanmei").pk),
    ]
    assert rows(Post, "member__staff_no", "unit__code") == [("A1", "Z1")]


def test_a_full_member_of_a_day_to_come_is_refused(bring):
    unit = PartyUnitFactory(code="Z1")
    MemberFactory(staff_no="A3", name="丙", unit=unit, status="PROBATIONARY", full_since=date(2026, 6, 11))
    lines = (
        HEADER,
        "A1,甲,Z1,,FULL,2026-06-11,",
        "A2,乙,Z1,,FULL,2026-06-10,",
        "A4,丁,Z1,,PROBATIONARY,2026-06-11,",
    )
    why = "%s is a full member from 2026-06-11 only: a probationary member until then."
    assert bring(MemberImporter, *lines) == ((0, 0, 0), [(2, "full_since", why % "甲")])
    without_day = ("staff_no,name,unit_code,status", "A3,丙,Z1,FULL")
    assert bring(MemberImporter, *without_day) == ((0, 0, 0), [(2, "full_since", why % "丙")])
    assert bring(MemberImporter, *lines, keep_good=True)[0] == (2, 0, 0)


def test_members_come_to_open_branches_and_groups_only(bring):
    """Who stands elsewhere on record stays until somebody says where he belongs."""
    PartyUnitFactory(code="C", kind="COMMITTEE")
    MemberFactory(staff_no="A9", name="旧", unit=PartyUnit.objects.get(code="C"))
    PartyUnitFactory(code="T", kind="TEMPORARY_BRANCH")
    PartyUnitFactory(code="Z0", name="旧支部", closed_on=TODAY)
    PartyUnitFactory(code="Z1", closed_on=date(2026, 6, 11))
    header = "staff_no,name,unit_code,status"
    places = ("A1,甲,C,FULL", "A2,乙,T,FULL", "A3,丙,Z0,FULL", "A4,丁,Z1,FULL", "A9,旧,C,FULL")
    assert bring(MemberImporter, header, *places) == (
        (0, 0, 0),
        [
            (2, "unit_code", "Members belong to branches and groups. Choose one of these."),
            (3, "unit_code", "Membership is not transferred to a temporary branch; it stays where it is."),
            (4, "unit_code", "“旧支部” is not open on this day. Choose another unit or day."),
        ],
    )
    assert bring(MemberImporter, header, *places[3:]) == ((1, 0, 1), [])


def test_a_member_with_a_users_number_is_that_user(bring):
    user = UserFactory(staff_no="A1")
    PartyUnitFactory(code="Z1")
    bring(MemberImporter, HEADER, "A1,李雷,Z1,,FULL,,")
    assert Member.objects.get().user == user


# --- posts -------------------------------------------------------------------------------------------
POSTS = "staff_no,unit_code,position,from,to"


@pytest.fixture
def member():
    return MemberFactory(staff_no="A1", unit=PartyUnitFactory(code="Z1"), user=UserFactory(username="lilei"))


def test_posts_give_rights_and_come_twice_without_harm(bring, member):
    lines = (POSTS, "A1,Z1,SECRETARY,2026-01-01,", "A1,Z1,ORGANISATION,2026-01-01,2026-06-30")
    assert bring(PostImporter, *lines) == ((2, 0, 0), [])
    assert bring(PostImporter, *lines) == ((0, 0, 2), [])
    assert rows(Assignment, "user__username", "role", "starts_on", "ends_on") == [
        ("lilei", "BRANCH_SECRETARY", START, None),
        ("lilei", "BRANCH_COMMITTEE", START, date(2026, 6, 30)),
    ]
    assert bring(PostImporter, POSTS, "A1,Z1,SECRETARY,2026-01-01,2026-03-31") == ((0, 1, 0), [])
    assert Assignment.objects.get(role="BRANCH_SECRETARY").ends_on == date(2026, 3, 31)
    without_to = ("staff_no,unit_code,position,from", "A1,Z1,SECRETARY,2026-01-01")
    assert bring(PostImporter, *without_to) == ((0, 0, 1), [])
    assert Post.objects.get(position="SECRETARY").ends_on == date(2026, 3, 31)


def test_overlapping_posts_of_one_person_are_refused(bring, member):
    PostFactory(member=member, starts_on=START)
    text = (
        "The same person holds this position here in these days already, from 2026-01-01. "
        "End that post first."
    )
    assert bring(PostImporter, POSTS, "A1,Z1,SECRETARY,2026-06-01,") == ((0, 0, 0), [(2, "from", text)])
    assert bring(PostImporter, POSTS, "A1,Z1,SECRETARY,2025-06-01,")[1] != []
    ends_first = (POSTS, "A1,Z1,SECRETARY,2026-01-01,2026-05-31", "A1,Z1,SECRETARY,2026-06-01,")
    assert bring(PostImporter, *ends_first) == ((1, 1, 0), [])
    lines = (POSTS, "A1,Z1,YOUTH,2026-01-01,2026-05-31", "A1,Z1,YOUTH,2026-05-31,")
    assert [reason[:2] for reason in bring(PostImporter, *lines)[1]] == [(3, "from")]


def test_two_people_may_hold_one_position(bring, member):
    MemberFactory(staff_no="A2", unit=member.unit)
    lines = (POSTS, "A1,Z1,SECRETARY,2026-01-01,", "A2,Z1,书记,2026-01-01,")
    assert bring(PostImporter, *lines) == ((2, 0, 0), [])


@pytest.mark.parametrize(
    ("kind", "position", "reason"),
    [
        ("BRANCH", "GROUP_LEADER", "A Party branch has no position “Party group leader”."),
        ("COMMITTEE", "LINKED_MEMBER", "A Party committee has no position “linked committee member”."),
        ("GROUP", "YOUTH", "A Party group has no position “committee member for youth”."),
        ("GROUP", "GROUP_LEADER", None),
        ("GENERAL_BRANCH", "SECRETARY", None),
    ],
)
def test_a_position_is_held_where_it_belongs(bring, member, kind, position, reason):
    PartyUnitFactory(code="Z2", kind=kind)
    counts, reasons = bring(PostImporter, POSTS, f"A1,Z2,{position},2026-01-01,")
    assert (counts, reasons) == (((0, 0, 0), [(2, "position", reason)]) if reason else ((1, 0, 0), []))


def test_a_probationary_member_leads_no_group(bring):
    group = PartyUnitFactory(code="G1", kind="GROUP")
    MemberFactory(staff_no="A1", unit=group, status="PROBATIONARY")
    lines = ("staff_no,unit_code,position,from", "A1,G1,GROUP_LEADER,2026-01-01")
    reason = "A probationary member cannot lead a group."
    assert bring(PostImporter, *lines) == ((0, 0, 0), [(2, "position", reason)])


def test_wrong_posts_are_refused(bring, member):
    lines = (POSTS, "A9,Z9,KING,never,", "A1,Z1,YOUTH,2026-02-01,2026-01-31")
    _counts, reasons = bring(PostImporter, *lines)
    assert [reason[:2] for reason in reasons] == [
        (2, "from"),
        (2, "position"),
        (2, "staff_no"),
        (2, "unit_code"),
        (3, "to"),
    ]


# --- users -------------------------------------------------------------------------------------------
USERS = "username,name,staff_no,unit_code,role,from,to"


def test_users_get_roles_members_and_slips(bring):
    unit = PartyUnitFactory(code="Z1")
    member = MemberFactory(staff_no="A1", unit=unit)
    PostFactory(member=member, starts_on=START)
    lines = (
        USERS,
        "lilei,李雷,A1,,,,",
        "county,王县,,Z1,COUNTY_OFFICE,2026-01-01,2026-12-31",
        "county,王县,,Z1,EVALUATOR,,",
    )
    assert bring(UserImporter, *lines) == ((2, 0, 0), [])
    assert rows(User, "username", "name", "staff_no") == [("lilei", "李雷", "A1"), ("county", "王县", None)]
    assert rows(Assignment, "user__username", "role", "starts_on", "ends_on", "post__position") == [
        ("county", "COUNTY_OFFICE", START, date(2026, 12, 31), None),
        ("county", "EVALUATOR", TODAY, None, None),
        ("lilei", "BRANCH_SECRETARY", START, None, "SECRETARY"),
    ]
    assert Member.objects.get().user.username == "lilei"
    assert not any(user.has_usable_password() for user in User.objects.all())
    assert Activation.objects.count() == 2


def test_users_come_twice_without_harm(bring, time_machine):
    PartyUnitFactory(code="Z1")
    lines = (USERS, "county,王县,,Z1,COUNTY_OFFICE,,")
    bring(UserImporter, *lines)
    user = User.objects.get()
    user.set_password("Tree-kettle-49")
    user.save()
    slip = Activation.objects.get().code_hash
    time_machine.move_to("2026-07-10 12:00+08:00", tick=False)
    assert bring(UserImporter, *lines) == ((0, 0, 1), [])
    assert rows(Assignment, "starts_on") == [(TODAY,)]
    assert User.objects.get().check_password("Tree-kettle-49")
    assert Activation.objects.get().code_hash == slip
    changed = (USERS, "COUNTY,王小县,B7,Z1,COUNTY_OFFICE,2026-06-10,2026-12-31")
    assert bring(UserImporter, *changed) == ((0, 1, 0), [])
    assert rows(User, "username", "name", "staff_no") == [("county", "王小县", "B7")]
    assert rows(Assignment, "ends_on") == [(date(2026, 12, 31),)]
    without_to = ("username,name,unit_code,role,from", "county,王小县,Z1,COUNTY_OFFICE,2026-06-10")
    assert bring(UserImporter, *without_to) == ((0, 0, 1), [])


def test_wrong_users_are_refused(bring):
    PartyUnitFactory(code="Z1")
    UserFactory(username="taken", staff_no="T1")
    UserFactory(username="x9")
    member = MemberFactory(staff_no="M1", user=UserFactory(username="somebody"))
    lines = (
        USERS,
        "a b,甲,,,,,",
        "u2,乙,,,COUNTY_OFFICE,,",
        "u3,丙,,nowhere,COUNTY_OFFICE,,",
        "u4,丁,,Z1,,2026-01-01,",
        "u5,戊,,Z1,MEMBER,2026-01-02,2026-01-01",
        "u6,己,T1,,,,",
        f"u7,庚,{member.staff_no},,,,",
        "t1,辛,,,,,",
        "u9,壬,X9,,,,",
        "u10,癸,N1,,,,",
        "u11,子,N1,,,,",
        "u12,丑,,Z1,MEMBER,,",
        "u12,寅,,Z1,EVALUATOR,,",
    )
    counts, reasons = bring(UserImporter, *lines)
    assert counts == (0, 0, 0)
    assert [reason[:2] for reason in reasons] == [
        (2, "username"),
        (3, "unit_code"),
        (4, "unit_code"),
        (5, "role"),
        (6, "to"),
        (7, "staff_no"),
        (8, "staff_no"),
        (9, "username"),
        (10, "staff_no"),
        (12, "staff_no"),
        (14, "name"),
    ]


def test_administrators_exclude_each_other_in_files_too(bring):
    PartyUnitFactory(code="Z1")
    both = (USERS, "a,甲,,Z1,SYSTEM_ADMIN,2026-01-01,", "a,甲,,Z1,AUDITOR,2026-03-01,")
    assert [reason[:2] for reason in bring(UserImporter, *both)[1]] == [(3, "role")]
    one_after_the_other = (
        USERS,
        "a,甲,,Z1,SYSTEM_ADMIN,2026-01-01,2026-02-28",
        "a,甲,,Z1,AUDITOR,2026-03-01,",
    )
    assert bring(UserImporter, *one_after_the_other) == ((1, 0, 0), [])
    assert [
        reason[:2] for reason in bring(UserImporter, USERS, "a,甲,,Z1,SECURITY_ADMIN,2026-02-01,")[1]
    ] == [(2, "role")]


# --- the commands --------------------------------------------------------------------------------------
def run(command, path, *options):
    out, err = StringIO(), StringIO()
    call_command(command, str(path), *options, stdout=out, stderr=err)
    return out.getvalue(), err.getvalue()


def test_slips_are_printed_by_unit_once(tmp_path):
    PartyUnitFactory(code="Z1", name="支部一")
    path = tmp_path / "users.csv"
    path.write_text(f"{USERS}\nlilei,李雷,,Z1,MEMBER,,\nloner,王五,,,,,\n", encoding="utf-8")
    dry, _err = run("import_users", path, "--dry-run")
    assert dry == "Dry run, nothing written: created 2, updated 0, unchanged 0, refused 0\n"
    assert not User.objects.exists()
    out, _err = run("import_users", path)
    lines = out.splitlines()
    assert lines[0] == "created 2, updated 0, unchanged 0, refused 0"
    assert [line for line in lines if line.startswith("===")] == [
        "=== without a unit ===",
        "=== 支部一 (Z1) ===",
    ]
    assert "Username: lilei" in out and "Username: loner" in out
    assert run("import_users", path)[0] == "created 0, updated 0, unchanged 2, refused 0\n"
    assert "Username: lilei" in run("import_users", path, "--new-slips")[0]


@pytest.mark.parametrize("command", ["organisations", "units", "members", "posts"])
def test_a_refused_file_says_why_and_writes_nothing(command, tmp_path):
    path, errors = tmp_path / "file.csv", tmp_path / "errors.csv"
    path.write_text("strange\n1\n", encoding="utf-8")
    with pytest.raises(CommandError) as refused:
        run(f"import_{command}", path, "--errors", str(errors))
    assert refused.value.returncode == 1
    table = list(csv.reader(errors.read_text(encoding="utf-8-sig").splitlines()))
    assert table[0] == ["row", "column", "reason"]
    assert "strange" in {line[1] for line in table}
