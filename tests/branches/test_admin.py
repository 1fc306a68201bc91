"""The administrator's pages: found by search, no query for each row, writes through the operations."""

from datetime import date

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Activation, User
from activities.models import CorrectionRequest
from branches.choices import Role
from branches.models import Assignment, Member, Organisation, PartyUnit, Placement, Post, Transfer
from branches.operations import transfer_member
from core import clock
from core.models import AuditEvent
from tests.factories.accounts import UserFactory
from tests.factories.branches import (
    LONG_AGO,
    AssignmentFactory,
    MemberFactory,
    OrganisationFactory,
    PartyUnitFactory,
    PostFactory,
)

pytestmark = pytest.mark.django_db
NO_PLACEMENTS = {
    "placements-TOTAL_FORMS": 0,
    "placements-INITIAL_FORMS": 0,
    "posts-TOTAL_FORMS": 0,
    "posts-INITIAL_FORMS": 0,
}


@pytest.fixture(autouse=True)
def on_a_day(time_machine):
    time_machine.move_to("2026-06-10 12:00+08:00", tick=False)


@pytest.fixture
def administrator(client):
    user = UserFactory(username="boss", is_staff=True, is_superuser=True)
    client.force_login(user)
    return user


def address(model, rest=""):
    return f"/admin/{model._meta.app_label}/{model._meta.model_name}/{rest}"


def send(client, model, rest, **fields):
    response = client.post(address(model, rest), NO_PLACEMENTS | fields)
    form = getattr(response, "context", None) and response.context.get("adminform")
    assert response.status_code == 302, form and form.errors
    return response


MAKERS = {
    Organisation: lambda: OrganisationFactory(parent=OrganisationFactory()),
    PartyUnit: lambda: PartyUnitFactory(parent=PartyUnitFactory()),
    Placement: PartyUnitFactory,
    Member: lambda: MemberFactory(organisation=OrganisationFactory(), user=UserFactory()),
    Post: PostFactory,
    Assignment: lambda: AssignmentFactory(acting_for=UserFactory()),
    User: UserFactory,
}


@pytest.mark.parametrize("model", list(MAKERS), ids=lambda model: model._meta.model_name)
def test_a_list_costs_the_same_for_one_row_and_for_many(client, administrator, model):
    MAKERS[model]()
    client.get(address(model))  # fills the caches of content types
    with CaptureQueriesContext(connection) as first:
        assert client.get(address(model), {"q": ""}).status_code == 200
    for _number in range(3):
        MAKERS[model]()
    with CaptureQueriesContext(connection) as second:
        client.get(address(model), {"q": ""})
    assert len(second) == len(first)
    assert client.get(address(model), {"q": "zz"}).status_code == 200


def test_a_unit_is_made_moved_and_deleted_by_the_operations(client, administrator):
    organisation, parent = OrganisationFactory(), PartyUnitFactory(code="D1", kind="COMMITTEE")
    fields = {"code": "Z1", "name": "支部一", "kind": "BRANCH", "organisation": organisation.pk}
    send(client, PartyUnit, "add/", **fields | {"code": "Ｚ１"}, also_covers=[organisation.pk])
    unit = PartyUnit.objects.get(code="Z1")
    assert (unit.path, list(unit.also_covers.all())) == (f"{unit.pk:08}", [organisation])
    send(client, PartyUnit, f"{unit.pk}/change/", **fields, parent=parent.pk, on="2026-06-01")
    unit.refresh_from_db()
    assert unit.path == f"{parent.pk:08}{unit.pk:08}"
    rows = Placement.objects.filter(unit=unit).order_by("starts_on").values_list("starts_on", "parent")
    assert list(rows) == [(date(1900, 1, 1), None), (date(2026, 6, 1), parent.pk)]
    send(client, PartyUnit, f"{unit.pk}/delete/", post="yes")
    assert not PartyUnit.objects.filter(code="Z1").exists()
    verbs = AuditEvent.objects.filter(actor=administrator).order_by("pk").values_list("verb", flat=True)
    assert list(verbs) == ["sign_in", "create", "move", "delete"]


