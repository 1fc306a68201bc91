"""Demonstration sites: checked, named, withdrawn by the provincial office; listed for all in sight."""

from django.utils.translation import gettext_lazy
from django.views.generic import ListView

from branches.access import ScopedMixin
from core import clock
from pairings import operations
from pairings.forms import SiteCheckForm, SiteFilterForm, SiteNamingForm, WithdrawalForm
from pairings.honours import lacking_for_site, latest_check, site_figures, sites_of
from pairings.models import DemonstrationSite, Pairing
from pairings.rules import SITE_CRITERIA
from pairings.selectors import may
from pairings.views.base import PairingActionView, trail


def site_context(pairing, user):
    """What the page of a pairing says of it."""
    check = latest_check(pairing)
    site = DemonstrationSite.objects.filter(pairing=pairing).first()
    may_honour = may(user, pairing, "honour")
    standing = bool(site and site.withdrawn_on is None)
    missing = lacking_for_site(pairing, clock.today()) if may_honour and not standing else []
    return {"site_check": check, "site": site, "may_honour": may_honour, "site_lacks": missing} | {
        "site_criteria": criteria_of(check) if check else [],
        "site_stands": standing,
    }


def criteria_of(check):
    """(name, whether it was met) of the four."""
    return [(check._meta.get_field(name).verbose_name, getattr(check, name)) for name in SITE_CRITERIA]


class SiteListView(ScopedMixin, ListView):
    model = Pairing
    template_name = "pairings/site_list.html"
    paginate_by = 50

    def get_queryset(self):
        self.filter_form = SiteFilterForm(self.request.GET)
        return self.filter_form.narrow(sites_of(super().get_queryset()))

    def get_context_data(self, **kwargs):
        pairings = Pairing.objects.allowed_to(self.request.user, "view")
        return super().get_context_data(
            filter_form=self.filter_form,
            is_filtered=self.filter_form.is_filtered,
            parents=trail(),
            figures=site_figures(pairings, clock.today()),
            **kwargs,
        )

    def render_to_response(self, context, **kwargs):
        return super().render_to_response(
            context, status=200 if self.filter_form.is_valid() else 400, **kwargs
        )


class SiteCheckView(PairingActionView):
    action = "honour"
    form_class = SiteCheckForm
    heading, button = gettext_lazy("Check on the four criteria"), gettext_lazy("Save the check")
    done = gettext_lazy("The check is saved.")
    intro = gettext_lazy("Tick what you found met. A pairing is named only if all four are.")

    def get_initial(self):
        return {"checked_on": clock.today()}

    def run(self, form):
        operations.check_site(self.pairing, by=self.request.user, **form.cleaned_data)


class SiteNameView(PairingActionView):
    action = "honour"
    form_class = SiteNamingForm
    heading, button = gettext_lazy("Name it a demonstration site"), gettext_lazy("Name it")
    done = gettext_lazy("It is a demonstration site now.")

    def get_initial(self):
        return {"named_on": clock.today()}

    def run(self, form):
        operations.name_site(self.pairing, by=self.request.user, **form.cleaned_data)


class SiteWithdrawView(PairingActionView):
    action = "honour"
    form_class = WithdrawalForm
    heading, button = gettext_lazy("Withdraw the demonstration site"), gettext_lazy("Withdraw")
    done = gettext_lazy("It is no demonstration site any more.")

    def run(self, form):
        operations.withdraw_site(self.pairing, by=self.request.user, **form.cleaned_data)
