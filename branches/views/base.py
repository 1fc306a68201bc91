"""One page per thing that is done to a unit: a form, where it matters a page that says what will happen, then
the operation."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import FormView

from branches.access import ScopedMixin
from branches.models import PartyUnit
from branches.offers import forget_alerts
from branches.operations import BranchesRefused
from branches.selectors import units_above, units_for

INVALID = 422
BY_MISTAKE = gettext_lazy("If it was opened by mistake, use “Take back the opening” on its page, today.")


def trail(unit, user):
    """The units above, as the breadcrumb takes them."""
    above = [(row.name, reverse("branches:unit_detail", args=[row.code])) for row in units_above(unit, user)]
    return [(_("Units"), reverse("branches:unit_list")), *above]


class UnitActionView(ScopedMixin, FormView):
    """``permission`` is what one needs at the unit; ``run`` does it and may refuse."""

    model = PartyUnit
    action = "view"
    permission = "branches.change_partyunit"
    http_method_names = ["get", "post", "head", "options"]
    template_name = "branches/unit_action.html"
    heading = button = done = ""
    danger = asks_first = False

    def get(self, request, *args, **kwargs):
        self.unit = self.find_unit()
        return super().get(request, *args, **kwargs)

    def post(self, request, *args, **kwargs):
        self.unit = self.find_unit()
        if self.refusal():
            return self.form_invalid(self.get_form_class()(**self.form_facts()))
        return super().post(request, *args, **kwargs)

    def find_unit(self):
        units = self.get_queryset().select_related("parent", "organisation")
        unit = get_object_or_404(units, code=self.kwargs["code"])
        if not units_for(self.request.user, self.needed_for(unit)).filter(pk=unit.pk).exists():
            raise PermissionDenied
        return unit

    def needed_for(self, unit) -> str:
        return self.permission

    def refusal(self) -> str:
        """Why this cannot be done to this unit at all; then the page has no form."""
        return ""

    def form_facts(self):
        return {"unit": self.unit, "user": self.request.user}

    def get_form_kwargs(self):
        return super().get_form_kwargs() | self.form_facts()

    def form_valid(self, form):
        asking = self.asks(form) and "confirmed" not in self.request.POST
        try:
            with transaction.atomic():
                effects = self.effects(form) if asking else []
                self.run(form)
                transaction.set_rollback(asking)
        except (BranchesRefused, ValidationError) as error:
            texts = error.messages if isinstance(error, ValidationError) else [str(error)]
            for text in texts:
                form.add_error(None, text)
            return self.form_invalid(form)
        if asking:
            return self.ask(effects)
        forget_alerts(self.request.user)
        self.tell(form)
        messages.success(self.request, self.done)
        return redirect(self.get_success_url())

    def asks(self, form):
        """Whether what was typed is done only after a page that says what will happen."""
        return self.asks_first

    def ask(self, effects):
        typed = {
            name: texts for name, texts in self.request.POST.lists() if name not in ("csrfmiddlewaretoken",)
        }
        context = self.page() | {
            "rows": effects,
            "typed": typed,
            "submit": self.submit_text(),
            "danger": self.danger,
        }
        return self.response_class(self.request, ["branches/unit_action_check.html"], context)

    def submit_text(self):
        """The button under what will happen; where something ends it names what."""
        return self.button

    def run(self, form):
        raise NotImplementedError

    def tell(self, form):
        """What else is to be said once it is done."""

    def effects(self, form):
        """Rows (term, value) that say what will happen."""
        return []

    def form_invalid(self, form):
        return self.render_to_response(self.get_context_data(form=form), status=INVALID)

    def page(self):
        return {
            "unit": self.unit,
            "heading": self.heading,
            "button": self.button,
            "refusal": self.refusal(),
            "parents": [*trail(self.unit, self.request.user), (self.unit.name, self.back_url())],
            "cancel_url": self.back_url(),
        }

    def get_context_data(self, **kwargs):
        return super().get_context_data(**kwargs) | self.page()

    def get_success_url(self):
        return self.back_url()

    def back_url(self):
        """Where who does not go on returns to: the page of what is still unchanged."""
        return reverse("branches:unit_detail", args=[self.unit.code])


class FoundingView(UnitActionView):
    """Leads to the unit that was made, ``self.made``, where it can be taken back."""

    def tell(self, form):
        self.done = f"{self.done} {BY_MISTAKE}"

    def get_success_url(self):
        return reverse("branches:unit_detail", args=[self.made.code])


def row(term, value):
    return {"term": term, "value": value}
