import copy
import json

import pytest
from django.core.management import CommandError, call_command

from assessments.models import Indicator, Item, Scheme
from assessments.operations import import_scheme
from assessments.schemes import SchemeRefused, read_scheme
from tests.assessments.conftest import FILES
from tests.factories.assessments import BANDS, document, import_document, item, scheme, section

pytestmark = pytest.mark.django_db
VANGUARD = (FILES / "vanguard.json").read_bytes()


def refused(data):
    """{path: reason} of a document that is refused."""
    with pytest.raises(SchemeRefused) as error:
        read_scheme(data)
    return {problem.path: problem.reason for problem in error.value.problems}


def test_a_file_goes_in_and_comes_out_again_byte_for_byte(run_command, tmp_path):
    run_command("import_scheme", FILES / "vanguard.json")
    written = tmp_path / "out.json"
    run_command("export_scheme", "committee-vanguard", output=written)
    assert written.read_bytes() == VANGUARD


def test_an_export_is_imported_as_the_same_scheme(run_command, tmp_path):
    scheme(section("S", item(weight="12.5", rule={"type": "STEPS", "steps": [["1", 50], ["2", 100]]})))
    written = tmp_path / "out.json"
    run_command("export_scheme", "board", output=written)
    [line] = run_command("import_scheme", written)
    assert "already" in line
    assert Scheme.objects.count() == 1


def test_numbers_may_be_written_as_numbers(run_command, tmp_path):
    given = document(section("S", item(weight=12.5, rule={"type": "RATIO", "target": 3}), weight=40))
    made = import_document(given)
    assert [made.items.get().weight, made.items.get().rule, made.sections.get().weight] == [
        12500,
        {"target": 3_000_000},
        40_000,
    ]
    assert json.loads(made.document)["sections"][0]["items"][0]["weight"] == "12.5"


def test_the_highest_version_is_exported_unless_told(run_command, tmp_path):
    scheme(name="一")
    scheme(name="二", version=2)
    written = tmp_path / "out.json"
    run_command("export_scheme", "board", output=written)
    newest = json.loads(written.read_text())["name"]
    run_command("export_scheme", "board", output=written, number=1)
    assert [newest, json.loads(written.read_text())["name"]] == ["二", "一"]


@pytest.mark.parametrize(
    ("code", "output", "returncode"), [("none", "out.json", 1), ("board", "none/out.json", 2)]
)
def test_an_export_that_can_not_be_made_is_refused(tmp_path, code, output, returncode):
    scheme()
    with pytest.raises(CommandError) as refused:
        call_command("export_scheme", code, output=tmp_path / output)
    assert refused.value.returncode == returncode


def test_the_rows_say_what_the_file_says():
    made, created = import_scheme(VANGUARD, by=None)
    assert created
    assert (made.subject_kinds, made.organisation_kinds, made.valid_from) == (
        ["COMMITTEE"],
        ["CITY_BUREAU"],
        "2026H1",
    )
    assert (made.gap_sections, made.gap_threshold, made.tie_chain) == (
        ["PARTY", "BUSINESS"],
        150000,
        ["section:BUSINESS"],
    )
    assert list(made.items.values_list("position", "code", "weight", "section__code"))[3:5] == [
        (3, "P4", 25000, "PARTY"),
        (4, "B1", 30000, "BUSINESS"),
    ]
    assert made.bands.values_list("code", "minimum")[0] == ("EXCELLENT", 9500)
    assert Item.objects.get(code="B2").rule == {"satisfactory": 200000, "unacceptable": 1000000}
    assert Indicator.objects.values_list("code", "name", "per")[0] == (
        "COMPLAINTS",
        "万户投诉",
        10_000_000_000,
    )
    assert Indicator.objects.count() == 8


def test_the_same_content_again_changes_nothing_and_other_content_is_refused():
    first = scheme()
    again, created = import_scheme(json.dumps(document(), indent=7).encode(), by=None)
    assert (again, created) == (first, False)
    with pytest.raises(SchemeRefused, match="exists with other content"):
        scheme(name="另一个")
    assert Scheme.objects.get().name == "先锋榜"


