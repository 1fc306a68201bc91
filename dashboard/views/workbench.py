"""The workbench: what is due for this person, and where the own unit stands."""

from typing import Any

from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.generic import TemplateView

from activities.choices import ActivityKind
from activities.models import Reminder
from activities.rules import is_held_by
from activities.selectors import default_unit
from assessments import standings
from assessments.explanation import grade_of
from assessments.models import Edition, Entry
from assessments.selectors import previous_edition
from assessments.views.boards import explanation_url
from branches.choices import Role
from branches.models import Assignment, PartyUnit
from branches.selectors import has_permission, primary_assignment
from core import clock
from core.due import due_items_for
from core.periods import period_words
from dashboard.links import records_url
from dashboard.selectors import workbench

SHOWN_FIRST = 8
QUICK = [
    (ActivityKind.PARTY_COMMITTEE_MEETING, "people-fill"),
    (ActivityKind.LEADING_GROUP_MEETING, "megaphone"),
    (ActivityKind.COMMITTEE_MEETING, "people-fill"),
    (ActivityKind.GENERAL_MEETING, "megaphone"),
    (ActivityKind.GROUP_MEETING, "chat-square-text"),
    (ActivityKind.PARTY_LECTURE, "book"),
    (ActivityKind.THEMED_PARTY_DAY, "calendar-event"),
    (ActivityKind.SERVICE_VISIT, "tools"),
    (ActivityKind.LINE_PATROL, "lightning-charge"),
]


class WorkbenchView(TemplateView):
    """For everybody: each part shows only to whom it is of use."""

    model = PartyUnit
    action = "view"
    template_name = "dashboard/workbench.html"

    @cached_property
    def assignment(self) -> Assignment | None:
        return primary_assignment(self.request.user)

    def get_context_data(self, **kwargs):
        user = self.request.user
        due = due_items_for(user)
        return super().get_context_data(**kwargs) | {
            "today": clock.today(),
            "period_words": self.period_words(),
            "due": due,
            "due_first": due[:SHOWN_FIRST],
            "due_rest": due[SHOWN_FIRST:],
            "due_words": ngettext("To do: %(count)s", "To do: %(count)s", len(due)) % {"count": len(due)},
            "quick": self.quick(),
            "unit": self.assignment.unit if self.assignment else None,
            "progress": self.progress(),
            "unseen": Reminder.objects.filter(user=user, seen_at=None).count(),
            "standings": self.standings(),
            "doors": self.doors(),
        }

    def period_words(self) -> str:
        period = workbench.running_half_year()
        passed = (clock.today() - period.first_day).days + 1
        whole = (period.last_day - period.first_day).days + 1
        return _("%(period)s, day %(day)s of %(days)s") % {
            "period": period_words(period.code),
            "day": passed,
            "days": whole,
        }

    def quick(self) -> list[dict[str, Any]]:
        if not has_permission(self.request.user, "activities.add_activity"):
            return []
        create, unit = reverse("activities:create"), default_unit(self.request.user)
        tiles = [
            {"label": kind.label, "icon": icon, "url": f"{create}?kind={kind.value}"}
            for kind, icon in QUICK
            if unit is None or is_held_by(kind, unit.kind)
        ]
        return [*tiles, {"label": _("More kinds"), "icon": "grid", "url": create}]

    def progress(self) -> dict[str, Any] | None:
        """The own unit's duties; only for whoever may see them."""
        user, assignment = self.request.user, self.assignment
        if not assignment or not has_permission(user, "activities.view_duty", assignment.unit):
            return None
        period = workbench.running_half_year()
        found = workbench.progress(assignment.unit, period)
        numbers = {
            "done": sum(one.counts.done for one in found),
            "total": sum(one.counts.total for one in found),
            "due": sum(one.counts.due for one in found),
        }
        return {
            "period": period_words(period.code),
            "summary": _("%(done)s of %(total)s done, %(due)s due by today") % numbers,
            "rows": [self.progress_row(one, assignment.unit, period.code) for one in found],
        }

    def progress_row(self, one: workbench.Progress, unit: PartyUnit, period: str) -> dict[str, Any]:
        behind = one.behind
        words = ngettext("%(count)s behind", "%(count)s behind", behind) % {"count": behind} if behind else ""
        return {
            "label": one.rule.label,
            "done": one.counts.done,
            "total": one.counts.total,
            "due": one.counts.due,
            "kind": "due",
            "words": words,
            "url": records_url(unit=unit, kind=one.rule.kind, period=period),
        }

    def standings(self) -> list[dict[str, Any]]:
        if not self.assignment:
            return []
        found = workbench.standings_of(self.request.user, self.assignment.unit)
        return [
            {
                "scheme": (one.published or one.trial).edition.scheme,
                "published": self.published(one.published) if one.published else None,
                "trial": self.line(one.trial) if one.trial else None,
            }
            for one in found
        ]

    def line(self, entry: Entry) -> dict[str, Any]:
        edition = entry.edition
        sections = edition.scheme.sections.all()
        return {
            "entry": entry,
            "edition": edition,
            "period": period_words(edition.period.code),
            "sections": list(zip([section.name for section in sections], entry.section_scores, strict=True)),
            "url": explanation_url(edition, entry.unit_code),
        }

    def published(self, entry: Entry) -> dict[str, Any]:
        edition = entry.edition
        bands = list(edition.scheme.bands.all())
        movement = self.movement(edition, entry)
        board = reverse("assessments:board", args=[edition.period.code, edition.scheme_code])
        return self.line(entry) | {
            "rank": getattr(entry, standings.RANK_FIELDS[edition.scheme.board_scopes[0]]),
            "peers": standings.peers(edition, entry, edition.scheme.board_scopes[0]),
            "movement": movement,
            "movement_words": standings.movement_words(movement),
            "grade": grade_of(entry, bands),
            "board_url": f"{board}?edition={edition.number}",
            **standings.grade_badge(entry, bands),
        }

    def movement(self, edition: Edition, entry: Entry) -> int | None:
        """Places gained since the period before, on the first board of the scheme."""
        field = standings.RANK_FIELDS[edition.scheme.board_scopes[0]]
        before = previous_edition(edition.scheme_code, edition.period)
        was = (
            before.entries.filter(unit=entry.unit_id).values_list(field, flat=True).first()
            if before
            else None
        )
        now = getattr(entry, field)
        return was - now if was and now else None

    def doors(self) -> list[dict[str, Any]]:
        """Where roles without records of their own find their work."""
        roles = {role for role, _unit, _path in Assignment.objects.held_by(self.request.user)}
        if self.request.user.is_staff:
            roles.add(Role.SYSTEM_ADMIN)
        return [door for role, door in self.role_doors().items() if role in roles]

    def role_doors(self) -> dict[str, dict[str, Any]]:
        admin = reverse("admin:index") if self.request.user.is_staff else ""
        return {
            Role.AUDITOR: {
                "title": _("Audit"),
                "text": _("The audit trail says of every change who did what, when and from where."),
                "url": admin,
                "action": _("Open the administration"),
            },
            Role.SYSTEM_ADMIN: {
                "title": _("Administration"),
                "text": _(
                    "Users, organisations, schemes and background jobs are kept in the administration."
                ),
                "url": admin,
                "action": _("Open the administration"),
            },
            Role.EVALUATOR: {
                "title": _("Evaluation"),
                "text": _(
                    "Your ratings enter the boards as the mean of all evaluators; nobody sees them singly."
                ),
                "url": reverse("assessments:list"),
                "action": _("See the boards"),
            },
        }
