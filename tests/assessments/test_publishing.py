import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from assessments.models import AssessmentPeriod, DirtyUnit, Edition, Entry, IndicatorValue, Item, Scheme
from assessments.operations import Decision, Refused, publish, recompute
from branches.choices import Role
from branches.models import PartyUnit
from core.database_role import check_role
from core.models import AuditEvent
from tests.assessments.conftest import FILES
from tests.factories.accounts import UserFactory
from tests.factories.assessments import IndicatorValueFactory, item, scheme, section
from tests.factories.branches import AssignmentFactory, PartyUnitFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def board(company):
    """Two branches with their figures, and a scheme."""
    made = scheme()
    for code, figure in (("B1", "90"), ("B2", "80")):
        unit = PartyUnitFactory(code=code, parent=company, organisation=company.organisation)
        IndicatorValueFactory(unit=unit, indicator="A1", figure=figure)
    return made


def lines(edition):
    return list(edition.entries.order_by("unit_code").values_list("unit_code", "total", "rank_company"))


def test_publishing_freezes_what_was_computed_afresh(board, people):
    recompute("2026H1", by=None)
    IndicatorValue.objects.filter(unit__code="B2").update(raw=95 * 10**6)
    edition = publish("2026H1", "board", Decision(*people, minutes="纪要〔2026〕7号"))
    assert lines(edition) == [("B1", 9000, 2), ("B2", 9500, 1)]
    assert (edition.number, edition.state, edition.minutes) == (1, "PUBLISHED", "纪要〔2026〕7号")
    assert (edition.prepared_by, edition.approved_by, edition.subject_count) == (*people, 2)
    assert AssessmentPeriod.objects.get().state == "PUBLISHED"
    event = AuditEvent.objects.get(verb="publish")
    assert (event.actor, event.summary["approved_by"]) == (people[0], "approver")


def test_a_correction_is_the_next_edition_with_a_reason(board, people):
    first = publish("2026H1", "board", Decision(*people))
    IndicatorValue.objects.filter(unit__code="B2").update(raw=95 * 10**6)
    with pytest.raises(Refused, match="needs a reason"):
        publish("2026H1", "board", Decision(*people, reason="  "))
    second = publish("2026H1", "board", Decision(*people, reason="乙支部数据更正"))
    assert (second.number, second.reason) == (2, "乙支部数据更正")
    assert lines(first) == [("B1", 9000, 1), ("B2", 8000, 2)]
    assert lines(second) == [("B1", 9000, 2), ("B2", 9500, 1)]


@pytest.mark.oracle("C-14")
def test_computing_again_gives_the_same_digest_and_leaves_the_published_board_alone(board, people):
    before = recompute("2026H1", by=None)[0].digest
    published = publish("2026H1", "board", Decision(*people))
    again, once_more = (recompute("2026H1", by=None)[0] for _time in range(2))
    assert [before, published.digest, again.digest] == [once_more.digest] * 3
    assert (again.pk, once_more.pk != published.pk) == (once_more.pk, True)
    IndicatorValue.objects.update(raw=0)
    changed = recompute("2026H1", by=None)[0]
    assert (lines(changed), lines(published)) == (
        [("B1", 0, 1), ("B2", 0, 1)],
        [("B1", 9000, 1), ("B2", 8000, 2)],
    )


@pytest.mark.oracle("C-13")
def test_a_missing_due_figure_holds_up_publishing(board, people, company):
    PartyUnitFactory(code="B3", parent=company, organisation=company.organisation)
    with pytest.raises(Refused) as refused:
        publish("2026H1", "board", Decision(*people, waiver=" "))
    assert str(refused.value).endswith("B3 A1")
    assert not Edition.objects.exists()
    edition = publish("2026H1", "board", Decision(*people, waiver="新建支部"))
    assert (edition.waiver, lines(edition)[2]) == ("新建支部", ("B3", 0, 3))


def test_many_missing_figures_are_named_up_to_a_point(people, company):
    scheme()
    for number in range(25):
        PartyUnitFactory(code=f"B{number:02}", parent=company, organisation=company.organisation)
    with pytest.raises(Refused) as refused:
        publish("2026H1", "board", Decision(*people))
    assert "25" in str(refused.value)
    assert str(refused.value).endswith("B19 A1; …")


