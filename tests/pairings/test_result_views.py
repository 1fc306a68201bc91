"""Results on the page of a pairing, entered by its secretary."""

from datetime import date

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from activities.models import Outcome
from pairings.models import Hazard, LineGuard, PairingActivity, PairingFigure, SatisfactionSurvey
from tests.factories.activities import ActivityFactory
from tests.factories.branches import MemberFactory
from tests.factories.pairings import PairingFactory

FORMS = ["line_guard_add", "hazard_add", "surveys", "figures"]


@pytest.fixture(autouse=True)
def spring(county):
    with time_machine.travel("2026-04-10 09:00+08:00", tick=False):
        yield


@pytest.fixture
def pairing(county):
    return PairingFactory(unit=county.branch)


@pytest.fixture
def sign_in(client):
    def signed_in(user):
        client.cookies["django_language"] = "en"
        client.force_login(user, backend="accounts.backends.SignInBackend")
        return client

    return signed_in


@pytest.fixture
def secretary(county, sign_in):
    return sign_in(county.secretary)


def page(pairing, name, *args):
    return reverse(f"pairings:{name}", args=[pairing.code, *args])


def text_of(client, pairing, name="detail", *args):
    return " ".join(client.get(page(pairing, name, *args)).content.decode().split())


def table(*rows):
    """What a table of rows sends."""
    data = {"form-TOTAL_FORMS": str(len(rows)), "form-INITIAL_FORMS": "0"}
    for at, row in enumerate(rows):
        data |= {f"form-{at}-{name}": value for name, value in row.items()}
    return data


def test_a_page_without_results_says_what_to_do(secretary, pairing):
    text = text_of(secretary, pairing)

    for words in ("No figures yet", "No survey yet", "Nobody watches a line", "No hazard was entered"):
        assert words in text
    assert "<dt>Conflicts solved</dt><dd>—</dd>" in text
    for name in FORMS:
        assert page(pairing, name) in text


def test_who_only_reads_is_offered_nothing_to_enter(county, sign_in, pairing):
    text = text_of(sign_in(county.office), pairing)

    assert not [name for name in FORMS if page(pairing, name) in text]


def test_a_line_guard_begins_and_ends(county, secretary, pairing):
    member = MemberFactory(unit=county.branch, name="黄志强")
    both = {"section": "坛河线", "starts_on": "2026-03-01"}
    for person in ({}, {"member": member.pk, "name": "覃小华"}):
        answer = secretary.post(page(pairing, "line_guard_add"), both | person)
        assert (answer.status_code, "坛河线" in answer.content.decode()) == (422, True)
    for person in ({"member": member.pk}, {"name": "覃小华"}):
        assert secretary.post(page(pairing, "line_guard_add"), both | person).status_code == 302
    own, volunteer = LineGuard.objects.order_by("pk")
    assert (own.member, volunteer.member) == (member, None)
    end = page(pairing, "line_guard_end", volunteer.pk)
    assert "覃小华 · 坛河线" in text_of(secretary, pairing, "line_guard_end", volunteer.pk)
    assert secretary.post(end, {"ends_on": "2026-02-01"}).status_code == 422
    assert secretary.post(end, {"ends_on": "2026-04-01"}).status_code == 302

    answer = secretary.get(page(pairing, "detail"))
    assert (answer.context["guards"], answer.context["former_guards"]) == ([own], [volunteer])
    assert "1 former line guard" in answer.content.decode()


def test_a_hazard_is_found_on_a_joint_work_and_closed(county, secretary, pairing):
    record = ActivityFactory(unit=county.branch, title="春季巡线")
    link = PairingActivity.objects.create(pairing=pairing, activity=record)
    guard = pairing.line_guards.create(
        side="PARTNER", name="覃小华", section="坛河线", starts_on=date(2026, 3, 1)
    )
    facts = {"kind": "TREE", "text": "树枝碰线", "found_on": "2026-04-02"}
    add = page(pairing, "hazard_add")
    assert "2026-05-12 春季巡线" in text_of(secretary, pairing, "hazard_add")
    answer = secretary.post(add, facts | {"found_on": "2026-02-02", "guard": guard.pk})
    assert answer.status_code == 422
    assert "覃小华 did not watch the line on 2026-02-02." in answer.content.decode()
    assert secretary.post(add, facts | {"guard": guard.pk, "activity": link.pk}).status_code == 302
    hazard = Hazard.objects.get()
    assert (hazard.guard, hazard.activity) == (guard, record)

    close = page(pairing, "hazard_close", hazard.pk)
    assert close in text_of(secretary, pairing)
    assert secretary.post(close, {"closed_on": "2026-04-05", "solution": ""}).status_code == 422
    assert secretary.post(close, {"closed_on": "2026-04-01", "solution": "已修剪"}).status_code == 422
    assert secretary.post(close, {"closed_on": "2026-04-05", "solution": "已修剪"}).status_code == 302
    text = text_of(secretary, pairing)
    for words in ("树枝碰线", "春季巡线", "2026-04-05: 已修剪", "<dt>Conflicts solved</dt><dd>100.0%</dd>"):
        assert words in text
    assert close not in text


