"""Why a score is what it is, and its evidence."""

from datetime import date
from itertools import product

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from assessments.models import Award, IndicatorValue, PastResult
from assessments.operations import Decision, ensure_period, publish, recompute
from branches.choices import Role
from core import clock
from tests.assessments.views.conftest import held, rules
from tests.assessments.views.pages import WHY, text_of
from tests.factories.accounts import UserFactory
from tests.factories.assessments import (
    AwardFactory,
    ExclusionFactory,
    IndicatorValueFactory,
    RatingFactory,
    awarded,
    import_document,
    item,
    section,
)
from tests.factories.assessments import document as scheme_document

pytestmark = pytest.mark.django_db


# --- why this score -------------------------------------------------------------------------------
def test_the_equation_and_the_distance_to_the_next_grade(published, secretary):
    page = secretary.get(WHY)
    assert page.status_code == 200
    equation = [
        (sign, part.section.code, part.score_words, part.share_words, part.percent_words, str(part.gained))
        for sign, part in page.context["equation"]
    ]
    assert equation == [
        ("=", "PARTY", "94.50", "× 0.5", "50%", "47.25"),
        ("+", "BUSINESS", "90.50", "× 0.5", "50%", "45.25"),
    ]
    grade = page.context["grade"]
    assert (grade.name, grade.bounds, grade.distance, grade.upper.name) == ("合格", "80–95", 250, "优秀")
    assert page.context["rank_words"] == "Rank 1 of 3"


def test_the_losses_come_dearest_first_with_their_cause_and_add_up(published, sign_in):
    page = sign_in(Role.BRANCH_SECRETARY, "B1").get("/boards/2026H1/board/B1/")
    losses = [(line.item.code, str(line.lost), line.cause) for line in page.context["losses"]]
    # P1 carries PARTY alone: 40 × 1/2; B1 40 × 3/4 × 1/2; B2 100 × 1/4 × 1/2
    assert losses == [
        (
            "P1",
            "20.00",
            "2 meetings due and not held: branch general meeting 2026-06, Party lecture 2026-06",
        ),
        ("B1", "15.00", "14: 8 above the satisfactory 6"),
        ("B2", "12.50", "Not reported; counts 0"),
    ]
    lost = sum(line.lost for part in page.context["sections"] for line in part.lines)
    assert lost == 100 - 52.5


def test_why_a_mere_volume_is_scored_stands_beside_its_item(board, people, secretary):
    text = rules()
    visits = {"type": "MEASURE", "code": "activities.count", "params": {"kind": "SERVICE_VISIT"}}
    text["sections"][0]["items"][0]["source"] = visits | {"reason": "试点半年"}
    board()
    import_document({**text, "version": 2})
    publish("2026H1", "board", Decision(*people, minutes="7", waiver="B1 lost its books"))
    assert "Scored because: 试点半年" in secretary.get(WHY).content.decode()


P1_FORMULA = "60 + 40 × (x − 50) ÷ (100 − 50), from 0 to 100"


def test_every_item_shows_figure_formula_score_weight_and_evidence(published, secretary):
    page = secretary.get(WHY)
    lines = [line for part in page.context["sections"] for line in part.lines]
    shown = [
        (line.item.code, line.figure, line.formula, line.score, str(line.gained), line.evidence_words)
        for line in lines
    ]
    assert shown == [
        (
            "P1",
            "4 / 4 (100%)",
            "60 + 40 × (x − 50) ÷ (100 − 50), from 0 to 100",
            1000000,
            "30.00",
            "4 records",
        ),
        ("P2", "9 / 10 (90%)", "x itself, from 0 to 100", 900000, "9.00", "1 record"),
        ("P3", "82.5", "x itself, from 0 to 100", 825000, "8.25", "ratings"),
        ("B1", "8", "60 + 40 × (x − 14) ÷ (6 − 14), from 0 to 100", 900000, "33.75", "figure"),
        ("B2", "0.4", "100 − 20 × x, not below 0", 920000, "11.50", "figure"),
        ("B3", "", "100 × points ÷ 10", None, "None", ""),
    ]
    details = {line.item.code: line.detail for line in lines}
    assert details["P3"] == "mean of 2 evaluators"
    assert details["B2"] == "14 / 350,000 × 10,000; entered by 填报人, 2026-07-20 12:00"
    assert lines[-1].counts is False


