"""Keys in forms: whatever is posted, nothing of others is touched or told."""

import uuid

import pytest
from django.urls import reverse

from accounts.models import User
from activities.models import Activity, Attachment, Attendance
from core.models import Draft
from tests.permissions.expectations import Allowed
from tests.permissions.oracle import Oracle
from tests.permissions.tree import BY_NAME, UNITS

OWN, FOREIGN = "N111", "N211"
RECORDING = ["leader", "committee", "secretary", "county", "bureau"]
FACTS = {"kind": "THEMED_PARTY_DAY", "held_on": "2026-06-02", "title": "typed"}


def home(name):
    return BY_NAME[name].home


def leaked(name, answer):
    allowed = Allowed(Oracle(BY_NAME[name]))
    return sorted(found for found in answer.canaries if found not in allowed)


def create(walker, name, then=None, **typed):
    data = {**FACTS, "unit": home(name), "submission_key": str(uuid.UUID(int=11)), **typed}
    return walker.ask(BY_NAME[name], "POST", reverse("activities:create"), data, then=then)


def update(walker, name, then=None, **typed):
    record = walker.world.records[home(name), "submitted"]
    data = {**FACTS, "version": record.version, "save": "1", **typed}
    return walker.ask(BY_NAME[name], "POST", reverse("activities:update", args=[record.pk]), data, then=then)


@pytest.mark.parametrize("name", RECORDING)
@pytest.mark.parametrize("post", [create, update])
def test_nobody_is_present_who_does_not_belong_there(walker, name, post):
    stranger = walker.world.members[FOREIGN][0]

    def present():
        return Attendance.objects.filter(member=stranger).count()

    before = present()
    for typed in ({"present": [stranger.pk]}, {f"present_reason_{stranger.pk}": "DUTY"}):
        answer = post(walker, name, present, **typed)
        assert answer.then == before
        assert leaked(name, answer) == []
        assert answer.status in (302, 422)


@pytest.mark.parametrize("name", RECORDING)
def test_a_conflict_names_only_those_whom_one_may_see(walker, name):
    strangers = {f"present_reason_{people[0].pk}": "DUTY" for people in walker.world.members.values()}
    for present in ([people[0].pk for people in walker.world.members.values()], []):
        for typed in ({**strangers, "present": present}, {"present": present[-1:]}, strangers):
            answer = update(walker, name, **{**typed, "version": 0, "expected": "999999"})
            assert leaked(name, answer) == []
            assert answer.status in (409, 422)
            assert answer.changed == frozenset()


@pytest.mark.parametrize("name", RECORDING)
def test_a_record_stays_with_its_unit(walker, name):
    record = walker.world.records[home(name), "submitted"]

    def unit():
        return Activity.objects.get(pk=record.pk).unit_id

    assert (
        update(walker, name, unit, unit=FOREIGN, unit_id=walker.world.units[FOREIGN].pk).then
        == record.unit_id
    )


@pytest.mark.parametrize("name", RECORDING)
def test_files_of_another_record_are_not_removed(walker, name):
    foreign = walker.world.files[FOREIGN]
    answer = update(walker, name, Attachment.objects.filter(pk=foreign.pk).exists, remove_files=[foreign.pk])
    assert (answer.status, answer.then, answer.changed) == (422, True, frozenset())


@pytest.mark.parametrize("name", ["leader", "secretary"])
def test_a_unit_out_of_sight_is_not_named_on_a_record(walker, name):
    """Its code is refused as an unknown one is: nothing of the other unit is told or touched."""
    records = Activity.objects.filter(unit=walker.world.units[FOREIGN])

    def rows():
        return sorted(records.values_list("pk", "state", "version"))

    typed = {"co-TOTAL_FORMS": "1", "co-INITIAL_FORMS": "0", "co-0-code": FOREIGN}
    before = rows()
    for more in ({}, {"held_on": ""}):
        answer = create(walker, name, rows, **{**typed, **more})
        assert (answer.status, answer.then) == (422, before)
        assert leaked(name, answer) == []


