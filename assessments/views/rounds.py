"""The preparing office takes a period from collecting to archived: steps, prepared boards, vetoes."""

import uuid
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView

from assessments import operations, round_pages, rounds, standings
from assessments.choices import PeriodState, ProposalState
from assessments.forms import PrepareForm, ReasonForm, VetoForm
from assessments.models import AssessmentPeriod, Edition, Objection, Proposal, Veto
from assessments.operations import ADD_VETO, FiguresMissing, Refused
from assessments.selectors import latest_published
from branches.access import ScopedMixin
from branches.selectors import units_for
from core.operations import start_job
from core.periods import period_words
from core.workflow import MoveRefused

INVALID = 422
OBJECTIONS_SHOWN = 200
GAPS_ON_A_PAGE = 30


class OfficeView(ScopedMixin, TemplateView):
    """Pages of who prepares and approves boards; 403 for everybody else, whatever the address names."""

    model = Edition
    action = "publish"

    def dispatch(self, request, *args, **kwargs):
        if request.user.is_authenticated and not self.has_right():
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    @cached_property
    def period(self) -> AssessmentPeriod:
        return get_object_or_404(AssessmentPeriod, code=self.kwargs["period"])

    @property
    def period_name(self) -> str:
        return period_words(self.period.code)

    def parents(self, *, with_round: bool = True) -> list[tuple[str, str]]:
        found = [(_("Vanguard boards"), reverse("assessments:list"))]
        return [*found, (self.period_name, self.round_url)] if with_round else found

    @property
    def round_url(self) -> str:
        return reverse("assessments:round", args=[self.period.code])

    def get_context_data(self, **kwargs):
        return super().get_context_data(**kwargs) | {"period": self.period, "period_name": self.period_name}


class RoundView(OfficeView):
    """Where the period stands, what it waits for, and the steps that can be taken."""

    template_name = "assessments/round_detail.html"

    def get_context_data(self, **kwargs):
        gaps = Paginator(round_pages.gap_entries(self.period, self.request.user), GAPS_ON_A_PAGE)
        gaps_page = gaps.get_page(self.request.GET.get("page"))
        return super().get_context_data(**kwargs) | {
            "parents": self.parents(with_round=False),
            "steps": round_pages.steps_of(self.period),
            "moves": round_pages.moves_from(self.period),
            "waiting_for": round_pages.waiting_words(self.period),
            "boards": round_pages.boards_of(self.period, self.request.user),
            "vetoes": self.in_reach(Veto).select_related("unit", "entered_by"),
            "objections": self.in_reach(Objection)
            .select_related("unit")
            .order_by("state", "-raised_at")[:OBJECTIONS_SHOWN],
            "gaps": round_pages.gaps_on(gaps_page, self.period),
            "gaps_page": gaps_page,
            "takes_vetoes": self.period.state != PeriodState.ARCHIVED,
        }

    def in_reach(self, model):
        """The rows of the period that concern units below the reader."""
        return model.objects.allowed_to(self.request.user, "view").filter(period=self.period)

    def post(self, request, *args, **kwargs):
        step = request.POST.get("step", "")
        if step not in operations.PERIOD_MOVES:
            raise Http404
        try:
            operations.move_period(self.period, step, by=request.user, reason=request.POST.get("reason", ""))
        except MoveRefused as error:
            context = self.get_context_data(refused=error.args[0], tried=step)
            return self.render_to_response(context, status=INVALID)
        messages.success(request, _("Done."))
        return redirect(self.round_url)


class OfficeFormView(OfficeView):
    """A form, one operation, and on to where its result stands; refused it keeps what was typed."""

    template_name = "assessments/round_form.html"
    title: Any = ""
    submit: Any = gettext_lazy("Save")

    def make_form(self, data=None):
        raise NotImplementedError

    def act(self, data: dict[str, Any]) -> str:
        """Do it and return where to go; Refused or MoveRefused say why not."""
        raise NotImplementedError

    def get(self, request, *args, **kwargs):
        return self.show(self.make_form())

    def post(self, request, *args, **kwargs):
        form = self.make_form(request.POST)
        if not form.is_valid():
            return self.show(form, status=INVALID)
        try:
            url = self.act(form.cleaned_data)
        except (Refused, MoveRefused) as error:
            return self.show(self.form_refused(form, error), status=INVALID)
        return redirect(url)

    def form_refused(self, form, error: Refused | MoveRefused):
        form.add_error(None, error.args[0])
        return form

    def show(self, form, *, status: int = 200):
        context = {"form": form, "title": self.title, "submit": self.submit, "back_url": self.round_url}
        context["parents"] = self.parents()
        return self.render_to_response(self.get_context_data(**context), status=status)

    def in_background(self, kind: str, title: str, payload: dict[str, Any], sent: Any) -> str:
        """A job for what takes too long for a request; what is ``sent`` a second time finds the first job."""
        key = f"{self.request.user.pk}:{sent or uuid.uuid4()}"
        job = start_job(kind, key=key, title=title, payload=payload, by=self.request.user)
        messages.info(self.request, _("The computation has been started."))
        return reverse("core:job", args=[job.pk])


