"""Schemes on the page: read by everybody, written by who prepares boards."""

import json
import re
from datetime import date

import pytest
from django.urls import reverse

from assessments import operations
from assessments.models import Edition, Indicator, Scheme, SchemeDraft
from assessments.schemes import parts
from branches.choices import Role
from core.models import Draft, Job
from core.operations import run_job
from tests.assessments.views.conftest import rules
from tests.factories.assessments import import_document

pytestmark = pytest.mark.django_db


@pytest.fixture
def version(tree):
    return import_document(
        rules(valid_from="2026H1", adopted={"on": "2025-12-20", "document": "党建〔2025〕31号"})
    )


@pytest.fixture
def draft(version, office):
    return operations.copy_scheme(version, by=office.user)


def url(name, *args):
    return reverse(f"schemes:{name}", args=args)


def page(client, address, status=200, **query):
    response = client.get(address, query)
    assert response.status_code == status
    return text_of(response)


def text_of(response):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


# --- reading --------------------------------------------------------------------------------------
def test_everybody_reads_versions_and_who_writes_sees_drafts(version, draft, secretary, office):
    seen = page(secretary, url("list"))
    assert "Version 1" in seen and "党建〔2025〕31号" in seen and "Being written" not in seen
    assert "Being written" in page(office, url("list"))


def test_an_empty_list_says_what_to_do(tree, secretary):
    assert "import_scheme" in page(secretary, url("list"))


def test_a_version_shows_weights_rules_and_an_example(version, secretary):
    seen = page(secretary, url("version", "board", 1))
    for words in (
        "in force",
        "P1 30 60% 30%",
        "板块PARTY: sum 50 100% 50%",
        "Less is better. 100 points up to 6, 60 points at 14",
        "60 + 40 × (x − 14) ÷ (6 − 14)",
        "10 → 80.00",
        "without an event; each takes off 20 points",
        "优秀 EXCELLENT 95.00 100.00",
        "合格 QUALIFIED 80.00 94.99",
        "lie 15.00 points or more apart",
        "Party branch",
    ):
        assert words in seen
    assert "Copy to a new version" not in seen


def test_figures_of_the_address_are_worked_out(version, secretary):
    seen = page(secretary, url("version", "board", 1), **{"x.B1": "9.9", "x.B2": "14/350000"})
    assert "9.9 → 80.50" in seen and "14/350000 → 92.00" in seen
    wrong = page(secretary, url("version", "board", 1), 422, **{"x.B1": "viel"})
    assert "Enter a number, for example 9.9." in wrong


def test_a_published_version_is_frozen(published, secretary):
    assert "used, frozen" in page(secretary, url("version", "board", 1))


def test_there_is_no_such_version(version, secretary):
    for address in (url("version", "none", 1), url("version", "board", 7), url("changes", "board", 1)):
        assert secretary.get(address).status_code == 404


def test_the_file_is_the_stored_document(version, secretary):
    response = secretary.get(url("file", "board", 1))
    assert json.loads(response.content) == json.loads(version.document)
    assert "board-v1.json" in response["Content-Disposition"]


def test_a_volume_stands_out_with_its_reason(tree, secretary):
    text = rules()
    text["sections"][0]["items"][0]["source"] = {
        "type": "MEASURE",
        "code": "activities.count",
        "params": {"kind": "SERVICE_VISIT"},
        "reason": "pilot of half a year",
    }
    import_document(text)
    seen = page(secretary, url("version", "board", 1))
    assert "score a mere volume" in seen and "pilot of half a year" in seen


def test_versions_are_compared(version, secretary):
    newer = rules(version=2, valid_from="2026H2")
    newer["sections"][1]["items"][0]["weight"] = "40"
    import_document(newer)
    seen = page(secretary, url("changes", "board", 2))
    assert "Version 1 → Version 2" in seen and "40 (33.33% of the whole)" in seen
    assert seen == page(secretary, url("changes", "board", 2), against="1")
    for against in ("2", "9", "x"):
        assert secretary.get(url("changes", "board", 2), {"against": against}).status_code == 404


