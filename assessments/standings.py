"""What a board page shows: which boards an edition has, who stands where on one, and who sees it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import F, Max, Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assessments.choices import (
    RANK_FIELDS,
    BoardScope,
    EditionState,
    PublishTo,
)
from assessments.models import Band, Edition, Entry, Scheme, SchemeDraft
from assessments.querysets import BOARD_KEYS
from assessments.rounds import preview_until
from assessments.scheme_words import size_words
from branches import selectors as branch_selectors
from branches.models import PartyUnit
from core.models import AuditEvent
from core.periods import period_words
from core.templatetags.format import moment

PROVISIONAL = "assessments.view_provisional_board"
MOST_NAMED = 200  # boards of one scope that are offered in a list; of more, one is found by its name
MOST_FOUND = 20


@dataclass(frozen=True)
class Board:
    """One ranking within an edition: the whole company, or all subjects that share ``key``."""

    scope: str
    key: str = ""
    label: Any = ""

    @property
    def code(self) -> str:
        return f"{self.scope}:{self.key}" if self.key else self.scope

    @property
    def rank_field(self) -> str:
        return RANK_FIELDS[self.scope]

    def of(self, entries):
        """The entries on this board, best first; who has no rank stands last."""
        return entries.on_board(self.scope, self.key)


def boards_of(edition: Edition, entries, own: Entry | None = None) -> tuple[list[Board], bool]:
    """The boards that ``entries`` (those the reader may see) stand on, in the order of the scheme; and if
    these are all. Of a scope with more boards than anybody looks through there is one: that of ``own``, else
    the first."""
    found, all_named = [], True
    for scope in edition.scheme.board_scopes:
        if scope == BoardScope.COMPANY:
            found.append(Board(scope, "", _("Whole company")))
            continue
        field = BOARD_KEYS[scope]
        keyed = entries.exclude(**{field: ""}).order_by(field).values_list(field, flat=True).distinct()
        keys = list(keyed[: MOST_NAMED + 1])
        if len(keys) > MOST_NAMED:
            all_named, keys = False, [getattr(own, field, "") or keys[0]]
        found += _keyed_boards(edition, scope, keys)
    return found, all_named


def _keyed_boards(edition: Edition, scope: str, keys: Sequence[str]) -> list[Board]:
    labels: dict[str, Any] = {}
    if scope == BoardScope.PARENT:
        rows = PartyUnit.objects.filter(code__in=keys).order_by("path").values_list("code", "name")
        labels = dict(rows)
        keys = [*labels, *(key for key in keys if key not in labels)]
    elif scope == BoardScope.SIZE_CLASS:
        labels = size_words(edition.scheme)
    return [Board(scope, key, labels.get(key, key)) for key in keys]


def board_coded(edition: Edition, entries, code: str) -> Board | None:
    """The board of this code, if any of ``entries`` stands on it."""
    scope, _colon, key = code.partition(":")
    if scope not in edition.scheme.board_scopes or (scope in BOARD_KEYS) != bool(key):
        return None
    if scope not in BOARD_KEYS:
        return Board(scope, "", _("Whole company"))
    if not entries.filter(**{BOARD_KEYS[scope]: key}).exists():
        return None
    return _keyed_boards(edition, scope, [key])[0]


def boards_called(edition: Edition, entries, text: str) -> list[Board]:
    """The first boards whose code or name holds ``text``."""
    found: list[Board] = []
    for scope in edition.scheme.board_scopes:
        field = BOARD_KEYS.get(scope, "")
        if scope == BoardScope.PARENT:
            named = PartyUnit.objects.filter(Q(code__iexact=text) | Q(name__icontains=text))
            keyed = named.filter(code__in=entries.order_by().values(field)).order_by("path")
            found += _keyed_boards(edition, scope, list(keyed.values_list("code", flat=True)[:MOST_FOUND]))
        elif scope == BoardScope.CATEGORY:
            keyed = entries.filter(**{f"{field}__icontains": text}).order_by(field)
            found += _keyed_boards(
                edition, scope, list(keyed.values_list(field, flat=True).distinct()[:MOST_FOUND])
            )
    return found[:MOST_FOUND]


def home_board(boards: Sequence[Board], own: Entry | None) -> Board | None:
    """The board to show first: the first on which the reader's own unit stands, else the first."""
    if own is not None:
        for board in boards:
            field = BOARD_KEYS.get(board.scope)
            if field is None or getattr(own, field) == board.key:
                return board
    return boards[0] if boards else None