def test_two_schemes_agree_on_the_rate_of_an_indicator():
    reported = {"type": "REPORTED", "code": "X", "per": "100"}
    scheme(section("S", item(source=reported)))
    scheme(section("S", item(source=reported)), code="other")
    with pytest.raises(SchemeRefused) as error:
        scheme(section("S", item("A0"), item(source={"type": "REPORTED", "code": "X"})), code="third")
    assert [problem.path for problem in error.value.problems] == ["$.sections[0].items[1].source.per"]
    twice = section(
        "S",
        item("A2", source={**reported, "code": "Y"}),
        item("A3", source={"type": "REPORTED", "code": "Y"}),
    )
    with pytest.raises(SchemeRefused, match=r"\$\.sections\[0\]\.items\[1\]\.source\.per"):
        scheme(twice, code="fourth")
    assert not Indicator.objects.filter(code="Y").exists()


# --- what is refused ------------------------------------------------------------------------------
def changed(path, value):
    """The usual document with one place changed; ``path`` as in a reason, without "$."."""
    data = copy.deepcopy(document(section("S", item()), section("T", item("A2"))))
    *way, last = path.replace("[", ".").replace("]", "").split(".")
    here = data
    for step in way:
        here = here[int(step) if step.isdigit() else step]
    here[int(last) if last.isdigit() else last] = value
    return data


ITEM = "sections[0].items[0]"
VOLUME = {"type": "MEASURE", "code": "tests.volume", "params": {"from": "X"}}
HUGE = {"type": "BAND", "satisfactory": "10000000", "unacceptable": "1"}
FINE = {"type": "BAND", "satisfactory": "0.0000001", "unacceptable": "1"}


