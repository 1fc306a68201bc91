"""A coming meeting: planned, moved to another day; recorded on the entry form once it was held."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.generic import DetailView, TemplateView

from activities import operations
from activities.choices import ActivityState
from activities.forms.planning import PlanForm, new_plan, plan_values
from activities.models import Activity
from activities.partners import Partners
from activities.records import RecordRefused
from activities.selectors import (
    UNITS_OFFERED,
    default_unit,
    last_places,
    names_visible,
    people_expected,
    recordable_units,
    usual_officers,
)
from activities.views.drafts import KeepsTyped
from branches.access import ScopedMixin
from branches.models import Member, PartyUnit
from branches.selectors import units_for
from core import clock
from core.operations.drafts import storable
from core.workflow import MoveRefused, VersionConflict

INVALID, CONFLICT = 422, 409


class PlanMixin(KeepsTyped, ScopedMixin):
    model = Activity
    draft_form = "plan"
    template_name = "activities/activity_plan.html"
    unit: PartyUnit
    object: Activity | None = None

    def members(self) -> list[Member]:
        day = self.object.held_on if self.object else clock.today()
        seen = names_visible(self.request.user, self.unit)
        return people_expected(self.unit, day, self.object) if seen else []

    def form(self, data: Any = None, **given: Any) -> PlanForm:
        partners = Partners(self.request.user, self.unit, self.object)
        return PlanForm(
            data, partners=partners, members=self.members(), places=last_places(self.unit), **given
        )

    def show(self, form: PlanForm, *, status: int = 200):
        return self.render_to_response(
            self.get_context_data(form=form, unit=self.unit, activity=self.object), status=status
        )


class PlanCreateView(PlanMixin, TemplateView):
    action = "add"

    def has_right(self) -> bool:
        """``find_unit`` decides for the unit that is named."""
        return True

    def find_unit(self, code: str) -> PartyUnit:
        units = recordable_units(self.request.user).select_related("parent")
        unit = units.filter(code=code).first() if code and storable(code) else None
        unit = default_unit(self.request.user) if not code else unit
        if unit is None:
            seen = units_for(self.request.user, "branches.view_partyunit")
            if not code or (storable(code) and seen.filter(code=code).exists()):
                raise PermissionDenied
            raise Http404
        return unit

    def get(self, request, *args, **kwargs):
        self.unit = self.find_unit(request.GET.get("unit", ""))
        chair, _recorder = usual_officers(self.unit, clock.today())
        initial = new_plan(self.unit, request.GET.get("kind", ""), chair)
        return self.show(self.form(initial=initial))

    def get_context_data(self, **kwargs):
        units = recordable_units(self.request.user).order_by("path").values_list("code", "name")
        offered = units[:UNITS_OFFERED] if len(units[:2]) > 1 else []
        return super().get_context_data(units=offered, **kwargs)

    def post(self, request, *args, **kwargs):
        self.unit = self.find_unit(request.POST.get("unit", ""))
        form = self.form(request.POST)
        if not form.is_valid():
            return self.show(form, status=INVALID)
        try:
            activity, _new = operations.plan_meeting(
                form.data_of_plan, by=request.user, submission_key=form.cleaned_data["submission_key"]
            )
        except RecordRefused as error:
            form.add_error(None, error.args[0])
            return self.show(form, status=INVALID)
        messages.success(request, _("Planned. Below is the notice to pass on."))
        return redirect("activities:detail", activity.pk)


class PlanChangeView(PlanMixin, DetailView):
    action = "change"

    def get_queryset(self):
        planned = super().get_queryset().filter(state=ActivityState.PLANNED)
        return planned.select_related("unit__parent")

    def load(self) -> None:
        self.object = self.get_object()
        self.unit = self.object.unit

    def get(self, request, *args, **kwargs):
        self.load()
        return self.show(self.form(initial=plan_values(self.object)))

    def post(self, request, *args, **kwargs):
        self.load()
        form = self.form(request.POST)
        if not form.is_valid():
            return self.show(form, status=INVALID)
        version = form.cleaned_data["version"] or 0
        try:
            activity = operations.change_plan(
                self.object, form.data_of_plan, by=request.user, version=version
            )
        except VersionConflict:
            form.add_error(None, _("Somebody changed this meeting meanwhile. Open it again and look."))
            return self.show(form, status=CONFLICT)
        except (RecordRefused, MoveRefused) as error:
            form.add_error(None, error.args[0])
            return self.show(form, status=INVALID)
        messages.success(request, _("Changed. Pass on the new notice."))
        return redirect("activities:detail", activity.pk)
