"""One figure: its state, what is left out of it, its history; and the page of what waits to be verified."""

from typing import Any

from django.contrib import messages
from django.db.models import Prefetch
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.generic import DetailView, ListView

from assessments import operations
from assessments.choices import ExclusionState, ValueState
from assessments.indicator_forms import DocumentForm, ExclusionForm, ReturnForm, WaitingFilterForm
from assessments.models import Exclusion, IndicatorValue
from assessments.plausibility import with_last_figures
from assessments.selectors import units_entered_in
from assessments.value_words import (
    BADGES,
    EXCLUSION_BADGES,
    exclusion_words,
    history_of,
    reported_raw,
)
from assessments.views.indicators import CONFLICT, INVALID, indicator_trail
from branches.access import ScopedMixin
from branches.selectors import allowed, has_permission
from core.operations.drafts import storable
from core.periods import period_words
from core.workflow import MoveRefused, VersionConflict

VERIFIED_AT_ONCE = 200


def changed_meanwhile() -> str:
    return _("Somebody changed this meanwhile. Look at it again, then decide.")


def document_form(value: IndicatorValue) -> DocumentForm:
    return DocumentForm(initial={"document": value.document, "version": value.version})


class ValueView(ScopedMixin, DetailView):
    """What the page of a figure and the buttons on it share."""

    model = IndicatorValue
    action = "view"
    template_name = "assessments/value_detail.html"
    context_object_name = "value"

    def get_queryset(self):
        exclusions = Exclusion.objects.select_related("asked_by", "decided_by", "value__indicator")
        found = (
            super()
            .get_queryset()
            .select_related("unit", "period", "indicator__owner", "entered_by", "decided_by")
        )
        return found.prefetch_related(Prefetch("exclusions", exclusions))

    def get_context_data(self, **kwargs):
        value, user = self.object, self.request.user
        unit = value.indicator.unit_of_measure
        verifies = allowed(user, value, "verify")
        others = value.entered_by_id != user.pk
        return (
            {"exclusion_form": ExclusionForm(), "form": None, "document_form": document_form(value)}
            | super().get_context_data(**kwargs)
            | {
                "parents": indicator_trail(value.indicator),
                "period_name": period_words(value.period.code),
                "badge": BADGES[ValueState(value.state)],
                "reported": reported_raw(value),
                "unit_of_measure": units_entered_in([value]).get(value.pk, unit),
                "standing_unit": units_entered_in([value], counting=True).get(value.pk, unit),
                "exclusions": self.exclusions(verifies),
                "history": history_of(value),
                "may_verify": verifies and others and value.state == ValueState.SUBMITTED,
                "may_return": verifies
                and others
                and value.state in (ValueState.SUBMITTED, ValueState.VERIFIED),
                "may_exclude": value.state in (ValueState.SUBMITTED, ValueState.VERIFIED)
                and allowed(user, value, "change"),
                "enter_url": self.enter_url(),
            }
            | kwargs
        )

    def enter_url(self) -> str:
        value = self.object
        if not allowed(self.request.user, value, "change"):
            return ""
        return reverse("indicators:enter_unit", args=[value.unit.code, value.period.code])

    def exclusions(self, verifies: bool) -> list[dict[str, Any]]:
        return [
            {
                "exclusion": exclusion,
                "words": exclusion_words(exclusion),
                "badge": EXCLUSION_BADGES[ExclusionState(exclusion.state)],
                "may_decide": verifies
                and exclusion.state == ExclusionState.ASKED
                and exclusion.asked_by_id != self.request.user.pk,
            }
            for exclusion in self.object.exclusions.all()
        ]

    def refuse(self, reason: Any, status: int = INVALID, **context: Any):
        """The page again, with why; what was typed stays."""
        return self.render_to_response(self.get_context_data(refusal=reason, **context), status=status)


class ValueDetailView(ValueView):
    http_method_names = ["get", "head", "options"]


class ValueDecideView(ValueView):
    """Verify or return one figure."""

    action = "verify"
    http_method_names = ["post"]

    def post(self, request, *args, **kwargs):
        self.object = value = self.get_object()
        form = ReturnForm(request.POST)
        if not form.is_valid():
            return self.refuse(_("Nothing was chosen."), return_form=form)
        facts = form.cleaned_data
        try:
            if facts["decision"] == "verify":
                self.verify(value, facts["version"])
            else:
                operations.return_value(
                    value, by=request.user, reason=facts["reason"], version=facts["version"]
                )
                messages.success(request, _("Returned."))
        except MoveRefused as error:
            return self.refuse(error.args[0], return_form=form)
        except VersionConflict:
            self.object = self.get_object()
            return self.refuse(changed_meanwhile(), CONFLICT, return_form=form)
        return redirect("indicators:value", value.pk)

    def verify(self, value: IndicatorValue, version: int) -> None:
        _verified, refused = operations.verify_values([(value, version)], by=self.request.user)
        if refused:
            raise MoveRefused(refused[0][1])
        messages.success(self.request, _("Verified."))


class DocumentView(ValueView):
    """Say from which document the figure comes."""

    action = "change"
    http_method_names = ["post"]

    def post(self, request, *args, **kwargs):
        self.object = value = self.get_object()
        form = DocumentForm(request.POST)
        if not form.is_valid():
            return self.refuse("", document_form=form, form=form)
        facts = form.cleaned_data
        try:
            operations.name_document(value, facts["document"], by=request.user, version=facts["version"])
        except MoveRefused as error:
            form.add_error("document", error.args[0])
            return self.refuse("", document_form=form, form=form)
        except VersionConflict:
            self.object = self.get_object()
            return self.refuse(changed_meanwhile(), CONFLICT, document_form=form)
        messages.success(request, _("Saved."))
        return redirect("indicators:value", value.pk)


