"""Reads of one model: scope, what counts, what is owed and done."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import models
from django.db.models import Case, Exists, ExpressionWrapper, F, Min, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Coalesce, Left

from activities.choices import ActivityState, DutyState
from branches.choices import BRANCH_KINDS, UnitKind
from branches.querysets import PATH_END, PATH_STEP, DatedQuerySet, ScopedQuerySet

# The best record that a duty has: in time, done late, waiting, returned. Used inside a subquery of duties.
RECORD_RANK = Case(
    When(
        state=ActivityState.CONFIRMED,
        activity__is_late=False,
        held_on__lte=OuterRef("last_day"),
        then=Value(1),
    ),
    When(state=ActivityState.CONFIRMED, then=Value(2)),
    When(state=ActivityState.SUBMITTED, then=Value(3)),
    When(state=ActivityState.RETURNED, then=Value(4)),
    output_field=models.IntegerField(),
)
BY_RANK = {1: DutyState.DONE, 2: DutyState.LATE, 3: DutyState.WAITING, 4: DutyState.RETURNED}
HANDED_IN = [ActivityState.CONFIRMED, ActivityState.SUBMITTED, ActivityState.RETURNED]
STATE_OF_BEST = Case(
    *(When(best=rank, then=Value(state.value)) for rank, state in BY_RANK.items()),
    output_field=models.CharField(),
)

# Where a search looks for each of its words, beside what is left to do; and for how many words.
SEARCHED = ["title", "place", "agenda", "note", "resolutions"]
WORDS_SOUGHT = 5

# Where somebody answers a request for a correction: nobody does so for the record of a committee.
ANSWERING_KINDS = [*BRANCH_KINDS, UnitKind.GROUP]

# The paths of units two to four levels down: the scopes that are too large to sort and too small to scan for.
SCOPE_LENGTHS = (2 * PATH_STEP, 3 * PATH_STEP, 4 * PATH_STEP)


class ActivityQuerySet(ScopedQuerySet):
    def allowed_to(self, user, action):
        """Records are seen by each unit that took part, and changed or decided on at the lead unit."""
        if action != "view":
            return super().allowed_to(user, action)
        model = self.model._meta.get_field("participations").related_model
        seen = model.objects.under_assignments(user, "activities.view_activity")
        return self.filter(pk__in=seen.values("activity_id"))

    def confirmed(self):
        return self.filter(state=ActivityState.CONFIRMED)

    def held_between(self, first_day: date, last_day: date):
        return self.filter(held_on__gte=first_day, held_on__lte=last_day)

    def counted_as(self, kind: str):
        """Records whose main kind is ``kind`` or which also count as it."""
        model = self.model._meta.get_field("counts").related_model
        return self.filter(Exists(model.objects.filter(activity=OuterRef("pk"), kind=kind)))

    def with_part_of(self, units):
        """Records in which any of ``units`` (keys or a queryset) took part."""
        model = self.model._meta.get_field("participations").related_model
        return self.filter(pk__in=model.objects.filter(unit__in=units).values("activity_id"))

    def speaking_of(self, text: str):
        """Records that have each word of ``text`` in their topic, their place or anywhere in their minutes.
        Of a talk there is no text to find."""
        items = self.model._meta.get_field("action_items").related_model.objects
        records = self
        for word in text.split()[:WORDS_SOUGHT]:
            found = Q(*((f"{name}__icontains", word) for name in SEARCHED), _connector=Q.OR)
            to_do = items.filter(activity=OuterRef("pk"), text__icontains=word)
            records = records.filter(found | Exists(to_do))
        return records

    def newest_first(self):
        return self.order_by("-held_on", "-pk")


class ParticipationQuerySet(ScopedQuerySet):
    def under_path(self, path: str):
        """The parts of the unit with ``path`` and of those below it, as an index gives them newest first."""
        if len(path) in SCOPE_LENGTHS:
            return self.annotate(scope=Left("path", len(path))).filter(scope=path)
        return self.filter(path__gte=path, path__lt=path + PATH_END)

    def held_between(self, first_day: date, last_day: date):
        return self.filter(held_on__gte=first_day, held_on__lte=last_day)

    def counted_as(self, kind: str):
        model = self.model._meta.apps.get_model("activities.ActivityCount")
        return self.filter(Exists(model.objects.filter(activity=OuterRef("activity"), kind=kind)))

    def newest_first(self):
        """One row ``(held_on, activity_id)`` for each activity."""
        return self.order_by("-held_on", "-activity_id").values_list("held_on", "activity_id").distinct()

    def counting(self, first_day: date, last_day: date):
        """Parts in confirmed activities held in these days."""
        return self.filter(state=ActivityState.CONFIRMED, held_on__gte=first_day, held_on__lte=last_day)


class DutyQuerySet(ScopedQuerySet):
    def due(self, first_day: date, last_day: date):
        """Duties that fall due in these days, exempt ones left out."""
        return self.filter(last_day__gte=first_day, last_day__lte=last_day, exempt_reason="")

    def fulfilled(
        self,
        as_of: date,
        *,
        since: date = date.min,
        talks: bool = True,
        among: Mapping[str, Any] | None = None,
    ):
        """Duties done by ``as_of``: a confirmed activity counted as the kind, in the days that count, with
        the unit, and of a heart-to-heart talk of the kind that the rule asks for.

        A duty may come up once for each such activity: use it in a subquery. ``since`` says from which day on
        activities can matter at all, so that a large read uses the days' index; ``talks=False`` that no rule
        among them asks for a kind of talk; ``among``, lookups on ``unit_id``, which units it is about: no
        planner concludes from the duties' units to their parts.
        """
        part = "unit__participations"
        theirs = Q(**{f"{part}__{lookup}": value for lookup, value in (among or {}).items()})
        asked = Q(rule__talk_kind="") | Q(**{f"{part}__activity__talk__kind": F("rule__talk_kind")})
        return self.filter(
            Q(**{f"{part}__state": ActivityState.CONFIRMED})
            & Q(**{f"{part}__held_on__gte": F("counts_from"), f"{part}__held_on__lte": F("counts_until")})
            & Q(**{f"{part}__held_on__lte": as_of, f"{part}__held_on__gte": since})
            & Q(**{f"{part}__activity__counts__kind": F("rule__kind")})
            & (asked if talks else Q())
            & theirs
        )

    def with_done(self, as_of: date):
        done = self.model.objects.fulfilled(as_of).filter(pk=OuterRef("pk"))
        return self.annotate(is_done=Exists(done))

    def with_state(self, as_of: date):
        """Annotates ``duty_state``, one of ``DutyState``, as it stands on ``as_of``; and
        ``accepted_at_first``: whether a record that fulfils it was never returned nor corrected."""
        records = self._records(as_of)
        by_record = records.values("unit").annotate(best=Min(RECORD_RANK)).values_list(STATE_OF_BEST)
        at_first = records.filter(state=ActivityState.CONFIRMED, activity__reason="")
        without_record = Case(
            When(counts_until__lt=as_of, then=Value(DutyState.MISSING.value)),
            default=Value(DutyState.OWED.value),
            output_field=models.CharField(),
        )
        return self.annotate(
            accepted_at_first=Exists(at_first),
            duty_state=Case(
                When(~Q(exempt_reason=""), then=Value(DutyState.EXEMPT.value)),
                default=Coalesce(Subquery(by_record), without_record),
                output_field=models.CharField(),
            ),
        )

    def without_record(self, as_of: date):
        """Those of which nothing was handed in yet: owed still, or missing."""
        return self.filter(~Exists(self._records(as_of).filter(state__in=HANDED_IN)))

    def _records(self, as_of: date):
        """The parts of the outer duty's unit in records of its kind held in the days that count."""
        parts = self.model._meta.apps.get_model("activities.Participation").objects
        counts = self.model._meta.apps.get_model("activities.ActivityCount").objects
        talks = self.model._meta.apps.get_model("activities.Talk").objects
        words = {"output_field": models.CharField()}
        of_kind = counts.filter(activity=OuterRef("activity"), kind=OuterRef("asked"))
        of_talk = talks.filter(activity=OuterRef("activity"), kind=OuterRef("asked_talk"))
        return (
            parts.filter(
                unit=OuterRef("unit"),
                held_on__gte=OuterRef("counts_from"),
                held_on__lte=OuterRef("counts_until"),
            )
            .filter(held_on__lte=as_of)
            .alias(
                asked=ExpressionWrapper(OuterRef("rule__kind"), **words),
                asked_talk=ExpressionWrapper(OuterRef("rule__talk_kind"), **words),
            )
            .filter(Exists(of_kind), Q(asked_talk="") | Exists(of_talk))
            .order_by()
        )


