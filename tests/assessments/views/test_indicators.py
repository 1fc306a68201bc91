"""The library on screen, and the figures of an indicator over time."""

from datetime import timedelta

import pytest
from django.urls import reverse

from assessments.default_library import DEFAULT_LIBRARY
from assessments.models import Indicator
from branches.choices import Role
from branches.models import PartyUnit
from core import clock
from core.models import AuditEvent
from tests.assessments.views.pages import text_of
from tests.factories.assessments import IndicatorValueFactory, item, scheme, section
from tests.factories.branches import OrganisationFactory

pytestmark = pytest.mark.django_db
FACTS = {
    "code": "CALLS",
    "name": "万户投诉",
    "side": "BUSINESS",
    "direction": "LOWER",
    "unit_of_measure": "件",
    "per": "10000",
    "exposure": "客户",
    "meaning": "每万户的投诉。",
}


def url(name, *args):
    return reverse(f"indicators:{name}", args=args)


def test_the_province_adds_an_indicator_and_edits_it(office):
    owner = OrganisationFactory(code="MKT", name="市场部", kind="DEPARTMENT")
    answer = office.post(url("add"), FACTS | {"owner": owner.pk})
    assert (answer.status_code, answer.headers["Location"]) == (302, url("detail", "CALLS"))
    page = text_of(office.get(url("detail", "CALLS")))
    assert "每万户的投诉。" in page and "per 10,000 客户" in page and "市场部" in page
    version = Indicator.objects.get().version
    changed = {**FACTS, "name": "每万户投诉", "version": version, "per": "5", "code": "OTHER"}
    assert office.post(url("change", "CALLS"), changed).status_code == 302
    indicator = Indicator.objects.get()
    assert (indicator.code, indicator.name, indicator.per) == ("CALLS", "每万户投诉", 10_000 * 10**6)
    assert AuditEvent.objects.filter(verb="change_indicator").count() == 1


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"per": ""}, "per"),
        ({"per": "0"}, "per"),
        ({"per": "many"}, "per"),
        ({"per": "2000000"}, "per"),
        ({"code": "with space"}, "code"),
        ({"side": ""}, "side"),
        ({"valid_from": "2026-02-01", "valid_to": "2026-01-01"}, "valid_to"),
    ],
)
def test_what_is_refused_keeps_what_was_typed(office, wrong, field):
    answer = office.post(url("add"), FACTS | wrong)
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [field])
    assert "每万户的投诉。" in answer.text
    assert not Indicator.objects.exists()


def test_a_code_is_taken_once(office):
    Indicator.objects.create(code="CALLS", name="x")
    assert list(office.post(url("add"), FACTS).context["form"].errors) == ["code"]


def test_a_change_made_meanwhile_is_shown_and_can_be_replaced(office):
    Indicator.objects.create(code="HOURS", name="停电时间", version=2)
    typed = {**FACTS, "name": "停电小时", "version": "1"}
    answer = office.post(url("change", "HOURS"), typed)
    assert answer.status_code == 409
    assert "停电小时" in answer.text and "停电时间" in answer.text
    again = typed | {"version": answer.context["form"].data["version"]}
    assert office.post(url("change", "HOURS"), again).status_code == 302


def test_others_look_and_do_not_edit(secretary, sign_in):
    Indicator.objects.create(code="HOURS", name="停电时间")
    assert secretary.get(url("detail", "HOURS")).status_code == 200
    assert secretary.get(url("change", "HOURS")).status_code == 403
    assert secretary.get(url("add")).status_code == 403
    member = sign_in(Role.MEMBER, "A1")
    assert member.get(url("detail", "HOURS")).status_code == 404
    assert list(member.get(url("list")).context["object_list"]) == []


