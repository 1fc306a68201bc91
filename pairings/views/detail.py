"""The page of a pairing: where it stands, what it brought, what is lacking."""

from django.utils.translation import gettext as _
from django.views.generic import TemplateView

from core import clock
from core.models import AuditEvent
from core.templatetags.format import day
from pairings.archive import papers
from pairings.before_after import figure_lines, survey_changes
from pairings.choices import RUNNING, WORKING, PairingState
from pairings.moves import AGREEMENT_EDITABLE, OPEN_STATES, current_agreement
from pairings.rules import DORMANT_AFTER, EXPIRY_WARNINGS
from pairings.selectors import (
    hazard_counts,
    hazards,
    joint_works,
    last_contact,
    may,
    mode,
    outcome_totals,
    partners_of,
    plan_lines,
    trainees_per_session,
    units_of,
)
from pairings.views.base import PairingMixin, trail
from pairings.views.honours import site_context
from pairings.views.moving import open_steps

SHOWN = 10
EXPIRY_SHOWN_DAYS = 180
PATH = [
    PairingState.CANDIDATE,
    PairingState.INTENT,
    PairingState.AGREEMENT_DRAFT,
    PairingState.SIGNED,
    PairingState.REPORTED,
    PairingState.ACTIVE,
]


class PairingDetailView(PairingMixin, TemplateView):
    template_name = "pairings/pairing_detail.html"

    def get_context_data(self, **kwargs):
        pairing = self.find_pairing()
        user = self.request.user
        rights = {action for action in ("change", "approve") if may(user, pairing, action)}
        works = joint_works(pairing, user)
        plan = plan_lines(pairing)
        agreement = current_agreement(pairing)
        return super().get_context_data(**kwargs) | {
            "pairing": pairing,
            "parents": trail(),
            "mode": mode(pairing),
            "units": units_of(pairing),
            "partners": partners_of(pairing),
            "agreement": agreement,
            "agreements": pairing.agreements.all(),
            "key_projects": pairing.key_projects.all(),
            "steps": steps_of(pairing),
            "open_steps": open_steps(pairing, rights),
            "may_change": "change" in rights and pairing.state in OPEN_STATES,
            "may_draft": "change" in rights and pairing.state in AGREEMENT_EDITABLE,
            "may_link": "change" in rights and pairing.state in WORKING,
            "plan": plan,
            "plan_done": sum(line.done_on is not None for line in plan),
            "works": list(works[:SHOWN]),
            "works_count": works.count(),
            "papers": papers(pairing),
            **results_of(pairing, user),
            "warnings": list(warnings_of(pairing)),
            "timeline": timeline_of(pairing),
            **site_context(pairing, user),
        }


def results_of(pairing, user):
    """What the pairing brought: counts, figures, what people say, and the hazards on the lines."""
    totals, surveys = outcome_totals([pairing]), list(pairing.surveys.all())
    guards, counts = list(pairing.line_guards.all()), hazard_counts(pairing)
    today = clock.today()
    return {
        "totals": totals,
        "trainees_per_session": trainees_per_session(totals),
        "figures": figure_lines(pairing.figures.all()),
        "surveys": surveys,
        "survey_changes": survey_changes(surveys),
        "guards": [guard for guard in guards if not guard.ends_on or guard.ends_on >= today],
        "former_guards": [guard for guard in guards if guard.ends_on and guard.ends_on < today],
        "hazards": list(hazards(pairing, user)[:SHOWN]),
        "hazard_counts": counts,
    }


def steps_of(pairing):
    """The way so far, as the bar of steps takes it; a way that ended elsewhere says so at its end."""
    reached = PATH.index(pairing.state) if pairing.state in PATH else len(PATH)
    days = days_of(pairing)
    steps = [
        {
            "label": state.label,
            "state": "done" if at < reached else "now" if at == reached else "next",
            "date": day(days[state]) if days.get(state) else "",
        }
        for at, state in enumerate(PATH)
    ]
    if pairing.state not in PATH:
        steps.append(
            {"label": pairing.get_state_display(), "state": "now", "date": day(pairing.active_until)}
        )
    return steps


def days_of(pairing):
    agreement = current_agreement(pairing)
    days = {
        PairingState.CANDIDATE: clock.day_of(pairing.created_at),
        PairingState.ACTIVE: pairing.active_from,
    }
    if agreement:
        days |= {PairingState.SIGNED: agreement.signed_on, PairingState.REPORTED: agreement.reported_on}
    return days


def warnings_of(pairing):
    """What the branch and the office should know: the term that ends, the silence."""
    if pairing.state not in RUNNING:
        return
    today = clock.today()
    if pairing.active_until:
        left = (pairing.active_until - today).days
        if left < 0:
            yield _("Its term ended on %(day)s: it is renewed or closed.") % {"day": pairing.active_until}
        elif left <= max(EXPIRY_WARNINGS) and pairing.state == PairingState.ACTIVE:
            yield _("Its term ends in %(days)d days: prepare the renewal or the closing summary.") % {
                "days": left
            }
    last = last_contact(pairing) or pairing.active_from
    if last and today - last > DORMANT_AFTER:
        yield _("No joint work since %(day)s.") % {"day": last.isoformat()}


def timeline_of(pairing):
    events = AuditEvent.objects.filter(
        object_type=pairing._meta.label_lower, object_id=str(pairing.pk)
    ).select_related("actor")
    return [
        {
            "at": event.at,
            "who": event.actor.name if event.actor else "",
            "what": words(event.verb),
            "note": event.reason,
        }
        for event in events[:SHOWN]
    ]


def words(verb):
    return {
        "create": _("entered"),
        "change": _("changed"),
        "reach_intent": _("intent reached"),
        "draft": _("agreement drafted"),
        "sign": _("signed"),
        "unsign": _("back to the draft"),
        "report": _("reported"),
        "activate": _("opened"),
        "return": _("returned"),
        "renew": _("renewal begun"),
        "keep": _("renewal dropped"),
        "resume": _("next term opened"),
        "close": _("closed"),
        "terminate": _("terminated"),
        "withdraw": _("withdrawn"),
        "change_agreement": _("agreement changed"),
        "change_key_projects": _("key projects changed"),
        "attach_signed_copy": _("signed copy added"),
        "confirm_signing": _("signing confirmed"),
        "note_report": _("report noted"),
        "note_review": _("answer of the organisation department noted"),
        "draft_renewal": _("next agreement drafted"),
        "add_document": _("paper added"),
        "remove_document": _("paper taken out"),
        "change_plan": _("plan changed"),
        "link": _("record linked"),
        "relink": _("record linked to the plan"),
        "unlink": _("record taken off"),
        "check_site": _("checked on the four criteria"),
        "name_site": _("named a demonstration site"),
        "withdraw_site": _("demonstration site withdrawn"),
        "add_line_guard": _("line guard added"),
        "end_line_guard": _("line guard ended"),
        "add_hazard": _("hazard found"),
        "close_hazard": _("hazard closed"),
        "change_surveys": _("surveys changed"),
        "change_figures": _("figures changed"),
    }.get(verb, verb)
