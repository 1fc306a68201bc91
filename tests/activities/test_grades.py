"""The democratic appraisal: grades within the cap, who sees them, and when they can be changed."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied

from activities.grades import grades_shown
from activities.models import Activity, Appraisal
from activities.operations import confirm_activity, grade_members, record_activity, return_activity
from activities.records import RecordRefused
from activities.rules import appraisal_year, excellent_cap
from branches.choices import MemberStatus, Role
from core.models import AuditEvent
from core.workflow import MoveRefused, VersionConflict
from tests.factories.branches import AssignmentFactory, MemberFactory

BACKEND = "accounts.backends.SignInBackend"


@pytest.fixture
def appraisal(people, data, members):
    """Six were appraised on 12 June; submitted and not yet confirmed."""
    facts = data(kind="DEMOCRATIC_APPRAISAL", title="民主评议党员", no_core_task="本次不涉及")
    return record_activity(facts, by=people.secretary)[0]


def all_as(members, *grades):
    """The first of ``members`` get ``grades``, the others are qualified."""
    rest = ["QUALIFIED"] * (len(members) - len(grades))
    return {member.pk: grade for member, grade in zip(members, [*grades, *rest], strict=True)}


def kept(activity):
    return dict(Appraisal.objects.filter(activity=activity).values_list("member_id", "grade"))


# --- the cap and the year -------------------------------------------------------------------------
@pytest.mark.oracle("G-07")
@pytest.mark.parametrize(
    ("appraised", "most"), [(0, 0), (2, 0), (3, 1), (14, 4), (15, 5), (16, 5), (17, 5), (18, 6)]
)
def test_a_third_may_be_excellent(appraised, most):
    assert excellent_cap(appraised) == most


@pytest.mark.oracle("G-07")
@pytest.mark.parametrize(("size", "most"), [(17, 5), (18, 6)])
def test_more_than_a_third_is_refused_with_the_number_allowed(people, units, appraisal, members, size, most):
    everybody = [*members, *MemberFactory.create_batch(size - len(members), unit=units["C1-1"])]
    with pytest.raises(RecordRefused, match=str(most)):
        grade_members(
            appraisal, all_as(everybody, *["EXCELLENT"] * (most + 1)), by=people.secretary, version=2
        )
    assert kept(appraisal) == {}
    grades = all_as(everybody, *["EXCELLENT"] * most)
    grade_members(appraisal, grades, by=people.secretary, version=2)
    assert kept(appraisal) == grades


def test_who_was_not_appraised_does_not_raise_the_cap(people, appraisal, members):
    grades = {members[0].pk: "EXCELLENT", members[1].pk: "BASIC"}
    with pytest.raises(RecordRefused):
        grade_members(appraisal, grades, by=people.secretary, version=appraisal.version)


@pytest.mark.parametrize(
    ("held_on", "year"),
    [
        (date(2026, 1, 1), 2025),
        (date(2026, 3, 31), 2025),
        (date(2026, 4, 1), 2026),
        (date(2028, 3, 31), 2027),
        (date(2028, 4, 1), 2028),
        (date(2026, 12, 31), 2026),
    ],
)
def test_until_march_it_is_the_appraisal_of_the_year_before(held_on, year):
    assert appraisal_year(held_on) == year


# --- grading --------------------------------------------------------------------------------------
def test_grades_are_changed_while_the_record_is_open(people, appraisal, members):
    first = all_as(members, "EXCELLENT", "UNQUALIFIED")
    graded = grade_members(appraisal, first, by=people.deputy, version=appraisal.version)
    assert (graded.version, graded.submitted_by) == (appraisal.version + 1, people.deputy)
    second = first | {members[1].pk: "BASIC"}
    del second[members[5].pk]
    graded = grade_members(graded, second, by=people.secretary, version=graded.version)
    assert kept(appraisal) == second
    events = AuditEvent.objects.filter(verb="grade").order_by("pk").values_list("summary", flat=True)
    changed = sorted([members[1].pk, members[5].pk])
    assert [event["members"] for event in events] == [sorted(first), changed]


def test_the_same_grades_again_change_nothing(people, appraisal, members):
    graded = grade_members(appraisal, all_as(members), by=people.secretary, version=appraisal.version)
    again = grade_members(graded, all_as(members), by=people.secretary, version=graded.version)
    assert (again.version, AuditEvent.objects.filter(verb="grade").count()) == (graded.version, 1)


def test_what_is_confirmed_is_closed(people, appraisal, members):
    grade_members(appraisal, all_as(members), by=people.deputy, version=appraisal.version)
    confirmed = confirm_activity(Activity.objects.get(), by=people.county)
    with pytest.raises(MoveRefused):
        grade_members(confirmed, {}, by=people.deputy, version=confirmed.version)
    assert kept(appraisal) == all_as(members)


def test_a_returned_record_is_graded_again(people, appraisal, members):
    returned = return_activity(appraisal, by=people.county, reason="请补充")
    grade_members(returned, all_as(members), by=people.secretary, version=returned.version)
    assert kept(appraisal) == all_as(members)


def test_a_colleague_was_faster(people, appraisal, members):
    grade_members(appraisal, all_as(members), by=people.deputy, version=appraisal.version)
    with pytest.raises(VersionConflict):
        grade_members(appraisal, {}, by=people.secretary, version=appraisal.version)


def test_strangers_and_other_meetings_are_refused(people, units, data, appraisal, members):
    stranger = MemberFactory(unit=units["C1-2"])
    with pytest.raises(RecordRefused):
        grade_members(appraisal, all_as([*members, stranger]), by=people.secretary, version=appraisal.version)
    other = record_activity(data(no_core_task="无"), by=people.secretary)[0]
    with pytest.raises(RecordRefused):
        grade_members(other, all_as(members), by=people.secretary, version=other.version)


@pytest.mark.parametrize("name", ["member", "leader", "secretary2", "county", "bureau", "province"])
def test_only_the_branch_itself_grades(people, appraisal, members, name):
    with pytest.raises(PermissionDenied):
        grade_members(appraisal, all_as(members), by=getattr(people, name), version=appraisal.version)


# --- who sees the grades --------------------------------------------------------------------------
@pytest.fixture
def shown(people, appraisal, members):
    """``shown(name)``: what this person is told of six grades."""
    grade_members(appraisal, all_as(members, "EXCELLENT"), by=people.secretary, version=appraisal.version)
    members[5].user = people.member
    members[5].save()
    activity = Activity.objects.get()
    return lambda name: grades_shown(activity, getattr(people, name))


@pytest.mark.parametrize(
    ("name", "by_name"),
    [
        ("secretary", True),
        ("deputy", True),
        ("county", True),
        ("bureau", False),
        ("province", False),
        ("leader", False),
    ],
)
def test_names_end_at_the_branch_and_the_office_right_above(shown, name, by_name):
    found = shown(name)
    assert len(found["rows"]) == (6 if by_name else 0)
    assert [count for _grade, count in found["counts"]] == [1, 5, 0, 0]
    assert (found["appraised"], found["year"]) == (6, 2026)


def test_the_committee_sees_them_too(shown, people, units):
    people.committee = AssignmentFactory(role=Role.BRANCH_COMMITTEE, unit=units["C1-1"]).user
    assert len(shown("committee")["rows"]) == 6


def test_everybody_sees_his_own(shown):
    assert (shown("member")["own"].grade, shown("province")["own"]) == ("QUALIFIED", None)


def test_no_counts_of_fewer_than_five(people, appraisal, members):
    grade_members(appraisal, all_as(members[:4]), by=people.secretary, version=appraisal.version)
    found = grades_shown(Activity.objects.get(), people.province)
    assert (found["rows"], found["counts"], found["appraised"], found["hidden"]) == ([], [], 0, True)
    assert len(grades_shown(Activity.objects.get(), people.secretary)["rows"]) == 4


# --- the page -------------------------------------------------------------------------------------
@pytest.fixture
def page(client, people, appraisal):
    client.force_login(people.secretary, backend=BACKEND)
    client.url = f"/activities/{appraisal.pk}/appraisal/"
    return client


def typed(grades, **given):
    return {f"grade_{pk}": grade for pk, grade in grades.items()} | {"version": "2"} | given


def test_the_grid_is_filled_in_and_saved(page, appraisal, members):
    assert page.get(page.url).status_code == 200
    grades = all_as(members, "EXCELLENT", "BASIC")
    response = page.post(page.url, typed(grades))
    assert (response.status_code, response.url) == (302, f"/activities/{appraisal.pk}/")
    assert kept(appraisal) == grades
    initial = page.get(page.url).context["form"].initial
    assert initial == {"version": 3} | {f"grade_{pk}": grade for pk, grade in grades.items()}


def test_the_rest_of_the_full_members_is_qualified(page, units, appraisal, members):
    MemberFactory(unit=units["C1-1"], status=MemberStatus.PROBATIONARY)
    page.post(page.url, typed({members[0].pk: "EXCELLENT"}, rest_qualified="on"))
    assert kept(appraisal) == all_as(members, "EXCELLENT")


def test_over_the_cap_nothing_typed_is_lost(page, appraisal, members):
    grades = all_as(members, *["EXCELLENT"] * 3)
    response = page.post(page.url, typed(grades))
    assert (response.status_code, kept(appraisal)) == (422, {})
    form = response.context["form"]
    assert {pk: form[f"grade_{pk}"].value() for pk in grades} == grades
    assert "2" in str(form.non_field_errors())


@pytest.mark.parametrize("grade", ["BEST", "\0"])
def test_an_unknown_grade_is_refused(page, appraisal, members, grade):
    assert page.post(page.url, typed({members[0].pk: grade})).status_code == 422
    assert kept(appraisal) == {}


def test_a_conflict_keeps_what_was_chosen_for_the_next_try(page, people, appraisal, members):
    grade_members(appraisal, all_as(members), by=people.deputy, version=appraisal.version)
    mine = all_as(members, "EXCELLENT")
    response = page.post(page.url, typed(mine))
    form = response.context["form"]
    assert (response.status_code, form["version"].value()) == (409, "3")
    assert {pk: form[f"grade_{pk}"].value() for pk in mine} == mine
    assert page.post(page.url, typed(mine, version="3")).status_code == 302


def test_a_confirmed_record_says_that_it_is_closed(page, people, appraisal, members):
    confirm_activity(appraisal, by=people.county)
    assert page.get(page.url).context["editable"] is False
    assert page.post(page.url, typed(all_as(members), version="3")).status_code == 422


def test_other_records_have_no_grid(page, people, data):
    other = record_activity(data(no_core_task="无"), by=people.secretary)[0]
    assert page.get(f"/activities/{other.pk}/appraisal/").status_code == 404


@pytest.mark.parametrize(
    ("name", "status"), [("county", 403), ("province", 403), ("secretary2", 404), ("member", 404)]
)
def test_who_opens_the_grid(page, people, name, status):
    page.force_login(getattr(people, name), backend=BACKEND)
    assert page.get(page.url).status_code == status


def test_a_record_that_is_no_appraisal_any_more_keeps_no_grades(page, people, appraisal, members):
    grade_members(appraisal, all_as(members), by=people.secretary, version=appraisal.version)
    data = {"kind": "TRAINING", "title": "培训", "held_on": "2026-06-12", "version": "3", "save": "1"}
    assert page.post(f"/activities/{appraisal.pk}/edit/", data).status_code == 302
    assert kept(appraisal) == {}


def test_the_record_s_page_says_what_each_may_know(page, people, appraisal, members):
    grade_members(appraisal, all_as(members, "EXCELLENT"), by=people.secretary, version=appraisal.version)
    names = {}
    for name in ("secretary", "county", "province"):
        page.force_login(getattr(people, name), backend=BACKEND)
        text = page.get(f"/activities/{appraisal.pk}/").content.decode()
        names[name] = any(member.name in text for member in members)
    assert names == {"secretary": True, "county": True, "province": False}
