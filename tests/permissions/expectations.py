"""Of each route: who may use it, how, on which rows. A new route needs a line here, or the suite fails."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from tests.permissions import samples
from tests.permissions.oracle import (
    DASHBOARDS,
    DECIDERS,
    DEPARTMENTS,
    ENTERERS,
    HONOURERS,
    PARTNER_KEEPERS,
    PREPARERS,
    READERS,
    SCORE_READERS,
    VERIFIERS,
)
from tests.permissions.tree import TREE, above, is_group, parent_of

MOVED, SHOWN = {302}, {200}
GET = {"GET": SHOWN}
FORM = {"GET": SHOWN, "POST": {422}}
OTHER_METHODS = ("PUT", "PATCH", "DELETE")


def everybody(oracle, sample=None):
    return True


def nothing_more(oracle, sample):
    return set()


def nobody(oracle, sample):
    return False


@dataclass(frozen=True)
class Expect:
    """``methods`` gives the answers when all is well; every other method is 405.

    ``gate`` is the right that the whole page needs (403 without it); ``sees`` says whether the row is in
    sight (404 if not), ``may`` whether the person may act on it (403 if not). ``people`` says which list of
    names the page may show; ``more`` names further canaries. ``lost`` says whether what the person posts is
    kept as his draft, because his office there has ended; the page says so and names where he held it.
    """

    methods: Mapping[str, set]
    samples: Callable = samples.page
    gate: Callable = everybody
    sees: Callable = everybody
    may: Callable = everybody
    people: str = "attendance"
    more: Callable = nothing_more
    lost: Callable = nobody
    public: bool = False
    why: str = ""  # the route departs from the rule above, because …

    def answers(self, oracle, sample, method):
        if not self.public and not oracle.signed_in:
            return MOVED
        if not self.gate(oracle):
            return {403}
        if method not in self.methods:
            return {405}
        if not sample.exists or not self.sees(oracle, sample):
            return {404}
        return self.methods[method] if self.may(oracle, sample) else {403}


# --- sight and rights -----------------------------------------------------------------------------
def reads(oracle, sample):
    return bool(oracle.reads & set(sample.units))


def reads_unit(oracle, sample):
    return not sample.units or sample.unit in oracle.reads


def writes(oracle, sample):
    return sample.unit in oracle.writes


def pairs(oracle, sample):
    return sample.unit in oracle.pairs


def opens_pairings(oracle, sample):
    return sample.unit in oracle.opens_pairings


def honours(oracle, sample):
    return oracle.has(HONOURERS)


def who_needs_and_helps(oracle, sample):
    """Branches have needs and offers, and their committees are told as what two of them have in common."""
    return {(code, "unit") for code in TREE if not is_group(code)} if oracle.has(READERS) else set()


def gives_awards(oracle, sample):
    return oracle.has(HONOURERS)


def reads_directory(oracle, sample):
    """Partners stand in a directory for all who read pairings; their contacts do not."""
    return oracle.has(READERS)


def keeps_directory(oracle, sample):
    return oracle.has(PARTNER_KEEPERS)


def looks_up(oracle, sample):
    return sample.unit in oracle.pairs


def changes_partner(oracle, sample):
    return keeps_directory(oracle, sample) or looks_up(oracle, sample)


def talks(oracle, sample):
    """Talks are recorded for branches and groups."""
    return writes(oracle, sample) and TREE[sample.unit][0] in ("BRANCH", "GROUP")


def linked_to_a_member(oracle):
    """Nobody in this world is; ``tests/activities/test_own_record.py`` tries those who are."""
    return False


def branch_in_sight(oracle, sample):
    return in_sight(oracle, sample) and TREE[sample.unit][0] == "BRANCH"


def office_lost(oracle, sample):
    """The unit stands in the form that is sent."""
    return sample.data.get("unit") in oracle.lost and not writes(oracle, sample)


def knows_names(oracle, sample):
    return sample.unit in oracle.named


def grades(oracle, sample):
    return sample.unit in oracle.inside


def answers(oracle, sample):
    return sample.unit in oracle.answers


def decides(oracle, sample):
    return sample.unit in oracle.decides


def in_sight(oracle, sample):
    return not sample.units or sample.unit in oracle.units


def on_dashboard(oracle, sample):
    return not sample.units or sample.unit in oracle.dashboards


def keeps_people(oracle, sample):
    return sample.unit in oracle.keeps_people


def keeps_posts(oracle, sample):
    return sample.unit in oracle.keeps_posts


def keeps_units(oracle, sample):
    return sample.unit in oracle.keeps_units


def keeps_unit_or_group(oracle, sample):
    """A branch decides on its groups itself."""
    return keeps_units(oracle, sample) or (is_group(sample.unit) and keeps_people(oracle, sample))


def deed(may, found=samples.unit_pages, sees=in_sight):
    """A form about a unit; sent empty it is refused and changes nothing."""
    return Expect({"GET": SHOWN, "POST": {422}}, found, sees=sees, may=may, people="roster")


def scored_in_sight(oracle, sample):
    return sample.unit in oracle.scores


def prepares_boards(oracle, sample):
    return oracle.has(PREPARERS)


def objects(oracle, sample):
    return sample.unit in oracle.objects


def answers_objections(oracle, sample):
    return oracle.has(PREPARERS)


def without_a_gap(oracle, sample):
    """No unit of this world has one; ``tests/assessments/views/test_rounds.py`` tries those that have."""
    return False


def reads_board(oracle, sample):
    lines = oracle.trial_lines if sample.query.get("edition") == "0" else oracle.lines
    return bool(lines(sample.owner))


def reads_library(oracle, sample):
    return oracle.has(SCORE_READERS)


def enters_anywhere(oracle, sample):
    return oracle.has(ENTERERS)


def enters(oracle, sample):
    return sample.unit in oracle.enters


def verifies(oracle, sample):
    return sample.unit in oracle.verifies


def own_job(oracle, sample):
    return sample.owner == oracle.person.name or oracle.person.is_staff


def own_draft(oracle, sample):
    return sample.owner == oracle.person.name


def imports_files(oracle):
    return oracle.signed_in and oracle.person.is_superuser


def holds(roles):
    return lambda oracle: oracle.has(roles)


def move(state, may, **data):
    return Expect({"GET": SHOWN, "POST": MOVED}, samples.records(state, **data), sees=reads, may=may)


def lines_of_board(oracle, sample):
    """A published board shows its lines to whom it is published, and after which units it is named."""
    if sample.owner not in samples.SCHEMES:
        return set()
    lines = oracle.lines(sample.owner) | oracle.trial_lines(sample.owner)
    return {(code, "unit") for line in lines for code in (line, parent_of(line))}


def names_of_schemes(oracle, sample):
    """Rules are everybody's to read, whoever sees the lines of a board."""
    return {(code, "scheme") for code in samples.SCHEMES}


