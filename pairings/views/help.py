"""Needs and offers: what nobody has met yet with who could help, and what the own branches entered."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import FormView, ListView

from branches.access import ScopedMixin
from branches.selectors import allowed, has_permission
from core import clock
from pairings import operations
from pairings.forms import EndForm, HelpFilterForm, HelpItemForm, MetForm, NeedFilterForm
from pairings.helping import open_needs, who_could_help
from pairings.models import HelpItem
from pairings.operations import PairingRefused
from pairings.views.base import INVALID


def needs_trail():
    return [(_("Needs and offers"), reverse("pairings:needs"))]


class HelpListView(ScopedMixin, ListView):
    model = HelpItem
    paginate_by = 30

    def get_context_data(self, **kwargs):
        found = super().get_context_data(
            filter_form=self.filter_form,
            is_filtered=self.filter_form.is_filtered,
            may_add=has_permission(self.request.user, "pairings.add_helpitem"),
            **kwargs,
        )
        shown = [item.pk for item in found["object_list"]]
        own = HelpItem.objects.allowed_to(self.request.user, "change").filter(pk__in=shown)
        return found | {"own": set(own.order_by().values_list("pk", flat=True))}

    def render_to_response(self, context, **kwargs):
        return super().render_to_response(
            context, status=200 if self.filter_form.is_valid() else 400, **kwargs
        )


class NeedListView(HelpListView):
    """Unmet needs of the whole company by region: help may come from anywhere."""

    template_name = "pairings/need_list.html"

    def get_queryset(self):
        needs = open_needs(super().get_queryset(), clock.today())
        self.regions = list(needs.order_by("region").values_list("region").annotate(number=Count("pk")))
        self.filter_form = NeedFilterForm(self.request.GET, regions=self.regions)
        return self.filter_form.narrow(needs).order_by("region", "topic__order", "since", "pk")

    def get_context_data(self, **kwargs):
        found = super().get_context_data(**kwargs)
        needs = list(found["object_list"])
        could = who_could_help(needs, clock.today())
        for need in needs:
            need.help = could[need.pk]
        return found | {"object_list": needs, "regions": self.regions}


class HelpItemListView(HelpListView):
    """What was entered for the units in reach, needs and offers, open or not."""

    template_name = "pairings/help_list.html"

    def get_queryset(self):
        self.filter_form = HelpFilterForm(self.request.GET)
        rows = HelpItem.objects.under_assignments(self.request.user, "pairings.view_helpitem")
        return self.filter_form.narrow(rows.select_related("topic", "unit", "partner", "met_activity"))

    def get_context_data(self, **kwargs):
        return super().get_context_data(parents=needs_trail(), today=clock.today(), **kwargs)


class HelpFormView(ScopedMixin, FormView):
    """``run`` does it and may refuse; what was typed then stays in the form."""

    model = HelpItem
    http_method_names = ["get", "post", "head", "options"]
    template_name = "pairings/help_form.html"
    heading = button = done = ""
    item = None

    def form_valid(self, form):
        try:
            self.run(form)
        except PairingRefused as error:
            form.add_error(None, str(error))
            return self.form_invalid(form)
        messages.success(self.request, self.done)
        return redirect("pairings:help_items")

    def form_invalid(self, form):
        return self.render_to_response(self.get_context_data(form=form), status=INVALID)

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            heading=self.heading, button=self.button, item=self.item, parents=needs_trail(), **kwargs
        )


class HelpItemCreateView(HelpFormView):
    action = "add"
    form_class = HelpItemForm
    heading, button = gettext_lazy("Enter a need or an offer"), gettext_lazy("Enter it")
    done = gettext_lazy("It is entered.")

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"user": self.request.user}

    def get_initial(self):
        return {"partner": self.request.GET.get("partner", "")[:40]}

    def run(self, form):
        facts = dict(form.cleaned_data)
        operations.add_help(facts.pop("unit"), facts.pop("topic"), by=self.request.user, **facts)


class HelpItemActionView(HelpFormView):
    """On one item; in sight of all who read needs, changed where it was entered."""

    action = "change"

    def get(self, request, *args, **kwargs):
        self.item = self.find_item()
        return super().get(request, *args, **kwargs)

    def post(self, request, *args, **kwargs):
        self.item = self.find_item()
        return super().post(request, *args, **kwargs)

    def find_item(self):
        rows = self.get_queryset().select_related("topic", "unit", "partner")
        item = get_object_or_404(rows, pk=self.kwargs["pk"])
        if not allowed(self.request.user, item, "change"):
            raise PermissionDenied
        return item


class MetView(HelpItemActionView):
    form_class = MetForm
    heading, button = gettext_lazy("The need was met"), gettext_lazy("Save")
    done = gettext_lazy("Met: it no longer stands among the needs.")

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"item": self.item, "user": self.request.user}

    def run(self, form):
        operations.mark_met(self.item, by=self.request.user, **form.cleaned_data)


class EndView(HelpItemActionView):
    form_class = EndForm
    heading, button = gettext_lazy("No longer needed or offered"), gettext_lazy("End it")
    done = gettext_lazy("It ends on the day you gave.")

    def run(self, form):
        operations.end_help(self.item, by=self.request.user, **form.cleaned_data)
