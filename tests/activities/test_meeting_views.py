"""The pages of core tasks, plans, minutes and Word files."""

import re
from datetime import UTC, date, datetime

import pytest
from django.urls import reverse
from django.utils import translation
from django.utils.html import escape

from activities.exporters import notice_text, text_block
from activities.models import ActionItem, Activity, CoreTask
from activities.operations import plan_meeting, record_activity
from activities.records import ActionData
from tests.activities.test_views import KEY, NEW, page
from tests.factories.branches import PostFactory

BACKEND = "accounts.backends.SignInBackend"


@pytest.fixture
def sign_in(client, people):
    def enter(name):
        client.force_login(getattr(people, name), backend=BACKEND)
        return client

    return enter


@pytest.fixture
def task(units):
    return CoreTask.objects.create(unit=units["B1"], name="迎峰度夏", starts_on=date(2026, 5, 1))


@pytest.fixture
def posted(members):
    def make(**given):
        return {
            "unit": "C1-1",
            "submission_key": KEY,
            "kind": "GENERAL_MEETING",
            "held_on": "2026-06-12",
            "title": "党员大会",
            "present": [str(member.pk) for member in members],
        } | {name.replace("__", "-"): value for name, value in given.items()}

    return make


# --- the form -------------------------------------------------------------------------------------
def test_a_core_task_is_one_tap(sign_in, posted, task):
    client = sign_in("secretary")
    assert f'name="core_task" value="{task.pk}"' in page(client.get(NEW))
    assert client.post(NEW, posted()).status_code == 422
    assert client.post(NEW, posted(core_task="none")).status_code == 422
    assert client.post(NEW, posted(core_task=str(task.pk))).status_code == 302
    assert Activity.objects.get().core_task == task


def test_the_self_check_and_the_yearly_appraisal_are_one_tap_each(sign_in, posted, task):
    client = sign_in("secretary")
    ticks = {"core_task_checked": "on", "core_task_listed": "on"}
    typed = posted(core_task=str(task.pk), kind="DEMOCRATIC_APPRAISAL", **ticks)
    assert client.post(NEW, typed).status_code == 302
    activity = Activity.objects.get()
    assert (activity.core_task_checked, activity.core_task_listed) == (True, True)
    again = page(client.get(f"/activities/{activity.pk}/edit/"))
    assert all(re.search(rf'name="{name}"[^>]* checked', again) for name in ticks)
    with translation.override("en"):
        told = page(client.get(f"/activities/{activity.pk}/", headers={"accept-language": "en"}))
        places = [escape(str(place)) for place in activity.core_task_places]
    assert len(places) == 2 and all(place in told for place in places)
    without = {name: text for name, text in typed.items() if name not in ticks}
    client.post(f"/activities/{activity.pk}/edit/", without | {"version": str(activity.version)})
    activity.refresh_from_db()
    assert (activity.core_task_checked, activity.core_task_listed) == (False, False)


def test_the_last_meeting_s_resolutions_open_the_next_record(sign_in, people, posted, data):
    facts = data(kind="GENERAL_MEETING", held_on=date(2026, 6, 1), resolutions="同意接收", title="第一次")
    first, _new = record_activity(facts, by=people.secretary)
    client = sign_in("secretary")
    asked = page(client.get(NEW))
    assert 'data-for-kinds="GENERAL_MEETING"' in asked and "同意接收" in asked
    client.post(NEW, posted(core_task="none", no_core_task="没有"))
    second = Activity.objects.exclude(pk=first.pk).get()
    told = page(client.get(f"/activities/{second.pk}/"))
    assert "同意接收" in told and f'href="/activities/{first.pk}/"' in told


def test_what_is_not_stated_is_told_after_it_is_submitted(sign_in, posted, units):
    client = sign_in("secretary")
    typed = posted(core_task="none", no_core_task="没有")
    gone_on = client.post(NEW, typed | {"next": "1"}, follow=True)
    activity = Activity.objects.get()
    assert activity.state == "SUBMITTED"
    response = client.get(f"/activities/{activity.pk}/")
    hint = "、".join(map(str, response.context["unsaid"]))
    assert hint.count("、") == 2 and hint in page(response) and hint in page(gone_on)


