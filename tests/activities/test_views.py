"""The pages through the browser's eyes: status, what is shown, who may, and that nothing breaks them."""

import io
import re
from datetime import date
from itertools import cycle, islice
from urllib.parse import quote

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.translation import gettext
from PIL import Image
from python_calamine import CalamineWorkbook

from activities.models import Activity, Attachment
from activities.operations import confirm_activity, record_activity, return_activity
from activities.records import AttendanceData, PartData
from core.models import Draft
from tests.factories.activities import ActivityFactory
from tests.factories.core import DraftFactory

KEY = "11111111-1111-4111-8111-111111111111"
NEW = "/activities/new/"
BACKEND = "accounts.backends.SignInBackend"


@pytest.fixture
def sign_in(client, people):
    def enter(name):
        client.force_login(getattr(people, name), backend=BACKEND)
        return client

    return enter


@pytest.fixture
def posted(members):
    def make(**given):
        return {
            "unit": "C1-1",
            "submission_key": KEY,
            "kind": "THEMED_PARTY_DAY",
            "held_on": "2026-06-12",
            "title": "入户检查",
            "core_task": "none",
            "no_core_task": "本月没有中心任务",
            "present": [str(members[0].pk), str(members[1].pk)],
            "co-TOTAL_FORMS": "2",
            "co-INITIAL_FORMS": "0",
        } | given

    return make


@pytest.fixture
def submitted(people, units, members, data):
    part = PartData(
        units["C1-1"].pk,
        attendance=(AttendanceData(members[0].pk), AttendanceData(members[1].pk, "ILLNESS")),
    )
    return record_activity(data(parts=(part,), place="坛河村"), by=people.secretary)[0]


def page(response):
    """What the browser gets; a file as text, as far as it is one."""
    return response.getvalue().decode(errors="replace")


def shown(response, name):
    """The value of an input of the page."""
    found = re.search(rf'<input[^>]*name="{name}"[^>]*>', page(response))
    return re.search(r'value="([^"]*)"', found[0])[1]


def errors(response):
    return re.findall(r'<li><a href="#([^"]+)">', page(response))


def png():
    file = io.BytesIO()
    Image.new("RGB", (4, 4), "red").save(file, "PNG")
    return SimpleUploadedFile("照片.png", file.getvalue(), content_type="image/png")


# --- recording ------------------------------------------------------------------------------------
def test_a_secretary_records_a_party_day_and_sees_it(sign_in, posted):
    client = sign_in("secretary")
    assert client.get(NEW).status_code == 200
    response = client.post(NEW, posted(), follow=True)
    activity = Activity.objects.get()
    assert response.redirect_chain == [(f"/activities/{activity.pk}/", 302)]
    assert (activity.state, activity.submission_key.hex) == ("SUBMITTED", KEY.replace("-", ""))
    assert all(text in page(response) for text in ("入户检查", "等待确认", "周明"))


def test_the_same_form_twice_makes_one_record_and_says_so(sign_in, posted):
    client = sign_in("secretary")
    client.post(NEW, posted())
    response = client.post(NEW, posted(title="又一次"), follow=True)
    assert Activity.objects.count() == 1
    assert "已经提交过，没有重复生成" in page(response)


def test_save_and_add_next_keeps_what_repeats(sign_in, posted, members):
    client = sign_in("secretary")
    response = client.post(NEW, posted(next="1", kind="TRAINING", place="所里"), follow=True)
    activity = Activity.objects.get()
    assert response.redirect_chain == [(f"{NEW}?unit=C1-1&after={activity.pk}", 302)]
    assert shown(response, "place") == "所里"
    assert shown(response, "submission_key") != KEY
    checked = re.findall(r'name="present" value="(\d+)" checked', page(response))
    assert sorted(checked) == sorted([str(members[0].pk), str(members[1].pk)])
    assert 'value="TRAINING"' in page(response)


