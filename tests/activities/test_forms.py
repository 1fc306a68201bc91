from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import QueryDict
from django.utils.translation import gettext

from activities.choices import ActivityKind, OutcomeKind
from activities.forms import (
    ActivityFilterForm,
    Conflict,
    EntrySheet,
    blank_values,
    next_values,
    record_values,
    settled,
)
from activities.models import Activity, CoreTask
from activities.operations import record_activity
from activities.records import AttendanceData, OutcomeData, PartData, VoteData
from activities.rules import MAX_QUANTITY, kinds_held_by
from tests.factories.activities import ActivityFactory
from tests.factories.branches import AssignmentFactory, PartyUnitFactory

GOOD = {
    "kind": "THEMED_PARTY_DAY",
    "held_on": "2026-06-12",
    "title": "入户检查",
    "core_task": "none",
    "no_core_task": "本月没有中心任务",
    "co-TOTAL_FORMS": "2",
    "co-INITIAL_FORMS": "0",
}


def values(**given):
    posted = QueryDict(mutable=True)
    for name, value in (
        GOOD | {name.replace("co_", "co-", 1).replace("__", "-"): text for name, text in given.items()}
    ).items():
        posted.setlist(name, value if isinstance(value, list) else [value])
    return posted


@pytest.fixture
def sheet(people, units, members):
    def make(posted=None, *, user=None, unit="C1-1", files=None, check=True, activity=None):
        posted = values() if posted is None else posted
        return EntrySheet(
            user or people.secretary, units[unit], posted, files=files, activity=activity, check=check
        )

    return make


def errors(sheet):
    assert not sheet.is_valid()
    found = {name: list(map(str, texts)) for form in sheet.forms[:4] for name, texts in form.errors.items()}
    for place, form in enumerate(sheet.parts.forms):
        found |= {f"co-{place}-{name}": list(map(str, texts)) for name, texts in form.errors.items()}
    if sheet.parts.non_form_errors():
        found["co"] = list(map(str, sheet.parts.non_form_errors()))
    return found


def facts(sheet):
    assert sheet.is_valid(), errors(sheet)
    return sheet.data


# --- what becomes of the typed values -------------------------------------------------------------
def test_the_sheet_becomes_facts(sheet, people, units, members):
    AssignmentFactory(user=people.secretary, role="BRANCH_SECRETARY", unit=units["C1-2"])
    posted = values(
        place=" 坛河村 ", tags="冬季，安全、冬季", held_with="SAFETY_ANALYSIS", note="记录",
        also_counts=["TRAINING", "THEMED_PARTY_DAY"], present=[str(members[0].pk), str(members[4].pk)],
        **{f"present_reason_{members[1].pk}": "DUTY"},
        outcome_TRAINEE="２１，０００", precision_TRAINEE="ABOUT", outcome_ROOM_BUILT="1",
        co_0__code="C1-2", co_0__expected="5", co_0__present="4", co_0__excused="1", co_1__code="",
    )  # fmt: skip
    unexcused = [AttendanceData(member.pk, "UNEXCUSED") for member in (members[2], members[3])]
    data = facts(sheet(posted))
    assert (data.kind, data.title, data.held_on, data.place) == (
        "THEMED_PARTY_DAY",
        "入户检查",
        date(2026, 6, 12),
        "坛河村",
    )
    assert (data.tags, data.held_with, data.note, data.also_counts) == (
        ("冬季", "安全"),
        "SAFETY_ANALYSIS",
        "记录",
        ("TRAINING",),
    )
    assert data.outcomes == (OutcomeData("TRAINEE", 21000, "ABOUT"), OutcomeData("ROOM_BUILT", 1, "EXACT"))
    assert data.parts == (
        PartData(
            units["C1-1"].pk,
            attendance=(
                AttendanceData(members[0].pk),
                AttendanceData(members[1].pk, "DUTY"),
                *unexcused,
                AttendanceData(members[4].pk),
                AttendanceData(members[5].pk, "UNEXCUSED"),
            ),
        ),
        PartData(units["C1-2"].pk, 5, 4, 1),
    )


def test_nobody_ticked_means_attendance_was_not_taken(sheet, units):
    assert facts(sheet()).parts == (PartData(units["C1-1"].pk),)


