"""The directory of partners. Contacts are shown one by one, and each look is written to the trail."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import CreateView, DetailView, FormView, ListView, UpdateView

from branches.access import ScopedMixin
from branches.selectors import allowed, has_permission
from core import clock
from pairings import operations
from pairings.forms import MergePartnersForm, PartnerFilterForm, PartnerForm
from pairings.models import Pairing, Partner
from pairings.operations import PairingRefused
from pairings.views.base import INVALID


def trail():
    return [(_("Partners"), reverse("partners:list"))]


def partner_url(partner):
    return reverse("partners:detail", args=[partner.code])


class PartnerMixin(ScopedMixin):
    model = Partner
    slug_field = slug_url_kwarg = "code"
    http_method_names = ["get", "post", "head", "options"]


class PartnerListView(PartnerMixin, ListView):
    template_name = "pairings/partner_list.html"
    paginate_by = 30

    def get_queryset(self):
        self.filter_form = PartnerFilterForm(self.request.GET)
        return self.filter_form.narrow(super().get_queryset().order_by("name", "pk"))

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            filter_form=self.filter_form,
            is_filtered=self.filter_form.is_filtered,
            may_add=has_permission(self.request.user, "pairings.add_partner"),
            **kwargs,
        )


class PartnerDetailView(PartnerMixin, DetailView):
    template_name = "pairings/partner_detail.html"

    def get_context_data(self, **kwargs):
        user, partner = self.request.user, self.object
        seen = Pairing.objects.allowed_to(user, "view").filter(parties__partner=partner).distinct()
        return super().get_context_data(**kwargs) | {
            "partner": partner,
            "parents": trail(),
            "pairings": seen.select_related("unit").order_by("-pk"),
            "elsewhere": Pairing.objects.filter(parties__partner=partner).distinct().count(),
            "awards": partner.awards.all(),
            "help_items": partner.help_items.open_on(clock.today()).select_related("topic"),
            "may_add_help": has_permission(user, "pairings.add_helpitem"),
            "masked": masked(partner),
            "may_look": allowed(user, partner, "contact"),
            "may_change": allowed(user, partner, "change"),
            "may_merge": has_permission(user, "pairings.keep_partner"),
            "may_begin": has_permission(user, "pairings.add_pairing"),
            "may_award": has_permission(user, "pairings.add_supportaward"),
        }


def masked(partner):
    """Enough to tell one contact from another: 覃*华 186****1402."""
    name, phone = partner.contact_name, partner.contact_phone
    hidden = name[:1] + "*" * max(len(name) - 2, 1) + (name[-1] if len(name) > 2 else "") if name else ""
    digits = phone[:3] + "****" + phone[-4:] if len(phone) >= 11 else "****" if phone else ""
    return f"{hidden} {digits}".strip()


class ContactView(PartnerDetailView):
    """Shows the contact on the page once, to the secretary of a branch that is paired with it."""

    action = "contact"
    http_method_names = ["post", "options"]

    def post(self, request, *args, **kwargs):
        self.object = self.get_object()
        name, phone = operations.look_up_contact(self.object, by=request.user)
        contact = f"{name} {phone}".strip() or _("none is on record")
        return self.render_to_response(self.get_context_data(contact=contact))


class PartnerCreateView(PartnerMixin, CreateView):
    action = "add"
    form_class = PartnerForm
    template_name = "pairings/partner_form.html"

    def form_valid(self, form):
        partner = operations.add_partner(by=self.request.user, **form.cleaned_data)
        messages.success(self.request, _("The partner is in the directory."))
        return redirect(partner_url(partner))

    def form_invalid(self, form):
        return self.render_to_response(self.get_context_data(form=form), status=INVALID)

    def get_context_data(self, **kwargs):
        alike = self.alike(kwargs.get("form"))
        return super().get_context_data(parents=trail(), alike=alike, **kwargs)

    def alike(self, form):
        """Partners of the same name: the same one entered twice is worse than one looked up."""
        name = self.request.POST.get("name", "").strip()
        return list(Partner.objects.current().filter(name=name)[:5]) if form and name else []


class PartnerChangeView(PartnerMixin, UpdateView):
    action = "change"
    form_class = PartnerForm
    template_name = "pairings/partner_form.html"

    def get_form_kwargs(self):
        shows = allowed(self.request.user, self.object, "contact")
        shows |= self.object.created_by_id == self.request.user.pk
        return super().get_form_kwargs() | {"shows_contact": shows}

    def form_valid(self, form):
        operations.change_partner(self.object, by=self.request.user, **form.cleaned_data)
        messages.success(self.request, _("Saved."))
        return redirect(partner_url(self.object))

    def form_invalid(self, form):
        return self.render_to_response(self.get_context_data(form=form), status=INVALID)

    def get_context_data(self, **kwargs):
        partner = Partner.objects.get(pk=self.object.pk)
        parents = [*trail(), (partner.name, partner_url(partner))]
        return super().get_context_data(parents=parents, partner=partner, **kwargs)


class PartnerMergeView(PartnerMixin, FormView):
    """Two entries turned out to be one partner."""

    form_class = MergePartnersForm
    template_name = "pairings/partner_merge.html"
    done = gettext_lazy("Merged: pairings, needs and awards went over.")

    def get(self, request, *args, **kwargs):
        self.partner = self.find_partner()
        return super().get(request, *args, **kwargs)

    def post(self, request, *args, **kwargs):
        self.partner = self.find_partner()
        return super().post(request, *args, **kwargs)

    def find_partner(self):
        partner = get_object_or_404(self.get_queryset(), code=self.kwargs["code"])
        if not has_permission(self.request.user, "pairings.keep_partner"):
            raise PermissionDenied
        return partner

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"partner": self.partner}

    def form_valid(self, form):
        try:
            into = operations.merge_partners(self.partner, form.cleaned_data["into"], by=self.request.user)
        except PairingRefused as error:
            form.add_error(None, str(error))
            return self.form_invalid(form)
        messages.success(self.request, self.done)
        return redirect(partner_url(into))

    def form_invalid(self, form):
        return self.render_to_response(self.get_context_data(form=form), status=INVALID)

    def get_context_data(self, **kwargs):
        parents = [*trail(), (self.partner.name, partner_url(self.partner))]
        return super().get_context_data(partner=self.partner, parents=parents, **kwargs)
