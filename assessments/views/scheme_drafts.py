"""Writing a version: the draft, and each of its parts as a form."""

from typing import Any

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views import View
from django.views.generic import TemplateView
from django.views.generic.detail import SingleObjectMixin

from assessments import operations
from assessments.forms import BandsForm, BoardsForm, HeadForm, ItemForm, SectionForm, WeightsForm
from assessments.models import SchemeDraft
from assessments.operations import Refused
from assessments.scheme_changes import compare
from assessments.scheme_checks import check_document, form_of
from assessments.schemes import Problem, SchemeRefused, parts
from assessments.views.schemes import INVALID, ReadingMixin, parents, plan_of, scheme_file
from assessments.views.typed import TypedMixin
from assessments.worked import work_through
from branches.access import ScopedMixin
from core.templatetags.format import moment, weight
from core.workflow import VersionConflict

CONFLICT = 409


class DraftMixin(ScopedMixin, SingleObjectMixin):
    """An open draft; ``document`` is its text, ``version`` what was open in the browser."""

    model = SchemeDraft
    action = "change"

    def get_queryset(self):
        return super().get_queryset().filter(scheme=None).select_related("changed_by", "based_on")

    def get_context_data(self, **kwargs):
        self.object = self.draft
        return super().get_context_data(**kwargs)

    @cached_property
    def draft(self) -> SchemeDraft:
        return self.get_object()

    @cached_property
    def document(self) -> dict[str, Any]:
        return operations.document_of(self.draft)

    def posted_version(self) -> int | None:
        text = self.request.POST.get("version", "")
        return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else None

    def draft_url(self, anchor: str = "") -> str:
        return reverse("schemes:draft", args=[self.draft.pk]) + anchor

    def draft_parents(self) -> list[tuple[str, str]]:
        name = self.document.get("name") or self.document.get("code") or _("draft")
        return [*parents(), (_("%(name)s · draft") % {"name": name}, self.draft_url())]


class DraftView(ReadingMixin, DraftMixin, TemplateView):
    """The draft as it would read, what stands in its way, and what can be done with it."""

    action = "view"
    template_name = "assessments/scheme_draft.html"

    def get_context_data(self, **kwargs):
        plan, problems = check_document(self.document)
        return super().get_context_data(**kwargs) | {
            **self.reading_context(plan),
            "draft": self.draft,
            "state": _("draft"),
            "state_kind": "wait",
            "parents": parents(),
            "file_url": reverse("schemes:draft-file", args=[self.draft.pk]),
            "problems": [self.problem_row(problem) for problem in problems],
            "own": self.draft.editors.filter(pk=self.request.user.pk).exists(),
        }

    def problem_row(self, problem: Problem) -> tuple[str, str, str]:
        """(where, reason, address of the form)."""
        name, args = form_of(problem.path)
        where = {
            "head": _("In short"),
            "bands": _("Grades"),
            "boards": _("Ties, publication and gap"),
            "new-section": _("Sections"),
        }.get(name, "")
        if args:
            section = parts.sections_of(self.document)[args[0]]
            where = section.get("name") or _("Section")
            if name == "item":
                where = parts.items_of(section)[args[1]].get("name") or _("Item")
        return where, problem.reason, reverse(f"schemes:{name}", args=[self.draft.pk, *args])


class DraftFileView(DraftMixin, View):
    action = "view"

    def get(self, request, *args, **kwargs):
        plan = check_document(self.document)[0]
        return scheme_file(self.draft.document, plan.code or "scheme", plan.version)


class DraftChangesView(DraftMixin, TemplateView):
    """Against the version it was copied from."""

    action = "view"
    template_name = "assessments/scheme_changes.html"

    def get_context_data(self, **kwargs):
        base = self.draft.based_on
        if base is None:
            raise Http404
        return super().get_context_data(**kwargs) | {
            "name": base.name,
            "old_words": _("Version %(version)s") % {"version": base.version},
            "new_words": _("Draft"),
            "changes": compare(plan_of(base.document), plan_of(self.draft.document)),
            "parents": self.draft_parents(),
        }


# --- parts ----------------------------------------------------------------------------------------
class PartView(TypedMixin, DraftMixin, TemplateView):
    """One part as a form. What the reader refuses about it is said at its fields; what is still missing
    elsewhere is the draft page's matter."""

    template_name = "assessments/scheme_part.html"
    form_class: Any = None
    anchor = ""
    part: Any = ""  # the codes that stand at the address of the form

    @property
    def heading(self) -> str:
        raise NotImplementedError

    def form_options(self) -> dict[str, Any]:
        return {}

    def values(self) -> dict[str, Any]:
        return self.form_class.values_of(self.document)

    def make_form(self, data: Any = None, typed: dict[str, Any] | None = None):
        initial = {**self.values(), "version": self.draft.version, "part": self.part, **(typed or {})}
        return self.form_class(data, initial=initial, **self.form_options())

    def get(self, request, *args, **kwargs):
        return self.show(self.with_typed(lambda typed: self.make_form(typed=typed)))

    def post(self, request, *args, **kwargs):
        form = self.make_form(request.POST)
        if not form.is_valid():
            return self.show(form, status=INVALID)
        try:
            self.run(form)
        except SchemeRefused as error:
            form.show(error.problems)
            return self.show(form, status=INVALID)
        except Refused as error:
            form.add_error(None, str(error))
            return self.show(form, status=INVALID)
        except VersionConflict as error:
            return self.conflict(error)
        self.forget_typed()
        messages.success(request, self.done())
        return redirect(self.target())

    def run(self, form: Any) -> None:
        operations.write_draft(
            self.draft,
            form.applied(self.document),
            by=self.request.user,
            version=self.posted_version(),
            concerning=form.concerns(),
        )

    def done(self) -> str:
        return _("Saved in the draft.")

    def target(self) -> str:
        return self.draft_url(self.anchor)

    def conflict(self, error: VersionConflict):
        """What was typed stays; sent again it takes its place in what stands there now."""
        typed = self.request.POST.copy()
        typed["version"] = str(error.current.version)
        form = self.make_form(typed)
        text = {"who": error.changed_by or _("Somebody"), "at": moment(error.changed_at)}
        reason = _("%(who)s changed this draft at %(at)s. Look at it; saving again puts in what you typed.")
        form.add_error(None, reason % text)
        return self.show(form, status=CONFLICT)

    def show(self, form: Any, status: int = 200):
        context = self.get_context_data(
            form=form, draft=self.draft, heading=self.heading, parents=self.draft_parents()
        )
        more = {**self.typed_context(), "cancel_url": self.target()}
        return self.render_to_response({**context, **more}, status=status)