def test_a_trial_explains_the_score_and_names_no_rank(board, secretary):
    board()
    recompute("2026H1", by=None)
    page = secretary.get(WHY)
    assert (page.context["trial"], page.context["rank_words"], page.context["with_means"]) == (
        True,
        "",
        False,
    )
    assert page.context["entry"].total == 9250
    assert "never a rank" in page.content.decode()
    assert {line.mean for part in page.context["sections"] for line in part.lines} == {None}


def test_a_mean_needs_five_on_the_board(published, secretary):
    assert secretary.get(WHY).context["with_means"] is False


def test_records_that_changed_since_are_not_passed_off_as_the_figure(published, secretary):
    """A lecture voided after publication: the frozen 100 % stays, the counts behind it are not shown."""
    lecture = published["A1"].led_activities.filter(kind="PARTY_LECTURE").first()
    lecture.state, lecture.reason = "VOID", "twice"
    lecture.save()
    (line,) = [
        line
        for part in secretary.get(WHY).context["sections"]
        for line in part.lines
        if line.item.code == "P1"
    ]
    assert (line.figure, line.score) == ("100%", 1000000)
    evidence = secretary.get(f"{WHY}evidence/P1/")
    assert (evidence.context["changed"], evidence.context["missing_count"]) == (True, 1)


@pytest.mark.parametrize(
    ("role", "place", "status"),
    [
        (Role.BRANCH_SECRETARY, "A1", 200),
        (Role.BUREAU_OFFICE, "BA", 200),
        (Role.PROVINCE_OFFICE, "CP", 200),
        (Role.BRANCH_SECRETARY, "A2", 404),
        (Role.BUREAU_OFFICE, "BB", 404),
        (Role.MEMBER, "A1", 404),
        (Role.AUDITOR, "CP", 404),
        (Role.EVALUATOR, "CP", 404),
    ],
)
def test_a_score_opens_for_the_unit_and_the_offices_above(published, sign_in, role, place, status):
    client = sign_in(role, place)
    addresses = (WHY, f"{WHY}?edition=1", f"{WHY}evidence/P1/", f"{WHY}evidence/B2/")
    assert [client.get(address).status_code for address in addresses] == [status] * 4


# --- evidence -------------------------------------------------------------------------------------
def test_the_evidence_of_meetings_lists_records_and_what_is_missing(published, sign_in):
    page = sign_in(Role.BRANCH_SECRETARY, "B1").get("/boards/2026H1/board/B1/evidence/P1/")
    assert [record.title for record in page.context["page_obj"].object_list] == [
        "B1 PARTY_LECTURE 2026-03-13",
        "B1 GENERAL_MEETING 2026-03-12",
    ]
    missing = [(duty.rule.kind, duty.unit.code, duty.last_day) for duty in page.context["missing"]]
    assert missing == [
        ("GENERAL_MEETING", "B1", date(2026, 6, 30)),
        ("PARTY_LECTURE", "B1", date(2026, 6, 30)),
    ]
    assert page.context["changed"] is False


def test_the_evidence_of_awarded_points_says_who_gave_them_and_when(published, people, secretary):
    award = AwardFactory(unit=published["A1"], scheme_code="board", item_code="B3", figure="8")
    publish("2026H1", "board", Decision(*people, waiver="x", reason="sheet"))
    line = secretary.get(WHY).context["sections"][-1].lines[-1]
    assert (line.detail, line.evidence_words) == ("", "appraisal sheet")  # from before this was kept
    giver = UserFactory(name="考评人")
    Award.objects.filter(pk=award.pk).update(entered_by=giver, entered_at=clock.now())
    assert "entered by 考评人, 2026-07-20 12:00" in text_of(secretary.get(WHY))
    assert "Entered by 考评人 · 2026-07-20 12:00" in text_of(secretary.get(line.evidence_url))