def test_a_row_of_another_pairing_is_not_there_whoever_asks(county, sign_in, pairing):
    other = PairingFactory(unit=county.branch)
    guard = other.line_guards.create(
        side="PARTNER", name="覃小华", section="坛河线", starts_on=date(2026, 3, 1)
    )
    hazard = other.hazards.create(
        kind="TREE", text="树枝碰线", found_on=date(2026, 4, 2), entered_by=county.secretary
    )

    for person in (county.secretary, county.office):
        client = sign_in(person)
        assert client.get(page(pairing, "line_guard_end", guard.pk)).status_code == 404
        assert client.get(page(pairing, "hazard_close", hazard.pk)).status_code == 404


@pytest.mark.oracle("O-015")
def test_surveys_are_told_in_points_and_in_per_cent_with_the_samples(secretary, pairing):
    before = {"held_on": "2024-03-01", "method": "QUESTIONNAIRE", "sample": "100", "satisfied": "78"}
    now = {"held_on": "2026-03-01", "method": "QUESTIONNAIRE", "sample": "100", "satisfied": "95"}
    appraisal = {"held_on": "2026-03-01", "method": "PUBLIC_APPRAISAL", "sample": "40", "satisfied": "39"}
    answer = secretary.post(page(pairing, "surveys"), table(before, now | {"satisfied": "101"}))
    assert answer.status_code == 422
    assert "Not more people are satisfied than were asked." in answer.content.decode()
    assert secretary.post(page(pairing, "surveys"), table(before, now, appraisal)).status_code == 302
    assert SatisfactionSurvey.objects.count() == 3

    text = text_of(secretary, pairing)
    for words in (
        "<dt>Satisfied before</dt><dd>78.0%</dd>",
        "<dt>Satisfied now</dt><dd>95.0%</dd>",
        "<dt>In percentage points</dt><dd>+17.00 pp</dd>",
        "<dt>Relative to before</dt><dd>+21.79%</dd>",
        "95 of 100 people asked",
        "appraisal by the public: 97.5%",
    ):
        assert words in text


@pytest.mark.oracle("O-013", "O-014")
def test_figures_are_told_in_their_own_units(secretary, pairing):
    common = {"before_on": "2024-12-31", "now_on": "2025-12-31", "source": "调度系统"}
    rows = [
        {"name": "停电", "measure_unit": "h", "before": "49.4", "now": "9.9", "lower_is_better": "on"},
        {"name": "可靠率", "measure_unit": "%", "before": "99.4", "now": "99.85"},
        {"name": "电压合格率", "measure_unit": "%", "before": "96.5", "now": "98.64", "target": "99"},
    ]
    rows = [row | common for row in rows]
    answer = secretary.post(page(pairing, "figures"), table(rows[0] | {"now_on": ""}))
    assert (answer.status_code, "Give the day of the new figure." in answer.content.decode()) == (422, True)
    assert secretary.post(page(pairing, "figures"), table(*rows)).status_code == 302
    assert [figure.name for figure in PairingFigure.objects.all()] == ["停电", "可靠率", "电压合格率"]

    text = text_of(secretary, pairing)
    for words in ("49.4 h", "9.9 h", "-39.5 h", "99.85%", "+0.45 pp", "+2.14 pp", "99%"):
        assert words in text
    assert text.count('<span class="small">better</span>') == 3
    assert "0.45%" not in text


def test_a_figure_that_stands_there_twice_is_told_and_stays_typed(secretary, pairing):
    row = {"name": "停电", "measure_unit": "h", "before": "49.4", "before_on": "2024-12-31", "source": "调度"}
    answer = secretary.post(page(pairing, "figures"), table(row, row))

    assert answer.status_code == 422
    assert "Each figure stands here once." in answer.content.decode()
    assert answer.content.decode().count('value="49.4"') == 2


@pytest.mark.oracle("X-04")
def test_who_came_to_each_training_is_about_so_much(county, secretary, pairing):
    record = ActivityFactory(unit=county.branch)
    PairingActivity.objects.create(pairing=pairing, activity=record)
    for kind, quantity, precision in (("TRAINING_SESSION", 2_100, "AT_LEAST"), ("TRAINEE", 21_000, "ABOUT")):
        Outcome.objects.create(activity=record, kind=kind, quantity=quantity, precision=precision)

    text = text_of(secretary, pairing)
    for words in ("2,100+", "about 21,000", "Person-times for each training session: about 10.0"):
        assert words in text


def test_more_results_take_no_more_queries(county, secretary, pairing):
    def asked():
        with CaptureQueriesContext(connection) as found:
            secretary.get(page(pairing, "detail"))
        return len(found)

    def grow(number):
        record = ActivityFactory(unit=county.branch)
        PairingActivity.objects.create(pairing=pairing, activity=record)
        guard = pairing.line_guards.create(
            side="PARTNER", name=f"护线员{number}", section="坛河线", starts_on=date(2026, 3, 1)
        )
        pairing.hazards.create(
            guard=guard,
            activity=record,
            kind="TREE",
            text="树枝碰线",
            found_on=date(2026, 4, 2),
            entered_by=county.secretary,
        )
        pairing.surveys.create(held_on=date(2025, 3, 1 + number), method="INTERVIEW", sample=10, satisfied=5)
        pairing.figures.create(
            name=f"停电{number}", measure_unit="h", before=3, before_on=date(2025, 1, 1), source="调度系统"
        )

    grow(0)
    asked()
    few = asked()
    for number in range(1, 7):
        grow(number)
    assert asked() == few
