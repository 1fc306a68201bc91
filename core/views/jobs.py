"""The page of a long work: how far it is, what came of it, and an end to it."""

from django.contrib import messages
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views import View
from django.views.generic import DetailView
from django.views.generic.detail import SingleObjectMixin

from core.choices import JobState
from core.models import Job
from core.operations import cancel_job, nudge_job
from core.selectors import jobs_visible_to
from core.workflow import MoveRefused


class JobScopeMixin(SingleObjectMixin):
    model = Job

    def get_queryset(self):
        return jobs_visible_to(self.request.user)


class JobDetailView(JobScopeMixin, DetailView):
    """Asked by htmx it answers with the state alone."""

    def get_object(self, queryset=None):
        job = super().get_object(queryset)
        if not job.is_finished:
            nudge_job(job)
            job.refresh_from_db()
        return job

    def get_template_names(self):
        return ["core/partials/job_state.html"] if self.request.htmx else ["core/job_detail.html"]

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            running=not self.object.is_finished,
            cancelled=self.object.state == JobState.CANCELLED,
            failed=self.object.state == JobState.FAILED,
            text=_("Stopping …") if self.object.cancel_asked else self.object.get_state_display(),
            **kwargs,
        )


class JobCancelView(JobScopeMixin, View):
    def post(self, request, *args, **kwargs):
        job = self.get_object()
        try:
            cancel_job(job, by=request.user)
        except MoveRefused as error:
            messages.warning(request, error.args[0])
        return redirect("core:job", job.pk)
