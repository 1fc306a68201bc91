"""Heart-to-heart talks: pairs that fit, one record each, what is still to do, and who sees the pair."""

from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from activities.models import Activity, Duty, DutyRule, Talk
from activities.operations import confirm_activity, record_talks, void_activity
from activities.records import RecordRefused
from activities.talks import TalkData, circle_of, pairs_visible, still_to_do, talk_shown
from branches.choices import Position, Role
from branches.models import Transfer
from core.models import AuditEvent
from tests.factories.activities import DutyFactory
from tests.factories.branches import AssignmentFactory, MemberFactory, OrganisationFactory, PostFactory

BACKEND = "accounts.backends.SignInBackend"
KEY = UUID("22222222-2222-4222-8222-222222222222")
DAY = date(2026, 6, 12)
TALK = "/activities/talk/"


@pytest.fixture
def circle(units, members):
    """A secretary and one more on the committee; the first of the group leads it."""
    PostFactory(member=members[0], unit=units["C1-1"], position=Position.SECRETARY)
    PostFactory(member=members[1], unit=units["C1-1"], position=Position.DISCIPLINE)
    PostFactory(member=members[4], unit=units["C1-1-1"], position=Position.GROUP_LEADER)
    return members


@pytest.fixture
def talk(units, circle):
    """``talk(kind, first, second, …)``: the facts, members by their place in the roster."""

    def make(kind, talker, *counterparts, **given):
        facts = {"unit_id": units["C1-1"].pk, "held_on": DAY, "topic_class": "WORK"} | given
        return TalkData(
            kind=kind,
            talker_id=circle[talker].pk,
            counterpart_ids=tuple(circle[place].pk for place in counterparts),
            **facts,
        )

    return make


def key(number):
    return UUID(int=number)


def rows():
    found = Talk.objects.order_by("activity_id")
    return list(found.values_list("kind", "talker__name", "counterpart__name", "team__code"))


# --- recording ------------------------------------------------------------------------------------
def test_one_who_led_and_three_counterparts_make_three_records(people, units, talk):
    recorded, created = record_talks(
        talk("COMMITTEE_MEMBER", 0, 2, 3, 5), by=people.secretary, submission_key=KEY
    )
    assert created is True
    assert rows() == [
        ("COMMITTEE_MEMBER", "周明", "黄志强", None),
        ("COMMITTEE_MEMBER", "周明", "韦国华", None),
        ("COMMITTEE_MEMBER", "周明", "梁慧", None),
    ]
    facts = Activity.objects.order_by("pk").values_list("kind", "title", "topic_class", "state", "note")
    assert set(facts) == {("HEART_TALK", "工作", "WORK", "SUBMITTED", "")}
    assert [record.pk for record in recorded] == list(
        Activity.objects.order_by("pk").values_list("pk", flat=True)
    )


def test_the_same_key_makes_no_second_records(people, talk):
    first, _created = record_talks(talk("MEMBER_MUTUAL", 2, 3, 5), by=people.secretary, submission_key=KEY)
    again = record_talks(talk("MEMBER_MUTUAL", 2, 3, 5), by=people.secretary, submission_key=KEY)
    assert again == (first, False)
    assert Talk.objects.count() == 2


def test_staff_of_a_team_stay_unnamed(people, units, talk):
    team = units["C1-1-1"].organisation
    data = talk("LEADER_STAFF", 4, team_id=team.pk, staff=2)
    record_talks(data, by=people.secretary, submission_key=KEY)
    assert rows() == [("LEADER_STAFF", "陆建军", None, "O-C1-1-1")] * 2


def test_a_group_leader_s_talk_counts_for_the_branch_too(people, units, talk):
    data = talk("LEADER_STAFF", 4, 5, unit_id=units["C1-1-1"].pk)
    (activity,), _created = record_talks(data, by=people.leader, submission_key=KEY)
    assert sorted(activity.units.values_list("code", flat=True)) == ["C1-1", "C1-1-1"]


def test_the_audit_trail_keeps_keys_only(people, talk, circle):
    record_talks(talk("COMMITTEE_MUTUAL", 0, 1), by=people.secretary, submission_key=KEY)
    event = AuditEvent.objects.get(object_type="activities.talk")
    assert event.summary == {
        "kind": "COMMITTEE_MUTUAL",
        "keys": {"talker": circle[0].pk, "counterpart_id": circle[1].pk, "team_id": None},
    }
    assert not any(member.name in str(event.summary) + event.object_label for member in circle)


