"""The filters of the list: what they mean is in the address, so that a view of it can be sent."""

from collections.abc import Collection
from typing import Any, TypeVar

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from activities.choices import ActivityKind, ActivityState, OutcomeKind
from activities.models import Activity, Participation
from activities.querysets import ActivityQuerySet, ParticipationQuerySet
from activities.reach import scopes_of
from branches.models import PartyUnit
from branches.querysets import PATH_END
from branches.selectors import units_for
from core import clock
from core.periods import PeriodKind, parse_period, period_of, period_words

EVERY = ("", _("All"))
UNITS_OFFERED = 500
Rows = TypeVar("Rows", ActivityQuerySet, ParticipationQuerySet)
UNIT_FIELDS = {"unit", "unit_only"}
PART_FIELDS = {"kind", "state", "period", "held_from", "held_to"}  # what stands on the part of a unit


class ActivityFilterForm(forms.Form):
    """Also understands, from links: ``period``, ``outcome``, ``unit_only``, ``tag``."""

    q = forms.CharField(
        label=_("Topic or minutes"),
        max_length=100,
        required=False,
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    kind = forms.ChoiceField(label=_("Kind"), choices=[EVERY, *ActivityKind.choices], required=False)
    state = forms.ChoiceField(label=_("State"), choices=[EVERY, *ActivityState.choices], required=False)
    unit = forms.CharField(label=_("Unit"), max_length=40, required=False)
    period = forms.CharField(label=_("Period"), max_length=10, required=False, widget=forms.Select)
    held_from = forms.DateField(
        label=_("From"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    held_to = forms.DateField(label=_("To"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    late = forms.ChoiceField(label=_("Late"), choices=[EVERY, ("1", _("late only"))], required=False)
    outcome = forms.ChoiceField(
        choices=[EVERY, *OutcomeKind.choices], required=False, widget=forms.HiddenInput
    )
    unit_only = forms.ChoiceField(choices=[EVERY, ("1", "1")], required=False, widget=forms.HiddenInput)
    tag = forms.CharField(max_length=40, required=False, widget=forms.HiddenInput)

    def __init__(self, *args, user: User, **kwargs):
        super().__init__(*args, **kwargs)
        self.user = user
        self.fields["period"].widget.choices = [EVERY, *periods_offered(self.data.get("period", ""))]
        rows = units_offered(user)
        if rows:
            top = min((len(path) for *_, path in rows), default=0)
            choices = [(code, f"{'　' * ((len(path) - top) // 8)}{name}") for code, name, path in rows]
            self.fields["unit"].widget = forms.Select(choices=[EVERY, *choices])

    def clean_period(self):
        text = self.cleaned_data["period"]
        if not text:
            return None
        try:
            return parse_period(text)
        except ValueError as error:
            raise ValidationError(_("Write a period as 2026H1, 2026Q1, 2026 or 2026-03.")) from error

    def clean_unit(self):
        code = self.cleaned_data["unit"]
        if not code:
            return None
        unit = units_for(self.user, "activities.view_activity").filter(code=code).first()
        if unit is None:
            raise ValidationError(_("No unit has the code “%(code)s”."), params={"code": code})
        return unit

    @property
    def is_filtered(self) -> bool:
        return not self.is_valid() or any(self.cleaned_data.values())

    def asked(self) -> dict[str, Any]:
        """The filters as ``SeenRecords`` takes them."""
        if not self.is_valid():
            return {"narrowed": Activity.objects.none()}
        given = {name for name, value in self.cleaned_data.items() if value}
        others = self.narrow(Activity.objects.all(), but={"unit", *PART_FIELDS})
        return {
            "narrowed": others if given - UNIT_FIELDS - PART_FIELDS else None,
            "parts": self.narrow(Participation.objects.all(), but=given - PART_FIELDS),
            "unit": self.cleaned_data["unit"],
            "unit_only": bool(self.cleaned_data["unit_only"]),
        }

    def narrow(self, rows: Rows, *, but: Collection[str] = ()) -> Rows:
        """Of ``rows``, activities or parts in them, what matches; nothing where a filter makes no sense."""
        if not self.is_valid():
            return rows.none()
        for name, value in self.cleaned_data.items():
            if value and name not in but:
                rows = getattr(self, f"_by_{name}", _unchanged)(rows, value)
        return rows

    def _by_q(self, activities, text):
        return activities.speaking_of(text)

    def _by_kind(self, activities, kind):
        return activities.counted_as(kind)

    def _by_state(self, activities, state):
        return activities.filter(state=state)

    def _by_unit(self, activities, unit):
        if self.cleaned_data["unit_only"]:
            return activities.with_part_of([unit.pk])
        return activities.with_part_of(PartyUnit.objects.in_subtree(unit.path).values("pk"))

    def _by_period(self, activities, period):
        return activities.held_between(period.first_day, period.last_day)

    def _by_held_from(self, activities, day):
        return activities.filter(held_on__gte=day)

    def _by_held_to(self, activities, day):
        return activities.filter(held_on__lte=day)

    def _by_late(self, activities, late):
        return activities.filter(is_late=True)

    def _by_outcome(self, activities, kind):
        return activities.filter(outcomes__kind=kind)

    def _by_tag(self, activities, name):
        return activities.filter(tags__name=name)


def units_offered(user: User) -> list[tuple[str, str, str]]:
    """Code, name and path of the units that ``user`` sees; none where they are too many to choose from."""
    paths, own = scopes_of(user)
    seen = Q(pk__in=own)
    for path in paths:
        seen |= Q(path__gte=path, path__lt=path + PATH_END)
    units = PartyUnit.objects.filter(seen).order_by("path")
    rows = units.values_list("code", "name", "path")[:UNITS_OFFERED]
    found = [(code, name, path or "") for code, name, path in rows]
    return found if len(found) < UNITS_OFFERED else []


def periods_offered(given: str) -> list[tuple[str, str]]:
    """The running and the last half-years, quarters and months, and whatever the address names."""
    today = clock.today()
    codes = [given] if given else []
    for kind, count in ((PeriodKind.HALF_YEAR, 3), (PeriodKind.QUARTER, 3), (PeriodKind.MONTH, 6)):
        period = period_of(today, kind)
        for _step in range(count):
            codes.append(period.code)
            period = period.previous
    return [(code, period_words(code)) for code in dict.fromkeys(codes)]


def _unchanged(rows: Rows, _value: Any) -> Rows:
    return rows
