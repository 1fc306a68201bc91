"""The library of indicators, and the figures of one of them."""

from typing import Any

from django.contrib import messages
from django.db.models import Count, Q
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.generic import DetailView, FormView, ListView, View

from assessments import operations
from assessments.choices import ValueState
from assessments.indicator_forms import IndicatorFilterForm, IndicatorForm, NewIndicatorForm
from assessments.models import Indicator, IndicatorValue, Item
from assessments.selectors import units_entered_in
from assessments.value_words import BADGES, history_rows
from branches.access import ScopedMixin
from branches.models import PartyUnit
from branches.selectors import has_permission, units_for
from core import clock
from core.models import AuditEvent
from core.periods import PeriodKind, parse_period, period_words
from core.workflow import VersionConflict

INVALID, CONFLICT = 422, 409
PERIODS_SHOWN = 12


def library_trail() -> list[tuple[str, str]]:
    return [(_("Indicators"), reverse("indicators:list"))]


def indicator_trail(indicator: Indicator) -> list[tuple[str, str]]:
    return [*library_trail(), (indicator.name, reverse("indicators:detail", args=[indicator.code]))]


class IndicatorListView(ScopedMixin, ListView):
    model = Indicator
    action = "view"
    paginate_by = 50
    template_name = "assessments/indicator_list.html"

    def get_queryset(self):
        self.filter_form = IndicatorFilterForm(self.request.GET)
        facts = self.filter_form.cleaned_data if self.filter_form.is_valid() else {}
        found = super().get_queryset().select_related("owner").order_by("side", "code")
        if facts.get("q"):
            found = found.filter(Q(name__icontains=facts["q"]) | Q(code__icontains=facts["q"]))
        if facts.get("side"):
            found = found.filter(side=facts["side"])
        if facts.get("owner"):
            found = (
                found.filter(owner=None)
                if facts["owner"] == "-"
                else found.filter(owner__code=facts["owner"])
            )
        today = clock.today()
        return found if facts.get("state") == "all" else found.valid_in(today, today)

    def get_context_data(self, **kwargs):
        user = self.request.user
        return super().get_context_data(**kwargs) | {
            "form": None,
            "filter_form": self.filter_form,
            "filtered": any(self.request.GET.get(name) for name in ("q", "side", "owner")),
            "may_add": has_permission(user, "assessments.add_indicator"),
            "may_enter": has_permission(user, "assessments.change_indicatorvalue"),
            "waiting": IndicatorValue.objects.allowed_to(user, "verify").waiting().count(),
        }


class DefaultLibraryView(ScopedMixin, View):
    """One click instead of an empty page."""

    model = Indicator
    action = "add"
    http_method_names = ["post"]

    def post(self, request, *args, **kwargs):
        loaded = len(operations.load_default_library(by=request.user))
        words = ngettext("%(count)s indicator loaded.", "%(count)s indicators loaded.", loaded)
        messages.success(request, words % {"count": loaded})
        return redirect("indicators:list")


class IndicatorView(ScopedMixin):
    model = Indicator
    slug_field = slug_url_kwarg = "code"

    def get_queryset(self):
        return super().get_queryset().select_related("owner")


class IndicatorDetailView(IndicatorView, DetailView):
    """What it means, who uses it, and for which periods there are figures."""

    template_name = "assessments/indicator_detail.html"
    context_object_name = "indicator"

    def get_context_data(self, **kwargs):
        indicator, user = self.object, self.request.user
        return super().get_context_data(**kwargs) | {
            "parents": library_trail(),
            "items": self.items(),
            "changes": self.changes(),
            "periods": self.periods(),
            "may_change": has_permission(user, "assessments.change_indicator"),
            "may_enter": has_permission(user, "assessments.change_indicatorvalue"),
            "is_bare": not (indicator.side and indicator.direction and indicator.meaning),
        }

    def items(self) -> list[Item]:
        """Where schemes read it, in every version: boards of earlier periods rest on the earlier ones."""
        items = Item.objects.filter(source_type="REPORTED", source_code=self.object.code)
        return list(
            items.select_related("scheme", "section").order_by("scheme__code", "-scheme__version", "position")
        )

    def changes(self) -> list[dict[str, Any]]:
        """Who changed what of it and why, the newest first."""
        events = AuditEvent.objects.filter(
            object_type="assessments.indicator", object_id=str(self.object.pk), verb="change_indicator"
        ).select_related("actor")
        return [
            {
                "at": event.at,
                "who": event.actor.name if event.actor else "",
                "what": _("changed"),
                "note": "\n".join([*fact_words(event.summary), *filter(None, [event.reason])]),
            }
            for event in events.order_by("-pk")
        ]

    def periods(self) -> list[dict[str, Any]]:
        """The newest periods with the number of figures in the reader's sight."""
        seen = IndicatorValue.objects.allowed_to(self.request.user, "view").filter(indicator=self.object)
        rows = seen.order_by().values("period__code", "period__last_day", "period__first_day")
        rows = rows.annotate(
            figures=Count("pk"), verified=Count("pk", filter=Q(state=ValueState.VERIFIED))
        ).order_by("-period__last_day", "-period__first_day")
        return [
            {
                "code": row["period__code"],
                "name": period_words(row["period__code"]),
                "figures": row["figures"],
                "verified": row["verified"],
            }
            for row in rows[:PERIODS_SHOWN]
        ]


def fact_words(summary: dict[str, Any]) -> list[str]:
    """ "unit of measure: h → min", choices by their labels."""
    found = []
    for name, pair in summary.items():
        field = Indicator._meta.get_field(name)
        labels = {str(code): str(label) for code, label in getattr(field, "choices", None) or []}
        before, after = (labels.get(text, text) or "—" for text in pair)
        found.append(f"{field.verbose_name}: {before} → {after}")
    return found


