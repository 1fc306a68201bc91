"""One figure on its page: verified, returned, partly left out; and what waits on the workbench."""

from decimal import Decimal

import pytest
from django.urls import reverse

from assessments.models import AssessmentPeriod, Edition, Exclusion, Indicator, IndicatorValue
from assessments.operations import TypedFigure, ensure_period, enter_values, recompute_scheme
from branches.choices import Role
from core import clock, due
from tests.assessments.views.pages import text_of
from tests.factories.accounts import UserFactory
from tests.factories.assessments import ExclusionFactory, IndicatorValueFactory, item, scheme, section
from tests.factories.branches import OrganisationFactory, PartyUnitFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def bureau(sign_in):
    return sign_in(Role.BUREAU_OFFICE, "BA")


@pytest.fixture
def reviewer(tree, sign_in):
    dispatch = OrganisationFactory(code="DISPATCH", kind="DEPARTMENT", parent=tree["CP"].organisation)
    tree["D"] = PartyUnitFactory(code="D", parent=tree["CP"], organisation=dispatch)
    client = sign_in(Role.DEPARTMENT_REVIEWER, "D")
    client.organisation = dispatch
    return client


@pytest.fixture
def hours(tree, reviewer):
    """Submitted by a colleague at A1, to be verified by the dispatching department."""
    indicator = Indicator.objects.create(
        code="HOURS", name="停电时间", direction="LOWER", unit_of_measure="h", owner=reviewer.organisation
    )
    return IndicatorValueFactory(
        unit=tree["A1"],
        indicator=indicator,
        figure="9.9",
        state="SUBMITTED",
        origin="TYPED",
        entered_by=UserFactory(name="填报人"),
    )


def page(value):
    return reverse("indicators:value", args=[value.pk])


def decide(client, value, decision, **more):
    return client.post(
        reverse("indicators:decide", args=[value.pk]), {"decision": decision, "version": value.version} | more
    )


def test_a_department_opens_and_verifies_a_figure_of_a_unit_it_does_not_reach(hours, reviewer):
    shown = reviewer.get(page(hours))
    assert "Verify" in text_of(shown) and "填报人" in text_of(shown)
    assert decide(reviewer, hours, "verify").status_code == 302
    hours.refresh_from_db()
    assert (hours.state, hours.decided_by) == ("VERIFIED", reviewer.user)
    assert "verified" in [entry["what"] for entry in reviewer.get(page(hours)).context["history"]]


def test_a_return_needs_words_and_keeps_them(hours, reviewer, bureau):
    refused = decide(reviewer, hours, "return", reason=" ")
    assert (refused.status_code, "Give a reason" in text_of(refused)) == (422, True)
    assert decide(reviewer, hours, "return", reason="少算一天").status_code == 302
    assert "Returned: 少算一天" in text_of(bureau.get(page(hours)))


def test_a_stale_page_decides_nothing(hours, reviewer):
    hours.version = 9
    assert decide(reviewer, hours, "return", reason="x").status_code == 409
    assert decide(reviewer, hours, "verify").status_code == 422
    assert decide(reviewer, hours, "nothing").status_code == 422
    assert IndicatorValue.objects.get().state == "SUBMITTED"


def test_who_sees_and_decides(hours, bureau, secretary, sign_in):
    stranger = sign_in(Role.BRANCH_SECRETARY, "B1")
    assert [client.get(page(hours)).status_code for client in (bureau, secretary, stranger)] == [
        200,
        200,
        404,
    ]
    assert [decide(client, hours, "verify").status_code for client in (bureau, secretary, stranger)] == [
        403,
        403,
        404,
    ]


def test_many_are_verified_at_once_and_each_exception_is_said(tree, hours, reviewer, office):
    Indicator.objects.filter(code="HOURS").update(owner=None)
    own = IndicatorValueFactory(
        unit=tree["A2"], indicator=hours.indicator, state="SUBMITTED", origin="TYPED", entered_by=office.user
    )
    stale = IndicatorValueFactory(
        unit=tree["B1"], indicator=hours.indicator, state="SUBMITTED", origin="TYPED", version=3
    )
    url = reverse("indicators:verify")
    assert office.get(url).context["waiting"] == 2
    rows = [f"{hours.pk}:{hours.version}", f"{own.pk}:1", f"{stale.pk}:2", "x:1", "9999:1"]
    answer = office.post(url, {"row": rows})
    assert "1 figure verified." in text_of(answer)
    assert [(value.pk, str(why)) for value, why in answer.context["refused"]] == [
        (stale.pk, "Somebody changed this meanwhile; look at it again.")
    ]
    assert "Choose at least one figure" in text_of(office.post(url))


