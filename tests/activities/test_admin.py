import pytest
from django.db import IntegrityError
from django.db.transaction import atomic

from accounts.models import User
from activities.models import Duty, DutyRule, Tag
from activities.operations import generate_duties
from core.periods import parse_period
from tests.factories.activities import ActivityFactory, DutyFactory


@pytest.fixture
def admin(client, db):
    user = User.objects.create_superuser("root", password="x", name="管理员")
    client.force_login(user, backend="accounts.backends.SignInBackend")
    return client


@pytest.mark.parametrize("model", ["activity", "duty", "dutyrule", "reminder", "tag"])
def test_each_list_and_its_search_open(admin, units, model):
    ActivityFactory(unit=units["C1-1"], title="入户检查")
    DutyFactory(unit=units["C1-1"])
    Tag.objects.create(name="夏季")
    for query in ("", "?q=入户", "?q=C1-1"):
        assert admin.get(f"/admin/activities/{model}/{query}").status_code == 200


def test_lists_cost_the_same_with_one_row_and_with_five(admin, units, django_assert_max_num_queries):
    for number in range(5):
        ActivityFactory(unit=units["C1-1"])
        DutyFactory(unit=units["C1-1"], first_day=f"2026-0{number + 1}-01")
        with django_assert_max_num_queries(14):
            admin.get("/admin/activities/activity/")
        with django_assert_max_num_queries(14):
            admin.get("/admin/activities/duty/")


def test_a_record_is_read_there_and_changed_on_its_own_page(admin, units):
    activity = ActivityFactory(unit=units["C1-1"], outcomes={"TRAINEE": 3})
    url = f"/admin/activities/activity/{activity.pk}/"
    assert admin.get(f"{url}change/").status_code == 200
    assert admin.get(f"{url}history/").status_code == 200
    assert admin.post(f"{url}change/", {"title": "x"}).status_code == 403
    assert admin.post(f"{url}delete/", {"post": "yes"}).status_code == 403
    assert admin.get("/admin/activities/activity/add/").status_code == 403


def test_a_rule_is_data_that_support_keeps(admin, db):
    assert admin.get("/admin/activities/dutyrule/add/").status_code == 200


RULE = {"unit_kinds": ["GROUP"], "grace_days": "5", "remind_before": "[7, 3]", "active": "on"}


def test_a_rule_with_duties_keeps_what_their_windows_came_from(admin, units):
    rule = DutyRule.objects.get(code="group-meeting")
    url = f"/admin/activities/dutyrule/{rule.pk}/change/"
    DutyFactory(rule=rule, unit=units["C1-1-1"])
    typed = RULE | {"code": "other", "kind": "TRAINING", "cadence": "YEAR"}
    assert admin.post(url, typed).status_code == 302
    rule.refresh_from_db()
    assert (rule.code, rule.kind, rule.cadence) == ("group-meeting", "GROUP_MEETING", "MONTH")
    assert (rule.grace_days, rule.remind_before) == (5, [7, 3])


def test_a_rule_asks_only_what_its_units_hold(admin, db):
    rule = DutyRule.objects.get(code="group-meeting")
    typed = {**RULE, "code": rule.code, "kind": rule.kind, "cadence": rule.cadence}
    url = f"/admin/activities/dutyrule/{rule.pk}/change/"
    page = admin.post(url, typed | {"unit_kinds": ["GROUP", "BRANCH"]})
    assert list(page.context["adminform"].form.errors) == ["unit_kinds"]
    assert admin.post(url, typed).status_code == 302


def test_two_rules_for_one_kind_are_told_apart_by_their_names(admin, units):
    rule = DutyRule.objects.get(code="committee-lecture")
    DutyFactory(rule=rule, unit=units["C1"])  # so that its kind is no longer asked for
    typed = {"unit_kinds": ["COMMITTEE"], "grace_days": "0", "remind_before": "[61]", "active": "on"}
    url = f"/admin/activities/dutyrule/{rule.pk}/change/"
    page = admin.post(url, typed | {"name": ""})
    assert list(page.context["adminform"].form.errors) == ["name"]
    assert admin.post(url, typed | {"name": "书记讲课"}).status_code == 302
    labels = {rule.code: rule.label for rule in DutyRule.objects.filter(kind="PARTY_LECTURE")}
    assert labels == {"party-lecture": "党课", "committee-lecture": "党课 · 书记讲课"}
    with pytest.raises(IntegrityError), atomic():
        DutyRule.objects.update(name="书记讲课", kind="PARTY_LECTURE")


def test_switching_a_rule_off_takes_back_what_still_runs(admin, units):
    rule = DutyRule.objects.get(code="group-meeting")
    generate_duties(parse_period("2026H1"), units=[units["C1-1-1"].pk])
    typed = {name: text for name, text in RULE.items() if name != "active"}
    assert admin.post(f"/admin/activities/dutyrule/{rule.pk}/change/", typed).status_code == 302
    assert [duty.first_day.month for duty in Duty.objects.order_by("first_day")] == [1, 2, 3, 4, 5]


@pytest.mark.parametrize("days", ["7", '["7"]', "[0]", "[400]", '{"a": 1}', "[true]"])
def test_days_of_reminders_are_a_list_of_days(admin, db, days):
    rule = DutyRule.objects.get(code="group-meeting")
    typed = RULE | {"code": rule.code, "kind": rule.kind, "cadence": rule.cadence, "remind_before": days}
    page = admin.post(f"/admin/activities/dutyrule/{rule.pk}/change/", typed)
    assert (page.status_code, "remind_before" in page.context["adminform"].form.errors) == (200, True)
