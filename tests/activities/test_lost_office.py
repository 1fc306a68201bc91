"""A hand-over while the old secretary types: he is told so, keeps his words, and sees nothing else."""

import re
import uuid
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from activities.models import Activity
from activities.operations import record_activity
from branches.choices import Role
from branches.operations import hand_over
from core.models import Draft
from tests.factories.accounts import PASSWORD, UserFactory
from tests.factories.branches import AssignmentFactory, MemberFactory, PartyUnitFactory, PostFactory
from tests.factories.core import DraftFactory

pytestmark = pytest.mark.django_db
KEY = "11111111-1111-4111-8111-111111111111"
NEW = "/activities/new/"
TYPED = {"kind": "THEMED_PARTY_DAY", "held_on": "2026-06-12", "title": "入户检查", "note": "一\n二"}


@pytest.fixture
def old(units, members, client):
    """Zhou Ming was secretary until yesterday; Li Qian is from today."""
    user = UserFactory(username="zhou", name="周明")
    type(members[0]).objects.filter(pk=members[0].pk).update(user=user)
    members[0].refresh_from_db()
    PostFactory(member=members[0])
    client.force_login(user)
    return user


@pytest.fixture
def handed_over(old, units, members):
    hand_over(units["C1-1"], members[1], on=date(2026, 6, 15), by=None)


def form(members, **given):
    keys = [str(member.pk) for member in members]
    return {"unit": "C1-1", "submission_key": KEY, "present": keys, "chair": keys[1], **TYPED} | given


def words(answer):
    return [row["value"] for row in answer.context["lines"]]


WORDS = ["主题党日", "2026-06-12", "入户检查", "一\n二"]


def test_what_he_sends_is_kept_and_shown_to_him(client, members, handed_over, old):
    photo = SimpleUploadedFile("photo.jpg", b"x")
    answer = client.post(NEW, form(members, files=[photo]))
    assert answer.status_code == 404
    draft = Draft.objects.get()
    assert (draft.user, draft.key, draft.data["note"]) == (old, KEY, ["一\n二"])
    assert words(answer) == WORDS
    for shown in ("单位C1-1", "2026-06-14", "photo.jpg", "入户检查"):
        assert shown in answer.text
    assert not any(member.name in answer.text for member in members[1:])
    assert not Activity.objects.exists()
    client.post(NEW, form(members, note="三"))
    assert Draft.objects.get().data["note"] == ["三"]


def test_with_another_office_in_sight_of_the_unit_it_is_403(client, units, members, handed_over, old):
    AssignmentFactory(user=old, role=Role.MEMBER, unit=units["C1-1"])
    answer = client.post(NEW, form(members))
    assert (answer.status_code, answer.templates[0].name) == (403, "activities/draft_detail.html")
    assert Draft.objects.count() == 1


def test_a_change_and_a_plan_are_kept_too(client, old, units, members, data):
    record, _new = record_activity(data(), by=old)
    hand_over(units["C1-1"], members[1], on=date(2026, 6, 15), by=None)
    assert client.post(f"/activities/{record.pk}/edit/", form(members, note="改了")).status_code == 404
    typed = {"unit": "C1-1", "kind": "GENERAL_MEETING", "held_on": "2026-07-01", "agenda": "选举"}
    assert client.post("/activities/plan/", typed | {"submission_key": KEY}).status_code == 404
    kept = Draft.objects.order_by("pk").values_list("form", "object_id", "key")
    assert list(kept) == [("activity", str(record.pk), f"change-{record.pk}"), ("plan", "", KEY)]
    record.refresh_from_db()
    assert record.note == ""


def test_who_never_was_in_office_gets_the_plain_page(client, members, people, units, handed_over):
    for name, code in (("secretary2", "C1-1"), ("secretary2", "NONE"), ("evaluator", "C1-1")):
        client.force_login(getattr(people, name))
        answer = client.post(NEW, form(members, unit=code))
        assert answer.status_code in (403, 404)
        assert "入户检查" not in answer.text
    assert not Draft.objects.exists()


def test_groups_of_his_time_and_of_later_days(client, units, members, handed_over):
    PartyUnitFactory(code="C1-1-9", kind="GROUP", parent=units["C1-1"], opened_on=date(2026, 6, 15))
    shown = [
        client.post(NEW, form(members, unit=code)).templates[0].name
        for code in ("C1-1-1", "C1-1-9", "C1-2-1")
    ]
    assert shown == ["activities/draft_detail.html", "404.html", "404.html"]


