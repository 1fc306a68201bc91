"""Pages of the boards: the list, one board, why one score, its evidence, and computing again; of the periods:
their steps, prepared boards, vetoes, objections and comments on gaps."""

from assessments.views.board_list import BoardListView
from assessments.views.boards import BoardView
from assessments.views.entries import EvidenceView, ExplanationView, MovementView
from assessments.views.made import KeptBoardView
from assessments.views.objections import GapView, ObjectionAddView, ObjectionView
from assessments.views.recompute import RecomputeView
from assessments.views.rounds import PrepareView, ProposalView, RoundView, VetoAddView, VetoView

__all__ = [
    "BoardListView",
    "BoardView",
    "EvidenceView",
    "ExplanationView",
    "GapView",
    "KeptBoardView",
    "MovementView",
    "ObjectionAddView",
    "ObjectionView",
    "PrepareView",
    "ProposalView",
    "RecomputeView",
    "RoundView",
    "VetoAddView",
    "VetoView",
]
