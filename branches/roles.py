"""Who may do what: the one table to read (architecture.md settled 3, domain.md 9).

A permission is ``app.action_model``. A role grants it on the unit of the assignment and, by its reach, on
the units below. Django's own superuser has no rights here: his door is the Django admin.
"""

from collections.abc import Collection

from branches.choices import Role

VIEW_UNITS = {"branches.view_partyunit", "branches.view_organisation", "branches.view_placement"}
VIEW_PEOPLE = {"branches.view_member", "branches.view_post", "branches.view_transfer"}
KEEP_PEOPLE = {"branches.add_member", "branches.change_member"}
KEEP_POSTS = {"branches.add_post", "branches.change_post"}
# A branch decides on its groups; the level above is told (domain.md 3, P9).
KEEP_GROUPS = {"branches.add_group", "branches.change_group"}
KEEP_UNITS = {
    "branches.add_organisation",
    "branches.change_organisation",
    "branches.add_partyunit",
    "branches.change_partyunit",
}
VIEW_RECORDS = {"activities.view_activity", "activities.view_duty", "activities.view_coretask"}
WRITE_RECORDS = {
    "activities.add_activity",
    "activities.change_activity",
    "activities.submit_activity",
    "activities.add_coretask",
    "activities.change_coretask",
}
# Who decides on a unit's records also opens a deadline for it or exempts it.
CONFIRM_RECORDS = {"activities.confirm_activity", "activities.change_duty"}
# What stays inside the branch: who talked with whom, and the grades of its members (settled 13, 14).
INNER_LIFE = {"activities.view_talk", "activities.appraise_activity"}
# Where nobody but the asker may, the office that decides on the branch's records does (activities).
ANSWER_CORRECTIONS = {"activities.view_correctionrequest", "activities.answer_correctionrequest"}
# A unit objects through who answers for it; the preparing office answers.
OBJECT = {"assessments.add_objection"}
# Who reads scores reads the figures behind them, and what the indicators mean (ADR 0010).
VIEW_SCORES = {"assessments.view_entry", "assessments.view_objection", "assessments.view_gapcomment"}
VIEW_SCORES |= {"assessments.view_indicator", "assessments.view_indicatorvalue"}
ENTER_VALUES = {"assessments.change_indicatorvalue"}
# A department verifies the figures of its own indicators, an office those that no department owns.
VERIFY_VALUES = {"assessments.verify_indicatorvalue"}
VERIFY_OWN_INDICATORS = {"assessments.view_indicator", "assessments.verify_own_indicator"}
KEEP_INDICATORS = {"assessments.add_indicator", "assessments.change_indicator"}
PREPARE_BOARDS = {
    "assessments.view_provisional_board",
    "assessments.recompute_edition",
    "assessments.publish_edition",
    "assessments.move_assessmentperiod",
    "assessments.answer_objection",
}
# A wide gap between Party work and business is commented on from both sides (domain.md 8.3).
COMMENT_AS_PARTY, COMMENT_AS_BUSINESS = "assessments.party_gapcomment", "assessments.business_gapcomment"
VETO = {"assessments.view_veto", "assessments.add_veto", "assessments.lift_veto"}
# The rules of a board are read by everybody; the offices that prepare boards write the next version.
WRITE_SCHEMES = {
    "assessments.view_schemedraft",
    "assessments.add_schemedraft",
    "assessments.change_schemedraft",
    "assessments.adopt_schemedraft",
}
VIEW_DASHBOARD = {"dashboard.view_dashboard"}
# Pairings are kept by the branch, approved by the office above it, read by all on the way (domain.md 9).
VIEW_PAIRINGS = {"pairings.view_pairing", "pairings.view_partner", "pairings.view_helpitem"}
WRITE_PAIRINGS = {
    "pairings.add_pairing",
    "pairings.change_pairing",
    "pairings.add_partner",
    "pairings.change_partner",
    "pairings.contact_partner",  # whom to call at the partner: for the branch's own secretary alone
    "pairings.add_helpitem",
    "pairings.change_helpitem",
}
APPROVE_PAIRINGS = {"pairings.approve_pairing"}
KEEP_PARTNERS = {"pairings.add_partner", "pairings.keep_partner"}
HONOUR_PAIRINGS = {"pairings.honour_pairing", "pairings.add_supportaward"}

BRANCH_WORK = VIEW_UNITS | VIEW_PEOPLE | VIEW_RECORDS | WRITE_RECORDS | VIEW_SCORES | VIEW_PAIRINGS
OFFICE_WORK = (
    BRANCH_WORK | CONFIRM_RECORDS | KEEP_PEOPLE | KEEP_POSTS | KEEP_GROUPS | ENTER_VALUES | VIEW_DASHBOARD
    | OBJECT | {COMMENT_AS_PARTY}
)  # fmt: skip