@pytest.mark.parametrize("number", ["9" * 25, "99999999999"])
def test_numbers_too_large_for_any_row(version, office, number):
    for address in (
        f"/schemes/board/v{number}/",
        f"/schemes/board/v1/changes/?against={number}",
        f"/schemes/drafts/{number}/",
    ):
        assert office.get(address).status_code == 404


# --- writing --------------------------------------------------------------------------------------
def test_a_copy_is_made_once(version, office):
    for _click in range(2):
        response = office.post(url("copy", "board", 1))
    draft = SchemeDraft.objects.get()
    assert response["Location"] == url("draft", draft.pk)
    assert "This draft is complete" in page(office, url("draft", draft.pk))
    assert office.post(url("copy", "none", 1)).status_code == 404


def test_a_secretary_neither_copies_nor_sees_drafts(draft, secretary):
    assert secretary.post(url("copy", "board", 1)).status_code == 403
    for name in ("draft", "head", "adopt", "draft-file"):
        assert secretary.get(url(name, draft.pk)).status_code == 404


def form_values(client, address):
    return sent(client.get(address))


def sent(response):
    """What the form of a page would post."""
    form = response.context["form"]
    found = {"version": form["version"].value(), "part": form["part"].value() or ""}
    for field in form.visible_fields():
        if field.value():
            found[field.html_name] = field.value()
    return found


FORMS = [
    ("head",),
    ("boards",),
    ("bands",),
    ("weights",),
    ("section", 0),
    ("item", 0, 0),
    ("item", 0, 2),
    ("item", 1, 1),
    ("item", 1, 2),
]


@pytest.mark.parametrize("form", FORMS)
def test_a_form_saved_as_it_stands_changes_nothing(draft, office, form):
    name, *args = form
    address = url(name, draft.pk, *args)
    before = operations.document_of(draft)
    before.setdefault("publication", {"to": "COMPANY", "show": "ALL"}) if name == "boards" else None
    response = office.post(address, form_values(office, address))
    assert response.status_code == 302
    draft.refresh_from_db()
    assert operations.document_of(draft) == before


def test_an_item_is_changed_and_what_is_wrong_is_said_at_its_field(draft, office):
    address = url("item", draft.pk, 1, 0)
    values = form_values(office, address)
    wrong = {**values, "weight": "0", "satisfactory": "six", "name": ""}
    response = office.post(address, wrong)
    assert response.status_code == 422
    assert response.context["form"].errors == {
        "weight": ["A number above 0, at most 1000, is expected here."],
        "satisfactory": ["A number is expected here."],
        "name": ["This is empty."],
    }
    assert 'value="six"' in response.content.decode()
    response = office.post(address, {**values, "satisfactory": "5.5", "weight": "35"})
    assert response["Location"] == url("draft", draft.pk) + "#section-2"
    draft.refresh_from_db()
    item = operations.document_of(draft)["sections"][1]["items"][0]
    assert (item["rule"], item["weight"]) == (
        {"type": "BAND", "satisfactory": "5.5", "unacceptable": "14"},
        "35",
    )


def test_numbers_are_typed_as_people_write_them(draft, office):
    address = url("item", draft.pk, 1, 0)
    values = form_values(office, address)
    typed = {"weight": "３５%", "satisfactory": "５．５", "unacceptable": "1 000"}
    assert office.post(address, {**values, **typed}).status_code == 302
    draft.refresh_from_db()
    item = operations.document_of(draft)["sections"][1]["items"][0]
    assert (item["rule"], item["weight"]) == (
        {"type": "BAND", "satisfactory": "5.5", "unacceptable": "1000"},
        "35",
    )
    assert office.post(address, {**form_values(office, address), "satisfactory": "5%"}).status_code == 422
    Indicator.objects.filter(code="B1").update(unit_of_measure="%")
    steps = {"rule_type": "STEPS", "steps": "９０% 60\n95，100"}
    draft.refresh_from_db()
    assert office.post(address, {**form_values(office, address), **steps}).status_code == 302
    draft.refresh_from_db()
    rule = operations.document_of(draft)["sections"][1]["items"][0]["rule"]
    assert rule["steps"] == [["90", "60"], ["95", "100"]]


