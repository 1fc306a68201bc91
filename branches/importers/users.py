"""Users with their roles. No passwords: a new user gets an activation slip."""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any

from django.contrib.auth.hashers import make_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from accounts.operations import issue_slips
from accounts.selectors import fold_login
from branches.choices import EXCLUSIVE_ROLES, Role
from branches.models import Assignment, Member, PartyUnit
from branches.operations.people import link_by_staff_no
from branches.operations.rights import described
from core import audit, clock
from core.cells import CellRefused, parse_choice, parse_code, parse_date, parse_text
from core.importing import Cells, Counts, Importer, upsert
from core.spreadsheets import Column

parse_role = parse_choice(Role)
parse_staff_no = parse_code(30)


def parse_username(text: str) -> str:
    username = User.normalize_username(parse_text(150)(text))
    try:
        User.username_validator(username)
    except ValidationError as error:
        raise CellRefused(error.messages[0]) from error
    return username


@dataclass(frozen=True)
class UserRow:
    """A user has a row for each of his roles, or one row without any."""

    username: str
    name: str
    staff_no: str | None
    unit: PartyUnit | None
    role: str | None
    starts_on: date | None
    ends_on: date | None

    @property
    def login(self) -> str:
        return fold_login(self.username)


@dataclass(frozen=True)
class Slip:
    unit: str
    name: str
    username: str
    code: str