def test_at_other_activities_who_did_not_come_was_not_expected(sheet, units, members):
    posted = values(
        kind="SERVICE_VISIT", present=[str(members[0].pk)], **{f"present_reason_{members[1].pk}": "LEAVE"}
    )
    assert facts(sheet(posted)).parts[0].attendance == (
        AttendanceData(members[0].pk),
        AttendanceData(members[1].pk, "LEAVE"),
    )


def test_a_talk_needs_no_topic_and_keeps_no_text(sheet):
    talk = facts(sheet(values(kind="HEART_TALK", title="", topic_class="WORK")))
    assert (talk.title, talk.topic_class) == ("", "WORK")
    assert facts(sheet(values(kind="HEART_TALK", title=""))).topic_class == "OTHER"
    assert list(errors(sheet(values(kind="HEART_TALK", note="他说")))) == ["note"]
    upload = {"files": [SimpleUploadedFile("x.pdf", b"%PDF-1.4")]}
    files = QueryDict(mutable=True)
    files.setlist("files", upload["files"])
    assert list(errors(sheet(values(kind="HEART_TALK"), files=files))) == ["files"]


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"kind": ""}, "kind"),
        ({"kind": "PARTY"}, "kind"),
        ({"held_on": ""}, "held_on"),
        ({"held_on": "2026-06-16"}, "held_on"),
        ({"held_on": "1066-10-14"}, "held_on"),
        ({"held_on": "12 June"}, "held_on"),
        ({"title": ""}, "title"),
        ({"title": "长" * 201}, "title"),
        ({"title": "a\x00b"}, "title"),
        ({"place": "长" * 101}, "place"),
        ({"note": "长" * 5001}, "note"),
        ({"tags": " ".join(map(str, range(11)))}, "tags"),
        ({"tags": "长" * 41}, "tags"),
        ({"also_counts": ["HEART_TALK"]}, "also_counts"),
        ({"held_with": "PARTY"}, "held_with"),
        ({"present": ["999999"]}, "present"),
        ({"outcome_TRAINEE": "三十多"}, "outcome_TRAINEE"),
        ({"outcome_TRAINEE": "-3"}, "outcome_TRAINEE"),
        ({"outcome_TRAINEE": "3.5"}, "outcome_TRAINEE"),
        ({"outcome_TRAINEE": str(MAX_QUANTITY + 1)}, "outcome_TRAINEE"),
        ({"outcome_TRAINEE": "9" * 39}, "outcome_TRAINEE"),
        ({"precision_TRAINEE": "MAYBE"}, "precision_TRAINEE"),
        ({"co_0__code": "NONE"}, "co-0-code"),
        ({"co_0__expected": "5", "co_0__present": "5"}, "co-0-code"),
        ({"co_0__code": "C1-2", "co_0__expected": "5"}, "co-0-present"),
        ({"co_0__code": "C1-2", "co_0__present": "5"}, "co-0-expected"),
        ({"co_0__code": "C1-2", "co_0__expected": "5", "co_0__present": "6"}, "co-0-present"),
        ({"co_0__code": "C1-2", "co_0__expected": "x"}, "co-0-expected"),
        ({"co_0__code": "C1-1"}, "co"),
        ({"co_0__code": "C1-2", "co_1__code": "c1-2"}, "co"),
        ({"co-TOTAL_FORMS": "x"}, "co"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(sheet, given, field):
    assert list(errors(sheet(values(**given)))) == [field]


def test_a_reason_must_be_one_of_the_list(sheet, members):
    name = f"present_reason_{members[0].pk}"
    assert list(errors(sheet(values(**{name: "ASLEEP"})))) == [name]


@pytest.mark.parametrize(
    "typed", ["C1-2", "c1-2", "单位C1-2", " 单位C1-2 ", "单位C1-2 (C1-2)", "单位（c1-2）"]
)
def test_another_unit_is_called_by_name_or_code(sheet, units, typed):
    assert facts(sheet(values(co_0__code=typed))).parts[1].unit_id == units["C1-2"].pk


def test_a_name_with_brackets_is_a_name(sheet, units):
    units["C1-2"].name = "城南支部（一）"
    units["C1-2"].save()
    assert facts(sheet(values(co_0__code="城南支部（一）"))).parts[1].unit_id == units["C1-2"].pk


def test_a_part_of_a_name_leads_to_a_choice_and_the_choice_is_taken(sheet, units):
    asked = sheet(values(co_0__code="位C1-1-"))
    assert list(errors(asked)) == ["co-0-code"]
    matches = asked.parts.forms[0].fields["code"].matches
    assert matches == [
        ("C1-1-1", "单位C1-1-1 · 单位C1-1 (C1-1-1)"),
        ("C1-1-2", "单位C1-1-2 · 单位C1-1 (C1-1-2)"),
    ]
    chosen = sheet(values(co_0__code="位C1-1-", co_0__code_code="C1-1-2"))
    assert facts(chosen).parts[1].unit_id == units["C1-1-2"].pk


def matches_of(asked):
    assert list(errors(asked)) == ["co-0-code"]
    return [code for code, _words in asked.parts.forms[0].fields["code"].matches]


@pytest.mark.parametrize(
    ("typed", "code"), [("位C1-2-", "C1-2-1"), ("位C1-2", "C1-2")], ids=["alone", "called as its group is"]
)
def test_a_part_of_a_name_that_fits_one_unit_only_means_it(sheet, units, typed, code):
    assert facts(sheet(values(co_0__code=typed))).parts[1].unit_id == units[code].pk


def test_boxes_for_attendance_stand_only_where_somebody_may_fill_them(sheet, people, units):
    assert [sheet().parts.own_others.split("\n")[1::2], sheet().parts.forms[0].takes_figures] == [
        ["C1-1-1", "C1-1-2"],
        True,
    ]
    alone = sheet(user=people.leader, unit="C1-1-1")
    assert [alone.parts.own_others, alone.parts.forms[0].takes_figures] == ["", False]
    typed = sheet(values(co_0__expected="5"), user=people.leader, unit="C1-1-1")
    assert typed.parts.forms[0].takes_figures


def test_neighbours_are_never_listed(sheet, units):
    PartyUnitFactory(code="C1-3", name="单位C1-3", parent=units["C1"])
    assert matches_of(sheet(values(co_0__code="单位"))) == ["C1-1-1", "C1-1-2"]


def test_who_once_came_along_is_suggested(sheet, people, units):
    assert sheet(check=False).parts.suggested == ["单位C1-1-1 (C1-1-1)", "单位C1-1-2 (C1-1-2)"]
    ActivityFactory(unit=units["C1-2"], parts={units["C1-1"]: None, units["B2-B"]: None})
    assert sheet(check=False).parts.suggested[2:] == ["单位C1-2 (C1-2)"]


def test_more_other_units_than_rows_on_the_page_stay(sheet, people, units):
    parts = {units["C1-2"]: None, units["B2-B"]: None}
    record = ActivityFactory(unit=units["C1-1"], state="SUBMITTED", no_core_task="没有", parts=parts)
    shown = sheet(record_values(record), activity=record)
    assert [form["code"].value() for form in shown.parts.first_rows] == [
        "单位C1-2 (C1-2)",
        "单位B2-B (B2-B)",
        None,
    ]
    kept = facts(sheet(record_values(record), activity=record))
    assert {part.unit_id for part in kept.parts[1:]} == {units["C1-2"].pk, units["B2-B"].pk}


def test_too_many_files_at_once_are_refused(sheet):
    files = QueryDict(mutable=True)
    files.setlist("files", [SimpleUploadedFile(f"{number}.pdf", b"%PDF-1.4") for number in range(21)])
    assert list(errors(sheet(files=files))) == ["files"]


def test_who_sees_no_names_gives_figures(sheet, people, units):
    form = sheet(values(expected="9", present="7", excused="1"), user=people.bureau)
    assert form.attendance.by_name is False
    assert facts(form).parts == (PartData(units["C1-1"].pk, 9, 7, 1),)
    assert list(errors(sheet(values(expected="9"), user=people.bureau))) == ["present"]


def test_names_are_shown_to_the_branch_and_the_office_right_above(sheet, people):
    shown = [
        name
        for name in ("secretary", "leader", "county", "bureau", "province")
        if sheet(user=getattr(people, name)).attendance.by_name
    ]
    assert shown == ["secretary", "county"]
    assert sheet(user=people.leader, unit="C1-1-1").attendance.by_name


# --- what the page offers -------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("unit", "first"),
    [("C1-1", "THEMED_PARTY_DAY"), ("C1-1-1", "GROUP_MEETING"), ("C1", "PARTY_COMMITTEE_MEETING")],
)
def test_the_kinds_a_unit_records_most_come_first(sheet, people, units, unit, first):
    form = sheet(blank_values(units[unit]), unit=unit, check=False)
    offered = [choice.data["value"] for choice in form.main.first_kind_choices]
    others = [choice.data["value"] for choice in form.main.other_kind_choices]
    assert (form.main.kind_value, offered[0]) == (first, first)
    assert sorted([*offered, *others]) == sorted(kinds_held_by(units[unit].kind))


