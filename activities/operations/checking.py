"""What a record has to be before it is kept. Forms say the same earlier and better."""

from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from activities.choices import ActivityKind
from activities.models import Activity, Talk
from activities.moves import CORE_TASK_MISSING
from activities.partners import OTHERS_FIGURES, Partners
from activities.records import ActivityData, PartData, RecordRefused, VoteData, textless
from activities.rules import EARLIEST_YEAR, TEXTLESS_KINDS, is_held_by, needs_core_task
from activities.selectors import after_closed, before_begun, core_tasks_above
from activities.talks import circle_of, misfit, talk_data
from branches.models import PartyUnit
from core import clock

_NOT_HELD = _("%(kind)s: a %(unit_kind)s does not hold this. Record it for the unit that held it.")
_NOT_COUNTED = _("%(kind)s: a %(unit_kind)s does not hold this. Name the unit below it that took part.")


def checked(
    data: ActivityData,
    *,
    by: User,
    unit: PartyUnit,
    submitted: bool,
    activity: Activity | None = None,
    planned: bool = False,
) -> ActivityData:
    """``data`` as it is kept, or RecordRefused. ``activity`` is the record that it changes."""
    data = textless(data)
    if data.held_on < date(EARLIEST_YEAR, 1, 1):
        raise RecordRefused(_("Check the year."))
    if data.held_on > clock.today() and not planned:
        raise RecordRefused(_("The day held can't be later than today."))
    known = activity.held_on if activity else None
    if words := before_begun(unit, data.held_on, known) or after_closed(unit, data.held_on, known):
        raise RecordRefused(words)
    for part in data.all_parts:
        _check_figures(part)
    for vote in data.votes:
        _check_vote(vote)
    _check_kinds(data, unit, activity)
    _check_parts(data, Partners(by, unit, activity))
    _check_core_task(data, unit, activity)
    _check_talk(data, unit, activity)
    if submitted and needs_core_task(data.kinds, data.core_task_id, data.no_core_task):
        raise RecordRefused(CORE_TASK_MISSING)
    return data


def _check_kinds(data: ActivityData, unit: PartyUnit, activity: Activity | None) -> None:
    """Each kind is one that the unit holds, or a unit below it that takes part; what is on record stays."""
    known = {count.kind for count in activity.counts.all()} if activity else set()
    if data.kind not in known and not is_held_by(data.kind, unit.kind):
        raise RecordRefused(_refused(_NOT_HELD, data.kind, unit))
    others = [kind for kind in data.also_counts if kind not in known and not is_held_by(kind, unit.kind)]
    parts = PartyUnit.objects.in_subtree(unit.path).filter(pk__in=[part.unit_id for part in data.parts])
    below = set(parts.values_list("kind", flat=True)) if others else set()
    for kind in others:
        if not any(is_held_by(kind, at) for at in below):
            raise RecordRefused(_refused(_NOT_COUNTED, kind, unit))


def _refused(words: Any, kind: str, unit: PartyUnit) -> str:
    return str(words % {"kind": ActivityKind(kind).label, "unit_kind": unit.get_kind_display()})


def _check_figures(part: PartData) -> None:
    expected, present, excused = part.figures
    if (expected is None) != (present is None):
        raise RecordRefused(_("Give both figures of attendance, or none."))
    if (expected or 0) < (present or 0) + excused:
        raise RecordRefused(_("More people were present or excused than expected."))


def _check_vote(vote: VoteData) -> None:
    if not vote.eligible >= vote.present >= vote.in_favour + vote.against + vote.abstained:
        raise RecordRefused(
            _("“%(subject)s”: the figures of the vote don't fit.") % {"subject": vote.subject}
        )


def _check_parts(data: ActivityData, partners: Partners) -> None:
    """Only units that the lead unit may name, and their figures only by who records for them."""
    others = [part for part in data.all_parts if part.unit_id != data.unit_id]
    named = {part.unit_id for part in others}
    if named and partners.units.filter(pk__in=named).distinct().count() != len(named):
        raise RecordRefused(_("One of the other units can't be named here. Ask your office to record it."))
    if any(partners.refuses(part) for part in others):
        raise RecordRefused(OTHERS_FIGURES)


def _check_core_task(data: ActivityData, unit: PartyUnit, activity: Activity | None) -> None:
    if data.core_task_id and data.no_core_task:
        raise RecordRefused(_("Choose a core task or “none this time”, not both."))
    known = activity.core_task_id if activity else None
    if data.core_task_id not in (None, known):
        if not core_tasks_above(unit, data.held_on).filter(pk=data.core_task_id).exists():
            raise RecordRefused(_("This core task did not run on the day held. Choose another one."))


def _check_talk(data: ActivityData, unit: PartyUnit, activity: Activity | None) -> None:
    """On another day the two may not have belonged to the unit, or held other posts."""
    if activity is None or data.held_on == activity.held_on or data.kind not in TEXTLESS_KINDS:
        return
    talk = Talk.objects.filter(activity=activity).first()
    if talk and (reason := misfit(talk_data(talk, unit, data.held_on), circle_of(unit, data.held_on))):
        raise RecordRefused(reason)
