"""What may be brought in as a file (contract.md 2)."""

from django.utils.translation import gettext_lazy as _

from branches.importers.members import MemberImporter
from branches.importers.posts import PostImporter
from branches.importers.trees import OrganisationImporter, UnitImporter
from branches.importers.users import UserImporter
from core import imports

__all__ = ["MemberImporter", "OrganisationImporter", "PostImporter", "UnitImporter", "UserImporter"]


def register() -> None:
    """Users are imported by command only: their activation slips are for one pair of eyes."""
    imports.register("organisations", _("organisations"), OrganisationImporter, "branches.organisation")
    imports.register("units", _("Party units"), UnitImporter, "branches.partyunit")
    imports.register("members", _("Party members"), MemberImporter, "branches.member")
    imports.register("posts", _("posts"), PostImporter, "branches.post")