def test_what_is_refused_is_told_on_the_page(client, administrator):
    client.cookies["django_language"] = "en"
    unit = PartyUnitFactory(code="Z1", kind="COMMITTEE")
    child = PartyUnitFactory(parent=unit, kind="COMMITTEE")
    fields = {"code": "Z1", "name": unit.name, "kind": unit.kind, "organisation": unit.organisation_id}
    send(client, PartyUnit, f"{unit.pk}/change/", **fields, parent=child.pk)
    assert "can't be hung under itself" in messages_of(client, unit)
    send(client, PartyUnit, f"{unit.pk}/delete/", post="yes")
    assert "is not deleted" in messages_of(client, unit)
    assert PartyUnit.objects.get(code="Z1").parent is None


def messages_of(client, unit):
    page = client.get(address(PartyUnit, f"{unit.pk}/change/"))
    return " ".join(str(message) for message in page.context["messages"])


def fields_of(unit, **changes):
    facts = {"code": unit.code, "name": unit.name, "organisation": unit.organisation_id}
    return facts | {"parent": unit.parent_id or ""} | changes


def refused(client, unit, **changes):
    """What the page says; nothing of the unit is changed."""
    before = PartyUnit.objects.values().get(pk=unit.pk)
    send(client, PartyUnit, f"{unit.pk}/change/", **fields_of(unit, **changes))
    assert PartyUnit.objects.values().get(pk=unit.pk) == before
    return messages_of(client, unit)


def test_a_unit_closes_here_as_on_its_page(client, administrator):
    client.cookies["django_language"] = "en"
    unit = PartyUnitFactory(parent=PartyUnitFactory(kind="COMMITTEE"))
    member = MemberFactory(unit=unit, user=UserFactory())
    post = PostFactory(member=member)
    by_hand = AssignmentFactory(unit=unit, role=Role.MEMBER)
    assert "1 members are still in it" in refused(client, unit, closed_on="2026-06-10")
    Member.objects.update(unit=PartyUnitFactory())
    send(client, PartyUnit, f"{unit.pk}/change/", **fields_of(unit, closed_on="2026-06-10", category="x"))
    unit.refresh_from_db()
    assert (unit.closed_on, unit.category) == (date(2026, 6, 10), "x")
    for row in (post, post.assignment, by_hand):
        row.refresh_from_db()
        assert row.ends_on == date(2026, 6, 9)
    send(client, PartyUnit, f"{unit.pk}/change/", **fields_of(unit, closed_on="", parent=""))
    unit.refresh_from_db()
    assert (unit.closed_on, unit.parent is None) == (date(2026, 6, 10), False)


def test_a_unit_stands_here_too_only_where_its_kind_may(client, administrator):
    client.cookies["django_language"] = "en"
    branch = PartyUnitFactory(code="Z1", parent=PartyUnitFactory(kind="COMMITTEE"))
    group = PartyUnitFactory(kind="GROUP", parent=branch)
    other = PartyUnitFactory()
    closed = PartyUnitFactory(kind="COMMITTEE", closed_on=date(2026, 1, 1))
    assert "Below a branch there are only groups" in refused(client, branch, parent=other.pk)
    assert "A group stands under a branch" in refused(client, group, parent="")
    assert "is closed already" in refused(client, branch, parent=closed.pk)
    fields = {"code": "N", "name": "N", "kind": "GROUP", "organisation": other.organisation_id}
    send(client, PartyUnit, "add/", **fields)
    send(client, PartyUnit, "add/", **fields | {"kind": "BRANCH"}, parent=group.pk, closed_on="2026-01-01")
    assert not PartyUnit.objects.filter(code="N").exists()


def test_what_has_an_operation_of_its_own_is_read_only_here(client, administrator):
    unit, other = PartyUnitFactory(opened_on=date(2026, 1, 1)), PartyUnitFactory()
    typed = fields_of(
        unit, kind="GROUP", opened_on="2020-01-01", merged_into=other.pk, closed_on="2026-06-10"
    )
    send(client, PartyUnit, f"{unit.pk}/change/", **typed)
    unit.refresh_from_db()
    assert (unit.kind, unit.opened_on, unit.merged_into) == ("BRANCH", date(2026, 1, 1), None)
    page = client.get(address(PartyUnit, f"{unit.pk}/change/")).text
    assert f"/units/{unit.code}/merge/" in page and f"/units/{unit.code}/close/" in page
    fields = {"code": "N", "name": "N", "kind": "BRANCH", "organisation": other.organisation_id}
    send(client, PartyUnit, "add/", **fields, closed_on="2026-06-10", merged_into=other.pk)
    made = PartyUnit.objects.get(code="N")
    assert (made.closed_on, made.merged_into) == (None, None)


