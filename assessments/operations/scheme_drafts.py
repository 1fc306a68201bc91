"""Writing the next version of a scheme, and adopting it: one person writes, another adopts (settled 11)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from assessments.models import Scheme, SchemeDraft
from assessments.operations.recomputing import live_editions
from assessments.operations.schemes import store_scheme
from assessments.refusing import Refused
from assessments.scheme_checks import check_document
from assessments.schemes import Problem, SchemeRefused, dump_document, inspect_scheme, load_document, parts
from assessments.selectors import scheme_for
from branches.selectors import allowed, has_permission
from core import audit, clock
from core.models import AuditEvent
from core.operations import start_job
from core.periods import PeriodKind, period_of, period_words
from core.workflow import lock_version

HIGHEST_VERSION = 9999


@dataclass(frozen=True)
class Adoption:
    """By which paper and when; ``late_reason`` where the first period had begun by then, or has by now."""

    on: date
    document: str
    late_reason: str = ""


def document_of(draft: SchemeDraft) -> dict[str, Any]:
    found = load_document(draft.document.encode())
    return found if isinstance(found, dict) else {}


@transaction.atomic
def copy_scheme(scheme: Scheme, *, by: Any) -> SchemeDraft:
    """A draft of the next version, valid from the next half-year on. A copy that nobody has changed yet is
    given back instead of a second one."""
    if not has_permission(by, "assessments.add_schemedraft"):
        raise PermissionDenied
    versions = Scheme.objects.select_for_update(no_key=True).filter(code=scheme.code)
    list(versions.order_by("pk"))  # two clicks take turns, and so do two people who copy for the same number
    untouched = SchemeDraft.objects.open().filter(based_on=scheme, version=1, changed_by=by).first()
    if untouched is not None:
        return untouched
    values = {"adopted": None, "version": _free_number(scheme.code), "valid_from": _next_half_year()}
    document = parts.with_keys(load_document(scheme.document.encode()), values)
    draft = _create_draft(document, by=by, based_on=scheme)
    audit.record("copy_scheme", draft, by=by, scheme=scheme.code, version=[scheme.version, values["version"]])
    return draft


NEW_BANDS = [
    {"code": "EXCELLENT", "name": "优秀", "min": "95"},
    {"code": "QUALIFIED", "name": "合格", "min": "80"},
    {"code": "BASIC", "name": "基本合格", "min": "60"},
    {"code": "UNQUALIFIED", "name": "不合格", "min": "0"},
]


def new_document() -> dict[str, Any]:
    """Where a scheme of one's own begins: the usual grades, nothing scored yet."""
    scored = {"subject_kinds": ["BRANCH"], "board_scopes": ["COMPANY"]}
    return {"version": 1, "valid_from": _next_half_year(), **scored, "sections": [], "bands": NEW_BANDS}


@transaction.atomic
def begin_scheme(document: dict[str, Any], *, by: Any, concerning: Iterable[str]) -> SchemeDraft:
    """A draft of a scheme that does not exist yet; what is wrong at the paths ``concerning`` is refused."""
    if not has_permission(by, "assessments.add_schemedraft"):
        raise PermissionDenied
    _refuse(document, concerning)
    draft = _create_draft(document, by=by)
    audit.record("begin_scheme", draft, by=by, scheme=document["code"])
    return draft


def _create_draft(document: dict[str, Any], *, by: Any, based_on: Scheme | None = None) -> SchemeDraft:
    now = clock.now()
    draft = SchemeDraft.objects.create(
        document=dump_document(document), based_on=based_on, created_at=now, changed_at=now, changed_by=by
    )
    draft.editors.add(by)
    return draft


def _refuse(document: Any, concerning: Iterable[str]) -> None:
    prefixes = tuple(concerning)
    _plan, problems = check_document(document)
    found = [problem for problem in problems if any(is_under(problem.path, path) for path in prefixes)]
    if found:
        raise SchemeRefused(found)


def _next_half_year() -> str:
    return period_of(clock.today(), PeriodKind.HALF_YEAR).next.code


def _free_number(code: str) -> int:
    """Above every version there is and every draft that is being written."""
    highest = Scheme.objects.filter(code=code).aggregate(last=Max("version"))["last"] or 0
    plans = [inspect_scheme(document_of(draft))[0] for draft in SchemeDraft.objects.open()]
    return min(HIGHEST_VERSION, 1 + max([highest, *(plan.version for plan in plans if plan.code == code)]))


