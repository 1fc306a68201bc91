"""A grade is half typed and the page is left: it is there again, at a desk and on a phone."""

import pytest

from assessments.operations import copy_scheme
from branches.choices import Role
from core.models import Draft
from tests.conftest import wait_for
from tests.factories.accounts import PASSWORD, UserFactory
from tests.factories.assessments import scheme
from tests.factories.branches import AssignmentFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def noon():
    """Here the clock runs: the browser has its own."""


def test_what_is_half_typed_survives_leaving_the_page(tree, page, live_server, check_accessible):
    anna = UserFactory(username="anna", name="anna")
    AssignmentFactory(user=anna, role=Role.PROVINCE_OFFICE, unit=tree["CP"])
    draft = copy_scheme(scheme(), by=anna)
    page.goto(f"{live_server.url}/accounts/login/?next=/schemes/drafts/{draft.pk}/bands/")
    page.fill("[name=login]", "anna")
    page.fill("[name=password]", PASSWORD)
    page.press("[name=password]", "Enter")
    page.wait_for_url("**/bands/")
    page.fill("[name=name_1]", "合格（半")
    wait_for(lambda: Draft.objects.filter(user=anna, form="scheme").exists())
    page.goto(f"{live_server.url}/schemes/")
    page.goto(f"{live_server.url}/schemes/drafts/{draft.pk}/bands/")
    assert page.input_value("[name=name_1]") == "合格（半"
    check_accessible(page)
    page.click("button[value=discard]")
    page.wait_for_load_state()
    assert page.input_value("[name=name_1]") == "合格"
    assert not Draft.objects.filter(form="scheme").exists()