def test_offered_is_what_the_unit_holds_and_what_those_below_it_may_hold_with_it(sheet, people, units):
    def offered(unit, user):
        form = sheet(blank_values(units[unit]), unit=unit, user=user, check=False).main
        counted = {choice.data["value"] for choice in form["also_counts"]}
        kinds = {choice.data["value"] for choice in form["kind"]}
        return set(ActivityKind.values) - kinds, set(ActivityKind.values) - counted - {"HEART_TALK"}

    of_committees = {"PARTY_COMMITTEE_MEETING", "LEADING_GROUP_MEETING"}
    of_branches = {"GENERAL_MEETING", "COMMITTEE_MEETING"}
    assert offered("C1-1", people.secretary) == ({"GROUP_MEETING"} | of_committees, of_committees)
    others = of_branches | of_committees | {"GROUP_LEADERS_MEETING"}
    assert offered("C1-1-1", people.leader) == (others, others)
    assert offered("C1", people.county) == (of_branches | {"GROUP_MEETING"}, set())


def test_a_group_is_refused_a_general_meeting_of_the_branch_with_the_reason(sheet, people, units):
    form = sheet(values(kind="GENERAL_MEETING", unit="C1-1-1"), user=people.leader, unit="C1-1-1")
    assert errors(form)["kind"] == ["这类组织不开展这项活动，请由开展的组织记录。"]
    assert blank_values(units["C1-1-1"], kind="GENERAL_MEETING")["kind"] == "GROUP_MEETING"


