"""What this app offers to the workbench, the search and the menu."""

from collections.abc import Iterable, Iterator
from datetime import date

from django.db.models import Count, Min
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.models import User
from activities.choices import ActivityState, DutyState
from activities.models import Activity
from activities.owed import entry_url
from activities.reminders import duty_items as duty_reminders
from activities.selectors import (
    duties_due,
    missed_earlier,
    open_action_items,
    planned_by,
    returned_to,
    unfinished_of,
    unsubmitted_of,
    waiting_for,
)
from branches import links, mergers
from branches.choices import BRANCH_KINDS, UnitKind
from branches.links import UnitLink
from branches.models import PartyUnit
from branches.selectors import has_permission
from core import clock, due, navigation, reminders, search
from core.models import Draft
from core.templatetags.format import day, moment

SHOWN_AT_MOST = 50


# --- before a merger ------------------------------------------------------------------------------
def unfinished_records(unit: PartyUnit, into: PartyUnit, on: date) -> tuple[str, str] | None:
    """What the unit that goes on has to finish: its secretary gets the right to."""
    rows = unfinished_of(unit).order_by("state").values_list("state").annotate(count=Count("pk"))
    counts = [f"{ActivityState(state).label} {count}" for state, count in rows]
    if not counts:
        return None
    text = _("%(counts)s. Who keeps the records of “%(unit)s” finishes them or declares them void.")
    return _("Records not finished"), text % {"counts": "、".join(counts), "unit": into}


def things_left_to_do(unit: PartyUnit, into: PartyUnit, on: date) -> tuple[str, str] | None:
    count = open_action_items(unit, on).count()
    text = _("%(count)d. They open the next record of “%(unit)s”.") % {"count": count, "unit": into}
    return (_("Left to do by meetings"), text) if count else None


# --- due ------------------------------------------------------------------------------------------
def returned_items(user: User) -> Iterator[due.DueItem]:
    for activity in returned_to(user)[:SHOWN_AT_MOST]:
        yield due.DueItem(
            kind="returned",
            title=_("Put right: %(title)s") % {"title": activity.title},
            hint=activity.reason,
            url=reverse("activities:detail", args=[activity.pk]),
        )


def duty_items(user: User) -> Iterator[due.DueItem]:
    today = clock.today()
    for duty in duties_due(user, today)[:SHOWN_AT_MOST]:
        overdue = duty.counts_until < today
        yield due.DueItem(
            kind="overdue" if overdue else "due",
            title=_("Hold and record: %(kind)s") % {"kind": duty.rule.label},
            hint=_("%(unit)s · %(first)s to %(last)s")
            % {"unit": duty.unit, "first": day(duty.first_day), "last": day(duty.due_on)},
            url=entry_url(duty),
            due_on=duty.due_on,
        )


def missed_items(user: User) -> Iterator[due.DueItem]:
    """Of a half-year that is closed the windows are not listed one by one any more."""
    today = clock.today()
    for unit, (count, first) in missed_earlier(user, today).items():
        query = {"unit": unit.code, "year": str(first.year), "state": DutyState.MISSING.value}
        words = ngettext("See %(count)d thing missed earlier", "See %(count)d things missed earlier", count)
        yield due.DueItem(
            kind="overdue",
            title=words % {"count": count},
            hint=_("%(unit)s · the first was due on %(day)s") % {"unit": unit, "day": day(first)},
            url=f"{reverse('duties:list')}?{urlencode(query)}",
        )


def waiting_items(user: User) -> Iterator[due.DueItem]:
    found = waiting_for(user).order_by().aggregate(count=Count("pk"), oldest=Min("submitted_at"))
    if count := found["count"]:
        yield due.DueItem(
            kind="waiting",
            title=ngettext("Confirm %(count)d record", "Confirm %(count)d records", count) % {"count": count},
            hint=_("The oldest was submitted on %(day)s") % {"day": day(found["oldest"])},
            url=reverse("activities:review"),
        )