def test_after_only_repeats_ones_own_record(sign_in, units):
    other = ActivityFactory(unit=units["C1-1"], place="别处")
    client = sign_in("secretary")
    for after in (other.pk, 0, "x", "9" * 30, "５"):
        assert "别处" not in re.findall(
            r'name="place" value="([^"]*)"', page(client.get(NEW, {"after": after}))
        )


def test_errors_keep_what_was_typed(sign_in, posted):
    response = sign_in("secretary").post(
        NEW, posted(title="", held_on="2026-06-16", outcome_TRAINEE="三十多", note="写了很久")
    )
    assert response.status_code == 422
    assert errors(response) == ["id_held_on", "id_title", "id_outcome_TRAINEE"]
    assert "写了很久" in page(response)
    assert (shown(response, "outcome_TRAINEE"), shown(response, "submission_key")) == ("三十多", KEY)
    assert "<title>错误：" in page(response)
    assert 'role="alert"' in page(response)


def test_a_group_leader_records_for_the_group_only(sign_in, posted, units):
    client = sign_in("leader")
    response = client.get(NEW)
    assert shown(response, "unit") == "C1-1-1"
    assert client.post(NEW, posted(unit="C1-1-1", kind="GROUP_MEETING", present=[])).status_code == 302
    assert client.post(NEW, posted()).status_code in (403, 404)
    assert Activity.objects.get().unit == units["C1-1-1"]


def test_who_records_for_several_chooses_among_them(sign_in):
    response = sign_in("secretary").get(NEW)
    choice = re.search(r'<select[^>]*id="id_unit">(.*?)</select>', page(response), re.DOTALL)[1]
    codes = re.findall(r'<option value="([^"]+)"', choice)
    assert codes == ["C1-1", "C1-1-1", "C1-1-2"]


@pytest.mark.parametrize("who", ["member", "evaluator", "province"])
def test_who_may_not_record_is_told_so_and_refused(sign_in, posted, who):
    client = sign_in(who)
    assert (client.get(NEW).status_code, client.post(NEW, posted()).status_code) == (200, 403)


def test_a_unit_out_of_sight_is_not_there(sign_in, posted):
    client = sign_in("secretary")
    assert client.get(NEW, {"unit": "B2-B"}).status_code == 404
    assert client.post(NEW, posted(unit="C1-2")).status_code == 404


def test_kind_and_unit_come_from_the_address(sign_in):
    response = sign_in("secretary").get(NEW, {"kind": "GROUP_MEETING", "unit": "C1-1-2"})
    assert shown(response, "unit") == "C1-1-2"
    assert re.search(r'value="GROUP_MEETING"[^>]*checked', page(response))


def test_files_are_kept_and_served_to_who_sees_the_record(sign_in, posted, people):
    client = sign_in("secretary")
    bad = client.post(NEW, posted(files=[SimpleUploadedFile("x.exe", b"MZ" * 9)]))
    assert (bad.status_code, errors(bad)) == (422, ["id_files"])
    client.post(NEW, posted(files=[png(), SimpleUploadedFile("签到.pdf", b"%PDF-1.4\n%%EOF\n")]))
    activity, image, document = Activity.objects.get(), *Attachment.objects.order_by("pk")
    url = reverse("activities:file", args=[activity.pk, image.pk])
    assert url in page(client.get(f"/activities/{activity.pk}/"))
    response = client.get(url)
    assert (response.status_code, response["Content-Type"]) == (200, "image/png")
    assert response["Content-Disposition"].startswith("inline")
    assert "PNG" in page(response)
    saved = client.get(reverse("activities:file", args=[activity.pk, document.pk]))
    assert saved["Content-Disposition"].startswith("attachment")
    assert page(saved).startswith("%PDF")
    assert client.get(reverse("activities:file", args=[activity.pk, 999])).status_code == 404
    assert sign_in("secretary2").get(url).status_code == 404
    other = ActivityFactory(unit=activity.unit)
    assert sign_in("secretary").get(reverse("activities:file", args=[other.pk, image.pk])).status_code == 404