class PrepareView(OfficeFormView):
    title = gettext_lazy("Prepare the board")
    submit = gettext_lazy("Lay before a colleague")

    @cached_property
    def editions(self) -> list[Edition]:
        """What is published, the newest first, then what stands computed now."""
        found = self.period.editions.filter(scheme_code=self.kwargs["scheme"])
        editions = list(found.select_related("scheme", "period").order_by("-number"))
        if not editions:
            raise Http404
        return editions

    @property
    def trial(self) -> Edition | None:
        """Preparing computes it once more."""
        return self.editions[-1] if self.editions[-1].number == 0 else None

    @property
    def published(self) -> Edition | None:
        return self.editions[0] if self.editions[0].number else None

    @cached_property
    def missing(self) -> list[str]:
        if self.trial is None:
            return []
        return operations.missing_figures(self.trial, standings.lines_for(self.trial, self.request.user))

    def make_form(self, data=None, typed=None):
        published, gaps = self.published is not None, bool(self.missing)
        return PrepareForm(data, initial=typed, published=published, gaps=gaps)

    def get_context_data(self, **kwargs):
        user = self.request.user
        waits = rounds.not_ready_to_prepare(self.period, self.kwargs["scheme"])
        return super().get_context_data(**kwargs) | {
            "title": _("Prepare a correction") if self.published else self.title,
            "subject": self.editions[-1].scheme.name,
            "missing": round_pages.missing_rows(self.trial, user) if self.trial else [],
            "missing_count": len(self.missing),
            "effect": round_pages.effect_of(self.trial, self.published, user),
            "corrects": self.published is not None,
            "waits": waits,
            "blocked": waits and not kwargs["form"].is_bound,  # what was typed is never taken away
            "hint": _(
                "The board is computed afresh. A colleague approves exactly these figures, or returns them."
            ),
        }

    def post(self, request, *args, **kwargs):
        if "look" not in request.POST:
            return super().post(request, *args, **kwargs)
        try:
            url = self.look()
        except Refused as error:
            return self.show(self.form_refused(self.make_form(request.POST), error), status=INVALID)
        return redirect(url) if url else self.show(self.make_form(typed=request.POST.dict()))

    def look(self) -> str:
        """Compute what the board would be now: then its missing figures have names, and a correction shows
        what it changes. The address of the job where it is long work."""
        scheme = self.kwargs["scheme"]
        waits = rounds.not_ready_to_look(self.period, scheme)
        if operations.is_long_work(self.editions[-1]) and not waits:
            title = _("Compute %(scheme)s, %(period)s")
            names = {"scheme": self.editions[-1].scheme.name, "period": self.period_name}
            payload = {"period": self.period.code, "scheme": scheme}
            return self.in_background("assessments.look", title % names, payload, self.sent)
        operations.look_ahead(self.period, scheme, by=self.request.user)
        for name in ("editions", "missing"):
            vars(self).pop(name, None)
        return ""

    @property
    def sent(self) -> Any:
        """The key of the form, whatever else is in it."""
        form = self.make_form(self.request.POST)
        form.full_clean()
        return form.cleaned_data.get("submission_key")

    def act(self, data):
        try:
            return self.prepare(data)
        except FiguresMissing:
            self.look()
            raise

    def form_refused(self, form, error):
        """With the field that was not needed before."""
        if isinstance(error, FiguresMissing):
            return self.make_form(self.request.POST)
        return super().form_refused(form, error)

    def prepare(self, data: dict[str, Any]) -> str:
        scheme = self.kwargs["scheme"]
        words = {name: data.get(name, "") for name in ("minutes", "correction", "waiver")}
        edition = self.editions[-1]
        if operations.is_long_work(edition) and not rounds.not_ready_to_prepare(self.period, scheme):
            title = _("Prepare %(scheme)s, %(period)s")
            names = {"scheme": edition.scheme.name, "period": self.period_name}
            payload = {"period": self.period.code, "scheme": scheme, **words}
            return self.in_background("assessments.prepare", title % names, payload, data["submission_key"])
        proposal = operations.prepare_board(
            self.period, scheme, operations.Grounds(**words), by=self.request.user
        )
        messages.success(self.request, _("Prepared. A colleague has to approve it."))
        return reverse("assessments:proposal", args=[proposal.pk])