@transaction.atomic
def write_draft(
    draft: SchemeDraft, document: Any, *, by: Any, version: int | None, concerning: Iterable[str] = ()
) -> SchemeDraft:
    """Keep ``document`` as the text of the draft. What is wrong at the paths ``concerning`` is refused;
    elsewhere the draft may still wait for its author."""
    locked = _lock(draft, version, by=by)
    _refuse(document, concerning)
    text = dump_document(document)
    load_document(text.encode())  # refuses what has grown too large for a file
    if text == locked.document:
        return locked
    before, locked.document = locked.document, text
    locked.version += 1
    locked.changed_by, locked.changed_at = by, clock.now()
    locked.save()
    locked.editors.add(by)
    audit.record("write_scheme", locked, by=by, document=[before, text])
    return locked


def is_under(path: str, prefix: str) -> bool:
    """``$.a.b`` and ``$.a[0]`` stand under ``$.a``; ``$.ab`` does not."""
    return path == prefix or path.startswith((f"{prefix}.", f"{prefix}["))


def _lock(draft: SchemeDraft, version: int | None, *, by: Any) -> SchemeDraft:
    locked = lock_version(draft, version)
    if not allowed(by, locked, "change"):
        raise PermissionDenied
    if locked.scheme_id:
        raise Refused(_("This draft was adopted. Copy the version to a new one to change it."))
    return locked


@transaction.atomic
def undo_draft(draft: SchemeDraft, *, by: Any, version: int | None) -> SchemeDraft:
    """The text as it was before the last change."""
    _lock(draft, version, by=by)
    events = AuditEvent.objects.filter(
        verb="write_scheme", object_type=draft._meta.label_lower, object_id=str(draft.pk)
    )
    last = events.order_by("-pk").first()
    if last is None:
        raise Refused(_("There is nothing to take back."))
    before = load_document(last.summary["document"][0].encode())
    return write_draft(draft, before, by=by, version=version)


@transaction.atomic
def discard_draft(draft: SchemeDraft, *, by: Any, version: int | None) -> None:
    """The text stays in the audit trail."""
    locked = _lock(draft, version, by=by)
    audit.record("discard_scheme", locked, by=by, document=[locked.document, ""])
    locked.delete()


@transaction.atomic
def adopt_draft(draft: SchemeDraft, adoption: Adoption, *, by: Any, version: int | None) -> Scheme:
    """The draft as a version in force. Who wrote at it may not adopt it."""
    locked = lock_version(draft, version)
    if not allowed(by, locked, "adopt"):
        raise PermissionDenied
    if locked.scheme is not None:
        return locked.scheme
    if locked.editors.filter(pk=by.pk).exists():
        raise Refused(_("Who wrote at a version does not adopt it. A colleague has to do it."))
    document = parts.with_keys(document_of(locked), {"adopted": _adopted(adoption)})
    plan, problems = check_document(document)
    if problems:
        raise SchemeRefused(problems)
    entered = max(adoption.on, clock.today())  # whatever day is typed: units know the rules from now on
    late = plan.valid_from_day is None or entered >= plan.valid_from_day
    _check_adoption(adoption, late=late)
    scheme, _created = store_scheme(plan, document, by=by)
    locked.scheme, locked.adopted_by, locked.adopted_at = scheme, by, clock.now()
    locked.late_reason = adoption.late_reason.strip() if late else ""
    locked.document = scheme.document
    locked.save()
    audit.record(
        "adopt_scheme",
        scheme,
        by=by,
        reason=locked.late_reason,
        on=adoption.on.isoformat(),
        document=adoption.document,
        written_by=locked.changed_by.username if locked.changed_by else "",
    )
    _compute_live_boards(scheme, by=by)
    return scheme


def _compute_live_boards(scheme: Scheme, *, by: Any) -> None:
    """Boards that are not published yet follow the rules that apply to them now, by a job each."""
    live = live_editions().filter(scheme_code=scheme.code).select_related("period")
    for period in (edition.period for edition in live):
        if scheme_for(scheme.code, period) != scheme:
            continue
        names = {"scheme": scheme.name, "period": period_words(period.code)}
        start_job(
            "assessments.recompute",
            key=f"adopted:{scheme.pk}:{period.pk}",
            title=_("Compute %(scheme)s, %(period)s") % names,
            payload={"period": period.code, "scheme": scheme.code},
            by=by,
        )


def _adopted(adoption: Adoption) -> dict[str, str]:
    return {"on": adoption.on.isoformat(), "document": adoption.document.strip()}


def _check_adoption(adoption: Adoption, *, late: bool) -> None:
    problems = []
    if adoption.on > clock.today():
        problems.append(Problem("$.adopted.on", _("This day is still to come.")))
    if late and not adoption.late_reason.strip():
        reason = _("The first period has begun, or none is named: give a reason.")
        problems.append(Problem("late_reason", reason))
    if problems:
        raise SchemeRefused(problems)
