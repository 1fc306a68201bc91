"""Two people of the office and a secretary take a period to its publication, at a desk and on a phone."""

from datetime import timedelta

import pytest

from assessments.models import AssessmentPeriod, Edition
from assessments.operations import recompute
from branches.choices import Role
from core import clock
from tests.factories.accounts import PASSWORD, UserFactory
from tests.factories.assessments import IndicatorValueFactory, item, scheme, section
from tests.factories.branches import AssignmentFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
ROUND = "/boards/rounds/2026H1/"
BOARD = "/boards/2026H1/board/"


@pytest.fixture
def noon():
    """Here the clock runs: the browser has its own."""


@pytest.fixture
def computed(tree):
    """Three branches with two scores each; A2 has a wide gap."""
    scheme(
        section("PARTY", item("P1"), weight="50"),
        section("BUSINESS", item("Q1"), weight="50"),
        gap={"sections": ["PARTY", "BUSINESS"], "threshold": "15"},
    )
    figures = {"A1": ("96", "95"), "A2": ("92", "74"), "B1": ("80", "85")}
    for code, (party, business) in figures.items():
        IndicatorValueFactory(unit=tree[code], indicator="P1", figure=party)
        IndicatorValueFactory(unit=tree[code], indicator="Q1", figure=business)
    recompute("2026H1", by=None)
    return tree


@pytest.fixture
def signed_in(computed, new_page, live_server, viewport):
    """``signed_in("anna", Role.PROVINCE_OFFICE, "CP")``: a page of hers, and how to go somewhere."""

    def make(username, role, code):
        AssignmentFactory(user=UserFactory(username=username, name=username), role=role, unit=computed[code])
        page = new_page(viewport)
        page.goto(f"{live_server.url}/accounts/login/")
        page.fill("[name=login]", username)
        page.fill("[name=password]", PASSWORD)
        page.press("[name=password]", "Enter")
        page.wait_for_url(f"{live_server.url}/")
        return page, lambda address: page.goto(f"{live_server.url}{address}")

    return make


def test_a_period_is_previewed_objected_to_prepared_and_published(signed_in, check_accessible):
    office = signed_in("anna", Role.PROVINCE_OFFICE, "CP")
    second = signed_in("bert", Role.PROVINCE_OFFICE, "CP")
    secretary = signed_in("cleo", Role.BRANCH_SECRETARY, "A2")
    open_the_preview(*office, check_accessible)
    object_to_the_score(*secretary, check_accessible)
    answer(*second)
    AssessmentPeriod.objects.update(previewed_at=clock.now() - timedelta(days=30))
    prepare(*office, check_accessible)
    approve(*second, check_accessible)
    edition = Edition.objects.published().get()
    assert (edition.prepared_by.username, edition.approved_by.username) == ("anna", "bert")
    comment_on_the_gap(*second, check_accessible)


def open_the_preview(page, go_to, check_accessible):
    go_to("/boards/")
    page.click(f"a[href='{ROUND}']")
    for step in ("verify", "preview"):
        page.click(f"form:has(input[value={step}]) button")
        page.wait_for_load_state()
    check_accessible(page)


def object_to_the_score(page, go_to, check_accessible):
    go_to("/")
    page.click(f"a[href^='{BOARD}A2/']")
    check_accessible(page)
    page.click(f"a[href^='{BOARD}A2/objection/']")
    check_accessible(page)
    page.select_option("[name=item]", "Q1")
    page.fill("[name=text]", "停电时间多算一次")
    page.click("main button[type=submit]")
    page.wait_for_url("**/boards/objections/*/")
    check_accessible(page)


def answer(page, go_to):
    go_to("/")
    page.click("a[href^='/boards/objections/']")
    page.check("[name=outcome][value=reject]", force=True)
    page.fill("[name=answer]", "已核对，无误")
    page.click("form:has([name=answer]) button")
    page.wait_for_selector("text=已核对，无误")


def prepare(page, go_to, check_accessible):
    go_to(ROUND)
    check_accessible(page)
    page.click("a[href$='/board/prepare/']")
    check_accessible(page)
    page.fill("[name=minutes]", "纪要〔2026〕7号")
    page.click("main button[type=submit]")
    page.wait_for_url("**/boards/rounds/proposals/*/")
    assert page.locator("button[value=approve]").count() == 0


def approve(page, go_to, check_accessible):
    go_to("/")
    page.click("a[href^='/boards/rounds/proposals/']")
    check_accessible(page)
    page.click("button[value=approve]")
    page.wait_for_url(f"**{BOARD}?edition=1")
    check_accessible(page)
    assert page.locator("svg[role=img] title").first.text_content()


def comment_on_the_gap(page, go_to, check_accessible):
    go_to(f"{BOARD}A2/gap/?edition=1")
    page.fill("[name=text]", "活动多，与业务结合少")
    page.click("form:has([name=text]) button")
    page.wait_for_selector("text=活动多，与业务结合少")
    check_accessible(page)
    go_to(f"{ROUND}veto/?unit=B1")
    check_accessible(page)
