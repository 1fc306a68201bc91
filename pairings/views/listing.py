"""The list of pairings in sight."""

from django.views.generic import ListView

from branches.access import ScopedMixin
from branches.selectors import has_permission
from core import clock
from pairings.forms import PairingFilterForm
from pairings.models import Pairing
from pairings.selectors import pairing_units, with_parties


class PairingListView(ScopedMixin, ListView):
    model = Pairing
    template_name = "pairings/pairing_list.html"
    paginate_by = 30

    def get_queryset(self):
        self.filter_form = PairingFilterForm(self.request.GET, user=self.request.user)
        rows = self.filter_form.narrow(super().get_queryset())
        return with_parties(rows.select_related("unit", "demonstration_site").order_by("-pk"))

    def get_context_data(self, **kwargs):
        may_begin = has_permission(self.request.user, "pairings.add_pairing")
        return super().get_context_data(
            filter_form=self.filter_form,
            is_filtered=self.filter_form.is_filtered,
            may_begin=may_begin and pairing_units(self.request.user).exists(),
            today=clock.today(),
            **kwargs,
        )

    def render_to_response(self, context, **kwargs):
        return super().render_to_response(
            context, status=200 if self.filter_form.is_valid() else 400, **kwargs
        )