def test_a_meeting_without_a_quorum_is_told_on_its_form_and_its_page(sign_in, posted, members):
    client = sign_in("secretary")
    few = {"present": [str(members[0].pk)], "core_task": "none"}
    again = client.post(NEW, posted(**few))
    assert again.status_code == 422
    assert re.search(r"data-below-quorum>", page(again))
    assert re.search(r"data-below-quorum hidden>", page(client.get(NEW)))
    client.post(NEW, posted(no_core_task="没有", **few))
    response = client.get(f"/activities/{Activity.objects.get().pk}/")
    assert escape(str(response.context["below_quorum"])) in page(response)
    assert response.context["below_quorum"]


def test_without_a_core_task_the_form_leads_to_the_list(sign_in, posted):
    client = sign_in("secretary")
    assert "/core-tasks/?unit=C1-1" in page(client.get(NEW))
    assert client.post(NEW, posted(core_task="none", no_core_task="还没有")).status_code == 302
    assert Activity.objects.get().no_core_task == "还没有"


def test_a_task_that_did_not_run_that_day_is_refused_at_its_field(sign_in, posted, task):
    response = sign_in("secretary").post(NEW, posted(core_task=str(task.pk), held_on="2026-04-01"))
    assert (response.status_code, Activity.objects.count()) == (422, 0)


def test_the_form_keeps_the_minutes(sign_in, posted, members, task):
    typed = posted(
        core_task=str(task.pk),
        starts_at="14:30", chair=str(members[0].pk), recorder=str(members[1].pk), observers="老同志",
        agenda="一\r\n二", resolutions="同意",
        vote__0__subject="接收", vote__0__eligible="6", vote__0__present="5", vote__0__in_favour="5",
        vote__1__eligible="6",
        item__0__text="写稿", item__0__owner=str(members[2].pk), item__0__due_on="2026-06-30",
    )  # fmt: skip
    client = sign_in("secretary")
    assert client.post(NEW, typed).status_code == 302
    activity = Activity.objects.get()
    assert (str(activity.starts_at), activity.chair, activity.recorder) == (
        "14:30:00",
        members[0],
        members[1],
    )
    assert list(activity.votes.values_list("subject", "eligible", "present", "in_favour")) == [
        ("接收", 6, 5, 5)
    ]
    item = activity.action_items.get()
    assert (item.text, item.owner, item.due_on) == ("写稿", members[2], date(2026, 6, 30))
    shown = page(client.get(f"/activities/{activity.pk}/"))
    assert all(text in shown for text in ("14:30", "老同志", "接收", "写稿", "迎峰度夏"))
    again = client.get(f"/activities/{activity.pk}/edit/")
    back = {**typed, "version": str(activity.version), "item-0-item": str(item.pk), "agenda": "三"}
    assert f'name="item-0-item" value="{item.pk}"' in page(again)
    assert client.post(f"/activities/{activity.pk}/edit/", back).status_code == 302
    activity.refresh_from_db()
    assert (activity.agenda, activity.action_items.get().pk, activity.votes.count()) == ("三", item.pk, 1)


def vote(*figures, subject="接收"):
    names = ["eligible", "present", "in_favour"]
    given = {f"vote__0__{name}": figure for name, figure in zip(names, figures, strict=False)}
    return given | {"vote__0__subject": subject}


@pytest.mark.parametrize(
    ("given", "field"),
    [
        (vote("6"), "id_vote-0-present"),
        (vote("6", "5", "5", subject=""), "id_vote-0-subject"),
        (vote("5", "6", "1"), "id_vote-0-present"),
        (vote("6", "5", "6"), "id_vote-0-in_favour"),
        (vote("8", "7", "5"), "id_vote-0-present"),  # six were there
        ({"item__0__text": "写稿", "item__0__due_on": "2026-06-01"}, "id_item-0-due_on"),
        ({"item__0__due_on": "2026-06-30"}, "id_item-0-text"),
        ({"starts_at": "25:00"}, "id_starts_at"),
        ({"learning_hours": "很久"}, "id_learning_hours"),
        ({"chair": "999999"}, "id_chair"),
    ],
)
def test_what_is_wrong_in_the_minutes_is_said_at_its_field(sign_in, posted, given, field):
    typed = posted(core_task="none", no_core_task="没有", **given)
    response = sign_in("secretary").post(NEW, typed)
    assert response.status_code == 422
    assert field in re.findall(r'<li><a href="#([^"]+)">', page(response))


