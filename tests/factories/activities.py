"""Records as the operations make them: kinds, parts and stamps fit each other."""

from datetime import UTC, date, datetime

import factory

from activities.choices import ActivityKind, ActivityState, Cadence
from activities.models import Activity, ActivityCount, Duty, DutyRule, Outcome, Participation
from tests.factories.accounts import UserFactory
from tests.factories.branches import PartyUnitFactory

HELD = date(2026, 5, 12)
SUBMITTED = datetime(2026, 5, 13, 2, tzinfo=UTC)


class ActivityFactory(factory.django.DjangoModelFactory):
    """A confirmed record of its lead unit; ``also_counts``, ``parts`` and ``outcomes`` add what they say.

    ``parts`` maps a unit to (expected, present, excused), ``outcomes`` a kind to a quantity.
    """

    class Meta:
        model = Activity
        skip_postgeneration_save = True

    unit = factory.SubFactory(PartyUnitFactory)
    kind = ActivityKind.THEMED_PARTY_DAY
    title = factory.Sequence(lambda number: f"活动{number}")
    held_on = HELD
    state = ActivityState.CONFIRMED
    created_by = factory.SubFactory(UserFactory)
    created_at = SUBMITTED
    submitted_by = factory.LazyAttribute(lambda own: own.created_by if own.submitted_at else None)
    submitted_at = factory.LazyAttribute(lambda own: None if own.state == ActivityState.DRAFT else SUBMITTED)
    first_submitted_at = factory.SelfAttribute("submitted_at")
    confirmed_by = factory.Maybe(
        factory.LazyAttribute(lambda own: own.state == ActivityState.CONFIRMED),
        factory.SubFactory(UserFactory),
    )
    confirmed_at = factory.LazyAttribute(lambda own: own.confirmed_by and SUBMITTED)
    reason = factory.LazyAttribute(lambda own: "请补充" if own.state in ("RETURNED", "VOID") else "")
    topic_class = factory.LazyAttribute(lambda own: "WORK" if own.kind == ActivityKind.HEART_TALK else "")

    @factory.post_generation
    def also_counts(self, create, extracted):
        for kind in [self.kind, *(extracted or [])]:
            ActivityCount.objects.create(activity=self, kind=kind)

    @factory.post_generation
    def parts(self, create, extracted):
        for unit, figures in ({self.unit: None} | (extracted or {})).items():
            expected, present, excused = figures or (None, None, 0)
            Participation.objects.create(
                activity=self,
                unit=unit,
                is_lead=unit == self.unit,
                expected_count=expected,
                present_count=present,
                excused_count=excused,
            )

    @factory.post_generation
    def outcomes(self, create, extracted):
        for kind, quantity in (extracted or {}).items():
            Outcome.objects.create(activity=self, kind=kind, quantity=quantity)


class DutyRuleFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = DutyRule
        django_get_or_create = ["code"]

    code = factory.Sequence(lambda number: f"rule-{number}")
    kind = ActivityKind.GENERAL_MEETING
    name = factory.SelfAttribute("code")  # rules of one kind are told apart by it
    unit_kinds = ["BRANCH"]
    cadence = Cadence.QUARTER
    in_meetings = True


class DutyFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Duty

    rule = factory.SubFactory(DutyRuleFactory)
    unit = factory.SubFactory(PartyUnitFactory)
    first_day = date(2026, 4, 1)
    last_day = date(2026, 6, 30)
    counts_from = factory.SelfAttribute("first_day")
    counts_until = factory.SelfAttribute("last_day")
