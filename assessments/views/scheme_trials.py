"""A draft tried on a period that was: for who prepares boards, and for nobody else's eyes."""

from datetime import datetime
from typing import Any

from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views.generic import TemplateView

from assessments.forms import TrialForm
from assessments.scheme_changes import compare
from assessments.standings import movement_words
from assessments.views.scheme_drafts import DraftMixin
from assessments.views.schemes import INVALID, plan_of
from branches.selectors import units_for
from core.operations import start_job
from core.periods import period_words

EFFECTS_SHOWN = 3
PROVISIONAL = "assessments.view_provisional_board"


class TrialView(DraftMixin, TemplateView):
    """The last trial and a form for the next one, which is a job."""

    template_name = "assessments/scheme_trial.html"

    def get(self, request, *args, **kwargs):
        return self.show(TrialForm())

    def post(self, request, *args, **kwargs):
        form = TrialForm(request.POST)
        if not form.is_valid():
            return self.show(form, status=INVALID)
        period = form.cleaned_data["period"].code
        job = start_job(
            "assessments.try_scheme",
            key=f"{request.user.pk}:{form.cleaned_data['submission_key'] or self.draft.version}:{period}",
            title=_("Try %(name)s on %(period)s") % {"name": self.name, "period": period_words(period)},
            payload={"draft": self.draft.pk, "period": period},
            by=request.user,
        )
        return redirect("core:job", job.pk)

    @property
    def name(self) -> str:
        return self.document.get("name") or _("draft")

    def show(self, form: TrialForm, status: int = 200):
        context = self.get_context_data(form=form, draft=self.draft, parents=self.draft_parents())
        return self.render_to_response(context, status=status)

    def get_context_data(self, **kwargs):
        trial = self.draft.trial
        return super().get_context_data(**kwargs) | ({"trial": self.trial(trial)} if trial else {})

    def trial(self, found: dict[str, Any]) -> dict[str, Any]:
        moved, seen = found["moved"], self.seen(found)
        return found | {
            "period_words": period_words(found["period"]),
            "at": datetime.fromisoformat(found["at"]),
            "stale": found["text"] != self.draft.version,
            "rows": [self.row(row) for row in found["rows"] if row["code"] in seen],
            "counts": [(words, moved[name]) for name, words in self.directions() if moved.get(name)],
            "board_url": reverse("schemes:draft-changes", args=[self.draft.pk])
            if self.draft.based_on
            else "",
        }

    @staticmethod
    def directions() -> list[tuple[str, str]]:
        return [
            ("up", _("rise")),
            ("down", _("fall")),
            ("same", _("stay")),
            ("came", _("come new")),
        ]

    def seen(self, found: dict[str, Any]) -> set[str]:
        """The lines of units whose boards the reader prepares."""
        codes = [row["code"] for row in found["rows"]]
        mine = units_for(self.request.user, PROVISIONAL).filter(code__in=codes)
        return set(mine.values_list("code", flat=True))

    def row(self, row: dict[str, Any]) -> dict[str, Any]:
        was = row["old"] or [None, None, ""]
        now = row["new"]
        places = was[1] - now[1] if was[1] and now[1] else None
        effects = [
            {"name": name, "points": points, "what": self.what_changed.get(code, "")}
            for code, name, points in row["effects"]
        ]
        return {
            **row,
            "total": (was[0], now[0]),
            "rank": (was[1], now[1]),
            "grade": (was[2], now[2]),
            "places": places,
            "movement_words": movement_words(places),
            "effects": effects[:EFFECTS_SHOWN],
            "more_effects": effects[EFFECTS_SHOWN:],
        }

    @cached_property
    def what_changed(self) -> dict[str, str]:
        """By item code: "weight, rule"; nothing for an item that only others around it moved."""
        base = self.draft.based_on
        if base is None:
            return {}
        changes = compare(plan_of(base.document), plan_of(self.draft.document))
        return {code: _(", ").join(change.what for change in found) for code, _name, found in changes.items}
