"""Pages of the boards: the list, one board, why one score, its evidence, and computing again."""

from assessments.views.boards import BoardListView, BoardView
from assessments.views.entries import EvidenceView, ExplanationView
from assessments.views.recompute import RecomputeView

__all__ = ["BoardListView", "BoardView", "EvidenceView", "ExplanationView", "RecomputeView"]