def test_an_empty_library_offers_the_default_one(office, secretary):
    offer = "Load the default library"
    assert offer in text_of(office.get(url("list"))) and offer not in text_of(secretary.get(url("list")))
    assert secretary.post(url("default")).status_code == 403
    answer = office.post(url("default"), follow=True)
    assert f"{len(DEFAULT_LIBRARY)} indicators loaded." in text_of(answer)
    assert offer not in text_of(answer)
    assert Indicator.objects.get(code="VIOLATIONS").per_words == "per 100 人"
    again = text_of(office.post(url("default"), follow=True))
    assert "0 indicators loaded." in again and Indicator.objects.count() == len(DEFAULT_LIBRARY)


def test_the_list_is_searched_and_filtered(office):
    owner = OrganisationFactory(code="MKT", name="市场部", kind="DEPARTMENT")
    Indicator.objects.create(code="HOURS", name="停电时间", side="BUSINESS")
    Indicator.objects.create(code="STUDY", name="学习", side="PARTY", owner=owner)
    Indicator.objects.create(code="OLD", name="旧", side="PARTY", valid_to="2020-01-01")

    def found(**query):
        return [one.code for one in office.get(url("list"), query).context["object_list"]]

    assert found() == ["HOURS", "STUDY"]
    assert found(state="all") == ["HOURS", "OLD", "STUDY"]
    assert found(q="停电") == ["HOURS"]
    assert found(side="PARTY") == ["STUDY"]
    assert (found(owner="MKT"), found(owner="-")) == (["STUDY"], ["HOURS"])
    assert found(q="nothing") == []


def test_the_page_says_which_versions_of_schemes_read_it(office):
    scheme(section("S", item("HOURS", weight="30")), code="board")
    scheme(section("S", item("HOURS", weight="40")), code="board", version=2)
    scheme(section("S", item("OTHER")), code="other")
    found = office.get(url("detail", "HOURS")).context["items"]
    assert [(str(one.scheme), one.weight) for one in found] == [("先锋榜 v2", 40_000), ("先锋榜 v1", 30_000)]


def test_the_meaning_of_an_indicator_in_use_changes_with_a_reason_that_is_kept(office):
    assert office.post(url("add"), FACTS).status_code == 302
    facts = {key: value for key, value in FACTS.items() if key not in ("code", "per")}
    assert "reason" not in office.get(url("change", "CALLS")).context["form"].fields
    IndicatorValueFactory(indicator="CALLS", unit=PartyUnit.objects.get(code="A1"), figure="1")
    turned = facts | {"direction": "HIGHER", "version": "1"}
    refused = office.post(url("change", "CALLS"), turned)
    assert (refused.status_code, list(refused.context["form"].errors)) == (422, ["reason"])
    assert Indicator.objects.get(code="CALLS").direction == "LOWER"
    named = office.post(url("change", "CALLS"), facts | {"name": "投诉", "version": "1"})
    assert named.status_code == 302
    again = turned | {"version": "2", "reason": "口径改为满意度"}
    assert office.post(url("change", "CALLS"), again).status_code == 302
    shown = text_of(office.get(url("detail", "CALLS")))
    assert "direction: lower is better → higher is better" in shown and "口径改为满意度" in shown


def test_figures_are_counted_by_period_in_ones_own_sight(tree, office, secretary):
    for code, period in (("A1", "2026H1"), ("A2", "2026H1"), ("A1", "2025H2")):
        IndicatorValueFactory(unit=tree[code], indicator="HOURS", period=period, figure="1")

    def counts(client):
        return [
            (row["code"], row["figures"]) for row in client.get(url("detail", "HOURS")).context["periods"]
        ]

    assert counts(office) == [("2026H1", 2), ("2025H2", 1)]
    assert counts(secretary) == [("2026H1", 1), ("2025H2", 1)]
    shown = secretary.get(url("figures", "HOURS", "2026H1")).context["object_list"]
    assert [value.unit.code for value in shown] == ["A1"]
    assert office.get(url("figures", "HOURS", "2026H3")).status_code == 404