def test_the_evidence_of_a_reported_figure_says_who_entered_it(published, secretary):
    page = secretary.get(f"{WHY}evidence/B2/").content.decode()
    assert all(words in page for words in ("350,000", "10,000", "填报人", "0.4"))


@pytest.mark.parametrize(
    ("values", "scored"),
    [("1,350000", "0.4 14 / 350,000 × 10,000"), ("1,350000|2,350000", "0.4 14 / 350,000 × 10,000")],
)
def test_a_figure_changed_since_leaves_the_scored_one_to_be_seen(
    published, secretary, run_command, tmp_path, time_machine, values, scored
):
    for number, cells in enumerate(values.split("|")):
        time_machine.shift(60)
        file = tmp_path / f"{number}.csv"
        file.write_text(f"unit_code,period,indicator_code,value,denominator\nA1,2026H1,B2,{cells}\n")
        run_command("import_values", str(file))
    page = secretary.get(f"{WHY}evidence/B2/")
    assert page.context["changed"] is True
    assert f"Scored in this edition {scored} Value today {values[-8]}" in text_of(page)
    assert "14 / 350,000 × 10,000" in text_of(secretary.get(WHY))


def test_a_published_score_waits_for_no_figure(published, sign_in):
    IndicatorValueFactory(unit=published["B1"], indicator="B2", figure="3", state="DRAFT")
    shown = text_of(sign_in(Role.BRANCH_SECRETARY, "B1").get("/boards/2026H1/board/B1/"))
    assert "No verified figure when the board was published; counted 0" in shown
    assert "it counts once" not in shown


def test_a_figure_that_the_history_does_not_make_up_is_not_explained_by_it(published, secretary):
    """Written past the operations, it leaves no trace of what it was."""
    published["A1"].values.filter(indicator__code="B2").update(value=7, raw=7)
    page = secretary.get(f"{WHY}evidence/B2/")
    assert (page.context["changed"], page.context["then"]) == (True, None)
    published["A1"].values.filter(indicator__code="B2").update(denominator=None)
    assert secretary.get(f"{WHY}evidence/B2/").context["then"] is None


@pytest.fixture
def excused(published, people):
    """Half of A1's complaints are a storm's; edition 2 is published with that."""
    value = published["A1"].values.get(indicator__code="B2")
    ExclusionFactory(
        value=value, amount=7 * 10**6, state="VERIFIED", decided_by=people[0], decided_at=clock.now()
    )
    IndicatorValue.objects.filter(pk=value.pk).update(raw=200_000)
    publish("2026H1", "board", Decision(*people, waiver="x", reason="storm"))
    return value


STORM = "reported 0.4; without 7: 9月9日台风; (14 − 7) / 350,000 × 10,000"


def test_what_is_left_out_stands_beside_the_figure_and_the_formula_works_out(excused, secretary):
    for address in (WHY, f"{WHY}evidence/B2/"):
        assert f"{STORM}; entered by" in text_of(secretary.get(address))


def test_what_is_left_out_is_shown_while_a_correction_waits(excused, secretary):
    IndicatorValue.objects.filter(pk=excused.pk).update(
        state="SUBMITTED",
        value=10 * 10**6,
        raw=85_714,
        standing_value=14 * 10**6,
        standing_denominator=350_000 * 10**6,
        standing_raw=200_000,
        standing_entered_at=clock.now(),
    )
    for address in (WHY, f"{WHY}evidence/B2/"):
        shown = text_of(secretary.get(address))
        assert f"{STORM}; this counts until its correction to 0.085714 (submitted) is verified" in shown


