"""Entering figures on the page: cells, pasted lines, drafts; nothing that was typed is lost."""

from datetime import date

import pytest
from django.urls import reverse

from assessments.models import AssessmentPeriod, Edition, Indicator, IndicatorValue, Scheme
from assessments.operations import ensure_period, recompute_scheme
from branches.choices import Role
from core import clock
from core.models import Draft
from tests.assessments.views.pages import text_of
from tests.factories.accounts import UserFactory
from tests.factories.assessments import IndicatorValueFactory, item, scheme, section

pytestmark = pytest.mark.django_db
H1 = "2026H1"


@pytest.fixture
def library(tree):
    Indicator.objects.create(code="HOURS", name="停电时间", unit_of_measure="小时", direction="LOWER")
    Indicator.objects.create(code="CALLS", name="万户投诉", per=10_000 * 10**6, exposure="客户")
    calls = {"type": "REPORTED", "code": "CALLS", "per": "10000"}
    scheme(section("S", item("HOURS", weight="50"), item("CALLS", weight="50", source=calls)))
    return {one.code: one for one in Indicator.objects.all()}


@pytest.fixture
def bureau(sign_in):
    return sign_in(Role.BUREAU_OFFICE, "BA")


def by_indicator(code, period=H1):
    return reverse("indicators:enter_indicator", args=[code, period])


def by_unit(code, period=H1):
    return reverse("indicators:enter_unit", args=[code, period])


def cells(unit, indicator, value, denominator=None, version="0"):
    name = f"{unit.pk}-{indicator.pk}"
    typed = {f"value-{name}": value, f"version-{name}": version}
    return typed if denominator is None else typed | {f"denominator-{name}": denominator}


def figures():
    rows = IndicatorValue.objects.order_by("unit__code", "indicator__code")
    return [(row.unit.code, row.indicator.code, row.raw / 10**6, row.state) for row in rows]


def test_one_indicator_is_entered_for_the_subjects_of_the_schemes(tree, library, bureau):
    page = bureau.get(by_indicator("HOURS"))
    assert [row.code for row in page.context["grid"].rows] == ["A1", "A2"]
    typed = cells(tree["A1"], library["HOURS"], "９．９") | cells(tree["A2"], library["HOURS"], "")
    answer = bureau.post(by_indicator("HOURS"), typed | {"action": "submit"})
    assert (answer.status_code, answer.headers["Location"]) == (302, by_indicator("HOURS"))
    assert figures() == [("A1", "HOURS", 9.9, "SUBMITTED")]
    assert "1 figure saved, 1 submitted for verification" in text_of(bureau.get(by_indicator("HOURS")))


def test_one_unit_is_entered_with_what_its_schemes_read(tree, library, secretary):
    Indicator.objects.create(code="UNUSED", name="无人问")
    page = secretary.get(by_unit("A1"))
    assert [row.code for row in page.context["grid"].rows] == ["CALLS", "HOURS"]
    typed = cells(tree["A1"], library["HOURS"], "9.9") | cells(tree["A1"], library["CALLS"], "14", "350,000")
    assert secretary.post(by_unit("A1"), typed | {"action": "draft"}).status_code == 302
    assert figures() == [("A1", "CALLS", 0.4, "DRAFT"), ("A1", "HOURS", 9.9, "DRAFT")]
    again = secretary.get(by_unit("A1")).context["grid"].rows
    assert [(row.value, row.denominator, row.version) for row in again] == [
        ("14", "350000", "1"),
        ("9.9", "", "1"),
    ]