# --- pairs that do not fit ------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("kind", "talker", "others"),
    [
        ("COMMITTEE_MUTUAL", 0, [2]),
        ("COMMITTEE_MUTUAL", 2, [0]),
        ("COMMITTEE_MUTUAL", 0, [1, 3]),
        ("COMMITTEE_MEMBER", 0, [1]),
        ("COMMITTEE_MEMBER", 2, [3]),
        ("COMMITTEE_MEMBER", 0, [2, 1]),
        ("MEMBER_MUTUAL", 0, [1]),
        ("LEADER_STAFF", 0, [5]),  # leads no group
        ("LEADER_STAFF", 4, [2]),  # neither of the group nor of its team
        ("INCIDENT", 2, [2]),
        ("INCIDENT", 2, []),
    ],
)
def test_a_pair_that_does_not_fit_the_kind_is_refused(people, talk, kind, talker, others):
    with pytest.raises(RecordRefused):
        record_talks(talk(kind, talker, *others), by=people.secretary, submission_key=KEY)
    assert not Activity.objects.exists()


@pytest.mark.parametrize(
    ("kind", "talker", "others"),
    [
        ("COMMITTEE_MUTUAL", 1, [0]),
        ("COMMITTEE_MEMBER", 2, [0]),  # whoever of the two led it
        ("MEMBER_MUTUAL", 0, [3]),
        ("LEADER_STAFF", 4, [5]),
        ("INCIDENT", 3, [0, 4]),
    ],
)
def test_a_pair_that_fits_is_recorded(people, talk, kind, talker, others):
    record_talks(talk(kind, talker, *others), by=people.secretary, submission_key=KEY)
    assert Talk.objects.count() == len(others)


def test_a_colleague_of_the_leader_s_team_who_is_a_member_elsewhere_in_the_branch_fits(people, units, talk):
    units["C1-1-1"].also_covers.add(units["C1-1-2"].organisation)
    colleague = MemberFactory(unit=units["C1-1"], organisation=units["C1-1-2"].organisation)
    data = replace(talk("LEADER_STAFF", 4), counterpart_ids=(colleague.pk,))
    record_talks(data, by=people.secretary, submission_key=KEY)
    assert Talk.objects.get().counterpart == colleague


@pytest.mark.parametrize("kind", ["COMMITTEE_MUTUAL", "COMMITTEE_MEMBER", "MEMBER_MUTUAL"])
def test_unnamed_colleagues_talk_only_with_the_leader_or_around_an_incident(people, units, talk, kind):
    data = talk(kind, 0, team_id=units["C1-1-1"].organisation_id, staff=1)
    with pytest.raises(RecordRefused):
        record_talks(data, by=people.secretary, submission_key=KEY)


@pytest.mark.parametrize("kind", ["LEADER_STAFF", "INCIDENT"])
def test_a_foreign_team_is_refused(people, talk, kind):
    with pytest.raises(RecordRefused):
        data = talk(kind, 4, team_id=OrganisationFactory().pk, staff=1)
        record_talks(data, by=people.secretary, submission_key=KEY)


def test_another_group_s_team_is_not_the_leader_s(people, units, talk):
    with pytest.raises(RecordRefused):
        data = talk("LEADER_STAFF", 4, team_id=units["C1-1-2"].organisation_id, staff=1)
        record_talks(data, by=people.secretary, submission_key=KEY)


def test_a_stranger_is_refused_by_name(people, units, talk):
    stranger = MemberFactory(name="外人", unit=units["C1-2"])
    data = replace(talk("INCIDENT", 0), counterpart_ids=(stranger.pk,))
    with pytest.raises(RecordRefused, match="外人"):
        record_talks(data, by=people.secretary, submission_key=KEY)


def test_who_belonged_and_sat_on_the_committee_is_asked_of_the_day(people, units, talk, circle):
    """The third came from another branch in June; the second sat on the committee only until May."""
    Transfer.objects.create(
        member=circle[2], from_unit=units["C1-2"], to_unit=units["C1-1"], moved_on=date(2026, 6, 10)
    )
    circle[1].posts.update(ends_on=date(2026, 5, 31))
    left = MemberFactory(name="离开者", unit=units["C1-2"])
    Transfer.objects.create(
        member=left, from_unit=units["C1-1"], to_unit=units["C1-2"], moved_on=date(2026, 6, 10)
    )
    april, june = circle_of(units["C1-1"], date(2026, 4, 1)), circle_of(units["C1-1"], DAY)
    assert (circle[2].pk in april.members, circle[2].pk in june.members) == (False, True)
    assert (left.pk in april.members, left.pk in june.members) == (True, False)
    assert (circle[1].pk in april.committee, circle[1].pk in june.committee) == (True, False)
    with pytest.raises(RecordRefused):
        record_talks(talk("COMMITTEE_MUTUAL", 0, 1), by=people.secretary, submission_key=KEY)


