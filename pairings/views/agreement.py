"""The agreement and its way to the organisation department and back."""

from django.http import Http404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import View

from activities.views.documents import docx_response
from core.downloads import open_response
from pairings import operations
from pairings.choices import PairingState, ReviewResult
from pairings.documents import agreement_file
from pairings.forms import AgreementForm, KeyProjectFormSet, ReportForm, ReviewForm, SignedCopyForm
from pairings.moves import current_agreement
from pairings.views.base import PairingActionView, PairingMixin, RowsView


class AgreementView(PairingActionView):
    form_class = AgreementForm
    heading, button = gettext_lazy("The agreement"), gettext_lazy("Save")
    done = gettext_lazy("The agreement is saved.")
    intro = gettext_lazy(
        "Rights and duties of both sides, one a line. The printed agreement is made from this."
    )

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"instance": current_agreement(self.pairing)}

    def run(self, form):
        operations.save_agreement(
            self.pairing, by=self.request.user, version=self.seen_version(), **form.cleaned_data
        )


class KeyProjectsView(RowsView):
    form_class = KeyProjectFormSet
    heading, button = gettext_lazy("Key projects"), gettext_lazy("Save")
    done = gettext_lazy("The key projects are saved.")
    intro = gettext_lazy("The work projects that the agreement names, each with who answers for it.")

    def get_initial(self):
        return list(self.pairing.key_projects.values("title", "owner", "due_on", "done_on"))

    def run(self, form):
        operations.set_key_projects(
            self.pairing, self.rows(form), by=self.request.user, version=self.seen_version()
        )


class SignedCopyView(PairingActionView):
    form_class = SignedCopyForm
    heading, button = gettext_lazy("The agreement was signed"), gettext_lazy("Save the signed copy")
    done = gettext_lazy("The signed copy is in the archive.")
    takes_files = True

    def get_form_kwargs(self):
        agreement = current_agreement(self.pairing)
        initial = {"signed_on": agreement.signed_on} if agreement else {}
        has_file = bool(agreement and agreement.signed_file_id)
        return super().get_form_kwargs() | {"initial": initial, "has_file": has_file}

    def run(self, form):
        operations.attach_signed_copy(
            self.pairing,
            form.cleaned_data["file"],
            signed_on=form.cleaned_data["signed_on"],
            by=self.request.user,
            version=self.seen_version(),
        )
        if self.pairing.state == PairingState.AGREEMENT_DRAFT:
            operations.move_pairing(self.pairing, "sign", by=self.request.user)


class AgreementFileView(PairingMixin, View):
    """The agreement as the office words it, to print and to sign."""

    http_method_names = ["get", "head", "options"]

    def get(self, request, *args, **kwargs):
        pairing = self.find_pairing()
        return docx_response(agreement_file(pairing), "-".join([_("Agreement"), pairing.code]))


class SignedCopyFileView(PairingMixin, View):
    def get(self, request, *args, **kwargs):
        pairing = self.find_pairing()
        agreement = pairing.agreements.filter(pk=kwargs["pk"], signed_file__isnull=False).first()
        if agreement is None:
            raise Http404
        return open_response(agreement.signed_file)


class ReportView(PairingActionView):
    form_class = ReportForm
    heading = gettext_lazy("Reported to the organisation department")
    button, done = gettext_lazy("Save the report"), gettext_lazy("Reported; the office enters the answer.")

    def get_initial(self):
        agreement = current_agreement(self.pairing)
        facts = ("reviewing_dept", "reported_on")
        return {name: getattr(agreement, name) for name in facts} if agreement else {}

    def run(self, form):
        operations.note_report(
            self.pairing, by=self.request.user, version=self.seen_version(), **form.cleaned_data
        )
        if self.pairing.state == PairingState.SIGNED:
            operations.move_pairing(self.pairing, "report", by=self.request.user)


class ReviewView(PairingActionView):
    """The office enters the answer; with approval the pairing opens if nothing else is lacking."""

    action = "approve"
    form_class = ReviewForm
    heading = gettext_lazy("The answer of the organisation department")
    button, done = gettext_lazy("Save the answer"), gettext_lazy("The answer is saved.")
    intro = gettext_lazy(
        "An approved agreement opens the pairing as soon as plan and institution document are there."
    )

    def run(self, form):
        facts, user = form.cleaned_data, self.request.user
        operations.note_review(self.pairing, by=user, version=self.seen_version(), **facts)
        if facts["result"] == ReviewResult.RETURNED and self.pairing.state == PairingState.REPORTED:
            operations.return_agreement(self.pairing, by=user, reason=facts["note"])
            self.done = _("Returned to the branch with the words of the answer.")
