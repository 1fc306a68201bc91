"""The provincial page and the lists behind its attention items."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Case, Value, When
from django.db.models.functions import Length
from django.http import Http404
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.generic import TemplateView

from activities.models import Activity, Duty, DutyRule
from branches.choices import UnitKind
from branches.models import PartyUnit
from branches.selectors import has_permission, told_apart, units_for
from core import clock
from core.periods import Period, PeriodKind, parse_period, period_of, period_words
from dashboard.forms import ProvinceFilterForm
from dashboard.links import attention_url, province_url, records_url
from dashboard.selectors import pooling, province
from dashboard.selectors.pooling import Figure, Window, remembered, remembered_before
from dashboard.views.tiles import tiles

VIEW_DASHBOARD = "dashboard.view_dashboard"
PAGE_SIZE = 50


class WindowView(TemplateView):
    """What the pages share: a unit in the reader's scope and a period, both from the address."""

    model = PartyUnit
    action = "view"

    def dispatch(self, request, *args, **kwargs):
        if request.user.is_authenticated and not self.scope.exists():
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    @cached_property
    def scope(self):
        return units_for(self.request.user, VIEW_DASHBOARD)

    @cached_property
    def unit(self) -> PartyUnit:
        """The unit asked for, if it is in scope; else the highest one there is."""
        code = self.request.GET.get("unit", "").replace("\0", "?")
        units = self.scope.select_related("parent")
        found = units.filter(code=code) if code else units.order_by(Length("path"), "path")
        unit = found.first()
        if unit is None:
            raise Http404
        return unit

    @cached_property
    def periods(self) -> list[tuple[str, str]]:
        """The running half-year and two before it, the quarters of this year, the months of this half."""
        half = period_of(clock.today(), PeriodKind.HALF_YEAR)
        year = period_of(clock.today(), PeriodKind.YEAR)
        found = [half, half.previous, half.previous.previous]
        found += [one for one in reversed(year.parts(PeriodKind.QUARTER)) if one.first_day <= clock.today()]
        found += [one for one in reversed(half.parts(PeriodKind.MONTH)) if one.first_day <= clock.today()]
        return [(one.code, period_words(one.code)) for one in found]

    @cached_property
    def form(self) -> ProvinceFilterForm:
        data = {"period": self.request.GET.get("period") or self.periods[0][0], "unit": self.unit.code}
        return ProvinceFilterForm(data, periods=self.periods, units=self.unit_choices())

    @cached_property
    def period(self) -> Period:
        self.form.is_valid()
        return parse_period(self.form.cleaned_data.get("period") or self.periods[0][0])

    @cached_property
    def window(self) -> Window:
        return Window(self.unit, self.period, clock.today())

    @cached_property
    def opens(self) -> bool:
        """Whether the reader may open the records behind the figures; a supervising leader may not."""
        return has_permission(self.request.user, "activities.view_activity", self.unit)

    def unit_choices(self) -> list[tuple[str, str]]:
        """The unit itself, what is above it within scope, and what is right below it."""
        steps = [self.unit.path[:end] for end in range(8, len(self.unit.path), 8)]
        above = self.scope.filter(path__in=steps).order_by("path")
        below = self.scope.filter(parent=self.unit).order_by("path")
        return told_apart([*above, self.unit, *below])

    def parents(self) -> list[tuple[str, str]]:
        steps = [self.unit.path[:end] for end in range(8, len(self.unit.path), 8)]
        above = self.scope.filter(path__in=steps).order_by("path")
        return [(unit.name, province_url(unit=unit, period=self.period.code)) for unit in above]