def test_not_applicable_holds_up_nothing(people, company):
    scheme(section("S", item(missing="NOT_APPLICABLE")))
    PartyUnitFactory(code="B1", parent=company, organisation=company.organisation)
    edition = publish("2026H1", "board", Decision(*people))
    assert lines(edition) == [("B1", None, None)]


def test_two_people_are_needed(board, people):
    with pytest.raises(Refused, match="another approves"):
        publish("2026H1", "board", Decision(people[0], people[0]))


@pytest.mark.parametrize("place", [0, 1])
def test_both_need_the_right(board, people, company, officer, place):
    people[place] = officer("county", company, Role.COUNTY_OFFICE)
    with pytest.raises(PermissionDenied, match="county"):
        publish("2026H1", "board", Decision(*people))


@pytest.mark.parametrize("place", [0, 1])
def test_both_need_the_right_on_every_subject(board, people, officer, place):
    people[place] = officer("near", PartyUnit.objects.get(code="B1"))
    with pytest.raises(Refused, match=r"near is not responsible .* B2 stands"):
        publish("2026H1", "board", Decision(*people))
    assert not Edition.objects.exists()


def test_a_waiver_is_kept_only_where_something_is_missing(board, people):
    assert publish("2026H1", "board", Decision(*people, waiver="新建支部")).waiver == ""


def test_an_empty_board_is_not_published(people):
    scheme(subject_kinds=["GROUP"])
    with pytest.raises(Refused, match="empty"):
        publish("2026H1", "board", Decision(*people))


@pytest.mark.parametrize(("period", "code"), [("2026H1", "none"), ("2026H3", "board"), ("2025H2", "late")])
def test_what_does_not_exist_is_not_published(board, people, period, code):
    scheme(code="late", valid_from="2026H1")
    with pytest.raises(Refused):
        publish(period, code, Decision(*people))


def test_a_period_with_a_board_to_come_stays_open(board, people):
    scheme(code="second", name="第二榜")
    recompute("2026H1", by=None)
    publish("2026H1", "board", Decision(*people))
    assert AssessmentPeriod.objects.get().state == "COLLECTING"
    publish("2026H1", "second", Decision(*people))
    assert AssessmentPeriod.objects.get().state == "PUBLISHED"


# --- frozen by the database -----------------------------------------------------------------------
FORGERIES = [
    "UPDATE assessments_entry SET total = 10000",
    "DELETE FROM assessments_entry",
    "UPDATE assessments_edition SET digest = 'x'",
    "DELETE FROM assessments_edition",
    "UPDATE assessments_scheme SET name = 'x'",
    "UPDATE assessments_item SET weight = 1",
    "UPDATE assessments_section SET weight = 1",
    "UPDATE assessments_band SET minimum = minimum + 1",
    "DELETE FROM assessments_band",
    "INSERT INTO assessments_band (scheme_id, code, name, minimum)"
    " SELECT scheme_id, 'X', 'X', 9999 FROM assessments_edition",
]


def attempt(sql):
    with pytest.raises(DatabaseError) as refused, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)
    return str(refused.value)


@pytest.mark.parametrize("forgery", FORGERIES)
def test_a_published_board_and_its_rules_can_not_be_altered(board, people, forgery):
    edition = publish("2026H1", "board", Decision(*people))
    assert "may not be changed" in attempt(forgery)
    assert lines(edition) == [("B1", 9000, 1), ("B2", 8000, 2)]


def test_no_line_is_slipped_into_a_published_board(board, people):
    published = publish("2026H1", "board", Decision(*people))
    [provisional] = recompute("2026H1", by=None)
    move = f"UPDATE assessments_entry SET edition_id = {published.pk} WHERE edition_id = {provisional.pk}"
    assert "may not be changed" in attempt(move)
    entry = provisional.entries.first()
    entry.pk, entry.edition = None, published
    with pytest.raises(DatabaseError, match="may not be changed"), transaction.atomic():
        entry.save()
    assert published.entries.count() == 2