# --- drafts ---------------------------------------------------------------------------------------
def test_keep_as_draft_asks_nothing_and_is_offered_again(sign_in, posted, people):
    client = sign_in("secretary")
    response = client.post(
        NEW, posted(keep="1", title="", held_on="改天", outcome_TRAINEE="三十多"), follow=True
    )
    assert response.status_code == 200
    assert not Activity.objects.exists()
    draft = Draft.objects.get(user=people.secretary, form="activity", key=KEY)
    assert "csrfmiddlewaretoken" not in draft.data
    assert f"?draft={KEY}" in page(client.get(NEW))
    restored = client.get(NEW, {"draft": KEY})
    values = [shown(restored, name) for name in ("held_on", "outcome_TRAINEE", "submission_key", "unit")]
    assert values == ["改天", "三十多", KEY, "C1-1"]
    assert errors(restored) == []
    client.post(NEW, posted())
    assert not Draft.objects.exists()


def test_a_draft_is_its_owners_alone(sign_in, people):
    DraftFactory(user=people.deputy, key=KEY, data={"title": ["保密"]})
    assert "保密" not in page(sign_in("secretary").get(NEW, {"draft": KEY}))


@pytest.mark.parametrize(
    "data",
    [{}, {"unit": 5}, {"unit": ["NONE"]}, {"title": {"a": 1}}, {"present": [["x"]]}, {"co-TOTAL_FORMS": "x"}],
)
def test_whatever_stands_in_a_draft_opens(sign_in, people, data):
    DraftFactory(user=people.secretary, key=KEY, data=data)
    assert sign_in("secretary").get(NEW, {"draft": KEY}, follow=True).status_code == 200


def test_a_draft_that_can_not_be_kept_is_shown_again(sign_in, posted):
    response = sign_in("secretary").post(NEW, posted(keep="1", note="x" * 300_000))
    assert response.status_code == 422
    assert not Draft.objects.exists()


# --- changing -------------------------------------------------------------------------------------
def test_a_change_is_saved(sign_in, submitted, posted):
    client = sign_in("secretary")
    url = f"/activities/{submitted.pk}/edit/"
    assert shown(client.get(url), "version") == str(submitted.version)
    response = client.post(url, posted(version=submitted.version, title="改过"))
    assert (response.status_code, response["Location"]) == (302, f"/activities/{submitted.pk}/")
    assert Activity.objects.get().title == "改过"


def test_two_editors_the_second_keeps_his_text_and_chooses(sign_in, submitted, posted, people):
    url, version = f"/activities/{submitted.pk}/edit/", submitted.version
    sign_in("deputy").post(url, posted(version=version, title="先改的", place="坛河村"))
    client = sign_in("secretary")
    response = client.post(url, posted(version=version, title="我改的", place="我的地点"))
    assert response.status_code == 409
    assert "deputy" in page(response)
    assert all(text in page(response) for text in ("先改的", "我改的", "我的地点"))
    now = Activity.objects.get()
    assert (now.title, shown(response, "version")) == ("先改的", str(now.version))
    chosen = posted(
        version=now.version, title="我改的", place="我的地点", take_title="theirs", take_place="mine"
    )
    assert client.post(url, chosen).status_code == 302
    after = Activity.objects.get()
    assert (after.title, after.place) == ("先改的", "我的地点")


def test_a_version_that_is_no_number_is_refused(sign_in, submitted, posted):
    response = sign_in("secretary").post(f"/activities/{submitted.pk}/edit/", posted(version="x"))
    assert response.status_code in (409, 422)


def test_a_confirmed_record_asks_for_a_reason(sign_in, submitted, posted, people):
    confirmed = confirm_activity(submitted, by=people.county)
    client, url = sign_in("secretary"), f"/activities/{submitted.pk}/edit/"
    response = client.post(url, posted(version=confirmed.version))
    assert (response.status_code, errors(response)) == (422, ["id_reason"])
    assert client.post(url, posted(version=confirmed.version, reason="地点错了")).status_code == 302
    assert (Activity.objects.get().state, Activity.objects.get().reason) == ("SUBMITTED", "地点错了")