COUNTED = '["activities.count", {"kind": "TRAINING"}]'
WRONG_ITEMS = [
    (
        {"rule_type": "STEPS", "steps": "1 50\nx 60\n3"},
        "steps",
        [
            "Line 2: A number is expected here.",
            "Line 3: A pair of minimum and score is expected here.",
        ],
    ),
    (
        {"rule_type": "PEER_MINMAX", "direction": ""},
        "direction",
        ["Choose what is meant."],
    ),
    ({"satisfactory": "14"}, "rule_type", ["Satisfactory and unacceptable are the same figure."]),
    ({"source_type": "MEASURE", "measure": ""}, "measure", ["Choose what is meant."]),
    (
        {"source_type": "MEASURE", "measure": COUNTED},
        "reason",
        ["This is a mere volume: say why it is scored."],
    ),
    ({"per": "100"}, "per", ["The indicator “B1” is no rate, in any scheme."]),
    ({"code": "P1"}, "code", ["“P1” stands here twice."]),
    (
        {"source_type": "AWARDED"},
        "rule_type",
        ["The rule AWARDED goes with the source AWARDED, and only with it."],
    ),
]


@pytest.mark.parametrize(("changes", "field", "reasons"), WRONG_ITEMS)
def test_the_reader_judges_items(draft, office, changes, field, reasons):
    address = url("item", draft.pk, 1, 0)
    response = office.post(address, {**form_values(office, address), **changes})
    assert (response.status_code, dict(response.context["form"].errors)) == (422, {field: reasons})


def test_an_earlier_item_may_not_take_the_code_of_a_later_one(draft, office):
    address = url("item", draft.pk, 0, 0)
    response = office.post(address, {**form_values(office, address), "code": "B1"})
    assert response.context["form"].errors == {"code": ["“B1” stands here twice."]}


def test_an_item_is_added_and_moved_to_another_section(draft, office):
    address = url("new-item", draft.pk, 0)
    new = {
        **form_values(office, address),
        "name": "新指标",
        "code": "P9",
        "weight": "5",
        "rule_type": "STEPS",
        "steps": "0 60\n90 100",
        "source_code": "NEW",
    }
    unknown = office.post(address, new)
    [reason] = unknown.context["form"].errors["source_code"]
    assert reason == "The library has no indicator “NEW”: add it there first."
    Indicator.objects.create(code="NEW", name="新增客户")
    for typed in ("new", "新增客户数"):
        [reason] = office.post(address, {**new, "source_code": typed}).context["form"].errors["source_code"]
        assert reason == f"The library has no indicator “{typed}”. Near it: NEW 新增客户."
    assert office.post(address, new).status_code == 302
    draft.refresh_from_db()
    assert operations.document_of(draft)["sections"][0]["items"][3] == {
        "code": "P9",
        "name": "新指标",
        "weight": "5",
        "source": {"type": "REPORTED", "code": "NEW"},
        "rule": {"type": "STEPS", "steps": [["0", "60"], ["90", "100"]]},
        "missing": "ZERO",
    }
    address = url("item", draft.pk, 0, 3)
    assert office.post(address, {**form_values(office, address), "section": "1"}).status_code == 302
    draft.refresh_from_db()
    codes = [[item["code"] for item in part["items"]] for part in operations.document_of(draft)["sections"]]
    assert codes == [["P1", "P2", "P3"], ["B1", "B2", "B3", "P9"]]


