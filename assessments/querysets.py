"""Who sees which figures and boards (architecture.md settled 2, 11, 12; contract.md 3 ``publication``)."""

from datetime import date, datetime
from typing import Any

from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Value
from django.db.models.functions import Concat

from assessments.choices import (
    RANK_FIELDS,
    BoardScope,
    EditionState,
    ExclusionState,
    GapSide,
    PeriodState,
    PublishTo,
    Side,
    SourceType,
    ValueState,
)
from branches.querysets import ScopedQuerySet


class IndicatorQuerySet(models.QuerySet):
    """The library belongs to no unit: who has the right anywhere has it on all of it."""

    def allowed_to(self, user: Any, action: str):
        assignments = self.model._meta.apps.get_model("branches.Assignment").objects
        held = assignments.granting(user, f"assessments.{action}_indicator")
        return self.all() if held.exists() else self.none()

    def valid_in(self, first_day: date, last_day: date):
        return self.filter(
            Q(valid_from=None) | Q(valid_from__lte=last_day), Q(valid_to=None) | Q(valid_to__gte=first_day)
        )


class SchemeDraftQuerySet(models.QuerySet):
    def open(self):
        """Not adopted yet."""
        return self.filter(scheme=None)

    def allowed_to(self, user: Any, action: str):
        """All or none: rules are written for the whole company."""
        assignments = self.model._meta.apps.get_model("branches.Assignment").objects
        permission = f"assessments.{action}_schemedraft"
        return self.filter(Exists(assignments.granting(user, permission)))


OWN_INDICATORS = "assessments.verify_own_indicator"


class IndicatorValueQuerySet(ScopedQuerySet):
    """Figures of a unit. Those of its own indicators a department sees and verifies wherever the unit stands;
    an office verifies where no department has anybody to do so (ADR 0010)."""

    def allowed_to(self, user: Any, action: str):
        if action == "verify":
            return self._verified_by(user)
        if action == "view":
            return self.filter(self._below(user, "view") | self._own_indicators(user))
        return super().allowed_to(user, action)

    def waiting(self):
        return self.filter(state=ValueState.SUBMITTED)

    def counting(self):
        """What rules see something of: ``counting_raw`` is not None."""
        return self.filter(Q(state=ValueState.VERIFIED) | Q(standing_raw__isnull=False))

    def with_waiting_correction(self):
        """What counts is to be corrected; the database holds that nothing stands beside a verified one."""
        return self.filter(standing_raw__isnull=False)

    def _verified_by(self, user: Any):
        staffed = self._assignments().with_permission(OWN_INDICATORS).values("unit__organisation")
        left = Q(indicator__owner=None) | ~Q(indicator__owner__in=staffed)
        return self.filter((self._below(user, "verify") & left) | self._own_indicators(user))

    def _below(self, user: Any, action: str) -> Q:
        """Said of the units: of very many figures few wait, and no plan has to list the others."""
        units = self._units().under_assignments(user, f"assessments.{action}_indicatorvalue")
        return Q(unit__in=units.order_by().values("pk"))

    def _own_indicators(self, user: Any) -> Q:
        own = self._assignments().granting(user, OWN_INDICATORS).values("unit__organisation")
        return Q(indicator__owner__in=own)

    def _assignments(self):
        return self.model._meta.apps.get_model("branches.Assignment").objects.all()


class ExclusionQuerySet(ScopedQuerySet):
    """Seen, asked for and verified with the figure that it is about."""

    def allowed_to(self, user: Any, action: str):
        values = self.model._meta.get_field("value").related_model.objects
        return self.filter(value__in=values.allowed_to(user, action).order_by().values("pk"))

    def verified(self):
        return self.filter(state=ExclusionState.VERIFIED)


class FigureQuerySet(ScopedQuerySet):
    """Ratings, awards, past results: rows of a unit and a period."""


class VetoQuerySet(FigureQuerySet):
    def held_at(self, moment: datetime | None):
        """Those that held at ``moment``; at None, now."""
        if moment is None:
            return self.filter(lifted_at=None)
        return self.filter(models.Q(lifted_at=None) | models.Q(lifted_at__gt=moment), entered_at__lte=moment)