def test_periods_of_one_kind_are_compared_with_both_changes_labelled(tree, secretary):
    Indicator.objects.create(code="RS", name="供电可靠率", unit_of_measure="%")
    for period, figure in (
        ("2025H1", "98"),
        ("2025H2", "98.5"),
        ("2026H1", "99"),
        ("2026Q1", "97"),
        ("2025", "98.2"),
    ):
        IndicatorValueFactory(unit=tree["A1"], indicator="RS", period=period, figure=figure)
    answer = secretary.get(url("history", "RS", "A1"), {"kind": "HALF_YEAR"})
    rows = answer.context["rows"]
    assert [
        (
            row.value.period.code,
            row.before and (row.before.relative.text(), row.before.difference.text()),
            row.year_before and (row.year_before.relative.text(), row.year_before.difference.text()),
        )
        for row in rows
    ] == [
        ("2026H1", ("+0.51%", "+0.50 pp"), ("+1.02%", "+1.00 pp")),
        ("2025H2", ("+0.51%", "+0.50 pp"), None),
        ("2025H1", None, None),
    ]
    assert "in percentage points" in text_of(answer)
    years = secretary.get(url("history", "RS", "A1"), {"kind": "YEAR"})
    assert [row.value.period.code for row in years.context["rows"]] == ["2025"]
    assert "Against a year before" not in text_of(years)


def test_a_unit_typed_in_wide_signs_is_per_cent(tree, office, secretary):
    facts = {**FACTS, "code": "RS", "unit_of_measure": "％", "per": "", "exposure": ""}
    assert office.post(url("add"), facts).status_code == 302
    for period, figure in (("2025H2", "78"), ("2026H1", "95")):
        IndicatorValueFactory(unit=tree["A1"], indicator="RS", period=period, figure=figure)
    answer = secretary.get(url("history", "RS", "A1"))
    assert answer.context["rows"][0].before.difference.text() == "+17.00 pp"
    assert "in percentage points" in text_of(answer)


def test_figures_from_before_a_change_of_unit_are_not_compared_with_later_ones(tree, office, secretary):
    facts = {key: value for key, value in FACTS.items() if key not in ("code", "per", "exposure")}
    Indicator.objects.create(code="HOURS", unit_of_measure="h", side="BUSINESS", direction="LOWER")
    before = {"unit": tree["A1"], "indicator": "HOURS", "entered_at": clock.now() - timedelta(days=1)}
    old = {
        period: IndicatorValueFactory(period=period, figure=figure, **before)
        for period, figure in (("2025H1", "3"), ("2025H2", "2"))
    }
    turned = facts | {"unit_of_measure": "min", "version": "1", "reason": "按分钟统计"}
    assert office.post(url("change", "HOURS"), turned).status_code == 302
    IndicatorValueFactory(unit=tree["A1"], indicator="HOURS", period="2026H1", figure="110")
    answer = secretary.get(url("history", "HOURS", "A1"))
    refused = "Figures in different units of measure can't be compared."
    assert [
        (row.unit, row.before and (row.before.refused or row.before.difference.text()))
        for row in answer.context["rows"]
    ] == [("min", refused), ("h", "-1 h"), ("h", None)]
    shown = text_of(answer)
    assert "110 min" in shown and "2 h" in shown and refused in shown
    assert "2 h" in text_of(secretary.get(url("value", old["2025H2"].pk)))
    assert "2 h" in text_of(secretary.get(url("figures", "HOURS", "2025H2")))


def test_figures_that_do_not_count_are_not_compared(tree, secretary):
    IndicatorValueFactory(unit=tree["A1"], indicator="HOURS", period="2025H2", figure="2")
    IndicatorValueFactory(unit=tree["A1"], indicator="HOURS", state="SUBMITTED", origin="TYPED", figure="1")
    rows = secretary.get(url("history", "HOURS", "A1")).context["rows"]
    assert [row.before for row in rows] == [None, None]


def test_a_unit_out_of_sight_has_no_history(tree, secretary):
    IndicatorValueFactory(unit=tree["B1"], indicator="HOURS")
    assert secretary.get(url("history", "HOURS", "B1")).status_code == 404
    assert secretary.get(url("history", "HOURS", "NONE")).status_code == 404
