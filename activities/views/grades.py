"""The grid of grades of a democratic appraisal."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.generic import DetailView

from activities import operations
from activities.choices import AppraisalGrade
from activities.forms.grades import GradesForm, initial_grades
from activities.grades import is_appraisal, members_to_grade
from activities.models import Activity
from activities.moves import EDITABLE
from activities.records import RecordRefused
from activities.rules import appraisal_year, excellent_cap
from branches.access import ScopedMixin
from core.workflow import MoveRefused, VersionConflict

INVALID, CONFLICT = 422, 409


class GradesView(ScopedMixin, DetailView):
    model = Activity
    action = "appraise"
    template_name = "activities/grades_form.html"
    context_object_name = "activity"

    def get_queryset(self):
        return super().get_queryset().select_related("unit__parent").prefetch_related("counts")

    def get_object(self, queryset=None):
        activity = super().get_object(queryset)
        if not is_appraisal(activity):
            raise Http404
        return activity

    def get(self, request, *args, **kwargs):
        self.object = self.get_object()
        grades = dict(self.object.appraisals.values_list("member_id", "grade"))
        return self.show(self.form(initial=initial_grades(grades, self.object.version)))

    def post(self, request, *args, **kwargs):
        self.object = self.get_object()
        form = self.form(request.POST)
        if not form.is_valid():
            return self.show(form, status=INVALID)
        try:
            operations.grade_members(
                self.object, form.grades, by=request.user, version=form.cleaned_data["version"] or 0
            )
        except VersionConflict:
            return self.conflict()
        except (RecordRefused, MoveRefused) as error:
            form.add_error(None, error.args[0])
            return self.show(form, status=INVALID)
        messages.success(request, _("The grades are saved."))
        return redirect("activities:detail", self.object.pk)

    def conflict(self):
        """Somebody was faster: what was chosen stays, and the next try is against the newest."""
        self.object.refresh_from_db()
        values = self.request.POST.copy()
        values["version"] = str(self.object.version)
        form = self.form(values)
        form.add_error(None, _("The record was changed meanwhile. Check the grades and save once more."))
        return self.show(form, status=CONFLICT)

    def form(self, data=None, **kwargs) -> GradesForm:
        return GradesForm(data, members=members_to_grade(self.object), **kwargs)

    def show(self, form: GradesForm, *, status: int = 200):
        context = self.get_context_data(
            form=form,
            year=appraisal_year(self.object.held_on),
            most=excellent_cap(len(form.members)),
            editable=self.object.state in EDITABLE,
            excellent=AppraisalGrade.EXCELLENT.label,
        )
        return self.render_to_response(context, status=status)