def test_sections_are_added_ordered_removed_and_brought_back(draft, office):
    address = url("new-section", draft.pk)
    response = office.post(address, {"version": 1, "name": "新板块", "code": "PARTY", "weight": "10"})
    assert response.context["form"].errors == {"code": ["“PARTY” stands here twice."]}
    response = office.post(
        address, {"version": 1, "name": "新板块", "code": "NEW", "weight": "10"}, follow=True
    )
    assert "No item yet." in text_of(response) and "新板块 : Give at least one entry." in text_of(response)

    def order(**values):
        draft.refresh_from_db()
        return office.post(url("order", draft.pk), {"version": draft.version, "item": "", **values})

    def codes():
        draft.refresh_from_db()
        return [part["code"] for part in operations.document_of(draft)["sections"]]

    order(section=2, do="up")
    assert codes() == ["PARTY", "NEW", "BUSINESS"]
    order(section=0, do="remove")
    assert codes() == ["NEW", "BUSINESS"]
    response = office.post(url("undo", draft.pk), {"version": draft.version}, follow=True)
    assert "Taken back." in text_of(response)
    assert codes() == ["PARTY", "NEW", "BUSINESS"]
    for values in ({"section": 9, "do": "up"}, {"section": "x", "do": "up"}, {"section": 0, "do": "burn"}):
        assert order(**values).status_code == 404
    stale = office.post(url("order", draft.pk), {"version": 1, "section": 0, "do": "up"}, follow=True)
    assert "Somebody changed this draft meanwhile" in text_of(stale)


def test_head_grades_and_ties(draft, office):
    address = url("head", draft.pk)
    response = office.post(
        address, {**form_values(office, address), "number": "1", "valid_from": "soon", "subject_kinds": []}
    )
    assert response.context["form"].errors == {
        "number": ["Version 1 of “board” exists with other content: give the change a new number."],
        "valid_from": ["A period like 2026H1 is expected here."],
        "subject_kinds": ["Choose what is meant."],
    }
    address = url("bands", draft.pk)
    response = office.post(address, {**form_values(office, address), "min_1": "96", "name_4": "x"})
    assert response.context["form"].errors == {
        "min_1": ["Bands stand in descending order."],
        "min_4": ["A number is expected here."],
    }
    address = url("boards", draft.pk)
    values = {
        **form_values(office, address),
        "tie_0": "item:B1",
        "tie_1": "item:B1",
        "show": "TOP",
        "top": "viel",
    }
    assert office.post(address, values).context["form"].errors == {
        "tie_1": ["The same stands here twice."],
        "top": ["All lines, a whole number of places or some of the grades are expected here."],
    }
    assert office.post(address, {**values, "tie_1": "no_veto", "top": "10"}).status_code == 302
    draft.refresh_from_db()
    text = operations.document_of(draft)
    assert (text["tie_chain"], text["publication"]) == (["item:B1", "no_veto"], {"to": "COMPANY", "show": 10})


def test_the_bounds_of_the_size_classes_are_a_matter_of_the_scheme(draft, office):
    address = url("boards", draft.pk)
    assert "size_large" not in form_values(office, address)
    text = parts.with_keys(operations.document_of(draft), {"board_scopes": ["COMPANY", "SIZE_CLASS"]})
    draft = operations.write_draft(draft, text, by=office.user, version=draft.version)
    values = form_values(office, address)
    assert (values["size_large"], values["size_medium"]) == ("1000000", "300000")
    refused = office.post(address, {**values, "size_large": "viel", "size_medium": "100"})
    assert list(refused.context["form"].errors) == ["size_large"]
    refused = office.post(address, {**values, "size_large": "100", "size_medium": "100"})
    assert refused.context["form"].errors == {
        "size_medium": ["A medium unit has fewer customers than a large one."]
    }
    assert office.post(address, values).status_code == 302
    draft.refresh_from_db()
    assert "size_classes" not in operations.document_of(draft)
    values = form_values(office, address)
    assert office.post(address, {**values, "size_large": "500000"}).status_code == 302
    draft.refresh_from_db()
    assert operations.document_of(draft)["size_classes"] == {"large": 500_000, "medium": 300_000}
    words = "large: from 500,000 customers, medium: 300,000 to 499,999 customers, small: fewer than 300,000"
    assert words in page(office, url("draft", draft.pk))


