"""Sizes, terms and groups as the public rules want them."""

from datetime import date

import pytest

from branches import rules
from branches.choices import MemberStatus, UnitKind

FULL, PROBATIONARY = MemberStatus.FULL, MemberStatus.PROBATIONARY


@pytest.mark.oracle("G-03")
@pytest.mark.parametrize(
    ("members", "kind"),
    [
        (101, "COMMITTEE"),
        (100, "COMMITTEE"),
        (99, "GENERAL_BRANCH"),
        (50, "GENERAL_BRANCH"),
        (49, "BRANCH"),
        (0, "BRANCH"),
    ],
)
def test_the_size_suggests_a_kind(members, kind):
    assert rules.suggested_kind(members) == kind


@pytest.mark.parametrize(
    ("kind", "members", "larger"),
    [
        ("BRANCH", 49, None),
        ("BRANCH", 50, "GENERAL_BRANCH"),
        ("JOINT_BRANCH", 100, "COMMITTEE"),
        ("GENERAL_BRANCH", 20, None),
        ("GENERAL_BRANCH", 99, None),
        ("GENERAL_BRANCH", 100, "COMMITTEE"),
        ("COMMITTEE", 5, None),
        ("GROUP", 200, None),
    ],
)
def test_only_a_kind_that_is_outgrown_is_told(kind, members, larger):
    assert rules.outgrown_kind(kind, members) == larger


@pytest.mark.oracle("G-04")
def test_a_branch_has_three_full_members_and_a_joint_one_five_units():
    assert rules.branch_kind_suggested(2) == UnitKind.JOINT_BRANCH
    assert rules.branch_kind_suggested(3) == UnitKind.BRANCH
    assert [rules.is_joint_branch_too_wide(units) for units in (5, 6)] == [False, True]
    assert rules.branch_refusal("BRANCH", 2) and not rules.branch_refusal("BRANCH", 3)
    assert not rules.branch_refusal("JOINT_BRANCH", 2) and not rules.branch_refusal("TEMPORARY_BRANCH", 0)


@pytest.mark.oracle("G-05")
def test_seven_full_members_have_a_committee():
    assert [rules.expects_committee(full) for full in (6, 7)] == [False, True]


@pytest.mark.oracle("G-06")
def test_terms_and_their_extension():
    elected = date(2021, 6, 30)
    assert rules.term_ends_on("BRANCH", elected) == date(2024, 6, 30)
    assert rules.term_ends_on("GENERAL_BRANCH", elected) == date(2024, 6, 30)
    assert rules.term_ends_on("COMMITTEE", elected) == date(2026, 6, 30)
    assert rules.term_ends_on("BRANCH", elected, 5) == date(2026, 6, 30)
    assert rules.term_ends_on("BRANCH", date(2024, 2, 29)) == date(2027, 2, 28)
    assert rules.extension_refusal("BRANCH", elected, None, date(2025, 6, 30)) == ""
    assert "2025-06-30" in rules.extension_refusal("BRANCH", elected, None, date(2025, 7, 1))
    assert "2024-06-30" in rules.extension_refusal("BRANCH", elected, None, date(2024, 6, 30))


@pytest.mark.oracle("G-09")
@pytest.mark.parametrize(
    ("members", "allowed"),
    [
        ([FULL, FULL], False),
        ([FULL, PROBATIONARY, PROBATIONARY], True),
        ([PROBATIONARY] * 3, False),
        ([FULL] * 3, True),
    ],
)
def test_who_can_form_a_group(members, allowed):
    assert (rules.group_refusal(members) == "") is allowed


@pytest.mark.oracle("G-09")
def test_a_probationary_member_leads_no_group():
    assert rules.leader_refusal(FULL) == ""
    assert rules.leader_refusal(PROBATIONARY) != ""


@pytest.mark.oracle("T-09")
def test_a_team_with_three_full_members_needs_a_group():
    assert [rules.needs_group(full) for full in (2, 3)] == [False, True]


@pytest.mark.parametrize(
    ("kind", "parent", "allowed"),
    [
        ("GROUP", "BRANCH", True),
        ("GROUP", "JOINT_BRANCH", True),
        ("GROUP", "COMMITTEE", False),
        ("GROUP", None, False),
        ("BRANCH", "COMMITTEE", True),
        ("BRANCH", "GENERAL_BRANCH", True),
        ("BRANCH", "BRANCH", False),
        ("COMMITTEE", "GROUP", False),
        ("COMMITTEE", None, True),
    ],
)
def test_what_stands_under_what(kind, parent, allowed):
    assert (rules.place_refusal(kind, parent) == "") is allowed


def test_like_is_merged_into_like():
    assert rules.merge_refusal("BRANCH", "JOINT_BRANCH") == ""
    assert rules.merge_refusal("GROUP", "GROUP") == ""
    assert rules.merge_refusal("GROUP", "BRANCH") != ""
    assert rules.merge_refusal("BRANCH", "COMMITTEE") != ""