def units_left_out(edition: Edition, board: Board, user: Any) -> QuerySet[PartyUnit]:
    """Units of the scheme's kinds that were there in the period and are no subject.

    What is not published to the whole company names only units that ``user`` sees anyway.
    """
    period, scheme = edition.period, edition.scheme
    units = PartyUnit.objects.filter(kind__in=scheme.subject_kinds).filter(
        Q(closed_on__gt=period.first_day, closed_on__lte=edition.as_of)
        | Q(opened_on__gt=edition.as_of, opened_on__lte=period.last_day)
    )
    if scheme.organisation_kinds:
        units = units.filter(organisation__kind__in=scheme.organisation_kinds)
    if edition.state == EditionState.PROVISIONAL or scheme.publication_to != PublishTo.COMPANY:
        units = units.filter(pk__in=PartyUnit.objects.allowed_to(user, "view").values("pk"))
    if board.scope == BoardScope.PARENT:
        units = units.filter(parent__code=board.key)
    elif board.scope == BoardScope.CATEGORY:
        units = units.filter(category=board.key)
    elif board.scope == BoardScope.SIZE_CLASS:
        units = _of_size(units, scheme.size_bounds[board.key])
    return units.order_by("path")


def _of_size(units: Any, bounds: tuple[int, int | None]) -> Any:
    """As boards class them (domain.md Q9); who has no figure of customers is in no class."""
    medium, low = "organisation__customer_count_mv", "organisation__customer_count_lv"
    known = units.exclude(**{medium: None, low: None}).annotate(
        customers=Coalesce(F(medium), 0) + Coalesce(F(low), 0)
    )
    least, below = bounds
    found = known.filter(customers__gte=least)
    return found if below is None else found.filter(customers__lt=below)


def why_left_out(unit: PartyUnit, edition: Edition) -> str:
    if unit.closed_on and unit.closed_on <= edition.as_of:
        return _("closed on %(day)s") % {"day": unit.closed_on}
    return _("opened on %(day)s") % {"day": unit.opened_on}


def digest_words(digest: str) -> str:
    """The first 16 characters of a digest in groups of four: enough to compare two prints."""
    return "-".join(digest[start : start + 4] for start in range(0, min(16, len(digest)), 4)).upper()


def digest_fact(edition: Edition) -> str:
    if not edition.digest:
        return _("No digest until the board is computed again")
    return _("Digest %(digest)s") % {"digest": digest_words(edition.digest)}


def ranks_words(edition: Edition) -> str:
    """Since when the ranks hold, where they are older than the scores: a large board is scored again in place
    after each confirmation, and ranked when it is computed as a whole."""
    if edition.digest:
        return ""
    computed = AuditEvent.objects.filter(
        verb="recompute", object_type=edition._meta.label_lower, object_id=str(edition.pk)
    )
    words = {"at": moment(computed.aggregate(at=Max("at"))["at"])}
    return (
        _(
            "Scores are those of this moment, ranks those of %(at)s. What was confirmed since moves the "
            "ranks tonight, or when the board is computed again."
        )
        % words
    )


# --- who sees what --------------------------------------------------------------------------------
def own_units(user: Any) -> list[int]:
    """The keys of the units whose lines are the reader's own."""
    return [unit.pk for unit in branch_selectors.own_units(user)]


def may_see_provisional(user: Any) -> bool:
    return branch_selectors.has_permission(user, PROVISIONAL)


def editions_for(user: Any, period_code: str, scheme_code: str) -> list[Edition]:
    """The editions that ``user`` may open: published ones, the newest first, then the provisional one."""
    wanted = Edition.objects.filter(period__code=period_code, scheme_code=scheme_code)
    wanted = wanted.select_related("period", "scheme", "prepared_by", "approved_by")
    found = list(wanted.published_to(user).order_by("-number"))
    return found + (list(wanted.provisional()) if may_see_provisional(user) else [])


def latest_published(user: Any) -> list[Edition]:
    """The last edition of each board that was published to ``user``, the newest period first."""
    editions = Edition.objects.published_to(user).select_related("period", "scheme")
    found: dict[tuple[int, str], Edition] = {}
    for edition in editions.order_by("-period__last_day", "scheme_code", "-number"):
        found.setdefault((edition.period_id, edition.scheme_code), edition)
    return list(found.values())


def lines_for(edition: Edition, user: Any, scope: str = ""):
    """The lines of ``edition`` that ``user`` may see: as the scheme publishes, or as the preparing office.

    "The top N" is taken on the board of ``scope``.
    """
    if edition.state == EditionState.PROVISIONAL:
        return edition.entries.under_assignments(user, PROVISIONAL)
    scheme = edition.scheme
    if scheme.publication_to == PublishTo.COMPANY and scheme.publication_show == "ALL" and user.is_active:
        return edition.entries.all()  # what the question below comes to, without asking it of every line
    return edition.entries.published_to(user, scope)


# --- words ----------------------------------------------------------------------------------------
def edition_words(edition: Edition) -> str:
    if edition.state == EditionState.PROVISIONAL:
        if until := preview_until(edition.period):
            return _("Preview until %(day)s, not published") % {"day": until}
        return _("Trial, not published")
    return _("Edition %(number)s") % {"number": edition.number}


