"""The figures behind an entry in words: what was counted, who reported it, and why points were lost.

An entry keeps the figure itself, not what it was made from. What the records say today is shown beside it
only while both still agree; where they do not, the page says that records have changed since.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.core.cache import cache
from django.db.models import Count, IntegerField, Min, QuerySet, Sum, Value
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from activities.models import Duty
from activities.querysets import DutyQuerySet
from assessments.choices import SourceType
from assessments.explanation import ItemLine, SectionLines, cause_words
from assessments.models import Award, Edition, Entry, IndicatorValue, Item, Rating
from assessments.numbers import RAW_PLACES, divide, mean
from assessments.selectors import units_pooled_into
from assessments.standings import Board, board_of
from assessments.value_words import Stood, changes_since, standing, stood_at
from core.fields import ListElement
from core.measures import Measure, measures
from core.periods import Period, parse_period
from core.templatetags.format import moment, raw_short, raw_value, rounded, trimmed, weight

MEETINGS = "activities.meetings_completion"
MEETINGS_KEY = f"{MEETINGS} {{}}"
PARTY_DAYS = "activities.party_day_attendance"
FIGURES = ("unit_id", "numerator", "denominator", "evidence_count")
FEWEST_FOR_A_MEAN = 5
KEPT_SECONDS = 3600
GAPS_NAMED = 2
# So many units are named in a question; for more, all are asked and the rest is left out: faster.
FEW_UNITS = 50


@dataclass(frozen=True)
class Counted:
    """What the records of a unit and everything below it say of a measure."""

    numerator: int
    denominator: int
    evidence_count: int

    def raw(self, measure: Measure) -> int | None:
        if not measure.is_rate:
            return self.numerator * 10**RAW_PLACES
        return divide(self.numerator * 100 * 10**RAW_PLACES, self.denominator) if self.denominator else None


def units_below(entry: Entry) -> list[int]:
    """The units whose records an entry pools; read once for an entry."""
    found: list[int] | None = getattr(entry, "_units_below", None)
    if found is None:
        found = units_pooled_into(entry)
        entry._units_below = found  # type: ignore[attr-defined] # kept on the row for the page that asked
    return found


def counted(entry: Entry, item: Item) -> Counted:
    """The pooled figure of one entry."""
    key = _measured(item)
    if key not in _kept(entry, "_counted"):
        count_all(entry, [item])
    found: Counted = _kept(entry, "_counted")[key]
    return found


def count_all(entry: Entry, items: Iterable[Item]) -> None:
    """Reads the pooled figures of all measured ``items`` at once, however many they are."""
    known, asked = _kept(entry, "_counted"), {}
    for item in items:
        if item.source_type == SourceType.MEASURE and _measured(item) not in known:
            asked[_measured(item)] = item
    if MEETINGS_KEY in asked:
        known[MEETINGS_KEY] = _counted_meetings(entry)
        del asked[MEETINGS_KEY]
    known |= _pooled(entry, asked)


def _pooled(entry: Entry, asked: Mapping[str, Item]) -> dict[str, Counted]:
    """One question of as many parts as there are measures."""
    units = set(units_below(entry))
    parts = [
        _own_figures(entry, item).values_list(*FIGURES, Value(place, output_field=IntegerField()))
        for place, item in enumerate(asked.values())
    ]
    sums = [[0, 0, 0] for _part in parts]
    for unit, *figures, place in parts[0].union(*parts[1:], all=True) if parts else ():
        if unit in units:
            sums[place] = [one + more for one, more in zip(sums[place], figures, strict=True)]
    return {key: Counted(*found) for key, found in zip(asked, sums, strict=True)}


def _own_figures(entry: Entry, item: Item) -> QuerySet:
    units = units_below(entry)
    rows = measures[item.source_code].values(_calendar(entry), item.source_params, entry.edition.as_of)
    return rows.filter(unit_id__in=units) if len(units) <= FEW_UNITS else rows


def _measured(item: Item) -> str:
    """The same for all items that count the same."""
    return f"{item.source_code} {json.dumps(item.source_params, sort_keys=True)}"


def _kept(entry: Entry, name: str) -> dict[Any, Any]:
    """What was read for an entry already: kept on the row for the page that asked."""
    found: dict[Any, Any] = entry.__dict__.setdefault(name, {})
    return found


def _calendar(entry: Entry) -> Period:
    return parse_period(entry.edition.period.code)


def _counted_meetings(entry: Entry) -> Counted:
    due, lacking = meetings(entry).count(), gaps(entry).count()
    return Counted(due - lacking, due, due - lacking)


def meetings(entry: Entry) -> DutyQuerySet:
    """The meetings that were due by the day of the edition."""
    return _meetings_of_all(entry).filter(unit__in=units_below(entry))


def _meetings_of_all(entry: Entry) -> DutyQuerySet:
    period, as_of = _calendar(entry), entry.edition.as_of
    return Duty.objects.due(period.first_day, min(period.last_day, as_of)).filter(rule__in_meetings=True)


def gaps(entry: Entry) -> QuerySet[Duty]:
    """The meetings that were due and not held."""
    due = meetings(entry)
    asked = due if len(units_below(entry)) <= FEW_UNITS else _meetings_of_all(entry)
    since = due.aggregate(first=Min("first_day"))["first"] or entry.edition.as_of
    done = asked.fulfilled(entry.edition.as_of, since=since).order_by().values("pk")
    return due.exclude(pk__in=done).select_related("rule", "unit").order_by("last_day", "unit__path")


def evidence(entry: Entry, item: Item, user: Any) -> QuerySet:
    """The records behind an item that ``user`` may see."""
    found = measures[item.source_code].evidence(
        units_below(entry), _calendar(entry), item.source_params, entry.edition.as_of
    )
    seen = found.model._default_manager.allowed_to(user, "view").order_by().values("pk")
    return found.filter(pk__in=seen)


def describe(entry: Entry, lines: Sequence[ItemLine]) -> None:
    """Fills in figure, detail and cause of every line."""
    count_all(entry, [line.item for line in lines if line.counts])
    for line in lines:
        describe_line(entry, line)


def describe_line(entry: Entry, line: ItemLine) -> bool:
    """Fills in one line; False where the records no longer agree with the figure."""
    line.figure = raw_short(line.raw) if line.raw is not None else ""
    agrees = True
    if line.counts and not line.is_missing:
        agrees = DESCRIBERS[SourceType(line.item.source_type)](entry, line)
    elif line.is_missing and line.item.source_type == SourceType.REPORTED:
        _describe_uncounted(entry, line)
    if line.lost > 0:
        line.cause = line.cause or cause_words(line)
    return agrees


def _describe_measure(entry: Entry, line: ItemLine) -> bool:
    measure, now = measures[line.item.source_code], counted(entry, line.item)
    agrees = now.raw(measure) == line.raw
    share = trimmed(rounded(Decimal(line.raw or 0).scaleb(-RAW_PLACES), 2))
    if not measure.is_rate:
        line.figure = f"{share} {measure.unit}"
    elif agrees:
        line.figure = f"{now.numerator:,} / {now.denominator:,} ({share}%)"
    else:
        line.figure = f"{share}%"
    if agrees and line.lost > 0:
        line.cause = _measure_cause(entry, line, now)
    return agrees


def _measure_cause(entry: Entry, line: ItemLine, now: Counted) -> str:
    lacking = now.denominator - now.numerator
    if line.item.source_code == MEETINGS:
        return _meetings_cause(entry, lacking)
    if line.item.source_code == PARTY_DAYS:
        text = {"absent": lacking, "expected": now.denominator}
        return _("%(absent)s of %(expected)s expected were absent without excuse") % text
    return ""


def _meetings_cause(entry: Entry, lacking: int) -> str:
    """ "3 meetings not held: branch committee meeting 2026-10, …": the first ones by name, and by unit where
    it is another one."""
    first = [
        ("" if duty.unit_id == entry.unit_id else f"{duty.unit.name} ")
        + f"{duty.rule.label} {duty.last_day:%Y-%m}"
        for duty in gaps(entry)[:GAPS_NAMED]
    ]
    words = ngettext("%(count)s meeting due and not held", "%(count)s meetings due and not held", lacking)
    more = "…" if lacking > len(first) else ""
    text = {"count": words % {"count": lacking}, "names": _(", ").join(first) + more}
    return _("%(count)s: %(names)s") % text


def reported(entry: Entry, item: Item) -> IndicatorValue | None:
    return _figures_of(entry).get(item.source_code)


def _figures_of(entry: Entry) -> dict[str, IndicatorValue]:
    """By the code of their indicator; read once for an entry."""
    found: dict[str, IndicatorValue] | None = getattr(entry, "_figures", None)
    if found is None:
        items = entry.edition.scheme.items.filter(source_type=SourceType.REPORTED).order_by()
        values = IndicatorValue.objects.filter(
            unit=entry.unit_id,
            period=entry.edition.period_id,
            indicator__code__in=items.values("source_code"),
        )
        values = values.select_related("indicator", "entered_by")
        values = values.prefetch_related("exclusions__value__indicator")
        found = {value.indicator.code: value for value in values}
        entry._figures = found  # type: ignore[attr-defined] # as _units_below
    return found


def scored_figure(entry: Entry, value: IndicatorValue, raw: int | None) -> Stood | None:
    """What a figure was when the board was computed; None unless that makes up the scored ``raw``."""
    changes: dict[str, list[Any]] | None = getattr(entry, "_changes", None)
    if changes is None:
        changes = changes_since(entry.edition.computed_at, _figures_of(entry).values())
        entry._changes = changes  # type: ignore[attr-defined] # as _units_below
    return stood_at(value, entry.edition.computed_at, raw, changes.get(str(value.pk), []))


def _describe_uncounted(entry: Entry, line: ItemLine) -> None:
    """What was entered and does not count yet (ADR 0010), or did not when the board was computed."""
    value = reported(entry, line.item)
    if value is None:
        return
    if entry.edition.published_at:
        line.cause = _("No verified figure when the board was published; counted 0")
        return
    line.cause = _("No verified figure yet; counts 0 until there is one")
    if value.counting_raw is None:
        text = {"value": raw_value(value.raw), "state": value.get_state_display()}
        line.detail = _("%(value)s is entered (%(state)s); it counts once it is verified") % text
        line.cause = _("Entered but not verified (%(state)s); counts 0 until it is") % text


def _describe_reported(entry: Entry, line: ItemLine) -> bool:
    value = reported(entry, line.item)
    if value is None:
        return False
    if value.counting_raw is None or value.counting_raw != line.raw:
        then = scored_figure(entry, value, line.raw)
        line.behind = then.words if then else ""
        line.detail = _("; ").join(then.parts) if then else ""
        return False
    figure = standing(value)
    line.behind = figure.words
    parts = figure.parts
    if not value.counts:
        text = {"value": raw_value(value.raw), "state": value.get_state_display()}
        parts.append(_("this counts until its correction to %(value)s (%(state)s) is verified") % text)
    else:
        parts.append(_entered_words(value))
    line.detail = _("; ").join(parts)
    return True


def ratings(entry: Entry, item: Item) -> list[int]:
    """What the evaluators gave."""
    if "ratings" not in _kept(entry, "_given"):
        found: dict[str, list[int]] = {}
        for code, score in Rating.objects.filter(**_given_for(entry)).values_list("item_code", "score"):
            found.setdefault(code, []).append(score)
        _kept(entry, "_given")["ratings"] = found
    scores: list[int] = _kept(entry, "_given")["ratings"].get(item.code, [])
    return scores


def award_of(entry: Entry, item: Item) -> Award | None:
    if "awards" not in _kept(entry, "_given"):
        awards = Award.objects.filter(**_given_for(entry)).select_related("entered_by")
        _kept(entry, "_given")["awards"] = {award.item_code: award for award in awards}
    award: Award | None = _kept(entry, "_given")["awards"].get(item.code)
    return award


def _given_for(entry: Entry) -> dict[str, Any]:
    edition = entry.edition
    return {"unit": entry.unit_id, "period": edition.period_id, "scheme_code": edition.scheme_code}


def _describe_rating(entry: Entry, line: ItemLine) -> bool:
    scores = ratings(entry, line.item)
    line.detail = ratings_words(len(scores))
    return mean(scores) == line.raw


def ratings_words(count: int) -> str:
    return ngettext("mean of %(count)s evaluator", "mean of %(count)s evaluators", count) % {"count": count}


def _describe_awarded(entry: Entry, line: ItemLine) -> bool:
    text = {"points": raw_value(line.raw), "of": weight(line.item.weight)}
    line.figure = _("%(points)s of %(of)s points") % text
    line.cause = line.figure
    award = award_of(entry, line.item)
    if award is None or award.points != line.raw:
        return False
    line.detail = _entered_words(award)
    return True


def _entered_words(row: IndicatorValue | Award) -> str:
    """ "entered by Li Na, 2026-07-03 10:12"; nothing where it was not kept yet."""
    if row.entered_at is None:
        return ""
    who = row.entered_by.name if row.entered_by else _("import")
    return _("entered by %(who)s, %(at)s") % {"who": who, "at": moment(row.entered_at)}


DESCRIBERS = {
    SourceType.MEASURE: _describe_measure,
    SourceType.REPORTED: _describe_reported,
    SourceType.RATING: _describe_rating,
    SourceType.AWARDED: _describe_awarded,
}


def set_means(edition: Edition, entry: Entry, sections: Sequence[SectionLines]) -> bool:
    """The mean of each item on the entry's board; none where fewer than five have one."""
    sums = _item_sums(edition, board_of(edition, entry))
    lines = [line for section in sections for line in section.lines]
    for line in lines:
        total, count = sums[line.number - 1]
        line.mean = divide(total, count) if count >= FEWEST_FOR_A_MEAN else None
    return any(line.mean is not None for line in lines)


def _item_sums(edition: Edition, board: Board) -> list[tuple[int, int]]:
    """Sum and count of each item's scores on a board. They are added up by the database, and kept for as long
    as the digest says that the lines are the same."""
    if not edition.digest:
        return _added_up(edition, board)
    named = hashlib.sha256(f"{edition.pk} {edition.digest} {board.code}".encode()).hexdigest()
    kept: Any = cache.get_or_set(f"item-sums:{named}", lambda: _added_up(edition, board), KEPT_SECONDS)
    return list(kept)


def _added_up(edition: Edition, board: Board) -> list[tuple[int, int]]:
    places = range(edition.scheme.items.count())
    scores = [ListElement("item_scores", place) for place in places]
    sums = {f"sum{place}": Sum(score) for place, score in enumerate(scores)}
    counts = {f"count{place}": Count(score) for place, score in enumerate(scores)}
    found = board.of(edition.entries.all()).order_by().aggregate(**sums, **counts)
    return [(found[f"sum{place}"] or 0, found[f"count{place}"]) for place in places]
