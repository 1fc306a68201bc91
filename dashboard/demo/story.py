"""What waits for the people of the demo: something returned, a draft, records to confirm (contract.md 1)."""

from collections.abc import Iterator
from datetime import date, timedelta

from dashboard.demo.people import DEMO_BRANCH, DEMO_COUNTY
from dashboard.demo.rhythm import Span
from dashboard.demo.rows import ActivityRow, Branch, Part, Province


def story_rows(province: Province, span: Span) -> Iterator[ActivityRow]:
    own = next(branch for branch in province.branches if branch.code == DEMO_BRANCH)
    yield returned_meeting(own, span)
    yield draft_visit(own, span)
    yield training_of_the_group(own, span)
    neighbours = [
        branch for branch in province.branches if branch.committee_code == DEMO_COUNTY and branch is not own
    ]
    for branch in neighbours:
        yield waiting_visit(branch, span)


def days_ago(span: Span, count: int) -> date:
    return max(span.running.first_day, span.until - timedelta(days=count))


def returned_meeting(branch: Branch, span: Span) -> ActivityRow:
    people = branch.members[:5]
    names = {member.staff_no: "" for member in people}
    return ActivityRow(
        "COMMITTEE_MEETING",
        "支委会：研究冬夏用电高峰值班安排",
        days_ago(span, 9),
        [Part(branch.code, 5, 5, 0, names)],
        place="支部会议室",
        state="RETURNED",
        submitted_on=days_ago(span, 7),
        decided_on=days_ago(span, 5),
        reason="实到人数与名单不符，核对后再提交",
        author="secretary",
        decider="county",
    )


def draft_visit(branch: Branch, span: Span) -> ActivityRow:
    people = branch.members[3:9]
    names = {member.staff_no: "" for member in people}
    return ActivityRow(
        "SERVICE_VISIT",
        "双塘村用电安全入户检查",
        days_ago(span, 3),
        [Part(branch.code, len(people), len(people), 0, names)],
        place="双塘村",
        outcomes=(("SERVICE_VISIT", 6, "EXACT"), ("HOUSEHOLD_VISITED", 34, "EXACT")),
        note="分三个小组逐户检查，登记需整改一处。",
        state="DRAFT",
        submitted_on=days_ago(span, 2),
        author="secretary",
    )


def training_of_the_group(branch: Branch, span: Span) -> ActivityRow:
    group = branch.groups[1]
    names = {member.staff_no: "" for member in group.members}
    return ActivityRow(
        "TRAINING",
        "触电急救培训",
        days_ago(span, 4),
        [Part(group.code, len(names), len(names), 0, names)],
        place="班组学习室",
        outcomes=(("TRAINING_SESSION", 1, "EXACT"), ("TRAINEE", len(names), "EXACT")),
        state="SUBMITTED",
        submitted_on=days_ago(span, 3),
        author="leader",
    )


def waiting_visit(branch: Branch, span: Span) -> ActivityRow:
    present = min(6, len(branch.members))
    return ActivityRow(
        "SERVICE_VISIT",
        "用电安全入户检查",
        days_ago(span, 4),
        [Part(branch.code, present, present)],
        place="县城老旧小区",
        outcomes=(("SERVICE_VISIT", 4, "EXACT"), ("PROBLEM_SOLVED", 2, "EXACT")),
        state="SUBMITTED",
        submitted_on=days_ago(span, 2),
    )
