"""Schemes to read: the list, one version with its rules worked through, its file, what changed."""

import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from django.db.models import Exists, OuterRef
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views import View
from django.views.generic import TemplateView

from assessments import scheme_words as words
from assessments.explanation import formula_words
from assessments.models import Edition, Scheme, SchemeDraft
from assessments.scheme_changes import compare
from assessments.scheme_checks import cautions
from assessments.schemes import SchemePlan, inspect_scheme, load_document
from assessments.worked import ItemExample, work_through
from branches.selectors import has_permission
from core.templatetags.format import score2

INVALID = 422
USED = Exists(Edition.objects.published().filter(scheme=OuterRef("pk")))


def scheme_url(scheme: Scheme, name: str = "version") -> str:
    return reverse(f"schemes:{name}", args=[scheme.code, scheme.version])


def plan_of(document: str) -> SchemePlan:
    """Of a stored scheme: it was checked when it came in, and may name a measure that is no more."""
    return inspect_scheme(load_document(document.encode()))[0]


def parents() -> list[tuple[str, str]]:
    return [(_("Schemes"), reverse("schemes:list"))]


@dataclass(frozen=True)
class Row:
    """A version in the list, and how far it has come."""

    scheme: Scheme
    plan: SchemePlan
    url: str
    state: str
    kind: str


def state_words(scheme: Scheme) -> tuple[str, str]:
    """The state of a version and its badge; the scheme comes from ``versions``."""
    if scheme.used:
        return _("used, frozen"), "done"
    return _("in force"), "plain"


def versions() -> Any:
    return Scheme.objects.annotate(used=USED).order_by("code", "-version")


class SchemeListView(TemplateView):
    """Every version of every scheme; drafts for who may write them."""

    model = Scheme
    action = "view"
    template_name = "assessments/scheme_list.html"

    def get_context_data(self, **kwargs):
        groups: dict[str, list[Row]] = {}
        for scheme in versions():
            state, kind = state_words(scheme)
            row = Row(scheme, plan_of(scheme.document), scheme_url(scheme), state, kind)
            groups.setdefault(scheme.code, []).append(row)
        drafts = SchemeDraft.objects.open().allowed_to(self.request.user, "view").select_related("changed_by")
        return super().get_context_data(**kwargs) | {
            "groups": list(groups.values()),
            "drafts": [
                (draft, inspect_scheme(load_document(draft.document.encode()))[0]) for draft in drafts
            ],
            "may_write": has_permission(self.request.user, "assessments.add_schemedraft"),
        }


class ReadingMixin:
    """A plan on the page: rules in words, each worked through with the figures that the address gives."""

    template_name = "assessments/scheme_detail.html"

    def typed(self) -> dict[str, str]:
        return {name: text for name, text in self.request.GET.items() if name.startswith("x.")}

    def get(self, request, *args, **kwargs):
        context = self.get_context_data(**kwargs)
        status = INVALID if context["example"].errors else 200
        return self.render_to_response(context, status=status)

    def reading_context(self, plan: SchemePlan) -> dict[str, Any]:
        example, warnings = work_through(plan, self.typed()), cautions(plan)
        for line in example.items:
            describe(line)
        return {
            "plan": plan,
            "example": example,
            "tried": bool(self.typed()),
            "facts": plan_facts(plan),
            "bands": band_rows(plan),
            "ties": words.tie_words(plan),
            "volumes": [line for line in example.items if words.is_volume(line.item)],
            "late": words.adopted_late(plan),
            "cautions": [
                (line, reason) for line in example.items for reason in warnings.get(line.item.code, [])
            ],
        }


def describe(line: ItemExample) -> None:
    item = line.item
    line.source = words.source_words(item)
    line.rule = words.rule_words(item)
    line.formula = formula_words(item) if item.is_whole else ""
    line.when_missing = words.missing_words(item)
    line.volume = words.is_volume(item)


