"""One page for each thing that is done to a pairing: a form, then the operation."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.generic import FormView

from branches.access import ScopedMixin
from core.files import FileRefused, atomic_with_files
from core.workflow import MoveRefused, VersionConflict
from pairings.models import Pairing
from pairings.operations import PairingRefused
from pairings.selectors import may, with_parties

INVALID, CONFLICT = 422, 409


def trail():
    return [(_("Pairings"), reverse("pairings:list"))]


def pairing_url(pairing):
    return reverse("pairings:detail", args=[pairing.code])


class PairingMixin(ScopedMixin):
    """Finds the pairing by its code, and of its ``part`` the row that the address names too. ``action`` is
    what one needs on it."""

    model = Pairing
    part = ""
    http_method_names = ["get", "post", "head", "options"]

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        self.pairing = self.row = None

    def find_pairing(self):
        rows = with_parties(self.get_queryset().select_related("unit"))
        pairing = get_object_or_404(rows, code=self.kwargs["code"])
        if self.part:  # another's row is not there, whoever asks
            self.row = get_object_or_404(getattr(pairing, self.part).all(), pk=self.kwargs["pk"])
        if self.action != "view" and not may(self.request.user, pairing, self.action):
            raise PermissionDenied
        return pairing


class PairingActionView(PairingMixin, FormView):
    """``run`` does it and may refuse; what was typed then stays in the form."""

    action = "change"
    template_name = "pairings/pairing_action.html"
    heading = button = done = intro = ""
    takes_files = False
    newest_version = None  # after a conflict: the next try is against what stands now

    def get(self, request, *args, **kwargs):
        self.pairing = self.find_pairing()
        return super().get(request, *args, **kwargs)

    def post(self, request, *args, **kwargs):
        self.pairing = self.find_pairing()
        return super().post(request, *args, **kwargs)

    def form_valid(self, form):
        try:
            with atomic_with_files():
                self.run(form)
        except (PairingRefused, MoveRefused, FileRefused) as error:
            return self.refuse(form, str(error.args[0]))
        except VersionConflict as conflict:
            self.newest_version = conflict.current.version
            return self.refuse(form, changed_text(conflict), status=CONFLICT)
        messages.success(self.request, self.done)
        return redirect(self.get_success_url())

    def run(self, form):
        raise NotImplementedError

    def refuse(self, form, text, status=INVALID):
        if hasattr(form, "non_form_errors"):
            form.non_form_errors().append(text)
        else:
            form.add_error(None, text)
        return self.form_invalid(form, status=status)

    def form_invalid(self, form, status=INVALID):
        return self.render_to_response(self.get_context_data(form=form), status=status)

    def seen_version(self):
        """The version that the page showed; who changes in the face of a colleague's change is told."""
        text = self.request.POST.get("version", "")
        return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None

    def get_context_data(self, **kwargs):
        return super().get_context_data(**kwargs) | {
            "pairing": self.pairing,
            "heading": self.heading,
            "button": self.button,
            "intro": self.intro,
            "takes_files": self.takes_files,
            "parents": [*trail(), (self.pairing.title, pairing_url(self.pairing))],
            "cancel_url": pairing_url(self.pairing),
            "version": self.newest_version or self.request.POST.get("version", self.pairing.version),
        }

    def get_success_url(self):
        return pairing_url(self.pairing)


def changed_text(conflict):
    """Who changed it; what was typed stands in the form and can be sent again."""
    who = conflict.changed_by.name if conflict.changed_by else _("the system")
    return _(
        "%(who)s changed this pairing after you opened the page. What you typed is still here: look at the "
        "pairing in a second window, and send again what is still right."
    ) % {"who": who}


class RowsView(PairingActionView):
    """Several rows in one table, by a formset."""

    template_name = "pairings/pairing_rows.html"

    def rows(self, formset):
        """What the table says now: rows that stay, and those newly filled in."""
        filled = [*formset.initial_forms, *(form for form in formset.extra_forms if form.has_changed())]
        return [form.cleaned_data for form in filled if form not in formset.deleted_forms]
