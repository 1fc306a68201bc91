"""The reports in a real browser, at a desk and on a phone."""

import pytest

from branches.choices import Role
from tests.factories.accounts import PASSWORD, UserFactory
from tests.factories.branches import AssignmentFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def noon():
    """Here the clock runs: the browser has its own."""


@pytest.fixture
def enter(page, tree, live_server):
    def enter(path):
        user = UserFactory(username="bureau")
        AssignmentFactory(user=user, role=Role.BUREAU_OFFICE, unit=tree["BA"])
        page.goto(f"{live_server.url}/accounts/login/?next={path}")
        page.fill("[name=login]", "bureau")
        page.fill("[name=password]", PASSWORD)
        page.press("[name=password]", "Enter")
        page.wait_for_url(f"{live_server.url}{path}")

    return enter


def test_on_a_phone_what_was_due_stands_beside_what_was_held(page, enter, check_accessible):
    page.set_viewport_size({"width": 390, "height": 844})
    enter("/reports/R-03/")
    check_accessible(page)
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    figures = page.locator("tbody tr").first.locator("td.n")
    due, held, next_due = (figures.nth(place).bounding_box() for place in range(3))
    assert (due["y"], due["width"]) == (held["y"], held["width"])
    assert (next_due["x"], next_due["y"] > due["y"]) == (due["x"], True)


def test_a_report_is_found_read_and_saved(page, enter, live_server, check_accessible):
    enter("/reports/")
    check_accessible(page)
    page.click("a[href='/reports/R-01/']")
    page.wait_for_url("**/reports/R-01/")
    check_accessible(page)
    assert page.locator("tbody tr").count() == 3
    with page.expect_download() as download:
        page.click("a[href*='format=xlsx']")
    assert download.value.suggested_filename.endswith(".xlsx")
    page.goto(f"{live_server.url}/reports/folder/?unit=BA1")
    check_accessible(page)