def test_the_same_two_on_the_same_day_are_refused_until_the_first_is_void(people, talk):
    (first,), _created = record_talks(talk("MEMBER_MUTUAL", 2, 3), by=people.secretary, submission_key=key(1))
    with pytest.raises(RecordRefused):
        record_talks(talk("MEMBER_MUTUAL", 3, 2), by=people.secretary, submission_key=key(2))
    void_activity(first, by=people.secretary, reason="记错了")
    record_talks(talk("MEMBER_MUTUAL", 3, 2), by=people.secretary, submission_key=key(3))


def test_no_talk_is_held_tomorrow(people, talk):
    with pytest.raises(RecordRefused):
        data = talk("INCIDENT", 0, 2, held_on=date(2026, 6, 16))
        record_talks(data, by=people.secretary, submission_key=KEY)


@pytest.mark.parametrize("name", ["member", "leader", "secretary2", "county", "province"])
def test_nobody_else_records_talks_of_the_branch(people, talk, name):
    with pytest.raises(PermissionDenied):
        record_talks(talk("INCIDENT", 0, 2), by=getattr(people, name), submission_key=KEY)


# --- still to do ----------------------------------------------------------------------------------
def test_what_is_still_to_do_names_pairs_and_members(people, units, talk):
    record_talks(talk("COMMITTEE_MEMBER", 0, 2, 5), by=people.secretary, submission_key=key(1))
    record_talks(talk("MEMBER_MUTUAL", 2, 3), by=people.secretary, submission_key=key(2))
    found = [(row.kind.value, row.done, row.total, row.missing) for row in still_to_do(units["C1-1"], 2026)]
    assert found == [
        ("COMMITTEE_MUTUAL", 0, 1, ["周明 — 李倩"]),
        ("COMMITTEE_MEMBER", 2, 4, ["韦国华", "陆建军"]),
        ("MEMBER_MUTUAL", 2, 4, ["陆建军", "梁慧"]),
    ]
    assert [(row.done, row.total) for row in still_to_do(units["C1-1"], 2025)] == [(0, 1), (0, 4), (0, 4)]


def test_void_talks_leave_the_list(people, units, talk):
    (activity,), _created = record_talks(
        talk("COMMITTEE_MUTUAL", 0, 1), by=people.secretary, submission_key=KEY
    )
    assert still_to_do(units["C1-1"], 2026)[0].missing == []
    void_activity(activity, by=people.secretary, reason="记错了")
    assert still_to_do(units["C1-1"], 2026)[0].missing == ["周明 — 李倩"]


# --- who sees the pair ----------------------------------------------------------------------------
def test_the_pair_is_seen_inside_the_branch_and_by_the_two(people, units, talk, circle):
    committee = AssignmentFactory(role=Role.BRANCH_COMMITTEE, unit=units["C1-1"]).user
    circle[2].user = people.member
    circle[2].save()
    (activity,), _created = record_talks(
        talk("COMMITTEE_MEMBER", 0, 2), by=people.secretary, submission_key=KEY
    )
    seen = {
        name: talk_shown(activity, user)["pair"]
        for name, user in [*vars(people).items(), ("committee", committee)]
    }
    assert {name for name, sees in seen.items() if sees} == {"secretary", "deputy", "committee", "member"}


def test_offices_see_counts_and_no_names(client, people, units, talk, circle):
    record_talks(talk("COMMITTEE_MEMBER", 0, 2), by=people.secretary, submission_key=KEY)
    for name, named in [("secretary", True), ("county", False), ("bureau", False), ("province", False)]:
        client.force_login(getattr(people, name), backend=BACKEND)
        response = client.get(reverse("activities:unit_talks", args=["C1-1"]))
        text = response.content.decode()
        assert response.status_code == 200
        assert any(member.name in text for member in circle) is named
        assert pairs_visible(getattr(people, name), units["C1-1"]) is named
    confirm_activity(Activity.objects.get(), by=people.county)
    text = client.get(reverse("activities:detail", args=[Activity.objects.get().pk])).content.decode()
    assert not any(member.name in text for member in circle)


