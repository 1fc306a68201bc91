"""Computing a whole board, against bare SQL of the same result and against a loop over objects."""

import gc
import time
from pathlib import Path
from typing import Any

from django.db import connection, transaction
from django.db.models import Count, Q, Sum
from django.db.models.functions import Length

from activities.models import Duty, Participation
from assessments.models import AssessmentPeriod, Edition, Entry, Indicator, IndicatorValue, Rating, Scheme
from assessments.operations import recompute_scheme
from benchmarks._bare import Bare
from benchmarks._board import make_board
from benchmarks._harness import medians, own_database, parse_options, run_sql, say, tell, timed
from branches.models import PartyUnit

REFERENCE = "the fastest bare SQL of the same rows: {}"
SAMPLE = 30
LOOP = f"a loop over objects, reckoned from {SAMPLE} units of each level of the tree"
LOOPED = 10_000  # above that, too slow to try
GROWTH_FROM = 1_000_000


def main() -> None:
    options = parse_options(__doc__, subjects=100_000, rounds=3)
    say(f"{__doc__} Subjects: {options.subjects:,}; rounds: {options.rounds}.")
    more: dict[str, Any] = {}
    if options.subjects >= GROWTH_FROM:
        tenth = measure(options.subjects // 10, options.rounds)
        more["tenth"] = {"size": options.subjects // 10, "seconds": round(tenth["seconds"], 6)}
    found = measure(options.subjects, options.rounds)
    if more:
        more["growth"] = round(found["seconds"] / more["tenth"]["seconds"], 2)
        say(f"{options.subjects:,} subjects take {more['growth']} times as long as a tenth of them")
    seconds, references, fastest = found.pop("seconds"), found.pop("references"), found.pop("fastest")
    tell(
        "scoring",
        size=options.subjects,
        seconds=seconds,
        reference=REFERENCE.format(fastest),
        reference_seconds=references[fastest],
        rounds=options.rounds,
        references=[
            {"reference": name, "seconds": round(spent, 6), "ratio": round(seconds / spent, 4)}
            for name, spent in references.items()
        ],
        **found,
        **more,
    )


def measure(subjects: int, rounds: int) -> dict[str, Any]:
    with own_database():
        say(f"{subjects:,} units made in {timed(lambda: boards.append(make_board(subjects))):.0f} s")
        scheme, period = boards.pop()
        edition = recompute_scheme(scheme, period, by=None)  # what stands from yesterday
        if edition.subject_count != subjects:
            raise SystemExit(f"{edition.subject_count} subjects were scored")
        keys = dict(Indicator.objects.values_list("code", "pk"))
        bare = Bare(edition.pk, period.pk, keys, subjects)
        before = memory("VmRSS")
        ways = [lambda: recompute(scheme, period), *(bare_way(bare, name, edition) for name in bare.ways)]
        seconds, *spent = medians(rounds, *ways)
        references = dict(zip(bare.ways, spent, strict=True))
        bare.close()
        fastest = min(references, key=lambda name: references[name])
        for name, one in {"the application": seconds, **references}.items():
            say(f"{name:<18} {one:.3f} s")
        used = {"before": before, "after": memory("VmRSS"), "peak": memory("VmHWM")}
        say(f"memory of the worker, MB: {used}")
        if subjects <= LOOPED:
            references[LOOP] = loop_over_objects(period, scheme)
            say(f"loop over objects, reckoned from a sample: {references[LOOP]:.0f} s")
    return {"seconds": seconds, "references": references, "fastest": fastest, "memory_mb": used}


boards: list[tuple[Scheme, AssessmentPeriod]] = []


def recompute(scheme: Scheme, period: AssessmentPeriod) -> float:
    settle()
    return timed(lambda: recompute_scheme(scheme, period, by=None))


def bare_way(bare: Bare, name: str, edition: Edition) -> Any:
    def work() -> float:
        settle()
        started = time.perf_counter()
        digest = bare.ways[name]()
        seconds = time.perf_counter() - started
        edition.refresh_from_db()
        if digest != edition.digest:
            raise SystemExit(f"{name} has other rows than the application")
        run_sql("DROP TABLE bare")
        return seconds

    return work


def settle() -> None:
    """Nobody pays for what another one left to be written."""
    run_sql("VACUUM assessments_entry")
    run_sql("CHECKPOINT")
    gc.collect()


def memory(what: str) -> float:
    """In MB, of this process."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(round(int(line.split()[1]) / 1024, 1) for line in lines if line.startswith(what))


# --- a loop over objects --------------------------------------------------------------------------
def loop_over_objects(period: AssessmentPeriod, scheme: Scheme) -> float:
    """What one would write first: each unit, each item, each figure by itself. Some units of each level of
    the tree, each standing for the others; taken back at the end."""
    levels = PartyUnit.objects.order_by().values_list(Length("path")).annotate(Count("pk"))
    with transaction.atomic():
        edition = Edition.objects.create(
            scheme=scheme, scheme_code="loop", period=period, number=0, state="PROVISIONAL",
            as_of=period.last_day, computed_at="2026-07-01T00:00Z", subject_count=0, digest="",
        )  # fmt: skip
        seconds = sum(of_level(length, units, period, edition) for length, units in levels)
        transaction.set_rollback(True)
    return seconds


def of_level(length: int, units: int, period: AssessmentPeriod, edition: Edition) -> float:
    all_keys = list(
        PartyUnit.objects.annotate(length=Length("path")).filter(length=length).values_list("pk", flat=True)
    )
    keys = all_keys[:: max(1, units // SAMPLE)][:SAMPLE]
    started = time.perf_counter()
    for key in keys:
        score_one(PartyUnit.objects.get(pk=key), period, edition)
    for entry in edition.entries.filter(unit__in=keys):
        place(entry, edition)
    return (time.perf_counter() - started) * units / len(keys)


def score_one(unit: PartyUnit, period: AssessmentPeriod, edition: Edition) -> None:
    raws = [meetings(unit, period), marks(unit, period), reported(unit, period, "TEST_PASSED")]
    raws.append(party_days(unit, period))
    for code in ("OUTAGE_MV", "COMPLAINTS", "SAFETY_EVENTS", "VIOLATIONS"):
        raws.append(reported(unit, period, code))
    scores = [max(0, min(100, raw or 0)) for raw in raws]
    placement = unit.placements.filter(starts_on__lte=period.last_day).latest("starts_on")
    lists = ("raws", "item_scores", "item_states", "evidence_counts", "section_scores")
    Entry.objects.update_or_create(
        edition=edition,
        unit=unit,
        defaults={
            **{name: [] for name in lists},
            "unit_code": unit.code,
            "unit_name": placement.name,
            "path": placement.path,
            "category": placement.category,
            "parent_code": placement.parent.code if placement.parent else "",
            "committee_path": home(unit),
            "total": int(sum(scores) / len(scores) * 100),
        },
    )


def home(unit: PartyUnit) -> str:
    while unit.kind != "COMMITTEE" and unit.parent is not None:
        unit = unit.parent
    return unit.path or ""


def place(entry: Entry, edition: Edition) -> None:
    better = edition.entries.filter(total__gt=entry.total)
    entry.rank_company = better.count() + 1
    entry.rank_parent = better.filter(parent_code=entry.parent_code).count() + 1
    entry.rank_category = better.filter(category=entry.category).count() + 1
    entry.save()


def meetings(unit: PartyUnit, period: AssessmentPeriod) -> float | None:
    due = Duty.objects.filter(unit__path__startswith=unit.path or "", rule__in_meetings=True)
    due = due.filter(last_day__range=(period.first_day, period.last_day))
    done = [
        duty
        for duty in due.select_related("rule")
        if Participation.objects.filter(
            unit=duty.unit_id, held_on__range=(duty.counts_from, duty.counts_until),
            activity__state="CONFIRMED", activity__counts__kind=duty.rule.kind,
        ).exists()
    ]  # fmt: skip
    return 100 * len(done) / due.count() if due.count() else None


def party_days(unit: PartyUnit, period: AssessmentPeriod) -> float | None:
    parts = Participation.objects.filter(
        Q(activity__counts__kind="THEMED_PARTY_DAY"), unit__path__startswith=unit.path or "",
        activity__state="CONFIRMED", held_on__range=(period.first_day, period.last_day),
    )  # fmt: skip
    found = parts.aggregate(present=Sum("present_count"), expected=Sum("expected_count"))
    return 100 * found["present"] / found["expected"] if found["expected"] else None


def marks(unit: PartyUnit, period: AssessmentPeriod) -> float | None:
    given = Rating.objects.filter(unit=unit, period=period, scheme_code="vanguard", item_code="P2")
    total = given.aggregate(total=Sum("score"))["total"]
    return total / given.count() / 10**6 if total is not None else None


def reported(unit: PartyUnit, period: AssessmentPeriod, code: str) -> float | None:
    value = IndicatorValue.objects.filter(unit=unit, period=period, indicator__code=code).first()
    return value.raw / 10**6 if value else None


if __name__ == "__main__":
    main()
    connection.close()