class EntryQuerySet(ScopedQuerySet):
    def published_to(self, user: Any, scope: str = ""):
        """The published lines that ``user`` may read: those of the units the user's role covers, those of the
        units the user belongs to, and those that the scheme's ``publication`` shows.

        "A number of top places" is taken on the board ``scope``; without one on the scheme's first board.
        """
        published = self.filter(edition__state=EditionState.PUBLISHED)
        if not user.is_authenticated or not user.is_active:
            return published.none()
        covered = self.model._default_manager.allowed_to(user, "view").values("pk")
        shown = self._shown(scope) & (
            Q(edition__scheme__publication_to=PublishTo.COMPANY)
            | self._inside_committee(user)
            | self._above(user)
        )
        return published.filter(Q(pk__in=covered) | self._belongs_to(user) | shown)

    def with_gap_for(self, user: Any, side: str):
        """The lines with a wide gap on which ``user`` speaks for ``side``: those of the units below him; on
        the business side also those that a figure of his department helped to score, wherever the unit
        stands, as he verifies it (ADR 0010, 0012): on the current board, once figures no longer come in."""
        units = self._units().under_assignments(user, f"assessments.{side.lower()}_gapcomment")
        spoken_for = Q(unit__in=units.values("pk"))
        if side == GapSide.BUSINESS:
            settled = ~Q(edition__period__state__in=[PeriodState.COLLECTING, PeriodState.VERIFYING])
            current = self.model._meta.apps.get_model("assessments.Edition").objects.current()
            own = Q(edition__scheme__in=self._schemes_scored_with_figures_of(user))
            spoken_for |= settled & own & Q(edition__in=current.order_by().values("pk"))
        return self.filter(spoken_for, has_gap=True)

    def _schemes_scored_with_figures_of(self, user: Any):
        apps = self.model._meta.apps
        granting = apps.get_model("branches.Assignment").objects.granting(user, OWN_INDICATORS)
        indicators = apps.get_model("assessments.Indicator").objects.exclude(side=Side.PARTY)
        own = indicators.filter(owner__in=granting.values("unit__organisation"))
        items = apps.get_model("assessments.Item").objects.filter(source_type=SourceType.REPORTED)
        return items.filter(source_code__in=own.values("code")).order_by().values("scheme")

    def _assignments(self, user: Any):
        return self.model._meta.apps.get_model("branches.Assignment").objects.live().filter(user=user)

    def _belongs_to(self, user: Any):
        """The unit itself, and whoever stands below it: a group belongs to its branch."""
        return Exists(
            self._assignments(user).filter(
                unit__path__gte=OuterRef("unit__path"),
                unit__path__lt=Concat(OuterRef("unit__path"), Value("z")),
            )
        )

    def _inside_committee(self, user: Any):
        inside = self._assignments(user).filter(
            unit__path__gte=OuterRef("committee_path"),
            unit__path__lt=Concat(OuterRef("committee_path"), Value("z")),
        )
        return ~Q(committee_path="") & Exists(inside)

    def _above(self, user: Any):
        above = self._assignments(user).annotate(path_end=Concat("unit__path", Value("z")))
        return Exists(
            above.filter(unit__path__lte=OuterRef("unit__path"), path_end__gt=OuterRef("unit__path"))
        )

    def _shown(self, scope: str) -> Q:
        """Lines not held back by ``show`` of their scheme; few schemes hold anything back."""
        schemes = self.model._meta.apps.get_model("assessments.Scheme").objects
        held_back = Q(pk__in=[])
        for pk, show, scopes in schemes.values_list("pk", "publication_show", "board_scopes"):
            if show != "ALL":
                held_back |= Q(edition__scheme=pk) & ~_shown_by(show, scope or scopes[0])
        return ~held_back

    def on_board(self, scope: str, key: str = ""):
        """The lines of one board, by rank; who has none stands last."""
        field = BOARD_KEYS.get(scope)
        lines = self.filter(**{field: key}) if field else self
        return lines.order_by(F(RANK_FIELDS[scope]).asc(nulls_last=True), "unit_code")


BOARD_KEYS: dict[str, str] = {
    BoardScope.PARENT: "parent_code",
    BoardScope.CATEGORY: "category",
    BoardScope.SIZE_CLASS: "size_class",
}


def _shown_by(show: Any, scope: str) -> Q:
    if isinstance(show, list):
        return Q(grade__in=show)
    field = RANK_FIELDS[scope]
    return Q(**{f"{field}__isnull": False, f"{field}__lte": show})


class EditionQuerySet(models.QuerySet):
    def published(self):
        return self.filter(state=EditionState.PUBLISHED)

    def provisional(self):
        return self.filter(state=EditionState.PROVISIONAL)

    def current(self):
        """Of each board the latest published edition, else the provisional one, whose number is 0."""
        later = self.model._default_manager.published().filter(
            scheme_code=OuterRef("scheme_code"), period=OuterRef("period"), number__gt=OuterRef("number")
        )
        return self.filter(~Exists(later))

    def published_to(self, user: Any):
        """The published editions of which ``user`` may read at least one line."""
        entries = self.model._meta.apps.get_model("assessments.Entry").objects
        return self.published().filter(Exists(entries.published_to(user).filter(edition=OuterRef("pk"))))