class DutyRuleQuerySet(models.QuerySet):
    def active(self):
        return self.filter(active=True)


class CoreTaskQuerySet(ScopedQuerySet, DatedQuerySet):
    """The core tasks of units; ``live(day)`` are those that run."""


class CorrectionQuerySet(ScopedQuerySet):
    """Answered by the branch that keeps the record, whoever has moved since; else by the member's own."""

    unit_path = "member__unit"

    def allowed_to(self, user, action: str):
        """Nobody answers his own request."""
        found = super().allowed_to(user, action)
        return found if action == "view" else found.exclude(member__user=user)

    def under_assignments(self, user, permission: str):
        """In the branch whoever has the right; where nobody but the asker has it, the office right above."""
        units = self._units().under_assignments(user, permission).values("pk")
        reviewed = self._units().reviewed_by(user).values("pk")
        by_office = Q(branch__in=reviewed) & ~Exists(self._answering_beside_asker())
        return self._with_branch().filter(Q(kept_at__in=units) | by_office)

    def _with_branch(self):
        """``kept_at`` is the branch or group where a request is answered, ``branch`` its branch."""
        group = UnitKind.GROUP
        return self.alias(
            kept_at=Case(
                When(activity__unit__kind__in=ANSWERING_KINDS, then=F("activity__unit")),
                default=F("member__unit"),
            ),
            branch=Case(
                When(activity__unit__kind=group, then=F("activity__unit__parent")),
                When(activity__unit__kind__in=ANSWERING_KINDS, then=F("activity__unit")),
                When(member__unit__kind=group, then=F("member__unit__parent")),
                default=F("member__unit"),
            ),
        )

    def _answering_beside_asker(self):
        """Of the outer request, with its ``kept_at`` and ``branch``."""
        held = self.model._meta.apps.get_model("branches.Assignment").objects
        held = held.with_permission("activities.answer_correctionrequest")
        asker = Coalesce(OuterRef("member__user"), 0)
        at = Q(unit=OuterRef("kept_at")) | Q(unit=OuterRef("branch"))
        return held.filter(at).exclude(user=asker)

    def unanswered(self):
        return self.filter(answered_at=None)