ONLY_NEIGHBOUR = {
    "leader": None,  # the branch of the own group is one, its other group another
    "committee": "N112",
    "secretary": "N112",
    "county": None,  # it has two
    "bureau": "B2",
}


@pytest.mark.parametrize("name", RECORDING)
def test_a_part_of_a_name_brings_no_list_of_neighbours(walker, name):
    """Who may be named is more than who is in sight: of those only the one that is meant is told."""
    told = [(code, "unit") for code in filter(None, [ONLY_NEIGHBOUR[name]])]
    typed = {"co-TOTAL_FORMS": "1", "co-INITIAL_FORMS": "0", "co-0-code": "CNRY"}
    for url in ("activities:create", "activities:plan"):
        data = {**FACTS, "unit": home(name), "submission_key": str(uuid.UUID(int=11)), **typed}
        answer = walker.ask(BY_NAME[name], "POST", reverse(url), data)
        assert (answer.status, leaked(name, answer), answer.changed) == (422, told, frozenset())


FIELDS_OF_THE_OFFICE = {
    "state": "CONFIRMED",
    "confirmed_by": "1",
    "confirmed_at": "2026-06-01",
    "by_lapse": "1",
    "is_late": "",
    "source": "IMPORTED",
    "created_by": "1",
    "created_at": "2020-01-01",
    "first_submitted_at": "2020-01-01",
    "ref": "X",
}


@pytest.mark.parametrize("name", RECORDING)
def test_a_form_sets_nothing_that_it_does_not_ask(walker, name):
    record = walker.world.records[home(name), "submitted"]
    names = ["state", "confirmed_by", "confirmed_at", "by_lapse", "source", "created_by", "created_at", "ref"]

    def facts():
        return Activity.objects.filter(pk=record.pk).values(*names).get()

    assert update(walker, name, facts, **FIELDS_OF_THE_OFFICE).then == {
        field: getattr(record, field if not field.endswith("_by") else f"{field}_id") for field in names
    }


def test_the_bulk_page_confirms_only_what_is_one_s_own_to_decide(walker):
    def confirmed():
        return set(Activity.objects.filter(confirmed_by__isnull=False).values_list("unit__code", flat=True))

    rows = [f"{record.pk}:{record.version}" for (_code, state), record in walker.world.records.items()]
    assert len(rows) > len(UNITS)
    for name in ("secretary", "both", "county", "bureau", "province"):
        answer = walker.ask(
            BY_NAME[name], "POST", reverse("activities:review"), {"row": rows}, then=confirmed
        )
        assert answer.then == Oracle(BY_NAME[name]).decides
        assert leaked(name, answer) == []


@pytest.mark.parametrize("name", ["unassigned", "secretary", "province"])
def test_another_s_draft_is_neither_read_nor_written(walker, name):
    theirs = walker.world.drafts["bureau2"]

    def rows():
        return list(Draft.objects.filter(pk=theirs.pk).values())

    url = reverse("core:draft", args=["activity", theirs.key])
    before = rows()
    for method in ("POST", "DELETE"):
        answer = walker.ask(BY_NAME[name], method, url, {"title": "typed"}, then=rows)
        assert answer.then == before
        assert leaked(name, answer) == []


@pytest.mark.parametrize("name", ["unassigned", "secretary", "staff"])
def test_nobody_makes_himself_more_than_he_is(walker, name):
    user = walker.world.users[name]
    fields = ["username", "name", "is_staff", "is_superuser", "is_active", "staff_no", "must_change_password"]

    def facts():
        return User.objects.filter(pk=user.pk).values(*fields).get()

    typed = {
        "is_staff": "1",
        "is_superuser": "1",
        "username": "root",
        "name": "x",
        "staff_no": "1",
        "role": "AUDITOR",
    }
    answer = walker.ask(BY_NAME[name], "POST", reverse("accounts:profile"), typed, then=facts)
    assert answer.status == 302
    assert answer.then == {field: getattr(user, field) for field in fields}
    assert "branches_assignment" not in answer.changed