def test_what_cannot_be_kept_is_there_to_be_copied(client, members, handed_over):
    answer = client.post(NEW, form(members, note="x" * 300_000))
    assert (answer.status_code, Draft.objects.exists()) == (404, False)
    assert "x" * 300_000 in answer.text
    assert answer.context["trouble"]


def test_his_drafts_are_read_and_taken_into_another_unit(client, units, members, handed_over, old):
    client.post(NEW, form(members))
    draft = Draft.objects.get()
    assert client.get(NEW, {"draft": KEY}).headers["Location"] == f"/activities/drafts/{draft.pk}/"
    assert f"/activities/drafts/{draft.pk}/" in client.get("/activities/drafts/").text
    assert "/activities/drafts/" in client.get(NEW).text
    page = client.get(f"/activities/drafts/{draft.pk}/")
    assert (page.context["text"].count("入户检查"), list(page.context["units"])) == (1, [])
    MemberFactory(unit=units["C1-2"], name="新人")
    AssignmentFactory(user=old, unit=units["C1-2"])
    page = client.get(f"/activities/drafts/{draft.pk}/")
    assert [code for code, _name in page.context["units"]] == ["C1-2", "C1-2-1"]
    sheet = client.get(NEW, {"draft": KEY, "unit": "C1-2"}).context["sheet"]
    shown = [sheet.main[name].value() for name in ("title", "note", "submission_key")]
    assert (sheet.unit, shown) == (units["C1-2"], ["入户检查", "一\n二", KEY])
    assert [member.name for member in sheet.attendance.members] == ["新人"]
    assert not sheet.minutes["chair"].value()


def test_only_his_own_drafts(client, people, members, old):
    draft = DraftFactory(user=people.deputy, key=KEY, data={"title": ["保密"]})
    assert client.get(f"/activities/drafts/{draft.pk}/").status_code == 404
    assert client.get("/activities/drafts/").context["drafts"].count() == 0


def test_rows_and_outcomes_stand_in_the_text(client, members, people, old):
    key = str(uuid.uuid4())
    typed = {"unit": ["C1-1"], "outcome_TRAINEE": ["34"], "item-0-text": ["写方案"], "item-0-owner": ["5"]}
    typed |= {"vote-0-subject": ["预算"], "vote-0-eligible": ["9"], "vote-1-in_favour": ["7"], "chair": ["5"]}
    typed |= {"expected": ["9"], "present": ["8"], "also_counts": ["TRAINING", "OTHER"], "junk": [["x"]]}
    draft = DraftFactory(user=old, key=key, data=typed)
    shown = client.get(f"/activities/drafts/{draft.pk}/")
    assert words(shown) == ["培训、其他活动", "9", "8", "34", "预算", "7", "写方案"]


def at_the_form(page, site):
    page.set_default_timeout(10_000)
    page.goto(f"{site}/accounts/login/?next={NEW}")
    page.fill("[name=login]", "zhou")
    page.fill("[name=password]", PASSWORD)
    page.press("[name=password]", "Enter")
    page.wait_for_url(f"{site}{NEW}")
    return page


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_a_hand_over_while_he_types_on_the_phone(
    new_page, live_server, old, units, members, check_accessible
):
    page = at_the_form(new_page("phone"), live_server.url)
    with page.expect_response(re.compile("/drafts/activity/")):
        page.fill("[name=title]", "写了一半")
    hand_over(units["C1-1"], members[1], on=date(2026, 6, 15), by=None)
    page.fill("[name=note]", "最后一句")
    with page.expect_response(lambda answer: answer.request.method == "POST" and NEW in answer.url) as sent:
        page.click(".actbar .btn-primary")
    assert sent.value.status == 404
    page.wait_for_selector("h1")
    text = page.locator("main").inner_text()
    assert all(words in text for words in ("单位C1-1", "2026-06-14", "写了一半", "最后一句"))
    assert "李倩" not in text
    assert "最后一句" in page.locator("[data-copy] textarea").input_value()
    check_accessible(page)
    page.goto(f"{live_server.url}/activities/drafts/")
    check_accessible(page)
    page.locator("main a", has_text="写了一半").click()
    assert "最后一句" in page.locator("main").inner_text()
    check_accessible(page)
