"""The grids in which figures are entered: one indicator of many units, or one unit with its indicators."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.generic import FormView, TemplateView

from assessments import entry_grid, operations
from assessments.choices import PeriodState
from assessments.entry_grid import Grid
from assessments.indicator_forms import EntryChoiceForm
from assessments.models import AssessmentPeriod, Indicator, IndicatorValue
from assessments.owed import CHANGE, indicators_wanted, is_valid, period_usual, units_wanted, with_figure
from assessments.plausibility import NAMED_AT_MOST, last_figures, remarks
from assessments.value_words import BADGES
from assessments.views.indicators import INVALID, indicator_trail, library_trail
from branches.access import ScopedMixin
from branches.models import PartyUnit
from branches.selectors import has_permission, units_for
from core import clock
from core.models import Draft
from core.operations import discard_draft
from core.operations.drafts import storable
from core.periods import Period, parse_period, period_words

PAGE_SIZE = 50
DRAFT_FORM = "values"
FILLED = {"open": False, "done": True}
Pair = tuple[PartyUnit, Indicator]


class EntryChoiceView(ScopedMixin, FormView):
    """Which grid to open."""

    model = IndicatorValue
    action = "change"
    form_class = EntryChoiceForm
    template_name = "assessments/value_entry.html"

    def get_form_kwargs(self):
        today = clock.today()
        return super().get_form_kwargs() | {
            "indicators": Indicator.objects.valid_in(today, today).order_by("side", "code"),
            "units": units_for(self.request.user, CHANGE),
        }

    def get_initial(self):
        asked = {name: self.request.GET.get(name, "") for name in ("period", "indicator", "unit")}
        return asked | {"period": asked["period"] or period_usual().code}

    def form_valid(self, form):
        facts = form.cleaned_data
        if facts["unit"]:
            return redirect("indicators:enter_unit", facts["unit"].code, facts["period"])
        return redirect("indicators:enter_indicator", facts["indicator"], facts["period"])

    def form_invalid(self, form):
        return self.render_to_response(self.get_context_data(form=form), status=INVALID)

    def get_context_data(self, **kwargs):
        return super().get_context_data(**kwargs) | {"parents": library_trail()}


class GridView(ScopedMixin, TemplateView):
    model = IndicatorValue
    action = "change"
    template_name = "assessments/value_grid.html"
    by_unit = False

    @cached_property
    def period(self) -> Period:
        try:
            period = parse_period(self.kwargs["period"])
        except ValueError as error:
            raise Http404 from error
        if period.first_day > clock.today():
            raise Http404
        return period

    @cached_property
    def pairs(self) -> Sequence[Pair]:
        """The rows of the page: unit and indicator."""
        raise NotImplementedError

    def find(self, texts: list[str]) -> dict[str, tuple[int, int]]:
        """Unit and indicator of the names and codes in pasted lines."""
        raise NotImplementedError

    def find_subject(self) -> None:
        """404 out of sight, 403 in sight without the right."""
        raise NotImplementedError

    @property
    def draft_key(self) -> str:
        raise NotImplementedError

    def get(self, request, *args, **kwargs):
        self.find_subject()
        grid = self.grid()
        draft = Draft.objects.filter(user=request.user, form=DRAFT_FORM, key=self.draft_key).first()
        if draft:
            entry_grid.fill(grid, {name: texts[-1] for name, texts in draft.data.items() if texts})
            entry_grid.renew(grid)
        return self.show(grid, draft=draft)

    def post(self, request, *args, **kwargs):
        self.find_subject()
        action = request.POST.get("action", "draft")
        if action == "discard":
            discard_draft(user=request.user, form=DRAFT_FORM, key=self.draft_key)
            return redirect(request.get_full_path())
        grid = self.grid()
        entry_grid.fill(grid, request.POST)
        figures = entry_grid.read(grid, self.find)
        told = {"by": request.user, "submit": action == "submit"}
        if grid.has_errors:  # the others are said in the same round
            return self.refuse(grid, operations.look_over(self.period.code, figures, **told))
        try:
            done = operations.enter_values(self.period.code, figures, reason=grid.reason, **told)
        except operations.FiguresRefused as error:
            return self.refuse(grid, error)
        except operations.ReasonMissing:
            grid.reason_error = _("Give a reason: a board of this period is published.")
            return self.show(grid, status=INVALID)
        discard_draft(user=request.user, form=DRAFT_FORM, key=self.draft_key)
        self.tell(grid, figures, done)
        return redirect(request.get_full_path())

    def refuse(self, grid: Grid, error: operations.FiguresRefused | None):
        if error is not None:
            entry_grid.note(grid, error, self.names(error.errors))
        return self.show(grid, status=INVALID)

    def tell(self, grid: Grid, figures: list[operations.TypedFigure], done: operations.Entered) -> None:
        """What was done, what was left, and what is worth a second look."""
        messages.success(self.request, words_of(done))
        if done.left:
            words = ngettext(
                "%(count)s draft of somebody else was not submitted: %(names)s.",
                "%(count)s drafts of others were not submitted: %(names)s.",
                len(done.left),
            )
            names = _("; ").join(done.left[:NAMED_AT_MOST])
            messages.warning(self.request, words % {"count": len(done.left), "names": names})
        for note in grid.notes:
            messages.info(self.request, note)
        changed = {row.key: row.label for row in grid.rows if row.is_changed}
        changed |= self.names(figure.key for figure in figures if figure.version is None)  # pasted
        for remark in remarks(figures, self.period, changed):
            messages.warning(self.request, remark)

    def grid(self) -> Grid:
        known = IndicatorValue.objects.filter(
            period__code=self.period.code,
            unit__in={unit.pk for unit, _one in self.pairs},
            indicator__in={indicator.pk for _unit, indicator in self.pairs},
        )
        found = {(value.unit_id, value.indicator_id): value for value in known}
        last = last_figures([(unit.pk, indicator.pk) for unit, indicator in self.pairs], self.period)
        return entry_grid.make_grid(self.pairs, found, by_unit=self.by_unit, last=last)

    def names(self, keys: Iterable[tuple[int, int]]) -> dict[tuple[int, int], str]:
        keys = list(keys)
        units = PartyUnit.objects.in_bulk([unit for unit, _indicator in keys])
        return {(unit, one): str(units[unit]) for unit, one in keys if unit in units}

    def show(self, grid: Grid, *, draft: Draft | None = None, status: int = 200):
        known = AssessmentPeriod.objects.filter(code=self.period.code).first()
        context = self.get_context_data(
            grid=grid,
            form=None,
            period=self.period,
            period_name=period_words(self.period.code),
            archived=known is not None and known.state == PeriodState.ARCHIVED,
            published=operations.is_published(self.period.code),
            verifying=known is not None and known.state == PeriodState.VERIFYING,
            last_name=period_words(self.period.previous.code),
            by_unit=self.by_unit,
            badges=BADGES,
            draft=draft,
            draft_url=reverse("core:draft", args=[DRAFT_FORM, self.draft_key]),
        )
        return self.render_to_response(context, status=status)


class IndicatorGridView(GridView):
    """Units down."""

    def find_subject(self) -> None:
        user = self.request.user
        seen = Indicator.objects.allowed_to(user, "view").select_related("owner")
        self.indicator = get_object_or_404(seen, code=self.kwargs["code"])
        self.period  # noqa: B018 - answers 404
        if not has_permission(user, CHANGE):
            raise PermissionDenied

    @property
    def draft_key(self) -> str:
        return f"indicator-{self.indicator.pk}-{self.period.code}"

    @cached_property
    def page(self):
        units = units_wanted(self.indicator, self.period, self.request.user)
        text = self.request.GET.get("q", "").strip()
        if text and storable(text):
            units = units.filter(Q(name__icontains=text) | Q(code__icontains=text))
        chosen = self.request.GET.get("show")
        if chosen in FILLED:
            units = with_figure(units, self.indicator, self.period, filled=FILLED[chosen])
        return Paginator(units, PAGE_SIZE).get_page(self.request.GET.get("page"))

    @cached_property
    def pairs(self) -> Sequence[Pair]:
        return [(unit, self.indicator) for unit in self.page.object_list]

    def find(self, texts: list[str]) -> dict[str, tuple[int, int]]:
        units = units_for(self.request.user, CHANGE).filter(Q(code__in=texts) | Q(name__in=texts))
        return named(units, lambda unit: (unit.pk, self.indicator.pk))

    def get_context_data(self, **kwargs):
        return super().get_context_data(**kwargs) | {
            "indicator": self.indicator,
            "invalid": not is_valid(self.indicator, self.period),
            "parents": indicator_trail(self.indicator),
            "heading": self.indicator.name,
            "page_obj": self.page,
            "q": self.request.GET.get("q", ""),
            "show": self.request.GET.get("show", ""),
        }


class UnitGridView(GridView):
    """Indicators down."""

    by_unit = True

    def find_subject(self) -> None:
        user = self.request.user
        seen = units_for(user, "branches.view_partyunit")
        self.unit = get_object_or_404(seen, code=self.kwargs["unit"])
        self.period  # noqa: B018 - answers 404
        if not units_for(user, CHANGE).filter(pk=self.unit.pk).exists():
            raise PermissionDenied

    @property
    def draft_key(self) -> str:
        return f"unit-{self.unit.pk}-{self.period.code}"

    @cached_property
    def page(self):
        wanted = indicators_wanted(self.unit, self.period).select_related("owner")
        return Paginator(wanted, PAGE_SIZE).get_page(self.request.GET.get("page"))

    @cached_property
    def pairs(self) -> Sequence[Pair]:
        return [(self.unit, indicator) for indicator in self.page.object_list]

    def find(self, texts: list[str]) -> dict[str, tuple[int, int]]:
        indicators = Indicator.objects.filter(Q(code__in=texts) | Q(name__in=texts))
        return named(indicators, lambda indicator: (self.unit.pk, indicator.pk))

    def get_context_data(self, **kwargs):
        return super().get_context_data(**kwargs) | {
            "unit": self.unit,
            "parents": library_trail(),
            "heading": self.unit.name,
            "page_obj": self.page,
        }


def named(rows: Any, pair_of: Any) -> dict[str, tuple[int, int]]:
    """By code, and by name where only one has it."""
    rows = list(rows)
    names = [row.name for row in rows]
    found = {row.name: pair_of(row) for row in rows if names.count(row.name) == 1}
    return found | {row.code: pair_of(row) for row in rows}


def words_of(done: operations.Entered) -> str:
    """ "12 figures saved, 12 submitted for verification"."""
    parts = []
    if done.entered:
        parts.append(
            ngettext("%(count)s figure saved", "%(count)s figures saved", done.entered)
            % {"count": done.entered}
        )
    if done.submitted:
        parts.append(
            ngettext(
                "%(count)s submitted for verification", "%(count)s submitted for verification", done.submitted
            )
            % {"count": done.submitted}
        )
    if done.removed:
        parts.append(
            ngettext("%(count)s figure removed", "%(count)s figures removed", done.removed)
            % {"count": done.removed}
        )
    if done.restored:
        parts.append(
            ngettext(
                "%(count)s correction taken back: what was verified is the figure again",
                "%(count)s corrections taken back: what was verified is the figure again",
                done.restored,
            )
            % {"count": done.restored}
        )
    if parts:
        return _(", ").join(parts)
    if done.waiting:  # perhaps the button was pressed twice
        words = ngettext(
            "Nothing was changed: %(count)s figure of this page is submitted and waits for verification.",
            "Nothing was changed: %(count)s figures of this page are submitted and wait for verification.",
            done.waiting,
        )
        return words % {"count": done.waiting}
    return _("Nothing was changed.")
