"""What changed between two versions of a scheme, in words."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _

from assessments import scheme_words as words
from assessments.choices import Missing, SourceType
from assessments.explanation import formula_words
from assessments.schemes import ItemPlan, SchemePlan, SectionPlan
from assessments.worked import percent_words
from core.templatetags.format import score2, weight


@dataclass(frozen=True)
class Change:
    """``before`` or ``after`` is empty where something came new or was dropped."""

    what: str
    before: str
    after: str


@dataclass
class Changes:
    """``items`` are those in both versions: code, name, what changed."""

    head: list[Change] = field(default_factory=list)
    sections: list[Change] = field(default_factory=list)
    added: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    items: list[tuple[str, str, list[Change]]] = field(default_factory=list)
    bands: list[Change] = field(default_factory=list)

    @property
    def any(self) -> bool:
        return any([self.head, self.sections, self.added, self.removed, self.items, self.bands])


def compare(old: SchemePlan, new: SchemePlan) -> Changes:
    """From ``old`` to ``new``; sections, items and bands are told apart by their codes."""
    before = {item.code: (section, item) for section in old.sections for item in section.items}
    after = {item.code: (section, item) for section in new.sections for item in section.items}
    both = [
        (code, list(item_changes((old, *before[code]), (new, *after[code]))))
        for code in after
        if code in before
    ]
    return Changes(
        head=list(_differing(HEAD, old, new)),
        sections=list(_section_changes(old, new)),
        added=[_item_label(*after[code]) for code in after if code not in before],
        removed=[_item_label(*before[code]) for code in before if code not in after],
        items=[(code, after[code][1].name, found) for code, found in both if found],
        bands=list(_band_changes(old, new)),
    )


Stated = list[tuple[Callable[[], Any], Callable[[Any], Any]]]


def _differing(stated: Stated, old: Any, new: Any) -> Iterator[Change]:
    for label, read in stated:
        before, after = str(read(old)), str(read(new))
        if before != after:
            yield Change(str(label()), before, after)


HEAD: Stated = [
    (lambda: _("Name"), lambda plan: plan.name),
    (lambda: _("Scores"), words.subject_words),
    (lambda: _("Valid from"), words.valid_words),
    (lambda: _("Boards"), words.board_words),
    (lambda: _("Size classes"), words.size_line),
    (lambda: _("Published to"), words.publication_words),
    (lambda: _("Ties are parted by"), lambda plan: words.joined(words.tie_words(plan))),
    (lambda: _("Gap is flagged when"), words.gap_words),
]


# --- sections -------------------------------------------------------------------------------------
def _section_changes(old: SchemePlan, new: SchemePlan) -> Iterator[Change]:
    before = {section.code: section for section in old.sections}
    after = {section.code: section for section in new.sections}
    for code in [*before, *(code for code in after if code not in before)]:
        was = _section_words(old, before.get(code))
        now = _section_words(new, after.get(code))
        if was != now:
            yield Change(code, was, now)


def _section_words(plan: SchemePlan, section: SectionPlan | None) -> str:
    if section is None:
        return ""
    return _("%(name)s, weight %(weight)s (%(share)s of the whole)") % {
        "name": section.name,
        "weight": weight(section.weight),
        "share": percent_words(_share(section.weight, plan.sections)),
    }


def _share(part: int, parts: Any) -> Fraction:
    return Fraction(part, sum(one.weight for one in parts))


# --- items ----------------------------------------------------------------------------------------
Placed = tuple[SchemePlan, SectionPlan, ItemPlan]


def item_changes(old: Placed, new: Placed) -> Iterator[Change]:
    yield from _differing(ITEM, old, new)


def _item_label(section: SectionPlan, item: ItemPlan) -> str:
    return f"{section.name} · {item.name} ({item.code})"


def _weight_words(placed: Placed) -> str:
    plan, section, item = placed
    share = _share(item.weight, section.items) * _share(section.weight, plan.sections)
    return _("%(weight)s (%(share)s of the whole)") % {
        "weight": weight(item.weight),
        "share": percent_words(share),
    }


def _source(placed: Placed) -> str:
    return words.source_words(placed[2])


def _rule(placed: Placed) -> str:
    item = placed[2]
    return formula_words(item) if item.is_whole else ""


def _missing(placed: Placed) -> str:
    item = placed[2]
    return "" if item.source_type == SourceType.MEASURE else str(Missing(item.missing).label)


ITEM: Stated = [
    (lambda: _("Name"), lambda placed: placed[2].name),
    (lambda: _("Section"), lambda placed: placed[1].name),
    (lambda: _("Display heading"), lambda placed: placed[2].group),
    (lambda: _("Weight"), _weight_words),
    (lambda: _("Source"), _source),
    (lambda: _("Reason for a volume measure"), lambda placed: placed[2].source_reason),
    (lambda: _("Rule"), _rule),
    (lambda: _("When missing"), _missing),
]


# --- bands ----------------------------------------------------------------------------------------
def _band_changes(old: SchemePlan, new: SchemePlan) -> Iterator[Change]:
    before = {band.code: f"{band.name} ≥ {score2(band.minimum)}" for band in old.bands}
    after = {band.code: f"{band.name} ≥ {score2(band.minimum)}" for band in new.bands}
    for code in dict.fromkeys([*before, *after]):
        if before.get(code) != after.get(code):
            yield Change(code, before.get(code, ""), after.get(code, ""))
