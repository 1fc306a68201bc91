"""The core tasks of a unit: what its meetings have to speak of."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.generic import DetailView, ListView, TemplateView

from activities import operations
from activities.forms import CoreTaskForm, EndCoreTaskForm
from activities.models import CoreTask
from activities.records import RecordRefused
from activities.selectors import core_tasks_known
from branches.access import ScopedMixin
from branches.models import PartyUnit
from branches.querysets import PartyUnitQuerySet
from branches.selectors import primary_assignment, units_for
from core import clock
from core.operations.drafts import storable

UNITS_OFFERED = 500
INVALID = 422


def list_url(unit: PartyUnit) -> str:
    return f"{reverse('activities:core_tasks')}?{urlencode({'unit': unit.code})}"


class CoreTaskListView(ScopedMixin, ListView):
    """The own ones and those of the units above, which hold here too."""

    model = CoreTask
    template_name = "activities/core_task_list.html"

    @property
    def units(self) -> PartyUnitQuerySet:
        return units_for(self.request.user, "activities.view_coretask").open_on(clock.today())

    def unit(self) -> PartyUnit | None:
        code = self.request.GET.get("unit", "")
        if code:
            found = self.units.filter(code=code).first() if storable(code) else None
            if found is None:
                raise Http404
            return found
        own = primary_assignment(self.request.user)
        return (own and self.units.filter(pk=own.unit_id).first()) or self.units.order_by("path").first()

    def get_queryset(self):
        return CoreTask.objects.none()

    def get_context_data(self, **kwargs):
        unit, user = self.unit(), self.request.user
        codes = self.units.order_by("path").values_list("code", "name")[:UNITS_OFFERED]
        mine = units_for(user, "activities.add_coretask")
        return super().get_context_data(
            unit=unit,
            units=codes if len(codes[:2]) > 1 else [],
            tasks=core_tasks_known(unit) if unit else [],
            may_add=bool(unit) and mine.filter(pk=unit.pk).exists(),
            may_end=set(CoreTask.objects.allowed_to(user, "change").values_list("pk", flat=True)),
            today=clock.today(),
            **kwargs,
        )


class CoreTaskCreateView(ScopedMixin, TemplateView):
    model = CoreTask
    action = "add"
    template_name = "activities/core_task_form.html"

    def has_right(self) -> bool:
        """``find_unit`` decides for the unit that is named."""
        return True

    def find_unit(self, code: str) -> PartyUnit:
        seen = units_for(self.request.user, "branches.view_partyunit").filter(code=code)
        unit = seen.first() if storable(code) else None
        if unit is None:
            raise Http404
        if not units_for(self.request.user, "activities.add_coretask").filter(pk=unit.pk).exists():
            raise PermissionDenied
        return unit

    def show(self, unit: PartyUnit, form: CoreTaskForm, *, status: int = 200):
        return self.render_to_response(self.get_context_data(unit=unit, form=form), status=status)

    def get(self, request, *args, **kwargs):
        return self.show(self.find_unit(request.GET.get("unit", "")), CoreTaskForm())

    def post(self, request, *args, **kwargs):
        unit = self.find_unit(request.POST.get("unit", ""))
        form = CoreTaskForm(request.POST)
        if not form.is_valid():
            return self.show(unit, form, status=INVALID)
        try:
            operations.add_core_task(unit, by=request.user, **form.cleaned_data)
        except RecordRefused as error:
            form.add_error(None, error.args[0])
            return self.show(unit, form, status=INVALID)
        messages.success(request, _("The core task is on the list."))
        return redirect(list_url(unit))


class CoreTaskEndView(ScopedMixin, DetailView):
    model = CoreTask
    action = "change"
    template_name = "activities/core_task_end.html"

    def get_queryset(self):
        return super().get_queryset().select_related("unit")

    def get_context_data(self, **kwargs: Any):
        return {"form": EndCoreTaskForm(task=self.object)} | super().get_context_data(**kwargs)

    def post(self, request, *args, **kwargs):
        self.object = self.get_object()
        form = EndCoreTaskForm(request.POST, task=self.object)
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(form=form), status=INVALID)
        task = operations.end_core_task(self.object, ends_on=form.cleaned_data["ends_on"], by=request.user)
        messages.success(request, _("The last day is kept."))
        return redirect(list_url(task.unit))