class ExcludeView(ValueView):
    """Ask that something be left out of the figure."""

    action = "change"
    http_method_names = ["post"]

    def post(self, request, *args, **kwargs):
        self.object = value = self.get_object()
        form = ExclusionForm(request.POST)
        if not form.is_valid():
            return self.refuse("", exclusion_form=form, form=form)
        facts = {name: form.cleaned_data[name] for name in ("cause", "because", "amount")}
        try:
            operations.ask_exclusion(value, by=request.user, **facts)
        except MoveRefused as error:
            form.add_error(None, error.args[0])
            return self.refuse("", exclusion_form=form, form=form)
        messages.success(request, _("Asked for. It counts when it is verified."))
        return redirect("indicators:value", value.pk)


class ExclusionDecideView(ScopedMixin, DetailView):
    """Verify or refuse an exclusion; the page is that of its figure."""

    model = Exclusion
    action = "verify"
    http_method_names = ["post"]

    def get_queryset(self):
        return super().get_queryset().select_related("value", "unit")

    def post(self, request, *args, **kwargs):
        exclusion = self.get_object()
        form = ReturnForm(request.POST)
        if form.is_valid():
            self.decide(exclusion, **form.cleaned_data)
        else:
            messages.error(request, _("Nothing was chosen."))
        return redirect("indicators:value", exclusion.value_id)

    def decide(self, exclusion: Exclusion, *, decision: str, reason: str, version: int) -> None:
        try:
            if decision == "verify":
                operations.verify_exclusion(exclusion, by=self.request.user, version=version)
                messages.success(self.request, _("The figure counts without it from now on."))
            else:
                operations.refuse_exclusion(exclusion, by=self.request.user, reason=reason, version=version)
                messages.success(self.request, _("Refused; the figure stays as it was reported."))
        except MoveRefused as error:
            messages.error(self.request, str(error.args[0]))
        except VersionConflict:
            messages.error(self.request, changed_meanwhile())


class VerifyListView(ScopedMixin, ListView):
    """What waits for me: chosen rows are verified at once, each refused one said with its reason."""

    model = IndicatorValue
    action = "verify"
    template_name = "assessments/value_review.html"

    def has_right(self) -> bool:
        rights = ("assessments.verify_indicatorvalue", "assessments.verify_own_indicator")
        return any(has_permission(self.request.user, right) for right in rights)

    @cached_property
    def filter_form(self) -> WaitingFilterForm:
        waiting = IndicatorValue.objects.allowed_to(self.request.user, "verify").waiting().order_by()
        return WaitingFilterForm(self.request.GET, waiting=waiting.exclude(entered_by=self.request.user))

    def get_queryset(self):
        waiting = IndicatorValue.objects.allowed_to(self.request.user, "verify").waiting()
        waiting = waiting.exclude(entered_by=self.request.user)
        for name, lookup in (("indicator", "indicator__code"), ("period", "period__code")):
            if text := self.filter_form.data.get(name, ""):
                waiting = waiting.filter(**{lookup: text}) if storable(text) else waiting.none()
        return waiting.select_related("unit", "period", "indicator", "entered_by").order_by(
            "entered_at", "pk"
        )

    def get_context_data(self, **kwargs):
        waiting = self.get_queryset()
        exclusions = Exclusion.objects.allowed_to(self.request.user, "verify").filter(
            state=ExclusionState.ASKED
        )
        asked = exclusions.exclude(asked_by=self.request.user).select_related(
            "value__indicator", "value__period", "unit"
        )
        shown = with_last_figures(list(waiting[:VERIFIED_AT_ONCE]))
        kwargs |= {"object_list": shown, "waiting": waiting.count(), "form": None}
        return super().get_context_data(**kwargs) | {
            "parents": [(_("Indicators"), reverse("indicators:list"))],
            "filter_form": self.filter_form,
            "shown_at_most": VERIFIED_AT_ONCE,
            "exclusions": [
                (one, period_words(one.value.period.code), exclusion_words(one))
                for one in asked[:VERIFIED_AT_ONCE]
            ],
        }

    def post(self, request, *args, **kwargs):
        chosen = self.chosen()
        found = self.get_queryset().in_bulk(list(chosen))
        rows = [(found[pk], version) for pk, version in chosen.items() if pk in found]
        verified, refused = operations.verify_values(rows, by=request.user)
        done = ngettext("%(count)s figure verified.", "%(count)s figures verified.", len(verified))
        self.object_list = self.get_queryset()
        context = self.get_context_data(
            nothing=not chosen,
            verified=verified,
            refused=refused,
            done=done % {"count": len(verified)},
        )
        return self.render_to_response(context)

    def chosen(self) -> dict[int, int]:
        """Key and seen version of each chosen row."""
        found = {}
        for text in self.request.POST.getlist("row")[:VERIFIED_AT_ONCE]:
            key, _colon, version = text.partition(":")
            if all(part.isascii() and part.isdigit() and len(part) < 16 for part in (key, version)):
                found[int(key)] = int(version)
        return found
