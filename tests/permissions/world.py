"""The seeded rows. Every text in them is a canary of the unit or the person to whom the row belongs."""

from dataclasses import dataclass, field
from datetime import date

from django.core.files.base import ContentFile

from activities.models import (
    ActionItem,
    Activity,
    Attachment,
    Attendance,
    CoreTask,
    CorrectionRequest,
    DutyRule,
    Participation,
)
from activities.moves import MOVES
from activities.operations import plan_meeting, record_activity, return_activity
from activities.records import ActivityData, AttendanceData, OutcomeData, PartData
from activities.selectors import may
from assessments.models import Award, Exclusion, Indicator, IndicatorValue, PastResult, Rating, Scheme
from assessments.operations import copy_scheme, ensure_period, import_scheme, publish, recompute
from assessments.operations.publishing import Decision
from branches.models import PartyUnit
from core import clock
from core.choices import JobState
from core.files import store_upload
from core.models import Draft, Job
from core.workflow import move
from pairings.models import DemonstrationSite, HelpItem, HelpTopic, SupportAward
from pairings.rules import SITE_CRITERIA
from tests.factories import assessments as scheme_files
from tests.factories.accounts import UserFactory
from tests.factories.activities import DutyFactory
from tests.factories.branches import (
    AssignmentFactory,
    MemberFactory,
    OrganisationFactory,
    PartyUnitFactory,
    PostFactory,
)
from tests.factories.pairings import PairingFactory, PartnerFactory
from tests.permissions.canaries import canary, figure_of, outcome_of
from tests.permissions.tree import (
    CLOSED,
    JOINT,
    OTHERS,
    PEOPLE,
    TODAY,
    TREE,
    UNITS,
    is_group,
    with_groups,
)

PUBLISHED, RUNNING = "2025H2", "2026H1"
HELD = {"confirmed": date(2026, 5, 12), "returned": date(2026, 5, 20), "submitted": date(2026, 6, 2)}
HELD |= {"draft": date(2026, 6, 3), "joint": date(2026, 6, 4)}
ITEMS = ["M1", "R1", "T1", "A1"]  # measure, reported, rating, awarded
MISSING_KEY = 10**9 + 7


@dataclass
class World:
    units: dict = field(default_factory=dict)
    users: dict = field(default_factory=dict)
    authors: dict = field(default_factory=dict)
    members: dict = field(default_factory=dict)
    records: dict = field(default_factory=dict)  # (unit code, state) -> activity
    core_tasks: dict = field(default_factory=dict)
    duties: dict = field(default_factory=dict)
    pairings: dict = field(default_factory=dict)  # unit code -> the pairing that it leads
    awards: dict = field(default_factory=dict)  # unit code -> the Support Award of the partner of its pairing
    needs: dict = field(default_factory=dict)  # unit code -> a need of its partner
    files: dict = field(default_factory=dict)  # unit code -> attachment of its submitted record
    jobs: dict = field(default_factory=dict)
    drafts: dict = field(default_factory=dict)
    schemes: dict = field(default_factory=dict)  # who may do what with it -> draft of a scheme
    items: dict = field(default_factory=dict)  # unit code -> a thing to do, ticked off
    values: dict = field(default_factory=dict)  # unit code -> its reported figure of the running period
    exclusions: dict = field(default_factory=dict)
    corrections: dict = field(default_factory=dict)  # unit code -> what its first member asks for
    objections: dict = field(default_factory=dict)  # unit code -> what it objects to in the published board
    proposal: object = None  # a board that waits for approval
    veto: object = None
    cookies: dict = field(default_factory=dict)


def make_world():
    world = World()
    make_units(world)
    make_people(world)
    for code in UNITS:
        make_records(world, code)
        make_duty(world, code)
        world.core_tasks[code] = CoreTask.objects.create(
            unit=world.units[code], name=canary(code, "task"), starts_on=HELD["confirmed"]
        )
        make_pairing(world, code)
    make_joint_record(world)
    leave_unfinished(world)
    PartyUnit.objects.filter(code__in=CLOSED).update(closed_on=CLOSED["C22"])
    make_boards(world)
    return world


def make_duty(world, code):
    """One with a deadline that its office opened."""
    world.duties[code] = DutyFactory(
        rule__code="walked",
        rule__active=False,
        unit=world.units[code],
        opened_until=date(2026, 7, 31),
        counts_until=date(2026, 7, 31),
        opened_by=world.authors[code],
        opened_reason=canary(code, "reason"),
    )