def test_nobody_gets_a_post_or_a_right_at_a_closed_unit(client, administrator):
    unit = PartyUnitFactory(closed_on=date(2026, 6, 1))
    right = {"user": UserFactory().pk, "role": Role.MEMBER, "unit": unit.pk, "starts_on": "2026-01-01"}
    post = {"member": MemberFactory().pk, "unit": unit.pk, "position": "YOUTH", "starts_on": "2026-01-01"}
    for model, fields in ((Assignment, right), (Post, post)):
        send(client, model, "add/", **fields)
        assert not model.objects.exists()
        send(client, model, "add/", **fields, ends_on="2026-05-31")
        row = model.objects.get()
        send(client, model, f"{row.pk}/change/", **fields | {"ends_on": "2026-06-30"})
        assert model.objects.get().ends_on == date(2026, 5, 31)


def test_whose_right_it_is_and_where_is_not_rewritten(client, administrator):
    row, other = AssignmentFactory(role=Role.MEMBER), PartyUnitFactory()
    fields = {"role": Role.COUNTY_OFFICE, "unit": other.pk, "user": UserFactory().pk}
    send(client, Assignment, f"{row.pk}/change/", **fields, starts_on="2026-01-01")
    now = Assignment.objects.get()
    assert (now.role, now.unit, now.user) == (Role.MEMBER, row.unit, row.user)


def test_a_post_gives_its_rights_here_too(client, administrator):
    member = MemberFactory(user=UserFactory())
    fields = {"unit": member.unit_id, "position": "SECRETARY", "starts_on": "2026-01-01"}
    send(client, Post, "add/", member=member.pk, **fields)
    post = Post.objects.get()
    assert Assignment.objects.get().role == Role.BRANCH_SECRETARY
    send(client, Post, f"{post.pk}/change/", **fields, ends_on="2026-06-30")
    assert Assignment.objects.get().ends_on == date(2026, 6, 30)


def test_roles_are_given_and_ended_not_deleted(client, administrator):
    user, unit = UserFactory(), PartyUnitFactory()
    fields = {"role": Role.COUNTY_OFFICE, "unit": unit.pk, "starts_on": "2026-01-01"}
    send(client, Assignment, "add/", user=user.pk, **fields)
    row = Assignment.objects.get()
    send(client, Assignment, f"{row.pk}/change/", **fields, ends_on="2026-06-30")
    assert Assignment.objects.get().ends_on == date(2026, 6, 30)
    assert client.post(address(Assignment, f"{row.pk}/delete/")).status_code == 403
    post = PostFactory(member=MemberFactory(user=user), starts_on=LONG_AGO)
    assert client.post(address(Assignment, f"{post.assignment.pk}/change/")).status_code == 403


def test_members_and_organisations(client, administrator):
    send(client, Organisation, "add/", code="O9", name="新局", kind="COUNTY")
    unit = PartyUnitFactory()
    fields = {"name": "李雷", "unit": unit.pk, "status": "FULL", "party_worker": "NONE"}
    send(client, Member, "add/", **fields)
    member = Member.objects.get()
    assert (member.name, member.staff_no) == ("李雷", None)
    send(client, Member, f"{member.pk}/change/", **fields | {"name": "李大雷"})
    assert Member.objects.get().name == "李大雷"
    assert client.get(address(Member, f"{member.pk}/change/")).status_code == 200


