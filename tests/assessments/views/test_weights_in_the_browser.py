"""A draft in a real browser: weights add up while they are typed, and the page is accessible."""

import pytest

from assessments import operations
from tests.factories.accounts import PASSWORD, UserFactory
from tests.factories.assessments import item, scheme, section
from tests.factories.branches import AssignmentFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def noon():
    """Here the clock runs: the browser has its own."""


@pytest.fixture
def draft(tree):
    party = section("PARTY", item("P1", weight="30"), item("P2", weight="10"), weight="50")
    made = scheme(party, section("BUSINESS", item("B1"), weight="50"))
    user = UserFactory(username="office")
    AssignmentFactory(user=user, role="PROVINCE_OFFICE", unit=tree["CP"])
    return operations.copy_scheme(made, by=user)


def test_weights_add_up_while_they_are_typed(page, draft, live_server, check_accessible):
    address = f"/schemes/drafts/{draft.pk}/weights/"
    page.goto(f"{live_server.url}/accounts/login/?next={address}")
    page.fill("[name=login]", "office")
    page.fill("[name=password]", PASSWORD)
    page.press("[name=password]", "Enter")
    page.wait_for_url(f"**{address}")
    check_accessible(page)
    party = page.locator("[data-sum]").nth(1)

    def shown():
        return [party.locator("[data-total]").inner_text(), *party.locator("output").all_inner_texts()]

    assert shown() == ["40", "75.00%", "25.00%"]
    page.fill("[name='item.0.1']", "２０%")
    assert shown() == ["50", "60.00%", "40.00%"]
    page.fill("[name='item.0.1']", "viel")
    assert shown() == ["—", "—", "—"]
    page.fill("[name='item.0.1']", "2.5")
    page.click(".actbar button[type=submit]")
    page.wait_for_url(f"**/schemes/drafts/{draft.pk}/#weights-title")
    draft.refresh_from_db()
    assert operations.document_of(draft)["sections"][0]["items"][1]["weight"] == "2.5"
