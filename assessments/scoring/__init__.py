"""Scoring: one integer SQL statement for all subjects of a scheme and period, the same on both databases.

``plan`` gathers what a run needs, ``rules`` turns each rule into an expression, ``figures`` finds the raw
values, ``statement`` puts the pieces together, ``ranking`` orders the boards, ``run`` executes.
"""

from assessments.scoring.plan import Run, make_run
from assessments.scoring.run import digest_of, rank, score

__all__ = ["Run", "digest_of", "make_run", "rank", "score"]