def test_figures_that_cannot_be_are_said_at_once_with_what_is_missing(sign_in, posted):
    typed = posted(core_task="none", no_core_task="没有", **vote("5", "9", "10", subject=""))
    shown = page(sign_in("secretary").post(NEW, typed))
    assert {"id_vote-0-subject", "id_vote-0-present"} <= set(re.findall(r'<li><a href="#([^"]+)">', shown))


def test_the_last_meeting_s_things_to_do_open_the_next_record(sign_in, people, posted, data, members):
    left = ActionData("换开关", members[1].pk, date(2026, 6, 30))
    record_activity(data(held_on=date(2026, 6, 1), action_items=(left,)), by=people.secretary)
    item = ActionItem.objects.get()
    client = sign_in("secretary")
    asked = page(client.get(NEW))
    assert f'name="done_items" value="{item.pk}"' in asked
    assert re.search("换开关 · 李倩 · [^·<]*2026-06-30[^·<]* · 2026-06-01 [^·<]+<", asked)
    client.post(NEW, posted(core_task="none", no_core_task="没有", done_items=[str(item.pk)]))
    item.refresh_from_db()
    assert item.done_on == date(2026, 6, 12)
    told = page(client.get(f"/activities/{item.done_in_id}/"))
    assert "换开关" in told and f'href="/activities/{item.activity_id}/"' in told
    assert f'href="/activities/{item.done_in_id}/"' in page(client.get(f"/activities/{item.activity_id}/"))

    undo = f"/activities/{item.activity_id}/items/{item.pk}/reopen/"
    assert f'action="{undo}"' in page(client.get(f"/activities/{item.activity_id}/"))
    assert client.post(undo).url == f"/activities/{item.activity_id}/"
    item.refresh_from_db()
    assert item.done_on is None
    shown = page(client.get(f"/activities/{item.activity_id}/"))
    assert f'action="{undo}"' not in shown and "换开关" in shown
    assert client.post(f"/activities/{item.activity_id}/items/{item.pk + 1}/reopen/").status_code == 404


def test_who_usually_chairs_is_filled_in_and_not_kept_of_a_visit(sign_in, posted, members):
    PostFactory(member=members[0])
    client = sign_in("secretary")
    chosen = rf'<select name="chair"[^>]*>.*?<option value="{members[0].pk}" selected>'
    assert re.search(chosen, page(client.get(NEW)), re.DOTALL)
    client.post(NEW, posted(kind="SERVICE_VISIT", chair=str(members[0].pk)))
    assert Activity.objects.get().chair is None


# --- core tasks -----------------------------------------------------------------------------------
def test_core_tasks_are_entered_listed_and_ended(sign_in, task):
    client = sign_in("secretary")
    url = reverse("activities:core_tasks")
    assert "迎峰度夏" in page(client.get(url))
    new = {"unit": "C1-1", "name": "线路改造", "starts_on": "2026-06-01", "ends_on": ""}
    assert (
        client.post(reverse("activities:core_task_add"), new | {"ends_on": "2026-05-01"}).status_code == 422
    )
    assert client.post(reverse("activities:core_task_add"), new | {"name": ""}).status_code == 422
    assert client.post(reverse("activities:core_task_add"), new).url == f"{url}?unit=C1-1"
    assert client.post(reverse("activities:core_task_add"), new).status_code == 422
    own = CoreTask.objects.get(name="线路改造")
    end = reverse("activities:core_task_end", args=[own.pk])
    assert client.get(end).status_code == 200
    assert client.post(end, {"ends_on": "2026-05-31"}).status_code == 422
    assert client.post(end, {"ends_on": "2026-06-10"}).status_code == 302
    own.refresh_from_db()
    assert own.ends_on == date(2026, 6, 10)
    listed = page(client.get(url))
    assert end in listed and reverse("activities:core_task_end", args=[task.pk]) not in listed


# --- plans ----------------------------------------------------------------------------------------
@pytest.fixture
def planned(people, data):
    facts = data(
        kind="GENERAL_MEETING",
        title="七月党员大会",
        held_on=date(2026, 7, 1),
        no_core_task="",
        agenda="学习\n讨论",
    )
    return plan_meeting(facts, by=people.secretary)[0]