class UserImporter(Importer[UserRow]):
    """``new_slips`` makes new slips for everybody in the file, not only for new users."""

    verb = "import_users"
    object_type = "accounts.user"
    columns = (
        Column("username", gettext_lazy("username"), required=True),
        Column("name", gettext_lazy("full name"), required=True),
        Column("staff_no", gettext_lazy("staff number")),
        Column("unit_code", gettext_lazy("code of the unit")),
        Column("role", gettext_lazy("role")),
        Column("from", gettext_lazy("from")),
        Column("to", gettext_lazy("to")),
    )

    def __init__(self, *, new_slips: bool = False) -> None:
        super().__init__()
        self.new_slips = new_slips
        self.slips: list[Slip] = []

    def prepare(self) -> None:
        self.units = {unit.code: unit for unit in PartyUnit.objects.order_by("pk")}
        self.users: dict[Hashable, User] = {
            fold_login(user.username): user for user in User.objects.select_for_update().order_by("pk")
        }
        self.owners = {user.staff_no: login for login, user in self.users.items() if user.staff_no}
        self.members = {
            member.staff_no: member
            for member in Member.objects.exclude(staff_no=None).select_related("user", "unit").order_by("pk")
        }
        self.granted: dict[Hashable, Assignment] = {
            (fold_login(row.user.username), row.role, row.unit_id, row.starts_on): row
            for row in Assignment.objects.filter(post=None).select_related("user").order_by("pk")
        }

        self.held_since: dict[Hashable, date] = {}
        for row in sorted(self.granted.values(), key=lambda row: row.starts_on):
            self.held_since[fold_login(row.user.username), row.role, row.unit_id] = row.starts_on

    def check_row(self, cells: Cells) -> UserRow:
        row = UserRow(
            username=cells("username", parse_username, ""),
            name=cells("name", parse_text(60)),
            staff_no=cells("staff_no", parse_staff_no),
            unit=cells.lookup("unit_code", self.units),
            role=cells("role", parse_role),
            starts_on=cells("from", parse_date),
            ends_on=cells("to", parse_date),
        )
        self.check_role(row, cells)
        self.check_staff_no(row, cells)
        return row

    def check_role(self, row: UserRow, cells: Cells) -> None:
        unit_refused = any(error.column == "unit_code" for error in cells.errors)
        if row.role and row.unit is None and not unit_refused:
            cells.refuse("unit_code", _("A role is held at a unit: name it."))
        if not row.role and (row.starts_on or row.ends_on):
            cells.refuse("role", _("Days without a role: name the role."))
        if row.ends_on and row.ends_on < self.first_day(row):
            cells.refuse("to", _("The last day comes before the first."))

    def check_staff_no(self, row: UserRow, cells: Cells) -> None:
        if not row.staff_no:
            return
        if self.owners.get(row.staff_no, row.login) != row.login:
            cells.refuse("staff_no", _("Another user has this staff number."))
        member = self.members.get(row.staff_no)
        if member and member.user and fold_login(member.user.username) != row.login:
            cells.refuse("staff_no", _("The member with this staff number has another user."))

    def first_day(self, row: UserRow) -> date:
        """Without a day: since when the role is held already, else today."""
        since = self.held_since.get((row.login, row.role, row.unit and row.unit.pk), clock.today())
        return row.starts_on or since

    def key(self, item: UserRow) -> Hashable:
        return item.login, item.role, item.unit and item.unit.pk, item.starts_on

    def check_all(self, items: Mapping[int, UserRow]) -> None:
        self.check_same_person(items)
        self.check_logins(items)
        self.check_administrators(items)

    def check_same_person(self, items: Mapping[int, UserRow]) -> None:
        """Rows of one user agree on who that is; one staff number belongs to one user."""
        people: dict[str, UserRow] = {}
        owners: dict[str, str] = {}
        for number, item in items.items():
            first = people.setdefault(item.login, item)
            if (first.name, first.staff_no) != (item.name, item.staff_no):
                self.refuse(number, "name", _("Another row gives this user another name or staff number."))
            if item.staff_no and owners.setdefault(item.staff_no, item.login) != item.login:
                self.refuse(number, "staff_no", _("Another user has this staff number."))

    def check_logins(self, items: Mapping[int, UserRow]) -> None:
        """A username that is somebody else's staff number would open the wrong door."""
        owners = {fold_login(staff_no): login for staff_no, login in self.owners.items()}
        owners |= {fold_login(item.staff_no): item.login for item in items.values() if item.staff_no}
        logins = {item.login for item in items.values()} | set(self.users)
        for number, item in items.items():
            if owners.get(item.login, item.login) != item.login:
                self.refuse(number, "username", _("This username is somebody else's staff number."))
            number_as_login = fold_login(item.staff_no or "")
            if number_as_login in logins and number_as_login != item.login:
                self.refuse(number, "staff_no", _("This staff number is somebody else's username."))

    def check_administrators(self, items: Mapping[int, UserRow]) -> None:
        held: dict[str, list[tuple[date, date, int]]] = defaultdict(list)
        stated = {self.grant_key(item) for item in items.values()}
        for key, row in self.granted.items():
            if row.role in EXCLUSIVE_ROLES and key not in stated:
                held[key[0]].append((row.starts_on, row.ends_on or date.max, 0))  # type: ignore[index]
        for number, item in items.items():
            if item.role in EXCLUSIVE_ROLES:
                held[item.login].append((self.first_day(item), self.last_day(item) or date.max, number))
        pairs = (pair for terms in held.values() for pair in pairwise(sorted(terms)))
        overlapping = {after[2] or before[2] for before, after in pairs if after[0] <= before[1]}
        for number in sorted(overlapping - {0}):
            self.refuse(number, "role", EXCLUSIVE_TEXT)

    def grant_key(self, item: UserRow) -> Hashable:
        return item.login, item.role, item.unit and item.unit.pk, self.first_day(item)

    def last_day(self, item: UserRow) -> date | None:
        known = self.granted.get(self.grant_key(item))
        return known.ends_on if known and "to" not in self.present else item.ends_on

    def write(self, items: Sequence[UserRow], *, by: Any) -> Counts:
        people: dict[str, UserRow] = {}
        for item in items:
            people.setdefault(item.login, item)
        before = set(self.users)
        result = upsert(
            User, list(people.values()), existing=self.users, key=lambda item: item.login, values=self.stated
        )
        self.users |= {fold_login(user.username): user for user in result.created}
        changed = self.grant([item for item in items if item.role], by=by)
        link_by_staff_no(by=by)
        receivers = people if self.new_slips else people.keys() - before
        self.make_slips([people[login] for login in people if login in receivers], by=by)
        updated = ({fold_login(user.username) for user in result.updated} | changed) & before
        return Counts(len(result.created), len(updated), len(people) - len(result.created) - len(updated))

    def stated(self, item: UserRow) -> dict[str, Any]:
        known = self.users.get(item.login)
        values: dict[str, Any] = {
            "username": known.username if known else item.username,
            "name": item.name,
            "password": known.password if known else make_password(None),
        }
        return values | ({"staff_no": item.staff_no} if "staff_no" in self.present else {})

    def grant(self, items: Iterable[UserRow], *, by: Any) -> set[str]:
        """Writes the roles of the rows and returns whose rights changed."""
        items = list(items)
        result = upsert(Assignment, items, existing=self.granted, key=self.grant_key, values=self.terms)
        changed = [*result.created, *result.updated]
        audit.record_many(
            [
                audit.build_event("assign", row, by=by, scope=row.unit.path or "", **described(row))
                for row in changed
            ]
        )
        return {fold_login(row.user.username) for row in changed}

    def terms(self, item: UserRow) -> dict[str, Any]:
        values = {
            "user": self.users[item.login],
            "role": item.role,
            "unit": item.unit,
            "starts_on": self.first_day(item),
        }
        return values | ({"ends_on": item.ends_on} if "to" in self.present else {})

    def make_slips(self, items: Sequence[UserRow], *, by: Any) -> None:
        users = {item.login: self.users[item.login] for item in items}
        codes = issue_slips(users.values(), by=by)
        self.slips = [
            Slip(
                unit=self.unit_name(item),
                name=item.name,
                username=users[item.login].username,
                code=codes[users[item.login].pk],
            )
            for item in items
        ]

    def unit_name(self, item: UserRow) -> str:
        member = self.members.get(item.staff_no)
        unit = item.unit or (member and member.unit)
        return f"{unit.name} ({unit.code})" if unit else _("without a unit")


EXCLUSIVE_TEXT = gettext_lazy(
    "System administrator, security administrator and auditor exclude each other on the same day."
)
