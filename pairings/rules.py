"""Figures and small rules of the pairings; every default is named with its row of domain.md."""

from collections.abc import Collection
from datetime import timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from branches.choices import BRANCH_KINDS, UnitKind
from pairings.choices import PairingMode

PROGRAMME_START = 2008  # S000 A2
PAIRING_KINDS = [*BRANCH_KINDS, UnitKind.GENERAL_BRANCH, UnitKind.COMMITTEE]
EXPIRY_WARNINGS = [60, 30, 7]  # days before the term ends (domain.md 7, D)
DORMANT_AFTER = timedelta(days=90)  # without joint work (D)
SITE_AFTER_MONTHS = 6  # in force before it can be shown to others (domain.md 6.1, D)
SITE_CRITERIA = ("standardised_base", "regular_interaction", "organisation_satisfied", "public_approves")
HELP_REMEMBERED = timedelta(days=3 * 365)  # who met such a need before is named as long (D)

MANY_TO_MANY = _(
    "Several own branches with several partners is more than one pairing: nobody could say who owes what to "
    "whom. Make a pairing for each own branch, or one for each partner."
)


def mode_of(units: Collection[Any], partners: Collection[Any]) -> PairingMode | None:
    """One to one, one to many, many to one (S000 A6); None for many to many, which is refused."""
    if len(units) == 1:
        return PairingMode.ONE_TO_ONE if len(partners) == 1 else PairingMode.ONE_TO_MANY
    return PairingMode.MANY_TO_ONE if len(partners) == 1 else None