class ProvinceView(WindowView):
    """Five figures, completeness by branch of the tree, attention: each opens the records behind it."""

    template_name = "dashboard/province.html"

    def get_context_data(self, **kwargs):
        window, rules = self.window, province.rules()
        duties = remembered("duties", window, lambda: pooling.duties(window))
        meetings = province.meetings_of(duties, rules)
        now = remembered("now", window, lambda: province.headline(window, meetings))
        before = remembered_before("headline", window, lambda: province.headline_before(window))
        attention = remembered("attention", window, lambda: province.attention(window, duties, rules))
        now = province.Headline(
            now.meetings, now.party_days, now.visits, now.problems, province.waiting(self.unit)
        )
        rows = province.completeness(window, duties)
        shown = province.rules_shown(rules, duties)
        return super().get_context_data(**kwargs) | {
            "unit": self.unit,
            "period_name": period_words(self.period.code),
            "filter_form": self.form,
            "parents": self.parents(),
            "facts": self.facts(rows),
            "tiles": tiles(window, now, before, opens=self.opens),
            "rules": shown,
            "rows": [self.row(row, shown) for row in rows],
            "attention": [self.attention_row(item) for item in attention],
            "printed_at": clock.now(),
        }

    def facts(self, rows: list[province.Row]) -> str:
        count = sum(row.branch_count for row in rows)
        words = ngettext("%(count)s branch", "%(count)s branches", count) % {"count": f"{count:,}"}
        return " · ".join([_("As of %(day)s") % {"day": self.window.last_day.isoformat()}, words])

    def row(self, row: province.Row, rules: list[DutyRule]) -> dict[str, Any]:
        return {
            "name": _("%(unit)s itself") % {"unit": row.unit.name} if row.is_self else row.unit.name,
            "url": "" if row.is_self else province_url(unit=row.unit, period=self.period.code),
            "branch_count": row.branch_count,
            "cells": [self.cell(row, rule, row.cells.get(rule.pk)) for rule in rules],
        }

    def cell(self, row: province.Row, rule: DutyRule, figure: Figure | None) -> dict[str, Any]:
        if figure is None:
            return {"percent": None}
        words = _("%(unit)s, %(kind)s: %(done)s held of %(due)s due") % {
            "unit": row.unit.name,
            "kind": rule.label,
            "done": figure.numerator,
            "due": figure.denominator,
        }
        return {
            "percent": figure.numerator * 100 // figure.denominator,
            "done": figure.numerator,
            "due": figure.denominator,
            "words": words,
            "url": self.records(row.unit, rule) if self.opens else "",
        }

    def records(self, unit: PartyUnit, rule: DutyRule) -> str:
        days = {"first_day": self.period.first_day, "last_day": self.window.last_day}
        return records_url(unit=unit, kind=rule.kind, state="CONFIRMED", **days)

    def attention_row(self, item: province.Attention) -> dict[str, Any]:
        days = ngettext("%(days)s day", "%(days)s days", item.days or 0) % {"days": item.days}
        return {
            "icon": "exclamation-circle-fill" if item.topic in ("overdue", "slow") else "clock",
            "what": topic_words(item.topic, item.rule),
            "count": item.count,
            "units": item.units,
            "age": _("up to %(age)s") % {"age": days} if item.days else "",
            "url": attention_url(
                item.topic,
                unit=self.unit,
                period=self.period.code,
                rule=item.rule.code if item.rule else "",
            ),
        }


def topic_words(topic: str, rule: DutyRule | None = None) -> str:
    words = {
        "overdue": _("Due and not recorded"),
        "slow": _("Waiting for confirmation for more than 10 working days"),
        "returned": _("Returned and not submitted again"),
        "silent": _("Nothing recorded in the last 30 days"),
    }
    return f"{rule.label}: {words[topic]}" if rule else words[topic]


class AttentionView(WindowView):
    """The units or records behind one attention item."""

    template_name = "dashboard/attention.html"

    @cached_property
    def rule(self) -> DutyRule | None:
        code = self.request.GET.get("rule", "").replace("\0", "?")
        found = DutyRule.objects.filter(code=code).first() if code else None
        if code and found is None:
            raise Http404
        return found

    def get_context_data(self, **kwargs):
        topic = self.kwargs["topic"]
        lists = {
            "overdue": self.overdue,
            "slow": lambda: self.records(province.slow_reviews(self.unit), "submitted_at"),
            "returned": lambda: self.records(province.returned_records(self.unit), "returned_at"),
            "silent": self.silent,
        }
        if topic not in lists:
            raise Http404
        found, row = lists[topic]()
        page = Paginator(found, PAGE_SIZE).get_page(self.request.GET.get("page"))
        back = province_url(unit=self.unit, period=self.period.code)
        return super().get_context_data(**kwargs) | {
            "unit": self.unit,
            "title": topic_words(topic, self.rule),
            "topic": topic,
            "period_name": period_words(self.period.code),
            "parents": [*self.parents(), (self.unit.name, back)],
            "page_obj": page,
            "rows": [row(one) for one in page.object_list],
        }

    def overdue(self):
        duties = province.overdue_duties(self.window).select_related("unit__parent", "rule")
        if self.rule:
            duties = duties.filter(rule=self.rule)
        return duties.order_by("last_day", "unit__path", "pk"), self.overdue_row

    def overdue_row(self, duty: Duty) -> dict[str, Any]:
        return {
            "unit": duty.unit,
            "above": duty.unit.parent,
            "what": duty.rule.label,
            "since": duty.last_day,
            "url": records_url(
                unit=duty.unit, kind=duty.rule.kind, first_day=duty.first_day, last_day=duty.last_day
            ),
        }

    def records(self, found, since: str):
        """Who has the dashboard but not the records (a supervising leader) gets their kinds, no texts."""
        seen = Activity.objects.allowed_to(self.request.user, "view").order_by().values("pk")
        in_sight = Case(When(pk__in=seen, then=Value(True)), default=Value(False))
        rows = found.annotate(in_sight=in_sight).select_related("unit__parent").order_by(since, "pk")
        return rows, lambda record: {
            "unit": record.unit,
            "above": record.unit.parent,
            "what": record.title if record.in_sight else record.get_kind_display(),
            "since": getattr(record, since),
            "url": reverse("activities:detail", args=[record.pk]) if record.in_sight else "",
        }

    def silent(self):
        units = province.silent_units(self.unit).select_related("parent").order_by("path")
        return units, lambda unit: {
            "unit": unit,
            "above": unit.parent,
            "what": UnitKind(unit.kind).label,
            "since": None,
            "url": records_url(unit=unit),
        }
