"""What needs attention in the units one keeps."""

from django.shortcuts import get_object_or_404
from django.views.generic import ListView

from branches.access import ScopedMixin
from branches.alerts import alerts_for, kept_units
from branches.forms import AlertFilterForm
from branches.models import PartyUnit


class AlertListView(ScopedMixin, ListView):
    model = PartyUnit
    action = "view"
    paginate_by = 50
    template_name = "branches/alert_list.html"
    context_object_name = "alerts"

    def get_queryset(self):
        self.filter_form = AlertFilterForm(self.request.GET, user=self.request.user)
        facts = self.filter_form.cleaned_data if self.filter_form.is_valid() else {}
        self.top = self.top_unit(facts.get("unit", ""))
        self.is_filtered = any(facts.values())
        units = kept_units(self.request.user)
        if self.top:
            units = units.in_subtree(self.top.path)
        return alerts_for(self.request.user, units, facts.get("kind", ""))

    def top_unit(self, code):
        if not code:
            return None
        return get_object_or_404(PartyUnit.objects.allowed_to(self.request.user, "view"), code=code)

    def get_context_data(self, **kwargs):
        extra = {
            "form": None,
            "filter_form": self.filter_form,
            "top": self.top,
            "is_filtered": self.is_filtered,
            "keeps": kept_units(self.request.user).exists(),
        }
        return super().get_context_data(**kwargs) | extra