def test_a_plan_becomes_a_notice(sign_in, members):
    client = sign_in("secretary")
    assert client.get("/activities/plan/").status_code == 200
    typed = {
        "unit": "C1-1", "submission_key": KEY, "kind": "GENERAL_MEETING", "title": "七月党员大会",
        "held_on": "2026-07-01", "starts_at": "14:30", "place": "三楼",
        "chair": str(members[0].pk), "agenda": "学习\n讨论",
    }  # fmt: skip
    assert client.post("/activities/plan/", typed | {"held_on": ""}).status_code == 422
    response = client.post("/activities/plan/", typed, follow=True)
    shown = page(response)
    assert all(text in shown for text in ("2026年7月1日", "14:30", "1. 学习", "周明、李倩", "三楼"))
    client.post("/activities/plan/", typed)
    assert Activity.objects.count() == 1


@pytest.mark.parametrize(
    ("title", "bare"),
    [
        ("支部党员大会：研究接收", "研究接收"),
        ("支部党员大会: 研究：接收", "研究：接收"),
        ("支部党员大会", "支部党员大会"),
        ("支部党员大会：", "支部党员大会："),
        ("七月：研究接收", "七月：研究接收"),
    ],
)
def test_a_notice_names_the_kind_once(planned, title, bare):
    with translation.override("zh-hans"):
        planned.title = title.replace("支部党员大会", planned.get_kind_display())
        told = notice_text(planned, [], shows_names=False).splitlines()[0]
        kind = planned.get_kind_display()
        assert told == f"【通知】{kind}：{bare.replace('支部党员大会', kind)}"
        assert text_block(planned, {}).startswith(f"【{kind}】{bare.replace('支部党员大会', kind)}")


def test_a_plan_is_moved_and_cancelled(sign_in, planned):
    client = sign_in("secretary")
    url = f"/activities/{planned.pk}/plan/"
    assert "2026-07-01" in page(client.get(url))
    typed = {"kind": "GENERAL_MEETING", "title": "七月党员大会", "held_on": "2026-07-08", "version": "1"}
    assert client.post(url, typed).status_code == 302
    assert client.post(url, typed).status_code == 409
    planned.refresh_from_db()
    assert (planned.held_on, planned.state) == (date(2026, 7, 8), "PLANNED")
    shown = page(client.get(f"/activities/{planned.pk}/"))
    assert f"/activities/{planned.pk}/void/" in shown and f"/activities/{planned.pk}/edit/" not in shown
    client.post(f"/activities/{planned.pk}/void/", {"reason": "改期", "version": str(planned.version)})
    assert client.get(url).status_code == 404


def test_what_was_planned_is_recorded_on_the_same_row(sign_in, planned, members, monday_noon):
    monday_noon.move_to(datetime(2026, 7, 2, 4, tzinfo=UTC))
    client = sign_in("secretary")
    edit = f"/activities/{planned.pk}/edit/"
    assert edit in page(client.get(f"/activities/{planned.pk}/"))
    form = page(client.get(edit))
    assert len(re.findall(r'name="present" value="\d+" checked', form)) == len(members)
    typed = {
        "kind": "GENERAL_MEETING", "title": "七月党员大会", "held_on": "2026-07-01", "version": "1",
        "present": [str(member.pk) for member in members],
    }  # fmt: skip
    assert client.post(edit, typed).status_code == 422
    assert client.post(edit, typed | {"save": "1"}).status_code == 302
    planned.refresh_from_db()
    assert planned.state == "DRAFT"
    typed |= {"core_task": "none", "no_core_task": "没有", "version": str(planned.version)}
    assert client.post(edit, typed).status_code == 302
    planned.refresh_from_db()
    assert (planned.state, planned.participations.get().present_count) == ("SUBMITTED", len(members))


def test_the_record_of_a_plan_opens_with_who_usually_takes_the_minutes(
    sign_in, people, planned, members, data, monday_noon
):
    record_activity(data(kind="GENERAL_MEETING", recorder_id=members[2].pk), by=people.secretary)
    monday_noon.move_to(datetime(2026, 7, 2, 4, tzinfo=UTC))
    form = sign_in("secretary").get(f"/activities/{planned.pk}/edit/").context["sheet"].minutes
    assert form["recorder"].value() == str(members[2].pk)
    Activity.objects.filter(pk=planned.pk).update(recorder=members[1])
    form = sign_in("secretary").get(f"/activities/{planned.pk}/edit/").context["sheet"].minutes
    assert form["recorder"].value() == str(members[1].pk)


