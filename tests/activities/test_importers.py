import csv
import io
from datetime import date

import pytest
from django.core.management import CommandError, call_command
from django.utils.translation import override

from accounts.models import User
from activities.importers import ActivityImporter
from activities.models import Activity
from activities.operations import void_activity
from branches.models import PartyUnit
from core.importing import run_import

FULL = [column.name for column in ActivityImporter.columns]
ROW = [
    "A1",
    "C1-1",
    "THEMED_PARTY_DAY",
    "2026-05-12",
    "入户检查",
    "坛河村",
    "9",
    "7",
    "HOUSEHOLD_VISITED:34+",
    "",
]


def table(*rows, header=FULL, encoding="utf-8"):
    text = io.StringIO()
    csv.writer(text).writerows([header, *rows])
    return io.BytesIO(text.getvalue().encode(encoding))


def row(**changes):
    return [changes.get(name, value) for name, value in zip(FULL, ROW, strict=True)]


@pytest.fixture
def load(people):
    def run(file, **options):
        return run_import(ActivityImporter(operator=people.bureau), file, by=None, name="x.csv", **options)

    return run


def reasons(report):
    return [(error.row, error.column) for error in report.errors]


def stored():
    values = Activity.objects.order_by("pk").values_list(
        "ref", "unit__code", "kind", "held_on", "title", "place", "state"
    )
    return list(values)


def test_a_file_becomes_records_that_count(load):
    report = load(table(ROW))
    assert (report.created, report.updated, report.unchanged, report.errors) == (1, 0, 0, [])
    assert stored() == [
        ("A1", "C1-1", "THEMED_PARTY_DAY", date(2026, 5, 12), "入户检查", "坛河村", "CONFIRMED")
    ]
    activity = Activity.objects.get()
    part, outcome = activity.participations.get(), activity.outcomes.get()
    assert (part.expected_count, part.present_count, part.excused_count) == (9, 7, 0)
    assert (outcome.kind, outcome.quantity, outcome.precision) == ("HOUSEHOLD_VISITED", 34, "AT_LEAST")
    assert (activity.source, activity.created_by.username, activity.is_late) == ("IMPORTED", "bureau", False)


def test_a_unit_s_code_of_full_width_is_the_same(load):
    assert load(table(row(unit_code="Ｃ１－１"))).errors == []
    assert stored()[0][1] == "C1-1"


def test_chinese_labels_and_gb18030_are_understood(load):
    cells = [
        "A1",
        "C1-1",
        "主题党日",
        "2026年5月12日",
        "入户检查",
        "",
        "",
        "",
        "入户：约34；解决用电困难:3＋",
        "待确认",
    ]
    with override("zh-hans"):
        labels = [str(column.label) for column in ActivityImporter.columns]
    assert all(label.isascii() is False for label in labels)
    assert load(table(cells, header=labels, encoding="gb18030")).errors == []
    activity = Activity.objects.get()
    assert (activity.kind, activity.state, activity.held_on) == (
        "THEMED_PARTY_DAY",
        "SUBMITTED",
        date(2026, 5, 12),
    )
    outcomes = activity.outcomes.order_by("kind").values_list("kind", "quantity", "precision")
    assert list(outcomes) == [("HOUSEHOLD_VISITED", 34, "ABOUT"), ("PROBLEM_SOLVED", 3, "AT_LEAST")]


@pytest.mark.parametrize(
    ("text", "outcomes"),
    [
        ("TRAINEE:5", [("TRAINEE", 5, "EXACT")]),
        ("TRAINEE:~1,300", [("TRAINEE", 1300, "ABOUT")]),
        ("培训人次:２１０００+;", [("TRAINEE", 21000, "AT_LEAST")]),
        (" TRAINEE : 5 ; ROOM_BUILT : 1 ", [("ROOM_BUILT", 1, "EXACT"), ("TRAINEE", 5, "EXACT")]),
        ("TRAINEE:0", []),
    ],
)
def test_outcomes_are_read(load, text, outcomes):
    assert load(table(row(outcomes=text))).errors == []
    rows = Activity.objects.get().outcomes.order_by("kind").values_list("kind", "quantity", "precision")
    assert list(rows) == outcomes


@pytest.mark.parametrize(
    ("changes", "column"),
    [
        ({"unit_code": "NONE"}, "unit_code"),
        ({"unit_code": ""}, "unit_code"),
        ({"kind": "PARTY"}, "kind"),
        ({"held_on": "2026-06-16"}, "held_on"),
        ({"held_on": "1919-05-04"}, "held_on"),
        ({"held_on": "昨天"}, "held_on"),
        ({"title": ""}, "title"),
        ({"title": "长" * 201}, "title"),
        ({"place": "长" * 101}, "place"),
        ({"ref": "长" * 61}, "ref"),
        ({"expected_count": "7", "present_count": "9"}, "present_count"),
        ({"expected_count": "9", "present_count": ""}, "present_count"),
        ({"expected_count": "", "present_count": "9"}, "expected_count"),
        ({"expected_count": "九"}, "expected_count"),
        ({"present_count": "-1"}, "present_count"),
        ({"expected_count": "100001", "present_count": "1"}, "expected_count"),
        ({"outcomes": "TRAINEE"}, "outcomes"),
        ({"outcomes": "TRAINEE:"}, "outcomes"),
        ({"outcomes": "TRAINEE:三"}, "outcomes"),
        ({"outcomes": "TRAINEE:~5+"}, "outcomes"),
        ({"outcomes": "TRAINEE:-5"}, "outcomes"),
        ({"outcomes": "TRAINEE:1.5"}, "outcomes"),
        ({"outcomes": "TRAINEE:1000000000"}, "outcomes"),
        ({"outcomes": "PARTY:5"}, "outcomes"),
        ({"outcomes": "TRAINEE:5;TRAINEE:6"}, "outcomes"),
        ({"state": "VOID"}, "state"),
        ({"title": "=1+1\x07"}, "title"),
    ],
)
def test_what_a_row_says_wrong_is_named_and_nothing_is_written(load, changes, column):
    report = load(table(row(ref="A0"), row(**changes)))
    assert reasons(report) == [(3, column)]
    assert not Activity.objects.exists()