def test_a_new_version_of_the_rules_may_come(board, people):
    publish("2026H1", "board", Decision(*people))
    newer = scheme(section("S", item(rule={"type": "DEDUCT", "per_event": "1"})), version=2)
    [edition] = recompute("2026H1", by=None)
    assert (edition.scheme, lines(edition)) == (newer, [("B1", 1000, 2), ("B2", 2000, 1)])


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite knows no roles")
def test_the_application_s_role_can_not_alter_a_published_board(board, people):
    """With every grant the application has, and as nobody's owner."""
    assert [one.id for one in check_role(databases=["default"])] == ["core.W001"]  # the tests' own role
    publish("2026H1", "board", Decision(*people))
    run("CREATE ROLE partybuild_app_test")
    try:
        run("GRANT ALL ON ALL TABLES IN SCHEMA public TO partybuild_app_test")
        for sql in ("TRUNCATE assessments_entry", "TRUNCATE assessments_edition CASCADE"):
            assert "may not be changed" in attempt(f"SET LOCAL ROLE partybuild_app_test; {sql}")
        call_command("grant_application_role", "partybuild_app_test")
        run("SET ROLE partybuild_app_test")
        assert check_role(databases=["default"]) == []
        for sql in FORGERIES:
            assert "may not be changed" in attempt(sql)
        for sql in ("TRUNCATE assessments_entry", "TRUNCATE assessments_edition CASCADE"):
            assert "permission denied" in attempt(sql)
        for sql in (
            "ALTER TABLE assessments_entry DISABLE TRIGGER ALL",
            "DROP TRIGGER frozen_assessments_entry_update ON assessments_entry",
        ):
            assert "must be owner" in attempt(sql)
        assert Entry.objects.count() == 2
    finally:
        run("RESET ROLE")
        run("DROP OWNED BY partybuild_app_test")
        run("DROP ROLE partybuild_app_test")


def run(sql):
    with connection.cursor() as cursor:
        cursor.execute(sql)


# --- the command ----------------------------------------------------------------------------------
def test_the_command_publishes_and_exports(board, people, run_command, tmp_path):
    [line] = run_command(
        "publish", "2026H1", scheme="board", by="PREPARER", approved_by="approver", minutes="7号"
    )
    edition = Edition.objects.get(number=1)
    assert edition.digest in line
    run_command("recompute", "2026H1")
    written = tmp_path / "out.csv"
    [line] = run_command("export_results", "2026H1", scheme="board", output=written)
    assert edition.digest in line
    assert ",1,B1," in written.read_text("utf-8-sig")
    run_command("export_results", "2026H1", scheme="board", edition="provisional", output=written)
    assert ",provisional,B1," in written.read_text("utf-8-sig")
    run_command("export_results", "2026H1", scheme="board", edition="1", output=written)
    assert ",1,B1," in written.read_text("utf-8-sig")


@pytest.mark.parametrize(
    "wrong",
    [
        {"scheme": "none"},
        {"by": "approver"},
        {"by": "nobody"},
        {"approved_by": "gone"},
        {"approved_by": "stranger"},
    ],
)
def test_the_command_refuses_with_exit_code_1(board, people, wrong):
    UserFactory(username="gone", is_active=False)
    UserFactory(username="stranger")
    words = {"scheme": "board", "by": "preparer", "approved_by": "approver"} | wrong
    with pytest.raises(CommandError) as refused:
        call_command("publish", "2026H1", **words)
    assert refused.value.returncode == 1
    assert not Edition.objects.exists()


def test_whose_right_has_ended_publishes_nothing(board, people, company):
    left = UserFactory(username="left")
    AssignmentFactory(user=left, unit=company, role=Role.PROVINCE_OFFICE, ends_on="2020-12-31")
    with pytest.raises(PermissionDenied):
        publish("2026H1", "board", Decision(left, people[1]))


def test_the_worked_example_can_be_published(bureaus, people, run_command):
    run_command("import_scheme", FILES / "vanguard.json")
    run_command("import_values", FILES / "vanguard_values.csv")
    publish("2026H1", "committee-vanguard", Decision(*people))
    assert (Scheme.objects.count(), Item.objects.count(), DirtyUnit.objects.count()) == (1, 8, 0)