def test_all_weights_are_changed_in_one_form(draft, office):
    address = url("weights", draft.pk)
    seen = page(office, address)
    assert "指标P1 60% " in seen and "Sum 50" in seen and "Sum 100" in seen
    values = form_values(office, address)
    refused = office.post(address, {**values, "item.0.1": "0", "section.1": "viel"})
    assert refused.context["form"].errors == {
        "item.0.1": ["A number above 0, at most 1000, is expected here."],
        "section.1": ["A number is expected here."],
    }
    response = office.post(address, {**values, "item.0.1": "１５%", "section.1": "40"})
    assert response["Location"] == url("draft", draft.pk) + "#weights-title"
    draft.refresh_from_db()
    text = operations.document_of(draft)
    assert [section["weight"] for section in text["sections"]] == ["50", "40"]
    assert [one["weight"] for one in text["sections"][0]["items"]] == ["30", "15", "10"]


def test_a_grade_without_a_code_is_called_by_its_name(draft, office):
    address = url("bands", draft.pk)
    wrong = {**form_values(office, address), "min_1": "acht", "name_4": "末等"}
    assert office.post(address, wrong).context["form"].errors == {
        "min_1": ["A number is expected here."],
        "min_4": ["A number is expected here."],
    }
    values = {**form_values(office, address), "min_3": "10", "name_4": "末 等", "min_4": "0"}
    assert office.post(address, values).status_code == 302
    draft.refresh_from_db()
    assert operations.document_of(draft)["bands"][4] == {"code": "末等", "name": "末 等", "min": "0"}


def test_a_board_named_twice_is_said_where_it_stands(draft, office):
    address = url("head", draft.pk)
    twice = {**form_values(office, address), "board_1": "COMPANY", "board_2": "", "board_3": "COMPANY"}
    assert office.post(address, twice).context["form"].errors == {"board_3": ["The same stands here twice."]}


RULES = {
    "BAND": {"rule_type": "BAND", "satisfactory": "2", "unacceptable": "1"},
    "STEPS": {"rule_type": "STEPS", "steps": "0.2 100\n0.5 80\n1 60"},
    "MIXED": {"rule_type": "STEPS", "steps": "0 80\n1 100\n2 60"},
    "RATIO": {"rule_type": "RATIO", "target": "3"},
    "DIRECT": {"rule_type": "DIRECT"},
    "PEERS": {"rule_type": "PEER_MINMAX", "direction": "HIGHER"},
}


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("direction", ["LOWER", "ZERO_BEST"])
def test_a_rule_against_the_direction_wants_a_reason(draft, office, rule, direction):
    Indicator.objects.filter(code="B1").update(direction=direction)
    address = url("item", draft.pk, 1, 0)
    values = {**form_values(office, address), **RULES[rule]}
    refused = office.post(address, values)
    [reason] = refused.context["form"].errors["reason"]
    assert "Less is better by the library" in reason and "say why" in reason
    assert office.post(address, {**values, "reason": "投诉多说明渠道通"}).status_code == 302
    seen = page(office, url("draft", draft.pk))
    assert "指标B1 : Less is better by the library" in seen and "This draft is complete" in seen


@pytest.mark.parametrize(
    ("direction", "rule"),
    [
        ("LOWER", {"rule_type": "BAND", "satisfactory": "1", "unacceptable": "2"}),
        ("LOWER", {"rule_type": "STEPS", "steps": "0 100\n0.2 80\n1 60"}),
        ("ZERO_BEST", {"rule_type": "DEDUCT", "per_event": "20"}),
        ("ZERO_BEST", {"rule_type": "DEDUCT", "per_event": "0"}),
        ("LOWER", {"rule_type": "STEPS", "steps": "0 100"}),
        ("HIGHER", {"rule_type": "STEPS", "steps": "80 60\n95 100"}),
        ("HIGHER", {"rule_type": "RATIO", "target": "3"}),
    ],
)
def test_a_rule_that_fits_the_direction_needs_none(draft, office, direction, rule):
    Indicator.objects.filter(code="B1").update(direction=direction)
    address = url("item", draft.pk, 1, 0)
    assert office.post(address, {**form_values(office, address), **rule}).status_code == 302