def test_a_kind_chosen_from_the_others_moves_to_the_first(sheet, units):
    form = sheet(blank_values(units["C1-1"], kind="MODEL_DAY"), check=False)
    assert form.main.first_kind_choices[-1].data["value"] == "MODEL_DAY"
    assert blank_values(units["C1-1"], kind="PARTY")["kind"] == "THEMED_PARTY_DAY"


def test_suggested_and_filled_outcomes_come_first(sheet):
    form = sheet(values(kind="LINE_PATROL", outcome_BOOK_DONATED="3"), check=False)
    first = [row["quantity"].name for row in form.outcomes.first_rows]
    assert first == [
        "outcome_LINE_PATROL",
        "outcome_HAZARD_FOUND",
        "outcome_CONFLICT_SOLVED",
        "outcome_BOOK_DONATED",
    ]
    assert len(form.outcomes.more_rows) == len(OutcomeKind) - 4
    assert form.outcomes.more_rows[0]["kinds"]


def test_a_new_sheet_is_today_with_everybody_there_and_unchecked(sheet, units, members):
    form = sheet(blank_values(units["C1-1"], members=members), check=False)
    assert form.main["held_on"].value() == "2026-06-15"
    assert [row["present"] for row in form.attendance.rows] == [True] * 6
    assert form.main["submission_key"].value()
    assert not form.has_errors


def test_the_next_sheet_keeps_kind_place_and_attendance(sheet, people, units, members, data):
    names = (AttendanceData(members[0].pk), AttendanceData(members[1].pk, "DUTY"))
    part = PartData(units["C1-1"].pk, attendance=names)
    previous, _created = record_activity(
        data(kind="TRAINING", place="所里", parts=(part,)), by=people.secretary
    )
    form = sheet(next_values(units["C1-1"], previous), check=False)
    assert (form.main.kind_value, form.main["place"].value(), form.main["title"].value()) == (
        "TRAINING",
        "所里",
        None,
    )
    rows = {row["name"]: (row["present"], row["reason"]) for row in form.attendance.rows}
    assert (rows["周明"], rows["李倩"], rows["黄志强"]) == ((True, ""), (False, "DUTY"), (False, ""))
    assert form.attendance.last == [members[0].pk]
    assert form.main.places == ["所里"]