def test_a_wrong_cell_is_named_and_nothing_is_saved_or_lost(tree, library, bureau):
    typed = cells(tree["A1"], library["HOURS"], "viel") | cells(tree["A2"], library["HOURS"], "10000000")
    answer = bureau.post(by_indicator("HOURS"), typed | {"lines": "A2\tx", "action": "submit"})
    rows = answer.context["grid"].rows
    assert answer.status_code == 422
    assert (rows[0].value, rows[0].error) == ("viel", "“viel” is not a number.")
    assert rows[1].value == "10000000"
    assert answer.context["grid"].line_errors == ["Line 1: “x” is not a number."]
    assert 'id="lines"' in answer.text and "A2\tx" in answer.text
    over = bureau.post(by_indicator("HOURS"), cells(tree["A2"], library["HOURS"], "10000000"))
    assert "Figures stay below 10,000,000" in over.context["grid"].rows[1].error
    assert figures() == []


def test_lines_from_excel_need_no_script(tree, library, bureau):
    tree["A2"].name = "城东 党支部"
    tree["A2"].save()
    lines = "A1\t14\t350,000\r\n\r\n城东 党支部 11 150000\r\n"
    assert bureau.post(by_indicator("CALLS"), {"lines": lines, "action": "submit"}).status_code == 302
    assert [row[:3] for row in figures()] == [("A1", "CALLS", 0.4), ("A2", "CALLS", 0.733333)]


def test_lines_of_a_unit_name_indicators(tree, library, secretary):
    lines = "停电时间\t9.9\nCALLS\t14\t350000"
    assert secretary.post(by_unit("A1"), {"lines": lines, "action": "submit"}).status_code == 302
    assert [row[:3] for row in figures()] == [("A1", "CALLS", 0.4), ("A1", "HOURS", 9.9)]


@pytest.mark.parametrize(
    ("lines", "reason"),
    [
        ("B1\t1", "Line 1: “B1” is not known here."),
        ("A1\t1\nA1\t2", "Line 2: This stands in line 1 already."),
        ("A1\t99999999999999", "Line 1: The number has to be between"),
        ("\n".join(["A1\t1"] * 2001), "At most 2,000 lines at once; these are 2,001."),
    ],
)
def test_wrong_lines_are_named_by_number(tree, library, bureau, lines, reason):
    answer = bureau.post(by_indicator("HOURS"), {"lines": lines, "action": "submit"})
    assert answer.status_code == 422
    assert reason in answer.context["grid"].line_errors[0]
    assert answer.context["grid"].lines == lines
    assert figures() == []


def test_a_figure_changed_meanwhile_is_not_overwritten(tree, library, bureau):
    IndicatorValueFactory(unit=tree["A1"], indicator=library["HOURS"], figure="7", version=3)
    answer = bureau.post(by_indicator("HOURS"), cells(tree["A1"], library["HOURS"], "8", version="2"))
    assert answer.status_code == 422
    assert answer.context["grid"].rows[0].error == "Somebody changed this meanwhile; now it is 7."
    assert answer.context["grid"].rows[0].value == "8"


def shown(answer):
    """What the browser sends of a grid as it is shown."""
    return {
        name: text
        for row in answer.context["grid"].rows
        for name, text in (
            (f"value-{row.name}", row.value),
            (f"denominator-{row.name}", row.denominator),
            (f"version-{row.name}", row.version),
        )
    }


def test_saving_again_replaces_what_somebody_changed_meanwhile(tree, library, bureau):
    IndicatorValueFactory(unit=tree["A1"], indicator=library["HOURS"], figure="7", version=3)
    url, typed = by_indicator("HOURS"), cells(tree["A1"], library["HOURS"], "8", version="2")
    answer = bureau.post(url, typed | {"action": "submit"})
    assert (answer.status_code, shown(answer)[f"value-{answer.context['grid'].rows[0].name}"]) == (422, "8")
    assert bureau.post(url, shown(answer) | {"action": "submit"}).status_code == 302
    assert figures() == [("A1", "HOURS", 8, "SUBMITTED")]


def test_a_cell_nobody_typed_in_stops_nothing(tree, library, bureau):
    """A colleague verified one figure while the grid with another one was open."""
    IndicatorValueFactory(unit=tree["A1"], indicator=library["HOURS"], figure="7", version=2)
    typed = cells(tree["A1"], library["HOURS"], "7", version="1") | cells(tree["A2"], library["HOURS"], "5")
    assert bureau.post(by_indicator("HOURS"), typed | {"action": "submit"}).status_code == 302
    assert figures() == [("A1", "HOURS", 7, "VERIFIED"), ("A2", "HOURS", 5, "SUBMITTED")]


