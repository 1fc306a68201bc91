"""A unit objects to its score and reads the answer; both sides comment on a wide gap."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views.generic import DetailView

from assessments import operations, rounds
from assessments.choices import GapSide, ObjectionState
from assessments.forms import AnswerForm, GapCommentForm, ObjectionForm
from assessments.models import Entry, GapComment, Item, Objection
from assessments.operations import Refused
from assessments.views.boards import explanation_url
from assessments.views.entries import EntryView
from branches.access import ScopedMixin
from branches.selectors import allowed, has_permission
from core.periods import period_words
from core.workflow import MoveRefused

INVALID = 422


class EntryFormView(EntryView):
    """A form about one line of a board, for who holds the right at its unit."""

    def get(self, request, *args, **kwargs):
        self.check_right()
        return self.show(self.make_form())

    def post(self, request, *args, **kwargs):
        self.check_right()
        form = self.make_form(request.POST)
        if not form.is_valid():
            return self.show(form, status=INVALID)
        try:
            return redirect(self.act(form.cleaned_data))
        except Refused as error:
            form.add_error(None, error.args[0])
            return self.show(form, status=INVALID)

    def show(self, form, *, status: int = 200):
        return self.render_to_response(self.get_context_data(form=form), status=status)

    def get_context_data(self, **kwargs):
        context = self.shared_context()
        back = explanation_url(self.edition, self.entry.unit_code)
        context["parents"] += [(self.entry.unit_name, back)]
        return super().get_context_data(**kwargs) | context | {"back_url": back}


class ObjectionAddView(EntryFormView):
    template_name = "assessments/objection_form.html"

    def check_right(self):
        if not has_permission(self.request.user, operations.OBJECT, self.entry.unit):
            raise PermissionDenied

    def make_form(self, data=None):
        items = list(self.edition.scheme.items.all())
        return ObjectionForm(data, items=items, initial={"item": self.request.GET.get("item", "")})

    def get_context_data(self, **kwargs):
        return super().get_context_data(**kwargs) | {"until": rounds.objecting_until(self.edition)}

    def act(self, data):
        objection = operations.raise_objection(self.entry, data["item"], data["text"], by=self.request.user)
        messages.success(self.request, _("Raised. The answer will stand here."))
        return reverse("assessments:objection", args=[objection.pk])


class ObjectionView(ScopedMixin, DetailView):
    """The objection with its answer; the preparing office answers, the unit may withdraw it."""

    model = Objection
    action = "view"
    template_name = "assessments/objection_detail.html"

    def get_queryset(self):
        return super().get_queryset().select_related("unit", "period", "raised_by", "answered_by")

    def get(self, request, *args, **kwargs):
        self.object = self.get_object()
        return self.show(AnswerForm())

    def post(self, request, *args, **kwargs):
        self.object = self.get_object()
        withdraws = "withdraw" in request.POST
        form = AnswerForm(request.POST)
        if not withdraws and not allowed(request.user, self.object, "answer"):
            raise PermissionDenied
        if not withdraws and not form.is_valid():
            return self.show(form, status=INVALID)
        try:
            self.decide(withdraws, form)
        except MoveRefused as error:
            form.add_error(None, error.args[0])
            return self.show(form, status=INVALID)
        return redirect("assessments:objection", self.object.pk)

    def decide(self, withdraws: bool, form: AnswerForm) -> None:
        if withdraws:
            operations.withdraw_objection(self.object, by=self.request.user)
            messages.success(self.request, _("Withdrawn."))
            return
        given = form.cleaned_data
        operations.answer_objection(
            self.object, upheld=given["outcome"] == "uphold", answer=given["answer"], by=self.request.user
        )
        messages.success(self.request, _("Answered."))

    def show(self, form: AnswerForm, *, status: int = 200):
        return self.render_to_response(self.get_context_data(form=form), status=status)

    def get_context_data(self, **kwargs):
        objection, user = self.object, self.request.user
        waits = objection.state == ObjectionState.OPEN
        args = [objection.period.code, objection.scheme_code, objection.unit.code]
        named = {"scheme__editions__period": objection.period, "scheme__code": objection.scheme_code}
        item = Item.objects.filter(**named, code=objection.item_code).last()
        context: dict[str, Any] = {
            "period_name": period_words(objection.period.code),
            "item": item,
            "why_url": f"{reverse('assessments:explanation', args=args)}?edition={objection.edition_number}",
            "answers": waits and allowed(user, objection, "answer"),
            "withdraws": waits and allowed(user, objection, "add"),
        }
        return super().get_context_data(**kwargs) | context


class GapView(EntryFormView):
    """What both sides say of the gap between the two sections of a unit."""

    template_name = "assessments/gap_detail.html"

    def check_right(self):
        if not self.entry.has_gap:
            raise Http404
        if self.request.method == "POST" and not self.sides:
            raise PermissionDenied

    def get_queryset(self):
        """Also lines whose score the reader has no sight of, when he is to comment on their gap."""
        return super().get_queryset() | Entry.objects.with_gap_for(self.request.user, GapSide.BUSINESS)

    @cached_property
    def explained(self) -> bool:
        """Whether the reader may open the score itself."""
        return super().get_queryset().filter(pk=self.entry.pk).exists()

    @cached_property
    def sides(self) -> list[GapSide]:
        """The sides for which the reader speaks."""
        lines = Entry.objects.filter(pk=self.entry.pk)
        return [side for side in GapSide if lines.with_gap_for(self.request.user, side).exists()]

    def make_form(self, data=None):
        return GapCommentForm(data, sides=self.sides)

    def get_context_data(self, **kwargs):
        comments = GapComment.objects.filter(
            unit=self.entry.unit_id, period=self.edition.period_id, scheme_code=self.edition.scheme_code
        ).select_related("written_by")
        said = {comment.side: comment for comment in comments}
        scores = zip(self.edition.scheme.sections.all(), self.entry.section_scores, strict=True)
        compared = [pair for pair in scores if pair[0].code in self.edition.scheme.gap_sections]
        context = super().get_context_data(**kwargs)
        context["parents"] = context["parents"][: None if self.explained else 1]
        return context | {
            "comments": [(side.label, said.get(side)) for side in GapSide],
            "writes": bool(self.sides),
            "compared": compared,
        }

    def act(self, data):
        operations.comment_on_gap(self.entry, GapSide(data["side"]), data["text"], by=self.request.user)
        messages.success(self.request, _("Saved."))
        return self.request.get_full_path()
