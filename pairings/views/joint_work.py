from django.contrib import messages
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import View

from pairings import operations
from pairings.forms import LinkForm, PlanFormSet
from pairings.forms.joint_work import OFFERED
from pairings.operations import PairingRefused
from pairings.selectors import linkable_records
from pairings.views.base import PairingActionView, PairingMixin, RowsView, pairing_url


class PlanView(RowsView):
    form_class = PlanFormSet
    heading, button = gettext_lazy("The plan"), gettext_lazy("Save the plan")
    done = gettext_lazy("The plan is saved.")
    intro = gettext_lazy("What the two sides will do together, by when, and who answers for it.")

    def get_initial(self):
        return list(self.pairing.plan_items.values("id", "title", "owner", "due_on", "heading"))

    def run(self, form):
        operations.set_plan(self.pairing, self.rows(form), by=self.request.user, version=self.seen_version())


class LinkView(PairingActionView):
    form_class = LinkForm
    heading, button = gettext_lazy("This record was joint work"), gettext_lazy("Link the record")
    done = gettext_lazy("Linked: the record counts for the pairing as well.")

    def get_form_kwargs(self):
        records = linkable_records(self.pairing, self.request.user)
        keys = list(records.values_list("pk", flat=True)[:OFFERED])
        asked = self.request.POST.get("activity") or self.request.GET.get("activity", "")
        keys += [int(asked)] if asked.isascii() and asked.isdigit() and len(asked) < 19 else []
        return super().get_form_kwargs() | {
            "pairing": self.pairing,
            "records": records.filter(pk__in=keys),
        }

    def get_initial(self):
        return {name: self.request.GET.get(name, "")[:19] for name in ("activity", "plan_item")}

    def run(self, form):
        operations.link_activity(
            self.pairing,
            form.cleaned_data["activity"],
            by=self.request.user,
            plan_item=form.cleaned_data["plan_item"],
        )


class UnlinkView(PairingMixin, View):
    action, part = "change", "joint_works"
    http_method_names = ["post", "options"]

    def post(self, request, *args, **kwargs):
        pairing = self.find_pairing()
        try:
            operations.unlink_activity(self.row, by=request.user)
        except PairingRefused as error:
            messages.error(request, str(error))
        else:
            messages.success(request, _("The record no longer counts for the pairing."))
        return redirect(pairing_url(pairing))
