"""What is owed: the year at a glance, one duty, the sheet for the wall, the reminders."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import F
from django.http import Http404
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.generic import DetailView, ListView, TemplateView, View
from django.views.generic.detail import SingleObjectMixin

from activities import operations
from activities.choices import DutyState
from activities.forms.duties import UNSEEN, DeadlineForm, ExemptForm, OwedFilterForm
from activities.inner_life import shortfall_of
from activities.models import Duty, Reminder
from activities.owed import (
    CLOSED_STATES,
    OPEN_STATES,
    duties_in,
    entry_url,
    marked,
    owing_in,
    own_unit,
    records_of,
    who_helps,
    why_so,
    years_of,
)
from activities.selectors import recordable_units, sees_core_tasks
from activities.talks import still_to_do_of
from branches.access import ScopedMixin
from branches.alerts import alerts_for
from branches.models import PartyUnit
from branches.selectors import allowed
from core import clock
from core.periods import PeriodKind, period_of
from core.workflow import MoveRefused

UNITS_A_PAGE = 10
UNITS_BY_STATE = 300
SHEET_AHEAD = timedelta(days=31)
INVALID = 422


class OwedMixin(ScopedMixin):
    """A page on a chosen unit, the own one unless the address says otherwise."""

    model = Duty

    def filter(self) -> bool:
        self.form = OwedFilterForm(self.request.GET, user=self.request.user)
        valid = self.form.is_valid()
        if self.form.has_error("unit", UNSEEN):  # not there; what makes no sense is a wrong question
            raise Http404
        chosen = self.form.cleaned_data.get("unit") if valid else None
        self.unit = chosen or own_unit(self.request.user)
        return valid


class DutyListView(OwedMixin, TemplateView):
    template_name = "activities/duty_list.html"

    def get(self, request, *args, **kwargs):
        valid = self.filter()
        tasks = bool(self.unit) and sees_core_tasks(request.user, self.unit)
        context = self.get_context_data(
            filter_form=self.form, unit=self.unit, sees_core_tasks=tasks, **self.year(valid)
        )
        return self.render_to_response(context, status=200 if self.form.is_valid() else 400)

    def year(self, valid: bool) -> dict[str, Any]:
        year = self.form.year_period if valid else period_of(clock.today(), PeriodKind.YEAR)
        units = (
            owing_in(year, self.request.user, self.unit) if valid and self.unit else PartyUnit.objects.none()
        )
        state = self.form.cleaned_data.get("state", "")
        if state:
            units = self.in_state(units, year, state)
        page = Paginator(units, UNITS_A_PAGE).get_page(self.request.GET.get("page"))
        duties = [duty for duty in duties_in(year, list(page)) if not state or duty.state == state]
        by_day = sorted(duties, key=lambda duty: (duty.due_on, duty.unit.path, duty.rule_id))
        return {
            "year": year,
            "months": [part.first_day for part in year.parts(PeriodKind.MONTH)],
            "page_obj": page,
            "years": years_of(duties, year),
            "still_open": [duty for duty in by_day if duty.state not in CLOSED_STATES],
            "closed": [duty for duty in by_day if duty.state in CLOSED_STATES],
            "several": page.paginator.count > 1,
        }

    def in_state(self, units, year, state: str):
        """The units with a duty in this state; too many are not looked through."""
        if units[: UNITS_BY_STATE + 1].count() > UNITS_BY_STATE:
            text = _("That is too much at once. Choose a unit with no more than %(most)s units below it.")
            self.form.add_error("unit", text % {"most": UNITS_BY_STATE})
            return units.none()
        keys = list(units.values_list("pk", flat=True))
        found = Duty.objects.filter(
            unit__in=keys, first_day__gte=year.first_day, last_day__lte=year.last_day
        ).with_state(clock.today())
        return units.filter(pk__in={duty.unit_id for duty in found.filter(duty_state=state)})


class DutyMixin(ScopedMixin, SingleObjectMixin):
    model = Duty

    def get_queryset(self):
        rows = super().get_queryset().select_related("rule", "unit__parent", "exempted_by", "opened_by")
        return rows.with_state(clock.today())

    def get_object(self, queryset=None):
        duty = super().get_object(queryset)
        return marked([duty])[0]


class DutyDetailView(DutyMixin, DetailView):
    template_name = "activities/duty_detail.html"

    def get_context_data(self, **kwargs):
        duty, user = self.object, self.request.user
        records = records_of(duty, user)
        may_record = recordable_units(user).filter(pk=duty.unit_id).exists()
        return super().get_context_data(
            why=why_so(duty),
            talks=still_to_do_of(duty),
            records=records,
            help=who_helps(duty.unit, user),
            entry_url=entry_url(duty) if may_record and duty.state in OPEN_STATES else "",
            is_fulfilled=duty.state in (DutyState.DONE, DutyState.LATE),
            may_decide=allowed(user, duty, "change"),
            grace_days=(duty.counts_from - duty.first_day).days,
            **kwargs,
        )


class DecideView(DutyMixin, DetailView):
    """Asks for a reason, then decides; ``back`` takes the decision back."""

    action = "change"
    template_name = "activities/duty_decide.html"
    form_class: Any = None
    heading: Any = ""

    def get(self, request, *args, **kwargs):
        self.object = self.get_object()
        return self.show(self.form_class(duty=self.object))

    def post(self, request, *args, **kwargs):
        self.object = duty = self.get_object()
        if "back" in request.POST:
            self.take_back(duty)
            messages.success(request, _("Taken back."))
            return redirect("duties:detail", duty.pk)
        form = self.form_class(request.POST, duty=duty)
        if not form.is_valid():
            return self.show(form, INVALID)
        try:
            self.decide(duty, form.cleaned_data)
        except MoveRefused as error:
            form.add_error(None, error.args[0])
            return self.show(form, INVALID)
        messages.success(request, _("Saved."))
        return redirect("duties:detail", duty.pk)

    def show(self, form, status: int = 200):
        context = self.get_context_data(form=form, is_decided=self.is_decided(self.object))
        return self.render_to_response(context, status=status)

    def decide(self, duty: Duty, cleaned: dict[str, Any]) -> None:
        raise NotImplementedError

    def take_back(self, duty: Duty) -> None:
        raise NotImplementedError

    def is_decided(self, duty: Duty) -> bool:
        raise NotImplementedError


class ExemptView(DecideView):
    form_class = ExemptForm

    @property
    def heading(self):
        return _("Exempt the unit from this")

    def decide(self, duty, cleaned):
        operations.exempt_duty(duty, by=self.request.user, reason=cleaned["reason"])

    def take_back(self, duty):
        operations.exempt_duty(duty, by=self.request.user, reason="")

    def is_decided(self, duty):
        return bool(duty.exempt_reason)


class DeadlineView(DecideView):
    form_class = DeadlineForm

    @property
    def heading(self):
        return _("Open the deadline for this unit")

    def decide(self, duty, cleaned):
        operations.open_deadline(duty, until=cleaned["until"], reason=cleaned["reason"], by=self.request.user)

    def take_back(self, duty):
        operations.open_deadline(duty, until=None, by=self.request.user)

    def is_decided(self, duty):
        return duty.opened_until is not None


class DutySheetView(OwedMixin, TemplateView):
    """What is due and overdue on paper, for where no mail arrives; with room for a signature."""

    template_name = "activities/duty_sheet.html"

    def get(self, request, *args, **kwargs):
        valid = self.filter()
        context = self.get_context_data(
            filter_form=self.form,
            unit=self.unit,
            rows=self.rows() if valid and self.unit else [],
            others=self.others() if valid and self.unit else [],
            printed_at=clock.now(),
            today=clock.today(),
        )
        return self.render_to_response(context, status=200 if valid else 400)

    def rows(self):
        """Of the unit and its groups what is asked for now: this year's, and what the last one left."""
        year = period_of(clock.today(), PeriodKind.YEAR)
        duties = [*duties_in(year.previous, self.units()), *duties_in(year, self.units())]
        horizon = clock.today() + SHEET_AHEAD
        asked = [duty for duty in duties if duty.state in OPEN_STATES and duty.first_day <= clock.today()]
        asked = [duty for duty in asked if duty.due_on <= horizon]
        return sorted(asked, key=lambda duty: (duty.due_on, duty.unit.path, duty.rule_id))

    def units(self):
        groups = PartyUnit.objects.filter(parent=self.unit, kind="GROUP")
        return PartyUnit.objects.filter(pk=self.unit.pk) | groups

    def others(self) -> list[dict[str, Any]]:
        """What else has its day and would be mailed to who records for the unit: elections, the ends of
        probations, and hours of study that are short."""
        user = self.request.user
        if not recordable_units(user).filter(pk=self.unit.pk).exists():
            return []
        alerts = [alert for alert in alerts_for(user, self.units()) if alert.due_on]
        rows = [self.row(one.label, one.unit, one.due_on, one.text, over=one.is_over) for one in alerts]
        short = shortfall_of(self.unit)
        if short:
            until = period_of(clock.today(), PeriodKind.YEAR).last_day
            rows.append(self.row(_("hours of study short"), self.unit, until, short))
        return rows

    def row(self, what: Any, unit: PartyUnit, due_on: Any, text: str, *, over: bool = False):
        return {"what": what, "unit": unit, "due_on": due_on, "text": text, "over": over}


class ReminderListView(ListView):
    """One's own reminders, the new ones first."""

    model = Reminder
    template_name = "activities/reminder_list.html"
    paginate_by = 50

    def get_queryset(self):
        rows = Reminder.objects.filter(user=self.request.user)
        return rows.order_by(F("seen_at").desc(nulls_first=True), "-sent_on", "-pk")

    def get_context_data(self, **kwargs):
        unseen = Reminder.objects.filter(user=self.request.user, seen_at=None).count()
        return super().get_context_data(unseen=unseen, **kwargs)


class RemindersSeenView(View):
    def post(self, request):
        operations.mark_reminders_seen(request.user)
        return redirect("duties:reminders")
