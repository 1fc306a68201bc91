"""Elections, probations and temporary branches whose day is near or over."""

from collections.abc import Iterator
from datetime import date, timedelta

from django.db.models import Q
from django.utils.translation import gettext as _

from branches import rules
from branches.alerts.alert import KEEPS_PEOPLE, KEEPS_POSTS, KEEPS_UNITS, PERSON, Alert
from branches.choices import AlertKind, MemberStatus, UnitKind
from branches.models import Member, PartyUnit
from branches.querysets import PartyUnitQuerySet

LONGEST_TERM = 5


def electing_by(units: PartyUnitQuerySet, day: date) -> list[tuple[PartyUnit, date]]:
    """The units whose election is due by ``day``, with the day on which it is due."""
    after = day + timedelta(days=1)  # a term from 29 February may end a day earlier than reckoned back
    own = [
        Q(term_years=years, last_election_on__lte=rules.add_years(after, -years))
        for years in range(1, LONGEST_TERM + 1)
    ]
    usual = [
        Q(term_years=None, kind=kind, last_election_on__lte=rules.add_years(after, -rules.term_years(kind)))
        for kind in rules.ELECTING_KINDS
    ]
    over = Q(pk=None)
    for term in [*own, *usual]:
        over |= term
    found = units.filter(over, kind__in=rules.ELECTING_KINDS).exclude(extended_until__gt=day)
    due = [(unit, rules.election_due_on(unit)) for unit in found]
    return [(unit, due_on) for unit, due_on in due if due_on is not None and due_on <= day]


def elections(units: PartyUnitQuerySet, today: date) -> Iterator[Alert]:
    for unit, due_on in electing_by(units, rules.add_months(today, max(rules.ELECTION_STAGES))):
        text = _("Overdue since %(day)s") if due_on < today else _("Due by %(day)s")
        if unit.extended_until:
            text = " · ".join([text, _("extended, approved by %(approval)s")])
        yield Alert(
            AlertKind.ELECTION,
            unit,
            text % {"day": due_on.isoformat(), "approval": unit.extension_approval},
            _("Hold the election and have it recorded, or have an extension approved."),
            "election",
            KEEPS_POSTS,
            due_on=due_on,
        )


def probations(units: PartyUnitQuerySet, today: date) -> Iterator[Alert]:
    until = rules.add_months(today, rules.PROBATION_AHEAD_MONTHS)
    members = Member.objects.current(today).filter(
        unit__in=units.values("pk"), status=MemberStatus.PROBATIONARY, probation_ends_on__lte=until
    )
    for member in members.select_related("unit__parent"):
        over = member.probation_ends_on < today
        text = (
            _("%(person)s: probation ended on %(day)s")
            if over
            else _("%(person)s: probation ends on %(day)s")
        )
        yield Alert(
            AlertKind.PROBATION,
            member.unit,
            text % {"person": PERSON, "day": member.probation_ends_on.isoformat()},
            _("Put the admission on the agenda of the general meeting, then change the member's status."),
            "member_change",
            KEEPS_PEOPLE,
            due_on=member.probation_ends_on,
            person=member,
        )


def probations_without_end(units: PartyUnitQuerySet, today: date) -> Iterator[Alert]:
    """Nobody is told in time of the admission of whoever has no day."""
    members = Member.objects.current(today).filter(
        unit__in=units.values("pk"),
        status=MemberStatus.PROBATIONARY,
        probation_ends_on=None,
        full_since=None,
    )
    for member in members.select_related("unit__parent"):
        yield Alert(
            AlertKind.PROBATION_WITHOUT_END,
            member.unit,
            _("%(person)s: it is not on record when the probation ends") % {"person": PERSON},
            _("Enter the day on the member's page, so that the admission is told of in time."),
            "member_change",
            KEEPS_PEOPLE,
            person=member,
        )


def lapses(units: PartyUnitQuerySet, today: date) -> Iterator[Alert]:
    until = rules.add_months(today, rules.LAPSE_AHEAD_MONTHS)
    for unit in units.filter(kind=UnitKind.TEMPORARY_BRANCH, lapses_on__lte=until):
        yield Alert(
            AlertKind.TEMPORARY_LAPSES,
            unit,
            _("Lapses on %(day)s with its project") % {"day": unit.lapses_on.isoformat()},
            _("Close it, or have its end put off."),
            "unit_close",
            KEEPS_UNITS,
            due_on=unit.lapses_on,
        )