@pytest.mark.parametrize(
    ("path", "value", "where"),
    [
        ("colour", "red", "colour"),
        ("code", "two words", "code"),
        ("code", "", "code"),
        ("code", "x" * 61, "code"),
        ("code", 5, "code"),
        ("name", "a\x00b", "name"),
        ("version", 0, "version"),
        ("version", "1", "version"),
        ("version", True, "version"),
        ("subject_kinds", [], "subject_kinds"),
        ("subject_kinds", ["OFFICE"], "subject_kinds[0]"),
        ("subject_kinds", ["BRANCH", "BRANCH"], "subject_kinds[1]"),
        ("organisation_kinds", [], "organisation_kinds"),
        ("board_scopes", ["GALAXY"], "board_scopes[0]"),
        ("valid_from", "2026H3", "valid_from"),
        ("valid_from", 2026, "valid_from"),
        ("adopted", {}, "adopted.on"),
        ("adopted", {"on": "31.12.2025"}, "adopted.on"),
        ("adopted", {"on": None}, "adopted.on"),
        ("adopted", {"on": "2025-12-31", "document": ""}, "adopted.document"),
        ("sections", {}, "sections"),
        ("sections[1].code", "S", "sections[1].code"),
        ("sections[1].items[0].code", "A1", "sections[1].items[0].code"),
        ("sections[0].weight", "0", "sections[0].weight"),
        ("sections[0].weight", "-1", "sections[0].weight"),
        ("sections[0].weight", "1000.001", "sections[0].weight"),
        ("sections[0].weight", "1.0001", "sections[0].weight"),
        ("sections[0].items", [], "sections[0].items"),
        (f"{ITEM}.weight", "heavy", f"{ITEM}.weight"),
        (f"{ITEM}.weight", None, f"{ITEM}.weight"),
        (f"{ITEM}.weight", True, f"{ITEM}.weight"),
        (f"{ITEM}.weight", "1e2", f"{ITEM}.weight"),
        (f"{ITEM}.weight", "１", f"{ITEM}.weight"),
        (f"{ITEM}.missing", "SKIP", f"{ITEM}.missing"),
        (f"{ITEM}.group", "", f"{ITEM}.group"),
        (f"{ITEM}.source", "REPORTED", f"{ITEM}.source"),
        (f"{ITEM}.source.type", "GUESS", f"{ITEM}.source.type"),
        (f"{ITEM}.source.per", "0", f"{ITEM}.source.per"),
        (f"{ITEM}.source.per", "10000000", f"{ITEM}.source.per"),
        (f"{ITEM}.source.params", {}, f"{ITEM}.source.params"),
        (f"{ITEM}.source", {"type": "MEASURE", "code": "no.such"}, f"{ITEM}.source.code"),
        (f"{ITEM}.source", {"type": "MEASURE", "code": ""}, f"{ITEM}.source.code"),
        (f"{ITEM}.source", {"type": "MEASURE", "code": "tests.rate"}, f"{ITEM}.source.params"),
        (f"{ITEM}.source", {"type": "MEASURE", "code": "tests.rate", "params": 1}, f"{ITEM}.source.params"),
        (f"{ITEM}.source", VOLUME, f"{ITEM}.source.reason"),
        (f"{ITEM}.source", {"type": "AWARDED"}, f"{ITEM}.rule.type"),
        (f"{ITEM}.source", {"type": "RATING", "code": 7}, f"{ITEM}.source.code"),
        (f"{ITEM}.rule", {"type": "AWARDED"}, f"{ITEM}.rule.type"),
        (f"{ITEM}.rule", [], f"{ITEM}.rule"),
        (f"{ITEM}.rule", {"type": "MAGIC"}, f"{ITEM}.rule.type"),
        (f"{ITEM}.rule", {"type": "DIRECT", "target": "1"}, f"{ITEM}.rule.target"),
        (f"{ITEM}.rule", {"type": "BAND", "satisfactory": "1"}, f"{ITEM}.rule.unacceptable"),
        (f"{ITEM}.rule", {"type": "BAND", "satisfactory": "1.0", "unacceptable": "1"}, f"{ITEM}.rule"),
        (f"{ITEM}.rule", HUGE, f"{ITEM}.rule.satisfactory"),
        (f"{ITEM}.rule", FINE, f"{ITEM}.rule.satisfactory"),
        (f"{ITEM}.rule", {"type": "DEDUCT", "per_event": "-1"}, f"{ITEM}.rule.per_event"),
        (f"{ITEM}.rule", {"type": "RATIO", "target": "0"}, f"{ITEM}.rule.target"),
        (f"{ITEM}.rule", {"type": "RATIO", "target": "-1"}, f"{ITEM}.rule.target"),
        (f"{ITEM}.rule", {"type": "STEPS", "steps": []}, f"{ITEM}.rule.steps"),
        (f"{ITEM}.rule", {"type": "STEPS", "steps": [["1"]]}, f"{ITEM}.rule.steps[0]"),
        (f"{ITEM}.rule", {"type": "STEPS", "steps": [["1", "x"]]}, f"{ITEM}.rule.steps[0][1]"),
        (f"{ITEM}.rule", {"type": "STEPS", "steps": [["1", "2"], ["1", "3"]]}, f"{ITEM}.rule.steps[1][0]"),
        (f"{ITEM}.rule", {"type": "PEER_MINMAX", "direction": "UP"}, f"{ITEM}.rule.direction"),
        ("bands", [], "bands"),
        ("bands", BANDS[:3], "bands[2].min"),
        ("bands[1].min", "95", "bands[1].min"),
        ("bands[0].min", "100.01", "bands[0].min"),
        ("bands[0].min", "99.999", "bands[0].min"),
        ("bands[1].code", "EXCELLENT", "bands[1].code"),
        ("tie_chain", "improvement", "tie_chain"),
        ("tie_chain", ["luck"], "tie_chain[0]"),
        ("tie_chain", [7], "tie_chain[0]"),
        ("tie_chain", ["section:NONE"], "tie_chain[0]"),
        ("tie_chain", ["item:S"], "tie_chain[0]"),
        ("tie_chain", ["no_veto", "no_veto"], "tie_chain[1]"),
        ("publication", [], "publication"),
        ("publication", {"to": "WORLD"}, "publication.to"),
        ("publication", {"show": "SOME"}, "publication.show"),
        ("publication", {"show": 0}, "publication.show"),
        ("publication", {"show": True}, "publication.show"),
        ("publication", {"show": []}, "publication.show"),
        ("publication", {"show": ["GOLD"]}, "publication.show[0]"),
        ("gap", {"sections": ["S", "T"]}, "gap.threshold"),
        ("gap", {"sections": ["S", "X"], "threshold": "15"}, "gap.sections[1]"),
        ("gap", {"sections": ["S"], "threshold": "15"}, "gap.sections"),
        ("gap", {"sections": ["S", "T"], "threshold": "0"}, "gap.threshold"),
        ("gap", {"sections": ["S", "T"], "threshold": "100.0001"}, "gap.threshold"),
        ("size_classes", {"large": 100}, "size_classes.medium"),
        ("size_classes", {"large": "100", "medium": 10}, "size_classes.large"),
        ("size_classes", {"large": 100, "medium": 0}, "size_classes.medium"),
        ("size_classes", {"large": 100, "medium": 100}, "size_classes.medium"),
    ],
)  # fmt: skip
def test_a_wrong_place_is_named(path, value, where):
    if path == f"{ITEM}.source" and value == {"type": "AWARDED"}:
        assert set(refused(changed(path, value))) == {f"$.{where}"}
    else:
        assert f"$.{where}" in refused(changed(path, value))