def make_pairing(world, code):
    """In force, with a signed copy, a paper, a plan, a record and results; groups have none of their own."""
    if is_group(code):
        return
    author, record = world.authors[code], world.records[code, "confirmed"]
    partner = PartnerFactory(
        code=f"V-{code}", contact_name=canary(code, "contact"), contact_phone=canary(code, "contact", 2)
    )
    pairing = PairingFactory(
        code=f"LJ-{code}",
        title=canary(code, "pairing"),
        unit=world.units[code],
        partners=[partner],
        talks=canary(code, "pairing", 2),
        active_from=date(2026, 1, 1),
        active_until=date(2027, 12, 31),
    )
    papers = [
        store_upload(
            ContentFile(b"%PDF-1.7\n" + canary(code, "bytes", number).encode(), name="p.pdf"), by=author
        )
        for number in (3, 4)
    ]
    pairing.agreements.create(rights_own=canary(code, "pairing", 3), signed_file=papers[0])
    pairing.documents.create(kind="PLAN", title=canary(code, "pairing", 4), file=papers[1])
    item = pairing.plan_items.create(
        title=canary(code, "pairing", 5), owner=canary(code, "owner"), due_on=date(2026, 9, 30)
    )
    pairing.joint_works.create(activity=record, plan_item=item)
    guard = pairing.line_guards.create(
        side="PARTNER",
        name=canary(code, "pairing", 6),
        section=canary(code, "pairing", 7),
        starts_on=date(2026, 2, 1),
    )
    pairing.hazards.create(
        guard=guard,
        activity=record,
        kind="TREE",
        text=canary(code, "pairing", 8),
        found_on=date(2026, 3, 2),
        entered_by=author,
    )
    pairing.surveys.create(
        held_on=date(2026, 1, 5), method="INTERVIEW", sample=9, satisfied=7, note=canary(code, "pairing", 9)
    )
    pairing.figures.create(
        name=canary(code, "pairing", 10),
        measure_unit="h",
        before=9,
        before_on=date(2026, 1, 5),
        source="SCADA",
    )
    world.pairings[code] = pairing
    make_honours(world, code, partner)
    make_help(world, code, partner)


def make_help(world, code, partner):
    """A need of the partner, an offer of the branch, and a need that the branch met before."""
    topic, unit, author = HelpTopic.objects.first(), world.units[code], world.authors[code]
    facts = {"topic": topic, "unit": unit, "since": date(2026, 2, 1), "entered_by": author}
    need = HelpItem.objects.create(direction="NEED", partner=partner, note=canary(code, "need"), **facts)
    HelpItem.objects.create(direction="OFFER", note=canary(code, "need", 2), **facts)
    met = {"met_on": date(2026, 3, 1), "met_by": canary(code, "need", 3)}
    HelpItem.objects.create(direction="NEED", partner=partner, **facts, **met)
    world.needs[code] = need


def make_honours(world, code, partner):
    """A pairing checked and named a demonstration site, and the award of its partner."""
    pairing, office = world.pairings[code], world.users["province2"]
    pairing.site_checks.create(
        checked_on=date(2026, 3, 1),
        **dict.fromkeys(SITE_CRITERIA, False),
        note=canary(code, "pairing", 6),
        checked_by=office,
    )
    DemonstrationSite.objects.create(
        pairing=pairing, batch=1, theme=canary(code, "pairing", 7), named_on=date(2026, 3, 2), named_by=office
    )
    paper = store_upload(ContentFile(b"%PDF-1.7\naward", name="a.pdf"), by=office)
    world.awards[code] = SupportAward.objects.create(
        partner=partner, year=2025, reason="support of the grid", file=paper, given_by=office
    )


def make_units(world):
    for code, (kind, parent, organisation_kind) in TREE.items():
        organisation = OrganisationFactory(code=f"O-{code}", name=canary(code, "org"), kind=organisation_kind)
        world.units[code] = PartyUnitFactory(
            code=code,
            name=canary(code, "unit"),
            kind=kind,
            parent=world.units.get(parent),
            organisation=organisation,
            category=canary(code, "category"),
        )


def make_people(world):
    for person in [*PEOPLE, *OTHERS]:
        user = UserFactory(
            username=person.name,
            name=person.name,
            is_active=person.is_active,
            is_staff=person.is_staff,
            is_superuser=person.is_superuser,
        )
        for held in person.held:
            AssignmentFactory(
                user=user,
                role=held.role,
                unit=world.units[held.unit],
                starts_on=held.first,
                ends_on=held.last,
            )
        world.users[person.name] = user
        make_own_things(world, user)
    for code, unit in world.units.items():
        make_unit_people(world, code, unit)


