from django.contrib import messages
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import FormView

from branches.access import ScopedMixin
from pairings import operations
from pairings.forms import PairingChangeForm, PairingForm
from pairings.models import Pairing
from pairings.operations import PairingRefused
from pairings.views.base import INVALID, PairingActionView, pairing_url, trail


class PairingCreateView(ScopedMixin, FormView):
    """A candidate: own branch, partner, reason."""

    model = Pairing
    action = "add"
    http_method_names = ["get", "post", "head", "options"]
    form_class = PairingForm
    template_name = "pairings/pairing_form.html"

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"user": self.request.user}

    def get_initial(self):
        return {"partner": self.request.GET.get("partner", "")[:40]}

    def form_valid(self, form):
        facts = form.cleaned_data
        try:
            pairing = operations.create_pairing(
                facts["unit"],
                [facts["partner"], *facts["further_partners"]],
                by=self.request.user,
                units=facts["further_units"],
                **{name: facts[name] for name in ("title", "selection_reason", "talks")},
            )
        except PairingRefused as error:
            form.add_error(None, str(error))
            return self.form_invalid(form)
        messages.success(self.request, _("The candidate is entered."))
        return redirect(pairing_url(pairing))

    def form_invalid(self, form):
        return self.render_to_response(self.get_context_data(form=form), status=INVALID)

    def get_context_data(self, **kwargs):
        return super().get_context_data(parents=trail(), partner_add_url=reverse("partners:create"), **kwargs)


class PairingChangeView(PairingActionView):
    form_class = PairingChangeForm
    heading, button = gettext_lazy("Change the pairing"), gettext_lazy("Save")
    done = gettext_lazy("Saved.")

    def get_form_kwargs(self):
        # what a refused form has written into its row is not the pairing's
        row = self.get_queryset().get(pk=self.pairing.pk)
        return super().get_form_kwargs() | {"instance": row}

    def run(self, form):
        facts = form.cleaned_data
        changed = operations.change_pairing(
            self.pairing,
            by=self.request.user,
            version=self.seen_version(),
            **{name: facts[name] for name in form._meta.fields},
        )
        operations.set_parties(
            changed, facts["further_units"], facts["further_partners"], by=self.request.user
        )
