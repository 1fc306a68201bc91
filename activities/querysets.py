"""Reads of one model: scope, what counts, what is owed and done."""

from datetime import date

from django.db import models
from django.db.models import Case, Exists, F, OuterRef, Q, Value, When

from activities.choices import ActivityState, DutyState
from branches.querysets import DatedQuerySet, ScopedQuerySet


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

    def newest_first(self):
        return self.order_by("-held_on", "-pk")


class ParticipationQuerySet(ScopedQuerySet):
    def counting(self, first_day: date, last_day: date):
        """Parts in confirmed activities held in these days."""
        return self.filter(
            activity__state=ActivityState.CONFIRMED,
            activity__held_on__gte=first_day,
            activity__held_on__lte=last_day,
        )


class DutyQuerySet(ScopedQuerySet):
    def due(self, first_day: date, last_day: date):
        """Duties that fall due in these days, exempt ones left out."""
        return self.filter(last_day__gte=first_day, last_day__lte=last_day, exempt_reason="")

    def fulfilled(self, as_of: date, *, since: date = date.min):
        """Duties done by ``as_of``: a confirmed activity counted as the kind, in the window, with the unit.

        A duty may come up once for each such activity: use it in a subquery. ``since`` says from which day on
        activities can matter at all, so that a large read uses the days' index.
        """
        part = "unit__participations__activity"
        return self.filter(
            Q(**{f"{part}__state": ActivityState.CONFIRMED})
            & Q(**{f"{part}__held_on__gte": F("counts_from"), f"{part}__held_on__lte": F("counts_until")})
            & Q(**{f"{part}__held_on__lte": as_of, f"{part}__held_on__gte": since})
            & Q(**{f"{part}__counts__kind": F("rule__kind")})
        )

    def with_done(self, as_of: date):
        done = self.model.objects.fulfilled(as_of).filter(pk=OuterRef("pk"))
        return self.annotate(is_done=Exists(done))

    def with_state(self, as_of: date):
        """Annotates ``duty_state``, one of ``DutyState``, as it stands on ``as_of``."""
        return self.with_done(as_of).annotate(
            duty_state=Case(
                When(~Q(exempt_reason=""), then=Value(DutyState.EXEMPT.value)),
                When(is_done=True, then=Value(DutyState.DONE.value)),
                When(counts_until__lt=as_of, then=Value(DutyState.MISSING.value)),
                default=Value(DutyState.OWED.value),
                output_field=models.CharField(),
            )
        )


class DutyRuleQuerySet(models.QuerySet):
    def active(self):
        return self.filter(active=True)


class CoreTaskQuerySet(ScopedQuerySet, DatedQuerySet):
    """The core tasks of units; ``live(day)`` are those that run."""