def test_a_draft_typed_on_an_older_figure_says_so_and_can_be_saved(tree, library, bureau):
    for code, figure in (("A1", "7"), ("A2", "4")):
        IndicatorValueFactory(unit=tree[code], indicator=library["HOURS"], figure=figure, version=3)
    url = by_indicator("HOURS")
    typed = cells(tree["A1"], library["HOURS"], "8", version="2")
    typed |= cells(tree["A2"], library["HOURS"], "4", version="2")
    bureau.post(bureau.get(url).context["draft_url"], typed)
    page = bureau.get(url)
    rows = page.context["grid"].rows
    assert [(row.value, row.version, row.error) for row in rows] == [
        ("8", "3", "Somebody changed this meanwhile; now it is 7."),
        ("4", "3", ""),
    ]
    assert bureau.post(url, shown(page) | {"action": "submit"}).status_code == 302
    assert figures() == [("A1", "HOURS", 8, "SUBMITTED"), ("A2", "HOURS", 4, "VERIFIED")]


def test_what_was_typed_and_not_sent_is_there_again(tree, library, bureau):
    page = bureau.get(by_indicator("HOURS"))
    typed = cells(tree["A1"], library["HOURS"], "9.9") | {"lines": "A2\t1"}
    assert bureau.post(page.context["draft_url"], typed).status_code == 200
    grid = bureau.get(by_indicator("HOURS")).context["grid"]
    assert (grid.rows[0].value, grid.lines) == ("9.9", "A2\t1")
    assert bureau.post(by_indicator("HOURS"), {"action": "discard"}).status_code == 302
    assert bureau.get(by_indicator("HOURS")).context["grid"].rows[0].value == ""
    bureau.post(page.context["draft_url"], typed)
    bureau.post(by_indicator("HOURS"), typed | {"action": "submit"})
    assert not Draft.objects.exists()
    assert [row[0] for row in figures()] == ["A1", "A2"]


def test_an_indicator_that_no_scheme_reads_is_entered_for_all_ones_units_but_groups(tree, bureau):
    Indicator.objects.create(code="FREE", name="自选")
    assert [row.code for row in bureau.get(by_indicator("FREE")).context["grid"].rows] == ["BA", "A1", "A2"]
    found = bureau.get(by_indicator("FREE"), {"q": "A2"}).context["grid"].rows
    assert [row.code for row in found] == ["A2"]


def test_who_enters_where(tree, library, bureau, secretary, sign_in):
    member, leader = sign_in(Role.MEMBER, "A1"), sign_in(Role.GROUP_LEADER, "A1")
    assert [client.get(by_unit("A1")).status_code for client in (bureau, secretary, leader, member)] == [
        200,
        200,
        403,
        403,
    ]
    assert secretary.get(by_unit("A2")).status_code == 404
    assert (leader.get(by_indicator("HOURS")).status_code, member.get(by_indicator("HOURS")).status_code) == (
        403,
        404,
    )
    stolen = cells(tree["A2"], library["HOURS"], "1")
    secretary.post(by_unit("A1"), stolen | {"action": "submit"})
    assert figures() == []


@pytest.mark.parametrize("period", ["2026H3", "nothing", "2027H1", "2999"])
def test_a_period_that_is_none_or_has_not_begun_is_not_found(library, secretary, period):
    assert secretary.get(by_unit("A1", period)).status_code == 404
    assert not AssessmentPeriod.objects.filter(code=period).exists()