def test_more_is_better_and_the_rule_takes_points_off(draft, office):
    Indicator.objects.filter(code="B1").update(direction="HIGHER")
    seen = page(office, url("draft", draft.pk))
    assert "指标B1 : More is better by the library" in seen and "1 thing stands in the way" in seen


def test_an_indicator_that_is_no_longer_valid_is_said(draft, office):
    Indicator.objects.filter(code="B1").update(valid_to="2026-12-31")
    assert "valid until 2026-12-31 only" in page(office, url("draft", draft.pk))
    Indicator.objects.filter(code="B1").update(valid_to="2027-06-30")
    assert "valid until" not in page(office, url("draft", draft.pk))


def test_steps_that_go_down_are_said_to_be_better_below(draft, office):
    address = url("item", draft.pk, 1, 0)
    values = {**form_values(office, address), "rule_type": "STEPS", "steps": "0 100\n0.2 80"}
    assert office.post(address, values).status_code == 302
    assert "Less is better: 2 steps" in page(office, url("draft", draft.pk))


def test_a_scheme_is_begun_from_nothing(tree, office, secretary):
    assert secretary.get(url("new")).status_code == 403
    values = form_values(office, url("new")) | {"version": ""}
    refused = office.post(url("new"), {**values, "name": "站所先锋榜", "code": "a b"})
    assert refused.context["form"].errors == {"code": ["Use no spaces and none of , ; : / ? # in a code."]}
    office.post(url("new"), {**values, "name": "站所先锋榜", "code": "station"})
    draft = SchemeDraft.objects.get()
    text = operations.document_of(draft)
    assert (text["code"], text["version"], text["valid_from"], text["sections"]) == (
        "station",
        1,
        "2027H1",
        [],
    )
    seen = page(office, url("draft", draft.pk))
    assert "1 thing stands in the way of adoption" in seen
    assert office.get(url("draft-changes", draft.pk)).status_code == 404


def test_a_place_that_is_not_there(draft, office):
    for address in (
        url("section", draft.pk, 9),
        url("item", draft.pk, 0, 9),
        url("item", draft.pk, 9, 0),
        url("new-item", draft.pk, 9),
    ):
        assert office.get(address).status_code == 404


def test_a_colleague_was_faster(draft, office):
    address = url("section", draft.pk, 0)
    values = form_values(office, address)
    operations.write_draft(
        draft, {**operations.document_of(draft), "name": "新名"}, by=office.user, version=1
    )
    response = office.post(address, {**values, "name": "党的建设"})
    assert response.status_code == 409
    again = response.context["form"]
    assert (again["name"].value(), again["version"].value()) == ("党的建设", "2")
    assert office.post(address, {**values, "name": "党的建设", "version": "2"}).status_code == 302
    draft.refresh_from_db()
    text = operations.document_of(draft)
    assert (text["name"], text["sections"][0]["name"]) == ("新名", "党的建设")


def keep(client, address, **values):
    """As the browser does two seconds after the last key."""
    kept = re.search(r'data-draft-url="([^"]+)"', client.get(address).content.decode())[1]
    typed = {name: value or "" for name, value in form_values(client, address).items()} | values
    assert client.post(kept, typed).status_code == 200