def test_a_member_with_a_history_leaves_and_is_not_deleted(client, administrator):
    client.cookies["django_language"] = "en"
    moved, asking, fresh = MemberFactory(), MemberFactory(), MemberFactory()
    transfer_member(moved, PartyUnitFactory(), on=date(2026, 6, 9), by=None)
    CorrectionRequest.objects.create(member=asking, text="缺一次", asked_at=clock.now())
    for member, kinds in ((moved, "transfers"), (asking, "requests for a correction")):
        send(client, Member, f"{member.pk}/delete/", post="yes")
        page = client.get(address(Member, f"{member.pk}/change/"))
        assert [str(text) for text in page.context["messages"]] == [
            f"“{member.name}” is not deleted, because it is needed by: {kinds}. "
            "Somebody who leaves stays on record: enter the day under “left on”."
        ]
    send(client, Member, f"{fresh.pk}/delete/", post="yes")
    assert set(Member.objects.all()) == {moved, asking}
    assert (Transfer.objects.count(), CorrectionRequest.objects.count()) == (1, 1)


def test_placements_are_for_reading(client, administrator):
    row = Placement.objects.get(unit=PartyUnitFactory())
    assert client.get(address(Placement, f"{row.pk}/change/")).status_code == 200
    assert client.post(address(Placement, f"{row.pk}/change/")).status_code == 403
    assert client.get(address(Placement, "add/")).status_code == 403
    assert client.post(address(Placement, f"{row.pk}/delete/")).status_code == 403


def test_units_are_filtered_by_being_open(client, administrator):
    PartyUnitFactory(code="open")
    PartyUnitFactory(code="closed", closed_on=date(2026, 6, 1))
    for value, found in (("1", ["open"]), ("0", ["closed"]), ("", ["open", "closed"])):
        rows = client.get(address(PartyUnit), {"open": value} if value else {}).context["cl"].result_list
        assert [row.code for row in rows] == found


def test_users_get_slips_and_are_made_inactive(client, administrator):
    send(client, User, "add/", username="wangfang", name="王芳", staff_no="Ｂ７")
    user = User.objects.get(username="wangfang")
    assert user.staff_no == "B7" and not user.has_usable_password()
    chosen = {"action": "make_slips", "_selected_action": [user.pk]}
    slips = client.post(address(User), chosen)
    assert slips.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert "wangfang" in slips.content.decode() and Activation.objects.get().user == user
    send(client, User, f"{user.pk}/change/", username="wangfang", name="王小芳", is_active="on")
    chosen = {"action": "deactivate", "_selected_action": [user.pk, administrator.pk]}
    assert client.post(address(User), chosen).status_code == 302
    active = User.objects.order_by("pk").values_list("username", "name", "is_active")
    assert list(active) == [("boss", administrator.name, True), ("wangfang", "王小芳", False)]


def test_a_name_that_opens_another_door_is_refused_on_the_page(client, administrator):
    UserFactory(username="x", staff_no="wangfang")
    send(client, User, "add/", username="wangfang", name="王芳")
    assert not User.objects.filter(username="wangfang").exists()


def test_only_a_superuser_makes_administrators(client):
    clerk = UserFactory(username="clerk", is_staff=True)
    clerk.user_permissions.set(Permission.objects.filter(codename__in=["change_user", "view_user"]))
    client.force_login(clerk)
    fields = {
        "username": "clerk",
        "name": "办事员",
        "is_active": "on",
        "is_staff": "on",
        "is_superuser": "on",
    }
    send(client, User, f"{clerk.pk}/change/", **fields)
    clerk.refresh_from_db()
    assert (clerk.name, clerk.is_superuser) == ("办事员", False)
    assert client.post(address(User, f"{clerk.pk}/delete/")).status_code == 403


def test_the_pages_name_their_icon_so_that_no_browser_asks_for_another(admin_client):
    page = admin_client.get("/admin/").content.decode()
    assert page.count('rel="icon"') == 1


def test_a_post_that_was_held_is_ended_not_deleted(client, administrator):
    client.cookies["django_language"] = "en"
    held, fresh = PostFactory(starts_on=date(2026, 6, 9)), PostFactory(starts_on=date(2026, 6, 10))
    for post in (held, fresh):
        send(client, Post, f"{post.pk}/delete/", post="yes")
    assert list(Post.objects.all()) == [held]
    page = client.get(address(Post, f"{held.pk}/change/"))
    said = [str(text) for text in page.context["messages"]]
    assert "The post was held since 2026-06-09. End it instead." in said