def test_the_grid_is_chosen(tree, library, bureau):
    url = reverse("indicators:entry")
    assert bureau.get(url).context["form"].initial["period"] == H1  # on 20 July
    chosen = bureau.post(url, {"period": H1, "indicator": "HOURS"})
    assert chosen.headers["Location"] == by_indicator("HOURS")
    chosen = bureau.post(url, {"period": H1, "unit": "A1"})
    assert chosen.headers["Location"] == by_unit("A1")
    chosen = bureau.post(url, {"period": H1, "unit": "A1党支部"})
    assert chosen.headers["Location"] == by_unit("A1")
    several = bureau.post(url, {"period": H1, "unit": "党支部"})
    offered = [code for code, _words in several.context["form"].fields["unit"].matches]
    assert (several.status_code, offered) == (422, ["A1", "A2"])
    for wrong in ({}, {"indicator": "HOURS", "unit": "A1"}, {"unit": "B1"}):
        assert bureau.post(url, {"period": H1} | wrong).status_code == 422


def test_more_rows_take_no_more_queries(tree, library, bureau, django_assert_max_num_queries):
    with django_assert_max_num_queries(60) as few:
        bureau.get(by_indicator("CALLS"))
    for code in ("A1", "A2"):
        IndicatorValueFactory(unit=tree[code], indicator=library["CALLS"], denominator=10**6)
    with django_assert_max_num_queries(len(few)):
        bureau.get(by_indicator("CALLS"))


# --- what comes along with pasted tables, and what is worth a second look ------------------------------
def test_headings_numbers_of_lines_and_totals_are_skipped_and_said(tree, library, bureau):
    lines = "序号\t党组织\t数值\t分母\n1\tA1\t14\t350,000\n2\tA2\tA2党支部\t11\t150 000\n\t合计\t25\t500000\n"
    answer = bureau.post(by_indicator("CALLS"), {"lines": lines, "action": "submit"}, follow=True)
    assert [row[:3] for row in figures()] == [("A1", "CALLS", 0.4), ("A2", "CALLS", 0.733333)]
    shown = text_of(answer)
    assert "Line 1 was skipped: it holds the headings." in shown
    assert "Line 4 was skipped: it holds the total." in shown


def test_columns_parted_by_commas(tree, library, bureau):
    lines = "A1,14,350000\nA2，11，150000"
    assert bureau.post(by_indicator("CALLS"), {"lines": lines}).status_code == 302
    assert [row[:3] for row in figures()] == [("A1", "CALLS", 0.4), ("A2", "CALLS", 0.733333)]


@pytest.mark.parametrize("figures_typed", ["1,234", "1，234", "12,345,678"])
def test_commas_that_may_part_thousands_are_refused(tree, library, bureau, figures_typed):
    answer = bureau.post(by_indicator("CALLS"), {"lines": f"A1,{figures_typed}\nA2,2.5,300"})
    [error] = answer.context["grid"].line_errors
    assert error == "Line 1: The commas may part columns or thousands. Part the columns by tabs."
    assert figures() == []


def test_figures_without_a_name_are_told_without_an_empty_quote(tree, library, bureau):
    answer = bureau.post(by_indicator("CALLS"), {"lines": "14\n3\t哪里\t7\n"})
    assert answer.context["grid"].line_errors == [
        "Line 1: No name or code stands before the figures. Part the columns by tabs.",
        "Line 2: “哪里” is not known here.",
    ]


def test_all_errors_are_said_in_one_round(tree, library, bureau):
    typed = cells(tree["A1"], library["CALLS"], "abc", "5") | cells(tree["A2"], library["CALLS"], "3", "")
    rows = bureau.post(by_indicator("CALLS"), typed).context["grid"].rows
    assert [row.error[:30] for row in rows] == ["“abc” is not a number.", "This indicator is a rate: give"]


def test_the_second_click_tells_what_the_first_one_did(tree, library, bureau):
    typed = cells(tree["A1"], library["HOURS"], "9.9") | {"action": "submit"}
    bureau.post(by_indicator("HOURS"), typed)
    bureau.get(by_indicator("HOURS"))
    answer = bureau.post(by_indicator("HOURS"), typed, follow=True)
    assert "1 figure of this page is submitted and waits for verification" in text_of(answer)


