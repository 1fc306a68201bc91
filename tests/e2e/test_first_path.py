"""From what is owed to the board: three people, one record, in a real browser."""

import re

import pytest
from django.contrib import admin
from django.core.management import call_command
from django.urls import reverse

from activities.models import Activity, Participation
from assessments.models import Entry

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PASSWORD = "Demo-2026-partybuild"
TOPIC = "走进双塘村：冬季用电安全"


@pytest.fixture
def province(monkeypatch):
    monkeypatch.delenv("DEMO_PASSWORD", raising=False)
    call_command("seed_demo", branches=20, force=True, verbosity=0)


@pytest.fixture
def visit(province, live_server, new_page, viewport, check_accessible):
    """``visit("county")`` signs somebody in and gives a function that opens pages and judges each."""

    def sign_in(name):
        page = new_page(viewport)
        page.set_default_timeout(20_000)
        page.goto(f"{live_server.url}/accounts/login/")
        page.fill("[name=login]", name)
        page.fill("[name=password]", PASSWORD)
        page.press("[name=password]", "Enter")
        page.wait_for_url(f"{live_server.url}/")

        def go(path, *, judged=True):
            response = page.goto(f"{live_server.url}{path}")
            assert response.status == 200, path
            assert "unsafe" not in response.headers["content-security-policy"]
            if judged:
                check_accessible(page)
            return page

        return go

    return sign_in


def figure(page, label):
    """The figure of a tile on the dashboard, as a number."""
    tile = page.locator(".kpi", has_text=label)
    return float(re.search(r"[\d,.]+", tile.locator(".val").inner_text())[0].replace(",", ""))


def record_what_is_owed(go):
    """The workbench names the Party day that is owed; the form keeps a draft while it is filled."""
    page = go("/")
    owed = page.locator(".todo a[href*='kind=THEMED_PARTY_DAY']").first
    page = go(owed.get_attribute("href"))
    page.fill("[name=title]", TOPIC)
    page.locator(".att input[type=checkbox]").last.uncheck()
    page.locator("select[name^=present_reason_]:visible").select_option("LEAVE")
    with page.expect_response(re.compile("/drafts/activity/")) as saved:
        page.fill("[name=place]", "双塘村")
    assert saved.value.ok
    page.check("[name=core_task][value=none]")
    page.fill("[name=no_core_task]", "本次未涉及")
    page.locator("[name=outcome_PROBLEM_SOLVED]").fill("3")
    page.click(".actbar .btn-primary")
    page.wait_for_url(re.compile(r"/activities/\d+/$"))
    return Activity.objects.get(title=TOPIC)


def confirm(go, record):
    page = go("/activities/review/")
    page.locator("tr", has_text=TOPIC).locator("[name=row]").check()
    page.click("text=确认所选")
    page.wait_for_load_state("networkidle")
    record.refresh_from_db()
    assert (record.state, record.confirmed_by.username) == ("CONFIRMED", "county")


def see_the_score(go, branch, total):
    """The new trial score on the workbench, and the way from it down to the record."""
    page = go("/")
    assert f"{total / 100:.2f}" in page.locator(".wb-rank").first.inner_text()
    assert page.locator(".todo a[href*='kind=THEMED_PARTY_DAY']").count() == 0
    why = f"/boards/2026H2/branch-vanguard/{branch.code}/"
    assert f"{total / 100:.2f}" in go(why).locator("main").inner_text()
    page = go(f"{why}evidence/P4/")
    assert page.locator("main").get_by_text(TOPIC).count() == 1


def test_a_record_goes_from_what_is_owed_to_the_board(visit):
    branch = Participation.objects.filter(activity__created_by__username="secretary").first().unit
    lines = Entry.objects.filter(edition__number=0, edition__scheme_code="branch-vanguard", unit=branch)
    before = lines.get().total
    secretary, county, province = visit("secretary"), visit("county"), visit("province")
    solved = figure(province("/dashboard/"), "解决用电困难")

    record = record_what_is_owed(secretary)
    part = record.participations.get()
    assert (record.state, part.expected_count - part.present_count, part.excused_count) == ("SUBMITTED", 1, 1)
    secretary(reverse("activities:detail", args=[record.pk]))
    confirm(county, record)

    after = lines.get().total
    assert after > before
    see_the_score(secretary, branch, after)
    assert figure(province("/dashboard/"), "解决用电困难") == solved + 3
    province("/boards/")
    province("/boards/2026H1/committee-vanguard/")


def test_the_administrator_finds_everything_in_the_admin(visit):
    go = visit("admin")
    page = go("/admin/", judged=False)
    for model in admin.site._registry:
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist"
        go(reverse(name), judged=False)
    assert page.locator("#content").count() == 1
