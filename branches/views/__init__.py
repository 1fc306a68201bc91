from branches.views.alerts import AlertListView
from branches.views.changes import CloseView, MergeView, MoveView, OpenUnitView, RenameView
from branches.views.people import MemberAddView, MemberChangeView, MemberDetailView, TransferView
from branches.views.posts import (
    ElectionView,
    EndPostView,
    ExtensionView,
    GroupAddView,
    GroupChangeView,
    HandOverView,
    PostAddView,
)
from branches.views.secondments import EndSecondmentView, SecondView
from branches.views.taking_back import ClosureTakeBackView, OpeningTakeBackView, TransferTakeBackView
from branches.views.units import PartyUnitDetailView, PartyUnitListView

__all__ = [
    "AlertListView",
    "CloseView",
    "ClosureTakeBackView",
    "ElectionView",
    "EndPostView",
    "EndSecondmentView",
    "ExtensionView",
    "GroupAddView",
    "GroupChangeView",
    "HandOverView",
    "MemberAddView",
    "MemberChangeView",
    "MemberDetailView",
    "MergeView",
    "MoveView",
    "OpenUnitView",
    "OpeningTakeBackView",
    "PartyUnitDetailView",
    "PartyUnitListView",
    "PostAddView",
    "RenameView",
    "SecondView",
    "TransferTakeBackView",
    "TransferView",
]
