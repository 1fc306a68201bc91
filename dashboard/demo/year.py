"""The year of the demo's branch beside its monthly rhythm: what it works on, minutes, talks, an appraisal, a
plan, what its office decided, and what needs attention in the county (domain.md 3, 5)."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.conf import settings

from accounts.models import User
from activities.choices import ActivityKind, AppraisalGrade, DutyState, TalkKind, TopicClass
from activities.models import Activity, Appraisal, CoreTask, Duty, Talk
from activities.operations import add_core_task, exempt_duty, open_deadline, plan_meeting
from activities.records import ActionData, ActivityData, AttendanceData, FinishedRecord, PartData, VoteData
from activities.talks import on_committee
from branches.choices import Position
from branches.models import Member, PartyUnit
from branches.operations import update_member
from branches.selectors import members_of
from core import clock
from dashboard.demo.people import DEMO_BRANCH, DEMO_COUNTY
from dashboard.demo.rhythm import Span
from dashboard.demo.rows import Branch, OrganisationRow, Province

CORE_TASKS = [
    ("DW-LH", "迎峰度夏和迎峰度冬保供电"),
    ("DW-QJ", "优质服务提升年"),
    (DEMO_COUNTY, "农村低电压台区治理"),
    (DEMO_BRANCH, "城西片区老旧线路改造"),
]
HOURS = {ActivityKind.PARTY_LECTURE: Decimal("2.0"), ActivityKind.TRAINING: Decimal("3.0")}
MEETINGS = (ActivityKind.GENERAL_MEETING, ActivityKind.COMMITTEE_MEETING)
AGENDA = "通报上次会议议定事项落实情况\n讨论{topic}\n研究老旧线路改造进度"
SAID = [
    (
        "会议认为，{topic}要与城西片区老旧线路改造一并推进，党员分片包干，每半月碰头一次。",
        "党员责任区按三个片区重新划分\n支部委员每人联系一个班组",
    ),
    (
        "围绕{topic}，各党小组汇报了进展和困难；与会人员提出，停电计划应提前三天送到社区，老人户由党员上门告知。",
        "停电告知单由党小组长签发\n每周五核对一次上门名单",
    ),
    (
        "就{topic}逐项讨论。书记通报了上级要求，组织委员介绍了人员安排，班组长说明了材料到货情况和夜间抢修的后勤保障。",
        "夜间抢修实行党员带班\n下月检查备品备件",
    ),
    (
        "听取了{topic}的情况说明，肯定了做法，指出台账不全、回访不及时两个问题，明确了整改时限和责任人。",
        "月底前补齐台账\n回访结果在支部公示栏公布",
    ),
]
TO_DO = [
    ("公布党员责任区名单", "走访改造片区困难用户并建立台账"),
    ("列出老旧线路缺陷清单", "向社区公示停电改造计划"),
    ("核对困难用户台账", "汇总党小组学习心得"),
]
TALKS = 6
NEW_TEAM = "应急抢修班"
RECENT_DAYS = 60  # a demo of long ago opens no deadlines


def prepare(province: Province, until: date) -> None:
    """In the rows, before anything is written: elections due and overdue, a team without a group."""
    near = [branch for branch in province.branches if branch.committee_code == DEMO_COUNTY]
    near = [branch for branch in near if branch.code != DEMO_BRANCH]
    for branch, days in zip(near, (25, -40), strict=False):
        elect(province, branch, until.replace(year=until.year - 3, day=min(until.day, 28)), days)
    if len(near) > 1:
        add_team(province, near[1])


def elect(province: Province, branch: Branch, day: date, days: int) -> None:
    unit = next(unit for unit in province.units if unit.code == branch.code)
    before, unit.last_election_on = unit.last_election_on, day + timedelta(days=days)
    unit.established_on = min(unit.established_on, unit.last_election_on)
    for post in province.posts:
        if post.starts_on == before and post.unit_code in (branch.code, *(g.code for g in branch.groups)):
            post.starts_on = unit.last_election_on


def add_team(province: Province, branch: Branch) -> None:
    """Three full members work in a new team on which no group stands yet."""
    at = branch.organisation_code
    team = OrganisationRow(f"{at}-9", f"{branch.place}{NEW_TEAM}", "TEAM", at, staff_count=9)
    province.organisations.append(team)
    leaders = {group.members[0].staff_no for group in branch.groups}
    for member in [row for row in branch.members if row.is_full and row.staff_no not in leaders][-3:]:
        member.organisation_code = team.code


class Year:
    def __init__(self, users: dict[str, User], span: Span) -> None:
        self.users, self.span = users, span
        self.branch = PartyUnit.objects.get(code=DEMO_BRANCH)
        self.people = list(members_of(self.branch).order_by("pk"))
        posts = dict(self.branch.posts.live(span.until).values_list("position", "member_id"))
        self.chair = posts[Position.SECRETARY]
        self.recorder = posts.get(Position.ORGANISATION)
        self.tasks: dict[str, CoreTask] = {}

    # --- before the records --------------------------------------------------------------------------
    def set_core_tasks(self) -> None:
        units = PartyUnit.objects.in_bulk([code for code, _name in CORE_TASKS], field_name="code")
        for code, name in CORE_TASKS:
            since = self.span.closed.first_day
            self.tasks[code] = add_core_task(units[code], name, starts_on=since, by=None)

    def with_minutes(self, data: ActivityData) -> ActivityData:
        """Hours of study everywhere; at the meetings of the branch what was said and decided."""
        data = replace(data, learning_hours=HOURS.get(ActivityKind(data.kind)))
        if data.unit_id != self.branch.pk or data.kind not in MEETINGS:
            return data
        topic = data.title.partition("：")[2] or data.title
        note, resolutions = SAID[data.held_on.month % len(SAID)]
        data = replace(
            data,
            chair_id=self.chair,
            recorder_id=self.recorder,
            agenda=AGENDA.format(topic=topic),
            note=data.note or note.format(topic=topic),
            resolutions=resolutions,
            core_task_id=self.tasks[DEMO_BRANCH].pk,
        )
        if data.kind == ActivityKind.GENERAL_MEETING:
            return replace(data, votes=(self.vote(data),))
        due = data.held_on + timedelta(days=30)
        is_last = data.held_on > self.span.until - timedelta(days=40)
        items = tuple(
            ActionData(text, owner_id=self.recorder, due_on=due)
            for text in TO_DO[data.held_on.month % len(TO_DO)]
        )
        return replace(data, action_items=items if is_last else ())

    def vote(self, data: ActivityData) -> VoteData:
        entitled = {person.pk for person in self.people if person.status == "FULL"}
        there = [entry for entry in data.parts[0].attendance if not entry.absence]
        present = sum(entry.member_id in entitled for entry in there)
        return VoteData("通过本季度党员责任区划分方案", len(entitled), present, present, 0, 0)

    def records(self) -> Iterator[FinishedRecord]:
        """Heart-to-heart talks over the year, and the democratic appraisal."""
        first = self.span.closed.first_day
        step = (self.span.until - first) // (TALKS + 1)
        for number in range(1, TALKS + 1):
            yield self.finished(ActivityKind.HEART_TALK, first + step * number, topic_class=TopicClass.WORK)
        everybody = tuple(AttendanceData(person.pk) for person in self.people)
        yield self.finished(
            ActivityKind.DEMOCRATIC_APPRAISAL,
            first + timedelta(days=20),
            title="民主评议党员",
            parts=(PartData(self.branch.pk, attendance=everybody),),
        )

    def finished(self, kind: str, day: date, **facts) -> FinishedRecord:
        facts = {"title": "谈心谈话", **facts}
        told = min(
            clock.now(), datetime(day.year, day.month, day.day, 17, tzinfo=ZoneInfo(settings.TIME_ZONE))
        )
        return FinishedRecord(
            data=ActivityData(unit_id=self.branch.pk, kind=kind, held_on=day, **facts),
            author_id=self.users["secretary"].pk,
            submitted_at=told,
            decided_by_id=self.users["county"].pk,
            decided_at=told,
        )

    # --- after the records ---------------------------------------------------------------------------
    def complete(self) -> None:
        self.pair_talks()
        self.grade()
        self.set_probation()
        self.name_team_leader()
        self.plan()
        if clock.today() - self.span.until < timedelta(days=RECENT_DAYS):
            self.decide()

    def pair_talks(self) -> None:
        talks = Activity.objects.filter(unit=self.branch, kind=ActivityKind.HEART_TALK).order_by("held_on")
        others = [person for person in self.people if person.pk != self.chair]
        for number, activity in enumerate(talks):
            other = others[number % len(others)]
            mutual = other.pk in on_committee(self.branch, activity.held_on)
            Talk.objects.create(
                activity=activity,
                kind=TalkKind.COMMITTEE_MUTUAL if mutual else TalkKind.COMMITTEE_MEMBER,
                talker_id=self.chair,
                counterpart=other,
            )

    def grade(self) -> None:
        activity = Activity.objects.get(unit=self.branch, kind=ActivityKind.DEMOCRATIC_APPRAISAL)
        full = [person for person in self.people if person.status == "FULL"]
        best = len(full) // 4
        for place, person in enumerate(full):
            grade = AppraisalGrade.EXCELLENT if place < best else AppraisalGrade.QUALIFIED
            Appraisal.objects.create(activity=activity, member=person, grade=grade)

    def set_probation(self) -> None:
        county = PartyUnit.objects.get(code=DEMO_COUNTY)
        on_probation = Member.objects.in_subtree(county.path).filter(status="PROBATIONARY").order_by("pk")
        for number, member in enumerate(on_probation):
            ends_on = self.span.until + timedelta(days=(number * 67 + 20) % 360)
            update_member(member, by=None, probation_ends_on=ends_on)

    def name_team_leader(self) -> None:
        """Whom the alert about the team without a group proposes."""
        leader = Member.objects.filter(organisation__name__endswith=NEW_TEAM).order_by("pk").first()
        if leader:
            update_member(leader, by=None, is_team_leader=True)

    def plan(self) -> None:
        task = self.tasks[DEMO_BRANCH].pk
        data = ActivityData(
            unit_id=self.branch.pk,
            kind=ActivityKind.COMMITTEE_MEETING,
            title="支委会：研究迎检准备工作",
            held_on=clock.today() + timedelta(days=7),
            place="支部会议室",
            agenda="通报上次会议议定事项落实情况\n研究迎检准备工作",
            chair_id=self.chair,
            core_task_id=task,
        )
        plan_meeting(data, by=self.users["secretary"])

    def decide(self) -> None:
        """The county office opened one deadline and exempted one duty, of neighbours that had missed them."""
        county = PartyUnit.objects.get(code=DEMO_COUNTY)
        missing = Duty.objects.with_state(self.span.until).filter(duty_state=DutyState.MISSING)
        near = missing.filter(unit__parent=county).exclude(unit=self.branch)
        found = list(near.order_by("-last_day", "unit__code", "rule__code")[:2])
        office = self.users["county"]
        if found:
            until = clock.today() + timedelta(days=14)
            open_deadline(found[0], until=until, reason="抗洪抢险期间顺延", by=office)
        if len(found) > 1:
            exempt_duty(found[1], by=office, reason="支部党员集中外出参加保供电，经县党总支同意")