def test_the_list_is_filtered_and_shows_the_last_period(tree, hours, reviewer):
    IndicatorValueFactory(unit=tree["A1"], indicator=hours.indicator, period="2025H2", figure="1.5")
    url = reverse("indicators:verify")
    [row] = reviewer.get(url, {"indicator": "HOURS", "period": "2026H1"}).context["object_list"]
    assert (row.last_raw, row.jump) == (1_500_000, "9.9 is 6.6 times the last period's 1.5")
    for asked in ({"indicator": "OTHER"}, {"period": "2025H2"}, {"period": "\0"}):
        assert reviewer.get(url, asked).context["object_list"] == []


def test_a_storm_is_left_out_and_the_why_page_says_so(tree, hours, reviewer, bureau, secretary):
    ask = {"cause": "STORM", "because": "9月9日台风", "amount": "3.2"}
    url = reverse("indicators:exclude", args=[hours.pk])
    refused = secretary.post(url, ask | {"because": ""})
    assert refused.status_code == 422 and "3.2" in refused.text
    unsaid = secretary.post(url, ask | {"amount": ""})
    assert "Say how much is left out" in text_of(unsaid)
    too_much = secretary.post(url, ask | {"amount": "10"})
    assert (too_much.status_code, "No more can be left out" in text_of(too_much)) == (422, True)
    assert secretary.post(url, ask).status_code == 302
    exclusion = Exclusion.objects.get()
    assert text_of(reviewer.get(reverse("indicators:verify"))).count("without 3.2 h: 9月9日台风") == 1
    decided = {"decision": "verify", "version": exclusion.version}
    decide_url = reverse("indicators:exclusion", args=[exclusion.pk])
    assert secretary.post(decide_url, decided).status_code == 403
    assert reviewer.post(decide_url, decided).status_code == 302
    hours.refresh_from_db()
    decide(reviewer, hours, "verify")
    shown = text_of(secretary.get(page(hours)))
    assert "Figure as reported" in shown and "6.7" in shown and "9.9" in shown
    board = scheme(section("S", item("HOURS")))
    recompute_scheme(board, ensure_period("2026H1"), by=None)
    why = reverse("assessments:explanation", args=["2026H1", "board", "A1"])
    assert "reported 9.9; without 3.2 h: 9月9日台风" in text_of(secretary.get(why))


def test_an_exclusion_is_refused_with_a_reason(hours, reviewer):
    exclusion = ExclusionFactory(value=hours, amount=10**6)
    url = reverse("indicators:exclusion", args=[exclusion.pk])
    for reason, state in (("", "ASKED"), ("没有台风", "REFUSED")):
        reviewer.post(url, {"decision": "return", "version": 1, "reason": reason})
        exclusion.refresh_from_db()
        assert exclusion.state == state
    assert "没有台风" in text_of(reviewer.get(page(hours)))


def test_a_figure_that_waits_is_told_on_the_why_page(hours, secretary):
    board = scheme(section("S", item("HOURS")))
    recompute_scheme(board, ensure_period("2026H1"), by=None)
    why = reverse("assessments:explanation", args=["2026H1", "board", "A1"])
    shown = text_of(secretary.get(why))
    assert "9.9 is entered (submitted); it counts once it is verified" in shown
    assert "Entered but not verified (submitted); counts 0 until it is" in shown
    assert "Not reported" not in shown
    IndicatorValue.objects.update(state="VERIFIED", decided_at=clock.now())
    assert "No verified figure yet; counts 0 until there is one" in text_of(secretary.get(why))


