"""A member's own record, his requests for a correction, and the secretary's answers."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.generic import DetailView, FormView, TemplateView

from activities import operations
from activities.forms.corrections import AnswerForm, AskForm
from activities.models import Activity, CorrectionRequest
from activities.own_record import answerers, is_in_own_record, member_of, own_record, years_offered
from activities.records import RecordRefused
from activities.views.talks import chosen_year
from branches.access import ScopedMixin
from core import clock
from core.workflow import MoveRefused

INVALID = 422


class OwnRecordView(TemplateView):
    template_name = "activities/own_record.html"

    def get_context_data(self, **kwargs):
        member = member_of(self.request.user)
        years = years_offered(clock.today())
        year = chosen_year(self.request, years)
        record = own_record(member, year) if member else None
        return super().get_context_data(
            form=None, record=record, year=year, years=years, opened=self.opened(record), **kwargs
        )

    def opened(self, record) -> set[int]:
        """The records whose own page this person may open."""
        if record is None:
            return set()
        keys = [row.participation.activity_id for row in record.attendance]
        seen = Activity.objects.allowed_to(self.request.user, "view").filter(pk__in=keys)
        return set(seen.values_list("pk", flat=True))


class AskCorrectionView(FormView):
    template_name = "activities/ask_correction.html"
    form_class = AskForm

    def dispatch(self, request, *args, **kwargs):
        self.member = member_of(request.user)
        if self.member is None:
            raise PermissionDenied
        self.activity = self.find_activity(request.GET.get("activity", ""))
        return super().dispatch(request, *args, **kwargs)

    def find_activity(self, key: str) -> Activity | None:
        """The record in question; only one in which the person stands."""
        if not key:
            return None
        known = key.isascii() and key.isdigit() and len(key) < 19
        activity = Activity.objects.filter(pk=key).first() if known else None
        if activity is None or not is_in_own_record(self.member, activity):
            raise Http404
        return activity

    def get_context_data(self, **kwargs):
        named = answerers(self.member, self.activity)
        return super().get_context_data(activity=self.activity, answerers=named, **kwargs)

    def form_valid(self, form):
        try:
            operations.ask_correction(
                self.member, form.cleaned_data["text"], by=self.request.user, activity=self.activity
            )
        except RecordRefused as error:
            form.add_error(None, error.args[0])
            return self.form_invalid(form)
        messages.success(self.request, _("Asked. The answer will stand here."))
        return redirect("activities:own_record")

    def form_invalid(self, form):
        return self.render_to_response(self.get_context_data(form=form), status=INVALID)


class AnswerCorrectionView(ScopedMixin, DetailView):
    model = CorrectionRequest
    action = "answer"
    template_name = "activities/correction_answer.html"
    context_object_name = "correction"

    def get_queryset(self):
        return super().get_queryset().select_related("member__unit", "activity__unit", "answered_by")

    def get(self, request, *args, **kwargs):
        self.object = self.get_object()
        return self.show(AnswerForm())

    def post(self, request, *args, **kwargs):
        self.object = self.get_object()
        form = AnswerForm(request.POST)
        if not form.is_valid():
            return self.show(form, status=INVALID)
        given = form.cleaned_data
        try:
            operations.answer_correction(self.object, given["outcome"], given["answer"], by=request.user)
        except (RecordRefused, MoveRefused) as error:
            form.add_error(None, error.args[0])
            return self.show(form, status=INVALID)
        messages.success(request, _("Answered. The member sees it in his own record."))
        return redirect("activities:correction", self.object.pk)

    def show(self, form: AnswerForm, *, status: int = 200):
        return self.render_to_response(self.get_context_data(form=form), status=status)