def test_what_was_left_out_is_shown_after_a_later_change(
    excused, secretary, run_command, tmp_path, time_machine
):
    time_machine.shift(60)
    file = tmp_path / "later.csv"
    file.write_text("unit_code,period,indicator_code,value,denominator\nA1,2026H1,B2,21,350000\n")
    run_command("import_values", str(file))
    for address in (WHY, f"{WHY}evidence/B2/"):
        assert STORM in text_of(secretary.get(address))
    evidence = text_of(secretary.get(f"{WHY}evidence/B2/"))
    assert "Scored in this edition 0.2 (14 − 7) / 350,000 × 10,000" in evidence


def test_the_evidence_names_no_persons(published, secretary):
    for code in ("P1", "P2", "P3"):
        page = secretary.get(f"{WHY}evidence/{code}/")
        names = page.context["page_obj"].object_list if "page_obj" in page.context else []
        people = [record.created_by.name for record in names]
        assert not [name for name in people if name in page.content.decode()]
        assert "评委" not in page.content.decode()


def test_why_it_moved_is_told_item_by_item(published, people, secretary):
    for code, figure in (("A1", "10"), ("A2", "6"), ("B1", "14")):
        IndicatorValueFactory(unit=published[code], period="2025H2", indicator="B1", figure=figure)
    assert "No earlier board to compare with" in secretary.get(f"{WHY}movement/").content.decode()
    publish("2025H2", "board", Decision(*people, waiver="x"))
    page = secretary.get(f"{WHY}movement/")
    found = page.context["movement"]
    assert (page.context["before_name"], found.now.edition.period.code) == ("Second half of 2025", "2026H1")
    assert sum(line.change for line in found.lines) + found.rest == found.difference
    assert secretary.get(f"{WHY}movement/?against=2025H2").status_code == 200
    assert secretary.get(f"{WHY}movement/?against=2019H1").status_code == 404
    (line,) = [line for line in found.lines if line.item.code == "B1"]
    assert [(one.figure, one.evidence_url) for one in (line.before, line.now)] == [
        ("10", "/boards/2025H2/board/A1/evidence/B1/?edition=1"),
        ("8", "/boards/2026H1/board/A1/evidence/B1/?edition=1"),
    ]
    assert "14 / 350,000 × 10,000" in text_of(page)
    assert secretary.get("/boards/2026H1/board/A2/movement/").status_code == 404
    why = secretary.get(WHY)
    assert [stand.period.code for stand in why.context["stands"]] == ["2025H2", "2026H1"]
    assert "/boards/2026H1/board/A1/movement/" in why.content.decode()


@pytest.mark.parametrize("page", ["", "movement/"])
def test_more_reported_items_ask_no_more_queries(tree, people, secretary, page):
    """Of figures that were changed since, too."""
    asked = []
    for count in (1, 3):
        code = f"board{count}"
        items = [item(f"N{count}{number}") for number in range(count)]
        import_document(scheme_document(section("S", *items), code=code))
        for one, period in product(items, ("2025H2", "2026H1")):
            IndicatorValueFactory(unit=tree["A1"], period=period, indicator=one["code"], figure="80")
        for period in ("2025H2", "2026H1"):
            publish(period, code, Decision(*people, waiver="x"))
        IndicatorValue.objects.update(value=9 * 10**6, raw=9 * 10**6)
        cache.clear()
        with CaptureQueriesContext(connection) as found:
            assert secretary.get(f"/boards/2026H1/{code}/A1/{page}").status_code == 200
        asked.append(len(found))
    assert asked[0] == asked[1]


KINDS = ["COMMITTEE_MEETING", "LINE_PATROL", "PARTY_LECTURE"]
OUTCOMES = ["HAZARD_FOUND", "TRAINING_SESSION", "SERVICE_VISIT"]


def counted_item(kind):
    source = {"type": "MEASURE", "code": "activities.count", "params": {"kind": kind}, "reason": "trial"}
    return item(f"N{kind[0]}", source=source, rule={"type": "RATIO", "target": "5"})


def delivered_item(kind):
    source = {"type": "MEASURE", "code": "activities.outcome", "params": {"kind": kind}, "reason": "trial"}
    return item(f"O{kind[0]}", source=source, rule={"type": "RATIO", "target": "5"})


