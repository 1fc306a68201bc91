"""Units that are too small or too large for what they are, and branches that nobody leads."""

from collections import Counter
from collections.abc import Iterator
from datetime import date

from django.db.models import Count, Exists, OuterRef
from django.utils.translation import gettext as _

from branches import rules
from branches.alerts.alert import KEEPS_POSTS, KEEPS_UNITS, Alert
from branches.alerts.groups import ON_COMMITTEE
from branches.choices import BRANCH_KINDS, COMMITTEE_POSITIONS, AlertKind, MemberStatus, Position, UnitKind
from branches.models import Member, PartyUnit, Post
from branches.querysets import PATH_STEP, PartyUnitQuerySet
from branches.selectors import prefixes


def sizes(units: PartyUnitQuerySet, today: date) -> Iterator[Alert]:
    """A branch counts its groups' members; a general branch or committee all below it."""
    counted, full = count_members(units, today)
    committees = Post.objects.live(today).filter(
        unit__in=units.values("pk"), position__in=COMMITTEE_POSITIONS
    )
    with_committee = set(committees.values_list("unit_id", flat=True))
    for unit in units:
        if unit.kind == UnitKind.GROUP:
            yield from small_group(unit, counted[unit.pk], full[unit.pk])
        if unit.kind == UnitKind.BRANCH and rules.branch_kind_suggested(full[unit.pk]) != UnitKind.BRANCH:
            yield too_small(unit, full[unit.pk])
        if (
            unit.kind in BRANCH_KINDS
            and rules.expects_committee(full[unit.pk])
            and unit.pk not in with_committee
        ):
            yield committee_expected(unit, full[unit.pk])
        larger = rules.outgrown_kind(unit.kind, counted[unit.pk])
        if larger:
            yield outgrown(unit, counted[unit.pk], larger)


def count_members(units: PartyUnitQuerySet, today: date) -> tuple[Counter[int], Counter[int]]:
    """Members and full members of each unit, pooled upward within ``units``."""
    members = Member.objects.current(today).filter(unit__in=units.values("pk")).order_by()
    rows = members.values_list("unit__path", "status").annotate(count=Count("pk"))
    counted: Counter[int] = Counter()
    full: Counter[int] = Counter()
    for path, status, count in rows:
        for above in [*prefixes(path), path]:
            key = int(above[-PATH_STEP:])
            counted[key] += count
            full[key] += count if status == MemberStatus.FULL else 0
    return counted, full


def small_group(unit: PartyUnit, members: int, full: int) -> Iterator[Alert]:
    if members < rules.MEMBERS_IN_GROUP or full < rules.FULL_IN_GROUP:
        yield Alert(
            AlertKind.GROUP_TOO_SMALL,
            unit,
            _("%(count)d members, %(full)d of them full ones") % {"count": members, "full": full},
            _("A group has at least three members, one of them a full member. Transfer some, or merge it."),
            "unit_merge",
            "branches.change_group",
        )


def too_small(unit: PartyUnit, full: int) -> Alert:
    return Alert(
        AlertKind.BRANCH_TOO_SMALL,
        unit,
        _("%(count)d full members; a branch has three at least") % {"count": full},
        _("Form a joint branch with the neighbours, or merge it into another branch."),
        "unit_merge",
        KEEPS_UNITS,
    )


def committee_expected(unit: PartyUnit, full: int) -> Alert:
    return Alert(
        AlertKind.COMMITTEE_EXPECTED,
        unit,
        _("%(count)d full members and no branch committee") % {"count": full},
        _("From seven full members on a branch elects a committee."),
        "election",
        KEEPS_POSTS,
    )


def outgrown(unit: PartyUnit, members: int, larger: str) -> Alert:
    return Alert(
        AlertKind.KIND_OUTGROWN,
        unit,
        _("%(count)d members: the size of a %(kind)s") % {"count": members, "kind": UnitKind(larger).label},
        _("Consider it with the level above; a smaller kind stays allowed with its approval."),
    )


def committees_too_large(units: PartyUnitQuerySet, today: date) -> Iterator[Alert]:
    posts = Post.objects.live(today).filter(
        unit__in=units.values("pk"), unit__kind__in=BRANCH_KINDS, position__in=ON_COMMITTEE
    )
    people = posts.order_by().values("unit").annotate(people=Count("member", distinct=True))
    large = dict(people.filter(people__gt=rules.MOST_ON_COMMITTEE).values_list("unit", "people"))
    for unit in PartyUnit.objects.filter(pk__in=large):
        yield Alert(
            AlertKind.COMMITTEE_TOO_LARGE,
            unit,
            _("%(count)d people on the committee") % {"count": large[unit.pk]},
            _("A branch committee has seven members at most. Elect fewer the next time."),
            "election",
            KEEPS_POSTS,
        )


def without_secretary(units: PartyUnitQuerySet, today: date) -> Iterator[Alert]:
    """Of the day: a post that begins later is none yet."""
    held = Post.objects.live(today).filter(unit=OuterRef("pk"), position=Position.SECRETARY)
    for unit in units.filter(~Exists(held), kind__in=BRANCH_KINDS):
        yield Alert(
            AlertKind.BRANCH_WITHOUT_SECRETARY,
            unit,
            _("Nobody is secretary of this branch"),
            _("Hand over to a new secretary, or have the election recorded."),
            "hand_over",
            KEEPS_POSTS,
        )


def joint_too_wide(units: PartyUnitQuerySet, today: date) -> Iterator[Alert]:
    joint = units.filter(kind=UnitKind.JOINT_BRANCH).annotate(others=Count("also_covers"))
    for unit in joint:
        if rules.is_joint_branch_too_wide(unit.others + 1):
            yield Alert(
                AlertKind.JOINT_TOO_WIDE,
                unit,
                _("Covers %(count)d organisations") % {"count": unit.others + 1},
                _("A joint branch generally covers five at most. Open a second one."),
            )
