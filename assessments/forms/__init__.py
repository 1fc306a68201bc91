"""Forms of the board pages and of the schemes."""

from assessments.forms.boards import BoardFilterForm, RecomputeForm
from assessments.forms.schemes import AdoptionForm, BandsForm, BoardsForm, HeadForm, ItemForm, SectionForm

__all__ = [
    "AdoptionForm",
    "BandsForm",
    "BoardFilterForm",
    "BoardsForm",
    "HeadForm",
    "ItemForm",
    "RecomputeForm",
    "SectionForm",
]