@pytest.mark.parametrize(
    ("name", "code", "status"),
    [
        ("secretary", "C1-1", 200),
        ("secretary", "C1-1-1", 404),  # a group owes no talks of its own
        ("secretary", "C1-2", 404),
        ("leader", "C1-1", 404),
        ("member", "C1-1", 403),
        ("evaluator", "C1-1", 403),
        ("county", "C1", 404),
    ],
)
def test_who_opens_the_list_of_talks(client, people, name, code, status):
    client.force_login(getattr(people, name), backend=BACKEND)
    assert client.get(f"/units/{code}/talks/").status_code == status


@pytest.mark.parametrize("year", ["2025", "1066", "x", ""])
def test_a_year_of_which_nothing_is_known_is_the_running_one(client, people, year):
    client.force_login(people.secretary, backend=BACKEND)
    response = client.get("/units/C1-1/talks/", {"year": year})
    assert response.context["year"] == (2025 if year == "2025" else 2026)


# --- the form -------------------------------------------------------------------------------------
@pytest.fixture
def posted(circle):
    def make(**given):
        return {
            "unit": "C1-1",
            "submission_key": str(KEY),
            "kind": "COMMITTEE_MEMBER",
            "held_on": "2026-06-12",
            "talker": circle[0].pk,
            "counterparts": [circle[2].pk, circle[3].pk],
        } | given

    return make


@pytest.fixture
def secretary(client, people):
    client.force_login(people.secretary, backend=BACKEND)
    return client


def test_several_talks_at_once_lead_to_the_list(secretary, posted):
    response = secretary.post(TALK, posted())
    assert (response.status_code, response.url) == (302, "/units/C1-1/talks/")
    assert len(rows()) == 2
    assert Activity.objects.values_list("topic_class", flat=True)[0] == "OTHER"


def test_one_talk_leads_to_its_record_and_a_double_click_to_the_same(secretary, posted, circle):
    for _click in range(2):
        response = secretary.post(TALK, posted(counterparts=[circle[2].pk]))
        assert response.url == f"/activities/{Activity.objects.get().pk}/"


