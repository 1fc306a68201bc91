"""What may be brought in as a file (contract.md 2)."""

from branches.importers.members import MemberImporter
from branches.importers.posts import PostImporter
from branches.importers.trees import OrganisationImporter, UnitImporter
from branches.importers.users import UserImporter

__all__ = ["MemberImporter", "OrganisationImporter", "PostImporter", "UnitImporter", "UserImporter"]