def test_a_returned_record_is_saved_or_submitted_again(sign_in, submitted, posted, people):
    returned = return_activity(submitted, by=people.county, reason="补充地点")
    client, url = sign_in("secretary"), f"/activities/{submitted.pk}/edit/"
    assert "补充地点" in page(client.get(f"/activities/{submitted.pk}/"))
    client.post(url, posted(version=returned.version, save="1"))
    assert Activity.objects.get().state == "RETURNED"
    client.post(url, posted(version=Activity.objects.get().version))
    assert Activity.objects.get().state == "SUBMITTED"


def test_files_are_removed_by_choice(sign_in, posted):
    client = sign_in("secretary")
    client.post(NEW, posted(files=[png()]))
    activity, row = Activity.objects.get(), Attachment.objects.get()
    url = f"/activities/{activity.pk}/edit/"
    assert client.post(url, posted(version=activity.version, remove_files=["999"])).status_code == 422
    assert client.post(url, posted(version=activity.version, remove_files=[row.pk])).status_code == 302
    assert not Attachment.objects.exists()


def test_a_void_record_can_not_be_changed(sign_in, units, posted):
    activity = ActivityFactory(unit=units["C1-1"], state="VOID", confirmed_by=None)
    response = sign_in("secretary").post(f"/activities/{activity.pk}/edit/", posted(version=1))
    assert response.status_code == 422


# --- the record's page ----------------------------------------------------------------------------
def buttons(response, activity):
    return set(re.findall(rf'"/activities/{activity.pk}/([a-z]+)/"', page(response)))


@pytest.mark.parametrize(
    ("who", "offered"),
    [
        ("secretary", {"edit", "withdraw", "void"}),
        ("deputy", {"edit", "withdraw", "void"}),
        ("county", {"confirm", "return"}),
        ("bureau", set()),
        ("province", set()),
    ],
)
def test_the_page_offers_the_moves_that_are_open(sign_in, submitted, who, offered):
    response = sign_in(who).get(f"/activities/{submitted.pk}/")
    assert (response.status_code, buttons(response, submitted)) == (200, offered)


@pytest.mark.parametrize(
    ("who", "sees_names"), [("secretary", True), ("county", True), ("bureau", False), ("province", False)]
)
def test_names_end_at_the_branch_and_its_direct_office(sign_in, submitted, who, sees_names):
    response = sign_in(who).get(f"/activities/{submitted.pk}/")
    assert ("周明" in page(response)) is sees_names
    assert "应到 2 人，实到 1 人，请假 1 人" in page(response)


def test_a_unit_that_took_part_sees_the_record_without_the_others_names(
    sign_in, people, units, members, data
):
    lead = PartData(units["C1-1"].pk, attendance=(AttendanceData(members[0].pk),))
    activity, _created = record_activity(data(parts=(lead, PartData(units["C1-2"].pk))), by=people.secretary)
    response = sign_in("secretary2").get(f"/activities/{activity.pk}/")
    assert (response.status_code, "周明" in page(response), buttons(response, activity)) == (
        200,
        False,
        set(),
    )


def test_the_history_tells_who_changed_what(sign_in, submitted, posted, members, people):
    client = sign_in("secretary")
    client.post(
        f"/activities/{submitted.pk}/edit/", posted(version=submitted.version, title="改过", place="坛河村")
    )
    text = page(client.get(f"/activities/{submitted.pk}/"))
    assert "入户检查 → 改过" in text
    assert "李倩：" in text
    assert "李倩：" not in page(sign_in("bureau").get(f"/activities/{submitted.pk}/"))


