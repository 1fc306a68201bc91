"""Scoring: one integer SQL statement for all subjects of a scheme and period, the same on both databases.

``plan`` gathers what a run needs, ``rules`` turns each rule into an expression, ``figures`` finds the raw
values, ``statement`` puts the pieces together, ``ranking`` orders the boards, ``run`` executes.
"""

from assessments.scoring.building import (
    Built,
    build,
    claim,
    has_own_table,
    is_being_built,
    is_large,
    only_builder,
    reserve_key,
    show,
)
from assessments.scoring.digest import digest_of
from assessments.scoring.plan import Run, make_run
from assessments.scoring.run import rank, rescore, score, sums_below

__all__ = [
    "Built",
    "Run",
    "build",
    "claim",
    "digest_of",
    "has_own_table",
    "is_being_built",
    "is_large",
    "make_run",
    "only_builder",
    "rank",
    "rescore",
    "reserve_key",
    "score",
    "show",
    "sums_below",
]
