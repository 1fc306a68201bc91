"""The reports in a real browser, at a desk and on a phone."""

import pytest

from branches.choices import Role
from tests.factories.accounts import PASSWORD, UserFactory
from tests.factories.branches import AssignmentFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def noon():
    """Here the clock runs: the browser has its own."""


def test_a_report_is_found_read_and_saved(page, tree, live_server, check_accessible):
    user = UserFactory(username="bureau")
    AssignmentFactory(user=user, role=Role.BUREAU_OFFICE, unit=tree["BA"])
    page.goto(f"{live_server.url}/accounts/login/?next=/reports/")
    page.fill("[name=login]", "bureau")
    page.fill("[name=password]", PASSWORD)
    page.press("[name=password]", "Enter")
    page.wait_for_url(f"{live_server.url}/reports/")
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