def test_drafts_of_others_are_named(tree, library, bureau, secretary):
    own = cells(tree["A1"], library["HOURS"], "9.9")
    secretary.post(by_indicator("HOURS"), own | {"action": "draft"})
    version = cells(tree["A1"], library["HOURS"], "9.9", version="1")
    typed = version | cells(tree["A2"], library["HOURS"], "7") | {"action": "submit"}
    shown = text_of(bureau.post(by_indicator("HOURS"), typed, follow=True))
    assert "1 figure saved, 1 submitted for verification" in shown
    assert f"1 draft of somebody else was not submitted: A1党支部, 停电时间 ({secretary.user.name})." in shown


def test_a_leap_and_a_rounding_are_said_and_do_not_stop(tree, library, bureau):
    before = {"A1": "2", "A2": "60"}
    for code, figure in before.items():
        IndicatorValueFactory(unit=tree[code], indicator="HOURS", figure=figure, period="2025H2")
    page = bureau.get(by_indicator("HOURS"))
    assert [row.last for row in page.context["grid"].rows] == [2_000_000, 60_000_000]
    typed = cells(tree["A1"], library["HOURS"], "12.12345678") | {"lines": "A2\t3", "action": "submit"}
    shown = text_of(bureau.post(by_indicator("HOURS"), typed, follow=True))
    assert "A1党支部: 12.123457 is 6.1 times the last period's 2" in shown
    assert "A1党支部: rounded to 6 decimals: 12.123457" in shown
    assert "3 is less than a fifth of the last period's 60" in shown


def test_a_published_period_says_so_and_asks_why(tree, library, bureau):
    recompute_scheme(Scheme.objects.get(), ensure_period(H1), by=None)
    people = {"prepared_by": bureau.user, "approved_by": UserFactory()}
    Edition.objects.update(state="PUBLISHED", number=1, published_at=clock.now(), minutes="1", **people)
    assert "a change only enters a corrected edition" in text_of(bureau.get(by_indicator("HOURS")))
    typed = cells(tree["A1"], library["HOURS"], "9.9") | {"action": "submit"}
    refused = bureau.post(by_indicator("HOURS"), typed)
    assert refused.status_code == 422 and 'href="#reason"' in refused.text
    assert bureau.post(by_indicator("HOURS"), typed | {"reason": "漏报"}).status_code == 302


def test_per_cent_may_be_typed_where_the_unit_is_per_cent(tree, library, bureau):
    Indicator.objects.filter(code="HOURS").update(unit_of_measure="%")
    typed = cells(tree["A1"], library["HOURS"], "98.5%") | {"lines": "A2\t５％"}
    assert bureau.post(by_indicator("HOURS"), typed).status_code == 302
    assert [row[2] for row in figures()] == [98.5, 5]


def test_an_indicator_out_of_its_validity_opens_without_empty_rows(tree, library, bureau):
    Indicator.objects.filter(code="HOURS").update(valid_from=date(2026, 7, 1))
    IndicatorValueFactory(unit=tree["A2"], indicator="HOURS", figure="1")
    page = bureau.get(by_indicator("HOURS"))
    assert [row.code for row in page.context["grid"].rows] == ["A2"]
    assert "not valid in this period" in text_of(page)
    codes = [row.code for row in bureau.get(by_unit("A1")).context["grid"].rows]
    assert codes == ["CALLS"]


def test_the_grid_shows_what_is_still_to_be_entered(tree, library, bureau):
    IndicatorValueFactory(unit=tree["A2"], indicator="HOURS", figure="1")
    IndicatorValueFactory(unit=tree["A1"], indicator="HOURS", figure="1", state="DRAFT", origin="TYPED")

    def shown(choice):
        page = bureau.get(by_indicator("HOURS"), {"show": choice})
        return [row.code for row in page.context["grid"].rows]

    assert [shown(choice) for choice in ("", "open", "done", "x")] == [
        ["A1", "A2"],
        ["A1"],
        ["A2"],
        ["A1", "A2"],
    ]