def make_own_things(world, user):
    now = clock.now()
    world.drafts[user.username] = Draft.objects.create(
        user=user,
        form="activity",
        key=f"key-{user.username}",
        title=canary(user.username, "draft"),
        data={"title": [canary(user.username, "draft", 2)], "note": [canary(user.username, "draft", 3)]},
        updated_at=now,
    )
    world.jobs[user.username] = Job.objects.create(
        kind="tests.walk",
        key=user.username,
        title=canary(user.username, "job"),
        state=JobState.DONE,
        finished_at=now,
        created_at=now,
        created_by=user,
    )


def make_unit_people(world, code, unit):
    """An author on the committee, who may record and not confirm; two members, the first with a post."""
    author = UserFactory(username=f"author-{code}", name=canary(code, "author"))
    AssignmentFactory(user=author, role="BRANCH_COMMITTEE", unit=unit)
    world.authors[code] = author
    world.members[code] = [
        MemberFactory(unit=unit, name=canary(code, "member", number), organisation=unit.organisation)
        for number in (1, 2)
    ]
    world.corrections[code] = CorrectionRequest.objects.create(
        member=world.members[code][0], text=canary(code, "correction"), asked_at=clock.now()
    )
    position = "GROUP_LEADER" if unit.kind == "GROUP" else "ORGANISATION"
    PostFactory(member=world.members[code][0], unit=unit, position=position)


# --- records --------------------------------------------------------------------------------------
def make_records(world, code):
    for state in ("confirmed", "returned", "submitted", "draft"):
        activity, _created = record_activity(
            record_data(world, code, state), by=world.authors[code], submit=state != "draft"
        )
        if state == "confirmed":
            move(activity, "lapse", MOVES, by=None, allowed=may)
        elif state == "returned":
            return_activity(activity, by=None, reason=canary(code, "reason"))
        world.records[code, state] = Activity.objects.get(pk=activity.pk)
    world.records[code, "planned"] = plan(world, code)
    world.items[code] = ActionItem.objects.create(
        activity=world.records[code, "confirmed"], text=canary(code, "item"), done_on=HELD["confirmed"]
    )
    world.files[code] = attach(world, code)


def plan(world, code):
    data = ActivityData(
        unit_id=world.units[code].pk,
        kind="ORG_LIFE_MEETING",
        title=canary(code, "title", 7),
        held_on=date(2026, 7, 1),
        place=canary(code, "place", 7),
        agenda=canary(code, "note", 7),
        chair_id=world.members[code][0].pk if code in world.members else None,
    )
    return plan_meeting(data, by=world.authors[code])[0]


def record_data(world, code, state):
    number = list(HELD).index(state) + 1
    expected = [member for unit in sorted(with_groups(code)) for member in world.members.get(unit, [])]
    names = tuple(
        AttendanceData(member.pk, "" if place % 2 else "DUTY") for place, member in enumerate(expected)
    )
    return ActivityData(
        unit_id=world.units[code].pk,
        kind="THEMED_PARTY_DAY",
        also_counts=("DEMOCRATIC_APPRAISAL",) if state == "draft" else (),
        title=canary(code, "title", number),
        held_on=HELD[state],
        place=canary(code, "place", number),
        note=canary(code, "note", number),
        tags=(canary(code, "tag"),),
        no_core_task="none runs",
        parts=(PartData(world.units[code].pk, attendance=names),),
        outcomes=(OutcomeData("SERVICE_VISIT", outcome_of(code)),),
    )


def attach(world, code):
    content = b"%PDF-1.7\n" + canary(code, "bytes").encode()
    upload = ContentFile(content, name=f"{canary(code, 'file')}.pdf")
    stored = store_upload(upload, by=world.authors[code])
    return Attachment.objects.create(activity=world.records[code, "submitted"], file=stored)


def make_joint_record(world):
    """A branch's record in which a branch of another county took part; with people of both by name."""
    lead, other = JOINT
    data = record_data(world, lead, "joint")
    data = ActivityData(
        **{name: getattr(data, name) for name in ("unit_id", "held_on")},
        kind="JOINT_CONFERENCE",
        title=canary(lead, "joint"),
        place=canary(lead, "joint", 2),
        note=canary(lead, "joint", 3),
        parts=data.parts,
    )
    activity, _created = record_activity(data, by=world.authors[lead])
    theirs = world.members[other]
    part = Participation.objects.create(
        activity=activity, unit=world.units[other], expected_count=len(theirs), present_count=len(theirs)
    )
    for member in theirs:
        Attendance.objects.create(participation=part, member=member, present=True)
    world.records[lead, "joint"] = activity