def rated_item(letter):
    return item(f"N{letter}", source={"type": "RATING"}, rule={"type": "DIRECT"})


@pytest.mark.parametrize("page", ["", "movement/"])
def test_more_items_of_other_sources_ask_no_more_queries(tree, people, secretary, page):
    """Measures, ratings and awards; each of them with a record of its own."""
    asked, shown = [], []
    for count in (1, 3):
        code = f"board{count}"
        parts = [
            section("S1", *map(counted_item, KINDS[:count])),
            section(
                "S2", *map(delivered_item, ["HAZARD_FOUND", "TRAINING_SESSION", "SERVICE_VISIT"][:count])
            ),
            section("S3", *map(rated_item, "XYZ"[:count])),
            section("S4", *[awarded(f"M{number}", "10") for number in range(count)]),
        ]
        import_document(scheme_document(*parts, code=code))
        for period, day in (("2025H2", date(2025, 9, 1)), ("2026H1", date(2026, 3, 1))):
            for kind in KINDS[:count]:
                held(tree["A1"], kind, day)
            for letter in "XYZ"[:count]:
                RatingFactory(
                    unit=tree["A1"], period=period, scheme_code=code, item_code=f"N{letter}", figure="80"
                )
            for number in range(count):
                AwardFactory(
                    unit=tree["A1"], period=period, scheme_code=code, item_code=f"M{number}", figure="7"
                )
            publish(period, code, Decision(*people, waiver="x"))
        cache.clear()
        with CaptureQueriesContext(connection) as found:
            response = secretary.get(f"/boards/2026H1/{code}/A1/{page}")
        assert response.status_code == 200
        asked.append(len(found))
        shown.append(text_of(response))
    assert asked[0] == asked[1]
    for text, count in zip(shown, (1, 3), strict=True):
        assert text.count("7 of 10 points") >= count


def test_two_editions_of_a_period_are_compared_item_by_item(published, people, secretary):
    value = published["A1"].values.get(indicator__code="B1")
    value.value = value.raw = 6_123_457
    value.save()
    publish("2026H1", "board", Decision(*people, waiver="x", reason="A1 was read wrongly"))
    page = secretary.get(f"{WHY}movement/")
    assert (page.context["before_name"], page.context["now_name"]) == ("Edition 1", "Edition 2")
    lines = [line for line in page.context["movement"].lines if line.change]
    assert [(line.item.code, line.before.figure, line.now.figure) for line in lines] == [("B1", "8", "6.123")]
    assert 'title="6.123457"' in page.text
    assert secretary.get(f"{WHY}movement/?since=1").status_code == 200
    assert secretary.get(f"{WHY}movement/?since=2").status_code == 404
    assert secretary.get(f"{WHY}movement/?edition=1").context["movement"] is None
    assert "/boards/2026H1/board/A1/movement/" in secretary.get(WHY).text


def test_of_imported_boards_only_totals_are_compared_and_the_page_says_so(published, secretary):
    words = "Of boards from before this system only the totals are known"
    assert words not in text_of(secretary.get(WHY))
    PastResult.objects.create(
        scheme_code="board", period=ensure_period("2025H2"), unit=published["A1"], total=9000, rank=1
    )
    assert words in text_of(secretary.get(WHY))


def test_what_a_unit_below_lacks_names_that_unit(published, sign_in, people):
    """The bureau is scored by the meetings of its branches."""
    rules = scheme_document(
        section("S", item("P1", source={"type": "MEASURE", "code": "activities.meetings_completion"})),
        code="bureaus",
        subject_kinds=["COMMITTEE"],
    )
    import_document(rules)
    publish("2026H1", "bureaus", Decision(*people, waiver="x"))
    page = sign_in(Role.BUREAU_OFFICE, "BB").get("/boards/2026H1/bureaus/BB/")
    (loss,) = page.context["losses"]
    assert "B1党支部 branch general meeting 2026-06" in loss.cause