@pytest.mark.parametrize("state", ["SUBMITTED", "VERIFIED"])
def test_a_published_board_says_that_a_missing_figure_counted_nothing(hours, reviewer, secretary, state):
    board = scheme(section("S", item("HOURS")))
    edition = recompute_scheme(board, ensure_period("2026H1"), by=None)
    people = {"prepared_by": reviewer.user, "approved_by": secretary.user}
    Edition.objects.filter(pk=edition.pk).update(
        state="PUBLISHED", number=1, published_at=clock.now(), minutes="1", **people
    )
    if state == "VERIFIED":
        IndicatorValue.objects.update(state="VERIFIED", decided_at=clock.now())
    why = reverse("assessments:explanation", args=["2026H1", "board", "A1"])
    shown = text_of(secretary.get(why))
    assert "No verified figure when the board was published; counted 0" in shown
    assert "counts 0 until" not in shown and "it counts once" not in shown


def test_pages_tell_what_counts_while_a_correction_waits(hours, reviewer, secretary):
    decide(reviewer, hours, "verify")
    board = scheme(section("S", item("HOURS")))
    recompute_scheme(board, ensure_period("2026H1"), by=None)
    figure = TypedFigure(hours.unit_id, hours.indicator_id, Decimal(12), None)
    enter_values("2026H1", [figure], by=secretary.user, submit=True)
    why = reverse("assessments:explanation", args=["2026H1", "board", "A1"])
    words = "this counts until its correction to 12 (submitted) is verified"
    assert words in text_of(secretary.get(why))
    shown = text_of(reviewer.get(page(hours)))
    assert "what was verified counts: value 9.9, figure 9.9 h." in shown
    assert "does not count yet" not in shown
    evidence = secretary.get(reverse("assessments:evidence", args=["2026H1", "board", "A1", "HOURS"]))
    assert page(hours) in evidence.text


def titles(client, source):
    return [str(one.title) for one in due.sources[f"assessments.{source}"](client.user)]


def test_the_workbench_tells_what_is_owed_waits_and_came_back(tree, hours, reviewer, secretary, sign_in):
    scheme(
        section(
            "S", item("HOURS", weight="50"), item("MORE", weight="50"), item("LEFT", missing="NOT_APPLICABLE")
        )
    )
    assert titles(secretary, "owed_values") == ["Enter 1 figure: A1党支部"]
    assert titles(sign_in(Role.BRANCH_SECRETARY, "A2"), "owed_values") == ["Enter 2 figures: A2党支部"]
    assert titles(reviewer, "waiting_values") == ["Verify 1 figure"]
    assert titles(secretary, "waiting_values") == []
    ExclusionFactory(value=hours)
    hours.entered_by = secretary.user
    hours.save()
    decide(reviewer, hours, "return", reason="少算一天")
    assert titles(secretary, "returned_values") == ["Correct: 停电时间, A1党支部"]
    assert titles(reviewer, "waiting_values") == ["Decide on 1 exclusion"]


def test_a_published_half_year_owes_nothing(tree, hours, secretary):
    scheme(section("S", item("HOURS"), item("MORE")))
    period = ensure_period("2026H1")
    period.state = "PUBLISHED"
    period.save()
    assert titles(secretary, "owed_values") == []


def test_the_document_of_a_figure_is_named_and_kept_in_its_history(hours, secretary, reviewer):
    url = reverse("indicators:document", args=[hours.pk])
    words = {"document": " 可靠性月报2026-06 第3页 ", "version": hours.version}
    assert reviewer.post(url, words).status_code in (403, 404)
    assert secretary.post(url, words | {"document": "x" * 121}).status_code == 422
    assert secretary.post(url, words).status_code == 302
    shown = text_of(secretary.get(page(hours)))
    assert "Document 可靠性月报2026-06 第3页" in shown and "document: — → 可靠性月报2026-06 第3页" in shown
    before = (hours.state, hours.raw)
    hours.refresh_from_db()
    assert (hours.state, hours.raw) == before
    late = secretary.post(url, words | {"document": "another"})
    assert (late.status_code, "another" in late.content.decode()) == (409, True)
    AssessmentPeriod.objects.update(state="ARCHIVED", archived_at=clock.now())
    closed = secretary.post(url, words | {"version": hours.version})
    assert (closed.status_code, list(closed.context["document_form"].errors)) == (422, ["document"])
