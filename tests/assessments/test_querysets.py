"""Who reads which published line."""

from datetime import UTC, datetime

import pytest
from django.contrib.auth.models import AnonymousUser

from assessments.models import Edition, Entry, IndicatorValue
from assessments.operations import Decision, publish, recompute
from branches.choices import Role, UnitKind
from tests.factories.accounts import UserFactory
from tests.factories.assessments import IndicatorValueFactory, scheme
from tests.factories.branches import PartyUnitFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def tree(company):
    """Two counties under the company; B1 and B2 under the first, B3 under the second, a group under B1."""
    found = {"CP": company}
    for code, parent, kind in (
        ("K1", "CP", UnitKind.COMMITTEE),
        ("K2", "CP", UnitKind.COMMITTEE),
        ("B1", "K1", UnitKind.BRANCH),
        ("B2", "K1", UnitKind.BRANCH),
        ("B3", "K2", UnitKind.BRANCH),
        ("G1", "B1", UnitKind.GROUP),
    ):
        found[code] = PartyUnitFactory(
            code=code, kind=kind, parent=found[parent], organisation=company.organisation
        )
    for code, figure in (("B1", "70"), ("B2", "85"), ("B3", "97")):
        IndicatorValueFactory(unit=found[code], indicator="A1", figure=figure)
    return found


@pytest.fixture
def published(tree, people):
    def make(**more):
        scheme(**more)
        return publish("2026H1", "board", Decision(*people, waiver="试行"))

    return make


def seen(user, scope=""):
    return sorted(Entry.objects.published_to(user, scope).values_list("unit_code", flat=True))


def test_a_board_for_the_company_is_read_by_everybody_signed_in(published, tree, officer):
    edition = published()
    member = officer("member", tree["B3"], Role.MEMBER)
    stranger, gone = UserFactory(), UserFactory(is_active=False)
    assert [seen(user) for user in (member, stranger)] == [["B1", "B2", "B3"]] * 2
    assert [seen(user) for user in (gone, AnonymousUser())] == [[], []]
    assert list(Edition.objects.published_to(stranger)) == [edition]
    assert list(Edition.objects.published_to(gone)) == []


def test_a_provisional_board_is_published_to_nobody(tree, people):
    scheme()
    recompute("2026H1", by=None)
    assert seen(people[0]) == []
    assert list(Edition.objects.published_to(people[0])) == []


@pytest.mark.oracle("T-24")
def test_a_board_for_the_committee_is_read_inside_it_and_above(published, tree, officer):
    edition = published(publication={"to": "COMMITTEE"})
    readers = {
        "member of B1": ("B1", Role.MEMBER, ["B1", "B2"]),
        "leader of G1": ("G1", Role.GROUP_LEADER, ["B1", "B2"]),
        "member of K1": ("K1", Role.MEMBER, ["B1", "B2"]),
        "member of B3": ("B3", Role.MEMBER, ["B3"]),
        "province": ("CP", Role.SUPERVISING_LEADER, ["B1", "B2", "B3"]),
    }
    for name, (unit, role, expected) in readers.items():
        user = officer(name, tree[unit], role)
        assert (name, seen(user)) == (name, expected)
        assert list(Edition.objects.published_to(user)) == [edition]
    assert seen(UserFactory()) == []
    assert list(Edition.objects.published_to(UserFactory())) == []


@pytest.mark.oracle("T-24")
def test_a_year_has_two_rounds_at_both_levels_each_with_its_readers(tree, people, officer, time_machine):
    time_machine.move_to(datetime(2027, 1, 15, 4, tzinfo=UTC), tick=False)
    scheme(code="committees", subject_kinds=["COMMITTEE"])
    scheme(code="branches", publication={"to": "COMMITTEE"})
    rounds = ("2026H1", "2026H2")
    for period in rounds:
        for code, figure in (("CP", "80"), ("K1", "90"), ("K2", "95")):
            IndicatorValueFactory(unit=tree[code], indicator="A1", period=period, figure=figure)
    for code, figure in (("B1", "71"), ("B2", "86"), ("B3", "98")):
        IndicatorValueFactory(unit=tree[code], indicator="A1", period=rounds[1], figure=figure)
    for period in rounds:
        assert sorted(one.scheme_code for one in recompute(period, by=None)) == ["branches", "committees"]
        for code in ("committees", "branches"):
            publish(period, code, Decision(*people))

    def lines(user):
        found = Entry.objects.published_to(user).order_by("edition__period__code", "rank_company")
        return [
            (one.edition.period.code, one.edition.scheme_code, one.unit_code, one.total)
            for one in found.select_related("edition__period")
        ]

    committees = [
        (period, "committees", code, total)
        for period in rounds
        for code, total in (("K2", 9500), ("K1", 9000), ("CP", 8000))
    ]
    own = [
        ("2026H1", "branches", "B2", 8500),
        ("2026H1", "branches", "B1", 7000),
        ("2026H2", "branches", "B2", 8600),
        ("2026H2", "branches", "B1", 7100),
    ]
    assert lines(UserFactory()) == committees
    assert sorted(lines(officer("inside", tree["B1"], Role.MEMBER))) == sorted(committees + own)


def test_a_committee_s_own_line_is_read_within_it(published, tree, officer):
    published(publication={"to": "COMMITTEE"}, subject_kinds=["COMMITTEE"], board_scopes=["PARENT"])
    assert seen(officer("inside", tree["B1"], Role.MEMBER)) == ["CP", "K1"]


@pytest.mark.parametrize(
    ("show", "expected"), [(1, ["B3"]), (2, ["B2", "B3"]), (["EXCELLENT"], ["B3"]), (["BASIC"], ["B1"])]
)
def test_only_the_lines_shown_are_read_by_the_others(published, show, expected):
    published(publication={"show": show})
    assert seen(UserFactory()) == expected


def test_a_unit_always_reads_its_own_line_and_an_office_those_below(published, tree, officer):
    published(publication={"show": 1})
    assert seen(officer("member", tree["B1"], Role.MEMBER)) == ["B1", "B3"]
    assert seen(officer("leader", tree["G1"], Role.GROUP_LEADER)) == ["B1", "B3"]
    assert seen(officer("county", tree["K1"], Role.COUNTY_OFFICE)) == ["B1", "B2", "B3"]


def test_top_places_are_those_of_the_board_looked_at(published):
    published(publication={"show": 1}, board_scopes=["COMPANY", "PARENT"])
    stranger = UserFactory()
    assert (seen(stranger), seen(stranger, "PARENT")) == (["B3"], ["B2", "B3"])


def test_the_lines_of_a_board_stand_by_rank(published):
    edition = published(board_scopes=["COMPANY", "PARENT"])
    boards = [edition.entries.on_board("COMPANY"), edition.entries.on_board("PARENT", "K1")]
    assert [[entry.unit_code for entry in board] for board in boards] == [["B3", "B2", "B1"], ["B2", "B1"]]


def test_figures_are_scoped_like_everything_of_a_unit(tree, officer):
    county = officer("county", tree["K1"], Role.COUNTY_OFFICE)
    found = IndicatorValue.objects.allowed_to(county, "change").order_by("unit__code")
    assert [value.unit.code for value in found] == ["B1", "B2"]