@pytest.fixture
def recorded(people, units, members, data):
    AssignmentFactory(user=people.secretary, role="BRANCH_SECRETARY", unit=units["C1-2"])
    names = (AttendanceData(members[0].pk), AttendanceData(members[1].pk, "DUTY"))
    facts = data(
        place="所里",
        tags=("夏季",),
        also_counts=("TRAINING",),
        held_with="TEAM_INNOVATION",
        note="原文",
        parts=(PartData(units["C1-1"].pk, attendance=names), PartData(units["C1-2"].pk, 5, 4, 1)),
        outcomes=(OutcomeData("TRAINEE", 12, "ABOUT"),),
    )
    activity, _created = record_activity(facts, by=people.secretary)
    return Activity.objects.get(pk=activity.pk)


def test_a_record_sent_back_unchanged_says_the_same(sheet, recorded):
    data = facts(sheet(record_values(recorded), activity=recorded))
    kept = [entry for entry in data.parts[0].attendance if entry.absence != "UNEXCUSED"]
    assert (data.title, data.place, data.tags, data.also_counts) == (
        "入户检查",
        "所里",
        ("夏季",),
        ("TRAINING",),
    )
    assert (data.held_with, data.note, data.outcomes) == (
        "TEAM_INNOVATION",
        "原文",
        (OutcomeData("TRAINEE", 12, "ABOUT"),),
    )
    assert (len(kept), data.parts[1].figures) == (2, (5, 4, 1))


def test_figures_without_names_come_back_too(sheet, people, units):
    unit = units["C1-1"]
    activity = ActivityFactory(unit=unit, parts={unit: (9, 7, 1)}, kind="TRAINING", state="SUBMITTED")
    data = facts(sheet(record_values(activity), user=people.bureau, activity=activity))
    assert data.parts == (PartData(units["C1-1"].pk, 9, 7, 1),)


def test_a_talk_comes_back_as_a_talk(sheet, units):
    activity = ActivityFactory(unit=units["C1-1"], kind="HEART_TALK", topic_class="OTHER", state="DRAFT")
    assert facts(sheet(record_values(activity), activity=activity)).topic_class == "OTHER"


# --- conflicts ------------------------------------------------------------------------------------
def absent(name):
    return gettext("%(name)s absent") % {"name": name}


def test_a_conflict_gives_no_name_to_a_key_typed_by_hand(recorded, members):
    typed = record_values(recorded)
    typed.setlist("present", [str(members[5].pk)])
    typed[f"present_reason_{members[4].pk}"] = "LEAVE"
    row = Conflict(recorded, typed, members=members[:2]).rows[0]
    assert (row.name, row.mine) == ("attendance", f"{members[5].pk}；{absent('李倩')}")


def test_a_conflict_names_what_differs_with_both_texts(recorded, members):
    typed = record_values(recorded)
    typed["title"] = "另一个主题"
    typed["outcome_TRAINEE"] = "15"
    typed.setlist("present", [])
    typed[f"present_reason_{members[0].pk}"] = "LEAVE"
    rows = {row.name: (row.theirs, row.mine) for row in Conflict(recorded, typed, members=members).rows}
    assert rows == {
        "title": ("入户检查", "另一个主题"),
        "attendance": (f"周明；{absent('李倩')}", f"{absent('周明')}；{absent('李倩')}"),
        "outcomes": ("培训人次 12", "培训人次 15"),
    }


def test_the_choice_takes_the_stored_values_field_by_field(recorded, members):
    typed = record_values(recorded)
    typed["title"], typed["place"] = "我的主题", "我的地点"
    typed.setlist("present", [])
    typed["take_title"], typed["take_place"], typed["take_attendance"] = "theirs", "mine", "theirs"
    chosen = settled(recorded, typed)
    assert (chosen["title"], chosen["place"]) == ("入户检查", "我的地点")
    assert (chosen.getlist("present"), chosen[f"present_reason_{members[1].pk}"]) == (
        [str(members[0].pk)],
        "DUTY",
    )


def test_without_a_choice_everything_typed_stays(recorded):
    typed = record_values(recorded)
    typed["title"] = "我的主题"
    assert settled(recorded, typed) == typed