class HeadView(PartView):
    form_class = HeadForm

    @property
    def heading(self):
        return _("In short")


class BandsView(PartView):
    form_class = BandsForm
    template_name = "assessments/scheme_bands.html"
    anchor = "#bands-title"

    @property
    def heading(self):
        return _("Grades")

    def form_options(self):
        return {"document": self.document}


class BoardsView(PartView):
    form_class = BoardsForm
    template_name = "assessments/scheme_boards.html"

    @property
    def heading(self):
        return _("Ties, publication and gap")

    def form_options(self):
        return {"document": self.document}


class SectionView(PartView):
    form_class = SectionForm

    @cached_property
    def section(self) -> dict[str, Any]:
        found = parts.sections_of(self.document)
        if self.kwargs["section"] >= len(found):
            raise Http404
        return found[self.kwargs["section"]]

    @property
    def part(self):
        return str(self.section.get("code", ""))

    def post(self, request, *args, **kwargs):
        return super().post(request, *args, **kwargs) if self.is_here() else self.elsewhere()

    def is_here(self) -> bool:
        """Whether the place still holds what the form was opened on: colleagues move and remove."""
        try:
            return self.request.POST.get("part", "") == self.part
        except Http404:
            return False

    def elsewhere(self):
        """Nothing is written, however often it is sent; what was typed can be copied."""
        self.section = self.item = {}
        form = self.make_form(self.request.POST)
        reason = _(
            "Somebody moved or removed this in the draft, or changed its code. Nothing was saved:"
            " copy what you typed and open it again from the draft."
        )
        form.add_error(None, reason)
        return self.show(form, status=CONFLICT if "part" in self.request.POST else INVALID)

    @property
    def heading(self):
        return self.section.get("name") or _("Section")

    @property
    def anchor(self):
        return f"#section-{self.kwargs['section'] + 1}"

    def values(self):
        return SectionForm.values_of(self.section)

    def form_options(self):
        return {"place": self.kwargs["section"], "new": False}


class WeightsView(SectionView):
    """All weights in one form, with what they add up to."""

    form_class = WeightsForm
    template_name = "assessments/scheme_weights.html"
    anchor = "#weights-title"

    @property
    def part(self):
        sections = parts.sections_of(self.document)
        found = [one for section in sections for one in (section, *parts.items_of(section))]
        return "/".join(str(one.get("code", "")) for one in found)

    @property
    def heading(self):
        return _("Weights")

    def values(self):
        return WeightsForm.values_of(self.document)

    def form_options(self):
        return {"document": self.document}

    def get_context_data(self, **kwargs):
        example = work_through(plan_of(self.draft.document), plots=False)
        rows = [
            {
                "field": field,
                "share": found.share_words,
                "sum": weight(found.weight_sum),
                "lines": [(own, line.of_section_words) for own, line in zip(items, found.items, strict=True)],
            }
            for (field, items), found in zip(kwargs["form"].sections, example.sections, strict=True)
        ]
        return super().get_context_data(**kwargs) | {"sections": rows, "sum": weight(example.weight_sum)}


class NewSectionView(SectionView):
    part = ""

    @property
    def heading(self):
        return _("Add a section")

    @property
    def anchor(self):
        return f"#section-{len(parts.sections_of(self.document)) + 1}"

    def values(self):
        return {}

    def form_options(self):
        return {"place": len(parts.sections_of(self.document)), "new": True}


class ItemView(SectionView):
    form_class = ItemForm
    template_name = "assessments/scheme_item.html"

    @cached_property
    def item(self) -> dict[str, Any]:
        found = parts.items_of(self.section)
        if self.kwargs["item"] >= len(found):
            raise Http404
        return found[self.kwargs["item"]]

    @property
    def part(self):
        """Of the sections too: the form offers them by their places."""
        found = [*parts.sections_of(self.document), self.item]
        return "/".join(str(one.get("code", "")) for one in found)

    @property
    def heading(self):
        return self.item.get("name") or _("Item")

    def values(self):
        return {**ItemForm.values_of(self.item), "section": str(self.kwargs["section"])}

    def form_options(self):
        return {"document": self.document, "place": (self.kwargs["section"], self.kwargs["item"])}


class NewItemView(ItemView):
    item: dict[str, Any] = {}

    @property
    def heading(self):
        return _("Add an item")

    def values(self):
        usual = {"source_type": "REPORTED", "rule_type": "BAND", "missing": "ZERO", "direction": "HIGHER"}
        return {**usual, "section": str(self.kwargs["section"])}

    def form_options(self):
        self.section  # noqa: B018 - 404 where there is none
        return {"document": self.document, "place": (self.kwargs["section"], None)}
