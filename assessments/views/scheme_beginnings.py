"""How a version begins: as a copy of another, or from nothing."""

from django.http import Http404
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views import View
from django.views.generic import TemplateView

from assessments import operations
from assessments.forms import HeadForm
from assessments.models import Scheme, SchemeDraft
from assessments.schemes import SchemeRefused
from assessments.views.schemes import INVALID, parents
from assessments.views.typed import TypedMixin
from branches.access import ScopedMixin


class CopyView(ScopedMixin, View):
    """A new version begins as a copy."""

    model = SchemeDraft
    action = "add"
    http_method_names = ["post"]

    def post(self, request, code, version):
        scheme = Scheme.objects.filter(code=code, version=version).first()
        if scheme is None:
            raise Http404
        draft = operations.copy_scheme(scheme, by=request.user)
        return redirect("schemes:draft", draft.pk)


class NewSchemeView(TypedMixin, ScopedMixin, TemplateView):
    """A scheme from nothing begins with what it is called and whom it scores."""

    model = SchemeDraft
    action = "add"
    template_name = "assessments/scheme_part.html"

    def get(self, request):
        usual = HeadForm.values_of(operations.new_document())
        return self.show(self.with_typed(lambda typed: HeadForm(initial=usual | typed)))

    def post(self, request):
        form = HeadForm(request.POST)
        if not form.is_valid():
            return self.show(form, status=INVALID)
        document = form.applied(operations.new_document())
        try:
            draft = operations.begin_scheme(document, by=request.user, concerning=form.concerns())
        except SchemeRefused as error:
            form.show(error.problems)
            return self.show(form, status=INVALID)
        self.forget_typed()
        return redirect("schemes:draft", draft.pk)

    def show(self, form: HeadForm, status: int = 200):
        words = {"form": form, "heading": _("New scheme"), "parents": parents()}
        context = self.get_context_data(**words, **self.typed_context(), cancel_url=reverse("schemes:list"))
        return self.render_to_response(context, status=status)