def test_what_is_half_typed_is_there_when_the_form_is_opened_again(draft, office, sign_in):
    """Half a number, boxes unticked; saved or discarded it is gone, and nobody else is shown it."""
    item, head = url("item", draft.pk, 0, 0), url("head", draft.pk)
    keep(office, item, weight="3,")
    again = office.get(item)
    assert (sent(again)["weight"], again.context["form"].errors) == ("3,", {})
    assert "Here is what you typed until" in text_of(again)
    assert form_values(sign_in(Role.PROVINCE_OFFICE, "CP"), item)["weight"] == "30"
    assert office.post(item, {"action": "discard"}).url == item
    assert form_values(office, item)["weight"] == "30"
    keep(office, head, subject_kinds=["GROUP", "BRANCH"], name="半")
    keep(office, item, weight="40")
    assert office.post(item, form_values(office, item)).status_code == 302
    assert [form_values(office, head)[name] for name in ("subject_kinds", "name")] == [
        ["GROUP", "BRANCH"],
        "半",
    ]
    keep(office, head, subject_kinds=[])
    assert "subject_kinds" not in form_values(office, head)
    assert Draft.objects.get(form="scheme").key == f"head-{draft.pk}"


def test_what_was_typed_for_one_part_is_not_put_into_another(draft, office):
    section = url("section", draft.pk, 0)
    keep(office, section, name="半个")
    office.post(url("order", draft.pk), {"version": draft.version, "section": "0", "do": "down"})
    assert form_values(office, section)["name"] == "板块BUSINESS"
    Draft.objects.update(data={"part": ["BUSINESS"], "name": 7})
    assert form_values(office, section)["name"] == "板块BUSINESS"


def test_a_scheme_begun_and_half_typed_waits_too(tree, office):
    keep(office, url("new"), name="站所先锋榜")
    assert form_values(office, url("new"))["name"] == "站所先锋榜"
    assert office.post(url("new"), {"action": "discard"}).url == url("new")
    keep(office, url("new"), name="站所先锋榜", code="station")
    typed = form_values(office, url("new")) | {"version": ""}
    assert office.post(url("new"), typed).status_code == 302
    assert not Draft.objects.filter(form="scheme").exists()


def test_grades_keep_every_row_that_was_typed_when_a_colleague_took_some_away(draft, office):
    address = url("bands", draft.pk)
    values = form_values(office, address)
    last = len(office.get(address).context["form"].rows) - 1
    mine = {f"code_{last}": "LAST", f"name_{last}": "末等", f"min_{last}": "0"}
    fewer = {name: "" if name.endswith(("_1", "_2")) else text for name, text in values.items()}
    assert office.post(address, fewer).status_code == 302
    response = office.post(address, values | mine)
    assert (response.status_code, sent(response) | mine) == (409, sent(response))
    keep(office, address, **mine)
    assert form_values(office, address) | mine == form_values(office, address)


@pytest.mark.parametrize(
    ("form", "gone"),
    [
        (("item", 0, 0), (0, 0)),  # another item stands there now
        (("item", 0, 2), (0, 1)),  # none stands there
        (("item", 0, 2), (0, None)),
        (("item", 1, 0), (0, None)),
        (("new-item", 0), (0, None)),
        (("new-item", 1), (0, None)),
        (("weights",), (0, 0)),
        (("weights",), (1, None)),
        (("section", 0), (0, None)),
        (("section", 1), (0, None)),
    ],
)
def test_a_form_whose_place_holds_something_else_changes_nothing(draft, office, form, gone):
    """However often it is sent; what was typed is there to be copied."""
    name, *place = form
    address = url(name, draft.pk, *place)
    values = {**form_values(office, address), "name": "我写的", "code": "MINE"}
    without = parts.without(operations.document_of(draft), *gone)
    operations.write_draft(draft, without, by=office.user, version=1)
    for _again in range(2):
        response = office.post(address, values)
        assert response.status_code == 409
        values = sent(response)
        assert name == "weights" or (values["name"], values["code"]) == ("我写的", "MINE")
        assert "Somebody moved or removed" in text_of(response)
    draft.refresh_from_db()
    assert operations.document_of(draft) == without


def test_a_draft_is_compared_exported_and_discarded(draft, office):
    operations.write_draft(
        draft, {**operations.document_of(draft), "name": "新名"}, by=office.user, version=1
    )
    assert "先锋榜 新名" in page(office, url("draft-changes", draft.pk))
    assert json.loads(office.get(url("draft-file", draft.pk)).content)["name"] == "新名"
    assert office.post(url("discard", draft.pk), {"version": 2})["Location"] == url("list")
    assert office.get(url("draft", draft.pk)).status_code == 404