def test_the_text_for_other_platforms_holds_the_facts(sign_in, submitted):
    response = sign_in("secretary").get(f"/activities/{submitted.pk}/")
    text = re.search(r"<textarea[^>]*>(.*?)</textarea>", page(response), re.DOTALL)[1]
    assert text.strip().splitlines() == [
        "【主题党日】入户检查",
        gettext("Unit: %(unit)s") % {"unit": "单位C1-1"},
        "日期：2026-06-12",
        "地点：坛河村",
        "应到 2 人，实到 1 人，请假 1 人",
        "到会：周明",
    ]


# --- moves ----------------------------------------------------------------------------------------
def test_the_office_confirms_on_the_page(sign_in, submitted):
    client = sign_in("county")
    response = client.post(
        f"/activities/{submitted.pk}/confirm/", {"version": submitted.version}, follow=True
    )
    assert response.status_code == 200
    assert Activity.objects.get().state == "CONFIRMED"


def test_what_changed_after_it_was_opened_is_not_confirmed(sign_in, submitted):
    response = sign_in("county").post(f"/activities/{submitted.pk}/confirm/", {"version": "1"})
    assert (response.status_code, Activity.objects.get().state) == (422, "SUBMITTED")


def test_a_return_asks_for_the_reason(sign_in, submitted):
    client, url = sign_in("county"), f"/activities/{submitted.pk}/return/"
    assert client.get(url).status_code == 200
    seen = {"version": submitted.version}
    assert client.post(url, {"reason": " ", **seen}).status_code == 422
    assert client.post(url, {"reason": "请补充", **seen}).status_code == 302
    assert Activity.objects.get().state == "RETURNED"


MOVES = ["submit", "withdraw", "confirm", "return", "void"]


@pytest.mark.parametrize("name", MOVES)
def test_a_move_out_of_sight_is_404_and_without_the_right_403(sign_in, submitted, name):
    url = f"/activities/{submitted.pk}/{name}/"
    for who, status in (("secretary2", 404), ("member", 404), ("bureau2", 404), ("province", 403)):
        client = sign_in(who)
        assert (client.get(url).status_code, client.post(url, {"reason": "x"}).status_code) == (
            status,
            status,
        )
    assert Activity.objects.get().state == "SUBMITTED"


@pytest.mark.parametrize("name", ["confirm", "return"])
def test_the_own_branch_does_not_decide_on_its_record(sign_in, submitted, name):
    for who in ("secretary", "deputy"):
        assert sign_in(who).post(f"/activities/{submitted.pk}/{name}/", {"reason": "x"}).status_code == 403


@pytest.mark.parametrize(
    ("who", "path"), [("secretary2", "edit"), ("member", ""), ("bureau2", ""), ("leader", "edit")]
)
def test_a_record_out_of_sight_is_not_there(sign_in, submitted, who, path):
    url = f"/activities/{submitted.pk}/{path}/" if path else f"/activities/{submitted.pk}/"
    assert sign_in(who).get(url).status_code == 404


def test_without_signing_in_everything_leads_to_the_sign_in_page(client, submitted):
    urls = ["/activities/", NEW, "/activities/review/", "/activities/export/", f"/activities/{submitted.pk}/"]
    urls += [f"/activities/{submitted.pk}/{name}/" for name in ("edit", *MOVES)]
    assert {client.get(url).status_code for url in urls} == {302}


# --- review ---------------------------------------------------------------------------------------
REVIEW = "/activities/review/"


def test_the_review_page_lists_what_waits_for_me_and_confirms_it(sign_in, submitted, people, units):
    own = ActivityFactory(unit=units["C1-2"], title="自己录的", state="SUBMITTED", created_by=people.county)
    client = sign_in("county")
    response = client.get(REVIEW)
    assert ("入户检查" in page(response), "自己录的" in page(response)) == (True, False)
    rows = re.findall(r'name="row" value="([^"]+)"', page(response))
    assert rows == [f"{submitted.pk}:{submitted.version}"]
    done = client.post(REVIEW, {"row": [*rows, f"{own.pk}:{own.version}"]})
    assert done.status_code == 200
    assert "自己录的" in page(done)  # told as the exception
    assert Activity.objects.get(pk=submitted.pk).state == "CONFIRMED"
    assert Activity.objects.get(pk=own.pk).state == "SUBMITTED"