def draft_items(user: User) -> Iterator[due.DueItem]:
    drafts = Draft.objects.filter(user=user, form="activity", object_id="").order_by("-updated_at")
    for draft in drafts[:SHOWN_AT_MOST]:
        yield due.DueItem(
            kind="draft",
            title=_("Continue: %(title)s") % {"title": draft.title or _("record without a topic")},
            hint=_("Draft of %(at)s") % {"at": moment(draft.updated_at)},
            url=f"{reverse('activities:create')}?{urlencode({'draft': draft.key})}",
        )
    for activity in unsubmitted_of(user)[:SHOWN_AT_MOST]:
        yield due.DueItem(
            kind="draft",
            title=_("Submit: %(title)s") % {"title": activity.title},
            hint=_("Not submitted; held on %(day)s") % {"day": day(activity.held_on)},
            url=reverse("activities:detail", args=[activity.pk]),
        )


def planned_items(user: User) -> Iterator[due.DueItem]:
    """What is coming, and from its day on that it wants to be recorded."""
    today = clock.today()
    for activity in planned_by(user, today)[:SHOWN_AT_MOST]:
        coming = activity.held_on > today
        words = _("Hold: %(title)s") if coming else _("Record: %(title)s")
        yield due.DueItem(
            kind="overdue" if activity.held_on < today else "due",
            title=words % {"title": activity.title},
            hint=_("%(kind)s · %(unit)s") % {"kind": activity.get_kind_display(), "unit": activity.unit},
            url=reverse("activities:detail" if coming else "activities:update", args=[activity.pk]),
            due_on=activity.held_on,
        )


# --- a unit's page --------------------------------------------------------------------------------
def handbook_link(unit: PartyUnit, user: User) -> UnitLink | None:
    """The year's handbook of a branch or a group, for who reads its records."""
    if unit.kind not in [*BRANCH_KINDS, UnitKind.GROUP]:
        return None
    if not has_permission(user, "activities.view_activity", unit):
        return None
    query = urlencode({"year": clock.today().year})
    return UnitLink(_("Handbook"), f"{reverse('activities:handbook', args=[unit.code])}?{query}", "book")


# --- search ---------------------------------------------------------------------------------------
def find_activities(user: User, text: str, limit: int) -> Iterable[search.Hit]:
    found = Activity.objects.allowed_to(user, "view").speaking_of(text)
    found = found.select_related("unit").newest_first()
    return [
        search.Hit(
            title=activity.title,
            hint=f"{activity.get_kind_display()} · {activity.unit} · {day(activity.held_on)}",
            url=reverse("activities:detail", args=[activity.pk]),
        )
        for activity in (found[:limit] if text.strip() else [])
    ]


# --- the menu -------------------------------------------------------------------------------------
def sees_records(user: User) -> bool:
    return has_permission(user, "activities.view_activity")


def makes_records(user: User) -> bool:
    return has_permission(user, "activities.add_activity")


def sees_duties(user: User) -> bool:
    return has_permission(user, "activities.view_duty")


def reviews_records(user: User) -> bool:
    return has_permission(user, "activities.confirm_activity")


def register() -> None:
    due.sources.register("activities.returned", returned_items)
    due.sources.register("activities.duties", duty_items)
    due.sources.register("activities.missed", missed_items)
    links.sources.register("activities.handbook", handbook_link)
    mergers.sources.register("activities.unfinished", unfinished_records)
    mergers.sources.register("activities.left_to_do", things_left_to_do)
    due.sources.register("activities.planned", planned_items)
    due.sources.register("activities.waiting", waiting_items)
    due.sources.register("activities.drafts", draft_items)
    reminders.sources.register("activities.duties", duty_reminders)
    search.sources.register("activities", search.SearchSource(gettext_lazy("Activities"), find_activities))
    navigation.register(
        navigation.NavItem(
            "activities:list", gettext_lazy("Activities"), "journal-check", sees_records, order=20, tab=True
        )
    )
    navigation.register_creation(
        navigation.NavItem("activities:create", gettext_lazy("New record"), "plus-lg", makes_records)
    )
    navigation.register(
        navigation.NavItem(
            "duties:list", gettext_lazy("What is owed"), "calendar-event", sees_duties, order=22
        )
    )
    navigation.register(
        navigation.NavItem(
            "activities:review", gettext_lazy("To confirm"), "person-check", reviews_records, order=25
        )
    )