class ProposalView(OfficeFormView):
    """What was prepared; a second person approves or returns it."""

    template_name = "assessments/proposal_detail.html"
    title = gettext_lazy("Prepared board")

    @cached_property
    def proposal(self) -> Proposal:
        proposals = Proposal.objects.select_related("period", "prepared_by", "decided_by", "edition__period")
        return get_object_or_404(proposals, pk=self.kwargs["pk"])

    @property
    def period(self):
        return self.proposal.period

    def make_form(self, data=None):
        form = ReasonForm(data)
        form.fields["reason"].required = bool(data and data.get("decision") == "return")
        return form

    @property
    def published(self) -> Edition | None:
        return latest_published(self.proposal.scheme_code, self.period)

    @cached_property
    def edition(self) -> Edition | None:
        """What was published of it, else what stands computed now."""
        now = self.period.editions.filter(scheme_code=self.proposal.scheme_code, number=0)
        return self.proposal.edition or now.select_related("scheme", "period").first()

    def get_context_data(self, **kwargs):
        edition = self.edition
        waits = self.proposal.state == ProposalState.PREPARED
        return super().get_context_data(**kwargs) | {
            "proposal": self.proposal,
            "digest": standings.digest_words(self.proposal.digest),
            "edition": edition,
            "subject": edition.scheme.name if edition else self.proposal.scheme_code,
            "summary": round_pages.summary_of(edition, self.request.user) if edition else None,
            "effect": round_pages.effect_of(edition, self.published, self.request.user) if waits else None,
            "changed": waits and edition and edition.digest not in ("", self.proposal.digest),
            "rescored": waits and edition and not edition.digest,
            "waits": waits,
            "own": self.proposal.prepared_by_id == self.request.user.pk,
        }

    def act(self, data):
        decision = self.request.POST.get("decision")
        user = self.request.user
        if decision == "approve":
            return self.approve(data["submission_key"])
        if decision == "return":
            operations.return_board(self.proposal, by=user, reason=data["reason"])
            messages.success(self.request, _("Returned to who prepared it."))
        elif decision == "withdraw":
            operations.withdraw_board(self.proposal, by=user)
            messages.success(self.request, _("Withdrawn."))
        else:
            raise Http404
        return reverse("assessments:proposal", args=[self.proposal.pk])

    def approve(self, sent: Any) -> str:
        if operations.is_long_work(self.edition):
            if refused := operations.not_ready_to_approve(self.proposal, by=self.request.user):
                raise MoveRefused(refused)
            title = _("Publish %(scheme)s, %(period)s")
            names = {"scheme": self.edition.scheme.name, "period": self.period_name}
            payload = {"proposal": self.proposal.pk}
            return self.in_background("assessments.approve", title % names, payload, sent)
        edition = operations.approve_board(self.proposal, by=self.request.user)
        messages.success(self.request, _("Published."))
        url = reverse("assessments:board", args=[edition.period.code, edition.scheme_code])
        return f"{url}?edition={edition.number}"


class VetoAddView(OfficeFormView):
    title = gettext_lazy("Enter a veto")
    submit = gettext_lazy("Enter")

    def make_form(self, data=None):
        units = units_for(self.request.user, ADD_VETO)
        initial = {"unit": self.request.GET.get("unit", "")}
        return VetoForm(data, units=units, period=self.period, initial=initial)

    def get_context_data(self, **kwargs):
        hint = _("The unit stays on every board of the period with its score; its rank is withheld.")
        published = self.period.editions.published().exists()
        waits = _("Published boards follow by a correction only.") if published else ""
        return super().get_context_data(**kwargs) | {"hint": hint, "waits": waits}

    def act(self, data):
        veto = operations.enter_veto(
            data["unit"],
            self.period,
            data["kind"],
            found_on=data["found_on"],
            basis=data["basis"],
            by=self.request.user,
        )
        messages.success(self.request, _("Entered."))
        return reverse("assessments:veto", args=[veto.pk])


class VetoView(OfficeFormView):
    """A veto with its basis; lifted here with a reason."""

    template_name = "assessments/veto_detail.html"
    title = gettext_lazy("Veto")
    submit = gettext_lazy("Lift the veto")

    @cached_property
    def veto(self) -> Veto:
        seen = Veto.objects.allowed_to(self.request.user, "view")
        return get_object_or_404(
            seen.select_related("unit", "period", "entered_by", "lifted_by"), pk=self.kwargs["pk"]
        )

    @property
    def period(self):
        return self.veto.period

    def make_form(self, data=None):
        return ReasonForm(data)

    def get_context_data(self, **kwargs):
        return super().get_context_data(**kwargs) | {"veto": self.veto}

    def act(self, data):
        operations.lift_veto(self.veto, because=data["reason"], by=self.request.user)
        messages.success(self.request, _("Lifted."))
        return reverse("assessments:veto", args=[self.veto.pk])