# --- files ----------------------------------------------------------------------------------------
def test_the_files_are_offered_and_answered(sign_in, people, data):
    activity, _new = record_activity(data(), by=people.secretary)
    talk, _new = record_activity(data(kind="HEART_TALK"), by=people.secretary)
    client = sign_in("secretary")
    assert f"/activities/{activity.pk}/record.docx" in page(client.get(f"/activities/{activity.pk}/"))
    assert "/units/C1-1/handbook.docx?year=2026" in page(client.get("/units/C1-1/"))
    answers = {
        f"/activities/{activity.pk}/record.docx": 200,
        f"/activities/{talk.pk}/record.docx": 404,
        "/units/C1-1/handbook.docx": 200,
        "/units/C1-1/handbook.docx?year=2025": 200,
        "/units/C1-1/handbook.docx?year=x": 404,
        "/units/C1-1/handbook.docx?year=99999": 404,
        "/units/C1-1/handbook.docx?year=020260": 404,
        "/units/C1-1/handbook.docx?year=２０２６": 404,
        "/units/B2-B/handbook.docx": 404,
    }
    assert {url: client.get(url).status_code for url in answers} == answers
    assert sign_in("member").get("/units/C1-1/handbook.docx").status_code == 403


def test_who_sees_no_names_reads_no_chair(sign_in, people, data, members):
    activity, _new = record_activity(
        data(kind="GENERAL_MEETING", chair_id=members[0].pk, observers="老同志", agenda="学习"),
        by=people.secretary,
    )
    for name, sees in (("county", True), ("bureau", False)):
        shown = page(sign_in(name).get(f"/activities/{activity.pk}/"))
        assert ("周明" in shown, "老同志" in shown, "学习" in shown) == (sees, sees, True)


def test_a_joint_meeting_is_planned_with_its_neighbour(sign_in, units):
    client = sign_in("secretary")
    typed = {
        "unit": "C1-1",
        "submission_key": KEY,
        "kind": "THEMED_PARTY_DAY",
        "title": "联建",
        "held_on": "2026-07-01",
    }
    asked = client.post("/activities/plan/", typed | {"co-0-code": "不认识"})
    assert (asked.status_code, 'value="不认识"' in page(asked)) == (422, True)
    assert client.post("/activities/plan/", typed | {"co-0-code": "单位C1-2"}).status_code == 302
    planned = Activity.objects.get()
    assert sorted(planned.participations.values_list("unit__code", flat=True)) == ["C1-1", "C1-2"]
    assert "单位C1-2" in page(client.get(f"/activities/{planned.pk}/"))
    change = f"/activities/{planned.pk}/plan/"
    assert 'value="单位C1-2 (C1-2)"' in page(client.get(change))
    without = typed | {"version": planned.version, "co-TOTAL_FORMS": "7", "co-INITIAL_FORMS": "1"}
    assert client.post(change, without).status_code == 302
    assert planned.participations.get().unit == units["C1-1"]


def test_which_unit_is_meant_is_asked_and_what_was_typed_comes_back(sign_in, posted, units, members):
    client = sign_in("secretary")
    typed = posted(core_task="none", no_core_task="没有", co__0__code="位C1-1-")
    asked = client.post(NEW, typed)
    assert asked.status_code == 422
    for wanted in ('value="位C1-1-"', 'name="co-0-code_code" value="C1-1-2"'):
        assert wanted in page(asked)
    assert client.post(NEW, typed | {"co-0-code_code": "C1-1-2"}).status_code == 302
    assert set(Activity.objects.get().participations.values_list("unit__code", flat=True)) == {
        "C1-1",
        "C1-1-2",
    }


def test_a_draft_keeps_the_unit_as_it_was_typed(sign_in, posted):
    client = sign_in("secretary")
    client.post(NEW, posted(keep="", co__0__code="坛河那边"))
    assert 'value="坛河那边"' in page(client.get(f"{NEW}?draft={KEY}"))