class IndicatorAddView(ScopedMixin, FormView):
    model = Indicator
    action = "add"
    form_class = NewIndicatorForm
    template_name = "assessments/indicator_form.html"

    def form_valid(self, form):
        indicator = operations.add_indicator(by=self.request.user, **form.facts())
        messages.success(self.request, _("The indicator is in the library."))
        return redirect("indicators:detail", indicator.code)

    def form_invalid(self, form):
        return self.render_to_response(self.get_context_data(form=form), status=INVALID)

    def get_context_data(self, **kwargs):
        return super().get_context_data(**kwargs) | {
            "parents": library_trail(),
            "heading": _("New indicator"),
            "cancel_url": reverse("indicators:list"),
        }


class IndicatorChangeView(IndicatorView, DetailView):
    action = "change"
    template_name = "assessments/indicator_form.html"
    context_object_name = "indicator"
    conflict = gettext_lazy(
        "Somebody changed this meanwhile. Your text is still here; save again to replace what stands now."
    )

    def get_context_data(self, **kwargs):
        url = reverse("indicators:detail", args=[self.object.code])
        return (
            {"form": IndicatorForm(instance=self.object)}
            | super().get_context_data(**kwargs)
            | {
                "parents": indicator_trail(self.object),
                "heading": _("Edit the indicator"),
                "cancel_url": url,
            }
            | kwargs
        )

    def post(self, request, *args, **kwargs):
        self.object = self.get_object()
        form = IndicatorForm(request.POST, instance=self.get_object())
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(form=form), status=INVALID)
        try:
            self.save(form)
        except operations.ReasonRequired:
            form.add_error("reason", _("Give a reason: figures or schemes rest on it."))
            return self.render_to_response(self.get_context_data(form=form), status=INVALID)
        except VersionConflict as error:
            form.add_error(None, self.conflict)
            form.data = form.data.copy()
            form.data["version"] = str(error.current.version)
            context = self.get_context_data(form=form, now=error.current)
            return self.render_to_response(context, status=CONFLICT)
        messages.success(request, _("Saved."))
        return redirect("indicators:detail", self.object.code)

    def save(self, form):
        facts = form.cleaned_data
        operations.change_indicator(
            self.object,
            by=self.request.user,
            version=facts["version"],
            reason=facts.get("reason", ""),
            **form.facts(),
        )


class OfIndicatorView(ScopedMixin, ListView):
    """Figures of the indicator that the address names, as far as the reader sees them."""

    model = IndicatorValue
    action = "view"

    @cached_property
    def indicator(self) -> Indicator:
        seen = Indicator.objects.allowed_to(self.request.user, "view")
        return get_object_or_404(seen.select_related("owner"), code=self.kwargs["code"])

    def get_queryset(self):
        found = super().get_queryset().filter(indicator=self.indicator)
        return found.select_related("unit", "period", "indicator", "entered_by")

    def get_context_data(self, **kwargs):
        return super().get_context_data(**kwargs) | {
            "indicator": self.indicator,
            "parents": indicator_trail(self.indicator),
            "badges": BADGES,
        }


class FigureListView(OfIndicatorView):
    """The figures of one period, unit by unit."""

    paginate_by = 100
    template_name = "assessments/figure_list.html"

    @cached_property
    def period(self):
        try:
            return parse_period(self.kwargs["period"])
        except ValueError as error:
            raise Http404 from error

    def get_queryset(self):
        return super().get_queryset().filter(period__code=self.period.code).order_by("unit__path")

    def get_context_data(self, **kwargs):
        found = super().get_context_data(**kwargs)
        others = units_entered_in(found["object_list"])
        for value in found["object_list"]:
            value.other_unit = others.get(value.pk, "")
        return found | {
            "period": self.period,
            "period_name": period_words(self.period.code),
            "may_enter": has_permission(self.request.user, "assessments.change_indicatorvalue"),
        }


class HistoryView(OfIndicatorView):
    """One unit over the periods of one kind; other kinds stand on their own pages and are never compared."""

    template_name = "assessments/figure_history.html"

    @cached_property
    def unit(self) -> PartyUnit:
        """In sight, or with a figure that is."""
        units = PartyUnit.objects.filter(code=self.kwargs["unit"])
        seen = units.filter(
            Q(pk__in=units_for(self.request.user, "assessments.view_indicatorvalue").values("pk"))
            | Q(pk__in=super().get_queryset().order_by().values("unit"))
        )
        return get_object_or_404(seen)

    @cached_property
    def values(self) -> list[IndicatorValue]:
        found = super().get_queryset().filter(unit=self.unit)
        return list(found.order_by("-period__last_day", "-period__first_day"))

    def get_queryset(self):
        return IndicatorValue.objects.none()

    def get_context_data(self, **kwargs):
        kinds = [kind for kind in PeriodKind if any(value.period.kind == kind for value in self.values)]
        asked = self.request.GET.get("kind", "")
        chosen = next((kind for kind in kinds if kind == asked), None)
        if chosen is None and kinds:
            chosen = PeriodKind(self.values[0].period.kind)
        rows = history_rows([value for value in self.values if value.period.kind == chosen])
        return super().get_context_data(**kwargs) | {
            "unit": self.unit,
            "kinds": kinds,
            "kind": chosen,
            "rows": rows,
            "units_differ": any(row.unit != self.indicator.unit_of_measure for row in rows),
            "of_years": chosen == PeriodKind.YEAR,
        }
