"""Talks: the form for several at once, and what a branch has still to do in a year."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.generic import DetailView, TemplateView

from activities import operations
from activities.choices import ActivityKind, TalkKind
from activities.forms.talks import TalkForm
from activities.models import Activity
from activities.own_record import years_offered
from activities.records import RecordRefused
from activities.selectors import recordable_units
from activities.talks import circle_of, pairs_visible, still_to_do, talks_held
from branches.access import ScopedMixin
from branches.choices import BRANCH_KINDS, UnitKind
from branches.models import PartyUnit
from branches.selectors import primary_assignment, units_for
from core import clock
from core.operations.drafts import storable

TALK_UNITS = [*BRANCH_KINDS, UnitKind.GROUP]
UNITS_OFFERED, TALKS_LISTED = 500, 200
INVALID = 422


class TalkView(ScopedMixin, TemplateView):
    model = Activity
    action = "add"
    template_name = "activities/talk_form.html"

    def has_right(self) -> bool:
        """``find_unit`` decides for each unit."""
        return True

    def units(self):
        return recordable_units(self.request.user).filter(kind__in=TALK_UNITS).select_related("parent")

    def find_unit(self, code: str) -> PartyUnit:
        if not code:
            own = primary_assignment(self.request.user)
            unit = (own and self.units().filter(pk=own.unit_id).first()) or self.units().first()
            if unit is None:
                raise PermissionDenied
            return unit
        unit = self.units().filter(code=code).first() if storable(code) else None
        if unit is None:
            if storable(code) and units_for(self.request.user, "branches.view_partyunit").filter(code=code):
                raise PermissionDenied
            raise Http404
        return unit

    def form(self, unit: PartyUnit, data=None) -> TalkForm:
        """Offered are those of today and those of the day that is typed: who moved meanwhile is there too."""
        today = clock.today()
        circles = [circle_of(unit, day) for day in {today, _day(data)}]
        members = {pk: member for circle in circles for pk, member in circle.members.items()}
        committee = {pk for circle in circles for pk in circle.committee}
        teams = {pk: team for circle in circles for pk, team in circle.teams.items()}
        own = next((pk for pk, member in members.items() if member.user_id == self.request.user.pk), None)
        kind = self.request.GET.get("talk", "")
        initial = {
            "held_on": _day(self.request.GET),
            "talker": own,
            "kind": kind if kind in TalkKind.values else TalkKind.COMMITTEE_MEMBER,
        }
        return TalkForm(
            data,
            initial=initial,
            unit=unit,
            members=members.values(),
            committee=committee,
            teams=teams.values(),
        )

    def get(self, request, *args, **kwargs):
        unit = self.find_unit(request.GET.get("unit", ""))
        return self.show(unit, self.form(unit))

    def post(self, request, *args, **kwargs):
        unit = self.find_unit(request.POST.get("unit", ""))
        form = self.form(unit, request.POST)
        if not form.is_valid():
            return self.show(unit, form, status=INVALID)
        try:
            recorded, created = operations.record_talks(
                form.data_for(unit), by=request.user, submission_key=form.cleaned_data["submission_key"]
            )
        except RecordRefused as error:
            form.add_error(None, error.args[0])
            return self.show(unit, form, status=INVALID)
        self.tell(len(recorded), created)
        if len(recorded) == 1:
            return redirect("activities:detail", recorded[0].pk)
        return redirect(self.overview(unit))

    def tell(self, number: int, created: bool) -> None:
        if created:
            text = ngettext("%(count)d talk submitted.", "%(count)d talks submitted.", number)
            messages.success(self.request, text % {"count": number})
        else:
            messages.info(self.request, _("These talks were submitted already; no second ones were made."))

    def overview(self, unit: PartyUnit) -> str:
        branch = unit.parent if unit.kind == UnitKind.GROUP and unit.parent else unit
        if units_for(self.request.user, "activities.view_activity").filter(pk=branch.pk).exists():
            return reverse("activities:unit_talks", args=[branch.code])
        return reverse("activities:list")

    def show(self, unit: PartyUnit, form: TalkForm, *, status: int = 200):
        units = list(self.units().order_by("path").values_list("code", "name")[:UNITS_OFFERED])
        context = self.get_context_data(form=form, unit=unit, units=units if len(units) > 1 else [])
        return self.render_to_response(context, status=status)


def talk_form_for(unit: PartyUnit, values) -> str:
    """Where a talk that somebody begins on the general form is recorded; empty for anything else."""
    if values.get("kind") != ActivityKind.HEART_TALK or unit.kind not in TALK_UNITS:
        return ""
    given = {"unit": unit.code, "talk": values.get("talk", ""), "held_on": values.get("held_on", "")}
    query = urlencode({name: value for name, value in given.items() if value})
    return f"{reverse('activities:talk')}?{query}"


def _day(values):
    """The day that is typed, or today."""
    field = TalkForm.base_fields["held_on"]
    try:
        return field.clean((values or {}).get("held_on", ""))
    except ValidationError:
        return clock.today()


class UnitTalksView(ScopedMixin, DetailView):
    """A branch's talks of a year: what is still to do; names only inside the branch."""

    model = PartyUnit
    slug_field = slug_url_kwarg = "code"
    template_name = "activities/unit_talks.html"
    context_object_name = "unit"

    def get_queryset(self):
        return super().get_queryset().filter(kind__in=BRANCH_KINDS)

    def get_object(self, queryset=None):
        unit = super().get_object(queryset)
        if not units_for(self.request.user, "activities.view_activity").filter(pk=unit.pk).exists():
            raise PermissionDenied
        return unit

    def get_context_data(self, **kwargs):
        unit, user = self.object, self.request.user
        years = years_offered(clock.today())
        year = chosen_year(self.request, years)
        talks = talks_held(unit, year)
        return super().get_context_data(
            form=None,
            year=year,
            years=years,
            named=pairs_visible(user, unit),
            todo=still_to_do(unit, year),
            talks=talks[:TALKS_LISTED],
            count=talks.count(),
            shown_at_most=TALKS_LISTED,
            may_record=recordable_units(user).filter(pk=unit.pk).exists(),
            **kwargs,
        )


def chosen_year(request, years: list[int]) -> int:
    """The year in the address; any other is the running one."""
    asked = request.GET.get("year", "")
    return next((year for year in years if str(year) == asked), years[0])
