import tempfile

from django.contrib import messages
from django.http import FileResponse, Http404
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import View

from core.downloads import open_response
from pairings import operations
from pairings.choices import DocumentKind
from pairings.documents import write_archive
from pairings.forms import DocumentForm
from pairings.operations import PairingRefused
from pairings.views.base import PairingActionView, PairingMixin, pairing_url


class DocumentAddView(PairingActionView):
    form_class = DocumentForm
    heading, button = gettext_lazy("Add a paper to the archive"), gettext_lazy("Add")
    done = gettext_lazy("The paper is in the archive.")
    takes_files = True

    def get_initial(self):
        asked = self.request.GET
        kind = asked.get("kind", "")
        return {
            "kind": kind if kind in DocumentKind.values else None,
            "covers_to": asked.get("covers_to", "")[:10],
        }

    def run(self, form):
        facts = dict(form.cleaned_data)
        operations.add_document(self.pairing, facts.pop("file"), by=self.request.user, **facts)


class ArchiveView(PairingMixin, View):
    """The whole archive as one file."""

    http_method_names = ["get", "head", "options"]

    def get(self, request, *args, **kwargs):
        pairing = self.find_pairing()
        file = tempfile.TemporaryFile()
        write_archive(file, pairing)
        file.seek(0)
        return FileResponse(
            file,
            as_attachment=True,
            filename="-".join([_("Archive"), f"{pairing.code}.zip"]),
            content_type="application/zip",
        )


class DocumentFileView(PairingMixin, View):
    def get(self, request, *args, **kwargs):
        pairing = self.find_pairing()
        document = pairing.documents.filter(pk=kwargs["pk"]).select_related("file").first()
        if document is None:
            raise Http404
        return open_response(document.file)


class DocumentRemoveView(PairingMixin, View):
    action, part = "change", "documents"
    http_method_names = ["post", "options"]

    def post(self, request, *args, **kwargs):
        pairing = self.find_pairing()
        try:
            operations.remove_document(self.row, by=request.user)
        except PairingRefused as error:
            messages.error(request, str(error))
        else:
            messages.success(request, _("The paper is taken out of the archive."))
        return redirect(pairing_url(pairing))
