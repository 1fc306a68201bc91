"""What the keepers of units are told of before it is late: computed from the rows of the day, never stored.

Each finder asks one question of all the units it is given, in a query or two, whatever their number.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from branches.alerts.alert import KEEPS_PEOPLE, PERSON, Alert
from branches.alerts.days import electing_by, elections, lapses, probations, probations_without_end
from branches.alerts.groups import committee_without_group, groups_incomplete, teams_without_group
from branches.alerts.sizes import committees_too_large, joint_too_wide, sizes, without_secretary
from branches.choices import AlertKind, UnitKind
from branches.models import Assignment, PartyUnit
from branches.names import units_with_names
from branches.querysets import PartyUnitQuerySet
from branches.selectors import keeping_rights, units_for
from core import clock

__all__ = ["Alert", "alerts_for", "electing_by", "kept_units", "near_units", "unit_url"]

Finder = Callable[[PartyUnitQuerySet, date], Iterator[Alert]]
FINDERS: dict[str, Finder] = {
    AlertKind.ELECTION: elections,
    AlertKind.PROBATION: probations,
    AlertKind.PROBATION_WITHOUT_END: probations_without_end,
    AlertKind.BRANCH_WITHOUT_SECRETARY: without_secretary,
    AlertKind.TEMPORARY_LAPSES: lapses,
    AlertKind.TEAM_WITHOUT_GROUP: teams_without_group,
    AlertKind.GROUP_WITHOUT_LEADER: groups_incomplete,
    AlertKind.GROUP_WITHOUT_LINK: groups_incomplete,
    AlertKind.COMMITTEE_WITHOUT_GROUP: committee_without_group,
    AlertKind.GROUP_TOO_SMALL: sizes,
    AlertKind.BRANCH_TOO_SMALL: sizes,
    AlertKind.COMMITTEE_EXPECTED: sizes,
    AlertKind.KIND_OUTGROWN: sizes,
    AlertKind.COMMITTEE_TOO_LARGE: committees_too_large,
    AlertKind.JOINT_TOO_WIDE: joint_too_wide,
}


def kept_units(user: Any) -> PartyUnitQuerySet:
    """All units whose people ``user`` keeps."""
    return units_for(user, KEEPS_PEOPLE).open_on(clock.today())


def near_units(user: Any) -> PartyUnitQuerySet | None:
    """For the workbench: the own units, those directly below, their groups. None for who keeps nothing.

    By their keys, so that each question afterwards goes by an index however large the tree is."""
    own = [unit for _role, unit, _path in Assignment.objects.held_with(user, KEEPS_PEOPLE)]
    if not own:
        return None
    below = list(PartyUnit.objects.filter(parent__in=own).values_list("pk", flat=True))
    groups = PartyUnit.objects.filter(parent__in=below, kind=UnitKind.GROUP).values_list("pk", flat=True)
    return PartyUnit.objects.filter(pk__in={*own, *below, *groups}).open_on(clock.today())


def alerts_for(user: Any, units: PartyUnitQuerySet, kind: str = "") -> list[Alert]:
    """What is to be seen to in ``units``: overdue and near days first, then by unit."""
    today = clock.today()
    finders = [FINDERS[kind]] if kind else dict.fromkeys(FINDERS.values())
    found = [alert for finder in finders for alert in finder(units, today)]
    found = [alert for alert in found if not kind or alert.kind == kind]
    found.sort(key=lambda alert: (alert.due_on or date.max, alert.unit.path or "", alert.kind))
    return finished(user, found)


def finished(user: Any, alerts: list[Alert]) -> list[Alert]:
    """With names only where ``user`` sees people by name, and with where each is put right."""
    persons = [alert.person.unit for alert in alerts if alert.person]
    named = units_with_names(user, persons) if persons else set()
    rights = keeping_rights(user, [alert.unit for alert in alerts])
    return [finish(alert, named, rights[alert.unit.pk]) for alert in alerts]


def finish(alert: Alert, named: set[int], rights: set[str]) -> Alert:
    person = alert.person
    shown = str(person) if person and person.unit_id in named else _("A member")
    may = bool(alert.route) and alert.permission in rights
    arguments = [alert.unit.code, *([person.pk] if person and alert.route.startswith("member_") else [])]
    url = reverse(f"branches:{alert.route}", args=arguments) if may else unit_url(alert.unit)
    query = f"?{alert.query}" if may and alert.query else ""
    return replace(alert, text=alert.text.replace(PERSON, shown), url=url + query)


def unit_url(unit: PartyUnit) -> str:
    return reverse("branches:unit_detail", args=[unit.code])