def test_every_reason_is_told_at_once_and_each_place_once():
    found = refused({"sections": [{"items": [{}]}], "extra": 1})
    assert sorted(found) == [
        "$.bands",
        "$.board_scopes",
        "$.code",
        "$.extra",
        "$.name",
        *(f"$.sections[0].{key}" for key in ("code",)),
        *(f"$.sections[0].items[0].{key}" for key in ("code", "missing", "name", "rule", "source", "weight")),
        *(f"$.sections[0].{key}" for key in ("name", "weight")),
        "$.subject_kinds",
        "$.version",
    ]


@pytest.mark.parametrize("data", [[], "x", None, 5])
def test_what_is_no_object_is_refused(data):
    assert "$" in refused(data)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        '{"name": "中"}'.encode("gb18030"),
        b'{"code": NaN}',
        b'{"code": "a", "code": "b"}',
        b"[" * 100_000,
        b" " * 1_000_001,
        b'{"version": ' + b"9" * 5000 + b"}",
    ],
)
def test_what_is_no_plain_json_is_refused_with_exit_code_1(tmp_path, content):
    file = tmp_path / "scheme.json"
    file.write_bytes(content)
    with pytest.raises(CommandError) as error:
        call_command("import_scheme", file)
    assert error.value.returncode == 1
    assert str(error.value).startswith("$: ")


def test_a_file_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(CommandError) as error:
        call_command("import_scheme", tmp_path / "none.json")
    assert error.value.returncode == 2


def test_ratings_and_awards_may_name_a_code():
    rating = item("R", source={"type": "RATING", "code": "PEERS"})
    points = item("P", source={"type": "AWARDED", "code": "SHEET"}, rule={"type": "AWARDED"})
    made = scheme(section("S", rating, points))
    assert list(made.items.order_by("position").values_list("source_code", flat=True)) == ["PEERS", "SHEET"]


def test_a_volume_is_scored_with_a_reason():
    source = {"type": "MEASURE", "code": "tests.volume", "params": {"from": "X"}, "reason": "班子会议定"}
    made = scheme(section("S", item(source=source, group="基础")))
    assert (made.items.get().source_reason, made.items.get().group) == ("班子会议定", "基础")


def test_publication_may_hold_lines_back():
    shown = [
        scheme(code=f"c{number}", publication=publication).publication_show
        for number, publication in enumerate([{}, {"show": 3}, {"to": "COMMITTEE", "show": ["EXCELLENT"]}])
    ]
    assert shown == ["ALL", 3, ["EXCELLENT"]]