def own_roles(oracle, sample):
    return {(held.unit, "unit") for held in oracle.person.held}


class ExpectList(Expect):
    """A list narrowed to a unit out of sight answers as for a unit that does not exist: 400."""

    def answers(self, oracle, sample, method):
        found = super().answers(oracle, sample, method)
        return {400} if found == {404} else found


class ExpectRead(Expect):
    """Whoever sees the row reads the page; only who ``may`` sends its form."""

    def answers(self, oracle, sample, method):
        found = super().answers(oracle, sample, method)
        return SHOWN if method == "GET" and found == {403} and self.gate(oracle) else found


EXPECT = {
    # --- core
    "core:health": Expect(GET, public=True, why="for the watchman; says nothing of anybody"),
    "core:search": Expect(GET, samples.searched, people="roster"),
    "core:job": Expect(GET, samples.jobs, sees=own_job),
    "core:job_cancel": Expect({"POST": MOVED}, samples.jobs, sees=own_job),
    "core:imports": Expect(GET, gate=imports_files),
    "core:import": Expect({"GET": SHOWN, "POST": {422}, "PUT": {422}}, samples.imports, gate=imports_files),
    "core:import_headings": Expect(GET, samples.imports, gate=imports_files),
    "core:import_result": Expect({"GET": SHOWN, "POST": MOVED}, samples.imported, gate=imports_files),
    "core:import_errors": Expect(GET, samples.imported, gate=imports_files),
    "core:draft": Expect({"POST": SHOWN, "DELETE": {204}}, samples.drafts),
    "set_language": Expect(
        {"GET": MOVED, "POST": MOVED, **dict.fromkeys(OTHER_METHODS, MOVED)},
        public=True,
        why="also on the sign-in page; only POST sets anything",
    ),
    # --- accounts
    "account_login": Expect(
        {"GET": {200, 302}, "POST": {302, 422}, "PUT": {302, 422}, "PATCH": {302, 405}, "DELETE": {302, 405}},
        public=True,
        why="whoever is signed in is sent on, whatever he asks",
    ),
    "account_logout": Expect({"POST": MOVED}),
    "account_change_password": Expect({"GET": SHOWN, "POST": {422}, "PUT": {422}}),
    "accounts:activate": Expect(
        {"GET": SHOWN, "POST": {422}, "PUT": {422}}, public=True, why="who has a slip has no password yet"
    ),
    "accounts:profile": Expect(
        {"GET": SHOWN, "POST": MOVED, "PUT": MOVED},
        more=own_roles,
        why="one's own roles, ended ones too, say where they were held",
    ),
    # --- units
    "branches:unit_list": Expect(GET, samples.unit_lists, sees=in_sight, people="roster"),
    "branches:unit_detail": Expect(GET, samples.unit_pages, sees=in_sight, people="roster"),
    "branches:alerts": Expect(GET, samples.alert_lists, sees=in_sight, people="roster"),
    "branches:member_add": deed(keeps_people),
    "branches:member_detail": Expect(GET, samples.members, sees=reads, people="roster"),
    "branches:member_change": deed(keeps_people, samples.members, reads),
    "branches:member_transfer": deed(keeps_people, samples.members, reads),
    "branches:second": deed(keeps_people),
    "branches:second_end": deed(keeps_people),
    "branches:group_add": deed(keeps_people),
    "branches:group_change": deed(keeps_people),
    "branches:post_add": deed(keeps_posts),
    "branches:post_end": deed(keeps_posts),
    "branches:election": deed(keeps_posts),
    "branches:extension": deed(keeps_posts),
    "branches:hand_over": deed(keeps_posts),
    "branches:unit_open": deed(keeps_units),
    "branches:unit_merge": deed(keeps_unit_or_group),
    "branches:unit_rename": deed(keeps_unit_or_group),
    "branches:unit_move": deed(keeps_units),
    "branches:unit_close": deed(keeps_unit_or_group),
    "branches:transfer_take_back": deed(keeps_people, samples.members, reads),
    "branches:opening_take_back": deed(keeps_unit_or_group),
    "branches:closure_take_back": deed(keeps_unit_or_group),
    # --- activities
    "activities:list": ExpectList(GET, samples.lists(), sees=reads_unit, why="a filter that is wrong: 400"),
    "activities:export": ExpectList(
        GET, samples.lists("xlsx", "csv"), sees=reads_unit, why="a filter that is wrong: 400"
    ),
    "activities:create": Expect(
        {"GET": SHOWN, "POST": MOVED}, samples.entries, sees=in_sight, may=writes, lost=office_lost
    ),
    "activities:drafts": Expect(GET),
    "activities:draft": Expect(GET, samples.typed_drafts, sees=own_draft),
    "activities:talk": Expect({"GET": SHOWN, "POST": MOVED}, samples.talks, sees=in_sight, may=talks),
    "activities:unit_talks": Expect(GET, samples.unit_pages, sees=branch_in_sight, may=reads),
    "activities:training_hours": Expect(GET, samples.unit_pages, sees=in_sight, may=knows_names),
    "activities:appraisal": Expect(
        {"GET": SHOWN, "POST": MOVED}, samples.records("draft"), sees=reads, may=grades
    ),
    "activities:correction": Expect({"GET": SHOWN, "POST": MOVED}, samples.corrections, sees=answers),
    "activities:own_record": Expect(GET),
    "activities:ask_correction": Expect(GET, gate=linked_to_a_member),
    "activities:review": Expect({"GET": SHOWN, "POST": SHOWN}, samples.reviews, gate=holds(DECIDERS)),
    "activities:detail": Expect(GET, samples.details, sees=reads),
    "activities:update": Expect({"GET": SHOWN, "POST": MOVED}, samples.changes, sees=reads, may=writes),
    "activities:plan": Expect(
        {"GET": SHOWN, "POST": MOVED}, samples.plans, sees=in_sight, may=writes, lost=office_lost
    ),
    "activities:plan_change": Expect({"GET": SHOWN, "POST": MOVED}, samples.planned, sees=reads, may=writes),
    "activities:reopen_item": Expect({"POST": MOVED}, samples.items, sees=reads, may=writes),
    "activities:record_sheet": Expect(GET, samples.details, sees=reads),
    "activities:handbook": Expect(GET, samples.unit_pages, sees=in_sight, may=reads),
    "activities:file": Expect(GET, samples.files, sees=reads),
    "activities:submit": move("draft", writes),
    "activities:withdraw": move("submitted", writes),
    "activities:confirm": move("submitted", decides),
    "activities:return": move("submitted", decides, reason="not clear"),
    # nobody of these returned the records of this world
    "activities:unreturn": Expect(
        {"GET": SHOWN, "POST": {422}}, samples.records("returned"), sees=reads, may=decides
    ),
    "activities:void": move("confirmed", writes, reason="held twice"),
    "activities:core_tasks": Expect(GET, samples.core_task_lists, sees=reads_unit),
    "activities:core_task_add": Expect(
        {"GET": SHOWN, "POST": MOVED}, samples.core_task_entries, sees=in_sight, may=writes
    ),
    "activities:core_task_end": Expect(
        {"GET": SHOWN, "POST": MOVED}, samples.core_tasks, sees=reads, may=writes
    ),
    # --- duties
    "duties:list": Expect(GET, samples.lists(), sees=reads_unit),
    "duties:sheet": Expect(GET, samples.lists(), sees=reads_unit),
    "duties:detail": Expect(GET, samples.duties(), sees=reads),
    "duties:exempt": Expect(
        {"GET": SHOWN, "POST": MOVED}, samples.duties(reason="repairs"), sees=reads, may=decides
    ),
    "duties:deadline": Expect(
        {"GET": SHOWN, "POST": MOVED},
        samples.duties(reason="repairs", until="2026-08-31"),
        sees=reads,
        may=decides,
    ),
    "duties:reminders": Expect(GET),
    "duties:seen": Expect({"POST": MOVED}),
    # --- pairings
    "pairings:list": Expect(GET, samples.page),
    "pairings:create": Expect(FORM, samples.page, gate=holds({"BRANCH_SECRETARY"})),
    "pairings:detail": Expect(GET, samples.pairings(), sees=reads),
    **{
        f"pairings:{name}": Expect(FORM, samples.pairings(), sees=reads, may=pairs)
        for name in ("change", "key_projects", "signed_copy", "report", "document_add", "plan", "link")
    },
    "pairings:agreement": Expect(FORM, samples.pairings(), sees=reads, may=pairs),
    "pairings:agreement_file": Expect(GET, samples.pairings(), sees=reads),
    "pairings:archive": Expect(GET, samples.pairings(), sees=reads),
    "pairings:signed_file": Expect(GET, samples.pairings("agreements"), sees=reads),
    "pairings:document": Expect(GET, samples.pairings("documents"), sees=reads),
    "pairings:document_remove": Expect({"POST": MOVED}, samples.pairings("documents"), sees=reads, may=pairs),
    **{
        f"pairings:{name}": Expect(FORM, samples.pairings(), sees=reads, may=pairs)
        for name in ("line_guard_add", "hazard_add", "surveys", "figures")
    },
    "pairings:line_guard_end": Expect(FORM, samples.pairings("line_guards"), sees=reads, may=pairs),
    "pairings:hazard_close": Expect(FORM, samples.pairings("hazards"), sees=reads, may=pairs),
    "pairings:unlink": Expect({"POST": MOVED}, samples.pairings("joint_works"), sees=reads, may=pairs),
    **{
        f"pairings:{name}": Expect(FORM, samples.pairings(), sees=reads, may=pairs)
        for name in ("reach_intent", "draft", "unsign", "keep", "withdraw")
    },
    "pairings:renew": Expect({"GET": SHOWN, "POST": MOVED}, samples.pairings(), sees=reads, may=pairs),
    **{
        f"pairings:{name}": Expect(FORM, samples.pairings(), sees=reads, may=opens_pairings)
        for name in ("review", "activate", "resume", "close", "terminate")
    },
    "pairings:needs": Expect(
        GET,
        samples.page,
        more=who_needs_and_helps,
        why="help may come from anywhere: all who read pairings are told who needs and who could give it",
    ),
    "pairings:help_items": Expect(GET, samples.page),
    "pairings:help_add": Expect(FORM, samples.page, gate=holds({"BRANCH_SECRETARY"})),
    "pairings:help_met": Expect(FORM, samples.needs(), sees=reads_directory, may=pairs),
    "pairings:help_end": Expect(FORM, samples.needs(), sees=reads_directory, may=pairs),
    "pairings:sites": Expect(GET, samples.page),
    **{
        f"pairings:{name}": Expect(FORM, samples.pairings(), sees=reads, may=honours)
        for name in ("site_check", "site_name", "site_withdraw")
    },
    "pairings:awards": Expect(GET, samples.page),
    "pairings:award_add": Expect(FORM, samples.page, gate=holds(HONOURERS)),
    "pairings:award_file": Expect(GET, samples.awards(), sees=reads_directory),
    "pairings:award_take_back": Expect(FORM, samples.awards(), sees=reads_directory, may=gives_awards),
    "partners:list": Expect(GET, samples.page),
    "partners:create": Expect(FORM, samples.page, gate=holds(PARTNER_KEEPERS | {"BRANCH_SECRETARY"})),
    "partners:detail": Expect(GET, samples.partners(), sees=reads_directory),
    "partners:change": Expect(FORM, samples.partners(), sees=reads_directory, may=changes_partner),
    "partners:contact": Expect({"POST": SHOWN}, samples.partners(), sees=reads_directory, may=looks_up),
    "partners:merge": Expect(FORM, samples.partners(), sees=reads_directory, may=keeps_directory),
    # --- boards
    "assessments:list": Expect(GET),
    "assessments:kept_file": Expect(GET, samples.missing_jobs, sees=own_job),
    "assessments:board": Expect(
        {"GET": SHOWN, "POST": MOVED},
        samples.boards,
        sees=reads_board,
        more=lines_of_board,
        why="a published board names units to all to whom it is published",
    ),
    "assessments:explanation": Expect(GET, samples.explanations, sees=scored_in_sight),
    "assessments:evidence": Expect(GET, samples.evidences, sees=scored_in_sight),
    "assessments:movement": Expect(GET, samples.explanations, sees=scored_in_sight),
    "assessments:recompute": Expect({"POST": MOVED}, samples.computations, gate=holds(PREPARERS)),
    # --- schemes: everybody reads what is in force, the office that prepares boards writes what comes next
    "schemes:list": Expect(GET, more=names_of_schemes, why="rules are everybody's, whoever sees the lines"),
    "schemes:new": Expect(FORM, gate=holds(PREPARERS)),
    "schemes:version": Expect(GET, samples.versions),
    "schemes:file": Expect(GET, samples.versions),
    "schemes:changes": Expect({"GET": {404}}, samples.versions),  # there is one version only
    "schemes:copy": Expect({"POST": MOVED}, samples.versions, may=prepares_boards),
    "schemes:draft": Expect(GET, samples.scheme_drafts(), sees=prepares_boards),
    "schemes:draft-file": Expect(GET, samples.scheme_drafts(), sees=prepares_boards),
    "schemes:draft-changes": Expect(GET, samples.scheme_drafts(), sees=prepares_boards),
    "schemes:head": Expect(FORM, samples.scheme_drafts(), sees=prepares_boards),
    "schemes:boards": Expect(FORM, samples.scheme_drafts(), sees=prepares_boards),
    "schemes:weights": Expect(FORM, samples.scheme_drafts(), sees=prepares_boards),
    "schemes:bands": Expect(FORM, samples.scheme_drafts(), sees=prepares_boards),
    "schemes:new-section": Expect(FORM, samples.scheme_drafts(), sees=prepares_boards),
    "schemes:section": Expect(FORM, samples.scheme_drafts(section=0), sees=prepares_boards),
    "schemes:new-item": Expect(FORM, samples.scheme_drafts(section=0), sees=prepares_boards),
    "schemes:item": Expect(FORM, samples.scheme_drafts(section=0, item=0), sees=prepares_boards),
    "schemes:order": Expect({"POST": MOVED}, samples.scheme_drafts(), sees=prepares_boards),
    "schemes:undo": Expect({"POST": MOVED}, samples.scheme_drafts(), sees=prepares_boards),
    "schemes:discard": Expect({"POST": MOVED}, samples.scheme_drafts(), sees=prepares_boards),
    "schemes:trial": Expect(FORM, samples.scheme_drafts(), sees=prepares_boards),
    "schemes:adopt": Expect(FORM, samples.scheme_drafts(), sees=prepares_boards),
    "assessments:round": Expect(
        {"GET": SHOWN, "POST": MOVED}, samples.rounds(step="verify", reason="数据已齐"), gate=holds(PREPARERS)
    ),
    "assessments:prepare": Expect({"GET": SHOWN, "POST": {422}}, samples.preparations, gate=holds(PREPARERS)),
    "assessments:proposal": Expect({"GET": SHOWN, "POST": MOVED}, samples.proposals, gate=holds(PREPARERS)),
    "assessments:veto_add": Expect({"GET": SHOWN, "POST": {422}}, samples.rounds(), gate=holds(PREPARERS)),
    "assessments:veto": Expect({"GET": SHOWN, "POST": MOVED}, samples.vetoes, gate=holds(PREPARERS)),
    "assessments:objection": ExpectRead(
        {"GET": SHOWN, "POST": MOVED}, samples.objections, sees=scored_in_sight, may=answers_objections
    ),
    "assessments:objection_add": Expect(
        {"GET": SHOWN, "POST": MOVED}, samples.published_lines, sees=scored_in_sight, may=objects
    ),
    "assessments:gap": Expect({"GET": SHOWN, "POST": MOVED}, samples.explanations, sees=without_a_gap),
    # --- indicators
    "indicators:list": Expect(GET),
    "indicators:add": Expect({"GET": SHOWN, "POST": {422}, "PUT": {422}}, gate=holds(PREPARERS)),
    "indicators:default": Expect({"POST": MOVED}, gate=holds(PREPARERS)),
    "indicators:detail": Expect(GET, samples.library(), sees=reads_library),
    "indicators:change": Expect(
        {"GET": SHOWN, "POST": {422}}, samples.library(), sees=reads_library, may=prepares_boards
    ),
    "indicators:figures": Expect(GET, samples.library(period=samples.RUNNING), sees=reads_library),
    "indicators:history": Expect(GET, samples.figure_histories, sees=scored_in_sight),
    "indicators:entry": Expect({"GET": SHOWN, "POST": {422}, "PUT": {422}}, gate=holds(ENTERERS)),
    "indicators:enter_indicator": Expect(
        {"GET": SHOWN, "POST": MOVED},
        samples.library(period=samples.RUNNING),
        sees=reads_library,
        may=enters_anywhere,
    ),
    "indicators:enter_unit": Expect(
        {"GET": SHOWN, "POST": MOVED}, samples.unit_grids, sees=in_sight, may=enters
    ),
    "indicators:verify": Expect({"GET": SHOWN, "POST": SHOWN}, gate=holds(VERIFIERS | DEPARTMENTS)),
    "indicators:value": Expect(GET, samples.reported(), sees=scored_in_sight),
    "indicators:decide": Expect(
        {"POST": MOVED},
        samples.reported(decision="return", reason="one day is missing", version="1"),
        sees=scored_in_sight,
        may=verifies,
    ),
    "indicators:document": Expect(
        {"POST": MOVED},
        samples.reported(document="9号", version="1"),
        sees=scored_in_sight,
        may=enters,
    ),
    "indicators:exclude": Expect(
        {"POST": MOVED},
        samples.reported(cause="STORM", because="the storm of June", amount="1"),
        sees=scored_in_sight,
        may=enters,
    ),
    "indicators:exclusion": Expect({"POST": MOVED}, samples.exclusions, sees=scored_in_sight, may=verifies),
    # --- dashboards
    "dashboard:workbench": Expect(GET),
    "dashboard:province": Expect(GET, samples.provinces, gate=holds(DASHBOARDS), sees=on_dashboard),
    "dashboard:attention": Expect(GET, samples.attentions, gate=holds(DASHBOARDS), sees=on_dashboard),
    # --- reports
    "dashboard:reports": Expect(GET, gate=holds(READERS)),
    "dashboard:report": Expect(GET, samples.reports, gate=holds(READERS), sees=reads_unit),
    "dashboard:report_download": Expect(
        {"GET": SHOWN, "POST": MOVED}, samples.report_files, gate=holds(READERS), sees=reads_unit
    ),
    "dashboard:report_folder": Expect(
        {"GET": SHOWN, "POST": MOVED}, samples.folders, gate=holds(READERS), sees=reads_unit
    ),
    "dashboard:report_file": Expect(GET, samples.missing_jobs, sees=own_job),
}


