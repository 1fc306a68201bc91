from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views import View

from assessments.forms import RecomputeForm
from assessments.models import Edition, Scheme
from branches.access import ScopedMixin
from core.operations import start_job
from core.periods import period_words


class RecomputeView(ScopedMixin, View):
    """Starts the computation of a board as a job and shows its progress."""

    model = Edition
    action = "recompute"
    http_method_names = ["post"]

    def post(self, request):
        form = RecomputeForm(request.POST)
        if not form.is_valid():
            raise Http404
        data = form.cleaned_data
        title = _("Compute %(scheme)s, %(period)s") % {
            "scheme": Scheme.objects.filter(code=data["scheme"]).latest("version").name,
            "period": period_words(data["period"]),
        }
        job = start_job(
            "assessments.recompute",
            key=f"{request.user.pk}:{data['submission_key']}",
            title=title,
            payload={"period": data["period"], "scheme": data["scheme"]},
            by=request.user,
        )
        messages.info(request, _("The computation has been started."))
        return redirect("core:job", job.pk)