ROLE_PERMISSIONS: dict[str, frozenset[str]] = {
    Role.MEMBER: frozenset(VIEW_UNITS),
    Role.GROUP_LEADER: frozenset(BRANCH_WORK),
    Role.BRANCH_COMMITTEE: frozenset(BRANCH_WORK | INNER_LIFE),
    Role.BRANCH_SECRETARY: frozenset(
        BRANCH_WORK
        | INNER_LIFE
        | ANSWER_CORRECTIONS
        | CONFIRM_RECORDS
        | KEEP_PEOPLE
        | KEEP_GROUPS
        | OBJECT
        | ENTER_VALUES
        | WRITE_PAIRINGS
    ),
    Role.COUNTY_OFFICE: frozenset(OFFICE_WORK),
    Role.BUREAU_OFFICE: frozenset(
        OFFICE_WORK | KEEP_UNITS | VERIFY_VALUES | APPROVE_PAIRINGS | KEEP_PARTNERS
    ),
    Role.PROVINCE_OFFICE: frozenset(
        VIEW_UNITS
        | VIEW_PEOPLE
        | VIEW_RECORDS
        | CONFIRM_RECORDS
        | VIEW_SCORES
        | ENTER_VALUES
        | VERIFY_VALUES
        | KEEP_INDICATORS
        | PREPARE_BOARDS
        | VETO
        | {COMMENT_AS_PARTY}
        | WRITE_SCHEMES
        | VIEW_DASHBOARD
        | VIEW_PAIRINGS
        | APPROVE_PAIRINGS
        | KEEP_PARTNERS
        | HONOUR_PAIRINGS
    ),
    Role.DEPARTMENT_REVIEWER: frozenset(
        VIEW_UNITS | VIEW_SCORES | {COMMENT_AS_BUSINESS} | VERIFY_OWN_INDICATORS
    ),
    Role.SUPERVISING_LEADER: frozenset(VIEW_UNITS | VIEW_DASHBOARD),
    Role.COMMITTEE_RECORDER: frozenset(VIEW_UNITS),
    Role.RURAL_POWER_DEPT: frozenset(VIEW_UNITS),
    Role.FIRST_SECRETARY: frozenset(VIEW_UNITS | VIEW_PEOPLE | VIEW_RECORDS | VIEW_PAIRINGS),
    Role.EVALUATOR: frozenset(VIEW_UNITS),
    Role.SYSTEM_ADMIN: frozenset(VIEW_UNITS),
    Role.SECURITY_ADMIN: frozenset(VIEW_UNITS),
    Role.AUDITOR: frozenset(VIEW_UNITS | {"core.view_auditevent"}),
}

# Roles held inside a unit reach that unit and its own groups, not the branches below it: the secretary of a
# committee is not the secretary of every branch under it (ADR 0003). All other roles reach the whole subtree.
OWN_UNIT_ROLES = frozenset(
    {Role.MEMBER, Role.GROUP_LEADER, Role.BRANCH_COMMITTEE, Role.BRANCH_SECRETARY, Role.FIRST_SECRETARY}
)
# Records are written where one belongs: an office writes its own, and decides on those below (domain.md 9).
OWN_UNIT_PERMISSIONS = frozenset(WRITE_RECORDS | OBJECT)
# The unit that goes on after a merger reads what the merged ones recorded, and finishes what they had begun.
# It records nothing new for them; their talks and grades stay with those who sat there.
SUCCESSOR_PERMISSIONS = frozenset(
    VIEW_UNITS | VIEW_PEOPLE | VIEW_RECORDS | {"activities.change_activity", "activities.submit_activity"}
)
# Offices stand between a unit and the top: the nearest one above a unit decides on its records.
OFFICE_ROLES = frozenset({Role.COUNTY_OFFICE, Role.BUREAU_OFFICE, Role.PROVINCE_OFFICE})
# Permissions that belong to whoever reviews a unit, not to everybody above it (settled 5, ADR 0003).
REVIEW_PERMISSIONS = frozenset(CONFIRM_RECORDS | APPROVE_PAIRINGS)

# Whose figures somebody with several roles sees first: the own unit before the office.
FIRST_ROLES = (
    Role.BRANCH_SECRETARY,
    Role.GROUP_LEADER,
    Role.BRANCH_COMMITTEE,
    Role.COUNTY_OFFICE,
    Role.BUREAU_OFFICE,
    Role.PROVINCE_OFFICE,
)


def roles_with(permission: str, among: Collection[Role] | None = None) -> list[str]:
    """The roles that grant ``permission``; of ``among`` only, where given."""
    granting = [role for role, granted in ROLE_PERMISSIONS.items() if permission in granted]
    return [str(role) for role in granting if among is None or role in among]