def test_choosing_nothing_is_said(sign_in, submitted):
    assert sign_in("county").post(REVIEW, {}).status_code == 422


@pytest.mark.parametrize("row", ["x", "1", "1:", ":1", "1:x", "９:1", "1:2:3", "9" * 30 + ":1", "-1:1"])
def test_rows_that_the_page_never_wrote_are_refused(sign_in, submitted, row):
    assert sign_in("county").post(REVIEW, {"row": [row]}).status_code in (400, 403)


@pytest.mark.parametrize("who", ["leader", "member", "evaluator"])
def test_who_confirms_nothing_has_no_review_page(sign_in, who):
    assert sign_in(who).get(REVIEW).status_code == 403


def test_nothing_to_review_says_so(sign_in):
    assert re.search("没有等[你您]确认的记录", page(sign_in("county").get(REVIEW)))


# --- the list -------------------------------------------------------------------------------------
def test_nothing_yet_is_told_from_filtered_to_nothing(sign_in, units):
    client = sign_in("secretary")
    assert "还没有活动记录" in page(client.get("/activities/"))
    ActivityFactory(unit=units["C1-1"])
    assert "没有符合条件的记录" in page(client.get("/activities/", {"kind": "TRAINING"}))


def test_the_list_is_paged_by_day(sign_in, units):
    for number in range(52):
        ActivityFactory(unit=units["C1-1"], title=f"第{number:02}次", held_on=date(2026, 5, 1))
    client = sign_in("secretary")
    first = client.get("/activities/")
    assert len(first.context["object_list"]) == 50
    after = re.search(r'href="(\?[^"]*after=[^"]+)"', page(first))[1]
    second = client.get("/activities/" + after.replace("&amp;", "&"))
    assert [row.title for row in second.context["object_list"]] == ["第01次", "第00次"]


@pytest.mark.parametrize("query", ["period=soon", "held_from=x", "kind=PARTY", "unit=B2-B", "state=X"])
def test_a_filter_that_makes_no_sense_is_said_and_finds_nothing(sign_in, units, query):
    ActivityFactory(unit=units["C1-1"])
    response = sign_in("secretary").get(f"/activities/?{query}")
    assert (response.status_code, list(response.context["object_list"])) == (400, [])


def test_pages_cost_the_same_with_one_row_and_with_three(sign_in, units, people, data):
    """Whatever the number of rows, outcomes, parts and tags."""

    def add():
        for user, unit in ((people.secretary, "C1-1"), (people.leader, "C1-1-1")):
            parts = (PartData(units[unit].pk, 9, 7), PartData(units["C1-2"].pk))
            record_activity(data(unit=unit, parts=parts, tags=("夏季",)), by=user)

    urls = ["/activities/", REVIEW, "/activities/export/?format=csv"]
    counted = []
    for _round in range(2):
        add()
        client = sign_in("county")
        client.get("/activities/")
        counted.append([count_queries(client, url) for url in urls])
        add()
    assert counted[0] == counted[1]
    assert max(counted[0]) < 30


def count_queries(client, url):
    with CaptureQueriesContext(connection) as queries:
        response = client.get(url)
        if response.streaming:
            b"".join(response.streaming_content)
    return len(queries)


# --- export ---------------------------------------------------------------------------------------
def test_the_export_holds_the_filtered_list_without_names(sign_in, submitted, units):
    ActivityFactory(unit=units["B2-B"], title="别处的")
    ActivityFactory(unit=units["C1-1"], title="=1+1", kind="TRAINING", outcomes={"TRAINEE": 12})
    client = sign_in("secretary")
    content = b"".join(client.get("/activities/export/?format=xlsx").streaming_content)
    rows = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()
    assert [(row[0], row[5]) for row in rows[1:]] == [("C1-1", "入户检查"), ("C1-1", "=1+1")]
    assert [row[8:12] for row in rows[1:]] == [[2.0, 1.0, 1.0, ""], ["", "", "", "培训人次 12"]]
    assert not any("周明" in str(cell) for row in rows for cell in row)
    text = b"".join(client.get("/activities/export/?format=csv&kind=TRAINING").streaming_content).decode(
        "utf-8-sig"
    )
    assert len(text.splitlines()) == 2
    assert "'=1+1" in text


