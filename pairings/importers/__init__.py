"""What may be brought in as a file (contract.md 2)."""

from django.utils.translation import gettext_lazy as _

from core import imports
from pairings.importers.pairings import PairingImporter
from pairings.importers.partners import PartnerImporter

__all__ = ["PairingImporter", "PartnerImporter"]


def register() -> None:
    imports.register("partners", _("partners"), PartnerImporter, "pairings.partner")
    imports.register("pairings", _("pairings"), PairingImporter, "pairings.pairing")