def test_a_group_leader_comes_to_the_list_of_records(client, people, posted, circle):
    client.force_login(people.leader, backend=BACKEND)
    given = {"unit": "C1-1-1", "kind": "LEADER_STAFF", "talker": circle[4].pk, "counterparts": []}
    response = client.post(TALK, posted(**given, team=circle[4].unit.organisation_id, staff=2))
    assert (response.status_code, response.url) == (302, "/activities/")
    assert Talk.objects.count() == 2


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"kind": ""}, "kind"),
        ({"kind": "CHAT"}, "kind"),
        ({"held_on": ""}, "held_on"),
        ({"held_on": "2026-06-16"}, "held_on"),
        ({"held_on": "1900-01-01"}, "held_on"),
        ({"talker": ""}, "talker"),
        ({"talker": "999999"}, "talker"),
        ({"counterparts": []}, "counterparts"),
        ({"counterparts": ["999999"]}, "counterparts"),
        ({"staff": "2"}, "team"),
        ({"staff": "0"}, "staff"),
        ({"team": "999999"}, "team"),
        ({"topic_class": "SECRET"}, "topic_class"),
        ({"submission_key": ""}, "submission_key"),
        ({"kind": "COMMITTEE_MUTUAL"}, "__all__"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_typed_is_lost(secretary, posted, circle, given, field):
    response = secretary.post(TALK, posted(**given))
    assert response.status_code == 422
    assert field in response.context["form"].errors
    assert not Activity.objects.exists()
    if "counterparts" not in given:
        kept = response.context["form"]["counterparts"].value()
        assert kept == [str(circle[2].pk), str(circle[3].pk)]


def test_who_moved_meanwhile_is_offered_for_the_day_typed(secretary, units, posted, circle):
    Transfer.objects.create(
        member=circle[3], from_unit=units["C1-1"], to_unit=units["C1-2"], moved_on=date(2026, 6, 13)
    )
    circle[3].unit = units["C1-2"]
    circle[3].save()
    assert secretary.post(TALK, posted()).status_code == 302
    assert secretary.post(TALK, posted(held_on="2026-06-14", submission_key=str(key(5)))).status_code == 422


@pytest.mark.parametrize(
    ("name", "unit", "status"),
    [
        ("secretary", "", 200),
        ("leader", "", 200),
        ("leader", "C1-1-1", 200),
        ("leader", "C1-1", 404),
        ("secretary", "C1-1-2", 200),
        ("secretary", "C1-2", 404),
        ("secretary", "\0", 404),
        ("member", "", 403),
        ("member", "C1-1", 403),
        ("county", "", 403),  # a committee owes no talks
        ("county", "C1-1", 403),
    ],
)
def test_who_opens_the_form(client, people, circle, name, unit, status):
    client.force_login(getattr(people, name), backend=BACKEND)
    assert client.get(TALK, {"unit": unit}).status_code == status


def test_the_form_opens_with_kind_day_and_oneself(secretary, people, circle):
    circle[0].user = people.secretary
    circle[0].save()
    form = secretary.get(TALK, {"talk": "MEMBER_MUTUAL", "held_on": "2026-06-02"}).context["form"]
    assert form.initial == {
        "kind": "MEMBER_MUTUAL",
        "held_on": date(2026, 6, 2),
        "talker": circle[0].pk,
    }


def test_namesakes_and_the_committee_are_told_apart(secretary, units, circle):
    MemberFactory(name="周明", unit=units["C1-1-2"])
    labels = [label for _key, label in secretary.get(TALK).context["form"].fields["counterparts"].choices]
    assert [label for label in labels if "周明" in label][1] == "周明（单位C1-1-2）"
    assert len({label for label in labels if "李倩" in label} - {"李倩"}) == 1


def test_with_whom_is_asked_and_not_called_optional(secretary, circle):
    page = secretary.get(TALK).content.decode()
    asked, team = (
        page.split(f'id="div_id_{name}"')[1].split("</div>")[0] for name in ("counterparts", "team")
    )
    assert ("（选填）" in asked, "（选填）" in team) == (False, True)


@pytest.mark.parametrize("method", ["get", "post"])
def test_the_general_form_sends_a_talk_here(secretary, circle, method):
    values = {"kind": "HEART_TALK", "unit": "C1-1", "held_on": "2026-06-12"}
    response = getattr(secretary, method)("/activities/new/", values)
    assert (response.status_code, response.url) == (302, f"{TALK}?unit=C1-1&held_on=2026-06-12")


def test_a_record_that_is_a_talk_no_longer_keeps_no_pair(secretary, people, talk):
    (activity,), _created = record_talks(talk("INCIDENT", 0, 2), by=people.secretary, submission_key=KEY)
    data = {"kind": "TRAINING", "title": "培训", "held_on": "2026-06-12", "version": activity.version}
    response = secretary.post(f"/activities/{activity.pk}/edit/", data | {"save": "1"})
    assert (response.status_code, Talk.objects.count()) == (302, 0)


def test_on_another_day_the_pair_has_to_fit_too(secretary, people, talk, circle):
    (activity,), _created = record_talks(
        talk("COMMITTEE_MUTUAL", 0, 1), by=people.secretary, submission_key=KEY
    )
    circle[1].posts.update(starts_on=date(2026, 6, 1))
    url, data = (
        f"/activities/{activity.pk}/edit/",
        {"kind": "HEART_TALK", "version": activity.version, "save": "1"},
    )
    assert secretary.post(url, data | {"held_on": "2026-05-29"}).status_code == 422
    assert secretary.post(url, data | {"held_on": "2026-06-11", "topic_class": "LIFE"}).status_code == 302
    activity.refresh_from_db()
    assert (activity.held_on, activity.title, Talk.objects.count()) == (date(2026, 6, 11), "生活家庭", 1)


def test_a_confirmed_talk_is_the_duty_of_its_kind(people, units, talk):
    rules = DutyRule.objects.filter(code__startswith="talks-")
    for rule in rules:
        DutyFactory(rule=rule, unit=units["C1-1"], first_day=date(2026, 1, 1), last_day=date(2026, 12, 31))
    (activity,), _created = record_talks(
        talk("COMMITTEE_MEMBER", 0, 2), by=people.secretary, submission_key=KEY
    )
    confirm_activity(activity, by=people.county)
    done = Duty.objects.with_done(date(2026, 6, 15)).filter(is_done=True)
    assert [duty.rule.talk_kind for duty in done] == ["COMMITTEE_MEMBER"]
