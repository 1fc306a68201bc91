"""What is owed in a real browser, at a desk and on a phone."""

import re

import pytest

from activities.models import Duty
from activities.operations import generate_running_duties, remind
from core import calendar, clock
from tests.factories.accounts import PASSWORD

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def monday_noon():
    """Here the clock runs: the browser has its own."""


def test_the_year_leads_to_a_duty_and_its_decisions(
    page, viewport, units, people, live_server, check_accessible
):
    generate_running_duties()
    remind(calendar.working_day_from(clock.today()))
    page.goto(f"{live_server.url}/accounts/login/?next=/duties/?unit=C1-1")
    page.fill("[name=login]", "county")
    page.fill("[name=password]", PASSWORD)
    page.press("[name=password]", "Enter")
    page.wait_for_url("**/duties/?unit=C1-1")
    check_accessible(page)
    assert page.locator("table.owed").first.is_visible() is (viewport == "desktop")
    page.locator("main table a:visible").first.click()
    page.wait_for_url(re.compile(r"/duties/\d+/$"))
    check_accessible(page)
    page.click("a[href$='/exempt/']")
    check_accessible(page)
    page.fill("[name=reason]", "停产检修")
    page.click("main form .btn-primary")
    page.wait_for_url(re.compile(r"/duties/\d+/$"))
    assert "停产检修" in page.locator("main").inner_text()
    assert Duty.objects.exclude(exempt_reason="").count() == 1
    for address in ("/duties/sheet/?unit=C1-1", "/reminders/"):
        page.goto(live_server.url + address)
        check_accessible(page)