def leave_unfinished(world):
    """The deputy, whose post has ended, had begun a record and not submitted it."""
    begun = Activity.objects.filter(pk=world.records["N111", "draft"].pk)
    begun.update(created_by=world.users["deputy"])


# --- boards ---------------------------------------------------------------------------------------
def make_boards(world):
    assert DutyRule.objects.exists(), "the rules of what is owed come with a migration"
    schemes = [
        ("company", canary("company", "scheme"), {"subject_kinds": ["BRANCH"]}),
        ("county", canary("county", "scheme"), {"organisation_kinds": ["COUNTY"]}),
        ("far", canary("far", "scheme"), {"subject_kinds": ["GENERAL_BRANCH"]}),
    ]
    for code, name, subjects in schemes:
        import_scheme(scheme_files_bytes(code, name, subjects), by=None)
        for period in (PUBLISHED, RUNNING):
            for unit in UNITS:
                make_figures(world, code, period, unit)
    for code, _name, _subjects in schemes:
        decision = Decision(world.users["province"], world.users["province2"], waiver="a small world")
        publish(PUBLISHED, code, decision)
    recompute(RUNNING, by=None)
    make_exclusions(world)


def make_exclusions(world):
    """Of each unit one that was asked for."""
    for value in IndicatorValue.objects.filter(period__code=RUNNING).select_related("unit"):
        code = value.unit.code
        world.values[code] = value
        world.exclusions[code] = Exclusion.objects.create(
            value=value,
            unit=value.unit,
            cause="STORM",
            because=canary(code, "because"),
            amount=10**6,
            asked_by=world.authors[code],
            asked_at=clock.now(),
        )
    copied = Scheme.objects.get(code="company")
    world.schemes["company"] = copy_scheme(copied, by=world.users["province"])
    make_round(world)


def make_round(world):
    for code, unit in world.units.items():
        world.objections[code] = scheme_files.ObjectionFactory(
            unit=unit,
            period=PUBLISHED,
            scheme_code="county",
            item_code="M1",
            text=canary(code, "objection"),
            raised_by=world.authors[code],
        )
    world.proposal = scheme_files.ProposalFactory(
        period=RUNNING, scheme_code="company", prepared_by=world.users["province2"]
    )
    world.veto = scheme_files.VetoFactory(
        unit=world.units["N111"], period=RUNNING, entered_by=world.users["province2"]
    )


def scheme_files_bytes(code, name, subjects):
    items = [
        scheme_files.item(
            "M1", weight="40", source={"type": "MEASURE", "code": "activities.party_day_attendance"}
        ),
        scheme_files.item("R1", weight="20", source={"type": "REPORTED", "code": "OUTAGE"}),
        scheme_files.item("T1", weight="20", source={"type": "RATING"}),
        scheme_files.awarded("A1", "20"),
    ]
    publication = {"to": "COMPANY" if code == "company" else "COMMITTEE", "show": "ALL"}
    document = scheme_files.document(
        scheme_files.section("S", *items), code=code, name=name, publication=publication
    )
    scopes = ["COMPANY", "PARENT"] if code == "company" else ["COMPANY"]
    if code == "county":
        subjects = {"subject_kinds": ["COMMITTEE"], **subjects}
    return scheme_files.json.dumps(document | {"board_scopes": scopes} | subjects).encode()


def make_figures(world, scheme, period, code):
    unit, named = world.units[code], ensure_period(period)
    value = figure_of(code) * 10**6
    IndicatorValue.objects.get_or_create(
        indicator=Indicator.objects.get(code="OUTAGE"),
        unit=unit,
        period=named,
        defaults={
            "value": value,
            "raw": value,
            "entered_by": world.authors[code],
            "entered_at": clock.now(),
        },
    )
    Award.objects.create(unit=unit, period=named, scheme_code=scheme, item_code="A1", points=7 * 10**6)
    Rating.objects.create(
        unit=unit,
        period=named,
        scheme_code=scheme,
        item_code="T1",
        rater=canary(code, "rater"),
        score=80 * 10**6,
    )
    PastResult.objects.create(unit=unit, period=named, scheme_code=scheme, total=7317)


assert max(HELD.values()) < TODAY