@pytest.mark.parametrize("query", ["format=exe", "period=soon"])
def test_an_export_that_makes_no_sense_is_refused(sign_in, query):
    assert sign_in("secretary").get(f"/activities/export/?{query}").status_code == 400


def test_a_list_too_long_is_not_exported(sign_in, submitted, monkeypatch):
    monkeypatch.setattr("activities.views.listing.EXPORTED_AT_MOST", 0)
    assert sign_in("secretary").get("/activities/export/").status_code == 413


# --- hostile text ---------------------------------------------------------------------------------
HOSTILE = [
    "<script>alert(1)</script>",
    "'\" onmouseover=x",
    "a\x00b",
    "😀😀",
    "\u202egnp.exe",
    "%s%(x)s{}",
    "../../etc/passwd",
    "9" * 400,
    "-1",
    "1e9",
    "NaN",
    "２０２６－０６－１２",
    "0000-00-00",
    "' OR 1=1 --",
    "\r\nSet-Cookie: x=1",
    "٣٤",
]
FIELDS = (
    "unit submission_key kind also_counts held_on place title topic_class tags held_with note present"
    " outcome_TRAINEE precision_TRAINEE co-TOTAL_FORMS co-INITIAL_FORMS co-0-code co-0-expected co-0-present"
    " next version reason"
).split()
FILTERS = (
    "q kind state unit period held_from held_to late outcome unit_only tag after before format draft"
).split()


def taking_turns(urls, start):
    """Each text once, the addresses in turn: over all fields every address meets every text."""
    return zip(HOSTILE, islice(cycle(urls), start % len(urls), None), strict=False)


@pytest.mark.parametrize("field", FIELDS)
def test_no_text_in_any_field_breaks_the_form(sign_in, posted, submitted, field):
    client = sign_in("secretary")
    for text, url in taking_turns((NEW, f"/activities/{submitted.pk}/edit/"), FIELDS.index(field)):
        given = posted(submission_key="", version=submitted.version) | {field: text}
        response = client.post(url, given)
        assert response.status_code in (302, 403, 404, 409, 422), (field, text, url)
        assert "<script>alert(1)" not in page(response)


@pytest.mark.parametrize("name", FILTERS)
def test_no_text_in_the_address_breaks_a_list(sign_in, submitted, name):
    client = sign_in("secretary")
    for text, url in taking_turns(("/activities/", "/activities/export/", NEW), FILTERS.index(name)):
        response = client.get(f"{url}?{name}={quote(text)}")
        assert response.status_code in (200, 400, 404), (name, text, url)
        assert "<script>alert(1)" not in page(response)


def test_a_form_without_any_field_is_answered(sign_in, submitted):
    client = sign_in("secretary")
    assert client.post(NEW, {}).status_code == 422
    assert client.post(f"/activities/{submitted.pk}/edit/", {}).status_code in (409, 422)


def test_nothing_typed_reaches_state_or_stamps(sign_in, posted, people):
    """Mass assignment: every column of the model beside the form's own fields."""
    extra = {field.name: "CONFIRMED" for field in Activity._meta.fields if field.name not in posted()}
    typed = ["held_with", "note", "topic_class", "version", "starts_at", "chair", "recorder", "special_topic"]
    sign_in("secretary").post(NEW, posted(**extra | dict.fromkeys([*typed, "learning_hours"], "")))
    activity = Activity.objects.get()
    stamps = (activity.state, activity.source, activity.created_by, activity.confirmed_by, activity.is_late)
    assert stamps == ("SUBMITTED", "TYPED", people.secretary, None, False)
