from branches.forms.changes import CloseForm, MergeForm, MoveForm, OpenUnitForm, RenameForm, TakeBackForm
from branches.forms.filters import AlertFilterForm, DayForm, UnitFilterForm
from branches.forms.groups import GroupChangeForm, GroupForm
from branches.forms.people import MemberForm, TransferForm
from branches.forms.posts import ElectionForm, EndPostForm, ExtensionForm, HandOverForm, PostForm
from branches.forms.secondments import EndSecondmentForm, SecondForm

__all__ = [
    "AlertFilterForm",
    "CloseForm",
    "DayForm",
    "ElectionForm",
    "EndPostForm",
    "EndSecondmentForm",
    "ExtensionForm",
    "GroupChangeForm",
    "GroupForm",
    "HandOverForm",
    "MemberForm",
    "MergeForm",
    "MoveForm",
    "OpenUnitForm",
    "PostForm",
    "RenameForm",
    "SecondForm",
    "TakeBackForm",
    "TransferForm",
    "UnitFilterForm",
]