def corrected_by(edition: Edition, user: Any) -> Edition | None:
    """The last edition that took the place of a published one; None for the one in force, and for a trial."""
    if edition.state == EditionState.PROVISIONAL:
        return None
    later = Edition.objects.published_to(user).filter(
        period=edition.period_id, scheme_code=edition.scheme_code, number__gt=edition.number
    )
    return later.order_by("-number").first()


def stamp_of(edition: Edition, newer: Edition | None = None) -> dict[str, Any]:
    """What a board or a print says of itself: never more than the facts."""
    trial = edition.state == EditionState.PROVISIONAL
    words = {
        "period": period_words(edition.period.code),
        "edition": edition_words(edition),
        "at": moment(edition.computed_at if trial else edition.published_at),
        "day": edition.as_of.isoformat(),
        "version": edition.scheme.version,
    }
    facts = [
        f"{words['period']} · {words['edition']}",
        (_("Computed %(at)s") if trial else _("Published %(at)s")) % words,
        _("Subjects as of %(day)s · version %(version)s of the scheme") % words,
        digest_fact(edition),
    ]
    if late := adopted_late(edition.scheme):
        facts.append(late)
    if newer is not None:
        facts.append(_("Corrected by edition %(number)s") % {"number": newer.number})
    until = preview_until(edition.period) if trial else None
    if trial:
        word = _("Preview") if until else _("Trial")
    else:
        word = _("Corrected since") if newer else _("Published")
    return {"word": word, "trial": trial, "until": until, "facts": facts}


def adopted_late(scheme: Scheme) -> str:
    """When and why rules were put in force after their period had begun; nothing where they were not."""
    draft = SchemeDraft.objects.filter(scheme=scheme).exclude(late_reason="").first()
    if draft is None:
        return ""
    words = {"day": moment(draft.adopted_at), "reason": draft.late_reason}
    return _("The rules were adopted late, entered %(day)s: %(reason)s") % words


def rank_words(edition: Edition, entry: Entry) -> str:
    """The rank on the first board of the scheme: "Rank 6 of 42"; nothing where there is none."""
    scope = edition.scheme.board_scopes[0]
    rank = getattr(entry, RANK_FIELDS[scope])
    if rank is None or edition.state == EditionState.PROVISIONAL:
        return ""
    return _("Rank %(rank)s of %(count)s") % {"rank": rank, "count": peers(edition, entry, scope)}


def board_of(edition: Edition, entry: Entry, scope: str = "") -> Board:
    """The board of ``scope`` on which ``entry`` stands; of the scheme's first one."""
    scope = scope or edition.scheme.board_scopes[0]
    return Board(scope, getattr(entry, BOARD_KEYS[scope]) if scope in BOARD_KEYS else "")


def peers(edition: Edition, entry: Entry, scope: str) -> int:
    """How many have a rank on the board of ``scope`` on which ``entry`` stands."""
    board = board_of(edition, entry, scope)
    return board.of(edition.entries.exclude(**{board.rank_field: None})).count()


def class_scopes(edition: Edition, board: Board) -> list[str]:
    """Among whom else than the company its board ranks a unit: its peers by category and by size."""
    if board.scope != BoardScope.COMPANY:
        return []
    peers = (BoardScope.CATEGORY, BoardScope.SIZE_CLASS)
    return [scope for scope in edition.scheme.board_scopes if scope in peers]


def class_words(entry: Entry, scope: str) -> tuple[str, int | None]:
    """The class of the unit and its rank there."""
    name = entry.category if scope == BoardScope.CATEGORY else entry.get_size_class_display()
    return name, getattr(entry, RANK_FIELDS[scope])


def flag_words(entry: Entry) -> list[str]:
    flags = [
        (entry.has_gap, _("gap")),
        (entry.has_missing, _("figures missing")),
        (entry.has_veto, _("veto")),
    ]
    return [str(words) for flagged, words in flags if flagged]


def grade_badge(entry: Entry, bands: Sequence[Band]) -> dict[str, str]:
    """Gold for the highest band, quiet for the next, a mark for those below: no colour that shames. Who is
    vetoed keeps the grade (ADR 0012) and wears no medal."""
    codes = [band.code for band in bands]
    if entry.grade not in codes:
        return {"grade_kind": "plain", "grade_name": "—"}
    place = codes.index(entry.grade)
    kind = "plain" if entry.has_veto else "gold" if place == 0 else "due" if place >= 2 else "plain"
    return {"grade_kind": kind, "grade_name": bands[place].name}


def movement_words(places: int | None) -> str:
    """Places gained or lost; the arrow beside it says which."""
    if not places:
        return _("no change")
    return ngettext("%(count)s place", "%(count)s places", abs(places)) % {"count": abs(places)}


def moved_words(places: int | None) -> str:
    """The same in a cell without arrows: "↑2", "↓1"."""
    if places is None:
        return _("new")
    return f"{'↑' if places > 0 else '↓'}{abs(places)}" if places else _("no change")