def plan_facts(plan: SchemePlan) -> list[tuple[str, str]]:
    found = [
        (_("Scores"), words.subject_words(plan)),
        (_("Valid from"), words.valid_words(plan)),
        (_("Adopted"), words.adopted_words(plan)),
        (_("Boards"), words.board_words(plan)),
        (_("Size classes"), words.size_line(plan)),
        (_("Compares among"), words.peer_words(plan)),
        (_("Published to"), words.publication_words(plan)),
        (_("Gap is flagged when"), words.gap_words(plan)),
    ]
    return [(term, value) for term, value in found if value]


def band_rows(plan: SchemePlan) -> list[dict[str, str]]:
    """Each grade with the totals at its edges: the lower one is in it, what is just below is not."""
    uppers = [None, *plan.bands[:-1]]
    return [
        {
            "code": band.code,
            "name": band.name,
            "least": score2(band.minimum),
            "most": score2(10**4 if upper is None else upper.minimum - 1),
        }
        for band, upper in zip(plan.bands, uppers, strict=True)
    ]


class VersionMixin:
    model = Scheme
    action = "view"

    @cached_property
    def scheme(self) -> Scheme:
        found = versions().filter(code=self.kwargs["code"], version=self.kwargs["version"]).first()
        if found is None:
            raise Http404
        return found

    @cached_property
    def plan(self) -> SchemePlan:
        return plan_of(self.scheme.document)


class SchemeView(ReadingMixin, VersionMixin, TemplateView):
    def get_context_data(self, **kwargs):
        state, kind = state_words(self.scheme)
        others = versions().filter(code=self.scheme.code).exclude(pk=self.scheme.pk)
        return super().get_context_data(**kwargs) | {
            **self.reading_context(self.plan),
            "scheme": self.scheme,
            "record": SchemeDraft.objects.filter(scheme=self.scheme)
            .select_related("changed_by", "adopted_by")
            .first(),
            "state": state,
            "state_kind": kind,
            "parents": parents(),
            "file_url": scheme_url(self.scheme, "file"),
            "others": [
                (other, f"{scheme_url(self.scheme, 'changes')}?against={other.version}") for other in others
            ],
            "may_write": has_permission(self.request.user, "assessments.add_schemedraft"),
        }


class SchemeFileView(VersionMixin, View):
    """The scheme file, as ``export_scheme`` writes it."""

    def get(self, request, *args, **kwargs):
        return scheme_file(self.scheme.document, self.scheme.code, self.scheme.version)


def scheme_file(document: str, code: str, version: int) -> HttpResponse:
    response = HttpResponse(document, content_type="application/json; charset=utf-8")
    stem = re.sub(r"[^\w.-]", "_", code)
    name = quote(f"{stem}-v{version}.json")
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{name}"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


class SchemeChangesView(VersionMixin, TemplateView):
    """What this version changed against an earlier one, ``?against=N``; else against the one before."""

    template_name = "assessments/scheme_changes.html"

    @cached_property
    def other(self) -> Scheme:
        others = Scheme.objects.filter(code=self.scheme.code).exclude(pk=self.scheme.pk)
        wanted = self.request.GET.get("against", "")
        if wanted:
            known = wanted.isascii() and wanted.isdigit() and len(wanted) < 5
            found = others.filter(version=wanted).first() if known else None
        else:
            found = others.filter(version__lt=self.scheme.version).order_by("-version").first()
        if found is None:
            raise Http404
        return found

    def get_context_data(self, **kwargs):
        old, new = sorted([self.other, self.scheme], key=lambda scheme: scheme.version)
        label = _("Version %(version)s") % {"version": self.scheme.version}
        return super().get_context_data(**kwargs) | {
            "name": new.name,
            "old_words": _("Version %(version)s") % {"version": old.version},
            "new_words": _("Version %(version)s") % {"version": new.version},
            "changes": compare(plan_of(old.document), plan_of(new.document)),
            "parents": [*parents(), (f"{self.scheme.name} · {label}", scheme_url(self.scheme))],
        }
