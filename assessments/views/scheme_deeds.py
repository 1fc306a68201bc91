"""What is done to a draft as a whole: order, undo, its end, its adoption."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views import View

from assessments import operations
from assessments.forms import AdoptionForm
from assessments.operations import Refused
from assessments.scheme_checks import check_document
from assessments.schemes import parts
from assessments.views.scheme_drafts import DraftMixin, PartView
from assessments.views.schemes import scheme_url
from core import undo
from core.workflow import VersionConflict


class DraftDeedView(DraftMixin, View):
    """A button of the draft page: ``run`` does it and gives the draft as it is then, or None."""

    http_method_names = ["post"]

    def post(self, request, *args, **kwargs):
        try:
            target = self.run()
        except VersionConflict:
            messages.warning(request, _("Somebody changed this draft meanwhile. Look at it and try again."))
            target = self.draft_url()
        except Refused as error:
            messages.warning(request, str(error))
            target = self.draft_url()
        return redirect(target)


class OrderView(DraftDeedView):
    """Up, down, or away with a section or an item; what went can be fetched back."""

    def run(self) -> str:
        section, item = self.number("section"), self.number("item")
        deed = self.request.POST.get("do", "")
        if section is None or deed not in ("up", "down", "remove"):
            raise Http404
        try:
            if deed == "remove":
                document = parts.without(self.document, section, item)
            else:
                document = parts.moved(self.document, section, item, -1 if deed == "up" else 1)
        except LookupError as error:
            raise Http404 from error
        changed = operations.write_draft(
            self.draft, document, by=self.request.user, version=self.posted_version()
        )
        if deed == "remove":
            url = reverse("schemes:undo", args=[changed.pk])
            undo.offer(self.request, _("Removed from the draft."), url, changed.version)
        return self.draft_url(f"#section-{section + 1}")

    def number(self, name: str) -> int | None:
        text = self.request.POST.get(name, "")
        return int(text) if text.isascii() and text.isdigit() and len(text) < 5 else None


class UndoView(DraftDeedView):
    def run(self) -> str:
        operations.undo_draft(self.draft, by=self.request.user, version=self.posted_version())
        messages.success(self.request, _("Taken back."))
        return self.draft_url()


class DiscardView(DraftDeedView):
    def run(self) -> str:
        operations.discard_draft(self.draft, by=self.request.user, version=self.posted_version())
        messages.success(self.request, _("The draft was discarded."))
        return reverse("schemes:list")


class AdoptView(PartView):
    """By somebody who did not write at it."""

    action = "adopt"
    form_class = AdoptionForm
    keeps_typed = False  # a signature is not prepared
    template_name = "assessments/scheme_adopt.html"

    def get_queryset(self):
        """An adopted draft too: a second click finds what the first one did."""
        return self.model.objects.allowed_to(self.request.user, "view").select_related("scheme", "changed_by")

    def get(self, request, *args, **kwargs):
        if self.draft.scheme is not None:
            return redirect(scheme_url(self.draft.scheme))
        return super().get(request, *args, **kwargs)

    @property
    def heading(self):
        return _("Adopt this version")

    def values(self):
        return {}

    def run(self, form):
        self.scheme = operations.adopt_draft(
            self.draft, form.adoption, by=self.request.user, version=self.posted_version()
        )

    def done(self):
        return _(
            "Adopted. The version is in force for the periods it is valid for;"
            " their trial boards are computed anew."
        )

    def target(self):
        return scheme_url(self.scheme) if hasattr(self, "scheme") else self.draft_url()

    def get_context_data(self, **kwargs):
        plan, problems = check_document(operations.document_of(self.draft))
        return super().get_context_data(**kwargs) | {
            "plan": plan,
            "problems": problems,
            "own": self.draft.editors.filter(pk=self.request.user.pk).exists(),
        }