def test_every_reason_of_a_row_is_told(load):
    report = load(table(row(unit_code="NONE", kind="PARTY", held_on="x", outcomes="y", state="z")))
    assert sorted(reasons(report)) == [
        (2, name) for name in ("held_on", "kind", "outcomes", "state", "unit_code")
    ]


def test_the_same_reference_of_a_unit_twice_in_a_file_is_refused(load):
    assert reasons(load(table(ROW, ROW))) == [(3, "")]
    assert load(table(ROW, row(unit_code="C1-2"))).created == 2


def test_rows_without_reference_are_each_a_record(load):
    assert load(table(row(ref=""), row(ref=""))).created == 2


def test_a_second_import_updates(load):
    load(table(ROW, row(ref="A2")))
    report = load(table(row(title="改过"), row(ref="A2"), row(ref="A3")))
    assert (report.created, report.updated, report.unchanged) == (1, 1, 1)
    assert [(ref, title) for ref, _unit, _kind, _day, title, *_ in stored()] == [
        ("A1", "改过"),
        ("A2", "入户检查"),
        ("A3", "入户检查"),
    ]


def test_an_absent_column_leaves_and_an_empty_cell_clears(load):
    load(table(ROW))
    required = ["ref", "unit_code", "kind", "held_on", "title"]
    load(table(["A1", "C1-1", "TRAINING", "2026-05-12", "改过"], header=required))
    activity = Activity.objects.get()
    figures = activity.participations.values_list("expected_count", "present_count").get()
    assert (activity.title, activity.place, figures, activity.outcomes.count()) == (
        "改过",
        "坛河村",
        (9, 7),
        1,
    )
    load(table(row(place="", expected_count="", present_count="", outcomes="")))
    activity = Activity.objects.get()
    figures = activity.participations.values_list("expected_count", "present_count").get()
    assert (activity.place, figures, activity.outcomes.count()) == ("", (None, None), 0)


def test_one_figure_column_alone_is_refused(load):
    header = ["unit_code", "kind", "held_on", "title", "expected_count"]
    report = load(table(["C1-1", "TRAINING", "2026-05-12", "培训", "9"], header=header))
    assert reasons(report) == [(2, "present_count")]


def test_a_void_record_does_not_come_back(load, people):
    load(table(ROW))
    void_activity(Activity.objects.get(), by=people.secretary, reason="不是我们的")
    assert reasons(load(table(ROW, row(unit_code="C1-2")))) == [(2, "ref")]
    assert Activity.objects.get().state == "VOID"


def test_a_dry_run_writes_nothing_and_keep_good_writes_the_good_rows(load, announced):
    assert load(table(ROW), dry_run=True).created == 1
    assert not Activity.objects.exists()
    report = load(table(ROW, row(ref="A2", kind="PARTY")), keep_good=True)
    assert (report.created, reasons(report), Activity.objects.count()) == (1, [(3, "kind")], 1)


def test_units_may_be_limited_to_a_scope(people, units):
    importer = ActivityImporter(
        operator=people.county,
        units=PartyUnit.objects.under_assignments(people.county, "activities.view_activity"),
    )
    report = run_import(importer, table(ROW, row(unit_code="B2-B")), by=people.county, name="x.csv")
    assert reasons(report) == [(3, "unit_code")]


# --- the commands ---------------------------------------------------------------------------------
@pytest.fixture
def file(tmp_path):
    def write(*rows, header=FULL):
        path = tmp_path / "activities.csv"
        path.write_bytes(table(*rows, header=header).getvalue())
        return path

    return write


def test_the_command_imports_as_the_system_itself(units, file, capsys):
    call_command("import_activities", file(ROW))
    author = Activity.objects.get().created_by
    assert (author.username, author.is_active, author.has_usable_password()) == ("system", False, False)
    call_command("import_activities", file(ROW))
    assert (User.objects.filter(username="system").count(), Activity.objects.count()) == (1, 1)


def test_the_command_imports_in_somebodys_name(people, file):
    call_command("import_activities", file(ROW), by="BUREAU")
    assert Activity.objects.get().created_by == people.bureau


def test_an_unknown_operator_is_a_wrong_usage(units, file):
    with pytest.raises(CommandError) as error:
        call_command("import_activities", file(ROW), by="nobody")
    assert error.value.returncode == 2


def test_a_refused_file_ends_with_1_and_tells_all_reasons(units, file, tmp_path):
    out = tmp_path / "errors.csv"
    with pytest.raises(CommandError) as error:
        call_command("import_activities", file(row(kind="PARTY", held_on="x")), errors=out)
    assert error.value.returncode == 1
    with out.open(encoding="utf-8-sig", newline="") as written:
        rows = list(csv.reader(written))
    assert [cells[:2] for cells in rows] == [["row", "column"], ["2", "held_on"], ["2", "kind"]]


def test_remind_takes_a_day_and_refuses_what_is_none(units, capsys):
    call_command("remind", on="2026-06-10")
    first = capsys.readouterr().out
    call_command("remind", on="2026-06-10")
    assert (first.split()[1] != "0", "0" in capsys.readouterr().out) == (True, True)
    with pytest.raises(CommandError) as error:
        call_command("remind", on="10 June")
    assert error.value.returncode == 2
