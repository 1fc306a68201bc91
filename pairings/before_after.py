"""What changed since before the pairing: surveys and figures, in points, in per cent, in their own units.

78 % to 95 % is 17 points, and 21.79 per cent more: both are told, each by its name (S000 A22).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import groupby

from core.changes import Difference, Reading, Relative, difference, relative_change
from core.templatetags.format import trimmed
from core.units import is_per_cent
from pairings.models import PairingFigure, SatisfactionSurvey


@dataclass(frozen=True)
class SurveyChange:
    """The first survey of a method and the newest: other methods ask other questions."""

    before: SatisfactionSurvey
    now: SatisfactionSurvey
    points: Difference
    relative: Relative | None


def survey_changes(surveys: Iterable[SatisfactionSurvey]) -> list[SurveyChange]:
    ordered = sorted(surveys, key=lambda survey: (survey.method, survey.held_on))
    by_method = [list(group) for _method, group in groupby(ordered, key=lambda survey: survey.method)]
    return [_survey_change(group[0], group[-1]) for group in by_method if len(group) > 1]


def _survey_change(before: SatisfactionSurvey, now: SatisfactionSurvey) -> SurveyChange:
    old, new = (Reading(_satisfied(survey), "", "%") for survey in (before, now))
    return SurveyChange(before, now, difference(old, new), relative_change(old, new))


def _satisfied(survey: SatisfactionSurvey) -> Fraction:
    return Fraction(survey.satisfied * 100, survey.sample)


@dataclass(frozen=True)
class FigureLine:
    """A figure with how it changed, as soon as there is a new one."""

    figure: PairingFigure
    change: Difference | None

    @property
    def better(self) -> str:
        """Which direction is good."""
        return "down" if self.figure.lower_is_better else "up"

    @property
    def is_better(self) -> bool:
        return self.change is not None and self._gain > 0

    @property
    def is_worse(self) -> bool:
        return self.change is not None and self._gain < 0

    @property
    def _gain(self) -> Fraction:
        amount = self.change.amount if self.change else Fraction(0)
        return -amount if self.figure.lower_is_better else amount

    @property
    def before(self) -> str:
        return self._with_unit(self.figure.before)

    @property
    def now(self) -> str:
        return self._with_unit(self.figure.now)

    @property
    def target(self) -> str:
        return self._with_unit(self.figure.target)

    def _with_unit(self, value: Decimal | None) -> str:
        if value is None:
            return ""
        unit = self.figure.measure_unit
        return f"{trimmed(value)}{unit if is_per_cent(unit) else f' {unit}'}"


def figure_lines(figures: Iterable[PairingFigure]) -> list[FigureLine]:
    return [FigureLine(figure, _change(figure)) for figure in figures]


def _change(figure: PairingFigure) -> Difference | None:
    if figure.now is None:
        return None
    unit = figure.measure_unit
    return difference(Reading(Fraction(figure.before), "", unit), Reading(Fraction(figure.now), "", unit))
