"""What changes schemes, figures and boards."""

from assessments.moves import PERIOD_MOVES
from assessments.operations.deciding import return_value, verify_values
from assessments.operations.exclusions import ask_exclusion, refuse_exclusion, verify_exclusion
from assessments.operations.indicators import (
    ReasonRequired,
    add_indicator,
    change_indicator,
    load_default_library,
    rename_indicator,
)
from assessments.operations.objections import (
    OBJECT,
    answer_objection,
    comment_on_gap,
    comment_permission,
    raise_objection,
    withdraw_objection,
)
from assessments.operations.publishing import Decision, missing_figures, publish
from assessments.operations.recomputing import (
    applicable_scheme,
    ensure_period,
    recompute,
    recompute_running,
    recompute_scheme,
)
from assessments.operations.rescoring import forget_unit, mark_dirty, rescore_dirty
from assessments.operations.rounds import (
    FiguresMissing,
    Grounds,
    approve_board,
    is_long_work,
    look_ahead,
    move_period,
    not_ready_to_approve,
    prepare_board,
    return_board,
    withdraw_board,
)
from assessments.operations.scheme_drafts import (
    Adoption,
    adopt_draft,
    begin_scheme,
    copy_scheme,
    discard_draft,
    document_of,
    new_document,
    undo_draft,
    write_draft,
)
from assessments.operations.schemes import import_scheme, store_scheme
from assessments.operations.trials import try_draft
from assessments.operations.values import (
    Entered,
    FiguresRefused,
    ReasonMissing,
    TypedFigure,
    changed_meanwhile,
    enter_values,
    is_published,
    look_over,
    name_document,
)
from assessments.operations.vetoes import ADD as ADD_VETO
from assessments.operations.vetoes import enter_veto, lift_veto
from assessments.refusing import Refused

__all__ = [
    "ADD_VETO",
    "OBJECT",
    "PERIOD_MOVES",
    "Adoption",
    "Decision",
    "Entered",
    "FiguresMissing",
    "FiguresRefused",
    "Grounds",
    "ReasonMissing",
    "ReasonRequired",
    "Refused",
    "TypedFigure",
    "add_indicator",
    "adopt_draft",
    "answer_objection",
    "applicable_scheme",
    "approve_board",
    "ask_exclusion",
    "begin_scheme",
    "change_indicator",
    "changed_meanwhile",
    "comment_on_gap",
    "comment_permission",
    "copy_scheme",
    "discard_draft",
    "document_of",
    "ensure_period",
    "enter_values",
    "enter_veto",
    "forget_unit",
    "import_scheme",
    "is_long_work",
    "is_published",
    "lift_veto",
    "load_default_library",
    "look_ahead",
    "look_over",
    "mark_dirty",
    "missing_figures",
    "move_period",
    "name_document",
    "new_document",
    "not_ready_to_approve",
    "prepare_board",
    "publish",
    "raise_objection",
    "recompute",
    "recompute_running",
    "recompute_scheme",
    "refuse_exclusion",
    "rename_indicator",
    "rescore_dirty",
    "return_board",
    "return_value",
    "store_scheme",
    "try_draft",
    "undo_draft",
    "verify_exclusion",
    "verify_values",
    "withdraw_board",
    "withdraw_objection",
    "write_draft",
]