# --- what an answer may say -----------------------------------------------------------------------
@dataclass(frozen=True)
class Allowed:
    """Whether a canary may stand in an answer to this person."""

    oracle: object
    people: str = "attendance"
    more: set = field(default_factory=set)

    def __contains__(self, found):
        owner, kind = found
        return found in self.more or RULES[kind](self.oracle, owner, self.people)


def unit_named(oracle, owner, _people):
    """In sight, above what is in sight, or side by side with it in a record."""
    near = {code for unit in oracle.units for code in above(unit)}
    return owner in oracle.units | near or (owner in samples.JOINT and oracle.reads_joint)


def unit_seen(oracle, owner, _people):
    return owner in oracle.units


def record_read(oracle, owner, _people):
    return owner in oracle.reads


def author_named(oracle, owner, _people):
    """Of a record, and of a figure: the same people enter both here."""
    return owner in oracle.reads | oracle.scores or (owner == samples.JOINT[0] and oracle.reads_joint)


def member_named(oracle, owner, people):
    return owner in (oracle.reads if people == "roster" else oracle.known_by_name)


def own_only(oracle, owner, _people):
    return oracle.signed_in and owner == oracle.person.name


RULES = {
    "unit": unit_named,
    "org": unit_seen,
    "category": unit_seen,
    **dict.fromkeys(["title", "place", "note", "tag", "file", "bytes", "reason", "item"], record_read),
    **dict.fromkeys(["pairing", "owner"], record_read),
    "need": lambda oracle, owner, people: oracle.has(READERS),
    "task": lambda oracle, owner, people: any(owner in (unit, *above(unit)) for unit in oracle.reads),
    "joint": lambda oracle, owner, people: oracle.reads_joint,
    "outcome": lambda oracle, owner, people: owner in oracle.reads | oracle.dashboards,
    "author": author_named,
    "member": member_named,
    "correction": lambda oracle, owner, people: owner in oracle.answers,
    "objection": lambda oracle, owner, people: owner in oracle.scores,
    "because": lambda oracle, owner, people: owner in oracle.scores,
    "figure": lambda oracle, owner, people: owner in oracle.scores,
    "contact": lambda oracle, owner, people: owner in oracle.pairs,
    "rater": lambda oracle, owner, people: False,
    "scheme": lambda oracle, owner, people: oracle.knows_scheme(owner),
    "draft": own_only,
    "job": lambda oracle, owner, people: own_only(oracle, owner, people) or oracle.person.is_staff,
}
