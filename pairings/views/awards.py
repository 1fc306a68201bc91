"""The Support Award: given by the provincial office to outside organisations, listed by year."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import FormView, ListView, View

from branches.access import ScopedMixin
from branches.selectors import has_permission
from core.downloads import open_response
from core.files import FileRefused, atomic_with_files
from pairings import operations
from pairings.forms import AwardFilterForm, AwardForm, TakeBackForm
from pairings.models import SupportAward
from pairings.operations import PairingRefused
from pairings.views.base import INVALID, trail


def awards_trail():
    return [*trail(), (_("Support Award"), reverse("pairings:awards"))]


class AwardListView(ScopedMixin, ListView):
    model = SupportAward
    template_name = "pairings/award_list.html"
    paginate_by = 50

    def get_queryset(self):
        self.filter_form = AwardFilterForm(self.request.GET)
        rows = self.filter_form.narrow(super().get_queryset().select_related("partner"))
        return rows.order_by("-year", "batch", "partner__name", "pk")

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            filter_form=self.filter_form,
            is_filtered=self.filter_form.is_filtered,
            parents=trail(),
            may_give=has_permission(self.request.user, "pairings.add_supportaward"),
            **kwargs,
        )

    def render_to_response(self, context, **kwargs):
        return super().render_to_response(
            context, status=200 if self.filter_form.is_valid() else 400, **kwargs
        )


class AwardFileView(ScopedMixin, View):
    model = SupportAward

    def get(self, request, *args, **kwargs):
        award = get_object_or_404(self.get_queryset().select_related("file"), pk=kwargs["pk"])
        if award.file is None:
            raise Http404
        return open_response(award.file)


class AwardFormView(ScopedMixin, FormView):
    """``run`` gives or takes back, and may refuse; what was typed then stays in the form."""

    model = SupportAward
    action = "add"
    http_method_names = ["get", "post", "head", "options"]
    template_name = "pairings/award_form.html"
    heading = button = done = ""

    def form_valid(self, form):
        try:
            with atomic_with_files():
                self.run(form)
        except (PairingRefused, FileRefused) as error:
            form.add_error(None, str(error.args[0]))
            return self.form_invalid(form)
        messages.success(self.request, self.done)
        return redirect("pairings:awards")

    def form_invalid(self, form):
        return self.render_to_response(self.get_context_data(form=form), status=INVALID)

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            heading=self.heading, button=self.button, parents=awards_trail(), **kwargs
        )


class AwardCreateView(AwardFormView):
    form_class = AwardForm
    heading, button = gettext_lazy("Give the Support Award"), gettext_lazy("Give the award")
    done = gettext_lazy("The award is entered.")

    def get_initial(self):
        return {"partner": self.request.GET.get("partner", "")[:40]}

    def run(self, form):
        facts = dict(form.cleaned_data)
        operations.give_award(facts.pop("partner"), by=self.request.user, upload=facts.pop("file"), **facts)


class AwardTakeBackView(AwardFormView):
    form_class = TakeBackForm
    heading, button = gettext_lazy("Take the award back"), gettext_lazy("Take back")
    done = gettext_lazy("The award is taken back.")

    def get(self, request, *args, **kwargs):
        self.award = self.find_award()
        return super().get(request, *args, **kwargs)

    def post(self, request, *args, **kwargs):
        self.award = self.find_award()
        return super().post(request, *args, **kwargs)

    def find_award(self):
        """In sight of all who read the directory; given and taken back by the provincial office alone."""
        award = get_object_or_404(self.get_queryset().select_related("partner"), pk=self.kwargs["pk"])
        if not self.has_right():
            raise PermissionDenied
        return award

    def run(self, form):
        operations.take_back_award(self.award, by=self.request.user, **form.cleaned_data)

    def get_context_data(self, **kwargs):
        return super().get_context_data(award=self.award, **kwargs)