def test_a_colleague_adopts(draft, office, sign_in):
    text = {**operations.document_of(draft), "valid_from": "2026H2"}
    operations.write_draft(draft, text, by=office.user, version=1)
    values = {"version": 2, "adopted_on": "2026-07-10", "document": "党建〔2026〕9号", "late_reason": ""}
    own = office.post(url("adopt", draft.pk), values)
    assert (own.status_code, "A colleague has to do it" in text_of(own)) == (422, True)
    colleague = sign_in(Role.PROVINCE_OFFICE, "CP")
    assert "Adopt this version" in page(colleague, url("adopt", draft.pk))
    late = colleague.post(url("adopt", draft.pk), values)
    assert list(late.context["form"].errors) == ["late_reason"]
    response = colleague.post(url("adopt", draft.pk), {**values, "late_reason": "文件晚到"}, follow=True)
    assert response.redirect_chain == [(url("version", "board", 2), 302)]
    assert "Reason: 文件晚到" in text_of(response)
    assert Scheme.objects.filter(code="board").count() == 2
    assert colleague.get(url("adopt", draft.pk))["Location"] == url("version", "board", 2)
    again = colleague.post(url("adopt", draft.pk), {**values, "late_reason": "文件晚到"})
    assert again["Location"] == url("version", "board", 2)


def test_a_draft_is_tried_on_a_published_period(published, office, secretary):
    operations.recompute("2026H1", by=office.user)
    draft = operations.copy_scheme(Scheme.objects.get(), by=office.user)
    text = operations.document_of(draft)
    text["sections"][0]["weight"] = "80"
    operations.write_draft(draft, text, by=office.user, version=1)
    assert "No trial yet" in page(office, url("trial", draft.pk))
    assert secretary.get(url("trial", draft.pk)).status_code == 404
    assert office.post(url("trial", draft.pk), {"period": "1999H1"}).status_code == 422
    response = office.post(url("trial", draft.pk), {"period": "2026H1"})
    job = Job.objects.get(kind="assessments.try_scheme")
    assert response["Location"] == reverse("core:job", args=[job.pk])
    run_job(job.pk)
    seen = page(office, url("trial", draft.pk))
    assert "Version 1 → draft" in seen and "A1党支部" in seen and "3 units" in seen
    assert Edition.objects.filter(scheme_code="board").count() == 2
    operations.write_draft(draft, {**text, "name": "x"}, by=office.user, version=2)
    assert "changed since this trial" in page(office, url("trial", draft.pk))
    draft.refresh_from_db()
    rows = draft.trial["rows"]
    rows[0]["old"], rows[0]["effects"] = (
        [8500, 1, "合格"],
        [["A1", f"第{sign}项", "+1.00"] for sign in "甲乙丙丁"],
    )
    draft.save()
    seen = page(office, url("trial", draft.pk))
    assert all(f"第{sign}项" in seen for sign in "甲乙丙丁") and "1 more item" in seen


def test_a_late_adoption_stands_on_the_board(version, board_of_late_rules, secretary):
    seen = page(secretary, reverse("assessments:board", args=["2026H1", "board"]))
    assert "The rules were adopted late, entered 2026-07-20 12:00: 文件晚到" in seen


@pytest.fixture
def board_of_late_rules(version, office, people):
    """Version 2 for the half-year that is over, adopted in July and published by."""
    draft = operations.copy_scheme(version, by=office.user)
    text = {**operations.document_of(draft), "valid_from": "2026H1"}
    draft = operations.write_draft(draft, text, by=office.user, version=1)
    adoption = operations.Adoption(date(2026, 7, 10), "文", "文件晚到")
    operations.adopt_draft(draft, adoption, by=people[0], version=2)
    operations.publish("2026H1", "board", operations.Decision(*people, waiver="none"))
