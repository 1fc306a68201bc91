"""Scope of the pairings, and which of them are in force on a day."""

from datetime import date

from django.db import models
from django.db.models import Exists, OuterRef, Q

from branches.querysets import ScopedQuerySet
from pairings.choices import EVER_ACTIVE, RUNNING


def active_on(day: date, prefix: str = "") -> Q:
    """Pairings in force on ``day``; without a first day they always were, as far as is on record. Of an ended
    one whose last day is not on record nobody can say it was."""
    return (
        Q(**{f"{prefix}state__in": RUNNING})
        | Q(**{f"{prefix}state__in": EVER_ACTIVE, f"{prefix}active_until__isnull": False})
    ) & (
        (Q(**{f"{prefix}active_from": None}) | Q(**{f"{prefix}active_from__lte": day}))
        & (Q(**{f"{prefix}active_until": None}) | Q(**{f"{prefix}active_until__gte": day}))
    )


class PairingQuerySet(ScopedQuerySet):
    """Seen by every own branch that is a party, written by the lead branch, decided on by the office
    above."""

    def allowed_to(self, user, action):
        if action != "view":
            return super().allowed_to(user, action)
        parties = self.model._meta.get_field("parties").related_model
        seen = parties.objects.under_assignments(user, "pairings.view_pairing")
        return self.filter(pk__in=seen.values("pairing_id"))

    def active_on(self, day: date):
        return self.filter(active_on(day))

    def with_part_of(self, path: str):
        """Pairings in which a unit at or below ``path`` is a party."""
        parties = self.model._meta.get_field("parties").related_model
        return self.filter(Exists(parties.objects.in_subtree(path).filter(pairing=OuterRef("pk"))))


class PartyQuerySet(ScopedQuerySet):
    """The edges: one own unit and one partner each. What is counted as "pairs" (domain.md I19)."""

    def active_on(self, day: date):
        return self.filter(active_on(day, "pairing__"))


class PartnerQuerySet(models.QuerySet):
    """Partners are outside organisations: a directory for all who work with pairings, contacts left out."""

    def allowed_to(self, user, action):
        """Who may view pairings anywhere reads the directory. Contacts are for the secretary of a branch that
        is paired with them; changes for him and for the offices that keep the directory."""
        assignments = self._assignments()
        if action in {"view", "add"}:
            held = assignments.held_with(user, f"pairings.{action}_partner")
            return self.filter(merged_into=None) if held else self.none()
        if action == "keep":
            return self.all() if assignments.held_with(user, "pairings.keep_partner") else self.none()
        parties = self.model._meta.get_field("parties").related_model
        paired = parties.objects.under_assignments(user, f"pairings.{action}_partner")
        own = Q(pk__in=paired.values("partner_id")) | Q(created_by=user, parties=None)
        if action == "change" and assignments.held_with(user, "pairings.keep_partner"):
            return self.filter(merged_into=None)
        return self.filter(own, merged_into=None) if assignments.held_by(user) else self.none()

    def current(self):
        """Without those that turned out to be another one."""
        return self.filter(merged_into=None)

    def _assignments(self):
        return self.model._meta.apps.get_model("branches.Assignment").objects.all()


class AwardQuerySet(models.QuerySet):
    """Awards stand beside the partners: all who read the directory read them, the provincial office gives
    them."""

    def allowed_to(self, user, action):
        assignments = self.model._meta.apps.get_model("branches.Assignment").objects.all()
        permission = "pairings.view_partner" if action == "view" else f"pairings.{action}_supportaward"
        return self.all() if assignments.held_with(user, permission) else self.none()
