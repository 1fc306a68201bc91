"""Figures in a real browser: a block from Excel spreads over the cells, and every page is accessible."""

import pytest

from assessments.models import Indicator, IndicatorValue
from tests.factories.accounts import PASSWORD, UserFactory
from tests.factories.assessments import ExclusionFactory, IndicatorValueFactory, item, scheme, section
from tests.factories.branches import AssignmentFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PASTE = """(cell, text) => {
    const clipboardData = new DataTransfer();
    clipboardData.setData("text/plain", text);
    cell.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
}"""


@pytest.fixture(autouse=True)
def noon():
    """Here the clock runs: the browser has its own."""


@pytest.fixture
def calls(tree):
    Indicator.objects.create(code="CALLS", name="万户投诉", per=10_000 * 10**6, exposure="户")
    source = {"type": "REPORTED", "code": "CALLS", "per": "10000"}
    scheme(section("S", item("CALLS", source=source)))
    user = UserFactory(username="bureau")
    AssignmentFactory(user=user, role="BUREAU_OFFICE", unit=tree["BA"])
    return user


def sign_in(page, live_server, path):
    page.goto(f"{live_server.url}/accounts/login/?next={path}")
    page.fill("[name=login]", "bureau")
    page.fill("[name=password]", PASSWORD)
    page.press("[name=password]", "Enter")
    page.wait_for_url(f"**{path}")


def test_a_block_from_excel_spreads_over_the_cells(page, calls, live_server, check_accessible):
    sign_in(page, live_server, "/indicators/entry/indicator/CALLS/2026H1/")
    check_accessible(page)
    cells = page.locator("[data-cell]")
    cells.first.evaluate(PASTE, "14\t350,000\r\n11\t150000\r\n")
    assert [cells.nth(number).input_value() for number in range(4)] == ["14", "350,000", "11", "150000"]
    page.click("button[value=submit]")
    page.wait_for_selector(".bdg, .badge, td a[href*='/values/']")
    figures = IndicatorValue.objects.order_by("unit__code").values_list("unit__code", "raw", "state")
    assert list(figures) == [("A1", 400_000, "SUBMITTED"), ("A2", 733_333, "SUBMITTED")]


def test_a_block_with_names_goes_to_the_units_it_names(page, calls, live_server, check_accessible):
    sign_in(page, live_server, "/indicators/entry/indicator/CALLS/2026H1/")
    cells = page.locator("[data-cell]")
    cells.first.evaluate(PASTE, "党组织\t数值\t分母\r\nA2\t11\t150,000\r\n")
    cells.first.evaluate(PASTE, "A1\t14\t350000\n")
    assert page.input_value("#lines").split("\n") == [
        "党组织\t数值\t分母",
        "A2\t11\t150,000",
        "A1\t14\t350000",
    ]
    assert {cells.nth(number).input_value() for number in range(4)} == {""}
    assert page.evaluate("document.activeElement.id") == "lines"
    check_accessible(page)
    page.click("button[value=submit]")
    page.wait_for_selector("td a[href*='/values/']")
    figures = IndicatorValue.objects.order_by("unit__code").values_list("unit__code", "raw", "state")
    assert list(figures) == [("A1", 400_000, "SUBMITTED"), ("A2", 733_333, "SUBMITTED")]


def test_full_width_figures_and_dashes_stay_in_their_cells(page, calls, live_server):
    sign_in(page, live_server, "/indicators/entry/indicator/CALLS/2026H1/")
    cells = page.locator("[data-cell]")
    cells.first.evaluate(PASTE, "１４\t３５０，０００\r\n—\t\r\n")
    assert [cells.nth(number).input_value() for number in range(4)] == ["１４", "３５０，０００", "—", ""]


def test_the_pages_are_accessible(page, calls, tree, live_server, check_accessible):
    value = IndicatorValueFactory(
        unit=tree["A1"], indicator="HOURS", figure="9.9", state="SUBMITTED", origin="TYPED"
    )
    IndicatorValueFactory(unit=tree["A1"], indicator="HOURS", period="2025H2", figure="8")
    ExclusionFactory(value=value)
    sign_in(page, live_server, "/indicators/")
    check_accessible(page)
    for address in (
        "/indicators/library/CALLS/",
        "/indicators/library/HOURS/figures/2026H1/",
        "/indicators/library/HOURS/history/A1/",
        "/indicators/entry/",
        "/indicators/entry/unit/A1/2026H1/",
        "/indicators/verify/",
        f"/indicators/values/{value.pk}/",
    ):
        page.goto(live_server.url + address)
        check_accessible(page)