# --- the filters ----------------------------------------------------------------------------------
@pytest.fixture
def listed(people, units):
    """Some records, and which of them a query finds for somebody."""
    made = {
        "own": ActivityFactory(
            unit=units["C1-1"], title="冬季 入户检查", note="座谈", outcomes={"TRAINEE": 3}
        ),
        "group": ActivityFactory(
            unit=units["C1-1-1"], kind="GROUP_MEETING", also_counts=["TRAINING"], is_late=True
        ),
        "sibling": ActivityFactory(unit=units["C1-2"], state="SUBMITTED", held_on=date(2026, 1, 2)),
        "joint": ActivityFactory(unit=units["B2-B"], parts={units["C1-1"]: None}, held_on=date(2025, 12, 31)),
        "far": ActivityFactory(unit=units["B2-B"]),
    }

    def find(user="county", **query):
        person = getattr(people, user)
        form = ActivityFilterForm(query, user=person)
        rows = set(form.narrow(Activity.objects.allowed_to(person, "view")))
        return sorted(name for name, activity in made.items() if activity in rows)

    return find


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, ["group", "joint", "own", "sibling"]),
        ({"q": "检查 冬季"}, ["own"]),
        ({"q": "夏季"}, []),
        ({"q": "座谈 冬季"}, ["own"]),
        ({"kind": "TRAINING"}, ["group"]),
        ({"kind": "THEMED_PARTY_DAY"}, ["joint", "own", "sibling"]),
        ({"state": "SUBMITTED"}, ["sibling"]),
        ({"unit": "C1-1"}, ["group", "joint", "own"]),
        ({"unit": "C1-1", "unit_only": "1"}, ["joint", "own"]),
        ({"unit": "C1"}, ["group", "joint", "own", "sibling"]),
        ({"period": "2026H1"}, ["group", "own", "sibling"]),
        ({"period": "2025"}, ["joint"]),
        ({"period": "2026-01"}, ["sibling"]),
        ({"held_from": "2026-01-03"}, ["group", "own"]),
        ({"held_to": "2026-01-02"}, ["joint", "sibling"]),
        ({"late": "1"}, ["group"]),
        ({"outcome": "TRAINEE"}, ["own"]),
        ({"unit": "B2-B"}, []),
        ({"period": "soon"}, []),
        ({"kind": "PARTY"}, []),
        ({"held_from": "x"}, []),
        ({"tag": "没有"}, []),
    ],
)
def test_filters_find(listed, query, found):
    assert listed(**query) == found


def test_a_unit_out_of_sight_is_no_choice(people):
    form = ActivityFilterForm({}, user=people.secretary)
    codes = [code for code, _name in form.fields["unit"].widget.choices]
    assert codes == ["", "C1-1", "C1-1-1", "C1-1-2"]


def test_a_filter_that_narrows_is_told_from_none(people):
    assert not ActivityFilterForm({"kind": ""}, user=people.secretary).is_filtered
    for query in ({"late": "1"}, {"period": "2026H1"}, {"period": "soon"}):
        assert ActivityFilterForm(query, user=people.secretary).is_filtered


def test_a_conflict_tells_the_minutes_by_name(people, units, members, data):
    task = CoreTask.objects.create(unit=units["B1"], name="迎峰度夏", starts_on=date(2026, 5, 1))
    stored = data(chair_id=members[0].pk, agenda="学习", votes=(VoteData("接收", 6, 6, 6),))
    activity, _created = record_activity(stored, by=people.secretary)
    typed = record_values(activity)
    typed["core_task"], typed["no_core_task"] = str(task.pk), ""
    typed["chair"], typed["vote-0-in_favour"] = str(members[1].pk), "5"
    rows = Conflict(activity, typed, members=members, tasks=[task]).rows
    assert [(row.name, row.theirs, row.mine) for row in rows] == [
        ("core_task", "；本月没有中心任务", "迎峰度夏"),
        ("meeting", "周明", "李倩"),
        ("votes", "接收 6/6/6/0/0", "接收 6/6/5/0/0"),
    ]
    unnamed = Conflict(activity, typed, members=(), tasks=[task]).rows[1]
    assert (unnamed.name, unnamed.theirs, unnamed.mine) == ("meeting", "", "")
    typed["take_core_task"] = "theirs"
    chosen = settled(activity, typed)
    assert (chosen["core_task"], chosen["no_core_task"]) == ("none", "本月没有中心任务")
